/* SPDX-License-Identifier: MIT */
/*
 * What apool says about itself: three lines where it was called with nothing to do, the text of
 * `--help`, made from the option table, and the text of `--version`.
 */

#include "cli/apool-help.h"

#include <unistd.h>

#include "cli/apool-option-table.h"

/* Where descriptions begin, counted from 0. */
#define APOOL_HELP_COLUMN 29

/**
 * apool_help_brief:
 *
 * Returns: (transfer none): three lines for someone who typed the program's name and nothing else
 */
const char *
apool_help_brief (void)
{
  return "apool runs a command once for each line of its input, many at a time.\n"
         "Try: seq 10 | apool -j8 echo 'job <>'    or: apool gzip ::: *.log\n"
         "More: apool --help, man apool\n";
}

static const char *
apool_help_get_heading (ApoolOptionGroup group)
{
  switch (group)
    {
    case APOOL_OPTION_GROUP_RUNNING:
      return "Running jobs";
    case APOOL_OPTION_GROUP_STARTING:
      return "When jobs are started";
    case APOOL_OPTION_GROUP_WORKERS:
      return "Workers";
    case APOOL_OPTION_GROUP_INPUT:
      return "Inputs";
    case APOOL_OPTION_GROUP_COLUMNS:
      return "Columns and fields of inputs";
    case APOOL_OPTION_GROUP_BATCH:
      return "Several inputs per job";
    case APOOL_OPTION_GROUP_TEXT:
      return "Replacement strings and quoting";
    case APOOL_OPTION_GROUP_OUTPUT:
      return "Output";
    case APOOL_OPTION_GROUP_RECORDS:
      return "Records of a run";
    case APOOL_OPTION_GROUP_ABOUT:
      return "About apool";
    case APOOL_OPTION_N_GROUPS:
      break;
    }
  g_assert_not_reached ();
}

/* `-j, -P, --jobs, --max-procs N`: short names first, as readers of help texts expect. */
static void
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
  if (option->value_name != NULL)
    g_string_append_printf (text, option->argument == APOOL_OPTION_OPTIONAL ? "[=%s]" : " %s",
                            option->value_name);
}

static void
apool_help_append_option (GString *text, const ApoolOption *option)
{
  g_autoptr (GString) names = g_string_new ("  ");

  apool_help_append_names (names, option);
  if (names->len > APOOL_HELP_COLUMN - 2)
    g_string_append_printf (text, "%s\n%*s%s\n", names->str, APOOL_HELP_COLUMN, "", option->help);
  else
    g_string_append_printf (text, "%-*s%s\n", APOOL_HELP_COLUMN, names->str, option->help);
}

static void
apool_help_append_group (GString *text, ApoolOptionGroup group)
{
  gsize n_options;
  const ApoolOption *options = apool_option_table_get (&n_options);

  g_string_append_printf (text, "\n%s:\n", apool_help_get_heading (group));
  for (gsize i = 0; i < n_options; i++)
    if (options[i].state == APOOL_OPTION_BUILT && options[i].group == group)
      apool_help_append_option (text, &options[i]);
}

/**
 * apool_help_dup_text:
 *
 * Returns: (transfer full): the text of `--help`, at most 80 columns wide
 */
char *
apool_help_dup_text (void)
{
  g_autoptr (GString) text = g_string_new (
      "Usage: apool [OPTION...] [COMMAND [ARGUMENT...]] [::: INPUT...] [:::: FILE...]\n"
      "\n"
      "Runs COMMAND once for each INPUT, or for each line of standard input, many at a\n"
      "time, and prints what the jobs write whole and in input order. Without COMMAND\n"
      "each input is a command.\n"
      "\n"
      "In COMMAND, {} or <> is the input, {.} that without extension, {/} without\n"
      "directory, {//} its directory, {/.} both; {2} or {2.} is input 2 of several, or\n"
      "column 2; {#} is the job's number, {%} its slot. {= s/a/b/ =} changes the input\n"
      "by Perl. Where COMMAND has none of them, the input is appended.\n");

  for (ApoolOptionGroup group = 0; group < APOOL_OPTION_N_GROUPS; group++)
    apool_help_append_group (text, group);
  g_string_append (text, "\n"
                         "Examples:\n"
                         "  ls *.wav | apool -j8 flac --silent '<>'\n"
                         "  apool 'gzip -9 {}; echo {#} {} done' ::: *.log\n"
                         "  find . -type f -print0 | apool -0 sha256sum\n"
                         "  apool --csv --header : 'mail {address} < {letter}' < list.csv\n"
                         "  apool ./simulate --mode={1} --seed={2} :::: modes ::: 1 2 3\n"
                         "\n"
                         "The whole story: man apool\n");
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/**
 * apool_help_dup_version:
 *
 * Returns: (transfer full): the text of `--version`
 */
char *
apool_help_dup_version (void)
{
  return g_strdup_printf ("apool %s\n"
                          "GLib %u.%u.%u\n",
                          APOOL_VERSION, glib_major_version, glib_minor_version,
                          glib_micro_version);
}

/**
 * apool_help_dup_limits:
 * @max_length: how long a command line can be, bytes
 *
 * Returns: (transfer full): the text of `--show-limits`
 */
char *
apool_help_dup_limits (guint64 max_length)
{
  return g_strdup_printf ("Longest command line: %" G_GUINT64_FORMAT " bytes\n"
                          "Longest arguments and environment together: %ld bytes\n",
                          max_length, sysconf (_SC_ARG_MAX));
}
