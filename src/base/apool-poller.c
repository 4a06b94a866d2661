/* SPDX-License-Identifier: MIT */
/* One epoll instance as a GSource. The instance is level-triggered, as poll() is: a watch that
 * does not take what is there is called again on the next turn.
 *
 * A callback may remove any watch, also one whose event was fetched in the same turn: removing
 * strikes it from the fetched ones. */

#include "base/apool-poller.h"

#include <errno.h>
#include <gio/gio.h>
#include <sys/epoll.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"

/* Events fetched by one epoll_wait(); more are fetched on the next turn. */
#define N_EVENTS 64

struct _ApoolPoller
{
  GSource source;
  int fd;
  gpointer tag;
  struct epoll_event events[N_EVENTS];
  int n_events; /* fetched and not yet dispatched: events[next … n_events) */
  int next;
};

static gboolean
apool_poller_dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  ApoolPoller *self = (ApoolPoller *) source;

  self->n_events = epoll_wait (self->fd, self->events, N_EVENTS, 0);
  for (self->next = 0; self->next < self->n_events;)
    {
      struct epoll_event *event = &self->events[self->next++];
      ApoolWatch *watch = event->data.ptr;

      if (watch)
        watch->func (event->events, watch->data);
    }
  /* EINTR leaves n_events at -1: nothing was fetched, the next turn asks again. */
  self->n_events = 0;
  return G_SOURCE_CONTINUE;
}

static void
apool_poller_finalize (GSource *source)
{
  ApoolPoller *self = (ApoolPoller *) source;

  apool_fd_clear (&self->fd);
}

static GSourceFuncs apool_poller_funcs = {
  .dispatch = apool_poller_dispatch,
  .finalize = apool_poller_finalize,
};

/**
 * apool_poller_new:
 * @context: where the callbacks run
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * Returns: (transfer full) (nullable): a poller without watches
 */
ApoolPoller *
apool_poller_new (GMainContext *context, GError **error)
{
  ApoolPoller *self;
  g_auto (ApoolFd) fd = epoll_create1 (EPOLL_CLOEXEC);

  if (fd < 0)
    {
      apool_error_set_errno (error, errno, "cannot watch descriptors");
      return NULL;
    }
  self = (ApoolPoller *) g_source_new (&apool_poller_funcs, sizeof *self);
  self->fd = apool_fd_steal (&fd);
  self->n_events = 0;
  self->next = 0;
  self->tag = g_source_add_unix_fd (&self->source, self->fd, G_IO_IN);
  g_source_set_static_name (&self->source, "apool-poller");
  /* Never entered again from within. Without this GLib takes the descriptors out of the loop for
   * the time of each dispatch, at the price of three system calls. */
  g_source_set_can_recurse (&self->source, TRUE);
  g_source_attach (&self->source, context);
  return self;
}

/**
 * apool_poller_free:
 * @self: (transfer full): a poller whose watches have all been removed
 */
void
apool_poller_free (ApoolPoller *self)
{
  g_source_destroy (&self->source);
  g_source_unref (&self->source);
}

/**
 * apool_poller_add:
 * @self: a poller
 * @watch: (out): filled in; stays where it is until it is removed
 * @fd: a descriptor that epoll takes: a pipe, socket, terminal; not a regular file
 * @events: what to wait for; EPOLLHUP and EPOLLERR come in any case
 * @func: called from the poller's context, never before this returns
 * @data: (closure): for @func
 * @error: (out) (optional): a #GIOErrorEnum; G_IO_ERROR_PERMISSION_DENIED for a regular file
 *
 * Returns: whether @fd is watched now
 */
gboolean
apool_poller_add (ApoolPoller *self,
                  ApoolWatch *watch,
                  int fd,
                  guint32 events,
                  ApoolPollerFunc func,
                  gpointer data,
                  GError **error)
{
  struct epoll_event event = { .events = events, .data.ptr = watch };

  *watch = (ApoolWatch) APOOL_WATCH_INIT;
  if (epoll_ctl (self->fd, EPOLL_CTL_ADD, fd, &event) < 0)
    {
      apool_error_set_errno (error, errno, "cannot watch a descriptor");
      return FALSE;
    }
  *watch = (ApoolWatch){ fd, events, func, data };
  return TRUE;
}

/**
 * apool_poller_set_events:
 * @self: a poller
 * @watch: one of its watches; does nothing where it is not watched
 * @events: what to wait for from now on; 0 waits for hang-up and errors alone
 */
void
apool_poller_set_events (ApoolPoller *self, ApoolWatch *watch, guint32 events)
{
  struct epoll_event event = { .events = events, .data.ptr = watch };

  if (watch->fd < 0 || watch->events == events)
    return;
  watch->events = events;
  /* Fails only for a descriptor that was never added or is closed, which is a caller's mistake. */
  if (epoll_ctl (self->fd, EPOLL_CTL_MOD, watch->fd, &event) < 0)
    g_critical ("cannot change a watch: %s", g_strerror (errno));
}

/**
 * apool_poller_remove:
 * @self: a poller
 * @watch: one of its watches; does nothing where it is not watched. Its descriptor is still open
 */
void
apool_poller_remove (ApoolPoller *self, ApoolWatch *watch)
{
  if (watch->fd < 0)
    return;
  if (epoll_ctl (self->fd, EPOLL_CTL_DEL, watch->fd, NULL) < 0)
    g_critical ("cannot remove a watch: %s", g_strerror (errno));
  for (int i = self->next; i < self->n_events; i++)
    if (self->events[i].data.ptr == watch)
      self->events[i].data.ptr = NULL;
  *watch = (ApoolWatch) APOOL_WATCH_INIT;
}
