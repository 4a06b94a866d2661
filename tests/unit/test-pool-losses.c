/* SPDX-License-Identifier: MIT */
/* The pool when things go wrong: workers that die, that cannot be made, inputs that cannot be read,
 * observers that meddle while they are told of it. */

#include <glib.h>

#include "base/apool-error.h"
#include "fake-run.h"

static void
test_losses_kill (FakeRun *run, guint index)
{
  fake_worker_die (fake_run_get_worker (run, index), "killed");
}

/* Two workers with a slot each, and two tasks behind the one that runs: 1, 3, 5 and 2, 4, 6. */
static void
test_losses_open_pair (FakeRun *run, guint64 n_rows)
{
  fake_run_open_logged (run, 2, 2, 2, n_rows);
  apool_pool_start (run->pool);
  fake_run_start_all (run);
  fake_run_check_tasks (run, 0, 1, 3, 5);
  fake_run_check_tasks (run, 1, 2, 4, 6);
}

/* ---- lost workers ---- */

static void
test_losses_one (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("What a lost worker ran is lost, what waited there runs elsewhere.");
  test_losses_open_pair (&run, 6);
  test_losses_kill (&run, 0);
  fake_run_check_log (&run, "+1 +2 ?1");
  g_assert_cmpstr (fake_witness_get_message (run.witness), ==, "worker 1: killed");
  fake_run_check_tasks (&run, 2, 3);
  fake_run_start_all (&run);
  fake_run_finish (&run, 1, 2);
  fake_run_finish (&run, 2, 3);
  fake_run_check_tasks (&run, 2, 3, 5);
  fake_run_work_until_done (&run);
  g_assert_cmpuint (fake_witness_get_n_settled (run.witness), ==, 6);
  g_assert_no_error (run.error);
}

static void
test_losses_draining (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("A task that was not reported as finished is lost, though its process ended.");
  test_losses_open_pair (&run, 6);
  fake_worker_exit (fake_run_get_worker (&run, 0), 1);
  fake_run_start_all (&run);
  test_losses_kill (&run, 0);
  fake_run_check_log (&run, "+1 +2 +3 ?1 ?3");
  fake_run_check_tasks (&run, 2, 5);
}

static void
test_losses_slots (void)
{
  g_auto (FakeRun) run = { 0 };
  const GArray *slots;

  fake_run_open_logged (&run, 3, 3, 0, 9);
  apool_pool_start (run.pool);
  fake_run_start_all (&run);
  test_losses_kill (&run, 1);
  slots = apool_worker_proxy_get_slots (APOOL_WORKER_PROXY (fake_run_get_worker (&run, 3)));
  g_assert_cmpuint (slots->len, ==, 1);
  g_assert_cmpuint (g_array_index (slots, guint, 0), ==, 2);
}

static void
test_losses_by_number (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("What two lost workers leave is run by number, and before anything newer.");
  test_losses_open_pair (&run, 8);
  test_losses_kill (&run, 0);
  test_losses_kill (&run, 1);
  fake_run_check_tasks (&run, 2, 3);
  fake_run_check_tasks (&run, 3, 4);
  fake_run_start_all (&run);
  fake_run_finish (&run, 2, 3);
  fake_run_check_tasks (&run, 2, 3, 5);
  fake_run_finish (&run, 3, 4);
  fake_run_check_tasks (&run, 2, 3, 5, 7);
  fake_run_check_tasks (&run, 3, 4, 6, 8);
}

static void
test_losses_unready (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("A worker that dies before it is ready costs no task.");
  fake_run_open_logged (&run, 1, 1, 1, 2);
  apool_pool_start (run.pool);
  test_losses_kill (&run, 0);
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "+1 -1 +2 -2 .");
  g_assert_cmpuint (fake_factory_get_n_made (run.factory), ==, 2);
  g_assert_no_error (run.error);
}

static void
test_losses_idle (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("An idle worker that dies is replaced when there is work again.");
  fake_run_open_logged (&run, 1, 1, 1, 2);
  fake_source_hold (run.source);
  apool_pool_start (run.pool);
  fake_source_provide (run.source, 1);
  fake_run_start_all (&run);
  fake_run_finish (&run, 0, 1);
  test_losses_kill (&run, 0);
  g_assert_cmpuint (fake_factory_get_n_made (run.factory), ==, 1);
  fake_source_provide (run.source, 1);
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "+1 -1 +2 -2 .");
  g_assert_no_error (run.error);
}

