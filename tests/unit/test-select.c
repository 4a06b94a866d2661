/* SPDX-License-Identifier: MIT */
/* Rows that are chosen of all rows, and rows that are read before the first one is yielded. */

#include <string.h>

#include "base/apool-error.h"
#include "base/apool-random.h"
#include "fake-source.h"
#include "input/apool-shuffle.h"
#include "input/apool-source-args.h"
#include "input/apool-source-select.h"
#include "input/apool-source-store.h"

static const ApoolRecordFormat test_select_lines = { .delimiter = "\n", .delimiter_length = 1 };

static ApoolSource *
test_select_make_numbers (guint n)
{
  g_auto (GStrv) args = g_new0 (char *, n + 1);

  for (guint i = 0; i < n; i++)
    args[i] = g_strdup_printf ("%u", i + 1);
  return apool_source_args_new ((const char *const *) args, &test_select_lines);
}

/* Returns: the values of the rows that are run, and a dash for each that is skipped */
static char *
test_select_dup_rows (ApoolSource *source)
{
  g_autoptr (GError) error = NULL;
  GString *rows = g_string_new (NULL);
  ApoolRow row;

  while (apool_source_next (source, &row, &error) == APOOL_SOURCE_ROW)
    {
      if (row.is_skipped)
        g_string_append_c (rows, '-');
      else
        g_string_append_len (rows, row.values[0].data, (gssize) row.values[0].length);
      g_string_append_c (rows, ' ');
    }
  g_assert_no_error (error);
  return g_string_free (rows, FALSE);
}

static void
test_select_check (const ApoolSelection *selection, const char *expected)
{
  g_autoptr (ApoolSource) numbers = test_select_make_numbers (5);
  g_autoptr (ApoolSource) source = apool_source_select_new (numbers, selection);
  g_autofree char *rows = test_select_dup_rows (source);

  g_assert_cmpstr (rows, ==, expected);
}

static void
test_select_bounds (void)
{
  test_select_check (&(ApoolSelection){ 0, 0, 1, 1 }, "1 2 3 4 5 ");
  test_select_check (&(ApoolSelection){ 2, 0, 1, 1 }, "- - 3 4 5 ");
  test_select_check (&(ApoolSelection){ 0, 2, 1, 1 }, "1 2 ");
  test_select_check (&(ApoolSelection){ 1, 2, 1, 1 }, "- 2 3 ");
  test_select_check (&(ApoolSelection){ 9, 2, 1, 1 }, "- - - - - ");
  test_select_check (&(ApoolSelection){ 3, G_MAXUINT64, 1, 1 }, "- - - 4 5 ");
}

/* What was said of how many there are, every row says. */
static void
test_select_total (void)
{
  g_autoptr (ApoolSource) numbers = test_select_make_numbers (2);
  g_autoptr (ApoolSource) source =
      apool_source_select_new (numbers, &(ApoolSelection){ 1, 0, 1, 1, 77 });
  ApoolRow row;

  for (guint i = 0; i < 2; i++)
    {
      g_assert_cmpint (apool_source_next (source, &row, NULL), ==, APOOL_SOURCE_ROW);
      g_assert_cmpuint (row.total, ==, 77);
    }
}

/* Nothing is read behind the last row that may be run. */
static void
test_select_stops (void)
{
  g_autoptr (FakeSource) endless = fake_source_new (G_MAXUINT64);
  g_autoptr (ApoolSource) source =
      apool_source_select_new (APOOL_SOURCE (endless), &(ApoolSelection){ 1, 2, 1, 1 });
  g_autofree char *rows = test_select_dup_rows (source);

  g_assert_cmpstr (rows, ==, "- x x ");
  g_assert_cmpuint (fake_source_get_n_taken (endless), ==, 3);
}

typedef struct
{
  const char *values[3];
  guint part_of_4;
  guint part_of_7;
} TestSelectVector;

