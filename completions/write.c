/* SPDX-License-Identifier: MIT */
/*
 * write SHELL TEMPLATE: prints the completion of apool for bash, zsh or fish: the template, with
 * the line `@OPTIONS@` replaced by what the option table and values.c say of each option. Options
 * that cannot be used are left out.
 */

#include <stdio.h>
#include <stdlib.h>

#include "cli/apool-option-table.h"
#include "values.h"

/* The line of the template that is replaced. */
#define MARK "@OPTIONS@\n"

/* What prints one option; it ends the line. */
typedef void (*WriteFunc) (GString *text, const ApoolOption *option);

/* @word in single quotes, with @quote for each one in it, and @backslash for each of those. */
static void
write_quoted (GString *text, const char *word, const char *quote, const char *backslash)
{
  g_string_append_c (text, '\'');
  for (; *word != '\0'; word++)
    if (*word == '\'')
      g_string_append (text, quote);
    else if (*word == '\\')
      g_string_append (text, backslash);
    else
      g_string_append_c (text, *word);
  g_string_append_c (text, '\'');
}

static void
write_name (GString *text, const char *name)
{
  g_string_append_printf (text, "%s%s", apool_option_name_is_short (name) ? "-" : "--", name);
}

/* ---- bash ---- */

static const char *const write_bash_takes[] = {
  [APOOL_OPTION_NONE] = "nothing",
  [APOOL_OPTION_REQUIRED] = "value",
  [APOOL_OPTION_OPTIONAL] = "attached",
};

static const char *const write_bash_kinds[COMPLETION_N_KINDS] = {
  [COMPLETION_NOTHING] = "nothing",
  [COMPLETION_WORDS] = "words",
  [COMPLETION_LIST] = "list",
  [COMPLETION_FILES] = "files",
  [COMPLETION_LOGS] = "logs",
  [COMPLETION_TABLES] = "tables",
  [COMPLETION_DIRECTORIES] = "directories",
  [COMPLETION_COMMANDS] = "commands",
  [COMPLETION_VARIABLES] = "variables",
  [COMPLETION_VARIABLE_LIST] = "variable_list",
  [COMPLETION_PROFILES] = "profiles",
  [COMPLETION_HOSTS] = "hosts",
};

/* Five words of an array: names, long ones first, what it takes, what that is, words, help. */
static void
write_bash_option (GString *text, const ApoolOption *option)
{
  CompletionValue value = completion_value_of (option);
  const char *separator = "    '";

  for (int is_short = 0; is_short <= 1; is_short++)
    for (const char *const *name = option->names; *name != NULL; name++)
      if (apool_option_name_is_short (*name) == is_short)
        {
          g_string_append (text, separator);
          write_name (text, *name);
          separator = " ";
        }
  g_string_append_printf (text, "' %s %s ", write_bash_takes[option->argument],
                          write_bash_kinds[value.kind]);
  write_quoted (text, value.words != NULL ? value.words : "", "'\\''", "\\");
  g_string_append_c (text, ' ');
  write_quoted (text, option->help, "'\\''", "\\");
  g_string_append_c (text, '\n');
}

/* ---- zsh ---- */

static const char *const write_zsh_actions[COMPLETION_N_KINDS] = {
  [COMPLETION_NOTHING] = " ",
  [COMPLETION_WORDS] = "_apool_words -- ",
  [COMPLETION_LIST] = "_apool_list -- ",
  [COMPLETION_FILES] = "_files",
  [COMPLETION_LOGS] = "_apool_logs",
  [COMPLETION_TABLES] = "_apool_tables",
  [COMPLETION_DIRECTORIES] = "_directories",
  [COMPLETION_COMMANDS] = "_command_names -e",
  [COMPLETION_VARIABLES] = "_parameters -g \"*export*\"",
  [COMPLETION_VARIABLE_LIST] = "_sequence _parameters -g \"*export*\"",
  [COMPLETION_PROFILES] = "_apool_profiles",
  [COMPLETION_HOSTS] = "_hosts",
};

/* The names of @option, short ones first, with @suffixes behind short and long ones. */
static void
write_zsh_names (GString *text,
                 const ApoolOption *option,
                 const char *const *suffixes,
                 const char *separator)
{
  const char *before = "";

  for (int is_long = 0; is_long <= 1; is_long++)
    for (const char *const *name = option->names; *name != NULL; name++)
      if (apool_option_name_is_short (*name) != is_long)
        {
          g_string_append (text, before);
          write_name (text, *name);
          g_string_append (text, suffixes[is_long]);
          before = separator;
        }
}

/* What excludes the option: its own names, or nothing where it can be given again. */
static void
write_zsh_exclusions (GString *text, const ApoolOption *option)
{
  static const char *const none[] = { "", "" };

  if (completion_value_of (option).is_repeated)
    {
      g_string_append (text, "'*'");
      return;
    }
  g_string_append (text, "'(");
  write_zsh_names (text, option, none, " ");
  g_string_append (text, ")'");
}

/* @part of a specification, in which colons and brackets have their meaning. */
static void
write_zsh_part (GString *text, const char *part)
{
  for (; *part != '\0'; part++)
    {
      if (*part == '\\' || *part == ']' || *part == ':')
        g_string_append_c (text, '\\');
      if (*part == '\'')
        g_string_append (text, "'\\''");
      else
        g_string_append_c (text, *part);
    }
}

