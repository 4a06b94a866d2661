/* SPDX-License-Identifier: MIT */
#pragma once

#include "sinks/apool-result-table.h"

G_BEGIN_DECLS

/**
 * ApoolTableDbConfig:
 * @path: of the file; made where there is none, and added to where there is one
 * @context: where rows are committed while nothing else happens; iterated by whoever calls us
 * @max_row_bytes: how large a row may be, as far as SQLite has it larger; 0 for as it has it
 *
 * What a table in a database is made of. Copied, but for @context.
 */
typedef struct
{
  const char *path;
  GMainContext *context;
  int max_row_bytes;
} ApoolTableDbConfig;

ApoolResultTable *apool_table_db_new (const ApoolTableDbConfig *config, GError **error);

G_END_DECLS
