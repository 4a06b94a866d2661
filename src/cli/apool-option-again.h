/* SPDX-License-Identifier: MIT */
#pragma once

#include "cli/apool-option-table.h"

G_BEGIN_DECLS

/**
 * ApoolOptionAgain:
 * @APOOL_OPTION_AGAIN_NOT: it is not: the commands that it made are in the log, or all that it does
 *   is to show or tell something
 * @APOOL_OPTION_AGAIN_SAID: it is, with its value
 * @APOOL_OPTION_AGAIN_FIXED: it is where its value is the same for all jobs; else that is of
 * inputs, which the log does not have
 * @APOOL_OPTION_AGAIN_NEVER: it cannot be: it is of no use without the command and the inputs
 *
 * Whether a run of commands that a log has is to have an option of the run that has logged them, so
 * that it does the same work in the same way.
 */
typedef enum
{
  APOOL_OPTION_AGAIN_NOT,
  APOOL_OPTION_AGAIN_SAID,
  APOOL_OPTION_AGAIN_FIXED,
  APOOL_OPTION_AGAIN_NEVER,
} ApoolOptionAgain;

/**
 * ApoolOptionSaid:
 * @option: (unowned): its row in the table
 * @value: (nullable) (unowned): its value
 *
 * An option as it was said.
 */
typedef struct
{
  const ApoolOption *option;
  const char *value;
} ApoolOptionSaid;

ApoolOptionAgain apool_option_again_get (const ApoolOption *option);
void apool_option_again_note (ApoolOptions *options, const ApoolOption *option, const char *value);
gboolean apool_option_again_is_possible (const ApoolOptions *options);
const ApoolOptionSaid *apool_option_again_get_typed (const ApoolOptions *options, gsize *n_said);

G_END_DECLS
