/* SPDX-License-Identifier: MIT */
/*
 * What jobs do with their outputs: close them, leave them to others, open them by name, join them,
 * and die in the middle. What was written arrives, and what cannot arrive is said.
 */

#include <signal.h>
#include <string.h>

#include "e2e.h"

/* Longer than what is kept with a job until it ends, and than a pipe holds; but two pipes hold it,
 * the job's and ours, so that the job whose turn it is can write all of it although nobody reads.
 */
#define LONG_BYTES 110000

static int
get_patience_msec (void)
{
  return e2e_is_sanitized () ? 10000 : 1000;
}

/* The job is not over when its outputs are: the second one may not take its place before. */
static void
test_closes (E2eStage *stage, gconstpointer data)
{
  g_autofree char *hold = e2e_stage_make_hold (stage, ":", "$$ {}");
  g_autofree char *command =
      g_strdup_printf ("echo out {}; echo err {} >&2; exec >&- 2>&-; %s; exit {}", hold);
  g_autoptr (E2eRun) run = e2e_start ("-j1", command, ":::", "1", "0", NULL);

  (void) e2e_fifo_read_report (stage->reports, "1");
  g_assert_cmpuint (stage->reports->pending->len, ==, 0);
  e2e_fifo_write (stage->gate, "go\n");
  (void) e2e_fifo_read_report (stage->reports, "0");
  e2e_fifo_close (stage->gate);
  e2e_finish (run);
  e2e_assert_ended (run, 1);
  g_assert_cmpstr (run->out, ==, "out 1\nout 0\n");
  g_assert_cmpstr (run->err, ==, "err 1\nerr 0\n");
}

/* Each read of such a pipe gives one packet, however many there are. */
static void
test_packets (void)
{
  g_autoptr (GString) expected = g_string_new (NULL);
  g_autoptr (E2eRun) run = e2e_run ("1\n2\n3\n4\n", "-j2", e2e_testprog (), "packets", "{}.", NULL);

  for (int job = 1; job <= 4; job++)
    for (int i = 0; i < 10; i++)
      g_string_append_printf (expected, "%d.", job);
  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, expected->str);
}

/* A child of each job holds the pipe for ever. What the jobs wrote before arrives, and it is said,
 * once, that more could have come. */
static void
test_left_open (E2eStage *stage, gconstpointer data)
{
  g_autofree char *command =
      g_strdup_printf ("%s flood %d; echo end {}; %s leave %s", e2e_testprog (), LONG_BYTES,
                       e2e_testprog (), stage->reports->path);
  g_autoptr (E2eRun) run = e2e_run ("", "-j1", command, ":::", "1", "2", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpuint (run->out_length, ==, 2 * (LONG_BYTES + strlen ("end 1\n")));
  e2e_assert_contains (run->out, "end 1\n");
  g_assert_true (g_str_has_suffix (run->out, "end 2\n"));
  e2e_assert_contains (run->err, "apool: job 1: ");
  e2e_assert_count (run->err, "left its output open", 1);
  e2e_wait_gone (run, get_patience_msec ());
}

/* Who prints after the job has ended may be in time or not; it is one or the other. */
static void
test_late (void)
{
  g_autoptr (E2eRun) run = e2e_run (
      "", "bash -c 'echo first; echo second > >(sed \"s/^/late /\")' {}", ":::", "1", NULL);

  e2e_assert_ended (run, 0);
  if (strcmp (run->out, "first\n") == 0)
    e2e_assert_contains (run->err, "left its output open");
  else
    g_assert_cmpstr (run->out, ==, "first\nlate second\n");
}

/* As long as people say that it may take, there is no doubt about it: the second job has its slot
 * while what the first one left behind is still to print. */
static void
test_late_in_time (E2eStage *stage, gconstpointer data)
{
  g_autofree char *command =
      g_strdup_printf ("echo first {}; if [ {} = 1 ]; then { read x <%s; echo $x; } & else "
                       "echo late >%s; fi",
                       stage->gate->path, stage->gate->path);
  g_autoptr (E2eRun) run =
      e2e_run ("", "-j1", "--drain-timeout", "30", command, ":::", "1", "2", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "first 1\nlate\nfirst 2\n");
  g_assert_cmpstr (run->err, ==, "");
}

typedef struct
{
  const char *command;
  const char *out;
  const char *err;
} Case;

static void
test_case (gconstpointer data)
{
  const Case *the_case = data;
  g_autoptr (E2eRun) run = e2e_run ("", "-j2", the_case->command, ":::", "1", "2", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, the_case->out);
  g_assert_cmpstr (run->err, ==, the_case->err);
}

/* The same where standard output is a file: a job that opens its own must not truncate ours. */
static void
test_case_to_file (gconstpointer data)
{
  const Case *the_case = data;
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *script = g_strdup_printf ("\"$1\" -j2 '%s' ::: 1 2 >%s/out && cat %s/out",
                                             the_case->command, dir, dir);
  g_autoptr (E2eRun) run = e2e_shell ("", script);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, the_case->out);
  g_assert_cmpstr (run->err, ==, the_case->err);
}