/* `'(-k --keep-order)'{-k,--keep-order}'[help]' \`, with `:NAME:ACTION` where there is a value. */
static void
write_zsh_option (GString *text, const ApoolOption *option)
{
  static const char *const suffixes[][2] = {
    [APOOL_OPTION_NONE] = { "", "" },
    [APOOL_OPTION_REQUIRED] = { "+", "=" },
    [APOOL_OPTION_OPTIONAL] = { "-", "=-" },
  };
  CompletionValue value = completion_value_of (option);
  gboolean has_several = option->names[1] != NULL;

  g_string_append (text, "  ");
  write_zsh_exclusions (text, option);
  g_string_append (text, has_several ? "{" : "");
  write_zsh_names (text, option, suffixes[option->argument], ",");
  g_string_append (text, has_several ? "}'[" : "'[");
  write_zsh_part (text, option->help);
  g_string_append_c (text, ']');
  if (option->argument != APOOL_OPTION_NONE)
    {
      g_string_append (text, option->argument == APOOL_OPTION_OPTIONAL ? "::" : ":");
      write_zsh_part (text, option->value_name);
      g_string_append_printf (text, ":%s", write_zsh_actions[value.kind]);
      write_zsh_part (text, value.words != NULL ? value.words : "");
    }
  g_string_append (text, "' \\\n");
}

/* ---- fish ---- */

static const char *const write_fish_actions[COMPLETION_N_KINDS] = {
  [COMPLETION_LIST] = "__apool_list ",
  [COMPLETION_LOGS] = "__apool_logs",
  [COMPLETION_TABLES] = "__apool_tables",
  [COMPLETION_DIRECTORIES] = "__fish_complete_directories (__apool_typed)",
  [COMPLETION_COMMANDS] = "__fish_complete_command",
  [COMPLETION_VARIABLES] = "set -x -n",
  [COMPLETION_VARIABLE_LIST] = "__apool_list (set -x -n)",
  [COMPLETION_PROFILES] = "__apool_profiles",
  [COMPLETION_HOSTS] = "__fish_print_hostnames",
};

static void
write_fish_value (GString *text, const ApoolOption *option)
{
  CompletionValue value = completion_value_of (option);
  const char *words = value.words != NULL ? value.words : "";

  if (option->argument == APOOL_OPTION_NONE)
    return;
  if (option->argument == APOOL_OPTION_REQUIRED)
    g_string_append (text, value.kind == COMPLETION_FILES ? " -r" : " -x");
  if (value.kind == COMPLETION_FILES)
    g_string_append (text, " -F");
  if (value.kind == COMPLETION_WORDS)
    g_string_append_printf (text, " -a '%s'", words);
  else if (write_fish_actions[value.kind] != NULL)
    g_string_append_printf (text, " -a '(%s%s)'", write_fish_actions[value.kind], words);
}

static void
write_fish_option (GString *text, const ApoolOption *option)
{
  static const char *const takes[] = {
    [APOOL_OPTION_NONE] = "nothing",
    [APOOL_OPTION_REQUIRED] = "value",
    [APOOL_OPTION_OPTIONAL] = "attached",
  };

  g_string_append_printf (text, "__apool_option %s", takes[option->argument]);
  for (int is_long = 0; is_long <= 1; is_long++)
    for (const char *const *name = option->names; *name != NULL; name++)
      if (apool_option_name_is_short (*name) != is_long)
        g_string_append_printf (text, " -%c %s", is_long ? 'l' : 's', *name);
  write_fish_value (text, option);
  g_string_append (text, " -d ");
  write_quoted (text, option->help, "\\'", "\\\\");
  g_string_append_c (text, '\n');
}

/* ---- all ---- */

static WriteFunc
write_find_shell (const char *name)
{
  static const struct
  {
    const char *name;
    WriteFunc func;
  } shells[] = {
    { "bash", write_bash_option },
    { "zsh", write_zsh_option },
    { "fish", write_fish_option },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (shells); i++)
    if (g_str_equal (name, shells[i].name))
      return shells[i].func;
  return NULL;
}

static char *
write_dup_options (WriteFunc func)
{
  GString *text = g_string_new (NULL);
  gsize n_options;
  const ApoolOption *options = apool_option_table_get (&n_options);

  for (gsize i = 0; i < n_options; i++)
    if (options[i].state == APOOL_OPTION_BUILT)
      func (text, &options[i]);
  return g_string_free (text, FALSE);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *template = NULL;
  g_autofree char *options = NULL;
  g_auto (GStrv) parts = NULL;
  WriteFunc func = argc == 3 ? write_find_shell (argv[1]) : NULL;

  if (!func)
    {
      g_printerr ("usage: write bash|zsh|fish TEMPLATE\n");
      return EXIT_FAILURE;
    }
  if (!g_file_get_contents (argv[2], &template, NULL, &error))
    {
      g_printerr ("write: %s\n", error->message);
      return EXIT_FAILURE;
    }
  options = write_dup_options (func);
  parts = g_strsplit (template, MARK, -1);
  if (g_strv_length (parts) != 2)
    {
      g_printerr ("write: %s: not one line " MARK, argv[2]);
      return EXIT_FAILURE;
    }
  (void) fputs (parts[0], stdout);
  (void) fputs (options, stdout);
  (void) fputs (parts[1], stdout);
  /* Only here it is known whether all of it could be written. */
  return fclose (stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
