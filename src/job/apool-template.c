/* SPDX-License-Identifier: MIT */
/* The command with its replacement strings.
 *
 * It is taken apart once, into lists of pieces, which rendering goes through for every job of a run
 * of millions.
 *
 * Whether a shell is needed is decided from the template alone: if the shell would read every
 * text piece as nothing but itself, the words are known before the inputs are. Only an expression
 * can say later that what it makes is for a shell, so the line that a shell reads is kept, too. */

#include "job/apool-template.h"

#include <string.h>

#include "base/apool-argument.h"
#include "base/apool-error.h"
#include "job/apool-pieces.h"
#include "job/apool-rendering.h"
#include "job/apool-syntax-private.h"

/* What Linux allows at most for all arguments and the environment, whatever the limit of the stack
 * (execve(2)). */
#define MAX_ARGUMENTS_BYTES (6 * 1024 * 1024)

/* How much longer than what is quoted -q and --shell-quote may make a command, and what prints it
 * may add, as GNU parallel reckons. */
#define QUOTED_FACTOR 3
#define PRINTED_FACTOR 5

struct _ApoolTemplate
{
  ApoolPieces *pieces;
  GArray *line;  /* (nullable) of ApoolPiece: what a shell reads; of a text, the text */
  GArray *words; /* (nullable) of ApoolPiece: what needs none */
  ApoolTemplateConfig config;
  ApoolTaskKind words_kind;
  ApoolRenderingStyle style;       /* of the line */
  ApoolRenderingStyle words_style; /* of the words */
  ApoolPiecesLengths lengths;
  guint64 newest_seq; /* of the tasks that have been rendered */
  gsize argument_limit;
  ApoolRendering rendering; /* memory for one */
};

static ApoolTemplate *
apool_template_alloc (ApoolPieces *pieces /* (transfer full) */, const ApoolSyntax *syntax)
{
  ApoolTemplate *self = g_new0 (ApoolTemplate, 1);

  self->pieces = pieces;
  self->argument_limit = apool_argument_get_max_bytes () - 1;
  self->style.value_limit = self->argument_limit;
  self->style.quote = APOOL_QUOTE_NONE;
  self->style.n_jobs = apool_syntax_get_jobs (syntax);
  apool_rendering_init (&self->rendering);
  return self;
}

/* Parses the command, and decides by the way what `<>` is: as a value where nothing else stands for
 * one. */
static ApoolPieces *
apool_template_parse (const char *const *words, ApoolSyntax *syntax, GError **error)
{
  gboolean may_be_input = apool_syntax_get_angle_is_input (syntax);
  ApoolPieces *pieces;

  apool_syntax_set_angle_is_input (syntax, FALSE);
  pieces = apool_pieces_new (words, FALSE, syntax, error);
  if (!pieces)
    return NULL;
  apool_syntax_set_angle_is_input (syntax, may_be_input && apool_pieces_count_inputs (pieces) == 0);
  apool_pieces_free (pieces);
  return apool_pieces_new (words, TRUE, syntax, error);
}

/* Executes the words directly where that cannot be told apart from the shell. */
static void
apool_template_avoid_shell (ApoolTemplate *self)
{
  gboolean is_input = apool_pieces_is_command_input (self->pieces);

  self->words_kind = APOOL_TASK_WORDS;
  /* What is not quoted is for a shell; a number is what it is either way. */
  if (!is_input || apool_pieces_count_inputs (self->pieces) == 0)
    self->words = apool_pieces_split (self->pieces, self->config.repeats_context);
}

static void
apool_template_make_command (ApoolTemplate *self)
{
  gboolean repeats = self->config.repeats_context;

  apool_pieces_get_lengths (self->pieces, &self->lengths);
  if (self->config.shell == APOOL_TEMPLATE_SHELL_NEVER || self->config.quotes_words)
    {
      self->words = apool_pieces_make_words (self->pieces, repeats);
      self->words_kind =
          self->config.shell == APOOL_TEMPLATE_SHELL_NEVER ? APOOL_TASK_PROGRAM : APOOL_TASK_WORDS;
      self->style.keeps_missing = TRUE;
      return;
    }
  if (!apool_pieces_is_command_input (self->pieces))
    self->style.quote = self->config.quote;
  self->line = apool_pieces_make_line (self->pieces, repeats);
  /* What is plain is known of POSIX shells only. */
  if (self->config.shell == APOOL_TEMPLATE_SHELL_AUTO && self->config.n_shell_quotes == 0 &&
      self->config.quote == APOOL_QUOTE_POSIX)
    apool_template_avoid_shell (self);
}

