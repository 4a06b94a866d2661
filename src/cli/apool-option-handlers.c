/* SPDX-License-Identifier: MIT */
/*
 * What each option does: checks its value and writes it to the struct. Where two options
 * contradict each other the later one counts.
 */

#include "cli/apool-option-handlers.h"

#include <string.h>

#include "base/apool-error.h"
#include "cli/apool-option-value.h"

/* Reads a whole number that fills @text, up to the largest number of jobs. */
static gboolean
apool_option_parse_count (const char *text, guint64 *count)
{
  return g_ascii_string_to_unsigned (text, 10, 0, APOOL_OPTIONS_MAX_JOBS, count, NULL);
}

/* Reads a percentage: digits, perhaps a point among them, and the sign. */
static gboolean
apool_option_parse_percent (const char *text, double *percent)
{
  gsize n_digits = strspn (text, "0123456789.");
  char *end = NULL;

  if (n_digits == 0 || strcmp (text + n_digits, "%") != 0)
    return FALSE;
  *percent = g_ascii_strtod (text, &end);
  return end == text + n_digits;
}

/**
 * apool_option_parse_jobs:
 * @text: `N`, `+N`, `-N` or `N%`, the last three relative to @n_cores; 0 means as many as possible
 * @n_cores: how many cores may be used
 * @n_jobs: (out): how many jobs may run at once, at least 1
 *
 * Returns: whether @text is a number of jobs
 */
gboolean
apool_option_parse_jobs (const char *text, guint n_cores, guint *n_jobs)
{
  gboolean is_relative = text[0] == '+' || text[0] == '-';
  guint64 count = 0;
  double percent = 0;

  if (apool_option_parse_percent (text, &percent))
    {
      *n_jobs = (guint) CLAMP (percent * n_cores / 100, 1, APOOL_OPTIONS_MAX_JOBS);
      return TRUE;
    }
  if (!apool_option_parse_count (is_relative ? text + 1 : text, &count))
    return FALSE;

  if (text[0] == '+')
    count = MIN (n_cores + count, APOOL_OPTIONS_MAX_JOBS);
  else if (text[0] == '-')
    count = n_cores > count ? n_cores - count : 1;
  else if (count == 0)
    count = APOOL_OPTIONS_JOBS_UNLIMITED;
  *n_jobs = (guint) count;
  return TRUE;
}

/* From what it counts is known when all options have been read; whether it can be is known now. */
gboolean
apool_option_set_jobs (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  guint n_jobs;

  options->jobs = value;
  if (apool_option_parse_jobs (value, 1, &n_jobs))
    return TRUE;
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE,
               "%s %s: not a number of jobs: use N, N%%, +N, -N, or 0 for as many as possible "
               "(N up to %d)",
               name, value, APOOL_OPTIONS_MAX_JOBS);
  return FALSE;
}

/**
 * apool_option_count_jobs:
 * @options: what all options have been written to
 *
 * Finds how many jobs `-j` says, from what the machine has of the unit that was asked for.
 */
void
apool_option_count_jobs (ApoolOptions *options)
{
  if (options->jobs == NULL)
    return;
  (void) apool_option_parse_jobs (options->jobs, apool_about_count (options->unit),
                                  &options->sizes.jobs); /* it has been checked */
  options->takes_any_jobs = options->jobs[strspn (options->jobs, "0")] == '\0';
}

gboolean
apool_option_set_input_order (ApoolOptions *options,
                              const char *name,
                              const char *value,
                              GError **error)
{
  options->output.is_unordered = FALSE;
  options->output.keeps_order = TRUE;
  return TRUE;
}

gboolean
apool_option_set_unordered (ApoolOptions *options,
                            const char *name,
                            const char *value,
                            GError **error)
{
  options->output.is_unordered = TRUE;
  options->output.keeps_order = FALSE;
  return TRUE;
}

/* GNU parallel's: a dot is where it is run anyway, and so is what has no name. */
gboolean
apool_option_set_directory (ApoolOptions *options,
                            const char *name,
                            const char *value,
                            GError **error)
{
  gboolean is_here = !value[0] || g_strcmp0 (value, ".") == 0;

  options->owns_directory = g_strcmp0 (value, "...") == 0;
  options->directory = is_here || options->owns_directory ? NULL : value;
  return TRUE;
}

gboolean
apool_option_set_tmpdir (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  options->output.tmpdir = value;
  return TRUE;
}

gboolean
apool_option_set_use_cores (ApoolOptions *options,
                            const char *name,
                            const char *value,
                            GError **error)
{
  options->unit = APOOL_ABOUT_CORES;
  return TRUE;
}

gboolean
apool_option_set_use_sockets (ApoolOptions *options,
                              const char *name,
                              const char *value,
                              GError **error)
{
  options->unit = APOOL_ABOUT_SOCKETS;
  return TRUE;
}

gboolean
apool_option_set_help (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  options->show = APOOL_SHOW_HELP;
  return TRUE;
}

gboolean
apool_option_set_version (ApoolOptions *options,
                          const char *name,
                          const char *value,
                          GError **error)
{
  options->show = APOOL_SHOW_VERSION;
  return TRUE;
}

gboolean
apool_option_set_min_version (ApoolOptions *options,
                              const char *name,
                              const char *value,
                              GError **error)
{
  options->show = APOOL_SHOW_PARALLEL_VERSION;
  if (g_ascii_string_to_unsigned (value, 10, 0, G_MAXUINT64, &options->min_version, NULL))
    return TRUE;
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE,
               "%s %s: not a version: use one of GNU parallel, such as %d", name, value,
               APOOL_ABOUT_VERSION);
  return FALSE;
}

gboolean
apool_option_set_max_length (ApoolOptions *options,
                             const char *name,
                             const char *value,
                             GError **error)
{
  options->show = APOOL_SHOW_MAX_LENGTH;
  return TRUE;
}

gboolean
apool_option_set_show_limits (ApoolOptions *options,
                              const char *name,
                              const char *value,
                              GError **error)
{
  options->show_limits = TRUE;
  return TRUE;
}

gboolean
apool_option_set_n_threads (ApoolOptions *options,
                            const char *name,
                            const char *value,
                            GError **error)
{
  options->show = APOOL_SHOW_COUNT;
  options->show_unit = APOOL_ABOUT_THREADS;
  return TRUE;
}

gboolean
apool_option_set_n_cores (ApoolOptions *options,
                          const char *name,
                          const char *value,
                          GError **error)
{
  options->show = APOOL_SHOW_COUNT;
  options->show_unit = APOOL_ABOUT_CORES;
  return TRUE;
}

gboolean
apool_option_set_n_sockets (ApoolOptions *options,
                            const char *name,
                            const char *value,
                            GError **error)
{
  options->show = APOOL_SHOW_COUNT;
  options->show_unit = APOOL_ABOUT_SOCKETS;
  return TRUE;
}

gboolean
apool_option_set_profile (ApoolOptions *options,
                          const char *name,
                          const char *value,
                          GError **error)
{
  g_ptr_array_add (options->profile_names, (gpointer) value);
  return apool_option_check_not_empty (name, value, error);
}

gboolean
apool_option_set_plain (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  options->plain = TRUE;
  return TRUE;
}
