/* SPDX-License-Identifier: MIT */
/*
 * The screen that shows a run (--tui): what is seen there, what keys do, and that the terminal is
 * what it was on every way out. Each test has a terminal of its own.
 *
 * Jobs say in capitals what they are called in small letters, so that their rows can be told from
 * their last lines.
 */

#include <string.h>
#include <sys/ioctl.h>

#include "e2e-pty.h"
#include "e2e.h"

#define ENTER "\033[?1049h"
#define LEAVE "\033[?1049l"
#define RULE "=====\n"

/* Starts a run of which the terminal's modes before and after are shown. */
static E2ePty *
start_run (const char *run)
{
  g_autofree char *script =
      g_strdup_printf ("export TERM=xterm; stty rows 24 cols 100; stty -a | cat; echo =====; %s; "
                       "echo status $?; echo =====; stty -a | cat; echo =====",
                       run);

  return e2e_pty_start (script);
}

/* Starts one whose jobs say their names and wait for a line of the gate each. */
static E2ePty *
start_jobs (E2eStage *stage, const char *options, const char *inputs)
{
  g_autofree char *run = g_strdup_printf ("$A --tui %s 'echo {} | tr a-z A-Z; read x <%s' ::: %s",
                                          options, stage->gate->path, inputs);

  return start_run (run);
}

/* Waits for the end; the terminal is as it was, and the screen was left each time. */
static char *
finish_run (E2ePty *pty)
{
  g_auto (GStrv) parts = NULL;

  e2e_pty_finish (pty);
  parts = g_strsplit (pty->screen->str, RULE, -1);
  g_assert_cmpuint (g_strv_length (parts), ==, 4);
  g_assert_cmpstr (parts[0], ==, parts[2]);
  g_assert_cmpuint (e2e_count (parts[1], ENTER), ==, e2e_count (parts[1], LEAVE));
  if (strstr (parts[1], ENTER))
    g_assert_true (g_strrstr (parts[1], LEAVE) > g_strrstr (parts[1], ENTER));
  return g_strdup (parts[1]);
}

/* ---- what is seen ---- */

/* Jobs are shown, and what they print comes when the screen is left, in order. */
static void
test_shown (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2ePty) pty = start_jobs (stage, "-j2", "one two");
  g_autofree char *text = NULL;

  e2e_pty_wait (pty, ENTER);
  e2e_pty_wait (pty, "[Running");
  e2e_pty_wait (pty, "LAST LINE");
  e2e_pty_wait (pty, "q leave");
  e2e_pty_wait (pty, "ONE");
  e2e_pty_wait (pty, "TWO");
  e2e_fifo_write (stage->gate, "\n\n");
  text = finish_run (pty);
  e2e_assert_contains (g_strrstr (text, LEAVE), "ONE\nTWO\nstatus 0\n");
}

/* What jobs and inputs bring moves nothing. */
static void
test_harmless (E2eStage *stage, gconstpointer data)
{
  g_autofree char *run = g_strdup_printf ("$A --tui 'printf \"\\033[31mA\\033[2JB\\007C\\n\"; read "
                                          "x <%s #' ::: \"$(printf '\\033[9;9H')\"",
                                          stage->gate->path);
  g_autoptr (E2ePty) pty = start_run (run);
  g_autofree char *text = NULL;

  e2e_pty_wait (pty, "AB^GC");
  e2e_fifo_write (stage->gate, "\n");
  text = finish_run (pty);
  *g_strrstr (text, LEAVE) = '\0';
  g_assert_null (strstr (text, "\033[9;9H"));
  g_assert_null (strchr (text, '\007'));
}

/* What goes elsewhere is not kept back. */
static void
test_elsewhere (E2eStage *stage, gconstpointer data)
{
  g_autofree char *run =
      g_strdup_printf ("$A --tui -j1 'echo {}; echo err {} >&2; read x <%s' ::: one two >%s",
                       stage->gate->path, stage->reports->path);
  g_autoptr (E2ePty) pty = start_run (run);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *text = NULL;

  e2e_pty_wait (pty, ENTER);
  first = e2e_fifo_read_line (stage->reports);
  g_assert_cmpstr (first, ==, "one");
  e2e_fifo_write (stage->gate, "\n");
  second = e2e_fifo_read_line (stage->reports);
  g_assert_cmpstr (second, ==, "two");
  g_assert_null (strstr (pty->screen->str, LEAVE));
  e2e_fifo_write (stage->gate, "\n");
  text = finish_run (pty);
  e2e_assert_contains (g_strrstr (text, LEAVE), "err one\nerr two\nstatus 0\n");
}

