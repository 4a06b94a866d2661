/* SPDX-License-Identifier: MIT */
/* A worker's dialogue: the greeting, tasks, slots, what comes back, and how tasks are executed.
 * Jobs that have to wait read a line from descriptor 9, which they inherit. */

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/apool-fd.h"
#include "base/apool-io.h"
#include "worker-peer.h"

#define WAIT "read x <&9; "
/* The longest argument that the kernel takes, without its NUL. */
#define LONGEST_ARGUMENT 131071u

static TestJob *
test_worker_run (TestWorker *worker, guint64 seq, const char *line)
{
  test_worker_send_line (worker, seq, line);
  return test_worker_wait_finished (worker, seq);
}

/* @words is a literal; its words are ended by NULs, the last one by the literal's own. */
#define test_worker_run_words(worker, seq, kind, words)                                            \
  test_worker_run_sized (worker, seq, kind, words, sizeof (words))

static TestJob *
test_worker_run_sized (
    TestWorker *worker, guint64 seq, ApoolTaskKind kind, const char *words, gsize length)
{
  test_worker_send_task (worker, seq, kind, words, length, -1, -1);
  return test_worker_wait_finished (worker, seq);
}

static void
test_worker_hello (gconstpointer data)
{
  TestTransport transport = (TestTransport) GPOINTER_TO_INT (data);
  TestWorker worker;

  test_worker_start (&worker, transport);
  test_worker_ping (&worker);
  g_assert_cmpuint (worker.pid, ==,
                    g_ascii_strtoull (g_subprocess_get_identifier (worker.process), NULL, 10));
  g_assert_cmpuint (worker.cores, >, 0);
  g_assert_cmpuint (worker.features, ==, transport == TEST_SOCKET ? APOOL_FEATURE_PASSES_FDS : 0);
  test_worker_stop (&worker);
}

/* A login shell talks before the worker does, and something before the manager. */
static void
test_worker_chatter (gconstpointer data)
{
  TestWorker worker;

  test_worker_start_greeting (&worker, (TestTransport) GPOINTER_TO_INT (data),
                              "echo Welcome; printf 'no new mail'", "stty: hello\n\napool");
  test_worker_set_up (&worker, 1, TEST_LONG_DRAIN);
  test_job_check_output (test_worker_run (&worker, 1, "echo one"), "one\n", "");
  test_worker_stop (&worker);
}

static void
test_worker_finished (gconstpointer data)
{
  TestWorker worker;
  TestJob *job;

  test_worker_open (&worker, data, 1);
  job = test_worker_run (&worker, 1, "echo out; echo err >&2; exit 7");
  test_job_check (job, APOOL_OUTCOME_EXITED, 7);
  test_job_check_output (job, "out\n", "err\n");
  g_assert_false (apool_outcome_is_output_cut (job->outcome));
  g_assert_false (apool_outcome_is_ended_by_pool (job->outcome));
  job = test_worker_run (&worker, 2, "printf half; kill -KILL $$");
  test_job_check (job, APOOL_OUTCOME_SIGNALLED, SIGKILL);
  test_job_check_output (job, "half", "");
  g_assert_false (apool_outcome_is_ended_by_pool (job->outcome));
  job = test_worker_run (&worker, 3, ":");
  test_job_check (job, APOOL_OUTCOME_EXITED, 0);
  test_job_check_output (job, "", "");
  test_worker_stop (&worker);
}

static void
test_worker_usage (gconstpointer data)
{
  gint64 before = g_get_real_time ();
  const ApoolUsage *usage;
  TestWorker worker;

  test_worker_open (&worker, data, 1);
  usage = apool_outcome_get_usage (
      test_worker_run (&worker, 1, "i=0; while [ $i -lt 20000 ]; do i=$((i + 1)); done")->outcome);
  g_assert_cmpint (usage->start_usec, >=, before);
  g_assert_cmpint (usage->start_usec, <=, g_get_real_time ());
  g_assert_cmpint (usage->run_usec, >, 0);
  g_assert_cmpint (usage->user_usec + usage->system_usec, >, 0);
  g_assert_cmpint (usage->peak_bytes, >, 100000);
  test_worker_stop (&worker);
}

