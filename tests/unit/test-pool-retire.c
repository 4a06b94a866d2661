/* SPDX-License-Identifier: MIT */
/* Workers that have had their share of tasks: they take no more, work off what they have, and are
 * replaced while others go on. What the log and the events of a run say is explained in
 * fake-witness.c and fake-crew-watch.c. */

#include <glib.h>

#include "fake-run.h"

static void
test_retire_open (
    FakeRun *run, guint jobs, guint workers, guint prefetch, guint max_tasks, guint64 n_rows)
{
  const ApoolPoolLimits limits = {
    .jobs = jobs, .workers = workers, .prefetch = prefetch, .max_tasks = max_tasks
  };

  fake_run_open_logged_within (run, &limits, n_rows);
  apool_pool_start (run->pool);
}

static void
test_retire_work_off (FakeRun *run, guint64 n_rows)
{
  fake_run_work_until_done (run);
  g_assert_no_error (run->error);
  g_assert_cmpuint (fake_witness_get_n_settled (run->witness), ==, n_rows);
}

static void
test_retire_replaced (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("The next worker is made when the last task is handed out, not when it is done; "
                  "the slot is passed on when it is.");
  test_retire_open (&run, 1, 1, 0, 2, 4);
  fake_run_start_all (&run);
  fake_run_check_events (&run, "made-1 ready-1");
  fake_run_finish (&run, 0, 1);
  fake_run_check_events (&run, "retiring-1 made-1");
  fake_worker_get_ready (fake_run_get_worker (&run, 1));
  fake_run_start_all (&run);
  fake_run_check_events (&run, "ready-1");
  fake_run_check_tasks (&run, 1, 0);
  fake_run_finish (&run, 0, 2);
  fake_run_check_events (&run, "closed-1 granted-1:1");
  fake_run_check_tasks (&run, 0, 1, 2);
  fake_run_check_tasks (&run, 1, 3);
  fake_run_start_all (&run);
  fake_worker_die (fake_run_get_worker (&run, 0), NULL);
  fake_run_check_events (&run, "ended-1");
  test_retire_work_off (&run, 4);
}

static void
test_retire_others_go_on (void)
{
  g_auto (FakeRun) run = { 0 };

  test_retire_open (&run, 2, 2, 0, 2, 8);
  fake_run_start_all (&run);
  fake_run_finish (&run, 0, 1);
  fake_run_start_all (&run); /* worker 1 has had two; its successor is made */
  fake_run_check_log (&run, "+1 +2 -1 +3");
  g_assert_cmpuint (fake_factory_get_n_made (run.factory), ==, 3);
  fake_run_finish (&run, 1, 2);
  fake_run_start_all (&run);
  fake_run_check_tasks (&run, 1, 2, 4);
  fake_run_finish (&run, 0, 3);
  fake_run_start_all (&run);
  fake_run_check_log (&run, "+1 +2 -1 +3 -2 +4 -3 +5");
  fake_run_check_tasks (&run, 2, 5);
  test_retire_work_off (&run, 8);
}

static void
test_retire_slot_by_slot (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("The successor gets each slot when it becomes free, not when all are.");
  test_retire_open (&run, 3, 1, 0, 3, 9);
  fake_run_start_all (&run);
  fake_run_check_tasks (&run, 0, 1, 2, 3);
  fake_run_check_tasks (&run, 1, 0);
  fake_run_finish (&run, 0, 2);
  fake_run_check_tasks (&run, 1, 4);
  fake_run_start_all (&run);
  fake_run_finish (&run, 0, 1);
  fake_run_start_all (&run);
  fake_run_check_log (&run, "+1 +2 +3 -2 +4 -1 +5");
  g_assert_cmpuint (fake_worker_get_state (fake_run_get_worker (&run, 0))->n_closes, ==, 0);
  fake_run_finish (&run, 0, 3);
  g_assert_cmpuint (fake_worker_get_state (fake_run_get_worker (&run, 0))->n_closes, ==, 1);
  fake_run_check_tasks (&run, 1, 4, 5, 6);
  test_retire_work_off (&run, 9);
  g_assert_cmpuint (fake_factory_get_peak (run.factory), ==, 3);
}

