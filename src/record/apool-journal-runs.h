/* SPDX-License-Identifier: MIT */
#pragma once

#include "record/apool-journal-event.h"

G_BEGIN_DECLS

/* So many of the last runs are kept, so that memory stays flat. */
#define APOOL_JOURNAL_KEPT_RUNS 20u

/**
 * ApoolJournalRun:
 * @start_usec: when it began, microseconds since 1970 (UTC)
 * @pid: of its process
 * @n_jobs: how many it ran at a time
 * @has_ends: whether it has settled jobs
 * @n_done: jobs that it has run to their end, and recorded
 * @n_failed: those of them that failed
 * @n_trouble: how often it could not record something
 * @is_finished: whether it has come to its end; only then what follows is known
 * @finish_usec: when
 * @status: its exit status
 * @n_recalled: jobs that it did not run, because the journal had them
 *
 * One run that has written a journal.
 */
typedef struct
{
  gint64 start_usec;
  guint64 pid;
  guint64 n_jobs;
  gboolean has_ends;
  guint64 n_done;
  guint64 n_failed;
  guint64 n_trouble;
  gboolean is_finished;
  gint64 finish_usec;
  guint32 status;
  guint64 n_recalled;
} ApoolJournalRun;

/**
 * ApoolJournalRunning:
 * @slot: where it runs
 * @seq: its number
 * @attempt: which one
 * @start_usec: since when, microseconds since 1970 (UTC)
 * @name: what it is called; empty where nobody knows
 *
 * A job that was started and has not ended.
 */
typedef struct
{
  guint32 slot;
  guint64 seq;
  guint32 attempt;
  gint64 start_usec;
  GString *name;
} ApoolJournalRunning;

/**
 * ApoolJournalRuns:
 * @runs: (element-type ApoolJournalRun): the last ones, oldest first
 * @n_runs: how many there were in all
 * @n_with_ends: how many of them have settled jobs
 * @running: (element-type ApoolJournalRunning): what the newest run has not ended
 * @trouble: the last thing that the newest run could not record; what earlier ones could not was
 *   for it to make good
 *
 * The runs that have written a journal. Is told of all its events, one after the other.
 */
typedef struct
{
  GArray *runs;
  guint64 n_runs;
  guint64 n_with_ends;
  GArray *running;
  GString *trouble;
} ApoolJournalRuns;

ApoolJournalRuns *apool_journal_runs_new (void);
void apool_journal_runs_free (ApoolJournalRuns *self);
void apool_journal_runs_tell (ApoolJournalRuns *self, const ApoolJournalEvent *event);
const ApoolJournalRun *apool_journal_runs_get_newest (const ApoolJournalRuns *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolJournalRuns, apool_journal_runs_free)

G_END_DECLS
