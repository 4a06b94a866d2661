/* SPDX-License-Identifier: MIT */
/*
 * Workers that are killed, stop, cannot be made or are killed by their jobs: what is said, what
 * becomes of the jobs, and that nothing else is affected.
 *
 * Where a time has to pass, another run shows that it has: one whose worker is stopped and is given
 * up after longer than that.
 */

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "e2e.h"

#define PATIENCE_MSEC 10000

static void
send_signal (GPid pid, int signal_number)
{
  g_assert_no_errno (kill (pid, signal_number));
}

static void
kill_workers (E2eRun *run, guint n)
{
  g_autoptr (GArray) workers = e2e_find_workers (run);

  g_assert_cmpuint (workers->len, ==, n);
  for (guint i = 0; i < n; i++)
    send_signal (g_array_index (workers, GPid, i), SIGKILL);
}

/* ---- killed ---- */

/* All of them at once: what ran is run again, what waited runs, each is printed once. */
static void
test_all_killed (E2eStage *stage, gconstpointer data)
{
  g_autofree char *hold = e2e_stage_make_hold (stage, "[ {} -le 4 ]", "$$ $APOOL_ATTEMPT");
  g_autofree char *command = g_strdup_printf ("echo no; %s; echo {} $APOOL_ATTEMPT", hold);
  g_autoptr (E2eRun) run = e2e_start ("-j4", "--workers", "2", "--retries", "2", command,
                                      ":::", "1", "2", "3", "4", "5", "6", "7", "8", NULL);
  GPid pids[4];

  for (guint i = 0; i < 4; i++)
    pids[i] = e2e_fifo_read_report (stage->reports, "1");
  kill_workers (run, 2);
  for (guint i = 0; i < 4; i++)
    e2e_wait_process (pids[i]);
  for (guint i = 0; i < 4; i++)
    (void) e2e_fifo_read_report (stage->reports, "2");
  e2e_fifo_close (stage->gate);
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==,
                   "no\n1 2\nno\n2 2\nno\n3 2\nno\n4 2\nno\n5 1\nno\n6 1\nno\n7 1\nno\n8 1\n");
  e2e_assert_count (run->err, ": lost: ", 6);
  e2e_assert_count (run->err, "killed by signal 9: trying again (attempt 2)\n", 4);
  e2e_wait_gone (run, PATIENCE_MSEC);
}

/* The same where there is one attempt: what ran is lost, each by name and once. */
static void
test_all_killed_once (E2eStage *stage, gconstpointer data)
{
  g_autofree char *hold = e2e_stage_make_hold (stage, "[ {} -le 4 ]", "$$");
  g_autofree char *command = g_strdup_printf ("%s; echo {}", hold);
  g_autoptr (E2eRun) run = e2e_start ("-j4", "--workers", "2", command, ":::", "1", "2", "3", "4",
                                      "5", "6", "7", "8", NULL);

  for (guint i = 0; i < 4; i++)
    (void) e2e_fifo_read_report (stage->reports, NULL);
  kill_workers (run, 2);
  e2e_finish (run);
  e2e_assert_ended (run, 4);
  g_assert_cmpstr (run->out, ==, "5\n6\n7\n8\n");
  e2e_assert_count (run->err, "apool: worker 1 (pid ", 1);
  e2e_assert_count (run->err, "apool: worker 2 (pid ", 1);
  for (guint i = 1; i <= 4; i++)
    {
      g_autofree char *name = g_strdup_printf ("apool: job %u: ", i);

      e2e_assert_count (run->err, name, 1);
    }
  e2e_assert_count (run->err, "\n", 6);
  e2e_wait_gone (run, PATIENCE_MSEC);
}

/* Workers that die again and again, whatever they run: nothing is lost, repeated or out of order.
 * Each job kills its worker at its first attempt, whose other jobs are tried again for that. */
static void
test_each_kills (void)
{
  g_autoptr (E2eRun) run =
      e2e_run ("1\n2\n3\n4\n5\n6\n7\n8\n", "-j4", "--workers", "2", "--retries", "0",
               "--crash-limit", "0", "[ $APOOL_ATTEMPT -gt 1 ] || kill -9 $PPID; echo {}", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "1\n2\n3\n4\n5\n6\n7\n8\n");
  e2e_wait_gone (run, PATIENCE_MSEC);
}