/* As many at once as there are slots; the others wait, and each is told its slot. */
static void
test_worker_slots (gconstpointer data)
{
  static const char LINE[] = WAIT "echo ";
  TestWorker worker;

  test_worker_open (&worker, data, 2);
  for (guint64 seq = 1; seq <= 6; seq++)
    test_worker_send_task (&worker, seq, APOOL_TASK_SHELL, LINE, sizeof LINE, sizeof LINE - 1, -1);
  test_worker_wait_started (&worker, 2);
  test_worker_ping (&worker);
  g_assert_cmpuint (worker.n_started, ==, 2);
  g_assert_cmpuint (test_worker_get_job (&worker, 1)->slot, !=,
                    test_worker_get_job (&worker, 2)->slot);
  test_worker_release (&worker, 6);
  for (guint64 seq = 1; seq <= 6; seq++)
    {
      TestJob *job = test_worker_wait_finished (&worker, seq);
      g_autofree char *expected = g_strdup_printf ("%u\n", job->slot);

      g_assert_true (job->slot == 3 || job->slot == 6);
      test_job_check_output (job, expected, "");
    }
  g_assert_cmpuint (worker.most_running, ==, 2);
  test_worker_stop (&worker);
}

/* A worker may have no slot at first: its tasks wait until it gets some, and may be called back. */
static void
test_worker_granted (gconstpointer data)
{
  static const guint32 SLOTS[] = { 7, 8, 9 };
  TestWorker worker;

  test_worker_open (&worker, data, 0);
  for (guint64 seq = 1; seq <= 5; seq++)
    test_worker_send_line (&worker, seq, WAIT);
  test_worker_ping (&worker);
  g_assert_cmpuint (worker.n_started, ==, 0);
  test_worker_recall (&worker, 1);
  g_assert_cmpuint (g_array_index (worker.recalled, guint64, 0), ==, 1);
  test_worker_grant (&worker, SLOTS, 1);
  test_worker_wait_started (&worker, 2);
  test_worker_grant (&worker, SLOTS, 0);
  test_worker_ping (&worker);
  g_assert_cmpuint (worker.n_started, ==, 1);
  test_worker_grant (&worker, SLOTS + 1, 2);
  test_worker_wait_started (&worker, 4);
  for (guint i = 0; i < G_N_ELEMENTS (SLOTS); i++)
    g_assert_cmpuint (test_worker_get_job (&worker, i + 2)->slot, ==, SLOTS[i]);
  test_worker_release (&worker, 4);
  test_worker_wait_finished (&worker, 5);
  g_assert_cmpuint (worker.most_running, ==, 3);
  test_worker_stop (&worker);
}

/* Jobs have the limit of open files that the worker had, also when it needs more than that later,
 * for more slots. */
static void
test_worker_open_files (gconstpointer data)
{
  guint32 slots[50];
  TestWorker worker;

  for (guint i = 0; i < G_N_ELEMENTS (slots); i++)
    slots[i] = i + 100;
  test_worker_start_greeting (&worker, (TestTransport) GPOINTER_TO_INT (data), "ulimit -Sn 100",
                              NULL);
  test_worker_set_up (&worker, 1, TEST_LONG_DRAIN);
  test_job_check_output (test_worker_run (&worker, 1, "ulimit -n"), "100\n", "");
  test_worker_grant (&worker, slots, G_N_ELEMENTS (slots));
  test_job_check_output (test_worker_run (&worker, 2, "ulimit -n"), "100\n", "");
  test_job_check_output (
      test_worker_run (&worker, 3,
                       "ulimit -n $(ulimit -Hn); sed -n '/open files/p' /proc/$PPID/limits"
                       " | tr -s ' ' | cut -d ' ' -f 4"),
      "166\n", "");
  test_worker_stop (&worker);
}

/* Slots above a number are given up when they are free, and nothing is started there; what comes
 * back is used again. The first jobs are ended one by one: at the gate, what is started when one of
 * them has gone through could take the place of another. */
