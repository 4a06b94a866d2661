/* SPDX-License-Identifier: MIT */
/* What a job writes, kept in a file as it comes.
 *
 * There may be as many jobs as there are descriptors, so a file is open for good only while there
 * is a pipe whose bytes it gets: for those there were descriptors. Otherwise it is opened for each
 * piece; mostly there is only one.
 *
 * Writes may block, as those to the spool do: a file is as fast as a file is. */

#include "sinks/apool-result-file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"

static gboolean
apool_result_file_fail (const ApoolResultFile *self, GError **error)
{
  apool_error_set_errno (error, errno, "--results: '%s'", self->path);
  return FALSE;
}

/* Some file systems say only now that there is no room. */
static gboolean
apool_result_file_close (ApoolResultFile *self, GError **error)
{
  return self->fd < 0 || close (apool_fd_steal (&self->fd)) == 0 ||
         apool_result_file_fail (self, error);
}

static gboolean
apool_result_file_ensure_open (ApoolResultFile *self, int flags, GError **error)
{
  if (self->fd < 0)
    self->fd = apool_result_path_open (self->path, flags | O_APPEND, error);
  return self->fd >= 0;
}

/**
 * apool_result_file_begin:
 * @self: nothing
 * @place: of the job's results, which has been made
 * @part: which of its files
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * Begins a file, empty whatever was in it before.
 *
 * Returns: whether it is there; else there still is nothing
 */
gboolean
apool_result_file_begin (ApoolResultFile *self,
                         const char *place,
                         ApoolResultPart part,
                         GError **error)
{
  self->path = apool_result_path_dup (place, part);
  if (apool_result_file_ensure_open (self, O_TRUNC, error) && apool_result_file_close (self, error))
    return TRUE;
  apool_result_file_clear (self);
  return FALSE;
}

/**
 * apool_result_file_write:
 * @self: a file that was begun
 * @data: (array length=length): bytes to be added
 * @length: how many
 * @stays_open: whether more will come soon, and there is a descriptor to spare
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * Returns: whether all of them were written
 */
gboolean
apool_result_file_write (
    ApoolResultFile *self, gconstpointer data, gsize length, gboolean stays_open, GError **error)
{
  const char *bytes = data;

  if (length > 0 && !apool_result_file_ensure_open (self, 0, error))
    return FALSE;
  while (length > 0)
    {
      gssize n = write (self->fd, bytes, length);

      if (n < 0 && errno == EINTR)
        continue;
      /* Where it would block it is no file: nobody is waited for. */
      if (n < 0)
        return apool_result_file_fail (self, error);
      bytes += n;
      length -= (gsize) n;
    }
  return stays_open || apool_result_file_close (self, error);
}

/**
 * apool_result_file_finish:
 * @self: a file that was begun, or nothing, which it is afterwards
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * Returns: whether all that was written is in the file
 */
gboolean
apool_result_file_finish (ApoolResultFile *self, GError **error)
{
  gboolean is_closed = apool_result_file_close (self, error);

  g_clear_pointer (&self->path, g_free);
  return is_closed;
}

/**
 * apool_result_file_clear:
 * @self: a file that was begun, or nothing, which it is afterwards; whether what was written is
 *   kept does not matter any more
 */
void
apool_result_file_clear (ApoolResultFile *self)
{
  apool_fd_clear (&self->fd);
  g_clear_pointer (&self->path, g_free);
}

/**
 * apool_result_file_write_seq:
 * @place: of a job's results, which has been made
 * @seq: the job's number
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * Says which job it is whose results are there.
 *
 * Returns: whether it is written
 */
gboolean
apool_result_file_write_seq (const char *place, guint64 seq, GError **error)
{
  ApoolResultFile file = APOOL_RESULT_FILE_INIT;
  char digits[24];
  gboolean is_written;

  (void) g_snprintf (digits, sizeof digits, "%" G_GUINT64_FORMAT, seq);
  is_written = apool_result_file_begin (&file, place, APOOL_RESULT_SEQ, error) &&
               apool_result_file_write (&file, digits, strlen (digits), FALSE, error);
  apool_result_file_clear (&file);
  return is_written;
}