static void
test_losses_all_at_once (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("All workers killed at once, each at work, is bad luck: the run goes on.");
  fake_run_open_logged (&run, 4, 4, 1, 12);
  apool_pool_start (run.pool);
  fake_run_start_all (&run);
  for (guint i = 0; i < 4; i++)
    test_losses_kill (&run, i);
  fake_run_check_log (&run, "+1 +2 +3 +4 ?1 ?2 ?3 ?4");
  fake_run_work_until_done (&run);
  g_assert_cmpuint (fake_witness_get_n_settled (run.witness), ==, 12);
  g_assert_no_error (run.error);
}

static void
test_losses_every_task (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("Jobs that kill their workers, each of them, are lost one by one.");
  fake_run_open_logged (&run, 1, 1, 1, 5);
  apool_pool_start (run.pool);
  for (guint i = 0; i < 5; i++)
    {
      fake_worker_start_all (fake_run_get_worker (&run, i));
      test_losses_kill (&run, i);
    }
  fake_run_check_log (&run, "+1 ?1 +2 ?2 +3 ?3 +4 ?4 +5 ?5 .");
  g_assert_no_error (run.error);
}

static void
test_losses_gives_up (void)
{
  g_auto (FakeRun) run = { 0 };

  fake_run_open_logged (&run, 2, 1, 0, 5);
  apool_pool_start (run.pool);
  for (guint i = 0; i < 3; i++)
    test_losses_kill (&run, i);
  g_assert_cmpuint (run.n_done, ==, 1);
  g_assert_error (run.error, APOOL_ERROR, APOOL_ERROR_WORKER_LOST);
  g_assert_cmpstr (run.error->message, ==, "no worker stays alive: killed");
  g_assert_cmpuint (fake_factory_get_n_made (run.factory), ==, 3);
  fake_run_check_log (&run, ".");
}

static void
test_losses_beside_others (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("As long as a worker lives the pool does not give up, whatever the others do.");
  fake_run_open_logged (&run, 2, 2, 0, 4);
  apool_pool_start (run.pool);
  fake_worker_start_all (fake_run_get_worker (&run, 0));
  for (guint i = 1; i <= 9; i++)
    test_losses_kill (&run, i);
  g_assert_cmpuint (run.n_done, ==, 0);
  fake_run_work_until_done (&run);
  g_assert_cmpuint (fake_witness_get_n_settled (run.witness), ==, 4);
  g_assert_no_error (run.error);
}

static void
test_losses_hope (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("A task that was started proves that workers can live: the count begins anew.");
  fake_run_open_logged (&run, 1, 1, 0, 3);
  apool_pool_start (run.pool);
  test_losses_kill (&run, 0);
  test_losses_kill (&run, 1);
  fake_worker_start_all (fake_run_get_worker (&run, 2));
  test_losses_kill (&run, 2);
  test_losses_kill (&run, 3);
  test_losses_kill (&run, 4);
  g_assert_cmpuint (run.n_done, ==, 0);
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "+1 ?1 +2 -2 +3 -3 .");
  g_assert_no_error (run.error);
}

static void
test_losses_after_terminate (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("Workers that die when all is to end are no reason to complain.");
  fake_run_open_logged (&run, 4, 4, 0, 9);
  apool_pool_start (run.pool);
  apool_pool_terminate (run.pool, FALSE);
  for (guint i = 0; i < 4; i++)
    test_losses_kill (&run, i);
  fake_run_check_log (&run, ".");
  g_assert_cmpuint (run.n_done, ==, 1);
  g_assert_no_error (run.error);
}

static void
test_losses_while_closing (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("What waits at a worker that is lost after the end is not run elsewhere.");
  test_losses_open_pair (&run, 6);
  apool_pool_close (run.pool);
  test_losses_kill (&run, 0);
  g_assert_cmpuint (run.n_done, ==, 0);
  fake_worker_answer_recall (fake_run_get_worker (&run, 1), G_MAXUINT);
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "+1 +2 ?1 -2 .");
  g_assert_cmpuint (fake_factory_get_n_made (run.factory), ==, 2);
}

static void
test_losses_before_closing (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("What a lost worker left, and nobody has taken over, is not run after the end.");
  test_losses_open_pair (&run, 6);
  test_losses_kill (&run, 0);
  fake_run_check_tasks (&run, 2, 3);
  apool_pool_close (run.pool);
  fake_worker_answer_recall (fake_run_get_worker (&run, 1), G_MAXUINT);
  fake_run_start_all (&run);
  fake_run_finish (&run, 2, 3);
  fake_run_check_tasks (&run, 2, 3);
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "+1 +2 ?1 +3 -3 -2 .");
}

/* ---- what cannot be made or read ---- */

