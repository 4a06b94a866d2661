/* SPDX-License-Identifier: MIT */
/* The forms of one value. What the tables expect is what GNU parallel was seen to make of it. */

#include <string.h>

#include "base/apool-error.h"
#include "job/apool-form.h"

typedef struct
{
  const char *value;
  const char *results[12]; /* in the order of form_path_forms */
} FormPathRow;

typedef struct
{
  const char *form; /* with its closing brace */
  const char *value;
  const char *result;
} FormRow;

static const char *const form_path_forms[] = { ".}",   "/}",    "//}", "/.}",  "+/}",  "+.}",
                                               "+..}", "+...}", "..}", "...}", "/..}", "/...}" };

/* clang-format off */
static const FormPathRow form_paths[] = {
{ "", { "", "", ".", "", "", "", "", "", "", "", "", "" } },
{ "a", { "a", "a", ".", "a", "", "", "", "", "a", "a", "a", "a" } },
{ "a.b", { "a", "a.b", ".", "a", "", "b", "", "", "a.b", "a.b", "a.b", "a.b" } },
{ "a.b.c", { "a.b", "a.b.c", ".", "a.b", "", "c", "b.c", "", "a", "a.b.c", "a", "a.b.c" } },
{ "a.b.c.d", { "a.b.c", "a.b.c.d", ".", "a.b.c", "", "d", "c.d", "b.c.d", "a.b", "a", "a.b", "a" } },
{ "a.b.c.d.e", { "a.b.c.d", "a.b.c.d.e", ".", "a.b.c.d", "", "e", "d.e", "c.d.e", "a.b.c", "a.b", "a.b.c", "a.b" } },
{ "d/a.b.c", { "d/a.b", "a.b.c", "d", "a.b", "d", "c", "b.c", "", "d/a", "d/a.b.c", "a", "a.b.c" } },
{ "/d.x/a", { "/d.x/a", "a", "/d.x", "a", "/d.x", "x/a", "", "", "/d.x/a", "/d.x/a", "a", "a" } },
{ "d.x/a.b", { "d.x/a", "a.b", "d.x", "a", "d.x", "b", "", "", "d.x/a.b", "d.x/a.b", "a.b", "a.b" } },
{ "d.x.y.z/a.b.c.d", { "d.x.y.z/a.b.c", "a.b.c.d", "d.x.y.z", "a.b.c", "d.x.y.z", "d", "c.d", "b.c.d", "d.x.y.z/a.b", "d.x.y.z/a", "a.b", "a" } },
{ "/a", { "/a", "a", "/", "a", "", "", "", "", "/a", "/a", "a", "a" } },
{ "/", { "/", "", "/", "", "", "", "", "", "/", "/", "", "" } },
{ "//", { "//", "", "/", "", "/", "", "", "", "//", "//", "", "" } },
{ "a/", { "a/", "", ".", "", "a", "", "", "", "a/", "a/", "", "" } },
{ "a.b/", { "a.b/", "", ".", "", "a.b", "b/", "", "", "a.b/", "a.b/", "", "" } },
{ "d/a/", { "d/a/", "", "d", "", "d/a", "", "", "", "d/a/", "d/a/", "", "" } },
{ ".a", { "", ".a", ".", "", "", "a", "", "", ".a", ".a", ".a", ".a" } },
{ "d/.a", { "d/", ".a", "d", "", "d", "a", "", "", "d/.a", "d/.a", ".a", ".a" } },
{ "..", { ".", "..", ".", ".", "", "", ".", "", "", "..", "", ".." } },
{ "a..", { "a.", "a..", ".", "a.", "", "", ".", "", "a", "a..", "a", "a.." } },
{ "...", { "..", "...", ".", "..", "", "", ".", "..", ".", "", ".", "" } },
{ "a.b..c", { "a.b.", "a.b..c", ".", "a.b.", "", "c", ".c", "b..c", "a.b", "a", "a.b", "a" } },
{ "d//a.b", { "d//a", "a.b", "d", "a", "d/", "b", "", "", "d//a.b", "d//a.b", "a.b", "a.b" } },
{ "a.", { "a", "a.", ".", "a", "", "", "", "", "a.", "a.", "a.", "a." } },
{ ".a.b", { ".a", ".a.b", ".", ".a", "", "b", "a.b", "", "", ".a.b", "", ".a.b" } },
{ "./a.b.c", { "./a.b", "a.b.c", ".", "a.b", ".", "c", "b.c", "", "./a", "./a.b.c", "a", "a.b.c" } },
{ "a b.c d", { "a b", "a b.c d", ".", "a b", "", "c d", "", "", "a b.c d", "a b.c d", "a b.c d", "a b.c d" } },
{ "\377.\376", { "\377", "\377.\376", ".", "\377", "", "\376", "", "", "\377.\376", "\377.\376", "\377.\376", "\377.\376" } },
{ "/a.b//", { "/a.b//", "", "/", "", "/a.b/", "b//", "", "", "/a.b//", "/a.b//", "", "" } },
{ "..a", { ".", "..a", ".", ".", "", "a", ".a", "", "", "..a", "", "..a" } },
{ "d/..", { "d/.", "..", "d", ".", "d", "", ".", "", "d/", "d/..", "", ".." } },
{ "d.e/..f.g", { "d.e/..f", "..f.g", "d.e", "..f", "d.e", "g", "f.g", ".f.g", "d.e/.", "d.e/", ".", "" } },
};

