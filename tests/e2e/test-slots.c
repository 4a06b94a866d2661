/* SPDX-License-Identifier: MIT */
/*
 * When a slot is free, what gets it, and what gets none any more.
 *
 * Jobs that have ended and whose output is still held open have no slot. What is run about failed
 * jobs needs one, and is no job. After a hang-up nothing new has one.
 */

#include <signal.h>

#include "e2e.h"

#define PATIENCE_MSEC 10000

/* ---- jobs that leave a process on their output ---- */

/* Each job ends at once, and its worker waits for what it left. Workers that are replaced all the
 * while keep to the slots that they have: none is lost, nor any job. */
static void
check_leavers (E2eStage *stage, const char *jobs, const char *max_tasks)
{
  g_autofree char *command =
      g_strdup_printf ("%s leave %s; echo {}", e2e_testprog (), stage->reports->path);
  g_autoptr (E2eRun) run = e2e_run ("", jobs, "--workers", "1", max_tasks, command, ":::", "1", "2",
                                    "3", "4", "5", "6", "7", "8", "9", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "1\n2\n3\n4\n5\n6\n7\n8\n9\n");
  e2e_assert_count (run->err, ": lost: ", 0);
  for (guint i = 0; i < 9; i++)
    e2e_wait_process (e2e_fifo_read_report (stage->reports, "left"));
  e2e_wait_gone (run, PATIENCE_MSEC);
}

static void
test_leavers_recycled (E2eStage *stage, gconstpointer data)
{
  check_leavers (stage, "-j2", "--max-tasks-per-worker=3");
}

static void
test_leavers_recycled_each (E2eStage *stage, gconstpointer data)
{
  check_leavers (stage, "-j3", "--max-tasks-per-worker=1");
}

/* ---- how many jobs a worker gets ---- */

/* No worker is made before it is known that there is a job for it. */
static void
test_no_worker_ahead (void)
{
  g_autoptr (E2eRun) one =
      e2e_run ("", "-D", "-j1", "--max-tasks-per-worker", "1", "true", ":::", "1", NULL);
  g_autoptr (E2eRun) four = e2e_run ("", "-D", "-j2", "--workers", "1", "--max-tasks-per-worker",
                                     "2", "true", ":::", "1", "2", "3", "4", NULL);

  e2e_assert_ended (one, 0);
  e2e_assert_count (one->err, ": made: ", 1);
  e2e_assert_ended (four, 0);
  e2e_assert_count (four->err, ": made: ", 2);
}

/* What is run about failed jobs is none of the jobs that a worker may have. */
static void
test_hooks_do_not_count (void)
{
  g_autoptr (E2eRun) run =
      e2e_run ("", "-j1", "--max-tasks-per-worker", "2", "--on-error", "echo failed $APOOL_SEQ",
               "echo $PPID; exit {}", ":::", "1", "2", "3", "4", NULL);
  g_auto (GStrv) lines = NULL;

  e2e_assert_ended (run, 4);
  e2e_assert_count (run->err, "failed ", 4);
  lines = g_strsplit (run->out, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 5);
  g_assert_cmpstr (lines[0], ==, lines[1]);
  g_assert_cmpstr (lines[2], ==, lines[3]);
  g_assert_cmpstr (lines[1], !=, lines[2]);
}

/* ---- what is run about failed jobs ---- */

/* Job 1 fails while job 2 runs in another slot: there is room for what is run about it. */
static void
check_hook_beside (E2eStage *stage, const char *workers, const char *scheduler)
{
  g_autofree char *hold = e2e_stage_make_hold (stage, "[ {} = b ]", "$$ job");
  g_autofree char *command = g_strdup_printf ("%s; [ {} = b ] && echo {}", hold);
  g_autofree char *hook = g_strdup_printf ("echo $$ hook $APOOL_SEQ >%s", stage->reports->path);
  g_autoptr (E2eRun) run = e2e_start ("-j2", workers, scheduler, "--on-error", hook, command, NULL);

  e2e_write (run, "b\n");
  (void) e2e_fifo_read_report (stage->reports, "job");
  e2e_write (run, "a\n");
  (void) e2e_fifo_read_report (stage->reports, "hook 2");
  e2e_fifo_close (stage->gate);
  e2e_finish (run);
  e2e_assert_ended (run, 1);
  g_assert_cmpstr (run->out, ==, "b\n");
  g_assert_cmpstr (run->err, ==, "");
  e2e_wait_gone (run, PATIENCE_MSEC);
}

static void
test_hook_beside (E2eStage *stage, gconstpointer data)
{
  check_hook_beside (stage, "--workers=2", "--scheduler=least-loaded");
}

static void
test_hook_beside_one_worker (E2eStage *stage, gconstpointer data)
{
  check_hook_beside (stage, "--workers=1", "--scheduler=affinity={}");
}

static void
test_hook_beside_affinity (E2eStage *stage, gconstpointer data)
{
  check_hook_beside (stage, "--workers=2", "--scheduler=affinity={}");
}

