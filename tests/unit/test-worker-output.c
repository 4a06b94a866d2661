/* SPDX-License-Identifier: MIT */
/* What jobs write: much of it, before their end, and after it. Over a socket the worker hands the
 * pipes out, over pipes it sends pieces as far as it has credit. */

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "worker-peer.h"

#define WAIT "read x <&9; "
#define MEBIBYTE (1024u * 1024)

/* One MiB of the same eight bytes. */
#define MUCH_OUT "yes abcdefg | head -c 1048576"
#define MUCH_ERR "yes ABCDEFG | head -c 1048576 >&2"

static void
test_output_check_much (TestJob *job, ApoolStream stream, const char *pattern)
{
  const GString *output = job->output[stream];

  g_assert_cmpuint (output->len, ==, MEBIBYTE);
  for (gsize i = 0; i < output->len; i += 8)
    if (memcmp (output->str + i, pattern, 8) != 0)
      g_error ("byte %" G_GSIZE_FORMAT " is another one", i);
}

static void
test_output_check_way (TestWorker *worker, TestJob *job)
{
  g_assert_cmpint (job->is_passed, ==, worker->transport == TEST_SOCKET);
}

static void
test_output_much (gconstpointer data)
{
  TestWorker worker;
  TestJob *job;

  test_worker_open (&worker, data, 1);
  test_worker_send_line (&worker, 1, MUCH_OUT "; " MUCH_ERR "; exit 3");
  job = test_worker_get_job (&worker, 1);
  test_worker_wait_output (&worker, job);
  test_job_check (job, APOOL_OUTCOME_EXITED, 3);
  test_output_check_way (&worker, job);
  test_output_check_much (job, APOOL_STREAM_STDOUT, "abcdefg\n");
  test_output_check_much (job, APOOL_STREAM_STDERR, "ABCDEFG\n");
  g_assert_false (apool_outcome_is_output_cut (job->outcome));
  test_worker_stop (&worker);
}

/* Several at once, none of which gets another's bytes. */
static void
test_output_much_of_several (gconstpointer data)
{
  TestWorker worker;

  test_worker_open (&worker, data, 4);
  for (guint64 seq = 1; seq <= 4; seq++)
    test_worker_send_line (&worker, seq, seq % 2 ? MUCH_OUT : MUCH_ERR);
  for (guint64 seq = 1; seq <= 4; seq++)
    {
      TestJob *job = test_worker_get_job (&worker, seq);

      test_worker_wait_output (&worker, job);
      if (seq % 2)
        test_output_check_much (job, APOOL_STREAM_STDOUT, "abcdefg\n");
      else
        test_output_check_much (job, APOOL_STREAM_STDERR, "ABCDEFG\n");
      g_assert_cmpuint (job->received[0] + job->received[1], ==, MEBIBYTE);
    }
  test_worker_stop (&worker);
}

/* Sizes around the bound up to which an output is held. */
static void
test_output_sizes (gconstpointer data)
{
  static const guint SIZES[] = { 1, 4096, 32767, 32768, 32769, 65536, 65537, 98304 };
  TestWorker worker;

  test_worker_open (&worker, data, 1);
  for (guint i = 0; i < G_N_ELEMENTS (SIZES); i++)
    {
      g_autofree char *line = g_strdup_printf ("yes abcdefg | head -c %u", SIZES[i]);
      TestJob *job;

      test_worker_send_line (&worker, i + 1, line);
      job = test_worker_get_job (&worker, i + 1);
      test_worker_wait_output (&worker, job);
      g_assert_cmpuint (job->received[APOOL_STREAM_STDOUT], ==, SIZES[i]);
      g_assert_cmpuint (job->received[APOOL_STREAM_STDERR], ==, 0);
      if (SIZES[i] < 32768)
        g_assert_false (job->is_passed);
    }
  test_worker_stop (&worker);
}

