/* SPDX-License-Identifier: MIT */
/* A job as its end was recorded: what became of it, and where what it wrote is in the store. It has
 * nothing of that in memory.
 *
 * What is read is summed up, and where the sum is another one than was recorded the last read
 * fails: much of it may be printed by then, but nobody takes that for what the job wrote. */

#include "record/apool-journal-recorded.h"

#include <gio/gio.h>

#include "base/apool-error.h"

/* So much is read at once to sum it up: bytes. */
#define PIECE_BYTES ((gsize) 64 * 1024)

struct _ApoolJournalRecorded
{
  GObject parent_instance;

  ApoolJournalStore *store;                   /* owned */
  ApoolOutcome *outcome;                      /* owned */
  ApoolJournalPieces pieces[APOOL_N_STREAMS]; /* their extents are owned */
  guint64 lengths[APOOL_N_STREAMS];
  guint64 seq;                           /* what the job is called in messages */
  guint64 sum;                           /* of all that the job wrote */
  ApoolJournalSum sums[APOOL_N_STREAMS]; /* of what was read so far, from the beginning */
  ApoolJournalDamagedFunc damaged;       /* (nullable) */
  guint64 place;                         /* for that one, as is @data */
  gpointer data;
};

static void apool_journal_recorded_iface_init (ApoolRecordedInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ApoolJournalRecorded,
                               apool_journal_recorded,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_RECORDED,
                                                      apool_journal_recorded_iface_init))

static ApoolOutcome *
apool_journal_recorded_get_outcome (ApoolRecorded *recorded)
{
  return APOOL_JOURNAL_RECORDED (recorded)->outcome;
}

static guint64
apool_journal_recorded_get_length (ApoolRecorded *recorded, ApoolStream stream)
{
  return APOOL_JOURNAL_RECORDED (recorded)->lengths[stream];
}

static gboolean
apool_journal_recorded_read_pieces (ApoolJournalRecorded *self,
                                    ApoolStream stream,
                                    guint64 offset,
                                    gpointer buffer,
                                    gsize length,
                                    GError **error)
{
  const ApoolJournalPieces *pieces = &self->pieces[stream];
  char *to = buffer;

  for (gsize i = 0; i < pieces->n && length > 0; i++)
    {
      const ApoolJournalExtent *extent = &pieces->extents[i];
      gsize n;

      if (offset >= extent->length)
        {
          offset -= extent->length;
          continue;
        }
      n = (gsize) MIN (extent->length - offset, length);
      if (!apool_journal_store_read (self->store, extent->offset + offset, to, n, error))
        return FALSE;
      offset = 0;
      to += n;
      length -= n;
    }
  g_return_val_if_fail (length == 0, FALSE);
  return TRUE;
}

/* Adds to the sum what was not read before: a stream may have several readers. */
static void
apool_journal_recorded_add_up (ApoolJournalSum *sum,
                               guint64 offset,
                               const char *bytes,
                               gsize length)
{
  gsize n_known;

  if (offset > sum->length || length <= sum->length - offset)
    return;
  n_known = (gsize) (sum->length - offset);
  apool_journal_sum_add (sum, bytes + n_known, length - n_known);
}

/* Whether what was read may be what the job wrote: that is known when all of it was read. */
static gboolean
apool_journal_recorded_check (ApoolJournalRecorded *self, GError **error)
{
  for (int i = 0; i < APOOL_N_STREAMS; i++)
    if (self->sums[i].length < self->lengths[i])
      return TRUE;
  if (apool_journal_sum_get (self->sums, APOOL_N_STREAMS) == self->sum)
    return TRUE;
  if (self->damaged)
    self->damaged (self->place, self->data);
  g_set_error (error, APOOL_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               "--journal: %s: damaged: job %" G_GUINT64_FORMAT " is not what was recorded",
               apool_journal_store_get_path (self->store), self->seq);
  return FALSE;
}

static gboolean
apool_journal_recorded_read (ApoolRecorded *recorded,
                             ApoolStream stream,
                             guint64 offset,
                             gpointer buffer,
                             gsize length,
                             GError **error)
{
  ApoolJournalRecorded *self = APOOL_JOURNAL_RECORDED (recorded);

  if (!apool_journal_recorded_read_pieces (self, stream, offset, buffer, length, error))
    return FALSE;
  apool_journal_recorded_add_up (&self->sums[stream], offset, buffer, length);
  return apool_journal_recorded_check (self, error);
}

static void
apool_journal_recorded_iface_init (ApoolRecordedInterface *iface)
{
  iface->get_outcome = apool_journal_recorded_get_outcome;
  iface->get_length = apool_journal_recorded_get_length;
  iface->read = apool_journal_recorded_read;
}

static void
apool_journal_recorded_finalize (GObject *object)
{
  ApoolJournalRecorded *self = APOOL_JOURNAL_RECORDED (object);

  for (int i = 0; i < APOOL_N_STREAMS; i++)
    g_free ((gpointer) self->pieces[i].extents);
  apool_outcome_unref (self->outcome);
  apool_journal_store_unref (self->store);
  G_OBJECT_CLASS (apool_journal_recorded_parent_class)->finalize (object);
}

static void
apool_journal_recorded_class_init (ApoolJournalRecordedClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = apool_journal_recorded_finalize;
}

static void
apool_journal_recorded_init (ApoolJournalRecorded *self)
{
}

