/* SPDX-License-Identifier: MIT */
/* Whose turn it is where the spool is full: who is given it early, and for whom others wait. */

#include "sinks/apool-turns-private.h"

/* The running job that keeps most in one of its streams. */
static ApoolOutputJob *
apool_turns_find_largest (const ApoolTurns *self)
{
  ApoolOutputJob *largest = NULL;
  guint64 n_most = 0;
  GHashTableIter iter;
  gpointer job;

  g_hash_table_iter_init (&iter, self->running);
  while (g_hash_table_iter_next (&iter, NULL, &job))
    {
      guint64 n_kept = apool_flow_get_kept (apool_output_job_get_largest_flow (job));

      if (n_kept <= n_most)
        continue;
      n_most = n_kept;
      largest = job;
    }
  return largest;
}

/* Gives a job the turn before its end. */
static gboolean
apool_turns_promote (ApoolTurns *self, ApoolOutputJob *job)
{
  if (self->current)
    return FALSE;
  /* All that were given out before are printed, or have given way. */
  job->turn = ++self->n_turns;
  self->turn = job->turn;
  apool_turns_set_current (self, job);
  return TRUE;
}

/* Has a line of a job printed before its end. While one is, another one has to be worth it. */
static gboolean
apool_turns_mix_early (ApoolTurns *self, ApoolOutputJob *job, GError **error)
{
  ApoolFlow *flow = apool_output_job_get_largest_flow (job);

  if (apool_flow_get_kept (flow) < APOOL_FLOW_SCRATCH_BYTES && apool_turns_get_favoured (self))
    return TRUE;
  return apool_mixer_favour (flow->mixer, &flow->input, error);
}

/**
 * apool_turns_relieve:
 * @self: turns, of which apool_turns_ensure_current() has been asked
 * @has_turn: (out): whether there is a new current job
 * @error: (out) (optional): a #GIOErrorEnum of the spool
 *
 * The spool is full. Where jobs are printed as they end, and none has just ended, the one that
 * keeps most gets the turn before its end, so that this, and all that it still writes, goes out.
 * Where their lines are mixed the longest line that is not at its end is printed. What was set
 * aside goes in any case.
 *
 * Returns: whether that went well
 */
gboolean
apool_turns_relieve (ApoolTurns *self, gboolean *has_turn, GError **error)
{
  const ApoolOutputConfig *config = self->hub->config;
  ApoolOutputJob *job = NULL;

  if (config->order == APOOL_OUTPUT_COMPLETION_ORDER && apool_output_config_is_live (config))
    job = apool_turns_find_largest (self);
  *has_turn = FALSE;
  if (!apool_aside_empty (self->aside, error))
    return FALSE;
  if (job && apool_output_config_is_mixed (config))
    return apool_turns_mix_early (self, job, error);
  *has_turn = job && apool_turns_promote (self, job);
  return TRUE;
}

/**
 * apool_turns_resume:
 * @self: turns
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * The spool is full no longer.
 *
 * Returns: whether all pipes are read again
 */
gboolean
apool_turns_resume (ApoolTurns *self, GError **error)
{
  GHashTableIter iter;
  gpointer job;

  g_hash_table_iter_init (&iter, self->running);
  while (g_hash_table_iter_next (&iter, NULL, &job))
    if (!apool_output_job_resume (job, 0, error))
      return FALSE;
  return TRUE;
}

static ApoolOutputJob *
apool_turns_find_mixed_early (const ApoolTurns *self)
{
  GHashTableIter iter;
  gpointer job;

  g_hash_table_iter_init (&iter, self->running);
  while (g_hash_table_iter_next (&iter, NULL, &job))
    if (apool_output_job_is_mixed_early (job))
      return job;
  return NULL;
}

/* Where nobody prints before the end, or the job whose turn it is waits to be tried again: one that
 * may end. Until then it stays the one. */
static ApoolOutputJob *
apool_turns_find_endable (const ApoolTurns *self)
{
  ApoolOutputJob *first = NULL;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->running);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      ApoolOutputJob *job = value;

      if (job->has_allowance)
        return job;
      if (!first || job->seq < first->seq)
        first = job;
    }
  return first;
}

/**
 * apool_turns_get_favoured:
 * @self: turns
 *
 * Returns: (transfer none) (nullable): the running job that others wait for: where it goes on it
 *   makes room, by what it prints or when it ends
 */
ApoolOutputJob *
apool_turns_get_favoured (const ApoolTurns *self)
{
  ApoolOutputJob *job;

  if (apool_output_config_is_mixed (self->hub->config))
    return apool_turns_find_mixed_early (self);
  if (self->current)
    return apool_output_job_is_running (self->current) ? self->current : NULL;
  if (self->hub->config->order == APOOL_OUTPUT_INPUT_ORDER)
    {
      job = apool_turns_lookup_job (self, self->turn);
      if (job)
        return job;
    }
  return apool_turns_find_endable (self);
}

/**
 * apool_turns_are_stuck:
 * @self: turns, with a full spool
 *
 * Returns: whether nobody goes on who could make room, as far as can be told
 */
gboolean
apool_turns_are_stuck (const ApoolTurns *self)
{
  const ApoolOutputConfig *config = self->hub->config;
  ApoolOutputJob *favoured = apool_turns_get_favoured (self);
  gboolean makes_rows = config->table && !apool_result_table_is_printed (config->table);
  GHashTableIter iter;
  gpointer job;

  if (self->current && apool_output_job_is_recalled (self->current))
    return FALSE;
  if (favoured && !makes_rows) /* the end of any job gives back what its row is made of */
    return apool_output_job_is_stalled (favoured);
  /* The one whose turn it is has to be started yet, and cannot be. */
  if (g_hash_table_size (self->running) == 0)
    return config->is_reordered && config->order == APOOL_OUTPUT_INPUT_ORDER && !self->current;
  if (!makes_rows && (self->current || apool_output_config_is_mixed (config)))
    return FALSE;
  g_hash_table_iter_init (&iter, self->running);
  while (g_hash_table_iter_next (&iter, NULL, &job))
    if (!apool_output_job_is_stalled (job))
      return FALSE;
  return TRUE;
}
