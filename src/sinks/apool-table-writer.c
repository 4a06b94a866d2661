/* SPDX-License-Identifier: MIT */
/* Tables of text on their way: to a file, a row at once where it is small, or to what a job prints.
 *
 * Writes may block, as those to the spool do: a file is as fast as a file is. */

#include "sinks/apool-table-writer.h"

#include <errno.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"
#include "job/apool-result-path.h"

/* So much of a row is put together before some of it is written. */
#define SPILL_BYTES ((gsize) 64 * 1024)

static gboolean
apool_table_writer_fail (const ApoolTableWriter *self, GError **error)
{
  apool_error_set_errno (error, errno, "--results: '%s'", self->path);
  return FALSE;
}

/* Keeps other runs out of the file, whose rows and ours would overwrite each other. What is no
 * regular file (a pipe, a device) is shared as its kind is shared. */
static gboolean
apool_table_writer_take_file (ApoolTableWriter *self, gboolean *is_regular, GError **error)
{
  struct stat status;

  if (fstat (self->fd, &status) < 0)
    return apool_table_writer_fail (self, error);
  *is_regular = S_ISREG (status.st_mode);
  /* Any other failure is that of a file system without locks. */
  if (*is_regular && flock (self->fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK)
    {
      g_set_error (error, APOOL_ERROR, APOOL_ERROR_OUTPUT, "--results: '%s': in use by another run",
                   self->path);
      return FALSE;
    }
  return TRUE;
}

static gboolean
apool_table_writer_open_file (ApoolTableWriter *self,
                              const char *path,
                              gboolean *is_regular,
                              GError **error)
{
  *self = (ApoolTableWriter){
    .text = g_string_new (NULL), .path = g_strdup (path), .fd = -1, .start = -1
  };
  *is_regular = FALSE;
  if (!path)
    return TRUE;
  self->fd = apool_result_path_open (path, 0, error);
  return self->fd >= 0 && apool_table_writer_take_file (self, is_regular, error);
}

/**
 * apool_table_writer_open:
 * @self: (out): a writer
 * @path: (nullable): of a file, which is emptied; %NULL where rows are printed
 * @error: (out) (optional): a #GIOErrorEnum, or %APOOL_ERROR_OUTPUT where another run writes it;
 *   naming the file
 *
 * Returns: whether there is such a file, and it is ours until it is closed; else the writer is to
 * be cleared all the same
 */
gboolean
apool_table_writer_open (ApoolTableWriter *self, const char *path, GError **error)
{
  gboolean is_regular;

  if (!apool_table_writer_open_file (self, path, &is_regular, error))
    return FALSE;
  return !is_regular || ftruncate (self->fd, 0) == 0 || apool_table_writer_fail (self, error);
}

/**
 * apool_table_writer_open_past:
 * @self: (out): a writer
 * @path: (nullable): of a file, as of apool_table_writer_open()
 * @has_quotes: whether a newline between quotes ends no row
 * @past: (out): what is in it, all zero where there can be nothing
 * @error: (out) (optional): as of apool_table_writer_open()
 *
 * The same, for rows behind those that are there. What is left of a row that was torn goes when the
 * first one is written; up to then the file stays as it is.
 *
 * Returns: the same
 */
gboolean
apool_table_writer_open_past (ApoolTableWriter *self,
                              const char *path,
                              gboolean has_quotes,
                              ApoolTablePast *past,
                              GError **error)
{
  gboolean is_regular;

  *past = (ApoolTablePast){ 0 };
  if (!apool_table_writer_open_file (self, path, &is_regular, error))
    return FALSE;
  if (!is_regular)
    return TRUE;
  if (!apool_table_past_read (past, path, has_quotes, error))
    return FALSE;
  self->start = past->end;
  return TRUE;
}

/**
 * apool_table_writer_is_printed:
 * @self: a writer
 *
 * Returns: whether rows are printed
 */
gboolean
apool_table_writer_is_printed (const ApoolTableWriter *self)
{
  return !self->path;
}

/* Takes out what is left of a row that was torn: nothing is glued to it. */
static gboolean
apool_table_writer_begin_file (ApoolTableWriter *self, GError **error)
{
  if (self->start >= 0 &&
      (ftruncate (self->fd, self->start) < 0 || lseek (self->fd, self->start, SEEK_SET) < 0))
    return apool_table_writer_fail (self, error);
  self->start = -1;
  return TRUE;
}

static gboolean
apool_table_writer_write_file (ApoolTableWriter *self, GError **error)
{
  const char *at = self->text->str;
  gsize length = self->text->len;

  if (!apool_table_writer_begin_file (self, error))
    return FALSE;
  while (length > 0)
    {
      gssize n = write (self->fd, at, length);

      if (n < 0 && errno == EINTR)
        continue;
      /* Where it would block it is no file: nobody is waited for. */
      if (n < 0)
        return apool_table_writer_fail (self, error);
      at += n;
      length -= (gsize) n;
    }
  return TRUE;
}

/**
 * apool_table_writer_flush:
 * @self: a writer
 * @row: (nullable): the row whose text it has; %NULL where the text is of no row, and goes to a
 * file
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * Writes its text, which is empty then.
 *
 * Returns: whether all of it is written
 */
gboolean
apool_table_writer_flush (ApoolTableWriter *self, const ApoolResultRow *row, GError **error)
{
  gboolean is_written;

  if (self->path)
    is_written = apool_table_writer_write_file (self, error);
  else
    is_written = row->print (self->text->str, self->text->len, row->print_data, error);
  g_string_truncate (self->text, 0);
  return is_written;
}

/**
 * apool_table_writer_spill:
 * @self: a writer
 * @row: the row whose text it has
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * Writes its text where that is much: to be called between the pieces of a row.
 *
 * Returns: whether that went well
 */
gboolean
apool_table_writer_spill (ApoolTableWriter *self, const ApoolResultRow *row, GError **error)
{
  return self->text->len < SPILL_BYTES || apool_table_writer_flush (self, row, error);
}

/**
 * apool_table_writer_close:
 * @self: a writer
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * Returns: whether all that was written is in the file; some file systems say only now that there
 *   is no room
 */
gboolean
apool_table_writer_close (ApoolTableWriter *self, GError **error)
{
  return self->fd < 0 || close (apool_fd_steal (&self->fd)) == 0 ||
         apool_table_writer_fail (self, error);
}

/**
 * apool_table_writer_clear:
 * @self: a writer, or all zero with a descriptor of -1
 */
void
apool_table_writer_clear (ApoolTableWriter *self)
{
  apool_fd_clear (&self->fd);
  g_clear_pointer (&self->path, g_free);
  if (self->text)
    g_string_free (g_steal_pointer (&self->text), TRUE);
}

/**
 * apool_table_writer_append_time:
 * @self: a writer
 * @usec: a time or a duration, microseconds
 *
 * Appends it as seconds with three digits behind the point, whatever the locale.
 */
void
apool_table_writer_append_time (ApoolTableWriter *self, gint64 usec)
{
  gint64 msec = MAX (usec, 0) / 1000;

  g_string_append_printf (self->text, "%" G_GINT64_FORMAT ".%03d", msec / 1000,
                          (int) (msec % 1000));
}
