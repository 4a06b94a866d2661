/* SPDX-License-Identifier: MIT */
/* What `--status` prints of a journal: what it is of, who has written it, and which jobs stand out.
 *
 * The journal is read twice or three times, so that of all its jobs hardly anything has to be kept:
 * first for the runs, then, where there were several, for which end of each job counts, at last for
 * the jobs to be named. What is printed goes out while it is read. */

#include "cli/apool-journal-status.h"

#include <string.h>

#include "base/apool-io.h"
#include "base/apool-signal.h"
#include "cli/apool-journal-text.h"
#include "record/apool-journal-latest.h"
#include "record/apool-journal-ranks.h"
#include "record/apool-journal-runs.h"

/* So much text is written at once. */
#define CHUNK_BYTES (64u * 1024)

/* Columns in front of the command in the tables of jobs. */
#define N_COLUMNS_BEFORE 26u

typedef struct
{
  ApoolJournalLook *look;
  int fd;
  guint n_columns;
  GString *text;
  GError *error; /* (nullable): the first one in writing */
  ApoolJournalRuns *runs;
  ApoolJournalLatest *latest;
  ApoolJournalRanks ranks;
  gboolean has_failed_heading;
} ApoolJournalStatus;

static void
apool_journal_status_flush (ApoolJournalStatus *self)
{
  if (!self->error)
    (void) apool_io_write_all (self->fd, self->text->str, self->text->len, &self->error);
  g_string_truncate (self->text, 0);
}

/* ---- reading ---- */

static void
apool_journal_status_count_cb (const ApoolJournalEvent *event, gpointer data)
{
  ApoolJournalStatus *self = data;

  apool_journal_runs_tell (self->runs, event);
  apool_journal_latest_tell (self->latest, event);
}

static void
apool_journal_status_find_latest_cb (const ApoolJournalEvent *event, gpointer data)
{
  apool_journal_latest_tell (((ApoolJournalStatus *) data)->latest, event);
}

/* Finds out all but which jobs are to be named. */
static gboolean
apool_journal_status_count (ApoolJournalStatus *self, GError **error)
{
  if (!apool_journal_look_read (self->look, apool_journal_status_count_cb, self, error))
    return FALSE;
  if (self->runs->n_with_ends <= 1)
    return TRUE;
  apool_journal_latest_free (self->latest);
  self->latest = apool_journal_latest_new (TRUE);
  return apool_journal_look_read_ends (self->look, apool_journal_status_find_latest_cb, self,
                                       error);
}

/* ---- the journal and its runs ---- */

static void
apool_journal_status_append_options (ApoolJournalStatus *self, const ApoolJournalEvent *identity)
{
  for (gsize i = 0; i < identity->options.n; i++)
    {
      const ApoolJournalOption *pair = &identity->options.pairs[i];
      g_autoptr (GString) line = g_string_new_len (pair->name.data, (gssize) pair->name.length);
      ApoolValue bytes;

      g_string_append_c (line, ' ');
      g_string_append_len (line, pair->value.data, (gssize) pair->value.length);
      bytes = (ApoolValue){ line->str, line->len };
      apool_journal_text_append_value (self->text, i == 0 ? "options" : "", &bytes,
                                       self->n_columns);
    }
}

static void
apool_journal_status_append_identity (ApoolJournalStatus *self)
{
  const ApoolJournalEvent *identity = apool_journal_look_get_identity (self->look);
  const char *directory = apool_journal_look_get_directory (self->look);
  const ApoolValue path = { directory, strlen (directory) };

  apool_journal_text_append_value (self->text, "journal", &path, self->n_columns);
  apool_journal_text_append_words (self->text, "command", &identity->words, self->n_columns);
  apool_journal_status_append_options (self, identity);
  apool_journal_text_append_value (self->text, "directory", &identity->directory, self->n_columns);
  apool_journal_text_append_value (self->text, "shell", &identity->shell, self->n_columns);
}

static gboolean
apool_journal_status_is_live (ApoolJournalStatus *self)
{
  const ApoolJournalRun *run = apool_journal_runs_get_newest (self->runs);

  return run && !run->is_finished && apool_journal_look_is_written_by (self->look, run->pid);
}

static void
apool_journal_status_append_state (ApoolJournalStatus *self, gboolean is_live)
{
  const ApoolJournalRun *run = apool_journal_runs_get_newest (self->runs);

  if (!run)
    apool_journal_text_append_fact (self->text, "state", "no run yet");
  else if (run->is_finished)
    apool_journal_text_append_fact (self->text, "state", "finished, status %u", run->status);
  else if (is_live)
    apool_journal_text_append_fact (self->text, "state", "running, process %" G_GUINT64_FORMAT,
                                    run->pid);
  else
    apool_journal_text_append_fact (self->text, "state", "broken off");
}

