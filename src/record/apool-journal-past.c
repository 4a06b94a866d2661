/* SPDX-License-Identifier: MIT */
/* Goes once through the events of a journal, and remembers of each job where its last end is. What
 * that says is read again when it is needed: there may be millions.
 *
 * A kill takes nothing that was written. A power cut may take bytes of the store that a record
 * speaks of, if the two were written after the last time that they were brought to the disk: these
 * jobs are looked at byte by byte. One that is spoilt is disowned by a new record, before the run
 * that finds it says that all is on the disk: nobody after it would look again. So is one that
 * speaks of more bytes than there are.
 *
 * What others did to the store is found when a job is looked up, or, where it wrote much, when that
 * is read. */

#include "record/apool-journal-past.h"

#include <string.h>

#include "record/apool-journal-reader.h"
#include "record/apool-journal-recorded.h"

struct _ApoolJournalPast
{
  ApoolJournal *journal; /* not owned */
  char *path;            /* of its events, for messages */
  ApoolHistory *history;
  ApoolKnownBatches *batches; /* of which records jobs of several were */
  guint64 n_torn;             /* lines that a kill has torn */
  guint64 n_ignored;          /* lines that are no events, but for those that a kill has torn */
  guint n_jobs;               /* how many ran at a time in the first run; 0 before it */
  GArray *unsynced;           /* of guint64: ends that may have been spoilt */
  GHashTable *spoilt;         /* of guint64 *, owned: ends whose bytes are not there */
  GHashTable *disowned;       /* of the same: what was written in their place */
  guint64 n_damaged;          /* jobs that were looked up, and have other bytes than was recorded */
};

static void
apool_journal_past_spoil (ApoolJournalPast *self, guint64 place)
{
  g_hash_table_add (self->spoilt, g_memdup2 (&place, sizeof place));
}

/* What is before the @length first bytes of the events is on the disk, and what they speak of. */
static void
apool_journal_past_note_sync (ApoolJournalPast *self, guint64 length)
{
  guint n = 0;

  while (n < self->unsynced->len && g_array_index (self->unsynced, guint64, n) < length)
    n++;
  if (n > 0)
    g_array_remove_range (self->unsynced, 0, n);
}

static void
apool_journal_past_note_end (ApoolJournalPast *self, const ApoolJournalEvent *end, guint64 place)
{
  const ApoolPastJob job = {
    .seq = end->seq,
    .is_failed = apool_journal_recorded_is_failed (end),
    .run_usec = end->usage.run_usec,
    .key = end->key,
    .occurrence = end->occurrence,
    .place = place,
  };

  guint64 n_before = apool_history_get_n (self->history);

  if (!end->is_final || end->occurrence == 0 || place >= APOOL_HISTORY_MAX_PLACE)
    return;
  apool_history_add (self->history, &job);
  /* One that is known by another end already is of the same records. */
  if (end->has_batch && apool_history_get_n (self->history) > n_before)
    apool_known_batches_add (self->batches, &end->batch);
  if (!end->is_recorded)
    return;
  if (apool_journal_recorded_is_there (end, apool_journal_get_store (self->journal)))
    g_array_append_val (self->unsynced, place);
  else
    apool_journal_past_spoil (self, place);
}

/* A line that is no event and stands right before the beginning of a run is what the run before was
 * writing when it was killed: nobody has to know.
 *
 * @n_before: how many lines that are no events came before the last event */
static void
apool_journal_past_note_run (ApoolJournalPast *self,
                             const ApoolJournalEvent *run,
                             const ApoolJournalReader *reader,
                             guint64 n_before)
{
  if (self->n_jobs == 0)
    self->n_jobs = (guint) MIN (run->n_jobs, G_MAXUINT);
  if (apool_journal_reader_get_n_ignored (reader) == n_before + 1)
    self->n_torn++;
}

static gboolean
apool_journal_past_read_events (ApoolJournalPast *self, GError **error)
{
  int fd = apool_journal_get_log_fd (self->journal);
  g_autoptr (ApoolJournalReader) reader = apool_journal_reader_new (fd, self->path, 0);

  for (;;)
    {
      g_auto (ApoolJournalEvent) event = { 0 };
      guint64 n_before = apool_journal_reader_get_n_ignored (reader);
      guint64 place;
      ApoolJournalRead read = apool_journal_reader_next (reader, &event, &place, error);

      self->n_ignored = apool_journal_reader_get_n_ignored (reader) - self->n_torn;
      if (read != APOOL_JOURNAL_READ_EVENT)
        return read == APOOL_JOURNAL_READ_END;
      if (event.type == APOOL_JOURNAL_EVENT_SYNC)
        apool_journal_past_note_sync (self, event.events_length);
      else if (event.type == APOOL_JOURNAL_EVENT_RUN)
        apool_journal_past_note_run (self, &event, reader, n_before);
      else if (event.type == APOOL_JOURNAL_EVENT_END)
        apool_journal_past_note_end (self, &event, place);
    }
}