/* Job 2 fails while job 1 runs, and job 3 takes its slot at once. Whichever of the two ends first:
 * what is run about job 2 has that one's slot, and does not wait for the other. */
static void
check_hook_behind (E2eStage *stage, gboolean ends_first)
{
  g_autoptr (E2eFifo) other = e2e_fifo_new (stage->dir, "other");
  g_autofree char *first = e2e_stage_make_hold (stage, "[ {#} = 1 ]", "$$ job");
  g_autofree char *third = g_strdup_printf ("[ {#} != 3 ] || { exec 3<%s; echo $$ job >%s; read x "
                                            "<&3 || :; }",
                                            other->path, stage->reports->path);
  g_autofree char *command = g_strdup_printf ("%s; %s; [ {#} != 2 ] && echo {}", first, third);
  g_autofree char *hook = g_strdup_printf ("echo $$ hook $APOOL_SEQ >%s", stage->reports->path);
  g_autoptr (E2eRun) run =
      e2e_start_said (stage->errors, "-j2", "--workers", "2", "--prefetch", "1", "--scheduler",
                      "affinity={}", "--on-error", hook, command, ":::", "b", "a", "a", NULL);

  (void) e2e_fifo_read_report (stage->reports, "job");
  (void) e2e_fifo_read_report (stage->reports, "job");
  g_strfreev (e2e_read_view (run, stage->errors, "2 running, 0 waiting, 1 done, 0 lost"));
  e2e_fifo_close (ends_first ? stage->gate : other);
  (void) e2e_fifo_read_report (stage->reports, "hook 2");
  e2e_fifo_close (ends_first ? other : stage->gate);
  e2e_finish (run);
  e2e_assert_ended (run, 1);
  g_assert_cmpstr (run->out, ==, "b\na\n");
  e2e_wait_gone (run, PATIENCE_MSEC);
}

static void
test_hook_behind_first (E2eStage *stage, gconstpointer data)
{
  check_hook_behind (stage, TRUE);
}

static void
test_hook_behind_last (E2eStage *stage, gconstpointer data)
{
  check_hook_behind (stage, FALSE);
}

/* ---- after a hang-up ---- */

/* Another run shows that there was time for much. */
static void
let_time_pass (void)
{
  g_autoptr (E2eRun) run = e2e_run ("", "-j1", "echo", ":::", "1", "2", "3", "4", "5", NULL);

  e2e_assert_ended (run, 0);
}

/* Job 1 has failed, and job 2 has the only slot, when the run is hung up. What is run about job 1
 * waits until job 2 has ended. Nothing is asked back, or handed out, again and again meanwhile. */
static void
check_hung_up_hook (E2eStage *stage, const char *scheduler, const char *first)
{
  g_autofree char *hold = e2e_stage_make_hold (stage, "[ {} = b ]", "$$ job");
  g_autofree char *command = g_strdup_printf ("[ {} != a ] || { %s; }; %s; echo {}", first, hold);
  g_autoptr (E2eRun) run =
      e2e_start ("-D", "-j1", "--workers", "1", "--prefetch", "1", scheduler, "--on-error",
                 "echo failed $APOOL_SEQ", command, ":::", "a", "b", "c", "d", NULL);
  g_autofree char *report = e2e_fifo_read_until (stage->reports, "job");

  g_assert_nonnull (report);
  e2e_kill (run, SIGHUP);
  let_time_pass ();
  e2e_fifo_close (stage->gate);
  e2e_finish (run);
  g_assert_cmpint (run->signal, ==, SIGHUP);
  g_assert_cmpstr (run->out, ==, "b\n");
  e2e_assert_count (run->err, "failed 1\n", 1);
  e2e_assert_count (run->err, "failed ", 1);
  e2e_assert_count (run->err, ": lost: ", 0);
  g_assert_cmpuint (e2e_count (run->err, ": recalled "), <=, 3);
  e2e_wait_gone (run, PATIENCE_MSEC);
}

static void
test_hung_up_hook (E2eStage *stage, gconstpointer data)
{
  check_hung_up_hook (stage, "--scheduler=least-loaded", "exit 1");
}

static void
test_hung_up_hook_affinity (E2eStage *stage, gconstpointer data)
{
  check_hung_up_hook (stage, "--scheduler=affinity={}", "exit 1");
}

/* The same where job 1 is still waited for, as it has left a process on its output. */
static void
test_hung_up_leaver (E2eStage *stage, gconstpointer data)
{
  g_autofree char *leave =
      g_strdup_printf ("%s leave %s; exit 1", e2e_testprog (), stage->reports->path);

  check_hung_up_hook (stage, "--scheduler=least-loaded", leave);
}

