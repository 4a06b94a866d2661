/* SPDX-License-Identifier: MIT */
/* A message of every type as the bytes that it is: there and back, and what a peer may make of
 * them. */

#include "base/apool-error.h"
#include "message-fixture.h"

static void
test_message_check_refused (guint type, gconstpointer body, gsize length)
{
  g_autoptr (GError) error = NULL;
  ApoolFrame frame = { .type = (guint8) type, .body = body, .length = length };

  g_assert_null (wire_body_read (&frame, &error));
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL);
}

/* One of every kind of hole, in a directory, with variables. */
static GVariant *
test_message_make_task (void)
{
  static const char *const VARIABLES[] = { "A=b", "C=" };
  static const ApoolValue CHOICE = { "x", 1 };
  g_autoptr (ApoolHoles) holes = apool_holes_new ();
  WireTask made = { 1, 2, 1, 1, 2, "a\0bc", 5, "/d", 2, NULL, NULL };

  apool_holes_add_number (holes, 1, 0, NULL);
  apool_holes_add_number (holes, 2, 3, "%d");
  apool_holes_add_choice (holes, 3, &CHOICE, 1);
  made.holes = apool_holes_to_variant (holes);
  made.variables = g_variant_new_bytestring_array (VARIABLES, 2);
  return wire_body_make_task (&made);
}

static GVariant *
test_message_make_setup (void)
{
  static const guint32 SLOTS[] = { 1, 2, 3 };
  ApoolSetup setup = { .slots = SLOTS, .n_slots = 3, .shell = "/bin/sh", .run = "run" };

  return apool_message_new_setup (&setup);
}

/* What ended: a job, or a hook. */
static GVariant *
test_message_make_end (ApoolMessageType type)
{
  static const ApoolUsage USAGE = { 1, 2, 3, 4, 5 };
  g_autoptr (ApoolOutcome) outcome =
      apool_outcome_new (APOOL_OUTCOME_EXITED, 1, &USAGE, TRUE, FALSE, "message");
  ApoolFinished finished = { 1, outcome, { "out", "err" }, { 3, 3 } };
  ApoolHookReport report = { APOOL_HOOK_INIT, outcome, "out", 3, 0 };

  return type == APOOL_MESSAGE_HOOK ? apool_message_new_hook (&report)
                                    : wire_body_new_finished (&finished);
}

/* Slots, or tasks. */
static GVariant *
test_message_make_list (ApoolMessageType type)
{
  static const guint32 SLOTS[] = { 1, 2, 3 };
  static const guint64 SEQS[] = { 4, 5 };

  if (type == APOOL_MESSAGE_RECALLED)
    return g_variant_new ("(@at)", g_variant_new_fixed_array (G_VARIANT_TYPE_UINT64, SEQS, 2, 8));
  return g_variant_new ("(@au)", g_variant_new_fixed_array (G_VARIANT_TYPE_UINT32, SLOTS, 3, 4));
}

