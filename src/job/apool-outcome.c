/* SPDX-License-Identifier: MIT */
/* What became of a task. A failing job is data, never a GError: this is the data. */

#include "job/apool-outcome.h"

#include <errno.h>

struct _ApoolOutcome
{
  gatomicrefcount refs;
  ApoolOutcomeKind kind;
  int code;
  ApoolUsage usage;
  gboolean ended_by_pool;
  gboolean output_cut;
  gboolean is_faulty;
  char *message; /* nullable */
};

G_DEFINE_BOXED_TYPE (ApoolOutcome, apool_outcome, apool_outcome_ref, apool_outcome_unref)

/**
 * apool_outcome_new:
 * @kind: how it ended
 * @code: exit status, signal or errno, as @kind says
 * @usage: (nullable): what it used; %NULL where it never ran or nobody knows: all zero
 * @ended_by_pool: whether the pool ended it (a halt, a timeout, a signal to apool)
 * @output_cut: whether something it wrote was dropped
 * @message: (nullable): words for a person, for what the code does not say
 *
 * Returns: (transfer full): the outcome
 */
ApoolOutcome *
apool_outcome_new (ApoolOutcomeKind kind,
                   int code,
                   const ApoolUsage *usage,
                   gboolean ended_by_pool,
                   gboolean output_cut,
                   const char *message)
{
  ApoolOutcome *self = g_new0 (ApoolOutcome, 1);

  g_atomic_ref_count_init (&self->refs);
  self->kind = kind;
  self->code = code;
  if (usage)
    self->usage = *usage;
  self->ended_by_pool = ended_by_pool;
  self->output_cut = output_cut;
  self->message = g_strdup (message);
  return self;
}

/**
 * apool_outcome_new_faulty:
 * @outcome: how a task ended
 * @why: (nullable): words for a person
 *
 * Returns: (transfer full): the same, but that it is a failure, whatever the exit status says
 */
ApoolOutcome *
apool_outcome_new_faulty (const ApoolOutcome *outcome, const char *why)
{
  ApoolOutcome *self = apool_outcome_new (outcome->kind, outcome->code, &outcome->usage,
                                          outcome->ended_by_pool, outcome->output_cut, why);

  self->is_faulty = TRUE;
  return self;
}

/**
 * apool_outcome_ref:
 * @outcome: an outcome
 *
 * Returns: (transfer full): the same
 */
ApoolOutcome *
apool_outcome_ref (ApoolOutcome *outcome)
{
  g_atomic_ref_count_inc (&outcome->refs);
  return outcome;
}

/**
 * apool_outcome_unref:
 * @outcome: (transfer full): an outcome
 */
void
apool_outcome_unref (ApoolOutcome *outcome)
{
  if (!g_atomic_ref_count_dec (&outcome->refs))
    return;
  g_free (outcome->message);
  g_free (outcome);
}

/**
 * apool_outcome_get_kind:
 * @outcome: an outcome
 *
 * Returns: how the task ended
 */
ApoolOutcomeKind
apool_outcome_get_kind (const ApoolOutcome *outcome)
{
  return outcome->kind;
}

/**
 * apool_outcome_get_code:
 * @outcome: an outcome
 *
 * Returns: exit status, signal or errno, as its kind says
 */
int
apool_outcome_get_code (const ApoolOutcome *outcome)
{
  return outcome->code;
}

/**
 * apool_outcome_get_usage:
 * @outcome: an outcome
 *
 * Returns: (transfer none): what the task used; all zero where nobody knows
 */
const ApoolUsage *
apool_outcome_get_usage (const ApoolOutcome *outcome)
{
  return &outcome->usage;
}

/**
 * apool_outcome_get_message:
 * @outcome: an outcome
 *
 * Returns: (transfer none) (nullable): words for a person
 */
const char *
apool_outcome_get_message (const ApoolOutcome *outcome)
{
  return outcome->message;
}

/**
 * apool_outcome_is_success:
 * @outcome: an outcome
 *
 * Returns: whether the task ended by itself with status 0, and nothing else was wrong with it
 */
gboolean
apool_outcome_is_success (const ApoolOutcome *outcome)
{
  return outcome->kind == APOOL_OUTCOME_EXITED && outcome->code == 0 && !outcome->is_faulty;
}

/**
 * apool_outcome_is_failure:
 * @outcome: an outcome
 *
 * Returns: whether the task did not do what it was there for, whoever is to blame
 */
gboolean
apool_outcome_is_failure (const ApoolOutcome *outcome)
{
  return outcome->kind != APOOL_OUTCOME_SKIPPED && !apool_outcome_is_success (outcome);
}

/**
 * apool_outcome_is_faulty:
 * @outcome: an outcome
 *
 * Returns: whether the task has failed for something that its exit status does not tell
 */
gboolean
apool_outcome_is_faulty (const ApoolOutcome *outcome)
{
  return outcome->is_faulty;
}

/**
 * apool_outcome_is_declined:
 * @outcome: an outcome
 *
 * Returns: whether the task was not run since the user, who was asked, did not want it
 */
gboolean
apool_outcome_is_declined (const ApoolOutcome *outcome)
{
  return outcome->kind == APOOL_OUTCOME_NOT_STARTED && outcome->code == ECANCELED;
}

/**
 * apool_outcome_is_ended_by_pool:
 * @outcome: an outcome
 *
 * Returns: whether the pool ended the task
 */
gboolean
apool_outcome_is_ended_by_pool (const ApoolOutcome *outcome)
{
  return outcome->ended_by_pool;
}

/**
 * apool_outcome_is_output_cut:
 * @outcome: an outcome
 *
 * Returns: whether something the task wrote was dropped
 */
gboolean
apool_outcome_is_output_cut (const ApoolOutcome *outcome)
{
  return outcome->output_cut;
}
