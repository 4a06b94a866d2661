/* SPDX-License-Identifier: MIT */
/* Owned descriptors. */

#include "base/apool-fd.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/apool-error.h"

/* Descriptors that starting a process takes for a moment, from us and from GLib, which ends the
 * program where it finds none for a thread of its own. */
#define N_SPAWN_FDS 4

/**
 * apool_fd_set_nonblocking:
 * @fd: a descriptor whose description belongs to this process alone
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * Returns: whether reads and writes on @fd no longer block
 */
gboolean
apool_fd_set_nonblocking (int fd, GError **error)
{
  int flags = fcntl (fd, F_GETFL);

  if (flags < 0 || fcntl (fd, F_SETFL, flags | O_NONBLOCK) < 0)
    {
      apool_error_set_errno (error, errno, "cannot make a descriptor non-blocking");
      return FALSE;
    }
  return TRUE;
}

/**
 * apool_fd_same_file:
 * @a: a descriptor
 * @b: another one
 *
 * Returns: whether what is written to the one arrives where what is written to the other does;
 *   %FALSE where one of them is not open
 */
gboolean
apool_fd_same_file (int a, int b)
{
  struct stat stat_a;
  struct stat stat_b;

  if (fstat (a, &stat_a) < 0 || fstat (b, &stat_b) < 0)
    return FALSE;
  return stat_a.st_dev == stat_b.st_dev && stat_a.st_ino == stat_b.st_ino;
}

/**
 * apool_fd_make_blocking_pipe:
 * @fds: (out): the read end and the write end; both close-on-exec
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * Returns: whether the pipe was made
 */
gboolean
apool_fd_make_blocking_pipe (int fds[2], GError **error)
{
  if (pipe2 (fds, O_CLOEXEC) == 0)
    return TRUE;
  apool_error_set_errno (error, errno, "cannot make a pipe");
  return FALSE;
}

/**
 * apool_fd_unblock_pipe:
 * @fd: an end of a pipe of ours
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * Returns: whether reads and writes on @fd no longer block
 */
gboolean
apool_fd_unblock_pipe (int fd, GError **error)
{
  /* It has no other flags to be kept. */
  if (fcntl (fd, F_SETFL, O_NONBLOCK) == 0)
    return TRUE;
  apool_error_set_errno (error, errno, "cannot make a descriptor non-blocking");
  return FALSE;
}

/**
 * apool_fd_make_pipe:
 * @fds: (out): the read end, non-blocking, and the write end; both close-on-exec
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * Returns: whether the pipe was made
 */
gboolean
apool_fd_make_pipe (int fds[2], GError **error)
{
  if (!apool_fd_make_blocking_pipe (fds, error))
    return FALSE;
  if (apool_fd_unblock_pipe (fds[0], error))
    return TRUE;
  apool_fd_clear (&fds[0]);
  apool_fd_clear (&fds[1]);
  return FALSE;
}

/**
 * apool_fd_check_spawn:
 * @fd: any open descriptor
 * @what: what cannot be done without, for the message
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * Returns: whether there are descriptors enough to start a process with GLib
 */
gboolean
apool_fd_check_spawn (int fd, const char *what, GError **error)
{
  int fds[N_SPAWN_FDS];
  int n = 0;
  int errnum = 0;

  while (n < N_SPAWN_FDS && errnum == 0)
    {
      fds[n] = fcntl (fd, F_DUPFD_CLOEXEC, 3);
      if (fds[n] < 0)
        errnum = errno;
      else
        n++;
    }
  while (n > 0)
    apool_fd_clear (&fds[--n]);
  if (errnum != 0)
    apool_error_set_errno (error, errnum, "%s", what);
  return errnum == 0;
}

/**
 * apool_fd_ensure_standard:
 *
 * Fills descriptors 0, 1 and 2 where the caller closed them, so that no file of ours lands there.
 * A closed standard output is opened for reading only, a closed standard input for writing: the
 * wrong way round, so that whoever uses it gets EBADF, as it would have.
 */
void
apool_fd_ensure_standard (void)
{
  for (int fd = 0; fd <= 2; fd++)
    {
      if (fcntl (fd, F_GETFD) >= 0)
        continue;
      /* Takes the lowest free number, which is @fd. If it fails there is nothing to be done yet,
       * and the first open that matters will say so. */
      (void) open ("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
    }
}
