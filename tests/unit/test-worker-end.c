/* SPDX-License-Identifier: MIT */
/* How a worker ends, and its jobs with it: told to, left alone, killed, or spoken to as it must not
 * be. */

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/apool-fd.h"
#include "base/apool-io.h"
#include "wire-body.h"
#include "worker-peer.h"

#define WAIT "read x <&9; "

static void
test_end_terminate (TestWorker *worker)
{
  apool_channel_send (worker->channel, APOOL_MESSAGE_TERMINATE, g_variant_new ("()"));
}

/* ---- processes of jobs ---- */

static guint
test_end_count_lines (TestJob *job)
{
  guint n = 0;

  for (const char *at = job->output[APOOL_STREAM_STDOUT]->str; (at = strchr (at, '\n')); at++)
    n++;
  return n;
}

/* Starts a job and waits until it has written @n lines. */
static TestJob *
test_end_run (TestWorker *worker, guint64 seq, const char *line, guint n)
{
  TestJob *job;

  test_worker_send_line (worker, seq, line);
  test_worker_send_seq (worker, APOOL_MESSAGE_STREAM, seq);
  job = test_worker_get_job (worker, seq);
  while (test_end_count_lines (job) < n)
    test_worker_wait_received (worker, job, APOOL_STREAM_STDOUT,
                               job->received[APOOL_STREAM_STDOUT] + 1);
  return job;
}

/* The living processes whose numbers a job wrote, a line each. */
static GArray *
test_end_open_processes (TestJob *job)
{
  g_auto (GStrv) lines = g_strsplit (job->output[APOOL_STREAM_STDOUT]->str, "\n", -1);
  GArray *pidfds = g_array_new (FALSE, FALSE, sizeof (int));

  for (char **line = lines; **line; line++)
    {
      int pidfd = (int) syscall (SYS_pidfd_open, atoi (*line), 0u);

      g_assert_cmpint (pidfd, >=, 0);
      g_array_append_val (pidfds, pidfd);
    }
  return pidfds;
}

/* Waits until all of them have ended. */
static void
test_end_wait_processes (GArray *pidfds)
{
  for (guint i = 0; i < pidfds->len; i++)
    {
      int pidfd = g_array_index (pidfds, int, i);
      struct pollfd end = { .fd = pidfd, .events = POLLIN };

      g_assert_cmpint (poll (&end, 1, -1), ==, 1);
      apool_fd_clear (&pidfd);
    }
  g_array_unref (pidfds);
}

/* ---- told to end ---- */

static void
test_end_terminated (gconstpointer data)
{
  TestWorker worker;
  TestJob *plain;
  TestJob *trapping;

  test_worker_open (&worker, data, 2);
  plain = test_end_run (&worker, 1, "echo ready; " WAIT, 1);
  trapping = test_end_run (&worker, 2, "trap 'echo caught; exit 9' TERM; echo ready; " WAIT, 1);
  for (guint64 seq = 3; seq <= 5; seq++)
    test_worker_send_line (&worker, seq, "echo never");
  test_end_terminate (&worker);
  test_worker_wait_output (&worker, plain);
  test_worker_wait_output (&worker, trapping);
  test_job_check (plain, APOOL_OUTCOME_SIGNALLED, SIGTERM);
  test_job_check (trapping, APOOL_OUTCOME_EXITED, 9);
  test_job_check_output (plain, "ready\n", "");
  test_job_check_output (trapping, "ready\ncaught\n", "");
  g_assert_true (apool_outcome_is_ended_by_pool (plain->outcome));
  g_assert_true (apool_outcome_is_ended_by_pool (trapping->outcome));
  g_assert_cmpuint (worker.n_recalls, ==, 1);
  g_assert_cmpuint (worker.recalled->len, ==, 3);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (g_array_index (worker.recalled, guint64, i), ==, i + 3);
  /* Nothing is started any more, though there is place. */
  test_worker_send_line (&worker, 6, "echo never");
  test_end_terminate (&worker);
  test_worker_recall (&worker, 9);
  g_assert_cmpuint (worker.recalled->len, ==, 4);
  g_assert_cmpuint (g_array_index (worker.recalled, guint64, 3), ==, 6);
  g_assert_cmpuint (worker.n_started, ==, 2);
  test_worker_stop (&worker);
}

