/* SPDX-License-Identifier: MIT */
/* Values changed by regular expressions. What the table expects is what GNU parallel was seen to
 * make of it with --plus. */

#include <string.h>

#include "base/apool-error.h"
#include "job/apool-substitution.h"

typedef struct
{
  const char *text; /* without the braces */
  const char *value;
  const char *result;
} SubstitutionRow;

/* clang-format off */
static const SubstitutionRow substitution_rows[] = {
  { "#z.*z.", "z.z.z.foo", "z.foo" },
  { "#z.*z.", "zz.a", "a" },
  { "#z.*z.", "xz.z.", "xz.z." },
  { "#z.*z.", "", "" },
  { "##z.*z.", "z.z.z.foo", "foo" },
  { "##z.*z.", "az.z.", "az.z." },
  { "#(z).*(z)", "z.z.z.foo", "z" },
  { "#(z).*(z)", "foo", "foo" },
  { "#a|b", "ab", "b" },
  { "#a|b", "bc", "c" },
  { "#a|b", "xbc", "xc" },
  { "#a|b", "b", "" },
  { "##a|b", "ab", "b" },
  { "##a|b", "bc", "c" },
  { "##a|b", "xbc", "xc" },
  { "#a?", "aab", "ab" },
  { "#a+?", "aab", "ab" },
  { "#[*]+", "**b", "*b" },
  { "#\\*+", "**b", "*b" },
  { "#a*", "aab", "aab" },
  { "#a", "ab\ncd", "b\ncd" },
  { "#a", "xa", "xa" },
  { "#a", "a", "" },
  { "#a", "a\n", "\n" },
  { "#a#", "a#b", "b" },
  { "##a#", "a#b", "b" },
  { "%.z.*z", "foo.z.z.z", "foo.z" },
  { "%.z.*z", "foo.z", "foo.z" },
  { "%.z.*z", "foo.z.z.zx", "foo.z.z.zx" },
  { "%%.z.*z", "foo.z.z.z", "foo" },
  { "%%.z.*z", "foo.z.z.zx", "foo.z.z.zx" },
  { "%(z).*(z)", "foo.z.z.z", "foo.z." },
  { "%a|b", "cab", "cb" },
  { "%a|b", "ca", "c" },
  { "%a|b", "cax", "cx" },
  { "%%a|b", "cab", "cb" },
  { "%%a|b", "ca", "c" },
  { "%%a|b", "cax", "cx" },
  { "%x", "ax\n", "a\n" },
  { "%x", "x", "" },
  { "%x", "axx", "ax" },
  { "%x", "a\nbx", "a\nb" },
  { "%%x", "ax\n", "a\n" },
  { "%%x", "axx", "ax" },
  { "%%x", "a\nbx", "a\nb" },
  { "%%%", "a%", "a" },
  { "%%%", "%", "" },
  { "%%", "a%", "a" },
  { "%%", "a%%", "a%" },
  { "%x*", "axxx", "axxx" },
  { "%.*", "axxx", "axxx" },
  { "%%x*", "axxx", "a" },
  { "/a/X", "banana", "bXnana" },
  { "/a/X", "", "" },
  { "/a/X", "A", "A" },
  { "/a/", "banana", "bnana" },
  { "//a/X", "banana", "bXnXnX" },
  { "/#b/X", "banana", "Xanana" },
  { "/#b/X", "abba", "abba" },
  { "/%a/X", "banana", "bananX" },
  { "/%a/X", "ax", "ax" },
  { "/%a/X", "a\n", "X\n" },
  { "/#a|b/X", "abcb", "XXcX" },
  { "/#a|b/X", "cbab", "cXaX" },
  { "/%a|b/X", "abcb", "XbcX" },
  { "/%a|b/X", "cba", "cbX" },
  { "/(a)(n)/[$2$1\\1&$&]", "banana", "b[$2$1\\1&$&]ana" },
  { "//(a)(n)/[$2$1\\1\\n]", "banana", "b[$2$1\\1\\n][$2$1\\1\\n]a" },
  { "/a/b/c", "xa", "xb/c" },
  { "//a/b/c", "aa", "b/cb/c" },
  { "////X", "a/b/c", "aXbXc" },
  { "/a/", "", "" },
  { "//x*/-", "axb", "-a--b-" },
  { "//x*/-", "", "-" },
  { "//x*/-", "abc", "-a-b-c-" },
  { "//x*/-", "xx", "--" },
  { "//|a/-", "aab", "-----b-" },
  { "//a|/-", "aab", "---b-" },
  { "//^/-", "ab", "-ab" },
  { "//$/-", "ab", "ab-" },
  { "//$/-", "ab\n", "ab-\n-" },
  { "//\\b/-", "ab cd", "-ab- -cd-" },
  { "//\\s/-", "a\nb\tc\013d\014e\240f\205g", "a-b-c-d-e\240f\205g" },
  { "//\\w/-", "a\351_\303", "-\351-\303" },
  { "//[[:alpha:]]/-", "a\351", "-\351" },
  { "//(?=b)/-", "abb", "a-b-b" },
  { "//./-", "a\nb", "-\n-" },
  { "/#x*/-", "axb", "-axb" },
  { "/#x*/-", "xb", "-b" },
  { "/%x*/-", "ax", "a--" },
  { "/%x*/-", "axx", "a--" },
  { "/%x*/-", "a", "a-" },
  { "^a", "abc", "Abc" },
  { "^a", "xa", "xa" },
  { "^a", "aa", "Aa" },
  { "^^a", "abca", "AbcA" },
  { "^.", "abc", "Abc" },
  { "^.", "\351a", "\351a" },
  { "^.", "\303\251", "\303\251" },
  { "^^.", "abc\351\303\251", "ABC\351\303\251" },
  { "^^.", "a\nb", "A\nB" },
  { ",A", "ABA", "aBA" },
  { ",A", "BA", "BA" },
  { ",,A", "ABA", "aBa" },
  { ",,[AB]+", "ABCAB", "abCab" },
  { ",,.", "ABC\311", "abc\311" },
  { "^a|b", "ab", "Ab" },
  { "^a|b", "ba", "Ba" },
  { "^a|b", "cb", "cb" },
  { "^(a)b", "abc", "ABc" },
  { "^^\\w+", "ab cd", "AB CD" },
  { "^^x*", "axb", "aXb" },
  { "/\\./-", "a.b.c", "a-b.c" },
  { "//\\./-", "a.b.c", "a-b-c" },
  { "//[.]/-", "a.b.c", "a-b-c" },
  { "/$/-", "ab", "ab-" },
  { "/$x/-", "a$x", "a$x" },
  { "/$x/-", "ab", "ab" },
  { "/@a/-", "x@a", "x-" },
  { "/ /-", "a b c", "a-b c" },
  { "//\303/-", "a\303\251", "a-\251" },
  { "/\\x41/-", "xA", "x-" },
  { "/\\t/-", "a\tb", "a-b" },
  { "/a/\\t", "xa", "x\\t" },
  { "/(?i)A/-", "xa", "x-" },
  { "/a.b/-", "a\rb", "-" },
  { "/a.b/-", "a\013b", "-" },
  { "/a.b/-", "a\nb", "a\nb" },
  { "^{", "{a", "{a" },
  { "^^", "^a", "^a" },
  { ",,", ",A", ",A" },
};
/* clang-format on */

