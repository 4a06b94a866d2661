/* SPDX-License-Identifier: MIT */
/* A channel before a peer that is none, or that goes away in the middle. */

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"
#include "base/apool-io.h"
#include "channel-ends.h"
#include "wire-body.h"

/* A channel's other half, in the test's own hands. */
typedef struct
{
  int in_fd; /* blocking */
  int out_fd;
} TestRaw;

static void
test_channel_open_raw (TestTransport transport, TestEnd *end, TestRaw *raw)
{
  int near[2];
  int far[2];

  test_channel_make_fds (transport, near, far);
  test_channel_open_end (end, near);
  *raw = (TestRaw){ far[0], far[1] };
}

static void
test_channel_close_raw (TestRaw *raw)
{
  if (raw->out_fd == raw->in_fd)
    raw->in_fd = -1;
  apool_fd_clear (&raw->in_fd);
  apool_fd_clear (&raw->out_fd);
}

static void
test_channel_write_raw (TestRaw *raw, gconstpointer data, gsize length)
{
  g_autoptr (GError) error = NULL;

  (void) apool_io_write_all (raw->out_fd, data, length, &error);
  g_assert_no_error (error);
}

static void
test_channel_write_magic (TestRaw *raw)
{
  gsize length;
  const char *magic = apool_frame_get_magic (&length);

  test_channel_write_raw (raw, magic, length);
}

static GByteArray *
test_channel_make_frame (guint8 type, guint8 n_fds, GVariant *body)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (body);
  GByteArray *bytes = g_byte_array_new ();
  ApoolFrame frame = { .type = type,
                       .n_fds = n_fds,
                       .body = g_variant_get_data (owned),
                       .length = g_variant_get_size (owned) };

  apool_frame_append (bytes, &frame);
  return bytes;
}

static void
test_channel_write_frame (TestRaw *raw, guint8 type, guint8 n_fds, GVariant *body)
{
  g_autoptr (GByteArray) bytes = test_channel_make_frame (type, n_fds, body);

  test_channel_write_raw (raw, bytes->data, bytes->len);
}

static GVariant *
test_channel_new_hello (guint32 version)
{
  ApoolHello hello = { .version = version, .cores = 1, .host = "raw" };

  return wire_body_new_hello (&hello);
}

static void
test_channel_write_hello (TestRaw *raw)
{
  test_channel_write_frame (raw, APOOL_MESSAGE_HELLO, 0,
                            test_channel_new_hello (APOOL_MESSAGE_VERSION));
}

/* The channel has given up, and has told the peer why. */
static void
test_channel_check_gives_up (TestEnd *end, TestRaw *raw, const char *words)
{
  g_autofree char *reason = NULL;

  test_channel_run (end);
  test_channel_check_closed (end, APOOL_ERROR, APOOL_ERROR_PROTOCOL, words);
  reason = test_channel_read_reason (raw->in_fd);
  g_assert_cmpstr (reason, ==, end->error->message);
  test_channel_close_end (end);
  test_channel_close_raw (raw);
}

static void
test_channel_chatter (gconstpointer data)
{
  static const char CHATTER[] = "Welcome\n\0\xff$ stty: not a terminal";
  g_autofree char *lines = g_strnfill (60000, '\n');
  TestEnd end;
  TestRaw raw;

  test_channel_open_raw ((TestTransport) GPOINTER_TO_INT (data), &end, &raw);
  test_channel_write_raw (&raw, CHATTER, sizeof CHATTER);
  test_channel_run (&end);
  test_channel_write_raw (&raw, lines, strlen (lines));
  test_channel_run (&end);
  g_assert_cmpuint (end.n_opened + end.n_closed, ==, 0);
  test_channel_write_magic (&raw);
  test_channel_write_hello (&raw);
  test_channel_write_frame (&raw, APOOL_MESSAGE_PONG, 0, g_variant_new ("(t)", (guint64) 3));
  test_channel_run (&end);
  g_assert_cmpuint (end.n_opened, ==, 1);
  test_channel_check_record (&end, 0, APOOL_MESSAGE_PONG, 3);
  test_channel_close_end (&end);
  test_channel_close_raw (&raw);
}

