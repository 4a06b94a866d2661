/* SPDX-License-Identifier: MIT */
/* Runs with a journal, for the programs that test what is recorded of jobs. */
#pragma once

#include <gio/gio.h>
#include <string.h>

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

static inline void
say_cb (const char *line, gpointer data)
{
  g_string_append (((Fixture *) data)->said, line);
}

static inline void
tell_cb (gpointer data)
{
  Fixture *fixture = data;

  if (fixture->recorder)
    apool_journal_recorder_tell (fixture->recorder);
}

static const ApoolJournalWriterFuncs funcs = { .say = say_cb, .tell = tell_cb };

static inline void
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
static inline void
break_off (Fixture *fixture)
{
  g_clear_object (&fixture->judge);
  g_clear_object (&fixture->recorder);
  g_clear_pointer (&fixture->writer, apool_journal_writer_free);
  g_clear_pointer (&fixture->past, apool_journal_past_free);
  g_clear_pointer (&fixture->journal, apool_journal_free);
}

/* Returns: whether all was recorded */
static inline gboolean
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

static inline void
fixture_set_up (Fixture *fixture, gconstpointer data)
{
  fixture->path = g_dir_make_tmp ("apool-journal-XXXXXX", NULL);
  g_assert_nonnull (fixture->path);
  fixture->context = g_main_context_new ();
  fixture->said = g_string_new (NULL);
  fixture->sync_msec = 1000000;
}

static inline void
fixture_tear_down (Fixture *fixture, gconstpointer data)
{
  break_off (fixture);
  g_assert_true (apool_tree_remove (fixture->path, NULL));
  g_free (fixture->path);
  g_string_free (fixture->said, TRUE);
  g_main_context_unref (fixture->context);
}

/* Returns: (transfer full): the next task of the input, as the judge says */
static inline ApoolTask *
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

static inline void
start (Fixture *fixture, ApoolTask *task)
{
  const ApoolPlace place = { 1, 2 };

  apool_observer_task_started (APOOL_OBSERVER (fixture->recorder), task, &place);
}

static inline void
keep (Fixture *fixture, ApoolTask *task, ApoolStream stream, const char *text)
{
  apool_keeper_keep (APOOL_KEEPER (fixture->recorder), task, stream, text, strlen (text));
}

static inline void
end (Fixture *fixture, ApoolTask *task, ApoolOutcome *outcome)
{
  apool_observer_task_finished (APOOL_OBSERVER (fixture->recorder), task, outcome);
}

static inline void
end_with (Fixture *fixture, ApoolTask *task, int code)
{
  g_autoptr (ApoolOutcome) outcome =
      apool_outcome_new (APOOL_OUTCOME_EXITED, code, NULL, FALSE, FALSE, NULL);

  end (fixture, task, outcome);
}

/* Runs a job that prints @text, and ends with @code. */
static inline void
run_job (Fixture *fixture, const char *command, const char *text, int code)
{
  ApoolVerdict verdict;
  g_autoptr (ApoolTask) task = read_task (fixture, command, &verdict);

  g_assert_cmpint (verdict, ==, APOOL_VERDICT_RUN);
  start (fixture, task);
  keep (fixture, task, APOOL_STREAM_STDOUT, text);
  end_with (fixture, task, code);
}

static inline char *
dup_recorded (ApoolTask *task, ApoolStream stream)
{
  ApoolRecorded *recorded = APOOL_RECORDED (apool_task_get_traits (task)->recorded);
  gsize length = (gsize) apool_recorded_get_length (recorded, stream);
  char *bytes = g_malloc0 (length + 1);

  g_assert_true (apool_recorded_read (recorded, stream, 0, bytes, length, NULL));
  return bytes;
}

/* The next job of the input is recorded, with @text and @code. */
static inline void
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

static inline void
assert_run (Fixture *fixture, const char *command)
{
  ApoolVerdict verdict;
  g_autoptr (ApoolTask) task G_GNUC_UNUSED = read_task (fixture, command, &verdict);

  g_assert_cmpint (verdict, ==, APOOL_VERDICT_RUN);
}

/* Returns: (transfer full): the file @name of the journal */
static inline char *
read_file (Fixture *fixture, const char *name, gsize *length)
{
  g_autofree char *path = g_build_filename (fixture->path, name, NULL);
  char *text;

  g_assert_true (g_file_get_contents (path, &text, length, NULL));
  return text;
}

static inline void
write_file (Fixture *fixture, const char *name, const char *text, gsize length)
{
  g_autofree char *path = g_build_filename (fixture->path, name, NULL);

  g_assert_true (g_file_set_contents (path, text, (gssize) length, NULL));
}

static inline guint
count (Fixture *fixture, const char *part)
{
  g_autofree char *text = read_file (fixture, "events.jsonl", NULL);
  guint n = 0;

  for (const char *at = text; (at = strstr (at, part)); at += strlen (part))
    n++;
  return n;
}
