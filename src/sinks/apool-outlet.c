/* SPDX-License-Identifier: MIT */
/* Standard output and standard error, which other processes share.
 *
 * O_NONBLOCK belongs to the open file description, not to the descriptor, so setting it would
 * change what our caller and all our siblings see. How an outlet avoids blocking without it
 * depends on what the descriptor is; the ways are listed at ApoolOutletWay. Where the file says
 * that it would block, the outlet waits for the poller; otherwise what is written is gathered, and
 * goes out on the next turn of the loop, or at once when there is much of it.
 *
 * From pipe to pipe nothing need be copied: the pages change hands. Not to a file: splice() takes
 * the offset of a description without the lock that holds off others who write through it.
 *
 * One that is diverted writes nothing: what it is given goes to a spool, and out when that is over,
 * before anything else.
 *
 * @func is called from the context only, never out of apool_outlet_write(). */

#include "sinks/apool-outlet.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"

#define BUFFER_BYTES ((gsize) 128 * 1024)

/* With this much gathered, it is written without waiting for the next turn. */
#define FLUSH_BYTES (BUFFER_BYTES / 2)

/* As much as this is written without gathering it first. */
#define DIRECT_BYTES ((gsize) 16 * 1024)

/**
 * ApoolOutletWay:
 * @APOOL_OUTLET_WRITE: write(): a file, /dev/null, what never blocks for long, and descriptions
 *   that are non-blocking already
 * @APOOL_OUTLET_SEND: send() with MSG_DONTWAIT: a socket
 * @APOOL_OUTLET_POLL: poll(), then a write() small enough for the room it promises: a pipe or a
 *   terminal that cannot be opened again
 */
typedef enum
{
  APOOL_OUTLET_WRITE,
  APOOL_OUTLET_SEND,
  APOOL_OUTLET_POLL,
} ApoolOutletWay;

typedef struct
{
  GSource source;
  ApoolOutlet *outlet;
} ApoolOutletSource;

struct _ApoolOutlet
{
  ApoolPoller *poller; /* not owned */
  GSource *source;     /* writes what was gathered, before the loop would sleep */
  char *name;          /* for messages */
  ApoolOutletFunc func;
  gpointer data;

  ApoolOutletWay way;
  int fd;           /* what is written to: the caller's, or own_fd */
  int own_fd;       /* the same file opened again, non-blocking; or -1 */
  gboolean splices; /* it is a pipe, own_fd is used, and nobody asks where lines end */
  ApoolWatch watch; /* active while the file takes nothing */

  char *prelude; /* (nullable): what is written before the next bytes */
  gsize prelude_length;
  guint8 *buffer; /* (nullable): BUFFER_BYTES once needed; in use from start on */
  gsize start;
  gsize length;
  gboolean is_in_line;    /* what was given last ends within a line */
  gboolean has_been_full; /* since the last call of func */
  gboolean is_closed;     /* takes nothing before all is written: then a pipe goes on */
  gboolean is_diverted;   /* what comes is kept */
  ApoolSpool *spool;      /* (nullable): not owned: where */
  ApoolExtents kept;      /* what waits there */
  gboolean has_failed;
  GError *error; /* (nullable): the failure, until func has been told */
};

static void
apool_outlet_fail (ApoolOutlet *self, GError *error)
{
  apool_poller_remove (self->poller, &self->watch);
  self->has_failed = TRUE;
  self->error = error;
  self->length = 0;
  self->is_closed = FALSE;
}

/* Whether something that was kept is to be written now. */
static gboolean
apool_outlet_has_kept (const ApoolOutlet *self)
{
  return !self->is_diverted && self->kept.length > 0 && !self->has_failed;
}

