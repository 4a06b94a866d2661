/* SPDX-License-Identifier: MIT */
/* The options about what jobs find around them: what they are understood as, and what is refused.
 */

#include <string.h>

#include "base/apool-error.h"
#include "cli/apool-option-value.h"
#include "cli/apool-options.h"

/* Reads a command line that blanks part. */
static ApoolOptions *
test_place_try (const char *line, GError **error)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);
  ApoolOptions *options = apool_options_parse ((int) g_strv_length (words), words, error);

  /* What is looked at here does not point into them. */
  return options;
}

static ApoolOptions *
test_place_read (const char *line)
{
  g_autoptr (GError) error = NULL;
  ApoolOptions *options = test_place_try (line, &error);

  g_assert_no_error (error);
  return options;
}

static void
test_place_refuse (const char *line, const char *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (test_place_try (line, &error));
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_USAGE);
  g_assert_cmpstr (error->message, ==, message);
}

static void
test_place_check_nice (const char *line, int nice)
{
  g_autoptr (ApoolOptions) options = test_place_read (line);

  g_assert_true (options->place.surroundings.has_nice);
  g_assert_cmpint (options->place.surroundings.nice, ==, nice);
}

static void
test_place_nice (void)
{
  test_place_check_nice ("apool --nice 5", 5);
  test_place_check_nice ("apool --nice=+5", 5);
  test_place_check_nice ("apool --nice -5", -5);
  test_place_check_nice ("apool --nice 0 --nice 7", 7);
  test_place_check_nice ("apool --nice 99", 19);
  test_place_check_nice ("apool --nice -99", -20);
  test_place_refuse ("apool --nice x",
                     "--nice x: not a niceness: use a whole number from -20 to 19");
  test_place_refuse ("apool --nice 1.5",
                     "--nice 1.5: not a niceness: use a whole number from -20 to 19");
  test_place_refuse ("apool --nice=",
                     "--nice '': not a niceness: use a whole number from -20 to 19");
  test_place_refuse ("apool --nice 99999999999",
                     "--nice 99999999999: not a niceness: use a whole number from -20 to 19");
}

static void
test_place_check_limit (
    const ApoolOptions *options, guint place, const char *name, guint64 soft, guint64 hard)
{
  const ApoolLimit *limit = &options->place.surroundings.limits[place];

  g_assert_cmpuint (place, <, options->place.surroundings.n_limits);
  g_assert_cmpstr (apool_limit_get_name (limit->kind), ==, name);
  g_assert_cmpuint (limit->soft, ==, soft);
  g_assert_cmpuint (limit->hard, ==, hard);
}

static void
test_place_limits (void)
{
  g_autoptr (ApoolOptions) options = test_place_read (
      "apool --rlimit nofile=64,as=2K:3k --rlimit cpu=1:unlimited --rlimit nofile=infinity,rss=0");

  g_assert_cmpuint (options->place.surroundings.n_limits, ==, 4);
  test_place_check_limit (options, 0, "nofile", APOOL_LIMIT_UNLIMITED, APOOL_LIMIT_UNLIMITED);
  test_place_check_limit (options, 1, "as", 2048, 3000);
  test_place_check_limit (options, 2, "cpu", 1, APOOL_LIMIT_UNLIMITED);
  test_place_check_limit (options, 3, "rss", 0, 0);
}

