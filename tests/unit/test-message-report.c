/* SPDX-License-Identifier: MIT */
/* What a worker reports of jobs and hooks: there and back, fit to be printed, and what is not for a
 * worker to say. */

#include <string.h>

#include "base/apool-error.h"
#include "message-fixture.h"

static void
test_message_hook (void)
{
  static const ApoolUsage USAGE = { 0 };
  g_autoptr (ApoolOutcome) outcome =
      apool_outcome_new (APOOL_OUTCOME_SIGNALLED, 15, &USAGE, TRUE, FALSE, "too long");
  ApoolHookReport report = { APOOL_HOOK_EXIT, outcome, "o\0t", 3, 77 };
  ApoolHookReport got;
  g_autoptr (ApoolOutcome) got_outcome = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *bytes = NULL;
  g_autoptr (GVariant) body =
      test_message_receive (APOOL_MESSAGE_HOOK, apool_message_new_hook (&report), &bytes);

  g_assert_true (apool_message_get_hook (body, &got, &error));
  g_assert_no_error (error);
  got_outcome = got.outcome;
  g_assert_cmpint (got.hook, ==, APOOL_HOOK_EXIT);
  g_assert_cmpmem (got.output, got.length, "o\0t", 3);
  g_assert_cmpuint (got.n_dropped, ==, 77);
  g_assert_cmpint (apool_outcome_get_kind (got_outcome), ==, APOOL_OUTCOME_SIGNALLED);
  g_assert_cmpint (apool_outcome_get_code (got_outcome), ==, 15);
  g_assert_true (apool_outcome_is_ended_by_pool (got_outcome));
  g_assert_cmpstr (apool_outcome_get_message (got_outcome), ==, "too long");
}

/* Receives a HOOK with so much output, and a message of so many bytes. */
static gboolean
test_message_receive_hook (gsize output_bytes, gsize message_bytes, gsize *kept_bytes)
{
  static const ApoolUsage USAGE = { 0 };
  g_autofree char *output = g_strnfill (output_bytes, 'o');
  g_autofree char *message = g_strnfill (message_bytes, 'm');
  g_autoptr (ApoolOutcome) outcome =
      apool_outcome_new (APOOL_OUTCOME_EXITED, 1, &USAGE, FALSE, FALSE, message);
  ApoolHookReport report = { APOOL_HOOK_INIT, outcome, output, output_bytes, 0 };
  ApoolHookReport got;
  g_autoptr (ApoolOutcome) got_outcome = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *bytes = NULL;
  g_autoptr (GVariant) body =
      test_message_receive (APOOL_MESSAGE_HOOK, apool_message_new_hook (&report), &bytes);

  if (!apool_message_get_hook (body, &got, &error))
    {
      g_assert_error (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL);
      return FALSE;
    }
  got_outcome = got.outcome;
  *kept_bytes = strlen (apool_outcome_get_message (got_outcome));
  return TRUE;
}

static void
test_message_hook_bound (void)
{
  gsize kept;

  g_assert_true (test_message_receive_hook (APOOL_HOOK_OUTPUT_BYTES, 10, &kept));
  g_assert_cmpuint (kept, ==, 10);
  g_assert_true (test_message_receive_hook (0, 1000000, &kept));
  g_assert_cmpuint (kept, <=, 4096);
  g_assert_false (test_message_receive_hook (APOOL_HOOK_OUTPUT_BYTES + 1, 10, &kept));
}

static void
test_message_unknown_hook (void)
{
  ApoolHookReport got;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) body = g_variant_ref_sink (
      g_variant_new ("(uuiu@ay@ayt)", (guint32) APOOL_HOOK_ERROR, 0u, 0, 0u,
                     g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, "", 1, 1),
                     g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, "", 0, 1), (guint64) 0));

  g_assert_false (apool_message_get_hook (body, &got, &error));
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL);
}

