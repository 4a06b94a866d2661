/* SPDX-License-Identifier: MIT */
/* The options about how many jobs run at a time. */

#include <glib/gstdio.h>
#include <string.h>

#include "base/apool-fd.h"
#include "cli/apool-option-many.h"
#include "option-fixture.h"

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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/option-jobs/jobs", test_jobs);
  g_test_add_func ("/option-jobs/bad-jobs", test_bad_jobs);
  g_test_add_func ("/option-jobs/relative-jobs", test_relative_jobs);
  g_test_add_func ("/option-jobs/any-jobs", test_any_jobs);
  g_test_add_func ("/option-jobs/jobs-file", test_jobs_file);
  g_test_add_func ("/option-jobs/bad-jobs-file", test_bad_jobs_file);
  g_test_add_func ("/option-jobs/long-jobs-file", test_long_jobs_file);
  g_test_add_func ("/option-jobs/named-jobs-file", test_named_jobs_file);
  g_test_add_func ("/option-jobs/units", test_units);
  return g_test_run ();
}
