/* SPDX-License-Identifier: MIT */
/* Tags in front of lines, however lines and rooms are cut. */

#include <glib.h>
#include <string.h>

#include "sinks/apool-tagger.h"

/* Passes @length bytes through, in pieces of @piece bytes at most, into buffers of @room bytes. */
static void
test_tagger_check_cut (const char *tag,
                       const char *text,
                       gsize length,
                       gsize piece,
                       gsize room,
                       const char *expected,
                       gsize expected_length)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (tag, strlen (tag));
  g_autoptr (GString) got = g_string_new (NULL);
  g_autofree guint8 *buffer = g_malloc (room);
  const guint8 *at = (const guint8 *) text;
  ApoolTagger tagger;

  apool_tagger_init (&tagger, bytes);
  while (length > 0)
    {
      gsize left = MIN (piece, length);
      gsize n = 0;

      length -= left;
      while (left > 0)
        {
          n = apool_tagger_fill (&tagger, &at, &left, buffer, room);
          g_assert_cmpuint (n, <=, room);
          g_assert_true (left == 0 || n == room);
          g_string_append_len (got, (const char *) buffer, (gssize) n);
        }
    }
  g_assert_cmpmem (got->str, got->len, expected, expected_length);
  apool_tagger_clear (&tagger);
  g_assert_null (tagger.tag);
}

static void
test_tagger_check_sized (
    const char *tag, const char *text, gsize length, const char *expected, gsize expected_length)
{
  for (gsize piece = 1; piece <= MAX (length, 1); piece++)
    for (gsize room = 1; room <= expected_length + 1; room++)
      test_tagger_check_cut (tag, text, length, piece, room, expected, expected_length);
}

static void
test_tagger_check (const char *tag, const char *text, const char *expected)
{
  test_tagger_check_sized (tag, text, strlen (text), expected, strlen (expected));
}

static void
test_tagger_lines (void)
{
  test_tagger_check ("a\t", "", "");
  test_tagger_check ("a\t", "x\n", "a\tx\n");
  test_tagger_check ("a\t", "x", "a\tx");
  test_tagger_check ("a\t", "one\ntwo\nrest", "a\tone\na\ttwo\na\trest");
  test_tagger_check ("a\t", "\n\n", "a\t\na\t\n");
  test_tagger_check ("\t", "x\ny\n", "\tx\n\ty\n");
}

static void
test_tagger_bytes (void)
{
  test_tagger_check ("longer than \xff\xfe most lines\t", "1\n2\n",
                     "longer than \xff\xfe most lines\t1\nlonger than \xff\xfe most lines\t2\n");
  test_tagger_check ("two\nlines\t", "1\n", "two\nlines\t1\n");
  test_tagger_check_sized ("a\t", "\0\n\r\n\0", 5, "a\t\0\na\t\r\na\t\0", 11);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tagger/lines", test_tagger_lines);
  g_test_add_func ("/tagger/bytes", test_tagger_bytes);
  return g_test_run ();
}
