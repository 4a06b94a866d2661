/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

const char *apool_help_brief (void);
char *apool_help_dup_text (void);
char *apool_help_dup_all (void);
char *apool_help_dup_version (void);
char *apool_help_dup_limits (guint64 max_length);

G_END_DECLS
