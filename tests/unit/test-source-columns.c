/* SPDX-License-Identifier: MIT */
/* Rows taken apart: columns over all sources, fields that templates ask for, bad inputs, headers;
 * what a row has beside its values is passed on. */

#include <glib.h>
#include <string.h>

#include "base/apool-error.h"
#include "fake-rows.h"
#include "input/apool-source-args.h"
#include "input/apool-source-columns.h"

#define MAX_VALUES 3

static const ApoolRecordFormat test_columns_lines = { .delimiter = "\n", .delimiter_length = 1 };

/* A row and what it is a view of. */
typedef struct
{
  ApoolValue values[MAX_VALUES];
  ApoolRow row;
} TestColumnsRow;

static ApoolSource *
test_columns_new (const ApoolRow *rows,
                  gsize n_rows,
                  const ApoolColumnsRules *rules,
                  ApoolFields *fields)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ApoolSource) before = fake_rows_new (rows, n_rows);
  ApoolSource *source = apool_source_columns_new (before, rules, fields, &error);

  g_assert_no_error (error);
  return source;
}

/* Returns: (transfer full): of one row, whose values are @values */
static ApoolSource *
test_columns_new_of (TestColumnsRow *made,
                     const char *const *values,
                     const ApoolColumnsRules *rules,
                     ApoolFields *fields)
{
  gsize n_values = g_strv_length ((char **) values);

  g_assert_cmpuint (n_values, <=, MAX_VALUES);
  for (gsize i = 0; i < n_values; i++)
    made->values[i] = (ApoolValue){ values[i], strlen (values[i]) };
  made->row = (ApoolRow){ .values = made->values, .n_values = n_values, .line = 7, .total = 9 };
  return test_columns_new (&made->row, 1, rules, fields);
}

static ApoolRow
test_columns_take (ApoolSource *source)
{
  g_autoptr (GError) error = NULL;
  ApoolRow row;

  g_assert_cmpint (apool_source_next (source, &row, &error), ==, APOOL_SOURCE_ROW);
  g_assert_no_error (error);
  return row;
}

static void
test_columns_check_list (const ApoolValue *values, gsize n_values, const char *expected)
{
  g_autoptr (GString) shown = g_string_new (NULL);

  for (gsize i = 0; i < n_values; i++)
    {
      g_string_append_c (shown, '[');
      g_string_append_len (shown, values[i].data, (gssize) values[i].length);
      g_string_append_c (shown, ']');
    }
  g_assert_cmpstr (shown->str, ==, expected);
}

/* Checks what is made of the row @values. @fault: (nullable) */
static void
test_columns_check (const ApoolColumnsRules *rules,
                    ApoolFields *fields,
                    const char *const *values,
                    const char *columns,
                    const char *field_values,
                    const char *fault)
{
  TestColumnsRow made;
  g_autoptr (ApoolSource) source = test_columns_new_of (&made, values, rules, fields);
  ApoolRow row = test_columns_take (source);

  g_assert_cmpstr (row.fault, ==, fault);
  g_assert_cmpuint (row.line, ==, 7);
  g_assert_cmpuint (row.total, ==, 9);
  g_assert_false (row.is_skipped);
  if (fault)
    return;
  test_columns_check_list (row.values, row.n_values, columns);
  test_columns_check_list (row.fields, row.n_fields, field_values);
}

static void
test_columns_request (ApoolFields *fields, const char *name)
{
  ApoolFieldRef ref;

  g_assert_cmpuint (apool_fields_match (fields, name, name + strlen (name), &ref), ==,
                    strlen (name) - 1);
}

#define VALUES(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* Lets @fields know which names rows by @rules have, as it is before templates are parsed. */
static void
test_columns_name_fields (const ApoolColumnsRules *rules, ApoolFields *fields)
{
  g_autoptr (ApoolSource) source = test_columns_new (NULL, 0, rules, fields);

  g_assert_true (APOOL_IS_SOURCE_COLUMNS (source));
}

