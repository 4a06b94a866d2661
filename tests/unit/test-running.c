/* SPDX-License-Identifier: MIT */
/* Which of the jobs that run does so for longest. */

#include "sinks/apool-running.h"

static void
add (ApoolRunning *running, guint64 seq, gint64 since)
{
  static const char text[] = "true";
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, sizeof text);
  g_autoptr (ApoolTask) task = apool_task_new (seq, seq, APOOL_TASK_SHELL, bytes, NULL, NULL);

  apool_running_add (running, task, since);
}

static void
assert_oldest (const ApoolRunning *running, guint n, guint64 seq, gint64 expected)
{
  gint64 since;
  ApoolTask *task = apool_running_get_oldest (running, &since);

  g_assert_nonnull (task);
  g_assert_cmpuint (apool_task_get_seq (task), ==, seq);
  g_assert_cmpint (since, ==, expected);
  g_assert_cmpuint (apool_running_get_n (running), ==, n);
}

static void
test_oldest (void)
{
  g_autoptr (ApoolRunning) running = apool_running_new ();
  gint64 since;

  g_assert_null (apool_running_get_oldest (running, &since));
  add (running, 1, 10);
  add (running, 2, 20);
  add (running, 3, 20);
  assert_oldest (running, 3, 1, 10);
  apool_running_remove (running, 1);
  apool_running_remove (running, 1);
  assert_oldest (running, 2, 2, 20);
  g_assert_false (apool_running_has (running, 1));
  g_assert_true (apool_running_has (running, 3));
  /* Told of later, but older. */
  add (running, 4, 5);
  add (running, 5, 15);
  assert_oldest (running, 4, 4, 5);
  apool_running_remove (running, 4);
  assert_oldest (running, 3, 5, 15);
  apool_running_remove (running, 5);
  assert_oldest (running, 2, 2, 20);
}

/* Another attempt is a job that has just begun. */
static void
test_again (void)
{
  g_autoptr (ApoolRunning) running = apool_running_new ();

  add (running, 1, 10);
  add (running, 2, 20);
  add (running, 1, 30);
  assert_oldest (running, 2, 2, 20);
  apool_running_remove (running, 2);
  assert_oldest (running, 1, 1, 30);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/running/oldest", test_oldest);
  g_test_add_func ("/running/again", test_again);
  return g_test_run ();
}
