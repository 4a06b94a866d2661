/* SPDX-License-Identifier: MIT */
/* Processes that nobody else waits for.
 *
 * A process that adopts orphans (a subreaper) becomes the parent of all descendants whose own
 * parents are gone, so that none can get away from it; whoever left its process group or session
 * is found as a child sooner or later. */

#include "base/apool-process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/apool-fd.h"

/* Of a process that has begun to end; its descriptors are closed after that (PF_EXITING). */
#define KERNEL_FLAG_EXITING 0x4u

/* Numbers of children that are read at once; who has more is looked at in the slow way. */
#define CHILDREN_BYTES (64u * 1024)

/* No process has this number or a higher one: what Linux bounds kernel.pid_max by. */
#define PIDS_END (4 * 1024 * 1024)

/**
 * apool_process_adopt_orphans:
 *
 * Makes this process the parent of its orphaned descendants.
 */
void
apool_process_adopt_orphans (void)
{
  (void) prctl (PR_SET_CHILD_SUBREAPER, 1); /* cannot fail since Linux 3.4 */
}

/* Whoever starts a program with these ignored means all that it starts (nohup, a shell's
 * background job). */
static const int apool_process_ignorable[] = { SIGHUP, SIGINT, SIGQUIT };

/**
 * apool_process_get_ignored_signals:
 *
 * Returns: a set of bits: which of SIGHUP, SIGINT and SIGQUIT, from the lowest on, are ignored
 */
guint32
apool_process_get_ignored_signals (void)
{
  guint32 ignored = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (apool_process_ignorable); i++)
    {
      struct sigaction action;

      if (sigaction (apool_process_ignorable[i], NULL, &action) == 0 &&
          action.sa_handler == SIG_IGN)
        ignored |= 1u << i;
    }
  return ignored;
}

/**
 * apool_process_set_ignored_signals:
 * @ignored: as apool_process_get_ignored_signals() told it, perhaps in another process
 *
 * Ignores these of the three signals, and only these.
 */
void
apool_process_set_ignored_signals (guint32 ignored)
{
  for (gsize i = 0; i < G_N_ELEMENTS (apool_process_ignorable); i++)
    signal (apool_process_ignorable[i], ignored & 1u << i ? SIG_IGN : SIG_DFL);
}

/* Reads what the kernel tells of a process, from its state on: the name before that may hold
 * anything, parentheses and spaces included. Returns %FALSE where there is no such process. */
static gboolean
apool_process_read_fields (pid_t pid, char *fields, gsize size)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", (int) pid);
  g_auto (ApoolFd) fd = open (path, O_RDONLY | O_CLOEXEC);
  char text[1024];
  const char *name_end;
  gssize length;

  if (fd < 0)
    return FALSE;
  length = read (fd, text, sizeof text - 1);
  if (length <= 0)
    return FALSE;
  text[length] = '\0';
  name_end = strrchr (text, ')');
  if (!name_end)
    return FALSE;
  g_strlcpy (fields, name_end + 1, size);
  return TRUE;
}

/**
 * apool_process_get_family:
 * @pid: a process
 * @parent: (out): its parent
 * @group: (out): its process group
 *
 * Returns: whether there is such a process, and we may know of it
 */
gboolean
apool_process_get_family (pid_t pid, pid_t *parent, pid_t *group)
{
  char fields[1024];

  return apool_process_read_fields (pid, fields, sizeof fields) &&
         sscanf (fields, " %*c %d %d", parent, group) == 2;
}

/**
 * apool_process_get_relation:
 * @pid: a process
 * @parent: (out): its parent
 * @group: (out): its process group
 * @has_ended: (out): whether it has ended, and only waits to be reaped
 *
 * Returns: whether there is such a process, and we may know of it
 */
gboolean
apool_process_get_relation (pid_t pid, pid_t *parent, pid_t *group, gboolean *has_ended)
{
  char fields[1024];
  char state;

  if (!apool_process_read_fields (pid, fields, sizeof fields) ||
      sscanf (fields, " %c %d %d", &state, parent, group) != 3)
    return FALSE;
  *has_ended = state == 'Z' || state == 'X';
  return TRUE;
}

/**
 * apool_process_get_activity:
 * @pid: a process
 * @activity: (out): what it is doing
 *
 * Returns: whether there is such a process, and we may know of it
 */
gboolean
apool_process_get_activity (pid_t pid, ApoolProcessActivity *activity)
{
  char fields[1024];
  unsigned int flags;
  unsigned long user;
  unsigned long kernel;
  long ticks_per_second = sysconf (_SC_CLK_TCK);

  if (!apool_process_read_fields (pid, fields, sizeof fields) ||
      sscanf (fields, " %c %*d %*d %*d %*d %*d %u %*u %*u %*u %*u %lu %lu", &activity->state,
              &flags, &user, &kernel) != 4)
    return FALSE;
  activity->is_ending =
      activity->state == 'Z' || activity->state == 'X' || (flags & KERNEL_FLAG_EXITING);
  activity->cpu_usec =
      (gint64) (user + kernel) * (G_USEC_PER_SEC / (ticks_per_second > 0 ? ticks_per_second : 100));
  return TRUE;
}

/* Adds process @pid if it is a child of ours. Needs no descriptor. */
static void
apool_process_add_child (GArray *children, pid_t pid)
{
  ApoolProcessChild child = { .pid = pid };
  siginfo_t info;

  /* Looks without reaping; nobody's but our own children can be looked at. */
  if (waitid (P_PID, (id_t) pid, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) < 0)
    return;
  child.group = getpgid (pid);
  if (child.group >= 0) /* else somebody else in this process has just reaped it */
    g_array_append_val (children, child);
}

