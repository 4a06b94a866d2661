/* SPDX-License-Identifier: MIT */
/* Whose a process is that a job has left. Each test runs in a child of its own, which adopts
 * orphans as a worker does. */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/apool-family.h"
#include "base/apool-process.h"
#include "worker/apool-leftovers.h"

#define MANAGER 4711

/* Jobs that run: their first processes, 0 for none. */
typedef struct
{
  ApoolTask *tasks[4];
  pid_t pids[4];
  ApoolLeftovers *leftovers;
} TestJobs;

static ApoolTask *
test_leftovers_make_task (guint64 seq, guint attempt)
{
  g_autoptr (GBytes) text = g_bytes_new_static ("true", sizeof "true");
  g_autoptr (ApoolTask) plain = apool_task_new (seq, seq, APOOL_TASK_SHELL, text, NULL, NULL);
  ApoolTaskTraits traits = { .attempt = attempt, .weight = 1 };

  return apool_task_new_variant (plain, &traits);
}

static const ApoolTask *
test_leftovers_find_cb (pid_t pid, gpointer data)
{
  TestJobs *jobs = data;

  for (guint i = 0; i < G_N_ELEMENTS (jobs->pids); i++)
    if (jobs->pids[i] > 0 && jobs->pids[i] == pid)
      return jobs->tasks[i];
  return NULL;
}

/* Jobs 1 to 3, and a second attempt at job 1. */
static void
test_leftovers_init (TestJobs *jobs)
{
  for (guint i = 0; i < 3; i++)
    jobs->tasks[i] = test_leftovers_make_task (i + 1, 1);
  jobs->tasks[3] = test_leftovers_make_task (1, 2);
  memset (jobs->pids, 0, sizeof jobs->pids);
  jobs->leftovers = apool_leftovers_new ("run", MANAGER, test_leftovers_find_cb, jobs);
}

static void
test_leftovers_clear (TestJobs *jobs)
{
  for (guint i = 0; i < G_N_ELEMENTS (jobs->tasks); i++)
    apool_task_unref (jobs->tasks[i]);
  apool_leftovers_free (jobs->leftovers);
  apool_process_kill_children (NULL);
}

static void
test_leftovers_in_child (void (*func) (TestJobs *jobs))
{
  int status;
  pid_t pid = fork ();

  if (pid == 0)
    {
      TestJobs jobs;

      apool_process_adopt_orphans ();
      test_leftovers_init (&jobs);
      func (&jobs);
      test_leftovers_clear (&jobs);
      _exit (0);
    }
  g_assert_cmpint (pid, >, 0);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_cmpint (status, ==, 0);
}

/* Starts the script with these variables; it has to write numbers of processes, which are returned
 * when so many lines have come. */
static pid_t
test_leftovers_start (gboolean leads, const char *variables, const char *script, pid_t pids[2])
{
  char *const environment[] = { "PATH=/usr/bin:/bin", (char *) variables, NULL };
  int report[2];
  int hold[2];
  pid_t pid;
  FILE *lines;

  g_assert_cmpint (pipe (report), ==, 0);
  g_assert_cmpint (pipe2 (hold, O_CLOEXEC), ==, 0);
  pid = fork ();
  if (pid == 0)
    {
      if (leads)
        (void) setpgid (0, 0);
      (void) dup2 (hold[0], STDIN_FILENO);
      (void) dup2 (report[1], STDOUT_FILENO);
      (void) close (report[0]);
      (void) close (report[1]);
      (void) execle ("/bin/sh", "sh", "-c", script, NULL, environment);
      _exit (127);
    }
  g_assert_cmpint (pid, >, 0);
  close (report[1]);
  close (hold[0]); /* the other end stays open: who reads waits until it is killed */
  lines = fdopen (report[0], "r");
  g_assert_cmpint (fscanf (lines, "%d", &pids[0]), ==, 1);
  g_assert_cmpint (fscanf (lines, "%d", &pids[1]), ==, 1);
  (void) fclose (lines);
  return pid;
}

