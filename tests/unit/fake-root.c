/* SPDX-License-Identifier: MIT */
/* Files of the kernel's that a test makes up. */

#include "fake-root.h"

#include <glib/gstdio.h>

#include "base/apool-tree.h"

/**
 * fake_root_new:
 *
 * Returns: (transfer full): an empty one
 */
FakeRoot
fake_root_new (void)
{
  g_autoptr (GError) error = NULL;
  char *root = g_dir_make_tmp ("apool-root-XXXXXX", &error);

  g_assert_no_error (error);
  return root;
}

/**
 * fake_root_free:
 * @root: (transfer full): removed with all that is in it
 */
void
fake_root_free (FakeRoot root)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (apool_tree_remove (root, &error));
  g_free (root);
}

/**
 * fake_root_write:
 * @root: a root
 * @path: a file, from there
 * @text: what is in it from now on
 */
void
fake_root_write (const char *root, const char *path, const char *text)
{
  g_autofree char *file = g_build_filename (root, path, NULL);
  g_autofree char *folder = g_path_get_dirname (file);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (file, text, -1, &error));
}

/**
 * fake_root_remove:
 * @root: a root
 * @path: a file, from there, which is not there any more then
 */
void
fake_root_remove (const char *root, const char *path)
{
  g_autofree char *file = g_build_filename (root, path, NULL);

  g_assert_cmpint (g_unlink (file), ==, 0);
}
