/* SPDX-License-Identifier: MIT */
/* A label around each line.
 *
 * The bytes of a stream come in pieces that end anywhere, and the lines with their labels leave in
 * pieces that are as large as there is room for: a label may be longer than that, so both where in
 * a line a piece ends and what is printed of the label are remembered from one piece to the next. A
 * line gets its prefix with its first byte, so nothing stands behind the last newline.
 *
 * A carriage return ends a line, too, as in GNU parallel: what overwrites it on a terminal, such as
 * a progress bar, would overwrite its tag. But a newline behind it belongs to it. */

#include "sinks/apool-tagger.h"

#include <string.h>

/* Where bytes come from and where they go, within a call. */
typedef struct
{
  const guint8 *data;
  const guint8 *data_end;
  const guint8 *newline; /* the next one, or @data_end; before @data where it is not known */
  const guint8 *carriage_return; /* the same */
  guint8 *at;
  guint8 *end;
} ApoolTaggerPiece;

/**
 * apool_tagger_init:
 * @self: (out): at the beginning of a stream
 * @label: (transfer none) (nullable): what each line is to have around it
 */
void
apool_tagger_init (ApoolTagger *self, ApoolLabel *label)
{
  gsize n_before = 0;
  gsize n_behind = 0;

  *self = (ApoolTagger){ 0 };
  if (!label)
    return;
  (void) apool_label_get_prefix (label, &n_before);
  (void) apool_label_get_suffix (label, &n_behind);
  if (n_before + n_behind > 0) /* else it is only a title */
    self->label = apool_label_ref (label);
}

/**
 * apool_tagger_clear:
 * @self: a tagger; without a label afterwards
 */
void
apool_tagger_clear (ApoolTagger *self)
{
  g_clear_pointer (&self->label, apool_label_unref);
  self->place = APOOL_TAGGER_BEFORE_LINE;
  self->n_done = 0;
}

/* Copies what is missing of @text.
 * Returns: whether that is all of it */
static gboolean
apool_tagger_put (ApoolTagger *self, const char *text, gsize length, ApoolTaggerPiece *piece)
{
  gsize n = MIN (length - self->n_done, (gsize) (piece->end - piece->at));

  memcpy (piece->at, text + self->n_done, n);
  piece->at += n;
  self->n_done += n;
  if (self->n_done < length)
    return FALSE;
  self->n_done = 0;
  return TRUE;
}

/* Looks for the next @byte, unless it is @known. Of what has neither newlines nor carriage returns,
 * or only one of them, all is looked at twice and no more often. */
static const guint8 *
apool_tagger_find (const ApoolTaggerPiece *piece, guint8 byte, const guint8 *known)
{
  if (known >= piece->data)
    return known;
  known = memchr (piece->data, byte, (gsize) (piece->data_end - piece->data));
  return known ? known : piece->data_end;
}

/* Copies what there is of the present line, up to its end. */
static void
apool_tagger_put_line (ApoolTagger *self, ApoolTaggerPiece *piece)
{
  gsize room = (gsize) (piece->end - piece->at);
  const guint8 *line_end;
  gsize n;

  piece->newline = apool_tagger_find (piece, '\n', piece->newline);
  piece->carriage_return = apool_tagger_find (piece, '\r', piece->carriage_return);
  line_end = MIN (piece->newline, piece->carriage_return);
  n = MIN ((gsize) (line_end - piece->data), room);
  memcpy (piece->at, piece->data, n);
  piece->at += n;
  piece->data += n;
  if (piece->data == line_end && line_end < piece->data_end)
    self->place = APOOL_TAGGER_BEHIND_LINE;
}

static void
apool_tagger_put_end (ApoolTagger *self, ApoolTaggerPiece *piece)
{
  self->place = *piece->data == '\r' ? APOOL_TAGGER_BEHIND_RETURN : APOOL_TAGGER_BEFORE_LINE;
  *piece->at++ = *piece->data++;
}

/**
 * apool_tagger_fill:
 * @self: a tagger that has a label
 * @data: (inout) (array length=length): what comes next in the stream; what is left of it
 * @length: (inout): how many bytes
 * @buffer: (out) (array length=room): where the lines go, with what is around them
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
  ApoolTaggerPiece piece = {
    .data = *data, .data_end = *data + *length, .at = buffer, .end = buffer + room
  };
  gsize n_before;
  gsize n_behind;
  const char *prefix = apool_label_get_prefix (self->label, &n_before);
  const char *suffix = apool_label_get_suffix (self->label, &n_behind);

  while (piece.data < piece.data_end && piece.at < piece.end)
    switch (self->place)
      {
      case APOOL_TAGGER_BEFORE_LINE:
        if (apool_tagger_put (self, prefix, n_before, &piece))
          self->place = APOOL_TAGGER_IN_LINE;
        break;
      case APOOL_TAGGER_IN_LINE:
        apool_tagger_put_line (self, &piece);
        break;
      case APOOL_TAGGER_BEHIND_LINE:
        if (apool_tagger_put (self, suffix, n_behind, &piece))
          self->place = APOOL_TAGGER_AT_END;
        break;
      case APOOL_TAGGER_AT_END:
        apool_tagger_put_end (self, &piece);
        break;
      case APOOL_TAGGER_BEHIND_RETURN:
        self->place = *piece.data == '\n' ? APOOL_TAGGER_AT_END : APOOL_TAGGER_BEFORE_LINE;
        break;
      }
  *data = piece.data;
  *length = (gsize) (piece.data_end - piece.data);
  return (gsize) (piece.at - buffer);
}

/**
 * apool_tagger_end:
 * @self: a tagger that has been given all of a stream; at the beginning of another one afterwards
 * @length: (out): how many bytes are missing
 *
 * Returns: (transfer none) (array length=length): what is to follow a last line without a newline
 */
const char *
apool_tagger_end (ApoolTagger *self, gsize *length)
{
  gboolean is_in_line = self->label && self->place == APOOL_TAGGER_IN_LINE;

  self->place = APOOL_TAGGER_BEFORE_LINE;
  self->n_done = 0;
  *length = 0;
  return is_in_line ? apool_label_get_suffix (self->label, length) : NULL;
}