/* Three jobs are asked for their outputs at once, by a worker that may have @limit descriptors. */
static void
test_output_check_short (guint limit)
{
  g_autofree char *greeting = g_strdup_printf ("ulimit -n %u", limit);
  TestWorker worker;

  test_worker_start_greeting (&worker, TEST_SOCKET, greeting, NULL);
  test_worker_set_up (&worker, 3, TEST_LONG_DRAIN);
  for (guint64 seq = 1; seq <= 3; seq++)
    test_worker_send_line (&worker, seq, WAIT MUCH_OUT "; " MUCH_ERR);
  test_worker_wait_started (&worker, 3);
  test_worker_ping (&worker);
  for (guint64 seq = 1; seq <= 3; seq++)
    test_worker_send_seq (&worker, APOOL_MESSAGE_STREAM, seq);
  test_worker_release (&worker, 3);
  for (guint64 seq = 1; seq <= 3; seq++)
    {
      TestJob *job = test_worker_get_job (&worker, seq);

      test_worker_wait_output (&worker, job);
      test_job_check (job, APOOL_OUTCOME_EXITED, 0);
      test_output_check_much (job, APOOL_STREAM_STDOUT, "abcdefg\n");
      test_output_check_much (job, APOOL_STREAM_STDERR, "ABCDEFG\n");
    }
  test_worker_stop (&worker);
}

/* There may be a descriptor for the one pipe of a job and none for the other: then its output comes
 * in pieces, whole all the same. */
static void
test_output_short_of_descriptors (void)
{
  for (guint limit = 15; limit < 28; limit++)
    test_output_check_short (limit);
}

/* Who asks is told of what was written before, also by a job that is so young that nothing of it
 * was looked at. */
static void
test_output_asked (gconstpointer data)
{
  TestWorker worker;
  const GArray *states;
  const ApoolJobState *state;
  TestJob *job;

  test_worker_open (&worker, data, 1);
  test_worker_send_line (&worker, 1, "echo one; echo two; kill -STOP $$; echo three");
  job = test_worker_get_job (&worker, 1);
  while (job->n_stopped == 0)
    g_main_context_iteration (NULL, TRUE);
  states = test_worker_ask (&worker, 1);
  g_assert_cmpuint (states->len, ==, 1);
  state = &g_array_index (states, ApoolJobState, 0);
  g_assert_cmpmem (state->line, state->length, "two", 3);
  g_assert_no_errno (kill ((pid_t) state->pid, SIGCONT));
  test_job_check_output (test_worker_wait_finished (&worker, 1), "one\ntwo\nthree\n", "");
  test_worker_stop (&worker);
}

/* A manager that takes no pipes gets everything in pieces, on a socket as well. */
static void
test_output_none_passed (void)
{
  TestWorker worker;

  test_worker_start (&worker, TEST_SOCKET);
  worker.max_passed = 0;
  test_worker_set_up (&worker, 2, TEST_LONG_DRAIN);
  for (guint64 seq = 1; seq <= 3; seq++)
    test_worker_send_line (&worker, seq, MUCH_OUT "; " MUCH_ERR);
  for (guint64 seq = 1; seq <= 3; seq++)
    {
      TestJob *job = test_worker_get_job (&worker, seq);

      test_worker_wait_output (&worker, job);
      g_assert_false (job->is_passed);
      test_output_check_much (job, APOOL_STREAM_STDOUT, "abcdefg\n");
      test_output_check_much (job, APOOL_STREAM_STDERR, "ABCDEFG\n");
    }
  test_worker_stop (&worker);
}

