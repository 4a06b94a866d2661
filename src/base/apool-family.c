/* SPDX-License-Identifier: MIT */
/* Who descends from this process, as /proc shows it.
 *
 * A process may fork or end while it is looked at, so that a list is right only for those that keep
 * still. Who needs all looks again until nobody new is found. */

#include "base/apool-family.h"

#include <string.h>
#include <unistd.h>

#include "base/apool-process.h"

/* A process of this machine, while the list is made. */
typedef struct
{
  ApoolRelative relative;
  gboolean has_ended;
  gboolean descends;
  gboolean is_known; /* whether it descends has been found out */
} ApoolMember;

static GHashTable *
apool_family_read_all (void)
{
  g_autoptr (GDir) directory = g_dir_open ("/proc", 0, NULL);
  GHashTable *members = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  const char *name;

  /* Without a descriptor for it nobody is found: then they end with this process. */
  while (directory && (name = g_dir_read_name (directory)))
    {
      ApoolMember member = { .relative = { .pid = (pid_t) g_ascii_strtoull (name, NULL, 10) } };

      if (member.relative.pid <= 0 ||
          !apool_process_get_relation (member.relative.pid, &member.relative.parent,
                                       &member.relative.group, &member.has_ended))
        continue;
      g_hash_table_insert (members, GINT_TO_POINTER (member.relative.pid),
                           g_memdup2 (&member, sizeof member));
    }
  return members;
}

/* Goes up to this process, or to where there is nobody more. A parent may be missing that has ended
 * since, and numbers may be used anew: no way is longer than there are processes. */
static gboolean
apool_family_descends (GHashTable *members, const ApoolMember *member)
{
  guint n_left = g_hash_table_size (members);

  for (; member && n_left > 0; n_left--)
    {
      if (member->is_known)
        return member->descends;
      if (member->relative.parent == getpid ())
        return TRUE;
      member = g_hash_table_lookup (members, GINT_TO_POINTER (member->relative.parent));
    }
  return FALSE;
}

/* Finds out who descends, and which groups others are in. */
static GHashTable *
apool_family_mark_descendants (GHashTable *members)
{
  GHashTable *foreign_groups = g_hash_table_new (NULL, NULL);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, members);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      ApoolMember *member = value;

      member->descends = apool_family_descends (members, member);
      member->is_known = TRUE;
      if (!member->descends)
        g_hash_table_add (foreign_groups, GINT_TO_POINTER (member->relative.group));
    }
  return foreign_groups;
}

/**
 * apool_family_list_descendants:
 *
 * Looks at all processes of the machine: not to be done for each job.
 *
 * Returns: (transfer full) (element-type ApoolRelative): the living descendants of this process,
 *   in no order; nobody where /proc cannot be read
 */
GArray *
apool_family_list_descendants (void)
{
  g_autoptr (GHashTable) members = apool_family_read_all ();
  g_autoptr (GHashTable) foreign_groups = apool_family_mark_descendants (members);
  GArray *list = g_array_new (FALSE, FALSE, sizeof (ApoolRelative));
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, members);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      ApoolMember *member = value;
      gpointer group = GINT_TO_POINTER (member->relative.group);

      if (!member->descends || member->has_ended)
        continue;
      member->relative.owns_group =
          member->relative.group > 1 && !g_hash_table_contains (foreign_groups, group);
      g_array_append_val (list, member->relative);
    }
  return list;
}

/**
 * apool_family_dup_environment:
 * @pid: a process
 * @length: (out): its bytes
 *
 * Returns: (transfer full) (nullable): with what environment its program was started, each variable
 *   with a NUL behind it; %NULL where we may not know
 */
char *
apool_family_dup_environment (pid_t pid, gsize *length)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/environ", (int) pid);
  char *environment = NULL;

  return g_file_get_contents (path, &environment, length, NULL) ? environment : NULL;
}

/**
 * apool_family_find_variable:
 * @environment: (array length=length): as apool_family_dup_environment() tells it, a NUL behind it
 * @length: its bytes
 * @name: a variable
 *
 * Returns: (transfer none) (nullable): its value
 */
const char *
apool_family_find_variable (const char *environment, gsize length, const char *name)
{
  gsize name_length = strlen (name);

  for (gsize at = 0; at < length; at += strlen (environment + at) + 1)
    if (strncmp (environment + at, name, name_length) == 0 && environment[at + name_length] == '=')
      return environment + at + name_length + 1;
  return NULL;
}

/**
 * apool_family_read_name:
 * @pid: a process
 * @name: (out): what it is called, any bytes; "?" where it is gone
 */
void
apool_family_read_name (pid_t pid, char name[APOOL_FAMILY_NAME_BYTES])
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/comm", (int) pid);
  g_autofree char *text = NULL;
  gsize length = 0;

  if (!g_file_get_contents (path, &text, &length, NULL) || length == 0)
    text = g_strdup ("?");
  else if (text[length - 1] == '\n')
    text[length - 1] = '\0';
  g_strlcpy (name, text, APOOL_FAMILY_NAME_BYTES);
}
