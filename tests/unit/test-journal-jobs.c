/* SPDX-License-Identifier: MIT */
/* What a journal records of jobs, and what another run knows of them by it. */

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/apool-tree.h"
#include "record/apool-journal-judge.h"
#include "record/apool-journal-recorded.h"
#include "record/apool-journal-recorder.h"

/* Of a run that could not record everything. */
#define LOST_STATUS 77u

/* A run with a journal: what it was told, and whom it tells. */
typedef struct
{
  char *path;
  GMainContext *context;
  GString *said;
  guint sync_msec;
  ApoolJournalAgain again;
  guint64 next_seq;

  ApoolJournal *journal; /* while a run lives, as all that follows */
  ApoolJournalPast *past;
  ApoolJournalWriter *writer;
  ApoolJournalRecorder *recorder;
  ApoolJournalJudge *judge;
} Fixture;

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

static void
say_cb (const char *line, gpointer data)
{
  g_string_append (((Fixture *) data)->said, line);
}

static void
tell_cb (gpointer data)
{
  Fixture *fixture = data;

  if (fixture->recorder)
    apool_journal_recorder_tell (fixture->recorder);
}

static const ApoolJournalWriterFuncs funcs = { .say = say_cb, .tell = tell_cb };

static void
begin (Fixture *fixture)
{
  static const char *const WORDS[] = { "apool" };
  ApoolJournalEvent identity;
  GError *error = NULL;

  apool_journal_event_init (&identity, APOOL_JOURNAL_EVENT_JOURNAL);
  identity.version = APOOL_JOURNAL_VERSION;
  fixture->journal = apool_journal_open (fixture->path, &identity, &error);
  g_assert_no_error (error);
  fixture->past = apool_journal_past_read (fixture->journal, &error);
  g_assert_no_error (error);
  fixture->writer = apool_journal_writer_new (fixture->context, fixture->journal,
                                              fixture->sync_msec, &funcs, fixture);
  g_assert_true (apool_journal_writer_begin (fixture->writer, WORDS, 1, 4, NULL));
  g_assert_true (apool_journal_past_disown (fixture->past, fixture->writer, NULL));
  fixture->recorder = apool_journal_recorder_new (fixture->writer);
  fixture->judge = apool_journal_judge_new (fixture->past, fixture->again);
  apool_journal_judge_set_say (fixture->judge, say_cb, fixture);
  fixture->next_seq = 1;
}

/* As a kill does it: nothing is said any more. */
static void
break_off (Fixture *fixture)
{
  g_clear_object (&fixture->judge);
  g_clear_object (&fixture->recorder);
  g_clear_pointer (&fixture->writer, apool_journal_writer_free);
  g_clear_pointer (&fixture->past, apool_journal_past_free);
  g_clear_pointer (&fixture->journal, apool_journal_free);
}

/* Returns: whether all was recorded */
static gboolean
finish (Fixture *fixture)
{
  ApoolJournalEvent event;
  gboolean is_whole;

  apool_journal_event_init (&event, APOOL_JOURNAL_EVENT_FINISH);
  apool_journal_recorder_count (fixture->recorder, &event);
  is_whole = apool_journal_writer_finish (fixture->writer, &event, LOST_STATUS);
  break_off (fixture);
  return is_whole;
}

static void
fixture_set_up (Fixture *fixture, gconstpointer data)
{
  fixture->path = g_dir_make_tmp ("apool-journal-XXXXXX", NULL);
  g_assert_nonnull (fixture->path);
  fixture->context = g_main_context_new ();
  fixture->said = g_string_new (NULL);
  fixture->sync_msec = 1000000;
}

static void
fixture_tear_down (Fixture *fixture, gconstpointer data)
{
  break_off (fixture);
  g_assert_true (apool_tree_remove (fixture->path, NULL));
  g_free (fixture->path);
  g_string_free (fixture->said, TRUE);
  g_main_context_unref (fixture->context);
}

