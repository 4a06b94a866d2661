/* SPDX-License-Identifier: MIT */
/*
 * How many jobs and workers there are, when a worker is replaced, and which of them gets a job.
 *
 * Jobs tell by a FIFO that they run, and stand at a gate until the test opens it. How many there
 * are then, and that no further one has been given out, the manager says when it is asked.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "e2e.h"

#define PATIENCE_MSEC 10000

static void
check_view (E2eStage *stage, E2eRun *run, const char *wanted)
{
  g_auto (GStrv) lines = e2e_read_view (run, stage->errors, wanted);

  g_assert_cmpuint (g_strv_length (lines), >=, 1);
}

/* Everything may go on: has the run end as it should. */
static void
finish (E2eStage *stage, E2eRun *run, const char *out)
{
  e2e_fifo_close (stage->gate);
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  if (out != NULL)
    g_assert_cmpstr (run->out, ==, out);
  e2e_wait_gone (run, PATIENCE_MSEC);
}

/* ---- sizes ---- */

static void
test_contradiction (void)
{
  g_autoptr (E2eRun) run =
      e2e_run ("", "-j7", "--workers", "2", "--jobs-per-worker", "3", "echo", ":::", "a", NULL);
  g_autoptr (E2eRun) more =
      e2e_run ("", "-j5", "--workers", "2", "--jobs-per-worker", "3", "echo", ":::", "a", NULL);

  e2e_assert_ended (run, 255);
  g_assert_cmpstr (run->out, ==, "");
  g_assert_true (g_str_has_prefix (run->err, "apool: "));
  e2e_assert_contains (run->err, "--jobs 7");
  e2e_assert_contains (run->err, "--workers 2");
  e2e_assert_contains (run->err, "--jobs-per-worker 3");
  e2e_assert_ended (more, 0);
}

static void
check_refused (const char *option, const char *value)
{
  g_autoptr (E2eRun) run = e2e_run ("", option, value, "echo", ":::", "a", NULL);

  e2e_assert_ended (run, 255);
  g_assert_cmpstr (run->out, ==, "");
  g_assert_true (g_str_has_prefix (run->err, "apool: "));
  e2e_assert_contains (run->err, option);
  e2e_assert_contains (run->err, value);
}

static void
test_refused (void)
{
  check_refused ("--workers", "0");
  check_refused ("--workers", "two");
  check_refused ("--jobs-per-worker", "0");
  check_refused ("--jobs-per-worker", "-1");
  check_refused ("--max-tasks-per-worker", "1.5");
  check_refused ("--prefetch", "-1");
  check_refused ("--prefetch", "x");
  check_refused ("--retries", "often");
  check_refused ("--crash-limit", "-3");
  check_refused ("--worker-timeout", "0");
  check_refused ("--worker-timeout", "soon");
  check_refused ("--worker-init-timeout", "1s");
  check_refused ("--scheduler", "best");
  check_refused ("--scheduler", "affinity");
  check_refused ("--scheduler", "round-robin={}");
  check_refused ("--weight", "{%}");
  check_refused ("--weight", "heavy");
  check_refused ("--weight", "0");
}

/* Two workers of two slots: four jobs and no fifth; slots that no two jobs have. */
static void
test_three_sizes (E2eStage *stage, gconstpointer data)
{
  g_autofree char *hold =
      e2e_stage_make_hold (stage, "mkdir $SLOTS/slot-$APOOL_JOBSLOT", "$PPID {}");
  g_autofree char *slots = g_strdup_printf ("SLOTS=%s", stage->dir);
  g_autofree char *command = g_strdup_printf (
      "%s; %s && rmdir $SLOTS/slot-$APOOL_JOBSLOT && [ $APOOL_JOBSLOT -le 4 ] && echo {}", slots,
      hold);
  g_autoptr (E2eRun) run =
      e2e_start_said (stage->errors, "-j4", "--workers", "2", "--jobs-per-worker", "2", command,
                      ":::", "1", "2", "3", "4", "5", NULL);
  g_autofree char *counts = e2e_stage_count_reports (stage, 4);
  g_autoptr (GArray) workers = e2e_find_workers (run);

  g_assert_cmpstr (counts, ==, "2 2");
  g_assert_cmpuint (workers->len, ==, 2);
  check_view (stage, run, "4 running, 1 waiting, 0 done, 0 lost");
  for (guint i = 0; i < 5; i++)
    e2e_fifo_write (stage->gate, "\n");
  (void) e2e_fifo_read_report (stage->reports, NULL);
  finish (stage, run, "1\n2\n3\n4\n5\n");
}

