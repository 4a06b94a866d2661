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
