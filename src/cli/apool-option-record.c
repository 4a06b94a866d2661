/* SPDX-License-Identifier: MIT */
/* What the options about records of a run do. */

#include "cli/apool-option-record.h"

#include "base/apool-error.h"

gboolean
apool_option_set_joblog (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  options->record.appends_joblog = value[0] == '+';
  options->record.joblog = value + (options->record.appends_joblog ? 1 : 0);
  if (options->record.joblog[0])
    return TRUE;
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE, "%s: needs the name of a file", name);
  return FALSE;
}

gboolean
apool_option_set_longest_first (ApoolOptions *options,
                                const char *name,
                                const char *value,
                                GError **error)
{
  options->record.is_longest_first = TRUE;
  return TRUE;
}

/**
 * apool_option_finish_record:
 * @options: a command line that was read as a whole
 * @error: (out) (optional): %APOOL_ERROR_USAGE
 *
 * Returns: whether what it says of records goes along with the rest
 */
gboolean
apool_option_finish_record (const ApoolOptions *options, GError **error)
{
  const ApoolRecordOptions *record = &options->record;

  if (!record->is_longest_first || record->joblog || record->journal)
    return TRUE;
  g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_USAGE,
                       "--longest-first: needs --joblog or --journal of an earlier run, which say "
                       "how long jobs take");
  return FALSE;
}