static const struct
{
  const char *path;
  Case the_case;
} cases[] = {
  { "/writers/by-name",
    { "echo a {}; echo b {} >/dev/stdout; echo c {}; echo d {} >/dev/stderr",
      "a 1\nb 1\nc 1\na 2\nb 2\nc 2\n", "d 1\nd 2\n" } },
  { "/writers/tee",
    { "echo a {} | tee /dev/stderr; echo b {} | tee /dev/stderr", "a 1\nb 1\na 2\nb 2\n",
      "a 1\nb 1\na 2\nb 2\n" } },
  { "/writers/joined",
    { "exec 2>&1; echo a {}; echo b {} >&2; echo c {}", "a 1\nb 1\nc 1\na 2\nb 2\nc 2\n", "" } },
  { "/writers/joined/stderr",
    { "exec >&2; echo a {}; echo b {} >&2", "", "a 1\nb 1\na 2\nb 2\n" } },
  { "/writers/swapped",
    { "exec 3>&1 >&2 2>&3; echo a {}; echo b {} >&2", "b 1\nb 2\n", "a 1\na 2\n" } },
};

/* Each dies in the middle of a line, of what cannot be caught and of what can. */
static void
test_killed (gconstpointer data)
{
  g_autofree char *command =
      g_strdup_printf ("printf 'begin {} '; printf 'err {} ' >&2; %s fill 1 x %s; kill -s {} $$",
                       e2e_testprog (), (const char *) data);
  g_autoptr (E2eRun) run = e2e_run ("", "-j2", command, ":::", "KILL", "SEGV", "TERM", NULL);
  gsize bytes = (gsize) g_ascii_strtoull (data, NULL, 10);

  e2e_assert_ended (run, 3);
  g_assert_cmpuint (run->out_length, ==, strlen ("begin KILL begin SEGV begin TERM ") + 3 * bytes);
  e2e_assert_contains (run->out, "begin KILL ");
  e2e_assert_contains (run->out, "begin SEGV ");
  e2e_assert_contains (run->out, "begin TERM ");
  g_assert_cmpstr (run->err, ==, "err KILL err SEGV err TERM ");
}

/* The worker of two jobs dies. What it had passed on of the live one and of the waiting one is
 * printed, and both are named; nothing comes twice. */
static void
test_worker_killed (E2eStage *stage, gconstpointer data)
{
  g_autofree char *command =
      g_strdup_printf ("echo begin {}; %s fill 1 x %d; echo; echo end {}; exec %s wait %s {}",
                       e2e_testprog (), LONG_BYTES, e2e_testprog (), stage->reports->path);
  g_autoptr (E2eRun) run = e2e_start ("-j2", "--workers", "1", command, ":::", "1", "2", NULL);
  GPid job = e2e_fifo_read_report (stage->reports, NULL);
  g_autofree char *line = NULL;

  (void) e2e_fifo_read_report (stage->reports, NULL);
  line = e2e_read_line (run);
  g_assert_cmpstr (line, ==, "begin 1");
  g_assert_no_errno (kill (e2e_get_worker_of (run, job), SIGKILL));
  e2e_finish (run);
  e2e_assert_ended (run, 2);
  g_assert_cmpuint (run->out_length, ==,
                    2 * (LONG_BYTES + strlen ("\nend 1\n")) + strlen ("begin 2\n"));
  e2e_assert_count (run->out, "\nend 1\nbegin 2\nx", 1);
  g_assert_true (g_str_has_suffix (run->out, "x\nend 2\n"));
  e2e_assert_contains (run->err, "apool: job 1: ");
  e2e_assert_contains (run->err, "apool: job 2: ");
  e2e_assert_count (run->err, "lost: worker 1: killed by signal 9", 2);
  e2e_wait_gone (run, get_patience_msec ());
}

