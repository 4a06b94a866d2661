/* SPDX-License-Identifier: MIT */
/* The scheduler that sends a task to where there is most room: the roster knows where that is. */

#include "pool/apool-least-loaded.h"

#define APOOL_TYPE_LEAST_LOADED (apool_least_loaded_get_type ())
G_DECLARE_FINAL_TYPE (ApoolLeastLoaded, apool_least_loaded, APOOL, LEAST_LOADED, GObject)

struct _ApoolLeastLoaded
{
  GObject parent_instance;

  ApoolRoster *roster; /* not owned */
};

static void apool_least_loaded_iface_init (ApoolSchedulerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ApoolLeastLoaded,
                               apool_least_loaded,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_SCHEDULER,
                                                      apool_least_loaded_iface_init))

static void
apool_least_loaded_class_init (ApoolLeastLoadedClass *klass)
{
}

static void
apool_least_loaded_init (ApoolLeastLoaded *self)
{
}

static gboolean
apool_least_loaded_can_take (ApoolScheduler *scheduler, gboolean may_wait)
{
  return apool_roster_find (APOOL_LEAST_LOADED (scheduler)->roster, may_wait) != NULL;
}

static ApoolSeat *
apool_least_loaded_schedule_task (ApoolScheduler *scheduler, ApoolTask *task, gboolean may_wait)
{
  return apool_roster_find (APOOL_LEAST_LOADED (scheduler)->roster, may_wait);
}

static void
apool_least_loaded_iface_init (ApoolSchedulerInterface *iface)
{
  iface->can_take = apool_least_loaded_can_take;
  iface->schedule_task = apool_least_loaded_schedule_task;
}

/**
 * apool_least_loaded_new:
 * @roster: the seats; outlives the scheduler
 *
 * Returns: (transfer full): a scheduler
 */
ApoolScheduler *
apool_least_loaded_new (ApoolRoster *roster)
{
  ApoolLeastLoaded *self = g_object_new (APOOL_TYPE_LEAST_LOADED, NULL);

  self->roster = roster;
  return APOOL_SCHEDULER (self);
}
