/* SPDX-License-Identifier: MIT */
/* A command in a form in which it does not matter how its words are quoted: 'a b', a\ b and "a b"
 * are the same to the shell, and logs have either, as they come from GNU parallel, from a job that
 * needed a shell, or from one that did not.
 *
 * What was quoted and would mean something else otherwise gets a backslash, the rest stands as it
 * is. Where quotes mean something else than that, or can be told apart by what is run, a command
 * stays what it is: it is then compared byte by byte. So it does where a word would become one of
 * the shell's own without them, or digits would become the descriptor of a redirection. */

#include "record/apool-unquoted.h"

#include <string.h>

#define ENDS_OF_WORDS " \t\n;|&<>()"

/* Bytes that mean themselves, quoted or not. A NUL is a part that varies, and holds no quote. */
static gboolean
apool_unquoted_is_plain (char byte)
{
  return g_ascii_isalnum (byte) || byte == '\0' || (guchar) byte >= 0x80 ||
         strchr ("_/.+-,:@%^", byte);
}

static gboolean
apool_unquoted_has (const char *text, gsize length, const char *what)
{
  return memmem (text, length, what, strlen (what)) != NULL;
}

/* Whether quotes may be looked into. In a here-document, between backticks and in a regular
 * expression they are no quotes of the command's words. */
static gboolean
apool_unquoted_is_simple (const char *text, gsize length)
{
  return !memchr (text, '`', length) && !apool_unquoted_has (text, length, "<<") &&
         !apool_unquoted_has (text, length, "=~") && !apool_unquoted_has (text, length, "$'") &&
         !apool_unquoted_has (text, length, "$\"");
}

/* Words that mean something else to sh, or bash, where they are not quoted. */
static const char *const apool_unquoted_reserved[] = {
  "!",  "[[",  "]]",       "case", "coproc", "do",     "done", "elif", "else",  "esac",
  "fi", "for", "function", "if",   "in",     "select", "then", "time", "until", "while",
};

/* A command on its way into that form. */
typedef struct
{
  GString *to;
  gboolean is_argument; /* before that, something like a=b is an assignment */
  gboolean has_equals;  /* the word has */
  gboolean has_begun;   /* the word has something in it */
  gboolean is_quoted;   /* some of that was quoted */
  gsize word;           /* where the word begins in @to */
} ApoolUnquoted;

/* Appends a byte that was quoted. */
static void
apool_unquoted_put (ApoolUnquoted *self, char byte)
{
  if (!apool_unquoted_is_plain (byte) && !(byte == '=' && self->is_argument))
    g_string_append_c (self->to, '\\');
  g_string_append_c (self->to, byte);
  self->has_begun = TRUE;
}

/* Whether the word, which @next ends, means the same without its quotes. */
static gboolean
apool_unquoted_is_same (const ApoolUnquoted *self, char next)
{
  const char *word = self->to->str + self->word;
  gsize length = self->to->len - self->word;
  gsize n_digits = 0;

  if (!self->is_quoted)
    return TRUE;
  /* A part that varies may be a number. */
  while (n_digits < length && (g_ascii_isdigit (word[n_digits]) || word[n_digits] == '\0'))
    n_digits++;
  if ((next == '<' || next == '>') && n_digits == length)
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (apool_unquoted_reserved); i++)
    if (strlen (apool_unquoted_reserved[i]) == length &&
        memcmp (apool_unquoted_reserved[i], word, length) == 0)
      return FALSE;
  return TRUE;
}

/* The next byte begins a word, if it is none of those that end one. */
static void
apool_unquoted_begin_word (ApoolUnquoted *self)
{
  self->has_begun = FALSE;
  self->is_quoted = FALSE;
  self->word = self->to->len;
}

/* Appends a byte that was not. Returns: whether that is understood: commas between braces separate
 * only where they are not quoted */
static gboolean
apool_unquoted_put_bare (ApoolUnquoted *self, char byte)
{
  gboolean is_blank = byte == ' ' || byte == '\t';
  gboolean is_end = byte != '\0' && strchr (ENDS_OF_WORDS, byte);

  if (is_end && !apool_unquoted_is_same (self, byte))
    return FALSE;
  g_string_append_c (self->to, byte);
  self->has_equals |= byte == '=';
  if (is_blank && self->has_begun)
    self->is_argument |= !self->has_equals;
  if (is_blank)
    self->has_equals = FALSE;
  self->has_begun = TRUE;
  if (is_end)
    apool_unquoted_begin_word (self);
  return byte != '{';
}

/* Appends what stands between two quotes: nothing is a word, unless it is a part of one. */
static void
apool_unquoted_put_quoted (ApoolUnquoted *self, const char *text, gsize length, char next)
{
  if (length == 0 && !self->has_begun && next != '\0' && strchr (ENDS_OF_WORDS, next))
    {
      g_string_append (self->to, "''");
      self->has_begun = TRUE;
    }
  for (gsize i = 0; i < length; i++)
    apool_unquoted_put (self, text[i]);
}

/* Appends what begins at @at with a quote or a backslash. Returns: how many bytes that is; 0 where
 * it is not understood */
static gsize
apool_unquoted_put_piece (ApoolUnquoted *self, const char *at, gsize length)
{
  const char *end;
  gsize inside;

  self->is_quoted = TRUE;
  if (*at == '\\')
    {
      /* A newline behind it joins two lines. */
      if (length < 2 || at[1] == '\n')
        return 0;
      apool_unquoted_put (self, at[1]);
      return 2;
    }
  end = length > 1 ? memchr (at + 1, *at, length - 1) : NULL;
  if (!end)
    return 0;
  inside = (gsize) (end - at) - 1;
  if (*at == '"' && (memchr (at + 1, '$', inside) || memchr (at + 1, '\\', inside) ||
                     memchr (at + 1, '!', inside)))
    return 0;
  apool_unquoted_put_quoted (self, at + 1, inside, inside + 2 < length ? end[1] : ' ');
  return inside + 2;
}

static gboolean
apool_unquoted_put_all (GString *to, const char *text, gsize length)
{
  ApoolUnquoted self = { .to = to, .word = to->len };

  for (gsize i = 0, n = 1; i < length; i += n)
    {
      n = 1;
      if (text[i] == '\'' || text[i] == '"' || text[i] == '\\')
        n = apool_unquoted_put_piece (&self, text + i, length - i);
      else if (!apool_unquoted_put_bare (&self, text[i]))
        n = 0;
      if (n == 0)
        return FALSE;
    }
  return apool_unquoted_is_same (&self, '\n');
}

/**
 * apool_unquoted_append:
 * @to: where to append it
 * @text: (array length=length): a command, or the pattern of one
 * @length: how many bytes
 *
 * Appends a form of the command that is the same for all that differ only in how they are quoted.
 */
void
apool_unquoted_append (GString *to, const char *text, gsize length)
{
  gsize start = to->len;

  if (apool_unquoted_is_simple (text, length) && apool_unquoted_put_all (to, text, length))
    return;
  g_string_truncate (to, start);
  g_string_append_len (to, text, (gssize) length);
}
