/* SPDX-License-Identifier: MIT */
/* The option table, how it is searched, and how command lines are understood. */

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"
#include "cli/apool-help.h"
#include "cli/apool-option-handlers.h"
#include "cli/apool-option-lookup.h"
#include "cli/apool-option-many.h"
#include "cli/apool-option-value.h"
#include "cli/apool-options.h"

#define PARSE(...) parse ((const char *[]){ "apool", __VA_ARGS__, NULL })
#define ASSERT_REFUSED(message, ...)                                                               \
  assert_refused (message, (const char *[]){ "apool", __VA_ARGS__, NULL })

static ApoolOptions *
parse (const char *const *argv)
{
  g_autoptr (GError) error = NULL;
  ApoolOptions *options =
      apool_options_parse ((int) g_strv_length ((char **) argv), (char **) argv, &error);

  g_assert_no_error (error);
  g_assert_nonnull (options);
  return options;
}

static void
assert_refused (const char *message, const char *const *argv)
{
  g_autoptr (GError) error = NULL;
  ApoolOptions *options =
      apool_options_parse ((int) g_strv_length ((char **) argv), (char **) argv, &error);

  g_assert_null (options);
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_USAGE);
  g_assert_cmpstr (error->message, ==, message);
}

static void
assert_words (const char *const *words, const char *joined)
{
  g_autofree char *found = NULL;

  g_assert_nonnull (words);
  found = g_strjoinv ("|", (char **) words);
  g_assert_cmpstr (found, ==, joined);
}

/* The input sources of @options as they may have been typed: `:::` with values, `::::` with a file,
 * `+` behind linked ones. */
static void
assert_places (const ApoolOptions *options, const char *expected)
{
  g_autoptr (GString) found = g_string_new (NULL);

  for (guint i = 0; i < options->input.places->len; i++)
    {
      const ApoolInputPlace *place = &g_array_index (options->input.places, ApoolInputPlace, i);
      g_autofree char *args = place->args ? g_strjoinv (" ", (char **) place->args) : NULL;

      g_assert_cmpint (args == NULL, ==, place->path != NULL);
      g_string_append_printf (found, "%s%s%s%s%s", i > 0 ? " " : "",
                              args ? ":::" : "::::", place->is_linked ? "+" : "",
                              args && !*place->args ? "" : " ", args ? args : place->path);
    }
  g_assert_cmpstr (found->str, ==, expected);
}

static void
assert_nul_delimits (const ApoolOptions *options)
{
  gsize size;
  const char *data;

  g_assert_nonnull (options->input.delimiter);
  data = g_bytes_get_data (options->input.delimiter, &size);
  g_assert_cmpuint (size, ==, 1);
  g_assert_cmpint (data[0], ==, '\0');
}

static void
test_defaults (void)
{
  g_autoptr (ApoolOptions) options = PARSE ("echo", "a b");

  g_assert_cmpuint (options->sizes.jobs, ==, 0);
  g_assert_false (options->takes_any_jobs);
  g_assert_cmpuint (options->sizes.workers, ==, 0);
  g_assert_cmpuint (options->sizes.jobs_per_worker, ==, 0);
  g_assert_cmpint (options->prefetch, ==, APOOL_OPTIONS_NOT_SAID);
  g_assert_cmpuint (options->max_tasks, ==, 0);
  g_assert_null (options->worker_init);
  g_assert_null (options->worker_exit);
  g_assert_cmpuint (options->worker_init_timeout_msec, ==, 60000);
  g_assert_cmpuint (options->worker_timeout_msec, ==, 30000);
  g_assert_cmpstr (options->scheduler->name, ==, "least-loaded");
  g_assert_null (options->key);
  g_assert_null (options->weight);
  g_assert_cmpuint (options->retries, ==, 0);
  g_assert_cmpuint (options->crash_limit, ==, 3);
  g_assert_null (options->on_error);
  g_assert_false (options->debug);
  g_assert_false (options->output.is_unordered);
  g_assert_null (options->input.delimiter);
  g_assert_null (options->output.tmpdir);
  g_assert_cmpint (options->text.shell, ==, APOOL_TEMPLATE_SHELL_AUTO);
  g_assert_true (options->text.angle_is_input);
  assert_words (options->command, "echo|a b");
  g_assert_cmpuint (options->input.places->len, ==, 0);
  g_assert_cmpint (options->show, ==, APOOL_SHOW_NOTHING);
}

static void
test_no_words (void)
{
  const char *none[] = { NULL };
  const char *only_name[] = { "apool", NULL };
  g_autoptr (ApoolOptions) without_name = parse (none);
  g_autoptr (ApoolOptions) without_command = parse (only_name);

  assert_words (without_name->command, "");
  assert_words (without_command->command, "");
  g_assert_cmpuint (without_command->input.places->len, ==, 0);
}