/* A well-formed body of @type. */
static GVariant *
test_message_make (ApoolMessageType type)
{
  static const ApoolJobState STATE = { 1, 2, 3, TRUE, "a line", 6 };
  static const ApoolHello HELLO = { .version = 1, .host = "host" };
  static const ApoolLeak LEAK = { 1, APOOL_LEAKS_KILL, "sleep 9 &", "sleep (4711)" };

  switch (type)
    {
    case APOOL_MESSAGE_HELLO:
      return wire_body_new_hello (&HELLO);
    case APOOL_MESSAGE_ABORT:
      return apool_message_new_text ("a reason");
    case APOOL_MESSAGE_SETUP:
      return test_message_make_setup ();
    case APOOL_MESSAGE_TASK:
      return test_message_make_task ();
    case APOOL_MESSAGE_HOOK:
    case APOOL_MESSAGE_FINISHED:
      return test_message_make_end (type);
    case APOOL_MESSAGE_PAUSE:
      return apool_message_new_pause (1, TRUE);
    case APOOL_MESSAGE_ANSWER:
      return apool_message_new_answer (1, &STATE, 1);
    case APOOL_MESSAGE_GRANT:
    case APOOL_MESSAGE_REVOKED:
    case APOOL_MESSAGE_RECALLED:
      return test_message_make_list (type);
    case APOOL_MESSAGE_OUTPUT:
      return wire_body_new_output (1, APOOL_STREAM_STDERR, "some output", 11);
    case APOOL_MESSAGE_CREDIT:
      return g_variant_new ("(tuu)", (guint64) 1, 0u, 1000u);
    case APOOL_MESSAGE_STARTED:
      return g_variant_new ("(tu)", (guint64) 1, 2u);
    case APOOL_MESSAGE_RECALL:
    case APOOL_MESSAGE_REVOKE:
      return g_variant_new ("(u)", 3u);
    case APOOL_MESSAGE_LEFT:
      return apool_message_new_left (&LEAK);
    case APOOL_MESSAGE_STOPPED:
      return g_variant_new ("(ti)", (guint64) 1, 21);
    case APOOL_MESSAGE_TERMINAL:
      return g_variant_new ("(b)", TRUE);
    case APOOL_MESSAGE_TERMINATE:
    case APOOL_MESSAGE_CLOSE:
      return g_variant_new ("()");
    case APOOL_MESSAGE_ASK:
    case APOOL_MESSAGE_EXITED:
    case APOOL_MESSAGE_PING:
    case APOOL_MESSAGE_PONG:
    case APOOL_MESSAGE_STREAM:
    case APOOL_MESSAGE_PIPES:
      return g_variant_new ("(t)", (guint64) 1);
    case APOOL_MESSAGE_END:
      return apool_message_new_end (1, APOOL_END_TIMED_OUT);
    case APOOL_N_MESSAGES:
    default:
      g_assert_not_reached ();
    }
}

static void
test_message_use_hello (GVariant *body)
{
  ApoolHello hello;

  wire_body_get_hello (body, &hello);
  g_free (g_strdup (hello.host));
}

static void
test_message_use_text (GVariant *body)
{
  g_free (apool_message_dup_text (body));
}

static void
test_message_use_setup (GVariant *body)
{
  ApoolSetup setup;

  (void) apool_message_get_setup (body, &setup, NULL);
  g_free (g_strdup_printf ("%s%s%s%s%u", setup.shell, setup.run, setup.init, setup.exit,
                           setup.n_slots > 0 ? setup.slots[setup.n_slots - 1] : 0));
}

static void
test_message_use_task (GVariant *body)
{
  g_autoptr (ApoolTask) task = wire_body_get_task (body, NULL);
  g_auto (GStrv) words = task ? apool_task_dup_words (task, 12, APOOL_QUOTE_POSIX) : NULL;

  g_assert_true (!task || g_strv_length (words) > 0);
}

static void
test_message_use_slots (GVariant *body)
{
  g_autoptr (GArray) slots = apool_message_dup_slots (body);

  g_assert_cmpuint (slots->len, <=, g_variant_get_size (body));
}

static void
test_message_use_output (GVariant *body)
{
  guint64 seq;
  ApoolStream stream;
  const char *data;
  gsize length;

  if (wire_body_get_output (body, &seq, &stream, &data, &length, NULL))
    g_free (g_memdup2 (data, length));
}

static void
test_message_use_finished (GVariant *body)
{
  ApoolFinished finished;

  if (wire_body_get_finished (body, &finished, NULL))
    apool_outcome_unref (finished.outcome);
}

static void
test_message_use_hook (GVariant *body)
{
  ApoolHookReport report;

  if (!apool_message_get_hook (body, &report, NULL))
    return;
  g_free (g_memdup2 (report.output, report.length));
  apool_outcome_unref (report.outcome);
}

