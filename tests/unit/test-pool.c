/* SPDX-License-Identifier: MIT */
/* The pool's ordinary life: who gets which task, how far it reads ahead, how it ends. What the log
 * of a run says is explained in fake-witness.c. */

#include <glib.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"
#include "fake-run.h"

/* ---- handing out ---- */

static void
test_pool_no_tasks (void)
{
  g_auto (FakeRun) run = { 0 };

  fake_run_open_logged (&run, 2, 2, 1, 0);
  apool_pool_start (run.pool);
  g_assert_cmpuint (run.n_done, ==, 1);
  g_assert_no_error (run.error);
  g_assert_cmpuint (fake_factory_get_n_made (run.factory), ==, 0);
  fake_run_check_log (&run, ".");
}

static void
test_pool_one_task (void)
{
  g_auto (FakeRun) run = { 0 };

  fake_run_open_logged (&run, 8, 8, 2, 1);
  apool_pool_start (run.pool);
  g_assert_cmpuint (fake_factory_get_n_made (run.factory), ==, 1);
  fake_run_check_log (&run, "");
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "+1 -1 .");
  g_assert_no_error (run.error);
  g_assert_cmpuint (fake_worker_get_state (fake_run_get_worker (&run, 0))->n_closes, ==, 1);
}

/* What is skipped is settled in its place; nobody is made or started for it. */
static void
test_pool_skipped (void)
{
  g_auto (FakeRun) run = { 0 };

  fake_run_open_logged (&run, 1, 1, 0, 6);
  fake_source_skip (run.source, 2, 3);
  fake_source_fault (run.source, 5, "not a number");
  apool_pool_set_on_error (run.pool, "cleanup");
  apool_pool_start (run.pool);
  fake_run_check_log (&run, "");
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "+1 -1 =2 =3 =4 !5 e5 +6 -6 .");
  g_assert_no_error (run.error);
}

static void
test_pool_all_skipped (void)
{
  g_auto (FakeRun) run = { 0 };

  fake_run_open (&run, &(ApoolPoolLimits){ .jobs = 2, .workers = 2 }, 100000);
  fake_source_skip (run.source, 1, 100000);
  apool_pool_set_on_error (run.pool, "cleanup");
  apool_pool_start (run.pool);
  g_assert_cmpuint (run.n_done, ==, 0); /* others have their turn in between */
  fake_run_work_until_done (&run);
  g_assert_no_error (run.error);
  g_assert_cmpuint (fake_factory_get_n_made (run.factory), ==, 0);
  g_assert_cmpuint (fake_source_get_n_taken (run.source), ==, 100000);
}

static void
test_pool_few_tasks (void)
{
  g_auto (FakeRun) narrow = { 0 };
  g_auto (FakeRun) wide = { 0 };

  fake_run_open_logged (&narrow, 8, 8, 1, 3);
  apool_pool_start (narrow.pool);
  fake_run_work_until_done (&narrow);
  g_assert_cmpuint (fake_factory_get_n_made (narrow.factory), ==, 3);

  fake_run_open_logged (&wide, 8, 2, 4, 3);
  apool_pool_start (wide.pool);
  fake_run_work_until_done (&wide);
  g_assert_cmpuint (fake_factory_get_n_made (wide.factory), ==, 1);
}

/* Slots @first and each @step behind it, up to @last. */
static void
test_pool_check_slots (FakeRun *run, guint index, guint first, guint step, guint last)
{
  FakeWorker *worker = fake_run_get_worker (run, index);
  const GArray *slots = apool_worker_proxy_get_slots (APOOL_WORKER_PROXY (worker));

  g_assert_cmpuint (slots->len, ==, (last - first) / step + 1);
  for (guint i = 0; i < slots->len; i++)
    g_assert_cmpuint (g_array_index (slots, guint, i), ==, first + i * step);
}

