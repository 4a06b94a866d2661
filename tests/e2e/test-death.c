/* SPDX-License-Identifier: MIT */
/* What is left when apool, or a part of it, is ended: nothing of a job. */

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "e2e.h"

/* Nothing is to be left one second after a SIGKILL; a sanitized build is given more. */
static int
get_patience_msec (void)
{
  return e2e_is_sanitized () ? 10000 : 1000;
}

/* Two jobs that run until they are ended, a third that waits for its turn. */
static E2eRun *
start_waiting (E2eStage *stage)
{
  E2eRun *run = e2e_start ("-j2", e2e_testprog (), "wait", stage->reports->path, "{}", ":::", "1",
                           "2", "3", NULL);

  (void) e2e_fifo_read_report (stage->reports, NULL);
  (void) e2e_fifo_read_report (stage->reports, NULL);
  return run;
}

static void
check_ends_by (E2eStage *stage, int signal_number)
{
  g_autoptr (E2eRun) run = start_waiting (stage);

  e2e_kill (run, signal_number);
  e2e_finish (run);
  g_assert_cmpint (run->signal, ==, signal_number);
  g_assert_cmpuint (stage->reports->pending->len, ==, 0);
  e2e_wait_gone (run, get_patience_msec ());
}

static void
test_interrupt (E2eStage *stage, gconstpointer data)
{
  check_ends_by (stage, SIGINT);
}

static void
test_terminate (E2eStage *stage, gconstpointer data)
{
  check_ends_by (stage, SIGTERM);
}

/* Asks a run twice whose job ignores SIGTERM. */
static void
check_ends_at_second (E2eStage *stage, E2eRun *run)
{
  g_autofree char *term = NULL;

  (void) e2e_fifo_read_report (stage->reports, "ready");
  e2e_kill (run, SIGINT);
  term = e2e_fifo_read_line (stage->reports);
  g_assert_cmpstr (term, ==, "term");
  e2e_kill (run, SIGINT);
  e2e_finish (run);
  g_assert_cmpint (run->signal, ==, SIGINT);
  e2e_wait_gone (run, get_patience_msec ());
}

/* The first signal asks, the second does not: a job that ignores SIGTERM is killed at once. */
static void
test_twice (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eRun) run =
      e2e_start ("-j1", e2e_testprog (), "ignore-term", stage->reports->path, ":::", "1", NULL);

  check_ends_at_second (stage, run);
}

/* The second signal does not leave behind what left its job's session. */
static void
test_twice_escaped (E2eStage *stage, gconstpointer data)
{
  g_autofree char *command =
      g_strdup_printf ("%s setsid %s; exec %s ignore-term %s", e2e_testprog (),
                       stage->reports->path, e2e_testprog (), stage->reports->path);
  g_autoptr (E2eRun) run = e2e_start ("-j1", command, ":::", "1", NULL);

  (void) e2e_fifo_read_report (stage->reports, "left");
  check_ends_at_second (stage, run);
}

/* Inputs that can become no command, without end: apool is still to be spoken to. The signal comes
 * when it has complained of a thousand. */
static void
test_interrupt_endless_faults (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eRun) run =
      e2e_shell ("", "exec \"$1\" echo {} < <(yes | tr y '\\0') "
                     "2> >(head -n 1000 >/dev/null; kill -INT $$; exec cat >/dev/null)");

  g_assert_cmpint (run->signal, ==, SIGINT);
  g_assert_cmpstr (run->out, ==, "");
  e2e_wait_gone (run, get_patience_msec ());
}

/* Has job 1 print a line, and waits until apool has printed it. */
static void
pass_line (E2eRun *run, E2eFifo *gate)
{
  g_autofree char *line = NULL;

  g_assert_cmpint (write (gate->fd, "line\n", 5), ==, 5);
  line = e2e_read_line (run);
  g_assert_cmpstr (line, ==, "line");
}

/* Hangs up while job 1 runs and others wait, then has job 1 end. Returns what was printed after
 * that. */
static char *
hang_up (E2eFifo *gate)
{
  g_autofree char *command = g_strdup_printf ("echo {}; [ {} != a ] || cat %s", gate->path);
  g_autoptr (E2eRun) run = e2e_start ("-j1", command, ":::", "a", "b", "c", "d", NULL);
  g_autofree char *begun = e2e_read_line (run);

  g_assert_cmpstr (begun, ==, "a");
  pass_line (run, gate);
  e2e_kill (run, SIGHUP);
  for (int i = 0; i < 20; i++)
    pass_line (run, gate);
  e2e_fifo_close (gate);
  e2e_finish (run);
  g_assert_cmpint (run->signal, ==, SIGHUP);
  g_assert_cmpstr (run->err, ==, "");
  e2e_wait_gone (run, get_patience_msec ());
  return g_strdup (run->out);
}

