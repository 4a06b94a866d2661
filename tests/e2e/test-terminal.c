/* SPDX-License-Identifier: MIT */
/*
 * Jobs and the terminal: that want it and do not get it, that have it (--tty, --open-tty), and that
 * are asked for (--interactive). Each test has a terminal of its own.
 */

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "e2e-pty.h"
#include "e2e.h"

#define WANTS "wants the terminal: use --tty\n"

/* ---- a job that wants the terminal ---- */

/* It is named, and is a job that failed; the others are run. */
static void
test_named (void)
{
  g_autoptr (E2ePty) pty =
      e2e_pty_run ("$A -j1 '[ {} != b ] || read x </dev/tty; echo end {}' ::: a b c");

  g_assert_cmpstr (pty->screen->str, ==, "end a\napool: job 2: " WANTS "end c\n");
  g_assert_cmpint (pty->status, ==, 1);
}

/* So is one whose process is not the one that wants it, one that changes it, and one that will not
 * hear of its end. */
static void
test_named_anyhow (void)
{
  g_autoptr (E2ePty) child = e2e_pty_run ("$A '(cat; :) </dev/tty; :' ::: a");
  g_autoptr (E2ePty) modes = e2e_pty_run ("$A 'stty sane </dev/tty; :' ::: a");
  g_autoptr (E2ePty) deaf =
      e2e_pty_run ("$A 'trap \"\" TERM; until cat </dev/tty; do :; done; :' ::: a");
  g_autoptr (E2ePty) output = e2e_pty_run ("stty tostop; $A -u 'echo {}; :' ::: a");
  E2ePty *all[] = { child, modes, deaf, output };

  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    {
      g_assert_cmpstr (all[i]->screen->str, ==, "apool: job 1: " WANTS);
      g_assert_cmpint (all[i]->status, ==, 1);
    }
}

/* It counts as failed for whatever asks that. */
static void
test_named_and_retried (void)
{
  g_autoptr (E2ePty) pty =
      e2e_pty_run ("$A --retries 2 --on-error 'echo hook $APOOL_SEQ' 'cat </dev/tty #{}' ::: a");

  e2e_assert_contains (pty->screen->str, "wanted the terminal: trying again (attempt 2)\n");
  e2e_assert_count (pty->screen->str, "apool: job 1: " WANTS, 2);
  e2e_assert_contains (pty->screen->str, "hook 1\n");
  g_assert_cmpint (pty->status, ==, 1);
}

/* A command about jobs has none either, and does not hang. */
static void
test_hooks (void)
{
  g_autoptr (E2ePty) pty =
      e2e_pty_run ("$A --worker-exit 'read x </dev/tty' --on-error 'read x </dev/tty' "
                   "false ::: a");

  e2e_assert_contains (pty->screen->str, "--on-error: ");
  e2e_assert_contains (pty->screen->str, "--worker-exit: it wants the terminal\n");
  g_assert_cmpint (pty->status, ==, 1);
}

/* Whoever stops a job otherwise lets it go on; only --debug tells. */
static void
test_stopped (void)
{
  g_autoptr (E2ePty) quiet = e2e_pty_run ("$A '(kill -STOP $$; kill -CONT $$); echo end' ::: a");
  g_autoptr (E2ePty) pty = e2e_pty_start ("$A --debug -u 'echo ME=$$.; kill -STOP $$; echo end' "
                                          "::: a");
  const char *pid;

  g_assert_cmpstr (quiet->screen->str, ==, "end a\n");
  e2e_pty_wait (pty, "apool: debug: job 1: stopped by signal 19\n");
  pty->seen = 0;
  e2e_pty_wait (pty, ".\n");
  pid = strstr (pty->screen->str, "ME=");
  g_assert_nonnull (pid);
  g_assert_cmpint (kill (atoi (pid + strlen ("ME=")), SIGCONT), ==, 0);
  e2e_pty_wait (pty, "end a\n");
  e2e_pty_finish (pty);
  g_assert_cmpint (pty->status, ==, 0);
}

