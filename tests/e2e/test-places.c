/* SPDX-License-Identifier: MIT */
/*
 * Where jobs run, and jobs that are only shown.
 */

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

#include "e2e.h"

/* ---- --dry-run ---- */

/* Nothing is run: no job, and nothing that is run for jobs or about them; nothing is written. */
static void
test_dry_run_runs_nothing (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *template = g_build_filename (dir, "template", NULL);
  g_autofree char *file = g_build_filename (dir, "file", NULL);
  g_autofree char *definition = g_strdup_printf ("%s=%s", template, file);
  g_autofree char *touch = g_strdup_printf ("touch %s", file);
  g_autofree char *expected = g_strdup_printf ("%s; exit 1\n", touch);
  g_autofree char *command = g_strdup_printf ("%s; exit {}", touch);
  g_autoptr (E2eRun) run = NULL;

  g_assert_true (g_file_set_contents (template, "{}", -1, NULL));
  run = e2e_run ("", "--dry-run", "--worker-init", touch, "--worker-exit", touch, "--on-error",
                 touch, "--tmpl", definition, command, ":::", "1", NULL);
  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, expected);
  g_assert_cmpstr (run->err, ==, "");
  g_assert_false (g_file_test (file, G_FILE_TEST_EXISTS));
}

/* In input order, on standard output, with the slot that the job would have. */
static void
test_dry_run_lines (void)
{
  g_autoptr (E2eRun) run =
      e2e_run ("a b\n\n$x\n", "-j1", "--dry-run", "echo  {#} {%} '{}' > f{}", NULL);
  g_autoptr (E2eRun) words = e2e_run ("", "-j1", "--dry-run", "--no-shell", "echo", "a  b", "{%}",
                                      "{}", "$y", ":::", "c'd", "e", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==,
                   "echo  1 1 ''a b'' > f'a b'\necho  2 1 '''' > f''\necho  3 1 ''$x'' > f'$x'\n");
  e2e_assert_ended (words, 0);
  g_assert_cmpstr (words->out, ==, "echo 'a  b' 1 'c'\"'\"'d' '$y'\necho 'a  b' 1 e '$y'\n");
}

/* What is printed does the same when a shell reads it. */
static void
test_dry_run_can_be_pasted (void)
{
  static const char EXPECTED[] =
      "<1><it's><xit'sy><2>< a  b><x a  by><3><><xy><4><$x;`y`><x$x;`y`y>"
      "<5><\"><x\"y><6><\\><x\\y><7><~*><x~*y>\n";
  g_autofree char *both = g_strconcat (EXPECTED, EXPECTED, NULL);
  g_autoptr (E2eRun) run = e2e_shell (
      "", "apool=$1; run () { \"$apool\" \"$@\" \"printf '<%s>' {#} {} x{}y\" ::: \"it's\" "
          "' a  b' '' '$x;`y`' '\"' '\\' '~*'; }; run; echo; run --dry-run | sh; echo");

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, both);
}

/* An input that cannot become a command is told of, as in the run itself. */
static void
test_dry_run_bad_input (void)
{
  g_autoptr (E2eRun) run = e2e_run_bytes (g_bytes_new_static ("a\nb\0c\nd\n", 8),
                                          (const char *const[]){ "--dry-run", "echo", NULL });

  e2e_assert_ended (run, 1);
  g_assert_cmpstr (run->out, ==, "echo a\necho d\n");
  e2e_assert_contains (run->err, "apool: job 2: cannot be started: input line 2: a NUL byte");
}

/* ---- --wd ---- */

/* Runs @script in @dir, where $1 is apool. */
static E2eRun *
run_in (const char *dir, const char *script)
{
  g_autofree char *quoted = g_shell_quote (dir);
  g_autofree char *whole = g_strdup_printf ("cd %s && { %s\n}", quoted, script);

  return e2e_shell ("", whole);
}