/* A hook is named after its job, and its output never comes as descriptors. */
static void
test_output_of_hook (gconstpointer data)
{
  static const char *const VARIABLES[] = { "APOOL_WHY=a failure", NULL };
  static const ApoolTaskTraits TRAITS = { .attempt = 2, .weight = 1, .variables = VARIABLES };
  guint64 seq = 7 | APOOL_TASK_HOOK_BIT;
  TestWorker worker;
  TestJob *job;

  test_worker_open (&worker, data, 1);
  test_worker_send_variant (&worker, seq, "echo $APOOL_WHY $APOOL_SEQ $APOOL_JOB", &TRAITS);
  job = test_worker_wait_finished (&worker, seq);
  test_job_check_output (job, "a failure 7 test.7.2.error\n", "");
  seq++;
  test_worker_send_variant (&worker, seq, MUCH_OUT "; " MUCH_ERR "; exit 3", &TRAITS);
  job = test_worker_wait_finished (&worker, seq);
  test_job_check (job, APOOL_OUTCOME_EXITED, 3);
  g_assert_false (job->is_passed);
  test_output_check_much (job, APOOL_STREAM_STDOUT, "abcdefg\n");
  test_output_check_much (job, APOOL_STREAM_STDERR, "ABCDEFG\n");
  test_worker_stop (&worker);
}

/* As many jobs' pipes as may be with the manager at once: the next one's come when the first one
 * has ended. */
static void
test_output_one_passed (void)
{
  TestWorker worker;
  TestJob *jobs[3];

  test_worker_start (&worker, TEST_SOCKET);
  worker.max_passed = 1;
  test_worker_set_up (&worker, 2, TEST_LONG_DRAIN);
  for (guint i = 0; i < 3; i++)
    {
      test_worker_send_line (&worker, i + 1, MUCH_OUT "; " WAIT "echo last");
      jobs[i] = test_worker_get_job (&worker, i + 1);
      if (i < 2)
        test_worker_wait_received (&worker, jobs[i], APOOL_STREAM_STDOUT, MEBIBYTE);
    }
  g_assert_true (jobs[0]->is_passed);
  g_assert_false (jobs[1]->is_passed);
  test_worker_release (&worker, 3);
  for (guint i = 0; i < 3; i++)
    {
      test_worker_wait_output (&worker, jobs[i]);
      g_assert_cmpuint (jobs[i]->received[APOOL_STREAM_STDOUT], ==, MEBIBYTE + 5);
    }
  test_worker_stop (&worker);
}

/* Without credit the worker stops, though it answers; with some it goes on by so much. */
static void
test_output_credit (void)
{
  TestWorker worker;
  TestJob *job;

  test_worker_open (&worker, GINT_TO_POINTER (TEST_PIPES), 1);
  worker.gives_credit = FALSE;
  test_worker_send_line (&worker, 1, MUCH_OUT "; " MUCH_ERR);
  job = test_worker_get_job (&worker, 1);
  test_worker_wait_received (&worker, job, APOOL_STREAM_STDOUT, APOOL_MESSAGE_WINDOW);
  test_worker_ping (&worker);
  g_assert_cmpuint (job->received[APOOL_STREAM_STDOUT], ==, APOOL_MESSAGE_WINDOW);
  for (guint32 bytes = 1; bytes < 200000; bytes *= 37)
    {
      test_worker_credit (&worker, job, APOOL_STREAM_STDOUT, bytes);
      test_worker_wait_received (&worker, job, APOOL_STREAM_STDOUT,
                                 job->allowed[APOOL_STREAM_STDOUT]);
      test_worker_ping (&worker);
      g_assert_cmpuint (job->received[APOOL_STREAM_STDOUT], ==, job->allowed[APOOL_STREAM_STDOUT]);
    }
  g_assert_cmpuint (job->received[APOOL_STREAM_STDERR], ==, 0);
  /* The other stream has a window of its own, and it does not end before all is out. */
  test_worker_credit (&worker, job, APOOL_STREAM_STDOUT, MEBIBYTE);
  test_worker_wait_received (&worker, job, APOOL_STREAM_STDERR, APOOL_MESSAGE_WINDOW);
  test_worker_ping (&worker);
  g_assert_cmpuint (job->received[APOOL_STREAM_STDERR], ==, APOOL_MESSAGE_WINDOW);
  g_assert_null (job->outcome);
  test_worker_credit (&worker, job, APOOL_STREAM_STDERR, G_MAXUINT32);
  test_worker_wait_finished (&worker, 1);
  test_output_check_much (job, APOOL_STREAM_STDOUT, "abcdefg\n");
  test_output_check_much (job, APOOL_STREAM_STDERR, "ABCDEFG\n");
  test_worker_stop (&worker);
}

