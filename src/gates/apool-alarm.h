/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolAlarm:
 *
 * Calls a function once after some time, as often as it is set. It costs nothing while it is not
 * set.
 */
typedef struct _ApoolAlarm ApoolAlarm;

/**
 * ApoolAlarmFunc:
 * @data: (closure): of apool_alarm_new()
 *
 * The time has come; the alarm is not set any more.
 */
typedef void (*ApoolAlarmFunc) (gpointer data);

ApoolAlarm *apool_alarm_new (GMainContext *context, ApoolAlarmFunc func, gpointer data);
void apool_alarm_free (ApoolAlarm *self);

void apool_alarm_set (ApoolAlarm *self, gint64 usec);
void apool_alarm_stop (ApoolAlarm *self);
gboolean apool_alarm_is_set (const ApoolAlarm *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolAlarm, apool_alarm_free)

G_END_DECLS