/* Whether all of the bytes are within the file. */
static gboolean
apool_journal_recorded_has_bytes (const ApoolJournalEvent *end, ApoolJournalStore *store)
{
  guint64 limit = apool_journal_store_get_end (store);

  for (int i = 0; i < APOOL_N_STREAMS; i++)
    for (gsize k = 0; k < end->pieces[i].n; k++)
      {
        const ApoolJournalExtent *extent = &end->pieces[i].extents[k];

        if (extent->length > limit || extent->offset > limit - extent->length)
          return FALSE;
      }
  return TRUE;
}

/**
 * apool_journal_recorded_is_there:
 * @end: how a job ended
 * @store: what jobs wrote
 *
 * Returns: whether all of it is recorded, so that the job need not be run again
 */
gboolean
apool_journal_recorded_is_there (const ApoolJournalEvent *end, ApoolJournalStore *store)
{
  gboolean ended_itself = end->kind == APOOL_OUTCOME_EXITED ||
                          end->kind == APOOL_OUTCOME_SIGNALLED ||
                          end->kind == APOOL_OUTCOME_TIMED_OUT;

  return end->is_final && end->is_recorded && ended_itself &&
         apool_journal_recorded_has_bytes (end, store);
}

static gboolean
apool_journal_recorded_sum_up (const ApoolJournalPieces *pieces,
                               ApoolJournalStore *store,
                               ApoolJournalSum *sum)
{
  g_autofree char *buffer = pieces->n > 0 ? g_malloc (PIECE_BYTES) : NULL;

  for (gsize i = 0; i < pieces->n; i++)
    {
      const ApoolJournalExtent *extent = &pieces->extents[i];

      for (guint64 done = 0; done < extent->length;)
        {
          gsize n = (gsize) MIN (extent->length - done, PIECE_BYTES);

          if (!apool_journal_store_read (store, extent->offset + done, buffer, n, NULL))
            return FALSE;
          apool_journal_sum_add (sum, buffer, n);
          done += n;
        }
    }
  return TRUE;
}

/**
 * apool_journal_recorded_is_whole:
 * @end: how a job ended
 * @store: what jobs wrote
 *
 * Reads all of what the job wrote.
 *
 * Returns: whether it is what it was when it was recorded
 */
gboolean
apool_journal_recorded_is_whole (const ApoolJournalEvent *end, ApoolJournalStore *store)
{
  ApoolJournalSum sums[APOOL_N_STREAMS] = { { 0 }, { 0 } };

  for (int i = 0; i < APOOL_N_STREAMS; i++)
    if (!apool_journal_recorded_sum_up (&end->pieces[i], store, &sums[i]))
      return FALSE;
  return apool_journal_sum_get (sums, APOOL_N_STREAMS) == end->sum;
}

/**
 * apool_journal_recorded_is_small:
 * @end: how a job ended
 *
 * Returns: whether it wrote no more than %APOOL_JOURNAL_SMALL_BYTES
 */
gboolean
apool_journal_recorded_is_small (const ApoolJournalEvent *end)
{
  guint64 left = APOOL_JOURNAL_SMALL_BYTES;

  for (int i = 0; i < APOOL_N_STREAMS; i++)
    {
      guint64 length = apool_journal_pieces_get_length (&end->pieces[i]);

      if (length > left)
        return FALSE;
      left -= length;
    }
  return TRUE;
}

/**
 * apool_journal_recorded_is_failed:
 * @end: how a job ended
 *
 * Returns: whether that was a failure
 */
gboolean
apool_journal_recorded_is_failed (const ApoolJournalEvent *end)
{
  return end->kind != APOOL_OUTCOME_EXITED || end->code != 0 || end->is_faulty;
}

static ApoolOutcome *
apool_journal_recorded_make_outcome (const ApoolJournalEvent *end)
{
  g_autofree char *message =
      end->message.length > 0 ? g_strndup (end->message.data, end->message.length) : NULL;
  g_autoptr (ApoolOutcome) outcome =
      apool_outcome_new (end->kind, end->code, &end->usage, FALSE, end->is_cut, message);

  if (end->is_faulty)
    return apool_outcome_new_faulty (outcome, message);
  return g_steal_pointer (&outcome);
}

/**
 * apool_journal_recorded_new:
 * @end: how a job ended, of which apool_journal_recorded_is_there()
 * @seq: the number that the job has now, for messages
 * @store: what jobs wrote
 *
 * Returns: (transfer full): the job as it was
 */
ApoolJournalRecorded *
apool_journal_recorded_new (const ApoolJournalEvent *end, guint64 seq, ApoolJournalStore *store)
{
  ApoolJournalRecorded *self = g_object_new (APOOL_TYPE_JOURNAL_RECORDED, NULL);

  self->store = apool_journal_store_ref (store);
  self->seq = seq;
  self->sum = end->sum;
  self->outcome = apool_journal_recorded_make_outcome (end);
  for (int i = 0; i < APOOL_N_STREAMS; i++)
    {
      const ApoolJournalPieces *pieces = &end->pieces[i];

      self->pieces[i].n = pieces->n;
      self->pieces[i].extents = g_memdup2 (pieces->extents, pieces->n * sizeof *pieces->extents);
      self->lengths[i] = apool_journal_pieces_get_length (pieces);
    }
  return self;
}

/**
 * apool_journal_recorded_watch:
 * @self: a job of which nothing was read
 * @damaged: called where what is read is not what was recorded, before the read fails
 * @place: for @damaged
 * @data: (closure): for @damaged
 */
void
apool_journal_recorded_watch (ApoolJournalRecorded *self,
                              ApoolJournalDamagedFunc damaged,
                              guint64 place,
                              gpointer data)
{
  self->damaged = damaged;
  self->place = place;
  self->data = data;
}
