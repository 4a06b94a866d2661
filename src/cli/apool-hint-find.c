/* SPDX-License-Identifier: MIT */
/* What may be wrong with a command line although every option is right: mistakes that people make
 * who come from xargs and from scripts. Each is looked for in the words alone; whether it has done
 * any harm only the run can tell. */

#include "cli/apool-hint-find.h"

#include <string.h>
#include <unistd.h>

#include "base/apool-quote.h"
#include "base/apool-shell.h"
#include "cli/apool-option-lookup.h"
#include "cli/apool-options.h"

/* How many inputs are shown again. */
#define SHOWN_INPUTS 2u

/* What quotes for a shell, and what stands between commands and files. */
#define QUOTES "'\"\\"
#define OPERATORS "<>|&;"

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

/* Dashes that texts on the web have in place of a hyphen: U+2010 to U+2015, and the minus sign. */
static const char *const apool_hint_dashes[] = {
  "\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2015", "\u2212",
};

static const char *const apool_hint_shells[] = { "sh", "bash", "dash", "ksh", "zsh", NULL };

/* Programs that take a text of their own language as an argument. */
static const char *const apool_hint_readers[] = {
  "awk",   "gawk", "mawk", "nawk",   "sed",     "perl", "jq", "grep",
  "egrep", "rg",   "ruby", "python", "python3", "node", NULL,
};

/* Those of them that exit with 1 where they cannot read it; with the others that is an answer. */
static const char *const apool_hint_plain_readers[] = { "sed",     "ruby", "python",
                                                        "python3", "node", NULL };

/* Programs that have a shell read their arguments again, and those for which a quote more or less
 * may be right by accident. */
static const char *const apool_hint_evaluators[] = {
  "ssh",   "rsh",   "scp",      "rsync", "su",    "eval", "trap",    "at",     "make",
  "gmake", "xargs", "parallel", "apool", "watch", "tmux", "screen",  "expect", "sbatch",
  "qsub",  "bsub",  "adb",      "fgrep", "mysql", "psql", "sqlite3", NULL,
};

/* Options of many others that do. */
static const char *const apool_hint_evaluations[] = { "-c",     "-e",     "--command",
                                                      "--eval", "--wrap", NULL };

/* Programs and builtins of which that is not so: what they call -c or -e takes no text for a shell,
 * like -e of test. */
static const char *const apool_hint_others[] = {
  "test", "[",    "[[",     "echo",  "set", "cat",  "wc",   "head",  "tail",
  "cut",  "sort", "uniq",   "stat",  "du",  "gzip", "zcat", "bzip2", "xz",
  "zstd", "cc",   "gunzip", "clang", "gcc", "g++",  "c++",  NULL,
};

/* What can stand before the first word of a command. */
static const char *const apool_hint_openers[] = { "if", "then", "elif", "else", "while", "until",
                                                  "do", "!",    "{",    "time", NULL };

static const char *
apool_hint_get_basename (const char *word)
{
  const char *slash = strrchr (word, '/');

  return slash ? slash + 1 : word;
}

static gboolean
apool_hint_is_one_of (const char *word, const char *const *names)
{
  return g_strv_contains (names, apool_hint_get_basename (word));
}

/* Whether it has a blank, or anything else that only a shell takes for more than one word. */
static gboolean
apool_hint_has_blank (const char *word)
{
  return strpbrk (word, " \t\n") != NULL;
}

static gboolean
apool_hint_has_place (const char *word)
{
  return strchr (word, '{') || strstr (word, "<>");
}

static gboolean
apool_hint_begins_with_dash (const char *word)
{
  for (gsize i = 0; i < G_N_ELEMENTS (apool_hint_dashes); i++)
    if (g_str_has_prefix (word, apool_hint_dashes[i]))
      return TRUE;
  return FALSE;
}

/* Appends a word as it can be typed. */
static void
apool_hint_append_word (GString *text, const char *word)
{
  g_string_append_c (text, ' ');
  if (word[0] && strspn (word, LETTERS "_/.+-:=@%,") == strlen (word))
    g_string_append (text, word);
  else
    apool_quote_append (text, APOOL_QUOTE_POSIX, word, strlen (word));
}

