/* SPDX-License-Identifier: MIT */
/* Tells whether the bytes of a job that the disk has are those that it wrote: after a power cut
 * some may be missing, zero or older ones. It is fast, the same on every machine, and no protection
 * from anybody who chooses the bytes. */

#include "record/apool-journal-sum.h"

#include <string.h>

/* Odd, with bits all over: any change of a word changes the product. */
#define FACTOR G_GUINT64_CONSTANT (0x9e3779b97f4a7c15)

#define WORD_BYTES 8

static guint64
apool_journal_sum_mix (guint64 state, guint64 word)
{
  state = (state ^ word) * FACTOR;
  /* A product has its high bits from all, its low ones only from the low ones. */
  return state ^ state >> 32;
}

/* Adds bytes one by one up to a whole word. Returns how many. */
static gsize
apool_journal_sum_fill (ApoolJournalSum *self, const guint8 *bytes, gsize length)
{
  gsize n = 0;

  while (n < length)
    {
      self->rest |= (guint64) bytes[n++] << (8 * (self->length++ % WORD_BYTES));
      if (self->length % WORD_BYTES > 0)
        continue;
      self->state = apool_journal_sum_mix (self->state, self->rest);
      self->rest = 0;
      break;
    }
  return n;
}

/**
 * apool_journal_sum_add:
 * @self: the sum of the bytes before
 * @data: (array length=length): further bytes
 * @length: how many
 */
void
apool_journal_sum_add (ApoolJournalSum *self, gconstpointer data, gsize length)
{
  const guint8 *bytes = data;
  gsize done = 0;

  if (self->length % WORD_BYTES > 0)
    done = apool_journal_sum_fill (self, bytes, length);
  for (; length - done >= WORD_BYTES; done += WORD_BYTES)
    {
      guint64 word;

      memcpy (&word, bytes + done, sizeof word);
      self->state = apool_journal_sum_mix (self->state, GUINT64_FROM_LE (word));
      self->length += WORD_BYTES;
    }
  if (done < length)
    (void) apool_journal_sum_fill (self, bytes + done, length - done);
}

/**
 * apool_journal_sum_get:
 * @streams: (array length=n_streams): the sums of the streams of a job, in their order
 * @n_streams: how many
 *
 * Returns: one for all of them
 */
guint64
apool_journal_sum_get (const ApoolJournalSum *streams, gsize n_streams)
{
  guint64 sum = 0;

  for (gsize i = 0; i < n_streams; i++)
    {
      sum = apool_journal_sum_mix (sum, streams[i].state);
      sum = apool_journal_sum_mix (sum, streams[i].rest);
      sum = apool_journal_sum_mix (sum, streams[i].length);
    }
  return sum;
}
