/* SPDX-License-Identifier: MIT */
/* What the options about going on with a run say, in any order. */

#include "base/apool-error.h"
#include "cli/apool-options.h"

static ApoolOptions *
parse (const char *const *words, GError **error)
{
  return apool_options_parse ((int) g_strv_length ((char **) words), (char **) words, error);
}

#define PARSE(error, name, ...)                                                                    \
  parse ((const char *const[]){ name, "--plain", __VA_ARGS__, NULL }, error)

static void
test_rules (void)
{
  static const struct
  {
    const char *name;
    const char *first;
    const char *second;
    ApoolResumeMode resume;
    gboolean is_by_seq;
  } CASES[] = {
    { "apool", "--tag", "-k", APOOL_RESUME_NONE, FALSE },
    { "apool", "--resume", "-k", APOOL_RESUME_UNFINISHED, FALSE },
    { "apool", "--resume=job", "-k", APOOL_RESUME_UNFINISHED, FALSE },
    { "apool", "--resume=seq", "-k", APOOL_RESUME_UNFINISHED, TRUE },
    { "apool", "--resume-failed", "-k", APOOL_RESUME_FAILED, FALSE },
    { "apool", "--resume-failed", "--resume", APOOL_RESUME_FAILED, FALSE },
    { "apool", "--resume-failed", "--resume=seq", APOOL_RESUME_FAILED, TRUE },
    { "apool", "--resume=seq", "--resumefailed", APOOL_RESUME_FAILED, TRUE },
    { "apool", "--retry-failed", "--resume", APOOL_RESUME_RETRY, FALSE },
    { "apool", "--resume", "--retryfailed", APOOL_RESUME_RETRY, FALSE },
    { "parallel", "--resume", "-k", APOOL_RESUME_UNFINISHED, TRUE },
    { "parallel", "--resume=job", "-k", APOOL_RESUME_UNFINISHED, FALSE },
    { "parallel", "--resume-failed", "-k", APOOL_RESUME_FAILED, TRUE },
    { "parallel", "--resume=job", "--resume-failed", APOOL_RESUME_FAILED, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ApoolOptions) options =
          PARSE (&error, CASES[i].name, CASES[i].first, CASES[i].second, "--joblog=x", "true");

      g_assert_no_error (error);
      g_test_message ("%s %s %s", CASES[i].name, CASES[i].first, CASES[i].second);
      g_assert_cmpint (options->record.resume, ==, CASES[i].resume);
      g_assert_cmpint (options->record.resumes_by_seq, ==, CASES[i].is_by_seq);
    }
}

#define ASSERT_REFUSED(expected, ...)                                                              \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autoptr (GError) why = NULL;                                                                 \
    g_assert_null (PARSE (&why, "apool", __VA_ARGS__));                                            \
    g_assert_error (why, APOOL_ERROR, APOOL_ERROR_USAGE);                                          \
    g_assert_cmpstr (why->message, ==, expected);                                                  \
  }                                                                                                \
  G_STMT_END

static void
test_refused (void)
{
  static const char NEEDS[] = "--resume: needs --joblog, or --results with a directory";
  g_autoptr (GError) error = NULL;
  g_autoptr (ApoolOptions) by_results = PARSE (&error, "apool", "--resume", "--results=d", "true");

  g_assert_no_error (error);
  g_assert_nonnull (by_results);
  ASSERT_REFUSED (NEEDS, "--resume", "true");
  ASSERT_REFUSED (NEEDS, "--resume", "--results=x.csv", "true");
  ASSERT_REFUSED ("--resume-failed: needs --joblog", "--resume-failed", "--results=d", "true");
  ASSERT_REFUSED ("--retry-failed: needs --joblog", "--retry-failed");
  ASSERT_REFUSED ("--resume x: not a choice: use job or seq", "--resume=x", "--joblog=x", "true");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/option-resume/rules", test_rules);
  g_test_add_func ("/option-resume/refused", test_refused);
  return g_test_run ();
}