static ApoolSubstitution *
test_substitution_parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  ApoolSubstitution *substitution = apool_substitution_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  g_assert_nonnull (substitution);
  return substitution;
}

static void
test_substitution_as_seen (void)
{
  g_autoptr (GString) to = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (substitution_rows); i++)
    {
      const SubstitutionRow *row = &substitution_rows[i];
      g_autoptr (ApoolSubstitution) substitution = test_substitution_parse (row->text);
      g_autoptr (GError) error = NULL;

      g_string_truncate (to, 0);
      g_assert_true (
          apool_substitution_append (substitution, row->value, strlen (row->value), to, &error));
      g_assert_no_error (error);
      g_assert_cmpmem (to->str, to->len, row->result, strlen (row->result));
    }
}

/* A value that would take for ever is an error, soon. */
static void
test_substitution_of_hostile (void)
{
  g_autoptr (ApoolSubstitution) substitution = test_substitution_parse ("/(?:(a+)+)+\\1$/x");
  g_autofree char *value = g_strnfill (200, 'a');
  g_autoptr (GString) to = g_string_new ("before");
  g_autoptr (GError) error = NULL;

  value[199] = 'b';
  g_assert_false (apool_substitution_append (substitution, value, 200, to, &error));
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_INPUT);
  g_assert_true (g_str_has_prefix (error->message, "regular expression: "));
  g_assert_null (strchr (error->message, '+'));
  g_assert_cmpstr (to->str, ==, "before");
}

static void
test_substitution_of_huge (void)
{
  g_autoptr (ApoolSubstitution) substitution = test_substitution_parse ("//a/bc");
  g_autoptr (GString) value = g_string_new (NULL);
  g_autoptr (GString) to = g_string_new (NULL);

  for (guint i = 0; i < 50000; i++)
    g_string_append (value, "a\n");
  g_assert_true (apool_substitution_append (substitution, value->str, value->len, to, NULL));
  g_assert_cmpuint (to->len, ==, 150000);
  g_assert_true (g_str_has_prefix (to->str, "bc\nbc\n"));
}

static void
test_substitution_of_nothing (void)
{
  g_autoptr (ApoolSubstitution) substitution = test_substitution_parse ("/^$/x");
  g_autoptr (GString) to = g_string_new (NULL);

  g_assert_true (apool_substitution_append (substitution, NULL, 0, to, NULL));
  g_assert_cmpstr (to->str, ==, "x");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/substitution/as-seen", test_substitution_as_seen);
  g_test_add_func ("/substitution/of-hostile", test_substitution_of_hostile);
  g_test_add_func ("/substitution/of-huge", test_substitution_of_huge);
  g_test_add_func ("/substitution/of-nothing", test_substitution_of_nothing);
  return g_test_run ();
}
