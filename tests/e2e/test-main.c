/* SPDX-License-Identifier: MIT */
/* What a user sees first: commands, placeholders, exit statuses, what jobs are given. */

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "e2e.h"

static void
test_readme (void)
{
  g_autoptr (E2eRun) run = e2e_shell ("", "seq 10 | \"$1\" -j8 echo 'job <>'");

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->err, ==, "");
  g_assert_cmpstr (run->out, ==,
                   "job 1\njob 2\njob 3\njob 4\njob 5\njob 6\njob 7\njob 8\njob 9\njob 10\n");
}

static void
test_arguments (void)
{
  g_autoptr (E2eRun) run = e2e_run ("not read\n", "-j2", "echo", "x{}y", ":::", "a", "b", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "xay\nxby\n");
}

static void
test_appended (void)
{
  g_autoptr (E2eRun) run = e2e_run ("a\nb c\n", "echo", "got", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "got a\ngot b c\n");
}

static void
test_number (void)
{
  g_autoptr (E2eRun) run = e2e_run ("", "-j1", "echo", "{#} {%} {}", ":::", "a", "b", "c", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "1 1 a\n2 1 b\n3 1 c\n");
}

/* {#} stands for no value, but where it is alone nothing is appended. */
static void
test_number_alone (void)
{
  g_autoptr (E2eRun) run = e2e_run ("", "echo", "{#}", ":::", "a", "b", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "1\n2\n");
}

static void
test_angle (void)
{
  g_autoptr (E2eRun) run = e2e_run ("", "echo", "<>-<>", ":::", "a", "b", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "a-a\nb-b\n");
}

/* {#} stands for no input value: <> keeps its meaning beside it. */
static void
test_angle_beside_number (void)
{
  g_autoptr (E2eRun) run = e2e_run ("", "echo", "{#}", "<>", ":::", "a", "b", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "1 a\n2 b\n");
}

/* Where {} stands for the value, <> is the shell's: it opens a file for reading and writing. */
static void
test_angle_literal (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *path = g_build_filename (dir, "file", NULL);
  g_autofree char *command = g_strdup_printf ("echo {} 1<>%s; cat %s", path, path);
  g_autoptr (E2eRun) run = e2e_run ("", command, ":::", "a", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "a\n");
}

static void
test_shell_command (void)
{
  g_autoptr (E2eRun) run =
      e2e_run ("", "printf '%s|' {}; echo {} | wc -c", ":::", "a b", "$HOME;x", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "a b|4\n$HOME;x|8\n");
}

static void
test_attached_options (void)
{
  g_autoptr (E2eRun) run = e2e_run ("", "-kj2", "echo", ":::", "a", "b", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "a\nb\n");
}

static void
test_failures_are_counted (void)
{
  g_autoptr (E2eRun) run =
      e2e_run ("", e2e_testprog (), "exit", ":::", "0", "3", "0", "1", "255", NULL);

  e2e_assert_ended (run, 3);
}

static void
check_many_failures (guint n_jobs, int expected_status)
{
  g_autoptr (GString) input = g_string_new (NULL);
  g_autoptr (E2eRun) run = NULL;

  for (guint i = 0; i < n_jobs; i++)
    g_string_append (input, "x\n");
  run = e2e_run (input->str, "-j4", "false", NULL);
  e2e_assert_ended (run, expected_status);
}

static void
test_hundred_failures (void)
{
  check_many_failures (100, 100);
}

static void
test_too_many_failures (void)
{
  check_many_failures (101, 101);
}

static void
test_killed_job (void)
{
  g_autoptr (E2eRun) run = e2e_run ("", e2e_testprog (), "signal", ":::", "9", "15", NULL);

  e2e_assert_ended (run, 2);
}

static void
test_no_input (void)
{
  g_autoptr (E2eRun) run = e2e_run ("", "echo", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "");
}

static void
test_unfinished_line (void)
{
  g_autoptr (E2eRun) run = e2e_run ("a\nb", "echo", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "a\nb\n");
}

/* The first job runs and prints while the input is still open. */
static void
test_lazy (void)
{
  g_autoptr (E2eRun) run = e2e_start ("-j2", "echo", "got", NULL);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  e2e_write (run, "a\n");
  first = e2e_read_line (run);
  g_assert_cmpstr (first, ==, "got a");
  e2e_write (run, "b\n");
  second = e2e_read_line (run);
  g_assert_cmpstr (second, ==, "got b");
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "");
}

static void
test_process_group (void)
{
  g_autoptr (E2eRun) run = e2e_run ("", e2e_testprog (), "pgid", "{#}", ":::", "a", "b", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "leader\nleader\n");
}

static void
test_job_variable (void)
{
  g_autoptr (E2eRun) run = e2e_run ("", "echo {#} $APOOL_JOB", ":::", "a", "b", NULL);

  e2e_assert_ended (run, 0);
  g_assert_true (g_regex_match_simple ("^1 [^. \\n]+\\.1\\.[0-9]+\\n2 [^. \\n]+\\.2\\.[0-9]+\\n$",
                                       run->out, 0, 0));
}

/* Nothing of apool's own is open in a job, no signal is blocked or ignored. */
static void
test_clean_start (void)
{
  g_autoptr (E2eRun) fds = e2e_run ("", e2e_testprog (), "fds", "{#}", ":::", "a", NULL);
  g_autoptr (E2eRun) signals = e2e_run ("", e2e_testprog (), "sigs", "{#}", ":::", "a", NULL);

  e2e_assert_ended (fds, 0);
  g_assert_cmpstr (fds->out, ==, "0\n1\n2\n");
  e2e_assert_ended (signals, 0);
  g_assert_cmpstr (signals->out, ==, "");
}

