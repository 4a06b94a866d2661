/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib-object.h>

#include "job/apool-task.h"
#include "pool/apool-roster.h"

G_BEGIN_DECLS

#define APOOL_TYPE_SCHEDULER (apool_scheduler_get_type ())

/**
 * ApoolScheduler:
 *
 * Decides which worker gets which task, and when. It may keep a task until its time has come, and
 * gives it back then; what it keeps counts as its own.
 */
G_DECLARE_INTERFACE (ApoolScheduler, apool_scheduler, APOOL, SCHEDULER, GObject)

/**
 * ApoolSchedulerInterface:
 * @register_worker: there is a seat, or there is one again, which had been unregistered
 * @unregister_worker: no worker can be had in that seat for a longer time. A worker that is merely
 *   replaced is not told: its seat stays
 * @can_take: whether it is worth offering a task to @schedule_task. @may_wait: whether the task may
 *   wait at a worker until a slot is free
 * @schedule_task: returns the seat that is to get @task, one that apool_roster_can_take(); or
 *   %NULL where the scheduler keeps the task (a reference of its own) until later. Asked only where
 *   @can_take says so with the same @may_wait, or for a task that @release_task gave
 * @complete_task: @task, which it had given to a seat, is settled, or came back from its worker and
 *   will be offered again
 * @release_task: (transfer full) (nullable): a task that it kept, and that is worth offering again
 *   now, with the same @may_wait. Asked before a new task is offered, so that those that are kept
 *   are not overtaken
 * @drop_tasks: keeps nothing any more; what it kept is added to @dropped, with references, unless
 *   that is %NULL
 * @get_n_kept: how many tasks it keeps
 * @binds_tasks: whether a task has to stay with its worker, so that it makes no sense to take it
 *   back for another
 *
 * All but @can_take and @schedule_task are optional; who keeps nothing needs none of the others.
 */
struct _ApoolSchedulerInterface
{
  GTypeInterface parent;

  void (*register_worker) (ApoolScheduler *self, ApoolSeat *seat);
  void (*unregister_worker) (ApoolScheduler *self, ApoolSeat *seat);
  gboolean (*can_take) (ApoolScheduler *self, gboolean may_wait);
  ApoolSeat *(*schedule_task) (ApoolScheduler *self, ApoolTask *task, gboolean may_wait);
  void (*complete_task) (ApoolScheduler *self, ApoolTask *task);
  ApoolTask *(*release_task) (ApoolScheduler *self, gboolean may_wait);
  void (*drop_tasks) (ApoolScheduler *self, GPtrArray *dropped);
  guint (*get_n_kept) (ApoolScheduler *self);
  gboolean binds_tasks;
};

void apool_scheduler_register_worker (ApoolScheduler *self, ApoolSeat *seat);
void apool_scheduler_unregister_worker (ApoolScheduler *self, ApoolSeat *seat);
gboolean apool_scheduler_can_take (ApoolScheduler *self, gboolean may_wait);
ApoolSeat *apool_scheduler_schedule_task (ApoolScheduler *self, ApoolTask *task, gboolean may_wait);
void apool_scheduler_complete_task (ApoolScheduler *self, ApoolTask *task);
ApoolTask *apool_scheduler_release_task (ApoolScheduler *self, gboolean may_wait);
void apool_scheduler_drop_tasks (ApoolScheduler *self, GPtrArray *dropped);
guint apool_scheduler_get_n_kept (ApoolScheduler *self);
gboolean apool_scheduler_binds_tasks (ApoolScheduler *self);

G_END_DECLS
