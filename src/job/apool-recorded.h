/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-observer.h"

G_BEGIN_DECLS

#define APOOL_TYPE_RECORDED (apool_recorded_get_type ())

/**
 * ApoolRecorded:
 *
 * What an earlier run has recorded of a job that is not to be run again: what became of it and what
 * it wrote, wherever that is kept.
 */
G_DECLARE_INTERFACE (ApoolRecorded, apool_recorded, APOOL, RECORDED, GObject)

/**
 * ApoolRecordedInterface:
 * @get_outcome: (transfer none): what became of the job
 * @get_length: how many bytes it wrote to a stream
 * @read: reads @length of these from @offset on, all of them, without blocking for more than a disk
 */
struct _ApoolRecordedInterface
{
  GTypeInterface parent;

  ApoolOutcome *(*get_outcome) (ApoolRecorded *self);
  guint64 (*get_length) (ApoolRecorded *self, ApoolStream stream);
  gboolean (*read) (ApoolRecorded *self,
                    ApoolStream stream,
                    guint64 offset,
                    gpointer buffer,
                    gsize length,
                    GError **error);
};

ApoolOutcome *apool_recorded_get_outcome (ApoolRecorded *self);
guint64 apool_recorded_get_length (ApoolRecorded *self, ApoolStream stream);
gboolean apool_recorded_read (ApoolRecorded *self,
                              ApoolStream stream,
                              guint64 offset,
                              gpointer buffer,
                              gsize length,
                              GError **error);

G_END_DECLS
