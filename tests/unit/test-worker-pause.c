/* SPDX-License-Identifier: MIT */
/* Jobs that stand still for a while, and what a worker says of those that it runs. */

#include <signal.h>
#include <string.h>

#include "base/apool-process.h"
#include "worker-peer.h"

#define WAIT "read x <&9; "

static void
test_pause_set (TestWorker *worker, guint64 seq, gboolean is_paused)
{
  apool_channel_send (worker->channel, APOOL_MESSAGE_PAUSE,
                      apool_message_new_pause (seq, is_paused));
}

static const ApoolJobState *
test_pause_find (const GArray *states, guint64 seq)
{
  for (guint i = 0; i < states->len; i++)
    if (g_array_index (states, ApoolJobState, i).seq == seq)
      return &g_array_index (states, ApoolJobState, i);
  return NULL;
}

/* Waits until the first process of a job is stopped, or is not: it is when it gets to run. */
static void
test_pause_wait_process (const ApoolJobState *state, gboolean is_stopped)
{
  ApoolProcessActivity activity;

  do
    g_assert_true (apool_process_get_activity ((pid_t) state->pid, &activity));
  while ((activity.state == 'T') != is_stopped);
}

static void
test_pause_one (gconstpointer transport)
{
  TestWorker worker;
  const GArray *states;

  test_worker_open (&worker, transport, 2);
  test_worker_send_line (&worker, 1, WAIT);
  test_worker_send_line (&worker, 2, WAIT);
  test_worker_wait_started (&worker, 1);
  test_worker_wait_started (&worker, 2);
  test_pause_set (&worker, 1, TRUE);
  states = test_worker_ask (&worker, 1);
  g_assert_cmpuint (states->len, ==, 2);
  g_assert_true (test_pause_find (states, 1)->is_paused);
  g_assert_false (test_pause_find (states, 2)->is_paused);
  test_pause_wait_process (test_pause_find (states, 1), TRUE);
  test_pause_set (&worker, 1, FALSE);
  states = test_worker_ask (&worker, 2);
  g_assert_false (test_pause_find (states, 1)->is_paused);
  test_worker_release (&worker, 2);
  test_worker_check (test_worker_wait_finished (&worker, 1), APOOL_OUTCOME_EXITED, 0);
  test_worker_check (test_worker_wait_finished (&worker, 2), APOOL_OUTCOME_EXITED, 0);
  test_worker_stop (&worker);
}

/* One that is stopped for two reasons goes on when there is none left. */
static void
test_pause_twice (gconstpointer transport)
{
  TestWorker worker;
  const GArray *states;

  test_worker_open (&worker, transport, 1);
  test_worker_send_line (&worker, 1, WAIT);
  test_worker_wait_started (&worker, 1);
  test_pause_set (&worker, 1, TRUE);
  test_pause_set (&worker, 0, TRUE);
  test_pause_set (&worker, 1, FALSE);
  states = test_worker_ask (&worker, 1);
  g_assert_true (test_pause_find (states, 1)->is_paused);
  test_pause_set (&worker, 0, FALSE);
  states = test_worker_ask (&worker, 2);
  g_assert_false (test_pause_find (states, 1)->is_paused);
  test_worker_release (&worker, 1);
  test_worker_check (test_worker_wait_finished (&worker, 1), APOOL_OUTCOME_EXITED, 0);
  test_worker_stop (&worker);
}

/* What comes while all stands still is started afterwards. */
static void
test_pause_all (gconstpointer transport)
{
  TestWorker worker;
  test_worker_open (&worker, transport, 2);
  test_pause_set (&worker, 0, TRUE);
  test_worker_send_line (&worker, 1, "true");
  g_assert_cmpuint (test_worker_ask (&worker, 1)->len, ==, 0);
  g_assert_cmpuint (worker.n_started, ==, 0);
  test_pause_set (&worker, 0, FALSE);
  test_worker_check (test_worker_wait_finished (&worker, 1), APOOL_OUTCOME_EXITED, 0);
  test_worker_stop (&worker);
}

/* What is stopped can be ended. */
static void
test_pause_terminated (gconstpointer transport)
{
  TestWorker worker;
  test_worker_open (&worker, transport, 1);
  test_worker_send_line (&worker, 1, WAIT);
  test_worker_wait_started (&worker, 1);
  test_pause_set (&worker, 1, TRUE);
  apool_channel_send (worker.channel, APOOL_MESSAGE_TERMINATE, g_variant_new ("()"));
  test_worker_check (test_worker_wait_finished (&worker, 1), APOOL_OUTCOME_SIGNALLED, SIGTERM);
  test_worker_stop (&worker);
}

static void
test_pause_answer (gconstpointer transport)
{
  TestWorker worker;
  const ApoolJobState *state;

  test_worker_open (&worker, transport, 1);
  test_worker_send_line (&worker, 1, "printf 'one\\ntwo\\rthree\\n\\n'; echo other >&2; " WAIT);
  test_worker_wait_started (&worker, 1);
  do /* until it has read what the job wrote */
    state = test_pause_find (test_worker_ask (&worker, worker.token + 1), 1);
  while (state->length == 0 || state->line[0] == 'o');
  g_assert_cmpmem (state->line, state->length, "three", 5);
  g_assert_cmpuint (state->pid, >, 0);
  g_assert_cmpint (state->run_usec, >, 0);
  test_worker_release (&worker, 1);
  test_worker_wait_finished (&worker, 1);
  g_assert_cmpuint (test_worker_ask (&worker, worker.token + 1)->len, ==, 0);
  test_worker_stop (&worker);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  signal (SIGPIPE, SIG_IGN);
  test_channel_add ("worker-pause", "one", test_pause_one);
  test_channel_add ("worker-pause", "twice", test_pause_twice);
  test_channel_add ("worker-pause", "all", test_pause_all);
  test_channel_add ("worker-pause", "terminated", test_pause_terminated);
  test_channel_add ("worker-pause", "answer", test_pause_answer);
  return g_test_run ();
}
