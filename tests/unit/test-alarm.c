/* SPDX-License-Identifier: MIT */
/* The timer, by the test's own clock. */

#include "base/apool-alarm.h"

typedef struct
{
  GMainContext *context;
  gint64 now;
  guint n_rings;
  ApoolAlarm *alarm;
  gint64 again; /* when it is set for by its call; never */
} TestAlarm;

static gint64
test_alarm_get_time_cb (gpointer data)
{
  return ((TestAlarm *) data)->now;
}

static void
test_alarm_ring_cb (gpointer data)
{
  TestAlarm *self = data;

  self->n_rings++;
  apool_alarm_set (self->alarm, self->again);
}

static void
test_alarm_open (TestAlarm *self)
{
  ApoolClock clock = { test_alarm_get_time_cb, self };

  *self = (TestAlarm){ .context = g_main_context_new (), .again = APOOL_ALARM_NEVER };
  self->alarm = apool_alarm_new (self->context, &clock, test_alarm_ring_cb, self);
}

static void
test_alarm_close (TestAlarm *self)
{
  g_clear_pointer (&self->alarm, apool_alarm_free);
  g_main_context_unref (self->context);
}

/* Runs the context, by the clock's time @now; returns how often it rang in all. */
static guint
test_alarm_run (TestAlarm *self, gint64 now)
{
  self->now = now;
  for (guint i = 0; i < 3; i++)
    g_main_context_iteration (self->context, FALSE);
  return self->n_rings;
}

static void
test_ringing (void)
{
  TestAlarm self;

  test_alarm_open (&self);
  g_assert_cmpuint (test_alarm_run (&self, 5), ==, 0);
  apool_alarm_set (self.alarm, 1000);
  g_assert_cmpuint (test_alarm_run (&self, 999), ==, 0);
  g_assert_cmpuint (test_alarm_run (&self, 1000), ==, 1);
  g_assert_cmpuint (test_alarm_run (&self, 9000), ==, 1);
  /* Moved, and taken back. */
  apool_alarm_set (self.alarm, 10000);
  apool_alarm_set (self.alarm, 20000);
  g_assert_cmpuint (test_alarm_run (&self, 15000), ==, 1);
  apool_alarm_set (self.alarm, APOOL_ALARM_NEVER);
  g_assert_cmpuint (test_alarm_run (&self, 25000), ==, 1);
  /* For a time that is over; and set again when it rings. */
  self.again = 30000;
  apool_alarm_set (self.alarm, 7);
  g_assert_cmpuint (test_alarm_run (&self, 26000), ==, 2);
  self.again = APOOL_ALARM_NEVER;
  g_assert_cmpuint (test_alarm_run (&self, 30001), ==, 3);
  test_alarm_close (&self);
}

/* Without a clock of one's own it is the monotonic one, and the context wakes up for it. */
/* Its time stands still, as often as it is said, and then goes on. */
static void
test_paused (void)
{
  TestAlarm self;

  test_alarm_open (&self);
  apool_alarm_set (self.alarm, 10);
  test_alarm_run (&self, 5);
  apool_alarm_set_paused (self.alarm, TRUE);
  g_assert_cmpuint (test_alarm_run (&self, 100), ==, 0);
  apool_alarm_set_paused (self.alarm, TRUE);
  g_assert_cmpint (apool_alarm_get_time (self.alarm), ==, 5);
  apool_alarm_set (self.alarm, 4); /* it is over, but nothing rings */
  g_assert_cmpuint (test_alarm_run (&self, 200), ==, 0);
  apool_alarm_set (self.alarm, 10);
  apool_alarm_set_paused (self.alarm, FALSE);
  apool_alarm_set_paused (self.alarm, FALSE);
  g_assert_cmpuint (test_alarm_run (&self, 204), ==, 0);
  g_assert_cmpuint (test_alarm_run (&self, 205), ==, 1);
  test_alarm_close (&self);
}

static void
test_monotonic (void)
{
  TestAlarm self = { .context = g_main_context_new (), .again = APOOL_ALARM_NEVER };
  gint64 at = g_get_monotonic_time () + 2000;

  self.alarm = apool_alarm_new (self.context, NULL, test_alarm_ring_cb, &self);
  apool_alarm_set (self.alarm, at);
  while (self.n_rings == 0)
    g_main_context_iteration (self.context, TRUE);
  g_assert_cmpint (apool_alarm_get_time (self.alarm), >=, at);
  test_alarm_close (&self);
}

static void
test_free_free_cb (gpointer data)
{
  g_clear_pointer ((ApoolAlarm **) data, apool_alarm_free);
}

static void
test_free (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  ApoolAlarm *alarm = NULL;

  g_test_summary ("whoever is called may free the alarm");
  alarm = apool_alarm_new (context, NULL, test_free_free_cb, &alarm);
  apool_alarm_set (alarm, 0);
  g_assert_true (g_main_context_iteration (context, FALSE));
  g_assert_null (alarm);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/alarm/ringing", test_ringing);
  g_test_add_func ("/alarm/paused", test_paused);
  g_test_add_func ("/alarm/monotonic", test_monotonic);
  g_test_add_func ("/alarm/free", test_free);
  return g_test_run ();
}
