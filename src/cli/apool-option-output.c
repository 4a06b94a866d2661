/* SPDX-License-Identifier: MIT */
/* What the options about what jobs write do. */

#include "cli/apool-option-output.h"

#include <string.h>

#include "base/apool-error.h"
#include "cli/apool-option-value.h"
#include "cli/apool-results.h"

/* Octal digits of a byte. */
#define MAX_DIGITS 3

gboolean
apool_option_set_ungroup (ApoolOptions *options,
                          const char *name,
                          const char *value,
                          GError **error)
{
  options->output.is_ungrouped = TRUE;
  return TRUE;
}

gboolean
apool_option_set_merge (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  options->output.is_merged = TRUE;
  return TRUE;
}

gboolean
apool_option_set_group (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  options->output.unit = APOOL_OUTPUT_JOBS;
  options->output.is_ungrouped = FALSE;
  options->output.is_grouped = TRUE;
  return TRUE;
}

gboolean
apool_option_set_line_buffer (ApoolOptions *options,
                              const char *name,
                              const char *value,
                              GError **error)
{
  options->output.is_ungrouped = FALSE;
  /* GNU parallel's: only the latest ones are lines, too. */
  if (options->output.unit != APOOL_OUTPUT_LATEST)
    options->output.unit = APOOL_OUTPUT_LINES;
  return TRUE;
}

gboolean
apool_option_set_latest_line (ApoolOptions *options,
                              const char *name,
                              const char *value,
                              GError **error)
{
  options->output.is_ungrouped = FALSE;
  options->output.unit = APOOL_OUTPUT_LATEST;
  return TRUE;
}

gboolean
apool_option_set_shown (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  static const char *const words[] = {
    [APOOL_OUTPUT_SHOW_ALL] = "all",
    [APOOL_OUTPUT_SHOW_FAILED] = "failed",
    [APOOL_OUTPUT_SHOW_NONE] = "none",
    NULL,
  };
  guint which;

  if (!apool_option_read_choice (name, value, words, &which, error))
    return FALSE;
  options->output.show = (ApoolOutputShow) which;
  return TRUE;
}

gboolean
apool_option_set_drain_timeout (ApoolOptions *options,
                                const char *name,
                                const char *value,
                                GError **error)
{
  return apool_option_read_seconds (name, value, "to wait for none", &options->output.drain_msec,
                                    error);
}

gboolean
apool_option_set_tag (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  options->output.is_tagged = TRUE;
  return TRUE;
}

/* Reads one digit, or three: two are one and a letter, as in GNU parallel.
 * Returns: how many they are; 0 where they are no byte */
static gsize
apool_option_read_digits (const char *at, char *byte)
{
  gsize n = strspn (at, "01234567");
  guint64 value;
  g_autofree char *digits = g_strndup (at, n >= MAX_DIGITS ? MAX_DIGITS : MIN (n, 1));

  if (!g_ascii_string_to_unsigned (digits, 8, 0, G_MAXUINT8, &value, NULL))
    return 0;
  *byte = (char) value;
  return strlen (digits);
}

/* Reads what follows a backslash.
 * Returns: how many bytes it has; 0 where the backslash is one */
static gsize
apool_option_read_tag_escape (const char *at, char *byte)
{
  static const char letters[] = "tnr";
  static const char bytes[] = "\t\n\r";
  const char *letter = *at ? strchr (letters, *at) : NULL;

  if (!letter)
    return apool_option_read_digits (at, byte);
  *byte = bytes[letter - letters];
  return 1;
}

/* Returns: (transfer full): @text with the bytes that its escapes stand for, up to @end: where it
 * ends, or the escape of a NUL is */
static char *
apool_option_unescape_tag (const char *text, const char **end)
{
  GString *tag = g_string_new (NULL);
  const char *at = text;
  char byte = *at;

  for (gsize n; *at; at += 1 + n)
    {
      byte = *at;
      n = byte == '\\' ? apool_option_read_tag_escape (at + 1, &byte) : 0;
      if (!byte)
        break;
      g_string_append_c (tag, byte);
    }
  *end = at;
  return g_string_free (tag, FALSE);
}

