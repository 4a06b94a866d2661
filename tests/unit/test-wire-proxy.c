/* SPDX-License-Identifier: MIT */
/* A worker at the other end of a wire: who it is, that it is seen off, and refused what must not
 * be. */

#include <fcntl.h>
#include <gio/gio.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "wire-stage.h"

/* What it says of itself is shown to people. */
static void
test_wire_proxy_process (void)
{
  WireStage self;

  wire_stage_open (&self, &(WireWishes){ .timeout_msec = WIRE_LONG_MSEC });
  wire_stage_run (&self);
  g_assert_cmpuint (apool_worker_proxy_get_pid (APOOL_WORKER_PROXY (self.proxy)), ==, 4711);
  g_assert_cmpstr (apool_worker_proxy_get_host (APOOL_WORKER_PROXY (self.proxy)), ==, "host [2J");
  wire_stage_close (&self);
  wire_stage_open (&self, &(WireWishes){ .timeout_msec = WIRE_LONG_MSEC });
  apool_worker_proxy_set_process (APOOL_WORKER_PROXY (self.proxy), 12, "here");
  wire_stage_run (&self);
  g_assert_cmpuint (apool_worker_proxy_get_pid (APOOL_WORKER_PROXY (self.proxy)), ==, 12);
  g_assert_cmpstr (apool_worker_proxy_get_host (APOOL_WORKER_PROXY (self.proxy)), ==, "here");
  wire_stage_close (&self);
}

static void
test_wire_proxy_too_early (void)
{
  WireStage self;

  wire_stage_open (&self, &(WireWishes){ .init = "init", .timeout_msec = WIRE_LONG_MSEC });
  wire_stage_queue_task (&self, 1);
  raw_peer_say_started (self.peer, 1, 1);
  wire_stage_check_fault (&self, "does not fit");
}

/* Slots that it gives up are free; those that it does not have are a reason not to believe it. */
static void
test_wire_proxy_revoked (void)
{
  static const guint32 SLOTS[] = { 1, 99 };
  WireStage self;

  wire_stage_open (&self, &(WireWishes){ .timeout_msec = WIRE_LONG_MSEC });
  wire_stage_run (&self);
  apool_worker_proxy_limit_slots (APOOL_WORKER_PROXY (self.proxy), 0);
  raw_peer_send (self.peer, APOOL_MESSAGE_REVOKED,
                 g_variant_new ("(@au)", g_variant_new_fixed_array (G_VARIANT_TYPE_UINT32, SLOTS, 1,
                                                                    sizeof *SLOTS)));
  wire_stage_run (&self);
  g_assert_cmpuint (self.n_killed, ==, 0);
  g_assert_false (apool_worker_proxy_has_slot (APOOL_WORKER_PROXY (self.proxy), 1));
  raw_peer_send (self.peer, APOOL_MESSAGE_REVOKED,
                 g_variant_new ("(@au)", g_variant_new_fixed_array (G_VARIANT_TYPE_UINT32,
                                                                    SLOTS + 1, 1, sizeof *SLOTS)));
  wire_stage_run (&self);
  g_assert_cmpuint (self.n_killed, ==, 1);
  wire_stage_close (&self);
}

static void
test_wire_say_stopped (WireStage *self, guint64 seq, int signum)
{
  raw_peer_send (self->peer, APOOL_MESSAGE_STOPPED, g_variant_new ("(ti)", seq, signum));
}

/* A task that runs may be stopped, as often as it likes; nobody else, and by nothing but a signal.
 */
static void
test_wire_proxy_stopped (void)
{
  WireStage self;

  wire_stage_open_started (&self, 1);
  test_wire_say_stopped (&self, 1, SIGTTIN);
  test_wire_say_stopped (&self, 1, SIGTSTP);
  wire_stage_check_log (&self, "stopped:21 stopped:20 ");
  test_wire_say_stopped (&self, 2, SIGTTIN);
  wire_stage_check_fault (&self, "does not fit");
  wire_stage_open_started (&self, 1);
  test_wire_say_stopped (&self, 1, 0);
  wire_stage_check_fault (&self, "does not fit");
  wire_stage_open_started (&self, 1);
  test_wire_say_stopped (&self, 1, NSIG);
  wire_stage_check_fault (&self, "does not fit");
}

