/* SPDX-License-Identifier: MIT */
/* The option table, how it is searched, and how command lines are understood. */

#include <gio/gio.h>
#include <string.h>

#include "cli/apool-option-lookup.h"
#include "option-fixture.h"

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
  ASSERT_REFUSED ("--process-slot-var APOOL_JOB: by this variable apool knows the processes of a "
                  "job: use another name",
                  "--process-slot-var", "APOOL_JOB");
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

/* One dash makes short options of it. */
static void
test_one_dash (void)
{
  g_autoptr (ApoolOptions) shorts = PARSE ("-kt", "x");
  g_autoptr (ApoolOptions) help = PARSE ("-help", "x");
  g_autoptr (ApoolOptions) version = PARSE ("-version", "x");

  g_assert_cmpint (help->show, ==, APOOL_SHOW_HELP);
  g_assert_null (help->show_topic);
  g_assert_cmpint (version->show, ==, APOOL_SHOW_VERSION);
  g_assert_true (shorts->output.keeps_order);
  ASSERT_REFUSED ("-colsep: did you mean --colsep? -c: unknown option: see --help", "-colsep=x");
  ASSERT_REFUSED ("-z: unknown option: see --help", "-zzz");
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
  g_autoptr (ApoolOptions) topic = PARSE ("--help=output", "x");
  g_autoptr (ApoolOptions) version = PARSE ("-kV", "x");

  g_assert_cmpint (help->show, ==, APOOL_SHOW_HELP);
  g_assert_null (help->show_topic);
  g_assert_cmpstr (topic->show_topic, ==, "output");
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
  g_test_add_func ("/options/optional-values", test_optional_values);
  g_test_add_func ("/options/contradictions", test_contradictions);
  g_test_add_func ("/options/text", test_text);
  g_test_add_func ("/options/directory", test_directory);
  g_test_add_func ("/options/bytes", test_bytes);
  g_test_add_func ("/options/bad-values", test_bad_values);
  g_test_add_func ("/options/unknown", test_unknown);
  g_test_add_func ("/options/one-dash", test_one_dash);
  g_test_add_func ("/options/unknown-long", test_unknown_long);
  g_test_add_func ("/options/prefixes", test_prefixes);
  g_test_add_func ("/options/refused", test_refused);
  g_test_add_func ("/options/texts", test_texts);
  g_test_add_func ("/options/about", test_about);
  g_test_add_func ("/options/table", test_table);
  g_test_add_func ("/options/reference", test_reference);
  g_test_add_func ("/options/manual", test_manual);
  return g_test_run ();
}
