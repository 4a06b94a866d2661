/* SPDX-License-Identifier: MIT */
/* Processes that nobody else waits for. Each test runs in a child of its own, which may adopt and
 * kill without this process being touched. */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/apool-process.h"

#define N_CHILDREN 20

/* Runs @func in a child that adopts orphans. A failed assertion in it ends it with a signal; then
 * this process adopts what it leaves behind, which would hold the descriptors that whoever runs
 * the tests reads to their end. */
static void
test_process_in_child (void (*func) (void))
{
  int status;
  pid_t pid = fork ();

  if (pid == 0)
    {
      apool_process_adopt_orphans ();
      func ();
      _exit (0);
    }
  g_assert_cmpint (pid, >, 0);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  if (status != 0)
    apool_process_kill_children (NULL);
  g_assert_cmpint (status, ==, 0);
}

static void G_GNUC_NORETURN
test_process_wait_for_ever (void)
{
  for (;;)
    pause ();
}

/* A child that does @prepare, when not NULL, and then waits for ever. */
static pid_t
test_process_fork (int (*prepare) (void))
{
  int ready[2];
  char byte;
  pid_t pid;

  g_assert_cmpint (pipe2 (ready, O_CLOEXEC), ==, 0);
  pid = fork ();
  if (pid == 0)
    {
      if (prepare && prepare () < 0)
        _exit (1);
      close (ready[0]);
      close (ready[1]);
      test_process_wait_for_ever ();
    }
  g_assert_cmpint (pid, >, 0);
  close (ready[1]);
  g_assert_cmpint (read (ready[0], &byte, 1), ==, 0); /* it is prepared */
  close (ready[0]);
  return pid;
}

static int
test_process_own_group (void)
{
  return setpgid (0, 0);
}

static int
test_process_own_session (void)
{
  return setsid () < 0 ? -1 : 0;
}

/* A grandchild in a session of its own; its number comes through @to. */
static int
test_process_leave_orphan (int to)
{
  pid_t pid = fork ();

  if (pid == 0)
    {
      pid_t self = getpid ();

      if (setsid () < 0 || write (to, &self, sizeof self) != sizeof self)
        _exit (1);
      close (to);
      test_process_wait_for_ever ();
    }
  return pid < 0 ? -1 : 0;
}

/* A child that leaves such a grandchild behind and, unless it @stays, ends at once. */
static pid_t
test_process_fork_parent (gboolean stays, pid_t *child)
{
  int report[2];
  pid_t orphan;

  g_assert_cmpint (pipe2 (report, O_CLOEXEC), ==, 0);
  *child = fork ();
  if (*child == 0)
    {
      if (test_process_leave_orphan (report[1]) < 0)
        _exit (1);
      if (!stays)
        _exit (0);
      close (report[1]);
      test_process_wait_for_ever ();
    }
  g_assert_cmpint (*child, >, 0);
  close (report[1]);
  g_assert_cmpint (read (report[0], &orphan, sizeof orphan), ==, sizeof orphan);
  close (report[0]);
  return orphan;
}

/* A pipe that is at its end when all processes have ended that are made before @held is closed, and
 * all that these make. Pidfds would do, but not every valgrind knows them.
 * Returns: the end to read */
static int
test_process_begin_line (int *held)
{
  int line[2];

  g_assert_cmpint (pipe2 (line, O_CLOEXEC | O_NONBLOCK), ==, 0);
  *held = line[1];
  return line[0];
}

/* Checks that all those have ended. */
static void
test_process_check_line (int line)
{
  char byte;

  g_assert_cmpint (read (line, &byte, 1), ==, 0);
  close (line);
}

static void
test_process_check_no_child (void)
{
  g_assert_cmpint (waitpid (-1, NULL, WNOHANG | __WALL), ==, -1);
  g_assert_cmpint (errno, ==, ECHILD);
}

static void
test_process_run_adopt (void)
{
  pid_t child;
  pid_t orphan = test_process_fork_parent (FALSE, &child);
  int status;

  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_cmpint (status, ==, 0);
  g_assert_cmpint (waitpid (orphan, &status, WNOHANG), ==, 0); /* ours now, and alive */
  g_assert_cmpint (kill (orphan, SIGKILL), ==, 0);
  g_assert_cmpint (waitpid (orphan, &status, 0), ==, orphan);
}

static void
test_process_adopt (void)
{
  test_process_in_child (test_process_run_adopt);
}

/* Some of the kinds there are: one that left its group, one that left its session, an orphan, one
 * that has ended unnoticed. */
static void
test_process_fork_kinds (void)
{
  pid_t child;

  test_process_fork (test_process_own_group);
  test_process_fork (test_process_own_session);
  (void) test_process_fork_parent (FALSE, &child);
  child = fork ();
  if (child == 0)
    _exit (0);
  g_assert_cmpint (child, >, 0);
}

