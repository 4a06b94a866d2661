/* SPDX-License-Identifier: MIT */
/* The gate in front of a rule. The kernel offers no other way than to look again for most of what
 * rules go by; that is done only while a job waits to be started. */

#include "gates/apool-rule-gate.h"

#include "base/apool-alarm.h"

struct _ApoolRuleGate
{
  GObject parent_instance;

  char *name;
  const ApoolRuleKind *kind;
  gpointer rule; /* owned */
  ApoolAlarm *alarm;
  gboolean is_waiting; /* the alarm is set */
  gboolean has_failed; /* which was said */
};

static void apool_rule_gate_iface_init (ApoolGateInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ApoolRuleGate,
                               apool_rule_gate,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_GATE, apool_rule_gate_iface_init))

static const char *
apool_rule_gate_get_name (ApoolGate *gate)
{
  return APOOL_RULE_GATE (gate)->name;
}

/* A rule that does not know does so for a while: it is said once. */
static void
apool_rule_gate_take_failure (ApoolRuleGate *self, char *failure)
{
  g_autofree char *message = failure;

  if (!message || self->has_failed)
    return;
  self->has_failed = TRUE;
  apool_gate_tell_failed (APOOL_GATE (self), message);
}

static gboolean
apool_rule_gate_is_open (ApoolGate *gate, GString *why)
{
  ApoolRuleGate *self = APOOL_RULE_GATE (gate);
  ApoolRuleAnswer answer = { .why = why };
  gint64 now;

  /* It has said when. */
  if (self->is_waiting)
    return FALSE;
  now = apool_alarm_get_time (self->alarm);
  self->kind->ask (self->rule, now, &answer);
  apool_rule_gate_take_failure (self, answer.failure);
  self->is_waiting = !answer.is_open;
  if (self->is_waiting)
    apool_alarm_set (self->alarm, now + answer.again_usec);
  return answer.is_open;
}

static void
apool_rule_gate_enter (ApoolGate *gate, ApoolTask *task)
{
  ApoolRuleGate *self = APOOL_RULE_GATE (gate);

  if (self->kind->enter)
    self->kind->enter (self->rule, apool_task_get_seq (task), apool_alarm_get_time (self->alarm));
}

static void
apool_rule_gate_started (ApoolGate *gate, ApoolTask *task)
{
  ApoolRuleGate *self = APOOL_RULE_GATE (gate);

  if (self->kind->started)
    self->kind->started (self->rule, apool_task_get_seq (task), apool_alarm_get_time (self->alarm));
}

static void
apool_rule_gate_leave (ApoolGate *gate, ApoolTask *task, ApoolOutcome *outcome)
{
  ApoolRuleGate *self = APOOL_RULE_GATE (gate);

  if (self->kind->leave)
    self->kind->leave (self->rule, apool_task_get_seq (task), outcome,
                       apool_alarm_get_time (self->alarm));
}

static void
apool_rule_gate_rest (ApoolGate *gate)
{
  ApoolRuleGate *self = APOOL_RULE_GATE (gate);

  self->is_waiting = FALSE;
  apool_alarm_set (self->alarm, APOOL_ALARM_NEVER);
}

static void
apool_rule_gate_set_paused (ApoolGate *gate, gboolean is_paused)
{
  ApoolRuleGate *self = APOOL_RULE_GATE (gate);

  if (self->kind->skips_pauses)
    apool_alarm_set_paused (self->alarm, is_paused);
}

static void
apool_rule_gate_iface_init (ApoolGateInterface *iface)
{
  iface->get_name = apool_rule_gate_get_name;
  iface->is_open = apool_rule_gate_is_open;
  iface->enter = apool_rule_gate_enter;
  iface->started = apool_rule_gate_started;
  iface->leave = apool_rule_gate_leave;
  iface->rest = apool_rule_gate_rest;
  iface->set_paused = apool_rule_gate_set_paused;
}

static void
apool_rule_gate_finalize (GObject *object)
{
  ApoolRuleGate *self = APOOL_RULE_GATE (object);

  g_clear_pointer (&self->alarm, apool_alarm_free);
  self->kind->free (self->rule);
  g_free (self->name);
  G_OBJECT_CLASS (apool_rule_gate_parent_class)->finalize (object);
}

static void
apool_rule_gate_class_init (ApoolRuleGateClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = apool_rule_gate_finalize;
}

static void
apool_rule_gate_init (ApoolRuleGate *self)
{
}

static void
apool_rule_gate_alarm_cb (gpointer data)
{
  ApoolRuleGate *self = data;

  self->is_waiting = FALSE;
  apool_gate_tell_changed (APOOL_GATE (self));
}

/**
 * apool_rule_gate_new:
 * @context: where everything happens
 * @clock: (nullable): what time is measured with; the monotonic clock where %NULL
 * @name: what people know it by
 * @kind: how @rule is asked
 * @rule: (transfer full): a rule
 *
 * Returns: (transfer full): the gate
 */
ApoolGate *
apool_rule_gate_new (GMainContext *context,
                     const ApoolClock *clock,
                     const char *name,
                     const ApoolRuleKind *kind,
                     gpointer rule)
{
  ApoolRuleGate *self = g_object_new (APOOL_TYPE_RULE_GATE, NULL);

  self->name = g_strdup (name);
  self->kind = kind;
  self->rule = rule;
  self->alarm = apool_alarm_new (context, clock, apool_rule_gate_alarm_cb, self);
  return APOOL_GATE (self);
}

/**
 * apool_rule_gate_is_waiting:
 * @self: a gate
 *
 * Returns: whether it has a time at which it is worth asking again
 */
gboolean
apool_rule_gate_is_waiting (ApoolRuleGate *self)
{
  return self->is_waiting;
}
