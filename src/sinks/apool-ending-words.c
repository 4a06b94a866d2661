/* SPDX-License-Identifier: MIT */
/* How a job or a hook ended, in a few words for people. */

#include "sinks/apool-ending-words.h"

#include "base/apool-locale.h"

/**
 * apool_ending_words_dup:
 * @outcome: what became of a job or a hook; not one that was skipped
 *
 * Returns: (transfer full): how it ended
 */
char *
apool_ending_words_dup (const ApoolOutcome *outcome)
{
  const char *message = apool_outcome_get_message (outcome);
  int code = apool_outcome_get_code (outcome);

  switch (apool_outcome_get_kind (outcome))
    {
    case APOOL_OUTCOME_EXITED:
      return apool_outcome_is_faulty (outcome) && message
                 ? g_strdup_printf ("exit status %d: %s", code, message)
                 : g_strdup_printf ("exit status %d", code);
    case APOOL_OUTCOME_SIGNALLED:
      /* What ran too long says so; that it was a signal that ended it is of no interest then. */
      return message ? g_strdup (message) : g_strdup_printf ("killed by signal %d", code);
    case APOOL_OUTCOME_NOT_STARTED:
      return g_strdup_printf ("cannot be started: %s", code ? apool_locale_describe_errno (code)
                                                       : message ? message
                                                                 : "no reason given");
    case APOOL_OUTCOME_LOST:
      return g_strdup_printf ("lost: %s", message ? message : "its worker ended");
    case APOOL_OUTCOME_TIMED_OUT:
      return g_strdup (message ? message : "timed out");
    case APOOL_OUTCOME_SKIPPED:
      break; /* nobody is told */
    }
  g_return_val_if_reached (NULL);
}
