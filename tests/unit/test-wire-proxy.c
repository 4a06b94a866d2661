/* SPDX-License-Identifier: MIT */
/* A worker at the other end of a wire, played by the test: that it is prepared and seen off, asked
 * for a sign of life when it is silent, and refused what must not be. */

#include <fcntl.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/apool-fd.h"
#include "factory/apool-wire-proxy.h"
#include "raw-peer.h"
#include "wire-body.h"

/* Short, so that a test takes no time; nothing is measured by it. */
#define SHORT_MSEC 6u
/* As good as without end. */
#define LONG_MSEC 3000000u
#define N_SLOTS 3u
#define PIECE_BYTES (32u * 1024)

typedef struct
{
  GMainContext *context;
  ApoolWireProxy *proxy;
  GSource *peer_source;
  GByteArray *received;
  int peer;
  gboolean answers;
  guint n_pings;
  guint n_closes;
  guint n_terminates;
  guint64 credit;
  guint n_asked;
  guint n_excuses; /* how often it may still be excused */
  guint n_killed;
  GString *log; /* the events, each as a word, and what they say */
} TestProxy;

typedef struct
{
  const char *init;
  const char *exit;
  const char *termseq;
  guint timeout_msec;
} TestWishes;

/* ---- the peer ---- */

static void
test_wire_take_frame (TestProxy *self, const ApoolFrame *frame)
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
test_wire_take_frames (TestProxy *self)
{
  ApoolFrame frame;
  gssize taken;

  while ((taken = apool_frame_parse (self->received->data, self->received->len, &frame, NULL)) > 0)
    {
      test_wire_take_frame (self, &frame);
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
test_wire_end_stream (TestProxy *self)
{
  if (self->peer_source)
    g_source_destroy (self->peer_source);
  g_clear_pointer (&self->peer_source, g_source_unref);
  apool_fd_clear (&self->peer);
}

/* ---- what its factory would do ---- */

static void
test_wire_kill_cb (gpointer data)
{
  TestProxy *self = data;

  self->n_killed++;
  test_wire_end_stream (self);
  apool_wire_proxy_process_ended (self->proxy, NULL);
}

static void
test_wire_asked_cb (gpointer data)
{
  ((TestProxy *) data)->n_asked++;
}

static gboolean
test_wire_is_starved_cb (gpointer data)
{
  TestProxy *self = data;

  if (self->n_excuses == 0)
    return FALSE;
  self->n_excuses--;
  return TRUE;
}

static const ApoolWireProxyFuncs test_wire_funcs = {
  .kill = test_wire_kill_cb,
  .asked = test_wire_asked_cb,
  .is_starved = test_wire_is_starved_cb,
};

/* ---- events ---- */

static void
test_wire_ready_cb (ApoolWorkerProxy *worker, gpointer data)
{
  g_string_append (((TestProxy *) data)->log, "ready ");
}

static void
test_wire_hook_cb (ApoolWorkerProxy *worker, const ApoolHookReport *report, gpointer data)
{
  const char *message = apool_outcome_get_message (report->outcome);

  g_string_append_printf (((TestProxy *) data)->log, "%s:%d:%d:%.*s:%s ",
                          report->hook == APOOL_HOOK_INIT ? "init" : "exit",
                          (int) apool_outcome_get_kind (report->outcome),
                          apool_outcome_get_code (report->outcome), (int) report->length,
                          report->output, message ? message : "");
}

static void
test_wire_started_cb (ApoolWorkerProxy *worker, ApoolTask *task, gpointer data)
{
  g_string_append (((TestProxy *) data)->log, "started ");
}

static void
test_wire_stopped_cb (ApoolWorkerProxy *worker, ApoolTask *task, int signum, gpointer data)
{
  g_string_append_printf (((TestProxy *) data)->log, "stopped:%d ", signum);
}

static void
test_wire_output_cb (ApoolWorkerProxy *worker,
                     ApoolTask *task,
                     ApoolStream stream,
                     const char *bytes,
                     gsize length,
                     gpointer data)
{
}

static void
test_wire_pipe_cb (
    ApoolWorkerProxy *worker, ApoolTask *task, ApoolStream stream, int fd, gpointer data)
{
  g_string_append (((TestProxy *) data)->log, "pipe ");
  apool_fd_clear (&fd);
}

static void
test_wire_finished_cb (ApoolWorkerProxy *worker,
                       ApoolTask *task,
                       ApoolOutcome *outcome,
                       gpointer data)
{
  g_string_append (((TestProxy *) data)->log, "finished ");
}

static void
test_wire_gone_cb (ApoolWorkerProxy *worker, const GError *error, gpointer data)
{
  g_string_append_printf (((TestProxy *) data)->log, "gone(%s)", error ? error->message : "");
}

static const ApoolWorkerEvents test_wire_events = {
  .ready = test_wire_ready_cb,
  .hook = test_wire_hook_cb,
  .started = test_wire_started_cb,
  .stopped = test_wire_stopped_cb,
  .output = test_wire_output_cb,
  .pipe = test_wire_pipe_cb,
  .finished = test_wire_finished_cb,
  .gone = test_wire_gone_cb,
};

/* ---- the stage ---- */

/* One that has not said anything yet. */
static void
test_wire_open_silent (TestProxy *self, const TestWishes *wishes)
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

  *self = (TestProxy){ .log = g_string_new (NULL) };
  self->context = g_main_context_new ();
  self->received = g_byte_array_new ();
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  self->peer = fds[1];
  self->proxy = apool_wire_proxy_new (self->context, fds[0], fds[0], &setup, NULL,
                                      wishes->timeout_msec, &test_wire_funcs, self, &error);
  g_assert_no_error (error);
  apool_worker_proxy_set_events (APOOL_WORKER_PROXY (self->proxy), &test_wire_events, self);
  self->peer_source = g_unix_fd_source_new (self->peer, G_IO_IN);
  g_source_set_callback (self->peer_source, G_SOURCE_FUNC (test_wire_readable_cb), self, NULL);
  g_source_attach (self->peer_source, self->context);
}

static void
test_wire_open (TestProxy *self, const TestWishes *wishes)
{
  test_wire_open_silent (self, wishes);
  raw_peer_greet (self->peer);
}

static void
test_wire_close (TestProxy *self)
{
  test_wire_end_stream (self);
  g_object_unref (self->proxy);
  g_byte_array_unref (self->received);
  g_main_context_unref (self->context);
  g_string_free (self->log, TRUE);
}

/* Lets both do all that they can do now. What one writes the other reads in the next turn. */
static void
test_wire_run (TestProxy *self)
{
  for (guint n_idle = 0; n_idle < 2;)
    n_idle = g_main_context_iteration (self->context, FALSE) ? 0 : n_idle + 1;
}

static void
test_wire_run_until (TestProxy *self, const char *event)
{
  while (!strstr (self->log->str, event))
    g_main_context_iteration (self->context, TRUE);
}

static void
test_wire_queue_task (TestProxy *self, guint64 seq)
{
  g_autoptr (GBytes) text = g_bytes_new_static ("true", 5);
  g_autoptr (ApoolTask) task = apool_task_new (seq, seq, APOOL_TASK_SHELL, text, NULL, NULL);

  apool_worker_proxy_queue_task (APOOL_WORKER_PROXY (self->proxy), task, -1);
}

/* A worker that is ready and has started @n tasks. */
static void
test_wire_open_started (TestProxy *self, guint n)
{
  test_wire_open (self, &(TestWishes){ .timeout_msec = LONG_MSEC });
  for (guint seq = 1; seq <= n; seq++)
    {
      test_wire_queue_task (self, seq);
      raw_peer_say_started (self->peer, seq, seq);
    }
  test_wire_run (self);
  g_string_truncate (self->log, 0);
}

static void
test_wire_check_log (TestProxy *self, const char *expected)
{
  test_wire_run (self);
  g_assert_cmpstr (self->log->str, ==, expected);
}

/* What was said was a fault: the worker is killed, and gone. */
static void
test_wire_check_fault (TestProxy *self, const char *words)
{
  test_wire_run (self);
  g_assert_cmpuint (self->n_killed, ==, 1);
  g_assert_nonnull (strstr (self->log->str, "gone("));
  g_assert_nonnull (strstr (self->log->str, words));
  test_wire_close (self);
}

/* ---- signs of life ---- */

/* One that has a task and says nothing, whatever it is asked, is killed, and the reason told. */
static void
test_wire_proxy_silent (void)
{
  TestProxy self;

  test_wire_open (&self, &(TestWishes){ .timeout_msec = SHORT_MSEC });
  test_wire_queue_task (&self, 1);
  test_wire_run_until (&self, "gone");
  g_assert_cmpuint (self.n_pings, ==, 1);
  g_assert_cmpuint (self.n_asked, ==, 1);
  g_assert_cmpuint (self.n_killed, ==, 1);
  g_assert_cmpstr (self.log->str, ==, "ready gone(it did not answer for 0.006 s)");
  test_wire_close (&self);
}

/* So is one that never says anything at all, and one whose preparation never ends. */
static void
test_wire_proxy_never_ready (void)
{
  TestProxy self;

  test_wire_open_silent (&self, &(TestWishes){ .timeout_msec = SHORT_MSEC });
  test_wire_run_until (&self, "gone");
  g_assert_cmpstr (self.log->str, ==, "gone(it did not answer for 0.006 s)");
  test_wire_close (&self);
  test_wire_open (&self, &(TestWishes){ .init = "init", .timeout_msec = SHORT_MSEC });
  test_wire_run_until (&self, "gone");
  g_assert_cmpstr (self.log->str, ==, "gone(it did not answer for 0.006 s)");
  test_wire_close (&self);
}

/* One that the machine does not let run is waited for: as long as it takes, and no longer. */
static void
test_wire_proxy_starved (void)
{
  TestProxy self;

  test_wire_open (&self, &(TestWishes){ .timeout_msec = SHORT_MSEC });
  self.n_excuses = 10;
  test_wire_queue_task (&self, 1);
  test_wire_run_until (&self, "gone");
  g_assert_cmpuint (self.n_excuses, ==, 0);
  g_assert_cmpuint (self.n_asked, ==, 1);
  g_assert_cmpuint (self.n_killed, ==, 1);
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

/* One that answers lives, however long its task takes. When it has none left, or has ended, nothing
 * wakes the loop. */
static void
test_wire_proxy_living (void)
{
  TestProxy self;
  ApoolWorkerProxy *worker;

  test_wire_open (&self, &(TestWishes){ .timeout_msec = SHORT_MSEC });
  self.answers = TRUE;
  worker = APOOL_WORKER_PROXY (self.proxy);
  test_wire_queue_task (&self, 1);
  while (self.n_pings < 5)
    g_main_context_iteration (self.context, TRUE);
  g_assert_cmpuint (self.n_killed, ==, 0);
  g_assert_true (test_wire_has_timer (&self));
  raw_peer_say_started (self.peer, 1, 1);
  raw_peer_say_finished (self.peer, 1, 0, 0);
  test_wire_run_until (&self, "finished");
  while (test_wire_has_timer (&self))
    g_main_context_iteration (self.context, TRUE);
  test_wire_queue_task (&self, 2);
  g_assert_true (test_wire_has_timer (&self));
  apool_worker_proxy_close (worker);
  g_assert_true (test_wire_has_timer (&self));
  apool_wire_proxy_process_ended (self.proxy, "ended with status 0");
  g_assert_false (test_wire_has_timer (&self));
  g_assert_cmpuint (self.n_killed, ==, 0);
  test_wire_close (&self);
}

/* Lets time pass in which this process does nothing, as when it is stopped. */
static void
test_wire_be_stopped (guint msec)
{
  g_auto (ApoolFd) fd = timerfd_create (CLOCK_MONOTONIC, TFD_CLOEXEC);
  struct itimerspec in = { .it_value = { .tv_nsec = (long) msec * 1000000 } };
  guint64 n;

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (timerfd_settime (fd, 0, &in, NULL), ==, 0);
  g_assert_cmpint (read (fd, &n, sizeof n), ==, sizeof n);
}

/* Time in which we did not run counts for nothing, however often that is. */
static void
test_wire_proxy_stopped_manager (void)
{
  TestProxy self;

  test_wire_open (&self, &(TestWishes){ .timeout_msec = SHORT_MSEC });
  test_wire_queue_task (&self, 1);
  while (self.n_pings == 0)
    g_main_context_iteration (self.context, TRUE);
  for (int i = 0; i < 20; i++)
    {
      test_wire_be_stopped (SHORT_MSEC * 2);
      (void) g_main_context_iteration (self.context, FALSE);
    }
  g_assert_cmpuint (self.n_killed, ==, 0);
  test_wire_run_until (&self, "gone");
  test_wire_close (&self);
}

/* One that is told to end a job, and is not there to do it, is not waited for with all patience. */
static void
test_wire_proxy_deaf (void)
{
  TestProxy self;

  test_wire_open (&self, &(TestWishes){ .termseq = "KILL", .timeout_msec = LONG_MSEC });
  test_wire_queue_task (&self, 1);
  raw_peer_say_started (self.peer, 1, 1);
  test_wire_run (&self);
  (void) apool_worker_proxy_end_task (APOOL_WORKER_PROXY (self.proxy), 1, APOOL_END_BY_POOL, NULL);
  test_wire_run_until (&self, "gone");
  g_assert_cmpuint (self.n_pings, ==, 1);
  g_assert_cmpuint (self.n_killed, ==, 1);
  g_assert_cmpstr (self.log->str, ==,
                   "ready started gone(it did not answer when it was to end jobs)");
  test_wire_close (&self);
}

/* Nor is one that is told so before it is ready. */
static void
test_wire_proxy_deaf_unready (void)
{
  TestProxy self;

  test_wire_open_silent (&self, &(TestWishes){ .termseq = "KILL", .timeout_msec = LONG_MSEC });
  apool_worker_proxy_terminate (APOOL_WORKER_PROXY (self.proxy));
  test_wire_run_until (&self, "gone");
  g_assert_cmpuint (self.n_killed, ==, 1);
  test_wire_close (&self);
}

/* One that answers is, however long its jobs take; it is asked once more where more are to end. One
 * that the machine does not let run is excused. */
static void
test_wire_proxy_urged (void)
{
  TestProxy self;

  test_wire_open (&self, &(TestWishes){ .termseq = "TERM,1,KILL", .timeout_msec = LONG_MSEC });
  self.answers = TRUE;
  test_wire_queue_task (&self, 1);
  apool_worker_proxy_terminate (APOOL_WORKER_PROXY (self.proxy));
  while (self.n_pings < 1)
    g_main_context_iteration (self.context, TRUE);
  apool_worker_proxy_terminate (APOOL_WORKER_PROXY (self.proxy));
  while (self.n_pings < 2)
    g_main_context_iteration (self.context, TRUE);
  g_assert_cmpuint (self.n_killed, ==, 0);
  self.answers = FALSE;
  self.n_excuses = 1;
  apool_worker_proxy_terminate (APOOL_WORKER_PROXY (self.proxy));
  test_wire_run_until (&self, "gone");
  g_assert_cmpuint (self.n_pings, ==, 3);
  g_assert_cmpuint (self.n_excuses, ==, 0);
  test_wire_close (&self);
}

/* ---- hooks ---- */

static void
test_wire_proxy_init (void)
{
  TestProxy self;

  test_wire_open (&self, &(TestWishes){ .init = "init", .timeout_msec = LONG_MSEC });
  test_wire_queue_task (&self, 1);
  test_wire_check_log (&self, "");
  g_assert_false (apool_worker_proxy_is_ready (APOOL_WORKER_PROXY (self.proxy)));
  raw_peer_say_hook (self.peer, APOOL_HOOK_INIT, APOOL_OUTCOME_EXITED, 0, NULL);
  raw_peer_say_started (self.peer, 1, 1);
  test_wire_check_log (&self, "init:0:0:words: ready started ");
  test_wire_close (&self);
  /* An empty command is none. */
  test_wire_open (&self, &(TestWishes){ .init = "", .timeout_msec = LONG_MSEC });
  test_wire_check_log (&self, "ready ");
  test_wire_close (&self);
}

static void
test_wire_check_init_failure (ApoolOutcomeKind kind,
                              int code,
                              const char *message,
                              const char *expected)
{
  TestProxy self;

  test_wire_open (&self, &(TestWishes){ .init = "init", .timeout_msec = LONG_MSEC });
  raw_peer_say_hook (self.peer, APOOL_HOOK_INIT, kind, code, message);
  test_wire_run (&self);
  g_assert_true (g_str_has_prefix (self.log->str, "init:"));
  g_assert_true (g_str_has_suffix (self.log->str, expected));
  g_assert_null (strstr (self.log->str, "ready"));
  g_assert_cmpuint (self.n_killed, ==, 1);
  test_wire_close (&self);
}

static void
test_wire_proxy_init_fails (void)
{
  test_wire_check_init_failure (APOOL_OUTCOME_EXITED, 3, NULL,
                                "gone(its init command failed: exit status 3)");
  test_wire_check_init_failure (APOOL_OUTCOME_SIGNALLED, 11, NULL, "failed: signal 11)");
  test_wire_check_init_failure (APOOL_OUTCOME_NOT_STARTED, 2, NULL,
                                "failed: No such file or directory)");
  test_wire_check_init_failure (APOOL_OUTCOME_SIGNALLED, 9, "took longer\nthan 5 s",
                                "failed: took longer than 5 s)");
}

/* Reports of hooks that nobody has, or that have been told. */
static void
test_wire_proxy_wrong_hook (void)
{
  TestProxy self;

  test_wire_open (&self, &(TestWishes){ .timeout_msec = LONG_MSEC });
  raw_peer_say_hook (self.peer, APOOL_HOOK_INIT, APOOL_OUTCOME_EXITED, 0, NULL);
  test_wire_check_fault (&self, "does not fit");
  test_wire_open (&self, &(TestWishes){ .init = "init", .timeout_msec = LONG_MSEC });
  raw_peer_say_hook (self.peer, APOOL_HOOK_INIT, APOOL_OUTCOME_EXITED, 0, NULL);
  raw_peer_say_hook (self.peer, APOOL_HOOK_INIT, APOOL_OUTCOME_EXITED, 0, NULL);
  test_wire_check_fault (&self, "does not fit");
  test_wire_open (&self, &(TestWishes){ .exit = "exit", .timeout_msec = LONG_MSEC });
  raw_peer_say_hook (self.peer, APOOL_HOOK_EXIT, APOOL_OUTCOME_EXITED, 0, NULL);
  test_wire_check_fault (&self, "does not fit");
}

/* A worker with an exit hook, told to end. */
static void
test_wire_open_leaving (TestProxy *self, guint timeout_msec)
{
  test_wire_open (self, &(TestWishes){ .exit = "exit", .timeout_msec = timeout_msec });
  test_wire_run (self);
  apool_worker_proxy_close (APOOL_WORKER_PROXY (self->proxy));
  apool_worker_proxy_close (APOOL_WORKER_PROXY (self->proxy));
  test_wire_run (self);
  g_assert_cmpuint (self->n_closes, ==, 1);
}

/* It is listened to until it ends; what it says of tasks does not matter any more. */
static void
test_wire_proxy_exit (void)
{
  TestProxy self;

  test_wire_open_leaving (&self, LONG_MSEC);
  raw_peer_say_started (self.peer, 77, 1);
  raw_peer_say_hook (self.peer, APOOL_HOOK_EXIT, APOOL_OUTCOME_EXITED, 2, NULL);
  test_wire_check_log (&self, "ready exit:0:2:words: ");
  test_wire_end_stream (&self);
  test_wire_check_log (&self, "ready exit:0:2:words: ");
  apool_wire_proxy_process_ended (self.proxy, "ended with status 0");
  test_wire_check_log (&self, "ready exit:0:2:words: gone()");
  g_assert_cmpuint (self.n_killed, ==, 0);
  test_wire_close (&self);
}

/* It may be told to end its hook, and answers as ever. One that is not listened to is not told. */
static void
test_wire_proxy_exit_terminated (void)
{
  TestProxy self;

  test_wire_open_leaving (&self, LONG_MSEC);
  apool_worker_proxy_terminate (APOOL_WORKER_PROXY (self.proxy));
  test_wire_run (&self);
  g_assert_cmpuint (self.n_terminates, ==, 1);
  raw_peer_send (self.peer, APOOL_MESSAGE_RECALLED, g_variant_new ("(at)", NULL));
  raw_peer_say_hook (self.peer, APOOL_HOOK_EXIT, APOOL_OUTCOME_SIGNALLED, 15, NULL);
  test_wire_check_log (&self, "ready exit:1:15:words: ");
  apool_worker_proxy_terminate (APOOL_WORKER_PROXY (self.proxy));
  test_wire_end_stream (&self);
  test_wire_run (&self);
  apool_worker_proxy_terminate (APOOL_WORKER_PROXY (self.proxy));
  apool_wire_proxy_process_ended (self.proxy, "ended with status 0");
  test_wire_check_log (&self, "ready exit:1:15:words: gone()");
  g_assert_cmpuint (self.n_killed, ==, 0);
  test_wire_close (&self);
  test_wire_open (&self, &(TestWishes){ .timeout_msec = LONG_MSEC });
  test_wire_run (&self);
  apool_worker_proxy_close (APOOL_WORKER_PROXY (self.proxy));
  apool_worker_proxy_terminate (APOOL_WORKER_PROXY (self.proxy));
  test_wire_run (&self);
  g_assert_cmpuint (self.n_terminates, ==, 0);
  test_wire_close (&self);
}

/* Slots that it gives up are free; those that it does not have are a reason not to believe it. */
static void
test_wire_proxy_revoked (void)
{
  static const guint32 SLOTS[] = { 1, 99 };
  TestProxy self;

  test_wire_open (&self, &(TestWishes){ .timeout_msec = LONG_MSEC });
  test_wire_run (&self);
  apool_worker_proxy_limit_slots (APOOL_WORKER_PROXY (self.proxy), 0);
  raw_peer_send (self.peer, APOOL_MESSAGE_REVOKED,
                 g_variant_new ("(@au)", g_variant_new_fixed_array (G_VARIANT_TYPE_UINT32, SLOTS, 1,
                                                                    sizeof *SLOTS)));
  test_wire_run (&self);
  g_assert_cmpuint (self.n_killed, ==, 0);
  g_assert_false (apool_worker_proxy_has_slot (APOOL_WORKER_PROXY (self.proxy), 1));
  raw_peer_send (self.peer, APOOL_MESSAGE_REVOKED,
                 g_variant_new ("(@au)", g_variant_new_fixed_array (G_VARIANT_TYPE_UINT32,
                                                                    SLOTS + 1, 1, sizeof *SLOTS)));
  test_wire_run (&self);
  g_assert_cmpuint (self.n_killed, ==, 1);
  test_wire_close (&self);
}

/* One that dies of it has a hook whose end nobody knows. */
static void
test_wire_proxy_exit_lost (void)
{
  TestProxy self;

  test_wire_open_leaving (&self, LONG_MSEC);
  test_wire_end_stream (&self);
  apool_wire_proxy_process_ended (self.proxy, "it died");
  test_wire_check_log (&self, "ready exit:3:0::it died gone()");
  test_wire_close (&self);
}

static void
test_wire_proxy_exit_twice (void)
{
  TestProxy self;

  test_wire_open_leaving (&self, LONG_MSEC);
  raw_peer_say_hook (self.peer, APOOL_HOOK_EXIT, APOOL_OUTCOME_EXITED, 0, NULL);
  raw_peer_say_hook (self.peer, APOOL_HOOK_EXIT, APOOL_OUTCOME_EXITED, 0, NULL);
  test_wire_check_log (&self, "ready exit:0:0:words: gone()");
  g_assert_cmpuint (self.n_killed, ==, 1);
  test_wire_close (&self);
}

/* Nobody waits for the hook of one that is killed. */
static void
test_wire_proxy_exit_killed (void)
{
  TestProxy self;

  test_wire_open_leaving (&self, LONG_MSEC);
  apool_worker_proxy_kill (APOOL_WORKER_PROXY (self.proxy));
  g_assert_cmpuint (self.n_killed, ==, 1);
  test_wire_check_log (&self, "ready gone()");
  test_wire_close (&self);
}

/* One that is to end and does not is killed, whether it has something to say before or not; but one
 * that answers may take its time. */
static void
test_wire_proxy_exit_hangs (void)
{
  TestProxy self;

  test_wire_open_leaving (&self, SHORT_MSEC);
  self.answers = TRUE;
  while (self.n_pings < 5)
    g_main_context_iteration (self.context, TRUE);
  g_assert_cmpuint (self.n_killed, ==, 0);
  self.answers = FALSE;
  test_wire_run_until (&self, "gone");
  g_assert_cmpuint (self.n_killed, ==, 1);
  g_assert_cmpstr (self.log->str, ==, "ready exit:3:0::it did not answer for 0.006 s gone()");
  test_wire_close (&self);
  test_wire_open (&self, &(TestWishes){ .timeout_msec = SHORT_MSEC });
  test_wire_run (&self);
  apool_worker_proxy_close (APOOL_WORKER_PROXY (self.proxy));
  test_wire_run_until (&self, "gone");
  g_assert_cmpuint (self.n_killed, ==, 1);
  g_assert_cmpstr (self.log->str, ==, "ready gone()");
  test_wire_close (&self);
}

/* Without a hook there is nothing to wait for; nor before it is ready, prepared or not. */
static void
test_wire_proxy_close_at_once (void)
{
  static const TestWishes WISHES[] = {
    { .timeout_msec = LONG_MSEC },
    { .init = "init", .exit = "exit", .timeout_msec = LONG_MSEC },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (WISHES); i++)
    {
      TestProxy self;
      struct pollfd look;

      test_wire_open (&self, &WISHES[i]);
      test_wire_run (&self);
      apool_worker_proxy_close (APOOL_WORKER_PROXY (self.proxy));
      look = (struct pollfd){ .fd = self.peer, .events = POLLRDHUP };
      g_assert_cmpint (poll (&look, 1, 0), ==, 1);
      test_wire_run (&self);
      g_assert_cmpuint (self.n_closes, ==, 0);
      apool_wire_proxy_process_ended (self.proxy, "ended with status 0");
      g_assert_true (g_str_has_suffix (self.log->str, "gone()"));
      test_wire_close (&self);
    }
}

/* One whose process has ended is closed before the end of its stream has come. */
static void
test_wire_proxy_close_ended (void)
{
  TestProxy self;

  test_wire_open (&self, &(TestWishes){ .timeout_msec = LONG_MSEC });
  test_wire_run (&self);
  apool_wire_proxy_process_ended (self.proxy, "ended with status 0");
  apool_worker_proxy_close (APOOL_WORKER_PROXY (self.proxy));
  apool_worker_proxy_kill (APOOL_WORKER_PROXY (self.proxy));
  g_assert_cmpstr (self.log->str, ==, "ready ");
  test_wire_end_stream (&self);
  test_wire_check_log (&self, "ready gone()");
  g_assert_cmpuint (self.n_killed, ==, 0);
  test_wire_close (&self);
}

/* ---- faults ---- */

/* What it says of itself is shown to people. */
static void
test_wire_proxy_process (void)
{
  TestProxy self;

  test_wire_open (&self, &(TestWishes){ .timeout_msec = LONG_MSEC });
  test_wire_run (&self);
  g_assert_cmpuint (apool_worker_proxy_get_pid (APOOL_WORKER_PROXY (self.proxy)), ==, 4711);
  g_assert_cmpstr (apool_worker_proxy_get_host (APOOL_WORKER_PROXY (self.proxy)), ==, "host [2J");
  test_wire_close (&self);
  test_wire_open (&self, &(TestWishes){ .timeout_msec = LONG_MSEC });
  apool_worker_proxy_set_process (APOOL_WORKER_PROXY (self.proxy), 12, "here");
  test_wire_run (&self);
  g_assert_cmpuint (apool_worker_proxy_get_pid (APOOL_WORKER_PROXY (self.proxy)), ==, 12);
  g_assert_cmpstr (apool_worker_proxy_get_host (APOOL_WORKER_PROXY (self.proxy)), ==, "here");
  test_wire_close (&self);
}

static void
test_wire_proxy_too_early (void)
{
  TestProxy self;

  test_wire_open (&self, &(TestWishes){ .init = "init", .timeout_msec = LONG_MSEC });
  test_wire_queue_task (&self, 1);
  raw_peer_say_started (self.peer, 1, 1);
  test_wire_check_fault (&self, "does not fit");
}

static void
test_wire_say_outputs (TestProxy *self, guint64 seq, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      raw_peer_say_output (self->peer, seq, PIECE_BYTES);
      test_wire_run (self);
    }
}

/* What is taken is acknowledged, so that it goes on; no more than a window is ever under way. */
static void
test_wire_proxy_credit (void)
{
  const guint n_pieces = APOOL_MESSAGE_WINDOW / PIECE_BYTES;
  TestProxy self;

  test_wire_open_started (&self, 2);
  test_wire_say_outputs (&self, 1, n_pieces * 10);
  g_assert_cmpuint (self.credit, >, APOOL_MESSAGE_WINDOW * 9);
  g_assert_cmpuint (self.credit, <=, APOOL_MESSAGE_WINDOW * 10);
  self.credit = 0;
  apool_worker_proxy_set_congested (APOOL_WORKER_PROXY (self.proxy), TRUE, 0);
  test_wire_say_outputs (&self, 2, n_pieces);
  g_assert_cmpuint (self.credit, ==, 0);
  apool_worker_proxy_set_congested (APOOL_WORKER_PROXY (self.proxy), FALSE, 0);
  test_wire_run (&self);
  g_assert_cmpuint (self.credit, ==, APOOL_MESSAGE_WINDOW);
  apool_worker_proxy_set_congested (APOOL_WORKER_PROXY (self.proxy), TRUE, 0);
  test_wire_say_outputs (&self, 2, n_pieces);
  g_assert_cmpuint (self.n_killed, ==, 0);
  raw_peer_say_output (self.peer, 2, 1);
  test_wire_check_fault (&self, "does not fit");
}

/* While others have to wait, one may go on, at once and later. */
static void
test_wire_proxy_credit_for_one (void)
{
  const guint n_pieces = APOOL_MESSAGE_WINDOW / PIECE_BYTES;
  TestProxy self;

  test_wire_open_started (&self, 2);
  apool_worker_proxy_set_congested (APOOL_WORKER_PROXY (self.proxy), TRUE, 0);
  test_wire_say_outputs (&self, 1, n_pieces);
  test_wire_say_outputs (&self, 2, n_pieces);
  g_assert_cmpuint (self.credit, ==, 0);
  apool_worker_proxy_set_congested (APOOL_WORKER_PROXY (self.proxy), TRUE, 2);
  test_wire_run (&self);
  g_assert_cmpuint (self.credit, ==, APOOL_MESSAGE_WINDOW);
  test_wire_say_outputs (&self, 2, n_pieces);
  g_assert_cmpuint (self.credit, ==, 2 * APOOL_MESSAGE_WINDOW);
  apool_worker_proxy_set_congested (APOOL_WORKER_PROXY (self.proxy), TRUE, 1);
  test_wire_run (&self);
  g_assert_cmpuint (self.credit, ==, 3 * APOOL_MESSAGE_WINDOW);
  apool_worker_proxy_set_congested (APOOL_WORKER_PROXY (self.proxy), TRUE, 0);
  test_wire_say_outputs (&self, 1, n_pieces);
  g_assert_cmpuint (self.credit, ==, 3 * APOOL_MESSAGE_WINDOW);
  test_wire_close (&self);
}

/* The same for what comes with a task's end; and a new task begins with a whole window. */
static void
test_wire_proxy_credit_at_end (void)
{
  TestProxy self;

  test_wire_open_started (&self, 2);
  apool_worker_proxy_set_congested (APOOL_WORKER_PROXY (self.proxy), TRUE, 0);
  test_wire_say_outputs (&self, 1, 7);
  raw_peer_say_finished (self.peer, 1, 0, PIECE_BYTES);
  test_wire_check_log (&self, "finished ");
  test_wire_queue_task (&self, 1);
  raw_peer_say_started (self.peer, 1, 1);
  test_wire_say_outputs (&self, 1, 8);
  test_wire_check_log (&self, "finished started ");
  raw_peer_say_finished (self.peer, 1, 0, 1);
  test_wire_check_fault (&self, "does not fit");
}

/* Sends PIPES of task @seq with @fd for both. */
static void
test_wire_pass (TestProxy *self, guint64 seq, int fd)
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
test_wire_pass_pipes (TestProxy *self, guint64 seq)
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
      TestProxy self;

      test_wire_open_started (&self, 1);
      test_wire_pass (&self, 1, fds[i]);
      test_wire_check_fault (&self, "does not fit");
      apool_fd_clear (&fds[i]);
    }
}

