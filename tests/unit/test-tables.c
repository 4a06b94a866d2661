/* SPDX-License-Identifier: MIT */
/* Tables of text: values with separators, and JSON. */

#include <fcntl.h>
#include <gio/gio.h>
#include <sys/stat.h>

#include "base/apool-error.h"
#include "base/apool-json.h"
#include "sinks/apool-table-csv.h"
#include "sinks/apool-table-json.h"
#include "table-fixture.h"

#define NAMES "Seq,Host,Starttime,JobRuntime,Send,Receive,Exitval,Signal,Command,"

static ApoolTableCsv *
new_csv (const char *path, GError **error)
{
  const ApoolTableCsvConfig config = { .path = path, .separator = ',' };

  return apool_table_csv_new (&config, error);
}

static void
open_csv_as (Fixture *fixture, const ApoolTableCsvConfig *config)
{
  g_autoptr (GError) error = NULL;

  g_clear_object (&fixture->table);
  fixture->table = APOOL_RESULT_TABLE (apool_table_csv_new (config, &error));
  g_assert_no_error (error);
}

static void
open_csv (Fixture *fixture, const char *path, char separator, ApoolFields *fields)
{
  const ApoolTableCsvConfig config = { .path = path, .separator = separator, .fields = fields };

  open_csv_as (fixture, &config);
}

static void
open_json (Fixture *fixture, const char *path)
{
  g_autoptr (GError) error = NULL;

  fixture->table = APOOL_RESULT_TABLE (apool_table_json_new (path, FALSE, &error));
  g_assert_no_error (error);
}

static void
check_bytes (Fixture *fixture, const char *expected, gsize length)
{
  g_autofree char *contents = NULL;
  gsize n;

  g_assert_true (g_file_get_contents (fixture->path, &contents, &n, NULL));
  if (n < 2000)
    g_assert_cmpstr (contents, ==, expected);
  g_assert_cmpmem (contents, n, expected, length);
}

static void
check (Fixture *fixture, const char *expected)
{
  check_bytes (fixture, expected, strlen (expected));
}

/* Each row is there as soon as it was written. */
static void
test_csv (Fixture *fixture, gconstpointer data)
{
  g_file_set_contents (fixture->path, "what was there before", -1, NULL);
  open_csv (fixture, fixture->path, ',', NULL);
  check (fixture, "");
  add (fixture, "a");
  add (fixture, "b");
  push (fixture, APOOL_STREAM_STDOUT, "o");
  push (fixture, APOOL_STREAM_STDOUT, "ut");
  push (fixture, APOOL_STREAM_STDERR, "e\n");
  push_bytes (fixture, APOOL_STREAM_STDOUT, "", 0);
  fixture->code = 7;
  push (fixture, APOOL_STREAM_STDOUT, "!");
  write_row (fixture);
  check (fixture, NAMES "V1,V2,Stdout,Stderr\n"
                        "1,:,1234567890.123,2.500,0,4,7,0,true,a,b,out!,\"e\n\"\n");
  fixture->end = APOOL_OUTCOME_SIGNALLED;
  fixture->code = 9;
  add (fixture, "");
  add (fixture, " ");
  write_row (fixture);
  finish (fixture);
  check (fixture, NAMES "V1,V2,Stdout,Stderr\n"
                        "1,:,1234567890.123,2.500,0,4,7,0,true,a,b,out!,\"e\n\"\n"
                        "2,:,1234567890.123,2.500,0,0,0,9,true,,\" \",,\n");
}

/* What needs quotes, and what does not. */
static void
test_csv_quotes (Fixture *fixture, gconstpointer data)
{
  static const char line[] =
      "1\t:\t1234567890.123\t2.500\t0\t3\t0\t0\t\"a b\"\t\"a\tb\"\ta,b\t\"a\"\"b\""
      "\t\"\r\"\t'\t\xff\t\"a\0\"\"\"\t\"\x01\"\n";
  g_autoptr (GString) expected = g_string_new (NAMES "V1,V2,V3,V4,V5,V6,Stdout,Stderr\n");

  g_string_replace (expected, ",", "\t", 0);
  g_string_append_len (expected, line, sizeof line - 1);
  open_csv (fixture, fixture->path, '\t', NULL);
  fixture->command = "a b";
  add (fixture, "a\tb");
  add (fixture, "a,b");
  add (fixture, "a\"b");
  add (fixture, "\r");
  add (fixture, "'");
  add (fixture, "\xff");
  push_bytes (fixture, APOOL_STREAM_STDOUT, "a\0\"", 3);
  push (fixture, APOOL_STREAM_STDERR, "\x01");
  write_row (fixture);
  check_bytes (fixture, expected->str, expected->len);
}

