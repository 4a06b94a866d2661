/* SPDX-License-Identifier: MIT */
/* What is said of a run at its end, collected while it goes on. However many jobs there are, it is
 * counts, and a few jobs of each kind. A job that succeeds as thousands did before costs some
 * additions and comparisons. */

#include "sinks/apool-summary.h"

#include <stdlib.h>

#include "base/apool-last-line.h"
#include "sinks/apool-ending-words.h"

/* What a job that failed wrote last, told just before its end is. */
typedef struct
{
  guint64 seq;
  char *bytes; /* (nullable), owned */
  gsize length;
  gboolean is_cut;
} ApoolSummaryEnd;

struct _ApoolSummary
{
  GObject parent_instance;

  ApoolSummaryFacts facts;
  guint n_failed; /* of those that are named */
  guint n_flaky;
  gint64 begun_usec;
  ApoolSummaryEnd end;
  GHashTable *counted; /* guint64, owned, to guint: the last attempts that were counted when it was
                          said that another one would come */
};

static void apool_summary_observer_init (ApoolObserverInterface *iface);
static void apool_summary_keeper_init (ApoolKeeperInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ApoolSummary,
                               apool_summary,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_OBSERVER,
                                                      apool_summary_observer_init)
                                   G_IMPLEMENT_INTERFACE (APOOL_TYPE_KEEPER,
                                                          apool_summary_keeper_init))

static void
apool_summary_job_clear (ApoolSummaryJob *job)
{
  g_free (job->name);
  g_free (job->how);
  g_free (job->end);
  *job = (ApoolSummaryJob){ 0 };
}

/* Has a job stand among the top ones, if it belongs there. */
static void
apool_summary_rank (ApoolSummaryJob *top, ApoolTask *task, gint64 amount)
{
  guint at = APOOL_SUMMARY_MAX_TOP;

  if (amount <= top[at - 1].amount)
    return;
  apool_summary_job_clear (&top[--at]);
  for (; at > 0 && amount > top[at - 1].amount; at--)
    top[at] = top[at - 1];
  top[at] = (ApoolSummaryJob){
    .seq = apool_task_get_seq (task),
    .name = apool_task_dup_name (task),
    .amount = amount,
  };
}

/* An attempt is over that ran, or was to. */
static void
apool_summary_add_attempt (ApoolSummary *self, ApoolTask *task, const ApoolOutcome *outcome)
{
  const ApoolUsage *usage = apool_outcome_get_usage (outcome);

  if (apool_outcome_get_kind (outcome) == APOOL_OUTCOME_NOT_STARTED)
    return;
  self->facts.n_run++;
  self->facts.jobs_usec += usage->run_usec;
  apool_summary_rank (self->facts.slowest, task, usage->run_usec);
  apool_summary_rank (self->facts.largest, task, usage->peak_bytes);
}

static void
apool_summary_add_failed (ApoolSummary *self, ApoolTask *task, const ApoolOutcome *outcome)
{
  gboolean is_recorded = apool_task_get_traits (task)->recorded != NULL;
  ApoolSummaryJob *job = &self->facts.failed[self->n_failed];
  g_autofree char *how = NULL;

  self->facts.n_failed++;
  if (self->n_failed == APOOL_SUMMARY_MAX_FAILED)
    return;
  self->n_failed++;
  how = apool_ending_words_dup (outcome);
  job->seq = apool_task_get_seq (task);
  job->name = apool_task_dup_name (task);
  job->how = g_strconcat (how, is_recorded ? ", in an earlier run" : NULL, NULL);
  if (self->end.seq != job->seq || is_recorded)
    return;
  job->end = g_steal_pointer (&self->end.bytes);
  job->end_length = self->end.length;
  job->is_cut = self->end.is_cut;
}

static void
apool_summary_add_succeeded (ApoolSummary *self, ApoolTask *task)
{
  const ApoolTaskTraits *traits = apool_task_get_traits (task);
  /* Those that were ended to make room count for nothing. */
  guint attempt = traits->attempt - traits->n_evictions;

  self->facts.n_succeeded++;
  if (attempt <= 1)
    return;
  self->facts.n_flaky++;
  if (self->n_flaky < APOOL_SUMMARY_MAX_FLAKY)
    self->facts.flaky[self->n_flaky++] = (ApoolSummaryJob){
      .seq = apool_task_get_seq (task),
      .name = apool_task_dup_name (task),
      .amount = attempt,
    };
}

/* Whether this attempt was to be followed by another one, which never came. The job is over. */
static gboolean
apool_summary_was_counted (ApoolSummary *self, const ApoolTask *task)
{
  guint64 seq = apool_task_get_seq (task);
  guint attempt;

  if (g_hash_table_size (self->counted) == 0)
    return FALSE;
  attempt = GPOINTER_TO_UINT (g_hash_table_lookup (self->counted, &seq));
  g_hash_table_remove (self->counted, &seq);
  return attempt == apool_task_get_traits (task)->attempt;
}

