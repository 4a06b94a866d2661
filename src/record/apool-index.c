/* SPDX-License-Identifier: MIT */
/* A hash table of numbers, with linear probing. The things themselves are in an array of their
 * owner: a GHashTable would take five times as much memory for each of millions. */

#include "record/apool-index.h"

#define MIN_SLOTS 64u

/* Spreads the bits of a hash: of its product with this the upper ones are used. */
#define SPREAD G_GUINT64_CONSTANT (0x9e3779b97f4a7c15)

typedef struct
{
  guint32 hash; /* a part of it, so that most others are told apart without being looked at */
  guint32 item; /* APOOL_INDEX_NONE: free */
} ApoolIndexSlot;

struct _ApoolIndex
{
  ApoolIndexSlot *slots;
  gsize n_slots; /* a power of 2 */
  gsize n_used;
};

static void
apool_index_make_slots (ApoolIndex *self, gsize n_slots)
{
  self->slots = g_new (ApoolIndexSlot, n_slots);
  self->n_slots = n_slots;
  for (gsize i = 0; i < n_slots; i++)
    self->slots[i].item = APOOL_INDEX_NONE;
}

/**
 * apool_index_new:
 *
 * Returns: (transfer full): an index of nothing
 */
ApoolIndex *
apool_index_new (void)
{
  ApoolIndex *self = g_new0 (ApoolIndex, 1);

  apool_index_make_slots (self, MIN_SLOTS);
  return self;
}

/**
 * apool_index_free:
 * @self: (transfer full): an index
 */
void
apool_index_free (ApoolIndex *self)
{
  g_free (self->slots);
  g_free (self);
}

static guint32
apool_index_spread (guint64 hash)
{
  return (guint32) ((hash * SPREAD) >> 32);
}

static void
apool_index_put (ApoolIndex *self, ApoolIndexSlot slot)
{
  gsize at = slot.hash & (self->n_slots - 1);

  while (self->slots[at].item != APOOL_INDEX_NONE)
    at = (at + 1) & (self->n_slots - 1);
  self->slots[at] = slot;
}

static void
apool_index_grow (ApoolIndex *self)
{
  g_autofree ApoolIndexSlot *old = self->slots;
  gsize n_old = self->n_slots;

  apool_index_make_slots (self, 2 * n_old);
  for (gsize i = 0; i < n_old; i++)
    if (old[i].item != APOOL_INDEX_NONE)
      apool_index_put (self, old[i]);
}

/**
 * apool_index_add:
 * @self: an index
 * @hash: of the thing
 * @item: its number, which is not in the index; not %APOOL_INDEX_NONE
 */
void
apool_index_add (ApoolIndex *self, guint64 hash, guint32 item)
{
  if (3 * (self->n_used + 1) > 2 * self->n_slots)
    apool_index_grow (self);
  apool_index_put (self, (ApoolIndexSlot){ .hash = apool_index_spread (hash), .item = item });
  self->n_used++;
}

/**
 * apool_index_replace:
 * @self: an index
 * @hash: of a thing
 * @old: its number, which is in the index
 * @item: that of another one with this hash, which takes its place
 */
void
apool_index_replace (ApoolIndex *self, guint64 hash, guint32 old, guint32 item)
{
  gsize at = apool_index_spread (hash) & (self->n_slots - 1);

  while (self->slots[at].item != old)
    {
      g_return_if_fail (self->slots[at].item != APOOL_INDEX_NONE);
      at = (at + 1) & (self->n_slots - 1);
    }
  self->slots[at].item = item;
}

/**
 * apool_index_find:
 * @self: an index
 * @hash: of what is wanted
 * @equal: tells the one from others with the same hash
 * @wanted: given to it
 * @data: (closure): likewise
 *
 * Returns: the number of the thing; %APOOL_INDEX_NONE where there is none
 */
guint32
apool_index_find (const ApoolIndex *self,
                  guint64 hash,
                  ApoolIndexEqualFunc equal,
                  gconstpointer wanted,
                  gpointer data)
{
  guint32 spread = apool_index_spread (hash);
  gsize at = spread & (self->n_slots - 1);

  for (; self->slots[at].item != APOOL_INDEX_NONE; at = (at + 1) & (self->n_slots - 1))
    if (self->slots[at].hash == spread && equal (self->slots[at].item, wanted, data))
      return self->slots[at].item;
  return APOOL_INDEX_NONE;
}
