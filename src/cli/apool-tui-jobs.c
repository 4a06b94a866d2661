/* SPDX-License-Identifier: MIT */
/* The jobs that the screen shows: those that run, by their slots, and the last of those that
 * failed, with the end of what they wrote.
 *
 * That end is bounded, and so is the number of those that failed, so that the memory is: it does
 * not depend on how much jobs write, nor on how many there are. */

#include "cli/apool-tui-jobs.h"

#include <string.h>

#include "base/apool-last-line.h"
#include "sinks/apool-ending-words.h"

/* The end of what a job writes is cut to the one when it has become the other. */
#define TAIL_BYTES ((gsize) 32 * 1024)
#define MAX_TAIL_BYTES (2 * TAIL_BYTES)

/* What is left of that when it has failed, and of how many of them. */
#define FAILED_TAIL_BYTES ((gsize) 8 * 1024)
#define MAX_FAILED 1000u

struct _ApoolTuiJobs
{
  GObject parent_instance;

  ApoolTuiJobsFuncs funcs;
  gpointer data;
  gboolean is_stopped; /* nothing is kept any more */
  GHashTable *by_seq;  /* guint64 in the job, ApoolTuiJob: those that run, owned */
  GPtrArray *running;  /* ApoolTuiJob, by slot */
  GPtrArray *failed;   /* ApoolTuiJob, owned, in the order in which they ended */
  guint64 n_done;
  guint64 n_failed;
};

static void apool_tui_jobs_observer_init (ApoolObserverInterface *iface);
static void apool_tui_jobs_keeper_init (ApoolKeeperInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ApoolTuiJobs,
                               apool_tui_jobs,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_OBSERVER,
                                                      apool_tui_jobs_observer_init)
                                   G_IMPLEMENT_INTERFACE (APOOL_TYPE_KEEPER,
                                                          apool_tui_jobs_keeper_init))

/* ---- one job ---- */

static ApoolTuiJob *
apool_tui_job_new (ApoolTask *task, guint slot)
{
  ApoolTuiJob *self = g_rc_box_new0 (ApoolTuiJob);

  self->task = apool_task_ref (task);
  self->seq = apool_task_get_seq (task);
  self->slot = slot;
  self->began_usec = g_get_monotonic_time ();
  return self;
}

static void
apool_tui_job_clear (gpointer data)
{
  ApoolTuiJob *self = data;

  apool_task_unref (self->task);
  if (self->line)
    g_string_free (self->line, TRUE);
  if (self->tail)
    g_string_free (self->tail, TRUE);
  g_free (self->how);
}

/**
 * apool_tui_job_ref:
 * @self: a job
 *
 * Returns: (transfer full): it
 */
ApoolTuiJob *
apool_tui_job_ref (ApoolTuiJob *self)
{
  return g_rc_box_acquire (self);
}

/**
 * apool_tui_job_unref:
 * @self: (transfer full): a job
 */
void
apool_tui_job_unref (ApoolTuiJob *self)
{
  g_rc_box_release_full (self, apool_tui_job_clear);
}

/**
 * apool_tui_job_find_line:
 * @self: a job
 * @length: (out): bytes of the line; 0 where there is none
 *
 * Returns: (transfer none) (nullable): the last line that it wrote, as far as that is known: any
 *   bytes
 */
const char *
apool_tui_job_find_line (const ApoolTuiJob *self, gsize *length)
{
  *length = 0;
  if (self->line && self->line->len > 0)
    {
      *length = self->line->len;
      return self->line->str;
    }
  return self->tail ? apool_last_line_find (self->tail->str, self->tail->len, length) : NULL;
}

/**
 * apool_tui_job_get_usec:
 * @self: a job
 *
 * Returns: how long it has run, microseconds
 */
gint64
apool_tui_job_get_usec (const ApoolTuiJob *self)
{
  return self->how ? self->run_usec : g_get_monotonic_time () - self->began_usec;
}

/* Keeps no more than the last @n_bytes, from the beginning of a line where that is near. */
static void
apool_tui_job_cut (ApoolTuiJob *self, gsize n_bytes)
{
  gsize n_old;
  const char *newline;

  if (!self->tail || self->tail->len <= n_bytes)
    return;
  n_old = self->tail->len - n_bytes;
  newline = memchr (self->tail->str + n_old, '\n', n_bytes / 2);
  if (newline)
    n_old = (gsize) (newline - self->tail->str) + 1;
  g_string_erase (self->tail, 0, (gssize) n_old);
  self->is_cut = TRUE;
}

