/* SPDX-License-Identifier: MIT */
/* The other side of a draft: bodies that are numbers and, behind them, at most one array of numbers
 * or bytes. Where each member stands follows from the format alone, so that nothing but what is
 * read has to be looked at; what a GVariant in normal form may not hold is refused here too. */

#include "wire/apool-cursor.h"

#include <string.h>

/* Returns how many bytes a number takes, and its place is a multiple of that. */
static gsize
apool_cursor_get_size (char letter)
{
  switch (letter)
    {
    case 't':
    case 'x':
      return 8;
    case 'u':
    case 'i':
      return 4;
    case 'y':
      return 1;
    default:
      g_assert_not_reached ();
    }
}

/* Moves @at on to the next multiple of @alignment, over zeros. */
static gboolean
apool_cursor_skip_padding (const ApoolFrame *frame, gsize *at, gsize alignment)
{
  for (; *at & (alignment - 1); (*at)++)
    if (*at >= frame->length || frame->body[*at] != 0)
      return FALSE;
  return TRUE;
}

/**
 * apool_cursor_check:
 * @frame: a received frame
 * @format: a GVariant tuple of numbers (t, x, u, i, y), the last of which may be an array
 *
 * Returns: whether its body is one of @format, in normal form
 */
gboolean
apool_cursor_check (const ApoolFrame *frame, const char *format)
{
  gsize alignment = 1;
  gsize at = 0;

  for (const char *letter = format + 1; *letter != ')'; letter++)
    {
      gboolean is_array = *letter == 'a';
      gsize size = apool_cursor_get_size (is_array ? letter[1] : *letter);

      if (!apool_cursor_skip_padding (frame, &at, size))
        return FALSE;
      if (is_array)
        return at <= frame->length && ((frame->length - at) & (size - 1)) == 0;
      if (at > frame->length || frame->length - at < size)
        return FALSE;
      at += size;
      alignment = MAX (alignment, size);
    }
  return apool_cursor_skip_padding (frame, &at, alignment) && at == frame->length;
}

/**
 * apool_cursor_init:
 * @self: (out caller-allocates): a cursor
 * @frame: a received frame, of a format that apool_cursor_check() has found
 */
void
apool_cursor_init (ApoolCursor *self, const ApoolFrame *frame)
{
  *self = (ApoolCursor){ .data = frame->body, .length = frame->length };
}

static inline void
apool_cursor_take_number (ApoolCursor *self, gpointer number, gsize bytes)
{
  gsize at = (self->at + bytes - 1) & ~(bytes - 1);

  g_return_if_fail (at <= self->length && bytes <= self->length - at);

  memcpy (number, self->data + at, bytes);
  self->at = at + bytes;
}

/**
 * apool_cursor_take_uint32:
 * @self: a cursor of a body that has such a number next
 *
 * Returns: the number
 */
guint32
apool_cursor_take_uint32 (ApoolCursor *self)
{
  guint32 number = 0;

  apool_cursor_take_number (self, &number, sizeof number);
  return GUINT32_FROM_LE (number);
}

/**
 * apool_cursor_take_uint64:
 * @self: a cursor of a body that has such a number next
 *
 * Returns: the number
 */
guint64
apool_cursor_take_uint64 (ApoolCursor *self)
{
  guint64 number = 0;

  apool_cursor_take_number (self, &number, sizeof number);
  return GUINT64_FROM_LE (number);
}

/**
 * apool_cursor_take_bytes:
 * @self: a cursor
 * @length: how many bytes, as a peer says
 * @bytes: (out): these, valid as long as the frame's
 *
 * Returns: whether there are so many
 */
gboolean
apool_cursor_take_bytes (ApoolCursor *self, gsize length, const char **bytes)
{
  if (length > self->length - self->at)
    return FALSE;
  *bytes = (const char *) self->data + self->at;
  self->at += length;
  return TRUE;
}

/**
 * apool_cursor_take_rest:
 * @self: a cursor
 * @bytes: (out): what has not been taken, valid as long as the frame's
 *
 * Returns: how many bytes that is
 */
gsize
apool_cursor_take_rest (ApoolCursor *self, const char **bytes)
{
  gsize length = self->length - self->at;

  (void) apool_cursor_take_bytes (self, length, bytes);
  return length;
}