/* ---- inputs that never come ---- */

/* Returns: (nullable): the first word that begins with the separator and does not end there */
static const char *
apool_hint_find_glued (const char *const *command, const char *separator)
{
  if (!separator[0])
    return NULL;
  for (; *command; command++)
    if (g_str_has_prefix (*command, separator) && strlen (*command) > strlen (separator))
      return *command;
  return NULL;
}

static gboolean
apool_hint_is_file (const char *word)
{
  return word[0] != '-' && access (word, F_OK) == 0;
}

/* Returns: (transfer full): the first @n_words of @command with those from @first on as inputs */
static char *
apool_hint_dup_example (const char *const *command,
                        gsize n_words,
                        gsize first,
                        const char *separator)
{
  GString *text = g_string_new ("apool");
  const char *const *inputs = command + first;

  for (gsize i = 0; i < n_words; i++)
    apool_hint_append_word (text, command[i]);
  g_string_append_printf (text, " %s", separator);
  for (gsize i = 0; i < SHOWN_INPUTS && inputs[i]; i++)
    apool_hint_append_word (text, inputs[i]);
  if (g_strv_length ((char **) inputs) > SHOWN_INPUTS)
    g_string_append (text, " ...");
  return g_string_free (text, FALSE);
}

/* Returns: (transfer full) (nullable): the command with the files at its end as its inputs */
static char *
apool_hint_dup_separated (const char *const *command, const char *separator)
{
  gsize n_words = g_strv_length ((char **) command);
  gsize first = n_words;

  while (first > 1 && apool_hint_is_file (command[first - 1]))
    first--;
  return first < n_words ? apool_hint_dup_example (command, first, first, separator) : NULL;
}

/* Whether @word, of a command, is like @separator, but with more or fewer colons. */
static gboolean
apool_hint_is_misspelt (const char *word, const char *separator)
{
  gsize n_colons = strspn (word, ":");

  return n_colons > 1 && (!word[n_colons] || strcmp (word + n_colons, "+") == 0) && separator[0] &&
         !separator[strspn (separator, ":")];
}

/* Returns: (transfer full) (nullable): a question: whether a word with some more behind it, of
 * which none is a place for inputs, was meant to be the separator */
static char *
apool_hint_dup_misspelt (const char *const *command, const char *separator)
{
  g_autofree char *meant = NULL;
  gsize at = 0;

  while (command[at] && !apool_hint_is_misspelt (command[at], separator))
    at++;
  if (!command[at] || !command[at + 1])
    return NULL;
  for (const char *const *word = command + at + 1; *word; word++)
    if (apool_hint_has_place (*word))
      return NULL;
  meant = apool_hint_dup_example (command, at, at + 1, separator);
  return g_strdup_printf ("is \"%s\" meant by \"%s\"? %s", separator, command[at], meant);
}

/* Returns: (nullable): the first pipe sign of @text that is not quoted and no part of "||" */
static const char *
apool_hint_find_pipe (const char *text)
{
  char quote = '\0';

  for (const char *at = text; *at; at++)
    {
      if (*at == '\\' && quote != '\'' && at[1])
        at++;
      else if (quote)
        quote = *at == quote ? '\0' : quote;
      else if (*at == '\'' || *at == '"')
        quote = *at;
      else if (*at == '|')
        return at[1] != '|' && at > text ? at : NULL;
    }
  return NULL;
}

