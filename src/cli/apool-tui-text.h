/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolTuiHead:
 * @n_done: jobs that are settled
 * @total: how many there are; 0 where nobody knows
 * @n_failed: how many failed
 * @n_running: how many run
 * @n_retries: how many are to be tried again
 * @n_jobs: how many may run at once
 * @elapsed_usec: how long the run has taken, microseconds
 * @is_waiting: whether nothing is started, since the user wants it so
 * @is_ending: whether what runs was told to end
 *
 * What the first row tells of a run.
 */
typedef struct
{
  guint64 n_done;
  guint64 total;
  guint64 n_failed;
  guint n_running;
  guint n_retries;
  guint n_jobs;
  gint64 elapsed_usec;
  gboolean is_waiting;
  gboolean is_ending;
} ApoolTuiHead;

/**
 * ApoolTuiRow:
 * @slot: where the job runs
 * @seq: its number
 * @usec: how long it has run, microseconds
 * @state: (nullable): how it ended, or what else there is to say of it
 * @name: what it is called: any bytes
 * @line: (nullable) (array length=line_length): the last line that it wrote: any bytes
 * @line_length: how many bytes
 *
 * What a row tells of a job.
 */
typedef struct
{
  guint slot;
  guint64 seq;
  gint64 usec;
  const char *state;
  const char *name;
  const char *line;
  gsize line_length;
} ApoolTuiRow;

void apool_tui_text_append (GString *text, const char *bytes, gsize length, guint n_columns);
void apool_tui_text_append_name (GString *text, const char *name, guint n_columns);
void apool_tui_text_pad (GString *text, gsize start, guint n_columns);
void apool_tui_text_append_time (GString *text, gint64 usec);
void apool_tui_text_append_head (GString *text, const ApoolTuiHead *head, guint n_columns);
void apool_tui_text_append_running (GString *text, const ApoolTuiRow *row, guint n_columns);
void apool_tui_text_append_failed (GString *text, const ApoolTuiRow *row, guint n_columns);
void apool_tui_text_append_titles (GString *text, gboolean is_of_failed, guint n_columns);

G_END_DECLS
