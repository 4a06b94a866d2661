/* SPDX-License-Identifier: MIT */
/* From inputs to tasks: counts the rows of a source and renders each through the template. An
 * input that cannot be rendered is a task too, one that has failed before it is started: it has
 * its number, its place in the order, and takes part in the exit status. So is one whose weight
 * is none.
 *
 * Rows that are skipped have numbers as well, which is all that is known of them. There may be
 * millions in a row: they become one task for many. The row behind them, or the end, has been seen
 * by then, and is kept for the next call.
 *
 * Where rows do not come in the order of the input, each says which number it has. */

#include "input/apool-tasks.h"

#include <limits.h>
#include <string.h>

#include "base/apool-error.h"
#include "base/apool-hash.h"
#include "input/apool-identifier.h"
#include "input/apool-source-order.h"

/* So much of a text that is no weight is shown: bytes. */
#define SHOWN_BYTES 40

struct _ApoolTasks
{
  ApoolSource *source;
  ApoolSourceNextFunc next;       /* of the source */
  ApoolTemplate *command;         /* not owned */
  const ApoolTemplate *weight;    /* (nullable), not owned */
  const ApoolTemplate *key;       /* (nullable), not owned */
  ApoolLabels *labels;            /* (nullable), not owned */
  ApoolResultPlaces *results;     /* (nullable), not owned */
  ApoolResultPlaces *past;        /* (nullable), not owned: of jobs that are not run again */
  ApoolTaskFiles *files;          /* (nullable), not owned */
  const ApoolTemplate *directory; /* (nullable), not owned */
  const char *parent;             /* (nullable), not owned: of directories of their own */
  gboolean keeps_values;          /* tasks have what they were made of */
  gboolean is_printed;            /* nothing is run */
  ApoolJudge *judge;              /* (nullable), owned: what earlier runs have done */
  ApoolTimes *times;              /* (nullable), owned: how long jobs took before */
  ApoolIdentifier *identifier;    /* (nullable), owned: where somebody has to know jobs again */
  char *input_name;               /* (nullable), owned: what stands before the number of an input */
  gboolean has_ended;             /* and the judge has been told */
  gboolean skips_bad;             /* a bad input is no job that fails */
  guint64 n_bad;                  /* that were skipped */
  GString *text;                  /* what the templates become, used within a call */
  guint64 n_tasks;                /* yielded so far */
  guint64 total;                  /* how many there are; 0 where the source does not say */
  GBytes *no_command;             /* one empty word: what a task that cannot be run has */

  gboolean is_ahead;             /* the source has been asked already: */
  ApoolSourceStatus next_status; /* what it said */
  ApoolRow next_row;             /* (nullable): of the source, if it was a row */
  GError *next_error;            /* (nullable), owned: if it was an error */
};

/**
 * apool_tasks_new:
 * @source: (transfer none): where the inputs come from
 * @command: (transfer none): what is made of them; outlives the tasks' source
 *
 * Returns: (transfer full): the tasks, none yet
 */
ApoolTasks *
apool_tasks_new (ApoolSource *source, ApoolTemplate *command)
{
  ApoolTasks *self = g_new0 (ApoolTasks, 1);

  self->source = g_object_ref (source);
  self->next = apool_source_get_next (source);
  self->command = command;
  self->text = g_string_new (NULL);
  self->no_command = g_bytes_new_static ("", 1);
  return self;
}

/**
 * apool_tasks_free:
 * @self: (transfer full): tasks
 */
void
apool_tasks_free (ApoolTasks *self)
{
  g_object_unref (self->source);
  g_bytes_unref (self->no_command);
  g_string_free (self->text, TRUE);
  g_clear_object (&self->judge);
  g_clear_object (&self->times);
  g_clear_pointer (&self->identifier, apool_identifier_free);
  g_clear_error (&self->next_error);
  g_free (self->input_name);
  g_free (self);
}

/**
 * apool_tasks_set_weight:
 * @self: tasks
 * @weight: (transfer none) (nullable): becomes the weight of each task: a whole number up to
 *   %APOOL_TASKS_MAX_WEIGHT; outlives them
 *
 * Without it each task has weight 1.
 */
void
apool_tasks_set_weight (ApoolTasks *self, const ApoolTemplate *weight)
{
  self->weight = weight;
}