static gboolean
apool_journal_past_check_unsynced (ApoolJournalPast *self, GError **error)
{
  int fd = apool_journal_get_log_fd (self->journal);

  for (guint i = 0; i < self->unsynced->len; i++)
    {
      guint64 place = g_array_index (self->unsynced, guint64, i);
      g_auto (ApoolJournalEvent) end = { 0 };

      if (!apool_journal_reader_read_at (fd, self->path, place, &end, error))
        return FALSE;
      if (!apool_journal_recorded_is_whole (&end, apool_journal_get_store (self->journal)))
        apool_journal_past_spoil (self, place);
    }
  g_array_set_size (self->unsynced, 0);
  return TRUE;
}

/* Of a job that was run again afterwards it does not matter. */
static void
apool_journal_past_keep_newest (ApoolJournalPast *self)
{
  g_autoptr (GHashTable) newest = NULL;
  guint64 n_jobs = apool_history_get_n (self->history);

  if (g_hash_table_size (self->spoilt) == 0)
    return;
  newest = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  for (guint64 i = 0; i < n_jobs; i++)
    {
      ApoolPastJob job;

      apool_history_get (self->history, i, &job);
      if (g_hash_table_contains (self->spoilt, &job.place))
        g_hash_table_add (newest, g_memdup2 (&job.place, sizeof job.place));
    }
  g_hash_table_unref (self->spoilt);
  self->spoilt = g_steal_pointer (&newest);
}

/**
 * apool_journal_past_read:
 * @journal: a journal; outlives its past
 * @error: (out) (optional): a #GIOErrorEnum, naming the file
 *
 * Returns: (transfer full) (nullable): what it has
 */
ApoolJournalPast *
apool_journal_past_read (ApoolJournal *journal, GError **error)
{
  g_autoptr (ApoolJournalPast) self = g_new0 (ApoolJournalPast, 1);

  self->journal = journal;
  self->path = g_build_filename (apool_journal_get_directory (journal), "events.jsonl", NULL);
  self->history = apool_history_new ();
  self->batches = apool_known_batches_new ();
  self->unsynced = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->spoilt = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->disowned = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  if (!apool_journal_past_read_events (self, error) ||
      !apool_journal_past_check_unsynced (self, error))
    {
      g_prefix_error (error, "--journal: ");
      return NULL;
    }
  apool_journal_past_keep_newest (self);
  return g_steal_pointer (&self);
}

/**
 * apool_journal_past_free:
 * @self: (transfer full): a past
 */
void
apool_journal_past_free (ApoolJournalPast *self)
{
  g_hash_table_unref (self->disowned);
  g_hash_table_unref (self->spoilt);
  g_array_unref (self->unsynced);
  g_object_unref (self->batches);
  apool_history_free (self->history);
  g_free (self->path);
  g_free (self);
}

/**
 * apool_journal_past_get_history:
 * @self: a past
 *
 * Returns: (transfer none): the jobs that ended by themselves, each with the place of its last end
 */
ApoolHistory *
apool_journal_past_get_history (ApoolJournalPast *self)
{
  return self->history;
}

/**
 * apool_journal_past_get_batches:
 * @self: a past
 *
 * Returns: (transfer none): of which records its jobs are, where they are of several
 */
ApoolKnownBatches *
apool_journal_past_get_batches (ApoolJournalPast *self)
{
  return self->batches;
}

/**
 * apool_journal_past_get_n_jobs:
 * @self: a past
 *
 * Returns: how many jobs ran at a time in the first run; 0 where there was none
 */
guint
apool_journal_past_get_n_jobs (const ApoolJournalPast *self)
{
  return self->n_jobs;
}

/**
 * apool_journal_past_get_n_ignored:
 * @self: a past
 *
 * Returns: how many lines are no events, but for those that were torn when a run was killed
 */
guint64
apool_journal_past_get_n_ignored (const ApoolJournalPast *self)
{
  return self->n_ignored;
}

