/* SPDX-License-Identifier: MIT */
/* Hints: that they come where something is wrong, to people who are there, and that runs which do
 * well are left alone. */

#include <string.h>

#include "e2e-pty.h"
#include "e2e.h"

#define HINT "apool: hint: "
#define READING HINT "reading inputs from the terminal, one a line, until Ctrl-D"

/* What is typed at the beginning of a line to end an input. */
#define CTRL_D "\004"

static void
check_in_terminal (const char *script, const char *screen)
{
  g_autoptr (E2ePty) pty = e2e_pty_run (script);

  g_assert_cmpstr (pty->screen->str, ==, screen);
}

/* ---- inputs ---- */

/* They are read after the hint. */
static void
test_reading (void)
{
  g_autoptr (E2ePty) pty = e2e_pty_start ("$A echo got");

  e2e_pty_wait (pty, READING "; else give them behind \":::\", by -a FILE or through a pipe\n");
  e2e_pty_type (pty, "one\n" CTRL_D);
  e2e_pty_wait (pty, "got one\n");
  e2e_pty_finish (pty);
  g_assert_cmpint (pty->status, ==, 0);
  e2e_assert_count (pty->screen->str, HINT, 1);
}

/* Types nothing but the end of the input, and looks for @hint. */
static void
check_reading (const char *script, const char *hint)
{
  g_autoptr (E2ePty) pty = e2e_pty_start (script);

  e2e_pty_wait (pty, READING "; ");
  e2e_pty_wait (pty, hint);
  e2e_pty_type (pty, CTRL_D);
  e2e_pty_finish (pty);
  g_assert_cmpint (pty->status, ==, 0);
  e2e_assert_count (pty->screen->str, HINT, 1);
}

static void
test_reading_why (void)
{
  check_reading ("cd /usr && $A ls -d bin lib share",
                 "is \":::\" missing? apool ls -d ::: bin lib ...\n");
  check_reading ("$A echo :::a b", "is a blank missing behind \":::\" in :::a?\n");
  check_reading ("$A echo :: a b", "is \":::\" meant by \"::\"? apool echo ::: a b\n");
  check_reading ("$A 'ls | wc -l {}'", "is a pipe meant? ls | apool 'wc -l {}'\n");
  check_reading ("$A \u2013j4 echo", "is ");
}

/* A command that is nothing at all still says what it is for. */
static void
test_reading_nothing (void)
{
  g_autoptr (E2ePty) pty = e2e_pty_run ("$A");

  g_assert_cmpint (pty->status, ==, 255);
  e2e_assert_count (pty->screen->str, HINT, 0);
}

static void
test_no_inputs (void)
{
  check_in_terminal ("cd /usr && $A ls -d bin < /dev/null",
                     HINT "there were no inputs: is \":::\" missing? apool ls -d ::: bin\n");
  check_in_terminal ("$A echo :: a < /dev/null",
                     HINT "there were no inputs: is \":::\" meant by \"::\"? apool echo ::: a\n");
  /* Nothing tells what was meant; a pipe or a file without lines is meant; and nobody is there. */
  check_in_terminal ("cd /usr && $A echo x < /dev/null", "");
  check_in_terminal ("cd /usr && true | $A ls -d bin", "");
  check_in_terminal ("cd /usr && $A ls -d bin < /dev/null 2>&1 | cat", "");
  check_in_terminal ("cd /usr && echo bin | $A ls -d lib", "bin\nlib\n");
}

/* ---- jobs that fail ---- */

/* What is beside an error is said wherever standard error goes. */
static void
test_beside_errors (void)
{
  g_autoptr (E2eRun) name = e2e_run ("", "-q", "ls -l", ":::", "a", "b", NULL);
  g_autoptr (E2eRun) direct = e2e_run ("", "--no-shell", "ls -l", ":::", "a", NULL);
  g_autoptr (E2eRun) dash = e2e_run ("", "\u2013j4", "echo", ":::", "a", NULL);
  g_autoptr (E2eRun) awk = e2e_run ("", "awk", "{print $1}", ":::", "/dev/null", NULL);
  g_autoptr (E2eRun) script = e2e_run ("", "sh", "-c", "false {}", ":::", "a", "b", NULL);
  g_autoptr (E2eRun) value = e2e_run ("", "test \"{}\" = 'a b'", ":::", "a b", "a b", NULL);
  E2eRun *all[] = { name, direct, dash, awk, script, value };

  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    {
      g_test_message ("%s", all[i]->err);
      g_assert_cmpint (all[i]->status, >, 0);
      e2e_assert_count (all[i]->err, HINT, 1);
    }
  e2e_assert_contains (name->err, HINT "with -q 'ls -l' is the name of one program: ");
  e2e_assert_contains (direct->err, HINT "with --no-shell 'ls -l' is ");
  e2e_assert_contains (dash->err, "j4 an option? it begins with no -\n");
  e2e_assert_contains (awk->err, HINT "the shell of the job reads {print $1} without quotes: ");
  e2e_assert_contains (script->err, HINT "sh -c gets only 'false': ");
  e2e_assert_contains (value->err, HINT "inputs are quoted already: ");
}

