/* SPDX-License-Identifier: MIT */
#pragma once

#include "sinks/apool-codec.h"
#include "sinks/apool-extents.h"
#include "sinks/apool-pad.h"

G_BEGIN_DECLS

/**
 * ApoolHeldPlace:
 * @spool: where bytes are
 * @codec: (nullable): what compresses them; %NULL where they stay as they are
 * @pads: (nullable): where they gather for it; %NULL where there is none
 *
 * What all queues of an output share.
 */
typedef struct
{
  ApoolSpool *spool;
  ApoolCodec *codec;
  ApoolPads *pads;
} ApoolHeldPlace;

/**
 * ApoolHeld:
 * @blocks: the oldest bytes: compressed blocks, each with its header
 * @raw: the newest bytes, as they are: all where nothing is compressed, else a few
 * @pad: the newest bytes where they are more than a few, and will be compressed
 * @open: (nullable): a block older than @blocks that is being taken out, owned
 * @n_open: bytes in it
 * @n_taken: how many of them are out
 * @length: bytes in all, as they were pushed
 *
 * A queue of bytes that wait, compressed where there are many. All zero is an empty one.
 */
typedef struct
{
  ApoolExtents blocks;
  ApoolExtents raw;
  ApoolPad pad;
  guint8 *open;
  gsize n_open;
  gsize n_taken;
  guint64 length;
} ApoolHeld;

gboolean apool_held_push (
    ApoolHeld *self, const ApoolHeldPlace *place, gconstpointer data, gsize length, GError **error);
gboolean apool_held_pop (
    ApoolHeld *self, const ApoolHeldPlace *place, gpointer buffer, gsize length, GError **error);
gboolean apool_held_prepend (
    ApoolHeld *self, const ApoolHeldPlace *place, gconstpointer data, gsize length, GError **error);
void apool_held_clear (ApoolHeld *self, const ApoolHeldPlace *place);

gboolean apool_held_pack (ApoolHeld *self,
                          const ApoolHeldPlace *place,
                          ApoolExtentsPacked *packed,
                          GError **error);
gboolean apool_held_unpack (ApoolHeld *self,
                            const ApoolHeldPlace *place,
                            const ApoolExtentsPacked *packed,
                            GError **error);

G_END_DECLS
