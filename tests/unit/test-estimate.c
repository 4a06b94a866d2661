/* SPDX-License-Identifier: MIT */
/* How long a run still takes, by a clock of the test's own. */

#include "sinks/apool-estimate.h"

#define SECOND G_TIME_SPAN_SECOND

static void
assert_left (
    const ApoolEstimate *estimate, guint64 n_total, guint n_slots, gint64 now, gint64 seconds)
{
  g_assert_cmpint (apool_estimate_find_left (estimate, n_total, n_slots, now * SECOND), ==,
                   seconds * SECOND);
}

static void
assert_unknown (const ApoolEstimate *estimate, guint64 n_total, gint64 now)
{
  g_assert_cmpint (apool_estimate_find_left (estimate, n_total, 2, now * SECOND), ==,
                   APOOL_ESTIMATE_UNKNOWN);
}

/* Nothing is known of any job before one has ended, and nothing at all without the number of jobs.
 */
static void
test_estimate_average (void)
{
  g_autoptr (ApoolEstimate) estimate = apool_estimate_new (0, 0, 0);

  assert_unknown (estimate, 4, 0);
  apool_estimate_start (estimate, 1, 0, 0);
  apool_estimate_start (estimate, 2, 0, 0);
  assert_unknown (estimate, 4, 3);
  apool_estimate_finish (estimate, 1, 4 * SECOND);
  assert_unknown (estimate, 0, 4);
  /* The one that runs should end now; the two others take 4 seconds each. */
  assert_left (estimate, 4, 2, 4, 4);
  assert_left (estimate, 4, 1, 4, 8);
  /* One that runs longer than that takes nothing more, rather than less. */
  assert_left (estimate, 4, 1, 40, 8);
  apool_estimate_finish (estimate, 2, 8 * SECOND);
  assert_left (estimate, 4, 1, 8, 12);
}

/* Each job takes what it took, whatever others do. */
static void
test_estimate_past (void)
{
  g_autoptr (ApoolEstimate) estimate = apool_estimate_new (3, (10 + 20 + 60) * SECOND, 30 * SECOND);

  assert_left (estimate, 3, 1, 0, 90);
  assert_left (estimate, 3, 3, 0, 30);
  /* Half of the input is taken for half of what is known. */
  assert_left (estimate, 1, 1, 0, 30);
  apool_estimate_start (estimate, 1, 60 * SECOND, 0);
  assert_left (estimate, 3, 1, 10, 80);
  /* Two slots are of no use to one job. */
  assert_left (estimate, 3, 2, 10, 50);
  apool_estimate_start (estimate, 2, 10 * SECOND, 10 * SECOND);
  apool_estimate_finish (estimate, 2, SECOND);
  assert_left (estimate, 3, 1, 11, 49 + 20);
  apool_estimate_start (estimate, 3, 20 * SECOND, 11 * SECOND);
  apool_estimate_finish (estimate, 1, 12 * SECOND);
  assert_left (estimate, 3, 1, 12, 19);
  apool_estimate_finish (estimate, 3, 20 * SECOND);
  assert_left (estimate, 3, 1, 31, 0);
}

/* What is new takes as long as others: those of the earlier run, until one has ended in this one.
 */
static void
test_estimate_new_jobs (void)
{
  g_autoptr (ApoolEstimate) estimate = apool_estimate_new (2, 20 * SECOND, 10 * SECOND);

  assert_left (estimate, 4, 1, 0, 40);
  apool_estimate_start (estimate, 1, 0, 0);
  assert_left (estimate, 4, 1, 0, 40);
  apool_estimate_finish (estimate, 1, 2 * SECOND);
  assert_left (estimate, 4, 1, 2, 20 + 2);
  /* The input has lost some: no more can come than there are. */
  assert_left (estimate, 2, 1, 2, 10);
}

static void
test_estimate_retry (void)
{
  g_autoptr (ApoolEstimate) estimate = apool_estimate_new (2, 30 * SECOND, 15 * SECOND);

  apool_estimate_start (estimate, 1, 20 * SECOND, 0);
  apool_estimate_retry (estimate, 1);
  assert_left (estimate, 2, 1, 5, 30);
  apool_estimate_retry (estimate, 1);
  assert_left (estimate, 2, 1, 5, 30);
  apool_estimate_start (estimate, 1, 20 * SECOND, 5 * SECOND);
  assert_left (estimate, 2, 1, 6, 29);
}

/* Jobs that are not run again take no time: 1 of 3 was said to. */
static void
test_estimate_pass (void)
{
  g_autoptr (ApoolEstimate) estimate = apool_estimate_new (3, 0, 7 * SECOND);

  apool_estimate_pass (estimate, 1, TRUE);
  apool_estimate_pass (estimate, 2, FALSE);
  assert_left (estimate, 5, 1, 0, 0);
  /* What is new takes time all the same. */
  assert_left (estimate, 6, 1, 0, 7);
  /* One that was to be passed and is run all the same. */
  apool_estimate_start (estimate, 4, 9 * SECOND, 0);
  assert_left (estimate, 5, 1, 0, 9);
  apool_estimate_finish (estimate, 4, 9 * SECOND);
  apool_estimate_pass (estimate, 10, TRUE);
  assert_left (estimate, 5, 1, 0, 0);
}

/* Many jobs of many years. */
static void
test_estimate_huge (void)
{
  g_autoptr (ApoolEstimate) estimate = apool_estimate_new (1, G_MAXINT64, (double) G_MAXINT64);

  g_assert_cmpint (apool_estimate_find_left (estimate, G_MAXUINT64, 1, 0), ==,
                   APOOL_ESTIMATE_UNKNOWN);
  apool_estimate_start (estimate, 1, 0, 0);
  apool_estimate_finish (estimate, 1, 0);
  g_assert_cmpint (apool_estimate_find_left (estimate, 1, 0, 0), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/estimate/average", test_estimate_average);
  g_test_add_func ("/estimate/past", test_estimate_past);
  g_test_add_func ("/estimate/new-jobs", test_estimate_new_jobs);
  g_test_add_func ("/estimate/retry", test_estimate_retry);
  g_test_add_func ("/estimate/pass", test_estimate_pass);
  g_test_add_func ("/estimate/huge", test_estimate_huge);
  return g_test_run ();
}