/* ---- jobs that do something else ---- */

static void
check_left_alone (const char *script)
{
  g_autoptr (E2ePty) pty = e2e_pty_run (script);

  g_test_message ("%s", script);
  g_assert_null (strstr (pty->screen->str, "hint"));
}

/* Says @hint once; the outputs of jobs come before or behind it. */
static void
check_said (const char *script, const char *hint)
{
  g_autoptr (E2ePty) pty = e2e_pty_run (script);

  e2e_assert_contains (pty->screen->str, hint);
  e2e_assert_count (pty->screen->str, HINT, 1);
}

static void
test_quoted_values (void)
{
  check_said ("$A 'echo \"{}\"' ::: a 'b c' 'd e'",
              HINT "inputs are quoted already: take the quotes around them out of echo \"{}\"\n");
  check_said ("$A --dry-run 'echo \"{}\"' ::: 'b c'", HINT "inputs are quoted already: ");
  check_said ("$A 'test -e \"{}\"' ::: 'b c'", HINT "inputs are quoted already: ");
  /* Nobody is there, no value needed quotes, or a shell reads them again. */
  check_in_terminal ("$A 'echo \"{}\"' ::: a 'b c' 2>&1 | cat", "a\n'b c'\n");
  check_in_terminal ("$A 'echo \"{}\"' ::: a b", "a\nb\n");
  check_in_terminal ("$A 'sh -c \"echo {}\"' ::: 'b  c'", "b  c\n");
}

static void
test_scripts (void)
{
  check_said ("$A sh -c 'echo {}' ::: a b",
              HINT "sh -c gets only 'echo': a shell runs the command anyway: leave out sh -c\n");
}

static void
test_behind (void)
{
  g_autoptr (E2eRun) failed = e2e_run ("", "ls", ":::", "/", "/usr", "--joblog", "log", NULL);
  g_autoptr (E2eRun) linked =
      e2e_run ("", "test", "{2}", "-gt", "{1}", ":::", "1", "2", ":::+", "3", "-j4", NULL);
  /* It is not what has failed. */
  g_autoptr (E2eRun) other = e2e_run ("", "case {} in x) false; esac", ":::", "x", "-j4", NULL);

  e2e_assert_contains (failed->err, HINT "is --joblog an option? those of apool stand before the "
                                         "command: apool --joblog log ls ::: ...\n");
  g_assert_cmpuint (e2e_count (failed->err, HINT), ==, 1);
  e2e_assert_contains (linked->err, HINT "is -j4 an option? ");
  e2e_assert_ended (other, 1);
  g_assert_cmpstr (other->err, ==, "");
  check_said ("$A echo ::: a b --dry-run", HINT "is --dry-run an option? ");
  check_said ("$A --dry-run echo ::: a b -j4", HINT "is -j4 an option? ");
  check_said ("$A -q echo ::: a b -j4", HINT "is -j4 an option? ");
  /* Nobody is there. */
  check_in_terminal ("$A echo ::: a -j4 2>&1 | cat", "a\n-j4\n");
}

/* What only the shell knows that apool was called from. */
static void
test_functions (void)
{
  check_said ("f() { echo $1; }; APOOL_SHELL=bash $A f ::: 1 2", HINT
              "is f a function or an alias of yours? jobs know functions after \"export -f f\", "
              "and no aliases\n");
  check_said ("f() { echo $1; }; APOOL_SHELL=bash $A -q f ::: 1 2 2>&1 | cat", HINT "is f a ");
  /* Other shells cannot export them; and another word was not found, or functions come from
   * elsewhere. */
  check_in_terminal ("f() { echo $1; }; export -f f; APOOL_SHELL=bash $A f ::: 1 2", "1\n2\n");
  check_left_alone ("f() { echo $1; }; $A f ::: 1 2");
  check_left_alone ("APOOL_SHELL=bash $A 'exit {}' ::: 127");
  check_left_alone ("APOOL_SHELL=bash $A env nosuch ::: a");
  check_left_alone ("APOOL_SHELL=bash $A --no-shell nosuch ::: a");
  check_left_alone ("APOOL_SHELL=bash $A 'cat {} && nosuch' ::: / /dev/null");
  check_left_alone ("APOOL_SHELL=bash $A --worker-init : nosuch ::: a");
  check_left_alone ("APOOL_SHELL=bash BASH_ENV=/dev/null $A nosuch ::: a");
  check_left_alone ("APOOL_SHELL=bash $A --dry-run nosuch ::: a");
}

