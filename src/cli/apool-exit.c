/* SPDX-License-Identifier: MIT */
/* Exit statuses, and nobody else knows them: 0 where all jobs succeeded, 1 to 100 for so many that
 * failed, 101 for more, 255 where apool itself could not do its work; who ended it by a signal
 * sees it die of that signal.
 *
 * With --halt: where one job that failed or is done decides, its status; where so many of them do,
 * how many had failed by then; where so many percent of them do, how many percent that was, rounded
 * up; 0 where success decides. Where nothing was decided, what has failed counts in the same way.
 */

#include "cli/apool-exit.h"

#include <signal.h>

/* More failed jobs than can be told apart. */
#define MAX_COUNTED 100u
#define STATUS_MORE 101
/* As shells have it: a job that died of a signal has 128 and its number. */
#define STATUS_SIGNAL 128
/* The status of a job that has none: it could not be started, or was lost. A shell's own for what
 * it cannot run. */
#define STATUS_NOT_RUN 126
#define PERCENT 100u

struct _ApoolExit
{
  GObject parent_instance;

  ApoolHalt *halt; /* (nullable) */
  guint64 n_failed;
  guint64 n_done;
};

static void apool_exit_iface_init (ApoolObserverInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ApoolExit,
                               apool_exit,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_OBSERVER, apool_exit_iface_init))

static void
apool_exit_task_finished (ApoolObserver *observer, ApoolTask *task, ApoolOutcome *outcome)
{
  ApoolExit *self = APOOL_EXIT (observer);

  if (apool_outcome_get_kind (outcome) == APOOL_OUTCOME_SKIPPED)
    return;
  self->n_done++;
  if (apool_outcome_is_failure (outcome))
    self->n_failed++;
}

static void
apool_exit_iface_init (ApoolObserverInterface *iface)
{
  iface->task_finished = apool_exit_task_finished;
}

static void
apool_exit_finalize (GObject *object)
{
  g_clear_object (&APOOL_EXIT (object)->halt);
  G_OBJECT_CLASS (apool_exit_parent_class)->finalize (object);
}

static void
apool_exit_class_init (ApoolExitClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = apool_exit_finalize;
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
 * apool_exit_set_halt:
 * @self: an observer
 * @halt: (transfer none): what may end the run, and makes its status
 */
void
apool_exit_set_halt (ApoolExit *self, ApoolHalt *halt)
{
  g_set_object (&self->halt, halt);
}

static int
apool_exit_limit (guint64 n)
{
  return n > MAX_COUNTED ? STATUS_MORE : (int) n;
}

/* How many percent of @total @n are, rounded up. No count of jobs is too large for the product. */
static int
apool_exit_get_percentage (guint64 n, guint64 total)
{
  return total > 0 ? apool_exit_limit ((n * PERCENT + total - 1) / total) : 0;
}

/**
 * apool_exit_get_status_of_job:
 * @outcome: what became of a job
 *
 * Returns: the exit status that it makes by itself
 */
int
apool_exit_get_status_of_job (const ApoolOutcome *outcome)
{
  int code = apool_outcome_get_code (outcome);

  switch (apool_outcome_get_kind (outcome))
    {
    case APOOL_OUTCOME_EXITED:
      /* It may have failed for what it left behind. */
      return code == 0 && apool_outcome_is_failure (outcome) ? 1 : code;
    case APOOL_OUTCOME_SIGNALLED:
      return STATUS_SIGNAL + code;
    case APOOL_OUTCOME_TIMED_OUT:
      return code > 0 ? STATUS_SIGNAL + code : STATUS_NOT_RUN;
    case APOOL_OUTCOME_NOT_STARTED:
    case APOOL_OUTCOME_LOST:
    case APOOL_OUTCOME_SKIPPED:
    default:
      return STATUS_NOT_RUN;
    }
}

static int
apool_exit_get_halted_status (const ApoolHaltRule *rule, const ApoolHaltVerdict *verdict)
{
  if (rule->on == APOOL_HALT_ON_SUCCESS)
    return 0;
  if (rule->is_percentage)
    return apool_exit_get_percentage (verdict->n_failed, verdict->total);
  if (rule->n == 1)
    return apool_exit_get_status_of_job (verdict->outcome);
  return apool_exit_limit (verdict->n_failed);
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
  const ApoolHaltRule *rule = self->halt ? apool_halt_get_rule (self->halt) : NULL;
  const ApoolHaltVerdict *verdict = self->halt ? apool_halt_get_verdict (self->halt) : NULL;

  if (verdict)
    return apool_exit_get_halted_status (rule, verdict);
  if (rule && rule->is_percentage)
    return apool_exit_get_percentage (self->n_failed, self->n_done);
  return apool_exit_limit (self->n_failed);
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
