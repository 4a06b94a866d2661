/* SPDX-License-Identifier: MIT */
/* What the options about going on with an earlier run do. */

#include "cli/apool-option-resume.h"

#include "base/apool-error.h"
#include "cli/apool-option-value.h"

gboolean
apool_option_set_resume (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  static const char *const RULES[] = { "job", "seq", NULL };
  guint rule = options->is_parallel ? 1 : 0;

  if (value && !apool_option_read_choice (name, value, RULES, &rule, error))
    return FALSE;
  /* Of --resume and --resume-failed, in any order, the latter counts, as in GNU parallel. */
  if (options->record.resume == APOOL_RESUME_NONE)
    options->record.resume = APOOL_RESUME_UNFINISHED;
  options->record.resumes_by_seq = rule == 1;
  return TRUE;
}

gboolean
apool_option_set_resume_failed (ApoolOptions *options,
                                const char *name,
                                const char *value,
                                GError **error)
{
  if (options->record.resume == APOOL_RESUME_NONE)
    options->record.resumes_by_seq = options->is_parallel;
  if (options->record.resume != APOOL_RESUME_RETRY)
    options->record.resume = APOOL_RESUME_FAILED;
  return TRUE;
}

gboolean
apool_option_set_retry_failed (ApoolOptions *options,
                               const char *name,
                               const char *value,
                               GError **error)
{
  if (options->record.resume == APOOL_RESUME_NONE)
    options->record.resumes_by_seq = options->is_parallel;
  options->record.resume = APOOL_RESUME_RETRY;
  return TRUE;
}

/**
 * apool_option_check_resume:
 * @options: all that was said
 * @error: (out) (optional): %APOOL_ERROR_USAGE
 *
 * Returns: whether there is something that tells what was done before, where that is needed
 */
gboolean
apool_option_check_resume (const ApoolOptions *options, GError **error)
{
  static const char *const NAMES[] = {
    [APOOL_RESUME_UNFINISHED] = "--resume",
    [APOOL_RESUME_FAILED] = "--resume-failed",
    [APOOL_RESUME_RETRY] = "--retry-failed",
  };
  ApoolResumeMode resume = options->record.resume;

  if (resume == APOOL_RESUME_NONE || options->record.joblog)
    return TRUE;
  if (resume == APOOL_RESUME_UNFINISHED && options->output.results)
    return TRUE;
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE, "%s: needs --joblog%s", NAMES[resume],
               resume == APOOL_RESUME_UNFINISHED ? ", or --results with a directory" : "");
  return FALSE;
}
