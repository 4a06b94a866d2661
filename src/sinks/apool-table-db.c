/* SPDX-License-Identifier: MIT */
/* A table of results in an SQLite database.
 *
 * A database that is there is added to: each run has a number in it, and rows are found by that and
 * by the number of the job. Nothing that is there is changed.
 *
 * Rows are committed some at a time, for a commit costs more than a row: when they are many, or a
 * moment after the first of them. A timer is set only while there is something to commit. The
 * journal is a write-ahead log, so that others read while we write, and what was committed is there
 * whatever happens to us.
 *
 * What a job wrote is a blob, for it may be any bytes. A large one is written piece by piece into
 * room that its row has made for it, in a transaction of its own, so that there is never half of
 * it. A row cannot be larger than SQLite allows: what is cut of it is counted in the row, and told
 * when all is over. */

#include "sinks/apool-table-db.h"

#include <string.h>

#include "base/apool-error.h"
#include "base/apool-json-text.h"
#include "base/apool-utf8.h"
#include "job/apool-ending.h"
#include "sinks/apool-sqlite.h"

/* What is written and not committed: no longer, and not more, than this. */
#define COMMIT_MSEC 200
#define COMMIT_ROWS 1000u
#define COMMIT_BYTES ((guint64) 4 * 1024 * 1024)

/* How long a writer of another program is waited for. */
#define BUSY_MSEC 10000

/* More than all columns of a row take that are neither text nor blob. */
#define ROW_BYTES ((guint64) 1024)

#define APOOL_TYPE_TABLE_DB (apool_table_db_get_type ())
G_DECLARE_FINAL_TYPE (ApoolTableDb, apool_table_db, APOOL, TABLE_DB, GObject)

struct _ApoolTableDb
{
  GObject parent_instance;

  char *path;
  GMainContext *context;
  ApoolSqlite sql;
  sqlite3 *db;          /* (nullable) */
  sqlite3_stmt *insert; /* (nullable) */
  gint64 run;           /* ours, in the database */
  guint64 max_row_bytes;
  GSource *timer;  /* (nullable): while something is not committed */
  guint n_rows;    /* not committed */
  guint64 n_bytes; /* the same */
  guint64 n_cut;   /* jobs whose output is not all there */
  GError *error;   /* (nullable): what the timer could not tell anybody */
  gboolean has_failed;
  GString *text; /* used within a call */
};

/* The columns of a row, as the statement counts them; the last two are the streams, since room for
 * blobs is made without memory only at the end of a row. */
enum
{
  COLUMN_RUN = 1,
  COLUMN_SEQ,
  COLUMN_WORKER,
  COLUMN_HOST,
  COLUMN_STARTED,
  COLUMN_SECONDS,
  COLUMN_USER,
  COLUMN_SYS,
  COLUMN_MAXRSS,
  COLUMN_EXIT,
  COLUMN_SIGNAL,
  COLUMN_ATTEMPTS,
  COLUMN_COMMAND,
  COLUMN_ARGUMENTS,
  COLUMN_CUT,
  COLUMN_STREAMS,
};

static const char apool_table_db_schema[] =
    "CREATE TABLE IF NOT EXISTS runs (run INTEGER PRIMARY KEY, started REAL NOT NULL);"
    "CREATE TABLE IF NOT EXISTS jobs (run INTEGER NOT NULL, seq INTEGER NOT NULL, worker INTEGER,"
    " host TEXT, started REAL, seconds REAL, user REAL, sys REAL, maxrss INTEGER, exit INTEGER,"
    " signal INTEGER, attempts INTEGER, command TEXT, arguments TEXT, cut INTEGER, stdout BLOB,"
    " stderr BLOB, PRIMARY KEY (run, seq));";

static const char apool_table_db_insert[] =
    "INSERT INTO jobs (run, seq, worker, host, started, seconds, user, sys, maxrss, exit, signal,"
    " attempts, command, arguments, cut, stdout, stderr)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

static void apool_table_db_iface_init (ApoolResultTableInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ApoolTableDb,
                               apool_table_db,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_RESULT_TABLE,
                                                      apool_table_db_iface_init))

/* ---- the database ---- */

/* Says why SQLite could not do what it was asked for last. */
static gboolean
apool_table_db_fail (ApoolTableDb *self, GError **error)
{
  self->has_failed = TRUE;
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_OUTPUT, "--results: '%s': %s", self->path,
               self->sql.errmsg (self->db));
  return FALSE;
}

