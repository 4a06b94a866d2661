/* SPDX-License-Identifier: MIT */
/* Whole writes, for what is small and has to be out before anything else happens. Jobs' output
 * does not go this way. */

#include "base/apool-io.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/apool-error.h"

/**
 * apool_io_write_all:
 * @fd: where to; whether it blocks or not
 * @data: what
 * @length: how many bytes
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * Returns: whether all of it was written
 */
gboolean
apool_io_write_all (int fd, const char *data, gsize length, GError **error)
{
  while (length > 0)
    {
      gssize written = write (fd, data, length);

      if (written >= 0)
        {
          data += written;
          length -= (gsize) written;
        }
      else if (errno == EAGAIN)
        {
          struct pollfd room = { .fd = fd, .events = POLLOUT };

          (void) poll (&room, 1, -1); /* if it fails, write() says why */
        }
      else if (errno != EINTR)
        {
          apool_error_set_errno (error, errno, "write");
          return FALSE;
        }
    }
  return TRUE;
}

/**
 * apool_io_say:
 * @fd: where people read
 * @text: a line for them, of any bytes
 *
 * Says something, in one write where that is possible. Who cannot be told cannot be told that
 * either.
 */
void
apool_io_say (int fd, const char *text)
{
  (void) apool_io_write_all (fd, text, strlen (text), NULL);
}
