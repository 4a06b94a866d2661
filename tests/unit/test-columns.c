/* SPDX-License-Identifier: MIT */
/* One value taken apart: by a regular expression, as CSV, as JSON; groups of patterns. */

#include <glib.h>
#include <string.h>

#include "base/apool-error.h"
#include "input/apool-columns-csv.h"
#include "input/apool-columns-json.h"
#include "input/apool-columns-match.h"
#include "input/apool-columns-regex.h"
#include "input/apool-columns.h"

/* Returns: the values, each in brackets */
static char *
test_columns_show (const ApoolColumns *columns)
{
  GString *shown = g_string_new (NULL);
  gsize n_values;
  const ApoolValue *values = apool_columns_get (columns, &n_values);

  for (gsize i = 0; i < n_values; i++)
    {
      g_string_append_c (shown, '[');
      g_string_append_len (shown, values[i].data, (gssize) values[i].length);
      g_string_append_c (shown, ']');
    }
  return g_string_free (shown, FALSE);
}

static void
test_columns_check (const ApoolColumns *columns, const char *expected)
{
  g_autofree char *shown = test_columns_show (columns);

  g_assert_cmpstr (shown, ==, expected);
}

static void
test_columns_list (void)
{
  g_autoptr (ApoolColumns) columns = apool_columns_new ();
  g_autofree char *much = g_strnfill (1000, 'x');
  gsize n_values;
  const ApoolValue *values;

  apool_columns_add_copy (columns, "first", 5);
  apool_columns_add (columns, "view", 4);
  for (int i = 0; i < 100; i++)
    apool_columns_add_copy (columns, much, 1000);
  values = apool_columns_get (columns, &n_values);
  g_assert_cmpuint (n_values, ==, 102);
  g_assert_cmpmem (values[0].data, values[0].length, "first", 5);
  g_assert_cmpmem (values[1].data, values[1].length, "view", 4);
  for (int i = 2; i < 102; i++)
    g_assert_cmpmem (values[i].data, values[i].length, much, 1000);
  apool_columns_clear (columns);
  apool_columns_add_copy (columns, NULL, 0);
  test_columns_check (columns, "[]");
}

static void
test_columns_trim (void)
{
  static const struct
  {
    ApoolTrim trim;
    const char *expected;
  } CASES[] = {
    { APOOL_TRIM_NONE, "[ \t\n\v\f\ra b \t\n\v\f\r][ ][][\xc2\xa0][]" },
    { APOOL_TRIM_LEFT, "[a b \t\n\v\f\r][][][\xc2\xa0][]" },
    { APOOL_TRIM_RIGHT, "[ \t\n\v\f\ra b][][][\xc2\xa0][]" },
    { APOOL_TRIM_LEFT | APOOL_TRIM_RIGHT, "[a b][][][\xc2\xa0][]" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autoptr (ApoolColumns) columns = apool_columns_new ();
      gsize n_values;

      apool_columns_add (columns, " \t\n\v\f\ra b \t\n\v\f\r", 15);
      apool_columns_add (columns, " ", 1);
      apool_columns_add (columns, "", 0);
      apool_columns_add (columns, "\xc2\xa0", 2);
      apool_columns_add (columns, NULL, 0);
      apool_columns_trim (columns, CASES[i].trim);
      test_columns_check (columns, CASES[i].expected);
      apool_columns_clear (columns);
      apool_columns_add (columns, NULL, 7);
      apool_columns_trim (columns, CASES[i].trim);
      g_assert_cmpuint (apool_columns_get (columns, &n_values)[0].length, ==, 7);
    }
}

static void
test_columns_check_regex (const char *separator, const char *value, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ApoolColumnsRegex) regex = apool_columns_regex_new (separator, &error);
  g_autoptr (ApoolColumns) columns = apool_columns_new ();
  g_autoptr (GString) fault = g_string_new (NULL);
  ApoolValue whole = { value, strlen (value) };

  g_assert_no_error (error);
  g_assert_true (apool_columns_regex_split (regex, &whole, columns, fault));
  test_columns_check (columns, expected);
}

