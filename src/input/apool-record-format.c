/* SPDX-License-Identifier: MIT */
/* What the command line says about records. */

#include "input/apool-record-format.h"

#include <string.h>

#include "base/apool-error.h"

#define MAX_OCTAL_DIGITS 3
#define MAX_HEX_DIGITS 2

/* The letters of escapes, and the bytes they stand for at the same places. */
static const char apool_record_format_letters[] = "abefnrtv\\";
static const char apool_record_format_bytes[] = "\a\b\033\f\n\r\t\v\\";

static gboolean
apool_record_format_refuse (
    const char *text, const char *at, int length, const char *why, GError **error)
{
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE, "'%s': column %d: '%.*s': %s", text,
               (int) (at - text) + 1, length, at, why);
  return FALSE;
}

/* Reads up to @max_digits digits; none is read where there is none.
 *
 * Returns: how many were read */
static int
apool_record_format_read_number (const char *digits, int max_digits, guint base, guint *number)
{
  int n = 0;

  *number = 0;
  while (n < max_digits && g_ascii_isxdigit (digits[n]) &&
         (guint) g_ascii_xdigit_value (digits[n]) < base)
    *number = *number * base + (guint) g_ascii_xdigit_value (digits[n++]);
  return n;
}

/* Reads the escape at @at, which is a backslash; @next becomes what follows it. */
static gboolean
apool_record_format_read_escape (
    const char *text, const char *at, const char **next, char *byte, GError **error)
{
  const char *letter = at[1] ? strchr (apool_record_format_letters, at[1]) : NULL;
  gboolean is_hex = at[1] == 'x';
  guint number;
  int n;

  if (letter)
    {
      *byte = apool_record_format_bytes[letter - apool_record_format_letters];
      *next = at + 2;
      return TRUE;
    }
  if (!at[1])
    return apool_record_format_refuse (text, at, 1, "nothing after the backslash", error);
  n = is_hex ? apool_record_format_read_number (at + 2, MAX_HEX_DIGITS, 16, &number)
             : apool_record_format_read_number (at + 1, MAX_OCTAL_DIGITS, 8, &number);
  if (n == 0 && is_hex)
    return apool_record_format_refuse (text, at, 2, "no hexadecimal digits", error);
  if (n == 0)
    return apool_record_format_refuse (text, at, 2, "no such escape", error);
  if (number > 0xff)
    return apool_record_format_refuse (text, at, n + 1, "not the value of a byte", error);
  *byte = (char) number;
  *next = at + 1 + is_hex + n;
  return TRUE;
}

/**
 * apool_record_format_parse_delimiter:
 * @text: what the user gave: bytes, each as it is or as an escape: `\a` `\b` `\e` `\f` `\n` `\r`
 *   `\t` `\v` `\\`, `\0` and others of up to three octal digits, `\xHH`
 * @error: (out) (optional): %APOOL_ERROR_USAGE: there is no byte, or an escape is malformed; the
 *   message does not say which option it is about
 *
 * Returns: (transfer full) (nullable): the delimiter, at least one byte
 */
GBytes *
apool_record_format_parse_delimiter (const char *text, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  const char *at = text;

  if (!*text)
    {
      g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_USAGE, "'': needs at least one byte");
      return NULL;
    }
  while (*at)
    {
      char byte = *at;
      const char *next = at + 1;

      if (byte == '\\' && !apool_record_format_read_escape (text, at, &next, &byte, error))
        return NULL;
      g_byte_array_append (bytes, (const guint8 *) &byte, 1);
      at = next;
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}
