/* SPDX-License-Identifier: MIT */
/* Whose a process is that descends from this worker.
 *
 * A job leads a process group; who is in it is the job's. Whoever has left it (setsid, a daemon)
 * still has the job's mark in its environment, and whoever has cleared that too has a parent that
 * is the job's, as long as that parent lives; whoever was seen then stays the job's, with its
 * group. Of whom none is true nobody knows, and it ends with the worker: it is a child of it then,
 * as all orphans are that it adopts.
 *
 * To look at all processes takes milliseconds, so it is not done for each job. What tells that
 * there is somebody costs next to nothing: a group that is not empty when its first process has
 * been reaped, or a child that nobody here has started.
 *
 * What it needs to know of tasks that run it asks for; of those that have ended it keeps the groups
 * that were not empty. A number of a group is not used anew while somebody is in it. */

#include "worker/apool-leftovers.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/apool-family.h"
#include "base/apool-process.h"
#include "worker/apool-child.h"

/* As apool_environment_new() cuts it. */
#define RUN_BYTES 24u
/* Groups that are kept without looking who of them is gone. */
#define MIN_GROUPS 64u
/* How often is looked for more of those that are to be killed: who forks without end goes with its
 * group, at once; who takes a new group each time too, with the worker. */
#define MAX_ROUNDS 20u

struct _ApoolLeftovers
{
  char *run;
  char *pid_value; /* what APOOL_PID is for all that this worker starts */
  ApoolLeftoversFunc find;
  gpointer data;
  const ApoolWarmShell *warm_shell; /* (nullable): not owned */
  GHashTable *groups;               /* group → ApoolLeftOwner, owned: whose it was */
  guint max_groups;                 /* when there are so many, those that are empty are forgotten */
  GHashTable *known; /* pid → ApoolLeftOwner, owned: children that were looked at already */
};

/* A process, while it is found out whose it is. */
typedef struct
{
  ApoolRelative relative;
  ApoolLeftOwner owner; /* as it shows itself */
} ApoolLeftEntry;

/**
 * apool_left_owner_of:
 * @task: a task
 *
 * Returns: whose its processes are
 */
ApoolLeftOwner
apool_left_owner_of (const ApoolTask *task)
{
  return (ApoolLeftOwner){
    .seq = apool_task_get_seq (task),
    .attempt = apool_task_get_traits (task)->attempt,
  };
}

/**
 * apool_left_owner_is:
 * @owner: whose a process is
 * @task: a task
 *
 * Returns: whether it is that task's, and of the same attempt
 */
gboolean
apool_left_owner_is (const ApoolLeftOwner *owner, const ApoolTask *task)
{
  return owner->seq == apool_task_get_seq (task) &&
         owner->attempt == apool_task_get_traits (task)->attempt;
}

/**
 * apool_leftovers_new:
 * @run: the name of the run, the first part of all marks
 * @manager_pid: the process that the user started
 * @find: tells who is known
 * @data: (closure): for @find
 *
 * Returns: (transfer full): nobody is known yet
 */
ApoolLeftovers *
apool_leftovers_new (const char *run, guint manager_pid, ApoolLeftoversFunc find, gpointer data)
{
  ApoolLeftovers *self = g_new0 (ApoolLeftovers, 1);

  self->run = g_strndup (run, RUN_BYTES);
  self->pid_value = g_strdup_printf ("%u", manager_pid);
  self->find = find;
  self->data = data;
  self->groups = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->max_groups = MIN_GROUPS;
  self->known = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  return self;
}

/**
 * apool_leftovers_free:
 * @self: (transfer full): leftovers; the processes are left as they are
 */
void
apool_leftovers_free (ApoolLeftovers *self)
{
  g_hash_table_unref (self->known);
  g_hash_table_unref (self->groups);
  g_free (self->pid_value);
  g_free (self->run);
  g_free (self);
}

/**
 * apool_leftovers_set_warm_shell:
 * @self: leftovers
 * @shell: the worker's, which is nobody's; outlives them
 */
void
apool_leftovers_set_warm_shell (ApoolLeftovers *self, const ApoolWarmShell *shell)
{
  self->warm_shell = shell;
}

static gboolean
apool_leftovers_is_warm_shell (const ApoolLeftovers *self, pid_t pid)
{
  return self->warm_shell && apool_warm_shell_get_pid (self->warm_shell) == pid;
}

/* ---- groups of tasks that have ended ---- */

