/* SPDX-License-Identifier: MIT */
/* Files that keep what jobs write. */

#include <glib/gstdio.h>
#include <signal.h>

#include "output-fixture.h"

static void
start_kept (Fixture *fixture, guint64 seq, const char *place, const char *tag)
{
  g_autoptr (ApoolTask) plain = make_task (seq);
  const ApoolLabelParts parts = { .tag = tag, .tag_length = tag ? strlen (tag) : 0 };
  g_autoptr (ApoolLabel) label = apool_label_new (&parts);
  ApoolTaskTraits traits = *apool_task_get_traits (plain);
  g_autoptr (ApoolTask) task = NULL;

  traits.label = label;
  traits.results = place;
  task = apool_task_new_variant (plain, &traits);
  apool_observer_task_started (APOOL_OBSERVER (fixture->output), task, &(ApoolPlace){ 1, 1 });
}

static void
assert_kept (const char *place, const char *part, const char *expected)
{
  g_autofree char *path = g_strconcat (place, part, NULL);
  g_autofree char *contents = NULL;

  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, expected);
}

static void
remove_kept (const char *place, gboolean is_directory)
{
  const char *const names[] = { "stdout", "stderr", "seq" };
  const char *const suffixes[] = { "", ".err", ".seq" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_strconcat (place, is_directory ? names[i] : suffixes[i], NULL);

      g_assert_cmpint (g_remove (path), ==, 0);
    }
}

/* They are raw, and there as soon as they were written. */
static void
test_kept (Fixture *fixture, gconstpointer data)
{
  g_autofree char *directory = g_dir_make_tmp (NULL, NULL);
  g_autofree char *one = g_strconcat (directory, "/", NULL);
  g_autofree char *two = g_strconcat (directory, "/two", NULL);

  open_files (fixture, APOOL_OUTPUT_INPUT_ORDER);
  start_kept (fixture, 1, one, NULL);
  start_kept (fixture, 12, two, "tag\t");
  print (fixture, 12, "waits\nlong");
  assert_kept (two, "", "waits\nlong");
  print (fixture, 1, "out");
  complain (fixture, 1, "err\n");
  print (fixture, 1, "put");
  end (fixture, 12, FALSE);
  end (fixture, 1, FALSE);
  finish (fixture);
  assert_printed (fixture, "outputtag\twaits\ntag\tlong", "err\n");
  assert_kept (one, "stdout", "output");
  assert_kept (one, "stderr", "err\n");
  assert_kept (one, "seq", "1");
  assert_kept (two, "", "waits\nlong");
  assert_kept (two, ".err", "");
  assert_kept (two, ".seq", "12");
  remove_kept (one, TRUE);
  remove_kept (two, FALSE);
  g_assert_cmpint (g_rmdir (directory), ==, 0);
}

/* Of attempts that do not count nothing is left. */
static void
test_retried (Fixture *fixture, gconstpointer data)
{
  const ApoolUsage usage = { 0 };
  g_autofree char *directory = g_dir_make_tmp (NULL, NULL);
  g_autofree char *place = g_strconcat (directory, "/", NULL);
  g_autoptr (ApoolTask) task = make_task (1);
  g_autoptr (ApoolOutcome) outcome =
      apool_outcome_new (APOOL_OUTCOME_EXITED, 1, &usage, FALSE, FALSE, NULL);

  make_files (fixture);
  open_output_with (fixture, (ApoolOutputConfig){ .holds = TRUE });
  start_kept (fixture, 1, place, NULL);
  print (fixture, 1, "lost");
  complain (fixture, 1, "lost");
  apool_observer_task_retried (APOOL_OBSERVER (fixture->output), task, outcome);
  start_kept (fixture, 1, place, NULL);
  print (fixture, 1, "kept");
  end (fixture, 1, FALSE);
  finish (fixture);
  assert_kept (place, "stdout", "kept");
  assert_kept (place, "stderr", "");
  remove_kept (place, TRUE);
  g_assert_cmpint (g_rmdir (directory), ==, 0);
}

/* Also what only the end of the job takes out of its pipe. */
static void
test_pipe (Fixture *fixture, gconstpointer data)
{
  g_autofree char *directory = g_dir_make_tmp (NULL, NULL);
  g_autofree char *place = g_strconcat (directory, "/", NULL);
  g_autoptr (GString) text = make_text (3 * MIB, 1);
  int fd;

  open_files (fixture, APOOL_OUTPUT_INPUT_ORDER);
  start (fixture, 1);
  start_kept (fixture, 2, place, NULL);
  fd = give_pipe (fixture, 2, APOOL_STREAM_STDOUT);
  write_pipe (fixture, fd, text);
  end (fixture, 2, FALSE);
  (void) close (fd);
  assert_kept (place, "stdout", text->str);
  end (fixture, 1, FALSE);
  finish (fixture);
  remove_kept (place, TRUE);
  g_assert_cmpint (g_rmdir (directory), ==, 0);
}

static void
fail_at (Fixture *fixture, const char *part)
{
  while (fixture->n_failed == 0)
    g_main_context_iteration (fixture->context, TRUE);
  g_assert_nonnull (strstr (fixture->error->message, "--results: '"));
  g_assert_nonnull (strstr (fixture->error->message, part));
}

static void
test_no_place (Fixture *fixture, gconstpointer data)
{
  open_files (fixture, APOOL_OUTPUT_INPUT_ORDER);
  start_kept (fixture, 1, "/nonexistent/", NULL);
  print (fixture, 1, "x");
  end (fixture, 1, FALSE);
  fail_at (fixture, "'/nonexistent/stdout': No such file or directory");
}

static void
test_full (Fixture *fixture, gconstpointer data)
{
  g_autofree char *directory = g_dir_make_tmp (NULL, NULL);
  g_autofree char *place = g_strconcat (directory, "/", NULL);
  g_autofree char *path = g_strconcat (directory, "/stdout", NULL);

  g_assert_cmpint (symlink ("/dev/full", path), ==, 0);
  open_files (fixture, APOOL_OUTPUT_INPUT_ORDER);
  start_kept (fixture, 1, place, NULL);
  print (fixture, 1, "x");
  end (fixture, 1, FALSE);
  fail_at (fixture, "/stdout': No space left on device");
  remove_kept (place, TRUE);
  g_assert_cmpint (g_rmdir (directory), ==, 0);
}

int
main (int argc, char **argv)
{
  signal (SIGPIPE, SIG_IGN);
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test) g_test_add ("/output/results/" path, Fixture, NULL, set_up, test, tear_down)
  ADD ("kept", test_kept);
  ADD ("retried", test_retried);
  ADD ("pipe", test_pipe);
  ADD ("no-place", test_no_place);
  ADD ("full", test_full);
  return g_test_run ();
}
