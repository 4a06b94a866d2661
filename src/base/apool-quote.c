/* SPDX-License-Identifier: MIT */
/* Quoting for shells.
 *
 * For POSIX shells it is byte for byte as GNU parallel does it, so that `echo "{}"` and other
 * templates which quote once more give the same commands here as there. What the others read is:
 *
 * - csh: outside of quotes a backslash makes any byte mean itself, but for a newline, which needs
 *   one in quotes. Quotes alone would not do: a user's .cshrc can say what a backslash in them is
 *   (backslash_quote).
 * - rc: within single quotes everything but them is itself, and they are doubled.
 * - fish: within single quotes everything is itself but them and backslashes, which get one.
 *
 * In some encodings (Big5, GBK, Shift JIS) a backslash can be the second byte of a character. So
 * none is put behind a byte that may be the first one. */

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

/**
 * apool_quote_is_bare:
 * @value: (array length=length): bytes
 * @length: how many
 *
 * Returns: whether every shell reads them as one word, as they are
 */
gboolean
apool_quote_is_bare (const char *value, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!apool_quote_is_bare_byte (value[i]))
      return FALSE;
  return length > 0;
}

/* Whether it may be a part of a character of several bytes. */
static gboolean
apool_quote_is_wide_byte (char byte)
{
  return (guchar) byte >= 0x80;
}

/* ---- POSIX ---- */

/* Returns: how many bytes a value has that is written between quotes */
static gsize
apool_quote_count_posix (const char *value, gsize length)
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

/* What would be an empty pair of quotes at the beginning or at the end is left out. */
static char *
apool_quote_write_quote (char *to, gboolean is_first, gboolean is_last)
{
  gsize start = is_first ? 1 : 0;
  gsize end = QUOTED_QUOTE_LENGTH - (is_last ? 1 : 0);

  return (char *) mempcpy (to, QUOTED_QUOTE + start, end - start);
}

static void
apool_quote_write_posix (char *to, const char *value, gsize length)
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
    *to = '\'';
}

static void
apool_quote_append_posix (GString *line, const char *value, gsize length)
{
  gsize at = line->len;

  g_string_set_size (line, at + apool_quote_count_posix (value, length));
  apool_quote_write_posix (line->str + at, value, length);
}

static gsize
apool_quote_find_posix (const char *value, gsize length, gsize offset)
{
  gsize n_dropped = length > 0 && value[0] == '\'' ? 2 : 0;
  gsize found = 1 + offset;

  for (gsize i = 0; i < offset; i++)
    if (value[i] == '\'')
      found += QUOTED_QUOTE_LENGTH - 1;
  /* Before the first quote or behind the last one it needs none itself. */
  return MIN (found - MIN (found, n_dropped), apool_quote_count_posix (value, length));
}

/* ---- csh ---- */

static void
apool_quote_append_csh (GString *line, const char *value, gsize length)
{
  gboolean is_wide = FALSE;

  if (length == 0)
    g_string_append (line, "''");
  for (gsize i = 0; i < length; i++)
    {
      if (apool_quote_is_wide_byte (value[i]) != is_wide)
        {
          is_wide = !is_wide;
          g_string_append_c (line, '\'');
        }
      if (value[i] == '\n')
        {
          g_string_append (line, "\"\\\n\"");
          continue;
        }
      if (!is_wide && !apool_quote_is_bare_byte (value[i]))
        g_string_append_c (line, '\\');
      g_string_append_c (line, value[i]);
    }
  if (is_wide)
    g_string_append_c (line, '\'');
}

static gsize
apool_quote_find_csh (const char *value, gsize length, gsize offset)
{
  g_autoptr (GString) before = g_string_new (NULL);

  if (offset == 0)
    return 0;
  apool_quote_append_csh (before, value, offset);
  /* Within a run of wide bytes the quote does not end yet. */
  if (offset < length && apool_quote_is_wide_byte (value[offset - 1]) &&
      apool_quote_is_wide_byte (value[offset]))
    return before->len - 1;
  return before->len;
}

/* ---- rc and fish ---- */

