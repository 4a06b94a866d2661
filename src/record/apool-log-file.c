/* SPDX-License-Identifier: MIT */
/* Lines that are appended to a file, each by one write().
 *
 * A file that is open is as it was: it is emptied, or mended, when it is begun, so that whoever
 * opens it and then cannot go on has not lost what is in it.
 *
 * What could only be written in part is taken out again, and so is what an earlier run has left of
 * a line: others who read the file would trip over it, or take it for a whole one. Where that
 * fails, or the file does not begin as such a log does, a newline ends it before the next line
 * begins.
 *
 * Other processes may append to the same file: nothing of theirs is taken out. */

#include "record/apool-log-file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"

/* So many bytes are read at once. */
#define BLOCK_BYTES 4096

/* So long is no line that a file begins with. */
#define MAX_FIRST_BYTES (64 * 1024 * 1024)

struct _ApoolLogFile
{
  char *name; /* for messages */
  char *path;
  int fd;
  gboolean is_regular;
  gboolean is_shared; /* with our own output */
  gboolean is_empty;  /* when it was begun */
  gboolean is_torn;   /* what stands last in it has no newline */
};

static gboolean
apool_log_file_fail (const ApoolLogFile *self, GError **error)
{
  apool_error_set_errno (error, errno, "%s", self->name);
  return FALSE;
}

/* The file may be what our own output goes to: its place in there is that of the descriptor. */
static gboolean
apool_log_file_share (ApoolLogFile *self)
{
  for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++)
    if (apool_fd_same_file (self->fd, fd))
      {
        int shared = fcntl (fd, F_DUPFD_CLOEXEC, 3);

        if (shared < 0)
          continue; /* descriptors are short: ours is as good where it is appended to */
        apool_fd_clear (&self->fd);
        self->fd = shared;
        return TRUE;
      }
  return FALSE;
}

/* Finds what stands behind the last newline of @size bytes.
 *
 * Returns: where it begins; -1 where that cannot be read */
static off_t
apool_log_file_find_last (int fd, off_t size)
{
  char block[BLOCK_BYTES];

  while (size > 0)
    {
      gsize n_wanted = (gsize) MIN (size, (off_t) sizeof block);
      gssize n = pread (fd, block, n_wanted, size - (off_t) n_wanted);
      const char *end;

      if (n != (gssize) n_wanted)
        {
          errno = n < 0 ? errno : EIO;
          return -1;
        }
      end = memrchr (block, '\n', n_wanted);
      if (end)
        return size - (off_t) n_wanted + (end - block) + 1;
      size -= (off_t) n_wanted;
    }
  return 0;
}

/* Finds out whether the file is a log, by its first line. Returns: that it could be read */
static gboolean
apool_log_file_find_own (int fd, ApoolLogOwnFunc own, gboolean *is_own)
{
  g_autoptr (GString) line = g_string_new (NULL);
  char block[BLOCK_BYTES];
  const char *newline = NULL;
  gssize n = 1;

  while (!newline && n > 0 && line->len < MAX_FIRST_BYTES)
    {
      n = pread (fd, block, sizeof block, (off_t) line->len);
      newline = n > 0 ? memchr (block, '\n', (gsize) n) : NULL;
      g_string_append_len (line, block, newline ? newline - block : MAX (n, 0));
    }
  *is_own = own (line->str, line->len, newline != NULL);
  return n >= 0;
}

