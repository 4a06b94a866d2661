/* SPDX-License-Identifier: MIT */
#pragma once

#include "input/apool-source.h"

G_BEGIN_DECLS

/**
 * ApoolSourceTurn:
 * @source: (nullable): the context has its turn, and then comes back
 * @is_wanted: it is to have it
 * @ready: told when it has had it
 * @data: (closure): for @ready
 *
 * How a source that may go on for long lets the context serve others: it says that it has nothing
 * for the time being. All zero is no turn. Embedded by the source.
 */
typedef struct
{
  GSource *source;
  gboolean is_wanted;
  ApoolSourceReadyFunc ready;
  gpointer data;
} ApoolSourceTurn;

void apool_source_turn_want (ApoolSourceTurn *self, gboolean is_wanted);
gboolean apool_source_turn_wait (ApoolSourceTurn *self,
                                 GMainContext *context,
                                 ApoolSourceReadyFunc ready,
                                 gpointer data);
void apool_source_turn_clear (ApoolSourceTurn *self);

G_END_DECLS