/* One that ends by another signal, or because a job asks it to. */
static void
test_ends_itself (void)
{
  g_autoptr (E2eRun) run =
      e2e_run ("", "-j1", "kill -{} $PPID; while :; do wait; done", ":::", "TERM", "ALRM", NULL);

  e2e_assert_ended (run, 2);
  e2e_assert_count (run->err, "killed by signal 15", 2);
  e2e_assert_count (run->err, "killed by signal 14", 2);
  e2e_assert_count (run->err, "\n", 4);
  e2e_wait_gone (run, PATIENCE_MSEC);
}

/* The first one is replaced at once, the next ones later and later. */
static void
check_growing_delay (E2eStage *stage, const char *max_tasks)
{
  static const char *const delays[] = { "0.1", "0.2", "0.4" };
  g_autoptr (E2eRun) run =
      e2e_start_said (stage->errors, "-j1", max_tasks, "--retries", "0", "--crash-limit", "0",
                      "kill -9 $PPID; :", ":::", "a", NULL);
  g_autofree char *first = e2e_fifo_read_until (stage->errors, "apool: worker 1 (pid ");

  g_assert_null (strstr (first, "next one in"));
  for (guint i = 0; i < G_N_ELEMENTS (delays); i++)
    {
      g_autofree char *line = e2e_fifo_read_until (stage->errors, "apool: worker 1 (pid ");
      g_autofree char *end = g_strdup_printf (": next one in %s s", delays[i]);

      g_assert_true (g_str_has_suffix (line, end));
    }
  /* A signal does not wait for the next one. */
  e2e_kill (run, SIGTERM);
  e2e_finish (run);
  g_assert_cmpint (run->signal, ==, SIGTERM);
  e2e_wait_gone (run, PATIENCE_MSEC);
}

static void
test_growing_delay (E2eStage *stage, gconstpointer data)
{
  check_growing_delay (stage, "--max-tasks-per-worker=0");
}

/* The same where each worker has had all that it may have. */
static void
test_growing_delay_recycled (E2eStage *stage, gconstpointer data)
{
  check_growing_delay (stage, "--max-tasks-per-worker=1");
}

/* ---- stopped ---- */

/* The job's worker is stopped while it runs, and another job waits there. */
static E2eRun *
start_stopped (E2eStage *stage, const char *retries)
{
  g_autofree char *hold = e2e_stage_make_hold (stage, "[ $APOOL_ATTEMPT = 1 ]", "$$");
  g_autofree char *command =
      g_strdup_printf ("[ {} = 2 ] || { %s; }; echo {} $APOOL_ATTEMPT", hold);
  E2eRun *run =
      e2e_start ("-j1", retries, "--worker-timeout", "0.3", command, ":::", "1", "2", NULL);
  GPid job = e2e_fifo_read_report (stage->reports, NULL);

  send_signal (e2e_get_worker_of (run, job), SIGSTOP);
  e2e_wait_process (job);
  return run;
}

static void
test_stopped (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eRun) run = start_stopped (stage, "--retries=2");

  e2e_finish (run);
  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "1 2\n2 1\n");
  e2e_assert_count (run->err, "it did not answer for ", 2);
  e2e_assert_count (run->err, "apool: worker 1 (pid ", 1);
  e2e_assert_count (run->err, "apool: job 1: ", 1);
  e2e_assert_count (run->err, "apool: flaky: ", 1);
  e2e_assert_count (run->err, "\n", 3);
  e2e_wait_gone (run, PATIENCE_MSEC);
}

static void
test_stopped_once (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eRun) run = start_stopped (stage, "--retries=1");

  e2e_finish (run);
  e2e_assert_ended (run, 1);
  g_assert_cmpstr (run->out, ==, "2 1\n");
  e2e_assert_count (run->err, "apool: job 1: ", 1);
  e2e_assert_count (run->err, "\n", 2);
  e2e_wait_gone (run, PATIENCE_MSEC);
}

