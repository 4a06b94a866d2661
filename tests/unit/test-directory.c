/* SPDX-License-Identifier: MIT */
/* Where jobs run: directories that are there, that are made, and that cannot be had. */

#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "worker/apool-directory.h"

typedef struct
{
  char *before;
  char *path; /* where the process is in a test */
} TestPlace;

static void
test_place_set_up (TestPlace *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->before = g_get_current_dir ();
  self->path = g_dir_make_tmp ("apool-directory-XXXXXX", &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_chdir (self->path), ==, 0);
  g_setenv ("PWD", self->path, TRUE);
}

static void
test_place_tear_down (TestPlace *self, gconstpointer data)
{
  g_assert_cmpint (g_chdir (self->before), ==, 0);
  g_assert_true (g_rmdir (self->path) == 0 || !g_file_test (self->path, G_FILE_TEST_EXISTS));
  g_free (self->before);
  g_free (self->path);
}

static ApoolTask *
test_directory_make_task (const char *directory, gboolean is_own, guint attempt)
{
  const ApoolTaskTraits traits = {
    .attempt = attempt, .weight = 1, .directory = directory, .owns_directory = is_own
  };
  g_autoptr (GBytes) text = g_bytes_new_static ("x", 2);
  g_autoptr (ApoolTask) plain = apool_task_new (7, 3, APOOL_TASK_SHELL, text, NULL, NULL);

  return apool_task_new_variant (plain, &traits);
}

/* That @self is the directory called @path, below where the process is or absolute. */
static void
test_directory_check (const ApoolDirectory *self, const char *path)
{
  g_autofree char *expected = g_canonicalize_filename (path, g_getenv ("PWD"));
  struct stat by_fd;
  struct stat by_name;

  g_assert_cmpstr (self->path, ==, expected);
  g_assert_cmpint (fstat (self->fd, &by_fd), ==, 0);
  g_assert_cmpint (stat (expected, &by_name), ==, 0);
  g_assert_true (by_fd.st_ino == by_name.st_ino && by_fd.st_dev == by_name.st_dev);
}

static void
test_directory_check_found (const char *name, const char *path)
{
  g_autoptr (ApoolTask) task = test_directory_make_task (name, FALSE, 1);
  g_autoptr (GError) error = NULL;
  ApoolDirectory directory;

  g_assert_true (apool_directory_open (&directory, task, &error));
  g_assert_no_error (error);
  test_directory_check (&directory, path);
  apool_directory_close (&directory);
  g_assert_cmpint (directory.fd, ==, -1);
  apool_directory_clear (&directory);
  g_assert_null (directory.path);
}

static void
test_directory_check_refused (const char *name, gboolean is_own, const char *message)
{
  g_autoptr (ApoolTask) task = test_directory_make_task (name, is_own, 1);
  g_autoptr (GError) error = NULL;
  ApoolDirectory directory;

  g_assert_false (apool_directory_open (&directory, task, &error));
  g_assert_cmpstr (error->message, ==, message);
  apool_directory_clear (&directory);
}

static void
test_directory_none (TestPlace *place, gconstpointer data)
{
  g_autoptr (ApoolTask) task = test_directory_make_task (NULL, FALSE, 1);
  ApoolDirectory directory;

  g_assert_true (apool_directory_open (&directory, task, NULL));
  g_assert_cmpint (directory.fd, ==, -1);
  g_assert_null (directory.path);
  apool_directory_clear (&directory);
}

/* What is not there is made, once; what a link leads to keeps the link's name. */
static void
test_directory_named (TestPlace *place, gconstpointer data)
{
  test_directory_check_found ("a b/c", "a b/c");
  test_directory_check_found ("a b/c", "a b/c");
  test_directory_check_found ("/usr", "/usr");
  g_assert_cmpint (symlink ("/usr/bin", "link"), ==, 0);
  test_directory_check_found ("link/", "link");
  test_directory_check_found ("link/..", ".");
  g_assert_cmpint (g_unlink ("link"), ==, 0);
  g_assert_cmpint (g_rmdir ("a b/c"), ==, 0);
  g_assert_cmpint (g_rmdir ("a b"), ==, 0);
}

static void
test_directory_refused (TestPlace *place, gconstpointer data)
{
  g_autofree char *file = g_build_filename (place->path, "file", NULL);
  g_autofree char *is_file = g_strdup_printf ("input 3: --wd: '%s': Not a directory", file);
  g_autofree char *below = g_strdup_printf ("input 3: --wd: '%s/x': Not a directory", file);

  g_assert_true (g_file_set_contents (file, "", 0, NULL));
  test_directory_check_refused ("file", FALSE, is_file);
  test_directory_check_refused ("file/x", FALSE, below);
  g_assert_cmpint (g_unlink (file), ==, 0);
  test_directory_check_refused ("/proc/x", FALSE,
                                "input 3: --wd: '/proc/x': No such file or directory");
}

/* Below a directory that was deleted there is nothing, and nothing can be made. */
static void
test_directory_deleted (TestPlace *place, gconstpointer data)
{
  g_assert_cmpint (g_rmdir (place->path), ==, 0);
  test_directory_check_refused ("x", FALSE, "input 3: --wd: 'x': No such file or directory");
  test_directory_check_found ("/usr", "/usr");
}

/* Each attempt has its own, which goes with what is in it. */
static void
test_directory_own (TestPlace *place, gconstpointer data)
{
  g_autoptr (ApoolTask) first = test_directory_make_task (place->path, TRUE, 1);
  g_autoptr (ApoolTask) second = test_directory_make_task (place->path, TRUE, 2);
  g_autofree char *taken = g_strdup_printf ("input 3: --wd: '%s/7': File exists", place->path);
  ApoolDirectory directory;
  ApoolDirectory other;
  struct stat info;

  g_assert_true (apool_directory_open (&directory, first, NULL));
  g_assert_true (apool_directory_open (&other, second, NULL));
  test_directory_check (&directory, "7");
  test_directory_check (&other, "7.2");
  g_assert_cmpint (fstat (directory.fd, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0700);
  g_assert_true (g_file_set_contents ("7/file", "x", 1, NULL));

  /* Nobody else's is taken, and what is refused is not removed. */
  test_directory_check_refused (place->path, TRUE, taken);
  g_assert_true (g_file_test ("7/file", G_FILE_TEST_EXISTS));
  apool_directory_close (&directory);
  apool_directory_clear (&directory);
  g_assert_false (g_file_test ("7", G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test ("7.2", G_FILE_TEST_EXISTS));
  apool_directory_clear (&other);
  g_assert_false (g_file_test ("7.2", G_FILE_TEST_EXISTS));
}

static void
test_directory_add (const char *path, void (*test) (TestPlace *, gconstpointer))
{
  g_test_add (path, TestPlace, NULL, test_place_set_up, test, test_place_tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  test_directory_add ("/directory/none", test_directory_none);
  test_directory_add ("/directory/named", test_directory_named);
  test_directory_add ("/directory/refused", test_directory_refused);
  test_directory_add ("/directory/deleted", test_directory_deleted);
  test_directory_add ("/directory/own", test_directory_own);
  return g_test_run ();
}