static void
test_worker_revoked (gconstpointer data)
{
  static const guint32 SLOTS[] = { 1, 2, 3, 4 };
  TestWorker worker;

  test_worker_open (&worker, data, 0);
  test_worker_grant (&worker, SLOTS, 4);
  for (guint64 seq = 1; seq <= 3; seq++)
    test_worker_send_line (&worker, seq, WAIT);
  test_worker_wait_started (&worker, 3);
  test_worker_limit (&worker, 1);
  test_worker_wait_revoked (&worker, 1);
  g_assert_cmpuint (g_array_index (worker.revoked, guint, 0), ==, 4);
  for (guint64 seq = 4; seq <= 8; seq++)
    test_worker_send_line (&worker, seq, WAIT);
  test_worker_ping (&worker);
  g_assert_cmpuint (worker.n_started, ==, 3);
  for (guint64 seq = 1; seq <= 3; seq++)
    apool_channel_send (worker.channel, APOOL_MESSAGE_END,
                        apool_message_new_end (seq, APOOL_END_BY_POOL));
  test_worker_wait_revoked (&worker, 3);
  test_worker_wait_started (&worker, 4);
  test_worker_ping (&worker);
  g_assert_cmpuint (worker.n_started, ==, 4);
  g_assert_cmpuint (test_worker_get_job (&worker, 4)->slot, ==, 1);
  /* A grant does not lift the limit, another limit does. */
  test_worker_grant (&worker, SLOTS + 2, 1);
  test_worker_wait_revoked (&worker, 4);
  g_assert_cmpuint (g_array_index (worker.revoked, guint, 3), ==, 3);
  test_worker_limit (&worker, 3);
  test_worker_grant (&worker, SLOTS + 1, 2);
  test_worker_wait_started (&worker, 6);
  test_worker_release (&worker, 5);
  for (guint64 seq = 1; seq <= 8; seq++)
    test_worker_wait_finished (&worker, seq);
  g_assert_cmpuint (worker.revoked->len, ==, 4);
  g_assert_cmpuint (worker.most_running, ==, 3);
  test_worker_stop (&worker);
}

/* Many tasks at once through a few slots: none is lost, none is told of twice. */
static void
test_worker_many (gconstpointer data)
{
  TestWorker worker;

  test_worker_open (&worker, data, 3);
  for (guint64 seq = 1; seq <= 150; seq++)
    test_worker_send_task (&worker, seq, APOOL_TASK_WORDS, "/bin/echo\0x", 12, 11, -1);
  for (guint64 seq = 1; seq <= 150; seq++)
    {
      TestJob *job = test_worker_wait_finished (&worker, seq);
      g_autofree char *expected = g_strdup_printf ("x%u\n", job->slot);

      test_job_check_output (job, expected, "");
    }
  g_assert_cmpuint (worker.most_running, <=, 3);
  test_worker_stop (&worker);
}

static void
test_worker_environment (gconstpointer data)
{
  TestWorker worker;
  TestJob *job;

  test_worker_open (&worker, data, 1);
  job = test_worker_run (&worker, 12,
                         "echo $APOOL_JOB $APOOL_SEQ $APOOL_JOBSLOT $APOOL_PID $PARALLEL_SEQ "
                         "$PARALLEL_JOBSLOT $PARALLEL_PID $PARALLEL_SHELL");
  test_job_check_output (job, "test.12.1 12 3 1234 12 3 1234 /bin/sh\n", "");
  job = test_worker_run (&worker, 13,
                         "echo $APOOL_WORKER $APOOL_ATTEMPT $APOOL_SHELL "
                         "$PARALLEL_SSHHOST $PARALLEL_SSHLOGIN");
  test_job_check_output (job, "5 1 /bin/sh : :\n", "");
  test_worker_stop (&worker);
}

/* The user's name for the slot, counted from 0, wins over what has that name otherwise. */
static void
test_worker_check_slot_variable (gconstpointer data, const char *name)
{
  TestWorker worker;
  g_autofree char *line = g_strdup_printf (
      "echo $%s $APOOL_SEQ; tr '\\0' '\\n' </proc/$$/environ | grep -c ^%s=", name, name);

  test_worker_start (&worker, (TestTransport) GPOINTER_TO_INT (data));
  worker.setup.slot_variable = name;
  test_worker_set_up (&worker, 1, TEST_LONG_DRAIN);
  test_job_check_output (test_worker_run (&worker, 12, line), "2 12\n1\n", "");
  test_job_check_output (test_worker_run (&worker, 13, line), "2 13\n1\n", "");
  test_worker_stop (&worker);
}