/* It is read for good once all is known; here, to say what is wrong with it. */
static gboolean
apool_option_check_tag (const char *name, const char *value, const char *what, GError **error)
{
  const char *end;

  g_free (apool_option_unescape_tag (value, &end));
  if (!*end)
    return TRUE;
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE, "%s %s: column %zu: %s holds no NUL byte",
               name, apool_option_show (value), (gsize) (end - value) + 1, what);
  return FALSE;
}

gboolean
apool_option_set_tagstring (ApoolOptions *options,
                            const char *name,
                            const char *value,
                            GError **error)
{
  /* GNU parallel's: an empty one is none, and no tab either. */
  options->output.tag = *value ? value : NULL;
  return apool_option_check_tag (name, value, "a tag", error);
}

gboolean
apool_option_set_coloured (ApoolOptions *options,
                           const char *name,
                           const char *value,
                           GError **error)
{
  options->output.is_coloured = TRUE;
  return TRUE;
}

gboolean
apool_option_set_colours_failed (ApoolOptions *options,
                                 const char *name,
                                 const char *value,
                                 GError **error)
{
  options->output.colours_failed = TRUE;
  return TRUE;
}

gboolean
apool_option_set_ctag (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  options->output.is_coloured = TRUE;
  return apool_option_set_tag (options, name, value, error);
}

gboolean
apool_option_set_ctagstring (ApoolOptions *options,
                             const char *name,
                             const char *value,
                             GError **error)
{
  options->output.is_coloured = TRUE;
  options->output.coloured_tag = value; /* GNU parallel's: a tab stands behind an empty one, too */
  return apool_option_check_tag (name, value, "a tag", error);
}

/* An empty one is none, as an empty tag is. */
gboolean
apool_option_set_title (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  options->output.title = *value ? value : NULL;
  return apool_option_check_tag (name, value, "a title", error);
}

gboolean
apool_option_set_results (ApoolOptions *options,
                          const char *name,
                          const char *value,
                          GError **error)
{
  return apool_option_check (apool_results_read (&options->output, value, error), name, value,
                             error);
}

gboolean
apool_option_set_files (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  options->output.prints_names = TRUE;
  options->output.name_end = '\n';
  return TRUE;
}

gboolean
apool_option_set_files0 (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  options->output.prints_names = TRUE;
  options->output.name_end = '\0';
  return TRUE;
}

gboolean
apool_option_set_compress (ApoolOptions *options,
                           const char *name,
                           const char *value,
                           GError **error)
{
  options->output.is_compressed = TRUE;
  return TRUE;
}

/* An empty one is none, as in GNU parallel. */
gboolean
apool_option_set_compress_program (ApoolOptions *options,
                                   const char *name,
                                   const char *value,
                                   GError **error)
{
  options->output.compress = *value ? value : NULL;
  return TRUE;
}

/* Alone it does not ask for anything. */
gboolean
apool_option_set_decompress_program (ApoolOptions *options,
                                     const char *name,
                                     const char *value,
                                     GError **error)
{
  options->output.decompress = *value ? value : NULL;
  return TRUE;
}

gboolean
apool_option_set_tmp_limit (ApoolOptions *options,
                            const char *name,
                            const char *value,
                            GError **error)
{
  return apool_option_read_number (name, value, "bytes", 1, &options->output.tmp_limit, error);
}

/**
 * apool_option_dup_tag:
 * @options: what all options have been written to
 * @option: (out) (transfer none): the option that it is from, where there is one
 *
 * Returns: (transfer full) (nullable): the template of what each line begins with, before a tab;
 *   %NULL where lines have no tag
 */
char *
apool_option_dup_tag (const ApoolOptions *options, const char **option)
{
  const ApoolOutputOptions *output = &options->output;
  const char *value_name = options->text.names[APOOL_SYNTAX_VALUE];
  const char *end;

  *option = output->coloured_tag && !output->tag ? "--ctagstring" : "--tagstring";
  if (output->tag || output->coloured_tag)
    return apool_option_unescape_tag (output->tag ? output->tag : output->coloured_tag, &end);
  return output->is_tagged ? g_strdup (value_name ? value_name : "{}") : NULL;
}

/**
 * apool_option_dup_title:
 * @options: what all options have been written to
 *
 * Returns: (transfer full) (nullable): the template of the line before what each job writes; %NULL
 *   where there is none
 */
char *
apool_option_dup_title (const ApoolOptions *options)
{
  const char *end;

  return options->output.title ? apool_option_unescape_tag (options->output.title, &end) : NULL;
}
