/* SPDX-License-Identifier: MIT */
/* What jobs write, printed whole, unmixed and in order.
 *
 * Whose turn it is to print, and where all others' output waits meanwhile, is known to ApoolTurns;
 * what becomes of them where there is no room to wait, to ApoolRelief.
 *
 * Descriptors 1 and 2 that lead to the same file share one outlet, and a job's standard error is
 * printed after its standard output. Otherwise the two print independently, and the turn passes
 * on when both are done.
 *
 * Lines of apool's own go to standard error too. They wait while the current job is in the middle
 * of a line there, and while there is no room for them. For that room they wait as what jobs print
 * does, and count as that where congestion is decided. Those that wait for a job's newline do not:
 * to hold up the jobs could hold up that newline.
 *
 * Where latest lines are shown on a terminal, all that is printed there makes them be drawn again.
 * So it waits until it is time for that, unless none is drawn.
 *
 * What jobs wrote that were run before is taken from their records when it is their turn, as fast
 * as it leaves, but so that the context has its turn meanwhile.
 *
 * The owner's functions are called by a source of our own, never out of a call to the output, so
 * that the owner may do in them what it likes. The source has a time to wait for only while a job
 * prints live that has not been asked to stream. It also sees that a line can be printed after
 * bytes went from a pipe to an outlet, of which nobody tells us. */

#include "sinks/apool-output.h"

#include <string.h>

#include "base/apool-fd.h"
#include "sinks/apool-congestion.h"
#include "sinks/apool-flow.h"
#include "sinks/apool-keepers.h"
#include "sinks/apool-outlet.h"
#include "sinks/apool-output-job.h"
#include "sinks/apool-output-lines.h"
#include "sinks/apool-relief.h"
#include "sinks/apool-turns.h"

/* So much is taken from records before the context has its turn. */
#define FED_BYTES ((gsize) 16 * 1024 * 1024)

typedef struct
{
  GSource source;
  ApoolOutput *output;
} ApoolOutputSource;

struct _ApoolOutput
{
  GObject parent_instance;

  ApoolOutputConfig config;
  ApoolOutputFuncs funcs;
  gpointer data;
  GSource *source;

  ApoolPoller *poller;
  ApoolOutlet *outlets[APOOL_N_STREAMS]; /* stderr's is NULL where stdout's serves both */
  ApoolSpool *spool;
  ApoolPads *pads; /* (nullable) */
  ApoolFlowHub hub;
  ApoolMixer *mixers[APOOL_N_STREAMS]; /* (nullable): as the outlets, where lines are mixed */
  ApoolOutputLines lines;
  ApoolDisplayRow status_row; /* of the run itself */

  ApoolTurns *turns;
  ApoolRelief relief;
  ApoolCongestion congestion;

  guint64 n_written; /* jobs that were printed when the outlets had nothing left, last */
  GError *error;     /* (nullable): why nothing is printed any more */
  gboolean told_failed;
  gboolean told_done;
};

static void apool_output_observer_init (ApoolObserverInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ApoolOutput,
                               apool_output,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_OBSERVER,
                                                      apool_output_observer_init))

static void
apool_output_fail (ApoolOutput *self, GError *error)
{
  if (self->error)
    g_error_free (error); /* the first one is what the user needs */
  else
    self->error = error;
}

/* Our own lines */

/* Whether the job that prints is in the middle of a line, where our own lines go. */
static gboolean
apool_output_is_in_line (const ApoolOutput *self)
{
  const ApoolOutlet *outlet = self->lines.outlet;
  const ApoolOutputJob *current = apool_turns_get_current (self->turns);

  for (guint i = 0; i < APOOL_N_STREAMS; i++)
    if (self->mixers[i] && apool_mixer_is_in_line (self->mixers[i], outlet))
      return TRUE;
  return current && apool_outlet_is_in_line (outlet) &&
         apool_output_job_has_printed_on (current, outlet);
}

/* Whether what may be printed waits, since it is too early to draw latest lines again. */
static gboolean
apool_output_is_early (const ApoolOutput *self)
{
  return self->hub.display && !apool_turns_are_closed (self->turns) &&
         !apool_display_is_due (self->hub.display);
}

static gboolean
apool_output_can_print_lines (const ApoolOutput *self)
{
  return !self->error && !apool_output_is_early (self) &&
         apool_output_lines_has_room (&self->lines) && !apool_output_is_in_line (self);
}

