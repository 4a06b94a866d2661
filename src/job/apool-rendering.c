/* SPDX-License-Identifier: MIT */
/* What the pieces of a template become for one row, in one pass that appends to memory which is
 * reused, since it runs once for every job of a run of millions. */

#include "job/apool-rendering.h"

#include <stdlib.h>
#include <string.h>

#include "base/apool-error.h"

/* The text of an option is for ourselves; this bounds the memory that it takes. Commands are a
 * tenth of that at most, and are then checked more closely. */
#define MAX_TEXT_BYTES (64 * 1024 * 1024)

/* Digits of the greatest guint64. */
#define MAX_DIGITS 20

/* All values, where one is asked for by its number. */
#define ALL_VALUES G_MAXSIZE

/**
 * apool_rendering_init:
 * @self: a rendering
 *
 * Gets the memory of it.
 */
void
apool_rendering_init (ApoolRendering *self)
{
  *self = (ApoolRendering){ 0 };
  self->text = g_string_new (NULL);
  self->scratch = g_string_new (NULL);
  self->holes = g_array_new (FALSE, FALSE, sizeof (ApoolRenderingHole));
}

/**
 * apool_rendering_clear:
 * @self: a rendering
 *
 * Frees the memory of it.
 */
void
apool_rendering_clear (ApoolRendering *self)
{
  g_string_free (self->text, TRUE);
  g_string_free (self->scratch, TRUE);
  g_array_unref (self->holes);
}

/* Appends bytes. This is all that most pieces need, so it is spared a call. */
static inline void
apool_rendering_put (ApoolRendering *self, const char *data, gsize length)
{
  GString *text = self->text;

  if (length >= text->allocated_len - text->len)
    {
      g_string_append_len (text, data, (gssize) length);
      return;
    }
  memcpy (text->str + text->len, data, length);
  text->len += length;
  text->str[text->len] = '\0';
}

static void
apool_rendering_end_word (ApoolRendering *self)
{
  if (self->in_word)
    g_string_append_c (self->text, '\0');
  self->in_word = FALSE;
}

/* What stands between two values. */
static void
apool_rendering_separate (ApoolRendering *self)
{
  if (self->style->is_words)
    apool_rendering_end_word (self);
  else
    g_string_append_c (self->text, ' ');
}

static gboolean
apool_rendering_fail_text (gsize length, GError **error)
{
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_INPUT,
               "input of %" G_GSIZE_FORMAT " bytes: too long", length);
  return FALSE;
}

/* Checks a value before it is put into the text. */
static inline gboolean
apool_rendering_check_value (const ApoolRendering *self,
                             const char *data,
                             gsize length,
                             GError **error)
{
  if (self->style->is_text)
    return (data || length == 0) && length <= MAX_TEXT_BYTES - MIN (self->text->len, MAX_TEXT_BYTES)
               ? TRUE
               : apool_rendering_fail_text (length, error);
  if (!data && length > 0)
    return apool_rendering_fail_text (length, error);
  if (length > self->style->value_limit)
    {
      g_set_error (error, APOOL_ERROR, APOOL_ERROR_INPUT,
                   "argument of %" G_GSIZE_FORMAT
                   " bytes: the kernel takes at most %" G_GSIZE_FORMAT,
                   length, self->style->value_limit);
      return FALSE;
    }
  if (self->text->len > MAX_TEXT_BYTES)
    {
      g_set_error (error, APOOL_ERROR, APOOL_ERROR_INPUT, "command of more than %d bytes: too long",
                   MAX_TEXT_BYTES);
      return FALSE;
    }
  if (data && length > 0 && memchr (data, '\0', length))
    {
      g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_INPUT,
                           "a NUL byte cannot be part of an argument");
      return FALSE;
    }
  return TRUE;
}

