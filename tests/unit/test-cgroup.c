/* SPDX-License-Identifier: MIT */
/* Which control group this is and what CPU time it has, read from files that a test has written. */

#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "base/apool-cgroup.h"
#include "base/apool-tree.h"

/* What a machine looks like that has only the second version. */
#define MOUNT_2 "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"
/* One that has only the first, with two controllers in one hierarchy. */
#define MOUNT_1                                                                                    \
  "32 31 0:28 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"                              \
  "33 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw shared:9 - cgroup cgroup rw,cpu,cpuacct\n"
#define CPU_1 "sys/fs/cgroup/cpu,cpuacct"

typedef struct
{
  char *root;
} Fixture;

static void
fixture_set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->root = g_dir_make_tmp ("apool-cgroup-XXXXXX", &error);
  g_assert_no_error (error);
}

static void
fixture_tear_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  apool_tree_remove (fixture->root, &error);
  g_assert_no_error (error);
  g_free (fixture->root);
}

static void
fixture_write (Fixture *fixture, const char *path, const char *contents)
{
  g_autofree char *file = g_build_filename (fixture->root, path, NULL);
  g_autofree char *folder = g_path_get_dirname (file);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_file_set_contents (file, contents, -1, &error);
  g_assert_no_error (error);
}

static void
fixture_write_proc (Fixture *fixture, const char *cgroup, const char *mountinfo)
{
  fixture_write (fixture, "proc/self/cgroup", cgroup);
  fixture_write (fixture, "proc/self/mountinfo", mountinfo);
}

/* @wanted: without the root; %NULL for none */
static void
fixture_check_folder (Fixture *fixture, const char *controller, const char *wanted)
{
  g_autofree char *mount = NULL;
  g_autofree char *folder = apool_cgroup_dup_folder (fixture->root, controller, &mount);
  g_autofree char *path = wanted ? g_build_filename (fixture->root, wanted, NULL) : NULL;

  g_assert_cmpstr (folder, ==, path);
  g_assert_true (wanted ? g_str_has_prefix (folder, mount) : mount == NULL);
}

/* ---- the second version ---- */

typedef struct
{
  const char *cpu_max;
  guint quota;
} TestCgroupQuota;

static const TestCgroupQuota TEST_CGROUP_QUOTAS[] = {
  { "800000 100000\n", 8 },
  { "150000 100000\n", 2 },
  { "100000 100000\n", 1 },
  { "1000 100000\n", 1 },
  { "100001 50000\n", 3 },
  { "200000\n", 2 },
  { "250000", 3 },
  { "max 100000\n", 0 },
  { "max", 0 },
  { "", 0 },
  { "\n", 0 },
  { "-1 100000\n", 0 },
  { "0 100000\n", 0 },
  { "100000 0\n", 0 },
  { "100000 -1\n", 0 },
  { "1e5 100000\n", 0 },
  { "100000 x\n", 0 },
  { "99999999999999999999 100000\n", 0 },
  { "banana\n", 0 },
  { "4611686018427387903 1\n", G_MAXINT },
};

static void
test_cgroup_quota (Fixture *fixture, gconstpointer data)
{
  fixture_write_proc (fixture, "0::/a\n", MOUNT_2);
  for (gsize i = 0; i < G_N_ELEMENTS (TEST_CGROUP_QUOTAS); i++)
    {
      g_test_message ("\"%s\"", TEST_CGROUP_QUOTAS[i].cpu_max);
      fixture_write (fixture, "sys/fs/cgroup/a/cpu.max", TEST_CGROUP_QUOTAS[i].cpu_max);
      g_assert_cmpuint (apool_cgroup_get_cpu_quota (fixture->root), ==,
                        TEST_CGROUP_QUOTAS[i].quota);
    }
}

