/* SPDX-License-Identifier: MIT */
/* Gives jobs that have failed as inputs. */

#include <string.h>

#include "base/apool-error.h"
#include "record/apool-retry.h"

static void
test_retry_add (
    ApoolHistory *history, guint64 seq, const char *command, gboolean is_failed, const guint8 *key)
{
  ApoolPastJob job = { .seq = seq,
                       .command = command,
                       .command_length = strlen (command),
                       .is_failed = is_failed,
                       .key = key,
                       .occurrence = 7 };

  apool_history_add (history, &job);
}

/* Each has its number, or the next one where two had the same; nothing else is there to be run. */
static void
test_retry_rows (void)
{
  static const guint8 KEYS[2][APOOL_IDENTITY_KEY_BYTES] = { { 1 }, { 2 } };
  static const char *const COMMANDS[] = { NULL, "false 2", "false too", NULL, "false 5" };
  ApoolHistory *history = apool_history_new_kept (FALSE);
  g_autoptr (GError) error = NULL;
  g_autoptr (ApoolRetry) retry = NULL;
  ApoolRow row;

  test_retry_add (history, 5, "false 5", TRUE, NULL);
  test_retry_add (history, 1, "true", FALSE, NULL);
  test_retry_add (history, 2, "false 2", TRUE, KEYS[0]);
  test_retry_add (history, 2, "false too", TRUE, KEYS[1]);
  test_retry_add (history, 9, "true", FALSE, NULL);
  retry = apool_retry_new (history, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (COMMANDS); i++)
    {
      g_assert_cmpint (apool_source_next (APOOL_SOURCE (retry), &row, &error), ==,
                       APOOL_SOURCE_ROW);
      g_assert_cmpint (row.is_skipped, ==, COMMANDS[i] == NULL);
      if (!COMMANDS[i])
        continue;
      g_assert_cmpuint (row.total, ==, 5);
      g_assert_cmpuint (row.n_values, ==, 1);
      g_assert_cmpmem (row.values[0].data, row.values[0].length, COMMANDS[i], strlen (COMMANDS[i]));
    }
  g_assert_cmpint (apool_source_next (APOOL_SOURCE (retry), &row, &error), ==, APOOL_SOURCE_END);
}

static void
test_retry_names (void)
{
  static const guint8 KEY[APOOL_IDENTITY_KEY_BYTES] = { 1 };
  ApoolHistory *history = apool_history_new_kept (FALSE);
  g_autoptr (GString) pattern = g_string_new ("false");
  g_autoptr (ApoolIdentity) known = apool_identity_new ("", pattern, NULL, 0, NULL);
  g_autoptr (ApoolIdentity) unknown = apool_identity_new ("", pattern, NULL, 0, NULL);
  g_autoptr (ApoolRetry) retry = NULL;
  ApoolRecorded *recorded;

  test_retry_add (history, 2, "false", TRUE, KEY);
  test_retry_add (history, 3, "false", TRUE, NULL);
  retry = apool_retry_new (history, NULL);
  g_assert_cmpint (apool_judge_judge (APOOL_JUDGE (retry), known, 2, &recorded), ==,
                   APOOL_VERDICT_RUN);
  g_assert_cmpint (apool_judge_judge (APOOL_JUDGE (retry), unknown, 3, &recorded), ==,
                   APOOL_VERDICT_RUN);
  g_assert_cmpmem (apool_identity_get_key (known), sizeof KEY, KEY, sizeof KEY);
  g_assert_cmpuint (apool_identity_get_occurrence (known), ==, 7);
  g_assert_cmpuint (apool_identity_get_occurrence (unknown), ==, 1);
}

static void
test_retry_too_many (void)
{
  ApoolHistory *history = apool_history_new_kept (FALSE);
  g_autoptr (GError) error = NULL;

  test_retry_add (history, APOOL_RETRY_MAX_SEQ + 1, "false", TRUE, NULL);
  g_assert_null (apool_retry_new (history, &error));
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_INPUT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/retry/rows", test_retry_rows);
  g_test_add_func ("/retry/names", test_retry_names);
  g_test_add_func ("/retry/too-many", test_retry_too_many);
  return g_test_run ();
}
