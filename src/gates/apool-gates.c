/* SPDX-License-Identifier: MIT */
/* The gates of a run. A job is started when all of them are open; the first one that is closed
 * speaks for all, and those behind it rest meanwhile, so that nothing is held for nobody. */

#include "gates/apool-gates.h"

typedef struct
{
  ApoolGate *gate;     /* owned */
  gboolean is_said;    /* that it is closed, which it was when it was asked last */
  gboolean is_resting; /* it was not asked since it was told that nobody wants anything */
} ApoolGatesEntry;

struct _ApoolGates
{
  GArray *entries; /* ApoolGatesEntry */
  ApoolGatesSayFunc say;
  gpointer say_data;
  gboolean debug;
  ApoolGateFuncs funcs; /* of the pool; where they are not set nobody listens */
  gpointer data;
};

static void
apool_gates_clear_entry (gpointer data)
{
  ApoolGatesEntry *entry = data;

  apool_gate_set_funcs (entry->gate, NULL, NULL);
  g_object_unref (entry->gate);
}

/**
 * apool_gates_new:
 *
 * Returns: (transfer full): no gates
 */
ApoolGates *
apool_gates_new (void)
{
  ApoolGates *self = g_new0 (ApoolGates, 1);

  self->entries = g_array_new (FALSE, FALSE, sizeof (ApoolGatesEntry));
  g_array_set_clear_func (self->entries, apool_gates_clear_entry);
  return self;
}

/**
 * apool_gates_free:
 * @self: (transfer full): gates
 *
 * The gates tell nobody anything any more.
 */
void
apool_gates_free (ApoolGates *self)
{
  g_array_unref (self->entries);
  g_free (self);
}

static void
apool_gates_changed_cb (gpointer data)
{
  ApoolGates *self = data;

  if (self->funcs.changed)
    self->funcs.changed (self->data);
}

static void
apool_gates_failed_cb (ApoolGate *gate, const char *message, gpointer data)
{
  ApoolGates *self = data;
  g_autofree char *line = NULL;

  if (!self->say)
    return;
  line = g_strdup_printf ("apool: %s: %s\n", apool_gate_get_name (gate), message);
  self->say (line, self->say_data);
}

static gboolean
apool_gates_pause_task_cb (guint64 seq, gboolean paused, gpointer data)
{
  ApoolGates *self = data;

  return self->funcs.pause_task && self->funcs.pause_task (seq, paused, self->data);
}

static gboolean
apool_gates_evict_task_cb (guint64 seq, gpointer data)
{
  ApoolGates *self = data;

  return self->funcs.evict_task && self->funcs.evict_task (seq, self->data);
}

static const ApoolGateFuncs apool_gates_funcs = {
  .changed = apool_gates_changed_cb,
  .failed = apool_gates_failed_cb,
  .pause_task = apool_gates_pause_task_cb,
  .evict_task = apool_gates_evict_task_cb,
};

/**
 * apool_gates_add:
 * @self: gates that were not asked yet
 * @gate: the one to be asked behind all others
 */
void
apool_gates_add (ApoolGates *self, ApoolGate *gate)
{
  ApoolGatesEntry entry = { .gate = g_object_ref (gate), .is_resting = TRUE };

  g_array_append_val (self->entries, entry);
  apool_gate_set_funcs (gate, &apool_gates_funcs, self);
}

/**
 * apool_gates_get_n_gates:
 * @self: gates
 *
 * Returns: how many there are
 */
guint
apool_gates_get_n_gates (const ApoolGates *self)
{
  return self->entries->len;
}

/**
 * apool_gates_set_say:
 * @self: gates
 * @debug: whether it is said, too, when one holds the run back, and when it goes on
 * @say: prints a line for the user
 * @data: (closure): for @say
 */
void
apool_gates_set_say (ApoolGates *self, gboolean debug, ApoolGatesSayFunc say, gpointer data)
{
  self->debug = debug;
  self->say = say;
  self->say_data = data;
}

/**
 * apool_gates_set_funcs:
 * @self: gates
 * @funcs: (nullable): whom they tell; `failed` is not called: apool_gates_set_say() is for that
 * @data: (closure): for @funcs
 */