/**
 * apool_template_new:
 * @words: (array zero-terminated=1) (nullable): the command's arguments; with none of them the
 *   input is itself the command
 * @syntax: which replacement strings there are; told whether `<>` is one, and what is made use of
 * @config: what else is done with values
 * @error: (out) (optional): %APOOL_ERROR_TEMPLATE: a malformed replacement string, or an input that
 *   is the command where no shell may read it
 *
 * Parses a command. In a command for the shell @words are joined by blanks and the inputs, not
 * the words, are quoted; if the input stands in the place of the command, it is not either.
 * Without the shell, and where words are quoted, each of @words is one word of the job.
 *
 * Returns: (transfer full) (nullable): the template
 */
ApoolTemplate *
apool_template_new (const char *const *words,
                    ApoolSyntax *syntax,
                    const ApoolTemplateConfig *config,
                    GError **error)
{
  static const char *const NO_WORDS[] = { NULL };
  gboolean no_command = !words || !words[0];
  ApoolPieces *pieces;
  ApoolTemplate *self;

  if (no_command && config->shell == APOOL_TEMPLATE_SHELL_NEVER)
    {
      g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_TEMPLATE,
                           "no command: only a shell can run the input as one");
      return NULL;
    }
  apool_syntax_set_repeats (syntax, config->repeats_context);
  pieces = apool_template_parse (no_command ? NO_WORDS : words, syntax, error);
  if (!pieces)
    return NULL;
  self = apool_template_alloc (pieces, syntax);
  self->config = *config;
  apool_template_make_command (self);
  self->words_style = self->style;
  self->words_style.is_words = TRUE;
  self->words_style.quote = APOOL_QUOTE_NONE;
  return self;
}

/**
 * apool_template_new_text:
 * @text: a text with replacement strings
 * @syntax: which replacement strings there are, after the template of the command was made
 * @error: (out) (optional): %APOOL_ERROR_TEMPLATE: a replacement string that is malformed, or that
 *   a text cannot have
 *
 * Parses the template of an option, for apool_template_render_text(): no shell reads what it
 * becomes, so that nothing is quoted, and nothing is appended to one without replacement strings.
 *
 * Returns: (transfer full) (nullable): the template
 */
ApoolTemplate *
apool_template_new_text (const char *text, ApoolSyntax *syntax, GError **error)
{
  const char *const words[] = { text, NULL };
  g_autoptr (ApoolPieces) pieces = apool_pieces_new (words, FALSE, syntax, error);
  ApoolTemplate *self;

  if (!pieces)
    return NULL;
  if (apool_pieces_count_type (pieces, APOOL_REPLACEMENT_SLOT) > 0)
    {
      g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_TEMPLATE,
                           "{%}: the slot is not known before the job is started");
      return NULL;
    }
  self = apool_template_alloc (g_steal_pointer (&pieces), syntax);
  self->style.is_text = TRUE;
  self->line = apool_pieces_make_line (self->pieces, apool_syntax_get_repeats (syntax));
  return self;
}

/**
 * apool_template_free:
 * @self: (transfer full): a template
 */
void
apool_template_free (ApoolTemplate *self)
{
  apool_rendering_clear (&self->rendering);
  g_clear_pointer (&self->line, g_array_unref);
  g_clear_pointer (&self->words, g_array_unref);
  apool_pieces_free (self->pieces);
  g_free (self);
}

/**
 * apool_template_has_replacements:
 * @self: a template
 *
 * Returns: whether there are any replacement strings in it
 */
gboolean
apool_template_has_replacements (const ApoolTemplate *self)
{
  return apool_pieces_get_replacement (self->pieces, 0) != NULL;
}

/**
 * apool_template_find_quoted_places:
 * @self: the template of a command
 * @places: (out): where values are quoted twice; nowhere, where they are not quoted for a POSIX
 *   shell
 */
void
apool_template_find_quoted_places (const ApoolTemplate *self, ApoolQuotedPlaces *places)
{
  *places = (ApoolQuotedPlaces){ 0 };
  if (self->line && self->style.quote == APOOL_QUOTE_POSIX)
    apool_quoted_places_find (places, self->line);
}

