/* SPDX-License-Identifier: MIT */
/* What the command line says about inputs: empty, filled, and what follows from all of it. */

#include "cli/apool-input-options.h"

#include <string.h>

#include "base/apool-error.h"
#include "cli/apool-options.h"

static void
apool_input_options_clear_place (gpointer place)
{
  g_free (((ApoolInputPlace *) place)->args);
}

/**
 * apool_input_options_init:
 * @self: (out caller-allocates): what is made the one of an empty command line
 */
void
apool_input_options_init (ApoolInputOptions *self)
{
  *self = (ApoolInputOptions){
    .places = g_array_new (FALSE, TRUE, sizeof (ApoolInputPlace)),
    .arg_separator = ":::",
    .file_separator = "::::",
    .trim = APOOL_OPTIONS_NOT_SAID,
    .patterns = g_ptr_array_new (),
    .selection = { .part = 1, .n_parts = 1 },
    .max_args = APOOL_OPTIONS_NOT_SAID,
    .filters = g_ptr_array_new (),
    .words = {
      .max_args = APOOL_OPTIONS_NOT_SAID,
      .max_replace_args = APOOL_OPTIONS_NOT_SAID,
      .max_lines = APOOL_OPTIONS_NOT_SAID,
      .lines = APOOL_OPTIONS_NOT_SAID,
    },
  };
  g_array_set_clear_func (self->places, apool_input_options_clear_place);
}

/**
 * apool_input_options_clear:
 * @self: what is not used any more
 */
void
apool_input_options_clear (ApoolInputOptions *self)
{
  g_clear_pointer (&self->places, g_array_unref);
  g_clear_pointer (&self->delimiter, g_bytes_unref);
  g_clear_pointer (&self->patterns, g_ptr_array_unref);
  g_clear_pointer (&self->seed, g_free);
  g_clear_pointer (&self->filters, g_ptr_array_unref);
}

/**
 * apool_input_options_add_file:
 * @self: the options
 * @path: a file of records, or "-"; not copied
 * @is_linked: whether it goes along with the source before it
 */
void
apool_input_options_add_file (ApoolInputOptions *self, const char *path, gboolean is_linked)
{
  ApoolInputPlace place = { .path = path, .is_linked = is_linked };

  g_array_append_val (self->places, place);
}

/**
 * apool_input_options_add_args:
 * @self: the options
 * @args: (array length=n_args): values; the strings are not copied
 * @n_args: how many
 * @is_linked: whether they go along with the source before them
 */
void
apool_input_options_add_args (ApoolInputOptions *self,
                              const char *const *args,
                              gsize n_args,
                              gboolean is_linked)
{
  ApoolInputPlace place = { .args = g_new0 (const char *, n_args + 1), .is_linked = is_linked };

  if (n_args > 0)
    memcpy (place.args, args, n_args * sizeof *args);
  g_array_append_val (self->places, place);
}

/* Of the options for several inputs per job: a number that is 0 counts for nothing but with `-N`,
 * and then none of the inputs is put in. */
static void
apool_input_options_find_batch (ApoolInputOptions *self)
{
  const ApoolInputWords *words = &self->words;
  gint64 lines = words->lines != APOOL_OPTIONS_NOT_SAID ? words->lines : words->max_lines;

  self->max_lines = lines != APOOL_OPTIONS_NOT_SAID ? (guint64) lines : 0;
  self->max_args = words->max_args;
  if (self->max_args <= 0 && words->max_lines != APOOL_OPTIONS_NOT_SAID)
    self->max_args = words->max_lines;
  if (self->max_args <= 0 && words->lines != APOOL_OPTIONS_NOT_SAID)
    self->max_args = words->lines;
  if (words->max_replace_args != APOOL_OPTIONS_NOT_SAID)
    self->max_args = words->max_replace_args;
  self->spreads = words->fills_context || words->fills_word;
  self->fills = self->spreads || words->fills_line;
  self->repeats_context =
      words->fills_context || words->max_replace_args != APOOL_OPTIONS_NOT_SAID ||
      (words->lines != APOOL_OPTIONS_NOT_SAID && !words->fills_word && !words->fills_line);
}

