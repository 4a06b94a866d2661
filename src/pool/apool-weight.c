/* SPDX-License-Identifier: MIT */
/* As how many jobs a task counts. */

#include "pool/apool-weight.h"

/**
 * apool_weight_limit:
 * @task: (transfer full): a task
 * @max: how many slots there are
 *
 * A task that is heavier than all slots together takes all of them.
 *
 * Returns: (transfer full): the task, no heavier than that
 */
ApoolTask *
apool_weight_limit (ApoolTask *task, guint max)
{
  g_autoptr (ApoolTask) heavy = task;
  ApoolTaskTraits traits = *apool_task_get_traits (task);

  if (traits.weight <= max)
    return g_steal_pointer (&heavy);
  traits.weight = max;
  return apool_task_new_variant (heavy, &traits);
}
