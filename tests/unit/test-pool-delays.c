/* SPDX-License-Identifier: MIT */
/* Workers that are lost again and again, or cannot be made: how long they are waited for, and when
 * the pool gives up. Delays are real, of a millisecond: what counts is that the context has to wait
 * for them. What the events of a run say is explained in fake-crew-watch.c. */

#include <gio/gio.h>

#include "base/apool-error.h"
#include "fake-run.h"

static void
test_delays_open (FakeRun *run, guint jobs, guint delay_msec, gboolean prepares, guint64 n_rows)
{
  const ApoolPoolLimits limits = {
    .jobs = jobs, .workers = jobs, .delay_msec = delay_msec, .workers_prepare = prepares
  };

  fake_run_open_logged_within (run, &limits, n_rows);
  apool_pool_start (run->pool);
}

/* The newest worker is lost, with what it has if it is to have started it. */
static void
test_delays_lose (FakeRun *run, gboolean starts)
{
  FakeWorker *worker = fake_run_get_worker (run, fake_factory_get_n_made (run->factory) - 1);

  if (starts)
    fake_worker_start_all (worker);
  fake_worker_die (worker, "killed");
}

/* Waits until another worker is made. */
static void
test_delays_wait (FakeRun *run)
{
  guint n_made = fake_factory_get_n_made (run->factory);

  while (fake_factory_get_n_made (run->factory) == n_made)
    g_main_context_iteration (run->context, TRUE);
}

/* ---- delays ---- */

static void
test_delays_grow (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("The first loss is made good at once, the next ones after a while, which grows.");
  test_delays_open (&run, 1, 1, FALSE, 9);
  test_delays_lose (&run, TRUE);
  fake_run_check_events (&run, "made-1 ready-1 lost-1 made-1");
  test_delays_lose (&run, TRUE);
  fake_run_check_events (&run, "ready-1 lost-1:1ms");
  test_delays_wait (&run);
  test_delays_lose (&run, TRUE);
  fake_run_check_events (&run, "made-1 ready-1 lost-1:2ms");
  test_delays_wait (&run);
  test_delays_lose (&run, TRUE);
  fake_run_check_events (&run, "made-1 ready-1 lost-1:4ms");
  test_delays_wait (&run);
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "+1 ?1 +2 ?2 +3 ?3 +4 ?4 +5 -5 +6 -6 +7 -7 +8 -8 +9 -9 .");
}

static void
test_delays_recycled (void)
{
  const ApoolPoolLimits limits = { .jobs = 1, .workers = 1, .max_tasks = 1, .delay_msec = 1 };
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("The same where workers are lost that have been handed all that they may have.");
  fake_run_open_logged_within (&run, &limits, 9);
  apool_pool_start (run.pool);
  fake_worker_start_all (fake_run_get_worker (&run, 0));
  fake_worker_die (fake_run_get_worker (&run, 0), "killed");
  fake_run_check_events (&run, "made-1 retiring-1 made-1 ready-1 granted-1:1 lost-1 retiring-1");
  fake_worker_start_all (fake_run_get_worker (&run, 1));
  fake_worker_die (fake_run_get_worker (&run, 1), "killed");
  fake_run_check_events (&run, "ready-1 lost-1:1ms");
  test_delays_wait (&run);
  test_delays_lose (&run, TRUE);
  fake_run_check_events (&run, "made-1 retiring-1 ready-1 lost-1:2ms");
  test_delays_wait (&run);
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "+1 ?1 +2 ?2 +3 ?3 +4 -4 +5 -5 +6 -6 +7 -7 +8 -8 +9 -9 .");
}

static void
test_delays_begin_anew (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("A task that was finished shows that all is well again.");
  test_delays_open (&run, 1, 1, FALSE, 9);
  test_delays_lose (&run, TRUE);
  fake_run_start_all (&run);
  fake_run_finish (&run, 1, 2);
  fake_run_check_events (&run, "made-1 ready-1 lost-1 made-1 ready-1");
  test_delays_lose (&run, TRUE);
  fake_run_check_events (&run, "lost-1 made-1");
}

