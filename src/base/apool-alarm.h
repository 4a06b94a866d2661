/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* No time at all. */
#define APOOL_ALARM_NEVER G_MAXINT64

/**
 * ApoolClock:
 * @get_time: what time it is, microseconds from any beginning; never goes back
 * @data: (closure): for @get_time
 *
 * What time is measured with.
 */
typedef struct
{
  gint64 (*get_time) (gpointer data);
  gpointer data;
} ApoolClock;

/**
 * ApoolAlarm:
 *
 * A call at a time that can be set again and again.
 */
typedef struct _ApoolAlarm ApoolAlarm;

/**
 * ApoolAlarmFunc:
 * @data: (closure): of apool_alarm_new()
 *
 * The time has come. The alarm is not set any more. May free it.
 */
typedef void (*ApoolAlarmFunc) (gpointer data);

ApoolAlarm *apool_alarm_new (GMainContext *context,
                             const ApoolClock *clock,
                             ApoolAlarmFunc func,
                             gpointer data);
void apool_alarm_free (ApoolAlarm *self);
gint64 apool_alarm_get_time (const ApoolAlarm *self);
void apool_alarm_set (ApoolAlarm *self, gint64 at_usec);
void apool_alarm_set_paused (ApoolAlarm *self, gboolean is_paused);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolAlarm, apool_alarm_free)

G_END_DECLS
