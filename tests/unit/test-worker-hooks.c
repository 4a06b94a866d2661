/* SPDX-License-Identifier: MIT */
/* The hooks of a worker's own: init, whose shell's state is that of its jobs, and exit. */

#include <fcntl.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/apool-fd.h"
#include "worker-peer.h"

#define WAIT "read x <&9; "
/* A time limit that nothing here meets, and one that is met at once. Milliseconds. */
#define LONG_LIMIT 600000u
#define SHORT_LIMIT 50u
/* What is said of an init whose shell had nobody write its state down. */
#define UNREADABLE                                                                                 \
  "what its shell left behind cannot be read (a trap on EXIT of its own, exec, or a shell that "   \
  "is no POSIX shell)"

static void
test_hooks_start (TestWorker *worker, gconstpointer transport, const char *init, const char *end)
{
  test_worker_start (worker, (TestTransport) GPOINTER_TO_INT (transport));
  worker->setup.init = init;
  worker->setup.exit = end;
  worker->setup.hook_timeout_msec = LONG_LIMIT;
}

static void
test_hooks_open (TestWorker *worker, gconstpointer transport, const char *init, const char *end)
{
  test_hooks_start (worker, transport, init, end);
  test_worker_set_up (worker, 1, TEST_LONG_DRAIN);
}

static void
test_hooks_check (TestWorker *worker, ApoolHook hook, ApoolOutcomeKind kind, int code)
{
  g_assert_nonnull (worker->hook_outcome);
  g_assert_cmpint (worker->hook, ==, hook);
  g_assert_cmpint (apool_outcome_get_kind (worker->hook_outcome), ==, kind);
  g_assert_cmpint (apool_outcome_get_code (worker->hook_outcome), ==, code);
}

/* Runs a worker's init, which succeeds, and one job. */
static void
test_hooks_check_state (gconstpointer transport,
                        const char *shell,
                        const char *init,
                        const char *line,
                        const char *expected)
{
  TestWorker worker;

  test_hooks_start (&worker, transport, init, NULL);
  worker.setup.shell = shell;
  test_worker_set_up (&worker, 1, TEST_LONG_DRAIN);
  test_worker_send_line (&worker, 1, line);
  test_worker_wait_finished (&worker, 1);
  g_assert_cmpuint (worker.n_hooks, ==, 1);
  g_assert_cmpstr (worker.hook_output->str, ==, "");
  test_hooks_check (&worker, APOOL_HOOK_INIT, APOOL_OUTCOME_EXITED, 0);
  test_job_check_output (test_worker_get_job (&worker, 1), expected, "");
  test_worker_stop (&worker);
}

/* Runs a worker's init, which fails: its task is not started, and may be called back. */
static void
test_hooks_run_failing (
    TestWorker *worker, gconstpointer transport, const char *init, guint limit, guint drain_msec)
{
  test_hooks_start (worker, transport, init, "echo never");
  worker->setup.hook_timeout_msec = limit;
  test_worker_set_up (worker, 1, drain_msec);
  test_worker_send_line (worker, 1, "echo never");
  test_worker_wait_hook (worker);
  test_worker_recall (worker, 9);
  g_assert_cmpuint (worker->recalled->len, ==, 1);
  g_assert_cmpuint (worker->n_started, ==, 0);
}

static void
test_hooks_end_failing (TestWorker *worker)
{
  test_worker_close (worker);
  g_assert_cmpuint (worker->n_hooks, ==, 1);
  test_worker_clear (worker);
}

static void
test_hooks_check_failing (
    gconstpointer transport, const char *init, ApoolOutcomeKind kind, int code, const char *message)
{
  TestWorker worker;

  test_hooks_run_failing (&worker, transport, init, LONG_LIMIT, TEST_LONG_DRAIN);
  test_hooks_check (&worker, APOOL_HOOK_INIT, kind, code);
  g_assert_false (apool_outcome_is_ended_by_pool (worker.hook_outcome));
  g_assert_cmpstr (apool_outcome_get_message (worker.hook_outcome), ==, message);
  test_hooks_end_failing (&worker);
}