/* Those of a header, the first job's number of them; others are filled up, or are more. */
static void
test_csv_columns (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ApoolFields) fields = apool_fields_new ();

  apool_fields_add_column (fields, "na,me", 5);
  open_csv (fixture, fixture->path, ',', fields);
  add (fixture, "a");
  add (fixture, "b");
  write_row (fixture);
  write_row (fixture);
  add (fixture, "a");
  add (fixture, "b");
  add (fixture, "c");
  push (fixture, APOOL_STREAM_STDERR, "err");
  write_row (fixture);
  check (fixture, NAMES "\"na,me\",V2,Stdout,Stderr\n"
                        "1,:,1234567890.123,2.500,0,0,0,0,true,a,b,,\n"
                        "2,:,1234567890.123,2.500,0,0,0,0,true,,,,\n"
                        "3,:,1234567890.123,2.500,0,0,0,0,true,a,b,c,,err\n");
}

/* Jobs of which less is known. */
static void
test_csv_ends (Fixture *fixture, gconstpointer data)
{
  open_csv (fixture, fixture->path, ',', NULL);
  fixture->end = APOOL_OUTCOME_LOST;
  write_row (fixture);
  fixture->end = APOOL_OUTCOME_NOT_STARTED;
  fixture->code = ENOENT;
  fixture->usage = (ApoolUsage){ 0 };
  fixture->place = (ApoolPlace){ 0 };
  write_row (fixture);
  fixture->kind = APOOL_TASK_PROGRAM;
  fixture->command = "";
  write_row (fixture);
  fixture->end = APOOL_OUTCOME_EXITED;
  fixture->code = 1;
  write_row (fixture);
  check (fixture, NAMES "Stdout,Stderr\n"
                        "1,:,1234567890.123,2.500,0,0,-1,0,true,,\n"
                        "2,:,0.000,0.000,0,0,-1,0,true,,\n"
                        "3,:,0.000,0.000,0,0,-1,0,,,\n"
                        "4,:,0.000,0.000,0,0,1,0,'',,\n");
}

/* Of any size, in pieces of any size, with quotes at the ends of pieces. */
static void
test_csv_large (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) bytes = make_bytes (1000 * 1000);
  g_autoptr (GString) expected = g_string_new (NAMES "Stdout,Stderr\n1,:,1234567890.123,2.500,0,"
                                                     "1000000,0,0,true,\"");

  for (gsize i = 0; i < bytes->len; i++)
    {
      g_string_append_c (expected, bytes->str[i]);
      if (bytes->str[i] == '"')
        g_string_append_c (expected, '"');
    }
  g_string_append (expected, "\",\"\"\"\"\n");
  open_csv (fixture, fixture->path, ',', NULL);
  fixture->scratch_bytes = 1021;
  for (gsize i = 0; i < bytes->len; i += 50000)
    push_bytes (fixture, APOOL_STREAM_STDOUT, bytes->str + i, 50000);
  push (fixture, APOOL_STREAM_STDERR, "\"");
  write_row (fixture);
  check_bytes (fixture, expected->str, expected->len);
}

/* The header is asked for once, and there before any row is written. */
static void
test_csv_printed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ApoolTask) task = NULL;
  g_autoptr (GBytes) header = NULL;

  open_csv (fixture, NULL, ',', NULL);
  g_assert_true (apool_result_table_is_printed (fixture->table));
  g_assert_null (apool_result_table_take_header (fixture->table));
  add (fixture, "a");
  task = make_task (fixture);
  g_assert_true (apool_result_table_begin (fixture->table, task, NULL));
  header = apool_result_table_take_header (fixture->table);
  g_assert_cmpmem (g_bytes_get_data (header, NULL), g_bytes_get_size (header),
                   NAMES "V1,Stdout,Stderr\n", strlen (NAMES "V1,Stdout,Stderr\n"));
  push (fixture, APOOL_STREAM_STDOUT, "out");
  write_row (fixture);
  finish (fixture);
  g_assert_null (apool_result_table_take_header (fixture->table));
  g_assert_cmpstr (fixture->printed->str, ==, "1,:,1234567890.123,2.500,0,3,0,0,true,a,out,\n");
}

