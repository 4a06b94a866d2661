/* SPDX-License-Identifier: MIT */
/* Messages: there and back, and what a peer may make up in their place. */

#include <limits.h>
#include <string.h>

#include "base/apool-error.h"
#include "wire-body.h"

/* A received frame: the bytes of @body in a block of their own, so that a look behind it is found
 * out, aligned as in a channel's buffer. */
static ApoolFrame
test_message_make_frame (ApoolMessageType type, GVariant *body, guint8 **bytes)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (body);
  gsize length = g_variant_get_size (owned);

  *bytes = g_memdup2 (g_variant_get_data (owned), length);
  return (ApoolFrame){ .type = (guint8) type, .body = *bytes, .length = length };
}

/* What arrives of a message: a view into @bytes. */
static GVariant *
test_message_receive (ApoolMessageType type, GVariant *body, guint8 **bytes)
{
  g_autoptr (GError) error = NULL;
  ApoolFrame frame = test_message_make_frame (type, body, bytes);
  GVariant *received = wire_body_read (&frame, &error);

  g_assert_no_error (error);
  g_assert_nonnull (received);
  return received;
}

static void
test_message_check_refused (guint type, gconstpointer body, gsize length)
{
  g_autoptr (GError) error = NULL;
  ApoolFrame frame = { .type = (guint8) type, .body = body, .length = length };

  g_assert_null (wire_body_read (&frame, &error));
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL);
}

static GVariant *
test_message_new_bytes (const char *text)
{
  return g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, text, strlen (text), 1);
}

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
test_message_setup (void)
{
  static const guint32 SLOTS[] = { 1, 7, G_MAXUINT32 };
  ApoolSetup setup = {
    .slots = SLOTS,
    .n_slots = G_N_ELEMENTS (SLOTS),
    .shell = "/bin/\xfesh",
    .run = "r.1",
    .manager_pid = 12,
    .drain_msec = 34,
    .ignored_signals = 5,
    .max_passed = 7,
    .number = 8,
    .init = "cd \xff",
    .hook_timeout_msec = 9,
    .slot_variable = "SLOT\xff",
    .open_files = 1234,
    .streams = TRUE,
    .merges = TRUE,
    .is_direct = TRUE,
    .termseq = "INT,1,KILL",
    .leaks = APOOL_LEAKS_KILL,
    .surroundings = {
      .has_nice = TRUE,
      .nice = -20,
      .limits = { { 15, 0, 1 }, { 0, 3, APOOL_LIMIT_UNLIMITED } },
      .n_limits = 2,
      .has_terminal = TRUE,
      .home = 77,
      .tells_stderr = TRUE,
    },
  };
  ApoolSetup got;
  g_autofree guint8 *bytes = NULL;
  g_autoptr (GVariant) body =
      test_message_receive (APOOL_MESSAGE_SETUP, apool_message_new_setup (&setup), &bytes);

  g_assert_true (apool_message_get_setup (body, &got, NULL));
  g_assert_cmpmem (got.slots, got.n_slots * sizeof *got.slots, SLOTS, sizeof SLOTS);
  g_assert_cmpstr (got.shell, ==, "/bin/\xfesh");
  g_assert_cmpstr (got.run, ==, "r.1");
  g_assert_cmpuint (got.manager_pid, ==, 12);
  g_assert_cmpuint (got.drain_msec, ==, 34);
  g_assert_cmpuint (got.ignored_signals, ==, 5);
  g_assert_cmpuint (got.max_passed, ==, 7);
  g_assert_cmpuint (got.number, ==, 8);
  g_assert_cmpstr (got.init, ==, "cd \xff");
  g_assert_cmpstr (got.exit, ==, "");
  g_assert_cmpuint (got.hook_timeout_msec, ==, 9);
  g_assert_cmpstr (got.slot_variable, ==, "SLOT\xff");
  g_assert_cmpuint (got.open_files, ==, 1234);
  g_assert_true (got.streams);
  g_assert_true (got.merges);
  g_assert_true (got.is_direct);
  g_assert_cmpstr (got.termseq, ==, "INT,1,KILL");
  g_assert_cmpint (got.leaks, ==, APOOL_LEAKS_KILL);
  g_assert_true (got.surroundings.has_nice);
  g_assert_cmpint (got.surroundings.nice, ==, -20);
  g_assert_cmpuint (got.surroundings.n_limits, ==, 2);
  g_assert_cmpuint (got.surroundings.limits[0].kind, ==, 15);
  g_assert_cmpuint (got.surroundings.limits[1].soft, ==, 3);
  g_assert_cmpuint (got.surroundings.limits[1].hard, ==, APOOL_LIMIT_UNLIMITED);
  g_assert_true (got.surroundings.has_terminal);
  g_assert_cmpint (got.surroundings.home, ==, 77);
  g_assert_false (got.surroundings.tells_stdout);
  g_assert_true (got.surroundings.tells_stderr);
}

