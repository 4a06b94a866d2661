/* SPDX-License-Identifier: MIT */
/* Jobs that are ended before their time: by which signals, and what is left of them. */

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/apool-fd.h"
#include "worker-peer.h"

#define WAIT "read x <&9; "
/* Within a script in single quotes: it stands still before that is told. A shell says of its child
 * that it was terminated, where nobody may read any more: it must not die of that. */
#define STOP_PARENT "exec 2>/dev/null; sh -c \"kill -STOP \\$PPID; echo stopped\"; :"

/* Long enough for no test to wait for it, and so short that a test can. */
#define DEAF "TERM,100000,KILL"
#define SHORT "TERM,50,KILL"

static void
test_ended_open (TestWorker *worker, gconstpointer data, guint n_slots, const char *termseq)
{
  test_worker_start (worker, (TestTransport) GPOINTER_TO_INT (data));
  worker->setup.termseq = termseq;
  test_worker_set_up (worker, n_slots, TEST_SHORT_DRAIN);
}

static void
test_ended_end (TestWorker *worker, guint64 seq, ApoolEndReason reason)
{
  apool_channel_send (worker->channel, APOOL_MESSAGE_END, apool_message_new_end (seq, reason));
}

/* Starts a task and waits until it has written @n lines. */
static TestJob *
test_ended_wait_lines (TestWorker *worker, guint64 seq, guint n)
{
  TestJob *job;
  guint n_lines = 0;

  test_worker_send_seq (worker, APOOL_MESSAGE_STREAM, seq);
  job = test_worker_get_job (worker, seq);
  while (n_lines < n)
    {
      test_worker_wait_received (worker, job, APOOL_STREAM_STDOUT,
                                 job->received[APOOL_STREAM_STDOUT] + 1);
      n_lines = 0;
      for (const char *at = job->output[APOOL_STREAM_STDOUT]->str; (at = strchr (at, '\n')); at++)
        n_lines++;
    }
  return job;
}

static TestJob *
test_ended_run (TestWorker *worker, guint64 seq, const char *line, guint n)
{
  test_worker_send_line (worker, seq, line);
  return test_ended_wait_lines (worker, seq, n);
}

/* A descriptor of the living process whose number a job wrote in line @i. */
static int
test_ended_open_process (TestJob *job, guint i)
{
  g_auto (GStrv) lines = g_strsplit (job->output[APOOL_STREAM_STDOUT]->str, "\n", -1);
  int pidfd;

  g_assert_cmpuint (i, <, g_strv_length (lines));
  pidfd = (int) syscall (SYS_pidfd_open, atoi (lines[i]), 0u);
  g_assert_cmpint (pidfd, >=, 0);
  return pidfd;
}

static void
test_ended_wait_process (int pidfd)
{
  struct pollfd end = { .fd = pidfd, .events = POLLIN };

  g_assert_cmpint (poll (&end, 1, -1), ==, 1);
  apool_fd_clear (&pidfd);
}

static gboolean
test_ended_lives (int pidfd)
{
  struct pollfd end = { .fd = pidfd, .events = POLLIN };

  return poll (&end, 1, 0) == 0;
}

/* ---- how they end ---- */

static void
test_ended_check (gconstpointer data,
                  const char *termseq,
                  const char *line,
                  ApoolEndReason reason,
                  ApoolOutcomeKind kind,
                  int code)
{
  TestWorker worker;
  TestJob *job;

  test_ended_open (&worker, data, 1, termseq);
  job = test_ended_run (&worker, 1, line, 1);
  test_ended_end (&worker, 1, reason);
  test_worker_wait_finished (&worker, 1);
  test_job_check (job, kind, code);
  g_assert_cmpint (apool_outcome_is_ended_by_pool (job->outcome), ==, reason == APOOL_END_BY_POOL);
  /* The slot is free, and the worker as good as ever. */
  test_worker_send_line (&worker, 2, "echo next");
  test_job_check_output (test_worker_wait_finished (&worker, 2), "next\n", "");
  test_worker_stop (&worker);
}

static void
test_ended_plain (gconstpointer data)
{
  test_ended_check (data, DEAF, "echo ready; " WAIT, APOOL_END_TIMED_OUT, APOOL_OUTCOME_TIMED_OUT,
                    SIGTERM);
}

static void
test_ended_by_pool (gconstpointer data)
{
  test_ended_check (data, DEAF, "echo ready; " WAIT, APOOL_END_BY_POOL, APOOL_OUTCOME_SIGNALLED,
                    SIGTERM);
}

