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
#include <fcntl.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"
#include "pool/apool-crew.h"
#include "pool/apool-door.h"
#include "pool/apool-error-hook.h"
#include "pool/apool-task-line.h"
#include "pool/apool-weight.h"

/* A task that waits at a worker while so many rounds of all slots went past it is called back. */
#define MAX_ROUNDS_BEHIND 4u

struct _ApoolPool
{
  GObject parent_instance;

  ApoolTaskLine *line;
  ApoolRoster *roster;
  ApoolScheduler *scheduler;
  ApoolCrew *crew;
  ApoolPoolLimits limits;
  ApoolErrorHook *on_error; /* (nullable) */
  ApoolDoor *door;          /* (nullable): what tasks go out by */
  GPtrArray *observers;     /* ApoolObserver, owned */
  GPtrArray *overfull;      /* ApoolSeat, for the time of a call */
  ApoolPoolDoneFunc done;
  gpointer data;

  guint64 last_seq;   /* the newest task that was handed out */
  guint64 check_seq;  /* when that has this number, waiting tasks are looked at again */
  int first_stdin_fd; /* owned; -1 once the first task is started */
  gboolean is_congested;
  gboolean is_terminated;
  gboolean is_closing; /* the workers have been told to end */
  gboolean is_done;
  gboolean is_due;  /* there may be something to hand out or to call back */
  gboolean is_held; /* handing out or telling of an end: what is asked meanwhile is done after it */
  GError *error;    /* (nullable): why the pool gives up */
};

G_DEFINE_FINAL_TYPE (ApoolPool, apool_pool, G_TYPE_OBJECT)

static void apool_pool_dispatch (ApoolPool *self);

static void
apool_pool_finalize (GObject *object)
{
  ApoolPool *self = APOOL_POOL (object);

  g_ptr_array_unref (self->observers);
  g_ptr_array_unref (self->overfull);
  g_clear_pointer (&self->crew, apool_crew_free);
  g_clear_pointer (&self->door, apool_door_free);
  g_clear_object (&self->scheduler);
  g_clear_pointer (&self->roster, apool_roster_free);
  g_clear_pointer (&self->line, apool_task_line_free);
  g_clear_pointer (&self->on_error, apool_error_hook_free);
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
  self->observers = g_ptr_array_new_with_free_func (g_object_unref);
  self->overfull = g_ptr_array_new ();
  self->first_stdin_fd = -1;
}

/* ---- settling ---- */

/* Has the user's command run about a job that failed by itself. */
static void
apool_pool_handle_error (ApoolPool *self, ApoolTask *task, ApoolOutcome *outcome, guint worker)
{
  g_autoptr (ApoolTask) hook = NULL;

  if (!self->on_error || !apool_outcome_is_failure (outcome) ||
      apool_outcome_is_ended_by_pool (outcome) || apool_outcome_is_declined (outcome))
    return;
  hook = apool_error_hook_make_task (self->on_error, task, outcome, worker);
  if (!self->is_terminated)
    apool_task_line_put_back (self->line, hook);
}

/* Nothing is handed out, and the pool does not end, before all observers know: whoever calls this
 * dispatches afterwards. */
static void
apool_pool_settle (ApoolPool *self, ApoolTask *task, ApoolOutcome *outcome, guint worker)
{
  gboolean was_held = self->is_held;

  self->is_held = TRUE;
  for (guint i = 0; i < self->observers->len; i++)
    apool_observer_task_finished (g_ptr_array_index (self->observers, i), task, outcome);
  apool_pool_handle_error (self, task, outcome, worker);
  self->is_held = was_held;
}

static ApoolOutcome *
apool_pool_make_outcome (ApoolPool *self, ApoolOutcomeKind kind, const char *message)
{
  ApoolUsage usage = { .start_usec = g_get_real_time () };

  return apool_outcome_new (kind, 0, &usage, self->is_terminated, FALSE, message);
}

/* A task is nobody's. At the end of all there are no more attempts at a job: the last one was that
 * which has failed. */
