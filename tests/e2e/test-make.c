/* SPDX-License-Identifier: MIT */
/* Under GNU make, and above it. */

#include <signal.h>
#include <string.h>

#include "e2e.h"
#include "hold-script.h"

#define PATIENCE_MSEC 10000

/* Makes recipe by recipe run what stands in them; those that are jobs of apool find it in A. */
static void
write_makefile (E2eStage *stage, const char *name, const char *format, const char *hold)
{
  g_auto (GStrv) parts = g_strsplit (format, "HOLD", -1);
  g_autofree char *text = g_strjoinv (hold, parts);
  g_autofree char *path = g_build_filename (stage->dir, name, NULL);
  g_autofree char *dir = g_path_get_dirname (path);

  g_assert_no_errno (g_mkdir_with_parents (dir, 0700));
  e2e_dir_write (stage->dir, name, text);
}

/* @script: for bash, in the directory of the stage */
static E2eRun *
start_in (E2eStage *stage, const char *script)
{
  g_autofree char *text =
      g_strdup_printf ("export A=\"$1\"; cd %s || exit; exec %s", stage->dir, script);

  return e2e_start_shell (text);
}

/* ---- under make ---- */

/* Two recipes and the jobs of a third one run in make's three slots, and make has them all at its
 * end, or it would say so. */
static void
test_under_make (E2eStage *stage, gconstpointer data)
{
  g_autofree char *hold = hold_script_write (stage);
  g_autoptr (E2eRun) run = NULL;

  write_makefile (stage, "Makefile",
                  "all: x y pool\n"
                  "x y:\n\t@HOLD\n"
                  "pool:\n\t+@\"$$A\" 'HOLD; echo {}' ::: 1 2 3 4 5\n",
                  hold);
  run = start_in (stage, "make -s -j3");
  hold_script_await (stage, 3);
  hold_script_release (stage, 7);
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "1\n2\n3\n4\n5\n");
  g_assert_cmpstr (run->err, ==, "");
  hold_script_check (stage, 7, 3);
}

/* Nothing but apool runs: it has all three. */
static void
test_under_make_alone (E2eStage *stage, gconstpointer data)
{
  g_autofree char *hold = hold_script_write (stage);
  g_autoptr (E2eRun) run = NULL;

  write_makefile (stage, "Makefile", "all:\n\t+@\"$$A\" -D 'HOLD' ::: 1 2 3 4 5 2>errors\n", hold);
  run = start_in (stage, "make -s -j3");
  hold_script_await (stage, 3);
  hold_script_release (stage, 5);
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->err, ==, "");
  hold_script_check (stage, 5, 3);
}

/* A job fails, and so does make; still nothing is missing. */
static void
test_under_make_failed (E2eStage *stage, gconstpointer data)
{
  g_autofree char *hold = hold_script_write (stage);
  g_autoptr (E2eRun) run = NULL;

  write_makefile (stage, "Makefile", "all:\n\t+@\"$$A\" 'HOLD; exit 3' ::: 1 2 3 4 5\n", hold);
  run = start_in (stage, "make -s -j3");
  hold_script_await (stage, 3);
  hold_script_release (stage, 5);
  e2e_finish (run);
  e2e_assert_ended (run, 2);
  g_assert_null (strstr (run->err, "INTERNAL"));
  hold_script_check (stage, 5, 3);
}

/* Without a '+' make hands nothing down. */
static void
test_under_make_bare (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eRun) run = NULL;

  write_makefile (stage, "Makefile", "all:\n\t@\"$$A\" -j2 echo ::: 1 2\n", "");
  run = start_in (stage, "make -s -j3");
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "1\n2\n");
  e2e_assert_contains (run->err, "apool: jobserver of make: ");
  e2e_assert_contains (run->err, " is not open: up to 2 jobs run beside make's: ");
}

/* ---- above make ---- */

#define THREE_RECIPES "all: x y z\nx y z:\n\t@HOLD\n"

