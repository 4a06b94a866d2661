/* SPDX-License-Identifier: MIT */
/* Typed messages and their bodies, all of them GVariants as they travel. What a peer sent is
 * checked here: the format by apool_message_read(), the values by the apool_message_get_…() of its
 * type. Bytes that people wrote travel as `ay`, never as strings, which would have to be UTF-8.
 *
 * Those of which there are many are plain tuples, whose bytes are written and read without a
 * GVariant: see apool-draft and apool-cursor. */

#include "wire/apool-message.h"

#include <string.h>

#include "base/apool-error.h"
#include "wire/apool-cursor.h"
#include "wire/apool-message-private.h"

#define FORMAT_HELLO "(uuuuay)"
#define FORMAT_SETUP "(auay)"
#define FORMAT_TASK "(ttuuuuuay)"
#define FORMAT_FINISHED "(txxxxxuiuuuay)"
#define FORMAT_HOOK "(uuiuayayt)"
#define FORMAT_LEFT "(tuayay)"
#define FORMAT_STATE "(tuxbay)"
#define FORMAT_ANSWER "(ta" FORMAT_STATE ")"

/* Bits of the flags of FINISHED and HOOK. */
#define FLAG_ENDED_BY_POOL 1u
#define FLAG_OUTPUT_CUT 2u
#define FLAG_FAULTY 4u

/* What is kept of a reason that a peer gives: bytes. */
#define MAX_REASON_BYTES 500u
/* The same of what it says of a job: that may quote a command line. */
#define MAX_OUTCOME_BYTES 4096u

/* HELLO and what comes for every task are plain: they are read as apool_cursor_check() says,
 * without a GVariant. */
static const struct
{
  const char *format;
  gboolean is_plain;
} apool_message_forms[APOOL_N_MESSAGES] = {
  [APOOL_MESSAGE_HELLO] = { FORMAT_HELLO, TRUE },
  [APOOL_MESSAGE_ABORT] = { "(ay)", FALSE },
  [APOOL_MESSAGE_PING] = { "(t)", FALSE },
  [APOOL_MESSAGE_PONG] = { "(t)", FALSE },
  [APOOL_MESSAGE_SETUP] = { FORMAT_SETUP, FALSE },
  [APOOL_MESSAGE_TASK] = { FORMAT_TASK, TRUE },
  [APOOL_MESSAGE_STREAM] = { "(t)", TRUE },
  [APOOL_MESSAGE_CREDIT] = { "(tuu)", TRUE },
  [APOOL_MESSAGE_RECALL] = { "(u)", FALSE },
  [APOOL_MESSAGE_TERMINATE] = { "()", FALSE },
  [APOOL_MESSAGE_STARTED] = { "(tu)", TRUE },
  [APOOL_MESSAGE_OUTPUT] = { "(tuay)", TRUE },
  [APOOL_MESSAGE_PIPES] = { "(t)", TRUE },
  [APOOL_MESSAGE_FINISHED] = { FORMAT_FINISHED, TRUE },
  [APOOL_MESSAGE_RECALLED] = { "(at)", FALSE },
  [APOOL_MESSAGE_HOOK] = { FORMAT_HOOK, FALSE },
  [APOOL_MESSAGE_EXITED] = { "(t)", TRUE },
  [APOOL_MESSAGE_GRANT] = { "(au)", FALSE },
  [APOOL_MESSAGE_CLOSE] = { "()", FALSE },
  [APOOL_MESSAGE_END] = { "(ty)", FALSE },
  [APOOL_MESSAGE_REVOKE] = { "(u)", FALSE },
  [APOOL_MESSAGE_REVOKED] = { "(au)", FALSE },
  [APOOL_MESSAGE_LEFT] = { FORMAT_LEFT, FALSE },
  [APOOL_MESSAGE_STOPPED] = { "(ti)", FALSE },
  [APOOL_MESSAGE_TERMINAL] = { "(b)", FALSE },
  [APOOL_MESSAGE_PAUSE] = { "(tb)", FALSE },
  [APOOL_MESSAGE_ASK] = { "(t)", FALSE },
  [APOOL_MESSAGE_ANSWER] = { FORMAT_ANSWER, FALSE },
};

/**
 * apool_message_get_format:
 * @type: an #ApoolMessageType, or any number that a peer sent
 *
 * Returns: (transfer none) (nullable): the type of its body, %NULL where there is no such message
 */
