/* SPDX-License-Identifier: MIT */
/* Outputs that are compressed while they wait, and in files. */

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

#include "e2e.h"

/* Job 1 ends last, so that what the others print waits: far more than there is room for as it is,
 * and job 1 waits for them to have written all of it. Then the sums of what is printed and of what
 * should be. */
static E2eRun *
run_in_little_room (const char *options)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autoptr (E2eFifo) gate = e2e_fifo_new (dir, "gate");
  g_autofree char *script = g_strdup_printf (
      "(ulimit -f 20000; \"$1\" -j3 --tmpdir %s %s '"
      "[ {} = 1 ] && exec 3<%s && read x <&3 && read x <&3; "
      "yes \"some text of job {}\" | head -c 30000000; echo >%s' ::: 1 2 3; echo $? >&2) | md5sum; "
      "for i in 1 2 3; do yes \"some text of job $i\" | head -c 30000000; done | md5sum",
      dir, options, gate->path, gate->path);

  return e2e_shell ("", script);
}

static void
check_enough (const char *options)
{
  g_autoptr (E2eRun) run = run_in_little_room (options);
  g_auto (GStrv) lines = NULL;

  g_assert_cmpstr (run->err, ==, "0\n");
  lines = g_strsplit (run->out, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 3);
  g_assert_cmpstr (lines[0], ==, lines[1]);
}

static void
test_room (void)
{
  check_enough ("--compress");
  check_enough ("--compress-program 'gzip -1'");
}

/* What is in the files is what the program turns back, and of nothing it is nothing. */
static void
check_files (const char *option, const char *back)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *script = g_strdup_printf (
      "\"$1\" '%s' --tmpdir %s --files -j2 'seq {}' ::: 400000 0 10 > %s/names; cd %s; "
      "set -- $(cat names); cat \"$@\" | %s | md5sum; (seq 400000; seq 10) | md5sum; "
      "test $(wc -c < $1) -lt 1500000 && ! test -s $2 && echo small",
      option, dir, dir, dir, back);
  g_autoptr (E2eRun) run = e2e_shell ("", script);
  g_auto (GStrv) lines = g_strsplit (run->out, "\n", -1);

  g_assert_cmpstr (run->err, ==, "");
  g_assert_cmpuint (g_strv_length (lines), ==, 4);
  g_assert_cmpstr (lines[0], ==, lines[1]);
  g_assert_cmpstr (lines[2], ==, "small");
}

static void
test_files (void)
{
  check_files ("--compress", "gzip -dc");
  check_files ("--use-compress-program=gzip -9", "gzip -dc");
}

static void
test_results (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *script = g_strdup_printf (
      "\"$1\" --compress --results %s --tag 'echo out {}; echo err >&2' ::: a; cd %s/1/a && "
      "gzip -dc stdout && gzip -dc stderr && cat seq",
      dir, dir);
  g_autoptr (E2eRun) run = e2e_shell ("", script);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "a\tout a\nout a\nerr\n1");
  g_assert_cmpstr (run->err, ==, "a\terr\n");
}

/* The pipes to the programs are counted: where there is no room for them fewer jobs run. */
static void
test_few_files (void)
{
  for (guint limit = 18; limit <= 26; limit += 2)
    {
      g_autofree char *script = g_strdup_printf (
          "ulimit -n %u; seq 60 | \"$1\" -j4 --compress-program gzip 'seq 3000; echo {}' | md5sum; "
          "for i in $(seq 60); do seq 3000; echo $i; done | md5sum",
          limit);
      g_autoptr (E2eRun) run = e2e_shell ("", script);
      g_auto (GStrv) lines = g_strsplit (run->out, "\n", -1);

      g_assert_cmpuint (g_strv_length (lines), ==, 3);
      g_assert_cmpstr (lines[0], ==, lines[1]);
    }
}

/* What is of no use is found before any job is run. */
static void
test_refused (void)
{
  g_autoptr (E2eRun) run = e2e_run ("", "--compress-program", "exit 3;", "--decompress-program",
                                    "cat", "echo", ":::", "a", NULL);

  e2e_assert_ended (run, 255);
  g_assert_cmpstr (run->out, ==, "");
  g_assert_cmpstr (run->err, ==, "apool: --compress-program: 'exit 3;': ended with status 3\n");
}

