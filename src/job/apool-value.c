/* SPDX-License-Identifier: MIT */
/* Values that are not what they seem. */

#include "job/apool-value.h"

/**
 * apool_value_dup_unread_fault:
 * @values: (array length=n_values): the values of a row
 * @n_values: how many
 *
 * Returns: (transfer full) (nullable): what is wrong with the first of them that was too long to be
 *   read; %NULL where all are there
 */
char *
apool_value_dup_unread_fault (const ApoolValue *values, gsize n_values)
{
  for (gsize i = 0; i < n_values; i++)
    if (apool_value_is_unread (&values[i]))
      return g_strdup_printf ("input of %" G_GSIZE_FORMAT " bytes: too long", values[i].length);
  return NULL;
}