/* ---- --tty ---- */

/* One after the other reads what is typed, and writes straight to where apool does. */
static void
test_tty (void)
{
  g_autoptr (E2ePty) pty = e2e_pty_start (
      "$A --tty 'test -t 0 && test -t 1 && tty; printf \"{}? \"; read x; echo got $x' ::: a b");

  e2e_pty_wait (pty, "/dev/tty\na? ");
  e2e_pty_type (pty, "one\n");
  e2e_pty_wait (pty, "got one\n/dev/tty\nb? ");
  e2e_pty_type (pty, "two\n");
  e2e_pty_wait (pty, "got two\n");
  e2e_pty_finish (pty);
  g_assert_cmpint (pty->status, ==, 0);
}

/* Inputs still come from standard input. */
static void
test_tty_and_inputs (void)
{
  g_autoptr (E2ePty) pty =
      e2e_pty_start ("printf 'a\\nb\\n' | $A --tty 'read x; echo {} got $x' | cat");

  e2e_pty_type (pty, "one\n");
  e2e_pty_wait (pty, "a got one\n");
  e2e_pty_type (pty, "two\n");
  e2e_pty_wait (pty, "b got two\n");
  e2e_pty_finish (pty);
  g_assert_cmpint (pty->status, ==, 0);
}

/* Whatever a job has done to it, the terminal is afterwards what it was, and the shell's. */
static void
check_restored (const char *run)
{
  g_autofree char *script = g_strdup_printf ("stty -a >&1 | cat; echo =====; %s; echo =====; "
                                             "stty -a | cat; echo =====; read y; echo again $y",
                                             run);
  g_autoptr (E2ePty) pty = e2e_pty_start (script);
  g_auto (GStrv) parts = NULL;

  e2e_pty_wait (pty, "=====");
  e2e_pty_wait (pty, "=====");
  e2e_pty_wait (pty, "=====");
  e2e_pty_type (pty, "here\n");
  e2e_pty_wait (pty, "again here\n");
  e2e_pty_finish (pty);
  parts = g_strsplit (pty->screen->str, "=====\n", -1);
  g_assert_cmpstr (parts[0], ==, parts[2]);
}

static void
test_tty_is_restored (void)
{
  check_restored ("$A --tty 'stty -icanon -echo -isig {}' ::: intr x");
  check_restored ("$A --tty 'stty -icanon -echo; kill -KILL $$ #{}' ::: a");
  check_restored ("$A --tty 'stty -icanon -echo; kill -TERM $APOOL_PID; sleep 1000 #{}' ::: a");
  check_restored ("$A --tty 'stty -icanon -echo; kill -KILL $PPID; sleep 1000 #{}' ::: a");
  check_restored ("$A -o -j2 --group 'stty -icanon -echo #{}' ::: a b");
}

/* Ctrl-C is for all of us, though the terminal sends it to the job alone. */
static void
test_tty_interrupt (void)
{
  g_autoptr (E2ePty) pty = e2e_pty_start (
      "trap : INT; $A --tty 'echo ready {}; read x' ::: a b; echo status $?; read y; echo $y");

  e2e_pty_wait (pty, "ready a\n");
  e2e_pty_type (pty, "\x03");
  e2e_pty_wait (pty, "status 130\n");
  e2e_pty_type (pty, "again\n");
  e2e_pty_finish (pty);
  g_assert_null (strstr (pty->screen->str, "ready b"));
}

