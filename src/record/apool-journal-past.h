/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-recorded.h"
#include "record/apool-history.h"
#include "record/apool-journal-writer.h"
#include "record/apool-known-batches.h"

G_BEGIN_DECLS

/**
 * ApoolJournalPast:
 *
 * What a journal has of earlier runs.
 */
typedef struct _ApoolJournalPast ApoolJournalPast;

ApoolJournalPast *apool_journal_past_read (ApoolJournal *journal, GError **error);
void apool_journal_past_free (ApoolJournalPast *self);

ApoolHistory *apool_journal_past_get_history (ApoolJournalPast *self);
ApoolKnownBatches *apool_journal_past_get_batches (ApoolJournalPast *self);
guint apool_journal_past_get_n_jobs (const ApoolJournalPast *self);
guint64 apool_journal_past_get_n_ignored (const ApoolJournalPast *self);
guint64 apool_journal_past_get_n_damaged (const ApoolJournalPast *self);
gboolean
apool_journal_past_disown (ApoolJournalPast *self, ApoolJournalWriter *writer, GError **error);
ApoolRecorded *apool_journal_past_recall (ApoolJournalPast *self,
                                          const ApoolPastJob *job,
                                          guint64 seq,
                                          const ApoolIdentity *identity);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolJournalPast, apool_journal_past_free)

G_END_DECLS
