/* SPDX-License-Identifier: MIT */
/* Chooses the manager or the hidden modes of a worker and returns its status. */

#include <locale.h>
#include <string.h>
#include <unistd.h>

#include "base/apool-fd.h"
#include "base/apool-io.h"
#include "cli/apool-exit.h"
#include "cli/apool-help.h"
#include "cli/apool-options.h"
#include "cli/apool-run.h"
#include "worker/apool-state.h"
#include "worker/apool-worker-main.h"

static int
apool_main_print (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;

  if (apool_io_write_all (STDOUT_FILENO, text, strlen (text), &error))
    return 0;
  line = g_strdup_printf ("apool: standard output: %s\n", error->message);
  apool_io_say (STDERR_FILENO, line);
  return APOOL_EXIT_TROUBLE;
}

static int
apool_main_manage (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ApoolOptions) options = apool_options_parse (argc, argv, &error);
  g_autofree char *text = NULL;

  if (!options)
    {
      text = g_strdup_printf ("apool: %s\n", error->message);
      apool_io_say (STDERR_FILENO, text);
      return APOOL_EXIT_TROUBLE;
    }
  if (options->show_help || options->show_version)
    {
      text = options->show_help ? apool_help_dup_text () : apool_help_dup_version ();
      return apool_main_print (text);
    }
  if (!options->command[0] && options->input.places->len == 0 && isatty (STDIN_FILENO))
    {
      apool_io_say (STDERR_FILENO, apool_help_brief ());
      return APOOL_EXIT_TROUBLE;
    }
  return apool_run (options, APOOL_WORKER_ARGUMENT);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  apool_fd_ensure_standard ();
  /* What may stand behind it only makes room for the worker's title. */
  if ((argc == 2 || argc == 3) && strcmp (argv[1], APOOL_WORKER_ARGUMENT) == 0)
    return apool_worker_main (argc, argv);
  if (argc == 4 && strcmp (argv[1], APOOL_STATE_ARGUMENT) == 0)
    return apool_state_main (argv[2], argv[3]);
  return apool_main_manage (argc, argv);
}
