/* SPDX-License-Identifier: MIT */
/* Names in replacement strings: which ones there are, how long they are, what they mean. */

#include <glib.h>
#include <string.h>

#include "job/apool-fields.h"

static gsize
test_fields_match (ApoolFields *fields, const char *text, ApoolFieldRef *ref)
{
  *ref = (ApoolFieldRef){ 0 };
  return apool_fields_match (fields, text, text + strlen (text), ref);
}

/* Checks that the first @length bytes of @text are the name of value number @column. */
static void
test_fields_check_column (ApoolFields *fields, const char *text, gsize length, gsize column)
{
  ApoolFieldRef ref;

  g_assert_cmpuint (test_fields_match (fields, text, &ref), ==, length);
  g_assert_cmpuint (ref.column, ==, column);
}

static void
test_fields_check_field (ApoolFields *fields, const char *text, gsize length, gsize field)
{
  ApoolFieldRef ref;

  g_assert_cmpuint (test_fields_match (fields, text, &ref), ==, length);
  g_assert_cmpuint (ref.column, ==, 0);
  g_assert_cmpuint (ref.field, ==, field);
}

static void
test_fields_check_none (ApoolFields *fields, const char *text)
{
  ApoolFieldRef ref;

  g_assert_cmpuint (test_fields_match (fields, text, &ref), ==, 0);
}

static void
test_fields_add_columns (ApoolFields *fields, const char *const *names)
{
  for (gsize i = 0; names[i]; i++)
    apool_fields_add_column (fields, names[i], strlen (names[i]));
}

static void
test_fields_columns (void)
{
  static const char *const NAMES[] = { "b", "b.x", "", "a b", "b", "2", "\xff", NULL };
  g_autoptr (ApoolFields) fields = apool_fields_new ();
  gsize n_fields;

  test_fields_check_none (fields, "b}");
  test_fields_add_columns (fields, NAMES);
  test_fields_check_column (fields, "b}", 1, 1);
  test_fields_check_column (fields, "b.}", 1, 1);
  test_fields_check_column (fields, "b//}", 1, 1);
  test_fields_check_column (fields, "b.x}", 3, 2);
  test_fields_check_column (fields, "b.x.}", 3, 2);
  test_fields_check_column (fields, "b.y}", 1, 1);
  test_fields_check_column (fields, "a b:%s}", 3, 4);
  test_fields_check_column (fields, "2}", 1, 6);
  test_fields_check_column (fields, "\xff}", 1, 7);
  for (const char *follower = "}./:,^%#"; *follower; follower++)
    {
      char text[] = { 'b', *follower, '}', '\0' };

      test_fields_check_column (fields, text, 1, 1);
    }
  apool_fields_get_requested (fields, &n_fields);
  g_assert_cmpuint (n_fields, ==, 0);
}

static void
test_fields_no_columns (void)
{
  static const char *const NAMES[] = { "bc", "", NULL };
  g_autoptr (ApoolFields) fields = apool_fields_new ();

  test_fields_add_columns (fields, NAMES);
  test_fields_check_none (fields, "}");
  test_fields_check_none (fields, "");
  test_fields_check_none (fields, "b}");
  test_fields_check_none (fields, "bc");
  test_fields_check_none (fields, "bcd}");
  test_fields_check_none (fields, "bc d}");
  test_fields_check_none (fields, "a.b}");
  test_fields_check_none (fields, "1.1}");
}

static void
test_fields_paths (void)
{
  g_autoptr (ApoolFields) fields = apool_fields_new ();
  const char *const *names;
  gsize n_fields;
  gsize source;
  gsize group;

  apool_fields_set_paths (fields);
  test_fields_check_field (fields, "a}", 1, 0);
  test_fields_check_field (fields, "a.b}", 3, 1);
  test_fields_check_field (fields, "a.}", 1, 0);
  test_fields_check_field (fields, "a.b/.}", 3, 1);
  test_fields_check_field (fields, "1.b-c_D}", 7, 2);
  test_fields_check_field (fields, "1.2}", 3, 3);
  test_fields_check_field (fields, "-x}", 2, 4);
  names = apool_fields_get_requested (fields, &n_fields);
  g_assert_cmpuint (n_fields, ==, 5);
  g_assert_cmpstr (names[1], ==, "a.b");
  g_assert_cmpstr (names[2], ==, "1.b-c_D");
  g_assert_null (names[5]);
  g_assert_false (apool_fields_get_group (fields, 3, &source, &group));
}

