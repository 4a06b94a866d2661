/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolJournalLog:
 *
 * The file of a journal that has its records, one a line, to which more are added.
 */
typedef struct _ApoolJournalLog ApoolJournalLog;

ApoolJournalLog *apool_journal_log_new (int fd, const char *path, GError **error);
void apool_journal_log_free (ApoolJournalLog *self);

int apool_journal_log_get_fd (const ApoolJournalLog *self);
guint64 apool_journal_log_get_length (const ApoolJournalLog *self);
gboolean apool_journal_log_empty (ApoolJournalLog *self, GError **error);
gboolean
apool_journal_log_append (ApoolJournalLog *self, const char *line, gsize length, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolJournalLog, apool_journal_log_free)

G_END_DECLS