static void
apool_tui_job_add (ApoolTuiJob *self, const char *bytes, gsize length)
{
  if (!self->tail)
    self->tail = g_string_new (NULL);
  if (length > MAX_TAIL_BYTES)
    {
      bytes += length - MAX_TAIL_BYTES;
      length = MAX_TAIL_BYTES;
      self->is_cut = TRUE;
    }
  g_string_append_len (self->tail, bytes, (gssize) length);
  if (self->tail->len >= MAX_TAIL_BYTES)
    apool_tui_job_cut (self, TAIL_BYTES);
}

static void
apool_tui_job_end (ApoolTuiJob *self, const ApoolOutcome *outcome)
{
  self->how = apool_ending_words_dup (outcome);
  self->run_usec = apool_outcome_get_usage (outcome)->run_usec;
  if (self->line)
    g_string_truncate (self->line, 0); /* all that it wrote has come */
}

/* ---- all of them ---- */

/* Returns: where among those that run one of @slot belongs */
static guint
apool_tui_jobs_find_place (const ApoolTuiJobs *self, guint slot)
{
  guint low = 0;
  guint high = self->running->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      const ApoolTuiJob *job = g_ptr_array_index (self->running, middle);

      if (job->slot < slot)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/* Returns: (transfer full) (nullable): the job, which runs no longer */
static ApoolTuiJob *
apool_tui_jobs_take (ApoolTuiJobs *self, const ApoolTask *task)
{
  guint64 seq = apool_task_get_seq (task);
  ApoolTuiJob *job = g_hash_table_lookup (self->by_seq, &seq);

  if (!job)
    return NULL;
  g_hash_table_steal (self->by_seq, &seq);
  g_ptr_array_remove (self->running, job);
  return job;
}

static void
apool_tui_jobs_note_failed (ApoolTuiJobs *self, ApoolTuiJob *job)
{
  if (self->failed->len == MAX_FAILED)
    g_ptr_array_remove_index (self->failed, 0);
  g_ptr_array_add (self->failed, apool_tui_job_ref (job));
}

static void
apool_tui_jobs_task_started (ApoolObserver *observer, ApoolTask *task, const ApoolPlace *place)
{
  ApoolTuiJobs *self = APOOL_TUI_JOBS (observer);
  ApoolTuiJob *job;

  if (self->is_stopped)
    return;
  job = apool_tui_job_new (task, place->slot);
  g_hash_table_replace (self->by_seq, &job->seq, job);
  g_ptr_array_insert (self->running, (int) apool_tui_jobs_find_place (self, job->slot), job);
  self->funcs.changed (self->data);
}

static void
apool_tui_jobs_task_retried (ApoolObserver *observer, ApoolTask *task, ApoolOutcome *outcome)
{
  ApoolTuiJobs *self = APOOL_TUI_JOBS (observer);
  g_autoptr (ApoolTuiJob) job = apool_tui_jobs_take (self, task);

  if (!job || self->is_stopped)
    return;
  apool_tui_job_end (job, outcome);
  self->funcs.changed (self->data);
}

static void
apool_tui_jobs_task_finished (ApoolObserver *observer, ApoolTask *task, ApoolOutcome *outcome)
{
  ApoolTuiJobs *self = APOOL_TUI_JOBS (observer);
  g_autoptr (ApoolTuiJob) job = apool_tui_jobs_take (self, task);

  if (apool_outcome_get_kind (outcome) == APOOL_OUTCOME_SKIPPED)
    self->n_done += apool_task_get_traits (task)->n_skipped;
  else
    self->n_done++;
  if (self->is_stopped || apool_outcome_get_kind (outcome) == APOOL_OUTCOME_SKIPPED)
    return;
  if (!job) /* it was never started, or there was another attempt before */
    job = apool_tui_job_new (task, 0);
  apool_tui_job_end (job, outcome);
  if (apool_outcome_is_failure (outcome))
    {
      self->n_failed++;
      apool_tui_job_cut (job, FAILED_TAIL_BYTES);
      apool_tui_jobs_note_failed (self, job);
    }
  self->funcs.changed (self->data);
}

static void
apool_tui_jobs_pool_paused (ApoolObserver *observer, gboolean is_paused)
{
  ApoolTuiJobs *self = APOOL_TUI_JOBS (observer);

  if (!self->is_stopped)
    self->funcs.paused (is_paused, self->data);
}

static void
apool_tui_jobs_pool_done (ApoolObserver *observer)
{
  ApoolTuiJobs *self = APOOL_TUI_JOBS (observer);

  if (!self->is_stopped)
    self->funcs.done (self->data);
}

static void
apool_tui_jobs_observer_init (ApoolObserverInterface *iface)
{
  iface->task_started = apool_tui_jobs_task_started;
  iface->task_retried = apool_tui_jobs_task_retried;
  iface->task_finished = apool_tui_jobs_task_finished;
  iface->pool_paused = apool_tui_jobs_pool_paused;
  iface->pool_done = apool_tui_jobs_pool_done;
}

static void
apool_tui_jobs_keep (
    ApoolKeeper *keeper, ApoolTask *task, ApoolStream stream, const void *data, gsize length)
{
  ApoolTuiJobs *self = APOOL_TUI_JOBS (keeper);
  guint64 seq = apool_task_get_seq (task);
  ApoolTuiJob *job = self->is_stopped ? NULL : g_hash_table_lookup (self->by_seq, &seq);

  if (!job)
    return;
  apool_tui_job_add (job, data, length);
  self->funcs.changed (self->data);
}

static void
apool_tui_jobs_keeper_init (ApoolKeeperInterface *iface)
{
  iface->keep = apool_tui_jobs_keep;
}

static void
apool_tui_jobs_finalize (GObject *object)
{
  ApoolTuiJobs *self = APOOL_TUI_JOBS (object);

  g_ptr_array_unref (self->running);
  g_ptr_array_unref (self->failed);
  g_hash_table_unref (self->by_seq);
  G_OBJECT_CLASS (apool_tui_jobs_parent_class)->finalize (object);
}

static void
apool_tui_jobs_class_init (ApoolTuiJobsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = apool_tui_jobs_finalize;
}

static void
apool_tui_jobs_init (ApoolTuiJobs *self)
{
  self->by_seq = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL,
                                        (GDestroyNotify) apool_tui_job_unref);
  self->running = g_ptr_array_new ();
  self->failed = g_ptr_array_new_with_free_func ((GDestroyNotify) apool_tui_job_unref);
}

