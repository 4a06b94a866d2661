/* SPDX-License-Identifier: MIT */
/* What is done about a full spool.
 *
 * Then no flow reads its pipe that would have to keep what comes, and no new jobs are started. The
 * job that prints goes on, since that needs no spool, and what has been printed makes room, until
 * all go on. Where no job prints, since they come in the order in which they end, one of them is
 * given the turn early.
 *
 * What waits while a job prints, standard error that has to follow standard output, and where jobs
 * print only when they have ended all that the one writes whose turn it is, has an allowance, which
 * is kept in memory: most jobs end within it. One that does not can only wait for a room that
 * nobody makes. That ends the run, if nothing has changed within a moment. */

#include "sinks/apool-relief.h"

#define GRACE_USEC G_TIME_SPAN_SECOND
#define NO_DEADLINE (-1)

/**
 * apool_relief_init:
 * @self: (out): a relief
 * @hub: (transfer none): of all flows
 * @turns: (transfer none): of their jobs; both outlive it
 */
void
apool_relief_init (ApoolRelief *self, const ApoolFlowHub *hub, ApoolTurns *turns)
{
  *self = (ApoolRelief){ .hub = hub, .turns = turns, .deadline = NO_DEADLINE };
}

/**
 * apool_relief_note:
 * @self: a relief
 *
 * A job has come, gone or written, or cannot go on. While the spool is full that may matter.
 */
void
apool_relief_note (ApoolRelief *self)
{
  self->is_due = self->is_due || self->is_full || apool_spool_is_full (self->hub->spool);
}

/**
 * apool_relief_has_news:
 * @self: a relief
 *
 * Returns: whether apool_relief_update() has something to do
 */
gboolean
apool_relief_has_news (const ApoolRelief *self)
{
  return self->is_due || self->is_full != apool_spool_is_full (self->hub->spool);
}

/* Lets the job go on that others wait for. */
static gboolean
apool_relief_favour (ApoolRelief *self, GError **error)
{
  ApoolOutputJob *job = apool_turns_get_favoured (self->turns);

  self->favoured = 0;
  if (!job)
    return TRUE;
  if (!job->has_allowance && !apool_output_job_resume (job, APOOL_FLOW_ALLOWANCE_BYTES, error))
    return FALSE;
  if (!apool_output_job_is_stalled (job))
    self->favoured = job->seq;
  return TRUE;
}

/* Returns: whether it is not too late */
static gboolean
apool_relief_look_at_deadline (ApoolRelief *self, gint64 now, GError **error)
{
  if (!apool_turns_are_stuck (self->turns))
    self->deadline = NO_DEADLINE;
  else if (self->deadline == NO_DEADLINE)
    self->deadline = now + GRACE_USEC;
  else if (now >= self->deadline)
    {
      self->deadline = NO_DEADLINE;
      apool_flow_hub_set_full_error (self->hub, error);
      return FALSE;
    }
  return TRUE;
}

/**
 * apool_relief_update:
 * @self: a relief
 * @now: monotonic time in microseconds
 * @has_turn: (out): whether a job has got the turn, and is to be printed
 * @error: (out) (optional): a #GIOErrorEnum; also where all that waits is too much, and nothing
 *   helps
 *
 * Sees to it that jobs go on, in a full spool as far as they can.
 *
 * Returns: whether the run goes on
 */
gboolean
apool_relief_update (ApoolRelief *self, gint64 now, gboolean *has_turn, GError **error)
{
  self->is_due = FALSE;
  self->is_full = apool_spool_is_full (self->hub->spool);
  *has_turn = FALSE;
  if (!self->is_full)
    {
      self->favoured = 0;
      self->deadline = NO_DEADLINE;
      return apool_turns_resume (self->turns, error);
    }
  return apool_turns_relieve (self->turns, has_turn, error) && apool_relief_favour (self, error) &&
         apool_relief_look_at_deadline (self, now, error);
}
