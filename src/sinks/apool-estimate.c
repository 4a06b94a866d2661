/* SPDX-License-Identifier: MIT */
/* How long a run still takes.
 *
 * A job that runs takes what it took in an earlier run, less what it has run by now; one that runs
 * longer than that may end at any moment. What waits is not known one by one, since the input is
 * not read ahead: it is taken for those jobs of the earlier run that have not come yet. What that
 * run does not know takes as long as the jobs of this run did on average or, where none has ended,
 * those of the earlier one.
 *
 * All that is shared out over the slots; but the run does not end before the longest of the jobs
 * that run. Times are those of any clock, in microseconds. Each job costs two look-ups in a table
 * of those that run. */

#include "sinks/apool-estimate.h"

typedef struct
{
  guint64 seq;
  gint64 expected_usec; /* 0: not known */
  gint64 since;
} ApoolEstimateJob;

struct _ApoolEstimate
{
  GHashTable *running; /* seq → ApoolEstimateJob, owned */
  guint64 n_settled;   /* jobs that are over */

  guint64 n_past;      /* jobs of the earlier run that have not come yet */
  gint64 past_usec;    /* what these took */
  double past_average; /* what jobs took then, microseconds; negative where none is known */
  guint64 n_ended;     /* jobs that ran in this run */
  gint64 ended_usec;   /* what these took */
};

/**
 * apool_estimate_new:
 * @n_past: how many jobs of an earlier run may come again; 0 where none is known
 * @past_usec: what they took in all, as far as it takes that again, microseconds
 * @average_usec: what each of them took on average, microseconds; does not count without them
 *
 * Returns: (transfer full): an estimate of a run that begins
 */
ApoolEstimate *
apool_estimate_new (guint64 n_past, gint64 past_usec, double average_usec)
{
  ApoolEstimate *self = g_new0 (ApoolEstimate, 1);

  self->running = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  self->n_past = n_past;
  self->past_usec = past_usec;
  self->past_average = n_past > 0 ? average_usec : -1;
  return self;
}

/**
 * apool_estimate_free:
 * @self: (transfer full): an estimate
 */
void
apool_estimate_free (ApoolEstimate *self)
{
  g_hash_table_unref (self->running);
  g_free (self);
}

/* One of the earlier run has come. Inputs may have changed, and be more than those of then. */
static void
apool_estimate_take_past (ApoolEstimate *self, gint64 usec)
{
  if (self->n_past == 0)
    return;
  self->n_past--;
  self->past_usec = self->n_past > 0 ? MAX (self->past_usec - usec, 0) : 0;
}

/**
 * apool_estimate_start:
 * @self: an estimate
 * @seq: the number of a job
 * @expected_usec: how long it took in the earlier run, microseconds; 0 where that is not known
 * @now: the time
 *
 * An attempt at the job starts.
 */
void
apool_estimate_start (ApoolEstimate *self, guint64 seq, gint64 expected_usec, gint64 now)
{
  ApoolEstimateJob *job = g_new (ApoolEstimateJob, 1);

  *job = (ApoolEstimateJob){ .seq = seq, .expected_usec = expected_usec, .since = now };
  g_hash_table_replace (self->running, &job->seq, job);
  if (expected_usec > 0)
    apool_estimate_take_past (self, expected_usec);
}

/**
 * apool_estimate_retry:
 * @self: an estimate
 * @seq: the number of a job
 *
 * The attempt counts for nothing: there will be another one.
 */
void
apool_estimate_retry (ApoolEstimate *self, guint64 seq)
{
  const ApoolEstimateJob *job = g_hash_table_lookup (self->running, &seq);

  if (!job)
    return;
  if (job->expected_usec > 0)
    {
      self->n_past++;
      self->past_usec += job->expected_usec;
    }
  g_hash_table_remove (self->running, &seq);
}

/**
 * apool_estimate_finish:
 * @self: an estimate
 * @seq: the number of a job
 * @run_usec: how long it ran, microseconds; 0 where it was never started
 *
 * The job is over.
 */
void
apool_estimate_finish (ApoolEstimate *self, guint64 seq, gint64 run_usec)
{
  g_hash_table_remove (self->running, &seq);
  self->n_settled++;
  if (run_usec <= 0)
    return;
  self->n_ended++;
  self->ended_usec += run_usec;
}

/**
 * apool_estimate_pass:
 * @self: an estimate
 * @n_jobs: how many
 * @is_past: whether the earlier run has them
 *
 * Jobs are over that nothing is run for.
 */
void
apool_estimate_pass (ApoolEstimate *self, guint64 n_jobs, gboolean is_past)
{
  self->n_settled += n_jobs;
  for (guint64 i = 0; is_past && i < n_jobs; i++)
    apool_estimate_take_past (self, 0);
}

/* Returns: what a job takes of which nothing is known, microseconds; negative where nothing is
 * known of any */
static double
apool_estimate_get_average (const ApoolEstimate *self)
{
  return self->n_ended > 0 ? (double) self->ended_usec / (double) self->n_ended
                           : self->past_average;
}

/* Adds up what those that run still take. Returns: whether that is known */
static gboolean
apool_estimate_add_running (const ApoolEstimate *self, gint64 now, double *sum, double *longest)
{
  double average = apool_estimate_get_average (self);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->running);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const ApoolEstimateJob *job = value;
      double left = job->expected_usec > 0 ? (double) job->expected_usec : average;

      if (left < 0)
        return FALSE;
      left = MAX (left - (double) (now - job->since), 0);
      *sum += left;
      *longest = MAX (*longest, left);
    }
  return TRUE;
}

/* Adds what those take that wait. Returns: whether that is known */
static gboolean
apool_estimate_add_waiting (const ApoolEstimate *self, guint64 n_waiting, double *sum)
{
  guint64 n_past = MIN (n_waiting, self->n_past);
  guint64 n_unknown = n_waiting - n_past;
  double average = apool_estimate_get_average (self);

  if (n_past > 0)
    *sum += (double) self->past_usec * ((double) n_past / (double) self->n_past);
  if (n_unknown == 0)
    return TRUE;
  *sum += average * (double) n_unknown;
  return average >= 0;
}

/**
 * apool_estimate_find_left:
 * @self: an estimate
 * @n_total: of how many jobs the run is; 0 where nobody knows
 * @n_slots: how many run at a time
 * @now: the time
 *
 * Returns: how long it still takes, microseconds; %APOOL_ESTIMATE_UNKNOWN where that cannot be told
 */
gint64
apool_estimate_find_left (const ApoolEstimate *self, guint64 n_total, guint n_slots, gint64 now)
{
  guint64 n_begun = self->n_settled + g_hash_table_size (self->running);
  double sum = 0;
  double longest = 0;

  if (n_total == 0 || !apool_estimate_add_running (self, now, &sum, &longest) ||
      !apool_estimate_add_waiting (self, n_total > n_begun ? n_total - n_begun : 0, &sum))
    return APOOL_ESTIMATE_UNKNOWN;
  sum = MAX (sum / MAX (n_slots, 1), longest);
  return sum < (double) G_MAXINT64 ? (gint64) sum : APOOL_ESTIMATE_UNKNOWN;
}
