/* SPDX-License-Identifier: MIT */
/* The limit of open files: raised where that is allowed, never lowered. */

#include "base/apool-open-files.h"

static void
test_open_files_raise (void)
{
  struct rlimit limit;

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, 0);
      g_test_trap_assert_passed ();
      return;
    }
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &(struct rlimit){ 100, 200 }), ==, 0);
  g_assert_true (apool_open_files_raise (50));
  apool_open_files_get (&limit);
  g_assert_cmpuint (limit.rlim_cur, ==, 100);
  g_assert_true (apool_open_files_raise (150));
  apool_open_files_get (&limit);
  g_assert_cmpuint (limit.rlim_cur, ==, 150);
  g_assert_false (apool_open_files_raise (1000));
  apool_open_files_get (&limit);
  g_assert_cmpuint (limit.rlim_cur, ==, 200);
  g_assert_cmpuint (limit.rlim_max, ==, 200);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/open-files/raise", test_open_files_raise);
  return g_test_run ();
}
