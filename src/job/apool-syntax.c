/* SPDX-License-Identifier: MIT */
/* Which strings are replacement strings in this run.
 *
 * A text is searched from left to right. Expressions between parentheses come first, so that
 * nothing within one is a replacement string; then, of what begins at one place, that with the
 * longest name, and of equally long ones the user's. */

#include "job/apool-syntax.h"

#include <string.h>

#include "base/apool-error.h"
#include "job/apool-alias.h"
#include "job/apool-syntax-private.h"

typedef struct
{
  char *text;
  gboolean is_for_all; /* values */
  GArray *positions;   /* of gint64: of the values that it is for, where it is not for all */
} ApoolSyntaxExpression;

struct _ApoolSyntax
{
  gatomicrefcount refs;

  char *open; /* parenthesis of an expression */
  char *close;
  GPtrArray *aliases; /* of ApoolAlias: the longest name first, of equally long ones the newest */
  ApoolReplacementRules rules;
  gboolean angle_is_input;
  gboolean repeats;
  gboolean has_total; /* whether a template has it */
  guint n_jobs;

  GArray *expressions; /* of ApoolSyntaxExpression */
  GPtrArray *texts;    /* theirs, ends in %NULL */
};

static void
apool_syntax_clear_expression (gpointer data)
{
  ApoolSyntaxExpression *expression = data;

  g_free (expression->text);
  g_array_unref (expression->positions);
}

/**
 * apool_syntax_new:
 *
 * Returns: (transfer full): the usual replacement strings
 */
ApoolSyntax *
apool_syntax_new (void)
{
  ApoolSyntax *self = g_new0 (ApoolSyntax, 1);

  g_atomic_ref_count_init (&self->refs);
  self->open = g_strdup ("{=");
  self->close = g_strdup ("=}");
  self->aliases = g_ptr_array_new_with_free_func ((GDestroyNotify) apool_alias_free);
  self->n_jobs = 1;
  self->expressions = g_array_new (FALSE, FALSE, sizeof (ApoolSyntaxExpression));
  g_array_set_clear_func (self->expressions, apool_syntax_clear_expression);
  self->texts = g_ptr_array_new ();
  g_ptr_array_add (self->texts, NULL);
  return self;
}

/**
 * apool_syntax_ref:
 * @self: a syntax
 *
 * Returns: (transfer full): @self
 */