/* ---- what init leaves ---- */

/* Returns: (transfer full) (nullable): where the shell is; without it the test is skipped */
static char *
test_hooks_find_shell (const char *name)
{
  char *path = g_find_program_in_path (name);

  if (!path)
    g_test_skip_printf ("%s is not installed", name);
  return path;
}

static void
test_hooks_state (gconstpointer data)
{
  static const char *const SHELLS[] = { "sh", "dash", "bash", "ksh", "mksh", "zsh" };

  for (guint i = 0; i < G_N_ELEMENTS (SHELLS); i++)
    {
      g_autofree char *shell = g_find_program_in_path (SHELLS[i]);

      if (!shell) /* sh is there */
        continue;
      test_hooks_check_state (
          data, shell,
          "cd /usr; umask 027; A=\"it's\n\"; B=b; "
          "export A; unset APOOL_PROGRAM; PATH=$PATH:/x; C=c; set -- 1 2",
          "echo \"$A$B$C\" $PWD ${APOOL_PROGRAM-none} ${PATH##*:} $#; umask -S; pwd -P",
          "it's\n /usr none /x 0\nu=rwx,g=rx,o=\n/usr\n");
      /* The same from a command that exits. */
      test_hooks_check_state (data, shell, "cd /usr; export A=a; exit 0; echo no",
                              "echo $A; pwd -P", "a\n/usr\n");
      /* It exports all, and stops at errors; none of that is the jobs', nor is anything of ours. */
      test_hooks_check_state (data, shell, "set -a; set -e; set -u; A=a; true",
                              "echo $A; false; echo $B; env | grep -e --apool-state", "a\n\n");
    }
}

static void
test_hooks_function (gconstpointer data)
{
  g_autofree char *shell = test_hooks_find_shell ("bash");

  if (shell)
    test_hooks_check_state (data, shell, "greet () { echo \"hello $1\"; }; export -f greet",
                            "greet you; (greet us)", "hello you\nhello us\n");
}

/* Options that it exports hold for the jobs' shells, also for those that need none otherwise. */
static void
test_hooks_shell_options (gconstpointer data)
{
  static const char WORDS[] = "echo\0a";
  g_autofree char *shell = test_hooks_find_shell ("bash");
  TestWorker worker;
  TestJob *job;

  if (!shell)
    return;
  test_hooks_start (&worker, data, "set -x; export SHELLOPTS", NULL);
  worker.setup.shell = shell;
  test_worker_set_up (&worker, 1, TEST_LONG_DRAIN);
  test_worker_send_task (&worker, 1, APOOL_TASK_WORDS, WORDS, sizeof WORDS, -1, -1);
  job = test_worker_wait_finished (&worker, 1);
  test_job_check_output (job, "a\n", "+ echo a\n");
  test_worker_stop (&worker);
}

/* What is shown of the commands that an init runs is the init's own. */
static void
test_hooks_trace (gconstpointer data)
{
  static const char *const SHELLS[] = { "dash", "bash", "ksh93", "zsh" };

  for (guint i = 0; i < G_N_ELEMENTS (SHELLS); i++)
    {
      g_autofree char *shell = g_find_program_in_path (SHELLS[i]);
      TestWorker worker;

      if (!shell)
        continue;
      test_hooks_start (&worker, data, "set -x; export A=a; (exit 0)", NULL);
      worker.setup.shell = shell;
      test_worker_set_up (&worker, 1, TEST_LONG_DRAIN);
      test_worker_wait_hook (&worker);
      test_hooks_check (&worker, APOOL_HOOK_INIT, APOOL_OUTCOME_EXITED, 0);
      g_assert_nonnull (strstr (worker.hook_output->str, "exit 0\n"));
      g_assert_null (strstr (worker.hook_output->str, "/proc/"));
      test_worker_stop (&worker);
    }
}