static gboolean
apool_leftovers_is_owner_cb (gpointer pid, gpointer owner, gpointer task)
{
  return apool_left_owner_is (owner, task);
}

static gboolean
apool_leftovers_is_empty_cb (gpointer group, gpointer owner, gpointer data)
{
  return apool_child_group_is_empty (GPOINTER_TO_INT (group));
}

static void
apool_leftovers_forget_groups (ApoolLeftovers *self)
{
  (void) g_hash_table_foreach_remove (self->groups, apool_leftovers_is_empty_cb, NULL);
  self->max_groups = MAX (MIN_GROUPS, 2 * g_hash_table_size (self->groups));
}

/**
 * apool_leftovers_keep_group:
 * @self: leftovers
 * @task: one whose first process has just been reaped
 * @group: that process, which led this group
 *
 * To be called for each: it is one system call. What was known of the task's processes is
 * forgotten, since they are left now.
 *
 * Returns: whether somebody is left in the group
 */
gboolean
apool_leftovers_keep_group (ApoolLeftovers *self, const ApoolTask *task, pid_t group)
{
  ApoolLeftOwner owner = apool_left_owner_of (task);

  if (g_hash_table_size (self->known) > 0)
    (void) g_hash_table_foreach_remove (self->known, apool_leftovers_is_owner_cb, (gpointer) task);
  if (apool_child_group_is_empty (group))
    return FALSE;
  if (g_hash_table_size (self->groups) >= self->max_groups)
    apool_leftovers_forget_groups (self);
  g_hash_table_insert (self->groups, GINT_TO_POINTER (group), g_memdup2 (&owner, sizeof owner));
  return TRUE;
}

/* ---- whose a process is ---- */

/* @mark: what APOOL_JOB says: RUN.JOB.ATTEMPT, and more behind it for a hook about a job */
static ApoolLeftOwner
apool_leftovers_parse_mark (const ApoolLeftovers *self, const char *mark)
{
  ApoolLeftOwner owner = { APOOL_LEFT_UNKNOWN, 0 };
  gsize length = strlen (self->run);
  guint64 job;
  guint64 attempt;
  char *end;

  if (strncmp (mark, self->run, length) != 0 || mark[length] != '.')
    return owner;
  job = g_ascii_strtoull (mark + length + 1, &end, 10);
  if (*end != '.' || job >= APOOL_TASK_HOOK_BIT)
    return owner;
  attempt = g_ascii_strtoull (end + 1, &end, 10);
  owner.seq = job | (strcmp (end, ".error") == 0 ? APOOL_TASK_HOOK_BIT : 0);
  owner.attempt = (guint) attempt;
  return owner;
}

/* What is started for the worker itself has its variables, but no job's. */
static ApoolLeftOwner
apool_leftovers_read_mark (const ApoolLeftovers *self, pid_t pid)
{
  ApoolLeftOwner owner = { APOOL_LEFT_UNKNOWN, 0 };
  gsize length;
  g_autofree char *environment = apool_family_dup_environment (pid, &length);
  const char *value;

  if (!environment)
    return owner;
  value = apool_family_find_variable (environment, length, "APOOL_JOB");
  if (value)
    return apool_leftovers_parse_mark (self, value);
  value = apool_family_find_variable (environment, length, "APOOL_PID");
  if (g_strcmp0 (value, self->pid_value) == 0)
    owner.seq = APOOL_LEFT_HOOK;
  return owner;
}

/* Whose a process is as it shows itself. */
static ApoolLeftOwner
apool_leftovers_find_own (const ApoolLeftovers *self, const ApoolRelative *relative)
{
  const ApoolTask *task = self->find (relative->group, self->data);
  const ApoolLeftOwner *kept;

  if (task)
    return apool_left_owner_of (task);
  kept = g_hash_table_lookup (self->groups, GINT_TO_POINTER (relative->group));
  return kept ? *kept : apool_leftovers_read_mark (self, relative->pid);
}

/* Whose its parents show it to be, where it does not itself. What looks like the worker's own may
 * be a job's that has taken its mark off. */
static ApoolLeftOwner
apool_leftovers_find_inherited (GHashTable *entries, const ApoolLeftEntry *entry)
{
  ApoolLeftOwner owner = { APOOL_LEFT_UNKNOWN, 0 };
  guint n_left = g_hash_table_size (entries);

  for (; entry && n_left > 0; n_left--)
    {
      if (entry->owner.seq != APOOL_LEFT_UNKNOWN)
        owner = entry->owner;
      if (owner.seq != APOOL_LEFT_UNKNOWN && owner.seq != APOOL_LEFT_HOOK)
        break;
      entry = g_hash_table_lookup (entries, GINT_TO_POINTER (entry->relative.parent));
    }
  return owner;
}

