/* SPDX-License-Identifier: MIT */
/* How far a run is, as a line of text. */

#include <string.h>

#include "base/apool-visible.h"
#include "sinks/apool-estimate.h"
#include "sinks/apool-progress-line.h"

#define SECONDS(n) ((n) *G_TIME_SPAN_SECOND)

static const ApoolProgressFacts half = {
  .n_done = 57,
  .n_total = 100,
  .n_failed = 2,
  .n_running = 3,
  .rate = 6.3,
  .run_usec = SECONDS (9),
  .has_left = TRUE,
  .left_usec = SECONDS (7),
  .oldest = "make -C doc",
  .oldest_usec = SECONDS (12),
};

static char *
dup_bar (const ApoolProgressFacts *facts, guint n_columns)
{
  GString *text = g_string_new (NULL);

  apool_progress_line_append_bar (text, facts, n_columns, FALSE);
  return g_string_free (text, FALSE);
}

static void
assert_bar (const ApoolProgressFacts *facts, guint n_columns, const char *expected)
{
  g_autofree char *text = dup_bar (facts, n_columns);

  g_assert_cmpstr (text, ==, expected);
}

static char *
dup_counts (const ApoolProgressFacts *facts, guint n_columns)
{
  GString *text = g_string_new (NULL);

  apool_progress_line_append_counts (text, facts, n_columns);
  return g_string_free (text, FALSE);
}

/* How many columns it takes, of which each character of a test takes one or two. */
static guint
get_n_columns (const char *text)
{
  guint n = 0;

  for (; *text; text = g_utf8_next_char (text))
    n += g_unichar_iswide (g_utf8_get_char (text)) ? 2 : 1;
  return n;
}

/* What there is no room for is left out, the name first. */
static void
test_widths (void)
{
  assert_bar (&half, 200,
              "57/100 57% [##################...............] 2 failed, 3 running, 6.3/s, "
              "ETA 7 s; 12 s: make -C doc");
  assert_bar (&half, 80,
              "57/100 57% [#######......] 2 failed, 3 running, 6.3/s, ETA 7 s; 12 s: make -C d>");
  assert_bar (&half, 60, "57/100 57% [#####.....] 2 failed, 3 running, 6.3/s, ETA 7 s");
  assert_bar (&half, 50, "57/100 57% 2 failed, 3 running, 6.3/s, ETA 7 s");
  assert_bar (&half, 40, "57/100 57% 2 failed, 3 running, ETA 7 s");
  assert_bar (&half, 30, "57/100 57% 2 failed, ETA 7 s");
  assert_bar (&half, 20, "57/100 57% 2 failed");
  assert_bar (&half, 12, "57/100 57%");
  assert_bar (&half, 5, "57/1>");
  assert_bar (&half, 1, ">");
}

/* Whatever there is to say, it fits. */
static void
test_all_widths (void)
{
  ApoolProgressFacts facts = half;

  facts.oldest = "\xe6\x96\x87\xe5\xad\x97\xe6\x96\x87\xe5\xad\x97\xe6\x96\x87\xe5\xad\x97";
  for (guint n_columns = 1; n_columns <= 250; n_columns++)
    for (guint64 n_done = 0; n_done <= 100; n_done += 25)
      for (int is_utf8 = 0; is_utf8 <= 1; is_utf8++)
        {
          g_autoptr (GString) text = g_string_new (NULL);

          facts.n_done = n_done;
          facts.n_total = n_done == 25 ? 0 : 100;
          apool_progress_line_append_bar (text, &facts, n_columns, is_utf8);
          g_assert_true (g_utf8_validate (text->str, -1, NULL));
          g_assert_cmpuint (get_n_columns (text->str), <=, n_columns);
        }
}

/* There is no part of a whole that nobody knows. */
static void
test_unknown (void)
{
  ApoolProgressFacts facts = half;
  g_autofree char *counts = NULL;

  facts.n_total = 0;
  facts.left_usec = APOOL_ESTIMATE_UNKNOWN;
  assert_bar (&facts, 80, "57/? 2 failed, 3 running, 6.3/s, ETA ?; 12 s: make -C doc");
  counts = dup_counts (&facts, 0);
  g_assert_cmpstr (counts, ==, "apool: 57/? done, 2 failed, 3 running, 6.3/s, 9 s, ETA ?");
}

/* It is not all before it is all, in no way. */
static void
test_never_full (void)
{
  ApoolProgressFacts facts = { .n_done = 99999, .n_total = 100000 };
  g_autoptr (GString) blocks = g_string_new (NULL);

  assert_bar (&facts, 60, "99999/100000 99% [#########.] 0 failed, 0 running, 0.0/s");
  apool_progress_line_append_bar (blocks, &facts, 60, TRUE);
  g_assert_nonnull (strstr (blocks->str, "\xe2\x96\x89]")); /* seven eighths */
  facts.n_done = 100000;
  assert_bar (&facts, 60, "100000/100000 100% [##########] 0 failed, 0 running, 0.0/s");
  facts.n_done = G_MAXUINT64 - 1;
  facts.n_total = G_MAXUINT64;
  assert_bar (&facts, 60, "18446744073709551614/18446744073709551615 99% 0 failed");
}

