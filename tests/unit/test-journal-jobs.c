/* SPDX-License-Identifier: MIT */
/* What a journal records of jobs, and what another run knows of them by it. */

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "journal-fixture.h"
#include "limit-files.h"

/* What fdatasync() fails with; 0 where it does what it is for. */
static int sync_errno = 0;

/* Instead of the one of the C library. */
int
fdatasync (int fd)
{
  if (sync_errno == 0)
    return (int) syscall (SYS_fdatasync, fd);
  errno = sync_errno;
  return -1;
}

/* ---- what is done is done ---- */

static void
test_recall (Fixture *fixture, gconstpointer data)
{
  begin (fixture);
  run_job (fixture, "a", "1\n", 0);
  run_job (fixture, "b", "", 3);
  run_job (fixture, "a", "2\n", 0);
  break_off (fixture);
  begin (fixture);
  assert_recalled (fixture, "a", "1\n", 0);
  assert_run (fixture, "new");
  assert_recalled (fixture, "a", "2\n", 0);
  assert_run (fixture, "a");
  g_assert_cmpstr (fixture->said->str, ==, "");
  apool_judge_end (APOOL_JUDGE (fixture->judge));
  g_assert_cmpstr (fixture->said->str, ==,
                   "apool: journal: 2 recorded, 2 new, 1 no longer in the input\n");
  g_assert_true (finish (fixture));
}

static void
test_nothing_known (Fixture *fixture, gconstpointer data)
{
  begin (fixture);
  assert_run (fixture, "a");
  apool_judge_end (APOOL_JUDGE (fixture->judge));
  g_assert_cmpstr (fixture->said->str, ==, "");
}

static void
test_again (Fixture *fixture, gconstpointer data)
{
  begin (fixture);
  run_job (fixture, "a", "1\n", 0);
  run_job (fixture, "b", "x\n", 3);
  g_assert_true (finish (fixture));
  fixture->again = APOOL_JOURNAL_AGAIN_FAILED;
  begin (fixture);
  assert_recalled (fixture, "a", "1\n", 0);
  run_job (fixture, "b", "y\n", 0);
  apool_judge_end (APOOL_JUDGE (fixture->judge));
  g_assert_cmpstr (
      fixture->said->str, ==,
      "apool: journal: 1 recorded, 1 to be run again, 0 new, 0 no longer in the input\n");
  g_assert_true (finish (fixture));
  begin (fixture);
  assert_recalled (fixture, "a", "1\n", 0);
  assert_recalled (fixture, "b", "y\n", 0);
  g_assert_true (finish (fixture));
  fixture->again = APOOL_JOURNAL_AGAIN_ALL;
  begin (fixture);
  assert_run (fixture, "a");
  assert_run (fixture, "b");
}

