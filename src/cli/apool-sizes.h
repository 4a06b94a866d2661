/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The largest number of jobs that can be asked for. */
#define APOOL_SIZES_MAX_JOBS 1000000

/* As many as anybody is expected to want on one machine. */
#define APOOL_SIZES_MANY_JOBS 10000

/**
 * ApoolSizes:
 * @jobs: how many jobs may run at once; 0 where it was not said
 * @workers: how many workers there may be; 0 where it was not said
 * @jobs_per_worker: how many jobs may run at once in each of them; 0 where it was not said
 *
 * How large a pool is, or is to be.
 */
typedef struct
{
  guint jobs;
  guint workers;
  guint jobs_per_worker;
} ApoolSizes;

void apool_sizes_find_room (const ApoolSizes *wanted, guint n_cores, ApoolSizes *room);
gboolean
apool_sizes_find (const ApoolSizes *wanted, guint n_cores, ApoolSizes *sizes, GError **error);

G_END_DECLS