static void
apool_pool_put_back (ApoolPool *self, ApoolTask *task)
{
  g_autoptr (ApoolOutcome) outcome = NULL;

  if (!self->is_terminated)
    {
      apool_task_line_put_back (self->line, task);
      return;
    }
  if (apool_task_is_hook (task) || !apool_task_line_is_begun (task))
    return;
  outcome = apool_pool_make_outcome (self, APOOL_OUTCOME_NOT_STARTED, "no further attempt");
  apool_pool_settle (self, task, outcome, 0);
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
  for (guint i = 0; i < self->observers->len; i++)
    apool_observer_hook_ended (g_ptr_array_index (self->observers, i), worker,
                               apool_task_get_job (task), &report);
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
  ApoolTaskTraits next_traits = *traits;
  g_autoptr (ApoolTask) next = NULL;

  self->is_held = TRUE;
  for (guint i = 0; i < self->observers->len; i++)
    apool_observer_task_retried (g_ptr_array_index (self->observers, i), task, outcome);
  self->is_held = was_held;
  next_traits.attempt++;
  next = apool_task_new_variant (task, &next_traits);
  if (self->is_terminated || next_traits.n_evictions > apool_task_get_traits (task)->n_evictions)
    apool_pool_put_back (self, next);
  else
    apool_task_line_put_off (
        self->line, next,
        apool_retry_policy_get_delay (&self->limits.retry, traits->attempt, g_random_double ()));
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
  for (guint i = 0; i < self->observers->len; i++)
    apool_observer_pool_done (g_ptr_array_index (self->observers, i));
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
static void
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
static void
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
  if (apool_task_get_seq (task) == 1)
    apool_fd_clear (&self->first_stdin_fd);
  apool_door_started (self->door, task);
  for (guint i = 0; i < self->observers->len; i++)
    apool_observer_task_started (g_ptr_array_index (self->observers, i), task, place);
}

static void
apool_pool_stopped_cb (ApoolTask *task, int signum, gpointer data)
{
  ApoolPool *self = data;

  for (guint i = 0; i < self->observers->len && !apool_task_is_hook (task); i++)
    apool_observer_task_stopped (g_ptr_array_index (self->observers, i), task, signum);
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
  for (guint i = 0; i < self->observers->len; i++)
    apool_observer_task_output (g_ptr_array_index (self->observers, i), task, stream, bytes,
                                length);
}

static void
apool_pool_pipe_cb (ApoolTask *task, ApoolStream stream, int fd, gpointer data)
{
  ApoolPool *self = data;

  for (guint i = 0; i < self->observers->len && !apool_task_is_hook (task); i++)
    if (apool_observer_task_pipe (g_ptr_array_index (self->observers, i), task, stream, fd))
      return;
  apool_fd_clear (&fd);
}

static void
apool_pool_finished_cb (ApoolTask *task, ApoolOutcome *outcome, guint worker, gpointer data)
{
  ApoolPool *self = data;

  apool_scheduler_complete_task (self->scheduler, task);
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

  for (guint i = 0; i < self->observers->len; i++)
    apool_observer_task_left (g_ptr_array_index (self->observers, i), leak);
}

static void
apool_pool_hook_cb (guint worker, const ApoolHookReport *report, gpointer data)
{
  ApoolPool *self = data;

  for (guint i = 0; i < self->observers->len; i++)
    apool_observer_hook_ended (g_ptr_array_index (self->observers, i), worker, 0, report);
}

/* The crew is in the middle of something: nothing is handed out before it has told the rest. */
static void
apool_pool_event_cb (const ApoolWorkerEvent *event, gpointer data)
{
  ApoolPool *self = data;
  gboolean was_held = self->is_held;

  self->is_held = TRUE;
  for (guint i = 0; i < self->observers->len; i++)
    apool_observer_worker_event (g_ptr_array_index (self->observers, i), event);
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

/* ---- handing out ---- */

/* Returns the next task that is to be run, or NULL where there is none, now or ever. */
static ApoolTask *
apool_pool_next_task (ApoolPool *self)
{
  for (;;)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *fault = NULL;
      g_autoptr (ApoolTask) task =
          apool_task_line_next (self->line, !self->is_congested, &fault, &error);
      g_autoptr (ApoolOutcome) outcome = NULL;

      if (error)
        apool_pool_give_up (self, g_steal_pointer (&error));
      if (!fault && (!task || !apool_task_get_traits (task)->is_skipped))
        return g_steal_pointer (&task);
      outcome = apool_pool_make_outcome (
          self, fault ? APOOL_OUTCOME_NOT_STARTED : APOOL_OUTCOME_SKIPPED, fault);
      apool_pool_settle (self, task, outcome, 0);
    }
}