static gboolean
apool_input_options_refuse_both (gboolean first_is_there,
                                 const char *first,
                                 gboolean second_is_there,
                                 const char *second,
                                 const char *why,
                                 GError **error)
{
  if (!first_is_there || !second_is_there)
    return TRUE;
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE, "%s and %s: %s: leave one of them out", first,
               second, why);
  return FALSE;
}

static gboolean
apool_input_options_check_columns (const ApoolInputOptions *self, GError **error)
{
  const char *why = "each says how an input is taken apart";

  return apool_input_options_refuse_both (self->is_csv, "--csv", self->is_jsonl, "--jsonl", why,
                                          error) &&
         apool_input_options_refuse_both (self->colsep != NULL, "--colsep", self->is_jsonl,
                                          "--jsonl", why, error) &&
         apool_input_options_refuse_both (self->header != NULL, "--header", self->is_jsonl,
                                          "--jsonl", "each says what fields are called", error) &&
         apool_input_options_refuse_both (self->patterns->len > 0, "--match", self->is_jsonl,
                                          "--jsonl", "each says what fields are called", error);
}

/* Whether words that start inputs can be told apart. */
static gboolean
apool_input_options_check_separators (const ApoolInputOptions *self, GError **error)
{
  const char *args = self->arg_separator;
  const char *files = self->file_separator;
  gsize n_args = strlen (args);
  gsize n_files = strlen (files);
  gboolean args_are_longer = n_args == n_files + 1 && args[n_files] == '+';
  gboolean files_are_longer = n_files == n_args + 1 && files[n_args] == '+';

  if (strncmp (args, files, MIN (n_args, n_files)) != 0 ||
      (n_args != n_files && !args_are_longer && !files_are_longer))
    return TRUE;
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE,
               "--arg-sep '%s' and --arg-file-sep '%s': cannot be told apart: change one of them",
               args, files);
  return FALSE;
}

/**
 * apool_input_options_finish:
 * @self: what all options have been written to
 * @error: (out) (optional): %APOOL_ERROR_USAGE: some contradict each other
 *
 * Finds what follows from several options.
 *
 * Returns: whether they go together
 */
gboolean
apool_input_options_finish (ApoolInputOptions *self, GError **error)
{
  apool_input_options_find_batch (self);
  if (!apool_input_options_check_columns (self, error) ||
      !apool_input_options_check_separators (self, error))
    return FALSE;
  if (!self->seed || self->shuffles)
    return TRUE;
  g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_USAGE,
                       "--seed: has no effect without --shuf: give that too");
  return FALSE;
}

/**
 * apool_input_options_dup_name:
 * @self: (nullable): where inputs come from; %NULL where it is not known any more
 *
 * Names what is counted. Where all inputs come from one file, each has its place there: a line,
 * where lines are what the file is cut into. What comes from the command line, or is put together
 * of several sources, only has its number.
 *
 * Returns: (transfer full): what stands before the number of an input where it is told of
 */
char *
apool_input_options_dup_name (const ApoolInputOptions *self)
{
  guint n_places = self ? self->places->len : 0;
  const ApoolInputPlace *place =
      n_places == 1 ? &g_array_index (self->places, ApoolInputPlace, 0) : NULL;
  const char *unit = self && (self->delimiter || self->is_csv) ? "record" : "line";

  if (n_places == 0 || (place && g_strcmp0 (place->path, "-") == 0))
    return g_strdup ("input line");
  return place && place->path ? g_strconcat (place->path, ": ", unit, NULL) : g_strdup ("input");
}

/**
 * apool_input_options_get_n_values:
 * @self: the options, when all have been read
 *
 * Returns: how many values each job has; 0 where not all need have the same number
 */
gsize
apool_input_options_get_n_values (const ApoolInputOptions *self)
{
  gboolean is_split = self->colsep || self->is_csv || self->is_jsonl || self->patterns->len > 0;
  gboolean is_single = self->max_args == APOOL_OPTIONS_NOT_SAID || self->max_args == 1;

  if (is_split || !is_single || self->fills || self->max_chars > 0)
    return 0;
  return MAX (self->places->len, 1); /* standard input, where none is named */
}
