/* SPDX-License-Identifier: MIT */
/* Who has to wait since output leaves slower than it comes, or cannot be kept. */

#include "sinks/apool-congestion.h"

/* Printable bytes that wait above which the outlets are said to be blocked, and below which no
 * longer. */
#define BLOCKED_BYTES ((guint64) 1024 * 1024)
#define RELIEVED_BYTES ((guint64) 256 * 1024)

/* Jobs that were run before and wait to be taken from their records, which are in memory: with so
 * many no more come. */
#define CROWDED_JOBS 4096u

/**
 * apool_congestion_init:
 * @self: (out): nobody waits
 * @turns: (transfer none): of all jobs
 * @relief: (transfer none): of a full spool; both outlive it
 */
void
apool_congestion_init (ApoolCongestion *self, ApoolTurns *turns, const ApoolRelief *relief)
{
  *self = (ApoolCongestion){ .turns = turns, .relief = relief };
}

/**
 * apool_congestion_update:
 * @self: congestion; something was printed, or has come
 * @n_lines: bytes of lines of our own that wait although they could be printed
 * @error: (out) (optional): a #GIOErrorEnum of the spool
 *
 * Returns: whether it is known how much waits
 */
gboolean
apool_congestion_update (ApoolCongestion *self, guint64 n_lines, GError **error)
{
  GError *own_error = NULL;
  guint64 n_bytes;

  if (apool_turns_are_closed (self->turns))
    return TRUE;
  n_bytes = n_lines + apool_turns_count_printable (self->turns, BLOCKED_BYTES, &own_error);
  if (n_bytes > BLOCKED_BYTES)
    self->is_blocked = TRUE;
  else if (n_bytes < RELIEVED_BYTES)
    self->is_blocked = FALSE;
  if (!own_error)
    return TRUE;
  g_propagate_error (error, own_error);
  return FALSE;
}

/* Whether too many jobs wait that need not be run, and are not printed yet. */
static gboolean
apool_congestion_is_crowded (const ApoolCongestion *self)
{
  return apool_turns_get_n_put_off (self->turns) >= (self->told ? CROWDED_JOBS / 2 : CROWDED_JOBS);
}

/* Whether no new jobs are to come. Of those that run, one may still write, for which the others
 * wait; 0: none. */
static gboolean
apool_congestion_must_wait (const ApoolCongestion *self, guint64 *except)
{
  gboolean is_closed = apool_turns_are_closed (self->turns);
  gboolean is_full = self->relief->is_full && !is_closed;
  gboolean is_crowded = !is_closed && apool_congestion_is_crowded (self);
  const ApoolOutputJob *favoured = NULL;

  *except = 0;
  if (is_full && !self->is_blocked)
    *except = self->relief->favoured;
  else if (is_crowded && !self->is_blocked)
    favoured = apool_turns_get_favoured (self->turns);
  if (favoured)
    *except = favoured->seq;
  return is_full || is_crowded || self->is_blocked;
}

/**
 * apool_congestion_has_news:
 * @self: congestion
 *
 * Returns: whether somebody else has to wait than before
 */
gboolean
apool_congestion_has_news (const ApoolCongestion *self)
{
  guint64 except;

  return apool_congestion_must_wait (self, &except) != self->told || except != self->told_except;
}

/**
 * apool_congestion_take_news:
 * @self: congestion
 * @must_wait: (out): whether no new jobs are to come, and those that run may not write
 * @except: (out): the number of the job that may all the same; 0: none
 *
 * Returns: whether that is news, which it is no longer
 */
gboolean
apool_congestion_take_news (ApoolCongestion *self, gboolean *must_wait, guint64 *except)
{
  gboolean has_news = apool_congestion_has_news (self);

  *must_wait = self->told = apool_congestion_must_wait (self, except);
  self->told_except = *except;
  return has_news;
}
