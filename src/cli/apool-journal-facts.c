/* SPDX-License-Identifier: MIT */
/* What a journal has of one job, for people, and what the job wrote, as it is. */

#include "cli/apool-journal-facts.h"

#include "cli/apool-journal-text.h"

static void
apool_journal_facts_append_times (GString *text, const ApoolJournalEvent *end)
{
  g_autofree char *run = apool_journal_text_dup_seconds (end->usage.run_usec);
  g_autofree char *user = apool_journal_text_dup_seconds (end->usage.user_usec);
  g_autofree char *system_part = apool_journal_text_dup_seconds (end->usage.system_usec);
  g_autofree char *memory = apool_journal_text_dup_size ((guint64) end->usage.peak_bytes);

  apool_journal_text_append_fact (text, "seconds", "%s (CPU: %s user, %s system)", run, user,
                                  system_part);
  apool_journal_text_append_fact (text, "memory", "%s", memory);
}

static void
apool_journal_facts_append_place (GString *text, const ApoolJournalEvent *event)
{
  g_autofree char *start = apool_journal_text_dup_time (event->usage.start_usec);

  if (event->usage.start_usec > 0)
    apool_journal_text_append_fact (text, "started", "%s", start);
  if (event->slot > 0)
    apool_journal_text_append_fact (text, "place", "slot %u of worker %u", event->slot,
                                    event->worker);
}

static void
apool_journal_facts_append_wrote (GString *text, const ApoolJournalEvent *end)
{
  apool_journal_text_append_fact (
      text, "wrote", "%" G_GUINT64_FORMAT " bytes to stdout, %" G_GUINT64_FORMAT " to stderr%s",
      apool_journal_pieces_get_length (&end->pieces[APOOL_STREAM_STDOUT]),
      apool_journal_pieces_get_length (&end->pieces[APOOL_STREAM_STDERR]),
      end->is_cut ? ", and more that was dropped" : "");
  if (!end->is_recorded)
    apool_journal_text_append_fact (text, "recorded", "not all that it wrote: it is run again");
  else if (!end->is_final)
    apool_journal_text_append_fact (text, "recorded", "not its end: it is run again");
}

static void
apool_journal_facts_append_end (GString *text, const ApoolJournalEvent *end, guint n_columns)
{
  g_autofree char *outcome = apool_journal_text_dup_outcome (end);

  apool_journal_text_append_value (text, "command", &end->command, n_columns);
  apool_journal_text_append_words (text, "arguments", &end->words, n_columns);
  apool_journal_text_append_fact (text, "end", "%s", outcome);
  apool_journal_facts_append_place (text, end);
  apool_journal_facts_append_times (text, end);
  apool_journal_facts_append_wrote (text, end);
}

static const char *
apool_journal_facts_get_state (const ApoolJournalJob *job, gboolean is_live)
{
  if (!is_live || !job->is_newest)
    return "broken off with its run";
  return job->is_running ? "running" : "waiting for another attempt";
}

static void
apool_journal_facts_append_start (GString *text,
                                  const ApoolJournalJob *job,
                                  gboolean is_live,
                                  guint n_columns)
{
  g_auto (ApoolJournalEvent) start = { 0 };
  g_autofree char *seconds = NULL;

  if (apool_journal_job_get_start (job, &start))
    apool_journal_text_append_value (text, "command", &start.name, n_columns);
  apool_journal_text_append_fact (text, "end", "%s", apool_journal_facts_get_state (job, is_live));
  apool_journal_facts_append_place (text, &start);
  if (!is_live || !job->is_newest || !job->is_running)
    return;
  seconds = apool_journal_text_dup_seconds (g_get_real_time () - start.usage.start_usec);
  apool_journal_text_append_fact (text, "seconds", "%s so far", seconds);
}

/**
 * apool_journal_facts_append:
 * @text: a text
 * @job: a job that is known
 * @is_live: whether the newest run still writes
 * @n_columns: how many a line may have
 *
 * Appends what is known of the job.
 */
void
apool_journal_facts_append (GString *text,
                            const ApoolJournalJob *job,
                            gboolean is_live,
                            guint n_columns)
{
  g_auto (ApoolJournalEvent) end = { 0 };

  apool_journal_text_append_fact (text, "job", "%" G_GUINT64_FORMAT, job->seq);
  if (apool_journal_job_get_end (job, &end))
    apool_journal_facts_append_end (text, &end, n_columns);
  else
    apool_journal_facts_append_start (text, job, is_live, n_columns);
  if (job->n_retried > 0)
    apool_journal_text_append_fact (text, "retried", "%u", job->n_retried);
}
