/* SPDX-License-Identifier: MIT */
/* Messages: there and back, and what a peer may make up in their place. Those of many fields, and
 * the bytes of all, have programs of their own. */

#include <string.h>

#include "base/apool-error.h"
#include "message-fixture.h"

static void
test_message_formats (void)
{
  g_assert_null (apool_message_get_format (0));
  g_assert_null (apool_message_get_format (APOOL_N_MESSAGES));
  g_assert_null (apool_message_get_format (G_MAXUINT));
  for (guint type = APOOL_MESSAGE_HELLO; type < APOOL_N_MESSAGES; type++)
    {
      g_assert_nonnull (apool_message_get_format (type));
      g_assert_true (g_variant_type_is_tuple (apool_message_get_format (type)));
    }
}

static void
test_message_hello (void)
{
  ApoolHello hello = { .version = 1, .features = 2, .cores = 3, .pid = 4, .host = "n\xff 3" };
  ApoolHello got;
  g_autofree guint8 *bytes = NULL;
  g_autoptr (GVariant) body =
      test_message_receive (APOOL_MESSAGE_HELLO, wire_body_new_hello (&hello), &bytes);

  wire_body_get_hello (body, &got);
  g_assert_cmpuint (got.version, ==, 1);
  g_assert_cmpuint (got.features, ==, 2);
  g_assert_cmpuint (got.cores, ==, 3);
  g_assert_cmpuint (got.pid, ==, 4);
  g_assert_cmpstr (got.host, ==, "n\xff 3");
}

static void
test_message_end (void)
{
  g_autofree guint8 *bytes = NULL;
  g_autofree guint8 *bad_bytes = NULL;
  g_autoptr (GVariant) body = test_message_receive (
      APOOL_MESSAGE_END, apool_message_new_end (G_MAXUINT64, APOOL_END_BY_POOL), &bytes);
  g_autoptr (GVariant) bad = test_message_receive (
      APOOL_MESSAGE_END, g_variant_new ("(ty)", (guint64) 1, (guint8) APOOL_N_END_REASONS),
      &bad_bytes);
  g_autoptr (GError) error = NULL;
  guint64 seq;
  ApoolEndReason reason;

  g_assert_true (apool_message_get_end (body, &seq, &reason, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (seq, ==, G_MAXUINT64);
  g_assert_cmpint (reason, ==, APOOL_END_BY_POOL);
  g_assert_false (apool_message_get_end (bad, &seq, &reason, &error));
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL);
}

static void
test_message_slots (void)
{
  static const guint SLOTS[] = { 9, 1 };
  g_autoptr (GArray) slots = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GArray) got = NULL;
  g_autofree guint8 *bytes = NULL;
  g_autoptr (GVariant) body = NULL;

  g_array_append_vals (slots, SLOTS, 2);
  body = test_message_receive (APOOL_MESSAGE_GRANT, apool_message_new_slots (slots), &bytes);
  got = apool_message_dup_slots (body);
  g_assert_cmpmem (got->data, got->len * sizeof (guint), SLOTS, sizeof SLOTS);
  g_assert_true (g_variant_type_equal (apool_message_get_format (APOOL_MESSAGE_REVOKED),
                                       apool_message_get_format (APOOL_MESSAGE_GRANT)));
}

static void
test_message_pause (void)
{
  g_autofree guint8 *bytes = NULL;
  g_autoptr (GVariant) body =
      test_message_receive (APOOL_MESSAGE_PAUSE, apool_message_new_pause (7, TRUE), &bytes);
  guint64 seq;
  gboolean is_paused;

  apool_message_get_pause (body, &seq, &is_paused);
  g_assert_cmpuint (seq, ==, 7);
  g_assert_true (is_paused);
}

