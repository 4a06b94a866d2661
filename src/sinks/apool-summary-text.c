/* SPDX-License-Identifier: MIT */
/* What is said of a run at its end: lines of text, made of facts. Each begins as all messages do.
 */

#include "sinks/apool-summary-text.h"

#include <string.h>

#include "base/apool-last-line.h"
#include "base/apool-visible.h"

/* Of what a job wrote last. */
#define MAX_LINES 3u

/* Columns: of a line that a job wrote, of a name that has a line of its own, and of one that shares
 * it. */
#define LINE_COLUMNS 160u
#define NAME_COLUMNS 160u
#define SHORT_COLUMNS 30u

/* Below that no job is slow, and none is large: microseconds, bytes. To the kernel the memory of
 * the worker that starts it is a job's, too, until it has executed its program: some 10 MiB. */
#define SLOW_USEC ((gint64) G_USEC_PER_SEC / 10)
#define LARGE_BYTES ((gint64) 32 * 1024 * 1024)

#define KIB 1024.0
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)

static void
apool_summary_text_append_visible (GString *text, const char *bytes, gsize length, guint n_columns)
{
  ApoolVisible visible;

  apool_visible_begin (&visible, text, n_columns);
  apool_visible_add (&visible, bytes, length);
  apool_visible_end (&visible);
}

static void
apool_summary_text_append_time (GString *text, gint64 usec)
{
  gint64 seconds = usec / G_USEC_PER_SEC;

  if (seconds < 100)
    g_string_append_printf (text, usec < G_USEC_PER_SEC ? "%.2f s" : "%.1f s",
                            (double) usec / G_USEC_PER_SEC);
  else if (seconds < 60 * 60)
    g_string_append_printf (text, "%d min %d s", (int) (seconds / 60), (int) (seconds % 60));
  else
    g_string_append_printf (text, "%" G_GINT64_FORMAT " h %d min", seconds / (60 * 60),
                            (int) (seconds / 60 % 60));
}

static void
apool_summary_text_append_size (GString *text, gint64 n_bytes)
{
  double size = (double) n_bytes;

  if (size < MIB)
    g_string_append_printf (text, "%.0f KiB", size / KIB);
  else if (size < GIB)
    g_string_append_printf (text, "%.1f MiB", size / MIB);
  else
    g_string_append_printf (text, "%.1f GiB", size / GIB);
}

/* ---- how many ---- */

/* @separator: changed for the next one */
static void
apool_summary_text_append_count (GString *text, const char **separator, guint64 n, const char *what)
{
  if (n == 0)
    return;
  g_string_append_printf (text, "%s%" G_GUINT64_FORMAT " %s", *separator, n, what);
  *separator = ", ";
}

static void
apool_summary_text_append_counts (GString *text,
                                  const ApoolSummaryFacts *facts,
                                  const char *ended_by)
{
  guint64 n_jobs =
      facts->n_succeeded + facts->n_failed + facts->n_ended + facts->n_declined + facts->n_recorded;
  g_autofree char *ended = g_strconcat ("ended", ended_by ? " by " : " early", ended_by, NULL);
  const char *separator = ": ";

  g_string_append_printf (text, "apool: summary: %" G_GUINT64_FORMAT " %s", n_jobs,
                          n_jobs == 1 ? "job" : "jobs");
  apool_summary_text_append_count (text, &separator, facts->n_succeeded, "succeeded");
  if (facts->n_flaky > 0)
    g_string_append_printf (text, " (%" G_GUINT64_FORMAT " after a failure)", facts->n_flaky);
  apool_summary_text_append_count (text, &separator, facts->n_failed, "failed");
  apool_summary_text_append_count (text, &separator, facts->n_ended, ended);
  apool_summary_text_append_count (text, &separator, facts->n_declined, "not wanted");
  apool_summary_text_append_count (text, &separator, facts->n_recorded, "done before");
  apool_summary_text_append_count (text, &separator, facts->n_skipped, "skipped");
  g_string_append_c (text, '\n');
}

/* One job alone saves nothing, and of what takes no time nothing can be saved. */
static void
apool_summary_text_append_times (GString *text, const ApoolSummaryFacts *facts)
{
  gint64 saved_usec = facts->jobs_usec - facts->wall_usec;

  if (facts->n_run < 2 || facts->jobs_usec < SLOW_USEC)
    return;
  g_string_append (text, "apool: summary: ");
  apool_summary_text_append_time (text, facts->jobs_usec);
  g_string_append (text, " of jobs in ");
  apool_summary_text_append_time (text, facts->wall_usec);
  if (saved_usec > 0)
    {
      g_string_append (text, ": ");
      apool_summary_text_append_time (text, saved_usec);
      g_string_append (text, " less than one by one");
    }
  g_string_append_c (text, '\n');
}

/* ---- which ---- */

