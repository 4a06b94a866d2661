/* SPDX-License-Identifier: MIT */
/* A tree of bits.
 *
 * A bit of level 0 is a seat. A bit of a higher level is a word of the level below: set where that
 * word has any bit. The highest level is one word, so a search looks at two words of each level at
 * most: ten thousand seats have three levels. */

#include "pool/apool-seat-set.h"

#define WORD_BITS 64u
/* 64⁶ is more than there are numbers. */
#define MAX_LEVELS 6u

struct _ApoolSeatSet
{
  guint n_levels;
  guint64 n_words[MAX_LEVELS];
  guint64 *words[MAX_LEVELS];
};

/**
 * apool_seat_set_new:
 * @n_seats: the highest number that there may be
 *
 * Returns: (transfer full): an empty set
 */
ApoolSeatSet *
apool_seat_set_new (guint n_seats)
{
  ApoolSeatSet *self = g_new0 (ApoolSeatSet, 1);
  guint64 n = (guint64) n_seats + 1;

  do
    {
      n = (n + WORD_BITS - 1) / WORD_BITS;
      self->n_words[self->n_levels] = n;
      self->words[self->n_levels] = g_new0 (guint64, n);
      self->n_levels++;
    }
  while (n > 1);
  return self;
}

/**
 * apool_seat_set_free:
 * @self: (transfer full): a set
 */
void
apool_seat_set_free (ApoolSeatSet *self)
{
  for (guint i = 0; i < self->n_levels; i++)
    g_free (self->words[i]);
  g_free (self);
}

/**
 * apool_seat_set_put:
 * @self: a set
 * @number: a seat's
 * @is_member: whether it is to be in the set
 */
void
apool_seat_set_put (ApoolSeatSet *self, guint number, gboolean is_member)
{
  guint64 at = number;

  for (guint level = 0; level < self->n_levels; level++, at /= WORD_BITS)
    {
      guint64 *word = &self->words[level][at / WORD_BITS];
      guint64 before = *word;
      guint64 bit = (guint64) 1 << (at % WORD_BITS);

      *word = is_member ? before | bit : before & ~bit;
      /* The level above says only whether there is any. */
      if ((*word == 0) == (before == 0))
        return;
    }
}

/**
 * apool_seat_set_has:
 * @self: a set
 * @number: a seat's
 *
 * Returns: whether it is in the set
 */
gboolean
apool_seat_set_has (const ApoolSeatSet *self, guint number)
{
  return (self->words[0][number / WORD_BITS] >> (number % WORD_BITS) & 1) != 0;
}

/**
 * apool_seat_set_find:
 * @self: a set
 * @from: where to begin, 1 or more
 *
 * Returns: the lowest number in the set that is not below @from; 0 where there is none
 */
guint
apool_seat_set_find (const ApoolSeatSet *self, guint from)
{
  guint64 at = from;

  for (guint level = 0; level < self->n_levels && at / WORD_BITS < self->n_words[level]; level++)
    {
      guint64 rest = self->words[level][at / WORD_BITS] & ~(guint64) 0 << (at % WORD_BITS);

      if (rest == 0)
        {
          at = at / WORD_BITS + 1;
          continue;
        }
      at = at / WORD_BITS * WORD_BITS + (guint64) __builtin_ctzll (rest);
      while (level-- > 0)
        at = at * WORD_BITS + (guint64) __builtin_ctzll (self->words[level][at]);
      return (guint) at;
    }
  return 0;
}