/* Starts jobs 1 … 9 of the given sizes, which hold; @n of them run at once. */
static void
check_sizes (E2eStage *stage,
             const char *first,
             const char *second,
             const char *third,
             guint n,
             const char *wanted)
{
  g_autofree char *command = e2e_stage_make_hold (stage, "true {}", "$PPID {}");
  g_autofree char *view = g_strdup_printf ("%u running, 0 waiting, 0 done, 0 lost", n);
  g_autoptr (E2eRun) run =
      e2e_start_said (stage->errors, "--prefetch=0", first, second, third, command, ":::", "1", "2",
                      "3", "4", "5", "6", "7", "8", "9", NULL);
  g_autofree char *counts = e2e_stage_count_reports (stage, n);

  g_assert_cmpstr (counts, ==, wanted);
  check_view (stage, run, view);
  e2e_kill (run, SIGTERM);
  e2e_finish (run);
  g_assert_cmpint (run->signal, ==, SIGTERM);
  g_assert_cmpuint (stage->reports->pending->len, ==, 0);
  e2e_wait_gone (run, PATIENCE_MSEC);
}

/* Without -j the product counts. */
static void
test_product (E2eStage *stage, gconstpointer data)
{
  check_sizes (stage, "--workers=2", "--jobs-per-worker=3", "-k", 6, "3 3");
}

/* The product may be more than -j, which counts. */
static void
test_jobs_count (E2eStage *stage, gconstpointer data)
{
  check_sizes (stage, "--workers=2", "--jobs-per-worker=4", "-j3", 3, "2 1");
}

static void
test_jobs_are_divided (E2eStage *stage, gconstpointer data)
{
  check_sizes (stage, "--workers=3", "-j5", "-k", 5, "2 2 1");
}

static void
test_one_worker (E2eStage *stage, gconstpointer data)
{
  check_sizes (stage, "--workers=1", "-j5", "-k", 5, "5");
}

/* As many workers as it takes. */
static void
test_jobs_per_worker (E2eStage *stage, gconstpointer data)
{
  check_sizes (stage, "--jobs-per-worker=1", "-j5", "-k", 5, "1 1 1 1 1");
}

static void
test_any_jobs (E2eStage *stage, gconstpointer data)
{
  check_sizes (stage, "-j0", "--workers=2", "--jobs-per-worker=2", 4, "2 2");
}

/* Workers are made when there is work for them, and never more than jobs. */
static void
test_no_idle_workers (void)
{
  g_autoptr (E2eRun) one = e2e_run ("", "-D", "-j4", "--workers", "4", "echo", ":::", "a", NULL);
  g_autoptr (E2eRun) none = e2e_run ("", "-D", "-j4", "echo", NULL);
  g_autoptr (E2eRun) many = e2e_run ("", "-D", "-j2", "--workers", "8", "echo", ":::", "a", NULL);

  e2e_assert_ended (one, 0);
  e2e_assert_count (one->err, ": made: ", 1);
  e2e_assert_ended (none, 0);
  e2e_assert_count (none->err, ": made: ", 0);
  e2e_assert_ended (many, 0);
  e2e_assert_contains (many->err, "-j2: 2 workers of 1 slots");
}

/* ---- recycling ---- */

/* Splits standard output into lines, and returns how many different ones there are. */
static guint
count_different (const char *text, guint n_lines)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  g_assert_cmpuint (g_strv_length (lines), ==, n_lines + 1);
  for (guint i = 0; i < n_lines; i++)
    g_hash_table_add (seen, lines[i]);
  return g_hash_table_size (seen);
}