/* The vectors stand in the manual: they were computed by another program, and never change. */
static void
test_select_vectors (void)
{
  static const TestSelectVector VECTORS[] = {
    { { "" }, 2, 3 },
    { { "a" }, 1, 6 },
    { { "b" }, 2, 1 },
    { { "foobar" }, 1, 7 },
    { { "1" }, 1, 2 },
    { { "10" }, 1, 1 },
    { { "a b" }, 3, 3 },
    { { "caf\xc3\xa9" }, 2, 1 },
    { { "a", "b" }, 1, 5 },
    { { "ab", "" }, 1, 3 },
    { { "a", "bc", "3" }, 3, 1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (VECTORS); i++)
    {
      ApoolValue values[3];
      gsize n = 0;

      for (; n < 3 && VECTORS[i].values[n]; n++)
        values[n] = (ApoolValue){ VECTORS[i].values[n], strlen (VECTORS[i].values[n]) };
      g_assert_cmpuint (apool_source_select_get_part (values, n, 4), ==, VECTORS[i].part_of_4);
      g_assert_cmpuint (apool_source_select_get_part (values, n, 7), ==, VECTORS[i].part_of_7);
      g_assert_cmpuint (apool_source_select_get_part (values, n, 1), ==, 1);
    }
}

/* Each row is run by exactly one of the parts, under the same number; bounds are about the whole.
 */
static void
test_select_parts (void)
{
  const guint n = 1000;
  guint n_runs[1000] = { 0 };
  guint n_of_part[3] = { 0 };

  for (guint part = 1; part <= 3; part++)
    {
      g_autoptr (ApoolSource) numbers = test_select_make_numbers (n);
      g_autoptr (ApoolSource) source =
          apool_source_select_new (numbers, &(ApoolSelection){ 10, 900, part, 3 });
      ApoolRow row;

      for (guint i = 0; apool_source_next (source, &row, NULL) == APOOL_SOURCE_ROW; i++)
        {
          g_assert_cmpuint (row.line, ==, i + 1);
          n_runs[i] += row.is_skipped ? 0 : 1;
          n_of_part[part - 1] += row.is_skipped ? 0 : 1;
        }
    }
  for (guint i = 0; i < n; i++)
    g_assert_cmpuint (n_runs[i], ==, i >= 10 && i < 910 ? 1 : 0);
  for (guint part = 0; part < 3; part++)
    g_assert_cmpuint (n_of_part[part], >, 200);
}

/* ---- rows that are stored ---- */

static void
test_select_store_counts (void)
{
  g_autoptr (ApoolSource) numbers = test_select_make_numbers (3);
  g_autoptr (ApoolSource) source = apool_source_store_new (numbers, g_get_tmp_dir (), NULL);
  ApoolRow row;

  for (guint i = 1; i <= 3; i++)
    {
      g_assert_cmpint (apool_source_next (source, &row, NULL), ==, APOOL_SOURCE_ROW);
      g_assert_cmpuint (row.total, ==, 3);
      g_assert_cmpuint (row.line, ==, i);
      g_assert_cmpint (row.values[0].data[0], ==, '0' + (char) i);
    }
  g_assert_cmpint (apool_source_next (source, &row, NULL), ==, APOOL_SOURCE_END);
}

/* A store that is not needed reads nothing ahead, and counts nothing. */
static void
test_select_store_passes (void)
{
  g_autoptr (FakeSource) rows = fake_source_new (10000);
  g_autoptr (ApoolSource) source =
      apool_source_store_new (APOOL_SOURCE (rows), g_get_tmp_dir (), NULL);
  ApoolRow row;

  apool_source_store_pass (APOOL_SOURCE_STORE (source));
  g_assert_cmpint (apool_source_next (source, &row, NULL), ==, APOOL_SOURCE_ROW);
  g_assert_cmpuint (row.total, ==, 0);
  g_assert_cmpuint (fake_source_get_n_taken (rows), ==, 1);
}

/* Returns: a store of @rows that looks ahead */
static ApoolSource *
test_select_look_ahead (FakeSource *rows)
{
  ApoolSource *source = apool_source_store_new (APOOL_SOURCE (rows), g_get_tmp_dir (), NULL);

  apool_source_store_look_ahead (APOOL_SOURCE_STORE (source));
  return source;
}

static void
test_select_assert_row (ApoolSource *source, guint64 line, guint64 total)
{
  ApoolRow row;

  g_assert_cmpint (apool_source_next (source, &row, NULL), ==, APOOL_SOURCE_ROW);
  g_assert_cmpuint (row.line, ==, line);
  g_assert_cmpuint (row.total, ==, total);
}

/* A store that looks ahead waits for nothing, and counts when the end has come. */
static void
test_select_store_ahead (void)
{
  g_autoptr (FakeSource) rows = fake_source_new (4);
  g_autoptr (ApoolSource) source = test_select_look_ahead (rows);
  ApoolRow row;

  fake_source_hold (rows);
  g_assert_cmpint (apool_source_next (source, &row, NULL), ==, APOOL_SOURCE_PENDING);
  fake_source_provide (rows, 2);
  test_select_assert_row (source, 1, 0);
  g_assert_cmpuint (fake_source_get_n_taken (rows), ==, 2);
  fake_source_provide (rows, 2);
  for (guint i = 2; i <= 4; i++)
    test_select_assert_row (source, i, 4);
  for (guint i = 0; i < 2; i++)
    g_assert_cmpint (apool_source_next (source, &row, NULL), ==, APOOL_SOURCE_END);
}

/* It looks at no more than so many rows; then it passes them on, and loses none. */
static void
test_select_store_ahead_many (void)
{
  g_autoptr (FakeSource) rows = fake_source_new (100000);
  g_autoptr (ApoolSource) source = test_select_look_ahead (rows);
  ApoolRow row;

  test_select_assert_row (source, 1, 0);
  g_assert_cmpuint (fake_source_get_n_taken (rows), ==, 65536);
  for (guint i = 2; i <= 100000; i++)
    test_select_assert_row (source, i, 0);
  g_assert_cmpint (apool_source_next (source, &row, NULL), ==, APOOL_SOURCE_END);
}

/* The same of bytes. */
static void
test_select_store_ahead_long (void)
{
  g_autoptr (FakeSource) rows = fake_source_new (100);
  g_autoptr (ApoolSource) source = test_select_look_ahead (rows);
  g_autofree char *value = g_strnfill (400 * 1024, 'x');

  fake_source_repeat (rows, (const char *const[]){ value, NULL });
  for (guint i = 1; i <= 100; i++)
    {
      test_select_assert_row (source, i, 0);
      g_assert_cmpuint (fake_source_get_n_taken (rows), ==, MAX (i, 11));
    }
}

/* An error comes behind the rows before it. */
static void
test_select_store_ahead_error (void)
{
  g_autoptr (FakeSource) rows = fake_source_new (10);
  g_autoptr (ApoolSource) source = test_select_look_ahead (rows);
  g_autoptr (GError) error = NULL;
  ApoolRow row;

  fake_source_fail_after (rows, 2, "torn");
  test_select_assert_row (source, 1, 0);
  test_select_assert_row (source, 2, 0);
  g_assert_cmpint (apool_source_next (source, &row, &error), ==, APOOL_SOURCE_ERROR);
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_INPUT);
  g_assert_cmpint (apool_source_next (source, &row, NULL), ==, APOOL_SOURCE_END);
}