/* Of a set-up that says @surroundings, and of nothing else wrong in it. */
static void
test_message_refuse_surroundings (const ApoolSurroundings *surroundings, const char *why)
{
  ApoolSetup setup = { .shell = "", .run = "", .surroundings = *surroundings };
  ApoolSetup got;
  g_autofree guint8 *bytes = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) body =
      test_message_receive (APOOL_MESSAGE_SETUP, apool_message_new_setup (&setup), &bytes);

  g_assert_false (apool_message_get_setup (body, &got, &error));
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL);
  g_assert_nonnull (strstr (error->message, why));
}

static void
test_message_bad_surroundings (void)
{
  ApoolSurroundings surroundings = { .nice = 20 };

  test_message_refuse_surroundings (&surroundings, "niceness");
  surroundings.nice = -21;
  test_message_refuse_surroundings (&surroundings, "niceness");
  surroundings.nice = 0;
  surroundings.home = -1;
  test_message_refuse_surroundings (&surroundings, "process group");
  surroundings.home = 0;
  surroundings.n_limits = 1;
  surroundings.limits[0] = (ApoolLimit){ APOOL_N_LIMITS, 1, 1 };
  test_message_refuse_surroundings (&surroundings, "limit");
  surroundings.limits[0] = (ApoolLimit){ 0, 2, 1 };
  test_message_refuse_surroundings (&surroundings, "limit");
}

/* More limits than there are kinds, of kinds that are all known. */
static void
test_message_many_limits (void)
{
  static const guint32 LIMIT[] = { 1, 1, 0, 1, 0 };
  ApoolSurroundings got = { .n_limits = 1, .limits = { { 1, 1, 1 } } };
  g_autoptr (GArray) array = g_array_new (FALSE, FALSE, sizeof (guint32));
  const guint32 *words;
  gsize n_words;
  const char *why = NULL;

  apool_surroundings_add_words (&got, array);
  for (guint i = 0; i < APOOL_N_LIMITS; i++)
    g_array_append_vals (array, LIMIT, G_N_ELEMENTS (LIMIT));
  words = (const guint32 *) (gpointer) array->data;
  n_words = array->len;
  g_array_index (array, guint32, 3) = APOOL_N_LIMITS + 1;
  g_assert_false (apool_surroundings_take_words (&got, &words, &n_words, &why));
  g_assert_cmpstr (why, ==, "too many limits");
  g_array_index (array, guint32, 3) = APOOL_N_LIMITS;
  g_assert_true (apool_surroundings_take_words (&got, &words, &n_words, &why));
  g_assert_cmpuint (n_words, ==, 5);
  words = (const guint32 *) (gpointer) array->data;
  for (gsize n = 0; n < 4 + APOOL_N_LIMITS * 5; n++)
    {
      n_words = n;
      g_assert_false (apool_surroundings_take_words (&got, &words, &n_words, &why));
    }
}

