/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolProgressFacts:
 * @n_done: jobs that are over
 * @n_total: how many there are; 0 where nobody knows
 * @n_failed: those of @n_done that have failed
 * @n_running: jobs that run
 * @n_retries: jobs that are to be tried again
 * @rate: how many ran to their end in a second, on average
 * @run_usec: for how long the run has gone on, microseconds
 * @has_left: whether @left_usec is to be said
 * @left_usec: how long it still takes, microseconds; %APOOL_ESTIMATE_UNKNOWN where nobody can tell
 * @oldest: (nullable): what runs for longest; any bytes
 * @oldest_usec: for how long, microseconds
 *
 * How far a run is.
 */
typedef struct
{
  guint64 n_done;
  guint64 n_total;
  guint64 n_failed;
  guint n_running;
  guint n_retries;
  double rate;
  gint64 run_usec;
  gboolean has_left;
  gint64 left_usec;
  const char *oldest;
  gint64 oldest_usec;
} ApoolProgressFacts;

void
apool_progress_line_append_counts (GString *text, const ApoolProgressFacts *facts, guint n_columns);
void apool_progress_line_append_quiet (GString *text,
                                       const ApoolProgressFacts *facts,
                                       gint64 quiet_usec);
void apool_progress_line_append_bar (GString *text,
                                     const ApoolProgressFacts *facts,
                                     guint n_columns,
                                     gboolean is_utf8);

G_END_DECLS