static void
test_json (Fixture *fixture, gconstpointer data)
{
  open_json (fixture, fixture->path);
  fixture->command = "say \"\\\"";
  add (fixture, "\xc3\xa9");
  add_bytes (fixture, "\0", 1);
  push (fixture, APOOL_STREAM_STDOUT, "a\tb/\x7f\n");
  push (fixture, APOOL_STREAM_STDERR, "\x1f\xe2");
  push (fixture, APOOL_STREAM_STDERR, "\x82");
  push (fixture, APOOL_STREAM_STDERR, "\xac");
  fixture->scratch_bytes = 2;
  write_row (fixture);
  write_row (fixture);
  finish (fixture);
  check (
      fixture,
      "{ \"Seq\": 1, \"Host\": \":\", \"Starttime\": 1234567890.123, \"JobRuntime\": 2.500, "
      "\"Send\": 0, \"Receive\": 6, \"Exitval\": 0, \"Signal\": 0, \"Command\": \"say "
      "\\\"\\\\\\\"\", \"V\": [ \"\xc3\xa9\",\"\\u0000\" ], \"Stdout\": \"a\\u0009b/\x7f\\u000a\", "
      "\"Stderr\": \"\\u001f\xe2\x82\xac\" }\n"
      "{ \"Seq\": 2, \"Host\": \":\", \"Starttime\": 1234567890.123, \"JobRuntime\": 2.500, "
      "\"Send\": 0, \"Receive\": 0, \"Exitval\": 0, \"Signal\": 0, \"Command\": \"say "
      "\\\"\\\\\\\"\", \"V\": [  ], \"Stdout\": \"\", \"Stderr\": \"\" }\n");
}

/* All values or none are base64; a stream is where a character in it is not whole. */
static void
test_json_base64 (Fixture *fixture, gconstpointer data)
{
  open_json (fixture, fixture->path);
  fixture->command = "\xff";
  add (fixture, "a");
  add (fixture, "\xff");
  add (fixture, "");
  push (fixture, APOOL_STREAM_STDOUT, "text\xe2\x82");
  push (fixture, APOOL_STREAM_STDERR, "\x80");
  fixture->scratch_bytes = 2;
  write_row (fixture);
  check (fixture,
         "{ \"Seq\": 1, \"Host\": \":\", \"Starttime\": 1234567890.123, \"JobRuntime\": 2.500, "
         "\"Send\": 0, \"Receive\": 6, \"Exitval\": 0, \"Signal\": 0, \"CommandBase64\": \"/w==\", "
         "\"VBase64\": [ \"YQ==\",\"/w==\",\"\" ], \"StdoutBase64\": \"dGV4dOKC\", "
         "\"StderrBase64\": \"gA==\" }\n");
}

static void
get_member (const ApoolJsonText *object, const char *name, ApoolJsonText *value)
{
  ApoolJsonWalk walk;
  ApoolJsonText key;

  apool_json_walk_init (&walk, object);
  while (apool_json_walk_next (&walk, &key, value))
    if (apool_json_is_key (&key, name, strlen (name)))
      return;
  g_error ("no member \"%s\"", name);
}

