/* SPDX-License-Identifier: MIT */
#pragma once

#include "pool/apool-seat.h"

G_BEGIN_DECLS

/**
 * ApoolRoster:
 *
 * All seats of a pool, and how much each of them has to do. It answers at once, however many seats
 * there are, which of them is best given the next task.
 */
typedef struct _ApoolRoster ApoolRoster;

/**
 * ApoolRosterChangedFunc:
 * @seat: a seat whose state, slots or load have changed
 * @data: (closure): of apool_roster_watch()
 *
 * Called from within the call that changed it; not to change anything itself.
 */
typedef void (*ApoolRosterChangedFunc) (ApoolSeat *seat, gpointer data);

ApoolRoster *apool_roster_new (guint n_seats, guint capacity, guint prefetch);
void apool_roster_free (ApoolRoster *self);

/* What the pool tells it. */
void apool_roster_set_state (ApoolRoster *self, ApoolSeat *seat, ApoolSeatState state);
void apool_roster_set_slots (ApoolRoster *self, ApoolSeat *seat, guint n_slots);
void apool_roster_set_capacity (ApoolRoster *self, guint capacity, guint prefetch);
void apool_roster_set_growing (ApoolRoster *self, gboolean is_growing);
void apool_roster_add_task (ApoolRoster *self, ApoolSeat *seat, guint weight);
void apool_roster_remove_task (ApoolRoster *self, ApoolSeat *seat, guint weight);
void apool_roster_detach_tasks (ApoolRoster *self, ApoolSeat *seat);

/* What can be asked. */
guint apool_roster_get_n_seats (const ApoolRoster *self);
guint apool_roster_get_prefetch (const ApoolRoster *self);
ApoolSeat *apool_roster_get_seat (ApoolRoster *self, guint number);
gboolean apool_roster_can_take (ApoolRoster *self, const ApoolSeat *seat, gboolean may_wait);
ApoolSeat *apool_roster_find (ApoolRoster *self, gboolean may_wait);
ApoolSeat *apool_roster_find_next (ApoolRoster *self, guint after, gboolean may_wait);
gint64 apool_roster_get_free_weight (const ApoolRoster *self);
guint apool_roster_count_free (const ApoolRoster *self);
void apool_roster_list_overfull (ApoolRoster *self, GPtrArray *seats);
void apool_roster_watch (ApoolRoster *self, ApoolRosterChangedFunc changed, gpointer data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolRoster, apool_roster_free)

G_END_DECLS
