/* SPDX-License-Identifier: MIT */
/* How long jobs may run, by the test's own clock: milliseconds. */

#include "pool/apool-deadlines.h"
#include "pool/apool-median.h"

typedef struct
{
  GMainContext *context;
  gint64 now_msec;
  ApoolDeadlines *deadlines;
  ApoolObserver *observer; /* the same */
  GString *log;
} TestDeadlines;

static gint64
test_deadlines_get_time_cb (gpointer data)
{
  return ((TestDeadlines *) data)->now_msec * 1000;
}

static void
test_deadlines_timed_out_cb (ApoolTask *task, gint64 limit_usec, gpointer data)
{
  g_string_append_printf (((TestDeadlines *) data)->log, "%d:%d ", (int) apool_task_get_seq (task),
                          (int) (limit_usec / 1000));
}

static void
test_deadlines_slow_cb (ApoolTask *task, gpointer data)
{
  g_string_append_printf (((TestDeadlines *) data)->log, "slow%d ",
                          (int) apool_task_get_seq (task));
}

static void
test_deadlines_over_cb (gpointer data)
{
  g_string_append (((TestDeadlines *) data)->log, "over ");
}

/* All in milliseconds. */
static void
test_deadlines_open (TestDeadlines *self, gint64 timeout, double percent, gint64 slow, gint64 run)
{
  const ApoolClock clock = { test_deadlines_get_time_cb, self };
  const ApoolDeadlinesLimits limits = {
    .timeout_usec = timeout * 1000,
    .timeout_percent = percent,
    .slow_usec = slow * 1000,
    .run_usec = run * 1000,
  };
  const ApoolDeadlinesFuncs funcs = {
    .timed_out = test_deadlines_timed_out_cb,
    .slow = test_deadlines_slow_cb,
    .over = test_deadlines_over_cb,
  };

  *self = (TestDeadlines){ .context = g_main_context_new (),
                           .now_msec = 5000,
                           .log = g_string_new (NULL) };
  self->deadlines = apool_deadlines_new (self->context, &clock, &limits, &funcs, self);
  self->observer = APOOL_OBSERVER (self->deadlines);
}

static void
test_deadlines_clear (TestDeadlines *self)
{
  g_object_unref (self->deadlines);
  g_string_free (self->log, TRUE);
  g_main_context_unref (self->context);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TestDeadlines, test_deadlines_clear)

/* Lets @msec go by; @log is what happens then. */
static void
test_deadlines_pass (TestDeadlines *self, gint64 msec, const char *log)
{
  self->now_msec += msec;
  while (g_main_context_iteration (self->context, FALSE))
    continue;
  g_assert_cmpstr (self->log->str, ==, log);
  g_string_set_size (self->log, 0);
}

static ApoolTask *
test_deadlines_make (guint64 seq, guint attempt)
{
  const ApoolTaskTraits traits = { .attempt = attempt, .weight = 1 };
  g_autoptr (GBytes) text = g_bytes_new_static ("true", 5);
  g_autoptr (ApoolTask) plain = apool_task_new (seq, seq, APOOL_TASK_WORDS, text, NULL, NULL);

  return apool_task_new_variant (plain, &traits);
}

static void
test_deadlines_start (TestDeadlines *self, guint64 seq)
{
  g_autoptr (ApoolTask) task = test_deadlines_make (seq, 1);

  apool_observer_task_started (self->observer, task, NULL);
}

static void
test_deadlines_end (TestDeadlines *self, guint64 seq, int status, gint64 msec, gboolean is_retried)
{
  const ApoolUsage usage = { .run_usec = msec * 1000 };
  g_autoptr (ApoolTask) task = test_deadlines_make (seq, 1);
  g_autoptr (ApoolOutcome) outcome =
      apool_outcome_new (APOOL_OUTCOME_EXITED, status, &usage, FALSE, FALSE, NULL);

  if (is_retried)
    apool_observer_task_retried (self->observer, task, outcome);
  else
    apool_observer_task_finished (self->observer, task, outcome);
}

static void
test_deadlines_timeout (void)
{
  g_auto (TestDeadlines) self = { 0 };

  test_deadlines_open (&self, 100, 0, 0, 0);
  test_deadlines_start (&self, 1);
  test_deadlines_pass (&self, 10, "");
  test_deadlines_start (&self, 2);
  test_deadlines_start (&self, 3);
  test_deadlines_pass (&self, 89, "");
  test_deadlines_pass (&self, 1, "1:100 ");
  test_deadlines_end (&self, 2, 0, 100, FALSE);
  test_deadlines_pass (&self, 10, "3:100 ");
  /* Once is enough, and another attempt has its own time. */
  test_deadlines_pass (&self, 1000, "");
  test_deadlines_end (&self, 1, 15, 1000, TRUE);
  test_deadlines_end (&self, 3, 15, 1000, FALSE);
  test_deadlines_pass (&self, 1000, "");
  test_deadlines_start (&self, 1);
  test_deadlines_pass (&self, 99, "");
  test_deadlines_pass (&self, 1, "1:100 ");
  /* Of one that was never started nobody knows anything. */
  test_deadlines_end (&self, 9, 1, 0, FALSE);
}

