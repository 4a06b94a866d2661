/* SPDX-License-Identifier: MIT */
/* Libraries that are loaded when they are needed. */

#include <string.h>

#include "base/apool-error.h"
#include "base/apool-library.h"

typedef struct
{
  __typeof__ (strlen) *length;
  __typeof__ (strcmp) *compare;
} TestTable;

static const ApoolLibrarySymbol test_symbols[] = {
  { "strlen", G_STRUCT_OFFSET (TestTable, length) },
  { "strcmp", G_STRUCT_OFFSET (TestTable, compare) },
};

static void
test_library_load (void)
{
  static const char *const names[] = { "libapool-is-nowhere.so.0", "libc.so.6", NULL };
  g_autoptr (GError) error = NULL;
  TestTable table = { NULL };

  g_assert_true (
      apool_library_load (names, test_symbols, G_N_ELEMENTS (test_symbols), &table, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (table.length ("apool"), ==, 5);
  g_assert_cmpint (table.compare ("a", "b"), <, 0);
  g_assert_true (
      apool_library_load (names, test_symbols, G_N_ELEMENTS (test_symbols), &table, NULL));
}

/* The first name is the one that is told. */
static void
test_library_absent (void)
{
  static const char *const names[] = { "libapool-is-nowhere.so.0", "libapool-neither.so.0", NULL };
  g_autoptr (GError) error = NULL;
  TestTable table = { NULL };

  g_assert_false (
      apool_library_load (names, test_symbols, G_N_ELEMENTS (test_symbols), &table, &error));
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_USAGE);
  g_assert_true (g_str_has_prefix (error->message, "libapool-is-nowhere.so.0: "));
  g_assert_false (
      apool_library_load (names, test_symbols, G_N_ELEMENTS (test_symbols), &table, NULL));
}

static void
test_library_too_old (void)
{
  static const char *const names[] = { "libc.so.6", NULL };
  static const ApoolLibrarySymbol symbols[] = { { "apool_is_not_in_libc", 0 } };
  g_autoptr (GError) error = NULL;
  TestTable table = { NULL };

  g_assert_false (apool_library_load (names, symbols, G_N_ELEMENTS (symbols), &table, &error));
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_USAGE);
  g_assert_nonnull (strstr (error->message, "apool_is_not_in_libc"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/library/load", test_library_load);
  g_test_add_func ("/library/absent", test_library_absent);
  g_test_add_func ("/library/too-old", test_library_too_old);
  return g_test_run ();
}
