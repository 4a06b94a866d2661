/* SPDX-License-Identifier: MIT */
/* How many jobs run at once.
 *
 * Each job takes descriptors: two of its worker, which reads what it writes, and better as many of
 * this process where that is kept in files, or is large. So the soft limit of open files is raised
 * to what all of them take, here and by the workers for themselves, and where the hard one is too
 * low for the workers fewer jobs run. Jobs have the limit that the caller had. */

#include "cli/apool-many.h"

#include "base/apool-error.h"
#include "base/apool-open-files.h"
#include "cli/apool-jobs-file.h"
#include "cli/apool-view.h"
#include "wire/apool-message.h"

/* Jobs that may wait at a worker, so that a slot is filled again without asking: as many as it has
 * slots, and no more than these; where jobs are short, as many as these. */
#define MAX_PREFETCH 16u
/* Descriptors that are not for jobs' pipes, nor for workers: our own and the caller's. */
#define N_OWN_FDS 64u
/* Of each worker: its socket, and that of the one that replaces it, or what it takes to start. */
#define N_WORKER_FDS 2u
/* The least that this process does with. */
#define N_LEAST_FDS 16u
/* The same, of what compresses an output while another is decompressed: a program for each, with a
 * pipe to it and one from it, both ends of which are ours until it has started. */
#define N_FILTER_FDS 8u
/* More than any number of cores can keep busy, whatever the limit. */
#define MAX_FDS 65536u
/* How long a file may be unfit before that is said: milliseconds. */
#define GRACE_MSEC 1000u

struct _ApoolMany
{
  const ApoolOptions *options;
  ApoolMake *make;     /* not owned */
  struct rlimit limit; /* of open files, as the caller had it */
  ApoolSizes sizes;
  ApoolSizes room; /* what sizes may become */
  gboolean nobody_waits;
  guint n_missing_from; /* how many jobs were asked for, where there are fewer; else 0 */
  ApoolPool *pool;      /* (nullable): not owned */
  ApoolOutput *output;  /* (nullable): not owned */
  ApoolJobsFile *file;  /* (nullable) */
};

/* ---- open files ---- */

static gboolean
apool_many_keeps_files (const ApoolMany *self)
{
  return self->options->output.results || self->options->output.prints_names;
}

/* How many workers there may be at a time: where they are replaced, each job may be the last one of
 * a worker of its own. */
static guint64
apool_many_count_workers (const ApoolMany *self, const ApoolSizes *sizes)
{
  return (guint64) sizes->workers + (self->options->max_tasks > 0 ? sizes->jobs : 0);
}

static guint64
apool_many_count_least_files (const ApoolMany *self)
{
  return N_LEAST_FDS + (self->options->output.compress ? N_FILTER_FDS : 0);
}

/* What this process is better off with: for each job the pipes, and where they are kept the files.
 */
static guint64
apool_many_count_own_files (const ApoolMany *self, const ApoolSizes *sizes)
{
  guint64 n_for_job = apool_many_keeps_files (self) ? 2 * APOOL_N_STREAMS : APOOL_N_STREAMS;
  guint64 n_for_jobs = MIN (n_for_job * sizes->jobs, MAX_FDS);

  return N_OWN_FDS + N_WORKER_FDS * apool_many_count_workers (self, sizes) + n_for_jobs;
}

static guint64
apool_many_count_worker_files (const ApoolSizes *sizes)
{
  return APOOL_MESSAGE_WORKER_FILES + APOOL_MESSAGE_JOB_FILES * (guint64) sizes->jobs_per_worker;
}

/* Whether @n_jobs fit into the hard limit. */
static gboolean
apool_many_fits (const ApoolMany *self, const ApoolSizes *wanted, guint n_jobs)
{
  ApoolSizes try = *wanted;
  ApoolSizes sizes;

  try.jobs = n_jobs;
  /* Fewer than what was found to make sense do as well. */
  if (!apool_sizes_find (&try, self->options->usable.n, &sizes, NULL))
    return TRUE;
  return apool_many_count_least_files (self) + N_WORKER_FDS * (guint64) sizes.workers <=
             self->limit.rlim_max &&
         apool_many_count_worker_files (&sizes) <= self->limit.rlim_max;
}