static void
test_place_bad_limits (void)
{
  static const char NUMBER[] = "not a limit: use a whole number (also 2k, 2K) or 'unlimited'";
  static const struct
  {
    const char *value;
    guint column;
    const char *why;
  } CASES[] = {
    { "", 1, "use NAME=VALUE or NAME=VALUE:HARD" },
    { "nofile", 1, "use NAME=VALUE or NAME=VALUE:HARD" },
    { "cpu=1,", 7, "use NAME=VALUE or NAME=VALUE:HARD" },
    { "cpu=", 5, NUMBER },
    { "cpu=x", 5, NUMBER },
    { "cpu=-1", 5, NUMBER },
    { "as=1,cpu=1:", 12, NUMBER },
    { "cpu=1:2:3", 7, NUMBER },
    { "cpu=99999999999999999999", 5, NUMBER },
    { "cpu=2:1", 7, "less than the limit before it" },
    { "cpu=unlimited:1", 15, "less than the limit before it" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autofree char *line = g_strdup_printf ("apool --rlimit=%s", CASES[i].value);
      g_autofree char *message =
          g_strdup_printf ("--rlimit %s: column %u: %s", apool_option_show (CASES[i].value),
                           CASES[i].column, CASES[i].why);

      test_place_refuse (line, message);
    }
  test_place_refuse ("apool --rlimit core=0,CPU=1",
                     "--rlimit core=0,CPU=1: column 8: no such limit: use cpu, fsize, data, stack, "
                     "core, rss, nproc, nofile, memlock, as, locks, sigpending, msgqueue, nice, "
                     "rtprio or rttime");
}

static void
test_place_check_tty (const char *line, gboolean is_ungrouped, guint jobs)
{
  g_autoptr (ApoolOptions) options = test_place_read (line);

  g_assert_true (options->place.has_terminal);
  g_assert_cmpint (options->output.is_ungrouped, ==, is_ungrouped);
  g_assert_cmpuint (options->sizes.jobs, ==, jobs);
  g_assert_cmpuint (options->sizes.workers, ==, 1);
}

/* One job at a time that writes itself, unless something else is said, whenever. */
static void
test_place_tty (void)
{
  test_place_check_tty ("apool --tty", TRUE, 1);
  test_place_check_tty ("apool --tty -j3", TRUE, 3);
  test_place_check_tty ("apool -j3 --tty", TRUE, 3);
  test_place_check_tty ("apool --group --tty", FALSE, 1);
  test_place_check_tty ("apool --tty --group", FALSE, 1);
  test_place_check_tty ("apool --tty --line-buffer", FALSE, 1);
  test_place_check_tty ("apool -o -j2", FALSE, 2);
  test_place_check_tty ("apool --open-tty", FALSE, 0);
  test_place_check_tty ("apool --tty -p", TRUE, 1);
  test_place_refuse ("apool --tty --workers 2",
                     "--tty: one worker has the terminal: cannot be combined with --workers 2");
  test_place_refuse ("apool -o -p",
                     "--interactive: asks on the terminal that a job has: with --open-tty use -j1");
}

static void
test_place_shown (void)
{
  g_autoptr (ApoolOptions) both = test_place_read ("apool -t -vv");
  g_autoptr (ApoolOptions) silent = test_place_read ("apool --silent -v -t");
  g_autoptr (ApoolOptions) asked = test_place_read ("apool -v -t -p");

  g_assert_true (both->place.is_told);
  g_assert_true (both->place.is_shown);
  g_assert_true (silent->place.is_told);
  g_assert_false (silent->place.is_shown);
  g_assert_true (asked->place.is_interactive);
  g_assert_false (asked->place.is_told);
  g_assert_true (asked->place.is_shown);
}

static void
test_place_env (void)
{
  g_autoptr (ApoolOptions) options = test_place_read ("apool --env A,,B --env _");
  const GPtrArray *names = options->place.names;

  g_assert_cmpuint (names->len, ==, 3);
  g_assert_cmpstr (g_ptr_array_index (names, 0), ==, "A");
  g_assert_cmpstr (g_ptr_array_index (names, 1), ==, "B");
  g_assert_cmpstr (g_ptr_array_index (names, 2), ==, "_");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/option-place/nice", test_place_nice);
  g_test_add_func ("/option-place/limits", test_place_limits);
  g_test_add_func ("/option-place/bad-limits", test_place_bad_limits);
  g_test_add_func ("/option-place/tty", test_place_tty);
  g_test_add_func ("/option-place/shown", test_place_shown);
  g_test_add_func ("/option-place/env", test_place_env);
  return g_test_run ();
}