/* Programs that run without a shell are looked for where init says. */
static void
test_hooks_path (gconstpointer data)
{
  static const char WORDS[] = "program";
  g_autofree char *directory = g_dir_make_tmp ("apool-hooks-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (directory, "program", NULL);
  g_autofree char *init = g_strdup_printf ("export PATH=%s:$PATH", directory);
  TestWorker worker;
  TestJob *job;

  g_assert_true (g_file_set_contents (path, "#!/bin/sh\necho found\n", -1, NULL));
  g_assert_cmpint (g_chmod (path, 0700), ==, 0);
  test_hooks_open (&worker, data, init, NULL);
  test_worker_send_task (&worker, 1, APOOL_TASK_PROGRAM, WORDS, sizeof WORDS, -1, -1);
  job = test_worker_wait_finished (&worker, 1);
  test_job_check_output (job, "found\n", "");
  test_worker_stop (&worker);
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_rmdir (directory), ==, 0);
}

/* It is no job, but knows its worker; its jobs' `_` and SHLVL are as without it. */
static void
test_hooks_environment (gconstpointer data)
{
  TestWorker worker;
  TestWorker plain;
  const char *line = "/bin/sh -c 'env' | grep -e ^_= -e ^SHLVL=";
  TestJob *job;

  test_worker_open (&plain, data, 1);
  test_worker_send_line (&plain, 1, line);
  job = test_worker_wait_finished (&plain, 1);
  test_hooks_open (&worker, data,
                   "echo $APOOL_WORKER $APOOL_PID ${APOOL_SEQ-no} ${APOOL_JOB-no} "
                   "${APOOL_JOBSLOT-no} ${PARALLEL_SEQ-no}; cat; export APOOL_WORKER=9",
                   NULL);
  test_worker_send_line (&worker, 1, line);
  test_job_check_output (test_worker_wait_finished (&worker, 1),
                         job->output[APOOL_STREAM_STDOUT]->str, "");
  g_assert_cmpstr (worker.hook_output->str, ==, "5 1234 no no no no\n");
  test_worker_send_line (&worker, 2, "echo $APOOL_WORKER");
  test_job_check_output (test_worker_wait_finished (&worker, 2), "5\n", "");
  test_worker_stop (&worker);
  test_worker_stop (&plain);
}

/* Its own trap is run, and takes nothing away from a command that does not exit. */
static void
test_hooks_own_trap (gconstpointer data)
{
  TestWorker worker;

  test_hooks_open (&worker, data, "trap 'echo trapped' EXIT; export A=a; echo init", NULL);
  test_worker_send_line (&worker, 1, "echo $A");
  test_job_check_output (test_worker_wait_finished (&worker, 1), "a\n", "");
  g_assert_cmpstr (worker.hook_output->str, ==, "init\ntrapped\n");
  test_worker_stop (&worker);
  /* Where it does, there is nobody to write the state down. */
  test_hooks_check_failing (data, "trap 'echo trapped' EXIT; exit 0", APOOL_OUTCOME_NOT_STARTED, 0,
                            UNREADABLE);
  test_hooks_check_failing (data, "exec true", APOOL_OUTCOME_NOT_STARTED, 0, UNREADABLE);
}

/* A directory that has no name any more: fine where the worker is there already. */
static void
test_hooks_lost_directory (gconstpointer data)
{
  g_autofree char *directory = g_dir_make_tmp ("apool-hooks-XXXXXX", NULL);
  g_autofree char *leave = g_strdup_printf ("cd %s; rmdir %s", directory, directory);
  TestWorker worker;

  test_hooks_run_failing (&worker, data, leave, LONG_LIMIT, TEST_LONG_DRAIN);
  test_hooks_check (&worker, APOOL_HOOK_INIT, APOOL_OUTCOME_NOT_STARTED, 0);
  g_assert_nonnull (strstr (apool_outcome_get_message (worker.hook_outcome), "cannot be entered"));
  test_hooks_end_failing (&worker);
  g_assert_cmpint (g_mkdir (directory, 0700), ==, 0);
  test_worker_start_greeting (&worker, (TestTransport) GPOINTER_TO_INT (data), leave, NULL);
  worker.setup.init = "export A=a";
  test_worker_set_up (&worker, 1, TEST_LONG_DRAIN);
  test_worker_send_line (&worker, 1, "echo $A; ls -id .");
  test_worker_wait_finished (&worker, 1);
  test_hooks_check (&worker, APOOL_HOOK_INIT, APOOL_OUTCOME_EXITED, 0);
  test_worker_stop (&worker);
}

