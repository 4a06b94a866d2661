/* SPDX-License-Identifier: MIT */
/*
 * Completion in the real shells: what bash, zsh and fish offer. The environment variable
 * APOOL_COMPLETIONS says where the completions are.
 */

#include <string.h>

#include "cli/apool-option-table.h"
#include "shell.h"

/**
 * Offer:
 * @line: what is typed
 * @wanted: words that are to be offered, with blanks between them
 * @unwanted: (nullable): words that are not
 */
typedef struct
{
  const char *line;
  const char *wanted;
  const char *unwanted;
} Offer;

static const Offer OFFERS[] = {
  { "apool --hal", "--halt", "--help --joblog" },
  { "apool -k --hal", "--halt" },
  { "X=1 apool --hal", "--halt" },
  { "nice apool -j8 --hal", "--halt" },
  { "apool -j8 apool -k --hal", "--halt" },
  { "echo x | apool --hal", "--halt" },
  /* What cannot be used is not there. */
  { "apool --ss", "", "--ssh --sshlogin --sshloginfile" },
  /* Values. */
  { "apool --halt n", "now,fail=1 now,success=1 never", "soon,fail=1" },
  { "apool --show ", "all failed none", "notes --halt" },
  { "apool --scheduler ", "least-loaded round-robin affinity=" },
  { "apool --leaks ", "report kill fail ignore" },
  { "apool --trim ", "n l r lr rl" },
  { "apool --bad-input ", "fail skip" },
  { "apool --journal-rerun ", "none failed all" },
  { "apool --rlimit nof", "nofile=", "nproc=" },
  { "apool --termseq ", "TERM INT", "notes" },
  { "apool --results re", "results.csv re.csv re.tsv re.json re.db",
    "remarks.txt results.csv.csv" },
  { "apool --results re.c", "re.csv", "re.c.csv results.csv" },
  { "apool --joblog no", "notes" },
  { "apool -a no", "notes" },
  { "apool --profile ", "nightly weekly site", "notes" },
  { "apool -k -J ", "nightly weekly site", "notes" },
  { "apool --env GREET", "GREETING" },
  { "apool --process-slot-var GREET", "GREETING" },
  { "apool --worker-init gree", "greet" },
  { "apool --retries ", "", "notes greet --halt" },
  { "apool --halt=so", "soon,fail=1 soon,success=1", "now,fail=1 so" },
  { "apool --halt=now,f", "now,fail=1", "now,success=1" },
  { "apool --resume=", "job seq", "greet" },
  { "apool --resume gree", "greet", "job" },
  { "apool --results=re", "results.csv re.csv re.tsv re.json re.db", "remarks.txt" },
  { "apool --worker-init=gree", "greet" },
  { "apool --help=r", "running records replacement", "all" },
  /* The command, and what completes that. */
  { "apool gree", "greet" },
  { "apool greet h", "hello", "goodbye" },
  { "apool greet --", "--loud", "--halt --jobs" },
  { "apool -j8 gree", "greet" },
  { "apool -kj8 greet h", "hello" },
  { "apool -kj 8 greet h", "hello" },
  { "apool --jobs 8 --tag greet h", "hello" },
  { "apool --jobs=8 greet h", "hello" },
  { "apool --halt now,fail=1 greet h", "hello" },
  { "apool --halt=now,fail=1 greet h", "hello" },
  { "apool --resume greet h", "hello" },
  { "apool --resume=seq greet h", "hello" },
  { "apool -k -- gree", "greet" },
  { "apool -k -- greet h", "hello" },
  { "apool -- gree", "greet" },
  { "apool -- greet --", "--loud", "--halt" },
  { "apool greet 'a b' h", "hello" },
  /* Inputs. */
  { "apool ::: no", "notes" },
  { "apool greet ::: no", "notes" },
  { "apool greet hello ::: x no", "notes" },
  { "apool -j8 greet :::: no", "notes" },
  { "apool greet ::: x :::+ no", "notes" },
  { "apool greet ::: h", "", "hello --loud" },
  { "apool --arg-sep ,, greet ,, no", "notes" },
};

/* Fails with what @offered, for @line, lacks of @wanted or has of @unwanted. */
static void
assert_offered (const char *line, GHashTable *offered, const char *wanted, const char *unwanted)
{
  g_auto (GStrv) present = g_strsplit (wanted, " ", -1);
  g_auto (GStrv) absent = g_strsplit (unwanted ? unwanted : "", " ", -1);
  g_autofree char **keys = (char **) g_hash_table_get_keys_as_array (offered, NULL);
  g_autofree char *all = g_strjoinv (" ", keys);

  for (char **word = present; *word; word++)
    if (**word && !g_hash_table_contains (offered, *word))
      g_error ("'%s': no '%s' in: %s", line, *word, all);
  for (char **word = absent; *word; word++)
    if (**word && g_hash_table_contains (offered, *word))
      g_error ("'%s': '%s' in: %s", line, *word, all);
}

