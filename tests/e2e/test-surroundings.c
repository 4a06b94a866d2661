/* SPDX-License-Identifier: MIT */
/*
 * What jobs find around them, and what is shown of that they begin.
 */

#include <string.h>
#include <sys/resource.h>

#include "e2e.h"

/* ---- --nice, --rlimit ---- */

/* Jobs have it, and what is run for them or about them has not. */
static void
test_nice (void)
{
  int own = getpriority (PRIO_PROCESS, 0);
  g_autofree char *expected = g_strdup_printf ("%d\n", own);
  g_autoptr (E2eRun) run = e2e_run ("", "-j1", "--nice", "19", "--worker-init",
                                    "echo init $(nice) >&2", "--on-error", "echo error $(nice) >&2",
                                    "nice; ps -o ni= -p $APOOL_PID; exit {}", ":::", "1", NULL);
  g_autofree char *init = g_strdup_printf ("init %d\n", own);
  g_autofree char *error = g_strdup_printf ("error %d\n", own);

  e2e_assert_ended (run, 1);
  g_assert_true (g_str_has_prefix (run->out, "19\n"));
  g_assert_cmpstr (g_strchug (run->out + 3), ==, expected);
  e2e_assert_contains (run->err, init);
  e2e_assert_contains (run->err, error);
}

static void
test_rlimit (void)
{
  g_autoptr (E2eRun) run =
      e2e_run ("", "--rlimit", "nofile=32:64,core=0", "--rlimit", "fsize=4K",
               "ulimit -n; ulimit -Hn; ulimit -c; ulimit -f; : {}", ":::", "1", NULL);
  g_autoptr (E2eRun) killed = e2e_run ("", "--rlimit", "fsize=0", "--rlimit", "core=0",
                                       "echo x > {}", ":::", "/dev/null/../no", "/dev/null", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "32\n64\n0\n8\n");
  e2e_assert_ended (killed, 1);
}

/* What nobody may have is refused before anything is run. */
static void
test_rlimit_refused (void)
{
  g_autoptr (E2eRun) run = e2e_run ("", "--rlimit", "core=0,nofile=1E", "echo", ":::", "1", NULL);

  e2e_assert_ended (run, 255);
  g_assert_cmpstr (run->out, ==, "");
  g_assert_cmpstr (run->err, ==,
                   "apool: --rlimit nofile: above the hard limit: Operation not permitted\n");
}

/* ---- --env, variables ---- */

static void
test_env (void)
{
  g_autoptr (E2eRun) run =
      e2e_shell ("", "FOO=foo; BAR=bar; export FOO; \"$APOOL_PROGRAM\" --env FOO,BAR --env _ "
                     "'echo $FOO-$BAR-{}' ::: 1");
  g_autoptr (E2eRun) function =
      e2e_shell ("", "exec bash -c 'f () { echo \"f $1\"; }; export -f f; APOOL_SHELL=/bin/bash "
                     "\"$APOOL_PROGRAM\" --env f f ::: 1'");

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "foo--1\n");
  g_assert_cmpstr (run->err, ==, "apool: --env BAR: not in the environment: export it first\n");
  e2e_assert_ended (function, 0);
  g_assert_cmpstr (function->out, ==, "f 1\n");
  g_assert_cmpstr (function->err, ==, "");
}

/* Attempt, slot and number, under all their names. */
static void
test_variables (void)
{
  g_autoptr (E2eRun) run =
      e2e_run ("", "-j1", "--retries", "2", "--process-slot-var", "S",
               "echo $APOOL_ATTEMPT $APOOL_SEQ $APOOL_JOBSLOT $PARALLEL_SEQ $PARALLEL_JOBSLOT $S "
               "${APOOL_JOB#*.}; [ $APOOL_ATTEMPT = {} ]",
               ":::", "1", "2", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "1 1 1 1 1 0 1.1\n2 2 1 2 1 0 2.2\n");
}

/* ---- -t, -v ---- */