/* Ctrl-Z gives the terminal to the shell; fg gives it back to the job. */
static void
test_tty_stop (void)
{
  g_autoptr (E2ePty) pty = e2e_pty_start (
      "set -m; $A --tty 'echo ready {}; read x; echo {} got $x' ::: a b; echo stopped; read y; "
      "echo shell got $y; fg; echo status $?");

  e2e_pty_wait (pty, "ready a\n");
  e2e_pty_type (pty, "\x1a");
  e2e_pty_wait (pty, "stopped\n");
  e2e_pty_type (pty, "one\n");
  e2e_pty_wait (pty, "shell got one\n");
  e2e_pty_type (pty, "two\n");
  e2e_pty_wait (pty, "a got two\nready b\n");
  e2e_pty_type (pty, "three\n");
  e2e_pty_wait (pty, "b got three\n");
  e2e_pty_wait (pty, "status 0\n");
  e2e_pty_finish (pty);
}

/* In the background it stops when a job reads, as any program does, and goes on with fg. */
static void
test_tty_background (void)
{
  g_autoptr (E2ePty) pty = e2e_pty_start (
      "set -m; $A --tty 'echo ready; read x; echo {} got $x' ::: a & wait %1; read y; echo shell "
      "got $y; fg; echo status $?");

  e2e_pty_wait (pty, "ready\n");
  e2e_pty_type (pty, "one\n");
  e2e_pty_wait (pty, "shell got one\n");
  e2e_pty_type (pty, "two\n");
  e2e_pty_wait (pty, "a got two\n");
  e2e_pty_wait (pty, "status 0\n");
  e2e_pty_finish (pty);
}

/* Several that run at once read one after the other. */
static void
test_open_tty (void)
{
  g_autoptr (E2ePty) pty =
      e2e_pty_start ("$A -o -j2 -k 'echo run {} >/dev/tty; read x; echo {} got $x' ::: a b");

  e2e_pty_wait (pty, "run ");
  e2e_pty_wait (pty, "run ");
  e2e_pty_type (pty, "one\n");
  e2e_pty_wait (pty, "a got one\n");
  e2e_pty_type (pty, "two\n");
  e2e_pty_wait (pty, "b got two\n");
  e2e_pty_finish (pty);
  g_assert_cmpint (pty->status, ==, 0);
}

/* Without a terminal they are run all the same. */
static void
test_no_tty (void)
{
  g_autoptr (E2eRun) run =
      e2e_shell ("", "setsid -w \"$APOOL_PROGRAM\" --tty 'echo {}; cat' ::: a b");

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "a\nb\n");
  g_assert_cmpstr (run->err, ==, "");
}

/* What is typed would be for both. */
static void
test_inputs_from_terminal (void)
{
  static const char *const OPTIONS[] = { "--tty", "--open-tty", "--interactive" };

  for (gsize i = 0; i < G_N_ELEMENTS (OPTIONS); i++)
    {
      g_autofree char *script = g_strdup_printf ("$A -j1 %s cat", OPTIONS[i]);
      g_autofree char *expected =
          g_strdup_printf ("apool: %s: the inputs come from the terminal, too: use ::: or -a FILE "
                           "for them\n",
                           OPTIONS[i]);
      g_autoptr (E2ePty) pty = e2e_pty_run (script);

      g_assert_cmpstr (pty->screen->str, ==, expected);
      g_assert_cmpint (pty->status, ==, 255);
    }
}

/* ---- --interactive ---- */

/* Each is asked for, by its command line, and is run where the answer begins with y; who is not
 * counts as failed. */
static void
test_asks (void)
{
  g_autoptr (E2ePty) pty = e2e_pty_start (
      "$A -j1 -p --on-error 'echo hook' -q echo 'a  {}' {%} ::: b \"it's\" c 2>/dev/null");

  e2e_pty_wait (pty, "echo 'a  b' 1 ?...");
  e2e_pty_type (pty, "  Yes\n");
  e2e_pty_wait (pty, "a  b 1\n");
  e2e_pty_wait (pty, "echo 'a  it'\"'\"'s' 1 ?...");
  e2e_pty_type (pty, "\n");
  e2e_pty_wait (pty, "echo 'a  c' 1 ?...");
  e2e_pty_type (pty, "x y\n");
  e2e_pty_finish (pty);
  g_assert_null (strstr (pty->screen->str, "hook"));
  g_assert_null (strstr (pty->screen->str, "apool:"));
  g_assert_cmpint (pty->status, ==, 2);
}

