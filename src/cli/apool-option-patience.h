/* SPDX-License-Identifier: MIT */
#pragma once

#include "cli/apool-options.h"

G_BEGIN_DECLS

/* What each option does that says when jobs have had enough, in the form of #ApoolOptionFunc. */
#define APOOL_OPTION_PATIENCE_HANDLER(what)                                                        \
  gboolean apool_option_set_##what (ApoolOptions *options, const char *name, const char *value,    \
                                    GError **error)

APOOL_OPTION_PATIENCE_HANDLER (timeout);
APOOL_OPTION_PATIENCE_HANDLER (slow_after);
APOOL_OPTION_PATIENCE_HANDLER (deadline);
APOOL_OPTION_PATIENCE_HANDLER (termseq);
APOOL_OPTION_PATIENCE_HANDLER (retry_delay);
APOOL_OPTION_PATIENCE_HANDLER (retry_on);

#undef APOOL_OPTION_PATIENCE_HANDLER

G_END_DECLS
