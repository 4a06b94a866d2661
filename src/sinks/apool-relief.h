/* SPDX-License-Identifier: MIT */
#pragma once

#include "sinks/apool-turns.h"

G_BEGIN_DECLS

/**
 * ApoolRelief:
 * @hub: of all flows, not owned
 * @turns: of their jobs, not owned
 * @is_full: whether the spool was full when that was last seen to
 * @is_due: whether something has happened since that may matter
 * @favoured: the number of the job that goes on although the spool is full; 0: none does
 * @deadline: when a spool that is of no more use ends the run, monotonic time in microseconds;
 *   negative where it is
 *
 * What is done about a full spool. Embedded by its owner, who reads it.
 */
typedef struct
{
  const ApoolFlowHub *hub;
  ApoolTurns *turns;
  gboolean is_full;
  gboolean is_due;
  guint64 favoured;
  gint64 deadline;
} ApoolRelief;

void apool_relief_init (ApoolRelief *self, const ApoolFlowHub *hub, ApoolTurns *turns);
void apool_relief_note (ApoolRelief *self);
gboolean apool_relief_has_news (const ApoolRelief *self);
gboolean apool_relief_update (ApoolRelief *self, gint64 now, gboolean *has_turn, GError **error);

G_END_DECLS