static void
test_pool_slots (void)
{
  g_auto (FakeRun) uneven = { 0 };
  g_auto (FakeRun) crowded = { 0 };

  fake_run_open_logged (&uneven, 5, 2, 1, 10);
  apool_pool_start (uneven.pool);
  g_assert_cmpuint (fake_factory_get_n_made (uneven.factory), ==, 2);
  test_pool_check_slots (&uneven, 0, 1, 2, 5);
  test_pool_check_slots (&uneven, 1, 2, 2, 4);

  fake_run_open_logged (&crowded, 3, 8, 1, 10);
  apool_pool_start (crowded.pool);
  g_assert_cmpuint (fake_factory_get_n_made (crowded.factory), ==, 3);
  for (guint i = 0; i < 3; i++)
    test_pool_check_slots (&crowded, i, i + 1, 1, i + 1);
}

static void
test_pool_capacity (void)
{
  g_auto (FakeRun) run = { 0 };

  fake_run_open_logged (&run, 5, 2, 3, 100);
  apool_pool_start (run.pool);
  fake_run_work_until_done (&run);
  g_assert_cmpuint (fake_factory_get_peak (run.factory), ==, 5);
  g_assert_cmpuint (fake_witness_get_n_settled (run.witness), ==, 100);
}

static void
test_pool_reads_ahead (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("No more is taken from the input than the workers may hold.");
  fake_run_open_logged (&run, 2, 2, 1, 100);
  apool_pool_start (run.pool);
  g_assert_cmpuint (fake_source_get_n_taken (run.source), ==, 4);
  fake_run_check_tasks (&run, 0, 1, 3);
  fake_run_check_tasks (&run, 1, 2, 4);
  fake_run_start_all (&run);
  g_assert_cmpuint (fake_source_get_n_taken (run.source), ==, 4);
  fake_run_finish (&run, 1, 2);
  g_assert_cmpuint (fake_source_get_n_taken (run.source), ==, 5);
  fake_run_check_tasks (&run, 1, 2, 4, 5);
}

static void
test_pool_pending (void)
{
  g_auto (FakeRun) run = { 0 };

  fake_run_open_logged (&run, 2, 2, 1, 3);
  fake_source_hold (run.source);
  apool_pool_start (run.pool);
  g_assert_true (fake_source_is_waited_for (run.source));
  g_assert_cmpuint (fake_factory_get_n_made (run.factory), ==, 0);
  fake_source_provide (run.source, 1);
  g_assert_true (fake_source_is_waited_for (run.source));
  fake_run_start_all (&run);
  fake_run_check_log (&run, "+1");
  fake_run_finish (&run, 0, 1);
  g_assert_cmpuint (run.n_done, ==, 0);
  fake_source_provide (run.source, 2);
  fake_run_work_until_done (&run);
  g_assert_cmpuint (fake_witness_get_n_settled (run.witness), ==, 3);
}

static void
test_pool_congested (void)
{
  g_auto (FakeRun) run = { 0 };
  const FakeWorkerState *state;

  fake_run_open_logged (&run, 1, 1, 1, 4);
  apool_pool_start (run.pool);
  state = fake_worker_get_state (fake_run_get_worker (&run, 0));
  apool_pool_set_congested (run.pool, TRUE, 0);
  g_assert_true (state->is_congested);
  fake_run_start_all (&run);
  fake_run_finish (&run, 0, 1);
  fake_run_start_all (&run);
  fake_run_finish (&run, 0, 2);
  g_assert_cmpuint (fake_source_get_n_taken (run.source), ==, 2);
  apool_pool_set_congested (run.pool, TRUE, 7);
  g_assert_cmpuint (state->except, ==, 7);
  apool_pool_set_congested (run.pool, FALSE, 0);
  g_assert_false (state->is_congested);
  g_assert_cmpuint (fake_source_get_n_taken (run.source), ==, 4);
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "+1 -1 +2 -2 +3 -3 +4 -4 .");
}

