/* SPDX-License-Identifier: MIT */
/*
 * What the options about inputs do: where they come from, how they are taken apart, and which of
 * them are run.
 */

#include "cli/apool-option-input.h"

#include <string.h>

#include "base/apool-error.h"
#include "base/apool-units.h"
#include "cli/apool-option-value.h"
#include "input/apool-record-format.h"

gboolean
apool_option_set_arg_file (ApoolOptions *options,
                           const char *name,
                           const char *value,
                           GError **error)
{
  gboolean is_linked = value[0] == '+';
  const char *path = value + is_linked;

  if (!apool_option_check_not_empty (name, path, error))
    return FALSE;
  apool_input_options_add_file (&options->input, path, is_linked);
  return TRUE;
}

gboolean
apool_option_set_arg_sep (ApoolOptions *options,
                          const char *name,
                          const char *value,
                          GError **error)
{
  options->input.arg_separator = value;
  return apool_option_check_not_empty (name, value, error);
}

gboolean
apool_option_set_arg_file_sep (ApoolOptions *options,
                               const char *name,
                               const char *value,
                               GError **error)
{
  options->input.file_separator = value;
  return apool_option_check_not_empty (name, value, error);
}

gboolean
apool_option_set_link (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  options->input.links = TRUE;
  return TRUE;
}

gboolean
apool_option_set_null (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  g_clear_pointer (&options->input.delimiter, g_bytes_unref);
  options->input.delimiter = g_bytes_new_static ("", 1);
  return TRUE;
}

gboolean
apool_option_set_delimiter (ApoolOptions *options,
                            const char *name,
                            const char *value,
                            GError **error)
{
  GBytes *delimiter = apool_record_format_parse_delimiter (value, error);

  if (!delimiter)
    {
      g_prefix_error (error, "%s ", name);
      return FALSE;
    }
  g_clear_pointer (&options->input.delimiter, g_bytes_unref);
  options->input.delimiter = delimiter;
  return TRUE;
}

/* Without a value, or an empty one, no record ends an input. */
gboolean
apool_option_set_eof (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  options->input.end_of_input = value && value[0] ? value : NULL;
  return TRUE;
}

gboolean
apool_option_set_no_run_if_empty (ApoolOptions *options,
                                  const char *name,
                                  const char *value,
                                  GError **error)
{
  options->input.skips_blank = TRUE;
  return TRUE;
}

gboolean
apool_option_set_skip_first_line (ApoolOptions *options,
                                  const char *name,
                                  const char *value,
                                  GError **error)
{
  options->input.skips_first = TRUE;
  return TRUE;
}

gboolean
apool_option_set_trim (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  static const char *const names[] = { "n", "l", "r", "lr", "rl", NULL };
  static const ApoolTrim trims[] = {
    APOOL_TRIM_NONE,
    APOOL_TRIM_LEFT,
    APOOL_TRIM_RIGHT,
    APOOL_TRIM_LEFT | APOOL_TRIM_RIGHT,
    APOOL_TRIM_LEFT | APOOL_TRIM_RIGHT,
  };
  guint which;

  if (!apool_option_read_choice (name, value, names, &which, error))
    return FALSE;
  options->input.trim = (int) trims[which];
  return TRUE;
}

gboolean
apool_option_set_colsep (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  options->input.colsep = value;
  return TRUE;
}

gboolean
apool_option_set_csv (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  options->input.is_csv = TRUE;
  return TRUE;
}

gboolean
apool_option_set_jsonl (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  options->input.is_jsonl = TRUE;
  return TRUE;
}

gboolean
apool_option_set_header (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  options->input.header = value;
  return apool_option_check_not_empty (name, value, error);
}

gboolean
apool_option_set_match (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  g_ptr_array_add (options->input.patterns, (gpointer) value);
  return TRUE;
}

gboolean
apool_option_set_bad_input (ApoolOptions *options,
                            const char *name,
                            const char *value,
                            GError **error)
{
  static const char *const names[] = { "fail", "skip", NULL };
  guint which;

  if (!apool_option_read_choice (name, value, names, &which, error))
    return FALSE;
  options->input.skips_bad = which == 1;
  return TRUE;
}

gboolean
apool_option_set_shuf (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  options->input.shuffles = TRUE;
  return TRUE;
}

gboolean
apool_option_set_seed (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  guint64 seed;

  if (!g_ascii_string_to_unsigned (value, 10, 0, G_MAXUINT64, &seed, NULL))
    {
      g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE,
                   "%s %s: not a seed: use a whole number from 0 to %" G_GUINT64_FORMAT, name,
                   apool_option_show (value), G_MAXUINT64);
      return FALSE;
    }
  g_free (options->input.seed);
  options->input.seed = g_memdup2 (&seed, sizeof seed);
  return TRUE;
}

gboolean
apool_option_set_skip_inputs (ApoolOptions *options,
                              const char *name,
                              const char *value,
                              GError **error)
{
  return apool_option_read_number (name, value, "inputs", 0, &options->input.selection.n_skipped,
                                   error);
}

gboolean
apool_option_set_max_inputs (ApoolOptions *options,
                             const char *name,
                             const char *value,
                             GError **error)
{
  return apool_option_read_number (name, value, "inputs", 1, &options->input.selection.max_rows,
                                   error);
}

/* `I/N`, with I from 1 to N. */
gboolean
apool_option_set_partition (ApoolOptions *options,
                            const char *name,
                            const char *value,
                            GError **error)
{
  const char *slash = strchr (value, '/');
  g_autofree char *part_text = slash ? g_strndup (value, (gsize) (slash - value)) : NULL;
  guint64 part;
  guint64 n_parts;

  if (!slash || !g_ascii_string_to_unsigned (slash + 1, 10, 1, G_MAXINT64, &n_parts, NULL) ||
      !g_ascii_string_to_unsigned (part_text, 10, 1, n_parts, &part, NULL))
    {
      g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE,
                   "%s %s: not a part: use I/N for part I of N, with I from 1 to N", name,
                   apool_option_show (value));
      return FALSE;
    }
  options->input.selection.part = part;
  options->input.selection.n_parts = n_parts;
  return TRUE;
}

gboolean
apool_option_set_total_jobs (ApoolOptions *options,
                             const char *name,
                             const char *value,
                             GError **error)
{
  return apool_option_read_number (name, value, "jobs", 1, &options->input.total_jobs, error);
}

gboolean
apool_option_set_filter (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  g_ptr_array_add (options->input.filters, (gpointer) value);
  return TRUE;
}
