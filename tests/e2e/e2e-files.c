/* SPDX-License-Identifier: MIT */
/* Folders and FIFOs of end-to-end tests. */

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "e2e.h"

/**
 * e2e_dir_new:
 *
 * Returns: (transfer full): the path of a new folder
 */
E2eDir
e2e_dir_new (void)
{
  g_autoptr (GError) error = NULL;
  char *path = g_dir_make_tmp ("apool-e2e-XXXXXX", &error);

  g_assert_no_error (error);
  return path;
}

static void
e2e_remove_tree (const char *path)
{
  gboolean is_link = g_file_test (path, G_FILE_TEST_IS_SYMLINK);
  g_autoptr (GDir) entries = is_link ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  while (entries != NULL && (name = g_dir_read_name (entries)) != NULL)
    {
      g_autofree char *inner = g_build_filename (path, name, NULL);

      e2e_remove_tree (inner);
    }
  g_assert_no_errno (g_remove (path));
}

/**
 * e2e_dir_free:
 * @dir: (transfer full): removed, with what is in it
 */
void
e2e_dir_free (E2eDir dir)
{
  e2e_remove_tree (dir);
  g_free (dir);
}

/**
 * e2e_dir_is_empty:
 * @dir: a folder
 *
 * Returns: whether there is no file in it
 */
gboolean
e2e_dir_is_empty (const char *dir)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) folder = g_dir_open (dir, 0, &error);

  g_assert_no_error (error);
  return g_dir_read_name (folder) == NULL;
}

/**
 * e2e_dir_write:
 * @dir: a folder
 * @name: of a file in it
 * @text: what is to be in that
 *
 * Puts a new file there, all of it at once, so that nobody reads half of it.
 */
void
e2e_dir_write (const char *dir, const char *name, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (dir, name, NULL);

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

/**
 * e2e_dir_read:
 * @dir: a folder
 * @name: of a file in it
 *
 * Returns: (transfer full): what is in that
 */
char *
e2e_dir_read (const char *dir, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (dir, name, NULL);
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

/**
 * e2e_dir_check:
 * @dir: a folder
 * @name: of a file in it
 * @expected: what is to be in that
 */
void
e2e_dir_check (const char *dir, const char *name, const char *expected)
{
  g_autofree char *text = e2e_dir_read (dir, name);

  g_assert_cmpstr (text, ==, expected);
}

/**
 * e2e_fifo_new:
 * @dir: an existing folder
 * @name: of the new FIFO in it
 *
 * Returns: (transfer full): the FIFO, open: who opens it need not wait, and who reads it waits
 *   until e2e_fifo_close()
 */
E2eFifo *
e2e_fifo_new (const char *dir, const char *name)
{
  E2eFifo *fifo = g_new0 (E2eFifo, 1);

  fifo->path = g_build_filename (dir, name, NULL);
  fifo->pending = g_string_new (NULL);
  g_assert_no_errno (mkfifo (fifo->path, 0600));
  fifo->fd = open (fifo->path, O_RDWR | O_CLOEXEC);
  g_assert_no_errno (fifo->fd);
  return fifo;
}

static void
e2e_fifo_fill (E2eFifo *fifo)
{
  struct pollfd pollfd = { .fd = fifo->fd, .events = POLLIN };
  char buffer[4096];
  gssize n;

  do
    n = poll (&pollfd, 1, E2E_DEADLINE_MSEC);
  while (n < 0 && errno == EINTR);
  if (n == 0)
    g_error ("no job wrote to %s", fifo->path);
  n = read (fifo->fd, buffer, sizeof buffer);
  g_assert_no_errno (n);
  g_string_append_len (fifo->pending, buffer, n);
}

/**
 * e2e_fifo_read_line:
 * @fifo: it
 *
 * Returns: (transfer full): the next line that a job wrote to it, without the newline
 */
char *
e2e_fifo_read_line (E2eFifo *fifo)
{
  const char *newline;
  char *line;

  while ((newline = strchr (fifo->pending->str, '\n')) == NULL)
    e2e_fifo_fill (fifo);
  line = g_strndup (fifo->pending->str, (gsize) (newline - fifo->pending->str));
  g_string_erase (fifo->pending, 0, newline - fifo->pending->str + 1);
  return line;
}

/**
 * e2e_fifo_read_report:
 * @fifo: it
 * @text: (nullable): what the report must say, or %NULL for anything
 *
 * Returns: the process that the next report is about
 */
GPid
e2e_fifo_read_report (E2eFifo *fifo, const char *text)
{
  g_autofree char *line = e2e_fifo_read_line (fifo);
  char *end;
  GPid pid = (GPid) strtol (line, &end, 10);

  g_assert_cmpint (pid, >, 1);
  if (text != NULL)
    g_assert_cmpstr (g_strchug (end), ==, text);
  return pid;
}

/**
 * e2e_fifo_read_until:
 * @fifo: it
 * @part: what the line contains
 *
 * Skips lines.
 *
 * Returns: (transfer full): the next line that contains @part, without the newline
 */
char *
e2e_fifo_read_until (E2eFifo *fifo, const char *part)
{
  for (;;)
    {
      g_autofree char *line = e2e_fifo_read_line (fifo);

      if (strstr (line, part) != NULL)
        return g_steal_pointer (&line);
    }
}

/**
 * e2e_fifo_write:
 * @fifo: it
 * @text: for the jobs that read it; what is in the FIFO at once has to fit into it
 */
void
e2e_fifo_write (E2eFifo *fifo, const char *text)
{
  g_assert_cmpint (write (fifo->fd, text, strlen (text)), ==, strlen (text));
}

/**
 * e2e_fifo_close:
 * @fifo: it
 *
 * Jobs that read it see its end.
 */
void
e2e_fifo_close (E2eFifo *fifo)
{
  if (fifo->fd >= 0)
    (void) close (fifo->fd);
  fifo->fd = -1;
}

/**
 * e2e_fifo_free:
 * @fifo: (transfer full): closed; the file goes with its folder
 */
void
e2e_fifo_free (E2eFifo *fifo)
{
  e2e_fifo_close (fifo);
  g_string_free (fifo->pending, TRUE);
  g_free (fifo->path);
  g_free (fifo);
}