/* It ran too long, whatever it says of that itself. */
static void
test_ended_trapping (gconstpointer data)
{
  test_ended_check (data, DEAF, "trap 'exit 0' TERM; echo ready; " WAIT, APOOL_END_TIMED_OUT,
                    APOOL_OUTCOME_TIMED_OUT, 0);
}

static void
test_ended_deaf (gconstpointer data)
{
  test_ended_check (data, SHORT, "trap '' TERM; echo ready; " WAIT, APOOL_END_TIMED_OUT,
                    APOOL_OUTCOME_TIMED_OUT, SIGKILL);
}

static void
test_ended_steps (gconstpointer data)
{
  g_test_summary ("each signal of the sequence is sent, in its order");
  test_ended_check (data, "INT,20,USR1,20,TERM,100000,KILL",
                    "n=0; trap 'n=$((n * 10 + 1))' INT; trap 'n=$((n * 10 + 2))' USR1; "
                    "trap 'test $n = 12 && kill -9 $$; exit' TERM; "
                    "echo ready; while :; do " WAIT "done",
                    APOOL_END_TIMED_OUT, APOOL_OUTCOME_TIMED_OUT, SIGKILL);
}

static void
test_ended_stopped (gconstpointer data)
{
  TestWorker worker;
  TestJob *job;

  g_test_summary ("one that is stopped goes on, to hear of it");
  test_ended_open (&worker, data, 1, DEAF);
  job = test_ended_run (&worker, 1, "echo $$; sh -c 'kill -STOP $PPID; echo stopped'; " WAIT, 2);
  test_ended_end (&worker, 1, APOOL_END_TIMED_OUT);
  test_worker_wait_finished (&worker, 1);
  test_job_check (job, APOOL_OUTCOME_TIMED_OUT, SIGTERM);
  test_worker_stop (&worker);
}

static void
test_ended_terminated (gconstpointer data)
{
  TestWorker worker;
  TestJob *job;

  g_test_summary ("the sequence is that of jobs that the manager ends all together, too");
  test_ended_open (&worker, data, 1, "USR1,100000,KILL");
  job = test_ended_run (&worker, 1, "trap 'echo USR1; exit 3' USR1; echo ready; " WAIT, 1);
  apool_channel_send (worker.channel, APOOL_MESSAGE_TERMINATE, g_variant_new ("()"));
  test_worker_wait_output (&worker, job);
  test_job_check (job, APOOL_OUTCOME_EXITED, 3);
  test_job_check_output (job, "ready\nUSR1\n", "");
  g_assert_true (apool_outcome_is_ended_by_pool (job->outcome));
  test_worker_stop (&worker);
}

/* ---- what is left of them ---- */

/* Who has left the group, deaf and not; who is in it still; and one of another job. */
static void
test_ended_remains (gconstpointer data)
{
  TestWorker worker;
  TestJob *job;
  TestJob *other;
  int pidfds[4];
  int other_pidfd;

  test_ended_open (&worker, data, 2, SHORT);
  other = test_ended_run (&worker, 2, "setsid sh -c 'echo $$; exec sleep 1000' & " WAIT, 1);
  job = test_ended_run (&worker, 1,
                        "setsid sh -c 'trap \"\" TERM; echo $$; sleep 1000; sleep 1000' & "
                        "(setsid sh -c 'echo $$; exec sleep 1000' &); "
                        "sh -c 'trap \"\" TERM; echo $$; sleep 1000; sleep 1000' & "
                        "setsid sh -c 'echo $$; kill -STOP $$' & " WAIT,
                        4);
  other_pidfd = test_ended_open_process (other, 0);
  for (guint i = 0; i < G_N_ELEMENTS (pidfds); i++)
    pidfds[i] = test_ended_open_process (job, i);
  test_ended_end (&worker, 1, APOOL_END_TIMED_OUT);
  test_worker_wait_finished (&worker, 1);
  test_job_check (job, APOOL_OUTCOME_TIMED_OUT, SIGTERM);
  for (guint i = 0; i < G_N_ELEMENTS (pidfds); i++)
    test_ended_wait_process (pidfds[i]);
  g_assert_true (test_ended_lives (other_pidfd));
  apool_fd_clear (&other_pidfd);
  test_worker_stop (&worker);
}