static void
test_columns_whole (void)
{
  static const ApoolColumnsRules IDLE = { .kind = APOOL_COLUMNS_WHOLE };
  static const ApoolColumnsRules TRIMMED = { .trim = APOOL_TRIM_LEFT };

  test_columns_check (&IDLE, NULL, VALUES (" a ", ""), "[ a ][]", "", NULL);
  test_columns_check (&TRIMMED, NULL, VALUES (" a ", ""), "[a ][]", "", NULL);
}

static void
test_columns_regex (void)
{
  static const ApoolColumnsRules RULES = { .kind = APOOL_COLUMNS_REGEX,
                                           .separator = ",",
                                           .trim = APOOL_TRIM_LEFT | APOOL_TRIM_RIGHT };
  static const ApoolColumnsRules RAW = { .kind = APOOL_COLUMNS_REGEX, .separator = "[,;]" };

  test_columns_check (&RULES, NULL, VALUES (" a , b", "1,2", ""), "[a][b][1][2][]", "", NULL);
  test_columns_check (&RAW, NULL, VALUES (" a ;b", ","), "[ a ][b][][]", "", NULL);
}

static void
test_columns_csv (void)
{
  static const ApoolColumnsRules RULES = { .kind = APOOL_COLUMNS_CSV };
  g_autoptr (GError) error = NULL;
  g_autoptr (ApoolSource) args = apool_source_args_new (VALUES ("a"), &test_columns_lines);
  g_autoptr (ApoolSource) source = apool_source_columns_new (args, &RULES, NULL, &error);

  if (!source)
    {
      g_assert_cmpstr (error->message, ==, "--csv: built without libcsv");
      g_test_skip ("built without libcsv");
      return;
    }
  test_columns_check (&RULES, NULL, VALUES ("a,\"b\nc\"", "1"), "[a][b\nc][1]", "", NULL);
  test_columns_check (&RULES, NULL, VALUES ("1", "a\"b"), NULL, NULL,
                      "bad CSV: byte 2: a quote that does not open or close a column");
}

static void
test_columns_json (void)
{
  static const ApoolColumnsRules RULES = { .kind = APOOL_COLUMNS_JSON };
  static const ApoolColumnsRules TRIMMED = { .kind = APOOL_COLUMNS_JSON, .trim = APOOL_TRIM_RIGHT };
  g_autoptr (ApoolFields) fields = apool_fields_new ();

  test_columns_name_fields (&RULES, fields);
  test_columns_request (fields, "a}");
  test_columns_request (fields, "b.1}");
  test_columns_check (&RULES, fields, VALUES ("{\"a\":\"x \",\"b\":[1.0]}"),
                      "[{\"a\":\"x \",\"b\":[1.0]}]", "[x ][1.0]", NULL);
  test_columns_check (&TRIMMED, fields, VALUES ("{\"a\":\"x \",\"b\":[1.0]}"),
                      "[{\"a\":\"x \",\"b\":[1.0]}]", "[x][1.0]", NULL);
  test_columns_check (&RULES, fields, VALUES ("{\"a\":\"\\u00e9\"}", "{\"b\":[\"two\"],\"a\":3}"),
                      "[{\"a\":\"\\u00e9\"}][{\"b\":[\"two\"],\"a\":3}]", "[\xc3\xa9][two]", NULL);
  test_columns_check (&RULES, fields, VALUES ("{\"a\":1}"), NULL, NULL, "no member 'b.1'");
  test_columns_check (&RULES, fields, VALUES ("{\"a\":1"), NULL, NULL,
                      "bad JSON: byte 7: expected ',' or '}'");
  test_columns_check (&RULES, fields, VALUES (""), NULL, NULL,
                      "bad JSON: byte 1: expected a value");
}

/* A name that turned out to be none does not have to be there. */
static void
test_columns_withdrawn (void)
{
  static const ApoolColumnsRules RULES = { .kind = APOOL_COLUMNS_JSON };
  g_autoptr (ApoolFields) fields = apool_fields_new ();
  static const char BRACES[] = "x,y}";
  ApoolFieldRef ref;

  apool_fields_set_paths (fields);
  g_assert_cmpuint (apool_fields_match (fields, BRACES, BRACES + strlen (BRACES), &ref), ==, 1);
  apool_fields_withdraw (fields, &ref);
  test_columns_request (fields, "a}");
  test_columns_check (&RULES, fields, VALUES ("{\"a\":1}"), "[{\"a\":1}]", "[][1]", NULL);
}