const GVariantType *
apool_message_get_format (guint type)
{
  if (type >= APOOL_N_MESSAGES || !apool_message_forms[type].format)
    return NULL;
  return G_VARIANT_TYPE (apool_message_forms[type].format);
}

/* For messages only. Returns %FALSE. */
gboolean
apool_message_fail (GError **error, const char *what)
{
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL, "malformed message: %s", what);
  return FALSE;
}

/* For messages only. Returns: (transfer full) (nullable): a view into @data, in normal form */
GVariant *
apool_message_parse (const char *format, gconstpointer data, gsize length, GError **error)
{
  g_autoptr (GVariant) parsed = g_variant_ref_sink (
      g_variant_new_from_data (G_VARIANT_TYPE (format), data, length, FALSE, NULL, NULL));

#if G_BYTE_ORDER == G_BIG_ENDIAN
  {
    GVariant *swapped = g_variant_byteswap (parsed);

    g_variant_unref (parsed);
    parsed = swapped;
  }
#endif
  if (!g_variant_is_normal_form (parsed))
    {
      apool_message_fail (error, "not in normal form");
      return NULL;
    }
  return g_steal_pointer (&parsed);
}

/**
 * apool_message_read:
 * @frame: a received frame
 * @body: (out) (transfer full) (nullable): the body, %NULL where @frame itself is what is read of
 *   messages of its type. It is a view into the frame: it must not outlive the frame's bytes
 * @error: (out) (optional): %APOOL_ERROR_PROTOCOL
 *
 * Returns: whether the body is of the format of its type and in normal form
 */
gboolean
apool_message_read (const ApoolFrame *frame, GVariant **body, GError **error)
{
  const char *format =
      frame->type < APOOL_N_MESSAGES ? apool_message_forms[frame->type].format : NULL;

  *body = NULL;
  if (!format)
    {
      g_set_error (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL, "unknown message type %u",
                   frame->type);
      return FALSE;
    }
  if (apool_message_forms[frame->type].is_plain)
    return apool_cursor_check (frame, format) || apool_message_fail (error, "not in normal form");
  *body = apool_message_parse (format, frame->body, frame->length, error);
  return *body != NULL;
}

/* For messages only. */
GVariant *
apool_message_new_bytes (const void *data, gsize length)
{
  return g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, data, length, 1);
}

/* For messages only. A view into @body's child @index, valid as long as @body. */
const char *
apool_message_get_bytes (GVariant *body, gsize index, gsize *length)
{
  g_autoptr (GVariant) child = g_variant_get_child_value (body, index);

  return g_variant_get_fixed_array (child, length, 1);
}

/* For messages only. The same for text: NUL-terminated on the wire, so that the view is a C string.
 */
const char *
apool_message_get_c_string (GVariant *body, gsize index)
{
  gsize length;
  const char *text = apool_message_get_bytes (body, index, &length);

  return length > 0 && text[length - 1] == '\0' ? text : "";
}

/* For messages only. */
GVariant *
apool_message_new_c_string (const char *text)
{
  return apool_message_new_bytes (text, strlen (text) + 1);
}

/**
 * apool_message_draft_hello:
 * @draft: (out caller-allocates): a HELLO that needs no clearing, valid as long as @hello's host
 * @hello: what to say
 */
void
apool_message_draft_hello (ApoolDraft *draft, const ApoolHello *hello)
{
  apool_draft_init (draft, APOOL_MESSAGE_HELLO);
  apool_draft_add_uint32 (draft, hello->version);
  apool_draft_add_uint32 (draft, hello->features);
  apool_draft_add_uint32 (draft, hello->cores);
  apool_draft_add_uint32 (draft, hello->pid);
  apool_draft_add_bytes (draft, hello->host, strlen (hello->host) + 1);
}

/**
 * apool_message_get_hello:
 * @frame: a HELLO
 * @hello: (out): what it says; its host is valid as long as the frame's bytes
 */
void
apool_message_get_hello (const ApoolFrame *frame, ApoolHello *hello)
{
  ApoolCursor cursor;
  gsize length;

  apool_cursor_init (&cursor, frame);
  hello->version = apool_cursor_take_uint32 (&cursor);
  hello->features = apool_cursor_take_uint32 (&cursor);
  hello->cores = apool_cursor_take_uint32 (&cursor);
  hello->pid = apool_cursor_take_uint32 (&cursor);
  length = apool_cursor_take_rest (&cursor, &hello->host);
  if (length == 0 || hello->host[length - 1] != '\0')
    hello->host = "";
}

