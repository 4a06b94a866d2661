/* SPDX-License-Identifier: MIT */
/* The interface between the pool, which wants workers, and the places where they can live. */

#include "factory/apool-worker-factory.h"

G_DEFINE_INTERFACE (ApoolWorkerFactory, apool_worker_factory, G_TYPE_OBJECT)

static void
apool_worker_factory_default_init (ApoolWorkerFactoryInterface *iface)
{
}

/**
 * apool_worker_factory_create_worker:
 * @self: a factory
 * @number: its place in the pool, counted from 1
 * @slots: (element-type guint): the slots that the worker fills, one job in each; there may be
 *   none, where it is granted some later
 * @error: (out) (optional): %APOOL_ERROR_SPAWN or a #GIOErrorEnum
 *
 * Starts to make a worker. It can be given tasks at once; its first event says that it is ready,
 * or that it is gone.
 *
 * Returns: (transfer full) (nullable): the worker, on its way
 */
ApoolWorkerProxy *
apool_worker_factory_create_worker (ApoolWorkerFactory *self,
                                    guint number,
                                    const GArray *slots,
                                    GError **error)
{
  return APOOL_WORKER_FACTORY_GET_IFACE (self)->create_worker (self, number, slots, error);
}
