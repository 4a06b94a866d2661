/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolSpool:
 *
 * Bytes that wait, found again by their offset: the newest ones in a small memory buffer, past
 * that in one unlinked file, which exists only once it is needed. What is released gives its disk
 * space back; when nothing is left the file is emptied. One that is bounded has so much on the disk
 * and no more: it is full then, which it says, and keeps in memory what comes all the same.
 */
typedef struct _ApoolSpool ApoolSpool;

ApoolSpool *apool_spool_new (const char *directory);
ApoolSpool *apool_spool_new_bounded (const char *directory, guint64 limit);
void apool_spool_free (ApoolSpool *self);

gboolean apool_spool_append (
    ApoolSpool *self, gconstpointer data, gsize length, guint64 *offset, GError **error);
gboolean apool_spool_reserve (ApoolSpool *self, gsize *length, guint64 *offset, GError **error);
gboolean apool_spool_write (ApoolSpool *self,
                            guint64 offset,
                            gconstpointer data,
                            gsize length,
                            gboolean *is_written,
                            GError **error);
gboolean
apool_spool_read (ApoolSpool *self, guint64 offset, gpointer buffer, gsize length, GError **error);
void apool_spool_release (ApoolSpool *self, guint64 offset, guint64 length);

gboolean apool_spool_is_full (const ApoolSpool *self);
int apool_spool_get_full_errno (const ApoolSpool *self);
guint64 apool_spool_get_used (const ApoolSpool *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolSpool, apool_spool_free)

G_END_DECLS