/* Starts a job that never ends, with an option about its end, and stops its worker. That
 * the job has said something there says that its worker has told of its start. */
static E2eRun *
start_deaf (const char *option)
{
  E2eRun *run =
      e2e_start ("-j1", "--line-buffer", "--worker-timeout", "1000", "--termseq", "TERM,100,KILL",
                 option, "echo $PPID; exec sleep 1000 #", ":::", "1", NULL);
  g_autofree char *line = e2e_read_line (run);

  send_signal ((GPid) g_ascii_strtoll (line, NULL, 10), SIGSTOP);
  return run;
}

static void
check_deaf (E2eRun *run)
{
  e2e_finish (run);
  e2e_assert_count (run->err, "lost: it did not answer when it was to end jobs\n", 1);
  e2e_wait_gone (run, PATIENCE_MSEC);
}

/* The end of a run does not wait for a worker that does not answer with all of its patience. */
static void
test_stopped_terminated (void)
{
  g_autoptr (E2eRun) run = start_deaf ("--halt=never");

  e2e_kill (run, SIGTERM);
  check_deaf (run);
  g_assert_cmpint (run->signal, ==, SIGTERM);
}

/* Nor does the end of a job. */
static void
test_stopped_timed_out (void)
{
  g_autoptr (E2eRun) run = start_deaf ("--timeout=3");

  check_deaf (run);
  e2e_assert_ended (run, 1);
}

static void
test_stopped_halted (E2eStage *stage, gconstpointer data)
{
  g_autofree char *command =
      g_strdup_printf ("case {} in 1) echo $$ 1 >%s; exec sleep 1000;; esac; "
                       "exec 3<%s; echo $$ 2 >%s; read x <&3; exit 3",
                       stage->reports->path, stage->gate->path, stage->reports->path);
  g_autoptr (E2eRun) run =
      e2e_start ("-j2", "--workers=2", "--worker-timeout", "1000", "--termseq", "TERM,100,KILL",
                 "--halt=now,fail=1", command, ":::", "1", "2", NULL);

  for (int i = 0; i < 2; i++)
    {
      g_autofree char *line = e2e_fifo_read_line (stage->reports);

      if (g_str_has_suffix (line, " 1"))
        send_signal (e2e_get_worker_of (run, (GPid) g_ascii_strtoll (line, NULL, 10)), SIGSTOP);
    }
  e2e_fifo_write (stage->gate, "x\n");
  check_deaf (run);
  e2e_assert_ended (run, 3);
}

/* Starts one job that holds, in a worker that is to answer within a tenth of a second. */
static E2eRun *
start_impatient (E2eStage *stage)
{
  g_autofree char *hold = e2e_stage_make_hold (stage, "[ {} = 1 ]", "$$");
  g_autofree char *command = g_strdup_printf ("%s; echo $PPID", hold);
  E2eRun *run = e2e_start ("-j1", "--worker-timeout", "0.1", command, ":::", "1", "2", "3", NULL);

  (void) e2e_fifo_read_report (stage->reports, NULL);
  return run;
}

/* Returns after much more than a tenth of a second. */
static void
let_time_pass (E2eStage *stage)
{
  g_autofree char *command = e2e_stage_make_hold (stage, "true {}", "$$");
  g_autoptr (E2eRun) run = e2e_start ("-j1", "--worker-timeout", "0.4", command, ":::", "1", NULL);
  GPid job = e2e_fifo_read_report (stage->reports, NULL);

  send_signal (e2e_get_worker_of (run, job), SIGSTOP);
  e2e_finish (run);
  e2e_assert_ended (run, 1);
  e2e_assert_count (run->err, "it did not answer for ", 2);
}

/* All jobs ran in one worker, and there is nothing to be said. */
static void
check_healthy (E2eStage *stage, E2eRun *run)
{
  g_auto (GStrv) lines = NULL;

  e2e_fifo_close (stage->gate);
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->err, ==, "");
  lines = g_strsplit (run->out, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 4);
  g_assert_cmpstr (lines[0], ==, lines[1]);
  g_assert_cmpstr (lines[0], ==, lines[2]);
  e2e_wait_gone (run, PATIENCE_MSEC);
}

