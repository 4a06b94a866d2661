/* SPDX-License-Identifier: MIT */
/* Whether tasks are so short that asking for the next one takes a good part of the time.
 *
 * That is judged by the average of some tasks, and then of as many others: one long one among many
 * short ones is felt, since what waits behind it waits for long. Between the two limits all stays
 * as it was. */

#include "pool/apool-tempo.h"

/**
 * apool_tempo_note:
 * @self: a tempo
 * @run_usec: how long a task took, microseconds; below 0 counts as 0
 * @n_at_once: how many run at once: each of them is to be felt
 *
 * Returns: whether #ApoolTempo.is_short has changed; so it does once in @n_at_once tasks at most
 */
gboolean
apool_tempo_note (ApoolTempo *self, gint64 run_usec, guint n_at_once)
{
  gboolean was_short = self->is_short;
  gint64 average;

  /* What a worker says may be any number: a long one is long enough. */
  self->sum_usec += CLAMP (run_usec, 0, G_TIME_SPAN_DAY);
  if (++self->n_tasks < MAX (n_at_once, APOOL_TEMPO_MIN_TASKS))
    return FALSE;
  average = self->sum_usec / (gint64) self->n_tasks;
  if (average < APOOL_TEMPO_SHORT_USEC)
    self->is_short = TRUE;
  else if (average > APOOL_TEMPO_LONG_USEC)
    self->is_short = FALSE;
  self->sum_usec = 0;
  self->n_tasks = 0;
  return self->is_short != was_short;
}
