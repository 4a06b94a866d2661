/* SPDX-License-Identifier: MIT */
/* How much of the machine may be used: what the affinity mask has, and no more than the CPU time
 * that control groups leave us. `--number-of-cores` and its like do not know of those: they tell
 * what scripts have always been told. */

#include "cli/apool-usable.h"

#include "base/apool-cgroup.h"

/**
 * apool_usable_find:
 * @root: where the folder /proc is, and all mounts; "/" but in tests
 * @unit: in what to count
 * @usable: (out): what may be used
 */
void
apool_usable_find (const char *root, ApoolAboutUnit unit, ApoolUsable *usable)
{
  usable->unit = unit;
  usable->n_allowed = apool_about_count (unit);
  usable->quota = apool_cgroup_get_cpu_quota (root);
  usable->n = usable->quota > 0 ? MIN (usable->quota, usable->n_allowed) : usable->n_allowed;
}

/**
 * apool_usable_dup_text:
 * @usable: what may be used
 *
 * Returns: (transfer full): why it is so many: "64 cores, affinity 64, cgroup quota 8"
 */
char *
apool_usable_dup_text (const ApoolUsable *usable)
{
  g_autofree char *quota = usable->quota > 0 ? g_strdup_printf ("cgroup quota %u", usable->quota)
                                             : g_strdup ("no cgroup quota");

  return g_strdup_printf ("%u %s, affinity %u, %s", apool_about_count_all (usable->unit),
                          usable->unit == APOOL_ABOUT_SOCKETS ? "sockets" : "cores",
                          usable->n_allowed, quota);
}