static gboolean
apool_output_print_lines (ApoolOutput *self, GError **error)
{
  return !apool_output_can_print_lines (self) || apool_output_lines_print (&self->lines, error);
}

/* Congestion */

static void
apool_output_update_congested (ApoolOutput *self, GError **error)
{
  guint64 n_lines =
      apool_output_is_in_line (self) ? 0 : apool_output_lines_get_waiting (&self->lines);

  (void) apool_congestion_update (&self->congestion, n_lines, error); /* the caller looks at it */
}

/* Jobs */

static gboolean
apool_output_is_flushed (const ApoolOutput *self)
{
  for (guint i = 0; i < APOOL_N_STREAMS; i++)
    if (self->outlets[i] && !apool_outlet_is_flushed (self->outlets[i]))
      return FALSE;
  return TRUE;
}

/* Prints lines of all jobs, where they are mixed. */
static gboolean
apool_output_pump_mixers (ApoolOutput *self, GError **error)
{
  for (guint i = 0; i < APOOL_N_STREAMS; i++)
    if (self->mixers[i] && !apool_mixer_pump (self->mixers[i], error))
      return FALSE;
  apool_turns_sweep (self->turns);
  return TRUE;
}

/* Prints what can be printed now. */
static void
apool_output_advance (ApoolOutput *self)
{
  ApoolTurns *turns = self->turns;
  gsize budget = FED_BYTES;
  GError *error = NULL;

  if (self->error)
    return;
  if (apool_output_is_early (self))
    {
      apool_display_schedule (self->hub.display);
      return;
    }
  if (apool_output_is_flushed (self))
    self->n_written = apool_turns_get_n_printed (turns);
  if (!apool_output_pump_mixers (self, &error))
    {
      apool_output_fail (self, error);
      return;
    }
  while (apool_output_print_lines (self, &error) && apool_turns_ensure_current (turns, &error) &&
         apool_output_job_pump (apool_turns_get_current (turns), &budget, &error) &&
         apool_output_job_is_printed (apool_turns_get_current (turns)))
    apool_turns_end_current (turns);
  if (self->hub.display)
    apool_display_draw (self->hub.display);
  apool_relief_note (&self->relief);
  if (!error)
    apool_output_update_congested (self, &error);
  if (error)
    apool_output_fail (self, error);
}

/* The spool has become full, or is full no longer, or is full and something has happened. */
static void
apool_output_relieve (ApoolOutput *self)
{
  GError *error = NULL;
  gboolean has_turn;

  apool_diversion_check (self->config.diversion);
  if (!apool_relief_update (&self->relief, g_get_monotonic_time (), &has_turn, &error))
    apool_output_fail (self, error);
  else if (has_turn)
    apool_output_advance (self);
}

/* The observer */

static void
apool_output_task_started (ApoolObserver *observer, ApoolTask *task, const ApoolPlace *place)
{
  ApoolOutput *self = APOOL_OUTPUT (observer);

  if (self->error)
    return;
  apool_turns_ensure_job (self->turns, task)->place = *place;
  if (!apool_turns_get_current (self->turns))
    apool_output_advance (self);
}

static void
apool_output_task_output (
    ApoolObserver *observer, ApoolTask *task, ApoolStream stream, const char *data, gsize length)
{
  ApoolOutput *self = APOOL_OUTPUT (observer);
  ApoolOutputJob *job;
  GError *error = NULL;

  if (self->error)
    return;
  job = apool_turns_ensure_job (self->turns, task);
  if (apool_flow_push (&job->flows[stream], data, length, &error) &&
      (job->flows[stream].mixer || job == apool_turns_get_current (self->turns)))
    apool_output_update_congested (self, &error);
  apool_relief_note (&self->relief);
  if (error)
    apool_output_fail (self, error);
}

static void
apool_output_task_pipe (ApoolObserver *observer, ApoolTask *task, ApoolStream stream, int fd)
{
  ApoolOutput *self = APOOL_OUTPUT (observer);
  g_auto (ApoolFd) pipe = fd;
  ApoolOutputJob *job;
  GError *error = NULL;

  if (self->error)
    return;
  job = apool_turns_ensure_job (self->turns, task);
  if (!apool_flow_set_pipe (&job->flows[stream], apool_fd_steal (&pipe), &error))
    apool_output_fail (self, error);
}

