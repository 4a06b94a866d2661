/* SPDX-License-Identifier: MIT */
/* Values that outlive the source they came from, in one block of memory: there may be as many of
 * these as there are jobs under way. */

#include "job/apool-values.h"

#include <string.h>

struct _ApoolValues
{
  gatomicrefcount refs;
  gsize n_values;
  ApoolValue values[]; /* their bytes follow */
};

/**
 * apool_values_new:
 * @values: (array length=n_values): values, copied; none that could not be read
 * @n_values: how many
 *
 * Returns: (transfer full): the same values
 */
ApoolValues *
apool_values_new (const ApoolValue *values, gsize n_values)
{
  gsize n_bytes = sizeof (ApoolValues) + n_values * sizeof (ApoolValue);
  ApoolValues *self;
  char *at;

  for (gsize i = 0; i < n_values; i++)
    n_bytes += values[i].length;
  self = g_malloc (n_bytes);
  g_atomic_ref_count_init (&self->refs);
  self->n_values = n_values;
  at = (char *) &self->values[n_values];
  for (gsize i = 0; i < n_values; i++)
    {
      self->values[i] = (ApoolValue){ at, values[i].length };
      if (values[i].length > 0) /* else there may be no place */
        memcpy (at, values[i].data, values[i].length);
      at += values[i].length;
    }
  return self;
}

/**
 * apool_values_ref:
 * @self: values
 *
 * Returns: (transfer full): the same
 */
ApoolValues *
apool_values_ref (ApoolValues *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

/**
 * apool_values_unref:
 * @self: (transfer full): values
 */
void
apool_values_unref (ApoolValues *self)
{
  if (g_atomic_ref_count_dec (&self->refs))
    g_free (self);
}

/**
 * apool_values_get:
 * @self: (nullable): values, or none
 * @n_values: (out): how many they are
 *
 * Returns: (transfer none) (array length=n_values): they, as long as @self lives
 */
const ApoolValue *
apool_values_get (const ApoolValues *self, gsize *n_values)
{
  *n_values = self ? self->n_values : 0;
  return self ? self->values : NULL;
}