/* Appends what stands between the quotes. */
static void
apool_quote_append_inside (GString *line, ApoolQuoteStyle style, const char *value, gsize length)
{
  gboolean is_fish = style == APOOL_QUOTE_FISH;

  for (gsize i = 0; i < length; i++)
    {
      if (value[i] == '\'' && !is_fish)
        g_string_append_c (line, '\'');
      if (is_fish && (value[i] == '\'' || value[i] == '\\'))
        {
          if (i > 0 && apool_quote_is_wide_byte (value[i - 1]))
            g_string_append (line, "''");
          g_string_append_c (line, '\\');
        }
      g_string_append_c (line, value[i]);
    }
}

static gsize
apool_quote_find_inside (ApoolQuoteStyle style, const char *value, gsize offset)
{
  g_autoptr (GString) before = g_string_new (NULL);

  apool_quote_append_inside (before, style, value, offset);
  return 1 + before->len;
}

/* rc reads quotes that meet as one quote within quotes. A caret between them joins the words,
 * unless the user's own text has quotes open. */
static void
apool_quote_part_rc (GString *line)
{
  gboolean is_open = FALSE;

  if (line->len == 0 || line->str[line->len - 1] != '\'')
    return;
  for (gsize i = 0; i < line->len; i++)
    if (line->str[i] == '\'')
      is_open = !is_open;
  if (!is_open)
    g_string_append_c (line, '^');
}

/* ---- all of them ---- */

/**
 * apool_quote_get_name:
 * @style: a style
 *
 * Returns: (transfer none): a name of it that does not change
 */
const char *
apool_quote_get_name (ApoolQuoteStyle style)
{
  static const char *const NAMES[] = {
    [APOOL_QUOTE_POSIX] = "posix", [APOOL_QUOTE_CSH] = "csh",   [APOOL_QUOTE_RC] = "rc",
    [APOOL_QUOTE_FISH] = "fish",   [APOOL_QUOTE_NONE] = "none",
  };

  return NAMES[style];
}

/**
 * apool_quote_append:
 * @line: the command line that is being written
 * @style: for which shell
 * @value: (array length=length): bytes without a NUL
 * @length: how many
 *
 * Appends @value so that the shell reads it as one word, or part of one, that means exactly these
 * bytes. Bare where it holds nothing but ASCII letters, digits and `_/.+-`.
 */
void
apool_quote_append (GString *line, ApoolQuoteStyle style, const char *value, gsize length)
{
  if (style == APOOL_QUOTE_NONE || apool_quote_is_bare (value, length))
    {
      g_string_append_len (line, value, (gssize) length);
      return;
    }
  if (style == APOOL_QUOTE_POSIX)
    {
      apool_quote_append_posix (line, value, length);
      return;
    }
  if (style == APOOL_QUOTE_CSH)
    {
      apool_quote_append_csh (line, value, length);
      return;
    }
  if (style == APOOL_QUOTE_RC)
    apool_quote_part_rc (line);
  g_string_append_c (line, '\'');
  apool_quote_append_inside (line, style, value, length);
  g_string_append_c (line, '\'');
}

/**
 * apool_quote_append_code:
 * @line: the command line that is being written, which ends with a value
 * @style: for which shell
 * @code: (array length=length): what the shell is to read after the value, or a value that has been
 *   quoted before
 * @length: how many bytes
 *
 * Appends @code as it is, so that the quotes of the value are not read together with its own.
 */
void
apool_quote_append_code (GString *line, ApoolQuoteStyle style, const char *code, gsize length)
{
  if (style == APOOL_QUOTE_RC && length > 0 && code[0] == '\'')
    apool_quote_part_rc (line);
  g_string_append_len (line, code, (gssize) length);
}

/**
 * apool_quote_find:
 * @style: for which shell
 * @value: (array length=length): bytes without a NUL
 * @length: how many
 * @offset: a place between them, from 0 to @length
 *
 * Returns: where that place is in what apool_quote_append() makes of @value: bytes that need no
 *   quotes can be put in there
 */
gsize
apool_quote_find (ApoolQuoteStyle style, const char *value, gsize length, gsize offset)
{
  if (style == APOOL_QUOTE_NONE || apool_quote_is_bare (value, length))
    return offset;
  if (style == APOOL_QUOTE_POSIX)
    return apool_quote_find_posix (value, length, offset);
  if (style == APOOL_QUOTE_CSH)
    return apool_quote_find_csh (value, length, offset);
  return apool_quote_find_inside (style, value, offset);
}