static void
apool_journal_status_append_jobs (ApoolJournalStatus *self, gboolean is_live)
{
  const ApoolJournalCounts *counts = apool_journal_latest_get_counts (self->latest);
  const ApoolJournalRun *run = apool_journal_runs_get_newest (self->runs);
  GString *text = self->text;

  apool_journal_text_append_label (text, "jobs");
  g_string_append_printf (text, "%" G_GUINT64_FORMAT " done, %" G_GUINT64_FORMAT " failed",
                          counts->n_done, counts->n_failed);
  if (is_live)
    g_string_append_printf (text, ", %u running", self->runs->running->len);
  if (counts->n_unfinished > 0)
    g_string_append_printf (text, ", %" G_GUINT64_FORMAT " unfinished", counts->n_unfinished);
  if (counts->n_unrecorded > 0)
    g_string_append_printf (text, ", %" G_GUINT64_FORMAT " not recorded", counts->n_unrecorded);
  if (run && run->is_finished)
    g_string_append_printf (text, ", %" G_GUINT64_FORMAT " recalled by the last run",
                            run->n_recalled);
  g_string_append_c (text, '\n');
}

static void
apool_journal_status_append_trouble (ApoolJournalStatus *self)
{
  guint64 n_ignored = apool_journal_look_get_n_ignored (self->look);
  const ApoolJournalRun *run = apool_journal_runs_get_newest (self->runs);
  const ApoolValue last = { self->runs->trouble->str, self->runs->trouble->len };

  if (n_ignored > 0)
    apool_journal_text_append_fact (self->text, "ignored",
                                    "%" G_GUINT64_FORMAT " %s of events.jsonl", n_ignored,
                                    n_ignored == 1 ? "line" : "lines");
  if (!run || run->n_trouble == 0)
    return;
  apool_journal_text_append_label (self->text, "trouble");
  g_string_append_printf (self->text, "%" G_GUINT64_FORMAT ", the last one: ", run->n_trouble);
  apool_journal_text_append_bytes (self->text, &last, self->n_columns);
  g_string_append_c (self->text, '\n');
}

static void
apool_journal_status_append_run (ApoolJournalStatus *self,
                                 const ApoolJournalRun *run,
                                 gboolean is_live)
{
  g_autofree char *start = apool_journal_text_dup_time (run->start_usec);
  g_autofree char *end = run->is_finished ? apool_journal_text_dup_time (run->finish_usec) : NULL;
  g_autofree char *recalled =
      run->is_finished ? g_strdup_printf ("%" G_GUINT64_FORMAT, run->n_recalled) : g_strdup ("-");

  g_string_append_printf (self->text,
                          "  %-19s  %5" G_GUINT64_FORMAT "  %8" G_GUINT64_FORMAT
                          "  %8" G_GUINT64_FORMAT "  %8s  ",
                          start, run->n_jobs, run->n_done, run->n_failed, recalled);
  if (run->is_finished)
    g_string_append_printf (self->text, "finished %s, status %u", end, run->status);
  else
    g_string_append (self->text, is_live ? "running" : "broken off");
  if (run->n_trouble > 0)
    g_string_append_printf (self->text, ", trouble: %" G_GUINT64_FORMAT, run->n_trouble);
  g_string_append_c (self->text, '\n');
}

static void
apool_journal_status_append_runs (ApoolJournalStatus *self, gboolean is_live)
{
  const GArray *runs = self->runs->runs;
  guint64 n_earlier = self->runs->n_runs - runs->len;

  if (runs->len == 0)
    return;
  g_string_append_printf (self->text, "\nRuns:\n  %-19s  %5s  %8s  %8s  %8s  %s\n", "START", "JOBS",
                          "DONE", "FAILED", "RECALLED", "END");
  if (n_earlier > 0)
    g_string_append_printf (self->text, "  %" G_GUINT64_FORMAT " earlier ones\n", n_earlier);
  for (guint i = 0; i < runs->len; i++)
    apool_journal_status_append_run (self, &g_array_index (runs, ApoolJournalRun, i),
                                     is_live && i + 1 == runs->len);
}

/* ---- jobs ---- */

static void
apool_journal_status_append_job (ApoolJournalStatus *self,
                                 guint64 seq,
                                 const char *what,
                                 const ApoolValue *command)
{
  g_string_append_printf (self->text, "  %8" G_GUINT64_FORMAT "  %12s  ", seq, what);
  apool_journal_text_append_bytes (self->text, command, self->n_columns - N_COLUMNS_BEFORE);
  g_string_append_c (self->text, '\n');
  if (self->text->len >= CHUNK_BYTES)
    apool_journal_status_flush (self);
}

static void
apool_journal_status_append_heading (ApoolJournalStatus *self, const char *what, const char *column)
{
  g_string_append_printf (self->text, "\n%s:\n  %8s  %12s  %s\n", what, "JOB", column, "COMMAND");
}

static void
apool_journal_status_append_running (ApoolJournalStatus *self)
{
  const GArray *running = self->runs->running;
  gint64 now = g_get_real_time ();

  if (running->len == 0)
    return;
  apool_journal_status_append_heading (self, "Running", "SECONDS");
  for (guint i = 0; i < running->len; i++)
    {
      const ApoolJournalRunning *job = &g_array_index (running, ApoolJournalRunning, i);
      g_autofree char *seconds = apool_journal_text_dup_seconds (now - job->start_usec);
      const ApoolValue name = { job->name->str, job->name->len };

      apool_journal_status_append_job (self, job->seq, seconds, &name);
    }
}

