/* SPDX-License-Identifier: MIT */
/* What is told of a job that is over: the command that was run, and how it ended. */

#include "job/apool-ending.h"

#include <string.h>

#include "base/apool-quote.h"

/* Of jobs that did not end by themselves nor by a signal; GNU parallel's. */
#define NO_STATUS (-1)

/* Returns: (transfer full): the words of a command, of which the slot is known */
static char *
apool_ending_dup_filled (const ApoolTask *task, guint slot)
{
  ApoolTaskKind kind = apool_task_get_kind (task);
  g_auto (GStrv) words = apool_task_dup_words (task, slot, APOOL_QUOTE_POSIX);
  GString *command = g_string_new (NULL);

  for (gsize i = 0; words[i]; i++)
    {
      if (i > 0)
        g_string_append_c (command, ' ');
      if (kind == APOOL_TASK_SHELL)
        g_string_append (command, words[i]);
      else
        apool_quote_append (command, APOOL_QUOTE_POSIX, words[i], strlen (words[i]));
    }
  return g_string_free (command, FALSE);
}

/* Whether there was nothing to run: of what no job could be made, the command is an empty word. */
static gboolean
apool_ending_is_without_command (const ApoolTask *task, const ApoolOutcome *outcome)
{
  return apool_outcome_get_kind (outcome) == APOOL_OUTCOME_NOT_STARTED &&
         g_bytes_get_size (apool_task_get_text (task)) == 1;
}

/**
 * apool_ending_dup_command:
 * @task: a job
 * @outcome: what became of it
 * @slot: the slot that it ran in; 0 where nobody knows
 *
 * Returns: (transfer full): the command as it would be typed; empty where there was none
 */
char *
apool_ending_dup_command (const ApoolTask *task, const ApoolOutcome *outcome, guint slot)
{
  if (apool_ending_is_without_command (task, outcome))
    return g_strdup ("");
  if (slot > 0 && apool_holes_get_n (apool_task_get_holes (task)) > 0)
    return apool_ending_dup_filled (task, slot);
  return apool_task_dup_command (task, G_MAXINT32);
}

/**
 * apool_ending_get_status:
 * @outcome: what became of a job
 *
 * Returns: the job's exit status; 0 where a signal ended it, -1 where it has not ended: it was not
 *   started, or its worker was lost; the same where it ran too long
 */
int
apool_ending_get_status (const ApoolOutcome *outcome)
{
  switch (apool_outcome_get_kind (outcome))
    {
    case APOOL_OUTCOME_EXITED:
      return apool_outcome_get_code (outcome);
    case APOOL_OUTCOME_SIGNALLED:
      return 0;
    case APOOL_OUTCOME_NOT_STARTED:
    case APOOL_OUTCOME_LOST:
    case APOOL_OUTCOME_SKIPPED:
    case APOOL_OUTCOME_TIMED_OUT:
      break;
    }
  return NO_STATUS;
}

/**
 * apool_ending_get_signal:
 * @outcome: what became of a job
 *
 * Returns: the signal that ended the job; 0 where none did
 */
int
apool_ending_get_signal (const ApoolOutcome *outcome)
{
  ApoolOutcomeKind kind = apool_outcome_get_kind (outcome);

  return kind == APOOL_OUTCOME_SIGNALLED || kind == APOOL_OUTCOME_TIMED_OUT
             ? apool_outcome_get_code (outcome)
             : 0;
}
