/* SPDX-License-Identifier: MIT */
/* What depends on the slot: what it becomes, on the wire and back, and what a peer may make up. */

#include <string.h>

#include "base/apool-error.h"
#include "job/apool-holes.h"

static void
test_holes_check (
    const ApoolHoles *holes, gsize hole, guint slot, ApoolQuoteStyle quote, const char *is)
{
  g_autoptr (GString) text = g_string_new ("x");

  apool_holes_append (holes, hole, slot, quote, text);
  g_assert_cmpint (text->str[0], ==, 'x');
  g_assert_cmpstr (text->str + 1, ==, is);
}

static void
test_holes_check_number (gint64 delta, const char *format, guint slot, const char *is)
{
  g_autoptr (ApoolHoles) holes = apool_holes_new ();

  apool_holes_add_number (holes, 0, delta, format);
  test_holes_check (holes, 0, slot, APOOL_QUOTE_NONE, is);
}

static void
test_holes_numbers (void)
{
  test_holes_check_number (0, NULL, 1, "1");
  test_holes_check_number (0, NULL, G_MAXUINT, "4294967295");
  test_holes_check_number (-1, NULL, 1, "0");
  test_holes_check_number (-5, NULL, 1, "-4");
  test_holes_check_number (5000000000, NULL, 1, "5000000001");
  test_holes_check_number (0, "%04d", 7, "0007");
  test_holes_check_number (0, "%+i", 7, "+7");
  test_holes_check_number (-8, "%x", 7, "ffffffffffffffff");
  test_holes_check_number (0, "%#X", 255, "0XFF");
  test_holes_check_number (0, "%o", 8, "10");
  test_holes_check_number (0, "%-4s", 12, "12  ");
  test_holes_check_number (0, "%.1s", 12, "1");
  test_holes_check_number (0, "%.2f", 12, "12.00");
  test_holes_check_number (0, "%g", 12, "12");
  test_holes_check_number (0, "%.3e", 12, "1.200e+01");
}

/* The longest that a format can make is whole. */
static void
test_holes_wide (void)
{
  g_autoptr (ApoolHoles) holes = apool_holes_new ();
  g_autoptr (GString) text = g_string_new (NULL);

  apool_holes_add_number (holes, 0, G_MAXINT64 - 1, "%.4096f");
  apool_holes_append (holes, 0, 1, APOOL_QUOTE_NONE, text);
  g_assert_cmpuint (text->len, ==, 19 + 1 + 4096);
  g_string_truncate (text, 0);
  apool_holes_add_number (holes, 0, 0, "%4096s");
  apool_holes_append (holes, 1, 1, APOOL_QUOTE_NONE, text);
  g_assert_cmpuint (text->len, ==, 4096);
}

static void
test_holes_formats (void)
{
  static const char *const BAD[] = { "",
                                     "%",
                                     "d",
                                     "%5",
                                     "%n",
                                     "%ld",
                                     "%dd",
                                     "%d%d",
                                     "%*d",
                                     "%1$d",
                                     "%4097d",
                                     "%c",
                                     "%p",
                                     "%%",
                                     "%.5.5d",
                                     "% d ",
                                     "%.4097f",
                                     "%'d",
                                     "%99999999999999999999d" };

  for (gsize i = 0; i < G_N_ELEMENTS (BAD); i++)
    {
      g_test_message ("%s", BAD[i]);
      g_assert_false (apool_holes_is_format (BAD[i]));
    }
  g_assert_true (apool_holes_is_format ("%d"));
  g_assert_true (apool_holes_is_format ("%-+ #04096.4096X"));
  g_assert_true (apool_holes_is_format ("%.f"));
}

static ApoolHoles *
test_holes_make (void)
{
  static const ApoolValue CHOICES[] = { { "one", 3 }, { NULL, 0 }, { "the 3rd", 7 } };
  ApoolHoles *holes = apool_holes_new ();

  apool_holes_add_number (holes, 0, 0, NULL);
  apool_holes_add_number (holes, 0, 2, "%3d");
  apool_holes_add_number (holes, 4, 0, NULL);
  apool_holes_add_choice (holes, 5, CHOICES, G_N_ELEMENTS (CHOICES));
  apool_holes_add_number (holes, 9, 0, NULL);
  return holes;
}

