/* SPDX-License-Identifier: MIT */
#pragma once

#include "cli/apool-options.h"

G_BEGIN_DECLS

/* What each option about the journal does, in the form of #ApoolOptionFunc. */
#define APOOL_OPTION_JOURNAL_HANDLER(what)                                                         \
  gboolean apool_option_set_##what (ApoolOptions *options, const char *name, const char *value,    \
                                    GError **error)

APOOL_OPTION_JOURNAL_HANDLER (journal);
APOOL_OPTION_JOURNAL_HANDLER (journal_sync);
APOOL_OPTION_JOURNAL_HANDLER (journal_rerun);

#undef APOOL_OPTION_JOURNAL_HANDLER

gboolean apool_option_finish_journal (const ApoolOptions *options, GError **error);

G_END_DECLS
