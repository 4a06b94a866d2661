/* SPDX-License-Identifier: MIT */
/* The observers of a pool, told of everything by telling one. A pipe goes to the first that takes
 * pipes; where none does it is closed. Who is added while something is told hears of it, too. */

#include "pool/apool-audience.h"

#include "base/apool-fd.h"

struct _ApoolAudience
{
  GObject parent_instance;

  GPtrArray *observers; /* ApoolObserver, owned, in the order of their turns */
};

static void apool_audience_iface_init (ApoolObserverInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ApoolAudience,
                               apool_audience,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_OBSERVER,
                                                      apool_audience_iface_init))

static void
apool_audience_finalize (GObject *object)
{
  g_ptr_array_unref (APOOL_AUDIENCE (object)->observers);
  G_OBJECT_CLASS (apool_audience_parent_class)->finalize (object);
}

static void
apool_audience_class_init (ApoolAudienceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = apool_audience_finalize;
}

static void
apool_audience_init (ApoolAudience *self)
{
  self->observers = g_ptr_array_new_with_free_func (g_object_unref);
}

static void
apool_audience_task_started (ApoolObserver *observer, ApoolTask *task, const ApoolPlace *place)
{
  ApoolAudience *self = APOOL_AUDIENCE (observer);

  for (guint i = 0; i < self->observers->len; i++)
    apool_observer_task_started (g_ptr_array_index (self->observers, i), task, place);
}

static void
apool_audience_task_stopped (ApoolObserver *observer, ApoolTask *task, int signum)
{
  ApoolAudience *self = APOOL_AUDIENCE (observer);

  for (guint i = 0; i < self->observers->len; i++)
    apool_observer_task_stopped (g_ptr_array_index (self->observers, i), task, signum);
}

static void
apool_audience_task_output (
    ApoolObserver *observer, ApoolTask *task, ApoolStream stream, const char *data, gsize length)
{
  ApoolAudience *self = APOOL_AUDIENCE (observer);

  for (guint i = 0; i < self->observers->len; i++)
    apool_observer_task_output (g_ptr_array_index (self->observers, i), task, stream, data, length);
}

static void
apool_audience_task_pipe (ApoolObserver *observer, ApoolTask *task, ApoolStream stream, int fd)
{
  ApoolAudience *self = APOOL_AUDIENCE (observer);

  for (guint i = 0; i < self->observers->len; i++)
    if (apool_observer_task_pipe (g_ptr_array_index (self->observers, i), task, stream, fd))
      return;
  apool_fd_clear (&fd);
}

static void
apool_audience_task_retried (ApoolObserver *observer, ApoolTask *task, ApoolOutcome *outcome)
{
  ApoolAudience *self = APOOL_AUDIENCE (observer);

  for (guint i = 0; i < self->observers->len; i++)
    apool_observer_task_retried (g_ptr_array_index (self->observers, i), task, outcome);
}

static void
apool_audience_task_finished (ApoolObserver *observer, ApoolTask *task, ApoolOutcome *outcome)
{
  ApoolAudience *self = APOOL_AUDIENCE (observer);

  for (guint i = 0; i < self->observers->len; i++)
    apool_observer_task_finished (g_ptr_array_index (self->observers, i), task, outcome);
}

static void
apool_audience_hook_ended (ApoolObserver *observer,
                           guint worker,
                           guint64 seq,
                           const ApoolHookReport *report)
{
  ApoolAudience *self = APOOL_AUDIENCE (observer);

  for (guint i = 0; i < self->observers->len; i++)
    apool_observer_hook_ended (g_ptr_array_index (self->observers, i), worker, seq, report);
}

static void
apool_audience_task_left (ApoolObserver *observer, const ApoolLeak *leak)
{
  ApoolAudience *self = APOOL_AUDIENCE (observer);

  for (guint i = 0; i < self->observers->len; i++)
    apool_observer_task_left (g_ptr_array_index (self->observers, i), leak);
}

static void
apool_audience_worker_event (ApoolObserver *observer, const ApoolWorkerEvent *event)
{
  ApoolAudience *self = APOOL_AUDIENCE (observer);

  for (guint i = 0; i < self->observers->len; i++)
    apool_observer_worker_event (g_ptr_array_index (self->observers, i), event);
}

static void
apool_audience_pool_paused (ApoolObserver *observer, gboolean is_paused)
{
  ApoolAudience *self = APOOL_AUDIENCE (observer);

  for (guint i = 0; i < self->observers->len; i++)
    apool_observer_pool_paused (g_ptr_array_index (self->observers, i), is_paused);
}

static void
apool_audience_pool_done (ApoolObserver *observer)
{
  ApoolAudience *self = APOOL_AUDIENCE (observer);

  for (guint i = 0; i < self->observers->len; i++)
    apool_observer_pool_done (g_ptr_array_index (self->observers, i));
}

static void
apool_audience_iface_init (ApoolObserverInterface *iface)
{
  iface->task_started = apool_audience_task_started;
  iface->task_stopped = apool_audience_task_stopped;
  iface->task_output = apool_audience_task_output;
  iface->task_pipe = apool_audience_task_pipe;
  iface->task_retried = apool_audience_task_retried;
  iface->task_finished = apool_audience_task_finished;
  iface->hook_ended = apool_audience_hook_ended;
  iface->task_left = apool_audience_task_left;
  iface->worker_event = apool_audience_worker_event;
  iface->pool_paused = apool_audience_pool_paused;
  iface->pool_done = apool_audience_pool_done;
}

/**
 * apool_audience_new:
 *
 * Returns: (transfer full): an audience of nobody
 */
ApoolAudience *
apool_audience_new (void)
{
  return g_object_new (APOOL_TYPE_AUDIENCE, NULL);
}

/**
 * apool_audience_add:
 * @self: an audience
 * @observer: whom to tell, behind those added before
 */
void
apool_audience_add (ApoolAudience *self, ApoolObserver *observer)
{
  g_ptr_array_add (self->observers, g_object_ref (observer));
}
