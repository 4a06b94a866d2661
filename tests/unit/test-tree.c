/* SPDX-License-Identifier: MIT */
/* Directories that go with all that is in them, and with nothing else. */

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/apool-tree.h"

/* So many names are longer than a path may be. */
#define DEPTH 200

typedef struct
{
  char *parent;
  char *path; /* in it */
} TestTree;

static void
test_tree_set_up (TestTree *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->parent = g_dir_make_tmp ("apool-tree-XXXXXX", &error);
  g_assert_no_error (error);
  self->path = g_build_filename (self->parent, "tree", NULL);
  g_assert_cmpint (g_mkdir (self->path, 0700), ==, 0);
}

static void
test_tree_tear_down (TestTree *self, gconstpointer data)
{
  /* Nothing of the test is left. */
  g_assert_cmpint (g_rmdir (self->parent), ==, 0);
  g_free (self->parent);
  g_free (self->path);
}

static char *
test_tree_add_file (const char *directory, const char *name)
{
  char *path = g_build_filename (directory, name, NULL);

  g_assert_true (g_file_set_contents (path, "x", 1, NULL));
  return path;
}

static char *
test_tree_add_directory (const char *directory, const char *name)
{
  char *path = g_build_filename (directory, name, NULL);

  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  return path;
}

static void
test_tree_check_removed (TestTree *self)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (apool_tree_remove (self->path, &error));
  g_assert_no_error (error);
  g_assert_false (g_file_test (self->path, G_FILE_TEST_EXISTS));
}

static void
test_tree_full (TestTree *self, gconstpointer data)
{
  g_autofree char *sub = test_tree_add_directory (self->path, "a b");
  g_autofree char *subsub = test_tree_add_directory (sub, "\xff\n");
  g_autofree char *fifo = g_build_filename (sub, "fifo", NULL);

  g_free (test_tree_add_file (self->path, ".hidden"));
  g_free (test_tree_add_file (subsub, "-x"));
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  test_tree_check_removed (self);
}

static void
test_tree_missing (TestTree *self, gconstpointer data)
{
  test_tree_check_removed (self);
  test_tree_check_removed (self);
}

/* Links go, what they lead to stays. */
static void
test_tree_links (TestTree *self, gconstpointer data)
{
  g_autofree char *other = test_tree_add_directory (self->parent, "other");
  g_autofree char *kept = test_tree_add_file (other, "kept");
  g_autofree char *to_directory = g_build_filename (self->path, "directory", NULL);
  g_autofree char *to_file = g_build_filename (self->path, "file", NULL);
  g_autofree char *to_nothing = g_build_filename (self->path, "nothing", NULL);

  g_assert_cmpint (symlink (other, to_directory), ==, 0);
  g_assert_cmpint (symlink (kept, to_file), ==, 0);
  g_assert_cmpint (symlink ("nowhere", to_nothing), ==, 0);
  test_tree_check_removed (self);
  g_assert_true (g_file_test (kept, G_FILE_TEST_EXISTS));
  g_assert_cmpint (g_unlink (kept), ==, 0);
  g_assert_cmpint (g_rmdir (other), ==, 0);
}

/* A link in the place of the tree itself is no tree. */
static void
test_tree_is_link (TestTree *self, gconstpointer data)
{
  g_autofree char *link = g_build_filename (self->parent, "link", NULL);
  g_autofree char *kept = test_tree_add_file (self->path, "kept");
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (symlink (self->path, link), ==, 0);
  g_assert_false (apool_tree_remove (link, &error));
  g_assert_nonnull (error);
  g_assert_true (g_file_test (kept, G_FILE_TEST_EXISTS));
  g_assert_cmpint (g_unlink (link), ==, 0);
  test_tree_check_removed (self);
}

/* Nobody may write in some of them, nor look into others. */
static void
test_tree_forbidden (TestTree *self, gconstpointer data)
{
  g_autofree char *closed = test_tree_add_directory (self->path, "closed");
  g_autofree char *inner = test_tree_add_directory (closed, "inner");
  g_autofree char *fixed = test_tree_add_directory (self->path, "fixed");
  g_autofree char *file = test_tree_add_file (fixed, "file");

  g_free (test_tree_add_file (inner, "file"));
  g_assert_cmpint (g_chmod (inner, 0), ==, 0);
  g_assert_cmpint (g_chmod (closed, 0), ==, 0);
  g_assert_cmpint (g_chmod (fixed, 0500), ==, 0);
  g_assert_cmpint (g_chmod (file, 0400), ==, 0);
  test_tree_check_removed (self);
}

static void
test_tree_deep (TestTree *self, gconstpointer data)
{
  g_autofree char *cwd = g_get_current_dir ();
  const char *name = "a-name-of-which-many-are-too-long-for-one-path-in-all";

  g_assert_cmpint (g_chdir (self->path), ==, 0);
  for (guint i = 0; i < DEPTH; i++)
    {
      g_assert_cmpint (g_mkdir (name, 0700), ==, 0);
      g_assert_cmpint (g_chdir (name), ==, 0);
    }
  g_assert_cmpint (g_chdir (cwd), ==, 0);
  test_tree_check_removed (self);
}

/* What cannot be removed is named. */
static void
test_tree_no_directory (TestTree *self, gconstpointer data)
{
  g_autofree char *file = test_tree_add_file (self->parent, "file");
  g_autofree char *expected = g_strdup_printf ("cannot remove '%s': Not a directory", file);
  g_autoptr (GError) error = NULL;

  g_assert_false (apool_tree_remove (file, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY);
  g_assert_cmpstr (error->message, ==, expected);
  g_assert_cmpint (g_unlink (file), ==, 0);
  test_tree_check_removed (self);
}

static void
test_tree_add (const char *path, void (*test) (TestTree *, gconstpointer))
{
  g_test_add (path, TestTree, NULL, test_tree_set_up, test, test_tree_tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  test_tree_add ("/tree/full", test_tree_full);
  test_tree_add ("/tree/missing", test_tree_missing);
  test_tree_add ("/tree/links", test_tree_links);
  test_tree_add ("/tree/is-link", test_tree_is_link);
  test_tree_add ("/tree/forbidden", test_tree_forbidden);
  test_tree_add ("/tree/deep", test_tree_deep);
  test_tree_add ("/tree/no-directory", test_tree_no_directory);
  return g_test_run ();
}