static void
test_pool_congested_before_start (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("A worker learns at once of a congestion that is older than it.");
  fake_run_open_logged (&run, 1, 1, 0, 2);
  apool_pool_start (run.pool);
  apool_pool_set_congested (run.pool, TRUE, 0);
  fake_worker_die (fake_run_get_worker (&run, 0), "killed");
  g_assert_true (fake_worker_get_state (fake_run_get_worker (&run, 1))->is_congested);
  fake_run_check_tasks (&run, 1, 1);
}

static void
test_pool_fault (void)
{
  g_auto (FakeRun) run = { 0 };
  g_autofree char *longer = g_strnfill (32 * (gsize) sysconf (_SC_PAGESIZE), 'x');

  fake_run_open_logged (&run, 1, 1, 0, 3);
  fake_source_spoil (run.source, 2, longer, strlen (longer));
  apool_pool_start (run.pool);
  fake_run_start_all (&run);
  fake_run_finish (&run, 0, 1);
  fake_run_check_log (&run, "+1 -1 !2");
  g_assert_true (g_str_has_prefix (fake_witness_get_message (run.witness), "input line 2: "));
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "+1 -1 !2 +3 -3 .");
  fake_run_check_tasks (&run, 0, 1, 3);
}

static void
test_pool_nothing_but_faults (void)
{
  g_auto (FakeRun) run = { 0 };

  fake_run_open_logged (&run, 2, 2, 1, 3);
  for (guint64 line = 1; line <= 3; line++)
    fake_source_spoil (run.source, line, "\0", 1);
  apool_pool_start (run.pool);
  fake_run_check_log (&run, "!1 !2 !3 .");
  g_assert_cmpuint (run.n_done, ==, 1);
  g_assert_cmpuint (fake_factory_get_n_made (run.factory), ==, 0);
}

static void
test_pool_endless_faults (void)
{
  g_auto (FakeRun) run = { 0 };
  guint64 n_settled;

  g_test_summary ("However many inputs cannot be run, others come to their turn between them.");
  fake_run_open_logged (&run, 2, 2, 1, 10000);
  for (guint64 line = 2; line <= 10000; line++)
    fake_source_spoil (run.source, line, "\0", 1);
  apool_pool_start (run.pool);
  n_settled = fake_witness_get_n_settled (run.witness);
  g_assert_cmpuint (n_settled, <, 1000);
  fake_run_start_all (&run);
  fake_run_finish (&run, 0, 1);
  g_assert_cmpuint (fake_witness_get_n_settled (run.witness), <, 1000);
  while (fake_witness_get_n_settled (run.witness) < 2000)
    g_main_context_iteration (run.context, TRUE);
  apool_pool_terminate (run.pool, FALSE);
  n_settled = fake_witness_get_n_settled (run.witness);
  g_assert_false (g_main_context_pending (run.context));
  fake_run_work_until_done (&run);
  g_assert_cmpuint (fake_witness_get_n_settled (run.witness), ==, n_settled);
  g_assert_cmpuint (n_settled, <, 3000);
}

static void
test_pool_many_faults (void)
{
  g_auto (FakeRun) run = { 0 };

  fake_run_open_logged (&run, 2, 2, 1, 1001);
  for (guint64 line = 1; line <= 1000; line++)
    fake_source_spoil (run.source, line, "\0", 1);
  apool_pool_start (run.pool);
  while (fake_factory_get_n_made (run.factory) == 0)
    g_main_context_iteration (run.context, TRUE);
  fake_run_check_tasks (&run, 0, 1001);
  fake_run_work_until_done (&run);
  g_assert_cmpuint (fake_witness_get_n_settled (run.witness), ==, 1001);
}

