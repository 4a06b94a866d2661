/* SPDX-License-Identifier: MIT */
#pragma once

#include "sinks/apool-relief.h"
#include "sinks/apool-turns.h"

G_BEGIN_DECLS

/**
 * ApoolCongestion:
 * @turns: of all jobs
 * @relief: what is done about a full spool
 * @is_blocked: whether the outlets take less than comes
 * @told: whether somebody has been told to wait
 * @told_except: for all but this job
 *
 * Whether whoever runs jobs has to wait. Embedded by its owner.
 */
typedef struct
{
  ApoolTurns *turns;
  const ApoolRelief *relief;
  gboolean is_blocked;
  gboolean told;
  guint64 told_except;
} ApoolCongestion;

void apool_congestion_init (ApoolCongestion *self, ApoolTurns *turns, const ApoolRelief *relief);
gboolean apool_congestion_update (ApoolCongestion *self, guint64 n_lines, GError **error);
gboolean apool_congestion_has_news (const ApoolCongestion *self);
gboolean apool_congestion_take_news (ApoolCongestion *self, gboolean *must_wait, guint64 *except);

G_END_DECLS