/**
 * apool_tasks_set_key:
 * @self: tasks
 * @key: (transfer none) (nullable): becomes the key of each task, any bytes; outlives them
 *
 * Tasks whose bytes are equal get equal keys, and hardly ever others. Without it none has a key.
 */
void
apool_tasks_set_key (ApoolTasks *self, const ApoolTemplate *key)
{
  self->key = key;
}

/**
 * apool_tasks_set_labels:
 * @self: tasks
 * @labels: (transfer none) (nullable): what is printed around what each job writes; outlives them
 *
 * Without it lines are printed as they are.
 */
void
apool_tasks_set_labels (ApoolTasks *self, ApoolLabels *labels)
{
  self->labels = labels;
}

/**
 * apool_tasks_set_results:
 * @self: tasks
 * @results: (transfer none) (nullable): where what each job writes is kept; outlives them
 *
 * A task whose results cannot be kept cannot be run.
 */
void
apool_tasks_set_results (ApoolTasks *self, ApoolResultPlaces *results)
{
  self->results = results;
}

/**
 * apool_tasks_set_past_results:
 * @self: tasks
 * @results: (transfer none) (nullable): where earlier runs have kept what each job wrote; outlives
 *   them
 *
 * A task whose results are there is skipped.
 */
void
apool_tasks_set_past_results (ApoolTasks *self, ApoolResultPlaces *results)
{
  self->past = results;
}

/**
 * apool_tasks_set_keeps_values:
 * @self: tasks
 *
 * Has each task carry the values it was made of. One of which they cannot be told, since they could
 * not be read, cannot be run.
 */
void
apool_tasks_set_keeps_values (ApoolTasks *self)
{
  self->keeps_values = TRUE;
}

/**
 * apool_tasks_set_files:
 * @self: tasks
 * @files: (transfer none) (nullable): what is written for each task; outlives them
 *
 * A task whose files cannot be written cannot be run. Nothing is written for one that cannot be
 * run anyway, or that is skipped.
 */
void
apool_tasks_set_files (ApoolTasks *self, ApoolTaskFiles *files)
{
  self->files = files;
}

/**
 * apool_tasks_set_directory:
 * @self: tasks
 * @directory: (transfer none) (nullable): becomes the directory that each task runs in; outlives
 *   them
 *
 * Without it they run where their worker is.
 */
void
apool_tasks_set_directory (ApoolTasks *self, const ApoolTemplate *directory)
{
  self->directory = directory;
}

/**
 * apool_tasks_set_parent:
 * @self: tasks
 * @parent: (transfer none) (nullable): the directory in which each task gets one of its own, to run
 *   in, that is removed after it; absolute; outlives them
 *
 * Counts instead of what apool_tasks_set_directory() was told.
 */
void
apool_tasks_set_parent (ApoolTasks *self, const char *parent)
{
  self->parent = parent;
}

/**
 * apool_tasks_set_printed:
 * @self: tasks
 * @is_printed: whether each task is to print its command line instead of running it
 *
 * Without it all are run.
 */
void
apool_tasks_set_printed (ApoolTasks *self, gboolean is_printed)
{
  self->is_printed = is_printed;
}

/**
 * apool_tasks_set_judge:
 * @self: tasks
 * @judge: (transfer none): decides which of them are to be run
 * @context: what the identities of all of them begin with: of apool_identity_new()
 *
 * Has each task carry what it is. One of which that cannot be told, since a value could not be
 * read, cannot be run. Without it all are run.
 */
void
apool_tasks_set_judge (ApoolTasks *self, ApoolJudge *judge, const char *context)
{
  g_set_object (&self->judge, judge);
  g_clear_pointer (&self->identifier, apool_identifier_free);
  self->identifier = apool_identifier_new (self->command, context);
}

/**
 * apool_tasks_set_times:
 * @self: tasks whose judge has been set, if they have one
 * @times: (transfer none): who knows how long they took in earlier runs
 *
 * Has each task carry what it is, and how long it took.
 */
void
apool_tasks_set_times (ApoolTasks *self, ApoolTimes *times)
{
  g_set_object (&self->times, times);
  if (!self->identifier)
    self->identifier = apool_identifier_new (self->command, "");
}

