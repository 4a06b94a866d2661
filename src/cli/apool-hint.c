/* SPDX-License-Identifier: MIT */
/* Hints: one line, once in a run, about a command line that does not do what was surely meant.
 *
 * What is beside an error, a job that failed, is always said. All else is only for people who are
 * there: standard error is a terminal. A run that does well says nothing, whatever its command
 * looks like, and where the command looks like nothing known there is no observer at all. */

#include "cli/apool-hint.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/apool-visible.h"
#include "cli/apool-hint-find.h"

/* What a shell exits with that does not find a program. */
#define STATUS_NOT_FOUND 127

/* What programs exit with that were asked something, and have not failed. */
#define STATUS_NO 1

/* So many jobs are looked at for inputs that were quoted twice. */
#define MAX_LOOKED_AT 1000u

/* A line of a terminal is shorter; a command can be much longer. */
#define MAX_COLUMNS 160u

/**
 * ApoolHintTexts:
 * @about_none: (nullable): to be said when there was no job at all
 * @about_job: (nullable): to be said when a job has ended as @when says
 * @when: how
 * @job_word: (nullable): what has to be a word of that job's command; owned by the options
 * @function: (nullable): what may be a function of the caller's shell only, if the first job that
 *   ends says so
 * @about_value: (nullable): to be said when a value stands in one of @places
 * @places: where values are quoted twice
 *
 * What may be the matter.
 */
typedef struct
{
  char *about_none;
  char *about_job;
  ApoolHintCase when;
  const char *job_word;
  char *function;
  char *about_value;
  ApoolQuotedPlaces places;
} ApoolHintTexts;

struct _ApoolHint
{
  GObject parent_instance;

  ApoolOutput *output;
  gboolean is_seen; /* by somebody at a terminal */
  gboolean is_said; /* nothing more is to come */
  guint64 n_ended;  /* jobs */
  ApoolHintTexts texts;
};

static void apool_hint_iface_init (ApoolObserverInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ApoolHint,
                               apool_hint,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_OBSERVER, apool_hint_iface_init))

/* ---- while it runs ---- */

static void
apool_hint_say (ApoolOutput *output, const char *text)
{
  g_autoptr (GString) line = g_string_new (NULL);
  ApoolVisible visible;

  apool_visible_begin (&visible, line, MAX_COLUMNS);
  apool_visible_add (&visible, "apool: hint: ", strlen ("apool: hint: "));
  apool_visible_add (&visible, text, strlen (text));
  apool_visible_end (&visible);
  g_string_append_c (line, '\n');
  apool_output_say_bytes (output, line->str, line->len);
}

static void
apool_hint_say_once (ApoolHint *self, const char *text)
{
  self->is_said = TRUE;
  apool_hint_say (self->output, text);
}

/* Whether a job has ended so as it would if what was found was the matter. */
static gboolean
apool_hint_has_ended_so (const ApoolHint *self, const ApoolOutcome *outcome)
{
  ApoolOutcomeKind kind = apool_outcome_get_kind (outcome);
  int code = apool_outcome_get_code (outcome);

  if (apool_outcome_is_ended_by_pool (outcome))
    return FALSE;
  switch (self->texts.when)
    {
    case APOOL_HINT_NOT_FOUND:
      return (kind == APOOL_OUTCOME_EXITED && code == STATUS_NOT_FOUND) ||
             (kind == APOOL_OUTCOME_NOT_STARTED && code == ENOENT);
    case APOOL_HINT_FAILED:
      return kind == APOOL_OUTCOME_EXITED && code != 0;
    case APOOL_HINT_BROKEN:
      return kind == APOOL_OUTCOME_EXITED && code > STATUS_NO;
    case APOOL_HINT_ENDED:
      return kind == APOOL_OUTCOME_EXITED && (code != 0 || self->is_seen);
    case APOOL_HINT_NEVER:
      break;
    }
  return FALSE;
}

/* Whether words, or a line of them, can begin or end beside @byte. */
static gboolean
apool_hint_is_border (char byte)
{
  return byte == ' ' || byte == '\0';
}

/* Whether @word is one of the task's command, as it was typed. */
static gboolean
apool_hint_has_word (const ApoolTask *task, const char *word)
{
  gsize length;
  const char *text = g_bytes_get_data (apool_task_get_text (task), &length);
  const char *end = text + length;
  gsize n = strlen (word);

  for (const char *at = text; (at = memmem (at, (gsize) (end - at), word, n)) != NULL; at += n)
    if ((at == text || apool_hint_is_border (at[-1])) &&
        (at + n == end || apool_hint_is_border (at[n])))
      return TRUE;
  return FALSE;
}

