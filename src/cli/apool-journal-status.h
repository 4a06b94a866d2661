/* SPDX-License-Identifier: MIT */
#pragma once

#include "record/apool-journal-look.h"

G_BEGIN_DECLS

gboolean apool_journal_status_print (ApoolJournalLook *look, int fd, GError **error);

G_END_DECLS
