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

/* Who asks later may be in a loop that has failed for another reason. */
static void
test_locale_errno (void)
{
  errno = EBADF;
  g_assert_cmpstr (apool_locale_describe_errno (ENOENT), !=, NULL);
  g_assert_cmpint (errno, ==, EBADF);
}

/* It is set once in a process. */
static void
test_locale_utf8 (gconstpointer data)
{
  if (!g_test_subprocess ())
    {
      g_setenv ("LC_ALL", data, TRUE);
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
      g_setenv ("LC_ALL", "C.UTF-8", TRUE);
      g_test_trap_assert_passed ();
      return;
    }
  g_setenv ("LC_ALL", data, TRUE);
  g_assert_true (apool_locale_is_utf8 () == g_str_equal (data, "C.UTF-8"));
}

/* A failed call of its own stays its own, too. */
static void
test_locale_missing (void)
{
  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
      g_test_trap_assert_passed ();
      return;
    }
  g_setenv ("LC_ALL", "xx_XX.no-such", TRUE);
  errno = EACCES;
  g_assert_cmpstr (apool_locale_describe_errno (EACCES), ==, g_strerror (EACCES));
  g_assert_cmpint (errno, ==, EACCES);
  g_assert_cmpstr (setlocale (LC_MESSAGES, NULL), ==, "C");
}

int
main (int argc, char **argv)
{
  g_setenv ("LC_ALL", "C.UTF-8", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/locale/late", test_locale_late);
  g_test_add_func ("/locale/errno", test_locale_errno);
  g_test_add_func ("/locale/missing", test_locale_missing);
  g_test_add_data_func ("/locale/utf8", "C.UTF-8", test_locale_utf8);
  g_test_add_data_func ("/locale/no-utf8", "C", test_locale_utf8);
  return g_test_run ();
}
