/* SPDX-License-Identifier: MIT */
/* Writes to a journal what jobs do: that they start, what they write as they write it, and how they
 * end. A job counts as recorded when the record of its end is written, which speaks of bytes that
 * are written already.
 *
 * Only a job that ended by itself is done for good. One that was ended by the pool, was lost or
 * could not be started is run again by the next run; so is one of which something could not be
 * recorded. When nobody takes what jobs write any more, none of those that end afterwards counts:
 * they may have seen that. */

#include "record/apool-journal-recorder.h"

#include <string.h>

/* What is known of a job that runs. */
typedef struct
{
  guint64 seq; /* what it is found by */
  guint attempt;
  ApoolPlace place;
  gboolean is_started;
  GError *trouble; /* (nullable), owned: why what it wrote is not recorded */
  ApoolJournalShare shares[APOOL_N_STREAMS];
} ApoolJournalJob;

struct _ApoolJournalRecorder
{
  GObject parent_instance;

  ApoolJournalWriter *writer; /* not owned */
  GHashTable *jobs;           /* by number: ApoolJournalJob, owned */
  gboolean is_forsaken;       /* nobody takes what jobs write */
  guint64 n_done;
  guint64 n_failed;
  guint64 n_recalled;
};

static void apool_journal_recorder_observe_init (ApoolObserverInterface *iface);
static void apool_journal_recorder_keep_init (ApoolKeeperInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ApoolJournalRecorder,
                               apool_journal_recorder,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_OBSERVER,
                                                      apool_journal_recorder_observe_init)
                                   G_IMPLEMENT_INTERFACE (APOOL_TYPE_KEEPER,
                                                          apool_journal_recorder_keep_init))

/* ---- jobs that run ---- */

static void
apool_journal_recorder_free_job (gpointer data)
{
  ApoolJournalJob *job = data;

  for (int i = 0; i < APOOL_N_STREAMS; i++)
    apool_journal_share_clear (&job->shares[i]);
  g_clear_error (&job->trouble);
  g_free (job);
}

/* Returns: (transfer none): the job of @task, a new one where it was not known */
static ApoolJournalJob *
apool_journal_recorder_get_job (ApoolJournalRecorder *self, ApoolTask *task)
{
  guint64 seq = apool_task_get_seq (task);
  ApoolJournalJob *job = g_hash_table_lookup (self->jobs, &seq);

  if (job)
    return job;
  job = g_new0 (ApoolJournalJob, 1);
  job->seq = seq;
  job->attempt = apool_task_get_traits (task)->attempt;
  g_hash_table_insert (self->jobs, &job->seq, job);
  return job;
}

/* Gives up what the job has written: nothing will speak of it. */
static void
apool_journal_recorder_forget (ApoolJournalRecorder *self, ApoolJournalJob *job)
{
  ApoolJournalStore *store = apool_journal_writer_get_store (self->writer);

  /* The last piece first: what is at the end of the store is cut off. */
  for (int i = APOOL_N_STREAMS; i > 0; i--)
    apool_journal_store_forget (store, &job->shares[i - 1]);
}

static void
apool_journal_recorder_task_started (ApoolObserver *observer,
                                     ApoolTask *task,
                                     const ApoolPlace *place)
{
  ApoolJournalRecorder *self = APOOL_JOURNAL_RECORDER (observer);
  ApoolJournalJob *job = apool_journal_recorder_get_job (self, task);
  g_autofree char *name = apool_task_dup_name (task);
  ApoolJournalEvent event;

  job->attempt = apool_task_get_traits (task)->attempt;
  job->place = *place;
  job->is_started = TRUE;
  apool_journal_event_init (&event, APOOL_JOURNAL_EVENT_START);
  event.seq = job->seq;
  event.attempt = job->attempt;
  event.worker = place->worker;
  event.slot = place->slot;
  event.usage.start_usec = g_get_real_time ();
  event.name = (ApoolValue){ name, strlen (name) };
  (void) apool_journal_writer_put (self->writer, &event);
}

/* ---- what they write ---- */

static void
apool_journal_recorder_keep (
    ApoolKeeper *keeper, ApoolTask *task, ApoolStream stream, const void *data, gsize length)
{
  ApoolJournalRecorder *self = APOOL_JOURNAL_RECORDER (keeper);
  ApoolJournalJob *job = apool_journal_recorder_get_job (self, task);
  ApoolJournalStore *store = apool_journal_writer_get_store (self->writer);

  if (job->trouble || self->is_forsaken)
    return;
  /* It is said when the job ends: now the output, which would say it, is busy with these bytes. */
  if (!apool_journal_store_append (store, &job->shares[stream], data, length, &job->trouble))
    apool_journal_recorder_forget (self, job);
}

