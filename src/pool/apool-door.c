/* SPDX-License-Identifier: MIT */
/* The door of the pool: knows which tasks pass the gates, and whether anybody waits for them to
 * open. What is run about a job is no job, and a command that is only printed starts nothing: both
 * go past the gates. */

#include "pool/apool-door.h"

struct _ApoolDoor
{
  ApoolGates *gates; /* not owned */
  gboolean is_waiting;
};

/**
 * apool_door_new:
 * @gates: what tasks have to pass; outlives the door
 * @funcs: whom the gates tell
 * @data: (closure): for @funcs
 *
 * Returns: (transfer full): the door
 */
ApoolDoor *
apool_door_new (ApoolGates *gates, const ApoolGateFuncs *funcs, gpointer data)
{
  ApoolDoor *self = g_new0 (ApoolDoor, 1);

  self->gates = gates;
  apool_gates_set_funcs (gates, funcs, data);
  return self;
}

/**
 * apool_door_free:
 * @self: (transfer full): a door
 *
 * The gates tell nobody anything any more.
 */
void
apool_door_free (ApoolDoor *self)
{
  apool_gates_rest (self->gates);
  apool_gates_set_funcs (self->gates, NULL, NULL);
  g_free (self);
}

static gboolean
apool_door_is_for (const ApoolTask *task)
{
  return !apool_task_is_hook (task) && !apool_task_get_traits (task)->is_printed;
}

/**
 * apool_door_admits:
 * @self: (nullable): a door
 * @task: a task that could be handed out
 *
 * Returns: whether it may be handed out now
 */
gboolean
apool_door_admits (ApoolDoor *self, const ApoolTask *task)
{
  if (!self || !apool_door_is_for (task))
    return TRUE;
  self->is_waiting = !apool_gates_are_open (self->gates);
  return !self->is_waiting;
}

/**
 * apool_door_enter:
 * @self: (nullable): a door
 * @task: a task that was admitted, and is handed out now
 */
void
apool_door_enter (ApoolDoor *self, ApoolTask *task)
{
  if (self && apool_door_is_for (task))
    apool_gates_enter (self->gates, task);
}

/**
 * apool_door_started:
 * @self: (nullable): a door
 * @task: a task that was handed out, and that its worker is about to start
 */
void
apool_door_started (ApoolDoor *self, ApoolTask *task)
{
  if (self && apool_door_is_for (task))
    apool_gates_started (self->gates, task);
}

/**
 * apool_door_leave:
 * @self: (nullable): a door
 * @task: a task that was handed out, and is nobody's now
 * @outcome: (nullable): what became of it, if anything did
 */
void
apool_door_leave (ApoolDoor *self, ApoolTask *task, ApoolOutcome *outcome)
{
  if (self && apool_door_is_for (task))
    apool_gates_leave (self->gates, task, outcome);
}

/**
 * apool_door_leave_all:
 * @self: (nullable): a door
 * @tasks: (element-type ApoolTask): tasks that were handed out and not started
 */
void
apool_door_leave_all (ApoolDoor *self, GPtrArray *tasks)
{
  for (guint i = 0; self && i < tasks->len; i++)
    apool_door_leave (self, g_ptr_array_index (tasks, i), NULL);
}

/**
 * apool_door_rest:
 * @self: (nullable): a door
 *
 * Nothing more is handed out for now. Unless that is because it admits nothing, nobody waits.
 */
void
apool_door_rest (ApoolDoor *self)
{
  if (!self)
    return;
  if (!self->is_waiting)
    apool_gates_rest (self->gates);
  self->is_waiting = FALSE;
}
