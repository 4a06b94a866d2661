/* SPDX-License-Identifier: MIT */
/* What is said of a run at its end, to whom, and what is not said where nobody wants to be told. */

#include <signal.h>
#include <string.h>

#include "e2e-pty.h"
#include "e2e.h"

static void
assert_lacks (const char *text, const char *part)
{
  if (strstr (text, part) != NULL)
    g_error ("\"%s\" in \"%s\"", part, text);
}

/* ---- when ---- */

static void
assert_screen (const char *script, int status, const char *screen)
{
  g_autoptr (E2ePty) pty = e2e_pty_run (script);

  g_assert_cmpstr (pty->screen->str, ==, screen);
  g_assert_cmpint (pty->status, ==, status);
}

/* Who sits in front of it is told of what failed, last of all, and of nothing else. */
static void
test_terminal (void)
{
  assert_screen ("$A --plain 'echo sad >&2; printf out; exit {}' ::: 3", 1,
                 "outsad\n"
                 "apool: summary: 1 job: 1 failed\n"
                 "apool: failed: job 1: echo sad >&2; printf out; exit 3: exit status 3\n"
                 "apool:   | sad\n");
  assert_screen ("$A --plain printf out{} ::: 1 2", 0, "out1out2");
  assert_screen ("$A --plain --summary never 'exit {}' ::: 3", 1, "");
  assert_screen ("$A --plain --quiet 'exit {}' ::: 3", 1, "");
  assert_screen ("$A --plain --dry-run 'exit {}' ::: 3", 0, "exit 3\n");
  assert_screen ("(exec -a parallel $A --plain 'exit {}' ::: 3)", 1, "");
  assert_screen ("$A --plain 'exit {}' ::: 3 2>&1 | cat", 0, "");
}

/* It begins a line of its own. */
static void
test_own_line (void)
{
  assert_screen ("$A --summary always printf out{} ::: 1", 0,
                 "out1\napool: summary: 1 job: 1 succeeded\n");
}

/* What it tells to do works where it is told, in front of a terminal. */
static void
test_retry_failed (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *script = g_strdup_printf (
      "cd %s; $A --plain -j1 --summary failed --joblog log 'test -e new{}' ::: a b 2>first; "
      "touch newa; $(tail -n1 first | sed \"s,.*: apool,$A,\")",
      dir);
  g_autoptr (E2ePty) pty = e2e_pty_run (script);
  const char *again;

  g_assert_cmpint (pty->status, ==, 1);
  /* How long it took is said or not, as it is. */
  again = strstr (pty->screen->str, "apool: failed: job 2: test -e newb: exit status 1\n");
  g_assert_nonnull (again);
  g_assert_true (
      g_str_has_prefix (pty->screen->str, "apool: summary: 2 jobs: 1 succeeded, 1 failed\n"));
  g_assert_true (g_str_has_suffix (
      again, "apool: to run those again: apool --retry-failed --joblog log --plain --jobs 1\n"));
}

static void
test_no_terminal (void)
{
  g_autoptr (E2eRun) usual = e2e_run ("", "exit", ":::", "1", NULL);
  g_autoptr (E2eRun) failed = e2e_run ("", "--summary", "failed", "exit", ":::", "1", NULL);
  g_autoptr (E2eRun) good = e2e_run ("", "--summary", "failed", "exit", ":::", "0", NULL);
  g_autoptr (E2eRun) always = e2e_run ("", "--summary", "always", "exit", ":::", "0", NULL);
  g_autoptr (E2eRun) none = e2e_run ("", "--summary", "always", "echo", NULL);

  g_assert_cmpstr (usual->err, ==, "");
  g_assert_cmpstr (failed->err, ==,
                   "apool: summary: 1 job: 1 failed\n"
                   "apool: failed: job 1: exit 1: exit status 1\n");
  e2e_assert_ended (failed, 1);
  g_assert_cmpstr (good->err, ==, "");
  g_assert_cmpstr (always->err, ==, "apool: summary: 1 job: 1 succeeded\n");
  g_assert_cmpstr (none->err, ==, "apool: summary: 0 jobs\n");
}

static void
test_wrong (void)
{
  g_autoptr (E2eRun) run = e2e_run ("", "--summary", "sometimes", "true", NULL);

  e2e_assert_ended (run, 255);
  e2e_assert_contains (run->err, "apool: --summary sometimes: ");
}

/* ---- what ---- */

/* What went from pipe to pipe, too. */
static void
test_long_output (void)
{
  g_autoptr (E2eRun) run = e2e_shell (
      "",
      "$1 --summary failed 'head -c 1000000 /dev/zero; printf \"\\nlast\\n\"; exit 1' ::: x 3>&2 "
      "| cat >/dev/null");

  e2e_assert_contains (run->err, "exit status 1\n");
  e2e_assert_contains (run->err, "\napool:   | last\n");
}

