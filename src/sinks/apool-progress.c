/* SPDX-License-Identifier: MIT */
/* How far the run is, said on standard error.
 *
 * On a terminal that is a row, written again when something has changed, but no more often than it
 * can be read, and each second while something runs. Elsewhere it is a line now and then, when jobs
 * have ended since the one before; where none has for long, a line that says what runs, and the
 * next one of that kind after twice the time.
 *
 * Until somebody wants to know it counts, and nothing else; there is no timer then. While the pool
 * stands still so does the time, and no row is there, since the terminal is somebody else's. */

#include "sinks/apool-progress.h"

#include "sinks/apool-progress-line.h"
#include "sinks/apool-running.h"

/* How soon the row of a terminal is written again after a change, and without one. */
#define ROW_USEC (250 * G_TIME_SPAN_MILLISECOND)
#define TICK_USEC (1 * G_TIME_SPAN_SECOND)

/* How soon a line follows another one elsewhere, and when it is said that no job ends. */
#define LINE_USEC (30 * G_TIME_SPAN_SECOND)
#define QUIET_USEC (60 * G_TIME_SPAN_SECOND)

struct _ApoolProgress
{
  GObject parent_instance;

  GMainContext *context;
  ApoolOutput *output;
  ApoolProgressConfig config;
  ApoolProgressFuncs funcs;
  gpointer data;
  ApoolClock clock;
  gint64 begun_usec;   /* this time and all others without the pauses before them */
  gint64 paused_since; /* by the clock; -1 while the pool goes on */
  gint64 paused_usec;  /* how long it has stood still before */
  guint64 n_done;
  guint64 n_failed;
  guint64 n_ended;         /* jobs that ran; without those that were left out or run before */
  ApoolEstimate *estimate; /* (nullable), owned: where it is to be said how long it still takes */

  gboolean is_on;
  gboolean is_row;       /* it is shown in a row */
  gboolean has_changed;  /* since it was shown */
  GString *row;          /* what is shown; empty where it has to be made again */
  guint n_columns;       /* for how many it was made */
  ApoolRunning *running; /* (nullable): while it is on */
  ApoolAlarm *alarm;     /* (nullable), with @row: before it was on for the first time */
  gint64 shown_at;       /* when it was shown last */
  guint64 n_said;        /* how many jobs were done when it was said in a line last */
  gint64 ended_at;       /* when a job ended last, or began where none ran */
  gint64 quiet_usec;     /* for how long none may end before that is said */
};

static void apool_progress_iface_init (ApoolObserverInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ApoolProgress,
                               apool_progress,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_OBSERVER,
                                                      apool_progress_iface_init))

static gint64
apool_progress_get_monotonic_time (gpointer data)
{
  return g_get_monotonic_time ();
}

/* The time that jobs have: it stands still while they do. */
static gint64
apool_progress_get_time (gpointer data)
{
  const ApoolProgress *self = data;

  return (self->paused_since >= 0 ? self->paused_since : self->clock.get_time (self->clock.data)) -
         self->paused_usec;
}

/* ---- what is said ---- */

/* Of how many jobs it is; 0 where nobody knows. Who has said it may have been wrong: then it is not
 * known after all. */
static guint64
apool_progress_get_total (ApoolProgress *self)
{
  guint64 total = self->funcs.get_total (self->data);

  return total < self->n_done + self->funcs.get_n_running (self->data) ? 0 : total;
}

/* @oldest: (out) (transfer full) (nullable): the name that is in @facts */
static void
apool_progress_find_facts (ApoolProgress *self, ApoolProgressFacts *facts, char **oldest)
{
  gint64 now = apool_progress_get_time (self);
  gint64 run_usec = now - self->begun_usec;
  gint64 since = now;
  ApoolTask *task = apool_running_get_oldest (self->running, &since);

  *oldest = task ? apool_task_dup_name (task) : NULL;
  *facts = (ApoolProgressFacts){
    .n_done = self->n_done,
    .n_total = apool_progress_get_total (self),
    .n_failed = self->n_failed,
    .n_running = self->funcs.get_n_running (self->data),
    .n_retries = self->funcs.get_n_retries (self->data),
    .rate = (double) self->n_ended * G_USEC_PER_SEC / (double) MAX (run_usec, 1000),
    .run_usec = run_usec,
    .has_left = self->estimate != NULL,
    .oldest = *oldest,
    .oldest_usec = now - since,
  };
  if (self->estimate)
    facts->left_usec = apool_estimate_find_left (self->estimate, facts->n_total,
                                                 self->funcs.get_n_slots (self->data), now);
}

/* Makes the row anew. */
static void
apool_progress_compose (ApoolProgress *self, guint n_columns)
{
  ApoolProgressFacts facts;
  g_autofree char *oldest = NULL;

  self->n_columns = n_columns;
  g_string_truncate (self->row, 0);
  apool_progress_find_facts (self, &facts, &oldest);
  if (self->config.has_bar)
    apool_progress_line_append_bar (self->row, &facts, n_columns, self->config.is_utf8);
  else
    apool_progress_line_append_counts (self->row, &facts, n_columns);
}

