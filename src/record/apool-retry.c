/* SPDX-License-Identifier: MIT */
/* Gives the commands of jobs that have failed as inputs, in the order of their numbers. What lies
 * between them is skipped, so that each has its number again, under which a log in columns knows
 * it. Where two had the same, one has another one in this run, and its own in the log: else the log
 * would have it as failed for ever. A log with keys gets it with the key that it had. */

#include "record/apool-retry.h"

#include "base/apool-error.h"
#include "record/apool-occurrences.h"

struct _ApoolRetry
{
  GObject parent;

  ApoolHistory *history;
  GArray *failed;  /* of guint32: which of them, in the order of their numbers */
  GArray *numbers; /* of guint64: those that they have now: the same, as far as that is possible */
  guint next;      /* of these */
  guint64 seq;     /* of the last row */
  guint64 total;
  ApoolValue value; /* of that row */
  ApoolOccurrences *occurrences;
};

static void apool_retry_source_init (ApoolSourceInterface *iface);
static void apool_retry_judge_init (ApoolJudgeInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ApoolRetry,
                               apool_retry,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_SOURCE, apool_retry_source_init)
                                   G_IMPLEMENT_INTERFACE (APOOL_TYPE_JUDGE, apool_retry_judge_init))

static void
apool_retry_get (ApoolRetry *self, guint i, ApoolPastJob *job)
{
  apool_history_get (self->history, g_array_index (self->failed, guint32, i), job);
}

/* ---- the source ---- */

static ApoolSourceStatus
apool_retry_next (ApoolSource *source, ApoolRow *row, GError **error)
{
  ApoolRetry *self = APOOL_RETRY (source);
  ApoolPastJob job;

  if (self->next >= self->failed->len)
    return APOOL_SOURCE_END;
  self->seq++;
  *row = (ApoolRow){ .line = self->seq, .n_records = 1, .total = self->total };
  row->is_skipped = self->seq < g_array_index (self->numbers, guint64, self->next);
  if (row->is_skipped)
    return APOOL_SOURCE_ROW;
  apool_retry_get (self, self->next++, &job);
  /* An empty command does not fail: there was an input of which none could be made. */
  row->fault = job.command_length == 0 ? "--retry-failed: its command is not known" : NULL;
  self->value = (ApoolValue){ job.command, job.command_length };
  row->values = &self->value;
  row->n_values = 1;
  row->expected_usec = MAX (job.run_usec, 0);
  return APOOL_SOURCE_ROW;
}

static void
apool_retry_source_init (ApoolSourceInterface *iface)
{
  iface->next = apool_retry_next;
}

/* ---- the judge ---- */

/* Finds the job that has a number now. */
static gboolean
apool_retry_find (ApoolRetry *self, guint64 seq, ApoolPastJob *job)
{
  guint begin = 0;
  guint end = self->numbers->len;

  while (begin < end)
    {
      guint middle = begin + (end - begin) / 2;
      guint64 number = g_array_index (self->numbers, guint64, middle);

      if (number == seq)
        {
          apool_retry_get (self, middle, job);
          return TRUE;
        }
      if (number < seq)
        begin = middle + 1;
      else
        end = middle;
    }
  return FALSE;
}

static ApoolVerdict
apool_retry_judge (ApoolJudge *judge,
                   ApoolIdentity *identity,
                   guint64 seq,
                   ApoolRecorded **recorded)
{
  ApoolRetry *self = APOOL_RETRY (judge);
  ApoolPastJob job;

  gboolean is_known = apool_retry_find (self, seq, &job);

  if (is_known)
    apool_identity_set_past_seq (identity, job.seq);
  if (is_known && job.key)
    {
      apool_identity_set_key (identity, job.key);
      apool_identity_set_occurrence (identity, job.occurrence);
    }
  else
    apool_occurrences_set (self->occurrences, identity);
  return APOOL_VERDICT_RUN;
}

static void
apool_retry_judge_init (ApoolJudgeInterface *iface)
{
  iface->judge = apool_retry_judge;
}

/* ---- the object ---- */

static void
apool_retry_finalize (GObject *object)
{
  ApoolRetry *self = APOOL_RETRY (object);

  apool_history_free (self->history);
  g_array_unref (self->failed);
  g_array_unref (self->numbers);
  apool_occurrences_free (self->occurrences);
  G_OBJECT_CLASS (apool_retry_parent_class)->finalize (object);
}

static void
apool_retry_class_init (ApoolRetryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = apool_retry_finalize;
}

static void
apool_retry_init (ApoolRetry *self)
{
  self->failed = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->numbers = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->occurrences = apool_occurrences_new ();
}

static int
apool_retry_compare (gconstpointer a, gconstpointer b, gpointer data)
{
  ApoolHistory *history = data;
  ApoolPastJob x;
  ApoolPastJob y;

  apool_history_get (history, *(const guint32 *) a, &x);
  apool_history_get (history, *(const guint32 *) b, &y);
  if (x.seq != y.seq)
    return x.seq < y.seq ? -1 : 1;
  return *(const guint32 *) a < *(const guint32 *) b ? -1 : 1;
}

static void
apool_retry_find_failed (ApoolRetry *self)
{
  for (guint32 i = 0; i < apool_history_get_n (self->history); i++)
    {
      ApoolPastJob job;

      apool_history_get (self->history, i, &job);
      if (job.is_failed && job.seq > 0)
        g_array_append_val (self->failed, i);
    }
  g_array_sort_with_data (self->failed, apool_retry_compare, self->history);
}

/* Inputs that have changed between two runs may have given two jobs the same number. */
static void
apool_retry_number (ApoolRetry *self)
{
  for (guint i = 0; i < self->failed->len; i++)
    {
      ApoolPastJob job;

      apool_retry_get (self, i, &job);
      self->total = MAX (self->total + 1, job.seq);
      g_array_append_val (self->numbers, self->total);
    }
}

/**
 * apool_retry_new:
 * @history: (transfer full): what was done before, of apool_history_new_kept()
 * @error: (out) (optional): %APOOL_ERROR_INPUT: a number is too great
 *
 * Returns: (transfer full) (nullable): what has failed, never pending
 */
ApoolRetry *
apool_retry_new (ApoolHistory *history, GError **error)
{
  g_autoptr (ApoolRetry) self = g_object_new (APOOL_TYPE_RETRY, NULL);

  self->history = history;
  apool_retry_find_failed (self);
  apool_retry_number (self);
  if (self->total <= APOOL_RETRY_MAX_SEQ)
    return g_steal_pointer (&self);
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_INPUT,
               "job %" G_GUINT64_FORMAT ": no number up to %" G_GUINT64_FORMAT, self->total,
               APOOL_RETRY_MAX_SEQ);
  return NULL;
}
