/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* No item. */
#define APOOL_INDEX_NONE G_MAXUINT32

/**
 * ApoolIndexEqualFunc:
 * @item: one of the index
 * @wanted: what was given to apool_index_find()
 * @data: (closure): likewise
 *
 * Returns: whether it is the one
 */
typedef gboolean (*ApoolIndexEqualFunc) (guint32 item, gconstpointer wanted, gpointer data);

/**
 * ApoolIndex:
 *
 * Numbers of things that are kept elsewhere, found by a hash of these: some 12 bytes for each.
 */
typedef struct _ApoolIndex ApoolIndex;

ApoolIndex *apool_index_new (void);
void apool_index_free (ApoolIndex *self);

void apool_index_add (ApoolIndex *self, guint64 hash, guint32 item);
void apool_index_replace (ApoolIndex *self, guint64 hash, guint32 old, guint32 item);
guint32 apool_index_find (const ApoolIndex *self,
                          guint64 hash,
                          ApoolIndexEqualFunc equal,
                          gconstpointer wanted,
                          gpointer data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolIndex, apool_index_free)

G_END_DECLS
