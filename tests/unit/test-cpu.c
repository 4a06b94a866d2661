/* SPDX-License-Identifier: MIT */
/* What a machine has, read from files that a test has written. */

#include <glib.h>
#include <glib/gstdio.h>

#include "base/apool-cpu.h"

static void
test_cpu_write (const char *root, const char *path, const char *contents)
{
  g_autofree char *file = g_build_filename (root, path, NULL);
  g_autofree char *folder = g_path_get_dirname (file);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_file_set_contents (file, contents, -1, &error);
  g_assert_no_error (error);
}

static void
test_cpu_write_topology (const char *root, guint cpu, const char *package, const char *siblings)
{
  g_autofree char *of_package =
      g_strdup_printf ("sys/devices/system/cpu/cpu%u/topology/physical_package_id", cpu);
  g_autofree char *of_core =
      g_strdup_printf ("sys/devices/system/cpu/cpu%u/topology/thread_siblings", cpu);

  test_cpu_write (root, of_package, package);
  test_cpu_write (root, of_core, siblings);
}

static char *
test_cpu_make_root (void)
{
  g_autoptr (GError) error = NULL;
  char *root = g_dir_make_tmp ("apool-cpu-XXXXXX", &error);

  g_assert_no_error (error);
  return root;
}

static void
test_cpu_remove (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder && (name = g_dir_read_name (folder)))
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      test_cpu_remove (child);
    }
  g_assert_cmpint (g_remove (path), ==, 0);
}

static void
test_cpu_check (const char *root, guint n_usable, guint n_sockets, guint n_cores, guint n_threads)
{
  ApoolCpuCounts counts;

  apool_cpu_count (root, n_usable, &counts);
  g_assert_cmpuint (counts.n_sockets, ==, n_sockets);
  g_assert_cmpuint (counts.n_cores, ==, n_cores);
  g_assert_cmpuint (counts.n_threads, ==, n_threads);
}

/* Two chips of two cores of two threads, of which one CPU is switched off. */
static void
test_cpu_topology (void)
{
  g_autofree char *root = test_cpu_make_root ();

  for (guint cpu = 0; cpu < 8; cpu++)
    if (cpu != 3)
      test_cpu_write_topology (root, cpu, cpu % 4 < 2 ? "0\n" : "1\n",
                               (const char *[]){ "11\n", "22\n", "44\n", "88\n" }[cpu % 4]);
  test_cpu_write (root, "sys/devices/system/cpu/cpu3/online", "0\n");
  test_cpu_write (root, "sys/devices/system/cpu/cpufreq/boost", "1\n");
  test_cpu_write (root, "proc/cpuinfo", "processor : 0\n");
  test_cpu_check (root, 100, 2, 4, 7);
  test_cpu_check (root, 3, 2, 3, 3);
  test_cpu_check (root, 1, 1, 1, 1);
  test_cpu_remove (root);
}

static void
test_cpu_cpuinfo (void)
{
  g_autofree char *root = test_cpu_make_root ();
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint cpu = 0; cpu < 12; cpu++)
    g_string_append_printf (text,
                            "processor\t: %u\nmodel name\t: a processor: 3\nphysical id\t: %u\n"
                            "core id\t\t: %u\ncpu cores\t: 9\n\n",
                            cpu, cpu % 2, cpu / 2 % 3);
  test_cpu_write (root, "proc/cpuinfo", text->str);
  test_cpu_check (root, 100, 2, 6, 12);
  test_cpu_remove (root);
}

/* A machine that says next to nothing of itself. */
static void
test_cpu_bare (void)
{
  g_autofree char *root = test_cpu_make_root ();

  test_cpu_check (root, 5, 1, 5, 5);
  test_cpu_write (root, "proc/cpuinfo", "processor : 0\nBogoMIPS : 1\n\nprocessor : 1\n");
  test_cpu_check (root, 5, 1, 2, 2);
  test_cpu_remove (root);
}

static void
test_cpu_here (void)
{
  ApoolCpuCounts counts;

  apool_cpu_count ("/", g_get_num_processors (), &counts);
  g_assert_cmpuint (counts.n_sockets, >=, 1);
  g_assert_cmpuint (counts.n_cores, >=, counts.n_sockets);
  g_assert_cmpuint (counts.n_threads, >=, counts.n_cores);
  g_assert_cmpuint (counts.n_threads, <=, g_get_num_processors ());
}

static void
test_cpu_usable (void)
{
  g_assert_cmpuint (apool_cpu_count_usable (), ==, g_get_num_processors ());
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cpu/topology", test_cpu_topology);
  g_test_add_func ("/cpu/cpuinfo", test_cpu_cpuinfo);
  g_test_add_func ("/cpu/bare", test_cpu_bare);
  g_test_add_func ("/cpu/here", test_cpu_here);
  g_test_add_func ("/cpu/usable", test_cpu_usable);
  return g_test_run ();
}
