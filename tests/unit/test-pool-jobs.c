/* SPDX-License-Identifier: MIT */
/* A pool whose number of jobs changes while it runs: what more are started, what is not started any
 * more, where the slots are, and that in whatever order things happen nothing is lost. */

#include "fake-run.h"
#include "pool/apool-scheduler-table.h"

#define MAX_JOBS 40

static void
test_jobs_open (FakeRun *run, guint jobs, guint workers, guint prefetch, guint64 n_rows)
{
  const ApoolPoolLimits limits = {
    .jobs = jobs, .max_jobs = MAX_JOBS, .workers = workers, .prefetch = prefetch
  };

  fake_run_open_logged_within (run, &limits, n_rows);
  apool_pool_start (run->pool);
  fake_run_start_all (run);
}

static guint
test_jobs_count_workers (FakeRun *run)
{
  return fake_factory_get_n_made (run->factory);
}

/* Whoever was asked for tasks gives them back, and for slots gives those up. */
static void
test_jobs_answer_all (FakeRun *run)
{
  gboolean did = TRUE;

  while (did)
    {
      did = FALSE;
      for (guint i = 0; i < test_jobs_count_workers (run); i++)
        {
          FakeWorker *worker = fake_run_get_worker (run, i);

          if (!fake_worker_is_talking (worker))
            continue;
          did |= fake_worker_give_up (worker) > 0;
          for (;
               fake_worker_is_talking (worker) && fake_worker_get_state (worker)->recalls->len > 0;
               did = TRUE)
            fake_worker_answer_recall (worker, G_MAXUINT);
        }
    }
}

static void
test_jobs_set (FakeRun *run, guint jobs, guint prefetch)
{
  apool_pool_set_jobs (run->pool, jobs, prefetch);
  test_jobs_answer_all (run);
  fake_watch_set_jobs (fake_factory_get_watch (run->factory), jobs);
}

static guint
test_jobs_count_running (FakeRun *run)
{
  return fake_factory_get_n_running (run->factory);
}

/* Ends task @seq, wherever it runs. */
static void
test_jobs_finish (FakeRun *run, guint64 seq)
{
  for (guint i = 0; i < test_jobs_count_workers (run); i++)
    {
      FakeWorker *worker = fake_run_get_worker (run, i);
      const GArray *running = fake_worker_get_state (worker)->running;

      for (guint j = 0; j < running->len; j++)
        if (g_array_index (running, guint64, j) == seq)
          {
            fake_worker_finish (worker, seq);
            return;
          }
    }
  g_assert_not_reached ();
}

/* ---- more ---- */

static void
test_jobs_raised (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("More jobs: workers that were not needed are made, then each gets more slots.");
  test_jobs_open (&run, 1, 2, 0, 20);
  g_assert_cmpuint (test_jobs_count_workers (&run), ==, 1);
  fake_run_check_log (&run, "+1");
  test_jobs_set (&run, 2, 0);
  fake_run_start_all (&run);
  g_assert_cmpuint (test_jobs_count_workers (&run), ==, 2);
  fake_run_check_log (&run, "+1 +2");
  test_jobs_set (&run, 5, 0);
  fake_run_start_all (&run);
  g_assert_cmpuint (test_jobs_count_workers (&run), ==, 2);
  g_assert_cmpuint (test_jobs_count_running (&run), ==, 5);
  g_assert_cmpuint (fake_worker_get_n_slots (fake_run_get_worker (&run, 0)), ==, 3);
  g_assert_cmpuint (fake_worker_get_n_slots (fake_run_get_worker (&run, 1)), ==, 2);
  fake_run_work_until_done (&run);
  g_assert_cmpuint (fake_factory_get_peak (run.factory), ==, 5);
}

