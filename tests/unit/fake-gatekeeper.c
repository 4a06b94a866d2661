/* SPDX-License-Identifier: MIT */
/* Asks a gate, and hears what it tells. */

#include "fake-gatekeeper.h"

static gint64
fake_gatekeeper_get_time (gpointer data)
{
  return ((FakeGatekeeper *) data)->now;
}

static void
fake_gatekeeper_changed_cb (gpointer data)
{
  g_string_append_c (((FakeGatekeeper *) data)->log, '*');
}

static void
fake_gatekeeper_failed_cb (ApoolGate *gate, const char *message, gpointer data)
{
  FakeGatekeeper *self = data;

  g_assert_true (gate == self->gate);
  g_free (self->failure);
  self->failure = g_strdup (message);
  self->n_failures++;
}

static gboolean
fake_gatekeeper_pause_cb (guint64 seq, gboolean paused, gpointer data)
{
  FakeGatekeeper *self = data;

  g_string_append_printf (self->log, "%c%" G_GUINT64_FORMAT, paused ? 'p' : 'c', seq);
  return !self->refuses;
}

static gboolean
fake_gatekeeper_evict_cb (guint64 seq, gpointer data)
{
  FakeGatekeeper *self = data;

  g_string_append_printf (self->log, "e%" G_GUINT64_FORMAT, seq);
  return !self->refuses;
}

static const ApoolGateFuncs fake_gatekeeper_funcs = {
  .changed = fake_gatekeeper_changed_cb,
  .failed = fake_gatekeeper_failed_cb,
  .pause_task = fake_gatekeeper_pause_cb,
  .evict_task = fake_gatekeeper_evict_cb,
};

/**
 * fake_gatekeeper_open:
 * @self: (out caller-allocates): what to fill
 * @context: of the gate to come
 */
void
fake_gatekeeper_open (FakeGatekeeper *self, GMainContext *context)
{
  *self = (FakeGatekeeper){
    .clock = { .get_time = fake_gatekeeper_get_time, .data = self },
    .now = G_USEC_PER_SEC,
    .context = g_main_context_ref (context),
    .log = g_string_new (NULL),
  };
}

/**
 * fake_gatekeeper_watch:
 * @self: one without a gate
 * @gate: (transfer full): its gate
 */
void
fake_gatekeeper_watch (FakeGatekeeper *self, ApoolGate *gate)
{
  g_assert_nonnull (gate);
  self->gate = gate;
  apool_gate_set_funcs (gate, &fake_gatekeeper_funcs, self);
}

/**
 * fake_gatekeeper_clear:
 * @self: one that was opened
 */
void
fake_gatekeeper_clear (FakeGatekeeper *self)
{
  g_clear_object (&self->gate);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_string_free (self->log, TRUE);
  g_free (self->failure);
}

/**
 * fake_gatekeeper_pass:
 * @self: one that was opened
 * @usec: how much time passes
 *
 * What is due then has happened when this returns.
 */
void
fake_gatekeeper_pass (FakeGatekeeper *self, gint64 usec)
{
  self->now += usec;
  while (g_main_context_iteration (self->context, FALSE))
    continue;
}

static ApoolTask *
fake_gatekeeper_make_task (guint64 seq)
{
  g_autoptr (GBytes) text = g_bytes_new_static ("true", 5);

  return apool_task_new (seq, seq, APOOL_TASK_SHELL, text, NULL, NULL);
}

/**
 * fake_gatekeeper_enter:
 * @self: one whose gate is open
 * @seq: the number of the task that enters, and starts
 */
void
fake_gatekeeper_enter (FakeGatekeeper *self, guint64 seq)
{
  g_autoptr (ApoolTask) task = fake_gatekeeper_make_task (seq);

  apool_gate_enter (self->gate, task);
  apool_gate_started (self->gate, task);
}

/**
 * fake_gatekeeper_leave:
 * @self: one with a gate
 * @seq: the number of a task that has entered
 */
void
fake_gatekeeper_leave (FakeGatekeeper *self, guint64 seq)
{
  g_autoptr (ApoolTask) task = fake_gatekeeper_make_task (seq);

  apool_gate_leave (self->gate, task, NULL);
}

/**
 * fake_gatekeeper_check_log:
 * @self: one that was opened
 * @log: what its gate must have told since this was last called
 */
void
fake_gatekeeper_check_log (FakeGatekeeper *self, const char *log)
{
  g_assert_cmpstr (self->log->str, ==, log);
  g_string_truncate (self->log, 0);
}

/**
 * fake_gatekeeper_check_open:
 * @self: one with a gate, which must be open
 */
void
fake_gatekeeper_check_open (FakeGatekeeper *self)
{
  g_autoptr (GString) why = g_string_new (NULL);

  if (!apool_gate_is_open (self->gate, why))
    g_error ("%s", why->str);
  g_assert_true (apool_gate_is_open (self->gate, NULL));
}

/**
 * fake_gatekeeper_check_closed:
 * @self: one with a gate, which must be closed
 * @why: the reason that it must give
 */
void
fake_gatekeeper_check_closed (FakeGatekeeper *self, const char *why)
{
  g_autoptr (GString) said = g_string_new (NULL);

  g_assert_false (apool_gate_is_open (self->gate, said));
  g_assert_cmpstr (said->str, ==, why);
  g_assert_false (apool_gate_is_open (self->gate, NULL));
}
