/* SPDX-License-Identifier: MIT */
/* What may have been meant by a word that is misspelt. */

#include <glib.h>

#include "base/apool-nearest.h"

static const char *const words[] = { "all", "failed", "none", "round-robin", NULL };

static void
test_nearest_measure (void)
{
  g_assert_cmpuint (apool_nearest_measure ("", ""), ==, 0);
  g_assert_cmpuint (apool_nearest_measure ("jobs", "jobs"), ==, 0);
  g_assert_cmpuint (apool_nearest_measure ("jbos", "jobs"), ==, 1);
  g_assert_cmpuint (apool_nearest_measure ("job", "jobs"), ==, 1);
  g_assert_cmpuint (apool_nearest_measure ("jjobs", "jobs"), ==, 1);
  g_assert_cmpuint (apool_nearest_measure ("jubs", "jobs"), ==, 1);
  g_assert_cmpuint (apool_nearest_measure ("", "jobs"), ==, 4);
  g_assert_cmpuint (apool_nearest_measure ("\xff", "j"), ==, 1);
}

static void
test_nearest_long (void)
{
  g_autofree char *fits = g_strnfill (40, 'a');
  g_autofree char *is_long = g_strnfill (41, 'a');

  g_assert_cmpuint (apool_nearest_measure (fits, fits), ==, 0);
  g_assert_cmpuint (apool_nearest_measure (fits, is_long), ==, G_MAXUINT);
  g_assert_cmpuint (apool_nearest_measure (is_long, fits), ==, G_MAXUINT);
  g_assert_cmpuint (apool_nearest_measure (is_long, is_long), ==, G_MAXUINT);
  g_assert_null (apool_nearest_find (is_long, words));
}

static void
test_nearest_find (void)
{
  g_assert_cmpstr (apool_nearest_find ("faild", words), ==, "failed");
  g_assert_cmpstr (apool_nearest_find ("fialed", words), ==, "failed");
  g_assert_cmpstr (apool_nearest_find ("al l", words), ==, "all");
  g_assert_cmpstr (apool_nearest_find ("roundrobin", words), ==, "round-robin");
  g_assert_null (apool_nearest_find ("", words));
  g_assert_null (apool_nearest_find ("x", words));
  g_assert_null (apool_nearest_find ("failure-of-it", words));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/nearest/measure", test_nearest_measure);
  g_test_add_func ("/nearest/long", test_nearest_long);
  g_test_add_func ("/nearest/find", test_nearest_find);
  return g_test_run ();
}
