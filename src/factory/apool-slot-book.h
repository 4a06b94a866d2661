/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolSlotBook:
 *
 * Which slots a worker has, as the pool sees it. The worker may be behind: it need not know yet
 * that some were taken from it.
 */
typedef struct _ApoolSlotBook ApoolSlotBook;

ApoolSlotBook *apool_slot_book_new (void);
void apool_slot_book_free (ApoolSlotBook *self);
void apool_slot_book_add (ApoolSlotBook *self, const GArray *slots);
void apool_slot_book_take_spare (ApoolSlotBook *self, GHashTable *used, GArray *spare);
gboolean apool_slot_book_give_up (ApoolSlotBook *self,
                                  const GArray *slots,
                                  GHashTable *used,
                                  GArray *revoked);
const GArray *apool_slot_book_list (const ApoolSlotBook *self);
gboolean apool_slot_book_contains (const ApoolSlotBook *self, guint slot);
guint apool_slot_book_count_above (const ApoolSlotBook *self, guint limit);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolSlotBook, apool_slot_book_free)

G_END_DECLS
