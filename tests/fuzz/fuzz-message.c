/* SPDX-License-Identifier: MIT */
/* One message: a type byte and a body, or, with the highest bit of that byte, the fields of one.
 * What is read is used as its receivers do, and what they got of it makes a message of which they
 * get the same. */

#include <string.h>

#include "base/apool-error.h"
#include "fuzz-input.h"
#include "wire-body.h"

#define IS_FIELDS 0x80u

/* A message that has arrived; its bytes stand alone, aligned as in a channel's buffer. */
typedef struct
{
  guint8 *bytes;
  GVariant *body; /* (nullable): where it was refused */
} FuzzMessage;

static void
fuzz_message_clear (FuzzMessage *self)
{
  g_clear_pointer (&self->body, g_variant_unref);
  g_clear_pointer (&self->bytes, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (FuzzMessage, fuzz_message_clear)

static FuzzMessage
fuzz_message_arrive (guint8 type, gconstpointer data, gsize length)
{
  FuzzMessage self = { .bytes = g_memdup2 (data, length) };
  ApoolFrame frame = { .type = type, .body = self.bytes, .length = length };
  g_autoptr (GError) error = NULL;

  self.body = wire_body_read (&frame, &error);
  g_assert_true ((self.body == NULL) == (error != NULL));
  if (error)
    g_assert_error (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL);
  return self;
}

/* What was made of a body that was got must be read. */
static FuzzMessage
fuzz_message_send (guint8 type, GVariant *body)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (body);
  FuzzMessage self =
      fuzz_message_arrive (type, g_variant_get_data (owned), g_variant_get_size (owned));

  g_assert_nonnull (self.body);
  return self;
}

/* One line, without anything that a terminal takes for more than a character. */
static void
fuzz_message_check_printable (const char *text)
{
  for (const char *at = text; at && *at; at++)
    g_assert_false (g_ascii_iscntrl (*at));
}

static void
fuzz_message_check_outcome (ApoolOutcome *outcome)
{
  g_assert_true (apool_outcome_get_kind (outcome) <= APOOL_OUTCOME_NOT_STARTED ||
                 apool_outcome_get_kind (outcome) == APOOL_OUTCOME_TIMED_OUT);
  g_assert_cmpint (apool_outcome_get_code (outcome), >=, 0);
  fuzz_message_check_printable (apool_outcome_get_message (outcome));
}

static GVariant *
fuzz_message_repeat_hello (GVariant *body)
{
  ApoolHello hello;

  wire_body_get_hello (body, &hello);
  return wire_body_new_hello (&hello);
}

static GVariant *
fuzz_message_repeat_setup (GVariant *body)
{
  ApoolSetup setup;
  guint64 sum = 0;

  if (!apool_message_get_setup (body, &setup, NULL))
    return NULL;
  for (gsize i = 0; i < setup.n_slots; i++)
    sum += setup.slots[i];
  g_assert_cmpuint (sum, <=, setup.n_slots * (guint64) G_MAXUINT32);
  return apool_message_new_setup (&setup);
}

static GVariant *
fuzz_message_repeat_task (GVariant *body)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ApoolTask) task = wire_body_get_task (body, &error);
  g_auto (GStrv) words = NULL;
  g_autofree char *name = NULL;

  g_assert_true ((task == NULL) == (error != NULL));
  if (!task)
    return NULL;
  words = apool_task_dup_words (task, G_MAXUINT, APOOL_QUOTE_POSIX);
  g_assert_cmpuint (g_strv_length (words), >, 0);
  name = apool_task_dup_name (task);
  fuzz_message_check_printable (name);
  g_assert_cmpuint (strlen (name), <, 250);
  g_assert_cmpuint (apool_task_get_traits (task)->weight, >, 0);
  return wire_body_new_task (task);
}

static GVariant *
fuzz_message_repeat_output (GVariant *body)
{
  guint64 seq;
  ApoolStream stream;
  const char *data;
  gsize length;
  g_autoptr (GError) error = NULL;
  gboolean fine = wire_body_get_output (body, &seq, &stream, &data, &length, &error);

  g_assert_true (fine == (error == NULL));
  return fine ? wire_body_new_output (seq, stream, data, length) : NULL;
}

static GVariant *
fuzz_message_repeat_finished (GVariant *body)
{
  ApoolFinished finished;
  g_autoptr (ApoolOutcome) outcome = NULL;
  g_autoptr (GError) error = NULL;
  gboolean fine = wire_body_get_finished (body, &finished, &error);

  g_assert_true (fine == (error == NULL));
  if (!fine)
    return NULL;
  outcome = finished.outcome;
  fuzz_message_check_outcome (outcome);
  return wire_body_new_finished (&finished);
}

