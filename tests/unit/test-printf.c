/* SPDX-License-Identifier: MIT */
/* Values in formats of printf(). Where C's own has the same numbers, it says what is right. */

#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "base/apool-error.h"
#include "job/apool-printf.h"

typedef struct
{
  const char *format;
  const char *value;
  const char *result;
} PrintfRow;

static const PrintfRow printf_rows[] = {
  { "%d", "0", "0" },
  { "%d", "-0", "0" },
  { "%d", "007", "7" },
  { "%d", "08", "8" },
  { "%d", "0x1F", "31" },
  { "%d", "-0x10", "-16" },
  { "%d", " \t12\n", "12" },
  { "%d", "+5", "5" },
  { "%05d", "42", "00042" },
  { "%05d", "-42", "-0042" },
  { "%-5d", "42", "42   " },
  { "%-05d", "42", "42   " },
  { "%+d", "42", "+42" },
  { "% d", "42", " 42" },
  { "%+ d", "42", "+42" },
  { "%8.3d", "42", "     042" },
  { "%08.3d", "42", "     042" },
  { "%.0d", "0", "" },
  { "%d", "-9223372036854775808", "-9223372036854775808" },
  { "%d", "9223372036854775807", "9223372036854775807" },
  { "%d", "18446744073709551615", "18446744073709551615" },
  { "%i", "12", "12" },
  { "%o", "8", "10" },
  { "%#o", "8", "010" },
  { "%#o", "0", "0" },
  { "%#.0o", "0", "0" },
  { "%#.5o", "8", "00010" },
  { "%#05o", "8", "00010" },
  { "%x", "255", "ff" },
  { "%X", "255", "FF" },
  { "%#x", "255", "0xff" },
  { "%#X", "255", "0XFF" },
  { "%#x", "0", "0" },
  { "%#06x", "255", "0x00ff" },
  { "%x", "-1", "ffffffffffffffff" },
  { "%o", "-1", "1777777777777777777777" },
  { "%x", "18446744073709551615", "ffffffffffffffff" },
  { "%.3f", "3.14159", "3.142" },
  { "%f", "1", "1.000000" },
  { "%.0f", "2.5", "2" },
  { "%#.0f", "2.5", "2." },
  { "%e", "12345.678", "1.234568e+04" },
  { "%g", "0.0001", "0.0001" },
  { "%g", "1e300", "1e+300" },
  { "%08.2f", "-3.14159", "-0003.14" },
  { "%+-9.1f", "2", "+2.0     " },
  { "%f", " 1.5 ", "1.500000" },
  { "%.1f", "1e-400", "0.0" },
  { "%f", "inf", "inf" },
  { "%s", "", "" },
  { "%s", "a b\n", "a b\n" },
  { "%5s", "ab", "   ab" },
  { "%-5s", "ab", "ab   " },
  { "%.2s", "abc", "ab" },
  { "%5.1s", "abc", "    a" },
  { "%.0s", "abc", "" },
  { "%05s", "ab", "   ab" },
};

static ApoolPrintf
test_printf_parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  ApoolPrintf format;

  (void) apool_printf_parse (text, strlen (text), &format, &error);
  g_assert_no_error (error);
  return format;
}

static void
test_printf_check (const char *text, const char *value, const char *result)
{
  ApoolPrintf format = test_printf_parse (text);
  g_autoptr (GString) to = g_string_new ("x");
  g_autoptr (GError) error = NULL;

  g_assert_true (apool_printf_append (&format, value, strlen (value), to, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (to->str + 1, ==, result);
  g_assert_cmpuint (to->len, ==, 1 + strlen (result));
}

static void
test_printf_rows (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (printf_rows); i++)
    test_printf_check (printf_rows[i].format, printf_rows[i].value, printf_rows[i].result);
}

/* Flags, width and precision mean what they mean in C, in all their combinations. */
static void
test_printf_combination (const char *flags, const char *size, char conversion, gint64 number)
{
  g_autofree char *format = g_strdup_printf ("%%%s%s%c", flags, size, conversion);
  g_autofree char *in_c =
      g_strdup_printf ("%%%s%s" G_GINT64_MODIFIER "%c", flags, size, conversion);
  g_autofree char *value = g_strdup_printf ("%" G_GINT64_FORMAT, number);
  char expected[64];

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  g_assert_cmpint (snprintf (expected, sizeof expected, in_c, number), <, sizeof expected);
#pragma GCC diagnostic pop
  test_printf_check (format, value, expected);
}

static void
test_printf_as_c (void)
{
  static const char FLAGS[] = "-+ #0";
  static const char *const SIZES[] = { "", "1", "9", ".0", ".7", "9.3", "3.9" };
  static const char CONVERSIONS[] = "dioxX";
  static const gint64 NUMBERS[] = { 0, 1, -1, 8, 255, -4096, G_MAXINT64, G_MININT64 };

  for (guint bits = 0; bits < 1u << strlen (FLAGS); bits++)
    {
      char flags[sizeof FLAGS] = "";

      for (guint i = 0; i < strlen (FLAGS); i++)
        if (bits & 1u << i)
          flags[strlen (flags)] = FLAGS[i];
      for (gsize size = 0; size < G_N_ELEMENTS (SIZES); size++)
        for (const char *conversion = CONVERSIONS; *conversion != '\0'; conversion++)
          for (gsize i = 0; i < G_N_ELEMENTS (NUMBERS); i++)
            test_printf_combination (flags, SIZES[size], *conversion, NUMBERS[i]);
    }
}

static void
test_printf_check_value (const char *text, const char *value, gsize length, const char *message)
{
  ApoolPrintf format = test_printf_parse (text);
  g_autoptr (GString) to = g_string_new ("x");
  g_autoptr (GError) error = NULL;

  g_assert_false (apool_printf_append (&format, value, length, to, &error));
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_INPUT);
  g_assert_cmpstr (error->message, ==, message);
  g_assert_cmpstr (to->str, ==, "x");
}