static gsize
apool_template_find_longest_word (const GString *text)
{
  gsize longest = 0;

  for (const char *at = text->str, *end = at + text->len; at < end;)
    {
      gsize length = strlen (at);

      longest = MAX (longest, length);
      at += length + 1;
    }
  return longest;
}

/* Checks that the kernel takes @text, whose words each end in a NUL. */
static gboolean
apool_template_check_size (const ApoolTemplate *self,
                           ApoolTaskKind kind,
                           const GString *text,
                           GError **error)
{
  const char *what = kind == APOOL_TASK_SHELL ? "command line" : "argument";
  gsize limit = self->argument_limit;
  gsize length = text->len - 1;

  /* A word cannot be longer than all of them. */
  if (length <= limit)
    return TRUE;
  length = apool_template_find_longest_word (text);
  if (length <= limit)
    {
      what = "arguments";
      length = text->len;
      limit = MAX_ARGUMENTS_BYTES;
    }
  if (length <= limit)
    return TRUE;
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_INPUT,
               "%s of %" G_GSIZE_FORMAT " bytes: the kernel takes at most %" G_GSIZE_FORMAT, what,
               length, limit);
  return FALSE;
}

/* Renders words where they are known, a line for the shell otherwise. */
static gboolean
apool_template_run (
    ApoolTemplate *self, const ApoolRow *row, guint64 seq, ApoolTaskKind *kind, GError **error)
{
  if (self->words)
    {
      *kind = self->words_kind;
      if (!apool_rendering_run (&self->rendering, &self->words_style, self->words, row, seq, error))
        return FALSE;
      if (!self->line || !self->rendering.has_unquoted)
        return TRUE;
    }
  *kind = APOOL_TASK_SHELL;
  if (!apool_rendering_run (&self->rendering, &self->style, self->line, row, seq, error))
    return FALSE;
  g_string_append_c (self->rendering.text, '\0');
  return TRUE;
}

/* Quotes @text, and moves the holes along with the bytes that they stand before. */
static GString *
apool_template_quote (ApoolQuoteStyle style, const GString *text, GArray *holes)
{
  GString *quoted = g_string_new (NULL);

  apool_quote_append (quoted, style, text->str, text->len);
  for (guint i = 0; i < holes->len; i++)
    {
      ApoolRenderingHole *hole = &g_array_index (holes, ApoolRenderingHole, i);

      hole->offset = apool_quote_find (style, text->str, text->len, hole->offset);
    }
  return quoted;
}

/* Turns words into the line that has them, each quoted. */
static void
apool_template_join_words (ApoolQuoteStyle style, ApoolRendering *rendering)
{
  g_autoptr (GString) line = g_string_new (NULL);
  GString *text = rendering->text;
  guint hole = 0;

  for (gsize start = 0; start < text->len;)
    {
      g_autoptr (GString) word = g_string_new (text->str + start);
      g_autoptr (GArray) holes = g_array_new (FALSE, FALSE, sizeof (ApoolRenderingHole));
      g_autoptr (GString) quoted = NULL;
      guint first = hole;

      for (; hole < rendering->holes->len; hole++)
        {
          ApoolRenderingHole found = g_array_index (rendering->holes, ApoolRenderingHole, hole);

          if (found.offset > start + word->len)
            break;
          found.offset -= start;
          g_array_append_val (holes, found);
        }
      quoted = apool_template_quote (style, word, holes);
      if (start > 0)
        g_string_append_c (line, ' ');
      for (guint i = 0; i < holes->len; i++)
        g_array_index (rendering->holes, ApoolRenderingHole, first + i).offset =
            line->len + g_array_index (holes, ApoolRenderingHole, i).offset;
      g_string_append_len (line, quoted->str, (gssize) quoted->len);
      start += word->len + 1;
    }
  g_string_append_c (line, '\0');
  g_string_assign (text, "");
  g_string_append_len (text, line->str, (gssize) line->len);
}

static gboolean
apool_template_has_choices (const ApoolRendering *rendering)
{
  for (guint i = 0; i < rendering->holes->len; i++)
    if (g_array_index (rendering->holes, ApoolRenderingHole, i).result)
      return TRUE;
  return FALSE;
}

