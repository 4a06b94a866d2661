/* SPDX-License-Identifier: MIT */
/* What single values of a JSON text stand for, where they are written as we write them: anything
 * else is refused, as what is read may be anybody's. */

#include "base/apool-json-value.h"

#include <string.h>

/* Decimals of a second that count: those of microseconds. */
#define N_DECIMALS 6

/**
 * apool_json_read_flag:
 * @value: a value of a text that was checked
 * @is_set: (out): whether it is true
 *
 * Returns: whether it is true or false
 */
gboolean
apool_json_read_flag (const ApoolJsonText *value, gboolean *is_set)
{
  *is_set = *value->at == 't';
  return *value->at == 't' || *value->at == 'f';
}

/**
 * apool_json_read_number:
 * @value: a value of a text that was checked
 * @number: (out): it
 *
 * Returns: whether it is a number of digits only, which fits
 */
gboolean
apool_json_read_number (const ApoolJsonText *value, guint64 *number)
{
  const char *at = value->at;

  for (*number = 0; at < value->end && g_ascii_isdigit (*at); at++)
    if (!g_uint64_checked_mul (number, *number, 10) ||
        !g_uint64_checked_add (number, *number, (guint64) g_ascii_digit_value (*at)))
      return FALSE;
  return at == value->end;
}

/**
 * apool_json_read_seconds:
 * @value: a value of a text that was checked
 * @usec: (out): the same in microseconds; what is less than one of them is left out
 *
 * Returns: whether it is a number of seconds without a sign and an exponent, which fits
 */
gboolean
apool_json_read_seconds (const ApoolJsonText *value, gint64 *usec)
{
  const char *point = memchr (value->at, '.', (gsize) (value->end - value->at));
  ApoolJsonText whole = { value->at, point ? point : value->end };
  const char *at = point ? point + 1 : value->end;
  guint64 number;
  guint64 part = 0;

  if (!apool_json_read_number (&whole, &number))
    return FALSE;
  for (int i = 0; i < N_DECIMALS; i++)
    part = part * 10 +
           (guint64) (at < value->end && g_ascii_isdigit (*at) ? g_ascii_digit_value (*at++) : 0);
  while (at < value->end && g_ascii_isdigit (*at))
    at++;
  if (at < value->end || !g_uint64_checked_mul (&number, number, G_USEC_PER_SEC) ||
      !g_uint64_checked_add (&number, number, part) || number > G_MAXINT64)
    return FALSE;
  *usec = (gint64) number;
  return TRUE;
}

/* What is in front of the padding has to be base64 and nothing else: GLib leaves the rest out. */
static gboolean
apool_json_is_base64 (const char *code, gsize length)
{
  gsize n_padding = 0;

  if (length % 4 != 0)
    return FALSE;
  while (n_padding < 2 && n_padding < length && code[length - n_padding - 1] == '=')
    n_padding++;
  for (gsize i = 0; i < length - n_padding; i++)
    if (!g_ascii_isalnum (code[i]) && code[i] != '+' && code[i] != '/')
      return FALSE;
  return TRUE;
}

/**
 * apool_json_read_base64:
 * @value: a value of a text that was checked
 * @to: (out caller-allocates): the bytes that it stands for; has room for as many as @value has
 * @length: (out): how many these are
 *
 * Returns: whether it is a string of base64, without white space, and padded
 */
gboolean
apool_json_read_base64 (const ApoolJsonText *value, char *to, gsize *length)
{
  const char *code = value->at + 1;
  gint state = 0;
  guint rest = 0;

  if (*value->at != '"')
    return FALSE;
  *length = (gsize) (value->end - value->at) - 2;
  if (!apool_json_is_base64 (code, *length))
    return FALSE;
  *length = g_base64_decode_step (code, *length, (guchar *) to, &state, &rest);
  return TRUE;
}
