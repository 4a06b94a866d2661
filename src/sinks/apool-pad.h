/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/apool-spool.h"
#include "sinks/apool-codec.h"

G_BEGIN_DECLS

/**
 * ApoolPads:
 *
 * Regions of a spool that are used again and again, each as large as a block of a codec.
 */
typedef struct _ApoolPads ApoolPads;

/**
 * ApoolPad:
 * @is_taken: whether it has a region
 * @offset: its address in the spool
 * @n_taken: bytes at its beginning that are not needed any more
 * @n_filled: bytes in it, with those
 *
 * Bytes that gather until there is a block of them. All zero is an empty one.
 */
typedef struct
{
  gboolean is_taken;
  guint64 offset;
  gsize n_taken;
  gsize n_filled;
} ApoolPad;

ApoolPads *apool_pads_new (ApoolSpool *spool);
void apool_pads_free (ApoolPads *self);

gsize apool_pad_get_length (const ApoolPad *self);
gsize apool_pad_get_room (const ApoolPad *self);
gboolean apool_pad_push (ApoolPad *self,
                         ApoolPads *pads,
                         gconstpointer data,
                         gsize length,
                         gboolean *is_kept,
                         GError **error);
gboolean
apool_pad_pop (ApoolPad *self, ApoolPads *pads, gpointer buffer, gsize length, GError **error);
void apool_pad_clear (ApoolPad *self, ApoolPads *pads);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolPads, apool_pads_free)

G_END_DECLS