static void
test_channel_byte_by_byte (gconstpointer data)
{
  g_autoptr (GByteArray) hello = test_channel_make_frame (
      APOOL_MESSAGE_HELLO, 0, test_channel_new_hello (APOOL_MESSAGE_VERSION));
  g_autoptr (GByteArray) stream = g_byte_array_new ();
  g_autoptr (GByteArray) pong =
      test_channel_make_frame (APOOL_MESSAGE_PONG, 0, g_variant_new ("(t)", (guint64) 4));
  gsize magic_length;
  const char *magic = apool_frame_get_magic (&magic_length);
  TestEnd end;
  TestRaw raw;

  g_byte_array_append (stream, (const guint8 *) magic, (guint) magic_length);
  g_byte_array_append (stream, hello->data, hello->len);
  g_byte_array_append (stream, pong->data, pong->len);
  test_channel_open_raw ((TestTransport) GPOINTER_TO_INT (data), &end, &raw);
  for (guint i = 0; i < stream->len; i++)
    {
      g_assert_cmpuint (end.n_opened, ==, i < magic_length + hello->len ? 0 : 1);
      g_assert_cmpuint (end.records->len, ==, 0);
      test_channel_write_raw (&raw, stream->data + i, 1);
      test_channel_run (&end);
    }
  test_channel_check_record (&end, 0, APOOL_MESSAGE_PONG, 4);
  test_channel_close_end (&end);
  test_channel_close_raw (&raw);
}

static void
test_channel_endless_chatter (gconstpointer data)
{
  g_autofree char *lines = g_strnfill (40000, 'x');
  TestEnd end;
  TestRaw raw;

  test_channel_open_raw ((TestTransport) GPOINTER_TO_INT (data), &end, &raw);
  test_channel_write_raw (&raw, lines, strlen (lines));
  test_channel_run (&end);
  g_assert_cmpuint (end.n_closed, ==, 0);
  test_channel_write_raw (&raw, lines, strlen (lines));
  test_channel_check_gives_up (&end, &raw, "no apool worker");
}

static void
test_channel_wrong_version (gconstpointer data)
{
  TestEnd end;
  TestRaw raw;

  test_channel_open_raw ((TestTransport) GPOINTER_TO_INT (data), &end, &raw);
  test_channel_write_magic (&raw);
  test_channel_write_frame (&raw, APOOL_MESSAGE_HELLO, 0, test_channel_new_hello (77));
  test_channel_check_gives_up (&end, &raw, "version 77");
  g_assert_cmpuint (end.n_opened, ==, 0);
}

static void
test_channel_no_hello (gconstpointer data)
{
  TestEnd end;
  TestRaw raw;

  test_channel_open_raw ((TestTransport) GPOINTER_TO_INT (data), &end, &raw);
  test_channel_write_magic (&raw);
  test_channel_write_frame (&raw, APOOL_MESSAGE_PING, 0, g_variant_new ("(t)", (guint64) 1));
  test_channel_check_gives_up (&end, &raw, "no greeting");
}

static void
test_channel_second_hello (gconstpointer data)
{
  TestEnd end;
  TestRaw raw;

  test_channel_open_raw ((TestTransport) GPOINTER_TO_INT (data), &end, &raw);
  test_channel_write_magic (&raw);
  test_channel_write_hello (&raw);
  test_channel_write_hello (&raw);
  test_channel_check_gives_up (&end, &raw, "second greeting");
  g_assert_cmpuint (end.n_opened, ==, 1);
}

static void
test_channel_garbage (gconstpointer data)
{
  static const char GARBAGE[] = "\xff\xff\xff\xff garbage";
  TestEnd end;
  TestRaw raw;

  test_channel_open_raw ((TestTransport) GPOINTER_TO_INT (data), &end, &raw);
  test_channel_write_magic (&raw);
  test_channel_write_hello (&raw);
  test_channel_write_raw (&raw, GARBAGE, sizeof GARBAGE);
  test_channel_check_gives_up (&end, &raw, "malformed frame");
}

static void
test_channel_unknown_message (gconstpointer data)
{
  TestEnd end;
  TestRaw raw;

  test_channel_open_raw ((TestTransport) GPOINTER_TO_INT (data), &end, &raw);
  test_channel_write_magic (&raw);
  test_channel_write_hello (&raw);
  test_channel_write_frame (&raw, 99, 0, g_variant_new ("()"));
  test_channel_check_gives_up (&end, &raw, "unknown message type 99");
}

/* A message that says that descriptors come with it, where none do. */
static void
test_channel_missing_fds (gconstpointer data)
{
  TestEnd end;
  TestRaw raw;

  test_channel_open_raw ((TestTransport) GPOINTER_TO_INT (data), &end, &raw);
  test_channel_write_magic (&raw);
  test_channel_write_hello (&raw);
  test_channel_write_frame (&raw, APOOL_MESSAGE_PIPES, 2, g_variant_new ("(t)", (guint64) 1));
  test_channel_check_gives_up (&end, &raw, "descriptors are missing");
}

