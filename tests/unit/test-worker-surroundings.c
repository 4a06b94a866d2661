/* SPDX-License-Identifier: MIT */
/* What jobs find around them, as the worker sees to it: niceness, limits; and what becomes of one
 * that is stopped. */

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "worker-peer.h"

static TestJob *
test_surroundings_run (TestWorker *worker, guint64 seq, const char *line)
{
  test_worker_send_line (worker, seq, line);
  return test_worker_wait_finished (worker, seq);
}

static void
test_surroundings_open (TestWorker *worker,
                        gconstpointer data,
                        const ApoolSurroundings *surroundings)
{
  test_worker_start (worker, (TestTransport) GPOINTER_TO_INT (data));
  worker->setup.surroundings = *surroundings;
  test_worker_set_up (worker, 2, TEST_LONG_DRAIN);
}

static void
test_surroundings_limit (ApoolSurroundings *surroundings,
                         const char *name,
                         guint64 soft,
                         guint64 hard)
{
  ApoolLimit limit = { .soft = soft, .hard = hard };

  g_assert_true (apool_limit_find (name, strlen (name), &limit.kind));
  g_assert_cmpstr (apool_limit_get_name (limit.kind), ==, name);
  apool_surroundings_set_limit (surroundings, &limit);
}

/* The job has it, and a command about a job has not, nor has the worker. */
static void
test_surroundings_jobs_only (gconstpointer data)
{
  static const ApoolTaskTraits TRAITS = { .attempt = 1, .weight = 1 };
  ApoolSurroundings surroundings = { .has_nice = TRUE, .nice = 19 };
  g_autofree char *own = g_strdup_printf ("%d\n", getpriority (PRIO_PROCESS, 0));
  TestWorker worker;

  test_surroundings_limit (&surroundings, "nofile", 20, 30);
  test_surroundings_limit (&surroundings, "core", 0, 0);
  test_surroundings_open (&worker, data, &surroundings);
  test_job_check_output (test_surroundings_run (&worker, 1,
                                                "nice; ulimit -n; ulimit -Hn; "
                                                "ulimit -c"),
                         "19\n20\n30\n0\n", "");
  test_worker_send_variant (&worker, 2 | APOOL_TASK_HOOK_BIT, "nice", &TRAITS);
  test_job_check_output (test_worker_wait_finished (&worker, 2 | APOOL_TASK_HOOK_BIT), own, "");
  test_worker_stop (&worker);
}

/* What nobody may have is that job's failure, and says which limit. */
static void
test_surroundings_impossible (gconstpointer data)
{
  ApoolSurroundings surroundings = { 0 };
  TestWorker worker;
  TestJob *job;

  test_surroundings_limit (&surroundings, "core", 0, 0);
  /* More than the kernel lets anybody open. */
  test_surroundings_limit (&surroundings, "nofile", 1, (guint64) 1 << 60);
  test_surroundings_open (&worker, data, &surroundings);
  for (guint64 seq = 1; seq <= 3; seq++)
    {
      job = test_surroundings_run (&worker, seq, "echo ran");
      test_job_check (job, APOOL_OUTCOME_NOT_STARTED, 0);
      g_assert_cmpstr (apool_outcome_get_message (job->outcome), ==,
                       "--rlimit nofile: Operation not permitted");
      test_job_check_output (job, "", "");
    }
  test_worker_stop (&worker);
}

/* It is told, and ended: by SIGTERM, or by SIGKILL where it wants the terminal once more. */
static void
test_surroundings_wants_terminal (gconstpointer data)
{
  const ApoolSurroundings surroundings = { 0 };
  TestWorker worker;
  TestJob *job;

  test_surroundings_open (&worker, data, &surroundings);
  job = test_surroundings_run (&worker, 1, "kill -TTIN $$; echo not reached");
  g_assert_cmpint (job->stopped_signum, ==, SIGTTIN);
  test_job_check (job, APOOL_OUTCOME_SIGNALLED, SIGTERM);
  g_assert_cmpstr (apool_outcome_get_message (job->outcome), ==, "wanted the terminal");
  g_assert_false (apool_outcome_is_ended_by_pool (job->outcome));
  test_job_check_output (job, "", "");
  job = test_surroundings_run (&worker, 2,
                               "trap 'echo term; exit 0' TERM; kill -TTOU $$; "
                               "echo not reached");
  g_assert_cmpint (job->stopped_signum, ==, SIGTTOU);
  test_job_check (job, APOOL_OUTCOME_SIGNALLED, SIGTTOU);
  test_job_check_output (job, "term\n", "");
  job = test_surroundings_run (&worker, 3,
                               "trap '' TERM; kill -TTIN $$; kill -TTIN $$; "
                               "echo not reached");
  test_job_check (job, APOOL_OUTCOME_SIGNALLED, SIGKILL);
  g_assert_cmpuint (job->n_stopped, ==, 1);
  test_job_check_output (job, "", "");
  test_worker_stop (&worker);
}

