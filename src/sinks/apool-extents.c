/* SPDX-License-Identifier: MIT */
/* A queue of bytes in the spool, as a list of pieces.
 *
 * A few bytes are appended to the spool, and take exactly their place. A stream gets regions
 * that double in size, so that its list stays short: 4 GiB are fewer than a hundred pieces.
 *
 * A region is not disk space. Where that ends in the middle of one, the rest of the region is given
 * back, and the queue goes on in what a full spool sets aside. */

#include "sinks/apool-extents.h"

#include "base/apool-error.h"

/* Less than this is appended as it comes, as long as the list is short. */
#define SMALL_BYTES ((gsize) 32 * 1024)
#define MAX_SMALL_ITEMS 8

#define MIN_RESERVED_BYTES ((guint64) 256 * 1024)
#define MAX_RESERVED_BYTES ((guint64) 64 * 1024 * 1024)

/* What ApoolExtentsPacked can say. */
#define MAX_PACKED_LENGTH (((guint64) 1 << 48) - 1)

static ApoolExtent *
apool_extents_get_last (ApoolExtents *self)
{
  return self->n_items > self->first ? &self->items[self->n_items - 1] : NULL;
}

static void
apool_extents_add (ApoolExtents *self, guint64 offset, guint64 length)
{
  if (self->n_items == self->n_allocated)
    {
      self->n_allocated = MAX (1, 2 * self->n_allocated);
      self->items = g_renew (ApoolExtent, self->items, self->n_allocated);
    }
  self->items[self->n_items++] = (ApoolExtent){ offset, length };
}

static gboolean
apool_extents_append (
    ApoolExtents *self, ApoolSpool *spool, gconstpointer data, gsize length, GError **error)
{
  ApoolExtent *last = apool_extents_get_last (self);
  guint64 offset;

  if (!apool_spool_append (spool, data, length, &offset, error))
    return FALSE;
  if (last && last->offset + last->length == offset)
    last->length += length;
  else
    apool_extents_add (self, offset, length);
  self->length += length;
  return TRUE;
}

/* Makes room for some of @length bytes: twice as much as last time, within bounds. */
static gboolean
apool_extents_reserve (ApoolExtents *self, ApoolSpool *spool, gsize length, GError **error)
{
  const ApoolExtent *last = apool_extents_get_last (self);
  gsize room = (gsize) MAX (length, last ? MIN (2 * last->length, MAX_RESERVED_BYTES) : 0);
  guint64 offset;

  room = CLAMP (room, MIN_RESERVED_BYTES, MAX_RESERVED_BYTES);
  if (!apool_spool_reserve (spool, &room, &offset, error))
    return FALSE;
  if (!last || last->offset + last->length != offset)
    apool_extents_add (self, offset, 0);
  self->room = room;
  return TRUE;
}

static void
apool_extents_trim (ApoolExtents *self, ApoolSpool *spool)
{
  const ApoolExtent *last = apool_extents_get_last (self);

  if (self->room > 0)
    apool_spool_release (spool, last->offset + last->length, self->room);
  self->room = 0;
}

/* Goes on elsewhere: the disk ends in the middle of the region. That one is given back only when
 * there is another one, for it could make the spool believe that there is space. */
static gboolean
apool_extents_move_on (ApoolExtents *self, ApoolSpool *spool, gsize length, GError **error)
{
  const ApoolExtent *last = apool_extents_get_last (self);
  guint64 rest = last->offset + last->length;
  guint64 n_rest = self->room;
  gboolean is_reserved;

  if (last->length == 0)
    self->n_items--;
  self->room = 0;
  is_reserved = apool_extents_reserve (self, spool, length, error);
  apool_spool_release (spool, rest, n_rest);
  return is_reserved;
}

/* Puts as many of @length bytes as there is room for behind those that wait.
 * Returns: whether that went well; @n, how many they are, may be 0 */
static gboolean
apool_extents_fill (ApoolExtents *self,
                    ApoolSpool *spool,
                    gconstpointer bytes,
                    gsize length,
                    gsize *n,
                    GError **error)
{
  ApoolExtent *last = apool_extents_get_last (self);
  gboolean is_written;

  *n = (gsize) MIN (length, self->room);
  if (!apool_spool_write (spool, last->offset + last->length, bytes, *n, &is_written, error))
    return FALSE;
  if (!is_written)
    {
      *n = 0;
      return apool_extents_move_on (self, spool, length, error);
    }
  last->length += *n;
  self->length += *n;
  self->room -= *n;
  return TRUE;
}

/**
 * apool_extents_push:
 * @self: a queue
 * @spool: where its bytes are
 * @data: (array length=length): bytes; they are copied
 * @length: how many
 * @error: (out) (optional): a #GIOErrorEnum of the spool
 *
 * Puts bytes behind those that wait.
 *
 * Returns: whether they are kept
 */
gboolean
apool_extents_push (
    ApoolExtents *self, ApoolSpool *spool, gconstpointer data, gsize length, GError **error)
{
  const guint8 *bytes = data;

  if (length > 0 && length < SMALL_BYTES && self->room == 0 &&
      self->n_items - self->first < MAX_SMALL_ITEMS)
    return apool_extents_append (self, spool, data, length, error);
  while (length > 0)
    {
      gsize n;

      if (self->room == 0 && !apool_extents_reserve (self, spool, length, error))
        return FALSE;
      if (!apool_extents_fill (self, spool, bytes, length, &n, error))
        return FALSE;
      bytes += n;
      length -= n;
    }
  return TRUE;
}

