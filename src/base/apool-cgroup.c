/* SPDX-License-Identifier: MIT */
/* The control group that this process is in, and how much CPU time that leaves it.
 *
 * /proc/self/cgroup has a line for each hierarchy, "ID:CONTROLLERS:PATH": the second version's has
 * the number 0 and names no controllers. Where it is mounted says /proc/self/mountinfo, and which
 * part of it: within a container that may be just the group that the container is, whose path is
 * then cut off from ours. A group is bound by what its parents may use, so each one up to the top
 * of the mount is asked.
 *
 * What cannot be read, or is not understood, limits nothing: it must not keep anybody from work.
 *
 * Each run asks, so both files are read once, and of the mounts only those are looked at that can
 * be meant. The kernel takes a while to write those down: in a container, and wherever else our
 * group is the top of what is to be seen, they are not asked. */

#include "base/apool-cgroup.h"

#include <string.h>
#include <unistd.h>

/* Where in a line of mountinfo things are. After the sixth come as many more as it likes, a dash,
 * and three again. */
#define MOUNT_ROOT 3
#define MOUNT_POINT 4
#define MOUNT_OPTIONAL 6

/* What is in a line that tells of a hierarchy of the first and of the second version. */
#define MOUNT_SIGN_1 " - cgroup "
#define MOUNT_SIGN_2 " - cgroup2 "
#define GROUP_SIGN_2 "0::"

/* Files that each group of the first and of the second version has, and nothing else. */
#define GROUP_FILE_1 "cgroup.clone_children"
#define GROUP_FILE_2 "cgroup.controllers"

/**
 * ApoolCgroupFiles:
 * @groups: (nullable): what /proc/self/cgroup says
 * @mounts: (nullable): what /proc/self/mountinfo says, once it was asked
 */
typedef struct
{
  char *groups;
  char *mounts;
} ApoolCgroupFiles;

/* What the kernel takes for a period where none is said: microseconds. */
#define DEFAULT_PERIOD 100000

static char *
apool_cgroup_read (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  char *contents = NULL;

  return g_file_get_contents (path, &contents, NULL, NULL) ? contents : NULL;
}

static void
apool_cgroup_files_init (ApoolCgroupFiles *files, const char *root)
{
  files->groups = apool_cgroup_read (root, "proc/self/cgroup");
}

static void
apool_cgroup_files_clear (ApoolCgroupFiles *files)
{
  g_free (files->groups);
  g_free (files->mounts);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ApoolCgroupFiles, apool_cgroup_files_clear)

/* Moves @text, of lines, on behind the next one in which both words are: what is in no such line
 * need not be taken apart.
 * Returns: (transfer full) (nullable): that line; %NULL where there is none */
static char *
apool_cgroup_next_line (const char **text, const char *word, const char *other)
{
  while (*text && **text)
    {
      const char *line = *text;
      gsize length = strcspn (line, "\n");

      *text = line + length + (line[length] == '\n');
      if (memmem (line, length, word, strlen (word)) &&
          memmem (line, length, other, strlen (other)))
        return g_strndup (line, length);
    }
  return NULL;
}

static gboolean
apool_cgroup_list_has (const char *list, const char *word)
{
  g_auto (GStrv) words = g_strsplit (list, ",", -1);

  return g_strv_contains ((const char *const *) words, word);
}

/* Returns: (nullable): this process's path in the hierarchy of @controller, %NULL for that of the
 * second version */
static char *
apool_cgroup_find_path (const ApoolCgroupFiles *files, const char *controller)
{
  const char *text = files->groups;
  char *next;

  while ((next = apool_cgroup_next_line (&text, controller ? controller : GROUP_SIGN_2, "")))
    {
      g_autofree char *line = next;
      /* The path may have colons, the two before it do not. */
      g_auto (GStrv) fields = g_strsplit (line, ":", 3);

      if (g_strv_length (fields) < 3 || fields[2][0] != '/')
        continue;
      if (controller ? apool_cgroup_list_has (fields[1], controller)
                     : strcmp (fields[0], "0") == 0 && !fields[1][0])
        return g_strdup (fields[2]);
    }
  return NULL;
}