/* And one like us, a stopped one, one that is about to leave an orphan: all are gone and reaped. */
static void
test_process_run_kill (void)
{
  int held;
  int line = test_process_begin_line (&held);
  pid_t child;
  pid_t stopped;

  test_process_fork_kinds ();
  test_process_fork (NULL);
  (void) test_process_fork_parent (TRUE, &child);
  stopped = test_process_fork (NULL);
  g_assert_cmpint (kill (stopped, SIGSTOP), ==, 0);
  close (held);
  apool_process_kill_children (NULL);
  test_process_check_no_child ();
  test_process_check_line (line);
}

static void
test_process_kill (void)
{
  test_process_in_child (test_process_run_kill);
}

static void
test_process_run_kill_many (void)
{
  for (int i = 0; i < N_CHILDREN; i++)
    test_process_fork (i % 2 ? test_process_own_group : NULL);
  apool_process_kill_children (NULL);
  test_process_check_no_child ();
  apool_process_kill_children (NULL); /* nobody is left: returns at once */
}

static void
test_process_kill_many (void)
{
  test_process_in_child (test_process_run_kill_many);
}

/* Those that are spared live, one in this process's group and one in its own. */
static void
test_process_run_spare (void)
{
  pid_t spared[2] = { test_process_fork (NULL), test_process_fork (test_process_own_group) };
  g_autoptr (GArray) listed = apool_process_list_children ();
  pid_t parent;
  int held;
  int line = test_process_begin_line (&held);

  g_assert_cmpuint (listed->len, ==, 2);
  test_process_fork (test_process_own_group);
  (void) test_process_fork_parent (TRUE, &parent);
  close (held);
  apool_process_kill_children (listed);
  test_process_check_line (line);
  for (int i = 0; i < 2; i++)
    {
      g_assert_cmpint (waitpid (spared[i], NULL, WNOHANG), ==, 0);
      g_assert_cmpint (kill (spared[i], SIGKILL), ==, 0);
      g_assert_cmpint (waitpid (spared[i], NULL, 0), ==, spared[i]);
    }
  test_process_check_no_child ();
}

static void
test_process_spare (void)
{
  test_process_in_child (test_process_run_spare);
}

/* Without a descriptor to look with, none is left either. */
static void
test_process_run_no_descriptor (void)
{
  int held;
  int line = test_process_begin_line (&held);
  struct rlimit none;

  test_process_fork_kinds ();
  close (held);
  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &none), ==, 0);
  none.rlim_cur = 0;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &none), ==, 0);
  g_assert_cmpint (open ("/proc", O_RDONLY | O_CLOEXEC), ==, -1);
  g_assert_cmpint (errno, ==, EMFILE);
  apool_process_kill_children (NULL);
  test_process_check_no_child ();
  test_process_check_line (line);
}

static void
test_process_no_descriptor (void)
{
  test_process_in_child (test_process_run_no_descriptor);
}

/* One whose end is no SIGCHLD, which a plain wait does not see: reaped once, not for ever. */
static void
test_process_run_silent (void)
{
  int held;
  int line = test_process_begin_line (&held);
  long pid = syscall (SYS_clone, 0, NULL, NULL, NULL, NULL);

  if (pid == 0)
    test_process_wait_for_ever ();
  g_assert_cmpint (pid, >, 0);
  close (held);
  apool_process_kill_children (NULL);
  test_process_check_no_child ();
  test_process_check_line (line);
}

static void
test_process_silent (void)
{
  test_process_in_child (test_process_run_silent);
}

/* Forks and ends all the time, each time in a session of its own. */
static void G_GNUC_NORETURN
test_process_run_away (void)
{
  for (;;)
    {
      pid_t pid = fork ();

      if (pid > 0 || (pid == 0 && setsid () < 0))
        _exit (0);
    }
}

/* Nobody is fast enough to stay. */
static void
test_process_run_runaway (void)
{
  int held;
  int line = test_process_begin_line (&held);
  pid_t pid = fork ();

  if (pid == 0)
    test_process_run_away ();
  g_assert_cmpint (pid, >, 0);
  close (held);
  apool_process_kill_children (NULL);
  test_process_check_no_child ();
  test_process_check_line (line);
}

static void
test_process_runaway (void)
{
  test_process_in_child (test_process_run_runaway);
}

/* A name that looks like the fields behind it, as any program may give itself. */
static int
test_process_take_odd_name (void)
{
  return prctl (PR_SET_NAME, "a) R 1 1 (b");
}

static void
test_process_run_odd_name (void)
{
  test_process_fork (test_process_take_odd_name);
  apool_process_kill_children (NULL);
  test_process_check_no_child ();
}

static void
test_process_odd_name (void)
{
  test_process_in_child (test_process_run_odd_name);
}

/* A clock would be one more thing to be wrong: this is what the kernel counts for ourselves. */
static gint64
test_process_get_own_cpu (void)
{
  struct rusage usage;

  g_assert_cmpint (getrusage (RUSAGE_SELF, &usage), ==, 0);
  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * G_USEC_PER_SEC + usage.ru_utime.tv_usec +
         usage.ru_stime.tv_usec;
}

