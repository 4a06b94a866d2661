/* SPDX-License-Identifier: MIT */
/* Further attempts at tasks that failed, and what is run about those that failed in the end. What
 * the log of a run says is explained in fake-witness.c. */

#include <glib.h>
#include <string.h>

#include "fake-run.h"

/* One worker with one slot. */
static void
test_retry_open (FakeRun *run, guint retries, guint crash_limit, guint64 n_rows)
{
  const ApoolPoolLimits limits = {
    .jobs = 1, .workers = 1, .retries = retries, .crash_limit = crash_limit
  };

  fake_run_open_logged_within (run, &limits, n_rows);
}

static void
test_retry_fail (FakeRun *run, guint index, guint64 seq)
{
  FakeWorker *worker = fake_run_get_worker (run, index);

  fake_worker_start_all (worker);
  fake_worker_fail (worker, seq, APOOL_OUTCOME_EXITED, 7);
}

/* The newest worker starts what it has, and is lost. */
static void
test_retry_crash (FakeRun *run)
{
  FakeWorker *worker = fake_run_get_worker (run, fake_factory_get_n_made (run->factory) - 1);

  fake_worker_start_all (worker);
  fake_worker_die (worker, "killed");
}

/* ---- attempts ---- */

static void
test_retry_success (void)
{
  g_auto (FakeRun) run = { 0 };

  test_retry_open (&run, 2, 0, 2);
  apool_pool_start (run.pool);
  test_retry_fail (&run, 0, 1);
  test_retry_fail (&run, 0, 1);
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "+1 ~1 +1 ~1 +1 -1 +2 -2 .");
  fake_run_check_tasks (&run, 0, 1, 1, 1, 2);
}

static void
test_retry_exhausted (void)
{
  g_auto (FakeRun) run = { 0 };

  test_retry_open (&run, 1, 0, 1);
  apool_pool_start (run.pool);
  test_retry_fail (&run, 0, 1);
  test_retry_fail (&run, 0, 1);
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "+1 ~1 +1 x1 .");
}

static void
test_retry_unlimited (void)
{
  g_auto (FakeRun) run = { 0 };

  test_retry_open (&run, G_MAXUINT, 0, 1);
  apool_pool_start (run.pool);
  for (guint i = 0; i < 1000; i++)
    test_retry_fail (&run, 0, 1);
  g_assert_cmpuint (fake_witness_get_n_settled (run.witness), ==, 0);
  fake_run_work_until_done (&run);
  g_assert_cmpuint (fake_witness_get_n_started (run.witness), ==, 1001);
  g_assert_cmpuint (fake_witness_get_n_failed (run.witness), ==, 0);
}

static void
test_retry_signal (void)
{
  g_auto (FakeRun) run = { 0 };

  test_retry_open (&run, 1, 0, 1);
  apool_pool_start (run.pool);
  fake_run_start_all (&run);
  fake_worker_fail (fake_run_get_worker (&run, 0), 1, APOOL_OUTCOME_SIGNALLED, 11);
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "+1 ~1 +1 -1 .");
}

static void
test_retry_before_input (void)
{
  const ApoolPoolLimits limits = { .jobs = 1, .workers = 1, .prefetch = 1, .retries = 1 };
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("Another attempt comes before new input, and behind what waits at the worker.");
  fake_run_open_logged_within (&run, &limits, 4);
  apool_pool_start (run.pool);
  test_retry_fail (&run, 0, 1);
  fake_run_work_until_done (&run);
  fake_run_check_tasks (&run, 0, 1, 2, 1, 3, 4);
}

static void
test_retry_fault (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("What cannot be run at all is not tried again.");
  test_retry_open (&run, 3, 0, 2);
  fake_source_spoil (run.source, 1, "\0", 1);
  apool_pool_start (run.pool);
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "!1 +2 -2 .");
}

static void
test_retry_close (void)
{
  g_auto (FakeRun) run = { 0 };

  test_retry_open (&run, 3, 0, 4);
  apool_pool_start (run.pool);
  fake_run_start_all (&run);
  apool_pool_close (run.pool);
  test_retry_fail (&run, 0, 1);
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "+1 x1 .");
}

/* One slot: the second attempts wait in line. */
static void
test_retry_open_waiting (FakeRun *run)
{
  test_retry_open (run, 3, 0, 4);
  apool_pool_start (run->pool);
  fake_run_start_all (run);
  fake_source_hold (run->source);
  apool_pool_set_congested (run->pool, TRUE, 0);
  test_retry_crash (run);
}