static void
test_ended_unmarked (gconstpointer data)
{
  TestWorker worker;
  TestJob *job;
  int pidfds[2];
  int other;

  g_test_summary ("who has left the group and cleared its environment is ended as well, deaf or "
                  "not, and not that of another job");
  test_ended_open (&worker, data, 2, SHORT);
  other = test_ended_open_process (
      test_ended_run (&worker, 2, "setsid env -i sh -c 'echo $$; exec sleep 1000' & " WAIT, 1), 0);
  job = test_ended_run (
      &worker, 1,
      "setsid env -i sh -c 'trap \"\" TERM; echo $$; sleep 1000; sleep 1000' & "
      "setsid env -i sh -c 'setsid sh -c \"echo \\$\\$; exec sleep 1000\" & wait' & " WAIT,
      2);
  for (guint i = 0; i < G_N_ELEMENTS (pidfds); i++)
    pidfds[i] = test_ended_open_process (job, i);
  test_ended_end (&worker, 1, APOOL_END_BY_POOL);
  test_worker_wait_finished (&worker, 1);
  for (guint i = 0; i < G_N_ELEMENTS (pidfds); i++)
    test_ended_wait_process (pidfds[i]);
  g_assert_true (test_ended_lives (other));
  apool_fd_clear (&other);
  test_worker_stop (&worker);
}

static void
test_ended_terminated_remains (gconstpointer data)
{
  TestWorker worker;
  TestJob *job;
  int pidfds[3];

  g_test_summary ("when all is ended, what has left the groups is ended while the worker is there");
  test_ended_open (&worker, data, 1, SHORT);
  job = test_ended_run (&worker, 1,
                        "setsid sh -c 'trap \"\" TERM; echo $$; sleep 1000; sleep 1000' & "
                        "(setsid sh -c 'echo $$; exec sleep 1000' &); "
                        "setsid env -i sh -c 'trap \"\" TERM; echo $$; sleep 1000; :' & " WAIT,
                        3);
  for (guint i = 0; i < G_N_ELEMENTS (pidfds); i++)
    pidfds[i] = test_ended_open_process (job, i);
  apool_channel_send (worker.channel, APOOL_MESSAGE_TERMINATE, g_variant_new ("()"));
  test_worker_wait_finished (&worker, 1);
  for (guint i = 0; i < G_N_ELEMENTS (pidfds); i++)
    test_ended_wait_process (pidfds[i]);
  test_worker_ping (&worker);
  test_worker_stop (&worker);
}

/* A file that does not exist yet. Free it with test_ended_check_file(). */
static char *
test_ended_make_path (void)
{
  g_autofree char *directory = g_dir_make_tmp ("apool-ended-XXXXXX", NULL);

  return g_build_filename (directory, "caught", NULL);
}

static void
test_ended_check_file (char *path, const char *wanted)
{
  g_autofree char *directory = g_path_get_dirname (path);
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, wanted);
  g_assert_cmpint (unlink (path), ==, 0);
  g_assert_cmpint (rmdir (directory), ==, 0);
  g_free (path);
}

static void
test_ended_graceful_remains (gconstpointer data)
{
  TestWorker worker;
  TestJob *job;
  char *path = test_ended_make_path ();
  g_autofree char *line =
      g_strdup_printf ("setsid sh -c 'trap \"echo caught >>%s; read x <&9; exit\" TERM; "
                       "echo $$; " STOP_PARENT "' & " WAIT,
                       path);
  int pidfd;

  g_test_summary ("what has left the group has its time to end, once, though the worker is closed");
  test_ended_open (&worker, data, 1, DEAF);
  job = test_ended_run (&worker, 1, line, 2);
  pidfd = test_ended_open_process (job, 0);
  apool_channel_send (worker.channel, APOOL_MESSAGE_TERMINATE, g_variant_new ("()"));
  test_worker_wait_finished (&worker, 1);
  apool_channel_send (worker.channel, APOOL_MESSAGE_CLOSE, g_variant_new ("()"));
  test_worker_release (&worker, 1);
  test_ended_wait_process (pidfd);
  test_ended_check_file (path, "caught\n");
  test_worker_wait_closed (&worker);
  test_worker_wait_process (g_steal_pointer (&worker.process), 0);
  test_worker_clear (&worker);
}

static void
test_ended_leak (gconstpointer data)
{
  TestWorker worker;
  char *path = test_ended_make_path ();
  g_autofree char *line =
      g_strdup_printf ("setsid sh -c 'trap \"\" TERM; trap \"echo caught >>%s; exit\" USR1; "
                       "echo $$; " STOP_PARENT "' & " WAIT,
                       path);
  int pidfd;

  g_test_summary ("what is not to be left behind is ended by the sequence as well");
  test_worker_start (&worker, (TestTransport) GPOINTER_TO_INT (data));
  worker.setup.termseq = "USR1,100000,KILL";
  worker.setup.leaks = APOOL_LEAKS_KILL;
  test_worker_set_up (&worker, 1, TEST_SHORT_DRAIN);
  pidfd = test_ended_open_process (test_ended_run (&worker, 1, line, 2), 0);
  test_worker_release (&worker, 1);
  test_worker_wait_finished (&worker, 1);
  test_ended_wait_process (pidfd);
  test_ended_check_file (path, "caught\n");
  test_worker_stop (&worker);
}

