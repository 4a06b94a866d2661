/* SPDX-License-Identifier: MIT */
#pragma once

#include "cli/apool-options.h"

G_BEGIN_DECLS

/* What each option about records of a run does, in the form of #ApoolOptionFunc. */
#define APOOL_OPTION_RECORD_HANDLER(what)                                                          \
  gboolean apool_option_set_##what (ApoolOptions *options, const char *name, const char *value,    \
                                    GError **error)

APOOL_OPTION_RECORD_HANDLER (joblog);
APOOL_OPTION_RECORD_HANDLER (longest_first);

#undef APOOL_OPTION_RECORD_HANDLER

gboolean apool_option_finish_record (const ApoolOptions *options, GError **error);

G_END_DECLS