/* With a limit for each worker there are as many workers as it takes. */
static void
test_jobs_raised_per_worker (void)
{
  const ApoolPoolLimits limits = {
    .jobs = 4, .max_jobs = MAX_JOBS, .workers = 2, .jobs_per_worker = 2
  };
  g_auto (FakeRun) run = { 0 };

  fake_run_open_logged_within (&run, &limits, 100);
  apool_pool_start (run.pool);
  fake_run_start_all (&run);
  g_assert_cmpuint (test_jobs_count_workers (&run), ==, 2);
  test_jobs_set (&run, 7, 0);
  fake_run_start_all (&run);
  g_assert_cmpuint (test_jobs_count_workers (&run), ==, 4);
  g_assert_cmpuint (fake_worker_get_n_slots (fake_run_get_worker (&run, 2)), ==, 2);
  g_assert_cmpuint (fake_worker_get_n_slots (fake_run_get_worker (&run, 3)), ==, 1);
  test_jobs_set (&run, MAX_JOBS, 0);
  fake_run_start_all (&run);
  g_assert_cmpuint (test_jobs_count_workers (&run), ==, MAX_JOBS / 2);
  g_assert_cmpuint (test_jobs_count_running (&run), ==, MAX_JOBS);
  fake_run_work_until_done (&run);
}

/* ---- none ---- */

static void
test_jobs_waiting (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("Nothing is started while the pool waits: what waits at a worker comes back, "
                  "what runs goes on; then all goes on, in order.");
  test_jobs_open (&run, 2, 1, 2, 6);
  fake_run_check_log (&run, "+1 +2");
  apool_pool_set_waiting (run.pool, TRUE);
  test_jobs_answer_all (&run);
  g_assert_cmpuint (fake_worker_get_state (fake_run_get_worker (&run, 0))->waiting->len, ==, 0);
  test_jobs_finish (&run, 1);
  test_jobs_finish (&run, 2);
  fake_run_start_all (&run);
  g_assert_cmpuint (test_jobs_count_running (&run), ==, 0);
  g_assert_cmpuint (run.n_done, ==, 0);
  apool_pool_set_waiting (run.pool, FALSE);
  fake_run_start_all (&run);
  fake_run_check_log (&run, "+1 +2 -1 -2 +3 +4");
  fake_run_work_until_done (&run);
}

static void
test_jobs_waiting_and_terminated (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("A pool that waits can be ended.");
  test_jobs_open (&run, 1, 1, 2, 6);
  apool_pool_set_waiting (run.pool, TRUE);
  test_jobs_answer_all (&run);
  test_jobs_finish (&run, 1);
  g_assert_cmpuint (run.n_done, ==, 0);
  apool_pool_terminate (run.pool, FALSE);
  fake_run_work_until_done (&run);
}

/* ---- fewer ---- */

static void
test_jobs_lowered (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary (
      "Fewer jobs: those that run go on, and none is started before enough of them have "
      "ended, nor in a slot above the new number.");
  test_jobs_open (&run, 4, 2, 2, 20);
  fake_run_check_log (&run, "+1 +2 +3 +4");
  test_jobs_set (&run, 2, 1);
  fake_run_start_all (&run);
  g_assert_cmpuint (test_jobs_count_running (&run), ==, 4);
  test_jobs_finish (&run, 1);
  fake_run_start_all (&run);
  test_jobs_finish (&run, 2);
  fake_run_start_all (&run);
  g_assert_cmpuint (test_jobs_count_running (&run), ==, 2);
  test_jobs_finish (&run, 3);
  test_jobs_answer_all (&run);
  fake_run_start_all (&run);
  g_assert_cmpuint (test_jobs_count_running (&run), ==, 2);
  fake_run_work_until_done (&run);
}

static void
test_jobs_lowered_to_one_worker (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary (
      "A worker that has no slot left gets no task, keeps none, and lives on: it has its "
      "slots again when there are more.");
  test_jobs_open (&run, 4, 4, 2, 30);
  g_assert_cmpuint (test_jobs_count_running (&run), ==, 4);
  test_jobs_set (&run, 1, 2);
  for (guint i = 1; i < 4; i++)
    {
      g_assert_cmpuint (fake_worker_get_state (fake_run_get_worker (&run, i))->waiting->len, ==, 0);
      test_jobs_finish (&run, i + 1);
    }
  test_jobs_answer_all (&run);
  fake_run_start_all (&run);
  g_assert_cmpuint (test_jobs_count_running (&run), ==, 1);
  g_assert_cmpuint (fake_factory_get_n_living (run.factory), ==, 4);
  for (guint i = 1; i < 4; i++)
    g_assert_cmpuint (fake_worker_get_n_slots (fake_run_get_worker (&run, i)), ==, 0);
  test_jobs_set (&run, 3, 2);
  fake_run_start_all (&run);
  g_assert_cmpuint (test_jobs_count_running (&run), ==, 3);
  g_assert_cmpuint (test_jobs_count_workers (&run), ==, 4);
  fake_run_work_until_done (&run);
  g_assert_cmpuint (test_jobs_count_workers (&run), ==, 4);
}