/* The stream of a whole dialogue, ended after each of its bytes. */
static void
test_channel_cut (gconstpointer data)
{
  TestTransport transport = (TestTransport) GPOINTER_TO_INT (data);
  gsize magic_length;
  const char *magic = apool_frame_get_magic (&magic_length);
  g_autoptr (GByteArray) hello = test_channel_make_frame (
      APOOL_MESSAGE_HELLO, 0, test_channel_new_hello (APOOL_MESSAGE_VERSION));
  gsize whole = magic_length + hello->len;
  g_autofree char *stream = g_malloc (whole);

  memcpy (stream, magic, magic_length);
  memcpy (stream + magic_length, hello->data, hello->len);
  for (gsize length = 0; length <= whole; length++)
    {
      TestEnd end;
      TestRaw raw;

      test_channel_open_raw (transport, &end, &raw);
      test_channel_write_raw (&raw, stream, length);
      test_channel_close_raw (&raw);
      test_channel_run (&end);
      if (length < magic_length)
        test_channel_check_closed (&end, APOOL_ERROR, APOOL_ERROR_WORKER_LOST, "before it said");
      else if (length > magic_length && length < whole)
        test_channel_check_closed (&end, APOOL_ERROR, APOOL_ERROR_WORKER_LOST, "in the middle");
      else
        g_assert_no_error (end.error);
      g_assert_cmpuint (end.n_closed, ==, 1);
      test_channel_close_end (&end);
    }
}

/* Not the peer's end but a fault of ours: nothing may be taken to be on its way, and the owner is
 * told. */
static void
test_channel_write_fails (void)
{
  TestEnd end = { 0 };
  int fds[2];
  int far[2];

  test_channel_make_fds (TEST_PIPES, fds, far);
  apool_fd_clear (&fds[1]);
  fds[1] = open ("/dev/null", O_RDONLY | O_CLOEXEC);
  test_channel_open_end (&end, fds);
  g_assert_false (apool_channel_flush (end.channel));
  g_assert_cmpuint (end.n_closed, ==, 0); /* not out of a call of ours */
  test_channel_run (&end);
  test_channel_check_closed (&end, G_IO_ERROR, (int) g_io_error_from_errno (EBADF), "write");
  test_channel_close_end (&end);
  apool_fd_clear (&far[0]);
  apool_fd_clear (&far[1]);
}

/* One that asks without end and reads no answer: the answers are not kept without end. */
static void
test_channel_deaf (gconstpointer transport)
{
  TestEnd end;
  TestRaw raw;
  g_autoptr (GByteArray) ping =
      test_channel_make_frame (APOOL_MESSAGE_PING, 0, g_variant_new ("(t)", (guint64) 1));

  test_channel_open_raw (GPOINTER_TO_INT (transport), &end, &raw);
  test_channel_write_magic (&raw);
  test_channel_write_hello (&raw);
  g_assert_true (apool_channel_has_input (end.channel));
  test_channel_run (&end);
  g_assert_false (apool_channel_has_input (end.channel));
  for (guint i = 0; i < 1000000 && end.n_closed == 0; i++)
    {
      test_channel_write_raw (&raw, ping->data, ping->len);
      if (i % 100 == 0)
        test_channel_run (&end);
      g_assert_cmpuint (apool_channel_get_queued (end.channel), <, 1024 * 1024);
    }
  test_channel_check_closed (&end, APOOL_ERROR, APOOL_ERROR_PROTOCOL, "does not listen");
  test_channel_close_raw (&raw);
  test_channel_close_end (&end);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  signal (SIGPIPE, SIG_IGN);
  test_channel_add ("channel-peer", "chatter", test_channel_chatter);
  test_channel_add ("channel-peer", "byte-by-byte", test_channel_byte_by_byte);
  test_channel_add ("channel-peer", "endless-chatter", test_channel_endless_chatter);
  test_channel_add ("channel-peer", "wrong-version", test_channel_wrong_version);
  test_channel_add ("channel-peer", "no-hello", test_channel_no_hello);
  test_channel_add ("channel-peer", "second-hello", test_channel_second_hello);
  test_channel_add ("channel-peer", "garbage", test_channel_garbage);
  test_channel_add ("channel-peer", "unknown-message", test_channel_unknown_message);
  test_channel_add ("channel-peer", "missing-fds", test_channel_missing_fds);
  test_channel_add ("channel-peer", "cut", test_channel_cut);
  test_channel_add ("channel-peer", "deaf", test_channel_deaf);
  g_test_add_func ("/channel/write-fails", test_channel_write_fails);
  return g_test_run ();
}
