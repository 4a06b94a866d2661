/* SPDX-License-Identifier: MIT */
/* A file that says how many jobs may run: every way to change it is seen, and what makes no sense
 * is said once. */

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-tree.h"
#include "cli/apool-jobs-file.h"

#define GRACE_MSEC 50

typedef struct
{
  char *root;
  char *path;
  GMainContext *context;
  ApoolJobsFile *file;
  guint n_jobs;
  guint refused; /* this number cannot be */
  GString *said;
} Fixture;

static gboolean
fixture_changed_cb (guint n_jobs, gpointer data, GError **error)
{
  Fixture *fixture = data;

  if (n_jobs == fixture->refused)
    {
      g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE, "%u: too many", n_jobs);
      return FALSE;
    }
  g_assert_cmpuint (n_jobs, !=, fixture->n_jobs);
  fixture->n_jobs = n_jobs;
  return TRUE;
}

static void
fixture_failed_cb (const char *why, gpointer data)
{
  g_string_append_printf (((Fixture *) data)->said, "%s\n", why);
}

static void
write_to (const char *path, const char *contents)
{
  FILE *stream = fopen (path, "w");

  g_assert_nonnull (stream);
  g_assert_cmpint (fputs (contents, stream), >=, 0);
  g_assert_cmpint (fclose (stream), ==, 0);
}

static void
fixture_open (Fixture *fixture)
{
  const ApoolUsable usable = { .n_allowed = 4, .n = 4 };
  const ApoolJobsFileConfig config = {
    .path = fixture->path,
    .usable = &usable,
    .n_jobs = 3,
    .grace_msec = GRACE_MSEC,
    .changed = fixture_changed_cb,
    .failed = fixture_failed_cb,
    .data = fixture,
  };

  fixture->file = apool_jobs_file_new (fixture->context, &config);
}

static void
fixture_set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->root = g_dir_make_tmp ("apool-jobs-file-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->root, "jobs", NULL);
  fixture->context = g_main_context_new ();
  fixture->n_jobs = 3;
  fixture->said = g_string_new (NULL);
  write_to (fixture->path, "3\n");
}

static void
fixture_tear_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_clear_object (&fixture->file);
  g_main_context_unref (fixture->context);
  apool_tree_remove (fixture->root, &error);
  g_assert_no_error (error);
  g_free (fixture->root);
  g_free (fixture->path);
  g_string_free (fixture->said, TRUE);
}

static void
fixture_wait_jobs (Fixture *fixture, guint n_jobs)
{
  while (fixture->n_jobs != n_jobs)
    g_main_context_iteration (fixture->context, TRUE);
}

static void
fixture_wait_said (Fixture *fixture, const char *part)
{
  while (!strstr (fixture->said->str, part))
    g_main_context_iteration (fixture->context, TRUE);
}

static void
test_written (Fixture *fixture, gconstpointer data)
{
  fixture_open (fixture);
  write_to (fixture->path, "5\n");
  fixture_wait_jobs (fixture, 5);
  write_to (fixture->path, "+1");
  fixture_wait_jobs (fixture, 5);
  write_to (fixture->path, "50%\n");
  fixture_wait_jobs (fixture, 2);
  write_to (fixture->path, "0\n");
  fixture_wait_jobs (fixture, 10000);
  g_assert_cmpstr (fixture->said->str, ==, "");
}

/* What is written before it is watched, but after it was read. */
static void
test_written_before (Fixture *fixture, gconstpointer data)
{
  write_to (fixture->path, "7\n");
  fixture_open (fixture);
  fixture_wait_jobs (fixture, 7);
}

/* Another file takes its name, again and again; and what is written to that one counts. */
static void
test_replaced (Fixture *fixture, gconstpointer data)
{
  g_autofree char *other = g_strconcat (fixture->path, ".new", NULL);

  fixture_open (fixture);
  write_to (other, "6\n");
  g_assert_cmpint (g_rename (other, fixture->path), ==, 0);
  fixture_wait_jobs (fixture, 6);
  write_to (fixture->path, "7\n");
  fixture_wait_jobs (fixture, 7);
  write_to (other, "8\n");
  g_assert_cmpint (g_rename (other, fixture->path), ==, 0);
  fixture_wait_jobs (fixture, 8);
  g_assert_cmpint (g_remove (fixture->path), ==, 0);
  write_to (fixture->path, "9\n");
  fixture_wait_jobs (fixture, 9);
  g_assert_cmpstr (fixture->said->str, ==, "");
}

/* A link to another folder: the file there is watched. */
static void
test_linked (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (fixture->root, "d", NULL);
  g_autofree char *target = g_build_filename (folder, "f", NULL);

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  write_to (target, "3\n");
  g_assert_cmpint (g_remove (fixture->path), ==, 0);
  g_assert_cmpint (symlink (target, fixture->path), ==, 0);
  fixture_open (fixture);
  write_to (target, "11\n");
  fixture_wait_jobs (fixture, 11);
}

