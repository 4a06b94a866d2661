/* SPDX-License-Identifier: MIT */
/* When what a task leaves behind is looked for, and how it is ended. Each test runs in a child of
 * its own, which adopts orphans as a worker does. */

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/apool-process.h"
#include "worker/apool-leaks.h"

typedef struct
{
  ApoolLeftovers *leftovers;
  ApoolLeaks *leaks;
  ApoolTask *task;
  GString *found; /* what was told */
  guint n_settled;
  char *settled; /* (nullable): the last one's processes */
  gboolean is_done;
} TestLeaks;

static const ApoolTask *
test_leaks_find_cb (pid_t pid, gpointer data)
{
  return NULL; /* none of them runs any more */
}

static void
test_leaks_found_cb (const ApoolLeak *leak, gpointer data)
{
  TestLeaks *test = data;

  g_string_append_printf (test->found, "%u %u %s: %s\n", (guint) leak->seq, (guint) leak->policy,
                          leak->command, leak->processes);
}

static void
test_leaks_settled_cb (guint64 seq, const char *processes, gpointer data)
{
  TestLeaks *test = data;

  g_assert_cmpuint (seq, ==, 1);
  test->n_settled++;
  test->settled = g_strdup (processes);
}

static void
test_leaks_end_cb (ApoolTask *task, gpointer data)
{
  TestLeaks *test = data;
  g_autoptr (GPtrArray) targets = g_ptr_array_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  ApoolLeftTarget target = {
    .owner = apool_left_owner_of (task),
    .signum = SIGTERM,
    .seen = seen,
  };

  g_ptr_array_add (targets, &target);
  apool_leftovers_signal (test->leftovers, targets);
  g_assert_cmpuint (g_hash_table_size (seen), ==, 1);
}

static void
test_leaks_done_cb (gpointer data)
{
  ((TestLeaks *) data)->is_done = TRUE;
}

static void
test_leaks_run (ApoolLeakPolicy policy, void (*func) (TestLeaks *test))
{
  static const ApoolLeaksFuncs funcs = {
    .found = test_leaks_found_cb,
    .settled = test_leaks_settled_cb,
    .end = test_leaks_end_cb,
    .done = test_leaks_done_cb,
  };
  g_autoptr (GBytes) text = g_bytes_new_static ("job", sizeof "job");
  TestLeaks test = { .found = g_string_new (NULL) };
  int status;
  pid_t pid = fork ();

  if (pid == 0)
    {
      apool_process_adopt_orphans ();
      test.task = apool_task_new (1, 1, APOOL_TASK_SHELL, text, NULL, NULL);
      test.leftovers = apool_leftovers_new ("run", 1, test_leaks_find_cb, &test);
      test.leaks =
          apool_leaks_new (g_main_context_default (), test.leftovers, policy, 10, &funcs, &test);
      func (&test);
      apool_leaks_free (test.leaks);
      apool_leftovers_free (test.leftovers);
      apool_task_unref (test.task);
      apool_process_kill_children (NULL);
      _exit (0);
    }
  g_assert_cmpint (pid, >, 0);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_cmpint (status, ==, 0);
  g_string_free (test.found, TRUE);
}

/* Runs a script as the job; it says which process it leaves, or 0. */
static pid_t
test_leaks_run_job (const char *script, pid_t *group)
{
  char *const environment[] = { "PATH=/usr/bin:/bin", "APOOL_JOB=run.1.1", NULL };
  int report[2];
  FILE *lines;
  int left = 0;

  g_assert_cmpint (pipe (report), ==, 0);
  *group = fork ();
  if (*group == 0)
    {
      (void) setpgid (0, 0);
      (void) dup2 (report[1], STDOUT_FILENO);
      (void) close (report[0]);
      (void) close (report[1]);
      (void) execle ("/bin/sh", "sh", "-c", script, NULL, environment);
      _exit (127);
    }
  g_assert_cmpint (*group, >, 0);
  close (report[1]);
  lines = fdopen (report[0], "r");
  g_assert_cmpint (fscanf (lines, "%d", &left), ==, 1);
  (void) fclose (lines);
  g_assert_cmpint (waitpid (*group, NULL, 0), ==, *group);
  return left;
}

