/* SPDX-License-Identifier: MIT */
/* Whose a journal is: that of one run at a time, of one command, in a directory of its own. */

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "journal-fixture.h"

static void
test_second_writer (Fixture *fixture, gconstpointer data)
{
  g_autoptr (E2eFifo) reports = e2e_fifo_new (fixture->dir, "reports");
  g_autoptr (E2eRun) first = e2e_start ("--journal", fixture->journal, e2e_testprog (), "wait",
                                        reports->path, ":::", "a", NULL);
  g_autofree char *who = NULL;
  g_autoptr (E2eRun) second = NULL;

  (void) e2e_fifo_read_report (reports, NULL);
  second = e2e_run ("", "--journal", fixture->journal, e2e_testprog (), "wait", reports->path,
                    ":::", "a", NULL);
  e2e_assert_ended (second, 255);
  who = g_strdup_printf ("in use by another run: process %d, since ", (int) first->pid);
  e2e_assert_contains (second->err, who);
  e2e_kill (first, SIGKILL);
  e2e_finish (first);
  e2e_wait_gone (first, GONE_MSEC);
}

static void
test_another_command (Fixture *fixture, gconstpointer data)
{
  g_autoptr (E2eRun) first =
      e2e_run ("", "--journal", fixture->journal, "echo", ":::", "a b", NULL);
  g_autoptr (E2eRun) other = e2e_run ("", "--journal", fixture->journal, "cat", ":::", "a b", NULL);
  g_autoptr (E2eRun) columns =
      e2e_run ("", "--journal", fixture->journal, "-C", " ", "echo", ":::", "a b", NULL);
  g_autofree char *quoted = g_shell_quote (e2e_apool ());
  g_autofree char *line =
      g_strdup_printf ("cd / && exec %s --journal %s echo ::: 'a b'", quoted, fixture->journal);
  g_autoptr (E2eRun) elsewhere = e2e_shell ("", line);

  e2e_assert_ended (first, 0);
  e2e_assert_ended (other, 255);
  e2e_assert_contains (other->err, "made for another command: template: echo: not cat\n");
  e2e_assert_ended (columns, 255);
  e2e_assert_contains (columns->err, "made for another command: colsep: none: not  \n");
  e2e_assert_ended (elsewhere, 255);
  e2e_assert_contains (elsewhere->err, "made for another command: directory: ");
  g_assert_cmpstr (elsewhere->out, ==, "");
}

/* Runs `@line` with the shell at @path. */
static E2eRun *
run_shell_at (Fixture *fixture, const char *path, const char *line)
{
  g_autofree char *quoted = g_shell_quote (e2e_apool ());
  g_autofree char *all = g_strdup_printf ("APOOL_SHELL=%s exec %s %s '%secho {}' ::: a b", path,
                                          quoted, line, fixture->script);

  return e2e_shell ("", all);
}

static void
assert_known (Fixture *fixture, const char *path, const char *line, guint n_run)
{
  g_autoptr (E2eRun) run = run_shell_at (fixture, path, line);

  e2e_assert_ended (run, 0);
  assert_n_run (fixture, n_run);
}

/* A shell has two paths where directories are merged, or where it is linked to. */
static void
test_shell_paths (Fixture *fixture, gconstpointer data)
{
  g_autofree char *above = g_build_filename (fixture->dir, "usr", NULL);
  g_autofree char *merged = g_build_filename (fixture->dir, "bin", NULL);
  g_autofree char *linked = g_build_filename (fixture->dir, "sh", NULL);
  g_autofree char *one = g_build_filename (above, "sh", NULL);
  g_autofree char *two = g_build_filename (merged, "sh", NULL);
  g_autofree char *other = g_build_filename (merged, "ash", NULL);
  g_autofree char *journal = g_strdup_printf ("--journal %s", fixture->journal);
  g_autofree char *joblog = g_strdup_printf ("--joblog %s/l.jsonl --resume", fixture->dir);
  g_autoptr (E2eRun) run = NULL;

  g_assert_cmpint (mkdir (above, 0700), ==, 0);
  g_assert_cmpint (symlink ("usr", merged), ==, 0);
  g_assert_cmpint (symlink ("/bin/sh", one), ==, 0);
  g_assert_cmpint (symlink ("sh", other), ==, 0);
  g_assert_cmpint (symlink ("bin/sh", linked), ==, 0);
  assert_known (fixture, one, joblog, 2);
  assert_known (fixture, two, joblog, 2);
  assert_known (fixture, linked, journal, 4);
  assert_known (fixture, one, journal, 4);
  assert_known (fixture, two, journal, 4);
  /* By another name it may be another shell. */
  run = run_shell_at (fixture, other, journal);
  e2e_assert_ended (run, 255);
  e2e_assert_contains (run->err, "made for another command: shell: ");
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  static const char *const OPTIONS[] = { "-u", "--tty", "--open-tty" };

  for (gsize i = 0; i < G_N_ELEMENTS (OPTIONS); i++)
    {
      g_autoptr (E2eRun) run = run_with (fixture, OPTIONS[i], "true", "a\n");

      e2e_assert_ended (run, 255);
      e2e_assert_contains (run->err, "apool: --journal: not with ");
    }
  g_assert_false (g_file_test (fixture->journal, G_FILE_TEST_EXISTS));
}

static void
test_foreign (Fixture *fixture, gconstpointer data)
{
  g_autoptr (E2eRun) run = e2e_run ("", "--journal", fixture->dir, "true", ":::", "a", NULL);
  g_autoptr (E2eRun) other = NULL;

  e2e_assert_ended (run, 0);
  write_file (fixture->dir, "marks", "", 0);
  other = e2e_run ("", "--journal", "/proc", "true", ":::", "a", NULL);
  e2e_assert_ended (other, 255);
  e2e_assert_contains (other->err, "apool: --journal: /proc: has other files and is no journal\n");
}

static void
assert_named (const char *journal, const char *expected)
{
  g_autoptr (E2eRun) run = e2e_run ("", "--journal", journal, "true", ":::", "a", NULL);

  e2e_assert_ended (run, 255);
  g_assert_cmpstr (run->err, ==, expected);
}

/* Each message is one line that names the directory, whatever it is called. */
static void
test_names (Fixture *fixture, gconstpointer data)
{
  g_autofree char *odd = g_build_filename (fixture->dir, "a\nb", NULL);
  g_autofree char *closed = g_build_filename (fixture->dir, "closed", NULL);
  g_autofree char *of_odd = g_strdup_printf (
      "apool: --journal: %s/a?b: has other files and is no journal\n", fixture->dir);
  g_autofree char *of_closed =
      g_strdup_printf ("apool: --journal: %s: Permission denied\n", closed);

  g_assert_cmpint (mkdir (odd, 0700), ==, 0);
  write_file (odd, "x", "", 0);
  assert_named (odd, of_odd);
  if (getuid () == 0)
    return; /* may read all directories */
  g_assert_cmpint (mkdir (closed, 0300), ==, 0);
  assert_named (closed, of_closed);
}

static void
add_tests (void)
{
#define ADD(path, function)                                                                        \
  g_test_add ("/journal-owner/" path, Fixture, NULL, fixture_set_up, function, fixture_tear_down)
  ADD ("second-writer", test_second_writer);
  ADD ("another-command", test_another_command);
  ADD ("shell-paths", test_shell_paths);
  ADD ("refused", test_refused);
  ADD ("foreign", test_foreign);
  ADD ("names", test_names);
}

int
main (int argc, char **argv)
{
  e2e_forgo_leaks (); /* managers are killed here */
  return e2e_main (argc, argv, add_tests);
}
