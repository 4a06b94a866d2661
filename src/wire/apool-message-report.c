/* SPDX-License-Identifier: MIT */
/* What goes to and fro for a task beside itself: numbers, and what it wrote. */

#include <string.h>

#include "wire/apool-cursor.h"
#include "wire/apool-message-private.h"

/**
 * apool_message_draft_seq:
 * @draft: (out caller-allocates): a message that needs no clearing
 * @type: %APOOL_MESSAGE_STREAM, %APOOL_MESSAGE_PIPES or %APOOL_MESSAGE_EXITED
 * @seq: the task
 */
void
apool_message_draft_seq (ApoolDraft *draft, ApoolMessageType type, guint64 seq)
{
  apool_draft_init (draft, (guint8) type);
  apool_draft_add_uint64 (draft, seq);
}

/**
 * apool_message_get_seq:
 * @frame: a STREAM, a PIPES or an EXITED
 *
 * Returns: the task
 */
guint64
apool_message_get_seq (const ApoolFrame *frame)
{
  ApoolCursor cursor;

  apool_cursor_init (&cursor, frame);
  return apool_cursor_take_uint64 (&cursor);
}

/**
 * apool_message_draft_started:
 * @draft: (out caller-allocates): a STARTED that needs no clearing
 * @seq: the task
 * @slot: its slot
 */
void
apool_message_draft_started (ApoolDraft *draft, guint64 seq, guint32 slot)
{
  apool_draft_init (draft, APOOL_MESSAGE_STARTED);
  apool_draft_add_uint64 (draft, seq);
  apool_draft_add_uint32 (draft, slot);
}

/**
 * apool_message_get_started:
 * @frame: a STARTED
 * @seq: (out): the task
 * @slot: (out): its slot
 */
void
apool_message_get_started (const ApoolFrame *frame, guint64 *seq, guint32 *slot)
{
  ApoolCursor cursor;

  apool_cursor_init (&cursor, frame);
  *seq = apool_cursor_take_uint64 (&cursor);
  *slot = apool_cursor_take_uint32 (&cursor);
}

/**
 * apool_message_draft_credit:
 * @draft: (out caller-allocates): a CREDIT that needs no clearing
 * @seq: the task
 * @stream: which of its streams
 * @bytes: how much more of it may be sent
 */
void
apool_message_draft_credit (ApoolDraft *draft, guint64 seq, ApoolStream stream, guint32 bytes)
{
  apool_draft_init (draft, APOOL_MESSAGE_CREDIT);
  apool_draft_add_uint64 (draft, seq);
  apool_draft_add_uint32 (draft, (guint32) stream);
  apool_draft_add_uint32 (draft, bytes);
}

/**
 * apool_message_get_credit:
 * @frame: a CREDIT
 * @seq: (out): the task
 * @stream: (out): which of its streams, or any number
 * @bytes: (out): how much more of it may be sent
 */
void
apool_message_get_credit (const ApoolFrame *frame, guint64 *seq, guint32 *stream, guint32 *bytes)
{
  ApoolCursor cursor;

  apool_cursor_init (&cursor, frame);
  *seq = apool_cursor_take_uint64 (&cursor);
  *stream = apool_cursor_take_uint32 (&cursor);
  *bytes = apool_cursor_take_uint32 (&cursor);
}

/**
 * apool_message_draft_output:
 * @draft: (out caller-allocates): an OUTPUT that needs no clearing, valid as long as @data
 * @seq: the task
 * @stream: which of its streams
 * @data: what it wrote
 * @length: how many bytes
 */
void
apool_message_draft_output (
    ApoolDraft *draft, guint64 seq, ApoolStream stream, const char *data, gsize length)
{
  apool_draft_init (draft, APOOL_MESSAGE_OUTPUT);
  apool_draft_add_uint64 (draft, seq);
  apool_draft_add_uint32 (draft, (guint32) stream);
  apool_draft_add_bytes (draft, data, length);
}

/**
 * apool_message_get_output:
 * @frame: an OUTPUT
 * @seq: (out): the task
 * @stream: (out): which of its streams
 * @data: (out): what it wrote, valid as long as the frame's bytes
 * @length: (out): how many bytes
 * @error: (out) (optional): %APOOL_ERROR_PROTOCOL
 *
 * Returns: whether it makes sense
 */
gboolean
apool_message_get_output (const ApoolFrame *frame,
                          guint64 *seq,
                          ApoolStream *stream,
                          const char **data,
                          gsize *length,
                          GError **error)
{
  ApoolCursor cursor;
  guint32 number;

  apool_cursor_init (&cursor, frame);
  *seq = apool_cursor_take_uint64 (&cursor);
  number = apool_cursor_take_uint32 (&cursor);
  *length = apool_cursor_take_rest (&cursor, data);
  if (number >= APOOL_N_STREAMS)
    return apool_message_fail (error, "unknown stream");
  *stream = (ApoolStream) number;
  return TRUE;
}

