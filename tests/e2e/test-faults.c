/* SPDX-License-Identifier: MIT */
/* What goes wrong: commands, options, inputs, disks. Each ends with a clear message. */

#include <signal.h>
#include <string.h>

#include "e2e.h"

/* A message of apool's own, not of a job. */
static void
assert_explained (E2eRun *run, const char *part)
{
  g_assert_true (g_str_has_prefix (run->err, "apool: "));
  e2e_assert_contains (run->err, part);
}

/* The shell looks for the command, in its own words and with its own status; the others run. */
static void
test_missing_command (void)
{
  g_autoptr (E2eRun) run =
      e2e_run ("", "-j1", "{}", ":::", "echo 1", "no-such-command", "echo 2", NULL);
  g_autoptr (E2eRun) fixed = e2e_run ("", "no-such-command", ":::", "a", "b", NULL);

  e2e_assert_ended (run, 1);
  g_assert_cmpstr (run->out, ==, "1\n2\n");
  e2e_assert_contains (run->err, "no-such-command");
  e2e_assert_contains (run->err, "not found");
  e2e_assert_ended (fixed, 2);
  e2e_assert_contains (fixed->err, "no-such-command");
  e2e_assert_contains (fixed->err, "not found");
}

static void
test_not_executable (void)
{
  g_autoptr (E2eRun) run = e2e_run ("", "/etc/passwd", ":::", "a", NULL);
  g_autoptr (E2eRun) folder = e2e_run ("", "/etc", ":::", "a", NULL);

  e2e_assert_ended (run, 1);
  e2e_assert_contains (run->err, "/etc/passwd");
  e2e_assert_ended (folder, 1);
  e2e_assert_contains (folder->err, "/etc");
}

/* 126 and 127 are the shell's statuses, a job's own. */
static void
test_shell_status (void)
{
  g_autoptr (E2eRun) run = e2e_run ("", "-j1", "sh -c {}; echo $?", ":::", "no-such-command 2>&-",
                                    "/etc/passwd 2>&-", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "127\n126\n");
}

/* The kernel takes no argument of more than 128 KiB: its job fails, by line number. */
static void
check_too_long (const char *first_word)
{
  g_autofree char *line = g_strnfill (200 * 1000, 'q');
  g_autofree char *input = g_strconcat ("a\n", line, "\nb\n", NULL);
  g_autoptr (E2eRun) run = e2e_run (input, "-j2", first_word, e2e_testprog (), "lengths", NULL);

  e2e_assert_ended (run, 1);
  g_assert_cmpstr (run->out, ==, "1\n1\n");
  assert_explained (run, "line 2");
}

static void
test_too_long (void)
{
  check_too_long ("env");
}

static void
test_too_long_for_shell (void)
{
  check_too_long (":;");
}

static void
test_unknown_option (void)
{
  g_autoptr (E2eRun) run = e2e_run ("", "--unorderd", "echo", ":::", "a", NULL);
  g_autoptr (E2eRun) letter = e2e_run ("", "-\xff", "echo", ":::", "a", NULL);

  e2e_assert_ended (run, 255);
  g_assert_cmpstr (run->out, ==, "");
  assert_explained (run, "--unorderd");
  e2e_assert_contains (run->err, "--unordered");
  e2e_assert_ended (letter, 255);
  g_assert_cmpstr (letter->out, ==, "");
}

static void
test_bad_number (void)
{
  g_autoptr (E2eRun) run = e2e_run ("", "-jmany", "echo", ":::", "a", NULL);

  e2e_assert_ended (run, 255);
  g_assert_cmpstr (run->out, ==, "");
  assert_explained (run, "many");
}

/* The first job holds its turn, so that the second one's output must be kept somewhere. */
static void
test_tmpdir (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autoptr (E2eFifo) gate = e2e_fifo_new (dir, "gate");
  g_autofree char *command = g_strdup_printf (
      "if [ {} = 1 ]; then read x <%s; else %s flood 50000000; fi", gate->path, e2e_testprog ());
  g_autoptr (E2eRun) run =
      e2e_start ("-j2", "--tmpdir", "/nonexistent/folder", command, ":::", "1", "2", NULL);

  e2e_finish (run);
  e2e_assert_ended (run, 255);
  g_assert_cmpstr (run->out, ==, "");
  assert_explained (run, "/nonexistent/folder");
  e2e_wait_gone (run, 1000);
}

/* There is a folder, and no more space in it: the limit on the size of files stands for a full
 * disk. It cannot hold what no job may print before it ends. */
