/* SPDX-License-Identifier: MIT */
/* How much memory is free, and how many jobs may go on with it. */

#include "gates/apool-memory.h"

#include "gates/apool-facts.h"

/**
 * apool_memory_read_free:
 * @root: where the folders /proc and /sys are; "/" but in tests
 * @bytes: (out): what is free, or could be at once, since it is only kept in case it is read again
 * @failure: (out): why nobody knows
 *
 * Returns: whether anybody does
 */
gboolean
apool_memory_read_free (const char *root, guint64 *bytes, char **failure)
{
  static const char *const names[] = { "Buffers:", "Cached:", "SwapCached:" };
  g_autofree char *text = apool_facts_read (root, "proc/meminfo", failure);
  guint64 sum;

  if (!text)
    return FALSE;
  if (!apool_facts_find (text, "MemFree:", &sum))
    {
      *failure = apool_facts_fail (root, "proc/meminfo", "does not say what is free");
      return FALSE;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      guint64 kib;

      if (apool_facts_find (text, names[i], &kib))
        sum += kib;
    }
  *bytes = sum * 1024;
  return TRUE;
}

/**
 * apool_memory_count_to_run:
 * @free: what is free, bytes
 * @limit: of how much some is to stay free, bytes, more than 0
 * @n_jobs: how many jobs there are
 * @n_paused: how many of them are stopped
 *
 * With twice the limit nobody is stopped, and one more goes on of those that are. Below that there
 * are fewer the less is free: half of what is missing to twice the limit is room for twice as many.
 * Below the limit there is one.
 *
 * Returns: how many of the oldest jobs are to run, at least one where there is any
 */
guint
apool_memory_count_to_run (guint64 free, guint64 limit, guint n_jobs, guint n_paused)
{
  double share = (double) free / (double) limit;
  double n_to_run;

  if (share >= 2)
    return MIN (n_jobs - n_paused + 1, n_jobs);
  n_to_run = 1 / (2 - share);
  return n_to_run >= n_jobs ? n_jobs : MIN ((guint) n_to_run + 1, n_jobs);
}
