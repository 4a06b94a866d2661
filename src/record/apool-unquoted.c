/* SPDX-License-Identifier: MIT */
/* A command in a form in which it does not matter how its words are quoted: 'a b', a\ b and "a b"
 * are the same to the shell, and logs have either, as they come from GNU parallel, from a job that
 * needed a shell, or from one that did not.
 *
 * What was quoted and would mean something else otherwise gets a backslash, the rest stands as it
 * is. Where quotes mean something else than that, or can be told apart by what is run, a command
 * stays what it is: it is then compared byte by byte. */

#include "record/apool-unquoted.h"

#include <string.h>

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
 * expression they are no quotes of the command's words; between braces a comma is none. */
static gboolean
apool_unquoted_is_simple (const char *text, gsize length)
{
  return !memchr (text, '`', length) && !memchr (text, '{', length) &&
         !apool_unquoted_has (text, length, "<<") && !apool_unquoted_has (text, length, "=~") &&
         !apool_unquoted_has (text, length, "$'") && !apool_unquoted_has (text, length, "$\"");
}

static void
apool_unquoted_put (GString *to, char byte, gboolean is_argument)
{
  if (!apool_unquoted_is_plain (byte) && !(byte == '=' && is_argument))
    g_string_append_c (to, '\\');
  g_string_append_c (to, byte);
}

/* Appends what stands between two quotes. */
static void
apool_unquoted_put_quoted (GString *to, const char *text, gsize length, gboolean is_argument)
{
  if (length == 0)
    g_string_append (to, "''");
  for (gsize i = 0; i < length; i++)
    apool_unquoted_put (to, text[i], is_argument);
}

/* Appends what begins at @at with a quote or a backslash. Returns: how many bytes that is; 0 where
 * it is not understood */
static gsize
apool_unquoted_put_piece (GString *to, const char *at, gsize length, gboolean is_argument)
{
  const char *end;
  gsize inside;

  if (*at == '\\')
    {
      /* A newline behind it joins two lines. */
      if (length < 2 || at[1] == '\n')
        return 0;
      apool_unquoted_put (to, at[1], is_argument);
      return 2;
    }
  end = length > 1 ? memchr (at + 1, *at, length - 1) : NULL;
  if (!end)
    return 0;
  inside = (gsize) (end - at) - 1;
  if (*at == '"' && (memchr (at + 1, '$', inside) || memchr (at + 1, '\\', inside) ||
                     memchr (at + 1, '!', inside)))
    return 0;
  apool_unquoted_put_quoted (to, at + 1, inside, is_argument);
  return inside + 2;
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
  gboolean is_argument = FALSE; /* before that, something like a=b is an assignment */
  gboolean has_equals = FALSE;

  if (!apool_unquoted_is_simple (text, length))
    {
      g_string_append_len (to, text, (gssize) length);
      return;
    }
  for (gsize i = 0; i < length;)
    {
      gsize n = 1;

      if (strchr ("'\"\\", text[i]) && text[i] != '\0')
        n = apool_unquoted_put_piece (to, text + i, length - i, is_argument);
      else
        g_string_append_c (to, text[i]);
      if (n == 0)
        {
          g_string_truncate (to, start);
          g_string_append_len (to, text, (gssize) length);
          return;
        }
      has_equals |= text[i] == '=';
      is_argument |= text[i] == ' ' && !has_equals;
      if (text[i] == ' ')
        has_equals = FALSE;
      i += n;
    }
}
