/* SPDX-License-Identifier: MIT */
/* What to execute for a task.
 *
 * A task whose words mean to a shell exactly themselves is executed without one, where nobody can
 * tell the difference: the shell is a plain POSIX one without start-up files, and the first word
 * is nothing that it does by itself. The program is looked for as the shell would, for each job
 * anew, since a job may have put it there. What is not found is left to the shell, whose message
 * and status people know. */

#include "worker/apool-program.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/apool-shell.h"
#include "job/apool-command-line.h"

struct _ApoolProgramFinder
{
  char *shell;
  ApoolQuoteStyle quote;
  gboolean plain; /* the shell does nothing but what the command line says */
  const char *path;
};

/**
 * apool_program_finder_new:
 * @shell: what runs command lines
 *
 * Returns: (transfer full): a finder for this process's environment as it is now
 */
ApoolProgramFinder *
apool_program_finder_new (const char *shell)
{
  ApoolProgramFinder *self = g_new0 (ApoolProgramFinder, 1);

  self->shell = g_strdup (shell);
  self->quote = apool_shell_get_quote_style (shell);
  self->plain = apool_shell_is_plain (shell, (const char *const *) environ);
  self->path = g_getenv ("PATH");
  return self;
}

/**
 * apool_program_finder_free:
 * @self: (transfer full): a finder
 */
void
apool_program_finder_free (ApoolProgramFinder *self)
{
  g_free (self->shell);
  g_free (self);
}

/**
 * apool_program_finder_get_quote_style:
 * @self: a finder
 *
 * Returns: how values are quoted for its shell
 */
ApoolQuoteStyle
apool_program_finder_get_quote_style (const ApoolProgramFinder *self)
{
  return self->quote;
}

/**
 * apool_program_clear:
 * @program: what was found; empty afterwards
 */
void
apool_program_clear (ApoolProgram *program)
{
  g_clear_pointer (&program->path, g_free);
  g_clear_pointer (&program->argv, g_strfreev);
}

static gboolean
apool_program_is_executable (int directory_fd, const char *path)
{
  struct stat info;

  return fstatat (directory_fd, path, &info, 0) == 0 && S_ISREG (info.st_mode) &&
         faccessat (directory_fd, path, X_OK, 0) == 0;
}

/* Returns the first executable file of that name in PATH; an empty entry is the directory. */
static char *
apool_program_search (const char *search_path, int directory_fd, const char *name)
{
  const char *entry = search_path;

  while (entry)
    {
      const char *end = strchrnul (entry, ':');
      int length = (int) MIN (end - entry, (gssize) G_MAXINT);
      g_autofree char *path =
          length > 0 ? g_strdup_printf ("%.*s/%s", length, entry, name) : g_strdup (name);

      if (apool_program_is_executable (directory_fd, path))
        return g_steal_pointer (&path);
      entry = *end ? end + 1 : NULL;
    }
  return NULL;
}

/**
 * apool_program_find_direct:
 * @self: a finder
 * @task: a task
 * @words: (transfer none): its words, its slot filled in
 * @directory_fd: where it runs, or -1 for our own directory
 * @program: (out): what to execute, where there is something
 *
 * Returns: whether @task is to be executed without a shell
 */
gboolean
apool_program_find_direct (ApoolProgramFinder *self,
                           const ApoolTask *task,
                           char **words,
                           int directory_fd,
                           ApoolProgram *program)
{
  gboolean never_shell = apool_task_get_kind (task) == APOOL_TASK_PROGRAM;
  g_autofree char *path = NULL;

  if (!never_shell &&
      (apool_task_get_kind (task) == APOOL_TASK_SHELL || !self->plain || words[0][0] == '\0' ||
       apool_shell_runs_itself ((const char *const *) words, (const char *const *) environ)))
    return FALSE;
  if (strchr (words[0], '/'))
    path = g_strdup (words[0]);
  else if (self->path)
    path = apool_program_search (self->path, directory_fd >= 0 ? directory_fd : AT_FDCWD, words[0]);
  if (!path && !never_shell)
    return FALSE;
  program->path = g_steal_pointer (&path);
  program->argv = g_strdupv (words);
  return TRUE;
}

/**
 * apool_program_make_line:
 * @self: a finder
 * @task: a task
 * @words: (transfer none): its words, its slot filled in
 *
 * Returns: (transfer full): the command line that makes a shell do the same
 */
GString *
apool_program_make_line (const ApoolProgramFinder *self, const ApoolTask *task, char **words)
{
  return apool_command_line_new (task, self->quote, words);
}

/**
 * apool_program_make_shell:
 * @self: a finder
 * @task: a task that a shell may run
 * @words: (transfer none): its words, its slot filled in
 * @program: (out): the shell and its arguments
 */
void
apool_program_make_shell (ApoolProgramFinder *self,
                          const ApoolTask *task,
                          char **words,
                          ApoolProgram *program)
{
  program->path = g_strdup (self->shell);
  program->argv = g_new0 (char *, 4);
  program->argv[0] = g_strdup (self->shell);
  program->argv[1] = g_strdup ("-c");
  program->argv[2] = g_string_free (apool_program_make_line (self, task, words), FALSE);
}
