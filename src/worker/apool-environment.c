/* SPDX-License-Identifier: MIT */
/* One array for all jobs: a child gets it before the next one is prepared, so the variables that
 * differ are written in place and nothing is copied per job. */

#include "worker/apool-environment.h"

#include <limits.h>
#include <unistd.h>

/* Longest "NAME=value" written per job: the name of the run is cut to what fits. */
#define ENTRY_BYTES 96

enum
{
  ENTRY_JOB,
  ENTRY_SEQ,
  ENTRY_SLOT,
  ENTRY_PARALLEL_SEQ,
  ENTRY_PARALLEL_SLOT,
  N_ENTRIES,
};

struct _ApoolEnvironment
{
  GPtrArray *variables; /* NULL-terminated; the first N_ENTRIES point into entries */
  GPtrArray *owned;     /* strings that only variables points to */
  char entries[N_ENTRIES][ENTRY_BYTES];
  char *run;
};

static const char *const apool_environment_names[] = {
  "APOOL_JOB=", "APOOL_SEQ=",    "APOOL_JOBSLOT=",  "PARALLEL_SEQ=", "PARALLEL_JOBSLOT=",
  "APOOL_PID=", "PARALLEL_PID=", "PARALLEL_SHELL=", "PWD=",
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
 * @shell: what runs command lines
 *
 * Takes over this process's environment as it is now.
 *
 * Returns: (transfer full): the environment of its jobs
 */
ApoolEnvironment *
apool_environment_new (const char *run, guint manager_pid, const char *shell)
{
  ApoolEnvironment *self = g_new0 (ApoolEnvironment, 1);

  self->run = g_strndup (run, 24);
  self->owned = g_ptr_array_new_with_free_func (g_free);
  self->variables = g_ptr_array_new ();
  for (int i = 0; i < N_ENTRIES; i++)
    g_ptr_array_add (self->variables, self->entries[i]);
  apool_environment_add (self, g_strdup_printf ("APOOL_PID=%u", manager_pid));
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
  g_ptr_array_unref (self->owned);
  g_free (self->run);
  g_free (self);
}

static void
apool_environment_set (ApoolEnvironment *self, int entry, const char *name, guint64 value)
{
  g_snprintf (self->entries[entry], ENTRY_BYTES, "%s=%" G_GUINT64_FORMAT, name, value);
}

/**
 * apool_environment_get:
 * @self: an environment
 * @seq: the job's number
 * @slot: its slot
 *
 * Returns: (transfer none): for execve(), valid until the next call
 */
char *const *
apool_environment_get (ApoolEnvironment *self, guint64 seq, guint slot)
{
  /* The last part is the attempt: a job is tried once. */
  g_snprintf (self->entries[ENTRY_JOB], ENTRY_BYTES, "APOOL_JOB=%s.%" G_GUINT64_FORMAT ".1",
              self->run, seq);
  apool_environment_set (self, ENTRY_SEQ, "APOOL_SEQ", seq);
  apool_environment_set (self, ENTRY_SLOT, "APOOL_JOBSLOT", slot);
  apool_environment_set (self, ENTRY_PARALLEL_SEQ, "PARALLEL_SEQ", seq);
  apool_environment_set (self, ENTRY_PARALLEL_SLOT, "PARALLEL_JOBSLOT", slot);
  return (char *const *) self->variables->pdata;
}
