/* SPDX-License-Identifier: MIT */
/* All schedulers that there are, a line each; the first is the one that is used unasked. */

#include "pool/apool-scheduler-table.h"

#include <string.h>

#include "pool/apool-affinity.h"
#include "pool/apool-least-loaded.h"
#include "pool/apool-round-robin.h"

static const ApoolSchedulerKind apool_scheduler_kinds[] = {
  { .name = "least-loaded", .create = apool_least_loaded_new },
  { .name = "round-robin", .create = apool_round_robin_new },
  { .name = "affinity", .needs_key = TRUE, .create = apool_affinity_new },
};

/**
 * apool_scheduler_table_get:
 * @n_kinds: (out): how many there are
 *
 * Returns: (transfer none) (array length=n_kinds): all kinds, the default first
 */
const ApoolSchedulerKind *
apool_scheduler_table_get (gsize *n_kinds)
{
  *n_kinds = G_N_ELEMENTS (apool_scheduler_kinds);
  return apool_scheduler_kinds;
}

/**
 * apool_scheduler_table_find:
 * @name: of a scheduler
 *
 * Returns: (transfer none) (nullable): the kind of that name
 */
const ApoolSchedulerKind *
apool_scheduler_table_find (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (apool_scheduler_kinds); i++)
    if (strcmp (apool_scheduler_kinds[i].name, name) == 0)
      return &apool_scheduler_kinds[i];
  return NULL;
}