/* Puts the words that print the command in its place. */
static gboolean
apool_template_print (ApoolTemplate *self, ApoolTaskKind *kind, GError **error)
{
  static const char PRINT[] = "printf\0%s\\n";
  ApoolRendering *rendering = &self->rendering;
  gboolean is_line = self->config.shell == APOOL_TEMPLATE_SHELL_ALWAYS;
  const char *start = is_line ? "printf '%s\\n' " : PRINT;
  gsize start_length = is_line ? strlen (start) : sizeof PRINT;

  if (apool_template_has_choices (rendering))
    {
      g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_INPUT,
                           "slot(): the slot is not known when the command is quoted");
      return FALSE;
    }
  if (*kind != APOOL_TASK_SHELL)
    apool_template_join_words (self->config.quote, rendering);
  g_string_truncate (rendering->text, rendering->text->len - 1);
  for (guint i = 0; i < self->config.n_shell_quotes + (is_line ? 1 : 0); i++)
    {
      g_autoptr (GString) quoted =
          apool_template_quote (self->config.quote, rendering->text, rendering->holes);

      g_string_truncate (rendering->text, 0);
      g_string_append_len (rendering->text, quoted->str, (gssize) quoted->len);
    }
  g_string_insert_len (rendering->text, 0, start, (gssize) start_length);
  g_string_append_c (rendering->text, '\0');
  for (guint i = 0; i < rendering->holes->len; i++)
    g_array_index (rendering->holes, ApoolRenderingHole, i).offset += start_length;
  *kind = is_line ? APOOL_TASK_SHELL : APOOL_TASK_WORDS;
  if (self->config.shell == APOOL_TEMPLATE_SHELL_NEVER)
    *kind = APOOL_TASK_PROGRAM;
  return TRUE;
}

/* Returns: (transfer full): the task that only has a number */
static ApoolTask *
apool_template_skip (ApoolTask *task)
{
  g_autoptr (ApoolTask) plain = task;
  ApoolTaskTraits traits;

  if (!plain)
    return NULL;
  traits = *apool_task_get_traits (plain);
  traits.is_skipped = TRUE;
  return apool_task_new_variant (plain, &traits);
}

/**
 * apool_template_render:
 * @self: a template
 * @row: the input. A value without data but with a length stands for one that was too long to
 *   be read
 * @seq: the task's number, counted from 1
 * @error: (out) (optional): %APOOL_ERROR_INPUT: the input holds a NUL byte, is longer than the
 *   kernel takes, or cannot have the form that is asked for
 *
 * Returns: (transfer full) (nullable): the task; it is skipped where the template says so
 */
ApoolTask *
apool_template_render (ApoolTemplate *self, const ApoolRow *row, guint64 seq, GError **error)
{
  GString *text = self->rendering.text;
  ApoolTaskKind kind;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (ApoolHoles) holes = NULL;
  ApoolTask *task;

  self->newest_seq = seq;
  if (!apool_template_run (self, row, seq, &kind, error))
    return NULL;
  /* Without arguments no word may be left. */
  if (text->len == 0)
    g_string_append_c (text, '\0');
  if (self->config.n_shell_quotes > 0 && !apool_template_print (self, &kind, error))
    return NULL;
  if (!apool_template_check_size (self, kind, text, error))
    return NULL;
  if (self->rendering.holes->len > 0)
    holes = apool_rendering_make_holes (&self->rendering);
  bytes = g_bytes_new_take (memcpy (g_malloc (text->len), text->str, text->len), text->len);
  task = apool_task_new (seq, row->line, kind, bytes, holes, error);
  return self->rendering.is_skipped ? apool_template_skip (task) : task;
}

/* Renders what apool_template_run() does, with a hole for each part that differs from run to run.
 */
static gboolean
apool_template_run_pattern (
    ApoolTemplate *self, const ApoolRow *row, guint64 seq, ApoolTaskKind *kind, GError **error)
{
  gboolean is_done;

  self->style.is_pattern = self->words_style.is_pattern = TRUE;
  is_done = apool_template_run (self, row, seq, kind, error);
  self->style.is_pattern = self->words_style.is_pattern = FALSE;
  return is_done;
}

/* Returns: how many bytes from @i on are digits */
static gsize
apool_template_count_digits (const ApoolValue *value, gsize i)
{
  gsize n = 0;

  while (i + n < value->length && g_ascii_isdigit (value->data[i + n]))
    n++;
  return n;
}