/* Returns: (transfer full): the first task's standard input, -1 where there is none. Ours is kept
 * until that task is started: it may come back from this worker and go to another one. */
static int
apool_pool_get_first_stdin (ApoolPool *self)
{
  int fd = self->first_stdin_fd >= 0 ? fcntl (self->first_stdin_fd, F_DUPFD_CLOEXEC, 3) : -1;

  /* Out of descriptors, it goes away with the task. */
  return fd >= 0 ? fd : apool_fd_steal (&self->first_stdin_fd);
}

static void
apool_pool_hand_out (ApoolPool *self, ApoolSeat *seat, ApoolTask *task)
{
  guint64 seq = apool_task_get_seq (task);

  if (!apool_task_is_hook (task))
    self->last_seq = MAX (self->last_seq, seq);
  apool_door_enter (self->door, task);
  apool_crew_hand_task (self->crew, seat, task, seq == 1 ? apool_pool_get_first_stdin (self) : -1);
}

/* Calls tasks back that wait at full workers: at most @n from each, and none where the oldest is
 * newer than @limit. */
static void
apool_pool_call_back (ApoolPool *self, guint n, guint64 limit)
{
  g_ptr_array_set_size (self->overfull, 0);
  apool_roster_list_overfull (self->roster, self->overfull);
  for (guint i = 0; i < self->overfull->len; i++)
    apool_crew_call_back (self->crew, g_ptr_array_index (self->overfull, i), n, limit);
  apool_crew_call_back_retiring (self->crew, n, limit);
}

/* Tasks that wait for a worker to be prepared are called back when another one has a slot. */
static void
apool_pool_call_back_unready (ApoolPool *self)
{
  const ApoolSeat *seat = apool_roster_find (self->roster, FALSE);

  if (seat && seat->state == APOOL_SEAT_READY)
    apool_crew_call_back_unready (self->crew, (guint) apool_seat_get_room (seat));
}

/* Sees to it that no task waits behind a long job for long: one is called back when there is a
 * free slot and nothing else to fill it, or when far too many went past it. */
static void
apool_pool_balance (ApoolPool *self, guint n_free)
{
  guint64 lag = (guint64) MAX_ROUNDS_BEHIND * self->limits.jobs;

  if (n_free > 0)
    apool_pool_call_back (self, n_free, G_MAXUINT64 - 1);
  else if (self->last_seq > lag && self->last_seq >= self->check_seq)
    {
      apool_pool_call_back (self, 1, self->last_seq - lag);
      /* All workers are looked at: not for every task. */
      self->check_seq = self->last_seq + MAX (self->limits.jobs / 4, 1);
    }
}

/* Whether nothing is to wait at a worker: the pool is closed, or more runs than may run by now. */
static gboolean
apool_pool_is_tight (ApoolPool *self)
{
  return apool_task_line_is_closed (self->line) || apool_crew_is_shrinking (self->crew);
}

/* Whether the next task may be handed to a worker that has no slot for it yet. One that came back
 * from a worker has waited long enough, unless it has to go to just that one. */
static gboolean
apool_pool_may_wait (ApoolPool *self)
{
  const ApoolTask *returned = apool_task_line_peek_returned (self->line);

  if (apool_pool_is_tight (self))
    return FALSE;
  return !returned || (apool_scheduler_binds_tasks (self->scheduler) &&
                       apool_task_get_traits (returned)->key != 0);
}

/* Takes the next task, if there is a place for one, it is not too heavy for now, and it may be
 * started. */
