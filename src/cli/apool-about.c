/* SPDX-License-Identifier: MIT */
/* What scripts ask before they run anything: how large the machine is, and whether this program
 * knows what they need. */

#include "cli/apool-about.h"

#include <unistd.h>

#include "base/apool-cpu.h"

/* No more than @n_usable, or where nothing is known of the machine that many. */
static guint
apool_about_count_of (ApoolAboutUnit unit, guint n_usable)
{
  ApoolCpuCounts counts;

  apool_cpu_count ("/", n_usable, &counts);
  switch (unit)
    {
    case APOOL_ABOUT_CORES:
      return counts.n_cores;
    case APOOL_ABOUT_SOCKETS:
      return counts.n_sockets;
    case APOOL_ABOUT_THREADS:
    default:
      return counts.n_threads;
    }
}

/**
 * apool_about_count:
 * @unit: in what to count
 *
 * Returns: how many of it there are to run jobs on: never more than CPUs that this process may use
 */
guint
apool_about_count (ApoolAboutUnit unit)
{
  /* What every run asks for: the machine need not be looked at. */
  if (unit == APOOL_ABOUT_THREADS)
    return apool_cpu_count_usable ();
  return apool_about_count_of (unit, apool_cpu_count_usable ());
}

/**
 * apool_about_count_all:
 * @unit: in what to count
 *
 * Returns: how many of it the machine has that are switched on, whoever may use them
 */
guint
apool_about_count_all (ApoolAboutUnit unit)
{
  long n_online = sysconf (_SC_NPROCESSORS_ONLN);

  /* Fails nowhere that is known; then there are as many as may be used. */
  return apool_about_count_of (unit, n_online > 0 ? (guint) n_online : apool_cpu_count_usable ());
}

/**
 * apool_about_dup_count:
 * @unit: in what to count
 *
 * Returns: (transfer full): what `--number-of-threads` and its like print
 */
char *
apool_about_dup_count (ApoolAboutUnit unit)
{
  return g_strdup_printf ("%u\n", apool_about_count (unit));
}

/**
 * apool_about_dup_version:
 *
 * Returns: (transfer full): what `--minversion` prints, whatever version is wanted
 */
char *
apool_about_dup_version (void)
{
  return g_strdup_printf ("%d\n", APOOL_ABOUT_VERSION);
}

/**
 * apool_about_has_version:
 * @wanted: a version of GNU parallel, as `--minversion` names it
 *
 * Returns: whether what was new in that version is known here
 */
gboolean
apool_about_has_version (guint64 wanted)
{
  return wanted <= APOOL_ABOUT_VERSION;
}
