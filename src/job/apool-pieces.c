/* SPDX-License-Identifier: MIT */
/* The words of a template taken apart, and put together for rendering in one of three ways: as a
 * command line that a shell reads, as the words that were given, or as the words that a shell would
 * find, where the texts mean nothing but themselves to it.
 *
 * Where several values repeat what stands around them, that is everything between two blanks, or
 * from a tab on: nobody looks at quotes there, as GNU parallel does not. */

#include "job/apool-pieces.h"

#include <string.h>

#include "base/apool-shell.h"
#include "job/apool-syntax-private.h"
#include "job/apool-value.h"

struct _ApoolPieces
{
  char **words;
  GPtrArray *replacements; /* of ApoolReplacement */
  GArray *tokens;          /* of ApoolPiece; between two words stands an end */
};

static void
apool_pieces_free_replacement (gpointer data)
{
  apool_replacement_clear (data);
  g_free (data);
}

static void
apool_pieces_add_text (ApoolPieces *self, const char *text, gsize length)
{
  ApoolPiece piece = { .type = APOOL_PIECE_TEXT, .text = text, .length = length };

  g_array_append_val (self->tokens, piece);
}

static void
apool_pieces_add_end (ApoolPieces *self)
{
  ApoolPiece piece = { .type = APOOL_PIECE_END };

  g_array_append_val (self->tokens, piece);
}

/* @replacement: what it owns is handed over. */
static void
apool_pieces_add_replacement (ApoolPieces *self, const ApoolReplacement *replacement)
{
  ApoolPiece piece = { .type = APOOL_PIECE_REPLACEMENT };

  piece.replacement = g_memdup2 (replacement, sizeof *replacement);
  piece.is_plain = replacement->type == APOOL_REPLACEMENT_VALUE && !replacement->form &&
                   (replacement->position == 0 || replacement->position == 1);
  g_ptr_array_add (self->replacements, (gpointer) piece.replacement);
  g_array_append_val (self->tokens, piece);
}

static gboolean
apool_pieces_parse_word (ApoolPieces *self, const char *word, ApoolSyntax *syntax, GError **error)
{
  const char *end = word + strlen (word);
  const char *at = word;
  gsize length = 1;

  while (length > 0)
    {
      ApoolReplacement replacement;
      const char *start = end;

      if (!apool_syntax_find (syntax, at, end, &start, &length, &replacement, error))
        return FALSE;
      if (length == 0)
        start = end;
      if (start > at || end == word)
        apool_pieces_add_text (self, at, (gsize) (start - at));
      if (length > 0)
        apool_pieces_add_replacement (self, &replacement);
      at = start + length;
    }
  return TRUE;
}

/**
 * apool_pieces_new:
 * @words: (array zero-terminated=1): the words of a template
 * @appends: whether a word with all values is added where there is no replacement string
 * @syntax: which replacement strings there are; told what is made use of
 * @error: (out) (optional): %APOOL_ERROR_TEMPLATE: one is malformed
 *
 * Returns: (transfer full) (nullable): the pieces
 */
ApoolPieces *
apool_pieces_new (const char *const *words, gboolean appends, ApoolSyntax *syntax, GError **error)
{
  g_autoptr (ApoolPieces) self = g_new0 (ApoolPieces, 1);

  self->words = apool_syntax_join_parts (syntax, words);
  self->replacements = g_ptr_array_new_with_free_func (apool_pieces_free_replacement);
  self->tokens = g_array_new (FALSE, FALSE, sizeof (ApoolPiece));
  for (char **word = self->words; *word; word++)
    {
      if (word > self->words)
        apool_pieces_add_end (self);
      if (!apool_pieces_parse_word (self, *word, syntax, error))
        return NULL;
    }
  if (appends && self->replacements->len == 0)
    {
      ApoolReplacement value = { .type = APOOL_REPLACEMENT_VALUE };

      if (self->tokens->len > 0)
        apool_pieces_add_end (self);
      apool_pieces_add_replacement (self, &value);
    }
  return g_steal_pointer (&self);
}

/**
 * apool_pieces_free:
 * @self: (transfer full): pieces
 */
void
apool_pieces_free (ApoolPieces *self)
{
  g_strfreev (self->words);
  g_ptr_array_unref (self->replacements);
  g_array_unref (self->tokens);
  g_free (self);
}

/**
 * apool_pieces_count_inputs:
 * @self: pieces
 *
 * Returns: how many replacement strings stand for something of the input
 */
gsize
apool_pieces_count_inputs (const ApoolPieces *self)
{
  gsize n = 0;

  for (guint i = 0; i < self->replacements->len; i++)
    n += apool_replacement_is_input (self->replacements->pdata[i]) ? 1 : 0;
  return n;
}

/**
 * apool_pieces_count_type:
 * @self: pieces
 * @type: a type
 *
 * Returns: how many replacement strings are of it
 */
gsize
apool_pieces_count_type (const ApoolPieces *self, ApoolReplacementType type)
{
  gsize n = 0;

  for (guint i = 0; i < self->replacements->len; i++)
    n += ((const ApoolReplacement *) self->replacements->pdata[i])->type == type ? 1 : 0;
  return n;
}

