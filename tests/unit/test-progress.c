/* SPDX-License-Identifier: MIT */
/* How far a run is, said to who wants to know. */

#include "output-fixture.h"
#include "sinks/apool-progress.h"

static guint64
get_total_cb (gpointer data)
{
  return *(guint64 *) data;
}

static guint
get_n_running_cb (gpointer data)
{
  return 3;
}

static guint
get_n_slots_cb (gpointer data)
{
  return 2;
}

static guint
get_n_retries_cb (gpointer data)
{
  return 0;
}

static const ApoolProgressFuncs progress_funcs = { get_total_cb, get_n_running_cb, get_n_slots_cb,
                                                   get_n_retries_cb };

static void
settle (ApoolProgress *progress, guint64 seq, ApoolOutcomeKind kind, int code)
{
  g_autoptr (ApoolTask) task = make_task (seq);
  g_autoptr (ApoolOutcome) outcome = apool_outcome_new (kind, code, NULL, FALSE, FALSE, NULL);

  apool_observer_task_finished (APOOL_OBSERVER (progress), task, outcome);
}

/* What was said so far, cut before the rate. */
static void
assert_said (Fixture *fixture, const char *said)
{
  char text[1000] = { 0 };
  gssize length;
  char *end;

  iterate (fixture);
  length = pread (fixture->fds[1], text, sizeof text - 1, 0);
  g_assert_cmpint (length, >=, 0);
  end = strstr (text, " running");
  if (end)
    *end = '\0';
  g_assert_cmpstr (text, ==, said);
}

static void
test_toggle (Fixture *fixture, gconstpointer data)
{
  guint64 total = 0;
  g_autoptr (ApoolProgress) progress = NULL;

  open_files (fixture, APOOL_OUTPUT_INPUT_ORDER);
  progress = apool_progress_new (fixture->context, fixture->output, &progress_funcs, &total);
  settle (progress, 1, APOOL_OUTCOME_EXITED, 0);
  settle (progress, 2, APOOL_OUTCOME_SIGNALLED, 9);
  assert_said (fixture, "");
  apool_progress_toggle (progress);
  assert_said (fixture, "apool: 2 done, 1 failed, 3");
  apool_progress_toggle (progress);
  g_assert_cmpint (ftruncate (fixture->fds[1], 0), ==, 0);
  settle (progress, 3, APOOL_OUTCOME_EXITED, 0);
  assert_said (fixture, "");
}

static void
test_total (Fixture *fixture, gconstpointer data)
{
  guint64 total = 10;
  g_autoptr (ApoolProgress) progress = NULL;

  open_files (fixture, APOOL_OUTPUT_INPUT_ORDER);
  progress = apool_progress_new (fixture->context, fixture->output, &progress_funcs, &total);
  settle (progress, 1, APOOL_OUTCOME_EXITED, 1);
  apool_progress_toggle (progress);
  assert_said (fixture, "apool: 1/10 done, 1 failed, 3");
  apool_observer_pool_done (APOOL_OBSERVER (progress));
}

static void
start_job (ApoolProgress *progress, guint64 seq, gint64 expected_usec)
{
  g_autoptr (ApoolTask) plain = make_task (seq);
  ApoolTaskTraits traits = *apool_task_get_traits (plain);
  g_autoptr (ApoolTask) task = NULL;

  traits.expected_usec = expected_usec;
  task = apool_task_new_variant (plain, &traits);
  apool_observer_task_started (APOOL_OBSERVER (progress), task, &(ApoolPlace){ 0 });
}

/* Returns: (transfer full): what was said at last of how long it takes */
static char *
read_left (Fixture *fixture)
{
  char text[1000] = { 0 };

  iterate (fixture);
  g_assert_cmpint (pread (fixture->fds[1], text, sizeof text - 1, 0), >, 0);
  return g_strdup (strrchr (text, ',') + 1);
}

/* From the beginning it is counted how long the run still takes; a line comes only when it is worth
 * one. A run that stands still takes no less for that. */
static void
test_estimate (Fixture *fixture, gconstpointer data)
{
  guint64 total = 0;
  g_autoptr (ApoolProgress) progress = NULL;
  g_autofree char *unknown = NULL;
  g_autofree char *left = NULL;

  open_files (fixture, APOOL_OUTPUT_INPUT_ORDER);
  progress = apool_progress_new (fixture->context, fixture->output, &progress_funcs, &total);
  apool_progress_set_estimate (
      progress, apool_estimate_new (2, 4000 * G_TIME_SPAN_SECOND, 2000 * G_TIME_SPAN_SECOND));
  apool_observer_pool_paused (APOOL_OBSERVER (progress), TRUE);
  apool_progress_turn_on (progress);
  assert_said (fixture, "");
  apool_progress_toggle (progress);
  apool_progress_toggle (progress);
  unknown = read_left (fixture);
  g_assert_cmpstr (unknown, ==, " end unknown\n");
  total = 2;
  start_job (progress, 1, 3000 * G_TIME_SPAN_SECOND);
  apool_progress_toggle (progress);
  apool_progress_toggle (progress);
  left = read_left (fixture);
  /* 3000 s that run and 1000 that wait, in two slots; but the first one takes all of its time. */
  g_assert_cmpstr (left, ==, " 3000 s left\n");
  apool_observer_pool_paused (APOOL_OBSERVER (progress), FALSE);
  apool_observer_pool_done (APOOL_OBSERVER (progress));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/progress/toggle", Fixture, NULL, set_up, test_toggle, tear_down);
  g_test_add ("/progress/total", Fixture, NULL, set_up, test_total, tear_down);
  g_test_add ("/progress/estimate", Fixture, NULL, set_up, test_estimate, tear_down);
  return g_test_run ();
}
