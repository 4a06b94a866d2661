/* SPDX-License-Identifier: MIT */
/* Jobs that have had enough time, or another chance: what is ended, and what is left; what is tried
 * again, and when.
 *
 * Jobs that are to be ended would never end by themselves within a test's patience. */

#include <signal.h>
#include <string.h>

#include "e2e.h"

#define PATIENCE_MSEC 10000

/* ---- time limits ---- */

static void
test_timeout (void)
{
  g_autoptr (E2eRun) run = e2e_run ("", "-j2", "--timeout", "200ms", "echo {}; exec sleep {}",
                                    ":::", "1000", "2000", NULL);

  e2e_assert_ended (run, 2);
  e2e_assert_count (run->err, "apool: job 1: echo 1000; exec sleep 1000: timed out after 0.2 s\n",
                    1);
  e2e_assert_count (run->err, "apool: job 2: echo 2000; exec sleep 2000: timed out after 0.2 s\n",
                    1);
  e2e_assert_count (run->err, "\n", 2);
  e2e_wait_gone (run, PATIENCE_MSEC);
}

static void
test_timeout_in_time (void)
{
  g_autoptr (E2eRun) run = e2e_run ("", "--timeout", "1h", "echo", ":::", "a", "b", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "a\nb\n");
  g_assert_cmpstr (run->err, ==, "");
}

static void
test_timeout_none (void)
{
  g_autoptr (E2eRun) run =
      e2e_run ("", "--timeout", "1ms", "--timeout", "0", "sleep 0.1; echo", ":::", "a", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "a\n");
}

/* It ends in order when it is told to, and has run too long all the same. */
static void
test_timeout_trapped (void)
{
  g_autoptr (E2eRun) run = e2e_run (
      "", "--timeout=1.5", "trap 'echo caught; exit 0' TERM; sleep {} & wait", ":::", "1000", NULL);

  e2e_assert_ended (run, 1);
  g_assert_cmpstr (run->out, ==, "caught\n");
  e2e_assert_count (run->err, ": timed out after 1.5 s\n", 1);
  e2e_wait_gone (run, PATIENCE_MSEC);
}

static void
test_timeout_deaf (void)
{
  g_autoptr (E2eRun) run =
      e2e_run ("", "--timeout", "1.5", "--termseq", "TERM,50,INT,50", "--results", "-.csv",
               "trap '' TERM INT; sleep {}; sleep {}", ":::", "1000", NULL);

  e2e_assert_ended (run, 1);
  /* As in GNU parallel: no status, and the signal that it died of. */
  e2e_assert_contains (run->out, ",0,0,-1,9,");
  e2e_assert_count (run->err, ": timed out after 1.5 s\n", 1);
  e2e_wait_gone (run, PATIENCE_MSEC);
}

/* One that is stopped goes on, to hear of it. */
static void
test_timeout_stopped (void)
{
  g_autoptr (E2eRun) run = e2e_run ("", "--timeout", "100ms", "--termseq", "TERM,100000,KILL",
                                    "kill -STOP $$; echo", ":::", "never", NULL);

  e2e_assert_ended (run, 1);
  g_assert_cmpstr (run->out, ==, "");
  e2e_wait_gone (run, PATIENCE_MSEC);
}

