/* SPDX-License-Identifier: MIT */
/* Tasks with weights and keys, in the pool. What the log of a run says is explained in
 * fake-witness.c; the watch over all workers sees to it that no more weight runs than may, and that
 * of a key there is one task out. */

#include <glib.h>

#include "fake-run.h"

/* @values are the weights, and again. */
static void
test_weight_open (
    FakeRun *run, guint jobs, guint workers, guint64 n_rows, const char *const *values)
{
  const ApoolPoolLimits limits = {
    .jobs = jobs, .workers = workers, .prefetch = 3, .is_weighted = TRUE
  };

  fake_run_open_logged_within (run, &limits, n_rows);
  fake_run_vary (run, values);
  apool_pool_start (run->pool);
}

/* Has the task be finished by whoever runs it, and all start what they can. */
static void
test_weight_finish (FakeRun *run, guint64 seq)
{
  for (guint i = 0; i < fake_factory_get_n_made (run->factory); i++)
    {
      FakeWorker *worker = fake_run_get_worker (run, i);
      GArray *running = fake_worker_get_state (worker)->running;

      for (guint j = 0; j < running->len; j++)
        if (g_array_index (running, guint64, j) == seq)
          {
            fake_worker_finish (worker, seq);
            fake_run_start_all (run);
            return;
          }
    }
  g_assert_not_reached ();
}

static void
test_weight_sum (void)
{
  g_auto (FakeRun) run = { 0 };

  test_weight_open (&run, 4, 1, 8, (const char *const[]){ "2", NULL });
  fake_run_start_all (&run);
  fake_run_check_log (&run, "+1 +2");
  test_weight_finish (&run, 2);
  fake_run_check_log (&run, "+1 +2 -2 +3");
  fake_run_work_until_done (&run);
  g_assert_cmpuint (fake_factory_get_peak (run.factory), ==, 2);
  g_assert_cmpuint (fake_witness_get_n_settled (run.witness), ==, 8);
}

static void
test_weight_waits (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("A heavy task waits until it fits, and nobody overtakes it, though others would "
                  "fit; no more is read meanwhile.");
  test_weight_open (&run, 4, 4, 6, (const char *const[]){ "1", "1", "3", "1", "1", "1", NULL });
  fake_run_start_all (&run);
  fake_run_check_log (&run, "+1 +2");
  g_assert_cmpuint (fake_source_get_n_taken (run.source), ==, 3);
  test_weight_finish (&run, 1);
  fake_run_check_log (&run, "+1 +2 -1 +3");
  test_weight_finish (&run, 2);
  fake_run_check_log (&run, "+1 +2 -1 +3 -2 +4");
  test_weight_finish (&run, 3);
  fake_run_check_log (&run, "+1 +2 -1 +3 -2 +4 -3 +5 +6");
  fake_run_work_until_done (&run);
}

static void
test_weight_too_heavy (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("What is heavier than all slots together takes all of them.");
  test_weight_open (&run, 3, 2, 4, (const char *const[]){ "1", "1000000", NULL });
  fake_run_start_all (&run);
  fake_run_check_log (&run, "+1");
  test_weight_finish (&run, 1);
  fake_run_check_log (&run, "+1 -1 +2");
  test_weight_finish (&run, 2);
  fake_run_check_log (&run, "+1 -1 +2 -2 +3");
  fake_run_work_until_done (&run);
}

static void
test_weight_across_workers (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("A task that is heavier than one worker's slots holds back those of others.");
  test_weight_open (&run, 4, 4, 4, (const char *const[]){ "3", "1", "1", "1", NULL });
  fake_run_start_all (&run);
  fake_run_check_log (&run, "+1 +2");
  test_weight_finish (&run, 2);
  fake_run_check_log (&run, "+1 +2 -2 +3");
  fake_run_work_until_done (&run);
}

static void
test_weight_lost (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("The weight of what a lost worker had is free again.");
  test_weight_open (&run, 2, 2, 3, (const char *const[]){ "2", NULL });
  fake_run_start_all (&run);
  fake_worker_die (fake_run_get_worker (&run, 0), "killed");
  fake_run_start_all (&run);
  fake_run_check_log (&run, "+1 ?1 +2");
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "+1 ?1 +2 -2 +3 -3 .");
}

static void
test_weight_exited (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary (
      "A task whose process has gone weighs nothing any more, and its end frees nothing "
      "that another has by then.");
  test_weight_open (&run, 2, 1, 4, (const char *const[]){ "2", NULL });
  fake_run_start_all (&run);
  fake_worker_exit (fake_run_get_worker (&run, 0), 1);
  fake_run_start_all (&run);
  fake_run_check_log (&run, "+1 +2");
  fake_worker_finish (fake_run_get_worker (&run, 0), 1);
  fake_run_start_all (&run);
  fake_run_check_log (&run, "+1 +2 -1");
  test_weight_finish (&run, 2);
  fake_run_check_log (&run, "+1 +2 -1 -2 +3");
  fake_run_work_until_done (&run);
}

