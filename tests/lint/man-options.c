/* SPDX-License-Identifier: MIT */
/*
 * What the man pages say about options, held against the option table. They are read as text, by
 * the form that the macros have there: `.It Fl j , Fl -jobs Ar N` begins the paragraph about an
 * option, and `Fl -jobs` names it anywhere else.
 */

#include "man-options.h"

#include <string.h>

#include "cli/apool-option-table.h"

static GHashTable *
man_options_new_set (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/* Adds what is in one of two sets alone, in no order. */
static void
man_options_compare (GString *faults, const char *where, GHashTable *expected, GHashTable *found)
{
  GHashTableIter iter;
  gpointer word;

  g_hash_table_iter_init (&iter, expected);
  while (g_hash_table_iter_next (&iter, &word, NULL))
    if (!g_hash_table_contains (found, word))
      g_string_append_printf (faults, "\n  %s lacks: %s", where, (const char *) word);
  g_hash_table_iter_init (&iter, found);
  while (g_hash_table_iter_next (&iter, &word, NULL))
    if (!g_hash_table_contains (expected, word))
      g_string_append_printf (faults, "\n  %s has more: %s", where, (const char *) word);
}

/* `Fl j , Fl -jobs`: short names first, as in `--help`. */
static char *
man_options_dup_names (const ApoolOption *option)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (int is_long = 0; is_long <= 1; is_long++)
    for (const char *const *name = option->names; *name != NULL; name++)
      if (apool_option_name_is_short (*name) != is_long)
        g_string_append_printf (names, "%sFl %s%s", names->len > 0 ? " , " : "", is_long ? "-" : "",
                                *name);
  return g_string_free (g_steal_pointer (&names), FALSE);
}

/* The line that begins the paragraph about @option. */
static char *
man_options_describe (const ApoolOption *option)
{
  g_autofree char *names = man_options_dup_names (option);

  if (option->value_name == NULL)
    return g_strconcat (".It ", names, NULL);
  if (option->argument == APOOL_OPTION_OPTIONAL)
    return g_strconcat (".It ", names, " Ns Op Li = Ns Ar ", option->value_name, NULL);
  return g_strconcat (".It ", names, " Ar ", option->value_name, NULL);
}

/* The section that begins with @heading; empty where there is none. */
static char *
man_options_dup_section (const char *man, const char *heading)
{
  g_autofree char *line = g_strdup_printf ("\n.Sh %s\n", heading);
  const char *start = strstr (man, line);
  const char *end;

  if (start == NULL)
    return g_strdup ("");
  end = strstr (start + 1, "\n.Sh ");
  return end == NULL ? g_strdup (start) : g_strndup (start, end - start);
}

/* The row of the option whose paragraph begins with @line; %NULL where there is none. */
static const ApoolOption *
man_options_find (const char *line)
{
  gsize n_options;
  const ApoolOption *options = apool_option_table_get (&n_options);

  for (gsize i = 0; i < n_options; i++)
    {
      g_autofree char *described = man_options_describe (&options[i]);

      if (options[i].state == APOOL_OPTION_BUILT && strcmp (described, line) == 0)
        return &options[i];
    }
  return NULL;
}

/* The line without what a value may have behind its name: `Ar NAME Ns Op Li = Ns Ar TEMPLATE`. */
static char *
man_options_cut (const char *line)
{
  const char *value = strstr (line, " Ar ");
  const char *more = value != NULL ? strstr (value, " Ns ") : NULL;

  return more != NULL ? g_strndup (line, more - line) : g_strdup (line);
}

/* Each group of options has a heading of its own, by the name that it has in @help. */
static void
man_options_check_headings (GString *faults, const char *const *headings, const char *help)
{
  for (gsize i = 0; i < APOOL_OPTION_N_GROUPS; i++)
    {
      g_autofree char *line =
          headings[i] != NULL ? g_strdup_printf ("\n%s:\n", headings[i] + strlen (".Ss ")) : NULL;

      if (line != NULL && strstr (help, line) == NULL)
        g_string_append_printf (faults, "\n  no such group in --help: %s", headings[i]);
      for (gsize k = 0; k < i; k++)
        if (g_strcmp0 (headings[i], headings[k]) == 0)
          g_string_append_printf (faults, "\n  two groups of --help under one heading: %s",
                                  headings[i]);
    }
}

/*
 * Options that are built have one paragraph each, those of one group of `--help` under one heading,
 * and nothing else has one.
 */
