/* SPDX-License-Identifier: MIT */
/* Bytes that wait, compressed.
 *
 * A few bytes stay as they are. More of them gather on a pad; whenever there is a block of them it
 * is compressed and goes behind those that were compressed before, so that neither memory nor more
 * than a block of disk is needed for each queue that grows. Taken out again, a block is whole in
 * memory until its last byte is gone: that is one block for each queue that is being printed, of
 * which there are few.
 *
 * A queue at rest has all its bytes in blocks, unless they are so few that a block would not be
 * worth it. A queue with blocks is packed twice: the list of its blocks as that of any queue, and
 * that in the spool too, so that it needs no more room than a queue without them.
 *
 * Without a codec all this is the queue in the spool and nothing else. */

#include "sinks/apool-held.h"

#include <string.h>

#include "base/apool-error.h"

/* Fewer bytes than this are not compressed. */
#define MIN_BLOCK_BYTES 4096

/* ApoolExtentsPacked.n_items of a queue with blocks. */
#define IS_BLOCKS (APOOL_EXTENTS_MAX_PACKED_ITEMS + 1)

/* In front of each block. */
typedef struct
{
  guint32 length;   /* of what was compressed */
  guint32 n_packed; /* of what it was made into; the same where that was not worth it */
} ApoolHeldHeader;

/* Whether something is compressed: then nothing stays as it is behind it, but on the pad. */
static gboolean
apool_held_has_blocks (const ApoolHeld *self)
{
  return self->open || self->blocks.length > 0;
}

/* Makes a block of @data, and puts it behind the others. */
static gboolean
apool_held_push_block (
    ApoolHeld *self, const ApoolHeldPlace *place, const guint8 *data, gsize length, GError **error)
{
  ApoolHeldHeader header = { .length = (guint32) length };
  const guint8 *packed;
  gsize n_packed;

  if (!apool_codec_pack (place->codec, data, length, &n_packed, error))
    return FALSE;
  packed = apool_codec_get_packed (place->codec);
  if (n_packed >= length)
    {
      packed = data;
      n_packed = length;
    }
  header.n_packed = (guint32) n_packed;
  return apool_extents_push (&self->blocks, place->spool, &header, sizeof header, error) &&
         apool_extents_push (&self->blocks, place->spool, packed, n_packed, error);
}

/* Makes a block of what has gathered. */
static gboolean
apool_held_seal (ApoolHeld *self, const ApoolHeldPlace *place, GError **error)
{
  guint8 *block = apool_codec_get_block (place->codec);
  gsize length = apool_pad_get_length (&self->pad);

  return length == 0 || (apool_pad_pop (&self->pad, place->pads, block, length, error) &&
                         apool_held_push_block (self, place, block, length, error));
}

/* Puts bytes on the pad; where there is no room for one they are a block of their own. */
static gboolean
apool_held_gather_piece (
    ApoolHeld *self, const ApoolHeldPlace *place, const guint8 *data, gsize length, GError **error)
{
  gboolean is_kept;

  if (!apool_pad_push (&self->pad, place->pads, data, length, &is_kept, error))
    return FALSE;
  if (is_kept)
    return apool_pad_get_room (&self->pad) > 0 || apool_held_seal (self, place, error);
  if (!apool_held_seal (self, place, error))
    return FALSE;
  apool_pad_clear (&self->pad, place->pads);
  return apool_held_push_block (self, place, data, length, error);
}