/* Every way to write -j8, each followed by a command that must not be eaten. */
static void
test_values (void)
{
  const char *const lines[][6] = {
    { "apool", "-j8", "echo", "-k" },          { "apool", "-j", "8", "echo", "-k" },
    { "apool", "-kj8", "echo", "-k" },         { "apool", "-kj", "8", "echo", "-k" },
    { "apool", "-P8", "echo", "-k" },          { "apool", "--jobs=8", "echo", "-k" },
    { "apool", "--jobs", "8", "echo", "-k" },  { "apool", "--max-procs=8", "echo", "-k" },
    { "apool", "--maxprocs=8", "echo", "-k" }, { "apool", "--max-p=8", "echo", "-k" },
    { "apool", "-j1", "-j8", "echo", "-k" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autoptr (ApoolOptions) options = parse (lines[i]);

      g_assert_cmpuint (options->sizes.jobs, ==, 8);
      assert_words (options->command, "echo|-k");
    }
}

static void
test_flags (void)
{
  g_autoptr (ApoolOptions) options =
      PARSE ("-0", "--unordered", "--tmpdir", "/t", "--shell", "--group", "--will-cite");
  g_autoptr (ApoolOptions) later =
      PARSE ("--no-keep-order", "-k", "--shell", "--no-shell", "--tmpdir=", "--null");
  g_autoptr (ApoolOptions) again = PARSE ("-k0", "--no-keep", "--no-shell", "--shell");

  assert_nul_delimits (options);
  g_assert_true (options->output.is_unordered);
  g_assert_cmpstr (options->output.tmpdir, ==, "/t");
  g_assert_cmpint (options->text.shell, ==, APOOL_TEMPLATE_SHELL_ALWAYS);

  assert_nul_delimits (later);
  g_assert_false (later->output.is_unordered);
  g_assert_cmpint (later->text.shell, ==, APOOL_TEMPLATE_SHELL_NEVER);
  g_assert_cmpstr (later->output.tmpdir, ==, "");

  assert_nul_delimits (again);
  g_assert_true (again->output.is_unordered);
  g_assert_cmpint (again->text.shell, ==, APOOL_TEMPLATE_SHELL_ALWAYS);
}

static void
test_end_of_options (void)
{
  g_autoptr (ApoolOptions) dashes = PARSE ("-k", "--", "-j8", "--", "x");
  g_autoptr (ApoolOptions) dash = PARSE ("-", "-j8");
  g_autoptr (ApoolOptions) empty = PARSE ("", "-j8");

  assert_words (dashes->command, "-j8|--|x");
  assert_words (dash->command, "-|-j8");
  assert_words (empty->command, "|-j8");
}

static void
test_args (void)
{
  g_autoptr (ApoolOptions) both = PARSE ("-k", "echo", "x", ":::", "-j8", "--", "c");
  g_autoptr (ApoolOptions) commands = PARSE ("-k", ":::", "a", "b");
  g_autoptr (ApoolOptions) none = PARSE ("echo", ":::");
  g_autoptr (ApoolOptions) after_dashes = PARSE ("--", ":::", "a");

  assert_words (both->command, "echo|x");
  assert_places (both, "::: -j8 -- c");
  assert_words (commands->command, "");
  assert_places (commands, "::: a b");
  assert_words (none->command, "echo");
  assert_places (none, ":::");
  assert_words (after_dashes->command, "");
  assert_places (after_dashes, "::: a");
}

static void
test_places (void)
{
  g_autoptr (ApoolOptions) mixed = PARSE ("-a", "f", "--arg-file=+g", "-a-", "echo", "::::", "-",
                                          "h", ":::+", "a", "b", ":::", "c", "::::+", "i", "j");
  g_autoptr (ApoolOptions) empty = PARSE ("echo", ":::", ":::", "a");
  g_autoptr (ApoolOptions) no_file = PARSE ("echo", "::::", ":::", "a", "::::");
  g_autoptr (ApoolOptions) only_no_file = PARSE ("echo", "::::");
  g_autoptr (ApoolOptions) file_only = PARSE ("-a", "f", "echo", "::::");
  g_autoptr (ApoolOptions) not_options = PARSE ("echo", ":::", "a", "-a", "f", "--link");

  assert_words (mixed->command, "echo");
  assert_places (mixed, ":::: f ::::+ g :::: - :::: - :::: h :::+ a b ::: c ::::+ i ::::+ j");
  g_assert_false (mixed->input.links);
  assert_places (empty, "::: ::: a");
  assert_places (no_file, "::: a");
  assert_places (only_no_file, ":::");
  assert_places (file_only, ":::: f");
  assert_places (not_options, "::: a -a f --link");
  g_assert_false (not_options->input.links);

  ASSERT_REFUSED ("-a '': the value is empty", "-a", "");
  ASSERT_REFUSED ("-a '': the value is empty", "-a+", "echo");
}

static void
test_separators (void)
{
  g_autoptr (ApoolOptions) args =
      PARSE ("--arg-sep", ",,", "echo", ":::", ",,", "a", ",,+", "b", ":::", "::::", "f");
  g_autoptr (ApoolOptions) files = PARSE ("--arg-file-sep=@", "echo", "::::", "@", "f", ":::", "a");

  assert_words (args->command, "echo|:::");
  assert_places (args, "::: a :::+ b ::: :::: f");
  assert_words (files->command, "echo|::::");
  assert_places (files, ":::: f ::: a");

  ASSERT_REFUSED ("--arg-sep '': the value is empty", "--arg-sep=");
  ASSERT_REFUSED ("--arg-file-sep '': the value is empty", "--arg-file-sep", "");
  ASSERT_REFUSED ("--arg-sep '::::' and --arg-file-sep '::::': cannot be told apart: change one "
                  "of them",
                  "--arg-sep=::::", "echo");
  ASSERT_REFUSED ("--arg-sep ':::' and --arg-file-sep ':::+': cannot be told apart: change one of "
                  "them",
                  "--arg-file-sep=:::+", "echo");
}

static void
test_input (void)
{
  g_autoptr (ApoolOptions) none = PARSE ("echo");
  g_autoptr (ApoolOptions) options =
      PARSE ("--xapply", "-E", "end", "-r", "--skip-first-line", "--trim", "rl", "--colsep", ", *",
             "--csv", "--header", ":", "--match", "(a)", "--match=", "--bad-input=skip", "--shuf",
             "--seed", "18446744073709551615", "--skip-inputs=2k", "--max-inputs", "3",
             "--partition", "2/7", "--total", "12", "--filter", "{1} < {2}", "--filter", "x");
  const ApoolInputOptions *input = &options->input;

  g_assert_cmpint (none->input.trim, ==, APOOL_OPTIONS_NOT_SAID);
  g_assert_null (none->input.seed);
  g_assert_cmpuint (none->input.selection.part, ==, 1);
  g_assert_cmpuint (none->input.selection.n_parts, ==, 1);
  g_assert_cmpint (none->input.max_args, ==, APOOL_OPTIONS_NOT_SAID);
  g_assert_cmpuint (none->input.max_lines, ==, 0);

  g_assert_true (input->links && input->skips_blank && input->skips_first && input->is_csv);
  g_assert_true (input->skips_bad && input->shuffles);
  g_assert_cmpstr (input->end_of_input, ==, "end");
  g_assert_cmpint (input->trim, ==, APOOL_TRIM_LEFT | APOOL_TRIM_RIGHT);
  g_assert_cmpstr (input->colsep, ==, ", *");
  g_assert_cmpstr (input->header, ==, ":");
  g_assert_cmpuint (input->patterns->len, ==, 2);
  g_assert_cmpstr (g_ptr_array_index (input->patterns, 0), ==, "(a)");
  g_assert_cmpstr (g_ptr_array_index (input->patterns, 1), ==, "");
  g_assert_cmpuint (*input->seed, ==, G_MAXUINT64);
  g_assert_cmpuint (input->selection.n_skipped, ==, 2000);
  g_assert_cmpuint (input->selection.max_rows, ==, 3);
  g_assert_cmpuint (input->selection.part, ==, 2);
  g_assert_cmpuint (input->selection.n_parts, ==, 7);
  g_assert_cmpuint (input->total_jobs, ==, 12);
  g_assert_cmpuint (input->filters->len, ==, 2);
  g_assert_cmpstr (g_ptr_array_index (input->filters, 0), ==, "{1} < {2}");
}

/* An optional value only stands in the same word. */
static void
test_optional_values (void)
{
  g_autoptr (ApoolOptions) eof = PARSE ("-E", "x", "-e", "echo");
  g_autoptr (ApoolOptions) short_eof = PARSE ("-eEND", "echo");
  g_autoptr (ApoolOptions) long_eof = PARSE ("--eof=END", "echo");
  g_autoptr (ApoolOptions) replace = PARSE ("-I", ",,", "-i", "echo");
  g_autoptr (ApoolOptions) short_replace = PARSE ("-i,,", "echo");

  g_assert_null (eof->input.end_of_input);
  assert_words (eof->command, "echo");
  g_assert_cmpstr (short_eof->input.end_of_input, ==, "END");
  g_assert_cmpstr (long_eof->input.end_of_input, ==, "END");
  g_assert_null (replace->text.names[APOOL_SYNTAX_VALUE]);
  g_assert_true (replace->text.names_value);
  assert_words (replace->command, "echo");
  g_assert_cmpstr (short_replace->text.names[APOOL_SYNTAX_VALUE], ==, ",,");
}

/* Which of the options about several inputs counts, as it was seen with GNU parallel. */
static void
test_batches (void)
{
  const struct
  {
    const char *line;
    gint64 max_args;
    guint64 max_lines;
    gboolean fills;
    gboolean repeats_context;
  } cases[] = {
    { "-n2", 2, 0, FALSE, FALSE },
    { "-N2", 2, 0, FALSE, TRUE },
    { "-N1k", 1000, 0, FALSE, TRUE },
    { "-N2Ki", 2048, 0, FALSE, TRUE },
    { "-n3 -N2", 2, 0, FALSE, TRUE },
    { "-N2 -n3", 2, 0, FALSE, TRUE },
    { "-n0", 0, 0, FALSE, FALSE },
    { "-N0", 0, 0, FALSE, TRUE },
    { "-L2", 2, 2, FALSE, TRUE },
    { "-l", 1, 1, FALSE, FALSE },
    { "-l2", 2, 2, FALSE, FALSE },
    { "-l0", 1, 1, FALSE, FALSE },
    { "-L0", 0, 0, FALSE, TRUE },
    { "-L2 -N3", 3, 2, FALSE, TRUE },
    { "-n3 -L2", 3, 2, FALSE, TRUE },
    { "-n0 -L2", 2, 2, FALSE, TRUE },
    { "-l3 -L2", 3, 2, FALSE, TRUE },
    { "-L2 -m", 2, 2, TRUE, FALSE },
    { "-N2 -m", 2, 0, TRUE, TRUE },
    { "-n2 -X", 2, 0, TRUE, TRUE },
    { "-n2 --xargs", 2, 0, TRUE, FALSE },
    { "-m", -1, 0, TRUE, FALSE },
    { "-X", -1, 0, TRUE, TRUE },
    { "-m -X", -1, 0, TRUE, TRUE },
    { "--max-lines=4", 4, 4, FALSE, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *line = g_strconcat ("apool ", cases[i].line, NULL);
      g_auto (GStrv) words = g_strsplit (line, " ", -1);
      g_autoptr (ApoolOptions) options = parse ((const char *const *) words);

      g_test_message ("%s", line);
      g_assert_cmpint (options->input.max_args, ==, cases[i].max_args);
      g_assert_cmpuint (options->input.max_lines, ==, cases[i].max_lines);
      g_assert_cmpint (options->input.fills, ==, cases[i].fills);
      g_assert_cmpint (options->input.repeats_context, ==, cases[i].repeats_context);
    }
}

static void
test_long_lines (void)
{
  g_autoptr (ApoolOptions) options = PARSE ("-s", "10K", "-x");

  g_assert_cmpuint (options->input.max_chars, ==, 10240);
  g_assert_true (options->input.ends_at_too_long);
}

static void
test_bad_input_values (void)
{
  const char *const bad_parts[] = { "", "1", "/", "1/", "/2", "0/2", "3/2", "1/0", "a/2", "1/2/3" };

  for (gsize i = 0; i < G_N_ELEMENTS (bad_parts); i++)
    {
      g_autofree char *message = g_strdup_printf (
          "--partition %s: not a part: use I/N for part I of N, with I from 1 to N",
          apool_option_show (bad_parts[i]));

      ASSERT_REFUSED (message, "--partition", bad_parts[i]);
    }
  ASSERT_REFUSED ("--trim x: not a choice: use n, l, r, lr or rl", "--trim", "x");
  ASSERT_REFUSED ("--bad-input ignore: not a choice: use fail or skip", "--bad-input=ignore");
  ASSERT_REFUSED ("--seed -1: not a seed: use a whole number from 0 to 18446744073709551615",
                  "--shuf", "--seed", "-1");
  ASSERT_REFUSED ("-N 1.5: not a number of inputs: use a whole number, 0 or more (also 2k, 2K)",
                  "-N1.5");
  ASSERT_REFUSED ("-N 10e: not a number of inputs: use a whole number, 0 or more (also 2k, 2K)",
                  "-N", "9e", "-N", "10e");
  ASSERT_REFUSED ("-l x: not a number of lines: use a whole number, 0 or more (also 2k, 2K)",
                  "-lx");
  ASSERT_REFUSED ("-s 0: not a number of bytes: use a whole number, 1 or more (also 2k, 2K)",
                  "-s0");
  ASSERT_REFUSED ("--max-inputs 0: not a number of inputs: use a whole number, 1 or more (also 2k, "
                  "2K)",
                  "--max-inputs", "0");
  ASSERT_REFUSED ("--header '': the value is empty", "--header=");
}

static void
test_delimiter (void)
{
  g_autoptr (ApoolOptions) options = PARSE ("-0", "-d", "a\\t\\0");
  g_autoptr (ApoolOptions) later = PARSE ("-d,", "-0");
  g_autoptr (GBytes) expected = g_bytes_new_static ("a\t", 3);

  g_assert_true (g_bytes_equal (options->input.delimiter, expected));
  assert_nul_delimits (later);
  ASSERT_REFUSED ("-d '': needs at least one byte", "-d", "");
  ASSERT_REFUSED ("--delimiter 'a\\q': column 2: '\\q': no such escape", "--delimiter=a\\q");
}

static void
test_contradictions (void)
{
  ASSERT_REFUSED ("--csv and --jsonl: each says how an input is taken apart: leave one of them out",
                  "--jsonl", "--csv");
  ASSERT_REFUSED ("--colsep and --jsonl: each says how an input is taken apart: leave one of them "
                  "out",
                  "--jsonl", "-C", ",");
  ASSERT_REFUSED ("--header and --jsonl: each says what fields are called: leave one of them out",
                  "--jsonl", "--header", ":");
  ASSERT_REFUSED ("--match and --jsonl: each says what fields are called: leave one of them out",
                  "--jsonl", "--match", "x");
  ASSERT_REFUSED ("--seed: has no effect without --shuf: give that too", "--seed", "1");
  ASSERT_REFUSED ("-I and --er: both are 'x': change one of them", "-Ix", "--er", "x");
  ASSERT_REFUSED ("--bnr and --slotreplace: both are 'y': change one of them", "--slotreplace=y",
                  "--bnr", "y");
}

static void
test_directory (void)
{
  g_autoptr (ApoolOptions) none = PARSE ("--wd", "");
  g_autoptr (ApoolOptions) here = PARSE ("--wd=...", "--wd", ".");
  g_autoptr (ApoolOptions) own = PARSE ("--wd", "d{}", "--workdir=...");
  g_autoptr (ApoolOptions) named = PARSE ("--wd", "...", "--work-dir", "..../{}");

  g_assert_null (none->directory);
  g_assert_false (none->owns_directory);
  g_assert_null (here->directory);
  g_assert_false (here->owns_directory);
  g_assert_null (own->directory);
  g_assert_true (own->owns_directory);
  g_assert_cmpstr (named->directory, ==, "..../{}");
  g_assert_false (named->owns_directory);
}

static void
test_text (void)
{
  g_autoptr (ApoolOptions) none = PARSE ("echo");
  g_autoptr (ApoolOptions) options = PARSE (
      "-I", "1", "--er=2", "--bnr", "3", "--dnr=4", "--bner", "5", "--seqreplace", "6",
      "--slotreplace=7", "--plus", "--rpl", "{x} s/a//", "--rpl=y", "--parens", "[[]]", "-q",
      "--shell-quote", "--shellquote", "--dry-run", "--process-slot-var=SLOT_1", "--tmpl", "a=b=c");
  const ApoolTextOptions *text = &options->text;

  g_assert_false (none->text.names_value || none->text.plus || none->text.quotes_words ||
                  none->text.is_dry_run);
  for (guint i = 0; i < APOOL_SYNTAX_N_STRINGS; i++)
    {
      const char digit[] = { (char) ('1' + i), '\0' };

      g_assert_null (none->text.names[i]);
      g_assert_cmpstr (text->names[i], ==, digit);
    }
  g_assert_true (text->names_value && text->plus && text->quotes_words && text->is_dry_run);
  g_assert_cmpuint (text->definitions->len, ==, 2);
  g_assert_cmpstr (g_ptr_array_index (text->definitions, 0), ==, "{x} s/a//");
  g_assert_cmpstr (text->parens, ==, "[[]]");
  g_assert_cmpuint (text->n_shell_quotes, ==, 2);
  g_assert_cmpstr (text->slot_variable, ==, "SLOT_1");
  g_assert_cmpuint (text->files->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (text->files, 0), ==, "a=b=c");

  ASSERT_REFUSED ("-I '': the value is empty", "-I", "");
  ASSERT_REFUSED ("--rpl '': the value is empty", "--rpl=");
  ASSERT_REFUSED ("--parens '': the value is empty", "--parens=");
  ASSERT_REFUSED ("--process-slot-var 1A: not the name of a variable: use letters, digits and _, "
                  "no digit first",
                  "--process-slot-var", "1A");
  ASSERT_REFUSED ("--tmpl =x: not a file and a name: use FILE=NAME, NAME with replacement strings",
                  "--tmpl", "=x");
}

static void
test_bytes (void)
{
  g_autoptr (ApoolOptions) options =
      PARSE ("--tmpdir=\xff\xfe", "\xc3", "\n\\\x80", ":::", "\xe2\x28", " ");

  g_assert_cmpstr (options->output.tmpdir, ==, "\xff\xfe");
  assert_words (options->command, "\xc3|\n\\\x80");
  assert_places (options, "::: \xe2\x28  ");
}

static void
test_jobs (void)
{
  const struct
  {
    const char *text;
    guint n_jobs;
  } good[] = {
    { "1", 1 },
    { "007", 7 },
    { "1000000", 1000000 },
    { "0", APOOL_OPTIONS_JOBS_UNLIMITED },
    { "+0", 6 },
    { "+2", 8 },
    { "+1000000", APOOL_OPTIONS_MAX_JOBS },
    { "-2", 4 },
    { "-5", 1 },
    { "-6", 0 },
    { "-100", 0 },
    { "100%", 6 },
    { "50%", 3 },
    { "49%", 3 },
    { "50.1%", 4 },
    { "1%", 1 },
    { "12.5%", 1 },
    { "0%", 0 },
    { "999999999999999999999999%", APOOL_OPTIONS_MAX_JOBS },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      guint n_jobs = 0;

      g_assert_true (apool_option_parse_jobs (good[i].text, 6, &n_jobs));
      g_assert_cmpuint (n_jobs, ==, good[i].n_jobs);
    }
}

static void
test_bad_jobs (void)
{
  const char *const bad[] = {
    "",       "banana", "1.5",  "8x",      " 8",
    "8 ",     "--8",    "+-8",  "+",       "-",
    "%",      ".%",     "1e3%", "1%%",     "+50%",
    "1.2.3%", "0x10",   "inf",  "1000001", "18446744073709551617",
    "inf%",   "nan%",   "-50%",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      guint n_jobs = 0;

      g_test_message ("'%s'", bad[i]);
      g_assert_false (apool_option_parse_jobs (bad[i], 6, &n_jobs));
    }
}

static void
test_relative_jobs (void)
{
  g_autoptr (ApoolOptions) options = PARSE ("-j+1", "true");
  g_autoptr (ApoolOptions) minus = PARSE ("-j", "-0", "true");
  g_autoptr (ApoolOptions) last = PARSE ("-j", "-1000", "-j0%", "-j2", "true");
  g_autofree char *why = apool_usable_dup_text (&options->usable);
  g_autofree char *fewer = g_strdup_printf ("--jobs -1000: leaves no job: %s", why);
  g_autofree char *none = g_strdup_printf ("--jobs 0.0%%: leaves no job: %s", why);

  g_assert_cmpuint (options->sizes.jobs, ==, options->usable.n + 1);
  g_assert_cmpuint (minus->sizes.jobs, ==, options->usable.n);
  g_assert_cmpuint (last->sizes.jobs, ==, 2);
  ASSERT_REFUSED (fewer, "-j", "-1000", "true");
  ASSERT_REFUSED (none, "-P0.0%", "true");
}

static void
test_bad_values (void)
{
  ASSERT_REFUSED ("-j banana: not a number of jobs, nor a file that has one: use N, N%, +N, -N, or "
                  "0 for as many as "
                  "possible (N up to 1000000)",
                  "-j", "banana");
  ASSERT_REFUSED (
      "--jobs '': not a number of jobs, nor a file that has one: use N, N%, +N, -N, or 0 "
      "for as many as "
      "possible (N up to 1000000)",
      "--jobs=", "echo");
  ASSERT_REFUSED ("--jobs: needs a value", "--jobs");
  ASSERT_REFUSED ("-j: needs a value", "-kj");
  ASSERT_REFUSED ("-d: needs a value", "-d");
  ASSERT_REFUSED ("--keep-order: takes no value: '3'", "--keep-order=3");
  ASSERT_REFUSED ("--keep: takes no value: ''", "--keep=");
}

/* ---- a file that says how many jobs ---- */

static char *
write_jobs_file (const char *contents, gssize length)
{
  g_autoptr (GError) error = NULL;
  char *path = NULL;
  g_auto (ApoolFd) fd G_GNUC_UNUSED = g_file_open_tmp ("apool-jobs-XXXXXX", &path, &error);

  g_assert_no_error (error);
  g_file_set_contents (path, contents, length, &error);
  g_assert_no_error (error);
  return path;
}

static void
test_jobs_file (void)
{
  const struct
  {
    const char *contents;
    guint n_jobs;
  } good[] = {
    { "3\n", 3 },   { "3", 3 },    { " 3 \r\n\n", 3 }, { "0\n", 10000 },
    { "50%\n", 3 }, { "+2\n", 8 }, { "-2\n", 4 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autofree char *path = write_jobs_file (good[i].contents, -1);
      g_autofree char *text = NULL;
      g_autoptr (GError) error = NULL;
      const ApoolUsable usable = { .n_allowed = 6, .n = 6 };
      guint n_jobs;

      g_assert_true (apool_option_read_jobs_file (path, &usable, &text, &n_jobs, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (n_jobs, ==, good[i].n_jobs);
      g_assert_false (strchr (text, '\n') || strchr (text, ' '));
      g_remove (path);
    }
}

static void
test_bad_jobs_file (void)
{
  const struct
  {
    const char *contents;
    gssize length;
    const char *why;
  } bad[] = {
    { "", -1, "the file is empty" },
    { " \n", -1, "the file is empty" },
    { "banana\n", -1, "'banana': not a number of jobs: use N" },
    { "3 4\n", -1, "'3 4': not a number of jobs: use N" },
    { "3\0", 2, "not a number of jobs: use N" },
    { "-5\n", -1, "leaves no job: " },
    { "0%", -1, "leaves no job: " },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *path = write_jobs_file (bad[i].contents, bad[i].length);
      g_autofree char *start = g_strdup_printf ("--jobs: %s: ", path);
      g_autofree char *leaves = g_strdup_printf ("--jobs %s: ", path);
      g_autoptr (GError) error = NULL;
      const ApoolUsable usable = { .n_allowed = 2, .n = 2 };
      guint n_jobs;

      g_test_message ("\"%s\"", bad[i].contents);
      g_assert_false (apool_option_read_jobs_file (path, &usable, NULL, &n_jobs, &error));
      g_assert_true (g_str_has_prefix (error->message, start) ||
                     g_str_has_prefix (error->message, leaves));
      g_assert_nonnull (strstr (error->message, bad[i].why));
      g_remove (path);
    }
}

/* What can never be a number does not fill the memory first. */
static void
test_long_jobs_file (void)
{
  g_autofree char *zeros = g_strnfill (10000, '0');
  g_autofree char *path = write_jobs_file (zeros, -1);
  g_autoptr (GError) error = NULL;
  const ApoolUsable usable = { .n_allowed = 2, .n = 2 };
  guint n_jobs;

  g_assert_false (apool_option_read_jobs_file (path, &usable, NULL, &n_jobs, &error));
  g_assert_cmpuint (strlen (error->message), <, 300);
  g_remove (path);
}

/* A number is one, also where a file has its name; what comes last counts. */
static void
test_named_jobs_file (void)
{
  g_autofree char *path = write_jobs_file ("5\n", -1);
  g_autoptr (ApoolOptions) file = PARSE ("-j", path);
  g_autoptr (ApoolOptions) later = PARSE ("-j", path, "-j3");
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *refusal = g_strdup_printf ("--jobs: %s: not a regular file", folder);

  g_assert_cmpuint (file->sizes.jobs, ==, 5);
  g_assert_cmpstr (file->jobs_file, ==, path);
  g_assert_cmpuint (later->sizes.jobs, ==, 3);
  g_assert_null (later->jobs_file);
  ASSERT_REFUSED (refusal, "-j", folder);
  g_remove (path);
}

static void
test_any_jobs (void)
{
  g_autoptr (ApoolOptions) any = PARSE ("-j0");
  g_autoptr (ApoolOptions) later = PARSE ("-j0", "-j10000");
  g_autoptr (ApoolOptions) percent = PARSE ("-j10000%");

  g_assert_cmpuint (any->sizes.jobs, ==, APOOL_OPTIONS_JOBS_UNLIMITED);
  g_assert_true (any->takes_any_jobs);
  g_assert_false (later->takes_any_jobs);
  g_assert_false (percent->takes_any_jobs);
}

static void
test_pool (void)
{
  g_autoptr (ApoolOptions) options =
      PARSE ("--workers", "3", "--jobs-per-worker=1000000", "--max-tasks-per-worker", "100",
             "--worker-init", "cd /x; . ./y", "--worker-exit=z", "--worker-init-timeout=2.5",
             "--worker-timeout", ".25", "--on-error", "mail x", "--prefetch=7", "--weight", "{}",
             "--crash-limit", "1", "--retries", "5", "-kD", "echo", "--workers");

  g_assert_cmpuint (options->sizes.workers, ==, 3);
  g_assert_cmpuint (options->sizes.jobs_per_worker, ==, 1000000);
  g_assert_cmpuint (options->max_tasks, ==, 100);
  g_assert_cmpstr (options->worker_init, ==, "cd /x; . ./y");
  g_assert_cmpstr (options->worker_exit, ==, "z");
  g_assert_cmpuint (options->worker_init_timeout_msec, ==, 2500);
  g_assert_cmpuint (options->worker_timeout_msec, ==, 250);
  g_assert_cmpstr (options->on_error, ==, "mail x");
  g_assert_cmpint (options->prefetch, ==, 7);
  g_assert_cmpstr (options->weight, ==, "{}");
  g_assert_cmpuint (options->crash_limit, ==, 1);
  g_assert_cmpuint (options->retries, ==, 4);
  g_assert_true (options->debug);
  assert_words (options->command, "echo|--workers");
}

static void
test_patience (void)
{
  g_autoptr (ApoolOptions) none = PARSE ("echo");
  g_autoptr (ApoolOptions) options =
      PARSE ("--timeout", "50%", "--timeout=1m30s", "--slow-after", "250ms", "--deadline=1h",
             "--termseq", "INT,9,KILL", "--retry-delay=1s,x2,max=1m", "--retry-on", "3,lost");
  g_autoptr (ApoolOptions) percent = PARSE ("--timeout=3", "--timeout=150.5%", "--term-seq=9");
  const ApoolPatienceOptions *patience = &options->patience;

  g_assert_cmpint (none->patience.limits.timeout_usec, ==, 0);
  g_assert_false (none->patience.retry.on.is_selective);
  g_assert_null (none->patience.termseq);
  g_assert_cmpint (patience->limits.timeout_usec, ==, 90000000);
  g_assert_cmpfloat (patience->limits.timeout_percent, ==, 0);
  g_assert_cmpint (patience->limits.slow_usec, ==, 250000);
  g_assert_cmpint (patience->limits.run_usec, ==, G_GINT64_CONSTANT (3600000000));
  g_assert_cmpstr (patience->termseq, ==, "INT,9,KILL");
  g_assert_cmpint (patience->retry.delay.base_usec, ==, 1000000);
  g_assert_cmpint (patience->retry.delay.max_usec, ==, 60000000);
  g_assert_true (patience->retry.on.is_selective);
  g_assert_true (patience->retry.on.lost);
  g_assert_cmpint (percent->patience.limits.timeout_usec, ==, 0);
  g_assert_cmpfloat (percent->patience.limits.timeout_percent, ==, 150.5);
  g_assert_cmpstr (percent->patience.termseq, ==, "9");
}

#define TIMES "use seconds, or numbers with ms, s, m, h or d, such as 1.5 or 2m30s"

static void
test_bad_patience (void)
{
  ASSERT_REFUSED ("--timeout -3: column 1: not a number: " TIMES, "--timeout", "-3");
  ASSERT_REFUSED ("--timeout 2x: column 2: not a unit of time: " TIMES, "--timeout=2x");
  ASSERT_REFUSED ("--timeout -5%: not a percentage: use 0% to 1000000%, such as 200%",
                  "--timeout=-5%");
  ASSERT_REFUSED ("--timeout 5%%: not a percentage: use 0% to 1000000%, such as 200%",
                  "--timeout=5%%");
  ASSERT_REFUSED ("--timeout %: not a percentage: use 0% to 1000000%, such as 200%", "--timeout=%");
  ASSERT_REFUSED ("--slow-after '': column 1: not a number: " TIMES, "--slow-after=");
  ASSERT_REFUSED ("--deadline soon: column 1: not a number: " TIMES, "--deadline", "soon");
  ASSERT_REFUSED ("--termseq nonsense: column 1: not a signal: use signals and milliseconds by "
                  "turns, such as TERM,5000,KILL",
                  "--termseq", "nonsense");
  ASSERT_REFUSED ("--retry-delay x: column 1: not a number: " TIMES, "--retry-delay=x");
  ASSERT_REFUSED (
      "--retry-on 1,often: column 3: neither an exit status nor a signal: use 1 to 255, "
      "ranges, names of signals, timeout or lost, such as 1,75-79,SIGKILL,timeout",
      "--retry-on=1,often");
}

static void
test_pool_zeros (void)
{
  g_autoptr (ApoolOptions) options =
      PARSE ("--prefetch", "0", "--retries=0", "--crash-limit", "0", "--max-tasks-per-worker=0",
             "--worker-init-timeout=0", "--worker-init=x", "--worker-init=", "--debug");
  g_autoptr (ApoolOptions) tiny =
      PARSE ("--worker-init-timeout=0.0001", "--worker-timeout=0.00001", "--retries=1");

  g_assert_cmpint (options->prefetch, ==, 0);
  g_assert_cmpuint (options->retries, ==, G_MAXUINT);
  g_assert_cmpuint (options->crash_limit, ==, 0);
  g_assert_cmpuint (options->max_tasks, ==, 0);
  g_assert_cmpuint (options->worker_init_timeout_msec, ==, 0);
  g_assert_null (options->worker_init);
  g_assert_true (options->debug);
  g_assert_cmpuint (tiny->worker_init_timeout_msec, ==, 1);
  g_assert_cmpuint (tiny->worker_timeout_msec, ==, 1);
  g_assert_cmpuint (tiny->retries, ==, 0);
}

static void
test_scheduler (void)
{
  g_autoptr (ApoolOptions) affinity = PARSE ("--scheduler", "affinity={1}=x");
  g_autoptr (ApoolOptions) later = PARSE ("--sched=affinity=", "--scheduler=round-robin");

  g_assert_cmpstr (affinity->scheduler->name, ==, "affinity");
  g_assert_cmpstr (affinity->key, ==, "{1}=x");
  g_assert_cmpstr (later->scheduler->name, ==, "round-robin");
  g_assert_null (later->key);

  ASSERT_REFUSED ("--scheduler robin: no scheduler of this name: use least-loaded, round-robin or "
                  "affinity=TEMPLATE",
                  "--scheduler", "robin");
  ASSERT_REFUSED ("--scheduler round-robin=x: takes no template: use least-loaded, round-robin or "
                  "affinity=TEMPLATE",
                  "--scheduler=round-robin=x");
  ASSERT_REFUSED ("--sched affinity: needs a template: use least-loaded, round-robin or "
                  "affinity=TEMPLATE",
                  "--sched", "affinity");
}

static void
test_bad_pool_values (void)
{
  const char *const bad_counts[] = {
    "", "-1", "1.5", "x", "1000001", "99999999999999999999", " 1"
  };
  const char *const bad_seconds[] = {
    "", "-1", "1s", "x", "1000000.1", ".", "1.2.3", "1e3", "inf"
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad_counts); i++)
    {
      g_autofree char *message =
          g_strdup_printf ("--prefetch %s: not a number of jobs: use 1 to 1000000, or 0 for none",
                           apool_option_show (bad_counts[i]));

      ASSERT_REFUSED (message, "--prefetch", bad_counts[i]);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bad_seconds); i++)
    {
      g_autofree char *message = g_strdup_printf (
          "--worker-init-timeout %s: not a number of seconds: use 0.001 to 1000000, or 0 for no "
          "limit",
          apool_option_show (bad_seconds[i]));

      ASSERT_REFUSED (message, "--worker-init-timeout", bad_seconds[i]);
    }
  ASSERT_REFUSED ("--workers 0: not a number of workers: use 1 to 1000000", "--workers", "0");
  ASSERT_REFUSED ("--jobs-per-worker 0: not a number of jobs: use 1 to 1000000",
                  "--jobs-per-worker=0");
  ASSERT_REFUSED ("--worker-timeout 0: not a number of seconds: use 0.001 to 1000000",
                  "--worker-timeout", "0");
  ASSERT_REFUSED ("--retries x: not a number of attempts: use 1 to 1000000, or 0 for no limit",
                  "--retries=x");
  ASSERT_REFUSED ("--crash-limit x: not a number of lost workers: use 1 to 1000000, or 0 for no "
                  "limit",
                  "--crash-limit=x");
  ASSERT_REFUSED ("--debug: takes no value: 'all'", "--debug=all");
}

static void
test_unknown (void)
{
  ASSERT_REFUSED ("--jbos: unknown option: did you mean --jobs?", "--jbos", "8");
  ASSERT_REFUSED ("--jbos: unknown option: did you mean --jobs?", "--jbos=8");
  ASSERT_REFUSED ("--keep-ordre: unknown option: did you mean --keep-order?", "--keep-ordre");
  ASSERT_REFUSED ("--unorderd: unknown option: did you mean --unordered?", "--unorderd");
  ASSERT_REFUSED ("--tmpdirr: unknown option: did you mean --tmpdir?", "--tmpdirr=x");
  ASSERT_REFUSED ("--jjoblog: unknown option: did you mean --joblog?", "--jjoblog");
  ASSERT_REFUSED ("--helpp: unknown option: did you mean --help?", "--helpp");
  ASSERT_REFUSED ("--qqq: unknown option: see --help", "--qqq");
  ASSERT_REFUSED ("--: unknown option: see --help", "--=x");
  ASSERT_REFUSED ("---: unknown option: see --help", "---");
  ASSERT_REFUSED ("-z: unknown option: see --help", "-kzj8");
  ASSERT_REFUSED ("-\xff: unknown option: see --help", "-\xff");
}

/* A suggestion costs no more than its table allows, however long the option is. */
static void
test_unknown_long (void)
{
  g_autofree char *word = g_strnfill (100000, 'j');
  const char *argv[] = { "apool", NULL, NULL };
  g_autofree char *message = NULL;

  word[0] = word[1] = '-';
  argv[1] = word;
  message = g_strconcat (word, ": unknown option: see --help", NULL);
  assert_refused (message, argv);
}

static void
test_prefixes (void)
{
  g_autoptr (ApoolOptions) options = PARSE ("--unor", "--nul", "--vers");
  g_autoptr (ApoolOptions) exact = PARSE ("--shell", "--tmpd=x");

  g_assert_true (options->output.is_unordered);
  g_assert_cmpint (options->show, ==, APOOL_SHOW_VERSION);
  /* Not ambiguous, although --shell-quote and others begin so. */
  g_assert_cmpint (exact->text.shell, ==, APOOL_TEMPLATE_SHELL_ALWAYS);
  /* Two names of one option are no ambiguity. */
  g_assert_nonnull (apool_option_find_long ("--color-fai", NULL));

  ASSERT_REFUSED ("--he: ambiguous option: --header, --help", "--he");
  ASSERT_REFUSED ("--number-of: ambiguous option: --number-of-sockets, --number-of-cores, "
                  "--number-of-threads",
                  "--number-of=3");
  ASSERT_REFUSED ("--s: ambiguous option: --shell, --slow-after, --scheduler, --skip-first-line, "
                  "--skip-inputs, --shuf, --seed, --seqreplace, and more",
                  "--s");
}

static void
test_refused (void)
{
  ASSERT_REFUSED ("--tmux: GNU parallel's option, not in apool yet: use 'tmux new-window -d CMD' "
                  "as the command",
                  "--tmux", "echo");
  ASSERT_REFUSED ("--basef: GNU parallel's option, not in apool yet: use scp or rsync as part of "
                  "the command",
                  "--basef=x", "echo");
  ASSERT_REFUSED (
      "-M: GNU parallel's option, not in apool yet: use 'ssh HOST CMD' as the command, with "
      "ControlMaster in ssh_config(5)",
      "-kM", "--jbos");
  ASSERT_REFUSED (
      "--longest-first: needs --joblog or --journal of an earlier run, which say how long "
      "jobs take",
      "--longest-first", "echo");
  ASSERT_REFUSED ("--tollef: GNU parallel's option, not in apool: use \":::\" before the inputs",
                  "--tollef");
}

static void
test_texts (void)
{
  g_autoptr (ApoolOptions) help = PARSE ("-k", "--help", "--jbos", "::::");
  g_autoptr (ApoolOptions) version = PARSE ("-kV", "x");

  g_assert_cmpint (help->show, ==, APOOL_SHOW_HELP);
  assert_words (help->command, "");
  g_assert_cmpint (version->show, ==, APOOL_SHOW_VERSION);
  assert_words (version->command, "");
}

static void
test_about (void)
{
  g_autoptr (ApoolOptions) cores = PARSE ("--number-of-cpus", "-j", "x");
  g_autoptr (ApoolOptions) sockets = PARSE ("--number-of-sockets");
  g_autoptr (ApoolOptions) threads = PARSE ("-k", "--number-of-threads");
  g_autoptr (ApoolOptions) length = PARSE ("--max-line-length-allowed", "echo");
  g_autoptr (ApoolOptions) limits = PARSE ("--show-limits", "echo");
  g_autoptr (ApoolOptions) version = PARSE ("--minversion", "20130722", "echo");

  g_assert_cmpint (cores->show, ==, APOOL_SHOW_COUNT);
  g_assert_cmpint (cores->show_unit, ==, APOOL_ABOUT_CORES);
  g_assert_cmpint (sockets->show_unit, ==, APOOL_ABOUT_SOCKETS);
  g_assert_cmpint (threads->show, ==, APOOL_SHOW_COUNT);
  g_assert_cmpint (threads->show_unit, ==, APOOL_ABOUT_THREADS);
  g_assert_cmpint (length->show, ==, APOOL_SHOW_MAX_LENGTH);
  g_assert_cmpint (limits->show, ==, APOOL_SHOW_NOTHING);
  g_assert_true (limits->show_limits);
  assert_words (limits->command, "echo");
  g_assert_cmpint (version->show, ==, APOOL_SHOW_PARALLEL_VERSION);
  g_assert_cmpuint (version->min_version, ==, 20130722);

  ASSERT_REFUSED ("--minversion new: not a version: use one of GNU parallel, such as 20221122",
                  "--minversion", "new");
}

/* Wherever they stand, they count for all of -j. */
static void
test_units (void)
{
  g_autoptr (ApoolOptions) threads = PARSE ("-j100%");
  g_autoptr (ApoolOptions) cores = PARSE ("-j100%", "--use-cores-instead-of-threads");
  g_autoptr (ApoolOptions) cpus = PARSE ("--use-cpus-instead-of-cores", "-j+1");
  g_autoptr (ApoolOptions) sockets = PARSE ("-j+1", "--use-sockets-instead-of-threads");

  g_assert_cmpint (threads->unit, ==, APOOL_ABOUT_THREADS);
  g_assert_cmpuint (threads->usable.n_allowed, ==, apool_about_count (APOOL_ABOUT_THREADS));
  g_assert_cmpuint (threads->sizes.jobs, ==, threads->usable.n);
  g_assert_cmpint (cores->unit, ==, APOOL_ABOUT_CORES);
  g_assert_cmpuint (cores->usable.n_allowed, ==, apool_about_count (APOOL_ABOUT_CORES));
  g_assert_cmpuint (cores->sizes.jobs, ==, cores->usable.n);
  g_assert_cmpuint (cpus->sizes.jobs, ==, cpus->usable.n + 1);
  g_assert_cmpuint (sockets->usable.n_allowed, ==, apool_about_count (APOOL_ABOUT_SOCKETS));
  g_assert_cmpuint (sockets->sizes.jobs, ==, sockets->usable.n + 1);
}

static void
assert_fits (const char *text, guint n_columns)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  g_assert_true (g_str_has_suffix (text, "\n"));
  for (char **line = lines; *line != NULL; line++)
    g_assert_cmpuint (strlen (*line), <=, n_columns);
}

static void
test_help (void)
{
  g_autofree char *help = apool_help_dup_text ();
  g_autofree char *version = apool_help_dup_version ();
  g_auto (GStrv) brief = g_strsplit (apool_help_brief (), "\n", -1);

  assert_fits (help, 80);
  g_assert_nonnull (strstr (help, "\n  -j, -P, --jobs, --max-procs N\n"));
  g_assert_nonnull (strstr (help, "\n  -0, --null                 inputs end"));
  g_assert_null (strstr (help, "--tmux"));
  g_assert_null (strstr (help, "--will-cite"));

  assert_fits (apool_help_brief (), 80);
  g_assert_cmpuint (g_strv_length (brief), ==, 3 + 1);

  assert_fits (version, 80);
  g_assert_true (g_str_has_prefix (version, "apool " APOOL_VERSION "\nGLib 2."));
}

/* Every name finds its own row, so none is there twice and none hides behind another. */
static void
test_table (void)
{
  gsize n_options;
  const ApoolOption *options = apool_option_table_get (&n_options);

  for (gsize i = 0; i < n_options; i++)
    {
      const ApoolOption *option = &options[i];

      g_assert_null (option->names[APOOL_OPTION_MAX_NAMES - 1]);
      g_assert_nonnull (option->names[0]);
      for (const char *const *name = option->names; *name != NULL; name++)
        {
          g_autofree char *typed = g_strconcat ("--", *name, NULL);

          g_assert_cmpuint (strlen (*name), <=, 40);
          if (apool_option_name_is_short (*name))
            g_assert_true (apool_option_find_short (**name, NULL) == option);
          else
            g_assert_true (apool_option_find_long (typed, NULL) == option);
        }

      if (option->state == APOOL_OPTION_BUILT)
        g_assert_true (option->apply != NULL && option->help != NULL);
      if (option->state == APOOL_OPTION_BUILT)
        g_assert_cmpint (option->value_name != NULL, ==, option->argument != APOOL_OPTION_NONE);
      if (option->state == APOOL_OPTION_REFUSED)
        g_assert_nonnull (option->help);
    }
}

/* Whether @name is spelled in the table as it is given here, but for dashes within it, and can be
 * used or says what to use instead. */
static gboolean
is_answered (const char *name)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) parts = g_strsplit (name, "-", -1);
  g_autofree char *letters = g_strjoinv ("", parts);
  const ApoolOption *option = g_str_has_prefix (name, "--")
                                  ? apool_option_find_long (name, &error)
                                  : apool_option_find_short (name[1], &error);
  gboolean is_there = FALSE;

  for (gsize i = 0; option != NULL && option->names[i] != NULL; i++)
    {
      g_auto (GStrv) own_parts = g_strsplit (option->names[i], "-", -1);
      g_autofree char *own_letters = g_strjoinv ("", own_parts);

      is_there = is_there || strcmp (letters, own_letters) == 0;
    }
  return is_there && (option->state == APOOL_OPTION_BUILT ||
                      option->state == APOOL_OPTION_ACCEPTED || option->help != NULL);
}

