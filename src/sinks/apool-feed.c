/* SPDX-License-Identifier: MIT */
/* Bytes that come from a record instead of from a job. They are on the disk already, so they are
 * read no earlier than there is room for them, and wait nowhere else. */

#include "sinks/apool-feed.h"

/**
 * apool_feed_init:
 * @self: (out): a feed at its first byte
 * @recorded: (transfer none): what is known of the job; outlives the feed
 * @stream: which of its streams
 */
void
apool_feed_init (ApoolFeed *self, ApoolRecorded *recorded, ApoolStream stream)
{
  *self = (ApoolFeed){
    .recorded = recorded,
    .stream = stream,
    .length = apool_recorded_get_length (recorded, stream),
  };
}

/**
 * apool_feed_get_left:
 * @self: a feed
 *
 * Returns: how many bytes were not read yet
 */
guint64
apool_feed_get_left (const ApoolFeed *self)
{
  return self->length - self->offset;
}

/**
 * apool_feed_read:
 * @self: a feed
 * @buffer: (array length=length): where to
 * @length: how many bytes, more than 0; so many are left
 * @error: (out) (optional): a #GIOErrorEnum, naming the file
 *
 * Returns: whether they were read
 */
gboolean
apool_feed_read (ApoolFeed *self, gpointer buffer, gsize length, GError **error)
{
  if (!apool_recorded_read (self->recorded, self->stream, self->offset, buffer, length, error))
    return FALSE;
  self->offset += length;
  return TRUE;
}
