/* SPDX-License-Identifier: MIT */
/* Commands that are no jobs: what prepares a worker, what ends it, what is run about failed jobs.
 */

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "e2e.h"

#define PATIENCE_MSEC 10000

/* Runs a script of bash, where $1 is apool and bash the shell of its jobs. */
static E2eRun *
run_bash (const char *script)
{
  g_autofree char *text = g_strconcat ("export APOOL_SHELL=/bin/bash; ", script, NULL);

  return e2e_shell ("", text);
}

/* ---- --worker-init ---- */

/* Variables, the directory and the umask that the command leaves are the jobs'. What it unset is
 * not there. */
static void
check_state (const char *end)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *init = g_strdup_printf (
      "A=1 B=2; export A; export C='d  e'; unset HOME; cd %s; umask 027%s", dir, end);
  g_autofree char *expected = g_strdup_printf ("1--d  e-gone-%s\n%s\n0027\n", dir, dir);
  g_autoptr (E2eRun) run =
      e2e_run ("", "-j1", "--worker-init", init, ":::", "echo \"$A-$B-$C-${HOME-gone}-$PWD\"",
               "pwd; umask", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, expected);
  g_assert_cmpstr (run->err, ==, "");
}

static void
test_init_state (void)
{
  check_state ("");
}

static void
test_init_exit (void)
{
  check_state ("; exit 0");
}

/* No shell is between the worker and these jobs. */
static void
test_init_direct (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *init = g_strdup_printf ("export A=direct; cd %s", dir);
  g_autofree char *expected = g_strdup_printf ("%s\n%s\n", dir, dir);
  g_autoptr (E2eRun) variable =
      e2e_run ("A\n", "--no-shell", "-j1", "--worker-init", init, e2e_testprog (), "env", NULL);
  g_autoptr (E2eRun) directory =
      e2e_run ("-P\n-P\n", "--no-shell", "-j1", "--worker-init", init, "/bin/pwd", NULL);

  e2e_assert_ended (variable, 0);
  g_assert_cmpstr (variable->out, ==, "direct\n");
  e2e_assert_ended (directory, 0);
  g_assert_cmpstr (directory->out, ==, expected);
}

/* A program that only the PATH of the command reaches. */
static void
test_init_path (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *init = g_strdup_printf (
      "printf '#!/bin/sh\\necho found $1\\n' >%s/apool-e2e-tool; chmod +x %s/apool-e2e-tool; "
      "PATH=%s:$PATH",
      dir, dir, dir);
  g_autoptr (E2eRun) run =
      e2e_run ("", "-j1", "--worker-init", init, "apool-e2e-tool", ":::", "a", "b", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "found a\nfound b\n");
}

static void
test_init_functions (void)
{
  g_autoptr (E2eRun) run = run_bash ("\"$1\" -j1 --worker-init 'greet() { echo \"hello $1\"; }; "
                                     "export -f greet' greet ::: a 'b c'");

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "hello a\nhello b c\n");
  g_assert_cmpstr (run->err, ==, "");
}

/* All bytes that a variable can have. */
static void
test_init_bytes (void)
{
  g_autoptr (GString) bytes = g_string_new (NULL);
  g_autoptr (GString) octal = g_string_new (NULL);
  g_autofree char *init = NULL;
  g_autoptr (E2eRun) run = NULL;

  for (int c = 1; c < 256; c++)
    {
      g_string_append_c (bytes, (char) c);
      g_string_append_printf (octal, "\\%03o", c);
    }
  init = g_strdup_printf ("export ODD=\"$(printf '%s.')\"", octal->str);
  run = e2e_run ("", "-j1", "--worker-init", init, "printf %s \"$ODD\"; :", ":::", "a", NULL);
  g_string_append_c (bytes, '.');
  e2e_assert_ended (run, 0);
  g_assert_cmpmem (run->out, run->out_length, bytes->str, bytes->len);
}