/* A job that says nothing for long does not make its worker suspect. */
static void
test_silent_job (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eRun) run = start_impatient (stage);

  let_time_pass (stage);
  check_healthy (stage, run);
}

/* What passes while apool itself is stopped is held against nobody. */
static void
test_suspended (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eRun) run = start_impatient (stage);

  e2e_kill (run, SIGSTOP);
  let_time_pass (stage);
  e2e_kill (run, SIGCONT);
  check_healthy (stage, run);
}

/* The same where the suspend key stops it. */
static void
test_suspend_key (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eRun) run = start_impatient (stage);

  e2e_kill (run, SIGTSTP);
  let_time_pass (stage);
  e2e_kill (run, SIGCONT);
  check_healthy (stage, run);
}

/* Far more to do than there are cores: workers answer late, and are left alone. */
static void
test_overloaded (void)
{
  g_autoptr (E2eRun) run =
      e2e_run ("", "-j12", "--workers", "12", "--worker-timeout", "0.05",
               "i=0; while [ $i -lt 30000 ]; do i=$((i+1)); done; echo {}", ":::", "1", "2", "3",
               "4", "5", "6", "7", "8", "9", "10", "11", "12", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->err, ==, "");
  g_assert_cmpstr (run->out, ==, "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n");
}

/* ---- not made ---- */

/* A copy of apool that can be made unusable. */
static char *
copy_apool (E2eStage *stage)
{
  g_autofree char *path = g_build_filename (stage->dir, "copy", NULL);
  g_autoptr (GFile) from = g_file_new_for_path (e2e_apool ());
  g_autoptr (GFile) to = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;

  (void) g_file_copy (from, to, G_FILE_COPY_NONE, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_no_errno (chmod (path, 0700));
  return g_steal_pointer (&path);
}

/* Apool cannot start itself as a worker, not even once: there is input when it runs already. What
 * copies its messages keeps standard output open, at whose end they are looked at. */
static void
test_not_executable (E2eStage *stage, gconstpointer data)
{
  g_autofree char *path = copy_apool (stage);
  g_autofree char *script =
      g_strdup_printf ("%s -D -j2 --workers 2 echo <%s 2> >(read -r line; chmod 0 %s; echo a >%s; "
                       "cat 3>&1 >&2)",
                       path, stage->gate->path, path, stage->gate->path);
  g_autoptr (E2eRun) run = e2e_shell ("", script);

  e2e_assert_ended (run, 255);
  g_assert_cmpstr (run->out, ==, "");
  e2e_assert_count (run->err, "apool: worker 1: cannot be made: ", 1);
  e2e_assert_count (run->err, ": not made: ", 3);
  e2e_assert_count (run->err, "apool: cannot start a worker: ", 1);
  e2e_assert_count (run->err, "Permission denied", 5);
  e2e_wait_gone (run, PATIENCE_MSEC);
}

/* The same for a while: it is tried again, later and later, and the run goes on. */
static void
test_executable_again (E2eStage *stage, gconstpointer data)
{
  g_autofree char *path = copy_apool (stage);
  g_autofree char *command = g_strdup_printf ("[ $APOOL_ATTEMPT -gt 1 ] || { chmod 0 %s; "
                                              "kill -9 $PPID; }; echo {}",
                                              path);
  g_autofree char *script = g_strdup_printf (
      "%s -D -j1 --retries 2 '%s' ::: a b 2> >(while read -r line; do echo \"$line\";"
      " case $line in *\"next in 200\"*) chmod 700 %s;; esac; done >&2)",
      path, command, path);
  g_autoptr (E2eRun) run = e2e_shell ("", script);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "a\nb\n");
}