static void
test_blocks (void)
{
  ApoolProgressFacts facts = { .n_done = 5, .n_total = 16 };
  g_autoptr (GString) text = g_string_new (NULL);

  apool_progress_line_append_bar (text, &facts, 48, TRUE);
  g_assert_cmpstr (text->str, ==,
                   "5/16 31% [\xe2\x96\x88\xe2\x96\x88\xe2\x96\x8c     ] "
                   "0 failed, 0 running, 0.0/s");
  facts.n_done = 0;
  g_string_truncate (text, 0);
  apool_progress_line_append_bar (text, &facts, 48, TRUE);
  g_assert_cmpstr (text->str, ==, "0/16 0% [        ] 0 failed, 0 running, 0.0/s");
}

/* A name is cut by the columns that it takes, and does nothing to the terminal. */
static void
test_names (void)
{
  ApoolProgressFacts facts = { .n_done = 1, .n_running = 1 };

  facts.oldest = "\xe6\x96\x87\xe5\xad\x97\xe6\x96\x87\xe5\xad\x97";
  assert_bar (&facts, 46,
              "1/? 0 failed, 1 running, 0.0/s; 0 s: \xe6\x96\x87\xe5\xad\x97"
              "\xe6\x96\x87\xe5\xad\x97");
  assert_bar (&facts, 44,
              "1/? 0 failed, 1 running, 0.0/s; 0 s: \xe6\x96\x87\xe5\xad\x97\xe6\x96\x87>");
  assert_bar (&facts, 43, "1/? 0 failed, 1 running, 0.0/s; 0 s: \xe6\x96\x87\xe5\xad\x97>");
  assert_bar (&facts, 42, "1/? 0 failed, 1 running, 0.0/s");
  facts.oldest = "a\033[31mb\033[2Jc\rd\ne\033";
  assert_bar (&facts, 80, "1/? 0 failed, 1 running, 0.0/s; 0 s: a^[[31mb^[[2Jc^Md^Je^[");
  facts.oldest = "a\xff\xc3(\xc2\x9b"
                 "b";
  assert_bar (&facts, 80, "1/? 0 failed, 1 running, 0.0/s; 0 s: a?\?(?b");
}

static void
test_counts (void)
{
  ApoolProgressFacts facts = half;
  g_autofree char *with_left = dup_counts (&facts, 0);
  g_autofree char *cut = dup_counts (&facts, 20);
  g_autofree char *plain = NULL;

  g_assert_cmpstr (with_left, ==, "apool: 57/100 done, 2 failed, 3 running, 6.3/s, 9 s, ETA 7 s");
  g_assert_cmpstr (cut, ==, "apool: 57/100 done,>");
  facts.has_left = FALSE;
  facts.n_retries = 4;
  plain = dup_counts (&facts, 0);
  g_assert_cmpstr (plain, ==,
                   "apool: 57/100 done, 2 failed, 3 running, 4 to be tried again, 6.3/s, 9 s");
}

static void
test_quiet (void)
{
  ApoolProgressFacts facts = half;
  g_autoptr (GString) text = g_string_new (NULL);

  facts.oldest = "a\033\xff";
  apool_progress_line_append_quiet (text, &facts, SECONDS (60));
  g_assert_cmpstr (text->str, ==,
                   "apool: 57/100 done, 2 failed, 3 running, none ended for 1:00: "
                   "running for 12 s: a^[?, and 2 more");
  facts.n_running = 1;
  g_string_truncate (text, 0);
  apool_progress_line_append_quiet (text, &facts, SECONDS (3661));
  g_assert_cmpstr (text->str, ==,
                   "apool: 57/100 done, 2 failed, 1 running, none ended for 1:01:01: "
                   "running for 12 s: a^[?");
  facts.oldest = NULL;
  g_string_truncate (text, 0);
  apool_progress_line_append_quiet (text, &facts, SECONDS (59));
  g_assert_cmpstr (text->str, ==, "apool: 57/100 done, 2 failed, 1 running, none ended for 59 s");
}

static void
test_units (void)
{
  static const struct
  {
    double rate;
    gint64 left_usec;
    const char *expected;
  } CASES[] = {
    { 123.45, 1, "123.5/s, 9 s, ETA 0 s" },
    { 123.45, 0, "123.5/s, 9 s, ETA ?" }, /* one still runs */
    { 0.5, SECONDS (59), "0.5/s, 9 s, ETA 59 s" },
    { 0.05, SECONDS (60) - 1, "3.0/min, 9 s, ETA 1:00" },
    { 0.001, SECONDS (3599), "3.6/h, 9 s, ETA 59:59" },
    { 0, SECONDS (900000), "0.0/s, 9 s, ETA 250:00:00" },
    { 1, G_MAXINT64, "1.0/s, 9 s, ETA 2562047788:00:54" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      ApoolProgressFacts facts = half;
      g_autofree char *text = NULL;

      facts.rate = CASES[i].rate;
      facts.left_usec = CASES[i].left_usec;
      text = dup_counts (&facts, 0);
      g_assert_true (g_str_has_suffix (text, CASES[i].expected));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/progress-line/widths", test_widths);
  g_test_add_func ("/progress-line/all-widths", test_all_widths);
  g_test_add_func ("/progress-line/unknown", test_unknown);
  g_test_add_func ("/progress-line/never-full", test_never_full);
  g_test_add_func ("/progress-line/blocks", test_blocks);
  g_test_add_func ("/progress-line/names", test_names);
  g_test_add_func ("/progress-line/counts", test_counts);
  g_test_add_func ("/progress-line/quiet", test_quiet);
  g_test_add_func ("/progress-line/units", test_units);
  return g_test_run ();
}