/**
 * apool_pieces_get_replacement:
 * @self: pieces
 * @i: a number, counted from 0
 *
 * Returns: (nullable): that replacement string; %NULL where there are fewer
 */
const ApoolReplacement *
apool_pieces_get_replacement (const ApoolPieces *self, gsize i)
{
  return i < self->replacements->len ? self->replacements->pdata[i] : NULL;
}

/**
 * apool_pieces_is_command_input:
 * @self: pieces
 *
 * Tells whether a replacement string is part of the command's name: `{} x`, `./{}`, `run-{#}`. As
 * with GNU parallel no value is quoted then, so that an input can be a whole command line; in
 * "x={}" it is assigned to a variable.
 *
 * Returns: whether it is
 */
gboolean
apool_pieces_is_command_input (const ApoolPieces *self)
{
  for (guint i = 0; i < self->tokens->len; i++)
    {
      const ApoolPiece *token = &g_array_index (self->tokens, ApoolPiece, i);

      if (token->type == APOOL_PIECE_REPLACEMENT)
        return TRUE;
      if (token->type == APOOL_PIECE_END)
        return FALSE;
      for (gsize j = 0; j < token->length; j++)
        if (memchr (" \t\n=", token->text[j], 4))
          return FALSE;
    }
  return FALSE;
}

/* A word between white space, while lengths are added up. */
typedef struct
{
  ApoolPiecesLengths *lengths;
  gsize length;
  gboolean is_context;
} ApoolPiecesMeter;

static void
apool_pieces_end_context (ApoolPiecesMeter *meter)
{
  if (meter->is_context)
    {
      meter->lengths->n_contexts++;
      meter->lengths->context += meter->length;
    }
  else
    meter->lengths->rest += meter->length;
  meter->length = 0;
  meter->is_context = FALSE;
}

static void
apool_pieces_measure_text (ApoolPiecesMeter *meter, const ApoolPiece *token)
{
  for (gsize i = 0; i < token->length; i++)
    {
      if (!apool_value_is_space (token->text[i]))
        {
          meter->length++;
          continue;
        }
      apool_pieces_end_context (meter);
      meter->lengths->rest++;
    }
}

/**
 * apool_pieces_get_lengths:
 * @self: pieces
 * @lengths: (out): how long they are
 */
void
apool_pieces_get_lengths (const ApoolPieces *self, ApoolPiecesLengths *lengths)
{
  ApoolPiecesMeter meter = { .lengths = lengths };

  *lengths = (ApoolPiecesLengths){ .n_words = 1, .n_replacements = self->replacements->len };
  for (guint i = 0; i < self->tokens->len; i++)
    {
      const ApoolPiece *token = &g_array_index (self->tokens, ApoolPiece, i);

      if (token->type == APOOL_PIECE_TEXT)
        apool_pieces_measure_text (&meter, token);
      else if (token->type == APOOL_PIECE_REPLACEMENT)
        meter.is_context = TRUE;
      else
        {
          apool_pieces_end_context (&meter);
          lengths->n_words++;
        }
    }
  apool_pieces_end_context (&meter);
}

/* Steps of rendering on their way into a list. */
typedef struct
{
  GArray *pieces;
  gboolean repeats;
  guint start; /* of what is repeated together */
  gboolean has_values;
  gboolean has_fields;
  gsize n_words; /* that have ended */
  gboolean in_word;
} ApoolPiecesMaker;

static void
apool_pieces_end_group (ApoolPiecesMaker *maker)
{
  if (maker->repeats && (maker->has_values || maker->has_fields))
    {
      ApoolPiece *first = &g_array_index (maker->pieces, ApoolPiece, maker->start);

      first->n_repeated = maker->pieces->len - maker->start;
      first->is_by_record = !maker->has_values;
    }
  maker->start = maker->pieces->len;
  maker->has_values = FALSE;
  maker->has_fields = FALSE;
}

static void
apool_pieces_put_text (ApoolPiecesMaker *maker, const char *text, gsize length)
{
  ApoolPiece piece = { .type = APOOL_PIECE_TEXT, .text = text, .length = length };

  g_array_append_val (maker->pieces, piece);
}

static void
apool_pieces_put_end (ApoolPiecesMaker *maker)
{
  ApoolPiece piece = { .type = APOOL_PIECE_END };

  apool_pieces_end_group (maker);
  g_array_append_val (maker->pieces, piece);
  apool_pieces_end_group (maker);
}

/* A blank ends what is repeated together, a tab begins it. */
static void
apool_pieces_put_parts (ApoolPiecesMaker *maker, const char *text, gsize length)
{
  const char *end = text + length;

  while (maker->repeats && text < end)
    {
      const char *stop = text + 1;

      while (*text != ' ' && stop < end && *stop != ' ' && *stop != '\t')
        stop++;
      if (*text == ' ' || *text == '\t')
        apool_pieces_end_group (maker);
      apool_pieces_put_text (maker, text, (gsize) (stop - text));
      if (*text == ' ')
        apool_pieces_end_group (maker);
      text = stop;
    }
  if (!maker->repeats)
    apool_pieces_put_text (maker, text, length);
}

