/* SPDX-License-Identifier: MIT */
/* Many descriptors behind one source of a context. */

#include <fcntl.h>
#include <gio/gio.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/apool-fd.h"
#include "base/apool-poller.h"

#define N_MANY 200u

typedef struct _TestPair TestPair;

/* A pipe whose read end is watched. */
struct _TestPair
{
  ApoolPoller *poller;
  ApoolWatch watch;
  int fds[2];
  guint n_calls;
  guint32 events;   /* of the last call */
  gboolean takes;   /* whether the callback reads the byte */
  TestPair *victim; /* (nullable): whose watch the callback removes */
};

static void
test_poller_ready_cb (guint32 events, gpointer data)
{
  TestPair *pair = data;
  char byte;

  pair->n_calls++;
  pair->events = events;
  if (pair->takes && (events & EPOLLIN))
    g_assert_cmpint (read (pair->fds[0], &byte, 1), ==, 1);
  if (pair->victim)
    apool_poller_remove (pair->poller, &pair->victim->watch);
}

static ApoolPoller *
test_poller_new (GMainContext *context)
{
  g_autoptr (GError) error = NULL;
  ApoolPoller *poller = apool_poller_new (context, &error);

  g_assert_no_error (error);
  g_assert_nonnull (poller);
  return poller;
}

static void
test_poller_watch (TestPair *pair, guint32 events)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (apool_poller_add (pair->poller, &pair->watch, pair->fds[0], events,
                                   test_poller_ready_cb, pair, &error));
  g_assert_no_error (error);
}

static void
test_poller_open (TestPair *pair, ApoolPoller *poller)
{
  *pair = (TestPair){ .poller = poller, .watch = APOOL_WATCH_INIT, .takes = TRUE };
  g_assert_true (apool_fd_make_pipe (pair->fds, NULL));
  test_poller_watch (pair, EPOLLIN);
}

static void
test_poller_close (TestPair *pair)
{
  apool_poller_remove (pair->poller, &pair->watch);
  g_assert_cmpint (pair->watch.fd, ==, -1);
  apool_fd_clear (&pair->fds[0]);
  apool_fd_clear (&pair->fds[1]);
}

static void
test_poller_write (TestPair *pair)
{
  g_assert_cmpint (write (pair->fds[1], "x", 1), ==, 1);
}

/* Whether anything was called that was ready already. */
static gboolean
test_poller_turn (GMainContext *context)
{
  return g_main_context_iteration (context, FALSE);
}

/* Called once per byte, in its own context, never before there is one. */
static void
test_poller_calls (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (ApoolPoller) poller = test_poller_new (context);
  TestPair pair;

  test_poller_open (&pair, poller);
  test_poller_write (&pair);
  g_assert_cmpuint (pair.n_calls, ==, 0);
  g_assert_false (g_main_context_iteration (NULL, FALSE));
  g_assert_cmpuint (pair.n_calls, ==, 0);
  g_assert_true (test_poller_turn (context));
  g_assert_cmpuint (pair.n_calls, ==, 1);
  g_assert_cmpuint (pair.events, ==, EPOLLIN);
  g_assert_false (test_poller_turn (context));
  g_assert_cmpuint (pair.n_calls, ==, 1);
  test_poller_close (&pair);
}

/* What is not taken is told again. */
static void
test_poller_is_level_triggered (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (ApoolPoller) poller = test_poller_new (context);
  TestPair pair;

  test_poller_open (&pair, poller);
  pair.takes = FALSE;
  test_poller_write (&pair);
  for (guint i = 1; i <= 3; i++)
    {
      g_assert_true (test_poller_turn (context));
      g_assert_cmpuint (pair.n_calls, ==, i);
    }
  pair.takes = TRUE;
  g_assert_true (test_poller_turn (context));
  g_assert_false (test_poller_turn (context));
  test_poller_close (&pair);
}

/* More than one epoll_wait() fetches: each is called, none twice for one byte. */
static void
test_poller_many (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (ApoolPoller) poller = test_poller_new (context);
  g_autofree TestPair *pairs = g_new0 (TestPair, N_MANY);

  for (guint i = 0; i < N_MANY; i++)
    {
      test_poller_open (&pairs[i], poller);
      test_poller_write (&pairs[i]);
    }
  while (test_poller_turn (context))
    continue;
  for (guint i = 0; i < N_MANY; i++)
    {
      g_assert_cmpuint (pairs[i].n_calls, ==, 1);
      test_poller_close (&pairs[i]);
    }
}

static void
test_poller_events (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (ApoolPoller) poller = test_poller_new (context);
  TestPair pair;

  test_poller_open (&pair, poller);
  test_poller_write (&pair);
  apool_poller_set_events (poller, &pair.watch, 0);
  g_assert_false (test_poller_turn (context));
  g_assert_cmpuint (pair.n_calls, ==, 0);
  apool_poller_set_events (poller, &pair.watch, EPOLLIN);
  g_assert_true (test_poller_turn (context));
  g_assert_cmpuint (pair.n_calls, ==, 1);
  /* That nobody can write any more is told even where nothing is asked for. */
  apool_poller_set_events (poller, &pair.watch, 0);
  apool_fd_clear (&pair.fds[1]);
  g_assert_true (test_poller_turn (context));
  g_assert_cmpuint (pair.events, ==, EPOLLHUP);
  test_poller_close (&pair);
}

