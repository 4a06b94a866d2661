/* SPDX-License-Identifier: MIT */
/* Tables in a database, read back by another connection. */

#include <sqlite3.h>

#include "base/apool-error.h"
#include "limit-files.h"
#include "sinks/apool-table-db.h"
#include "table-fixture.h"

/* As many rows as are committed at once. */
#define MANY_ROWS 1000

static void
open_table (Fixture *fixture, int max_row_bytes)
{
  const ApoolTableDbConfig config = {
    .path = fixture->path,
    .context = g_main_context_default (),
    .max_row_bytes = max_row_bytes,
  };
  g_autoptr (GError) error = NULL;

  fixture->table = apool_table_db_new (&config, &error);
  g_assert_no_error (error);
  fixture->seq = 0;
}

static void
close_table (Fixture *fixture)
{
  finish (fixture);
  g_clear_object (&fixture->table);
}

/* Runs @query in a connection of its own. Returns: (transfer full): the columns, with spaces
 * between them; rows on lines */
static char *
ask (Fixture *fixture, const char *query)
{
  GString *answer = g_string_new (NULL);
  sqlite3 *db;
  sqlite3_stmt *statement;

  g_assert_cmpint (sqlite3_open_v2 (fixture->path, &db, SQLITE_OPEN_READWRITE, NULL), ==,
                   SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (db, query, -1, &statement, NULL), ==, SQLITE_OK);
  while (sqlite3_step (statement) == SQLITE_ROW)
    {
      g_string_append (answer, answer->len > 0 ? "\n" : "");
      for (int i = 0; i < sqlite3_column_count (statement); i++)
        {
          const char *text = (const char *) sqlite3_column_text (statement, i);

          g_string_append_printf (answer, "%s%s", i > 0 ? " " : "", text ? text : "NULL");
        }
    }
  g_assert_cmpint (sqlite3_finalize (statement), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
  return g_string_free (answer, FALSE);
}

static void
check (Fixture *fixture, const char *query, const char *expected)
{
  g_autofree char *answer = ask (fixture, query);

  g_assert_cmpstr (answer, ==, expected);
}

static void
check_blob (Fixture *fixture, const char *query, const char *data, gsize length)
{
  sqlite3 *db;
  sqlite3_stmt *statement;

  g_assert_cmpint (sqlite3_open_v2 (fixture->path, &db, SQLITE_OPEN_READWRITE, NULL), ==,
                   SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (db, query, -1, &statement, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
  g_assert_cmpint (sqlite3_column_type (statement, 0), ==, SQLITE_BLOB);
  g_assert_cmpmem (sqlite3_column_blob (statement, 0), sqlite3_column_bytes (statement, 0), data,
                   length);
  g_assert_cmpint (sqlite3_finalize (statement), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
}

static void
test_row (Fixture *fixture, gconstpointer data)
{
  open_table (fixture, 0);
  fixture->attempt = 4;
  fixture->code = 7;
  fixture->command = "echo \xc3\xa9";
  add (fixture, "a\"\n");
  add (fixture, "\xff");
  push_bytes (fixture, APOOL_STREAM_STDOUT, "a\0\xff", 3);
  write_row (fixture);
  close_table (fixture);
  check (fixture,
         "SELECT run, seq, worker, host, started, seconds, user, sys, maxrss, exit, signal,"
         " attempts, command, arguments, cut FROM jobs",
         "1 1 3 : 1234567890.12346 2.500999 3.0 0.5 4096 7 0 4 echo \xc3\xa9"
         " [\"a\\\"\\u000a\",{\"base64\":\"/w==\"}] 0");
  check (fixture,
         "SELECT typeof(command), typeof(stdout), typeof(stderr), length(stderr) FROM jobs",
         "text blob blob 0");
  check_blob (fixture, "SELECT stdout FROM jobs", "a\0\xff", 3);
  check (fixture, "SELECT run, started > 1600000000 FROM runs", "1 1");
}

/* Jobs of which less is known. */
static void
test_ends (Fixture *fixture, gconstpointer data)
{
  open_table (fixture, 0);
  fixture->command = "\xff";
  fixture->end = APOOL_OUTCOME_SIGNALLED;
  fixture->code = 15;
  write_row (fixture);
  fixture->end = APOOL_OUTCOME_LOST;
  write_row (fixture);
  fixture->end = APOOL_OUTCOME_NOT_STARTED;
  fixture->usage = (ApoolUsage){ 0 };
  fixture->place = (ApoolPlace){ 0 };
  write_row (fixture);
  close_table (fixture);
  check (fixture,
         "SELECT seq, worker, started IS NULL, exit, signal, typeof(command), arguments FROM jobs",
         "1 3 0 0 15 blob []\n2 3 0 -1 0 blob []\n3 NULL 1 -1 0 blob []");
}

/* What is larger than the scratch goes another way; both streams, and either. */
static void
test_large (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) bytes = make_bytes (1000 * 1000);

  open_table (fixture, 0);
  push_bytes (fixture, APOOL_STREAM_STDOUT, bytes->str, bytes->len);
  write_row (fixture);
  push_bytes (fixture, APOOL_STREAM_STDERR, bytes->str, bytes->len);
  push (fixture, APOOL_STREAM_STDOUT, "little");
  write_row (fixture);
  push_bytes (fixture, APOOL_STREAM_STDOUT, bytes->str, fixture->scratch_bytes);
  write_row (fixture);
  push_bytes (fixture, APOOL_STREAM_STDOUT, bytes->str, fixture->scratch_bytes);
  push (fixture, APOOL_STREAM_STDERR, "x");
  write_row (fixture);
  close_table (fixture);
  check (fixture, "SELECT length(stdout), length(stderr), cut FROM jobs",
         "1000000 0 0\n6 1000000 0\n65536 0 0\n65536 1 0");
  check_blob (fixture, "SELECT stdout FROM jobs WHERE seq = 1", bytes->str, bytes->len);
  check_blob (fixture, "SELECT stderr FROM jobs WHERE seq = 2", bytes->str, bytes->len);
  check_blob (fixture, "SELECT stdout FROM jobs WHERE seq = 3", bytes->str, fixture->scratch_bytes);
  check_blob (fixture, "SELECT stderr FROM jobs WHERE seq = 4", "x", 1);
}

/* A row that SQLite does not take whole says so, and so does the end; others are as ever. */
static void
test_cut (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) bytes = make_bytes (500 * 1000);
  g_autoptr (GError) error = NULL;
  g_autofree char *said = g_strdup_printf (
      "--results: '%s': outputs too large for a row: 2 cut, as their column 'cut' says",
      fixture->path);

  open_table (fixture, 300 * 1000);
  push_bytes (fixture, APOOL_STREAM_STDOUT, bytes->str, 200 * 1000);
  push_bytes (fixture, APOOL_STREAM_STDERR, bytes->str, 200 * 1000);
  write_row (fixture);
  push_bytes (fixture, APOOL_STREAM_STDOUT, bytes->str, bytes->len);
  push (fixture, APOOL_STREAM_STDERR, "x");
  write_row (fixture);
  push (fixture, APOOL_STREAM_STDOUT, "x");
  write_row (fixture);
  g_assert_false (apool_result_table_finish (fixture->table, &error));
  g_assert_cmpstr (error->message, ==, said);
  check (fixture,
         "SELECT length(stdout) + length(stderr) + cut, cut > 100000, length(stdout) > 199999"
         " FROM jobs",
         "400000 1 1\n500001 1 1\n1 0 0");
}

/* What is there stays there. */
static void
test_runs (Fixture *fixture, gconstpointer data)
{
  for (guint run = 1; run <= 3; run++)
    {
      open_table (fixture, 0);
      for (guint i = 0; i < run; i++)
        write_row (fixture);
      close_table (fixture);
    }
  check (fixture, "SELECT run, count(*), max(seq) FROM jobs GROUP BY run", "1 1 1\n2 2 2\n3 3 3");
}

/* Rows are there a moment after they were written, with nothing else happening; or when they are
 * many, or one is large, at once. */
static void
test_committed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) bytes = make_bytes (100 * 1000);

  open_table (fixture, 0);
  check (fixture, "SELECT count(*) FROM jobs", "0");
  write_row (fixture);
  write_row (fixture);
  check (fixture, "SELECT count(*) FROM jobs", "0");
  g_main_context_iteration (NULL, TRUE);
  check (fixture, "SELECT count(*) FROM jobs", "2");
  g_assert_false (g_main_context_pending (NULL));
  write_row (fixture);
  push_bytes (fixture, APOOL_STREAM_STDOUT, bytes->str, bytes->len);
  write_row (fixture);
  check (fixture, "SELECT count(*) FROM jobs", "4");
  for (guint i = 0; i < MANY_ROWS; i++)
    write_row (fixture);
  check (fixture, "SELECT count(*) FROM jobs", "1004");
}

