/* SPDX-License-Identifier: MIT */
/* One array for all jobs: a child gets it before the next one is prepared, so the variables that
 * differ are written in place, their numbers alone, and nothing is copied per job. Only a task that
 * has variables or a directory of its own gets an array of its own.
 *
 * The user may name one more variable for the slot. That one stands even where it has the name of
 * one of ours. */

#include "worker/apool-environment.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "base/apool-decimal.h"

/* Longest "NAME=value" written per job: the name of the run is cut to what fits. */
#define ENTRY_BYTES 96
#define RUN_BYTES 24

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
  GPtrArray *variables; /* NULL-terminated; the first n_varying are written per job */
  guint n_varying;      /* they point into entries, and the last one to slot_entry */
  GPtrArray *own;       /* the same for a task with variables of its own */
  GPtrArray *last;      /* the one of both that was asked for last */
  guint n_last_own;     /* so many of it, the first ones, are not those of all jobs */
  GString *directory;   /* PWD of such a task */
  GPtrArray *owned;     /* strings that only variables points to */
  char entries[N_ENTRIES][ENTRY_BYTES];
  char *values[N_ENTRIES]; /* where in them the numbers start */
  char *slot_entry;  /* (nullable): the variable that the user named: its name and the sign… */
  gsize slot_length; /* …which are that long, and room for a number */
};

/* What stands before the number of the attempt, with any number, and behind it. */
G_STATIC_ASSERT (sizeof "APOOL_JOB=." + RUN_BYTES + 2 * APOOL_DECIMAL_BYTES + sizeof ".error" <=
                 ENTRY_BYTES);

static const char *const apool_environment_names[N_ENTRIES] = {
  [ENTRY_JOB] = "APOOL_JOB",
  [ENTRY_ATTEMPT] = "APOOL_ATTEMPT",
  [ENTRY_SEQ] = "APOOL_SEQ",
  [ENTRY_SLOT] = "APOOL_JOBSLOT",
  [ENTRY_PARALLEL_SEQ] = "PARALLEL_SEQ",
  [ENTRY_PARALLEL_SLOT] = "PARALLEL_JOBSLOT",
};

/* Those that are the same for all jobs. */
static const char *const apool_environment_constant_names[] = {
  "APOOL_PID",      "APOOL_WORKER",     "APOOL_SHELL",       "PARALLEL_PID",
  "PARALLEL_SHELL", "PARALLEL_SSHHOST", "PARALLEL_SSHLOGIN", "PWD",
};

static gboolean
apool_environment_has_name (const char *variable, const char *name)
{
  gsize length = strlen (name);

  return strncmp (variable, name, length) == 0 && variable[length] == '=';
}

static gboolean
apool_environment_is_slot (const ApoolEnvironment *self, const char *variable)
{
  return self->slot_entry && strncmp (variable, self->slot_entry, self->slot_length) == 0;
}

/* Whether we say what @variable of our own environment is. */
static gboolean
apool_environment_is_ours (const ApoolEnvironment *self, const char *variable)
{
  for (gsize i = 0; i < N_ENTRIES; i++)
    if (apool_environment_has_name (variable, apool_environment_names[i]))
      return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (apool_environment_constant_names); i++)
    if (apool_environment_has_name (variable, apool_environment_constant_names[i]))
      return TRUE;
  return apool_environment_is_slot (self, variable);
}

static void
apool_environment_add (ApoolEnvironment *self, char *variable)
{
  g_ptr_array_add (self->owned, variable);
  if (!apool_environment_is_slot (self, variable))
    g_ptr_array_add (self->variables, variable);
}

static void
apool_environment_set (ApoolEnvironment *self, int entry, guint64 value)
{
  (void) apool_decimal_write (self->values[entry], value);
}

