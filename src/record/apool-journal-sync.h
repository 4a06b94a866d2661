/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolJournalSyncFuncs:
 * @begin: what is written is about to be brought to the disk: @synced is about what is there now
 * @synced: all that was written before the last @begin is on the disk
 * @failed: it may not be, and nobody can tell what is; @error is (transfer none)
 *
 * What a sync tells its owner, in the owner's context.
 */
typedef struct
{
  void (*begin) (gpointer data);
  void (*synced) (gpointer data);
  void (*failed) (const GError *error, gpointer data);
} ApoolJournalSyncFuncs;

/**
 * ApoolJournalSync:
 *
 * Brings what is written to the files of a journal to the disk, every now and then.
 */
typedef struct _ApoolJournalSync ApoolJournalSync;

ApoolJournalSync *apool_journal_sync_new (GMainContext *context,
                                          int store_fd,
                                          int log_fd,
                                          guint window_msec,
                                          const ApoolJournalSyncFuncs *funcs,
                                          gpointer data);
void apool_journal_sync_free (ApoolJournalSync *self);

void apool_journal_sync_note (ApoolJournalSync *self);
void apool_journal_sync_finish (ApoolJournalSync *self);

gboolean apool_journal_sync_files (int store_fd, int log_fd, GError **error);
gboolean apool_journal_sync_directory (const char *path, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolJournalSync, apool_journal_sync_free)

G_END_DECLS
