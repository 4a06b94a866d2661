/* SPDX-License-Identifier: MIT */
#pragma once

#include "cli/apool-options.h"

G_BEGIN_DECLS

/* In the form of #ApoolOptionFunc. */
gboolean apool_option_set_warm_shell (ApoolOptions *options,
                                      const char *name,
                                      const char *value,
                                      GError **error);

G_END_DECLS