static void
test_pool_stream (void)
{
  g_auto (FakeRun) run = { 0 };
  const FakeWorkerState *first;
  const FakeWorkerState *second;

  fake_run_open_logged (&run, 2, 2, 1, 9);
  apool_pool_start (run.pool);
  first = fake_worker_get_state (fake_run_get_worker (&run, 0));
  second = fake_worker_get_state (fake_run_get_worker (&run, 1));
  apool_pool_stream_task (run.pool, 4);
  apool_pool_stream_task (run.pool, 7);
  g_assert_cmpuint (first->streamed->len, ==, 0);
  g_assert_cmpuint (second->streamed->len, ==, 1);
  g_assert_cmpuint (g_array_index (second->streamed, guint64, 0), ==, 4);
}

/* ---- the first task's input ---- */

/* Gives the pool the read end of a pipe; returns the other one. */
static int
test_pool_give_stdin (FakeRun *run)
{
  int fds[2];

  g_assert_true (apool_fd_make_pipe (fds, NULL));
  apool_pool_set_first_stdin (run->pool, fds[0]);
  return fds[1];
}

static gboolean
test_pool_has_reader (int fd)
{
  struct pollfd pollfd = { .fd = fd, .events = POLLOUT };

  g_assert_cmpint (poll (&pollfd, 1, 0), ==, 1);
  return (pollfd.revents & POLLERR) == 0;
}

static guint64
test_pool_get_stdin_seq (FakeRun *run, guint index)
{
  return fake_worker_get_state (fake_run_get_worker (run, index))->stdin_seq;
}

static void
test_pool_first_stdin (void)
{
  g_auto (FakeRun) run = { 0 };
  g_auto (ApoolFd) fd = -1;

  fake_run_open_logged (&run, 2, 2, 1, 4);
  fd = test_pool_give_stdin (&run);
  apool_pool_start (run.pool);
  fake_run_start_all (&run);
  g_assert_cmpuint (test_pool_get_stdin_seq (&run, 0), ==, 1);
  g_assert_cmpuint (test_pool_get_stdin_seq (&run, 1), ==, 0);
  g_assert_false (test_pool_has_reader (fd)); /* the fake worker has closed its own */
  fake_run_work_until_done (&run);
  g_assert_cmpuint (test_pool_get_stdin_seq (&run, 0), ==, 1);
  g_assert_cmpuint (test_pool_get_stdin_seq (&run, 1), ==, 0);
}

static void
test_pool_first_stdin_again (void)
{
  g_auto (FakeRun) run = { 0 };
  g_auto (ApoolFd) fd = -1;

  g_test_summary ("The first task keeps its input where a worker gives it back, or is lost before "
                  "it starts it.");
  fake_run_open_logged (&run, 2, 2, 1, 4);
  fd = test_pool_give_stdin (&run);
  apool_pool_start (run.pool);
  fake_worker_start_all (fake_run_get_worker (&run, 1));
  fake_run_finish (&run, 1, 2);
  fake_worker_start_all (fake_run_get_worker (&run, 1));
  fake_run_finish (&run, 1, 4);
  fake_worker_answer_recall (fake_run_get_worker (&run, 0), 1);
  fake_run_check_tasks (&run, 1, 2, 4, 1);
  g_assert_cmpuint (test_pool_get_stdin_seq (&run, 1), ==, 1);
  fake_worker_die (fake_run_get_worker (&run, 1), "killed");
  fake_run_check_tasks (&run, 2, 1);
  g_assert_cmpuint (test_pool_get_stdin_seq (&run, 2), ==, 1);
  g_assert_true (test_pool_has_reader (fd));
  fake_worker_start_all (fake_run_get_worker (&run, 2));
  g_assert_false (test_pool_has_reader (fd));
}

static void
test_pool_first_stdin_fault (void)
{
  g_auto (FakeRun) run = { 0 };
  g_auto (ApoolFd) fd = -1;

  fake_run_open_logged (&run, 1, 1, 0, 2);
  fake_source_spoil (run.source, 1, "\0", 1);
  fd = test_pool_give_stdin (&run);
  apool_pool_start (run.pool);
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "!1 +2 -2 .");
  g_assert_cmpuint (test_pool_get_stdin_seq (&run, 0), ==, 0);
}

