/* SPDX-License-Identifier: MIT */
/*
 * Holds the option table, `--help`, the man page and the completions for bash, zsh and fish
 * together: what one of them says about an option, and that there is one, must be true of all.
 *
 * The environment variable APOOL_ROOT is the top of the source tree; APOOL_COMPLETIONS is where the
 * completions are, which are made of the table, and whose makers are not believed here.
 */

#include <glib.h>
#include <string.h>

#include "cli/apool-help-group.h"
#include "cli/apool-help.h"
#include "cli/apool-option-table.h"
#include "man-options.h"
#include "values.h"

static char *
read_file_in (const char *variable, const char *name)
{
  const char *root = g_getenv (variable);
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  char *contents = NULL;

  g_assert_nonnull (root);
  path = g_build_filename (root, name, NULL);
  g_file_get_contents (path, &contents, NULL, &error);
  g_assert_no_error (error);
  return contents;
}

static char *
read_file (const char *name)
{
  return read_file_in ("APOOL_ROOT", name);
}

static char *
read_completion (const char *name)
{
  return read_file_in ("APOOL_COMPLETIONS", name);
}

static GHashTable *
new_set (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/* Fails with every difference between two sets of words, which @where is said to have. */
static void
assert_same (const char *where, GHashTable *expected, GHashTable *found)
{
  g_autoptr (GString) differences = g_string_new (NULL);
  GHashTableIter iter;
  gpointer word;

  g_hash_table_iter_init (&iter, expected);
  while (g_hash_table_iter_next (&iter, &word, NULL))
    if (!g_hash_table_contains (found, word))
      g_string_append_printf (differences, "\n  lacks: %s", (const char *) word);
  g_hash_table_iter_init (&iter, found);
  while (g_hash_table_iter_next (&iter, &word, NULL))
    if (!g_hash_table_contains (expected, word))
      g_string_append_printf (differences, "\n  has more: %s", (const char *) word);
  g_test_message ("%s against the option table:%s", where, differences->str);
  g_assert_cmpstr (differences->str, ==, "");
}

static char *
dup_dashed (const char *name)
{
  return g_strconcat (apool_option_name_is_short (name) ? "-" : "--", name, NULL);
}

/* The names of @option with @format around each, short ones first, between @separator. */
static char *
dup_names (const ApoolOption *option,
           const char *short_prefix,
           const char *short_suffix,
           const char *long_prefix,
           const char *long_suffix,
           const char *separator)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (int is_long = 0; is_long <= 1; is_long++)
    for (const char *const *name = option->names; *name != NULL; name++)
      if (apool_option_name_is_short (*name) != is_long)
        g_string_append_printf (names, "%s%s%s%s", names->len > 0 ? separator : "",
                                is_long ? long_prefix : short_prefix, *name,
                                is_long ? long_suffix : short_suffix);
  return g_string_free (g_steal_pointer (&names), FALSE);
}

/* The lines of @text that begin with one of @prefixes, without leading blanks. */
static GHashTable *
find_lines (const char *text, const char *const *prefixes)
{
  GHashTable *found = new_set ();
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (char **line = lines; *line != NULL; line++)
    for (const char *const *prefix = prefixes; *prefix != NULL; prefix++)
      if (g_str_has_prefix (g_strchug (*line), *prefix))
        g_hash_table_add (found, g_strdup (*line));
  return found;
}

/*
 * One line for each option that is built, made by @describe; @text has these lines, perhaps with
 * more at their ends, and no others of @prefixes.
 */
static void
assert_lines (const char *where,
              const char *text,
              const char *const *prefixes,
              char *(*describe) (const ApoolOption *option))
{
  gsize n_options;
  const ApoolOption *options = apool_option_table_get (&n_options);
  g_autoptr (GHashTable) expected = new_set ();
  g_autoptr (GHashTable) found = find_lines (text, prefixes);
  g_autoptr (GHashTable) cut = new_set ();
  GHashTableIter iter;
  gpointer line;

  for (gsize i = 0; i < n_options; i++)
    if (options[i].state == APOOL_OPTION_BUILT)
      g_hash_table_add (expected, describe (&options[i]));
  g_hash_table_iter_init (&iter, found);
  while (g_hash_table_iter_next (&iter, &line, NULL))
    {
      const char *known = NULL;
      GHashTableIter iter_expected;
      gpointer prefix;

      g_hash_table_iter_init (&iter_expected, expected);
      while (g_hash_table_iter_next (&iter_expected, &prefix, NULL))
        if (g_str_has_prefix (line, prefix) && (!known || g_str_has_prefix (prefix, known)))
          known = prefix; /* the longest: a name may begin with another */
      g_hash_table_add (cut, g_strdup (known ? known : line));
    }
  assert_same (where, expected, cut);
}