/* A peer may say anything about streams and tasks that are not. */
static void
test_output_strange_credit (gconstpointer data)
{
  TestWorker worker;

  test_worker_open (&worker, data, 1);
  test_worker_send_line (&worker, 1, WAIT "echo here");
  test_worker_wait_started (&worker, 1);
  apool_channel_send (worker.channel, APOOL_MESSAGE_CREDIT,
                      g_variant_new ("(tuu)", (guint64) 1, 7u, 1u));
  apool_channel_send (worker.channel, APOOL_MESSAGE_CREDIT,
                      g_variant_new ("(tuu)", (guint64) 99, 0u, 1u));
  apool_channel_send (worker.channel, APOOL_MESSAGE_CREDIT,
                      g_variant_new ("(tuu)", (guint64) 1, 0u, 1u));
  test_worker_send_seq (&worker, APOOL_MESSAGE_STREAM, 99);
  test_worker_release (&worker, 1);
  test_job_check_output (test_worker_wait_finished (&worker, 1), "here\n", "");
  test_worker_stop (&worker);
}

/* A running job's output comes before its end, once it is asked for: what it wrote before, and what
 * it writes then. */
static void
test_output_stream (gconstpointer data)
{
  TestWorker worker;
  TestJob *job;

  test_worker_open (&worker, data, 1);
  test_worker_send_line (&worker, 1,
                         "echo early; echo error >&2; " WAIT "echo later; " WAIT "echo last");
  job = test_worker_wait_started (&worker, 1);
  test_worker_send_seq (&worker, APOOL_MESSAGE_STREAM, 1);
  test_worker_wait_received (&worker, job, APOOL_STREAM_STDOUT, 6);
  test_worker_wait_received (&worker, job, APOOL_STREAM_STDERR, 6);
  test_job_check_output (job, "early\n", "error\n");
  test_worker_send_seq (&worker, APOOL_MESSAGE_STREAM, 1); /* asked for twice: no harm */
  test_worker_release (&worker, 1);
  test_worker_wait_received (&worker, job, APOOL_STREAM_STDOUT, 12);
  g_assert_null (job->outcome);
  test_worker_release (&worker, 1);
  test_worker_wait_output (&worker, job);
  test_output_check_way (&worker, job);
  test_job_check_output (job, "early\nlater\nlast\n", "error\n");
  test_worker_stop (&worker);
}

/* The same of every job where the worker was told so once, and without being asked for. What a hook
 * writes still comes with its end. */
static void
test_output_streams (gconstpointer data)
{
  static const ApoolTaskTraits TRAITS = { .attempt = 1, .weight = 1 };
  TestWorker worker;
  TestJob *job;

  test_worker_start (&worker, (TestTransport) GPOINTER_TO_INT (data));
  worker.setup.streams = TRUE;
  test_worker_set_up (&worker, 2, TEST_LONG_DRAIN);
  for (guint64 seq = 1; seq <= 2; seq++)
    test_worker_send_line (&worker, seq, "echo early; echo error >&2; " WAIT "echo last");
  for (guint64 seq = 1; seq <= 2; seq++)
    {
      job = test_worker_get_job (&worker, seq);
      test_worker_wait_received (&worker, job, APOOL_STREAM_STDOUT, 6);
      test_worker_wait_received (&worker, job, APOOL_STREAM_STDERR, 6);
      test_job_check_output (job, "early\n", "error\n");
      g_assert_null (job->outcome);
    }
  test_worker_release (&worker, 2);
  for (guint64 seq = 1; seq <= 2; seq++)
    {
      job = test_worker_get_job (&worker, seq);
      test_worker_wait_output (&worker, job);
      test_output_check_way (&worker, job);
      test_job_check_output (job, "early\nlast\n", "error\n");
    }
  test_worker_send_variant (&worker, 1 | APOOL_TASK_HOOK_BIT, "echo early; " WAIT "echo last",
                            &TRAITS);
  job = test_worker_wait_started (&worker, 1 | APOOL_TASK_HOOK_BIT);
  test_worker_ping (&worker);
  g_assert_cmpuint (job->received[APOOL_STREAM_STDOUT], ==, 0);
  test_worker_release (&worker, 1);
  test_worker_wait_output (&worker, job);
  test_job_check_output (job, "early\nlast\n", "");
  test_worker_stop (&worker);
}