static void
apool_extents_forget (ApoolExtents *self)
{
  g_free (self->items);
  *self = (ApoolExtents){ 0 };
}

/**
 * apool_extents_clear:
 * @self: a queue; empty afterwards
 * @spool: where its bytes are
 *
 * Drops what waits.
 */
void
apool_extents_clear (ApoolExtents *self, ApoolSpool *spool)
{
  apool_extents_trim (self, spool);
  for (guint i = self->first; i < self->n_items; i++)
    apool_spool_release (spool, self->items[i].offset, self->items[i].length);
  apool_extents_forget (self);
}

/**
 * apool_extents_pop:
 * @self: a queue
 * @spool: where its bytes are
 * @buffer: (out caller-allocates) (array length=length): where they go
 * @length: how many; no more than wait
 * @error: (out) (optional): a #GIOErrorEnum of the spool
 *
 * Takes the oldest bytes out.
 *
 * Returns: whether they were read; if not, some of them may be gone
 */
gboolean
apool_extents_pop (
    ApoolExtents *self, ApoolSpool *spool, gpointer buffer, gsize length, GError **error)
{
  guint8 *bytes = buffer;

  /* Not an error of ours to go on with: bytes that somebody waits for would be missing. */
  g_assert (length <= self->length);
  while (length > 0)
    {
      ApoolExtent *item = &self->items[self->first];
      gsize n = (gsize) MIN (length, item->length);

      if (!apool_spool_read (spool, item->offset, bytes, n, error))
        return FALSE;
      apool_spool_release (spool, item->offset, n);
      item->offset += n;
      item->length -= n;
      self->length -= n;
      bytes += n;
      length -= n;
      if (item->length == 0 && self->length > 0)
        self->first++;
    }
  if (self->length == 0)
    apool_extents_clear (self, spool);
  return TRUE;
}

/**
 * apool_extents_prepend:
 * @self: a queue
 * @spool: where its bytes are
 * @data: (array length=length): bytes; they are copied
 * @length: how many
 * @error: (out) (optional): a #GIOErrorEnum of the spool
 *
 * Puts bytes before those that wait.
 *
 * Returns: whether they are kept; if not, the queue is as it was
 */
gboolean
apool_extents_prepend (
    ApoolExtents *self, ApoolSpool *spool, gconstpointer data, gsize length, GError **error)
{
  ApoolExtents all = { 0 };

  if (length == 0)
    return TRUE;
  if (!apool_extents_append (&all, spool, data, length, error))
    return FALSE;
  for (guint i = self->first; i < self->n_items; i++)
    apool_extents_add (&all, self->items[i].offset, self->items[i].length);
  all.room = self->room;
  all.length += self->length;
  apool_extents_forget (self);
  *self = all;
  return TRUE;
}

/**
 * apool_extents_pack:
 * @self: a queue; empty afterwards
 * @spool: where its bytes are
 * @packed: (out): the same bytes, for apool_extents_unpack()
 * @error: (out) (optional): a #GIOErrorEnum of the spool, or APOOL_ERROR_OUTPUT where there are
 *   too many pieces
 *
 * Lays a queue to rest. Nobody else releases its bytes in the spool: it has to be unpacked again.
 *
 * Returns: whether it is packed; if not, the queue is as it was
 */
gboolean
apool_extents_pack (ApoolExtents *self,
                    ApoolSpool *spool,
                    ApoolExtentsPacked *packed,
                    GError **error)
{
  guint n_items = self->n_items - self->first;
  const ApoolExtent *items = n_items > 0 ? &self->items[self->first] : NULL;
  guint64 location = 0;

  *packed = (ApoolExtentsPacked){ 0 };
  if (n_items > APOOL_EXTENTS_MAX_PACKED_ITEMS || self->length > MAX_PACKED_LENGTH)
    {
      g_set_error (error, APOOL_ERROR, APOOL_ERROR_OUTPUT,
                   "output of one job: too large to be kept: %" G_GUINT64_FORMAT " bytes",
                   self->length);
      return FALSE;
    }
  if (n_items == 1)
    location = items->offset;
  apool_extents_trim (self, spool);
  if (n_items > 1 && !apool_spool_append (spool, items, n_items * sizeof *items, &location, error))
    return FALSE;
  packed->location = location;
  packed->length = self->length;
  packed->n_items = (guint16) n_items;
  apool_extents_forget (self);
  return TRUE;
}

/**
 * apool_extents_unpack:
 * @self: (out): a queue
 * @spool: where its bytes are
 * @packed: of apool_extents_pack(); not to be used again
 * @error: (out) (optional): a #GIOErrorEnum of the spool
 *
 * Returns: whether @self is the queue that was packed; if not, it is empty
 */
gboolean
apool_extents_unpack (ApoolExtents *self,
                      ApoolSpool *spool,
                      const ApoolExtentsPacked *packed,
                      GError **error)
{
  gsize n_items = packed->n_items;

  *self = (ApoolExtents){ 0 };
  if (n_items == 0)
    return TRUE;
  self->items = g_new (ApoolExtent, n_items);
  self->items[0] = (ApoolExtent){ packed->location, packed->length };
  if (n_items > 1 && !apool_spool_read (spool, packed->location, self->items,
                                        n_items * sizeof *self->items, error))
    {
      apool_extents_forget (self);
      return FALSE;
    }
  self->n_items = self->n_allocated = (guint) n_items;
  self->length = packed->length;
  if (n_items > 1)
    apool_spool_release (spool, packed->location, n_items * sizeof *self->items);
  return TRUE;
}
