/* SPDX-License-Identifier: MIT */
/* A job that shows its command line before it begins, where it writes itself and nobody else knows
 * when: this program once more, which writes the line and then becomes the job. So it waits itself
 * where there is no room, and dies itself where nobody reads, as all that the job writes. */

#include "worker/apool-echo.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/apool-io.h"
#include "base/apool-locale.h"

/* What a shell returns that cannot execute a program. */
#define STATUS_NOT_EXECUTED 126
#define STATUS_NOT_FOUND 127

/* Letters that say where the line goes. */
#define TO_STDOUT 'o'
#define TO_STDERR 'e'

/**
 * apool_echo_wrap:
 * @program: what is to be executed; afterwards it writes @line before
 * @line: a command line
 * @to_stdout: whether to standard output
 * @to_stderr: whether to standard error
 */
void
apool_echo_wrap (ApoolProgram *program, const char *line, gboolean to_stdout, gboolean to_stderr)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autofree char **words = program->argv;

  g_ptr_array_add (argv, g_strdup ("apool"));
  g_ptr_array_add (argv, g_strdup (APOOL_ECHO_ARGUMENT));
  g_ptr_array_add (argv, g_strdup_printf ("%s%s", to_stderr ? "e" : "", to_stdout ? "o" : ""));
  g_ptr_array_add (argv, g_strdup (line));
  g_ptr_array_add (argv, program->path);
  for (char **word = words; *word; word++)
    g_ptr_array_add (argv, *word);
  g_ptr_array_add (argv, NULL);
  program->path = g_strdup ("/proc/self/exe");
  program->argv = (char **) g_ptr_array_free (g_steal_pointer (&argv), FALSE);
}

/**
 * apool_echo_main:
 * @argc: as main() got it, at least %APOOL_ECHO_N_ARGUMENTS and two more
 * @argv: the same
 *
 * Writes the line and executes the program.
 *
 * Returns: an exit status, where that fails
 */
int
apool_echo_main (int argc, char **argv)
{
  g_autofree char *line = g_strconcat (argv[3], "\n", NULL);
  const char *path = argv[4];
  g_autofree char *complaint = NULL;

  /* Where a write fails without a signal the job still runs, and its own writes will fail. */
  if (strchr (argv[2], TO_STDERR))
    (void) apool_io_write_all (STDERR_FILENO, line, strlen (line), NULL);
  if (strchr (argv[2], TO_STDOUT))
    (void) apool_io_write_all (STDOUT_FILENO, line, strlen (line), NULL);
  execv (path, argv + 5);
  complaint = g_strdup_printf ("apool: %s: %s\n", argv[5], apool_locale_describe_errno (errno));
  apool_io_say (STDERR_FILENO, complaint);
  return errno == ENOENT ? STATUS_NOT_FOUND : STATUS_NOT_EXECUTED;
}