static gboolean
apool_table_db_execute (ApoolTableDb *self, const char *statements, GError **error)
{
  return self->sql.exec (self->db, statements, NULL, NULL, NULL) == SQLITE_OK ||
         apool_table_db_fail (self, error);
}

static gboolean
apool_table_db_is_in_transaction (const ApoolTableDb *self)
{
  return self->db && !self->sql.get_autocommit (self->db);
}

static void
apool_table_db_stop_timer (ApoolTableDb *self)
{
  if (self->timer)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
}

static gboolean
apool_table_db_commit (ApoolTableDb *self, GError **error)
{
  apool_table_db_stop_timer (self);
  self->n_rows = 0;
  self->n_bytes = 0;
  return !apool_table_db_is_in_transaction (self) || apool_table_db_execute (self, "COMMIT", error);
}

static gboolean
apool_table_db_timer_cb (gpointer data)
{
  ApoolTableDb *self = data;

  /* Told with the next row, or at the end. */
  (void) apool_table_db_commit (self, self->error ? NULL : &self->error);
  return G_SOURCE_REMOVE;
}

static void
apool_table_db_start_timer (ApoolTableDb *self)
{
  self->timer = g_timeout_source_new (COMMIT_MSEC);
  g_source_set_static_name (self->timer, "apool-table-db");
  g_source_set_callback (self->timer, apool_table_db_timer_cb, self, NULL);
  g_source_attach (self->timer, self->context);
}

/* Begins a transaction where none is open. */
static gboolean
apool_table_db_ensure_transaction (ApoolTableDb *self, GError **error)
{
  if (apool_table_db_is_in_transaction (self))
    return TRUE;
  if (!apool_table_db_execute (self, "BEGIN IMMEDIATE", error))
    return FALSE;
  apool_table_db_start_timer (self);
  return TRUE;
}

/* ---- rows ---- */

/**
 * ApoolTableDbSizes:
 * @streams: how many bytes of each stream the row has
 * @cut: how many bytes of them it does not have
 */
typedef struct
{
  guint64 streams[APOOL_N_STREAMS];
  guint64 cut;
} ApoolTableDbSizes;

/* Text where it is text, so that it is found by what it says. */
static void
apool_table_db_bind_text (ApoolTableDb *self, int column, const char *data, gsize length)
{
  if (apool_utf8_is_valid (data, length))
    (void) self->sql.bind_text64 (self->insert, column, data, length, SQLITE_TRANSIENT,
                                  SQLITE_UTF8);
  else
    (void) self->sql.bind_blob64 (self->insert, column, data, length, SQLITE_TRANSIENT);
}

static void
apool_table_db_bind_seconds (ApoolTableDb *self, int column, gint64 usec)
{
  (void) self->sql.bind_double (self->insert, column, (double) usec / G_USEC_PER_SEC);
}

/* A JSON array of the values; one that is no text is an object with its base64. */
static void
apool_table_db_list_values (const ApoolTask *task, GString *text)
{
  gsize n_values;
  const ApoolValue *values = apool_values_get (apool_task_get_traits (task)->values, &n_values);

  g_string_assign (text, "[");
  for (gsize i = 0; i < n_values; i++)
    {
      g_string_append (text, i > 0 ? "," : "");
      if (apool_utf8_is_valid (values[i].data, values[i].length))
        {
          apool_json_text_append_string (text, values[i].data, values[i].length);
          continue;
        }
      g_string_append (text, "{\"base64\":");
      apool_json_text_append_base64 (text, values[i].data, values[i].length);
      g_string_append_c (text, '}');
    }
  g_string_append_c (text, ']');
}

static void
apool_table_db_bind_usage (ApoolTableDb *self, const ApoolUsage *usage)
{
  if (usage->start_usec > 0) /* else it was not started: NULL */
    apool_table_db_bind_seconds (self, COLUMN_STARTED, usage->start_usec);
  apool_table_db_bind_seconds (self, COLUMN_SECONDS, usage->run_usec);
  apool_table_db_bind_seconds (self, COLUMN_USER, usage->user_usec);
  apool_table_db_bind_seconds (self, COLUMN_SYS, usage->system_usec);
  (void) self->sql.bind_int64 (self->insert, COLUMN_MAXRSS, usage->peak_bytes);
}

