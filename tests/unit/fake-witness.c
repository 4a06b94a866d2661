/* SPDX-License-Identifier: MIT */
/* Holds the pool to what it promises its observers. A task is started at most once per attempt, and
 * no more often than may be; it is settled at most once; what ran was started, what could not be
 * started was not. What is run about a failure is run once, for those that failed in the end and
 * by themselves. Nothing comes after the end. What is told of workers is left to the crew watch.
 *
 * Its log is a word per event: +1 task 1 was started, -1 it succeeded, x1 it failed, ?1 it was
 * lost, !1 it could not be started, =1 it was skipped, ~1 another attempt is made, e1 the command
 * about its failure has ended, i1 and o1 the init and exit hook of worker 1 have, a full stop for
 * the end of the pool. */

#include "fake-witness.h"

#include <string.h>

typedef enum
{
  FAKE_TASK_UNKNOWN,
  FAKE_TASK_STARTED,
  FAKE_TASK_RETRIED,
  FAKE_TASK_SETTLED,
} FakeTaskState;

/* What is known of a task. */
typedef struct
{
  guint8 state;       /* FakeTaskState */
  guint8 awaits_hook; /* it failed, and the command about that has not ended */
  guint16 n_attempts; /* that were begun */
  guint16 n_crashes;  /* of them, those whose worker was lost */
} FakeTask;

struct _FakeWitness
{
  GObject parent_instance;

  guint64 n_tasks;
  FakeTask *tasks; /* (array length=n_tasks+1): by number */
  guint retries;
  guint crash_limit;
  FakeCrewWatch *crew;
  guint64 n_started; /* attempts */
  guint64 n_settled;
  guint64 n_open;         /* started, and neither settled nor to be tried again */
  guint64 n_retried;      /* to be tried again, and not started */
  guint64 n_hooks_wanted; /* failures about which nothing was run yet */
  guint64 n_failed;       /* settled ones */
  gboolean retries_no_more;
  gboolean evicts;     /* tasks may be ended, and tried again for that */
  GString *log;        /* (nullable) */
  char *message;       /* (nullable): of the newest outcome */
  GBytes *hook_output; /* (nullable): of the newest hook */
  guint64 n_hook_dropped;
  ApoolOutcomeKind hook_kind;
  FakeWitnessFunc hook;
  gpointer data;
  gboolean is_done;
};

static void fake_witness_iface_init (ApoolObserverInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeWitness,
                               fake_witness,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_OBSERVER, fake_witness_iface_init))

static void
fake_witness_write (FakeWitness *self, char sign, guint64 seq)
{
  if (self->log)
    g_string_append_printf (self->log, "%s%c%" G_GUINT64_FORMAT, self->log->len > 0 ? " " : "",
                            sign, seq);
}

static FakeTask *
fake_witness_find (FakeWitness *self, ApoolTask *task)
{
  guint64 seq = apool_task_get_seq (task);

  g_assert_false (self->is_done);
  g_assert_cmpuint (seq, >=, 1);
  g_assert_cmpuint (seq, <=, self->n_tasks);
  return &self->tasks[seq];
}

/* It is the next attempt at it, and there may be one. */
static void
fake_witness_check_attempt (FakeWitness *self, const FakeTask *known, ApoolTask *task)
{
  const ApoolTaskTraits *traits = apool_task_get_traits (task);

  g_assert_cmpuint (traits->attempt, ==, known->n_attempts);
  g_assert_cmpuint (traits->n_crashes, ==, known->n_crashes);
  if (self->retries < G_MAXUINT)
    g_assert_cmpuint (traits->attempt - traits->n_evictions, <=, self->retries + 1);
  if (self->crash_limit > 0)
    g_assert_cmpuint (known->n_crashes, <, self->crash_limit);
}

static void
fake_witness_task_started (ApoolObserver *observer, ApoolTask *task, const ApoolPlace *place)
{
  FakeWitness *self = FAKE_WITNESS (observer);
  FakeTask *known = fake_witness_find (self, task);

  g_assert_true (known->state == FAKE_TASK_UNKNOWN || known->state == FAKE_TASK_RETRIED);
  g_assert_cmpuint (place->worker, >=, 1);
  g_assert_cmpuint (place->slot, >=, 1);
  self->n_retried -= known->state == FAKE_TASK_RETRIED;
  known->state = FAKE_TASK_STARTED;
  known->n_attempts++;
  fake_witness_check_attempt (self, known, task);
  self->n_started++;
  self->n_open++;
  fake_witness_write (self, '+', apool_task_get_seq (task));
  if (self->hook)
    self->hook (apool_task_get_seq (task), self->data);
}

