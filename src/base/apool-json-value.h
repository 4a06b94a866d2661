/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/apool-json.h"

G_BEGIN_DECLS

gboolean apool_json_read_flag (const ApoolJsonText *value, gboolean *is_set);
gboolean apool_json_read_number (const ApoolJsonText *value, guint64 *number);
gboolean apool_json_read_seconds (const ApoolJsonText *value, gint64 *usec);
gboolean apool_json_read_base64 (const ApoolJsonText *value, char *to, gsize *length);

G_END_DECLS
