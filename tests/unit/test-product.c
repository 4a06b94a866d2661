/* SPDX-License-Identifier: MIT */
/* Several sources: all combinations, or side by side. What is expected was seen on GNU parallel. */

#include <string.h>

#include "fake-source.h"
#include "input/apool-ring.h"
#include "input/apool-row-log.h"
#include "input/apool-source-args.h"
#include "input/apool-source-link.h"
#include "input/apool-source-product.h"

#define MAX_SOURCES 8

static const ApoolRecordFormat test_product_lines = { .delimiter = "\n", .delimiter_length = 1 };

typedef ApoolSource *(*TestProductNew) (ApoolSource *const *sources,
                                        const gboolean *is_linked,
                                        gsize n_sources);

static ApoolSource *
test_product_new (ApoolSource *const *sources, const gboolean *is_linked, gsize n_sources)
{
  return apool_source_product_new (sources, is_linked, n_sources, g_get_tmp_dir ());
}

static ApoolSource *
test_product_new_link (ApoolSource *const *sources, const gboolean *is_linked, gsize n_sources)
{
  return apool_source_link_new (sources, n_sources, g_get_tmp_dir ());
}

/* Makes a source of "a b; +x y; 1 2": values apart by blanks, sources by semicolons, a plus before
 * one that is linked. */
static ApoolSource *
test_product_make (const char *text, TestProductNew make)
{
  g_auto (GStrv) parts = g_strsplit (text, ";", -1);
  ApoolSource *sources[MAX_SOURCES];
  gboolean is_linked[MAX_SOURCES];
  gsize n = g_strv_length (parts);
  ApoolSource *source;

  g_assert_cmpuint (n, <=, MAX_SOURCES);
  for (gsize i = 0; i < n; i++)
    {
      const char *values = g_strstrip (parts[i]);
      g_auto (GStrv) words = NULL;

      is_linked[i] = values[0] == '+';
      words = g_strsplit (values + (is_linked[i] ? 1 : 0), " ", -1);
      sources[i] = apool_source_args_new ((const char *const *) words, &test_product_lines);
    }
  source = make (sources, is_linked, n);
  for (gsize i = 0; i < n; i++)
    g_object_unref (sources[i]);
  return source;
}

static void
test_product_append_row (GString *rows, const ApoolRow *row)
{
  for (gsize i = 0; i < row->n_values; i++)
    {
      if (i > 0)
        g_string_append_c (rows, ',');
      g_string_append_len (rows, row->values[i].data, (gssize) row->values[i].length);
    }
  g_string_append_c (rows, ' ');
}

static char *
test_product_dup_rows (ApoolSource *source)
{
  g_autoptr (GError) error = NULL;
  GString *rows = g_string_new (NULL);
  ApoolRow row;
  guint64 n = 0;

  while (apool_source_next (source, &row, &error) == APOOL_SOURCE_ROW)
    {
      g_assert_cmpuint (row.line, ==, ++n);
      test_product_append_row (rows, &row);
    }
  g_assert_no_error (error);
  g_assert_cmpint (apool_source_next (source, &row, &error), ==, APOOL_SOURCE_END);
  return g_string_free (rows, FALSE);
}

static void
test_product_check (const char *text, TestProductNew make, const char *expected)
{
  g_autoptr (ApoolSource) source = test_product_make (text, make);
  g_autofree char *rows = test_product_dup_rows (source);

  g_assert_cmpstr (rows, ==, expected);
}

static void
test_product_combinations (void)
{
  test_product_check ("a b c", test_product_new, "a b c ");
  test_product_check ("1 2; a b", test_product_new, "1,a 1,b 2,a 2,b ");
  test_product_check ("1 2; a b; x y", test_product_new,
                      "1,a,x 1,a,y 1,b,x 1,b,y 2,a,x 2,a,y 2,b,x 2,b,y ");
}

static void
test_product_linked (void)
{
  test_product_check ("1 2; +a b c", test_product_new, "1,a 2,b ");
  test_product_check ("1 2 3; +a b", test_product_new, "1,a 2,b ");
  test_product_check ("1 2; A B; +a b c", test_product_new, "1,A,a 1,B,b 2,A,a 2,B,b ");
  test_product_check ("1 2; +a b; X Y; +x y", test_product_new, "1,a,X,x 1,a,Y,y 2,b,X,x 2,b,Y,y ");
  test_product_check ("1 2; +a b; +x y z", test_product_new, "1,a,x 2,b,y ");
  test_product_check ("+a b; x y", test_product_new, "a,x a,y b,x b,y ");
  test_product_check ("a b; +x; 1 2", test_product_new, "a,x,1 a,x,2 ");
  test_product_check ("a; +x y; 1 2", test_product_new, "a,x,1 a,x,2 ");
}

