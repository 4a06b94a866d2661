/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-recorded.h"
#include "record/apool-journal-store.h"

G_BEGIN_DECLS

/* What a journal has of a job that ended in an earlier run. */
#define APOOL_TYPE_JOURNAL_RECORDED (apool_journal_recorded_get_type ())
G_DECLARE_FINAL_TYPE (
    ApoolJournalRecorded, apool_journal_recorded, APOOL, JOURNAL_RECORDED, GObject)

gboolean apool_journal_recorded_is_there (const ApoolJournalEvent *end, ApoolJournalStore *store);
gboolean apool_journal_recorded_is_whole (const ApoolJournalEvent *end, ApoolJournalStore *store);
gboolean apool_journal_recorded_is_failed (const ApoolJournalEvent *end);
ApoolRecorded *apool_journal_recorded_new (const ApoolJournalEvent *end, ApoolJournalStore *store);

G_END_DECLS