/* Returns the most jobs up to @n_jobs that fit; one always does. */
static guint
apool_many_find_fitting (const ApoolMany *self, const ApoolSizes *wanted, guint n_jobs)
{
  guint fits = 1;
  guint too_many = n_jobs;

  if (apool_many_fits (self, wanted, n_jobs))
    return n_jobs;
  while (too_many - fits > 1)
    {
      guint middle = fits + (too_many - fits) / 2;

      if (apool_many_fits (self, wanted, middle))
        fits = middle;
      else
        too_many = middle;
    }
  return fits;
}

/* Workers inherit it, and raise it for themselves where that is not enough. */
static void
apool_many_raise_limit (ApoolMany *self)
{
  (void) apool_open_files_raise (
      apool_many_count_own_files (self, &self->sizes)); /* as far as it goes */
}

/* ---- sizes ---- */

static ApoolSizes
apool_many_get_wanted (const ApoolMany *self, guint n_jobs)
{
  const ApoolOptions *options = self->options;
  ApoolSizes wanted = options->sizes;

  wanted.jobs = n_jobs;
  /* As many as possible: that is what the other two say, where both are there. */
  if (options->takes_any_jobs && wanted.workers > 0 && wanted.jobs_per_worker > 0)
    wanted.jobs = 0;
  apool_make_limit (self->make, &wanted);
  return wanted;
}

/* Finds how large the pool is with @n_jobs, 0 where that was not said. */
static gboolean
apool_many_find_sizes (ApoolMany *self, guint n_jobs, GError **error)
{
  guint n_usable = self->options->usable.n;
  ApoolSizes wanted = apool_many_get_wanted (self, n_jobs);
  ApoolSizes sizes;
  guint n_fitting;

  if (!apool_sizes_find (&wanted, n_usable, &sizes, error))
    return FALSE;
  n_fitting = apool_many_find_fitting (self, &wanted, sizes.jobs);
  self->n_missing_from = n_fitting < sizes.jobs ? sizes.jobs : 0;
  wanted.jobs = n_fitting;
  if (n_fitting < sizes.jobs && !apool_sizes_find (&wanted, n_usable, &sizes, error))
    return FALSE;
  self->sizes = sizes;
  apool_many_raise_limit (self);
  return TRUE;
}

/* Whether there may be more or fewer while it runs. */
static gboolean
apool_many_may_change (const ApoolMany *self)
{
  return self->options->jobs_file || self->options->shows_tui;
}

/**
 * apool_many_new:
 * @options: what was asked for; outlives this
 * @make: what make has to say; outlives this
 * @error: (out) (optional): %APOOL_ERROR_USAGE: it contradicts itself
 *
 * Returns: (transfer full) (nullable): how many there are at first
 */
ApoolMany *
apool_many_new (const ApoolOptions *options, ApoolMake *make, GError **error)
{
  g_autoptr (ApoolMany) self = g_new0 (ApoolMany, 1);

  self->options = options;
  self->make = make;
  apool_open_files_get (&self->limit);
  if (!apool_many_find_sizes (self, options->sizes.jobs, error))
    return NULL;
  self->room = self->sizes;
  if (apool_many_may_change (self))
    apool_sizes_find_room (&options->sizes, options->usable.n, &self->room);
  return g_steal_pointer (&self);
}

/**
 * apool_many_free:
 * @self: (transfer full): what is no longer asked
 */
void
apool_many_free (ApoolMany *self)
{
  if (self->file)
    apool_jobs_file_stop (self->file);
  g_clear_object (&self->file);
  g_free (self);
}

/**
 * apool_many_get_sizes:
 * @self: how many
 *
 * Returns: (transfer none): how large the pool is now
 */
