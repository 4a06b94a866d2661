/* SPDX-License-Identifier: MIT */
#pragma once

#include "record/apool-journal-event.h"

G_BEGIN_DECLS

/* What a journal is of is an event of its own: the first one, %APOOL_JOURNAL_EVENT_JOURNAL. */

char *apool_journal_identity_dup_difference (const ApoolJournalEvent *recorded,
                                             const ApoolJournalEvent *wanted);
char *apool_journal_identity_dup_context (const ApoolJournalEvent *identity);

G_END_DECLS