/* One that ends too early, in its numbers or its texts. */
static void
test_message_short_setup (void)
{
  ApoolSetup setup = { .shell = "sh", .run = "r" };
  g_autoptr (GVariant) whole = g_variant_ref_sink (apool_message_new_setup (&setup));
  g_autoptr (GVariant) numbers = g_variant_get_child_value (whole, 0);
  gsize n_words;
  const guint32 *words = g_variant_get_fixed_array (numbers, &n_words, sizeof *words);

  for (gsize n = 0; n <= n_words; n++)
    {
      GVariant *parts[] = {
        g_variant_new_fixed_array (G_VARIANT_TYPE_UINT32, words, n, sizeof *words),
        g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, "sh\0r", 4, 1),
      };
      g_autoptr (GVariant) body = g_variant_ref_sink (g_variant_new_tuple (parts, 2));
      g_autoptr (GError) error = NULL;
      ApoolSetup got;

      g_assert_cmpint (apool_message_get_setup (body, &got, &error), ==, n == n_words);
      g_assert_cmpint (error == NULL, ==, n == n_words);
      g_assert_cmpuint (got.n_slots, ==, 0);
      g_assert_cmpstr (got.shell, ==, "sh");
      g_assert_cmpstr (got.run, ==, "");
      g_assert_cmpstr (got.termseq, ==, "");
    }
}

