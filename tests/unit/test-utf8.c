/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <string.h>

#include "base/apool-utf8.h"

/* Also in pieces, wherever they are cut. */
static void
check (const char *bytes, gsize length, gboolean is_valid)
{
  g_assert_cmpint (apool_utf8_is_valid (bytes, length), ==, is_valid);
  for (gsize first = 0; first <= length; first++)
    for (gsize second = first; second <= length; second++)
      {
        guint32 state = apool_utf8_scan (APOOL_UTF8_WHOLE, bytes, first);

        state = apool_utf8_scan (state, bytes + first, second - first);
        state = apool_utf8_scan (state, bytes + second, length - second);
        g_assert_cmpint (state == APOOL_UTF8_WHOLE, ==, is_valid);
      }
}

static void
test_texts (void)
{
  check ("", 0, TRUE);
  check ("a\0b\x7f", 4, TRUE);
  check ("long enough to go eight by eight", 32, TRUE);
  check ("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80 and \xc3\xa9", 16, TRUE);
  check ("12345678\xff", 9, FALSE);
  check ("1234567\x80", 8, FALSE);
  check ("1234567\xc3", 8, FALSE);
  check ("\xe2\x82", 2, FALSE);
  check ("\xe2\x82z", 3, FALSE);
}

/* Each character there is and some that are none: GLib says the same. */
static void
test_characters (void)
{
  for (guint32 character = 1; character < 0x110100; character++)
    {
      guint8 bytes[4] = { (guint8) (0xf0 | character >> 18),
                          (guint8) (0x80 | (character >> 12 & 63)),
                          (guint8) (0x80 | (character >> 6 & 63)),
                          (guint8) (0x80 | (character & 63)) };
      const char *text = (const char *) bytes;

      g_assert_cmpint (apool_utf8_is_valid (text, 4), ==, g_utf8_validate_len (text, 4, NULL));
      bytes[1] |= 0xe0;
      if (character < 0x10000)
        g_assert_cmpint (apool_utf8_is_valid (text + 1, 3), ==,
                         g_utf8_validate_len (text + 1, 3, NULL));
      bytes[2] |= 0xc0;
      if (character < 0x800)
        g_assert_cmpint (apool_utf8_is_valid (text + 2, 2), ==,
                         g_utf8_validate_len (text + 2, 2, NULL));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/utf8/texts", test_texts);
  g_test_add_func ("/utf8/characters", test_characters);
  return g_test_run ();
}