static void
test_no_database (Fixture *fixture, gconstpointer data)
{
  const ApoolTableDbConfig config = {
    .path = fixture->path,
    .context = g_main_context_default (),
  };
  const ApoolTableDbConfig nowhere = {
    .path = "/nonexistent/x.db",
    .context = g_main_context_default (),
  };
  g_autofree char *said =
      g_strdup_printf ("--results: '%s': file is not a database", fixture->path);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (fixture->path, "This is no database, and long.", -1, NULL));
  g_assert_null (apool_table_db_new (&config, &error));
  g_assert_cmpstr (error->message, ==, said);
  g_clear_error (&error);
  g_assert_null (apool_table_db_new (&nowhere, &error));
  g_assert_cmpstr (error->message, ==,
                   "--results: '/nonexistent/x.db': unable to open database file");
}

/* Of a row that does not fit nothing is there, and all before it is. */
static void
test_full (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) bytes = make_bytes (4000 * 1000);
  g_autoptr (GError) error = NULL;

  open_table (fixture, 0);
  write_row (fixture);
  push_bytes (fixture, APOOL_STREAM_STDOUT, bytes->str, bytes->len);
  limit_files (1000 * 1000);
  g_assert_false (try_row (fixture, &error));
  limit_files (RLIM_INFINITY);
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_OUTPUT);
  g_assert_true (g_str_has_prefix (error->message, "--results: '"));
  g_clear_error (&error);
  g_assert_true (apool_result_table_finish (fixture->table, &error)); /* it has been told */
  g_assert_no_error (error);
  check (fixture, "SELECT count(*) FROM jobs", "1");
}

/* What fails while nobody is calling is told by the next call, or by the last. */
static void
test_full_later (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) bytes = make_bytes (60 * 1000);
  g_autoptr (GError) error = NULL;

  open_table (fixture, 0);
  for (guint i = 0; i < 10; i++)
    {
      push_bytes (fixture, APOOL_STREAM_STDOUT, bytes->str, bytes->len);
      write_row (fixture);
    }
  limit_files (100 * 1000);
  g_main_context_iteration (NULL, TRUE);
  limit_files (RLIM_INFINITY);
  g_assert_false (apool_result_table_finish (fixture->table, &error));
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_OUTPUT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/table-db/row", test_row);
  ADD ("/table-db/ends", test_ends);
  ADD ("/table-db/large", test_large);
  ADD ("/table-db/cut", test_cut);
  ADD ("/table-db/runs", test_runs);
  ADD ("/table-db/committed", test_committed);
  ADD ("/table-db/no-database", test_no_database);
  ADD ("/table-db/full", test_full);
  ADD ("/table-db/full-later", test_full_later);
#undef ADD
  return g_test_run ();
}