static void
man_options_check_paragraphs (GString *faults, const char *man, const char *help)
{
  gsize n_options;
  const ApoolOption *options = apool_option_table_get (&n_options);
  g_autofree char *section = man_options_dup_section (man, "OPTIONS");
  g_auto (GStrv) lines = g_strsplit (section, "\n", -1);
  g_autoptr (GHashTable) expected = man_options_new_set ();
  g_autoptr (GHashTable) found = man_options_new_set ();
  const char *headings[APOOL_OPTION_N_GROUPS] = { NULL };
  const char *heading = ".Ss ";

  for (gsize i = 0; i < n_options; i++)
    if (options[i].state == APOOL_OPTION_BUILT)
      g_hash_table_add (expected, man_options_describe (&options[i]));
  for (char **line = lines; *line != NULL; line++)
    {
      g_autofree char *cut = NULL;
      const ApoolOption *option;

      if (g_str_has_prefix (*line, ".Ss "))
        heading = *line;
      if (!g_str_has_prefix (*line, ".It Fl "))
        continue;
      cut = man_options_cut (*line);
      option = man_options_find (cut);
      if (option != NULL && headings[option->group] == NULL)
        headings[option->group] = heading;
      if (option != NULL && strcmp (headings[option->group], heading) != 0)
        g_string_append_printf (faults, "\n  stands apart from its group: %s", *line);
      if (!g_hash_table_add (found, g_steal_pointer (&cut)))
        g_string_append_printf (faults, "\n  stands there twice: %s", *line);
    }
  man_options_check_headings (faults, headings, help);
  man_options_compare (faults, "OPTIONS", expected, found);
}

/* Every option that is named anywhere in @man, with its dashes. */
static GHashTable *
man_options_find_names (const char *man)
{
  GHashTable *found = man_options_new_set ();
  g_auto (GStrv) lines = g_strsplit (man, "\n", -1);
  g_autoptr (GRegex) name = g_regex_new ("\\bFl (\\S+)", 0, 0, NULL);

  for (char **line = lines; *line != NULL; line++)
    {
      g_autoptr (GMatchInfo) names = NULL;

      if (**line != '.')
        continue;
      for (g_regex_match (name, *line, 0, &names); g_match_info_matches (names);
           g_match_info_next (names, NULL))
        {
          g_autofree char *word = g_match_info_fetch (names, 1);

          g_hash_table_add (found, g_strconcat ("-", word, NULL));
        }
    }
  return found;
}

/* Adds the names of all options that are of one of @states, a set of bits. */
static void
man_options_add_names (GHashTable *names, guint states)
{
  gsize n_options;
  const ApoolOption *options = apool_option_table_get (&n_options);

  for (gsize i = 0; i < n_options; i++)
    if ((states & 1u << options[i].state) != 0)
      for (const char *const *name = options[i].names; *name != NULL; name++)
        g_hash_table_add (
            names, g_strconcat (apool_option_name_is_short (*name) ? "-" : "--", *name, NULL));
}

/**
 * man_options_dup_faults:
 * @man: the page that has to have all options
 * @help: the text of `--help=all`
 *
 * What is built, accepted or refused for good has to be named there, and nothing else.
 *
 * Returns: (transfer full): each difference from the option table on a line of its own
 */
char *
man_options_dup_faults (const char *man, const char *help)
{
  g_autoptr (GString) faults = g_string_new (NULL);
  g_autoptr (GHashTable) expected = man_options_new_set ();
  g_autoptr (GHashTable) found = man_options_find_names (man);

  man_options_check_paragraphs (faults, man, help);
  man_options_add_names (expected, 1u << APOOL_OPTION_BUILT | 1u << APOOL_OPTION_ACCEPTED |
                                       1u << APOOL_OPTION_REFUSED);
  man_options_compare (faults, "page", expected, found);
  return g_string_free (g_steal_pointer (&faults), FALSE);
}

/**
 * man_options_dup_other_faults:
 * @man: any other page
 *
 * It names only options that there are. Where it has a section "WHAT IS NOT THERE", this names
 * those of GNU parallel that are refused, in paragraphs of their own, and all of them.
 *
 * Returns: (transfer full): each difference from the option table on a line of its own
 */
char *
man_options_dup_other_faults (const char *man)
{
  g_autoptr (GString) faults = g_string_new (NULL);
  g_autoptr (GHashTable) known = man_options_new_set ();
  g_autoptr (GHashTable) refused = man_options_new_set ();
  g_autoptr (GHashTable) found = man_options_find_names (man);
  g_autofree char *section = man_options_dup_section (man, "WHAT IS NOT THERE");
  g_auto (GStrv) lines = g_strsplit (section, "\n", -1);
  g_autoptr (GString) paragraphs = g_string_new (NULL);
  g_autoptr (GHashTable) found_refused = NULL;
  GHashTableIter iter;
  gpointer name;

  man_options_add_names (known, ~0u);
  g_hash_table_iter_init (&iter, found);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (!g_hash_table_contains (known, name))
      g_string_append_printf (faults, "\n  no such option: %s", (const char *) name);
  for (char **line = lines; *line != NULL; line++)
    if (g_str_has_prefix (*line, ".It Fl "))
      g_string_append_printf (paragraphs, "%s\n", *line);
  if (*section != '\0')
    man_options_add_names (refused, 1u << APOOL_OPTION_NOT_BUILT | 1u << APOOL_OPTION_REFUSED);
  found_refused = man_options_find_names (paragraphs->str);
  man_options_compare (faults, "WHAT IS NOT THERE", refused, found_refused);
  return g_string_free (g_steal_pointer (&faults), FALSE);
}
