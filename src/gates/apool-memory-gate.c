/* SPDX-License-Identifier: MIT */
/* Memory that is to stay free. The kernel tells how much there is only when it is asked; it is
 * asked while a job waits to be started, and while there are jobs that could be stopped or ended.
 *
 * The oldest job is let alone, so that the run comes to its end whatever it takes: it is never
 * stopped, and never ended. */

#include "gates/apool-memory-gate.h"

#include "base/apool-error.h"
#include "gates/apool-inside.h"
#include "gates/apool-memory.h"

/* When it is looked again: a job that fills memory as fast as it can takes longer than this. */
#define AGAIN_USEC (G_USEC_PER_SEC / 4)

struct _ApoolMemoryGate
{
  GObject parent_instance;

  char *root;
  char *name;
  ApoolMemoryLimits limits;
  ApoolInside *jobs;
  ApoolAlarm *alarm;
  guint64 evicted; /* the job that was ended, and has not left; 0 for none */
  gboolean is_set; /* the alarm */
  gboolean is_waiting;
  gboolean has_failed; /* which was said */
};

static void apool_memory_gate_iface_init (ApoolGateInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ApoolMemoryGate,
                               apool_memory_gate,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_GATE,
                                                      apool_memory_gate_iface_init))

static const char *
apool_memory_gate_get_name (ApoolGate *gate)
{
  return APOOL_MEMORY_GATE (gate)->name;
}

/* Reads what is free. Where nobody knows, that is said once. */
static gboolean
apool_memory_gate_measure (ApoolMemoryGate *self, guint64 *bytes)
{
  g_autofree char *failure = NULL;

  if (apool_memory_read_free (self->root, bytes, &failure))
    return TRUE;
  if (!self->has_failed)
    apool_gate_tell_failed (APOOL_GATE (self), failure);
  self->has_failed = TRUE;
  return FALSE;
}

static void
apool_memory_gate_set_alarm (ApoolMemoryGate *self, gint64 usec)
{
  self->is_set = TRUE;
  apool_alarm_set (self->alarm, apool_alarm_get_time (self->alarm) + usec);
}

/* The alarm is set where there is a reason for it, and only there. */
static void
apool_memory_gate_update_alarm (ApoolMemoryGate *self)
{
  gboolean is_wanted = self->is_waiting || apool_inside_get_n (self->jobs) > 0;

  if (is_wanted && !self->is_set)
    apool_memory_gate_set_alarm (self, AGAIN_USEC);
  else if (!is_wanted && self->is_set)
    {
      self->is_set = FALSE;
      apool_alarm_set (self->alarm, APOOL_ALARM_NEVER);
    }
}

static gboolean
apool_memory_gate_is_open (ApoolGate *gate, GString *why)
{
  ApoolMemoryGate *self = APOOL_MEMORY_GATE (gate);
  guint64 wanted = self->limits.free_bytes + self->limits.suspend_bytes;
  guint n_paused = apool_inside_count_paused (self->jobs);
  guint64 bytes;

  self->is_waiting = FALSE;
  if (n_paused == 0 && (!apool_memory_gate_measure (self, &bytes) || bytes >= wanted))
    return TRUE;
  self->is_waiting = TRUE;
  apool_memory_gate_update_alarm (self);
  if (why && n_paused > 0)
    g_string_append_printf (why, "%u jobs are stopped", n_paused);
  else if (why)
    g_string_append_printf (why, "%" G_GUINT64_FORMAT " bytes free, not %" G_GUINT64_FORMAT, bytes,
                            wanted);
  return FALSE;
}

static void
apool_memory_gate_enter (ApoolGate *gate, ApoolTask *task)
{
  ApoolMemoryGate *self = APOOL_MEMORY_GATE (gate);

  apool_inside_add (self->jobs, apool_task_get_seq (task));
  apool_memory_gate_update_alarm (self);
}

static void
apool_memory_gate_leave (ApoolGate *gate, ApoolTask *task, ApoolOutcome *outcome)
{
  ApoolMemoryGate *self = APOOL_MEMORY_GATE (gate);
  guint64 seq = apool_task_get_seq (task);

  apool_inside_remove (self->jobs, seq);
  if (seq == self->evicted)
    self->evicted = 0;
  if (apool_inside_count_paused (self->jobs) > 0)
    apool_memory_gate_set_alarm (self, 0); /* somebody can go on */
  else
    apool_memory_gate_update_alarm (self);
}

static void
apool_memory_gate_rest (ApoolGate *gate)
{
  ApoolMemoryGate *self = APOOL_MEMORY_GATE (gate);

  self->is_waiting = FALSE;
  apool_memory_gate_update_alarm (self);
}

