/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolSlots:
 *
 * The slots that a worker was granted, and which of them are free. Those above a limit are given up
 * as soon as they are.
 */
typedef struct _ApoolSlots ApoolSlots;

ApoolSlots *apool_slots_new (void);
void apool_slots_free (ApoolSlots *self);

gboolean apool_slots_add (ApoolSlots *self, const guint32 *slots, gsize n_slots, GError **error);
void apool_slots_set_limit (ApoolSlots *self, guint limit);
GArray *apool_slots_take_given_up (ApoolSlots *self);
guint apool_slots_get_n_known (const ApoolSlots *self);
guint apool_slots_get_n_free (const ApoolSlots *self);
guint apool_slots_take (ApoolSlots *self);
void apool_slots_give_back (ApoolSlots *self, guint slot);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolSlots, apool_slots_free)

G_END_DECLS
