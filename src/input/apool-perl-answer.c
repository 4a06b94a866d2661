/* SPDX-License-Identifier: MIT */
/* What perl says of a row: a letter, and for a row that is run
 *
 *     place (4 bytes)  is not quoted (1)  number of choices (4)  { length (4)  bytes } ...
 *
 * for each value that an expression was evaluated for; numbers have their highest byte first.
 * The expressions are somebody else's program, which may have written here whatever it liked:
 * nothing of it is believed. */

#include "input/apool-perl-answer.h"

#include <string.h>

#include "base/apool-error.h"

struct _ApoolPerlAnswer
{
  gsize n_expressions;
  ApoolPerlVerdict verdict;
  GArray *results; /* ApoolComputedResult */
  GArray *choices; /* ApoolValue: of all results, in the order they came in */
  GString *fault;
  ApoolComputed computed;
};

/* What is left to be read. */
typedef struct
{
  const guchar *at;
  gsize length;
} ApoolPerlBytes;

/**
 * apool_perl_answer_new:
 * @n_expressions: how many expressions there are
 *
 * Returns: (transfer full): an answer that says nothing yet
 */
ApoolPerlAnswer *
apool_perl_answer_new (gsize n_expressions)
{
  ApoolPerlAnswer *self = g_new0 (ApoolPerlAnswer, 1);

  self->n_expressions = n_expressions;
  self->results = g_array_new (FALSE, TRUE, sizeof (ApoolComputedResult));
  self->choices = g_array_new (FALSE, FALSE, sizeof (ApoolValue));
  self->fault = g_string_new (NULL);
  return self;
}

/**
 * apool_perl_answer_free:
 * @self: (transfer full): an answer
 */
void
apool_perl_answer_free (ApoolPerlAnswer *self)
{
  g_array_unref (self->results);
  g_array_unref (self->choices);
  g_string_free (self->fault, TRUE);
  g_free (self);
}

static gboolean
apool_perl_bytes_take (ApoolPerlBytes *bytes, gsize length, const guchar **taken)
{
  if (length > bytes->length)
    return FALSE;
  *taken = bytes->at;
  bytes->at += length;
  bytes->length -= length;
  return TRUE;
}

static gboolean
apool_perl_bytes_take_number (ApoolPerlBytes *bytes, gsize *number)
{
  const guchar *taken;
  guint32 raw;

  if (!apool_perl_bytes_take (bytes, sizeof raw, &taken))
    return FALSE;
  memcpy (&raw, taken, sizeof raw);
  *number = GUINT32_FROM_BE (raw);
  return TRUE;
}

static gboolean
apool_perl_answer_take_choice (ApoolPerlAnswer *self, ApoolPerlBytes *bytes)
{
  const guchar *data;
  gsize length;
  ApoolValue choice;

  if (!apool_perl_bytes_take_number (bytes, &length) ||
      !apool_perl_bytes_take (bytes, length, &data))
    return FALSE;
  choice = (ApoolValue){ (const char *) data, length };
  g_array_append_val (self->choices, choice);
  return TRUE;
}

static gboolean
apool_perl_answer_take_result (ApoolPerlAnswer *self, ApoolPerlBytes *bytes)
{
  ApoolComputedResult *result;
  const guchar *is_unquoted;
  gsize place;
  gsize n_choices;

  if (!apool_perl_bytes_take_number (bytes, &place) || place >= self->results->len ||
      !apool_perl_bytes_take (bytes, 1, &is_unquoted) ||
      !apool_perl_bytes_take_number (bytes, &n_choices))
    return FALSE;
  result = &g_array_index (self->results, ApoolComputedResult, place);
  if (result->n_choices > 0 || n_choices == 0)
    return FALSE;
  result->is_unquoted = *is_unquoted != 0;
  result->n_choices = n_choices;
  /* Until all are there and stay where they are: how many are before them. */
  result->choices = GSIZE_TO_POINTER (self->choices->len);
  for (gsize i = 0; i < n_choices; i++)
    if (!apool_perl_answer_take_choice (self, bytes))
      return FALSE;
  return TRUE;
}

static gboolean
apool_perl_answer_take_results (ApoolPerlAnswer *self, ApoolPerlBytes *bytes, gsize n_values)
{
  ApoolComputedResult *results;

  g_array_set_size (self->choices, 0);
  g_array_set_size (self->results, 0);
  g_array_set_size (self->results, (guint) (self->n_expressions * n_values));
  while (bytes->length > 0)
    if (!apool_perl_answer_take_result (self, bytes))
      return FALSE;
  results = (ApoolComputedResult *) (void *) self->results->data;
  for (guint i = 0; i < self->results->len && self->choices->len > 0; i++)
    results[i].choices = (const ApoolValue *) (const void *) self->choices->data +
                         GPOINTER_TO_SIZE (results[i].choices);
  self->computed = (ApoolComputed){ results, self->n_expressions, n_values };
  return TRUE;
}

/**
 * apool_perl_answer_take:
 * @self: an answer
 * @bytes: what perl has said
 * @length: how many bytes
 * @n_values: how many values the row has, at least 1
 * @error: (out) (optional): %APOOL_ERROR_PROTOCOL
 *
 * What is computed is then a view into @bytes.
 *
 * Returns: whether it is an answer
 */
gboolean
apool_perl_answer_take (
    ApoolPerlAnswer *self, const char *bytes, gsize length, gsize n_values, GError **error)
{
  ApoolPerlBytes rest = { (const guchar *) bytes, length };
  const guchar *what;
  char kind = apool_perl_bytes_take (&rest, 1, &what) ? (char) *what : '\0';

  if (kind == 'C' && apool_perl_answer_take_results (self, &rest, n_values))
    self->verdict = APOOL_PERL_COMPUTED;
  else if (kind == 'S' && rest.length == 0)
    self->verdict = APOOL_PERL_SKIPPED;
  else if (kind == 'B')
    {
      self->verdict = APOOL_PERL_FAULT;
      g_string_truncate (self->fault, 0);
      g_string_append_len (self->fault, (const char *) rest.at, (gssize) rest.length);
    }
  else
    {
      g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL,
                           "{= ... =}: perl: sent what cannot be understood");
      return FALSE;
    }
  return TRUE;
}

/**
 * apool_perl_answer_get_verdict:
 * @self: an answer that was taken
 *
 * Returns: what becomes of the row
 */
ApoolPerlVerdict
apool_perl_answer_get_verdict (const ApoolPerlAnswer *self)
{
  return self->verdict;
}

/**
 * apool_perl_answer_get_computed:
 * @self: an answer of %APOOL_PERL_COMPUTED
 *
 * Returns: (transfer none): what was computed; valid until the next answer is taken, or the bytes
 *   go
 */
const ApoolComputed *
apool_perl_answer_get_computed (const ApoolPerlAnswer *self)
{
  return &self->computed;
}

/**
 * apool_perl_answer_get_fault:
 * @self: an answer of %APOOL_PERL_FAULT
 *
 * Returns: (transfer none): what has died, and why
 */
const char *
apool_perl_answer_get_fault (const ApoolPerlAnswer *self)
{
  return self->fault->str;
}
