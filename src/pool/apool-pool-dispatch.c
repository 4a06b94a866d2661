/* SPDX-License-Identifier: MIT */
/* How the pool hands tasks out: the next one is taken from the line, a seat is chosen for it, and a
 * worker is had there; what waits at the wrong worker is called back. Whoever changes anything that
 * may let a task go calls apool_pool_dispatch(), which does all that there is to do, and ends the
 * pool where nothing is left. */

#include <fcntl.h>

#include "base/apool-fd.h"
#include "job/apool-recorded.h"
#include "pool/apool-pool-private.h"
#include "pool/apool-weight.h"

/* A task that waits at a worker while so many rounds of all slots went past it is called back. */
#define MAX_ROUNDS_BEHIND 4u

/* How many tasks may wait at a worker now. */
guint
apool_pool_get_prefetch (const ApoolPool *self)
{
  if (self->limits.is_weighted)
    return 0;
  return self->tempo.is_short ? MAX (self->limits.prefetch, self->limits.short_prefetch)
                              : self->limits.prefetch;
}

/* A task has ended. The shorter they are, the more of them wait at a worker: then they go there
 * several at a time, and a worker has enough to do until it hears from us. */
void
apool_pool_note_run (ApoolPool *self, const ApoolOutcome *outcome)
{
  if (self->limits.short_prefetch > self->limits.prefetch &&
      apool_tempo_note (&self->tempo, apool_outcome_get_usage (outcome)->run_usec,
                        self->limits.jobs))
    apool_roster_set_capacity (self->roster, self->limits.jobs, apool_pool_get_prefetch (self));
}

/* What becomes of a task that is not run. */
static ApoolOutcome *
apool_pool_find_idle_outcome (ApoolPool *self, const ApoolTask *task, const char *fault)
{
  GObject *recorded = apool_task_get_traits (task)->recorded;

  if (fault)
    return apool_pool_make_outcome (self, APOOL_OUTCOME_NOT_STARTED, fault);
  if (recorded)
    return apool_outcome_ref (apool_recorded_get_outcome (APOOL_RECORDED (recorded)));
  return apool_pool_make_outcome (self, APOOL_OUTCOME_SKIPPED, NULL);
}

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
      if (!fault && (!task || !apool_task_line_is_idle (task)))
        return g_steal_pointer (&task);
      outcome = apool_pool_find_idle_outcome (self, task, fault);
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
  /* Those that wait have numbers, too, and may all be newer. */
  guint64 lag =
      (guint64) MAX_ROUNDS_BEHIND * self->limits.jobs + apool_crew_get_n_tasks (self->crew);

  if (n_free > 0)
    apool_pool_call_back (self, n_free, G_MAXUINT64 - 1);
  else if (self->last_seq > lag && self->last_seq >= self->check_seq)
    {
      apool_pool_call_back (self, 1, self->last_seq - lag);
      /* All workers are looked at: not for every task. */
      self->check_seq = self->last_seq + MAX (self->limits.jobs / 4, 1);
    }
}

/* Whether nothing is to wait at a worker: the pool is closed, or more runs than may run by now, or
 * nothing is to be started. */
static gboolean
apool_pool_is_tight (ApoolPool *self)
{
  return self->is_waiting || apool_task_line_is_closed (self->line) ||
         apool_crew_is_shrinking (self->crew);
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
  if (self->is_terminated || self->is_waiting ||
      !apool_scheduler_can_take (self->scheduler, *may_wait) ||
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
  else if (self->is_waiting)
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

void
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

/**
 * apool_pool_set_waiting:
 * @self: a pool
 * @is_waiting: whether nothing is to be started for the time being; what runs goes on. Else as
 *   before
 *
 * What waits at a worker is called back. One that starts just then goes on.
 */
void
apool_pool_set_waiting (ApoolPool *self, gboolean is_waiting)
{
  self->is_waiting = is_waiting;
  apool_pool_dispatch (self);
}
