/* SPDX-License-Identifier: MIT */
/* Where a job runs: where the worker is, in a directory that the user named, or in one of its own.
 *
 * A directory is opened before the job is started: what is wrong with it can be told apart from
 * what is wrong with the program, which is looked for by way of it. One of its own is removed with
 * all that is in it. Where that fails nobody is told here: somebody may write there still, and the
 * manager, which owns what these are in, removes the rest at the end of the run. */

#include "worker/apool-directory.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"
#include "base/apool-tree.h"

static gboolean
apool_directory_fail (const ApoolTask *task, const char *path, int errnum, GError **error)
{
  apool_error_set_errno (error, errnum, "input %" G_GUINT64_FORMAT ": --wd: '%s'",
                         apool_task_get_line (task), path);
  return FALSE;
}

/* Opens it, if one can be in it. */
static int
apool_directory_enter (const char *path)
{
  g_autofree char *inside = g_strconcat (path, "/.", NULL);

  return open (inside, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

/* Makes the directory that is the job's own. The next attempt does not find what this one may have
 * left. */
static gboolean
apool_directory_make_own (ApoolDirectory *self, const ApoolTask *task, GError **error)
{
  const ApoolTaskTraits *traits = apool_task_get_traits (task);
  g_autoptr (GString) path = g_string_new (traits->directory);

  g_string_append_printf (path, "/%" G_GUINT64_FORMAT, apool_task_get_job (task));
  if (traits->attempt > 1)
    g_string_append_printf (path, ".%u", traits->attempt);
  if (mkdir (path->str, 0700) < 0)
    return apool_directory_fail (task, path->str, errno, error);
  self->path = g_strdup (path->str);
  self->is_own = TRUE;
  self->fd = apool_directory_enter (self->path);
  return self->fd >= 0 || apool_directory_fail (task, self->path, errno, error);
}

/* Finds the directory that the user named, as `cd` of a shell does: `..` takes a name away. */
static gboolean
apool_directory_find (ApoolDirectory *self, const ApoolTask *task, GError **error)
{
  const char *name = apool_task_get_traits (task)->directory;
  char here[PATH_MAX];

  /* Relative to a directory that was deleted is nothing. */
  if (!g_path_is_absolute (name) && !getcwd (here, sizeof here))
    return apool_directory_fail (task, name, errno, error);
  self->path = g_canonicalize_filename (name, NULL);
  self->fd = apool_directory_enter (self->path);
  if (self->fd < 0 && errno == ENOENT && g_mkdir_with_parents (self->path, 0777) == 0)
    self->fd = apool_directory_enter (self->path);
  return self->fd >= 0 || apool_directory_fail (task, self->path, errno, error);
}

/**
 * apool_directory_open:
 * @self: to be cleared, whatever is returned
 * @task: a task
 * @error: (out) (optional): a #GIOErrorEnum, naming the directory
 *
 * Finds or makes the directory that @task is to run in.
 *
 * Returns: whether it can run there
 */
gboolean
apool_directory_open (ApoolDirectory *self, const ApoolTask *task, GError **error)
{
  const ApoolTaskTraits *traits = apool_task_get_traits (task);

  *self = APOOL_DIRECTORY_INIT;
  if (!traits->directory)
    return TRUE;
  return traits->owns_directory ? apool_directory_make_own (self, task, error)
                                : apool_directory_find (self, task, error);
}

/**
 * apool_directory_close:
 * @self: the directory of a job that has been started
 *
 * Only its name is needed from now on.
 */
void
apool_directory_close (ApoolDirectory *self)
{
  apool_fd_clear (&self->fd);
}

/**
 * apool_directory_clear:
 * @self: the directory of a job that is over, or was none; empty afterwards
 *
 * Removes it where it is the job's own.
 */
void
apool_directory_clear (ApoolDirectory *self)
{
  if (self->is_own)
    (void) apool_tree_remove (self->path, NULL); /* the manager tries once more, and tells */
  apool_directory_close (self);
  g_clear_pointer (&self->path, g_free);
  self->is_own = FALSE;
}
