/* SPDX-License-Identifier: MIT */
/* The option that has workers keep a running shell. Whether the shell can be one is known only when
 * it is found, at the start of the run. */

#include "cli/apool-option-warm.h"

gboolean
apool_option_set_warm_shell (ApoolOptions *options,
                             const char *name,
                             const char *value,
                             GError **error)
{
  options->is_warm = TRUE;
  return TRUE;
}