static GHashTable *
apool_leftovers_make_entries (ApoolLeftovers *self)
{
  g_autoptr (GArray) relatives = apool_family_list_descendants ();
  GHashTable *entries = g_hash_table_new_full (NULL, NULL, NULL, g_free);

  for (guint i = 0; i < relatives->len; i++)
    {
      ApoolLeftEntry entry = { .relative = g_array_index (relatives, ApoolRelative, i) };

      if (apool_leftovers_is_warm_shell (self, entry.relative.pid))
        continue;
      entry.owner = apool_leftovers_find_own (self, &entry.relative);
      g_hash_table_insert (entries, GINT_TO_POINTER (entry.relative.pid),
                           g_memdup2 (&entry, sizeof entry));
    }
  return entries;
}

static int
apool_leftovers_compare (gconstpointer a, gconstpointer b)
{
  const ApoolLeftProcess *first = a;
  const ApoolLeftProcess *second = b;

  return (first->pid > second->pid) - (first->pid < second->pid);
}

static gboolean
apool_leftovers_is_gone_cb (gpointer pid, gpointer owner, gpointer entries)
{
  return !g_hash_table_contains (entries, pid);
}

/* Whoever is known by a parent alone is nobody's when that has ended: so its group is kept, as the
 * group of a task is. */
static void
apool_leftovers_claim (ApoolLeftovers *self,
                       const ApoolLeftEntry *entry,
                       const ApoolLeftOwner *owner)
{
  gpointer group = GINT_TO_POINTER (entry->relative.group);

  if (entry->relative.owns_group && entry->owner.seq != owner->seq &&
      !self->find (entry->relative.group, self->data))
    g_hash_table_insert (self->groups, group, g_memdup2 (owner, sizeof *owner));
}

/**
 * apool_leftovers_list:
 * @self: leftovers
 *
 * Looks at all processes of the machine.
 *
 * Returns: (transfer full) (element-type ApoolLeftProcess): the living processes that descend from
 *   this one, by number: those of tasks that run, too
 */
GArray *
apool_leftovers_list (ApoolLeftovers *self)
{
  g_autoptr (GHashTable) entries = apool_leftovers_make_entries (self);
  GArray *list = g_array_new (FALSE, FALSE, sizeof (ApoolLeftProcess));
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const ApoolLeftEntry *entry = value;
      ApoolLeftProcess process = {
        .pid = entry->relative.pid,
        .group = entry->relative.group,
        .owns_group = entry->relative.owns_group,
        .owner = apool_leftovers_find_inherited (entries, entry),
      };

      g_array_append_val (list, process);
      apool_leftovers_claim (self, entry, &process.owner);
    }
  apool_leftovers_forget_groups (self);
  g_array_sort (list, apool_leftovers_compare);
  /* Their numbers may be used anew. */
  (void) g_hash_table_foreach_remove (self->known, apool_leftovers_is_gone_cb, entries);
  return list;
}

/* ---- whether there is anybody ---- */

static gboolean
apool_leftovers_has_unknown_child (ApoolLeftovers *self, gboolean only_new)
{
  g_autoptr (GArray) children = apool_process_read_children ();

  if (!children)
    return TRUE; /* whoever does not know has to look */
  for (guint i = 0; i < children->len; i++)
    {
      pid_t pid = g_array_index (children, pid_t, i);

      if (!apool_leftovers_is_warm_shell (self, pid) &&
          !(only_new && g_hash_table_contains (self->known, GINT_TO_POINTER (pid))) &&
          !self->find (pid, self->data))
        return TRUE;
    }
  return FALSE;
}

/**
 * apool_leftovers_may_exist:
 * @self: leftovers
 * @only_new: whether those do not count that apool_leftovers_know() was told of
 *
 * Whoever is left has come to be a child of this process, or descends from one that has, or from a
 * task that runs.
 *
 * Returns: whether there is somebody of a task that has ended. Where it says no there is nobody
 */
gboolean
apool_leftovers_may_exist (ApoolLeftovers *self, gboolean only_new)
{
  return apool_process_has_children () && apool_leftovers_has_unknown_child (self, only_new);
}

