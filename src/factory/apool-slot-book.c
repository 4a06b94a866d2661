/* SPDX-License-Identifier: MIT */
/* The slots of one worker. They come by being granted, and go in one of two ways: the pool takes
 * what the worker cannot need any more, without a word; or the worker gives up what it was asked
 * for. Both may happen to the same slot at once: then it is the pool's, and what the worker says of
 * it is passed over. */

#include "factory/apool-slot-book.h"

struct _ApoolSlotBook
{
  GArray *slots;     /* guint */
  GHashTable *known; /* the same */
  GHashTable *taken; /* slots that were taken from the worker, of which it does not know */
};

/**
 * apool_slot_book_new:
 *
 * Returns: (transfer full): a book of no slots
 */
ApoolSlotBook *
apool_slot_book_new (void)
{
  ApoolSlotBook *self = g_new0 (ApoolSlotBook, 1);

  self->slots = g_array_new (FALSE, FALSE, sizeof (guint));
  self->known = g_hash_table_new (NULL, NULL);
  self->taken = g_hash_table_new (NULL, NULL);
  return self;
}

/**
 * apool_slot_book_free:
 * @self: (transfer full): a book
 */
void
apool_slot_book_free (ApoolSlotBook *self)
{
  g_array_unref (self->slots);
  g_hash_table_unref (self->known);
  g_hash_table_unref (self->taken);
  g_free (self);
}

/**
 * apool_slot_book_add:
 * @self: a book
 * @slots: (element-type guint): what the worker gets beside what it has
 */
void
apool_slot_book_add (ApoolSlotBook *self, const GArray *slots)
{
  g_array_append_vals (self->slots, slots->data, slots->len);
  for (guint i = 0; i < slots->len; i++)
    g_hash_table_add (self->known, GUINT_TO_POINTER (g_array_index (slots, guint, i)));
}

/**
 * apool_slot_book_take_spare:
 * @self: a book
 * @used: the slots that the worker's tasks are in, as pointers; 0 where that of one is not known
 * @spare: (element-type guint): gets the others, which are the worker's no longer; none where
 *   @used has a 0, since nobody knows which slots are needed
 */
void
apool_slot_book_take_spare (ApoolSlotBook *self, GHashTable *used, GArray *spare)
{
  if (g_hash_table_contains (used, GUINT_TO_POINTER (0)))
    return;
  for (guint i = self->slots->len; i > 0; i--)
    {
      guint slot = g_array_index (self->slots, guint, i - 1);

      if (g_hash_table_contains (used, GUINT_TO_POINTER (slot)))
        continue;
      g_array_append_val (spare, slot);
      g_array_remove_index_fast (self->slots, i - 1);
      g_hash_table_remove (self->known, GUINT_TO_POINTER (slot));
      g_hash_table_add (self->taken, GUINT_TO_POINTER (slot));
    }
}

static void
apool_slot_book_remove (ApoolSlotBook *self, guint slot)
{
  g_hash_table_remove (self->known, GUINT_TO_POINTER (slot));
  for (guint i = 0; i < self->slots->len; i++)
    if (g_array_index (self->slots, guint, i) == slot)
      {
        g_array_remove_index_fast (self->slots, i);
        return;
      }
}

/**
 * apool_slot_book_give_up:
 * @self: a book
 * @slots: (element-type guint): what the worker says it gives up
 * @used: as of apool_slot_book_take_spare()
 * @revoked: (element-type guint): gets those of them that it had, up to the first wrong one: they
 *   are free in any case
 *
 * Returns: whether they were its own, as far as it could know, and nothing runs in them
 */
gboolean
apool_slot_book_give_up (ApoolSlotBook *self,
                         const GArray *slots,
                         GHashTable *used,
                         GArray *revoked)
{
  for (guint i = 0; i < slots->len; i++)
    {
      guint slot = g_array_index (slots, guint, i);
      gpointer key = GUINT_TO_POINTER (slot);

      /* It need not know yet that it has been taken from it. */
      if (g_hash_table_remove (self->taken, key))
        continue;
      if (!g_hash_table_contains (self->known, key) || g_hash_table_contains (used, key))
        return FALSE;
      apool_slot_book_remove (self, slot);
      g_array_append_val (revoked, slot);
    }
  return TRUE;
}

/**
 * apool_slot_book_list:
 * @self: a book
 *
 * Returns: (transfer none) (element-type guint): the slots in it, in no particular order
 */
const GArray *
apool_slot_book_list (const ApoolSlotBook *self)
{
  return self->slots;
}

/**
 * apool_slot_book_contains:
 * @self: a book
 * @slot: a number
 *
 * Returns: whether it is the number of a slot in it
 */
gboolean
apool_slot_book_contains (const ApoolSlotBook *self, guint slot)
{
  return g_hash_table_contains (self->known, GUINT_TO_POINTER (slot));
}

/**
 * apool_slot_book_count_above:
 * @self: a book
 * @limit: a number
 *
 * Returns: how many of its slots have higher ones
 */
guint
apool_slot_book_count_above (const ApoolSlotBook *self, guint limit)
{
  guint n = 0;

  for (guint i = 0; i < self->slots->len; i++)
    n += g_array_index (self->slots, guint, i) > limit ? 1 : 0;
  return n;
}
