/* SPDX-License-Identifier: MIT */
#pragma once

#include "cli/apool-options.h"

G_BEGIN_DECLS

gboolean
apool_option_set_tui (ApoolOptions *options, const char *name, const char *value, GError **error);
gboolean apool_option_finish_tui (const ApoolOptions *options, GError **error);

G_END_DECLS