/* ---- while init runs ---- */

/* Tasks wait, and may be called back; the worker answers. */
static void
test_hooks_waiting (gconstpointer data)
{
  TestWorker worker;

  test_hooks_open (&worker, data, WAIT "export A=a", NULL);
  for (guint64 seq = 1; seq <= 3; seq++)
    test_worker_send_line (&worker, seq, "echo $A");
  test_worker_recall (&worker, 1);
  test_worker_ping (&worker);
  g_assert_cmpuint (worker.recalled->len, ==, 1);
  g_assert_cmpuint (g_array_index (worker.recalled, guint64, 0), ==, 1);
  g_assert_cmpuint (worker.n_started, ==, 0);
  g_assert_cmpuint (worker.n_hooks, ==, 0);
  test_worker_release (&worker, 1);
  test_job_check_output (test_worker_wait_finished (&worker, 2), "a\n", "");
  test_job_check_output (test_worker_wait_finished (&worker, 3), "a\n", "");
  test_worker_stop (&worker);
}

/* It is ended with everything else. */
static void
test_hooks_terminated (gconstpointer data)
{
  TestWorker worker;

  test_hooks_open (&worker, data, "trap 'exit 0' TERM; " WAIT, "echo never");
  test_worker_send_line (&worker, 1, "echo never");
  test_worker_ping (&worker);
  apool_channel_send (worker.channel, APOOL_MESSAGE_TERMINATE, g_variant_new ("()"));
  test_worker_wait_hook (&worker);
  test_hooks_check (&worker, APOOL_HOOK_INIT, APOOL_OUTCOME_SIGNALLED, SIGTERM);
  g_assert_true (apool_outcome_is_ended_by_pool (worker.hook_outcome));
  g_assert_cmpuint (worker.recalled->len, ==, 1);
  test_hooks_end_failing (&worker);
}

/* The end of the stream ends it, with all that it has started. */
static void
test_hooks_abandoned (gconstpointer data)
{
  TestWorker worker;

  test_hooks_open (&worker, data, WAIT, "echo never");
  test_worker_ping (&worker);
  test_worker_stop (&worker);
}

/* CLOSE does not wait for it, unless something is to follow. */
static void
test_hooks_closed_early (gconstpointer data)
{
  TestWorker worker;

  test_hooks_open (&worker, data, WAIT, NULL);
  test_worker_ping (&worker);
  test_worker_close (&worker);
  g_assert_cmpuint (worker.n_hooks, ==, 0);
  test_worker_clear (&worker);
  test_hooks_open (&worker, data, WAIT "export A=a", "echo $A");
  apool_channel_send (worker.channel, APOOL_MESSAGE_CLOSE, g_variant_new ("()"));
  test_worker_ping (&worker);
  test_worker_release (&worker, 1);
  test_worker_close (&worker); /* said twice: no harm */
  g_assert_cmpuint (worker.n_hooks, ==, 2);
  test_hooks_check (&worker, APOOL_HOOK_EXIT, APOOL_OUTCOME_EXITED, 0);
  g_assert_cmpstr (worker.hook_output->str, ==, "a\n");
  test_worker_clear (&worker);
}

/* ---- init that fails ---- */

static void
test_hooks_failing (gconstpointer data)
{
  test_hooks_check_failing (data, "exit 7", APOOL_OUTCOME_EXITED, 7, NULL);
  test_hooks_check_failing (data, "(exit 7)", APOOL_OUTCOME_EXITED, 7, NULL);
  test_hooks_check_failing (data, "set -e; false; true", APOOL_OUTCOME_EXITED, 1, NULL);
  test_hooks_check_failing (data, "no-such-program-here", APOOL_OUTCOME_EXITED, 127, NULL);
  test_hooks_check_failing (data, "kill -KILL $$", APOOL_OUTCOME_SIGNALLED, SIGKILL, NULL);
}

