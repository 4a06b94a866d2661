/* SPDX-License-Identifier: MIT */
/* Directories that go with all that is in them.
 *
 * Whoever filled them may have left anything: links to elsewhere, which are removed and not
 * followed, and directories that nobody may write to, which are made writable first. Every name is
 * looked up in a directory that is open, so that none that changes in the meantime leads out of the
 * tree. */

#include "base/apool-tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"

static gboolean
apool_tree_remove_at (int parent_fd, const char *name, GString *path, GError **error);

static gboolean
apool_tree_fail (const GString *path, int errnum, GError **error)
{
  apool_error_set_errno (error, errnum, "cannot remove '%s'", path->str);
  return FALSE;
}

/* Returns: a stream of what is in a directory, which may be written to from now on; %NULL with
 * errno where it cannot be opened */
static DIR *
apool_tree_open (int parent_fd, const char *name)
{
  const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;
  g_auto (ApoolFd) fd = openat (parent_fd, name, flags);
  DIR *directory;

  /* A link in its place since would be followed; but who can put one there needs no help of ours.
   */
  if (fd < 0 && errno == EACCES && fchmodat (parent_fd, name, 0700, 0) == 0)
    fd = openat (parent_fd, name, flags);
  if (fd < 0)
    return NULL;
  (void) fchmod (fd, 0700); /* where it fails, so does what needs it */
  directory = fdopendir (fd);
  if (directory)
    (void) apool_fd_steal (&fd);
  return directory;
}

/* Removes all that is in it; goes on behind what cannot be removed, and tells of the first such. */
static gboolean
apool_tree_empty (DIR *directory, GString *path, GError **error)
{
  gsize length = path->len;
  gboolean is_empty = TRUE;
  const struct dirent *entry;

  while ((errno = 0, entry = readdir (directory)))
    {
      if (strcmp (entry->d_name, ".") == 0 || strcmp (entry->d_name, "..") == 0)
        continue;
      g_string_append_printf (path, "/%s", entry->d_name);
      if (!apool_tree_remove_at (dirfd (directory), entry->d_name, path, is_empty ? error : NULL))
        is_empty = FALSE;
      g_string_truncate (path, length);
    }
  return errno == 0 ? is_empty : apool_tree_fail (path, errno, is_empty ? error : NULL);
}

static gboolean
apool_tree_remove_directory (int parent_fd, const char *name, GString *path, GError **error)
{
  DIR *directory = apool_tree_open (parent_fd, name);
  gboolean is_empty;

  if (!directory)
    return errno == ENOENT || apool_tree_fail (path, errno, error);
  is_empty = apool_tree_empty (directory, path, error);
  (void) closedir (directory); /* only read from */
  if (!is_empty)
    return FALSE;
  return unlinkat (parent_fd, name, AT_REMOVEDIR) == 0 || errno == ENOENT ||
         apool_tree_fail (path, errno, error);
}

/* @path is what it is called in messages. */
static gboolean
apool_tree_remove_at (int parent_fd, const char *name, GString *path, GError **error)
{
  if (unlinkat (parent_fd, name, 0) == 0 || errno == ENOENT)
    return TRUE;
  if (errno == EISDIR) /* what Linux says of a directory */
    return apool_tree_remove_directory (parent_fd, name, path, error);
  return apool_tree_fail (path, errno, error);
}

/**
 * apool_tree_remove:
 * @path: a directory, or what is not there
 * @error: (out) (optional): a #GIOErrorEnum: about the first thing that cannot be removed
 *
 * Removes a directory with all that is in it. Where something cannot be removed, the rest is.
 *
 * Returns: whether nothing is left
 */
gboolean
apool_tree_remove (const char *path, GError **error)
{
  g_autoptr (GString) shown = g_string_new (path);

  return apool_tree_remove_directory (AT_FDCWD, path, shown, error);
}
