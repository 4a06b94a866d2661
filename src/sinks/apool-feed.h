/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-recorded.h"

G_BEGIN_DECLS

/**
 * ApoolFeed:
 * @recorded: (nullable): what is known of a job from an earlier run, the owner's
 * @stream: of which of its streams
 * @offset: the byte that is next
 * @length: how many bytes there are in all
 *
 * What a job once wrote to a stream, taken from its record piece by piece. All zero is nothing.
 */
typedef struct
{
  ApoolRecorded *recorded;
  ApoolStream stream;
  guint64 offset;
  guint64 length;
} ApoolFeed;

void apool_feed_init (ApoolFeed *self, ApoolRecorded *recorded, ApoolStream stream);
guint64 apool_feed_get_left (const ApoolFeed *self);
gboolean apool_feed_read (ApoolFeed *self, gpointer buffer, gsize length, GError **error);

G_END_DECLS
