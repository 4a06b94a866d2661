/* SPDX-License-Identifier: MIT */
/* The end of what a job has written, longer than that of ApoolTail: only where somebody wants to
 * know it of jobs that fail is there room for it, and only for a stream that something came of. */

#include "sinks/apool-trail.h"

#include <string.h>

/**
 * apool_trail_push:
 * @self: a trail
 * @data: (array length=length): what was written behind it
 * @length: how many bytes
 */
void
apool_trail_push (ApoolTrail *self, const char *data, gsize length)
{
  gsize n = MIN (length, APOOL_TRAIL_BYTES);
  gsize n_kept = MIN (self->length, APOOL_TRAIL_BYTES - n);

  if (n == 0)
    return;
  if (!self->bytes)
    self->bytes = g_malloc (APOOL_TRAIL_BYTES);
  if (n < length || n_kept < self->length)
    self->is_cut = TRUE;
  memmove (self->bytes, self->bytes + self->length - n_kept, n_kept);
  memcpy (self->bytes + n_kept, data + length - n, n);
  self->length = n_kept + n;
}

/**
 * apool_trail_forget:
 * @self: a trail
 *
 * Something was written that nobody saw.
 */
void
apool_trail_forget (ApoolTrail *self)
{
  self->length = 0;
  self->is_cut = TRUE;
}

/**
 * apool_trail_clear:
 * @self: a trail; that of nothing afterwards
 */
void
apool_trail_clear (ApoolTrail *self)
{
  g_free (self->bytes);
  *self = (ApoolTrail){ 0 };
}

/**
 * apool_trail_get_end:
 * @self: a trail
 * @end: (out): it, as it is told to keepers; valid as long as it does not change
 */
void
apool_trail_get_end (const ApoolTrail *self, ApoolKeptEnd *end)
{
  *end = (ApoolKeptEnd){ .bytes = self->bytes, .length = self->length, .is_cut = self->is_cut };
}