/* The smallest one counts, wherever it is on the way up. */
static void
test_cgroup_path (Fixture *fixture, gconstpointer data)
{
  fixture_write_proc (fixture, "0::/a/b:c/d\n", MOUNT_2);
  fixture_check_folder (fixture, NULL, "sys/fs/cgroup/a/b:c/d");
  g_assert_cmpuint (apool_cgroup_get_cpu_quota (fixture->root), ==, 0);
  fixture_write (fixture, "sys/fs/cgroup/a/b:c/d/cpu.max", "max 100000\n");
  fixture_write (fixture, "sys/fs/cgroup/a/b:c/cpu.max", "500000 100000\n");
  g_assert_cmpuint (apool_cgroup_get_cpu_quota (fixture->root), ==, 5);
  fixture_write (fixture, "sys/fs/cgroup/a/cpu.max", "300000 100000\n");
  g_assert_cmpuint (apool_cgroup_get_cpu_quota (fixture->root), ==, 3);
  fixture_write (fixture, "sys/fs/cgroup/cpu.max", "200000 100000\n");
  g_assert_cmpuint (apool_cgroup_get_cpu_quota (fixture->root), ==, 2);
  fixture_write (fixture, "sys/fs/cgroup/a/b:c/d/cpu.max", "100000 100000\n");
  g_assert_cmpuint (apool_cgroup_get_cpu_quota (fixture->root), ==, 1);
  /* Groups beside it, and what is above the mount, are none of its business. */
  fixture_write (fixture, "sys/fs/cgroup/a/b:c/d/cpu.max", "max 100000\n");
  fixture_write (fixture, "sys/fs/cpu.max", "100000 100000\n");
  fixture_write (fixture, "sys/fs/cgroup/a/other/cpu.max", "100000 100000\n");
  g_assert_cmpuint (apool_cgroup_get_cpu_quota (fixture->root), ==, 2);
}

/* Where a folder is, or nothing that can be read. */
static void
test_cgroup_unreadable (Fixture *fixture, gconstpointer data)
{
  fixture_write_proc (fixture, "0::/a/b\n", MOUNT_2);
  fixture_write (fixture, "sys/fs/cgroup/a/b/cpu.max/x", "");
  fixture_write (fixture, "sys/fs/cgroup/a/cpu.max", "400000 100000\n");
  g_assert_cmpuint (apool_cgroup_get_cpu_quota (fixture->root), ==, 4);
}

/* ---- where things are ---- */

/* In a namespace of its own a container sees its group as the top. */
static void
test_cgroup_namespace (Fixture *fixture, gconstpointer data)
{
  fixture_write_proc (fixture, "0::/\n", MOUNT_2);
  fixture_write (fixture, "sys/fs/cgroup/cpu.max", "200000 100000\n");
  fixture_check_folder (fixture, NULL, "sys/fs/cgroup");
  g_assert_cmpuint (apool_cgroup_get_cpu_quota (fixture->root), ==, 2);
  /* The mount is older than the namespace: it begins further up. */
  fixture_write (fixture, "proc/self/mountinfo",
                 "30 23 0:26 /../.. /sys/fs/cgroup rw - cgroup2 c rw\n");
  fixture_check_folder (fixture, NULL, "sys/fs/cgroup");
  /* The process is in no group of its namespace. */
  fixture_write (fixture, "proc/self/mountinfo", MOUNT_2);
  fixture_write (fixture, "proc/self/cgroup", "0::/../other\n");
  fixture_check_folder (fixture, NULL, NULL);
  g_assert_cmpuint (apool_cgroup_get_cpu_quota (fixture->root), ==, 0);
}

/* Without one, only that group is mounted, and its path is still the whole one. */
static void
test_cgroup_part (Fixture *fixture, gconstpointer data)
{
  fixture_write_proc (fixture, "4:cpu,cpuacct:/docker/12ab/sub\n0::/\n",
                      "33 31 0:29 /docker/12 /elsewhere ro - cgroup cgroup rw,cpu,cpuacct\n"
                      "34 31 0:29 /docker/12ab /sys/fs/cgroup/my\\040cpu ro - cgroup cgroup "
                      "rw,cpu,cpuacct\n");
  fixture_check_folder (fixture, "cpu", "sys/fs/cgroup/my cpu/sub");
  fixture_check_folder (fixture, "cpuacct", "sys/fs/cgroup/my cpu/sub");
  fixture_write (fixture, "sys/fs/cgroup/my cpu/cpu.cfs_quota_us", "250000\n");
  fixture_write (fixture, "sys/fs/cgroup/my cpu/cpu.cfs_period_us", "100000\n");
  g_assert_cmpuint (apool_cgroup_get_cpu_quota (fixture->root), ==, 3);
  /* It is mounted, but not the part that we are in: the closest that can be seen is its top. */
  fixture_write (fixture, "proc/self/cgroup", "4:cpu,cpuacct:/\n");
  fixture_check_folder (fixture, "cpu", "elsewhere");
}