static void
test_worker_slot_variable (gconstpointer data)
{
  test_worker_check_slot_variable (data, "SLOT");
  test_worker_check_slot_variable (data, "HOME");
  test_worker_check_slot_variable (data, "PARALLEL_JOBSLOT");
  test_worker_check_slot_variable (data, "PARALLEL_PID");
}

/* What is its own replaces what all have, and is not the next one's. */
static void
test_worker_variables (gconstpointer data)
{
  static const char *const VARIABLES[] = { "HOME=of the task", "APOOL_NEW=x=y", "APOOL_SEQ=other",
                                           "APOOL_JOBS=3", NULL };
  const ApoolTaskTraits again = { .attempt = 3, .weight = 1 };
  const ApoolTaskTraits own = { .attempt = 2, .weight = 1, .variables = VARIABLES };
  TestWorker worker;

  test_worker_open (&worker, data, 1);
  test_worker_send_variant (&worker, 4, "echo $APOOL_JOB $APOOL_ATTEMPT", &again);
  test_job_check_output (test_worker_wait_finished (&worker, 4), "test.4.3 3\n", "");
  test_worker_send_variant (&worker, 5,
                            "echo $HOME, $APOOL_NEW, $APOOL_SEQ, $APOOL_JOBS, $APOOL_JOB; "
                            "env | grep -c -e ^HOME= -e ^APOOL_SEQ= -e ^APOOL_JOB",
                            &own);
  test_job_check_output (test_worker_wait_finished (&worker, 5),
                         "of the task, x=y, other, 3, test.5.2\n5\n", "");
  test_job_check_output (test_worker_run (&worker, 6, "echo $APOOL_NEW$APOOL_JOBS $APOOL_SEQ"),
                         "6\n", "");
  test_worker_stop (&worker);
}

/* Waits until the worker has done what it had to. */
static void
test_worker_check_title (TestWorker *worker, const char *expected)
{
  g_autofree char *path = NULL;
  g_autofree char *title = NULL;
  gsize length;

  test_worker_ping (worker);
  path = g_strdup_printf ("/proc/%u/cmdline", worker->pid);
  g_assert_true (g_file_get_contents (path, &title, &length, NULL));
  g_assert_cmpmem (title, length, expected, strlen (expected) + 1);
}

/* What ps shows. The environment, which is behind it in memory, is the jobs' all the same. */
static void
test_worker_title (gconstpointer data)
{
  g_autofree char *expected = g_strdup_printf ("%s\n", g_getenv ("APOOL_PROGRAM"));
  TestWorker worker;

  test_worker_open (&worker, data, 3);
  test_worker_check_title (&worker, "apool: worker 5: 0 jobs");
  for (guint64 seq = 1; seq <= 3; seq++)
    test_worker_send_line (&worker, seq, WAIT "echo $APOOL_PROGRAM");
  test_worker_check_title (&worker, "apool: worker 5: 3 jobs");
  test_worker_release (&worker, 2);
  while (worker.n_running > 1)
    g_main_context_iteration (NULL, TRUE);
  test_worker_check_title (&worker, "apool: worker 5: 1 job");
  test_worker_release (&worker, 1);
  for (guint64 seq = 1; seq <= 3; seq++)
    test_job_check_output (test_worker_wait_finished (&worker, seq), expected, "");
  test_worker_check_title (&worker, "apool: worker 5: 0 jobs");
  test_worker_stop (&worker);
}

/* Nothing to read, unless something is passed. */
static void
test_worker_stdin (gconstpointer data)
{
  TestTransport transport = (TestTransport) GPOINTER_TO_INT (data);
  TestWorker worker;
  int fds[2];

  test_worker_open (&worker, data, 1);
  test_job_check_output (test_worker_run (&worker, 1, "cat; readlink /proc/self/fd/0"),
                         "/dev/null\n", "");
  if (transport == TEST_SOCKET)
    {
      g_assert_cmpint (pipe2 (fds, O_CLOEXEC), ==, 0);
      g_assert_true (apool_io_write_all (fds[1], "passed\n", 7, NULL));
      apool_fd_clear (&fds[1]);
      test_worker_send_task (&worker, 2, APOOL_TASK_SHELL, "cat", 4, -1, fds[0]);
      test_job_check_output (test_worker_wait_finished (&worker, 2), "passed\n", "");
    }
  test_worker_stop (&worker);
}

