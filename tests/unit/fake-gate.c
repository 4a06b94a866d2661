/* SPDX-License-Identifier: MIT */
/* A gate without a reason. Its log: `?` was asked and is open, `!` was asked and is closed, `+1`
 * task 1 has entered, `-1` and `~1` it has left with and without an outcome, `z` rests,
 * `[` everything stands still, `]` and goes on. */

#include "fake-gate.h"

struct _FakeGate
{
  GObject parent_instance;

  char *name;
  GString *log;
  GHashTable *inside; /* (element-type guint64): seq of the tasks that have entered */
  guint n_permits;
  guint n_asked;
  gboolean is_waited_for;
};

static void fake_gate_iface_init (ApoolGateInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeGate,
                               fake_gate,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_GATE, fake_gate_iface_init))

static const char *
fake_gate_get_name (ApoolGate *gate)
{
  return FAKE_GATE (gate)->name;
}

static gboolean
fake_gate_is_open (ApoolGate *gate, GString *why)
{
  FakeGate *self = FAKE_GATE (gate);

  self->n_asked++;
  self->is_waited_for = self->n_permits == 0;
  if (self->is_waited_for && why)
    g_string_append (why, "it is closed");
  g_string_append_c (self->log, self->is_waited_for ? '!' : '?');
  return !self->is_waited_for;
}

static void
fake_gate_enter (ApoolGate *gate, ApoolTask *task)
{
  FakeGate *self = FAKE_GATE (gate);
  guint64 seq = apool_task_get_seq (task);

  g_assert_cmpuint (self->n_permits, >, 0);
  self->n_permits--;
  g_string_append_printf (self->log, "+%" G_GUINT64_FORMAT, seq);
  g_assert_true (g_hash_table_add (self->inside, g_memdup2 (&seq, sizeof seq)));
}

static void
fake_gate_leave (ApoolGate *gate, ApoolTask *task, ApoolOutcome *outcome)
{
  FakeGate *self = FAKE_GATE (gate);
  guint64 seq = apool_task_get_seq (task);

  g_string_append_printf (self->log, "%c%" G_GUINT64_FORMAT, outcome ? '-' : '~', seq);
  g_assert_true (g_hash_table_remove (self->inside, &seq));
}

static void
fake_gate_rest (ApoolGate *gate)
{
  FakeGate *self = FAKE_GATE (gate);

  g_string_append_c (self->log, 'z');
  self->is_waited_for = FALSE;
}

static void
fake_gate_set_paused (ApoolGate *gate, gboolean is_paused)
{
  g_string_append_c (FAKE_GATE (gate)->log, is_paused ? '[' : ']');
}

static void
fake_gate_iface_init (ApoolGateInterface *iface)
{
  iface->get_name = fake_gate_get_name;
  iface->is_open = fake_gate_is_open;
  iface->enter = fake_gate_enter;
  iface->leave = fake_gate_leave;
  iface->rest = fake_gate_rest;
  iface->set_paused = fake_gate_set_paused;
}

static void
fake_gate_finalize (GObject *object)
{
  FakeGate *self = FAKE_GATE (object);

  g_assert_cmpuint (g_hash_table_size (self->inside), ==, 0);
  g_hash_table_unref (self->inside);
  g_string_free (self->log, TRUE);
  g_free (self->name);
  G_OBJECT_CLASS (fake_gate_parent_class)->finalize (object);
}

static void
fake_gate_class_init (FakeGateClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fake_gate_finalize;
}

static void
fake_gate_init (FakeGate *self)
{
  self->inside = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->log = g_string_new (NULL);
}

/**
 * fake_gate_new:
 * @name: what it is called
 * @n_permits: how many tasks may pass, until it is told of more
 *
 * Returns: (transfer full): a gate
 */
FakeGate *
fake_gate_new (const char *name, guint n_permits)
{
  FakeGate *self = g_object_new (FAKE_TYPE_GATE, NULL);

  self->name = g_strdup (name);
  self->n_permits = n_permits;
  return self;
}

/**
 * fake_gate_permit:
 * @self: a gate
 * @n_permits: how many more tasks may pass
 *
 * Tells whoever listens, where it was waited for.
 */
void
fake_gate_permit (FakeGate *self, guint n_permits)
{
  self->n_permits += n_permits;
  if (self->is_waited_for)
    fake_gate_tell (self);
}

/**
 * fake_gate_tell:
 * @self: a gate
 *
 * Says that it is worth asking.
 */
void
fake_gate_tell (FakeGate *self)
{
  apool_gate_tell_changed (APOOL_GATE (self));
}

/**
 * fake_gate_evict:
 * @self: a gate
 * @seq: the number of a task that is to be ended, and started again
 *
 * Returns: whether it runs
 */
gboolean
fake_gate_evict (FakeGate *self, guint64 seq)
{
  return apool_gate_evict_task (APOOL_GATE (self), seq);
}

/**
 * fake_gate_pause:
 * @self: a gate
 * @seq: a task's number
 *
 * Has it stopped.
 *
 * Returns: whether somebody was told
 */
gboolean
fake_gate_pause (FakeGate *self, guint64 seq)
{
  return apool_gate_pause_task (APOOL_GATE (self), seq, TRUE);
}

/**
 * fake_gate_get_n_inside:
 * @self: a gate
 *
 * Returns: how many tasks have entered, and not left
 */
guint
fake_gate_get_n_inside (FakeGate *self)
{
  return g_hash_table_size (self->inside);
}

/**
 * fake_gate_get_n_asked:
 * @self: a gate
 *
 * Returns: how often it was asked
 */
guint
fake_gate_get_n_asked (FakeGate *self)
{
  return self->n_asked;
}

/**
 * fake_gate_is_waited_for:
 * @self: a gate
 *
 * Returns: whether it was closed when it was asked last, and somebody still wants to know
 */
gboolean
fake_gate_is_waited_for (FakeGate *self)
{
  return self->is_waited_for;
}

/**
 * fake_gate_take_log:
 * @self: a gate
 *
 * Returns: (transfer full): what it was told since this was last called
 */
char *
fake_gate_take_log (FakeGate *self)
{
  char *log = g_strdup (self->log->str);

  g_string_truncate (self->log, 0);
  return log;
}
