/* SPDX-License-Identifier: MIT */
/* The options about what jobs are made of. */

#include "cli/apool-option-value.h"
#include "option-fixture.h"

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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/option-input/args", test_args);
  g_test_add_func ("/option-input/places", test_places);
  g_test_add_func ("/option-input/separators", test_separators);
  g_test_add_func ("/option-input/input", test_input);
  g_test_add_func ("/option-input/batches", test_batches);
  g_test_add_func ("/option-input/long-lines", test_long_lines);
  g_test_add_func ("/option-input/bad-input-values", test_bad_input_values);
  g_test_add_func ("/option-input/delimiter", test_delimiter);
  return g_test_run ();
}
