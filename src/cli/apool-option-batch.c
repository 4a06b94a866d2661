/* SPDX-License-Identifier: MIT */
/* What the options about several inputs per job do. */

#include "cli/apool-option-batch.h"

#include "cli/apool-option-value.h"

static gboolean
apool_option_read_batch (
    const char *name, const char *value, const char *what, gint64 *number, GError **error)
{
  guint64 count;

  if (!apool_option_read_number (name, value, what, 0, &count, error))
    return FALSE;
  *number = (gint64) count; /* it is never more than a gint64 holds */
  return TRUE;
}

gboolean
apool_option_set_max_args (ApoolOptions *options,
                           const char *name,
                           const char *value,
                           GError **error)
{
  return apool_option_read_batch (name, value, "inputs", &options->input.words.max_args, error);
}

gboolean
apool_option_set_max_replace_args (ApoolOptions *options,
                                   const char *name,
                                   const char *value,
                                   GError **error)
{
  return apool_option_read_batch (name, value, "inputs", &options->input.words.max_replace_args,
                                  error);
}

gboolean
apool_option_set_lines (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  return apool_option_read_batch (name, value, "lines", &options->input.words.lines, error);
}

/* No value, and 0, are one line. */
gboolean
apool_option_set_max_lines (ApoolOptions *options,
                            const char *name,
                            const char *value,
                            GError **error)
{
  gint64 number = 1;

  if (value && !apool_option_read_batch (name, value, "lines", &number, error))
    return FALSE;
  options->input.words.max_lines = MAX (number, 1);
  return TRUE;
}

gboolean
apool_option_set_fill_context (ApoolOptions *options,
                               const char *name,
                               const char *value,
                               GError **error)
{
  options->input.words.fills_context = TRUE;
  return TRUE;
}

gboolean
apool_option_set_fill_word (ApoolOptions *options,
                            const char *name,
                            const char *value,
                            GError **error)
{
  options->input.words.fills_word = TRUE;
  return TRUE;
}

gboolean
apool_option_set_xargs (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  options->input.words.fills_line = TRUE;
  return TRUE;
}

gboolean
apool_option_set_max_chars (ApoolOptions *options,
                            const char *name,
                            const char *value,
                            GError **error)
{
  return apool_option_read_number (name, value, "bytes", 1, &options->input.max_chars, error);
}

gboolean
apool_option_set_exit (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  options->input.ends_at_too_long = TRUE;
  return TRUE;
}