static char
fake_witness_get_sign (const ApoolOutcome *outcome)
{
  switch (apool_outcome_get_kind (outcome))
    {
    case APOOL_OUTCOME_LOST:
      return '?';
    case APOOL_OUTCOME_NOT_STARTED:
      return '!';
    case APOOL_OUTCOME_SKIPPED:
      return '=';
    case APOOL_OUTCOME_EXITED:
    case APOOL_OUTCOME_SIGNALLED:
    case APOOL_OUTCOME_TIMED_OUT:
    default:
      return apool_outcome_is_success (outcome) ? '-' : 'x';
    }
}

static void
fake_witness_task_retried (ApoolObserver *observer, ApoolTask *task, ApoolOutcome *outcome)
{
  FakeWitness *self = FAKE_WITNESS (observer);
  FakeTask *known = fake_witness_find (self, task);

  g_assert_cmpint (known->state, ==, FAKE_TASK_STARTED);
  g_assert_true (self->evicts ||
                 !(apool_outcome_is_success (outcome) || apool_outcome_is_ended_by_pool (outcome)));
  g_assert_false (self->retries_no_more);
  known->state = FAKE_TASK_RETRIED;
  known->n_crashes += apool_outcome_get_kind (outcome) == APOOL_OUTCOME_LOST;
  self->n_open--;
  self->n_retried++;
  fake_witness_write (self, '~', apool_task_get_seq (task));
  if (self->hook)
    self->hook (apool_task_get_seq (task), self->data);
}

/* Failed by itself, and for good. */
static void
fake_witness_count_failure (FakeWitness *self, FakeTask *known, ApoolOutcome *outcome)
{
  if (apool_outcome_is_success (outcome) || apool_outcome_is_ended_by_pool (outcome))
    return;
  known->awaits_hook = TRUE;
  self->n_hooks_wanted++;
  self->n_failed++;
}

/* Nothing ever happened to any of the jobs that @task is for. */
static void
fake_witness_count_skipped (FakeWitness *self, ApoolTask *task)
{
  FakeTask *known = fake_witness_find (self, task);
  guint64 seq = apool_task_get_seq (task);
  guint n = MAX (apool_task_get_traits (task)->n_skipped, 1);

  g_assert_cmpuint (seq + n - 1, <=, self->n_tasks);
  for (guint i = 0; i < n; i++)
    {
      g_assert_cmpint (known[i].state, ==, FAKE_TASK_UNKNOWN);
      known[i].state = FAKE_TASK_SETTLED;
      self->n_settled++;
      fake_witness_write (self, '=', seq + i);
    }
}

/* A task that was run before, of which nothing is done now. */
static void
fake_witness_count_recorded (FakeWitness *self, ApoolTask *task, ApoolOutcome *outcome)
{
  FakeTask *known = fake_witness_find (self, task);

  g_assert_cmpint (known->state, ==, FAKE_TASK_UNKNOWN);
  known->state = FAKE_TASK_SETTLED;
  self->n_settled++;
  fake_witness_write (self, fake_witness_get_sign (outcome), apool_task_get_seq (task));
}

static void
fake_witness_task_finished (ApoolObserver *observer, ApoolTask *task, ApoolOutcome *outcome)
{
  FakeWitness *self = FAKE_WITNESS (observer);
  FakeTask *known = fake_witness_find (self, task);
  gboolean never_ran = apool_outcome_get_kind (outcome) == APOOL_OUTCOME_NOT_STARTED;

  if (apool_outcome_get_kind (outcome) == APOOL_OUTCOME_SKIPPED)
    {
      fake_witness_count_skipped (self, task);
      return;
    }
  if (apool_task_get_traits (task)->recorded)
    {
      fake_witness_count_recorded (self, task, outcome);
      return;
    }
  if (!never_ran && known->state == FAKE_TASK_RETRIED)
    {
      /* There is no further attempt after all: that was the last one. */
      g_assert_cmpuint (apool_task_get_traits (task)->attempt, ==, known->n_attempts);
      self->n_retried--;
      self->n_open++;
    }
  else
    g_assert_cmpint (known->state, ==, never_ran ? FAKE_TASK_UNKNOWN : FAKE_TASK_STARTED);
  known->state = FAKE_TASK_SETTLED;
  self->n_settled++;
  self->n_open -= never_ran ? 0 : 1;
  fake_witness_count_failure (self, known, outcome);
  g_free (self->message);
  self->message = g_strdup (apool_outcome_get_message (outcome));
  fake_witness_write (self, fake_witness_get_sign (outcome), apool_task_get_seq (task));
  if (self->hook)
    self->hook (apool_task_get_seq (task), self->data);
}

