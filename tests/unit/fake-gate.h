/* SPDX-License-Identifier: MIT */
#pragma once

#include "gates/apool-gate.h"

G_BEGIN_DECLS

/* A gate that lets through as many tasks as a test says, and remembers what it was told. */
#define FAKE_TYPE_GATE (fake_gate_get_type ())
G_DECLARE_FINAL_TYPE (FakeGate, fake_gate, FAKE, GATE, GObject)

FakeGate *fake_gate_new (const char *name, guint n_permits);
void fake_gate_permit (FakeGate *self, guint n_permits);
gboolean fake_gate_evict (FakeGate *self, guint64 seq);
gboolean fake_gate_pause (FakeGate *self, guint64 seq);
void fake_gate_tell (FakeGate *self);
guint fake_gate_get_n_inside (FakeGate *self);
guint fake_gate_get_n_asked (FakeGate *self);
gboolean fake_gate_is_waited_for (FakeGate *self);
char *fake_gate_take_log (FakeGate *self);

G_END_DECLS