static void
apool_summary_text_append_name (GString *text, const ApoolSummaryJob *job, guint n_columns)
{
  apool_summary_text_append_visible (text, job->name, strlen (job->name), n_columns);
}

/* Appends the last line of @bytes, and those before it before that. */
static void
apool_summary_text_append_lines (
    GString *text, const char *bytes, gsize length, gboolean is_cut, guint n_lines)
{
  gsize line_length;
  const char *line = apool_last_line_find (bytes, length, &line_length);

  if (!line || n_lines == 0)
    return;
  apool_summary_text_append_lines (text, bytes, (gsize) (line - bytes), is_cut, n_lines - 1);
  g_string_append (text, "apool:   | ");
  if (line == bytes && is_cut)
    g_string_append (text, "...");
  apool_summary_text_append_visible (text, line, line_length, LINE_COLUMNS);
  g_string_append_c (text, '\n');
}

/* Where not all are named. */
static void
apool_summary_text_append_more (GString *text, const char *what, guint64 n, guint64 n_named)
{
  if (n > n_named)
    g_string_append_printf (text, "apool: %s: and %" G_GUINT64_FORMAT " more\n", what, n - n_named);
}

static void
apool_summary_text_append_failed (GString *text, const ApoolSummaryFacts *facts)
{
  guint i;

  for (i = 0; i < APOOL_SUMMARY_MAX_FAILED && facts->failed[i].name; i++)
    {
      const ApoolSummaryJob *job = &facts->failed[i];

      g_string_append_printf (text, "apool: failed: job %" G_GUINT64_FORMAT ": ", job->seq);
      apool_summary_text_append_name (text, job, NAME_COLUMNS);
      g_string_append (text, ": ");
      apool_summary_text_append_visible (text, job->how, strlen (job->how), NAME_COLUMNS);
      g_string_append_c (text, '\n');
      apool_summary_text_append_lines (text, job->end, job->end_length, job->is_cut, MAX_LINES);
    }
  apool_summary_text_append_more (text, "failed", facts->n_failed, i);
}

static void
apool_summary_text_append_flaky (GString *text, const ApoolSummaryFacts *facts)
{
  guint i;

  for (i = 0; i < APOOL_SUMMARY_MAX_FLAKY && facts->flaky[i].name; i++)
    {
      const ApoolSummaryJob *job = &facts->flaky[i];

      g_string_append_printf (text, "apool: flaky: job %" G_GUINT64_FORMAT ": ", job->seq);
      apool_summary_text_append_name (text, job, NAME_COLUMNS);
      g_string_append_printf (text, ": succeeded with attempt %" G_GINT64_FORMAT "\n", job->amount);
    }
  apool_summary_text_append_more (text, "flaky", facts->n_flaky, i);
}

/* Of a few jobs everybody sees which ones they are.
 * @least: what @jobs[0] has to have for it to be of interest */
static void
apool_summary_text_append_top (GString *text,
                               const char *what,
                               const ApoolSummaryFacts *facts,
                               const ApoolSummaryJob *jobs,
                               gint64 least,
                               void (*append_amount) (GString *, gint64))
{
  if (facts->n_run <= APOOL_SUMMARY_MAX_TOP || jobs[0].amount < least)
    return;
  g_string_append_printf (text, "apool: %s: ", what);
  for (guint i = 0; i < APOOL_SUMMARY_MAX_TOP && jobs[i].name; i++)
    {
      g_string_append_printf (text, "%sjob %" G_GUINT64_FORMAT " (", i > 0 ? ", " : "",
                              jobs[i].seq);
      append_amount (text, jobs[i].amount);
      g_string_append (text, ", ");
      apool_summary_text_append_name (text, &jobs[i], SHORT_COLUMNS);
      g_string_append_c (text, ')');
    }
  g_string_append_c (text, '\n');
}

/**
 * apool_summary_text_append:
 * @text: what it is appended to
 * @facts: what there is to say
 * @ended_by: (nullable): what has ended the run before its time, where that is known
 * @advice: (nullable): what the user may want to do now
 *
 * Appends the summary of a run, a few lines. Nothing in them does anything to a terminal but
 * colours.
 */
void
apool_summary_text_append (GString *text,
                           const ApoolSummaryFacts *facts,
                           const char *ended_by,
                           const char *advice)
{
  apool_summary_text_append_counts (text, facts, ended_by);
  apool_summary_text_append_times (text, facts);
  apool_summary_text_append_failed (text, facts);
  apool_summary_text_append_flaky (text, facts);
  apool_summary_text_append_top (text, "slowest", facts, facts->slowest, SLOW_USEC,
                                 apool_summary_text_append_time);
  apool_summary_text_append_top (text, "largest", facts, facts->largest, LARGE_BYTES,
                                 apool_summary_text_append_size);
  if (advice)
    g_string_append_printf (text, "apool: %s\n", advice);
}