static void
fake_witness_error_hook_ended (FakeWitness *self, guint64 seq, const ApoolHookReport *report)
{
  g_assert_cmpuint (seq, >=, 1);
  g_assert_cmpuint (seq, <=, self->n_tasks);
  g_assert_true (self->tasks[seq].awaits_hook);
  self->tasks[seq].awaits_hook = FALSE;
  self->n_hooks_wanted--;
  fake_witness_write (self, 'e', seq);
}

static void
fake_witness_hook_ended (ApoolObserver *observer,
                         guint worker,
                         guint64 seq,
                         const ApoolHookReport *report)
{
  FakeWitness *self = FAKE_WITNESS (observer);

  g_assert_false (self->is_done);
  g_clear_pointer (&self->hook_output, g_bytes_unref);
  self->hook_output = g_bytes_new (report->output, report->length);
  self->n_hook_dropped = report->n_dropped;
  self->hook_kind = apool_outcome_get_kind (report->outcome);
  if (report->hook == APOOL_HOOK_ERROR)
    {
      fake_witness_error_hook_ended (self, seq, report);
      return;
    }
  g_assert_cmpuint (seq, ==, 0);
  fake_witness_write (self, report->hook == APOOL_HOOK_INIT ? 'i' : 'o', worker);
}

static void
fake_witness_worker_event (ApoolObserver *observer, const ApoolWorkerEvent *event)
{
  FakeWitness *self = FAKE_WITNESS (observer);

  g_assert_false (self->is_done);
  fake_crew_watch_see (self->crew, event);
  if (self->hook)
    self->hook (0, self->data);
}

static void
fake_witness_pool_done (ApoolObserver *observer)
{
  FakeWitness *self = FAKE_WITNESS (observer);

  g_assert_false (self->is_done);
  self->is_done = TRUE;
  if (self->log)
    g_string_append (self->log, self->log->len > 0 ? " ." : ".");
}

static void
fake_witness_iface_init (ApoolObserverInterface *iface)
{
  iface->task_started = fake_witness_task_started;
  iface->task_retried = fake_witness_task_retried;
  iface->task_finished = fake_witness_task_finished;
  iface->hook_ended = fake_witness_hook_ended;
  iface->worker_event = fake_witness_worker_event;
  iface->pool_done = fake_witness_pool_done;
}

static void
fake_witness_finalize (GObject *object)
{
  FakeWitness *self = FAKE_WITNESS (object);

  if (self->log)
    g_string_free (self->log, TRUE);
  g_clear_pointer (&self->hook_output, g_bytes_unref);
  fake_crew_watch_free (self->crew);
  g_free (self->message);
  g_free (self->tasks);
  G_OBJECT_CLASS (fake_witness_parent_class)->finalize (object);
}

static void
fake_witness_class_init (FakeWitnessClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fake_witness_finalize;
}

static void
fake_witness_init (FakeWitness *self)
{
}

/**
 * fake_witness_new:
 * @n_tasks: how many tasks there can be
 *
 * Returns: (transfer full): a witness of one pool
 */
FakeWitness *
fake_witness_new (guint64 n_tasks)
{
  FakeWitness *self = g_object_new (FAKE_TYPE_WITNESS, NULL);

  self->n_tasks = n_tasks;
  self->tasks = g_new (FakeTask, n_tasks + 1);
  /* All of it is touched now: who measures memory later is not to find this. */
  memset (self->tasks, 0, (n_tasks + 1) * sizeof *self->tasks);
  self->crew = fake_crew_watch_new ();
  return self;
}

/**
 * fake_witness_keep_log:
 * @self: a witness
 *
 * Has it write down all that follows.
 */
void
fake_witness_keep_log (FakeWitness *self)
{
  self->log = g_string_new (NULL);
  fake_crew_watch_keep_log (self->crew);
}

/**
 * fake_witness_set_limits:
 * @self: a witness
 * @retries: how many further attempts there may be at a task
 * @crash_limit: with how many workers lost there may be none; 0 where that does not count
 */
void
fake_witness_set_limits (FakeWitness *self, guint retries, guint crash_limit)
{
  self->retries = retries;
  self->crash_limit = crash_limit;
}

/**
 * fake_witness_allow_evictions:
 * @self: a witness
 *
 * The pool may end tasks to make room, and try them again.
 */