static void
test_fields_no_paths (void)
{
  g_autoptr (ApoolFields) fields = apool_fields_new ();
  gsize n_fields;

  apool_fields_set_paths (fields);
  test_fields_check_none (fields, "1}");
  test_fields_check_none (fields, "-1}");
  test_fields_check_none (fields, "12.}");
  test_fields_check_none (fields, ".}");
  test_fields_check_none (fields, "/}");
  test_fields_check_none (fields, "}");
  test_fields_check_none (fields, "a b}");
  test_fields_check_none (fields, "a");
  test_fields_check_none (fields, "a;}");
  apool_fields_get_requested (fields, &n_fields);
  g_assert_cmpuint (n_fields, ==, 0);
}

static void
test_fields_groups (void)
{
  static const gsize N_GROUPS[] = { 2, 0, 12 };
  g_autoptr (ApoolFields) fields = apool_fields_new ();
  gsize source;
  gsize group;

  apool_fields_set_groups (fields, N_GROUPS, G_N_ELEMENTS (N_GROUPS));
  test_fields_check_field (fields, "1.2}", 3, 0);
  test_fields_check_field (fields, "3.12/}", 4, 1);
  test_fields_check_field (fields, "1.2.}", 3, 0);
  g_assert_true (apool_fields_get_group (fields, 1, &source, &group));
  g_assert_cmpuint (source, ==, 3);
  g_assert_cmpuint (group, ==, 12);
  test_fields_check_none (fields, "1.3}");
  test_fields_check_none (fields, "1.0}");
  test_fields_check_none (fields, "0.1}");
  test_fields_check_none (fields, "2.1}");
  test_fields_check_none (fields, "4.1}");
  test_fields_check_none (fields, "1}");
  test_fields_check_none (fields, "1.}");
  test_fields_check_none (fields, "1.1");
  test_fields_check_none (fields, "1.1a}");
  test_fields_check_none (fields, "1.10000000000000000001}");
}

static void
test_fields_precedence (void)
{
  static const gsize N_GROUPS[] = { 2 };
  g_autoptr (ApoolFields) fields = apool_fields_new ();
  gsize source;
  gsize group;

  apool_fields_add_column (fields, "1.2", 3);
  apool_fields_set_groups (fields, N_GROUPS, 1);
  apool_fields_set_paths (fields);
  test_fields_check_column (fields, "1.2}", 3, 1);
  test_fields_check_field (fields, "1.1}", 3, 0);
  test_fields_check_field (fields, "1.1.a}", 5, 1);
  test_fields_check_field (fields, "1.3}", 3, 2);
  g_assert_true (apool_fields_get_group (fields, 0, &source, &group));
  g_assert_false (apool_fields_get_group (fields, 1, &source, &group));
  g_assert_false (apool_fields_get_group (fields, 2, &source, &group));
}

static void
test_fields_withdraw (void)
{
  g_autoptr (ApoolFields) fields = apool_fields_new ();
  g_autoptr (ApoolFields) same = apool_fields_ref (fields);
  ApoolFieldRef ref;

  apool_fields_set_paths (fields);
  test_fields_match (fields, "a,b}", &ref);
  g_assert_true (apool_fields_is_used (fields, 0));
  apool_fields_withdraw (fields, &ref);
  g_assert_false (apool_fields_is_used (fields, 0));
  test_fields_match (same, "a}", &ref);
  g_assert_cmpuint (ref.field, ==, 0);
  g_assert_true (apool_fields_is_used (fields, 0));
  apool_fields_withdraw (fields, &(ApoolFieldRef){ .column = 3 });
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fields/columns", test_fields_columns);
  g_test_add_func ("/fields/no-columns", test_fields_no_columns);
  g_test_add_func ("/fields/paths", test_fields_paths);
  g_test_add_func ("/fields/no-paths", test_fields_no_paths);
  g_test_add_func ("/fields/groups", test_fields_groups);
  g_test_add_func ("/fields/precedence", test_fields_precedence);
  g_test_add_func ("/fields/withdraw", test_fields_withdraw);
  return g_test_run ();
}