static GVariant *
fuzz_message_repeat_hook (GVariant *body)
{
  ApoolHookReport report;
  g_autoptr (ApoolOutcome) outcome = NULL;
  g_autoptr (GError) error = NULL;
  gboolean fine = apool_message_get_hook (body, &report, &error);

  g_assert_true (fine == (error == NULL));
  if (!fine)
    return NULL;
  outcome = report.outcome;
  fuzz_message_check_outcome (outcome);
  return apool_message_new_hook (&report);
}

static GVariant *
fuzz_message_repeat_slots (GVariant *body)
{
  g_autoptr (GArray) slots = apool_message_dup_slots (body);

  return apool_message_new_slots (slots);
}

static GVariant *
fuzz_message_repeat_end (GVariant *body)
{
  g_autoptr (GError) error = NULL;
  guint64 seq;
  ApoolEndReason reason;
  gboolean fine = apool_message_get_end (body, &seq, &reason, &error);

  g_assert_true (fine == (error == NULL));
  return fine ? apool_message_new_end (seq, reason) : NULL;
}

static GVariant *
fuzz_message_repeat_answer (GVariant *body)
{
  guint64 token;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) states = apool_message_dup_answer (body, &token, &error);

  g_assert_true ((states == NULL) == (error != NULL));
  if (!states)
    return NULL;
  return apool_message_new_answer (token, (const ApoolJobState *) (gpointer) states->data,
                                   states->len);
}

static GVariant *
fuzz_message_repeat_text (GVariant *body)
{
  g_autofree char *text = apool_message_dup_text (body);

  fuzz_message_check_printable (text);
  g_assert_true (g_utf8_validate (text, -1, NULL));
  g_assert_cmpuint (strlen (text), <=, 1500);
  return NULL; /* cut and made fit for people, which is not done to stand a second time */
}

static GVariant *
fuzz_message_repeat_left (GVariant *body)
{
  ApoolLeak leak;
  g_autofree char *command = NULL;
  g_autofree char *processes = NULL;
  g_autoptr (GError) error = NULL;
  gboolean fine = apool_message_get_left (body, &leak, &error);

  g_assert_true (fine == (error == NULL));
  if (!fine)
    return NULL;
  command = (char *) leak.command;
  processes = (char *) leak.processes;
  g_assert_null (strchr (command, '\n'));
  return apool_message_new_left (&leak);
}

/* Those without a reader of their own are fixed numbers, or an array of them: any is as good. */
static GVariant *
fuzz_message_repeat_plain (GVariant *body)
{
  g_autofree char *text = g_variant_print (body, TRUE);

  g_assert_true (text[0] == '(');
  return body; /* not floating: who takes it takes a reference of its own */
}

/* Returns: (nullable): a body made of all that a receiver gets of @body, NULL where it refuses */
static GVariant *
fuzz_message_repeat (guint8 type, GVariant *body)
{
  static GVariant *(*const REPEATS[APOOL_N_MESSAGES]) (GVariant *) = {
    [APOOL_MESSAGE_HELLO] = fuzz_message_repeat_hello,
    [APOOL_MESSAGE_ABORT] = fuzz_message_repeat_text,
    [APOOL_MESSAGE_SETUP] = fuzz_message_repeat_setup,
    [APOOL_MESSAGE_TASK] = fuzz_message_repeat_task,
    [APOOL_MESSAGE_GRANT] = fuzz_message_repeat_slots,
    [APOOL_MESSAGE_REVOKED] = fuzz_message_repeat_slots,
    [APOOL_MESSAGE_OUTPUT] = fuzz_message_repeat_output,
    [APOOL_MESSAGE_FINISHED] = fuzz_message_repeat_finished,
    [APOOL_MESSAGE_HOOK] = fuzz_message_repeat_hook,
    [APOOL_MESSAGE_END] = fuzz_message_repeat_end,
    [APOOL_MESSAGE_LEFT] = fuzz_message_repeat_left,
    [APOOL_MESSAGE_ANSWER] = fuzz_message_repeat_answer,
  };

  return REPEATS[type] ? REPEATS[type](body) : fuzz_message_repeat_plain (body);
}

static void
fuzz_message_use (guint8 type, GVariant *body)
{
  GVariant *made = fuzz_message_repeat (type, body);
  g_auto (FuzzMessage) second = { 0 };
  g_auto (FuzzMessage) third = { 0 };

  if (!made)
    return;
  second = fuzz_message_send (type, made);
  made = fuzz_message_repeat (type, second.body);
  g_assert_nonnull (made);
  third = fuzz_message_send (type, made);
  g_assert_true (g_variant_equal (second.body, third.body));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t length)
{
  FuzzInput input = { data, length };
  guint8 first = fuzz_input_take_byte (&input);
  guint8 type = first & 0x7f;
  g_auto (FuzzMessage) message = { 0 };

  fuzz_prepare ();
  if ((first & IS_FIELDS) && apool_message_get_format (type))
    message = fuzz_message_send (type, fuzz_input_take_body (&input, type));
  else
    message = fuzz_message_arrive (type, input.data, input.length);
  if (message.body)
    fuzz_message_use (type, message.body);
  return 0;
}