/* The whole group of a job is meant, and a stopped one is let go on to hear it. */
static void
test_end_terminated_group (gconstpointer data)
{
  TestWorker worker;
  TestJob *job;
  GArray *pidfds;

  test_worker_open (&worker, data, 1);
  job = test_end_run (&worker, 1,
                      "echo $$; sh -c 'echo $$; exec sleep 1000' & sh -c 'echo $$; kill -STOP $$' &"
                      " wait",
                      3);
  pidfds = test_end_open_processes (job);
  test_end_terminate (&worker);
  test_worker_wait_finished (&worker, 1);
  test_end_wait_processes (pidfds);
  test_job_check (job, APOOL_OUTCOME_SIGNALLED, SIGTERM);
  test_worker_stop (&worker);
}

/* A task that has come in the same turn, and has a slot: it is not started, so it is given back. */
static void
test_end_terminated_at_once (gconstpointer data)
{
  TestWorker worker;

  test_worker_open (&worker, data, 1);
  test_worker_send_line (&worker, 1, "echo never");
  test_end_terminate (&worker);
  test_worker_ping (&worker);
  g_assert_cmpuint (worker.n_started, ==, 0);
  g_assert_cmpuint (worker.recalled->len, ==, 1);
  g_assert_cmpuint (g_array_index (worker.recalled, guint64, 0), ==, 1);
  test_worker_stop (&worker);
}

static void
test_end_idle (gconstpointer data)
{
  TestWorker worker;

  test_worker_open (&worker, data, 1);
  test_end_terminate (&worker);
  test_worker_ping (&worker);
  g_assert_cmpuint (worker.n_recalls, ==, 1);
  test_worker_stop (&worker);
}

/* ---- left alone ---- */

/* A process that stays in its job's group, one that does not hear SIGTERM, one in a session of its
 * own, and one that in addition has no parent: none outlives the worker. */
static void
test_end_of_input (gconstpointer data)
{
  TestWorker worker;
  GArray *pidfds;

  test_worker_open (&worker, data, 1);
  pidfds = test_end_open_processes (
      test_end_run (&worker, 1,
                    "echo $$; sh -c 'trap \"\" TERM HUP INT; echo $$; exec sleep 1000' & "
                    "setsid sh -c 'echo $$; exec sleep 1000' & "
                    "(setsid sh -c 'trap \"\" TERM; echo $$; exec sleep 1000' &) ; wait",
                    4));
  test_worker_send_line (&worker, 2, "echo never");
  test_worker_stop (&worker);
  test_end_wait_processes (pidfds);
}

/* What a job left behind when it ended goes with the worker as well. */
static void
test_end_of_what_is_left (gconstpointer data)
{
  TestWorker worker;
  GArray *pidfds;
  TestJob *job;

  test_worker_start (&worker, (TestTransport) GPOINTER_TO_INT (data));
  test_worker_set_up (&worker, 1, TEST_SHORT_DRAIN);
  job = test_end_run (&worker, 1,
                      "sh -c 'echo $$; exec sleep 1000' & "
                      "setsid sh -c 'echo $$; exec sleep 1000' & " WAIT,
                      2);
  pidfds = test_end_open_processes (job);
  test_worker_release (&worker, 1);
  test_worker_wait_finished (&worker, 1);
  test_worker_stop (&worker);
  test_end_wait_processes (pidfds);
}

/* A flood that nobody takes does not keep it from ending. */
static void
test_end_in_flood (gconstpointer data)
{
  TestWorker worker;
  GArray *pidfds;
  TestJob *job;

  test_worker_open (&worker, data, 1);
  worker.gives_credit = FALSE;
  job = test_end_run (&worker, 1, "echo $$; " WAIT "exec yes", 1);
  pidfds = test_end_open_processes (job);
  job->drops_output = TRUE;
  test_worker_release (&worker, 1);
  test_worker_wait_received (&worker, job, APOOL_STREAM_STDOUT, 100000);
  test_worker_stop (&worker);
  test_end_wait_processes (pidfds);
}

