/* SPDX-License-Identifier: MIT */
#pragma once

#include "cli/apool-options.h"

G_BEGIN_DECLS

gboolean
apool_option_set_jobs (ApoolOptions *options, const char *name, const char *value, GError **error);

gboolean apool_option_parse_jobs (const char *text, guint n_usable, guint *n_jobs);
gboolean apool_option_read_jobs_file (
    const char *path, const ApoolUsable *usable, char **text, guint *n_jobs, GError **error);
gboolean apool_option_count_jobs (ApoolOptions *options, GError **error);

G_END_DECLS
