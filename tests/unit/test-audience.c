/* SPDX-License-Identifier: MIT */
/* Whom the pool tells: everybody, in order; a pipe goes to one only. */

#include <fcntl.h>
#include <glib-unix.h>
#include <unistd.h>

#include "pool/apool-audience.h"

/* An observer that writes down what it hears, by its name. */
#define TEST_TYPE_LISTENER (test_listener_get_type ())
G_DECLARE_FINAL_TYPE (TestListener, test_listener, TEST, LISTENER, GObject)

struct _TestListener
{
  GObject parent_instance;

  char name;
  GString *log; /* not owned */
  int fd;       /* the pipe that it got; owned, -1 if none */
};

static void test_listener_iface_init (ApoolObserverInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TestListener,
                               test_listener,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_OBSERVER,
                                                      test_listener_iface_init))

static void
test_listener_note (ApoolObserver *observer, const char *what)
{
  TestListener *self = TEST_LISTENER (observer);

  g_string_append_printf (self->log, "%c:%s ", self->name, what);
}

static void
test_listener_task_started (ApoolObserver *observer, ApoolTask *task, const ApoolPlace *place)
{
  g_assert_cmpuint (apool_task_get_seq (task), ==, 1);
  g_assert_nonnull (place);
  test_listener_note (observer, "started");
}

static void
test_listener_task_stopped (ApoolObserver *observer, ApoolTask *task, int signum)
{
  g_assert_cmpuint (apool_task_get_seq (task), ==, 1);
  g_assert_cmpint (signum, ==, 20);
  test_listener_note (observer, "stopped");
}

static void
test_listener_task_output (
    ApoolObserver *observer, ApoolTask *task, ApoolStream stream, const char *data, gsize length)
{
  g_assert_cmpuint (apool_task_get_seq (task), ==, 1);
  g_assert_cmpint (stream, ==, APOOL_STREAM_STDERR);
  g_assert_cmpmem (data, length, "ab", 2);
  test_listener_note (observer, "output");
}

static void
test_listener_task_pipe (ApoolObserver *observer, ApoolTask *task, ApoolStream stream, int fd)
{
  g_assert_cmpint (stream, ==, APOOL_STREAM_STDOUT);
  TEST_LISTENER (observer)->fd = fd;
  test_listener_note (observer, "pipe");
}

static void
test_listener_task_retried (ApoolObserver *observer, ApoolTask *task, ApoolOutcome *outcome)
{
  g_assert_false (apool_outcome_is_success (outcome));
  test_listener_note (observer, "retried");
}

static void
test_listener_task_finished (ApoolObserver *observer, ApoolTask *task, ApoolOutcome *outcome)
{
  g_assert_false (apool_outcome_is_success (outcome));
  test_listener_note (observer, "finished");
}

static void
test_listener_hook_ended (ApoolObserver *observer,
                          guint worker,
                          guint64 seq,
                          const ApoolHookReport *report)
{
  g_assert_cmpuint (worker, ==, 3);
  g_assert_cmpuint (seq, ==, 4);
  g_assert_nonnull (report);
  test_listener_note (observer, "hook");
}

static void
test_listener_task_left (ApoolObserver *observer, const ApoolLeak *leak)
{
  g_assert_nonnull (leak);
  test_listener_note (observer, "left");
}

static void
test_listener_worker_event (ApoolObserver *observer, const ApoolWorkerEvent *event)
{
  g_assert_nonnull (event);
  test_listener_note (observer, "event");
}

static void
test_listener_pool_paused (ApoolObserver *observer, gboolean is_paused)
{
  test_listener_note (observer, is_paused ? "paused" : "goes on");
}

static void
test_listener_pool_done (ApoolObserver *observer)
{
  test_listener_note (observer, "done");
}

static void
test_listener_iface_init (ApoolObserverInterface *iface)
{
  iface->task_started = test_listener_task_started;
  iface->task_stopped = test_listener_task_stopped;
  iface->task_output = test_listener_task_output;
  iface->task_pipe = test_listener_task_pipe;
  iface->task_retried = test_listener_task_retried;
  iface->task_finished = test_listener_task_finished;
  iface->hook_ended = test_listener_hook_ended;
  iface->task_left = test_listener_task_left;
  iface->worker_event = test_listener_worker_event;
  iface->pool_paused = test_listener_pool_paused;
  iface->pool_done = test_listener_pool_done;
}

