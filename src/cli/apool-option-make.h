/* SPDX-License-Identifier: MIT */
#pragma once

#include "cli/apool-options.h"

G_BEGIN_DECLS

/* What the options about make do, in the form of #ApoolOptionFunc. */
gboolean apool_option_set_jobserver (ApoolOptions *options,
                                     const char *name,
                                     const char *value,
                                     GError **error);
gboolean apool_option_set_no_jobserver (ApoolOptions *options,
                                        const char *name,
                                        const char *value,
                                        GError **error);

G_END_DECLS