/* Writes some bytes as far as that does not block; as write() does. */
static gssize
apool_outlet_try (ApoolOutlet *self, const guint8 *data, gsize length)
{
  struct pollfd request = { .fd = self->fd, .events = POLLOUT };
  int n;

  switch (self->way)
    {
    case APOOL_OUTLET_SEND:
      return send (self->fd, data, length, MSG_DONTWAIT | MSG_NOSIGNAL);
    case APOOL_OUTLET_POLL:
      n = poll (&request, 1, 0);
      if (n < 0)
        return -1;
      if (n == 0)
        {
          errno = EAGAIN;
          return -1;
        }
      return write (self->fd, data, MIN (length, PIPE_BUF));
    case APOOL_OUTLET_WRITE:
      break;
    }
  return write (self->fd, data, length);
}

static void apool_outlet_writable_cb (guint32 events, gpointer data);

/* The file takes nothing now; or there is an @errnum. */
static void
apool_outlet_handle_errno (ApoolOutlet *self, int errnum)
{
  GError *error = NULL;

  if (errnum != EAGAIN)
    apool_error_set_errno (&error, errnum, "%s: write", self->name);
  else if (self->watch.fd < 0 && !apool_poller_add (self->poller, &self->watch, self->fd, EPOLLOUT,
                                                    apool_outlet_writable_cb, self, &error))
    g_prefix_error (&error, "%s: ", self->name);
  if (error)
    apool_outlet_fail (self, error);
}

/* Writes as much as the file takes.
 * Returns: how much that was */
static gsize
apool_outlet_put (ApoolOutlet *self, const guint8 *data, gsize length)
{
  gsize done = 0;

  while (done < length)
    {
      gssize n = apool_outlet_try (self, data + done, length - done);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        {
          apool_outlet_handle_errno (self, n < 0 ? errno : EIO);
          break;
        }
      done += (gsize) n;
    }
  return done;
}

/* Puts what was kept behind what is gathered, as far as there is room. */
static void
apool_outlet_refill (ApoolOutlet *self)
{
  GError *error = NULL;
  gsize length;

  if (!apool_outlet_has_kept (self))
    return;
  if (!self->buffer)
    self->buffer = g_malloc (BUFFER_BYTES);
  memmove (self->buffer, self->buffer + self->start, self->length);
  self->start = 0;
  length = (gsize) MIN (self->kept.length, BUFFER_BYTES - self->length);
  if (apool_extents_pop (&self->kept, self->spool, self->buffer + self->length, length, &error))
    self->length += length;
  else
    apool_outlet_fail (self, error);
}

static void
apool_outlet_flush (ApoolOutlet *self)
{
  gsize done;

  apool_outlet_refill (self);
  if (self->has_failed)
    return;
  done = apool_outlet_put (self, self->buffer + self->start, self->length);
  if (self->has_failed)
    return;
  self->start += done;
  self->length -= done;
  if (self->length > 0)
    return;
  self->start = 0;
  if (apool_outlet_has_kept (self))
    return; /* it goes on when it is our turn again */
  self->is_closed = FALSE;
  apool_poller_remove (self->poller, &self->watch);
}

/* Tells the owner what it waits for. The last thing done by whoever calls it. */
static void
apool_outlet_tell (ApoolOutlet *self)
{
  g_autoptr (GError) error = g_steal_pointer (&self->error);

  if (error)
    self->func (error, self->data);
  else if (apool_outlet_has_kept (self))
    return; /* nobody has room before that is out */
  else if (self->length == 0 || (self->has_been_full && self->length <= BUFFER_BYTES / 2))
    {
      self->has_been_full = FALSE;
      self->func (NULL, self->data);
    }
}

static void
apool_outlet_writable_cb (guint32 events, gpointer data)
{
  ApoolOutlet *self = data;

  apool_outlet_flush (self);
  apool_outlet_tell (self);
}

static gboolean
apool_outlet_is_ready (const ApoolOutlet *self)
{
  return self->error || ((self->length > 0 || apool_outlet_has_kept (self)) && self->watch.fd < 0);
}

static gboolean
apool_outlet_prepare (GSource *source, int *timeout)
{
  *timeout = -1;
  return apool_outlet_is_ready (((ApoolOutletSource *) source)->outlet);
}