/**
 * apool_process_has_children:
 *
 * Returns: whether this process has a child, an ended one that is not yet reaped too. Who has none
 *   need not look for them, which takes longer
 */
gboolean
apool_process_has_children (void)
{
  siginfo_t info;

  return waitid (P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) == 0 || errno != ECHILD;
}

/**
 * apool_process_list_children:
 *
 * Finds them without fail, also where no descriptor is left to read /proc with. Then it takes
 * longer: about a second.
 *
 * Returns: (transfer full) (element-type ApoolProcessChild): the children of this process, ended
 *   and not yet reaped ones too
 */
GArray *
apool_process_list_children (void)
{
  GArray *children = g_array_new (FALSE, FALSE, sizeof (ApoolProcessChild));
  g_autoptr (GDir) directory = NULL;
  const char *name;

  if (!apool_process_has_children ())
    return children;
  directory = g_dir_open ("/proc", 0, NULL);
  while (directory && (name = g_dir_read_name (directory)))
    {
      pid_t pid = (pid_t) g_ascii_strtoull (name, NULL, 10);

      if (pid > 0)
        apool_process_add_child (children, pid);
    }
  /* Whoever took "cannot look" for "no children" would leave them running. */
  for (pid_t pid = 1; !directory && pid < PIDS_END; pid++)
    apool_process_add_child (children, pid);
  return children;
}

static void
apool_process_parse_children (const char *text, GArray *pids)
{
  char *end;

  for (;; text = end)
    {
      pid_t pid = (pid_t) strtol (text, &end, 10);

      if (end == text)
        return;
      g_array_append_val (pids, pid);
    }
}

/**
 * apool_process_read_children:
 *
 * Reads what the kernel may have ready: the children of this thread, which are all of this process
 * where no other one forks. It costs next to nothing.
 *
 * Returns: (transfer full) (nullable) (element-type pid_t): them, ended ones too; %NULL where it
 *   cannot be told
 */
GArray *
apool_process_read_children (void)
{
  g_auto (ApoolFd) fd = open ("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
  g_autofree char *text = fd < 0 ? NULL : g_malloc (CHILDREN_BYTES);
  GArray *pids;
  gsize length = 0;
  gssize got = 0;

  if (fd < 0)
    return NULL;
  while (length + 1 < CHILDREN_BYTES &&
         (got = read (fd, text + length, CHILDREN_BYTES - 1 - length)) > 0)
    length += (gsize) got;
  if (got != 0)
    return NULL;
  text[length] = '\0';
  pids = g_array_new (FALSE, FALSE, sizeof (pid_t));
  apool_process_parse_children (text, pids);
  return pids;
}

static gboolean
apool_process_is_spared (pid_t pid, const GArray *spared)
{
  for (guint i = 0; spared && i < spared->len; i++)
    if (g_array_index (spared, ApoolProcessChild, i).pid == pid)
      return TRUE;
  return FALSE;
}

/* Sends SIGKILL to a child, and to the group that it leads or was left in. Returns whether it has
 * died of it, or before. */
static gboolean
apool_process_kill_child (pid_t pid, pid_t group, const GArray *spared)
{
  if (apool_process_is_spared (pid, spared))
    return FALSE;
  if (group > 1 && group != getpgrp () && !apool_process_is_spared (group, spared))
    (void) kill (-group, SIGKILL); /* who is missed here comes up in the next round */
  if (kill (pid, SIGKILL) < 0)
    return FALSE;
  while (waitpid (pid, NULL, __WALL) < 0 && errno == EINTR)
    continue;
  return TRUE;
}

/* Kills all children but the spared ones. Returns how many of them have died. */
static guint
apool_process_kill_round (const GArray *spared)
{
  g_autoptr (GArray) children = apool_process_list_children ();
  guint n_dead = 0;

  for (guint i = 0; i < children->len; i++)
    {
      const ApoolProcessChild *child = &g_array_index (children, ApoolProcessChild, i);

      n_dead += apool_process_kill_child (child->pid, child->group, spared);
    }
  return n_dead;
}

/* The same, but so fast that it catches one who forks and ends all the time, each time in a session
 * of its own: there is no time to look at all processes between his birth and his end. */
static guint
apool_process_kill_fast_round (const GArray *spared)
{
  g_autoptr (GArray) children = apool_process_read_children ();
  guint n_dead = 0;

  for (guint i = 0; children && i < children->len; i++)
    {
      pid_t pid = g_array_index (children, pid_t, i);

      n_dead += apool_process_kill_child (pid, getpgid (pid), spared);
    }
  return n_dead;
}

/**
 * apool_process_kill_group:
 * @pid: a process, or 0
 *
 * Kills the process and all that are in its group, where it is a child of ours and the first of
 * that group. The process is not reaped.
 */
void
apool_process_kill_group (pid_t pid)
{
  pid_t parent;
  pid_t group;

  if (pid > 0 && apool_process_get_family (pid, &parent, &group) && parent == getpid () &&
      group == pid)
    (void) kill (-group, SIGKILL); /* who is not there any more need not be ended */
}

/**
 * apool_process_kill_children:
 * @spared: (nullable) (element-type ApoolProcessChild): children that are not meant
 *
 * Kills and reaps all children of this process but the spared ones, then those that it adopts from
 * them, until none is left. Set-id programs cannot be killed and are left alone.
 */
void
apool_process_kill_children (const GArray *spared)
{
  if (!apool_process_has_children ())
    return;
  do
    while (apool_process_kill_fast_round (spared) > 0)
      continue;
  while (apool_process_kill_round (spared) > 0);
}
