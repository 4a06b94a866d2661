/* SPDX-License-Identifier: MIT */
/* Holds the pool to what it promises its observers: a task is started at most once and settled at
 * most once, in this order; what ran was started, what could not be started was not; nothing
 * comes after the end.
 *
 * Its log is a word per event: +1 task 1 was started, -1 it ended by itself, ?1 it was lost, !1 it
 * could not be started, a full stop for the end of the pool. */

#include "fake-witness.h"

typedef enum
{
  FAKE_TASK_UNKNOWN,
  FAKE_TASK_STARTED,
  FAKE_TASK_SETTLED,
} FakeTaskState;

struct _FakeWitness
{
  GObject parent_instance;

  guint64 n_tasks;
  guint8 *states; /* (array length=n_tasks+1): FakeTaskState by number */
  guint64 n_started;
  guint64 n_settled;
  guint64 n_open; /* started and not settled */
  GString *log;   /* (nullable) */
  char *message;  /* (nullable): of the newest outcome */
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

static guint8 *
fake_witness_find (FakeWitness *self, ApoolTask *task)
{
  guint64 seq = apool_task_get_seq (task);

  g_assert_false (self->is_done);
  g_assert_cmpuint (seq, >=, 1);
  g_assert_cmpuint (seq, <=, self->n_tasks);
  return &self->states[seq];
}

static void
fake_witness_task_started (ApoolObserver *observer, ApoolTask *task)
{
  FakeWitness *self = FAKE_WITNESS (observer);
  guint8 *state = fake_witness_find (self, task);

  g_assert_cmpint (*state, ==, FAKE_TASK_UNKNOWN);
  *state = FAKE_TASK_STARTED;
  self->n_started++;
  self->n_open++;
  fake_witness_write (self, '+', apool_task_get_seq (task));
  if (self->hook)
    self->hook (apool_task_get_seq (task), self->data);
}

static char
fake_witness_get_sign (ApoolOutcomeKind kind)
{
  switch (kind)
    {
    case APOOL_OUTCOME_EXITED:
      return '-';
    case APOOL_OUTCOME_LOST:
      return '?';
    case APOOL_OUTCOME_NOT_STARTED:
      return '!';
    case APOOL_OUTCOME_SIGNALLED:
    default:
      g_assert_not_reached (); /* no fake worker says so */
    }
}

static void
fake_witness_task_finished (ApoolObserver *observer, ApoolTask *task, ApoolOutcome *outcome)
{
  FakeWitness *self = FAKE_WITNESS (observer);
  guint8 *state = fake_witness_find (self, task);
  ApoolOutcomeKind kind = apool_outcome_get_kind (outcome);
  gboolean never_ran = kind == APOOL_OUTCOME_NOT_STARTED;

  g_assert_cmpint (*state, ==, never_ran ? FAKE_TASK_UNKNOWN : FAKE_TASK_STARTED);
  *state = FAKE_TASK_SETTLED;
  self->n_settled++;
  self->n_open -= never_ran ? 0 : 1;
  g_free (self->message);
  self->message = g_strdup (apool_outcome_get_message (outcome));
  fake_witness_write (self, fake_witness_get_sign (kind), apool_task_get_seq (task));
  if (self->hook)
    self->hook (apool_task_get_seq (task), self->data);
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
  iface->task_finished = fake_witness_task_finished;
  iface->pool_done = fake_witness_pool_done;
}

static void
fake_witness_finalize (GObject *object)
{
  FakeWitness *self = FAKE_WITNESS (object);

  if (self->log)
    g_string_free (self->log, TRUE);
  g_free (self->message);
  g_free (self->states);
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
  self->states = g_new0 (guint8, n_tasks + 1);
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
 * @hook: called at the end of each event of a task, from within it
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
  return self->states[seq] == FAKE_TASK_SETTLED;
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