/* What runs comes to its end, what waits does not begin. Nothing shows outside that apool and its
 * worker have taken notice of the signal. When they have gone through their loops a few times they
 * most likely have; if not, a job more may run, so one try does not count. A job that always runs
 * fails all of them. */
static void
test_hang_up (E2eStage *stage, gconstpointer data)
{
  for (int i = 0; i < 20; i++)
    {
      g_autofree char *name = g_strdup_printf ("gate-%d", i);
      g_autoptr (E2eFifo) gate = e2e_fifo_new (stage->dir, name);
      g_autofree char *rest = hang_up (gate);

      if (*rest == '\0')
        return;
    }
  g_error ("jobs that waited have run, each time");
}

/* A shell that executes apool in its place leaves it children that are none of its business: the
 * process substitutions of the command line, for instance. They outlive a lost worker. */
static void
test_foreign_child (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eFifo) never = e2e_fifo_new (stage->dir, "never");
  g_autofree char *script = g_strdup_printf ("sh -c 'read x <%s; echo spared >%s' >/dev/null 2>&1 "
                                             "& exec \"$1\" -j1 'kill -9 $PPID; read y <%s' ::: 1",
                                             stage->gate->path, stage->reports->path, never->path);
  g_autoptr (E2eRun) run = e2e_shell ("", script);
  g_autofree char *word = NULL;

  e2e_assert_ended (run, 1);
  e2e_assert_contains (run->err, "lost");
  g_assert_cmpint (write (stage->gate->fd, "go\n", 3), ==, 3);
  word = e2e_fifo_read_line (stage->reports);
  g_assert_cmpstr (word, ==, "spared");
  e2e_wait_gone (run, get_patience_msec ());
}

/* What a job printed before it was ended is not lost. */
static void
test_partial_output (E2eStage *stage, gconstpointer data)
{
  g_autofree char *command =
      g_strdup_printf ("echo begun {}; exec %s wait %s {}", e2e_testprog (), stage->reports->path);
  g_autoptr (E2eRun) run = e2e_start ("-j2", command, ":::", "1", "2", NULL);

  (void) e2e_fifo_read_report (stage->reports, NULL);
  (void) e2e_fifo_read_report (stage->reports, NULL);
  e2e_kill (run, SIGTERM);
  e2e_finish (run);
  g_assert_cmpint (run->signal, ==, SIGTERM);
  g_assert_cmpstr (run->out, ==, "begun 1\nbegun 2\n");
  e2e_wait_gone (run, get_patience_msec ());
}

static void
test_manager_killed (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eRun) run = start_waiting (stage);

  e2e_kill (run, SIGKILL);
  e2e_wait_gone (run, get_patience_msec ());
  e2e_finish (run);
  g_assert_cmpint (run->signal, ==, SIGKILL);
}

/* Workers that were stopped go on when the kernel lets them, and end their jobs. */
static void
test_manager_of_stopped_killed (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eRun) run = start_waiting (stage);
  g_autoptr (GArray) workers = e2e_find_workers (run);

  for (guint i = 0; i < workers->len; i++)
    g_assert_cmpint (kill (g_array_index (workers, GPid, i), SIGSTOP), ==, 0);
  e2e_kill (run, SIGKILL);
  e2e_wait_gone (run, get_patience_msec ());
  e2e_finish (run);
}

/* A mask that the caller left does not keep us from being ended. */
static void
test_blocked (E2eStage *stage, gconstpointer data)
{
  g_autofree char *script =
      g_strdup_printf ("\"$2\" block %d \"$1\" 'kill -TERM $APOOL_PID; read x <%s' ::: 1; echo $?",
                       SIGTERM, stage->reports->path);
  g_autoptr (E2eRun) run = e2e_shell ("", script);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "143\n");
  e2e_wait_gone (run, get_patience_msec ());
}

/* Two jobs, each with a child that has left for a session of its own. */
static E2eRun *
start_escaping (E2eStage *stage)
{
  E2eRun *run = e2e_start ("-j2", e2e_testprog (), "setsid-wait", stage->reports->path, "{}",
                           ":::", "1", "2", NULL);

  (void) e2e_fifo_read_report (stage->reports, "left");
  (void) e2e_fifo_read_report (stage->reports, "left");
  return run;
}

