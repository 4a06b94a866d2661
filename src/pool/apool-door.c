/* SPDX-License-Identifier: MIT */
/* The door of the pool: knows which tasks pass the gates, and whether anybody waits for them to
 * open. What is run about a job is no job, and a command that is only printed starts nothing: both
 * go past the gates. */

#include "pool/apool-door.h"

struct _ApoolDoor
{
  ApoolGates *gates;   /* not owned */
  GHashTable *evicted; /* (element-type guint64): the tasks that are ended to make room */
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
  self->evicted = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
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
  g_hash_table_unref (self->evicted);
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
 *
 * Returns: whether it was ended only to make room, and is to be started again
 */
gboolean
apool_door_leave (ApoolDoor *self, ApoolTask *task, ApoolOutcome *outcome)
{
  guint64 seq = apool_task_get_seq (task);

  if (!self || !apool_door_is_for (task))
    return FALSE;
  apool_gates_leave (self->gates, task, outcome);
  /* One that was over by then, or lost its worker, has an end of its own. */
  return g_hash_table_remove (self->evicted, &seq) && outcome &&
         apool_outcome_is_ended_by_pool (outcome) &&
         apool_outcome_get_kind (outcome) != APOOL_OUTCOME_LOST;
}

/**
 * apool_door_note_evicted:
 * @self: a door
 * @seq: the number of a task that was handed out, and that its worker was told to end
 */
void
apool_door_note_evicted (ApoolDoor *self, guint64 seq)
{
  g_hash_table_add (self->evicted, g_memdup2 (&seq, sizeof seq));
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
    (void) apool_door_leave (self, g_ptr_array_index (tasks, i), NULL);
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

/**
 * apool_door_set_paused:
 * @self: (nullable): a door
 * @is_paused: whether everything stands still from now on; else it goes on
 */
void
apool_door_set_paused (ApoolDoor *self, gboolean is_paused)
{
  if (self)
    apool_gates_set_paused (self->gates, is_paused);
}