static void
test_full_tmpdir (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *script = g_strdup_printf (
      "ulimit -f 1000; \"$1\" -j2 --retries 2 --tmpdir %s %s flood ::: 50000000 60000000", dir,
      e2e_testprog ());
  g_autofree char *message =
      g_strdup_printf ("apool: --tmpdir: %s: full: File too large; use another --tmpdir\n", dir);
  g_autoptr (E2eRun) run = e2e_shell ("", script);

  e2e_assert_ended (run, 255);
  g_assert_cmpstr (run->out, ==, "");
  g_assert_cmpstr (run->err, ==, message);
  e2e_wait_gone (run, 1000);
}

/* The same: what waits for the first job has to do so in the second one, until that has its turn.
 */
static void
test_full_tmpdir_helps (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *script = g_strdup_printf (
      "ulimit -f 1000; \"$1\" -j4 --tmpdir %s %s flood ::: 20000000 20000001 20000002 20000003 | "
      "wc -c",
      dir, e2e_testprog ());
  g_autoptr (E2eRun) run = e2e_shell ("", script);

  e2e_assert_ended (run, 0);
  g_assert_cmpint (atoi (run->out), ==, 80000006);
}

static void
test_full_disk (void)
{
  g_autoptr (E2eRun) run = e2e_shell ("", "\"$1\" echo ::: a b >/dev/full");

  e2e_assert_ended (run, 255);
  assert_explained (run, "No space left on device");
}

/* An input that cannot be read is not an empty one. */
static void
test_closed_stdin (void)
{
  g_autoptr (E2eRun) run = e2e_shell ("", "\"$1\" echo <&-");
  g_autoptr (E2eRun) unused = e2e_shell ("", "\"$1\" cat '{#}' ::: 1 <&- 2>&1 | wc -l");

  e2e_assert_ended (run, 255);
  assert_explained (run, "Bad file descriptor");
  e2e_assert_ended (unused, 0);
}

static void
test_closed_stdout (void)
{
  g_autoptr (E2eRun) run = e2e_shell ("", "\"$1\" echo ::: a b >&-");

  e2e_assert_ended (run, 255);
  assert_explained (run, "Bad file descriptor");
}

/* Fewer descriptors than the jobs would like: outputs come in pieces, and jobs wait for others;
 * where it is clear from the beginning that all cannot run at once that is said. */
static void
test_few_descriptors (void)
{
  for (int limit = 24; limit <= 40; limit += 8)
    {
      g_autofree char *script = g_strdup_printf (
          "ulimit -n %d; seq 16 | \"$1\" -j16 --workers 2 '%s flood 200000; echo done {}' | "
          "grep -a -c done",
          limit, e2e_testprog ());
      g_autoptr (E2eRun) run = e2e_shell ("", script);

      e2e_assert_ended (run, 0);
      g_assert_cmpstr (run->out, ==, "16\n");
      g_assert_cmpstr (run->err, ==,
                       limit < 32 ? "apool: --jobs: 16: only 8, since no more than 24 files may be "
                                    "open: raise the hard limit\n"
                                  : "");
    }
}

/* As any shell would, and unlike execve(): a name without a slash is not looked for here. */
static void
test_not_in_path (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *script = g_strdup_printf (
      "cd %s && printf '#!/bin/sh\\necho ran\\n' >here && chmod +x here && \"$1\" --no-shell here "
      "::: a; s=$?; rm here; exit $s",
      dir);
  g_autoptr (E2eRun) run = e2e_shell ("", script);

  e2e_assert_ended (run, 1);
  g_assert_cmpstr (run->out, ==, "");
  assert_explained (run, "No such file or directory");
}

/* The reader goes: apool and its jobs end quietly. */
static void
test_head (void)
{
  g_autoptr (E2eRun) run =
      e2e_shell ("", "yes | \"$1\" -j4 echo | head -n 1; echo ${PIPESTATUS[1]}");

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "y\n141\n");
  g_assert_cmpstr (run->err, ==, "");
  e2e_wait_gone (run, 1000);
}

/* The same while the only job prints and never ends. */
static void
test_reader_goes (void)
{
  g_autoptr (E2eRun) run = e2e_start ("yes", ":::", "a", NULL);
  g_autofree char *line = e2e_read_line (run);

  g_assert_cmpstr (line, ==, "a");
  e2e_close_output (run);
  e2e_finish (run);
  g_assert_cmpint (run->signal, ==, SIGPIPE);
  g_assert_cmpstr (run->err, ==, "");
  e2e_wait_gone (run, 1000);
}

