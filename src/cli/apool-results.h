/* SPDX-License-Identifier: MIT */
#pragma once

#include "cli/apool-output-options.h"
#include "job/apool-fields.h"
#include "sinks/apool-result-table.h"

G_BEGIN_DECLS

gboolean apool_results_read (ApoolOutputOptions *options, const char *value, GError **error);
gboolean apool_results_open (const ApoolOutputOptions *options,
                             ApoolFields *fields,
                             GMainContext *context,
                             ApoolResultTable **table,
                             GError **error);

G_END_DECLS
