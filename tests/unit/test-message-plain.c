/* SPDX-License-Identifier: MIT */
/* Messages that are written and read without a GVariant: GVariant reads in them what was written,
 * they are read as it writes them, and no length that a peer tells leads out of the frame. */

#include <string.h>

#include "base/apool-error.h"
#include "message-fixture.h"

/* What arrives of a message that has no other form than @body. */
static ApoolFrame
test_plain_receive (ApoolMessageType type, GVariant *body, guint8 **bytes)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (body);
  g_autoptr (GVariant) read = NULL;
  g_autoptr (GError) error = NULL;
  ApoolFrame frame = test_message_make_frame (type, owned, bytes);

  read = wire_body_read (&frame, &error);
  g_assert_no_error (error);
  g_assert_true (g_variant_equal (read, owned));
  return frame;
}

static GVariant *
test_plain_new_bytes (const char *data, gsize length)
{
  return g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, data, length, 1);
}

static void
test_plain_check (ApoolDraft *draft, GVariant *expected)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (expected);
  g_autoptr (GVariant) body = g_variant_ref_sink (wire_body_new (draft));

  g_assert_true (g_variant_is_normal_form (body));
  g_assert_true (g_variant_equal (body, owned));
}

static void
test_plain_hello (void)
{
  static const ApoolHello HELLO = { 1, 2, 3, G_MAXUINT32, "h\xff" };
  g_autofree guint8 *bytes = NULL;
  g_autofree guint8 *cut_bytes = NULL;
  g_autofree guint8 *bare_bytes = NULL;
  ApoolFrame frame;
  ApoolDraft draft;
  ApoolHello got;

  apool_message_draft_hello (&draft, &HELLO);
  test_plain_check (&draft, g_variant_new ("(uuuu@ay)", 1u, 2u, 3u, G_MAXUINT32,
                                           test_plain_new_bytes ("h\xff", 3)));
  frame = test_plain_receive (
      APOOL_MESSAGE_HELLO,
      g_variant_new ("(uuuu@ay)", 4u, 5u, 6u, 7u, test_plain_new_bytes ("abc", 4)), &bytes);
  apool_message_get_hello (&frame, &got);
  g_assert_cmpuint (got.version, ==, 4);
  g_assert_cmpuint (got.features, ==, 5);
  g_assert_cmpuint (got.cores, ==, 6);
  g_assert_cmpuint (got.pid, ==, 7);
  g_assert_cmpstr (got.host, ==, "abc");
  frame = test_plain_receive (
      APOOL_MESSAGE_HELLO,
      g_variant_new ("(uuuu@ay)", 4u, 5u, 6u, 7u, test_plain_new_bytes ("abc", 3)), &cut_bytes);
  apool_message_get_hello (&frame, &got);
  g_assert_cmpstr (got.host, ==, "");
  frame = test_plain_receive (APOOL_MESSAGE_HELLO, g_variant_new ("(uuuuay)", 4u, 5u, 6u, 7u, NULL),
                              &bare_bytes);
  apool_message_get_hello (&frame, &got);
  g_assert_cmpstr (got.host, ==, "");
}

static void
test_plain_seq (void)
{
  static const ApoolMessageType TYPES[] = { APOOL_MESSAGE_STREAM, APOOL_MESSAGE_PIPES,
                                            APOOL_MESSAGE_EXITED };

  for (gsize i = 0; i < G_N_ELEMENTS (TYPES); i++)
    {
      GVariant *body = g_variant_new ("(t)", G_MAXUINT64 - 9);
      g_autofree guint8 *bytes = NULL;
      ApoolFrame frame;
      ApoolDraft draft;

      apool_message_draft_seq (&draft, TYPES[i], G_MAXUINT64 - 9);
      g_assert_cmpuint (draft.type, ==, TYPES[i]);
      test_plain_check (&draft, body);
      frame = test_plain_receive (TYPES[i], g_variant_new ("(t)", G_MAXUINT64 - 9), &bytes);
      g_assert_cmpuint (apool_message_get_seq (&frame), ==, G_MAXUINT64 - 9);
    }
}

static void
test_plain_started (void)
{
  g_autofree guint8 *bytes = NULL;
  ApoolFrame frame;
  ApoolDraft draft;
  guint64 seq;
  guint32 slot;

  apool_message_draft_started (&draft, 1, G_MAXUINT32);
  test_plain_check (&draft, g_variant_new ("(tu)", (guint64) 1, G_MAXUINT32));
  frame =
      test_plain_receive (APOOL_MESSAGE_STARTED, g_variant_new ("(tu)", G_MAXUINT64, 3u), &bytes);
  apool_message_get_started (&frame, &seq, &slot);
  g_assert_cmpuint (seq, ==, G_MAXUINT64);
  g_assert_cmpuint (slot, ==, 3);
}