/* For messages only. */
guint32
apool_message_get_outcome_flags (const ApoolOutcome *outcome)
{
  return (apool_outcome_is_ended_by_pool (outcome) ? FLAG_ENDED_BY_POOL : 0) |
         (apool_outcome_is_output_cut (outcome) ? FLAG_OUTPUT_CUT : 0) |
         (apool_outcome_is_faulty (outcome) ? FLAG_FAULTY : 0);
}

/* For messages only. Makes kind and code of what a peer says that they are. */
gboolean
apool_message_check_exit (
    guint32 number, gint32 value, ApoolOutcomeKind *kind, int *code, GError **error)
{
  if ((number > APOOL_OUTCOME_NOT_STARTED && number != APOOL_OUTCOME_TIMED_OUT) || value < 0 ||
      value > 4096)
    return apool_message_fail (error, "unknown outcome");
  *kind = (ApoolOutcomeKind) number;
  *code = value;
  return TRUE;
}

/* Returns: (transfer full): what a peer says of a job, which is printed: one line, its bytes as
 * they are but for those that a terminal obeys. 0xc2 0x80 to 0xc2 0x9f are such in UTF-8. */
static char *
apool_message_dup_outcome_text (const char *text, gsize length)
{
  char *line = g_strndup (text, MIN (length, MAX_OUTCOME_BYTES));

  for (char *at = line; *at; at++)
    {
      gboolean is_pair = (guint8) at[0] == 0xc2 && ((guint8) at[1] & 0xe0) == 0x80;

      if (is_pair)
        *at++ = ' ';
      if (is_pair || g_ascii_iscntrl (*at))
        *at = ' ';
    }
  return line;
}

/* For messages only. Returns: (transfer full): the outcome of which a peer says that */
ApoolOutcome *
apool_message_make_outcome (ApoolOutcomeKind kind,
                            int code,
                            const ApoolUsage *usage,
                            guint32 flags,
                            const char *message,
                            gsize length)
{
  g_autofree char *kept =
      length > 0 && message[0] ? apool_message_dup_outcome_text (message, length) : NULL;
  g_autoptr (ApoolOutcome) outcome = apool_outcome_new (
      kind, code, usage, (flags & FLAG_ENDED_BY_POOL) != 0, (flags & FLAG_OUTPUT_CUT) != 0, kept);

  return (flags & FLAG_FAULTY) != 0 ? apool_outcome_new_faulty (outcome, kept)
                                    : g_steal_pointer (&outcome);
}

/**
 * apool_message_new_end:
 * @seq: a task
 * @reason: why it is ended
 *
 * Returns: (transfer floating): the body of an END
 */
GVariant *
apool_message_new_end (guint64 seq, ApoolEndReason reason)
{
  return g_variant_new ("(ty)", seq, (guint8) reason);
}

/**
 * apool_message_get_end:
 * @body: of an END
 * @seq: (out): the task
 * @reason: (out): why it is ended
 * @error: (out) (optional): %APOOL_ERROR_PROTOCOL
 *
 * Returns: whether it makes sense
 */
gboolean
apool_message_get_end (GVariant *body, guint64 *seq, ApoolEndReason *reason, GError **error)
{
  guint8 number;

  g_variant_get (body, "(ty)", seq, &number);
  if (number >= APOOL_N_END_REASONS)
    return apool_message_fail (error, "unknown reason to end a task");
  *reason = (ApoolEndReason) number;
  return TRUE;
}

/**
 * apool_message_new_slots:
 * @slots: (element-type guint): slot numbers
 *
 * Returns: (transfer floating): the body of a GRANT or a REVOKED
 */
GVariant *
apool_message_new_slots (const GArray *slots)
{
  return g_variant_new ("(@au)", g_variant_new_fixed_array (G_VARIANT_TYPE_UINT32, slots->data,
                                                            slots->len, sizeof (guint32)));
}

/**
 * apool_message_dup_slots:
 * @body: of a GRANT or a REVOKED
 *
 * Returns: (transfer full) (element-type guint): the slot numbers
 */
