/* SPDX-License-Identifier: MIT */
/* What is known of earlier runs, and what follows from that for this one. */

#include "cli/apool-resume-plan.h"

#include <unistd.h>

#include "base/apool-error.h"
#include "record/apool-joblog-read.h"
#include "record/apool-joblog.h"

/* Returns: (transfer full) (nullable): what the joblog tells */
static ApoolHistory *
apool_resume_plan_read (const ApoolOptions *options,
                        ApoolHistory *empty, /* (transfer full) */
                        GString *notes,
                        GError **error)
{
  g_autoptr (ApoolHistory) history = empty;
  const char *path = options->record.joblog;
  guint64 n_bad = 0;

  if (path && !apool_joblog_read (path, history, &n_bad, error))
    return NULL;
  if (n_bad > 0)
    g_string_append_printf (notes,
                            "apool: --joblog: %s: %" G_GUINT64_FORMAT
                            " %s of nothing that is known: passed over\n",
                            path, n_bad, n_bad == 1 ? "line tells" : "lines tell");
  return g_steal_pointer (&history);
}

/**
 * apool_resume_plan_read_failed:
 * @options: what was asked for
 * @retry: (out) (transfer full) (nullable): the jobs that are to be run instead of those of the
 *   command line; %NULL where these are
 * @notes: gets lines for the user
 * @error: (out) (optional): a joblog that cannot be read, or of which jobs cannot be run again
 *
 * Finds out which jobs have failed, where these are to be run (`--retry-failed`). Where there is no
 * joblog yet, those of the command line are, as in GNU parallel.
 *
 * Returns: whether that is known
 */
gboolean
apool_resume_plan_read_failed (const ApoolOptions *options,
                               ApoolRetry **retry,
                               GString *notes,
                               GError **error)
{
  ApoolHistory *history;

  *retry = NULL;
  if (options->record.resume != APOOL_RESUME_RETRY || access (options->record.joblog, F_OK) < 0)
    return TRUE;
  history = apool_resume_plan_read (
      options, apool_history_new_kept (options->record.resumes_by_seq), notes, error);
  if (!history)
    return FALSE;
  *retry = apool_retry_new (history, error);
  if (!*retry)
    g_prefix_error (error, "--retry-failed: '%s': ", options->record.joblog);
  return *retry != NULL;
}

/* A log without keys has the command of each job and nothing else. */
static gboolean
apool_resume_plan_check (const ApoolOptions *options, ApoolInputs *inputs, GError **error)
{
  const char *path = options->record.joblog;

  if (!path || apool_joblog_is_json (path) ||
      !apool_template_is_mixed (apool_inputs_get_command (inputs)))
    return TRUE;
  g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_USAGE,
                       "--resume: an expression of the command makes of its input what differs "
                       "from run to run: use a --joblog FILE.jsonl, or --resume=seq");
  return FALSE;
}

/**
 * apool_resume_plan_is_needed:
 * @options: what was asked for
 *
 * Returns: whether jobs are looked for in a joblog, or named in one. A journal does both itself
 */
gboolean
apool_resume_plan_is_needed (const ApoolOptions *options)
{
  const ApoolRecordOptions *record = &options->record;

  return record->joblog && !record->journal &&
         (record->resume == APOOL_RESUME_UNFINISHED || record->resume == APOOL_RESUME_FAILED ||
          record->resume == APOOL_RESUME_RETRY || apool_joblog_is_json (record->joblog));
}

/**
 * apool_resume_plan_open:
 * @options: what was asked for
 * @inputs: of which jobs are left out; nothing was read of its tasks
 * @context: what the names of all jobs begin with, in logs that have names
 * @resume: (out) (transfer full) (nullable): what leaves them out
 * @notes: gets lines for the user
 * @error: (out) (optional): a joblog that cannot be read, or is of no use
 *
 * Has jobs be left out that were run before (`--resume`, `--resume-failed`), and named in a log
 * that has names.
 *
 * Returns: whether it is known which
 */
gboolean
apool_resume_plan_open (const ApoolOptions *options,
                        ApoolInputs *inputs,
                        const char *context,
                        ApoolResume **resume,
                        GString *notes,
                        GError **error)
{
  const ApoolRecordOptions *record = &options->record;
  ApoolTasks *tasks = apool_inputs_get_tasks (inputs);
  ApoolHistory *history = NULL;
  ApoolResumeRule rule = APOOL_RESUME_ALL;

  *resume = NULL;
  if (apool_inputs_get_retry (inputs))
    {
      apool_tasks_set_judge (tasks, APOOL_JUDGE (apool_inputs_get_retry (inputs)), context);
      return TRUE;
    }
  if (record->resume == APOOL_RESUME_UNFINISHED || record->resume == APOOL_RESUME_FAILED)
    {
      if (!record->resumes_by_seq && !apool_resume_plan_check (options, inputs, error))
        return FALSE;
      rule = record->resume == APOOL_RESUME_FAILED ? APOOL_RESUME_NOT_DONE : APOOL_RESUME_NEW;
      history = record->resumes_by_seq ? apool_history_new_by_seq () : apool_history_new ();
      history = apool_resume_plan_read (options, history, notes, error);
      if (!history)
        return FALSE;
    }
  *resume = apool_resume_new (history, rule);
  apool_tasks_set_judge (tasks, APOOL_JUDGE (*resume), context);
  return TRUE;
}