static void
test_plain_credit (void)
{
  g_autofree guint8 *bytes = NULL;
  ApoolFrame frame;
  ApoolDraft draft;
  guint64 seq;
  guint32 stream;
  guint32 n;

  apool_message_draft_credit (&draft, 1, APOOL_STREAM_STDERR, 3);
  test_plain_check (&draft, g_variant_new ("(tuu)", (guint64) 1, 1u, 3u));
  frame = test_plain_receive (APOOL_MESSAGE_CREDIT,
                              g_variant_new ("(tuu)", G_MAXUINT64, 77u, G_MAXUINT32), &bytes);
  apool_message_get_credit (&frame, &seq, &stream, &n);
  g_assert_cmpuint (seq, ==, G_MAXUINT64);
  g_assert_cmpuint (stream, ==, 77);
  g_assert_cmpuint (n, ==, G_MAXUINT32);
}

static void
test_plain_output (void)
{
  g_autofree guint8 *bytes = NULL;
  g_autoptr (GError) error = NULL;
  ApoolFrame frame;
  ApoolDraft draft;
  guint64 seq;
  ApoolStream stream;
  const char *data;
  gsize length;

  apool_message_draft_output (&draft, 2, APOOL_STREAM_STDERR, "a\0b", 3);
  test_plain_check (&draft,
                    g_variant_new ("(tu@ay)", (guint64) 2, 1u, test_plain_new_bytes ("a\0b", 3)));
  frame = test_plain_receive (
      APOOL_MESSAGE_OUTPUT,
      g_variant_new ("(tu@ay)", (guint64) 2, 0u, test_plain_new_bytes ("\xff\n", 2)), &bytes);
  g_assert_true (apool_message_get_output (&frame, &seq, &stream, &data, &length, &error));
  g_assert_cmpuint (seq, ==, 2);
  g_assert_cmpint (stream, ==, APOOL_STREAM_STDOUT);
  g_assert_cmpmem (data, length, "\xff\n", 2);
  g_assert_true (data == (const char *) frame.body + 12);
}

static GVariant *
test_plain_make_finished (guint32 message_length, guint32 out_length)
{
  return g_variant_new ("(txxxxxuiuuu@ay)", (guint64) 6, (gint64) 1, (gint64) -2, (gint64) 3,
                        (gint64) 4, G_MAXINT64, (guint32) APOOL_OUTCOME_NOT_STARTED, 7, 3u,
                        message_length, out_length, test_plain_new_bytes ("whyouter\0", 9));
}

static void
test_plain_finished (void)
{
  static const ApoolUsage USAGE = { 1, -2, 3, 4, G_MAXINT64 };
  g_autoptr (ApoolOutcome) outcome =
      apool_outcome_new (APOOL_OUTCOME_NOT_STARTED, 7, &USAGE, TRUE, TRUE, "why");
  ApoolFinished sent = { 6, outcome, { "out", "er\0" }, { 3, 3 } };
  ApoolFinished got;
  g_autoptr (ApoolOutcome) got_outcome = NULL;
  g_autofree guint8 *bytes = NULL;
  g_autoptr (GError) error = NULL;
  ApoolFrame frame;
  ApoolDraft draft;

  apool_message_draft_finished (&draft, &sent);
  test_plain_check (&draft, test_plain_make_finished (3, 3));
  frame = test_plain_receive (APOOL_MESSAGE_FINISHED, test_plain_make_finished (3, 3), &bytes);
  g_assert_true (apool_message_get_finished (&frame, &got, &error));
  got_outcome = got.outcome;
  g_assert_cmpuint (got.seq, ==, 6);
  g_assert_cmpint (apool_outcome_get_kind (got_outcome), ==, APOOL_OUTCOME_NOT_STARTED);
  g_assert_cmpint (apool_outcome_get_code (got_outcome), ==, 7);
  g_assert_cmpmem (apool_outcome_get_usage (got_outcome), sizeof USAGE, &USAGE, sizeof USAGE);
  g_assert_true (apool_outcome_is_ended_by_pool (got_outcome));
  g_assert_true (apool_outcome_is_output_cut (got_outcome));
  g_assert_cmpstr (apool_outcome_get_message (got_outcome), ==, "why");
  g_assert_cmpmem (got.data[0], got.length[0], "out", 3);
  g_assert_cmpmem (got.data[1], got.length[1], "er\0", 3);
}

