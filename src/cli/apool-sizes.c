/* SPDX-License-Identifier: MIT */
/* How many jobs, workers, and jobs in each worker: any of the three can be asked for, the others
 * follow from those and from the number of cores. There are never more workers than jobs. */

#include "cli/apool-sizes.h"

#include "base/apool-error.h"

static guint64
apool_sizes_divide_up (guint64 n, guint64 by)
{
  return (n + by - 1) / by;
}

/* How many workers, where only their jobs were said: one for each core is enough, but as many as it
 * takes for all jobs. */
static guint64
apool_sizes_find_workers (const ApoolSizes *wanted, guint64 n_jobs, guint64 n_cores)
{
  guint64 n_workers = MIN (n_jobs, n_cores);

  if (wanted->jobs_per_worker > 0)
    n_workers = MAX (n_workers, apool_sizes_divide_up (n_jobs, wanted->jobs_per_worker));
  return n_workers;
}

/* How many jobs, where it was not said. */
static guint64
apool_sizes_find_jobs (const ApoolSizes *wanted, guint64 n_cores)
{
  guint64 n_workers = wanted->workers > 0 ? wanted->workers : n_cores;
  guint64 per_worker = wanted->jobs_per_worker > 0 ? wanted->jobs_per_worker
                                                   : apool_sizes_divide_up (n_cores, n_workers);

  return MIN (n_workers * per_worker, APOOL_SIZES_MAX_JOBS);
}

static gboolean
apool_sizes_check (const ApoolSizes *wanted, GError **error)
{
  guint64 n_jobs = (guint64) wanted->workers * wanted->jobs_per_worker;

  if (wanted->jobs == 0 || n_jobs == 0 || n_jobs >= wanted->jobs)
    return TRUE;
  g_set_error (
      error, APOOL_ERROR, APOOL_ERROR_USAGE,
      "--jobs %u, --workers %u, --jobs-per-worker %u: so many workers run %" G_GUINT64_FORMAT
      " jobs at most: leave one of the three out",
      wanted->jobs, wanted->workers, wanted->jobs_per_worker, n_jobs);
  return FALSE;
}

/**
 * apool_sizes_find:
 * @wanted: what was asked for
 * @n_cores: how many cores may be used, at least 1
 * @sizes: (out): what there will be, each at least 1
 * @error: (out) (optional): %APOOL_ERROR_USAGE: the three contradict each other
 *
 * Returns: whether they do not
 */
gboolean
apool_sizes_find (const ApoolSizes *wanted, guint n_cores, ApoolSizes *sizes, GError **error)
{
  guint64 n_jobs = wanted->jobs > 0 ? wanted->jobs : apool_sizes_find_jobs (wanted, n_cores);
  guint64 n_workers = wanted->workers;

  if (!apool_sizes_check (wanted, error))
    return FALSE;
  if (n_workers == 0)
    n_workers = apool_sizes_find_workers (wanted, n_jobs, n_cores);
  n_workers = MIN (n_workers, n_jobs);
  sizes->jobs = (guint) n_jobs;
  sizes->workers = (guint) n_workers;
  sizes->jobs_per_worker = (guint) apool_sizes_divide_up (n_jobs, n_workers);
  return TRUE;
}

/**
 * apool_sizes_find_room:
 * @wanted: what was asked for, which makes sense
 * @n_cores: how many cores may be used, at least 1
 * @room: (out): how many jobs there may ever be where their number changes; over how many workers
 *   they are spread evenly; and how many each of these runs before there are more workers, 0 where
 *   there never are
 */
void
apool_sizes_find_room (const ApoolSizes *wanted, guint n_cores, ApoolSizes *room)
{
  guint64 n_jobs = (guint64) wanted->workers * wanted->jobs_per_worker;

  room->workers = wanted->workers > 0 ? wanted->workers : n_cores;
  room->jobs_per_worker = wanted->jobs_per_worker;
  if (n_jobs > 0)
    room->jobs = (guint) MIN (n_jobs, APOOL_SIZES_MAX_JOBS);
  else if (wanted->jobs_per_worker > 0)
    /* So many workers may be made, each of which has its place from the beginning. */
    room->jobs = MAX (wanted->jobs, APOOL_SIZES_MANY_JOBS);
  else
    room->jobs = APOOL_SIZES_MAX_JOBS;
}
