/* SPDX-License-Identifier: MIT */
/* How far the run is, in one line on standard error: on a terminal in a row that is written again
 * when something has changed, but no more often than it can be read; elsewhere a line now and then.
 *
 * Until somebody wants to know it counts, and nothing else; there is no timer then. */

#include "sinks/apool-progress.h"

/* How often the row of a terminal is written again, and how often a line is printed elsewhere. */
#define ROW_MSEC 250u
#define LINE_MSEC 10000u

struct _ApoolProgress
{
  GObject parent_instance;

  GMainContext *context;
  ApoolOutput *output;
  ApoolProgressFuncs funcs;
  gpointer data;
  gint64 begun_usec;
  guint64 n_done;
  guint64 n_failed;
  ApoolEstimate *estimate; /* (nullable), owned: where it is to be said how long it still takes */
  gint64 paused_since;     /* monotonic time; 0 while the pool goes on */
  gint64 paused_usec;      /* how long it has stood still before */
  gboolean is_on;
  gboolean is_row; /* it is shown in a row */
  GSource *timer;  /* (nullable): until it is shown the next time */
};

static void apool_progress_iface_init (ApoolObserverInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ApoolProgress,
                               apool_progress,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_OBSERVER,
                                                      apool_progress_iface_init))

/* The time that jobs have: it stands still while they do. */
static gint64
apool_progress_get_time (const ApoolProgress *self)
{
  return (self->paused_since > 0 ? self->paused_since : g_get_monotonic_time ()) -
         self->paused_usec;
}

static void
apool_progress_append_left (ApoolProgress *self, guint64 total, GString *text)
{
  gint64 left = apool_estimate_find_left (
      self->estimate, total, self->funcs.get_n_slots (self->data), apool_progress_get_time (self));

  if (left == APOOL_ESTIMATE_UNKNOWN)
    g_string_append (text, ", end unknown");
  else
    g_string_append_printf (text, ", %.0f s left", (double) left / G_TIME_SPAN_SECOND);
}

static char *
apool_progress_describe (ApoolProgress *self)
{
  guint64 total = self->funcs.get_total (self->data);
  double seconds = (double) (g_get_monotonic_time () - self->begun_usec) / G_TIME_SPAN_SECOND;
  guint n_retries = self->funcs.get_n_retries (self->data);
  GString *text = g_string_new ("apool: ");

  g_string_append_printf (text, "%" G_GUINT64_FORMAT, self->n_done);
  if (total > 0)
    g_string_append_printf (text, "/%" G_GUINT64_FORMAT, total);
  g_string_append_printf (text, " done, %" G_GUINT64_FORMAT " failed, %u running", self->n_failed,
                          self->funcs.get_n_running (self->data));
  if (n_retries > 0)
    g_string_append_printf (text, ", %u to be tried again", n_retries);
  g_string_append_printf (text, ", %.1f/s, %.0f s", (double) self->n_done / MAX (seconds, 0.001),
                          seconds);
  if (self->estimate)
    apool_progress_append_left (self, total, text);
  g_string_append_c (text, '\n');
  return g_string_free (text, FALSE);
}

static void
apool_progress_stop_timer (ApoolProgress *self)
{
  if (!self->timer)
    return;
  g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
}

static void apool_progress_show (ApoolProgress *self);

static gboolean
apool_progress_timer_cb (gpointer data)
{
  apool_progress_stop_timer (data);
  apool_progress_show (data);
  return G_SOURCE_REMOVE;
}

static void
apool_progress_start_timer (ApoolProgress *self, guint msec)
{
  if (self->timer)
    return;
  self->timer = g_timeout_source_new (msec);
  g_source_set_static_name (self->timer, "apool-progress");
  g_source_set_callback (self->timer, apool_progress_timer_cb, self, NULL);
  g_source_attach (self->timer, self->context);
}

/* @says: whether it is to be a line now, where there is no row */
static void
apool_progress_update (ApoolProgress *self, gboolean says)
{
  g_autofree char *text = apool_progress_describe (self);

  self->is_row = apool_output_set_status (self->output, text);
  if (self->is_row)
    return; /* until something changes */
  if (says)
    apool_output_say (self->output, text);
  apool_progress_start_timer (self, LINE_MSEC);
}

static void
apool_progress_show (ApoolProgress *self)
{
  apool_progress_update (self, TRUE);
}

static void
apool_progress_change (ApoolProgress *self)
{
  if (self->is_on && self->is_row)
    apool_progress_start_timer (self, ROW_MSEC);
}

static void
apool_progress_turn_off (ApoolProgress *self)
{
  if (!self->is_on)
    return;
  self->is_on = FALSE;
  apool_progress_stop_timer (self);
  if (self->is_row)
    (void) apool_output_set_status (self->output, NULL);
}

