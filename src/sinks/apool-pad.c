/* SPDX-License-Identifier: MIT */
/* Where bytes gather that will be compressed.
 *
 * Were they put among those that stay, nothing would be won: the space between what stays is not
 * given back. So they have regions of their own, and as many of them as there have ever been jobs
 * writing at a time. A full spool needs its space for what stays: then there are no pads. */

#include "sinks/apool-pad.h"

struct _ApoolPads
{
  ApoolSpool *spool; /* not owned */
  GArray *free;      /* guint64: addresses of regions that nobody has */
};

/**
 * apool_pads_new:
 * @spool: (transfer none): outlives them
 *
 * Returns: (transfer full): no pads yet
 */
ApoolPads *
apool_pads_new (ApoolSpool *spool)
{
  ApoolPads *self = g_new0 (ApoolPads, 1);

  self->spool = spool;
  self->free = g_array_new (FALSE, FALSE, sizeof (guint64));
  return self;
}

static void
apool_pads_release (ApoolPads *self, guint64 offset)
{
  apool_spool_release (self->spool, offset, APOOL_CODEC_BLOCK_BYTES);
}

/* Gives the regions back that nobody has. */
static void
apool_pads_trim (ApoolPads *self)
{
  for (guint i = 0; i < self->free->len; i++)
    apool_pads_release (self, g_array_index (self->free, guint64, i));
  g_array_set_size (self->free, 0);
}

/**
 * apool_pads_free:
 * @self: (transfer full): pads, all of which have been cleared
 */
void
apool_pads_free (ApoolPads *self)
{
  apool_pads_trim (self);
  g_array_unref (self->free);
  g_free (self);
}

/* Finds a region.
 * Returns: whether nothing went wrong; @is_taken says whether there is one */
static gboolean
apool_pads_take (ApoolPads *self, guint64 *offset, gboolean *is_taken, GError **error)
{
  guint n_free = self->free->len;
  gsize length = APOOL_CODEC_BLOCK_BYTES;

  *is_taken = n_free > 0;
  if (n_free > 0)
    {
      *offset = g_array_index (self->free, guint64, n_free - 1);
      g_array_set_size (self->free, n_free - 1);
      return TRUE;
    }
  if (apool_spool_is_full (self->spool))
    return TRUE;
  if (!apool_spool_reserve (self->spool, &length, offset, error))
    return FALSE;
  *is_taken = length == APOOL_CODEC_BLOCK_BYTES;
  if (!*is_taken) /* it has just become full */
    apool_spool_release (self->spool, *offset, length);
  return TRUE;
}

/**
 * apool_pad_get_length:
 * @self: a pad
 *
 * Returns: how many bytes are in it
 */
gsize
apool_pad_get_length (const ApoolPad *self)
{
  return self->n_filled - self->n_taken;
}

/**
 * apool_pad_get_room:
 * @self: a pad
 *
 * Returns: how many more bytes fit
 */
gsize
apool_pad_get_room (const ApoolPad *self)
{
  return APOOL_CODEC_BLOCK_BYTES - self->n_filled;
}

/**
 * apool_pad_push:
 * @self: a pad
 * @pads: where it is
 * @data: (array length=length): bytes; they are copied
 * @length: how many; no more than fit
 * @is_kept: (out): whether they are kept; %FALSE where the spool is full
 * @error: (out) (optional): a #GIOErrorEnum of the spool
 *
 * Returns: whether nothing else went wrong
 */
gboolean
apool_pad_push (ApoolPad *self,
                ApoolPads *pads,
                gconstpointer data,
                gsize length,
                gboolean *is_kept,
                GError **error)
{
  g_assert (length <= apool_pad_get_room (self));

  *is_kept = FALSE;
  if (!self->is_taken && !apool_pads_take (pads, &self->offset, &self->is_taken, error))
    return FALSE;
  if (!self->is_taken)
    return TRUE;
  if (!apool_spool_write (pads->spool, self->offset + self->n_filled, data, length, is_kept, error))
    return FALSE;
  if (*is_kept)
    self->n_filled += length;
  return TRUE;
}

/**
 * apool_pad_pop:
 * @self: a pad
 * @pads: where it is
 * @buffer: (out caller-allocates) (array length=length): where they go
 * @length: how many; no more than are in it
 * @error: (out) (optional): a #GIOErrorEnum of the spool
 *
 * Takes the oldest bytes out. An empty pad has all its room again.
 *
 * Returns: whether they were read
 */
gboolean
apool_pad_pop (ApoolPad *self, ApoolPads *pads, gpointer buffer, gsize length, GError **error)
{
  g_assert (length <= apool_pad_get_length (self));

  if (length > 0 &&
      !apool_spool_read (pads->spool, self->offset + self->n_taken, buffer, length, error))
    return FALSE;
  self->n_taken += length;
  if (self->n_taken == self->n_filled)
    self->n_taken = self->n_filled = 0;
  return TRUE;
}

/**
 * apool_pad_clear:
 * @self: a pad; empty afterwards
 * @pads: (nullable): where it is; may be %NULL where it never had a byte
 *
 * Leaves its region to others.
 */
void
apool_pad_clear (ApoolPad *self, ApoolPads *pads)
{
  if (self->is_taken)
    g_array_append_val (pads->free, self->offset);
  *self = (ApoolPad){ 0 };
  if (pads && apool_spool_is_full (pads->spool))
    apool_pads_trim (pads);
}
