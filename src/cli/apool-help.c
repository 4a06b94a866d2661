/* SPDX-License-Identifier: MIT */
/*
 * What apool says about itself: three lines where it was called with nothing to do, the texts of
 * `--help` and `--help=all`, made from the option table, and that of `--version`.
 */

#include "cli/apool-help.h"

#include <unistd.h>

#include "cli/apool-about.h"
#include "cli/apool-features.h"
#include "cli/apool-help-group.h"
#include "cli/apool-option-lookup.h"

/* How many options are worth a line where one screen has to do. */
#define APOOL_HELP_N_MOST_USED 10u

#define APOOL_HELP_USAGE                                                                           \
  "Usage: apool [OPTION...] [COMMAND [ARGUMENT...]] [::: INPUT...] [:::: FILE...]\n"

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

/* The row of an option that has this long name, if it is built. */
static const ApoolOption *
apool_help_find_built (const char *name)
{
  const ApoolOption *option = apool_option_find_long (name, NULL);

  return option != NULL && option->state == APOOL_OPTION_BUILT ? option : NULL;
}

/* What people who have used GNU parallel or xargs for years look for first. The order is that of a
 * user's day: try it, run it, look what failed, go on. */
static void
apool_help_append_most_used (GString *text)
{
  static const char *const names[] = { "jobs",    "dry-run", "bar",    "tag",    "max-args", "halt",
                                       "timeout", "retries", "joblog", "resume", "arg-file" };
  guint n_options = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (names) && n_options < APOOL_HELP_N_MOST_USED; i++)
    {
      const ApoolOption *option = apool_help_find_built (names[i]);

      if (option == NULL)
        continue;
      apool_help_append_short (text, option);
      n_options++;
    }
}

static void
apool_help_append_topics (GString *text)
{
  for (ApoolOptionGroup group = 0; group < APOOL_OPTION_N_GROUPS; group++)
    g_string_append_printf (text, "  %-13s%s\n", apool_help_group_get (group)->name,
                            apool_help_group_get (group)->what);
  g_string_append (text, "  replacement  what stands for inputs in COMMAND, with examples\n"
                         "  all          every option\n");
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
      APOOL_HELP_USAGE
      "\n"
      "Runs COMMAND once for each INPUT, or each line of a FILE or of standard input,\n"
      "many at a time, and prints what the jobs write whole, in input order. In COMMAND\n"
      "{} or <> is the input, {.} that without extension; without any it is appended.\n"
      "\n"
      "Most used:\n");

  apool_help_append_most_used (text);
  g_string_append (text, "\n"
                         "More by --help=TOPIC, a group of options or the name of one:\n");
  apool_help_append_topics (text);
  g_string_append (text, "\n"
                         "Examples:\n"
                         "  ls *.wav | apool -j8 flac --silent '<>'\n"
                         "  apool 'gzip -9 {}; echo {#} {} done' ::: *.log\n"
                         "  apool --csv --header : 'mail {address} < {letter}' < list.csv\n"
                         "\n"
                         "To read on: man apool-tutorial, man apool\n");
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/**
 * apool_help_dup_all:
 *
 * Returns: (transfer full): the text of `--help=all`, with every option, at most 80 columns wide
 */
char *
apool_help_dup_all (void)
{
  g_autoptr (GString) text = g_string_new (APOOL_HELP_USAGE);

  for (ApoolOptionGroup group = 0; group < APOOL_OPTION_N_GROUPS; group++)
    {
      g_string_append_c (text, '\n');
      apool_help_append_group (text, group);
    }
  g_string_append (text, "\n"
                         "The whole story: man apool\n");
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/**
 * apool_help_dup_version:
 *
 * Returns: (transfer full): the text of `--version`; scripts read its first line
 */
char *
apool_help_dup_version (void)
{
  gsize n_features;
  const ApoolFeature *features = apool_features_get (&n_features);
  g_autofree char *list = apool_features_dup_text (features, n_features);

  return g_strdup_printf ("apool %s\n"
                          "GLib %u.%u.%u (built with %d.%d.%d)\n"
                          "Features: %s\n"
                          "Options as in GNU parallel %d\n"
                          "License: MIT, without warranty\n",
                          APOOL_VERSION, glib_major_version, glib_minor_version, glib_micro_version,
                          GLIB_MAJOR_VERSION, GLIB_MINOR_VERSION, GLIB_MICRO_VERSION, list,
                          APOOL_ABOUT_VERSION);
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
