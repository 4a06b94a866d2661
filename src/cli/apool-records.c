/* SPDX-License-Identifier: MIT */
/* What is kept of a run, as the options have it. A dry run keeps nothing: what is on the disk stays
 * as it is. */

#include "cli/apool-records.h"

#include "cli/apool-exit.h"
#include "cli/apool-resume-plan.h"
#include "cli/apool-run-identity.h"
#include "cli/apool-run-journal.h"
#include "cli/apool-times-plan.h"
#include "record/apool-joblog.h"
#include "record/apool-journal-identity.h"

struct _ApoolRecords
{
  const ApoolOptions *options;
  GPtrArray *keepers;       /* ApoolKeeper, owned */
  ApoolResume *resume;      /* (nullable) */
  ApoolJoblog *joblog;      /* (nullable) */
  ApoolRunJournal *journal; /* (nullable) */
  ApoolTimesPlan *times;
  ApoolOutput *output; /* (nullable): before the run */
};

static gboolean
apool_records_open_joblog (ApoolRecords *self, ApoolInputs *inputs, GError **error)
{
  const ApoolRecordOptions *options = &self->options->record;

  if (!options->joblog || self->options->text.is_dry_run)
    return TRUE;
  self->joblog = apool_joblog_new (
      options->joblog, options->appends_joblog || options->resume != APOOL_RESUME_NONE, error);
  if (!self->joblog)
    return FALSE;
  /* As GNU parallel counts them. */
  if (self->options->output.unit != APOOL_OUTPUT_JOBS)
    apool_joblog_set_counts_both (self->joblog);
  if (apool_joblog_is_json (options->joblog))
    apool_tasks_set_keeps_values (apool_inputs_get_tasks (inputs));
  g_ptr_array_add (self->keepers, g_object_ref (self->joblog));
  return TRUE;
}

static gboolean
apool_records_open_resume (
    ApoolRecords *self, ApoolInputs *inputs, const char *shell, GString *notes, GError **error)
{
  g_autoptr (ApoolRunIdentity) identity = NULL;
  g_autofree char *context = NULL;

  if (!apool_resume_plan_is_needed (self->options))
    return TRUE;
  identity = apool_run_identity_new (self->options, shell, error);
  if (!identity)
    return FALSE;
  context = apool_journal_identity_dup_context (apool_run_identity_get_event (identity));
  return apool_resume_plan_open (self->options, inputs, context, &self->resume, notes, error);
}

static gboolean
apool_records_open_journal (
    ApoolRecords *self, ApoolInputs *inputs, const char *shell, GString *notes, GError **error)
{
  if (!self->options->record.journal || self->options->text.is_dry_run)
    return TRUE;
  self->journal =
      apool_run_journal_new (g_main_context_default (), self->options, inputs, shell, notes, error);
  if (!self->journal)
    return FALSE;
  g_ptr_array_add (self->keepers, g_object_ref (apool_run_journal_get_recorder (self->journal)));
  return TRUE;
}

/**
 * apool_records_new:
 * @options: (transfer none): what was asked for; outlives the records
 * @inputs: what the run is of; nothing was read of its tasks
 * @shell: that of the jobs
 * @notes: gets lines that the user is to see before anything runs
 * @error: (out) (optional): a file that cannot be read or written, or is of another run
 *
 * Reads what earlier runs have left, and opens what this one leaves. A log has what it had until
 * apool_records_begin().
 *
 * Returns: (transfer full) (nullable): the records
 */
ApoolRecords *
apool_records_new (const ApoolOptions *options,
                   ApoolInputs *inputs,
                   const char *shell,
                   GString *notes,
                   GError **error)
{
  g_autoptr (ApoolRecords) self = g_new0 (ApoolRecords, 1);

  self->options = options;
  self->keepers = g_ptr_array_new_with_free_func (g_object_unref);
  self->times = apool_times_plan_new (options, error);
  if (!self->times || !apool_records_open_resume (self, inputs, shell, notes, error) ||
      !apool_records_open_joblog (self, inputs, error) ||
      !apool_records_open_journal (self, inputs, shell, notes, error))
    return NULL;
  apool_times_plan_apply (self->times, inputs,
                          self->journal ? apool_run_journal_get_history (self->journal) : NULL);
  return g_steal_pointer (&self);
}

/**
 * apool_records_free:
 * @self: (transfer full): records
 */
void
apool_records_free (ApoolRecords *self)
{
  g_clear_object (&self->joblog);
  g_clear_object (&self->resume);
  g_ptr_array_unref (self->keepers);
  g_clear_pointer (&self->journal, apool_run_journal_free);
  g_clear_pointer (&self->times, apool_times_plan_free);
  g_free (self);
}

/**
 * apool_records_begin:
 * @self: records of a run that nothing hinders any more
 * @error: (out) (optional): a file that cannot be written
 *
 * What earlier runs have left, and is not to stay, goes.
 *
 * Returns: whether that was possible
 */
gboolean
apool_records_begin (ApoolRecords *self, GError **error)
{
  return !self->joblog || apool_joblog_begin (self->joblog, error);
}

/**
 * apool_records_create_estimate:
 * @self: records
 *
 * Returns: (transfer full): how long the run takes, by what is known of earlier ones
 */
ApoolEstimate *
apool_records_create_estimate (ApoolRecords *self)
{
  return apool_times_plan_create_estimate (self->times);
}

/**
 * apool_records_get_keepers:
 * @self: records
 *
 * Returns: (transfer none) (element-type ApoolKeeper): those that have to do with what jobs write
 */
GPtrArray *
apool_records_get_keepers (ApoolRecords *self)
{
  return self->keepers;
}

static void
apool_records_say_cb (const char *line, gpointer data)
{
  apool_output_say (((ApoolRecords *) data)->output, line);
}

/**
 * apool_records_attach:
 * @self: records
 * @pool: (transfer none): whose jobs are recorded; gets observers, behind its output
 * @output: (transfer none): where what goes wrong meanwhile is said; both outlive the records
 */
void
apool_records_attach (ApoolRecords *self, ApoolPool *pool, ApoolOutput *output)
{
  self->output = output;
  if (self->resume && !self->options->record.resumes_by_seq && !self->options->summary.is_quiet)
    apool_resume_set_say (self->resume, apool_records_say_cb, self);
  if (self->joblog)
    {
      apool_joblog_set_say (self->joblog, apool_records_say_cb, self);
      apool_pool_add_observer (pool, APOOL_OBSERVER (self->joblog));
    }
  if (self->journal)
    apool_run_journal_attach (self->journal, pool, output);
}

/**
 * apool_records_forsake:
 * @self: records
 *
 * What jobs write is taken by nobody any more: they may end of that.
 */
void
apool_records_forsake (ApoolRecords *self)
{
  if (self->journal)
    apool_run_journal_forsake (self->journal);
}

/**
 * apool_records_finish:
 * @self: records of a run that is over
 * @status: the exit status that it would have, were all recorded
 * @words: gets lines of what the user has to know
 *
 * Returns: whether all that happened was recorded
 */
gboolean
apool_records_finish (ApoolRecords *self, int status, GString *words)
{
  gboolean is_whole = !self->joblog || apool_joblog_finish (self->joblog, words);

  if (!is_whole)
    status = APOOL_EXIT_TROUBLE;
  return (!self->journal || apool_run_journal_finish (self->journal, status, words)) && is_whole;
}