/* Lengths that are not, each alone and both together, round the whole of a word. */
static void
test_plain_finished_lengths (void)
{
  static const guint32 WRONG[][2] = {
    { 10, 0 },          { 0, 10 },          { 5, 5 },
    { 9, 1 },           { G_MAXUINT32, 0 }, { 0, G_MAXUINT32 },
    { G_MAXUINT32, 1 }, { 1, G_MAXUINT32 }, { 1u << 31, 1u << 31 }
  };

  for (gsize i = 0; i < G_N_ELEMENTS (WRONG); i++)
    {
      g_autofree guint8 *bytes = NULL;
      g_autoptr (GError) error = NULL;
      ApoolFrame frame = test_plain_receive (
          APOOL_MESSAGE_FINISHED, test_plain_make_finished (WRONG[i][0], WRONG[i][1]), &bytes);
      ApoolFinished got;

      g_assert_false (apool_message_get_finished (&frame, &got, &error));
      g_assert_error (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL);
    }
}

static GVariant *
test_plain_make_task (guint32 text_length, guint32 directory_length)
{
  return g_variant_new ("(ttuuuuu@ay)", (guint64) 5, (guint64) 6, (guint32) APOOL_TASK_WORDS, 3u,
                        2u, text_length, directory_length, test_plain_new_bytes ("a\0b\0/d", 6));
}

static void
test_plain_task (void)
{
  g_autoptr (GBytes) text = g_bytes_new_static ("a\0b", 4);
  g_autoptr (ApoolTask) plain = apool_task_new (5, 6, APOOL_TASK_WORDS, text, NULL, NULL);
  ApoolTaskTraits traits = {
    .attempt = 2, .weight = 1, .is_printed = TRUE, .directory = "/d", .owns_directory = TRUE
  };
  g_autoptr (ApoolTask) task = apool_task_new_variant (plain, &traits);
  g_autoptr (ApoolTask) got = NULL;
  g_autofree guint8 *bytes = NULL;
  g_autoptr (GError) error = NULL;
  ApoolFrame frame;
  ApoolDraft draft;

  apool_message_draft_task (&draft, task);
  test_plain_check (&draft, test_plain_make_task (4, 2));
  frame = test_plain_receive (APOOL_MESSAGE_TASK, test_plain_make_task (4, 2), &bytes);
  got = apool_message_get_task (&frame, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (apool_task_get_seq (got), ==, 5);
  g_assert_cmpuint (apool_task_get_line (got), ==, 6);
  g_assert_cmpint (apool_task_get_kind (got), ==, APOOL_TASK_WORDS);
  g_assert_true (g_bytes_equal (apool_task_get_text (got), text));
  g_assert_cmpuint (apool_task_get_traits (got)->attempt, ==, 2);
  g_assert_true (apool_task_get_traits (got)->is_printed);
  g_assert_true (apool_task_get_traits (got)->owns_directory);
  g_assert_cmpstr (apool_task_get_traits (got)->directory, ==, "/d");
}

/* The last two: what is left over would be holes and variables, and is none. */
static void
test_plain_task_lengths (void)
{
  static const guint32 WRONG[][2] = { { 7, 0 },           { 4, 3 },
                                      { G_MAXUINT32, 0 }, { 4, G_MAXUINT32 },
                                      { G_MAXUINT32, 1 }, { 1u << 31, 1u << 31 },
                                      { 4, 1 },           { 2, 0 } };

  for (gsize i = 0; i < G_N_ELEMENTS (WRONG); i++)
    {
      g_autofree guint8 *bytes = NULL;
      g_autoptr (GError) error = NULL;
      ApoolFrame frame = test_plain_receive (
          APOOL_MESSAGE_TASK, test_plain_make_task (WRONG[i][0], WRONG[i][1]), &bytes);

      g_assert_null (apool_message_get_task (&frame, &error));
      g_assert_error (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/message-plain/hello", test_plain_hello);
  g_test_add_func ("/message-plain/seq", test_plain_seq);
  g_test_add_func ("/message-plain/started", test_plain_started);
  g_test_add_func ("/message-plain/credit", test_plain_credit);
  g_test_add_func ("/message-plain/output", test_plain_output);
  g_test_add_func ("/message-plain/finished", test_plain_finished);
  g_test_add_func ("/message-plain/finished-lengths", test_plain_finished_lengths);
  g_test_add_func ("/message-plain/task", test_plain_task);
  g_test_add_func ("/message-plain/task-lengths", test_plain_task_lengths);
  return g_test_run ();
}
