/* SPDX-License-Identifier: MIT */
/* Rows in a spool: each is a header of numbers and then the bytes of its values,
 *
 *     size of the row, line, number of values, { length, whether it has bytes } ..., bytes ...
 *
 * A number takes seven bits a byte, the low ones first, and the top bit of each byte but its last
 * one is set: the usual short row costs five bytes more than its values.
 *
 * Reading looks through a window on the spool, which goes on by large pieces. Rows that all fit it
 * are never copied twice, so that going through a short log again and again costs next to nothing.
 */

#include "input/apool-row-log.h"

#include <string.h>

#include "base/apool-spool.h"

/* The window goes on by so much; after a jump by less at first, since the next jump may follow. */
#define WINDOW_BYTES ((gsize) 64 * 1024)
#define JUMP_BYTES ((gsize) 512)
/* What a number takes at most. */
#define MAX_NUMBER_BYTES 10

struct _ApoolRowLog
{
  ApoolSpool *spool;
  GByteArray *encoded; /* the row that is being appended */
  guint64 end;         /* behind the last row */
  guint64 n_rows;

  guint64 position; /* of the row that is read next */
  char *window;
  gsize capacity;
  guint64 window_start;
  gsize window_length;
  gsize ahead;    /* how much is read at a time */
  GArray *values; /* of ApoolValue: those of the row that was read last */
};

/**
 * apool_row_log_new:
 * @directory: where rows are kept that are too many for memory
 *
 * Returns: (transfer full): a log without rows
 */
ApoolRowLog *
apool_row_log_new (const char *directory)
{
  ApoolRowLog *self = g_new0 (ApoolRowLog, 1);

  self->spool = apool_spool_new (directory);
  self->encoded = g_byte_array_new ();
  self->ahead = WINDOW_BYTES;
  self->values = g_array_new (FALSE, FALSE, sizeof (ApoolValue));
  return self;
}

/**
 * apool_row_log_free:
 * @self: (transfer full): a log
 */
void
apool_row_log_free (ApoolRowLog *self)
{
  apool_spool_free (self->spool);
  g_byte_array_unref (self->encoded);
  g_array_unref (self->values);
  g_free (self->window);
  g_free (self);
}

static void
apool_row_log_encode (ApoolRowLog *self, guint64 number)
{
  guint8 bytes[MAX_NUMBER_BYTES];
  guint n = 0;

  for (; number > 0x7f; number >>= 7)
    bytes[n++] = (guint8) (number | 0x80);
  bytes[n++] = (guint8) number;
  g_byte_array_append (self->encoded, bytes, n);
}

/* Encodes all of @row but its size. */
static void
apool_row_log_encode_row (ApoolRowLog *self, const ApoolRow *row)
{
  g_byte_array_set_size (self->encoded, 0);
  apool_row_log_encode (self, row->line);
  apool_row_log_encode (self, row->n_values);
  for (gsize i = 0; i < row->n_values; i++)
    {
      apool_row_log_encode (self, row->values[i].length);
      apool_row_log_encode (self, row->values[i].data != NULL);
    }
  for (gsize i = 0; i < row->n_values; i++)
    if (row->values[i].data)
      g_byte_array_append (self->encoded, (const guint8 *) row->values[i].data,
                           (guint) row->values[i].length);
}

/**
 * apool_row_log_append:
 * @self: a log
 * @row: a row
 * @offset: (out) (optional): where it begins, for apool_row_log_seek()
 * @error: (out) (optional): that of the spool: a full disk
 *
 * Keeps @row behind all others. The row that was read last is not valid any more.
 *
 * Returns: whether it could be kept
 */
gboolean
apool_row_log_append (ApoolRowLog *self, const ApoolRow *row, guint64 *offset, GError **error)
{
  guint64 start;
  guint64 size_start;
  guint size;
  guint8 *bytes;

  /* The size stands before the row, and is known behind it. */
  apool_row_log_encode_row (self, row);
  size = self->encoded->len;
  apool_row_log_encode (self, size);
  bytes = self->encoded->data;
  if (!apool_spool_append (self->spool, bytes + size, self->encoded->len - size, &size_start,
                           error) ||
      !apool_spool_append (self->spool, bytes, size, &start, error))
    return FALSE;
  self->end = start + size;
  self->n_rows++;
  if (offset)
    *offset = size_start;
  return TRUE;
}

