/* SPDX-License-Identifier: MIT */
/* The command with its replacement strings.
 *
 * It is taken apart once, into a list of pieces: text, places for the input, for the job's number
 * and for its slot, ends of words. Rendering is then one pass that adds up lengths and one that
 * copies, since it runs once for every job of a run of millions.
 *
 * Whether a shell is needed is decided from the template alone: if the shell would read every
 * text piece as nothing but itself, the words are known before the inputs are. */

#include "job/apool-template.h"

#include <string.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-quote.h"
#include "base/apool-shell.h"

/* What Linux allows whatever the page size and the limit of the stack (execve(2)): one argument
 * with its NUL takes at most 32 pages, all of them and the environment at most 6 MiB. */
#define PAGES_PER_ARGUMENT 32
#define MAX_ARGUMENTS_BYTES (6 * 1024 * 1024)

/* The text of an option is for ourselves; this bounds the memory that it takes. */
#define MAX_TEXT_BYTES (64 * 1024 * 1024)

/* Digits of the greatest guint64. */
#define MAX_DIGITS 20

typedef enum
{
  APOOL_PIECE_TEXT,  /* text as it is */
  APOOL_PIECE_VALUE, /* the input */
  APOOL_PIECE_SEQ,   /* the job's number */
  APOOL_PIECE_SLOT,  /* a hole for the slot, which only the worker knows */
  APOOL_PIECE_END,   /* the end of a word */
} ApoolPieceType;

typedef struct
{
  ApoolPieceType type;
  const char *text; /* of a text piece, in the template's source */
  gsize length;
} ApoolPiece;

struct _ApoolTemplate
{
  GString *source; /* the words, joined by blanks or, where each is a word of the job, by NULs */
  GArray *pieces;  /* of ApoolPiece */
  ApoolTaskKind kind;
  gboolean quotes; /* whether the input is quoted for the shell */
  gboolean angle_is_input;
  gsize argument_limit;
  gsize text_bytes; /* of all text pieces and ends of words */
  gsize n_values;
  gsize n_seqs;
  gsize n_slots;
};

/* What is put into the pieces of one task. */
typedef struct
{
  ApoolValue value;
  gsize value_length; /* as it stands in the command: quoted, if it is */
  char digits[MAX_DIGITS];
  const char *seq; /* in digits */
  gsize seq_length;
} ApoolFilling;

/* Returns: the length of the value form that starts at @at, such as {.} {2} {-1/.} {= code =};
 * 0 where none does */
static gsize
apool_template_match_value_form (const char *at, const char *end)
{
  static const char *const SUFFIXES[] = { "/.}", "//}", ".}", "/}", "}" };
  const char *number = at + 1;
  const char *suffix;

  if (end - at >= 4 && at[1] == '=')
    {
      const char *close = memmem (at + 2, (gsize) (end - at) - 2, "=}", 2);

      return close ? (gsize) (close + 2 - at) : 0;
    }
  if (number < end && *number == '-')
    number++;
  for (suffix = number; suffix < end && g_ascii_isdigit (*suffix);)
    suffix++;
  if (suffix == number && number > at + 1)
    return 0;
  for (gsize i = 0; i < G_N_ELEMENTS (SUFFIXES); i++)
    {
      gsize length = strlen (SUFFIXES[i]);

      if ((gsize) (end - suffix) >= length && memcmp (suffix, SUFFIXES[i], length) == 0)
        return (gsize) (suffix - at) + length;
    }
  return 0;
}

static gboolean
apool_template_starts_with (const char *at, const char *end, const char *string)
{
  gsize length = strlen (string);

  return (gsize) (end - at) >= length && memcmp (at, string, length) == 0;
}

/* Finds out what starts at @at: a replacement string, the end of a word, or, with length 0,
 * ordinary text. Fails for replacement strings that stand for an input in a form other than {} and
 * {1}. */
static gboolean
apool_template_match (
    const char *at, const char *end, gboolean angle_is_input, ApoolPiece *piece, GError **error)
{
  static const ApoolPiece KNOWN[] = {
    { APOOL_PIECE_VALUE, "{}", 2 }, { APOOL_PIECE_VALUE, "{1}", 3 }, { APOOL_PIECE_SEQ, "{#}", 3 },
    { APOOL_PIECE_SLOT, "{%}", 3 }, { APOOL_PIECE_VALUE, "<>", 2 },
  };
  gsize n_known = angle_is_input ? G_N_ELEMENTS (KNOWN) : G_N_ELEMENTS (KNOWN) - 1;
  gsize unbuilt;

  *piece = (ApoolPiece){ APOOL_PIECE_TEXT, at, 0 };
  if (*at == '\0')
    *piece = (ApoolPiece){ APOOL_PIECE_END, at, 1 };
  for (gsize i = 0; i < n_known; i++)
    if (apool_template_starts_with (at, end, KNOWN[i].text))
      *piece = KNOWN[i];
  if (piece->length > 0 || *at != '{')
    return TRUE;
  unbuilt = apool_template_match_value_form (at, end);
  if (unbuilt == 0)
    return TRUE;
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_TEMPLATE, "%.*s: not built yet", (int) unbuilt, at);
  return FALSE;
}