/**
 * apool_leftovers_know:
 * @self: leftovers
 * @process: one of apool_leftovers_list()
 *
 * It needs not be looked at again before the task ends that has it, if that runs.
 */
void
apool_leftovers_know (ApoolLeftovers *self, const ApoolLeftProcess *process)
{
  g_hash_table_insert (self->known, GINT_TO_POINTER (process->pid),
                       g_memdup2 (&process->owner, sizeof process->owner));
}

/**
 * apool_leftovers_is_known:
 * @self: leftovers
 * @pid: a process
 *
 * Returns: whether apool_leftovers_know() was told of it
 */
gboolean
apool_leftovers_is_known (ApoolLeftovers *self, pid_t pid)
{
  return g_hash_table_contains (self->known, GINT_TO_POINTER (pid));
}

/**
 * apool_leftovers_is_first:
 * @self: leftovers
 * @pid: a process
 *
 * Returns: whether it is the first process of a task that runs
 */
gboolean
apool_leftovers_is_first (ApoolLeftovers *self, pid_t pid)
{
  return self->find (pid, self->data) != NULL;
}

/**
 * apool_leftovers_reaped:
 * @self: leftovers
 * @pid: a process that was reaped, and was no task's first one
 */
void
apool_leftovers_reaped (ApoolLeftovers *self, pid_t pid)
{
  g_hash_table_remove (self->known, GINT_TO_POINTER (pid));
}

/* ---- their end ---- */

static void
apool_leftovers_signal_process (const ApoolLeftProcess *process, int signum)
{
  /* Whoever forks without end goes only with the whole group. Fails where it is gone by now, or is
   * a set-id program: nothing to be done. */
  if (signum == SIGKILL && process->owns_group)
    (void) kill (-process->group, SIGKILL);
  if (kill (process->pid, signum) == 0 && signum != SIGKILL)
    (void) kill (process->pid, SIGCONT);
}

static guint
apool_left_owner_hash (gconstpointer key)
{
  const ApoolLeftOwner *owner = key;

  return g_int64_hash (&owner->seq) + owner->attempt;
}

static gboolean
apool_left_owner_equal (gconstpointer a, gconstpointer b)
{
  const ApoolLeftOwner *first = a;
  const ApoolLeftOwner *second = b;

  return first->seq == second->seq && first->attempt == second->attempt;
}

/* Signals those that have not got it yet, and returns how many there were. Who has ended since, or
 * been killed, is seen for a moment more. */
static guint
apool_leftovers_do_round (ApoolLeftovers *self, GHashTable *targets)
{
  g_autoptr (GArray) list = apool_leftovers_list (self);
  guint n_new = 0;

  for (guint i = 0; i < list->len; i++)
    {
      const ApoolLeftProcess *process = &g_array_index (list, ApoolLeftProcess, i);
      ApoolLeftTarget *target = g_hash_table_lookup (targets, &process->owner);

      if (!target)
        continue;
      target->n_left++;
      if (!g_hash_table_add (target->seen, GINT_TO_POINTER (process->pid)))
        continue;
      n_new++;
      if (target->group == 0 || process->group != target->group)
        apool_leftovers_signal_process (process, target->signum);
    }
  return n_new;
}

/**
 * apool_leftovers_signal:
 * @self: leftovers
 * @targets: (element-type ApoolLeftTarget): tasks that run or have run here, none of them twice,
 *   and what their processes are to get
 *
 * Sends it to all processes of these tasks, wherever they have gone; stopped ones are let go on.
 * What they start meanwhile gets it as well. Looks at all processes of the machine, for all tasks
 * at once.
 */
void
apool_leftovers_signal (ApoolLeftovers *self, GPtrArray *targets)
{
  g_autoptr (GHashTable) by_owner =
      g_hash_table_new (apool_left_owner_hash, apool_left_owner_equal);
  guint n_new = 1;

  for (guint i = 0; i < targets->len; i++)
    {
      ApoolLeftTarget *target = g_ptr_array_index (targets, i);

      g_hash_table_insert (by_owner, &target->owner, target);
    }
  for (guint round = 0; n_new > 0 && round < MAX_ROUNDS; round++)
    {
      for (guint i = 0; i < targets->len; i++)
        ((ApoolLeftTarget *) g_ptr_array_index (targets, i))->n_left = 0;
      n_new = apool_leftovers_do_round (self, by_owner);
    }
}