/* What it says goes with it, both streams as they come. */
static void
test_hooks_output (gconstpointer data)
{
  TestWorker worker;

  test_hooks_run_failing (&worker, data, "echo out; echo err >&2; printf 'x\\0y'; exit 3",
                          LONG_LIMIT, TEST_LONG_DRAIN);
  test_hooks_check (&worker, APOOL_HOOK_INIT, APOOL_OUTCOME_EXITED, 3);
  g_assert_cmpuint (worker.hook_output->len, ==, 11);
  g_assert_nonnull (memmem (worker.hook_output->str, 11, "out\n", 4));
  g_assert_nonnull (memmem (worker.hook_output->str, 11, "err\n", 4));
  g_assert_nonnull (memmem (worker.hook_output->str, 11, "x\0y", 3));
  g_assert_cmpuint (worker.hook_dropped, ==, 0);
  test_hooks_end_failing (&worker);
}

static void
test_hooks_much_output (gconstpointer data)
{
  TestWorker worker;

  test_hooks_open (&worker, data, "yes abcdefg | head -c 1000000; yes | head -c 1000 >&2", NULL);
  test_worker_wait_hook (&worker);
  test_hooks_check (&worker, APOOL_HOOK_INIT, APOOL_OUTCOME_EXITED, 0);
  g_assert_cmpuint (worker.hook_output->len, ==, APOOL_HOOK_OUTPUT_BYTES);
  g_assert_cmpuint (worker.hook_dropped, ==, 1001000 - APOOL_HOOK_OUTPUT_BYTES);
  g_assert_true (g_str_has_prefix (worker.hook_output->str, "abcdefg\nabcdefg\n"));
  test_worker_stop (&worker);
}

/* One that floods is no reason to hear nothing else. */
static void
test_hooks_flood (gconstpointer data)
{
  TestWorker worker;

  test_hooks_open (&worker, data, "exec yes", NULL);
  test_worker_ping (&worker);
  test_worker_stop (&worker);
}

static void
test_hooks_run_late (TestWorker *worker, gconstpointer transport, const char *init, guint limit)
{
  g_autofree char *message = g_strdup_printf ("it took longer than %g s", limit / 1000.0);

  test_hooks_run_failing (worker, transport, init, limit, TEST_LONG_DRAIN);
  g_assert_true (apool_outcome_is_ended_by_pool (worker->hook_outcome));
  g_assert_cmpstr (apool_outcome_get_message (worker->hook_outcome), ==, message);
}

static void
test_hooks_late (gconstpointer data)
{
  static const char *const INITS[] = {
    WAIT,
    /* It ends well when it is asked to, and is late all the same. */
    "trap 'exit 0' TERM; " WAIT,
  };
  TestWorker worker;

  for (guint i = 0; i < G_N_ELEMENTS (INITS); i++)
    {
      test_hooks_run_late (&worker, data, INITS[i], SHORT_LIMIT);
      test_hooks_check (&worker, APOOL_HOOK_INIT, APOOL_OUTCOME_SIGNALLED, SIGTERM);
      test_hooks_end_failing (&worker);
    }
}

/* One that does not hear, and whose child does not. On a busy machine it may have come to nothing
 * in so short a time: then it gets more. */
static void
test_hooks_late_and_deaf (gconstpointer data)
{
  gboolean was_deaf = FALSE;

  for (guint limit = SHORT_LIMIT; !was_deaf; limit *= 4)
    {
      TestWorker worker;

      test_hooks_run_late (&worker, data, "trap '' TERM; echo deaf; sleep 1000", limit);
      was_deaf = worker.hook_output->len > 0;
      test_hooks_check (&worker, APOOL_HOOK_INIT, APOOL_OUTCOME_SIGNALLED,
                        was_deaf ? SIGKILL : SIGTERM);
      test_hooks_end_failing (&worker);
    }
}

/* ---- what init leaves in the background ---- */