/* Returns: (transfer full): the next task of the input, as the judge says */
static ApoolTask *
read_task (Fixture *fixture, const char *command, ApoolVerdict *verdict)
{
  g_autoptr (GString) pattern = g_string_new (command);
  g_autoptr (ApoolIdentity) identity = apool_identity_new ("", pattern, NULL, 0, NULL);
  g_autoptr (GBytes) text = g_bytes_new (command, strlen (command) + 1);
  guint64 seq = fixture->next_seq++;
  g_autoptr (ApoolTask) plain = apool_task_new (seq, seq, APOOL_TASK_SHELL, text, NULL, NULL);
  ApoolTaskTraits traits = *apool_task_get_traits (plain);
  g_autoptr (ApoolRecorded) recorded = NULL;

  *verdict = apool_judge_judge (APOOL_JUDGE (fixture->judge), identity, seq, &recorded);
  g_assert_true ((*verdict == APOOL_VERDICT_RECALL) == (recorded != NULL));
  traits.identity = identity;
  traits.recorded = (GObject *) recorded;
  return apool_task_new_variant (plain, &traits);
}

static void
start (Fixture *fixture, ApoolTask *task)
{
  const ApoolPlace place = { 1, 2 };

  apool_observer_task_started (APOOL_OBSERVER (fixture->recorder), task, &place);
}

static void
keep (Fixture *fixture, ApoolTask *task, ApoolStream stream, const char *text)
{
  apool_keeper_keep (APOOL_KEEPER (fixture->recorder), task, stream, text, strlen (text));
}

static void
end (Fixture *fixture, ApoolTask *task, ApoolOutcome *outcome)
{
  apool_observer_task_finished (APOOL_OBSERVER (fixture->recorder), task, outcome);
}

static void
end_with (Fixture *fixture, ApoolTask *task, int code)
{
  g_autoptr (ApoolOutcome) outcome =
      apool_outcome_new (APOOL_OUTCOME_EXITED, code, NULL, FALSE, FALSE, NULL);

  end (fixture, task, outcome);
}

/* Runs a job that prints @text, and ends with @code. */
static void
run_job (Fixture *fixture, const char *command, const char *text, int code)
{
  ApoolVerdict verdict;
  g_autoptr (ApoolTask) task = read_task (fixture, command, &verdict);

  g_assert_cmpint (verdict, ==, APOOL_VERDICT_RUN);
  start (fixture, task);
  keep (fixture, task, APOOL_STREAM_STDOUT, text);
  end_with (fixture, task, code);
}

static char *
dup_recorded (ApoolTask *task, ApoolStream stream)
{
  ApoolRecorded *recorded = APOOL_RECORDED (apool_task_get_traits (task)->recorded);
  gsize length = (gsize) apool_recorded_get_length (recorded, stream);
  char *bytes = g_malloc0 (length + 1);

  g_assert_true (apool_recorded_read (recorded, stream, 0, bytes, length, NULL));
  return bytes;
}

/* The next job of the input is recorded, with @text and @code. */
static void
assert_recalled (Fixture *fixture, const char *command, const char *text, int code)
{
  ApoolVerdict verdict;
  g_autoptr (ApoolTask) task = read_task (fixture, command, &verdict);
  g_autofree char *bytes = NULL;
  ApoolOutcome *outcome;

  g_assert_cmpint (verdict, ==, APOOL_VERDICT_RECALL);
  bytes = dup_recorded (task, APOOL_STREAM_STDOUT);
  outcome = apool_recorded_get_outcome (APOOL_RECORDED (apool_task_get_traits (task)->recorded));
  g_assert_cmpstr (bytes, ==, text);
  g_assert_cmpint (apool_outcome_get_kind (outcome), ==, APOOL_OUTCOME_EXITED);
  g_assert_cmpint (apool_outcome_get_code (outcome), ==, code);
  end (fixture, task, outcome);
}

static void
assert_run (Fixture *fixture, const char *command)
{
  ApoolVerdict verdict;
  g_autoptr (ApoolTask) task G_GNUC_UNUSED = read_task (fixture, command, &verdict);

  g_assert_cmpint (verdict, ==, APOOL_VERDICT_RUN);
}

