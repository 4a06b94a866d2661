/* SPDX-License-Identifier: MIT */
/* One timer, for whoever has many times in mind and waits for the next of them.
 *
 * It is one source for all of its life: to set it costs an assignment. While it is not set the
 * context does not wake up for it. The clock can be a test's: then its time comes when the test
 * says so, and the context is run. */

#include "base/apool-alarm.h"

typedef struct
{
  GSource source;
  ApoolAlarm *alarm; /* not owned */
} ApoolAlarmSource;

struct _ApoolAlarm
{
  ApoolClock clock;
  GSource *source;
  gint64 at_usec;
  gint64 paused_usec;   /* how long it has stood still, all together */
  gint64 pause_at_usec; /* by the clock: since when it does; -1 where it does not */
  ApoolAlarmFunc func;
  gpointer data;
};

static gint64
apool_alarm_get_monotonic_time (gpointer data)
{
  return g_get_monotonic_time ();
}

static gboolean
apool_alarm_prepare (GSource *source, int *timeout_msec)
{
  const ApoolAlarm *self = ((ApoolAlarmSource *) source)->alarm;
  gint64 left;

  *timeout_msec = -1;
  if (self->at_usec == APOOL_ALARM_NEVER || self->pause_at_usec >= 0)
    return FALSE;
  left = self->at_usec - apool_alarm_get_time (self);
  if (left <= 0)
    return TRUE;
  *timeout_msec = (int) MIN (left / 1000 + 1, G_MAXINT);
  return FALSE;
}

static gboolean
apool_alarm_check (GSource *source)
{
  const ApoolAlarm *self = ((ApoolAlarmSource *) source)->alarm;

  return self->at_usec != APOOL_ALARM_NEVER && self->pause_at_usec < 0 &&
         self->at_usec <= apool_alarm_get_time (self);
}

static gboolean
apool_alarm_dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  ApoolAlarm *self = ((ApoolAlarmSource *) source)->alarm;

  self->at_usec = APOOL_ALARM_NEVER;
  self->func (self->data);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs apool_alarm_source_funcs = {
  .prepare = apool_alarm_prepare,
  .check = apool_alarm_check,
  .dispatch = apool_alarm_dispatch,
};

/**
 * apool_alarm_new:
 * @context: where @func is called
 * @clock: (nullable): what time is measured with, copied; the monotonic clock where %NULL
 * @func: what to call
 * @data: (closure): for @func
 *
 * Returns: (transfer full): an alarm that is not set
 */
ApoolAlarm *
apool_alarm_new (GMainContext *context, const ApoolClock *clock, ApoolAlarmFunc func, gpointer data)
{
  static const ApoolClock monotonic = { .get_time = apool_alarm_get_monotonic_time };
  ApoolAlarm *self = g_new0 (ApoolAlarm, 1);

  self->clock = clock ? *clock : monotonic;
  self->at_usec = APOOL_ALARM_NEVER;
  self->pause_at_usec = -1;
  self->func = func;
  self->data = data;
  self->source = g_source_new (&apool_alarm_source_funcs, sizeof (ApoolAlarmSource));
  g_source_set_static_name (self->source, "apool-alarm");
  ((ApoolAlarmSource *) self->source)->alarm = self;
  g_source_attach (self->source, context);
  return self;
}

/**
 * apool_alarm_free:
 * @self: (transfer full): an alarm
 */
void
apool_alarm_free (ApoolAlarm *self)
{
  g_source_destroy (self->source);
  g_source_unref (self->source);
  g_free (self);
}

/**
 * apool_alarm_get_time:
 * @self: an alarm
 *
 * Returns: what time it is by its clock, microseconds, without the times in which it stood still
 */
gint64
apool_alarm_get_time (const ApoolAlarm *self)
{
  gint64 now =
      self->pause_at_usec >= 0 ? self->pause_at_usec : self->clock.get_time (self->clock.data);

  return now - self->paused_usec;
}

/**
 * apool_alarm_set_paused:
 * @self: an alarm
 * @is_paused: whether its time stands still from now on: it does not ring; else it goes on
 *
 * It makes no difference where it does already.
 */
void
apool_alarm_set_paused (ApoolAlarm *self, gboolean is_paused)
{
  gint64 now = self->clock.get_time (self->clock.data);

  if (is_paused == (self->pause_at_usec >= 0))
    return;
  if (!is_paused)
    self->paused_usec += now - self->pause_at_usec;
  self->pause_at_usec = is_paused ? now : -1;
}

/**
 * apool_alarm_set:
 * @self: an alarm
 * @at_usec: when it rings, by its clock, instead of when it would have; %APOOL_ALARM_NEVER not at
 *   all. A time that is over is as good as now
 *
 * The call comes from the context, never from within this one.
 */
void
apool_alarm_set (ApoolAlarm *self, gint64 at_usec)
{
  self->at_usec = at_usec;
}