static inline gboolean
apool_rendering_append (
    ApoolRendering *self, const char *data, gsize length, ApoolQuoteStyle quote, GError **error)
{
  if (!apool_rendering_check_value (self, data, length, error))
    return FALSE;
  if (quote != APOOL_QUOTE_NONE)
    {
      apool_quote_append (self->text, quote, data ? data : "", length);
      self->quoted_end = self->text->len;
    }
  else if (length > 0)
    apool_rendering_put (self, data, length);
  self->in_word = TRUE;
  return TRUE;
}

/* Appends a value in @form. */
static gboolean
apool_rendering_append_form (ApoolRendering *self,
                             const ApoolForm *form,
                             const ApoolValue *value,
                             GError **error)
{
  if (!form)
    return apool_rendering_append (self, value->data, value->length, self->style->quote, error);
  if (apool_value_is_unread (value))
    return apool_rendering_check_value (self, value->data, value->length, error);
  g_string_truncate (self->scratch, 0);
  return apool_form_append (form, value->data, value->length, self->scratch, error) &&
         apool_rendering_append (self, self->scratch->str, self->scratch->len, self->style->quote,
                                 error);
}

static void
apool_rendering_append_missing (ApoolRendering *self)
{
  if (self->style->keeps_missing && self->row->n_values > 0)
    self->in_word = TRUE;
}

static void
apool_rendering_add_hole (ApoolRendering *self,
                          const ApoolReplacement *replacement,
                          const ApoolComputedResult *result)
{
  ApoolRenderingHole hole = { .offset = self->text->len,
                              .replacement = replacement,
                              .result = result };

  hole.quote = result && !result->is_unquoted ? self->style->quote : APOOL_QUOTE_NONE;
  hole.is_number = replacement && !replacement->form && replacement->delta >= 0;
  g_array_append_val (self->holes, hole);
  self->in_word = TRUE;
}

/* Appends what @replacement, an expression, has made of value @i. */
static gboolean
apool_rendering_append_result (ApoolRendering *self,
                               const ApoolReplacement *replacement,
                               gsize i,
                               GError **error)
{
  const ApoolComputed *computed = self->row->computed;
  const ApoolComputedResult *result;
  ApoolQuoteStyle quote;

  if (!computed || replacement->index >= computed->n_expressions || i >= computed->n_values)
    {
      g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_INPUT, "{= =}: not evaluated here");
      return FALSE;
    }
  result = &computed->results[replacement->index * computed->n_values + i];
  if (result->n_choices == 0)
    return TRUE;
  quote = result->is_unquoted ? APOOL_QUOTE_NONE : self->style->quote;
  self->has_unquoted |= result->is_unquoted;
  if (self->style->is_pattern && replacement->nature != APOOL_EXPRESSION_STEADY)
    {
      apool_rendering_add_hole (self, NULL, result);
      return TRUE;
    }
  if (result->n_choices == 1)
    /* Without values there is not even an empty argument. */
    return (self->row->n_values == 0 && result->choices[0].length == 0) ||
           apool_rendering_append (self, result->choices[0].data, result->choices[0].length, quote,
                                   error);
  if (self->style->is_text)
    {
      g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_INPUT,
                           "slot(): the slot is not known before the job is started");
      return FALSE;
    }
  for (gsize choice = 0; choice < result->n_choices; choice++)
    if (!apool_rendering_check_value (self, result->choices[choice].data,
                                      result->choices[choice].length, error))
      return FALSE;
  apool_rendering_add_hole (self, NULL, result);
  return TRUE;
}

static gboolean
apool_rendering_append_one (ApoolRendering *self,
                            const ApoolReplacement *replacement,
                            gsize i,
                            GError **error)
{
  if (replacement->type == APOOL_REPLACEMENT_EXPRESSION)
    return apool_rendering_append_result (self, replacement, i, error);
  if (i < self->row->n_values)
    return apool_rendering_append_form (self, replacement->form, &self->row->values[i], error);
  return TRUE;
}

