/* SPDX-License-Identifier: MIT */
/* What one run writes to a journal: every event at once, so that no kill takes it; and every now
 * and then all of it to the disk, so that a power cut takes little.
 *
 * Trouble ends nothing. It is said once, counted, and written down as soon as there is room; what
 * comes later is recorded again where it can be. */

#include "record/apool-journal-writer.h"

#include <string.h>
#include <unistd.h>

#include "record/apool-journal-sync.h"

/* Where each end goes to the disk by itself, this is how often that is written down: milliseconds.
 * What comes after it is looked at again by the next run. */
#define SYNCED_MSEC 1000u

struct _ApoolJournalWriter
{
  ApoolJournal *journal; /* not owned */
  ApoolJournalWriterFuncs funcs;
  gpointer data;
  char *run; /* what this run is called in its events */
  ApoolJournalSync *sync;
  gboolean syncs_ends;  /* each end is on the disk before it counts */
  guint64 begun_events; /* bytes of events when the sync began that is under way */
  guint64 begun_store;  /* the same of the store */
  gboolean is_doubtful; /* the disk has failed: what it says afterwards is not about all */
  gboolean is_spoilt;   /* somebody has removed files, or cut them off: that is said */
  gboolean is_finished; /* nothing may follow */

  gboolean has_said;  /* that something could not be recorded */
  guint64 n_lost;     /* what could not be */
  GString *trouble;   /* (nullable): what is to be written down about it */
  guint64 n_troubles; /* how much that is about */
};

static ApoolValue
apool_journal_writer_wrap (const char *text)
{
  return (ApoolValue){ text, strlen (text) };
}

/* ---- trouble ---- */

static void
apool_journal_writer_remember (ApoolJournalWriter *self, const char *what)
{
  self->n_lost++;
  self->n_troubles++;
  if (!self->trouble)
    self->trouble = g_string_new (what);
}

static void
apool_journal_writer_say (ApoolJournalWriter *self, const char *what)
{
  g_autofree char *line = g_strdup_printf ("apool: %s\n", what);

  if (self->has_said)
    return;
  self->has_said = TRUE;
  self->funcs.say (line, self->data);
}

/* What could not be written down when it happened comes first. Returns: whether there is none left
 */
static gboolean
apool_journal_writer_put_trouble (ApoolJournalWriter *self)
{
  ApoolJournalEvent event;

  if (!self->trouble)
    return TRUE;
  apool_journal_event_init (&event, APOOL_JOURNAL_EVENT_TROUBLE);
  if (self->n_troubles > 1)
    g_string_append_printf (self->trouble, "; and %" G_GUINT64_FORMAT " more",
                            self->n_troubles - 1);
  event.run = apool_journal_writer_wrap (self->run);
  event.message = (ApoolValue){ self->trouble->str, self->trouble->len };
  if (!apool_journal_write (self->journal, &event, NULL))
    return FALSE;
  g_string_free (g_steal_pointer (&self->trouble), TRUE);
  self->n_troubles = 0;
  return TRUE;
}

/**
 * apool_journal_writer_fail:
 * @self: a writer
 * @error: why something could not be recorded, naming the file
 * @seq: the job that is not recorded; 0 where it is about none
 *
 * The first time it is said.
 */
void
apool_journal_writer_fail (ApoolJournalWriter *self, const GError *error, guint64 seq)
{
  g_autofree char *what =
      seq > 0
          ? g_strdup_printf ("%s: job %" G_GUINT64_FORMAT " is not recorded", error->message, seq)
          : g_strdup (error->message);

  self->is_doubtful = TRUE;
  apool_journal_writer_remember (self, what);
  apool_journal_writer_say (self, what);
}

/* Nobody is to go on for hours with a journal that is no longer there. */
static void
apool_journal_writer_check (ApoolJournalWriter *self)
{
  g_autoptr (GError) error = NULL;

  if (self->is_spoilt || apool_journal_check (self->journal, &error))
    return;
  self->is_spoilt = TRUE;
  apool_journal_writer_fail (self, error, 0);
}

/* ---- to the disk ---- */