/* A job sees its three streams and what the caller handed down, and nothing of the worker's. */
static void
test_worker_descriptors (gconstpointer data)
{
  TestWorker worker;
  TestJob *job;

  test_worker_open (&worker, data, 2);
  test_worker_send_line (&worker, 1, WAIT);
  test_worker_wait_started (&worker, 1);
  /* One of those listed is the directory itself. */
  job = test_worker_run (&worker, 2, "for fd in /proc/self/fd/*; do echo \"${fd##*/}\"; done");
  test_job_check (job, APOOL_OUTCOME_EXITED, 0);
  test_job_check_output (job, "0\n1\n2\n3\n9\n", "");
  test_worker_release (&worker, 1);
  test_worker_wait_finished (&worker, 1);
  test_worker_stop (&worker);
}

static void
test_worker_recalled (gconstpointer data)
{
  TestWorker worker;

  test_worker_open (&worker, data, 1);
  test_worker_recall (&worker, 5);
  g_assert_cmpuint (worker.recalled->len, ==, 0);
  for (guint64 seq = 1; seq <= 6; seq++)
    test_worker_send_line (&worker, seq, seq == 1 ? WAIT : "echo ran");
  test_worker_wait_started (&worker, 1);
  test_worker_recall (&worker, 2);
  g_assert_cmpuint (worker.recalled->len, ==, 2);
  test_worker_recall (&worker, 0);
  g_assert_cmpuint (worker.recalled->len, ==, 2);
  test_worker_recall (&worker, 1);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (g_array_index (worker.recalled, guint64, i), ==, i + 2);
  /* The others run, the recalled ones do not. */
  test_worker_release (&worker, 1);
  test_job_check_output (test_worker_wait_finished (&worker, 5), "ran\n", "");
  test_job_check_output (test_worker_wait_finished (&worker, 6), "ran\n", "");
  test_worker_recall (&worker, G_MAXUINT32);
  g_assert_cmpuint (worker.recalled->len, ==, 3);
  g_assert_cmpuint (worker.n_started, ==, 3);
  /* Of those that come together with the recall, the one that has a slot is kept. */
  for (guint64 seq = 7; seq <= 9; seq++)
    test_worker_send_line (&worker, seq, "echo ran");
  test_worker_recall (&worker, 9);
  g_assert_cmpuint (worker.recalled->len, ==, 5);
  g_assert_cmpuint (g_array_index (worker.recalled, guint64, 3), ==, 8);
  g_assert_cmpuint (g_array_index (worker.recalled, guint64, 4), ==, 9);
  test_job_check_output (test_worker_wait_finished (&worker, 7), "ran\n", "");
  test_worker_stop (&worker);
}

/* An argument that the kernel does not take is that task's failure alone, whoever executes it. */
static void
test_worker_long_argument (gconstpointer data)
{
  g_autoptr (GString) words = g_string_new_len ("/bin/echo", 10);
  TestWorker worker;
  TestJob *job;

  test_worker_open (&worker, data, 1);
  for (guint i = 0; i < LONGEST_ARGUMENT; i++)
    g_string_append_c (words, 'a');
  job = test_worker_run_sized (&worker, 1, APOOL_TASK_WORDS, words->str, words->len + 1);
  test_job_check (job, APOOL_OUTCOME_EXITED, 0);
  test_worker_wait_output (&worker, job);
  g_assert_cmpuint (job->received[APOOL_STREAM_STDOUT], ==, LONGEST_ARGUMENT + 1);
  g_string_append_c (words, 'a');
  for (int kind = APOOL_TASK_WORDS; kind <= APOOL_TASK_PROGRAM; kind++)
    {
      job = test_worker_run_sized (&worker, 2 + (guint64) kind, (ApoolTaskKind) kind, words->str,
                                   words->len + 1);
      test_job_check (job, APOOL_OUTCOME_NOT_STARTED, E2BIG);
    }
  memcpy (words->str, "/bin/echo ", 10);
  job = test_worker_run_sized (&worker, 9, APOOL_TASK_SHELL, words->str, words->len + 1);
  test_job_check (job, APOOL_OUTCOME_NOT_STARTED, E2BIG);
  test_job_check_output (test_worker_run (&worker, 10, "echo next"), "next\n", "");
  test_worker_stop (&worker);
}