static void
test_columns_regex_texts (void)
{
  test_columns_check_regex (",", "", "[]");
  test_columns_check_regex (",", "a", "[a]");
  test_columns_check_regex (",", ",", "[][]");
  test_columns_check_regex (",", ",a,,b,", "[][a][][b][]");
  test_columns_check_regex ("\t", "a\tb", "[a][b]");
  test_columns_check_regex ("\\t", "a\tb\\t", "[a][b\\t]");
  test_columns_check_regex ("\\|", "a|b", "[a][b]");
  test_columns_check_regex ("::", "a::b:::c", "[a][b][:c]");
  test_columns_check_regex (" ", " a  b", "[][a][][b]");
  test_columns_check_regex ("\xff", "a\xff\xc3\xa9", "[a][\xc3\xa9]");
}

/* What Perl's split makes of the same. */
static void
test_columns_regex_patterns (void)
{
  static const char *const CASES[][3] = {
    { "[,;]", "a,b;c", "[a][b][c]" },
    { "\\s+", " a  b ", "[][a][b][]" },
    { "\\d", "a1", "[a][]" },
    { ".", "abc", "[][][][]" },
    { "", "abc", "[a][b][c][]" },
    { "", "", "[]" },
    { "x*", "axbc", "[a][b][c][]" },
    { "$", "abc", "[abc][]" },
    { "a?", "aab", "[][][b][]" },
    { "|a", "aab", "[][][b][]" },
    { "^", "a\nb\n", "[a\n][b\n]" },
    { "^", "abc", "[abc]" },
    { "^a", "aab", "[][ab]" },
    { "([0-9]+)", "a1b22c", "[a][1][b][22][c]" },
    { "(,)|;", "a,b;c;", "[a][,][b][][c][][]" },
    { "(a)(b)?", "xaya", "[x][a][][y][a][][]" },
    { "(?=b)", "abcb", "[a][bc][b]" },
    { "(?<=b)", "abcb", "[ab][cb][]" },
    { "\\b", "ab cd", "[ab][ ][cd][]" },
    { "a\\Kb", "abab", "[a][a][]" },
    { ".$", "a\xc3\x85z", "[a\xc3\x85][]" },
    { "[\x80-\xff]", "a\xe9z", "[a][z]" },
    { "\\s", "\xc3\xa0 b\xc2\x85", "[\xc3\xa0][b\xc2\x85]" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (CASES); i++)
    test_columns_check_regex (CASES[i][0], CASES[i][1], CASES[i][2]);
}

static void
test_columns_regex_nul (void)
{
  g_autoptr (ApoolColumnsRegex) regex = apool_columns_regex_new ("[,;]", NULL);
  g_autoptr (ApoolColumns) columns = apool_columns_new ();
  g_autoptr (GString) fault = g_string_new (NULL);
  ApoolValue whole = { "a\0b;c", 5 };
  gsize n_values;
  const ApoolValue *values;

  g_assert_true (apool_columns_regex_split (regex, &whole, columns, fault));
  values = apool_columns_get (columns, &n_values);
  g_assert_cmpuint (n_values, ==, 2);
  g_assert_cmpmem (values[0].data, values[0].length, "a\0b", 3);
  g_assert_cmpmem (values[1].data, values[1].length, "c", 1);
}

static void
test_columns_regex_malformed (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (apool_columns_regex_new ("a(b", &error));
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_USAGE);
  g_assert_true (
      g_str_has_prefix (error->message, "--colsep: regular expression 'a(b': column 4: "));
}

