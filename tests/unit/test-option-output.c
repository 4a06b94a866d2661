/* SPDX-License-Identifier: MIT */
/* The options about what jobs write. */

#include <glib.h>

#include "cli/apool-option-output.h"
#include "cli/apool-output-plan.h"
#include "option-fixture.h"

static void
test_check_tag (const char *value, const char *expected)
{
  g_autoptr (ApoolOptions) options = PARSE ("--tagstring", value, "echo");
  const char *option;
  g_autofree char *tag = apool_option_dup_tag (options, &option);

  g_assert_cmpstr (tag, ==, expected);
}

static void
test_tag (void)
{
  g_autoptr (ApoolOptions) none = PARSE ("echo", "--tag");
  g_autoptr (ApoolOptions) plain = PARSE ("--tag", "echo");
  g_autoptr (ApoolOptions) renamed = PARSE ("--tag", "-I", "@", "echo");
  g_autoptr (ApoolOptions) both = PARSE ("--tagstring=x", "--tag", "echo");
  g_autoptr (ApoolOptions) empty = PARSE ("--tagstring=x", "--tagstring=", "--tag", "echo");
  const char *option;
  g_autofree char *of_plain = apool_option_dup_tag (plain, &option);
  g_autofree char *of_renamed = apool_option_dup_tag (renamed, &option);
  g_autofree char *of_both = apool_option_dup_tag (both, &option);
  g_autofree char *of_empty = apool_option_dup_tag (empty, &option);

  g_assert_null (apool_option_dup_tag (none, &option));
  g_assert_cmpstr (of_empty, ==, "{}");
  g_assert_cmpstr (of_plain, ==, "{}");
  g_assert_cmpstr (of_renamed, ==, "@");
  g_assert_cmpstr (of_both, ==, "x");
}

static void
test_tag_escapes (void)
{
  test_check_tag ("", NULL);
  test_check_tag ("{#}:{/.}", "{#}:{/.}");
  test_check_tag ("\\t\\n\\r\\", "\t\n\r\\");
  test_check_tag ("\\\\t\\q\\x41", "\\\t\\q\\x41");
  test_check_tag ("\\1017\\7\\77\\8\\377\\400", "A7\a\a7\\8\xff\\400");
  test_check_tag ("\xff\xc3", "\xff\xc3");
}

static void
test_tag_nul (void)
{
  ASSERT_REFUSED ("--tagstring ab\\0: column 3: a tag holds no NUL byte", "--tagstring", "ab\\0");
  ASSERT_REFUSED ("--tagstring \\t\\000: column 3: a tag holds no NUL byte",
                  "--tagstring=\\t\\000");
}

static void
test_check_coloured (const char *const *argv, const char *expected_option, const char *expected)
{
  g_autoptr (ApoolOptions) options = parse (argv);
  const char *option;
  g_autofree char *tag = apool_option_dup_tag (options, &option);

  g_assert_true (options->output.is_coloured);
  g_assert_cmpstr (tag, ==, expected);
  if (expected)
    g_assert_cmpstr (option, ==, expected_option);
}

/* --tagstring counts before --ctagstring, and that before --tag, in whatever order they come. */
static void
test_coloured_tag (void)
{
#define CHECK_COLOURED(option, expected, ...)                                                      \
  test_check_coloured ((const char *[]){ "apool", __VA_ARGS__, "echo", NULL }, option, expected)
  CHECK_COLOURED (NULL, NULL, "--color");
  CHECK_COLOURED (NULL, NULL, "--colour");
  CHECK_COLOURED ("--tagstring", "{}", "--ctag");
  CHECK_COLOURED ("--tagstring", "t", "--ctagstring", "c", "--tagstring", "t");
  CHECK_COLOURED ("--tagstring", "t", "--tagstring", "t", "--ctagstring", "c");
  CHECK_COLOURED ("--ctagstring", "c\t", "--ctagstring", "c\\t", "--tag");
  CHECK_COLOURED ("--ctagstring", "", "--ctagstring", "", "--tag");
  ASSERT_REFUSED ("--ctagstring ab\\0: column 3: a tag holds no NUL byte", "--ctagstring", "ab\\0");
}

static void
test_title (void)
{
  g_autoptr (ApoolOptions) some = PARSE ("--title", "\\t{#}\\n", "echo");
  g_autoptr (ApoolOptions) none = PARSE ("--title=x", "--title=", "echo");
  g_autofree char *title = apool_option_dup_title (some);

  g_assert_cmpstr (title, ==, "\t{#}\n");
  g_assert_null (apool_option_dup_title (none));
  ASSERT_REFUSED ("--title ab\\0: column 3: a title holds no NUL byte", "--title", "ab\\0");
}