static void
test_retry_close_waiting (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("A job that was begun before the end is tried once more after it.");
  test_retry_open_waiting (&run);
  apool_pool_close (run.pool);
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "+1 ~1 +1 -1 .");
  g_assert_cmpuint (fake_witness_get_n_settled (run.witness), ==, 1);
}

static void
test_retry_terminate_waiting (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("Of a job whose next attempt does not come any more the last one counts.");
  test_retry_open_waiting (&run);
  apool_pool_terminate (run.pool, FALSE);
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "+1 ~1 ?1 .");
  g_assert_cmpuint (fake_witness_get_n_settled (run.witness), ==, 1);
  g_assert_cmpuint (fake_witness_get_n_failed (run.witness), ==, 1);
}

static void
test_retry_terminate (void)
{
  g_auto (FakeRun) run = { 0 };

  test_retry_open (&run, 3, 0, 4);
  apool_pool_start (run.pool);
  fake_run_start_all (&run);
  apool_pool_terminate (run.pool, FALSE);
  fake_worker_answer_recall (fake_run_get_worker (&run, 0), G_MAXUINT);
  test_retry_fail (&run, 0, 1);
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "+1 x1 .");
  g_assert_cmpuint (fake_witness_get_n_failed (run.witness), ==, 0); /* it was ended */
}

/* ---- crashes ---- */

static void
test_retry_lost (void)
{
  g_auto (FakeRun) run = { 0 };

  test_retry_open (&run, 1, 0, 2);
  apool_pool_start (run.pool);
  test_retry_crash (&run);
  test_retry_crash (&run);
  g_assert_cmpstr (fake_witness_get_message (run.witness), ==, "worker 1: killed");
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "+1 ~1 +1 ?1 +2 -2 .");
}

static void
test_retry_crash_limit (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("A task that took so many workers down with it is not given to another one, "
                  "though there could be more attempts; that is said.");
  test_retry_open (&run, G_MAXUINT, 3, 2);
  apool_pool_start (run.pool);
  for (guint i = 0; i < 3; i++)
    test_retry_crash (&run);
  fake_run_check_log (&run, "+1 ~1 +1 ~1 +1 ?1");
  g_assert_cmpstr (fake_witness_get_message (run.witness), ==,
                   "worker 1: killed; it is the last of 3 workers lost with this job");
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "+1 ~1 +1 ~1 +1 ?1 +2 -2 .");
}

static void
test_retry_crashes_among_failures (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("Attempts that failed by themselves do not count as crashes.");
  test_retry_open (&run, G_MAXUINT, 2, 1);
  apool_pool_start (run.pool);
  test_retry_fail (&run, 0, 1);
  test_retry_crash (&run);
  test_retry_fail (&run, 1, 1);
  test_retry_crash (&run);
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "+1 ~1 +1 ~1 +1 ~1 +1 ?1 .");
}

static void
test_retry_bystander (void)
{
  const ApoolPoolLimits limits = {
    .jobs = 2, .workers = 1, .prefetch = 2, .retries = 5, .crash_limit = 1
  };
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("What only waited at a lost worker has crashed nothing, and has had no attempt.");
  fake_run_open_logged_within (&run, &limits, 3);
  apool_pool_start (run.pool);
  test_retry_crash (&run);
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "+1 +2 ?1 ?2 +3 -3 .");
}

/* ---- which ones, and when ---- */

static void
test_retry_selected (void)
{
  ApoolPoolLimits limits = { .jobs = 1, .workers = 1, .retries = G_MAXUINT };
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("What is not worth another attempt gets none.");
  g_assert_true (apool_retry_on_parse ("7,timeout", &limits.retry.on, NULL));
  fake_run_open_logged_within (&run, &limits, 2);
  apool_pool_start (run.pool);
  test_retry_fail (&run, 0, 1);
  fake_run_start_all (&run);
  fake_worker_fail (fake_run_get_worker (&run, 0), 1, APOOL_OUTCOME_EXITED, 8);
  fake_run_start_all (&run);
  apool_pool_end_job (run.pool, 2, APOOL_END_TIMED_OUT, "too long");
  fake_worker_fail (fake_run_get_worker (&run, 0), 2, APOOL_OUTCOME_TIMED_OUT, 15);
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "+1 ~1 +1 x1 +2 ~2 +2 -2 .");
}

