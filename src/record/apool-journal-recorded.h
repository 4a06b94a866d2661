/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-recorded.h"
#include "record/apool-journal-store.h"

G_BEGIN_DECLS

/* What a job of no more bytes wrote is taken at once; of others it is streamed. */
#define APOOL_JOURNAL_SMALL_BYTES ((guint64) 1024 * 1024)

/**
 * ApoolJournalDamagedFunc:
 * @place: what apool_journal_recorded_watch() was told
 * @data: (closure): likewise
 *
 * What was read of a job is not what it wrote.
 */
typedef void (*ApoolJournalDamagedFunc) (guint64 place, gpointer data);

/* What a journal has of a job that ended in an earlier run. */
#define APOOL_TYPE_JOURNAL_RECORDED (apool_journal_recorded_get_type ())
G_DECLARE_FINAL_TYPE (
    ApoolJournalRecorded, apool_journal_recorded, APOOL, JOURNAL_RECORDED, GObject)

gboolean apool_journal_recorded_is_there (const ApoolJournalEvent *end, ApoolJournalStore *store);
gboolean apool_journal_recorded_is_whole (const ApoolJournalEvent *end, ApoolJournalStore *store);
gboolean apool_journal_recorded_is_failed (const ApoolJournalEvent *end);
gboolean apool_journal_recorded_is_small (const ApoolJournalEvent *end);
ApoolJournalRecorded *
apool_journal_recorded_new (const ApoolJournalEvent *end, guint64 seq, ApoolJournalStore *store);
void apool_journal_recorded_watch (ApoolJournalRecorded *self,
                                   ApoolJournalDamagedFunc damaged,
                                   guint64 place,
                                   gpointer data);

G_END_DECLS
