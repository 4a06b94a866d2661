/* SPDX-License-Identifier: MIT */
#pragma once

#include "gates/apool-gates.h"

G_BEGIN_DECLS

/**
 * ApoolDoor:
 *
 * Where tasks go out of the pool, through the gates of the run. Where there are no gates there is
 * no door: %NULL is one that always stands open.
 */
typedef struct _ApoolDoor ApoolDoor;

ApoolDoor *apool_door_new (ApoolGates *gates, const ApoolGateFuncs *funcs, gpointer data);
void apool_door_free (ApoolDoor *self);

gboolean apool_door_admits (ApoolDoor *self, const ApoolTask *task);
void apool_door_enter (ApoolDoor *self, ApoolTask *task);
void apool_door_started (ApoolDoor *self, ApoolTask *task);
gboolean apool_door_leave (ApoolDoor *self, ApoolTask *task, ApoolOutcome *outcome);
void apool_door_leave_all (ApoolDoor *self, GPtrArray *tasks);
void apool_door_note_evicted (ApoolDoor *self, guint64 seq);
void apool_door_rest (ApoolDoor *self);
void apool_door_set_paused (ApoolDoor *self, gboolean is_paused);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolDoor, apool_door_free)

G_END_DECLS
