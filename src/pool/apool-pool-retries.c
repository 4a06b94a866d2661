/* SPDX-License-Identifier: MIT */
/* What the pool tells of jobs that are to be tried again, to who asks while the run goes on. */

#include "pool/apool-pool-private.h"

/**
 * apool_pool_count_retries:
 * @self: a pool
 *
 * Returns: how many jobs are to be tried again, or were ended to make room, and have not been
 *   started since
 */
guint
apool_pool_count_retries (ApoolPool *self)
{
  return apool_attempts_get_n (self->attempts);
}

/**
 * apool_pool_list_retries:
 * @self: a pool
 *
 * Returns: (transfer full) (element-type ApoolWaitingTask): the next attempts at these, by number;
 *   those not that are on their way to a worker. Views, valid until the context has its turn
 */
GArray *
apool_pool_list_retries (ApoolPool *self)
{
  return apool_task_line_list_begun (self->line);
}
