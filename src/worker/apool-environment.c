/* SPDX-License-Identifier: MIT */
/* One array for all jobs: a child gets it before the next one is prepared, so the variables that
 * differ are written in place and nothing is copied per job. Only a task that has variables of its
 * own gets an array of its own. */

#include "worker/apool-environment.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

/* Longest "NAME=value" written per job: the name of the run is cut to what fits. */
#define ENTRY_BYTES 96

enum
{
  ENTRY_JOB,
  ENTRY_ATTEMPT,
  ENTRY_SEQ,
  ENTRY_SLOT,
  ENTRY_PARALLEL_SEQ,
  ENTRY_PARALLEL_SLOT,
  N_ENTRIES,
};

struct _ApoolEnvironment
{
  GPtrArray *variables; /* NULL-terminated; the first N_ENTRIES point into entries */
  GPtrArray *own;       /* the same for a task with variables of its own */
  GPtrArray *owned;     /* strings that only variables points to */
  char entries[N_ENTRIES][ENTRY_BYTES];
  char *run;
};

static const char *const apool_environment_names[] = {
  "APOOL_JOB=",    "APOOL_ATTEMPT=",  "APOOL_SEQ=",    "APOOL_JOBSLOT=",
  "APOOL_PID=",    "APOOL_WORKER=",   "PARALLEL_SEQ=", "PARALLEL_JOBSLOT=",
  "PARALLEL_PID=", "PARALLEL_SHELL=", "PWD=",
};

static gboolean
apool_environment_is_ours (const char *variable)
{
  for (gsize i = 0; i < G_N_ELEMENTS (apool_environment_names); i++)
    if (g_str_has_prefix (variable, apool_environment_names[i]))
      return TRUE;
  return FALSE;
}

static void
apool_environment_add (ApoolEnvironment *self, char *variable)
{
  g_ptr_array_add (self->owned, variable);
  g_ptr_array_add (self->variables, variable);
}

/* As a shell does for its jobs: PWD is the directory, by the name that the caller knows it by where
 * that is right. In a directory that was deleted it stays what it is. */
static void
apool_environment_add_directory (ApoolEnvironment *self)
{
  g_autofree char *directory = g_get_current_dir ();
  const char *given = g_getenv ("PWD");
  char physical[PATH_MAX];

  if (getcwd (physical, sizeof physical))
    apool_environment_add (self, g_strconcat ("PWD=", directory, NULL));
  else if (given)
    apool_environment_add (self, g_strconcat ("PWD=", given, NULL));
}

/**
 * apool_environment_new:
 * @run: the name of the run
 * @manager_pid: the process that the user started
 * @number: the worker's place in the pool
 * @shell: what runs command lines
 *
 * Takes over this process's environment as it is now.
 *
 * Returns: (transfer full): the environment of its jobs
 */
ApoolEnvironment *
apool_environment_new (const char *run, guint manager_pid, guint number, const char *shell)
{
  ApoolEnvironment *self = g_new0 (ApoolEnvironment, 1);

  self->run = g_strndup (run, 24);
  self->owned = g_ptr_array_new_with_free_func (g_free);
  self->variables = g_ptr_array_new ();
  self->own = g_ptr_array_new ();
  for (int i = 0; i < N_ENTRIES; i++)
    g_ptr_array_add (self->variables, self->entries[i]);
  apool_environment_add (self, g_strdup_printf ("APOOL_PID=%u", manager_pid));
  apool_environment_add (self, g_strdup_printf ("APOOL_WORKER=%u", number));
  apool_environment_add (self, g_strdup_printf ("PARALLEL_PID=%u", manager_pid));
  apool_environment_add (self, g_strdup_printf ("PARALLEL_SHELL=%s", shell));
  apool_environment_add_directory (self);
  for (char **variable = environ; *variable; variable++)
    if (!apool_environment_is_ours (*variable))
      g_ptr_array_add (self->variables, *variable);
  g_ptr_array_add (self->variables, NULL);
  return self;
}

/**
 * apool_environment_free:
 * @self: (transfer full): an environment
 */
void
apool_environment_free (ApoolEnvironment *self)
{
  g_ptr_array_unref (self->variables);
  g_ptr_array_unref (self->own);
  g_ptr_array_unref (self->owned);
  g_free (self->run);
  g_free (self);
}

static void
apool_environment_set (ApoolEnvironment *self, int entry, const char *name, guint64 value)
{
  g_snprintf (self->entries[entry], ENTRY_BYTES, "%s=%" G_GUINT64_FORMAT, name, value);
}

/* Whether both are of one variable. */
static gboolean
apool_environment_has_same_name (const char *a, const char *b)
{
  gsize length = strcspn (a, "=");

  return strncmp (a, b, length) == 0 && (b[length] == '=' || b[length] == '\0');
}

static gboolean
apool_environment_is_among (const char *variable, const char *const *variables)
{
  for (; *variables; variables++)
    if (apool_environment_has_same_name (*variables, variable))
      return TRUE;
  return FALSE;
}

/* Puts @variables before those of all jobs, and in the place of those of the same names. */
static GPtrArray *
apool_environment_merge (ApoolEnvironment *self, const char *const *variables)
{
  g_ptr_array_set_size (self->own, 0);
  for (gsize i = 0; variables[i]; i++)
    g_ptr_array_add (self->own, (gpointer) variables[i]);
  for (guint i = 0; i + 1 < self->variables->len; i++)
    {
      char *variable = g_ptr_array_index (self->variables, i);

      if (!apool_environment_is_among (variable, variables))
        g_ptr_array_add (self->own, variable);
    }
  g_ptr_array_add (self->own, NULL);
  return self->own;
}

/**
 * apool_environment_get_common:
 * @self: an environment
 *
 * Returns: (transfer none): what all jobs have, for execve()
 */
char *const *
apool_environment_get_common (ApoolEnvironment *self)
{
  return (char *const *) self->variables->pdata + N_ENTRIES;
}

/**
 * apool_environment_get:
 * @self: an environment
 * @task: what is to be run
 * @slot: its slot
 *
 * Returns: (transfer none): for execve(), valid until the next call and as long as @task
 */
char *const *
apool_environment_get (ApoolEnvironment *self, const ApoolTask *task, guint slot)
{
  const ApoolTaskTraits *traits = apool_task_get_traits (task);
  guint64 job = apool_task_get_job (task);
  GPtrArray *variables = self->variables;

  g_snprintf (self->entries[ENTRY_JOB], ENTRY_BYTES, "APOOL_JOB=%s.%" G_GUINT64_FORMAT ".%u%s",
              self->run, job, traits->attempt, apool_task_is_hook (task) ? ".error" : "");
  apool_environment_set (self, ENTRY_ATTEMPT, "APOOL_ATTEMPT", traits->attempt);
  apool_environment_set (self, ENTRY_SEQ, "APOOL_SEQ", job);
  apool_environment_set (self, ENTRY_SLOT, "APOOL_JOBSLOT", slot);
  apool_environment_set (self, ENTRY_PARALLEL_SEQ, "PARALLEL_SEQ", job);
  apool_environment_set (self, ENTRY_PARALLEL_SLOT, "PARALLEL_JOBSLOT", slot);
  if (traits->variables)
    variables = apool_environment_merge (self, traits->variables);
  return (char *const *) variables->pdata;
}