static void
check_recycled (const char *max_tasks, guint n_workers)
{
  g_autoptr (E2eRun) run =
      e2e_run ("", "-D", "-j1", max_tasks, ": {}; echo $PPID", ":::", "1", "2", "3", "4", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpuint (count_different (run->out, 4), ==, n_workers);
  e2e_wait_gone (run, PATIENCE_MSEC);
}

static void
test_recycled (void)
{
  check_recycled ("--max-tasks-per-worker=1", 4);
  check_recycled ("--max-tasks-per-worker=2", 2);
  check_recycled ("--max-tasks-per-worker=3", 2);
  check_recycled ("--max-tasks-per-worker=0", 1);
}

/* Nothing is lost, repeated or out of order; no worker is said to be lost; no job has the slot of
 * another one, nor one that does not exist. */
static void
test_recycled_many (E2eStage *stage, gconstpointer data)
{
  const guint n = e2e_is_sanitized () ? 60 : 200;
  g_autoptr (GString) input = g_string_new (NULL);
  g_autofree char *command = g_strdup_printf (
      "d=%s/slot-$APOOL_JOBSLOT; mkdir $d && rmdir $d && [ $APOOL_JOBSLOT -le 4 ] && echo {} $PPID",
      stage->dir);
  g_autoptr (E2eRun) run = NULL;
  g_autoptr (GHashTable) counts = g_hash_table_new (NULL, NULL);
  const char *line;

  for (guint i = 1; i <= n; i++)
    g_string_append_printf (input, "%u\n", i);
  run = e2e_run (input->str, "-j4", "--workers", "2", "--max-tasks-per-worker", "3", command, NULL);
  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->err, ==, "");
  line = run->out;
  for (guint i = 1; i <= n; i++)
    {
      guint number = 0;
      int pid = 0;
      int length = 0;
      gpointer key;

      g_assert_cmpint (sscanf (line, "%u %d\n%n", &number, &pid, &length), ==, 2);
      g_assert_cmpuint (number, ==, i);
      key = GINT_TO_POINTER (pid);
      g_hash_table_insert (
          counts, key, GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (counts, key)) + 1));
      g_assert_cmpuint (GPOINTER_TO_UINT (g_hash_table_lookup (counts, key)), <=, 3);
      line += length;
    }
  g_assert_cmpstr (line, ==, "");
  e2e_wait_gone (run, PATIENCE_MSEC);
}

/* A worker that has had its jobs finishes a long one; what comes after it runs in the next one, in
 * the slot that is free, and in its turn. */
static void
test_long_job (E2eStage *stage, gconstpointer data)
{
  g_autofree char *hold = e2e_stage_make_hold (stage, "[ {} = 1 ]", "$PPID {}");
  g_autofree char *command = g_strdup_printf (
      "%s; [ {} = 1 ] || echo $PPID {} >%s; echo {} $APOOL_WORKER", hold, stage->reports->path);
  g_autoptr (E2eRun) run =
      e2e_start_said (stage->errors, "-j2", "--workers", "1", "--max-tasks-per-worker", "2",
                      command, ":::", "1", "2", "3", "4", "5", "6", NULL);
  g_autofree char *counts = e2e_stage_count_reports (stage, 6);

  g_assert_cmpstr (counts, ==, "2 2 2");
  e2e_fifo_close (stage->gate);
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "1 1\n2 1\n3 1\n4 1\n5 1\n6 1\n");
  g_assert_cmpuint (stage->errors->pending->len, ==, 0);
  e2e_wait_gone (run, PATIENCE_MSEC);
}

/* ---- waiting jobs ---- */

static void
check_prefetch (E2eStage *stage, const char *prefetch, const char *view)
{
  g_autofree char *command = e2e_stage_make_hold (stage, "true {}", "$PPID {}");
  g_autoptr (E2eRun) run =
      e2e_start_said (stage->errors, "-j4", "--workers", "2", prefetch, command, ":::", "1", "2",
                      "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", NULL);
  g_autofree char *counts = e2e_stage_count_reports (stage, 4);

  g_assert_cmpstr (counts, ==, "2 2");
  check_view (stage, run, view);
  e2e_kill (run, SIGTERM);
  e2e_finish (run);
  g_assert_cmpuint (stage->reports->pending->len, ==, 0);
}

static void
test_prefetch (E2eStage *stage, gconstpointer data)
{
  check_prefetch (stage, "--prefetch=0", "4 running, 0 waiting, 0 done, 0 lost");
  check_prefetch (stage, "--prefetch=1", "4 running, 2 waiting, 0 done, 0 lost");
  check_prefetch (stage, "--prefetch=5", "4 running, 10 waiting, 0 done, 0 lost");
  /* As many as a worker runs. */
  check_prefetch (stage, "-k", "4 running, 4 waiting, 0 done, 0 lost");
}

