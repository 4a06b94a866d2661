/* SPDX-License-Identifier: MIT */
/* The task that is run about a failure: what it knows of the job. */

#include <errno.h>
#include <glib.h>
#include <string.h>

#include "pool/apool-error-hook.h"

/* Job 5 of line 6, "echo 'a b'", its second attempt. */
static ApoolTask *
test_error_hook_make_job (void)
{
  static const char TEXT[] = "echo\0a b";
  g_autoptr (GBytes) text = g_bytes_new_static (TEXT, sizeof TEXT);
  g_autoptr (GError) error = NULL;
  g_autoptr (ApoolTask) task = apool_task_new (5, 6, APOOL_TASK_WORDS, text, NULL, &error);
  const ApoolTaskTraits traits = { .attempt = 2, .weight = 9, .key = 8 };

  g_assert_no_error (error);
  return apool_task_new_variant (task, &traits);
}

static ApoolTask *
test_error_hook_make (ApoolErrorHook *hook, ApoolOutcomeKind kind, int code, const char *message)
{
  const ApoolUsage usage = { .start_usec = 12 * G_USEC_PER_SEC + 34, .run_usec = 5000006 };
  g_autoptr (ApoolTask) job = test_error_hook_make_job ();
  g_autoptr (ApoolOutcome) outcome = apool_outcome_new (kind, code, &usage, FALSE, FALSE, message);

  return apool_error_hook_make_task (hook, job, outcome, 3);
}

/* Checks a variable; @value is NULL where it must not be there. */
static void
test_error_hook_check (const ApoolTask *task, const char *name, const char *value)
{
  const char *const *variables = apool_task_get_traits (task)->variables;

  g_assert_cmpstr (g_environ_getenv ((char **) variables, name), ==, value);
}

static void
test_error_hook_facts (void)
{
  g_autoptr (ApoolErrorHook) hook = apool_error_hook_new ("rm -f \"$APOOL_LINE\"");
  g_autoptr (ApoolTask) task = test_error_hook_make (hook, APOOL_OUTCOME_EXITED, 7, NULL);
  g_autofree char *command = apool_task_dup_command (task, 100);

  g_assert_true (apool_task_is_hook (task));
  g_assert_cmpuint (apool_task_get_job (task), ==, 5);
  g_assert_cmpint (apool_task_get_kind (task), ==, APOOL_TASK_SHELL);
  g_assert_cmpstr (command, ==, "rm -f \"$APOOL_LINE\"");
  g_assert_cmpuint (apool_task_get_traits (task)->attempt, ==, 2);
  g_assert_cmpuint (apool_task_get_traits (task)->weight, ==, 1);
  g_assert_cmpuint (apool_task_get_traits (task)->key, ==, 0);
  test_error_hook_check (task, "APOOL_LINE", "6");
  test_error_hook_check (task, "APOOL_COMMAND", "echo 'a b'");
  test_error_hook_check (task, "APOOL_WORKER", "3");
  test_error_hook_check (task, "APOOL_START", "12.000034");
  test_error_hook_check (task, "APOOL_RUNTIME", "5.000006");
}

static void
test_error_hook_outcomes (void)
{
  static const struct
  {
    ApoolOutcomeKind kind;
    int code;
    const char *message;
    const char *name;
    const char *status;
    const char *signal;
    const char *reason;
  } CASES[] = {
    { APOOL_OUTCOME_EXITED, 7, NULL, "exited", "7", "", "" },
    { APOOL_OUTCOME_SIGNALLED, 11, NULL, "signalled", "", "11", "" },
    { APOOL_OUTCOME_NOT_STARTED, 0, "input line 6: NUL", "not-started", "", "",
      "input line 6: NUL" },
    { APOOL_OUTCOME_NOT_STARTED, ENOENT, NULL, "not-started", "", "", "No such file or directory" },
    { APOOL_OUTCOME_LOST, 0, "killed", "lost", "", "", "killed" },
  };
  g_autoptr (ApoolErrorHook) hook = apool_error_hook_new ("cleanup");

  for (gsize i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autoptr (ApoolTask) task =
          test_error_hook_make (hook, CASES[i].kind, CASES[i].code, CASES[i].message);

      test_error_hook_check (task, "APOOL_OUTCOME", CASES[i].name);
      test_error_hook_check (task, "APOOL_EXIT", CASES[i].status);
      test_error_hook_check (task, "APOOL_SIGNAL", CASES[i].signal);
      test_error_hook_check (task, "APOOL_REASON", CASES[i].reason);
    }
}

static void
test_error_hook_outputs (void)
{
  g_autoptr (ApoolErrorHook) hook = apool_error_hook_new ("cleanup");
  g_autoptr (ApoolTask) task = test_error_hook_make (hook, APOOL_OUTCOME_EXITED, 7, NULL);
  g_autoptr (ApoolOutcome) outcome =
      apool_outcome_new (APOOL_OUTCOME_EXITED, 0, NULL, FALSE, FALSE, NULL);
  g_autoptr (GByteArray) some = NULL;
  g_autoptr (GByteArray) none = NULL;
  ApoolHookReport report;

  g_test_summary ("What one run of it wrote is not told of the next one.");
  apool_error_hook_take_output (hook, task, "gone", 4);
  some = apool_error_hook_finish (hook, task, outcome, &report);
  g_assert_cmpint (report.hook, ==, APOOL_HOOK_ERROR);
  g_assert_cmpmem (report.output, report.length, "gone", 4);
  none = apool_error_hook_finish (hook, task, outcome, &report);
  g_assert_cmpuint (report.length, ==, 0);
  g_assert_cmpuint (report.n_dropped, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/error-hook/facts", test_error_hook_facts);
  g_test_add_func ("/error-hook/outcomes", test_error_hook_outcomes);
  g_test_add_func ("/error-hook/outputs", test_error_hook_outputs);
  return g_test_run ();
}