/* Puts the bytes on the pad that stayed as they are as long as they were few. */
static gboolean
apool_held_gather_raw (ApoolHeld *self, const ApoolHeldPlace *place, GError **error)
{
  guint8 bytes[MIN_BLOCK_BYTES];

  while (self->raw.length > 0)
    {
      gsize n = MIN (sizeof bytes, (gsize) self->raw.length);

      n = MIN (n, apool_pad_get_room (&self->pad));
      if (!apool_extents_pop (&self->raw, place->spool, bytes, n, error) ||
          !apool_held_gather_piece (self, place, bytes, n, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
apool_held_gather (
    ApoolHeld *self, const ApoolHeldPlace *place, const guint8 *data, gsize length, GError **error)
{
  if (!apool_held_gather_raw (self, place, error))
    return FALSE;
  while (length > 0)
    {
      gsize n = MIN (length, apool_pad_get_room (&self->pad));

      if (!apool_held_gather_piece (self, place, data, n, error))
        return FALSE;
      data += n;
      length -= n;
    }
  return TRUE;
}

/**
 * apool_held_push:
 * @self: a queue
 * @place: where its bytes are
 * @data: (array length=length): bytes; they are copied
 * @length: how many
 * @error: (out) (optional): a #GIOErrorEnum of the spool, or of apool_codec_pack()
 *
 * Puts bytes behind those that wait.
 *
 * Returns: whether they are kept
 */
gboolean
apool_held_push (
    ApoolHeld *self, const ApoolHeldPlace *place, gconstpointer data, gsize length, GError **error)
{
  gboolean is_raw = !place->codec || (!apool_held_has_blocks (self) && !self->pad.is_taken &&
                                      self->raw.length + length < MIN_BLOCK_BYTES);

  if (is_raw ? !apool_extents_push (&self->raw, place->spool, data, length, error)
             : !apool_held_gather (self, place, data, length, error))
    return FALSE;
  self->length += length;
  return TRUE;
}

static void
apool_held_close_block (ApoolHeld *self)
{
  g_clear_pointer (&self->open, g_free);
  self->n_open = 0;
  self->n_taken = 0;
}

/* Takes the next block out of the spool. */
static gboolean
apool_held_open_block (ApoolHeld *self, const ApoolHeldPlace *place, GError **error)
{
  ApoolHeldHeader header;
  gboolean is_plain;

  if (!apool_extents_pop (&self->blocks, place->spool, &header, sizeof header, error))
    return FALSE;
  /* The spool is ours alone: what is in it is what we have put there. */
  g_assert (header.length <= APOOL_CODEC_BLOCK_BYTES && header.n_packed <= header.length);
  is_plain = header.n_packed == header.length;
  self->open = g_malloc (header.length);
  self->n_open = header.length;
  return apool_extents_pop (&self->blocks, place->spool,
                            is_plain ? self->open : apool_codec_get_packed (place->codec),
                            header.n_packed, error) &&
         (is_plain ||
          apool_codec_unpack (place->codec, header.n_packed, self->open, header.length, error));
}

/* Takes bytes out of a block that is open, or out of the next one.
 * Returns: how many; 0 on an error */
static gsize
apool_held_pop_block (
    ApoolHeld *self, const ApoolHeldPlace *place, guint8 *buffer, gsize length, GError **error)
{
  gsize n;

  if (!self->open && !apool_held_open_block (self, place, error))
    return 0;
  n = MIN (length, self->n_open - self->n_taken);
  memcpy (buffer, self->open + self->n_taken, n);
  self->n_taken += n;
  if (self->n_taken == self->n_open)
    apool_held_close_block (self);
  return n;
}

/**
 * apool_held_pop:
 * @self: a queue
 * @place: where its bytes are
 * @buffer: (out caller-allocates) (array length=length): where they go; not the codec's
 * @length: how many; no more than wait
 * @error: (out) (optional): a #GIOErrorEnum of the spool, or of apool_codec_unpack()
 *
 * Takes the oldest bytes out.
 *
 * Returns: whether they were read; if not, some of them may be gone
 */
gboolean
apool_held_pop (
    ApoolHeld *self, const ApoolHeldPlace *place, gpointer buffer, gsize length, GError **error)
{
  guint8 *bytes = buffer;

  g_assert (length <= self->length);
  while (length > 0 && apool_held_has_blocks (self))
    {
      gsize n = apool_held_pop_block (self, place, bytes, length, error);

      if (n == 0)
        return FALSE;
      self->length -= n;
      bytes += n;
      length -= n;
    }
  if (self->pad.is_taken ? !apool_pad_pop (&self->pad, place->pads, bytes, length, error)
                         : !apool_extents_pop (&self->raw, place->spool, bytes, length, error))
    return FALSE;
  self->length -= length;
  return TRUE;
}

/**
 * apool_held_prepend:
 * @self: a queue that nothing was taken out of
 * @place: where its bytes are
 * @data: (array length=length): bytes; they are copied
 * @length: how many, %APOOL_CODEC_BLOCK_BYTES at most
 * @error: (out) (optional): a #GIOErrorEnum of the spool
 *
 * Puts bytes before those that wait.
 *
 * Returns: whether they are kept
 */
gboolean
apool_held_prepend (
    ApoolHeld *self, const ApoolHeldPlace *place, gconstpointer data, gsize length, GError **error)
{
  const ApoolHeldHeader header = { (guint32) length, (guint32) length };
  gboolean is_raw = self->length == self->raw.length;

  g_return_val_if_fail (!self->open && length <= APOOL_CODEC_BLOCK_BYTES, FALSE);

  if (length == 0)
    return TRUE;
  if (!apool_extents_prepend (is_raw ? &self->raw : &self->blocks, place->spool, data, length,
                              error) ||
      (!is_raw &&
       !apool_extents_prepend (&self->blocks, place->spool, &header, sizeof header, error)))
    return FALSE;
  self->length += length;
  return TRUE;
}

/**
 * apool_held_clear:
 * @self: a queue; empty afterwards
 * @place: where its bytes are
 *
 * Drops what waits.
 */
void
apool_held_clear (ApoolHeld *self, const ApoolHeldPlace *place)
{
  apool_extents_clear (&self->blocks, place->spool);
  apool_extents_clear (&self->raw, place->spool);
  apool_pad_clear (&self->pad, place->pads);
  apool_held_close_block (self);
  self->length = 0;
}

/* Puts what is left of a block that is open into a block again, before all others: which takes
 * taking out all of them. Only a job that has begun to print has one, and such a job is hardly
 * ever laid to rest. */
static gboolean
apool_held_rewrite (ApoolHeld *self, const ApoolHeldPlace *place, GError **error)
{
  g_autofree guint8 *bytes = g_malloc (APOOL_CODEC_BLOCK_BYTES);
  ApoolHeld fresh = { 0 };
  gboolean is_done = TRUE;

  while (is_done && self->length > 0)
    {
      gsize n = (gsize) MIN (self->length, APOOL_CODEC_BLOCK_BYTES);

      is_done = apool_held_pop (self, place, bytes, n, error) &&
                apool_held_push_block (&fresh, place, bytes, n, error);
      fresh.length += n;
    }
  apool_held_clear (self, place);
  *self = fresh;
  return is_done;
}

/* Packs a queue as blocks and nothing else. */
static gboolean
apool_held_pack_blocks (ApoolHeld *self,
                        const ApoolHeldPlace *place,
                        ApoolExtentsPacked *packed,
                        GError **error)
{
  ApoolExtentsPacked blocks;
  guint64 location;

  if (self->open && !apool_held_rewrite (self, place, error))
    return FALSE;
  g_assert (self->raw.length == 0);
  if (!apool_held_seal (self, place, error) ||
      !apool_extents_pack (&self->blocks, place->spool, &blocks, error) ||
      !apool_spool_append (place->spool, &blocks, sizeof blocks, &location, error))
    return FALSE;
  *packed = (ApoolExtentsPacked){ 0 };
  packed->location = location;
  packed->length = self->length;
  packed->n_items = IS_BLOCKS;
  return TRUE;
}

/**
 * apool_held_pack:
 * @self: a queue; empty afterwards
 * @place: where its bytes are
 * @packed: (out): the same bytes, for apool_held_unpack()
 * @error: (out) (optional): as of apool_held_push() and apool_extents_pack()
 *
 * Lays a queue to rest. Nobody else releases its bytes in the spool: it has to be unpacked again.
 *
 * Returns: whether it is packed; if not, some of it may be gone
 */
gboolean
apool_held_pack (ApoolHeld *self,
                 const ApoolHeldPlace *place,
                 ApoolExtentsPacked *packed,
                 GError **error)
{
  gboolean is_raw = self->length == self->raw.length;

  if (is_raw ? !apool_extents_pack (&self->raw, place->spool, packed, error)
             : !apool_held_pack_blocks (self, place, packed, error))
    return FALSE;
  apool_held_clear (self, place);
  return TRUE;
}

/**
 * apool_held_unpack:
 * @self: (out): a queue
 * @place: where its bytes are
 * @packed: of apool_held_pack(); not to be used again
 * @error: (out) (optional): a #GIOErrorEnum of the spool
 *
 * Returns: whether @self is the queue that was packed; if not, it is empty
 */
gboolean
apool_held_unpack (ApoolHeld *self,
                   const ApoolHeldPlace *place,
                   const ApoolExtentsPacked *packed,
                   GError **error)
{
  ApoolExtentsPacked blocks;

  *self = (ApoolHeld){ 0 };
  if (packed->n_items != IS_BLOCKS)
    {
      if (!apool_extents_unpack (&self->raw, place->spool, packed, error))
        return FALSE;
      self->length = self->raw.length;
      return TRUE;
    }
  if (!apool_spool_read (place->spool, packed->location, &blocks, sizeof blocks, error))
    return FALSE;
  apool_spool_release (place->spool, packed->location, sizeof blocks);
  if (!apool_extents_unpack (&self->blocks, place->spool, &blocks, error))
    return FALSE;
  self->length = packed->length;
  return TRUE;
}