/* What a reader of JSON gets is what was written, whatever its size. */
static void
test_json_large (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) bytes = make_bytes (1000 * 1000 + 1);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *contents = NULL;
  g_autofree char *decoded = NULL;
  g_autofree guchar *decoded_bytes = NULL;
  ApoolJsonText root;
  ApoolJsonText value;
  ApoolJsonFault fault;
  gsize length;

  for (guint i = 0; i < 100000; i++)
    g_string_append_unichar (text, i % 3000);
  open_json (fixture, fixture->path);
  push_bytes (fixture, APOOL_STREAM_STDOUT, text->str, text->len);
  push_bytes (fixture, APOOL_STREAM_STDERR, bytes->str, bytes->len);
  fixture->scratch_bytes = 1021;
  write_row (fixture);
  g_assert_true (g_file_get_contents (fixture->path, &contents, &length, NULL));
  g_assert_true (apool_json_check (contents, length, &root, &fault));
  get_member (&root, "Stdout", &value);
  decoded = g_malloc ((gsize) (value.end - value.at));
  g_assert_true (apool_json_decode (&value, decoded, &length));
  g_assert_cmpmem (decoded, length, text->str, text->len);
  get_member (&root, "StderrBase64", &value);
  ((char *) value.end)[-1] = '\0';
  decoded_bytes = g_base64_decode (value.at + 1, &length);
  g_assert_cmpmem (decoded_bytes, length, bytes->str, bytes->len);
}

/* ---- rows behind those that are there ---- */

#define HEADING NAMES "V1,Stdout,Stderr\n"
#define ROW_A "1,:,1234567890.123,2.500,0,3,0,0,true,a,\"a\n\"\"\",\n"
#define ROW_B "2,:,1234567890.123,2.500,0,0,0,0,true,b,,\n"

/* There is one line of names, and nothing of a row that was torn, in the middle of a value or not;
 * but until there is a row to be added the file is left alone. */
static void
test_csv_past (Fixture *fixture, gconstpointer data)
{
  static const char *const torn[] = {
    "",
    "2",
    "2,:,1234567890.123,2.500,0,0,0,0,true,b,\"line\nline\n",
    "2,\"\"\"\n\"\"",
    "2,:,\"x\n\",y",
  };
  const ApoolTableCsvConfig config = {
    .path = fixture->path, .separator = ',', .appends = TRUE, .n_values = 1
  };

  open_csv_as (fixture, &config);
  check (fixture, "");
  add (fixture, "a");
  push (fixture, APOOL_STREAM_STDOUT, "a\n\"");
  write_row (fixture);
  check (fixture, HEADING ROW_A);
  for (gsize i = 0; i < G_N_ELEMENTS (torn); i++)
    {
      g_autofree char *before = g_strconcat (HEADING ROW_A, torn[i], NULL);

      g_clear_object (&fixture->table);
      g_file_set_contents (fixture->path, before, -1, NULL);
      open_csv_as (fixture, &config);
      check (fixture, before);
      add (fixture, "b");
      fixture->seq = 1;
      write_row (fixture);
      check (fixture, HEADING ROW_A ROW_B);
    }
}

/* Nothing is left of a line of names that was torn either. */
static void
test_csv_past_heading (Fixture *fixture, gconstpointer data)
{
  static const char *const torn[] = { "S", "Seq,Host,Start", NAMES "V1,Stdo", NAMES "\"a\n" };
  const ApoolTableCsvConfig config = { .path = fixture->path, .separator = ',', .appends = TRUE };

  for (gsize i = 0; i < G_N_ELEMENTS (torn); i++)
    {
      g_clear_object (&fixture->table);
      g_file_set_contents (fixture->path, torn[i], -1, NULL);
      open_csv_as (fixture, &config);
      add (fixture, "b");
      fixture->seq = 1;
      write_row (fixture);
      check (fixture, HEADING ROW_B);
    }
}

/* A torn row of any size, which may look like many rows. */
static void
test_csv_past_large (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) before = g_string_new (HEADING ROW_A "2,\"");
  const ApoolTableCsvConfig config = { .path = fixture->path, .separator = '\t', .appends = TRUE };
  const ApoolTableCsvConfig commas = { .path = fixture->path, .separator = ',', .appends = TRUE };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 50000; i++)
    g_string_append (before, i % 2 == 0 ? ROW_B : "\"\"\n");
  g_file_set_contents (fixture->path, before->str, (gssize) before->len, NULL);
  g_assert_null (apool_table_csv_new (&config, &error));
  open_csv_as (fixture, &commas);
  add (fixture, "b");
  fixture->seq = 1;
  write_row (fixture);
  check (fixture, HEADING ROW_A ROW_B);
}