/* A help text with each description on the line of its names. */
static char *
dup_help_with_joined_lines (void)
{
  g_autofree char *help = apool_help_dup_all ();
  g_autoptr (GRegex) blanks = g_regex_new ("\\n? {3,}", 0, 0, NULL);

  return g_regex_replace_literal (blanks, help, -1, 0, "  ", 0, NULL);
}

static char *
describe_in_help (const ApoolOption *option)
{
  g_autofree char *names = dup_names (option, "-", "", "--", "", ", ");

  if (option->value_name == NULL)
    return g_strconcat (names, "  ", option->help, NULL);
  if (option->argument == APOOL_OPTION_OPTIONAL)
    return g_strconcat (names, "[=", option->value_name, "]  ", option->help, NULL);
  return g_strconcat (names, " ", option->value_name, "  ", option->help, NULL);
}

static void
check_help (void)
{
  const char *const prefixes[] = { "-", NULL };
  g_autofree char *help = dup_help_with_joined_lines ();

  assert_lines ("--help=all", help, prefixes, describe_in_help);
}

static void
assert_faultless (const char *where, const char *faults)
{
  g_test_message ("%s against the option table:%s", where, faults);
  g_assert_cmpstr (faults, ==, "");
}

/* What is built, accepted or refused is in the man page; what is not built is not. */
static void
check_man_page (void)
{
  g_autofree char *man = read_file ("man/apool.1");
  g_autofree char *help = apool_help_dup_all ();
  g_autofree char *faults = man_options_dup_faults (man, help);

  assert_faultless ("man/apool.1", faults);
}

static void
check_other_man_pages (void)
{
  const char *const names[] = { "man/apool-migrate.7", "man/apool-tutorial.7" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *man = read_file (names[i]);
      g_autofree char *faults = man_options_dup_other_faults (man);

      assert_faultless (names[i], faults);
    }
}

/* @text, which has to be in @man, with @other in its place. */
static char *
dup_changed (const char *man, const char *text, const char *other)
{
  g_auto (GStrv) parts = g_strsplit (man, text, 2);

  g_assert_cmpuint (g_strv_length (parts), ==, 2);
  return g_strjoinv (other, parts);
}

/* A man page that is wrong in one place is found to be. */
static void
check_man_page_faults (void)
{
  static const struct
  {
    const char *text;
    const char *other;
    const char *fault;
  } changes[] = {
    { ".It Fl -shell\n", ".It Fl -sheII\n", "page has more: --sheII" },
    { ".It Fl -shell\n", ".It Fl -shell Ar N\n", "has more: .It Fl -shell Ar N" },
    { ".It Fl -merge\n", ".It Fl -tollef\n.It Fl -merge\n", "has more: .It Fl -tollef" },
    { "Fl -timeout Ar TIME\n", "Fl -timeout Ar SECS\n", "lacks: .It Fl -timeout Ar TIME" },
    { "Fl -timeout Ar TIME\n", "Fl -timeout Ar TIMES\n", "lacks: .It Fl -timeout Ar TIME" },
    { "Fl -timeout Ar TIME\n", "Fl -timeout\n", "lacks: .It Fl -timeout Ar TIME" },
    { ".It Fl j , Fl P ,", ".It Fl j ,", "lacks: .It Fl j , Fl P , Fl -jobs" },
    { "Fl -replace Ns Op Li = Ns Ar STR", "Fl -replace Ar STR", "lacks: .It Fl i , Fl -replace" },
    { "Fl -replace Ns Op Li = Ns Ar STR", "Fl -replace", "lacks: .It Fl i , Fl -replace" },
    { ".It Fl -csv\n", ".It Fl -no-shell\n.It Fl -csv\n", "twice: .It Fl -no-shell" },
    { ".It Fl -csv\n", ".It Fl -no-shell\n.It Fl -csv\n", "its group: .It Fl -no-shell" },
    { "\n.Ss Workers\n", "\n", "two groups of --help under one heading" },
    { "\n.Ss Workers\n", "\n.Ss The workers\n", "no such group in --help: .Ss The workers" },
    { ".It Fl -tollef\n", "", "page lacks: --tollef" },
    { "\n.Sh OPTIONS\n", "\n.Sh OPTION\n", "OPTIONS lacks: .It Fl -csv" },
  };
  g_autofree char *man = read_file ("man/apool.1");
  g_autofree char *help = apool_help_dup_all ();

  for (gsize i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_autofree char *changed = dup_changed (man, changes[i].text, changes[i].other);
      g_autofree char *faults = man_options_dup_faults (changed, help);

      g_test_message ("%s instead of %s:%s", changes[i].other, changes[i].text, faults);
      g_assert_nonnull (strstr (faults, changes[i].fault));
    }
}