/* What apool tells a job is not what the command leaves. */
static void
test_init_own_variables (void)
{
  g_autoptr (E2eRun) run =
      e2e_run ("", "-j1", "--worker-init", "export APOOL_SEQ=9 APOOL_WORKER=9 APOOL_ATTEMPT=9",
               "echo $APOOL_SEQ $APOOL_WORKER $APOOL_ATTEMPT; :", ":::", "a", "b", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "1 1 1\n2 1 1\n");
}

/* Once in each worker, before its jobs; which worker it is, it can know. */
static void
test_init_once (E2eStage *stage, gconstpointer data)
{
  g_autofree char *init =
      g_strdup_printf ("echo $PPID $APOOL_WORKER >>%s/inits; export BY=$PPID", stage->dir);
  g_autofree char *path = g_build_filename (stage->dir, "inits", NULL);
  g_autofree char *hold = e2e_stage_make_hold (stage, "[ {} -le 4 ]", "$PPID");
  g_autofree char *command = g_strdup_printf ("[ $BY = $PPID ] || exit 9; %s; echo {}", hold);
  g_autoptr (E2eRun) run = e2e_start ("-j4", "--workers", "2", "--worker-init", init, command,
                                      ":::", "1", "2", "3", "4", "5", "6", NULL);
  g_autofree char *counts = e2e_stage_count_reports (stage, 4);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (counts, ==, "2 2");
  e2e_fifo_close (stage->gate);
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "1\n2\n3\n4\n5\n6\n");
  (void) g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  e2e_assert_count (text, "\n", 2);
  e2e_assert_count (text, " 1\n", 1);
  e2e_assert_count (text, " 2\n", 1);
}

/* The worker that takes the place of another one is prepared as that was. */
static void
test_init_replaced (void)
{
  g_autoptr (E2eRun) recycled =
      e2e_run ("", "-j1", "--max-tasks-per-worker", "1", "--worker-init", "export BY=$PPID",
               "[ $BY = $PPID ] && echo {}", ":::", "a", "b", "c", NULL);
  g_autoptr (E2eRun) killed = e2e_run (
      "", "-j1", "--retries", "2", "--worker-init", "export BY=$PPID",
      "[ $APOOL_ATTEMPT = 2 ] || kill -9 $PPID; [ $BY = $PPID ] && echo {}", ":::", "a", "b", NULL);

  e2e_assert_ended (recycled, 0);
  g_assert_cmpstr (recycled->out, ==, "a\nb\nc\n");
  e2e_assert_ended (killed, 0);
  g_assert_cmpstr (killed->out, ==, "a\nb\n");
}

/* What it writes is shown, on standard error; it reads nothing. */
static void
test_init_output (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eRun) run =
      e2e_run ("", "-j1", "--worker-init", "cat; echo out; echo err >&2", "echo", ":::", "a", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "a\n");
  e2e_assert_count (run->err, "out\n", 1);
  e2e_assert_count (run->err, "err\n", 1);
  e2e_assert_count (run->err, "\n", 2);
}

/* Where it fails in each worker there is no run. */
static void
check_init_fails (const char *init, const char *timeout, const char *why)
{
  g_autoptr (E2eRun) run = e2e_run ("", "-j2", "--workers", "2", "--worker-init", init, timeout,
                                    "echo", ":::", "a", "b", "c", NULL);
  g_autofree char *first =
      g_strdup_printf ("apool: worker 1: --worker-init: %s\nodd\xff words\n", why);

  e2e_assert_ended (run, 255);
  g_assert_cmpstr (run->out, ==, "");
  e2e_assert_contains (run->err, first);
  e2e_assert_contains (run->err, "its init command failed: ");
  e2e_assert_contains (run->err, "apool: no worker stays alive: ");
  e2e_wait_gone (run, PATIENCE_MSEC);
}

static void
test_init_fails (void)
{
  check_init_fails ("printf 'odd\\377 words\\n'; exit 3", "-k", "exit status 3");
  check_init_fails ("printf 'odd\\377 words\\n' >&2; false", "-k", "exit status 1");
  check_init_fails ("printf 'odd\\377 words\\n'; kill -9 $$", "-k", "killed by signal 9");
}

/* The processes that it has started go with it. */
static void
test_init_hangs (void)
{
  check_init_fails ("printf 'odd\\377 words\\n'; sleep 1000 & setsid sleep 1000",
                    "--worker-init-timeout=0.2", "it took longer than 0.2 s");
}

