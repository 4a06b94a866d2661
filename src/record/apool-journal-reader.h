/* SPDX-License-Identifier: MIT */
#pragma once

#include "record/apool-journal-event.h"

G_BEGIN_DECLS

/* A longer line is no event, and is not kept in memory. */
#define APOOL_JOURNAL_MAX_LINE_BYTES (64u * 1024 * 1024)

/**
 * ApoolJournalRead:
 * @APOOL_JOURNAL_READ_EVENT: there was another event
 * @APOOL_JOURNAL_READ_END: nothing more is there now: as a file grows, there may be more later
 * @APOOL_JOURNAL_READ_ERROR: the file cannot be read
 */
typedef enum
{
  APOOL_JOURNAL_READ_EVENT,
  APOOL_JOURNAL_READ_END,
  APOOL_JOURNAL_READ_ERROR,
} ApoolJournalRead;

/**
 * ApoolJournalReader:
 *
 * A way through the events of a journal, from the first one to the last one.
 */
typedef struct _ApoolJournalReader ApoolJournalReader;

ApoolJournalReader *apool_journal_reader_new (int fd, const char *path, guint64 offset);
void apool_journal_reader_free (ApoolJournalReader *self);
void apool_journal_reader_set_only (ApoolJournalReader *self, ApoolJournalEventType type);

ApoolJournalRead apool_journal_reader_next (ApoolJournalReader *self,
                                            ApoolJournalEvent *event,
                                            guint64 *offset,
                                            GError **error);
guint64 apool_journal_reader_get_offset (const ApoolJournalReader *self);
guint64 apool_journal_reader_get_n_ignored (const ApoolJournalReader *self);

gboolean apool_journal_reader_read_at (
    int fd, const char *path, guint64 offset, ApoolJournalEvent *event, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolJournalReader, apool_journal_reader_free)

G_END_DECLS