/* Jobs 1 and 2 are in the middle of their outputs, job 3 has ended: job 4, which writes nothing,
 * has its place. */
static E2eRun *
start_unfinished (E2eStage *stage, int bytes)
{
  g_autofree char *command = g_strdup_printf (
      "wait='%s wait %s {}'; [ {} != 4 ] || exec $wait; echo begin {}; %s fill 1 x %d; echo; "
      "echo end {}; [ {} = 3 ] || exec $wait",
      e2e_testprog (), stage->reports->path, e2e_testprog (), bytes);
  E2eRun *run = e2e_start ("-j3", command, ":::", "1", "2", "3", "4", NULL);

  for (guint i = 0; i < 3; i++)
    (void) e2e_fifo_read_report (stage->reports, NULL);
  return run;
}

static char *
make_output (int job, int bytes)
{
  g_autofree char *filling = g_strnfill ((gsize) bytes, 'x');

  return g_strdup_printf ("begin %d\n%s\nend %d\n", job, filling, job);
}

/* What is left is printed, each once and whole. Job 2 comes last, being ended by the signal, also
 * where job 1 has ended before it and has left it the turn. */
static void
check_terminated (E2eStage *stage, int bytes)
{
  g_autofree char *first = make_output (1, bytes);
  g_autofree char *second = make_output (2, bytes);
  g_autofree char *third = make_output (3, bytes);
  g_autofree char *expected = g_strconcat (third, second, NULL);
  g_autoptr (E2eRun) run = start_unfinished (stage, bytes);
  gsize length = strlen (first);
  g_autofree char *live = g_malloc0 (length + 1);

  for (gsize done = 0; done < length;)
    done += e2e_read (run, live + done, length - done);
  g_assert_cmpstr (live, ==, first);
  e2e_kill (run, SIGTERM);
  e2e_finish (run);
  g_assert_cmpint (run->signal, ==, SIGTERM);
  g_assert_cmpstr (run->err, ==, "");
  g_assert_cmpstr (run->out, ==, expected);
  e2e_wait_gone (run, get_patience_msec ());
}

static void
test_terminated (E2eStage *stage, gconstpointer data)
{
  check_terminated (stage, 5);
}

static void
test_terminated_long (E2eStage *stage, gconstpointer data)
{
  check_terminated (stage, LONG_BYTES);
}

/* Ends a run by two signals, the second one when its job that heeds none has heard the first. */
static void
interrupt_twice (E2eStage *stage, E2eRun *run)
{
  g_autofree char *term = NULL;

  e2e_kill (run, SIGINT);
  term = e2e_fifo_read_line (stage->reports);
  g_assert_cmpstr (term, ==, "term");
  e2e_kill (run, SIGINT);
  e2e_wait_process (run->pid);
  e2e_finish (run);
  g_assert_cmpint (run->signal, ==, SIGINT);
  e2e_wait_gone (run, get_patience_msec ());
}

/* The first job does not end by the first signal, and keeps the outputs of jobs 2 and 3 waiting.
 * Nobody reads them after the second one, which ends job 4 too: what of them was not printed is
 * counted. */
