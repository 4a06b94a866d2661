/* SPDX-License-Identifier: MIT */
/* One job of a journal, found by its number. The number says which job only within a run: where
 * several runs had one with it, that of the newest of them is meant.
 *
 * The start and the end are kept as lines, which are read again when they are wanted: an event
 * owns nothing that outlives its telling. */

#include "record/apool-journal-job.h"

/**
 * apool_journal_job_init:
 * @self: (out): what is known of a job: nothing
 * @seq: its number
 */
void
apool_journal_job_init (ApoolJournalJob *self, guint64 seq)
{
  *self = (ApoolJournalJob){
    .seq = seq,
    .start = g_string_new (NULL),
    .end = g_string_new (NULL),
  };
  for (int i = 0; i < APOOL_N_STREAMS; i++)
    self->pieces[i] = g_array_new (FALSE, FALSE, sizeof (ApoolJournalExtent));
}

/**
 * apool_journal_job_clear:
 * @self: what is known of a job
 */
void
apool_journal_job_clear (ApoolJournalJob *self)
{
  g_string_free (self->start, TRUE);
  g_string_free (self->end, TRUE);
  for (int i = 0; i < APOOL_N_STREAMS; i++)
    g_array_unref (self->pieces[i]);
}

static void
apool_journal_job_forget_pieces (ApoolJournalJob *self)
{
  for (int i = 0; i < APOOL_N_STREAMS; i++)
    g_array_set_size (self->pieces[i], 0);
}

static void
apool_journal_job_begin_run (ApoolJournalJob *self, const ApoolJournalEvent *event)
{
  self->pid = event->pid;
  self->is_newest = FALSE;
  self->n_retried = 0;
}

/* What there was of it, in an earlier run, is of no interest any more. */
static void
apool_journal_job_renew (ApoolJournalJob *self)
{
  self->is_known = TRUE;
  self->is_newest = TRUE;
  self->has_ended = FALSE;
  self->is_running = FALSE;
  apool_journal_job_forget_pieces (self);
}

static void
apool_journal_job_start (ApoolJournalJob *self, const ApoolJournalEvent *event)
{
  apool_journal_job_renew (self);
  self->is_running = TRUE;
  g_string_truncate (self->end, 0);
  g_string_truncate (self->start, 0);
  apool_journal_event_append (event, self->start);
}

static void
apool_journal_job_add_pieces (ApoolJournalJob *self, const ApoolJournalEvent *event)
{
  for (int i = 0; self->is_running && i < APOOL_N_STREAMS; i++)
    if (event->pieces[i].n > 0 && self->pieces[i]->len < APOOL_JOURNAL_MAX_EXTENTS)
      g_array_append_vals (self->pieces[i], event->pieces[i].extents, (guint) event->pieces[i].n);
}

static void
apool_journal_job_retry (ApoolJournalJob *self)
{
  self->n_retried++;
  self->is_running = FALSE;
  apool_journal_job_forget_pieces (self);
}

static void
apool_journal_job_finish (ApoolJournalJob *self, const ApoolJournalEvent *event)
{
  /* It may never have been started in this run: then that of an earlier one is not its start. */
  if (!self->is_newest)
    g_string_truncate (self->start, 0);
  apool_journal_job_renew (self);
  self->has_ended = TRUE;
  g_string_truncate (self->end, 0);
  apool_journal_event_append (event, self->end);
}

static gboolean
apool_journal_job_is_of_one (const ApoolJournalEvent *event)
{
  return event->type == APOOL_JOURNAL_EVENT_START || event->type == APOOL_JOURNAL_EVENT_PIECE ||
         event->type == APOOL_JOURNAL_EVENT_RETRY || event->type == APOOL_JOURNAL_EVENT_END;
}

/**
 * apool_journal_job_tell:
 * @self: what is known of a job
 * @event: what has happened next
 */
void
apool_journal_job_tell (ApoolJournalJob *self, const ApoolJournalEvent *event)
{
  if (event->type == APOOL_JOURNAL_EVENT_RUN)
    apool_journal_job_begin_run (self, event);
  if (!apool_journal_job_is_of_one (event))
    return;
  self->first = self->first == 0 ? event->seq : MIN (self->first, event->seq);
  self->last = MAX (self->last, event->seq);
  if (event->seq != self->seq)
    return;
  if (event->type == APOOL_JOURNAL_EVENT_START)
    apool_journal_job_start (self, event);
  else if (event->type == APOOL_JOURNAL_EVENT_PIECE)
    apool_journal_job_add_pieces (self, event);
  else if (event->type == APOOL_JOURNAL_EVENT_RETRY)
    apool_journal_job_retry (self);
  else
    apool_journal_job_finish (self, event);
}

static gboolean
apool_journal_job_read (const GString *line, ApoolJournalEvent *event)
{
  *event = (ApoolJournalEvent){ 0 };
  /* Without the newline. */
  return line->len > 0 && apool_journal_event_parse (event, line->str, line->len - 1);
}

/**
 * apool_journal_job_get_end:
 * @self: what is known of a job
 * @event: (out caller-allocates): to be cleared
 *
 * Returns: whether its end is known
 */
gboolean
apool_journal_job_get_end (const ApoolJournalJob *self, ApoolJournalEvent *event)
{
  return apool_journal_job_read (self->end, event);
}

/**
 * apool_journal_job_get_start:
 * @self: what is known of a job
 * @event: (out caller-allocates): to be cleared
 *
 * Returns: whether the start of its last attempt is known
 */
gboolean
apool_journal_job_get_start (const ApoolJournalJob *self, ApoolJournalEvent *event)
{
  return apool_journal_job_read (self->start, event);
}

/**
 * apool_journal_job_get_pieces:
 * @self: what is known of a job that runs
 * @stream: which stream of it
 *
 * Returns: (transfer none): where it writes to
 */
ApoolJournalPieces
apool_journal_job_get_pieces (const ApoolJournalJob *self, ApoolStream stream)
{
  const GArray *pieces = self->pieces[stream];

  return (ApoolJournalPieces){ (const ApoolJournalExtent *) (gconstpointer) pieces->data,
                               pieces->len };
}
