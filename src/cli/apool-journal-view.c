/* SPDX-License-Identifier: MIT */
/* Looks at a journal instead of running anything: `--status` and `--log`. A run may write it
 * meanwhile. */

#include "cli/apool-journal-view.h"

#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-io.h"
#include "cli/apool-exit.h"
#include "cli/apool-journal-facts.h"
#include "cli/apool-journal-print.h"
#include "cli/apool-journal-status.h"
#include "cli/apool-journal-text.h"
#include "job/apool-outcome.h"
#include "record/apool-journal-job.h"
#include "record/apool-journal-look.h"

static void
apool_journal_view_tell_cb (const ApoolJournalEvent *event, gpointer data)
{
  apool_journal_job_tell (data, event);
}

static gboolean
apool_journal_view_find (ApoolJournalLook *look,
                         const char *option,
                         ApoolJournalJob *job,
                         GError **error)
{
  const char *directory = apool_journal_look_get_directory (look);

  if (!apool_journal_look_read (look, apool_journal_view_tell_cb, job, error))
    return FALSE;
  if (job->is_known)
    return TRUE;
  if (job->last == 0)
    g_set_error (error, APOOL_ERROR, APOOL_ERROR_INPUT, "%s %" G_GUINT64_FORMAT ": %s has no jobs",
                 option, job->seq, directory);
  else
    g_set_error (error, APOOL_ERROR, APOOL_ERROR_INPUT,
                 "%s %" G_GUINT64_FORMAT ": %s has no such job, only some from %" G_GUINT64_FORMAT
                 " to %" G_GUINT64_FORMAT,
                 option, job->seq, directory, job->first, job->last);
  return FALSE;
}

/* Returns: the exit status of a job that has ended */
static int
apool_journal_view_get_status (const ApoolJournalEvent *end)
{
  g_autoptr (ApoolOutcome) plain =
      apool_outcome_new (end->kind, end->code, &end->usage, FALSE, end->is_cut, NULL);
  g_autoptr (ApoolOutcome) faulty = end->is_faulty ? apool_outcome_new_faulty (plain, NULL) : NULL;

  return apool_exit_get_status_of_job (faulty ? faulty : plain);
}

/* Writes the facts for whoever looks on: a file or a pipe gets what the job wrote and nothing else.
 */
static void
apool_journal_view_say_facts (const ApoolJournalJob *job, gboolean is_live)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (!isatty (STDERR_FILENO))
    return;
  apool_journal_facts_append (text, job, is_live, apool_journal_text_measure (STDERR_FILENO));
  apool_io_say (STDERR_FILENO, text->str);
}

/* What is stored of a job that was broken off is the store's to use again as soon as another run
 * has begun. */
static gboolean
apool_journal_view_log (ApoolJournalLook *look,
                        const ApoolRecordOptions *options,
                        int *status,
                        GError **error)
{
  g_auto (ApoolJournalJob) job = { 0 };
  g_auto (ApoolJournalEvent) end = { 0 };
  gboolean has_ended;
  gboolean is_live;

  apool_journal_job_init (&job, options->view_seq);
  if (!apool_journal_view_find (look, "--log", &job, error))
    return FALSE;
  is_live = apool_journal_look_is_written_by (look, job.pid);
  has_ended = apool_journal_job_get_end (&job, &end);
  if ((has_ended || job.is_newest) && !apool_journal_print (look, &job, error))
    return FALSE;
  apool_journal_view_say_facts (&job, is_live);
  if (has_ended)
    {
      *status = apool_journal_view_get_status (&end);
      return TRUE;
    }
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_INPUT, "job %" G_GUINT64_FORMAT ": %s", job.seq,
               is_live && job.is_newest ? "is still running" : "was broken off with its run");
  return FALSE;
}

static gboolean
apool_journal_view_facts (ApoolJournalLook *look, const ApoolRecordOptions *options, GError **error)
{
  g_auto (ApoolJournalJob) job = { 0 };
  g_autoptr (GString) text = g_string_new (NULL);

  apool_journal_job_init (&job, options->view_seq);
  if (!apool_journal_view_find (look, "--status", &job, error))
    return FALSE;
  apool_journal_facts_append (text, &job, apool_journal_look_is_written_by (look, job.pid),
                              apool_journal_text_measure (STDOUT_FILENO));
  if (apool_io_write_all (STDOUT_FILENO, text->str, text->len, error))
    return TRUE;
  g_prefix_error (error, "standard output: ");
  return FALSE;
}

static gboolean
apool_journal_view_show (const ApoolRecordOptions *options, int *status, GError **error)
{
  g_autoptr (ApoolJournalLook) look = apool_journal_look_open (options->journal, error);

  if (!look)
    return FALSE;
  switch (options->view)
    {
    case APOOL_JOURNAL_VIEW_STATUS:
      return apool_journal_status_print (look, STDOUT_FILENO, error);
    case APOOL_JOURNAL_VIEW_FACTS:
      return apool_journal_view_facts (look, options, error);
    case APOOL_JOURNAL_VIEW_LOG:
      return apool_journal_view_log (look, options, status, error);
    case APOOL_JOURNAL_VIEW_NONE:
      break;
    }
  g_return_val_if_reached (FALSE);
}

/**
 * apool_journal_view:
 * @options: which journal, and what of it
 *
 * Prints something of a journal.
 *
 * Returns: an exit status
 */
int
apool_journal_view (const ApoolRecordOptions *options)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;
  int status = 0;

  if (apool_journal_view_show (options, &status, &error))
    return status;
  line = g_strdup_printf ("apool: %s\n", error->message);
  apool_journal_text_clean (line);
  apool_io_say (STDERR_FILENO, line);
  return APOOL_EXIT_TROUBLE;
}
