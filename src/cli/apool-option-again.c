/* SPDX-License-Identifier: MIT */
/* Which options of a run another one needs that takes commands from its log, to do the same work in
 * the same way: those that decide what a job finds around it, when it is started, when it has had
 * enough, what happens where it fails, and what becomes of what it writes. The log has the
 * commands: what made them is not needed. Nor is what only shows: labels, colours, progress.
 *
 * Profiles are read again: what they say needs not be said once more. */

#include "cli/apool-option-again.h"

#include <string.h>

#include "cli/apool-results.h"

/* What is true of most options under a heading of `--help`. */
static const ApoolOptionAgain apool_option_again_by_group[APOOL_OPTION_N_GROUPS] = {
  [APOOL_OPTION_GROUP_RUNNING] = APOOL_OPTION_AGAIN_SAID,
  [APOOL_OPTION_GROUP_STARTING] = APOOL_OPTION_AGAIN_SAID,
  [APOOL_OPTION_GROUP_WORKERS] = APOOL_OPTION_AGAIN_SAID,
  [APOOL_OPTION_GROUP_INPUT] = APOOL_OPTION_AGAIN_NOT,
  [APOOL_OPTION_GROUP_COLUMNS] = APOOL_OPTION_AGAIN_NOT,
  [APOOL_OPTION_GROUP_BATCH] = APOOL_OPTION_AGAIN_NOT,
  [APOOL_OPTION_GROUP_TEXT] = APOOL_OPTION_AGAIN_NOT,
  [APOOL_OPTION_GROUP_OUTPUT] = APOOL_OPTION_AGAIN_SAID,
  [APOOL_OPTION_GROUP_RECORDS] = APOOL_OPTION_AGAIN_NOT,
  [APOOL_OPTION_GROUP_ABOUT] = APOOL_OPTION_AGAIN_NOT,
};

/* And of the others, by the first of their names. */
static const struct
{
  const char *name;
  ApoolOptionAgain again;
} apool_option_again_others[] = {
  { "workdir", APOOL_OPTION_AGAIN_FIXED },
  { "weight", APOOL_OPTION_AGAIN_FIXED },
  { "scheduler", APOOL_OPTION_AGAIN_FIXED },
  { "results", APOOL_OPTION_AGAIN_FIXED },
  /* Only a shell can run a command as the log has it. */
  { "no-shell", APOOL_OPTION_AGAIN_NEVER },
  { "template", APOOL_OPTION_AGAIN_NEVER },
  { "slow-after", APOOL_OPTION_AGAIN_NOT },
  { "verbose", APOOL_OPTION_AGAIN_NOT },
  { "v", APOOL_OPTION_AGAIN_NOT },
  { "debug", APOOL_OPTION_AGAIN_NOT },
  { "tag", APOOL_OPTION_AGAIN_NOT },
  { "tagstring", APOOL_OPTION_AGAIN_NOT },
  { "ctag", APOOL_OPTION_AGAIN_NOT },
  { "ctagstring", APOOL_OPTION_AGAIN_NOT },
  { "title", APOOL_OPTION_AGAIN_NOT },
  { "color", APOOL_OPTION_AGAIN_NOT },
  { "color-failed", APOOL_OPTION_AGAIN_NOT },
  { "longest-first", APOOL_OPTION_AGAIN_SAID },
  { "profile", APOOL_OPTION_AGAIN_SAID },
  { "plain", APOOL_OPTION_AGAIN_SAID },
};

/**
 * apool_option_again_get:
 * @option: a row of the option table
 *
 * Returns: whether the second run is to have it
 */
ApoolOptionAgain
apool_option_again_get (const ApoolOption *option)
{
  if (option->state != APOOL_OPTION_BUILT)
    return APOOL_OPTION_AGAIN_NOT;
  for (gsize i = 0; i < G_N_ELEMENTS (apool_option_again_others); i++)
    if (strcmp (option->names[0], apool_option_again_others[i].name) == 0)
      return apool_option_again_others[i].again;
  return apool_option_again_by_group[option->group];
}

/**
 * apool_option_again_note:
 * @options: gets it among those that were said
 * @option: a row of the option table
 * @value: (nullable): its value; outlives @options
 *
 * Remembers an option of the run, if the second one may need it.
 */
void
apool_option_again_note (ApoolOptions *options, const ApoolOption *option, const char *value)
{
  const ApoolOptionSaid said = { option, value };

  if (apool_option_again_get (option) != APOOL_OPTION_AGAIN_NOT)
    g_array_append_val (options->said, said);
}

/* Whether some of the replacement strings are not the usual ones. */
static gboolean
apool_option_again_has_names (const ApoolTextOptions *text)
{
  for (gsize i = 0; i < G_N_ELEMENTS (text->names); i++)
    if (text->names[i])
      return TRUE;
  return text->parens || text->definitions->len > 0;
}

/* Whether a template has no replacement string; where that takes more than a look it is said not to
 * be so, which does no harm. */
static gboolean
apool_option_again_is_fixed (const ApoolOptions *options, const ApoolOptionSaid *said)
{
  ApoolOutputOptions output = { 0 };

  /* In a directory the place of a job is that of its inputs. */
  if (strcmp (said->option->names[0], "results") == 0)
    return apool_results_read (&output, said->value, NULL) && !output.results;
  return !strpbrk (said->value, "{<") && !apool_option_again_has_names (&options->text);
}

/**
 * apool_option_again_is_possible:
 * @options: all that was said
 *
 * Returns: whether a run of the commands of the log can do the same; else the inputs are needed
 */
gboolean
apool_option_again_is_possible (const ApoolOptions *options)
{
  for (guint i = 0; i < options->said->len; i++)
    {
      const ApoolOptionSaid *said = &g_array_index (options->said, ApoolOptionSaid, i);
      ApoolOptionAgain again = apool_option_again_get (said->option);

      if (again == APOOL_OPTION_AGAIN_NEVER)
        return FALSE;
      if (again == APOOL_OPTION_AGAIN_FIXED && !apool_option_again_is_fixed (options, said))
        return FALSE;
    }
  return TRUE;
}

/**
 * apool_option_again_get_typed:
 * @options: all that was said
 * @n_said: (out): how many
 *
 * Returns: (transfer none) (array length=n_said): options of the command line that the second run
 *   needs, in order
 */
const ApoolOptionSaid *
apool_option_again_get_typed (const ApoolOptions *options, gsize *n_said)
{
  *n_said = options->said->len - options->n_profile_said;
  return (const ApoolOptionSaid *) (gconstpointer) options->said->data + options->n_profile_said;
}
