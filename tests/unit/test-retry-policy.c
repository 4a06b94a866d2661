/* SPDX-License-Identifier: MIT */
/* Which jobs are tried again, and after what time. */

#include <signal.h>

#include "base/apool-error.h"
#include "pool/apool-retry-policy.h"

static gboolean
test_retry_allows (const ApoolRetryPolicy *policy, ApoolOutcomeKind kind, int code)
{
  const ApoolTaskTraits traits = { .attempt = 1, .weight = 1 };
  g_autoptr (ApoolOutcome) outcome = apool_outcome_new (kind, code, NULL, FALSE, FALSE, NULL);

  return apool_retry_policy_allows (policy, 1, 0, &traits, outcome);
}

static void
test_retry_number (void)
{
  const ApoolRetryPolicy policy = { 0 };
  g_autoptr (ApoolOutcome) outcome =
      apool_outcome_new (APOOL_OUTCOME_EXITED, 1, NULL, FALSE, FALSE, NULL);

  for (guint attempt = 1; attempt <= 4; attempt++)
    {
      const ApoolTaskTraits traits = { .attempt = attempt, .n_crashes = attempt };

      g_assert_cmpint (apool_retry_policy_allows (&policy, 2, 0, &traits, outcome), ==,
                       attempt <= 2);
      g_assert_false (apool_retry_policy_allows (&policy, 0, 0, &traits, outcome));
      g_assert_true (apool_retry_policy_allows (&policy, G_MAXUINT, 0, &traits, outcome));
      g_assert_cmpint (apool_retry_policy_allows (&policy, G_MAXUINT, 3, &traits, outcome), ==,
                       attempt < 3);
    }
}

static void
test_retry_all (void)
{
  const ApoolRetryPolicy policy = { 0 };

  g_assert_true (test_retry_allows (&policy, APOOL_OUTCOME_EXITED, 1));
  g_assert_true (test_retry_allows (&policy, APOOL_OUTCOME_SIGNALLED, SIGKILL));
  g_assert_true (test_retry_allows (&policy, APOOL_OUTCOME_TIMED_OUT, SIGTERM));
  g_assert_true (test_retry_allows (&policy, APOOL_OUTCOME_LOST, 0));
  g_assert_true (test_retry_allows (&policy, APOOL_OUTCOME_NOT_STARTED, 2));
}

static void
test_retry_on (void)
{
  ApoolRetryPolicy policy = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (apool_retry_on_parse ("1,75-79,SIGKILL,term,timeout", &policy.on, &error));
  g_assert_no_error (error);
  for (int status = 0; status <= 255; status++)
    g_assert_cmpint (test_retry_allows (&policy, APOOL_OUTCOME_EXITED, status), ==,
                     status == 1 || (status >= 75 && status <= 79));
  for (int signum = 1; signum <= 64; signum++)
    g_assert_cmpint (test_retry_allows (&policy, APOOL_OUTCOME_SIGNALLED, signum), ==,
                     signum == SIGKILL || signum == SIGTERM);
  /* Those that have no such code, and ran too long whatever ended them. */
  g_assert_false (test_retry_allows (&policy, APOOL_OUTCOME_EXITED, 256));
  g_assert_false (test_retry_allows (&policy, APOOL_OUTCOME_SIGNALLED, 0));
  g_assert_false (test_retry_allows (&policy, APOOL_OUTCOME_SIGNALLED, 65));
  g_assert_true (test_retry_allows (&policy, APOOL_OUTCOME_TIMED_OUT, SIGHUP));
  g_assert_false (test_retry_allows (&policy, APOOL_OUTCOME_LOST, 0));
  g_assert_false (test_retry_allows (&policy, APOOL_OUTCOME_NOT_STARTED, 1));

  g_assert_true (apool_retry_on_parse ("LOST,255", &policy.on, &error));
  g_assert_true (test_retry_allows (&policy, APOOL_OUTCOME_LOST, 0));
  g_assert_true (test_retry_allows (&policy, APOOL_OUTCOME_EXITED, 255));
  g_assert_false (test_retry_allows (&policy, APOOL_OUTCOME_TIMED_OUT, SIGTERM));
  g_assert_false (test_retry_allows (&policy, APOOL_OUTCOME_EXITED, 1));
}

