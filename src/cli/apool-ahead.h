/* SPDX-License-Identifier: MIT */
#pragma once

#include "cli/apool-options.h"
#include "input/apool-source-store.h"

G_BEGIN_DECLS

void apool_ahead_set (const ApoolOptions *options,
                      gboolean is_retried,
                      gboolean needs_total,
                      ApoolSourceStore *store);

G_END_DECLS