/* What jobs write to the terminal themselves nobody has seen. */
static void
test_ungrouped (void)
{
  g_autoptr (E2eRun) run =
      e2e_run ("", "--summary", "failed", "-u", "echo sad >&2; exit", ":::", "1", NULL);

  g_assert_cmpstr (run->err, ==,
                   "sad\n"
                   "apool: summary: 1 job: 1 failed\n"
                   "apool: failed: job 1: echo sad >&2; exit 1: exit status 1\n");
}

static void
test_flaky (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *job =
      g_strdup_printf ("test -e %s/{} || { : > %s/{}; exit 3; }; exit 0", dir, dir);
  g_autoptr (E2eRun) run =
      e2e_run ("", "--summary", "always", "--retries", "2", job, ":::", "a", NULL);

  e2e_assert_ended (run, 0);
  e2e_assert_contains (run->err, "\napool: summary: 1 job: 1 succeeded (1 after a failure)\n");
  e2e_assert_contains (run->err, "\napool: flaky: job 1: ");
  e2e_assert_contains (run->err, ": succeeded with attempt 2\n");
  assert_lacks (run->err, "flaky: 1 job");
}

/* ---- a run that ends before its time ---- */

static char *
make_job (const E2eStage *stage)
{
  return g_strdup_printf ("case {} in a) ;; b) read x < %s; exit 4;; c) echo c > %s; exec sleep "
                          "1000;; esac",
                          stage->gate->path, stage->reports->path);
}

static void
test_interrupted (E2eStage *stage, gconstpointer data)
{
  g_autofree char *job = make_job (stage);
  g_autoptr (E2eRun) run =
      e2e_start ("--summary", "failed", "-j1", job, ":::", "a", "c", "never", NULL);
  G_GNUC_UNUSED g_autofree char *line = e2e_fifo_read_line (stage->reports);

  e2e_kill (run, SIGINT);
  e2e_finish (run);
  g_assert_cmpint (run->signal, ==, SIGINT);
  e2e_assert_contains (run->err, "apool: summary: 2 jobs: 1 succeeded, 1 ended by SIGINT\n");
}

/* What it tells to do then runs what was ended and what never began, too. */
static void
test_rest (E2eStage *stage, gconstpointer data)
{
  g_autofree char *job = make_job (stage);
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *log = g_build_filename (dir, "log", NULL);
  g_autoptr (E2eRun) run = e2e_start ("--summary", "failed", "-j1", "--joblog", log, job,
                                      ":::", "a", "c", "never", NULL);
  G_GNUC_UNUSED g_autofree char *line = e2e_fifo_read_line (stage->reports);
  g_autoptr (E2eRun) again = NULL;

  e2e_kill (run, SIGINT);
  e2e_finish (run);
  e2e_assert_contains (run->err,
                       "apool: to run what is not done: the same command with --resume-failed\n");
  again = e2e_run ("", "--resume-failed", "-j1", "--joblog", log, "--dry-run", job, ":::", "a", "c",
                   "never", NULL);
  g_assert_null (strstr (again->out, "case a in"));
  e2e_assert_contains (again->out, "case c in");
  e2e_assert_contains (again->out, "case never in");
}

static void
test_halted (E2eStage *stage, gconstpointer data)
{
  g_autofree char *job = make_job (stage);
  g_autoptr (E2eRun) run =
      e2e_start ("--summary", "failed", "-j2", "--halt", "now,fail=1", job, ":::", "b", "c", NULL);
  G_GNUC_UNUSED g_autofree char *line = e2e_fifo_read_line (stage->reports);

  e2e_fifo_write (stage->gate, "\n");
  e2e_finish (run);
  e2e_assert_ended (run, 4);
  e2e_assert_contains (run->err, "apool: summary: 2 jobs: 1 failed, 1 ended by --halt\n");
  e2e_assert_contains (run->err, "\napool: failed: job 1: ");
  assert_lacks (run->err, "apool: failed: job 2");
}

/* Who has sent two signals wants no more of it. */
static void
test_abandoned (E2eStage *stage, gconstpointer data)
{
  g_autofree char *job = g_strdup_printf ("trap 'echo got > %s' TERM; echo in > %s; "
                                          "while :; do sleep 1000 & wait; done; : {}",
                                          stage->reports->path, stage->reports->path);
  g_autoptr (E2eRun) run = e2e_start ("--summary", "always", job, ":::", "a", NULL);
  G_GNUC_UNUSED g_autofree char *in = e2e_fifo_read_line (stage->reports);
  g_autofree char *got = NULL;

  e2e_kill (run, SIGINT);
  got = e2e_fifo_read_line (stage->reports);
  e2e_kill (run, SIGINT);
  e2e_finish (run);
  g_assert_cmpint (run->signal, ==, SIGINT);
  assert_lacks (run->err, "summary");
}

