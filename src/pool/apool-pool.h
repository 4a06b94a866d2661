/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib-object.h>

#include "factory/apool-worker-factory.h"
#include "input/apool-tasks.h"
#include "job/apool-observer.h"

G_BEGIN_DECLS

/**
 * ApoolPoolLimits:
 * @jobs: how many tasks may run at once, at least 1: slots are numbered from 1 to this
 * @workers: how many workers there may be, at least 1
 * @prefetch: how many tasks may wait at each worker for a slot of its own
 */
typedef struct
{
  guint jobs;
  guint workers;
  guint prefetch;
} ApoolPoolLimits;

/**
 * ApoolPoolDoneFunc:
 * @error: (nullable): why the pool could not do its work; %NULL also where it was closed or
 *   terminated
 * @data: (closure): of apool_pool_new()
 *
 * Every task is settled and every worker has ended.
 */
typedef void (*ApoolPoolDoneFunc) (const GError *error, gpointer data);

/* The manager: hands tasks out to workers and collects what becomes of them. */
#define APOOL_TYPE_POOL (apool_pool_get_type ())
G_DECLARE_FINAL_TYPE (ApoolPool, apool_pool, APOOL, POOL, GObject)

ApoolPool *apool_pool_new (GMainContext *context,
                           ApoolWorkerFactory *factory,
                           ApoolTasks *tasks,
                           const ApoolPoolLimits *limits,
                           ApoolPoolDoneFunc done,
                           gpointer data);
void apool_pool_add_observer (ApoolPool *self, ApoolObserver *observer);
void apool_pool_set_first_stdin (ApoolPool *self, int fd);

void apool_pool_start (ApoolPool *self);
void apool_pool_close (ApoolPool *self);
void apool_pool_terminate (ApoolPool *self, gboolean now);
void apool_pool_stream_task (ApoolPool *self, guint64 seq);
void apool_pool_set_congested (ApoolPool *self, gboolean congested);

G_END_DECLS