static void
test_product_empty (void)
{
  test_product_check ("a b;", test_product_new, "a, b, ");
  test_product_check ("; a b", test_product_new, ",a ,b ");
  test_product_check (";", test_product_new, "");
  test_product_check ("a b; +", test_product_new, "a, ");
  test_product_check ("1 2; a b; +", test_product_new, "1,a, 2,a, ");
}

static void
test_product_side_by_side (void)
{
  test_product_check ("a b c; x y", test_product_new_link, "a,x b,y c,x ");
  test_product_check ("a b c; x; 1 2 3 4", test_product_new_link, "a,x,1 b,x,2 c,x,3 a,x,4 ");
  test_product_check ("a b", test_product_new_link, "a b ");
  test_product_check ("a b;", test_product_new_link, "a, b, ");
  test_product_check (";", test_product_new_link, "");
}

static void
test_product_ready_cb (gpointer data)
{
  (*(guint *) data)++;
}

/* Sources that have nothing for the time being are waited for one by one, and no value is lost. */
static void
test_product_pending (TestProductNew make, const char *expected)
{
  g_autoptr (FakeSource) first = fake_source_new (2);
  g_autoptr (FakeSource) second = fake_source_new (2);
  ApoolSource *sources[] = { APOOL_SOURCE (first), APOOL_SOURCE (second) };
  FakeSource *fakes[] = { first, second };
  gboolean is_linked[] = { FALSE, FALSE };
  g_autoptr (ApoolSource) source = NULL;
  g_autoptr (GString) rows = g_string_new (NULL);
  guint n_ready = 0;
  guint n_pending = 0;

  fake_source_repeat (first, (const char *const[]){ "1", "2", NULL });
  fake_source_repeat (second, (const char *const[]){ "a", "b", NULL });
  fake_source_hold (first);
  fake_source_hold (second);
  source = make (sources, is_linked, 2);
  for (;;)
    {
      ApoolRow row;
      ApoolSourceStatus status = apool_source_next (source, &row, NULL);

      if (status == APOOL_SOURCE_END)
        break;
      if (status == APOOL_SOURCE_ROW)
        {
          test_product_append_row (rows, &row);
          continue;
        }
      g_assert_cmpint (status, ==, APOOL_SOURCE_PENDING);
      n_pending++;
      apool_source_wait (source, NULL, test_product_ready_cb, &n_ready);
      for (guint i = 0; i < 2; i++)
        if (fake_source_is_waited_for (fakes[i]))
          fake_source_provide (fakes[i], 1);
      g_assert_cmpuint (n_ready, ==, n_pending);
    }
  g_assert_cmpstr (rows->str, ==, expected);
  g_assert_cmpuint (n_pending, ==, 4);
}

static void
test_product_pending_product (void)
{
  test_product_pending (test_product_new, "1,a 1,b 2,a 2,b ");
}

static void
test_product_pending_link (void)
{
  test_product_pending (test_product_new_link, "1,a 2,b ");
}

/* The first source may have no end: of it, nothing is read before its turn. */
static void
test_product_is_lazy (void)
{
  g_autoptr (FakeSource) first = fake_source_new (G_MAXUINT64);
  g_autoptr (FakeSource) second = fake_source_new (3);
  ApoolSource *sources[] = { APOOL_SOURCE (first), APOOL_SOURCE (second) };
  gboolean is_linked[] = { FALSE, FALSE };
  g_autoptr (ApoolSource) source = test_product_new (sources, is_linked, 2);
  ApoolRow row;

  for (guint i = 0; i < 3; i++)
    g_assert_cmpint (apool_source_next (source, &row, NULL), ==, APOOL_SOURCE_ROW);
  g_assert_cmpuint (fake_source_get_n_taken (first), ==, 1);
  g_assert_cmpint (apool_source_next (source, &row, NULL), ==, APOOL_SOURCE_ROW);
  g_assert_cmpuint (fake_source_get_n_taken (first), ==, 2);
  g_assert_cmpuint (fake_source_get_n_taken (second), ==, 3);
}