/* One task at a time may pass its pipes here, once, and says nothing else then. */
static void
test_wire_proxy_pipes (void)
{
  TestProxy self;

  test_wire_open_started (&self, 2);
  test_wire_pass_pipes (&self, 1);
  raw_peer_say_finished (self.peer, 1, 0, 0);
  test_wire_pass_pipes (&self, 2);
  test_wire_check_log (&self, "pipe pipe finished pipe pipe ");
  test_wire_pass_pipes (&self, 2);
  test_wire_check_fault (&self, "does not fit");
  test_wire_open_started (&self, 2);
  test_wire_pass_pipes (&self, 1);
  test_wire_pass_pipes (&self, 2);
  test_wire_check_fault (&self, "does not fit");
  test_wire_open_started (&self, 1);
  test_wire_pass_pipes (&self, 1);
  raw_peer_say_output (self.peer, 1, 1);
  test_wire_check_fault (&self, "does not fit");
}

static void
test_wire_say_stopped (TestProxy *self, guint64 seq, int signum)
{
  raw_peer_send (self->peer, APOOL_MESSAGE_STOPPED, g_variant_new ("(ti)", seq, signum));
}

/* A task that runs may be stopped, as often as it likes; nobody else, and by nothing but a signal.
 */
static void
test_wire_proxy_stopped (void)
{
  TestProxy self;

  test_wire_open_started (&self, 1);
  test_wire_say_stopped (&self, 1, SIGTTIN);
  test_wire_say_stopped (&self, 1, SIGTSTP);
  test_wire_check_log (&self, "stopped:21 stopped:20 ");
  test_wire_say_stopped (&self, 2, SIGTTIN);
  test_wire_check_fault (&self, "does not fit");
  test_wire_open_started (&self, 1);
  test_wire_say_stopped (&self, 1, 0);
  test_wire_check_fault (&self, "does not fit");
  test_wire_open_started (&self, 1);
  test_wire_say_stopped (&self, 1, NSIG);
  test_wire_check_fault (&self, "does not fit");
}

