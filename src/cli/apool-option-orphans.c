/* SPDX-License-Identifier: MIT */
/* What options about processes that jobs leave behind do. */

#include "cli/apool-option-orphans.h"

#include "cli/apool-option-value.h"

gboolean
apool_option_set_leaks (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  static const char *const choices[] = {
    [APOOL_LEAKS_IGNORE] = "ignore", [APOOL_LEAKS_REPORT] = "report", [APOOL_LEAKS_KILL] = "kill",
    [APOOL_LEAKS_FAIL] = "fail",     [APOOL_N_LEAK_POLICIES] = NULL,
  };
  guint which;

  if (!apool_option_read_choice (name, value, choices, &which, error))
    return FALSE;
  options->leaks = (ApoolLeakPolicy) which;
  return TRUE;
}
