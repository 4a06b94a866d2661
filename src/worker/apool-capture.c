/* SPDX-License-Identifier: MIT */
/* One output pipe of one job.
 *
 * Most jobs end soon and write little: then their pipes are looked at once, at their end, when all
 * that was written is there and nobody can write any more, and they are neither watched nor made
 * non-blocking before.
 *
 * Once the pipe is passed on, the manager reads it; here its read end stays open only to see when
 * the last writer has gone, which is asked for without reading. */

#include "worker/apool-capture.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"

#define READ_BYTES (32u * 1024)

struct _ApoolCapture
{
  ApoolPoller *poller; /* not owned */
  ApoolWatch watch;
  int fd; /* the read end; -1 after its end */
  gboolean may_block;
  gboolean passed;
  GByteArray *held; /* (nullable): read and not taken */
  ApoolCaptureFunc func;
  gpointer data;
};

static void
apool_capture_ready_cb (guint32 events, gpointer data)
{
  ApoolCapture *self = data;

  self->func (self, self->data);
}

static ApoolCapture *
apool_capture_alloc (ApoolPoller *poller, ApoolCaptureFunc func, gpointer data)
{
  ApoolCapture *self = g_new0 (ApoolCapture, 1);

  self->poller = poller;
  self->watch = (ApoolWatch) APOOL_WATCH_INIT;
  self->fd = -1;
  self->func = func;
  self->data = data;
  return self;
}

/**
 * apool_capture_new:
 * @poller: what it waits with
 * @is_prompt: whether @func is called at once. Else that begins a few milliseconds from now, or
 *   with apool_capture_attend(), unless what was written lately could not wait for that
 * @func: called when there is something to read, or when the last writer has gone
 * @data: (closure): for @func
 * @write_fd: (out) (transfer full): the end for the job
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * Returns: (transfer full) (nullable): a new pipe
 */
ApoolCapture *
apool_capture_new (ApoolPoller *poller,
                   gboolean is_prompt,
                   ApoolCaptureFunc func,
                   gpointer data,
                   int *write_fd,
                   GError **error)
{
  g_autoptr (ApoolCapture) self = apool_capture_alloc (poller, func, data);
  g_auto (ApoolFd) their_fd = -1;
  int fds[2];

  if (!apool_fd_make_blocking_pipe (fds, error))
    return NULL;
  self->fd = fds[0];
  self->may_block = TRUE;
  their_fd = fds[1];
  if (!(is_prompt ? apool_poller_add : apool_poller_add_later) (
          poller, &self->watch, self->fd, EPOLLIN, apool_capture_ready_cb, self, error))
    return NULL;
  *write_fd = apool_fd_steal (&their_fd);
  return g_steal_pointer (&self);
}

/**
 * apool_capture_new_ended:
 * @poller: what it would wait with
 *
 * Returns: (transfer full): a pipe that nobody writes to, for a stream that does not come here
 */
ApoolCapture *
apool_capture_new_ended (ApoolPoller *poller)
{
  return apool_capture_alloc (poller, NULL, NULL);
}

static void
apool_capture_close (ApoolCapture *self)
{
  /* Closing alone does not end the watch: a child that has just been started has a duplicate, for a
   * moment after vfork() has returned here. */
  apool_poller_remove (self->poller, &self->watch);
  apool_fd_clear (&self->fd);
}

/**
 * apool_capture_attend:
 * @self: a pipe
 *
 * From now on @func is called at once, unless it is paused.
 */
void
apool_capture_attend (ApoolCapture *self)
{
  apool_poller_begin (self->poller, &self->watch);
}

/**
 * apool_capture_free:
 * @self: (transfer full): a pipe
 */
void
apool_capture_free (ApoolCapture *self)
{
  apool_capture_close (self);
  g_clear_pointer (&self->held, g_byte_array_unref);
  g_free (self);
}

static ApoolCaptureState
apool_capture_end (ApoolCapture *self)
{
  apool_capture_close (self);
  return APOOL_CAPTURE_ENDED;
}

static gboolean
apool_capture_poll (ApoolCapture *self, short events, short *revents)
{
  struct pollfd look = { .fd = self->fd, .events = events };
  /* Fails only for want of memory: then the pipe is taken to be open, and waited for. */
  gboolean is_there = poll (&look, 1, 0) == 1;

  *revents = is_there ? look.revents : 0;
  return is_there && (look.revents & (POLLHUP | POLLERR));
}

static ApoolCaptureState
apool_capture_look (ApoolCapture *self)
{
  short revents;

  return apool_capture_poll (self, 0, &revents) ? apool_capture_end (self) : APOOL_CAPTURE_EMPTY;
}