/* What waits behind a long job is taken back when another worker has nothing to do. */
static void
test_taken_back (E2eStage *stage, gconstpointer data)
{
  g_autofree char *hold = e2e_stage_make_hold (stage, "[ {} = 1 ]", "$PPID {}");
  g_autofree char *command =
      g_strdup_printf ("%s; [ {} = 1 ] || echo $PPID {} >%s; echo {}", hold, stage->reports->path);
  g_autoptr (E2eRun) run =
      e2e_start_said (stage->errors, "-D", "-j2", "--workers", "2", "--prefetch", "4", command,
                      ":::", "1", "2", "3", "4", "5", "6", "7", NULL);
  g_autofree char *counts = e2e_stage_count_reports (stage, 7);
  g_autofree char *recalled = e2e_fifo_read_until (stage->errors, ": recalled ");

  g_assert_cmpstr (counts, ==, "6 1");
  g_assert_true (g_str_has_prefix (recalled, "apool: debug: worker "));
  finish (stage, run, "1\n2\n3\n4\n5\n6\n7\n");
}

/* ---- schedulers ---- */

/* Two workers of two slots: four jobs that hold, each at a gate of its own. */
typedef struct
{
  E2eFifo *gates[4];
  guint workers[4]; /* which of the two each runs in */
} Quartet;

static void
quartet_clear (Quartet *quartet)
{
  for (guint i = 0; i < 4; i++)
    e2e_fifo_free (quartet->gates[i]);
}

static E2eRun *
quartet_start (Quartet *quartet, E2eStage *stage, const char *scheduler)
{
  g_autofree char *command = g_strdup_printf (
      "if [ {} -le 4 ]; then exec 3<%s/gate-{}; echo {} $APOOL_WORKER >%s; read x <&3; fi; "
      "echo $APOOL_WORKER",
      stage->dir, stage->reports->path);
  E2eRun *run;

  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *name = g_strdup_printf ("gate-%u", i + 1);

      quartet->gates[i] = e2e_fifo_new (stage->dir, name);
    }
  run = e2e_start ("-j4", "--workers", "2", "--prefetch", "0", "--unordered", "--scheduler",
                   scheduler, command, NULL);
  e2e_write (run, "1\n2\n3\n4\n");
  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *line = e2e_fifo_read_line (stage->reports);
      guint number = 0;
      guint worker = 0;

      g_assert_cmpint (sscanf (line, "%u %u", &number, &worker), ==, 2);
      g_assert_true (number >= 1 && number <= 4 && worker >= 1 && worker <= 2);
      quartet->workers[number - 1] = worker;
    }
  return run;
}

/* Ends a job of @worker that holds, and waits until the manager knows. */
static void
quartet_end_one (Quartet *quartet, E2eRun *run, guint worker)
{
  for (guint i = 0; i < 4; i++)
    if (quartet->workers[i] == worker && quartet->gates[i]->fd >= 0)
      {
        g_autofree char *line = NULL;

        e2e_fifo_close (quartet->gates[i]);
        line = e2e_read_line (run);
        g_assert_cmpint (atoi (line), ==, worker);
        return;
      }
  g_assert_not_reached ();
}

/* Has one job run, and returns in which worker it did. */
static guint
run_one (E2eRun *run)
{
  g_autofree char *line = NULL;

  e2e_write (run, "5\n");
  line = e2e_read_line (run);
  return (guint) atoi (line);
}

/* Worker 1 has two free slots, worker 2 has one. Three jobs, one after the other, go to the workers
 * that @wanted says. */
static void
check_scheduler (E2eStage *stage, const char *scheduler, const guint wanted[3])
{
  Quartet quartet;
  g_autoptr (E2eRun) run = quartet_start (&quartet, stage, scheduler);

  quartet_end_one (&quartet, run, 1);
  quartet_end_one (&quartet, run, 1);
  quartet_end_one (&quartet, run, 2);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (run_one (run), ==, wanted[i]);
  quartet_end_one (&quartet, run, 2);
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->err, ==, "");
  quartet_clear (&quartet);
  e2e_wait_gone (run, PATIENCE_MSEC);
}

/* Where there is most room. */
static void
test_least_loaded (E2eStage *stage, gconstpointer data)
{
  static const guint wanted[] = { 1, 1, 1 };

  check_scheduler (stage, "least-loaded", wanted);
}

/* Each in its turn, whatever it has to do. */
static void
test_round_robin (E2eStage *stage, gconstpointer data)
{
  static const guint wanted[] = { 1, 2, 1 };

  check_scheduler (stage, "round-robin", wanted);
}

/* ---- affinity ---- */

