/* SPDX-License-Identifier: MIT */
/* The interface of what knows how long jobs took before. */

#include "input/apool-times.h"

G_DEFINE_INTERFACE (ApoolTimes, apool_times, G_TYPE_OBJECT)

static void
apool_times_default_init (ApoolTimesInterface *iface)
{
}

/**
 * apool_times_find:
 * @self: times
 * @identity: the job that comes next in the input; its occurrence is set, where it was not yet
 *
 * Returns: how long it took in an earlier run, microseconds, at least 1; 0 where that is not known
 */
gint64
apool_times_find (ApoolTimes *self, ApoolIdentity *identity)
{
  return APOOL_TIMES_GET_IFACE (self)->find (self, identity);
}
