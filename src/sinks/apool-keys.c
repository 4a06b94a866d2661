/* SPDX-License-Identifier: MIT */
/* What a terminal sends for keys.
 *
 * All that are in use send the same for the few that are known here: an escape character, `[` or
 * `O`, numbers, and a letter or `~`. What came together belongs together: an escape character that
 * nothing came with is the key of that name, for which nobody has to wait. */

#include "sinks/apool-keys.h"

#define ESCAPE '\033'

/* Behind `[` or `O`. */
static int
apool_keys_find_letter (char letter)
{
  switch (letter)
    {
    case 'A':
      return APOOL_KEY_UP;
    case 'B':
      return APOOL_KEY_DOWN;
    case 'C':
      return APOOL_KEY_RIGHT;
    case 'D':
      return APOOL_KEY_LEFT;
    case 'H':
      return APOOL_KEY_HOME;
    case 'F':
      return APOOL_KEY_END;
    default:
      return APOOL_KEY_NONE;
    }
}

/* Before `~`. */
static int
apool_keys_find_number (guint number)
{
  switch (number)
    {
    case 1:
    case 7:
      return APOOL_KEY_HOME;
    case 4:
    case 8:
      return APOOL_KEY_END;
    case 5:
      return APOOL_KEY_PAGE_UP;
    case 6:
      return APOOL_KEY_PAGE_DOWN;
    default:
      return APOOL_KEY_NONE;
    }
}

/* Returns: how many bytes the sequence has; 0 where it has no end */
static gsize
apool_keys_take_sequence (const char *bytes, gsize length, int *key)
{
  guint number = 0;
  gboolean is_first = TRUE;
  gsize at = 2;

  for (; at < length && bytes[at] >= 0x20 && bytes[at] <= 0x3f; at++)
    {
      is_first = is_first && g_ascii_isdigit (bytes[at]);
      if (is_first && number < 1000)
        number = number * 10 + (guint) g_ascii_digit_value (bytes[at]);
    }
  if (at == length || bytes[at] < 0x40 || bytes[at] > 0x7e)
    return 0;
  if (bytes[1] == 'O' && bytes[at] == 'M')
    *key = APOOL_KEY_ENTER; /* the one beside the numbers */
  else
    *key = bytes[at] == '~' ? apool_keys_find_number (number) : apool_keys_find_letter (bytes[at]);
  return at + 1;
}

/**
 * apool_keys_take:
 * @bytes: (array length=length): what the terminal has sent at once
 * @length: how many, at least 1
 * @key: (out): the first key: a byte, or one of #ApoolKey; %APOOL_KEY_NONE for one that is not
 *   known
 *
 * Returns: how many bytes it has
 */
gsize
apool_keys_take (const char *bytes, gsize length, int *key)
{
  gsize n;

  *key = (guint8) bytes[0];
  if (bytes[0] == '\n')
    *key = APOOL_KEY_ENTER;
  if (bytes[0] != ESCAPE || length == 1)
    return 1;
  *key = APOOL_KEY_NONE;
  if (bytes[1] != '[' && bytes[1] != 'O')
    return 2; /* with Alt */
  n = apool_keys_take_sequence (bytes, length, key);
  return n > 0 ? n : length;
}
