/* SPDX-License-Identifier: MIT */
/* The latest line of a stream.
 *
 * A line stays the latest one until the first byte of another one comes. So what ends a line only
 * makes a note that it has ended, and empty lines are none. A carriage return ends a line as a
 * newline does: what draws its progress over and over writes one before or behind each state.
 *
 * Of a piece only what it holds of its last line is looked at. */

#include "sinks/apool-latest.h"

/**
 * apool_latest_clear:
 * @self: a latest line; none afterwards
 */
void
apool_latest_clear (ApoolLatest *self)
{
  if (self->text)
    g_string_free (self->text, TRUE);
  *self = (ApoolLatest){ 0 };
}

static gboolean
apool_latest_is_end (guint8 byte)
{
  return byte == '\n' || byte == '\r';
}

static void
apool_latest_append (ApoolLatest *self, const guint8 *data, gsize length)
{
  gsize room;

  if (!self->text)
    self->text = g_string_new (NULL);
  room = APOOL_LATEST_MAX_BYTES - self->text->len;
  g_string_append_len (self->text, (const char *) data, (gssize) MIN (length, room));
  self->length += length;
}

/**
 * apool_latest_push:
 * @self: a latest line
 * @data: (array length=length): what comes next in the stream; any bytes
 * @length: how many
 */
void
apool_latest_push (ApoolLatest *self, const guint8 *data, gsize length)
{
  gsize end = length;
  gsize begin;

  while (end > 0 && apool_latest_is_end (data[end - 1]))
    end--;
  if (end > 0)
    {
      for (begin = end; begin > 0 && !apool_latest_is_end (data[begin - 1]);)
        begin--;
      if (self->text && (begin > 0 || self->has_ended))
        {
          g_string_truncate (self->text, 0);
          self->length = 0;
        }
      apool_latest_append (self, data + begin, end - begin);
      self->has_ended = FALSE;
    }
  if (end < length)
    self->has_ended = TRUE;
}

/**
 * apool_latest_is_empty:
 * @self: a latest line
 *
 * Returns: whether there was none yet
 */
gboolean
apool_latest_is_empty (const ApoolLatest *self)
{
  return self->length == 0;
}

/**
 * apool_latest_is_cut:
 * @self: a latest line
 *
 * Returns: whether its end is not kept
 */
gboolean
apool_latest_is_cut (const ApoolLatest *self)
{
  return self->length > APOOL_LATEST_MAX_BYTES;
}
