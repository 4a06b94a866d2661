/* SPDX-License-Identifier: MIT */
/* A flow whose bytes come from a record.
 *
 * It is fed as far as they can go on: there is nobody to be slowed down, so nothing needs to wait
 * in between. A line that is too long to be mixed with others is printed before it ends, since the
 * rest of it is at hand. */

#include "sinks/apool-flow.h"

/**
 * apool_flow_set_feed:
 * @self: a flow that nothing was given to but a title; it is known where its bytes are kept
 * @recorded: (transfer none): where they come from; outlives the flow
 */
void
apool_flow_set_feed (ApoolFlow *self, ApoolRecorded *recorded)
{
  const ApoolOutputConfig *config = self->hub->config;

  if (self->is_silent && !self->result.path && !config->table)
    return; /* nobody wants them */
  apool_feed_init (&self->feed, recorded, self->stream);
  if (config->table && !self->is_named)
    apool_feed_init (&self->collected.feed, recorded, self->stream);
}

/* Whether so much of a line is held that the rest of it should not be. */
static gboolean
apool_flow_is_long_line (const ApoolFlow *self)
{
  return self->mixer && !self->input.is_waiting && self->held.length >= APOOL_FLOW_SCRATCH_BYTES;
}

/* How many bytes may come now. */
static gsize
apool_flow_get_hunger (const ApoolFlow *self)
{
  gsize room = APOOL_FLOW_SCRATCH_BYTES;

  if (self->is_silent || self->hub->config->unit == APOOL_OUTPUT_LATEST)
    return room;
  if (self->mixer && self->input.is_waiting)
    room = apool_mixer_get_room (self->mixer, &self->input);
  else if (self->mixer)
    return apool_flow_is_long_line (self) && !apool_mixer_may_favour (self->mixer) ? 0 : room;
  else if (!self->outlet || self->held.length > 0)
    return 0;
  else
    room = apool_outlet_get_room (self->outlet);
  return MIN (room, APOOL_FLOW_SCRATCH_BYTES);
}

/**
 * apool_flow_can_feed:
 * @self: a flow
 *
 * Returns: whether apool_flow_feed() would take any bytes
 */
gboolean
apool_flow_can_feed (const ApoolFlow *self)
{
  return apool_feed_get_left (&self->feed) > 0 && apool_flow_get_hunger (self) > 0;
}

static gboolean
apool_flow_feed_piece (ApoolFlow *self, gsize length, GError **error)
{
  return apool_feed_read (&self->feed, self->hub->scratch, length, error) &&
         apool_flow_push (self, self->hub->scratch, length, error);
}

/**
 * apool_flow_feed:
 * @self: a flow
 * @budget: (inout): how many bytes there is time for
 * @error: (out) (optional): a #GIOErrorEnum: of the record, or as of apool_flow_push()
 *
 * Takes from the record what can go on at once.
 *
 * Returns: whether that went well
 */
gboolean
apool_flow_feed (ApoolFlow *self, gsize *budget, GError **error)
{
  while (*budget > 0 && apool_flow_can_feed (self))
    {
      gsize length =
          MIN (*budget, (gsize) MIN (apool_feed_get_left (&self->feed), APOOL_FLOW_SCRATCH_BYTES));

      if (apool_flow_is_long_line (self) && !apool_mixer_favour (self->mixer, &self->input, error))
        return FALSE;
      length = MIN (length, apool_flow_get_hunger (self));
      if (length > 0 && !apool_flow_feed_piece (self, length, error))
        return FALSE;
      *budget -= length;
    }
  return TRUE;
}

/**
 * apool_flow_feed_all:
 * @self: a flow
 * @error: (out) (optional): a #GIOErrorEnum: of the record, or as of apool_flow_push()
 *
 * Takes all from the record; what cannot go on waits as if a job had just written it.
 *
 * Returns: whether that went well
 */
gboolean
apool_flow_feed_all (ApoolFlow *self, GError **error)
{
  guint64 n_left;

  while ((n_left = apool_feed_get_left (&self->feed)) > 0)
    if (!apool_flow_feed_piece (self, (gsize) MIN (n_left, APOOL_FLOW_SCRATCH_BYTES), error))
      return FALSE;
  return TRUE;
}

/**
 * apool_flow_get_blocked:
 * @self: a flow
 *
 * Returns: how many bytes wait although it is their turn, since they are not taken
 */
guint64
apool_flow_get_blocked (const ApoolFlow *self)
{
  guint64 n_held = self->outlet ? self->held.length : 0;
  gboolean is_fed = apool_feed_get_left (&self->feed) > 0 && (self->outlet || self->mixer);

  return is_fed && apool_flow_get_hunger (self) == 0 ? n_held + apool_feed_get_left (&self->feed)
                                                     : n_held;
}