/* Adds the variables that are written for each job. */
static void
apool_environment_add_varying (ApoolEnvironment *self, const char *run, const char *slot_variable)
{
  if (slot_variable && slot_variable[0])
    {
      self->slot_length = strlen (slot_variable) + 1;
      self->slot_entry = g_strdup_printf ("%s=%u", slot_variable, G_MAXUINT);
    }
  for (int i = 0; i < N_ENTRIES; i++)
    {
      self->values[i] = g_stpcpy (g_stpcpy (self->entries[i], apool_environment_names[i]), "=");
      if (i == ENTRY_JOB)
        self->values[i] += g_snprintf (self->values[i], RUN_BYTES + 2, "%.*s.", RUN_BYTES, run);
      apool_environment_set (self, i, 0);
      if (!apool_environment_is_slot (self, self->entries[i]))
        g_ptr_array_add (self->variables, self->entries[i]);
    }
  if (self->slot_entry)
    g_ptr_array_add (self->variables, self->slot_entry);
  self->n_varying = self->variables->len;
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
 * @slot_variable: (nullable): the name of a variable that holds the slot, counted from 0; none
 *   where it is empty
 *
 * Takes over this process's environment as it is now.
 *
 * Returns: (transfer full): the environment of its jobs
 */
ApoolEnvironment *
apool_environment_new (
    const char *run, guint manager_pid, guint number, const char *shell, const char *slot_variable)
{
  ApoolEnvironment *self = g_new0 (ApoolEnvironment, 1);

  self->owned = g_ptr_array_new_with_free_func (g_free);
  self->variables = g_ptr_array_new ();
  self->own = g_ptr_array_new ();
  self->directory = g_string_new (NULL);
  apool_environment_add_varying (self, run, slot_variable);
  apool_environment_add (self, g_strdup_printf ("APOOL_PID=%u", manager_pid));
  apool_environment_add (self, g_strdup_printf ("APOOL_WORKER=%u", number));
  apool_environment_add (self, g_strdup_printf ("APOOL_SHELL=%s", shell));
  apool_environment_add (self, g_strdup_printf ("PARALLEL_PID=%u", manager_pid));
  apool_environment_add (self, g_strdup_printf ("PARALLEL_SHELL=%s", shell));
  /* This machine, as GNU parallel calls it: {host} and {sshlogin} stand for these. */
  apool_environment_add (self, g_strdup ("PARALLEL_SSHHOST=:"));
  apool_environment_add (self, g_strdup ("PARALLEL_SSHLOGIN=:"));
  apool_environment_add_directory (self);
  for (char **variable = environ; *variable; variable++)
    if (!apool_environment_is_ours (self, *variable))
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
  g_string_free (self->directory, TRUE);
  g_ptr_array_unref (self->owned);
  g_free (self->slot_entry);
  g_free (self);
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

/* Puts @variables, and PWD for @directory, before those of all jobs, and in the place of those of
 * the same names. */
static GPtrArray *
apool_environment_merge (ApoolEnvironment *self,
                         const char *const *variables,
                         const char *directory)
{
  static const char *const NONE[] = { NULL };
  gboolean has_directory = directory != NULL;

  if (!variables)
    variables = NONE;
  g_ptr_array_set_size (self->own, 0);
  if (has_directory)
    {
      g_string_printf (self->directory, "PWD=%s", directory);
      g_ptr_array_add (self->own, self->directory->str);
    }
  for (gsize i = 0; variables[i]; i++)
    g_ptr_array_add (self->own, (gpointer) variables[i]);
  for (guint i = 0; i + 1 < self->variables->len; i++)
    {
      char *variable = g_ptr_array_index (self->variables, i);

      if (i == self->n_varying)
        self->n_last_own = self->own->len;
      if (has_directory && apool_environment_has_name (variable, "PWD"))
        continue;
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
  return (char *const *) self->variables->pdata + self->n_varying;
}

/* Writes its mark. */
static void
apool_environment_set_job (ApoolEnvironment *self, const ApoolTask *task)
{
  char *end = apool_decimal_write (self->values[ENTRY_JOB], apool_task_get_job (task));

  *end++ = '.';
  end = apool_decimal_write (end, apool_task_get_traits (task)->attempt);
  if (apool_task_is_hook (task))
    (void) g_stpcpy (end, ".error");
}

/**
 * apool_environment_get:
 * @self: an environment
 * @task: what is to be run
 * @slot: its slot
 * @directory: (nullable): where it runs; %NULL is where the worker is
 *
 * Returns: (transfer none): for execve(), valid until the next call and as long as @task
 */
char *const *
apool_environment_get (ApoolEnvironment *self,
                       const ApoolTask *task,
                       guint slot,
                       const char *directory)
{
  const ApoolTaskTraits *traits = apool_task_get_traits (task);
  guint64 job = apool_task_get_job (task);
  GPtrArray *variables = self->variables;

  apool_environment_set_job (self, task);
  apool_environment_set (self, ENTRY_ATTEMPT, traits->attempt);
  apool_environment_set (self, ENTRY_SEQ, job);
  apool_environment_set (self, ENTRY_SLOT, slot);
  apool_environment_set (self, ENTRY_PARALLEL_SEQ, job);
  apool_environment_set (self, ENTRY_PARALLEL_SLOT, slot);
  if (self->slot_entry)
    (void) apool_decimal_write (self->slot_entry + self->slot_length, slot - 1);
  self->n_last_own = self->n_varying;
  if (traits->variables || directory)
    variables = apool_environment_merge (self, traits->variables, directory);
  self->last = variables;
  return (char *const *) variables->pdata;
}

/**
 * apool_environment_get_own:
 * @self: an environment
 * @n_own: (out): how many there are
 *
 * Returns: (transfer none) (array length=n_own): the first ones of what the last
 *   apool_environment_get() returned: those that apool_environment_get_common() does not have, or
 *   not so; valid as long as that
 */
char *const *
apool_environment_get_own (ApoolEnvironment *self, gsize *n_own)
{
  *n_own = self->n_last_own;
  return (char *const *) self->last->pdata;
}
