/* SPDX-License-Identifier: MIT */
/* What jobs leave behind when they end by themselves: it is named, ended, or left alone, as was
 * asked for. */

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "e2e.h"

/* Says of itself, when it is there, who it is. */
static char *
make_job (E2eStage *stage, const char *mode)
{
  return g_strdup_printf ("%s %s %s >/dev/null 2>&1", e2e_testprog (), mode, stage->reports->path);
}

/* Runs a job that leaves a process, and checks what is said of it, how it ends, and that nobody is
 * left. The words have a %d for the process. */
static void
check_left (E2eStage *stage, const char *policy, const char *job, int status, const char *words)
{
  g_autoptr (E2eRun) run = e2e_run ("", "--leaks", policy, job, ":::", "1", NULL);
  GPid pid = e2e_fifo_read_report (stage->reports, "left");
  g_autofree char *who = g_strdup_printf ("testprog (%d)", (int) pid);
  g_autofree char *said =
      words ? g_strdup_printf ("apool: job 1: %s 1: left behind%s%s%s\n", job,
                               strcmp (policy, "report") == 0 ? ": " : " and ended: ", who, words)
            : g_strdup ("");

  e2e_assert_ended (run, status);
  g_assert_cmpstr (run->err, ==, said);
  e2e_wait_gone (run, E2E_DEADLINE_MSEC);
}

/* In the job's group, and in a session of its own. */
static void
test_policies (E2eStage *stage, gconstpointer data)
{
  static const char *const MODES[] = { "leave", "setsid" };

  for (gsize i = 0; i < G_N_ELEMENTS (MODES); i++)
    {
      g_autofree char *job = make_job (stage, MODES[i]);
      g_autofree char *failing = g_strdup_printf ("%s; exit 0", job);

      check_left (stage, "report", job, 0, "");
      check_left (stage, "kill", job, 0, "");
      check_left (stage, "fail", failing, 1, ": it counts as failed");
      check_left (stage, "ignore", job, 0, NULL);
    }
}

/* The run goes on, and the next job runs in the same slot of the same worker: what the first one
 * left ends, what belongs to the second one does not. */
static void
test_kill_meanwhile (E2eStage *stage, gconstpointer data)
{
  g_autofree char *command = g_strdup_printf (
      "exec >/dev/null 2>&1; %s setsid %s; test {} = 1 || exec %s hold %s %s {}", e2e_testprog (),
      stage->reports->path, e2e_testprog (), stage->gate->path, stage->reports->path);
  g_autoptr (E2eRun) run = e2e_start ("-j1", "--leaks", "kill", command, ":::", "1", "2", NULL);
  GPid first = e2e_fifo_read_report (stage->reports, "left");
  GPid second = e2e_fifo_read_report (stage->reports, "left");

  (void) e2e_fifo_read_report (stage->reports, "2");
  e2e_wait_process (first);
  g_assert_no_errno (kill (second, 0));
  e2e_fifo_close (stage->gate);
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  e2e_assert_count (run->err, "left behind and ended: testprog", 2);
  e2e_wait_gone (run, E2E_DEADLINE_MSEC);
}

/* It is named while the run goes on: once, and not again when more jobs end. */
static void
test_report_meanwhile (E2eStage *stage, gconstpointer data)
{
  g_autofree char *command = g_strdup_printf (
      "case {} in 1) %s setsid %s;; 2) %s hold %s %s {};; esac >/dev/null 2>&1", e2e_testprog (),
      stage->reports->path, e2e_testprog (), stage->gate->path, stage->reports->path);
  g_autoptr (E2eRun) run =
      e2e_start_said (stage->errors, "-j1", command, ":::", "1", "2", "3", "4", NULL);
  GPid pid = e2e_fifo_read_report (stage->reports, "left");
  g_autofree char *wanted = g_strdup_printf (": left behind: testprog (%d)", (int) pid);
  g_autofree char *line = e2e_fifo_read_line (stage->errors);

  g_assert_true (g_str_has_prefix (line, "apool: job 1: "));
  g_assert_true (g_str_has_suffix (line, wanted));
  g_assert_no_errno (kill (pid, 0));
  e2e_fifo_close (stage->gate);
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  g_assert_cmpuint (stage->errors->pending->len, ==, 0);
  e2e_wait_gone (run, E2E_DEADLINE_MSEC);
}

/* Who has taken off the mark in a session of its own, and lost its parent, is of some job. */
static void
test_stranger (E2eStage *stage, gconstpointer data)
{
  g_autofree char *job = g_strdup_printf ("env -i %s setsid %s >/dev/null 2>&1", e2e_testprog (),
                                          stage->reports->path);
  g_autoptr (E2eRun) run = e2e_run ("", "--leaks", "kill", job, ":::", "1", NULL);
  GPid pid = e2e_fifo_read_report (stage->reports, "left");
  g_autofree char *said =
      g_strdup_printf ("apool: some job: left behind: testprog (%d)\n", (int) pid);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->err, ==, said);
  e2e_wait_process (pid);
}

/* Who ends by himself in a moment was not left behind. */
static void
test_gone_soon (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eRun) run =
      e2e_run ("", "-j2", "--shell", "true & : {}", ":::", "1", "2", "3", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->err, ==, "");
}

