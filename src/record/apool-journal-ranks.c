/* SPDX-License-Identifier: MIT */
/* Which jobs of a journal are first in something: a few of each, in order. */

#include "record/apool-journal-ranks.h"

static void
apool_journal_ranked_clear (gpointer data)
{
  g_string_free (((ApoolJournalRanked *) data)->command, TRUE);
}

/**
 * apool_journal_ranks_init:
 * @self: (out): ranks of no jobs
 */
void
apool_journal_ranks_init (ApoolJournalRanks *self)
{
  for (int i = 0; i < APOOL_N_JOURNAL_RANKS; i++)
    {
      self->jobs[i] = g_array_new (FALSE, FALSE, sizeof (ApoolJournalRanked));
      g_array_set_clear_func (self->jobs[i], apool_journal_ranked_clear);
    }
}

/**
 * apool_journal_ranks_clear:
 * @self: ranks
 */
void
apool_journal_ranks_clear (ApoolJournalRanks *self)
{
  for (int i = 0; i < APOOL_N_JOURNAL_RANKS; i++)
    g_array_unref (self->jobs[i]);
}

static guint64
apool_journal_ranks_get_value (const ApoolJournalEvent *end, ApoolJournalRank rank)
{
  switch (rank)
    {
    case APOOL_JOURNAL_RANK_TIME:
      return (guint64) end->usage.run_usec;
    case APOOL_JOURNAL_RANK_MEMORY:
      return (guint64) end->usage.peak_bytes;
    case APOOL_JOURNAL_RANK_OUTPUT:
      return apool_journal_pieces_get_length (&end->pieces[APOOL_STREAM_STDOUT]) +
             apool_journal_pieces_get_length (&end->pieces[APOOL_STREAM_STDERR]);
    case APOOL_N_JOURNAL_RANKS:
      break;
    }
  g_assert_not_reached ();
}

/* Of equal ones the first that came stays in front. */
static void
apool_journal_ranks_insert (GArray *jobs, guint64 value, const ApoolJournalEvent *end)
{
  gsize length = MIN (end->command.length, APOOL_JOURNAL_KEPT_BYTES);
  guint at = jobs->len;
  ApoolJournalRanked ranked = { .value = value, .seq = end->seq };

  while (at > 0 && g_array_index (jobs, ApoolJournalRanked, at - 1).value < value)
    at--;
  if (value == 0 || at == APOOL_JOURNAL_RANKED_JOBS)
    return;
  if (jobs->len == APOOL_JOURNAL_RANKED_JOBS)
    g_array_remove_index (jobs, jobs->len - 1);
  ranked.command = g_string_new_len (end->command.data, (gssize) length);
  g_array_insert_val (jobs, at, ranked);
}

/**
 * apool_journal_ranks_add:
 * @self: ranks
 * @end: how a job has ended
 */
void
apool_journal_ranks_add (ApoolJournalRanks *self, const ApoolJournalEvent *end)
{
  for (int i = 0; i < APOOL_N_JOURNAL_RANKS; i++)
    apool_journal_ranks_insert (self->jobs[i], apool_journal_ranks_get_value (end, i), end);
}
