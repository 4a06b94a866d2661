/* SPDX-License-Identifier: MIT */
/* What the completions offer as the value of an option. */
#pragma once

#include "cli/apool-option-table.h"

G_BEGIN_DECLS

/**
 * CompletionKind:
 * @COMPLETION_NOTHING: nothing, such as for numbers
 * @COMPLETION_WORDS: one of some words
 * @COMPLETION_LIST: several of them, with commas between them
 * @COMPLETION_FILES: names of files
 * @COMPLETION_LOGS: the same, perhaps behind a plus sign
 * @COMPLETION_TABLES: directories, and files of the endings that a table of results may have
 * @COMPLETION_DIRECTORIES: names of directories
 * @COMPLETION_COMMANDS: names of commands
 * @COMPLETION_VARIABLES: names of variables of the environment
 * @COMPLETION_VARIABLE_LIST: several of them, with commas between them
 * @COMPLETION_PROFILES: names of profiles
 * @COMPLETION_HOSTS: names of hosts
 *
 * A word that ends in an equals sign goes on behind it.
 */
typedef enum
{
  COMPLETION_NOTHING,
  COMPLETION_WORDS,
  COMPLETION_LIST,
  COMPLETION_FILES,
  COMPLETION_LOGS,
  COMPLETION_TABLES,
  COMPLETION_DIRECTORIES,
  COMPLETION_COMMANDS,
  COMPLETION_VARIABLES,
  COMPLETION_VARIABLE_LIST,
  COMPLETION_PROFILES,
  COMPLETION_HOSTS,
  COMPLETION_N_KINDS,
} CompletionKind;

/**
 * CompletionValue:
 * @option: one of the option's names, without dashes
 * @kind: what its value is
 * @words: (nullable): these words, with blanks between them
 * @is_repeated: whether the option can be given several times, to add to what was given before
 */
typedef struct
{
  const char *option;
  CompletionKind kind;
  const char *words;
  gboolean is_repeated;
} CompletionValue;

const CompletionValue *completion_values_get (gsize *n_values);
CompletionValue completion_value_of (const ApoolOption *option);

G_END_DECLS
