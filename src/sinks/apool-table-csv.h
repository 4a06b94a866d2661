/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-fields.h"
#include "sinks/apool-result-table.h"

G_BEGIN_DECLS

/**
 * ApoolTableCsvConfig:
 * @path: (nullable): of a file; %NULL where rows are printed
 * @separator: what is between two values
 * @fields: (transfer none) (nullable): what values are called; else V1, V2 and so on
 * @appends: whether rows are added to those that are there, which are of a run with the same
 *   columns; else the file is emptied
 * @n_values: how many values each job has, where all have the same number and that is known; else 0
 * @takes_names: with @appends, whether the values are called whatever they are called there
 *
 * What a table is made of. Copied.
 */
typedef struct
{
  const char *path;
  char separator;
  ApoolFields *fields;
  gboolean appends;
  gsize n_values;
  gboolean takes_names;
} ApoolTableCsvConfig;

#define APOOL_TYPE_TABLE_CSV (apool_table_csv_get_type ())

/**
 * ApoolTableCsv:
 *
 * Results as values with a separator between them, and a line of names before the first row.
 */
G_DECLARE_FINAL_TYPE (ApoolTableCsv, apool_table_csv, APOOL, TABLE_CSV, GObject)

ApoolTableCsv *apool_table_csv_new (const ApoolTableCsvConfig *config, GError **error);

G_END_DECLS