/* ---- what to do then ---- */

/* The last line can be typed as it stands. */
static void
test_joblog_advice (void)
{
  g_autoptr (E2eRun) run =
      e2e_shell ("", "d=$(mktemp -d); cd $d; "
                     "$1 --summary failed --joblog 'run log' 'echo ran {}; exit {}' ::: 0 3 2>err; "
                     "A=$1; apool () { $A \"$@\"; }; "
                     "eval \"$(sed -n 's/^apool: to run those again: //p' err)\"; rm -r $d");

  g_assert_cmpstr (run->out, ==, "ran 0\nran 3\nran 3\n");
  e2e_assert_ended (run, 0);
}

/* Elsewhere, or without what its worker had ready, a command would be another one. */
static void
test_joblog_advice_needs (void)
{
  g_autoptr (E2eRun) run = e2e_shell (
      "", "d=$(mktemp -d); cd $d; mkdir 'a dir'; "
          "$1 --summary failed --joblog log --workdir \"$d/a dir\" "
          "--worker-init 'export V=\"it is\"' 'echo \"${PWD##*/}\" $V {}; exit 1' ::: x 2>err; "
          "A=$1; apool () { $A \"$@\"; }; "
          "eval \"$(sed -n 's/^apool: to run those again: //p' err)\"; rm -r $d");

  g_assert_cmpstr (run->out, ==, "a dir it is x\na dir it is x\n");
}

/* Nor may it run longer, more often or beside others than it was to, or be kept elsewhere. */
static void
test_joblog_advice_options (void)
{
  g_autoptr (E2eRun) run = e2e_shell (
      "", "d=$(mktemp -d); cd $d; A=$1; apool () { $A \"$@\"; }; "
          "apool -kj2 --tag --summary failed --timeout=60 --retries 2 --rlimit nofile=64 "
          "--termseq INT,100,KILL --jobserver --results 'a b.csv' --joblog log "
          "'ulimit -n; echo {} >> ran; exit 1' ::: x 2>err; "
          "sed -n 's/^apool: to run those again: //p' err; "
          "eval \"$(sed -n 's/^apool: to run those again: //p' err)\"; "
          "cat ran; grep -c ',\"64' 'a b.csv'; rm -r $d");

  g_assert_cmpstr (run->out, ==,
                   "apool --retry-failed --joblog log --keep-order --jobs 2 --timeout 60 "
                   "--retries 2 --rlimit 'nofile=64' --termseq 'INT,100,KILL' --jobserver "
                   "--results 'a b.csv'\nx\nx\nx\nx\n2\n");
}

/* What is made of inputs needs them: the log has none. */
static void
test_joblog_advice_inputs (void)
{
  static const char *const options[] = { "--workdir {}", "--results res", "--no-shell" };

  for (gsize i = 0; i < G_N_ELEMENTS (options); i++)
    {
      g_autofree char *script = g_strdup_printf (
          "d=$(mktemp -d); cd $d; mkdir sub; A=$1; "
          "apool () { $A --summary failed --joblog log %s \"$@\" ls none ::: sub ::: x; }; "
          "apool >out 2>err; tail -n1 err; apool --resume-failed 2>&1 | grep -c '^apool: failed'; "
          "rm -r $d",
          options[i]);
      g_autoptr (E2eRun) run = e2e_shell ("", script);

      g_assert_cmpstr (run->out, ==,
                       "apool: to run those again: the same command with --resume-failed\n1\n");
    }
}

/* What a profile says it says again. */
static void
test_joblog_advice_profile (void)
{
  g_autoptr (E2eRun) run = e2e_shell (
      "", "d=$(mktemp -d); cd $d; export APOOL='--timeout 60'; "
          "$1 --summary failed --delay 0 --joblog log false ::: x; "
          "APOOL='--wd {}' $1 --summary failed --delay 0 --joblog log false ::: /; rm -r $d");

  e2e_assert_contains (run->err,
                       "apool: to run those again: apool --retry-failed --joblog log --delay 0\n");
  e2e_assert_contains (run->err,
                       "apool: to run those again: the same command with --resume-failed\n");
}

static void
test_journal_advice (void)
{
  g_autoptr (E2eRun) run = e2e_shell (
      "", "d=$(mktemp -d); cd $d; A=$1; apool () { $A \"$@\"; }; export D=$d; "
          "apool -j1 --summary failed --journal 'a b' 'echo {} >> $D/ran; exit {}' ::: 0 3 "
          "2>err; "
          "eval \"$(sed -n 's/^apool: to run those again: //p' err)\" 2>/dev/null; "
          "cat ran; rm -r $d");

  g_assert_cmpstr (run->out, ==, "0\n3\n3\n");
}

