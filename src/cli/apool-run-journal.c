/* SPDX-License-Identifier: MIT */
/* Puts the journal of a run together: opens it, reads what earlier runs have left, has the jobs of
 * this one looked up in it as they are read, and has what they do written to it. */

#include "cli/apool-run-journal.h"

#include <string.h>

#include "cli/apool-exit.h"
#include "cli/apool-journal-text.h"
#include "cli/apool-run-identity.h"
#include "record/apool-journal-identity.h"
#include "record/apool-journal-judge.h"
#include "record/apool-journal-recorder.h"

struct _ApoolRunJournal
{
  const ApoolOptions *options;
  char *shown; /* the name of the directory, for messages */
  ApoolJournal *journal;
  ApoolJournalPast *past;
  ApoolJournalJudge *judge;
  ApoolJournalWriter *writer;
  ApoolJournalRecorder *recorder;
  ApoolOutput *output; /* (nullable), not owned: once it is attached */
  GString *words;      /* (nullable), not owned: instead of that, when the run is over */
};

/* ---- what the parts ask ---- */

static void
apool_run_journal_say_cb (const char *line, gpointer data)
{
  ApoolRunJournal *self = data;
  g_autofree char *clean = g_strdup (line);

  apool_journal_text_clean (clean);
  /* Nothing that is written before there is an output is about trouble: that is an error. */
  if (self->output)
    apool_output_say (self->output, clean);
  else if (self->words)
    g_string_append (self->words, clean);
}

static void
apool_run_journal_tell_cb (gpointer data)
{
  ApoolRunJournal *self = data;

  if (self->recorder)
    apool_journal_recorder_tell (self->recorder);
}

static const ApoolJournalWriterFuncs apool_run_journal_funcs = {
  .say = apool_run_journal_say_cb,
  .tell = apool_run_journal_tell_cb,
};

/* ---- making it ---- */

static gboolean
apool_run_journal_open (ApoolRunJournal *self, const ApoolJournalEvent *identity, GError **error)
{
  self->journal = apool_journal_open (self->options->record.journal, identity, error);
  if (self->journal)
    self->past = apool_journal_past_read (self->journal, error);
  return self->past != NULL;
}

/* Nothing is brought to the disk before what is of no use there is disowned. */
static gboolean
apool_run_journal_begin (ApoolRunJournal *self, GMainContext *context, guint n_jobs, GError **error)
{
  const ApoolRecordOptions *record = &self->options->record;

  self->writer = apool_journal_writer_new (context, self->journal, record->journal_sync_msec,
                                           &apool_run_journal_funcs, self);
  return apool_journal_writer_begin (self->writer, record->words, record->n_words, n_jobs, error) &&
         apool_journal_past_disown (self->past, self->writer, error);
}

static void
apool_run_journal_look_up (ApoolRunJournal *self,
                           ApoolInputs *inputs,
                           const ApoolJournalEvent *identity)
{
  static const ApoolJournalAgain AGAIN[] = {
    [APOOL_RERUN_NONE] = APOOL_JOURNAL_AGAIN_NONE,
    [APOOL_RERUN_FAILED] = APOOL_JOURNAL_AGAIN_FAILED,
    [APOOL_RERUN_ALL] = APOOL_JOURNAL_AGAIN_ALL,
  };
  ApoolTasks *tasks = apool_inputs_get_tasks (inputs);
  ApoolJournalEvent recorded = *identity;
  g_autofree char *context = NULL;

  /* Jobs are known by what the journal calls the shell, however this run spells it. */
  recorded.shell.data = apool_journal_get_shell (self->journal);
  recorded.shell.length = strlen (recorded.shell.data);
  context = apool_journal_identity_dup_context (&recorded);
  apool_inputs_set_borders (inputs, APOOL_BORDERS (apool_journal_past_get_batches (self->past)),
                            apool_journal_past_get_n_jobs (self->past));
  self->judge = apool_journal_judge_new (self->past, AGAIN[self->options->record.journal_rerun]);
  if (!self->options->summary.is_quiet)
    apool_journal_judge_set_say (self->judge, apool_run_journal_say_cb, self);
  apool_tasks_set_judge (tasks, APOOL_JUDGE (self->judge), context);
  apool_tasks_set_keeps_values (tasks);
}

static void
apool_run_journal_tell_ignored (ApoolRunJournal *self, GString *notes)
{
  guint64 n_ignored = apool_journal_past_get_n_ignored (self->past);

  if (n_ignored > 0)
    g_string_append_printf (
        notes, "apool: --journal: %s/events.jsonl: %" G_GUINT64_FORMAT " %s: ignored\n",
        self->shown, n_ignored, n_ignored == 1 ? "line is no record" : "lines are no records");
}

/**
 * apool_run_journal_new:
 * @context: the one of the run
 * @options: (transfer none): what was asked for; outlives the journal
 * @inputs: nothing was read of its tasks
 * @shell: that of the jobs
 * @notes: gets what the user is to see before anything runs
 * @error: (out) (optional): what is wrong with the directory, or that it is of another command
 *
 * Returns: (transfer full) (nullable): the journal that the options name
 */
