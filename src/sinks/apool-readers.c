/* SPDX-License-Identifier: MIT */
/* Whether anybody reads what jobs write to our standard output and standard error themselves.
 *
 * We are not told: it is the jobs that get SIGPIPE. That such a descriptor has lost its reader is
 * no reason to end the run either, since jobs may not want to write there. So both must have
 * happened: a job has died of SIGPIPE, or says as shells do that a command in it has, and the
 * descriptor has no reader.
 *
 * The owner is told by a source, not out of the pool's call, so that it may end the pool. */

#include "sinks/apool-readers.h"

#include <poll.h>
#include <signal.h>

/* What a shell's status is where a command was ended by a signal. */
#define SHELL_SIGNAL_STATUS 128

struct _ApoolReaders
{
  GObject parent_instance;

  int fds[APOOL_N_STREAMS]; /* not owned */
  ApoolReadersFunc func;
  gpointer data;
  GMainContext *context;
  GSource *source; /* (nullable): tells @func; once it is there nothing more is looked at */
};

static void apool_readers_iface_init (ApoolObserverInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ApoolReaders,
                               apool_readers,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_OBSERVER,
                                                      apool_readers_iface_init))

static gboolean
apool_readers_is_of_pipe (const ApoolOutcome *outcome)
{
  int code = apool_outcome_get_code (outcome);

  switch (apool_outcome_get_kind (outcome))
    {
    case APOOL_OUTCOME_SIGNALLED:
      return code == SIGPIPE;
    case APOOL_OUTCOME_EXITED:
      return code == SHELL_SIGNAL_STATUS + SIGPIPE;
    case APOOL_OUTCOME_LOST:
    case APOOL_OUTCOME_NOT_STARTED:
    case APOOL_OUTCOME_SKIPPED:
    case APOOL_OUTCOME_TIMED_OUT:
      break;
    }
  return FALSE;
}

/* Whether one of the descriptors has nobody at its other end. */
static gboolean
apool_readers_are_gone (const ApoolReaders *self)
{
  struct pollfd looks[APOOL_N_STREAMS];

  for (int stream = 0; stream < APOOL_N_STREAMS; stream++)
    looks[stream] = (struct pollfd){ .fd = self->fds[stream] };
  /* Fails only for want of memory: then the next job that ends so will do. */
  if (poll (looks, APOOL_N_STREAMS, 0) <= 0)
    return FALSE;
  for (int stream = 0; stream < APOOL_N_STREAMS; stream++)
    if (looks[stream].revents & (POLLERR | POLLHUP))
      return TRUE;
  return FALSE;
}

static gboolean
apool_readers_tell_cb (gpointer data)
{
  ApoolReaders *self = data;

  self->func (self->data);
  return G_SOURCE_REMOVE;
}

static void
apool_readers_task_ended (ApoolObserver *observer, ApoolTask *task, ApoolOutcome *outcome)
{
  ApoolReaders *self = APOOL_READERS (observer);

  if (self->source || !apool_readers_is_of_pipe (outcome) || !apool_readers_are_gone (self))
    return;
  self->source = g_idle_source_new ();
  g_source_set_callback (self->source, apool_readers_tell_cb, self, NULL);
  g_source_set_priority (self->source, G_PRIORITY_DEFAULT);
  g_source_attach (self->source, self->context);
}

static void
apool_readers_iface_init (ApoolObserverInterface *iface)
{
  iface->task_retried = apool_readers_task_ended;
  iface->task_finished = apool_readers_task_ended;
}

static void
apool_readers_finalize (GObject *object)
{
  ApoolReaders *self = APOOL_READERS (object);

  if (self->source)
    g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
  g_main_context_unref (self->context);
  G_OBJECT_CLASS (apool_readers_parent_class)->finalize (object);
}

static void
apool_readers_class_init (ApoolReadersClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = apool_readers_finalize;
}

static void
apool_readers_init (ApoolReaders *self)
{
}

/**
 * apool_readers_new:
 * @context: where @func is called
 * @stdout_fd: where jobs write; open as long as the observer lives
 * @stderr_fd: the same
 * @func: called once, when a job could not write since nobody reads
 * @data: (closure): for @func
 *
 * Returns: (transfer full): the observer
 */
ApoolReaders *
apool_readers_new (
    GMainContext *context, int stdout_fd, int stderr_fd, ApoolReadersFunc func, gpointer data)
{
  ApoolReaders *self = g_object_new (APOOL_TYPE_READERS, NULL);

  self->context = g_main_context_ref (context);
  self->fds[APOOL_STREAM_STDOUT] = stdout_fd;
  self->fds[APOOL_STREAM_STDERR] = stderr_fd;
  self->func = func;
  self->data = data;
  return self;
}
