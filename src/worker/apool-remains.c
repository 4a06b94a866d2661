/* SPDX-License-Identifier: MIT */
/* Processes that a job has started and that outlive its own: found by the mark that each has in
 * its environment, wherever it has gone, be it another process group or another session. Who has
 * thrown the mark away is not found here.
 *
 * This process adopts orphans, so all of them descend from it: nobody else's process with the same
 * mark is touched. */

#include "worker/apool-remains.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/apool-process.h"

#define MARK "APOOL_JOB="

/* Who starts processes faster than they can be ended is not looked at for ever. */
#define MAX_ROUNDS 50u

/* Families change while one looks: a parent that ends leaves its children to us. */
#define MAX_LOOKS 3u

static gboolean
apool_remains_descends (pid_t pid)
{
  pid_t group;

  while (pid > 1 && pid != getpid ())
    if (!apool_process_get_family (pid, &pid, &group))
      return FALSE;
  return pid == getpid ();
}

static gboolean
apool_remains_is_ours (pid_t pid)
{
  for (guint i = 0; i < MAX_LOOKS; i++)
    if (apool_remains_descends (pid))
      return TRUE;
  return FALSE;
}

/* Returns: (transfer none) (nullable): what is asked for about the job that process @pid is of */
static ApoolRemains *
apool_remains_find (GHashTable *remains, pid_t pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/environ", (int) pid);
  g_autofree char *entries = NULL;
  gsize length;
  gsize at = 0;

  /* It may be gone, have ended, or be somebody else's: then it is none of ours. */
  if (!g_file_get_contents (path, &entries, &length, NULL))
    return NULL;
  while (at < length)
    {
      if (g_str_has_prefix (entries + at, MARK))
        return g_hash_table_lookup (remains, entries + at + strlen (MARK));
      at += strlen (entries + at) + 1; /* what was read ends in a NUL of its own */
    }
  return NULL;
}

static void
apool_remains_send (pid_t pid, int signum)
{
  /* Who is gone by now need not be ended. */
  if (signum > 0 && kill (pid, signum) == 0 && signum != SIGKILL)
    (void) kill (pid, SIGCONT);
}

/* Returns how many there are that are not among @seen. */
static guint
apool_remains_do_round (GHashTable *remains, GHashTable *seen)
{
  g_autoptr (GDir) directory = g_dir_open ("/proc", 0, NULL);
  const char *name;
  guint n_new = 0;

  while (directory && (name = g_dir_read_name (directory)))
    {
      pid_t pid = (pid_t) g_ascii_strtoull (name, NULL, 10);
      ApoolRemains *of_job = NULL;

      if (pid > 0 && pid != getpid () && !g_hash_table_contains (seen, GINT_TO_POINTER (pid)))
        of_job = apool_remains_find (remains, pid);
      if (!of_job || !apool_remains_is_ours (pid))
        continue;
      n_new++;
      of_job->n_found++;
      g_hash_table_add (seen, GINT_TO_POINTER (pid));
      apool_remains_send (pid, of_job->signum);
    }
  return n_new;
}

/**
 * apool_remains_signal:
 * @remains: (element-type utf8 ApoolRemains): for the marks of jobs that have ended, what is asked
 *   for; gets how many processes there are
 *
 * Looks for what is left of these jobs, and sends it signals; stopped processes go on to get them.
 * What they start meanwhile is found as well.
 */
void
apool_remains_signal (GHashTable *remains)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < MAX_ROUNDS && apool_remains_do_round (remains, seen) > 0; i++)
    continue;
}