/* Two are ready in one turn; whoever comes first removes the other, which must not be called. */
static void
test_poller_remove_fetched (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (ApoolPoller) poller = test_poller_new (context);
  TestPair pairs[2];

  for (guint i = 0; i < 2; i++)
    test_poller_open (&pairs[i], poller);
  for (guint i = 0; i < 2; i++)
    {
      pairs[i].victim = &pairs[1 - i];
      test_poller_write (&pairs[i]);
    }
  while (test_poller_turn (context))
    continue;
  g_assert_cmpuint (pairs[0].n_calls + pairs[1].n_calls, ==, 1);
  for (guint i = 0; i < 2; i++)
    test_poller_close (&pairs[i]);
}

static void
test_poller_remove_itself (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (ApoolPoller) poller = test_poller_new (context);
  TestPair pair;

  test_poller_open (&pair, poller);
  pair.victim = &pair;
  pair.takes = FALSE;
  test_poller_write (&pair);
  g_assert_true (test_poller_turn (context));
  g_assert_false (test_poller_turn (context));
  g_assert_cmpuint (pair.n_calls, ==, 1);
  /* Nothing is watched: no mistake, no effect. */
  apool_poller_set_events (poller, &pair.watch, EPOLLIN);
  apool_poller_remove (poller, &pair.watch);
  /* And it can be watched again. */
  test_poller_watch (&pair, EPOLLIN);
  g_assert_true (test_poller_turn (context));
  g_assert_cmpuint (pair.n_calls, ==, 2);
  test_poller_close (&pair);
}

static void
test_poller_open_later (TestPair *pair, ApoolPoller *poller)
{
  *pair = (TestPair){ .poller = poller, .watch = APOOL_WATCH_INIT, .takes = TRUE };
  g_assert_true (apool_fd_make_pipe (pair->fds, NULL));
  g_assert_true (apool_poller_add_later (poller, &pair->watch, pair->fds[0], EPOLLIN,
                                         test_poller_ready_cb, pair, NULL));
}

/* Those that wait are watched in the end without anybody asking for it, and in the order in which
 * they were added. */
static void
test_poller_later (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (ApoolPoller) poller = test_poller_new (context);
  TestPair pairs[3];

  for (guint i = 0; i < 3; i++)
    {
      test_poller_open_later (&pairs[i], poller);
      g_assert_cmpint (pairs[i].watch.due_usec, >, 0);
      test_poller_write (&pairs[i]);
    }
  g_assert_cmpint (pairs[0].watch.due_usec, <=, pairs[2].watch.due_usec);
  /* One that is removed meanwhile was never watched. */
  test_poller_close (&pairs[1]);
  while (pairs[2].n_calls == 0)
    g_main_context_iteration (context, TRUE);
  g_assert_cmpuint (pairs[0].n_calls, ==, 1);
  g_assert_cmpuint (pairs[1].n_calls, ==, 0);
  g_assert_cmpuint (pairs[2].n_calls, ==, 1);
  g_assert_cmpint (pairs[2].watch.due_usec, ==, 0);
  g_assert_false (test_poller_turn (context));
  test_poller_close (&pairs[0]);
  test_poller_close (&pairs[2]);
}

/* One that waits is told of as soon as it is asked for, with the events that are wanted then. */
static void
test_poller_begin (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (ApoolPoller) poller = test_poller_new (context);
  TestPair pair;

  test_poller_open_later (&pair, poller);
  test_poller_write (&pair);
  apool_poller_set_events (poller, &pair.watch, 0);
  apool_poller_begin (poller, &pair.watch);
  g_assert_cmpint (pair.watch.due_usec, ==, 0);
  g_assert_false (test_poller_turn (context));
  apool_poller_set_events (poller, &pair.watch, EPOLLIN);
  g_assert_true (test_poller_turn (context));
  g_assert_cmpuint (pair.n_calls, ==, 1);
  apool_poller_begin (poller, &pair.watch); /* it does not wait: no effect */
  g_assert_false (test_poller_turn (context));
  test_poller_close (&pair);
}

/* After one that could not wait, the next ones do not, but not for ever. */
static void
test_poller_hurry (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (ApoolPoller) poller = test_poller_new (context);
  g_autofree TestPair *pairs = g_new0 (TestPair, N_MANY);

  apool_poller_hurry (poller);
  for (guint i = 0; i < N_MANY; i++)
    test_poller_open_later (&pairs[i], poller);
  g_assert_cmpint (pairs[0].watch.due_usec, ==, 0);
  g_assert_cmpint (pairs[N_MANY - 1].watch.due_usec, >, 0);
  for (guint i = 0; i < N_MANY; i++)
    test_poller_close (&pairs[i]);
}

static void
test_poller_regular_file (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (ApoolPoller) poller = test_poller_new (context);
  g_autoptr (GError) error = NULL;
  g_auto (ApoolFd) fd = open ("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  ApoolWatch watch;

  g_assert_cmpint (fd, >=, 0);
  g_assert_false (apool_poller_add (poller, &watch, fd, EPOLLIN, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  g_assert_cmpint (watch.fd, ==, -1);
  apool_poller_remove (poller, &watch);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/poller/calls", test_poller_calls);
  g_test_add_func ("/poller/is-level-triggered", test_poller_is_level_triggered);
  g_test_add_func ("/poller/many", test_poller_many);
  g_test_add_func ("/poller/events", test_poller_events);
  g_test_add_func ("/poller/remove-fetched", test_poller_remove_fetched);
  g_test_add_func ("/poller/remove-itself", test_poller_remove_itself);
  g_test_add_func ("/poller/later", test_poller_later);
  g_test_add_func ("/poller/begin", test_poller_begin);
  g_test_add_func ("/poller/hurry", test_poller_hurry);
  g_test_add_func ("/poller/regular-file", test_poller_regular_file);
  return g_test_run ();
}