static void
test_retire_exited (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary (
      "A task whose process has gone needs no slot: another one has it at once, and the "
      "worker that retires meanwhile gets none that it has already.");
  test_retire_open (&run, 2, 1, 0, 3, 5);
  fake_run_start_all (&run);
  fake_worker_exit (fake_run_get_worker (&run, 0), 1);
  fake_run_check_tasks (&run, 0, 1, 2, 3);
  fake_run_start_all (&run);
  fake_run_check_log (&run, "+1 +2 +3");
  fake_worker_exit (fake_run_get_worker (&run, 0), 2);
  fake_run_start_all (&run);
  fake_run_check_log (&run, "+1 +2 +3 +4");
  fake_run_check_tasks (&run, 1, 4);
  fake_worker_finish (fake_run_get_worker (&run, 0), 1);
  fake_run_check_tasks (&run, 1, 4);
  test_retire_work_off (&run, 5);
  g_assert_cmpuint (fake_factory_get_peak (run.factory), ==, 2);
}

static void
test_retire_one_each (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("A worker for each task, with several slots: those that it does not need are "
                  "passed on as soon as it has started its one task.");
  test_retire_open (&run, 3, 1, 0, 1, 6);
  for (guint i = 0; i < 3; i++)
    {
      fake_worker_start_all (fake_run_get_worker (&run, i));
      g_assert_cmpuint (fake_factory_get_n_running (run.factory), ==, i + 1);
    }
  fake_run_check_log (&run, "+1 +2 +3");
  test_retire_work_off (&run, 6);
  g_assert_cmpuint (fake_factory_get_peak (run.factory), ==, 3);
}

static void
test_retire_one_each_ahead (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("Of the workers without a slot there is one at most, however many tasks could "
                  "wait at them.");
  test_retire_open (&run, 1, 1, 4, 1, 9);
  g_assert_cmpuint (fake_factory_get_n_made (run.factory), ==, 2);
  fake_run_check_tasks (&run, 0, 1);
  fake_run_check_tasks (&run, 1, 2);
  fake_run_start_all (&run);
  g_assert_cmpuint (fake_factory_get_n_made (run.factory), ==, 2);
  fake_run_finish (&run, 0, 1);
  fake_run_start_all (&run);
  fake_run_check_log (&run, "+1 -1 +2");
  test_retire_work_off (&run, 9);
}

static void
test_retire_lost (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("A retiring worker that is lost gives its slot up at once; the one that has its "
                  "seat goes on.");
  test_retire_open (&run, 1, 1, 1, 2, 4);
  fake_run_start_all (&run);
  fake_run_check_tasks (&run, 0, 1, 2);
  fake_run_check_tasks (&run, 1, 3);
  fake_run_check_events (&run, "made-1 retiring-1 made-1 ready-1 ready-1");
  fake_worker_die (fake_run_get_worker (&run, 0), "killed");
  fake_run_check_events (&run, "granted-1:1 lost-1");
  fake_run_check_log (&run, "+1 ?1");
  fake_run_start_all (&run);
  fake_run_check_log (&run, "+1 ?1 +3");
  test_retire_work_off (&run, 4);
}

static void
test_retire_over (void)
{
  const ApoolPoolLimits limits = { .jobs = 3, .workers = 1, .max_tasks = 3, .retries = 1 };
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("Nobody is replaced once it is known that the input is over.");
  fake_run_open_logged_within (&run, &limits, 2);
  apool_pool_start (run.pool);
  fake_run_start_all (&run);
  fake_worker_fail (fake_run_get_worker (&run, 0), 1, APOOL_OUTCOME_EXITED, 1);
  fake_run_check_events (&run, "made-1 ready-1 retiring-1");
  test_retire_work_off (&run, 2);
  fake_run_check_events (&run, "closed-1 ended-1");
}

static void
test_retire_recalled (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("What waits at a retiring worker behind a long task runs elsewhere.");
  test_retire_open (&run, 2, 2, 1, 2, 4);
  fake_worker_start_all (fake_run_get_worker (&run, 0));
  fake_worker_start_all (fake_run_get_worker (&run, 1));
  fake_run_check_tasks (&run, 0, 1, 3);
  fake_run_check_tasks (&run, 1, 2, 4);
  fake_run_finish (&run, 1, 2);
  fake_worker_start_all (fake_run_get_worker (&run, 1));
  fake_run_finish (&run, 1, 4);
  g_assert_cmpuint (fake_worker_get_state (fake_run_get_worker (&run, 0))->recalls->len, ==, 1);
  fake_worker_answer_recall (fake_run_get_worker (&run, 0), 1);
  while (!fake_witness_is_settled (run.witness, 3))
    {
      for (guint i = 1; i < fake_factory_get_n_made (run.factory); i++)
        (void) fake_worker_work (fake_run_get_worker (&run, i));
    }
  g_assert_false (fake_witness_is_settled (run.witness, 1));
  test_retire_work_off (&run, 4);
}