/* It lives until the worker ends, and may write to what nobody wants any more. */
static void
test_hooks_background (gconstpointer data)
{
  g_autofree char *directory = g_dir_make_tmp ("apool-hooks-XXXXXX", NULL);
  g_autofree char *fifo = g_build_filename (directory, "fifo", NULL);
  g_autofree char *init = g_strdup_printf (
      "cd %s; mkfifo fifo; sh -c '" WAIT "head -c 300000 /dev/zero && "
      "head -c 300000 /dev/zero >&2 && echo written >fifo && exec sleep 1000' & echo $!",
      directory);
  struct pollfd end = { .events = POLLIN };
  TestWorker worker;

  test_hooks_start (&worker, data, init, NULL);
  test_worker_set_up (&worker, 1, TEST_SHORT_DRAIN);
  test_worker_wait_hook (&worker);
  test_hooks_check (&worker, APOOL_HOOK_INIT, APOOL_OUTCOME_EXITED, 0);
  g_assert_true (apool_outcome_is_output_cut (worker.hook_outcome));
  end.fd = (int) syscall (SYS_pidfd_open, atoi (worker.hook_output->str), 0u);
  g_assert_cmpint (end.fd, >=, 0);
  test_worker_release (&worker, 1);
  test_worker_send_line (&worker, 1, "cat fifo");
  test_job_check_output (test_worker_wait_finished (&worker, 1), "written\n", "");
  g_assert_cmpint (poll (&end, 1, 0), ==, 0);
  test_worker_stop (&worker);
  g_assert_cmpint (poll (&end, 1, -1), ==, 1);
  apool_fd_clear (&end.fd);
  g_assert_cmpint (g_unlink (fifo), ==, 0);
  g_assert_cmpint (g_rmdir (directory), ==, 0);
}

/* ---- exit ---- */

/* Where the jobs were, and with what they had; after it there is nothing. */
static void
test_hooks_exit (gconstpointer data)
{
  TestWorker worker;

  test_hooks_open (&worker, data, "cd /usr; export A=a",
                   "echo $A $PWD $APOOL_WORKER ${APOOL_SEQ-no}; echo err >&2; exit 4");
  test_worker_send_line (&worker, 1, "true");
  test_worker_wait_finished (&worker, 1);
  test_worker_close (&worker);
  g_assert_cmpuint (worker.n_hooks, ==, 2);
  test_hooks_check (&worker, APOOL_HOOK_EXIT, APOOL_OUTCOME_EXITED, 4);
  g_assert_cmpuint (worker.hook_output->len, ==, strlen ("a /usr 5 no\nerr\n"));
  g_assert_nonnull (strstr (worker.hook_output->str, "a /usr 5 no\n"));
  test_worker_clear (&worker);
}

/* Without init, and with more output than a pipe or a socket takes at once. */
static void
test_hooks_exit_output (gconstpointer data)
{
  TestWorker worker;

  test_hooks_open (&worker, data, NULL, "yes | head -c 1000000");
  test_worker_close (&worker);
  g_assert_cmpuint (worker.n_hooks, ==, 1);
  test_hooks_check (&worker, APOOL_HOOK_EXIT, APOOL_OUTCOME_EXITED, 0);
  g_assert_cmpuint (worker.hook_output->len, ==, APOOL_HOOK_OUTPUT_BYTES);
  test_worker_clear (&worker);
}

static void
test_hooks_exit_late (gconstpointer data)
{
  TestWorker worker;

  test_hooks_start (&worker, data, NULL, WAIT);
  worker.setup.hook_timeout_msec = SHORT_LIMIT;
  test_worker_set_up (&worker, 1, TEST_LONG_DRAIN);
  test_worker_close (&worker);
  test_hooks_check (&worker, APOOL_HOOK_EXIT, APOOL_OUTCOME_SIGNALLED, SIGTERM);
  test_worker_clear (&worker);
}

