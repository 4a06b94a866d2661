/* SPDX-License-Identifier: MIT */
/* What scripts ask before they run anything. */

#include <glib.h>

#include "cli/apool-about.h"

static void
test_about_counts (void)
{
  g_autofree char *text = apool_about_dup_count (APOOL_ABOUT_SOCKETS);
  g_autofree char *expected = g_strdup_printf ("%u\n", apool_about_count (APOOL_ABOUT_SOCKETS));

  g_assert_cmpuint (apool_about_count (APOOL_ABOUT_THREADS), <=, g_get_num_processors ());
  g_assert_cmpuint (apool_about_count (APOOL_ABOUT_CORES), <=,
                    apool_about_count (APOOL_ABOUT_THREADS));
  g_assert_cmpuint (apool_about_count (APOOL_ABOUT_SOCKETS), <=,
                    apool_about_count (APOOL_ABOUT_CORES));
  g_assert_cmpuint (apool_about_count (APOOL_ABOUT_SOCKETS), >=, 1);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_about_version (void)
{
  g_autofree char *text = apool_about_dup_version ();

  g_assert_cmpstr (text, ==, "20221122\n");
  g_assert_true (apool_about_has_version (0));
  g_assert_true (apool_about_has_version (20221122));
  g_assert_false (apool_about_has_version (20221123));
  g_assert_false (apool_about_has_version (G_MAXUINT64));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/about/counts", test_about_counts);
  g_test_add_func ("/about/version", test_about_version);
  return g_test_run ();
}