/* None for the run itself: that is said before anything is begun, and once. */
static void
test_too_few_descriptors (void)
{
  for (int n = 4; n <= 13; n++)
    {
      g_autofree char *script = g_strdup_printf ("ulimit -n %d; \"$1\" -j2 echo ::: a b", n);
      g_autoptr (E2eRun) run = e2e_shell ("", script);

      e2e_assert_ended (run, 255);
      g_assert_cmpstr (run->out, ==, "");
      g_assert_cmpstr (run->err, ==,
                       "apool: open files: too few are allowed: raise the limit (ulimit -n)\n");
    }
}

/* A low limit that may be raised is. */
static void
test_soft_limit (void)
{
  g_autoptr (E2eRun) run = e2e_shell ("", "ulimit -Sn 5; \"$1\" -j2 echo ::: a b");

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "a\nb\n");
}

/* With a few more there may be none for a worker: that is said once as well. */
static void
test_no_descriptors (void)
{
  for (int n = 14; n <= 20; n++)
    {
      g_autofree char *script = g_strdup_printf ("ulimit -n %d; \"$1\" -j1 echo ::: a b", n);
      g_autoptr (E2eRun) run = e2e_shell ("", script);

      if (run->status == 0)
        {
          g_assert_cmpstr (run->out, ==, "a\nb\n");
          g_assert_cmpstr (run->err, ==, "");
          continue;
        }
      e2e_assert_ended (run, 255);
      g_assert_cmpstr (run->out, ==, "");
      e2e_assert_count (run->err, "\n", 1);
      e2e_wait_gone (run, PATIENCE_MSEC);
    }
}

/* ---- retries ---- */

/* What the attempts before the last one wrote is not seen, to either stream and however much. */
static void
test_retries (void)
{
  g_autofree char *command = g_strdup_printf (
      "echo {} $APOOL_ATTEMPT; echo {} $APOOL_ATTEMPT >&2; [ $APOOL_ATTEMPT = 3 ] || { %s flood "
      "3000000; exit 7; }",
      e2e_testprog ());
  g_autoptr (E2eRun) run = e2e_run ("", "-j2", "--retries", "5", command, ":::", "a", "b", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "a 3\nb 3\n");
  e2e_assert_count (run->err, "exit status 7: trying again (attempt 2)\n", 2);
  e2e_assert_count (run->err, "exit status 7: trying again (attempt 3)\n", 2);
  e2e_assert_count (run->err, "a 3\n", 1);
  e2e_assert_count (run->err, "b 3\n", 1);
  e2e_assert_count (run->err, "apool: flaky: ", 1);
  e2e_assert_count (run->err, "\n", 7);
}

/* The last attempt counts, once. */
static void
test_retries_fail (void)
{
  g_autoptr (E2eRun) run = e2e_run ("", "-j2", "--retries", "2",
                                    "echo {} $APOOL_ATTEMPT; [ {} = b ]", ":::", "a", "b", NULL);

  e2e_assert_ended (run, 1);
  g_assert_cmpstr (run->out, ==, "a 2\nb 1\n");
  e2e_assert_count (run->err, "\n", 1);
}

/* Without the option there is one attempt, which is the first. */
static void
test_no_retries (void)
{
  g_autoptr (E2eRun) run = e2e_run ("", "echo $APOOL_ATTEMPT; exit 1;", ":::", "a", NULL);
  g_autoptr (E2eRun) one = e2e_run ("", "--retries", "1", "false", ":::", "a", NULL);

  e2e_assert_ended (run, 1);
  g_assert_cmpstr (run->out, ==, "1\n");
  g_assert_cmpstr (run->err, ==, "");
  e2e_assert_ended (one, 1);
  g_assert_cmpstr (one->err, ==, "");
}

/* Until it succeeds. */
static void
test_endless_retries (void)
{
  g_autoptr (E2eRun) run =
      e2e_run ("", "--retries", "0", "[ $APOOL_ATTEMPT = 20 ] && echo {} done", ":::", "a", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "a done\n");
  e2e_assert_count (run->err, "trying again", 19);
}

/* ---- jobs that kill ---- */