/* Both streams are one, held or not; those of a hook are not. */
static void
test_output_merges (gconstpointer data)
{
  static const ApoolTaskTraits TRAITS = { .attempt = 1, .weight = 1 };
  TestWorker worker;
  TestJob *job;

  test_worker_start (&worker, (TestTransport) GPOINTER_TO_INT (data));
  worker.setup.merges = TRUE;
  test_worker_set_up (&worker, 1, TEST_LONG_DRAIN);
  test_worker_send_line (&worker, 1, "echo 1; echo 2 >&2; echo 3; exec >&-; echo 4 >&2");
  job = test_worker_get_job (&worker, 1);
  test_worker_wait_output (&worker, job);
  test_job_check_output (job, "1\n2\n3\n4\n", "");
  test_worker_send_line (&worker, 2,
                         "yes abcdefg | head -c 524288; yes abcdefg | head -c 524288 >&2");
  job = test_worker_get_job (&worker, 2);
  test_worker_wait_output (&worker, job);
  test_job_check (job, APOOL_OUTCOME_EXITED, 0);
  test_output_check_way (&worker, job);
  test_output_check_much (job, APOOL_STREAM_STDOUT, "abcdefg\n");
  g_assert_cmpuint (job->received[APOOL_STREAM_STDERR], ==, 0);
  test_worker_send_variant (&worker, 1 | APOOL_TASK_HOOK_BIT, "echo 1; echo 2 >&2", &TRAITS);
  job = test_worker_get_job (&worker, 1 | APOOL_TASK_HOOK_BIT);
  test_worker_wait_output (&worker, job);
  test_job_check_output (job, "1\n", "2\n");
  test_worker_stop (&worker);
}

/* One that is left open is waited for, as two are. */
static void
test_output_merged_left_open (gconstpointer data)
{
  TestWorker worker;
  TestJob *job;

  test_worker_start (&worker, (TestTransport) GPOINTER_TO_INT (data));
  worker.setup.merges = TRUE;
  test_worker_set_up (&worker, 1, TEST_SHORT_DRAIN);
  test_worker_send_line (&worker, 1, "echo 1 >&2; sleep 1000 >/dev/null & exit 5");
  job = test_worker_wait_finished (&worker, 1);
  test_job_check_output (job, "1\n", "");
  g_assert_true (apool_outcome_is_output_cut (job->outcome));
  test_worker_stop (&worker);
}

/* ---- direct ---- */

/* A worker whose jobs write to @fds themselves, which are files. */
static void
test_output_open_direct (TestWorker *worker, gboolean merges, FILE *files[], int fds[])
{
  for (int stream = 0; stream < APOOL_N_STREAMS; stream++)
    {
      files[stream] = tmpfile ();
      g_assert_nonnull (files[stream]);
      fds[stream] = fileno (files[stream]);
    }
  test_worker_start (worker, TEST_SOCKET);
  worker->setup.is_direct = TRUE;
  worker->setup.merges = merges;
  worker->output_fds = fds;
  test_worker_set_up (worker, 1, TEST_LONG_DRAIN);
}

/* Looks at what is in a file, and closes it. */
static void
test_output_check_file (FILE *file, const char *expected)
{
  char buffer[256];
  gsize length;

  rewind (file);
  length = fread (buffer, 1, sizeof buffer - 1, file);
  buffer[length] = '\0';
  g_assert_cmpstr (buffer, ==, expected);
  g_assert_cmpint (fclose (file), ==, 0);
}

