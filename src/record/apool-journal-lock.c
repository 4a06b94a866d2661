/* SPDX-License-Identifier: MIT */
/* A journal has one writer at a time. The lock is the kernel's, on a file of its own: it ends with
 * the process that holds it, however that ends, and is not inherited by what it executes. What the
 * file says is for people. */

#include "record/apool-journal-lock.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"

/* More of what the holder says of itself is not shown. */
#define SHOWN_BYTES 80

static void
apool_journal_lock_fail_busy (int fd, const char *directory, GError **error)
{
  char text[SHOWN_BYTES + 1] = "";
  gssize n = pread (fd, text, SHOWN_BYTES, 0);

  text[MAX (n, 0)] = '\0';
  text[strcspn (text, "\n")] = '\0';
  for (char *at = text; *at; at++)
    if (!g_ascii_isprint (*at))
      *at = '?';
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_OUTPUT, "--journal: %s: in use by another run%s%s",
               directory, text[0] ? ": " : "", text);
}

/* The words are of no use but for a message: what fails here cannot matter. */
static void
apool_journal_lock_sign (int fd)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *time = now ? g_date_time_format (now, "%Y-%m-%d %H:%M:%S") : NULL;
  g_autofree char *text =
      g_strdup_printf ("process %ld, since %s\n", (long) getpid (), time ? time : "?");

  if (ftruncate (fd, 0) == 0)
    (void) !pwrite (fd, text, strlen (text), 0);
}

/**
 * apool_journal_lock_take:
 * @directory: of a journal
 * @error: (out) (optional): %APOOL_ERROR_OUTPUT where another process holds it, or a #GIOErrorEnum
 *
 * Returns: (transfer full): a descriptor that holds the lock until it is closed, or the process
 *   ends; -1 on error
 */
int
apool_journal_lock_take (const char *directory, GError **error)
{
  g_autofree char *path = g_build_filename (directory, "lock", NULL);
  g_auto (ApoolFd) fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW, 0600);

  if (fd < 0)
    {
      apool_error_set_errno (error, errno, "--journal: %s", path);
      return -1;
    }
  if (flock (fd, LOCK_EX | LOCK_NB) < 0)
    {
      if (errno == EWOULDBLOCK)
        apool_journal_lock_fail_busy (fd, directory, error);
      else
        apool_error_set_errno (error, errno, "--journal: %s", path);
      return -1;
    }
  apool_journal_lock_sign (fd);
  return apool_fd_steal (&fd);
}
