/* SPDX-License-Identifier: MIT */
/* Dialogues of two channels in one process, over a socket pair and over a pair of pipes. */

#include <signal.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "channel-ends.h"

static void
test_channel_open_pair (TestTransport transport, TestEnd *a, TestEnd *b)
{
  int near[2];
  int far[2];

  test_channel_make_fds (transport, near, far);
  test_channel_open_end (a, near);
  test_channel_open_end (b, far);
  test_channel_run_both (a, b);
  g_assert_cmpuint (a->n_opened, ==, 1);
  g_assert_cmpuint (b->n_opened, ==, 1);
}

static void
test_channel_close_pair (TestEnd *a, TestEnd *b)
{
  test_channel_close_end (a);
  test_channel_close_end (b);
}

static void
test_channel_hello (gconstpointer data)
{
  TestTransport transport = (TestTransport) GPOINTER_TO_INT (data);
  guint32 features = transport == TEST_SOCKET ? APOOL_FEATURE_PASSES_FDS : 0;
  TestEnd a;
  TestEnd b;

  test_channel_open_pair (transport, &a, &b);
  g_assert_cmpuint (a.features, ==, features);
  g_assert_cmpuint (b.features, ==, features);
  g_assert_cmpuint (a.pid, ==, getpid ());
  g_assert_cmpint (apool_channel_passes_fds (a.channel), ==, transport == TEST_SOCKET);
  g_assert_cmpuint (apool_channel_get_queued (a.channel), ==, 0);
  g_assert_cmpuint (a.records->len + b.records->len, ==, 0);
  test_channel_close_pair (&a, &b);
}

/* Who comes later has heard the other before it greets, so that its answer can go with that. */
static void
test_channel_later (gconstpointer data)
{
  int near[2];
  int far[2];
  TestEnd a;
  TestEnd b;

  test_channel_make_fds ((TestTransport) GPOINTER_TO_INT (data), near, far);
  test_channel_open_end (&a, near);
  test_channel_send (&a, 1, 10);
  test_channel_run (&a);
  g_assert_cmpuint (apool_channel_get_queued (a.channel), ==, 0);
  test_channel_open_end (&b, far);
  g_assert_true (g_main_context_iteration (b.context, FALSE));
  g_assert_cmpuint (b.records->len, ==, 1);
  g_assert_cmpuint (apool_channel_get_queued (b.channel), >, 0);
  test_channel_run_both (&a, &b);
  g_assert_cmpuint (a.n_opened, ==, 1);
  test_channel_close_pair (&a, &b);
}

/* Both talk at once, in messages of all sizes; each direction keeps its order. */
static void
test_channel_order (gconstpointer data)
{
  const guint n = 200;
  TestEnd a;
  TestEnd b;

  test_channel_open_pair ((TestTransport) GPOINTER_TO_INT (data), &a, &b);
  for (guint i = 0; i < n; i++)
    {
      test_channel_send (&a, i, i * 37);
      test_channel_send (&b, i + 1000, i % 50 ? i : TEST_BIG_BYTES);
    }
  test_channel_run_both (&a, &b);
  g_assert_cmpuint (a.records->len, ==, n);
  g_assert_cmpuint (b.records->len, ==, n);
  for (guint i = 0; i < n; i++)
    {
      test_channel_check_record (&b, i, APOOL_MESSAGE_OUTPUT, i);
      test_channel_check_record (&a, i, APOOL_MESSAGE_OUTPUT, i + 1000);
      g_assert_cmpuint (g_array_index (b.records, TestRecord, i).length, ==, i * 37);
    }
  g_assert_cmpuint (a.n_closed + b.n_closed, ==, 0);
  test_channel_close_pair (&a, &b);
}

/* What is sent in one turn is one write, and what comes with one read is one batch. */
static void
test_channel_batch (gconstpointer data)
{
  TestEnd a;
  TestEnd b;
  guint before;

  test_channel_open_pair ((TestTransport) GPOINTER_TO_INT (data), &a, &b);
  before = b.n_batches;
  for (guint i = 0; i < 20; i++)
    test_channel_send (&a, i, 10);
  g_assert_cmpuint (apool_channel_get_queued (a.channel), >, 20 * 10);
  test_channel_run (&a);
  g_assert_cmpuint (apool_channel_get_queued (a.channel), ==, 0);
  test_channel_run (&b);
  g_assert_cmpuint (b.records->len, ==, 20);
  g_assert_cmpuint (b.n_batches, ==, before + 1);
  g_assert_cmpuint (a.n_drained, ==, 0);
  test_channel_close_pair (&a, &b);
}