static char *
test_select_dup_shuffled (guint n, guint64 seed)
{
  g_autoptr (ApoolSource) numbers = test_select_make_numbers (n);
  g_autoptr (ApoolSource) source = apool_source_store_new (numbers, g_get_tmp_dir (), &seed);

  return test_select_dup_rows (source);
}

static void
test_select_shuffles (void)
{
  g_autofree char *one = test_select_dup_shuffled (12, 1);
  g_autofree char *again = test_select_dup_shuffled (12, 1);
  g_autofree char *two = test_select_dup_shuffled (12, 2);
  g_autofree char *none = test_select_dup_shuffled (0, 2);

  /* On every machine, in every version. */
  g_assert_cmpstr (one, ==, "4 3 11 2 8 6 10 7 9 5 1 12 ");
  g_assert_cmpstr (again, ==, one);
  g_assert_cmpstr (two, !=, one);
  g_assert_cmpstr (none, ==, "");
}

/* All of them, each once; far more than stay in memory. */
static void
test_select_shuffles_many (void)
{
  const guint n = 300000;
  g_autoptr (ApoolShuffle) shuffle = apool_shuffle_new (g_get_tmp_dir (), 7);
  g_autofree guint8 *seen = g_malloc0 (n);
  guint n_in_place = 0;

  for (guint i = 0; i < n; i++)
    g_assert_true (apool_shuffle_put (shuffle, i, NULL));
  for (guint i = 0; i < n; i++)
    {
      guint64 number;

      g_assert_false (apool_shuffle_is_empty (shuffle));
      g_assert_true (apool_shuffle_take (shuffle, &number, NULL));
      g_assert_cmpuint (number, <, n);
      g_assert_cmpuint (seen[number]++, ==, 0);
      n_in_place += number == i ? 1 : 0;
    }
  g_assert_true (apool_shuffle_is_empty (shuffle));
  g_assert_cmpuint (n_in_place, <, 20);
}

/* Of four numbers all 24 orders are about as likely: 24,000 tries give each some 1000 times. */
static void
test_select_shuffles_fairly (void)
{
  guint counts[256] = { 0 };
  guint n_orders = 0;

  for (guint64 seed = 0; seed < 24000; seed++)
    {
      g_autoptr (ApoolShuffle) shuffle = apool_shuffle_new (g_get_tmp_dir (), seed);
      guint order = 0;
      guint64 number;

      for (guint i = 0; i < 4; i++)
        g_assert_true (apool_shuffle_put (shuffle, i, NULL));
      for (guint i = 0; i < 4; i++)
        {
          g_assert_true (apool_shuffle_take (shuffle, &number, NULL));
          order = order * 4 + (guint) number;
        }
      counts[order]++;
    }
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      if (counts[i] == 0)
        continue;
      n_orders++;
      g_assert_cmpuint (counts[i], >, 800);
      g_assert_cmpuint (counts[i], <, 1200);
    }
  g_assert_cmpuint (n_orders, ==, 24);
}