/* What runs is killed, told of, and gone before the exit hook runs; what waits is not started. */
static void
test_hooks_exit_with_jobs (gconstpointer data)
{
  TestWorker worker;
  TestJob *job;

  test_hooks_open (&worker, data, NULL, "echo exit");
  test_worker_send_line (&worker, 1, "trap '' TERM; echo early; " WAIT);
  test_worker_send_line (&worker, 2, "echo never");
  job = test_worker_get_job (&worker, 1);
  test_worker_send_seq (&worker, APOOL_MESSAGE_STREAM, 1);
  test_worker_wait_received (&worker, job, APOOL_STREAM_STDOUT, 6);
  test_worker_close (&worker);
  test_job_check (job, APOOL_OUTCOME_SIGNALLED, SIGKILL);
  g_assert_true (apool_outcome_is_ended_by_pool (job->outcome));
  g_assert_cmpstr (worker.hook_output->str, ==, "exit\n");
  g_assert_cmpuint (worker.n_started, ==, 1);
  test_worker_clear (&worker);
}

static void
test_hooks_say (TestWorker *worker, ApoolMessageType type)
{
  apool_channel_send (worker->channel, type, g_variant_new ("()"));
}

/* Waits for the end of a worker whose exit hook was ended, or not run. */
static void
test_hooks_end_hurried (TestWorker *worker, ApoolOutcomeKind kind, int code)
{
  test_worker_wait_closed (worker);
  g_assert_no_error (worker->error);
  test_worker_wait_process (g_steal_pointer (&worker->process), 0);
  g_assert_cmpuint (worker->n_hooks, ==, 1);
  test_hooks_check (worker, APOOL_HOOK_EXIT, kind, code);
  g_assert_true (apool_outcome_is_ended_by_pool (worker->hook_outcome));
  g_assert_cmpstr (apool_outcome_get_message (worker->hook_outcome), ==, "it was terminated");
  test_worker_clear (worker);
}

/* What was said before CLOSE meant the jobs; what is said after it means the hook. */
static void
test_hooks_exit_terminated (gconstpointer data)
{
  TestWorker worker;

  for (guint before = 0; before <= 1; before++)
    {
      test_hooks_open (&worker, data, NULL, WAIT);
      test_worker_ping (&worker);
      if (before)
        test_hooks_say (&worker, APOOL_MESSAGE_TERMINATE);
      test_hooks_say (&worker, APOOL_MESSAGE_CLOSE);
      test_worker_ping (&worker);
      g_assert_cmpuint (worker.n_hooks, ==, 0);
      test_hooks_say (&worker, APOOL_MESSAGE_TERMINATE);
      test_hooks_say (&worker, APOOL_MESSAGE_TERMINATE);
      test_hooks_end_hurried (&worker, APOOL_OUTCOME_SIGNALLED, SIGTERM);
    }
  test_hooks_open (&worker, data, NULL, "echo exit");
  test_hooks_say (&worker, APOOL_MESSAGE_TERMINATE);
  test_worker_close (&worker);
  g_assert_cmpuint (worker.n_recalls, ==, 1);
  test_hooks_check (&worker, APOOL_HOOK_EXIT, APOOL_OUTCOME_EXITED, 0);
  g_assert_cmpstr (worker.hook_output->str, ==, "exit\n");
  test_worker_clear (&worker);
}

/* A job that was killed is waited for, and the hook would come after it: it is not run. */
static void
test_hooks_exit_skipped (gconstpointer data)
{
  TestWorker worker;

  test_hooks_open (&worker, data, NULL, "echo never");
  test_worker_send_line (&worker, 1, WAIT);
  test_worker_wait_started (&worker, 1);
  test_worker_ping (&worker);
  test_hooks_say (&worker, APOOL_MESSAGE_CLOSE);
  test_hooks_say (&worker, APOOL_MESSAGE_TERMINATE);
  test_hooks_end_hurried (&worker, APOOL_OUTCOME_NOT_STARTED, 0);
}

