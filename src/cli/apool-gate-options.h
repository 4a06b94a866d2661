/* SPDX-License-Identifier: MIT */
#pragma once

#include "gates/apool-memory-gate.h"

G_BEGIN_DECLS

/**
 * ApoolGateOptions:
 * @has_delay: whether there is a time between two starts
 * @delay_is_auto: whether that finds itself
 * @delay_usec: that time, or the first one
 * @rate: (nullable): what `--rate` said, which is a good value
 * @load: (nullable): what `--load` said
 * @pressure: (nullable): what `--pressure` said
 * @limit: (nullable): what `--limit` said
 * @memory: what `--memfree` and `--memsuspend` said
 * @noswap: whether no job is started while the machine swaps
 *
 * What a job has to wait for before it is started.
 */
typedef struct
{
  gboolean has_delay;
  gboolean delay_is_auto;
  gint64 delay_usec;
  const char *rate;
  const char *load;
  const char *pressure;
  const char *limit;
  ApoolMemoryLimits memory;
  gboolean noswap;
} ApoolGateOptions;

G_END_DECLS