/* It takes its worker down. */
static void
test_init_kills (void)
{
  g_autoptr (E2eRun) run =
      e2e_run ("", "-j1", "--worker-init", "kill -9 $PPID; :", "echo", ":::", "a", NULL);

  e2e_assert_ended (run, 255);
  g_assert_cmpstr (run->out, ==, "");
  e2e_assert_contains (run->err, "apool: no worker stays alive: ");
  e2e_wait_gone (run, PATIENCE_MSEC);
}

static void
test_init_no_shell (void)
{
  g_autoptr (E2eRun) run = e2e_shell (
      "", "APOOL_SHELL=/nonexistent/shell \"$1\" -j1 --worker-init 'echo hello' echo ::: a");

  e2e_assert_ended (run, 255);
  g_assert_cmpstr (run->out, ==, "");
  e2e_assert_contains (run->err, "--worker-init: cannot be started: No such file or directory\n");
}

/* It fails in the first worker only: that one gets no job, the run goes on. */
static void
test_init_fails_once (E2eStage *stage, gconstpointer data)
{
  g_autofree char *init = g_strdup_printf (
      "export GOOD=1; mkdir %s/first 2>&- && { echo oops; exit 3; }; :", stage->dir);
  g_autoptr (E2eRun) run =
      e2e_run ("", "-j1", "--worker-init", init, "echo {} $GOOD", ":::", "a", "b", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "a 1\nb 1\n");
  e2e_assert_count (run->err, "apool: worker 1: --worker-init: exit status 3\noops\n", 1);
  e2e_assert_count (run->err, ": lost: ", 0);
  e2e_assert_count (run->err, "\n", 2);
}

/* While one worker is being prepared the other one does what there is. */
static void
test_init_slow (E2eStage *stage, gconstpointer data)
{
  g_autofree char *wait = e2e_stage_make_hold (stage, "mkdir $DIR/first 2>&-", "$$ waits");
  g_autofree char *init = g_strdup_printf ("DIR=%s; %s", stage->dir, wait);
  g_autoptr (E2eRun) run = e2e_start ("-j2", "--workers", "2", "--worker-init", init, "echo", NULL);

  e2e_write (run, "1\n2\n3\n4\n5\n6\n");
  for (guint i = 1; i <= 6; i++)
    {
      g_autofree char *line = e2e_read_line (run);
      g_autofree char *expected = g_strdup_printf ("%u", i);

      g_assert_cmpstr (line, ==, expected);
    }
  (void) e2e_fifo_read_report (stage->reports, "waits");
  e2e_fifo_close (stage->gate);
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->err, ==, "");
  e2e_wait_gone (run, PATIENCE_MSEC);
}

/* A signal does not wait for it. */
static void
test_init_interrupted (E2eStage *stage, gconstpointer data)
{
  g_autofree char *init = e2e_stage_make_hold (stage, "true", "$$");
  g_autoptr (E2eRun) run = e2e_start ("-j1", "--worker-init", init, "echo", ":::", "a", NULL);
  GPid pid = e2e_fifo_read_report (stage->reports, NULL);

  e2e_kill (run, SIGINT);
  e2e_finish (run);
  g_assert_cmpint (run->signal, ==, SIGINT);
  g_assert_cmpstr (run->out, ==, "");
  e2e_wait_process (pid);
  e2e_wait_gone (run, PATIENCE_MSEC);
}

/* ---- --worker-exit ---- */

/* In what the other one left, when the last job is over. */
static void
test_exit (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *init = g_strdup_printf ("export A=5; cd %s", dir);
  g_autofree char *expected = g_strdup_printf ("bye 5 1 %s after-b\n", dir);
  g_autoptr (E2eRun) run = e2e_run ("", "-j1", "--worker-init", init, "--worker-exit",
                                    "echo bye $A $APOOL_WORKER $PWD $(ls); rm after-*",
                                    "rm -f after-*; >after-{}; echo {}", ":::", "a", "b", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "a\nb\n");
  g_assert_cmpstr (run->err, ==, expected);
}

