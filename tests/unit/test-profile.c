/* SPDX-License-Identifier: MIT */
/* Profiles: their words, where they are found, and what they do to a command line. */

#include <glib/gstdio.h>
#include <string.h>

#include "base/apool-error.h"
#include "cli/apool-options.h"
#include "cli/apool-profile.h"

#define VARIABLE "APOOL_TEST_OPTIONS"
#define PARSE(fixture, ...) parse (fixture, (const char *[]){ "apool", __VA_ARGS__, NULL })
#define ASSERT_REFUSED(fixture, message, ...)                                                      \
  assert_refused (fixture, message, (const char *[]){ "apool", __VA_ARGS__, NULL })

/* Two directories, of which the second one counts more. */
typedef struct
{
  char *top;
  char *low;
  char *high;
  char *low_config;
  char *high_config;
  ApoolProfilePlaces places;
} Fixture;

static void
fixture_set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->top = g_dir_make_tmp ("apool-profile-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->low = g_build_filename (fixture->top, "low", NULL);
  fixture->high = g_build_filename (fixture->top, "high", NULL);
  fixture->low_config = g_build_filename (fixture->low, "config", NULL);
  fixture->high_config = g_build_filename (fixture->high, "config", NULL);
  g_assert_cmpint (g_mkdir (fixture->low, 0700), ==, 0);
  g_assert_cmpint (g_mkdir (fixture->high, 0700), ==, 0);
  fixture->places.directories = g_strdupv ((char *[]){ fixture->low, fixture->high, NULL });
  fixture->places.files = g_strdupv ((char *[]){ fixture->low_config, fixture->high_config, NULL });
  fixture->places.variable = VARIABLE;
  g_unsetenv (VARIABLE);
}

static void
remove_all (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_all (child);
    }
  g_assert_cmpint (g_remove (path), ==, 0);
}

static void
fixture_tear_down (Fixture *fixture, gconstpointer data)
{
  g_unsetenv (VARIABLE);
  remove_all (fixture->top);
  apool_profile_places_clear (&fixture->places);
  g_free (fixture->top);
  g_free (fixture->low);
  g_free (fixture->high);
  g_free (fixture->low_config);
  g_free (fixture->high_config);
}

static void
write_file (const char *directory, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

static ApoolOptions *
parse (Fixture *fixture, const char *const *argv)
{
  g_autoptr (GError) error = NULL;
  ApoolOptions *options = apool_options_parse_with_profiles (
      (int) g_strv_length ((char **) argv), (char **) argv, &fixture->places, &error);

  g_assert_no_error (error);
  g_assert_nonnull (options);
  return options;
}

static void
assert_refused (Fixture *fixture, const char *message, const char *const *argv)
{
  g_autoptr (GError) error = NULL;
  ApoolOptions *options = apool_options_parse_with_profiles (
      (int) g_strv_length ((char **) argv), (char **) argv, &fixture->places, &error);

  g_assert_null (options);
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_USAGE);
  g_assert_cmpstr (error->message, ==, message);
}

static void
assert_words (const char *const *words, const char *joined)
{
  g_autofree char *found = g_strjoinv ("|", (char **) words);

  g_assert_cmpstr (found, ==, joined);
}

/* A text, and its words with their lines. */
static void
test_words (void)
{
  const struct
  {
    const char *text;
    const char *words;
  } cases[] = {
    { "", "" },
    { " \n\t\r\n ", "" },
    { "-j 8", "1-j 18" },
    { "-j1 nice\n", "1-j1 1nice" },
    { "a\n\nb c\n", "1a 3b 3c" },
    { "# a\n  # b ' \"\nc # d", "3c 3# 3d" },
    { "a#b #c", "1a#b 1#c" },
    { "'a  b'\"c\"d", "1a  bcd" },
    { "'' \"\"", "1 1" },
    { "'a\\'b", "1a\\b" },
    { "\"a\\\"b\\\\c\\$d\\`e\\f\"", "1a\"b\\c$d`e\\f" },
    { "a\\ b\\'\\\"\\\\", "1a b'\"\\" },
    { "'a\n# b' c", "1a\n# b 2c" },
    { "$HOME * ~ `x`", "1$HOME 1* 1~ 1`x`" },
    { "\xff '\x80'", "1\xff 1\x80" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ApoolProfile) profile =
          apool_profile_new ("x", cases[i].text, strlen (cases[i].text), &error);
      g_autoptr (GString) found = g_string_new (NULL);

      g_assert_no_error (error);
      g_assert_cmpuint (profile->words->len, ==, profile->lines->len + 1);
      for (guint j = 0; j < profile->lines->len; j++)
        g_string_append_printf (found, "%s%u%s", j > 0 ? " " : "",
                                g_array_index (profile->lines, guint, j),
                                (const char *) g_ptr_array_index (profile->words, j));
      g_assert_cmpstr (found->str, ==, cases[i].words);
    }
}

