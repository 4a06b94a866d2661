/* SPDX-License-Identifier: MIT */
/* Timers that stand still for a while, as what they are for does. */

#include "base/apool-rest.h"

#define NEVER (-1)

/**
 * apool_rest_begin:
 * @timer: (nullable): a source of g_timeout_source_new() that is attached and has not been stopped
 *
 * Stops the clock of a timer.
 *
 * Returns: how much of its time is left, microseconds, for apool_rest_end()
 */
gint64
apool_rest_begin (GSource *timer)
{
  gint64 left = timer ? g_source_get_ready_time (timer) - g_get_monotonic_time () : 0;

  if (timer)
    g_source_set_ready_time (timer, NEVER);
  return MAX (left, 0);
}

/**
 * apool_rest_end:
 * @timer: (nullable): one whose clock was stopped
 * @left_usec: what apool_rest_begin() returned
 *
 * Has its clock go on.
 */
void
apool_rest_end (GSource *timer, gint64 left_usec)
{
  if (timer)
    g_source_set_ready_time (timer, g_get_monotonic_time () + left_usec);
}