/* The same value has the same worker, as long as none is replaced. */
static void
test_affinity_same_worker (void)
{
  g_autoptr (E2eRun) run = e2e_run ("a\nb\nc\nb\na\nc\nc\nb\na\na\nb\nc\n", "-j3", "--workers", "3",
                                    "--scheduler", "affinity={1}", "echo {} $PPID", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpuint (count_different (run->out, 12), ==, 3);
}

/* Job 1 holds what job 2, of the same value, must not have at the same time. Job 3, of another
 * one, starts all the same. */
static void
test_affinity_no_two (E2eStage *stage, gconstpointer data)
{
  g_autofree char *hold = e2e_stage_make_hold (stage, "[ {#} = 1 ] || [ {#} = 3 ]", "$$ {#}");
  g_autofree char *command = g_strdup_printf (
      "d=%s/lock-{}; mkdir $d || exit 9; %s; rmdir $d; echo {#} {}", stage->dir, hold);
  g_autoptr (E2eRun) run =
      e2e_start_said (stage->errors, "-j8", "--workers", "2", "--scheduler", "affinity={1}",
                      command, ":::", "a", "a", "b", "b", "a", NULL);

  (void) e2e_fifo_read_report (stage->reports, NULL);
  (void) e2e_fifo_read_report (stage->reports, NULL);
  check_view (stage, run, "2 running, 0 waiting, 0 done, 0 lost");
  finish (stage, run, "1 a\n2 a\n3 b\n4 b\n5 a\n");
}

/* Many of few values, at most one of each at once. */
static void
test_affinity_many (E2eStage *stage, gconstpointer data)
{
  g_autoptr (GString) input = g_string_new (NULL);
  g_autofree char *command = g_strdup_printf ("d=%s/lock-{}; mkdir $d && rmdir $d", stage->dir);
  g_autoptr (E2eRun) run = NULL;

  for (guint i = 0; i < 120; i++)
    g_string_append_printf (input, "%u\n", i * i % 7);
  run = e2e_run (input->str, "-j8", "--workers", "2", "--scheduler", "affinity={}", command, NULL);
  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->err, ==, "");
}

/* Values are bytes. */
static void
test_affinity_bytes (void)
{
  static const char input[] = "\xff\n\xfe\n\xff\n\xfe\n\xff\n\xff \n";
  g_autoptr (E2eRun) run = e2e_run (input, "-j3", "--workers", "3", "--scheduler", "affinity={}",
                                    ": {}; echo $PPID", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpuint (count_different (run->out, 6), ==, 3);
}

/* The value's worker is killed while it runs a job of it: the next ones go to the worker in its
 * place. The other worker keeps its own all the while. */
static void
test_affinity_replaced (E2eStage *stage, gconstpointer data)
{
  g_autofree char *hold = e2e_stage_make_hold (stage, "[ {#} -le 2 ]", "$$ {}");
  g_autofree char *command = g_strdup_printf ("%s; echo {} $APOOL_WORKER", hold);
  g_autoptr (E2eRun) run = e2e_start ("-j2", "--workers", "2", "--scheduler", "affinity={}",
                                      "--retries", "2", command, NULL);
  g_auto (GStrv) lines = NULL;
  GPid pid;

  e2e_write (run, "a\nb\n");
  (void) e2e_fifo_read_report (stage->reports, NULL);
  pid = e2e_fifo_read_report (stage->reports, NULL);
  g_assert_no_errno (kill (e2e_get_worker_of (run, pid), SIGKILL));
  /* The second attempt, in the worker that takes its place. */
  (void) e2e_fifo_read_report (stage->reports, NULL);
  e2e_write (run, "b\na\na\nb\n");
  e2e_fifo_close (stage->gate);
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  lines = g_strsplit (run->out, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 7);
  g_assert_cmpstr (lines[0], !=, lines[1]);
  g_assert_cmpstr (lines[2], ==, lines[1]);
  g_assert_cmpstr (lines[3], ==, lines[0]);
  g_assert_cmpstr (lines[4], ==, lines[0]);
  g_assert_cmpstr (lines[5], ==, lines[1]);
  g_assert_cmpstr (lines[0] + 2, !=, lines[1] + 2);
  e2e_wait_gone (run, PATIENCE_MSEC);
}

/* The same where workers are replaced because they have had their jobs. */
static void
test_affinity_recycled (void)
{
  g_autoptr (E2eRun) run =
      e2e_run ("a\nb\na\nb\nb\na\na\nb\n", "-j2", "--workers", "2", "--max-tasks-per-worker", "1",
               "--scheduler", "affinity={}", "echo {} $APOOL_WORKER", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpuint (count_different (run->out, 8), ==, 2);
}

/* Job 1 holds, @n more of its value come behind it, then one of another value. */
static E2eRun *
start_behind (E2eStage *stage, guint n)
{
  g_autofree char *hold = e2e_stage_make_hold (stage, "[ {#} = 1 ]", "$$ first");
  g_autofree char *command = g_strdup_printf (
      "%s; if [ {} = b ]; then if [ -e %s/opened ]; then echo $$ late >%s; else echo $$ early >%s; "
      "fi; fi",
      hold, stage->dir, stage->reports->path, stage->reports->path);
  g_autoptr (GString) input = g_string_new ("a\n");
  E2eRun *run =
      e2e_start ("-j2", "--workers", "2", "--scheduler", "affinity={}", "--shell", command, NULL);

  for (guint i = 0; i < n; i++)
    g_string_append (input, "a\n");
  g_string_append (input, "b\n");
  e2e_write (run, input->str);
  return run;
}

/* Up to a thousand jobs are looked at for one that can run. */
static void
test_affinity_looks_ahead (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eRun) run = start_behind (stage, 900);
  g_autofree char *report = e2e_fifo_read_until (stage->reports, "early");

  g_assert_nonnull (report);
  e2e_kill (run, SIGTERM);
  e2e_finish (run);
  g_assert_cmpint (run->signal, ==, SIGTERM);
  e2e_wait_gone (run, PATIENCE_MSEC);
}

/* Then the input is not read any further. */
static void
test_affinity_stops_reading (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eRun) run = start_behind (stage, 1020);

  (void) e2e_fifo_read_report (stage->reports, "first");
  e2e_dir_write (stage->dir, "opened", "");
  e2e_fifo_close (stage->gate);
  (void) e2e_fifo_read_report (stage->reports, "late");
  e2e_kill (run, SIGTERM);
  e2e_finish (run);
  g_assert_cmpint (run->signal, ==, SIGTERM);
  e2e_wait_gone (run, PATIENCE_MSEC);
}

