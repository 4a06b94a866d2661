/* SPDX-License-Identifier: MIT */
/* What the options do that show how far the run is. They go together: each adds to one line. */

#include "cli/apool-option-progress.h"

gboolean
apool_option_set_bar (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  options->progress.shows_bar = TRUE;
  return TRUE;
}

gboolean
apool_option_set_progress (ApoolOptions *options,
                           const char *name,
                           const char *value,
                           GError **error)
{
  options->progress.shows_counts = TRUE;
  return TRUE;
}

gboolean
apool_option_set_eta (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  options->progress.shows_eta = TRUE;
  return TRUE;
}
