/* SPDX-License-Identifier: MIT */
/* Which word may have been meant by one that is misspelt. */

#include "base/apool-nearest.h"

#include <string.h>

/* No word that anybody offers is longer; nothing longer is worth a suggestion. */
#define MAX_LENGTH 40u

/* One in so many bytes may be wrong. */
#define BYTES_PER_FAULT 3u

/**
 * apool_nearest_measure:
 * @a: a word
 * @b: another
 *
 * The optimal string alignment distance: how many insertions, deletions, replacements and swaps of
 * neighbours lead from @a to @b.
 *
 * Returns: the distance; %G_MAXUINT where a word is too long for it
 */
guint
apool_nearest_measure (const char *a, const char *b)
{
  guint rows[3][MAX_LENGTH + 1];
  gsize length = strnlen (b, MAX_LENGTH + 1);
  gsize i;

  if (length > MAX_LENGTH || strnlen (a, MAX_LENGTH + 1) > MAX_LENGTH)
    return G_MAXUINT;
  for (gsize j = 0; j <= length; j++)
    rows[0][j] = (guint) j;
  for (i = 1; a[i - 1] != '\0'; i++)
    {
      guint *row = rows[i % 3];
      const guint *above = rows[(i + 2) % 3];
      const guint *two_above = rows[(i + 1) % 3];

      row[0] = (guint) i;
      for (gsize j = 1; j <= length; j++)
        {
          row[j] = MIN (above[j], row[j - 1]) + 1;
          row[j] = MIN (row[j], above[j - 1] + (a[i - 1] != b[j - 1]));
          if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
            row[j] = MIN (row[j], two_above[j - 2] + 1);
        }
    }
  return rows[(i - 1) % 3][length];
}

/**
 * apool_nearest_get_limit:
 * @typed: what was typed
 *
 * Returns: up to which distance another word is near: 0 where @typed is too short for any
 */
guint
apool_nearest_get_limit (const char *typed)
{
  return (guint) (strnlen (typed, MAX_LENGTH) / BYTES_PER_FAULT);
}

/**
 * apool_nearest_find:
 * @typed: what was typed, which is none of @words
 * @words: (array zero-terminated=1): what there is
 *
 * Returns: (transfer none) (nullable): the first of those of @words that are nearest to @typed;
 *   %NULL where none is near
 */
const char *
apool_nearest_find (const char *typed, const char *const *words)
{
  guint limit = apool_nearest_get_limit (typed);
  const char *nearest = NULL;

  for (const char *const *word = words; *word; word++)
    {
      guint distance = apool_nearest_measure (typed, *word);

      if (distance > limit || (nearest && distance == limit))
        continue;
      limit = distance;
      nearest = *word;
    }
  return nearest;
}
