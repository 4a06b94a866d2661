/* SPDX-License-Identifier: MIT */
/* One source of several. Its values come from the source until that has ended, and from the log
 * after each rewinding. */

#include "input/apool-ring.h"

#include "input/apool-row-log.h"

struct _ApoolRing
{
  ApoolSource *source;
  ApoolRowLog *log;     /* (nullable): where values are not kept */
  ApoolValue value;     /* the one it stands at */
  gboolean has_value;   /* one has come at all */
  gboolean is_replayed; /* the values come from the log */
  gboolean has_ended;   /* the source has no more */
};

/**
 * apool_ring_new:
 * @source: (transfer none): yields rows of one value
 * @keeps: whether it will be rewound
 * @tmpdir: where values are kept that are too many for memory
 *
 * Returns: (transfer full): a ring that stands before its first value
 */
ApoolRing *
apool_ring_new (ApoolSource *source, gboolean keeps, const char *tmpdir)
{
  ApoolRing *self = g_new0 (ApoolRing, 1);

  self->source = g_object_ref (source);
  self->log = keeps ? apool_row_log_new (tmpdir) : NULL;
  self->value = (ApoolValue){ "", 0 };
  return self;
}

/**
 * apool_ring_free:
 * @self: (transfer full): a ring
 */
void
apool_ring_free (ApoolRing *self)
{
  g_object_unref (self->source);
  g_clear_pointer (&self->log, apool_row_log_free);
  g_free (self);
}

static ApoolSourceStatus
apool_ring_replay (ApoolRing *self, GError **error)
{
  ApoolRow row;

  if (apool_row_log_is_at_end (self->log))
    return APOOL_SOURCE_END;
  if (!apool_row_log_read (self->log, &row, error))
    return APOOL_SOURCE_ERROR;
  self->value = row.values[0];
  return APOOL_SOURCE_ROW;
}

/**
 * apool_ring_next:
 * @self: a ring
 * @error: (out) (optional): set with %APOOL_SOURCE_ERROR
 *
 * Goes on to the next value. At the end it stays where it is, to be rewound.
 *
 * Returns: as apool_source_next()
 */
ApoolSourceStatus
apool_ring_next (ApoolRing *self, GError **error)
{
  ApoolSourceStatus status;
  ApoolRow row;

  if (self->is_replayed)
    return apool_ring_replay (self, error);
  if (self->has_ended)
    return APOOL_SOURCE_END;
  status = apool_source_next (self->source, &row, error);
  self->has_ended = status == APOOL_SOURCE_END;
  if (status != APOOL_SOURCE_ROW)
    return status;
  if (self->log && !apool_row_log_append (self->log, &row, NULL, error))
    return APOOL_SOURCE_ERROR;
  self->value = row.values[0];
  self->has_value = TRUE;
  return APOOL_SOURCE_ROW;
}

/**
 * apool_ring_rewind:
 * @self: a ring that keeps its values
 *
 * Has it stand before its first value again. What its source did not tell by now is not read.
 */
void
apool_ring_rewind (ApoolRing *self)
{
  g_return_if_fail (self->log != NULL);

  self->is_replayed = TRUE;
  apool_row_log_seek (self->log, 0);
}

/**
 * apool_ring_is_empty:
 * @self: a ring that has said that it has no more
 *
 * Returns: whether it had none at all
 */
gboolean
apool_ring_is_empty (const ApoolRing *self)
{
  return !self->has_value;
}

/**
 * apool_ring_is_replayed:
 * @self: a ring
 *
 * Returns: whether it goes through values that it has gone through before
 */
gboolean
apool_ring_is_replayed (const ApoolRing *self)
{
  return self->is_replayed;
}

/**
 * apool_ring_get_value:
 * @self: a ring
 *
 * Returns: the value that it stands at, valid until it goes on; an empty one where there was none
 */
const ApoolValue *
apool_ring_get_value (const ApoolRing *self)
{
  return &self->value;
}

/**
 * apool_ring_wait:
 * @self: a ring whose apool_ring_next() said %APOOL_SOURCE_PENDING
 * @context: where @ready runs
 * @ready: called as by apool_source_wait()
 * @data: (closure): for @ready
 */
void
apool_ring_wait (ApoolRing *self, GMainContext *context, ApoolSourceReadyFunc ready, gpointer data)
{
  apool_source_wait (self->source, context, ready, data);
}