static void
apool_journal_recorder_tell_job (ApoolJournalRecorder *self, ApoolJournalJob *job)
{
  ApoolJournalStore *store = apool_journal_writer_get_store (self->writer);
  ApoolJournalExtent extent;

  for (int i = 0; i < APOOL_N_STREAMS; i++)
    while (apool_journal_store_tell (store, &job->shares[i], &extent))
      {
        ApoolJournalEvent event;

        apool_journal_event_init (&event, APOOL_JOURNAL_EVENT_PIECE);
        event.seq = job->seq;
        event.attempt = job->attempt;
        event.pieces[i] = (ApoolJournalPieces){ &extent, 1 };
        (void) apool_journal_writer_put (self->writer, &event);
      }
}

/* ---- how they end ---- */

/* Whether it need not be run again. Where an attempt is settled that was to be retried, and no
 * other was made, what it wrote is given up already. */
static gboolean
apool_journal_recorder_is_final (ApoolJournalRecorder *self,
                                 const ApoolJournalJob *job,
                                 ApoolOutcome *outcome)
{
  ApoolOutcomeKind kind = apool_outcome_get_kind (outcome);

  return !self->is_forsaken && job->is_started && !apool_outcome_is_ended_by_pool (outcome) &&
         (kind == APOOL_OUTCOME_EXITED || kind == APOOL_OUTCOME_SIGNALLED ||
          kind == APOOL_OUTCOME_TIMED_OUT);
}

static void
apool_journal_recorder_fill_outcome (ApoolJournalEvent *event, ApoolOutcome *outcome)
{
  const char *message = apool_outcome_get_message (outcome);

  event->kind = apool_outcome_get_kind (outcome);
  event->code = apool_outcome_get_code (outcome);
  event->is_faulty = apool_outcome_is_faulty (outcome);
  event->is_cut = apool_outcome_is_output_cut (outcome);
  event->usage = *apool_outcome_get_usage (outcome);
  if (message)
    event->message = (ApoolValue){ message, strlen (message) };
}

static void
apool_journal_recorder_fill_task (ApoolJournalEvent *event, ApoolTask *task)
{
  const ApoolTaskTraits *traits = apool_task_get_traits (task);
  const ApoolIdentityBatch *batch;

  event->seq = apool_task_get_seq (task);
  event->attempt = traits->attempt;
  if (traits->values)
    event->words.values = apool_values_get (traits->values, &event->words.n);
  if (!traits->identity)
    return;
  memcpy (event->key, apool_identity_get_key (traits->identity), sizeof event->key);
  event->occurrence = apool_identity_get_occurrence (traits->identity);
  batch = apool_identity_get_batch (traits->identity);
  event->has_batch = batch != NULL;
  if (batch)
    event->batch = *batch;
}

static void
apool_journal_recorder_fill_job (ApoolJournalEvent *event,
                                 ApoolJournalStore *store,
                                 ApoolJournalJob *job)
{
  ApoolJournalSum sums[APOOL_N_STREAMS];

  event->worker = job->place.worker;
  event->slot = job->place.slot;
  for (int i = APOOL_N_STREAMS; i > 0; i--)
    apool_journal_store_settle (store, &job->shares[i - 1]);
  for (int i = 0; i < APOOL_N_STREAMS; i++)
    {
      event->pieces[i] = apool_journal_share_get_pieces (&job->shares[i]);
      sums[i] = job->shares[i].sum;
    }
  event->sum = apool_journal_sum_get (sums, APOOL_N_STREAMS);
}

/* Whether something of the task can be known again. */
static gboolean
apool_journal_recorder_is_known (ApoolTask *task)
{
  return apool_task_get_traits (task)->identity != NULL;
}

/* Returns: whether the end is written down */
static gboolean
apool_journal_recorder_put_end (ApoolJournalRecorder *self,
                                ApoolJournalEvent *event,
                                ApoolTask *task,
                                ApoolOutcome *outcome,
                                ApoolJournalJob *job)
{
  g_autofree char *command = apool_task_dup_command (task, G_MAXSIZE - 1);
  gboolean is_written;

  /* Of what is run again anyway nothing is missing. */
  if (event->is_final && job->trouble)
    apool_journal_writer_fail (self->writer, job->trouble, job->seq);
  event->is_recorded = event->is_final && !job->trouble;
  event->command = (ApoolValue){ command, strlen (command) };
  apool_journal_recorder_fill_task (event, task);
  apool_journal_recorder_fill_outcome (event, outcome);
  apool_journal_recorder_fill_job (event, apool_journal_writer_get_store (self->writer), job);
  if (!event->is_recorded)
    {
      apool_journal_recorder_forget (self, job);
      event->pieces[APOOL_STREAM_STDOUT] = (ApoolJournalPieces){ NULL, 0 };
      event->pieces[APOOL_STREAM_STDERR] = (ApoolJournalPieces){ NULL, 0 };
      event->sum = 0;
    }
  is_written = event->is_final ? apool_journal_writer_put_end (self->writer, event)
                               : apool_journal_writer_put (self->writer, event);
  if (!is_written)
    apool_journal_recorder_forget (self, job);
  return is_written;
}