static void
assert_other (Fixture *fixture,
              const ApoolTableCsvConfig *config,
              const char *before,
              const char *why)
{
  g_autofree char *said =
      g_strdup_printf ("--results: '%s': %s: use another file", fixture->path, why);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (fixture->path, before, -1, NULL);
  g_assert_null (apool_table_csv_new (config, &error));
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_OUTPUT);
  g_assert_cmpstr (error->message, ==, said);
  check (fixture, before);
}

#define IS_NO_TABLE "is no table of results, to which rows could be added"
#define HAS_OTHERS "has other columns than the rows of this run"

/* Columns are those of this run, or nothing is written. */
static void
test_csv_past_columns (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ApoolFields) fields = apool_fields_new ();
  ApoolTableCsvConfig config = { fixture->path, ',', NULL, TRUE, 1, FALSE };
  ApoolTableCsvConfig named = { fixture->path, ',', fields, TRUE, 0, FALSE };

  apool_fields_add_column (fields, "na,me", 5);
  assert_other (fixture, &config, "hello", IS_NO_TABLE);
  assert_other (fixture, &config, "Seq,Host\n", IS_NO_TABLE);
  assert_other (fixture, &config, "\n", IS_NO_TABLE);
  assert_other (fixture, &config, NAMES "\n", HAS_OTHERS);
  assert_other (fixture, &config, NAMES "Stdout,Stderr\n", HAS_OTHERS);
  assert_other (fixture, &config, NAMES "V1,V2,Stdout,Stderr\n", HAS_OTHERS);
  assert_other (fixture, &config, NAMES "name,Stdout,Stderr\n", HAS_OTHERS);
  assert_other (fixture, &config, NAMES "V1,Stdout,Stderr,More\n", HAS_OTHERS);
  assert_other (fixture, &named, NAMES "V1,Stdout,Stderr\n", HAS_OTHERS);
}

/* Where their number is not known it is that of the table; and what they are called, where nobody
 * else knows that. */
static void
test_csv_past_names (Fixture *fixture, gconstpointer data)
{
  static const char heading[] = NAMES "\"na,me\",V2,Stdout,Stderr\n";
  g_autoptr (ApoolFields) fields = apool_fields_new ();
  ApoolTableCsvConfig named = { fixture->path, ',', fields, TRUE, 0, FALSE };
  ApoolTableCsvConfig unknown = { fixture->path, ',', NULL, TRUE, 1, TRUE };

  apool_fields_add_column (fields, "na,me", 5);
  g_file_set_contents (fixture->path, heading, -1, NULL);
  open_csv_as (fixture, &named);
  add (fixture, "a");
  write_row (fixture);
  open_csv_as (fixture, &unknown);
  add (fixture, "b");
  write_row (fixture);
  check (fixture, NAMES "\"na,me\",V2,Stdout,Stderr\n"
                        "1,:,1234567890.123,2.500,0,0,0,0,true,a,,,\n"
                        "2,:,1234567890.123,2.500,0,0,0,0,true,b,,,\n");
  g_clear_object (&fixture->table);
  assert_other (fixture, &unknown, "Seq,Host\n", IS_NO_TABLE);
}

#define OBJECT                                                                                     \
  "{ \"Seq\": 1, \"Host\": \":\", \"Starttime\": 1234567890.123, \"JobRuntime\": 2.500, "          \
  "\"Send\": 0, \"Receive\": 1, \"Exitval\": 0, \"Signal\": 0, \"Command\": \"true\", "            \
  "\"V\": [  ], \"Stdout\": \"\\\"\", \"Stderr\": \"\" }\n"

static void
test_json_past (Fixture *fixture, gconstpointer data)
{
  static const char *const torn[] = { "", "{", OBJECT "{ \"Seq\": 2, \"Host\": \":", OBJECT };
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (torn); i++)
    {
      g_autoptr (ApoolTableJson) table = NULL;

      g_file_set_contents (fixture->path, torn[i], -1, NULL);
      table = apool_table_json_new (fixture->path, TRUE, &error);
      g_assert_no_error (error);
      check (fixture, torn[i]);
      g_set_object (&fixture->table, APOOL_RESULT_TABLE (table));
      fixture->seq = 0;
      push (fixture, APOOL_STREAM_STDOUT, "\"");
      write_row (fixture);
      check (fixture, i < 2 ? OBJECT : OBJECT OBJECT);
      g_clear_object (&fixture->table);
    }
  g_file_set_contents (fixture->path, "{}\n", -1, NULL);
  g_assert_null (apool_table_json_new (fixture->path, TRUE, &error));
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_OUTPUT);
  g_assert_nonnull (strstr (error->message, "': " IS_NO_TABLE ": use another file"));
  check (fixture, "{}\n");
}

