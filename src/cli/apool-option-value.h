/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

const char *apool_option_show (const char *value);
gboolean apool_option_check (gboolean fits, const char *name, const char *value, GError **error);
gboolean apool_option_check_not_empty (const char *name, const char *value, GError **error);
char *apool_option_dup_nearest (const char *value, const char *const *choices);
gboolean apool_option_read_choice (
    const char *name, const char *value, const char *const *choices, guint *which, GError **error);
gboolean apool_option_read_number (const char *name,
                                   const char *value,
                                   const char *what,
                                   guint64 min,
                                   guint64 *number,
                                   GError **error);
gboolean apool_option_read_seconds (
    const char *name, const char *value, const char *zero, guint *msec, GError **error);

G_END_DECLS