static void
apool_output_task_finished (ApoolObserver *observer, ApoolTask *task, ApoolOutcome *outcome)
{
  ApoolOutput *self = APOOL_OUTPUT (observer);
  GError *error = NULL;

  if (self->error)
    return;
  if (!apool_turns_settle_task (self->turns, task, outcome, &error))
    apool_output_fail (self, error);
  apool_output_advance (self);
}

static void
apool_output_task_retried (ApoolObserver *observer, ApoolTask *task, ApoolOutcome *outcome)
{
  ApoolOutput *self = APOOL_OUTPUT (observer);
  GError *error = NULL;

  if (self->error)
    return;
  if (!apool_turns_lookup_job (self->turns, apool_task_get_seq (task)))
    apool_keepers_tell_kept (self->config.keepers, task, (guint64[APOOL_N_STREAMS]){ 0 });
  if (!apool_turns_end_attempt (self->turns, task, outcome, &error))
    apool_output_fail (self, error);
  apool_output_advance (self); /* lines of our own may have waited for the end of the job's */
}

static void
apool_output_observer_init (ApoolObserverInterface *iface)
{
  iface->task_started = apool_output_task_started;
  iface->task_output = apool_output_task_output;
  iface->task_pipe = apool_output_task_pipe;
  iface->task_retried = apool_output_task_retried;
  iface->task_finished = apool_output_task_finished;
}

/* The source */

static gboolean
apool_output_is_done (const ApoolOutput *self)
{
  if (self->told_done || !apool_turns_are_closed (self->turns))
    return FALSE;
  if (self->error)
    return self->told_failed;
  return apool_turns_are_over (self->turns) && apool_output_lines_is_empty (&self->lines) &&
         apool_output_is_flushed (self);
}

static gboolean
apool_output_can_feed (const ApoolOutput *self)
{
  return !self->error && !apool_output_is_early (self) && apool_turns_can_feed (self->turns);
}

static gboolean
apool_output_has_news (const ApoolOutput *self)
{
  return (self->error && !self->told_failed) || apool_congestion_has_news (&self->congestion) ||
         apool_output_can_print_lines (self) || apool_output_can_feed (self) ||
         apool_output_is_done (self);
}

static gboolean
apool_output_must_relieve (const ApoolOutput *self)
{
  gint64 deadline = self->relief.deadline;

  return !self->error && (apool_relief_has_news (&self->relief) ||
                          (deadline >= 0 && g_source_get_time (self->source) >= deadline));
}

static gboolean
apool_output_must_ask (const ApoolOutput *self)
{
  gint64 deadline = apool_turns_get_deadline (self->turns);

  return deadline >= 0 && g_source_get_time (self->source) >= deadline;
}

static gboolean
apool_output_is_due (const ApoolOutput *self)
{
  return apool_output_has_news (self) || apool_output_must_ask (self) ||
         apool_output_must_relieve (self);
}

static gboolean
apool_output_prepare (GSource *source, int *timeout)
{
  const ApoolOutput *self = ((ApoolOutputSource *) source)->output;
  gint64 deadline = apool_turns_get_deadline (self->turns);

  *timeout = -1;
  if (apool_output_is_due (self))
    return TRUE;
  if (!self->error && self->relief.deadline >= 0)
    deadline = deadline >= 0 ? MIN (deadline, self->relief.deadline) : self->relief.deadline;
  if (deadline >= 0)
    *timeout = (int) ((deadline - g_source_get_time (source)) / G_TIME_SPAN_MILLISECOND + 1);
  return FALSE;
}

static gboolean
apool_output_check (GSource *source)
{
  return apool_output_is_due (((ApoolOutputSource *) source)->output);
}

/* Tells the owner what has changed. */
static void
apool_output_tell_congested (ApoolOutput *self)
{
  guint64 except;
  gboolean must_wait;

  if (apool_congestion_take_news (&self->congestion, &must_wait, &except))
    self->funcs.congested (must_wait, except, self->data);
}

static gboolean
apool_output_dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  g_autoptr (ApoolOutput) self = g_object_ref (((ApoolOutputSource *) source)->output);

  if (apool_output_can_print_lines (self) || apool_output_can_feed (self))
    apool_output_advance (self);
  if (apool_output_must_relieve (self))
    apool_output_relieve (self);
  if (self->error && !self->told_failed)
    {
      self->told_failed = TRUE;
      apool_output_lines_clear (&self->lines);
      apool_turns_drop (self->turns);
      self->funcs.failed (self->error, self->data);
    }
  apool_output_tell_congested (self);
  if (apool_output_must_ask (self))
    self->funcs.stream_task (apool_turns_take_deadline (self->turns), self->data);
  if (apool_output_is_done (self))
    {
      self->told_done = TRUE;
      self->funcs.done (self->data);
    }
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs apool_output_source_funcs = {
  .prepare = apool_output_prepare,
  .check = apool_output_check,
  .dispatch = apool_output_dispatch,
};