/* It is ended as others are: by the run's sequence of signals. */
static void
test_surroundings_wants_terminal_deaf (gconstpointer data)
{
  TestWorker worker;
  TestJob *job;

  test_worker_start (&worker, (TestTransport) GPOINTER_TO_INT (data));
  worker.setup.termseq = "USR1,1000,KILL"; /* a shell on a busy machine has to hear the first */
  test_worker_set_up (&worker, 1, TEST_LONG_DRAIN);
  job = test_surroundings_run (&worker, 1,
                               "trap 'echo usr1' USR1; trap 'echo term' TERM; kill -TTIN $$; "
                               "while :; do read x <&9; done");
  test_job_check (job, APOOL_OUTCOME_SIGNALLED, SIGKILL);
  g_assert_cmpstr (apool_outcome_get_message (job->outcome), ==, "wanted the terminal");
  test_job_check_output (job, "usr1\n", "");
  test_worker_stop (&worker);
}

/* Whoever else stops it lets it go on. */
static void
test_surroundings_stopped (gconstpointer data)
{
  const ApoolSurroundings surroundings = { 0 };
  TestWorker worker;
  TestJob *job;

  test_surroundings_open (&worker, data, &surroundings);
  test_worker_send_line (&worker, 1, "echo $$; kill -STOP $$; echo end");
  test_worker_send_seq (&worker, APOOL_MESSAGE_STREAM, 1);
  job = test_worker_get_job (&worker, 1);
  while (job->stopped_signum == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (job->stopped_signum, ==, SIGSTOP);
  test_worker_wait_received (&worker, job, APOOL_STREAM_STDOUT, 2);
  g_assert_cmpint (kill (atoi (job->output[APOOL_STREAM_STDOUT]->str), SIGCONT), ==, 0);
  test_job_check (test_worker_wait_finished (&worker, 1), APOOL_OUTCOME_EXITED, 0);
  g_assert_true (g_str_has_suffix (job->output[APOOL_STREAM_STDOUT]->str, "\nend\n"));
  test_worker_stop (&worker);
}

/* Where there is no terminal jobs are run all the same, and what resumes nobody harms nobody. */
static void
test_surroundings_no_terminal (gconstpointer data)
{
  const ApoolSurroundings surroundings = { .has_terminal = TRUE, .home = 1 };
  TestWorker worker;

  test_worker_start_greeting (&worker, (TestTransport) GPOINTER_TO_INT (data), NULL, NULL);
  worker.setup.surroundings = surroundings;
  test_worker_set_up (&worker, 1, TEST_LONG_DRAIN);
  apool_channel_send (worker.channel, APOOL_MESSAGE_TERMINAL, g_variant_new ("(b)", TRUE));
  test_job_check_output (test_surroundings_run (&worker, 1, "echo ran"), "ran\n", "");
  test_worker_stop (&worker);
}

/* What a set-up says is checked. */
static void
test_surroundings_refused (gconstpointer data)
{
  const ApoolSurroundings surroundings = { .nice = 100 };
  TestWorker worker;

  test_surroundings_open (&worker, data, &surroundings);
  test_worker_stop_failed (&worker, "niceness");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  signal (SIGPIPE, SIG_IGN);
  test_channel_add ("worker-surroundings", "jobs-only", test_surroundings_jobs_only);
  test_channel_add ("worker-surroundings", "impossible", test_surroundings_impossible);
  test_channel_add ("worker-surroundings", "wants-terminal", test_surroundings_wants_terminal);
  test_channel_add ("worker-surroundings", "wants-terminal-deaf",
                    test_surroundings_wants_terminal_deaf);
  test_channel_add ("worker-surroundings", "stopped", test_surroundings_stopped);
  test_channel_add ("worker-surroundings", "no-terminal", test_surroundings_no_terminal);
  test_channel_add ("worker-surroundings", "refused", test_surroundings_refused);
  return g_test_run ();
}