static void
apool_capture_unblock (ApoolCapture *self)
{
  (void) apool_fd_unblock_pipe (self->fd, NULL); /* cannot fail: it is an open pipe */
  self->may_block = FALSE;
}

static void
apool_capture_hold (ApoolCapture *self, const char *data, gsize length)
{
  if (!self->held)
    self->held = g_byte_array_sized_new ((guint) length);
  g_byte_array_append (self->held, (const guint8 *) data, (guint) length);
}

static ApoolCaptureState
apool_capture_be_full (ApoolCapture *self)
{
  /* So may be those of the next ones. */
  apool_poller_hurry (self->poller);
  return APOOL_CAPTURE_BLOCKED;
}

/* Reads on until nothing is there: a short read need not be the last one, since a pipe in packet
 * mode gives one packet each time. */
static ApoolCaptureState
apool_capture_fetch (ApoolCapture *self, gsize limit)
{
  for (;;)
    {
      char buffer[READ_BYTES];
      gsize held = self->held ? self->held->len : 0;
      gsize room = MIN (limit - MIN (held, limit), sizeof buffer);
      gssize got;

      if (room == 0)
        return apool_capture_be_full (self);
      got = read (self->fd, buffer, room);
      if (got > 0)
        apool_capture_hold (self, buffer, (gsize) got);
      else if (got < 0 && errno == EAGAIN)
        return APOOL_CAPTURE_EMPTY;
      if (got == 0 || (got < 0 && errno != EINTR))
        return apool_capture_end (self); /* a pipe knows no other error: nothing can come of it */
    }
}

/**
 * apool_capture_read:
 * @self: a pipe
 * @limit: how many bytes it may hold at most
 *
 * Reads what is there, as far as it may.
 *
 * Returns: what stopped it; for a passed pipe, whether it may still be written to
 */
ApoolCaptureState
apool_capture_read (ApoolCapture *self, gsize limit)
{
  short revents = POLLIN;
  gboolean is_all = FALSE;

  if (self->fd < 0)
    return APOOL_CAPTURE_ENDED;
  if (self->passed)
    return apool_capture_look (self);
  if (self->may_block)
    {
      is_all = apool_capture_poll (self, POLLIN, &revents);
      if (!is_all)
        apool_capture_unblock (self);
    }
  if (is_all && !(revents & POLLIN))
    return apool_capture_end (self);
  return apool_capture_fetch (self, limit);
}

/**
 * apool_capture_get_held:
 * @self: a pipe
 *
 * Returns: (transfer none) (nullable): what was read; who takes it sets its size to 0
 */
GByteArray *
apool_capture_get_held (ApoolCapture *self)
{
  return self->held;
}

/**
 * apool_capture_dup:
 * @self: a pipe
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * Returns: (transfer full): its read end for somebody else; of an ended pipe, one that is at its
 *   end too. -1 on error
 */
int
apool_capture_dup (ApoolCapture *self, GError **error)
{
  int fds[2];

  if (self->fd < 0)
    {
      if (!apool_fd_make_pipe (fds, error))
        return -1;
      apool_fd_clear (&fds[1]);
      return fds[0];
    }
  if (self->may_block)
    apool_capture_unblock (self);
  fds[0] = fcntl (self->fd, F_DUPFD_CLOEXEC, 3);
  if (fds[0] < 0)
    apool_error_set_errno (error, errno, "cannot pass an output on");
  return fds[0];
}

/**
 * apool_capture_pass:
 * @self: a pipe
 *
 * Leaves it to whoever has what apool_capture_dup() gave, and with it all that was not read yet.
 * From now on the callback is called only when the last writer has gone.
 */
void
apool_capture_pass (ApoolCapture *self)
{
  self->passed = TRUE;
  apool_poller_set_events (self->poller, &self->watch, 0);
}

/**
 * apool_capture_set_paused:
 * @self: a pipe that is not passed
 * @paused: whether @func is not to be called for a while
 */
void
apool_capture_set_paused (ApoolCapture *self, gboolean paused)
{
  g_autoptr (GError) error = NULL;

  if (self->fd < 0 || paused == (self->watch.fd < 0))
    return;
  if (paused)
    /* Not merely no events: a hang-up would still be told, again and again. */
    apool_poller_remove (self->poller, &self->watch);
  else if (!apool_poller_add (self->poller, &self->watch, self->fd, EPOLLIN, apool_capture_ready_cb,
                              self, &error))
    g_critical ("%s", error->message); /* it was watched before, so the kernel can */
}
