/* SPDX-License-Identifier: MIT */
/* A worker at the other end of a wire that is silent, or answers when it is asked. */

#include <gio/gio.h>
#include <glib-unix.h>
#include <signal.h>
#include <sys/socket.h>

#include "base/apool-fd.h"
#include "base/apool-io.h"
#include "factory/apool-wire-proxy.h"

/* Short, so that a test takes no time; nothing is measured by it. */
#define TICK_MSEC 2u
#define SLOT 1u

typedef struct
{
  GMainContext *context;
  ApoolWireProxy *proxy;
  GSource *peer_source;
  GByteArray *received;
  int peer;
  gboolean answers;
  guint n_pings;
  guint n_killed;
  char *lost_because; /* (nullable): of the gone event */
} TestProxy;

static void
test_wire_send (TestProxy *self, ApoolMessageType type, GVariant *body)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (body);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  ApoolFrame frame = { .type = (guint8) type,
                       .body = g_variant_get_data (owned),
                       .length = g_variant_get_size (owned) };

  apool_frame_append (bytes, &frame);
  (void) apool_io_write_all (self->peer, (const char *) bytes->data, bytes->len, &error);
  g_assert_no_error (error);
}

static void
test_wire_greet (TestProxy *self)
{
  ApoolHello hello = { .version = APOOL_MESSAGE_VERSION, .cores = 1, .host = "test" };
  g_autoptr (GError) error = NULL;
  gsize length;
  const char *magic = apool_frame_get_magic (&length);

  (void) apool_io_write_all (self->peer, magic, length, &error);
  g_assert_no_error (error);
  test_wire_send (self, APOOL_MESSAGE_HELLO, apool_message_new_hello (&hello));
}

static void
test_wire_take_frames (TestProxy *self)
{
  ApoolFrame frame;
  gssize taken;

  while ((taken = apool_frame_parse (self->received->data, self->received->len, &frame, NULL)) > 0)
    {
      if (frame.type == APOOL_MESSAGE_PING)
        {
          self->n_pings++;
          if (self->answers)
            test_wire_send (self, APOOL_MESSAGE_PONG,
                            g_variant_new ("(t)", G_GUINT64_CONSTANT (1)));
        }
      g_byte_array_remove_range (self->received, 0, (guint) taken);
    }
  g_assert_cmpint (taken, ==, 0);
}

static gboolean
test_wire_readable_cb (int fd, GIOCondition condition, gpointer data)
{
  TestProxy *self = data;
  guint8 buffer[4096];
  gssize n = read (fd, buffer, sizeof buffer);
  gssize behind;

  if (n <= 0)
    return G_SOURCE_REMOVE;
  g_byte_array_append (self->received, buffer, (guint) n);
  behind = apool_frame_find_magic (self->received->data, self->received->len);
  if (behind > 0)
    g_byte_array_remove_range (self->received, 0, (guint) behind);
  test_wire_take_frames (self);
  return G_SOURCE_CONTINUE;
}

static void
test_wire_kill_cb (gpointer data)
{
  TestProxy *self = data;

  self->n_killed++;
  apool_fd_clear (&self->peer);
  apool_wire_proxy_process_ended (self->proxy, "worker 1 was killed by signal 9");
}

static const ApoolWireProxyFuncs test_wire_funcs = { .kill = test_wire_kill_cb };

static void
test_wire_ready_cb (ApoolWorkerProxy *worker, gpointer data)
{
}

static void
test_wire_started_cb (ApoolWorkerProxy *worker, ApoolTask *task, gpointer data)
{
}

static void
test_wire_finished_cb (ApoolWorkerProxy *worker,
                       ApoolTask *task,
                       ApoolOutcome *outcome,
                       gpointer data)
{
}

static void
test_wire_gone_cb (ApoolWorkerProxy *worker, const GError *error, gpointer data)
{
  TestProxy *self = data;

  self->lost_because = g_strdup (error ? error->message : "");
}

static const ApoolWorkerEvents test_wire_events = {
  .ready = test_wire_ready_cb,
  .started = test_wire_started_cb,
  .finished = test_wire_finished_cb,
  .gone = test_wire_gone_cb,
};

