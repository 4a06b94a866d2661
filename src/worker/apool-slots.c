/* SPDX-License-Identifier: MIT */
/* The free ones are a stack: the slot that was given back last is used next, so that a worker with
 * little to do uses few. */

#include "worker/apool-slots.h"

#include "base/apool-error.h"

/* More than any machine runs jobs at once; a manager's word is not a reason to fill the memory. */
#define MAX_SLOTS (1024u * 1024)

struct _ApoolSlots
{
  GHashTable *known; /* the number → itself: all that were granted */
  GArray *free;      /* guint32 */
  GArray *given_up;  /* guint32: those that were, since somebody asked */
  guint limit;       /* of the numbers of those that may be used */
};

/**
 * apool_slots_new:
 *
 * Returns: (transfer full): no slots
 */
ApoolSlots *
apool_slots_new (void)
{
  ApoolSlots *self = g_new0 (ApoolSlots, 1);

  self->known = g_hash_table_new (NULL, NULL);
  self->free = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->given_up = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->limit = G_MAXUINT;
  return self;
}

/**
 * apool_slots_free:
 * @self: (transfer full): slots
 */
void
apool_slots_free (ApoolSlots *self)
{
  g_hash_table_unref (self->known);
  g_array_unref (self->free);
  g_array_unref (self->given_up);
  g_free (self);
}

static gboolean
apool_slots_fail (GError **error, const char *what)
{
  g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL, what);
  return FALSE;
}

/* Has one slot that nothing runs in, and which is known, be free, or given up. */
static void
apool_slots_release (ApoolSlots *self, guint32 slot)
{
  if (slot <= self->limit)
    {
      g_array_append_val (self->free, slot);
      return;
    }
  g_hash_table_remove (self->known, GUINT_TO_POINTER (slot));
  g_array_append_val (self->given_up, slot);
}

/**
 * apool_slots_add:
 * @self: slots
 * @slots: (array length=n_slots): numbers; the first of them is taken first
 * @n_slots: how many
 * @error: (out) (optional): %APOOL_ERROR_PROTOCOL where one of them is here already, or is none
 *
 * Adds free slots.
 *
 * Returns: whether all of them were added
 */
gboolean
apool_slots_add (ApoolSlots *self, const guint32 *slots, gsize n_slots, GError **error)
{
  if (n_slots > MAX_SLOTS - g_hash_table_size (self->known))
    return apool_slots_fail (error, "too many slots");
  for (gsize i = n_slots; i > 0; i--)
    {
      guint32 slot = slots[i - 1];

      if (slot == 0)
        return apool_slots_fail (error, "a slot without a number");
      if (!g_hash_table_add (self->known, GUINT_TO_POINTER (slot)))
        return apool_slots_fail (error, "a slot that is here already");
      apool_slots_release (self, slot);
    }
  return TRUE;
}

/**
 * apool_slots_get_n_known:
 * @self: slots
 *
 * Returns: how many there are, free or not
 */
guint
apool_slots_get_n_known (const ApoolSlots *self)
{
  return g_hash_table_size (self->known);
}

/**
 * apool_slots_get_n_free:
 * @self: slots
 *
 * Returns: how many are free
 */
guint
apool_slots_get_n_free (const ApoolSlots *self)
{
  return self->free->len;
}

/**
 * apool_slots_take:
 * @self: slots, one of which is free
 *
 * Returns: a slot that is free no longer
 */
guint
apool_slots_take (ApoolSlots *self)
{
  guint last = self->free->len - 1;
  guint32 slot = g_array_index (self->free, guint32, last);

  g_array_set_size (self->free, last);
  return slot;
}

/**
 * apool_slots_give_back:
 * @self: slots
 * @slot: one that was taken
 *
 * Makes it free again, or gives it up.
 */
void
apool_slots_give_back (ApoolSlots *self, guint slot)
{
  apool_slots_release (self, slot);
}

/**
 * apool_slots_set_limit:
 * @self: slots
 * @limit: the highest number that may be used from now on, instead of what it was before
 *
 * Gives up what is free above it, and the others when they are given back.
 */
void
apool_slots_set_limit (ApoolSlots *self, guint limit)
{
  g_autoptr (GArray) slots = g_steal_pointer (&self->free);

  self->limit = limit;
  self->free = g_array_new (FALSE, FALSE, sizeof (guint32));
  for (guint i = 0; i < slots->len; i++)
    apool_slots_release (self, g_array_index (slots, guint32, i));
}

/**
 * apool_slots_take_given_up:
 * @self: slots
 *
 * Returns: (transfer full) (nullable) (element-type guint32): those that were given up since this
 *   was asked; %NULL where there are none
 */
GArray *
apool_slots_take_given_up (ApoolSlots *self)
{
  GArray *slots;

  if (self->given_up->len == 0)
    return NULL;
  slots = g_steal_pointer (&self->given_up);
  self->given_up = g_array_new (FALSE, FALSE, sizeof (guint32));
  return slots;
}
