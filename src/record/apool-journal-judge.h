/* SPDX-License-Identifier: MIT */
#pragma once

#include "input/apool-judge.h"
#include "record/apool-journal-past.h"

G_BEGIN_DECLS

/**
 * ApoolJournalAgain:
 * @APOOL_JOURNAL_AGAIN_NONE: what is recorded is not run again
 * @APOOL_JOURNAL_AGAIN_FAILED: what has failed is
 * @APOOL_JOURNAL_AGAIN_ALL: all is
 */
typedef enum
{
  APOOL_JOURNAL_AGAIN_NONE,
  APOOL_JOURNAL_AGAIN_FAILED,
  APOOL_JOURNAL_AGAIN_ALL,
} ApoolJournalAgain;

/**
 * ApoolJournalSayFunc:
 * @line: what the user is to know, with its newline
 * @data: (closure): what was given with it
 */
typedef void (*ApoolJournalSayFunc) (const char *line, gpointer data);

/* Decides by a journal what is to be run. */
#define APOOL_TYPE_JOURNAL_JUDGE (apool_journal_judge_get_type ())
G_DECLARE_FINAL_TYPE (ApoolJournalJudge, apool_journal_judge, APOOL, JOURNAL_JUDGE, GObject)

ApoolJournalJudge *apool_journal_judge_new (ApoolJournalPast *past, ApoolJournalAgain again);
void apool_journal_judge_set_say (ApoolJournalJudge *self, ApoolJournalSayFunc say, gpointer data);

G_END_DECLS
