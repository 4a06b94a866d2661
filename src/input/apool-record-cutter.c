/* SPDX-License-Identifier: MIT */
/* From bytes to records. Records are views into one buffer, which holds what came in and was not
 * cut off yet:
 *
 *     |  cut off  |  searched: no delimiter begins there  |  not searched  |  free  |
 *     0         start                                  searched           end    capacity
 *
 * It grows with the longest record. One that is longer than %APOOL_RECORD_MAX_BYTES is not kept:
 * its bytes are counted and dropped, and the row it yields has that length and no data. Rules that
 * say more than what the delimiter is are the joiner's, which is there only for them. */

#include "input/apool-record-cutter.h"

#include <string.h>

#include "input/apool-record-joiner.h"

#define MIN_CAPACITY 4096

struct _ApoolRecordCutter
{
  ApoolRecordFormat format;
  char *delimiter;           /* (array length=format.delimiter_length): the format's */
  char *end_of_input;        /* (nullable): the format's */
  ApoolRecordJoiner *joiner; /* (nullable) */

  char *buffer;
  gsize capacity;
  gsize start;
  gsize searched;
  gsize end;

  /* Of the record that is being read, where it is too long to be kept: */
  gboolean is_dropping;
  gsize n_dropped;         /* bytes of it that are gone */
  gboolean is_dropped_odd; /* whether there is an odd number of double quotes among them */
  char last_dropped;       /* the last one of them */

  gboolean is_stopped; /* a record said so */
  ApoolRecordPiece piece;
  ApoolValue value; /* of the row yielded last */
};

static gboolean
apool_record_cutter_has_rules (const ApoolRecordFormat *format)
{
  return format->end_of_input || format->skips_blank || format->joins_continued ||
         format->joins_quoted;
}

/**
 * apool_record_cutter_new:
 * @format: (transfer none): what records are
 *
 * Returns: (transfer full): a cutter with nothing in it
 */
ApoolRecordCutter *
apool_record_cutter_new (const ApoolRecordFormat *format)
{
  ApoolRecordCutter *self = g_new0 (ApoolRecordCutter, 1);

  g_return_val_if_fail (format->delimiter_length > 0, NULL);
  self->delimiter = g_memdup2 (format->delimiter, format->delimiter_length);
  self->end_of_input = g_strdup (format->end_of_input);
  self->format = *format;
  self->format.delimiter = self->delimiter;
  self->format.end_of_input = self->end_of_input;
  if (apool_record_cutter_has_rules (format))
    self->joiner = apool_record_joiner_new (&self->format);
  return self;
}

/**
 * apool_record_cutter_free:
 * @self: (transfer full): a cutter
 */
void
apool_record_cutter_free (ApoolRecordCutter *self)
{
  g_clear_pointer (&self->joiner, apool_record_joiner_free);
  g_free (self->delimiter);
  g_free (self->end_of_input);
  g_free (self->buffer);
  g_free (self);
}

static gboolean
apool_record_cutter_is_odd (const char *data, gsize length)
{
  gboolean is_odd = FALSE;
  const char *end = data + length;
  const char *quote;

  for (const char *at = data; at < end && (quote = memchr (at, '"', (gsize) (end - at)));
       at = quote + 1)
    is_odd = !is_odd;
  return is_odd;
}

/* The next piece is what stands in the buffer before @stop, and what was dropped before that. */
static void
apool_record_cutter_set_piece (ApoolRecordCutter *self, gsize stop)
{
  ApoolRecordPiece *piece = &self->piece;

  piece->value = (ApoolValue){ self->buffer + self->start, stop - self->start };
  piece->number++;
  if (self->joiner)
    {
      if (self->format.joins_quoted)
        piece->is_odd = self->is_dropped_odd !=
                        apool_record_cutter_is_odd (piece->value.data, piece->value.length);
      piece->last = stop > self->start ? self->buffer[stop - 1] : self->last_dropped;
    }
  if (self->is_dropping)
    {
      piece->value = (ApoolValue){ NULL, self->n_dropped + piece->value.length };
      self->is_dropping = FALSE;
      self->n_dropped = 0;
      self->is_dropped_odd = FALSE;
    }
}

/* Returns: (nullable): where the first delimiter is that has not been seen */
static const char *
apool_record_cutter_find (const ApoolRecordCutter *self)
{
  gsize length = self->end - self->searched;
  const char *from;

  if (length == 0)
    return NULL; /* there may be no buffer */
  from = self->buffer + self->searched;
  if (self->format.delimiter_length == 1)
    return memchr (from, *self->delimiter, length);
  return memmem (from, length, self->delimiter, self->format.delimiter_length);
}

/* Cuts the next piece off, if all of it is in the buffer. */
static gboolean
apool_record_cutter_cut (ApoolRecordCutter *self)
{
  const char *found = apool_record_cutter_find (self);
  gsize length = self->format.delimiter_length;
  gsize stop;

  if (!found)
    {
      /* The beginning of a delimiter may be all that is there of it. */
      if (self->end - self->searched >= length)
        self->searched = self->end - length + 1;
      return FALSE;
    }
  stop = (gsize) (found - self->buffer);
  apool_record_cutter_set_piece (self, stop);
  self->start = stop + length;
  self->searched = self->start;
  return TRUE;
}