/* The object */

/* Whether something may wait for room. Where nothing does but latest lines are drawn, their having
 * been written is no reason to draw them again. */
static gboolean
apool_output_wants_room (const ApoolOutput *self)
{
  return !self->hub.display || apool_display_is_waiting (self->hub.display) ||
         apool_turns_get_current (self->turns) || !apool_output_lines_is_empty (&self->lines);
}

static void
apool_output_outlet_cb (const GError *error, gpointer data)
{
  ApoolOutput *self = data;

  if (error)
    apool_output_fail (self, g_error_copy (error));
  else if (apool_output_wants_room (self))
    apool_output_advance (self);
}

static void
apool_output_flow_stalled_cb (gpointer data)
{
  apool_relief_note (&((ApoolOutput *) data)->relief);
}

static void
apool_output_flow_failed_cb (GError *error, gpointer data)
{
  apool_output_fail (data, error);
}

static void
apool_output_flow_say_cb (const char *line, gpointer data)
{
  apool_output_say (data, line);
}

static void
apool_output_display_cb (gpointer data)
{
  apool_output_advance (data);
}

static void
apool_output_finalize (GObject *object)
{
  ApoolOutput *self = APOOL_OUTPUT (object);

  if (self->source)
    g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
  if (self->turns)
    apool_output_lines_clear (&self->lines);
  g_clear_pointer (&self->turns, apool_turns_free);
  for (guint i = 0; i < APOOL_N_STREAMS; i++)
    g_clear_pointer (&self->mixers[i], apool_mixer_free);
  if (self->hub.display)
    apool_display_remove (self->hub.display, &self->status_row);
  g_clear_pointer (&self->hub.display, apool_display_free);
  g_clear_pointer (&self->pads, apool_pads_free);
  apool_diversion_forget (self->config.diversion);
  for (guint i = 0; i < APOOL_N_STREAMS; i++)
    g_clear_pointer (&self->outlets[i], apool_outlet_free);
  g_clear_pointer (&self->spool, apool_spool_free);
  g_clear_pointer (&self->hub.pace, apool_pace_free);
  g_clear_pointer (&self->poller, apool_poller_free);
  g_free (self->hub.scratch);
  g_free (self->hub.tagged);
  g_clear_error (&self->error);
  G_OBJECT_CLASS (apool_output_parent_class)->finalize (object);
}

static void
apool_output_class_init (ApoolOutputClass *class)
{
  G_OBJECT_CLASS (class)->finalize = apool_output_finalize;
}

static void
apool_output_init (ApoolOutput *self)
{
}

static void
apool_output_init_store (ApoolOutput *self, GMainContext *context)
{
  self->spool = apool_spool_new_bounded (self->config.spool_directory, self->config.spool_limit);
  if (self->config.codec)
    self->pads = apool_pads_new (self->spool);
  self->hub = (ApoolFlowHub){
    .config = &self->config,
    .spool = self->spool,
    .place = { self->spool, self->config.codec, self->pads },
    .poller = self->poller,
    .pace = apool_pace_new (context, apool_flow_go_on),
    .scratch = g_malloc (APOOL_FLOW_SCRATCH_BYTES),
    .tagged = g_malloc (APOOL_FLOW_SCRATCH_BYTES),
    .stalled = apool_output_flow_stalled_cb,
    .failed = apool_output_flow_failed_cb,
    .say = apool_output_flow_say_cb,
    .data = self,
    .keeps_bytes = apool_keepers_want_bytes (self->config.keepers),
    .keeps_ends = apool_keepers_want_ends (self->config.keepers),
    .shares_outlet = self->outlets[APOOL_STREAM_STDERR] == NULL,
  };
  self->turns = apool_turns_new (&self->hub);
  apool_turns_set_outlets (self->turns, self->outlets);
  apool_relief_init (&self->relief, &self->hub, self->turns);
  apool_congestion_init (&self->congestion, self->turns, &self->relief);
}

/* Makes a display where latest lines are shown, if that is a terminal that can.
 * Returns: whether there is one */