/* It is drawn anew in another size. */
static void
test_resized (E2eStage *stage, gconstpointer data)
{
  const struct winsize size = { .ws_row = 11, .ws_col = 60 };
  g_autoptr (E2ePty) pty = start_jobs (stage, "-j2", "one two");
  g_autofree char *text = NULL;

  e2e_pty_wait (pty, "\033[1;24r");
  e2e_pty_wait (pty, "TWO");
  g_assert_cmpint (ioctl (pty->fd, TIOCSWINSZ, &size), ==, 0);
  e2e_pty_wait (pty, "\033[1;11r");
  e2e_pty_wait (pty, "[Running");
  e2e_pty_wait (pty, "ONE");
  e2e_pty_wait (pty, "TWO");
  e2e_pty_wait (pty, "q leave");
  e2e_pty_type (pty, "\f");
  e2e_pty_wait (pty, ENTER);
  e2e_pty_wait (pty, "ONE");
  e2e_pty_wait (pty, "q leave");
  e2e_fifo_write (stage->gate, "\n\n");
  e2e_pty_wait (pty, "status 0\n");
  e2e_pty_finish (pty);
  text = g_strdup (g_strrstr (pty->screen->str, LEAVE));
  e2e_assert_contains (text, "ONE\nTWO\n");
}

/* ---- keys ---- */

static void
test_paused (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2ePty) pty = start_jobs (stage, "-j1", "one two");
  g_autofree char *text = NULL;

  e2e_pty_wait (pty, "ONE");
  e2e_pty_type (pty, "p");
  e2e_pty_wait (pty, "PAUSED");
  e2e_fifo_write (stage->gate, "\n");
  e2e_pty_wait (pty, "no job runs");
  g_assert_null (strstr (pty->screen->str, "TWO"));
  e2e_pty_type (pty, "p");
  e2e_pty_wait (pty, "TWO");
  e2e_fifo_write (stage->gate, "\n");
  text = finish_run (pty);
  e2e_assert_contains (text, "status 0\n");
}

/* Who leaves while nothing is started has it started again: nobody else could. */
static void
test_left_while_paused (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2ePty) pty = start_jobs (stage, "-j1", "one two");
  g_autofree char *text = NULL;

  e2e_pty_wait (pty, "ONE");
  e2e_pty_type (pty, "p");
  e2e_pty_wait (pty, "PAUSED");
  e2e_pty_type (pty, "q");
  e2e_pty_wait (pty, LEAVE);
  e2e_pty_wait (pty, "ONE\n"); /* as without a screen, from now on */
  e2e_fifo_write (stage->gate, "\n");
  e2e_pty_wait (pty, "TWO\n");
  e2e_fifo_write (stage->gate, "\n");
  text = finish_run (pty);
  e2e_assert_contains (text, "status 0\n");
}

static void
test_number (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2ePty) pty = start_jobs (stage, "-j1 --prefetch 0", "one two three");
  g_autofree char *text = NULL;

  e2e_pty_wait (pty, "ONE");
  e2e_pty_type (pty, "+");
  e2e_pty_wait (pty, "-j2");
  e2e_pty_wait (pty, "TWO");
  e2e_pty_type (pty, "--");
  e2e_pty_wait (pty, "no fewer than 1");
  g_assert_null (strstr (pty->screen->str, "THREE"));
  e2e_fifo_write (stage->gate, "\n\n\n");
  text = finish_run (pty);
  e2e_assert_contains (text, "ONE\nTWO\nTHREE\nstatus 0\n");
}

/* A job is ended when that is confirmed, and is among those that failed. */
static void
test_ended (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2ePty) pty = start_jobs (stage, "-j2", "one two");
  g_autofree char *text = NULL;

  e2e_pty_wait (pty, "ONE");
  e2e_pty_wait (pty, "TWO");
  e2e_pty_type (pty, "jx");
  e2e_pty_wait (pty, "end job 2? y or n");
  e2e_pty_type (pty, "n\tx");
  e2e_pty_wait (pty, "no job has failed");
  e2e_pty_type (pty, "\tx");
  e2e_pty_wait (pty, "end job 2? y or n");
  e2e_pty_type (pty, "y\t");
  e2e_pty_wait (pty, "the user");
  e2e_pty_type (pty, "\r");
  e2e_pty_wait (pty, "what it wrote");
  e2e_pty_wait (pty, "TWO");
  e2e_fifo_write (stage->gate, "\n");
  text = finish_run (pty);
  e2e_assert_contains (g_strrstr (text, LEAVE), "ended by the user\n");
  e2e_assert_contains (text, "status 1\n");
}

