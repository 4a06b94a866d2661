/* SPDX-License-Identifier: MIT */
#pragma once

#include "cli/apool-options.h"

G_BEGIN_DECLS

/* What the option about the end of a run does, in the form of #ApoolOptionFunc. */
gboolean
apool_option_set_halt (ApoolOptions *options, const char *name, const char *value, GError **error);

G_END_DECLS