static void
test_bad_words (void)
{
#define CASE(text, message)                                                                        \
  {                                                                                                \
    text, sizeof text - 1, message                                                                 \
  }
  const struct
  {
    const char *text;
    gsize length;
    const char *message;
  } cases[] = {
    CASE ("a\n 'b\nc", "f: line 2: no ' ends the quotes"),
    CASE ("\"b\\\"", "f: line 1: no \" ends the quotes"),
    CASE ("\n\na \\", "f: line 3: nothing after the backslash"),
    CASE ("a \\\nb", "f: line 1: nothing after the backslash"),
    CASE ("a\nb\0c", "f: line 2: a NUL byte"),
    CASE ("# a\0", "f: line 1: a NUL byte"),
    CASE ("'\\\0'", "f: line 1: a NUL byte"),
  };
#undef CASE

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (apool_profile_new ("f", cases[i].text, cases[i].length, &error));
      g_assert_error (error, APOOL_ERROR, APOOL_ERROR_USAGE);
      g_assert_cmpstr (error->message, ==, cases[i].message);
    }
}

/* Files that need not be named, then the variable, then the command line. */
static void
test_order (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ApoolOptions) none = PARSE (fixture, "echo");
  g_autoptr (ApoolOptions) files = NULL;
  g_autoptr (ApoolOptions) variable = NULL;
  g_autoptr (ApoolOptions) line = NULL;
  g_autoptr (ApoolOptions) plain = NULL;

  g_assert_cmpuint (none->sizes.jobs, ==, 0);
  write_file (fixture->low, "config", "-j1 --retries 4");
  write_file (fixture->high, "config", "-j\n2\n");
  files = PARSE (fixture, "echo");
  g_setenv (VARIABLE, "-j 3", TRUE);
  variable = PARSE (fixture, "echo");
  line = PARSE (fixture, "-j4", "echo");
  plain = PARSE (fixture, "--plain", "echo");

  g_assert_cmpuint (files->sizes.jobs, ==, 2);
  g_assert_cmpuint (files->retries, ==, 3);
  g_assert_cmpuint (variable->sizes.jobs, ==, 3);
  g_assert_cmpuint (line->sizes.jobs, ==, 4);
  g_assert_cmpuint (line->retries, ==, 3);
  g_assert_cmpuint (plain->sizes.jobs, ==, 0);
  g_assert_cmpuint (plain->retries, ==, 0);
}

/* They stand for the files that are read otherwise, not for the variable. */
static void
test_named (Fixture *fixture, gconstpointer data)
{
  g_autofree char *elsewhere = g_build_filename (fixture->top, "x", NULL);
  g_autoptr (ApoolOptions) named = NULL;
  g_autoptr (ApoolOptions) path = NULL;
  g_autoptr (ApoolOptions) variable = NULL;

  write_file (fixture->low, "fast", "-j 20 --workers 2");
  write_file (fixture->high, "fast", "-j 30");
  write_file (fixture->high, "order", "--unordered");
  write_file (fixture->top, "x", "-j 40");
  write_file (fixture->low, "config", "--retries 4");
  named = PARSE (fixture, "-J", "fast", "--profile=order", "echo");
  path = PARSE (fixture, "-J", "fast", "-J", elsewhere, "echo");
  g_setenv (VARIABLE, "-j 3", TRUE);
  variable = PARSE (fixture, "-J", "fast", "echo");

  g_assert_cmpuint (named->sizes.jobs, ==, 30);
  g_assert_cmpuint (named->sizes.workers, ==, 2);
  g_assert_true (named->output.is_unordered);
  g_assert_cmpuint (named->retries, ==, 0);
  g_assert_cmpuint (path->sizes.jobs, ==, 40);
  g_assert_cmpuint (path->sizes.workers, ==, 2);
  g_assert_cmpuint (variable->sizes.jobs, ==, 3);
}

