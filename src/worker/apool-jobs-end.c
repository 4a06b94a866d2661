/* SPDX-License-Identifier: MIT */
/* How the tasks of a worker are ended before their time: those that run, by the steps of the
 * set-up's sequence, and those that are announced and could not be started so far. */

#include "worker/apool-jobs-private.h"

/* Returns: (transfer none) (nullable): what runs for it. A later attempt at it is not meant. */
static ApoolExecution *
apool_jobs_find_execution (ApoolJobs *self, const ApoolTask *task)
{
  guint64 seq = apool_task_get_seq (task);
  ApoolExecution *execution = g_hash_table_lookup (self->by_seq, &seq);

  if (!execution || apool_task_get_traits (apool_execution_get_task (execution))->attempt !=
                        apool_task_get_traits (task)->attempt)
    return NULL;
  return execution;
}

/* For the jobs only, as the next two. */
pid_t
apool_jobs_hold_task_cb (const ApoolTask *task, gpointer data)
{
  ApoolExecution *execution = apool_jobs_find_execution (data, task);

  return execution ? apool_execution_hold (execution) : 0;
}

gboolean
apool_jobs_signal_task_cb (const ApoolTask *task, int signum, gpointer data)
{
  ApoolExecution *execution = apool_jobs_find_execution (data, task);

  if (execution)
    apool_execution_end (execution, signum);
  return execution != NULL;
}

void
apool_jobs_endings_done_cb (gpointer data)
{
  ApoolJobs *self = data;

  self->idle (self->data);
}

/* Those that are announced may not vanish: the manager waits to hear of them. */
static void
apool_jobs_drop_announced (ApoolJobs *self, ApoolWaiting *waiting, ApoolOutcomeKind kind)
{
  gboolean timed_out = kind == APOOL_OUTCOME_TIMED_OUT;
  ApoolUsage usage = { .start_usec = timed_out ? g_get_real_time () : 0 };
  g_autoptr (ApoolOutcome) outcome =
      apool_outcome_new (kind, 0, &usage, !timed_out, FALSE, timed_out ? NULL : "terminated");

  g_queue_remove (&self->announced, waiting);
  apool_jobs_report (self, waiting->task, outcome);
  apool_jobs_forget_waiting (self, waiting);
}

/* It has a slot and could not be started so far. One that is not announced has only come back here
 * since. */
static void
apool_jobs_end_waiting (ApoolJobs *self, guint64 seq, ApoolEndReason reason)
{
  ApoolWaiting *waiting = g_hash_table_lookup (self->not_started, &seq);

  if (!waiting || waiting->slot == 0)
    return;
  apool_slots_give_back (self->slots, waiting->slot);
  apool_jobs_drop_announced (self, waiting,
                             reason == APOOL_END_TIMED_OUT ? APOOL_OUTCOME_TIMED_OUT
                                                           : APOOL_OUTCOME_NOT_STARTED);
}

/**
 * apool_jobs_end:
 * @self: tasks
 * @seq: one of them, or any number: it may have ended in the meantime
 * @reason: why
 *
 * Ends it before its time, with all its processes, by the steps of the set-up's sequence.
 */
void
apool_jobs_end (ApoolJobs *self, guint64 seq, ApoolEndReason reason)
{
  ApoolExecution *execution = g_hash_table_lookup (self->by_seq, &seq);

  if (!execution)
    apool_jobs_end_waiting (self, seq, reason);
  else if (!apool_execution_has_exited (execution))
    {
      if (reason == APOOL_END_TIMED_OUT)
        (void) apool_execution_time_out (execution); /* else it is on its way out as it is */
      apool_endings_add (self->endings, apool_execution_get_task (execution));
    }
}

/**
 * apool_jobs_end_all:
 * @self: tasks
 *
 * Ends all that run, with all their processes, by the steps of the set-up's sequence.
 */
void
apool_jobs_end_all (ApoolJobs *self)
{
  GHashTableIter iter;
  gpointer execution;

  g_hash_table_iter_init (&iter, self->by_seq);
  while (g_hash_table_iter_next (&iter, NULL, &execution))
    if (apool_execution_has_exited (execution))
      apool_endings_add_left (self->endings, apool_execution_get_task (execution));
    else
      apool_endings_add (self->endings, apool_execution_get_task (execution));
}

/**
 * apool_jobs_end_left:
 * @self: tasks
 * @task: one of them, which has ended
 *
 * Ends what it has left, by the steps of the set-up's sequence.
 */
void
apool_jobs_end_left (ApoolJobs *self, ApoolTask *task)
{
  apool_endings_add_left (self->endings, task);
}

/**
 * apool_jobs_orphans_reaped:
 * @self: tasks
 *
 * To be called when processes have been reaped that were none of their first ones.
 */
void
apool_jobs_orphans_reaped (ApoolJobs *self)
{
  if (self->endings)
    apool_endings_reaped (self->endings);
}

/**
 * apool_jobs_is_ending:
 * @self: tasks
 *
 * Returns: whether something is left of some that have ended, and has some time yet to end
 */
gboolean
apool_jobs_is_ending (const ApoolJobs *self)
{
  return self->endings && apool_endings_is_busy (self->endings);
}

/**
 * apool_jobs_stop:
 * @self: tasks
 *
 * Starts nothing more.
 */
void
apool_jobs_stop (ApoolJobs *self)
{
  ApoolWaiting *waiting;

  self->is_open = FALSE;
  while ((waiting = g_queue_peek_head (&self->announced)))
    apool_jobs_drop_announced (self, waiting, APOOL_OUTCOME_NOT_STARTED);
}

/**
 * apool_jobs_signal:
 * @self: tasks
 * @signum: what to send to the process groups of those that run
 */
void
apool_jobs_signal (ApoolJobs *self, int signum)
{
  GHashTableIter iter;
  gpointer execution;

  g_hash_table_iter_init (&iter, self->by_seq);
  while (g_hash_table_iter_next (&iter, NULL, &execution))
    apool_execution_end (execution, signum);
}
