/* SPDX-License-Identifier: MIT */
#include "wire-stage.h"

#include <glib-unix.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/apool-fd.h"
#include "wire-body.h"

#define N_SLOTS 3u

/* ---- the peer ---- */

static void
wire_stage_take_frame (WireStage *self, const ApoolFrame *frame)
{
  g_autoptr (GVariant) body = wire_body_read (frame, NULL);

  g_assert_nonnull (body);
  if (frame->type == APOOL_MESSAGE_PING)
    {
      self->n_pings++;
      if (self->answers)
        raw_peer_send (self->peer, APOOL_MESSAGE_PONG, g_variant_new ("(t)", (guint64) 1));
    }
  else if (frame->type == APOOL_MESSAGE_CLOSE)
    self->n_closes++;
  else if (frame->type == APOOL_MESSAGE_TERMINATE)
    self->n_terminates++;
  else if (frame->type == APOOL_MESSAGE_CREDIT)
    {
      guint64 seq;
      guint32 stream;
      guint32 bytes;

      g_variant_get (body, "(tuu)", &seq, &stream, &bytes);
      self->credit += bytes;
    }
}

static void
wire_stage_take_frames (WireStage *self)
{
  ApoolFrame frame;
  gssize taken;

  while ((taken = apool_frame_parse (self->received->data, self->received->len, &frame, NULL)) > 0)
    {
      wire_stage_take_frame (self, &frame);
      g_byte_array_remove_range (self->received, 0, (guint) taken);
    }
  g_assert_cmpint (taken, ==, 0);
}

static gboolean
wire_stage_readable_cb (int fd, GIOCondition condition, gpointer data)
{
  WireStage *self = data;
  guint8 buffer[4096];
  gssize n = read (fd, buffer, sizeof buffer);
  gssize behind;

  if (n <= 0)
    return G_SOURCE_REMOVE;
  g_byte_array_append (self->received, buffer, (guint) n);
  behind = apool_frame_find_magic (self->received->data, self->received->len);
  if (behind > 0)
    g_byte_array_remove_range (self->received, 0, (guint) behind);
  wire_stage_take_frames (self);
  return G_SOURCE_CONTINUE;
}

/* The peer says nothing more, and hears nothing. */
void
wire_stage_end_stream (WireStage *self)
{
  if (self->peer_source)
    g_source_destroy (self->peer_source);
  g_clear_pointer (&self->peer_source, g_source_unref);
  apool_fd_clear (&self->peer);
}

/* ---- what its factory would do ---- */

static void
wire_stage_kill_cb (gpointer data)
{
  WireStage *self = data;

  self->n_killed++;
  wire_stage_end_stream (self);
  apool_wire_proxy_process_ended (self->proxy, NULL);
}

static void
wire_stage_asked_cb (gpointer data)
{
  ((WireStage *) data)->n_asked++;
}

static gboolean
wire_stage_is_starved_cb (gpointer data)
{
  WireStage *self = data;

  if (self->n_excuses == 0)
    return FALSE;
  self->n_excuses--;
  return TRUE;
}

static const ApoolWireProxyFuncs wire_stage_funcs = {
  .kill = wire_stage_kill_cb,
  .asked = wire_stage_asked_cb,
  .is_starved = wire_stage_is_starved_cb,
};

/* For a proxy that is made without a stage. */
const ApoolWireProxyFuncs *
wire_stage_get_funcs (void)
{
  return &wire_stage_funcs;
}

/* ---- events ---- */

static void
wire_stage_ready_cb (ApoolWorkerProxy *worker, gpointer data)
{
  g_string_append (((WireStage *) data)->log, "ready ");
}

static void
wire_stage_hook_cb (ApoolWorkerProxy *worker, const ApoolHookReport *report, gpointer data)
{
  const char *message = apool_outcome_get_message (report->outcome);

  g_string_append_printf (((WireStage *) data)->log, "%s:%d:%d:%.*s:%s ",
                          report->hook == APOOL_HOOK_INIT ? "init" : "exit",
                          (int) apool_outcome_get_kind (report->outcome),
                          apool_outcome_get_code (report->outcome), (int) report->length,
                          report->output, message ? message : "");
}

static void
wire_stage_started_cb (ApoolWorkerProxy *worker, ApoolTask *task, gpointer data)
{
  g_string_append (((WireStage *) data)->log, "started ");
}

static void
wire_stage_stopped_cb (ApoolWorkerProxy *worker, ApoolTask *task, int signum, gpointer data)
{
  g_string_append_printf (((WireStage *) data)->log, "stopped:%d ", signum);
}

static void
wire_stage_output_cb (ApoolWorkerProxy *worker,
                      ApoolTask *task,
                      ApoolStream stream,
                      const char *bytes,
                      gsize length,
                      gpointer data)
{
}

static void
wire_stage_pipe_cb (
    ApoolWorkerProxy *worker, ApoolTask *task, ApoolStream stream, int fd, gpointer data)
{
  g_string_append (((WireStage *) data)->log, "pipe ");
  apool_fd_clear (&fd);
}

