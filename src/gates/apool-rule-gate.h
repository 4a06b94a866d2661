/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/apool-alarm.h"
#include "gates/apool-gate.h"
#include "gates/apool-rule.h"

G_BEGIN_DECLS

/* A gate that is open when a rule says so, and asks again when the rule wants it to: that is where
 * the time comes from, and the timer. */
#define APOOL_TYPE_RULE_GATE (apool_rule_gate_get_type ())
G_DECLARE_FINAL_TYPE (ApoolRuleGate, apool_rule_gate, APOOL, RULE_GATE, GObject)

ApoolGate *apool_rule_gate_new (GMainContext *context,
                                const ApoolClock *clock,
                                const char *name,
                                const ApoolRuleKind *kind,
                                gpointer rule);
gboolean apool_rule_gate_is_waiting (ApoolRuleGate *self);

G_END_DECLS
