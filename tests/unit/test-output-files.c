/* SPDX-License-Identifier: MIT */
/* Names of files in place of what jobs write to standard output. */

#include <glib/gstdio.h>
#include <signal.h>
#include <sys/stat.h>

#include "output-fixture.h"

static char *
open_names (Fixture *fixture, ApoolOutputConfig config)
{
  char *directory = g_dir_make_tmp (NULL, NULL);

  make_files (fixture);
  config.prints_names = TRUE;
  config.spool_directory = directory;
  config.name_end = '\n';
  open_output_with (fixture, config);
  return directory;
}

static char *
get_printed (Fixture *fixture)
{
  gsize size = (gsize) lseek (fixture->fds[0], 0, SEEK_END);
  char *contents = g_malloc (size + 1);

  g_assert_cmpint (pread (fixture->fds[0], contents, size, 0), ==, (gssize) size);
  contents[size] = '\0';
  return contents;
}

static guint
count_files (const char *directory)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir))
    n++;
  return n;
}

/* The file is the user's alone. */
static void
take_file (const char *path, const char *expected)
{
  g_autofree char *contents = NULL;
  GStatBuf info;

  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 07777, ==, 0600);
  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, expected);
  g_assert_cmpint (g_unlink (path), ==, 0);
}

/* In order, with tags that are not in the files; standard error is printed. */
static void
test_names (Fixture *fixture, gconstpointer data)
{
  g_autofree char *directory = open_names (fixture, (ApoolOutputConfig){ 0 });
  g_autofree char *prefix = g_strdup_printf ("two\t%s/par", directory);
  g_autofree char *printed = NULL;
  g_auto (GStrv) lines = NULL;

  start (fixture, 1);
  start_tagged (fixture, 2, "two\t");
  start (fixture, 3);
  end (fixture, 3, FALSE);
  print (fixture, 2, "a\nb");
  complain (fixture, 2, "said\n");
  print (fixture, 1, "first");
  end (fixture, 2, FALSE);
  assert_printed (fixture, "", "");
  print (fixture, 1, ", still");
  end (fixture, 1, FALSE);
  finish (fixture);
  assert_file (fixture->fds[1], "two\tsaid\n", 9);
  printed = get_printed (fixture);
  lines = g_strsplit (printed, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 4);
  take_file (lines[0], "first, still");
  g_assert_true (g_str_has_prefix (lines[1], prefix));
  g_assert_true (g_str_has_suffix (lines[1], ".par"));
  take_file (lines[1] + strlen ("two\t"), "a\nb");
  take_file (lines[2], "");
  g_assert_cmpint (g_rmdir (directory), ==, 0);
}

/* What ends a name may be a NUL byte. */
static void
test_end (Fixture *fixture, gconstpointer data)
{
  const ApoolOutputConfig config = { .prints_names = TRUE };
  g_autofree char *printed = NULL;

  make_files (fixture);
  open_output_with (fixture, config);
  run (fixture, 1, "x");
  finish (fixture);
  printed = get_printed (fixture);
  g_assert_cmpint (lseek (fixture->fds[0], 0, SEEK_END), ==, (off_t) strlen (printed) + 1);
  take_file (printed, "x");
}

/* What is more than a pipe holds gets into the file as it comes, whatever of the names waits. */
static void
test_pipe (Fixture *fixture, gconstpointer data)
{
  g_autofree char *directory = open_names (fixture, (ApoolOutputConfig){ 0 });
  g_autoptr (GString) text = make_text (3 * MIB, 1);
  g_autofree char *printed = NULL;
  int fd;

  start (fixture, 1);
  fd = give_pipe (fixture, 1, APOOL_STREAM_STDOUT);
  write_pipe (fixture, fd, text);
  end (fixture, 1, FALSE);
  (void) close (fd);
  finish (fixture);
  printed = get_printed (fixture);
  g_strchomp (printed);
  take_file (printed, text->str);
  g_assert_cmpint (g_rmdir (directory), ==, 0);
}

/* Of an attempt that does not count no file is left once the next one has begun; @data: whether the
 * last one does. */
