/* SPDX-License-Identifier: MIT */
/* Whether a run is summed up when it is over, and what its user may want to do then. Where it is
 * not, nobody collects anything. */

#include "cli/apool-run-summary.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/apool-quote.h"
#include "base/apool-visible.h"
#include "cli/apool-option-again.h"
#include "sinks/apool-summary.h"

/* A longer command line is not repeated: bytes. */
#define MAX_COMMAND_BYTES 300u

struct _ApoolRunSummary
{
  const ApoolOptions *options; /* not owned */
  ApoolSummary *summary;       /* owned */
};

/**
 * apool_run_summary_new:
 * @options: what was asked for; outlives it
 * @keepers: (element-type ApoolKeeper): of an output that is not made yet; one may be added
 *
 * Returns: (transfer full) (nullable): the summary of a run that begins; %NULL where none is wanted
 */
ApoolRunSummary *
apool_run_summary_new (const ApoolOptions *options, GPtrArray *keepers)
{
  ApoolRunSummary *self;

  if (options->summary.when == APOOL_SUMMARY_NEVER ||
      (options->summary.when == APOOL_SUMMARY_USUAL && !isatty (STDERR_FILENO)))
    return NULL;
  self = g_new0 (ApoolRunSummary, 1);
  self->options = options;
  self->summary = apool_summary_new ();
  g_ptr_array_add (keepers, g_object_ref (self->summary));
  return self;
}

/**
 * apool_run_summary_free:
 * @self: (transfer full): a summary
 */
void
apool_run_summary_free (ApoolRunSummary *self)
{
  g_object_unref (self->summary);
  g_free (self);
}

/**
 * apool_run_summary_attach:
 * @self: a summary
 * @pool: (transfer none): what it is of; its output observes it already
 */
void
apool_run_summary_attach (ApoolRunSummary *self, ApoolPool *pool)
{
  apool_pool_add_observer (pool, APOOL_OBSERVER (self->summary));
}

/* Where the user has asked for nothing, there has to be something that is worth a line: a job that
 * failed, or where the run did not come to its end what was done by then. */
static gboolean
apool_run_summary_is_wanted (const ApoolRunSummary *self,
                             const ApoolSummaryFacts *facts,
                             const ApoolRunEnd *end)
{
  if (end->signum == SIGPIPE)
    return FALSE; /* who does not read what jobs write does not read this */
  if (self->options->summary.when == APOOL_SUMMARY_ALWAYS || facts->n_failed > 0)
    return TRUE;
  return (end->signum || end->is_in_trouble) && facts->n_succeeded > 0;
}

static const char *
apool_run_summary_find_cause (const ApoolRunSummary *self, const ApoolRunEnd *end)
{
  if (end->signum == SIGINT)
    return "SIGINT";
  if (end->signum == SIGTERM)
    return "SIGTERM";
  if (end->signum == SIGHUP)
    return "SIGHUP";
  if (end->is_halted)
    return "--halt";
  if (end->is_in_trouble && self->options->patience.limits.run_usec > 0)
    return "--deadline";
  return NULL;
}

/* ---- what to do now ---- */

static void
apool_run_summary_append_word (GString *line, const char *word)
{
  gsize length = strlen (word);

  if (line->len > 0)
    g_string_append_c (line, ' ');
  /* What stands before inputs means nothing to a shell. */
  if (apool_quote_is_bare (word, length) || (length > 0 && strspn (word, ":+") == length))
    g_string_append (line, word);
  else
    apool_quote_append (line, APOOL_QUOTE_POSIX, word, length);
}

/* Whether a terminal shows @word as it is, so that it can be copied from there. */
static gboolean
apool_run_summary_is_plain (const char *word)
{
  g_autoptr (GString) shown = g_string_new (NULL);
  ApoolVisible visible;

  apool_visible_begin (&visible, shown, 0);
  apool_visible_add (&visible, word, strlen (word));
  apool_visible_end (&visible);
  return strcmp (shown->str, word) == 0 && !strchr (word, '\t');
}

/* The command line with an option before all others; %NULL where that is nothing to be copied. */
static char *
apool_run_summary_dup_command (const ApoolRunSummary *self, const char *option, const char *value)
{
  const ApoolRecordOptions *record = &self->options->record;
  g_autoptr (GString) line = g_string_new (self->options->is_parallel ? "parallel" : "apool");

  apool_run_summary_append_word (line, option);
  apool_run_summary_append_word (line, value);
  for (gsize i = 1; i < record->n_words; i++)
    {
      if (!apool_run_summary_is_plain (record->words[i]))
        return NULL;
      apool_run_summary_append_word (line, record->words[i]);
      if (line->len > MAX_COMMAND_BYTES)
        return NULL;
    }
  return g_string_free (g_steal_pointer (&line), FALSE);
}