/* What a job has written is looked at, and followed. */
static void
test_output (E2eStage *stage, gconstpointer data)
{
  /* A gate of its own for the end: else one job could pass both by what is meant for two. */
  E2eFifo *end = e2e_fifo_new (stage->dir, "exit");
  g_autofree char *run = g_strdup_printf (
      "$A --tui -j2 'seq -f {}-%%g 80 | tr a-z A-Z; read x <%s; echo {} last | tr a-z A-Z; "
      "read x <%s' ::: one two",
      stage->gate->path, end->path);
  g_autoptr (E2ePty) pty = start_run (run);
  g_autofree char *text = NULL;

  e2e_pty_wait (pty, "TWO-80");
  e2e_pty_type (pty, "\033[B\r");
  e2e_pty_wait (pty, "what it wrote");
  e2e_pty_wait (pty, "TWO-62");
  e2e_pty_wait (pty, "80");
  e2e_pty_type (pty, "g");
  e2e_pty_wait (pty, "to the end");
  e2e_pty_type (pty, "G");
  e2e_fifo_write (stage->gate, "\n\n");
  e2e_pty_wait (pty, "LAST");
  e2e_pty_type (pty, "\033");
  e2e_pty_wait (pty, "[Running");
  e2e_pty_type (pty, "?");
  e2e_pty_wait (pty, "leave the screen");
  e2e_pty_type (pty, " ");
  e2e_pty_wait (pty, "[Running");
  e2e_fifo_write (end, "\n\n");
  text = finish_run (pty);
  e2e_assert_contains (g_strrstr (text, LEAVE), "ONE-80\nONE LAST\nTWO-1\n");
  e2e_fifo_free (end);
}

/* ---- ways out ---- */

static void
check_way_of (const char *options, const char *job, const char *inputs, const char *status)
{
  g_autofree char *run = g_strdup_printf ("$A --tui -j1 %s '%s' ::: %s", options, job, inputs);
  g_autoptr (E2ePty) pty = start_run (run);
  g_autofree char *text = finish_run (pty);

  e2e_assert_contains (text, ENTER);
  e2e_assert_contains (text, status);
}

static void
check_way (const char *options, const char *job, const char *status)
{
  check_way_of (options, job, "a b", status);
}

static void
test_ways (void)
{
  check_way ("", "echo {} #", "a\nb\nstatus 0\n");
  check_way ("", "exit 3 #{}", "status 2\n");
  check_way ("--dry-run", "echo {}", "echo a\necho b\nstatus 0\n");
  check_way ("", "kill -TERM $APOOL_PID; sleep 1000 #{}", "status 143\n");
  /* It is taken while jobs are left, of which there are many: else all is done as it should be. */
  check_way_of ("", "kill -HUP $APOOL_PID #{}", "$(seq 500)", "status 129\n");
  check_way ("", "kill -KILL $PPID; sleep 1000 #{}", "status 2\n");
  check_way ("--halt now,fail=1", "exit 3 #{}", "status 3\n");
  check_way (">/dev/full", "echo {} #", "status 255\n");
}

/* Ctrl-C, once and twice. */
static void
test_interrupted (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2ePty) once = NULL;
  g_autoptr (E2ePty) twice = NULL;
  g_autofree char *text = NULL;

  once = start_run ("trap : INT; $A --tui 'echo {} | tr a-z A-Z; sleep 1000' ::: one");
  e2e_pty_wait (once, "ONE");
  e2e_pty_type (once, "\003");
  text = finish_run (once);
  e2e_assert_contains (g_strrstr (text, LEAVE), "ONE\n");
  e2e_assert_contains (text, "status 130\n");
  g_free (g_steal_pointer (&text));
  twice = start_run ("trap : INT; $A --tui --termseq TERM,1000000,KILL 'trap \"echo DEAF\" TERM; "
                     "echo {} | tr a-z A-Z; while :; do sleep 1000; done' ::: one");
  e2e_pty_wait (twice, "ONE");
  e2e_pty_type (twice, "\003");
  e2e_pty_wait (twice, "ENDING");
  e2e_pty_type (twice, "\003");
  text = finish_run (twice);
  e2e_assert_contains (text, "status 130\n");
}