static void
test_columns_regex_limit (void)
{
  g_autoptr (ApoolColumnsRegex) regex = apool_columns_regex_new ("(*LIMIT_MATCH=10)(a+)+$", NULL);
  g_autoptr (ApoolColumns) columns = apool_columns_new ();
  g_autoptr (GString) fault = g_string_new (NULL);
  ApoolValue whole = { "aaaaaaaaaaaaaaaaaaaaaaaaaaaab", 29 };

  g_assert_false (apool_columns_regex_split (regex, &whole, columns, fault));
  g_assert_true (g_str_has_prefix (fault->str, "--colsep: "));
  g_assert_null (strstr (fault->str, "LIMIT"));
}

/* Returns: (nullable): what splits; %NULL, with the test skipped, without libcsv */
static ApoolColumnsCsv *
test_columns_new_csv (const char *separator)
{
  g_autoptr (GError) error = NULL;
  ApoolColumnsCsv *csv = apool_columns_csv_new (separator, &error);

  if (csv)
    return csv;
  g_assert_cmpstr (error->message, ==, "--csv: built without libcsv");
  g_test_skip ("built without libcsv");
  return NULL;
}

static void
test_columns_check_csv (ApoolColumnsCsv *csv, const char *value, const char *expected)
{
  g_autoptr (ApoolColumns) columns = apool_columns_new ();
  g_autoptr (GString) fault = g_string_new (NULL);
  ApoolValue whole = { value, strlen (value) };

  if (apool_columns_csv_split (csv, &whole, columns, fault))
    test_columns_check (columns, expected);
  else
    g_assert_cmpstr (fault->str, ==, expected);
}

static void
test_columns_csv (void)
{
  static const char *const CASES[][2] = {
    { "", "[]" },
    { "a", "[a]" },
    { ",", "[][]" },
    { "a,\"b c\",d", "[a][b c][d]" },
    { "a,\"b,c\",d", "[a][b,c][d]" },
    { "a,\"b\nc\",d", "[a][b\nc][d]" },
    { "a,\"b\"\"c\",d", "[a][b\"c][d]" },
    { " a , b,c ", "[ a ][ b][c ]" },
    { "\"\"", "[]" },
    { "\"\",\"\"", "[][]" },
    { "x,", "[x][]" },
    { "a,\"b\"\r", "[a][b]" },
    { "\r", "[]" },
    { "a\rb,c\nd", "[a\rb][c\nd]" },
    { "\xe9,\xff", "[\xe9][\xff]" },
    { "a,b\"c,d", "bad CSV: byte 4: a quote that does not open or close a column" },
    { "a,\"b\"c,d", "bad CSV: byte 6: a quote that does not open or close a column" },
    { "a,\"b\" ,d", "bad CSV: byte 6: a quote that does not open or close a column" },
    { "a, \"b\",d", "bad CSV: byte 4: a quote that does not open or close a column" },
    { "a,\"b", "bad CSV: a quote that is not closed" },
    { "a,\"", "bad CSV: a quote that is not closed" },
    { "after,faults", "[after][faults]" },
  };
  g_autoptr (ApoolColumnsCsv) csv = test_columns_new_csv (NULL);

  for (gsize i = 0; csv && i < G_N_ELEMENTS (CASES); i++)
    test_columns_check_csv (csv, CASES[i][0], CASES[i][1]);
}

static void
test_columns_csv_separator (void)
{
  static const char *const MALFORMED[] = { "", "::", "\"", "\n", "[,]" };
  g_autoptr (ApoolColumnsCsv) csv = test_columns_new_csv (";");
  g_autoptr (ApoolColumnsCsv) tabs = test_columns_new_csv ("\\t");
  g_autoptr (ApoolColumnsCsv) high = test_columns_new_csv ("\xff");

  if (!csv)
    return;
  test_columns_check_csv (csv, "a,b;\"c;d\"", "[a,b][c;d]");
  test_columns_check_csv (tabs, "a\tb", "[a][b]");
  test_columns_check_csv (high,
                          "a\xff"
                          "b",
                          "[a][b]");
  for (gsize i = 0; i < G_N_ELEMENTS (MALFORMED); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (apool_columns_csv_new (MALFORMED[i], &error));
      g_assert_error (error, APOOL_ERROR, APOOL_ERROR_USAGE);
    }
}