static void
test_message_setup_without_slots (void)
{
  ApoolSetup setup = { .shell = "", .run = "" };
  ApoolSetup got;
  g_autofree guint8 *bytes = NULL;
  g_autoptr (GVariant) body =
      test_message_receive (APOOL_MESSAGE_SETUP, apool_message_new_setup (&setup), &bytes);

  g_assert_true (apool_message_get_setup (body, &got, NULL));
  g_assert_cmpuint (got.n_slots, ==, 0);
  g_assert_cmpstr (got.slot_variable, ==, "");
  g_assert_false (got.streams);
  g_assert_false (got.merges);
  g_assert_false (got.is_direct);
  g_assert_cmpstr (got.termseq, ==, "");
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
test_message_traits (void)
{
  static const char *const VARIABLES[] = { "A=\xff", "B=", NULL };
  ApoolTaskTraits traits = {
    .attempt = 3,
    .weight = 1,
    .variables = VARIABLES,
    .directory = "d\xff",
    .owns_directory = TRUE,
    .is_printed = TRUE,
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) text = g_bytes_new_static ("x", 2);
  g_autoptr (ApoolTask) plain = apool_task_new (1, 1, APOOL_TASK_SHELL, text, NULL, &error);
  g_autoptr (ApoolTask) task = apool_task_new_variant (plain, &traits);
  g_autofree guint8 *bytes = NULL;
  g_autoptr (GVariant) body =
      test_message_receive (APOOL_MESSAGE_TASK, wire_body_new_task (task), &bytes);
  g_autoptr (ApoolTask) got = wire_body_get_task (body, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (apool_task_get_traits (got)->attempt, ==, 3);
  g_assert_cmpstrv (apool_task_get_traits (got)->variables, VARIABLES);
  g_assert_cmpstr (apool_task_get_traits (got)->directory, ==, "d\xff");
  g_assert_true (apool_task_get_traits (got)->owns_directory);
  g_assert_true (apool_task_get_traits (got)->is_printed);
}

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

/* Every count that a peer can name for next to nothing has an end. */
static void
test_message_check_variables (const char *entry, gsize n, gboolean fits)
{
  g_autofree const char **entries = g_new0 (const char *, n);
  WireTask made = { .seq = 1, .line = 1, .attempt = 1, .text = "true", .text_length = 5 };
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *bytes = NULL;
  g_autoptr (GVariant) body = NULL;
  g_autoptr (ApoolTask) task = NULL;

  for (gsize i = 0; i < n; i++)
    entries[i] = entry;
  made.variables = g_variant_new_bytestring_array (entries, (gssize) n);
  body = test_message_receive (APOOL_MESSAGE_TASK, wire_body_make_task (&made), &bytes);
  task = wire_body_get_task (body, &error);
  g_assert_cmpint (task != NULL, ==, fits);
  if (!fits)
    g_assert_error (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL);
}

static void
test_message_variables_bound (void)
{
  test_message_check_variables ("A=", 0, TRUE);
  test_message_check_variables ("A=", APOOL_MESSAGE_MAX_VARIABLES, TRUE);
  test_message_check_variables ("A=", APOOL_MESSAGE_MAX_VARIABLES + 1, FALSE);
  test_message_check_variables ("A=", 1000000, FALSE);
}

static void
test_message_bad_variables (void)
{
  test_message_check_variables ("A=b=c\n", 2, TRUE);
  test_message_check_variables ("", 1, FALSE);
  test_message_check_variables ("A", 1, FALSE);
  test_message_check_variables ("=b", 1, FALSE);
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
test_message_check_task (ApoolTaskKind kind, const char *data, gsize length, ApoolHoles *holes)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) text = g_bytes_new (data, length);
  g_autoptr (ApoolTask) task = NULL;
  g_autoptr (ApoolTask) got = NULL;
  g_autofree guint8 *bytes = NULL;
  g_autoptr (GVariant) body = NULL;
  g_autoptr (GVariant) sent_holes = NULL;
  g_autoptr (GVariant) got_holes = NULL;

  task = apool_task_new (G_MAXUINT64, 9, kind, text, holes, &error);
  g_assert_no_error (error);
  body = test_message_receive (APOOL_MESSAGE_TASK, wire_body_new_task (task), &bytes);
  got = wire_body_get_task (body, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (apool_task_get_seq (got), ==, G_MAXUINT64);
  g_assert_cmpuint (apool_task_get_line (got), ==, 9);
  g_assert_cmpint (apool_task_get_kind (got), ==, kind);
  g_assert_true (g_bytes_equal (apool_task_get_text (got), text));
  sent_holes = g_variant_ref_sink (apool_holes_to_variant (holes));
  got_holes = g_variant_ref_sink (apool_holes_to_variant (apool_task_get_holes (got)));
  g_assert_true (g_variant_equal (sent_holes, got_holes));
}

static void
test_message_task (void)
{
  static const ApoolValue CHOICES[] = { { "a", 1 }, { "b c", 3 } };
  g_autoptr (ApoolHoles) plain = apool_holes_new ();
  g_autoptr (ApoolHoles) special = apool_holes_new ();

  apool_holes_add_number (plain, 0, 0, NULL);
  apool_holes_add_number (plain, 2, 0, NULL);
  apool_holes_add_number (plain, 2, 0, NULL);
  apool_holes_add_choice (special, 0, CHOICES, 2);
  apool_holes_add_number (special, 0, -1, "%03d");
  test_message_check_task (APOOL_TASK_SHELL, "echo\n\xff'$", 9, NULL);
  test_message_check_task (APOOL_TASK_WORDS, "a\0\0b", 5, plain);
  test_message_check_task (APOOL_TASK_PROGRAM, "", 1, special);
}

/* A directory that no system call could take, or that would be another one than was sent. */
static void
test_message_check_directory (const char *directory, gsize length, gboolean fits)
{
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *bytes = NULL;
  WireTask made = { .seq = 1,
                    .line = 1,
                    .attempt = 1,
                    .text = "true",
                    .text_length = 5,
                    .directory = directory,
                    .directory_length = length };
  g_autoptr (GVariant) body =
      test_message_receive (APOOL_MESSAGE_TASK, wire_body_make_task (&made), &bytes);
  g_autoptr (ApoolTask) task = wire_body_get_task (body, &error);

  g_assert_cmpint (task != NULL, ==, fits);
  if (fits)
    g_assert_cmpuint (strlen (apool_task_get_traits (task)->directory), ==, length);
  else
    g_assert_error (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL);
}

static void
test_message_directory (void)
{
  g_autofree char *longest = g_strnfill (PATH_MAX, 'd');

  test_message_check_directory ("/", 1, TRUE);
  test_message_check_directory (longest, PATH_MAX - 1, TRUE);
  test_message_check_directory (longest, PATH_MAX, FALSE);
  test_message_check_directory ("/a\0b", 4, FALSE);
  test_message_check_directory ("/a", 3, FALSE);
}

/* A task made by nobody honest: apool_task_new() would refuse it, and so must the reader. */
static void
test_message_check_bad_holes (guint32 kind, const char *text, gsize length, ApoolHoles *holes)
{
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *bytes = NULL;
  WireTask made = { .seq = 1,
                    .line = 1,
                    .kind = kind,
                    .attempt = 1,
                    .text = text,
                    .text_length = length,
                    .holes = apool_holes_to_variant (holes) };
  g_autoptr (GVariant) body =
      test_message_receive (APOOL_MESSAGE_TASK, wire_body_make_task (&made), &bytes);

  g_assert_null (wire_body_get_task (body, &error));
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL);
}

/* Nobody's processes would be taken for that task's. */
static void
test_message_check_number (guint64 seq, gboolean is_one)
{
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *bytes = NULL;
  WireTask made = {
    .seq = seq, .line = 1, .kind = APOOL_TASK_WORDS, .attempt = 1, .text = "a", .text_length = 2
  };
  g_autoptr (GVariant) body =
      test_message_receive (APOOL_MESSAGE_TASK, wire_body_make_task (&made), &bytes);
  g_autoptr (ApoolTask) task = wire_body_get_task (body, &error);

  g_assert_cmpint (task != NULL, ==, is_one);
  if (!is_one)
    g_assert_error (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL);
}

static void
test_message_numbers (void)
{
  test_message_check_number (1, TRUE);
  test_message_check_number (1 | APOOL_TASK_HOOK_BIT, TRUE);
  test_message_check_number (0, FALSE);
  test_message_check_number (APOOL_TASK_HOOK_BIT, FALSE);
}

static void
test_message_check_bad_task (guint32 kind, const char *text, gsize length, guint32 hole)
{
  g_autoptr (ApoolHoles) holes = apool_holes_new ();

  apool_holes_add_number (holes, hole, 0, NULL);
  test_message_check_bad_holes (kind, text, length, holes);
}

static void
test_message_bad_holes (void)
{
  g_autoptr (ApoolHoles) backwards = apool_holes_new ();
  g_autoptr (ApoolHoles) with_nul = apool_holes_new ();

  apool_holes_add_number (backwards, 1, 0, NULL);
  apool_holes_add_number (backwards, 0, 0, NULL);
  test_message_check_bad_holes (APOOL_TASK_WORDS, "a", 2, backwards);
  apool_holes_add_choice (with_nul, 0, &(ApoolValue){ "\0", 1 }, 1);
  test_message_check_bad_holes (APOOL_TASK_WORDS, "a", 2, with_nul);
}

static void
test_message_bad_tasks (void)
{
  test_message_check_bad_task (APOOL_TASK_PROGRAM + 1, "a", 2, 0);
  test_message_check_bad_task (G_MAXUINT32, "a", 2, 0);
  test_message_check_bad_task (APOOL_TASK_WORDS, "a", 1, 0);    /* no NUL at the end */
  test_message_check_bad_task (APOOL_TASK_WORDS, "", 0, 0);     /* nothing to run */
  test_message_check_bad_task (APOOL_TASK_SHELL, "a\0b", 4, 0); /* two words */
  test_message_check_bad_task (APOOL_TASK_WORDS, "a", 2, 2);    /* a hole behind the end */
  test_message_check_bad_task (APOOL_TASK_WORDS, "a", 2, 1 << 30);
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

/* A well-formed body of @type. */
static GVariant *
test_message_make (ApoolMessageType type)
{
  static const guint32 SLOTS[] = { 1, 2, 3 };
  static const guint64 SEQS[] = { 4, 5 };
  static const char *const VARIABLES[] = { "A=b", "C=" };
  static const ApoolUsage USAGE = { 1, 2, 3, 4, 5 };
  static const ApoolJobState STATE = { 1, 2, 3, TRUE, "a line", 6 };
  static const ApoolValue CHOICE = { "x", 1 };
  g_autoptr (ApoolHoles) holes = apool_holes_new ();
  WireTask made = { 1, 2, 1, 1, 2, "a\0bc", 5, "/d", 2, NULL, NULL };
  ApoolHello hello = { .version = 1, .host = "host" };
  ApoolSetup setup = { .slots = SLOTS, .n_slots = 3, .shell = "/bin/sh", .run = "run" };
  g_autoptr (ApoolOutcome) outcome =
      apool_outcome_new (APOOL_OUTCOME_EXITED, 1, &USAGE, TRUE, FALSE, "message");
  ApoolFinished finished = { 1, outcome, { "out", "err" }, { 3, 3 } };
  ApoolHookReport report = { APOOL_HOOK_INIT, outcome, "out", 3, 0 };
  ApoolLeak leak = { 1, APOOL_LEAKS_KILL, "sleep 9 &", "sleep (4711)" };

  switch (type)
    {
    case APOOL_MESSAGE_HELLO:
      return wire_body_new_hello (&hello);
    case APOOL_MESSAGE_ABORT:
      return apool_message_new_text ("a reason");
    case APOOL_MESSAGE_SETUP:
      return apool_message_new_setup (&setup);
    case APOOL_MESSAGE_TASK:
      apool_holes_add_number (holes, 1, 0, NULL);
      apool_holes_add_number (holes, 2, 3, "%d");
      apool_holes_add_choice (holes, 3, &CHOICE, 1);
      made.holes = apool_holes_to_variant (holes);
      made.variables = g_variant_new_bytestring_array (VARIABLES, 2);
      return wire_body_make_task (&made);
    case APOOL_MESSAGE_HOOK:
      return apool_message_new_hook (&report);
    case APOOL_MESSAGE_PAUSE:
      return apool_message_new_pause (1, TRUE);
    case APOOL_MESSAGE_ANSWER:
      return apool_message_new_answer (1, &STATE, 1);
    case APOOL_MESSAGE_GRANT:
    case APOOL_MESSAGE_REVOKED:
      return g_variant_new ("(@au)",
                            g_variant_new_fixed_array (G_VARIANT_TYPE_UINT32, SLOTS, 3, 4));
    case APOOL_MESSAGE_OUTPUT:
      return wire_body_new_output (1, APOOL_STREAM_STDERR, "some output", 11);
    case APOOL_MESSAGE_FINISHED:
      return wire_body_new_finished (&finished);
    case APOOL_MESSAGE_CREDIT:
      return g_variant_new ("(tuu)", (guint64) 1, 0u, 1000u);
    case APOOL_MESSAGE_STARTED:
      return g_variant_new ("(tu)", (guint64) 1, 2u);
    case APOOL_MESSAGE_RECALL:
    case APOOL_MESSAGE_REVOKE:
      return g_variant_new ("(u)", 3u);
    case APOOL_MESSAGE_RECALLED:
      return g_variant_new ("(@at)", g_variant_new_fixed_array (G_VARIANT_TYPE_UINT64, SEQS, 2, 8));
    case APOOL_MESSAGE_LEFT:
      return apool_message_new_left (&leak);
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

/* Those without a reader of their own are read here as their receivers do it. */
static void
test_message_use (ApoolMessageType type, GVariant *body)
{
  ApoolHello hello;
  ApoolSetup setup;
  ApoolFinished finished;
  ApoolHookReport report;
  ApoolLeak leak;
  g_autoptr (ApoolTask) task = NULL;
  g_autofree char *text = NULL;
  guint64 seq;
  ApoolStream stream;
  const char *data;
  gsize length;

  if (type == APOOL_MESSAGE_HELLO)
    {
      wire_body_get_hello (body, &hello);
      text = g_strdup (hello.host);
    }
  else if (type == APOOL_MESSAGE_ABORT)
    text = apool_message_dup_text (body);
  else if (type == APOOL_MESSAGE_SETUP)
    {
      (void) apool_message_get_setup (body, &setup, NULL);
      text = g_strdup_printf ("%s%s%s%s%u", setup.shell, setup.run, setup.init, setup.exit,
                              setup.n_slots > 0 ? setup.slots[setup.n_slots - 1] : 0);
    }
  else if (type == APOOL_MESSAGE_HOOK && apool_message_get_hook (body, &report, NULL))
    {
      text = g_memdup2 (report.output, report.length);
      apool_outcome_unref (report.outcome);
    }
  else if (type == APOOL_MESSAGE_GRANT || type == APOOL_MESSAGE_REVOKED)
    {
      g_autoptr (GArray) slots = apool_message_dup_slots (body);

      g_assert_cmpuint (slots->len, <=, g_variant_get_size (body));
    }
  else if (type == APOOL_MESSAGE_ANSWER)
    {
      g_autoptr (GArray) states = apool_message_dup_answer (body, &seq, NULL);

      for (guint i = 0; states && i < states->len; i++)
        g_free (g_memdup2 (g_array_index (states, ApoolJobState, i).line,
                           g_array_index (states, ApoolJobState, i).length));
    }
  else if (type == APOOL_MESSAGE_TASK && (task = wire_body_get_task (body, NULL)))
    {
      g_auto (GStrv) words = apool_task_dup_words (task, 12, APOOL_QUOTE_POSIX);

      g_assert_cmpuint (g_strv_length (words), >, 0);
    }
  else if (type == APOOL_MESSAGE_OUTPUT &&
           wire_body_get_output (body, &seq, &stream, &data, &length, NULL))
    text = g_memdup2 (data, length);
  else if (type == APOOL_MESSAGE_LEFT && apool_message_get_left (body, &leak, NULL))
    {
      text = (char *) leak.command;
      g_free ((char *) leak.processes);
    }
  else if (type == APOOL_MESSAGE_FINISHED && wire_body_get_finished (body, &finished, NULL))
    apool_outcome_unref (finished.outcome);
  else
    text = g_variant_print (body, TRUE);
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
  g_test_add_func ("/message/formats", test_message_formats);
  g_test_add_func ("/message/hello", test_message_hello);
  g_test_add_func ("/message/slots", test_message_slots);
  g_test_add_func ("/message/pause", test_message_pause);
  g_test_add_func ("/message/answer", test_message_answer);
  g_test_add_func ("/message/bad-answers", test_message_bad_answers);
  g_test_add_func ("/message/traits", test_message_traits);
  g_test_add_func ("/message/hook", test_message_hook);
  g_test_add_func ("/message/variables-bound", test_message_variables_bound);
  g_test_add_func ("/message/hook-bound", test_message_hook_bound);
  g_test_add_func ("/message/unknown-hook", test_message_unknown_hook);
  g_test_add_func ("/message/setup", test_message_setup);
  g_test_add_func ("/message/end", test_message_end);
  g_test_add_func ("/message/left", test_message_left);
  g_test_add_func ("/message/faulty", test_message_faulty);
  g_test_add_func ("/message/setup-without-slots", test_message_setup_without_slots);
  g_test_add_func ("/message/short-setup", test_message_short_setup);
  g_test_add_func ("/message/bad-surroundings", test_message_bad_surroundings);
  g_test_add_func ("/message/many-limits", test_message_many_limits);
  g_test_add_func ("/message/task", test_message_task);
  g_test_add_func ("/message/directory", test_message_directory);
  g_test_add_func ("/message/numbers", test_message_numbers);
  g_test_add_func ("/message/bad-tasks", test_message_bad_tasks);
  g_test_add_func ("/message/bad-holes", test_message_bad_holes);
  g_test_add_func ("/message/output", test_message_output);
  g_test_add_func ("/message/bad-output", test_message_bad_output);
  g_test_add_func ("/message/finished", test_message_finished);
  g_test_add_func ("/message/bad-variables", test_message_bad_variables);
  g_test_add_func ("/message/finished-text", test_message_finished_text);
  g_test_add_func ("/message/bad-finished", test_message_bad_finished);
  g_test_add_func ("/message/text", test_message_text);
  g_test_add_func ("/message/text-without-end", test_message_text_without_end);
  g_test_add_func ("/message/all-types", test_message_all_types);
  g_test_add_func ("/message/malformed", test_message_malformed);
  g_test_add_func ("/message/bad-offsets", test_message_bad_offsets);
  g_test_add_func ("/message/bad-rare-offsets", test_message_bad_rare_offsets);
  g_test_add_func ("/message/mutants", test_message_mutants);
  return g_test_run ();
}
