/* SPDX-License-Identifier: MIT */
/* The numbers stand in two arrays: as they came, in a ring, and sorted. A new one takes the place
 * of the oldest in both. So its memory does not grow, and it follows where numbers become larger or
 * smaller in the course of time. */

#include "pool/apool-median.h"

#include <string.h>

struct _ApoolMedian
{
  gint64 ring[APOOL_MEDIAN_NUMBERS];
  gint64 sorted[APOOL_MEDIAN_NUMBERS];
  guint n_numbers; /* in both */
  guint next;      /* in the ring: the oldest, where it is full */
};

/**
 * apool_median_new:
 *
 * Returns: (transfer full): the median of nothing
 */
ApoolMedian *
apool_median_new (void)
{
  return g_new0 (ApoolMedian, 1);
}

/**
 * apool_median_free:
 * @self: (transfer full): a median
 */
void
apool_median_free (ApoolMedian *self)
{
  g_free (self);
}

/* Returns the first place whose number is not below @number. */
static guint
apool_median_find (const ApoolMedian *self, gint64 number)
{
  guint low = 0;
  guint high = self->n_numbers;

  while (low < high)
    {
      guint middle = (low + high) / 2;

      if (self->sorted[middle] < number)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

static void
apool_median_forget_oldest (ApoolMedian *self)
{
  guint at = apool_median_find (self, self->ring[self->next]);

  self->n_numbers--;
  memmove (&self->sorted[at], &self->sorted[at + 1], (self->n_numbers - at) * sizeof *self->sorted);
}

/**
 * apool_median_add:
 * @self: a median
 * @number: one more
 */
void
apool_median_add (ApoolMedian *self, gint64 number)
{
  guint at;

  if (self->n_numbers == APOOL_MEDIAN_NUMBERS)
    apool_median_forget_oldest (self);
  at = apool_median_find (self, number);
  memmove (&self->sorted[at + 1], &self->sorted[at], (self->n_numbers - at) * sizeof *self->sorted);
  self->sorted[at] = number;
  self->n_numbers++;
  self->ring[self->next] = number;
  self->next = (self->next + 1) % APOOL_MEDIAN_NUMBERS;
}

/**
 * apool_median_get:
 * @self: a median
 * @median: (out): the number in the middle, the lower one of two
 *
 * Returns: whether there is any
 */
gboolean
apool_median_get (const ApoolMedian *self, gint64 *median)
{
  if (self->n_numbers == 0)
    return FALSE;
  *median = self->sorted[(self->n_numbers - 1) / 2];
  return TRUE;
}