static void
test_advice (void)
{
  g_autoptr (E2eRun) some =
      e2e_run ("", "-j1", "--summary", "failed", "exit", ":::", "0", "1", NULL);
  g_autoptr (E2eRun) all = e2e_run ("", "--summary", "failed", "exit", ":::", "1", "1", NULL);
  g_autoptr (E2eRun) from_stdin =
      e2e_shell ("1\n", "d=$(mktemp -d); $1 --summary failed --journal $d/j exit; rm -r $d");

  e2e_assert_contains (some->err,
                       "\napool: to run only such jobs again: use --joblog FILE, and then "
                       "--retry-failed\n");
  assert_lacks (all->err, "again");
  e2e_assert_contains (from_stdin->err, "\napool: to run those again: the same command with "
                                        "--journal-rerun failed\n");
}

/* ---- quiet ---- */

static void
test_quiet (void)
{
  g_autoptr (E2eRun) retried = e2e_run ("", "--quiet", "--retries", "2", "false", ":::", "a", NULL);
  g_autoptr (E2eRun) halted =
      e2e_run ("", "--quiet", "--halt", "soon,fail=1", "exit", ":::", "3", NULL);
  g_autoptr (E2eRun) hooked =
      e2e_run ("", "--quiet", "--on-error", "echo hook >&2; exit 1", "exit", ":::", "3", NULL);
  g_autoptr (E2eRun) summed =
      e2e_run ("", "--summary", "always", "--quiet", "exit", ":::", "3", NULL);
  g_autoptr (E2eRun) missing =
      e2e_run ("", "--quiet", "--env", "NO_SUCH_VARIABLE", "true", ":::", "3", NULL);
  g_autoptr (E2eRun) lost = e2e_run ("", "--quiet", "kill -9 $PPID; exit", ":::", "3", NULL);

  g_assert_cmpstr (retried->err, ==, "");
  e2e_assert_ended (retried, 1);
  g_assert_cmpstr (halted->err, ==, "");
  e2e_assert_ended (halted, 3);
  g_assert_cmpstr (hooked->err, ==, "hook\n");
  g_assert_cmpstr (summed->err, ==, "");
  g_assert_cmpstr (missing->err, ==, "");
  g_assert_cmpstr (lost->err, ==, "");
  e2e_assert_ended (lost, 1);
}

/* Trouble is said, and so is what was asked for. */
static void
test_not_so_quiet (void)
{
  g_autoptr (E2eRun) wrong = e2e_run ("", "--quiet", "-j", "none", "true", NULL);
  g_autoptr (E2eRun) gone = e2e_run ("", "--quiet", "-a", "/no/such/file", "true", NULL);
  g_autoptr (E2eRun) told = e2e_run ("", "--quiet", "-t", "exit", ":::", "3", NULL);
  g_autoptr (E2eRun) debugged =
      e2e_run ("", "--quiet", "--debug", "--retries", "2", "false", ":::", "a", NULL);

  e2e_assert_ended (wrong, 255);
  e2e_assert_contains (wrong->err, "apool: -j");
  e2e_assert_ended (gone, 255);
  e2e_assert_contains (gone->err, ": No such file or directory\n");
  g_assert_cmpstr (told->err, ==, "exit 3\n");
  e2e_assert_contains (debugged->err, "trying again");
}

static void
add_tests (void)
{
  g_test_add_func ("/summary/terminal", test_terminal);
  g_test_add_func ("/summary/own-line", test_own_line);
  g_test_add_func ("/summary/retry-failed", test_retry_failed);
  g_test_add_func ("/summary/no-terminal", test_no_terminal);
  g_test_add_func ("/summary/wrong", test_wrong);
  g_test_add_func ("/summary/long-output", test_long_output);
  g_test_add_func ("/summary/ungrouped", test_ungrouped);
  g_test_add_func ("/summary/flaky", test_flaky);
  e2e_stage_add_test ("/summary/interrupted", test_interrupted);
  e2e_stage_add_test ("/summary/rest", test_rest);
  e2e_stage_add_test ("/summary/halted", test_halted);
  e2e_stage_add_test ("/summary/abandoned", test_abandoned);
  g_test_add_func ("/summary/advice/joblog", test_joblog_advice);
  g_test_add_func ("/summary/advice/joblog/needs", test_joblog_advice_needs);
  g_test_add_func ("/summary/advice/joblog/options", test_joblog_advice_options);
  g_test_add_func ("/summary/advice/joblog/inputs", test_joblog_advice_inputs);
  g_test_add_func ("/summary/advice/joblog/profile", test_joblog_advice_profile);
  g_test_add_func ("/summary/advice/journal", test_journal_advice);
  g_test_add_func ("/summary/advice", test_advice);
  g_test_add_func ("/summary/quiet", test_quiet);
  g_test_add_func ("/summary/not-so-quiet", test_not_so_quiet);
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, add_tests);
}