static void
test_listener_finalize (GObject *object)
{
  if (TEST_LISTENER (object)->fd >= 0)
    close (TEST_LISTENER (object)->fd);
  G_OBJECT_CLASS (test_listener_parent_class)->finalize (object);
}

static void
test_listener_class_init (TestListenerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_listener_finalize;
}

static void
test_listener_init (TestListener *self)
{
  self->fd = -1;
}

/* Returns: an audience of two, by the names "a" and "b". */
static ApoolObserver *
test_audience_make (GString *log)
{
  ApoolAudience *self = apool_audience_new ();

  for (char name = 'a'; name <= 'b'; name++)
    {
      g_autoptr (TestListener) listener = g_object_new (TEST_TYPE_LISTENER, NULL);

      listener->name = name;
      listener->log = log;
      apool_audience_add (self, APOOL_OBSERVER (listener));
    }
  return APOOL_OBSERVER (self);
}

static ApoolTask *
test_audience_make_task (void)
{
  g_autoptr (GBytes) text = g_bytes_new_static ("true", sizeof "true");
  g_autoptr (GError) error = NULL;
  ApoolTask *task = apool_task_new (1, 1, APOOL_TASK_WORDS, text, NULL, &error);

  g_assert_no_error (error);
  return task;
}

static void
test_audience_all (void)
{
  g_autoptr (GString) log = g_string_new (NULL);
  g_autoptr (ApoolObserver) audience = test_audience_make (log);
  g_autoptr (ApoolTask) task = test_audience_make_task ();
  const ApoolUsage usage = { 0 };
  g_autoptr (ApoolOutcome) outcome =
      apool_outcome_new (APOOL_OUTCOME_EXITED, 1, &usage, FALSE, FALSE, NULL);
  const ApoolPlace place = { 0 };
  const ApoolHookReport report = { 0 };
  const ApoolLeak leak = { 0 };
  const ApoolWorkerEvent event = { 0 };

  apool_observer_worker_event (audience, &event);
  apool_observer_task_started (audience, task, &place);
  apool_observer_task_stopped (audience, task, 20);
  apool_observer_task_output (audience, task, APOOL_STREAM_STDERR, "ab", 2);
  apool_observer_task_retried (audience, task, outcome);
  apool_observer_task_finished (audience, task, outcome);
  apool_observer_hook_ended (audience, 3, 4, &report);
  apool_observer_task_left (audience, &leak);
  apool_observer_pool_paused (audience, TRUE);
  apool_observer_pool_paused (audience, FALSE);
  apool_observer_pool_done (audience);
  g_assert_cmpstr (log->str, ==,
                   "a:event b:event a:started b:started a:stopped b:stopped a:output b:output "
                   "a:retried b:retried a:finished b:finished a:hook b:hook a:left b:left "
                   "a:paused b:paused a:goes on b:goes on a:done b:done ");
}

/* Makes a pipe; returns the end that is handed on. */
static int
test_audience_open (int *other)
{
  g_autoptr (GError) error = NULL;
  int fds[2];

  g_unix_open_pipe (fds, FD_CLOEXEC, &error);
  g_assert_no_error (error);
  *other = fds[1];
  return fds[0];
}

static void
test_audience_pipe (void)
{
  g_autoptr (GString) log = g_string_new (NULL);
  g_autoptr (ApoolObserver) audience = test_audience_make (log);
  g_autoptr (ApoolTask) task = test_audience_make_task ();
  int other;
  int fd = test_audience_open (&other);

  g_test_summary ("A pipe can be read by one only: by the first that wants to");
  g_assert_true (apool_observer_task_pipe (audience, task, APOOL_STREAM_STDOUT, fd));
  g_assert_cmpstr (log->str, ==, "a:pipe ");
  g_assert_cmpint (fcntl (fd, F_GETFD), !=, -1);
  close (other);
}

static void
test_audience_nobody (void)
{
  g_autoptr (ApoolObserver) audience = APOOL_OBSERVER (apool_audience_new ());
  g_autoptr (ApoolTask) task = test_audience_make_task ();
  int other;
  int fd = test_audience_open (&other);

  g_test_summary ("What nobody reads is closed, so that who writes there does not wait");
  (void) apool_observer_task_pipe (audience, task, APOOL_STREAM_STDOUT, fd);
  g_assert_cmpint (fcntl (fd, F_GETFD), ==, -1);
  apool_observer_pool_done (audience);
  close (other);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/audience/all", test_audience_all);
  g_test_add_func ("/audience/pipe", test_audience_pipe);
  g_test_add_func ("/audience/nobody", test_audience_nobody);
  return g_test_run ();
}