/* The run goes on for longer than any test waits: it is not its end that ends them. */
static void
test_timeout_remains (E2eStage *stage, gconstpointer data)
{
  g_autofree char *command = g_strdup_printf (
      "if [ {} = 1 ]; then exec 5>%s; "
      "setsid sh -c 'echo $$ escaped >&5; exec sleep 1000' & "
      "(setsid sh -c 'trap \"\" TERM; echo $$ escaped >&5; sleep 1000; sleep 1000' &); "
      "sh -c 'trap \"\" TERM; echo $$ escaped >&5; sleep 1000; sleep 1000' & fi; sleep 1000",
      stage->reports->path);
  g_autoptr (GString) inputs = g_string_new (NULL);
  g_autoptr (E2eRun) run = NULL;
  GPid pids[3];

  for (guint i = 1; i <= 1000; i++)
    g_string_append_printf (inputs, "%u\n", i);
  run = e2e_start ("-j1", "--timeout", "2", "--termseq", "TERM,100,KILL", command, NULL);
  e2e_write (run, inputs->str);
  e2e_close_input (run);
  for (guint i = 0; i < G_N_ELEMENTS (pids); i++)
    pids[i] = e2e_fifo_read_report (stage->reports, "escaped");
  for (guint i = 0; i < G_N_ELEMENTS (pids); i++)
    e2e_wait_process (pids[i]);
  e2e_kill (run, SIGTERM);
  e2e_finish (run);
  g_assert_cmpint (run->signal, ==, SIGTERM);
  e2e_wait_gone (run, PATIENCE_MSEC);
}

static void
test_timeout_percent (void)
{
  g_autoptr (E2eRun) run =
      e2e_run ("", "-j1", "--timeout", "200%", "exec sleep {}", ":::", "0.2", "1000", NULL);

  e2e_assert_ended (run, 1);
  e2e_assert_count (run->err, "apool: job 2: exec sleep 1000: timed out after ", 1);
  e2e_assert_count (run->err, "\n", 1);
}

/* Job 2 waits for its turn for longer than it may run, and that does not count. */
static void
test_timeout_waiting (void)
{
  g_autoptr (E2eRun) run = e2e_run ("", "-j1", "--prefetch", "5", "--timeout", "1",
                                    "[ {} = 2 ] || exec sleep 1000", ":::", "1", "2", NULL);

  e2e_assert_ended (run, 1);
  e2e_assert_count (run->err, "apool: job 1: ", 1);
  e2e_assert_count (run->err, "\n", 1);
}

static void
test_slow_after (E2eStage *stage, gconstpointer data)
{
  g_autofree char *hold = e2e_stage_make_hold (stage, "true", "$$");
  g_autofree char *command = g_strdup_printf ("%s; echo {}", hold);
  g_autoptr (E2eRun) run = e2e_start_said (stage->errors, "--slow-after", "50ms", "--retries=1",
                                           command, ":::", "a", NULL);
  g_autofree char *said = e2e_fifo_read_until (stage->errors, "still running");

  e2e_assert_contains (said, "apool: job 1: ");
  e2e_fifo_close (stage->gate);
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "a\n");
}

/* What runs is ended, what does not is not begun, and nothing of it is the jobs' failure. */
static void
test_deadline (void)
{
  g_autoptr (E2eRun) run =
      e2e_run ("", "-j1", "--deadline", "300ms", "--termseq", "TERM,100,KILL",
               "trap '' TERM; sleep {}; sleep {}", ":::", "1000", "2000", NULL);

  e2e_assert_ended (run, 255);
  g_assert_cmpstr (run->out, ==, "");
  g_assert_cmpstr (run->err, ==, "apool: --deadline: 0.3 s are over: the run ends\n");
  e2e_wait_gone (run, PATIENCE_MSEC);
}

/* Inputs that do not come are not waited for either, and a run that ends in time is none of its
 * business. */
static void
test_deadline_idle (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eRun) run = e2e_start_said (stage->errors, "--deadline", "0.1", "echo", NULL);
  g_autoptr (E2eRun) quick = e2e_run ("", "--deadline", "1h", "echo", ":::", "a", NULL);
  g_autofree char *said = e2e_fifo_read_until (stage->errors, "the run ends");

  e2e_assert_contains (said, "apool: --deadline: 0.1 s are over: ");
  e2e_wait_gone (run, PATIENCE_MSEC);
  e2e_finish (run);
  e2e_assert_ended (run, 255);
  e2e_assert_ended (quick, 0);
  g_assert_cmpstr (quick->err, ==, "");
}

/* ---- by which signals ---- */