static void
test_channel_fds (void)
{
  guint before = test_channel_count_fds ();
  TestEnd a;
  TestEnd b;

  test_channel_open_pair (TEST_SOCKET, &a, &b);
  for (guint n_fds = 0; n_fds <= APOOL_FRAME_MAX_FDS; n_fds++)
    test_channel_send_fds (&a, n_fds, n_fds);
  test_channel_run_both (&a, &b);
  g_assert_cmpuint (b.records->len, ==, APOOL_FRAME_MAX_FDS + 1);
  for (guint i = 0; i <= APOOL_FRAME_MAX_FDS; i++)
    {
      test_channel_check_record (&b, i, APOOL_MESSAGE_PIPES, i);
      g_assert_cmpuint (g_array_index (b.records, TestRecord, i).n_fds, ==, i);
    }
  test_channel_close_pair (&a, &b);
  g_assert_cmpuint (test_channel_count_fds (), ==, before);
}

/* Descriptors between messages that need several writes, the peer reading only now and then: each
 * arrives with its own. */
static void
test_channel_many_fds (void)
{
  const guint n = 60;
  guint before = test_channel_count_fds ();
  TestEnd a;
  TestEnd b;

  test_channel_open_pair (TEST_SOCKET, &a, &b);
  for (guint i = 0; i < n; i++)
    {
      if (i % 3 == 0)
        test_channel_send (&a, i, i % 2 ? TEST_BIG_BYTES : i * 100);
      else
        test_channel_send_fds (&a, i, 1 + i % APOOL_FRAME_MAX_FDS);
      if (i % 7 == 0)
        g_main_context_iteration (b.context, FALSE);
      if (i % 5 == 0)
        (void) apool_channel_flush (a.channel);
    }
  test_channel_run_both (&a, &b);
  g_assert_cmpuint (b.records->len, ==, n);
  for (guint i = 0; i < n; i++)
    test_channel_check_record (&b, i, i % 3 ? APOOL_MESSAGE_PIPES : APOOL_MESSAGE_OUTPUT, i);
  test_channel_close_pair (&a, &b);
  g_assert_cmpuint (test_channel_count_fds (), ==, before);
}

/* Those that nobody received are closed: queued ones, and ones under way. */
static void
test_channel_unread_fds (void)
{
  guint before = test_channel_count_fds ();
  TestEnd a;
  TestEnd b;

  test_channel_open_pair (TEST_SOCKET, &a, &b);
  test_channel_send_fds (&a, 1, 2);
  g_assert_true (apool_channel_flush (a.channel));
  test_channel_send_fds (&a, 2, 3);
  apool_channel_abort (b.channel, "enough");
  test_channel_run (&a);
  g_assert_cmpuint (a.n_closed, ==, 1);
  test_channel_send_fds (&a, 3, 4);
  test_channel_close_pair (&a, &b);
  g_assert_cmpuint (test_channel_count_fds (), ==, before);
}

/* Fills the way to a peer that does not read. */
static void
test_channel_fill (TestEnd *end, guint n)
{
  gsize queued = 0;

  for (guint i = 0; i < n; i++)
    {
      test_channel_send (end, i, TEST_BIG_BYTES);
      g_assert_cmpuint (apool_channel_get_queued (end->channel), >, queued + TEST_BIG_BYTES);
      queued = apool_channel_get_queued (end->channel);
    }
  g_assert_false (apool_channel_flush (end->channel));
  g_assert_cmpuint (apool_channel_get_queued (end->channel), >, 0);
  g_assert_cmpuint (apool_channel_get_queued (end->channel), <, queued);
}

