/* SPDX-License-Identifier: MIT */
#include "channel-ends.h"

#include <fcntl.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"
#include "wire-body.h"

static void
test_channel_at (TestEnd *end, TestMoment moment)
{
  if (end->frees_at == moment)
    g_clear_pointer (&end->channel, apool_channel_free);
}

static void
test_channel_opened_cb (const ApoolHello *hello, gpointer data)
{
  TestEnd *end = data;

  g_assert_cmpuint (end->records->len, ==, 0);
  g_assert_cmpuint (hello->version, ==, APOOL_MESSAGE_VERSION);
  g_assert_cmpuint (hello->cores, >, 0);
  end->n_opened++;
  end->features = hello->features;
  end->pid = hello->pid;
  test_channel_at (end, TEST_OPENED);
}

/* The content of the message @seq: known to both ends. */
static char *
test_channel_make_data (guint64 seq, gsize length)
{
  char *data = g_malloc (length + 1);

  for (gsize i = 0; i < length; i++)
    data[i] = (char) (i / 251 + i + seq);
  return data;
}

static void
test_channel_check_output (ApoolMessage *message, TestRecord *record)
{
  ApoolStream stream;
  const char *data;
  g_autofree char *expected = NULL;

  g_assert_true (apool_message_get_output (message->frame, &record->seq, &stream, &data,
                                           &record->length, NULL));
  expected = test_channel_make_data (record->seq, record->length);
  g_assert_true (record->length == 0 || memcmp (data, expected, record->length) == 0);
}

static guint64
test_channel_token (guint64 seq, guint index)
{
  return seq * 10 + index + 1;
}

static void
test_channel_check_fds (ApoolMessage *message, guint64 seq)
{
  for (guint i = 0; i < message->n_fds; i++)
    {
      guint64 token;

      g_assert_cmpint (fcntl (message->fds[i], F_GETFD) & FD_CLOEXEC, ==, FD_CLOEXEC);
      g_assert_cmpint (read (message->fds[i], &token, sizeof token), ==, sizeof token);
      g_assert_cmpuint (token, ==, test_channel_token (seq, i));
      if (i % 2)
        apool_fd_clear (&message->fds[i]); /* taken; the others are the channel's to close */
    }
}

static gboolean
test_channel_message_cb (ApoolMessage *message, gpointer data, GError **error)
{
  TestEnd *end = data;
  TestRecord record = { .type = message->type, .n_fds = message->n_fds };
  g_autoptr (GVariant) body = wire_body_take (message);

  g_assert_cmpuint (end->n_opened, ==, 1);
  if (message->type == APOOL_MESSAGE_OUTPUT)
    test_channel_check_output (message, &record);
  else if (g_variant_n_children (body) > 0)
    g_variant_get_child (body, 0, "t", &record.seq);
  test_channel_check_fds (message, record.seq);
  g_array_append_val (end->records, record);
  test_channel_at (end, TEST_MESSAGE);
  if (!end->refusal)
    return TRUE;
  g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_INPUT, end->refusal);
  return FALSE;
}

static void
test_channel_batch_cb (gpointer data)
{
  TestEnd *end = data;

  end->n_batches++;
  test_channel_at (end, TEST_BATCH);
}

static void
test_channel_drained_cb (gpointer data)
{
  TestEnd *end = data;

  end->n_drained++;
  if (end->channel)
    g_assert_cmpuint (apool_channel_get_queued (end->channel), ==, 0);
  test_channel_at (end, TEST_DRAINED);
}

static void
test_channel_closed_cb (const GError *error, gpointer data)
{
  TestEnd *end = data;

  end->n_closed++;
  end->error = error ? g_error_copy (error) : NULL;
  test_channel_at (end, TEST_CLOSED);
}

static const ApoolChannelFuncs test_channel_funcs = {
  .opened = test_channel_opened_cb,
  .message = test_channel_message_cb,
  .batch = test_channel_batch_cb,
  .drained = test_channel_drained_cb,
  .closed = test_channel_closed_cb,
};

void
test_channel_make_fds (TestTransport transport, int near[2], int far[2])
{
  int fds[2];

  if (transport == TEST_SOCKET)
    {
      g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
      near[0] = near[1] = fds[0];
      far[0] = far[1] = fds[1];
      return;
    }
  g_assert_cmpint (pipe2 (fds, O_CLOEXEC), ==, 0);
  near[0] = fds[0];
  far[1] = fds[1];
  g_assert_cmpint (pipe2 (fds, O_CLOEXEC), ==, 0);
  far[0] = fds[0];
  near[1] = fds[1];
}

