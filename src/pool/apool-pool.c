/* SPDX-License-Identifier: MIT */
/* The pool manager: hands tasks out, and collects what becomes of them. It starts no job itself and
 * knows no concrete factory, source or sink.
 *
 * States: open (tasks are handed out), closed (no more are, and those that wait at the workers are
 * called back and dropped; what is started runs to its end), done (every task is settled and every
 * worker gone).
 *
 * The parts: the line yields the next task, the scheduler says which seat gets it, by the roster's
 * account of who has room, and the crew has a worker there. When all slots are taken, a few tasks
 * wait at the workers already, so that a slot that becomes free is filled without asking; those
 * that wait behind a long job while others have room are called back.
 *
 * A task that failed or was lost with its worker may be tried again: then it goes back into the
 * line, before all input. What is run about a task that failed in the end is a task too, and goes
 * the same way. */

#include "pool/apool-pool.h"

#include <errno.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"
#include "pool/apool-pool-private.h"

G_DEFINE_FINAL_TYPE (ApoolPool, apool_pool, G_TYPE_OBJECT)

static void
apool_pool_finalize (GObject *object)
{
  ApoolPool *self = APOOL_POOL (object);

  g_object_unref (self->audience);
  g_ptr_array_unref (self->overfull);
  g_clear_pointer (&self->crew, apool_crew_free);
  g_clear_pointer (&self->door, apool_door_free);
  g_clear_object (&self->scheduler);
  g_clear_pointer (&self->roster, apool_roster_free);
  g_clear_pointer (&self->line, apool_task_line_free);
  g_clear_pointer (&self->on_error, apool_error_hook_free);
  apool_attempts_free (self->attempts);
  apool_fd_clear (&self->first_stdin_fd);
  g_clear_error (&self->error);
  G_OBJECT_CLASS (apool_pool_parent_class)->finalize (object);
}

static void
apool_pool_class_init (ApoolPoolClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = apool_pool_finalize;
}

static void
apool_pool_init (ApoolPool *self)
{
  self->audience = APOOL_OBSERVER (apool_audience_new ());
  self->overfull = g_ptr_array_new ();
  self->attempts = apool_attempts_new ();
  self->first_stdin_fd = -1;
}

/* ---- settling ---- */

/* Has the user's command run about a job that failed by itself, and now. */
static void
apool_pool_handle_error (ApoolPool *self, ApoolTask *task, ApoolOutcome *outcome, guint worker)
{
  g_autoptr (ApoolTask) hook = NULL;

  if (!self->on_error || !apool_outcome_is_failure (outcome) ||
      apool_outcome_is_ended_by_pool (outcome) || apool_outcome_is_declined (outcome) ||
      apool_task_get_traits (task)->recorded)
    return;
  hook = apool_error_hook_make_task (self->on_error, task, outcome, worker);
  if (!self->is_terminated)
    apool_task_line_put_back (self->line, hook);
}

/* Nothing is handed out, and the pool does not end, before all observers know: whoever calls this
 * dispatches afterwards. */
void
apool_pool_settle (ApoolPool *self, ApoolTask *task, ApoolOutcome *outcome, guint worker)
{
  gboolean was_held = self->is_held;

  self->is_held = TRUE;
  apool_observer_task_finished (self->audience, task, outcome);
  apool_pool_handle_error (self, task, outcome, worker);
  self->is_held = was_held;
}

ApoolOutcome *
apool_pool_make_outcome (ApoolPool *self, ApoolOutcomeKind kind, const char *message)
{
  ApoolUsage usage = { .start_usec = g_get_real_time () };

  return apool_outcome_new (kind, 0, &usage, self->is_terminated, FALSE, message);
}

/* A task is nobody's. At the end of all there are no more attempts at a job: what became of the
 * last one became of the job. */
void
apool_pool_put_back (ApoolPool *self, ApoolTask *task)
{
  g_autoptr (ApoolTask) last = NULL;
  g_autoptr (ApoolOutcome) outcome = NULL;

  if (!self->is_terminated)
    apool_task_line_put_back (self->line, task);
  else if (!apool_task_is_hook (task) &&
           apool_attempts_take (self->attempts, apool_task_get_seq (task), &last, &outcome))
    apool_pool_settle (self, last, outcome, 0);
}