static void
apool_journal_writer_begin_cb (gpointer data)
{
  ApoolJournalWriter *self = data;

  apool_journal_writer_check (self);
  if (!self->is_finished)
    self->funcs.tell (self->data);
  self->begun_events = apool_journal_get_log_length (self->journal);
  self->begun_store = apool_journal_store_get_end (apool_journal_get_store (self->journal));
}

static void
apool_journal_writer_synced_cb (gpointer data)
{
  ApoolJournalWriter *self = data;
  ApoolJournalEvent event;

  if (self->is_doubtful)
    return;
  apool_journal_event_init (&event, APOOL_JOURNAL_EVENT_SYNC);
  event.run = apool_journal_writer_wrap (self->run);
  event.events_length = self->begun_events;
  event.store_length = self->begun_store;
  event.at_usec = g_get_real_time ();
  /* Without it the next run has more to look at, and loses nothing. */
  (void) apool_journal_write (self->journal, &event, NULL);
}

static void
apool_journal_writer_sync_failed_cb (const GError *error, gpointer data)
{
  ApoolJournalWriter *self = data;
  g_autofree char *what =
      g_strdup_printf ("--journal: %s/%s: what is on the disk is not known",
                       apool_journal_get_directory (self->journal), error->message);

  apool_journal_writer_remember (self, what);
  apool_journal_writer_say (self, what);
}

static const ApoolJournalSyncFuncs apool_journal_writer_sync_funcs = {
  .begin = apool_journal_writer_begin_cb,
  .synced = apool_journal_writer_synced_cb,
  .failed = apool_journal_writer_sync_failed_cb,
};

/* ---- events ---- */

static gboolean
apool_journal_writer_write (ApoolJournalWriter *self, ApoolJournalEvent *event, GError **error)
{
  event->run = apool_journal_writer_wrap (self->run);
  if (self->trouble)
    (void) apool_journal_writer_put_trouble (self);
  if (!apool_journal_write (self->journal, event, error))
    return FALSE;
  apool_journal_sync_note (self->sync);
  return TRUE;
}

/**
 * apool_journal_writer_put:
 * @self: a writer
 * @event: what happened; gets its run
 *
 * Where it cannot be written it is nothing that has to be known: no end of a job.
 *
 * Returns: whether it is there
 */
gboolean
apool_journal_writer_put (ApoolJournalWriter *self, ApoolJournalEvent *event)
{
  g_autoptr (GError) error = NULL;

  if (apool_journal_writer_write (self, event, &error))
    return TRUE;
  apool_journal_writer_fail (self, error, 0);
  return FALSE;
}

/**
 * apool_journal_writer_put_end:
 * @self: a writer
 * @event: how a job ended; gets its run
 *
 * Returns: whether it is written; else that was said. What could not be brought to the disk is said
 *   as well, but may be there
 */
gboolean
apool_journal_writer_put_end (ApoolJournalWriter *self, ApoolJournalEvent *event)
{
  g_autoptr (GError) error = NULL;

  if (!apool_journal_writer_write (self, event, &error))
    {
      apool_journal_writer_fail (self, error, event->seq);
      return FALSE;
    }
  if (self->syncs_ends && !apool_journal_sync_files (
                              apool_journal_store_get_fd (apool_journal_get_store (self->journal)),
                              apool_journal_get_log_fd (self->journal), &error))
    apool_journal_writer_sync_failed_cb (error, self);
  return TRUE;
}

/**
 * apool_journal_writer_new:
 * @context: the one that the run is in
 * @journal: (transfer none): outlives the writer
 * @sync_msec: how long what is written may wait before it is brought to the disk, milliseconds; 0:
 *   each end of a job is waited for
 * @funcs: what it tells
 * @data: (closure): for @funcs
 *
 * Returns: (transfer full): a writer that has written nothing
 */
ApoolJournalWriter *
apool_journal_writer_new (GMainContext *context,
                          ApoolJournal *journal,
                          guint sync_msec,
                          const ApoolJournalWriterFuncs *funcs,
                          gpointer data)
{
  ApoolJournalWriter *self = g_new0 (ApoolJournalWriter, 1);

  self->journal = journal;
  self->funcs = *funcs;
  self->data = data;
  self->syncs_ends = sync_msec == 0;
  self->run = g_strdup_printf ("%" G_GINT64_MODIFIER "x-%lx", (guint64) g_get_real_time (),
                               (unsigned long) getpid ());
  self->sync = apool_journal_sync_new (
      context, apool_journal_store_get_fd (apool_journal_get_store (journal)),
      apool_journal_get_log_fd (journal), sync_msec == 0 ? SYNCED_MSEC : sync_msec,
      &apool_journal_writer_sync_funcs, self);
  return self;
}