static const FormRow form_rows[] = {
  { ":-x}", "", "x" },
  { ":-x}", "0", "x" },
  { ":-x}", "00", "00" },
  { ":-x}", "0.0", "0.0" },
  { ":-x}", " ", " " },
  { ":-x}", "a", "a" },
  { ":-a b$1\"}", "", "a b$1\"" },
  { ":-a b$1\"}", "v", "v" },
  { ":-it's}", "", "it's" },
  { ":-0}", "", "0" },
  { ":-0}", "0", "0" },
  { ":0}", "", "" },
  { ":0}", "abc", "abc" },
  { ":2}", "", "" },
  { ":2}", "a", "" },
  { ":2}", "ab", "" },
  { ":2}", "abc", "c" },
  { ":2}", "\303\251x", "x" },
  { ":02}", "abc", "c" },
  { ":4294967296}", "abc", "" },
  { ":1:2}", "", "" },
  { ":1:2}", "a", "" },
  { ":1:2}", "ab", "b" },
  { ":1:2}", "abcd", "bc" },
  { ":0:0}", "abc", "" },
  { ":3:1}", "abc", "" },
  { ":3:1}", "ab", "" },
  { ":1:18446744073709551615}", "abc", "bc" },
  { ":1:9223372036854775807}", "abc", "bc" },
  { ":-1:2}", "", "1:2" },
};
/* clang-format on */

static ApoolForm *
test_form_match (const char *text, gboolean plus)
{
  g_autoptr (GError) error = NULL;
  ApoolForm *form = NULL;
  gsize length = apool_form_match (text, text + strlen (text), plus, &form, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (length, ==, strlen (text));
  return form;
}

static void
test_form_check (const char *text, const char *value, const char *result)
{
  g_autoptr (ApoolForm) form = test_form_match (text, TRUE);
  g_autoptr (GString) to = g_string_new ("before:");
  g_autoptr (GError) error = NULL;

  g_assert_true (apool_form_append (form, value, strlen (value), to, &error));
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (to->str, "before:"));
  g_assert_cmpmem (to->str + 7, to->len - 7, result, strlen (result));
}

static void
test_form_of_paths (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (form_paths); i++)
    {
      test_form_check ("}", form_paths[i].value, form_paths[i].value);
      for (gsize j = 0; j < G_N_ELEMENTS (form_path_forms); j++)
        test_form_check (form_path_forms[j], form_paths[i].value, form_paths[i].results[j]);
    }
}

static void
test_form_of_plus (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (form_rows); i++)
    test_form_check (form_rows[i].form, form_rows[i].value, form_rows[i].result);
}

/* A folder's name may hold one; GNU parallel's own regular expressions stop at it. */
static void
test_form_of_newlines (void)
{
  test_form_check ("/}", "a\nb/c", "c");
  test_form_check ("/}", "/a/d\ne/f", "f");
  test_form_check ("/.}", "a\nb/c\nd.e", "c\nd");
  test_form_check ("//}", "a\nb/c", "a\nb");
  test_form_check (".}", "a.b\n", "a");
  test_form_check ("+/}", "a\nb", "");
  test_form_check ("+.}", "a\n.b\nc.d\n", "d\n");
}

/* Numbers that no value reaches: more is cut off than there is. */
static void
test_form_of_great_numbers (void)
{
  test_form_check (":99999999999999999999}", "abc", "");
  test_form_check (":18446744073709551616}", "abc", "");
  test_form_check (":1:99999999999999999999}", "abc", "bc");
  test_form_check (":99999999999999999999:1}", "abc", "");
}

static void
test_form_of_bytes (void)
{
  static const char *const FORMS[] = { "}", ".}", "/}", ":-x}", ":0}", "^^q}", ":%s}" };
  static const char VALUE[] = "a\0b\xff\n";
  g_autoptr (GString) to = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (FORMS); i++)
    {
      g_autoptr (ApoolForm) form = test_form_match (FORMS[i], TRUE);

      g_string_truncate (to, 0);
      g_assert_true (apool_form_append (form, VALUE, sizeof VALUE - 1, to, NULL));
      g_assert_cmpmem (to->str, to->len, VALUE, sizeof VALUE - 1);
    }
}

