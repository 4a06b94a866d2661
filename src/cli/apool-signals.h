/* SPDX-License-Identifier: MIT */
#pragma once

#include "pool/apool-pool.h"
#include "sinks/apool-output.h"

G_BEGIN_DECLS

/**
 * ApoolSignals:
 *
 * What signals do to a run.
 */
typedef struct _ApoolSignals ApoolSignals;

/**
 * ApoolSignalsFuncs:
 * @show: SIGUSR1 has come: what runs is to be shown
 * @toggle: SIGUSR2 has come: how far the run is is to be shown, or no longer
 * @abandon: a second signal that ends the run has come: where nothing is left of the run but its
 *   output, it is to be left at once. Returns whether that is so; else all that runs is killed
 *
 * Called from the context.
 */
typedef struct
{
  void (*show) (gpointer data);
  void (*toggle) (gpointer data);
  gboolean (*abandon) (gpointer data);
} ApoolSignalsFuncs;

void apool_signals_prepare (void);

ApoolSignals *apool_signals_new (ApoolPool *pool,
                                 ApoolOutput *output,
                                 const ApoolSignalsFuncs *funcs,
                                 gpointer data);
void apool_signals_free (ApoolSignals *self);

void apool_signals_interrupt (ApoolSignals *self);
void apool_signals_stop (ApoolSignals *self);
void apool_signals_note (ApoolSignals *self, int signum);
void apool_signals_wait (ApoolSignals *self, GMainContext *context);
int apool_signals_get_signum (const ApoolSignals *self);
gboolean apool_signals_is_abandoned (const ApoolSignals *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolSignals, apool_signals_free)

G_END_DECLS
