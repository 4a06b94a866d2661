/* SPDX-License-Identifier: MIT */
/* What the last attempts wrote at jobs that are to be tried again.
 *
 * It counts for nothing once the next attempt begins. But the run may end before: then there was no
 * other attempt, and what this one wrote is what the job has written.
 *
 * There may be very many such jobs, since they may have to wait for long. So what they wrote is
 * laid to rest as that of jobs is whose turn has not come, and little stays in memory. Where it
 * goes into a table or into files it is not known before the end whether it will be kept, and the
 * whole record stays.
 *
 * Nobody may ever want it, so it is what goes first where there is no room for other outputs. That
 * is said of the jobs for which it turns out to matter. */

#include "sinks/apool-aside.h"

typedef struct
{
  guint64 seq;
  ApoolOutputJob *job;       /* (nullable), owned: where the whole record stays */
  ApoolBacklogRecord record; /* else: what it wrote */
  gboolean is_emptied;       /* it was to make room */
} ApoolAsideAttempt;

struct _ApoolAside
{
  const ApoolFlowHub *hub; /* not owned */
  GHashTable *attempts;    /* guint64 in it → ApoolAsideAttempt, owned */
  gboolean has_bytes;      /* there may be some that have not been emptied */
};

static void
apool_aside_attempt_free (gpointer data)
{
  ApoolAsideAttempt *attempt = data;

  g_clear_pointer (&attempt->job, apool_output_job_free);
  g_free (attempt);
}

/**
 * apool_aside_new:
 * @hub: (transfer none): of all flows; outlives it
 *
 * Returns: (transfer full): nothing that was set aside
 */
ApoolAside *
apool_aside_new (const ApoolFlowHub *hub)
{
  ApoolAside *self = g_new0 (ApoolAside, 1);

  self->hub = hub;
  self->attempts =
      g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, apool_aside_attempt_free);
  return self;
}

/**
 * apool_aside_free:
 * @self: (transfer full): what was set aside; its place in the spool is not given back
 */
void
apool_aside_free (ApoolAside *self)
{
  g_hash_table_unref (self->attempts);
  g_free (self);
}

/* Whether more is to become of what the job wrote than to be printed. */
static gboolean
apool_aside_must_stay_whole (const ApoolAside *self, const ApoolOutputJob *job)
{
  if (self->hub->config->table)
    return TRUE;
  for (guint i = 0; i < APOOL_N_STREAMS; i++)
    if (job->flows[i].result.path)
      return TRUE;
  return FALSE;
}

/* Lays the job to rest. */
static gboolean
apool_aside_pack (ApoolAsideAttempt *attempt, const ApoolOutcome *outcome, GError **error)
{
  gboolean is_packed = apool_output_job_finish (attempt->job, outcome, error) &&
                       apool_output_job_pack (attempt->job, &attempt->record, error);

  g_clear_pointer (&attempt->job, apool_output_job_free);
  return is_packed;
}

/**
 * apool_aside_put:
 * @self: what was set aside
 * @job: (transfer full): a running job of which nothing is set aside
 * @outcome: what became of it
 * @error: (out) (optional): of apool_output_job_close(), apool_output_job_finish() and
 *   apool_output_job_pack()
 *
 * Sets aside what the job wrote. Its pipes are emptied and closed.
 *
 * Returns: whether all of it is at hand
 */
gboolean
apool_aside_put (ApoolAside *self, ApoolOutputJob *job, const ApoolOutcome *outcome, GError **error)
{
  ApoolAsideAttempt *attempt = g_new0 (ApoolAsideAttempt, 1);

  attempt->seq = job->seq;
  attempt->job = job;
  g_hash_table_insert (self->attempts, &attempt->seq, attempt);
  self->has_bytes = TRUE;
  if (apool_aside_must_stay_whole (self, job))
    return apool_output_job_close (job, error);
  return apool_aside_pack (attempt, outcome, error);
}