static void
test_not_final (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    ApoolOutcomeKind kind;
    int code;
    gboolean ended_by_pool;
    gboolean is_final;
  } CASES[] = {
    { APOOL_OUTCOME_EXITED, 0, FALSE, TRUE },       { APOOL_OUTCOME_EXITED, 255, FALSE, TRUE },
    { APOOL_OUTCOME_EXITED, 0, TRUE, FALSE },       { APOOL_OUTCOME_SIGNALLED, 9, FALSE, TRUE },
    { APOOL_OUTCOME_SIGNALLED, 15, TRUE, FALSE },   { APOOL_OUTCOME_TIMED_OUT, 15, FALSE, TRUE },
    { APOOL_OUTCOME_TIMED_OUT, 0, FALSE, TRUE },    { APOOL_OUTCOME_LOST, 0, FALSE, FALSE },
    { APOOL_OUTCOME_NOT_STARTED, 2, FALSE, FALSE },
  };

  begin (fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autofree char *command = g_strdup_printf ("%d", (int) i);
      const ApoolUsage usage = { 1000001, 2000002, 3, 4, 5 };
      g_autoptr (ApoolOutcome) outcome = apool_outcome_new (
          CASES[i].kind, CASES[i].code, &usage, CASES[i].ended_by_pool, TRUE, "why it was so");
      ApoolVerdict verdict;
      g_autoptr (ApoolTask) task = read_task (fixture, command, &verdict);

      start (fixture, task);
      keep (fixture, task, APOOL_STREAM_STDERR, "e");
      end (fixture, task, outcome);
    }
  break_off (fixture);
  begin (fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autofree char *command = g_strdup_printf ("%d", (int) i);
      ApoolVerdict verdict;
      g_autoptr (ApoolTask) task = read_task (fixture, command, &verdict);
      GObject *recorded = apool_task_get_traits (task)->recorded;
      g_autofree char *bytes = NULL;
      ApoolOutcome *outcome;

      g_assert_true ((recorded != NULL) == CASES[i].is_final);
      if (!recorded)
        continue;
      outcome = apool_recorded_get_outcome (APOOL_RECORDED (recorded));
      bytes = dup_recorded (task, APOOL_STREAM_STDERR);
      g_assert_cmpstr (bytes, ==, "e");
      g_assert_cmpint (apool_outcome_get_kind (outcome), ==, CASES[i].kind);
      g_assert_cmpint (apool_outcome_get_code (outcome), ==, CASES[i].code);
      g_assert_true (apool_outcome_is_output_cut (outcome));
      g_assert_false (apool_outcome_is_ended_by_pool (outcome));
      g_assert_cmpstr (apool_outcome_get_message (outcome), ==, "why it was so");
      g_assert_cmpint (apool_outcome_get_usage (outcome)->start_usec, ==, 1000001);
      g_assert_cmpint (apool_outcome_get_usage (outcome)->run_usec, ==, 2000002);
      g_assert_cmpint (apool_outcome_get_usage (outcome)->peak_bytes, ==, 5);
    }
}

static void
test_faulty (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ApoolOutcome) plain =
      apool_outcome_new (APOOL_OUTCOME_EXITED, 0, NULL, FALSE, FALSE, NULL);
  g_autoptr (ApoolOutcome) faulty = apool_outcome_new_faulty (plain, "left something");
  ApoolVerdict verdict;
  g_autoptr (ApoolTask) task = NULL;
  g_autoptr (ApoolTask) again = NULL;
  ApoolOutcome *outcome;

  begin (fixture);
  task = read_task (fixture, "a", &verdict);
  start (fixture, task);
  end (fixture, task, faulty);
  break_off (fixture);
  begin (fixture);
  again = read_task (fixture, "a", &verdict);
  g_assert_cmpint (verdict, ==, APOOL_VERDICT_RECALL);
  outcome = apool_recorded_get_outcome (APOOL_RECORDED (apool_task_get_traits (again)->recorded));
  g_assert_true (apool_outcome_is_faulty (outcome));
  g_assert_true (apool_outcome_is_failure (outcome));
  g_assert_cmpstr (apool_outcome_get_message (outcome), ==, "left something");
}

static void
test_retried (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ApoolOutcome) failed =
      apool_outcome_new (APOOL_OUTCOME_EXITED, 1, NULL, FALSE, FALSE, NULL);
  ApoolVerdict verdict;
  g_autoptr (ApoolTask) task = NULL;
  g_autoptr (ApoolTask) last = NULL;

  g_test_summary ("what an attempt wrote that did not count is given up");
  begin (fixture);
  task = read_task (fixture, "a", &verdict);
  start (fixture, task);
  keep (fixture, task, APOOL_STREAM_STDOUT, "first");
  apool_observer_task_retried (APOOL_OBSERVER (fixture->recorder), task, failed);
  start (fixture, task);
  keep (fixture, task, APOOL_STREAM_STDOUT, "second");
  end_with (fixture, task, 0);
  last = read_task (fixture, "b", &verdict);
  start (fixture, last);
  keep (fixture, last, APOOL_STREAM_STDOUT, "only");
  apool_observer_task_retried (APOOL_OBSERVER (fixture->recorder), last, failed);
  end (fixture, last, failed);
  g_assert_cmpuint (count (fixture, "\"type\":\"retry\""), ==, 2);
  break_off (fixture);
  begin (fixture);
  assert_recalled (fixture, "a", "second", 0);
  assert_run (fixture, "b");
}

