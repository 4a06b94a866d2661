/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cli/apool-tui-jobs.h"

typedef struct
{
  ApoolTuiJobs *jobs;
  guint n_changed;
  guint n_done;
  int is_paused; /* -1 before anything was told */
} Fixture;

static void
changed_cb (gpointer data)
{
  ((Fixture *) data)->n_changed++;
}

static void
paused_cb (gboolean is_paused, gpointer data)
{
  ((Fixture *) data)->is_paused = is_paused;
}

static void
done_cb (gpointer data)
{
  ((Fixture *) data)->n_done++;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  static const ApoolTuiJobsFuncs funcs = {
    .changed = changed_cb,
    .paused = paused_cb,
    .done = done_cb,
  };

  fixture->jobs = apool_tui_jobs_new (&funcs, fixture);
  fixture->is_paused = -1;
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->jobs);
}

static ApoolTask *
make_task (guint64 seq)
{
  static const char text[] = "true";
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, sizeof text);
  g_autoptr (GError) error = NULL;
  ApoolTask *task = apool_task_new (seq, seq, APOOL_TASK_WORDS, bytes, NULL, &error);

  g_assert_no_error (error);
  return task;
}

static void
start (Fixture *fixture, guint64 seq, guint slot)
{
  g_autoptr (ApoolTask) task = make_task (seq);
  const ApoolPlace place = { .worker = 1, .slot = slot };

  apool_observer_task_started (APOOL_OBSERVER (fixture->jobs), task, &place);
}

static void
write_text (Fixture *fixture, guint64 seq, const char *text, gsize length)
{
  g_autoptr (ApoolTask) task = make_task (seq);

  apool_keeper_keep (APOOL_KEEPER (fixture->jobs), task, APOOL_STREAM_STDOUT, text, length);
}

static void
finish (Fixture *fixture, guint64 seq, ApoolOutcomeKind kind, int code)
{
  const ApoolUsage usage = { .run_usec = 5 };
  g_autoptr (ApoolTask) task = make_task (seq);
  g_autoptr (ApoolOutcome) outcome = apool_outcome_new (kind, code, &usage, FALSE, FALSE, NULL);

  apool_observer_task_finished (APOOL_OBSERVER (fixture->jobs), task, outcome);
}

static void
check_running (Fixture *fixture, const char *wanted)
{
  const GPtrArray *running = apool_tui_jobs_get_running (fixture->jobs);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < running->len; i++)
    g_string_append_printf (text, "%" G_GUINT64_FORMAT " ",
                            ((const ApoolTuiJob *) g_ptr_array_index (running, i))->seq);
  g_assert_cmpstr (text->str, ==, wanted);
}

static void
test_slots (Fixture *fixture, gconstpointer data)
{
  start (fixture, 1, 2);
  start (fixture, 2, 1);
  start (fixture, 3, 4);
  start (fixture, 4, 3);
  check_running (fixture, "2 1 4 3 ");
  finish (fixture, 1, APOOL_OUTCOME_EXITED, 0);
  start (fixture, 5, 2);
  check_running (fixture, "2 5 4 3 ");
  g_assert_cmpuint (apool_tui_jobs_get_n_done (fixture->jobs), ==, 1);
  g_assert_cmpuint (apool_tui_jobs_get_n_failed (fixture->jobs), ==, 0);
  g_assert_cmpuint (fixture->n_changed, ==, 6);
}

static void
test_failed (Fixture *fixture, gconstpointer data)
{
  const GPtrArray *failed = apool_tui_jobs_get_failed (fixture->jobs);
  const ApoolTuiJob *job;

  start (fixture, 1, 1);
  write_text (fixture, 1, "why\n", 4);
  finish (fixture, 1, APOOL_OUTCOME_EXITED, 3);
  finish (fixture, 2, APOOL_OUTCOME_NOT_STARTED, 2); /* never started */
  g_assert_cmpuint (failed->len, ==, 2);
  job = g_ptr_array_index (failed, 0);
  g_assert_cmpstr (job->how, ==, "exit status 3");
  g_assert_cmpstr (job->tail->str, ==, "why\n");
  g_assert_cmpint (apool_tui_job_get_usec (job), ==, 5);
  g_assert_cmpuint (apool_tui_jobs_get_n_failed (fixture->jobs), ==, 2);
  for (guint64 seq = 3; seq < 2000; seq++)
    finish (fixture, seq, APOOL_OUTCOME_EXITED, 1);
  g_assert_cmpuint (failed->len, ==, 1000);
  g_assert_cmpuint (((const ApoolTuiJob *) g_ptr_array_index (failed, 999))->seq, ==, 1999);
  g_assert_cmpuint (apool_tui_jobs_get_n_failed (fixture->jobs), ==, 1999);
}