static void
apool_journal_recorder_task_retried (ApoolObserver *observer,
                                     ApoolTask *task,
                                     ApoolOutcome *outcome)
{
  ApoolJournalRecorder *self = APOOL_JOURNAL_RECORDER (observer);
  ApoolJournalJob *job = apool_journal_recorder_get_job (self, task);
  ApoolJournalEvent event;

  apool_journal_event_init (&event, APOOL_JOURNAL_EVENT_RETRY);
  (void) apool_journal_recorder_put_end (self, &event, task, outcome, job);
  g_hash_table_remove (self->jobs, &job->seq);
}

static void
apool_journal_recorder_task_finished (ApoolObserver *observer,
                                      ApoolTask *task,
                                      ApoolOutcome *outcome)
{
  ApoolJournalRecorder *self = APOOL_JOURNAL_RECORDER (observer);
  const ApoolTaskTraits *traits = apool_task_get_traits (task);
  ApoolJournalJob *job;
  ApoolJournalEvent event;

  if (traits->is_skipped)
    return;
  self->n_failed += apool_outcome_is_failure (outcome) ? 1 : 0;
  self->n_recalled += traits->recorded ? 1 : 0;
  if (traits->recorded || !apool_journal_recorder_is_known (task))
    return;
  job = apool_journal_recorder_get_job (self, task);
  apool_journal_event_init (&event, APOOL_JOURNAL_EVENT_END);
  event.is_final = apool_journal_recorder_is_final (self, job, outcome);
  (void) apool_journal_recorder_put_end (self, &event, task, outcome, job);
  self->n_done += event.is_final ? 1 : 0;
  g_hash_table_remove (self->jobs, &job->seq);
}

static void
apool_journal_recorder_observe_init (ApoolObserverInterface *iface)
{
  iface->task_started = apool_journal_recorder_task_started;
  iface->task_retried = apool_journal_recorder_task_retried;
  iface->task_finished = apool_journal_recorder_task_finished;
}

static void
apool_journal_recorder_keep_init (ApoolKeeperInterface *iface)
{
  iface->keep = apool_journal_recorder_keep;
}

static void
apool_journal_recorder_finalize (GObject *object)
{
  g_hash_table_unref (APOOL_JOURNAL_RECORDER (object)->jobs);
  G_OBJECT_CLASS (apool_journal_recorder_parent_class)->finalize (object);
}

static void
apool_journal_recorder_class_init (ApoolJournalRecorderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = apool_journal_recorder_finalize;
}

static void
apool_journal_recorder_init (ApoolJournalRecorder *self)
{
  self->jobs =
      g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, apool_journal_recorder_free_job);
}

/**
 * apool_journal_recorder_new:
 * @writer: (transfer none): what it writes with; outlives what the recorder is told
 *
 * Returns: (transfer full): a recorder that was told nothing
 */
ApoolJournalRecorder *
apool_journal_recorder_new (ApoolJournalWriter *writer)
{
  ApoolJournalRecorder *self = g_object_new (APOOL_TYPE_JOURNAL_RECORDER, NULL);

  self->writer = writer;
  return self;
}

/**
 * apool_journal_recorder_tell:
 * @self: a recorder
 *
 * Writes down where jobs that still run have written to, for those who look at them meanwhile.
 */
void
apool_journal_recorder_tell (ApoolJournalRecorder *self)
{
  GHashTableIter iter;
  gpointer job;

  g_hash_table_iter_init (&iter, self->jobs);
  while (g_hash_table_iter_next (&iter, NULL, &job))
    apool_journal_recorder_tell_job (self, job);
}

/**
 * apool_journal_recorder_forsake:
 * @self: a recorder
 *
 * What jobs write is taken by nobody any more: none that ends from now on is done for good.
 */
void
apool_journal_recorder_forsake (ApoolJournalRecorder *self)
{
  self->is_forsaken = TRUE;
}

/**
 * apool_journal_recorder_count:
 * @self: a recorder
 * @finish: gets how many jobs there were
 */
void
apool_journal_recorder_count (const ApoolJournalRecorder *self, ApoolJournalEvent *finish)
{
  finish->n_done = self->n_done;
  finish->n_failed = self->n_failed;
  finish->n_recalled = self->n_recalled;
}