static void
test_channel_back_pressure (gconstpointer data)
{
  TestEnd a;
  TestEnd b;
  gsize queued;

  test_channel_open_pair ((TestTransport) GPOINTER_TO_INT (data), &a, &b);
  test_channel_fill (&a, 10);
  queued = apool_channel_get_queued (a.channel);
  test_channel_run (&a);
  g_assert_false (apool_channel_flush (a.channel));
  g_assert_cmpuint (apool_channel_get_queued (a.channel), ==, queued);
  g_assert_cmpuint (a.n_drained, ==, 0);
  test_channel_run_both (&a, &b);
  g_assert_cmpuint (a.n_drained, ==, 1);
  g_assert_cmpuint (apool_channel_get_queued (a.channel), ==, 0);
  g_assert_true (apool_channel_flush (a.channel));
  g_assert_cmpuint (b.records->len, ==, 10);
  /* And a second time. */
  test_channel_fill (&a, 10);
  test_channel_run_both (&a, &b);
  g_assert_cmpuint (a.n_drained, ==, 2);
  g_assert_cmpuint (b.records->len, ==, 20);
  test_channel_close_pair (&a, &b);
}

/* Who was told to wait is told to go on, also where it was another flush that got the last of it
 * written. */
static void
test_channel_drained_by_flush (gconstpointer data)
{
  TestEnd a;
  TestEnd b;

  test_channel_open_pair ((TestTransport) GPOINTER_TO_INT (data), &a, &b);
  test_channel_fill (&a, 4);
  while (!apool_channel_flush (a.channel))
    g_main_context_iteration (b.context, FALSE);
  g_assert_cmpuint (a.n_drained, ==, 0);
  test_channel_run (&a);
  g_assert_cmpuint (a.n_drained, ==, 1);
  test_channel_run_both (&a, &b);
  g_assert_cmpuint (a.n_drained, ==, 1);
  g_assert_cmpuint (b.records->len, ==, 4);
  test_channel_close_pair (&a, &b);
}

/* Answered by the channel itself; the asked one's owner does not hear of it. */
static void
test_channel_ping (gconstpointer data)
{
  TestEnd a;
  TestEnd b;

  test_channel_open_pair ((TestTransport) GPOINTER_TO_INT (data), &a, &b);
  for (guint i = 0; i < 3; i++)
    apool_channel_send (a.channel, APOOL_MESSAGE_PING, g_variant_new ("(t)", G_MAXUINT64 - i));
  test_channel_run_both (&a, &b);
  g_assert_cmpuint (b.records->len, ==, 0);
  g_assert_cmpuint (a.records->len, ==, 3);
  for (guint i = 0; i < 3; i++)
    test_channel_check_record (&a, i, APOOL_MESSAGE_PONG, G_MAXUINT64 - i);
  test_channel_close_pair (&a, &b);
}

static void
test_channel_abort (gconstpointer data)
{
  TestEnd a;
  TestEnd b;

  test_channel_open_pair ((TestTransport) GPOINTER_TO_INT (data), &a, &b);
  test_channel_send (&a, 1, 5);
  apool_channel_abort (a.channel, "the roof\nis on fire");
  apool_channel_abort (a.channel, "again");
  g_assert_false (apool_channel_flush (a.channel));
  test_channel_send (&a, 2, 5); /* dropped */
  test_channel_run_both (&a, &b);
  g_assert_cmpuint (a.n_closed, ==, 0);
  g_assert_cmpuint (b.records->len, ==, 1);
  test_channel_check_closed (&b, APOOL_ERROR, APOOL_ERROR_PROTOCOL, "the roof is on fire");
  test_channel_close_pair (&a, &b);
}

/* The owner's word is what both sides hear, and nothing of what follows is taken. */
static void
test_channel_refusal (gconstpointer data)
{
  TestEnd a;
  TestEnd b;

  test_channel_open_pair ((TestTransport) GPOINTER_TO_INT (data), &a, &b);
  b.refusal = "not for me";
  test_channel_send (&a, 1, 5);
  test_channel_send (&a, 2, 5);
  test_channel_run_both (&a, &b);
  g_assert_cmpuint (b.records->len, ==, 1);
  test_channel_check_closed (&b, APOOL_ERROR, APOOL_ERROR_INPUT, "not for me");
  test_channel_check_closed (&a, APOOL_ERROR, APOOL_ERROR_PROTOCOL, "gave up: not for me");
  test_channel_close_pair (&a, &b);
}