/* It is drawn whenever something is printed above it; that alone makes no other row of it. */
static void
apool_progress_compose_cb (GString *text, guint n_columns, gpointer data)
{
  ApoolProgress *self = data;

  if (self->row->len == 0 || n_columns != self->n_columns)
    apool_progress_compose (self, n_columns);
  g_string_append_len (text, self->row->str, (gssize) self->row->len);
}

/* @is_quiet: whether no job has ended for long */
static void
apool_progress_say (ApoolProgress *self, gboolean is_quiet)
{
  g_autoptr (GString) text = g_string_new (NULL);
  ApoolProgressFacts facts;
  g_autofree char *oldest = NULL;

  apool_progress_find_facts (self, &facts, &oldest);
  if (is_quiet)
    apool_progress_line_append_quiet (text, &facts,
                                      apool_progress_get_time (self) - self->ended_at);
  else
    apool_progress_line_append_counts (text, &facts, 0);
  apool_output_say_bytes (self->output, text->str, text->len);
}

/* ---- when ---- */

static gint64
apool_progress_find_row_time (const ApoolProgress *self)
{
  if (self->has_changed)
    return self->shown_at + ROW_USEC;
  return apool_running_get_n (self->running) > 0 ? self->shown_at + TICK_USEC : APOOL_ALARM_NEVER;
}

static gint64
apool_progress_find_count_time (const ApoolProgress *self)
{
  return self->n_done != self->n_said ? self->shown_at + LINE_USEC : APOOL_ALARM_NEVER;
}

static gint64
apool_progress_find_quiet_time (const ApoolProgress *self)
{
  return apool_running_get_n (self->running) > 0 ? self->ended_at + self->quiet_usec
                                                 : APOOL_ALARM_NEVER;
}

/* Has it be shown again when that is of use. */
static void
apool_progress_plan (ApoolProgress *self)
{
  gint64 at = APOOL_ALARM_NEVER;

  if (self->is_on && self->paused_since < 0)
    at = self->is_row
             ? apool_progress_find_row_time (self)
             : MIN (apool_progress_find_count_time (self), apool_progress_find_quiet_time (self));
  apool_alarm_set (self->alarm, at);
}

/* @says: whether it is to be a line now, where there is no row */
static void
apool_progress_show (ApoolProgress *self, gboolean says)
{
  self->has_changed = FALSE;
  self->n_said = self->n_done;
  self->shown_at = apool_progress_get_time (self);
  g_string_truncate (self->row, 0);
  self->is_row = !self->config.has_no_row &&
                 apool_output_set_status (self->output, apool_progress_compose_cb, self);
  if (!self->is_row && says)
    apool_progress_say (self, FALSE);
}

static void
apool_progress_ring_cb (gpointer data)
{
  ApoolProgress *self = data;
  gint64 now = apool_progress_get_time (self);

  if (self->is_row || now >= apool_progress_find_count_time (self))
    apool_progress_show (self, TRUE);
  else if (now >= apool_progress_find_quiet_time (self))
    {
      apool_progress_say (self, TRUE);
      self->quiet_usec = MIN (self->quiet_usec, G_MAXINT64 / 4) * 2;
    }
  apool_progress_plan (self);
}

static void
apool_progress_change (ApoolProgress *self)
{
  self->has_changed = TRUE;
  apool_progress_plan (self);
}

/* None has ended for no time at all. */
static void
apool_progress_end_quiet (ApoolProgress *self)
{
  self->ended_at = apool_progress_get_time (self);
  self->quiet_usec = QUIET_USEC;
}

static void
apool_progress_begin (ApoolProgress *self, gboolean says)
{
  const ApoolClock clock = { apool_progress_get_time, self };

  if (!self->alarm)
    {
      self->alarm = apool_alarm_new (self->context, &clock, apool_progress_ring_cb, self);
      self->row = g_string_new (NULL);
    }
  self->running = apool_running_new ();
  self->is_on = TRUE;
  apool_progress_end_quiet (self);
  apool_progress_show (self, says);
  apool_progress_plan (self);
}

static void
apool_progress_turn_off (ApoolProgress *self)
{
  if (!self->is_on)
    return;
  self->is_on = FALSE;
  apool_progress_plan (self);
  (void) apool_output_set_status (self->output, NULL, NULL);
  g_clear_pointer (&self->running, apool_running_free);
}

/* ---- the observer ---- */

static void
apool_progress_task_started (ApoolObserver *observer, ApoolTask *task, const ApoolPlace *place)
{
  ApoolProgress *self = APOOL_PROGRESS (observer);

  if (self->estimate)
    apool_estimate_start (self->estimate, apool_task_get_seq (task),
                          apool_task_get_traits (task)->expected_usec,
                          apool_progress_get_time (self));
  if (!self->is_on)
    return;
  if (apool_running_get_n (self->running) == 0)
    apool_progress_end_quiet (self);
  apool_running_add (self->running, task, apool_progress_get_time (self));
  apool_progress_change (self);
}

