/* SPDX-License-Identifier: MIT */
/* What make says in MAKEFLAGS, as its versions write it, and what is added to that. */

#include "base/apool-makeflags.h"

static void
test_auth (void)
{
  const struct
  {
    const char *flags;
    const char *auth;
  } cases[] = {
    { NULL, NULL },
    { "", NULL },
    { "k", NULL },
    { " -j3 --jobserver-auth=3,4", "3,4" },
    { "ks -j3 --jobserver-auth=3,4 -- V=a\\ b", "3,4" },
    { "--jobserver-fds=5,6 -j", "5,6" },
    { " -j --jobserver-fds=5,6 --jobserver-auth=7,8", "7,8" },
    { " --jobserver-auth=7,8 --jobserver-auth=9,10", "9,10" },
    { " -j2 --jobserver-auth=-2,-2", "-2,-2" },
    { " -j2 --jobserver-auth=fifo:/tmp/GMfifo7", "fifo:/tmp/GMfifo7" },
    { " --jobserver-auth=fifo:/a\\ b\\\\c$$d -- X=1", "fifo:/a b\\c$d" },
    { " --jobserver-auth=", "" },
    { " -j2 -- --jobserver-auth=3,4", NULL },
    { " -j2 -- V=\\ --jobserver-auth=3,4", NULL },
    { " V=\\ --jobserver-auth=3,4", NULL },
    { " -j2 --jobserver", NULL },
    { "\\", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *auth = apool_makeflags_dup_auth (cases[i].flags);

      g_test_message ("%s", cases[i].flags ? cases[i].flags : "(none)");
      g_assert_cmpstr (auth, ==, cases[i].auth);
    }
}

static void
test_jobs (void)
{
  const struct
  {
    const char *flags;
    guint n_jobs;
  } cases[] = {
    { NULL, 0 },
    { "k", 0 },
    { " -j3 --jobserver-auth=3,4", 3 },
    { " -j 12 --jobserver-auth=3,4", 12 },
    { " --jobs=7 -k", 7 },
    { " --jobs 7 -k", 7 },
    { " -j --jobserver-fds=3,4", 0 },
    { " -j3 -j5", 5 },
    { " -j3 -j", 0 },
    { " -j3x", 0 },
    { " -j99999999999999999999", 0 },
    { " -k -- -j3", 0 },
    { " -j 3 -- 4", 3 },
    { " -j -- 4", 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].flags ? cases[i].flags : "(none)");
      g_assert_cmpuint (apool_makeflags_get_jobs (cases[i].flags), ==, cases[i].n_jobs);
    }
}

static void
test_merge (void)
{
  const struct
  {
    const char *flags;
    const char *merged;
  } cases[] = {
    { NULL, " -j8 --jobserver-auth=3,4" },
    { "", " -j8 --jobserver-auth=3,4" },
    { "ks", "ks -j8 --jobserver-auth=3,4" },
    { "-j4", " -j8 --jobserver-auth=3,4" },
    { " -j 4 -k", "-k -j8 --jobserver-auth=3,4" },
    { " --jobs 4", " -j8 --jobserver-auth=3,4" },
    { "k -j3 --jobserver-fds=5,6 --jobserver-auth=5,6 -- V=a\\ b W=c",
      "k -j8 --jobserver-auth=3,4 -- V=a\\ b W=c" },
    { " -- V=-j3", " -j8 --jobserver-auth=3,4 -- V=-j3" },
    { "V=1", "V=1 -j8 --jobserver-auth=3,4" },
    { " --no-print-directory", "--no-print-directory -j8 --jobserver-auth=3,4" },
    { " -l 4", "-l 4 -j8 --jobserver-auth=3,4" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *merged = apool_makeflags_merge (cases[i].flags, 8, "3,4");

      g_test_message ("%s", cases[i].flags ? cases[i].flags : "(none)");
      g_assert_cmpstr (merged, ==, cases[i].merged);
    }
}

/* What is written can be read again, whatever the path. */
static void
test_merge_path (void)
{
  static const char path[] = "fifo:/tmp/a b\\c$d\te/x,y";
  g_autofree char *merged = apool_makeflags_merge ("k -- V=1", 3, path);
  g_autofree char *auth = apool_makeflags_dup_auth (merged);

  g_assert_cmpstr (auth, ==, path);
  g_assert_cmpuint (apool_makeflags_get_jobs (merged), ==, 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/makeflags/auth", test_auth);
  g_test_add_func ("/makeflags/jobs", test_jobs);
  g_test_add_func ("/makeflags/merge", test_merge);
  g_test_add_func ("/makeflags/merge-path", test_merge_path);
  return g_test_run ();
}
