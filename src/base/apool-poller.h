/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolPoller:
 *
 * Many descriptors of one #GMainContext behind one epoll instance, so that watching another one
 * costs two system calls and nothing per turn of the loop.
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
 *
 * One watched descriptor; embedded by its owner, who removes it before it is freed.
 */
typedef struct
{
  int fd;
  guint32 events;
  ApoolPollerFunc func;
  gpointer data;
} ApoolWatch;

#define APOOL_WATCH_INIT                                                                           \
  {                                                                                                \
    -1, 0, NULL, NULL                                                                              \
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
void apool_poller_set_events (ApoolPoller *self, ApoolWatch *watch, guint32 events);
void apool_poller_remove (ApoolPoller *self, ApoolWatch *watch);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolPoller, apool_poller_free)

G_END_DECLS