/**
 * apool_tui_jobs_new:
 * @funcs: what to tell, copied; all are given
 * @data: (closure): for @funcs
 *
 * Returns: (transfer full): an observer that has seen nothing
 */
ApoolTuiJobs *
apool_tui_jobs_new (const ApoolTuiJobsFuncs *funcs, gpointer data)
{
  ApoolTuiJobs *self = g_object_new (APOOL_TYPE_TUI_JOBS, NULL);

  self->funcs = *funcs;
  self->data = data;
  return self;
}

/**
 * apool_tui_jobs_stop:
 * @self: jobs
 *
 * Nothing is told or kept any more, and all is forgotten.
 */
void
apool_tui_jobs_stop (ApoolTuiJobs *self)
{
  self->is_stopped = TRUE;
  g_ptr_array_set_size (self->running, 0);
  g_ptr_array_set_size (self->failed, 0);
  g_hash_table_remove_all (self->by_seq);
}

/**
 * apool_tui_jobs_get_running:
 * @self: jobs
 *
 * Returns: (transfer none) (element-type ApoolTuiJob): those that run, by slot
 */
const GPtrArray *
apool_tui_jobs_get_running (const ApoolTuiJobs *self)
{
  return self->running;
}

/**
 * apool_tui_jobs_get_failed:
 * @self: jobs
 *
 * Returns: (transfer none) (element-type ApoolTuiJob): those that failed last, in the order in
 *   which they ended
 */
const GPtrArray *
apool_tui_jobs_get_failed (const ApoolTuiJobs *self)
{
  return self->failed;
}

/**
 * apool_tui_jobs_get_n_done:
 * @self: jobs
 *
 * Returns: how many are settled
 */
guint64
apool_tui_jobs_get_n_done (const ApoolTuiJobs *self)
{
  return self->n_done;
}

/**
 * apool_tui_jobs_get_n_failed:
 * @self: jobs
 *
 * Returns: how many of these failed
 */
guint64
apool_tui_jobs_get_n_failed (const ApoolTuiJobs *self)
{
  return self->n_failed;
}

/**
 * apool_tui_jobs_take_states:
 * @self: jobs
 * @jobs: (array length=n_jobs): what the workers have said
 * @n_jobs: how many
 */
void
apool_tui_jobs_take_states (ApoolTuiJobs *self, const ApoolSurveyJob *jobs, gsize n_jobs)
{
  for (gsize i = 0; i < n_jobs; i++)
    {
      const ApoolJobState *state = jobs[i].state;
      guint64 seq = apool_task_get_seq (jobs[i].task);
      ApoolTuiJob *job = g_hash_table_lookup (self->by_seq, &seq);

      if (!job || !state)
        continue;
      job->is_stopped = state->is_paused;
      job->began_usec = g_get_monotonic_time () - state->run_usec;
      if (!job->line)
        job->line = g_string_new (NULL);
      g_string_truncate (job->line, 0);
      g_string_append_len (job->line, state->line ? state->line : "",
                           state->line ? (gssize) state->length : 0);
    }
}
