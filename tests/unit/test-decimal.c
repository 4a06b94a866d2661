/* SPDX-License-Identifier: MIT */
/* Numbers against what printf() writes. */

#include <glib.h>
#include <string.h>

#include "base/apool-decimal.h"

static void
test_decimal_numbers (void)
{
  static const guint64 NUMBERS[] = { 0, 1, 9, 10, 99, 100, 1234567890, G_MAXUINT32, G_MAXUINT64 };

  for (gsize i = 0; i < G_N_ELEMENTS (NUMBERS); i++)
    {
      g_autofree char *expected = g_strdup_printf ("%" G_GUINT64_FORMAT, NUMBERS[i]);
      char text[APOOL_DECIMAL_BYTES + 1];

      memset (text, 'x', sizeof text);
      g_assert_true (apool_decimal_write (text, NUMBERS[i]) == text + strlen (expected));
      g_assert_cmpstr (text, ==, expected);
      g_assert_cmpint (text[APOOL_DECIMAL_BYTES], ==, 'x');
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/decimal/numbers", test_decimal_numbers);
  return g_test_run ();
}
