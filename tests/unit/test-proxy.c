/* SPDX-License-Identifier: MIT */
/* The books of a worker: which reports they take, which they refuse, and what is in them after
 * either. */

#include <glib.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"
#include "fake-worker.h"

/* A worker without a pool; the log has a word per event. */
typedef struct
{
  FakeWorker *worker;
  ApoolWorkerProxy *proxy; /* the same */
  GString *log;
} TestProxy;

static void test_proxy_note (TestProxy *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
test_proxy_note (TestProxy *self, const char *format, ...)
{
  va_list args;

  if (self->log->len > 0)
    g_string_append_c (self->log, ' ');
  va_start (args, format);
  g_string_append_vprintf (self->log, format, args);
  va_end (args);
}

/* ---- what the worker tells ---- */

static void
test_proxy_ready_cb (ApoolWorkerProxy *worker, gpointer data)
{
  test_proxy_note (data, "ready");
}

static void
test_proxy_started_cb (ApoolWorkerProxy *worker, ApoolTask *task, gpointer data)
{
  test_proxy_note (data, "+%d", (int) apool_task_get_seq (task));
}

static void
test_proxy_output_cb (ApoolWorkerProxy *worker,
                      ApoolTask *task,
                      ApoolStream stream,
                      const char *bytes,
                      gsize length,
                      gpointer data)
{
  test_proxy_note (data, "%d:%d:%.*s", (int) apool_task_get_seq (task), (int) stream, (int) length,
                   bytes);
}

static void
test_proxy_pipe_cb (
    ApoolWorkerProxy *worker, ApoolTask *task, ApoolStream stream, int fd, gpointer data)
{
  test_proxy_note (data, "%d:%d:pipe", (int) apool_task_get_seq (task), (int) stream);
  apool_fd_clear (&fd);
}

static void
test_proxy_finished_cb (ApoolWorkerProxy *worker,
                        ApoolTask *task,
                        ApoolOutcome *outcome,
                        gpointer data)
{
  const char *message = apool_outcome_get_message (outcome);

  test_proxy_note (data, "-%d%s%s", (int) apool_task_get_seq (task), message ? ":" : "",
                   message ? message : "");
}

static void
test_proxy_recalled_cb (ApoolWorkerProxy *worker, GPtrArray *tasks, gpointer data)
{
  test_proxy_note (data, "back");
  for (guint i = 0; i < tasks->len; i++)
    test_proxy_note (data, "%d", (int) apool_task_get_seq (g_ptr_array_index (tasks, i)));
}

static void
test_proxy_revoked_cb (ApoolWorkerProxy *worker, const GArray *slots, gpointer data)
{
  test_proxy_note (data, "slots");
  for (guint i = 0; i < slots->len; i++)
    test_proxy_note (data, "%u", g_array_index (slots, guint, i));
}

static void
test_proxy_gone_cb (ApoolWorkerProxy *worker, const GError *error, gpointer data)
{
  test_proxy_note (data, "gone:%s", error ? error->message : "asked");
}

static const ApoolWorkerEvents test_proxy_events = {
  .ready = test_proxy_ready_cb,
  .started = test_proxy_started_cb,
  .output = test_proxy_output_cb,
  .pipe = test_proxy_pipe_cb,
  .finished = test_proxy_finished_cb,
  .recalled = test_proxy_recalled_cb,
  .revoked = test_proxy_revoked_cb,
  .gone = test_proxy_gone_cb,
};

/* ---- what the tests need ---- */

static void
test_proxy_clear (TestProxy *self)
{
  g_clear_object (&self->worker);
  g_string_free (self->log, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TestProxy, test_proxy_clear)

static void
test_proxy_queue (TestProxy *self, guint64 seq)
{
  g_autoptr (GBytes) text = g_bytes_new_static ("true", 5);
  g_autoptr (GError) error = NULL;
  g_autoptr (ApoolTask) task = apool_task_new (seq, seq, APOOL_TASK_WORDS, text, NULL, &error);

  g_assert_no_error (error);
  apool_worker_proxy_queue_task (self->proxy, task, -1);
}

/* A worker with slots and the tasks 1 … @n_tasks. */
static void
test_proxy_open_with_slots (TestProxy *self, guint n_slots, guint n_tasks)
{
  g_autoptr (GArray) slots = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint slot = 1; slot <= n_slots; slot++)
    g_array_append_val (slots, slot);
  self->worker = fake_worker_new (slots, NULL);
  self->proxy = APOOL_WORKER_PROXY (self->worker);
  self->log = g_string_new (NULL);
  apool_worker_proxy_set_events (self->proxy, &test_proxy_events, self);
  for (guint64 seq = 1; seq <= n_tasks; seq++)
    test_proxy_queue (self, seq);
}

/* Without slots, so that all tasks wait: the books do not count what is started against them. */
static void
test_proxy_open (TestProxy *self, guint n_tasks)
{
  test_proxy_open_with_slots (self, 0, n_tasks);
}

static gboolean
test_proxy_report_finished (TestProxy *self, guint64 seq)
{
  ApoolUsage usage = { 0 };
  g_autoptr (ApoolOutcome) outcome =
      apool_outcome_new (APOOL_OUTCOME_EXITED, 0, &usage, FALSE, FALSE, NULL);

  return apool_worker_proxy_report_finished (self->proxy, seq, outcome);
}

static void
test_proxy_check (TestProxy *self, const char *log, guint n_tasks, guint64 oldest_waiting)
{
  g_assert_cmpstr (self->log->str, ==, log);
  g_assert_cmpuint (apool_worker_proxy_get_n_tasks (self->proxy), ==, n_tasks);
  g_assert_cmpuint (apool_worker_proxy_get_oldest_waiting (self->proxy), ==, oldest_waiting);
}

/* ---- the tests ---- */

static void
test_proxy_life (void)
{
  g_auto (TestProxy) self = { 0 };

  test_proxy_open (&self, 0);
  test_proxy_check (&self, "", 0, G_MAXUINT64);
  test_proxy_queue (&self, 1);
  test_proxy_queue (&self, 2);
  test_proxy_check (&self, "", 2, 1);
  apool_worker_proxy_report_ready (self.proxy);
  g_assert_true (apool_worker_proxy_report_started (self.proxy, 1, 0));
  test_proxy_check (&self, "ready +1", 2, 2);
  g_assert_true (test_proxy_report_finished (&self, 1));
  test_proxy_check (&self, "ready +1 -1", 1, 2);
  g_assert_true (apool_worker_proxy_report_started (self.proxy, 2, 0));
  test_proxy_check (&self, "ready +1 -1 +2", 1, G_MAXUINT64);
  g_assert_true (test_proxy_report_finished (&self, 2));
  apool_worker_proxy_report_gone (self.proxy, NULL);
  test_proxy_check (&self, "ready +1 -1 +2 -2 gone:asked", 0, G_MAXUINT64);
}

static void
test_proxy_slots (void)
{
  g_auto (TestProxy) self = { 0 };
  const GArray *slots;

  test_proxy_open_with_slots (&self, 2, 1);
  g_assert_cmpuint (apool_worker_proxy_get_slot (self.proxy, 1), ==, 0);
  g_assert_true (apool_worker_proxy_report_started (self.proxy, 1, 2));
  g_assert_cmpuint (apool_worker_proxy_get_slot (self.proxy, 1), ==, 2);
  g_assert_cmpuint (apool_worker_proxy_get_slot (self.proxy, 2), ==, 0);
  slots = apool_worker_proxy_get_slots (self.proxy);
  g_assert_cmpuint (slots->len, ==, 2);
  g_assert_cmpuint (g_array_index (slots, guint, 0), ==, 1);
  g_assert_cmpuint (g_array_index (slots, guint, 1), ==, 2);
}

static gboolean
test_proxy_report_revoked (TestProxy *self, guint first, guint second)
{
  g_autoptr (GArray) slots = g_array_new (FALSE, FALSE, sizeof (guint));

  g_array_append_val (slots, first);
  if (second > 0)
    g_array_append_val (slots, second);
  return apool_worker_proxy_report_revoked (self->proxy, slots);
}

/* A worker gives up slots of its own, which nothing runs in, once. */
static void
test_proxy_revoked (void)
{
  g_auto (TestProxy) self = { 0 };

  test_proxy_open_with_slots (&self, 4, 2);
  g_assert_true (apool_worker_proxy_has_slot (self.proxy, 4));
  g_assert_cmpuint (apool_worker_proxy_count_slots_above (self.proxy, 1), ==, 3);
  g_assert_true (test_proxy_report_revoked (&self, 4, 0));
  g_assert_false (apool_worker_proxy_has_slot (self.proxy, 4));
  g_assert_false (test_proxy_report_revoked (&self, 4, 0));
  g_assert_false (test_proxy_report_revoked (&self, 0, 0));
  g_assert_false (test_proxy_report_revoked (&self, 77, 0));
  g_assert_true (apool_worker_proxy_report_started (self.proxy, 1, 3));
  g_assert_false (test_proxy_report_revoked (&self, 3, 0));
  g_assert_true (apool_worker_proxy_report_exited (self.proxy, 1));
  g_assert_true (test_proxy_report_revoked (&self, 3, 2));
  g_assert_false (apool_worker_proxy_report_started (self.proxy, 2, 3));
  g_assert_cmpuint (apool_worker_proxy_count_slots_above (self.proxy, 1), ==, 0);
  test_proxy_check (&self, "slots 4 +1 slots 3 2", 2, G_MAXUINT64);
}

/* Of two in one message the first was its own, and is free. */
static void
test_proxy_revoked_twice (void)
{
  g_auto (TestProxy) self = { 0 };

  test_proxy_open_with_slots (&self, 2, 0);
  g_assert_false (test_proxy_report_revoked (&self, 2, 2));
  test_proxy_check (&self, "slots 2", 0, G_MAXUINT64);
}

/* It gives up a slot while that is taken from it, which it is not told. */
static void
test_proxy_revoked_taken (void)
{
  g_auto (TestProxy) self = { 0 };
  g_autoptr (GArray) spare = NULL;

  test_proxy_open_with_slots (&self, 2, 0);
  spare = apool_worker_proxy_take_spare_slots (self.proxy);
  g_assert_cmpuint (spare->len, ==, 2);
  g_assert_true (test_proxy_report_revoked (&self, 2, 0));
  g_assert_false (test_proxy_report_revoked (&self, 2, 0));
  test_proxy_check (&self, "", 0, G_MAXUINT64);
}

/* What was handed over for a free slot is on its way, not waiting, whatever the worker has said. */
static void
test_proxy_waits_for_slot (void)
{
  g_auto (TestProxy) self = { 0 };

  test_proxy_open_with_slots (&self, 2, 2);
  test_proxy_check (&self, "", 2, G_MAXUINT64);
  test_proxy_queue (&self, 3);
  test_proxy_queue (&self, 4);
  test_proxy_check (&self, "", 4, 3);
  g_assert_true (apool_worker_proxy_report_started (self.proxy, 1, 0));
  test_proxy_check (&self, "+1", 4, 3);
  g_assert_true (test_proxy_report_finished (&self, 1));
  test_proxy_check (&self, "+1 -1", 3, 4);
}

static void
test_proxy_started_nonsense (void)
{
  g_auto (TestProxy) self = { 0 };

  test_proxy_open (&self, 2);
  g_assert_false (apool_worker_proxy_report_started (self.proxy, 3, 0));
  g_assert_false (apool_worker_proxy_report_started (self.proxy, 0, 0));
  g_assert_true (apool_worker_proxy_report_started (self.proxy, 1, 0));
  g_assert_false (apool_worker_proxy_report_started (self.proxy, 1, 0));
  test_proxy_check (&self, "+1", 2, 2);
  g_assert_true (test_proxy_report_finished (&self, 1));
  g_assert_false (apool_worker_proxy_report_started (self.proxy, 1, 0));
  test_proxy_check (&self, "+1 -1", 1, 2);
}

static gboolean
test_proxy_report_timed_out (TestProxy *self, guint64 seq)
{
  ApoolUsage usage = { 0 };
  g_autoptr (ApoolOutcome) outcome =
      apool_outcome_new (APOOL_OUTCOME_TIMED_OUT, SIGTERM, &usage, FALSE, FALSE, NULL);

  return apool_worker_proxy_report_finished (self->proxy, seq, outcome);
}

/* That a task has run too long is not for the worker to say first. */
static void
test_proxy_timed_out (void)
{
  g_auto (TestProxy) self = { 0 };

  test_proxy_open (&self, 3);
  g_assert_false (apool_worker_proxy_end_task (self.proxy, 7, APOOL_END_TIMED_OUT, "long"));
  g_assert_false (apool_worker_proxy_end_task (self.proxy, 1, APOOL_END_TIMED_OUT, "long"));
  for (guint64 seq = 1; seq <= 3; seq++)
    g_assert_true (apool_worker_proxy_report_started (self.proxy, seq, 0));
  g_assert_false (test_proxy_report_timed_out (&self, 1));
  g_assert_true (apool_worker_proxy_end_task (self.proxy, 1, APOOL_END_TIMED_OUT, "long"));
  g_assert_true (test_proxy_report_timed_out (&self, 1));
  /* It may have ended by itself just then. */
  g_assert_true (apool_worker_proxy_end_task (self.proxy, 2, APOOL_END_TIMED_OUT, "long"));
  g_assert_true (test_proxy_report_finished (&self, 2));
  g_assert_true (apool_worker_proxy_end_task (self.proxy, 3, APOOL_END_BY_POOL, NULL));
  g_assert_false (test_proxy_report_timed_out (&self, 3));
  g_assert_true (test_proxy_report_finished (&self, 3));
  test_proxy_check (&self, "+1 +2 +3 -1:long -2 -3", 0, G_MAXUINT64);
  g_assert_cmpuint (fake_worker_get_state (self.worker)->ended->len, ==, 3);
}

static void
test_proxy_finished_nonsense (void)
{
  g_auto (TestProxy) self = { 0 };

  test_proxy_open (&self, 2);
  g_assert_false (test_proxy_report_finished (&self, 1));
  g_assert_false (test_proxy_report_finished (&self, 3));
  test_proxy_check (&self, "", 2, 1);
  g_assert_true (apool_worker_proxy_report_started (self.proxy, 1, 0));
  g_assert_true (test_proxy_report_finished (&self, 1));
  g_assert_false (test_proxy_report_finished (&self, 1));
  test_proxy_check (&self, "+1 -1", 1, 2);
}

static void
test_proxy_output (void)
{
  g_auto (TestProxy) self = { 0 };

  test_proxy_open (&self, 2);
  g_assert_false (
      apool_worker_proxy_report_output (self.proxy, 1, APOOL_STREAM_STDOUT, "early", 5));
  g_assert_false (
      apool_worker_proxy_report_output (self.proxy, 3, APOOL_STREAM_STDOUT, "alien", 5));
  g_assert_true (apool_worker_proxy_report_started (self.proxy, 1, 0));
  g_assert_true (apool_worker_proxy_report_output (self.proxy, 1, APOOL_STREAM_STDERR, "text", 4));
  g_assert_true (apool_worker_proxy_report_output (self.proxy, 1, APOOL_STREAM_STDOUT, NULL, 0));
  g_assert_true (test_proxy_report_finished (&self, 1));
  g_assert_false (apool_worker_proxy_report_output (self.proxy, 1, APOOL_STREAM_STDOUT, "late", 4));
  test_proxy_check (&self, "+1 1:1:text -1", 1, 2);
}

/* Whether nobody can read any more what is written to @fd. */
static gboolean
test_proxy_is_broken (int fd)
{
  struct pollfd pollfd = { .fd = fd, .events = POLLOUT };

  g_assert_cmpint (poll (&pollfd, 1, 0), ==, 1);
  return (pollfd.revents & POLLERR) != 0;
}

static void
test_proxy_pipe (void)
{
  g_auto (TestProxy) self = { 0 };

  test_proxy_open (&self, 1);
  for (int started = 0; started <= 1; started++)
    {
      int fds[2];

      g_assert_true (apool_fd_make_pipe (fds, NULL));
      g_assert_cmpint (apool_worker_proxy_report_pipe (self.proxy, 1, APOOL_STREAM_STDOUT, fds[0]),
                       ==, started);
      g_assert_true (test_proxy_is_broken (fds[1]));
      apool_fd_clear (&fds[1]);
      if (!started)
        g_assert_true (apool_worker_proxy_report_started (self.proxy, 1, 0));
    }
  test_proxy_check (&self, "+1 1:0:pipe", 1, G_MAXUINT64);
}

static void
test_proxy_recall (void)
{
  g_auto (TestProxy) self = { 0 };
  const guint64 seqs[] = { 1, 3 };

  test_proxy_open (&self, 4);
  apool_worker_proxy_recall (self.proxy, 2);
  g_assert_true (apool_worker_proxy_is_recalling (self.proxy));
  g_assert_true (apool_worker_proxy_report_recalled (self.proxy, seqs, 2));
  g_assert_false (apool_worker_proxy_is_recalling (self.proxy));
  test_proxy_check (&self, "back 1 3", 2, 2);
  apool_worker_proxy_recall (self.proxy, 1);
  g_assert_true (apool_worker_proxy_report_recalled (self.proxy, NULL, 0));
  test_proxy_check (&self, "back 1 3 back", 2, 2);
}

static void
test_proxy_recall_nonsense (void)
{
  g_auto (TestProxy) self = { 0 };
  const guint64 twice[] = { 3, 3, 4 };
  const guint64 started[] = { 2, 1, 4 };

  g_test_summary ("What stands before the nonsense in an answer is out of the worker's hands: it "
                  "goes back.");
  test_proxy_open (&self, 5);
  g_assert_false (apool_worker_proxy_report_recalled (self.proxy, twice, 3));
  g_assert_cmpuint (apool_worker_proxy_get_n_tasks (self.proxy), ==, 5);
  g_string_truncate (self.log, 0);
  g_assert_true (apool_worker_proxy_report_started (self.proxy, 1, 0));
  apool_worker_proxy_recall (self.proxy, 3);
  g_assert_false (apool_worker_proxy_report_recalled (self.proxy, twice, 3));
  test_proxy_check (&self, "+1 back 3", 4, 2);
  apool_worker_proxy_recall (self.proxy, 3);
  g_assert_false (apool_worker_proxy_report_recalled (self.proxy, started, 3));
  test_proxy_check (&self, "+1 back 3 back 2", 3, 4);
  g_assert_false (apool_worker_proxy_is_recalling (self.proxy));
}

static void
test_proxy_terminate (void)
{
  g_auto (TestProxy) self = { 0 };
  const guint64 first[] = { 1 };
  const guint64 rest[] = { 2, 3 };

  test_proxy_open (&self, 3);
  apool_worker_proxy_recall (self.proxy, 1);
  apool_worker_proxy_terminate (self.proxy);
  g_assert_true (apool_worker_proxy_report_recalled (self.proxy, first, 1));
  g_assert_true (apool_worker_proxy_is_recalling (self.proxy));
  g_assert_true (apool_worker_proxy_report_recalled (self.proxy, rest, 2));
  g_assert_false (apool_worker_proxy_is_recalling (self.proxy));
  test_proxy_check (&self, "back 1 back 2 3", 0, G_MAXUINT64);
}

static void
test_proxy_stream (void)
{
  g_auto (TestProxy) self = { 0 };
  const FakeWorkerState *state;

  test_proxy_open (&self, 1);
  state = fake_worker_get_state (self.worker);
  g_assert_false (apool_worker_proxy_stream_task (self.proxy, 2));
  g_assert_cmpuint (state->streamed->len, ==, 0);
  g_assert_true (apool_worker_proxy_stream_task (self.proxy, 1));
  g_assert_cmpuint (state->streamed->len, ==, 1);
  g_assert_true (apool_worker_proxy_report_started (self.proxy, 1, 0));
  g_assert_true (apool_worker_proxy_stream_task (self.proxy, 1));
  g_assert_true (test_proxy_report_finished (&self, 1));
  g_assert_false (apool_worker_proxy_stream_task (self.proxy, 1));
}

static void
test_proxy_check_tasks (GPtrArray *tasks, const guint64 *seqs, guint n)
{
  g_assert_cmpuint (tasks->len, ==, n);
  for (guint i = 0; i < n; i++)
    g_assert_cmpuint (apool_task_get_seq (g_ptr_array_index (tasks, i)), ==, seqs[i]);
}

static void
test_proxy_take_tasks (void)
{
  g_auto (TestProxy) self = { 0 };
  g_autoptr (GPtrArray) started =
      g_ptr_array_new_with_free_func ((GDestroyNotify) apool_task_unref);
  g_autoptr (GPtrArray) waiting =
      g_ptr_array_new_with_free_func ((GDestroyNotify) apool_task_unref);
  const guint64 order[] = { 62, 499, 9, 1000, 31, 7, 300, 64, 2, 15, 8 };
  const guint64 were_started[] = { 9, 62, 300, 1000 };
  const guint64 were_waiting[] = { 2, 7, 8, 15, 31, 64, 499 };

  test_proxy_open (&self, 0);
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    test_proxy_queue (&self, order[i]);
  for (guint i = G_N_ELEMENTS (were_started); i > 0; i--)
    g_assert_true (apool_worker_proxy_report_started (self.proxy, were_started[i - 1], 0));
  apool_worker_proxy_take_tasks (self.proxy, started, waiting);
  test_proxy_check_tasks (started, were_started, G_N_ELEMENTS (were_started));
  test_proxy_check_tasks (waiting, were_waiting, G_N_ELEMENTS (were_waiting));
  test_proxy_check (&self, "+1000 +300 +62 +9", 0, G_MAXUINT64);
}

/* Whoever frees a worker frees what it had. */
static void
test_proxy_abandoned (void)
{
  g_auto (TestProxy) self = { 0 };

  test_proxy_open (&self, 3);
  g_assert_true (apool_worker_proxy_report_started (self.proxy, 2, 0));
  test_proxy_check (&self, "+2", 3, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/proxy/life", test_proxy_life);
  g_test_add_func ("/proxy/slots", test_proxy_slots);
  g_test_add_func ("/proxy/revoked", test_proxy_revoked);
  g_test_add_func ("/proxy/revoked-twice", test_proxy_revoked_twice);
  g_test_add_func ("/proxy/revoked-taken", test_proxy_revoked_taken);
  g_test_add_func ("/proxy/waits-for-slot", test_proxy_waits_for_slot);
  g_test_add_func ("/proxy/started-nonsense", test_proxy_started_nonsense);
  g_test_add_func ("/proxy/timed-out", test_proxy_timed_out);
  g_test_add_func ("/proxy/finished-nonsense", test_proxy_finished_nonsense);
  g_test_add_func ("/proxy/output", test_proxy_output);
  g_test_add_func ("/proxy/pipe", test_proxy_pipe);
  g_test_add_func ("/proxy/recall", test_proxy_recall);
  g_test_add_func ("/proxy/recall-nonsense", test_proxy_recall_nonsense);
  g_test_add_func ("/proxy/terminate", test_proxy_terminate);
  g_test_add_func ("/proxy/stream", test_proxy_stream);
  g_test_add_func ("/proxy/take-tasks", test_proxy_take_tasks);
  g_test_add_func ("/proxy/abandoned", test_proxy_abandoned);
  return g_test_run ();
}
