/* SPDX-License-Identifier: MIT */
/* A tag in front of each line.
 *
 * The bytes of a stream come in pieces that end anywhere, and the lines with their tags leave in
 * pieces that are as large as there is room for: a tag may be longer than that, so both what is
 * before a line and where a line ends are remembered from one piece to the next. A line gets its
 * tag with its first byte, so nothing stands behind the last newline. */

#include "sinks/apool-tagger.h"

#include <string.h>

/**
 * apool_tagger_init:
 * @self: (out): at the beginning of a stream
 * @tag: (transfer none) (nullable): any bytes, which each line is to begin with
 */
void
apool_tagger_init (ApoolTagger *self, GBytes *tag)
{
  *self = (ApoolTagger){ .tag = tag ? g_bytes_ref (tag) : NULL };
}

/**
 * apool_tagger_clear:
 * @self: a tagger; without a tag afterwards
 */
void
apool_tagger_clear (ApoolTagger *self)
{
  g_clear_pointer (&self->tag, g_bytes_unref);
  self->n_done = 0;
}

/* Copies what there is of the present line, with its newline, no more than @limit bytes. */
static gsize
apool_tagger_copy_line (ApoolTagger *self, const guint8 *data, gsize limit, guint8 *buffer)
{
  const guint8 *newline = memchr (data, '\n', limit);
  gsize n = newline ? (gsize) (newline - data) + 1 : limit;

  memcpy (buffer, data, n);
  if (newline)
    self->n_done = 0;
  return n;
}

/**
 * apool_tagger_fill:
 * @self: a tagger that has a tag
 * @data: (inout) (array length=length): what comes next in the stream; what is left of it
 * @length: (inout): how many bytes
 * @buffer: (out) (array length=room): where the lines go, with their tags
 * @room: how many bytes fit
 *
 * Takes as much of @data as there is room for. Nothing of it is left unless the buffer is full.
 *
 * Returns: how many bytes are in @buffer
 */
gsize
apool_tagger_fill (
    ApoolTagger *self, const guint8 **data, gsize *length, guint8 *buffer, gsize room)
{
  gsize tag_length;
  const guint8 *tag = g_bytes_get_data (self->tag, &tag_length);
  gsize filled = 0;

  while (*length > 0 && filled < room)
    {
      gsize n = MIN (tag_length - self->n_done, room - filled);

      if (n > 0)
        {
          memcpy (buffer + filled, tag + self->n_done, n);
          self->n_done += n;
        }
      else
        {
          n = apool_tagger_copy_line (self, *data, MIN (*length, room - filled), buffer + filled);
          *data += n;
          *length -= n;
        }
      filled += n;
    }
  return filled;
}
