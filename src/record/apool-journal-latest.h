/* SPDX-License-Identifier: MIT */
#pragma once

#include "record/apool-journal-event.h"

G_BEGIN_DECLS

/**
 * ApoolJournalCounts:
 * @n_done: jobs that have ended by themselves, and are recorded
 * @n_failed: those of them that failed
 * @n_unfinished: jobs that were ended, lost or could not be started: they are run again
 * @n_unrecorded: jobs that have ended by themselves, and whose output is not recorded: likewise
 *
 * How many jobs there are, each counted once, however often it was run.
 */
typedef struct
{
  guint64 n_done;
  guint64 n_failed;
  guint64 n_unfinished;
  guint64 n_unrecorded;
} ApoolJournalCounts;

/**
 * ApoolJournalLatest:
 *
 * Which end of each job counts, where it has several ones. Is told of all events, and asked when it
 * is told of them once more.
 */
typedef struct _ApoolJournalLatest ApoolJournalLatest;

ApoolJournalLatest *apool_journal_latest_new (gboolean may_have_several);
void apool_journal_latest_free (ApoolJournalLatest *self);
void apool_journal_latest_tell (ApoolJournalLatest *self, const ApoolJournalEvent *event);
const ApoolJournalCounts *apool_journal_latest_get_counts (const ApoolJournalLatest *self);
void apool_journal_latest_rewind (ApoolJournalLatest *self);
gboolean apool_journal_latest_counts_end (ApoolJournalLatest *self, const ApoolJournalEvent *event);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolJournalLatest, apool_journal_latest_free)

G_END_DECLS