static void
test_retry_bad_on (void)
{
  const struct
  {
    const char *text;
    const char *message;
  } cases[] = {
    { "", "column 1: *" },       { "0", "column 1: *" },          { "256", "column 1: *" },
    { "1,,2", "column 3: *" },   { "1,", "column 3: *" },         { "1,2-", "column 3: *" },
    { "9-7", "column 1: *" },    { "1-2-3", "column 1: *" },      { "SIGNONE", "column 1: *" },
    { "5,fail", "column 3: *" }, { "timeout,-1", "column 9: *" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      ApoolRetryOn on;
      g_autoptr (GError) error = NULL;

      g_test_message ("'%s'", cases[i].text);
      g_assert_false (apool_retry_on_parse (cases[i].text, &on, &error));
      g_assert_error (error, APOOL_ERROR, APOOL_ERROR_USAGE);
      g_assert_true (g_pattern_match_simple (cases[i].message, error->message));
    }
}

/* What attempt @attempt waits by @text, milliseconds. */
static gint64
test_retry_wait (const char *text, guint attempt, double chance)
{
  ApoolRetryPolicy policy = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (apool_retry_delay_parse (text, &policy.delay, &error));
  g_assert_no_error (error);
  return apool_retry_policy_get_delay (&policy, attempt - 1, chance) / 1000;
}

static void
test_retry_delays (void)
{
  const ApoolRetryPolicy none = { 0 };

  g_assert_cmpint (apool_retry_policy_get_delay (&none, 1, 0.5), ==, 0);
  g_assert_cmpint (apool_retry_policy_get_delay (&none, 1000000, 0.5), ==, 0);
  g_assert_cmpint (test_retry_wait ("1s", 2, 0), ==, 1000);
  g_assert_cmpint (test_retry_wait ("1s", 9, 0), ==, 1000);
  g_assert_cmpint (test_retry_wait ("1s", 2, 1), ==, 1250);
  g_assert_cmpint (test_retry_wait ("1s,jitter=0", 2, 1), ==, 1000);
  g_assert_cmpint (test_retry_wait ("1s,jitter=100%", 2, 0.5), ==, 1500);
  g_assert_cmpint (test_retry_wait ("1s,x2", 2, 0), ==, 1000);
  g_assert_cmpint (test_retry_wait ("1s,x2", 3, 0), ==, 2000);
  g_assert_cmpint (test_retry_wait ("1s,X1.5", 4, 0), ==, 2250);
  /* With what comes by chance it is the longest, and never one for all. */
  g_assert_cmpint (test_retry_wait ("1s,x2,max=60s", 20, 1), ==, 60000);
  g_assert_cmpint (test_retry_wait ("1s,x2,max=60s", 20, 0), ==, 48000);
  g_assert_cmpint (test_retry_wait ("1s,x2,max=60s,jitter=0", 20, 1), ==, 60000);
  g_assert_cmpint (test_retry_wait ("10s,max=1s,jitter=0", 2, 0), ==, 1000);
  /* Numbers do not run out. */
  g_assert_cmpint (test_retry_wait ("1d,x1000,jitter=0", G_MAXUINT, 1), ==,
                   G_GINT64_CONSTANT (8640000000000));
  g_assert_cmpint (test_retry_wait ("0,x1000", G_MAXUINT, 1), ==, 0);
}

static void
test_retry_bad_delay (void)
{
  const struct
  {
    const char *text;
    const char *message;
  } cases[] = {
    { "", "column 1: not a number: *" },
    { "x", "column 1: not a number: *" },
    { "-1", "column 1: not a number: *" },
    { "1w", "column 2: not a unit of time: *" },
    { "1s,", "column 4: neither a factor nor a limit: *" },
    { "1s,2", "column 4: neither *" },
    { "1s,x", "column 4: neither *" },
    { "1s,x0.5", "column 4: neither *" },
    { "1s,x1001", "column 4: neither *" },
    { "1s,x2y", "column 4: neither *" },
    { "1s,x2,max=", "column 7: neither *" },
    { "1s,x2,max=0", "column 7: neither *" },
    { "1s,x2,min=1", "column 7: neither *" },
    { "1s,jitter=101", "column 4: neither *" },
    { "1s,jitter=-1", "column 4: neither *" },
    { "1s,jitter=5%%", "column 4: neither *" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      ApoolRetryDelay delay;
      g_autoptr (GError) error = NULL;

      g_test_message ("'%s'", cases[i].text);
      g_assert_false (apool_retry_delay_parse (cases[i].text, &delay, &error));
      g_assert_error (error, APOOL_ERROR, APOOL_ERROR_USAGE);
      if (!g_pattern_match_simple (cases[i].message, error->message))
        g_error ("%s", error->message);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/retry-policy/number", test_retry_number);
  g_test_add_func ("/retry-policy/all", test_retry_all);
  g_test_add_func ("/retry-policy/on", test_retry_on);
  g_test_add_func ("/retry-policy/bad-on", test_retry_bad_on);
  g_test_add_func ("/retry-policy/delays", test_retry_delays);
  g_test_add_func ("/retry-policy/bad-delay", test_retry_bad_delay);
  return g_test_run ();
}
