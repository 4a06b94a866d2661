/* SPDX-License-Identifier: MIT */
#pragma once

#include "wire/apool-channel.h"
#include "wire/apool-message.h"

G_BEGIN_DECLS

/* Messages that the program writes and reads without a GVariant, as GVariants: they are the same
 * bytes, which tests make up, look into and spoil. */

/* Returns: (transfer floating): the body of @draft, which is cleared */
static inline GVariant *
wire_body_new (ApoolDraft *draft)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  ApoolFrame frame;
  guint8 *copy;

  apool_draft_append (draft, 0, bytes);
  g_assert_cmpint (apool_frame_parse (bytes->data, bytes->len, &frame, NULL), ==, bytes->len);
  g_assert_cmpuint (frame.length, ==, apool_draft_get_length (draft));
  apool_draft_clear (draft);
  copy = g_memdup2 (frame.body, frame.length);
  return g_variant_new_from_data (apool_message_get_format (frame.type), copy, frame.length, FALSE,
                                  g_free, copy);
}

static inline GVariant *
wire_body_new_hello (const ApoolHello *hello)
{
  ApoolDraft draft;

  apool_message_draft_hello (&draft, hello);
  return wire_body_new (&draft);
}

static inline GVariant *
wire_body_new_task (const ApoolTask *task)
{
  ApoolDraft draft;

  apool_message_draft_task (&draft, task);
  return wire_body_new (&draft);
}

static inline GVariant *
wire_body_new_output (guint64 seq, ApoolStream stream, const char *data, gsize length)
{
  ApoolDraft draft;

  apool_message_draft_output (&draft, seq, stream, data, length);
  return wire_body_new (&draft);
}

static inline GVariant *
wire_body_new_finished (const ApoolFinished *finished)
{
  ApoolDraft draft;

  apool_message_draft_finished (&draft, finished);
  return wire_body_new (&draft);
}

/* A TASK as nobody honest would make it. */
typedef struct
{
  guint64 seq;
  guint64 line;
  guint32 kind;
  guint32 flags;
  guint32 attempt;
  const char *text;
  gsize text_length;
  const char *directory;
  gsize directory_length;
  GVariant *holes;     /* (nullable) */
  GVariant *variables; /* (nullable) */
} WireTask;

static inline void
wire_body_add (GByteArray *bytes, GVariant *part)
{
  if (g_variant_get_size (part) > 0)
    g_byte_array_append (bytes, g_variant_get_data (part), (guint) g_variant_get_size (part));
}

/* Returns: (transfer floating): @task's body; floating references of its parts are taken */
static inline GVariant *
wire_body_make_task (const WireTask *task)
{
  GVariant *holes = task->holes ? task->holes : apool_holes_to_variant (NULL);
  GVariant *variables =
      task->variables ? task->variables : g_variant_new_bytestring_array (NULL, 0);
  g_autoptr (GVariant) rare =
      g_variant_ref_sink (g_variant_new ("(@" APOOL_HOLES_FORMAT "@aay)", holes, variables));
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  g_byte_array_append (bytes, (const guint8 *) task->text, (guint) task->text_length);
  g_byte_array_append (bytes, (const guint8 *) task->directory, (guint) task->directory_length);
  if (task->holes || task->variables)
    wire_body_add (bytes, rare);
  return g_variant_new (
      "(ttuuuuu@ay)", task->seq, task->line, task->kind, task->flags, task->attempt,
      (guint32) task->text_length, (guint32) task->directory_length,
      g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, bytes->data, bytes->len, 1));
}

/* Sends a body together with descriptors, which are taken. */
static inline void
wire_body_send_fds (
    ApoolChannel *channel, ApoolMessageType type, GVariant *body, const int *fds, guint n_fds)
{
  g_auto (ApoolDraft) draft;

  apool_draft_init (&draft, (guint8) type);
  apool_draft_add_variant (&draft, body);
  apool_channel_post_fds (channel, &draft, fds, n_fds);
}

/* Returns: (transfer full) (nullable): the body of @frame, a view into it. What is refused for its
 * form is exactly what GVariant finds in no normal form. */
static inline GVariant *
wire_body_read (const ApoolFrame *frame, GError **error)
{
  const GVariantType *format = apool_message_get_format (frame->type);
  g_autoptr (GVariant) plain = NULL;
  GVariant *body;
  gboolean fine = apool_message_read (frame, &body, error);

  g_assert_true (fine || !body);
  if (!format || body)
    return body;
  plain = g_variant_ref_sink (
      g_variant_new_from_data (format, frame->body, frame->length, FALSE, NULL, NULL));
  g_assert_true (g_variant_is_normal_form (plain) == fine);
  return fine ? g_steal_pointer (&plain) : NULL;
}

/* Returns: (transfer full): the body of a message that a channel has received */
static inline GVariant *
wire_body_take (const ApoolMessage *message)
{
  return message->body ? g_variant_ref (message->body) : wire_body_read (message->frame, NULL);
}

static inline ApoolFrame
wire_body_get_frame (GVariant *body)
{
  return (ApoolFrame){ .body = g_variant_get_data (body), .length = g_variant_get_size (body) };
}

static inline void
wire_body_get_hello (GVariant *body, ApoolHello *hello)
{
  ApoolFrame frame = wire_body_get_frame (body);

  apool_message_get_hello (&frame, hello);
}

static inline ApoolTask *
wire_body_get_task (GVariant *body, GError **error)
{
  ApoolFrame frame = wire_body_get_frame (body);

  return apool_message_get_task (&frame, error);
}

static inline gboolean
wire_body_get_output (GVariant *body,
                      guint64 *seq,
                      ApoolStream *stream,
                      const char **data,
                      gsize *length,
                      GError **error)
{
  ApoolFrame frame = wire_body_get_frame (body);

  return apool_message_get_output (&frame, seq, stream, data, length, error);
}

static inline gboolean
wire_body_get_finished (GVariant *body, ApoolFinished *finished, GError **error)
{
  ApoolFrame frame = wire_body_get_frame (body);

  return apool_message_get_finished (&frame, finished, error);
}

G_END_DECLS
