/* SPDX-License-Identifier: MIT */
/* When a run has had enough: so many jobs, or so many percent of all, have failed, have succeeded
 * or are done.
 *
 * A job counts when it is settled: attempts that are followed by others do not, nor what is
 * skipped, nor what is ended because the run is. Once decided, it stays so: what the jobs do that
 * still run changes neither the verdict nor what the run's exit status is made of. */

#include "pool/apool-halt.h"

#define PERCENT 100u

struct _ApoolHalt
{
  GObject parent_instance;

  ApoolPool *pool;   /* not owned: it owns its observers */
  ApoolTasks *tasks; /* not owned */
  ApoolHaltRule rule;
  ApoolHaltFunc decided;
  gpointer data;

  guint64 n_done;
  guint64 n_failed;
  ApoolHaltVerdict verdict; /* its outcome is owned; %NULL as long as nothing is decided */
};

static void apool_halt_iface_init (ApoolObserverInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ApoolHalt,
                               apool_halt,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_OBSERVER, apool_halt_iface_init))

static guint64
apool_halt_count (const ApoolHalt *self)
{
  switch (self->rule.on)
    {
    case APOOL_HALT_ON_FAIL:
      return self->n_failed;
    case APOOL_HALT_ON_SUCCESS:
      return self->n_done - self->n_failed;
    case APOOL_HALT_ON_DONE:
      return self->n_done;
    }
  g_return_val_if_reached (0);
}

static gboolean
apool_halt_is_counted (const ApoolHalt *self, const ApoolOutcome *outcome)
{
  return self->rule.on == APOOL_HALT_ON_DONE ||
         apool_outcome_is_failure (outcome) == (self->rule.on == APOOL_HALT_ON_FAIL);
}

/* No count of jobs comes near what a product with 100 does not hold. */
static gboolean
apool_halt_is_enough (const ApoolHalt *self, guint64 n, guint64 total)
{
  if (!self->rule.is_percentage)
    return n >= self->rule.n;
  return total > 0 && n >= total / PERCENT * self->rule.n && n * PERCENT >= total * self->rule.n;
}

static void
apool_halt_decide (ApoolHalt *self, ApoolTask *task, ApoolOutcome *outcome)
{
  self->verdict = (ApoolHaltVerdict){
    .seq = apool_task_get_seq (task),
    .outcome = apool_outcome_ref (outcome),
    .n_counted = apool_halt_count (self),
    .n_failed = self->n_failed,
    .total = apool_tasks_get_total (self->tasks),
    .n_running = apool_pool_get_n_running (self->pool),
  };
  self->decided (&self->verdict, self->data);
  if (self->rule.when == APOOL_HALT_NOW)
    apool_pool_terminate (self->pool, FALSE);
  else
    apool_pool_close (self->pool);
}

static void
apool_halt_task_finished (ApoolObserver *observer, ApoolTask *task, ApoolOutcome *outcome)
{
  ApoolHalt *self = APOOL_HALT (observer);

  if (self->verdict.outcome || apool_outcome_get_kind (outcome) == APOOL_OUTCOME_SKIPPED ||
      apool_pool_is_terminated (self->pool))
    return;
  self->n_done++;
  self->n_failed += apool_outcome_is_failure (outcome) ? 1 : 0;
  if (apool_halt_is_counted (self, outcome) &&
      apool_halt_is_enough (self, apool_halt_count (self), apool_tasks_get_total (self->tasks)))
    apool_halt_decide (self, task, outcome);
}

static void
apool_halt_iface_init (ApoolObserverInterface *iface)
{
  iface->task_finished = apool_halt_task_finished;
}

static void
apool_halt_finalize (GObject *object)
{
  g_clear_pointer (&APOOL_HALT (object)->verdict.outcome, apool_outcome_unref);
  G_OBJECT_CLASS (apool_halt_parent_class)->finalize (object);
}

static void
apool_halt_class_init (ApoolHaltClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = apool_halt_finalize;
}

static void
apool_halt_init (ApoolHalt *self)
{
}

/**
 * apool_halt_new:
 * @pool: (transfer none): whom to end; it is to have the halt as an observer, behind those that
 *   keep what jobs write, so that they know the job that decides
 * @tasks: (transfer none): the tasks of the pool, which know how many jobs there are where the rule
 *   speaks of percent
 * @rule: when to halt, copied; not never
 * @decided: what to call before the pool is ended
 * @data: (closure): for @decided
 *
 * Returns: (transfer full): an observer that has seen nothing yet
 */
ApoolHalt *
apool_halt_new (ApoolPool *pool,
                ApoolTasks *tasks,
                const ApoolHaltRule *rule,
                ApoolHaltFunc decided,
                gpointer data)
{
  ApoolHalt *self = g_object_new (APOOL_TYPE_HALT, NULL);

  g_return_val_if_fail (rule->when != APOOL_HALT_NEVER && rule->n > 0, self);

  self->pool = pool;
  self->tasks = tasks;
  self->rule = *rule;
  self->decided = decided;
  self->data = data;
  return self;
}

/**
 * apool_halt_get_rule:
 * @self: a halt
 *
 * Returns: (transfer none): when it is to be
 */
const ApoolHaltRule *
apool_halt_get_rule (const ApoolHalt *self)
{
  return &self->rule;
}

/**
 * apool_halt_get_verdict:
 * @self: a halt
 *
 * Returns: (transfer none) (nullable): why the run was halted; %NULL where it was not
 */
const ApoolHaltVerdict *
apool_halt_get_verdict (const ApoolHalt *self)
{
  return self->verdict.outcome ? &self->verdict : NULL;
}
