/* SPDX-License-Identifier: MIT */
/* SQLite, loaded when there is a database: it and what it needs itself take longer to load than a
 * short run takes. */

#include "sinks/apool-sqlite.h"

#include "base/apool-library.h"

#define APOOL_SQLITE_SYMBOL(name) { "sqlite3_" #name, G_STRUCT_OFFSET (ApoolSqlite, name) },

/**
 * apool_sqlite_load:
 * @self: (out caller-allocates): the functions
 * @error: (out) (optional): as of apool_library_load()
 *
 * Returns: whether SQLite is there
 */
gboolean
apool_sqlite_load (ApoolSqlite *self, GError **error)
{
  static const char *const names[] = { "libsqlite3.so.0", NULL };
  static const ApoolLibrarySymbol symbols[] = { APOOL_SQLITE_FUNCTIONS (APOOL_SQLITE_SYMBOL) };

  return apool_library_load (names, symbols, G_N_ELEMENTS (symbols), self, error);
}