/* Whether the mount that @fields of mountinfo tell of is that of @controller. */
static gboolean
apool_cgroup_is_mount (char **fields, const char *controller)
{
  guint n_fields = g_strv_length (fields);
  guint at = MOUNT_OPTIONAL;

  while (at < n_fields && strcmp (fields[at], "-") != 0)
    at++;
  if (at + 3 >= n_fields)
    return FALSE;
  if (!controller)
    return strcmp (fields[at + 1], "cgroup2") == 0;
  return strcmp (fields[at + 1], "cgroup") == 0 &&
         apool_cgroup_list_has (fields[at + 3], controller);
}

/* Returns: (nullable): what is left of @path below @top, "" where that is all; %NULL where it is
 * not below it */
static const char *
apool_cgroup_skip_top (const char *path, const char *top)
{
  gsize length = strlen (top);

  while (length > 0 && top[length - 1] == '/')
    length--;
  if (strncmp (path, top, length) != 0 || (path[length] && path[length] != '/'))
    return NULL;
  path += length;
  return strcmp (path, "/") == 0 ? "" : path;
}

/* A group that is not below the one that our namespace begins with: there is no name for it. */
static gboolean
apool_cgroup_is_outside (const char *path)
{
  return strcmp (path, "/..") == 0 || g_str_has_prefix (path, "/../");
}

/* Looks for the top of a hierarchy where systemd mounts them, and others after it. Whatever part of
 * one is mounted there: of a process whose path is that of the top it is the group, or the closest
 * one above it that can be seen. Other paths say nothing as long as that part is not known: there
 * may be another group of that name.
 * Returns: (nullable): its folder; %NULL where it is elsewhere */
static char *
apool_cgroup_find_usual_top (const char *root, const char *controller)
{
  const char *places[] = { controller ? controller : "", controller ? NULL : "unified" };

  for (gsize i = 0; i < G_N_ELEMENTS (places) && places[i]; i++)
    {
      g_autofree char *top = g_build_filename (root, "sys/fs/cgroup", places[i], NULL);
      g_autofree char *sign =
          g_build_filename (top, controller ? GROUP_FILE_1 : GROUP_FILE_2, NULL);

      if (access (sign, F_OK) == 0)
        return g_steal_pointer (&top);
    }
  return NULL;
}

/* Looks for the group @path of a hierarchy wherever that is mounted. */
static char *
apool_cgroup_find_mounted_folder (ApoolCgroupFiles *files,
                                  const char *root,
                                  const char *controller,
                                  const char *path,
                                  char **mount)
{
  g_autofree char *top = NULL;
  const char *below = NULL;
  const char *text;
  char *next;

  if (!files->mounts)
    files->mounts = apool_cgroup_read (root, "proc/self/mountinfo");
  text = files->mounts;
  while (!below && (next = apool_cgroup_next_line (&text, controller ? MOUNT_SIGN_1 : MOUNT_SIGN_2,
                                                   controller ? controller : "")))
    {
      g_autofree char *line = next;
      g_auto (GStrv) fields = g_strsplit (line, " ", -1);
      g_autofree char *part = NULL;
      g_autofree char *point = NULL;

      if (!apool_cgroup_is_mount (fields, controller))
        continue;
      /* Blanks and the like are written in octal. */
      part = g_strcompress (fields[MOUNT_ROOT]);
      below = apool_cgroup_skip_top (path, part);
      if (top && !below)
        continue;
      g_free (top);
      point = g_strcompress (fields[MOUNT_POINT]);
      top = g_build_filename (root, point, NULL);
    }
  if (!top)
    return NULL;
  *mount = g_strdup (top);
  return below && below[0] ? g_build_filename (top, below, NULL) : g_steal_pointer (&top);
}

/* As apool_cgroup_dup_folder(). */
static char *
apool_cgroup_find_folder (ApoolCgroupFiles *files,
                          const char *root,
                          const char *controller,
                          char **mount)
{
  g_autofree char *path = apool_cgroup_find_path (files, controller);
  char *folder;

  *mount = NULL;
  if (!path || apool_cgroup_is_outside (path))
    return NULL;
  folder = strcmp (path, "/") == 0 ? apool_cgroup_find_usual_top (root, controller) : NULL;
  if (!folder)
    return apool_cgroup_find_mounted_folder (files, root, controller, path, mount);
  *mount = g_strdup (folder);
  return folder;
}