/* Returns: whether the piece made a record, which is in @row then */
static gboolean
apool_record_cutter_join (ApoolRecordCutter *self, ApoolRow *row)
{
  ApoolRecordVerdict verdict;
  guint64 number;

  verdict = apool_record_joiner_add (self->joiner, &self->piece, &self->value, &number);
  self->is_stopped = verdict == APOOL_RECORD_STOP;
  if (verdict != APOOL_RECORD_WHOLE)
    return FALSE;
  *row = (ApoolRow){ &self->value, 1, number };
  return TRUE;
}

/**
 * apool_record_cutter_take:
 * @self: a cutter
 * @row: (out): the next record, valid until the next call of any of these functions. Its line is
 *   one more than there are delimiters before it
 *
 * Returns: whether there is one. If not, more bytes are needed, unless
 *   apool_record_cutter_is_stopped() says that there are no more records
 */
gboolean
apool_record_cutter_take (ApoolRecordCutter *self, ApoolRow *row)
{
  if (!self->joiner)
    {
      if (!apool_record_cutter_cut (self))
        return FALSE;
      *row = (ApoolRow){ &self->piece.value, 1, self->piece.number };
      return TRUE;
    }
  self->piece.has_delimiter = TRUE;
  while (!self->is_stopped && apool_record_cutter_cut (self))
    if (apool_record_cutter_join (self, row))
      return TRUE;
  return FALSE;
}

/**
 * apool_record_cutter_take_rest:
 * @self: a cutter that no more bytes go into, or that is stopped
 * @row: (out): the next record, as of apool_record_cutter_take(), which has none left
 *
 * What has no delimiter after it is a record too, unless it is nothing.
 *
 * Returns: whether there is one. There may be another one then
 */
gboolean
apool_record_cutter_take_rest (ApoolRecordCutter *self, ApoolRow *row)
{
  guint64 number;

  if (!self->is_stopped && (self->start < self->end || self->is_dropping))
    {
      apool_record_cutter_set_piece (self, self->end);
      self->start = self->end;
      self->searched = self->end;
      self->piece.has_delimiter = FALSE;
      *row = (ApoolRow){ &self->piece.value, 1, self->piece.number };
      if (!self->joiner || apool_record_cutter_join (self, row))
        return TRUE;
    }
  if (!self->joiner || !apool_record_joiner_finish (self->joiner, &self->value, &number))
    return FALSE;
  *row = (ApoolRow){ &self->value, 1, number };
  return TRUE;
}

/**
 * apool_record_cutter_is_stopped:
 * @self: a cutter
 *
 * Returns: whether a record has said that it is the end of the input. Only
 *   apool_record_cutter_take_rest() is left to be called then
 */
gboolean
apool_record_cutter_is_stopped (const ApoolRecordCutter *self)
{
  return self->is_stopped;
}

/* Drops what has been searched of the unfinished record, but remembers what the rules ask. */
static void
apool_record_cutter_drop (ApoolRecordCutter *self)
{
  const char *data = self->buffer + self->start;
  gsize length = self->searched - self->start;

  self->is_dropping = TRUE;
  if (length == 0)
    return;
  self->n_dropped += length;
  self->last_dropped = data[length - 1];
  if (self->format.joins_quoted && apool_record_cutter_is_odd (data, length))
    self->is_dropped_odd = !self->is_dropped_odd;
  self->start = self->searched;
}

/**
 * apool_record_cutter_make_room:
 * @self: a cutter
 * @n_bytes: how many bytes may come, at least 1
 *
 * To be called when apool_record_cutter_take() has no record, so that what is in the buffer is an
 * unfinished one.
 *
 * Returns: (transfer none): where to put them; apool_record_cutter_fill() says that they are there
 */
char *
apool_record_cutter_make_room (ApoolRecordCutter *self, gsize n_bytes)
{
  gsize length;

  if (self->is_dropping || self->end - self->start > APOOL_RECORD_MAX_BYTES)
    apool_record_cutter_drop (self);
  length = self->end - self->start;
  if (self->start > 0 && length > 0)
    memmove (self->buffer, self->buffer + self->start, length);
  self->searched -= self->start;
  self->start = 0;
  self->end = length;
  if (self->capacity - length < n_bytes)
    {
      self->capacity = MAX (MAX (self->capacity * 2, length + n_bytes), MIN_CAPACITY);
      self->buffer = g_realloc (self->buffer, self->capacity);
    }
  return self->buffer + length;
}

/**
 * apool_record_cutter_fill:
 * @self: a cutter
 * @n_bytes: how many bytes have come, at most as many as there was room for
 */
void
apool_record_cutter_fill (ApoolRecordCutter *self, gsize n_bytes)
{
  self->end += n_bytes;
}