/**
 * apool_message_draft_finished:
 * @draft: (out caller-allocates): a FINISHED that needs no clearing, valid as long as @finished and
 *   what it points to
 * @finished: what to say
 */
void
apool_message_draft_finished (ApoolDraft *draft, const ApoolFinished *finished)
{
  const ApoolOutcome *outcome = finished->outcome;
  const ApoolUsage *usage = apool_outcome_get_usage (outcome);
  const char *message = apool_outcome_get_message (outcome);
  gsize message_length = message ? strlen (message) : 0;

  apool_draft_init (draft, APOOL_MESSAGE_FINISHED);
  apool_draft_add_uint64 (draft, finished->seq);
  apool_draft_add_uint64 (draft, (guint64) usage->start_usec);
  apool_draft_add_uint64 (draft, (guint64) usage->run_usec);
  apool_draft_add_uint64 (draft, (guint64) usage->user_usec);
  apool_draft_add_uint64 (draft, (guint64) usage->system_usec);
  apool_draft_add_uint64 (draft, (guint64) usage->peak_bytes);
  apool_draft_add_uint32 (draft, (guint32) apool_outcome_get_kind (outcome));
  apool_draft_add_uint32 (draft, (guint32) apool_outcome_get_code (outcome));
  apool_draft_add_uint32 (draft, apool_message_get_outcome_flags (outcome));
  apool_draft_add_uint32 (draft, (guint32) message_length);
  apool_draft_add_uint32 (draft, (guint32) finished->length[APOOL_STREAM_STDOUT]);
  apool_draft_add_bytes (draft, message, message_length);
  for (int stream = 0; stream < APOOL_N_STREAMS; stream++)
    apool_draft_add_bytes (draft, finished->data[stream], finished->length[stream]);
}

/* Takes the rest of a FINISHED: what a person is told of it, and what it wrote last. */
static gboolean
apool_message_take_words (ApoolCursor *cursor,
                          ApoolFinished *finished,
                          const char **message,
                          gsize *message_length)
{
  *message_length = apool_cursor_take_uint32 (cursor);
  finished->length[APOOL_STREAM_STDOUT] = apool_cursor_take_uint32 (cursor);
  if (!apool_cursor_take_bytes (cursor, *message_length, message) ||
      !apool_cursor_take_bytes (cursor, finished->length[APOOL_STREAM_STDOUT],
                                &finished->data[APOOL_STREAM_STDOUT]))
    return FALSE;
  finished->length[APOOL_STREAM_STDERR] =
      apool_cursor_take_rest (cursor, &finished->data[APOOL_STREAM_STDERR]);
  return TRUE;
}

/**
 * apool_message_get_finished:
 * @frame: a FINISHED
 * @finished: (out): what it says; the data is valid as long as the frame's bytes, the outcome is
 * the caller's
 * @error: (out) (optional): %APOOL_ERROR_PROTOCOL
 *
 * Returns: whether it makes sense
 */
gboolean
apool_message_get_finished (const ApoolFrame *frame, ApoolFinished *finished, GError **error)
{
  ApoolCursor cursor;
  ApoolUsage usage;
  ApoolOutcomeKind kind;
  int code;
  guint32 number;
  guint32 flags;
  const char *message;
  gsize message_length;

  apool_cursor_init (&cursor, frame);
  finished->seq = apool_cursor_take_uint64 (&cursor);
  usage.start_usec = (gint64) apool_cursor_take_uint64 (&cursor);
  usage.run_usec = (gint64) apool_cursor_take_uint64 (&cursor);
  usage.user_usec = (gint64) apool_cursor_take_uint64 (&cursor);
  usage.system_usec = (gint64) apool_cursor_take_uint64 (&cursor);
  usage.peak_bytes = (gint64) apool_cursor_take_uint64 (&cursor);
  number = apool_cursor_take_uint32 (&cursor);
  if (!apool_message_check_exit (number, (gint32) apool_cursor_take_uint32 (&cursor), &kind, &code,
                                 error))
    return FALSE;
  flags = apool_cursor_take_uint32 (&cursor);
  if (!apool_message_take_words (&cursor, finished, &message, &message_length))
    return apool_message_fail (error, "a report that is shorter than it says");
  finished->outcome =
      apool_message_make_outcome (kind, code, &usage, flags, message, message_length);
  return TRUE;
}