static gboolean
apool_outlet_check (GSource *source)
{
  return apool_outlet_is_ready (((ApoolOutletSource *) source)->outlet);
}

static gboolean
apool_outlet_dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  ApoolOutlet *self = ((ApoolOutletSource *) source)->outlet;

  if (!self->has_failed)
    apool_outlet_flush (self);
  apool_outlet_tell (self);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs apool_outlet_source_funcs = {
  .prepare = apool_outlet_prepare,
  .check = apool_outlet_check,
  .dispatch = apool_outlet_dispatch,
};

/* Opens a pipe or a terminal once more: a description of our own, which may be non-blocking. Not
 * for files, whose offset is shared with others by way of the description. */
static void
apool_outlet_open_again (ApoolOutlet *self)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", self->fd);

  self->own_fd = open (path, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
  if (self->own_fd >= 0)
    self->fd = self->own_fd;
  else
    self->way = APOOL_OUTLET_POLL; /* no /proc, another user's terminal, no reader any more */
}

static gboolean
apool_outlet_choose_way (ApoolOutlet *self, GError **error)
{
  struct stat status;
  int flags = fcntl (self->fd, F_GETFL);

  if (flags < 0 || fstat (self->fd, &status) < 0)
    {
      apool_error_set_errno (error, errno, "%s", self->name);
      return FALSE;
    }
  if (S_ISSOCK (status.st_mode))
    self->way = APOOL_OUTLET_SEND;
  else if ((flags & O_ACCMODE) == O_RDONLY)
    self->way = APOOL_OUTLET_WRITE; /* fails as it should; opened again it would not */
  else if (S_ISFIFO (status.st_mode) || isatty (self->fd))
    apool_outlet_open_again (self);
  self->splices = S_ISFIFO (status.st_mode) && self->own_fd >= 0;
  return TRUE;
}

static void
apool_outlet_attach (ApoolOutlet *self, GMainContext *context)
{
  self->source = g_source_new (&apool_outlet_source_funcs, sizeof (ApoolOutletSource));
  ((ApoolOutletSource *) self->source)->outlet = self;
  g_source_set_static_name (self->source, "apool-outlet");
  g_source_attach (self->source, context);
}

/**
 * apool_outlet_new:
 * @poller: (transfer none): of @context; outlives the outlet
 * @context: where @func is called
 * @fd: (transfer none): open as long as the outlet lives; its flags are not changed
 * @name: what it is called in messages, "standard output"
 * @func: told of room and of failure. It may write, but must not free the outlet
 * @data: (closure): for @func
 * @error: (out) (optional): a #GIOErrorEnum; only where @fd is not open
 *
 * SIGPIPE must be ignored in this process.
 *
 * Returns: (transfer full) (nullable): an outlet
 */
ApoolOutlet *
apool_outlet_new (ApoolPoller *poller,
                  GMainContext *context,
                  int fd,
                  const char *name,
                  ApoolOutletFunc func,
                  gpointer data,
                  GError **error)
{
  ApoolOutlet *self = g_new0 (ApoolOutlet, 1);

  self->poller = poller;
  self->name = g_strdup (name);
  self->func = func;
  self->data = data;
  self->fd = fd;
  self->own_fd = -1;
  self->watch = (ApoolWatch) APOOL_WATCH_INIT;
  apool_outlet_attach (self, context);
  if (!apool_outlet_choose_way (self, error))
    g_clear_pointer (&self, apool_outlet_free);
  return self;
}

/**
 * apool_outlet_free:
 * @self: (transfer full): an outlet; what is not flushed is lost
 */
void
apool_outlet_free (ApoolOutlet *self)
{
  apool_poller_remove (self->poller, &self->watch);
  g_source_destroy (self->source);
  g_source_unref (self->source);
  apool_fd_clear (&self->own_fd);
  g_clear_error (&self->error);
  if (self->spool)
    apool_extents_clear (&self->kept, self->spool);
  g_free (self->prelude);
  g_free (self->buffer);
  g_free (self->name);
  g_free (self);
}

