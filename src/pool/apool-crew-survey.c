/* SPDX-License-Identifier: MIT */
/* What is asked of all workers of a crew at once. */

#include "pool/apool-crew-private.h"

/**
 * apool_crew_count_running:
 * @self: a crew
 *
 * Returns: how many tasks its workers have started whose processes are not known to be gone
 */
guint
apool_crew_count_running (const ApoolCrew *self)
{
  guint n_running = 0;

  for (guint i = 0; i < self->members->len; i++)
    {
      ApoolWorkerProxy *proxy = ((ApoolMember *) g_ptr_array_index (self->members, i))->proxy;

      n_running += apool_worker_proxy_get_n_tasks (proxy) -
                   apool_worker_proxy_get_n_waiting (proxy) -
                   apool_worker_proxy_get_n_exited (proxy);
    }
  return n_running;
}