/* One that gives out later ends the run. */
static void
test_gives_out (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *program =
      g_strdup_printf ("if mkdir %s/once 2>/dev/null; then cat; else exit 5; fi", dir);
  g_autofree char *said =
      g_strdup_printf ("apool: --compress-program: '%s': ended with status 5\n", program);
  g_autoptr (E2eFifo) gate = e2e_fifo_new (dir, "gate");
  g_autofree char *command = g_strdup_printf ("[ {} = 1 ] && read x <%s; seq {}000000", gate->path);
  g_autoptr (E2eRun) run = e2e_run ("", "-j2", "--compress-program", program,
                                    "--decompress-program", "cat", command, ":::", "1", "2", NULL);

  e2e_assert_ended (run, 255);
  g_assert_cmpstr (run->err, ==, said);
}

/* Job 2's output waits for job 1's end, and is compressed meanwhile: by a program that says so,
 * when it runs for the second time, and then does @work. Returns when it has said so. */
static E2eRun *
start_at_work (const char *dir, E2eFifo *reports, const char *work)
{
  g_autofree char *program =
      g_strdup_printf ("mkdir %s/once 2>/dev/null || { echo at work >%s; %s; }; exec gzip", dir,
                       reports->path, work);
  g_autoptr (E2eFifo) gate = e2e_fifo_new (dir, "never");
  g_autofree char *command = g_strdup_printf ("[ {} = 1 ] && read x <%s; seq {}0000", gate->path);
  E2eRun *run = e2e_start ("-j2", "--compress-program", program, "--decompress-program", "gzip -dc",
                           command, ":::", "1", "2", NULL);
  g_autofree char *line = e2e_fifo_read_line (reports);

  g_assert_cmpstr (line, ==, "at work");
  return run;
}

/* One that hangs does not keep us from ending. */
static void
test_signal (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autoptr (E2eFifo) reports = e2e_fifo_new (dir, "reports");
  g_autoptr (E2eRun) run = start_at_work (dir, reports, "exec sleep 1000");

  e2e_kill (run, SIGTERM);
  e2e_finish (run);
  g_assert_cmpint (run->signal, ==, SIGTERM);
  g_assert_cmpstr (run->out, ==, "");
  e2e_assert_contains (run->err, "apool: --compress-program: 'mkdir ");
  e2e_assert_contains (run->err, "': killed: not done 2 seconds after a signal\n");
  e2e_assert_contains (run->err, "apool: ended: outputs dropped: 1\n");
}

/* Both come at once, so that it does not matter how fast we are. */
static void
test_two_signals (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autoptr (E2eFifo) reports = e2e_fifo_new (dir, "reports");
  g_autoptr (E2eRun) run = start_at_work (dir, reports, "exec sleep 1000");

  e2e_kill (run, SIGSTOP);
  e2e_kill (run, SIGINT);
  e2e_kill (run, SIGTERM);
  e2e_kill (run, SIGCONT);
  e2e_finish (run);
  g_assert_true (run->signal == SIGINT || run->signal == SIGTERM);
  g_assert_cmpstr (run->out, ==, "");
  e2e_assert_contains (run->err, "': killed: a second signal came\n");
  e2e_assert_contains (run->err, "apool: ended: outputs dropped: 1\n");
}

/* One that works ends its work, and the output is printed. */
static void
test_signal_at_work (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autoptr (E2eFifo) reports = e2e_fifo_new (dir, "reports");
  g_autoptr (E2eFifo) gate = e2e_fifo_new (dir, "gate");
  g_autofree char *work = g_strdup_printf ("read x <%s", gate->path);
  g_autoptr (E2eRun) run = start_at_work (dir, reports, work);

  e2e_kill (run, SIGTERM);
  e2e_fifo_write (gate, "go\n");
  e2e_finish (run);
  g_assert_cmpint (run->signal, ==, SIGTERM);
  g_assert_cmpstr (run->err, ==, "");
  g_assert_true (g_str_has_suffix (run->out, "\n19999\n20000\n"));
}

static void
add_tests (void)
{
  g_test_add_func ("/compress/room", test_room);
  g_test_add_func ("/compress/files", test_files);
  g_test_add_func ("/compress/results", test_results);
  g_test_add_func ("/compress/few-files", test_few_files);
  g_test_add_func ("/compress/refused", test_refused);
  g_test_add_func ("/compress/gives-out", test_gives_out);
  g_test_add_func ("/compress/signal", test_signal);
  g_test_add_func ("/compress/two-signals", test_two_signals);
  g_test_add_func ("/compress/signal-at-work", test_signal_at_work);
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, add_tests);
}