/* Nothing comes back, asked for or not; nobody waits for what it leaves; hooks are none of it. */
static void
test_output_direct (void)
{
  static const ApoolTaskTraits TRAITS = { .attempt = 1, .weight = 1 };
  TestWorker worker;
  TestJob *job;
  FILE *files[APOOL_N_STREAMS];
  int fds[APOOL_N_STREAMS];

  test_output_open_direct (&worker, FALSE, files, fds);
  test_worker_send_line (&worker, 1, "echo out; echo err >&2; sleep 1000 & exit 5");
  test_worker_send_seq (&worker, APOOL_MESSAGE_STREAM, 1);
  job = test_worker_wait_finished (&worker, 1);
  test_job_check (job, APOOL_OUTCOME_EXITED, 5);
  test_job_check_output (job, "", "");
  g_assert_false (job->is_passed);
  g_assert_false (job->has_exited);
  g_assert_false (apool_outcome_is_output_cut (job->outcome));
  test_worker_send_variant (&worker, 1 | APOOL_TASK_HOOK_BIT, "echo hook; echo error >&2", &TRAITS);
  job = test_worker_wait_finished (&worker, 1 | APOOL_TASK_HOOK_BIT);
  test_job_check_output (job, "hook\n", "error\n");
  test_worker_stop (&worker);
  test_output_check_file (files[APOOL_STREAM_STDOUT], "out\n");
  test_output_check_file (files[APOOL_STREAM_STDERR], "err\n");
}

static void
test_output_direct_merged (void)
{
  TestWorker worker;
  FILE *files[APOOL_N_STREAMS];
  int fds[APOOL_N_STREAMS];

  test_output_open_direct (&worker, TRUE, files, fds);
  test_worker_send_line (&worker, 1, "echo 1; echo 2 >&2; echo 3");
  test_job_check_output (test_worker_wait_finished (&worker, 1), "", "");
  test_worker_stop (&worker);
  test_output_check_file (files[APOOL_STREAM_STDOUT], "1\n2\n3\n");
  test_output_check_file (files[APOOL_STREAM_STDERR], "");
}

/* Descriptors cannot come over pipes, and one that says they would is not believed. */
static void
test_output_direct_without_fds (gconstpointer data)
{
  TestWorker worker;

  test_worker_start (&worker, (TestTransport) GPOINTER_TO_INT (data));
  worker.setup.is_direct = TRUE;
  test_worker_set_up (&worker, 1, TEST_LONG_DRAIN);
  test_worker_stop_failed (&worker, "a set-up without the descriptors that belong to it");
}

/* ---- streams ---- */

/* Asked for before the job has a slot. */
static void
test_output_stream_of_waiting (gconstpointer data)
{
  TestWorker worker;
  TestJob *job;

  test_worker_open (&worker, data, 1);
  test_worker_send_line (&worker, 1, WAIT);
  test_worker_send_line (&worker, 2, "echo early; " WAIT);
  test_worker_send_line (&worker, 3, "echo held; " WAIT);
  test_worker_send_seq (&worker, APOOL_MESSAGE_STREAM, 2);
  job = test_worker_get_job (&worker, 2);
  test_worker_release (&worker, 1);
  test_worker_wait_received (&worker, job, APOOL_STREAM_STDOUT, 6);
  g_assert_null (job->outcome);
  test_worker_release (&worker, 1);
  test_worker_wait_output (&worker, job);
  test_job_check_output (job, "early\n", "");
  /* Only that one. */
  test_worker_wait_started (&worker, 3);
  test_worker_release (&worker, 1);
  job = test_worker_wait_finished (&worker, 3);
  g_assert_false (job->is_passed);
  test_job_check_output (job, "held\n", "");
  test_worker_stop (&worker);
}