static void
test_message_answer (void)
{
  static const ApoolJobState STATES[] = {
    { 3, 1234, 5000000, FALSE, "a\0\xff", 3 },
    { G_MAXUINT64, G_MAXUINT32, 0, TRUE, NULL, 0 },
  };
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *bytes = NULL;
  g_autoptr (GVariant) body =
      test_message_receive (APOOL_MESSAGE_ANSWER, apool_message_new_answer (9, STATES, 2), &bytes);
  guint64 token;
  g_autoptr (GArray) states = apool_message_dup_answer (body, &token, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (token, ==, 9);
  g_assert_cmpuint (states->len, ==, 2);
  for (guint i = 0; i < 2; i++)
    {
      const ApoolJobState *got = &g_array_index (states, ApoolJobState, i);

      g_assert_cmpuint (got->seq, ==, STATES[i].seq);
      g_assert_cmpuint (got->pid, ==, STATES[i].pid);
      g_assert_cmpint (got->run_usec, ==, STATES[i].run_usec);
      g_assert_cmpint (got->is_paused, ==, STATES[i].is_paused);
      g_assert_cmpmem (got->line, got->length, STATES[i].line, STATES[i].length);
    }
}

static void
test_message_check_bad_answer (const ApoolJobState *states, gsize n_states)
{
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *bytes = NULL;
  g_autoptr (GVariant) body = test_message_receive (
      APOOL_MESSAGE_ANSWER, apool_message_new_answer (9, states, n_states), &bytes);
  guint64 token;

  g_assert_null (apool_message_dup_answer (body, &token, &error));
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL);
}

static void
test_message_bad_answers (void)
{
  const gsize n = APOOL_MESSAGE_MAX_STATES + 1;
  g_autofree char *line = g_strnfill (APOOL_JOB_STATE_LINE_BYTES + 1, 'x');
  g_autofree ApoolJobState *many = g_new0 (ApoolJobState, n);
  const ApoolJobState early = { 1, 2, -1, FALSE, NULL, 0 };
  const ApoolJobState talkative = { 1, 2, 3, FALSE, line, APOOL_JOB_STATE_LINE_BYTES + 1 };

  test_message_check_bad_answer (&early, 1);
  test_message_check_bad_answer (&talkative, 1);
  test_message_check_bad_answer (many, n);
}

static void
test_message_check_text (const char *sent, const char *expected)
{
  g_autofree guint8 *bytes = NULL;
  g_autoptr (GVariant) body =
      test_message_receive (APOOL_MESSAGE_ABORT, apool_message_new_text (sent), &bytes);
  g_autofree char *text = apool_message_dup_text (body);

  g_assert_cmpstr (text, ==, expected);
}

/* What a peer says is printed: one line, no escape sequences, no more than a few lines long. */
static void
test_message_text (void)
{
  g_autofree char *huge = g_strnfill (100000, 'x');
  g_autofree guint8 *bytes = NULL;
  g_autoptr (GVariant) body =
      test_message_receive (APOOL_MESSAGE_ABORT, apool_message_new_text (huge), &bytes);
  g_autofree char *text = apool_message_dup_text (body);

  g_assert_cmpuint (strlen (text), <=, 500);
  g_assert_cmpuint (strlen (text), >=, 100);
  test_message_check_text ("", "");
  test_message_check_text ("out of memory", "out of memory");
  test_message_check_text ("a\nb\tc\rd\033[2J", "a b c d [2J");
  test_message_check_text ("caf\xe9", "caf\xef\xbf\xbd");
  test_message_check_text ("a\x7f"
                           "b\xc2\x9b"
                           "c\xe2\x80\xae"
                           "d",
                           "a b c d");
}

/* Text whose NUL is missing is no C string; it is read as an empty one. */
static void
test_message_text_without_end (void)
{
  g_autofree guint8 *bytes = NULL;
  GVariant *made =
      g_variant_new ("(@ay)", g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, "abc", 3, 1));
  g_autoptr (GVariant) body = test_message_receive (APOOL_MESSAGE_ABORT, made, &bytes);
  g_autofree char *text = apool_message_dup_text (body);

  g_assert_cmpstr (text, ==, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/message/formats", test_message_formats);
  g_test_add_func ("/message/hello", test_message_hello);
  g_test_add_func ("/message/slots", test_message_slots);
  g_test_add_func ("/message/pause", test_message_pause);
  g_test_add_func ("/message/answer", test_message_answer);
  g_test_add_func ("/message/bad-answers", test_message_bad_answers);
  g_test_add_func ("/message/end", test_message_end);
  g_test_add_func ("/message/text", test_message_text);
  g_test_add_func ("/message/text-without-end", test_message_text_without_end);
  return g_test_run ();
}
