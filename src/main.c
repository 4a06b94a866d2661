/* SPDX-License-Identifier: MIT */
/* Chooses the manager or the hidden modes of a worker and returns its status. */

#include <malloc.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/apool-argument.h"
#include "base/apool-fault.h"
#include "base/apool-fd.h"
#include "base/apool-io.h"
#include "base/apool-open-files.h"
#include "cli/apool-about.h"
#include "cli/apool-exit.h"
#include "cli/apool-help-topic.h"
#include "cli/apool-help.h"
#include "cli/apool-journal-view.h"
#include "cli/apool-options.h"
#include "cli/apool-run.h"
#include "worker/apool-echo.h"
#include "worker/apool-state.h"
#include "worker/apool-worker-main.h"

/* What a run has open at a time, besides what it was started with: with fewer none comes to its
 * end, while most need some more. A journal has files of its own. */
#define NEEDED_FILES 11
#define NEEDED_JOURNAL_FILES 3

static int
apool_main_complain (const GError *error)
{
  g_autofree char *line = g_strdup_printf ("apool: %s\n", error->message);

  apool_io_say (STDERR_FILENO, line);
  return APOOL_EXIT_TROUBLE;
}

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

static char *
apool_main_dup_help (const char *topic, GError **error)
{
  return topic && topic[0] ? apool_help_topic_dup_text (topic, error) : apool_help_dup_text ();
}

static char *
apool_main_dup_text (const ApoolOptions *options, GError **error)
{
  switch (options->show)
    {
    case APOOL_SHOW_HELP:
      return apool_main_dup_help (options->show_topic, error);
    case APOOL_SHOW_VERSION:
      return apool_help_dup_version ();
    case APOOL_SHOW_PARALLEL_VERSION:
      return apool_about_dup_version ();
    case APOOL_SHOW_MAX_LENGTH:
      return g_strdup_printf ("%" G_GSIZE_FORMAT "\n", apool_argument_get_max_bytes ());
    case APOOL_SHOW_COUNT:
      return apool_about_dup_count (options->show_unit);
    case APOOL_SHOW_NOTHING:
      break;
    }
  g_assert_not_reached ();
}

static int
apool_main_show (const ApoolOptions *options)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = apool_main_dup_text (options, &error);

  if (!text)
    return apool_main_complain (error);
  if (apool_main_print (text) != 0)
    return APOOL_EXIT_TROUBLE;
  if (options->show == APOOL_SHOW_PARALLEL_VERSION &&
      !apool_about_has_version (options->min_version))
    return APOOL_EXIT_TROUBLE;
  return 0;
}

static int
apool_main_show_limits (void)
{
  g_autofree char *text = apool_help_dup_limits (apool_argument_get_max_bytes ());

  return apool_main_print (text);
}

/* Without these GLib ends the program in its own way, or no worker can be started. */
static gboolean
apool_main_has_files (const ApoolRecordOptions *record)
{
  guint n_needed = NEEDED_FILES;

  if (record->journal)
    n_needed += NEEDED_JOURNAL_FILES;
  if (record->joblog)
    n_needed++;
  if (apool_open_files_has_room (n_needed))
    return TRUE;
  apool_io_say (STDERR_FILENO,
                "apool: open files: too few are allowed: raise the limit (ulimit -n)\n");
  return FALSE;
}

/* Somebody has typed the program's name, and nothing that would give it something to do. */
static gboolean
apool_main_has_nothing (const ApoolOptions *options)
{
  const ApoolRecordOptions *record = &options->record;

  return !options->command[0] && options->input.places->len == 0 && isatty (STDIN_FILENO) &&
         !(record->resume == APOOL_RESUME_RETRY && access (record->joblog, F_OK) == 0);
}

/* Beside this thread there is GLib's, which waits for signals and workers, and that of a journal:
 * the little that they allocate is not worth arenas of their own, each of which takes four system
 * calls and the pages. */
static void
apool_main_share_arena (void)
{
#ifdef M_ARENA_MAX
  (void) mallopt (M_ARENA_MAX, 1); /* without it, it has one */
#endif
}

static int
apool_main_manage (int argc, char **argv)
{
  g_auto (ApoolProfilePlaces) places = { NULL };
  g_autoptr (ApoolOptions) options = NULL;
  g_autoptr (GError) error = NULL;

  apool_main_share_arena ();
  apool_profile_places_init (&places, apool_options_is_parallel (argc, argv));
  options = apool_options_parse_with_profiles (argc, argv, &places, &error);
  if (!options)
    return apool_main_complain (error);
  if (options->show != APOOL_SHOW_NOTHING)
    return apool_main_show (options);
  if (options->record.view != APOOL_JOURNAL_VIEW_NONE)
    return apool_journal_view (&options->record);
  if (options->show_limits && apool_main_show_limits () != 0)
    return APOOL_EXIT_TROUBLE;
  if (apool_main_has_nothing (options))
    {
      apool_io_say (STDERR_FILENO, apool_help_brief ());
      return APOOL_EXIT_TROUBLE;
    }
  if (!apool_main_has_files (&options->record))
    return APOOL_EXIT_TROUBLE;
  return apool_run (options, APOOL_WORKER_ARGUMENT);
}

/* Ends the process. Nothing is left to be written, and the kernel takes apart what the destructors
 * of a dozen libraries would take apart first: of a short run that is more than a hundredth. */
static int
apool_main_end (int status)
{
#ifndef WITH_FULL_EXIT
  _exit (status);
#else
  /* What reports may stop us to look: the signal of the manager's end would undo that, and it would
   * wait for ever. */
  (void) prctl (PR_SET_PDEATHSIG, 0); /* cannot fail: 0 is valid */
#endif
  return status;
}

int
main (int argc, char **argv)
{
  apool_fd_ensure_standard ();
  apool_fault_catch ();
  /* What may stand behind it only makes room for the worker's title. */
  if ((argc == 2 || argc == 3) && strcmp (argv[1], APOOL_WORKER_ARGUMENT) == 0)
    return apool_main_end (apool_worker_main (argc, argv));
  if (argc == 4 && strcmp (argv[1], APOOL_STATE_ARGUMENT) == 0)
    return apool_state_main (argv[2], argv[3]);
  if (argc > APOOL_ECHO_N_ARGUMENTS + 1 && strcmp (argv[1], APOOL_ECHO_ARGUMENT) == 0)
    return apool_echo_main (argc, argv);
  return apool_main_end (apool_main_manage (argc, argv));
}