static void
apool_pool_put_back_all (ApoolPool *self, GPtrArray *tasks)
{
  for (guint i = 0; i < tasks->len; i++)
    apool_pool_put_back (self, g_ptr_array_index (tasks, i));
}

static void
apool_pool_settle_hook (ApoolPool *self, ApoolTask *task, ApoolOutcome *outcome, guint worker)
{
  gboolean was_held = self->is_held;
  ApoolHookReport report;
  /* What the report points into. */
  g_autoptr (GByteArray) output G_GNUC_UNUSED =
      apool_error_hook_finish (self->on_error, task, outcome, &report);

  self->is_held = TRUE;
  apool_observer_hook_ended (self->audience, worker, apool_task_get_job (task), &report);
  self->is_held = was_held;
}

/* Whether there is another attempt at a job that has ended with @outcome. */
static gboolean
apool_pool_may_retry (ApoolPool *self, const ApoolTaskTraits *traits, ApoolOutcome *outcome)
{
  if (self->is_terminated || apool_task_line_is_closed (self->line) ||
      apool_outcome_is_success (outcome) || apool_outcome_is_ended_by_pool (outcome))
    return FALSE;
  return apool_retry_policy_allows (&self->limits.retry, self->limits.retries,
                                    self->limits.crash_limit, traits, outcome);
}

static void
apool_pool_retry (ApoolPool *self,
                  ApoolTask *task,
                  const ApoolTaskTraits *traits,
                  ApoolOutcome *outcome)
{
  gboolean was_held = self->is_held;
  /* Those that were ended to make room are nobody's failure: none waits longer for them. */
  guint n_failed = traits->attempt - traits->n_evictions;
  ApoolTaskTraits next_traits = *traits;
  g_autoptr (ApoolTask) next = NULL;

  apool_attempts_note (self->attempts, task, outcome);
  self->is_held = TRUE;
  apool_observer_task_retried (self->audience, task, outcome);
  self->is_held = was_held;
  next_traits.attempt++;
  next = apool_task_new_variant (task, &next_traits);
  if (self->is_terminated || next_traits.n_evictions > apool_task_get_traits (task)->n_evictions)
    apool_pool_put_back (self, next);
  else
    apool_task_line_put_off (
        self->line, next,
        apool_retry_policy_get_delay (&self->limits.retry, n_failed, g_random_double ()));
}

/* A task has ended. @n_crashes workers were lost that ran it. */
static void
apool_pool_end_task (
    ApoolPool *self, ApoolTask *task, ApoolOutcome *outcome, guint n_crashes, guint worker)
{
  ApoolTaskTraits traits = *apool_task_get_traits (task);

  traits.n_crashes = n_crashes;
  if (apool_task_is_hook (task))
    apool_pool_settle_hook (self, task, outcome, worker);
  else if (apool_pool_may_retry (self, &traits, outcome))
    apool_pool_retry (self, task, &traits, outcome);
  else
    apool_pool_settle (self, task, outcome, worker);
}

/* A task has ended only because there had to be room. */
static void
apool_pool_restart (ApoolPool *self, ApoolTask *task, ApoolOutcome *outcome)
{
  ApoolTaskTraits traits = *apool_task_get_traits (task);

  traits.n_evictions++;
  apool_pool_retry (self, task, &traits, outcome);
}

static void
apool_pool_finish (ApoolPool *self)
{
  if (self->is_done)
    return;
  self->is_done = TRUE;
  apool_observer_pool_done (self->audience);
  self->done (self->error, self->data);
}

/* Whether every task is settled that there ever was or will be. */
static gboolean
apool_pool_is_over (ApoolPool *self)
{
  return apool_crew_get_n_tasks (self->crew) == 0 && apool_task_line_is_over (self->line) &&
         apool_scheduler_get_n_kept (self->scheduler) == 0;
}

/* Where nothing is left to be done: ends the workers, then the pool. */
void
apool_pool_wind_up (ApoolPool *self)
{
  if (!apool_pool_is_over (self))
    return;
  if (!self->is_closing)
    {
      self->is_closing = TRUE;
      apool_crew_close (self->crew);
    }
  if (apool_crew_get_n_workers (self->crew) == 0)
    apool_pool_finish (self);
}

/* The pool cannot do its work: what runs is ended. */
void
apool_pool_give_up (ApoolPool *self, GError *error)
{
  if (self->error)
    g_error_free (error);
  else
    self->error = error;
  apool_pool_terminate (self, FALSE);
}

