/* SPDX-License-Identifier: MIT */
/* In place of tables in a database where apool is built without SQLite. */

#include "base/apool-error.h"
#include "sinks/apool-table-db.h"

ApoolResultTable *
apool_table_db_new (const ApoolTableDbConfig *config, GError **error)
{
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE, "--results: '%s': built without SQLite",
               config->path);
  return NULL;
}
