/* SPDX-License-Identifier: MIT */
/* A binary heap whose items know their place in it.
 *
 * The entries have the ranks beside the items: an item is moved past others without a look at
 * them, which would be a cache miss each. */

#include "pool/apool-heap.h"

#define MIN_ALLOCATED 8u

struct _ApoolHeapEntry
{
  guint64 rank;
  guint64 tie;
  ApoolHeapNode *node;
};

/**
 * apool_heap_clear:
 * @self: a heap
 *
 * Frees its memory, and makes it empty. The items are not touched: they are not to be used with
 * another heap.
 */
void
apool_heap_clear (ApoolHeap *self)
{
  g_free (self->entries);
  *self = (ApoolHeap){ 0 };
}

static gboolean
apool_heap_is_before (const ApoolHeapEntry *a, const ApoolHeapEntry *b)
{
  return a->rank < b->rank || (a->rank == b->rank && a->tie < b->tie);
}

static void
apool_heap_put (ApoolHeap *self, guint i, ApoolHeapEntry entry)
{
  self->entries[i] = entry;
  entry.node->place = i + 1;
}

/* Moves whatever is behind @entry from above the free place @i down into it; returns the place that
 * is free then. */
static guint
apool_heap_rise (ApoolHeap *self, guint i, const ApoolHeapEntry *entry)
{
  while (i > 0 && apool_heap_is_before (entry, &self->entries[(i - 1) / 2]))
    {
      apool_heap_put (self, i, self->entries[(i - 1) / 2]);
      i = (i - 1) / 2;
    }
  return i;
}

/* Moves whatever is before @entry from below the free place @i up into it; returns the place that
 * is free then. */
static guint
apool_heap_sink (ApoolHeap *self, guint i, const ApoolHeapEntry *entry)
{
  while (i < self->n_entries / 2)
    {
      guint child = 2 * i + 1;

      if (child + 1 < self->n_entries &&
          apool_heap_is_before (&self->entries[child + 1], &self->entries[child]))
        child++;
      if (!apool_heap_is_before (&self->entries[child], entry))
        break;
      apool_heap_put (self, i, self->entries[child]);
      i = child;
    }
  return i;
}

/* Finds @entry its place; @i is free. */
static void
apool_heap_settle (ApoolHeap *self, guint i, ApoolHeapEntry entry)
{
  i = apool_heap_rise (self, i, &entry);
  i = apool_heap_sink (self, i, &entry);
  apool_heap_put (self, i, entry);
}

/**
 * apool_heap_set:
 * @self: a heap
 * @node: an item's, in @self or in no heap
 * @rank: its rank from now on
 * @tie: what decides among items of equal rank
 *
 * Adds the item, or changes its rank.
 */
void
apool_heap_set (ApoolHeap *self, ApoolHeapNode *node, guint64 rank, guint64 tie)
{
  ApoolHeapEntry entry = { rank, tie, node };

  if (node->place > 0)
    {
      apool_heap_settle (self, node->place - 1, entry);
      return;
    }
  if (self->n_entries == self->n_allocated)
    {
      self->n_allocated = MAX (MIN_ALLOCATED, self->n_allocated * 2);
      self->entries = g_renew (ApoolHeapEntry, self->entries, self->n_allocated);
    }
  self->n_entries++;
  apool_heap_settle (self, self->n_entries - 1, entry);
}

/**
 * apool_heap_remove:
 * @self: a heap
 * @node: an item's, in @self or in no heap
 */
void
apool_heap_remove (ApoolHeap *self, ApoolHeapNode *node)
{
  guint i;

  if (node->place == 0)
    return;
  i = node->place - 1;
  node->place = 0;
  self->n_entries--;
  if (i < self->n_entries)
    apool_heap_settle (self, i, self->entries[self->n_entries]);
}

/**
 * apool_heap_peek:
 * @self: a heap
 *
 * Returns: (transfer none) (nullable): the item of lowest rank; %NULL where there is none
 */
gpointer
apool_heap_peek (const ApoolHeap *self)
{
  return self->n_entries > 0 ? self->entries[0].node->item : NULL;
}

/**
 * apool_heap_get_rank:
 * @self: a heap
 *
 * Returns: the lowest rank in it, %G_MAXUINT64 where it is empty
 */
guint64
apool_heap_get_rank (const ApoolHeap *self)
{
  return self->n_entries > 0 ? self->entries[0].rank : G_MAXUINT64;
}

/**
 * apool_heap_get_item:
 * @self: a heap
 * @i: below its number of entries
 * @rank: (out): the item's rank
 *
 * Returns: (transfer none): one of the items, which are in no order
 */
gpointer
apool_heap_get_item (const ApoolHeap *self, guint i, guint64 *rank)
{
  g_return_val_if_fail (i < self->n_entries, NULL);

  *rank = self->entries[i].rank;
  return self->entries[i].node->item;
}
