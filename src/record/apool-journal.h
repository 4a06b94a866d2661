/* SPDX-License-Identifier: MIT */
#pragma once

#include "record/apool-journal-event.h"
#include "record/apool-journal-store.h"

G_BEGIN_DECLS

/**
 * ApoolJournal:
 *
 * The directory of a journal, opened by the one who may write it: a log of events and a store of
 * what jobs wrote.
 */
typedef struct _ApoolJournal ApoolJournal;

ApoolJournal *
apool_journal_open (const char *directory, const ApoolJournalEvent *identity, GError **error);
void apool_journal_free (ApoolJournal *self);

const char *apool_journal_get_directory (const ApoolJournal *self);
const char *apool_journal_get_shell (const ApoolJournal *self);
ApoolJournalStore *apool_journal_get_store (ApoolJournal *self);
int apool_journal_get_log_fd (const ApoolJournal *self);
guint64 apool_journal_get_log_length (const ApoolJournal *self);
gboolean apool_journal_check (ApoolJournal *self, GError **error);
gboolean apool_journal_write (ApoolJournal *self, const ApoolJournalEvent *event, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolJournal, apool_journal_free)

G_END_DECLS
