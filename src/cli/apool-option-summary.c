/* SPDX-License-Identifier: MIT */
/* What options about what is said beside what was asked for do. */

#include "cli/apool-option-summary.h"

#include "cli/apool-option-value.h"

gboolean
apool_option_set_summary (ApoolOptions *options,
                          const char *name,
                          const char *value,
                          GError **error)
{
  static const char *const choices[] = { "always", "failed", "never", NULL };
  static const ApoolSummaryWhen whens[] = { APOOL_SUMMARY_ALWAYS, APOOL_SUMMARY_FAILED,
                                            APOOL_SUMMARY_NEVER };
  guint which;

  if (!apool_option_read_choice (name, value, choices, &which, error))
    return FALSE;
  options->summary.when = whens[which];
  return TRUE;
}

gboolean
apool_option_set_quiet (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  options->summary.is_quiet = TRUE;
  return TRUE;
}

/**
 * apool_option_finish_summary:
 * @options: what all options have been written to
 *
 * Finds what follows from the options here taken together: who wants to be told everything is not
 * told nothing, and who wants to be told nothing gets no summary. GNU parallel has none.
 */
void
apool_option_finish_summary (ApoolOptions *options)
{
  ApoolSummaryOptions *summary = &options->summary;

  if (options->debug)
    summary->is_quiet = FALSE;
  if (summary->is_quiet)
    options->patience.limits.slow_usec = 0; /* nobody would be told */
  if (summary->is_quiet || options->text.is_dry_run ||
      (options->is_parallel && summary->when == APOOL_SUMMARY_USUAL))
    summary->when = APOOL_SUMMARY_NEVER;
}
