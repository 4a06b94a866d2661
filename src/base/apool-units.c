/* SPDX-License-Identifier: MIT */
/* Numbers as users write them. */

#include "base/apool-units.h"

#include <string.h>

/* The letters of units, each 1000 or 1024 times the one before. */
static const char apool_units_letters[] = "kmgtpe";

/* What the unit at the end of a number stands for: a small letter a power of 1000, a capital one,
 * or any with an `i` behind it, a power of 1024. */
static gboolean
apool_units_parse_factor (const char *unit, guint64 *factor)
{
  const char *letter;
  guint64 base;

  *factor = 1;
  if (!*unit)
    return TRUE;
  letter = strchr (apool_units_letters, g_ascii_tolower (*unit));
  if (!letter)
    return FALSE;
  base = g_ascii_isupper (*unit) || g_ascii_tolower (unit[1]) == 'i' ? 1024 : 1000;
  unit += g_ascii_tolower (unit[1]) == 'i' ? 2 : 1;
  for (const char *each = apool_units_letters; each <= letter; each++)
    *factor *= base; /* at most 1024^6, which is 2^60 */
  return !*unit;
}

/**
 * apool_units_parse_count:
 * @text: digits, and perhaps a unit: `k` `m` `g` `t` `p` `e` are powers of 1000, `K` … `E` and
 *   `ki` … `Ki` … powers of 1024
 * @count: (out): what they say
 *
 * Returns: whether @text is a number that fits
 */
gboolean
apool_units_parse_count (const char *text, guint64 *count)
{
  gsize n_digits = strspn (text, "0123456789");
  g_autofree char *digits = g_strndup (text, n_digits);
  guint64 number;
  guint64 factor;

  return g_ascii_string_to_unsigned (digits, 10, 0, G_MAXINT64, &number, NULL) &&
         apool_units_parse_factor (text + n_digits, &factor) &&
         g_uint64_checked_mul (count, number, factor) && *count <= G_MAXINT64;
}

/**
 * apool_units_parse_size:
 * @text: digits, perhaps a point among them, and perhaps a unit, as apool_units_parse_count() takes
 *   them
 * @size: (out): what they say, without what is behind the point then
 *
 * Returns: whether @text is a number that fits
 */
gboolean
apool_units_parse_size (const char *text, guint64 *size)
{
  gsize n_digits = strspn (text, "0123456789.");
  g_autofree char *digits = g_strndup (text, n_digits);
  char *end = NULL;
  double number = g_ascii_strtod (digits, &end);
  guint64 factor;

  if (n_digits == 0 || *end || !apool_units_parse_factor (text + n_digits, &factor))
    return FALSE;
  number *= (double) factor;
  if (number >= (double) G_MAXINT64)
    return FALSE;
  *size = (guint64) number;
  return TRUE;
}
