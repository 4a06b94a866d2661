/* SPDX-License-Identifier: MIT */
/* Lengths of time as users write them. */

#include "base/apool-duration.h"
#include "base/apool-error.h"

static void
test_times (void)
{
  const struct
  {
    const char *text;
    gint64 usec;
  } cases[] = {
    { "0", 0 },
    { "0.0", 0 },
    { "3", 3000000 },
    { "007", 7000000 },
    { "1.5", 1500000 },
    { ".5", 500000 },
    { "5.", 5000000 },
    { "0.0000001", 1 },
    { "200ms", 200000 },
    { "1.5ms", 1500 },
    { "10s", 10000000 },
    { "2m", 120000000 },
    { "2M", 120000000 },
    { "1.5h", G_GINT64_CONSTANT (5400000000) },
    { "1d", G_GINT64_CONSTANT (86400000000) },
    { "2m30s", 150000000 },
    { "1s5MS", 1005000 },
    { "1d3.5h16.6m4s", G_GINT64_CONSTANT (100000000000) },
    { "100000d", G_GINT64_CONSTANT (8640000000000000) },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      gint64 usec = -1;

      g_test_message ("%s", cases[i].text);
      g_assert_true (apool_duration_parse (cases[i].text, &usec, &error));
      g_assert_no_error (error);
      g_assert_cmpint (usec, ==, cases[i].usec);
    }
}

static void
test_bad_times (void)
{
  const struct
  {
    const char *text;
    const char *message;
  } cases[] = {
    { "", "column 1: not a number: *" },
    { "-3", "column 1: not a number: *" },
    { "+3", "column 1: not a number: *" },
    { " 3", "column 1: not a number: *" },
    { "s", "column 1: not a number: *" },
    { ".", "column 1: not a number: *" },
    { "..5s", "column 1: not a number: *" },
    { "1.2.3", "column 1: not a number: *" },
    { "nan", "column 1: not a number: *" },
    { "3 ", "column 2: not a unit of time: *" },
    { "3x", "column 2: not a unit of time: *" },
    { "1e3", "column 2: not a unit of time: *" },
    { "0x10", "column 2: not a unit of time: *" },
    { "3sec", "column 2: not a unit of time: *" },
    { "3s4", "column 4: no unit: *" },
    { "3s-4s", "column 3: not a number: *" },
    { "2m3w", "column 4: not a unit of time: *" },
    { "100001d", "too long: use up to 100000 days" },
    { "99999999999999999999999999999999d", "too long: *" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      gint64 usec;

      g_test_message ("'%s'", cases[i].text);
      g_assert_false (apool_duration_parse (cases[i].text, &usec, &error));
      g_assert_error (error, APOOL_ERROR, APOOL_ERROR_USAGE);
      if (!g_pattern_match_simple (cases[i].message, error->message))
        g_error ("%s", error->message);
    }
}

static void
test_description (void)
{
  const struct
  {
    gint64 usec;
    const char *text;
  } cases[] = {
    { 0, "0 s" },       { 1, "0 s" },           { 1500, "0.002 s" },
    { 2000000, "2 s" }, { 2345678, "2.346 s" }, { G_GINT64_CONSTANT (86400000000), "86400 s" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = apool_duration_describe (cases[i].usec);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/duration/times", test_times);
  g_test_add_func ("/duration/bad-times", test_bad_times);
  g_test_add_func ("/duration/description", test_description);
  return g_test_run ();
}