static void
test_message_use_left (GVariant *body)
{
  ApoolLeak leak;

  if (!apool_message_get_left (body, &leak, NULL))
    return;
  g_free ((char *) leak.command);
  g_free ((char *) leak.processes);
}

static void
test_message_use_answer (GVariant *body)
{
  guint64 token;
  g_autoptr (GArray) states = apool_message_dup_answer (body, &token, NULL);

  for (guint i = 0; states && i < states->len; i++)
    g_free (g_memdup2 (g_array_index (states, ApoolJobState, i).line,
                       g_array_index (states, ApoolJobState, i).length));
}

/* Reads all of @body as its receiver does; without a reader of its own it is printed. */
static void
test_message_use (ApoolMessageType type, GVariant *body)
{
  static void (*const USES[APOOL_N_MESSAGES]) (GVariant *) = {
    [APOOL_MESSAGE_HELLO] = test_message_use_hello,
    [APOOL_MESSAGE_ABORT] = test_message_use_text,
    [APOOL_MESSAGE_SETUP] = test_message_use_setup,
    [APOOL_MESSAGE_TASK] = test_message_use_task,
    [APOOL_MESSAGE_GRANT] = test_message_use_slots,
    [APOOL_MESSAGE_REVOKED] = test_message_use_slots,
    [APOOL_MESSAGE_OUTPUT] = test_message_use_output,
    [APOOL_MESSAGE_FINISHED] = test_message_use_finished,
    [APOOL_MESSAGE_HOOK] = test_message_use_hook,
    [APOOL_MESSAGE_LEFT] = test_message_use_left,
    [APOOL_MESSAGE_ANSWER] = test_message_use_answer,
  };

  if (USES[type])
    USES[type](body);
  else
    g_free (g_variant_print (body, TRUE));
}

static void
test_message_all_types (void)
{
  for (guint type = APOOL_MESSAGE_HELLO; type < APOOL_N_MESSAGES; type++)
    {
      g_autofree guint8 *bytes = NULL;
      g_autoptr (GVariant) sent = g_variant_ref_sink (test_message_make ((ApoolMessageType) type));
      g_autoptr (GVariant) body =
          test_message_receive ((ApoolMessageType) type, g_variant_ref (sent), &bytes);

      g_variant_unref (sent);
      g_assert_true (g_variant_is_of_type (body, apool_message_get_format (type)));
      g_assert_true (g_variant_equal (body, sent));
      test_message_use ((ApoolMessageType) type, body);
    }
}

static void
test_message_malformed (void)
{
  static const guint8 UNIT_WITH_A_VALUE[] = { 1 };
  static const guint8 BYTES[64] = { 0 };
  g_autofree guint8 *bytes = NULL;
  ApoolFrame frame;

  test_message_check_refused (0, BYTES, 8);
  test_message_check_refused (APOOL_N_MESSAGES, BYTES, 8);
  test_message_check_refused (G_MAXUINT8, BYTES, 8);
  test_message_check_refused (APOOL_MESSAGE_PING, BYTES, 0);
  test_message_check_refused (APOOL_MESSAGE_PING, BYTES, 7);
  test_message_check_refused (APOOL_MESSAGE_PING, BYTES, 9);
  test_message_check_refused (APOOL_MESSAGE_STARTED, BYTES, 8);
  test_message_check_refused (APOOL_MESSAGE_TERMINATE, UNIT_WITH_A_VALUE, 1);
  test_message_check_refused (APOOL_MESSAGE_RECALLED, BYTES, 7);
  test_message_check_refused (APOOL_MESSAGE_REVOKE, BYTES, 3);
  test_message_check_refused (APOOL_MESSAGE_REVOKE, BYTES, 5);
  test_message_check_refused (APOOL_MESSAGE_REVOKED, BYTES, 6);
  /* Padding that holds something: the same value in another form. */
  frame = test_message_make_frame (APOOL_MESSAGE_STARTED, test_message_make (APOOL_MESSAGE_STARTED),
                                   &bytes);
  bytes[frame.length - 1] = 1;
  test_message_check_refused (APOOL_MESSAGE_STARTED, bytes, frame.length);
}

