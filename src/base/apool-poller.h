/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolPoller:
 *
 * Many descriptors of one #GMainContext behind one epoll instance, so that watching another one
 * costs two system calls and nothing per turn of the loop. One that will hardly be there for long
 * can be watched later: then it costs none at all.
 */
typedef struct _ApoolPoller ApoolPoller;

/**
 * ApoolPollerFunc:
 * @events: EPOLLIN, EPOLLOUT, EPOLLHUP, EPOLLERR as epoll_wait() reported them
 * @data: (closure): of the #ApoolWatch
 */
typedef void (*ApoolPollerFunc) (guint32 events, gpointer data);

/**
 * ApoolWatch:
 * @fd: the descriptor, -1 while it is not watched; owned by the caller
 * @events: what is waited for
 * @func: called from the context
 * @data: (closure): for @func
 * @due_usec: while it is yet to be watched, when that is: monotonic, microseconds; else 0
 * @link: the poller's, meanwhile
 *
 * One watched descriptor; embedded by its owner, who removes it before it is freed.
 */
typedef struct
{
  int fd;
  guint32 events;
  ApoolPollerFunc func;
  gpointer data;
  gint64 due_usec;
  GList link;
} ApoolWatch;

#define APOOL_WATCH_INIT                                                                           \
  {                                                                                                \
    .fd = -1                                                                                       \
  }

ApoolPoller *apool_poller_new (GMainContext *context, GError **error);
void apool_poller_free (ApoolPoller *self);

gboolean apool_poller_add (ApoolPoller *self,
                           ApoolWatch *watch,
                           int fd,
                           guint32 events,
                           ApoolPollerFunc func,
                           gpointer data,
                           GError **error);
gboolean apool_poller_add_later (ApoolPoller *self,
                                 ApoolWatch *watch,
                                 int fd,
                                 guint32 events,
                                 ApoolPollerFunc func,
                                 gpointer data,
                                 GError **error);
void apool_poller_begin (ApoolPoller *self, ApoolWatch *watch);
void apool_poller_hurry (ApoolPoller *self);
void apool_poller_set_events (ApoolPoller *self, ApoolWatch *watch, guint32 events);
void apool_poller_remove (ApoolPoller *self, ApoolWatch *watch);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolPoller, apool_poller_free)

G_END_DECLS