/* Whether it is a job that what was found is about, and has ended as that has it end. */
static gboolean
apool_hint_is_case (const ApoolHint *self, const ApoolTask *task, const ApoolOutcome *outcome)
{
  return self->texts.about_job && apool_hint_has_ended_so (self, outcome) &&
         (!self->texts.job_word || apool_hint_has_word (task, self->texts.job_word));
}

/* The first job that ends tells: all of them begin with the same word. */
static void
apool_hint_ask_about_function (ApoolHint *self, const ApoolOutcome *outcome)
{
  g_autofree char *name = g_steal_pointer (&self->texts.function);
  g_autofree char *text = NULL;

  if (apool_outcome_is_ended_by_pool (outcome) ||
      apool_outcome_get_kind (outcome) != APOOL_OUTCOME_EXITED ||
      apool_outcome_get_code (outcome) != STATUS_NOT_FOUND)
    return;
  text = apool_hint_dup_function (name, (const char *const *) environ);
  if (text)
    apool_hint_say_once (self, text);
}

static gboolean
apool_hint_has_quoted_value (const ApoolHint *self, const ApoolTask *task)
{
  return apool_task_get_kind (task) == APOOL_TASK_SHELL &&
         apool_quoted_places_are_filled (&self->texts.places,
                                         g_bytes_get_data (apool_task_get_text (task), NULL));
}

static void
apool_hint_task_finished (ApoolObserver *observer, ApoolTask *task, ApoolOutcome *outcome)
{
  ApoolHint *self = APOOL_HINT (observer);

  self->n_ended++;
  if (self->is_said || apool_task_get_traits (task)->is_skipped)
    return;
  if (apool_hint_is_case (self, task, outcome))
    apool_hint_say_once (self, self->texts.about_job);
  else if (self->texts.about_value && self->n_ended <= MAX_LOOKED_AT &&
           (self->is_seen || apool_outcome_is_failure (outcome)) &&
           apool_hint_has_quoted_value (self, task))
    apool_hint_say_once (self, self->texts.about_value);
  else if (self->texts.function)
    apool_hint_ask_about_function (self, outcome);
}

static void
apool_hint_pool_done (ApoolObserver *observer)
{
  ApoolHint *self = APOOL_HINT (observer);

  if (self->texts.about_none && self->n_ended == 0)
    apool_hint_say_once (self, self->texts.about_none);
}

static void
apool_hint_iface_init (ApoolObserverInterface *iface)
{
  iface->task_finished = apool_hint_task_finished;
  iface->pool_done = apool_hint_pool_done;
}

static void
apool_hint_finalize (GObject *object)
{
  ApoolHint *self = APOOL_HINT (object);

  g_object_unref (self->output);
  g_free (self->texts.about_none);
  g_free (self->texts.about_job);
  g_free (self->texts.function);
  g_free (self->texts.about_value);
  G_OBJECT_CLASS (apool_hint_parent_class)->finalize (object);
}

static void
apool_hint_class_init (ApoolHintClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = apool_hint_finalize;
}

static void
apool_hint_init (ApoolHint *self)
{
}

/* ---- before it runs ---- */

/* Nobody who waits for inputs at a terminal knows that it is he who is waited for. */
static void
apool_hint_say_reading (const ApoolOptions *options, ApoolOutput *output)
{
  const char *separator = options->input.arg_separator;
  g_autofree char *why = apool_hint_dup_inputs (options->command, separator);
  g_autofree char *text = NULL;

  if (!why)
    why = g_strdup_printf ("else give them behind \"%s\", by -a FILE or through a pipe", separator);
  text = g_strconcat ("reading inputs from the terminal, one a line, until Ctrl-D; ", why, NULL);
  apool_hint_say (output, text);
}

/* A pipe or file that has nothing in it may well be meant; a device without end or beginning stands
 * where nobody thought of inputs. */
static void
apool_hint_prepare_none (ApoolHintTexts *self, const ApoolOptions *options)
{
  g_autofree char *why = NULL;
  struct stat info;

  if (fstat (STDIN_FILENO, &info) < 0 || !S_ISCHR (info.st_mode))
    return;
  why = apool_hint_dup_inputs (options->command, options->input.arg_separator);
  if (why)
    self->about_none = g_strconcat ("there were no inputs: ", why, NULL);
}