static void
test_leaks_wait_done (TestLeaks *test)
{
  while (!test->is_done)
    g_main_context_iteration (NULL, TRUE);
}

#define LEAVE "setsid sh -c 'echo $$; exec sleep 1000 >/dev/null' &"

static void
test_leaks_do_report (TestLeaks *test)
{
  pid_t group;
  pid_t left = test_leaks_run_job (LEAVE, &group);
  g_autofree char *wanted = g_strdup_printf ("1 1 job: sleep (%d)\n", (int) left);

  apool_leaks_exited (test->leaks, test->task, group, FALSE);
  g_assert_false (apool_leaks_await (test->leaks, test->task));
  g_assert_true (apool_leaks_is_looking (test->leaks));
  test_leaks_wait_done (test);
  g_assert_cmpstr (test->found->str, ==, wanted);
  g_assert_cmpuint (test->n_settled, ==, 0);
  g_assert_false (apool_leaks_is_looking (test->leaks));
  g_assert_cmpint (waitpid (left, NULL, WNOHANG), ==, 0);
}

static void
test_leaks_report (void)
{
  test_leaks_run (APOOL_LEAKS_REPORT, test_leaks_do_report);
}

/* Who may fail by it waits for the look; what it has left is ended. */
static void
test_leaks_do_fail (TestLeaks *test)
{
  pid_t group;
  pid_t left = test_leaks_run_job (LEAVE, &group);
  g_autofree char *wanted = g_strdup_printf ("sleep (%d)", (int) left);

  apool_leaks_exited (test->leaks, test->task, group, FALSE);
  g_assert_true (apool_leaks_await (test->leaks, test->task));
  test_leaks_wait_done (test);
  g_assert_cmpuint (test->n_settled, ==, 1);
  g_assert_cmpstr (test->settled, ==, wanted);
  g_assert_true (g_str_has_prefix (test->found->str, "1 3 job: "));
  g_assert_cmpint (waitpid (left, NULL, 0), ==, left);
}

static void
test_leaks_fail (void)
{
  test_leaks_run (APOOL_LEAKS_FAIL, test_leaks_do_fail);
}

/* Where nobody is there, nobody waits. */
static void
test_leaks_do_nothing (TestLeaks *test)
{
  pid_t group;

  (void) test_leaks_run_job ("echo 0", &group);
  apool_leaks_exited (test->leaks, test->task, group, FALSE);
  g_assert_false (apool_leaks_await (test->leaks, test->task));
  g_assert_false (apool_leaks_is_looking (test->leaks));
  test_leaks_wait_done (test);
  g_assert_cmpstr (test->found->str, ==, "");
}

static void
test_leaks_nothing (void)
{
  test_leaks_run (APOOL_LEAKS_FAIL, test_leaks_do_nothing);
}

/* What is left of one that we have ended is not told of. */
static void
test_leaks_do_ended (TestLeaks *test)
{
  pid_t group;
  pid_t left = test_leaks_run_job (LEAVE, &group);

  apool_leaks_exited (test->leaks, test->task, group, TRUE);
  g_assert_false (apool_leaks_await (test->leaks, test->task));
  g_assert_false (apool_leaks_is_looking (test->leaks));
  g_assert_cmpint (waitpid (left, NULL, WNOHANG), ==, 0);
}

static void
test_leaks_ended (void)
{
  test_leaks_run (APOOL_LEAKS_FAIL, test_leaks_do_ended);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/leaks/report", test_leaks_report);
  g_test_add_func ("/leaks/fail", test_leaks_fail);
  g_test_add_func ("/leaks/nothing", test_leaks_nothing);
  g_test_add_func ("/leaks/ended", test_leaks_ended);
  return g_test_run ();
}