static void
test_select_ready_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
}

/* While it reads, others have their turn; where its source has nothing, it is waited for. */
static void
test_select_store_takes_turns (void)
{
  g_autoptr (FakeSource) rows = fake_source_new (10000);
  g_autoptr (ApoolSource) source =
      apool_source_store_new (APOOL_SOURCE (rows), g_get_tmp_dir (), NULL);
  gboolean is_ready = FALSE;
  guint64 n_taken;
  ApoolRow row;

  g_assert_cmpint (apool_source_next (source, &row, NULL), ==, APOOL_SOURCE_PENDING);
  n_taken = fake_source_get_n_taken (rows);
  g_assert_cmpuint (n_taken, <, 10000);
  apool_source_wait (source, NULL, test_select_ready_cb, &is_ready);
  g_assert_false (is_ready);
  while (!is_ready)
    g_main_context_iteration (NULL, TRUE);
  fake_source_hold (rows);
  g_assert_cmpint (apool_source_next (source, &row, NULL), ==, APOOL_SOURCE_PENDING);
  g_assert_cmpuint (fake_source_get_n_taken (rows), ==, n_taken);
  is_ready = FALSE;
  apool_source_wait (source, NULL, test_select_ready_cb, &is_ready);
  g_assert_true (fake_source_is_waited_for (rows));
  fake_source_provide (rows, 5);
  g_assert_true (is_ready);
}

static void
test_select_store_error (void)
{
  g_autoptr (FakeSource) rows = fake_source_new (2);
  g_autoptr (ApoolSource) source =
      apool_source_store_new (APOOL_SOURCE (rows), g_get_tmp_dir (), NULL);
  g_autoptr (GError) error = NULL;
  ApoolRow row;

  fake_source_fail_after (rows, 2, "broken");
  g_assert_cmpint (apool_source_next (source, &row, &error), ==, APOOL_SOURCE_ERROR);
  g_assert_cmpstr (error->message, ==, "broken");
  g_assert_cmpint (apool_source_next (source, &row, NULL), ==, APOOL_SOURCE_END);
}

/* Rows for which there is no room on the disk. */
static void
test_select_store_no_room (void)
{
  g_autoptr (FakeSource) rows = fake_source_new (10);
  g_autofree char *text = g_strnfill (1024 * 1024, 'x');
  g_autoptr (ApoolSource) source =
      apool_source_store_new (APOOL_SOURCE (rows), "/proc/nowhere", NULL);
  g_autoptr (GError) error = NULL;
  ApoolRow row;

  fake_source_repeat (rows, (const char *const[]){ text, NULL });
  g_assert_cmpint (apool_source_next (source, &row, &error), ==, APOOL_SOURCE_ERROR);
  g_assert_nonnull (strstr (error->message, "/proc/nowhere"));
}

/* The first numbers for a seed, as published with the generator. */
static void
test_select_random (void)
{
  ApoolRandom random = { 1234567 };

  g_assert_cmpuint (apool_random_next (&random), ==, G_GUINT64_CONSTANT (6457827717110365317));
  g_assert_cmpuint (apool_random_next (&random), ==, G_GUINT64_CONSTANT (3203168211198807973));
  for (guint i = 0; i < 1000; i++)
    g_assert_cmpuint (apool_random_below (&random, 3), <, 3);
  g_assert_cmpuint (apool_random_below (&random, 1), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/select/bounds", test_select_bounds);
  g_test_add_func ("/select/total", test_select_total);
  g_test_add_func ("/select/stops", test_select_stops);
  g_test_add_func ("/select/vectors", test_select_vectors);
  g_test_add_func ("/select/parts", test_select_parts);
  g_test_add_func ("/select/store-counts", test_select_store_counts);
  g_test_add_func ("/select/store-passes", test_select_store_passes);
  g_test_add_func ("/select/store-ahead", test_select_store_ahead);
  g_test_add_func ("/select/store-ahead-many", test_select_store_ahead_many);
  g_test_add_func ("/select/store-ahead-long", test_select_store_ahead_long);
  g_test_add_func ("/select/store-ahead-error", test_select_store_ahead_error);
  g_test_add_func ("/select/shuffles", test_select_shuffles);
  g_test_add_func ("/select/shuffles-many", test_select_shuffles_many);
  g_test_add_func ("/select/shuffles-fairly", test_select_shuffles_fairly);
  g_test_add_func ("/select/store-takes-turns", test_select_store_takes_turns);
  g_test_add_func ("/select/store-error", test_select_store_error);
  g_test_add_func ("/select/store-no-room", test_select_store_no_room);
  g_test_add_func ("/select/random", test_select_random);
  return g_test_run ();
}