/**
 * apool_row_log_get_n_rows:
 * @self: a log
 *
 * Returns: how many rows were appended
 */
guint64
apool_row_log_get_n_rows (const ApoolRowLog *self)
{
  return self->n_rows;
}

/**
 * apool_row_log_seek:
 * @self: a log
 * @offset: where a row begins, or 0 for the first one
 *
 * Has apool_row_log_read() go on from there.
 */
void
apool_row_log_seek (ApoolRowLog *self, guint64 offset)
{
  if (offset != self->position)
    self->ahead = JUMP_BYTES;
  self->position = offset;
}

/**
 * apool_row_log_is_at_end:
 * @self: a log
 *
 * Returns: whether there is no row to be read any more
 */
gboolean
apool_row_log_is_at_end (const ApoolRowLog *self)
{
  return self->position >= self->end;
}

/* Moves the window, so that it shows @length bytes from the position on, or all there are. */
static gboolean
apool_row_log_move_window (ApoolRowLog *self, gsize length, GError **error)
{
  guint64 start = self->end <= WINDOW_BYTES ? 0 : self->position;
  gsize wanted =
      (gsize) MIN (MAX (length, start == 0 ? WINDOW_BYTES : self->ahead), self->end - start);

  self->ahead = MIN (self->ahead * 2, WINDOW_BYTES);
  if (self->capacity < wanted)
    {
      self->capacity = MAX (wanted, WINDOW_BYTES);
      self->window = g_realloc (self->window, self->capacity);
    }
  self->window_length = 0;
  if (!apool_spool_read (self->spool, start, self->window, wanted, error))
    return FALSE;
  self->window_start = start;
  self->window_length = wanted;
  return TRUE;
}

static gsize
apool_row_log_get_visible (const ApoolRowLog *self)
{
  guint64 window_end = self->window_start + self->window_length;

  if (self->position < self->window_start || self->position >= window_end)
    return 0;
  return (gsize) (window_end - self->position);
}

/* Returns: (nullable): the position's byte in the window, with @length bytes from there on, or all
 * there are; %NULL where they cannot be read */
static const char *
apool_row_log_look (ApoolRowLog *self, gsize length, GError **error)
{
  /* What the window does not show may not be there at all. */
  if (apool_row_log_get_visible (self) < MIN (length, self->end - self->position) &&
      !apool_row_log_move_window (self, length, error))
    return NULL;
  return self->window + (self->position - self->window_start);
}

/* What is decoded is what was encoded here: the file has no name, and nobody else writes to it. */
static guint64
apool_row_log_decode (const char **at)
{
  guint64 number = 0;

  for (guint shift = 0; shift < 64; shift += 7)
    {
      guint8 byte = (guint8) * (*at)++;

      number |= (guint64) (byte & 0x7f) << shift;
      if (byte <= 0x7f)
        break;
    }
  return number;
}

static void
apool_row_log_decode_row (ApoolRowLog *self, const char *at, ApoolRow *row)
{
  guint64 line = apool_row_log_decode (&at);
  guint n_values = (guint) apool_row_log_decode (&at);
  ApoolValue *values;

  g_array_set_size (self->values, n_values);
  values = (ApoolValue *) (gpointer) self->values->data;
  for (guint i = 0; i < n_values; i++)
    {
      values[i].length = (gsize) apool_row_log_decode (&at);
      values[i].data = apool_row_log_decode (&at) ? "" : NULL;
    }
  for (guint i = 0; i < n_values; i++)
    {
      if (!values[i].data)
        continue;
      values[i].data = at;
      at += values[i].length;
    }
  *row = (ApoolRow){ .values = values, .n_values = n_values, .line = line };
}

/**
 * apool_row_log_read:
 * @self: a log that is not at its end
 * @row: (out): the next row; valid until the next call or the next append
 * @error: (out) (optional): that of the spool
 *
 * Returns: whether it could be read
 */
gboolean
apool_row_log_read (ApoolRowLog *self, ApoolRow *row, GError **error)
{
  const char *start = apool_row_log_look (self, MAX_NUMBER_BYTES, error);
  const char *at = start;
  gsize size;

  if (!start)
    return FALSE;
  size = (gsize) apool_row_log_decode (&at);
  size += (gsize) (at - start);
  at = apool_row_log_look (self, size, error);
  if (!at)
    return FALSE;
  (void) apool_row_log_decode (&at);
  apool_row_log_decode_row (self, at, row);
  self->position += size;
  return TRUE;
}
