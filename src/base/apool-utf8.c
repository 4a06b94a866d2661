/* SPDX-License-Identifier: MIT */
/* Whether bytes are UTF-8, told of a text that comes in pieces. GLib's functions want all of it at
 * once, and take a NUL for its end; here it is a character like others. */

#include "base/apool-utf8.h"

#include <string.h>

/* In a state: how many bytes of the character are missing, and what the next one may be. */
#define STATE(missing, lowest, highest)                                                            \
  ((guint32) (missing) << 16 | (guint32) (lowest) << 8 | (guint32) (highest))

#define HIGH_BITS ((guint64) 0x8080808080808080)

/* What may follow the first byte of a character. */
static guint32
apool_utf8_begin (guint8 byte)
{
  if (byte < 0x80)
    return APOOL_UTF8_WHOLE;
  if (byte < 0xc2 || byte > 0xf4)
    return APOOL_UTF8_INVALID;
  if (byte < 0xe0)
    return STATE (1, 0x80, 0xbf);
  if (byte < 0xf0)
    return STATE (2, byte == 0xe0 ? 0xa0 : 0x80, byte == 0xed ? 0x9f : 0xbf);
  return STATE (3, byte == 0xf0 ? 0x90 : 0x80, byte == 0xf4 ? 0x8f : 0xbf);
}

static guint32
apool_utf8_go_on (guint32 state, guint8 byte)
{
  guint32 missing = state >> 16;

  if (byte < (state >> 8 & 0xff) || byte > (state & 0xff))
    return APOOL_UTF8_INVALID;
  return missing == 1 ? APOOL_UTF8_WHOLE : STATE (missing - 1, 0x80, 0xbf);
}

/* Returns: what follows the ASCII that begins at @at, most of it */
static const guint8 *
apool_utf8_skip_ascii (const guint8 *at, const guint8 *end)
{
  guint64 eight;

  for (; end - at >= (gssize) sizeof eight; at += sizeof eight)
    {
      memcpy (&eight, at, sizeof eight);
      if (eight & HIGH_BITS)
        break;
    }
  return at;
}

/**
 * apool_utf8_scan:
 * @state: %APOOL_UTF8_WHOLE, or what the call for the piece before this one returned
 * @data: (array length=length): a piece of a text
 * @length: how many bytes
 *
 * Returns: %APOOL_UTF8_WHOLE where all of it is UTF-8 so far, %APOOL_UTF8_INVALID where it is not;
 *   anything else in the middle of a character
 */
guint32
apool_utf8_scan (guint32 state, gconstpointer data, gsize length)
{
  const guint8 *at = data;
  const guint8 *end = at + length;

  while (at < end && state != APOOL_UTF8_INVALID)
    {
      if (state != APOOL_UTF8_WHOLE)
        {
          state = apool_utf8_go_on (state, *at++);
          continue;
        }
      at = apool_utf8_skip_ascii (at, end);
      if (at < end)
        state = apool_utf8_begin (*at++);
    }
  return state;
}

/**
 * apool_utf8_is_valid:
 * @data: (array length=length): a text
 * @length: how many bytes
 *
 * Returns: whether it is UTF-8; NULs may be in it
 */
gboolean
apool_utf8_is_valid (gconstpointer data, gsize length)
{
  return apool_utf8_scan (APOOL_UTF8_WHOLE, data, length) == APOOL_UTF8_WHOLE;
}