/* One make may have all slots. */
static void
test_above_one (E2eStage *stage, gconstpointer data)
{
  g_autofree char *hold = hold_script_write (stage);
  g_autoptr (E2eRun) run = NULL;

  write_makefile (stage, "a/Makefile", THREE_RECIPES, hold);
  run = start_in (stage, "\"$1\" -j3 --jobserver make -s -C {} ::: a");
  hold_script_await (stage, 3);
  hold_script_release (stage, 3);
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->err, ==, "");
  hold_script_check (stage, 3, 3);
}

/* What makes, and jobs that are none, run at the same time is three in all. */
static void
test_above_many (E2eStage *stage, gconstpointer data)
{
  g_autofree char *hold = hold_script_write (stage);
  g_autoptr (E2eRun) run = NULL;

  write_makefile (stage, "a/Makefile", THREE_RECIPES, hold);
  write_makefile (stage, "b/Makefile", THREE_RECIPES, hold);
  write_makefile (stage, "c/Makefile", THREE_RECIPES, hold);
  run = start_in (stage, "\"$1\" -j3 --jobserver 'make -s -C {} && echo {}' ::: a b c");
  hold_script_await (stage, 3);
  hold_script_release (stage, 9);
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "a\nb\nc\n");
  g_assert_cmpstr (run->err, ==, "");
  hold_script_check (stage, 9, 3);
}

/* What stood in MAKEFLAGS before stands there still. */
static void
test_above_flags (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eRun) run = NULL;

  write_makefile (stage, "a/Makefile", "V = none\nall:\n\t@echo '$(V)'\n\t@false\n", "");
  run =
      start_in (stage, "env MAKEFLAGS='is -j5 -- V=x\\ y' \"$1\" -j3 --jobserver make -C {} ::: a");
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "x y\n");
}

/* The number of slots is what a file says, also when it says more. */
static void
test_above_file (E2eStage *stage, gconstpointer data)
{
  g_autofree char *hold = hold_script_write (stage);
  g_autoptr (E2eRun) run = NULL;

  write_makefile (stage, "a/Makefile", THREE_RECIPES, hold);
  e2e_dir_write (stage->dir, "jobs", "2\n");
  run = start_in (stage, "\"$1\" -D -j jobs --jobserver make -s -C {} ::: a 2>errors");
  hold_script_await (stage, 2);
  e2e_dir_write (stage->dir, "jobs", "3\n");
  hold_script_await (stage, 1);
  hold_script_release (stage, 3);
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  hold_script_check (stage, 3, 3);
}

/* A run under a make that is a job of another run: all of them share three. */
static void
test_nested (E2eStage *stage, gconstpointer data)
{
  g_autofree char *hold = hold_script_write (stage);
  g_autoptr (E2eRun) run = NULL;

  write_makefile (stage, "a/Makefile", "all:\n\t+@\"$$A\" 'HOLD; echo {}' ::: 1 2 3 4\n", hold);
  write_makefile (stage, "b/Makefile", "all:\n\t+@\"$$A\" --jobserver make -s -C ../{} ::: c\n",
                  hold);
  write_makefile (stage, "c/Makefile", THREE_RECIPES, hold);
  run = start_in (stage, "\"$1\" -j3 --jobserver make -s -C {} ::: a b");
  hold_script_await (stage, 3);
  hold_script_release (stage, 7);
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "1\n2\n3\n4\n");
  g_assert_cmpstr (run->err, ==, "");
  hold_script_check (stage, 7, 3);
}

