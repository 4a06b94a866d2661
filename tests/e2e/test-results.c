/* SPDX-License-Identifier: MIT */
/* Files that keep what jobs write, beside what is printed. */

#include <string.h>
#include <unistd.h>

#include "e2e.h"

static void
test_tree (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autoptr (E2eRun) run =
      e2e_run ("", "-j2", "--tag", "--results", dir, "echo {}; echo err >&2; test {1} = b",
               ":::", "a", "b", ":::", "c/d", NULL);

  e2e_assert_ended (run, 1);
  g_assert_cmpstr (run->out, ==, "a c/d\ta c/d\nb c/d\tb c/d\n");
  g_assert_cmpstr (run->err, ==, "a c/d\terr\nb c/d\terr\n");
  e2e_dir_check (dir, "1/a/2/c\\_d/stdout", "a c/d\n");
  e2e_dir_check (dir, "1/a/2/c\\_d/stderr", "err\n");
  e2e_dir_check (dir, "1/a/2/c\\_d/seq", "1");
  e2e_dir_check (dir, "1/b/2/c\\_d/stdout", "b c/d\n");
  e2e_dir_check (dir, "1/b/2/c\\_d/seq", "2");
}

static void
test_prefix (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *place = g_strconcat (dir, "/{/.}", NULL);
  g_autoptr (E2eRun) run = e2e_run ("x/a.b\n", "--results", place, "printf %s {}", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "x/a.b");
  e2e_dir_check (dir, "a", "x/a.b");
  e2e_dir_check (dir, "a.err", "");
  e2e_dir_check (dir, "a.seq", "1");
}

/* Of what is not run nothing is kept. */
static void
test_dry_run (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *place = g_strconcat (dir, "/out", NULL);
  g_autoptr (E2eRun) run = e2e_run ("", "--dry-run", "--results", place, "echo", ":::", "a", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "echo a\n");
  g_assert_false (g_file_test (place, G_FILE_TEST_EXISTS));
}

/* A job of which nothing can be kept is one that fails; the others are run. */
static void
test_no_place (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *place = g_strconcat (dir, "/{}", NULL);
  g_autoptr (E2eRun) run =
      e2e_run ("", "-j1", "--results", place, "echo", ":::", "a", "a/b", "c", NULL);

  e2e_assert_ended (run, 1);
  g_assert_cmpstr (run->out, ==, "a\nc\n");
  e2e_assert_contains (run->err, "job 2: cannot be started: input 2: --results: '");
  e2e_dir_check (dir, "c", "c\n");
}

static void
test_full (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *place = g_strconcat (dir, "/{}", NULL);
  g_autofree char *full = g_strconcat (dir, "/a", NULL);
  g_autofree char *said = g_strdup_printf ("apool: --results: '%s': No space left on device", full);
  g_autoptr (E2eRun) run = NULL;

  g_assert_cmpint (symlink ("/dev/full", full), ==, 0);
  run = e2e_run ("", "--results", place, "echo", ":::", "a", NULL);
  e2e_assert_ended (run, 255);
  e2e_assert_contains (run->err, said);
}

/* Far more files than there are descriptors, and more bytes than any pipe holds. */
static void
test_many (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *script = g_strdup_printf (
      "ulimit -n 100; seq 60 | %s -j60 --workers 2 --results %s 'seq {} 30000' | md5sum; "
      "seq 60 | while read -r i; do cat %s/1/$i/stdout; done | md5sum",
      e2e_apool (), dir, dir);
  g_autoptr (E2eRun) run = e2e_shell ("", script);
  g_auto (GStrv) lines = NULL;

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->err, ==, "");
  lines = g_strsplit (run->out, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 3);
  g_assert_cmpstr (lines[0], ==, lines[1]);
}

static void
add_tests (void)
{
  g_test_add_func ("/results/tree", test_tree);
  g_test_add_func ("/results/prefix", test_prefix);
  g_test_add_func ("/results/dry-run", test_dry_run);
  g_test_add_func ("/results/no-place", test_no_place);
  g_test_add_func ("/results/full", test_full);
  g_test_add_func ("/results/many", test_many);
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, add_tests);
}