static void
test_losses_factory (void)
{
  g_auto (FakeRun) run = { 0 };

  fake_run_open_logged (&run, 2, 2, 0, 9);
  fake_factory_fail (run.factory, "no more processes");
  apool_pool_start (run.pool);
  g_assert_cmpuint (run.n_done, ==, 1);
  g_assert_error (run.error, APOOL_ERROR, APOOL_ERROR_SPAWN);
  g_assert_cmpstr (run.error->message, ==, "no more processes");
  fake_run_check_log (&run, ".");
}

/* One worker that runs task 1; a second one cannot be made for task 2. */
static void
test_losses_open_short (FakeRun *run, guint prefetch, guint64 n_rows)
{
  fake_run_open_logged (run, 2, 2, prefetch, n_rows);
  fake_source_hold (run->source);
  apool_pool_start (run->pool);
  fake_source_provide (run->source, 1);
  fake_run_start_all (run);
  fake_factory_fail (run->factory, "no more processes");
  fake_source_provide (run->source, n_rows);
}

static void
test_losses_factory_later (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("Where a worker lives it does all the work, and no other one is tried.");
  test_losses_open_short (&run, 0, 4);
  g_assert_cmpuint (fake_source_get_n_taken (run.source), ==, 2);
  fake_factory_fail (run.factory, NULL);
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "+1 -1 +2 -2 +3 -3 +4 -4 .");
  g_assert_cmpuint (fake_factory_get_n_made (run.factory), ==, 1);
  g_assert_no_error (run.error);
}

static void
test_losses_factory_ahead (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("The slots of a worker that cannot be made are no reason to call tasks back.");
  test_losses_open_short (&run, 1, 4);
  fake_run_finish (&run, 0, 1);
  fake_run_start_all (&run);
  fake_run_check_tasks (&run, 0, 1, 2, 3);
  g_assert_cmpuint (fake_worker_get_state (fake_run_get_worker (&run, 0))->recalls->len, ==, 0);
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "+1 -1 +2 -2 +3 -3 +4 -4 .");
  g_assert_no_error (run.error);
}

static void
test_losses_factory_again (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("When a worker has gone, others are made again.");
  test_losses_open_short (&run, 0, 4);
  fake_factory_fail (run.factory, NULL);
  test_losses_kill (&run, 0);
  g_assert_cmpuint (fake_factory_get_n_made (run.factory), ==, 3);
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "+1 ?1 +2 +3 -2 -3 +4 -4 .");
  g_assert_no_error (run.error);
}

static void
test_losses_factory_last (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("When the last worker has gone and none can be made, the pool gives up.");
  test_losses_open_short (&run, 0, 4);
  test_losses_kill (&run, 0);
  fake_run_check_log (&run, "+1 ?1 .");
  g_assert_cmpuint (run.n_done, ==, 1);
  g_assert_error (run.error, APOOL_ERROR, APOOL_ERROR_SPAWN);
  g_assert_cmpstr (run.error->message, ==, "no more processes");
}

static void
test_losses_source (void)
{
  g_auto (FakeRun) run = { 0 };

  fake_run_open_logged (&run, 1, 1, 5, 9);
  fake_source_fail_after (run.source, 2, "the disk is on fire");
  apool_pool_start (run.pool);
  fake_run_work_until_done (&run);
  g_assert_error (run.error, APOOL_ERROR, APOOL_ERROR_INPUT);
  g_assert_cmpstr (run.error->message, ==, "the disk is on fire");
  g_assert_cmpuint (fake_witness_get_n_open (run.witness), ==, 0);
}

static void
test_losses_first_error (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("Of several errors the first one is told.");
  fake_run_open_logged (&run, 4, 4, 0, 9);
  fake_source_fail_after (run.source, 4, "the disk is on fire");
  apool_pool_start (run.pool);
  fake_run_start_all (&run);
  fake_run_finish (&run, 0, 1);
  for (guint i = 0; i < fake_factory_get_n_made (run.factory); i++)
    test_losses_kill (&run, i);
  g_assert_cmpuint (run.n_done, ==, 1);
  g_assert_error (run.error, APOOL_ERROR, APOOL_ERROR_INPUT);
}

/* ---- observers that meddle ---- */

static void
test_losses_congest_cb (guint64 seq, gpointer data)
{
  FakeRun *run = data;

  apool_pool_set_congested (run->pool, TRUE, 0);
  apool_pool_stream_task (run->pool, seq + 1);
  apool_pool_set_congested (run->pool, FALSE, 0);
}

static void
test_losses_observer_dispatches (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("An observer that has the pool hand out tasks, while a loss is being told, does "
                  "not have them handed to the dead.");
  test_losses_open_pair (&run, 8);
  fake_witness_set_hook (run.witness, test_losses_congest_cb, &run);
  test_losses_kill (&run, 0);
  fake_run_check_tasks (&run, 0, 1, 3, 5);
  fake_run_check_tasks (&run, 2, 3);
  fake_run_work_until_done (&run);
  g_assert_cmpuint (fake_witness_get_n_settled (run.witness), ==, 8);
}