static void
test_forsaken (Fixture *fixture, gconstpointer data)
{
  begin (fixture);
  run_job (fixture, "a", "1", 0);
  apool_journal_recorder_forsake (fixture->recorder);
  run_job (fixture, "b", "2", 0);
  g_assert_true (finish (fixture));
  begin (fixture);
  assert_recalled (fixture, "a", "1", 0);
  assert_run (fixture, "b");
}

/* ---- trouble ---- */

static void
test_full_store (Fixture *fixture, gconstpointer data)
{
  g_autofree char *large = g_strnfill (100000, 'x');
  ApoolVerdict verdict;
  g_autoptr (ApoolTask) task = NULL;

  begin (fixture);
  limit_files (50000);
  for (int i = 0; i < 2; i++)
    {
      g_clear_pointer (&task, apool_task_unref);
      task = read_task (fixture, i == 0 ? "a" : "b", &verdict);
      start (fixture, task);
      keep (fixture, task, APOOL_STREAM_STDOUT, large);
      keep (fixture, task, APOOL_STREAM_STDOUT, "more");
      end_with (fixture, task, 0);
    }
  run_job (fixture, "c", "small", 0);
  limit_files (RLIM_INFINITY);
  g_assert_true (g_str_has_prefix (fixture->said->str, "apool: --journal: "));
  g_assert_true (
      g_str_has_suffix (fixture->said->str, "/output: File too large: job 1 is not recorded\n"));
  g_assert_cmpuint (count (fixture, "\"type\":\"trouble\""), ==, 2);
  g_assert_cmpuint (count (fixture, "\"recorded\":false"), ==, 2);
  g_assert_false (finish (fixture));
  g_assert_cmpuint (count (fixture, "\"status\":77"), ==, 1);
  begin (fixture);
  assert_run (fixture, "a");
  assert_run (fixture, "b");
  assert_recalled (fixture, "c", "small", 0);
}

static void
test_full_log (Fixture *fixture, gconstpointer data)
{
  begin (fixture);
  run_job (fixture, "a", "1", 0);
  limit_files ((rlim_t) apool_journal_get_log_length (fixture->journal) + 50);
  run_job (fixture, "b", "2", 0);
  limit_files (RLIM_INFINITY);
  g_assert_true (strstr (fixture->said->str, "/events.jsonl: File too large\n") != NULL);
  run_job (fixture, "c", "3", 0);
  g_assert_cmpuint (count (fixture, "\"type\":\"trouble\""), ==, 1);
  g_assert_false (finish (fixture));
  begin (fixture);
  assert_recalled (fixture, "a", "1", 0);
  assert_run (fixture, "b");
  assert_recalled (fixture, "c", "3", 0);
}

/* ---- to the disk ---- */

static void
test_window (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("what was written is synced after a while, once, and then nothing wakes up");
  fixture->sync_msec = 1;
  begin (fixture);
  run_job (fixture, "a", "1", 0);
  while (count (fixture, "\"type\":\"sync\"") == 0)
    (void) g_main_context_iteration (fixture->context, TRUE);
  while (g_main_context_iteration (fixture->context, FALSE))
    ;
  g_assert_cmpuint (count (fixture, "\"type\":\"sync\""), ==, 1);
  break_off (fixture);
  write_file (fixture, "output", "2", 1);
  fixture->sync_msec = 1000000;
  begin (fixture);
  g_assert_cmpuint (count (fixture, "\"recorded\":false"), ==, 0);
}