/* Job 2 takes down each worker that runs it, and after @n of them that is the end of it. */
static void
check_crash_limit (const char *limit, const char *retries, guint n)
{
  g_autoptr (E2eRun) run = e2e_run ("1\n2\n3\n", "-j1", retries, limit,
                                    "echo {}; [ {} != 2 ] || kill -9 $PPID; echo {}", NULL);

  e2e_assert_ended (run, 1);
  g_assert_true (g_str_has_prefix (run->out, "1\n1\n"));
  g_assert_true (g_str_has_suffix (run->out, "3\n3\n"));
  e2e_assert_count (run->err, "apool: worker 1 (pid ", n);
  e2e_assert_count (run->err, "apool: job 2: ", n);
  e2e_assert_count (run->err, ": trying again (attempt ", n - 1);
  e2e_assert_count (run->err, "\n", 2 * n);
  e2e_wait_gone (run, PATIENCE_MSEC);
}

static void
test_crash_limit (void)
{
  check_crash_limit ("-k", "--retries=0", 3);
  check_crash_limit ("--crash-limit=1", "--retries=0", 1);
  check_crash_limit ("--crash-limit=2", "--retries=9", 2);
  check_crash_limit ("--crash-limit=3", "--retries=2", 2);
  check_crash_limit ("--crash-limit=0", "--retries=4", 4);
  check_crash_limit ("--crash-limit=2", "-k", 1);
}

/* That it is the end of it, and why, is said by name. */
static void
test_crash_limit_is_said (void)
{
  g_autoptr (E2eRun) run =
      e2e_run ("deadly\n", "-j1", "--retries", "0", "kill -9 $PPID; : {}", NULL);
  const char *last;

  e2e_assert_ended (run, 1);
  g_assert_true (g_str_has_suffix (run->err, "; it is the last of 3 workers lost with this job: "
                                             "its output may be incomplete\n"));
  last = strstr (run->err, "; it is the last");
  while (last > run->err && last[-1] != '\n')
    last--;
  g_assert_true (g_str_has_prefix (last, "apool: job 1: kill -9 $PPID; : deadly: lost: "));
}

static void
add_tests (void)
{
  e2e_stage_add_test ("/lives/killed/all", test_all_killed);
  e2e_stage_add_test ("/lives/killed/all-once", test_all_killed_once);
  g_test_add_func ("/lives/killed/each-kills", test_each_kills);
  g_test_add_func ("/lives/killed/ends-itself", test_ends_itself);
  e2e_stage_add_test ("/lives/killed/growing-delay", test_growing_delay);
  e2e_stage_add_test ("/lives/killed/growing-delay-recycled", test_growing_delay_recycled);
  e2e_stage_add_test ("/lives/stopped/retried", test_stopped);
  e2e_stage_add_test ("/lives/stopped/once", test_stopped_once);
  g_test_add_func ("/lives/stopped/terminated", test_stopped_terminated);
  g_test_add_func ("/lives/stopped/timed-out", test_stopped_timed_out);
  e2e_stage_add_test ("/lives/stopped/halted", test_stopped_halted);
  e2e_stage_add_test ("/lives/silent-job", test_silent_job);
  e2e_stage_add_test ("/lives/suspended", test_suspended);
  e2e_stage_add_test ("/lives/suspend-key", test_suspend_key);
  g_test_add_func ("/lives/overloaded", test_overloaded);
  e2e_stage_add_test ("/lives/not-made/not-executable", test_not_executable);
  e2e_stage_add_test ("/lives/not-made/executable-again", test_executable_again);
  g_test_add_func ("/lives/not-made/no-descriptors", test_no_descriptors);
  g_test_add_func ("/lives/not-made/too-few-descriptors", test_too_few_descriptors);
  g_test_add_func ("/lives/not-made/soft-limit", test_soft_limit);
  g_test_add_func ("/lives/retries/output", test_retries);
  g_test_add_func ("/lives/retries/fail", test_retries_fail);
  g_test_add_func ("/lives/retries/none", test_no_retries);
  g_test_add_func ("/lives/retries/endless", test_endless_retries);
  g_test_add_func ("/lives/crash-limit", test_crash_limit);
  g_test_add_func ("/lives/crash-limit-is-said", test_crash_limit_is_said);
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, add_tests);
}