/* What cannot be executed is left to the shell, whose words and status count. */
static void
test_worker_missing (gconstpointer data)
{
  TestWorker worker;
  TestJob *job;

  test_worker_open (&worker, data, 1);
  job = test_worker_run_words (&worker, 1, APOOL_TASK_WORDS, "no-such-program-here\0a b");
  test_job_check (job, APOOL_OUTCOME_EXITED, 127);
  g_assert_nonnull (strstr (job->output[APOOL_STREAM_STDERR]->str, "no-such-program-here"));
  job = test_worker_run_words (&worker, 2, APOOL_TASK_WORDS, "/no/such/program");
  test_job_check (job, APOOL_OUTCOME_EXITED, 127);
  g_assert_nonnull (strstr (job->output[APOOL_STREAM_STDERR]->str, "/no/such/program"));
  job = test_worker_run_words (&worker, 3, APOOL_TASK_WORDS, "/etc");
  test_job_check (job, APOOL_OUTCOME_EXITED, 126);
  test_worker_stop (&worker);
}

/* Where no shell may be used, there is nobody to say it but the worker. */
static void
test_worker_missing_without_shell (gconstpointer data)
{
  TestWorker worker;
  TestJob *job;

  test_worker_open (&worker, data, 1);
  job = test_worker_run_words (&worker, 1, APOOL_TASK_PROGRAM, "no-such-program-here");
  test_job_check (job, APOOL_OUTCOME_NOT_STARTED, ENOENT);
  job = test_worker_run_words (&worker, 2, APOOL_TASK_PROGRAM, "/no/such/program");
  test_job_check (job, APOOL_OUTCOME_NOT_STARTED, ENOENT);
  job = test_worker_run_words (&worker, 3, APOOL_TASK_PROGRAM, "/etc");
  test_job_check (job, APOOL_OUTCOME_NOT_STARTED, EACCES);
  test_job_check_output (job, "", "");
  /* Its slot is free again, and what a shell would read is an argument. */
  job = test_worker_run_words (&worker, 4, APOOL_TASK_PROGRAM, "echo\0$HOME;*\0\0~");
  test_job_check (job, APOOL_OUTCOME_EXITED, 0);
  test_job_check_output (job, "$HOME;*  ~\n", "");
  test_worker_stop (&worker);
}

/* The words mean themselves, whether they are executed or given to the shell. */
static void
test_worker_words (gconstpointer data)
{
  TestWorker worker;
  TestJob *job;

  test_worker_open (&worker, data, 1);
  job = test_worker_run_words (&worker, 1, APOOL_TASK_WORDS, "printf\0[%s]\0$HOME\0a  b\0\0it's\n");
  test_job_check_output (job, "[$HOME][a  b][][it's\n]", "");
  job = test_worker_run_words (&worker, 2, APOOL_TASK_WORDS, "export\0X=$HOME `");
  test_job_check (job, APOOL_OUTCOME_EXITED, 0);
  test_job_check_output (job, "", "");
  test_worker_stop (&worker);
}

static TestJob *
test_worker_print (TestWorker *worker, guint64 seq, ApoolTaskKind kind, const char *text, gsize n)
{
  static const ApoolTaskTraits TRAITS = { .attempt = 1, .weight = 1, .is_printed = TRUE };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new (text, n);
  g_autoptr (ApoolHoles) holes = apool_holes_new ();
  g_autoptr (ApoolTask) plain = NULL;
  g_autoptr (ApoolTask) task = NULL;

  apool_holes_add_number (holes, 1, 0, NULL);
  plain = apool_task_new (seq, 1, kind, bytes, holes, &error);
  g_assert_no_error (error);
  task = apool_task_new_variant (plain, &TRAITS);
  test_worker_send (worker, task);
  return test_worker_wait_finished (worker, seq);
}

