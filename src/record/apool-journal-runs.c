/* SPDX-License-Identifier: MIT */
/* Who has written a journal, and what the last one of them is at. A job that runs is known by its
 * slot: no other one runs there before it has ended, so that there are never more of them than
 * slots, whatever could not be recorded. */

#include "record/apool-journal-runs.h"

/* Slots that a journal may name: a broken one does not fill the memory. */
#define MAX_RUNNING 100000u

static void
apool_journal_running_clear (gpointer data)
{
  g_string_free (((ApoolJournalRunning *) data)->name, TRUE);
}

/**
 * apool_journal_runs_new:
 *
 * Returns: (transfer full): no runs
 */
ApoolJournalRuns *
apool_journal_runs_new (void)
{
  ApoolJournalRuns *self = g_new0 (ApoolJournalRuns, 1);

  self->runs = g_array_new (FALSE, TRUE, sizeof (ApoolJournalRun));
  self->running = g_array_new (FALSE, FALSE, sizeof (ApoolJournalRunning));
  g_array_set_clear_func (self->running, apool_journal_running_clear);
  self->trouble = g_string_new (NULL);
  return self;
}

/**
 * apool_journal_runs_free:
 * @self: (transfer full): runs
 */
void
apool_journal_runs_free (ApoolJournalRuns *self)
{
  g_array_unref (self->runs);
  g_array_unref (self->running);
  g_string_free (self->trouble, TRUE);
  g_free (self);
}

/**
 * apool_journal_runs_get_newest:
 * @self: runs
 *
 * Returns: (transfer none) (nullable): the last one; %NULL where there is none
 */
const ApoolJournalRun *
apool_journal_runs_get_newest (const ApoolJournalRuns *self)
{
  guint n = self->runs->len;

  return n > 0 ? &g_array_index (self->runs, ApoolJournalRun, n - 1) : NULL;
}

static void
apool_journal_runs_begin (ApoolJournalRuns *self, const ApoolJournalEvent *event)
{
  ApoolJournalRun run = { .start_usec = event->usage.start_usec,
                          .pid = event->pid,
                          .n_jobs = event->n_jobs };

  if (self->runs->len == APOOL_JOURNAL_KEPT_RUNS)
    g_array_remove_index (self->runs, 0);
  g_array_append_val (self->runs, run);
  self->n_runs++;
  g_string_truncate (self->trouble, 0);
  g_array_set_size (self->running, 0);
}

static void
apool_journal_runs_end_slot (ApoolJournalRuns *self, guint32 slot)
{
  for (guint i = 0; i < self->running->len; i++)
    if (g_array_index (self->running, ApoolJournalRunning, i).slot == slot)
      {
        g_array_remove_index (self->running, i);
        return;
      }
}

static void
apool_journal_runs_start (ApoolJournalRuns *self, const ApoolJournalEvent *event)
{
  ApoolJournalRunning running = {
    .slot = event->slot,
    .seq = event->seq,
    .attempt = event->attempt,
    .start_usec = event->usage.start_usec,
  };

  if (event->slot > 0)
    apool_journal_runs_end_slot (self, event->slot);
  if (self->running->len == MAX_RUNNING)
    return;
  running.name = g_string_new_len (event->name.data, (gssize) event->name.length);
  g_array_append_val (self->running, running);
}

/* One that was never started has no slot, and ends nothing. */
static void
apool_journal_runs_end_job (ApoolJournalRuns *self, const ApoolJournalEvent *event)
{
  for (guint i = 0; i < self->running->len; i++)
    if (g_array_index (self->running, ApoolJournalRunning, i).seq == event->seq)
      {
        g_array_remove_index (self->running, i);
        return;
      }
}

static void
apool_journal_runs_count (ApoolJournalRuns *self,
                          ApoolJournalRun *run,
                          const ApoolJournalEvent *event)
{
  if (event->kind == APOOL_OUTCOME_SKIPPED)
    return;
  if (!run->has_ends)
    self->n_with_ends++;
  run->has_ends = TRUE;
  if (!event->is_final || !event->is_recorded)
    return;
  run->n_done++;
  if (apool_journal_event_is_failure (event))
    run->n_failed++;
}

static void
apool_journal_runs_note_trouble (ApoolJournalRuns *self,
                                 ApoolJournalRun *run,
                                 const ApoolJournalEvent *event)
{
  run->n_trouble++;
  g_string_truncate (self->trouble, 0);
  g_string_append_len (self->trouble, event->message.data, (gssize) event->message.length);
}

static void
apool_journal_runs_finish (ApoolJournalRuns *self,
                           ApoolJournalRun *run,
                           const ApoolJournalEvent *event)
{
  run->is_finished = TRUE;
  run->finish_usec = event->at_usec;
  run->status = event->status;
  run->n_recalled = event->n_recalled;
  g_array_set_size (self->running, 0);
}

/**
 * apool_journal_runs_tell:
 * @self: runs
 * @event: what has happened next
 */
void
apool_journal_runs_tell (ApoolJournalRuns *self, const ApoolJournalEvent *event)
{
  ApoolJournalRun *run;

  if (event->type == APOOL_JOURNAL_EVENT_RUN)
    apool_journal_runs_begin (self, event);
  if (self->runs->len == 0)
    return; /* whose it is nobody knows */
  run = &g_array_index (self->runs, ApoolJournalRun, self->runs->len - 1);
  if (event->type == APOOL_JOURNAL_EVENT_START)
    apool_journal_runs_start (self, event);
  if (event->type == APOOL_JOURNAL_EVENT_RETRY || event->type == APOOL_JOURNAL_EVENT_END)
    apool_journal_runs_end_job (self, event);
  if (event->type == APOOL_JOURNAL_EVENT_END)
    apool_journal_runs_count (self, run, event);
  if (event->type == APOOL_JOURNAL_EVENT_TROUBLE)
    apool_journal_runs_note_trouble (self, run, event);
  if (event->type == APOOL_JOURNAL_EVENT_FINISH)
    apool_journal_runs_finish (self, run, event);
}