/**
 * apool_outlet_get_room:
 * @self: an outlet
 *
 * Returns: how many bytes apool_outlet_write() takes now. After 0, @func tells when half of the
 *   buffer is free
 */
gsize
apool_outlet_get_room (const ApoolOutlet *self)
{
  if (self->is_closed || apool_outlet_has_kept (self))
    return 0;
  return BUFFER_BYTES - (self->is_diverted ? 0 : self->length) - self->prelude_length;
}

/**
 * apool_outlet_set_prelude:
 * @self: an outlet
 * @text: (array length=length) (nullable): bytes
 * @length: how many, few against the room there is
 *
 * Has bytes written before those that are written next, instead of any that were set before. They
 * count as none: where nothing follows, they are not written.
 */
void
apool_outlet_set_prelude (ApoolOutlet *self, const char *text, gsize length)
{
  g_return_if_fail (length <= BUFFER_BYTES - self->length);

  g_free (self->prelude);
  self->prelude = length > 0 ? g_memdup2 (text, length) : NULL;
  self->prelude_length = length;
}

/**
 * apool_outlet_has_prelude:
 * @self: an outlet
 *
 * Returns: whether nothing has been written since there was a prelude
 */
gboolean
apool_outlet_has_prelude (const ApoolOutlet *self)
{
  return self->prelude_length > 0;
}

/* Writes what comes before what is written next. */
static void
apool_outlet_put_prelude (ApoolOutlet *self)
{
  g_autofree char *prelude = g_steal_pointer (&self->prelude);
  gsize length = self->prelude_length;

  self->prelude_length = 0;
  apool_outlet_write (self, prelude, length);
}

static void
apool_outlet_gather (ApoolOutlet *self, const guint8 *data, gsize length)
{
  if (!self->buffer)
    self->buffer = g_malloc (BUFFER_BYTES);
  if (self->start + self->length + length > BUFFER_BYTES)
    {
      memmove (self->buffer, self->buffer + self->start, self->length);
      self->start = 0;
    }
  memcpy (self->buffer + self->start + self->length, data, length);
  self->length += length;
}

static void
apool_outlet_keep (ApoolOutlet *self, gconstpointer data, gsize length)
{
  GError *error = NULL;

  if (!self->has_failed && !apool_extents_push (&self->kept, self->spool, data, length, &error))
    apool_outlet_fail (self, error);
}

/**
 * apool_outlet_write:
 * @self: an outlet
 * @data: (array length=length): bytes
 * @length: how many; no more than apool_outlet_get_room()
 *
 * Writes bytes, or keeps them until they can be written. After a failure they are dropped.
 */
void
apool_outlet_write (ApoolOutlet *self, gconstpointer data, gsize length)
{
  const guint8 *bytes = data;
  gsize done = 0;

  g_return_if_fail (length <= apool_outlet_get_room (self));

  if (length > 0 && self->prelude_length > 0)
    apool_outlet_put_prelude (self);
  if (length > 0)
    self->is_in_line = bytes[length - 1] != '\n';
  if (self->is_diverted)
    {
      apool_outlet_keep (self, data, length);
      return;
    }
  if (self->length == 0 && length >= DIRECT_BYTES && !self->has_failed)
    done = apool_outlet_put (self, bytes, length);
  if (self->has_failed || done == length)
    return;
  apool_outlet_gather (self, bytes + done, length - done);
  if (self->length >= FLUSH_BYTES && self->watch.fd < 0)
    apool_outlet_flush (self);
  if (self->length == BUFFER_BYTES)
    self->has_been_full = TRUE;
}

/**
 * apool_outlet_flush_now:
 * @self: an outlet
 *
 * Writes what the file takes at once, without waiting for the next turn of the loop.
 */
void
apool_outlet_flush_now (ApoolOutlet *self)
{
  while ((self->length > 0 || apool_outlet_has_kept (self)) && !self->has_failed)
    {
      apool_outlet_flush (self);
      if (self->watch.fd >= 0)
        break;
    }
}

