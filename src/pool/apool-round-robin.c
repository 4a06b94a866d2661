/* SPDX-License-Identifier: MIT */
/* The scheduler that lets all workers have their turn, whatever they have to do: each task goes to
 * the next one that has a free slot, behind the one that got the task before. */

#include "pool/apool-round-robin.h"

#define APOOL_TYPE_ROUND_ROBIN (apool_round_robin_get_type ())
G_DECLARE_FINAL_TYPE (ApoolRoundRobin, apool_round_robin, APOOL, ROUND_ROBIN, GObject)

struct _ApoolRoundRobin
{
  GObject parent_instance;

  ApoolRoster *roster; /* not owned */
  guint last;          /* the seat that had its turn last; 0 at first */
};

static void apool_round_robin_iface_init (ApoolSchedulerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ApoolRoundRobin,
                               apool_round_robin,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_SCHEDULER,
                                                      apool_round_robin_iface_init))

static void
apool_round_robin_class_init (ApoolRoundRobinClass *klass)
{
}

static void
apool_round_robin_init (ApoolRoundRobin *self)
{
}

static gboolean
apool_round_robin_can_take (ApoolScheduler *scheduler, gboolean may_wait)
{
  return apool_roster_find (APOOL_ROUND_ROBIN (scheduler)->roster, may_wait) != NULL;
}

static ApoolSeat *
apool_round_robin_schedule_task (ApoolScheduler *scheduler, ApoolTask *task, gboolean may_wait)
{
  ApoolRoundRobin *self = APOOL_ROUND_ROBIN (scheduler);
  ApoolSeat *seat = apool_roster_find_next (self->roster, self->last, may_wait);

  if (seat)
    self->last = seat->number;
  return seat;
}

static void
apool_round_robin_iface_init (ApoolSchedulerInterface *iface)
{
  iface->can_take = apool_round_robin_can_take;
  iface->schedule_task = apool_round_robin_schedule_task;
}

/**
 * apool_round_robin_new:
 * @roster: the seats; outlives the scheduler
 *
 * Returns: (transfer full): a scheduler
 */
ApoolScheduler *
apool_round_robin_new (ApoolRoster *roster)
{
  ApoolRoundRobin *self = g_object_new (APOOL_TYPE_ROUND_ROBIN, NULL);

  self->roster = roster;
  return APOOL_SCHEDULER (self);
}
