/* SPDX-License-Identifier: MIT */
#pragma once

#include "cli/apool-options.h"

G_BEGIN_DECLS

/* Names of one option, the %NULL after the last one included. */
#define APOOL_OPTION_MAX_NAMES 8

/**
 * ApoolOptionArgument:
 * @APOOL_OPTION_NONE: takes no value
 * @APOOL_OPTION_REQUIRED: takes a value, attached or in the next word
 * @APOOL_OPTION_OPTIONAL: takes a value only where it is attached
 */
typedef enum
{
  APOOL_OPTION_NONE,
  APOOL_OPTION_REQUIRED,
  APOOL_OPTION_OPTIONAL,
} ApoolOptionArgument;

/**
 * ApoolOptionState:
 * @APOOL_OPTION_BUILT: does what `--help` says
 * @APOOL_OPTION_ACCEPTED: understood, without effect: what it asks for is the case anyway
 * @APOOL_OPTION_NOT_BUILT: known, and an error until it is built; GNU parallel's where there is
 *   something to use instead
 * @APOOL_OPTION_REFUSED: GNU parallel has it, apool never will
 */
typedef enum
{
  APOOL_OPTION_BUILT,
  APOOL_OPTION_ACCEPTED,
  APOOL_OPTION_NOT_BUILT,
  APOOL_OPTION_REFUSED,
} ApoolOptionState;

/**
 * ApoolOptionGroup:
 *
 * Under which heading `--help` shows an option, in that order.
 */
typedef enum
{
  APOOL_OPTION_GROUP_RUNNING,
  APOOL_OPTION_GROUP_STARTING,
  APOOL_OPTION_GROUP_WORKERS,
  APOOL_OPTION_GROUP_INPUT,
  APOOL_OPTION_GROUP_COLUMNS,
  APOOL_OPTION_GROUP_BATCH,
  APOOL_OPTION_GROUP_TEXT,
  APOOL_OPTION_GROUP_OUTPUT,
  APOOL_OPTION_GROUP_RECORDS,
  APOOL_OPTION_GROUP_ABOUT,
  APOOL_OPTION_N_GROUPS,
} ApoolOptionGroup;

/**
 * ApoolOptionFunc:
 * @options: what the option changes
 * @name: the option as it was typed, with its dashes
 * @value: (nullable): its value; never %NULL where one is required
 * @error: (out) (optional): %APOOL_ERROR_USAGE
 *
 * Returns: whether @value is a good one
 */
typedef gboolean (*ApoolOptionFunc) (ApoolOptions *options,
                                     const char *name,
                                     const char *value,
                                     GError **error);

/**
 * ApoolOption:
 * @names: (array zero-terminated=1): without dashes; a name of one byte is a short one, and the
 *   first long one is the one to show
 * @argument: whether it takes a value
 * @state: whether it can be used
 * @apply: (nullable): what it does; %NULL where it has no effect
 * @group: where `--help` shows it, if it is built
 * @value_name: (nullable): what `--help` calls its value, if it is built
 * @help: (nullable): what it does, in one short line, if it is built; what to use instead, if it is
 *   refused, or not built and GNU parallel's
 *
 * One row of the option table.
 */
typedef struct
{
  const char *names[APOOL_OPTION_MAX_NAMES];
  ApoolOptionArgument argument;
  ApoolOptionState state;
  ApoolOptionFunc apply;
  ApoolOptionGroup group;
  const char *value_name;
  const char *help;
} ApoolOption;

const ApoolOption *apool_option_table_get (gsize *n_options);

/**
 * apool_option_name_is_short:
 * @name: a name of the table
 *
 * Returns: whether it is typed behind one dash
 */
static inline gboolean
apool_option_name_is_short (const char *name)
{
  return name[1] == '\0';
}

G_END_DECLS
