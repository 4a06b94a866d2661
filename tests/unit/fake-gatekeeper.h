/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/apool-alarm.h"
#include "gates/apool-gate.h"

G_BEGIN_DECLS

/**
 * FakeGatekeeper:
 * @clock: a clock that stands still unless it is set
 * @now: what time it is by it
 * @gate: (nullable): the gate that is listened to
 * @context: of the gate
 * @log: what the gate has told: `p1` task 1 is to be stopped, `c1` to be continued, `e1` to be
 *   ended, `*` it is worth asking
 * @failure: (nullable): what it said that it does not know
 * @n_failures: how often it said so
 * @refuses: whether it is told that tasks do not run
 *
 * Whoever asks a gate, with a clock of his own.
 */
typedef struct
{
  ApoolClock clock;
  gint64 now;
  ApoolGate *gate;
  GMainContext *context;
  GString *log;
  char *failure;
  guint n_failures;
  gboolean refuses;
} FakeGatekeeper;

void fake_gatekeeper_open (FakeGatekeeper *self, GMainContext *context);
void fake_gatekeeper_watch (FakeGatekeeper *self, ApoolGate *gate);
void fake_gatekeeper_clear (FakeGatekeeper *self);
void fake_gatekeeper_pass (FakeGatekeeper *self, gint64 usec);
void fake_gatekeeper_enter (FakeGatekeeper *self, guint64 seq);
void fake_gatekeeper_leave (FakeGatekeeper *self, guint64 seq);
void fake_gatekeeper_check_log (FakeGatekeeper *self, const char *log);
void fake_gatekeeper_check_open (FakeGatekeeper *self);
void fake_gatekeeper_check_closed (FakeGatekeeper *self, const char *why);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (FakeGatekeeper, fake_gatekeeper_clear)

G_END_DECLS
