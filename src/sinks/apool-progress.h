/* SPDX-License-Identifier: MIT */
#pragma once

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

/* The observer that says how far the run is, as long as somebody wants to know. */
#define APOOL_TYPE_PROGRESS (apool_progress_get_type ())
G_DECLARE_FINAL_TYPE (ApoolProgress, apool_progress, APOOL, PROGRESS, GObject)

ApoolProgress *apool_progress_new (GMainContext *context,
                                   ApoolOutput *output,
                                   const ApoolProgressFuncs *funcs,
                                   gpointer data);
void apool_progress_set_estimate (ApoolProgress *self, ApoolEstimate *estimate);
void apool_progress_turn_on (ApoolProgress *self);
void apool_progress_toggle (ApoolProgress *self);

G_END_DECLS