/* What is no option comes before the command. */
static void
test_prefix (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ApoolOptions) command = NULL;
  g_autoptr (ApoolOptions) none = NULL;

  write_file (fixture->low, "nice", "-j1 nice -n 3");
  g_setenv (VARIABLE, "-- time", TRUE);
  command = PARSE (fixture, "-J", "nice", "echo", "x", ":::", "a");
  none = PARSE (fixture, "-J", "nice");

  g_assert_cmpuint (command->sizes.jobs, ==, 1);
  assert_words (command->command, "nice|-n|3|time|echo|x");
  g_assert_cmpuint (command->input.places->len, ==, 1);
  assert_words (none->command, "nice|-n|3|time");
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  g_autofree char *missing =
      g_strdup_printf ("--profile gone: no such file that can be read: looked in %s, %s",
                       fixture->low, fixture->high);
  g_autofree char *bad = g_strdup_printf ("%s: line 3: --jbos: unknown option: did you mean "
                                          "--jobs?",
                                          fixture->low_config);
  g_autofree char *value = g_strdup_printf (
      "%s: line 2: --trim x: not a choice: use n, l, r, lr or rl", fixture->low_config);
  g_autofree char *quotes =
      g_strdup_printf ("%s: line 1: no ' ends the quotes", fixture->low_config);

  ASSERT_REFUSED (fixture, missing, "-J", "gone", "echo");
  ASSERT_REFUSED (fixture, "--profile ./gone: no such file that can be read", "-J", "./gone");
  ASSERT_REFUSED (fixture, "-J '': the value is empty", "-J", "");
  write_file (fixture->low, "config", "# a\n-k -j\n8 --jbos\n-j1");
  ASSERT_REFUSED (fixture, bad, "echo");
  write_file (fixture->low, "config", "\n--trim\nx");
  ASSERT_REFUSED (fixture, value, "echo");
  write_file (fixture->low, "config", "'");
  ASSERT_REFUSED (fixture, quotes, "echo");
  write_file (fixture->low, "config", "");
  g_setenv (VARIABLE, "-j1 -J fast", TRUE);
  ASSERT_REFUSED (fixture, VARIABLE ": line 1: --profile: only the command line can name profiles",
                  "echo");
  g_setenv (VARIABLE, "-j1 x\n::: a", TRUE);
  ASSERT_REFUSED (fixture, VARIABLE ": line 2: ':::': only the command line can have inputs",
                  "echo");
}

/* Who asks for help gets it, whatever is wrong elsewhere. */
static void
test_help (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ApoolOptions) options = NULL;
  g_autoptr (ApoolOptions) there = NULL;

  g_setenv (VARIABLE, "--help --jbos", TRUE);
  there = PARSE (fixture, "echo");
  g_setenv (VARIABLE, "--jbos", TRUE);
  options = PARSE (fixture, "--help");

  g_assert_cmpint (options->show, ==, APOOL_SHOW_HELP);
  g_assert_cmpint (there->show, ==, APOOL_SHOW_HELP);
}

/* What contradicts itself, or completes itself, is known when all has been read. */
static void
test_together (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ApoolOptions) options = NULL;

  write_file (fixture->low, "config", "--shuf --arg-sep ,,");
  options = PARSE (fixture, "--seed", "1", "echo", ":::", ",,", "a");
  assert_words (options->command, "echo|:::");
  g_assert_cmpuint (*options->input.seed, ==, 1);
  write_file (fixture->low, "config", "--csv");
  ASSERT_REFUSED (fixture,
                  "--csv and --jsonl: each says how an input is taken apart: leave one of them out",
                  "--jsonl", "echo");
}

static void
test_parallel (Fixture *fixture, gconstpointer data)
{
  const char *names[] = { "/usr/local/bin/parallel", "echo", NULL };
  const char *others[] = { "/parallel/apool", "echo", NULL };
  g_autoptr (ApoolOptions) options = parse (fixture, names);
  g_autoptr (ApoolOptions) other = parse (fixture, others);

  g_assert_true (options->is_parallel && options->output.is_unordered &&
                 !options->text.angle_is_input);
  g_assert_false (other->is_parallel || other->output.is_unordered || !other->text.angle_is_input);
}

static void
test_places (void)
{
  g_auto (ApoolProfilePlaces) own = { NULL };
  g_auto (ApoolProfilePlaces) parallel = { NULL };

  apool_profile_places_init (&own, FALSE);
  apool_profile_places_init (&parallel, TRUE);

  assert_words ((const char *const *) own.directories, "/sys2/apool|/sys1/apool|/user/apool");
  assert_words ((const char *const *) own.files,
                "/sys2/apool/config|/sys1/apool/config|/user/apool/config");
  g_assert_cmpstr (own.variable, ==, "APOOL");
  assert_words ((const char *const *) parallel.directories,
                "/special|/user/parallel|/sys1/parallel|/sys2/parallel|/home/me/.parallel");
  assert_words ((const char *const *) parallel.files,
                "/etc/parallel/config|/special/config|/user/parallel/config|/sys1/parallel/config|"
                "/sys2/parallel/config|/home/me/.parallel/config|/home/me/.parallelrc");
  g_assert_cmpstr (parallel.variable, ==, "PARALLEL");
}

int
main (int argc, char **argv)
{
  g_setenv ("HOME", "/home/me", TRUE);
  g_setenv ("PARALLEL_HOME", "/special", TRUE);
  g_setenv ("XDG_CONFIG_HOME", "/user", TRUE);
  g_setenv ("XDG_CONFIG_DIRS", "/sys1:/sys2", TRUE);
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add (path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  g_test_add_func ("/profile/words", test_words);
  g_test_add_func ("/profile/bad-words", test_bad_words);
  g_test_add_func ("/profile/places", test_places);
  ADD ("/profile/order", test_order);
  ADD ("/profile/named", test_named);
  ADD ("/profile/prefix", test_prefix);
  ADD ("/profile/refused", test_refused);
  ADD ("/profile/help", test_help);
  ADD ("/profile/together", test_together);
  ADD ("/profile/parallel", test_parallel);
#undef ADD
  return g_test_run ();
}