static void
apool_summary_task_finished (ApoolObserver *observer, ApoolTask *task, ApoolOutcome *outcome)
{
  ApoolSummary *self = APOOL_SUMMARY (observer);
  const ApoolTaskTraits *traits = apool_task_get_traits (task);
  gboolean has_succeeded = apool_outcome_is_success (outcome);

  if (apool_outcome_get_kind (outcome) == APOOL_OUTCOME_SKIPPED)
    {
      self->facts.n_skipped += MAX (traits->n_skipped, 1);
      return;
    }
  if (!traits->recorded && !apool_summary_was_counted (self, task))
    apool_summary_add_attempt (self, task, outcome);
  if (traits->recorded && has_succeeded)
    self->facts.n_recorded++;
  else if (has_succeeded)
    apool_summary_add_succeeded (self, task);
  else if (apool_outcome_is_declined (outcome))
    self->facts.n_declined++;
  else if (apool_outcome_is_ended_by_pool (outcome))
    self->facts.n_ended++;
  else
    apool_summary_add_failed (self, task, outcome);
}

static void
apool_summary_task_retried (ApoolObserver *observer, ApoolTask *task, ApoolOutcome *outcome)
{
  ApoolSummary *self = APOOL_SUMMARY (observer);
  guint64 seq = apool_task_get_seq (task);

  apool_summary_add_attempt (self, task, outcome);
  g_hash_table_insert (self->counted, g_memdup2 (&seq, sizeof seq),
                       GUINT_TO_POINTER (apool_task_get_traits (task)->attempt));
}

static int
apool_summary_compare_cb (const void *a, const void *b)
{
  guint64 first = ((const ApoolSummaryJob *) a)->seq;
  guint64 second = ((const ApoolSummaryJob *) b)->seq;

  return first < second ? -1 : first > second;
}

/* They ended in another order than they stand in the input. */
static void
apool_summary_pool_done (ApoolObserver *observer)
{
  ApoolSummary *self = APOOL_SUMMARY (observer);

  qsort (self->facts.failed, self->n_failed, sizeof (ApoolSummaryJob), apool_summary_compare_cb);
  qsort (self->facts.flaky, self->n_flaky, sizeof (ApoolSummaryJob), apool_summary_compare_cb);
  self->facts.wall_usec = g_get_monotonic_time () - self->begun_usec;
}

static void
apool_summary_observer_init (ApoolObserverInterface *iface)
{
  iface->task_retried = apool_summary_task_retried;
  iface->task_finished = apool_summary_task_finished;
  iface->pool_done = apool_summary_pool_done;
}

/* What is on standard error says why, where there is anything. */
static void
apool_summary_failed (ApoolKeeper *keeper, ApoolTask *task, const ApoolKeptEnd *ends)
{
  ApoolSummary *self = APOOL_SUMMARY (keeper);
  const ApoolKeptEnd *end = &ends[APOOL_STREAM_STDERR];
  gsize length;

  if (self->n_failed == APOOL_SUMMARY_MAX_FAILED)
    return;
  if (!apool_last_line_find (end->bytes, end->length, &length))
    end = &ends[APOOL_STREAM_STDOUT];
  g_free (self->end.bytes);
  self->end = (ApoolSummaryEnd){
    .seq = apool_task_get_seq (task),
    .bytes = g_memdup2 (end->bytes, end->length),
    .length = end->length,
    .is_cut = end->is_cut,
  };
}

static void
apool_summary_keeper_init (ApoolKeeperInterface *iface)
{
  iface->failed = apool_summary_failed;
}

static void
apool_summary_finalize (GObject *object)
{
  ApoolSummary *self = APOOL_SUMMARY (object);

  for (guint i = 0; i < APOOL_SUMMARY_MAX_FAILED; i++)
    apool_summary_job_clear (&self->facts.failed[i]);
  for (guint i = 0; i < APOOL_SUMMARY_MAX_FLAKY; i++)
    apool_summary_job_clear (&self->facts.flaky[i]);
  for (guint i = 0; i < APOOL_SUMMARY_MAX_TOP; i++)
    {
      apool_summary_job_clear (&self->facts.slowest[i]);
      apool_summary_job_clear (&self->facts.largest[i]);
    }
  g_free (self->end.bytes);
  g_hash_table_unref (self->counted);
  G_OBJECT_CLASS (apool_summary_parent_class)->finalize (object);
}

static void
apool_summary_class_init (ApoolSummaryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = apool_summary_finalize;
}

static void
apool_summary_init (ApoolSummary *self)
{
  self->counted = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

/**
 * apool_summary_new:
 *
 * It is to be a keeper of the output of a pool, and an observer of the pool, behind that output.
 *
 * Returns: (transfer full): the summary of a run that begins now
 */
ApoolSummary *
apool_summary_new (void)
{
  ApoolSummary *self = g_object_new (APOOL_TYPE_SUMMARY, NULL);

  self->begun_usec = g_get_monotonic_time ();
  return self;
}

/**
 * apool_summary_get_facts:
 * @self: it; the pool is done
 *
 * Returns: (transfer none): what there is to say
 */
const ApoolSummaryFacts *
apool_summary_get_facts (ApoolSummary *self)
{
  return &self->facts;
}
