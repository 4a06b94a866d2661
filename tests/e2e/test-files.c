/* SPDX-License-Identifier: MIT */
/* Outputs in files of their own, whose names are printed. */

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

#include "e2e.h"

static guint
count_files (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  g_assert_nonnull (dir);
  while (g_dir_read_name (dir))
    n++;
  return n;
}

static void
check_file (const char *path, const char *expected)
{
  g_autofree char *contents = NULL;

  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, expected);
}

static void
test_names (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autoptr (E2eRun) run =
      e2e_run ("", "--files", "--tmpdir", dir, "--tag", "echo out {}; echo err >&2; test {} = b",
               ":::", "a", "b", NULL);
  g_auto (GStrv) lines = NULL;

  e2e_assert_ended (run, 1);
  g_assert_cmpstr (run->err, ==, "a\terr\nb\terr\n");
  lines = g_strsplit (run->out, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 3);
  g_assert_true (g_str_has_prefix (lines[0], "a\t"));
  check_file (lines[0] + 2, "out a\n");
  g_assert_true (g_str_has_prefix (lines[1], "b\t"));
  check_file (lines[1] + 2, "out b\n");
  g_assert_cmpuint (count_files (dir), ==, 2);
}

static void
test_nul (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *script = g_strdup_printf ("mkdir '%s/a\n b'; TMPDIR='%s/a\n b' %s --files0 -j2 "
                                             "echo ::: x y | xargs -0 cat",
                                             dir, dir, e2e_apool ());
  g_autoptr (E2eRun) run = e2e_shell ("", script);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->err, ==, "");
  g_assert_cmpstr (run->out, ==, "x\ny\n");
}

/* Results have files already. */
static void
test_results (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *expected = g_strdup_printf ("%s/x-a\n%s/x-b\n", dir, dir);
  g_autofree char *place = g_strconcat (dir, "/x-{}", NULL);
  g_autofree char *path = g_strconcat (dir, "/x-b", NULL);
  g_autoptr (E2eRun) run =
      e2e_run ("", "--files", "--results", place, "echo", ":::", "a", "b", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, expected);
  check_file (path, "b\n");
  g_assert_cmpuint (count_files (dir), ==, 6);
}

/* Far more files than there are descriptors, and more bytes than any pipe holds. */
static void
test_many (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *script = g_strdup_printf (
      "ulimit -n 100; seq 60 | %s -j60 --workers 2 --tmpdir %s --files 'seq {} 30000' | "
      "xargs cat | md5sum; for i in $(seq 60); do seq $i 30000; done | md5sum",
      e2e_apool (), dir);
  g_autoptr (E2eRun) run = e2e_shell ("", script);
  g_auto (GStrv) lines = NULL;

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->err, ==, "");
  lines = g_strsplit (run->out, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 3);
  g_assert_cmpstr (lines[0], ==, lines[1]);
}

static void
test_retries (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autoptr (E2eRun) run = e2e_run ("", "--files", "--tmpdir", dir, "--retries", "3",
                                    "echo {}; false", ":::", "a", "b", NULL);

  e2e_assert_ended (run, 2);
  e2e_assert_count (run->out, ".par\n", 2);
  g_assert_cmpuint (count_files (dir), ==, 2);
}

/* What a job has written that a signal ends is in its file, and the file is named. */
static void
test_ended (E2eStage *stage, gconstpointer data)
{
  g_autofree char *tmpdir = g_build_filename (stage->dir, "tmp", NULL);
  g_autofree char *hold = e2e_stage_make_hold (stage, "true", "{}");
  g_autofree char *command = g_strconcat ("echo part; ", hold, NULL);
  g_autoptr (E2eRun) run = NULL;

  g_assert_cmpint (g_mkdir (tmpdir, 0700), ==, 0);
  run = e2e_start ("--files", "--tmpdir", tmpdir, "-j1", command, ":::", "a", "b", NULL);
  g_free (e2e_fifo_read_line (stage->reports));
  e2e_kill (run, SIGTERM);
  e2e_finish (run);
  g_assert_cmpint (run->signal, ==, SIGTERM);
  e2e_assert_count (run->out, "\n", 1);
  g_strchomp (run->out);
  check_file (run->out, "part\n");
}

static void
test_dry_run (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autoptr (E2eRun) run =
      e2e_run ("", "--files", "--dry-run", "--tmpdir", dir, "echo", ":::", "a", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "echo a\n");
  g_assert_cmpuint (count_files (dir), ==, 0);
}

/* Where the files would be is looked at before anything is run. */
static void
test_no_directory (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *missing = g_build_filename (dir, "x", NULL);
  g_autofree char *said = g_strdup_printf ("apool: --tmpdir: '%s': No such file or directory\n"
                                           "apool: --files: '%s': No such file or directory\n"
                                           "apool: --tmpdir: '': No such file or directory\n"
                                           "apool: --tmpdir: '/dev/null': Not a directory\n",
                                           missing, missing);
  g_autofree char *script = g_strdup_printf ("apool=%s; $apool --files --tempdir %s echo ::: a; "
                                             "TMPDIR=%s $apool --files echo ::: a; "
                                             "$apool --tmpdir '' echo ::: a; "
                                             "$apool --tmpdir /dev/null echo ::: a; "
                                             "TMPDIR=%s $apool echo ::: b",
                                             e2e_apool (), missing, missing, missing);
  g_autoptr (E2eRun) run = e2e_shell ("", script);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->err, ==, said);
  g_assert_cmpstr (run->out, ==, "b\n");
}

/* What waits has no name in the directory, so nothing is left after the worst of ends. */
static void
test_killed (E2eStage *stage, gconstpointer data)
{
  g_autofree char *tmpdir = g_build_filename (stage->dir, "tmp", NULL);
  g_autofree char *hold = e2e_stage_make_hold (stage, "true", "{}");
  g_autofree char *command = g_strconcat ("[ {} = 1 ] || seq 1000000; ", hold, NULL);
  g_autoptr (E2eRun) run = NULL;

  g_assert_cmpint (g_mkdir (tmpdir, 0700), ==, 0);
  run = e2e_start ("--tmpdir", tmpdir, "-j2", command, ":::", "1", "2", NULL);
  for (guint i = 0; i < 2; i++)
    g_free (e2e_fifo_read_line (stage->reports));
  e2e_kill (run, SIGKILL);
  e2e_finish (run);
  g_assert_cmpint (g_rmdir (tmpdir), ==, 0);
}

static void
add_tests (void)
{
  g_test_add_func ("/files/names", test_names);
  g_test_add_func ("/files/nul", test_nul);
  g_test_add_func ("/files/results", test_results);
  g_test_add_func ("/files/many", test_many);
  g_test_add_func ("/files/retries", test_retries);
  e2e_stage_add_test ("/files/ended", test_ended);
  g_test_add_func ("/files/dry-run", test_dry_run);
  g_test_add_func ("/files/no-directory", test_no_directory);
  e2e_stage_add_test ("/files/killed", test_killed);
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, add_tests);
}
