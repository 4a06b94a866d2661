/* SPDX-License-Identifier: MIT */
#pragma once

#include "sinks/apool-output-config.h"

G_BEGIN_DECLS

/**
 * ApoolOutputOptions:
 * @is_unordered: whether outputs come in the order in which jobs finish, not in that of the inputs
 * @is_tagged: whether each line is to begin with the input of its job
 * @tag: (nullable): what it is to begin with instead, as it was typed
 * @results: (nullable): the template of where what each job writes is kept
 * @tmpdir: (nullable): where outputs that wait are kept; %NULL where it was not said
 *
 * What becomes of what jobs write.
 */
typedef struct
{
  gboolean is_unordered;
  gboolean is_tagged;
  const char *tag;
  const char *results;
  const char *tmpdir;
} ApoolOutputOptions;

G_END_DECLS
