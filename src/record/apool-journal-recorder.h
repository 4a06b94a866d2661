/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-keeper.h"
#include "record/apool-journal-writer.h"

G_BEGIN_DECLS

/* The observer and keeper that writes to a journal what jobs do. It comes after the output among
 * the observers of a pool. */
#define APOOL_TYPE_JOURNAL_RECORDER (apool_journal_recorder_get_type ())
G_DECLARE_FINAL_TYPE (
    ApoolJournalRecorder, apool_journal_recorder, APOOL, JOURNAL_RECORDER, GObject)

ApoolJournalRecorder *apool_journal_recorder_new (ApoolJournalWriter *writer);
void apool_journal_recorder_tell (ApoolJournalRecorder *self);
void apool_journal_recorder_forsake (ApoolJournalRecorder *self);
void apool_journal_recorder_count (const ApoolJournalRecorder *self, ApoolJournalEvent *finish);

G_END_DECLS