static void
apool_memory_gate_iface_init (ApoolGateInterface *iface)
{
  iface->get_name = apool_memory_gate_get_name;
  iface->is_open = apool_memory_gate_is_open;
  iface->enter = apool_memory_gate_enter;
  iface->leave = apool_memory_gate_leave;
  iface->rest = apool_memory_gate_rest;
}

/* Ends one job, and waits until it is gone and its memory is back. */
static void
apool_memory_gate_evict (ApoolMemoryGate *self, guint64 bytes)
{
  guint n_jobs = apool_inside_get_n (self->jobs);
  ApoolInsideJob *youngest;

  if (bytes >= self->limits.free_bytes / 2 || self->evicted || n_jobs < 2)
    return;
  youngest = apool_inside_get (self->jobs, n_jobs - 1);
  self->evicted = youngest->seq;
  if (youngest->is_paused)
    {
      youngest->is_paused = FALSE; /* or it could not end in its own way */
      (void) apool_gate_pause_task (APOOL_GATE (self), self->evicted, FALSE);
    }
  if (!apool_gate_evict_task (APOOL_GATE (self), self->evicted))
    self->evicted = 0; /* it has not begun, or has gone */
}

/* Stops and continues, so that as many of the oldest run as may. */
static void
apool_memory_gate_pause (ApoolMemoryGate *self, guint64 bytes)
{
  guint n_to_run;

  if (self->limits.suspend_bytes == 0)
    return;
  n_to_run =
      apool_memory_count_to_run (bytes, self->limits.suspend_bytes, apool_inside_get_n (self->jobs),
                                 apool_inside_count_paused (self->jobs));
  for (guint i = 0; i < apool_inside_get_n (self->jobs); i++)
    {
      ApoolInsideJob *job = apool_inside_get (self->jobs, i);
      gboolean is_to_pause = i >= n_to_run;

      if (job->is_paused == is_to_pause || job->seq == self->evicted)
        continue;
      if (apool_gate_pause_task (APOOL_GATE (self), job->seq, is_to_pause))
        job->is_paused = is_to_pause;
    }
}

static void
apool_memory_gate_alarm_cb (gpointer data)
{
  g_autoptr (ApoolMemoryGate) self = g_object_ref (data);
  gboolean was_waiting = self->is_waiting;
  guint64 bytes;

  self->is_set = FALSE;
  if (apool_memory_gate_measure (self, &bytes))
    {
      apool_memory_gate_evict (self, bytes);
      apool_memory_gate_pause (self, bytes);
    }
  self->is_waiting = FALSE;
  apool_memory_gate_update_alarm (self);
  if (was_waiting)
    apool_gate_tell_changed (APOOL_GATE (self));
}

static void
apool_memory_gate_finalize (GObject *object)
{
  ApoolMemoryGate *self = APOOL_MEMORY_GATE (object);

  g_clear_pointer (&self->alarm, apool_alarm_free);
  g_clear_pointer (&self->jobs, apool_inside_free);
  g_free (self->name);
  g_free (self->root);
  G_OBJECT_CLASS (apool_memory_gate_parent_class)->finalize (object);
}

static void
apool_memory_gate_class_init (ApoolMemoryGateClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = apool_memory_gate_finalize;
}

static void
apool_memory_gate_init (ApoolMemoryGate *self)
{
  self->jobs = apool_inside_new ();
}

/**
 * apool_memory_gate_new:
 * @context: where everything happens
 * @clock: (nullable): what time is measured with; the monotonic clock where %NULL
 * @root: where the folders /proc and /sys are; "/" but in tests
 * @name: what people know it by
 * @limits: how much is to be free
 * @error: (out) (optional): %APOOL_ERROR_USAGE: nobody knows how much is
 *
 * Returns: (transfer full) (nullable): the gate
 */
ApoolGate *
apool_memory_gate_new (GMainContext *context,
                       const ApoolClock *clock,
                       const char *root,
                       const char *name,
                       const ApoolMemoryLimits *limits,
                       GError **error)
{
  g_autofree char *failure = NULL;
  ApoolMemoryGate *self;
  guint64 bytes;

  if (!apool_memory_read_free (root, &bytes, &failure))
    {
      g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_USAGE, failure);
      return NULL;
    }
  self = g_object_new (APOOL_TYPE_MEMORY_GATE, NULL);
  self->root = g_strdup (root);
  self->name = g_strdup (name);
  self->limits = *limits;
  self->alarm = apool_alarm_new (context, clock, apool_memory_gate_alarm_cb, self);
  return APOOL_GATE (self);
}
