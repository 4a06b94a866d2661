/* SPDX-License-Identifier: MIT */
/* How long jobs took is read from the joblog, before that is begun anew, or comes from the journal,
 * where that has jobs. */

#include "cli/apool-times-plan.h"

#include "record/apool-joblog-read.h"
#include "record/apool-past-times.h"

struct _ApoolTimesPlan
{
  const ApoolOptions *options;
  ApoolHistory *joblog_history; /* (nullable), owned: until it is applied */
  guint64 n_past;               /* jobs that are known */
  gint64 past_usec;             /* what those of them took that are run again */
  double sum_usec;              /* what all of them took */
};

static gboolean
apool_times_plan_is_needed (const ApoolOptions *options)
{
  return (options->record.is_longest_first || options->progress.shows_eta) &&
         !options->text.is_dry_run;
}

static gboolean
apool_times_plan_read_joblog (ApoolTimesPlan *self, GError **error)
{
  guint64 n_bad; /* of these no time is known: that is no trouble */

  self->joblog_history = apool_history_new ();
  return apool_joblog_read (self->options->record.joblog, self->joblog_history, &n_bad, error);
}

/**
 * apool_times_plan_new:
 * @options: (transfer none): what was asked for; outlives the plan
 * @error: (out) (optional): a joblog that cannot be read
 *
 * To be called before anything is written to the joblog.
 *
 * Returns: (transfer full) (nullable): a plan
 */
ApoolTimesPlan *
apool_times_plan_new (const ApoolOptions *options, GError **error)
{
  g_autoptr (ApoolTimesPlan) self = g_new0 (ApoolTimesPlan, 1);

  self->options = options;
  if (apool_times_plan_is_needed (options) && options->record.joblog &&
      !apool_times_plan_read_joblog (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * apool_times_plan_free:
 * @self: (transfer full): a plan
 */
void
apool_times_plan_free (ApoolTimesPlan *self)
{
  g_clear_pointer (&self->joblog_history, apool_history_free);
  g_free (self);
}

/* Whether a job of the log is run again. */
static gboolean
apool_times_plan_repeats_logged (const ApoolTimesPlan *self, const ApoolPastJob *job)
{
  ApoolResumeMode resume = self->options->record.resume;

  return resume == APOOL_RESUME_NONE || (resume != APOOL_RESUME_UNFINISHED && job->is_failed);
}

/* The same of one of the journal. */
static gboolean
apool_times_plan_repeats_recorded (const ApoolTimesPlan *self, const ApoolPastJob *job)
{
  ApoolJournalRerun rerun = self->options->record.journal_rerun;

  return rerun == APOOL_RERUN_ALL || (rerun == APOOL_RERUN_FAILED && job->is_failed);
}

/* Adds up what the jobs of @history will take. */
static void
apool_times_plan_sum (ApoolTimesPlan *self, ApoolHistory *history)
{
  self->n_past = apool_history_get_n (history);
  for (guint64 i = 0; i < self->n_past; i++)
    {
      ApoolPastJob job;

      apool_history_get (history, i, &job);
      self->sum_usec += (double) MAX (job.run_usec, 0);
      if (job.run_usec > 0 && job.run_usec < G_MAXINT64 - self->past_usec &&
          (history == self->joblog_history ? apool_times_plan_repeats_logged (self, &job)
                                           : apool_times_plan_repeats_recorded (self, &job)))
        self->past_usec += job.run_usec;
    }
}

/* @times: (transfer full) */
static void
apool_times_plan_set (ApoolTimesPlan *self, ApoolInputs *inputs, ApoolPastTimes *times)
{
  apool_tasks_set_times (apool_inputs_get_tasks (inputs), APOOL_TIMES (times));
  g_object_unref (times);
  if (self->options->record.is_longest_first)
    apool_inputs_set_longest_first (inputs);
}

/**
 * apool_times_plan_apply:
 * @self: a plan
 * @inputs: of which nothing was read, and whose judge has been set
 * @journal_history: (transfer none) (nullable): the jobs of the journal; outlives the inputs, or
 *   these are not read any more
 *
 * Has the jobs of the run know how long they took, and come in the order of that where it was
 * asked for.
 */
void
apool_times_plan_apply (ApoolTimesPlan *self, ApoolInputs *inputs, ApoolHistory *journal_history)
{
  gboolean has_jobs = journal_history && apool_history_get_n (journal_history) > 0;

  if (!apool_times_plan_is_needed (self->options))
    return;
  if (self->joblog_history && !has_jobs)
    {
      apool_times_plan_sum (self, self->joblog_history);
      apool_times_plan_set (self, inputs,
                            apool_past_times_new_owned (g_steal_pointer (&self->joblog_history)));
    }
  else if (journal_history)
    {
      apool_times_plan_sum (self, journal_history);
      apool_times_plan_set (self, inputs, apool_past_times_new (journal_history));
    }
}

/**
 * apool_times_plan_create_estimate:
 * @self: a plan that was applied
 *
 * Returns: (transfer full): how long the run takes
 */
ApoolEstimate *
apool_times_plan_create_estimate (const ApoolTimesPlan *self)
{
  return apool_estimate_new (self->n_past, self->past_usec,
                             self->sum_usec / (double) MAX (self->n_past, 1));
}
