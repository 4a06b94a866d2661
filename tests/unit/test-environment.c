/* SPDX-License-Identifier: MIT */
/* What jobs find in their environment: what is written for each of them is nobody else's. */

#include <glib.h>

#include "worker/apool-environment.h"

#define LONG_RUN "0123456789abcdefghijklmnopqrstuvwxyz"

static ApoolTask *
test_environment_make_task (guint64 seq, guint attempt)
{
  g_autoptr (GBytes) text = g_bytes_new_static ("true", sizeof "true");
  ApoolTaskTraits traits = { .attempt = attempt };
  g_autoptr (GError) error = NULL;
  g_autoptr (ApoolTask) task = apool_task_new (seq, 1, APOOL_TASK_WORDS, text, NULL, &error);

  g_assert_no_error (error);
  return apool_task_new_variant (task, &traits);
}

static void
test_environment_check (ApoolEnvironment *environment,
                        guint64 seq,
                        guint attempt,
                        guint slot,
                        const char *const *expected)
{
  g_autoptr (ApoolTask) task = test_environment_make_task (seq, attempt);
  char *const *variables = apool_environment_get (environment, task, slot, NULL);

  for (guint i = 0; expected[i]; i++)
    g_assert_true (g_strv_contains ((const char *const *) variables, expected[i]));
}

/* A short number follows a long one, and nothing of that is left. */
static void
test_environment_numbers (void)
{
  static const char *const SMALL[] = {
    "APOOL_JOB=run.1.1", "APOOL_ATTEMPT=1",    "APOOL_SEQ=1",       "APOOL_JOBSLOT=1",
    "PARALLEL_SEQ=1",    "PARALLEL_JOBSLOT=1", "PLACE=0",           "APOOL_PID=7",
    "APOOL_WORKER=8",    "APOOL_SHELL=sh",     "PARALLEL_SHELL=sh", NULL
  };
  static const char *const GREAT[] = { "APOOL_JOB=run.9223372036854775807.4294967295",
                                       "APOOL_ATTEMPT=4294967295",
                                       "APOOL_SEQ=9223372036854775807",
                                       "APOOL_JOBSLOT=4294967295",
                                       "PARALLEL_SEQ=9223372036854775807",
                                       "PARALLEL_JOBSLOT=4294967295",
                                       "PLACE=4294967294",
                                       NULL };
  g_autoptr (ApoolEnvironment) environment = apool_environment_new ("run", 7, 8, "sh", "PLACE");

  test_environment_check (environment, 1, 1, 1, SMALL);
  test_environment_check (environment, G_MAXINT64, G_MAXUINT32, G_MAXUINT32, GREAT);
  test_environment_check (environment, 1, 1, 1, SMALL);
}

/* The longest of all: a hook's, in a run whose name is too long. The next job is no hook. */
static void
test_environment_mark (void)
{
  static const char *const HOOK[] = {
    "APOOL_JOB=0123456789abcdefghijklmn.9223372036854775807.4294967295.error", NULL
  };
  static const char *const JOB[] = { "APOOL_JOB=0123456789abcdefghijklmn.12.3", NULL };
  g_autoptr (ApoolEnvironment) environment = apool_environment_new (LONG_RUN, 7, 8, "sh", NULL);

  test_environment_check (environment, G_MAXUINT64, G_MAXUINT32, 1, HOOK);
  test_environment_check (environment, 12, 3, 1, JOB);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/environment/numbers", test_environment_numbers);
  g_test_add_func ("/environment/mark", test_environment_mark);
  return g_test_run ();
}