/* What can go wrong when something is bound is a lack of memory, or a value that is too large: then
 * it stays NULL. The sizes are checked, and SQLite takes its memory from where we do, which ends
 * us. */
static void
apool_table_db_bind_facts (ApoolTableDb *self, const ApoolResultRow *row)
{
  g_autofree char *command = apool_ending_dup_command (row->task, row->outcome, row->place->slot);
  const ApoolTaskTraits *traits = apool_task_get_traits (row->task);

  (void) self->sql.clear_bindings (self->insert);
  (void) self->sql.bind_int64 (self->insert, COLUMN_RUN, self->run);
  (void) self->sql.bind_int64 (self->insert, COLUMN_SEQ, (gint64) apool_task_get_seq (row->task));
  if (row->place->worker > 0) /* else NULL */
    (void) self->sql.bind_int64 (self->insert, COLUMN_WORKER, row->place->worker);
  (void) self->sql.bind_text (self->insert, COLUMN_HOST, apool_result_row_get_host (row), -1,
                              SQLITE_STATIC);
  apool_table_db_bind_usage (self, apool_outcome_get_usage (row->outcome));
  (void) self->sql.bind_int (self->insert, COLUMN_EXIT, apool_ending_get_status (row->outcome));
  (void) self->sql.bind_int (self->insert, COLUMN_SIGNAL, apool_ending_get_signal (row->outcome));
  (void) self->sql.bind_int64 (self->insert, COLUMN_ATTEMPTS, traits->attempt);
  apool_table_db_bind_text (self, COLUMN_COMMAND, command, strlen (command));
  apool_table_db_list_values (row->task, self->text);
  apool_table_db_bind_text (self, COLUMN_ARGUMENTS, self->text->str, self->text->len);
}

/* Finds how much of what a job wrote its row can have. */
static ApoolTableDbSizes
apool_table_db_get_sizes (ApoolTableDb *self, const ApoolResultRow *row)
{
  gsize n_command = g_bytes_get_size (apool_task_get_text (row->task));
  guint64 taken = ROW_BYTES + self->text->len + 5 * n_command; /* quoted at worst */
  guint64 room = self->max_row_bytes > taken ? self->max_row_bytes - taken : 0;
  ApoolTableDbSizes sizes = { 0 };

  for (guint i = 0; i < APOOL_N_STREAMS; i++)
    {
      guint64 length = apool_collected_get_length (row->streams[i]);

      sizes.streams[i] = MIN (length, room);
      sizes.cut += length - sizes.streams[i];
      room -= sizes.streams[i];
    }
  return sizes;
}

static gboolean
apool_table_db_is_small (const ApoolResultRow *row, const ApoolTableDbSizes *sizes)
{
  return sizes->streams[APOOL_STREAM_STDOUT] + sizes->streams[APOOL_STREAM_STDERR] <=
         row->scratch_bytes;
}

static gboolean
apool_table_db_insert_row (ApoolTableDb *self, GError **error)
{
  if (self->sql.step (self->insert) != SQLITE_DONE)
    {
      apool_table_db_fail (self, error);
      (void) self->sql.reset (self->insert); /* says the same once more */
      return FALSE;
    }
  return self->sql.reset (self->insert) == SQLITE_OK || apool_table_db_fail (self, error);
}

/* Both streams fit into the scratch. */
static gboolean
apool_table_db_write_small (ApoolTableDb *self,
                            const ApoolResultRow *row,
                            const ApoolTableDbSizes *sizes,
                            GError **error)
{
  guint8 *at = row->scratch;

  for (int i = 0; i < APOOL_N_STREAMS; i++)
    {
      gsize length = (gsize) sizes->streams[i];

      if (!apool_collected_read (row->streams[i], row->spool, at, length, error))
        return FALSE;
      (void) self->sql.bind_blob64 (self->insert, COLUMN_STREAMS + i, at, length, SQLITE_STATIC);
      at += length;
    }
  if (!apool_table_db_ensure_transaction (self, error) || !apool_table_db_insert_row (self, error))
    return FALSE;
  self->n_rows++;
  self->n_bytes += (guint64) (at - row->scratch) + self->text->len;
  return (self->n_rows < COMMIT_ROWS && self->n_bytes < COMMIT_BYTES) ||
         apool_table_db_commit (self, error);
}

