/* SPDX-License-Identifier: MIT */
/* Where the results of jobs are kept. */

#include <glib.h>
#include <glib/gstdio.h>
#include <limits.h>
#include <string.h>

#include "base/apool-hash.h"
#include "input/apool-result-places.h"

typedef struct
{
  char *directory;
  ApoolFields *fields;
} Fixture;

static void
test_set_up (Fixture *self, gconstpointer data)
{
  self->directory = g_dir_make_tmp (NULL, NULL);
  self->fields = apool_fields_new ();
}

static void
test_remove (const char *path)
{
  g_autoptr (GDir) directory = g_dir_open (path, 0, NULL);
  const char *name;

  while (directory && (name = g_dir_read_name (directory)))
    {
      g_autofree char *inner = g_build_filename (path, name, NULL);

      test_remove (inner);
    }
  g_assert_cmpint (g_remove (path), ==, 0);
}

static void
test_tear_down (Fixture *self, gconstpointer data)
{
  test_remove (self->directory);
  g_free (self->directory);
  apool_fields_unref (self->fields);
}

/* @text is behind the directory of the test. */
static ApoolResultPlaces *
test_new (Fixture *self, const char *text)
{
  g_autoptr (ApoolSyntax) syntax = apool_syntax_new ();
  g_autofree char *path = g_strconcat (self->directory, "/", text, NULL);
  g_autoptr (GError) error = NULL;
  ApoolTemplate *directory = apool_template_new_text (path, syntax, &error);

  g_assert_no_error (error);
  return apool_result_places_new (directory, self->fields);
}

static void
test_check_row (Fixture *self, ApoolResultPlaces *places, const ApoolRow *row, const char *expected)
{
  g_autoptr (GError) error = NULL;
  const char *place = apool_result_places_make (places, row, 7, &error);
  g_autofree char *path = NULL;
  gboolean is_directory = g_str_has_suffix (expected, "/");

  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (place, self->directory));
  g_assert_cmpstr (place + strlen (self->directory) + 1, ==, expected);
  path = g_strconcat (place, is_directory ? "stderr" : ".err", NULL);
  g_assert_true (g_file_test (path, G_FILE_TEST_IS_REGULAR));
}

static void
test_check (Fixture *self,
            ApoolResultPlaces *places,
            const char *const *texts,
            gsize n_records,
            const char *expected)
{
  ApoolValue values[8];
  ApoolRow row = { .values = values, .n_records = n_records, .line = 1 };

  for (; texts[row.n_values]; row.n_values++)
    values[row.n_values] = (ApoolValue){ texts[row.n_values], strlen (texts[row.n_values]) };
  test_check_row (self, places, &row, expected);
}

#define CHECK(places, n_records, expected, ...)                                                    \
  test_check (self, places, (const char *[]){ __VA_ARGS__, NULL }, n_records, expected)

static void
test_tree (Fixture *self, gconstpointer data)
{
  g_autoptr (ApoolResultPlaces) places = test_new (self, "out");
  g_autoptr (ApoolResultPlaces) slash = test_new (self, "out/");

  CHECK (places, 1, "out/1/a/", "a");
  CHECK (places, 1, "out/1/a/2/b c/", "a", "b c");
  CHECK (places, 0, "out/1/a/2/b/", "a", "b");
  CHECK (places, 2, "out/1/a/2/b/1/c/2/d/", "a", "b", "c", "d");
  CHECK (places, 2, "out/1/a/2/b/1/c/", "a", "b", "c");
  CHECK (places, 3, "out/1/a/1/b/", "a", "b");
  CHECK (places, 1, "out/1/z/", "z");
  CHECK (slash, 1, "out/1/a/", "a");
  test_check_row (self, slash, &(ApoolRow){ .line = 1 }, "out/");
}

static void
test_names (Fixture *self, gconstpointer data)
{
  const char *const names[] = { "b", "11a", "a/b", "", "2", "..", "b" };
  g_autoptr (ApoolResultPlaces) places = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    apool_fields_add_column (self->fields, names[i], strlen (names[i]));
  places = test_new (self, "out");
  CHECK (places, 1, "out/\\../6/a\\_b/3/b/1/b/7/2/5/4/4/11a/2/", "1", "2", "3", "4", "5", "6", "7");
}

static void
test_escapes (Fixture *self, gconstpointer data)
{
  const ApoolValue nul = { "a\0b", 3 };
  g_autoptr (ApoolResultPlaces) places = test_new (self, "out");

  CHECK (places, 1, "out/1/a\\_b\\\\c\\td/", "a/b\\c\td");
  CHECK (places, 1, "out/1/\\e/2/\\./3/\\../4/.../", "", ".", "..", "...");
  CHECK (places, 1, "out/1/\\\\e/2/\\\\./", "\\e", "\\.");
  CHECK (places, 1, "out/1/\xff\n/", "\xff\n");
  test_check_row (self, places, &(ApoolRow){ .values = &nul, .n_values = 1 }, "out/1/a\\0b/");
}