/**
 * apool_tasks_set_longest_first:
 * @self: tasks with times, of which none was taken
 * @tmpdir: where inputs are kept that are too many for memory
 *
 * Has them come in falling order of these times, those that are not known first of all. All inputs
 * are read before the first one comes; their numbers are those of the input.
 */
void
apool_tasks_set_longest_first (ApoolTasks *self, const char *tmpdir)
{
  ApoolSource *order;

  g_return_if_fail (self->times && self->n_tasks == 0);
  order = apool_source_order_new (self->source, self->identifier, self->times, tmpdir);
  g_object_unref (self->source);
  self->source = order;
  self->next = apool_source_get_next (order);
  g_clear_object (&self->times);
}

/* Returns: (transfer full): a task in the place of one that is not to be run */
static ApoolTask *
apool_tasks_make_unrunnable (ApoolTasks *self, const ApoolRow *row, guint64 seq)
{
  g_autoptr (GError) error = NULL;
  ApoolTask *task =
      apool_task_new (seq, row->line, APOOL_TASK_PROGRAM, self->no_command, NULL, &error);

  g_assert_no_error (error);
  return task;
}

/* Returns: (transfer full): the beginning of the text as it can be shown in a message */
static char *
apool_tasks_dup_shown (const GString *text)
{
  char *shown = g_strndup (text->str, SHOWN_BYTES);

  for (char *at = shown; *at; at++)
    if (g_ascii_iscntrl (*at))
      *at = '?';
  return shown;
}

/**
 * apool_tasks_parse_weight:
 * @text: what may be a weight, with blanks around it
 * @weight: (out): the weight
 *
 * Returns: whether it is one
 */
gboolean
apool_tasks_parse_weight (const char *text, guint *weight)
{
  g_autofree char *number = g_strstrip (g_strdup (text));
  guint64 value;

  if (!g_ascii_string_to_unsigned (number, 10, 1, APOOL_TASKS_MAX_WEIGHT, &value, NULL))
    return FALSE;
  *weight = (guint) value;
  return TRUE;
}

static gboolean
apool_tasks_find_weight (
    ApoolTasks *self, const ApoolRow *row, guint64 seq, guint *weight, GError **error)
{
  g_autofree char *shown = NULL;

  if (!self->weight)
    return TRUE;
  if (!apool_template_render_text (self->weight, row, seq, self->text, error))
    {
      g_prefix_error (error, "--weight: ");
      return FALSE;
    }
  if (strlen (self->text->str) == self->text->len &&
      apool_tasks_parse_weight (self->text->str, weight))
    return TRUE;
  shown = apool_tasks_dup_shown (self->text);
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_INPUT,
               "--weight: '%s': not a whole number from 1 to %d", shown, APOOL_TASKS_MAX_WEIGHT);
  return FALSE;
}

static gboolean
apool_tasks_find_key (
    ApoolTasks *self, const ApoolRow *row, guint64 seq, guint64 *key, GError **error)
{
  if (!self->key)
    return TRUE;
  if (!apool_template_render_text (self->key, row, seq, self->text, error))
    {
      g_prefix_error (error, "--scheduler: ");
      return FALSE;
    }
  *key = apool_hash_bytes (self->text->str, self->text->len);
  /* 0 is that of tasks without a key. */
  *key = *key ? *key : 1;
  return TRUE;
}

/* @directory: (out) (transfer full) (nullable) */
static gboolean
apool_tasks_find_directory (
    ApoolTasks *self, const ApoolRow *row, guint64 seq, char **directory, GError **error)
{
  if (!self->directory)
    return TRUE;
  if (!apool_template_render_text (self->directory, row, seq, self->text, error))
    {
      g_prefix_error (error, "--wd: ");
      return FALSE;
    }
  if (self->text->len > 0 && self->text->len < PATH_MAX &&
      strlen (self->text->str) == self->text->len)
    {
      *directory = g_strndup (self->text->str, self->text->len);
      return TRUE;
    }
  if (self->text->len >= PATH_MAX)
    g_set_error (error, APOOL_ERROR, APOOL_ERROR_INPUT,
                 "--wd: name of %" G_GSIZE_FORMAT " bytes: the kernel takes at most %d",
                 self->text->len, PATH_MAX - 1);
  else
    g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_INPUT,
                         self->text->len == 0 ? "--wd: empty name"
                                              : "--wd: a NUL byte cannot be part of a name");
  return FALSE;
}