static void
test_cgroup_missing (Fixture *fixture, gconstpointer data)
{
  fixture_check_folder (fixture, NULL, NULL);
  g_assert_cmpuint (apool_cgroup_get_cpu_quota (fixture->root), ==, 0);
  fixture_write_proc (fixture, "", "");
  fixture_check_folder (fixture, NULL, NULL);
  fixture_write_proc (fixture, "nonsense\n0::\n0:x:/a\n:\n::\n",
                      "30 23\n\n- - - - - - -\n" MOUNT_2);
  fixture_check_folder (fixture, NULL, NULL);
  fixture_write_proc (fixture, "0::/a\n", "30 23 0:26 / /sys/fs/cgroup rw - cgroup2\n");
  fixture_check_folder (fixture, NULL, NULL);
  fixture_check_folder (fixture, "cpu", NULL);
}

/* ---- the first version ---- */

static void
test_cgroup_first (Fixture *fixture, gconstpointer data)
{
  fixture_write_proc (fixture, "5:memory:/m\n4:cpu,cpuacct:/a/b\n1:name=systemd:/\n", MOUNT_1);
  fixture_check_folder (fixture, "cpu", CPU_1 "/a/b");
  fixture_check_folder (fixture, "memory", "sys/fs/cgroup/memory/m");
  fixture_write (fixture, CPU_1 "/a/b/cpu.cfs_quota_us", "-1\n");
  fixture_write (fixture, CPU_1 "/a/b/cpu.cfs_period_us", "100000\n");
  g_assert_cmpuint (apool_cgroup_get_cpu_quota (fixture->root), ==, 0);
  fixture_write (fixture, CPU_1 "/a/cpu.cfs_quota_us", "150000\n");
  g_assert_cmpuint (apool_cgroup_get_cpu_quota (fixture->root), ==, 0);
  fixture_write (fixture, CPU_1 "/a/cpu.cfs_period_us", "50000\n");
  g_assert_cmpuint (apool_cgroup_get_cpu_quota (fixture->root), ==, 3);
  fixture_write (fixture, CPU_1 "/a/b/cpu.cfs_quota_us", "120000\n");
  g_assert_cmpuint (apool_cgroup_get_cpu_quota (fixture->root), ==, 2);
}

/* Both are there, and either may have the quota. */
static void
test_cgroup_both (Fixture *fixture, gconstpointer data)
{
  fixture_write_proc (fixture, "4:cpu,cpuacct:/a\n0::/b\n",
                      MOUNT_1 "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n");
  fixture_check_folder (fixture, NULL, "sys/fs/cgroup/unified/b");
  fixture_write (fixture, CPU_1 "/a/cpu.cfs_quota_us", "400000\n");
  fixture_write (fixture, CPU_1 "/a/cpu.cfs_period_us", "100000\n");
  g_assert_cmpuint (apool_cgroup_get_cpu_quota (fixture->root), ==, 4);
  fixture_write (fixture, "sys/fs/cgroup/unified/b/cpu.max", "300000 100000\n");
  g_assert_cmpuint (apool_cgroup_get_cpu_quota (fixture->root), ==, 3);
  fixture_write (fixture, "sys/fs/cgroup/unified/b/cpu.max", "600000 100000\n");
  g_assert_cmpuint (apool_cgroup_get_cpu_quota (fixture->root), ==, 4);
}

/* ---- the usual places ---- */