static gboolean
apool_table_db_fill_blob (ApoolTableDb *self,
                          sqlite3_blob *blob,
                          const ApoolResultRow *row,
                          ApoolStream stream,
                          GError **error)
{
  int offset = 0;
  int end = self->sql.blob_bytes (blob);

  while (offset < end)
    {
      gsize length;

      if (!apool_result_row_read (row, stream, &length, error))
        return FALSE;
      length = MIN (length, (gsize) (end - offset)); /* the rest is cut */
      if (self->sql.blob_write (blob, row->scratch, (int) length, offset) != SQLITE_OK)
        return apool_table_db_fail (self, error);
      offset += (int) length;
    }
  return TRUE;
}

static gboolean
apool_table_db_write_blob (
    ApoolTableDb *self, const ApoolResultRow *row, ApoolStream stream, gint64 rowid, GError **error)
{
  static const char *const columns[APOOL_N_STREAMS] = { "stdout", "stderr" };
  sqlite3_blob *blob = NULL;
  gboolean is_written;

  if (self->sql.blob_open (self->db, "main", "jobs", columns[stream], rowid, 1, &blob) != SQLITE_OK)
    return apool_table_db_fail (self, error);
  is_written = apool_table_db_fill_blob (self, blob, row, stream, error);
  if (self->sql.blob_close (blob) != SQLITE_OK && is_written)
    return apool_table_db_fail (self, error);
  return is_written;
}

static gboolean
apool_table_db_write_pieces (ApoolTableDb *self,
                             const ApoolResultRow *row,
                             const ApoolTableDbSizes *sizes,
                             GError **error)
{
  gint64 rowid;

  for (int i = 0; i < APOOL_N_STREAMS; i++)
    (void) self->sql.bind_zeroblob64 (self->insert, COLUMN_STREAMS + i, sizes->streams[i]);
  if (!apool_table_db_insert_row (self, error))
    return FALSE;
  rowid = self->sql.last_insert_rowid (self->db);
  for (guint i = 0; i < APOOL_N_STREAMS; i++)
    if (!apool_table_db_write_blob (self, row, (ApoolStream) i, rowid, error))
      return FALSE;
  return TRUE;
}

static gboolean
apool_table_db_write_large (ApoolTableDb *self,
                            const ApoolResultRow *row,
                            const ApoolTableDbSizes *sizes,
                            GError **error)
{
  if (!apool_table_db_commit (self, error) || !apool_table_db_ensure_transaction (self, error))
    return FALSE;
  if (apool_table_db_write_pieces (self, row, sizes, error))
    return apool_table_db_commit (self, error);
  /* SQLite may have done that itself. */
  if (apool_table_db_is_in_transaction (self))
    (void) apool_table_db_execute (self, "ROLLBACK", NULL);
  return FALSE;
}

static gboolean
apool_table_db_write_row (ApoolResultTable *table, const ApoolResultRow *row, GError **error)
{
  ApoolTableDb *self = APOOL_TABLE_DB (table);
  ApoolTableDbSizes sizes;

  if (self->error)
    {
      g_propagate_error (error, g_steal_pointer (&self->error));
      return FALSE;
    }
  apool_table_db_bind_facts (self, row);
  sizes = apool_table_db_get_sizes (self, row);
  (void) self->sql.bind_int64 (self->insert, COLUMN_CUT, (gint64) sizes.cut);
  self->n_cut += sizes.cut > 0;
  if (apool_table_db_is_small (row, &sizes))
    return apool_table_db_write_small (self, row, &sizes, error);
  return apool_table_db_write_large (self, row, &sizes, error);
}

/* ---- the end ---- */

/* What is left in the log is for whoever opens the database next: closing loses nothing. */
static void
apool_table_db_close (ApoolTableDb *self)
{
  apool_table_db_stop_timer (self);
  if (!self->db)
    return;
  (void) self->sql.finalize (g_steal_pointer (&self->insert));
  (void) self->sql.close (g_steal_pointer (&self->db));
}

