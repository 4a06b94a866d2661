/* SPDX-License-Identifier: MIT */
/* The interface between the pool, which has tasks and seats, and the rules by which the ones come
 * to the others. */

#include "pool/apool-scheduler.h"

G_DEFINE_INTERFACE (ApoolScheduler, apool_scheduler, G_TYPE_OBJECT)

static void
apool_scheduler_ignore_seat (ApoolScheduler *self, ApoolSeat *seat)
{
}

static void
apool_scheduler_ignore_task (ApoolScheduler *self, ApoolTask *task)
{
}

static ApoolTask *
apool_scheduler_release_none (ApoolScheduler *self, gboolean may_wait)
{
  return NULL;
}

static void
apool_scheduler_drop_none (ApoolScheduler *self, GPtrArray *dropped)
{
}

static guint
apool_scheduler_keep_none (ApoolScheduler *self)
{
  return 0;
}

static void
apool_scheduler_default_init (ApoolSchedulerInterface *iface)
{
  iface->register_worker = apool_scheduler_ignore_seat;
  iface->unregister_worker = apool_scheduler_ignore_seat;
  iface->complete_task = apool_scheduler_ignore_task;
  iface->release_task = apool_scheduler_release_none;
  iface->drop_tasks = apool_scheduler_drop_none;
  iface->get_n_kept = apool_scheduler_keep_none;
}

/**
 * apool_scheduler_register_worker:
 * @self: a scheduler
 * @seat: a seat in which workers can be had from now on
 */
void
apool_scheduler_register_worker (ApoolScheduler *self, ApoolSeat *seat)
{
  APOOL_SCHEDULER_GET_IFACE (self)->register_worker (self, seat);
}

/**
 * apool_scheduler_unregister_worker:
 * @self: a scheduler
 * @seat: a registered seat, in which no worker can be had for a longer time
 */
void
apool_scheduler_unregister_worker (ApoolScheduler *self, ApoolSeat *seat)
{
  APOOL_SCHEDULER_GET_IFACE (self)->unregister_worker (self, seat);
}

/**
 * apool_scheduler_can_take:
 * @self: a scheduler
 * @may_wait: whether a task may wait at a worker until a slot is free
 *
 * Returns: whether it is worth offering it a task
 */
gboolean
apool_scheduler_can_take (ApoolScheduler *self, gboolean may_wait)
{
  return APOOL_SCHEDULER_GET_IFACE (self)->can_take (self, may_wait);
}

/**
 * apool_scheduler_schedule_task:
 * @self: a scheduler that can take a task, or has released this one
 * @task: a task that nobody has
 * @may_wait: whether it may wait at a worker until a slot is free
 *
 * Returns: (transfer none) (nullable): the seat whose worker is to get it; %NULL where the
 *   scheduler keeps it for the time being
 */
ApoolSeat *
apool_scheduler_schedule_task (ApoolScheduler *self, ApoolTask *task, gboolean may_wait)
{
  return APOOL_SCHEDULER_GET_IFACE (self)->schedule_task (self, task, may_wait);
}

/**
 * apool_scheduler_complete_task:
 * @self: a scheduler
 * @task: a task that it had given to a seat, and that no worker has any more
 */
void
apool_scheduler_complete_task (ApoolScheduler *self, ApoolTask *task)
{
  APOOL_SCHEDULER_GET_IFACE (self)->complete_task (self, task);
}

/**
 * apool_scheduler_release_task:
 * @self: a scheduler
 * @may_wait: whether a task may wait at a worker until a slot is free
 *
 * Returns: (transfer full) (nullable): a task that it kept and is to be offered again, with the
 *   same @may_wait; %NULL where there is none for the time being
 */
ApoolTask *
apool_scheduler_release_task (ApoolScheduler *self, gboolean may_wait)
{
  return APOOL_SCHEDULER_GET_IFACE (self)->release_task (self, may_wait);
}

/**
 * apool_scheduler_drop_tasks:
 * @self: a scheduler
 * @dropped: (nullable) (element-type ApoolTask): gets the tasks that it kept, with references
 *
 * Has it forget the tasks that it keeps.
 */
void
apool_scheduler_drop_tasks (ApoolScheduler *self, GPtrArray *dropped)
{
  APOOL_SCHEDULER_GET_IFACE (self)->drop_tasks (self, dropped);
}

/**
 * apool_scheduler_get_n_kept:
 * @self: a scheduler
 *
 * Returns: how many tasks it keeps
 */
guint
apool_scheduler_get_n_kept (ApoolScheduler *self)
{
  return APOOL_SCHEDULER_GET_IFACE (self)->get_n_kept (self);
}

/**
 * apool_scheduler_binds_tasks:
 * @self: a scheduler
 *
 * Returns: whether a task has to stay with the worker that it was given to
 */
gboolean
apool_scheduler_binds_tasks (ApoolScheduler *self)
{
  return APOOL_SCHEDULER_GET_IFACE (self)->binds_tasks;
}