ApoolSyntax *
apool_syntax_ref (ApoolSyntax *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

/**
 * apool_syntax_unref:
 * @self: (transfer full): a syntax
 */
void
apool_syntax_unref (ApoolSyntax *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_clear_pointer (&self->rules.fields, apool_fields_unref);
  g_ptr_array_unref (self->aliases);
  g_array_unref (self->expressions);
  g_ptr_array_unref (self->texts);
  g_free (self->open);
  g_free (self->close);
  g_free (self);
}

static void
apool_syntax_add_alias (ApoolSyntax *self, ApoolAlias *alias)
{
  guint i = 0;

  while (i < self->aliases->len && apool_alias_get_name_length (self->aliases->pdata[i]) >
                                       apool_alias_get_name_length (alias))
    i++;
  g_ptr_array_insert (self->aliases, (gint) i, alias);
}

/**
 * apool_syntax_rename:
 * @self: a syntax
 * @which: one of the usual replacement strings
 * @name: what it is called instead, not only in braces; an empty name is none
 *
 * The usual name then is plain text. `{2}` and the like go with it: they are known for a new name
 * that begins with a brace, too.
 */
void
apool_syntax_rename (ApoolSyntax *self, ApoolSyntaxString which, const char *name)
{
  self->rules.hidden |= 1u << which;
  if (*name)
    apool_syntax_add_alias (self, apool_alias_new_name (name, (int) which));
}

/**
 * apool_syntax_set_parens:
 * @self: a syntax
 * @parens: the parentheses of expressions, the opening half first
 * @error: (out) (optional): %APOOL_ERROR_TEMPLATE: they are too short
 *
 * Returns: whether expressions now stand between these
 */
gboolean
apool_syntax_set_parens (ApoolSyntax *self, const char *parens, GError **error)
{
  gsize half = strlen (parens) / 2;

  if (half == 0)
    {
      g_set_error (error, APOOL_ERROR, APOOL_ERROR_TEMPLATE,
                   "'%s': no two parentheses: one is opening, one is closing", parens);
      return FALSE;
    }
  g_free (self->open);
  g_free (self->close);
  self->open = g_strndup (parens, half);
  self->close = g_strdup (parens + half);
  return TRUE;
}

/**
 * apool_syntax_set_plus:
 * @self: a syntax
 *
 * Adds the replacement strings of `--plus`.
 */
void
apool_syntax_set_plus (ApoolSyntax *self)
{
  self->rules.plus = TRUE;
}

/**
 * apool_syntax_add_definition:
 * @self: a syntax
 * @definition: a name, a blank, and Perl code (`--rpl`)
 * @error: (out) (optional): %APOOL_ERROR_TEMPLATE: the name is missing or malformed
 *
 * Returns: whether there is such a replacement string now
 */
gboolean
apool_syntax_add_definition (ApoolSyntax *self, const char *definition, GError **error)
{
  ApoolAlias *alias = apool_alias_new_definition (definition, error);

  if (alias)
    apool_syntax_add_alias (self, alias);
  return alias != NULL;
}

/**
 * apool_syntax_set_fields:
 * @self: a syntax
 * @fields: (transfer none): what names mean
 */
void
apool_syntax_set_fields (ApoolSyntax *self, ApoolFields *fields)
{
  g_clear_pointer (&self->rules.fields, apool_fields_unref);
  self->rules.fields = apool_fields_ref (fields);
}

/**
 * apool_syntax_set_angle_is_input:
 * @self: a syntax
 * @angle_is_input: whether `<>` stands for the input. Until the template of the command is made:
 *   whether it may; making it decides
 */
void
apool_syntax_set_angle_is_input (ApoolSyntax *self, gboolean angle_is_input)
{
  self->angle_is_input = angle_is_input;
}

/**
 * apool_syntax_get_angle_is_input:
 * @self: a syntax
 *
 * Returns: whether `<>` stands for the input
 */
gboolean
apool_syntax_get_angle_is_input (const ApoolSyntax *self)
{
  return self->angle_is_input;
}

/**
 * apool_syntax_set_jobs:
 * @self: a syntax
 * @n_jobs: how many run at a time: the greatest slot
 */
void
apool_syntax_set_jobs (ApoolSyntax *self, guint n_jobs)
{
  self->n_jobs = n_jobs;
}

guint
apool_syntax_get_jobs (const ApoolSyntax *self)
{
  return self->n_jobs;
}

void
apool_syntax_set_repeats (ApoolSyntax *self, gboolean repeats)
{
  self->repeats = repeats;
}

gboolean
apool_syntax_get_repeats (const ApoolSyntax *self)
{
  return self->repeats;
}

/**
 * apool_syntax_get_expressions:
 * @self: a syntax
 * @n_expressions: (out): how many there are
 *
 * Returns: (array zero-terminated=1): the Perl code in all templates made so far, each text once;
 *   valid until the next template is made
 */
const char *const *
apool_syntax_get_expressions (const ApoolSyntax *self, gsize *n_expressions)
{
  *n_expressions = self->expressions->len;
  return (const char *const *) self->texts->pdata;
}

/**
 * apool_syntax_get_positions:
 * @self: a syntax
 * @expression: the number of an expression, counted from 0
 * @n_positions: (out): how many there are; 0 where the expression is for all values of a row
 *
 * Returns: (array length=n_positions): the positions of the values that it is for, counted from 1,
 *   or from the end where they are negative, as apool_replacement_find_value() understands them
 */
const gint64 *
apool_syntax_get_positions (const ApoolSyntax *self, gsize expression, gsize *n_positions)
{
  const ApoolSyntaxExpression *found =
      &g_array_index (self->expressions, ApoolSyntaxExpression, expression);

  *n_positions = found->is_for_all ? 0 : found->positions->len;
  return (const gint64 *) (const void *) found->positions->data;
}

/**
 * apool_syntax_needs_total:
 * @self: a syntax
 *
 * Returns: whether a template made so far asks how many jobs there are
 */
gboolean
apool_syntax_needs_total (const ApoolSyntax *self)
{
  for (guint i = 0; i + 1 < self->texts->len; i++)
    if (strstr (self->texts->pdata[i], "total_jobs"))
      return TRUE;
  return self->has_total;
}

static gsize
apool_syntax_number_expression (ApoolSyntax *self, const char *text)
{
  ApoolSyntaxExpression expression;
  gsize i;

  for (i = 0; i < self->expressions->len; i++)
    if (strcmp (self->texts->pdata[i], text) == 0)
      return i;
  expression.text = g_strdup (text);
  expression.is_for_all = FALSE;
  expression.positions = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_array_append_val (self->expressions, expression);
  g_ptr_array_insert (self->texts, (gint) i, expression.text);
  return i;
}

static void
apool_syntax_use_expression (ApoolSyntaxExpression *expression, gint64 position)
{
  if (position == 0)
    expression->is_for_all = TRUE;
  for (guint i = 0; i < expression->positions->len; i++)
    if (g_array_index (expression->positions, gint64, i) == position)
      return;
  g_array_append_val (expression->positions, position);
}

/* Makes a replacement string of Perl code behind a position, if there is one. */
static void
apool_syntax_add_code (ApoolSyntax *self, const char *code, ApoolReplacement *replacement)
{
  gint64 position = 0;

  code += apool_replacement_skip_position (code, code + strlen (code), &position);
  code += strspn (code, " ");
  *replacement = (ApoolReplacement){ .type = APOOL_REPLACEMENT_EXPRESSION, .position = position };
  if (!*code)
    {
      replacement->type = APOOL_REPLACEMENT_VALUE;
      return;
    }
  replacement->index = apool_syntax_number_expression (self, code);
  replacement->nature = apool_expression_find_nature (code);
  apool_syntax_use_expression (
      &g_array_index (self->expressions, ApoolSyntaxExpression, replacement->index), position);
}

/* Returns: (nullable): the first pair of parentheses with none of either between them; @stop is the
 * closing one */
static const char *
apool_syntax_find_parens (const ApoolSyntax *self,
                          const char *at,
                          const char *end,
                          const char **stop)
{
  const char *open = NULL;

  at = memmem (at, (gsize) (end - at), self->open, strlen (self->open));
  while (at && at < end)
    {
      /* The closing one first: it may be the same as the opening one. */
      if (open && apool_replacement_has_name (at, end, self->close))
        {
          *stop = at;
          return open;
        }
      if (apool_replacement_has_name (at, end, self->open))
        {
          open = at;
          at += strlen (self->open);
        }
      else
        at++;
    }
  return NULL;
}

/* `{=name code=}` is `{=N code=}` for the value of that name. */
static char *
apool_syntax_dup_code (ApoolSyntax *self, const char *at, const char *end)
{
  g_autoptr (GString) text = g_string_new_len (at, end - at);
  ApoolFieldRef ref;
  gsize length;

  /* What follows a name has to go on like a replacement string for it to be one. */
  for (gsize i = 0; i < text->len; i++)
    if (g_ascii_isspace (text->str[i]))
      {
        text->str[i] = '}';
        break;
      }
  length = self->rules.fields
               ? apool_fields_match (self->rules.fields, text->str, text->str + text->len, &ref)
               : 0;
  if (length > 0)
    apool_fields_withdraw (self->rules.fields, &ref);
  if (length == 0 || ref.column == 0 || text->str[length] != '}')
    return g_strndup (at, (gsize) (end - at));
  return g_strdup_printf ("%" G_GSIZE_FORMAT "%.*s", ref.column, (int) (end - at) - (int) length,
                          at + length);
}

static void
apool_syntax_take_meaning (const ApoolSyntax *self,
                           int meaning,
                           gint64 position,
                           ApoolReplacement *replacement)
{
  static const char *const FORMS[] = {
    [APOOL_SYNTAX_NO_EXTENSION] = ".}",
    [APOOL_SYNTAX_BASENAME] = "/}",
    [APOOL_SYNTAX_DIRNAME] = "//}",
    [APOOL_SYNTAX_BASENAME_NO_EXTENSION] = "/.}",
  };
  const char *form;

  *replacement = (ApoolReplacement){ .type = APOOL_REPLACEMENT_VALUE, .position = position };
  if (meaning == APOOL_SYNTAX_SEQ)
    replacement->type = APOOL_REPLACEMENT_SEQ;
  else if (meaning == APOOL_SYNTAX_SLOT)
    replacement->type = APOOL_REPLACEMENT_SLOT;
  else if (meaning != APOOL_SYNTAX_VALUE)
    {
      form = FORMS[meaning];
      (void) apool_form_match (form, form + strlen (form), FALSE, &replacement->form, NULL);
    }
}

/* What was found is not meant after all: nor does the input need the field that it asked for. */
static void
apool_syntax_forget (ApoolSyntax *self, ApoolReplacement *replacement)
{
  const ApoolFieldRef ref = { .field = replacement->index };

  if (replacement->type == APOOL_REPLACEMENT_FIELD)
    apool_fields_withdraw (self->rules.fields, &ref);
  apool_replacement_clear (replacement);
}

/* Returns: the length of the replacement string of the user's with a name of at least @min_length
 * that starts at @at */
static gsize
apool_syntax_match_alias (ApoolSyntax *self,
                          const char *at,
                          const char *end,
                          gsize min_length,
                          ApoolReplacement *replacement)
{
  for (guint i = 0; i < self->aliases->len; i++)
    {
      const ApoolAlias *alias = self->aliases->pdata[i];
      g_autofree char *code = NULL;
      gint64 position;
      gsize length;

      if (apool_alias_get_name_length (alias) < min_length)
        break;
      length = apool_alias_match (alias, at, end, &position, &code);
      if (length == 0)
        continue;
      apool_syntax_forget (self, replacement);
      if (code)
        apool_syntax_add_code (self, code, replacement);
      else
        apool_syntax_take_meaning (self, apool_alias_get_meaning (alias), position, replacement);
      return length;
    }
  return 0;
}

/* Returns: the length of the replacement string that starts at @at; 0 with an error or for none */
static gsize
apool_syntax_match (ApoolSyntax *self,
                    const char *at,
                    const char *end,
                    ApoolReplacement *replacement,
                    GError **error)
{
  g_autoptr (GError) local = NULL;
  gsize name_length = 0;
  gsize length = 0;
  gsize by_alias;

  *replacement = (ApoolReplacement){ 0 };
  if (*at == '{')
    length = apool_replacement_match (&self->rules, at, end, replacement, &name_length, &local);
  by_alias = apool_syntax_match_alias (self, at, end, length > 0 ? name_length : 0, replacement);
  if (by_alias > 0)
    return by_alias;
  if (local)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return 0;
    }
  if (length == 0 && self->angle_is_input && apool_replacement_has_name (at, end, "<>"))
    return 2;
  return length;
}