static void
test_columns_match (void)
{
  static const char *const PATTERNS[] = { "^(.*)_R([12])", "(x)|y", NULL };
  static const ApoolColumnsRules RULES = { .kind = APOOL_COLUMNS_REGEX,
                                           .separator = "_",
                                           .patterns = PATTERNS };
  g_autoptr (ApoolFields) fields = apool_fields_new ();

  test_columns_name_fields (&RULES, fields);
  test_columns_request (fields, "1.2}");
  test_columns_request (fields, "2.1}");
  test_columns_request (fields, "1.1}");
  test_columns_check (&RULES, fields, VALUES ("s_R2", "y", "_"), "[s][R2][y][][]", "[2][][s]",
                      NULL);
  test_columns_check (&RULES, fields, VALUES ("s_R3", "y"), NULL, NULL,
                      "does not match '^(.*)_R([12])'");
}

static void
test_columns_too_many_patterns (void)
{
  static const char *const PATTERNS[] = { "a", "b", NULL };
  static const ApoolColumnsRules RULES = { .patterns = PATTERNS };
  TestColumnsRow made;
  g_autoptr (ApoolSource) source = test_columns_new_of (&made, VALUES ("ab"), &RULES, NULL);
  g_autoptr (GError) error = NULL;
  ApoolRow row;

  g_assert_cmpint (apool_source_next (source, &row, &error), ==, APOOL_SOURCE_ERROR);
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_USAGE);
  g_assert_cmpstr (error->message, ==, "--match: 2 patterns for 1 input source: at most one each");
}

static void
test_columns_refused (void)
{
  static const char *const PATTERNS[] = { "(", NULL };
  static const ApoolColumnsRules CASES[] = {
    { .kind = APOOL_COLUMNS_REGEX, .separator = "(" },
    { .kind = APOOL_COLUMNS_CSV, .separator = "::" },
    { .patterns = PATTERNS },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autoptr (ApoolSource) before = fake_rows_new (NULL, 0);
      g_autoptr (GError) error = NULL;

      g_assert_null (apool_source_columns_new (before, &CASES[i], NULL, &error));
      g_assert_error (error, APOOL_ERROR, APOOL_ERROR_USAGE);
    }
}

static void
test_columns_skips_bad (void)
{
  static const ApoolColumnsRules RULES = { .kind = APOOL_COLUMNS_JSON, .skips_bad = TRUE };
  static const ApoolValue VALUES_OF[] = { { "x", 1 }, { "[1]", 3 }, { "{", 1 } };
  static const ApoolRow ROWS[] = {
    { &VALUES_OF[0], 1, .line = 1 },
    { &VALUES_OF[1], 1, .line = 2 },
    { &VALUES_OF[2], 1, .line = 3 },
  };
  g_autoptr (ApoolSource) source = test_columns_new (ROWS, G_N_ELEMENTS (ROWS), &RULES, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      ApoolRow row = test_columns_take (source);

      g_assert_cmpint (row.is_skipped, ==, i != 1);
      g_assert_null (row.fault);
      g_assert_cmpuint (row.line, ==, i + 1);
    }
  g_assert_cmpuint (apool_source_columns_get_n_bad (APOOL_SOURCE_COLUMNS (source)), ==, 2);
}