static void
check_offers (Shell *shell)
{
  for (gsize i = 0; i < G_N_ELEMENTS (OFFERS); i++)
    {
      g_autoptr (GHashTable) offered = shell_list (shell, OFFERS[i].line);

      assert_offered (OFFERS[i].line, offered, OFFERS[i].wanted, OFFERS[i].unwanted);
    }
}

/* bash offers one name of each option; another one where only that one fits. */
static void
assert_name_offered (Shell *shell, const char *name)
{
  const gboolean is_short = apool_option_name_is_short (name);
  g_autofree char *typed = g_strconcat (is_short ? "-" : "--", name, NULL);
  g_autofree char *line = g_strconcat ("apool ", typed, NULL);
  g_autoptr (GHashTable) offered = shell_list (shell, line);

  assert_offered (line, offered, typed, NULL);
}

/* The names of @option are offered, behind "--" or behind "-". */
static void
assert_option_offered (Shell *shell, GHashTable *offered, const ApoolOption *option)
{
  for (const char *const *name = option->names; *name; name++)
    {
      const gboolean is_short = apool_option_name_is_short (*name);
      g_autofree char *typed = g_strconcat (is_short ? "-" : "--", *name, NULL);

      if (shell->kind == &SHELL_BASH && (is_short || name != option->names))
        assert_name_offered (shell, *name);
      else if (!is_short || shell->kind == &SHELL_FISH)
        assert_offered (is_short ? "apool -" : "apool --", offered, typed, NULL);
    }
}

static void
assert_option_not_offered (GHashTable *offered, const ApoolOption *option)
{
  for (const char *const *name = option->names; *name; name++)
    {
      g_autofree char *typed =
          g_strconcat (apool_option_name_is_short (*name) ? "-" : "--", *name, NULL);

      assert_offered ("apool -", offered, "", typed);
    }
}

/* All options of the table, and no others. */
static void
check_options (Shell *shell)
{
  g_autoptr (GHashTable) offered = shell_list (shell, "apool -");
  gsize n_options;
  const ApoolOption *options = apool_option_table_get (&n_options);

  for (gsize i = 0; i < n_options; i++)
    if (options[i].state == APOOL_OPTION_BUILT)
      assert_option_offered (shell, offered, &options[i]);
    else
      assert_option_not_offered (offered, &options[i]);
}

/* What options are for is told where they are listed. */
static void
check_descriptions (Shell *shell)
{
  const gboolean is_fish = shell->kind == &SHELL_FISH;
  const gsize start = shell->pty->seen;
  g_autofree char *report G_GNUC_UNUSED = shell_ask (shell, "apool -", is_fish ? "\n" : "\t\t\024");
  gsize n_options;
  const ApoolOption *options = apool_option_table_get (&n_options);

  for (gsize i = 0; i < n_options; i++)
    if (options[i].state == APOOL_OPTION_BUILT)
      e2e_assert_contains (shell->pty->screen->str + start, options[i].help);
}

/* The keys of a user: what is in the line behind a tabulator. */
static void
check_tab (Shell *shell)
{
  static const char *const lines[][2] = {
    { "apool --unord", "apool --unordered" },
    { "apool --scheduler aff", "apool --scheduler affinity=" },
    { "apool --scheduler=aff", "apool --scheduler=affinity=" },
    { "apool --halt=now,f", "apool --halt=now,fail=1" },
    { "apool --tmpdir no", "apool --tmpdir north/" },
    { "apool --joblog +no", "apool --joblog +no" },
    { "apool --joblog +not", "apool --joblog +notes" },
    { "apool -aresu", "apool -aresults.csv" },
    { "apool -kJnigh", "apool -kJnightly" },
    { "apool --pressure cpu=5,mem", "apool --pressure cpu=5,memory=" },
    { "apool greet he", "apool greet hello" },
    { "apool -j8 greet ::: not", "apool -j8 greet ::: notes" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autofree char *line = shell_ask (shell, lines[i][0], "\t\024");

      g_assert_cmpstr (g_strchomp (line), ==, lines[i][1]);
    }
}

/* All in one session: a shell takes longer to start than to answer. */
static void
test_shell (gconstpointer kind)
{
  g_autoptr (Shell) shell = shell_start (kind);

  if (!shell)
    return;
  check_offers (shell);
  check_options (shell);
  check_descriptions (shell);
  if (kind != &SHELL_FISH)
    check_tab (shell);
}

static void
add_tests (void)
{
  g_test_add_data_func ("/complete/bash", &SHELL_BASH, test_shell);
  g_test_add_data_func ("/complete/zsh", &SHELL_ZSH, test_shell);
  g_test_add_data_func ("/complete/fish", &SHELL_FISH, test_shell);
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, add_tests);
}