/* Every option name of GNU parallel 20221122. */
static void
test_reference (void)
{
  g_autofree char *path =
      g_test_build_filename (G_TEST_DIST, "data", "reference-options.txt", NULL);
  g_autofree char *contents = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) names = NULL;
  guint n_names = 0;

  g_file_get_contents (path, &contents, NULL, &error);
  g_assert_no_error (error);
  names = g_strsplit (contents, "\n", -1);
  for (char **name = names; *name != NULL && **name != '\0'; name++, n_names++)
    {
      g_test_message ("%s", *name);
      g_assert_true (is_answered (*name));
    }
  g_assert_cmpuint (n_names, >, 190);
}

/* The source of the manual of GNU parallel that is installed here, or %NULL. */
static char *
read_manual (void)
{
  g_autoptr (GFile) file = g_file_new_for_path ("/usr/share/man/man1/parallel.1.gz");
  g_autoptr (GFileInputStream) packed = g_file_read (file, NULL, NULL);
  g_autoptr (GZlibDecompressor) decompressor =
      g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP);
  g_autoptr (GOutputStream) text = g_memory_output_stream_new_resizable ();
  g_autoptr (GInputStream) unpacked = NULL;
  g_autoptr (GError) error = NULL;

  if (packed == NULL)
    return NULL;
  unpacked = g_converter_input_stream_new (G_INPUT_STREAM (packed), G_CONVERTER (decompressor));
  g_output_stream_splice (text, unpacked, G_OUTPUT_STREAM_SPLICE_NONE, NULL, &error);
  g_assert_no_error (error);
  g_output_stream_write (text, "", 1, NULL, &error);
  g_assert_no_error (error);
  g_output_stream_close (text, NULL, &error);
  g_assert_no_error (error);
  return g_memory_output_stream_steal_data (G_MEMORY_OUTPUT_STREAM (text));
}