static void
test_product_error (void)
{
  g_autoptr (FakeSource) first = fake_source_new (2);
  g_autoptr (FakeSource) second = fake_source_new (2);
  ApoolSource *sources[] = { APOOL_SOURCE (first), APOOL_SOURCE (second) };
  gboolean is_linked[] = { FALSE, FALSE };
  g_autoptr (ApoolSource) source = test_product_new (sources, is_linked, 2);
  g_autoptr (GError) error = NULL;
  ApoolRow row;

  fake_source_fail_after (second, 1, "broken");
  g_assert_cmpint (apool_source_next (source, &row, &error), ==, APOOL_SOURCE_ROW);
  g_assert_cmpint (apool_source_next (source, &row, &error), ==, APOOL_SOURCE_ERROR);
  g_assert_cmpstr (error->message, ==, "broken");
}

/* Many rows, short and long, with any bytes, come back as they were, from wherever one begins. */
static void
test_product_log (void)
{
  g_autoptr (ApoolRowLog) log = apool_row_log_new (g_get_tmp_dir ());
  g_autoptr (GArray) offsets = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_autofree char *bytes = g_malloc (300000);
  const guint n = 2000;

  for (guint i = 0; i < 300000; i++)
    bytes[i] = (char) (i * 7);
  for (guint i = 0; i < n; i++)
    {
      gsize length = i % 500 == 499 ? 200000 + i : i % 300;
      ApoolValue values[] = { { bytes + i, length }, { NULL, i }, { "", 0 } };
      ApoolRow row = { .values = values, .n_values = 1 + i % 3, .line = i * 1000 };
      guint64 offset;

      g_assert_true (apool_row_log_append (log, &row, &offset, NULL));
      g_array_append_val (offsets, offset);
    }
  g_assert_cmpuint (apool_row_log_get_n_rows (log), ==, n);
  for (guint round = 0; round < 2; round++)
    for (guint i = 0; i < n; i++)
      {
        guint which = round == 0 ? i : (i * 7919) % n;
        gsize length = which % 500 == 499 ? 200000 + which : which % 300;
        ApoolRow row;

        if (round > 0)
          apool_row_log_seek (log, g_array_index (offsets, guint64, which));
        g_assert_false (apool_row_log_is_at_end (log));
        g_assert_true (apool_row_log_read (log, &row, NULL));
        g_assert_cmpuint (row.line, ==, (guint64) which * 1000);
        g_assert_cmpuint (row.n_values, ==, 1 + which % 3);
        g_assert_cmpmem (row.values[0].data, row.values[0].length, bytes + which, length);
        if (row.n_values > 1)
          g_assert_true (!row.values[1].data && row.values[1].length == which);
      }
  apool_row_log_seek (log, 0);
  for (guint i = 0; i < n; i++)
    {
      ApoolRow row;

      g_assert_true (apool_row_log_read (log, &row, NULL));
    }
  g_assert_true (apool_row_log_is_at_end (log));
}

/* Far more values than the memory that is used for them. */
static void
test_product_long (void)
{
  const guint n = 30000;
  g_autoptr (FakeSource) first = fake_source_new (2);
  g_autoptr (FakeSource) second = fake_source_new (n);
  g_autofree char *text = g_strnfill (100, 'y');
  ApoolSource *sources[] = { APOOL_SOURCE (first), APOOL_SOURCE (second) };
  gboolean is_linked[] = { FALSE, FALSE };
  g_autoptr (ApoolSource) source = NULL;
  ApoolRow row;

  fake_source_repeat (second, (const char *const[]){ "z", text, "", NULL });
  source = test_product_new (sources, is_linked, 2);
  for (guint i = 0; i < 2 * n; i++)
    {
      const char *expected = i % n % 3 == 0 ? "z" : i % n % 3 == 1 ? text : "";

      g_assert_cmpint (apool_source_next (source, &row, NULL), ==, APOOL_SOURCE_ROW);
      g_assert_cmpmem (row.values[1].data, row.values[1].length, expected, strlen (expected));
    }
  g_assert_cmpint (apool_source_next (source, &row, NULL), ==, APOOL_SOURCE_END);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/product/combinations", test_product_combinations);
  g_test_add_func ("/product/linked", test_product_linked);
  g_test_add_func ("/product/empty", test_product_empty);
  g_test_add_func ("/product/side-by-side", test_product_side_by_side);
  g_test_add_func ("/product/pending", test_product_pending_product);
  g_test_add_func ("/product/pending-link", test_product_pending_link);
  g_test_add_func ("/product/lazy", test_product_is_lazy);
  g_test_add_func ("/product/error", test_product_error);
  g_test_add_func ("/product/log", test_product_log);
  g_test_add_func ("/product/long", test_product_long);
  return g_test_run ();
}
