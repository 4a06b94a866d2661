/* SPDX-License-Identifier: MIT */
#pragma once

#include "record/apool-journal-event.h"

G_BEGIN_DECLS

/**
 * ApoolJournalLook:
 *
 * A journal that is looked at, while a run may write it: nothing of it is locked or changed.
 */
typedef struct _ApoolJournalLook ApoolJournalLook;

/**
 * ApoolJournalLookFunc:
 * @event: what has happened, valid during the call
 * @data: (closure): what was given with the function
 */
typedef void (*ApoolJournalLookFunc) (const ApoolJournalEvent *event, gpointer data);

ApoolJournalLook *apool_journal_look_open (const char *directory, GError **error);
void apool_journal_look_free (ApoolJournalLook *self);

const ApoolJournalEvent *apool_journal_look_get_identity (const ApoolJournalLook *self);
const char *apool_journal_look_get_directory (const ApoolJournalLook *self);
gboolean apool_journal_look_read (ApoolJournalLook *self,
                                  ApoolJournalLookFunc func,
                                  gpointer data,
                                  GError **error);
gboolean apool_journal_look_read_ends (ApoolJournalLook *self,
                                       ApoolJournalLookFunc func,
                                       gpointer data,
                                       GError **error);
guint64 apool_journal_look_get_n_ignored (const ApoolJournalLook *self);
gboolean apool_journal_look_is_written_by (const ApoolJournalLook *self, guint64 pid);
int apool_journal_look_open_store (const ApoolJournalLook *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolJournalLook, apool_journal_look_free)

G_END_DECLS
