/* SPDX-License-Identifier: MIT */
/* Numbers as users write them. */

#include "base/apool-units.h"

static void
test_counts (void)
{
  const struct
  {
    const char *text;
    guint64 count;
  } cases[] = {
    { "0", 0 },
    { "007", 7 },
    { "9223372036854775807", G_MAXINT64 },
    { "1k", 1000 },
    { "3m", 3000000 },
    { "2K", 2048 },
    { "2ki", 2048 },
    { "2Ki", 2048 },
    { "2kI", 2048 },
    { "1M", 1 << 20 },
    { "1g", 1000000000 },
    { "1Gi", 1 << 30 },
    { "1t", 1000000000000 },
    { "1P", G_GUINT64_CONSTANT (1) << 50 },
    { "9e", 9 * G_GUINT64_CONSTANT (1000000000000000000) },
    { "7E", 7 * (G_GUINT64_CONSTANT (1) << 60) },
    { "0E", 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint64 count = 1;

      g_test_message ("%s", cases[i].text);
      g_assert_true (apool_units_parse_count (cases[i].text, &count));
      g_assert_cmpuint (count, ==, cases[i].count);
    }
}

static void
test_bad_counts (void)
{
  const char *const bad[] = {
    "",
    "k",
    "-1",
    "+1",
    " 1",
    "1 ",
    "1.5",
    "1.5k",
    "0x10",
    "1kk",
    "1ii",
    "1kib",
    "1i",
    "1z",
    "1b",
    "8E",
    "20E",
    "10e",
    "9223372036854775808",
    "99999999999999999999999",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      guint64 count;

      g_test_message ("'%s'", bad[i]);
      g_assert_false (apool_units_parse_count (bad[i], &count));
    }
}

static void
test_sizes (void)
{
  const struct
  {
    const char *text;
    guint64 size;
  } cases[] = {
    { "0", 0 },         { "100", 100 },     { "1.5k", 1500 },      { "1.5K", 1536 },
    { ".5Mi", 524288 }, { "1.0000001", 1 }, { "2G", 2147483648u }, { "0.25g", 250000000 },
  };
  const char *const bad[] = { "",    ".",    "-1", "1.2.3",        "1e3",
                              "0x1", "1.5q", "8E", "99999999999E", " 1" };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint64 size = 7;

      g_test_message ("%s", cases[i].text);
      g_assert_true (apool_units_parse_size (cases[i].text, &size));
      g_assert_cmpuint (size, ==, cases[i].size);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      guint64 size;

      g_test_message ("'%s'", bad[i]);
      g_assert_false (apool_units_parse_size (bad[i], &size));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/units/counts", test_counts);
  g_test_add_func ("/units/bad-counts", test_bad_counts);
  g_test_add_func ("/units/sizes", test_sizes);
  return g_test_run ();
}