static void
apool_syntax_note_use (ApoolSyntax *self, const ApoolReplacement *replacement)
{
  if (replacement->type == APOOL_REPLACEMENT_TOTAL ||
      (replacement->type == APOOL_REPLACEMENT_SEQ && replacement->is_padded))
    self->has_total = TRUE;
}

static gsize
apool_syntax_take_expression (ApoolSyntax *self,
                              const char *start,
                              const char *stop,
                              ApoolReplacement *replacement)
{
  g_autofree char *code = apool_syntax_dup_code (self, start + strlen (self->open), stop);

  apool_syntax_add_code (self, code, replacement);
  return (gsize) (stop - start) + strlen (self->close);
}

/**
 * apool_syntax_find:
 * @self: a syntax
 * @at: a place in a text, behind which it has not been searched
 * @end: the end of the text
 * @start: (out): where the first replacement string begins
 * @length: (out): how long it is; 0 where there is none
 * @replacement: (out): what it is; the caller clears it
 * @error: (out) (optional): %APOOL_ERROR_TEMPLATE: a malformed one
 *
 * Returns: whether the text is well formed
 */
gboolean
apool_syntax_find (ApoolSyntax *self,
                   const char *at,
                   const char *end,
                   const char **start,
                   gsize *length,
                   ApoolReplacement *replacement,
                   GError **error)
{
  const char *close = NULL;
  const char *open = apool_syntax_find_parens (self, at, end, &close);
  const char *stop = open ? open : end;
  GError *local = NULL;

  *length = 0;
  for (; at < stop && *length == 0 && !local; at++)
    {
      *start = at;
      *length = apool_syntax_match (self, at, stop, replacement, &local);
    }
  if (local)
    {
      const char *brace = memchr (*start, '}', (gsize) (stop - *start));

      g_propagate_prefixed_error (error, local,
                                  "%.*s: ", (int) ((brace ? brace + 1 : stop) - *start), *start);
      return FALSE;
    }
  if (*length == 0 && open)
    {
      *start = open;
      *length = apool_syntax_take_expression (self, open, close, replacement);
    }
  if (*length > 0)
    apool_syntax_note_use (self, replacement);
  return TRUE;
}