/* An attempt that is followed by another one is neither done nor failed. */
static void
test_retried (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ApoolTask) task = make_task (1);
  g_autoptr (ApoolOutcome) outcome =
      apool_outcome_new (APOOL_OUTCOME_EXITED, 1, &(ApoolUsage){ 0 }, FALSE, FALSE, NULL);

  start (fixture, 1, 1);
  apool_observer_task_retried (APOOL_OBSERVER (fixture->jobs), task, outcome);
  check_running (fixture, "");
  g_assert_cmpuint (apool_tui_jobs_get_n_done (fixture->jobs), ==, 0);
  start (fixture, 1, 2);
  check_running (fixture, "1 ");
  finish (fixture, 1, APOOL_OUTCOME_EXITED, 0);
  g_assert_cmpuint (apool_tui_jobs_get_n_failed (fixture->jobs), ==, 0);
}

/* Of what a job writes the end is kept, and its last line is known; what waits at the worker is
 * newer. */
static void
test_tail (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ApoolTask) task = make_task (1);
  const ApoolJobState state = { .seq = 1, .run_usec = 7, .line = "newer", .length = 5 };
  const ApoolSurveyJob survey = { .task = task, .slot = 1, .state = &state };
  g_autofree char *much = g_strnfill (200000, 'x');
  const ApoolTuiJob *job;
  const char *line;
  gsize length;

  start (fixture, 1, 1);
  job = g_ptr_array_index (apool_tui_jobs_get_running (fixture->jobs), 0);
  g_assert_null (apool_tui_job_find_line (job, &length));
  for (guint i = 0; i < 100000; i++)
    write_text (fixture, 1, "line\n", 5);
  g_assert_cmpuint (job->tail->len, >=, 32000);
  g_assert_cmpuint (job->tail->len, <=, 64 * 1024);
  g_assert_true (g_str_has_prefix (job->tail->str, "line\n"));
  g_assert_true (job->is_cut);
  line = apool_tui_job_find_line (job, &length);
  g_assert_cmpuint (length, ==, 4);
  g_assert_true (strncmp (line, "line", 4) == 0);
  write_text (fixture, 1, much, strlen (much));
  g_assert_cmpuint (job->tail->len, <=, 64 * 1024);
  apool_tui_jobs_take_states (fixture->jobs, &survey, 1);
  line = apool_tui_job_find_line (job, &length);
  g_assert_cmpuint (length, ==, 5);
  g_assert_true (strncmp (line, "newer", 5) == 0);
}

/* Who looks at a job still has it when it has ended. */
static void
test_looked_at (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ApoolTuiJob) job = NULL;

  start (fixture, 1, 1);
  job = apool_tui_job_ref (g_ptr_array_index (apool_tui_jobs_get_running (fixture->jobs), 0));
  write_text (fixture, 1, "text", 4);
  finish (fixture, 1, APOOL_OUTCOME_EXITED, 0);
  g_assert_cmpstr (job->how, ==, "exit status 0");
  g_assert_cmpstr (job->tail->str, ==, "text");
}

static void
test_stop (Fixture *fixture, gconstpointer data)
{
  start (fixture, 1, 1);
  apool_observer_pool_paused (APOOL_OBSERVER (fixture->jobs), TRUE);
  g_assert_cmpint (fixture->is_paused, ==, TRUE);
  apool_tui_jobs_stop (fixture->jobs);
  fixture->n_changed = 0;
  write_text (fixture, 1, "text", 4);
  finish (fixture, 1, APOOL_OUTCOME_EXITED, 1);
  start (fixture, 2, 1);
  apool_observer_pool_paused (APOOL_OBSERVER (fixture->jobs), FALSE);
  apool_observer_pool_done (APOOL_OBSERVER (fixture->jobs));
  check_running (fixture, "");
  g_assert_cmpuint (fixture->n_changed, ==, 0);
  g_assert_cmpuint (fixture->n_done, ==, 0);
  g_assert_cmpint (fixture->is_paused, ==, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/tui-jobs/slots", test_slots);
  ADD ("/tui-jobs/failed", test_failed);
  ADD ("/tui-jobs/retried", test_retried);
  ADD ("/tui-jobs/tail", test_tail);
  ADD ("/tui-jobs/looked-at", test_looked_at);
  ADD ("/tui-jobs/stop", test_stop);
#undef ADD
  return g_test_run ();
}
