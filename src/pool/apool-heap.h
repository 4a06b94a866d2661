/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolHeapNode:
 * @item: what it is part of: set by its owner, returned by apool_heap_peek()
 * @place: for the heap; 0 while it is in none, as it must be at first
 *
 * What an item needs in order to be in a heap, in one at a time.
 */
typedef struct
{
  gpointer item;
  guint place;
} ApoolHeapNode;

typedef struct _ApoolHeapEntry ApoolHeapEntry;

/**
 * ApoolHeap:
 *
 * Items of which the one of lowest rank is known at any time; of several equal ones that of lowest
 * tie. Items can change their rank and can leave. All zero is an empty heap; the fields are its
 * own.
 */
typedef struct
{
  ApoolHeapEntry *entries;
  guint n_entries;
  guint n_allocated;
} ApoolHeap;

void apool_heap_clear (ApoolHeap *self);
void apool_heap_set (ApoolHeap *self, ApoolHeapNode *node, guint64 rank, guint64 tie);
void apool_heap_remove (ApoolHeap *self, ApoolHeapNode *node);
gpointer apool_heap_peek (const ApoolHeap *self);
guint64 apool_heap_get_rank (const ApoolHeap *self);
gpointer apool_heap_get_item (const ApoolHeap *self, guint i, guint64 *rank);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ApoolHeap, apool_heap_clear)

G_END_DECLS
