/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-outcome.h"

G_BEGIN_DECLS

/**
 * ApoolHook:
 * @APOOL_HOOK_INIT: `--worker-init`: run once in each worker, before its first job
 * @APOOL_HOOK_EXIT: `--worker-exit`: run once in each worker that ends in order
 * @APOOL_HOOK_ERROR: `--on-error`: run for each job that failed
 *
 * Commands of the user's that are no jobs. What they write is kept and told with their end.
 */
typedef enum
{
  APOOL_HOOK_INIT,
  APOOL_HOOK_EXIT,
  APOOL_HOOK_ERROR,
  APOOL_N_HOOKS,
} ApoolHook;

/* How much of a hook's output is kept, of both streams together: bytes. */
#define APOOL_HOOK_OUTPUT_BYTES (256u * 1024)

/**
 * ApoolHookReport:
 * @hook: which one
 * @outcome: what became of it; that of a hook that ran too long is ended by the pool, and has a
 *   message
 * @output: (array length=length): what it wrote to both streams, in the order in which it was read
 * @length: bytes in @output
 * @n_dropped: bytes that it wrote beyond those
 *
 * How a hook ended.
 */
typedef struct
{
  ApoolHook hook;
  ApoolOutcome *outcome;
  const char *output;
  gsize length;
  guint64 n_dropped;
} ApoolHookReport;

G_END_DECLS