/* Appends the value at the position of @replacement, all of them, or number @which. */
static gboolean
apool_rendering_append_values (ApoolRendering *self,
                               const ApoolReplacement *replacement,
                               gsize which,
                               GError **error)
{
  gsize n = MAX (self->row->n_values, 1);

  if (replacement->position != 0)
    {
      which = apool_replacement_find_value (replacement->position, self->row->n_values);
      if (which >= self->row->n_values)
        {
          apool_rendering_append_missing (self);
          return TRUE;
        }
    }
  if (which != ALL_VALUES)
    return apool_rendering_append_one (self, replacement, which, error);
  for (gsize i = 0; i < n; i++)
    {
      if (i > 0)
        apool_rendering_separate (self);
      if (!apool_rendering_append_one (self, replacement, i, error))
        return FALSE;
    }
  return TRUE;
}

static gsize
apool_rendering_count_records (const ApoolRendering *self)
{
  return MAX (self->row->n_records, 1);
}

/* Appends the field of all records, or of number @which. */
static gboolean
apool_rendering_append_field (ApoolRendering *self,
                              const ApoolReplacement *replacement,
                              gsize which,
                              GError **error)
{
  const ApoolRow *row = self->row;
  gsize first = which == ALL_VALUES ? 0 : which;
  gsize end = which == ALL_VALUES ? apool_rendering_count_records (self) : which + 1;

  if (replacement->index >= row->n_fields)
    {
      apool_rendering_append_missing (self);
      return TRUE;
    }
  for (gsize i = first; i < end; i++)
    {
      if (i > first)
        apool_rendering_separate (self);
      if (!apool_rendering_append_form (
              self, replacement->form, &row->fields[i * row->n_fields + replacement->index], error))
        return FALSE;
    }
  return TRUE;
}

/* Returns: the first of the digits of @number, which end with those of @digits */
static char *
apool_rendering_write_digits (guint64 number, char digits[MAX_DIGITS + 1])
{
  char *digit = digits + MAX_DIGITS + 1;

  do
    *--digit = (char) ('0' + number % 10);
  while ((number /= 10) > 0);
  return digit;
}

static gsize
apool_rendering_count_digits (guint64 number)
{
  char digits[MAX_DIGITS + 1];

  return (gsize) (digits + sizeof digits - apool_rendering_write_digits (number, digits));
}

static gboolean
apool_rendering_append_number (ApoolRendering *self,
                               const ApoolReplacement *replacement,
                               guint64 number,
                               GError **error)
{
  char digits[MAX_DIGITS + 1];
  gboolean is_negative = replacement->delta < 0 && number < (guint64) -replacement->delta;
  guint64 sum = number + (guint64) replacement->delta;
  char *digit = apool_rendering_write_digits (is_negative ? -sum : sum, digits);
  ApoolValue value;

  if (is_negative)
    *--digit = '-';
  value = (ApoolValue){ digit, (gsize) (digits + sizeof digits - digit) };
  if (replacement->is_padded && !replacement->form)
    for (gsize n = apool_rendering_count_digits (self->row->total); n > value.length; n--)
      g_string_append_c (self->text, '0');
  if (replacement->form)
    return apool_rendering_append_form (self, replacement->form, &value, error);
  apool_rendering_put (self, value.data, value.length);
  self->in_word = TRUE;
  return TRUE;
}

static int
apool_rendering_compare (const void *a, const void *b)
{
  const ApoolValue *first = a;
  const ApoolValue *second = b;
  gsize length = MIN (first->length, second->length);
  int order = length > 0 ? memcmp (first->data, second->data, length) : 0;

  if (order != 0)
    return order;
  return (first->length > second->length) - (first->length < second->length);
}

/* Whether each of the values is less than the next one; of sorted ones: whether all differ. */
static gboolean
apool_rendering_is_ascending (const ApoolValue *values, gsize n_values)
{
  for (gsize i = 1; i < n_values; i++)
    if (apool_rendering_compare (&values[i - 1], &values[i]) >= 0)
      return FALSE;
  return TRUE;
}