/* Ctrl-Z gives the terminal to the shell as it was; fg shows the screen again. */
static void
test_stopped (E2eStage *stage, gconstpointer data)
{
  g_autofree char *run = g_strdup_printf (
      "set -m; $A --tui 'echo {} | tr a-z A-Z; read x <%s' ::: one; echo stopped; echo =====; stty "
      "-a | cat; echo =====; read y; echo shell got $y; fg",
      stage->gate->path);
  g_autoptr (E2ePty) pty = start_run (run);
  g_auto (GStrv) parts = NULL;

  e2e_pty_wait (pty, "ONE");
  e2e_pty_type (pty, "\032");
  e2e_pty_wait (pty, LEAVE);
  e2e_pty_wait (pty, "stopped\n");
  e2e_pty_wait (pty, RULE);
  e2e_pty_wait (pty, RULE);
  e2e_pty_type (pty, "line\n");
  e2e_pty_wait (pty, "shell got line\n");
  e2e_pty_wait (pty, ENTER);
  e2e_pty_wait (pty, "ONE");
  e2e_fifo_write (stage->gate, "\n");
  e2e_pty_wait (pty, LEAVE);
  e2e_pty_wait (pty, "ONE\n");
  e2e_pty_wait (pty, "status 0\n");
  e2e_pty_finish (pty);
  parts = g_strsplit (pty->screen->str, RULE, -1);
  g_assert_cmpuint (g_strv_length (parts), ==, 6);
  g_assert_cmpstr (parts[0], ==, parts[2]);
  g_assert_cmpstr (parts[0], ==, parts[4]);
}

/* In the background nothing is drawn; with fg it is shown again. */
static void
test_background (E2eStage *stage, gconstpointer data)
{
  g_autofree char *run = g_strdup_printf (
      "set -m; $A --tui 'echo {} | tr a-z A-Z; read x <%s; echo {} went on >%s; read x <%s' ::: "
      "one; bg; read y; echo shell got $y; fg",
      stage->gate->path, stage->reports->path, stage->gate->path);
  g_autoptr (E2ePty) pty = start_run (run);
  g_autofree char *report = NULL;
  g_autofree char *text = NULL;

  e2e_pty_wait (pty, "ONE");
  e2e_pty_type (pty, "\032");
  e2e_pty_wait (pty, LEAVE);
  e2e_pty_wait (pty, "[1]+");
  e2e_fifo_write (stage->gate, "\n");
  report = e2e_fifo_read_line (stage->reports);
  g_assert_cmpstr (report, ==, "one went on");
  e2e_pty_type (pty, "line\n");
  e2e_pty_wait (pty, "shell got line\n");
  e2e_pty_wait (pty, ENTER);
  e2e_fifo_write (stage->gate, "\n");
  text = finish_run (pty);
  e2e_assert_contains (text, "status 0\n");
  e2e_assert_count (text, ENTER, 2);
}

/* The same where nothing runs, so that nothing else has it shown again. */
static void
test_background_idle (E2eStage *stage, gconstpointer data)
{
  g_autofree char *run = g_strdup_printf (
      "set -m; $A --tui 'echo {} | tr a-z A-Z #' <%s 2>%s; bg; kill -USR1 %%1; read y; echo shell "
      "got $y; fg",
      stage->gate->path, stage->reports->path);
  g_autoptr (E2ePty) pty = start_run (run);
  g_autofree char *report = NULL;
  g_autofree char *text = NULL;

  e2e_pty_wait (pty, "no job runs");
  e2e_pty_type (pty, "p");
  e2e_pty_wait (pty, "no more jobs are started");
  e2e_pty_type (pty, "\032");
  e2e_pty_wait (pty, LEAVE);
  e2e_pty_wait (pty, "[1]+");
  report = e2e_fifo_read_until (stage->reports, "apool: "); /* it goes on, in the background */
  e2e_pty_type (pty, "line\n");
  e2e_pty_wait (pty, "shell got line\n");
  e2e_pty_wait (pty, ENTER);
  e2e_pty_wait (pty, "no job runs");
  e2e_pty_type (pty, "p");
  e2e_pty_wait (pty, "jobs are started again");
  e2e_fifo_write (stage->gate, "one\n");
  e2e_fifo_close (stage->gate);
  text = finish_run (pty);
  e2e_assert_contains (text, "ONE\nstatus 0\n");
}

/* A terminal without another screen keeps it, and what is printed has a row of its own. */
static void
test_one_screen (void)
{
  g_autoptr (E2ePty) pty = start_run ("export TERM=linux; $A --tui 'echo {} | tr a-z A-Z' ::: one");
  g_autofree char *text = finish_run (pty);
  const char *keys = strstr (text, "? help");

  g_assert_nonnull (keys);
  e2e_assert_contains (keys, "\033[J\033[24;1H"); /* from the last row on all is cleared */
  e2e_assert_contains (text, "ONE\nstatus 0\n");
}

