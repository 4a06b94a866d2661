/* SPDX-License-Identifier: MIT */
/* From pieces to records. What is held is the beginning of a record whose end has not come: pieces
 * that white space at their end continues (-L), and pieces with a quote that is still open (--csv).
 * A piece that is a record of its own is never copied. */

#include "input/apool-record-joiner.h"

#include <string.h>

struct _ApoolRecordJoiner
{
  const ApoolRecordFormat *format; /* not owned */

  GString *held;        /* the bytes, as long as there are not too many of them */
  gsize held_length;    /* how many bytes there are, those that are not kept included */
  guint64 held_number;  /* of the first piece */
  char held_last;       /* the last byte, if there is any */
  gboolean is_held;     /* whether there is anything at all, were it no byte */
  gboolean is_too_long; /* the bytes are not kept */
  gboolean is_quoted;   /* a quote is open */
  guint n_apart;        /* records that were not continued, and could not be */
};

/**
 * apool_record_joiner_new:
 * @format: (transfer none): the rules; outlives the joiner
 *
 * Returns: (transfer full): a joiner of the pieces of one input source
 */
ApoolRecordJoiner *
apool_record_joiner_new (const ApoolRecordFormat *format)
{
  ApoolRecordJoiner *self = g_new0 (ApoolRecordJoiner, 1);

  self->format = format;
  self->held = g_string_new (NULL);
  return self;
}

/**
 * apool_record_joiner_free:
 * @self: (transfer full): a joiner
 */
void
apool_record_joiner_free (ApoolRecordJoiner *self)
{
  g_string_free (self->held, TRUE);
  g_free (self);
}

static gboolean
apool_record_joiner_is_blank (const ApoolValue *value)
{
  if (apool_value_is_unread (value))
    return FALSE;
  for (gsize i = 0; i < value->length; i++)
    if (!apool_value_is_space (value->data[i]))
      return FALSE;
  return TRUE;
}

static void
apool_record_joiner_hold_bytes (ApoolRecordJoiner *self, const char *data, gsize length)
{
  if (length == 0)
    return;
  self->held_length += length;
  if (!data || self->held_length > APOOL_RECORD_MAX_BYTES)
    {
      self->is_too_long = TRUE;
      g_string_truncate (self->held, 0);
    }
  if (!self->is_too_long)
    g_string_append_len (self->held, data, (gssize) length);
}

/* Puts a piece behind what is held. */
static void
apool_record_joiner_hold (ApoolRecordJoiner *self, const ApoolRecordPiece *piece)
{
  if (!self->is_held)
    {
      g_string_truncate (self->held, 0);
      self->held_length = 0;
      self->held_number = piece->number;
      self->is_too_long = FALSE;
      self->is_held = TRUE;
    }
  apool_record_joiner_hold_bytes (self, piece->value.data, piece->value.length);
  if (piece->value.length > 0)
    self->held_last = piece->last;
}

/* What is held is a record, and held no more; its bytes stay until the next piece comes. */
static ApoolValue
apool_record_joiner_release (ApoolRecordJoiner *self)
{
  self->is_held = FALSE;
  if (self->is_too_long)
    return (ApoolValue){ NULL, self->held_length };
  return (ApoolValue){ self->held->str, self->held->len };
}

/* Returns: whether the piece is inside quotes at its end, and is held for that */
static gboolean
apool_record_joiner_takes_quoted (ApoolRecordJoiner *self, const ApoolRecordPiece *piece)
{
  if (!self->format->joins_quoted)
    return FALSE;
  if (piece->is_odd)
    self->is_quoted = !self->is_quoted;
  if (!self->is_quoted)
    return FALSE;
  apool_record_joiner_hold (self, piece);
  if (piece->has_delimiter)
    apool_record_joiner_hold_bytes (self, self->format->delimiter, self->format->delimiter_length);
  return TRUE;
}

static gboolean
apool_record_joiner_ends_input (ApoolRecordJoiner *self, const ApoolValue *value)
{
  const char *end = self->format->end_of_input;

  return end && *end && value->data && strlen (end) == value->length &&
         memcmp (end, value->data, value->length) == 0;
}

/* Whether the record, whose last byte is @last, goes on in the next piece. */
static gboolean
apool_record_joiner_is_continued (ApoolRecordJoiner *self, const ApoolValue *record, char last)
{
  if (!self->format->joins_continued)
    return FALSE;
  if (self->n_apart < self->format->n_apart)
    {
      self->n_apart++;
      return FALSE;
    }
  return record->length > 0 && apool_value_is_space (last);
}

/**
 * apool_record_joiner_add:
 * @self: a joiner
 * @piece: the next piece
 * @record: (out): with %APOOL_RECORD_WHOLE, the record: a view of the piece or of the joiner's
 *   memory, valid until the next piece. Longer than %APOOL_RECORD_MAX_BYTES it has no data
 * @number: (out): then, the number of its first piece
 *
 * The end of the input is looked for in a piece alone, blanks and continuations in the record as it
 * has become so far.
 *
 * Returns: what becomes of it. With %APOOL_RECORD_STOP apool_record_joiner_finish() tells whether
 *   there is a last record
 */
ApoolRecordVerdict
apool_record_joiner_add (ApoolRecordJoiner *self,
                         const ApoolRecordPiece *piece,
                         ApoolValue *record,
                         guint64 *number)
{
  const ApoolRecordFormat *format = self->format;
  gboolean is_joined;
  char last = piece->last;

  if (apool_record_joiner_takes_quoted (self, piece))
    return APOOL_RECORD_MORE;
  if (apool_record_joiner_ends_input (self, &piece->value))
    return APOOL_RECORD_STOP;
  is_joined = self->is_held;
  *record = piece->value;
  *number = piece->number;
  if (is_joined)
    {
      apool_record_joiner_hold (self, piece);
      *record = apool_record_joiner_release (self);
      *number = self->held_number;
      last = self->held_last;
    }
  if (format->skips_blank && apool_record_joiner_is_blank (record))
    return APOOL_RECORD_MORE;
  if (!apool_record_joiner_is_continued (self, record, last))
    return APOOL_RECORD_WHOLE;
  if (is_joined)
    self->is_held = TRUE;
  else
    apool_record_joiner_hold (self, piece);
  return APOOL_RECORD_MORE;
}

/**
 * apool_record_joiner_finish:
 * @self: a joiner that gets no more pieces
 * @record: (out): the last record, valid as long as the joiner lives
 * @number: (out): the number of its first piece
 *
 * Returns: whether there is one: the beginning of one whose end has not come
 */
gboolean
apool_record_joiner_finish (ApoolRecordJoiner *self, ApoolValue *record, guint64 *number)
{
  if (!self->is_held)
    return FALSE;
  *record = apool_record_joiner_release (self);
  *number = self->held_number;
  return TRUE;
}