/* So is another page that names an option that there is not, or says of one that it is not there.
 */
static void
check_other_man_page_faults (void)
{
  g_autofree char *plain = man_options_dup_other_faults (".Sh X\n.Fl -jobs and\n.Fl -tollef\n");
  g_autofree char *unknown = man_options_dup_other_faults (".Sh X\nand\n.Ql x Fl -jops .\n");
  g_autofree char *refused = man_options_dup_other_faults (
      ".Nm\n.Sh WHAT IS NOT THERE\n.It Fl -jobs\nx\n.Fl -tollef\n.Sh X\n.It Fl -embed\n");

  g_assert_cmpstr (plain, ==, "");
  g_assert_cmpstr (unknown, ==, "\n  no such option: --jops");
  g_assert_nonnull (strstr (refused, "WHAT IS NOT THERE has more: --jobs"));
  g_assert_nonnull (strstr (refused, "WHAT IS NOT THERE lacks: --tollef"));
  g_assert_nonnull (strstr (refused, "WHAT IS NOT THERE lacks: --embed"));
}

/* @text without what @pattern matches; `\1` stays. */
static char *
dup_without (const char *text, const char *pattern)
{
  g_autoptr (GRegex) regex = g_regex_new (pattern, G_REGEX_MULTILINE, 0, NULL);
  g_autoptr (GError) error = NULL;
  char *rest = g_regex_replace (regex, text, -1, 0, "\\1", 0, &error);

  g_assert_no_error (error);
  return rest;
}

static char *
dup_replaced (const char *text, const char *from, const char *to)
{
  g_auto (GStrv) parts = g_strsplit (text, from, -1);

  return g_strjoinv (to, parts);
}

/* Options of bash's completion, without what completes the value. */
static char *
describe_in_bash (const ApoolOption *option)
{
  const char *const takes[] = { "nothing", "value", "attached" };
  g_autoptr (GString) names = g_string_new (NULL);
  g_autofree char *quoted = dup_replaced (option->help, "'", "'\\''");

  for (int is_short = 0; is_short <= 1; is_short++)
    for (const char *const *name = option->names; *name != NULL; name++)
      if (apool_option_name_is_short (*name) == is_short)
        g_string_append_printf (names, "%s%s%s", names->len > 0 ? " " : "", is_short ? "-" : "--",
                                *name);
  return g_strdup_printf ("'%s' %s '%s'", names->str, takes[option->argument], quoted);
}

static void
check_bash (void)
{
  const char *const prefixes[] = { "'-", NULL };
  g_autofree char *script = read_completion ("apool");
  g_autofree char *options = dup_without (script, "^( *'-[^']*' \\w+) \\w+ '[^']*'");

  assert_lines ("completion for bash", options, prefixes, describe_in_bash);
}

/* Options of zsh's completion, without the list of those that an option excludes before them. */
static char *
describe_in_zsh (const ApoolOption *option)
{
  const char *const short_suffixes[] = { "", "+", "-" };
  const char *const long_suffixes[] = { "", "=", "=-" };
  const char *const values[] = { "", ":", "::" };
  gboolean valued = option->argument != APOOL_OPTION_NONE;
  gboolean several = option->names[1] != NULL;
  g_autofree char *names = dup_names (option, "-", short_suffixes[option->argument], "--",
                                      long_suffixes[option->argument], ",");
  g_autofree char *slashed = dup_replaced (option->help, "\\", "\\\\");
  g_autofree char *colons = dup_replaced (slashed, ":", "\\:");
  g_autofree char *brackets = dup_replaced (colons, "]", "\\]");
  g_autofree char *quoted = dup_replaced (brackets, "'", "'\\''");

  return g_strdup_printf ("%s%s%s'[%s]%s%s%s", several ? "{" : "", names, several ? "}" : "",
                          quoted, values[option->argument], valued ? option->value_name : "",
                          valued ? ":" : "' \\");
}

