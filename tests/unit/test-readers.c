/* SPDX-License-Identifier: MIT */
/* Whether anybody reads: a job must have found out, and it must be true. */

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/apool-fd.h"
#include "sinks/apool-readers.h"

typedef struct
{
  GMainContext *context;
  ApoolObserver *readers;
  int fds[2]; /* a pipe; the end that is read is -1 once it is closed */
  guint n_told;
} TestReaders;

static void
test_readers_told_cb (gpointer data)
{
  ((TestReaders *) data)->n_told++;
}

/* Takes the descriptors, of which the second one is what jobs write to. */
static void
test_readers_open (TestReaders *self, const int fds[2])
{
  *self = (TestReaders){ .context = g_main_context_new (), .fds = { fds[0], fds[1] } };
  self->readers = APOOL_OBSERVER (
      apool_readers_new (self->context, fds[1], STDERR_FILENO, test_readers_told_cb, self));
}

static void
test_readers_open_pipe (TestReaders *self)
{
  int fds[2];

  g_assert_cmpint (pipe2 (fds, O_CLOEXEC), ==, 0);
  test_readers_open (self, fds);
}

static void
test_readers_close (TestReaders *self)
{
  g_object_unref (self->readers);
  apool_fd_clear (&self->fds[0]);
  apool_fd_clear (&self->fds[1]);
  g_main_context_unref (self->context);
}

/* Says how a job has ended. */
static void
test_readers_end (TestReaders *self, ApoolOutcomeKind kind, int code, gboolean is_retried)
{
  g_autoptr (GBytes) text = g_bytes_new_static ("true", 5);
  g_autoptr (ApoolTask) task = apool_task_new (1, 1, APOOL_TASK_WORDS, text, NULL, NULL);
  g_autoptr (ApoolOutcome) outcome = apool_outcome_new (kind, code, NULL, FALSE, FALSE, NULL);
  guint before = self->n_told;

  if (is_retried)
    apool_observer_task_retried (self->readers, task, outcome);
  else
    apool_observer_task_finished (self->readers, task, outcome);
  g_assert_cmpuint (self->n_told, ==, before); /* not out of the call */
  while (g_main_context_iteration (self->context, FALSE))
    continue;
}

static void
test_readers_gone (void)
{
  TestReaders self;

  test_readers_open_pipe (&self);
  test_readers_end (&self, APOOL_OUTCOME_SIGNALLED, SIGPIPE, FALSE);
  g_assert_cmpuint (self.n_told, ==, 0); /* it was another pipe */
  apool_fd_clear (&self.fds[0]);
  test_readers_end (&self, APOOL_OUTCOME_EXITED, 0, FALSE);
  test_readers_end (&self, APOOL_OUTCOME_EXITED, SIGPIPE, FALSE);
  test_readers_end (&self, APOOL_OUTCOME_SIGNALLED, SIGTERM, FALSE);
  test_readers_end (&self, APOOL_OUTCOME_LOST, SIGPIPE, FALSE);
  g_assert_cmpuint (self.n_told, ==, 0);
  test_readers_end (&self, APOOL_OUTCOME_SIGNALLED, SIGPIPE, FALSE);
  g_assert_cmpuint (self.n_told, ==, 1);
  test_readers_end (&self, APOOL_OUTCOME_SIGNALLED, SIGPIPE, FALSE);
  g_assert_cmpuint (self.n_told, ==, 1);
  test_readers_close (&self);
}

/* As a shell says it, of an attempt that is followed by another one, of a socket. */
static void
test_readers_gone_of_shell (void)
{
  TestReaders self;
  int fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  test_readers_open (&self, fds);
  test_readers_end (&self, APOOL_OUTCOME_EXITED, 128 + SIGPIPE, TRUE);
  g_assert_cmpuint (self.n_told, ==, 0);
  apool_fd_clear (&self.fds[0]);
  test_readers_end (&self, APOOL_OUTCOME_EXITED, 128 + SIGPIPE, TRUE);
  g_assert_cmpuint (self.n_told, ==, 1);
  test_readers_close (&self);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/readers/gone", test_readers_gone);
  g_test_add_func ("/readers/gone-of-shell", test_readers_gone_of_shell);
  return g_test_run ();
}
