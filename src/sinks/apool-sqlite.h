/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <sqlite3.h>

G_BEGIN_DECLS

/* What is used of SQLite. */
#define APOOL_SQLITE_FUNCTIONS(FUNCTION)                                                           \
  FUNCTION (bind_blob64)                                                                           \
  FUNCTION (bind_double)                                                                           \
  FUNCTION (bind_int)                                                                              \
  FUNCTION (bind_int64)                                                                            \
  FUNCTION (bind_text)                                                                             \
  FUNCTION (bind_text64)                                                                           \
  FUNCTION (bind_zeroblob64)                                                                       \
  FUNCTION (blob_bytes)                                                                            \
  FUNCTION (blob_close)                                                                            \
  FUNCTION (blob_open)                                                                             \
  FUNCTION (blob_write)                                                                            \
  FUNCTION (busy_timeout)                                                                          \
  FUNCTION (clear_bindings)                                                                        \
  FUNCTION (close)                                                                                 \
  FUNCTION (errmsg)                                                                                \
  FUNCTION (exec)                                                                                  \
  FUNCTION (finalize)                                                                              \
  FUNCTION (get_autocommit)                                                                        \
  FUNCTION (last_insert_rowid)                                                                     \
  FUNCTION (limit)                                                                                 \
  FUNCTION (open_v2)                                                                               \
  FUNCTION (prepare_v3)                                                                            \
  FUNCTION (reset)                                                                                 \
  FUNCTION (step)

#define APOOL_SQLITE_MEMBER(name) __typeof__ (sqlite3_##name) *name;

/**
 * ApoolSqlite:
 *
 * The functions of SQLite, by their names without `sqlite3_`.
 */
typedef struct
{
  APOOL_SQLITE_FUNCTIONS (APOOL_SQLITE_MEMBER)
} ApoolSqlite;

gboolean apool_sqlite_load (ApoolSqlite *self, GError **error);

G_END_DECLS