static gboolean
apool_output_open_display (ApoolOutput *self, int fd, int other_fd, ApoolOutlet *outlet)
{
  self->hub.display =
      apool_display_new (g_source_get_context (self->source), outlet, apool_terminal_new (fd),
                         other_fd, apool_output_display_cb, self);
  return self->hub.display != NULL;
}

static void
apool_output_init_mixers (ApoolOutput *self)
{
  if (!apool_output_config_is_mixed (&self->config))
    return;
  for (guint i = 0; i < APOOL_N_STREAMS; i++)
    {
      if (self->outlets[i])
        self->mixers[i] = apool_mixer_new (&self->hub.place, self->outlets[i]);
      self->hub.mixers[i] = self->mixers[self->outlets[i] ? i : APOOL_STREAM_STDOUT];
    }
}

static void
apool_output_init_lines (ApoolOutput *self)
{
  ApoolOutlet *err = self->outlets[APOOL_STREAM_STDERR];

  apool_output_lines_init (&self->lines, &self->hub,
                           err ? err : self->outlets[APOOL_STREAM_STDOUT]);
}

static gboolean
apool_output_open_outlets (ApoolOutput *self, GMainContext *context, GError **error)
{
  int stdout_fd = self->config.stdout_fd;
  int stderr_fd = self->config.stderr_fd;
  ApoolOutlet **out = &self->outlets[APOOL_STREAM_STDOUT];
  ApoolOutlet **err = &self->outlets[APOOL_STREAM_STDERR];

  *out = apool_outlet_new (self->poller, context, stdout_fd, "standard output",
                           apool_output_outlet_cb, self, error);
  if (*out && !apool_fd_same_file (stdout_fd, stderr_fd))
    {
      *err = apool_outlet_new (self->poller, context, stderr_fd, "standard error",
                               apool_output_outlet_cb, self, error);
      return *err != NULL;
    }
  return *out != NULL;
}

/**
 * apool_output_new:
 * @context: where @funcs are called and descriptors watched
 * @config: how it prints
 * @funcs: what the output asks of its owner; all are given. They are called from @context, never
 *   before one of our functions returns
 * @data: (closure): for @funcs
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * Every task from number 1 on has to be reported as finished, whatever became of it: those after
 * one that is not are printed only after apool_output_finish().
 *
 * Returns: (transfer full) (nullable): an output
 */
ApoolOutput *
apool_output_new (GMainContext *context,
                  const ApoolOutputConfig *config,
                  const ApoolOutputFuncs *funcs,
                  gpointer data,
                  GError **error)
{
  g_autoptr (ApoolOutput) self = g_object_new (APOOL_TYPE_OUTPUT, NULL);

  self->config = *config;
  self->funcs = *funcs;
  self->data = data;
  self->poller = apool_poller_new (context, error);
  if (!self->poller || !apool_output_open_outlets (self, context, error))
    return NULL;
  apool_output_init_store (self, context);
  apool_output_init_mixers (self);
  apool_output_init_lines (self);
  apool_diversion_take (config->diversion, self->spool, self->outlets,
                        (const int[]){ config->stdout_fd, config->stderr_fd }, APOOL_N_STREAMS);
  self->source = g_source_new (&apool_output_source_funcs, sizeof (ApoolOutputSource));
  ((ApoolOutputSource *) self->source)->output = self;
  g_source_set_static_name (self->source, "apool-output");
  g_source_attach (self->source, context);
  if (config->unit == APOOL_OUTPUT_LATEST)
    (void) apool_output_open_display (self, config->stdout_fd, -1,
                                      self->outlets[APOOL_STREAM_STDOUT]);
  return g_steal_pointer (&self);
}

/**
 * apool_output_say:
 * @self: an output, before @done
 * @line: a line that no job wrote, printed as apool_output_say_bytes() does it
 */
void
apool_output_say (ApoolOutput *self, const char *line)
{
  apool_output_say_bytes (self, line, strlen (line));
}

/**
 * apool_output_say_bytes:
 * @self: an output, before @done
 * @bytes: (array length=length): lines of any bytes that no job wrote; the last one need not end
 * @length: how many
 *
 * Prints lines on standard error: at once, unless the job whose turn it is is in the middle of a
 * line there. Then they come after that line, or after the job. Where a job has ended in the middle
 * of one, a newline comes first. They stay together, if they are no more than 64 KiB. @done comes
 * after all lines; after a failure they are dropped.
 */