static void
test_jobs_lowered_before_start (void)
{
  g_auto (FakeRun) run = { 0 };
  const ApoolPoolLimits limits = { .jobs = 2, .max_jobs = 2, .workers = 2 };

  g_test_summary (
      "A task that was handed to a worker on its way, whose slot is gone when it arrives, "
      "is called back.");
  fake_run_open_logged_within (&run, &limits, 2);
  apool_pool_start (run.pool);
  fake_worker_get_ready (fake_run_get_worker (&run, 0));
  g_assert_cmpuint (fake_worker_get_state (fake_run_get_worker (&run, 1))->waiting->len, ==, 1);
  apool_pool_set_jobs (run.pool, 1, 0);
  fake_worker_start_all (fake_run_get_worker (&run, 0));
  test_jobs_answer_all (&run);
  g_assert_cmpuint (fake_worker_get_state (fake_run_get_worker (&run, 1))->waiting->len, ==, 0);
  fake_run_start_all (&run);
  fake_run_check_log (&run, "+1");
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "+1 -1 +2 -2 .");
}

/* Lowered and raised again before the worker has given anything up. */
static void
test_jobs_lowered_for_a_moment (void)
{
  g_auto (FakeRun) run = { 0 };

  test_jobs_open (&run, 4, 1, 0, 10);
  apool_pool_set_jobs (run.pool, 1, 0);
  apool_pool_set_jobs (run.pool, 4, 0);
  g_assert_cmpuint (fake_worker_give_up (fake_run_get_worker (&run, 0)), ==, 0);
  test_jobs_finish (&run, 4);
  fake_run_start_all (&run);
  g_assert_cmpuint (test_jobs_count_running (&run), ==, 4);
  /* What it gives up while they come back is granted to it again. */
  test_jobs_finish (&run, 1);
  apool_pool_set_jobs (run.pool, 3, 0);
  test_jobs_finish (&run, 5);
  g_assert_cmpuint (fake_worker_give_up (fake_run_get_worker (&run, 0)), ==, 1);
  apool_pool_set_jobs (run.pool, 4, 0);
  fake_run_start_all (&run);
  g_assert_cmpuint (test_jobs_count_running (&run), ==, 4);
  fake_run_work_until_done (&run);
}

static void
test_jobs_lost (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary (
      "A worker that is lost while it gives up slots takes none along, and keeps none.");
  test_jobs_open (&run, 4, 1, 0, 10);
  apool_pool_set_jobs (run.pool, 2, 0);
  fake_worker_die (fake_run_get_worker (&run, 0), "killed");
  fake_run_start_all (&run);
  g_assert_cmpuint (test_jobs_count_running (&run), ==, 2);
  g_assert_cmpuint (fake_worker_get_n_slots (fake_run_get_worker (&run, 1)), ==, 2);
  fake_run_work_until_done (&run);
}

/* ---- weights ---- */

static void
test_jobs_weighted (void)
{
  static const char *const VALUES[] = { "3", NULL };
  const ApoolPoolLimits limits = {
    .jobs = 2, .max_jobs = MAX_JOBS, .workers = 2, .is_weighted = TRUE
  };
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("What is too heavy for two counts as two, and as three where there are more.");
  fake_run_open (&run, &limits, 10);
  fake_run_vary (&run, VALUES);
  fake_run_keep_log (&run);
  apool_pool_start (run.pool);
  fake_run_start_all (&run);
  fake_run_check_log (&run, "+1");
  test_jobs_set (&run, 5, 0);
  fake_run_start_all (&run);
  /* The first one is out as two: there is room for three. */
  fake_run_check_log (&run, "+1 +2");
  test_jobs_finish (&run, 1);
  fake_run_start_all (&run);
  fake_run_check_log (&run, "+1 +2 -1");
  test_jobs_set (&run, 6, 0);
  fake_run_start_all (&run);
  fake_run_check_log (&run, "+1 +2 -1 +3");
  fake_run_work_until_done (&run);
}