static void
test_retry_delayed (void)
{
  ApoolPoolLimits limits = { .jobs = 1, .workers = 1, .retries = 1 };
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("Who waits for the next attempt holds no slot, and the run waits for it.");
  limits.retry.delay.base_usec = 1000;
  fake_run_open_logged_within (&run, &limits, 2);
  apool_pool_start (run.pool);
  test_retry_fail (&run, 0, 1);
  fake_run_start_all (&run);
  fake_run_finish (&run, 0, 2);
  fake_run_check_log (&run, "+1 ~1 +2 -2");
  while (fake_worker_get_state (fake_run_get_worker (&run, 0))->waiting->len == 0)
    g_main_context_iteration (run.context, TRUE);
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "+1 ~1 +2 -2 +1 -1 .");
}

/* The first one waits for longer than any test runs. */
static void
test_retry_open_delayed (FakeRun *run)
{
  ApoolPoolLimits limits = { .jobs = 1, .workers = 1, .retries = 1 };

  limits.retry.delay.base_usec = 3600 * (gint64) G_USEC_PER_SEC;
  fake_run_open_logged_within (run, &limits, 1);
  apool_pool_start (run->pool);
  test_retry_fail (run, 0, 1);
  fake_run_check_log (run, "+1 ~1");
}

static void
test_retry_delayed_closed (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("A closed run has the attempt at once.");
  test_retry_open_delayed (&run);
  apool_pool_close (run.pool);
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "+1 ~1 +1 -1 .");
}

static void
test_retry_delayed_terminated (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("A run that is ended has no more attempts.");
  test_retry_open_delayed (&run);
  apool_pool_terminate (run.pool, FALSE);
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "+1 ~1 x1 .");
}

/* ---- ended before their time ---- */

static void
test_retry_end_job (void)
{
  const ApoolPoolLimits limits = { .jobs = 2, .workers = 2 };
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("The worker that has it is told, and no other one.");
  fake_run_open_logged_within (&run, &limits, 2);
  apool_pool_start (run.pool);
  fake_run_start_all (&run);
  apool_pool_end_job (run.pool, 9, APOOL_END_TIMED_OUT, "too long");
  apool_pool_end_job (run.pool, 2, APOOL_END_TIMED_OUT, "too long");
  g_assert_cmpuint (fake_worker_get_state (fake_run_get_worker (&run, 0))->ended->len, ==, 0);
  g_assert_cmpuint (fake_worker_get_state (fake_run_get_worker (&run, 1))->ended->len, ==, 1);
  fake_worker_fail (fake_run_get_worker (&run, 1), 2, APOOL_OUTCOME_TIMED_OUT, 15);
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "+1 +2 x2 -1 .");
}

/* ---- what is run about failures ---- */

static void
test_retry_on_error (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("It is run once, for the attempt that was the last one, before new input.");
  test_retry_open (&run, 1, 0, 3);
  apool_pool_set_on_error (run.pool, "cleanup");
  apool_pool_start (run.pool);
  test_retry_fail (&run, 0, 1);
  test_retry_fail (&run, 0, 1);
  fake_run_check_tasks (&run, 0, 1, 1, 1 | APOOL_TASK_HOOK_BIT);
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "+1 ~1 +1 x1 e1 +2 -2 +3 -3 .");
}

static void
test_retry_on_error_output (void)
{
  g_auto (FakeRun) run = { 0 };
  g_autofree char *much = g_strnfill (APOOL_HOOK_OUTPUT_BYTES, 'x');
  guint64 hook = 1 | APOOL_TASK_HOOK_BIT;
  GBytes *output;
  guint64 n_dropped;
  FakeWorker *worker;

  g_test_summary ("What it writes to either stream is kept up to the bound.");
  test_retry_open (&run, 0, 0, 1);
  apool_pool_set_on_error (run.pool, "cleanup");
  apool_pool_start (run.pool);
  worker = fake_run_get_worker (&run, 0);
  test_retry_fail (&run, 0, 1);
  fake_worker_start_all (worker);
  fake_worker_write (worker, hook, APOOL_STREAM_STDOUT, "out", 3);
  fake_worker_write (worker, hook, APOOL_STREAM_STDERR, "err", 3);
  fake_worker_write (worker, hook, APOOL_STREAM_STDOUT, much, APOOL_HOOK_OUTPUT_BYTES);
  fake_worker_write (worker, hook, APOOL_STREAM_STDOUT, "more", 4);
  fake_worker_fail (worker, hook, APOOL_OUTCOME_EXITED, 9);
  output = fake_witness_get_hook_output (run.witness, &n_dropped);
  g_assert_cmpuint (g_bytes_get_size (output), ==, APOOL_HOOK_OUTPUT_BYTES);
  g_assert_cmpint (memcmp (g_bytes_get_data (output, NULL), "outerrxx", 8), ==, 0);
  g_assert_cmpuint (n_dropped, ==, 10);
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "+1 x1 e1 ."); /* its own failure changes nothing */
  g_assert_no_error (run.error);
}

