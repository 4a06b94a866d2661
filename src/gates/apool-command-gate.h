/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/apool-alarm.h"
#include "gates/apool-gate.h"

G_BEGIN_DECLS

/* A gate that is open when a command of the user's says so: its exit status 0 lets one job start, 1
 * none, and 2 has the youngest ended and started again later. */
#define APOOL_TYPE_COMMAND_GATE (apool_command_gate_get_type ())
G_DECLARE_FINAL_TYPE (ApoolCommandGate, apool_command_gate, APOOL, COMMAND_GATE, GObject)

ApoolGate *apool_command_gate_new (GMainContext *context,
                                   const ApoolClock *clock,
                                   const char *name,
                                   const char *shell,
                                   const char *command);

G_END_DECLS