/* What comes from the command line moves nothing on the terminal. */
static void
test_harmless (void)
{
  g_autoptr (E2ePty) pty = e2e_pty_run ("$A $'echo \"{}\" \\'\\e[2J\\a\\'' ::: 'b c' | cat");

  e2e_assert_contains (pty->screen->str, HINT);
  g_assert_null (strstr (pty->screen->str, "out of echo \"{}\" '\033[2J"));
}

/* ---- runs that do well ---- */

/* Each is right, or fails for a reason of its own. */
static void
test_left_alone (void)
{
  static const char *const scripts[] = {
    "$A echo {} ::: a b",
    "$A 'echo {}; echo \"done\"' ::: 'a b'",
    "$A 'echo \"$(basename {})\"' ::: 'a b'",
    "$A echo '\"x y\"' {} ::: 'a b'",
    "$A -q echo '\"{}\"' ::: 'a b'",
    "$A --no-shell echo '\"{}\"' ::: 'a b'",
    "$A -q awk '{print $1}' ::: /dev/null",
    "$A awk \"'{print \\$1}'\" ::: /dev/null",
    "$A \"awk '{print \\$1}'\" ::: /dev/null",
    "$A grep -q x {} '&&' echo ::: /dev/null",
    "$A grep -q x '{} && echo a b' ::: /dev/null",
    "$A grep -q {} '/dev/null' ::: 'a b'",
    "$A 'test -e \"{}\"' ::: / /usr",
    "$A 'test -e {}' ::: 'a b'",
    "$A 'cat {} | wc -l' ::: /dev/null",
    "$A 'exit {}' ::: 127 1 2",
    "$A false ::: 'a b'",
    "$A sh -c exit ::: a",
    "$A sh -c \"'exit 3'\" ::: a",
    "$A ::: 'echo \"a b\"' 'false x'",
    "printf 'a\\nb\\n' | $A echo",
    "printf 'a b\\n' | $A 'test \"$HOME\" = {}'",
    "$A -a /dev/null ls /",
    "$A --quiet 'echo \"{}\"' ::: 'a b'",
    "$A --quiet -q 'ls -l' ::: a",
    "cd /usr && $A --quiet ls -d bin < /dev/null",
    "$A echo :: a ::: b",
    "$A printf '%s\\n' ::: -O0 -O1 -O2",
    "$A printf '%s\\n' ::: -j1 -j2",
    "$A printf '%s\\n' ::: '' -j4",
    "$A printf '%s\\n' ::: x -O2",
    "$A printf '%s\\n' ::: x -v",
    "$A printf '%s\\n' ::: build test --help",
    "$A printf '%s\\n' ::: 1 0 -1",
    "$A printf '%s\\n' ::: x -j4 ::: y",
    "$A printf '%s\\n' {1} ::: x ::: y -j4",
    "echo b | $A echo :: a",
    "$A ls / < <(:)",
    "$A ls / :::: /dev/null",
    "$A ls / :::",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (scripts); i++)
    check_left_alone (scripts[i]);
}

static void
add_tests (void)
{
  g_test_add_func ("/hints/reading", test_reading);
  g_test_add_func ("/hints/reading-why", test_reading_why);
  g_test_add_func ("/hints/reading-nothing", test_reading_nothing);
  g_test_add_func ("/hints/no-inputs", test_no_inputs);
  g_test_add_func ("/hints/beside-errors", test_beside_errors);
  g_test_add_func ("/hints/quoted-values", test_quoted_values);
  g_test_add_func ("/hints/scripts", test_scripts);
  g_test_add_func ("/hints/behind", test_behind);
  g_test_add_func ("/hints/functions", test_functions);
  g_test_add_func ("/hints/harmless", test_harmless);
  g_test_add_func ("/hints/left-alone", test_left_alone);
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, add_tests);
}