/* One that does not hear, and whose child does not. */
static void
test_hooks_exit_deaf (gconstpointer data)
{
  g_autofree char *directory = g_dir_make_tmp ("apool-hooks-XXXXXX", NULL);
  g_autofree char *fifo = g_build_filename (directory, "fifo", NULL);
  g_autofree char *line =
      g_strdup_printf ("trap '' TERM; cd %s; echo deaf >fifo; sleep 1000", directory);
  g_autofree char *said = NULL;
  TestWorker worker;

  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  test_hooks_open (&worker, data, NULL, line);
  test_worker_ping (&worker);
  test_hooks_say (&worker, APOOL_MESSAGE_CLOSE);
  g_assert_true (apool_channel_flush (worker.channel));
  g_assert_true (g_file_get_contents (fifo, &said, NULL, NULL));
  g_assert_cmpstr (said, ==, "deaf\n");
  test_hooks_say (&worker, APOOL_MESSAGE_TERMINATE);
  test_hooks_end_hurried (&worker, APOOL_OUTCOME_SIGNALLED, SIGKILL);
  g_assert_cmpint (g_unlink (fifo), ==, 0);
  g_assert_cmpint (g_rmdir (directory), ==, 0);
}

/* Not where the manager is gone. */
static void
test_hooks_no_exit (gconstpointer data)
{
  g_autofree char *directory = g_dir_make_tmp ("apool-hooks-XXXXXX", NULL);
  g_autofree char *line = g_strdup_printf ("rmdir %s", directory);
  TestWorker worker;

  test_hooks_open (&worker, data, NULL, line);
  test_worker_ping (&worker);
  test_worker_stop (&worker);
  g_assert_cmpint (g_rmdir (directory), ==, 0);
}

/* CLOSE alone is an end in order, at any time. */
static void
test_hooks_close (gconstpointer data)
{
  TestWorker worker;

  test_worker_start (&worker, (TestTransport) GPOINTER_TO_INT (data));
  test_worker_close (&worker);
  test_worker_clear (&worker);
  test_worker_open (&worker, data, 1);
  test_worker_send_line (&worker, 1, WAIT);
  test_worker_wait_started (&worker, 1);
  test_worker_close (&worker);
  g_assert_cmpuint (worker.n_hooks, ==, 0);
  test_worker_clear (&worker);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  signal (SIGPIPE, SIG_IGN);
  test_channel_add ("worker-hooks", "state", test_hooks_state);
  test_channel_add ("worker-hooks", "function", test_hooks_function);
  test_channel_add ("worker-hooks", "shell-options", test_hooks_shell_options);
  test_channel_add ("worker-hooks", "trace", test_hooks_trace);
  test_channel_add ("worker-hooks", "path", test_hooks_path);
  test_channel_add ("worker-hooks", "environment", test_hooks_environment);
  test_channel_add ("worker-hooks", "own-trap", test_hooks_own_trap);
  test_channel_add ("worker-hooks", "lost-directory", test_hooks_lost_directory);
  test_channel_add ("worker-hooks", "waiting", test_hooks_waiting);
  test_channel_add ("worker-hooks", "terminated", test_hooks_terminated);
  test_channel_add ("worker-hooks", "abandoned", test_hooks_abandoned);
  test_channel_add ("worker-hooks", "closed-early", test_hooks_closed_early);
  test_channel_add ("worker-hooks", "failing", test_hooks_failing);
  test_channel_add ("worker-hooks", "output", test_hooks_output);
  test_channel_add ("worker-hooks", "much-output", test_hooks_much_output);
  test_channel_add ("worker-hooks", "flood", test_hooks_flood);
  test_channel_add ("worker-hooks", "late", test_hooks_late);
  test_channel_add ("worker-hooks", "late-and-deaf", test_hooks_late_and_deaf);
  test_channel_add ("worker-hooks", "background", test_hooks_background);
  test_channel_add ("worker-hooks", "exit", test_hooks_exit);
  test_channel_add ("worker-hooks", "exit-output", test_hooks_exit_output);
  test_channel_add ("worker-hooks", "exit-late", test_hooks_exit_late);
  test_channel_add ("worker-hooks", "exit-with-jobs", test_hooks_exit_with_jobs);
  test_channel_add ("worker-hooks", "exit-terminated", test_hooks_exit_terminated);
  test_channel_add ("worker-hooks", "exit-skipped", test_hooks_exit_skipped);
  test_channel_add ("worker-hooks", "exit-deaf", test_hooks_exit_deaf);
  test_channel_add ("worker-hooks", "no-exit", test_hooks_no_exit);
  test_channel_add ("worker-hooks", "close", test_hooks_close);
  return g_test_run ();
}