void
fake_witness_allow_evictions (FakeWitness *self)
{
  self->evicts = TRUE;
}

/**
 * fake_witness_forbid_retries:
 * @self: a witness
 *
 * From now on the pool may say of no task that there is another attempt.
 */
void
fake_witness_forbid_retries (FakeWitness *self)
{
  self->retries_no_more = TRUE;
}

/**
 * fake_witness_get_log:
 * @self: a witness that keeps a log
 *
 * Returns: (transfer none): its events, separated by spaces; valid until the next one
 */
const char *
fake_witness_get_log (FakeWitness *self)
{
  return self->log->str;
}

/**
 * fake_witness_set_hook:
 * @self: a witness
 * @hook: called at the end of each event of a task or a worker, from within it
 * @data: (closure): for @hook
 */
void
fake_witness_set_hook (FakeWitness *self, FakeWitnessFunc hook, gpointer data)
{
  self->hook = hook;
  self->data = data;
}

/**
 * fake_witness_get_n_started:
 * @self: a witness
 *
 * Returns: how many tasks were ever started
 */
guint64
fake_witness_get_n_started (FakeWitness *self)
{
  return self->n_started;
}

/**
 * fake_witness_get_n_settled:
 * @self: a witness
 *
 * Returns: how many tasks are settled
 */
guint64
fake_witness_get_n_settled (FakeWitness *self)
{
  return self->n_settled;
}

/**
 * fake_witness_get_n_open:
 * @self: a witness
 *
 * Returns: how many tasks were started and are not settled
 */
guint64
fake_witness_get_n_open (FakeWitness *self)
{
  return self->n_open;
}

/**
 * fake_witness_get_n_retried:
 * @self: a witness
 *
 * Returns: how many tasks are to be tried again, and have not been started again
 */
guint64
fake_witness_get_n_retried (FakeWitness *self)
{
  return self->n_retried;
}

/**
 * fake_witness_get_n_failed:
 * @self: a witness
 *
 * Returns: how many tasks failed in the end, and by themselves
 */
guint64
fake_witness_get_n_failed (FakeWitness *self)
{
  return self->n_failed;
}

/**
 * fake_witness_get_n_hooks_wanted:
 * @self: a witness
 *
 * Returns: of how many of these no hook has ended
 */
guint64
fake_witness_get_n_hooks_wanted (FakeWitness *self)
{
  return self->n_hooks_wanted;
}

/**
 * fake_witness_get_hook_output:
 * @self: a witness that was told of a hook
 * @n_dropped: (out) (optional): how much more it wrote
 *
 * Returns: (transfer none): what the newest one wrote; valid until the next one
 */
GBytes *
fake_witness_get_hook_output (FakeWitness *self, guint64 *n_dropped)
{
  if (n_dropped)
    *n_dropped = self->n_hook_dropped;
  return self->hook_output;
}

/**
 * fake_witness_get_hook_kind:
 * @self: a witness that was told of a hook
 *
 * Returns: what became of the newest one
 */
ApoolOutcomeKind
fake_witness_get_hook_kind (FakeWitness *self)
{
  return self->hook_kind;
}

/**
 * fake_witness_take_events:
 * @self: a witness that keeps a log
 *
 * Returns: (transfer full): what happened to workers since this was last asked, as
 *   fake_crew_watch_take_log() has it
 */
char *
fake_witness_take_events (FakeWitness *self)
{
  return fake_crew_watch_take_log (self->crew);
}

/**
 * fake_witness_is_delayed:
 * @self: a witness
 *
 * Returns: whether no worker is made in some place for some time
 */
gboolean
fake_witness_is_delayed (FakeWitness *self)
{
  return fake_crew_watch_is_delayed (self->crew);
}

/**
 * fake_witness_get_message:
 * @self: a witness
 *
 * Returns: (transfer none) (nullable): what the newest outcome says
 */
const char *
fake_witness_get_message (FakeWitness *self)
{
  return self->message;
}

/**
 * fake_witness_is_settled:
 * @self: a witness
 * @seq: a task's number
 *
 * Returns: whether it was settled
 */
gboolean
fake_witness_is_settled (FakeWitness *self, guint64 seq)
{
  return self->tasks[seq].state == FAKE_TASK_SETTLED;
}

/**
 * fake_witness_is_done:
 * @self: a witness
 *
 * Returns: whether the pool has come to its end
 */
gboolean
fake_witness_is_done (FakeWitness *self)
{
  return self->is_done;
}