/* ---- calling back ---- */

/* Two workers with a slot each and a task behind the one that runs: 1 and 3, 2 and 4. */
static void
test_pool_open_pair (FakeRun *run, guint64 n_rows)
{
  fake_run_open_logged (run, 2, 2, 1, n_rows);
  apool_pool_start (run->pool);
  fake_run_start_all (run);
  fake_run_check_log (run, "+1 +2");
}

static guint
test_pool_get_recall (FakeRun *run, guint index)
{
  GArray *recalls = fake_worker_get_state (fake_run_get_worker (run, index))->recalls;

  return recalls->len > 0 ? g_array_index (recalls, guint, 0) : 0;
}

/* Has the second worker finish what it has, so that its slot is free. */
static void
test_pool_idle_second (FakeRun *run)
{
  fake_run_finish (run, 1, 2);
  fake_run_start_all (run);
  fake_run_finish (run, 1, 4);
}

static void
test_pool_recall (void)
{
  g_auto (FakeRun) run = { 0 };

  test_pool_open_pair (&run, 4);
  fake_run_finish (&run, 1, 2);
  g_assert_cmpuint (test_pool_get_recall (&run, 0), ==, 0);
  fake_run_start_all (&run);
  fake_run_finish (&run, 1, 4);
  g_assert_cmpuint (test_pool_get_recall (&run, 0), ==, 1);
  fake_worker_answer_recall (fake_run_get_worker (&run, 0), 1);
  fake_run_start_all (&run);
  fake_run_finish (&run, 1, 3);
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "+1 +2 -2 +4 -4 +3 -3 -1 .");
}

static void
test_pool_recall_too_late (void)
{
  g_auto (FakeRun) run = { 0 };

  test_pool_open_pair (&run, 4);
  test_pool_idle_second (&run);
  fake_run_finish (&run, 0, 1);
  fake_run_start_all (&run);
  fake_worker_answer_recall (fake_run_get_worker (&run, 0), 1);
  g_assert_cmpuint (test_pool_get_recall (&run, 0), ==, 0);
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "+1 +2 -2 +4 -4 -1 +3 -3 .");
}

static void
test_pool_recall_refused (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("A worker that gives nothing back is asked once more, and is not needed.");
  test_pool_open_pair (&run, 4);
  test_pool_idle_second (&run);
  fake_worker_answer_recall (fake_run_get_worker (&run, 0), 0);
  g_assert_cmpuint (test_pool_get_recall (&run, 0), ==, 1);
  fake_run_finish (&run, 0, 1);
  fake_run_start_all (&run);
  fake_run_finish (&run, 0, 3);
  g_assert_cmpuint (run.n_done, ==, 0);
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "+1 +2 -2 +4 -4 -1 +3 -3 .");
}

static void
test_pool_recall_partly (void)
{
  g_auto (FakeRun) run = { 0 };
  FakeWorker *worker;

  fake_run_open_logged (&run, 4, 2, 2, 8);
  apool_pool_start (run.pool);
  fake_run_check_tasks (&run, 0, 1, 2, 5, 7);
  fake_run_start_all (&run);
  worker = fake_run_get_worker (&run, 0);
  for (int i = 0; i < 4; i++)
    {
      fake_run_finish (&run, 1, (guint64[]){ 3, 4, 6, 8 }[i]);
      fake_worker_start_all (fake_run_get_worker (&run, 1));
    }
  g_assert_cmpuint (test_pool_get_recall (&run, 0), ==, 1); /* when the first slot became free */
  fake_worker_answer_recall (worker, 1);
  fake_run_check_tasks (&run, 1, 3, 4, 6, 8, 5);
  g_assert_cmpuint (test_pool_get_recall (&run, 0), ==, 1);
  fake_worker_answer_recall (worker, 1);
  fake_run_check_tasks (&run, 1, 3, 4, 6, 8, 5, 7);
  fake_run_work_until_done (&run);
}

