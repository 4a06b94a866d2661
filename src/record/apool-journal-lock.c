/* SPDX-License-Identifier: MIT */
/* A journal has one writer at a time. The lock is the kernel's, on a file of its own: it ends with
 * the process that holds it, however that ends, and is not inherited by what it executes. What the
 * file says is for people. */

#include "record/apool-journal-lock.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <poll.h>
#include <string.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"
#include "record/apool-journal-file.h"

/* More of what the holder says of itself is not shown. */
#define SHOWN_BYTES 80

/* So long is waited for one who may be about to end: milliseconds. */
#define WAIT_MSEC 1000

/* What its file begins with. */
#define BEGINNING "process "

/* Reads what the holder says of itself: @text has room for %SHOWN_BYTES and a NUL. */
static void
apool_journal_lock_read (int fd, char *text)
{
  gssize n = pread (fd, text, SHOWN_BYTES, 0);

  text[MAX (n, 0)] = '\0';
  text[strcspn (text, "\n")] = '\0';
}

static void
apool_journal_lock_fail_busy (int fd, const char *directory, GError **error)
{
  char text[SHOWN_BYTES + 1];

  apool_journal_lock_read (fd, text);
  for (char *at = text; *at; at++)
    if (!g_ascii_isprint (*at))
      *at = '?';
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_OUTPUT, "--journal: %s: in use by another run%s%s",
               directory, text[0] ? ": " : "", text);
}

/* Waits until @process, of pidfd_open(), has ended: that closes its files before it is told. */
static void
apool_journal_lock_wait_for (int process)
{
  gint64 end = g_get_monotonic_time () + WAIT_MSEC * 1000;
  struct pollfd ended = { process, POLLIN, 0 };
  gint64 left = WAIT_MSEC;

  while (left > 0 && poll (&ended, 1, (int) left) < 0 && errno == EINTR)
    left = (end - g_get_monotonic_time ()) / 1000;
}

/* A process that was killed has its files until the kernel has taken all else from it, which takes
 * a while on a busy machine. Whether it is being killed cannot be seen, so that one that lives is
 * waited for, too. */
static void
apool_journal_lock_await (int fd)
{
  char text[SHOWN_BYTES + 1];
  g_auto (ApoolFd) process = -1;
  gint64 pid;

  apool_journal_lock_read (fd, text);
  if (!g_str_has_prefix (text, BEGINNING))
    return;
  pid = g_ascii_strtoll (text + strlen (BEGINNING), NULL, 10);
  if (pid <= 0 || pid > G_MAXINT || pid == getpid ())
    return;
  process = (int) syscall (SYS_pidfd_open, (pid_t) pid, 0);
  if (process >= 0)
    apool_journal_lock_wait_for (process);
}

/* Returns: whether we have the lock; else errno says why not */
static gboolean
apool_journal_lock_try (int fd)
{
  if (flock (fd, LOCK_EX | LOCK_NB) == 0)
    return TRUE;
  if (errno != EWOULDBLOCK)
    return FALSE;
  apool_journal_lock_await (fd);
  return flock (fd, LOCK_EX | LOCK_NB) == 0;
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
 * Makes the file where there is none, and writes nothing to it. Where the lock is held, waits for
 * its holder for up to a second: it may have been killed just now.
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
  if (!apool_journal_lock_try (fd))
    {
      if (errno == EWOULDBLOCK)
        apool_journal_lock_fail_busy (fd, directory, error);
      else
        apool_error_set_errno (error, errno, "--journal: %s", path);
      return -1;
    }
  return apool_fd_steal (&fd);
}