static gboolean
apool_table_db_finish (ApoolResultTable *table, GError **error)
{
  ApoolTableDb *self = APOOL_TABLE_DB (table);
  gboolean had_failed = self->has_failed && !self->error;
  gboolean is_complete = apool_table_db_commit (self, self->error ? NULL : &self->error);

  apool_table_db_close (self);
  if (had_failed)
    g_clear_error (&self->error); /* it has been told */
  if (self->error)
    {
      g_propagate_error (error, g_steal_pointer (&self->error));
      return FALSE;
    }
  if (self->n_cut == 0)
    return is_complete;
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_OUTPUT,
               "--results: '%s': outputs too large for a row: %" G_GUINT64_FORMAT
               " cut, as their column 'cut' says",
               self->path, self->n_cut);
  return FALSE;
}

static void
apool_table_db_iface_init (ApoolResultTableInterface *iface)
{
  iface->write_row = apool_table_db_write_row;
  iface->finish = apool_table_db_finish;
}

/* ---- the object ---- */

static void
apool_table_db_finalize (GObject *object)
{
  ApoolTableDb *self = APOOL_TABLE_DB (object);

  apool_table_db_close (self);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_clear_error (&self->error);
  g_string_free (self->text, TRUE);
  g_free (self->path);
  G_OBJECT_CLASS (apool_table_db_parent_class)->finalize (object);
}

static void
apool_table_db_class_init (ApoolTableDbClass *class)
{
  G_OBJECT_CLASS (class)->finalize = apool_table_db_finalize;
}

static void
apool_table_db_init (ApoolTableDb *self)
{
  self->text = g_string_new (NULL);
}

/* Where a file system has no room for the log's index in memory SQLite keeps another journal: then
 * readers may have to wait, and nothing else is different. */
static gboolean
apool_table_db_set_up (ApoolTableDb *self, GError **error)
{
  g_autofree char *run =
      g_strdup_printf ("INSERT INTO runs (started) VALUES (%" G_GINT64_FORMAT " / 1000.0)",
                       g_get_real_time () / 1000);

  (void) self->sql.busy_timeout (self->db, BUSY_MSEC);
  if (!apool_table_db_execute (self, "PRAGMA journal_mode = WAL", error) ||
      !apool_table_db_execute (self, "PRAGMA synchronous = NORMAL", error) ||
      !apool_table_db_execute (self, "BEGIN IMMEDIATE", error) ||
      !apool_table_db_execute (self, apool_table_db_schema, error) ||
      !apool_table_db_execute (self, run, error))
    return FALSE;
  self->run = self->sql.last_insert_rowid (self->db);
  if (!apool_table_db_execute (self, "COMMIT", error))
    return FALSE;
  return self->sql.prepare_v3 (self->db, apool_table_db_insert, sizeof apool_table_db_insert,
                               SQLITE_PREPARE_PERSISTENT, &self->insert, NULL) == SQLITE_OK ||
         apool_table_db_fail (self, error);
}

/* Returns: (transfer full): a path that SQLite takes for nothing else */
static char *
apool_table_db_dup_path (const char *path)
{
  return g_path_is_absolute (path) ? g_strdup (path) : g_strconcat ("./", path, NULL);
}

/**
 * apool_table_db_new:
 * @config: (transfer none): where it is
 * @error: (out) (optional): #APOOL_ERROR_OUTPUT, or #APOOL_ERROR_USAGE where there is no SQLite;
 *   naming the option and the file
 *
 * Opens a database, and begins a run in it.
 *
 * Returns: (transfer full) (nullable): a table
 */
ApoolResultTable *
apool_table_db_new (const ApoolTableDbConfig *config, GError **error)
{
  g_autoptr (ApoolTableDb) self = g_object_new (APOOL_TYPE_TABLE_DB, NULL);
  g_autofree char *path = apool_table_db_dup_path (config->path);

  self->path = g_strdup (config->path);
  self->context = g_main_context_ref (config->context);
  if (!apool_sqlite_load (&self->sql, error))
    {
      g_prefix_error (error, "--results: '%s': ", self->path);
      return NULL;
    }
  if (self->sql.open_v2 (path, &self->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) !=
          SQLITE_OK ||
      !apool_table_db_set_up (self, error))
    {
      if (error && !*error)
        apool_table_db_fail (self, error);
      return NULL;
    }
  if (config->max_row_bytes > 0)
    (void) self->sql.limit (self->db, SQLITE_LIMIT_LENGTH, config->max_row_bytes);
  self->max_row_bytes = (guint64) self->sql.limit (self->db, SQLITE_LIMIT_LENGTH, -1);
  return APOOL_RESULT_TABLE (g_steal_pointer (&self));
}