static void
apool_progress_task_retried (ApoolObserver *observer, ApoolTask *task, ApoolOutcome *outcome)
{
  ApoolProgress *self = APOOL_PROGRESS (observer);

  if (self->estimate)
    apool_estimate_retry (self->estimate, apool_task_get_seq (task));
  if (!self->is_on)
    return;
  apool_running_remove (self->running, apool_task_get_seq (task));
  apool_progress_change (self);
}

/* What was run before takes no time now. */
static gboolean
apool_progress_has_run (const ApoolTaskTraits *traits)
{
  return !traits->is_skipped && !traits->recorded;
}

static void
apool_progress_estimate_finished (ApoolProgress *self, ApoolTask *task, ApoolOutcome *outcome)
{
  const ApoolTaskTraits *traits = apool_task_get_traits (task);

  if (apool_progress_has_run (traits))
    apool_estimate_finish (self->estimate, apool_task_get_seq (task),
                           apool_outcome_get_usage (outcome)->run_usec);
  else
    apool_estimate_pass (self->estimate, MAX (traits->n_skipped, 1), traits->expected_usec > 0);
}

static void
apool_progress_task_finished (ApoolObserver *observer, ApoolTask *task, ApoolOutcome *outcome)
{
  ApoolProgress *self = APOOL_PROGRESS (observer);
  const ApoolTaskTraits *traits = apool_task_get_traits (task);

  if (apool_outcome_get_kind (outcome) == APOOL_OUTCOME_SKIPPED)
    self->n_done += MAX (traits->n_skipped, 1);
  else
    self->n_done++;
  self->n_failed += apool_outcome_is_failure (outcome) ? 1 : 0;
  self->n_ended += apool_progress_has_run (traits) ? 1 : 0;
  if (self->estimate)
    apool_progress_estimate_finished (self, task, outcome);
  if (!self->is_on)
    return;
  apool_running_remove (self->running, apool_task_get_seq (task));
  apool_progress_end_quiet (self);
  apool_progress_change (self);
}

static void
apool_progress_pool_paused (ApoolObserver *observer, gboolean is_paused)
{
  ApoolProgress *self = APOOL_PROGRESS (observer);
  gint64 now = self->clock.get_time (self->clock.data);

  if (is_paused == (self->paused_since >= 0))
    return;
  if (!is_paused)
    self->paused_usec += now - self->paused_since;
  self->paused_since = is_paused ? now : -1;
  if (!self->is_on)
    return;
  if (is_paused)
    (void) apool_output_set_status (self->output, NULL, NULL);
  else if (self->is_row)
    apool_progress_show (self, FALSE);
  apool_progress_plan (self);
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

/* ---- the object ---- */

static void
apool_progress_finalize (GObject *object)
{
  ApoolProgress *self = APOOL_PROGRESS (object);

  apool_progress_turn_off (self);
  g_clear_pointer (&self->alarm, apool_alarm_free);
  if (self->row)
    g_string_free (self->row, TRUE);
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
 * @config: how, copied
 * @funcs: what it asks, copied
 * @data: (closure): for @funcs
 *
 * Returns: (transfer full): an observer that shows nothing yet
 */
ApoolProgress *
apool_progress_new (GMainContext *context,
                    ApoolOutput *output,
                    const ApoolProgressConfig *config,
                    const ApoolProgressFuncs *funcs,
                    gpointer data)
{
  static const ApoolClock monotonic = { .get_time = apool_progress_get_monotonic_time };
  ApoolProgress *self = g_object_new (APOOL_TYPE_PROGRESS, NULL);

  self->context = g_main_context_ref (context);
  self->output = g_object_ref (output);
  self->config = *config;
  self->funcs = *funcs;
  self->data = data;
  self->clock = config->clock ? *config->clock : monotonic;
  self->config.clock = NULL; /* copied */
  self->paused_since = -1;
  self->begun_usec = apool_progress_get_time (self);
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
 * @self: progress that is not shown, and has seen no job
 *
 * Shows it from now on, where it is no row the first time after a while.
 */
void
apool_progress_turn_on (ApoolProgress *self)
{
  g_return_if_fail (!self->is_on);

  apool_progress_begin (self, FALSE);
  if (self->is_row)
    self->shown_at -= ROW_USEC; /* what happens first is seen at once */
}

/**
 * apool_progress_toggle:
 * @self: progress, before the pool is done
 *
 * Shows it from now on, or no longer.
 *
 * Returns: whether it is shown, and is to be told by apool_progress_note_running() what runs
 */
gboolean
apool_progress_toggle (ApoolProgress *self)
{
  if (self->is_on)
    apool_progress_turn_off (self);
  else
    apool_progress_begin (self, TRUE);
  return self->is_on;
}

/**
 * apool_progress_note_running:
 * @self: progress
 * @task: (transfer none): what runs
 * @run_usec: for how long it does, microseconds
 *
 * Tells it of a job that may have been started before it was shown.
 */
void
apool_progress_note_running (ApoolProgress *self, ApoolTask *task, gint64 run_usec)
{
  if (!self->is_on || apool_running_has (self->running, apool_task_get_seq (task)))
    return;
  apool_running_add (self->running, task, apool_progress_get_time (self) - run_usec);
  apool_progress_change (self);
}
