/* SPDX-License-Identifier: MIT */
/* Whose turn it is at the terminal.
 *
 * The oldest job has it. A younger one may run beside it, and is stopped by the kernel when it
 * wants to read: it goes on when its turn has come. When the one whose turn it is stops, be it that
 * the user typed Ctrl-Z or that the shell has put all of apool in the background, the terminal
 * goes back to apool's own process group, and the manager is told: it stops as well, as whatever a
 * shell started would, and says when the user has called it back. */

#include "worker/apool-foreground.h"

#include <signal.h>

#include "base/apool-tty.h"
#include "worker/apool-child.h"

struct _ApoolForeground
{
  ApoolTty tty;
  GQueue jobs;        /* pid, the oldest first: that one has the turn */
  gboolean has_left;  /* that one is stopped, and all is */
  gboolean was_typed; /* by the user's Ctrl-Z */
};

/**
 * apool_foreground_new:
 * @home: the process group that the user sees apool as
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * From now on this thread does not take SIGTTOU, so that it may hand the terminal around, and so
 * may a child before it executes.
 *
 * Returns: (transfer full) (nullable): the terminal; %NULL where there is none
 */
ApoolForeground *
apool_foreground_new (pid_t home, GError **error)
{
  g_autoptr (ApoolForeground) self = g_new0 (ApoolForeground, 1);
  sigset_t signals;

  g_queue_init (&self->jobs);
  if (!apool_tty_open (&self->tty, home, error))
    return NULL;
  sigemptyset (&signals);
  sigaddset (&signals, SIGTTOU);
  (void) pthread_sigmask (SIG_BLOCK, &signals, NULL); /* cannot fail: SIG_BLOCK is valid */
  return g_steal_pointer (&self);
}

static pid_t
apool_foreground_get_first (const ApoolForeground *self)
{
  return (pid_t) GPOINTER_TO_INT (self->jobs.length > 0 ? self->jobs.head->data : NULL);
}

/**
 * apool_foreground_free:
 * @self: (transfer full): a terminal; a job that has it does not have it any more
 */
void
apool_foreground_free (ApoolForeground *self)
{
  if (self->jobs.length > 0)
    apool_tty_take_back (&self->tty, apool_foreground_get_first (self));
  g_queue_clear (&self->jobs);
  apool_tty_clear (&self->tty);
  g_free (self);
}

/**
 * apool_foreground_get_fd:
 * @self: a terminal
 *
 * Returns: its descriptor, to be a job's standard input
 */
int
apool_foreground_get_fd (const ApoolForeground *self)
{
  return self->tty.fd;
}

/**
 * apool_foreground_is_due:
 * @self: a terminal
 *
 * Returns: whether it would be the turn of a job that is started now
 */
gboolean
apool_foreground_is_due (const ApoolForeground *self)
{
  return self->jobs.length == 0 && apool_tty_is_free (&self->tty);
}

/* It is the turn of the oldest job. */
static void
apool_foreground_let_in (ApoolForeground *self)
{
  pid_t first = apool_foreground_get_first (self);

  if (first == 0)
    return;
  if (apool_tty_is_free (&self->tty))
    apool_tty_lend (&self->tty, first);
  apool_child_set_stopped (first, FALSE);
}

/**
 * apool_foreground_add:
 * @self: a terminal
 * @pid: the process group of a job that has just been started; where it was due it has put itself
 * in the foreground
 */
void
apool_foreground_add (ApoolForeground *self, pid_t pid)
{
  g_queue_push_tail (&self->jobs, GINT_TO_POINTER (pid));
}

/**
 * apool_foreground_remove:
 * @self: a terminal
 * @pid: the process group of a job; its first process has ended
 *
 * The terminal is as it was before the job, and the next one's.
 */
void
apool_foreground_remove (ApoolForeground *self, pid_t pid)
{
  gboolean was_first = apool_foreground_get_first (self) == pid;

  if (!g_queue_remove (&self->jobs, GINT_TO_POINTER (pid)) || !was_first)
    return;
  self->has_left = FALSE;
  apool_tty_take_back (&self->tty, pid);
  apool_foreground_let_in (self);
}

/**
 * apool_foreground_stopped:
 * @self: a terminal
 * @pid: the process group of a job; its first process has been stopped
 * @signum: by this signal
 *
 * Returns: what that means
 */
ApoolForegroundStop
apool_foreground_stopped (ApoolForeground *self, pid_t pid, int signum)
{
  gboolean wants_it = signum == SIGTTIN || signum == SIGTTOU;

  if (apool_foreground_get_first (self) != pid || self->has_left)
    return APOOL_FOREGROUND_WAITS;
  if (wants_it && apool_tty_is_free (&self->tty))
    {
      apool_foreground_let_in (self);
      return APOOL_FOREGROUND_WENT_ON;
    }
  if (!wants_it && signum != SIGTSTP)
    return APOOL_FOREGROUND_WAITS;
  self->has_left = TRUE;
  self->was_typed = !wants_it;
  apool_tty_take_back (&self->tty, pid);
  return APOOL_FOREGROUND_LEFT;
}

/**
 * apool_foreground_resume:
 * @self: a terminal
 * @is_back: whether the user is back; else there was nobody who could have called
 *
 * All goes on that has stopped. What was stopped since it wanted the terminal cannot, where nobody
 * gives that to it.
 *
 * Returns: the process group of a job that cannot go on, or 0
 */
pid_t
apool_foreground_resume (ApoolForeground *self, gboolean is_back)
{
  if (!self->has_left)
    return 0;
  self->has_left = FALSE;
  if (!is_back && !self->was_typed && !apool_tty_is_free (&self->tty))
    return apool_foreground_get_first (self);
  apool_foreground_let_in (self);
  return 0;
}
