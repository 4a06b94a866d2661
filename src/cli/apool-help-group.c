/* SPDX-License-Identifier: MIT */
/* The groups of options, and the lines that show them, made from the option table. */

#include "cli/apool-help-group.h"

/* Where descriptions begin, counted from 0. */
#define APOOL_HELP_COLUMN 29

/* The names are for good: who has learnt one types it again, and completions offer them. */
static const ApoolHelpGroup apool_help_groups[APOOL_OPTION_N_GROUPS] = {
  [APOOL_OPTION_GROUP_RUNNING] = { "running", "Running jobs",
                                   "how many at once, retries, time limits, end of the run" },
  [APOOL_OPTION_GROUP_STARTING] = { "starting", "When jobs are started",
                                    "delays, rates, load, free memory" },
  [APOOL_OPTION_GROUP_WORKERS] = { "workers", "Workers",
                                   "the processes that run jobs, and who gets which" },
  [APOOL_OPTION_GROUP_INPUT] = { "input", "Inputs",
                                 "where they come from, where they end, which are run" },
  [APOOL_OPTION_GROUP_COLUMNS] = { "columns", "Columns and fields of inputs",
                                   "several values in one line: CSV, JSON, patterns" },
  [APOOL_OPTION_GROUP_BATCH] = { "batch", "Several inputs per job",
                                 "so many inputs, or as many as fit" },
  [APOOL_OPTION_GROUP_TEXT] = { "text", "Replacement strings and quoting",
                                "how commands are made of inputs, and shown" },
  [APOOL_OPTION_GROUP_OUTPUT] = { "output", "Output",
                                  "order, labels, colours, files and tables of results" },
  [APOOL_OPTION_GROUP_RECORDS] = { "records", "Records of a run",
                                   "logs, going on where one ended, progress" },
  [APOOL_OPTION_GROUP_ABOUT] = { "about", "About apool", "help, versions, profiles, the machine" },
};

/**
 * apool_help_group_get:
 * @group: which one
 *
 * Returns: (transfer none): what is said of it
 */
const ApoolHelpGroup *
apool_help_group_get (ApoolOptionGroup group)
{
  return &apool_help_groups[group];
}

/* Names and what they are beside each other, or on two lines where the names are too long. */
static void
apool_help_append_row (GString *text, const char *names, const char *what)
{
  gsize start = text->len;

  g_string_append_printf (text, "  %s", names);
  if (text->len - start > APOOL_HELP_COLUMN - 2)
    {
      g_string_append_c (text, '\n');
      start = text->len;
    }
  g_string_append_printf (text, "%*s%s\n", (int) (APOOL_HELP_COLUMN - (text->len - start)), "",
                          what);
}

static void
apool_help_append_value (GString *text, const ApoolOption *option)
{
  if (option->value_name != NULL)
    g_string_append_printf (text, option->argument == APOOL_OPTION_OPTIONAL ? "[=%s]" : " %s",
                            option->value_name);
}

/* Returns: the first name of @option that is long, or is not; %NULL where there is none */
static const char *
apool_help_find_name (const ApoolOption *option, gboolean is_long)
{
  for (const char *const *name = option->names; *name != NULL; name++)
    if (apool_option_name_is_short (*name) != is_long)
      return *name;
  return NULL;
}

/**
 * apool_help_append_names:
 * @text: where they go
 * @option: an option
 *
 * Appends `-j, -P, --jobs, --max-procs N`: short names first, as readers of help texts expect.
 */
void
apool_help_append_names (GString *text, const ApoolOption *option)
{
  const char *separator = "";

  for (int is_long = 0; is_long <= 1; is_long++)
    for (const char *const *name = option->names; *name != NULL; name++)
      {
        if (apool_option_name_is_short (*name) == is_long)
          continue;
        g_string_append_printf (text, "%s%s%s", separator, is_long ? "--" : "-", *name);
        separator = ", ";
      }
  apool_help_append_value (text, option);
}

/**
 * apool_help_append_short:
 * @text: where it goes
 * @option: an option that is built
 *
 * Appends the option with one name of each kind, and what it does.
 */
void
apool_help_append_short (GString *text, const ApoolOption *option)
{
  const char *name = apool_help_find_name (option, FALSE);
  const char *long_name = apool_help_find_name (option, TRUE);
  g_autoptr (GString) names = g_string_new (NULL);

  if (name != NULL)
    g_string_append_printf (names, "-%s%s", name, long_name != NULL ? ", " : "");
  if (long_name != NULL)
    g_string_append_printf (names, "--%s", long_name);
  apool_help_append_value (names, option);
  apool_help_append_row (text, names->str, option->help);
}

/**
 * apool_help_append_group:
 * @text: where it goes
 * @group: which one
 *
 * Appends its heading and its options.
 */
void
apool_help_append_group (GString *text, ApoolOptionGroup group)
{
  gsize n_options;
  const ApoolOption *options = apool_option_table_get (&n_options);

  g_string_append_printf (text, "%s:\n", apool_help_group_get (group)->heading);
  for (gsize i = 0; i < n_options; i++)
    {
      g_autoptr (GString) names = g_string_new (NULL);

      if (options[i].state != APOOL_OPTION_BUILT || options[i].group != group)
        continue;
      apool_help_append_names (names, &options[i]);
      apool_help_append_row (text, names->str, options[i].help);
    }
}