/* What is no input, or a bad one already, is not looked at. */
static void
test_columns_passed_on (void)
{
  static const ApoolColumnsRules RULES = { .kind = APOOL_COLUMNS_JSON };
  static const ApoolValue BAD = { "x", 1 };
  static const ApoolRow ROWS[] = {
    { &BAD, 1, .line = 1, .is_skipped = TRUE },
    { &BAD, 1, .line = 2, .fault = "why" },
  };
  g_autoptr (ApoolSource) source = test_columns_new (ROWS, G_N_ELEMENTS (ROWS), &RULES, NULL);
  ApoolRow row = test_columns_take (source);

  g_assert_true (row.is_skipped);
  g_assert_null (row.fault);
  row = test_columns_take (source);
  g_assert_cmpstr (row.fault, ==, "why");
  g_assert_true (row.values == &BAD);
  g_assert_cmpuint (apool_source_columns_get_n_bad (APOOL_SOURCE_COLUMNS (source)), ==, 0);
  g_assert_cmpint (apool_source_next (source, &row, NULL), ==, APOOL_SOURCE_END);
}

static void
test_columns_unread (void)
{
  static const ApoolColumnsRules RULES = { .kind = APOOL_COLUMNS_JSON, .trim = APOOL_TRIM_LEFT };
  static const ApoolValue VALUES_OF[] = { { "[1]", 3 }, { NULL, 99 } };
  static const ApoolRow ROW = { VALUES_OF, 2, .line = 1 };
  g_autoptr (ApoolFields) fields = apool_fields_new ();
  g_autoptr (ApoolSource) source = test_columns_new (&ROW, 1, &RULES, fields);
  ApoolRow row;

  test_columns_request (fields, "a}");
  row = test_columns_take (source);
  g_assert_cmpstr (row.fault, ==, "input of 99 bytes: too long");
}

static void
test_columns_ready_cb (gpointer data)
{
  guint *n_calls = data;

  (*n_calls)++;
}