static void
test_leftovers_reap (pid_t pid)
{
  g_assert_cmpint (waitpid (pid, NULL, 0), ==, pid);
}

static gboolean
test_leftovers_is_alive (pid_t pid)
{
  return waitpid (pid, NULL, WNOHANG) == 0;
}

static ApoolLeftOwner
test_leftovers_get_owner (TestJobs *jobs, pid_t pid)
{
  g_autoptr (GArray) list = apool_leftovers_list (jobs->leftovers);

  for (guint i = 0; i < list->len; i++)
    {
      const ApoolLeftProcess *process = &g_array_index (list, ApoolLeftProcess, i);

      if (process->pid == pid)
        return process->owner;
    }
  g_error ("%d is not there", (int) pid);
}

static void
test_leftovers_check_owner (TestJobs *jobs, pid_t pid, guint64 seq)
{
  g_assert_cmpuint (test_leftovers_get_owner (jobs, pid).seq, ==, seq);
}

/* The ways to be found: by the group of a job that has ended, whatever the mark says; by the mark,
 * in a session of its own; by a parent, where both are gone. */
static void
test_leftovers_run_owners (TestJobs *jobs)
{
  pid_t pids[2];
  pid_t group =
      test_leftovers_start (TRUE, "APOOL_JOB=other.9.1",
                            "exec 3>&1 >/dev/null; sleep 1000 & echo $! >&3; echo 0 >&3", pids);
  pid_t member = pids[0];
  pid_t marked;

  test_leftovers_reap (group);
  g_assert_true (apool_leftovers_keep_group (jobs->leftovers, jobs->tasks[2], group));
  test_leftovers_check_owner (jobs, member, 3);
  marked = test_leftovers_start (
      FALSE, "APOOL_JOB=run.2.1",
      "env -i setsid sh -c 'echo $$; exec >/dev/null; sleep 1000 & wait' & echo $$; wait", pids);
  test_leftovers_check_owner (jobs, marked, 2);
  test_leftovers_check_owner (jobs, pids[0] == marked ? pids[1] : pids[0], 2);
  g_assert_cmpint (test_leftovers_get_owner (jobs, marked).attempt, ==, 1);
}

static void
test_leftovers_owners (void)
{
  test_leftovers_in_child (test_leftovers_run_owners);
}

static pid_t
test_leftovers_start_one (const char *variables)
{
  pid_t pids[2];

  /* No program is executed after its report: meanwhile it would have no environment. */
  return test_leftovers_start (TRUE, variables, "echo $$; echo $$; read -r line", pids);
}