/* With -v the command line is the first line of what the job writes, with -t it is said at once. */
static void
test_shown (void)
{
  g_autoptr (E2eRun) shown =
      e2e_run ("", "-j2", "-v", "--tag", "echo \"a  b\" {} {%}; echo e >&2", ":::", "x y", NULL);
  g_autoptr (E2eRun) told = e2e_run ("", "-j1", "-t", "echo {}; echo e >&2", ":::", "1", "2", NULL);
  g_autoptr (E2eRun) words =
      e2e_run ("", "-v", "--no-shell", "echo", "a  b", "{}", ":::", "$x", NULL);

  e2e_assert_ended (shown, 0);
  g_assert_cmpstr (shown->out, ==, "x y\techo \"a  b\" 'x y' 1; echo e >&2\nx y\ta  b x y 1\n");
  g_assert_cmpstr (shown->err, ==, "x y\te\n");
  e2e_assert_ended (told, 0);
  g_assert_cmpstr (told->out, ==, "1\n2\n");
  g_assert_cmpstr (told->err, ==, "echo 1; echo e >&2\ne\necho 2; echo e >&2\ne\n");
  e2e_assert_ended (words, 0);
  g_assert_cmpstr (words->out, ==, "echo 'a  b' '$x'\na  b $x\n");
}

/* Only attempts that count are shown; each is told. */
static void
test_shown_attempts (void)
{
  g_autoptr (E2eRun) shown =
      e2e_run ("", "-j1", "-v", "--retries", "3", "echo {}; false", ":::", "1", NULL);
  g_autoptr (E2eRun) told =
      e2e_run ("", "-j1", "-t", "--retries", "3", "echo {}; false", ":::", "1", NULL);

  e2e_assert_ended (shown, 1);
  g_assert_cmpstr (shown->out, ==, "echo 1; false\n1\n");
  e2e_assert_ended (told, 1);
  g_assert_cmpstr (told->out, ==, "1\n");
  e2e_assert_count (told->err, "echo 1; false\n", 3);
}

/* A job that writes itself shows it itself, before all else. */
static void
test_shown_ungrouped (void)
{
  g_autoptr (E2eRun) run = e2e_run ("", "-j1", "-u", "-v", "-t", "echo {}; echo e{} >&2; exit {}",
                                    ":::", "0", "3", NULL);
  g_autoptr (E2eRun) program = e2e_run ("", "-u", "-v", "--no-shell", "echo", ":::", "a  b", NULL);
  g_autoptr (E2eRun) missing =
      e2e_run ("", "-u", "-v", "--no-shell", "/nonexistent", ":::", "a  b", NULL);

  e2e_assert_ended (run, 1);
  g_assert_cmpstr (run->out, ==,
                   "echo 0; echo e0 >&2; exit 0\n0\necho 3; echo e3 >&2; exit 3\n3\n");
  g_assert_cmpstr (run->err, ==,
                   "echo 0; echo e0 >&2; exit 0\ne0\necho 3; echo e3 >&2; exit 3\ne3\n");
  e2e_assert_ended (program, 0);
  g_assert_cmpstr (program->out, ==, "echo 'a  b'\na  b\n");
  e2e_assert_ended (missing, 1);
  g_assert_cmpstr (missing->err, ==, "apool: /nonexistent: No such file or directory\n");
}

/* What is shown of jobs with surroundings of their own is the command, which a shell can read. */
static void
test_dry_run (void)
{
  g_autoptr (E2eRun) run = e2e_shell (
      "",
      "\"$APOOL_PROGRAM\" -j1 --dry-run -v --nice 3 --rlimit core=0 --wd /tmp/{} --tty --env PATH "
      "-q printf '<%s>' 'a  {}' {%} '{}' ::: x \"it's \\$y\" | tee /dev/stderr | sh");

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "<a  x><1><x><a  it's $y><1><it's $y>");
  g_assert_cmpstr (run->err, ==,
                   "printf '<%s>' 'a  x' 1 x\n"
                   "printf '<%s>' 'a  it'\"'\"'s $y' 1 'it'\"'\"'s $y'\n");
}

static void
add_tests (void)
{
  g_test_add_func ("/surroundings/nice", test_nice);
  g_test_add_func ("/surroundings/rlimit", test_rlimit);
  g_test_add_func ("/surroundings/rlimit-refused", test_rlimit_refused);
  g_test_add_func ("/surroundings/env", test_env);
  g_test_add_func ("/surroundings/variables", test_variables);
  g_test_add_func ("/surroundings/shown", test_shown);
  g_test_add_func ("/surroundings/shown-attempts", test_shown_attempts);
  g_test_add_func ("/surroundings/shown-ungrouped", test_shown_ungrouped);
  g_test_add_func ("/surroundings/dry-run", test_dry_run);
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, add_tests);
}