/* Nobody can end its jobs but the kernel, which ends the first process of each. */
static void
test_end_killed (gconstpointer data)
{
  TestWorker worker;
  GArray *pidfds[2];

  test_worker_open (&worker, data, 2);
  for (guint i = 0; i < 2; i++)
    pidfds[i] =
        test_end_open_processes (test_end_run (&worker, i + 1, "echo $$; exec sleep 1000", 1));
  test_worker_kill (&worker);
  for (guint i = 0; i < 2; i++)
    test_end_wait_processes (pidfds[i]);
}

/* ---- spoken to as it must not be ---- */

static void
test_end_not_for_worker (gconstpointer data)
{
  TestWorker worker;

  test_worker_open (&worker, data, 1);
  test_worker_send_seq (&worker, APOOL_MESSAGE_PIPES, 1);
  test_worker_stop_failed (&worker, "gave up: a message that is not for a worker");
}

static void
test_end_second_set_up (gconstpointer data)
{
  TestWorker worker;

  test_worker_open (&worker, data, 1);
  test_worker_set_up (&worker, 1, 0);
  test_worker_stop_failed (&worker, "gave up: a second set-up");
}

/* Running, or waiting: a task has one number, and the number one task. */
static void
test_end_task_twice (gconstpointer data)
{
  TestWorker worker;

  for (guint64 seq = 1; seq <= 2; seq++)
    {
      g_autoptr (GBytes) text = g_bytes_new_static ("echo never", sizeof "echo never");
      g_autoptr (ApoolTask) again = apool_task_new (seq, seq, APOOL_TASK_SHELL, text, NULL, NULL);

      test_worker_open (&worker, data, 1);
      test_worker_send_line (&worker, 1, WAIT);
      test_worker_send_line (&worker, 2, WAIT);
      test_worker_wait_started (&worker, 1);
      apool_channel_send (worker.channel, APOOL_MESSAGE_TASK, wire_body_new_task (again));
      test_worker_stop_failed (&worker, "gave up: a task that is here already");
    }
}

static void
test_end_no_set_up (gconstpointer data)
{
  TestWorker worker;

  test_worker_start (&worker, (TestTransport) GPOINTER_TO_INT (data));
  test_worker_send_line (&worker, 1, "echo never");
  test_worker_stop_failed (&worker, "gave up: a task that has no place");
}

/* Slots that make no sense: one that is there already, free or not, one twice, one without a
 * number, and some before all else. */
static void
test_end_slots (gconstpointer data)
{
  static const guint32 SLOTS[] = { 3, 4, 4, 0 };
  TestWorker worker;

  for (guint busy = 0; busy <= 1; busy++)
    {
      test_worker_open (&worker, data, 1);
      test_worker_send_line (&worker, 1, WAIT);
      if (busy)
        test_worker_wait_started (&worker, 1);
      test_worker_grant (&worker, SLOTS, 1);
      test_worker_stop_failed (&worker, "gave up: a slot that is here already");
    }
  test_worker_open (&worker, data, 1);
  test_worker_grant (&worker, SLOTS + 1, 2);
  test_worker_stop_failed (&worker, "gave up: a slot that is here already");
  test_worker_open (&worker, data, 1);
  test_worker_grant (&worker, SLOTS + 3, 1);
  test_worker_stop_failed (&worker, "gave up: a slot without a number");
  test_worker_start (&worker, (TestTransport) GPOINTER_TO_INT (data));
  test_worker_grant (&worker, SLOTS, 1);
  test_worker_stop_failed (&worker, "gave up: slots before the set-up");
}

/* More slots than there can be jobs, which would fill the memory. */
static void
test_end_too_many_slots (gconstpointer data)
{
  TestWorker worker;

  test_worker_open (&worker, data, 1024 * 1024 + 1);
  test_worker_stop_failed (&worker, "gave up: too many slots");
}

/* Before the set-up there is nothing that these could mean; they are no reason to give up. */
static void
test_end_early_requests (gconstpointer data)
{
  TestWorker worker;

  test_worker_start (&worker, (TestTransport) GPOINTER_TO_INT (data));
  test_worker_send_seq (&worker, APOOL_MESSAGE_STREAM, 1);
  test_worker_recall (&worker, 1);
  test_end_terminate (&worker);
  test_worker_ping (&worker);
  test_worker_stop (&worker);
}