static char *
apool_run_summary_dup_journal_advice (const ApoolRunSummary *self, const ApoolRunEnd *end)
{
  g_autofree char *command = NULL;

  if (self->options->record.journal_rerun != APOOL_RERUN_NONE)
    return g_strdup ("to run those again: the same command");
  if (!end->reads_stdin)
    command = apool_run_summary_dup_command (self, "--journal-rerun", "failed");
  if (!command)
    return g_strdup ("to run those again: the same command with --journal-rerun failed");
  return g_strconcat ("to run those again: ", command, NULL);
}

/* Adds an option; returns whether it can be copied from a terminal. */
static gboolean
apool_run_summary_append_option (GString *line, const char *option, const char *value)
{
  apool_run_summary_append_word (line, option);
  apool_run_summary_append_word (line, value);
  return apool_run_summary_is_plain (value) && line->len <= MAX_COMMAND_BYTES;
}

/* The same of an option as it was said. */
static gboolean
apool_run_summary_append_said (GString *line, const ApoolOptionSaid *said)
{
  const char *name = said->option->names[0];
  g_autofree char *option =
      g_strconcat (apool_option_name_is_short (name) ? "-" : "--", name, NULL);
  g_autofree char *attached = NULL;

  if (said->option->argument == APOOL_OPTION_REQUIRED)
    return apool_run_summary_append_option (line, option, said->value);
  attached = g_strjoin ("=", option, said->value, NULL);
  apool_run_summary_append_word (line, attached);
  return apool_run_summary_is_plain (attached) && line->len <= MAX_COMMAND_BYTES;
}

/* A log has commands; what else they need to do the same stands in the command line. */
static gboolean
apool_run_summary_append_needs (const ApoolOptions *options, GString *line)
{
  gsize n_said;
  const ApoolOptionSaid *said = apool_option_again_get_typed (options, &n_said);

  for (gsize i = 0; i < n_said; i++)
    if (!apool_run_summary_append_said (line, &said[i]))
      return FALSE;
  return TRUE;
}

static char *
apool_run_summary_dup_joblog_advice (const ApoolRunSummary *self)
{
  g_autoptr (GString) line = g_string_new (self->options->is_parallel ? "parallel" : "apool");

  /* In a run of commands of a log these stand for the inputs anyway. */
  if (self->options->record.resume != APOOL_RESUME_RETRY &&
      !apool_option_again_is_possible (self->options))
    return g_strdup ("to run those again: the same command with --resume-failed");
  apool_run_summary_append_word (line, "--retry-failed");
  if (!apool_run_summary_append_option (line, "--joblog", self->options->record.joblog) ||
      !apool_run_summary_append_needs (self->options, line))
    return g_strdup ("to run those again: the same command with --retry-failed");
  return g_strconcat ("to run those again: ", line->str, NULL);
}

/* The run has not come to its end: more than the failed jobs is left to be done. */
static char *
apool_run_summary_dup_rest_advice (const ApoolRunSummary *self, const ApoolSummaryFacts *facts)
{
  const char *option = "";

  if (!self->options->record.journal)
    option = " with --resume-failed";
  else if (facts->n_failed > 0 && self->options->record.journal_rerun == APOOL_RERUN_NONE)
    option = " with --journal-rerun failed";
  return g_strconcat ("to run what is not done: the same command", option, NULL);
}

/* Where nothing was recorded only running all of it again is possible; who has seen nothing succeed
 * does not mind. */
static char *
apool_run_summary_dup_advice (const ApoolRunSummary *self,
                              const ApoolSummaryFacts *facts,
                              const ApoolRunEnd *end)
{
  const ApoolRecordOptions *record = &self->options->record;

  if ((record->journal || record->joblog) && (end->signum || end->is_halted || end->is_in_trouble))
    return apool_run_summary_dup_rest_advice (self, facts);
  if (facts->n_failed == 0)
    return NULL;
  if (record->journal)
    return apool_run_summary_dup_journal_advice (self, end);
  if (record->joblog)
    return apool_run_summary_dup_joblog_advice (self);
  if (facts->n_succeeded == 0)
    return NULL;
  return g_strdup ("to run only such jobs again: use --joblog FILE, and then --retry-failed");
}

/**
 * apool_run_summary_append:
 * @self: the summary of a run that is over
 * @end: how it came to its end
 * @text: gets lines, if it is worth any
 *
 * Returns: whether there are any
 */
gboolean
apool_run_summary_append (ApoolRunSummary *self, const ApoolRunEnd *end, GString *text)
{
  ApoolSummaryFacts facts = *apool_summary_get_facts (self->summary);
  g_autofree char *advice = NULL;

  if (!apool_run_summary_is_wanted (self, &facts, end))
    return FALSE;
  /* Who wants the failed ones of a log has not asked for the others. */
  if (self->options->record.resume == APOOL_RESUME_RETRY)
    facts.n_skipped = 0;
  advice = apool_run_summary_dup_advice (self, &facts, end);
  apool_summary_text_append (text, &facts, apool_run_summary_find_cause (self, end), advice);
  return TRUE;
}