static void
check_zsh (void)
{
  const char *const prefixes[] = { "{-", "-", NULL };
  g_autofree char *script = read_completion ("_apool");
  g_autofree char *options = dup_without (script, "^ *'(?:\\*|\\([^)]*\\))'(?!:)()");

  assert_lines ("completion for zsh", options, prefixes, describe_in_zsh);
}

/* Options of fish's completion, without what completes the value. */
static char *
describe_in_fish (const ApoolOption *option)
{
  const char *const takes[] = { "nothing", "value", "attached" };
  g_autofree char *names = dup_names (option, "-s ", "", "-l ", "", " ");
  g_autofree char *slashed = dup_replaced (option->help, "\\", "\\\\");
  g_autofree char *quoted = dup_replaced (slashed, "'", "\\'");

  return g_strdup_printf ("__apool_option %s %s%s -d '%s'", takes[option->argument], names,
                          option->argument == APOOL_OPTION_REQUIRED ? " -x" : "", quoted);
}

static void
check_fish (void)
{
  const char *const prefixes[] = { "__apool_option ", NULL };
  g_autofree char *script = read_completion ("apool.fish");
  g_autofree char *exclusive = dup_replaced (script, " -r -F", " -x");
  g_autofree char *options = dup_without (exclusive, "(?: -F)?(?: -a '[^']*')?( -d ')");

  assert_lines ("completion for fish", options, prefixes, describe_in_fish);
}

/* ---- what completions offer as values ---- */

static const ApoolOption *
find_option (const char *wanted)
{
  gsize n_options;
  const ApoolOption *options = apool_option_table_get (&n_options);

  for (gsize i = 0; i < n_options; i++)
    if (g_strv_contains (options[i].names, wanted))
      return &options[i];
  g_test_message ("values of --%s are completed, which is no option", wanted);
  return NULL;
}

/* Words that are offered are good ones; where one goes on behind =, a number may. */
static void
check_word (const ApoolOption *option, const char *word)
{
  char *argv[] = { "apool", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (ApoolOptions) parsed = apool_options_parse (1, argv, &error);
  g_autofree char *name = dup_dashed (option->names[0]);
  g_autofree char *value = g_strconcat (word, g_str_has_suffix (word, "=") ? "1" : "", NULL);

  g_assert_no_error (error);
  g_test_message ("%s %s", name, value);
  g_assert_true (option->apply (parsed, name, value, &error));
  g_assert_no_error (error);
}

/* What `--help=` knows of is offered behind it. */
static void
check_topics (void)
{
  CompletionValue topics = completion_value_of (find_option ("help"));
  g_auto (GStrv) words = g_strsplit (topics.words, " ", -1);

  for (guint i = 0; i < APOOL_OPTION_N_GROUPS; i++)
    {
      const char *name = apool_help_group_get ((ApoolOptionGroup) i)->name;

      g_test_message ("--help=%s", name);
      g_assert_true (g_strv_contains ((const char *const *) words, name));
    }
}

static void
check_values (void)
{
  gsize n_values;
  const CompletionValue *values = completion_values_get (&n_values);

  for (gsize i = 0; i < n_values; i++)
    {
      const ApoolOption *option = find_option (values[i].option);
      g_auto (GStrv) words = g_strsplit (values[i].words ? values[i].words : "", " ", -1);

      g_assert_nonnull (option);
      for (char **word = words; *word != NULL; word++)
        if (**word != '\0')
          check_word (option, *word);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/check-options/help", check_help);
  g_test_add_func ("/check-options/man-page", check_man_page);
  g_test_add_func ("/check-options/man-page-faults", check_man_page_faults);
  g_test_add_func ("/check-options/other-man-pages", check_other_man_pages);
  g_test_add_func ("/check-options/other-man-page-faults", check_other_man_page_faults);
  g_test_add_func ("/check-options/bash", check_bash);
  g_test_add_func ("/check-options/zsh", check_zsh);
  g_test_add_func ("/check-options/fish", check_fish);
  g_test_add_func ("/check-options/values", check_values);
  g_test_add_func ("/check-options/topics", check_topics);
  return g_test_run ();
}