/* The command line is the output; its slot is filled in, and given back. */
static void
test_worker_printed (gconstpointer data)
{
  static const char LINE[] = "j: echo  'a'; exit 3";
  static const char WORDS[] = "j\0a b\0\0it's\0-x";
  TestWorker worker;
  TestJob *job;

  test_worker_open (&worker, data, 1);
  job = test_worker_print (&worker, 1, APOOL_TASK_SHELL, LINE, sizeof LINE);
  test_job_check (job, APOOL_OUTCOME_EXITED, 0);
  test_job_check_output (job, "j3: echo  'a'; exit 3\n", "");
  job = test_worker_print (&worker, 2, APOOL_TASK_WORDS, WORDS, sizeof WORDS);
  test_job_check_output (job, "j3 'a b' '' 'it'\"'\"'s' -x\n", "");
  job = test_worker_print (&worker, 3, APOOL_TASK_PROGRAM, WORDS, sizeof WORDS);
  test_job_check_output (job, "j3 'a b' '' 'it'\"'\"'s' -x\n", "");
  test_job_check_output (test_worker_run (&worker, 4, "echo run"), "run\n", "");
  test_worker_stop (&worker);
}

/* As much as may go out in one go is printed, and no more. */
static void
test_worker_printed_long (gconstpointer data)
{
  g_autofree char *words = g_malloc0 (APOOL_MESSAGE_WINDOW + 1);
  TestWorker worker;
  TestJob *job;

  memset (words, 'x', APOOL_MESSAGE_WINDOW);
  test_worker_open (&worker, data, 1);
  job = test_worker_print (&worker, 1, APOOL_TASK_WORDS, words + 2, APOOL_MESSAGE_WINDOW - 1);
  test_job_check (job, APOOL_OUTCOME_EXITED, 0);
  g_assert_cmpuint (job->output[APOOL_STREAM_STDOUT]->len, ==, APOOL_MESSAGE_WINDOW);
  job = test_worker_print (&worker, 2, APOOL_TASK_WORDS, words + 1, APOOL_MESSAGE_WINDOW);
  test_job_check (job, APOOL_OUTCOME_NOT_STARTED, E2BIG);
  test_job_check_output (job, "", "");
  test_worker_stop (&worker);
}

/* A script without `#!` is for the shell to run. */
static void
test_worker_script (gconstpointer data)
{
  g_autofree char *directory = g_dir_make_tmp ("apool-worker-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (directory, "script", NULL);
  TestWorker worker;
  TestJob *job;

  g_assert_true (g_file_set_contents (path, "echo script ran\n", -1, NULL));
  g_assert_cmpint (g_chmod (path, 0700), ==, 0);
  test_worker_open (&worker, data, 1);
  job = test_worker_run_sized (&worker, 1, APOOL_TASK_WORDS, path, strlen (path) + 1);
  test_job_check (job, APOOL_OUTCOME_EXITED, 0);
  test_job_check_output (job, "script ran\n", "");
  job = test_worker_run_sized (&worker, 2, APOOL_TASK_PROGRAM, path, strlen (path) + 1);
  test_job_check (job, APOOL_OUTCOME_NOT_STARTED, ENOEXEC);
  test_worker_stop (&worker);
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_rmdir (directory), ==, 0);
}

/* What was to be ignored from the start is so in jobs; the worker's own ignored signals are not. */
static void
test_worker_signals (gconstpointer data)
{
  static const guint32 SLOT = 1;
  ApoolSetup setup = {
    .slots = &SLOT, .n_slots = 1, .shell = "/bin/sh", .run = "r", .ignored_signals = 1
  };
  TestWorker worker;

  test_worker_start (&worker, (TestTransport) GPOINTER_TO_INT (data));
  apool_channel_send (worker.channel, APOOL_MESSAGE_SETUP, apool_message_new_setup (&setup));
  test_job_check (test_worker_run (&worker, 1, "kill -HUP $$"), APOOL_OUTCOME_EXITED, 0);
  test_job_check (test_worker_run (&worker, 2, "kill -INT $$"), APOOL_OUTCOME_SIGNALLED, SIGINT);
  test_job_check (test_worker_run (&worker, 3, "kill -PIPE $$"), APOOL_OUTCOME_SIGNALLED, SIGPIPE);
  test_job_check_output (test_worker_run (&worker, 4, "grep SigBlk /proc/self/status"),
                         "SigBlk:\t0000000000000000\n", "");
  test_worker_stop (&worker);
}

