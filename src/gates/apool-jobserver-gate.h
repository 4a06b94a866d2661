/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/apool-jobserver.h"
#include "gates/apool-gate.h"

G_BEGIN_DECLS

/* A job for each slot of make's jobserver. */
#define APOOL_TYPE_JOBSERVER_GATE (apool_jobserver_gate_get_type ())
G_DECLARE_FINAL_TYPE (ApoolJobserverGate, apool_jobserver_gate, APOOL, JOBSERVER_GATE, GObject)

ApoolGate *apool_jobserver_gate_new (GMainContext *context, ApoolJobserver *server);

G_END_DECLS
