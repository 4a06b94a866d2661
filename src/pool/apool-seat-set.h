/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolSeatSet:
 *
 * A set of the numbers of seats, that finds the next one from any number on without a look at
 * those between.
 */
typedef struct _ApoolSeatSet ApoolSeatSet;

ApoolSeatSet *apool_seat_set_new (guint n_seats);
void apool_seat_set_free (ApoolSeatSet *self);
void apool_seat_set_put (ApoolSeatSet *self, guint number, gboolean is_member);
gboolean apool_seat_set_has (const ApoolSeatSet *self, guint number);
guint apool_seat_set_find (const ApoolSeatSet *self, guint from);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolSeatSet, apool_seat_set_free)

G_END_DECLS
