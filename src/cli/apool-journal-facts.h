/* SPDX-License-Identifier: MIT */
#pragma once

#include "record/apool-journal-job.h"

G_BEGIN_DECLS

void apool_journal_facts_append (GString *text,
                                 const ApoolJournalJob *job,
                                 gboolean is_live,
                                 guint n_columns);

G_END_DECLS
