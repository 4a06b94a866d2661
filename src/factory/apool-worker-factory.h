/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib-object.h>

#include "factory/apool-worker-proxy.h"

G_BEGIN_DECLS

#define APOOL_TYPE_WORKER_FACTORY (apool_worker_factory_get_type ())

/**
 * ApoolWorkerFactory:
 *
 * Makes workers and prepares them. There is one implementation per kind of place where workers can
 * live.
 */
G_DECLARE_INTERFACE (ApoolWorkerFactory, apool_worker_factory, APOOL, WORKER_FACTORY, GObject)

/**
 * ApoolWorkerFactoryInterface:
 * @create_worker: makes worker @number, which fills @slots
 */
struct _ApoolWorkerFactoryInterface
{
  GTypeInterface parent;

  ApoolWorkerProxy *(*create_worker) (ApoolWorkerFactory *self,
                                      guint number,
                                      const GArray *slots,
                                      GError **error);
};

ApoolWorkerProxy *apool_worker_factory_create_worker (ApoolWorkerFactory *self,
                                                      guint number,
                                                      const GArray *slots,
                                                      GError **error);

G_END_DECLS
