/* SPDX-License-Identifier: MIT */
#pragma once

#include "cli/apool-options.h"

G_BEGIN_DECLS

/* What each option does, in the form of #ApoolOptionFunc; one per row of the table. */
gboolean
apool_option_set_jobs (ApoolOptions *options, const char *name, const char *value, GError **error);
gboolean apool_option_set_input_order (ApoolOptions *options,
                                       const char *name,
                                       const char *value,
                                       GError **error);
gboolean apool_option_set_unordered (ApoolOptions *options,
                                     const char *name,
                                     const char *value,
                                     GError **error);
gboolean apool_option_set_tmpdir (ApoolOptions *options,
                                  const char *name,
                                  const char *value,
                                  GError **error);
gboolean
apool_option_set_help (ApoolOptions *options, const char *name, const char *value, GError **error);
gboolean apool_option_set_version (ApoolOptions *options,
                                   const char *name,
                                   const char *value,
                                   GError **error);

gboolean apool_option_parse_jobs (const char *text, guint n_cores, guint *n_jobs);

G_END_DECLS
