/* SPDX-License-Identifier: MIT */
/* One epoll instance as a GSource. The instance is level-triggered, as poll() is: a watch that
 * does not take what is there is called again on the next turn.
 *
 * A callback may remove any watch, also one whose event was fetched in the same turn: removing
 * strikes it from the fetched ones.
 *
 * To enter a descriptor into the instance and to take it out again is dear, and so is to be woken
 * for it. Where its end is told in another way, and will come soon as a rule, both can be saved:
 * such a watch waits in a queue for a few milliseconds, and most are removed from there. Who has to
 * wait for that is whoever fills a pipe at once; where that is seen the next ones are not kept
 * waiting. */

#include "base/apool-poller.h"

#include <errno.h>
#include <gio/gio.h>
#include <sys/epoll.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"
#include "base/apool-locale.h"

/* Events fetched by one epoll_wait(); more are fetched on the next turn. */
#define N_EVENTS 64
/* How long a watch that can wait does: longer than a short job takes, and not to be noticed by whom
 * it keeps waiting. */
#define LATER_USEC 10000
/* So many do not wait once one has waited in vain. */
#define N_HURRIED 64u

struct _ApoolPoller
{
  GSource source;
  int fd;
  gpointer tag;
  struct epoll_event events[N_EVENTS];
  int n_events; /* fetched and not yet dispatched: events[next … n_events) */
  int next;
  GQueue later;    /* the links of those that are yet to be watched, by the times when they are */
  guint n_hurried; /* so many of the next ones do not wait */
};

/* ---- those that wait ---- */

static void
apool_poller_put_later (ApoolPoller *self, ApoolWatch *watch)
{
  watch->due_usec = g_get_monotonic_time () + LATER_USEC;
  watch->link.data = watch;
  g_queue_push_tail_link (&self->later, &watch->link);
}

static void
apool_poller_take_back (ApoolPoller *self, ApoolWatch *watch)
{
  g_queue_unlink (&self->later, &watch->link);
  watch->due_usec = 0;
}

/* Returns: whether it is watched now */
static gboolean
apool_poller_enter (ApoolPoller *self, ApoolWatch *watch)
{
  struct epoll_event event = { .events = watch->events, .data.ptr = watch };

  return epoll_ctl (self->fd, EPOLL_CTL_ADD, watch->fd, &event) == 0;
}

/* Returns: how long until the first of them is due, microseconds; -1 where there is none */
static gint64
apool_poller_get_left (ApoolPoller *self)
{
  const ApoolWatch *first = g_queue_peek_head (&self->later);

  return first ? MAX (0, first->due_usec - g_source_get_time (&self->source)) : -1;
}

static void
apool_poller_begin_due (ApoolPoller *self)
{
  while (apool_poller_get_left (self) == 0)
    apool_poller_begin (self, g_queue_peek_head (&self->later));
}

static gboolean
apool_poller_prepare (GSource *source, int *timeout_msec)
{
  gint64 left = apool_poller_get_left ((ApoolPoller *) source);

  *timeout_msec = left > 0 ? (int) (left / 1000 + 1) : -1;
  return left == 0;
}

static gboolean
apool_poller_check (GSource *source)
{
  return apool_poller_get_left ((ApoolPoller *) source) == 0;
}

/* ---- the source ---- */

static void
apool_poller_tell (ApoolPoller *self)
{
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
}

static gboolean
apool_poller_dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  ApoolPoller *self = (ApoolPoller *) source;

  apool_poller_begin_due (self);
  if (g_source_query_unix_fd (source, self->tag))
    apool_poller_tell (self);
  return G_SOURCE_CONTINUE;
}

static void
apool_poller_finalize (GSource *source)
{
  ApoolPoller *self = (ApoolPoller *) source;

  apool_fd_clear (&self->fd);
}

static GSourceFuncs apool_poller_funcs = {
  .prepare = apool_poller_prepare,
  .check = apool_poller_check,
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
  self->n_hurried = 0;
  g_queue_init (&self->later);
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
  *watch = (ApoolWatch){ .fd = fd, .events = events, .func = func, .data = data };
  if (apool_poller_enter (self, watch))
    return TRUE;
  apool_error_set_errno (error, errno, "cannot watch a descriptor");
  *watch = (ApoolWatch) APOOL_WATCH_INIT;
  return FALSE;
}

/**
 * apool_poller_add_later:
 * @self: a poller
 * @watch: (out): as for apool_poller_add()
 * @fd: a pipe, socket or terminal
 * @events: as for apool_poller_add()
 * @func: the same
 * @data: (closure): for @func
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * As apool_poller_add(), for one that will be removed soon in all likelihood: it is watched only in
 * a few milliseconds, if it is still there, or at once after apool_poller_hurry().
 *
 * Returns: whether @fd is watched, or will be
 */
gboolean
apool_poller_add_later (ApoolPoller *self,
                        ApoolWatch *watch,
                        int fd,
                        guint32 events,
                        ApoolPollerFunc func,
                        gpointer data,
                        GError **error)
{
  if (self->n_hurried > 0)
    {
      self->n_hurried--;
      return apool_poller_add (self, watch, fd, events, func, data, error);
    }
  *watch = (ApoolWatch){ .fd = fd, .events = events, .func = func, .data = data };
  apool_poller_put_later (self, watch);
  return TRUE;
}

/**
 * apool_poller_begin:
 * @self: a poller
 * @watch: one of its watches; does nothing where it does not wait
 *
 * Watches it now. Where the kernel lacks the memory for that, it waits for some more time.
 */
void
apool_poller_begin (ApoolPoller *self, ApoolWatch *watch)
{
  if (watch->due_usec == 0)
    return;
  apool_poller_take_back (self, watch);
  if (!apool_poller_enter (self, watch))
    apool_poller_put_later (self, watch);
}

/**
 * apool_poller_hurry:
 * @self: a poller
 *
 * Somebody had more to tell than can wait: the next ones that are added are watched at once.
 */
void
apool_poller_hurry (ApoolPoller *self)
{
  self->n_hurried = N_HURRIED;
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
  if (watch->due_usec > 0)
    return;
  /* Fails only for a descriptor that was never added or is closed, which is a caller's mistake. */
  if (epoll_ctl (self->fd, EPOLL_CTL_MOD, watch->fd, &event) < 0)
    g_critical ("cannot change a watch: %s", apool_locale_describe_errno (errno));
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
  if (watch->due_usec > 0)
    {
      apool_poller_take_back (self, watch);
      *watch = (ApoolWatch) APOOL_WATCH_INIT;
      return;
    }
  if (epoll_ctl (self->fd, EPOLL_CTL_DEL, watch->fd, NULL) < 0)
    g_critical ("cannot remove a watch: %s", apool_locale_describe_errno (errno));
  for (int i = self->next; i < self->n_events; i++)
    if (self->events[i].data.ptr == watch)
      self->events[i].data.ptr = NULL;
  *watch = (ApoolWatch) APOOL_WATCH_INIT;
}