static ApoolTask *
apool_pool_take_task (ApoolPool *self, gboolean *may_wait)
{
  g_autoptr (ApoolTask) task = NULL;
  g_autoptr (ApoolTask) light = NULL;

  *may_wait = apool_pool_may_wait (self);
  if (self->is_terminated || !apool_scheduler_can_take (self->scheduler, *may_wait) ||
      (apool_crew_is_shrinking (self->crew) && apool_roster_get_free_weight (self->roster) <= 0))
    return NULL;
  task = apool_pool_next_task (self);
  if (!task)
    return NULL;
  light = self->limits.is_weighted ? apool_weight_limit (apool_task_ref (task), self->limits.jobs)
                                   : apool_task_ref (task);
  /* Nobody overtakes a heavy one, or it would wait for ever. */
  if (self->limits.is_weighted &&
      apool_task_get_traits (light)->weight > apool_roster_get_free_weight (self->roster))
    {
      apool_pool_put_back (self, task);
      return NULL;
    }
  if (apool_door_admits (self->door, light))
    return g_steal_pointer (&light);
  apool_pool_put_back (self, task);
  return apool_task_line_take_hook (self->line);
}

/* Has the scheduler give back what it kept and has a place for now. */
static void
apool_pool_release_tasks (ApoolPool *self)
{
  gboolean may_wait = !apool_pool_is_tight (self);

  for (;;)
    {
      g_autoptr (ApoolTask) task = apool_scheduler_release_task (self->scheduler, may_wait);

      if (!task)
        return;
      apool_pool_put_back (self, task);
    }
}

static gboolean
apool_pool_may_hand_out (ApoolPool *self, const ApoolTask *task)
{
  return !self->is_terminated &&
         (apool_task_line_is_begun (task) || !apool_task_line_is_closed (self->line));
}

/* Hands one task out. First the task, then the worker: none is made before there is work for it.
 * Returns whether there may be more to do. */
static gboolean
apool_pool_dispatch_one (ApoolPool *self)
{
  gboolean may_wait;
  g_autoptr (ApoolTask) task = NULL;
  ApoolSeat *seat;

  apool_pool_release_tasks (self);
  task = apool_pool_take_task (self, &may_wait);
  if (!task)
    return FALSE;
  seat = apool_scheduler_schedule_task (self->scheduler, task, may_wait);
  if (!seat)
    return TRUE; /* it keeps the task */
  /* Whoever hears that a worker was made may end everything. */
  if (apool_crew_staff_seat (self->crew, seat) && apool_pool_may_hand_out (self, task))
    {
      apool_pool_hand_out (self, seat, task);
      return TRUE;
    }
  apool_scheduler_complete_task (self->scheduler, task);
  apool_pool_put_back (self, task);
  return TRUE;
}

/* Once the pool is closed no task is to wait; in order, none that could run elsewhere. */
static void
apool_pool_recall (ApoolPool *self)
{
  guint n_free = apool_roster_count_free (self->roster);

  if (apool_task_line_is_closed (self->line))
    apool_crew_call_back_all (self->crew);
  else if (apool_crew_is_shrinking (self->crew))
    apool_crew_call_back_waiting (self->crew);
  if (apool_pool_is_tight (self) || apool_scheduler_binds_tasks (self->scheduler))
    return;
  if (n_free > 0 && self->limits.workers_prepare)
    apool_pool_call_back_unready (self);
  if (!self->limits.is_weighted) /* else no task waits for a slot */
    apool_pool_balance (self, n_free);
}

static void
apool_pool_dispatch (ApoolPool *self)
{
  self->is_due = TRUE;
  if (self->is_held || self->is_done)
    return;
  self->is_held = TRUE;
  while (self->is_due)
    {
      self->is_due = FALSE;
      while (apool_pool_dispatch_one (self))
        continue;
      if (!self->is_terminated)
        apool_pool_recall (self);
    }
  self->is_held = FALSE;
  apool_door_rest (self->door);
  apool_pool_wind_up (self);
}

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
                                   limits->is_weighted ? 0 : limits->prefetch);
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
  g_ptr_array_add (self->observers, g_object_ref (observer));
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
  apool_roster_set_capacity (self->roster, jobs, self->limits.is_weighted ? 0 : prefetch);
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
  (void) apool_crew_set_paused (self->crew, 0, is_paused); /* there may be no workers now */
  for (guint i = 0; i < self->observers->len; i++)
    apool_observer_pool_paused (g_ptr_array_index (self->observers, i), is_paused);
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