/* Where no more can be kept back the run goes on without a screen. */
static void
test_full (E2eStage *stage, gconstpointer data)
{
  g_autofree char *run = g_strdup_printf (
      "$A --tui --tmp-limit 1M 'echo BEGIN; seq 1000000; read x <%s; echo END #' ::: a",
      stage->gate->path);
  g_autoptr (E2ePty) pty = start_run (run);
  g_autofree char *text = NULL;

  e2e_pty_wait (pty, ENTER);
  e2e_pty_wait (pty, LEAVE);
  e2e_pty_wait (pty, "BEGIN\n1\n2\n");
  e2e_pty_wait (pty, "1000000\n");
  e2e_fifo_write (stage->gate, "\n");
  text = finish_run (pty);
  e2e_assert_contains (text, "END\n");
  e2e_assert_contains (text, "apool: --tui: --tmpdir: full: ");
  e2e_assert_contains (text, "status 0\n");
}

/* The terminal goes away: so does the screen, and nothing hangs. */
static void
test_hung_up (E2eStage *stage, gconstpointer data)
{
  g_autofree char *run = g_strdup_printf (
      "trap '' HUP; $A --tui 'echo {} | tr a-z A-Z; read x <%s; echo {} end >%s' ::: one >%s",
      stage->gate->path, stage->reports->path, stage->errors->path);
  g_autoptr (E2ePty) pty = start_run (run);
  g_autofree char *report = NULL;

  e2e_pty_wait (pty, "ONE");
  e2e_pty_hang_up (pty);
  e2e_fifo_write (stage->gate, "\n");
  report = e2e_fifo_read_line (stage->reports);
  g_assert_cmpstr (report, ==, "one end");
}

/* ---- where there is none ---- */

static void
check_refused (const char *run, const char *message)
{
  g_autoptr (E2ePty) pty = start_run (run);
  g_autofree char *text = finish_run (pty);

  e2e_assert_contains (text, message);
  g_assert_null (strstr (text, ENTER));
}

static void
test_refused (void)
{
  check_refused ("TERM=dumb $A --tui echo ::: a", "apool: --tui: TERM: 'dumb': ");
  check_refused ("setsid -w $A --tui echo ::: a", "apool: --tui: needs a terminal: /dev/tty: ");
  check_refused ("set -m; $A --tui echo ::: a & wait", "apool: --tui: needs the terminal, which ");
  check_refused ("$A --tui echo", "apool: --tui: the inputs come from the terminal, too: ");
  check_refused ("$A --tui --tty echo ::: a", "apool: --tui: cannot be combined with --tty\n");
  check_refused ("$A --tui -o echo ::: a", "--tui: cannot be combined with --open-tty\n");
  check_refused ("$A --tui -p echo ::: a", "--tui: cannot be combined with --interactive\n");
  check_refused ("$A --tui -u echo ::: a", "--tui: cannot be combined with --ungroup\n");
  check_refused ("$A --tui --ll echo ::: a", "--tui: cannot be combined with --latest-line\n");
}

static void
add_tests (void)
{
  e2e_stage_add_test ("/tui/shown", test_shown);
  e2e_stage_add_test ("/tui/harmless", test_harmless);
  e2e_stage_add_test ("/tui/elsewhere", test_elsewhere);
  e2e_stage_add_test ("/tui/resized", test_resized);
  e2e_stage_add_test ("/tui/paused", test_paused);
  e2e_stage_add_test ("/tui/left-while-paused", test_left_while_paused);
  e2e_stage_add_test ("/tui/number", test_number);
  e2e_stage_add_test ("/tui/ended", test_ended);
  e2e_stage_add_test ("/tui/output", test_output);
  g_test_add_func ("/tui/ways", test_ways);
  e2e_stage_add_test ("/tui/interrupted", test_interrupted);
  e2e_stage_add_test ("/tui/stopped", test_stopped);
  e2e_stage_add_test ("/tui/background", test_background);
  e2e_stage_add_test ("/tui/background-idle", test_background_idle);
  g_test_add_func ("/tui/one-screen", test_one_screen);
  e2e_stage_add_test ("/tui/full", test_full);
  e2e_stage_add_test ("/tui/hung-up", test_hung_up);
  g_test_add_func ("/tui/refused", test_refused);
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, add_tests);
}