/* All workers are still being prepared, and will be for long: there is nothing to wait for. */
static void
test_hung_up_unready (E2eStage *stage, gconstpointer data)
{
  g_autofree char *init = e2e_stage_make_hold (stage, "true", "$$");
  g_autoptr (E2eRun) run = e2e_start ("-j2", "--workers", "2", "--worker-init", init, "echo",
                                      ":::", "a", "b", "c", NULL);

  (void) e2e_fifo_read_report (stage->reports, NULL);
  (void) e2e_fifo_read_report (stage->reports, NULL);
  e2e_kill (run, SIGHUP);
  e2e_finish (run);
  g_assert_cmpint (run->signal, ==, SIGHUP);
  g_assert_cmpstr (run->out, ==, "");
  e2e_wait_gone (run, PATIENCE_MSEC);
}

/* One job runs in the worker that is ready, another one waits for the other worker, which is ready
 * only after the hang-up: that job is not started. */
static void
test_hung_up_half_ready (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eFifo) inits = e2e_fifo_new (stage->dir, "inits");
  g_autofree char *hold = e2e_stage_make_hold (stage, "true", "$$ job");
  g_autofree char *init =
      g_strdup_printf ("mkdir %s/first 2>&- || read x <%s || :", stage->dir, inits->path);
  g_autofree char *command = g_strdup_printf ("%s; echo {}", hold);
  g_autoptr (E2eRun) run =
      e2e_start_said (stage->errors, "-D", "-j2", "--workers", "2", "--prefetch", "0",
                      "--worker-init", init, command, ":::", "1", "2", "3", NULL);
  g_autofree char *recalled = NULL;

  (void) e2e_fifo_read_report (stage->reports, "job");
  g_strfreev (e2e_read_view (run, stage->errors, "1 running, 1 waiting, 0 done, 0 lost"));
  e2e_kill (run, SIGHUP);
  recalled = e2e_fifo_read_until (stage->errors, ": recalled ");
  e2e_fifo_write (inits, "\n");
  e2e_fifo_close (stage->gate);
  e2e_finish (run);
  g_assert_cmpint (run->signal, ==, SIGHUP);
  g_assert_true (g_str_equal (run->out, "1\n") || g_str_equal (run->out, "2\n"));
  e2e_wait_gone (run, PATIENCE_MSEC);
}

/* Far more jobs wait at a worker than it has slots. That it has them all is known when it has given
 * all of them back. */
static void
test_many_waiting (E2eStage *stage, gconstpointer data)
{
  g_autofree char *hold = e2e_stage_make_hold (stage, "true {}", "$$");
  g_autofree char *input = g_strnfill (2 * 70010, '\n');
  g_autoptr (E2eRun) run =
      e2e_start_said (stage->errors, "-j1", "--workers", "1", "--prefetch", "70000", hold, NULL);

  for (guint i = 0; input[i] != '\0'; i += 2)
    input[i] = 'x';
  e2e_write (run, input);
  (void) e2e_fifo_read_report (stage->reports, NULL);
  g_strfreev (e2e_read_view (run, stage->errors, "1 running, 70000 waiting, 0 done, 0 lost"));
  e2e_kill (run, SIGHUP);
  g_strfreev (e2e_read_view (run, stage->errors, "1 running, 0 waiting, 0 done, 0 lost"));
  e2e_fifo_close (stage->gate);
  e2e_finish (run);
  g_assert_cmpint (run->signal, ==, SIGHUP);
  g_assert_cmpuint (stage->reports->pending->len, ==, 0);
  e2e_wait_gone (run, PATIENCE_MSEC);
}

static void
add_tests (void)
{
  e2e_stage_add_test ("/slots/leavers/recycled", test_leavers_recycled);
  e2e_stage_add_test ("/slots/leavers/recycled-each", test_leavers_recycled_each);
  g_test_add_func ("/slots/max-tasks/no-worker-ahead", test_no_worker_ahead);
  g_test_add_func ("/slots/max-tasks/hooks-do-not-count", test_hooks_do_not_count);
  e2e_stage_add_test ("/slots/hook/beside", test_hook_beside);
  e2e_stage_add_test ("/slots/hook/beside-one-worker", test_hook_beside_one_worker);
  e2e_stage_add_test ("/slots/hook/beside-affinity", test_hook_beside_affinity);
  e2e_stage_add_test ("/slots/hook/behind-first", test_hook_behind_first);
  e2e_stage_add_test ("/slots/hook/behind-last", test_hook_behind_last);
  e2e_stage_add_test ("/slots/hung-up/hook", test_hung_up_hook);
  e2e_stage_add_test ("/slots/hung-up/hook-affinity", test_hung_up_hook_affinity);
  e2e_stage_add_test ("/slots/hung-up/leaver", test_hung_up_leaver);
  e2e_stage_add_test ("/slots/hung-up/unready", test_hung_up_unready);
  e2e_stage_add_test ("/slots/hung-up/half-ready", test_hung_up_half_ready);
  e2e_stage_add_test ("/slots/many-waiting", test_many_waiting);
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, add_tests);
}