static void
test_retry_on_error_lost (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("What was run about a failure and is lost with its worker is reported as such, "
                  "and not run again.");
  test_retry_open (&run, 3, 0, 2);
  apool_pool_set_on_error (run.pool, "cleanup");
  fake_source_spoil (run.source, 1, "\0", 1);
  apool_pool_start (run.pool);
  test_retry_crash (&run);
  fake_run_check_log (&run, "!1 e1");
  g_assert_cmpint (fake_witness_get_hook_kind (run.witness), ==, APOOL_OUTCOME_LOST);
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "!1 e1 +2 -2 .");
}

static void
test_retry_on_error_unstarted (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("What waited at a lost worker is run by another one.");
  test_retry_open (&run, 0, 0, 1);
  apool_pool_set_on_error (run.pool, "cleanup");
  apool_pool_start (run.pool);
  test_retry_fail (&run, 0, 1);
  fake_worker_die (fake_run_get_worker (&run, 0), "killed");
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "+1 x1 e1 .");
  g_assert_cmpint (fake_witness_get_hook_kind (run.witness), ==, APOOL_OUTCOME_EXITED);
}

static void
test_retry_on_error_close (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("After the end it is still run, by a new worker if need be.");
  test_retry_open (&run, 0, 0, 4);
  apool_pool_set_on_error (run.pool, "cleanup");
  apool_pool_start (run.pool);
  fake_run_start_all (&run);
  apool_pool_close (run.pool);
  test_retry_crash (&run);
  g_assert_cmpuint (fake_factory_get_n_made (run.factory), ==, 2);
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "+1 ?1 e1 .");
}

static void
test_retry_on_error_terminate (void)
{
  const ApoolPoolLimits limits = { .jobs = 2, .workers = 1 };
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("Once all is to end nothing is begun about failures, nor about what was ended.");
  fake_run_open_logged_within (&run, &limits, 4);
  apool_pool_set_on_error (run.pool, "cleanup");
  apool_pool_start (run.pool);
  test_retry_fail (&run, 0, 1);
  apool_pool_terminate (run.pool, FALSE);
  fake_worker_answer_recall (fake_run_get_worker (&run, 0), G_MAXUINT);
  fake_worker_fail (fake_run_get_worker (&run, 0), 2, APOOL_OUTCOME_SIGNALLED, 15);
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "+1 +2 x1 x2 .");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pool-retry/success", test_retry_success);
  g_test_add_func ("/pool-retry/exhausted", test_retry_exhausted);
  g_test_add_func ("/pool-retry/unlimited", test_retry_unlimited);
  g_test_add_func ("/pool-retry/signal", test_retry_signal);
  g_test_add_func ("/pool-retry/before-input", test_retry_before_input);
  g_test_add_func ("/pool-retry/fault", test_retry_fault);
  g_test_add_func ("/pool-retry/close", test_retry_close);
  g_test_add_func ("/pool-retry/terminate", test_retry_terminate);
  g_test_add_func ("/pool-retry/close-waiting", test_retry_close_waiting);
  g_test_add_func ("/pool-retry/terminate-waiting", test_retry_terminate_waiting);
  g_test_add_func ("/pool-retry/lost", test_retry_lost);
  g_test_add_func ("/pool-retry/crash-limit", test_retry_crash_limit);
  g_test_add_func ("/pool-retry/crashes-among-failures", test_retry_crashes_among_failures);
  g_test_add_func ("/pool-retry/bystander", test_retry_bystander);
  g_test_add_func ("/pool-retry/selected", test_retry_selected);
  g_test_add_func ("/pool-retry/delayed", test_retry_delayed);
  g_test_add_func ("/pool-retry/delayed-closed", test_retry_delayed_closed);
  g_test_add_func ("/pool-retry/delayed-terminated", test_retry_delayed_terminated);
  g_test_add_func ("/pool-retry/end-job", test_retry_end_job);
  g_test_add_func ("/pool-retry/on-error", test_retry_on_error);
  g_test_add_func ("/pool-retry/on-error-output", test_retry_on_error_output);
  g_test_add_func ("/pool-retry/on-error-lost", test_retry_on_error_lost);
  g_test_add_func ("/pool-retry/on-error-unstarted", test_retry_on_error_unstarted);
  g_test_add_func ("/pool-retry/on-error-close", test_retry_on_error_close);
  g_test_add_func ("/pool-retry/on-error-terminate", test_retry_on_error_terminate);
  return g_test_run ();
}
