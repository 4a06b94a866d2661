/* SPDX-License-Identifier: MIT */
/* The interface between what decides when a job may start and those who ask. Whom a gate tells is
 * kept here, so that no gate has to. */

#include "gates/apool-gate.h"

typedef struct
{
  const ApoolGateFuncs *funcs;
  gpointer data;
} ApoolGateListener;

G_DEFINE_INTERFACE (ApoolGate, apool_gate, G_TYPE_OBJECT)

static G_DEFINE_QUARK (apool - gate - listener, apool_gate_listener)

    static void apool_gate_ignore_enter (ApoolGate *self, ApoolTask *task)
{
}

static void
apool_gate_ignore_started (ApoolGate *self, ApoolTask *task)
{
}

static void
apool_gate_ignore_leave (ApoolGate *self, ApoolTask *task, ApoolOutcome *outcome)
{
}

static void
apool_gate_ignore_rest (ApoolGate *self)
{
}

static void
apool_gate_ignore_pause (ApoolGate *self, gboolean is_paused)
{
}

static void
apool_gate_default_init (ApoolGateInterface *iface)
{
  iface->enter = apool_gate_ignore_enter;
  iface->started = apool_gate_ignore_started;
  iface->leave = apool_gate_ignore_leave;
  iface->rest = apool_gate_ignore_rest;
  iface->set_paused = apool_gate_ignore_pause;
}

/**
 * apool_gate_get_name:
 * @self: a gate
 *
 * Returns: (transfer none): what people know it by
 */
const char *
apool_gate_get_name (ApoolGate *self)
{
  return APOOL_GATE_GET_IFACE (self)->get_name (self);
}

/**
 * apool_gate_is_open:
 * @self: a gate
 * @why: (nullable): gets the reason appended where it is not
 *
 * Returns: whether one more job may be started now; where not, @changed of #ApoolGateFuncs is
 *   called when it is worth asking again
 */
gboolean
apool_gate_is_open (ApoolGate *self, GString *why)
{
  return APOOL_GATE_GET_IFACE (self)->is_open (self, why);
}

/**
 * apool_gate_enter:
 * @self: a gate that is open
 * @task: what is handed out now
 */
void
apool_gate_enter (ApoolGate *self, ApoolTask *task)
{
  APOOL_GATE_GET_IFACE (self)->enter (self, task);
}

/**
 * apool_gate_started:
 * @self: a gate
 * @task: a task that has entered, and begins now
 */
void
apool_gate_started (ApoolGate *self, ApoolTask *task)
{
  APOOL_GATE_GET_IFACE (self)->started (self, task);
}

/**
 * apool_gate_leave:
 * @self: a gate
 * @task: a task that has entered; told once for each time
 * @outcome: (nullable): what became of it; %NULL where it was not started, or was lost
 */
void
apool_gate_leave (ApoolGate *self, ApoolTask *task, ApoolOutcome *outcome)
{
  APOOL_GATE_GET_IFACE (self)->leave (self, task, outcome);
}

/**
 * apool_gate_rest:
 * @self: a gate
 *
 * Nobody wants to start anything, until apool_gate_is_open() is called again.
 */
void
apool_gate_rest (ApoolGate *self)
{
  APOOL_GATE_GET_IFACE (self)->rest (self);
}

/**
 * apool_gate_set_paused:
 * @self: a gate
 * @is_paused: whether everything stands still from now on, also the times that count for no job;
 *   else it goes on
 */
void
apool_gate_set_paused (ApoolGate *self, gboolean is_paused)
{
  APOOL_GATE_GET_IFACE (self)->set_paused (self, is_paused);
}

/**
 * apool_gate_set_funcs:
 * @self: a gate
 * @funcs: (nullable): whom it tells; outlives it
 * @data: (closure): for @funcs
 */
void
apool_gate_set_funcs (ApoolGate *self, const ApoolGateFuncs *funcs, gpointer data)
{
  ApoolGateListener *listener = NULL;

  if (funcs)
    {
      listener = g_new (ApoolGateListener, 1);
      *listener = (ApoolGateListener){ .funcs = funcs, .data = data };
    }
  g_object_set_qdata_full (G_OBJECT (self), apool_gate_listener_quark (), listener, g_free);
}

static const ApoolGateListener *
apool_gate_get_listener (ApoolGate *self)
{
  return g_object_get_qdata (G_OBJECT (self), apool_gate_listener_quark ());
}

/**
 * apool_gate_tell_changed:
 * @self: a gate that was asked, and was closed
 *
 * Says that it is worth asking it again; never from within a call of the asker's. It may be asked
 * before this returns.
 */
void
apool_gate_tell_changed (ApoolGate *self)
{
  const ApoolGateListener *listener = apool_gate_get_listener (self);

  if (listener)
    listener->funcs->changed (listener->data);
}

/**
 * apool_gate_tell_failed:
 * @self: a gate
 * @message: why it cannot find out what it has to know
 *
 * Says so to the user; a gate does that once. May be called at any time.
 */
void
apool_gate_tell_failed (ApoolGate *self, const char *message)
{
  const ApoolGateListener *listener = apool_gate_get_listener (self);

  if (listener)
    listener->funcs->failed (self, message, listener->data);
}

/**
 * apool_gate_pause_task:
 * @self: a gate
 * @seq: the number of a task that has entered
 * @paused: whether it is to be stopped, or else to be continued
 *
 * Returns: whether it runs, and its worker was told
 */
gboolean
apool_gate_pause_task (ApoolGate *self, guint64 seq, gboolean paused)
{
  const ApoolGateListener *listener = apool_gate_get_listener (self);

  return listener && listener->funcs->pause_task (seq, paused, listener->data);
}

/**
 * apool_gate_evict_task:
 * @self: a gate
 * @seq: the number of a task that has entered
 *
 * Has it ended, and started again when all gates are open.
 *
 * Returns: whether it runs, and its worker was told
 */
gboolean
apool_gate_evict_task (ApoolGate *self, guint64 seq)
{
  const ApoolGateListener *listener = apool_gate_get_listener (self);

  return listener && listener->funcs->evict_task (seq, listener->data);
}
