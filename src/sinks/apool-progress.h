/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/apool-alarm.h"
#include "sinks/apool-estimate.h"
#include "sinks/apool-output.h"

G_BEGIN_DECLS

/**
 * ApoolProgressFuncs:
 * @get_total: how many jobs there are; 0 where nobody knows
 * @get_n_running: how many run
 * @get_n_slots: how many may run at once
 * @get_n_retries: how many are to be tried again
 *
 * What progress does not see itself.
 */
typedef struct
{
  guint64 (*get_total) (gpointer data);
  guint (*get_n_running) (gpointer data);
  guint (*get_n_slots) (gpointer data);
  guint (*get_n_retries) (gpointer data);
} ApoolProgressFuncs;

/**
 * ApoolProgressConfig:
 * @has_bar: whether a row has a bar
 * @is_utf8: whether the bar may be of other characters than those of ASCII
 * @has_no_row: whether it is never shown in a row: where others write on the terminal, too
 * @clock: (nullable): what time is measured with; the monotonic clock where %NULL
 *
 * How it is shown. All zero is without a bar.
 */
typedef struct
{
  gboolean has_bar;
  gboolean is_utf8;
  gboolean has_no_row;
  const ApoolClock *clock;
} ApoolProgressConfig;

/* The observer that says how far the run is, as long as somebody wants to know. */
#define APOOL_TYPE_PROGRESS (apool_progress_get_type ())
G_DECLARE_FINAL_TYPE (ApoolProgress, apool_progress, APOOL, PROGRESS, GObject)

ApoolProgress *apool_progress_new (GMainContext *context,
                                   ApoolOutput *output,
                                   const ApoolProgressConfig *config,
                                   const ApoolProgressFuncs *funcs,
                                   gpointer data);
void apool_progress_set_estimate (ApoolProgress *self, ApoolEstimate *estimate);
void apool_progress_turn_on (ApoolProgress *self);
gboolean apool_progress_toggle (ApoolProgress *self);
void apool_progress_note_running (ApoolProgress *self, ApoolTask *task, gint64 run_usec);

G_END_DECLS
