/* SPDX-License-Identifier: MIT */
/* Labels around lines, however lines and rooms are cut. */

#include <glib.h>
#include <string.h>

#include "sinks/apool-tagger.h"

#define RESET "\033[m"

typedef struct
{
  const char *text;
  gsize length;
  const char *expected;
  gsize expected_length;
} TestTaggerCase;

/* Passes the text through, in pieces of @piece bytes at most, into buffers of @room bytes. */
static void
test_tagger_check_cut (ApoolLabel *label, const TestTaggerCase *test, gsize piece, gsize room)
{
  g_autoptr (GString) got = g_string_new (NULL);
  g_autofree guint8 *buffer = g_malloc (room);
  const guint8 *at = (const guint8 *) test->text;
  const char *rest;
  gsize n;
  ApoolTagger tagger;

  apool_tagger_init (&tagger, label);
  for (gsize length = test->length; length > 0;)
    {
      gsize left = MIN (piece, length);

      length -= left;
      while (left > 0)
        {
          n = apool_tagger_fill (&tagger, &at, &left, buffer, room);
          g_assert_cmpuint (n, <=, room);
          g_assert_true (left == 0 || n == room);
          g_string_append_len (got, (const char *) buffer, (gssize) n);
        }
    }
  rest = apool_tagger_end (&tagger, &n);
  g_string_append_len (got, rest, (gssize) n);
  g_assert_cmpmem (got->str, got->len, test->expected, test->expected_length);
  apool_tagger_clear (&tagger);
  g_assert_null (tagger.label);
}

static void
test_tagger_check_sized (const char *tag, const char *colour, const TestTaggerCase *test)
{
  const ApoolLabelParts parts = { .tag = tag, .tag_length = strlen (tag), .colour = colour };
  g_autoptr (ApoolLabel) label = apool_label_new (&parts);

  for (gsize piece = 1; piece <= MAX (test->length, 1); piece++)
    for (gsize room = 1; room <= test->expected_length + 1; room++)
      test_tagger_check_cut (label, test, piece, room);
}

static void
test_tagger_check (const char *tag, const char *text, const char *expected)
{
  const TestTaggerCase test = { text, strlen (text), expected, strlen (expected) };

  test_tagger_check_sized (tag, NULL, &test);
}

static void
test_tagger_check_coloured (const char *tag, const char *text, const char *expected)
{
  const TestTaggerCase test = { text, strlen (text), expected, strlen (expected) };

  test_tagger_check_sized (tag, "<", &test);
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
  const TestTaggerCase test = { "\0\n\r\n\0", 5, "a\t\0\na\t\r\na\t\0", 11 };

  test_tagger_check ("longer than \xff\xfe most lines\t", "1\n2\n",
                     "longer than \xff\xfe most lines\t1\nlonger than \xff\xfe most lines\t2\n");
  test_tagger_check ("two\nlines\t", "1\n", "two\nlines\t1\n");
  test_tagger_check_sized ("a\t", NULL, &test);
}

/* What is behind a line comes before its newline, and behind a half one at the end. */
static void
test_tagger_colours (void)
{
  test_tagger_check_coloured ("", "", "");
  test_tagger_check_coloured ("", "x\n", "<x" RESET "\n");
  test_tagger_check_coloured ("", "\n\nx", "<" RESET "\n<" RESET "\n<x" RESET);
  test_tagger_check_coloured ("a\t", "one\ntwo\nrest",
                              "<a\tone" RESET "\n<a\ttwo" RESET "\n<a\trest" RESET);
}

/* What follows a carriage return has the label again, but for the newline that ends the line. */
static void
test_tagger_returns (void)
{
  test_tagger_check ("a\t", "1%\r2%\rdone\n", "a\t1%\ra\t2%\ra\tdone\n");
  test_tagger_check ("a\t", "x\r", "a\tx\r");
  test_tagger_check ("a\t", "x\r\ny\r\n", "a\tx\r\na\ty\r\n");
  test_tagger_check ("a\t", "\r\n\r\r\n\n\r", "a\t\r\na\t\ra\t\r\na\t\na\t\r");
  test_tagger_check_coloured ("", "x\ry\r\nz\r", "<x" RESET "\r<y" RESET "\r\n<z" RESET "\r");
}

/* A title is no line's. */
static void
test_tagger_title (void)
{
  const ApoolLabelParts parts = { .title = "title", .title_length = 5 };
  g_autoptr (ApoolLabel) label = apool_label_new (&parts);
  ApoolTagger tagger;
  gsize length;

  apool_tagger_init (&tagger, label);
  g_assert_null (tagger.label);
  (void) apool_tagger_end (&tagger, &length);
  g_assert_cmpuint (length, ==, 0);
  apool_tagger_clear (&tagger);
}

/* Behind its end it is at the beginning of another stream. */
static void
test_tagger_again (void)
{
  const ApoolLabelParts parts = { .tag = "a\t", .tag_length = 2 };
  g_autoptr (ApoolLabel) label = apool_label_new (&parts);
  ApoolTagger tagger;
  guint8 buffer[16];
  gsize n;

  apool_tagger_init (&tagger, label);
  for (int i = 0; i < 2; i++)
    {
      const guint8 *data = (const guint8 *) "x";
      gsize length = 1;

      n = apool_tagger_fill (&tagger, &data, &length, buffer, sizeof buffer);
      g_assert_cmpmem (buffer, n, "a\tx", 3);
      (void) apool_tagger_end (&tagger, &n);
      g_assert_cmpuint (n, ==, 0);
    }
  apool_tagger_clear (&tagger);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tagger/lines", test_tagger_lines);
  g_test_add_func ("/tagger/bytes", test_tagger_bytes);
  g_test_add_func ("/tagger/colours", test_tagger_colours);
  g_test_add_func ("/tagger/returns", test_tagger_returns);
  g_test_add_func ("/tagger/title", test_tagger_title);
  g_test_add_func ("/tagger/again", test_tagger_again);
  return g_test_run ();
}