/* Where we are at the top nobody asks what is mounted. */
static void
test_cgroup_usual (Fixture *fixture, gconstpointer data)
{
  fixture_write (fixture, "proc/self/cgroup", "4:cpu,cpuacct:/\n0::/\n");
  fixture_write (fixture, "sys/fs/cgroup/cpu/cgroup.clone_children", "0\n");
  fixture_write (fixture, "sys/fs/cgroup/cpu/cpu.cfs_quota_us", "400000\n");
  fixture_write (fixture, "sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  fixture_check_folder (fixture, "cpu", "sys/fs/cgroup/cpu");
  fixture_check_folder (fixture, NULL, NULL);
  g_assert_cmpuint (apool_cgroup_get_cpu_quota (fixture->root), ==, 4);
  fixture_write (fixture, "sys/fs/cgroup/unified/cgroup.controllers", "cpu\n");
  fixture_write (fixture, "sys/fs/cgroup/unified/cpu.max", "300000 100000\n");
  fixture_check_folder (fixture, NULL, "sys/fs/cgroup/unified");
  g_assert_cmpuint (apool_cgroup_get_cpu_quota (fixture->root), ==, 3);
  fixture_write (fixture, "proc/self/cgroup", "0::/\n");
  fixture_write (fixture, "sys/fs/cgroup/cgroup.controllers", "cpu\n");
  fixture_write (fixture, "sys/fs/cgroup/cpu.max", "100000 100000\n");
  fixture_check_folder (fixture, NULL, "sys/fs/cgroup");
  g_assert_cmpuint (apool_cgroup_get_cpu_quota (fixture->root), ==, 1);
}

/* A folder there need not be of that hierarchy. */
static void
test_cgroup_unusual (Fixture *fixture, gconstpointer data)
{
  fixture_write_proc (fixture, "4:cpu,cpuacct:/\n0::/\n",
                      "33 31 0:29 / /first rw - cgroup cgroup rw,cpu,cpuacct\n"
                      "30 23 0:26 / /second rw - cgroup2 cgroup2 rw\n");
  fixture_write (fixture, "sys/fs/cgroup/cpu/cpu.cfs_quota_us", "400000\n");
  fixture_write (fixture, "sys/fs/cgroup/cpu/cgroup.controllers", "");
  fixture_write (fixture, "sys/fs/cgroup/cgroup.clone_children", "0\n");
  fixture_check_folder (fixture, "cpu", "first");
  fixture_check_folder (fixture, NULL, "second");
}

/* A group that is there under our path may be another one: here the mount begins further up than
 * our namespace, or is just that part of the hierarchy that we are in. */
static void
test_cgroup_namesake (Fixture *fixture, gconstpointer data)
{
  fixture_write_proc (fixture, "0::/a\n",
                      "30 23 0:26 /.. /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
  fixture_write (fixture, "sys/fs/cgroup/cgroup.controllers", "cpu\n");
  fixture_write (fixture, "sys/fs/cgroup/a/cgroup.controllers", "cpu\n");
  fixture_write (fixture, "sys/fs/cgroup/a/cpu.max", "100000 100000\n");
  fixture_check_folder (fixture, NULL, "sys/fs/cgroup");
  g_assert_cmpuint (apool_cgroup_get_cpu_quota (fixture->root), ==, 0);
  fixture_write (fixture, "proc/self/mountinfo",
                 "30 23 0:26 /a /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
  fixture_check_folder (fixture, NULL, "sys/fs/cgroup");
  g_assert_cmpuint (apool_cgroup_get_cpu_quota (fixture->root), ==, 0);
}

/* What is here is not known, but that it can be asked. */
static void
test_cgroup_here (void)
{
  g_autofree char *folder = apool_cgroup_dup_folder ("/", NULL, NULL);

  g_assert_true (!folder || g_path_is_absolute (folder));
  g_assert_cmpuint (apool_cgroup_get_cpu_quota ("/"), <=, G_MAXINT);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/cgroup/quota", test_cgroup_quota);
  ADD ("/cgroup/path", test_cgroup_path);
  ADD ("/cgroup/unreadable", test_cgroup_unreadable);
  ADD ("/cgroup/namespace", test_cgroup_namespace);
  ADD ("/cgroup/part", test_cgroup_part);
  ADD ("/cgroup/missing", test_cgroup_missing);
  ADD ("/cgroup/first", test_cgroup_first);
  ADD ("/cgroup/both", test_cgroup_both);
  ADD ("/cgroup/usual", test_cgroup_usual);
  ADD ("/cgroup/unusual", test_cgroup_unusual);
  ADD ("/cgroup/namesake", test_cgroup_namesake);
  g_test_add_func ("/cgroup/here", test_cgroup_here);
  return g_test_run ();
}
