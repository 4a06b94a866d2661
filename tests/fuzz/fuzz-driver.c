/* SPDX-License-Identifier: MIT */
/* Replays a corpus as an ordinary test: fuzz-driver FOLDER... runs each file of the folders through
 * the target that it is linked with. A folder that does not exist is one without files; no file at
 * all is a failure. */

#include <glib.h>

#include "fuzz-input.h"

static void
fuzz_driver_run (gconstpointer path)
{
  g_autofree char *contents = NULL;
  g_autofree guint8 *exact = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  (void) g_file_get_contents (path, &contents, &length, &error);
  g_assert_no_error (error);
  /* Without the NUL that GLib adds, so that a look behind the end is found out. */
  exact = g_memdup2 (contents, length);
  g_assert_cmpint (LLVMFuzzerTestOneInput (exact, length), ==, 0);
}

static void
fuzz_driver_add (const char *folder, GPtrArray *paths)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir)))
    {
      char *path = g_build_filename (folder, name, NULL);
      g_autofree char *test = g_strconcat ("/fuzz/", name, NULL);

      g_ptr_array_add (paths, path);
      g_test_add_data_func (test, path, fuzz_driver_run);
    }
}

int
main (int argc, char **argv)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);

  g_test_init (&argc, &argv, NULL);
  for (int i = 1; i < argc; i++)
    fuzz_driver_add (argv[i], paths);
  g_assert_cmpuint (paths->len, >, 0);
  return g_test_run ();
}
