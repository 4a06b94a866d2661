/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/apool-alarm.h"
#include "job/apool-observer.h"

G_BEGIN_DECLS

/**
 * ApoolDeadlinesLimits:
 * @timeout_usec: how long a job may run, microseconds; 0 without limit
 * @timeout_percent: the same in percent of the median run time of the jobs that have succeeded so
 *   far, from the first one on; 0 without limit
 * @slow_usec: when it is said of a job that it still runs, microseconds; 0 never
 * @run_usec: how long all of it may take, microseconds; 0 without limit
 */
typedef struct
{
  gint64 timeout_usec;
  double timeout_percent;
  gint64 slow_usec;
  gint64 run_usec;
} ApoolDeadlinesLimits;

/**
 * ApoolDeadlinesFuncs:
 * @timed_out: a job has run for @limit_usec, and may not any longer
 * @slow: a job has run for @slow_usec of the limits; said once of each, however often it is tried
 * @over: the run has taken as long as it may
 *
 * Called from the context. Those that the limits do not need may be %NULL.
 */
typedef struct
{
  void (*timed_out) (ApoolTask *task, gint64 limit_usec, gpointer data);
  void (*slow) (ApoolTask *task, gpointer data);
  void (*over) (gpointer data);
} ApoolDeadlinesFuncs;

/* The observer that knows how long each job runs, and how long it may. */
#define APOOL_TYPE_DEADLINES (apool_deadlines_get_type ())
G_DECLARE_FINAL_TYPE (ApoolDeadlines, apool_deadlines, APOOL, DEADLINES, GObject)

ApoolDeadlines *apool_deadlines_new (GMainContext *context,
                                     const ApoolClock *clock,
                                     const ApoolDeadlinesLimits *limits,
                                     const ApoolDeadlinesFuncs *funcs,
                                     gpointer data);
void apool_deadlines_stop (ApoolDeadlines *self);

G_END_DECLS