/* ---- what the crew tells ---- */

static void
apool_pool_started_cb (ApoolTask *task, const ApoolPlace *place, gpointer data)
{
  ApoolPool *self = data;

  if (apool_task_is_hook (task))
    return;
  apool_attempts_forget (self->attempts, apool_task_get_seq (task));
  if (apool_task_get_seq (task) == 1)
    apool_fd_clear (&self->first_stdin_fd);
  apool_door_started (self->door, task);
  apool_observer_task_started (self->audience, task, place);
}

static void
apool_pool_stopped_cb (ApoolTask *task, int signum, gpointer data)
{
  ApoolPool *self = data;

  if (!apool_task_is_hook (task))
    apool_observer_task_stopped (self->audience, task, signum);
}

static void
apool_pool_output_cb (
    ApoolTask *task, ApoolStream stream, const char *bytes, gsize length, gpointer data)
{
  ApoolPool *self = data;

  if (apool_task_is_hook (task))
    {
      apool_error_hook_take_output (self->on_error, task, bytes, length);
      return;
    }
  apool_observer_task_output (self->audience, task, stream, bytes, length);
}

static void
apool_pool_pipe_cb (ApoolTask *task, ApoolStream stream, int fd, gpointer data)
{
  ApoolPool *self = data;

  if (apool_task_is_hook (task))
    apool_fd_clear (&fd);
  else
    (void) apool_observer_task_pipe (self->audience, task, stream, fd);
}

static void
apool_pool_finished_cb (ApoolTask *task, ApoolOutcome *outcome, guint worker, gpointer data)
{
  ApoolPool *self = data;

  apool_scheduler_complete_task (self->scheduler, task);
  apool_pool_note_run (self, outcome);
  if (apool_door_leave (self->door, task, outcome) && !self->is_terminated)
    apool_pool_restart (self, task, outcome);
  else
    apool_pool_end_task (self, task, outcome, apool_task_get_traits (task)->n_crashes, worker);
}

static void
apool_pool_lost_cb (ApoolTask *task, const char *why, guint worker, gpointer data)
{
  ApoolPool *self = data;
  guint n_crashes = apool_task_get_traits (task)->n_crashes + 1;
  guint crash_limit = self->limits.retries > 0 ? self->limits.crash_limit : 0;
  g_autofree char *message = apool_retry_policy_dup_loss (n_crashes, crash_limit, worker, why);
  g_autoptr (ApoolOutcome) outcome = apool_pool_make_outcome (self, APOOL_OUTCOME_LOST, message);

  apool_scheduler_complete_task (self->scheduler, task);
  (void) apool_door_leave (self->door, task, outcome); /* a crash, whatever was wanted of it */
  apool_pool_end_task (self, task, outcome, n_crashes, worker);
}

static void
apool_pool_returned_cb (GPtrArray *tasks, gpointer data)
{
  ApoolPool *self = data;

  for (guint i = 0; i < tasks->len; i++)
    apool_scheduler_complete_task (self->scheduler, g_ptr_array_index (tasks, i));
  apool_door_leave_all (self->door, tasks);
  apool_pool_put_back_all (self, tasks);
}

static void
apool_pool_left_cb (const ApoolLeak *leak, gpointer data)
{
  ApoolPool *self = data;

  apool_observer_task_left (self->audience, leak);
}

static void
apool_pool_hook_cb (guint worker, const ApoolHookReport *report, gpointer data)
{
  ApoolPool *self = data;

  apool_observer_hook_ended (self->audience, worker, 0, report);
}

/* The crew is in the middle of something: nothing is handed out before it has told the rest. */
static void
apool_pool_event_cb (const ApoolWorkerEvent *event, gpointer data)
{
  ApoolPool *self = data;
  gboolean was_held = self->is_held;

  self->is_held = TRUE;
  apool_observer_worker_event (self->audience, event);
  self->is_held = was_held;
}

static gboolean
apool_pool_wants_more_cb (gpointer data)
{
  ApoolPool *self = data;

  return !self->is_terminated && (apool_task_line_has_next (self->line, !self->is_congested) ||
                                  apool_scheduler_get_n_kept (self->scheduler) > 0);
}

static void
apool_pool_changed_cb (gpointer data)
{
  apool_pool_dispatch (data);
}

static void
apool_pool_failed_cb (GError *error, gpointer data)
{
  apool_pool_give_up (data, error);
}

