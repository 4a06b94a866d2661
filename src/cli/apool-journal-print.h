/* SPDX-License-Identifier: MIT */
#pragma once

#include "record/apool-journal-job.h"
#include "record/apool-journal-look.h"

G_BEGIN_DECLS

gboolean
apool_journal_print (const ApoolJournalLook *look, const ApoolJournalJob *job, GError **error);

G_END_DECLS