static void
test_retire_given_back (void)
{
  const ApoolPoolLimits limits = { .jobs = 2, .workers = 2, .prefetch = 1, .max_tasks = 3 };
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("A task that a worker gave back does not count against it.");
  fake_run_open_logged_within (&run, &limits, 6);
  fake_source_hold (run.source);
  apool_pool_start (run.pool);
  fake_source_provide (run.source, 4);
  fake_run_start_all (&run);
  fake_run_check_tasks (&run, 0, 1, 3);
  fake_run_finish (&run, 1, 2);
  fake_run_start_all (&run);
  fake_run_finish (&run, 1, 4);
  fake_worker_answer_recall (fake_run_get_worker (&run, 0), 1);
  fake_run_check_tasks (&run, 1, 2, 4, 3);
  fake_run_check_events (&run, "made-1 made-2 ready-1 ready-2 recalled-1:1 retiring-2");
  fake_run_finish (&run, 0, 1);
  fake_source_provide (run.source, 1);
  fake_run_check_tasks (&run, 0, 1, 3, 5);
  fake_run_check_events (&run, "");
  fake_source_provide (run.source, 1);
  test_retire_work_off (&run, 6);
}

static void
test_retire_factory_fails (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("A successor that cannot be made ahead is made when the old worker has gone.");
  test_retire_open (&run, 1, 1, 0, 2, 4);
  fake_run_start_all (&run);
  fake_factory_fail_times (run.factory, "no more processes", 2);
  fake_run_finish (&run, 0, 1);
  fake_run_start_all (&run);
  g_assert_cmpuint (fake_factory_get_n_made (run.factory), ==, 1);
  test_retire_work_off (&run, 4);
  fake_run_check_log (&run, "+1 -1 +2 -2 +3 -3 +4 -4 .");
}

static void
test_retire_close (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("After the end a retiring worker is not replaced, and gives back what waits.");
  test_retire_open (&run, 1, 1, 1, 2, 9);
  fake_run_start_all (&run);
  apool_pool_close (run.pool);
  for (guint i = 0; i < 2; i++)
    fake_worker_answer_recall (fake_run_get_worker (&run, i), G_MAXUINT);
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "+1 -1 .");
  g_assert_cmpuint (fake_factory_get_n_made (run.factory), ==, 2);
}

static void
test_retire_listed (void)
{
  g_auto (FakeRun) run = { 0 };
  g_autoptr (GArray) workers = NULL;
  const ApoolWorkerState *states;

  g_test_summary ("Both are listed under their number, the retiring one first.");
  test_retire_open (&run, 2, 2, 0, 2, 9);
  fake_run_start_all (&run);
  fake_run_finish (&run, 0, 1);
  fake_run_start_all (&run);
  workers = apool_pool_list_workers (run.pool);
  g_assert_cmpuint (workers->len, ==, 3);
  states = (const ApoolWorkerState *) (const void *) workers->data;
  g_assert_cmpuint (states[0].number, ==, 1);
  g_assert_true (states[0].is_retiring);
  g_assert_cmpuint (states[0].n_running, ==, 1);
  g_assert_cmpuint (states[0].n_done, ==, 1);
  g_assert_cmpuint (states[1].number, ==, 1);
  g_assert_false (states[1].is_retiring);
  g_assert_cmpuint (states[1].n_running, ==, 0);
  g_assert_cmpuint (states[2].number, ==, 2);
  g_assert_cmpuint (states[2].n_running, ==, 1);
  g_assert_cmpstr (states[2].host, ==, "here");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pool-retire/replaced", test_retire_replaced);
  g_test_add_func ("/pool-retire/others-go-on", test_retire_others_go_on);
  g_test_add_func ("/pool-retire/slot-by-slot", test_retire_slot_by_slot);
  g_test_add_func ("/pool-retire/exited", test_retire_exited);
  g_test_add_func ("/pool-retire/one-each", test_retire_one_each);
  g_test_add_func ("/pool-retire/one-each-ahead", test_retire_one_each_ahead);
  g_test_add_func ("/pool-retire/lost", test_retire_lost);
  g_test_add_func ("/pool-retire/over", test_retire_over);
  g_test_add_func ("/pool-retire/recalled", test_retire_recalled);
  g_test_add_func ("/pool-retire/given-back", test_retire_given_back);
  g_test_add_func ("/pool-retire/factory-fails", test_retire_factory_fails);
  g_test_add_func ("/pool-retire/close", test_retire_close);
  g_test_add_func ("/pool-retire/listed", test_retire_listed);
  return g_test_run ();
}
