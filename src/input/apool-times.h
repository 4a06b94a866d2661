/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib-object.h>

#include "job/apool-identity.h"

G_BEGIN_DECLS

#define APOOL_TYPE_TIMES (apool_times_get_type ())

/**
 * ApoolTimes:
 *
 * Whoever knows how long jobs took in earlier runs.
 */
G_DECLARE_INTERFACE (ApoolTimes, apool_times, APOOL, TIMES, GObject)

/**
 * ApoolTimesInterface:
 * @find: tells how long the job took that comes next in the input, microseconds, at least 1; 0
 *   where that is not known. Sets the occurrence of its identity, where nobody has done that
 */
struct _ApoolTimesInterface
{
  GTypeInterface parent;

  gint64 (*find) (ApoolTimes *self, ApoolIdentity *identity);
};

gint64 apool_times_find (ApoolTimes *self, ApoolIdentity *identity);

G_END_DECLS
