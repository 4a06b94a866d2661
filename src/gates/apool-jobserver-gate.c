/* SPDX-License-Identifier: MIT */
/* Lets as many jobs run as make's jobserver has slots for.
 *
 * One job runs in the slot in which we were started ourselves; each further one needs one of the
 * jobserver's, which goes back as soon as a job has ended, even if another one is to be started:
 * others may have waited for longer. What was taken for a job that may be started is kept until it
 * is, or until nobody wants to start one.
 *
 * Where the jobserver is ours, it can be seen whether all is there again when no job is left. A job
 * that was killed may have taken some with it. */

#include "gates/apool-jobserver-gate.h"

#include <glib-unix.h>

#define NAME "jobserver"

struct _ApoolJobserverGate
{
  GObject parent_instance;

  ApoolJobserver *server; /* not owned */
  GMainContext *context;
  GSource *source;      /* (nullable): while somebody waits for there to be something to take */
  guint n_running;      /* jobs that have entered */
  gboolean is_promised; /* one more may enter */
  gboolean is_broken;   /* nothing more can be taken */
  gboolean has_missed;  /* it was said that jobs have not given back what they took */
};

static void apool_jobserver_gate_iface_init (ApoolGateInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ApoolJobserverGate,
                               apool_jobserver_gate,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_GATE,
                                                      apool_jobserver_gate_iface_init))

static void
apool_jobserver_gate_stop_waiting (ApoolJobserverGate *self)
{
  if (!self->source)
    return;
  g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
}

static gboolean
apool_jobserver_gate_readable_cb (int fd, GIOCondition condition, gpointer data)
{
  ApoolJobserverGate *self = data;

  /* It stays readable until somebody takes it, and that need not be us. */
  apool_jobserver_gate_stop_waiting (self);
  apool_gate_tell_changed (APOOL_GATE (self));
  return G_SOURCE_REMOVE;
}

static void
apool_jobserver_gate_wait (ApoolJobserverGate *self)
{
  if (self->source || self->is_broken)
    return;
  self->source = g_unix_fd_source_new (apool_jobserver_get_fd (self->server), G_IO_IN);
  /* What it is to call has no arguments as those of other sources. */
  g_source_set_callback (self->source, G_SOURCE_FUNC (apool_jobserver_gate_readable_cb), self,
                         NULL);
  g_source_attach (self->source, self->context);
}

static gboolean
apool_jobserver_gate_take (ApoolJobserverGate *self)
{
  g_autoptr (GError) error = NULL;

  if (self->is_broken || apool_jobserver_take (self->server, &error))
    return !self->is_broken;
  if (!error)
    return FALSE;
  self->is_broken = TRUE;
  apool_gate_tell_failed (APOOL_GATE (self), error->message);
  return FALSE;
}

/* Keeps what the jobs that run, and the one that may be started, need beside our own slot. */
static void
apool_jobserver_gate_give_back (ApoolJobserverGate *self)
{
  guint n_jobs = self->n_running + (self->is_promised ? 1 : 0);

  while (apool_jobserver_get_n_taken (self->server) + 1 > MAX (n_jobs, 1))
    apool_jobserver_give_back (self->server);
}

/* No job is left, and all that they were given should be there again. */
static void
apool_jobserver_gate_count (ApoolJobserverGate *self)
{
  guint n_missing = apool_jobserver_restore (self->server);
  g_autofree char *message = NULL;

  if (n_missing == 0 || self->has_missed)
    return;
  self->has_missed = TRUE;
  message =
      g_strdup_printf ("slots that jobs have taken and not given back: %u: put back", n_missing);
  apool_gate_tell_failed (APOOL_GATE (self), message);
}

/* ---- the interface ---- */

static const char *
apool_jobserver_gate_get_name (ApoolGate *gate)
{
  return NAME;
}

static gboolean
apool_jobserver_gate_is_open (ApoolGate *gate, GString *why)
{
  ApoolJobserverGate *self = APOOL_JOBSERVER_GATE (gate);
  guint n_slots = apool_jobserver_get_n_taken (self->server) + 1;

  self->is_promised = self->n_running < n_slots || apool_jobserver_gate_take (self);
  if (self->is_promised)
    {
      apool_jobserver_gate_stop_waiting (self);
      return TRUE;
    }
  apool_jobserver_gate_wait (self);
  if (why)
    g_string_append_printf (why, "none is free: own slots 1, taken %u", n_slots - 1);
  return FALSE;
}

static void
apool_jobserver_gate_enter (ApoolGate *gate, ApoolTask *task)
{
  ApoolJobserverGate *self = APOOL_JOBSERVER_GATE (gate);

  self->is_promised = FALSE;
  self->n_running++;
}

static void
apool_jobserver_gate_leave (ApoolGate *gate, ApoolTask *task, ApoolOutcome *outcome)
{
  ApoolJobserverGate *self = APOOL_JOBSERVER_GATE (gate);

  g_return_if_fail (self->n_running > 0);
  self->n_running--;
  apool_jobserver_gate_give_back (self);
  if (self->n_running == 0 && !self->is_promised && apool_jobserver_is_own (self->server))
    apool_jobserver_gate_count (self);
}

static void
apool_jobserver_gate_rest (ApoolGate *gate)
{
  ApoolJobserverGate *self = APOOL_JOBSERVER_GATE (gate);

  self->is_promised = FALSE;
  apool_jobserver_gate_stop_waiting (self);
  apool_jobserver_gate_give_back (self);
}

static void
apool_jobserver_gate_iface_init (ApoolGateInterface *iface)
{
  iface->get_name = apool_jobserver_gate_get_name;
  iface->is_open = apool_jobserver_gate_is_open;
  iface->enter = apool_jobserver_gate_enter;
  iface->leave = apool_jobserver_gate_leave;
  iface->rest = apool_jobserver_gate_rest;
}

static void
apool_jobserver_gate_finalize (GObject *object)
{
  ApoolJobserverGate *self = APOOL_JOBSERVER_GATE (object);

  apool_jobserver_gate_stop_waiting (self);
  g_main_context_unref (self->context);
  G_OBJECT_CLASS (apool_jobserver_gate_parent_class)->finalize (object);
}

static void
apool_jobserver_gate_class_init (ApoolJobserverGateClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = apool_jobserver_gate_finalize;
}

static void
apool_jobserver_gate_init (ApoolJobserverGate *self)
{
}

/**
 * apool_jobserver_gate_new:
 * @context: where it waits
 * @server: whose slots jobs run in; outlives the gate, and gives back what is taken at its own end
 *
 * Returns: (transfer full): a gate
 */
ApoolGate *
apool_jobserver_gate_new (GMainContext *context, ApoolJobserver *server)
{
  ApoolJobserverGate *self = g_object_new (APOOL_TYPE_JOBSERVER_GATE, NULL);

  self->server = server;
  self->context = g_main_context_ref (context);
  return APOOL_GATE (self);
}