ApoolRunJournal *
apool_run_journal_new (GMainContext *context,
                       const ApoolOptions *options,
                       ApoolInputs *inputs,
                       const char *shell,
                       GString *notes,
                       GError **error)
{
  g_autoptr (ApoolRunJournal) self = g_new0 (ApoolRunJournal, 1);
  g_autoptr (GError) why = NULL;
  g_autoptr (ApoolRunIdentity) identity = apool_run_identity_new (options, shell, &why);

  self->options = options;
  self->shown = g_strdup (options->record.journal);
  apool_journal_text_clean (self->shown);
  if (!identity || !apool_run_journal_open (self, apool_run_identity_get_event (identity), &why) ||
      !apool_run_journal_begin (self, context, apool_inputs_get_n_jobs (inputs), &why))
    {
      apool_journal_text_clean (why->message);
      g_propagate_error (error, g_steal_pointer (&why));
      return NULL;
    }
  apool_run_journal_tell_ignored (self, notes);
  apool_run_journal_look_up (self, inputs, apool_run_identity_get_event (identity));
  self->recorder = apool_journal_recorder_new (self->writer);
  return g_steal_pointer (&self);
}

/**
 * apool_run_journal_free:
 * @self: (transfer full): the journal of a run whose pool and output are gone
 */
void
apool_run_journal_free (ApoolRunJournal *self)
{
  g_clear_object (&self->recorder);
  g_clear_object (&self->judge);
  g_clear_pointer (&self->writer, apool_journal_writer_free);
  g_clear_pointer (&self->past, apool_journal_past_free);
  g_clear_pointer (&self->journal, apool_journal_free);
  g_free (self->shown);
  g_free (self);
}

/**
 * apool_run_journal_get_history:
 * @self: the journal of a run
 *
 * Returns: (transfer none): the jobs of earlier runs
 */
ApoolHistory *
apool_run_journal_get_history (ApoolRunJournal *self)
{
  return apool_journal_past_get_history (self->past);
}

/**
 * apool_run_journal_get_recorder:
 * @self: the journal of a run
 *
 * Returns: (transfer none): the #ApoolKeeper that has to see what jobs write
 */
GObject *
apool_run_journal_get_recorder (ApoolRunJournal *self)
{
  return G_OBJECT (self->recorder);
}

/**
 * apool_run_journal_attach:
 * @self: the journal of a run
 * @pool: (transfer none): whose jobs are recorded
 * @output: (transfer none): where trouble is said
 */
void
apool_run_journal_attach (ApoolRunJournal *self, ApoolPool *pool, ApoolOutput *output)
{
  self->output = output;
  apool_pool_add_observer (pool, APOOL_OBSERVER (self->recorder));
}

/**
 * apool_run_journal_forsake:
 * @self: the journal of a run
 *
 * The output takes nothing any more: no job that ends now is done for good.
 */
void
apool_run_journal_forsake (ApoolRunJournal *self)
{
  apool_journal_recorder_forsake (self->recorder);
}

/* What has come to light meanwhile: jobs that were run again for it, and others that could not be.
 */
static void
apool_run_journal_tell_damage (ApoolRunJournal *self, GString *words)
{
  guint64 n_damaged = apool_journal_past_get_n_damaged (self->past);
  g_autoptr (GError) error = NULL;

  if (n_damaged > 0)
    g_string_append_printf (
        words, "apool: --journal: %s/output: damaged: %" G_GUINT64_FORMAT " %s run again\n",
        self->shown, n_damaged, n_damaged == 1 ? "job is" : "jobs are");
  if (!apool_journal_past_disown (self->past, self->writer, &error))
    apool_journal_writer_fail (self->writer, error, 0);
}

/**
 * apool_run_journal_finish:
 * @self: the journal of a run that is over
 * @status: its exit status, unless not all is recorded
 * @words: gets what the user has to know
 *
 * Waits until all is on the disk.
 *
 * Returns: whether all that happened is recorded
 */
gboolean
apool_run_journal_finish (ApoolRunJournal *self, int status, GString *words)
{
  ApoolJournalEvent finish;
  guint64 n_lost;

  /* The output has said its last word. */
  self->output = NULL;
  self->words = words;
  apool_run_journal_tell_damage (self, words);
  apool_journal_event_init (&finish, APOOL_JOURNAL_EVENT_FINISH);
  finish.at_usec = g_get_real_time ();
  finish.status = (guint32) status;
  apool_journal_recorder_count (self->recorder, &finish);
  if (apool_journal_writer_finish (self->writer, &finish, APOOL_EXIT_TROUBLE))
    return TRUE;
  n_lost = apool_journal_writer_get_n_lost (self->writer);
  g_string_append_printf (
      words, "apool: --journal: %s: not everything is recorded: %" G_GUINT64_FORMAT " %s\n",
      self->shown, n_lost, n_lost == 1 ? "record" : "records");
  return FALSE;
}