static const ApoolCrewFuncs apool_pool_crew_funcs = {
  .started = apool_pool_started_cb,
  .stopped = apool_pool_stopped_cb,
  .output = apool_pool_output_cb,
  .pipe = apool_pool_pipe_cb,
  .finished = apool_pool_finished_cb,
  .lost = apool_pool_lost_cb,
  .returned = apool_pool_returned_cb,
  .left = apool_pool_left_cb,
  .hook = apool_pool_hook_cb,
  .event = apool_pool_event_cb,
  .wants_more = apool_pool_wants_more_cb,
  .changed = apool_pool_changed_cb,
  .failed = apool_pool_failed_cb,
};

/* ---- what others ask ---- */

/**
 * apool_pool_new:
 * @context: where everything happens
 * @factory: where workers come from
 * @tasks: what is to be done; outlives the pool
 * @limits: how much at once
 * @scheduler: (nullable): who decides which worker gets which task; the usual one where %NULL
 * @done: called at the end, never from within apool_pool_new()
 * @data: (closure): for @done
 *
 * Returns: (transfer full): a pool that has not been started
 */
ApoolPool *
apool_pool_new (GMainContext *context,
                ApoolWorkerFactory *factory,
                ApoolTasks *tasks,
                const ApoolPoolLimits *limits,
                const ApoolSchedulerKind *scheduler,
                ApoolPoolDoneFunc done,
                gpointer data)
{
  ApoolPool *self = g_object_new (APOOL_TYPE_POOL, NULL);
  gsize n_kinds;
  const ApoolSchedulerKind *kind = scheduler ? scheduler : apool_scheduler_table_get (&n_kinds);
  guint max_jobs = MAX (limits->jobs, limits->max_jobs);
  ApoolCrewLimits crew_limits = {
    .jobs = limits->jobs,
    .spread = MIN (limits->workers, max_jobs),
    .jobs_per_seat = limits->jobs_per_worker,
    .max_tasks = limits->max_tasks,
    .delay_msec = limits->delay_msec,
  };

  g_return_val_if_fail (limits->jobs > 0 && limits->workers > 0, NULL);
  self->line = apool_task_line_new (context, tasks, apool_pool_changed_cb, self);
  self->limits = *limits;
  self->roster = apool_roster_new (apool_crew_count_seats (&crew_limits, max_jobs), limits->jobs,
                                   apool_pool_get_prefetch (self));
  self->scheduler = kind->create (self->roster);
  self->crew = apool_crew_new (context, factory, self->roster, self->scheduler, &crew_limits,
                               &apool_pool_crew_funcs, self);
  self->done = done;
  self->data = data;
  return self;
}

/**
 * apool_pool_add_observer:
 * @self: a pool that has not been started
 * @observer: whom to tell, behind those added before
 */
void
apool_pool_add_observer (ApoolPool *self, ApoolObserver *observer)
{
  apool_audience_add (APOOL_AUDIENCE (self->audience), observer);
}

/**
 * apool_pool_set_on_error:
 * @self: a pool that has not been started
 * @command: a command line for the shell, to be run for each job that failed
 */
void
apool_pool_set_on_error (ApoolPool *self, const char *command)
{
  g_clear_pointer (&self->on_error, apool_error_hook_free);
  self->on_error = apool_error_hook_new (command);
}

static gboolean
apool_pool_evict_task_cb (guint64 seq, gpointer data)
{
  ApoolPool *self = data;

  if (!apool_crew_end_task (self->crew, seq, APOOL_END_BY_POOL, NULL))
    return FALSE;
  apool_door_note_evicted (self->door, seq);
  return TRUE;
}

static gboolean
apool_pool_pause_task_cb (guint64 seq, gboolean is_paused, gpointer data)
{
  return apool_pool_set_task_paused (data, seq, is_paused);
}

static const ApoolGateFuncs apool_pool_gate_funcs = {
  .changed = apool_pool_changed_cb,
  .pause_task = apool_pool_pause_task_cb,
  .evict_task = apool_pool_evict_task_cb,
};

/**
 * apool_pool_set_gates:
 * @self: a pool that has not been started, of which no task waits at a worker (#ApoolPoolLimits)
 * @gates: what jobs have to pass before they are started; outlives the pool
 */