static void
check_termseq (E2eStage *stage, const char *program, const char *option, const char *signals)
{
  g_auto (GStrv) names = g_strsplit (signals, " ", -1);
  g_autofree char *script = g_strdup_printf (
      "cd %1$s && ln -sf \"$1\" parallel && HOME=$PWD exec %2$s %3$s 'exec 5>%4$s; "
      "trap \"echo 0 INT >&5\" INT; trap \"echo 0 TERM >&5\" TERM; echo $PPID ready {} >&5; "
      "while :; do sleep 1000 & wait; done' ::: x",
      stage->dir, program, option, stage->reports->path);
  g_autoptr (E2eRun) run = e2e_start_shell (script);
  g_autofree char *ready G_GNUC_UNUSED = e2e_fifo_read_until (stage->reports, "ready");

  e2e_kill (run, SIGTERM);
  for (char **name = names; *name; name++)
    {
      g_autofree char *line = e2e_fifo_read_line (stage->reports);

      e2e_assert_contains (line, *name);
    }
  e2e_finish (run);
  g_assert_cmpint (run->signal, ==, SIGTERM);
  e2e_wait_gone (run, PATIENCE_MSEC);
}

static void
test_termseq (E2eStage *stage, gconstpointer data)
{
  check_termseq (stage, "\"$1\"", "--termseq INT,500,TERM,500,INT,500", "INT TERM INT");
}

static void
test_termseq_parallel (E2eStage *stage, gconstpointer data)
{
  g_test_summary ("called as GNU parallel it ends jobs as that does: more than once by SIGTERM");
  check_termseq (stage, "./parallel", "", "TERM TERM");
}

/* ---- further attempts ---- */

static void
test_retry_timed_out (void)
{
  g_autoptr (E2eRun) run = e2e_run (
      "", "--timeout", "2", "--retries", "2", "--retry-on", "timeout",
      "echo {} $APOOL_ATTEMPT; [ $APOOL_ATTEMPT = 2 ] || exec sleep 1000", ":::", "a", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "a 2\n");
  e2e_assert_count (run->err, ": timed out after 2 s: trying again (attempt 2)\n", 1);
  e2e_assert_count (run->err, "apool: flaky: 1 job succeeded after a failure\n", 1);
  e2e_assert_count (run->err, "\n", 2);
}

static void
test_retry_on (void)
{
  g_autoptr (E2eRun) run =
      e2e_run ("", "-j1", "--retries", "0", "--retry-on", "3,SIGKILL,70-75",
               "echo {} $APOOL_ATTEMPT; [ $APOOL_ATTEMPT = 3 ] || eval {};", ":::", "exit 3",
               "exit 4", "kill -KILL $$", "kill -TERM $$", "exit 72", NULL);

  e2e_assert_ended (run, 2);
  g_assert_cmpstr (run->out, ==,
                   "exit 3 3\nexit 4 1\nkill -KILL $$ 3\nkill -TERM $$ 1\nexit 72 3\n");
  e2e_assert_count (run->err, ": trying again ", 6);
  e2e_assert_count (run->err, "apool: flaky: 3 jobs succeeded after a failure\n", 1);
}

/* Job 1 fails at its first attempt and would wait for an hour. The others run meanwhile, in the one
 * slot that there is, and are printed behind it. */
static E2eRun *
start_delayed (E2eStage *stage)
{
  g_autofree char *command =
      g_strdup_printf ("echo {} $APOOL_ATTEMPT; echo $$ {} $APOOL_ATTEMPT >%s; [ {} != 1 ] || "
                       "[ $APOOL_ATTEMPT = 2 ]",
                       stage->reports->path);
  E2eRun *run = e2e_start ("-j1", "--prefetch=0", "--retries", "2", "--retry-delay", "1h,x2",
                           command, ":::", "1", "2", "3", NULL);

  (void) e2e_fifo_read_report (stage->reports, "1 1");
  (void) e2e_fifo_read_report (stage->reports, "2 1");
  (void) e2e_fifo_read_report (stage->reports, "3 1");
  return run;
}