static void
test_message_output (void)
{
  static const char DATA[] = "a\0b\xff\n";
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *bytes = NULL;
  g_autoptr (GVariant) body = test_message_receive (
      APOOL_MESSAGE_OUTPUT, wire_body_new_output (5, APOOL_STREAM_STDERR, DATA, sizeof DATA),
      &bytes);
  guint64 seq;
  ApoolStream stream;
  const char *data;
  gsize length;

  g_assert_true (wire_body_get_output (body, &seq, &stream, &data, &length, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (seq, ==, 5);
  g_assert_cmpint (stream, ==, APOOL_STREAM_STDERR);
  g_assert_cmpmem (data, length, DATA, sizeof DATA);
}

static void
test_message_bad_output (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *bytes = NULL;
  g_autoptr (GVariant) body = test_message_receive (
      APOOL_MESSAGE_OUTPUT, wire_body_new_output (5, APOOL_N_STREAMS, NULL, 0), &bytes);
  guint64 seq;
  ApoolStream stream;
  const char *data;
  gsize length;

  g_assert_false (wire_body_get_output (body, &seq, &stream, &data, &length, &error));
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL);
}

static void
test_message_check_finished (ApoolOutcomeKind kind,
                             int code,
                             gboolean ended_by_pool,
                             gboolean output_cut,
                             const char *message)
{
  static const ApoolUsage USAGE = { G_MAXINT64, 2, 3, 4, 5 };
  g_autoptr (ApoolOutcome) outcome =
      apool_outcome_new (kind, code, &USAGE, ended_by_pool, output_cut, message);
  ApoolFinished finished = {
    .seq = 6, .outcome = outcome, .data = { "out", "\0er" }, .length = { 3, 3 }
  };
  ApoolFinished got;
  g_autoptr (ApoolOutcome) got_outcome = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *bytes = NULL;
  g_autoptr (GVariant) body =
      test_message_receive (APOOL_MESSAGE_FINISHED, wire_body_new_finished (&finished), &bytes);

  g_assert_true (wire_body_get_finished (body, &got, &error));
  g_assert_no_error (error);
  got_outcome = got.outcome;
  g_assert_cmpuint (got.seq, ==, 6);
  g_assert_cmpint (apool_outcome_get_kind (got_outcome), ==, kind);
  g_assert_cmpint (apool_outcome_get_code (got_outcome), ==, code);
  g_assert_cmpmem (apool_outcome_get_usage (got_outcome), sizeof USAGE, &USAGE, sizeof USAGE);
  g_assert_cmpint (apool_outcome_is_ended_by_pool (got_outcome), ==, ended_by_pool);
  g_assert_cmpint (apool_outcome_is_output_cut (got_outcome), ==, output_cut);
  g_assert_cmpstr (apool_outcome_get_message (got_outcome), ==, message);
  g_assert_cmpmem (got.data[0], got.length[0], "out", 3);
  g_assert_cmpmem (got.data[1], got.length[1], "\0er", 3);
}

static void
test_message_finished (void)
{
  test_message_check_finished (APOOL_OUTCOME_EXITED, 255, FALSE, FALSE, NULL);
  test_message_check_finished (APOOL_OUTCOME_SIGNALLED, 9, TRUE, FALSE, NULL);
  test_message_check_finished (APOOL_OUTCOME_EXITED, 0, FALSE, TRUE, NULL);
  test_message_check_finished (APOOL_OUTCOME_NOT_STARTED, 7, TRUE, TRUE, "why\xff");
}

/* What a worker says of a job is printed: a terminal must find nothing in it to obey. */
static void
test_message_finished_text (void)
{
  g_autoptr (ApoolOutcome) outcome = apool_outcome_new (
      APOOL_OUTCOME_NOT_STARTED, 0, NULL, FALSE, FALSE, "\033[2Jno\nsuch \xc2\x9b\xc2\xa7\xff");
  ApoolFinished finished = { .seq = 1, .outcome = outcome };
  ApoolFinished got;
  g_autoptr (ApoolOutcome) got_outcome = NULL;
  g_autofree guint8 *bytes = NULL;
  g_autoptr (GVariant) body =
      test_message_receive (APOOL_MESSAGE_FINISHED, wire_body_new_finished (&finished), &bytes);

  g_assert_true (wire_body_get_finished (body, &got, NULL));
  got_outcome = got.outcome;
  g_assert_cmpstr (apool_outcome_get_message (got_outcome), ==, " [2Jno such   \xc2\xa7\xff");
}

static GVariant *
test_message_new_bytes (const char *text)
{
  return g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, text, strlen (text), 1);
}

static void
test_message_check_bad_finished (guint32 kind, gint32 code)
{
  static const gint64 ZERO = 0;
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *bytes = NULL;
  ApoolFinished got;
  GVariant *made = g_variant_new ("(txxxxxuiuuu@ay)", (guint64) 1, ZERO, ZERO, ZERO, ZERO, ZERO,
                                  kind, code, 0u, 0u, 0u, test_message_new_bytes (""));
  g_autoptr (GVariant) body = test_message_receive (APOOL_MESSAGE_FINISHED, made, &bytes);

  g_assert_false (wire_body_get_finished (body, &got, &error));
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL);
}