/* Looks at how an earlier run has left the file. */
static gboolean
apool_log_file_mend (ApoolLogFile *self, off_t size, ApoolLogOwnFunc own, GError **error)
{
  g_auto (ApoolFd) fd = open (self->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  off_t last = fd < 0 ? -1 : apool_log_file_find_last (fd, size);
  gboolean is_own;

  if (last < 0)
    return apool_log_file_fail (self, error);
  if (last == size)
    return TRUE;
  if (!apool_log_file_find_own (fd, own, &is_own))
    return apool_log_file_fail (self, error);
  self->is_torn = !is_own;
  if (self->is_torn)
    return TRUE;
  self->is_empty = last == 0;
  return ftruncate (self->fd, last) == 0 || apool_log_file_fail (self, error);
}

/**
 * apool_log_file_open:
 * @option: what it was asked for by
 * @path: of the file, made where it is missing; a FIFO is waited for until somebody reads it
 * @error: (out) (optional): a #GIOErrorEnum, naming the option and the file
 *
 * What is in it stays as it is until apool_log_file_begin().
 *
 * Returns: (transfer full) (nullable): a file, for lines
 */
ApoolLogFile *
apool_log_file_open (const char *option, const char *path, GError **error)
{
  g_autoptr (ApoolLogFile) self = g_new0 (ApoolLogFile, 1);
  struct stat status;

  self->name = g_strdup_printf ("%s: '%s'", option, path);
  self->path = g_strdup (path);
  self->fd = open (path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0666);
  if (self->fd < 0 || fstat (self->fd, &status) < 0)
    {
      (void) apool_log_file_fail (self, error);
      return NULL;
    }
  self->is_regular = S_ISREG (status.st_mode);
  self->is_shared = self->is_regular && apool_log_file_share (self);
  return g_steal_pointer (&self);
}

/**
 * apool_log_file_begin:
 * @self: a file that has no line yet
 * @appends: whether what is in it stays
 * @own: asked whether it is a log, where what stands last in it is no line
 * @error: (out) (optional): a #GIOErrorEnum, naming the option and the file
 *
 * Makes it ready for lines. What our own output goes to stays as it is.
 *
 * Returns: whether that was possible
 */
gboolean
apool_log_file_begin (ApoolLogFile *self, gboolean appends, ApoolLogOwnFunc own, GError **error)
{
  struct stat status;

  if (fstat (self->fd, &status) < 0)
    return apool_log_file_fail (self, error);
  self->is_empty = !self->is_regular || !appends || status.st_size == 0;
  if (!self->is_regular || self->is_shared)
    return TRUE;
  if (!appends)
    return ftruncate (self->fd, 0) == 0 || apool_log_file_fail (self, error);
  return self->is_empty || apool_log_file_mend (self, status.st_size, own, error);
}

/**
 * apool_log_file_free:
 * @self: (transfer full): a file
 */
void
apool_log_file_free (ApoolLogFile *self)
{
  apool_fd_clear (&self->fd);
  g_free (self->name);
  g_free (self->path);
  g_free (self);
}

/**
 * apool_log_file_is_empty:
 * @self: a file that was begun
 *
 * Returns: whether there was nothing in it then, or nothing that stays
 */
gboolean
apool_log_file_is_empty (const ApoolLogFile *self)
{
  return self->is_empty;
}

/* Takes the last @n bytes out again, which are ours, as long as nobody has written behind them. */
static void
apool_log_file_cut (ApoolLogFile *self, gsize n)
{
  off_t end = lseek (self->fd, 0, SEEK_CUR);
  struct stat status;

  self->is_torn = n > 0;
  if (n == 0 || !self->is_regular || end < (off_t) n || fstat (self->fd, &status) < 0 ||
      status.st_size != end || ftruncate (self->fd, end - (off_t) n) < 0)
    return;
  /* Without O_APPEND the next byte would leave a gap. */
  self->is_torn = lseek (self->fd, end - (off_t) n, SEEK_SET) < 0;
}

/* Returns: whether there is room now, or will not be: then write() says why */
static gboolean
apool_log_file_wait (const ApoolLogFile *self)
{
  struct pollfd room = { .fd = self->fd, .events = POLLOUT };

  (void) poll (&room, 1, -1); /* if it fails, write() says why */
  return TRUE;
}

/* Returns: how many bytes were written; fewer than @length with errno */
static gsize
apool_log_file_write (const ApoolLogFile *self, const char *data, gsize length)
{
  gsize n_written = 0;

  while (n_written < length)
    {
      gssize n = write (self->fd, data + n_written, length - n_written);

      if (n >= 0)
        n_written += (gsize) n;
      else if (errno != EINTR && !(errno == EAGAIN && apool_log_file_wait (self)))
        break;
    }
  return n_written;
}

/**
 * apool_log_file_add:
 * @self: a file that was begun
 * @line: (array length=length): a line, with its newline
 * @length: how many bytes
 * @error: (out) (optional): a #GIOErrorEnum, naming the option and the file
 *
 * Appends a line, or nothing. May be called again after a failure: there may be room then.
 *
 * Returns: whether it is in the file
 */
gboolean
apool_log_file_add (ApoolLogFile *self, const char *line, gsize length, GError **error)
{
  gsize n_written;
  int errnum;

  if (self->is_torn && apool_log_file_write (self, "\n", 1) < 1)
    return apool_log_file_fail (self, error);
  self->is_torn = FALSE;
  n_written = apool_log_file_write (self, line, length);
  if (n_written == length)
    return TRUE;
  errnum = errno;
  apool_log_file_cut (self, n_written);
  errno = errnum;
  return apool_log_file_fail (self, error);
}

/**
 * apool_log_file_close:
 * @self: a file; only to be freed after that
 * @error: (out) (optional): a #GIOErrorEnum, naming the option and the file
 *
 * Returns: whether all lines are in the file; some file systems say only now that there is no room
 */
gboolean
apool_log_file_close (ApoolLogFile *self, GError **error)
{
  return self->fd < 0 || close (apool_fd_steal (&self->fd)) == 0 ||
         apool_log_file_fail (self, error);
}