GArray *
apool_message_dup_slots (GVariant *body)
{
  g_autoptr (GVariant) array = g_variant_get_child_value (body, 0);
  gsize n_slots;
  const guint32 *slots = g_variant_get_fixed_array (array, &n_slots, sizeof *slots);
  GArray *copy = g_array_new (FALSE, FALSE, sizeof (guint));

  g_array_append_vals (copy, slots, (guint) n_slots);
  return copy;
}

/**
 * apool_message_new_hook:
 * @report: what to say
 *
 * Returns: (transfer floating): the body of a HOOK
 */
GVariant *
apool_message_new_hook (const ApoolHookReport *report)
{
  const ApoolOutcome *outcome = report->outcome;
  const char *message = apool_outcome_get_message (outcome);

  return g_variant_new (
      "(uuiu@ay@ayt)", (guint32) report->hook, (guint32) apool_outcome_get_kind (outcome),
      (gint32) apool_outcome_get_code (outcome), apool_message_get_outcome_flags (outcome),
      apool_message_new_c_string (message ? message : ""),
      apool_message_new_bytes (report->output, report->length), report->n_dropped);
}

/**
 * apool_message_get_hook:
 * @body: of a HOOK
 * @report: (out): what it says; the output is valid as long as @body, the outcome is the caller's
 * @error: (out) (optional): %APOOL_ERROR_PROTOCOL
 *
 * Returns: whether it makes sense
 */
gboolean
apool_message_get_hook (GVariant *body, ApoolHookReport *report, GError **error)
{
  const char *message = apool_message_get_c_string (body, 4);
  guint32 hook;
  guint32 number;
  gint32 value;
  guint32 flags;
  ApoolOutcomeKind kind;
  int code;
  ApoolUsage usage = { 0 };

  g_variant_get_child (body, 0, "u", &hook);
  g_variant_get_child (body, 1, "u", &number);
  g_variant_get_child (body, 2, "i", &value);
  g_variant_get_child (body, 3, "u", &flags);
  report->output = apool_message_get_bytes (body, 5, &report->length);
  g_variant_get_child (body, 6, "t", &report->n_dropped);
  if (hook != APOOL_HOOK_INIT && hook != APOOL_HOOK_EXIT)
    return apool_message_fail (error, "unknown hook");
  if (report->length > APOOL_HOOK_OUTPUT_BYTES)
    return apool_message_fail (error, "too much output of a hook");
  if (!apool_message_check_exit (number, value, &kind, &code, error))
    return FALSE;
  report->hook = (ApoolHook) hook;
  report->outcome =
      apool_message_make_outcome (kind, code, &usage, flags, message, strlen (message));
  return TRUE;
}

/**
 * apool_message_new_left:
 * @leak: what to say; with no @processes, that something is looked for
 *
 * Returns: (transfer floating): the body of a LEFT
 */
GVariant *
apool_message_new_left (const ApoolLeak *leak)
{
  return g_variant_new ("(tu@ay@ay)", leak->seq, (guint32) leak->policy,
                        apool_message_new_c_string (leak->command),
                        apool_message_new_c_string (leak->processes));
}

/**
 * apool_message_get_left:
 * @body: of a LEFT
 * @leak: (out): what it says; its strings are the caller's, fit to be printed in one line
 * @error: (out) (optional): %APOOL_ERROR_PROTOCOL
 *
 * Returns: whether it makes sense
 */
gboolean
apool_message_get_left (GVariant *body, ApoolLeak *leak, GError **error)
{
  const char *command = apool_message_get_c_string (body, 2);
  const char *processes = apool_message_get_c_string (body, 3);
  guint32 policy;

  g_variant_get_child (body, 0, "t", &leak->seq);
  g_variant_get_child (body, 1, "u", &policy);
  if (policy == APOOL_LEAKS_IGNORE || policy >= APOOL_N_LEAK_POLICIES)
    return apool_message_fail (error, "unknown policy");
  leak->policy = (ApoolLeakPolicy) policy;
  leak->command = apool_message_dup_outcome_text (command, strlen (command));
  leak->processes = apool_message_dup_outcome_text (processes, strlen (processes));
  return TRUE;
}

/**
 * apool_message_new_pause:
 * @seq: a task; 0: all
 * @is_paused: whether it is to stop, not to go on
 *
 * Returns: (transfer floating): the body of a PAUSE
 */
GVariant *
apool_message_new_pause (guint64 seq, gboolean is_paused)
{
  return g_variant_new ("(tb)", seq, is_paused);
}