/* Whether @text has an opening parenthesis that no closing one belongs to. */
static gboolean
apool_syntax_is_open (const ApoolSyntax *self, const char *text)
{
  g_autoptr (GString) rest = g_string_new (text);
  const char *close = NULL;
  const char *open = apool_syntax_find_parens (self, rest->str, rest->str + rest->len, &close);

  while (open)
    {
      g_string_erase (rest, open - rest->str, close - open + (gssize) strlen (self->close));
      open = apool_syntax_find_parens (self, rest->str, rest->str + rest->len, &close);
    }
  return strstr (rest->str, self->open) != NULL;
}

/**
 * apool_syntax_join_parts:
 * @self: a syntax
 * @words: (array zero-terminated=1): the words of a command
 *
 * Joins the words between which an expression is spread, by blanks.
 *
 * Returns: (transfer full): the words then
 */
char **
apool_syntax_join_parts (const ApoolSyntax *self, const char *const *words)
{
  g_autoptr (GPtrArray) joined = g_ptr_array_new ();

  while (*words)
    {
      g_autoptr (GString) word = g_string_new (*words++);

      while (*words && apool_syntax_is_open (self, word->str))
        {
          g_string_append_c (word, ' ');
          g_string_append (word, *words++);
        }
      g_ptr_array_add (joined, g_string_free (g_steal_pointer (&word), FALSE));
    }
  g_ptr_array_add (joined, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&joined), FALSE);
}