static void
test_results (void)
{
  g_autoptr (ApoolOptions) none = PARSE ("--res", "x", "--results", "", "echo");
  g_autoptr (ApoolOptions) some = PARSE ("--result=csv", "echo");

  g_assert_null (none->output.results);
  g_assert_cmpint (none->output.table, ==, APOOL_OUTPUT_NO_TABLE);
  g_assert_cmpstr (some->output.results, ==, "csv");
  g_assert_cmpint (some->output.table, ==, APOOL_OUTPUT_NO_TABLE);
}

static void
check_table (const char *value, ApoolOutputTable table, const char *path)
{
  g_autoptr (ApoolOptions) options = PARSE ("--res", "dir", "--results", value, "echo");

  g_assert_cmpint (options->output.table, ==, table);
  g_assert_cmpstr (options->output.table_path, ==, path);
  g_assert_null (options->output.results);
}

/* The last one counts, whatever the others are. */
static void
test_tables (void)
{
  g_autoptr (ApoolOptions) none = PARSE ("--results", "x.csv", "--results", "dir", "echo");

  check_table (".csv", APOOL_OUTPUT_CSV, ".csv");
  check_table ("a.csv.TSV", APOOL_OUTPUT_TSV, "a.csv.TSV");
  check_table ("{}/a.Json", APOOL_OUTPUT_JSON, "{}/a.Json");
  check_table ("x.db", APOOL_OUTPUT_DB, "x.db");
  check_table ("-.csv", APOOL_OUTPUT_CSV, NULL);
  check_table ("-.TSV", APOOL_OUTPUT_TSV, NULL);
  check_table ("-.json", APOOL_OUTPUT_JSON, NULL);
  check_table ("./-.csv", APOOL_OUTPUT_CSV, "./-.csv");
  check_table ("--.csv", APOOL_OUTPUT_CSV, "--.csv");
  g_assert_cmpint (none->output.table, ==, APOOL_OUTPUT_NO_TABLE);
  g_assert_null (none->output.table_path);
  g_assert_cmpstr (none->output.results, ==, "dir");
  ASSERT_REFUSED ("--res -.db: a database is a file: it cannot be printed", "--res", "-.db");
}

static ApoolOutputOrder
get_order (const ApoolOptions *options)
{
  g_autoptr (GError) error = NULL;
  ApoolOutputPlan plan;

  g_assert_true (apool_output_plan_find (&plan, options, &error));
  g_assert_no_error (error);
  return plan.config.order;
}

/* Line by line changes nothing in it, and -k wins wherever it stands. */
static void
test_latest_line (void)
{
  g_autoptr (ApoolOptions) latest = PARSE ("--latest-line", "echo");
  g_autoptr (ApoolOptions) lines = PARSE ("--ll", "--lb", "echo");
  g_autoptr (ApoolOptions) ungrouped = PARSE ("--ll", "-u", "-k", "echo");
  g_autoptr (ApoolOptions) grouped = PARSE ("--ll", "--group", "echo");
  g_autoptr (ApoolOptions) ordered = PARSE ("-k", "--ll", "echo");

  g_assert_cmpint (latest->output.unit, ==, APOOL_OUTPUT_LATEST);
  g_assert_cmpint (get_order (latest), ==, APOOL_OUTPUT_COMPLETION_ORDER);
  g_assert_cmpint (lines->output.unit, ==, APOOL_OUTPUT_LATEST);
  g_assert_cmpint (get_order (ungrouped), ==, APOOL_OUTPUT_INPUT_ORDER);
  g_assert_cmpint (grouped->output.unit, ==, APOOL_OUTPUT_JOBS);
  g_assert_cmpint (ordered->output.unit, ==, APOOL_OUTPUT_LATEST);
  g_assert_cmpint (get_order (ordered), ==, APOOL_OUTPUT_INPUT_ORDER);
}

static void
test_merge (void)
{
  g_autoptr (ApoolOptions) none = PARSE ("echo");
  g_autoptr (ApoolOptions) some = PARSE ("--merge", "echo");

  g_assert_false (none->output.is_merged);
  g_assert_true (some->output.is_merged);
}