/* Whether a value is digits, or @is_real a number with a point or an exponent. */
static gboolean
apool_template_is_number (const ApoolValue *value, gboolean *is_real)
{
  gsize at = apool_template_count_digits (value, 0);
  gsize n_part = 0;

  *is_real = at > 0 && at < value->length;
  if (at == 0 || !*is_real)
    return at > 0;
  if (value->data[at] == '.')
    {
      n_part = apool_template_count_digits (value, at + 1);
      at += 1 + n_part;
      if (n_part == 0 || at == value->length)
        return n_part > 0;
    }
  if (value->data[at++] != 'e')
    return FALSE;
  if (at < value->length && (value->data[at] == '-' || value->data[at] == '+'))
    at++;
  n_part = apool_template_count_digits (value, at);
  return n_part > 0 && at + n_part == value->length;
}

/* What a hole is for. Of an expression what it has become tells: a number now, a number always. */
static ApoolIdentityPart
apool_template_find_part (const ApoolRenderingHole *hole)
{
  ApoolIdentityPart part = APOOL_IDENTITY_PART_WHOLE;
  gboolean is_real;

  if (hole->touches)
    return hole->is_number ? APOOL_IDENTITY_PART_TOUCHING : APOOL_IDENTITY_PART_TOUCHING_ANY;
  if (hole->is_number)
    return APOOL_IDENTITY_PART_NUMBER;
  if (!hole->result)
    return APOOL_IDENTITY_PART_ANY;
  for (gsize i = 0; i < hole->result->n_choices; i++)
    {
      if (!apool_template_is_number (&hole->result->choices[i], &is_real))
        return APOOL_IDENTITY_PART_ANY;
      if (is_real)
        part = APOOL_IDENTITY_PART_REAL;
    }
  return part;
}

/* Marks a part that varies. Of those that follow each other one is enough, and what may be anything
 * may be a number, too. */
static void
apool_template_mark (GString *pattern, ApoolIdentityPart part)
{
  ApoolIdentityPart before;
  ApoolIdentityPart first;
  ApoolIdentityPart last;
  gsize length = pattern->len;

  while (length > 0 && pattern->str[length - 1] == APOOL_IDENTITY_VARYING)
    length--;
  before = (ApoolIdentityPart) (pattern->len - length);
  first = MIN (before, part);
  last = MAX (before, part);
  if (before != APOOL_IDENTITY_PART_NONE && last >= APOOL_IDENTITY_PART_TOUCHING)
    part = first == APOOL_IDENTITY_PART_NUMBER || first == APOOL_IDENTITY_PART_TOUCHING
               ? last
               : APOOL_IDENTITY_PART_TOUCHING_ANY;
  else if (before != APOOL_IDENTITY_PART_NONE)
    part = first == APOOL_IDENTITY_PART_ANY ? first : last;
  g_string_set_size (pattern, length + part);
  memset (pattern->str + length, APOOL_IDENTITY_VARYING, part);
}

/* Returns: (transfer full): the word from @start to @end with a mark for each of its holes, which
 * begin with number *@hole */
static GString *
apool_template_mark_word (const ApoolRendering *rendering, gsize start, gsize end, guint *hole)
{
  GString *word = g_string_new (NULL);

  for (; *hole < rendering->holes->len; (*hole)++)
    {
      const ApoolRenderingHole *found =
          &g_array_index (rendering->holes, ApoolRenderingHole, *hole);

      if (found->offset > end)
        break;
      g_string_append_len (word, rendering->text->str + start, (gssize) (found->offset - start));
      apool_template_mark (word, apool_template_find_part (found));
      start = found->offset;
    }
  g_string_append_len (word, rendering->text->str + start, (gssize) (end - start));
  return word;
}

/* Quotes a word with marks, which themselves need no quotes. */
static void
apool_template_quote_marked (GString *pattern, const GString *word)
{
  g_autoptr (GString) plain = g_string_new_len (word->str, (gssize) word->len);
  g_autoptr (GString) quoted = g_string_new (NULL);

  for (gsize i = 0; i < plain->len; i++)
    if (plain->str[i] == APOOL_IDENTITY_VARYING)
      plain->str[i] = '0';
  apool_quote_append (quoted, APOOL_QUOTE_POSIX, plain->str, plain->len);
  if (g_string_equal (plain, quoted))
    g_string_append_len (pattern, word->str, (gssize) word->len);
  else
    apool_quote_append (pattern, APOOL_QUOTE_POSIX, word->str, word->len);
}

