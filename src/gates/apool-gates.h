/* SPDX-License-Identifier: MIT */
#pragma once

#include "gates/apool-gate.h"

G_BEGIN_DECLS

/**
 * ApoolGatesSayFunc:
 * @line: a line for the user, with its newline
 * @data: (closure): of apool_gates_set_say()
 */
typedef void (*ApoolGatesSayFunc) (const char *line, gpointer data);

/**
 * ApoolGates:
 *
 * The gates of a run, in the order in which they are asked.
 */
typedef struct _ApoolGates ApoolGates;

ApoolGates *apool_gates_new (void);
void apool_gates_free (ApoolGates *self);

void apool_gates_add (ApoolGates *self, ApoolGate *gate);
guint apool_gates_get_n_gates (const ApoolGates *self);
void apool_gates_set_say (ApoolGates *self, gboolean debug, ApoolGatesSayFunc say, gpointer data);
void apool_gates_set_funcs (ApoolGates *self, const ApoolGateFuncs *funcs, gpointer data);

gboolean apool_gates_are_open (ApoolGates *self);
void apool_gates_enter (ApoolGates *self, ApoolTask *task);
void apool_gates_started (ApoolGates *self, ApoolTask *task);
void apool_gates_leave (ApoolGates *self, ApoolTask *task, ApoolOutcome *outcome);
void apool_gates_rest (ApoolGates *self);
void apool_gates_set_paused (ApoolGates *self, gboolean is_paused);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolGates, apool_gates_free)

G_END_DECLS
