/* SPDX-License-Identifier: MIT */
/* A sorted array: jobs mostly enter at its end. */

#include "gates/apool-inside.h"

struct _ApoolInside
{
  GArray *jobs; /* (element-type ApoolInsideJob), by number */
};

/**
 * apool_inside_new:
 *
 * Returns: (transfer full): no jobs
 */
ApoolInside *
apool_inside_new (void)
{
  ApoolInside *self = g_new0 (ApoolInside, 1);

  self->jobs = g_array_new (FALSE, FALSE, sizeof (ApoolInsideJob));
  return self;
}

/**
 * apool_inside_free:
 * @self: (transfer full): jobs
 */
void
apool_inside_free (ApoolInside *self)
{
  g_array_unref (self->jobs);
  g_free (self);
}

/* The index of the first job whose number is not below @seq. */
static guint
apool_inside_find (const ApoolInside *self, guint64 seq)
{
  guint low = 0;
  guint high = self->jobs->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (self->jobs, ApoolInsideJob, middle).seq < seq)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/**
 * apool_inside_add:
 * @self: jobs
 * @seq: the number of one that is not among them
 */
void
apool_inside_add (ApoolInside *self, guint64 seq)
{
  ApoolInsideJob job = { .seq = seq };

  g_array_insert_val (self->jobs, apool_inside_find (self, seq), job);
}

/**
 * apool_inside_remove:
 * @self: jobs
 * @seq: the number of one of them
 */
void
apool_inside_remove (ApoolInside *self, guint64 seq)
{
  guint index = apool_inside_find (self, seq);

  g_return_if_fail (index < self->jobs->len && apool_inside_get (self, index)->seq == seq);
  g_array_remove_index (self->jobs, index);
}

/**
 * apool_inside_get_n:
 * @self: jobs
 *
 * Returns: how many there are
 */
guint
apool_inside_get_n (const ApoolInside *self)
{
  return self->jobs->len;
}

/**
 * apool_inside_count_paused:
 * @self: jobs
 *
 * Returns: how many of them were stopped
 */
guint
apool_inside_count_paused (const ApoolInside *self)
{
  guint n = 0;

  for (guint i = 0; i < self->jobs->len; i++)
    n += g_array_index (self->jobs, ApoolInsideJob, i).is_paused;
  return n;
}

/**
 * apool_inside_get:
 * @self: jobs
 * @index: which one, the oldest is 0
 *
 * Returns: (transfer none): it, until jobs come or go
 */
ApoolInsideJob *
apool_inside_get (ApoolInside *self, guint index)
{
  return &g_array_index (self->jobs, ApoolInsideJob, index);
}

/**
 * apool_inside_get_youngest:
 * @self: jobs
 *
 * Returns: the highest number; 0 where there are none
 */
guint64
apool_inside_get_youngest (const ApoolInside *self)
{
  guint n = self->jobs->len;

  return n > 0 ? g_array_index (self->jobs, ApoolInsideJob, n - 1).seq : 0;
}
