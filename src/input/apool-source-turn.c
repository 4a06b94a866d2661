/* SPDX-License-Identifier: MIT */
/* The turn of all others, while a source goes through much. It has the priority of them, not a
 * lower one: something that always has something to do would keep the source waiting for ever. */

#include "input/apool-source-turn.h"

/**
 * apool_source_turn_want:
 * @self: a turn
 * @is_wanted: whether the source says next that it has nothing, only so that others have their turn
 */
void
apool_source_turn_want (ApoolSourceTurn *self, gboolean is_wanted)
{
  self->is_wanted = is_wanted;
}

/**
 * apool_source_turn_clear:
 * @self: a turn; whoever waits is not told any more
 */
void
apool_source_turn_clear (ApoolSourceTurn *self)
{
  if (!self->source)
    return;
  g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
}

static gboolean
apool_source_turn_over_cb (gpointer data)
{
  ApoolSourceTurn *self = data;

  /* Before the call, which may wait again or drop the source. */
  apool_source_turn_clear (self);
  self->ready (self->data);
  return G_SOURCE_REMOVE;
}

/**
 * apool_source_turn_wait:
 * @self: a turn that nobody waits for
 * @context: who is to have it
 * @ready: called once, when that has had it, after this returned
 * @data: (closure): for @ready
 *
 * Returns: whether it is waited for: not where none was wanted
 */
gboolean
apool_source_turn_wait (ApoolSourceTurn *self,
                        GMainContext *context,
                        ApoolSourceReadyFunc ready,
                        gpointer data)
{
  g_return_val_if_fail (self->source == NULL, FALSE);

  if (!self->is_wanted)
    return FALSE;
  self->is_wanted = FALSE;
  self->ready = ready;
  self->data = data;
  self->source = g_idle_source_new ();
  g_source_set_static_name (self->source, "apool-source-turn");
  g_source_set_priority (self->source, G_PRIORITY_DEFAULT);
  g_source_set_callback (self->source, apool_source_turn_over_cb, self, NULL);
  g_source_attach (self->source, context);
  return TRUE;
}
