/* SPDX-License-Identifier: MIT */
/* Leaves out what was done before, and counts equal jobs, so that each of them can be told apart
 * from the others in another run. */

#include "record/apool-resume.h"

#include "record/apool-occurrences.h"

struct _ApoolResume
{
  GObject parent;

  ApoolHistory *history; /* (nullable) */
  ApoolResumeRule rule;
  ApoolOccurrences *occurrences;
  guint64 n_done;   /* that are left out */
  guint64 n_failed; /* that are run again */
  guint64 n_new;
  ApoolResumeSayFunc say; /* (nullable) */
  gpointer data;
};

static void apool_resume_judge_init (ApoolJudgeInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ApoolResume,
                               apool_resume,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_JUDGE, apool_resume_judge_init))

static ApoolVerdict
apool_resume_judge (ApoolJudge *judge,
                    ApoolIdentity *identity,
                    guint64 seq,
                    ApoolRecorded **recorded)
{
  ApoolResume *self = APOOL_RESUME (judge);
  ApoolPastJob job;

  apool_occurrences_set (self->occurrences, identity);
  if (!self->history || self->rule == APOOL_RESUME_ALL)
    return APOOL_VERDICT_RUN;
  if (!apool_history_take (self->history, identity, seq, &job))
    {
      self->n_new++;
      return APOOL_VERDICT_RUN;
    }
  if (self->rule == APOOL_RESUME_NOT_DONE && job.is_failed)
    {
      self->n_failed++;
      return APOOL_VERDICT_RUN;
    }
  self->n_done++;
  return APOOL_VERDICT_SKIP;
}

/* Without a job of before there is nothing to be said. */
static void
apool_resume_ended (ApoolJudge *judge)
{
  ApoolResume *self = APOOL_RESUME (judge);
  g_autofree char *line = NULL;

  if (!self->say || !self->history || apool_history_get_n (self->history) == 0)
    return;
  line = apool_resume_dup_line (self);
  self->say (line, self->data);
}

static void
apool_resume_finalize (GObject *object)
{
  ApoolResume *self = APOOL_RESUME (object);

  g_clear_pointer (&self->history, apool_history_free);
  apool_occurrences_free (self->occurrences);
  G_OBJECT_CLASS (apool_resume_parent_class)->finalize (object);
}

static void
apool_resume_class_init (ApoolResumeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = apool_resume_finalize;
}

static void
apool_resume_judge_init (ApoolJudgeInterface *iface)
{
  iface->judge = apool_resume_judge;
  iface->ended = apool_resume_ended;
}

static void
apool_resume_init (ApoolResume *self)
{
  self->occurrences = apool_occurrences_new ();
}

/**
 * apool_resume_new:
 * @history: (transfer full) (nullable): what was done before
 * @rule: what of it is to be run
 *
 * Returns: (transfer full): a judge
 */
ApoolResume *
apool_resume_new (ApoolHistory *history, ApoolResumeRule rule)
{
  ApoolResume *self = g_object_new (APOOL_TYPE_RESUME, NULL);

  self->history = history;
  self->rule = rule;
  return self;
}

/**
 * apool_resume_set_say:
 * @self: a judge
 * @say: (nullable): called once, when the input has ended, where there was a history
 * @data: (closure): for @say
 */
void
apool_resume_set_say (ApoolResume *self, ApoolResumeSayFunc say, gpointer data)
{
  self->say = say;
  self->data = data;
}

/**
 * apool_resume_dup_line:
 * @self: a judge with a history
 *
 * Returns: (transfer full): what it has decided so far, on one line
 */
char *
apool_resume_dup_line (ApoolResume *self)
{
  g_autoptr (GString) line = g_string_new ("apool: resume: ");

  g_string_append_printf (line, "%" G_GUINT64_FORMAT " done, ", self->n_done);
  if (self->rule == APOOL_RESUME_NOT_DONE)
    g_string_append_printf (line, "%" G_GUINT64_FORMAT " to be run again, ", self->n_failed);
  g_string_append_printf (line,
                          "%" G_GUINT64_FORMAT " new, %" G_GUINT64_FORMAT " no longer in the input",
                          self->n_new, apool_history_count_gone (self->history));
  return g_string_free (g_steal_pointer (&line), FALSE);
}
