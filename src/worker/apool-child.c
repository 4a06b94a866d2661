/* SPDX-License-Identifier: MIT */
/* One process: its start, its process group, its end.
 *
 * A job is started by vfork() and execve(): nothing of this process is copied, which is what
 * makes a start cheap, and a failing execve() is known at once, since both share their memory
 * until then. The price is that the child may run only async-signal-safe calls and must not
 * return: all of it stands in apool_child_run() below.
 *
 * The child dies with this process (PR_SET_PDEATHSIG). The kernel sends that signal when the
 * *thread* that forked ends, so jobs are started from the worker's one thread. */

#include "worker/apool-child.h"

#include <errno.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* The same here and in the kernel's words. */
static rlim_t
apool_child_get_limit (guint64 limit)
{
  return limit == APOOL_LIMIT_UNLIMITED ? RLIM_INFINITY : (rlim_t) limit;
}

/* Runs in the child, last of all: what is done before might not fit the limits. */
static gboolean
apool_child_settle (const ApoolChildSpec *spec)
{
  const ApoolSurroundings *surroundings = spec->surroundings;

  if (!surroundings)
    return TRUE;
  /* Who may not be less nice than we are stays as nice: so it is documented, here and there. */
  if (surroundings->has_nice)
    (void) setpriority (PRIO_PROCESS, 0, surroundings->nice);
  for (guint i = 0; i < surroundings->n_limits; i++)
    {
      const ApoolLimit *limit = &surroundings->limits[i];
      struct rlimit value = { .rlim_cur = apool_child_get_limit (limit->soft),
                              .rlim_max = apool_child_get_limit (limit->hard) };

      if (setrlimit (apool_limit_get_resource (limit->kind), &value) == 0)
        continue;
      *spec->failed_limit = limit->kind;
      return FALSE;
    }
  return TRUE;
}

/* Runs in the child, in the parent's memory, while the parent stands still. */
static void G_GNUC_NORETURN
apool_child_run (const ApoolChildSpec *spec, volatile int *failure)
{
  struct sigaction action = { .sa_handler = SIG_DFL };
  sigset_t none;

  sigemptyset (&none);
  (void) setpgid (0, 0); /* cannot fail: the child has executed nothing and leads no session */
  (void) prctl (PR_SET_PDEATHSIG, SIGKILL); /* cannot fail: the signal is valid */
  if (getppid () != spec->parent)
    _exit (127); /* the parent died before the line above: nobody would end this job */
  if (spec->terminal_fd >= 0)
    (void) tcsetpgrp (spec->terminal_fd, getpid ()); /* fails where the terminal is gone */
  for (int signum = 1; signum < NSIG; signum++)
    if (sigismember (spec->default_signals, signum) == 1)
      (void) sigaction (signum, &action, NULL); /* it was asked of the same signal before */
  /* Cannot fail: the soft limit that was, and the hard one that is. */
  if (spec->open_files)
    (void) setrlimit (RLIMIT_NOFILE, spec->open_files);
  if ((spec->directory_fd < 0 || fchdir (spec->directory_fd) == 0) &&
      (spec->stdin_fd < 0 || dup2 (spec->stdin_fd, 0) == 0) && dup2 (spec->stdout_fd, 1) == 1 &&
      dup2 (spec->stderr_fd, 2) == 2 && sigprocmask (SIG_SETMASK, &none, NULL) == 0 &&
      apool_child_settle (spec))
    execve (spec->path, spec->argv, spec->envp);
  *failure = errno;
  _exit (127);
}

/**
 * apool_child_start:
 * @spec: what to start
 * @errnum: (out): 0, or the errno of what went wrong
 *
 * Starts a process in a process group of its own, which it leads.
 *
 * Returns: its pid, or -1 where it could not be made or could not execute @spec
 */
pid_t
apool_child_start (const ApoolChildSpec *spec, int *errnum)
{
  volatile int failure = 0;
  /* vfork is what this module is for; its rules are kept by apool_child_run().
   * NOLINTNEXTLINE(clang-analyzer-security.insecureAPI.vfork) */
  pid_t pid = vfork ();

  if (pid == 0)
    apool_child_run (spec, &failure);
  *errnum = pid < 0 ? errno : failure;
  if (*errnum == 0)
    return pid;
  while (pid > 0 && waitpid (pid, NULL, 0) < 0 && errno == EINTR)
    continue;
  return -1;
}

/**
 * apool_child_signal:
 * @pid: the leader of a process group that was started here
 * @signum: a signal
 *
 * Sends @signum to the whole group, and lets stopped processes go on so that they get it.
 */
void
apool_child_signal (pid_t pid, int signum)
{
  /* Fails where the group is empty by now, or holds only set-id programs: nothing to be done. */
  if (kill (-pid, signum) == 0 && signum != SIGKILL)
    (void) kill (-pid, SIGCONT);
}

/**
 * apool_child_set_stopped:
 * @pid: the leader of a process group that was started here
 * @is_stopped: whether the whole group is to stop; else it goes on, whoever stopped it
 */
void
apool_child_set_stopped (pid_t pid, gboolean is_stopped)
{
  (void) kill (-pid, is_stopped ? SIGSTOP : SIGCONT); /* fails as that of apool_child_signal() */
}

/**
 * apool_child_group_is_empty:
 * @pid: the leader of a process group, just reaped
 *
 * Returns: whether no process is left in its group
 */
gboolean
apool_child_group_is_empty (pid_t pid)
{
  return kill (-pid, 0) < 0 && errno == ESRCH;
}

/**
 * apool_child_get_ignored_signals:
 * @ignored: (out): the signals that this process ignores and its jobs shall not. SIGHUP, SIGINT
 *   and SIGQUIT are left out: who ignores them (nohup, a shell's background job) means the jobs
 */
void
apool_child_get_ignored_signals (sigset_t *ignored)
{
  sigemptyset (ignored);
  for (int signum = 1; signum < NSIG; signum++)
    {
      struct sigaction action;

      if (signum == SIGHUP || signum == SIGINT || signum == SIGQUIT)
        continue;
      if (sigaction (signum, NULL, &action) == 0 && action.sa_handler == SIG_IGN)
        (void) sigaddset (ignored, signum); /* sigaction() has just taken this number */
    }
}