const ApoolSizes *
apool_many_get_sizes (const ApoolMany *self)
{
  return &self->sizes;
}

static guint
apool_many_get_prefetch (const ApoolMany *self)
{
  int prefetch = self->options->prefetch;

  if (self->nobody_waits)
    return 0;
  if (self->options->record.is_longest_first || self->options->weight ||
      self->options->place.is_interactive || self->options->place.has_terminal)
    return 0; /* of a free slot nobody knows whether a job fits; nobody is asked early */
  if (prefetch != APOOL_OPTIONS_NOT_SAID)
    return (guint) prefetch;
  if (self->options->halt.when != APOOL_HALT_NEVER)
    return 0; /* what waits at a worker is started before we know how the last one ended */
  return MIN (self->sizes.jobs_per_worker, MAX_PREFETCH);
}

/* Returns how many jobs may wait at each worker while they are short. */
static guint
apool_many_get_short_prefetch (const ApoolMany *self)
{
  gboolean is_free = self->options->prefetch == APOOL_OPTIONS_NOT_SAID;

  return is_free && apool_many_get_prefetch (self) > 0 ? MAX_PREFETCH : 0;
}

/**
 * apool_many_let_nobody_wait:
 * @self: how many
 *
 * No job waits at a worker, where it would be started without asking. To be called before
 * apool_many_fill_limits().
 */
void
apool_many_let_nobody_wait (ApoolMany *self)
{
  self->nobody_waits = TRUE;
}

/**
 * apool_many_fill_limits:
 * @self: how many
 * @limits: gets what the pool needs to know of it
 */
void
apool_many_fill_limits (const ApoolMany *self, ApoolPoolLimits *limits)
{
  limits->jobs = self->sizes.jobs;
  limits->workers = self->sizes.workers;
  limits->prefetch = apool_many_get_prefetch (self);
  limits->short_prefetch = apool_many_get_short_prefetch (self);
  if (!apool_many_may_change (self))
    return;
  limits->max_jobs = self->room.jobs;
  limits->workers = self->room.workers;
  limits->jobs_per_worker = self->room.jobs_per_worker;
}

/**
 * apool_many_get_max_passed:
 * @self: how many
 *
 * What keeps outputs in files has as many of them open as there are pipes.
 *
 * Returns: of how many jobs of each worker we can take the pipes, and keep some descriptors for
 *   ourselves
 */
guint
apool_many_get_max_passed (const ApoolMany *self)
{
  ApoolSizes most = { .jobs = self->sizes.jobs,
                      .workers = MAX (self->sizes.workers, self->room.workers) };
  guint64 n_workers = apool_many_count_workers (self, &most);
  guint64 n_own = N_OWN_FDS + N_WORKER_FDS * n_workers;
  guint64 n_for_job = apool_many_keeps_files (self) ? 2 * APOOL_N_STREAMS : APOOL_N_STREAMS;
  struct rlimit limit;
  guint64 n_fds;

  apool_open_files_get (&limit);
  n_fds = MIN (limit.rlim_cur, (rlim_t) MAX_FDS);
  return n_fds <= n_own ? 0 : (guint) ((n_fds - n_own) / n_for_job / n_workers);
}

/**
 * apool_many_get_open_files:
 * @self: how many
 *
 * Returns: how many files jobs may have open: as many as the caller could
 */
guint
apool_many_get_open_files (const ApoolMany *self)
{
  return (guint) MIN (self->limit.rlim_cur, (rlim_t) G_MAXUINT32);
}

/* ---- while it runs ---- */

static void
apool_many_say (ApoolMany *self, const char *what)
{
  g_autofree char *line = g_strdup_printf ("apool: %s\n", what);

  if (!self->options->summary.is_quiet)
    apool_output_say (self->output, line);
}

