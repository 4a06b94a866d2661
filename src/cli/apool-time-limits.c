/* SPDX-License-Identifier: MIT */
/* Puts the pool, which ends what takes too long, and the deadlines, which know what that is, in
 * touch with each other, and says what people want to know of it at once. Of a job that was ended
 * the notices tell when it has ended. */

#include "cli/apool-time-limits.h"

#include "base/apool-duration.h"

struct _ApoolTimeLimits
{
  ApoolDeadlinesLimits limits;
  ApoolDeadlines *deadlines;
  ApoolPool *pool;
  ApoolOutput *output;
  ApoolTimeLimitsFunc over;
  gpointer data;
};

static void
apool_time_limits_timed_out_cb (ApoolTask *task, gint64 limit_usec, gpointer data)
{
  ApoolTimeLimits *self = data;
  g_autofree char *time = apool_duration_describe (limit_usec);
  g_autofree char *message = g_strdup_printf ("timed out after %s", time);

  apool_pool_end_job (self->pool, apool_task_get_seq (task), APOOL_END_TIMED_OUT, message);
}

static void
apool_time_limits_slow_cb (ApoolTask *task, gpointer data)
{
  ApoolTimeLimits *self = data;
  g_autofree char *time = apool_duration_describe (self->limits.slow_usec);
  g_autofree char *name = apool_task_dup_name (task);
  g_autofree char *line =
      g_strdup_printf ("apool: job %" G_GUINT64_FORMAT ": %s: still running after %s\n",
                       apool_task_get_seq (task), name, time);

  apool_output_say (self->output, line);
}

static void
apool_time_limits_over_cb (gpointer data)
{
  ApoolTimeLimits *self = data;
  g_autofree char *time = apool_duration_describe (self->limits.run_usec);
  g_autofree char *line = g_strdup_printf ("apool: --deadline: %s are over: the run ends\n", time);

  apool_output_say (self->output, line);
  self->over (self->data);
  apool_output_end_live (self->output);
  apool_pool_terminate (self->pool, FALSE);
}

/**
 * apool_time_limits_new:
 * @context: where time goes by
 * @limits: how long everything may take, copied
 * @pool: what runs, not started
 * @output: what says that something takes long
 * @over: called when the run has taken as long as it may
 * @data: (closure): for @over
 *
 * Returns: (transfer full) (nullable): the limits; %NULL where there are none
 */
ApoolTimeLimits *
apool_time_limits_new (GMainContext *context,
                       const ApoolDeadlinesLimits *limits,
                       ApoolPool *pool,
                       ApoolOutput *output,
                       ApoolTimeLimitsFunc over,
                       gpointer data)
{
  static const ApoolDeadlinesFuncs funcs = {
    .timed_out = apool_time_limits_timed_out_cb,
    .slow = apool_time_limits_slow_cb,
    .over = apool_time_limits_over_cb,
  };
  ApoolTimeLimits *self;

  if (limits->timeout_usec == 0 && limits->timeout_percent <= 0 && limits->slow_usec == 0 &&
      limits->run_usec == 0)
    return NULL;
  self = g_new0 (ApoolTimeLimits, 1);
  self->limits = *limits;
  self->pool = g_object_ref (pool);
  self->output = g_object_ref (output);
  self->over = over;
  self->data = data;
  self->deadlines = apool_deadlines_new (context, NULL, limits, &funcs, self);
  apool_pool_add_observer (pool, APOOL_OBSERVER (self->deadlines));
  return self;
}

/**
 * apool_time_limits_free:
 * @self: (transfer full): limits of a run that is over
 */
void
apool_time_limits_free (ApoolTimeLimits *self)
{
  apool_deadlines_stop (self->deadlines); /* others may have a reference, and we are gone */
  g_object_unref (self->deadlines);
  g_object_unref (self->pool);
  g_object_unref (self->output);
  g_free (self);
}