static void
apool_pieces_put_replacement (ApoolPiecesMaker *maker, const ApoolPiece *token)
{
  const ApoolReplacement *replacement = token->replacement;

  g_array_append_val (maker->pieces, *token);
  if (replacement->type == APOOL_REPLACEMENT_FIELD)
    maker->has_fields = TRUE;
  else if (apool_replacement_is_input (replacement) && replacement->position == 0)
    maker->has_values = TRUE;
}

static GArray *
apool_pieces_make (const ApoolPieces *self, gboolean repeats, gboolean has_ends)
{
  ApoolPiecesMaker maker = { .repeats = repeats };

  maker.pieces = g_array_new (FALSE, FALSE, sizeof (ApoolPiece));
  for (guint i = 0; i < self->tokens->len; i++)
    {
      const ApoolPiece *token = &g_array_index (self->tokens, ApoolPiece, i);

      if (token->type == APOOL_PIECE_REPLACEMENT)
        apool_pieces_put_replacement (&maker, token);
      else if (token->type == APOOL_PIECE_TEXT && token->length > 0)
        apool_pieces_put_parts (&maker, token->text, token->length);
      else if (has_ends && token->type == APOOL_PIECE_TEXT)
        apool_pieces_put_text (&maker, token->text, 0);
      else if (has_ends)
        apool_pieces_put_end (&maker);
      else if (token->type == APOOL_PIECE_END)
        apool_pieces_put_parts (&maker, " ", 1);
    }
  if (has_ends)
    apool_pieces_put_end (&maker);
  apool_pieces_end_group (&maker);
  return maker.pieces;
}

/**
 * apool_pieces_make_line:
 * @self: pieces
 * @repeats: whether what stands around several values is repeated
 *
 * Returns: (transfer full) (element-type ApoolPiece): the words, joined by blanks
 */
GArray *
apool_pieces_make_line (const ApoolPieces *self, gboolean repeats)
{
  return apool_pieces_make (self, repeats, FALSE);
}

/**
 * apool_pieces_make_words:
 * @self: pieces
 * @repeats: whether what stands around several values is repeated
 *
 * Returns: (transfer full) (element-type ApoolPiece): the words, each with an end
 */
GArray *
apool_pieces_make_words (const ApoolPieces *self, gboolean repeats)
{
  return apool_pieces_make (self, repeats, TRUE);
}

static void
apool_pieces_end_word (ApoolPiecesMaker *maker)
{
  if (!maker->in_word)
    return;
  apool_pieces_put_end (maker);
  maker->in_word = FALSE;
  maker->n_words++;
}

/* Returns: whether the words in @text mean themselves to a shell */
static gboolean
apool_pieces_split_text (ApoolPiecesMaker *maker, const char *text, gsize length)
{
  const char *end = text + length;

  while (text < end)
    {
      const char *start = text;

      while (text < end && *text != ' ' && *text != '\t')
        text++;
      if (text == start)
        {
          apool_pieces_end_word (maker);
          text++;
          continue;
        }
      if (!apool_shell_text_is_plain (start, (gsize) (text - start), maker->n_words == 0))
        return FALSE;
      apool_pieces_put_text (maker, start, (gsize) (text - start));
      maker->in_word = TRUE;
    }
  return TRUE;
}

static gboolean
apool_pieces_split_token (ApoolPiecesMaker *maker, const ApoolPiece *token)
{
  if (token->type == APOOL_PIECE_TEXT)
    return apool_pieces_split_text (maker, token->text, token->length);
  if (token->type == APOOL_PIECE_END)
    {
      apool_pieces_end_word (maker);
      return TRUE;
    }
  if (token->replacement->type == APOOL_REPLACEMENT_VARIABLE ||
      (apool_replacement_is_input (token->replacement) && maker->n_words == 0))
    return FALSE;
  apool_pieces_put_replacement (maker, token);
  maker->in_word = TRUE;
  return TRUE;
}

/**
 * apool_pieces_split:
 * @self: pieces
 * @repeats: whether what stands around several values is repeated
 *
 * Finds the words of a command line whose values are quoted.
 *
 * Returns: (transfer full) (nullable) (element-type ApoolPiece): the words that a shell would find,
 *   each with an end; %NULL where only a shell can tell, or where the command is itself input
 */
GArray *
apool_pieces_split (const ApoolPieces *self, gboolean repeats)
{
  ApoolPiecesMaker maker = { .repeats = repeats };

  maker.pieces = g_array_new (FALSE, FALSE, sizeof (ApoolPiece));
  for (guint i = 0; i < self->tokens->len; i++)
    if (!apool_pieces_split_token (&maker, &g_array_index (self->tokens, ApoolPiece, i)))
      {
        g_array_unref (maker.pieces);
        return NULL;
      }
  apool_pieces_end_word (&maker);
  return maker.pieces;
}