/**
 * apool_message_get_pause:
 * @body: of a PAUSE
 * @seq: (out): the task; 0: all
 * @is_paused: (out): whether it is to stop
 */
void
apool_message_get_pause (GVariant *body, guint64 *seq, gboolean *is_paused)
{
  g_variant_get (body, "(tb)", seq, is_paused);
}

/**
 * apool_message_new_answer:
 * @token: of the ASK
 * @states: (array length=n_states): the tasks that run
 * @n_states: how many, no more than %APOOL_MESSAGE_MAX_STATES
 *
 * Returns: (transfer floating): the body of an ANSWER
 */
GVariant *
apool_message_new_answer (guint64 token, const ApoolJobState *states, gsize n_states)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a" FORMAT_STATE));
  for (gsize i = 0; i < n_states; i++)
    g_variant_builder_add (&builder, "(tuxb@ay)", states[i].seq, (guint32) states[i].pid,
                           states[i].run_usec, states[i].is_paused,
                           apool_message_new_bytes (states[i].line, states[i].length));
  return g_variant_new ("(ta" FORMAT_STATE ")", token, &builder);
}

/* Reads one of the tasks of an ANSWER; its line is valid as long as @body. */
static gboolean
apool_message_get_state (GVariant *body, ApoolJobState *state, GError **error)
{
  guint32 pid;

  g_variant_get_child (body, 0, "t", &state->seq);
  g_variant_get_child (body, 1, "u", &pid);
  g_variant_get_child (body, 2, "x", &state->run_usec);
  g_variant_get_child (body, 3, "b", &state->is_paused);
  state->line = apool_message_get_bytes (body, 4, &state->length);
  state->pid = pid;
  if (state->run_usec < 0)
    return apool_message_fail (error, "a task that has run for less than no time");
  if (state->length > APOOL_JOB_STATE_LINE_BYTES)
    return apool_message_fail (error, "too long a line of a task");
  return TRUE;
}

/**
 * apool_message_dup_answer:
 * @body: of an ANSWER
 * @token: (out): of the ASK
 * @error: (out) (optional): %APOOL_ERROR_PROTOCOL
 *
 * Returns: (transfer full) (nullable) (element-type ApoolJobState): the tasks that run; their lines
 *   are valid as long as @body
 */
GArray *
apool_message_dup_answer (GVariant *body, guint64 *token, GError **error)
{
  g_autoptr (GVariant) array = g_variant_get_child_value (body, 1);
  g_autoptr (GArray) states = g_array_new (FALSE, FALSE, sizeof (ApoolJobState));
  gsize n = g_variant_n_children (array);

  g_variant_get_child (body, 0, "t", token);
  if (n > APOOL_MESSAGE_MAX_STATES)
    {
      apool_message_fail (error, "too many tasks");
      return NULL;
    }
  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (array, i);
      ApoolJobState state;

      if (!apool_message_get_state (child, &state, error))
        return NULL;
      g_array_append_val (states, state);
    }
  return g_steal_pointer (&states);
}

/**
 * apool_message_new_text:
 * @text: a reason
 *
 * Returns: (transfer floating): the body of an ABORT
 */
GVariant *
apool_message_new_text (const char *text)
{
  return g_variant_new ("(@ay)", apool_message_new_c_string (text));
}

/**
 * apool_message_dup_printable:
 * @text: what a peer says
 * @max_bytes: how much of it counts
 *
 * Returns: (transfer full): @text, fit to be printed: UTF-8, one line, no escape sequence
 */
char *
apool_message_dup_printable (const char *text, gsize max_bytes)
{
  g_autofree char *cut = g_strndup (text, max_bytes);
  g_autofree char *valid = g_utf8_make_valid (cut, -1);
  GString *printable = g_string_new (NULL);

  for (const char *at = valid; *at; at = g_utf8_next_char (at))
    {
      gunichar character = g_utf8_get_char (at);

      g_string_append_unichar (printable, g_unichar_isprint (character) ? character : ' ');
    }
  return g_string_free (printable, FALSE);
}

/**
 * apool_message_dup_text:
 * @body: of an ABORT
 *
 * Returns: (transfer full): the reason, fit to be printed
 */
char *
apool_message_dup_text (GVariant *body)
{
  return apool_message_dup_printable (apool_message_get_c_string (body, 0), MAX_REASON_BYTES);
}