/* ---- in whatever order ---- */

/* Has somebody do something, whoever it is. */
static void
test_jobs_play (FakeRun *run)
{
  guint n = test_jobs_count_workers (run);
  FakeWorker *worker = n > 0 ? fake_run_get_worker (run, g_test_rand_int_range (0, n)) : NULL;
  const FakeWorkerState *state = worker ? fake_worker_get_state (worker) : NULL;

  if (!worker || state->is_gone)
    return;
  if (!fake_worker_is_talking (worker))
    fake_worker_die (worker, NULL);
  else if (state->running->len > 0 && g_test_rand_bit ())
    fake_worker_finish (worker, g_array_index (state->running, guint64, 0));
  else if (g_test_rand_int_range (0, 200) == 0)
    fake_worker_die (worker, "killed");
}

static void
test_jobs_random_once (const ApoolSchedulerKind *kind, guint max_tasks)
{
  const ApoolPoolLimits limits = {
    .jobs = (guint) g_test_rand_int_range (1, MAX_JOBS + 1),
    .max_jobs = MAX_JOBS,
    .workers = (guint) g_test_rand_int_range (1, 7),
    .jobs_per_worker = g_test_rand_bit () ? (guint) g_test_rand_int_range (1, 9) : 0,
    .prefetch = (guint) g_test_rand_int_range (0, 4),
    .max_tasks = max_tasks,
    .retries = G_MAXUINT,
  };
  static const char *const VALUES[] = { "1", "1 ", "1  ", "1   ", "1    ", NULL };
  g_auto (FakeRun) run = { 0 };

  fake_run_open_scheduled (&run, &limits, kind, 600);
  if (kind->needs_key)
    fake_run_vary (&run, VALUES);
  apool_pool_start (run.pool);
  for (guint i = 0; i < 2000 && run.n_done == 0; i++)
    {
      test_jobs_answer_all (&run);
      fake_run_start_all (&run);
      if (g_test_rand_int_range (0, 20) == 0)
        test_jobs_set (&run, (guint) g_test_rand_int_range (1, MAX_JOBS + 1), limits.prefetch);
      else if (g_test_rand_int_range (0, 40) == 0)
        apool_pool_set_waiting (run.pool, g_test_rand_int_range (0, 2) == 0);
      else
        test_jobs_play (&run);
    }
  apool_pool_set_waiting (run.pool, FALSE);
  if (run.n_done == 0)
    fake_run_work_until_done (&run);
}

static void
test_jobs_random (void)
{
  gsize n_kinds;
  const ApoolSchedulerKind *kinds = apool_scheduler_table_get (&n_kinds);

  g_test_summary (
      "Numbers that change at any time, workers that are lost and replaced at any time: "
      "no slot is used twice, nothing is started above the number, all tasks are run.");
  for (guint round = 0; round < 40; round++)
    for (gsize i = 0; i < n_kinds; i++)
      test_jobs_random_once (&kinds[i], round % 3 == 0 ? 5 : 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pool-jobs/raised", test_jobs_raised);
  g_test_add_func ("/pool-jobs/raised-per-worker", test_jobs_raised_per_worker);
  g_test_add_func ("/pool-jobs/waiting", test_jobs_waiting);
  g_test_add_func ("/pool-jobs/waiting-and-terminated", test_jobs_waiting_and_terminated);
  g_test_add_func ("/pool-jobs/lowered", test_jobs_lowered);
  g_test_add_func ("/pool-jobs/lowered-to-one-worker", test_jobs_lowered_to_one_worker);
  g_test_add_func ("/pool-jobs/lowered-before-start", test_jobs_lowered_before_start);
  g_test_add_func ("/pool-jobs/lowered-for-a-moment", test_jobs_lowered_for_a_moment);
  g_test_add_func ("/pool-jobs/lost", test_jobs_lost);
  g_test_add_func ("/pool-jobs/weighted", test_jobs_weighted);
  g_test_add_func ("/pool-jobs/random", test_jobs_random);
  return g_test_run ();
}
