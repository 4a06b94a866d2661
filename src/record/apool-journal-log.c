/* SPDX-License-Identifier: MIT */
/* Records are added whole or not at all, as far as a process can see to that: each is one write at
 * the end of the file. Where only a part of it fits, that is cut off again; where even that fails,
 * or the one who wrote before was killed in the middle, the next record begins with a newline, so
 * that the torn line is a line of its own, which readers ignore. */

#include "record/apool-journal-log.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"

struct _ApoolJournalLog
{
  int fd; /* owned */
  char *path;
  guint64 length;   /* of the file */
  gboolean is_torn; /* it does not end in a newline */
};

static gboolean
apool_journal_log_fail (ApoolJournalLog *self, GError **error)
{
  apool_error_set_errno (error, errno, "--journal: %s", self->path);
  return FALSE;
}

/* Looks at how the file ends. */
static gboolean
apool_journal_log_find_end (ApoolJournalLog *self, GError **error)
{
  struct stat status;
  char last = '\n';

  if (fstat (self->fd, &status) < 0)
    return apool_journal_log_fail (self, error);
  self->length = (guint64) status.st_size;
  if (status.st_size > 0 && pread (self->fd, &last, 1, status.st_size - 1) < 0)
    return apool_journal_log_fail (self, error);
  self->is_torn = last != '\n';
  return TRUE;
}

/**
 * apool_journal_log_new:
 * @fd: (transfer full): a file, open for reading and for appending (O_APPEND)
 * @path: what it is called, for messages
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * Returns: (transfer full) (nullable): the log; what it has stays
 */
ApoolJournalLog *
apool_journal_log_new (int fd, const char *path, GError **error)
{
  g_autoptr (ApoolJournalLog) self = g_new0 (ApoolJournalLog, 1);

  self->fd = fd;
  self->path = g_strdup (path);
  if (!apool_journal_log_find_end (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * apool_journal_log_free:
 * @self: (transfer full): a log
 */
void
apool_journal_log_free (ApoolJournalLog *self)
{
  apool_fd_clear (&self->fd);
  g_free (self->path);
  g_free (self);
}

/**
 * apool_journal_log_get_fd:
 * @self: a log
 *
 * Returns: its descriptor, still its own
 */
int
apool_journal_log_get_fd (const ApoolJournalLog *self)
{
  return self->fd;
}

/**
 * apool_journal_log_get_length:
 * @self: a log
 *
 * Returns: how many bytes the file has
 */
guint64
apool_journal_log_get_length (const ApoolJournalLog *self)
{
  return self->length;
}

/**
 * apool_journal_log_empty:
 * @self: a log
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * Returns: whether it has nothing any more
 */
gboolean
apool_journal_log_empty (ApoolJournalLog *self, GError **error)
{
  if (ftruncate (self->fd, 0) < 0)
    return apool_journal_log_fail (self, error);
  self->length = 0;
  self->is_torn = FALSE;
  return TRUE;
}

/* Cuts a record off of which only @written bytes could be written. */
static void
apool_journal_log_cut_back (ApoolJournalLog *self, gsize written)
{
  if (written == 0 || ftruncate (self->fd, (off_t) self->length) == 0)
    return;
  self->length += written;
  self->is_torn = TRUE;
}

/* Returns: how many of the bytes were written; with fewer than all errno says why */
static gsize
apool_journal_log_write (ApoolJournalLog *self, const char *data, gsize length)
{
  gsize written = 0;

  while (written < length)
    {
      gssize n = write (self->fd, data + written, length - written);

      if (n > 0)
        written += (gsize) n;
      else if (n == 0 || errno != EINTR)
        break;
    }
  return written;
}

static gboolean
apool_journal_log_add (ApoolJournalLog *self, const char *data, gsize length, GError **error)
{
  gsize written;

  errno = EIO; /* of a write that wrote nothing and says nothing */
  written = apool_journal_log_write (self, data, length);
  if (written < length)
    {
      apool_journal_log_fail (self, error);
      apool_journal_log_cut_back (self, written);
      return FALSE;
    }
  self->length += written;
  return TRUE;
}

/**
 * apool_journal_log_append:
 * @self: a log
 * @line: (array length=length): a record, its newline at the end
 * @length: how many bytes
 * @error: (out) (optional): a #GIOErrorEnum, naming the file
 *
 * Returns: whether it is there as a whole; else nothing of it counts
 */
gboolean
apool_journal_log_append (ApoolJournalLog *self, const char *line, gsize length, GError **error)
{
  if (self->is_torn)
    {
      if (!apool_journal_log_add (self, "\n", 1, error))
        return FALSE;
      self->is_torn = FALSE;
    }
  return apool_journal_log_add (self, line, length, error);
}