void
apool_output_say_bytes (ApoolOutput *self, const char *bytes, gsize length)
{
  GError *error = NULL;

  if (self->error)
    return;
  if (!apool_output_lines_push_bytes (&self->lines, bytes, length, &error))
    apool_output_fail (self, error);
  else if (self->hub.display)
    apool_display_schedule (self->hub.display);
  else if (apool_output_print_lines (self, &error))
    apool_output_update_congested (self, &error);
  if (error)
    apool_output_fail (self, error);
}

/**
 * apool_output_find_last_line:
 * @self: an output
 * @seq: a job that runs
 * @length: (out): bytes of the line; 0 where there is none
 *
 * Returns: (transfer none) (nullable): the last line, or the end of it, that the job wrote to its
 *   standard output, or else to its standard error, as far as that has come here and was looked at
 */
const char *
apool_output_find_last_line (ApoolOutput *self, guint64 seq, gsize *length)
{
  const ApoolOutputJob *job = apool_turns_lookup_job (self->turns, seq);

  *length = 0;
  return job ? apool_output_job_find_last_line (job, length) : NULL;
}

/* Whether there is a display where our own lines go, which is made where that is a terminal. */
static gboolean
apool_output_ensure_display (ApoolOutput *self)
{
  const ApoolOutputConfig *config = &self->config;

  if (self->hub.display)
    return apool_display_is_on (self->hub.display, self->lines.outlet);
  return apool_output_open_display (self, config->stderr_fd, config->stdout_fd, self->lines.outlet);
}

/**
 * apool_output_set_status:
 * @self: an output, before @done
 * @compose: (nullable): makes a line about the run, whenever it is drawn; %NULL takes it away
 * @data: (closure): for @compose
 *
 * Shows a line in a row of the terminal, above latest lines, or draws it again if it is there.
 *
 * Returns: whether it is shown, since standard error is a terminal that can
 */
gboolean
apool_output_set_status (ApoolOutput *self, ApoolDisplayComposeFunc compose, gpointer data)
{
  if (!compose && self->status_row.is_listed)
    apool_display_remove_now (self->hub.display, &self->status_row);
  if (!compose || self->error || !apool_output_ensure_display (self))
    return FALSE;
  self->status_row.compose = compose;
  self->status_row.compose_data = data;
  apool_display_update (self->hub.display, &self->status_row);
  return TRUE;
}

/**
 * apool_output_end_live:
 * @self: an output
 *
 * What runs is about to be ended. Jobs that end by themselves still come before those that are
 * ended, so no other job than the one that prints begins to before it is over.
 */
void
apool_output_end_live (ApoolOutput *self)
{
  apool_turns_end_live (self->turns);
}

/**
 * apool_output_finish:
 * @self: an output; nothing comes any more
 *
 * Prints what waits, in order, over the gaps of jobs that never ran: first the jobs that ended by
 * themselves, then those that the pool ended. Then @done is called.
 */
void
apool_output_finish (ApoolOutput *self)
{
  GError *error = NULL;

  if (apool_turns_are_closed (self->turns))
    return;
  if (!apool_turns_close (self->turns, &error))
    apool_output_fail (self, error);
  apool_output_advance (self);
}

/**
 * apool_output_is_within_line:
 * @self: an output
 *
 * Returns: whether what was printed last where our own lines go has no newline behind it
 */
gboolean
apool_output_is_within_line (const ApoolOutput *self)
{
  return apool_outlet_is_in_line (self->lines.outlet);
}

/**
 * apool_output_get_n_waiting:
 * @self: an output
 *
 * Returns: how many finished jobs' output has not all been handed to its outlet
 */
guint64
apool_output_get_n_waiting (ApoolOutput *self)
{
  return apool_turns_get_n_waiting (self->turns);
}

/**
 * apool_output_abandon:
 * @self: an output; nothing is printed any more
 *
 * Writes what can be written at once of what the outlets have been given, and gives up the rest.
 *
 * Returns: of how many finished jobs the output may not have been written, or not all of it
 */
guint64
apool_output_abandon (ApoolOutput *self)
{
  for (guint i = 0; i < APOOL_N_STREAMS; i++)
    if (self->outlets[i])
      apool_outlet_flush_now (self->outlets[i]);
  if (apool_output_is_flushed (self))
    self->n_written = apool_turns_get_n_printed (self->turns);
  return apool_turns_get_n_waiting (self->turns) + apool_turns_get_n_printed (self->turns) -
         self->n_written;
}