/* A grandchild on the job's pipe holds up neither the job nor the run. */
static void
test_grandchild_holds_pipe (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autoptr (E2eFifo) reports = e2e_fifo_new (dir, "reports");
  g_autoptr (E2eRun) run =
      e2e_run ("", "-j1", e2e_testprog (), "leave", reports->path, "{}", ":::", "a", "b", NULL);

  e2e_assert_ended (run, 0);
  e2e_wait_gone (run, 1000);
}

/* Nobody reads what is said of thousands of bad inputs: signals are heard all the same. */
static void
test_unread_notices (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autoptr (E2eFifo) reports = e2e_fifo_new (dir, "reports");
  g_autoptr (E2eFifo) errors = e2e_fifo_new (dir, "errors");
  g_autofree char *script =
      g_strdup_printf ("set -m; exec 3<>%s; { echo %s; yes x | head -n 100000 | tr x '\\0'; } | "
                       "exec \"$1\" -j1 \"$2\" ignore-term 2>%s & apool=$!; "
                       "read -r ready <&3; kill -s INT $apool; read -r term <&3; echo $term; "
                       "kill -s INT $apool; wait $apool; echo $?",
                       reports->path, reports->path, errors->path);
  g_autoptr (E2eRun) run = e2e_shell ("", script);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "term\n130\n");
  e2e_wait_gone (run, 1000);
}

/* Half a line of the job that prints stands on standard error when there is something to be said:
 * it is said when the line is complete. The third job starts when the second one was refused. */
static void
test_notice_waits_for_line (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autoptr (E2eFifo) gate = e2e_fifo_new (dir, "gate");
  g_autoptr (E2eFifo) reports = e2e_fifo_new (dir, "reports");
  g_autoptr (E2eFifo) errors = e2e_fifo_new (dir, "errors");
  g_autofree char *command =
      g_strdup_printf ("if [ {} = 1 ]; then printf %%0100000d 0 >&2; read x <%s; echo end >&2; "
                       "else echo third >%s; fi",
                       gate->path, reports->path);
  g_autofree char *script = g_strdup_printf (
      "exec 3<>%s 4<>%s; "
      "{ echo 1; head -c 100000 <&4 >/dev/null; printf 'b\\0d\\n3\\n'; read -r x <&3; echo >%s; } "
      "| "
      "\"$1\" -j2 '%s' 2>&4; echo $?; read -r end <&4; read -r notice <&4; echo \"$end\"; "
      "echo \"$notice\"",
      reports->path, errors->path, gate->path, command);
  g_autoptr (E2eRun) run = e2e_shell ("", script);

  e2e_assert_ended (run, 0);
  g_assert_true (g_str_has_prefix (run->out, "1\nend\napool: job 2: "));
  e2e_assert_contains (run->out, "line 2");
}

static void
add_tests (void)
{
  g_test_add_func ("/faults/missing-command", test_missing_command);
  g_test_add_func ("/faults/not-executable", test_not_executable);
  g_test_add_func ("/faults/shell-status", test_shell_status);
  g_test_add_func ("/faults/too-long", test_too_long);
  g_test_add_func ("/faults/too-long-for-shell", test_too_long_for_shell);
  g_test_add_func ("/faults/unknown-option", test_unknown_option);
  g_test_add_func ("/faults/bad-number", test_bad_number);
  g_test_add_func ("/faults/tmpdir", test_tmpdir);
  g_test_add_func ("/faults/full-tmpdir", test_full_tmpdir);
  g_test_add_func ("/faults/full-tmpdir-helps", test_full_tmpdir_helps);
  g_test_add_func ("/faults/full-disk", test_full_disk);
  g_test_add_func ("/faults/closed-stdin", test_closed_stdin);
  g_test_add_func ("/faults/closed-stdout", test_closed_stdout);
  g_test_add_func ("/faults/few-descriptors", test_few_descriptors);
  g_test_add_func ("/faults/not-in-path", test_not_in_path);
  g_test_add_func ("/faults/head", test_head);
  g_test_add_func ("/faults/reader-goes", test_reader_goes);
  g_test_add_func ("/faults/grandchild-holds-pipe", test_grandchild_holds_pipe);
  g_test_add_func ("/faults/unread-notices", test_unread_notices);
  g_test_add_func ("/faults/notice-waits-for-line", test_notice_waits_for_line);
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, add_tests);
}