static void
test_pieces (Fixture *fixture, gconstpointer data)
{
  ApoolVerdict verdict;
  g_autoptr (ApoolTask) task = NULL;

  g_test_summary ("where a job that runs has written to is told when the window is over");
  fixture->sync_msec = 1;
  begin (fixture);
  task = read_task (fixture, "a", &verdict);
  start (fixture, task);
  keep (fixture, task, APOOL_STREAM_STDERR, "so far");
  while (count (fixture, "\"type\":\"sync\"") == 0)
    (void) g_main_context_iteration (fixture->context, TRUE);
  g_assert_cmpuint (count (fixture, "\"type\":\"piece\""), ==, 1);
  g_assert_cmpuint (count (fixture, "\"err\":[[0,6]]"), ==, 1);
  keep (fixture, task, APOOL_STREAM_STDERR, ", and on");
  end_with (fixture, task, 0);
  break_off (fixture);
  fixture->sync_msec = 1000000;
  begin (fixture);
  g_clear_pointer (&task, apool_task_unref);
  task = read_task (fixture, "a", &verdict);
  g_assert_cmpint (verdict, ==, APOOL_VERDICT_RECALL);
  {
    g_autofree char *bytes = dup_recorded (task, APOOL_STREAM_STDERR);

    g_assert_cmpstr (bytes, ==, "so far, and on");
  }
}

/* A journal that cannot be made. */
static void
test_sync_fails_at_once (Fixture *fixture, gconstpointer data)
{
  g_autofree char *expected =
      g_strdup_printf ("--journal: %s/output: fdatasync: Input/output error", fixture->path);
  g_autoptr (GError) error = NULL;
  ApoolJournalEvent identity;

  apool_journal_event_init (&identity, APOOL_JOURNAL_EVENT_JOURNAL);
  identity.version = APOOL_JOURNAL_VERSION;
  sync_errno = EIO;
  g_assert_null (apool_journal_open (fixture->path, &identity, &error));
  sync_errno = 0;
  g_assert_nonnull (error);
  g_assert_cmpstr (error->message, ==, expected);
}

/* The end of the run was written down when the disk fails: it is corrected. */
static void
test_sync_fails (Fixture *fixture, gconstpointer data)
{
  g_autofree char *said = g_strdup_printf ("apool: --journal: %s/output: fdatasync: Input/output "
                                           "error: what is on the disk is not known\n",
                                           fixture->path);

  begin (fixture);
  run_job (fixture, "a", "1", 0);
  sync_errno = EIO;
  g_assert_false (finish (fixture));
  sync_errno = 0;
  g_assert_cmpstr (fixture->said->str, ==, said);
  g_assert_cmpuint (count (fixture, "\"type\":\"trouble\""), ==, 1);
  g_assert_cmpuint (count (fixture, "\"type\":\"sync\""), ==, 0);
  g_assert_cmpuint (count (fixture, "\"status\":77"), ==, 1);
  begin (fixture);
  assert_recalled (fixture, "a", "1", 0);
}

static void
test_sync_each (Fixture *fixture, gconstpointer data)
{
  fixture->sync_msec = 0;
  begin (fixture);
  run_job (fixture, "a", "1", 0);
  break_off (fixture);
  begin (fixture);
  assert_recalled (fixture, "a", "1", 0);
  g_assert_true (finish (fixture));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function)                                                                        \
  g_test_add ("/journal-jobs/" path, Fixture, NULL, fixture_set_up, function, fixture_tear_down)
  ADD ("recall", test_recall);
  ADD ("nothing-known", test_nothing_known);
  ADD ("again", test_again);
  ADD ("not-final", test_not_final);
  ADD ("faulty", test_faulty);
  ADD ("retried", test_retried);
  ADD ("forsaken", test_forsaken);
  ADD ("full-store", test_full_store);
  ADD ("full-log", test_full_log);
  ADD ("window", test_window);
  ADD ("pieces", test_pieces);
  ADD ("sync-fails-at-once", test_sync_fails_at_once);
  ADD ("sync-fails", test_sync_fails);
  ADD ("sync-each", test_sync_each);
  return g_test_run ();
}
