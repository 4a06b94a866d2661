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
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"

/* Of names of files that nobody else has: as GNU parallel's, with one more random letter. */
#define RANDOM "XXXXXX"
#define SUFFIX ".par"

static gboolean
apool_result_file_fail (const ApoolResultFile *self, GError **error)
{
  apool_error_set_errno (error, errno, "%s: '%s'", self->option, self->path);
  return FALSE;
}

/* Some file systems say only now that there is no room. */
static gboolean
apool_result_file_close (ApoolResultFile *self, GError **error)
{
  return self->fd < 0 || close (apool_fd_steal (&self->fd)) == 0 ||
         apool_result_file_fail (self, error);
}

/* A provisional one that somebody has taken away is not made again: its place is everybody's. */
static gboolean
apool_result_file_ensure_open (ApoolResultFile *self, GError **error)
{
  if (self->fd >= 0)
    return TRUE;
  if (!self->is_provisional)
    self->fd = apool_result_path_open (self->path, O_APPEND, error);
  else if ((self->fd = open (self->path, O_WRONLY | O_APPEND | O_CLOEXEC)) < 0)
    return apool_result_file_fail (self, error);
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
  self->option = "--results";
  self->fd = apool_result_path_open (self->path, O_TRUNC, error);
  if (self->fd >= 0 && apool_result_file_close (self, error))
    return TRUE;
  apool_result_file_clear (self);
  return FALSE;
}

/**
 * apool_result_file_begin_new:
 * @self: nothing
 * @directory: where
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * Begins a file that was not there before, and that nobody else may read. It is removed again
 * unless apool_result_file_keep() is called.
 *
 * Returns: whether it is there; else there still is nothing
 */
gboolean
apool_result_file_begin_new (ApoolResultFile *self, const char *directory, GError **error)
{
  self->path = g_build_filename (directory, "par" RANDOM SUFFIX, NULL);
  self->option = "--files";
  self->fd = mkostemps (self->path, (int) strlen (SUFFIX), O_CLOEXEC);
  if (self->fd < 0)
    {
      apool_error_set_errno (error, errno, "--files: %s: cannot make a file", directory);
      apool_result_file_clear (self);
      return FALSE;
    }
  self->is_provisional = TRUE;
  if (apool_result_file_close (self, error))
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

  if (length > 0 && !apool_result_file_ensure_open (self, error))
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
 * @self: a file that was begun, or nothing; nothing more is written to it
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * Returns: whether all that was written is in the file
 */
gboolean
apool_result_file_finish (ApoolResultFile *self, GError **error)
{
  return apool_result_file_close (self, error);
}

/**
 * apool_result_file_keep:
 * @self: a file that was begun, or nothing
 *
 * Has the file stay when it is cleared: somebody will know of it.
 */
void
apool_result_file_keep (ApoolResultFile *self)
{
  self->is_provisional = FALSE;
}

/**
 * apool_result_file_clear:
 * @self: a file that was begun, or nothing, which it is afterwards; whether what was written is
 *   kept does not matter any more, unless it was finished
 */
void
apool_result_file_clear (ApoolResultFile *self)
{
  apool_fd_clear (&self->fd);
  if (self->path && self->is_provisional)
    (void) unlink (self->path); /* one that cannot be removed stays, and nobody is misled by it */
  self->is_provisional = FALSE;
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