void
apool_pool_set_gates (ApoolPool *self, ApoolGates *gates)
{
  g_clear_pointer (&self->door, apool_door_free);
  self->door = apool_door_new (gates, &apool_pool_gate_funcs, self);
}

/**
 * apool_pool_set_first_stdin:
 * @self: a pool that has not been started
 * @fd: (transfer full): what the first task reads as its standard input; all others read nothing
 */
void
apool_pool_set_first_stdin (ApoolPool *self, int fd)
{
  apool_fd_clear (&self->first_stdin_fd);
  self->first_stdin_fd = fd;
}

/**
 * apool_pool_start:
 * @self: a pool
 *
 * Begins. The end may come before this returns.
 */
void
apool_pool_start (ApoolPool *self)
{
  apool_pool_dispatch (self);
}

/**
 * apool_pool_close:
 * @self: a pool
 *
 * Starts no more jobs; those that run, or that a worker has a free slot for, come to their end, and
 * so do those that are to be tried again.
 */
void
apool_pool_close (ApoolPool *self)
{
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func ((GDestroyNotify) apool_task_unref);

  apool_task_line_close (self->line);
  apool_scheduler_drop_tasks (self->scheduler, kept);
  apool_pool_put_back_all (self, kept);
  apool_pool_dispatch (self);
}

/**
 * apool_pool_terminate:
 * @self: a pool
 * @now: whether the workers are killed, with all that they run; else the running tasks are asked
 *   to end, and killed after a while
 *
 * Starts no more tasks, and ends those that run.
 */
void
apool_pool_terminate (ApoolPool *self, gboolean now)
{
  gboolean again = self->is_terminated;
  g_autoptr (GPtrArray) tasks = g_ptr_array_new_with_free_func ((GDestroyNotify) apool_task_unref);

  self->is_terminated = TRUE;
  apool_task_line_close (self->line);
  apool_task_line_clear (self->line, tasks);
  apool_scheduler_drop_tasks (self->scheduler, tasks);
  if (now)
    apool_crew_kill (self->crew);
  else if (!again)
    apool_crew_terminate (self->crew);
  apool_pool_put_back_all (self, tasks);
  apool_pool_dispatch (self);
}

/**
 * apool_pool_stream_task:
 * @self: a pool
 * @seq: a task's number
 *
 * Has that task's output sent as it is written, if it is in the hands of a worker.
 */
void
apool_pool_stream_task (ApoolPool *self, guint64 seq)
{
  (void) apool_crew_stream_task (self->crew, seq); /* else it has ended meanwhile */
}

/**
 * apool_pool_end_job:
 * @self: a pool
 * @seq: a job's number
 * @reason: why
 * @message: (nullable): where it has run too long: what is said of that
 *
 * Has that job ended, if it runs.
 */
void
apool_pool_end_job (ApoolPool *self, guint64 seq, ApoolEndReason reason, const char *message)
{
  (void) apool_crew_end_task (self->crew, seq, reason, message); /* else it has ended meanwhile */
}

/**
 * apool_pool_set_congested:
 * @self: a pool
 * @congested: whether output leaves slower than it comes: then no more tasks are taken from the
 *   input, and streamed output waits
 * @except: the number of a task whose output does not; 0: of none
 */
void
apool_pool_set_congested (ApoolPool *self, gboolean congested, guint64 except)
{
  gboolean was_congested = self->is_congested;

  self->is_congested = congested;
  apool_crew_set_congested (self->crew, congested, except);
  if (was_congested && !congested)
    apool_pool_dispatch (self);
}

/**
 * apool_pool_set_jobs:
 * @self: a pool
 * @jobs: how many tasks may run at once from now on, at least 1 and no more than
 *   #ApoolPoolLimits.max_jobs
 * @prefetch: as #ApoolPoolLimits.prefetch
 *
 * Where more run than may, none is started before enough of them have ended.
 */
void
apool_pool_set_jobs (ApoolPool *self, guint jobs, guint prefetch)
{
  g_return_if_fail (jobs > 0 && jobs <= self->limits.max_jobs);

  self->limits.jobs = jobs;
  self->limits.prefetch = prefetch;
  apool_roster_set_capacity (self->roster, jobs, apool_pool_get_prefetch (self));
  apool_crew_set_jobs (self->crew, jobs);
  apool_pool_dispatch (self);
}