/* A name that is too long is cut, but not within an escape, and still is one of its own. */
static void
test_long (Fixture *self, gconstpointer data)
{
  g_autoptr (ApoolResultPlaces) places = test_new (self, "out");
  g_autofree char *fits = g_strnfill (NAME_MAX, 'x');
  g_autofree char *longer = g_strnfill (NAME_MAX + 1, 'x');
  g_autofree char *tabs = g_strnfill (NAME_MAX, '\t');
  g_autofree char *kept = g_strnfill (NAME_MAX - 18, 'x');
  g_autofree char *of_fits = g_strdup_printf ("out/1/%s/", fits);
  g_autofree char *of_longer = g_strdup_printf ("out/1/%s\\#%016" G_GINT64_MODIFIER "x/", kept,
                                                apool_hash_bytes (longer, NAME_MAX + 1));
  g_autoptr (GString) of_tabs = g_string_new ("out/1/");

  for (gsize i = 0; i < (NAME_MAX - 18) / 2; i++)
    g_string_append (of_tabs, "\\t");
  g_string_append_printf (of_tabs, "\\#%016" G_GINT64_MODIFIER "x/",
                          apool_hash_bytes (tabs, NAME_MAX));
  CHECK (places, 1, of_fits, fits);
  CHECK (places, 1, of_longer, longer);
  CHECK (places, 1, of_tabs->str, tabs);
}

static void
test_template (Fixture *self, gconstpointer data)
{
  g_autoptr (ApoolResultPlaces) prefix = test_new (self, "x/{1}-{2}.");
  g_autoptr (ApoolResultPlaces) directory = test_new (self, "y/{}/{#}/");

  CHECK (prefix, 1, "x/a-b/c.", "a", "b/c");
  CHECK (directory, 1, "y/a b/7/", "a", "b");
}

static void
test_check_fails (ApoolResultPlaces *places, const ApoolValue *value, const char *part)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (
      apool_result_places_make (places, &(ApoolRow){ .values = value, .n_values = 1 }, 1, &error));
  g_assert_true (g_str_has_prefix (error->message, "--results: "));
  g_assert_nonnull (strstr (error->message, part));
}

static void
test_fails (Fixture *self, gconstpointer data)
{
  g_autofree char *file = g_build_filename (self->directory, "file", NULL);
  g_autofree char *suffixed = g_strnfill (NAME_MAX - 3, 'x');
  g_autoptr (ApoolResultPlaces) places = test_new (self, "{}");
  g_autoptr (ApoolResultPlaces) tree = test_new (self, "out");

  g_assert_true (g_file_set_contents (file, "", 0, NULL));
  test_check_fails (places, &(ApoolValue){ "file/a", 6 }, "/file/': ");
  test_check_fails (places, &(ApoolValue){ suffixed, NAME_MAX - 3 }, ".seq': File name too long");
  test_check_fails (places, &(ApoolValue){ "a\0b", 3 }, "NUL");
  test_check_fails (tree, &(ApoolValue){ NULL, 20000000 }, "input of 20000000 bytes: too long");
}

/* What another job with the same place has written stays until this one begins. */
static void
test_kept (Fixture *self, gconstpointer data)
{
  g_autoptr (ApoolResultPlaces) places = test_new (self, "x{}");
  g_autofree char *path = g_build_filename (self->directory, "xa", NULL);
  g_autofree char *contents = NULL;

  g_assert_true (g_file_set_contents (path, "still here", -1, NULL));
  CHECK (places, 1, "xa", "a");
  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, "still here");
}

/* Broken off before its output is there, as by a kill. */
static void
test_begun (Fixture *self, gconstpointer data)
{
  g_autoptr (ApoolResultPlaces) places = test_new (self, "x{}");
  g_autofree char *path = g_build_filename (self->directory, "xa", NULL);
  const ApoolValue value = { "a", 1 };
  const ApoolRow row = { .values = &value, .n_values = 1, .line = 1 };
  g_autoptr (GError) error = NULL;
  gboolean are_made = TRUE;

  g_assert_cmpint (g_mkdir (path, 0777), ==, 0);
  test_check_fails (places, &value, "/xa': ");
  g_assert_true (apool_result_places_are_made (places, &row, 1, &are_made, &error));
  g_assert_no_error (error);
  g_assert_false (are_made);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test)                                                                            \
  g_test_add ("/result-places/" path, Fixture, NULL, test_set_up, test, test_tear_down)
  ADD ("tree", test_tree);
  ADD ("names", test_names);
  ADD ("escapes", test_escapes);
  ADD ("long", test_long);
  ADD ("template", test_template);
  ADD ("fails", test_fails);
  ADD ("kept", test_kept);
  ADD ("begun", test_begun);
  return g_test_run ();
}
