/* SPDX-License-Identifier: MIT */
/*
 * What the options about the journal do: check their values and write them to the struct. Of
 * several the last one counts.
 */

#include "cli/apool-option-journal.h"

#include "base/apool-duration.h"
#include "base/apool-error.h"
#include "cli/apool-option-value.h"

#define USEC_PER_MSEC 1000

gboolean
apool_option_set_journal (ApoolOptions *options,
                          const char *name,
                          const char *value,
                          GError **error)
{
  options->record.journal = value;
  return apool_option_check_not_empty (name, value, error);
}

gboolean
apool_option_set_journal_sync (ApoolOptions *options,
                               const char *name,
                               const char *value,
                               GError **error)
{
  gint64 usec = 0;

  options->record.journal_detail = "--journal-sync";
  if (!apool_option_check (apool_duration_parse (value, &usec, error), name, value, error))
    return FALSE;
  /* What is not 0 does not become it: that is another thing. */
  options->record.journal_sync_msec =
      (guint) MIN ((usec + USEC_PER_MSEC - 1) / USEC_PER_MSEC, G_MAXINT);
  return TRUE;
}

gboolean
apool_option_set_journal_rerun (ApoolOptions *options,
                                const char *name,
                                const char *value,
                                GError **error)
{
  static const char *const CHOICES[] = {
    [APOOL_RERUN_NONE] = "none",
    [APOOL_RERUN_FAILED] = "failed",
    [APOOL_RERUN_ALL] = "all",
    NULL,
  };
  guint which;

  options->record.journal_detail = "--journal-rerun";
  if (!apool_option_read_choice (name, value, CHOICES, &which, error))
    return FALSE;
  options->record.journal_rerun = (ApoolJournalRerun) which;
  return TRUE;
}

static gboolean
apool_option_refuse_journal (const char *option, const char *why, GError **error)
{
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE, "--journal: not with %s: %s", option, why);
  return FALSE;
}

/**
 * apool_option_finish_journal:
 * @options: a command line that was read as a whole
 * @error: (out) (optional): %APOOL_ERROR_USAGE
 *
 * Returns: whether what it says of a journal goes along with the rest
 */
gboolean
apool_option_finish_journal (const ApoolOptions *options, GError **error)
{
  static const char OWN_WAY[] = "what jobs write does not pass through apool";
  const ApoolRecordOptions *record = &options->record;

  if (!record->journal && record->journal_detail)
    {
      g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE, "%s: of what: use --journal DIR",
                   record->journal_detail);
      return FALSE;
    }
  if (!record->journal)
    return TRUE;
  if (options->place.has_terminal)
    return apool_option_refuse_journal (options->place.is_tty ? "--tty" : "--open-tty", OWN_WAY,
                                        error);
  if (options->output.is_ungrouped)
    return apool_option_refuse_journal ("-u", OWN_WAY, error);
  if (record->resume == APOOL_RESUME_RETRY)
    return apool_option_refuse_journal ("--retry-failed", "use --journal-rerun failed", error);
  if (record->resume == APOOL_RESUME_FAILED)
    return apool_option_refuse_journal ("--resume-failed", "use --journal-rerun failed", error);
  if (record->resume == APOOL_RESUME_UNFINISHED)
    return apool_option_refuse_journal ("--resume", "a journal resumes by itself", error);
  return TRUE;
}