static gboolean
apool_rendering_is_unique (const ApoolValue *values, gsize n_values)
{
  g_autofree ApoolValue *sorted = g_memdup2 (values, n_values * sizeof *values);

  if (n_values > 1)
    qsort (sorted, n_values, sizeof *sorted, apool_rendering_compare);
  return apool_rendering_is_ascending (sorted, n_values);
}

/* A value that was too long to be read is told apart by the check when it is appended. */
static gboolean
apool_rendering_has_all_values (const ApoolRow *row)
{
  for (gsize i = 0; i < row->n_values; i++)
    if (apool_value_is_unread (&row->values[i]))
      return FALSE;
  return TRUE;
}

static void
apool_rendering_check_skip (ApoolRendering *self, gboolean is_unique)
{
  const ApoolRow *row = self->row;

  if (!apool_rendering_has_all_values (row))
    return;
  if (is_unique ? !apool_rendering_is_unique (row->values, row->n_values)
                : !apool_rendering_is_ascending (row->values, row->n_values))
    self->is_skipped = TRUE;
}

static gboolean
apool_rendering_append_replacement (ApoolRendering *self,
                                    const ApoolReplacement *replacement,
                                    gsize which,
                                    GError **error)
{
  switch (replacement->type)
    {
    case APOOL_REPLACEMENT_UNIQUE:
    case APOOL_REPLACEMENT_ASCENDING:
      apool_rendering_check_skip (self, replacement->type == APOOL_REPLACEMENT_UNIQUE);
      return apool_rendering_append_values (self, replacement, which, error);
    case APOOL_REPLACEMENT_VALUE:
    case APOOL_REPLACEMENT_EXPRESSION:
      return apool_rendering_append_values (self, replacement, which, error);
    case APOOL_REPLACEMENT_FIELD:
      return apool_rendering_append_field (self, replacement, which, error);
    case APOOL_REPLACEMENT_SEQ:
      return apool_rendering_append_number (self, replacement, self->seq, error);
    case APOOL_REPLACEMENT_TOTAL:
      if (self->style->is_pattern)
        {
          apool_rendering_add_hole (self, replacement, NULL);
          return TRUE;
        }
      return apool_rendering_append_number (self, replacement, self->row->total, error);
    case APOOL_REPLACEMENT_SLOT:
      apool_rendering_add_hole (self, replacement, NULL);
      return TRUE;
    case APOOL_REPLACEMENT_VARIABLE:
      g_string_append (self->text, replacement->text);
      self->in_word = TRUE;
      return TRUE;
    default:
      g_return_val_if_reached (FALSE);
    }
}

/* Appends a replacement of a pattern, and finds out whether a hole is next to a value, be that
 * empty: then nobody can tell where it ends. */
static gboolean
apool_rendering_append_pattern (ApoolRendering *self,
                                const ApoolReplacement *replacement,
                                gsize which,
                                GError **error)
{
  gsize start = self->text->len;
  guint n_holes = self->holes->len;
  ApoolRenderingHole *hole;

  if (!apool_rendering_append_replacement (self, replacement, which, error))
    return FALSE;
  if (self->holes->len > n_holes)
    {
      hole = &g_array_index (self->holes, ApoolRenderingHole, n_holes);
      hole->touches = hole->offset == self->value_end;
      return TRUE;
    }
  if (n_holes > 0)
    {
      hole = &g_array_index (self->holes, ApoolRenderingHole, n_holes - 1);
      hole->touches = hole->touches || hole->offset == start;
    }
  self->value_end = self->text->len;
  return TRUE;
}