/* Marks of other runs, of no run, of hooks, malformed ones and none. */
static void
test_leftovers_run_marks (TestJobs *jobs)
{
  static const struct
  {
    const char *variable;
    guint64 seq;
    guint attempt;
  } CASES[] = {
    { "APOOL_JOB=run.7.3", 7, 3 },
    { "APOOL_JOB=run.7.1.error", 7 | APOOL_TASK_HOOK_BIT, 1 },
    { "APOOL_JOB=runs.7.3", APOOL_LEFT_UNKNOWN, 0 },
    { "APOOL_JOB=ru.7.3", APOOL_LEFT_UNKNOWN, 0 },
    { "APOOL_JOB=run.7", APOOL_LEFT_UNKNOWN, 0 },
    { "APOOL_JOB=", APOOL_LEFT_UNKNOWN, 0 },
    { "APOOL_JOBS=run.7.3", APOOL_LEFT_UNKNOWN, 0 },
    { "APOOL_PID=4711", APOOL_LEFT_HOOK, 0 },
    { "APOOL_PID=4712", APOOL_LEFT_UNKNOWN, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      ApoolLeftOwner owner =
          test_leftovers_get_owner (jobs, test_leftovers_start_one (CASES[i].variable));

      g_assert_cmpuint (owner.seq, ==, CASES[i].seq);
      g_assert_cmpuint (owner.attempt, ==, CASES[i].attempt);
    }
}

static void
test_leftovers_marks (void)
{
  test_leftovers_in_child (test_leftovers_run_marks);
}

/* Returns how many have got the signal. */
static guint
test_leftovers_signal (TestJobs *jobs, const ApoolTask *task, pid_t group, int signum)
{
  g_autoptr (GPtrArray) targets = g_ptr_array_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  ApoolLeftTarget target = {
    .owner = apool_left_owner_of (task),
    .signum = signum,
    .group = group,
    .seen = seen,
  };

  g_ptr_array_add (targets, &target);
  apool_leftovers_signal (jobs->leftovers, targets);
  return g_hash_table_size (seen);
}

/* Kills all that are the task's, and its group, where it runs. */
static void
test_leftovers_kill (TestJobs *jobs, const ApoolTask *task, pid_t group)
{
  if (group > 0)
    (void) kill (-group, SIGSTOP);
  (void) test_leftovers_signal (jobs, task, group, SIGKILL);
  if (group > 0)
    (void) kill (-group, SIGKILL);
}

/* Of two jobs with daemons, and two attempts at one, only the right ones go. */
static void
test_leftovers_run_end (TestJobs *jobs)
{
  pid_t daemons[3] = {
    test_leftovers_start_one ("APOOL_JOB=run.1.1"),
    test_leftovers_start_one ("APOOL_JOB=run.1.2"),
    test_leftovers_start_one ("APOOL_JOB=run.2.1"),
  };

  g_assert_true (apool_leftovers_may_exist (jobs->leftovers, FALSE));
  test_leftovers_kill (jobs, jobs->tasks[0], 0);
  test_leftovers_reap (daemons[0]);
  g_assert_true (test_leftovers_is_alive (daemons[1]));
  g_assert_true (test_leftovers_is_alive (daemons[2]));
  test_leftovers_kill (jobs, jobs->tasks[3], 0);
  test_leftovers_reap (daemons[1]);
  g_assert_true (test_leftovers_is_alive (daemons[2]));
  g_assert_cmpuint (test_leftovers_signal (jobs, jobs->tasks[1], 0, SIGTERM), ==, 1);
  test_leftovers_reap (daemons[2]);
  g_assert_false (apool_leftovers_may_exist (jobs->leftovers, FALSE));
}

static void
test_leftovers_end (void)
{
  test_leftovers_in_child (test_leftovers_run_end);
}

/* Who is known needs no second look; when the task ends that has it, it does. */
static void
test_leftovers_run_known (TestJobs *jobs)
{
  pid_t pid = test_leftovers_start_one ("APOOL_JOB=run.1.1");
  ApoolLeftProcess process = { .pid = pid, .owner = { .seq = 1, .attempt = 1 } };

  g_assert_true (apool_leftovers_may_exist (jobs->leftovers, TRUE));
  apool_leftovers_know (jobs->leftovers, &process);
  g_assert_true (apool_leftovers_is_known (jobs->leftovers, pid));
  g_assert_false (apool_leftovers_may_exist (jobs->leftovers, TRUE));
  g_assert_true (apool_leftovers_may_exist (jobs->leftovers, FALSE));
  (void) apool_leftovers_keep_group (jobs->leftovers, jobs->tasks[1], G_MAXINT);
  g_assert_false (apool_leftovers_may_exist (jobs->leftovers, TRUE));
  (void) apool_leftovers_keep_group (jobs->leftovers, jobs->tasks[0], G_MAXINT);
  g_assert_true (apool_leftovers_may_exist (jobs->leftovers, TRUE));
  apool_leftovers_know (jobs->leftovers, &process);
  apool_leftovers_reaped (jobs->leftovers, pid);
  g_assert_false (apool_leftovers_is_known (jobs->leftovers, pid));
}

static void
test_leftovers_known (void)
{
  test_leftovers_in_child (test_leftovers_run_known);
}

/* One that has cleared its environment in a session of its own is known by its parent alone, which
 * is about to be killed itself; the parent is stopped, and the child is deaf to SIGTERM. */
static void
test_leftovers_run_end_unmarked (TestJobs *jobs)
{
  pid_t pids[2];
  pid_t other = test_leftovers_start_one ("APOOL_JOB=other.1.1");
  pid_t first = test_leftovers_start (
      TRUE, "APOOL_JOB=run.1.1",
      "env -i setsid sh -c 'trap \"\" TERM; echo $$; exec sleep 1000 >/dev/null' &"
      " echo $$; wait",
      pids);
  pid_t child = pids[0] == first ? pids[1] : pids[0];

  jobs->pids[0] = first;
  g_assert_cmpint (kill (first, SIGSTOP), ==, 0);
  test_leftovers_kill (jobs, jobs->tasks[0], first);
  test_leftovers_reap (first);
  test_leftovers_reap (child);
  g_assert_true (test_leftovers_is_alive (other));
}

static void
test_leftovers_end_unmarked (void)
{
  test_leftovers_in_child (test_leftovers_run_end_unmarked);
}

/* Processes that fork and end without end, in a session of their own. */
static void
test_leftovers_run_end_forking (TestJobs *jobs)
{
  pid_t pids[2];
  pid_t first = test_leftovers_start (
      TRUE, "APOOL_JOB=run.1.1",
      "setsid sh -c 'echo $$; exec >/dev/null; while :; do (:) & done' & echo $$; exec sleep 1000",
      pids);

  jobs->pids[0] = first;
  test_leftovers_kill (jobs, jobs->tasks[0], first);
  for (;;)
    {
      pid_t pid = wait (NULL);

      if (pid < 0 && errno == ECHILD)
        break;
      g_assert_cmpint (pid, >, 0);
    }
}

static void
test_leftovers_end_forking (void)
{
  test_leftovers_in_child (test_leftovers_run_end_forking);
}

/* A process that has joined a group that others are in goes alone. */
static void
test_leftovers_run_foreign_group (TestJobs *jobs)
{
  pid_t first = test_leftovers_start_one ("APOOL_JOB=run.1.1");
  pid_t own = getpgrp ();
  g_autoptr (GArray) list = NULL;

  g_assert_cmpint (setpgid (first, own), ==, -1); /* it has executed a program */
  g_assert_cmpint (errno, ==, EACCES);
  list = apool_family_list_descendants ();
  g_assert_cmpuint (list->len, ==, 1);
  g_assert_true (g_array_index (list, ApoolRelative, 0).owns_group);
  test_leftovers_kill (jobs, jobs->tasks[0], 0);
  test_leftovers_reap (first);
  first = fork ();
  if (first == 0)
    for (;;)
      pause ();
  g_array_unref (list);
  list = apool_family_list_descendants ();
  g_assert_cmpuint (list->len, ==, 1);
  g_assert_false (g_array_index (list, ApoolRelative, 0).owns_group);
}

static void
test_leftovers_foreign_group (void)
{
  test_leftovers_in_child (test_leftovers_run_foreign_group);
}

/* A group that is empty is nobody's, and not kept. */
static void
test_leftovers_run_empty (TestJobs *jobs)
{
  pid_t pid = fork ();

  if (pid == 0)
    _exit (0);
  test_leftovers_reap (pid);
  g_assert_false (apool_leftovers_keep_group (jobs->leftovers, jobs->tasks[0], pid));
  g_assert_false (apool_leftovers_may_exist (jobs->leftovers, FALSE));
}

static void
test_leftovers_empty (void)
{
  test_leftovers_in_child (test_leftovers_run_empty);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/leftovers/owners", test_leftovers_owners);
  g_test_add_func ("/leftovers/marks", test_leftovers_marks);
  g_test_add_func ("/leftovers/end", test_leftovers_end);
  g_test_add_func ("/leftovers/known", test_leftovers_known);
  g_test_add_func ("/leftovers/end-unmarked", test_leftovers_end_unmarked);
  g_test_add_func ("/leftovers/end-forking", test_leftovers_end_forking);
  g_test_add_func ("/leftovers/foreign-group", test_leftovers_foreign_group);
  g_test_add_func ("/leftovers/empty", test_leftovers_empty);
  return g_test_run ();
}
