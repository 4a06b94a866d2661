/* SPDX-License-Identifier: MIT */
/* The latest line of a stream. */

#include <string.h>

#include "sinks/apool-latest.h"

static void
push (ApoolLatest *latest, const char *text, gsize length)
{
  apool_latest_push (latest, (const guint8 *) text, length);
}

static void
assert_latest (const ApoolLatest *latest, const char *expected, gsize length)
{
  g_assert_cmpint (apool_latest_is_empty (latest), ==, length == 0);
  if (length > 0)
    g_assert_cmpmem (latest->text->str, latest->text->len, expected, length);
  g_assert_cmpuint (latest->length, ==, length);
  g_assert_false (apool_latest_is_cut (latest));
}

/* In one piece, and in two and three that are split anywhere. */
static void
check (const char *text, gsize length, const char *expected, gsize expected_length)
{
  for (gsize i = 0; i <= length; i++)
    for (gsize j = i; j <= length; j++)
      {
        ApoolLatest latest = { 0 };

        push (&latest, text, i);
        push (&latest, text + i, j - i);
        push (&latest, text + j, length - j);
        assert_latest (&latest, expected, expected_length);
        apool_latest_clear (&latest);
        g_assert_true (apool_latest_is_empty (&latest));
      }
}

#define CHECK(text, expected) check (text, sizeof text - 1, expected, sizeof expected - 1)

static void
test_lines (void)
{
  CHECK ("", "");
  CHECK ("a", "a");
  CHECK ("one\n", "one");
  CHECK ("one\ntwo", "two");
  CHECK ("one\ntwo\n", "two");
  CHECK ("one\nlong line\nx\n", "x");
  CHECK ("bytes\n\0\xff\0\n", "\0\xff\0");
}

static void
test_empty_lines (void)
{
  CHECK ("\n", "");
  CHECK ("\n\r\n", "");
  CHECK ("one\n\n\n", "one");
  CHECK ("\n\none", "one");
  CHECK ("one\n\ntwo\r\n\r\n", "two");
}

/* The latest state counts, wherever the carriage return is written. */
static void
test_states (void)
{
  CHECK ("10%\r20%\r", "20%");
  CHECK ("\r10%\r20%", "20%");
  CHECK ("10%\r20%\r100%\n", "100%");
  CHECK ("10%\r20%\nnext\r", "next");
  CHECK ("dos\r\nlines\r\n", "lines");
}

/* Any text, against the plainest way to find it. */
static void
test_random (void)
{
  static const char letters[] = "ab\n\r";

  for (guint i = 0; i < 2000; i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (GString) expected = g_string_new (NULL);
      gboolean has_ended = FALSE;

      for (gint n = g_test_rand_int_range (0, 12); n > 0; n--)
        {
          char letter = letters[g_test_rand_int_range (0, 4)];

          g_string_append_c (text, letter);
          if (letter != '\n' && letter != '\r')
            {
              g_string_truncate (expected, has_ended ? 0 : expected->len);
              g_string_append_c (expected, letter);
            }
          has_ended = letter == '\n' || letter == '\r';
        }
      check (text->str, text->len, expected->str, expected->len);
    }
}

/* Memory stays small; how long the line is is known; the next one is whole again. */
static void
test_long (void)
{
  ApoolLatest latest = { 0 };
  g_autofree char *piece = g_strnfill (10000, 'x');

  for (guint i = 0; i < 1000; i++)
    push (&latest, piece, 10000);
  g_assert_true (apool_latest_is_cut (&latest));
  g_assert_cmpuint (latest.length, ==, 10000000);
  g_assert_cmpuint (latest.text->len, ==, APOOL_LATEST_MAX_BYTES);
  g_assert_cmpuint (latest.text->allocated_len, <=, 4 * APOOL_LATEST_MAX_BYTES);
  push (&latest, "\n", 1);
  g_assert_cmpuint (latest.length, ==, 10000000);
  push (&latest, "next", 4);
  assert_latest (&latest, "next", 4);
  apool_latest_clear (&latest);
}

/* A line as long as may be is whole. */
static void
test_limit (void)
{
  ApoolLatest latest = { 0 };
  g_autofree char *line = g_strnfill (APOOL_LATEST_MAX_BYTES + 1, 'x');

  push (&latest, line, APOOL_LATEST_MAX_BYTES);
  assert_latest (&latest, line, APOOL_LATEST_MAX_BYTES);
  push (&latest, line, 1);
  g_assert_true (apool_latest_is_cut (&latest));
  apool_latest_clear (&latest);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/latest/lines", test_lines);
  g_test_add_func ("/latest/empty-lines", test_empty_lines);
  g_test_add_func ("/latest/states", test_states);
  g_test_add_func ("/latest/random", test_random);
  g_test_add_func ("/latest/long", test_long);
  g_test_add_func ("/latest/limit", test_limit);
  return g_test_run ();
}
