/* SPDX-License-Identifier: MIT */
#include "raw-peer.h"

#include "base/apool-io.h"

/* Writes all of it, or ends the program: whoever reads it has gone. */
void
raw_peer_write (int fd, gconstpointer data, gsize length)
{
  g_autoptr (GError) error = NULL;

  if (!apool_io_write_all (fd, data, length, &error))
    g_error ("raw peer: %s", error->message);
}

void
raw_peer_send (int fd, ApoolMessageType type, GVariant *body)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (body);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  ApoolFrame frame = { .type = (guint8) type,
                       .body = g_variant_get_data (owned),
                       .length = g_variant_get_size (owned) };

  apool_frame_append (bytes, &frame);
  raw_peer_write (fd, bytes->data, bytes->len);
}

static void
raw_peer_post (int fd, const ApoolDraft *draft)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  apool_draft_append (draft, 0, bytes);
  raw_peer_write (fd, bytes->data, bytes->len);
}

/* The magic line and HELLO, as it should be. */
void
raw_peer_greet (int fd)
{
  ApoolHello hello = {
    .version = APOOL_MESSAGE_VERSION, .cores = 1, .pid = 4711, .host = "host\033[2J"
  };
  gsize length;
  const char *magic = apool_frame_get_magic (&length);
  ApoolDraft draft;

  raw_peer_write (fd, magic, length);
  apool_message_draft_hello (&draft, &hello);
  raw_peer_post (fd, &draft);
}

void
raw_peer_say_started (int fd, guint64 seq, guint slot)
{
  ApoolDraft draft;

  apool_message_draft_started (&draft, seq, slot);
  raw_peer_post (fd, &draft);
}

void
raw_peer_say_output (int fd, guint64 seq, gsize length)
{
  g_autofree char *data = g_strnfill (length, 'x');
  ApoolDraft draft;

  apool_message_draft_output (&draft, seq, APOOL_STREAM_STDOUT, data, length);
  raw_peer_post (fd, &draft);
}

void
raw_peer_say_finished (int fd, guint64 seq, int status, gsize output_bytes)
{
  ApoolUsage usage = { 0 };
  g_autofree char *data = g_strnfill (output_bytes, 'y');
  g_autoptr (ApoolOutcome) outcome =
      apool_outcome_new (APOOL_OUTCOME_EXITED, status, &usage, FALSE, FALSE, NULL);
  ApoolFinished finished = { seq, outcome, { data, "" }, { output_bytes, 0 } };
  ApoolDraft draft;

  apool_message_draft_finished (&draft, &finished);
  raw_peer_post (fd, &draft);
}

void
raw_peer_say_hook (int fd, ApoolHook hook, ApoolOutcomeKind kind, int code, const char *message)
{
  ApoolUsage usage = { 0 };
  g_autoptr (ApoolOutcome) outcome =
      apool_outcome_new (kind, code, &usage, message != NULL, FALSE, message);
  ApoolHookReport report = { hook, outcome, "words", 5, 0 };

  raw_peer_send (fd, APOOL_MESSAGE_HOOK, apool_message_new_hook (&report));
}