static void
test_deadlines_percent (void)
{
  g_auto (TestDeadlines) self = { 0 };

  test_deadlines_open (&self, 0, 200, 0, 0);
  for (guint64 seq = 1; seq <= 5; seq++)
    test_deadlines_start (&self, seq);
  test_deadlines_pass (&self, 100000, "");
  /* One that failed does not count, and the first that succeeds does. */
  test_deadlines_end (&self, 1, 1, 10, FALSE);
  test_deadlines_pass (&self, 0, "");
  test_deadlines_end (&self, 2, 0, 60000, FALSE);
  test_deadlines_pass (&self, 19999, "");
  test_deadlines_pass (&self, 1, "3:120000 4:120000 5:120000 ");
  /* The lower one of two in the middle; the limit of those that run moves with it. */
  test_deadlines_start (&self, 6);
  test_deadlines_pass (&self, 100, "");
  test_deadlines_end (&self, 3, 0, 55, FALSE);
  test_deadlines_pass (&self, 9, "");
  test_deadlines_pass (&self, 1, "6:110 ");
}

static void
test_deadlines_slow (void)
{
  g_auto (TestDeadlines) self = { 0 };

  test_deadlines_open (&self, 150, 0, 100, 0);
  test_deadlines_start (&self, 1);
  test_deadlines_pass (&self, 50, "");
  test_deadlines_start (&self, 2);
  test_deadlines_pass (&self, 50, "slow1 ");
  test_deadlines_pass (&self, 50, "slow2 1:150 ");
  test_deadlines_end (&self, 2, 0, 100, FALSE);
  /* It is said once of a job, and not once of each attempt. */
  test_deadlines_end (&self, 1, 15, 150, TRUE);
  test_deadlines_start (&self, 1);
  test_deadlines_pass (&self, 120, "");
  test_deadlines_end (&self, 1, 15, 120, TRUE);
  test_deadlines_start (&self, 1);
  test_deadlines_pass (&self, 149, "");
  test_deadlines_end (&self, 1, 0, 149, FALSE);
  test_deadlines_pass (&self, 1000, "");
}

static void
test_deadlines_run (void)
{
  g_auto (TestDeadlines) self = { 0 };
  g_auto (TestDeadlines) other = { 0 };

  test_deadlines_open (&self, 0, 0, 0, 100);
  test_deadlines_pass (&self, 99, "");
  test_deadlines_pass (&self, 1, "over ");
  test_deadlines_pass (&self, 1000, "");
  /* A run that has ended in time. */
  test_deadlines_open (&other, 0, 0, 0, 100);
  apool_observer_pool_done (other.observer);
  test_deadlines_pass (&other, 1000, "");
}

static void
test_deadlines_paused (void)
{
  g_auto (TestDeadlines) self = { 0 };

  test_deadlines_open (&self, 100, 0, 50, 1000);
  test_deadlines_start (&self, 1);
  test_deadlines_pass (&self, 49, "");
  apool_observer_pool_paused (APOOL_OBSERVER (self.deadlines), TRUE);
  apool_observer_pool_paused (APOOL_OBSERVER (self.deadlines), TRUE);
  test_deadlines_pass (&self, 5000, "");
  test_deadlines_start (&self, 2); /* it was under way */
  test_deadlines_pass (&self, 5000, "");
  apool_observer_pool_paused (APOOL_OBSERVER (self.deadlines), FALSE);
  apool_observer_pool_paused (APOOL_OBSERVER (self.deadlines), FALSE);
  test_deadlines_pass (&self, 0, "");
  test_deadlines_pass (&self, 1, "slow1 ");
  test_deadlines_pass (&self, 49, "slow2 ");
  apool_observer_pool_paused (APOOL_OBSERVER (self.deadlines), TRUE);
  test_deadlines_pass (&self, 5000, "");
  apool_observer_pool_paused (APOOL_OBSERVER (self.deadlines), FALSE);
  test_deadlines_pass (&self, 1, "1:100 ");
  test_deadlines_pass (&self, 49, "2:100 ");
  test_deadlines_pass (&self, 850, "");
  test_deadlines_pass (&self, 1, "over ");
}

static void
test_median (void)
{
  g_autoptr (ApoolMedian) median = apool_median_new ();
  gint64 got = -1;

  g_assert_false (apool_median_get (median, &got));
  for (gint64 i = 0; i < 5; i++)
    {
      static const gint64 NUMBERS[] = { 7, 7, 1, 9, 8 };
      static const gint64 MEDIANS[] = { 7, 7, 7, 7, 7 };

      apool_median_add (median, NUMBERS[i]);
      g_assert_true (apool_median_get (median, &got));
      g_assert_cmpint (got, ==, MEDIANS[i]);
    }
  /* The oldest ones go, whatever they are. */
  for (gint64 i = 0; i < APOOL_MEDIAN_NUMBERS; i++)
    apool_median_add (median, (i * 7) % APOOL_MEDIAN_NUMBERS); /* all numbers, mixed */
  g_assert_true (apool_median_get (median, &got));
  g_assert_cmpint (got, <=, APOOL_MEDIAN_NUMBERS / 2 + 7);
  for (gint64 i = 0; i < APOOL_MEDIAN_NUMBERS; i++)
    apool_median_add (median, i);
  g_assert_true (apool_median_get (median, &got));
  g_assert_cmpint (got, ==, APOOL_MEDIAN_NUMBERS / 2);
  for (gint64 i = 0; i < APOOL_MEDIAN_NUMBERS / 2 + 1; i++)
    apool_median_add (median, 1000000);
  g_assert_true (apool_median_get (median, &got));
  g_assert_cmpint (got, ==, 1000000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/deadlines/timeout", test_deadlines_timeout);
  g_test_add_func ("/deadlines/percent", test_deadlines_percent);
  g_test_add_func ("/deadlines/slow", test_deadlines_slow);
  g_test_add_func ("/deadlines/run", test_deadlines_run);
  g_test_add_func ("/deadlines/paused", test_deadlines_paused);
  g_test_add_func ("/median/numbers", test_median);
  return g_test_run ();
}