/**
 * apool_pool_set_ask:
 * @self: a pool that has not been started
 * @ask: called for each job that could be started; answered by apool_pool_answer(), not from within
 * @data: (closure): for @ask
 */
void
apool_pool_set_ask (ApoolPool *self, ApoolTaskLineAskFunc ask, gpointer data)
{
  apool_task_line_set_ask (self->line, ask, data);
}

/**
 * apool_pool_is_asking:
 * @self: a pool
 *
 * Returns: whether it has asked and still wants an answer: not when it starts no more jobs
 */
gboolean
apool_pool_is_asking (ApoolPool *self)
{
  return apool_task_line_is_asking (self->line);
}

/**
 * apool_pool_answer:
 * @self: a pool that has asked
 * @is_wanted: whether the job is to be run; else it counts as failed
 */
void
apool_pool_answer (ApoolPool *self, gboolean is_wanted)
{
  g_autoptr (ApoolTask) task = apool_task_line_take_asked (self->line);
  ApoolUsage usage = { .start_usec = g_get_real_time () };
  g_autoptr (ApoolOutcome) outcome = NULL;

  if (task && is_wanted)
    apool_task_line_put_back (self->line, task);
  else if (task)
    {
      outcome =
          apool_outcome_new (APOOL_OUTCOME_NOT_STARTED, ECANCELED, &usage, FALSE, FALSE, NULL);
      apool_pool_settle (self, task, outcome, 0);
    }
  apool_pool_dispatch (self);
}

/**
 * apool_pool_give_terminal:
 * @self: a pool
 * @is_back: whether the user is at the terminal; else nobody could have called
 *
 * Has the tasks go on that have the terminal and stopped together with this process.
 */
void
apool_pool_give_terminal (ApoolPool *self, gboolean is_back)
{
  apool_crew_give_terminal (self->crew, is_back);
}

/**
 * apool_pool_list_workers:
 * @self: a pool
 *
 * Returns: (transfer full) (element-type ApoolWorkerState): its workers as they are now; valid
 * until the context has its turn
 */
GArray *
apool_pool_list_workers (ApoolPool *self)
{
  return apool_crew_list_workers (self->crew);
}

/**
 * apool_pool_get_n_running:
 * @self: a pool
 *
 * Returns: how many tasks run now, as far as their workers have said
 */
guint
apool_pool_get_n_running (ApoolPool *self)
{
  return apool_crew_count_running (self->crew);
}

/**
 * apool_pool_get_n_slots:
 * @self: a pool
 *
 * Returns: how many tasks may run at once
 */
guint
apool_pool_get_n_slots (ApoolPool *self)
{
  return self->limits.jobs;
}

/**
 * apool_pool_is_terminated:
 * @self: a pool
 *
 * Returns: whether what runs has been told to end
 */
gboolean
apool_pool_is_terminated (ApoolPool *self)
{
  return self->is_terminated;
}

/**
 * apool_pool_set_paused:
 * @self: a pool
 * @is_paused: whether everything is to stand still: what runs is stopped, nothing is started, and
 *   the times of the workers do not go on; else all goes on
 *
 * The observers are told. When all workers have done it, apool_pool_ask() is answered.
 */
void
apool_pool_set_paused (ApoolPool *self, gboolean is_paused)
{
  apool_task_line_set_paused (self->line, is_paused);
  apool_door_set_paused (self->door, is_paused);
  (void) apool_crew_set_paused (self->crew, 0, is_paused); /* there may be no workers now */
  apool_observer_pool_paused (self->audience, is_paused);
}

/**
 * apool_pool_set_task_paused:
 * @self: a pool
 * @seq: a task's number; whether it still runs does not matter
 * @is_paused: whether to stop it; else it goes on, unless everything stands still
 *
 * Returns: whether a worker has it, and was told
 */
gboolean
apool_pool_set_task_paused (ApoolPool *self, guint64 seq, gboolean is_paused)
{
  g_return_val_if_fail (seq > 0, FALSE);
  return apool_crew_set_paused (self->crew, seq, is_paused);
}

/**
 * apool_pool_ask:
 * @self: a pool
 * @func: what to tell, once, from the context, within a second; not at all if the pool is freed
 * @data: (closure): for @func
 *
 * Asks the workers about the jobs that they run.
 */
void
apool_pool_ask (ApoolPool *self, ApoolSurveyFunc func, gpointer data)
{
  apool_crew_ask (self->crew, func, data);
}
