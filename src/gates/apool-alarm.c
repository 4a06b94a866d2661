/* SPDX-License-Identifier: MIT */
/* A source of the context whose time is set anew each time. */

#include "gates/apool-alarm.h"

typedef struct
{
  GSource source;
  ApoolAlarm *alarm; /* not owned */
} ApoolAlarmSource;

struct _ApoolAlarm
{
  GSource *source;
  ApoolAlarmFunc func;
  gpointer data;
};

static gboolean
apool_alarm_dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  ApoolAlarm *self = ((ApoolAlarmSource *) source)->alarm;

  g_source_set_ready_time (source, -1);
  self->func (self->data);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs apool_alarm_source_funcs = { .dispatch = apool_alarm_dispatch };

/**
 * apool_alarm_new:
 * @context: where @func runs
 * @func: called when the time has come, never from within a call
 * @data: (closure): for @func
 *
 * Returns: (transfer full): an alarm that is not set
 */
ApoolAlarm *
apool_alarm_new (GMainContext *context, ApoolAlarmFunc func, gpointer data)
{
  ApoolAlarm *self = g_new0 (ApoolAlarm, 1);

  self->func = func;
  self->data = data;
  self->source = g_source_new (&apool_alarm_source_funcs, sizeof (ApoolAlarmSource));
  ((ApoolAlarmSource *) self->source)->alarm = self;
  g_source_set_static_name (self->source, "apool-alarm");
  g_source_attach (self->source, context);
  return self;
}

/**
 * apool_alarm_free:
 * @self: (transfer full): an alarm, also from within its function
 */
void
apool_alarm_free (ApoolAlarm *self)
{
  g_source_destroy (self->source);
  g_source_unref (self->source);
  g_free (self);
}

/**
 * apool_alarm_set:
 * @self: an alarm
 * @usec: after how many microseconds the function is called; what was set before is forgotten
 */
void
apool_alarm_set (ApoolAlarm *self, gint64 usec)
{
  g_source_set_ready_time (self->source, g_get_monotonic_time () + MAX (usec, 0));
}

/**
 * apool_alarm_stop:
 * @self: an alarm
 */
void
apool_alarm_stop (ApoolAlarm *self)
{
  if (apool_alarm_is_set (self))
    g_source_set_ready_time (self->source, -1);
}

/**
 * apool_alarm_is_set:
 * @self: an alarm
 *
 * Returns: whether it waits for its time
 */
gboolean
apool_alarm_is_set (const ApoolAlarm *self)
{
  return g_source_get_ready_time (self->source) >= 0;
}
