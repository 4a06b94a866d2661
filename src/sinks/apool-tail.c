/* SPDX-License-Identifier: MIT */
/* The end of what a job has written, to be shown when somebody asks. Nobody may ever do: it costs
 * the copy of a few bytes for each piece that comes. */

#include "sinks/apool-tail.h"

#include <string.h>

#include "base/apool-last-line.h"

/**
 * apool_tail_push:
 * @self: a tail
 * @data: (array length=length): what was written behind it
 * @length: how many bytes
 */
void
apool_tail_push (ApoolTail *self, const char *data, gsize length)
{
  gsize n = MIN (length, sizeof self->bytes);
  gsize kept = MIN (self->length, sizeof self->bytes - n);

  if (n == 0)
    return;
  memmove (self->bytes, self->bytes + self->length - kept, kept);
  memcpy (self->bytes + kept, data + length - n, n);
  self->length = kept + n;
}

/**
 * apool_tail_forget:
 * @self: a tail
 *
 * Something was written that nobody saw.
 */
void
apool_tail_forget (ApoolTail *self)
{
  self->length = 0;
}

/**
 * apool_tail_find_line:
 * @self: a tail
 * @length: (out): bytes of the line; 0 where there is none
 *
 * Returns: (transfer none) (nullable): the last line that is not empty, or the end of it
 */
const char *
apool_tail_find_line (const ApoolTail *self, gsize *length)
{
  return apool_last_line_find (self->bytes, self->length, length);
}
