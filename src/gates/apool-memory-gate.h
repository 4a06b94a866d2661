/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/apool-alarm.h"
#include "gates/apool-gate.h"

G_BEGIN_DECLS

/**
 * ApoolMemoryLimits:
 * @free_bytes: no job is started below this; below half of it the youngest is ended, and started
 *   again later; 0 where there is no such limit
 * @suspend_bytes: no job is started below this either; below twice of it jobs are stopped; 0 where
 *   there is no such limit. With both, no job is started below their sum
 *
 * How much memory is to be free.
 */
typedef struct
{
  guint64 free_bytes;
  guint64 suspend_bytes;
} ApoolMemoryLimits;

/* A gate that is open while there is memory, and makes room where there is too little. */
#define APOOL_TYPE_MEMORY_GATE (apool_memory_gate_get_type ())
G_DECLARE_FINAL_TYPE (ApoolMemoryGate, apool_memory_gate, APOOL, MEMORY_GATE, GObject)

ApoolGate *apool_memory_gate_new (GMainContext *context,
                                  const ApoolClock *clock,
                                  const char *root,
                                  const char *name,
                                  const ApoolMemoryLimits *limits,
                                  GError **error);

G_END_DECLS