void
test_channel_open_end (TestEnd *end, const int fds[2])
{
  g_autoptr (GError) error = NULL;

  *end = (TestEnd){ .context = g_main_context_new (),
                    .records = g_array_new (FALSE, FALSE, sizeof (TestRecord)) };
  end->channel = apool_channel_new (end->context, fds[0], fds[1], &test_channel_funcs, end, &error);
  g_assert_no_error (error);
  g_assert_nonnull (end->channel);
}

void
test_channel_close_end (TestEnd *end)
{
  g_clear_pointer (&end->channel, apool_channel_free);
  g_array_unref (end->records);
  g_clear_error (&end->error);
  g_main_context_unref (end->context);
}

/* Lets one end do all that it can do now. Where it has nothing to hear in the first turn it greets
 * in the next one. */
void
test_channel_run (TestEnd *end)
{
  for (guint n_idle = 0; n_idle < 2;)
    n_idle = g_main_context_iteration (end->context, FALSE) ? 0 : n_idle + 1;
}

/* The same for both, as long as either has something to do. An answer is written in the turn after
 * the one that made it, so one idle turn is not the end. */
void
test_channel_run_both (TestEnd *a, TestEnd *b)
{
  guint n_idle = 0;

  while (n_idle < 2)
    {
      gboolean busy = g_main_context_iteration (a->context, FALSE);

      busy = g_main_context_iteration (b->context, FALSE) || busy;
      n_idle = busy ? 0 : n_idle + 1;
    }
}

void
test_channel_send (TestEnd *end, guint64 seq, gsize length)
{
  g_autofree char *data = test_channel_make_data (seq, length);

  apool_channel_send (end->channel, APOOL_MESSAGE_OUTPUT,
                      wire_body_new_output (seq, APOOL_STREAM_STDOUT, data, length));
}

void
test_channel_send_fds (TestEnd *end, guint64 seq, guint n_fds)
{
  int fds[APOOL_FRAME_MAX_FDS];

  for (guint i = 0; i < n_fds; i++)
    {
      fds[i] = eventfd ((guint) test_channel_token (seq, i), EFD_CLOEXEC);
      g_assert_cmpint (fds[i], >=, 0);
    }
  wire_body_send_fds (end->channel, APOOL_MESSAGE_PIPES, g_variant_new ("(t)", seq), fds, n_fds);
}

void
test_channel_check_record (TestEnd *end, guint index, ApoolMessageType type, guint64 seq)
{
  TestRecord *record;

  g_assert_cmpuint (end->records->len, >, index);
  record = &g_array_index (end->records, TestRecord, index);
  g_assert_cmpint (record->type, ==, type);
  g_assert_cmpuint (record->seq, ==, seq);
}

void
test_channel_check_closed (TestEnd *end, GQuark domain, int code, const char *words)
{
  g_assert_cmpuint (end->n_closed, ==, 1);
  g_assert_error (end->error, domain, code);
  if (!strstr (end->error->message, words))
    g_error ("'%s' does not say '%s'", end->error->message, words);
}

guint
test_channel_count_fds (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir))
    n++;
  return n;
}

/* Reads all that a channel says, down to its last word, which is the reason for its end. */
char *
test_channel_read_reason (int fd)
{
  g_autoptr (GByteArray) all = g_byte_array_new ();
  guint8 buffer[4096];
  gssize got;
  gssize at;
  ApoolFrame frame = { 0 };
  g_autoptr (GVariant) body = NULL;

  while ((got = read (fd, buffer, sizeof buffer)) > 0)
    g_byte_array_append (all, buffer, (guint) got);
  at = apool_frame_find_magic (all->data, all->len);
  g_assert_cmpint (at, >, 0);
  g_byte_array_remove_range (all, 0, (guint) at);
  for (at = 0; at < (gssize) all->len; at += got)
    {
      got = apool_frame_parse (all->data + at, all->len - (gsize) at, &frame, NULL);
      g_assert_cmpint (got, >, 0);
    }
  g_assert_cmpuint (frame.type, ==, APOOL_MESSAGE_ABORT);
  body = wire_body_read (&frame, NULL);
  g_assert_nonnull (body);
  return apool_message_dup_text (body);
}

void
test_channel_add (const char *module, const char *name, GTestDataFunc func)
{
  g_autofree char *over_socket = g_strdup_printf ("/%s/socket/%s", module, name);
  g_autofree char *over_pipes = g_strdup_printf ("/%s/pipes/%s", module, name);

  g_test_add_data_func (over_socket, GINT_TO_POINTER (TEST_SOCKET), func);
  g_test_add_data_func (over_pipes, GINT_TO_POINTER (TEST_PIPES), func);
}