/* A word that fits into a column. */
static char *
apool_journal_status_dup_failure (const ApoolJournalEvent *end)
{
  switch (end->kind)
    {
    case APOOL_OUTCOME_EXITED:
      return end->code == 0 ? g_strdup ("faulty") : g_strdup_printf ("exit %d", end->code);
    case APOOL_OUTCOME_SIGNALLED:
      return apool_signal_dup_name (end->code);
    case APOOL_OUTCOME_TIMED_OUT:
      return g_strdup ("timeout");
    case APOOL_OUTCOME_NOT_STARTED:
      return g_strdup ("not started");
    case APOOL_OUTCOME_LOST:
      return g_strdup ("lost");
    case APOOL_OUTCOME_SKIPPED:
      break;
    }
  g_return_val_if_reached (NULL);
}

static void
apool_journal_status_name_cb (const ApoolJournalEvent *event, gpointer data)
{
  ApoolJournalStatus *self = data;
  g_autofree char *how = NULL;

  if (!apool_journal_latest_counts_end (self->latest, event))
    return;
  apool_journal_ranks_add (&self->ranks, event);
  if (!event->is_final || !event->is_recorded || !apool_journal_event_is_failure (event))
    return;
  if (!self->has_failed_heading)
    apool_journal_status_append_heading (self, "Failed", "HOW");
  self->has_failed_heading = TRUE;
  how = apool_journal_status_dup_failure (event);
  apool_journal_status_append_job (self, event->seq, how, &event->command);
}

static void
apool_journal_status_append_rank (ApoolJournalStatus *self, ApoolJournalRank rank)
{
  static const struct
  {
    const char *what;
    const char *column;
  } HEADINGS[] = {
    [APOOL_JOURNAL_RANK_TIME] = { "Slowest", "SECONDS" },
    [APOOL_JOURNAL_RANK_MEMORY] = { "Most memory", "BYTES" },
    [APOOL_JOURNAL_RANK_OUTPUT] = { "Most output", "BYTES" },
  };
  const GArray *jobs = self->ranks.jobs[rank];

  if (jobs->len == 0)
    return;
  apool_journal_status_append_heading (self, HEADINGS[rank].what, HEADINGS[rank].column);
  for (guint i = 0; i < jobs->len; i++)
    {
      const ApoolJournalRanked *job = &g_array_index (jobs, ApoolJournalRanked, i);
      g_autofree char *value = rank == APOOL_JOURNAL_RANK_TIME
                                   ? apool_journal_text_dup_seconds ((gint64) job->value)
                                   : apool_journal_text_dup_size (job->value);
      const ApoolValue command = { job->command->str, job->command->len };

      apool_journal_status_append_job (self, job->seq, value, &command);
    }
}

/* ---- all of it ---- */

static gboolean
apool_journal_status_go (ApoolJournalStatus *self, GError **error)
{
  gboolean is_live;

  if (!apool_journal_status_count (self, error))
    return FALSE;
  is_live = apool_journal_status_is_live (self);
  apool_journal_status_append_identity (self);
  apool_journal_status_append_state (self, is_live);
  apool_journal_status_append_jobs (self, is_live);
  apool_journal_status_append_trouble (self);
  apool_journal_status_append_runs (self, is_live);
  if (is_live)
    apool_journal_status_append_running (self);
  apool_journal_latest_rewind (self->latest);
  if (!apool_journal_look_read_ends (self->look, apool_journal_status_name_cb, self, error))
    return FALSE;
  for (int i = 0; i < APOOL_N_JOURNAL_RANKS; i++)
    apool_journal_status_append_rank (self, i);
  apool_journal_status_flush (self);
  if (!self->error)
    return TRUE;
  g_propagate_prefixed_error (error, g_steal_pointer (&self->error), "standard output: ");
  return FALSE;
}

/**
 * apool_journal_status_print:
 * @look: a journal
 * @fd: where to
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * Prints what there is to say of a journal.
 *
 * Returns: whether it could be read, and printed
 */
gboolean
apool_journal_status_print (ApoolJournalLook *look, int fd, GError **error)
{
  ApoolJournalStatus self = {
    .look = look,
    .fd = fd,
    .n_columns = apool_journal_text_measure (fd),
    .text = g_string_new (NULL),
    .runs = apool_journal_runs_new (),
    .latest = apool_journal_latest_new (FALSE),
  };
  gboolean is_done;

  apool_journal_ranks_init (&self.ranks);
  is_done = apool_journal_status_go (&self, error);
  g_clear_error (&self.error);
  apool_journal_ranks_clear (&self.ranks);
  apool_journal_latest_free (self.latest);
  apool_journal_runs_free (self.runs);
  g_string_free (self.text, TRUE);
  return is_done;
}