/* Whether it can be told what a job was made of. */
static gboolean
apool_tasks_check_read (const ApoolRow *row, GError **error)
{
  g_autofree char *why = apool_value_dup_unread_fault (row->values, row->n_values);

  if (!why)
    return TRUE;
  g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_INPUT, why);
  return FALSE;
}

/* @values: (out) (transfer full) (nullable) */
static gboolean
apool_tasks_find_values (ApoolTasks *self,
                         const ApoolRow *row,
                         ApoolValues **values,
                         GError **error)
{
  if (!self->keeps_values)
    return TRUE;
  if (!apool_tasks_check_read (row, error))
    return FALSE;
  *values = apool_values_new (row->values, row->n_values);
  return TRUE;
}

static gboolean
apool_tasks_have_traits (const ApoolTasks *self)
{
  return self->weight || self->key || self->labels || self->directory || self->parent ||
         self->results || self->keeps_values || self->is_printed;
}

/* Returns: (transfer full) (nullable): @task with its traits */
static ApoolTask *
apool_tasks_give_traits (ApoolTasks *self,
                         ApoolTask *task, /* (transfer full) */
                         const ApoolRow *row,
                         GError **error)
{
  g_autoptr (ApoolTask) plain = task;
  g_autoptr (ApoolLabel) label = NULL;
  g_autoptr (ApoolValues) values = NULL;
  g_autofree char *directory = NULL;
  ApoolTaskTraits traits = *apool_task_get_traits (plain);
  guint64 seq = apool_task_get_seq (plain);

  traits.is_printed = self->is_printed;
  if (!apool_tasks_find_weight (self, row, seq, &traits.weight, error) ||
      !apool_tasks_find_key (self, row, seq, &traits.key, error) ||
      !apool_tasks_find_directory (self, row, seq, &directory, error) ||
      !apool_tasks_find_values (self, row, &values, error) ||
      (self->labels && !(label = apool_labels_make (self->labels, row, seq, error))))
    return NULL;
  traits.label = label;
  traits.values = values;
  traits.directory = self->parent ? self->parent : directory;
  traits.owns_directory = self->parent != NULL;
  if (self->results &&
      !(traits.results = apool_result_places_make (self->results, row, seq, error)))
    return NULL;
  return apool_task_new_variant (plain, &traits);
}

/* Returns: (transfer full) (nullable): @task with what it is, and what is known of it: skipped
 * where it is not to be run */
static ApoolTask *
apool_tasks_identify (ApoolTasks *self,
                      ApoolTask *task, /* (transfer full) */
                      const ApoolRow *row,
                      GError **error)
{
  g_autoptr (ApoolTask) plain = task;
  g_autoptr (ApoolIdentity) identity = NULL;
  g_autoptr (ApoolRecorded) recorded = NULL;
  ApoolTaskTraits traits = *apool_task_get_traits (plain);
  guint64 seq = apool_task_get_seq (plain);

  identity = apool_identifier_identify (self->identifier, row, seq, self->judge ? error : NULL);
  if (!identity) /* of which no time is known, or which cannot be told apart */
    return self->judge ? NULL : g_steal_pointer (&plain);
  if (self->judge)
    traits.is_skipped =
        apool_judge_judge (self->judge, identity, seq, &recorded) == APOOL_VERDICT_SKIP;
  traits.expected_usec = row->expected_usec;
  if (self->times && traits.expected_usec == 0)
    traits.expected_usec = apool_times_find (self->times, identity);
  traits.identity = identity;
  traits.recorded = (GObject *) recorded;
  return apool_task_new_variant (plain, &traits);
}

/* Returns: (transfer full) (nullable): @task, skipped where its results are there */
static ApoolTask *
apool_tasks_find_past (ApoolTasks *self,
                       ApoolTask *task, /* (transfer full) */
                       const ApoolRow *row,
                       GError **error)
{
  g_autoptr (ApoolTask) plain = task;
  ApoolTaskTraits traits = *apool_task_get_traits (plain);

  if (!apool_result_places_are_made (self->past, row, apool_task_get_seq (plain),
                                     &traits.is_skipped, error))
    return NULL;
  return traits.is_skipped ? apool_task_new_variant (plain, &traits) : g_steal_pointer (&plain);
}