/* Who asked for as many as possible has them. */
static void
apool_many_say_missing (ApoolMany *self)
{
  g_autofree char *what = NULL;

  if (self->n_missing_from == 0 || self->options->takes_any_jobs)
    return;
  what = g_strdup_printf ("--jobs: %u: only %u, since no more than %" G_GUINT64_FORMAT
                          " files may be open: raise the hard limit",
                          self->n_missing_from, self->sizes.jobs, (guint64) self->limit.rlim_max);
  apool_many_say (self, what);
}

static void
apool_many_say_debug (ApoolMany *self)
{
  g_autofree char *why = apool_make_dup_jobs (self->make);
  g_autofree char *line =
      apool_view_dup_sizes (&self->sizes, apool_many_get_prefetch (self), self->options);

  if (!why)
    why = apool_view_dup_jobs (self->sizes.jobs, self->options);
  apool_output_say (self->output, why);
  apool_output_say (self->output, line);
}

static gboolean
apool_many_check_room (const ApoolMany *self, guint n_jobs, GError **error)
{
  if (n_jobs <= self->room.jobs)
    return TRUE;
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE, "--jobs %s: %u: more than %u: use --workers",
               self->options->jobs, n_jobs, self->room.jobs);
  return FALSE;
}

static gboolean
apool_many_changed_cb (guint n_jobs, gpointer data, GError **error)
{
  ApoolMany *self = data;

  if (!apool_many_check_room (self, n_jobs, error) || !apool_many_find_sizes (self, n_jobs, error))
    return FALSE;
  apool_many_say_missing (self);
  if (self->options->debug)
    {
      g_autofree char *what =
          g_strdup_printf ("debug: --jobs %s: now %u", self->options->jobs, self->sizes.jobs);

      apool_many_say (self, what);
    }
  apool_make_set_jobs (self->make, self->sizes.jobs);
  apool_pool_set_jobs (self->pool, self->sizes.jobs, apool_many_get_prefetch (self));
  return TRUE;
}

/**
 * apool_many_set_jobs:
 * @self: how many, opened, of a run whose screen is shown
 * @n_jobs: how many the user wants now
 * @error: (out) (optional): %APOOL_ERROR_USAGE: so many cannot be
 *
 * Has no more of them run at once, and as many as there may be open files for.
 *
 * Returns: whether that makes sense
 */
gboolean
apool_many_set_jobs (ApoolMany *self, guint n_jobs, GError **error)
{
  if (n_jobs == 0 || n_jobs > self->room.jobs)
    {
      g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE,
                   n_jobs == 0 ? "no fewer than %u" : "no more than %u",
                   n_jobs == 0 ? 1u : self->room.jobs);
      return FALSE;
    }
  if (!apool_many_find_sizes (self, n_jobs, error))
    return FALSE;
  apool_make_set_jobs (self->make, self->sizes.jobs);
  apool_pool_set_jobs (self->pool, self->sizes.jobs, apool_many_get_prefetch (self));
  return TRUE;
}

static void
apool_many_failed_cb (const char *why, gpointer data)
{
  apool_many_say (data, why);
}

/**
 * apool_many_open:
 * @self: how many
 * @context: where a file is watched
 * @pool: a pool that was made with these limits, and not started; outlives this
 * @output: where to say things; outlives this
 *
 * From now on the pool is as large as the file says, where there is one.
 */
void
apool_many_open (ApoolMany *self, GMainContext *context, ApoolPool *pool, ApoolOutput *output)
{
  ApoolJobsFileConfig config = {
    .path = self->options->jobs_file,
    .usable = &self->options->usable,
    .n_jobs = self->options->sizes.jobs,
    .grace_msec = GRACE_MSEC,
    .changed = apool_many_changed_cb,
    .failed = apool_many_failed_cb,
    .data = self,
  };

  self->pool = pool;
  self->output = output;
  apool_many_say_missing (self);
  if (self->options->debug)
    apool_many_say_debug (self);
  if (!config.path)
    return;
  self->file = apool_jobs_file_new (context, &config);
  apool_pool_add_observer (pool, APOOL_OBSERVER (self->file));
}