/* A row without values has one without bytes, and not even an address. */
static void
test_form_of_nothing (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (form_path_forms); i++)
    {
      g_autoptr (ApoolForm) form = test_form_match (form_path_forms[i], TRUE);
      g_autoptr (GString) to = g_string_new (NULL);

      g_assert_true (apool_form_append (form, NULL, 0, to, NULL));
      g_assert_cmpstr (to->str, ==, strcmp (form_path_forms[i], "//}") == 0 ? "." : "");
    }
}

static void
test_form_refuse_match (const char *text, gsize length, gboolean plus)
{
  g_autoptr (GError) error = NULL;
  ApoolForm *form = NULL;

  g_assert_cmpuint (apool_form_match (text, text + length, plus, &form, &error), ==, 0);
  g_assert_no_error (error);
  g_assert_null (form);
}

static void
test_form_is_none (void)
{
  static const char *const TEXTS[] = {
    "",     "x",     ".",   "a}",   ".x}",  "/x}",   "//a}",    "....}", "+}",       "+....}",
    ":}",   ":a}",   ":-}", ":1:}", ":1a}", ":: }",  ":1:2:3}", ": 1}",  "/#}",      "/#/x}",
    "/%a}", "/a}",   "^}",  ",}",   "###}", "///X}", "/a%/X}",  "/%/X}", "/#a}",     "#}",
    "%}",   "/a#/}", "#a",  "/a/b", ":-x",  ":%d",   "#:%04d}", "%:%q}", "##:%05d}", " }",
  };
  static const char *const ONLY_PLUS[] = { "..}", "...}", "+/}", "/..}",  ":-x}", ":2}",
                                           "#a}", "%a}",  "^a}", "/a/b}", ",,a}", "+.}" };

  for (gsize i = 0; i < G_N_ELEMENTS (TEXTS); i++)
    test_form_refuse_match (TEXTS[i], strlen (TEXTS[i]), TRUE);
  for (gsize i = 0; i < G_N_ELEMENTS (ONLY_PLUS); i++)
    test_form_refuse_match (ONLY_PLUS[i], strlen (ONLY_PLUS[i]), FALSE);
  test_form_refuse_match ("/a\0b/c}", 7, TRUE);
  test_form_refuse_match (".\0}", 3, TRUE);
}

/* What follows the brace belongs to somebody else. */
static void
test_form_ends_at_brace (void)
{
  static const char TEXT[] = "/.}}/x}";
  g_autoptr (ApoolForm) form = NULL;

  g_assert_cmpuint (apool_form_match (TEXT, TEXT + strlen (TEXT), TRUE, &form, NULL), ==, 3);
}

/* The reasons for a bad regular expression are GLib's own. */
static void
test_form_check_fault (const char *text, const char *start)
{
  g_autoptr (GError) error = NULL;
  ApoolForm *form = NULL;

  g_assert_cmpuint (apool_form_match (text, text + strlen (text), TRUE, &form, &error), ==, 0);
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_TEMPLATE);
  g_assert_true (g_str_has_prefix (error->message, start));
  g_assert_null (form);
}

static void
test_form_is_malformed (void)
{
  test_form_check_fault ("/(/-}", "regular expression '(': column 2: ");
  test_form_check_fault ("%%a*b)}", "regular expression 'a*b)': column 4: ");
  test_form_check_fault (":%05q}", "format '%05q': column 4: no conversion: d, i, o, x, X, e, f, g "
                                   "and s are there");
  test_form_check_fault (":%}", "format '%': column 2: it ends without a conversion");
}

/* Formats are there without --plus, and can be asked for. */
static void
test_form_has_format (void)
{
  g_autoptr (ApoolForm) form = test_form_match (":%05d}", FALSE);
  g_autoptr (ApoolForm) other = test_form_match ("}", FALSE);
  g_autoptr (GString) to = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (apool_form_get_format (form), ==, "%05d");
  g_assert_null (apool_form_get_format (other));
  g_assert_true (apool_form_append (form, "42", 2, to, NULL));
  g_assert_cmpstr (to->str, ==, "00042");
  g_assert_false (apool_form_append (form, "abc", 3, to, &error));
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_INPUT);
  g_assert_cmpstr (error->message, ==, "'abc': not a number");
  g_assert_cmpstr (to->str, ==, "00042");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/form/of-paths", test_form_of_paths);
  g_test_add_func ("/form/of-plus", test_form_of_plus);
  g_test_add_func ("/form/of-newlines", test_form_of_newlines);
  g_test_add_func ("/form/of-great-numbers", test_form_of_great_numbers);
  g_test_add_func ("/form/of-bytes", test_form_of_bytes);
  g_test_add_func ("/form/of-nothing", test_form_of_nothing);
  g_test_add_func ("/form/is-none", test_form_is_none);
  g_test_add_func ("/form/ends-at-brace", test_form_ends_at_brace);
  g_test_add_func ("/form/is-malformed", test_form_is_malformed);
  g_test_add_func ("/form/has-format", test_form_has_format);
  return g_test_run ();
}