static void
test_losses_terminate_cb (guint64 seq, gpointer data)
{
  FakeRun *run = data;

  if (seq > 0)
    apool_pool_terminate (run->pool, TRUE);
}

static void
test_losses_observer_terminates (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("An observer that ends the run at a loss leaves the dead alone.");
  test_losses_open_pair (&run, 8);
  fake_witness_set_hook (run.witness, test_losses_terminate_cb, &run);
  test_losses_kill (&run, 0);
  g_assert_cmpuint (fake_worker_get_state (fake_run_get_worker (&run, 0))->n_kills, ==, 0);
  g_assert_cmpuint (fake_worker_get_state (fake_run_get_worker (&run, 1))->n_kills, ==, 1);
  fake_worker_die (fake_run_get_worker (&run, 1), NULL);
  fake_run_check_log (&run, "+1 +2 ?1 ?2 .");
  g_assert_cmpuint (run.n_done, ==, 1);
}

static void
test_losses_close_cb (guint64 seq, gpointer data)
{
  FakeRun *run = data;

  if (seq == 0)
    apool_pool_close (run->pool);
}

static void
test_losses_observer_closes (void)
{
  g_auto (FakeRun) run = { 0 };
  FakeWorker *second;
  guint64 seq = 2;

  g_test_summary ("An observer that closes the pool when one worker is asked for a task has the "
                  "others be asked as well.");
  test_losses_open_pair (&run, 100);
  second = fake_run_get_worker (&run, 1);
  fake_witness_set_hook (run.witness, test_losses_close_cb, &run);
  while (fake_worker_get_state (fake_run_get_worker (&run, 0))->recalls->len == 0)
    {
      fake_worker_finish (second, seq);
      if (fake_worker_get_state (second)->recalls->len == 0)
        seq = fake_worker_start (second);
      g_assert_cmpuint (seq, <, 100);
    }
  g_assert_cmpuint (fake_worker_get_state (second)->recalls->len, ==, 1);
  fake_run_work_until_done (&run);
}

static void
test_losses_observer_refuses (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("An observer may end the run when it hears of a task that cannot be run.");
  fake_run_open_logged (&run, 2, 2, 1, 8);
  fake_source_spoil (run.source, 2, "\0", 1);
  fake_witness_set_hook (run.witness, test_losses_terminate_cb, &run);
  apool_pool_start (run.pool);
  fake_run_check_log (&run, "!2");
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "!2 .");
  g_assert_cmpuint (fake_source_get_n_taken (run.source), ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pool-losses/one", test_losses_one);
  g_test_add_func ("/pool-losses/draining", test_losses_draining);
  g_test_add_func ("/pool-losses/slots", test_losses_slots);
  g_test_add_func ("/pool-losses/by-number", test_losses_by_number);
  g_test_add_func ("/pool-losses/unready", test_losses_unready);
  g_test_add_func ("/pool-losses/idle", test_losses_idle);
  g_test_add_func ("/pool-losses/all-at-once", test_losses_all_at_once);
  g_test_add_func ("/pool-losses/every-task", test_losses_every_task);
  g_test_add_func ("/pool-losses/gives-up", test_losses_gives_up);
  g_test_add_func ("/pool-losses/beside-others", test_losses_beside_others);
  g_test_add_func ("/pool-losses/hope", test_losses_hope);
  g_test_add_func ("/pool-losses/after-terminate", test_losses_after_terminate);
  g_test_add_func ("/pool-losses/while-closing", test_losses_while_closing);
  g_test_add_func ("/pool-losses/before-closing", test_losses_before_closing);
  g_test_add_func ("/pool-losses/factory", test_losses_factory);
  g_test_add_func ("/pool-losses/factory-later", test_losses_factory_later);
  g_test_add_func ("/pool-losses/factory-ahead", test_losses_factory_ahead);
  g_test_add_func ("/pool-losses/factory-again", test_losses_factory_again);
  g_test_add_func ("/pool-losses/factory-last", test_losses_factory_last);
  g_test_add_func ("/pool-losses/source", test_losses_source);
  g_test_add_func ("/pool-losses/first-error", test_losses_first_error);
  g_test_add_func ("/pool-losses/observer-dispatches", test_losses_observer_dispatches);
  g_test_add_func ("/pool-losses/observer-terminates", test_losses_observer_terminates);
  g_test_add_func ("/pool-losses/observer-closes", test_losses_observer_closes);
  g_test_add_func ("/pool-losses/observer-refuses", test_losses_observer_refuses);
  return g_test_run ();
}
