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
#include "record/apool-journal-file.h"

/* More of what the holder says of itself is not shown. */
#define SHOWN_BYTES 80

/* What its file begins with. */
#define BEGINNING "process "

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

/**
 * apool_journal_lock_is_own:
 * @fd: a lock that was taken
 *
 * Returns: whether its file is empty, or was written by one who had the lock: else it is a file of
 *   somebody else that only has the name
 */
gboolean
apool_journal_lock_is_own (int fd)
{
  char text[sizeof BEGINNING - 1];
  gssize n = pread (fd, text, sizeof text, 0);

  /* After a power cut there may be zeros. */
  return n == 0 || (n > 0 && text[0] == '\0') ||
         (n == sizeof text && memcmp (text, BEGINNING, sizeof text) == 0);
}

/**
 * apool_journal_lock_sign:
 * @fd: a lock that was taken
 *
 * Writes down who has it. The words are of no use but for a message: what fails here cannot matter.
 */
void
apool_journal_lock_sign (int fd)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *time = now ? g_date_time_format (now, "%Y-%m-%d %H:%M:%S") : NULL;
  g_autofree char *text =
      g_strdup_printf (BEGINNING "%ld, since %s\n", (long) getpid (), time ? time : "?");

  if (ftruncate (fd, 0) == 0)
    (void) !pwrite (fd, text, strlen (text), 0);
}

/**
 * apool_journal_lock_take:
 * @directory: of a journal
 * @error: (out) (optional): %APOOL_ERROR_OUTPUT where another process holds it, or a #GIOErrorEnum
 *
 * Makes the file where there is none, and writes nothing to it.
 *
 * Returns: (transfer full): a descriptor that holds the lock until it is closed, or the process
 *   ends; -1 on error
 */
int
apool_journal_lock_take (const char *directory, GError **error)
{
  g_autofree char *path = g_build_filename (directory, "lock", NULL);
  g_auto (ApoolFd) fd = apool_journal_file_open (path, O_RDWR | O_CREAT, error);

  if (fd < 0)
    return -1;
  if (flock (fd, LOCK_EX | LOCK_NB) < 0)
    {
      if (errno == EWOULDBLOCK)
        apool_journal_lock_fail_busy (fd, directory, error);
      else
        apool_error_set_errno (error, errno, "--journal: %s", path);
      return -1;
    }
  return apool_fd_steal (&fd);
}