static void
test_delays_bounded (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("No delay is longer than half a minute. The end does not wait for it.");
  test_delays_open (&run, 1, 40000, FALSE, 9);
  test_delays_lose (&run, TRUE);
  test_delays_lose (&run, TRUE);
  fake_run_check_events (&run, "made-1 ready-1 lost-1 made-1 ready-1 lost-1:30000ms");
  g_assert_cmpuint (run.n_done, ==, 0);
  apool_pool_terminate (run.pool, FALSE);
  g_assert_cmpuint (run.n_done, ==, 1);
  g_assert_no_error (run.error);
}

static void
test_delays_close (void)
{
  g_auto (FakeRun) run = { 0 };

  test_delays_open (&run, 1, 20000, FALSE, 9);
  test_delays_lose (&run, TRUE);
  test_delays_lose (&run, TRUE);
  apool_pool_close (run.pool);
  g_assert_cmpuint (run.n_done, ==, 1);
}

static void
test_delays_beside_others (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("While nobody can be had in one seat, another one does the work.");
  test_delays_open (&run, 2, 20000, FALSE, 5);
  fake_worker_start_all (fake_run_get_worker (&run, 0));
  test_delays_lose (&run, FALSE);
  test_delays_lose (&run, FALSE);
  fake_run_check_log (&run, "+1");
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "+1 -1 +2 -2 +3 -3 +4 -4 +5 -5 .");
}

static void
test_delays_not_made (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("Where a worker cannot be made it is tried again after a while, which grows.");
  test_delays_open (&run, 1, 1, FALSE, 2);
  fake_run_start_all (&run);
  fake_factory_fail_times (run.factory, "no more processes", 2);
  test_delays_lose (&run, TRUE);
  fake_run_check_events (&run, "made-1 ready-1 lost-1 not-made-1:1ms");
  test_delays_wait (&run);
  fake_run_check_events (&run, "not-made-1:2ms made-1");
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "+1 ?1 +2 -2 .");
  g_assert_no_error (run.error);
}

/* ---- giving up ---- */

static void
test_delays_gives_up_lost (void)
{
  g_auto (FakeRun) run = { 0 };

  test_delays_open (&run, 1, 1, FALSE, 9);
  test_delays_lose (&run, FALSE);
  test_delays_lose (&run, FALSE);
  g_assert_cmpuint (run.n_done, ==, 0);
  test_delays_wait (&run);
  test_delays_lose (&run, FALSE);
  g_assert_cmpuint (run.n_done, ==, 1);
  g_assert_error (run.error, APOOL_ERROR, APOOL_ERROR_WORKER_LOST);
  g_assert_cmpstr (run.error->message, ==, "no worker stays alive: killed");
}

static void
test_delays_gives_up_not_made (void)
{
  const ApoolPoolLimits limits = { .jobs = 4, .workers = 4, .delay_msec = 1 };
  g_auto (FakeRun) run = { 0 };

  fake_run_open_logged_within (&run, &limits, 9);
  fake_factory_fail (run.factory, "no more processes");
  apool_pool_start (run.pool);
  g_assert_cmpuint (run.n_done, ==, 0);
  while (run.n_done == 0)
    g_main_context_iteration (run.context, TRUE);
  fake_run_check_events (&run, "not-made-1:1ms not-made-1:2ms not-made-1");
  g_assert_error (run.error, APOOL_ERROR, APOOL_ERROR_SPAWN);
}

static void
test_delays_lacks_files (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary (
      "Without descriptors for the first worker it is not tried again, and that is said once.");
  fake_run_open_logged_within (&run, &(ApoolPoolLimits){ .jobs = 4, .workers = 4, .delay_msec = 1 },
                               9);
  fake_factory_lack_files (run.factory);
  apool_pool_start (run.pool);
  g_assert_cmpuint (run.n_done, ==, 1);
  fake_run_check_events (&run, "");
  g_assert_error (run.error, G_IO_ERROR, G_IO_ERROR_TOO_MANY_OPEN_FILES);
}

static void
test_delays_lacks_files_later (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("Without those for another one it is: some may have been closed then.");
  test_delays_open (&run, 1, 1, FALSE, 2);
  fake_factory_lack_files (run.factory);
  test_delays_lose (&run, TRUE);
  fake_run_check_events (&run, "made-1 ready-1 lost-1 not-made-1:1ms");
  fake_factory_fail (run.factory, NULL);
  test_delays_wait (&run);
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "+1 ?1 +2 -2 .");
  g_assert_no_error (run.error);
}

