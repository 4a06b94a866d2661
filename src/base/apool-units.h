/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean apool_units_parse_count (const char *text, guint64 *count);
gboolean apool_units_parse_size (const char *text, guint64 *size);

G_END_DECLS
