/* SPDX-License-Identifier: MIT */
#pragma once

#include "cli/apool-options.h"

G_BEGIN_DECLS

/* In the form of #ApoolOptionFunc. */
gboolean apool_option_set_summary (ApoolOptions *options,
                                   const char *name,
                                   const char *value,
                                   GError **error);
gboolean
apool_option_set_quiet (ApoolOptions *options, const char *name, const char *value, GError **error);

void apool_option_finish_summary (ApoolOptions *options);

G_END_DECLS
