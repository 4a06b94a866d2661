/* SPDX-License-Identifier: MIT */
#pragma once

#include "cli/apool-options.h"

G_BEGIN_DECLS

/* What each option does that belongs to no larger group, in the form of #ApoolOptionFunc. */
#define APOOL_OPTION_HANDLER(what)                                                                 \
  gboolean apool_option_set_##what (ApoolOptions *options, const char *name, const char *value,    \
                                    GError **error)

APOOL_OPTION_HANDLER (input_order);
APOOL_OPTION_HANDLER (unordered);
APOOL_OPTION_HANDLER (tmpdir);
APOOL_OPTION_HANDLER (directory);
APOOL_OPTION_HANDLER (use_cores);
APOOL_OPTION_HANDLER (use_sockets);
APOOL_OPTION_HANDLER (help);
APOOL_OPTION_HANDLER (version);
APOOL_OPTION_HANDLER (min_version);
APOOL_OPTION_HANDLER (max_length);
APOOL_OPTION_HANDLER (show_limits);
APOOL_OPTION_HANDLER (n_threads);
APOOL_OPTION_HANDLER (n_cores);
APOOL_OPTION_HANDLER (n_sockets);
APOOL_OPTION_HANDLER (profile);
APOOL_OPTION_HANDLER (plain);

#undef APOOL_OPTION_HANDLER

G_END_DECLS