void
apool_gates_set_funcs (ApoolGates *self, const ApoolGateFuncs *funcs, gpointer data)
{
  self->funcs = funcs ? *funcs : (ApoolGateFuncs){ 0 };
  self->data = data;
}

static void
apool_gates_say (ApoolGates *self, ApoolGate *gate, const char *what, const char *why)
{
  g_autofree char *line = NULL;

  if (!self->debug || !self->say)
    return;
  line = g_strdup_printf ("apool: debug: gate %s: %s%s%s\n", apool_gate_get_name (gate), what,
                          why ? ": " : "", why ? why : "");
  self->say (line, self->say_data);
}

/* Asks one gate. The reason is made only where it is said; where there is none yet the gate is
 * about to find out. */
static gboolean
apool_gates_ask (ApoolGates *self, ApoolGatesEntry *entry)
{
  gboolean wants_why = self->debug && !entry->is_said;
  g_autoptr (GString) why = wants_why ? g_string_new (NULL) : NULL;
  gboolean is_open;

  entry->is_resting = FALSE;
  is_open = apool_gate_is_open (entry->gate, why);
  if (is_open && entry->is_said)
    apool_gates_say (self, entry->gate, "goes on", NULL);
  else if (!is_open && wants_why && why->len > 0)
    apool_gates_say (self, entry->gate, "waits", why->str);
  entry->is_said = !is_open && (!wants_why || why->len > 0);
  return is_open;
}

/* Those from the one of this index on rest. */
static void
apool_gates_rest_from (ApoolGates *self, guint index)
{
  for (guint i = index; i < self->entries->len; i++)
    {
      ApoolGatesEntry *entry = &g_array_index (self->entries, ApoolGatesEntry, i);

      if (entry->is_resting)
        continue;
      entry->is_resting = TRUE;
      apool_gate_rest (entry->gate);
    }
}

/**
 * apool_gates_are_open:
 * @self: gates
 *
 * Asks for one job that could be started.
 *
 * Returns: whether it may be; where not, they say when it is worth asking again
 */
gboolean
apool_gates_are_open (ApoolGates *self)
{
  for (guint i = 0; i < self->entries->len; i++)
    if (!apool_gates_ask (self, &g_array_index (self->entries, ApoolGatesEntry, i)))
      {
        apool_gates_rest_from (self, i + 1);
        return FALSE;
      }
  return TRUE;
}

/**
 * apool_gates_enter:
 * @self: gates, which are open
 * @task: what is handed out
 */
void
apool_gates_enter (ApoolGates *self, ApoolTask *task)
{
  for (guint i = 0; i < self->entries->len; i++)
    apool_gate_enter (g_array_index (self->entries, ApoolGatesEntry, i).gate, task);
}

/**
 * apool_gates_started:
 * @self: gates
 * @task: what has entered, and begins now
 */
void
apool_gates_started (ApoolGates *self, ApoolTask *task)
{
  for (guint i = 0; i < self->entries->len; i++)
    apool_gate_started (g_array_index (self->entries, ApoolGatesEntry, i).gate, task);
}

/**
 * apool_gates_leave:
 * @self: gates
 * @task: what has entered, and is over or came back
 * @outcome: (nullable): what became of it; %NULL where it was not started, or was lost
 */
void
apool_gates_leave (ApoolGates *self, ApoolTask *task, ApoolOutcome *outcome)
{
  for (guint i = 0; i < self->entries->len; i++)
    apool_gate_leave (g_array_index (self->entries, ApoolGatesEntry, i).gate, task, outcome);
}

/**
 * apool_gates_rest:
 * @self: gates
 *
 * There is nothing to start for the time being.
 */
void
apool_gates_rest (ApoolGates *self)
{
  apool_gates_rest_from (self, 0);
}

/**
 * apool_gates_set_paused:
 * @self: gates
 * @is_paused: whether everything stands still from now on; else it goes on
 */
void
apool_gates_set_paused (ApoolGates *self, gboolean is_paused)
{
  for (guint i = 0; i < self->entries->len; i++)
    apool_gate_set_paused (g_array_index (self->entries, ApoolGatesEntry, i).gate, is_paused);
}
