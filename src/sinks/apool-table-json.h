/* SPDX-License-Identifier: MIT */
#pragma once

#include "sinks/apool-result-table.h"

G_BEGIN_DECLS

#define APOOL_TYPE_TABLE_JSON (apool_table_json_get_type ())

/**
 * ApoolTableJson:
 *
 * Results as JSON, an object a line.
 */
G_DECLARE_FINAL_TYPE (ApoolTableJson, apool_table_json, APOOL, TABLE_JSON, GObject)

ApoolTableJson *apool_table_json_new (const char *path, gboolean appends, GError **error);

G_END_DECLS
