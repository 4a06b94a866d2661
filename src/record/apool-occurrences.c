/* SPDX-License-Identifier: MIT */
/* Counts keys. All of them are kept as long as the input goes on: two jobs are told apart by
 * nothing else when they are the same. */

#include "record/apool-occurrences.h"

#include <string.h>

#include "record/apool-index.h"

typedef struct
{
  guint8 key[APOOL_IDENTITY_KEY_BYTES];
  guint32 n;
} ApoolOccurrencesEntry;

struct _ApoolOccurrences
{
  GArray *entries; /* ApoolOccurrencesEntry */
  ApoolIndex *index;
};

/**
 * apool_occurrences_new:
 *
 * Returns: (transfer full): counts of nothing
 */
ApoolOccurrences *
apool_occurrences_new (void)
{
  ApoolOccurrences *self = g_new (ApoolOccurrences, 1);

  self->entries = g_array_new (FALSE, FALSE, sizeof (ApoolOccurrencesEntry));
  self->index = apool_index_new ();
  return self;
}

/**
 * apool_occurrences_free:
 * @self: (transfer full): counts
 */
void
apool_occurrences_free (ApoolOccurrences *self)
{
  g_array_unref (self->entries);
  apool_index_free (self->index);
  g_free (self);
}

static gboolean
apool_occurrences_is_equal (guint32 item, gconstpointer wanted, gpointer data)
{
  const GArray *entries = data;

  return memcmp (g_array_index (entries, ApoolOccurrencesEntry, item).key, wanted,
                 APOOL_IDENTITY_KEY_BYTES) == 0;
}

/**
 * apool_occurrences_count:
 * @self: counts
 * @key: %APOOL_IDENTITY_KEY_BYTES, of the job that comes next in the input
 *
 * Returns: as which one with this key it comes, counted from 1
 */
guint64
apool_occurrences_count (ApoolOccurrences *self, const guint8 *key)
{
  ApoolOccurrencesEntry entry = { .n = 1 };
  guint64 hash;
  guint32 item;

  memcpy (&hash, key, sizeof hash);
  item = apool_index_find (self->index, hash, apool_occurrences_is_equal, key, self->entries);
  if (item != APOOL_INDEX_NONE)
    return ++g_array_index (self->entries, ApoolOccurrencesEntry, item).n;
  memcpy (entry.key, key, sizeof entry.key);
  apool_index_add (self->index, hash, self->entries->len);
  g_array_append_val (self->entries, entry);
  return entry.n;
}

/**
 * apool_occurrences_set:
 * @self: counts
 * @identity: the job that comes next in the input
 *
 * Tells it as which one with its key it comes, unless somebody has done that.
 */
void
apool_occurrences_set (ApoolOccurrences *self, ApoolIdentity *identity)
{
  if (apool_identity_get_occurrence (identity) == 0)
    apool_identity_set_occurrence (
        identity, apool_occurrences_count (self, apool_identity_get_key (identity)));
}