/* ---- weights ---- */

/* Of four slots each job takes two. */
static void
test_weight (E2eStage *stage, gconstpointer data)
{
  g_autofree char *hold = e2e_stage_make_hold (stage, "true", "$$ {}");
  g_autofree char *command = g_strdup_printf (
      "d=%s/one; mkdir $d 2>&- || { d=%s/two; mkdir $d; } || exit 9; %s; rmdir $d; echo {}",
      stage->dir, stage->dir, hold);
  g_autoptr (E2eRun) run = e2e_start_said (stage->errors, "-j4", "--workers", "2", "--weight", "2",
                                           command, ":::", "1", "2", "3", "4", "5", NULL);

  (void) e2e_fifo_read_report (stage->reports, NULL);
  (void) e2e_fifo_read_report (stage->reports, NULL);
  check_view (stage, run, "2 running, 0 waiting, 0 done, 0 lost");
  for (guint i = 0; i < 5; i++)
    e2e_fifo_write (stage->gate, "\n");
  for (guint i = 2; i < 5; i++)
    (void) e2e_fifo_read_report (stage->reports, NULL);
  finish (stage, run, "1\n2\n3\n4\n5\n");
}

/* A job that weighs more than there is runs alone, and those behind it do not overtake it. */
static void
test_heavy (E2eStage *stage, gconstpointer data)
{
  g_autofree char *hold = e2e_stage_make_hold (stage, "true", "$$ {#}");
  g_autofree char *command = g_strdup_printf (
      "cd %s; mkdir job-{#}; [ {#} = 2 ] || [ ! -e job-2 ] || exit 8; "
      "[ {} = 1 ] || [ $(echo job-*) = job-2 ] || exit 9; %s; rmdir job-{#}; echo {}",
      stage->dir, hold);
  g_autoptr (E2eRun) run = e2e_start_said (stage->errors, "-j3", "--workers", "1", "--weight", "{}",
                                           command, ":::", "1", "1000000", "1", NULL);

  (void) e2e_fifo_read_report (stage->reports, "1");
  check_view (stage, run, "1 running, 0 waiting, 0 done, 0 lost");
  e2e_fifo_write (stage->gate, "\n");
  (void) e2e_fifo_read_report (stage->reports, "2");
  check_view (stage, run, "1 running, 0 waiting, 1 done, 0 lost");
  e2e_fifo_write (stage->gate, "\n");
  (void) e2e_fifo_read_report (stage->reports, "3");
  finish (stage, run, "1\n1000000\n1\n");
}