static void
test_wire_open (TestProxy *self, gboolean answers)
{
  const guint32 slot = SLOT;
  ApoolSetup setup = { .slots = &slot, .n_slots = 1, .shell = "/bin/sh", .run = "test" };
  g_autoptr (GError) error = NULL;
  int fds[2];

  *self = (TestProxy){ .answers = answers };
  self->context = g_main_context_new ();
  self->received = g_byte_array_new ();
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  self->peer = fds[1];
  self->proxy = apool_wire_proxy_new (self->context, fds[0], fds[0], &setup, TICK_MSEC * 3,
                                      &test_wire_funcs, self, &error);
  g_assert_no_error (error);
  apool_worker_proxy_set_events (APOOL_WORKER_PROXY (self->proxy), &test_wire_events, self);
  self->peer_source = g_unix_fd_source_new (self->peer, G_IO_IN);
  g_source_set_callback (self->peer_source, G_SOURCE_FUNC (test_wire_readable_cb), self, NULL);
  g_source_attach (self->peer_source, self->context);
  test_wire_greet (self);
}

static void
test_wire_close (TestProxy *self)
{
  g_source_destroy (self->peer_source);
  g_source_unref (self->peer_source);
  g_object_unref (self->proxy);
  apool_fd_clear (&self->peer);
  g_byte_array_unref (self->received);
  g_main_context_unref (self->context);
  g_free (self->lost_because);
}

static void
test_wire_queue_task (TestProxy *self)
{
  g_autoptr (GBytes) text = g_bytes_new_static ("true", 5);
  g_autoptr (ApoolTask) task = apool_task_new (1, 1, APOOL_TASK_SHELL, text, NULL, NULL);

  apool_worker_proxy_queue_task (APOOL_WORKER_PROXY (self->proxy), task, -1);
}

/* One that has a task and says nothing, whatever it is asked, is killed, and the reason told. */
static void
test_wire_proxy_silent (void)
{
  TestProxy self;

  test_wire_open (&self, FALSE);
  test_wire_queue_task (&self);
  while (!self.lost_because)
    g_main_context_iteration (self.context, TRUE);
  g_assert_cmpuint (self.n_pings, ==, 1);
  g_assert_cmpuint (self.n_killed, ==, 1);
  g_assert_nonnull (g_strrstr (self.lost_because, "did not answer"));
  test_wire_close (&self);
}

/* Whether anything but the peer would wake the loop. */
static gboolean
test_wire_has_timer (TestProxy *self)
{
  int timeout;

  g_assert_true (g_main_context_acquire (self->context));
  (void) g_main_context_prepare (self->context, NULL);
  (void) g_main_context_query (self->context, G_MAXINT, &timeout, NULL, 0);
  g_main_context_release (self->context);
  return timeout >= 0;
}

/* One that answers lives, however long its task takes. When it has none left, or is closed, nothing
 * wakes the loop. */
static void
test_wire_proxy_living (void)
{
  TestProxy self;
  ApoolWorkerProxy *worker;
  ApoolUsage usage = { 0 };
  g_autoptr (ApoolOutcome) outcome =
      apool_outcome_new (APOOL_OUTCOME_EXITED, 0, &usage, FALSE, FALSE, NULL);

  test_wire_open (&self, TRUE);
  worker = APOOL_WORKER_PROXY (self.proxy);
  test_wire_queue_task (&self);
  while (self.n_pings < 5)
    g_main_context_iteration (self.context, TRUE);
  g_assert_cmpuint (self.n_killed, ==, 0);
  g_assert_true (test_wire_has_timer (&self));
  g_assert_true (apool_worker_proxy_report_started (worker, 1, 0));
  g_assert_true (apool_worker_proxy_report_finished (worker, 1, outcome));
  while (test_wire_has_timer (&self))
    g_main_context_iteration (self.context, TRUE);
  test_wire_queue_task (&self);
  g_assert_true (test_wire_has_timer (&self));
  apool_worker_proxy_close (worker);
  g_assert_true (test_wire_has_timer (&self));
  apool_wire_proxy_process_ended (self.proxy, "worker 1 ended with status 0");
  g_assert_false (test_wire_has_timer (&self));
  g_assert_cmpuint (self.n_killed, ==, 0);
  test_wire_close (&self);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  signal (SIGPIPE, SIG_IGN);
  g_test_add_func ("/wire-proxy/silent", test_wire_proxy_silent);
  g_test_add_func ("/wire-proxy/living", test_wire_proxy_living);
  return g_test_run ();
}
