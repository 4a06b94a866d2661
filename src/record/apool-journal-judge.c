/* SPDX-License-Identifier: MIT */
/* Looks each job of the input up in a journal as it is read: the input is never compared up front,
 * and may have changed. */

#include "record/apool-journal-judge.h"

#include "record/apool-occurrences.h"

struct _ApoolJournalJudge
{
  GObject parent_instance;

  ApoolJournalPast *past; /* not owned */
  ApoolJournalAgain again;
  ApoolOccurrences *occurrences;
  guint64 n_recalled;      /* that are not run */
  guint64 n_again;         /* that the journal has, and that are run */
  guint64 n_new;           /* that it has not */
  ApoolJournalSayFunc say; /* (nullable) */
  gpointer data;
};

static void apool_journal_judge_iface_init (ApoolJudgeInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ApoolJournalJudge,
                               apool_journal_judge,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_JUDGE,
                                                      apool_journal_judge_iface_init))

static gboolean
apool_journal_judge_runs_again (const ApoolJournalJudge *self, const ApoolPastJob *job)
{
  return self->again == APOOL_JOURNAL_AGAIN_ALL ||
         (self->again == APOOL_JOURNAL_AGAIN_FAILED && job->is_failed);
}

static ApoolVerdict
apool_journal_judge_judge (ApoolJudge *judge,
                           ApoolIdentity *identity,
                           guint64 seq,
                           ApoolRecorded **recorded)
{
  ApoolJournalJudge *self = APOOL_JOURNAL_JUDGE (judge);
  ApoolHistory *history = apool_journal_past_get_history (self->past);
  ApoolPastJob job;

  apool_occurrences_set (self->occurrences, identity);
  if (!apool_history_take (history, identity, seq, &job))
    {
      self->n_new++;
      return APOOL_VERDICT_RUN;
    }
  if (!apool_journal_judge_runs_again (self, &job))
    *recorded = apool_journal_past_recall (self->past, &job, seq, identity);
  if (!*recorded)
    {
      self->n_again++;
      return APOOL_VERDICT_RUN;
    }
  self->n_recalled++;
  return APOOL_VERDICT_RECALL;
}

/* Returns: (transfer full): what there was of the journal in the input */
static char *
apool_journal_judge_dup_summary (ApoolJournalJudge *self)
{
  guint64 n_gone = apool_history_count_gone (apool_journal_past_get_history (self->past));
  g_autoptr (GString) text = g_string_new ("apool: journal: ");

  g_string_append_printf (text, "%" G_GUINT64_FORMAT " recorded", self->n_recalled);
  if (self->n_again > 0)
    g_string_append_printf (text, ", %" G_GUINT64_FORMAT " to be run again", self->n_again);
  g_string_append_printf (
      text, ", %" G_GUINT64_FORMAT " new, %" G_GUINT64_FORMAT " no longer in the input\n",
      self->n_new, n_gone);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
apool_journal_judge_ended (ApoolJudge *judge)
{
  ApoolJournalJudge *self = APOOL_JOURNAL_JUDGE (judge);
  g_autofree char *summary = NULL;

  if (!self->say || apool_history_get_n (apool_journal_past_get_history (self->past)) == 0)
    return;
  summary = apool_journal_judge_dup_summary (self);
  self->say (summary, self->data);
}

static void
apool_journal_judge_iface_init (ApoolJudgeInterface *iface)
{
  iface->judge = apool_journal_judge_judge;
  iface->ended = apool_journal_judge_ended;
}

static void
apool_journal_judge_finalize (GObject *object)
{
  ApoolJournalJudge *self = APOOL_JOURNAL_JUDGE (object);

  apool_occurrences_free (self->occurrences);
  G_OBJECT_CLASS (apool_journal_judge_parent_class)->finalize (object);
}

static void
apool_journal_judge_class_init (ApoolJournalJudgeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = apool_journal_judge_finalize;
}

static void
apool_journal_judge_init (ApoolJournalJudge *self)
{
  self->occurrences = apool_occurrences_new ();
}

/**
 * apool_journal_judge_new:
 * @past: (transfer none): what the journal has; outlives the judge
 * @again: what of it is run again
 *
 * Returns: (transfer full): a judge that was asked nothing
 */
ApoolJournalJudge *
apool_journal_judge_new (ApoolJournalPast *past, ApoolJournalAgain again)
{
  ApoolJournalJudge *self = g_object_new (APOOL_TYPE_JOURNAL_JUDGE, NULL);

  self->past = past;
  self->again = again;
  return self;
}

/**
 * apool_journal_judge_set_say:
 * @self: a judge
 * @say: called once, when the input has ended, where the journal had something
 * @data: (closure): for @say
 */
void
apool_journal_judge_set_say (ApoolJournalJudge *self, ApoolJournalSayFunc say, gpointer data)
{
  self->say = say;
  self->data = data;
}