static void
wire_stage_finished_cb (ApoolWorkerProxy *worker,
                        ApoolTask *task,
                        ApoolOutcome *outcome,
                        gpointer data)
{
  g_string_append (((WireStage *) data)->log, "finished ");
}

static void
wire_stage_gone_cb (ApoolWorkerProxy *worker, const GError *error, gpointer data)
{
  g_string_append_printf (((WireStage *) data)->log, "gone(%s)", error ? error->message : "");
}

static const ApoolWorkerEvents wire_stage_events = {
  .ready = wire_stage_ready_cb,
  .hook = wire_stage_hook_cb,
  .started = wire_stage_started_cb,
  .stopped = wire_stage_stopped_cb,
  .output = wire_stage_output_cb,
  .pipe = wire_stage_pipe_cb,
  .finished = wire_stage_finished_cb,
  .gone = wire_stage_gone_cb,
};

/* ---- the stage ---- */

/**
 * wire_stage_open_silent:
 * @self: (out): a stage
 * @wishes: what is wanted of the worker
 *
 * Begins with a worker that has not said anything yet.
 */
void
wire_stage_open_silent (WireStage *self, const WireWishes *wishes)
{
  const guint32 slots[N_SLOTS] = { 1, 2, 3 };
  ApoolSetup setup = {
    .slots = slots,
    .n_slots = N_SLOTS,
    .shell = "/bin/sh",
    .run = "test",
    .max_passed = 1,
    .init = wishes->init,
    .exit = wishes->exit,
    .hook_timeout_msec = 5000,
    .termseq = wishes->termseq,
  };
  g_autoptr (GError) error = NULL;
  int fds[2];

  *self = (WireStage){ .log = g_string_new (NULL) };
  self->context = g_main_context_new ();
  self->received = g_byte_array_new ();
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  self->peer = fds[1];
  self->proxy = apool_wire_proxy_new (self->context, fds[0], fds[0], &setup, NULL,
                                      wishes->timeout_msec, &wire_stage_funcs, self, &error);
  g_assert_no_error (error);
  apool_worker_proxy_set_events (APOOL_WORKER_PROXY (self->proxy), &wire_stage_events, self);
  self->peer_source = g_unix_fd_source_new (self->peer, G_IO_IN);
  g_source_set_callback (self->peer_source, G_SOURCE_FUNC (wire_stage_readable_cb), self, NULL);
  g_source_attach (self->peer_source, self->context);
}

/* The same with one that has greeted, which makes it ready where it has no init hook. */
void
wire_stage_open (WireStage *self, const WireWishes *wishes)
{
  wire_stage_open_silent (self, wishes);
  raw_peer_greet (self->peer);
}

void
wire_stage_close (WireStage *self)
{
  wire_stage_end_stream (self);
  g_object_unref (self->proxy);
  g_byte_array_unref (self->received);
  g_main_context_unref (self->context);
  g_string_free (self->log, TRUE);
}

/* Lets both do all that they can do now. What one writes the other reads in the next turn. */
void
wire_stage_run (WireStage *self)
{
  for (guint n_idle = 0; n_idle < 2;)
    n_idle = g_main_context_iteration (self->context, FALSE) ? 0 : n_idle + 1;
}

/* Until the log has @event in it. */
void
wire_stage_run_until (WireStage *self, const char *event)
{
  while (!strstr (self->log->str, event))
    g_main_context_iteration (self->context, TRUE);
}

void
wire_stage_queue_task (WireStage *self, guint64 seq)
{
  g_autoptr (GBytes) text = g_bytes_new_static ("true", 5);
  g_autoptr (ApoolTask) task = apool_task_new (seq, seq, APOOL_TASK_SHELL, text, NULL, NULL);

  apool_worker_proxy_queue_task (APOOL_WORKER_PROXY (self->proxy), task, -1);
}

/* A worker that is ready and has started @n tasks. */
void
wire_stage_open_started (WireStage *self, guint n)
{
  wire_stage_open (self, &(WireWishes){ .timeout_msec = WIRE_LONG_MSEC });
  for (guint seq = 1; seq <= n; seq++)
    {
      wire_stage_queue_task (self, seq);
      raw_peer_say_started (self->peer, seq, seq);
    }
  wire_stage_run (self);
  g_string_truncate (self->log, 0);
}

void
wire_stage_check_log (WireStage *self, const char *expected)
{
  wire_stage_run (self);
  g_assert_cmpstr (self->log->str, ==, expected);
}

/* What was said was a fault: the worker is killed, and gone. */
void
wire_stage_check_fault (WireStage *self, const char *words)
{
  wire_stage_run (self);
  g_assert_cmpuint (self->n_killed, ==, 1);
  g_assert_nonnull (strstr (self->log->str, "gone("));
  g_assert_nonnull (strstr (self->log->str, words));
  wire_stage_close (self);
}
