/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/apool-spool.h"

G_BEGIN_DECLS

/**
 * ApoolExtent:
 * @offset: its address in the spool
 * @length: how many bytes it holds
 */
typedef struct
{
  guint64 offset;
  guint64 length;
} ApoolExtent;

/**
 * ApoolExtents:
 * @items: (nullable): the pieces, oldest first
 * @first: the oldest one that is still needed
 * @n_items: the end of them
 * @n_allocated: for how many there is memory
 * @room: bytes that are reserved behind the last piece and still unwritten
 * @length: bytes in all pieces together
 *
 * A queue of bytes that wait in a spool. All zero is an empty one.
 */
typedef struct
{
  ApoolExtent *items;
  guint first;
  guint n_items;
  guint n_allocated;
  guint64 room;
  guint64 length;
} ApoolExtents;

/* In more pieces than this a queue cannot be laid to rest. */
#define APOOL_EXTENTS_MAX_PACKED_ITEMS (G_MAXUINT16 - 1)

/**
 * ApoolExtentsPacked:
 * @location: with one piece its address, with more the address of their list
 * @length: bytes in all pieces together
 * @n_items: how many pieces; 0 where there are no bytes; one more than
 *   APOOL_EXTENTS_MAX_PACKED_ITEMS is free for others' use
 *
 * A queue at rest: a few bytes, whatever it holds.
 */
typedef struct
{
  guint64 location;
  guint64 length : 48;
  guint64 n_items : 16;
} ApoolExtentsPacked;

gboolean apool_extents_push (
    ApoolExtents *self, ApoolSpool *spool, gconstpointer data, gsize length, GError **error);
gboolean apool_extents_pop (
    ApoolExtents *self, ApoolSpool *spool, gpointer buffer, gsize length, GError **error);
gboolean apool_extents_prepend (
    ApoolExtents *self, ApoolSpool *spool, gconstpointer data, gsize length, GError **error);
void apool_extents_clear (ApoolExtents *self, ApoolSpool *spool);

gboolean apool_extents_pack (ApoolExtents *self,
                             ApoolSpool *spool,
                             ApoolExtentsPacked *packed,
                             GError **error);
gboolean apool_extents_unpack (ApoolExtents *self,
                               ApoolSpool *spool,
                               const ApoolExtentsPacked *packed,
                               GError **error);

G_END_DECLS