/**
 * apool_outlet_divert:
 * @self: an outlet that is not diverted
 * @spool: (transfer none): where to; outlives the outlet
 *
 * From now on nothing is written any more: what comes is kept. It has room for all.
 */
void
apool_outlet_divert (ApoolOutlet *self, ApoolSpool *spool)
{
  self->spool = spool;
  self->is_diverted = TRUE;
}

/**
 * apool_outlet_rejoin:
 * @self: an outlet that is diverted
 *
 * Writes what was kept. There is no room for more before that, when @func is called.
 */
void
apool_outlet_rejoin (ApoolOutlet *self)
{
  self->is_diverted = FALSE;
}

/**
 * apool_outlet_follow_lines:
 * @self: an outlet that nothing was written to
 *
 * Has it look at all that passes, for apool_outlet_is_in_line(). It splices nothing.
 */
void
apool_outlet_follow_lines (ApoolOutlet *self)
{
  self->splices = FALSE;
}

/**
 * apool_outlet_can_splice:
 * @self: an outlet
 *
 * Returns: whether apool_outlet_splice() is worth a try
 */
gboolean
apool_outlet_can_splice (const ApoolOutlet *self)
{
  return self->splices && self->prelude_length == 0 && !self->has_failed && !self->is_diverted &&
         self->kept.length == 0;
}

/**
 * apool_outlet_splice:
 * @self: an outlet that can splice, and has room
 * @pipe: a pipe that bytes can be read from at this moment
 * @length: how many at most
 *
 * Hands bytes on without looking at them. What was given before is written first. Where not all of
 * that is taken, or then nothing more, there is no room any more until @func is called.
 *
 * Returns: how many bytes have gone from one pipe to the other. Where it is none and there still is
 *   room they have to be read and written
 */
gsize
apool_outlet_splice (ApoolOutlet *self, int pipe, gsize length)
{
  gssize n;

  if (self->length > 0 && self->watch.fd < 0)
    apool_outlet_flush (self);
  self->is_closed = self->length > 0;
  if (self->has_failed || self->is_closed)
    return 0;
  do
    n = splice (pipe, NULL, self->fd, NULL, length, SPLICE_F_NONBLOCK);
  while (n < 0 && errno == EINTR);
  if (n >= 0)
    return (gsize) n;
  if (errno == EINVAL || errno == ENOSYS || errno == EPERM)
    self->splices = FALSE; /* not here */
  else
    {
      self->is_closed = errno == EAGAIN;
      apool_outlet_handle_errno (self, errno);
    }
  return 0;
}

/**
 * apool_outlet_is_flushed:
 * @self: an outlet
 *
 * Returns: whether everything has been written; if not, @func is called without an error when it
 *   is. %TRUE after a failure
 */
gboolean
apool_outlet_is_flushed (const ApoolOutlet *self)
{
  return self->length == 0 && (self->kept.length == 0 || self->has_failed);
}

/**
 * apool_outlet_is_in_line:
 * @self: an outlet
 *
 * Returns: whether the last byte it was given is no newline; %FALSE where it was given none. Only
 *   after apool_outlet_follow_lines(), or where nothing was spliced
 */
gboolean
apool_outlet_is_in_line (const ApoolOutlet *self)
{
  return self->is_in_line;
}

/**
 * apool_outlet_is_blocked:
 * @self: an outlet
 *
 * Returns: whether the file does not take what there is to write
 */
gboolean
apool_outlet_is_blocked (const ApoolOutlet *self)
{
  return self->watch.fd >= 0;
}

/**
 * apool_outlet_write_rows:
 * @self: an outlet that is not within a line
 * @text: (array length=length): what moves the cursor, and whole lines, of any number
 * @length: how many bytes; no more than apool_outlet_get_room()
 *
 * Writes to a terminal what leaves the cursor at the beginning of a row.
 */
void
apool_outlet_write_rows (ApoolOutlet *self, const char *text, gsize length)
{
  apool_outlet_write (self, text, length);
  self->is_in_line = FALSE;
}