static void
test_retried (Fixture *fixture, gconstpointer data)
{
  const ApoolUsage usage = { 0 };
  g_autofree char *directory = open_names (fixture, (ApoolOutputConfig){ .holds = TRUE });
  g_autoptr (ApoolTask) task = make_task (1);
  g_autoptr (ApoolOutcome) outcome =
      apool_outcome_new (APOOL_OUTCOME_EXITED, 1, &usage, FALSE, FALSE, NULL);
  g_autofree char *printed = NULL;

  start (fixture, 1);
  print (fixture, 1, "lost");
  g_assert_cmpuint (count_files (directory), ==, 1);
  apool_observer_task_retried (APOOL_OBSERVER (fixture->output), task, outcome);
  start (fixture, 1);
  g_assert_cmpuint (count_files (directory), ==, 1);
  print (fixture, 1, "kept too");
  apool_observer_task_retried (APOOL_OBSERVER (fixture->output), task, outcome);
  g_assert_cmpuint (count_files (directory), ==, 1);
  if (data)
    run (fixture, 1, "kept");
  else
    end (fixture, 1, FALSE); /* there is no other one */
  finish (fixture);
  printed = get_printed (fixture);
  g_strchomp (printed);
  take_file (printed, data ? "kept" : "kept too");
  g_assert_cmpint (g_rmdir (directory), ==, 0);
}

/* Nobody is told of a job whose output is not shown. */
static void
test_not_shown (Fixture *fixture, gconstpointer data)
{
  g_autofree char *directory =
      open_names (fixture, (ApoolOutputConfig){ .show = APOOL_OUTPUT_SHOW_NONE });

  run (fixture, 1, "x");
  finish (fixture);
  assert_printed (fixture, "", "");
  g_assert_cmpint (g_rmdir (directory), ==, 0);
}

/* A job that the pool ended has written a part, which comes after all others. */
static void
test_ended (Fixture *fixture, gconstpointer data)
{
  g_autofree char *directory = open_names (fixture, (ApoolOutputConfig){ 0 });
  g_autofree char *printed = NULL;
  g_auto (GStrv) lines = NULL;

  start (fixture, 1);
  print (fixture, 1, "part");
  run (fixture, 2, "whole");
  end (fixture, 1, TRUE);
  finish (fixture);
  printed = get_printed (fixture);
  lines = g_strsplit (printed, "\n", -1);
  take_file (lines[0], "whole");
  take_file (lines[1], "part");
  g_assert_cmpint (g_rmdir (directory), ==, 0);
}

/* A file that somebody has taken away is missed. */
static void
test_gone (Fixture *fixture, gconstpointer data)
{
  g_autofree char *directory = open_names (fixture, (ApoolOutputConfig){ 0 });
  g_autoptr (GDir) dir = NULL;
  g_autofree char *path = NULL;

  start (fixture, 1);
  dir = g_dir_open (directory, 0, NULL);
  path = g_build_filename (directory, g_dir_read_name (dir), NULL);
  g_assert_cmpint (g_unlink (path), ==, 0);
  print (fixture, 1, "x");
  while (fixture->n_failed == 0)
    g_main_context_iteration (fixture->context, TRUE);
  g_assert_true (g_str_has_prefix (fixture->error->message, "--files: '"));
  g_assert_true (g_str_has_suffix (fixture->error->message, ".par': No such file or directory"));
  g_assert_cmpint (g_rmdir (directory), ==, 0);
}

static void
test_no_directory (Fixture *fixture, gconstpointer data)
{
  g_autofree char *directory = open_names (fixture, (ApoolOutputConfig){ 0 });

  g_assert_cmpint (g_rmdir (directory), ==, 0);
  start (fixture, 1);
  while (fixture->n_failed == 0)
    g_main_context_iteration (fixture->context, TRUE);
  g_assert_true (g_str_has_suffix (fixture->error->message,
                                   ": cannot make a file: No such file or directory"));
}

int
main (int argc, char **argv)
{
  signal (SIGPIPE, SIG_IGN);
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test) g_test_add ("/output/files/" path, Fixture, NULL, set_up, test, tear_down)
  ADD ("names", test_names);
  ADD ("end", test_end);
  ADD ("pipe", test_pipe);
  ADD ("given-up", test_retried);
  g_test_add ("/output/files/retried", Fixture, "", set_up, test_retried, tear_down);
  ADD ("not-shown", test_not_shown);
  ADD ("ended", test_ended);
  ADD ("gone", test_gone);
  ADD ("no-directory", test_no_directory);
#undef ADD
  return g_test_run ();
}