/* Returns: (transfer full) (nullable): the job with what it wrote, which is in the record no more
 */
static ApoolOutputJob *
apool_aside_unpack (ApoolAside *self, ApoolAsideAttempt *attempt, GError **error)
{
  ApoolOutputJob *job;

  if (attempt->job)
    return g_steal_pointer (&attempt->job);
  job = apool_output_job_new_unpacked (self->hub, &attempt->record, error);
  if (job)
    job->seq = attempt->seq;
  return job;
}

/* Nothing is cut without a word. */
static void
apool_aside_tell_emptied (ApoolAside *self, guint64 seq)
{
  g_autofree char *line = g_strdup_printf ("apool: job %" G_GUINT64_FORMAT
                                           ": what it wrote is dropped: outputs that wait had no "
                                           "room: use a larger --tmp-limit or another --tmpdir\n",
                                           seq);

  self->hub->say (line, self->hub->data);
}

/**
 * apool_aside_take:
 * @self: what was set aside
 * @seq: the number of a job that is not running
 * @job: (out) (transfer full) (nullable): the job, where something of it was set aside; whether it
 *   is finished it says itself
 * @error: (out) (optional): a #GIOErrorEnum of the spool
 *
 * Returns: whether what it wrote is at hand, or there was nothing; if not, there is no job
 */
gboolean
apool_aside_take (ApoolAside *self, guint64 seq, ApoolOutputJob **job, GError **error)
{
  ApoolAsideAttempt *attempt = g_hash_table_lookup (self->attempts, &seq);
  gboolean was_there = attempt != NULL;

  *job = attempt ? apool_aside_unpack (self, attempt, error) : NULL;
  if (attempt && attempt->is_emptied)
    apool_aside_tell_emptied (self, seq);
  g_hash_table_remove (self->attempts, &seq);
  return *job || !was_there;
}

/**
 * apool_aside_forget:
 * @self: what was set aside
 * @seq: the number of a job that is tried again by now, or of any other one
 * @error: (out) (optional): a #GIOErrorEnum of the spool
 *
 * What was set aside of that job counts for nothing.
 *
 * Returns: whether its room is free
 */
gboolean
apool_aside_forget (ApoolAside *self, guint64 seq, GError **error)
{
  ApoolAsideAttempt *attempt = g_hash_table_lookup (self->attempts, &seq);
  ApoolOutputJob *job;

  if (!attempt)
    return TRUE;
  job = apool_aside_unpack (self, attempt, error);
  g_hash_table_remove (self->attempts, &seq);
  if (!job)
    return FALSE;
  apool_output_job_free (job);
  return TRUE;
}

/* Gives back the room of one. */
static gboolean
apool_aside_empty_attempt (ApoolAside *self, ApoolAsideAttempt *attempt, GError **error)
{
  ApoolBacklogRecord empty = { .state = attempt->record.state };
  g_autoptr (ApoolOutputJob) job = NULL;

  if (attempt->job)
    {
      attempt->is_emptied |= apool_output_job_drop (attempt->job);
      return TRUE;
    }
  attempt->is_emptied |= apool_backlog_record_get_bytes (&attempt->record) > 0;
  job = apool_aside_unpack (self, attempt, error);
  attempt->record = empty;
  return job != NULL;
}

/**
 * apool_aside_empty:
 * @self: what was set aside
 * @error: (out) (optional): a #GIOErrorEnum of the spool
 *
 * The spool is full: all that was written by those who are to be tried again is dropped.
 *
 * Returns: whether that went well
 */
gboolean
apool_aside_empty (ApoolAside *self, GError **error)
{
  GHashTableIter iter;
  gpointer attempt;

  if (!self->has_bytes)
    return TRUE;
  self->has_bytes = FALSE;
  g_hash_table_iter_init (&iter, self->attempts);
  while (g_hash_table_iter_next (&iter, NULL, &attempt))
    if (!apool_aside_empty_attempt (self, attempt, error))
      return FALSE;
  return TRUE;
}