static void
test_pool_recall_draining (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("A worker has more tasks than slots while the output of one is waited for: there "
                  "is nothing to be called back.");
  test_pool_open_pair (&run, 4);
  fake_worker_exit (fake_run_get_worker (&run, 0), 1);
  fake_run_start_all (&run);
  fake_run_check_log (&run, "+1 +2 +3");
  test_pool_idle_second (&run);
  g_assert_cmpuint (test_pool_get_recall (&run, 0), ==, 0);
  fake_run_work_until_done (&run);
}

static void
test_pool_recall_far_behind (void)
{
  g_auto (FakeRun) run = { 0 };
  guint64 seq = 2;

  g_test_summary ("The input does not end, so no slot is ever free; yet task 3 does not wait for "
                  "the long task 1 for ever.");
  test_pool_open_pair (&run, 1000);
  while (test_pool_get_recall (&run, 0) == 0)
    {
      fake_run_finish (&run, 1, seq);
      seq = fake_worker_start (fake_run_get_worker (&run, 1));
      g_assert_cmpuint (seq, <, 100);
    }
  g_assert_cmpuint (test_pool_get_recall (&run, 0), ==, 1);
  fake_worker_answer_recall (fake_run_get_worker (&run, 0), 1);
  while (seq != 3)
    {
      fake_run_finish (&run, 1, seq);
      seq = fake_worker_start (fake_run_get_worker (&run, 1));
    }
  fake_run_finish (&run, 1, 3);
  g_assert_false (fake_witness_is_settled (run.witness, 1));
}

static void
test_pool_recall_for_new_worker (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("The slots of a lost worker are free ones too: a new worker takes over what "
                  "waits elsewhere.");
  test_pool_open_pair (&run, 3);
  fake_worker_die (fake_run_get_worker (&run, 1), "killed");
  g_assert_cmpuint (test_pool_get_recall (&run, 0), ==, 1);
  fake_worker_answer_recall (fake_run_get_worker (&run, 0), 1);
  fake_run_check_tasks (&run, 2, 3);
  fake_run_start_all (&run);
  fake_run_check_log (&run, "+1 +2 ?2 +3");
}

/* ---- ends ---- */

static void
test_pool_close (void)
{
  g_auto (FakeRun) run = { 0 };
  FakeWorker *worker;

  g_test_summary ("What is started is run, and no more.");
  fake_run_open_logged (&run, 1, 1, 2, 10);
  apool_pool_start (run.pool);
  fake_run_start_all (&run);
  worker = fake_run_get_worker (&run, 0);
  apool_pool_close (run.pool);
  apool_pool_close (run.pool);
  g_assert_cmpuint (test_pool_get_recall (&run, 0), ==, 2);
  fake_worker_answer_recall (worker, G_MAXUINT);
  g_assert_cmpuint (fake_worker_get_state (worker)->n_closes, ==, 0);
  fake_run_finish (&run, 0, 1);
  g_assert_cmpuint (fake_worker_get_state (worker)->n_closes, ==, 1);
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "+1 -1 .");
  fake_run_check_tasks (&run, 0, 1, 2, 3);
  g_assert_cmpuint (fake_source_get_n_taken (run.source), ==, 3);
  g_assert_no_error (run.error);
}

static void
test_pool_close_unready (void)
{
  g_auto (FakeRun) run = { 0 };

  g_test_summary ("A task that has a slot at a worker which is on its way is as good as started.");
  fake_run_open_logged (&run, 1, 1, 1, 10);
  apool_pool_start (run.pool);
  apool_pool_close (run.pool);
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "+1 -1 .");
  g_assert_cmpuint (fake_factory_get_n_made (run.factory), ==, 1);
  g_assert_no_error (run.error);
}