/* Adds @piece to the list, and to the sums that rendering needs. */
static void
apool_template_add (ApoolTemplate *self, ApoolPiece piece)
{
  if (piece.type == APOOL_PIECE_TEXT && piece.length == 0)
    return;
  if (piece.type == APOOL_PIECE_TEXT)
    self->text_bytes += piece.length;
  else if (piece.type == APOOL_PIECE_END)
    self->text_bytes++;
  else if (piece.type == APOOL_PIECE_VALUE)
    self->n_values++;
  else if (piece.type == APOOL_PIECE_SEQ)
    self->n_seqs++;
  else
    self->n_slots++;
  g_array_append_val (self->pieces, piece);
}

static void
apool_template_clear_pieces (ApoolTemplate *self)
{
  g_array_set_size (self->pieces, 0);
  self->text_bytes = 0;
  self->n_values = 0;
  self->n_seqs = 0;
  self->n_slots = 0;
}

static gboolean
apool_template_parse (ApoolTemplate *self, gboolean angle_is_input, GError **error)
{
  const char *end = self->source->str + self->source->len;
  const char *text = self->source->str;

  apool_template_clear_pieces (self);
  for (const char *at = text; at < end;)
    {
      ApoolPiece piece;

      if (!apool_template_match (at, end, angle_is_input, &piece, error))
        return FALSE;
      if (piece.length == 0)
        {
          at++;
          continue;
        }
      apool_template_add (self, (ApoolPiece){ APOOL_PIECE_TEXT, text, (gsize) (at - text) });
      apool_template_add (self, piece);
      at += piece.length;
      text = at;
    }
  apool_template_add (self, (ApoolPiece){ APOOL_PIECE_TEXT, text, (gsize) (end - text) });
  return TRUE;
}

/* A command without any replacement string takes its input as a last word. */
static void
apool_template_append_value (ApoolTemplate *self)
{
  if (self->n_values + self->n_seqs + self->n_slots > 0)
    return;
  if (self->kind == APOOL_TASK_PROGRAM)
    apool_template_add (self, (ApoolPiece){ APOOL_PIECE_END, NULL, 1 });
  else
    apool_template_add (self, (ApoolPiece){ APOOL_PIECE_TEXT, " ", 1 });
  apool_template_add (self, (ApoolPiece){ APOOL_PIECE_VALUE, NULL, 0 });
}

/* Whether the command itself comes from the input: `{} x`, `./{}`. As with GNU parallel its values
 * then are not quoted, so that an input can be a whole command line; "x={}" is an assignment. */
static gboolean
apool_template_is_command_input (const ApoolTemplate *self)
{
  for (guint i = 0; i < self->pieces->len; i++)
    {
      const ApoolPiece *piece = &g_array_index (self->pieces, ApoolPiece, i);

      if (piece->type == APOOL_PIECE_VALUE)
        return TRUE;
      if (piece->type != APOOL_PIECE_TEXT)
        continue;
      for (gsize j = 0; j < piece->length; j++)
        if (g_ascii_isspace (piece->text[j]) || piece->text[j] == '=')
          return FALSE;
    }
  return FALSE;
}

/* Where the words of a command line are found. */
typedef struct
{
  ApoolTemplate *words; /* where they go */
  gsize n_ended;
  gboolean in_word;
} ApoolSplitter;

static void
apool_template_end_word (ApoolSplitter *splitter)
{
  if (!splitter->in_word)
    return;
  apool_template_add (splitter->words, (ApoolPiece){ APOOL_PIECE_END, NULL, 1 });
  splitter->in_word = FALSE;
  splitter->n_ended++;
}

/* Returns: whether the words in @text mean themselves to a shell */
static gboolean
apool_template_split_text (ApoolSplitter *splitter, const char *text, gsize length)
{
  const char *end = text + length;

  while (text < end)
    {
      const char *start = text;

      while (text < end && *text != ' ' && *text != '\t')
        text++;
      if (text == start)
        {
          apool_template_end_word (splitter);
          text++;
          continue;
        }
      if (!apool_shell_text_is_plain (start, (gsize) (text - start), splitter->n_ended == 0))
        return FALSE;
      apool_template_add (splitter->words,
                          (ApoolPiece){ APOOL_PIECE_TEXT, start, (gsize) (text - start) });
      splitter->in_word = TRUE;
    }
  return TRUE;
}

