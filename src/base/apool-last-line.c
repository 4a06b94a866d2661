/* SPDX-License-Identifier: MIT */
/* The last line of what was written, as a person would see it. */

#include "base/apool-last-line.h"

static gboolean
apool_last_line_is_end (char byte)
{
  return byte == '\n' || byte == '\r';
}

/**
 * apool_last_line_find:
 * @bytes: (nullable) (array length=length): what was written
 * @length: how many bytes
 * @line_length: (out): bytes of the line; 0 where there is none
 *
 * A carriage return ends a line too: what is written over it is the next one.
 *
 * Returns: (transfer none) (nullable): where in @bytes the last line begins that is not empty; it
 *   need not have ended
 */
const char *
apool_last_line_find (const char *bytes, gsize length, gsize *line_length)
{
  gsize start;

  while (length > 0 && apool_last_line_is_end (bytes[length - 1]))
    length--;
  start = length;
  while (start > 0 && !apool_last_line_is_end (bytes[start - 1]))
    start--;
  *line_length = length - start;
  return length > start ? bytes + start : NULL;
}