/**
 * apool_template_render_pattern:
 * @self: the template of a command
 * @row: the input, as for apool_template_render()
 * @seq: the task's number, counted from 1
 * @pattern: where to put the command as it would be typed, in place of what was there, with an
 *   #ApoolIdentityPart for each part that differs from run to run
 * @error: (out) (optional): as that of apool_template_render()
 *
 * Returns: whether there is a pattern
 */
gboolean
apool_template_render_pattern (
    ApoolTemplate *self, const ApoolRow *row, guint64 seq, GString *pattern, GError **error)
{
  ApoolRendering *rendering = &self->rendering;
  ApoolTaskKind kind;
  gsize start = 0;
  guint hole = 0;

  if (!apool_template_run_pattern (self, row, seq, &kind, error))
    return FALSE;
  g_string_truncate (pattern, 0);
  while (start < rendering->text->len)
    {
      gsize end = start + strlen (rendering->text->str + start);
      g_autoptr (GString) word = apool_template_mark_word (rendering, start, end, &hole);

      if (start > 0)
        g_string_append_c (pattern, ' ');
      if (kind == APOOL_TASK_SHELL)
        g_string_append_len (pattern, word->str, (gssize) word->len);
      else
        apool_template_quote_marked (pattern, word);
      start = end + 1;
    }
  return TRUE;
}

/**
 * apool_template_is_mixed:
 * @self: the template of a command
 *
 * Returns: whether it has an expression that makes something of its input which differs from run to
 *   run: a pattern does not tell what the input was
 */
gboolean
apool_template_is_mixed (const ApoolTemplate *self)
{
  const ApoolReplacement *replacement;

  for (gsize i = 0; (replacement = apool_pieces_get_replacement (self->pieces, i)); i++)
    if (replacement->nature == APOOL_EXPRESSION_MIXED)
      return TRUE;
  return FALSE;
}

/**
 * apool_template_render_text:
 * @self: a template of apool_template_new_text()
 * @row: the input, as for apool_template_render()
 * @seq: the task's number, counted from 1
 * @text: where to put what it becomes: any bytes, in place of what was there
 * @error: (out) (optional): %APOOL_ERROR_INPUT: the input, or the text, is too long, or the input
 *   cannot have the form that is asked for
 *
 * Returns: whether there is a text
 */
gboolean
apool_template_render_text (
    const ApoolTemplate *self, const ApoolRow *row, guint64 seq, GString *text, GError **error)
{
  ApoolRendering rendering = self->rendering;

  rendering.text = text;
  return apool_rendering_run (&rendering, &self->style, self->line, row, seq, error);
}

/**
 * apool_template_measure:
 * @self: the template of a command
 * @row: one record, before anything was computed from it
 *
 * Measures what a record adds to the line that the command becomes. The job's number is taken for
 * that after the newest task which was rendered.
 *
 * Returns: bytes; the sum over the records of a job is for apool_template_get_length()
 */
guint64
apool_template_measure (ApoolTemplate *self, const ApoolRow *row)
{
  const ApoolReplacement *replacement;
  guint64 sum = 0;

  for (gsize i = 0; (replacement = apool_pieces_get_replacement (self->pieces, i)); i++)
    sum += apool_rendering_measure (&self->rendering, &self->style, replacement, row,
                                    self->newest_seq + 1);
  return sum;
}

/**
 * apool_template_get_length:
 * @self: the template of a command
 * @n_values: how many values a job has
 * @measured: what apool_template_measure() said of its records, added up
 *
 * Reckons as GNU parallel does, so that its limits mean the same: where words are quoted or
 * printed, the worst is assumed.
 *
 * Returns: how long the job's command line is, bytes
 */
guint64
apool_template_get_length (const ApoolTemplate *self, gsize n_values, guint64 measured)
{
  const ApoolPiecesLengths *lengths = &self->lengths;
  guint64 n = MAX (n_values, 1);
  guint64 length = lengths->rest + lengths->n_words - 1 + measured;

  if (self->config.repeats_context)
    length += n * lengths->context + (n - 1) * lengths->n_contexts;
  else
    length += lengths->context + (n - 1) * lengths->n_replacements;
  if (self->config.quotes_words)
    length *= QUOTED_FACTOR;
  for (guint i = 0; i < self->config.n_shell_quotes; i++)
    length *= QUOTED_FACTOR;
  return self->config.n_shell_quotes > 0 ? length * PRINTED_FACTOR : length;
}