/* Gives @words, which is empty, the words of the command line @self, if no shell is needed to tell
 * which they are. A command that is itself input always needs one. */
static gboolean
apool_template_split (const ApoolTemplate *self, ApoolTemplate *words)
{
  ApoolSplitter splitter = { .words = words };

  for (guint i = 0; i < self->pieces->len; i++)
    {
      const ApoolPiece *piece = &g_array_index (self->pieces, ApoolPiece, i);

      if (piece->type == APOOL_PIECE_TEXT)
        {
          if (!apool_template_split_text (&splitter, piece->text, piece->length))
            return FALSE;
          continue;
        }
      if (piece->type == APOOL_PIECE_VALUE && splitter.n_ended == 0)
        return FALSE;
      apool_template_add (words, *piece);
      splitter.in_word = TRUE;
    }
  apool_template_end_word (&splitter);
  return TRUE;
}

/* Executes the words directly where that cannot be told apart from the shell. */
static void
apool_template_avoid_shell (ApoolTemplate *self)
{
  ApoolTemplate words = { .pieces = g_array_new (FALSE, FALSE, sizeof (ApoolPiece)) };

  if (apool_template_split (self, &words))
    {
      self->kind = APOOL_TASK_WORDS;
      self->quotes = FALSE;
      self->text_bytes = words.text_bytes;
      g_clear_pointer (&self->pieces, g_array_unref);
      self->pieces = g_steal_pointer (&words.pieces);
    }
  g_clear_pointer (&words.pieces, g_array_unref);
}

static GString *
apool_template_join (const char *const *words, char separator)
{
  GString *source = g_string_new (NULL);

  for (gsize i = 0; words[i]; i++)
    {
      if (i > 0)
        g_string_append_c (source, separator);
      g_string_append (source, words[i]);
    }
  return source;
}

/**
 * apool_template_new:
 * @words: (array zero-terminated=1) (nullable): the command's arguments; with none of them the
 *   input is itself the command
 * @shell: when jobs go through the shell
 * @angle_is_input: whether `<>` stands for the input too, unless the command has another string
 *   that does
 * @error: (out) (optional): %APOOL_ERROR_TEMPLATE: a replacement string that is not known yet, or
 *   an input that is the command where no shell may read it
 *
 * Parses a command. In a command for the shell @words are joined by blanks and the inputs, not
 * the words, are quoted; if the input stands in the place of the command, it is not either.
 * Without the shell each of @words is one word of the job.
 *
 * Returns: (transfer full) (nullable): the template
 */
ApoolTemplate *
apool_template_new (const char *const *words,
                    ApoolTemplateShell shell,
                    gboolean angle_is_input,
                    GError **error)
{
  static const char *const ONLY_INPUT[] = { "{}", NULL };
  g_autoptr (ApoolTemplate) self = g_new0 (ApoolTemplate, 1);
  gboolean no_command = !words || !words[0];
  gboolean never = shell == APOOL_TEMPLATE_SHELL_NEVER;

  self->kind = never ? APOOL_TASK_PROGRAM : APOOL_TASK_SHELL;
  self->argument_limit = PAGES_PER_ARGUMENT * (gsize) sysconf (_SC_PAGESIZE) - 1;
  self->pieces = g_array_new (FALSE, FALSE, sizeof (ApoolPiece));
  self->source = apool_template_join (no_command ? ONLY_INPUT : words, never ? '\0' : ' ');
  if (never && no_command)
    {
      g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_TEMPLATE,
                           "no command: only a shell can run the input as one");
      return NULL;
    }
  if (!apool_template_parse (self, FALSE, error))
    return NULL;
  self->angle_is_input = angle_is_input && (no_command || self->n_values == 0);
  if (self->angle_is_input && self->n_values == 0 && !apool_template_parse (self, TRUE, error))
    return NULL;
  apool_template_append_value (self);
  self->quotes = !never && !apool_template_is_command_input (self);
  if (shell == APOOL_TEMPLATE_SHELL_AUTO)
    apool_template_avoid_shell (self);
  if (self->kind != APOOL_TASK_WORDS)
    apool_template_add (self, (ApoolPiece){ APOOL_PIECE_END, NULL, 1 });
  return g_steal_pointer (&self);
}