static void
check_empty (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (path, 0, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (g_dir_read_name (dir), ==, NULL);
}

/* Below where apool is, and made where it is not there; PWD says so with a shell and without. */
static void
test_wd_named (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autoptr (E2eRun) run =
      run_in (dir, "D=$(pwd -P); mkdir there; touch there/f\n"
                   "\"$1\" --wd '{}/{#}' 'pwd -P; echo \"$PWD\";:' ::: a 'b c' | sed \"s|^$D/||\"\n"
                   "\"$1\" --wd 'x{}' printenv PWD '{#}' ::: y 2>&1 | sed \"s|^$D/||\"\n"
                   "\"$1\" --wd there ls {} ::: f\n"
                   "\"$1\" --wd \"$D/there\" --no-shell ls ::: f\n"
                   "\"$1\" --workdir . ls -d {} ::: 'b c'");

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "a/1\na/1\nb c/2\nb c/2\nxy\nf\nf\nb c\n");
}

/* A program is looked for from where the job runs. */
static void
test_wd_programs (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autoptr (E2eRun) run = run_in (
      dir, "mkdir -p one/bin two/bin; printf '#!/bin/sh\\necho 1' > one/bin/prog\n"
           "printf '#!/bin/sh\\necho 2' > two/bin/prog; chmod +x */bin/prog\n"
           "\"$1\" --wd {} bin/prog '{#}' ::: one two; \"$1\" --wd {}/bin --shell ./prog ::: two\n"
           "PATH=$PATH:bin \"$1\" --wd {} prog '{#}' ::: two one\n"
           "PATH=$PATH: \"$1\" --no-shell --wd {}/bin prog ::: one");

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "1\n2\n2\n2\n1\n1\n");
}

/* Relative to where the workers were taken. */
static void
test_wd_after_init (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autoptr (E2eRun) run = run_in (
      dir, "mkdir sub; \"$1\" --worker-init 'cd sub' --wd {} touch '{#}' ::: a; echo sub/a/*\n"
           "\"$1\" --worker-init 'cd sub' --worker-exit 'ls' --wd {} true ::: a");

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "sub/a/1\n");
  g_assert_cmpstr (run->err, ==, "a\n");
}

/* It is that job's failure, and the others run. */
static void
test_wd_bad (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *expected = g_strdup_printf (
      "apool: job 2: cannot be started: input 2: --wd: '%s/file': Not a directory\n", dir);
  g_autoptr (E2eRun) run =
      run_in (dir, "touch file; \"$1\" --wd {} 'basename $PWD;:' ::: a file '' b");
  g_autoptr (E2eRun) slot = e2e_run ("", "--wd", "{%}", "true", ":::", "1", NULL);

  e2e_assert_ended (run, 2);
  g_assert_cmpstr (run->out, ==, "a\nb\n");
  e2e_assert_contains (run->err, expected);
  e2e_assert_contains (run->err, "apool: job 3: cannot be started: input 3: --wd: empty name\n");
  e2e_assert_ended (slot, 255);
  g_assert_cmpstr (slot->err, ==,
                   "apool: --wd: {%}: the slot is not known before the job is started\n");
}

static void
test_wd_dry_run (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autoptr (E2eRun) run = run_in (
      dir, "\"$1\" --dry-run --wd {} pwd ::: a; \"$1\" --tmpdir . --dry-run --wd ... pwd ::: b");

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "pwd a\npwd b\n");
  check_empty (dir);
}

/* Each job starts in one that is empty and only its own. It goes with what is in it, however the
 * job ends; what a link leads to stays. */
static void
test_wd_own (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autoptr (E2eRun) run =
      run_in (dir, "mkdir tmp kept; touch kept/f\n"
                   "KEPT=$PWD/kept \"$1\" -j1 --tmpdir tmp --wd ... '"
                   "ls -A; stat -c %a .; basename $PWD; echo > f; ln -s $KEPT link; "
                   "mkdir d; echo > d/f; chmod 0 d; eval {}' ::: : 'exit 1' 'kill -KILL $$'\n"
                   "echo $?; ls kept; ls tmp");

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "700\n1\n700\n2\n700\n3\n2\nf\n");
}

/* Neither an attempt that failed nor a program that there is not leaves anything. */
static void
test_wd_own_again (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autoptr (E2eRun) run =
      run_in (dir, "\"$1\" --tmpdir . --retries 2 --wd ... 'ls -A; echo > f; exit 1; {}' ::: a\n"
                   "\"$1\" --tmpdir . --no-shell --wd ... no-such-program ::: a");

  g_assert_cmpint (run->status, ==, 1);
  g_assert_cmpstr (run->out, ==, "");
  check_empty (dir);
}

