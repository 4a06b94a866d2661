/* SPDX-License-Identifier: MIT */
/* A shuffle that needs no memory for all numbers: each number goes to one of some buckets by
 * chance, and each bucket is shuffled by itself (Fisher and Yates) when its turn comes. Every order
 * is as likely as any other: given who is in which bucket, all orders within are, and who is where
 * does not depend on the numbers.
 *
 * A bucket is a list of blocks in a spool, and one block in memory that is being filled. A block
 * says which bucket it belongs to only by being in its list. Ten million numbers take some 300 KiB
 * for the bucket whose turn it is, and 8 bytes for each block of 4 KiB. */

#include "input/apool-shuffle.h"

#include "base/apool-random.h"
#include "base/apool-spool.h"

#define N_BUCKETS 256
#define BLOCK_NUMBERS 512u
#define BLOCK_BYTES (BLOCK_NUMBERS * sizeof (guint64))

typedef struct
{
  GArray *blocks; /* (nullable): of guint64: where its full blocks are */
  GArray *rest;   /* (nullable): of guint64: numbers behind those */
} ApoolShuffleBucket;

struct _ApoolShuffle
{
  ApoolRandom random;
  ApoolSpool *spool;
  ApoolShuffleBucket buckets[N_BUCKETS];
  guint n_emptied; /* buckets whose turn is over, or has come */
  GArray *numbers; /* of guint64: what is left of the bucket whose turn it is */
  guint64 n_held;
};

/**
 * apool_shuffle_new:
 * @directory: where numbers are kept that are too many for memory
 * @seed: what the order depends on, beside how many numbers there are
 *
 * Returns: (transfer full): a shuffle without numbers
 */
ApoolShuffle *
apool_shuffle_new (const char *directory, guint64 seed)
{
  ApoolShuffle *self = g_new0 (ApoolShuffle, 1);

  self->random.state = seed;
  self->spool = apool_spool_new (directory);
  self->numbers = g_array_new (FALSE, FALSE, sizeof (guint64));
  return self;
}

/**
 * apool_shuffle_free:
 * @self: (transfer full): a shuffle
 */
void
apool_shuffle_free (ApoolShuffle *self)
{
  for (guint i = 0; i < N_BUCKETS; i++)
    {
      g_clear_pointer (&self->buckets[i].blocks, g_array_unref);
      g_clear_pointer (&self->buckets[i].rest, g_array_unref);
    }
  g_array_unref (self->numbers);
  apool_spool_free (self->spool);
  g_free (self);
}

/**
 * apool_shuffle_put:
 * @self: a shuffle of which no number has been taken
 * @number: any number
 * @error: (out) (optional): that of the spool: a full disk
 *
 * Returns: whether it could be kept
 */
gboolean
apool_shuffle_put (ApoolShuffle *self, guint64 number, GError **error)
{
  ApoolShuffleBucket *bucket = &self->buckets[apool_random_below (&self->random, N_BUCKETS)];
  guint64 offset;

  if (!bucket->rest)
    bucket->rest = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_array_append_val (bucket->rest, number);
  self->n_held++;
  if (bucket->rest->len < BLOCK_NUMBERS)
    return TRUE;
  if (!apool_spool_append (self->spool, bucket->rest->data, BLOCK_BYTES, &offset, error))
    return FALSE;
  if (!bucket->blocks)
    bucket->blocks = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_array_append_val (bucket->blocks, offset);
  g_array_set_size (bucket->rest, 0);
  return TRUE;
}

/* Brings all of the next bucket into memory. */
static gboolean
apool_shuffle_load (ApoolShuffle *self, GError **error)
{
  ApoolShuffleBucket *bucket = &self->buckets[self->n_emptied++];
  guint n_blocks = bucket->blocks ? bucket->blocks->len : 0;

  for (guint i = 0; i < n_blocks; i++)
    {
      guint64 offset = g_array_index (bucket->blocks, guint64, i);

      g_array_set_size (self->numbers, (i + 1) * BLOCK_NUMBERS);
      if (!apool_spool_read (self->spool, offset, self->numbers->data + i * BLOCK_BYTES,
                             BLOCK_BYTES, error))
        return FALSE;
      apool_spool_release (self->spool, offset, BLOCK_BYTES);
    }
  if (bucket->rest)
    g_array_append_vals (self->numbers, bucket->rest->data, bucket->rest->len);
  g_clear_pointer (&bucket->blocks, g_array_unref);
  g_clear_pointer (&bucket->rest, g_array_unref);
  return TRUE;
}

/**
 * apool_shuffle_take:
 * @self: a shuffle that is not empty
 * @number: (out): one of its numbers, which it has no longer
 * @error: (out) (optional): that of the spool
 *
 * Returns: whether it could be read
 */
gboolean
apool_shuffle_take (ApoolShuffle *self, guint64 *number, GError **error)
{
  guint64 index;

  while (self->numbers->len == 0)
    if (!apool_shuffle_load (self, error))
      return FALSE;
  index = apool_random_below (&self->random, self->numbers->len);
  *number = g_array_index (self->numbers, guint64, index);
  g_array_remove_index_fast (self->numbers, (guint) index);
  self->n_held--;
  return TRUE;
}

/**
 * apool_shuffle_is_empty:
 * @self: a shuffle
 *
 * Returns: whether all numbers were taken
 */
gboolean
apool_shuffle_is_empty (const ApoolShuffle *self)
{
  return self->n_held == 0;
}