/* Ignored at the start stay those that nohup and a script's background mean; no other one. */
static void
test_ignored_signals (void)
{
  g_autoptr (E2eRun) run =
      e2e_shell ("", "trap '' HUP QUIT USR1 PIPE; exec \"$1\" \"$2\" sigs '{#}' ::: a");

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "ignored 1\nignored 3\n");
}

static void
test_descriptors_inherited (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *script =
      g_strdup_printf ("\"$1\" 'echo {} >&3' ::: a 3>%s/f && cat %s/f", dir, dir);
  g_autoptr (E2eRun) file = e2e_shell ("", script);
  g_autoptr (E2eRun) substitution = e2e_shell ("", "\"$1\" cat {} ::: <(echo hi)");

  e2e_assert_ended (file, 0);
  g_assert_cmpstr (file->out, ==, "a\n");
  e2e_assert_ended (substitution, 0);
  g_assert_cmpstr (substitution->out, ==, "hi\n");
}

/* Job 1 has apool's standard input where that is no source of inputs, the others have nothing. */
static void
test_stdin_of_jobs (void)
{
  g_autoptr (E2eRun) given =
      e2e_run ("text\n", "-j1", e2e_testprog (), "cat", "{#}", ":::", "a", "b", NULL);
  g_autoptr (E2eRun) source = e2e_run ("a\nb\n", "-j1", e2e_testprog (), "cat", "{#}", NULL);

  e2e_assert_ended (given, 0);
  g_assert_cmpstr (given->out, ==, "text\n");
  e2e_assert_ended (source, 0);
  g_assert_cmpstr (source->out, ==, "");
}

static void
test_help (void)
{
  g_autoptr (E2eRun) run = e2e_run ("", "--help", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->err, ==, "");
  e2e_assert_contains (run->out, "--jobs");
}

/* A job that is executed directly finds PWD as a shell would have set it. */
static void
test_directory (void)
{
  g_autoptr (E2eRun) wrong =
      e2e_shell ("", "cd /usr && PWD=/wrong \"$1\" \"$2\" env PWD '{#}' ::: a");
  g_autoptr (E2eRun) none =
      e2e_shell ("", "cd /usr && env -u PWD \"$1\" \"$2\" env PWD '{#}' ::: a");

  e2e_assert_ended (wrong, 0);
  g_assert_cmpstr (wrong->out, ==, "/usr\n");
  e2e_assert_ended (none, 0);
  g_assert_cmpstr (none->out, ==, "/usr\n");
}

static int
open_terminal (int *keyboard)
{
  char name[64];

  *keyboard = posix_openpt (O_RDWR | O_NOCTTY | O_CLOEXEC);
  g_assert_cmpint (*keyboard, >=, 0);
  g_assert_cmpint (grantpt (*keyboard), ==, 0);
  g_assert_cmpint (unlockpt (*keyboard), ==, 0);
  g_assert_cmpint (ptsname_r (*keyboard, name, sizeof name), ==, 0);
  return open (name, O_RDWR | O_NOCTTY | O_CLOEXEC);
}

/* Nobody would know what to type: three lines, and no wait for input. */
static void
test_nothing_on_terminal (void)
{
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;
  g_auto (GStrv) lines = NULL;
  int keyboard;

  g_subprocess_launcher_take_stdin_fd (launcher, open_terminal (&keyboard));
  process = g_subprocess_launcher_spawn (launcher, &error, e2e_apool (), NULL);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &out, &err, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 255);
  g_assert_cmpstr (out, ==, "");
  lines = g_strsplit (err, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 4);
  g_assert_cmpstr (lines[3], ==, "");
  e2e_assert_contains (err, "--help");
  g_assert_cmpint (close (keyboard), ==, 0);
}

static void
add_tests (void)
{
  g_test_add_func ("/main/readme", test_readme);
  g_test_add_func ("/main/arguments", test_arguments);
  g_test_add_func ("/main/appended", test_appended);
  g_test_add_func ("/main/number", test_number);
  g_test_add_func ("/main/number-alone", test_number_alone);
  g_test_add_func ("/main/angle", test_angle);
  g_test_add_func ("/main/angle-beside-number", test_angle_beside_number);
  g_test_add_func ("/main/angle-literal", test_angle_literal);
  g_test_add_func ("/main/shell-command", test_shell_command);
  g_test_add_func ("/main/attached-options", test_attached_options);
  g_test_add_func ("/main/failures-are-counted", test_failures_are_counted);
  g_test_add_func ("/main/hundred-failures", test_hundred_failures);
  g_test_add_func ("/main/too-many-failures", test_too_many_failures);
  g_test_add_func ("/main/killed-job", test_killed_job);
  g_test_add_func ("/main/no-input", test_no_input);
  g_test_add_func ("/main/unfinished-line", test_unfinished_line);
  g_test_add_func ("/main/lazy", test_lazy);
  g_test_add_func ("/main/process-group", test_process_group);
  g_test_add_func ("/main/job-variable", test_job_variable);
  g_test_add_func ("/main/clean-start", test_clean_start);
  g_test_add_func ("/main/ignored-signals", test_ignored_signals);
  g_test_add_func ("/main/descriptors-inherited", test_descriptors_inherited);
  g_test_add_func ("/main/stdin-of-jobs", test_stdin_of_jobs);
  g_test_add_func ("/main/help", test_help);
  g_test_add_func ("/main/directory", test_directory);
  g_test_add_func ("/main/nothing-on-terminal", test_nothing_on_terminal);
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, add_tests);
}