/* Whatever jobs do, the worker answers. */
static void
test_output_ping (gconstpointer data)
{
  TestWorker worker;
  TestJob *job;

  test_worker_open (&worker, data, 2);
  test_worker_send_line (&worker, 1, WAIT);
  test_worker_wait_started (&worker, 1);
  test_worker_ping (&worker);
  test_worker_send_line (&worker, 2, "exec yes");
  job = test_worker_get_job (&worker, 2);
  job->drops_output = TRUE;
  test_worker_wait_received (&worker, job, APOOL_STREAM_STDOUT, 4 * MEBIBYTE);
  test_worker_ping (&worker);
  g_assert_null (job->outcome);
  apool_channel_send (worker.channel, APOOL_MESSAGE_TERMINATE, g_variant_new ("()"));
  test_worker_wait_finished (&worker, 2);
  test_job_check (job, APOOL_OUTCOME_SIGNALLED, SIGTERM);
  test_worker_wait_finished (&worker, 1);
  test_worker_stop (&worker);
}

/* Somebody else still has the job's stdout when it has exited. What was written is there, and
 * after a while it is not waited for. */
static void
test_output_left_open (gconstpointer data)
{
  TestWorker worker;
  TestJob *job;

  test_worker_start (&worker, (TestTransport) GPOINTER_TO_INT (data));
  test_worker_set_up (&worker, 1, TEST_SHORT_DRAIN);
  test_worker_send_line (&worker, 1, "echo before; sleep 1000 & exit 5");
  job = test_worker_wait_finished (&worker, 1);
  test_job_check (job, APOOL_OUTCOME_EXITED, 5);
  test_job_check_output (job, "before\n", "");
  g_assert_true (apool_outcome_is_output_cut (job->outcome));
  /* The same of one whose output is out already. */
  test_worker_send_line (&worker, 2, "echo before; sleep 1000 & " WAIT "exit 6");
  test_worker_send_seq (&worker, APOOL_MESSAGE_STREAM, 2);
  job = test_worker_get_job (&worker, 2);
  test_worker_wait_received (&worker, job, APOOL_STREAM_STDOUT, 7);
  test_worker_release (&worker, 1);
  test_worker_wait_finished (&worker, 2);
  test_job_check (job, APOOL_OUTCOME_EXITED, 6);
  test_job_check_output (job, "before\n", "");
  g_assert_true (apool_outcome_is_output_cut (job->outcome));
  test_worker_stop (&worker);
}

/* Without a time for it nobody is waited for, and what was written before is there. */
static void
test_output_not_drained (gconstpointer data)
{
  TestWorker worker;
  TestJob *job;

  test_worker_start (&worker, (TestTransport) GPOINTER_TO_INT (data));
  test_worker_set_up (&worker, 1, 0);
  test_worker_send_line (&worker, 1, "echo before; echo error >&2; sleep 1000 & exit 5");
  job = test_worker_wait_finished (&worker, 1);
  test_job_check (job, APOOL_OUTCOME_EXITED, 5);
  test_job_check_output (job, "before\n", "error\n");
  g_assert_false (job->has_exited);
  g_assert_true (apool_outcome_is_output_cut (job->outcome));
  test_worker_stop (&worker);
}

/* Who has left the process group is not waited for, and may still write: that is told. The job ends
 * when the other one has done so, and has its standard output as descriptors 1 and 7. */
static void
test_output_escaped (gconstpointer data)
{
  TestWorker worker;
  TestJob *job;

  test_worker_open (&worker, data, 1);
  test_worker_send_line (
      &worker, 1, "echo before; exec 7>&1; x=$(setsid sh -c 'exec sleep 1000 >&7' &); exit 5");
  job = test_worker_wait_finished (&worker, 1);
  test_job_check (job, APOOL_OUTCOME_EXITED, 5);
  test_job_check_output (job, "before\n", "");
  g_assert_false (job->has_exited);
  g_assert_true (apool_outcome_is_output_cut (job->outcome));
  test_worker_stop (&worker);
}

