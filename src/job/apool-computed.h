/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "job/apool-value.h"

G_BEGIN_DECLS

/**
 * ApoolComputedResult:
 * @n_choices: 1; or one per job slot, counted from slot 1, where the expression asked for the slot;
 *   0 where the expression was not evaluated for this value
 * @choices: (array length=n_choices): what the value has become, any bytes
 * @is_unquoted: whether it goes into a command line as it is (`uq()`)
 */
typedef struct
{
  gsize n_choices;
  const ApoolValue *choices;
  gboolean is_unquoted;
} ApoolComputedResult;

/**
 * ApoolComputed:
 * @results: (array): by expression, and by value within it:
 *   `results[expression * n_values + value]`
 * @n_expressions: how many expressions there are, numbered as apool_syntax_get_expressions() does
 * @n_values: how many values the row has, at least 1: a row without values counts as one with an
 *   empty one
 *
 * What Perl expressions have made of the values of one row: a view, as the row is.
 */
typedef struct
{
  const ApoolComputedResult *results;
  gsize n_expressions;
  gsize n_values;
} ApoolComputed;

G_END_DECLS