/* That a worker is lost is not for the worker to say. */
static void
test_message_bad_finished (void)
{
  test_message_check_bad_finished (APOOL_OUTCOME_LOST, 0);
  test_message_check_bad_finished (APOOL_OUTCOME_SKIPPED, 0);
  test_message_check_bad_finished (G_MAXUINT32, 0);
  test_message_check_bad_finished (APOOL_OUTCOME_EXITED, -1);
  test_message_check_bad_finished (APOOL_OUTCOME_SIGNALLED, G_MAXINT32);
}

/* What a job has left comes as it was said, and fit to be printed; a policy has to be one. */
static void
test_message_left (void)
{
  ApoolLeak leak = { 3, APOOL_LEAKS_FAIL, "sh -c '\033[1m\n'", "sleep (47), a\xc2\x9b\377b (11)" };
  g_autofree guint8 *bytes = NULL;
  g_autofree guint8 *wrong_bytes = NULL;
  g_autoptr (GVariant) body =
      test_message_receive (APOOL_MESSAGE_LEFT, apool_message_new_left (&leak), &bytes);
  g_autoptr (GVariant) wrong = NULL;
  g_autoptr (GError) error = NULL;
  ApoolLeak got;

  g_assert_true (apool_message_get_left (body, &got, NULL));
  g_assert_cmpuint (got.seq, ==, 3);
  g_assert_cmpint (got.policy, ==, APOOL_LEAKS_FAIL);
  g_assert_cmpstr (got.command, ==, "sh -c ' [1m '");
  g_assert_cmpstr (got.processes, ==, "sleep (47), a  \377b (11)");
  g_free ((char *) got.command);
  g_free ((char *) got.processes);
  for (guint policy = 0; policy <= APOOL_N_LEAK_POLICIES; policy += APOOL_N_LEAK_POLICIES)
    {
      leak.policy = (ApoolLeakPolicy) policy;
      g_clear_pointer (&wrong, g_variant_unref);
      g_clear_pointer (&wrong_bytes, g_free);
      wrong =
          test_message_receive (APOOL_MESSAGE_LEFT, apool_message_new_left (&leak), &wrong_bytes);
      g_assert_false (apool_message_get_left (wrong, &got, &error));
      g_assert_error (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL);
      g_clear_error (&error);
    }
}

/* A failure that the exit status does not tell of travels with it. */
static void
test_message_faulty (void)
{
  g_autoptr (ApoolOutcome) plain =
      apool_outcome_new (APOOL_OUTCOME_EXITED, 0, NULL, FALSE, FALSE, NULL);
  g_autoptr (ApoolOutcome) outcome = apool_outcome_new_faulty (plain, "left behind: sleep (47)");
  ApoolFinished finished = { .seq = 1, .outcome = outcome };
  g_autofree guint8 *bytes = NULL;
  g_autoptr (GVariant) body =
      test_message_receive (APOOL_MESSAGE_FINISHED, wire_body_new_finished (&finished), &bytes);
  ApoolFinished got;
  g_autoptr (ApoolOutcome) received = NULL;

  g_assert_true (apool_outcome_is_success (plain));
  g_assert_true (apool_outcome_is_failure (outcome));
  g_assert_true (wire_body_get_finished (body, &got, NULL));
  received = got.outcome;
  g_assert_true (apool_outcome_is_faulty (received));
  g_assert_true (apool_outcome_is_failure (received));
  g_assert_cmpint (apool_outcome_get_code (received), ==, 0);
  g_assert_cmpstr (apool_outcome_get_message (received), ==, "left behind: sleep (47)");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/message/hook", test_message_hook);
  g_test_add_func ("/message/hook-bound", test_message_hook_bound);
  g_test_add_func ("/message/unknown-hook", test_message_unknown_hook);
  g_test_add_func ("/message/left", test_message_left);
  g_test_add_func ("/message/faulty", test_message_faulty);
  g_test_add_func ("/message/output", test_message_output);
  g_test_add_func ("/message/bad-output", test_message_bad_output);
  g_test_add_func ("/message/finished", test_message_finished);
  g_test_add_func ("/message/finished-text", test_message_finished_text);
  g_test_add_func ("/message/bad-finished", test_message_bad_finished);
  return g_test_run ();
}