/* It is said once, and again when it is something else, or when it was right in between. */
static void
test_unfit (Fixture *fixture, gconstpointer data)
{
  g_autofree char *banana =
      g_strdup_printf ("--jobs: %s: 'banana': not a number of jobs: ", fixture->path);
  g_autofree char *empty =
      g_strdup_printf ("--jobs: %s: the file is empty: going on with 4\n", fixture->path);

  fixture_open (fixture);
  write_to (fixture->path, "4\n");
  fixture_wait_jobs (fixture, 4);
  write_to (fixture->path, "banana\n");
  fixture_wait_said (fixture, ": going on with 4\n");
  g_assert_true (g_str_has_prefix (fixture->said->str, banana));
  g_string_truncate (fixture->said, 0);
  write_to (fixture->path, "banana\n");
  write_to (fixture->path, "");
  fixture_wait_said (fixture, "going on");
  g_assert_cmpstr (fixture->said->str, ==, empty);
  g_string_truncate (fixture->said, 0);
  write_to (fixture->path, "2\n");
  fixture_wait_jobs (fixture, 2);
  write_to (fixture->path, "banana\n");
  fixture_wait_said (fixture, ": going on with 2\n");
}

static void
test_vanished (Fixture *fixture, gconstpointer data)
{
  g_autofree char *said =
      g_strdup_printf ("--jobs: %s: No such file or directory: going on with 3\n", fixture->path);

  fixture_open (fixture);
  g_assert_cmpint (g_remove (fixture->path), ==, 0);
  fixture_wait_said (fixture, "going on");
  g_assert_cmpstr (fixture->said->str, ==, said);
  g_assert_cmpuint (fixture->n_jobs, ==, 3);
  write_to (fixture->path, "5\n");
  fixture_wait_jobs (fixture, 5);
}

/* A number that the run cannot have. */
static void
test_refused (Fixture *fixture, gconstpointer data)
{
  fixture->refused = 9;
  fixture_open (fixture);
  write_to (fixture->path, "9\n");
  fixture_wait_said (fixture, "going on");
  g_assert_cmpstr (fixture->said->str, ==, "9: too many: going on with 3\n");
  write_to (fixture->path, "4\n");
  fixture_wait_jobs (fixture, 4);
}

/* Where the kernel does not tell: the end of a job does. A mount that hides the folder's events is
 * not to be had here: what was told is thrown away. */
static void
test_job_end (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) text = g_bytes_new_static ("true", 5);
  g_autoptr (ApoolTask) task = apool_task_new (1, 1, APOOL_TASK_WORDS, text, NULL, NULL);
  ApoolUsage usage = { 0 };
  g_autoptr (ApoolOutcome) outcome =
      apool_outcome_new (APOOL_OUTCOME_EXITED, 0, &usage, FALSE, FALSE, NULL);

  fixture_open (fixture);
  while (g_main_context_iteration (fixture->context, FALSE))
    continue;
  apool_jobs_file_ignore_events (fixture->file);
  write_to (fixture->path, "12\n");
  while (g_main_context_iteration (fixture->context, FALSE))
    continue;
  g_assert_cmpuint (fixture->n_jobs, ==, 3);
  apool_observer_task_finished (APOOL_OBSERVER (fixture->file), task, outcome);
  g_assert_cmpuint (fixture->n_jobs, ==, 3);
  fixture_wait_jobs (fixture, 12);
  apool_observer_task_finished (APOOL_OBSERVER (fixture->file), task, outcome);
  g_assert_false (g_main_context_iteration (fixture->context, FALSE));
}

/* When the pool is done nothing is told any more. */
static void
test_done (Fixture *fixture, gconstpointer data)
{
  fixture_open (fixture);
  write_to (fixture->path, "12\n");
  apool_observer_pool_done (APOOL_OBSERVER (fixture->file));
  g_assert_false (g_main_context_iteration (fixture->context, FALSE));
  g_assert_cmpuint (fixture->n_jobs, ==, 3);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/jobs-file/written", test_written);
  ADD ("/jobs-file/written-before", test_written_before);
  ADD ("/jobs-file/replaced", test_replaced);
  ADD ("/jobs-file/linked", test_linked);
  ADD ("/jobs-file/unfit", test_unfit);
  ADD ("/jobs-file/vanished", test_vanished);
  ADD ("/jobs-file/refused", test_refused);
  ADD ("/jobs-file/job-end", test_job_end);
  ADD ("/jobs-file/done", test_done);
  return g_test_run ();
}
