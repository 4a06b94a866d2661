/* SPDX-License-Identifier: MIT */
/* SIGCHLD is blocked and read from a signalfd; one wait4() per process reaps it and tells what it
 * has used. One that is stopped is told the same way. */

#include "worker/apool-reaper.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"

/* So many are reaped in one turn of the loop, which has other work to do: processes that fork and
 * end without end are never all reaped. */
#define MAX_REAPED 256u

struct _ApoolReaper
{
  ApoolPoller *poller; /* not owned */
  ApoolWatch watch;
  int fd;
  ApoolReaperFunc func;
  ApoolReaperDoneFunc done;
  gpointer data;
};

static void
apool_reaper_ready_cb (guint32 events, gpointer data)
{
  ApoolReaper *self = data;
  struct signalfd_siginfo info;
  struct rusage usage;
  guint n_left = MAX_REAPED;
  int status;
  pid_t pid;

  /* One SIGCHLD may stand for many processes, so its content tells nothing. A failing read means
   * that there was none after all; wait4() then finds nobody. */
  (void) !read (self->fd, &info, sizeof info);
  while (n_left > 0 && ((pid = wait4 (-1, &status, WNOHANG | WUNTRACED, &usage)) > 0 ||
                        (pid < 0 && errno == EINTR)))
    {
      n_left--;
      if (pid > 0)
        self->func (pid, status, &usage, self->data);
    }
  /* Whoever is left to be reaped is told of by no signal but this one. */
  if (n_left == 0)
    (void) kill (getpid (), SIGCHLD); /* nothing forbids it */
  self->done (self->data);
}

/**
 * apool_reaper_new:
 * @poller: what it waits with
 * @func: called for each process that ends, or is stopped
 * @done: called after those that ended together
 * @data: (closure): for @func and @done
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * Blocks SIGCHLD in this thread.
 *
 * Returns: (transfer full) (nullable): a reaper of all children of this process
 */
ApoolReaper *
apool_reaper_new (ApoolPoller *poller,
                  ApoolReaperFunc func,
                  ApoolReaperDoneFunc done,
                  gpointer data,
                  GError **error)
{
  g_autoptr (ApoolReaper) self = g_new0 (ApoolReaper, 1);
  sigset_t signals;

  self->poller = poller;
  self->watch = (ApoolWatch) APOOL_WATCH_INIT;
  self->fd = -1;
  self->func = func;
  self->done = done;
  self->data = data;
  sigemptyset (&signals);
  sigaddset (&signals, SIGCHLD);
  (void) pthread_sigmask (SIG_BLOCK, &signals, NULL); /* cannot fail: SIG_BLOCK is valid */
  self->fd = signalfd (-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
  if (self->fd < 0)
    {
      apool_error_set_errno (error, errno, "cannot wait for signals");
      return NULL;
    }
  if (!apool_poller_add (poller, &self->watch, self->fd, EPOLLIN, apool_reaper_ready_cb, self,
                         error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * apool_reaper_free:
 * @self: (transfer full): a reaper
 */
void
apool_reaper_free (ApoolReaper *self)
{
  apool_poller_remove (self->poller, &self->watch);
  apool_fd_clear (&self->fd);
  g_free (self);
}