/* Returns: (transfer full) (nullable): the command with its first pipe in front of apool */
static char *
apool_hint_dup_piped (const char *const *command)
{
  const char *pipe = command[0] && !command[1] ? apool_hint_find_pipe (command[0]) : NULL;
  g_autofree char *before = NULL;
  g_autofree char *behind = NULL;
  g_autoptr (GString) text = NULL;

  if (!pipe)
    return NULL;
  before = g_strstrip (g_strndup (command[0], (gsize) (pipe - command[0])));
  behind = g_strstrip (g_strdup (pipe + 1));
  if (!before[0] || !behind[0] || apool_hint_has_place (before))
    return NULL;
  text = g_string_new (before);
  g_string_append (text, " | apool");
  apool_hint_append_word (text, behind);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/**
 * apool_hint_dup_inputs:
 * @command: (array zero-terminated=1): the words of a command for which no inputs were given
 * @separator: what stands before inputs
 *
 * Returns: (transfer full) (nullable): a question: where they may have been meant to be; %NULL
 *   where the command does not tell
 */
char *
apool_hint_dup_inputs (const char *const *command, const char *separator)
{
  const char *glued = apool_hint_find_glued (command, separator);
  g_autofree char *meant = NULL;

  if (command[0] && apool_hint_begins_with_dash (command[0]))
    return g_strdup_printf ("is %s an option? it begins with no -", command[0]);
  meant = apool_hint_dup_misspelt (command, separator);
  if (meant)
    return g_steal_pointer (&meant);
  if (glued)
    return g_strdup_printf ("is a blank missing behind \"%s\" in %s?", separator, glued);
  meant = apool_hint_dup_separated (command, separator);
  if (meant)
    return g_strdup_printf ("is \"%s\" missing? %s", separator, meant);
  meant = apool_hint_dup_piped (command);
  return meant ? g_strdup_printf ("is a pipe meant? %s", meant) : NULL;
}

/* ---- options behind the inputs ---- */

static gboolean
apool_hint_begins_as_option (const char *word)
{
  return word[0] == '-' && word[1];
}

/* Whether @word can be an option as its writer thinks of it: by its whole name, and no file. */
static gboolean
apool_hint_can_be_option (const char *word)
{
  g_autofree char *name = NULL;

  if (access (word, F_OK) == 0)
    return FALSE;
  if (word[1] != '-')
    return TRUE;
  name = g_strndup (word + 2, strcspn (word + 2, "="));
  return apool_option_is_long_name (name);
}

/* Whether all of @words are options with their values, as they could stand before a command.
 * @is_sure: (out): whether they are hardly anything else */
static gboolean
apool_hint_are_options (const char *const *words, gboolean *is_sure)
{
  gsize n_words = g_strv_length ((char **) words);
  g_autofree char **argv = g_new0 (char *, n_words + 2);
  g_autoptr (ApoolOptions) options = NULL;

  argv[0] = (char *) "apool";
  for (gsize i = 0; i < n_words; i++)
    {
      if (apool_hint_begins_as_option (words[i]) && !apool_hint_can_be_option (words[i]))
        return FALSE;
      argv[i + 1] = (char *) words[i];
    }
  options = apool_options_parse ((int) n_words + 1, argv, NULL);
  if (!options || options->command[0] || options->show != APOOL_SHOW_NOTHING)
    return FALSE;
  *is_sure = words[0][1] == '-' || options->jobs;
  return TRUE;
}

static gboolean
apool_hint_are_files (const char *const *words, gsize n_words)
{
  for (gsize i = 0; i < n_words; i++)
    if (!apool_hint_is_file (words[i]))
      return FALSE;
  return TRUE;
}

/* Returns: how many of @inputs come before the first that looks like an option; 0 where an empty
 * one does, so that they are likely to be options of the command, or none */
static gsize
apool_hint_count_plain (const char *const *inputs)
{
  gsize n = 0;

  while (inputs[n] && !apool_hint_begins_as_option (inputs[n]))
    if (!inputs[n++][0])
      return 0;
  return n;
}

/**
 * apool_hint_dup_behind:
 * @command: (array zero-terminated=1): the words of a command
 * @separator: what stands before its inputs
 * @inputs: (array zero-terminated=1): the last ones that follow it
 * @word: (out) (nullable): the input that is one of apool's options; owned by @inputs
 *
 * Short options are often those of a command as well: they are told of only behind names of files,
 * apart from the number of jobs.
 *
 * Returns: (transfer full) (nullable): a question: whether the last of them are options
 */
char *
apool_hint_dup_behind (const char *const *command,
                       const char *separator,
                       const char *const *inputs,
                       const char **word)
{
  gsize first = apool_hint_count_plain (inputs);
  gboolean is_sure = FALSE;
  g_autoptr (GString) text = NULL;

  *word = NULL;
  if (first == 0 || !inputs[first] || !apool_hint_are_options (inputs + first, &is_sure) ||
      !(is_sure || apool_hint_are_files (inputs, first)))
    return NULL;
  *word = inputs[first];
  text = g_string_new ("is ");
  g_string_append_printf (text, "%s an option? those of apool stand before the command: apool",
                          *word);
  for (const char *const *option = inputs + first; *option; option++)
    apool_hint_append_word (text, *option);
  for (; *command; command++)
    apool_hint_append_word (text, *command);
  g_string_append_printf (text, " %s ...", separator);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* ---- programs that are not there ---- */

/**
 * apool_hint_dup_name:
 * @command: (array zero-terminated=1): the words of a command
 * @option: (nullable): the option for which the first word is the program's name as it is; %NULL
 *   where a shell reads it
 *
 * Returns: (transfer full) (nullable): why there may be no such program
 */
char *
apool_hint_dup_name (const char *const *command, const char *option)
{
  if (!command[0])
    return NULL;
  if (apool_hint_begins_with_dash (command[0]))
    return g_strdup_printf ("is %s an option? it begins with no -", command[0]);
  if (!option || !(apool_hint_has_blank (command[0]) || strchr (command[0], '|')))
    return NULL;
  return g_strdup_printf ("with %s '%s' is the name of one program: leave out %s, or the quotes",
                          option, command[0], option);
}

/**
 * apool_hint_dup_function_name:
 * @command: (array zero-terminated=1): the words of a command that a shell reads
 *
 * Returns: (transfer full) (nullable): its first word, where that is what people call functions
 */
char *
apool_hint_dup_function_name (const char *const *command)
{
  gsize length;

  if (!command[0])
    return NULL;
  length = strspn (command[0], LETTERS "_-.:+");
  /* strchr() finds the end of the word too. */
  if (!(g_ascii_isalpha (command[0][0]) || command[0][0] == '_') ||
      !strchr (" \t\n", command[0][length]))
    return NULL;
  return g_strndup (command[0], length);
}

/**
 * apool_hint_dup_function:
 * @name: the first word of a command that bash has not found
 * @environment: (array zero-terminated=1): "NAME=value" strings that it was started with
 *
 * Returns: (transfer full) (nullable): a question: whether it is something that only the caller's
 *   shell knows; %NULL where something else was not found
 */
char *
apool_hint_dup_function (const char *name, const char *const *environment)
{
  g_autofree char *program = g_find_program_in_path (name);

  if (program || !apool_shell_names_program (name, environment))
    return NULL;
  return g_strdup_printf ("is %s a function or an alias of yours? jobs know functions after "
                          "\"export -f %s\", and no aliases",
                          name, name);
}

/* ---- quotes that the first shell took away ---- */

/* Whether @word has something that a part of a command for the shell would have: it was quoted to
 * get there as it is, like '>' and 'file | wc'. */
static gboolean
apool_hint_is_for_shell (const char *word)
{
  const char *start = word + strspn (word, "0123456789");

  if (*start && strchr (OPERATORS, *start))
    return TRUE;
  for (const char *at = word; *at; at++)
    if (at > word && at[-1] == ' ' && strchr (OPERATORS, *at))
      return TRUE;
  return FALSE;
}

/* Whether @word was surely quoted so that apool would get it whole, and has no quotes any more for
 * the shell of a job. */
static gboolean
apool_hint_lost_quotes (const char *word)
{
  if (strpbrk (word, QUOTES))
    return FALSE;
  /* There are no such parameters, so that nobody wants them to be expanded. */
  for (const char *at = strchr (word, '$'); at; at = strchr (at + 1, '$'))
    if (g_ascii_isdigit (at[1]) || at[1] == '_')
      return TRUE;
  return !apool_hint_is_for_shell (word) && (apool_hint_has_blank (word) || strpbrk (word, "()|"));
}

/* `bash -c 'cd {} && make'`: bash gets "cd". */
static char *
apool_hint_dup_script (const char *const *command)
{
  const char *script;
  g_autofree char *first = NULL;

  if (!apool_hint_is_one_of (command[0], apool_hint_shells) || !command[1] ||
      strcmp (command[1], "-c") != 0 || !command[2])
    return NULL;
  script = command[2];
  first = g_strndup (script, strcspn (script, " \t\n"));
  if (!first[0] || !script[strlen (first)] || strpbrk (first, QUOTES))
    return NULL;
  return g_strdup_printf ("%s -c gets only '%s': a shell runs the command anyway: leave out %s -c",
                          command[0], first, command[0]);
}

/**
 * apool_hint_dup_unquoted:
 * @command: (array zero-terminated=1): the words of a command that a shell reads
 * @when: (out): when that has surely gone wrong
 *
 * Returns: (transfer full) (nullable): which quotes the command may lack
 */
char *
apool_hint_dup_unquoted (const char *const *command, ApoolHintCase *when)
{
  char *script;

  *when = APOOL_HINT_NEVER;
  if (!command[0] || !command[1])
    return NULL;
  script = apool_hint_dup_script (command);
  if (script)
    {
      *when = APOOL_HINT_ENDED;
      return script;
    }
  if (!apool_hint_is_one_of (command[0], apool_hint_readers))
    return NULL;
  for (const char *const *word = command + 1; *word; word++)
    if (apool_hint_lost_quotes (*word))
      {
        *when = apool_hint_is_one_of (command[0], apool_hint_plain_readers) ? APOOL_HINT_FAILED
                                                                            : APOOL_HINT_BROKEN;
        return g_strdup_printf ("the shell of the job reads %s without quotes: use -q, or quote "
                                "it twice",
                                *word);
      }
  return NULL;
}

/* ---- quotes that are too many ---- */

/* Whether anything in a part of a command without operators may read its texts again. */
static gboolean
apool_hint_reads_again (const char *command)
{
  g_auto (GStrv) words = g_strsplit_set (command, " \t", -1);
  char **first = words;

  while (*first && (!**first || g_strv_contains (apool_hint_openers, *first)))
    first++;
  for (char **word = first; *word; word++)
    if ((g_strv_contains (apool_hint_evaluations, *word) &&
         !apool_hint_is_one_of (*first, apool_hint_others)) ||
        apool_hint_is_one_of (*word, apool_hint_shells) ||
        apool_hint_is_one_of (*word, apool_hint_readers) ||
        apool_hint_is_one_of (*word, apool_hint_evaluators))
      return TRUE;
  return FALSE;
}

/**
 * apool_hint_is_for_one_shell:
 * @command: (array zero-terminated=1): the words of a command that a shell reads
 *
 * Returns: whether what is quoted twice in it is surely wrong: nothing in it has another shell, or
 *   a language with quotes of its own, read that again
 */
gboolean
apool_hint_is_for_one_shell (const char *const *command)
{
  g_autofree char *line = g_strjoinv (" ", (char **) command);
  g_auto (GStrv) parts = g_strsplit_set (line, "\n;|&()", -1);

  for (char **part = parts; *part; part++)
    if (apool_hint_reads_again (*part))
      return FALSE;
  return TRUE;
}

/**
 * apool_hint_dup_quoted:
 * @command: (array zero-terminated=1): the words of a command with values in quotes
 *
 * Returns: (transfer full): what is wrong with that
 */
char *
apool_hint_dup_quoted (const char *const *command)
{
  g_autofree char *line = g_strjoinv (" ", (char **) command);

  return g_strdup_printf ("inputs are quoted already: take the quotes around them out of %s", line);
}