/* Scripts stand for makes that know named pipes. */
static void
test_above_fifo (E2eStage *stage, gconstpointer data)
{
  g_autofree char *hold = hold_script_write (stage);
  g_autofree char *tmpdir = g_build_filename (stage->dir, "tmp", NULL);
  g_autofree char *peer =
      g_strdup_printf ("p=${MAKEFLAGS##*=fifo:}\n"
                       "(t=$(dd bs=1 count=1 <$p 2>&-); %s; printf %%s \"$t\" >$p) & %s; wait\n",
                       hold, hold);
  g_autoptr (E2eRun) run = NULL;

  g_assert_no_errno (g_mkdir_with_parents (tmpdir, 0700));
  e2e_dir_write (stage->dir, "peer.sh", peer);
  run = start_in (stage, "\"$1\" -j3 --jobserver=fifo --tmpdir tmp sh peer.sh ::: a b");
  hold_script_await (stage, 3);
  hold_script_release (stage, 4);
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->err, ==, "");
  hold_script_check (stage, 4, 3);
  g_assert_true (e2e_dir_is_empty (tmpdir));
}

/* The name of the pipe is removed even by those who are killed. */
static void
test_killed_fifo (E2eStage *stage, gconstpointer data)
{
  g_autofree char *hold G_GNUC_UNUSED = hold_script_write (stage);
  g_autofree char *tmpdir = g_build_filename (stage->dir, "tmp", NULL);
  g_autoptr (E2eRun) run = NULL;

  e2e_forgo_leaks ();
  g_assert_no_errno (g_mkdir_with_parents (tmpdir, 0700));
  run = start_in (stage, "\"$1\" -j3 --jobserver=fifo --tmpdir tmp sh hold.sh ::: a b");
  hold_script_await (stage, 2);
  g_assert_false (e2e_dir_is_empty (tmpdir));
  e2e_kill (run, SIGKILL);
  e2e_finish (run);
  e2e_wait_gone (run, PATIENCE_MSEC);
  g_assert_true (e2e_dir_is_empty (tmpdir));
}

/* A job that keeps what it takes does no harm to those after it: its attempts all find something to
 * take. */
static void
test_above_missing (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eRun) run =
      e2e_shell ("", "\"$1\" -j2 --jobserver --retries 3 'r=${MAKEFLAGS##*=}; dd bs=1 count=1 2>&- "
                     "</proc/self/fd/${r%,*}; exit 1; : {}' ::: 1");

  e2e_assert_ended (run, 1);
  g_assert_cmpstr (run->out, ==, "+");
  e2e_assert_count (run->err, "apool: jobserver: ", 1);
  e2e_assert_contains (
      run->err, "apool: jobserver: slots that jobs have taken and not given back: 1: put back\n");
}

static void
test_above_nowhere (void)
{
  g_autoptr (E2eRun) run =
      e2e_run ("", "--jobserver=fifo", "--tmpdir", "/none", "echo", ":::", "1", NULL);

  e2e_assert_ended (run, 255);
  g_assert_cmpstr (run->out, ==, "");
  e2e_assert_contains (run->err, "apool: --jobserver: cannot make a named pipe in '/none': ");
}

static void
add_tests (void)
{
  e2e_stage_add_test ("/make/under", test_under_make);
  e2e_stage_add_test ("/make/under/alone", test_under_make_alone);
  e2e_stage_add_test ("/make/under/failed", test_under_make_failed);
  e2e_stage_add_test ("/make/under/bare", test_under_make_bare);
  e2e_stage_add_test ("/make/above/one", test_above_one);
  e2e_stage_add_test ("/make/above/many", test_above_many);
  e2e_stage_add_test ("/make/above/flags", test_above_flags);
  e2e_stage_add_test ("/make/above/file", test_above_file);
  e2e_stage_add_test ("/make/above/nested", test_nested);
  e2e_stage_add_test ("/make/above/fifo", test_above_fifo);
  e2e_stage_add_test ("/make/above/missing", test_above_missing);
  g_test_add_func ("/make/above/nowhere", test_above_nowhere);
  /* Where the manager is killed nobody looks for leaks: it comes last. */
  e2e_stage_add_test ("/make/killed/fifo", test_killed_fifo);
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, add_tests);
}