/* The one byte that says where an inner array ends, told wrong in every way. */
static void
test_message_bad_offsets (void)
{
  g_autofree guint8 *bytes = NULL;
  ApoolFrame frame =
      test_message_make_frame (APOOL_MESSAGE_LEFT, test_message_make (APOOL_MESSAGE_LEFT), &bytes);
  guint8 right = bytes[frame.length - 1];

  g_assert_cmpuint (frame.length, <, 256);
  for (guint wrong = (guint) frame.length; wrong <= G_MAXUINT8; wrong++)
    {
      bytes[frame.length - 1] = (guint8) wrong;
      test_message_check_refused (APOOL_MESSAGE_LEFT, bytes, frame.length);
    }
  bytes[frame.length - 1] = right;
  g_variant_unref (wire_body_read (&frame, NULL));
}

/* The same of what few tasks have, which is read with the task. */
static void
test_message_bad_rare_offsets (void)
{
  g_autofree guint8 *bytes = NULL;
  ApoolFrame frame =
      test_message_make_frame (APOOL_MESSAGE_TASK, test_message_make (APOOL_MESSAGE_TASK), &bytes);
  g_autoptr (ApoolTask) task = apool_message_get_task (&frame, NULL);

  g_assert_nonnull (task);
  g_assert_cmpuint (frame.length, <, 256);
  for (guint wrong = (guint) frame.length; wrong <= G_MAXUINT8; wrong++)
    {
      g_autoptr (GError) error = NULL;

      bytes[frame.length - 1] = (guint8) wrong;
      g_assert_null (apool_message_get_task (&frame, &error));
      g_assert_error (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL);
    }
}

/* A body cut short or spoilt in a few places: read or refused, never more. */
static gboolean
test_message_mutate (ApoolMessageType type, const ApoolFrame *frame)
{
  gsize length = g_test_rand_bit () ? frame->length
                                    : (gsize) g_test_rand_int_range (0, (gint32) frame->length + 1);
  g_autofree guint8 *bytes = g_memdup2 (frame->body, length);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) body = NULL;
  ApoolFrame mutant = { .type = frame->type, .body = bytes, .length = length };

  for (int n = g_test_rand_int_range (0, 4); n > 0 && length > 0; n--)
    bytes[g_test_rand_int_range (0, (gint32) length)] = (guint8) g_test_rand_int ();
  body = wire_body_read (&mutant, &error);
  if (!body)
    {
      g_assert_error (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL);
      return FALSE;
    }
  g_assert_no_error (error);
  g_assert_true (g_variant_is_normal_form (body));
  test_message_use (type, body);
  return TRUE;
}

static void
test_message_mutants (void)
{
  for (guint type = APOOL_MESSAGE_HELLO; type < APOOL_N_MESSAGES; type++)
    {
      g_autofree guint8 *bytes = NULL;
      ApoolFrame frame = test_message_make_frame (
          (ApoolMessageType) type, test_message_make ((ApoolMessageType) type), &bytes);
      guint n_read = 0;

      for (int round = 0; round < 2000; round++)
        n_read += test_message_mutate ((ApoolMessageType) type, &frame) ? 1 : 0;
      g_assert_cmpuint (n_read, >, 0);
      /* Any bytes are a reason. */
      g_assert_true (n_read < 2000 || type == APOOL_MESSAGE_ABORT);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/message/all-types", test_message_all_types);
  g_test_add_func ("/message/malformed", test_message_malformed);
  g_test_add_func ("/message/bad-offsets", test_message_bad_offsets);
  g_test_add_func ("/message/bad-rare-offsets", test_message_bad_rare_offsets);
  g_test_add_func ("/message/mutants", test_message_mutants);
  return g_test_run ();
}
