/* SPDX-License-Identifier: MIT */
#pragma once

#include "cli/apool-options.h"

G_BEGIN_DECLS

/* What each option about what jobs find around them does, in the form of #ApoolOptionFunc. */
#define APOOL_OPTION_PLACE_HANDLER(what)                                                           \
  gboolean apool_option_set_##what (ApoolOptions *options, const char *name, const char *value,    \
                                    GError **error)

APOOL_OPTION_PLACE_HANDLER (nice);
APOOL_OPTION_PLACE_HANDLER (rlimit);
APOOL_OPTION_PLACE_HANDLER (tty);
APOOL_OPTION_PLACE_HANDLER (open_tty);
APOOL_OPTION_PLACE_HANDLER (env);
APOOL_OPTION_PLACE_HANDLER (interactive);
APOOL_OPTION_PLACE_HANDLER (told);
APOOL_OPTION_PLACE_HANDLER (traced);
APOOL_OPTION_PLACE_HANDLER (silent);

#undef APOOL_OPTION_PLACE_HANDLER

gboolean apool_option_finish_place (ApoolOptions *options, GError **error);

G_END_DECLS