static void
test_columns_json_columns (void)
{
  static const char *const CASES[][2] = {
    { "[]", "" },
    { "[1.0,12345678901234567890,1e400,true,null]",
      "[1.0][12345678901234567890][1e400][true][null]" },
    { " [ \"a b\" , \"\\u00e9\\\"\" , [ 1, 2 ], {\"a\" : 1} ]\r",
      "[a b][\xc3\xa9\"][[ 1, 2 ]][{\"a\" : 1}]" },
    { " {\"a\" : \"b\"} ", "[{\"a\" : \"b\"}]" },
    { "", "bad JSON: byte 1: expected a value" },
    { "  ", "bad JSON: byte 3: expected a value" },
    { "[1,]", "bad JSON: byte 4: expected a value" },
    { "{\"a\":1} x", "bad JSON: byte 9: expected the end" },
    { "7", "bad JSON: neither an array nor an object" },
    { "\"x\"", "bad JSON: neither an array nor an object" },
    { "[\"\\ud800\"]", "bad JSON: half a surrogate pair in a string" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autoptr (ApoolColumns) columns = apool_columns_new ();
      g_autoptr (GString) fault = g_string_new (NULL);
      ApoolValue whole = { CASES[i][0], strlen (CASES[i][0]) };
      ApoolJsonText root;

      g_test_message ("%s", CASES[i][0]);
      if (apool_columns_json_split (&whole, columns, &root, fault))
        test_columns_check (columns, CASES[i][1]);
      else
        g_assert_cmpstr (fault->str, ==, CASES[i][1]);
    }
}

static void
test_columns_json_members (void)
{
  static const char OBJECT[] = "{\"a\":\"x\\ty\",\"b\":{\"c\":[10,{\"d\":1.50}],\"\\u0065\":null},"
                               "\"k\":1,\"k\":2,\"0\":\"zero\",\"s\":\"\\udc00\"}";
  static const char ARRAY[] = "[\"one\",{\"a\":\"second\",\"n\":7}]";
  static const char *const CASES[][2] = {
    { "a", "[x\ty]" },
    { "b", "[{\"c\":[10,{\"d\":1.50}],\"\\u0065\":null}]" },
    { "b.c.1", "[10]" },
    { "b.c.2.d", "[1.50]" },
    { "b.e", "[null]" },
    { "k", "[2]" },
    { "0", "[zero]" },
    { "1", "[one]" },
    { "2.a", "[second]" },
    { "2.n", "[7]" },
    { "c", "no member 'c'" },
    { "a.b", "no member 'a.b'" },
    { "b.c.0", "no member 'b.c.0'" },
    { "b.c.3", "no member 'b.c.3'" },
    { "b.c.-1", "no member 'b.c.-1'" },
    { "b.c.99999999999999999999", "no member 'b.c.99999999999999999999'" },
    { "n", "no member 'n'" },
    { "s", "bad JSON: half a surrogate pair in a string" },
  };
  ApoolValue values[] = { { OBJECT, strlen (OBJECT) }, { ARRAY, strlen (ARRAY) } };
  ApoolJsonText roots[G_N_ELEMENTS (values)];
  g_autoptr (ApoolColumns) columns = apool_columns_new ();
  g_autoptr (GString) fault = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    g_assert_true (apool_columns_json_split (&values[i], columns, &roots[i], fault));
  for (gsize i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      apool_columns_clear (columns);
      g_test_message ("%s", CASES[i][0]);
      if (apool_columns_json_find (roots, G_N_ELEMENTS (roots), CASES[i][0], columns, fault))
        test_columns_check (columns, CASES[i][1]);
      else
        g_assert_cmpstr (fault->str, ==, CASES[i][1]);
    }
}

static void
test_columns_match (void)
{
  static const char *const PATTERNS[] = { "(.*)_R([12])", "^x(y)?(z)?", "o", NULL };
  static const gsize N_GROUPS[] = { 2, 2, 0 };
  static const ApoolValue VALUES[] = { { "a\xc3\x85_R2.gz", 9 }, { "xz", 2 }, { "fool", 4 } };
  static const ApoolValue OTHERS[] = { { "s_R1", 4 }, { "", 0 }, { "o", 1 } };
  g_autoptr (GError) error = NULL;
  g_autoptr (ApoolColumnsMatch) match = apool_columns_match_new (PATTERNS, &error);
  g_autoptr (ApoolColumns) columns = apool_columns_new ();
  g_autoptr (GString) fault = g_string_new (NULL);
  gsize n_patterns;
  const gsize *n_groups;

  g_assert_no_error (error);
  n_groups = apool_columns_match_get_n_groups (match, &n_patterns);
  g_assert_cmpuint (n_patterns, ==, 3);
  for (gsize i = 0; i < n_patterns; i++)
    g_assert_cmpuint (n_groups[i], ==, N_GROUPS[i]);
  g_assert_true (apool_columns_match_apply (match, VALUES, fault));
  apool_columns_match_add_group (match, 1, 1, columns);
  apool_columns_match_add_group (match, 1, 2, columns);
  apool_columns_match_add_group (match, 2, 1, columns);
  apool_columns_match_add_group (match, 2, 2, columns);
  test_columns_check (columns, "[a\xc3\x85][2][][z]");
  g_assert_false (apool_columns_match_apply (match, OTHERS, fault));
  g_assert_cmpstr (fault->str, ==, "does not match '^x(y)?(z)?'");
}

static void
test_columns_match_malformed (void)
{
  static const char *const PATTERNS[] = { "(a)", "[", NULL };
  g_autoptr (GError) error = NULL;

  g_assert_null (apool_columns_match_new (PATTERNS, &error));
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_USAGE);
  g_assert_true (g_str_has_prefix (error->message, "--match: regular expression '[': column 2: "));
}

