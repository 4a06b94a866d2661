/* SPDX-License-Identifier: MIT */
/* Output of a worker's tasks at the other end of a wire: how much of it may be under way, and the
 * pipes that come in its place. */

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>

#include "base/apool-fd.h"
#include "wire-stage.h"

#define PIECE_BYTES (32u * 1024)

static void
test_wire_say_outputs (WireStage *self, guint64 seq, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      raw_peer_say_output (self->peer, seq, PIECE_BYTES);
      wire_stage_run (self);
    }
}

/* What is taken is acknowledged, so that it goes on; no more than a window is ever under way. */
static void
test_wire_proxy_credit (void)
{
  const guint n_pieces = APOOL_MESSAGE_WINDOW / PIECE_BYTES;
  WireStage self;

  wire_stage_open_started (&self, 2);
  test_wire_say_outputs (&self, 1, n_pieces * 10);
  g_assert_cmpuint (self.credit, >, APOOL_MESSAGE_WINDOW * 9);
  g_assert_cmpuint (self.credit, <=, APOOL_MESSAGE_WINDOW * 10);
  self.credit = 0;
  apool_worker_proxy_set_congested (APOOL_WORKER_PROXY (self.proxy), TRUE, 0);
  test_wire_say_outputs (&self, 2, n_pieces);
  g_assert_cmpuint (self.credit, ==, 0);
  apool_worker_proxy_set_congested (APOOL_WORKER_PROXY (self.proxy), FALSE, 0);
  wire_stage_run (&self);
  g_assert_cmpuint (self.credit, ==, APOOL_MESSAGE_WINDOW);
  apool_worker_proxy_set_congested (APOOL_WORKER_PROXY (self.proxy), TRUE, 0);
  test_wire_say_outputs (&self, 2, n_pieces);
  g_assert_cmpuint (self.n_killed, ==, 0);
  raw_peer_say_output (self.peer, 2, 1);
  wire_stage_check_fault (&self, "does not fit");
}

/* While others have to wait, one may go on, at once and later. */
static void
test_wire_proxy_credit_for_one (void)
{
  const guint n_pieces = APOOL_MESSAGE_WINDOW / PIECE_BYTES;
  WireStage self;

  wire_stage_open_started (&self, 2);
  apool_worker_proxy_set_congested (APOOL_WORKER_PROXY (self.proxy), TRUE, 0);
  test_wire_say_outputs (&self, 1, n_pieces);
  test_wire_say_outputs (&self, 2, n_pieces);
  g_assert_cmpuint (self.credit, ==, 0);
  apool_worker_proxy_set_congested (APOOL_WORKER_PROXY (self.proxy), TRUE, 2);
  wire_stage_run (&self);
  g_assert_cmpuint (self.credit, ==, APOOL_MESSAGE_WINDOW);
  test_wire_say_outputs (&self, 2, n_pieces);
  g_assert_cmpuint (self.credit, ==, 2 * APOOL_MESSAGE_WINDOW);
  apool_worker_proxy_set_congested (APOOL_WORKER_PROXY (self.proxy), TRUE, 1);
  wire_stage_run (&self);
  g_assert_cmpuint (self.credit, ==, 3 * APOOL_MESSAGE_WINDOW);
  apool_worker_proxy_set_congested (APOOL_WORKER_PROXY (self.proxy), TRUE, 0);
  test_wire_say_outputs (&self, 1, n_pieces);
  g_assert_cmpuint (self.credit, ==, 3 * APOOL_MESSAGE_WINDOW);
  wire_stage_close (&self);
}

/* The same for what comes with a task's end; and a new task begins with a whole window. */
static void
test_wire_proxy_credit_at_end (void)
{
  WireStage self;

  wire_stage_open_started (&self, 2);
  apool_worker_proxy_set_congested (APOOL_WORKER_PROXY (self.proxy), TRUE, 0);
  test_wire_say_outputs (&self, 1, 7);
  raw_peer_say_finished (self.peer, 1, 0, PIECE_BYTES);
  wire_stage_check_log (&self, "finished ");
  wire_stage_queue_task (&self, 1);
  raw_peer_say_started (self.peer, 1, 1);
  test_wire_say_outputs (&self, 1, 8);
  wire_stage_check_log (&self, "finished started ");
  raw_peer_say_finished (self.peer, 1, 0, 1);
  wire_stage_check_fault (&self, "does not fit");
}