/* Once in each worker that ends in order, whenever that is; not in one that was killed. */
static void
test_exit_each (void)
{
  g_autoptr (E2eRun) recycled =
      e2e_run ("", "-j1", "--max-tasks-per-worker", "2", "--worker-init", "echo in",
               "--worker-exit", "echo out", "echo", ":::", "a", "b", "c", "d", "e", NULL);
  g_autoptr (E2eRun) killed =
      e2e_run ("", "-j1", "--worker-exit", "echo out", "[ {} != a ] || kill -9 $PPID; echo {}",
               ":::", "a", "b", NULL);

  e2e_assert_ended (recycled, 0);
  g_assert_cmpstr (recycled->out, ==, "a\nb\nc\nd\ne\n");
  g_assert_cmpuint (e2e_count (recycled->err, "out\n"), >=, 3);
  e2e_assert_count (recycled->err, "in\n", e2e_count (recycled->err, "out\n"));
  e2e_assert_ended (killed, 1);
  g_assert_cmpstr (killed->out, ==, "b\n");
  e2e_assert_count (killed->err, "out\n", 1);
}

/* Its failure is reported, and changes nothing. */
static void
check_exit_fails (const char *exit, const char *timeout, const char *why)
{
  g_autoptr (E2eRun) run = e2e_run ("", "-j1", "--worker-exit", exit, timeout, "echo {}; exit {}",
                                    ":::", "0", "1", NULL);
  g_autofree char *expected = g_strdup_printf ("apool: worker 1: --worker-exit: %s\nbye\n", why);

  e2e_assert_ended (run, 1);
  g_assert_cmpstr (run->out, ==, "0\n1\n");
  g_assert_cmpstr (run->err, ==, expected);
  e2e_wait_gone (run, PATIENCE_MSEC);
}

static void
test_exit_fails (void)
{
  check_exit_fails ("echo bye; exit 3", "-k", "exit status 3");
  check_exit_fails ("echo bye; kill -15 $$", "-k", "killed by signal 15");
  check_exit_fails ("echo bye; setsid sleep 1000 & sleep 1000", "--worker-init-timeout=0.2",
                    "it took longer than 0.2 s");
}

/* One that hangs is ended with the run. */
static void
test_exit_interrupted (E2eStage *stage, gconstpointer data)
{
  g_autofree char *exit = e2e_stage_make_hold (stage, "true", "$$");
  g_autoptr (E2eRun) run = e2e_start ("-j1", "--worker-exit", exit, "echo", ":::", "a", "b", NULL);
  GPid pid = e2e_fifo_read_report (stage->reports, NULL);

  e2e_kill (run, SIGINT);
  e2e_finish (run);
  g_assert_cmpint (run->signal, ==, SIGINT);
  g_assert_cmpstr (run->out, ==, "a\nb\n");
  e2e_wait_process (pid);
  e2e_wait_gone (run, PATIENCE_MSEC);
}

/* ---- --on-error ---- */

/* The facts of a job that failed, for @command with the input "in". @facts are APOOL_EXIT,
 * APOOL_SIGNAL, APOOL_OUTCOME, APOOL_ATTEMPT and APOOL_REASON. */
static void
check_facts (const char *retries, const char *command, const char *facts)
{
  g_autofree char *expected = g_strdup_printf ("2 2 %s in\n%s\n", command, facts);
  g_autoptr (E2eRun) run =
      e2e_run ("fine\nin\n", "-j1", retries, "--on-error",
               "echo $APOOL_SEQ $APOOL_LINE \"$APOOL_COMMAND\"; echo \"$APOOL_EXIT/$APOOL_SIGNAL/"
               "$APOOL_OUTCOME/$APOOL_ATTEMPT/$APOOL_REASON\"",
               command, NULL);

  e2e_assert_ended (run, 1);
  e2e_assert_contains (run->err, expected);
  e2e_assert_count (run->err, " in\n", 1);
  e2e_assert_count (run->err, " fine\n", 0);
}

