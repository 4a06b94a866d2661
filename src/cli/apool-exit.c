/* SPDX-License-Identifier: MIT */
/* Exit statuses, and nobody else knows them: 0 where all jobs succeeded, 1 to 100 for so many that
 * failed, 101 for more, 255 where apool itself could not do its work; who ended it by a signal
 * sees it die of that signal. */

#include "cli/apool-exit.h"

#include <signal.h>

/* More failed jobs than can be told apart. */
#define MAX_COUNTED 100u
#define STATUS_MORE 101

struct _ApoolExit
{
  GObject parent_instance;

  guint64 n_failed;
};

static void apool_exit_iface_init (ApoolObserverInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ApoolExit,
                               apool_exit,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_OBSERVER, apool_exit_iface_init))

static void
apool_exit_task_finished (ApoolObserver *observer, ApoolTask *task, ApoolOutcome *outcome)
{
  if (apool_outcome_is_failure (outcome))
    APOOL_EXIT (observer)->n_failed++;
}

static void
apool_exit_iface_init (ApoolObserverInterface *iface)
{
  iface->task_finished = apool_exit_task_finished;
}

static void
apool_exit_class_init (ApoolExitClass *klass)
{
}

static void
apool_exit_init (ApoolExit *self)
{
}

/**
 * apool_exit_new:
 *
 * Returns: (transfer full): an observer that has seen nothing fail
 */
ApoolExit *
apool_exit_new (void)
{
  return g_object_new (APOOL_TYPE_EXIT, NULL);
}

/**
 * apool_exit_get_status:
 * @self: the observer of a run that is over
 *
 * Returns: the exit status that the jobs make
 */
int
apool_exit_get_status (ApoolExit *self)
{
  return self->n_failed > MAX_COUNTED ? STATUS_MORE : (int) self->n_failed;
}

/**
 * apool_exit_die_of:
 * @signum: a signal that ends a process
 *
 * Ends this process by @signum, as its caller expects of a program that was sent it: a shell then
 * sees 128 + @signum, and knows that it was a signal. Returns only where the signal is ignored.
 */
void
apool_exit_die_of (int signum)
{
  sigset_t signals;

  signal (signum, SIG_DFL);
  sigemptyset (&signals);
  sigaddset (&signals, signum);
  (void) sigprocmask (SIG_UNBLOCK, &signals, NULL); /* cannot fail: SIG_UNBLOCK is valid */
  raise (signum);
}