/* Returns: (transfer full) (nullable): the task of @row, and all that it needs */
static ApoolTask *
apool_tasks_make (ApoolTasks *self, const ApoolRow *row, guint64 seq, GError **error)
{
  g_autoptr (ApoolTask) task = NULL;

  if (row->fault)
    {
      g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_INPUT, row->fault);
      return NULL;
    }
  task = apool_template_render (self->command, row, seq, error);
  if (task && self->identifier && !apool_task_get_traits (task)->is_skipped)
    task = apool_tasks_identify (self, g_steal_pointer (&task), row, error);
  if (task && self->past && !apool_task_get_traits (task)->is_skipped)
    task = apool_tasks_find_past (self, g_steal_pointer (&task), row, error);
  if (!task || apool_task_get_traits (task)->is_skipped)
    return g_steal_pointer (&task);
  if (apool_tasks_have_traits (self))
    task = apool_tasks_give_traits (self, g_steal_pointer (&task), row, error);
  if (task && apool_task_get_traits (task)->recorded)
    return g_steal_pointer (&task);
  if (!task || (self->files && !apool_task_files_write (self->files, row, seq, error)))
    return NULL;
  return g_steal_pointer (&task);
}

/* Asks the source for its next row, or gives what it has said to that before. */
static ApoolSourceStatus
apool_tasks_read (ApoolTasks *self, ApoolRow *row, GError **error)
{
  if (!self->is_ahead)
    return self->next (self->source, row, error);
  self->is_ahead = FALSE;
  *row = self->next_row;
  if (self->next_error)
    g_propagate_error (error, g_steal_pointer (&self->next_error));
  return self->next_status;
}

/* Whether the row that was read ahead is skipped, as the one before it of number @seq was. */
static gboolean
apool_tasks_skips_next (const ApoolTasks *self, guint64 seq)
{
  return self->next_status == APOOL_SOURCE_ROW && self->next_row.is_skipped &&
         (self->next_row.number == 0 || self->next_row.number == seq + 1);
}

/* Returns: (transfer full): the task of @first, which is skipped, and of those after it that are */
static ApoolTask *
apool_tasks_skip (ApoolTasks *self, const ApoolRow *first, guint64 seq)
{
  g_autoptr (ApoolTask) plain = apool_tasks_make_unrunnable (self, first, seq);
  ApoolTaskTraits traits = *apool_task_get_traits (plain);

  traits.is_skipped = TRUE;
  do
    {
      traits.n_skipped++;
      self->next_status = self->next (self->source, &self->next_row, &self->next_error);
    }
  while (traits.n_skipped < APOOL_TASKS_MAX_SKIPPED &&
         apool_tasks_skips_next (self, seq + traits.n_skipped - 1));
  /* A source that had nothing yet may have something by the next call. */
  self->is_ahead = self->next_status != APOOL_SOURCE_PENDING;
  self->n_tasks += traits.n_skipped;
  return apool_task_new_variant (plain, &traits);
}

/* The judge is told once, however often the end is asked for. */
static void
apool_tasks_end (ApoolTasks *self)
{
  if (self->judge && !self->has_ended)
    apool_judge_end (self->judge);
  self->has_ended = TRUE;
}

/* Whether an input is skipped that no job can be made of, as @why says. */
static gboolean
apool_tasks_skips (const ApoolTasks *self, const GError *why)
{
  return self->skips_bad && g_error_matches (why, APOOL_ERROR, APOOL_ERROR_INPUT);
}

/* Returns: (transfer full): the task, of a bad input, as one that is skipped */
static ApoolTask *
apool_tasks_skip_bad (ApoolTasks *self, ApoolTask *task /* (transfer full) */)
{
  g_autoptr (ApoolTask) plain = task;
  ApoolTaskTraits traits = *apool_task_get_traits (plain);

  self->n_bad++;
  traits.is_skipped = TRUE;
  traits.n_skipped = 1;
  return apool_task_new_variant (plain, &traits);
}

