/* SPDX-License-Identifier: MIT */
/* Puts the input side of a run together: opens what the command line names, and stacks the stages
 * that are needed, and no others, between the records and the tasks. All that can be wrong with
 * templates, patterns and files is found here, before anything runs. */

#include "cli/apool-inputs.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/apool-argument.h"
#include "base/apool-error.h"
#include "base/apool-fd.h"
#include "cli/apool-ahead.h"
#include "cli/apool-option-output.h"
#include "input/apool-record-format.h"
#include "input/apool-source-args.h"
#include "input/apool-source-batch.h"
#include "input/apool-source-columns.h"
#include "input/apool-source-lines.h"
#include "input/apool-source-link.h"
#include "input/apool-source-perl.h"
#include "input/apool-source-product.h"
#include "input/apool-source-select.h"
#include "input/apool-source-store.h"
#include "input/apool-task-files.h"

struct _ApoolInputs
{
  const ApoolOptions *options;
  guint n_jobs;
  const char *tmpdir;
  ApoolQuoteStyle quote;
  ApoolRetry *retry; /* (nullable): instead of all sources */

  GArray *fds;        /* of int: files that were opened here */
  GPtrArray *sources; /* of ApoolSource: what is combined, raw */
  gboolean reads_stdin;
  ApoolSource *source;  /* the last stage so far */
  ApoolSource *store;   /* not owned */
  ApoolSource *batch;   /* (nullable), not owned */
  ApoolSource *columns; /* (nullable), not owned */
  ApoolSource *perl;    /* (nullable), not owned */

  const char **patterns; /* those of the options, a %NULL at the end */
  ApoolFields *fields;
  ApoolSyntax *syntax;
  ApoolTemplate *command;
  ApoolTemplate *weight;      /* (nullable) */
  ApoolTemplate *key;         /* (nullable) */
  ApoolTemplate *directory;   /* (nullable) */
  ApoolLabels *labels;        /* (nullable) */
  ApoolResultPlaces *results; /* (nullable) */
  GPtrArray *filters;         /* of ApoolTemplate, a %NULL at the end */
  ApoolTaskFiles *files;      /* (nullable) */
  char *input_name;           /* what stands before the number of an input */
  ApoolTasks *tasks;
};

/* ---- where records come from ---- */

/* How the next source is cut into records: the first one may lose its first line, and each has its
 * header. */
static ApoolRecordFormat
apool_inputs_get_format (const ApoolInputs *self)
{
  const ApoolInputOptions *input = &self->options->input;
  gboolean has_header = input->header && strcmp (input->header, "0") != 0;
  gboolean is_first = self->sources->len == 0;
  ApoolRecordFormat format = {
    .delimiter = "\n",
    .delimiter_length = 1,
    .end_of_input = input->end_of_input,
    .skips_blank = input->skips_blank,
    .joins_continued = input->max_lines > 0,
    .n_apart = (has_header ? 1u : 0u) + (input->skips_first && is_first ? 1u : 0u),
    .joins_quoted = input->is_csv,
  };

  if (input->delimiter)
    format.delimiter = g_bytes_get_data (input->delimiter, &format.delimiter_length);
  return format;
}

/* A directory opens as a file does, and can only be told by asking. */
static gboolean
apool_inputs_check_file (const char *path, int fd, GError **error)
{
  struct stat info;

  if (fd >= 0 && fstat (fd, &info) == 0 && !S_ISDIR (info.st_mode))
    return TRUE;
  apool_error_set_errno (error, fd >= 0 ? EISDIR : errno, "input: '%s'", path);
  return FALSE;
}