/* What was sent before the end still arrives. */
static void
test_channel_end (gconstpointer data)
{
  TestEnd a;
  TestEnd b;

  test_channel_open_pair ((TestTransport) GPOINTER_TO_INT (data), &a, &b);
  test_channel_send (&a, 1, 1000);
  g_assert_true (apool_channel_flush (a.channel));
  g_clear_pointer (&a.channel, apool_channel_free);
  test_channel_run (&b);
  g_assert_cmpuint (b.records->len, ==, 1);
  g_assert_cmpuint (b.n_closed, ==, 1);
  g_assert_no_error (b.error);
  g_assert_cmpuint (a.n_closed, ==, 0);
  test_channel_close_pair (&a, &b);
}

/* Words that the peer did not read before it went are no reason to lose what it had said. */
static void
test_channel_end_unheard (gconstpointer data)
{
  TestEnd a;
  TestEnd b;

  test_channel_open_pair ((TestTransport) GPOINTER_TO_INT (data), &a, &b);
  test_channel_send (&a, 1, 1000);
  g_assert_true (apool_channel_flush (a.channel));
  g_clear_pointer (&a.channel, apool_channel_free);
  test_channel_send (&b, 2, TEST_BIG_BYTES);
  (void) apool_channel_flush (b.channel);
  test_channel_run (&b);
  g_assert_cmpuint (b.records->len, ==, 1);
  g_assert_cmpuint (b.n_closed, ==, 1);
  g_assert_no_error (b.error);
  test_channel_close_pair (&a, &b);
}

static void
test_channel_check_freed_at (TestTransport transport, TestMoment moment)
{
  guint before = test_channel_count_fds ();
  int near[2];
  int far[2];
  TestEnd a;
  TestEnd b;

  test_channel_make_fds (transport, near, far);
  test_channel_open_end (&a, near);
  test_channel_open_end (&b, far);
  b.frees_at = moment;
  if (moment == TEST_DRAINED)
    {
      test_channel_run_both (&a, &b);
      test_channel_fill (&b, 4);
    }
  for (guint i = 0; i < 3; i++)
    test_channel_send (&a, i, 10);
  if (moment == TEST_CLOSED)
    apool_channel_abort (a.channel, "enough");
  test_channel_run_both (&a, &b);
  g_assert_null (b.channel);
  g_assert_cmpuint (b.n_closed, ==, moment == TEST_CLOSED ? 1 : 0);
  if (moment == TEST_MESSAGE)
    g_assert_cmpuint (b.records->len, ==, 1);
  test_channel_close_pair (&a, &b);
  g_assert_cmpuint (test_channel_count_fds (), ==, before);
}

static void
test_channel_freed_by_callback (gconstpointer data)
{
  for (int moment = TEST_OPENED; moment <= TEST_CLOSED; moment++)
    test_channel_check_freed_at ((TestTransport) GPOINTER_TO_INT (data), (TestMoment) moment);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  signal (SIGPIPE, SIG_IGN);
  test_channel_add ("channel", "hello", test_channel_hello);
  test_channel_add ("channel", "later", test_channel_later);
  test_channel_add ("channel", "order", test_channel_order);
  test_channel_add ("channel", "batch", test_channel_batch);
  g_test_add_func ("/channel/socket/fds", test_channel_fds);
  g_test_add_func ("/channel/socket/many-fds", test_channel_many_fds);
  g_test_add_func ("/channel/socket/unread-fds", test_channel_unread_fds);
  test_channel_add ("channel", "back-pressure", test_channel_back_pressure);
  test_channel_add ("channel", "drained-by-flush", test_channel_drained_by_flush);
  test_channel_add ("channel", "ping", test_channel_ping);
  test_channel_add ("channel", "abort", test_channel_abort);
  test_channel_add ("channel", "refusal", test_channel_refusal);
  test_channel_add ("channel", "end", test_channel_end);
  test_channel_add ("channel", "end-unheard", test_channel_end_unheard);
  test_channel_add ("channel", "freed-by-callback", test_channel_freed_by_callback);
  return g_test_run ();
}