/* Jobs of different weights share the slots: 1 and 2 fill three of them. */
static void
test_weight_template (E2eStage *stage, gconstpointer data)
{
  g_autofree char *command = e2e_stage_make_hold (stage, "true", "$$ {}");
  g_autoptr (E2eRun) run = e2e_start_said (stage->errors, "-j3", "--workers", "3", "--weight",
                                           "{1}", command, ":::", "1", "2", "3", NULL);

  (void) e2e_fifo_read_report (stage->reports, NULL);
  (void) e2e_fifo_read_report (stage->reports, NULL);
  check_view (stage, run, "2 running, 0 waiting, 0 done, 0 lost");
  e2e_fifo_write (stage->gate, "\n\n");
  (void) e2e_fifo_read_report (stage->reports, "3");
  finish (stage, run, "");
}

/* What is no weight fails its own job. */
static void
test_bad_weight (void)
{
  g_autoptr (E2eRun) run =
      e2e_run ("1\nx\n0\n1000001\n\n2\n", "-j2", "--weight", "{}", "echo", NULL);

  e2e_assert_ended (run, 4);
  g_assert_cmpstr (run->out, ==, "1\n2\n");
  e2e_assert_contains (run->err, "apool: job 2: ");
  e2e_assert_contains (run->err, "line 2");
  e2e_assert_contains (run->err, "--weight");
  e2e_assert_contains (run->err, "apool: job 3: ");
  e2e_assert_contains (run->err, "apool: job 4: ");
  e2e_assert_contains (run->err, "apool: job 5: ");
}

static void
add_tests (void)
{
  g_test_add_func ("/pool/sizes/contradiction", test_contradiction);
  g_test_add_func ("/pool/sizes/refused", test_refused);
  e2e_stage_add_test ("/pool/sizes/three", test_three_sizes);
  e2e_stage_add_test ("/pool/sizes/product", test_product);
  e2e_stage_add_test ("/pool/sizes/jobs-count", test_jobs_count);
  e2e_stage_add_test ("/pool/sizes/jobs-are-divided", test_jobs_are_divided);
  e2e_stage_add_test ("/pool/sizes/one-worker", test_one_worker);
  e2e_stage_add_test ("/pool/sizes/jobs-per-worker", test_jobs_per_worker);
  e2e_stage_add_test ("/pool/sizes/any-jobs", test_any_jobs);
  g_test_add_func ("/pool/sizes/no-idle-workers", test_no_idle_workers);
  g_test_add_func ("/pool/recycled/counts", test_recycled);
  e2e_stage_add_test ("/pool/recycled/many", test_recycled_many);
  e2e_stage_add_test ("/pool/recycled/long-job", test_long_job);
  e2e_stage_add_test ("/pool/prefetch/counts", test_prefetch);
  e2e_stage_add_test ("/pool/prefetch/taken-back", test_taken_back);
  e2e_stage_add_test ("/pool/least-loaded", test_least_loaded);
  e2e_stage_add_test ("/pool/round-robin", test_round_robin);
  g_test_add_func ("/pool/affinity/same-worker", test_affinity_same_worker);
  e2e_stage_add_test ("/pool/affinity/no-two", test_affinity_no_two);
  e2e_stage_add_test ("/pool/affinity/many", test_affinity_many);
  g_test_add_func ("/pool/affinity/bytes", test_affinity_bytes);
  e2e_stage_add_test ("/pool/affinity/replaced", test_affinity_replaced);
  g_test_add_func ("/pool/affinity/recycled", test_affinity_recycled);
  e2e_stage_add_test ("/pool/affinity/looks-ahead", test_affinity_looks_ahead);
  e2e_stage_add_test ("/pool/affinity/stops-reading", test_affinity_stops_reading);
  e2e_stage_add_test ("/pool/weight/same", test_weight);
  e2e_stage_add_test ("/pool/weight/heavy", test_heavy);
  e2e_stage_add_test ("/pool/weight/template", test_weight_template);
  g_test_add_func ("/pool/weight/bad", test_bad_weight);
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, add_tests);
}