static inline gboolean
apool_rendering_append_piece (ApoolRendering *self,
                              const ApoolPiece *piece,
                              gsize which,
                              GError **error)
{
  if (piece->type == APOOL_PIECE_TEXT)
    {
      if (self->text->len == self->quoted_end)
        apool_quote_append_code (self->text, self->style->quote, piece->text, piece->length);
      else
        apool_rendering_put (self, piece->text, piece->length);
      self->in_word = TRUE;
      return TRUE;
    }
  if (piece->type == APOOL_PIECE_END)
    {
      apool_rendering_end_word (self);
      return TRUE;
    }
  if (self->style->is_pattern)
    return apool_rendering_append_pattern (self, piece->replacement, which, error);
  /* The most common one is spared what others need. */
  if (piece->is_plain && self->row->n_values == 1)
    return apool_rendering_append (self, self->row->values[0].data, self->row->values[0].length,
                                   self->style->quote, error);
  return apool_rendering_append_replacement (self, piece->replacement, which, error);
}

/* Appends pieces that stand once for each value. */
static gboolean
apool_rendering_repeat (ApoolRendering *self, const ApoolPiece *pieces, GError **error)
{
  gsize n_records = apool_rendering_count_records (self);
  gsize n = pieces->is_by_record ? n_records : MAX (self->row->n_values, 1);

  for (gsize i = 0; i < n; i++)
    {
      if (i > 0)
        apool_rendering_separate (self);
      for (guint j = 0; j < pieces->n_repeated; j++)
        {
          const ApoolPiece *piece = &pieces[j];
          gboolean is_field = piece->type == APOOL_PIECE_REPLACEMENT &&
                              piece->replacement->type == APOOL_REPLACEMENT_FIELD;

          /* Every record has as many values. */
          if (!apool_rendering_append_piece (self, piece, is_field ? i * n_records / n : i, error))
            return FALSE;
        }
    }
  return TRUE;
}

static void
apool_rendering_begin (ApoolRendering *self,
                       const ApoolRenderingStyle *style,
                       const ApoolRow *row,
                       guint64 seq)
{
  self->text->len = 0;
  self->text->str[0] = '\0';
  if (self->holes->len > 0)
    g_array_set_size (self->holes, 0);
  self->is_skipped = FALSE;
  self->has_unquoted = FALSE;
  self->in_word = FALSE;
  self->quoted_end = G_MAXSIZE;
  self->value_end = G_MAXSIZE;
  self->style = style;
  self->row = row;
  self->seq = seq;
}

/**
 * apool_rendering_run:
 * @self: a rendering
 * @style: what is made
 * @pieces: (element-type ApoolPiece): of these
 * @row: the input
 * @seq: the number of the task
 * @error: (out) (optional): %APOOL_ERROR_INPUT: the input holds a NUL byte, is too long, or cannot
 *   have the form it should have
 *
 * Returns: whether it could be made
 */
gboolean
apool_rendering_run (ApoolRendering *self,
                     const ApoolRenderingStyle *style,
                     const GArray *pieces,
                     const ApoolRow *row,
                     guint64 seq,
                     GError **error)
{
  const ApoolPiece *piece = (const ApoolPiece *) (const void *) pieces->data;
  const ApoolPiece *end = pieces->len > 0 ? piece + pieces->len : piece;

  apool_rendering_begin (self, style, row, seq);
  while (piece < end)
    {
      if (piece->n_repeated > 0)
        {
          if (!apool_rendering_repeat (self, piece, error))
            return FALSE;
          piece += piece->n_repeated;
          continue;
        }
      if (!apool_rendering_append_piece (self, piece, ALL_VALUES, error))
        return FALSE;
      piece++;
    }
  return TRUE;
}

static guint64
apool_rendering_sum_values (const ApoolRow *row)
{
  guint64 sum = 0;

  for (gsize i = 0; i < row->n_values; i++)
    sum += MIN (row->values[i].length, G_MAXUINT32);
  return sum;
}

/* The usual case: one value as it is. Whatever is wrong with it makes no difference to its length.
 */
