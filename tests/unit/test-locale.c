/* SPDX-License-Identifier: MIT */
/* The user's locale: set where a text needs it, and not before. */

#include <errno.h>
#include <locale.h>
#include <string.h>

#include "base/apool-locale.h"

static void
test_locale_late (void)
{
  g_assert_cmpstr (setlocale (LC_CTYPE, NULL), ==, "C");
  g_assert_cmpstr (setlocale (LC_MESSAGES, NULL), ==, "C");
  g_assert_cmpstr (apool_locale_describe_errno (ENOENT), ==, g_strerror (ENOENT));
  g_assert_cmpstr (setlocale (LC_MESSAGES, NULL), ==, "C.UTF-8");
  g_assert_cmpstr (setlocale (LC_CTYPE, NULL), ==, "C.UTF-8");
  g_assert_cmpstr (setlocale (LC_NUMERIC, NULL), ==, "C");
  g_assert_cmpstr (setlocale (LC_TIME, NULL), ==, "C");
}

/* It is the user's that is asked, not the one that the process happens to be in. */
static void
test_locale_utf8 (void)
{
  g_setenv ("LC_ALL", "C.UTF-8", TRUE);
  g_assert_nonnull (setlocale (LC_CTYPE, "C"));
  g_assert_true (apool_locale_is_utf8 ());
  g_setenv ("LC_ALL", "C", TRUE);
  g_assert_nonnull (setlocale (LC_CTYPE, "C"));
  g_assert_false (apool_locale_is_utf8 ());
}

int
main (int argc, char **argv)
{
  g_setenv ("LC_ALL", "C.UTF-8", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/locale/late", test_locale_late);
  g_test_add_func ("/locale/utf8", test_locale_utf8);
  return g_test_run ();
}