static void
test_pool_close_recalling (void)
{
  g_auto (FakeRun) run = { 0 };
  FakeWorker *worker;

  g_test_summary ("A worker that was asked for one task is asked for the others when it answered; "
                  "none of them runs elsewhere.");
  fake_run_open_logged (&run, 2, 2, 2, 6);
  apool_pool_start (run.pool);
  fake_run_start_all (&run);
  worker = fake_run_get_worker (&run, 0);
  for (guint64 seq = 2; seq <= 6; seq += 2)
    {
      fake_run_finish (&run, 1, seq);
      fake_worker_start_all (fake_run_get_worker (&run, 1));
    }
  g_assert_cmpuint (test_pool_get_recall (&run, 0), ==, 1);
  apool_pool_close (run.pool);
  fake_worker_answer_recall (worker, 1);
  g_assert_cmpuint (test_pool_get_recall (&run, 0), ==, 1);
  fake_worker_answer_recall (worker, 1);
  g_assert_cmpuint (test_pool_get_recall (&run, 0), ==, 0);
  fake_run_check_tasks (&run, 1, 2, 4, 6);
  fake_run_finish (&run, 0, 1);
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "+1 +2 -2 +4 -4 +6 -6 -1 .");
}

static void
test_pool_close_pending (void)
{
  g_auto (FakeRun) run = { 0 };

  fake_run_open_logged (&run, 1, 1, 1, 10);
  fake_source_hold (run.source);
  apool_pool_start (run.pool);
  fake_source_provide (run.source, 1);
  fake_run_start_all (&run);
  fake_run_finish (&run, 0, 1);
  apool_pool_close (run.pool);
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "+1 -1 .");
  fake_source_provide (run.source, 1); /* what comes behind the end is nobody's */
  g_assert_cmpuint (fake_source_get_n_taken (run.source), ==, 1);
}

static void
test_pool_terminate (void)
{
  g_auto (FakeRun) run = { 0 };
  FakeWorker *worker;

  fake_run_open_logged (&run, 1, 1, 2, 10);
  apool_pool_start (run.pool);
  fake_run_start_all (&run);
  apool_pool_terminate (run.pool, FALSE);
  apool_pool_terminate (run.pool, FALSE);
  worker = fake_run_get_worker (&run, 0);
  g_assert_cmpuint (fake_worker_get_state (worker)->n_terminates, ==, 1);
  fake_worker_answer_recall (worker, G_MAXUINT);
  g_assert_cmpuint (fake_worker_get_state (worker)->n_closes, ==, 0);
  fake_run_finish (&run, 0, 1);
  g_assert_cmpuint (fake_worker_get_state (worker)->n_closes, ==, 1);
  g_assert_cmpuint (run.n_done, ==, 0);
  fake_worker_die (worker, NULL);
  g_assert_cmpuint (run.n_done, ==, 1);
  fake_run_check_log (&run, "+1 -1 .");
  g_assert_no_error (run.error);
  g_assert_cmpuint (fake_source_get_n_taken (run.source), ==, 3);
}

static void
test_pool_terminate_now (void)
{
  g_auto (FakeRun) run = { 0 };
  FakeWorker *worker;

  fake_run_open_logged (&run, 1, 1, 2, 10);
  apool_pool_start (run.pool);
  fake_run_start_all (&run);
  apool_pool_terminate (run.pool, FALSE);
  apool_pool_terminate (run.pool, TRUE);
  worker = fake_run_get_worker (&run, 0);
  g_assert_cmpuint (fake_worker_get_state (worker)->n_kills, ==, 1);
  g_assert_cmpuint (run.n_done, ==, 0);
  fake_worker_die (worker, NULL);
  fake_run_check_log (&run, "+1 ?1 .");
  g_assert_cmpuint (run.n_done, ==, 1);
  g_assert_no_error (run.error);
}