static void
test_holes_check_made (const ApoolHoles *holes)
{
  g_autoptr (GString) names = g_string_new (NULL);
  const char *why;

  g_assert_cmpuint (apool_holes_get_n (holes), ==, 5);
  g_assert_cmpuint (apool_holes_get_offset (holes, 4), ==, 9);
  test_holes_check (holes, 0, 2, APOOL_QUOTE_POSIX, "2");
  test_holes_check (holes, 1, 2, APOOL_QUOTE_POSIX, "'  4'");
  test_holes_check (holes, 1, 2, APOOL_QUOTE_NONE, "  4");
  test_holes_check (holes, 2, 2, APOOL_QUOTE_NONE, "2");
  test_holes_check (holes, 3, 1, APOOL_QUOTE_POSIX, "one");
  test_holes_check (holes, 3, 2, APOOL_QUOTE_POSIX, "");
  test_holes_check (holes, 3, 3, APOOL_QUOTE_POSIX, "the 3rd");
  test_holes_check (holes, 3, 4, APOOL_QUOTE_NONE, "the 3rd");
  test_holes_check (holes, 4, 44, APOOL_QUOTE_NONE, "44");
  for (gsize i = 0; i < 5; i++)
    apool_holes_append_name (holes, i, names);
  g_assert_cmpstr (names->str, ==, "{%}{slot+2:%3d}{%}{= =}{%}");
  g_assert_true (apool_holes_check (holes, 10, &why));
  g_assert_false (apool_holes_check (holes, 9, &why));
}

static void
test_holes_wire (void)
{
  g_autoptr (ApoolHoles) holes = test_holes_make ();
  g_autoptr (GVariant) sent = g_variant_ref_sink (apool_holes_to_variant (holes));
  g_autoptr (ApoolHoles) got = NULL;
  g_autoptr (GVariant) again = NULL;
  g_autoptr (GError) error = NULL;

  test_holes_check_made (holes);
  g_assert_true (g_variant_is_of_type (sent, G_VARIANT_TYPE (APOOL_HOLES_FORMAT)));
  g_assert_true (apool_holes_new_from_variant (sent, &got, &error));
  test_holes_check_made (got);
  again = g_variant_ref_sink (apool_holes_to_variant (got));
  g_assert_true (g_variant_equal (sent, again));
}

/* No holes are nothing, and a plain one little more than its offset. */
static void
test_holes_wire_size (void)
{
  g_autoptr (ApoolHoles) holes = apool_holes_new ();
  g_autoptr (ApoolHoles) got = NULL;
  g_autoptr (GVariant) none = g_variant_ref_sink (apool_holes_to_variant (NULL));
  g_autoptr (GVariant) empty = g_variant_ref_sink (apool_holes_to_variant (holes));
  g_autoptr (GVariant) one = NULL;

  g_assert_cmpuint (g_variant_get_size (none), ==, 0);
  g_assert_true (g_variant_equal (none, empty));
  g_assert_true (apool_holes_new_from_variant (none, &got, NULL));
  g_assert_null (got);
  apool_holes_add_number (holes, 7, 0, NULL);
  one = g_variant_ref_sink (apool_holes_to_variant (holes));
  g_assert_cmpuint (g_variant_get_size (one), <=, 12);
}

static void
test_holes_check_refused (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) variant = NULL;
  ApoolHoles *got;

  g_test_message ("%s", text);
  variant = g_variant_parse (G_VARIANT_TYPE (APOOL_HOLES_FORMAT), text, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (apool_holes_new_from_variant (variant, &got, &error));
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL);
  g_assert_null (got);
}

static void
test_holes_untrusted (void)
{
  test_holes_check_refused ("([], [])");
  test_holes_check_refused ("([1], [(1, 1, [], [])])");
  test_holes_check_refused ("([1, 2], [(1, 1, [], []), (0, 1, [], [])])");
  test_holes_check_refused ("([1], [(0, 1, [], []), (0, 1, [], [])])");
  test_holes_check_refused ("([1], [(0, 0, [], [])])");
  test_holes_check_refused ("([1], [(4294967295, 1, [], [])])");
  test_holes_check_refused ("([1], [(0, 1, [], [[0x61]])])");
  test_holes_check_refused ("([1], [(0, 0, [0x25, 0x64], [[0x61]])])");
  test_holes_check_refused ("([1], [(0, 0, [0x25, 0x6e], [])])");
  test_holes_check_refused ("([1], [(0, 0, [0x25, 0x64, 0x00], [])])");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/holes/numbers", test_holes_numbers);
  g_test_add_func ("/holes/wide", test_holes_wide);
  g_test_add_func ("/holes/formats", test_holes_formats);
  g_test_add_func ("/holes/wire", test_holes_wire);
  g_test_add_func ("/holes/wire-size", test_holes_wire_size);
  g_test_add_func ("/holes/untrusted", test_holes_untrusted);
  return g_test_run ();
}