/**
 * apool_journal_writer_free:
 * @self: (transfer full): a writer
 */
void
apool_journal_writer_free (ApoolJournalWriter *self)
{
  apool_journal_sync_free (self->sync);
  if (self->trouble)
    g_string_free (self->trouble, TRUE);
  g_free (self->run);
  g_free (self);
}

/**
 * apool_journal_writer_get_store:
 * @self: a writer
 *
 * Returns: (transfer none): where what jobs write goes
 */
ApoolJournalStore *
apool_journal_writer_get_store (ApoolJournalWriter *self)
{
  return apool_journal_get_store (self->journal);
}

/**
 * apool_journal_writer_begin:
 * @self: a writer that has written nothing
 * @words: (array length=n_words): the command line
 * @n_words: how many
 * @n_jobs: how many jobs run at a time
 * @error: (out) (optional): a #GIOErrorEnum: then nothing can be recorded at all
 *
 * Returns: whether the journal knows of this run
 */
gboolean
apool_journal_writer_begin (
    ApoolJournalWriter *self, const char *const *words, gsize n_words, guint n_jobs, GError **error)
{
  g_autofree ApoolValue *values = g_new (ApoolValue, n_words + 1);
  ApoolJournalEvent event;

  for (gsize i = 0; i < n_words; i++)
    values[i] = apool_journal_writer_wrap (words[i]);
  apool_journal_event_init (&event, APOOL_JOURNAL_EVENT_RUN);
  event.usage.start_usec = g_get_real_time ();
  event.pid = (guint64) getpid ();
  event.n_jobs = n_jobs;
  event.words = (ApoolJournalWords){ values, n_words };
  return apool_journal_writer_write (self, &event, error);
}

/**
 * apool_journal_writer_disown:
 * @self: a writer that has begun, and brought nothing to the disk
 * @event: the end of a job, as one of which nothing is recorded; gets its run
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * Returns: whether it is there
 */
gboolean
apool_journal_writer_disown (ApoolJournalWriter *self, ApoolJournalEvent *event, GError **error)
{
  return apool_journal_writer_write (self, event, error);
}

/* Says what the disk has said only after the run's end was written down. Where even that is not
 * brought to the disk there is nobody left to be told. */
static void
apool_journal_writer_correct_finish (ApoolJournalWriter *self, const ApoolJournalEvent *finish)
{
  (void) apool_journal_writer_put_trouble (self);
  if (apool_journal_write (self->journal, finish, NULL))
    (void) apool_journal_sync_files (
        apool_journal_store_get_fd (apool_journal_get_store (self->journal)),
        apool_journal_get_log_fd (self->journal), NULL);
}

/**
 * apool_journal_writer_finish:
 * @self: a writer
 * @finish: the last event; gets its run
 * @lost_status: the exit status of the run where not everything was recorded
 *
 * Waits until all is on the disk. Nothing may be written after that.
 *
 * Returns: whether everything was recorded, now and before
 */
gboolean
apool_journal_writer_finish (ApoolJournalWriter *self,
                             ApoolJournalEvent *finish,
                             guint32 lost_status)
{
  guint64 n_lost;

  self->is_finished = TRUE;
  apool_journal_writer_check (self);
  n_lost = self->n_lost;
  if (n_lost > 0)
    finish->status = lost_status;
  (void) apool_journal_writer_put (self, finish);
  apool_journal_sync_finish (self->sync);
  if (self->n_lost > n_lost)
    {
      finish->status = lost_status;
      apool_journal_writer_correct_finish (self, finish);
    }
  return self->n_lost == 0;
}

/**
 * apool_journal_writer_get_n_lost:
 * @self: a writer
 *
 * Returns: how often something could not be recorded
 */
guint64
apool_journal_writer_get_n_lost (const ApoolJournalWriter *self)
{
  return self->n_lost;
}
