/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cli/apool-tui-text.h"

/* Returns: how many columns it takes on a terminal */
static guint
measure (const char *text)
{
  guint n = 0;

  g_assert_true (g_utf8_validate (text, -1, NULL));
  for (const char *at = text; *at; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      g_assert_true (g_unichar_isprint (c) || g_unichar_iszerowidth (c));
      n += g_unichar_iszerowidth (c) ? 0 : g_unichar_iswide (c) ? 2 : 1;
    }
  return n;
}

static void
check_text (const char *bytes, gsize length, guint n_columns, const char *wanted)
{
  g_autoptr (GString) text = g_string_new ("+");

  apool_tui_text_append (text, bytes, length, n_columns);
  g_assert_cmpstr (text->str + 1, ==, wanted);
}

#define CHECK_TEXT(bytes, n_columns, wanted)                                                       \
  check_text ((bytes), sizeof (bytes) - 1, (n_columns), (wanted))

static void
test_harmless (void)
{
  CHECK_TEXT ("plain", 10, "plain");
  CHECK_TEXT ("plain", 5, "plain");
  CHECK_TEXT ("plain", 4, "pla>");
  CHECK_TEXT ("plain", 0, "");
  CHECK_TEXT ("\033[31mred\033[m", 10, "red");
  CHECK_TEXT ("\033[31mred\033[m", 2, "r>");
  CHECK_TEXT ("a\033[2Jb\007\0c\r", 20, "ab^G^@c^M");
  CHECK_TEXT ("\033", 20, "^[");
  CHECK_TEXT ("\xff\xc3", 20, "??");
  CHECK_TEXT ("\346\227\245\346\234\254", 3, "\346\227\245>");
}

static void
check_time (gint64 seconds, const char *wanted)
{
  g_autoptr (GString) text = g_string_new (NULL);

  apool_tui_text_append_time (text, seconds * G_TIME_SPAN_SECOND);
  g_assert_cmpstr (text->str, ==, wanted);
}

static void
test_time (void)
{
  check_time (-1, "0 s");
  check_time (0, "0 s");
  check_time (59, "59 s");
  check_time (60, "1:00");
  check_time (3599, "59:59");
  check_time (3600, "1:00:00");
  check_time (100 * 3600 + 61, "100:01:01");
}

static void
check_name (const char *name, guint n_columns, const char *wanted)
{
  g_autoptr (GString) text = g_string_new (NULL);

  apool_tui_text_append_name (text, name, n_columns);
  g_assert_cmpstr (text->str, ==, wanted);
}

/* The end of a name is what tells it from others. */
static void
test_name (void)
{
  check_name ("gzip -9 a.log", 20, "gzip -9 a.log");
  check_name ("gzip -9 a.log", 13, "gzip -9 a.log");
  check_name ("gzip -9 a.log", 12, "gzip > a.log");
  check_name ("gzip -9 a.log", 4, "gzi>");
  check_name ("gzip -9 \346\227\245\346\234\254\346\227\245\346\234\254", 13,
              "gzip ->\346\234\254\346\227\245\346\234\254");
}

static void
check_head (const ApoolTuiHead *head, guint n_columns, const char *wanted)
{
  g_autoptr (GString) text = g_string_new (NULL);

  apool_tui_text_append_head (text, head, n_columns);
  g_assert_cmpstr (text->str, ==, wanted);
}

static void
test_head (void)
{
  ApoolTuiHead head = { .n_done = 12,
                        .n_failed = 1,
                        .n_running = 3,
                        .n_jobs = 4,
                        .elapsed_usec = 24 * G_TIME_SPAN_SECOND };

  check_head (&head, 99, "apool: 12 done, 1 failed, 3 running, -j4, 0.5/s, 24 s");
  head.n_retries = 2;
  check_head (&head, 99,
              "apool: 12 done, 1 failed, 3 running, 2 to be tried again, -j4, 0.5/s, 24 s");
  head.n_retries = 0;
  head.total = 100;
  head.is_waiting = TRUE;
  check_head (&head, 99, "apool: PAUSED, 12/100 done, 1 failed, 3 running, -j4, 0.5/s, 24 s");
  head.is_ending = TRUE;
  check_head (&head, 20, "apool: ENDING, 12/1>");
}

/* Whatever there is room for, no row is longer. */
static void
test_rows (void)
{
  static const char line[] = "\033[1mlast\tline\377 of it\033[m";
  ApoolTuiRow row = {
    .slot = 123456,
    .seq = G_MAXUINT64,
    .usec = G_MAXINT64,
    .state = "exit status 3",
    .name = "a command with \346\227\245\346\234\254 and \xff, which is long and goes on",
    .line = line,
    .line_length = sizeof line - 1,
  };

  for (guint n_columns = 1; n_columns < 150; n_columns++)
    {
      g_autoptr (GString) text = g_string_new (NULL);

      apool_tui_text_append_running (text, &row, n_columns);
      g_assert_cmpuint (measure (text->str), <=, n_columns);
      g_string_truncate (text, 0);
      apool_tui_text_append_failed (text, &row, n_columns);
      g_assert_cmpuint (measure (text->str), <=, n_columns);
      for (int i = 0; i < 2; i++)
        {
          g_string_truncate (text, 0);
          apool_tui_text_append_titles (text, i == 0, n_columns);
          g_assert_cmpuint (measure (text->str), <=, n_columns);
        }
    }
}

/* Titles stand above what they are of. */
static void
test_columns (void)
{
  const ApoolTuiRow row = { .slot = 1, .seq = 2, .name = "NAME", .line = "LAST", .line_length = 4 };
  const ApoolTuiRow failed = { .seq = 2, .state = "HOW", .name = "NAME" };
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) titles = g_string_new (NULL);

  for (guint n_columns = 80; n_columns < 150; n_columns += 10)
    {
      g_string_truncate (text, 0);
      g_string_truncate (titles, 0);
      apool_tui_text_append_running (text, &row, n_columns);
      apool_tui_text_append_titles (titles, FALSE, n_columns);
      g_assert_cmpint (strstr (text->str, "NAME") - text->str, ==,
                       strstr (titles->str, "NAME") - titles->str);
      g_assert_cmpint (strstr (text->str, "LAST") - text->str, ==,
                       strstr (titles->str, "LAST") - titles->str);
      g_string_truncate (text, 0);
      g_string_truncate (titles, 0);
      apool_tui_text_append_failed (text, &failed, n_columns);
      apool_tui_text_append_titles (titles, TRUE, n_columns);
      g_assert_cmpint (strstr (text->str, "HOW") - text->str, ==,
                       strstr (titles->str, "HOW") - titles->str);
      g_assert_cmpint (strstr (text->str, "NAME") - text->str, ==,
                       strstr (titles->str, "NAME") - titles->str);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tui-text/harmless", test_harmless);
  g_test_add_func ("/tui-text/time", test_time);
  g_test_add_func ("/tui-text/name", test_name);
  g_test_add_func ("/tui-text/head", test_head);
  g_test_add_func ("/tui-text/rows", test_rows);
  g_test_add_func ("/tui-text/columns", test_columns);
  return g_test_run ();
}