/* The stream ends and the process does not: it is ended. */
static void
test_wire_proxy_closes (void)
{
  TestProxy self;

  test_wire_open (&self, &(TestWishes){ .timeout_msec = LONG_MSEC });
  test_wire_run (&self);
  test_wire_end_stream (&self);
  test_wire_check_log (&self, "ready gone(it closed its connection)");
  g_assert_cmpuint (self.n_killed, ==, 1);
  test_wire_close (&self);
}

static void
test_wire_add_tests (void)
{
  g_test_add_func ("/wire-proxy/silent", test_wire_proxy_silent);
  g_test_add_func ("/wire-proxy/never-ready", test_wire_proxy_never_ready);
  g_test_add_func ("/wire-proxy/starved", test_wire_proxy_starved);
  g_test_add_func ("/wire-proxy/living", test_wire_proxy_living);
  g_test_add_func ("/wire-proxy/stopped-manager", test_wire_proxy_stopped_manager);
  g_test_add_func ("/wire-proxy/init", test_wire_proxy_init);
  g_test_add_func ("/wire-proxy/init-fails", test_wire_proxy_init_fails);
  g_test_add_func ("/wire-proxy/wrong-hook", test_wire_proxy_wrong_hook);
  g_test_add_func ("/wire-proxy/exit", test_wire_proxy_exit);
  g_test_add_func ("/wire-proxy/exit-terminated", test_wire_proxy_exit_terminated);
  g_test_add_func ("/wire-proxy/exit-lost", test_wire_proxy_exit_lost);
  g_test_add_func ("/wire-proxy/revoked", test_wire_proxy_revoked);
  g_test_add_func ("/wire-proxy/exit-twice", test_wire_proxy_exit_twice);
  g_test_add_func ("/wire-proxy/exit-killed", test_wire_proxy_exit_killed);
  g_test_add_func ("/wire-proxy/deaf", test_wire_proxy_deaf);
  g_test_add_func ("/wire-proxy/deaf-unready", test_wire_proxy_deaf_unready);
  g_test_add_func ("/wire-proxy/urged", test_wire_proxy_urged);
  g_test_add_func ("/wire-proxy/exit-hangs", test_wire_proxy_exit_hangs);
  g_test_add_func ("/wire-proxy/close-at-once", test_wire_proxy_close_at_once);
  g_test_add_func ("/wire-proxy/close-ended", test_wire_proxy_close_ended);
  g_test_add_func ("/wire-proxy/process", test_wire_proxy_process);
  g_test_add_func ("/wire-proxy/too-early", test_wire_proxy_too_early);
  g_test_add_func ("/wire-proxy/credit", test_wire_proxy_credit);
  g_test_add_func ("/wire-proxy/credit-for-one", test_wire_proxy_credit_for_one);
  g_test_add_func ("/wire-proxy/credit-at-end", test_wire_proxy_credit_at_end);
  g_test_add_func ("/wire-proxy/pipes", test_wire_proxy_pipes);
  g_test_add_func ("/wire-proxy/no-pipes", test_wire_proxy_no_pipes);
  g_test_add_func ("/wire-proxy/stopped", test_wire_proxy_stopped);
  g_test_add_func ("/wire-proxy/closes", test_wire_proxy_closes);
}

/* ---- direct ---- */

static ApoolWireProxy *
test_wire_make_direct (
    GMainContext *context, int in_fd, int out_fd, const int *output_fds, GError **error)
{
  ApoolSetup setup = { .shell = "", .run = "test", .is_direct = TRUE };

  return apool_wire_proxy_new (context, in_fd, out_fd, &setup, output_fds, 0, &test_wire_funcs,
                               NULL, error);
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
  test_wire_add_tests ();
  g_test_add_func ("/wire-proxy/direct-refused", test_wire_direct_refused);
  return g_test_run ();
}
