/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-fields.h"
#include "sinks/apool-result-table.h"

G_BEGIN_DECLS

#define APOOL_TYPE_TABLE_CSV (apool_table_csv_get_type ())

/**
 * ApoolTableCsv:
 *
 * Results as values with a separator between them, and a line of names before the first row.
 */
G_DECLARE_FINAL_TYPE (ApoolTableCsv, apool_table_csv, APOOL, TABLE_CSV, GObject)

ApoolTableCsv *
apool_table_csv_new (const char *path, char separator, ApoolFields *fields, GError **error);

G_END_DECLS