/* While it is waited for, what comes late is taken, and the slot is somebody else's. */
static void
test_output_drained (gconstpointer data)
{
  TestWorker worker;
  TestJob *job;

  test_worker_open (&worker, data, 1);
  test_worker_send_line (&worker, 1, "echo before; (" WAIT "echo after; echo error >&2) & exit 5");
  test_worker_send_line (&worker, 2, "echo two");
  test_job_check_output (test_worker_wait_finished (&worker, 2), "two\n", "");
  job = test_worker_get_job (&worker, 1);
  g_assert_null (job->outcome);
  g_assert_true (job->has_exited);
  g_assert_cmpuint (job->slot, ==, test_worker_get_job (&worker, 2)->slot);
  test_worker_release (&worker, 1);
  test_worker_wait_finished (&worker, 1);
  test_job_check (job, APOOL_OUTCOME_EXITED, 5);
  test_job_check_output (job, "before\nafter\n", "error\n");
  g_assert_false (apool_outcome_is_output_cut (job->outcome));
  test_worker_stop (&worker);
}

/* That its slot is free is told without anybody who wants it, once; not of one that is finished at
 * the same time, whether somebody is left in its group or not. */
static void
test_output_exited (gconstpointer data)
{
  TestWorker worker;
  TestJob *job;

  test_worker_open (&worker, data, 2);
  test_worker_send_line (&worker, 1, "(" WAIT ") & exit 5");
  job = test_worker_get_job (&worker, 1);
  test_worker_wait_exited (&worker, job);
  g_assert_null (job->outcome);
  test_worker_send_line (&worker, 2, "echo two");
  test_worker_send_line (&worker, 3, "exit 3");
  test_worker_send_line (&worker, 4, "exec >/dev/null 2>&1; sleep 1000 & exit 4");
  for (guint64 seq = 2; seq <= 4; seq++)
    g_assert_false (test_worker_wait_finished (&worker, seq)->has_exited);
  test_worker_release (&worker, 1);
  test_worker_wait_finished (&worker, 1);
  test_worker_ping (&worker);
  test_job_check (job, APOOL_OUTCOME_EXITED, 5);
  g_assert_cmpuint (worker.n_exited, ==, 1);
  test_worker_stop (&worker);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  signal (SIGPIPE, SIG_IGN);
  test_channel_add ("worker-output", "much", test_output_much);
  test_channel_add ("worker-output", "asked", test_output_asked);
  test_channel_add ("worker-output", "much-of-several", test_output_much_of_several);
  test_channel_add ("worker-output", "sizes", test_output_sizes);
  g_test_add_func ("/worker-output/socket/short-of-descriptors", test_output_short_of_descriptors);
  g_test_add_func ("/worker-output/socket/none-passed", test_output_none_passed);
  g_test_add_func ("/worker-output/socket/one-passed", test_output_one_passed);
  g_test_add_func ("/worker-output/pipes/credit", test_output_credit);
  test_channel_add ("worker-output", "of-hook", test_output_of_hook);
  test_channel_add ("worker-output", "strange-credit", test_output_strange_credit);
  test_channel_add ("worker-output", "stream", test_output_stream);
  test_channel_add ("worker-output", "streams", test_output_streams);
  test_channel_add ("worker-output", "merges", test_output_merges);
  test_channel_add ("worker-output", "merged-left-open", test_output_merged_left_open);
  g_test_add_func ("/worker-output/socket/direct", test_output_direct);
  g_test_add_func ("/worker-output/socket/direct-merged", test_output_direct_merged);
  test_channel_add ("worker-output", "direct-without-fds", test_output_direct_without_fds);
  test_channel_add ("worker-output", "stream-of-waiting", test_output_stream_of_waiting);
  test_channel_add ("worker-output", "ping", test_output_ping);
  test_channel_add ("worker-output", "left-open", test_output_left_open);
  test_channel_add ("worker-output", "not-drained", test_output_not_drained);
  test_channel_add ("worker-output", "escaped", test_output_escaped);
  test_channel_add ("worker-output", "drained", test_output_drained);
  test_channel_add ("worker-output", "exited", test_output_exited);
  return g_test_run ();
}
