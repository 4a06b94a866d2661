/* SPDX-License-Identifier: MIT */
/* Sockets, cores and threads. The kernel tells of each CPU which chip it is on and with which
 * others it shares a core; where /sys is not there, /proc/cpuinfo says it in its own words. What it
 * does not say is taken for what it most often is: a core for each thread, and one socket. */

#include "base/apool-cpu.h"

#include <sched.h>
#include <string.h>

/* Sets of strings, by which the parts of a machine are told apart. */
typedef struct
{
  GHashTable *sockets;
  GHashTable *cores;
  guint n_threads;
} ApoolCpuParts;

static void
apool_cpu_parts_init (ApoolCpuParts *parts)
{
  parts->sockets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  parts->cores = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  parts->n_threads = 0;
}

static void
apool_cpu_parts_clear (ApoolCpuParts *parts)
{
  g_hash_table_unref (parts->sockets);
  g_hash_table_unref (parts->cores);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ApoolCpuParts, apool_cpu_parts_clear)

/* Adds what the file @name of a CPU's folder says, if it is there. */
static gboolean
apool_cpu_add_file (GHashTable *set, const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, "topology", name, NULL);
  char *contents;

  if (!g_file_get_contents (path, &contents, NULL, NULL))
    return FALSE;
  g_hash_table_add (set, contents);
  return TRUE;
}

/* CPUs that are switched off have a folder, and nothing is said of them there. */
static void
apool_cpu_read_topology (ApoolCpuParts *parts, const char *root)
{
  g_autofree char *folder = g_build_filename (root, "sys/devices/system/cpu", NULL);
  g_autoptr (GDir) cpus = g_dir_open (folder, 0, NULL);
  const char *name;

  while (cpus && (name = g_dir_read_name (cpus)))
    {
      g_autofree char *cpu = g_build_filename (folder, name, NULL);

      if (!g_str_has_prefix (name, "cpu") || !g_ascii_isdigit (name[3]))
        continue;
      if (!apool_cpu_add_file (parts->cores, cpu, "thread_siblings"))
        continue;
      (void) apool_cpu_add_file (parts->sockets, cpu, "physical_package_id");
      parts->n_threads++;
    }
}

/* Returns: (nullable): what @line, "NAME : VALUE", says of @name */
static const char *
apool_cpu_get_value (const char *line, const char *name)
{
  const char *colon = strchr (line, ':');

  if (!colon || !g_str_has_prefix (line, name))
    return NULL;
  line += strlen (name);
  return line + strspn (line, " \t") == colon ? colon + 1 : NULL;
}

static void
apool_cpu_read_cpuinfo (ApoolCpuParts *parts, const char *root)
{
  g_autofree char *path = g_build_filename (root, "proc/cpuinfo", NULL);
  g_autofree char *contents = NULL;
  g_auto (GStrv) lines = NULL;
  const char *socket = "";

  if (!g_file_get_contents (path, &contents, NULL, NULL))
    return;
  lines = g_strsplit (contents, "\n", -1);
  for (char **line = lines; *line; line++)
    {
      const char *package = apool_cpu_get_value (*line, "physical id");
      const char *core = apool_cpu_get_value (*line, "core id");

      if (apool_cpu_get_value (*line, "processor"))
        parts->n_threads++;
      if (package)
        g_hash_table_add (parts->sockets, g_strdup (socket = package));
      if (core)
        g_hash_table_add (parts->cores, g_strconcat (socket, ":", core, NULL));
    }
}

/**
 * apool_cpu_count_usable:
 *
 * The manager and each worker ask when they start, and GLib would read a file for it.
 *
 * Returns: on how many CPUs this process may run; at least 1
 */
guint
apool_cpu_count_usable (void)
{
  cpu_set_t cpus;

  /* Fails where the kernel knows of more CPUs than fit. */
  if (sched_getaffinity (0, sizeof cpus, &cpus) == 0 && CPU_COUNT (&cpus) > 0)
    return (guint) CPU_COUNT (&cpus);
  return g_get_num_processors ();
}

/**
 * apool_cpu_count:
 * @root: where the folders /proc and /sys are; "/" but in tests
 * @n_usable: on how many CPUs this process may run, which none of @counts is above; at least 1
 * @counts: (out): what there is
 */
void
apool_cpu_count (const char *root, guint n_usable, ApoolCpuCounts *counts)
{
  g_auto (ApoolCpuParts) parts;
  guint n_sockets;
  guint n_cores;

  apool_cpu_parts_init (&parts);
  apool_cpu_read_topology (&parts, root);
  if (parts.n_threads == 0)
    apool_cpu_read_cpuinfo (&parts, root);
  if (parts.n_threads == 0)
    parts.n_threads = n_usable;
  n_sockets = MAX (g_hash_table_size (parts.sockets), 1);
  n_cores = g_hash_table_size (parts.cores);
  counts->n_threads = MIN (parts.n_threads, n_usable);
  counts->n_cores = MIN (n_cores > 0 ? n_cores : parts.n_threads, n_usable);
  counts->n_sockets = MIN (n_sockets, n_usable);
}