/* A run that starts nothing new does not wait either. */
static void
test_retry_delay (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eRun) run = start_delayed (stage);

  e2e_kill (run, SIGHUP);
  (void) e2e_fifo_read_report (stage->reports, "1 2");
  e2e_finish (run);
  g_assert_cmpint (run->signal, ==, SIGHUP);
  g_assert_cmpstr (run->out, ==, "1 2\n2 1\n3 1\n");
}

static void
test_retry_delay_ended (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eRun) run = start_delayed (stage);

  e2e_kill (run, SIGTERM);
  e2e_finish (run);
  g_assert_cmpint (run->signal, ==, SIGTERM);
  /* What the last attempt wrote is what the job has written. */
  e2e_assert_contains (run->out, "1 1\n2 1\n");
  e2e_assert_count (run->out, "1 2", 0);
  e2e_assert_count (run->err, ": not tried again: the run ends\n", 1);
}

static void
test_retry_delay_over (void)
{
  g_autoptr (E2eRun) run =
      e2e_run ("", "-j1", "--retries", "3", "--retry-delay", "10ms,x2,max=15ms",
               "echo {} $APOOL_ATTEMPT; [ $APOOL_ATTEMPT = 3 ]", ":::", "a", "b", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "a 3\nb 3\n");
  e2e_assert_count (run->err, "apool: flaky: 2 jobs succeeded after a failure\n", 1);
}

/* ---- nonsense ---- */

static void
check_refused (const char *option, const char *value, const char *message)
{
  g_autoptr (E2eRun) run = e2e_run ("", option, value, "echo", ":::", "started", NULL);

  e2e_assert_ended (run, 255);
  g_assert_cmpstr (run->out, ==, "");
  g_assert_true (g_str_has_prefix (run->err, message));
  e2e_assert_count (run->err, "\n", 1);
}

static void
test_refused (void)
{
  check_refused ("--timeout", "-3", "apool: --timeout -3: column 1: not a number: use ");
  check_refused ("--termseq", "TERM,x", "apool: --termseq TERM,x: column 6: not a number of ");
  check_refused ("--retry-delay", "1s,y2", "apool: --retry-delay 1s,y2: column 4: neither ");
  check_refused ("--retry-on", "1,2-", "apool: --retry-on 1,2-: column 3: neither ");
  check_refused ("--deadline", "1w", "apool: --deadline 1w: column 2: not a unit of time: ");
  check_refused ("--slow-after", "x", "apool: --slow-after x: column 1: not a number: ");
}

static void
add_tests (void)
{
  g_test_add_func ("/patience/timeout", test_timeout);
  g_test_add_func ("/patience/timeout-in-time", test_timeout_in_time);
  g_test_add_func ("/patience/timeout-none", test_timeout_none);
  g_test_add_func ("/patience/timeout-trapped", test_timeout_trapped);
  g_test_add_func ("/patience/timeout-deaf", test_timeout_deaf);
  g_test_add_func ("/patience/timeout-stopped", test_timeout_stopped);
  e2e_stage_add_test ("/patience/timeout-remains", test_timeout_remains);
  g_test_add_func ("/patience/timeout-percent", test_timeout_percent);
  g_test_add_func ("/patience/timeout-waiting", test_timeout_waiting);
  e2e_stage_add_test ("/patience/slow-after", test_slow_after);
  g_test_add_func ("/patience/deadline", test_deadline);
  e2e_stage_add_test ("/patience/deadline-idle", test_deadline_idle);
  e2e_stage_add_test ("/patience/termseq", test_termseq);
  e2e_stage_add_test ("/patience/termseq-parallel", test_termseq_parallel);
  g_test_add_func ("/patience/retry-timed-out", test_retry_timed_out);
  g_test_add_func ("/patience/retry-on", test_retry_on);
  e2e_stage_add_test ("/patience/retry-delay", test_retry_delay);
  e2e_stage_add_test ("/patience/retry-delay-ended", test_retry_delay_ended);
  g_test_add_func ("/patience/retry-delay-over", test_retry_delay_over);
  g_test_add_func ("/patience/refused", test_refused);
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, add_tests);
}
