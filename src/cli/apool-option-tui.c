/* SPDX-License-Identifier: MIT */
/* What the option does that shows the run on a screen. */

#include "cli/apool-option-tui.h"

#include "base/apool-error.h"

gboolean
apool_option_set_tui (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  options->shows_tui = TRUE;
  return TRUE;
}

/* Returns: (nullable): what else wants the terminal, or writes where the screen is drawn */
static const char *
apool_option_find_rival (const ApoolOptions *options)
{
  if (options->place.is_interactive)
    return "--interactive";
  if (options->place.has_terminal)
    return options->place.is_tty ? "--tty" : "--open-tty";
  if (options->output.is_ungrouped)
    return "--ungroup";
  return options->output.unit == APOOL_OUTPUT_LATEST ? "--latest-line" : NULL;
}

/**
 * apool_option_finish_tui:
 * @options: a command line that was read as a whole
 * @error: (out) (optional): %APOOL_ERROR_USAGE
 *
 * Returns: whether a screen goes along with the rest
 */
gboolean
apool_option_finish_tui (const ApoolOptions *options, GError **error)
{
  const char *rival = options->shows_tui ? apool_option_find_rival (options) : NULL;

  if (!rival)
    return TRUE;
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE, "--tui: cannot be combined with %s", rival);
  return FALSE;
}
