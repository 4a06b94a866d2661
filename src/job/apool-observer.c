/* SPDX-License-Identifier: MIT */
/* The interface of those who want to know what the pool does. Each call is optional, so a caller
 * needs no list of who implements what. */

#include "job/apool-observer.h"

G_DEFINE_INTERFACE (ApoolObserver, apool_observer, G_TYPE_OBJECT)

static void
apool_observer_default_init (ApoolObserverInterface *iface)
{
}

/**
 * apool_observer_task_started:
 * @self: an observer
 * @task: (transfer none): what a worker is about to start
 * @place: (transfer none): where; valid during the call
 */
void
apool_observer_task_started (ApoolObserver *self, ApoolTask *task, const ApoolPlace *place)
{
  ApoolObserverInterface *iface = APOOL_OBSERVER_GET_IFACE (self);

  if (iface->task_started)
    iface->task_started (self, task, place);
}

/**
 * apool_observer_task_stopped:
 * @self: an observer
 * @task: (transfer none): what a worker is running
 * @signum: what has stopped it
 */
void
apool_observer_task_stopped (ApoolObserver *self, ApoolTask *task, int signum)
{
  ApoolObserverInterface *iface = APOOL_OBSERVER_GET_IFACE (self);

  if (iface->task_stopped)
    iface->task_stopped (self, task, signum);
}

/**
 * apool_observer_task_output:
 * @self: an observer
 * @task: (transfer none): who wrote
 * @stream: where to
 * @data: (array length=length): what; valid during the call
 * @length: how many bytes
 */
void
apool_observer_task_output (
    ApoolObserver *self, ApoolTask *task, ApoolStream stream, const char *data, gsize length)
{
  ApoolObserverInterface *iface = APOOL_OBSERVER_GET_IFACE (self);

  if (iface->task_output)
    iface->task_output (self, task, stream, data, length);
}

/**
 * apool_observer_task_pipe:
 * @self: an observer
 * @task: (transfer none): who writes
 * @stream: where to
 * @fd: the read end of that stream's pipe: @self owns it from now on, if this returns %TRUE; if
 *   not, it is still the caller's
 *
 * Returns: whether @self took @fd
 */
gboolean
apool_observer_task_pipe (ApoolObserver *self, ApoolTask *task, ApoolStream stream, int fd)
{
  ApoolObserverInterface *iface = APOOL_OBSERVER_GET_IFACE (self);

  if (!iface->task_pipe)
    return FALSE;
  iface->task_pipe (self, task, stream, fd);
  return TRUE;
}

/**
 * apool_observer_task_retried:
 * @self: an observer
 * @task: (transfer none): the attempt
 * @outcome: (transfer none): what became of it
 */
void
apool_observer_task_retried (ApoolObserver *self, ApoolTask *task, ApoolOutcome *outcome)
{
  ApoolObserverInterface *iface = APOOL_OBSERVER_GET_IFACE (self);

  if (iface->task_retried)
    iface->task_retried (self, task, outcome);
}

/**
 * apool_observer_task_finished:
 * @self: an observer
 * @task: (transfer none): the task that is settled
 * @outcome: (transfer none): what became of it
 */
void
apool_observer_task_finished (ApoolObserver *self, ApoolTask *task, ApoolOutcome *outcome)
{
  ApoolObserverInterface *iface = APOOL_OBSERVER_GET_IFACE (self);

  if (iface->task_finished)
    iface->task_finished (self, task, outcome);
}

/**
 * apool_observer_hook_ended:
 * @self: an observer
 * @worker: the number of the worker that ran it; 0 where none did
 * @seq: the job that it was about, 0 for none
 * @report: (transfer none): how it ended; valid during the call
 */
void
apool_observer_hook_ended (ApoolObserver *self,
                           guint worker,
                           guint64 seq,
                           const ApoolHookReport *report)
{
  ApoolObserverInterface *iface = APOOL_OBSERVER_GET_IFACE (self);

  if (iface->hook_ended)
    iface->hook_ended (self, worker, seq, report);
}

/**
 * apool_observer_task_left:
 * @self: an observer
 * @leak: (transfer none): what a task has left behind; valid during the call
 */
void
apool_observer_task_left (ApoolObserver *self, const ApoolLeak *leak)
{
  ApoolObserverInterface *iface = APOOL_OBSERVER_GET_IFACE (self);

  if (iface->task_left)
    iface->task_left (self, leak);
}

/**
 * apool_observer_worker_event:
 * @self: an observer
 * @event: (transfer none): what happened to a worker; valid during the call
 */
void
apool_observer_worker_event (ApoolObserver *self, const ApoolWorkerEvent *event)
{
  ApoolObserverInterface *iface = APOOL_OBSERVER_GET_IFACE (self);

  if (iface->worker_event)
    iface->worker_event (self, event);
}

/**
 * apool_observer_pool_paused:
 * @self: an observer
 * @is_paused: whether everything stands still from now on; else it goes on
 */
void
apool_observer_pool_paused (ApoolObserver *self, gboolean is_paused)
{
  ApoolObserverInterface *iface = APOOL_OBSERVER_GET_IFACE (self);

  if (iface->pool_paused)
    iface->pool_paused (self, is_paused);
}

/**
 * apool_observer_pool_done:
 * @self: an observer, which hears no more of the pool
 */
void
apool_observer_pool_done (ApoolObserver *self)
{
  ApoolObserverInterface *iface = APOOL_OBSERVER_GET_IFACE (self);

  if (iface->pool_done)
    iface->pool_done (self);
}