/* Returns: (transfer full): the file @name of the journal */
static char *
read_file (Fixture *fixture, const char *name, gsize *length)
{
  g_autofree char *path = g_build_filename (fixture->path, name, NULL);
  char *text;

  g_assert_true (g_file_get_contents (path, &text, length, NULL));
  return text;
}

static void
write_file (Fixture *fixture, const char *name, const char *text, gsize length)
{
  g_autofree char *path = g_build_filename (fixture->path, name, NULL);

  g_assert_true (g_file_set_contents (path, text, (gssize) length, NULL));
}

static guint
count (Fixture *fixture, const char *part)
{
  g_autofree char *text = read_file (fixture, "events.jsonl", NULL);
  guint n = 0;

  for (const char *at = text; (at = strstr (at, part)); at += strlen (part))
    n++;
  return n;
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

/* ---- what is not there is not believed ---- */

static void
test_torn (Fixture *fixture, gconstpointer data)
{
  gsize length;
  g_autofree char *text = NULL;
  g_autoptr (GString) torn = NULL;

  begin (fixture);
  run_job (fixture, "a", "1", 0);
  run_job (fixture, "b", "2", 0);
  break_off (fixture);
  text = read_file (fixture, "events.jsonl", &length);
  torn = g_string_new_len (text, (gssize) length - 5);
  write_file (fixture, "events.jsonl", torn->str, torn->len);
  begin (fixture);
  assert_recalled (fixture, "a", "1", 0);
  run_job (fixture, "b", "3", 0);
  break_off (fixture);
  begin (fixture);
  assert_recalled (fixture, "a", "1", 0);
  assert_recalled (fixture, "b", "3", 0);
}

/* A power cut: a job that was recorded after the last sync has other bytes. It stays disowned, also
 * where the run that finds it has brought everything to the disk, and was killed before it ran the
 * job again. */
static void
test_spoilt (Fixture *fixture, gconstpointer data)
{
  gsize length;
  g_autofree char *output = NULL;

  begin (fixture);
  run_job (fixture, "a", "first", 0);
  run_job (fixture, "b", "second", 0);
  break_off (fixture);
  output = read_file (fixture, "output", &length);
  g_assert_cmpuint (length, ==, 11);
  memset (output + 5, 0, 6);
  write_file (fixture, "output", output, length);
  begin (fixture);
  g_assert_cmpuint (count (fixture, "\"recorded\":false"), ==, 1);
  assert_recalled (fixture, "a", "first", 0);
  g_assert_true (finish (fixture));
  begin (fixture);
  g_assert_cmpuint (count (fixture, "\"recorded\":false"), ==, 1);
  assert_recalled (fixture, "a", "first", 0);
  assert_run (fixture, "b");
}

/* What was synced is read when it is looked up, and not before. */
static void
test_synced (Fixture *fixture, gconstpointer data)
{
  begin (fixture);
  run_job (fixture, "a", "first", 0);
  run_job (fixture, "b", "second", 0);
  g_assert_true (finish (fixture));
  write_file (fixture, "output", "othersecond", 11);
  begin (fixture);
  g_assert_cmpuint (count (fixture, "\"recorded\":false"), ==, 0);
  run_job (fixture, "a", "first", 0);
  g_assert_cmpuint (apool_journal_past_get_n_damaged (fixture->past), ==, 1);
  assert_recalled (fixture, "b", "second", 0);
  g_assert_true (finish (fixture));
  begin (fixture);
  assert_recalled (fixture, "a", "first", 0);
  g_assert_cmpuint (apool_journal_past_get_n_damaged (fixture->past), ==, 0);
}

/* Reads all that a large job wrote, in pieces. Returns: whether that is what it wrote */
static gboolean
read_large (ApoolTask *task, GError **error)
{
  ApoolRecorded *recorded = APOOL_RECORDED (apool_task_get_traits (task)->recorded);
  guint64 length = apool_recorded_get_length (recorded, APOOL_STREAM_STDOUT);
  char buffer[10000];

  for (guint64 done = 0; done < length;)
    {
      gsize n = (gsize) MIN (sizeof buffer, length - done);

      if (!apool_recorded_read (recorded, APOOL_STREAM_STDOUT, done, buffer, n, error))
        return FALSE;
      /* Another reader of the same. */
      if (done + n < length)
        g_assert_true (apool_recorded_read (recorded, APOOL_STREAM_STDOUT, 0, buffer, 1, NULL));
      done += n;
    }
  return TRUE;
}

/* What is too much to be read twice is found damaged at its end, and not believed by later runs. */
static void
test_large_damaged (Fixture *fixture, gconstpointer data)
{
  g_autofree char *large = g_strnfill (APOOL_JOURNAL_SMALL_BYTES + 1, 'x');
  ApoolVerdict verdict;

  begin (fixture);
  run_job (fixture, "a", large, 0);
  g_assert_true (finish (fixture));
  for (int i = 0; i < 2; i++)
    {
      g_autoptr (ApoolTask) task = NULL;
      g_autoptr (GError) error = NULL;

      large[500000] = i == 0 ? 'x' : 'y';
      write_file (fixture, "output", large, APOOL_JOURNAL_SMALL_BYTES + 1);
      begin (fixture);
      task = read_task (fixture, "a", &verdict);
      g_assert_cmpint (verdict, ==, APOOL_VERDICT_RECALL);
      g_assert_true (read_large (task, &error) == (i == 0));
      if (error)
        g_assert_true (
            g_str_has_suffix (error->message, "/output: damaged: job 1 is not what was recorded"));
      g_assert_true (apool_journal_past_disown (fixture->past, fixture->writer, NULL));
      g_clear_pointer (&task, apool_task_unref);
      g_assert_true (finish (fixture));
    }
  begin (fixture);
  assert_run (fixture, "a");
}

static void
test_cut_store (Fixture *fixture, gconstpointer data)
{
  begin (fixture);
  run_job (fixture, "a", "first", 0);
  run_job (fixture, "b", "second", 0);
  g_assert_true (finish (fixture));
  write_file (fixture, "output", "first", 5);
  begin (fixture);
  assert_recalled (fixture, "a", "first", 0);
  run_job (fixture, "c", "what comes there now", 0);
  g_assert_true (finish (fixture));
  begin (fixture);
  assert_recalled (fixture, "a", "first", 0);
  assert_run (fixture, "b");
  assert_recalled (fixture, "c", "what comes there now", 0);
}

/* A job that was run again is believed, whatever became of its first record. */
static void
test_spoilt_and_run_again (Fixture *fixture, gconstpointer data)
{
  begin (fixture);
  run_job (fixture, "a", "first", 0);
  break_off (fixture);
  fixture->again = APOOL_JOURNAL_AGAIN_ALL;
  begin (fixture);
  run_job (fixture, "a", "again", 0);
  break_off (fixture);
  write_file (fixture, "output", "\0\0\0\0\0again", 10);
  fixture->again = APOOL_JOURNAL_AGAIN_NONE;
  begin (fixture);
  g_assert_cmpuint (count (fixture, "\"recorded\":false"), ==, 0);
  assert_recalled (fixture, "a", "again", 0);
}

/* ---- trouble ---- */

static void
limit_files (gsize length)
{
  struct rlimit limit;

  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  limit.rlim_cur = length > 0 ? length : limit.rlim_max;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
}

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
  limit_files (0);
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
  limit_files ((gsize) apool_journal_get_log_length (fixture->journal) + 50);
  run_job (fixture, "b", "2", 0);
  limit_files (0);
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
  ADD ("torn", test_torn);
  ADD ("spoilt", test_spoilt);
  ADD ("synced", test_synced);
  ADD ("large-damaged", test_large_damaged);
  ADD ("cut-store", test_cut_store);
  ADD ("spoilt-and-run-again", test_spoilt_and_run_again);
  ADD ("full-store", test_full_store);
  ADD ("full-log", test_full_log);
  ADD ("window", test_window);
  ADD ("pieces", test_pieces);
  ADD ("sync-fails-at-once", test_sync_fails_at_once);
  ADD ("sync-fails", test_sync_fails);
  ADD ("sync-each", test_sync_each);
  return g_test_run ();
}
