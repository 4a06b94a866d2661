/* SPDX-License-Identifier: MIT */
/* The screen that shows a run, from its first job to its last.
 *
 * It is drawn when something is new, but no more often than can be read, and once a second, for
 * the seconds that the run and its jobs have taken and the last lines that these wrote, which the
 * workers are asked for. While it is there, what would be printed on the terminal is kept back; it
 * comes when the screen is left. That is at the end of the run, when the user has seen enough, when
 * the terminal is gone, or when no more can be kept back.
 *
 * Before the process is stopped the terminal is given back, and taken again when it goes on. In the
 * background it is not ours: then the screen waits until it is, which it sees once a second. */

#include "cli/apool-tui.h"

#include "cli/apool-tui-private.h"

/* How often it is drawn at most, and how often although nothing is new. */
#define REDRAW_MSEC 100u
#define TICK_MSEC 1000u

static void
apool_tui_clear_source (GSource **source)
{
  if (*source)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
apool_tui_attach (ApoolTui *self, GSource **place, GSource *source, GSourceFunc func)
{
  *place = source;
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_static_name (source, "apool-tui");
  g_source_set_callback (source, func, self, NULL);
  g_source_attach (source, self->context);
}

/* ---- drawing ---- */

static void
apool_tui_draw_now (ApoolTui *self)
{
  apool_tui_clear_source (&self->redraw);
  self->drawn_usec = g_get_monotonic_time ();
  apool_tui_draw (self);
}

static gboolean
apool_tui_redraw_cb (gpointer data)
{
  apool_tui_draw_now (data);
  return G_SOURCE_REMOVE;
}

/* Something is new. */
static void
apool_tui_change (ApoolTui *self)
{
  gint64 next = self->drawn_usec + REDRAW_MSEC * G_TIME_SPAN_MILLISECOND;
  gint64 left = next - g_get_monotonic_time ();

  if (self->redraw || !apool_screen_is_entered (self->screen))
    return;
  apool_tui_attach (self, &self->redraw,
                    g_timeout_source_new (left > 0 ? (guint) (left / G_TIME_SPAN_MILLISECOND) : 0),
                    apool_tui_redraw_cb);
}

static void
apool_tui_enter (ApoolTui *self)
{
  if (self->is_open && !self->is_stopped && apool_screen_enter (self->screen))
    apool_tui_draw_now (self);
}

/* ---- once a second ---- */

static void
apool_tui_answered_cb (const ApoolSurveyJob *jobs, gsize n_jobs, gpointer data)
{
  ApoolTui *self = data;

  self->is_asking = FALSE;
  if (!self->is_open)
    return;
  apool_tui_jobs_take_states (self->jobs, jobs, n_jobs);
  apool_tui_change (self);
}

/* Has the workers asked how their jobs are, if they have answered before. */
static void
apool_tui_ask (ApoolTui *self)
{
  if (self->is_asking || self->is_done)
    return;
  self->is_asking = TRUE;
  apool_pool_ask (self->pool, apool_tui_answered_cb, self);
}

static gboolean
apool_tui_tick_cb (gpointer data)
{
  ApoolTui *self = data;

  if (!apool_screen_is_entered (self->screen))
    apool_tui_enter (self);
  if (apool_screen_is_entered (self->screen))
    {
      if (apool_tui_jobs_get_running (self->jobs)->len > 0)
        apool_tui_ask (self);
      apool_tui_change (self);
    }
  return G_SOURCE_CONTINUE;
}

/* ---- what is told ---- */

static void
apool_tui_jobs_changed_cb (gpointer data)
{
  apool_tui_change (data);
}

static void
apool_tui_paused_cb (gboolean is_paused, gpointer data)
{
  ApoolTui *self = data;

  self->is_stopped = is_paused;
  if (is_paused)
    apool_screen_leave (self->screen);
  else
    apool_tui_enter (self);
}

static void
apool_tui_done_cb (gpointer data)
{
  ApoolTui *self = data;

  self->is_done = TRUE;
  apool_tui_close (self);
}

static const ApoolTuiJobsFuncs apool_tui_jobs_funcs = {
  .changed = apool_tui_jobs_changed_cb,
  .paused = apool_tui_paused_cb,
  .done = apool_tui_done_cb,
};

static void
apool_tui_key_cb (int key, gpointer data)
{
  ApoolTui *self = data;

  apool_tui_take_key (self, key);
  if (self->is_open)
    apool_tui_draw_now (self);
}

static void
apool_tui_screen_changed_cb (gpointer data)
{
  apool_tui_draw_now (data);
}

static void
apool_tui_gone_cb (gpointer data)
{
  apool_tui_close (data);
}

static const ApoolScreenFuncs apool_tui_screen_funcs = {
  .key = apool_tui_key_cb,
  .changed = apool_tui_screen_changed_cb,
  .gone = apool_tui_gone_cb,
};

static gboolean
apool_tui_closing_cb (gpointer data)
{
  ApoolTui *self = data;

  apool_tui_clear_source (&self->closing);
  apool_tui_close (self);
  apool_output_say (self->output, "apool: --tui: --tmpdir: full: going on without the screen, so "
                                  "that what waits is printed\n");
  return G_SOURCE_REMOVE;
}

/* The output is in the middle of something. */
static void
apool_tui_full_cb (gpointer data)
{
  ApoolTui *self = data;

  if (!self->closing)
    apool_tui_attach (self, &self->closing, g_idle_source_new (), apool_tui_closing_cb);
}

/* ---- life ---- */

/**
 * apool_tui_new:
 * @context: of the run
 * @options: whether there is to be a screen; outlive it
 * @self: (out) (nullable): the screen, which is not shown yet; %NULL where none is asked for
 * @error: (out) (optional): of apool_screen_new()
 *
 * Returns: whether there is what was asked for
 */
gboolean
apool_tui_new (GMainContext *context, const ApoolOptions *options, ApoolTui **self, GError **error)
{
  g_autoptr (ApoolTui) tui = NULL;

  *self = NULL;
  if (!options->shows_tui)
    return TRUE;
  tui = g_new0 (ApoolTui, 1);
  tui->context = g_main_context_ref (context);
  tui->jobs = apool_tui_jobs_new (&apool_tui_jobs_funcs, tui);
  tui->diversion = apool_diversion_new ();
  tui->screen = apool_screen_new (context, &apool_tui_screen_funcs, tui, error);
  if (!tui->screen)
    {
      g_prefix_error (error, "--tui: ");
      return FALSE;
    }
  *self = g_steal_pointer (&tui);
  return TRUE;
}

/**
 * apool_tui_free:
 * @self: (transfer full): a screen of a run whose output is freed
 */
void
apool_tui_free (ApoolTui *self)
{
  apool_tui_clear_source (&self->redraw);
  apool_tui_clear_source (&self->tick);
  apool_tui_clear_source (&self->closing);
  apool_tui_jobs_stop (self->jobs); /* others may have a reference */
  g_object_unref (self->jobs);
  g_clear_pointer (&self->looked_at, apool_tui_job_unref);
  g_clear_pointer (&self->victim, apool_tui_job_unref);
  g_clear_pointer (&self->screen, apool_screen_free);
  apool_diversion_free (self->diversion);
  g_free (self->message);
  g_main_context_unref (self->context);
  g_free (self);
}

/**
 * apool_tui_fill_config:
 * @self: (nullable): a screen that is not shown yet; outlives the output
 * @config: of an output that is to be made; its keepers are added to
 */
void
apool_tui_fill_config (ApoolTui *self, ApoolOutputConfig *config)
{
  if (!self)
    return;
  config->diversion = self->diversion;
  g_ptr_array_add (config->keepers, g_object_ref (self->jobs));
}

/**
 * apool_tui_begin:
 * @self: a screen that is not shown yet
 * @pool: (transfer none): what runs, not started
 * @tasks: (transfer none): its tasks
 * @output: (transfer none): what prints, made with apool_tui_fill_config()
 * @many: (transfer none): how many run; all of these outlive it, or are not running any more
 * @closed: called when the screen is left before the end of the run
 * @data: (closure): for @closed
 *
 * Shows it.
 */
void
apool_tui_begin (ApoolTui *self,
                 ApoolPool *pool,
                 ApoolTasks *tasks,
                 ApoolOutput *output,
                 ApoolMany *many,
                 ApoolTuiClosedFunc closed,
                 gpointer data)
{
  self->pool = pool;
  self->tasks = tasks;
  self->output = output;
  self->many = many;
  self->closed = closed;
  self->data = data;
  self->begun_usec = g_get_monotonic_time ();
  self->is_open = TRUE;
  apool_pool_add_observer (pool, APOOL_OBSERVER (self->jobs));
  apool_diversion_begin (self->diversion, apool_tui_full_cb, self);
  apool_tui_attach (self, &self->tick, g_timeout_source_new (TICK_MSEC), apool_tui_tick_cb);
  apool_tui_enter (self);
}

/* Leaves it for good: what was kept back is printed, and nobody is there any more who could have
 * jobs started again. */
void
apool_tui_close (ApoolTui *self)
{
  if (!self->is_open)
    return;
  self->is_open = FALSE;
  apool_tui_clear_source (&self->redraw);
  apool_tui_clear_source (&self->tick);
  apool_screen_leave (self->screen);
  apool_tui_jobs_stop (self->jobs);
  apool_diversion_end (self->diversion);
  if (self->is_done)
    return;
  if (self->is_waiting)
    apool_pool_set_waiting (self->pool, FALSE);
  self->closed (self->data);
}

/**
 * apool_tui_is_open:
 * @self: (nullable): a screen
 *
 * Returns: whether it is shown, or will be as soon as the terminal is there for it
 */
gboolean
apool_tui_is_open (const ApoolTui *self)
{
  return self && self->is_open;
}