/* Returns: (nullable): for which option the first word is a program's name as it is */
static const char *
apool_hint_get_direct (const ApoolTextOptions *options)
{
  if (options->shell == APOOL_TEMPLATE_SHELL_NEVER)
    return "--no-shell";
  return options->quotes_words ? "-q" : NULL;
}

static void
apool_hint_prepare_behind (ApoolHintTexts *self, const ApoolOptions *options)
{
  const GArray *places = options->input.places;
  const ApoolInputPlace *last =
      places->len > 0 ? &g_array_index (places, ApoolInputPlace, places->len - 1) : NULL;

  if (!last || !last->args)
    return;
  self->about_job = apool_hint_dup_behind (options->command, options->input.arg_separator,
                                           last->args, &self->job_word);
  self->when = APOOL_HINT_ENDED;
}

/* Functions of bash can be given to other processes, where they do not stand in a file that each
 * bash reads, and are not made by what prepares a worker. */
static void
apool_hint_prepare_function (ApoolHintTexts *self, const ApoolOptions *options, const char *shell)
{
  g_autofree char *name = g_path_get_basename (shell);

  if (strcmp (name, "bash") == 0 && options->text.shell != APOOL_TEMPLATE_SHELL_NEVER &&
      !options->worker_init && !g_getenv ("BASH_ENV"))
    self->function = apool_hint_dup_function_name (options->command);
}

/* What may be wrong with the command of each job, or with the inputs of the last ones. */
static void
apool_hint_prepare_command (ApoolHintTexts *self, const ApoolOptions *options, const char *shell)
{
  const char *direct = apool_hint_get_direct (&options->text);
  gboolean is_run = !options->text.is_dry_run;

  if (options->text.n_shell_quotes > 0)
    return;
  if (is_run)
    self->about_job = apool_hint_dup_name (options->command, direct);
  self->when = APOOL_HINT_NOT_FOUND;
  if (!self->about_job)
    apool_hint_prepare_behind (self, options);
  if (!self->about_job && !direct && is_run)
    self->about_job = apool_hint_dup_unquoted (options->command, &self->when);
  if (!self->about_job && is_run)
    apool_hint_prepare_function (self, options, shell);
}

static void
apool_hint_prepare_jobs (ApoolHintTexts *self,
                         const ApoolOptions *options,
                         const ApoolInputs *inputs,
                         const char *shell)
{
  apool_hint_prepare_command (self, options, shell);
  apool_template_find_quoted_places (apool_inputs_get_command (inputs), &self->places);
  if (self->places.n_quoted > 0 && apool_hint_is_for_one_shell (options->command))
    self->about_value = apool_hint_dup_quoted (options->command);
}

/**
 * apool_hint_attach:
 * @options: what was asked for
 * @inputs: where the jobs come from
 * @shell: that of the jobs
 * @pool: (transfer none): what runs them, not started; owns the observer, if there is one
 * @output: (transfer none): what says it
 *
 * Says at once what can be said before there are jobs, and watches for the rest.
 */
void
apool_hint_attach (const ApoolOptions *options,
                   ApoolInputs *inputs,
                   const char *shell,
                   ApoolPool *pool,
                   ApoolOutput *output)
{
  gboolean is_waiting = options->input.places->len == 0 && apool_inputs_read_stdin (inputs);
  gboolean is_seen = is_waiting && isatty (STDERR_FILENO);
  ApoolHintTexts texts = { 0 };
  g_autoptr (ApoolHint) self = NULL;

  if (options->summary.is_quiet)
    return;
  if (is_seen && isatty (STDIN_FILENO))
    {
      apool_hint_say_reading (options, output);
      return;
    }
  if (is_seen)
    apool_hint_prepare_none (&texts, options);
  /* Other jobs than those of the command line are as they were written then. */
  if (!apool_inputs_get_retry (inputs))
    apool_hint_prepare_jobs (&texts, options, inputs, shell);
  if (!texts.about_none && !texts.about_job && !texts.function && !texts.about_value)
    return;
  self = g_object_new (APOOL_TYPE_HINT, NULL);
  self->output = g_object_ref (output);
  self->is_seen = isatty (STDERR_FILENO);
  self->texts = texts;
  apool_pool_add_observer (pool, APOOL_OBSERVER (self));
}
