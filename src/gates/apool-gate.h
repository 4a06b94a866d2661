/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib-object.h>

#include "job/apool-outcome.h"
#include "job/apool-task.h"

G_BEGIN_DECLS

#define APOOL_TYPE_GATE (apool_gate_get_type ())

/**
 * ApoolGate:
 *
 * A reason why a job that could be started is not to be started yet. All that is called is called
 * on the context of the pool.
 */
G_DECLARE_INTERFACE (ApoolGate, apool_gate, APOOL, GATE, GObject)

/**
 * ApoolGateInterface:
 * @get_name: what people know it by, such as the option that asks for it
 * @is_open: whether one more job may be started now. Where not, @why, (nullable), gets the reason
 *   in a few words, unless that is still to be found out, and the gate sees to it that
 * apool_gate_tell_changed() is called when it is worth asking again. May be asked often, and is
 * cheap. What it takes hold of for the asker it keeps until @enter or @rest
 * @enter: a job that is not counted yet is handed out now: all gates are open
 * @started: the worker that got @task, which has entered, is about to start it
 * @leave: @task, which has entered, is over, or came back without having been started; then
 *   @outcome, (nullable), is %NULL, as it is where nobody knows what became of it
 * @rest: nobody wants to start anything for the time being: nothing is waited for, and nothing is
 *   held for the asker. The jobs that have entered go on
 * @set_paused: everything stands still from now on, or goes on; told once for each
 *
 * All but @get_name and @is_open are optional. None of them calls back.
 */
struct _ApoolGateInterface
{
  GTypeInterface parent;

  const char *(*get_name) (ApoolGate *self);
  gboolean (*is_open) (ApoolGate *self, GString *why);
  void (*enter) (ApoolGate *self, ApoolTask *task);
  void (*started) (ApoolGate *self, ApoolTask *task);
  void (*leave) (ApoolGate *self, ApoolTask *task, ApoolOutcome *outcome);
  void (*rest) (ApoolGate *self);
  void (*set_paused) (ApoolGate *self, gboolean is_paused);
};

/**
 * ApoolGateFuncs:
 * @changed: it is worth asking the gate again
 * @failed: the gate cannot find out what it has to know, for the reason @message
 * @pause_task: the task of number @seq is to be stopped, or continued; returns whether it runs, and
 *   its worker was told
 * @evict_task: the task of number @seq is to be ended, and started again later; returns the same
 *
 * What a gate tells and asks for, never from within a call, but for @failed. @data is that of
 * apool_gate_set_funcs().
 */
typedef struct
{
  void (*changed) (gpointer data);
  void (*failed) (ApoolGate *gate, const char *message, gpointer data);
  gboolean (*pause_task) (guint64 seq, gboolean paused, gpointer data);
  gboolean (*evict_task) (guint64 seq, gpointer data);
} ApoolGateFuncs;

const char *apool_gate_get_name (ApoolGate *self);
gboolean apool_gate_is_open (ApoolGate *self, GString *why);
void apool_gate_enter (ApoolGate *self, ApoolTask *task);
void apool_gate_started (ApoolGate *self, ApoolTask *task);
void apool_gate_leave (ApoolGate *self, ApoolTask *task, ApoolOutcome *outcome);
void apool_gate_rest (ApoolGate *self);
void apool_gate_set_paused (ApoolGate *self, gboolean is_paused);
void apool_gate_set_funcs (ApoolGate *self, const ApoolGateFuncs *funcs, gpointer data);

/* For those that implement it. */
void apool_gate_tell_changed (ApoolGate *self);
void apool_gate_tell_failed (ApoolGate *self, const char *message);
gboolean apool_gate_pause_task (ApoolGate *self, guint64 seq, gboolean paused);
gboolean apool_gate_evict_task (ApoolGate *self, guint64 seq);

G_END_DECLS