static void
test_dropped (E2eStage *stage, gconstpointer data)
{
  g_autofree char *command = g_strdup_printf (
      "case {} in 1) exec %s ignore-term %s;; 4) exec %s wait %s {};; esac; %s flood %d",
      e2e_testprog (), stage->reports->path, e2e_testprog (), stage->reports->path, e2e_testprog (),
      LONG_BYTES);
  g_autoptr (E2eRun) run = e2e_start ("-j2", command, ":::", "1", "2", "3", "4", NULL);

  (void) e2e_fifo_read_report (stage->reports, NULL);
  (void) e2e_fifo_read_report (stage->reports, NULL);
  interrupt_twice (stage, run);
  g_assert_cmpuint (run->out_length, <, 2 * LONG_BYTES);
  e2e_assert_contains (run->err, "apool: ended: outputs dropped: ");
}

/* The output of job 1 was taken to be printed, but the pipe was too small for all of it. With tags,
 * since without them it would have stayed in the pipe of the job. */
static void
test_dropped_behind_pipe (E2eStage *stage, gconstpointer data)
{
  const gsize bytes = 150000;
  g_autofree char *command =
      g_strdup_printf ("[ {} = 1 ] || exec %s ignore-term %s; %s flood %" G_GSIZE_FORMAT,
                       e2e_testprog (), stage->reports->path, e2e_testprog (), bytes);
  g_autoptr (E2eRun) run = e2e_start ("-j1", "--tag", command, ":::", "1", "2", NULL);

  (void) e2e_fifo_read_report (stage->reports, "ready");
  interrupt_twice (stage, run);
  g_assert_cmpuint (run->out_length, <, bytes);
  g_assert_cmpstr (run->err, ==, "apool: ended: outputs dropped: 2\n");
}

/* Files of results cannot grow: of the live job, and of one that waits. */
static void
test_results_full (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *script =
      g_strdup_printf ("cd %s && ulimit -f 64 && \"$1\" -j2 --results results \"$2 flood 1000000; "
                       ": {}\" ::: 1 2 | wc -c; echo ${PIPESTATUS[0]}",
                       dir);
  g_autoptr (E2eRun) run = e2e_shell ("", script);

  e2e_assert_ended (run, 0);
  g_assert_true (g_str_has_suffix (run->out, "\n255\n"));
  g_assert_true (g_str_has_prefix (run->err, "apool: --results: 'results/1/"));
  e2e_assert_contains (run->err, "File too large");
  e2e_wait_gone (run, get_patience_msec ());
}

/* No one may make a folder there, whoever it is. */
static void
test_results_nowhere (void)
{
  g_autoptr (E2eRun) run =
      e2e_run ("", "-j1", "--results", "/proc/apool", "echo", ":::", "1", "2", NULL);

  e2e_assert_ended (run, 2);
  g_assert_cmpstr (run->out, ==, "");
  e2e_assert_contains (run->err, "apool: job 1: cannot be started: ");
  e2e_assert_contains (run->err, "apool: job 2: cannot be started: ");
  e2e_assert_count (run->err, "--results: '/proc/apool/", 2);
}

static void
add_tests (void)
{
  e2e_stage_add_test ("/writers/closes", test_closes);
  e2e_stage_add_test ("/writers/left-open", test_left_open);
  g_test_add_func ("/writers/packets", test_packets);
  g_test_add_func ("/writers/late", test_late);
  e2e_stage_add_test ("/writers/late/in-time", test_late_in_time);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *to_file = g_strconcat (cases[i].path, "/to-file", NULL);

      g_test_add_data_func (cases[i].path, &cases[i].the_case, test_case);
      g_test_add_data_func (to_file, &cases[i].the_case, test_case_to_file);
    }
  g_test_add_data_func ("/writers/killed", "10", test_killed);
  g_test_add_data_func ("/writers/killed/long", "200000", test_killed);
  e2e_stage_add_test ("/writers/worker-killed", test_worker_killed);
  e2e_stage_add_test ("/writers/terminated", test_terminated);
  e2e_stage_add_test ("/writers/terminated/long", test_terminated_long);
  e2e_stage_add_test ("/writers/dropped", test_dropped);
  e2e_stage_add_test ("/writers/dropped/behind-pipe", test_dropped_behind_pipe);
  g_test_add_func ("/writers/results-full", test_results_full);
  g_test_add_func ("/writers/results-nowhere", test_results_nowhere);
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, add_tests);
}
