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
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "base/apool-fd.h"

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

/* Reads the parent and the process group of @pid. */
static gboolean
apool_process_read_stat (const char *pid, pid_t *parent, pid_t *group)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/stat", pid);
  g_auto (ApoolFd) fd = open (path, O_RDONLY | O_CLOEXEC);
  char text[1024];
  const char *fields;
  gssize length;

  if (fd < 0)
    return FALSE;
  length = read (fd, text, sizeof text - 1);
  if (length <= 0)
    return FALSE;
  text[length] = '\0';
  fields = strrchr (text, ')'); /* the name before it may hold anything, spaces included */
  return fields && sscanf (fields, ") %*c %d %d", parent, group) == 2;
}

static gboolean
apool_process_is_spared (pid_t pid, const pid_t *spared, gsize n_spared)
{
  for (gsize i = 0; i < n_spared; i++)
    if (spared[i] == pid)
      return TRUE;
  return FALSE;
}

/* Sends SIGKILL to all children but the spared ones, and to the groups that they lead or are left
 * in. Returns those that will die of it. */
static GArray *
apool_process_kill_round (const pid_t *spared, gsize n_spared)
{
  GArray *dying = g_array_new (FALSE, FALSE, sizeof (pid_t));
  g_autoptr (GDir) directory = g_dir_open ("/proc", 0, NULL);
  const char *name;

  while (directory && (name = g_dir_read_name (directory)))
    {
      pid_t parent;
      pid_t group;
      pid_t pid = (pid_t) g_ascii_strtoull (name, NULL, 10);

      if (pid <= 0 || !apool_process_read_stat (name, &parent, &group) || parent != getpid () ||
          apool_process_is_spared (pid, spared, n_spared))
        continue;
      if (group > 1 && group != getpgrp () && !apool_process_is_spared (group, spared, n_spared))
        (void) kill (-group, SIGKILL); /* whoever is missed here comes up in the next round */
      if (kill (pid, SIGKILL) == 0)
        g_array_append_val (dying, pid);
    }
  return dying;
}

/**
 * apool_process_kill_children:
 * @spared: (array length=n_spared): children that are not meant
 * @n_spared: how many
 *
 * Kills and reaps all children of this process but the spared ones, then those that it adopts from
 * them, until none is left. Set-id programs cannot be killed and are left alone.
 */
void
apool_process_kill_children (const pid_t *spared, gsize n_spared)
{
  for (;;)
    {
      g_autoptr (GArray) dying = apool_process_kill_round (spared, n_spared);

      if (dying->len == 0)
        return;
      for (guint i = 0; i < dying->len; i++)
        while (waitpid (g_array_index (dying, pid_t, i), NULL, 0) < 0 && errno == EINTR)
          continue;
    }
}