static void
apool_progress_task_started (ApoolObserver *observer, ApoolTask *task, const ApoolPlace *place)
{
  ApoolProgress *self = APOOL_PROGRESS (observer);

  if (self->estimate)
    apool_estimate_start (self->estimate, apool_task_get_seq (task),
                          apool_task_get_traits (task)->expected_usec,
                          apool_progress_get_time (self));
  apool_progress_change (self);
}

static void
apool_progress_task_retried (ApoolObserver *observer, ApoolTask *task, ApoolOutcome *outcome)
{
  ApoolProgress *self = APOOL_PROGRESS (observer);

  if (self->estimate)
    apool_estimate_retry (self->estimate, apool_task_get_seq (task));
  apool_progress_change (self);
}

/* What was run before takes no time now. */
static void
apool_progress_estimate_finished (ApoolProgress *self, ApoolTask *task, ApoolOutcome *outcome)
{
  const ApoolTaskTraits *traits = apool_task_get_traits (task);

  if (traits->is_skipped || traits->recorded)
    apool_estimate_pass (self->estimate, MAX (traits->n_skipped, 1), traits->expected_usec > 0);
  else
    apool_estimate_finish (self->estimate, apool_task_get_seq (task),
                           apool_outcome_get_usage (outcome)->run_usec);
}

static void
apool_progress_task_finished (ApoolObserver *observer, ApoolTask *task, ApoolOutcome *outcome)
{
  ApoolProgress *self = APOOL_PROGRESS (observer);

  if (apool_outcome_get_kind (outcome) == APOOL_OUTCOME_SKIPPED)
    self->n_done += apool_task_get_traits (task)->n_skipped;
  else
    self->n_done++;
  self->n_failed += apool_outcome_is_failure (outcome) ? 1 : 0;
  if (self->estimate)
    apool_progress_estimate_finished (self, task, outcome);
  apool_progress_change (self);
}

static void
apool_progress_pool_paused (ApoolObserver *observer, gboolean is_paused)
{
  ApoolProgress *self = APOOL_PROGRESS (observer);
  gint64 now = g_get_monotonic_time ();

  if (is_paused == (self->paused_since > 0))
    return;
  if (!is_paused)
    self->paused_usec += now - self->paused_since;
  self->paused_since = is_paused ? now : 0;
}

static void
apool_progress_pool_done (ApoolObserver *observer)
{
  apool_progress_turn_off (APOOL_PROGRESS (observer));
}

static void
apool_progress_iface_init (ApoolObserverInterface *iface)
{
  iface->task_started = apool_progress_task_started;
  iface->task_retried = apool_progress_task_retried;
  iface->task_finished = apool_progress_task_finished;
  iface->pool_paused = apool_progress_pool_paused;
  iface->pool_done = apool_progress_pool_done;
}

static void
apool_progress_finalize (GObject *object)
{
  ApoolProgress *self = APOOL_PROGRESS (object);

  apool_progress_stop_timer (self);
  g_clear_pointer (&self->estimate, apool_estimate_free);
  g_object_unref (self->output);
  g_main_context_unref (self->context);
  G_OBJECT_CLASS (apool_progress_parent_class)->finalize (object);
}

static void
apool_progress_class_init (ApoolProgressClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = apool_progress_finalize;
}

static void
apool_progress_init (ApoolProgress *self)
{
}

/**
 * apool_progress_new:
 * @context: of the output
 * @output: (transfer none): what says it
 * @funcs: what it asks, copied
 * @data: (closure): for @funcs
 *
 * Returns: (transfer full): an observer that shows nothing yet
 */
ApoolProgress *
apool_progress_new (GMainContext *context,
                    ApoolOutput *output,
                    const ApoolProgressFuncs *funcs,
                    gpointer data)
{
  ApoolProgress *self = g_object_new (APOOL_TYPE_PROGRESS, NULL);

  self->context = g_main_context_ref (context);
  self->output = g_object_ref (output);
  self->funcs = *funcs;
  self->data = data;
  self->begun_usec = g_get_monotonic_time ();
  return self;
}

/**
 * apool_progress_set_estimate:
 * @self: progress that has seen no job
 * @estimate: (transfer full): gets to know them
 *
 * Has it say, too, how long the run still takes.
 */
void
apool_progress_set_estimate (ApoolProgress *self, ApoolEstimate *estimate)
{
  g_return_if_fail (!self->estimate);

  self->estimate = estimate;
}

/**
 * apool_progress_turn_on:
 * @self: progress that is not shown
 *
 * Shows it from now on, where it is no row the first time after a while.
 */
void
apool_progress_turn_on (ApoolProgress *self)
{
  self->is_on = TRUE;
  apool_progress_update (self, FALSE);
}

/**
 * apool_progress_toggle:
 * @self: progress, before the pool is done
 *
 * Shows it from now on, or no longer.
 */
void
apool_progress_toggle (ApoolProgress *self)
{
  if (self->is_on)
    {
      apool_progress_turn_off (self);
      return;
    }
  self->is_on = TRUE;
  apool_progress_show (self);
}
