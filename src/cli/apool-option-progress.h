/* SPDX-License-Identifier: MIT */
#pragma once

#include "cli/apool-options.h"

G_BEGIN_DECLS

/* What each option does that shows how far the run is, in the form of #ApoolOptionFunc. */
#define APOOL_OPTION_PROGRESS_HANDLER(what)                                                        \
  gboolean apool_option_set_##what (ApoolOptions *options, const char *name, const char *value,    \
                                    GError **error)

APOOL_OPTION_PROGRESS_HANDLER (bar);
APOOL_OPTION_PROGRESS_HANDLER (progress);
APOOL_OPTION_PROGRESS_HANDLER (eta);

#undef APOOL_OPTION_PROGRESS_HANDLER

G_END_DECLS
