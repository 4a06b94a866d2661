/* SPDX-License-Identifier: MIT */
/* Numbers as text, where it is written so often that printf() would be felt. */

#include "base/apool-decimal.h"

/**
 * apool_decimal_write:
 * @to: where to, %APOOL_DECIMAL_BYTES or as many as the greatest number takes that comes here
 * @number: what
 *
 * Writes @number in decimal digits, and a NUL behind it.
 *
 * Returns: where the NUL is
 */
char *
apool_decimal_write (char *to, guint64 number)
{
  char digits[APOOL_DECIMAL_BYTES];
  guint n = 0;

  do
    digits[n++] = (char) ('0' + number % 10);
  while ((number /= 10) > 0);
  while (n > 0)
    *to++ = digits[--n];
  *to = '\0';
  return to;
}
