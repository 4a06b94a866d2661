/* SPDX-License-Identifier: MIT */
/* Quoting for POSIX shells, byte for byte as GNU parallel does it, so that `echo "{}"` and other
 * templates which quote once more give the same commands here as there. */

#include "base/apool-quote.h"

#include <string.h>

/* How a single quote is written between single quotes: end them, one in double quotes, begin
 * again. */
static const char QUOTED_QUOTE[] = "'\"'\"'";
#define QUOTED_QUOTE_LENGTH (sizeof QUOTED_QUOTE - 1)

static gboolean
apool_quote_is_bare_byte (char byte)
{
  return g_ascii_isalnum (byte) || byte == '_' || byte == '/' || byte == '.' || byte == '+' ||
         byte == '-';
}

static gboolean
apool_quote_is_bare (const char *value, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!apool_quote_is_bare_byte (value[i]))
      return FALSE;
  return length > 0;
}

/* Returns: how many bytes a value has that is written between quotes */
static gsize
apool_quote_count (const char *value, gsize length)
{
  gsize quoted = length + 2;

  for (gsize i = 0; i < length; i++)
    if (value[i] == '\'')
      quoted += QUOTED_QUOTE_LENGTH - 1;
  /* No empty quotes stand before a first quote or behind a last one. */
  if (length > 0)
    quoted -= (value[0] == '\'' ? 2 : 0) + (value[length - 1] == '\'' ? 2 : 0);
  return quoted;
}

/**
 * apool_quote_get_length:
 * @value: (array length=length): bytes without a NUL
 * @length: how many
 *
 * Returns: how many bytes apool_quote_write() writes for them
 */
gsize
apool_quote_get_length (const char *value, gsize length)
{
  return apool_quote_is_bare (value, length) ? length : apool_quote_count (value, length);
}

/* What would be an empty pair of quotes at the beginning or at the end is left out. */
static char *
apool_quote_write_quote (char *to, gboolean is_first, gboolean is_last)
{
  gsize start = is_first ? 1 : 0;
  gsize end = QUOTED_QUOTE_LENGTH - (is_last ? 1 : 0);

  return (char *) mempcpy (to, QUOTED_QUOTE + start, end - start);
}

static char *
apool_quote_write_quoted (char *to, const char *value, gsize length)
{
  const char *end = value + length;

  if (length == 0 || *value != '\'')
    *to++ = '\'';
  for (const char *at = value; at < end;)
    {
      const char *quote = memchr (at, '\'', (gsize) (end - at));
      const char *stop = quote ? quote : end;

      to = mempcpy (to, at, (gsize) (stop - at));
      at = stop;
      if (!quote)
        continue;
      to = apool_quote_write_quote (to, quote == value, quote + 1 == end);
      at++;
    }
  if (length == 0 || end[-1] != '\'')
    *to++ = '\'';
  return to;
}

/**
 * apool_quote_write:
 * @to: (out): room for apool_quote_get_length() bytes
 * @value: (array length=length): bytes without a NUL
 * @length: how many
 *
 * Writes @value so that a POSIX shell reads it as one word that means exactly these bytes. Bare
 * where it holds nothing but ASCII letters, digits and `_/.+-`; between single quotes otherwise.
 *
 * Returns: the byte after the last one written; no NUL is written
 */
char *
apool_quote_write (char *to, const char *value, gsize length)
{
  if (apool_quote_is_bare (value, length))
    return (char *) mempcpy (to, value, length);
  return apool_quote_write_quoted (to, value, length);
}

/**
 * apool_quote_append:
 * @line: the command line that is being written
 * @value: (array length=length): bytes without a NUL
 * @length: how many
 *
 * Appends @value, quoted as apool_quote_write() does it.
 */
void
apool_quote_append (GString *line, const char *value, gsize length)
{
  gsize at = line->len;

  if (apool_quote_is_bare (value, length))
    {
      g_string_append_len (line, value, (gssize) length);
      return;
    }
  g_string_set_size (line, at + apool_quote_count (value, length));
  (void) apool_quote_write_quoted (line->str + at, value, length);
}