static void
test_weight_close (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("What waits for its weight to fit is not begun after the end.");
  test_weight_open (&run, 2, 1, 3, (const char *const[]){ "1", "2", NULL });
  fake_run_start_all (&run);
  apool_pool_close (run.pool);
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "+1 -1 .");
}

/* ---- keys ---- */

static void
test_weight_open_keyed (FakeRun *run, guint n_rows, const char *const *values)
{
  const ApoolPoolLimits limits = { .jobs = 2, .workers = 2, .prefetch = 2 };

  fake_run_open_scheduled (run, &limits, apool_scheduler_table_find ("affinity"), n_rows);
  fake_run_keep_log (run);
  fake_run_vary (run, values);
  apool_pool_start (run->pool);
}

static void
test_weight_keys (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("Tasks of one key run one after the other, on one worker; others pass them.");
  test_weight_open_keyed (&run, 6, (const char *const[]){ "1", "1", "1 ", NULL });
  fake_run_start_all (&run);
  fake_run_check_log (&run, "+1 +3");
  test_weight_finish (&run, 1);
  fake_run_check_log (&run, "+1 +3 -1 +2");
  test_weight_finish (&run, 3);
  fake_run_check_log (&run, "+1 +3 -1 +2 -3 +6");
  fake_run_work_until_done (&run);
  fake_run_check_tasks (&run, 0, 1, 2, 4, 5);
  fake_run_check_tasks (&run, 1, 3, 6);
}

static void
test_weight_key_survives (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("The worker that replaces a lost one has its keys.");
  test_weight_open_keyed (&run, 6, (const char *const[]){ "1", "1 ", NULL });
  fake_run_start_all (&run);
  fake_run_check_log (&run, "+1 +2");
  fake_worker_die (fake_run_get_worker (&run, 0), "killed");
  fake_run_work_until_done (&run);
  fake_run_check_tasks (&run, 1, 2, 4, 6);
  fake_run_check_tasks (&run, 2, 3, 5);
}

static void
test_weight_key_unstaffed (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("Keys of a seat for which no worker can be made go to another one.");
  test_weight_open_keyed (&run, 6, (const char *const[]){ "1", "1 ", NULL });
  fake_run_start_all (&run);
  fake_factory_fail (run.factory, "no more processes");
  fake_worker_die (fake_run_get_worker (&run, 0), "killed");
  fake_run_work_until_done (&run);
  g_assert_no_error (run.error);
  g_assert_cmpuint (fake_witness_get_n_settled (run.witness), ==, 6);
  g_assert_cmpuint (fake_factory_get_n_made (run.factory), ==, 2);
}

static void
test_weight_unready (void)
{
  const ApoolPoolLimits limits = {
    .jobs = 2, .workers = 2, .is_weighted = TRUE, .workers_prepare = TRUE
  };
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("What waits for a worker to be prepared is called back when another has a slot.");
  fake_run_open_logged_within (&run, &limits, 2);
  fake_run_vary (&run, (const char *const[]){ "1", NULL });
  apool_pool_start (run.pool);
  fake_worker_start_all (fake_run_get_worker (&run, 0));
  fake_run_finish (&run, 0, 1);
  g_assert_cmpuint (fake_worker_get_state (fake_run_get_worker (&run, 1))->recalls->len, ==, 1);
  fake_worker_answer_recall (fake_run_get_worker (&run, 1), G_MAXUINT);
  fake_worker_start_all (fake_run_get_worker (&run, 0));
  fake_run_check_log (&run, "i1 +1 -1 +2");
  fake_run_work_until_done (&run);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pool-weight/sum", test_weight_sum);
  g_test_add_func ("/pool-weight/waits", test_weight_waits);
  g_test_add_func ("/pool-weight/too-heavy", test_weight_too_heavy);
  g_test_add_func ("/pool-weight/across-workers", test_weight_across_workers);
  g_test_add_func ("/pool-weight/lost", test_weight_lost);
  g_test_add_func ("/pool-weight/exited", test_weight_exited);
  g_test_add_func ("/pool-weight/close", test_weight_close);
  g_test_add_func ("/pool-weight/keys", test_weight_keys);
  g_test_add_func ("/pool-weight/key-survives", test_weight_key_survives);
  g_test_add_func ("/pool-weight/key-unstaffed", test_weight_key_unstaffed);
  g_test_add_func ("/pool-weight/unready", test_weight_unready);
  return g_test_run ();
}
