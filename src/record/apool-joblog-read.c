/* SPDX-License-Identifier: MIT */
/* What a joblog tells of earlier jobs. The file is read from its beginning to its end, a line at a
 * time; what is no line of a joblog is counted and passed over. So is a last line that has
 * no newline: what is missing of it nobody knows. */

#include "record/apool-joblog-read.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"
#include "record/apool-joblog.h"

#define BLOCK_BYTES ((gsize) 64 * 1024)

/* A longer line is none of a joblog, and is not kept in memory. */
#define MAX_LINE_BYTES ((gsize) 64 * 1024 * 1024)

typedef struct
{
  ApoolHistory *history;
  gboolean is_json;
  ApoolJoblogJob job;
  GString *line;        /* the beginning of one that goes on in the next block */
  gboolean is_too_long; /* that one is */
  guint64 n_bad;
} ApoolJoblogReader;

static void
apool_joblog_take_line (ApoolJoblogReader *self, const char *line, gsize length)
{
  ApoolJoblogLine what = self->is_json ? apool_joblog_read_object (line, length, &self->job)
                                       : apool_joblog_read_row (line, length, &self->job);

  if (what == APOOL_JOBLOG_LINE_BAD)
    self->n_bad++;
  else if (what == APOOL_JOBLOG_LINE_JOB)
    apool_history_add (self->history, &self->job.past);
}

static void
apool_joblog_keep_part (ApoolJoblogReader *self, const char *data, gsize length)
{
  self->is_too_long = self->is_too_long || length > MAX_LINE_BYTES - self->line->len;
  if (self->is_too_long)
    g_string_truncate (self->line, 0);
  else
    g_string_append_len (self->line, data, (gssize) length);
}

/* The line that was begun is whole. */
static void
apool_joblog_end_line (ApoolJoblogReader *self)
{
  if (self->is_too_long)
    self->n_bad++;
  else
    apool_joblog_take_line (self, self->line->str, self->line->len);
  self->is_too_long = FALSE;
  g_string_truncate (self->line, 0);
}

static void
apool_joblog_take_block (ApoolJoblogReader *self, const char *at, gsize length)
{
  const char *end = at + length;
  const char *newline;

  while ((newline = memchr (at, '\n', (gsize) (end - at))))
    {
      if (self->line->len == 0 && !self->is_too_long)
        apool_joblog_take_line (self, at, (gsize) (newline - at));
      else
        {
          apool_joblog_keep_part (self, at, (gsize) (newline - at));
          apool_joblog_end_line (self);
        }
      at = newline + 1;
    }
  apool_joblog_keep_part (self, at, (gsize) (end - at));
}

/* What has no newline does not count, whole as it may look. */
static void
apool_joblog_take_rest (ApoolJoblogReader *self)
{
  if (self->line->len > 0 || self->is_too_long)
    self->n_bad++;
}

static gboolean
apool_joblog_read_all (ApoolJoblogReader *self, int fd, const char *path, GError **error)
{
  g_autofree char *block = g_malloc (BLOCK_BYTES);
  gssize n;

  while ((n = read (fd, block, BLOCK_BYTES)) != 0)
    {
      if (n > 0)
        apool_joblog_take_block (self, block, (gsize) n);
      else if (errno != EINTR)
        {
          apool_error_set_errno (error, errno, "--joblog: '%s'", path);
          return FALSE;
        }
    }
  apool_joblog_take_rest (self);
  return TRUE;
}

/* Returns: (transfer full): a descriptor; -1 with @error, and without it where there is no file */
static int
apool_joblog_open_old (const char *path, GError **error)
{
  g_auto (ApoolFd) fd = open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  struct stat status;

  if (fd < 0 && errno == ENOENT)
    return -1;
  if (fd < 0 || fstat (fd, &status) < 0)
    {
      apool_error_set_errno (error, errno, "--joblog: '%s'", path);
      return -1;
    }
  if (!S_ISREG (status.st_mode))
    {
      g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE,
                   "--joblog: '%s': no regular file: nothing is known of earlier jobs", path);
      return -1;
    }
  return apool_fd_steal (&fd);
}

/**
 * apool_joblog_read_fd:
 * @fd: what is to be read, from where it stands
 * @path: what it is called
 * @is_json: whether it has lines of JSON; else they are columns
 * @history: gets the jobs that are in it
 * @n_bad: (out): how many lines tell of nothing that one understands
 * @error: (out) (optional): a #GIOErrorEnum, naming the option and the file
 *
 * Returns: whether it was read to its end
 */
gboolean
apool_joblog_read_fd (int fd,
                      const char *path,
                      gboolean is_json,
                      ApoolHistory *history,
                      guint64 *n_bad,
                      GError **error)
{
  ApoolJoblogReader self = { .history = history, .is_json = is_json };
  gboolean is_read;

  self.line = g_string_new (NULL);
  self.job.command = g_string_new (NULL);
  is_read = apool_joblog_read_all (&self, fd, path, error);
  *n_bad = self.n_bad;
  g_string_free (self.line, TRUE);
  g_string_free (self.job.command, TRUE);
  return is_read;
}

/**
 * apool_joblog_read:
 * @path: of a joblog of apool or GNU parallel. Its name says what lines it has
 * @history: gets the jobs that are in it
 * @n_bad: (out): how many lines tell of nothing that one understands
 * @error: (out) (optional): a #GIOErrorEnum, or %APOOL_ERROR_USAGE where it is no regular file;
 *   naming the option and the file
 *
 * Reads what was done before. Where there is no such file that is nothing.
 *
 * Returns: whether that is known now
 */
gboolean
apool_joblog_read (const char *path, ApoolHistory *history, guint64 *n_bad, GError **error)
{
  GError *why = NULL;
  g_auto (ApoolFd) fd = apool_joblog_open_old (path, &why);

  *n_bad = 0;
  if (fd >= 0)
    return apool_joblog_read_fd (fd, path, apool_joblog_is_json (path), history, n_bad, error);
  if (!why)
    return TRUE;
  g_propagate_error (error, why);
  return FALSE;
}