static void
test_ungroup (void)
{
  g_autoptr (ApoolOptions) none = PARSE ("echo");
  g_autoptr (ApoolOptions) some = PARSE ("-u", "echo");
  g_autoptr (ApoolOptions) long_one = PARSE ("--ungroup", "echo");

  g_assert_false (none->output.is_ungrouped);
  g_assert_true (some->output.is_ungrouped);
  g_assert_true (long_one->output.is_ungrouped);
}

/* The last one of those that say what stays together. */
static void
test_ungroup_last (void)
{
  g_autoptr (ApoolOptions) grouped = PARSE ("-u", "--group", "echo");
  g_autoptr (ApoolOptions) lines = PARSE ("-u", "--lb", "echo");
  g_autoptr (ApoolOptions) latest = PARSE ("-u", "--ll", "echo");
  g_autoptr (ApoolOptions) ungrouped = PARSE ("--group", "--ll", "--lb", "-u", "echo");

  g_assert_false (grouped->output.is_ungrouped);
  g_assert_false (lines->output.is_ungrouped);
  g_assert_false (latest->output.is_ungrouped);
  g_assert_true (ungrouped->output.is_ungrouped);
}

static void
check_contradiction (const ApoolOptions *options, const char *message)
{
  g_autoptr (GError) error = NULL;
  ApoolOutputPlan plan;

  g_assert_false (apool_output_plan_find (&plan, options, &error));
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_USAGE);
  g_assert_cmpstr (error->message, ==, message);
}

/* What could not be done is not left out without a word. */
static void
test_contradictions (void)
{
  g_autoptr (ApoolOptions) title = PARSE ("--title", "x", "-u", "echo");
  g_autoptr (ApoolOptions) latest = PARSE ("--ll", "--title", "x", "echo");
  g_autoptr (ApoolOptions) show = PARSE ("-u", "--show", "failed", "echo");

  check_contradiction (title, "--title: cannot be combined with --ungroup");
  check_contradiction (latest, "--title: cannot be combined with --latest-line");
  ASSERT_REFUSED ("--show faild: not a choice: did you mean failed? use all, failed or none",
                  "--show=faild", "echo");
  check_contradiction (show, "--show: cannot be combined with --ungroup");
}

static void
test_drain_timeout (void)
{
  g_autoptr (ApoolOptions) none = PARSE ("echo");
  g_autoptr (ApoolOptions) zero = PARSE ("--drain-timeout", "0", "echo");
  g_autoptr (ApoolOptions) some = PARSE ("--drain-timeout=2.5", "echo");

  g_assert_cmpuint (none->output.drain_msec, ==, 100);
  g_assert_cmpuint (zero->output.drain_msec, ==, 0);
  g_assert_cmpuint (some->output.drain_msec, ==, 2500);
  ASSERT_REFUSED ("--drain-timeout -1: not a number of seconds: use 0.001 to 1000000, or 0 to wait "
                  "for none",
                  "--drain-timeout", "-1");
  ASSERT_REFUSED ("--drain-timeout 1s: not a number of seconds: use 0.001 to 1000000, or 0 to wait "
                  "for none",
                  "--drain-timeout", "1s");
}

static void
test_tmp_limit (void)
{
  g_autoptr (ApoolOptions) none = PARSE ("echo");
  g_autoptr (ApoolOptions) some = PARSE ("--tmp-limit", "3M", "echo");

  g_assert_cmpuint (none->output.tmp_limit, ==, 0);
  g_assert_cmpuint (some->output.tmp_limit, ==, 3 * 1024 * 1024);
  ASSERT_REFUSED (
      "--tmp-limit 5x: not a number of bytes: use a whole number, 1 or more (also 2k, 2K)",
      "--tmp-limit=5x");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/option-output/latest-line", test_latest_line);
  g_test_add_func ("/option-output/tag", test_tag);
  g_test_add_func ("/option-output/tag-escapes", test_tag_escapes);
  g_test_add_func ("/option-output/tag-nul", test_tag_nul);
  g_test_add_func ("/option-output/coloured-tag", test_coloured_tag);
  g_test_add_func ("/option-output/title", test_title);
  g_test_add_func ("/option-output/ungroup", test_ungroup);
  g_test_add_func ("/option-output/ungroup-last", test_ungroup_last);
  g_test_add_func ("/option-output/drain-timeout", test_drain_timeout);
  g_test_add_func ("/option-output/merge", test_merge);
  g_test_add_func ("/option-output/contradictions", test_contradictions);
  g_test_add_func ("/option-output/results", test_results);
  g_test_add_func ("/option-output/tmp-limit", test_tmp_limit);
  g_test_add_func ("/option-output/tables", test_tables);
  return g_test_run ();
}