static gboolean
apool_rendering_measure_plain (const ApoolRenderingStyle *style,
                               const ApoolReplacement *replacement,
                               const ApoolRow *row,
                               guint64 *length)
{
  const ApoolValue *value = row->values;

  if (replacement->type != APOOL_REPLACEMENT_VALUE || replacement->form ||
      replacement->position != 0 || row->n_values != 1 || !value->data || style->is_pattern ||
      (style->quote != APOOL_QUOTE_NONE && !apool_quote_is_bare (value->data, value->length)))
    return FALSE;
  *length = MIN (value->length, G_MAXUINT32);
  return TRUE;
}

/**
 * apool_rendering_measure:
 * @self: a rendering
 * @style: what is made
 * @replacement: a replacement string
 * @row: a record
 * @seq: the number of the task
 *
 * Returns: how many bytes it becomes, what separates values left out. What is not known yet is
 *   guessed: an expression changes nothing, and the slot is the greatest one
 */
guint64
apool_rendering_measure (ApoolRendering *self,
                         const ApoolRenderingStyle *style,
                         const ApoolReplacement *replacement,
                         const ApoolRow *row,
                         guint64 seq)
{
  ApoolReplacement value;
  gsize n_separators = 0;
  guint64 length;

  if (apool_rendering_measure_plain (style, replacement, row, &length))
    return length;
  value = *replacement;
  if (value.type == APOOL_REPLACEMENT_SLOT)
    return apool_rendering_count_digits (style->n_jobs);
  if (value.type == APOOL_REPLACEMENT_EXPRESSION)
    value.type = APOOL_REPLACEMENT_VALUE;
  apool_rendering_begin (self, style, row, seq);
  if (!apool_rendering_append_replacement (self, &value, ALL_VALUES, NULL))
    return apool_rendering_sum_values (row);
  if (value.type == APOOL_REPLACEMENT_FIELD)
    n_separators = apool_rendering_count_records (self) - 1;
  else if (apool_replacement_is_input (&value) && value.position == 0)
    n_separators = MAX (row->n_values, 1) - 1;
  return self->text->len - n_separators;
}

static void
apool_rendering_add_choices (const ApoolRenderingHole *hole, ApoolHoles *holes)
{
  const ApoolComputedResult *result = hole->result;
  g_autofree ApoolValue *quoted = g_new (ApoolValue, result->n_choices);
  g_autofree gsize *offsets = g_new (gsize, result->n_choices + 1);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) choice = g_string_new (NULL);

  for (gsize i = 0; i < result->n_choices; i++)
    {
      const ApoolValue *value = &result->choices[i];

      offsets[i] = text->len;
      g_string_truncate (choice, 0);
      apool_quote_append (choice, hole->quote, value->data ? value->data : "", value->length);
      g_string_append_len (text, choice->str, (gssize) choice->len);
    }
  offsets[result->n_choices] = text->len;
  for (gsize i = 0; i < result->n_choices; i++)
    quoted[i] = (ApoolValue){ text->str + offsets[i], offsets[i + 1] - offsets[i] };
  apool_holes_add_choice (holes, (guint32) hole->offset, quoted, result->n_choices);
}

/**
 * apool_rendering_make_holes:
 * @self: a rendering that has succeeded
 *
 * Returns: (transfer full): the holes of its text
 */
ApoolHoles *
apool_rendering_make_holes (const ApoolRendering *self)
{
  const char padded[] = { '%', '0',
                          (char) ('0' + apool_rendering_count_digits (self->style->n_jobs) % 10),
                          'd', '\0' };
  ApoolHoles *holes = apool_holes_new ();

  for (guint i = 0; i < self->holes->len; i++)
    {
      const ApoolRenderingHole *hole = &g_array_index (self->holes, ApoolRenderingHole, i);
      const ApoolReplacement *replacement = hole->replacement;
      const char *format = NULL;

      if (replacement && replacement->form)
        format = apool_form_get_format (replacement->form);
      else if (replacement && replacement->is_padded)
        format = padded;
      if (replacement)
        apool_holes_add_number (holes, (guint32) hole->offset, replacement->delta, format);
      else
        apool_rendering_add_choices (hole, holes);
    }
  return holes;
}