/**
 * apool_template_new_text:
 * @text: a text with replacement strings
 * @angle_is_input: whether `<>` stands for the input, as apool_template_get_angle_is_input() of the
 *   command says
 * @error: (out) (optional): %APOOL_ERROR_TEMPLATE: a replacement string that is not known yet, or
 *   that a text cannot have
 *
 * Parses the template of an option, for apool_template_render_text(): no shell reads what it
 * becomes, so that nothing is quoted, and nothing is appended to one without replacement strings.
 *
 * Returns: (transfer full) (nullable): the template
 */
ApoolTemplate *
apool_template_new_text (const char *text, gboolean angle_is_input, GError **error)
{
  g_autoptr (ApoolTemplate) self = g_new0 (ApoolTemplate, 1);

  self->pieces = g_array_new (FALSE, FALSE, sizeof (ApoolPiece));
  self->source = g_string_new (text);
  self->angle_is_input = angle_is_input;
  if (!apool_template_parse (self, angle_is_input, error))
    return NULL;
  if (self->n_slots > 0)
    {
      g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_TEMPLATE,
                           "{%}: the slot is not known before the job is started");
      return NULL;
    }
  return g_steal_pointer (&self);
}

/**
 * apool_template_free:
 * @self: (transfer full): a template
 */
void
apool_template_free (ApoolTemplate *self)
{
  g_string_free (self->source, TRUE);
  g_array_unref (self->pieces);
  g_free (self);
}

/**
 * apool_template_get_angle_is_input:
 * @self: the template of a command
 *
 * Returns: whether `<>` stands for the input in this run: in the command, and in options
 */
gboolean
apool_template_get_angle_is_input (const ApoolTemplate *self)
{
  return self->angle_is_input;
}

static gboolean
apool_template_check_value (const ApoolTemplate *self, const ApoolValue *value, GError **error)
{
  if (self->n_values == 0)
    return TRUE;
  if (value->length > self->argument_limit || (!value->data && value->length > 0))
    {
      g_set_error (error, APOOL_ERROR, APOOL_ERROR_INPUT,
                   "argument of %" G_GSIZE_FORMAT
                   " bytes: the kernel takes at most %" G_GSIZE_FORMAT,
                   value->length, self->argument_limit);
      return FALSE;
    }
  if (value->length > 0 && memchr (value->data, '\0', value->length))
    {
      g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_INPUT,
                           "a NUL byte cannot be part of an argument");
      return FALSE;
    }
  return TRUE;
}

/* How many bytes @piece becomes; an end of a word is its NUL. */
static gsize
apool_template_measure (const ApoolPiece *piece, const ApoolFilling *filling)
{
  switch (piece->type)
    {
    case APOOL_PIECE_TEXT:
    case APOOL_PIECE_END:
      return piece->length;
    case APOOL_PIECE_VALUE:
      return filling->value_length;
    case APOOL_PIECE_SEQ:
      return filling->seq_length;
    case APOOL_PIECE_SLOT:
      break;
    }
  return 0;
}

static guint64
apool_template_find_longest_word (const ApoolTemplate *self, const ApoolFilling *filling)
{
  guint64 longest = 0;
  guint64 length = 0;

  for (guint i = 0; i < self->pieces->len; i++)
    {
      const ApoolPiece *piece = &g_array_index (self->pieces, ApoolPiece, i);

      if (piece->type != APOOL_PIECE_END)
        {
          length += apool_template_measure (piece, filling);
          continue;
        }
      longest = MAX (longest, length);
      length = 0;
    }
  return longest;
}

/* Checks that the kernel takes what will be @size bytes in all. */
static gboolean
apool_template_check_size (const ApoolTemplate *self,
                           const ApoolFilling *filling,
                           guint64 size,
                           GError **error)
{
  const char *what = self->kind == APOOL_TASK_SHELL ? "command line" : "argument";
  guint64 limit = self->argument_limit;
  guint64 length = size - 1;

  /* A word cannot be longer than all of them. */
  if (length <= limit)
    return TRUE;
  length = apool_template_find_longest_word (self, filling);
  if (length <= limit)
    {
      what = "arguments";
      length = size;
      limit = MAX_ARGUMENTS_BYTES;
    }
  if (length <= limit)
    return TRUE;
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_INPUT,
               "%s of %" G_GUINT64_FORMAT " bytes: the kernel takes at most %" G_GUINT64_FORMAT,
               what, length, limit);
  return FALSE;
}