/**
 * apool_journal_past_get_n_damaged:
 * @self: a past
 *
 * Returns: how many jobs could not be recalled, because what they wrote is not what was recorded
 */
guint64
apool_journal_past_get_n_damaged (const ApoolJournalPast *self)
{
  return self->n_damaged;
}

/* Writes the end at @place again, as one of which nothing is recorded. */
static gboolean
apool_journal_past_disown_end (ApoolJournalPast *self,
                               ApoolJournalWriter *writer,
                               guint64 place,
                               GError **error)
{
  guint64 new_place = apool_journal_get_log_length (self->journal);
  g_auto (ApoolJournalEvent) end = { 0 };

  if (!apool_journal_reader_read_at (apool_journal_get_log_fd (self->journal), self->path, place,
                                     &end, error))
    return FALSE;
  end.is_recorded = FALSE;
  for (int i = 0; i < APOOL_N_STREAMS; i++)
    end.pieces[i] = (ApoolJournalPieces){ NULL, 0 };
  if (!apool_journal_writer_disown (writer, &end, error))
    return FALSE;
  apool_journal_past_note_end (self, &end, new_place);
  g_hash_table_add (self->disowned, g_memdup2 (&new_place, sizeof new_place));
  return TRUE;
}

/**
 * apool_journal_past_disown:
 * @self: a past
 * @writer: what writes the same journal
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * Has nobody after us believe the records that are of no use, as far as that is known: before
 * @writer has brought anything to the disk, and again at the end.
 *
 * Returns: whether all of that is written down
 */
gboolean
apool_journal_past_disown (ApoolJournalPast *self, ApoolJournalWriter *writer, GError **error)
{
  GHashTableIter iter;
  gpointer place;

  g_hash_table_iter_init (&iter, self->spoilt);
  while (g_hash_table_iter_next (&iter, &place, NULL))
    if (!apool_journal_past_disown_end (self, writer, *(guint64 *) place, error))
      return FALSE;
  g_hash_table_remove_all (self->spoilt);
  return TRUE;
}

static void
apool_journal_past_damaged_cb (guint64 place, gpointer data)
{
  apool_journal_past_spoil (data, place);
}

/* Whether what a job wrote, of which all is said to be there, may be given out as that. Where it is
 * much that is told when it is read. */
static gboolean
apool_journal_past_is_sound (ApoolJournalPast *self, const ApoolJournalEvent *end)
{
  ApoolJournalStore *store = apool_journal_get_store (self->journal);

  return !apool_journal_recorded_is_small (end) || apool_journal_recorded_is_whole (end, store);
}

/* Returns: (transfer full): a job that is there */
static ApoolRecorded *
apool_journal_past_make_recorded (ApoolJournalPast *self,
                                  const ApoolJournalEvent *end,
                                  guint64 place,
                                  guint64 seq)
{
  ApoolJournalRecorded *recorded =
      apool_journal_recorded_new (end, seq, apool_journal_get_store (self->journal));

  apool_journal_recorded_watch (recorded, apool_journal_past_damaged_cb, place, self);
  return APOOL_RECORDED (recorded);
}

/**
 * apool_journal_past_recall:
 * @self: a past
 * @job: what its history has of a job
 * @seq: the number that it has now
 * @identity: what the job is
 *
 * Returns: (transfer full) (nullable): the job as it was, not to be read without the past; %NULL
 *   where not all of it is there
 */
ApoolRecorded *
apool_journal_past_recall (ApoolJournalPast *self,
                           const ApoolPastJob *job,
                           guint64 seq,
                           const ApoolIdentity *identity)
{
  ApoolJournalStore *store = apool_journal_get_store (self->journal);
  g_auto (ApoolJournalEvent) end = { 0 };

  if (g_hash_table_contains (self->disowned, &job->place))
    {
      self->n_damaged++;
      return NULL;
    }
  if (!apool_journal_reader_read_at (apool_journal_get_log_fd (self->journal), self->path,
                                     job->place, &end, NULL) ||
      end.type != APOOL_JOURNAL_EVENT_END ||
      memcmp (end.key, apool_identity_get_key (identity), sizeof end.key) != 0 ||
      end.occurrence != apool_identity_get_occurrence (identity) ||
      !apool_journal_recorded_is_there (&end, store))
    return NULL;
  if (!apool_journal_past_is_sound (self, &end))
    {
      self->n_damaged++;
      return NULL;
    }
  return apool_journal_past_make_recorded (self, &end, job->place, seq);
}
