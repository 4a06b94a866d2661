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
  test_worker_ping (&worker);
  g_assert_cmpuint (test_worker_get_job (&worker, 1)->n_stopped, ==, 0); /* it is we who did it */
  test_pause_set (&worker, 1, FALSE);
  states = test_worker_ask (&worker, 2);
  g_assert_false (test_pause_find (states, 1)->is_paused);
  test_worker_release (&worker, 2);
  test_job_check (test_worker_wait_finished (&worker, 1), APOOL_OUTCOME_EXITED, 0);
  test_job_check (test_worker_wait_finished (&worker, 2), APOOL_OUTCOME_EXITED, 0);
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
  test_job_check (test_worker_wait_finished (&worker, 1), APOOL_OUTCOME_EXITED, 0);
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
  test_job_check (test_worker_wait_finished (&worker, 1), APOOL_OUTCOME_EXITED, 0);
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
  test_job_check (test_worker_wait_finished (&worker, 1), APOOL_OUTCOME_SIGNALLED, SIGTERM);
  test_worker_stop (&worker);
}

/* Runs one that says when it is there, and when it gets SIGTERM. */
static void
test_pause_run_deaf (TestWorker *worker, guint64 seq)
{
  test_worker_send_line (worker, seq, "trap 'echo' TERM; echo; while :; do read x <&9; done");
  test_worker_send_seq (worker, APOOL_MESSAGE_STREAM, seq);
  test_worker_wait_received (worker, test_worker_get_job (worker, seq), APOOL_STREAM_STDOUT, 1);
}

/* Of two that are deaf, the one that was ended first stands still when it has got SIGTERM: so the
 * other one is killed first. */
static void
test_pause_check_steps (gconstpointer transport, guint64 paused)
{
  TestWorker worker;
  TestJob *job;

  test_worker_start (&worker, (TestTransport) GPOINTER_TO_INT (transport));
  worker.setup.termseq = "TERM,1500,KILL";
  test_worker_set_up (&worker, 2, TEST_SHORT_DRAIN);
  test_pause_run_deaf (&worker, 1);
  test_pause_run_deaf (&worker, 2);
  job = test_worker_get_job (&worker, 1);
  apool_channel_send (worker.channel, APOOL_MESSAGE_END,
                      apool_message_new_end (1, APOOL_END_BY_POOL));
  test_worker_wait_received (&worker, job, APOOL_STREAM_STDOUT, 2);
  test_pause_set (&worker, paused, TRUE);
  apool_channel_send (worker.channel, APOOL_MESSAGE_END,
                      apool_message_new_end (2, APOOL_END_BY_POOL));
  test_job_check (test_worker_wait_finished (&worker, 2), APOOL_OUTCOME_SIGNALLED, SIGKILL);
  test_worker_ping (&worker);
  g_assert_null (job->outcome);
  test_pause_set (&worker, paused, FALSE);
  test_job_check (test_worker_wait_finished (&worker, 1), APOOL_OUTCOME_SIGNALLED, SIGKILL);
  test_worker_stop (&worker);
}

static void
test_pause_steps (gconstpointer transport)
{
  test_pause_check_steps (transport, 1);
}

static void
test_pause_steps_of_all (gconstpointer transport)
{
  test_pause_check_steps (transport, 0);
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
  test_channel_add ("worker-pause", "steps", test_pause_steps);
  test_channel_add ("worker-pause", "steps-of-all", test_pause_steps_of_all);
  test_channel_add ("worker-pause", "answer", test_pause_answer);
  return g_test_run ();
}