/* Returns: (transfer full): a task in the place of one of which no job could be made */
static ApoolTask *
apool_tasks_make_bad (ApoolTasks *self, const ApoolRow *row, guint64 seq)
{
  g_autoptr (ApoolTask) plain = apool_tasks_make_unrunnable (self, row, seq);
  g_autoptr (ApoolValues) values = NULL;
  ApoolTaskTraits traits = *apool_task_get_traits (plain);

  if (row->fault || !apool_tasks_find_values (self, row, &values, NULL) || !values)
    return g_steal_pointer (&plain);
  traits.values = values;
  return apool_task_new_variant (plain, &traits);
}

/**
 * apool_tasks_next:
 * @self: tasks
 * @task: (out) (transfer full): the next task, if the result is %APOOL_SOURCE_ROW. Its number
 *   counts the tasks from 1, in the order of the input
 * @fault: (out) (transfer full) (nullable): why it cannot be run, naming its input; the task then
 *   has one empty word for a command. %NULL where it can, or is skipped
 * @error: (out) (optional): set with %APOOL_SOURCE_ERROR: that of the source
 *
 * Returns: as apool_source_next()
 */
ApoolSourceStatus
apool_tasks_next (ApoolTasks *self, ApoolTask **task, char **fault, GError **error)
{
  g_autoptr (GError) why = NULL;
  ApoolRow row;
  ApoolSourceStatus status = apool_tasks_read (self, &row, error);
  guint64 seq;

  *task = NULL;
  *fault = NULL;
  if (status == APOOL_SOURCE_END)
    apool_tasks_end (self);
  if (status != APOOL_SOURCE_ROW)
    return status;
  self->total = row.total;
  seq = row.number > 0 ? row.number : self->n_tasks + 1;
  if (row.is_skipped)
    {
      *task = apool_tasks_skip (self, &row, seq);
      return status;
    }
  self->n_tasks++;
  *task = apool_tasks_make (self, &row, seq, &why);
  if (*task)
    return status;
  *task = apool_tasks_make_bad (self, &row, seq);
  if (apool_tasks_skips (self, why))
    *task = apool_tasks_skip_bad (self, *task);
  else
    *fault = g_strdup_printf ("%s %" G_GUINT64_FORMAT ": %s",
                              self->input_name ? self->input_name : "input line", row.line,
                              why->message);
  return status;
}

/**
 * apool_tasks_wait:
 * @self: tasks that said %APOOL_SOURCE_PENDING
 * @context: where @ready runs
 * @ready: called once, after this returned, when it is worth asking again
 * @data: (closure): for @ready
 */
void
apool_tasks_wait (ApoolTasks *self,
                  GMainContext *context,
                  ApoolSourceReadyFunc ready,
                  gpointer data)
{
  apool_source_wait (self->source, context, ready, data);
}

/**
 * apool_tasks_set_skips_bad:
 * @self: tasks
 *
 * Has inputs be skipped that no job can be made of (`--bad-input skip`). Without it they are jobs
 * that fail.
 */
void
apool_tasks_set_skips_bad (ApoolTasks *self)
{
  self->skips_bad = TRUE;
}

/**
 * apool_tasks_set_input_name:
 * @self: tasks
 * @name: (transfer full): what stands before its number where an input is at fault, instead of
 *   "input line"
 */
void
apool_tasks_set_input_name (ApoolTasks *self, char *name)
{
  g_free (self->input_name);
  self->input_name = name;
}

/**
 * apool_tasks_get_n_bad:
 * @self: tasks
 *
 * Returns: how many inputs were skipped so far because no job could be made of them
 */
guint64
apool_tasks_get_n_bad (const ApoolTasks *self)
{
  return self->n_bad;
}

/**
 * apool_tasks_get_total:
 * @self: tasks
 *
 * Returns: how many there are, as the source said with the last one; 0 where it did not
 */
guint64
apool_tasks_get_total (const ApoolTasks *self)
{
  return self->total;
}

/**
 * apool_tasks_get_known_total:
 * @self: tasks
 *
 * Returns: the same, or how many there were, once the input has ended
 */
guint64
apool_tasks_get_known_total (const ApoolTasks *self)
{
  return self->has_ended ? self->n_tasks : self->total;
}