/* One that runs: this process. Its name has nothing to say. */
static void
test_process_run_activity_own (void)
{
  ApoolProcessActivity activity;
  gint64 before;

  g_assert_cmpint (test_process_take_odd_name (), ==, 0);
  g_assert_true (apool_process_get_activity (getpid (), &activity));
  g_assert_cmpint (activity.state, ==, 'R');
  g_assert_false (activity.is_ending);
  before = activity.cpu_usec;
  while (activity.cpu_usec < before + G_USEC_PER_SEC / 10)
    g_assert_true (apool_process_get_activity (getpid (), &activity));
  /* The kernel rounds; never by more than a tick of each kind. */
  g_assert_cmpint (activity.cpu_usec, <=, test_process_get_own_cpu () + G_USEC_PER_SEC / 20);
}

/* One that is stopped, one that has ended and is not reaped, and none at all. */
static void
test_process_run_activity_others (void)
{
  ApoolProcessActivity activity;
  pid_t stopped = test_process_fork (test_process_take_odd_name);
  siginfo_t info;

  g_assert_cmpint (kill (stopped, SIGSTOP), ==, 0);
  g_assert_cmpint (waitid (P_PID, (id_t) stopped, &info, WSTOPPED), ==, 0);
  g_assert_true (apool_process_get_activity (stopped, &activity));
  g_assert_cmpint (activity.state, ==, 'T');
  g_assert_false (activity.is_ending);
  g_assert_cmpint (activity.cpu_usec, <, G_USEC_PER_SEC);
  g_assert_cmpint (kill (stopped, SIGKILL), ==, 0);
  g_assert_cmpint (waitid (P_PID, (id_t) stopped, &info, WEXITED | WNOWAIT), ==, 0);
  g_assert_true (apool_process_get_activity (stopped, &activity));
  g_assert_cmpint (activity.state, ==, 'Z');
  g_assert_true (activity.is_ending);
  g_assert_cmpint (waitpid (stopped, NULL, 0), ==, stopped);
  g_assert_false (apool_process_get_activity (stopped, &activity));
}

/* One that spins without end: it is seen to use CPU time, whatever else the machine does. */
static void
test_process_run_activity_spinning (void)
{
  ApoolProcessActivity activity = { 0 };
  pid_t spinning = fork ();

  if (spinning == 0)
    for (;;)
      continue;
  g_assert_cmpint (spinning, >, 0);
  while (activity.cpu_usec < G_USEC_PER_SEC / 10)
    g_assert_true (apool_process_get_activity (spinning, &activity));
  g_assert_cmpint (activity.state, ==, 'R');
  g_assert_false (activity.is_ending);
  g_assert_cmpint (kill (spinning, SIGKILL), ==, 0);
  g_assert_cmpint (waitpid (spinning, NULL, 0), ==, spinning);
}

static void
test_process_activity (void)
{
  test_process_in_child (test_process_run_activity_own);
  test_process_in_child (test_process_run_activity_others);
  test_process_in_child (test_process_run_activity_spinning);
}

static gboolean
test_process_is_ignored (int signum)
{
  struct sigaction action;

  g_assert_cmpint (sigaction (signum, NULL, &action), ==, 0);
  return action.sa_handler == SIG_IGN;
}

static void
test_process_run_ignored (void)
{
  signal (SIGTERM, SIG_IGN);
  for (guint32 ignored = 0; ignored < 8; ignored++)
    {
      apool_process_set_ignored_signals (ignored);
      g_assert_cmpuint (apool_process_get_ignored_signals (), ==, ignored);
      g_assert_cmpint (test_process_is_ignored (SIGHUP), ==, (ignored & 1) != 0);
      g_assert_cmpint (test_process_is_ignored (SIGINT), ==, (ignored & 2) != 0);
      g_assert_cmpint (test_process_is_ignored (SIGQUIT), ==, (ignored & 4) != 0);
      g_assert_true (test_process_is_ignored (SIGTERM));
    }
  /* A handler is not the same as being ignored; more bits than there are mean nothing. */
  signal (SIGHUP, SIG_IGN);
  signal (SIGINT, (void (*) (int)) exit);
  signal (SIGQUIT, SIG_DFL);
  g_assert_cmpuint (apool_process_get_ignored_signals (), ==, 1);
  apool_process_set_ignored_signals (G_MAXUINT32 & ~2u);
  g_assert_cmpuint (apool_process_get_ignored_signals (), ==, 5);
}

static void
test_process_ignored (void)
{
  test_process_in_child (test_process_run_ignored);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  apool_process_adopt_orphans ();
  g_test_add_func ("/process/adopt", test_process_adopt);
  g_test_add_func ("/process/kill", test_process_kill);
  g_test_add_func ("/process/kill-many", test_process_kill_many);
  g_test_add_func ("/process/spare", test_process_spare);
  g_test_add_func ("/process/no-descriptor", test_process_no_descriptor);
  g_test_add_func ("/process/silent", test_process_silent);
  g_test_add_func ("/process/runaway", test_process_runaway);
  g_test_add_func ("/process/odd-name", test_process_odd_name);
  g_test_add_func ("/process/activity", test_process_activity);
  g_test_add_func ("/process/ignored", test_process_ignored);
  return g_test_run ();
}