static void
test_ended_next_attempt (gconstpointer data)
{
  TestWorker worker;
  const ApoolTaskTraits again = { .attempt = 2, .weight = 1 };
  int first;
  int second;

  g_test_summary ("what is left of one attempt is ended while the next one runs, and that is not");
  test_ended_open (&worker, data, 1, "TERM,300,KILL");
  first = test_ended_open_process (
      test_ended_run (&worker, 1,
                      "setsid sh -c 'trap \"\" TERM; echo $$; sleep 1000; sleep 1000' & " WAIT, 1),
      0);
  test_ended_end (&worker, 1, APOOL_END_TIMED_OUT);
  test_worker_wait_finished (&worker, 1);
  test_worker_forget (&worker, 1);
  test_worker_send_variant (&worker, 1, "echo $$; setsid sh -c 'echo $$; exec sleep 1000' & " WAIT,
                            &again);
  second = test_ended_open_process (test_ended_wait_lines (&worker, 1, 2), 1);
  test_ended_wait_process (first);
  g_assert_true (test_ended_lives (second));
  apool_fd_clear (&second);
  test_worker_stop (&worker);
}

/* ---- none that could be ended ---- */

static void
test_ended_unknown (gconstpointer data)
{
  TestWorker worker;
  TestJob *job;

  g_test_summary ("what has ended already, or is not here, is not meant any more");
  test_ended_open (&worker, data, 1, DEAF);
  test_ended_end (&worker, 7, APOOL_END_TIMED_OUT);
  test_worker_send_line (&worker, 1, "exit 3");
  job = test_worker_wait_finished (&worker, 1);
  test_ended_end (&worker, 1, APOOL_END_TIMED_OUT);
  test_ended_end (&worker, 1, APOOL_END_BY_POOL);
  test_job_check (job, APOOL_OUTCOME_EXITED, 3);
  test_worker_send_line (&worker, 2, WAIT "exit 4");
  test_worker_wait_started (&worker, 2);
  test_worker_send_line (&worker, 3, "exit 5");
  test_ended_end (&worker, 3, APOOL_END_TIMED_OUT); /* it waits for the slot */
  test_worker_release (&worker, 1);
  test_job_check (test_worker_wait_finished (&worker, 2), APOOL_OUTCOME_EXITED, 4);
  test_job_check (test_worker_wait_finished (&worker, 3), APOOL_OUTCOME_EXITED, 5);
  test_worker_stop (&worker);
}

static void
test_ended_bad_reason (gconstpointer data)
{
  TestWorker worker;

  test_ended_open (&worker, data, 1, DEAF);
  test_ended_end (&worker, 1, APOOL_N_END_REASONS);
  test_worker_stop_failed (&worker, "gave up: malformed message: unknown reason to end a task");
}

static void
test_ended_bad_termseq (gconstpointer data)
{
  TestWorker worker;

  test_ended_open (&worker, data, 1, "TERM,soon");
  test_worker_stop_failed (&worker, "gave up: a set-up with a sequence of signals that is none");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  signal (SIGPIPE, SIG_IGN); /* workers that give up are written to all the same */

  test_channel_add ("worker-ended", "plain", test_ended_plain);
  test_channel_add ("worker-ended", "by-pool", test_ended_by_pool);
  test_channel_add ("worker-ended", "trapping", test_ended_trapping);
  test_channel_add ("worker-ended", "deaf", test_ended_deaf);
  test_channel_add ("worker-ended", "steps", test_ended_steps);
  test_channel_add ("worker-ended", "stopped", test_ended_stopped);
  test_channel_add ("worker-ended", "terminated", test_ended_terminated);
  test_channel_add ("worker-ended", "remains", test_ended_remains);
  test_channel_add ("worker-ended", "unmarked", test_ended_unmarked);
  test_channel_add ("worker-ended", "terminated-remains", test_ended_terminated_remains);
  test_channel_add ("worker-ended", "graceful-remains", test_ended_graceful_remains);
  test_channel_add ("worker-ended", "leak", test_ended_leak);
  test_channel_add ("worker-ended", "next-attempt", test_ended_next_attempt);
  test_channel_add ("worker-ended", "unknown", test_ended_unknown);
  test_channel_add ("worker-ended", "bad-reason", test_ended_bad_reason);
  test_channel_add ("worker-ended", "bad-termseq", test_ended_bad_termseq);
  return g_test_run ();
}
