/* SPDX-License-Identifier: MIT */
#pragma once

#include "worker/apool-warm-shell.h"

G_BEGIN_DECLS

gboolean apool_warm_call_make (GString *call, const ApoolWarmJob *job, gboolean is_bash);

G_END_DECLS