static void
apool_template_prepare (const ApoolTemplate *self,
                        const ApoolValue *value,
                        guint64 seq,
                        ApoolFilling *filling)
{
  char *digit = filling->digits + MAX_DIGITS;

  filling->value = value->length > 0 ? *value : (ApoolValue){ "", 0 };
  filling->value_length = value->length;
  if (self->quotes && self->n_values > 0)
    filling->value_length = apool_quote_get_length (filling->value.data, value->length);
  do
    *--digit = (char) ('0' + seq % 10);
  while ((seq /= 10) > 0);
  filling->seq = digit;
  filling->seq_length = (gsize) (filling->digits + MAX_DIGITS - digit);
}

/* Returns: the byte after what @piece has become at @to */
static char *
apool_template_write (const ApoolTemplate *self,
                      const ApoolPiece *piece,
                      const ApoolFilling *filling,
                      char *to)
{
  switch (piece->type)
    {
    case APOOL_PIECE_TEXT:
      return mempcpy (to, piece->text, piece->length);
    case APOOL_PIECE_VALUE:
      if (self->quotes)
        return apool_quote_write (to, filling->value.data, filling->value.length);
      return mempcpy (to, filling->value.data, filling->value.length);
    case APOOL_PIECE_SEQ:
      return mempcpy (to, filling->seq, filling->seq_length);
    case APOOL_PIECE_END:
      *to++ = '\0';
      return to;
    case APOOL_PIECE_SLOT:
      break;
    }
  return to;
}

/* Writes all pieces to @text and the places of the slots to @holes. */
static void
apool_template_fill (const ApoolTemplate *self,
                     const ApoolFilling *filling,
                     char *text,
                     ApoolHoles *holes)
{
  char *to = text;

  for (guint i = 0; i < self->pieces->len; i++)
    {
      const ApoolPiece *piece = &g_array_index (self->pieces, ApoolPiece, i);

      if (piece->type == APOOL_PIECE_SLOT)
        apool_holes_add_number (holes, (guint32) (to - text), 0, NULL);
      to = apool_template_write (self, piece, filling, to);
    }
}

/**
 * apool_template_render:
 * @self: a template
 * @row: the input. A value without data but with a length stands for one that was too long to
 *   be read
 * @seq: the task's number, counted from 1
 * @error: (out) (optional): %APOOL_ERROR_INPUT: the input holds a NUL byte, or is longer than the
 *   kernel takes
 *
 * Returns: (transfer full) (nullable): the task
 */
ApoolTask *
apool_template_render (ApoolTemplate *self, const ApoolRow *row, guint64 seq, GError **error)
{
  ApoolFilling filling;
  guint64 size;
  char *text;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (ApoolHoles) holes = NULL;

  if (!apool_template_check_value (self, &row->values[0], error))
    return NULL;
  apool_template_prepare (self, &row->values[0], seq, &filling);
  /* Cannot overflow: the places came from a command line, and after the check above what stands in
   * one of them is no more than a few hundred KiB. */
  size = self->text_bytes + (guint64) self->n_values * filling.value_length +
         (guint64) self->n_seqs * filling.seq_length;
  if (!apool_template_check_size (self, &filling, size, error))
    return NULL;
  if (self->n_slots > 0)
    holes = apool_holes_new ();
  text = g_malloc ((gsize) size);
  apool_template_fill (self, &filling, text, holes);
  bytes = g_bytes_new_take (text, (gsize) size);
  return apool_task_new (seq, row->line, self->kind, bytes, holes, error);
}

/**
 * apool_template_render_text:
 * @self: a template of apool_template_new_text()
 * @row: the input, as for apool_template_render()
 * @seq: the task's number, counted from 1
 * @text: where to put what it becomes: any bytes, in place of what was there
 * @error: (out) (optional): %APOOL_ERROR_INPUT: the input, or the text, is too long
 *
 * Returns: whether there is a text
 */
gboolean
apool_template_render_text (
    const ApoolTemplate *self, const ApoolRow *row, guint64 seq, GString *text, GError **error)
{
  const ApoolValue *value = &row->values[0];
  ApoolFilling filling;
  guint64 size;

  apool_template_prepare (self, value, seq, &filling);
  /* Cannot overflow: neither a command line nor what is read as one input is longer than 4 GiB. */
  size = self->text_bytes + (guint64) self->n_values * filling.value_length +
         (guint64) self->n_seqs * filling.seq_length;
  if (self->n_values > 0 && ((!value->data && value->length > 0) || size > MAX_TEXT_BYTES))
    {
      g_set_error (error, APOOL_ERROR, APOOL_ERROR_INPUT,
                   "input of %" G_GSIZE_FORMAT " bytes: too long", value->length);
      return FALSE;
    }
  g_string_set_size (text, (gsize) size);
  apool_template_fill (self, &filling, text->str, NULL);
  return TRUE;
}
