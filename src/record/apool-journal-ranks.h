/* SPDX-License-Identifier: MIT */
#pragma once

#include "record/apool-journal-event.h"

G_BEGIN_DECLS

/* So many jobs are first in something. */
#define APOOL_JOURNAL_RANKED_JOBS 5u

/* No more of a command is kept. */
#define APOOL_JOURNAL_KEPT_BYTES 4096u

/**
 * ApoolJournalRank:
 * @APOOL_JOURNAL_RANK_TIME: which jobs took longest, microseconds
 * @APOOL_JOURNAL_RANK_MEMORY: which ones took most memory, bytes
 * @APOOL_JOURNAL_RANK_OUTPUT: which ones wrote most, bytes
 */
typedef enum
{
  APOOL_JOURNAL_RANK_TIME,
  APOOL_JOURNAL_RANK_MEMORY,
  APOOL_JOURNAL_RANK_OUTPUT,
  APOOL_N_JOURNAL_RANKS,
} ApoolJournalRank;

/**
 * ApoolJournalRanked:
 * @value: what it is ranked by
 * @seq: its number
 * @command: what was run
 */
typedef struct
{
  guint64 value;
  guint64 seq;
  GString *command;
} ApoolJournalRanked;

/**
 * ApoolJournalRanks:
 * @jobs: (element-type ApoolJournalRanked): by rank, the first ones of each, first one first; none
 *   that has nothing of it
 *
 * The jobs of a journal that took most of something.
 */
typedef struct
{
  GArray *jobs[APOOL_N_JOURNAL_RANKS];
} ApoolJournalRanks;

void apool_journal_ranks_init (ApoolJournalRanks *self);
void apool_journal_ranks_clear (ApoolJournalRanks *self);
void apool_journal_ranks_add (ApoolJournalRanks *self, const ApoolJournalEvent *end);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ApoolJournalRanks, apool_journal_ranks_clear)

G_END_DECLS
