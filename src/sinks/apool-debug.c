/* SPDX-License-Identifier: MIT */
/* A line for everything that happens to a worker. The man page has the format, since people filter
 * it: who, what, the counts that every line has, and behind them what only some have. */

#include "sinks/apool-debug.h"

#include <signal.h>

struct _ApoolDebug
{
  GObject parent_instance;

  ApoolOutput *output;
};

static void apool_debug_iface_init (ApoolObserverInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ApoolDebug,
                               apool_debug,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_OBSERVER, apool_debug_iface_init))

static const char *
apool_debug_get_word (ApoolWorkerEventKind kind)
{
  switch (kind)
    {
    case APOOL_WORKER_NOT_MADE:
      return "not made";
    case APOOL_WORKER_MADE:
      return "made";
    case APOOL_WORKER_READY:
      return "ready";
    case APOOL_WORKER_GRANTED:
      return "granted";
    case APOOL_WORKER_REVOKED:
      return "revoked";
    case APOOL_WORKER_RECALLED:
      return "recalled";
    case APOOL_WORKER_RETIRING:
      return "retiring";
    case APOOL_WORKER_CLOSED:
      return "closed";
    case APOOL_WORKER_ENDED:
      return "ended";
    case APOOL_WORKER_LOST:
      return "lost";
    }
  g_return_val_if_reached ("event");
}

/* worker 3 (pid 123, host foo) */
static void
apool_debug_append_worker (GString *line, const ApoolWorkerState *state)
{
  g_string_append_printf (line, "worker %u", state->number);
  if (state->pid == 0)
    return;
  g_string_append_printf (line, " (pid %u", state->pid);
  if (state->host)
    g_string_append_printf (line, ", host %s", state->host);
  g_string_append_c (line, ')');
}

static void
apool_debug_worker_event (ApoolObserver *observer, const ApoolWorkerEvent *event)
{
  const ApoolWorkerState *state = &event->state;
  g_autoptr (GString) line = g_string_new ("apool: debug: ");

  apool_debug_append_worker (line, state);
  g_string_append_printf (line, ": %s", apool_debug_get_word (event->kind));
  if (event->count > 0)
    g_string_append_printf (line, " %u", event->count);
  g_string_append_printf (
      line, ": %u running, %u waiting, %" G_GUINT64_FORMAT " done, %" G_GUINT64_FORMAT " lost",
      state->n_running, state->n_waiting, state->n_done, state->n_lost);
  if (event->delay_msec > 0)
    g_string_append_printf (line, ": next in %u ms", event->delay_msec);
  if (event->why)
    g_string_append_printf (line, ": %s", event->why);
  g_string_append_c (line, '\n');
  apool_output_say (APOOL_DEBUG (observer)->output, line->str);
}

/* Those that want the terminal are told by others. */
static void
apool_debug_task_stopped (ApoolObserver *observer, ApoolTask *task, int signum)
{
  g_autofree char *line = NULL;

  if (signum == SIGTTIN || signum == SIGTTOU)
    return;
  line = g_strdup_printf ("apool: debug: job %" G_GUINT64_FORMAT ": stopped by signal %d\n",
                          apool_task_get_seq (task), signum);
  apool_output_say (APOOL_DEBUG (observer)->output, line);
}

static void
apool_debug_iface_init (ApoolObserverInterface *iface)
{
  iface->task_stopped = apool_debug_task_stopped;
  iface->worker_event = apool_debug_worker_event;
}

static void
apool_debug_finalize (GObject *object)
{
  g_clear_object (&APOOL_DEBUG (object)->output);
  G_OBJECT_CLASS (apool_debug_parent_class)->finalize (object);
}

static void
apool_debug_class_init (ApoolDebugClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = apool_debug_finalize;
}

static void
apool_debug_init (ApoolDebug *self)
{
}

/**
 * apool_debug_new:
 * @output: (transfer none): what says it
 *
 * Returns: (transfer full): the observer
 */
ApoolDebug *
apool_debug_new (ApoolOutput *output)
{
  ApoolDebug *self = g_object_new (APOOL_TYPE_DEBUG, NULL);

  self->output = g_object_ref (output);
  return self;
}