/* Sends PIPES of task @seq with @fd for both. */
static void
test_wire_pass (WireStage *self, guint64 seq, int fd)
{
  g_autoptr (GVariant) body = g_variant_ref_sink (g_variant_new ("(t)", seq));
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  ApoolFrame frame = { .type = APOOL_MESSAGE_PIPES,
                       .n_fds = 2,
                       .body = g_variant_get_data (body),
                       .length = g_variant_get_size (body) };
  union
  {
    struct cmsghdr align;
    char space[CMSG_SPACE (2 * sizeof (int))];
  } control = { 0 };
  struct iovec vector;
  struct msghdr message = {
    .msg_iov = &vector,
    .msg_iovlen = 1,
    .msg_control = &control,
    .msg_controllen = sizeof control,
  };
  struct cmsghdr *header = CMSG_FIRSTHDR (&message);

  apool_frame_append (bytes, &frame);
  vector = (struct iovec){ bytes->data, bytes->len };
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN (2 * sizeof (int));
  memcpy (CMSG_DATA (header), (int[]){ fd, fd }, 2 * sizeof (int));
  g_assert_cmpint (sendmsg (self->peer, &message, 0), ==, (gssize) bytes->len);
}

static void
test_wire_pass_pipes (WireStage *self, guint64 seq)
{
  int fds[2];

  g_assert_true (apool_fd_make_pipe (fds, NULL));
  test_wire_pass (self, seq, fds[0]);
  apool_fd_clear (&fds[0]);
  apool_fd_clear (&fds[1]);
}

/* What would fail where it is read is not taken. */
static void
test_wire_proxy_no_pipes (void)
{
  int fds[2];

  g_assert_true (apool_fd_make_pipe (fds, NULL));
  apool_fd_clear (&fds[0]);
  fds[0] = open ("/", O_RDONLY | O_CLOEXEC);
  g_assert_cmpint (fds[0], >=, 0);
  for (int i = 0; i < 2; i++)
    {
      WireStage self;

      wire_stage_open_started (&self, 1);
      test_wire_pass (&self, 1, fds[i]);
      wire_stage_check_fault (&self, "does not fit");
      apool_fd_clear (&fds[i]);
    }
}

/* One task at a time may pass its pipes here, once, and says nothing else then. */
static void
test_wire_proxy_pipes (void)
{
  WireStage self;

  wire_stage_open_started (&self, 2);
  test_wire_pass_pipes (&self, 1);
  raw_peer_say_finished (self.peer, 1, 0, 0);
  test_wire_pass_pipes (&self, 2);
  wire_stage_check_log (&self, "pipe pipe finished pipe pipe ");
  test_wire_pass_pipes (&self, 2);
  wire_stage_check_fault (&self, "does not fit");
  wire_stage_open_started (&self, 2);
  test_wire_pass_pipes (&self, 1);
  test_wire_pass_pipes (&self, 2);
  wire_stage_check_fault (&self, "does not fit");
  wire_stage_open_started (&self, 1);
  test_wire_pass_pipes (&self, 1);
  raw_peer_say_output (self.peer, 1, 1);
  wire_stage_check_fault (&self, "does not fit");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  signal (SIGPIPE, SIG_IGN);
  g_test_add_func ("/wire-proxy/credit", test_wire_proxy_credit);
  g_test_add_func ("/wire-proxy/credit-for-one", test_wire_proxy_credit_for_one);
  g_test_add_func ("/wire-proxy/credit-at-end", test_wire_proxy_credit_at_end);
  g_test_add_func ("/wire-proxy/pipes", test_wire_proxy_pipes);
  g_test_add_func ("/wire-proxy/no-pipes", test_wire_proxy_no_pipes);
  return g_test_run ();
}