static void
test_delays_init_fails (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("A worker whose init hook fails gets no task, and three in a row end the run.");
  test_delays_open (&run, 1, 0, TRUE, 9);
  for (guint i = 0; i < 3; i++)
    fake_worker_fail_init (fake_run_get_worker (&run, i));
  fake_run_check_log (&run, "i1 i1 i1 .");
  g_assert_error (run.error, APOOL_ERROR, APOOL_ERROR_WORKER_LOST);
  g_assert_cmpstr (run.error->message, ==, "no worker stays alive: init failed with status 3");
}

static void
test_delays_init_fails_everywhere (void)
{
  g_auto (FakeRun) run = { 0 };
  guint n_failed = 0;

  g_test_summary ("Also where another worker is always on its way.");
  test_delays_open (&run, 4, 0, TRUE, 9);
  while (run.n_done == 0)
    {
      FakeWorker *worker = fake_run_get_worker (&run, n_failed++);

      if (fake_worker_is_talking (worker))
        fake_worker_fail_init (worker);
      else
        fake_worker_die (worker, NULL);
      g_assert_cmpuint (n_failed, <, 100);
    }
  g_assert_cmpuint (fake_factory_get_n_made (run.factory), <=, 12);
  g_assert_error (run.error, APOOL_ERROR, APOOL_ERROR_WORKER_LOST);
}

static void
test_delays_init_fails_once (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("A worker that takes its time is waited for, however often another one fails.");
  test_delays_open (&run, 2, 0, TRUE, 4);
  for (guint i = 1; i < 9; i++)
    fake_worker_fail_init (fake_run_get_worker (&run, i));
  g_assert_cmpuint (run.n_done, ==, 0);
  fake_worker_start_all (fake_run_get_worker (&run, 0));
  fake_run_work_until_done (&run);
  g_assert_cmpuint (fake_witness_get_n_settled (run.witness), ==, 4);
  g_assert_no_error (run.error);
}

static void
test_delays_init_waits (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("A task does not wait for a worker to be prepared while another one has a slot.");
  test_delays_open (&run, 2, 0, TRUE, 2);
  fake_worker_start_all (fake_run_get_worker (&run, 0));
  fake_run_finish (&run, 0, 1);
  g_assert_cmpuint (fake_worker_get_state (fake_run_get_worker (&run, 1))->recalls->len, ==, 1);
  fake_worker_answer_recall (fake_run_get_worker (&run, 1), 1);
  fake_run_check_tasks (&run, 0, 1, 2);
  fake_worker_start_all (fake_run_get_worker (&run, 0));
  fake_run_finish (&run, 0, 2);
  fake_run_check_log (&run, "i1 +1 -1 +2 -2");
  fake_run_work_until_done (&run);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pool-delays/grow", test_delays_grow);
  g_test_add_func ("/pool-delays/recycled", test_delays_recycled);
  g_test_add_func ("/pool-delays/begin-anew", test_delays_begin_anew);
  g_test_add_func ("/pool-delays/bounded", test_delays_bounded);
  g_test_add_func ("/pool-delays/close", test_delays_close);
  g_test_add_func ("/pool-delays/beside-others", test_delays_beside_others);
  g_test_add_func ("/pool-delays/not-made", test_delays_not_made);
  g_test_add_func ("/pool-delays/gives-up-lost", test_delays_gives_up_lost);
  g_test_add_func ("/pool-delays/gives-up-not-made", test_delays_gives_up_not_made);
  g_test_add_func ("/pool-delays/lacks-files", test_delays_lacks_files);
  g_test_add_func ("/pool-delays/lacks-files-later", test_delays_lacks_files_later);
  g_test_add_func ("/pool-delays/init-fails", test_delays_init_fails);
  g_test_add_func ("/pool-delays/init-fails-everywhere", test_delays_init_fails_everywhere);
  g_test_add_func ("/pool-delays/init-fails-once", test_delays_init_fails_once);
  g_test_add_func ("/pool-delays/init-waits", test_delays_init_waits);
  return g_test_run ();
}
