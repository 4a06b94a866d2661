/* SPDX-License-Identifier: MIT */
#pragma once

#include "cli/apool-options.h"

G_BEGIN_DECLS

/* What each option about the start of jobs does, in the form of #ApoolOptionFunc. */
#define APOOL_OPTION_GATES_HANDLER(what)                                                           \
  gboolean apool_option_set_##what (ApoolOptions *options, const char *name, const char *value,    \
                                    GError **error)

APOOL_OPTION_GATES_HANDLER (delay);
APOOL_OPTION_GATES_HANDLER (rate);
APOOL_OPTION_GATES_HANDLER (load);
APOOL_OPTION_GATES_HANDLER (memfree);
APOOL_OPTION_GATES_HANDLER (memsuspend);
APOOL_OPTION_GATES_HANDLER (noswap);
APOOL_OPTION_GATES_HANDLER (pressure);
APOOL_OPTION_GATES_HANDLER (limit);

#undef APOOL_OPTION_GATES_HANDLER

G_END_DECLS
