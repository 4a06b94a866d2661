/* SPDX-License-Identifier: MIT */
/* The interface of what knows where jobs of several records have begun and ended, and the sums that
 * records are found again by.
 *
 * The sum of records is a polynomial of their hashes, modulo 2^64. So the sum of any records in a
 * row comes from two sums that begin with the first record of all, without another look at them.
 * Other records may have the same sum, which who chooses them can bring about. Then records are
 * grouped otherwise than they might have been, and nothing else: what a job is, and whether it was
 * run, is told by the whole key of its identity. */

#include "input/apool-borders.h"

/* Odd, so that no hash is lost however many follow it; and without a pattern. */
#define FACTOR G_GUINT64_CONSTANT (0x9e3779b97f4a7c15)

G_DEFINE_INTERFACE (ApoolBorders, apool_borders, G_TYPE_OBJECT)

static void
apool_borders_default_init (ApoolBordersInterface *iface)
{
}

/**
 * apool_borders_is_idle:
 * @self: borders
 *
 * Returns: whether jobs are what they are by the rules from now on, whatever comes; then that stays
 *   so
 */
gboolean
apool_borders_is_idle (ApoolBorders *self)
{
  return APOOL_BORDERS_GET_IFACE (self)->is_idle (self);
}

/**
 * apool_borders_choose:
 * @self: borders
 * @view: the records that come next, one at least
 * @n_records: (out): with %APOOL_BORDERS_BATCH, how many of them go into the next job: whoever asks
 *   goes on behind them; with %APOOL_BORDERS_MORE, how many have to be seen
 *
 * Returns: whether it can be told, or what is missing: never %APOOL_BORDERS_MORE where there are no
 *   more, nor %APOOL_BORDERS_NATURAL where that number is known
 */
ApoolBordersAnswer
apool_borders_choose (ApoolBorders *self, const ApoolBordersView *view, gsize *n_records)
{
  *n_records = view->n_natural;
  return APOOL_BORDERS_GET_IFACE (self)->choose (self, view, n_records);
}

/**
 * apool_borders_append:
 * @sum: the sum of some records; %APOOL_BORDERS_NO_SUM where there are none
 * @hash: the hash of one
 *
 * Returns: the sum of them all, that one behind the others
 */
guint64
apool_borders_append (guint64 sum, guint64 hash)
{
  return sum * FACTOR + hash;
}

/**
 * apool_borders_subtract:
 * @sum: the sum of some records
 * @before: the sum of the first ones of them
 * @n_records: how many the others are
 *
 * Returns: the sum of these alone
 */
guint64
apool_borders_subtract (guint64 sum, guint64 before, guint64 n_records)
{
  guint64 power = 1;
  guint64 factor = FACTOR;

  for (; n_records > 0; n_records >>= 1)
    {
      if (n_records & 1)
        power *= factor;
      factor *= factor;
    }
  return sum - before * power;
}