static void
test_columns_match_limit (void)
{
  static const char *const PATTERNS[] = { "(*LIMIT_MATCH=10)(a+)+$", NULL };
  g_autoptr (ApoolColumnsMatch) match = apool_columns_match_new (PATTERNS, NULL);
  g_autoptr (GString) fault = g_string_new (NULL);
  ApoolValue value = { "aaaaaaaaaaaaaaaaaaaaaaaaaaaab", 29 };

  g_assert_false (apool_columns_match_apply (match, &value, fault));
  g_assert_true (g_str_has_prefix (fault->str, "--match: '(*LIMIT_MATCH=10)(a+)+$': "));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/columns/list", test_columns_list);
  g_test_add_func ("/columns/trim", test_columns_trim);
  g_test_add_func ("/columns/regex/texts", test_columns_regex_texts);
  g_test_add_func ("/columns/regex/patterns", test_columns_regex_patterns);
  g_test_add_func ("/columns/regex/nul", test_columns_regex_nul);
  g_test_add_func ("/columns/regex/malformed", test_columns_regex_malformed);
  g_test_add_func ("/columns/regex/limit", test_columns_regex_limit);
  g_test_add_func ("/columns/csv/values", test_columns_csv);
  g_test_add_func ("/columns/csv/separator", test_columns_csv_separator);
  g_test_add_func ("/columns/json/columns", test_columns_json_columns);
  g_test_add_func ("/columns/json/members", test_columns_json_members);
  g_test_add_func ("/columns/match/groups", test_columns_match);
  g_test_add_func ("/columns/match/malformed", test_columns_match_malformed);
  g_test_add_func ("/columns/match/limit", test_columns_match_limit);
  return g_test_run ();
}
