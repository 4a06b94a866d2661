/* SPDX-License-Identifier: MIT */
/* What is shown of a run while it goes on, to who asks or has asked for it before: the workers and
 * what they run, and how far it is. */

#include "cli/apool-status.h"

#include "base/apool-locale.h"
#include "cli/apool-view.h"
#include "sinks/apool-progress.h"

struct _ApoolStatus
{
  const ApoolOptions *options; /* not owned */
  ApoolPool *pool;             /* not owned: it owns @progress */
  ApoolTasks *tasks;           /* not owned */
  ApoolOutput *output;         /* owned */
  ApoolProgress *progress;
  ApoolTui *tui; /* (nullable): not owned: what is shown instead, while it is open */
};

static guint64
apool_status_get_total_cb (gpointer data)
{
  return apool_tasks_get_known_total (((ApoolStatus *) data)->tasks);
}

static guint
apool_status_get_n_running_cb (gpointer data)
{
  return apool_pool_get_n_running (((ApoolStatus *) data)->pool);
}

static guint
apool_status_get_n_slots_cb (gpointer data)
{
  return apool_pool_get_n_slots (((ApoolStatus *) data)->pool);
}

static guint
apool_status_get_n_retries_cb (gpointer data)
{
  return apool_pool_count_retries (((ApoolStatus *) data)->pool);
}

static const ApoolProgressFuncs apool_status_progress_funcs = {
  .get_total = apool_status_get_total_cb,
  .get_n_running = apool_status_get_n_running_cb,
  .get_n_slots = apool_status_get_n_slots_cb,
  .get_n_retries = apool_status_get_n_retries_cb,
};

static ApoolProgress *
apool_status_create_progress (ApoolStatus *self, GMainContext *context)
{
  const ApoolOptions *options = self->options;
  const ApoolProgressConfig config = {
    .has_bar = options->progress.shows_bar,
    .is_utf8 = options->progress.shows_bar && apool_locale_is_utf8 (),
    /* A row would be where jobs write themselves, or have the user type. */
    .has_no_row = options->output.is_ungrouped || options->place.has_terminal ||
                  options->place.is_interactive,
  };

  return apool_progress_new (context, self->output, &config, &apool_status_progress_funcs, self);
}

/**
 * apool_status_new:
 * @context: of all of them
 * @options: what is to be shown from the beginning; they outlive this
 * @pool: (transfer none): what runs, not started; outlives this
 * @tasks: (transfer none): its tasks; outlive this
 * @output: (transfer none): what says it
 *
 * Returns: (transfer full): something that shows nothing yet
 */
ApoolStatus *
apool_status_new (GMainContext *context,
                  const ApoolOptions *options,
                  ApoolPool *pool,
                  ApoolTasks *tasks,
                  ApoolOutput *output)
{
  ApoolStatus *self = g_new0 (ApoolStatus, 1);

  self->options = options;
  self->pool = pool;
  self->tasks = tasks;
  self->output = g_object_ref (output);
  self->progress = apool_status_create_progress (self, context);
  apool_pool_add_observer (pool, APOOL_OBSERVER (self->progress));
  return self;
}

/**
 * apool_status_free:
 * @self: (transfer full): what nobody asks any more
 */
void
apool_status_free (ApoolStatus *self)
{
  g_object_unref (self->progress);
  g_object_unref (self->output);
  g_free (self);
}

/* What waits at the worker is newer than what has come here. */
static void
apool_status_append_job (ApoolStatus *self, GString *text, const ApoolSurveyJob *job)
{
  gsize length = job->state ? job->state->length : 0;
  const char *line = job->state ? job->state->line : NULL;

  if (length == 0)
    line = apool_output_find_last_line (self->output, apool_task_get_seq (job->task), &length);
  apool_view_append_job (text, job, line, length);
}

static void
apool_status_answered_cb (const ApoolSurveyJob *jobs, gsize n_jobs, gpointer data)
{
  ApoolStatus *self = data;
  g_autoptr (GArray) states = apool_pool_list_workers (self->pool);
  g_autoptr (GArray) retries = apool_pool_list_retries (self->pool);
  g_autofree char *workers =
      apool_view_dup_workers ((const ApoolWorkerState *) (gpointer) states->data, states->len);
  g_autoptr (GString) text = g_string_new (workers);

  for (gsize i = 0; i < n_jobs; i++)
    apool_status_append_job (self, text, &jobs[i]);
  apool_view_append_retries (text, apool_pool_count_retries (self->pool),
                             (const ApoolWaitingTask *) (gpointer) retries->data, retries->len);
  apool_output_say_bytes (self->output, text->str, text->len);
}

/**
 * apool_status_show_jobs:
 * @self: it
 *
 * Says what each worker is doing, as soon as they have been asked.
 */
void
apool_status_show_jobs (ApoolStatus *self)
{
  apool_pool_ask (self->pool, apool_status_answered_cb, self);
}

static void
apool_status_running_cb (const ApoolSurveyJob *jobs, gsize n_jobs, gpointer data)
{
  ApoolStatus *self = data;

  for (gsize i = 0; i < n_jobs; i++)
    apool_progress_note_running (self->progress, jobs[i].task,
                                 jobs[i].state ? jobs[i].state->run_usec : 0);
}

/**
 * apool_status_toggle_progress:
 * @self: it
 *
 * Shows from now on how far the run is, or no longer; nothing while a screen tells that.
 */
void
apool_status_toggle_progress (ApoolStatus *self)
{
  if (!apool_tui_is_open (self->tui) && apool_progress_toggle (self->progress))
    apool_pool_ask (self->pool, apool_status_running_cb, self);
}

/**
 * apool_status_wants_estimate:
 * @self: it
 *
 * Returns: whether it is to say how long the run still takes
 */
gboolean
apool_status_wants_estimate (const ApoolStatus *self)
{
  return self->options->progress.shows_bar || self->options->progress.shows_eta;
}

/**
 * apool_status_set_estimate:
 * @self: it, before the pool is started
 * @estimate: (transfer full): how long the run takes
 *
 * Has it say, too, how long the run still takes.
 */
void
apool_status_set_estimate (ApoolStatus *self, ApoolEstimate *estimate)
{
  apool_progress_set_estimate (self->progress, estimate);
}

/* Shows in lines what is to be shown. */
static void
apool_status_begin_lines (gpointer data)
{
  ApoolStatus *self = data;

  if (!apool_progress_options_are_set (&self->options->progress))
    return;
  apool_progress_turn_on (self->progress);
  if (self->tui) /* behind it jobs have been started */
    apool_pool_ask (self->pool, apool_status_running_cb, self);
}

/**
 * apool_status_begin:
 * @self: it, before the pool is started
 * @tui: (transfer none) (nullable): a screen, which is shown first; outlives this
 * @many: (transfer none): how many jobs run, which @tui may change
 *
 * Shows what is to be shown from the beginning.
 */
void
apool_status_begin (ApoolStatus *self, ApoolTui *tui, ApoolMany *many)
{
  self->tui = tui;
  if (tui)
    apool_tui_begin (tui, self->pool, self->tasks, self->output, many, apool_status_begin_lines,
                     self);
  else
    apool_status_begin_lines (self);
}