/* Jobs go on while nobody answers. */
static void
test_asks_meanwhile (void)
{
  g_autoptr (E2ePty) pty = e2e_pty_start ("$A -j2 -p 'echo \"ran {}\"; :' ::: a b");
  gsize before;

  e2e_pty_wait (pty, "?...");
  e2e_pty_type (pty, "y\n");
  before = pty->seen;
  e2e_pty_wait (pty, "ran a\n");
  pty->seen = before; /* whichever of them came first */
  e2e_pty_wait (pty, "\"ran b\"; : ?...");
  e2e_pty_type (pty, "y\n");
  e2e_pty_finish (pty);
  e2e_assert_contains (pty->screen->str, "ran b\n");
  g_assert_cmpint (pty->status, ==, 0);
}

/* In the background it stops before it asks, and asks when it is in the foreground; what was typed
 * before that is for the shell. */
static void
test_asks_in_background (void)
{
  g_autoptr (E2ePty) pty = e2e_pty_start ("set -m; $A -j1 -p echo ::: a b & "
                                          "wait %1; printf type:; read y; "
                                          "echo shell got $y; fg; echo status $?");

  e2e_pty_wait (pty, "type:");
  g_assert_null (strstr (pty->screen->str, "?..."));
  e2e_pty_type (pty, "me\n");
  e2e_pty_wait (pty, "shell got me\n");
  e2e_pty_wait (pty, "echo a ?...");
  e2e_pty_type (pty, "y\n");
  e2e_pty_wait (pty, "echo b ?...");
  e2e_pty_type (pty, "y\n");
  e2e_pty_wait (pty, "status 0\n");
  e2e_pty_finish (pty);
}

/* What ends the run reaches it there as well, and it does not stop for its question again. */
static void
test_asks_in_background_and_ends (void)
{
  static const struct
  {
    const char *name;
    int signum;
  } SIGNALS[] = { { "TERM", SIGTERM }, { "INT", SIGINT }, { "HUP", SIGHUP } };

  for (gsize i = 0; i < G_N_ELEMENTS (SIGNALS); i++)
    {
      g_autofree char *script = g_strdup_printf ("set -m; $A -j2 -p echo ::: a b & wait %%1\n"
                                                 "kill -%s $!; bg; wait %%1\n"
                                                 "echo status $?",
                                                 SIGNALS[i].name);
      g_autofree char *expected = g_strdup_printf ("status %d\n", 128 + SIGNALS[i].signum);
      g_autoptr (E2ePty) pty = e2e_pty_start (script);

      e2e_pty_wait (pty, expected);
      e2e_pty_finish (pty);
      g_assert_null (strstr (pty->screen->str, "?..."));
    }
}

/* Where it goes on only to find that it is still there, it stops again; so it does before it reads
 * an answer that was typed for somebody else. */
static void
test_asks_in_background_again (void)
{
  g_autoptr (E2ePty) pty = e2e_pty_start ("set -m; $A -j1 -p echo ::: a & wait %1\n"
                                          "bg; wait %1; echo status $?\n"
                                          "fg; echo status $?");

  e2e_pty_wait (pty, "status 149\n");
  e2e_pty_wait (pty, "echo a ?...");
  e2e_pty_type (pty, "y\n");
  e2e_pty_wait (pty, "status 0\n");
  e2e_pty_finish (pty);
}

/* With the terminal everybody is gone who could have it go on. */
static void
test_asks_in_background_and_hangup (void)
{
  g_autoptr (E2ePty) pty = e2e_pty_start ("set -m; (trap '' HUP; exec $A -j2 -p echo ::: a b) &\n"
                                          "wait %1; echo pid=$!.; read x");
  const char *at;

  e2e_pty_wait (pty, ".\n");
  at = strstr (pty->screen->str, "pid=") + strlen ("pid=");
  e2e_pty_hang_up (pty);
  e2e_wait_process ((GPid) g_ascii_strtoll (at, NULL, 10));
}