static void
test_error_facts (void)
{
  check_facts ("-k", "sh -c '[ $0 = fine ] || exit 7'", "7//exited/1/");
  check_facts ("--retries=3", "sh -c '[ $0 = fine ] || exit 7'", "7//exited/3/");
  check_facts ("-k", "exec sh -c '[ $0 = fine ] || kill -15 $$'", "/15/signalled/1/");
  check_facts ("-k",
               "[ $APOOL_SEQ = 1 ] || kill -9 $PPID; :", "//lost/1/worker 1: killed by signal 9");
}

/* When the job ran, for how long, in which worker. */
static void
test_error_times (void)
{
  g_autoptr (E2eRun) run =
      e2e_run ("", "-j1", "--on-error", "echo $APOOL_START $APOOL_RUNTIME $APOOL_WORKER", "false",
               ":::", "a", NULL);
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  double start = 0;
  double run_time = -1;
  guint worker = 0;

  e2e_assert_ended (run, 1);
  g_assert_cmpint (sscanf (run->err, "%lf %lf %u", &start, &run_time, &worker), ==, 3);
  g_assert_cmpfloat (start, >, (double) now - 100);
  g_assert_cmpfloat (start, <=, (double) now + 1);
  g_assert_cmpfloat (run_time, >, 0);
  g_assert_cmpfloat (run_time, <, 100);
  g_assert_cmpuint (worker, ==, 1);
}

/* A job that could not be started, and one that cannot even become a command. */
static void
test_error_not_started (void)
{
  g_autofree char *line = g_strnfill (200 * 1000, 'q');
  static const char hook[] = "echo $APOOL_OUTCOME: $APOOL_LINE: $APOOL_REASON";
  g_autoptr (E2eRun) missing =
      e2e_run ("a\n", "-j1", "--no-shell", "--on-error", hook, "/nonexistent/command", NULL);
  g_autoptr (E2eRun) too_long = e2e_run (line, "-j1", "--on-error", hook, "/bin/echo", NULL);

  e2e_assert_ended (missing, 1);
  e2e_assert_contains (missing->err, "not-started: 1: No such file or directory\n");
  e2e_assert_ended (too_long, 1);
  e2e_assert_contains (too_long->err, "not-started: 1: input line 1: argument of 200000 bytes: ");
}

/* The command line of a job is bytes. */
static void
test_error_bytes (void)
{
  g_autoptr (E2eRun) run = e2e_run ("a\xff$HOME'`x\n", "-j1", "--on-error",
                                    "printf '<%s>\\n' \"$APOOL_COMMAND\"", "false; false", NULL);

  e2e_assert_ended (run, 1);
  e2e_assert_contains (run->err, "\xff");
  e2e_assert_count (run->err, "<false; false ", 1);
  e2e_assert_count (run->err, ">\n", 1);
}

/* For each job that failed, once; the output of the others is as it is without. */
static void
test_error_each (void)
{
  g_autoptr (E2eRun) run =
      e2e_run ("", "-j4", "--workers", "2", "--on-error", "echo failed $APOOL_SEQ",
               "echo {}; exit {}", ":::", "0", "1", "2", "0", "3", "0", NULL);

  e2e_assert_ended (run, 3);
  g_assert_cmpstr (run->out, ==, "0\n1\n2\n0\n3\n0\n");
  e2e_assert_count (run->err, "failed 2\n", 1);
  e2e_assert_count (run->err, "failed 3\n", 1);
  e2e_assert_count (run->err, "failed 5\n", 1);
  e2e_assert_count (run->err, "\n", 3);
}

/* It sees what --worker-init left. */
static void
test_error_prepared (void)
{
  g_autoptr (E2eRun) run = e2e_run ("", "-j1", "--worker-init", "export A=5", "--on-error",
                                    "echo $A", "false", ":::", "a", NULL);

  e2e_assert_ended (run, 1);
  g_assert_cmpstr (run->err, ==, "5\n");
}

/* Its failure is reported, and changes nothing: no job fails by it, it is not tried again. */
static void
check_error_fails (const char *command, const char *why)
{
  g_autoptr (E2eRun) run = e2e_run ("", "-j1", "--retries", "2", "--on-error", command,
                                    "echo {}; exit {}", ":::", "0", "1", "0", NULL);
  g_autofree char *expected = g_strdup_printf ("apool: job 2: --on-error: %s\n", why);

  e2e_assert_ended (run, 1);
  g_assert_cmpstr (run->out, ==, "0\n1\n0\n");
  e2e_assert_contains (run->err, expected);
  e2e_assert_count (run->err, "--on-error", 1);
}

