/* SPDX-License-Identifier: MIT */
/* The interface of what is known of a job from an earlier run. Whoever prints it asks for its bytes
 * piece by piece, when there is room for them: they are kept already, and need no other place. */

#include "job/apool-recorded.h"

G_DEFINE_INTERFACE (ApoolRecorded, apool_recorded, G_TYPE_OBJECT)

static void
apool_recorded_default_init (ApoolRecordedInterface *iface)
{
}

/**
 * apool_recorded_get_outcome:
 * @self: what was recorded
 *
 * Returns: (transfer none): what became of the job
 */
ApoolOutcome *
apool_recorded_get_outcome (ApoolRecorded *self)
{
  return APOOL_RECORDED_GET_IFACE (self)->get_outcome (self);
}

/**
 * apool_recorded_get_length:
 * @self: what was recorded
 * @stream: of which stream
 *
 * Returns: how many bytes the job wrote to it
 */
guint64
apool_recorded_get_length (ApoolRecorded *self, ApoolStream stream)
{
  return APOOL_RECORDED_GET_IFACE (self)->get_length (self, stream);
}

/**
 * apool_recorded_read:
 * @self: what was recorded
 * @stream: of which stream
 * @offset: from which byte on
 * @buffer: (array length=length): where to
 * @length: how many bytes; there are so many
 * @error: (out) (optional): a #GIOErrorEnum, naming the file
 *
 * Returns: whether all of them were read
 */
gboolean
apool_recorded_read (ApoolRecorded *self,
                     ApoolStream stream,
                     guint64 offset,
                     gpointer buffer,
                     gsize length,
                     GError **error)
{
  return APOOL_RECORDED_GET_IFACE (self)->read (self, stream, offset, buffer, length, error);
}