/* What a worker was given for its jobs is no job's. */
static void
test_init (E2eStage *stage, gconstpointer data)
{
  g_autofree char *init = make_job (stage, "setsid");
  g_autoptr (E2eRun) run =
      e2e_run ("", "-j1", "--worker-init", init, "echo", ":::", "1", "2", NULL);

  (void) e2e_fifo_read_report (stage->reports, "left");
  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "1\n2\n");
  g_assert_cmpstr (run->err, ==, "");
  e2e_wait_gone (run, E2E_DEADLINE_MSEC);
}

/* A job that failed by what it has left is tried again, and what the first attempt left is not the
 * second one's. */
static void
test_retried (E2eStage *stage, gconstpointer data)
{
  g_autofree char *command = g_strdup_printf ("test $APOOL_ATTEMPT = 2 || %s setsid %s >/dev/null",
                                              e2e_testprog (), stage->reports->path);
  g_autoptr (E2eRun) run =
      e2e_run ("", "-j1", "--leaks", "fail", "--retries", "2", command, ":::", "1", NULL);
  GPid pid = e2e_fifo_read_report (stage->reports, "left");
  g_autofree char *said = g_strdup_printf (
      "exit status 0: left behind: testprog (%d): trying again (attempt 2)", (int) pid);

  e2e_assert_ended (run, 0);
  e2e_assert_contains (run->err, said);
  e2e_assert_count (run->err, "it counts as failed", 1);
  e2e_wait_gone (run, E2E_DEADLINE_MSEC);
}

/* So it does where its output is held open: it is found before the job is finished. */
static void
test_holding (E2eStage *stage, gconstpointer data)
{
  g_autofree char *command =
      g_strdup_printf ("%s leave %s; exit 0", e2e_testprog (), stage->reports->path);
  g_autoptr (E2eRun) run =
      e2e_run ("", "--leaks", "fail", "--drain-timeout", "30", command, ":::", "1", NULL);

  (void) e2e_fifo_read_report (stage->reports, "left");
  e2e_assert_ended (run, 1);
  e2e_assert_count (run->err, "it counts as failed", 1);
  e2e_wait_gone (run, E2E_DEADLINE_MSEC);
}

/* It is a failure for --halt as well, though the job itself has none. */
static void
test_halts (E2eStage *stage, gconstpointer data)
{
  g_autofree char *command = make_job (stage, "setsid");
  g_autoptr (E2eRun) run =
      e2e_run ("", "-j1", "--leaks", "fail", "--halt", "now,fail=1", command, ":::", "1", NULL);

  (void) e2e_fifo_read_report (stage->reports, "left");
  e2e_assert_ended (run, 1);
  e2e_assert_contains (run->err, "apool: halt: job 1: exit 0, processes left behind: ending");
  e2e_wait_gone (run, E2E_DEADLINE_MSEC);
}

/* One that ran too long is not blamed: what it has left is ended with it. */
static void
test_timed_out (E2eStage *stage, gconstpointer data)
{
  g_autofree char *command = make_job (stage, "setsid-wait");
  g_autoptr (E2eRun) run =
      e2e_run ("", "-j1", "--timeout", "2", "--leaks", "fail", command, ":::", "1", NULL);

  (void) e2e_fifo_read_report (stage->reports, "left");
  e2e_assert_ended (run, 1);
  e2e_assert_contains (run->err, ": timed out after 2 s\n");
  e2e_assert_count (run->err, "left behind", 0);
  e2e_wait_gone (run, E2E_DEADLINE_MSEC);
}

/* A job that we end is not blamed. */
static void
test_ended (E2eStage *stage, gconstpointer data)
{
  g_autofree char *command = make_job (stage, "setsid-wait");
  g_autoptr (E2eRun) run = e2e_start ("-j1", command, ":::", "1", NULL);

  (void) e2e_fifo_read_report (stage->reports, "left");
  e2e_kill (run, SIGTERM);
  e2e_finish (run);
  g_assert_cmpint (run->signal, ==, SIGTERM);
  g_assert_cmpstr (run->err, ==, "");
  e2e_wait_gone (run, E2E_DEADLINE_MSEC);
}

static void
test_bad (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eRun) run = e2e_run ("", "--leaks", "maybe", "echo", ":::", "1", NULL);

  e2e_assert_ended (run, 255);
  g_assert_cmpstr (run->out, ==, "");
  e2e_assert_contains (run->err, "apool: --leaks maybe: ");
  e2e_assert_contains (run->err, "report");
}

static void
add_tests (void)
{
  e2e_stage_add_test ("/leaks/policies", test_policies);
  e2e_stage_add_test ("/leaks/kill-meanwhile", test_kill_meanwhile);
  e2e_stage_add_test ("/leaks/report-meanwhile", test_report_meanwhile);
  e2e_stage_add_test ("/leaks/stranger", test_stranger);
  e2e_stage_add_test ("/leaks/gone-soon", test_gone_soon);
  e2e_stage_add_test ("/leaks/init", test_init);
  e2e_stage_add_test ("/leaks/retried", test_retried);
  e2e_stage_add_test ("/leaks/holding", test_holding);
  e2e_stage_add_test ("/leaks/halts", test_halts);
  e2e_stage_add_test ("/leaks/timed-out", test_timed_out);
  e2e_stage_add_test ("/leaks/ended", test_ended);
  e2e_stage_add_test ("/leaks/bad", test_bad);
}

int
main (int argc, char **argv)
{
  e2e_forgo_leaks ();
  return e2e_main (argc, argv, add_tests);
}