/* A signal ends the run while it is asked, and what was asked for is not run. */
static void
test_asks_and_interrupt (void)
{
  g_autoptr (E2ePty) pty = e2e_pty_start ("trap : INT; $A -p echo ::: a b; echo status $?");

  e2e_pty_wait (pty, "echo a ?...");
  e2e_pty_type (pty, "\x03");
  e2e_pty_wait (pty, "status 130\n");
  e2e_pty_finish (pty);
}

/* Each job with the terminal is asked for on it, before it has it. */
static void
test_asks_and_tty (void)
{
  g_autoptr (E2ePty) pty = e2e_pty_start ("$A -p --tty 'read x; echo {} got $x' ::: a b");

  e2e_pty_wait (pty, "?...");
  e2e_pty_type (pty, "y\n");
  e2e_pty_type (pty, "one\n");
  e2e_pty_wait (pty, "a got one\n");
  e2e_pty_wait (pty, "?...");
  e2e_pty_type (pty, "n\n");
  e2e_pty_finish (pty);
  g_assert_cmpint (pty->status, ==, 1);
}

static void
test_asks_nobody (void)
{
  g_autoptr (E2eRun) run = e2e_shell ("", "setsid -w \"$APOOL_PROGRAM\" -p echo ::: a");

  e2e_assert_ended (run, 255);
  g_assert_cmpstr (run->out, ==, "");
  g_assert_cmpstr (run->err, ==, "apool: --interactive: /dev/tty: No such device or address\n");
}

/* It has none that it could wait for. */
static void
test_limit (void)
{
  g_autoptr (E2ePty) pty =
      e2e_pty_start ("$A --limit '! read x 2>/dev/null </dev/tty' 'echo run; :' ::: a");

  e2e_pty_wait (pty, "run\n");
  e2e_pty_finish (pty);
  g_assert_cmpint (pty->status, ==, 0);
}

static void
add_tests (void)
{
  g_test_add_func ("/terminal/named", test_named);
  g_test_add_func ("/terminal/named-anyhow", test_named_anyhow);
  g_test_add_func ("/terminal/named-and-retried", test_named_and_retried);
  g_test_add_func ("/terminal/hooks", test_hooks);
  g_test_add_func ("/terminal/stopped", test_stopped);
  g_test_add_func ("/terminal/tty", test_tty);
  g_test_add_func ("/terminal/tty-and-inputs", test_tty_and_inputs);
  g_test_add_func ("/terminal/tty-is-restored", test_tty_is_restored);
  g_test_add_func ("/terminal/tty-interrupt", test_tty_interrupt);
  g_test_add_func ("/terminal/tty-stop", test_tty_stop);
  g_test_add_func ("/terminal/tty-background", test_tty_background);
  g_test_add_func ("/terminal/open-tty", test_open_tty);
  g_test_add_func ("/terminal/no-tty", test_no_tty);
  g_test_add_func ("/terminal/inputs-from-terminal", test_inputs_from_terminal);
  g_test_add_func ("/terminal/asks", test_asks);
  g_test_add_func ("/terminal/asks-meanwhile", test_asks_meanwhile);
  g_test_add_func ("/terminal/asks-in-background", test_asks_in_background);
  g_test_add_func ("/terminal/asks-in-background/ends", test_asks_in_background_and_ends);
  g_test_add_func ("/terminal/asks-in-background/again", test_asks_in_background_again);
  g_test_add_func ("/terminal/asks-in-background/hangup", test_asks_in_background_and_hangup);
  g_test_add_func ("/terminal/asks-and-interrupt", test_asks_and_interrupt);
  g_test_add_func ("/terminal/asks-and-tty", test_asks_and_tty);
  g_test_add_func ("/terminal/asks-nobody", test_asks_nobody);
  g_test_add_func ("/terminal/limit", test_limit);
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, add_tests);
}
