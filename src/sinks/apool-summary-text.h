/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* So many jobs of each kind are named; however many there are more, they are only counted. */
#define APOOL_SUMMARY_MAX_FAILED 20u
#define APOOL_SUMMARY_MAX_FLAKY 10u
#define APOOL_SUMMARY_MAX_TOP 3u

/**
 * ApoolSummaryJob:
 * @seq: its number
 * @name: its command, as it is shown in messages; owned
 * @how: (nullable): of one that failed: how it ended; owned
 * @end: (nullable) (array length=end_length): of one that failed: what it wrote last: any bytes;
 *   owned
 * @end_length: how many
 * @is_cut: whether others came before them
 * @amount: of one that is slow: how long it ran, microseconds; of one that is large: its memory,
 *   bytes; of one that is flaky: with which attempt it succeeded
 *
 * A job that is named.
 */
typedef struct
{
  guint64 seq;
  char *name;
  char *how;
  char *end;
  gsize end_length;
  gboolean is_cut;
  gint64 amount;
} ApoolSummaryJob;

/**
 * ApoolSummaryFacts:
 * @n_succeeded: jobs that did
 * @n_flaky: how many of them did after a failure
 * @n_failed: jobs that failed, those that had failed in an earlier run included
 * @n_ended: jobs that were ended before their time, or never started, because the run ended
 * @n_declined: jobs that the user did not want
 * @n_recorded: jobs that succeeded in an earlier run, and count as they are recorded
 * @n_skipped: jobs that there was nothing to run for
 * @n_run: attempts that ran
 * @jobs_usec: for how long, all together
 * @wall_usec: how long the run took
 * @failed: the first ones
 * @flaky: the first ones
 * @slowest: the slowest one first
 * @largest: the largest one first
 *
 * What there is to say of a run. Of the jobs those count that have a name.
 */
typedef struct
{
  guint64 n_succeeded;
  guint64 n_flaky;
  guint64 n_failed;
  guint64 n_ended;
  guint64 n_declined;
  guint64 n_recorded;
  guint64 n_skipped;
  guint64 n_run;
  gint64 jobs_usec;
  gint64 wall_usec;
  ApoolSummaryJob failed[APOOL_SUMMARY_MAX_FAILED];
  ApoolSummaryJob flaky[APOOL_SUMMARY_MAX_FLAKY];
  ApoolSummaryJob slowest[APOOL_SUMMARY_MAX_TOP];
  ApoolSummaryJob largest[APOOL_SUMMARY_MAX_TOP];
} ApoolSummaryFacts;

void apool_summary_text_append (GString *text,
                                const ApoolSummaryFacts *facts,
                                const char *ended_by,
                                const char *advice);

G_END_DECLS