static void
test_columns_pending (void)
{
  static const ApoolColumnsRules RULES = { .trim = APOOL_TRIM_LEFT };
  static const ApoolValue VALUE = { " a", 2 };
  static const ApoolRow ROW = { &VALUE, 1, .line = 1 };
  g_autoptr (ApoolSource) before = fake_rows_new (&ROW, 1);
  g_autoptr (ApoolSource) source = apool_source_columns_new (before, &RULES, NULL, NULL);
  guint n_calls = 0;
  ApoolRow row;

  fake_rows_hold (FAKE_ROWS (before));
  g_assert_cmpint (apool_source_next (source, &row, NULL), ==, APOOL_SOURCE_PENDING);
  apool_source_wait (source, NULL, test_columns_ready_cb, &n_calls);
  while (n_calls == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (n_calls, ==, 1);
  row = test_columns_take (source);
  test_columns_check_list (row.values, row.n_values, "[a]");
}

static void
test_columns_blocking (void)
{
  static const ApoolValue VALUE = { "a", 1 };
  static const ApoolRow ROW = { &VALUE, 1, .line = 1 };
  g_autoptr (ApoolSource) source = fake_rows_new (&ROW, 1);
  ApoolRow row;

  fake_rows_hold (FAKE_ROWS (source));
  g_assert_cmpint (apool_source_next_blocking (source, &row, NULL), ==, APOOL_SOURCE_ROW);
  g_assert_cmpuint (row.line, ==, 1);
  fake_rows_hold (FAKE_ROWS (source));
  g_assert_cmpint (apool_source_next_blocking (source, &row, NULL), ==, APOOL_SOURCE_END);
}

/* Reads the headers of two sources, the second of which may be %NULL. */
static ApoolFields *
test_columns_read_header (const char *const *first,
                          const char *const *second,
                          const char *header,
                          const ApoolColumnsRules *rules,
                          GError **error)
{
  g_autoptr (ApoolFields) fields = apool_fields_new ();
  g_autoptr (ApoolSource) one = apool_source_args_new (first, &test_columns_lines);
  g_autoptr (ApoolSource) two = second ? apool_source_args_new (second, &test_columns_lines) : NULL;
  ApoolSource *sources[] = { one, two };
  gsize n_sources = two ? 2 : 1;

  if (!apool_source_columns_read_header (sources, n_sources, header, rules, fields, error))
    return NULL;
  return g_steal_pointer (&fields);
}

static void
test_columns_check_name (ApoolFields *fields, const char *name, gsize column)
{
  ApoolFieldRef ref = { 0 };

  apool_fields_match (fields, name, name + strlen (name), &ref);
  g_assert_cmpuint (ref.column, ==, column);
}

static void
test_columns_header (void)
{
  static const ApoolColumnsRules RULES = { .kind = APOOL_COLUMNS_REGEX,
                                           .separator = ",",
                                           .trim = APOOL_TRIM_LEFT };
  g_autoptr (GError) error = NULL;
  g_autoptr (ApoolFields) fields =
      test_columns_read_header (VALUES ("a, b,,d\r", "1"), VALUES ("e,a"), ":", &RULES, &error);

  g_assert_no_error (error);
  test_columns_check_name (fields, "a}", 1);
  test_columns_check_name (fields, " b}", 2);
  test_columns_check_name (fields, "b}", 0);
  test_columns_check_name (fields, "d.}", 4);
  test_columns_check_name (fields, "e}", 5);
  test_columns_check_name (fields, "1}", 0);
}

/* The record is taken from the source: what follows is the first row. */
static void
test_columns_header_is_taken (void)
{
  static const ApoolColumnsRules RULES = { .kind = APOOL_COLUMNS_WHOLE };
  g_autoptr (ApoolFields) fields = apool_fields_new ();
  g_autoptr (ApoolSource) args =
      apool_source_args_new (VALUES ("a,b", "1", "2"), &test_columns_lines);
  ApoolRow row;

  g_assert_true (apool_source_columns_read_header (&args, 1, "0", &RULES, fields, NULL));
  test_columns_check_name (fields, "a,b}", 0);
  g_assert_true (apool_source_columns_read_header (&args, 1, "2", &RULES, fields, NULL));
  test_columns_check_name (fields, "a,b}", 1);
  row = test_columns_take (args);
  test_columns_check_list (row.values, row.n_values, "[1]");
}

static void
test_columns_no_header (void)
{
  static const ApoolColumnsRules RULES = { .kind = APOOL_COLUMNS_REGEX, .separator = "," };
  static const ApoolColumnsRules JSON = { .kind = APOOL_COLUMNS_JSON };
  static const struct
  {
    const char *second[2];
    const ApoolColumnsRules *rules;
    const char *message;
  } CASES[] = {
    { { NULL }, &RULES, "--header: input source 2: there is no first record" },
    { { "" }, &RULES, "--header: input source 2: no names in it" },
    { { ",," }, &RULES, "--header: input source 2: no names in it" },
    { { "\r" }, &RULES, "--header: input source 2: no names in it" },
    { { "a" }, &JSON, "--header: not with --jsonl, whose members have names" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (
          test_columns_read_header (VALUES ("a"), CASES[i].second, ":", CASES[i].rules, &error));
      g_assert_cmpstr (error->message, ==, CASES[i].message);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/source-columns/whole", test_columns_whole);
  g_test_add_func ("/source-columns/regex", test_columns_regex);
  g_test_add_func ("/source-columns/csv", test_columns_csv);
  g_test_add_func ("/source-columns/json", test_columns_json);
  g_test_add_func ("/source-columns/withdrawn", test_columns_withdrawn);
  g_test_add_func ("/source-columns/match", test_columns_match);
  g_test_add_func ("/source-columns/too-many-patterns", test_columns_too_many_patterns);
  g_test_add_func ("/source-columns/refused", test_columns_refused);
  g_test_add_func ("/source-columns/skips-bad", test_columns_skips_bad);
  g_test_add_func ("/source-columns/passed-on", test_columns_passed_on);
  g_test_add_func ("/source-columns/unread", test_columns_unread);
  g_test_add_func ("/source-columns/pending", test_columns_pending);
  g_test_add_func ("/source-columns/blocking", test_columns_blocking);
  g_test_add_func ("/source-columns/header/names", test_columns_header);
  g_test_add_func ("/source-columns/header/is-taken", test_columns_header_is_taken);
  g_test_add_func ("/source-columns/header/none", test_columns_no_header);
  return g_test_run ();
}