/* Starts a job that tells that it is in a directory of its own, and waits. */
static E2eRun *
start_in_own (E2eStage *stage, GPid *job)
{
  g_autofree char *command = g_strdup_printf (
      "touch f; echo $$ in > %s; read x < %s;:", stage->reports->path, stage->gate->path);
  g_autofree char *tmpdir = g_build_filename (stage->dir, "tmp", NULL);
  E2eRun *run;

  g_assert_cmpint (g_mkdir (tmpdir, 0700), ==, 0);
  run = e2e_start ("--tmpdir", tmpdir, "--wd", "...", command, ":::", "1", NULL);
  *job = e2e_fifo_read_report (stage->reports, "in");
  return run;
}

static void
check_own_is_gone (E2eStage *stage)
{
  g_autofree char *tmpdir = g_build_filename (stage->dir, "tmp", NULL);

  check_empty (tmpdir);
}

static void
test_wd_own_interrupted (E2eStage *stage, gconstpointer data)
{
  GPid job;
  g_autoptr (E2eRun) run = start_in_own (stage, &job);

  e2e_kill (run, SIGTERM);
  e2e_finish (run);
  g_assert_cmpint (run->signal, ==, SIGTERM);
  check_own_is_gone (stage);
}

/* Who would have removed it is dead. */
static void
test_wd_own_lost (E2eStage *stage, gconstpointer data)
{
  GPid job;
  g_autoptr (E2eRun) run = start_in_own (stage, &job);

  g_assert_cmpint (kill (e2e_get_worker_of (run, job), SIGKILL), ==, 0);
  e2e_finish (run);
  e2e_assert_ended (run, 1);
  e2e_assert_contains (run->err, ": lost: ");
  check_own_is_gone (stage);
}

/* What cannot be removed is said, which is no failure. */
static void
test_wd_own_stays (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autoptr (E2eRun) run = run_in (
      dir, "\"$1\" --tmpdir . --wd ... 'cd ../..; p=$(echo apool-*); mv $p moved; : > $p;:' ::: a");

  e2e_assert_ended (run, 0);
  g_assert_true (g_str_has_prefix (run->err, "apool: --wd: cannot remove '/"));
  g_assert_true (g_str_has_suffix (run->err, "': Not a directory\n"));
}

static void
test_wd_own_nowhere (void)
{
  g_autoptr (E2eRun) run = e2e_shell ("", "TMPDIR=/no/such \"$1\" --wd ... true ::: a");

  e2e_assert_ended (run, 255);
  g_assert_cmpstr (run->err, ==, "apool: --wd ...: /no/such: No such file or directory\n");
}

static void
test_places_add (void)
{
  g_test_add_func ("/places/dry-run/runs-nothing", test_dry_run_runs_nothing);
  g_test_add_func ("/places/dry-run/lines", test_dry_run_lines);
  g_test_add_func ("/places/dry-run/can-be-pasted", test_dry_run_can_be_pasted);
  g_test_add_func ("/places/dry-run/bad-input", test_dry_run_bad_input);
  g_test_add_func ("/places/wd/named", test_wd_named);
  g_test_add_func ("/places/wd/programs", test_wd_programs);
  g_test_add_func ("/places/wd/after-init", test_wd_after_init);
  g_test_add_func ("/places/wd/bad", test_wd_bad);
  g_test_add_func ("/places/wd/dry-run", test_wd_dry_run);
  g_test_add_func ("/places/wd/own", test_wd_own);
  g_test_add_func ("/places/wd/own-again", test_wd_own_again);
  e2e_stage_add_test ("/places/wd/own-interrupted", test_wd_own_interrupted);
  e2e_stage_add_test ("/places/wd/own-lost", test_wd_own_lost);
  g_test_add_func ("/places/wd/own-stays", test_wd_own_stays);
  g_test_add_func ("/places/wd/own-nowhere", test_wd_own_nowhere);
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, test_places_add);
}