static void
test_manager_killed_escaped (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eRun) run = start_escaping (stage);

  e2e_kill (run, SIGKILL);
  e2e_wait_gone (run, get_patience_msec ());
  e2e_finish (run);
}

static void
test_terminated_escaped (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eRun) run = start_escaping (stage);

  e2e_kill (run, SIGTERM);
  e2e_finish (run);
  g_assert_cmpint (run->signal, ==, SIGTERM);
  e2e_wait_gone (run, get_patience_msec ());
}

/* A job that ends and leaves a process in another session: gone when the run is. */
static void
test_left_escaped (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eRun) run =
      e2e_run ("", e2e_testprog (), "setsid", stage->reports->path, "{#}", ":::", "1", NULL);

  (void) e2e_fifo_read_report (stage->reports, "left");
  e2e_assert_ended (run, 0);
  e2e_wait_gone (run, get_patience_msec ());
}

static guint
kill_workers (E2eRun *run)
{
  g_autoptr (GArray) workers = e2e_find_workers (run);

  for (guint i = 0; i < workers->len; i++)
    g_assert_no_errno (kill (g_array_index (workers, GPid, i), SIGKILL));
  return workers->len;
}

/* The manager adopts what the workers leave, ends it, and says whose it was. */
static void
test_workers_killed_escaped (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eRun) run = start_escaping (stage);

  g_assert_cmpuint (kill_workers (run), >, 0);
  e2e_finish (run);
  e2e_assert_ended (run, 2);
  e2e_assert_contains (run->err, "lost");
  e2e_wait_gone (run, get_patience_msec ());
}

/* Jobs 1 and 2 stand at the gate; the worker of job 1 is killed. What ran on it is lost and said,
 * job 3 runs on another one. */
static void
test_worker_killed (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eRun) run = e2e_start ("-j2", e2e_testprog (), "hold", stage->gate->path,
                                      stage->reports->path, "{}", ":::", "1", "2", "3", NULL);
  GPid pids[2];
  GPid killed;
  gboolean both;

  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *line = e2e_fifo_read_line (stage->reports);
      int pid = 0;
      int number = 0;

      g_assert_cmpint (sscanf (line, "%d %d", &pid, &number), ==, 2);
      g_assert_true (number == 1 || number == 2);
      pids[number - 1] = pid;
    }
  killed = e2e_get_worker_of (run, pids[0]);
  both = e2e_get_worker_of (run, pids[1]) == killed;
  g_assert_no_errno (kill (killed, SIGKILL));
  e2e_wait_process (pids[0]);
  /* Its place is free: the waiting job starts elsewhere. */
  (void) e2e_fifo_read_report (stage->reports, "3");
  e2e_fifo_close (stage->gate);
  e2e_finish (run);
  e2e_assert_ended (run, both ? 2 : 1);
  g_assert_cmpstr (run->out, ==, both ? "3\n" : "2\n3\n");
  e2e_assert_contains (run->err, "job 1");
  e2e_assert_contains (run->err, "lost");
  g_assert_null (strstr (run->err, "job 3"));
  e2e_wait_gone (run, get_patience_msec ());
}

static void
add_tests (void)
{
  e2e_stage_add_test ("/death/interrupt", test_interrupt);
  e2e_stage_add_test ("/death/terminate", test_terminate);
  e2e_stage_add_test ("/death/twice", test_twice);
  e2e_stage_add_test ("/death/twice-escaped", test_twice_escaped);
  e2e_stage_add_test ("/death/interrupt-endless-faults", test_interrupt_endless_faults);
  e2e_stage_add_test ("/death/hang-up", test_hang_up);
  e2e_stage_add_test ("/death/foreign-child", test_foreign_child);
  e2e_stage_add_test ("/death/partial-output", test_partial_output);
  e2e_stage_add_test ("/death/manager-killed", test_manager_killed);
  e2e_stage_add_test ("/death/manager-of-stopped-killed", test_manager_of_stopped_killed);
  e2e_stage_add_test ("/death/blocked", test_blocked);
  e2e_stage_add_test ("/death/manager-killed-escaped", test_manager_killed_escaped);
  e2e_stage_add_test ("/death/terminated-escaped", test_terminated_escaped);
  e2e_stage_add_test ("/death/left-escaped", test_left_escaped);
  e2e_stage_add_test ("/death/worker-killed", test_worker_killed);
  e2e_stage_add_test ("/death/workers-killed-escaped", test_workers_killed_escaped);
}

int
main (int argc, char **argv)
{
  e2e_forgo_leaks ();
  return e2e_main (argc, argv, add_tests);
}
