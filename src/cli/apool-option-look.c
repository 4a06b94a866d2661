/* SPDX-License-Identifier: MIT */
/* What the options do that look at a journal instead of running jobs. Hardly any other option makes
 * sense beside them: whoever has typed one has meant something else. */

#include "cli/apool-option-look.h"

#include "base/apool-error.h"
#include "cli/apool-option-handlers.h"
#include "cli/apool-option-journal.h"
#include "cli/apool-option-value.h"

static gboolean
apool_option_set_view (ApoolOptions *options,
                       const char *name,
                       ApoolJournalView view,
                       GError **error)
{
  if (options->record.view != APOOL_JOURNAL_VIEW_NONE)
    {
      g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE,
                   "%s: only one of --status and --log, and once", name);
      return FALSE;
    }
  options->record.view = view;
  options->record.view_name = view == APOOL_JOURNAL_VIEW_LOG ? "--log" : "--status";
  return TRUE;
}

static gboolean
apool_option_read_seq (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  return apool_option_read_number (name, value, "job", 1, &options->record.view_seq, error);
}

gboolean
apool_option_set_status (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  if (!value)
    return apool_option_set_view (options, name, APOOL_JOURNAL_VIEW_STATUS, error);
  return apool_option_set_view (options, name, APOOL_JOURNAL_VIEW_FACTS, error) &&
         apool_option_read_seq (options, name, value, error);
}

gboolean
apool_option_set_log (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  return apool_option_set_view (options, name, APOOL_JOURNAL_VIEW_LOG, error) &&
         apool_option_read_seq (options, name, value, error);
}

static gboolean
apool_option_is_of_look (const ApoolOption *option)
{
  static const ApoolOptionFunc FUNCS[] = {
    apool_option_set_status, apool_option_set_log,     apool_option_set_journal,
    apool_option_set_plain,  apool_option_set_profile,
  };

  for (gsize i = 0; i < G_N_ELEMENTS (FUNCS); i++)
    if (option->apply == FUNCS[i])
      return TRUE;
  return FALSE;
}

/* Returns: (transfer none): the name to show */
static const char *
apool_option_get_shown_name (const ApoolOption *option)
{
  for (const char *const *name = option->names; *name; name++)
    if (!apool_option_name_is_short (*name))
      return *name;
  return option->names[0];
}

/**
 * apool_option_note_look:
 * @options: what is being read
 * @option: an option that was typed
 *
 * Remembers the first option that has nothing to do with looking at a journal.
 */
void
apool_option_note_look (ApoolOptions *options, const ApoolOption *option)
{
  if (!options->record.view_other && !apool_option_is_of_look (option))
    options->record.view_other = apool_option_get_shown_name (option);
}

/**
 * apool_option_finish_look:
 * @options: a command line that was read as a whole, and looks at a journal
 * @error: (out) (optional): %APOOL_ERROR_USAGE
 *
 * Returns: whether it does nothing else
 */
gboolean
apool_option_finish_look (const ApoolOptions *options, GError **error)
{
  const ApoolRecordOptions *record = &options->record;
  const char *word = options->command[0];

  if (!record->journal)
    g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE, "%s: of what: use --journal DIR",
                 record->view_name);
  else if (record->view_other)
    g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE, "%s: not with %s%s: no job is run",
                 record->view_name, apool_option_name_is_short (record->view_other) ? "-" : "--",
                 record->view_other);
  else if (word)
    g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE, "%s: no job is run: '%s' is too much",
                 record->view_name, word);
  else if (options->input.places->len > 0)
    g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE, "%s: no job is run: there are no inputs",
                 record->view_name);
  else
    return TRUE;
  return FALSE;
}
