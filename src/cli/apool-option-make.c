/* SPDX-License-Identifier: MIT */
/* What the options about make do: check their values and write them to the struct. */

#include "cli/apool-option-make.h"

#include "cli/apool-option-value.h"

gboolean
apool_option_set_jobserver (ApoolOptions *options,
                            const char *name,
                            const char *value,
                            GError **error)
{
  static const char *const styles[] = {
    [APOOL_JOBSERVER_PIPE] = "pipe",
    [APOOL_JOBSERVER_FIFO] = "fifo",
    NULL,
  };
  guint style = APOOL_JOBSERVER_PIPE;

  if (value && !apool_option_read_choice (name, value, styles, &style, error))
    return FALSE;
  options->make.serves = TRUE;
  options->make.style = style;
  return TRUE;
}

gboolean
apool_option_set_no_jobserver (ApoolOptions *options,
                               const char *name,
                               const char *value,
                               GError **error)
{
  options->make.stays_apart = TRUE;
  return TRUE;
}