static void
test_printf_of_bad_values (void)
{
  static const struct
  {
    const char *format;
    const char *value;
    const char *message;
  } ROWS[] = {
    { "%d", "abc", "'abc': not a number" },
    { "%d", "", "'': not a number" },
    { "%d", " ", "' ': not a number" },
    { "%d", "-", "'-': not a number" },
    { "%d", "--1", "'--1': not a number" },
    { "%d", "1 2", "'1 2': not a number" },
    { "%d", "12a", "'12a': not a number" },
    { "%d", "0x", "'0x': not a number" },
    { "%x", "ff", "'ff': not a number" },
    { "%d", "3.7", "'3.7': not an integer" },
    { "%d", "1e3", "'1e3': not an integer" },
    { "%d", "18446744073709551616", "'18446744073709551616': more than 64 bits have room for" },
    { "%d", "-9223372036854775809", "'-9223372036854775809': more than 64 bits have room for" },
    { "%f", "", "'': not a number" },
    { "%f", "1,5", "'1,5': not a number" },
    { "%f", "abc", "'abc': not a number" },
    { "%g", "1e999", "'1e999': more than a number has room for" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (ROWS); i++)
    test_printf_check_value (ROWS[i].format, ROWS[i].value, strlen (ROWS[i].value),
                             ROWS[i].message);
  test_printf_check_value ("%f", "1\0002", 3, "'1': not a number");
  test_printf_check_value ("%d", NULL, 0, "'': not a number");
  test_printf_check_value (
      "%d", "123456789 123456789 123456789 123456789 123456789 123456789 123456789", 69,
      "'123456789 123456789 123456789 123456789 123456789 123456789 ...': not a number");
}

static void
test_printf_of_bytes (void)
{
  ApoolPrintf format = test_printf_parse ("%6.3s");
  g_autoptr (GString) to = g_string_new (NULL);

  g_assert_true (apool_printf_append (&format, "\0\xff\n\0", 4, to, NULL));
  g_assert_cmpmem (to->str, to->len, "   \0\xff\n", 6);
}

/* The greatest width and precision with the longest numbers. */
static void
test_printf_of_great_sizes (void)
{
  static const struct
  {
    const char *format;
    const char *value;
    gsize length;
  } ROWS[] = {
    { "%4096.4096f", "-1.7e308", 1 + 309 + 1 + 4096 },
    { "%-4096.4096d", "1", 4096 },
    { "%#4096.4096x", "1", 2 + 4096 },
    { "%4096s", "1", 4096 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      ApoolPrintf format = test_printf_parse (ROWS[i].format);
      g_autoptr (GString) to = g_string_new (NULL);

      g_assert_true (
          apool_printf_append (&format, ROWS[i].value, strlen (ROWS[i].value), to, NULL));
      g_assert_cmpuint (to->len, ==, ROWS[i].length);
    }
}

static void
test_printf_malformed (void)
{
  static const struct
  {
    const char *format;
    const char *message;
  } ROWS[] = {
    { "%", "format '%': column 2: it ends without a conversion" },
    { "%05", "format '%05': column 4: it ends without a conversion" },
    { "%4097d", "format '%4097d': column 2: a width is at most 4096" },
    { "%99999999999999999999d",
      "format '%99999999999999999999d': column 2: a width is at most 4096" },
    { "%1.4097d", "format '%1.4097d': column 4: a precision is at most 4096" },
    { "%5c", "format '%5c': column 3: no conversion: d, i, o, x, X, e, f, g and s are there" },
    { "%*d", "format '%*d': column 2: no conversion: d, i, o, x, X, e, f, g and s are there" },
    { "%ld", "format '%ld': column 2: no conversion: d, i, o, x, X, e, f, g and s are there" },
    { "%n", "format '%n': column 2: no conversion: d, i, o, x, X, e, f, g and s are there" },
    { "%%", "format '%%': column 2: no conversion: d, i, o, x, X, e, f, g and s are there" },
    { "%d.txt", "format '%d.txt': column 3: nothing can follow the conversion" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      g_autoptr (GError) error = NULL;
      ApoolPrintf format;

      g_assert_false (
          apool_printf_parse (ROWS[i].format, strlen (ROWS[i].format), &format, &error));
      g_assert_error (error, APOOL_ERROR, APOOL_ERROR_TEMPLATE);
      g_assert_cmpstr (error->message, ==, ROWS[i].message);
    }
}

/* A point is a point where the user's language has a comma. */
static void
test_printf_in_locale (void)
{
  static const char *const NAMES[] = { "de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "de_DE.utf8" };
  const char *name = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (NAMES) && !name; i++)
    name = setlocale (LC_NUMERIC, NAMES[i]);
  test_printf_check ("%.2f", "1.25", "1.25");
  setlocale (LC_NUMERIC, "C");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/printf/rows", test_printf_rows);
  g_test_add_func ("/printf/as-c", test_printf_as_c);
  g_test_add_func ("/printf/of-bad-values", test_printf_of_bad_values);
  g_test_add_func ("/printf/of-bytes", test_printf_of_bytes);
  g_test_add_func ("/printf/of-great-sizes", test_printf_of_great_sizes);
  g_test_add_func ("/printf/malformed", test_printf_malformed);
  g_test_add_func ("/printf/in-locale", test_printf_in_locale);
  return g_test_run ();
}
