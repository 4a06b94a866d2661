/* SPDX-License-Identifier: MIT */
#pragma once

#include "pool/apool-deadlines.h"
#include "pool/apool-pool.h"
#include "sinks/apool-output.h"

G_BEGIN_DECLS

/**
 * ApoolTimeLimits:
 *
 * What is done about jobs, and a run, that take too long.
 */
typedef struct _ApoolTimeLimits ApoolTimeLimits;

/**
 * ApoolTimeLimitsFunc:
 * @data: (closure): of apool_time_limits_new()
 *
 * The run has taken as long as it may, and is being ended.
 */
typedef void (*ApoolTimeLimitsFunc) (gpointer data);

ApoolTimeLimits *apool_time_limits_new (GMainContext *context,
                                        const ApoolDeadlinesLimits *limits,
                                        ApoolPool *pool,
                                        ApoolOutput *output,
                                        ApoolTimeLimitsFunc over,
                                        gpointer data);
void apool_time_limits_free (ApoolTimeLimits *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolTimeLimits, apool_time_limits_free)

G_END_DECLS