/* What people send to all processes of this name does nothing here, nor what the kernel sends whose
 * pipe is closed or file too large; a job dies of it as ever. */
static void
test_worker_user_signals (gconstpointer data)
{
  static const int SIGNUMS[] = { SIGUSR1, SIGUSR2, SIGPIPE, SIGXFSZ };
  static const char *const LINES[] = { "kill -USR1 $$; echo never", "kill -USR2 $$; echo never",
                                       "kill -PIPE $$; echo never", "kill -XFSZ $$; echo never" };
  TestWorker worker;

  test_worker_open (&worker, data, 1);
  test_worker_ping (&worker);
  for (guint i = 0; i < G_N_ELEMENTS (SIGNUMS); i++)
    {
      g_subprocess_send_signal (worker.process, SIGNUMS[i]);
      test_worker_ping (&worker);
      test_job_check (test_worker_run (&worker, i + 1, LINES[i]), APOOL_OUTCOME_SIGNALLED,
                      SIGNUMS[i]);
    }
  test_worker_stop (&worker);
}

/* More than any manager hands over today: each is looked for among the others when it comes, and
 * when its output is wanted. */
static void
test_worker_many_waiting (gconstpointer data)
{
  const guint n = 70000;
  TestWorker worker;

  test_worker_open (&worker, data, 1);
  test_worker_send_line (&worker, 1, WAIT);
  test_worker_wait_started (&worker, 1);
  for (guint64 seq = 2; seq <= n; seq++)
    {
      test_worker_send_line (&worker, seq, "echo never");
      test_worker_send_seq (&worker, APOOL_MESSAGE_STREAM, seq);
    }
  test_worker_recall (&worker, G_MAXUINT32);
  g_assert_cmpuint (worker.recalled->len, ==, n - 1);
  for (guint i = 0; i < worker.recalled->len; i++)
    g_assert_cmpuint (g_array_index (worker.recalled, guint64, i), ==, i + 2);
  test_worker_stop (&worker);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  signal (SIGPIPE, SIG_IGN);
  test_channel_add ("worker", "hello", test_worker_hello);
  test_channel_add ("worker", "chatter", test_worker_chatter);
  test_channel_add ("worker", "finished", test_worker_finished);
  test_channel_add ("worker", "usage", test_worker_usage);
  test_channel_add ("worker", "slots", test_worker_slots);
  test_channel_add ("worker", "granted", test_worker_granted);
  test_channel_add ("worker", "open-files", test_worker_open_files);
  test_channel_add ("worker", "revoked", test_worker_revoked);
  test_channel_add ("worker", "many", test_worker_many);
  test_channel_add ("worker", "environment", test_worker_environment);
  test_channel_add ("worker", "slot-variable", test_worker_slot_variable);
  test_channel_add ("worker", "variables", test_worker_variables);
  test_channel_add ("worker", "title", test_worker_title);
  test_channel_add ("worker", "stdin", test_worker_stdin);
  test_channel_add ("worker", "descriptors", test_worker_descriptors);
  test_channel_add ("worker", "recalled", test_worker_recalled);
  test_channel_add ("worker", "many-waiting", test_worker_many_waiting);
  test_channel_add ("worker", "long-argument", test_worker_long_argument);
  test_channel_add ("worker", "missing", test_worker_missing);
  test_channel_add ("worker", "missing-without-shell", test_worker_missing_without_shell);
  test_channel_add ("worker", "words", test_worker_words);
  test_channel_add ("worker", "printed", test_worker_printed);
  test_channel_add ("worker", "printed-long", test_worker_printed_long);
  test_channel_add ("worker", "script", test_worker_script);
  test_channel_add ("worker", "signals", test_worker_signals);
  test_channel_add ("worker", "user-signals", test_worker_user_signals);
  return g_test_run ();
}