static void
test_no_file (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (new_csv ("/nonexistent/x.csv", &error));
  g_assert_cmpstr (error->message, ==,
                   "--results: '/nonexistent/x.csv': No such file or directory");
  g_clear_error (&error);
  g_assert_null (apool_table_json_new ("/", FALSE, &error));
  g_assert_cmpstr (error->message, ==, "--results: '/': Is a directory");
}

static void
check_in_use (Fixture *fixture, gpointer second, GError *error)
{
  g_autofree char *said = g_strdup_printf ("--results: '%s': in use by another run", fixture->path);

  g_assert_null (second);
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_OUTPUT);
  g_assert_cmpstr (error->message, ==, said);
  g_error_free (error);
}

/* One table at a time: the other one changes nothing. */
static void
test_in_use (Fixture *fixture, gconstpointer data)
{
  g_autofree char *contents = NULL;
  GError *error = NULL;
  gpointer second;

  open_csv (fixture, fixture->path, ',', NULL);
  write_row (fixture);
  g_assert_true (g_file_get_contents (fixture->path, &contents, NULL, NULL));
  second = new_csv (fixture->path, &error);
  check_in_use (fixture, second, error);
  error = NULL;
  second = apool_table_json_new (fixture->path, FALSE, &error);
  check_in_use (fixture, second, error);
  check (fixture, contents);
  finish (fixture);
  g_clear_object (&fixture->table);
  open_json (fixture, fixture->path);
  check (fixture, "");
}

/* What is no file is shared as ever. */
static void
test_shared (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ApoolTableCsv) second = NULL;
  g_autoptr (ApoolTableCsv) third = NULL;
  g_autoptr (GError) error = NULL;
  int reader;

  open_json (fixture, "/dev/null");
  second = new_csv ("/dev/null", &error);
  g_assert_no_error (error);
  g_clear_object (&fixture->table);
  g_assert_cmpint (mkfifo (fixture->path, 0600), ==, 0);
  reader = g_open (fixture->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC, 0);
  g_assert_cmpint (reader, >=, 0);
  open_csv (fixture, fixture->path, ',', NULL);
  third = new_csv (fixture->path, &error);
  g_assert_no_error (error);
  write_row (fixture);
  g_assert_cmpint (close (reader), ==, 0);
}

static void
test_full (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  open_csv (fixture, "/dev/full", ',', NULL);
  g_assert_false (try_row (fixture, &error));
  g_assert_cmpstr (error->message, ==, "--results: '/dev/full': No space left on device");
  g_clear_error (&error);
  g_clear_object (&fixture->table);
  open_json (fixture, "/dev/full");
  g_assert_false (try_row (fixture, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/tables/csv", test_csv);
  ADD ("/tables/csv/quotes", test_csv_quotes);
  ADD ("/tables/csv/columns", test_csv_columns);
  ADD ("/tables/csv/ends", test_csv_ends);
  ADD ("/tables/csv/large", test_csv_large);
  ADD ("/tables/csv/printed", test_csv_printed);
  ADD ("/tables/json", test_json);
  ADD ("/tables/json/base64", test_json_base64);
  ADD ("/tables/json/large", test_json_large);
  ADD ("/tables/csv/past", test_csv_past);
  ADD ("/tables/csv/past/heading", test_csv_past_heading);
  ADD ("/tables/csv/past/large", test_csv_past_large);
  ADD ("/tables/csv/past/columns", test_csv_past_columns);
  ADD ("/tables/csv/past/names", test_csv_past_names);
  ADD ("/tables/json/past", test_json_past);
  ADD ("/tables/no-file", test_no_file);
  ADD ("/tables/in-use", test_in_use);
  ADD ("/tables/shared", test_shared);
  ADD ("/tables/full", test_full);
#undef ADD
  return g_test_run ();
}