/* A job is running when the dialogue breaks off: it ends with it. */
static void
test_end_breach (gconstpointer data)
{
  TestWorker worker;
  GArray *pidfds;

  test_worker_open (&worker, data, 1);
  pidfds = test_end_open_processes (test_end_run (&worker, 1, "echo $$; exec sleep 1000", 1));
  test_worker_send_seq (&worker, APOOL_MESSAGE_PIPES, 1);
  test_worker_stop_failed (&worker, "gave up");
  test_end_wait_processes (pidfds);
}

/* What is said to a worker by hand, and the reason that it gives for its end. */
static void
test_end_check_reason (TestTransport transport,
                       const char *said,
                       gsize length,
                       const char *expected)
{
  gsize magic_length;
  const char *magic = apool_frame_get_magic (&magic_length);
  g_autofree char *reason = NULL;
  GSubprocess *process;
  int fds[2];

  process = test_worker_spawn (transport, NULL, -1, fds);
  g_assert_true (apool_io_write_all (fds[1], magic, magic_length, NULL));
  g_assert_true (apool_io_write_all (fds[1], said, length, NULL));
  reason = test_channel_read_reason (fds[0]);
  g_assert_cmpstr (reason, ==, expected);
  test_worker_wait_process (process, 1);
  if (fds[1] == fds[0])
    fds[1] = -1;
  apool_fd_clear (&fds[0]);
  apool_fd_clear (&fds[1]);
}

static void
test_end_garbage (gconstpointer data)
{
  static const char GARBAGE[] = "GET / HTTP/1.1\r\n\r\n";
  static const char PING[] = "\x08\0\0\0\x03\0\0\0"
                             "12345678"
                             "\0\0\0\0\0\0\0\n";
  TestTransport transport = (TestTransport) GPOINTER_TO_INT (data);

  test_end_check_reason (transport, GARBAGE, sizeof GARBAGE, "malformed frame header");
  test_end_check_reason (transport, PING, sizeof PING - 1, "no greeting");
}

/* Nothing is said to it at all. */
static void
test_end_silence (gconstpointer data)
{
  TestTransport transport = (TestTransport) GPOINTER_TO_INT (data);
  GSubprocess *process;
  int fds[2];

  process = test_worker_spawn (transport, NULL, -1, fds);
  if (transport == TEST_SOCKET)
    g_assert_cmpint (shutdown (fds[1], SHUT_WR), ==, 0);
  else
    apool_fd_clear (&fds[1]);
  test_worker_wait_process (process, 1);
  apool_fd_clear (&fds[0]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  signal (SIGPIPE, SIG_IGN);
  test_channel_add ("worker-end", "terminated", test_end_terminated);
  test_channel_add ("worker-end", "terminated-at-once", test_end_terminated_at_once);
  test_channel_add ("worker-end", "terminated-group", test_end_terminated_group);
  test_channel_add ("worker-end", "idle", test_end_idle);
  test_channel_add ("worker-end", "of-input", test_end_of_input);
  test_channel_add ("worker-end", "of-what-is-left", test_end_of_what_is_left);
  test_channel_add ("worker-end", "in-flood", test_end_in_flood);
  test_channel_add ("worker-end", "killed", test_end_killed);
  test_channel_add ("worker-end", "not-for-worker", test_end_not_for_worker);
  test_channel_add ("worker-end", "second-set-up", test_end_second_set_up);
  test_channel_add ("worker-end", "task-twice", test_end_task_twice);
  test_channel_add ("worker-end", "no-set-up", test_end_no_set_up);
  test_channel_add ("worker-end", "slots", test_end_slots);
  test_channel_add ("worker-end", "too-many-slots", test_end_too_many_slots);
  test_channel_add ("worker-end", "early-requests", test_end_early_requests);
  test_channel_add ("worker-end", "breach", test_end_breach);
  test_channel_add ("worker-end", "garbage", test_end_garbage);
  test_channel_add ("worker-end", "silence", test_end_silence);
  return g_test_run ();
}