/* The stream ends and the process does not: it is ended. */
static void
test_wire_proxy_closes (void)
{
  WireStage self;

  wire_stage_open (&self, &(WireWishes){ .timeout_msec = WIRE_LONG_MSEC });
  wire_stage_run (&self);
  wire_stage_end_stream (&self);
  wire_stage_check_log (&self, "ready gone(it closed its connection)");
  g_assert_cmpuint (self.n_killed, ==, 1);
  wire_stage_close (&self);
}

/* Without a hook there is nothing to wait for; nor before it is ready, prepared or not. */
static void
test_wire_proxy_close_at_once (void)
{
  static const WireWishes WISHES[] = {
    { .timeout_msec = WIRE_LONG_MSEC },
    { .init = "init", .exit = "exit", .timeout_msec = WIRE_LONG_MSEC },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (WISHES); i++)
    {
      WireStage self;
      struct pollfd look;

      wire_stage_open (&self, &WISHES[i]);
      wire_stage_run (&self);
      apool_worker_proxy_close (APOOL_WORKER_PROXY (self.proxy));
      look = (struct pollfd){ .fd = self.peer, .events = POLLRDHUP };
      g_assert_cmpint (poll (&look, 1, 0), ==, 1);
      wire_stage_run (&self);
      g_assert_cmpuint (self.n_closes, ==, 0);
      apool_wire_proxy_process_ended (self.proxy, "ended with status 0");
      g_assert_true (g_str_has_suffix (self.log->str, "gone()"));
      wire_stage_close (&self);
    }
}

/* One whose process has ended is closed before the end of its stream has come. */
static void
test_wire_proxy_close_ended (void)
{
  WireStage self;

  wire_stage_open (&self, &(WireWishes){ .timeout_msec = WIRE_LONG_MSEC });
  wire_stage_run (&self);
  apool_wire_proxy_process_ended (self.proxy, "ended with status 0");
  apool_worker_proxy_close (APOOL_WORKER_PROXY (self.proxy));
  apool_worker_proxy_kill (APOOL_WORKER_PROXY (self.proxy));
  g_assert_cmpstr (self.log->str, ==, "ready ");
  wire_stage_end_stream (&self);
  wire_stage_check_log (&self, "ready gone()");
  g_assert_cmpuint (self.n_killed, ==, 0);
  wire_stage_close (&self);
}

static ApoolWireProxy *
test_wire_make_direct (
    GMainContext *context, int in_fd, int out_fd, const int *output_fds, GError **error)
{
  ApoolSetup setup = { .shell = "", .run = "test", .is_direct = TRUE };

  return apool_wire_proxy_new (context, in_fd, out_fd, &setup, output_fds, 0,
                               wire_stage_get_funcs (), NULL, error);
}

/* Where descriptors cannot travel, or are none, there is no such worker. */
static void
test_wire_direct_refused (void)
{
  static const int OUTPUT_FDS[] = { 1, 2 };
  static const int BAD_FDS[] = { 1, -1 };
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GError) pipe_error = NULL;
  g_autoptr (GError) fd_error = NULL;
  int in[2];
  int out[2];
  int ends[2];

  g_assert_cmpint (pipe2 (in, O_CLOEXEC), ==, 0);
  g_assert_cmpint (pipe2 (out, O_CLOEXEC), ==, 0);
  g_assert_null (test_wire_make_direct (context, in[0], out[1], OUTPUT_FDS, &pipe_error));
  g_assert_error (pipe_error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), ==, 0);
  g_assert_null (test_wire_make_direct (context, ends[0], ends[0], BAD_FDS, &fd_error));
  g_assert_nonnull (fd_error);
  close (in[1]);
  close (out[0]);
  close (ends[1]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  signal (SIGPIPE, SIG_IGN);
  g_test_add_func ("/wire-proxy/revoked", test_wire_proxy_revoked);
  g_test_add_func ("/wire-proxy/close-at-once", test_wire_proxy_close_at_once);
  g_test_add_func ("/wire-proxy/close-ended", test_wire_proxy_close_ended);
  g_test_add_func ("/wire-proxy/process", test_wire_proxy_process);
  g_test_add_func ("/wire-proxy/too-early", test_wire_proxy_too_early);
  g_test_add_func ("/wire-proxy/stopped", test_wire_proxy_stopped);
  g_test_add_func ("/wire-proxy/closes", test_wire_proxy_closes);
  g_test_add_func ("/wire-proxy/direct-refused", test_wire_direct_refused);
  return g_test_run ();
}