/**
 * apool_cgroup_dup_folder:
 * @root: where the folder /proc is, and all mounts; "/" but in tests
 * @controller: (nullable): a controller of the first version of control groups; %NULL for the
 *   second version, which has one hierarchy for all of them
 * @mount: (out) (optional) (transfer full): the top folder of that hierarchy, as far as it can be
 *   seen from here
 *
 * Returns: (transfer full) (nullable): the folder of the group that this process is in, or of the
 *   closest one above it that can be seen; %NULL where the hierarchy is not there or not mounted
 */
char *
apool_cgroup_dup_folder (const char *root, const char *controller, char **mount)
{
  g_auto (ApoolCgroupFiles) files = { NULL };
  g_autofree char *top = NULL;
  char *folder;

  apool_cgroup_files_init (&files, root);
  folder = apool_cgroup_find_folder (&files, root, controller, &top);
  if (mount)
    *mount = g_steal_pointer (&top);
  return folder;
}

/* Reads a whole number of microseconds, up to a blank or the end; what stands there instead where
 * nothing limits it, "max" or -1, is none. */
static gboolean
apool_cgroup_read_usec (const char *text, gint64 *usec)
{
  g_autofree char *word = NULL;

  /* GLib would look for its message in the user's language first, though nobody wants to read it.
   */
  if (!g_ascii_isdigit (text[0]))
    return FALSE;
  word = g_strndup (text, strcspn (text, " \t\n"));
  return g_ascii_string_to_signed (word, 10, 1, G_MAXINT64 / 2, usec, NULL);
}

/* Of how many CPUs the time may be used; a part of one counts as one. 0 where no limit is said. */
static guint
apool_cgroup_divide (const char *quota_text, const char *period_text)
{
  gint64 quota;
  gint64 period;

  if (!apool_cgroup_read_usec (quota_text, &quota) ||
      !apool_cgroup_read_usec (period_text, &period))
    return 0;
  return (guint) MIN (quota / period + (quota % period > 0 ? 1 : 0), G_MAXINT);
}

/* "QUOTA PERIOD", where QUOTA may be "max" */
static guint
apool_cgroup_get_quota_of_both (const char *folder)
{
  g_autofree char *text = apool_cgroup_read (folder, "cpu.max");
  const char *period;

  if (!text)
    return 0;
  period = text + strcspn (text, " \t\n");
  period += strspn (period, " \t\n");
  return apool_cgroup_divide (text, period[0] ? period : G_STRINGIFY (DEFAULT_PERIOD));
}

/* In the first version each has a file of its own, and a quota below 0 is none. */
static guint
apool_cgroup_get_quota_of_each (const char *folder)
{
  g_autofree char *quota = apool_cgroup_read (folder, "cpu.cfs_quota_us");
  g_autofree char *period = NULL;

  if (!quota || quota[0] == '-')
    return 0;
  period = apool_cgroup_read (folder, "cpu.cfs_period_us");
  return period ? apool_cgroup_divide (quota, period) : 0;
}

/* The smallest quota from our own group up to the top of the mount; 0 where there is none. */
static guint
apool_cgroup_find_quota (ApoolCgroupFiles *files,
                         const char *root,
                         const char *controller,
                         guint (*get_quota) (const char *folder))
{
  g_autofree char *mount = NULL;
  g_autofree char *folder = apool_cgroup_find_folder (files, root, controller, &mount);
  guint least = 0;

  while (folder && strlen (folder) >= strlen (mount))
    {
      guint quota = get_quota (folder);
      char *parent = g_path_get_dirname (folder);

      if (quota > 0 && (least == 0 || quota < least))
        least = quota;
      if (strlen (parent) >= strlen (folder)) /* "/" is its own parent */
        g_clear_pointer (&parent, g_free);
      g_free (folder);
      folder = parent;
    }
  return least;
}

/**
 * apool_cgroup_get_cpu_quota:
 * @root: as in apool_cgroup_dup_folder()
 *
 * Returns: the time of how many CPUs this process and all of its group may use, parts of one
 *   counted as one: the smallest such quota of the groups it is in; 0 where there is none
 */
guint
apool_cgroup_get_cpu_quota (const char *root)
{
  g_auto (ApoolCgroupFiles) files = { NULL };
  guint both;
  guint each;

  apool_cgroup_files_init (&files, root);
  both = apool_cgroup_find_quota (&files, root, NULL, apool_cgroup_get_quota_of_both);
  each = apool_cgroup_find_quota (&files, root, "cpu", apool_cgroup_get_quota_of_each);
  return both == 0 || (each > 0 && each < both) ? each : both;
}