/* Every name that the manual has a paragraph about, where it is installed: whether the list that
 * test_reference() reads, and that is there anyway, is complete. */
static void
test_manual (void)
{
  g_autofree char *manual = read_manual ();
  g_autoptr (GRegex) heading = g_regex_new ("^\\.IP \"\\\\fB((?:\\\\-){1,2}[\\w\\\\-]+)",
                                            G_REGEX_MULTILINE | G_REGEX_RAW, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  guint n_names = 0;

  if (manual == NULL || strstr (manual, "20221122") == NULL)
    {
      g_test_skip ("the manual of GNU parallel 20221122 is not installed");
      return;
    }
  for (g_regex_match (heading, manual, 0, &match); g_match_info_matches (match);
       g_match_info_next (match, NULL), n_names++)
    {
      g_autofree char *raw = g_match_info_fetch (match, 1);
      char *end = strstr (raw, "\\fR");
      g_auto (GStrv) parts = NULL;
      g_autofree char *name = NULL;

      if (end != NULL)
        *end = '\0';
      parts = g_strsplit (raw, "\\", -1);
      name = g_strjoinv ("", parts);
      g_test_message ("%s", name);
      g_assert_true (is_answered (name));
    }
  g_assert_cmpuint (n_names, >, 190);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/options/defaults", test_defaults);
  g_test_add_func ("/options/no-words", test_no_words);
  g_test_add_func ("/options/values", test_values);
  g_test_add_func ("/options/flags", test_flags);
  g_test_add_func ("/options/end-of-options", test_end_of_options);
  g_test_add_func ("/options/args", test_args);
  g_test_add_func ("/options/places", test_places);
  g_test_add_func ("/options/separators", test_separators);
  g_test_add_func ("/options/input", test_input);
  g_test_add_func ("/options/optional-values", test_optional_values);
  g_test_add_func ("/options/batches", test_batches);
  g_test_add_func ("/options/long-lines", test_long_lines);
  g_test_add_func ("/options/bad-input-values", test_bad_input_values);
  g_test_add_func ("/options/delimiter", test_delimiter);
  g_test_add_func ("/options/contradictions", test_contradictions);
  g_test_add_func ("/options/text", test_text);
  g_test_add_func ("/options/directory", test_directory);
  g_test_add_func ("/options/bytes", test_bytes);
  g_test_add_func ("/options/jobs", test_jobs);
  g_test_add_func ("/options/bad-jobs", test_bad_jobs);
  g_test_add_func ("/options/relative-jobs", test_relative_jobs);
  g_test_add_func ("/options/bad-values", test_bad_values);
  g_test_add_func ("/options/any-jobs", test_any_jobs);
  g_test_add_func ("/options/jobs-file", test_jobs_file);
  g_test_add_func ("/options/bad-jobs-file", test_bad_jobs_file);
  g_test_add_func ("/options/long-jobs-file", test_long_jobs_file);
  g_test_add_func ("/options/named-jobs-file", test_named_jobs_file);
  g_test_add_func ("/options/pool", test_pool);
  g_test_add_func ("/options/pool-zeros", test_pool_zeros);
  g_test_add_func ("/options/patience", test_patience);
  g_test_add_func ("/options/bad-patience", test_bad_patience);
  g_test_add_func ("/options/scheduler", test_scheduler);
  g_test_add_func ("/options/bad-pool-values", test_bad_pool_values);
  g_test_add_func ("/options/unknown", test_unknown);
  g_test_add_func ("/options/unknown-long", test_unknown_long);
  g_test_add_func ("/options/prefixes", test_prefixes);
  g_test_add_func ("/options/refused", test_refused);
  g_test_add_func ("/options/texts", test_texts);
  g_test_add_func ("/options/about", test_about);
  g_test_add_func ("/options/units", test_units);
  g_test_add_func ("/options/help", test_help);
  g_test_add_func ("/options/table", test_table);
  g_test_add_func ("/options/reference", test_reference);
  g_test_add_func ("/options/manual", test_manual);
  return g_test_run ();
}
