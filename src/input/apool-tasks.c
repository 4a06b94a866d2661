/* SPDX-License-Identifier: MIT */
/* From inputs to tasks: counts the rows of a source and renders each through the template. An
 * input that cannot be rendered is a task too, one that has failed before it is started: it has
 * its number, its place in the order, and takes part in the exit status. */

#include "input/apool-tasks.h"

struct _ApoolTasks
{
  ApoolSource *source;
  ApoolTemplate *command; /* not owned */
  guint64 n_tasks;        /* yielded so far */
  GBytes *no_command;     /* one empty word: what a task that cannot be rendered has */
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
  self->command = command;
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
  g_free (self);
}

/* Returns: (transfer full): a task in the place of one that cannot be rendered */
static ApoolTask *
apool_tasks_make_unrunnable (ApoolTasks *self, const ApoolRow *row, guint64 seq)
{
  g_autoptr (GError) error = NULL;
  ApoolTask *task =
      apool_task_new (seq, row->line, APOOL_TASK_PROGRAM, self->no_command, NULL, &error);

  g_assert_no_error (error);
  return task;
}

/**
 * apool_tasks_next:
 * @self: tasks
 * @task: (out) (transfer full): the next task, if the result is %APOOL_SOURCE_ROW. Its number
 *   counts the tasks from 1
 * @fault: (out) (transfer full) (nullable): why it cannot be run, naming its input; the task then
 *   has one empty word for a command. %NULL where it can
 * @error: (out) (optional): set with %APOOL_SOURCE_ERROR: that of the source
 *
 * Returns: as apool_source_next()
 */
ApoolSourceStatus
apool_tasks_next (ApoolTasks *self, ApoolTask **task, char **fault, GError **error)
{
  g_autoptr (GError) why = NULL;
  ApoolRow row;
  ApoolSourceStatus status = apool_source_next (self->source, &row, error);

  *task = NULL;
  *fault = NULL;
  if (status != APOOL_SOURCE_ROW)
    return status;
  self->n_tasks++;
  *task = apool_template_render (self->command, &row, self->n_tasks, &why);
  if (*task)
    return status;
  *task = apool_tasks_make_unrunnable (self, &row, self->n_tasks);
  *fault = g_strdup_printf ("input line %" G_GUINT64_FORMAT ": %s", row.line, why->message);
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