static gboolean
apool_inputs_open_file (ApoolInputs *self, const char *path, GError **error)
{
  ApoolRecordFormat format = apool_inputs_get_format (self);
  int fd = STDIN_FILENO;

  if (path && strcmp (path, "-") != 0)
    {
      fd = open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
      if (fd >= 0)
        g_array_append_val (self->fds, fd);
      if (!apool_inputs_check_file (path, fd, error))
        return FALSE;
    }
  else
    {
      path = "standard input";
      if (self->reads_stdin)
        {
          g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE, "%s: can be one input source only",
                       path);
          return FALSE;
        }
      self->reads_stdin = TRUE;
    }
  g_ptr_array_add (self->sources, apool_source_lines_new (fd, &format, path));
  return TRUE;
}

static gboolean
apool_inputs_open_places (ApoolInputs *self, GError **error)
{
  const GArray *places = self->options->input.places;

  if (places->len == 0)
    return apool_inputs_open_file (self, NULL, error);
  for (guint i = 0; i < places->len; i++)
    {
      const ApoolInputPlace *place = &g_array_index (places, ApoolInputPlace, i);
      ApoolRecordFormat format = apool_inputs_get_format (self);

      if (place->args)
        g_ptr_array_add (self->sources,
                         apool_source_args_new ((const char *const *) place->args, &format));
      else if (!apool_inputs_open_file (self, place->path, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
apool_inputs_skip_first (ApoolInputs *self, GError **error)
{
  ApoolRow row;

  return !self->options->input.skips_first ||
         apool_source_next_blocking (g_ptr_array_index (self->sources, 0), &row, error) !=
             APOOL_SOURCE_ERROR;
}

/* Takes @stage, which stands on the present one. */
static void
apool_inputs_stack (ApoolInputs *self, ApoolSource *stage)
{
  g_clear_object (&self->source);
  self->source = stage;
}

static void
apool_inputs_combine (ApoolInputs *self)
{
  const ApoolInputOptions *input = &self->options->input;
  ApoolSource *const *sources = (ApoolSource *const *) self->sources->pdata;
  gsize n = self->sources->len;
  g_autofree gboolean *is_linked = g_new0 (gboolean, n);

  for (guint i = 0; i < input->places->len; i++)
    is_linked[i] = g_array_index (input->places, ApoolInputPlace, i).is_linked;
  if (n == 1)
    self->source = g_object_ref (sources[0]);
  else if (input->links)
    self->source = apool_source_link_new (sources, n, self->tmpdir);
  else
    self->source = apool_source_product_new (sources, is_linked, n, self->tmpdir);
}

/* ---- which of them, and what they are made of ---- */

static void
apool_inputs_choose (ApoolInputs *self)
{
  const ApoolInputOptions *input = &self->options->input;
  ApoolSelection selection = input->selection;

  selection.total = input->total_jobs;
  if (selection.n_skipped > 0 || selection.max_rows > 0 || selection.n_parts > 1 ||
      selection.total > 0)
    apool_inputs_stack (self, apool_source_select_new (self->source, &selection));
}

static ApoolColumnsRules
apool_inputs_get_rules (const ApoolInputs *self)
{
  const ApoolInputOptions *input = &self->options->input;
  ApoolColumnsRules rules = {
    .separator = input->colsep,
    .patterns = self->patterns,
    .trim = (ApoolTrim) MAX (input->trim, 0),
    .skips_bad = input->skips_bad,
  };

  if (input->is_csv)
    rules.kind = APOOL_COLUMNS_CSV;
  else if (input->is_jsonl)
    rules.kind = APOOL_COLUMNS_JSON;
  else if (input->colsep || input->header)
    rules.kind = APOOL_COLUMNS_REGEX;
  /* GNU parallel's: a header is one of columns, which a tab separates where nothing was said. */
  if (rules.kind == APOOL_COLUMNS_REGEX && !input->colsep)
    rules.separator = "\t";
  /* GNU parallel's: what is between columns is not part of them. */
  if (input->trim == APOOL_OPTIONS_NOT_SAID && input->colsep)
    rules.trim = APOOL_TRIM_LEFT | APOOL_TRIM_RIGHT;
  return rules;
}

static gboolean
apool_inputs_split (ApoolInputs *self, const ApoolColumnsRules *rules, GError **error)
{
  ApoolSource *columns;

  if (rules->kind == APOOL_COLUMNS_WHOLE && rules->trim == APOOL_TRIM_NONE && !rules->patterns[0])
    return TRUE;
  columns = apool_source_columns_new (self->source, rules, self->fields, error);
  self->columns = columns;
  if (columns)
    apool_inputs_stack (self, columns);
  return columns != NULL;
}

/* The seed of the order that rows are shuffled into, where they are: where nobody named one, each
 * run has its own. */
static guint64
apool_inputs_find_seed (const ApoolInputOptions *input)
{
  return input->seed ? *input->seed : (guint64) g_random_int () << 32 | g_random_int ();
}

/* Jobs of before need nothing of what makes jobs of inputs. */
static void
apool_inputs_open_retry (ApoolInputs *self)
{
  self->store = apool_source_store_new (APOOL_SOURCE (self->retry), self->tmpdir, NULL);
  apool_inputs_stack (self, self->store);
}

/* Everything up to rows of columns. */
static gboolean
apool_inputs_open_rows (ApoolInputs *self, GError **error)
{
  const ApoolInputOptions *input = &self->options->input;
  ApoolColumnsRules rules = apool_inputs_get_rules (self);
  guint64 seed = input->shuffles ? apool_inputs_find_seed (input) : 0;

  if (self->retry)
    {
      apool_inputs_open_retry (self);
      return TRUE;
    }
  if (!apool_inputs_open_places (self, error) || !apool_inputs_skip_first (self, error))
    return FALSE;
  if (input->header && !apool_source_columns_read_header (
                           (ApoolSource *const *) self->sources->pdata, self->sources->len,
                           input->header, &rules, self->fields, error))
    return FALSE;
  apool_inputs_combine (self);
  self->store = apool_source_store_new (self->source, self->tmpdir, input->shuffles ? &seed : NULL);
  apool_inputs_stack (self, self->store);
  apool_inputs_choose (self);
  return apool_inputs_split (self, &rules, error);
}

/* ---- what is made of them ---- */

static gboolean
apool_inputs_open_syntax (ApoolInputs *self, GError **error)
{
  const ApoolTextOptions *text = &self->options->text;

  apool_syntax_set_fields (self->syntax, self->fields);
  apool_syntax_set_jobs (self->syntax, self->n_jobs);
  apool_syntax_set_angle_is_input (self->syntax, text->angle_is_input && !text->names_value);
  for (int i = 0; i < APOOL_SYNTAX_N_STRINGS; i++)
    if (text->names[i])
      apool_syntax_rename (self->syntax, (ApoolSyntaxString) i, text->names[i]);
  if (text->plus)
    apool_syntax_set_plus (self->syntax);
  if (text->parens && !apool_syntax_set_parens (self->syntax, text->parens, error))
    return FALSE;
  for (guint i = 0; i < text->definitions->len; i++)
    if (!apool_syntax_add_definition (self->syntax, g_ptr_array_index (text->definitions, i),
                                      error))
      return FALSE;
  return TRUE;
}

static gboolean
apool_inputs_open_command (ApoolInputs *self, GError **error)
{
  const ApoolTextOptions *text = &self->options->text;
  ApoolTemplateConfig config = {
    .shell = text->shell,
    .quote = self->quote,
    .quotes_words = text->quotes_words,
    .repeats_context = self->options->input.repeats_context,
    .n_shell_quotes = text->n_shell_quotes,
  };

  /* What is printed is what the user wrote, be a shell needed or not, and quoted no more than to be
   * run. */
  if (text->is_dry_run)
    {
      if (config.shell == APOOL_TEMPLATE_SHELL_AUTO)
        config.shell = APOOL_TEMPLATE_SHELL_ALWAYS;
      config.n_shell_quotes = 0;
    }
  self->command = apool_template_new (self->retry ? NULL : self->options->command, self->syntax,
                                      &config, error);
  return self->command != NULL;
}

/* Returns: (transfer full) (nullable): the template of @option */
static ApoolTemplate *
apool_inputs_parse_text (ApoolInputs *self, const char *option, const char *text, GError **error)
{
  ApoolTemplate *template = apool_template_new_text (text, self->syntax, error);

  if (!template)
    g_prefix_error (error, "%s: ", option);
  return template;
}

/* What is the same for all jobs, and is no weight, is a mistake of the command line, and not one of
 * each input. */
static gboolean
apool_inputs_open_weight (ApoolInputs *self, const char *text, GError **error)
{
  guint weight;

  self->weight = apool_inputs_parse_text (self, "--weight", text, error);
  if (!self->weight)
    return FALSE;
  if (apool_template_has_replacements (self->weight) || apool_tasks_parse_weight (text, &weight))
    return TRUE;
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE,
               "--weight%s%s: not a whole number from 1 to %d", text[0] ? " " : "", text,
               APOOL_TASKS_MAX_WEIGHT);
  return FALSE;
}

static gboolean
apool_inputs_open_texts (ApoolInputs *self, GError **error)
{
  const ApoolOptions *options = self->options;
  const GPtrArray *filters = options->input.filters;

  if (options->weight && !apool_inputs_open_weight (self, options->weight, error))
    return FALSE;
  if (options->key &&
      !(self->key = apool_inputs_parse_text (self, "--scheduler", options->key, error)))
    return FALSE;
  if (options->directory &&
      !(self->directory = apool_inputs_parse_text (self, "--wd", options->directory, error)))
    return FALSE;
  for (guint i = 0; i < filters->len; i++)
    {
      ApoolTemplate *filter =
          apool_inputs_parse_text (self, "--filter", g_ptr_array_index (filters, i), error);

      if (!filter)
        return FALSE;
      g_ptr_array_add (self->filters, filter);
    }
  return TRUE;
}

static gboolean
apool_inputs_open_labels (ApoolInputs *self, GError **error)
{
  const char *option;
  g_autofree char *tag = apool_option_dup_tag (self->options, &option);
  g_autofree char *title = apool_option_dup_title (self->options);
  gboolean is_coloured = self->options->output.is_coloured;
  ApoolTemplate *template;

  if (!tag && !title && !is_coloured)
    return TRUE;
  self->labels = apool_labels_new ();
  if (is_coloured)
    apool_labels_set_coloured (self->labels);
  if (tag)
    {
      if (!(template = apool_inputs_parse_text (self, option, tag, error)))
        return FALSE;
      apool_labels_set_tag (self->labels, option, template);
    }
  if (title)
    {
      if (!(template = apool_inputs_parse_text (self, "--title", title, error)))
        return FALSE;
      apool_labels_set_title (self->labels, template);
    }
  return TRUE;
}

static gboolean
apool_inputs_open_results (ApoolInputs *self, GError **error)
{
  const char *text = self->options->output.results;
  ApoolTemplate *directory;

  if (!text)
    return TRUE;
  directory = apool_inputs_parse_text (self, "--results", text, error);
  if (directory)
    self->results = apool_result_places_new (directory, self->fields);
  return directory != NULL;
}

static gboolean
apool_inputs_open_job_file (ApoolInputs *self, const char *definition, GError **error)
{
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;
  g_autoptr (ApoolTemplate) name_template = NULL;
  g_autoptr (ApoolTemplate) text_template = NULL;

  if (!apool_task_files_read (definition, &name, &text, error))
    return FALSE;
  name_template = apool_inputs_parse_text (self, "--tmpl", name, error);
  text_template = name_template ? apool_inputs_parse_text (self, "--tmpl", text, error) : NULL;
  if (!text_template)
    return FALSE;
  apool_task_files_add (self->files, g_steal_pointer (&name_template),
                        g_steal_pointer (&text_template));
  return TRUE;
}

static gboolean
apool_inputs_open_job_files (ApoolInputs *self, GError **error)
{
  const GPtrArray *files = self->options->text.files;

  if (files->len > 0)
    self->files = apool_task_files_new ();
  for (guint i = 0; i < files->len; i++)
    if (!apool_inputs_open_job_file (self, g_ptr_array_index (files, i), error))
      return FALSE;
  return TRUE;
}

static void
apool_inputs_put_together (ApoolInputs *self)
{
  const ApoolInputOptions *input = &self->options->input;
  ApoolBatchRules rules = {
    .max_records = input->fills ? 0 : 1,
    .has_values = input->max_args != 0,
    .max_length = apool_argument_get_max_bytes (),
    .n_slots = input->spreads ? self->n_jobs : 0,
    .total = input->total_jobs,
    .keeps_numbers = input->selection.n_parts > 1 || input->selection.n_skipped > 0,
    .ends_at_too_long = input->ends_at_too_long,
    .input_name = self->input_name,
  };

  if (input->max_args > 0)
    rules.max_records = (guint64) input->max_args;
  if (input->max_chars > 0)
    rules.max_length = MIN (input->max_chars, rules.max_length);
  if (self->retry || (rules.max_records == 1 && rules.has_values && input->max_chars == 0))
    return;
  if (rules.max_records != 1 || input->max_chars > 0)
    {
      rules.measure = apool_template_measure;
      rules.get_length = apool_template_get_length;
    }
  self->batch = apool_source_batch_new (self->source, &rules, self->command);
  apool_inputs_stack (self, self->batch);
}

static void
apool_inputs_evaluate (ApoolInputs *self)
{
  ApoolPerlRules rules = { .n_slots = self->n_jobs, .quote = self->quote };
  gsize n_expressions;

  (void) apool_syntax_get_expressions (self->syntax, &n_expressions);
  if (n_expressions == 0 && self->filters->len == 0)
    return;
  g_ptr_array_add (self->filters, NULL);
  rules.filters = (ApoolTemplate *const *) self->filters->pdata;
  self->perl = apool_source_perl_new (self->source, self->syntax, &rules);
  apool_inputs_stack (self, self->perl);
}

/* Whether somebody has to know how many jobs there are: what commands are made of, or what ends the
 * run. */
static gboolean
apool_inputs_need_total (const ApoolInputs *self)
{
  const ApoolHaltRule *halt = &self->options->halt;

  return apool_syntax_needs_total (self->syntax) ||
         (halt->when != APOOL_HALT_NEVER && halt->is_percentage);
}

/* Whether anything stands for how many jobs there are that nobody can know before they are made. */
static gboolean
apool_inputs_check_total (const ApoolInputs *self, GError **error)
{
  const ApoolInputOptions *input = &self->options->input;

  if (!input->fills || input->total_jobs > 0 || !apool_inputs_need_total (self))
    return TRUE;
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE,
               "%s: how many jobs there are is not known where each gets as many inputs as fit: "
               "use -N, or --total-jobs",
               apool_syntax_needs_total (self->syntax) ? "{##}" : "--halt");
  return FALSE;
}

/* Whether jobs are skipped whose results are there: as in GNU parallel, but where a log says what
 * was run, only by its rule beside its numbers. */
static gboolean
apool_inputs_go_by_results (const ApoolOptions *options)
{
  const ApoolRecordOptions *record = &options->record;

  return record->resume == APOOL_RESUME_UNFINISHED && (!record->joblog || record->resumes_by_seq);
}

static void
apool_inputs_open_tasks (ApoolInputs *self)
{
  apool_ahead_set (self->options, self->retry != NULL, apool_inputs_need_total (self),
                   APOOL_SOURCE_STORE (self->store));
  self->input_name = apool_input_options_dup_name (self->retry ? NULL : &self->options->input);
  apool_inputs_put_together (self);
  apool_inputs_evaluate (self);
  self->tasks = apool_tasks_new (self->source, self->command);
  apool_tasks_set_input_name (self->tasks, g_strdup (self->input_name));
  if (self->options->input.skips_bad)
    apool_tasks_set_skips_bad (self->tasks);
  apool_tasks_set_weight (self->tasks, self->weight);
  apool_tasks_set_key (self->tasks, self->key);
  apool_tasks_set_labels (self->tasks, self->labels);
  apool_tasks_set_printed (self->tasks, self->options->text.is_dry_run);
  if (self->options->output.table != APOOL_OUTPUT_NO_TABLE)
    apool_tasks_set_keeps_values (self->tasks);
  if (apool_inputs_go_by_results (self->options))
    apool_tasks_set_past_results (self->tasks, self->results);
  if (self->options->text.is_dry_run)
    return;
  apool_tasks_set_results (self->tasks, self->results);
  apool_tasks_set_files (self->tasks, self->files);
  apool_tasks_set_directory (self->tasks, self->directory);
}

static void
apool_inputs_free_template (gpointer data)
{
  if (data) /* else the end of a list */
    apool_template_free (data);
}

/**
 * apool_inputs_new:
 * @options: (transfer none): what was asked for; outlives the inputs
 * @n_jobs: how many jobs may run at once
 * @tmpdir: where records are kept that are needed again
 * @quote: how values are quoted for the shell
 * @retry: (transfer none) (nullable): jobs that are run instead of those of the command line
 * @error: (out) (optional): a file that cannot be read, a template, pattern or header that is wrong
 *
 * Opens the inputs of a run. Blocks where names are read from the first line of one.
 *
 * Returns: (transfer full) (nullable): the inputs
 */
ApoolInputs *
apool_inputs_new (const ApoolOptions *options,
                  guint n_jobs,
                  const char *tmpdir,
                  ApoolQuoteStyle quote,
                  ApoolRetry *retry,
                  GError **error)
{
  g_autoptr (ApoolInputs) self = g_new0 (ApoolInputs, 1);

  self->options = options;
  self->n_jobs = n_jobs;
  self->tmpdir = tmpdir;
  self->quote = quote;
  g_set_object (&self->retry, retry);
  self->fds = g_array_new (FALSE, FALSE, sizeof (int));
  self->sources = g_ptr_array_new_with_free_func (g_object_unref);
  self->filters = g_ptr_array_new_with_free_func (apool_inputs_free_template);
  self->patterns = g_new0 (const char *, options->input.patterns->len + 1);
  for (guint i = 0; i < options->input.patterns->len; i++)
    self->patterns[i] = g_ptr_array_index (options->input.patterns, i);
  self->fields = apool_fields_new ();
  self->syntax = apool_syntax_new ();
  if (!apool_inputs_open_rows (self, error) || !apool_inputs_open_syntax (self, error) ||
      !apool_inputs_open_command (self, error) || !apool_inputs_open_texts (self, error) ||
      !apool_inputs_open_labels (self, error) || !apool_inputs_open_results (self, error) ||
      !apool_inputs_open_job_files (self, error) || !apool_inputs_check_total (self, error))
    return NULL;
  apool_inputs_open_tasks (self);
  return g_steal_pointer (&self);
}

/**
 * apool_inputs_free:
 * @self: (transfer full): inputs
 */
void
apool_inputs_free (ApoolInputs *self)
{
  g_clear_pointer (&self->tasks, apool_tasks_free);
  g_clear_object (&self->source);
  g_free (self->input_name);
  g_clear_object (&self->retry);
  g_ptr_array_unref (self->sources);
  g_clear_pointer (&self->command, apool_template_free);
  g_clear_pointer (&self->weight, apool_template_free);
  g_clear_pointer (&self->key, apool_template_free);
  g_clear_pointer (&self->directory, apool_template_free);
  g_clear_pointer (&self->labels, apool_labels_free);
  g_clear_pointer (&self->results, apool_result_places_free);
  g_ptr_array_unref (self->filters);
  g_clear_pointer (&self->files, apool_task_files_free);
  g_free (self->patterns);
  apool_syntax_unref (self->syntax);
  apool_fields_unref (self->fields);
  for (guint i = 0; i < self->fds->len; i++)
    (void) close (g_array_index (self->fds, int, i)); /* only read from */
  g_array_unref (self->fds);
  g_free (self);
}

/**
 * apool_inputs_get_fields:
 * @self: inputs
 *
 * Returns: (transfer none): what their values are called
 */
ApoolFields *
apool_inputs_get_fields (ApoolInputs *self)
{
  return self->fields;
}

/**
 * apool_inputs_get_tasks:
 * @self: inputs
 *
 * Returns: (transfer none): the tasks that are made of them
 */
ApoolTasks *
apool_inputs_get_tasks (ApoolInputs *self)
{
  return self->tasks;
}

/**
 * apool_inputs_set_borders:
 * @self: inputs of which nothing was read
 * @borders: (transfer none): those of jobs of several records that were recorded
 * @n_slots: over how many slots the last records were spread then; 0 where nobody has done that
 *
 * Has records go into the same jobs as before, and jobs of several records say what they can be
 * found by. Nothing changes where each job is of one.
 */
void
apool_inputs_set_borders (ApoolInputs *self, ApoolBorders *borders, guint n_slots)
{
  if (!self->batch)
    return;
  apool_source_batch_set_borders (APOOL_SOURCE_BATCH (self->batch), borders);
  if (n_slots > 0)
    apool_source_batch_set_slots (APOOL_SOURCE_BATCH (self->batch), n_slots);
}

/**
 * apool_inputs_set_longest_first:
 * @self: inputs of which nothing was read, and whose tasks have times
 *
 * Has the jobs that took longest come first.
 */
void
apool_inputs_set_longest_first (ApoolInputs *self)
{
  apool_tasks_set_longest_first (self->tasks, self->tmpdir);
}

/**
 * apool_inputs_get_n_jobs:
 * @self: inputs
 *
 * Returns: for how many jobs at a time they were made: over so many slots the last records are
 *   spread
 */
guint
apool_inputs_get_n_jobs (const ApoolInputs *self)
{
  return self->n_jobs;
}

/**
 * apool_inputs_get_retry:
 * @self: inputs
 *
 * Returns: (transfer none) (nullable): the jobs that are run instead of those of the command line
 */
ApoolRetry *
apool_inputs_get_retry (ApoolInputs *self)
{
  return self->retry;
}

/**
 * apool_inputs_get_command:
 * @self: inputs
 *
 * Returns: (transfer none): the template of their jobs
 */
const ApoolTemplate *
apool_inputs_get_command (const ApoolInputs *self)
{
  return self->command;
}

/**
 * apool_inputs_get_input_name:
 * @self: inputs
 *
 * Returns: what stands before the number of an input where something is said of it
 */
const char *
apool_inputs_get_input_name (const ApoolInputs *self)
{
  return self->input_name;
}

/**
 * apool_inputs_read_stdin:
 * @self: inputs
 *
 * Returns: whether standard input is one of them
 */
gboolean
apool_inputs_read_stdin (const ApoolInputs *self)
{
  return self->reads_stdin;
}

/**
 * apool_inputs_get_helper_pid:
 * @self: inputs
 *
 * Returns: the process that evaluates expressions; 0 where there is none
 */
pid_t
apool_inputs_get_helper_pid (const ApoolInputs *self)
{
  return self->perl ? apool_source_perl_get_pid (APOOL_SOURCE_PERL (self->perl)) : 0;
}

/**
 * apool_inputs_get_n_bad:
 * @self: inputs
 *
 * Returns: how many of them were skipped so far because no job could be made of them
 */
guint64
apool_inputs_get_n_bad (const ApoolInputs *self)
{
  guint64 n_bad = apool_tasks_get_n_bad (self->tasks);

  if (self->columns && self->options->input.skips_bad)
    n_bad += apool_source_columns_get_n_bad (APOOL_SOURCE_COLUMNS (self->columns));
  return n_bad;
}
