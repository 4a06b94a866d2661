/* SPDX-License-Identifier: MIT */
/*
 * What each option does: checks its value and writes it to the struct. Where two options
 * contradict each other the later one counts.
 */

#include "cli/apool-option-handlers.h"

#include <string.h>

#include "base/apool-error.h"
#include "cli/apool-option-value.h"

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
  options->show_topic = value;
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
               "%s %s: not a version: use one of GNU parallel, such as %d", name,
               apool_option_show (value), APOOL_ABOUT_VERSION);
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