static void
test_error_fails (void)
{
  check_error_fails ("echo words; exit 3", "exit status 3\nwords");
  check_error_fails ("kill -15 $$", "killed by signal 15");
  check_error_fails ("exec /nonexistent/command 2>&-", "exit status 127");
}

/* It takes its worker down: the jobs go on elsewhere. */
static void
test_error_kills (void)
{
  g_autoptr (E2eRun) run = e2e_run ("", "-j1", "--on-error", "kill -9 $PPID; :", "echo {}; exit {}",
                                    ":::", "0", "1", "0", "0", NULL);

  e2e_assert_ended (run, 1);
  g_assert_cmpstr (run->out, ==, "0\n1\n0\n0\n");
  e2e_assert_count (run->err, "apool: job 2: --on-error: lost: ", 1);
  e2e_wait_gone (run, PATIENCE_MSEC);
}

/* Nothing is run about jobs that were ended with the run. */
static void
test_error_ended (E2eStage *stage, gconstpointer data)
{
  g_autofree char *hold = e2e_stage_make_hold (stage, "true {}", "$$");
  g_autoptr (E2eRun) run =
      e2e_start ("-j1", "--on-error", "echo failed", hold, ":::", "a", "b", NULL);

  (void) e2e_fifo_read_report (stage->reports, NULL);
  e2e_kill (run, SIGTERM);
  e2e_finish (run);
  g_assert_cmpint (run->signal, ==, SIGTERM);
  g_assert_cmpstr (run->err, ==, "");
}

static void
add_tests (void)
{
  g_test_add_func ("/hooks/init/state", test_init_state);
  g_test_add_func ("/hooks/init/exit", test_init_exit);
  g_test_add_func ("/hooks/init/direct", test_init_direct);
  g_test_add_func ("/hooks/init/path", test_init_path);
  g_test_add_func ("/hooks/init/functions", test_init_functions);
  g_test_add_func ("/hooks/init/bytes", test_init_bytes);
  g_test_add_func ("/hooks/init/own-variables", test_init_own_variables);
  e2e_stage_add_test ("/hooks/init/once", test_init_once);
  g_test_add_func ("/hooks/init/replaced", test_init_replaced);
  e2e_stage_add_test ("/hooks/init/output", test_init_output);
  g_test_add_func ("/hooks/init/fails", test_init_fails);
  g_test_add_func ("/hooks/init/hangs", test_init_hangs);
  g_test_add_func ("/hooks/init/kills", test_init_kills);
  g_test_add_func ("/hooks/init/no-shell", test_init_no_shell);
  e2e_stage_add_test ("/hooks/init/fails-once", test_init_fails_once);
  e2e_stage_add_test ("/hooks/init/slow", test_init_slow);
  e2e_stage_add_test ("/hooks/init/interrupted", test_init_interrupted);
  g_test_add_func ("/hooks/exit/order", test_exit);
  g_test_add_func ("/hooks/exit/each", test_exit_each);
  g_test_add_func ("/hooks/exit/fails", test_exit_fails);
  e2e_stage_add_test ("/hooks/exit/interrupted", test_exit_interrupted);
  g_test_add_func ("/hooks/error/facts", test_error_facts);
  g_test_add_func ("/hooks/error/times", test_error_times);
  g_test_add_func ("/hooks/error/not-started", test_error_not_started);
  g_test_add_func ("/hooks/error/bytes", test_error_bytes);
  g_test_add_func ("/hooks/error/each", test_error_each);
  g_test_add_func ("/hooks/error/prepared", test_error_prepared);
  g_test_add_func ("/hooks/error/fails", test_error_fails);
  g_test_add_func ("/hooks/error/kills", test_error_kills);
  e2e_stage_add_test ("/hooks/error/ended", test_error_ended);
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, add_tests);
}