static void
test_pool_terminate_closing (void)
{
  g_auto (FakeRun) run = { 0 };
  FakeWorker *worker;

  g_test_summary ("A worker that was closed and does not end is told to, and can be killed.");
  fake_run_open_logged (&run, 1, 1, 0, 1);
  apool_pool_start (run.pool);
  fake_run_start_all (&run);
  fake_run_finish (&run, 0, 1);
  worker = fake_run_get_worker (&run, 0);
  g_assert_cmpuint (fake_worker_get_state (worker)->n_closes, ==, 1);
  apool_pool_terminate (run.pool, FALSE);
  g_assert_cmpuint (fake_worker_get_state (worker)->n_terminates, ==, 1);
  apool_pool_terminate (run.pool, TRUE);
  g_assert_cmpuint (fake_worker_get_state (worker)->n_kills, ==, 1);
  fake_worker_die (worker, NULL);
  fake_run_check_log (&run, "+1 -1 .");
}

static void
test_pool_terminate_unstarted (void)
{
  g_auto (FakeRun) run = { 0 };

  fake_run_open_logged (&run, 1, 1, 0, 1);
  apool_pool_terminate (run.pool, FALSE);
  apool_pool_start (run.pool);
  g_assert_cmpuint (run.n_done, ==, 1);
  g_assert_cmpuint (fake_source_get_n_taken (run.source), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pool/no-tasks", test_pool_no_tasks);
  g_test_add_func ("/pool/one-task", test_pool_one_task);
  g_test_add_func ("/pool/skipped", test_pool_skipped);
  g_test_add_func ("/pool/all-skipped", test_pool_all_skipped);
  g_test_add_func ("/pool/few-tasks", test_pool_few_tasks);
  g_test_add_func ("/pool/slots", test_pool_slots);
  g_test_add_func ("/pool/capacity", test_pool_capacity);
  g_test_add_func ("/pool/reads-ahead", test_pool_reads_ahead);
  g_test_add_func ("/pool/pending", test_pool_pending);
  g_test_add_func ("/pool/congested", test_pool_congested);
  g_test_add_func ("/pool/congested-before-start", test_pool_congested_before_start);
  g_test_add_func ("/pool/fault", test_pool_fault);
  g_test_add_func ("/pool/nothing-but-faults", test_pool_nothing_but_faults);
  g_test_add_func ("/pool/endless-faults", test_pool_endless_faults);
  g_test_add_func ("/pool/many-faults", test_pool_many_faults);
  g_test_add_func ("/pool/stream", test_pool_stream);
  g_test_add_func ("/pool/first-stdin", test_pool_first_stdin);
  g_test_add_func ("/pool/first-stdin-again", test_pool_first_stdin_again);
  g_test_add_func ("/pool/first-stdin-fault", test_pool_first_stdin_fault);
  g_test_add_func ("/pool/recall", test_pool_recall);
  g_test_add_func ("/pool/recall-too-late", test_pool_recall_too_late);
  g_test_add_func ("/pool/recall-refused", test_pool_recall_refused);
  g_test_add_func ("/pool/recall-partly", test_pool_recall_partly);
  g_test_add_func ("/pool/recall-draining", test_pool_recall_draining);
  g_test_add_func ("/pool/recall-far-behind", test_pool_recall_far_behind);
  g_test_add_func ("/pool/recall-for-new-worker", test_pool_recall_for_new_worker);
  g_test_add_func ("/pool/close", test_pool_close);
  g_test_add_func ("/pool/close-unready", test_pool_close_unready);
  g_test_add_func ("/pool/close-recalling", test_pool_close_recalling);
  g_test_add_func ("/pool/close-pending", test_pool_close_pending);
  g_test_add_func ("/pool/terminate", test_pool_terminate);
  g_test_add_func ("/pool/terminate-now", test_pool_terminate_now);
  g_test_add_func ("/pool/terminate-closing", test_pool_terminate_closing);
  g_test_add_func ("/pool/terminate-unstarted", test_pool_terminate_unstarted);
  return g_test_run ();
}
