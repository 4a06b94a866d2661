/* SPDX-License-Identifier: MIT */
/* The files of a journal are regular files, for those who write and those who read: another one has
 * no end, or waits for somebody, and through a symbolic link a file would be changed that is not of
 * the journal. */

#include "record/apool-journal-file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"

/**
 * apool_journal_file_open:
 * @path: a file of a journal
 * @flags: of open(), to which all that protects us from other files is added
 * @error: (out) (optional): a #GIOErrorEnum, or %APOOL_ERROR_USAGE where it is not such a file;
 *   names it
 *
 * Returns: (transfer full): a descriptor; -1 on error
 */
int
apool_journal_file_open (const char *path, int flags, GError **error)
{
  g_auto (ApoolFd) fd = open (path, O_CLOEXEC | O_NOCTTY | O_NOFOLLOW | O_NONBLOCK | flags, 0600);
  struct stat status;

  if (fd < 0 && errno == ELOOP)
    {
      g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE, "--journal: %s: a symbolic link", path);
      return -1;
    }
  if (fd < 0 || fstat (fd, &status) < 0)
    {
      apool_error_set_errno (error, errno, "--journal: %s", path);
      return -1;
    }
  if (S_ISREG (status.st_mode))
    return apool_fd_steal (&fd);
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE, "--journal: %s: not a regular file", path);
  return -1;
}
