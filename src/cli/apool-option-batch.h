/* SPDX-License-Identifier: MIT */
#pragma once

#include "cli/apool-options.h"

G_BEGIN_DECLS

/* What each option about several inputs per job does, in the form of #ApoolOptionFunc. */
#define APOOL_OPTION_BATCH_HANDLER(what)                                                           \
  gboolean apool_option_set_##what (ApoolOptions *options, const char *name, const char *value,    \
                                    GError **error)

APOOL_OPTION_BATCH_HANDLER (max_args);
APOOL_OPTION_BATCH_HANDLER (max_replace_args);
APOOL_OPTION_BATCH_HANDLER (lines);
APOOL_OPTION_BATCH_HANDLER (max_lines);
APOOL_OPTION_BATCH_HANDLER (fill_context);
APOOL_OPTION_BATCH_HANDLER (fill_word);
APOOL_OPTION_BATCH_HANDLER (xargs);
APOOL_OPTION_BATCH_HANDLER (max_chars);
APOOL_OPTION_BATCH_HANDLER (exit);

#undef APOOL_OPTION_BATCH_HANDLER

G_END_DECLS
