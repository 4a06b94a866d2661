/* SPDX-License-Identifier: MIT */
#pragma once

#include "record/apool-journal-event.h"
#include "record/apool-journal-sum.h"

G_BEGIN_DECLS

/**
 * ApoolJournalShare:
 * @extents: (nullable) (element-type ApoolJournalExtent): where its bytes are, in their order
 * @n_told: how many of these others know of, from apool_journal_store_tell()
 * @room: bytes that are reserved behind the last one and not written yet
 * @length: bytes in all of them
 * @sum: of these bytes
 *
 * What a stream of a job has in a store. All zero is nothing.
 */
typedef struct
{
  GArray *extents;
  guint n_told;
  guint64 room;
  guint64 length;
  ApoolJournalSum sum;
} ApoolJournalShare;

/**
 * ApoolJournalStore:
 *
 * The file of a journal that has what jobs wrote. Reference-counted, for one thread.
 */
typedef struct _ApoolJournalStore ApoolJournalStore;

ApoolJournalStore *apool_journal_store_new (int fd, const char *path, GError **error);
ApoolJournalStore *apool_journal_store_ref (ApoolJournalStore *self);
void apool_journal_store_unref (ApoolJournalStore *self);

int apool_journal_store_get_fd (const ApoolJournalStore *self);
const char *apool_journal_store_get_path (const ApoolJournalStore *self);
guint64 apool_journal_store_get_end (const ApoolJournalStore *self);
gboolean apool_journal_store_is_cut (ApoolJournalStore *self);
gboolean apool_journal_store_empty (ApoolJournalStore *self, GError **error);
gboolean apool_journal_store_append (ApoolJournalStore *self,
                                     ApoolJournalShare *share,
                                     gconstpointer data,
                                     gsize length,
                                     GError **error);
gboolean apool_journal_store_tell (ApoolJournalStore *self,
                                   ApoolJournalShare *share,
                                   ApoolJournalExtent *extent);
void apool_journal_store_settle (ApoolJournalStore *self, ApoolJournalShare *share);
void apool_journal_store_forget (ApoolJournalStore *self, ApoolJournalShare *share);
gboolean apool_journal_store_read (
    ApoolJournalStore *self, guint64 offset, gpointer buffer, gsize length, GError **error);

ApoolJournalPieces apool_journal_share_get_pieces (const ApoolJournalShare *self);
void apool_journal_share_clear (ApoolJournalShare *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolJournalStore, apool_journal_store_unref)

G_END_DECLS
