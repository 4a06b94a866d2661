/* SPDX-License-Identifier: MIT */
/* One job of the output: its two flows.
 *
 * Where both streams lead to the same file they share an outlet, which takes them one after the
 * other: standard error is not given it before standard output is complete, and that is known only
 * when the job is over. */

#include "sinks/apool-output-job.h"

#include "job/apool-colour.h"
#include "sinks/apool-job-file.h"
#include "sinks/apool-keepers.h"

static ApoolOutputJob *
apool_output_job_alloc (const ApoolFlowHub *hub, guint64 seq, ApoolLabel *label)
{
  const ApoolOutputConfig *config = hub->config;
  ApoolOutputJob *self = g_new (ApoolOutputJob, 1);

  self->task = NULL;
  self->seq = seq;
  self->place = (ApoolPlace){ 0 };
  self->is_closed = FALSE;
  self->finished = FALSE;
  self->ended_by_pool = FALSE;
  self->has_allowance = FALSE;
  self->turn = 0;
  self->n_in_memory = 0;
  self->row = (ApoolDisplayRow){ 0 };
  for (guint i = 0; i < APOOL_N_STREAMS; i++)
    {
      apool_flow_init (&self->flows[i], hub, label);
      self->flows[i].stream = (ApoolStream) i;
      self->flows[i].begins_line =
          config->unit == APOOL_OUTPUT_LINES || (config->is_titled && i == APOOL_STREAM_STDOUT);
    }
  self->flows[APOOL_STREAM_STDOUT].row = &self->row;
  if (hub->shares_outlet)
    self->flows[APOOL_STREAM_STDERR].row = &self->row;
  return self;
}

/* Begins the files that keep what the job writes. Its number is written when it has ended: until
 * then what is there is not all of it. */
static gboolean
apool_output_job_begin_results (ApoolOutputJob *self, const char *place, GError **error)
{
  ApoolResultFile seq = APOOL_RESULT_FILE_INIT;
  gboolean has_begun;

  for (guint i = 0; i < APOOL_N_STREAMS; i++)
    if (!apool_result_file_begin (&self->flows[i].result, place, (ApoolResultPart) i, error))
      return FALSE;
  has_begun = apool_result_file_begin (&seq, place, APOOL_RESULT_SEQ, error);
  apool_result_file_clear (&seq);
  return has_begun;
}

/* What apool ended, or lost, has no results that another run should go by. */
static gboolean
apool_output_job_end_results (ApoolOutputJob *self, const ApoolOutcome *outcome, GError **error)
{
  const char *place = self->task ? apool_task_get_traits (self->task)->results : NULL;

  if (!place || self->ended_by_pool)
    return TRUE;
  switch (apool_outcome_get_kind (outcome))
    {
    case APOOL_OUTCOME_EXITED:
    case APOOL_OUTCOME_SIGNALLED:
    case APOOL_OUTCOME_TIMED_OUT:
      return apool_result_file_write_seq (place, self->seq, error);
    case APOOL_OUTCOME_NOT_STARTED:
    case APOOL_OUTCOME_LOST:
    case APOOL_OUTCOME_SKIPPED:
      break;
    }
  return TRUE;
}

/* Whether what jobs write is printed, beside what becomes of it in a table. */
static gboolean
apool_output_job_is_printed_beside (const ApoolOutputConfig *config)
{
  return !config->table ||
         (config->unit == APOOL_OUTPUT_LINES && !apool_result_table_is_printed (config->table));
}

/* Whether what a job writes that has ended so is printed. */
static gboolean
apool_output_job_is_shown (const ApoolOutputConfig *config, const ApoolOutcome *outcome)
{
  switch (config->show)
    {
    case APOOL_OUTPUT_SHOW_FAILED:
      return !apool_outcome_is_success (outcome);
    case APOOL_OUTPUT_SHOW_NONE:
      return FALSE;
    case APOOL_OUTPUT_SHOW_ALL:
      break;
    }
  return TRUE;
}

/* Returns: (transfer none) (nullable): what became of a job in an earlier run, where that counts */
static ApoolOutcome *
apool_output_job_find_recorded (ApoolTask *task)
{
  GObject *recorded = task ? apool_task_get_traits (task)->recorded : NULL;

  return recorded ? apool_recorded_get_outcome (APOOL_RECORDED (recorded)) : NULL;
}

/* A row is printed as it is, and where nothing is printed nothing has a title; and what has the
 * colour of a failure gets it when it has failed.
 * Returns: (transfer full) (nullable): what is around lines from the first one on */
static ApoolLabel *
apool_output_job_make_label (const ApoolOutputConfig *config, ApoolTask *task)
{
  ApoolLabel *label = apool_task_get_traits (task)->label;
  const ApoolOutcome *recorded = apool_output_job_find_recorded (task);

  if (!apool_output_job_is_printed_beside (config) || (config->colours_failed && !recorded) ||
      (recorded && !apool_output_job_is_shown (config, recorded)))
    return NULL;
  if (config->colours_failed && !apool_outcome_is_success (recorded))
    return apool_label_new_coloured (label, APOOL_COLOUR_FAILED);
  return label ? apool_label_ref (label) : NULL;
}

static gboolean
apool_output_job_print_row_cb (gconstpointer data, gsize length, gpointer user_data, GError **error)
{
  ApoolOutputJob *self = user_data;

  return apool_flow_reprint (&self->flows[APOOL_STREAM_STDOUT], data, length, &self->n_in_memory,
                             error);
}

/* Has the table tell of the job, which is over. */
static gboolean
apool_output_job_write_row (ApoolOutputJob *self, const ApoolOutcome *outcome, GError **error)
{
  const ApoolFlowHub *hub = self->flows[APOOL_STREAM_STDOUT].hub;
  ApoolResultRow row = {
    .task = self->task,
    .outcome = outcome,
    .place = &self->place,
    .spool = hub->spool,
    .scratch = hub->scratch,
    .scratch_bytes = APOOL_FLOW_SCRATCH_BYTES,
    .print = apool_output_job_print_row_cb,
    .print_data = self,
  };

  if (!hub->config->table)
    return TRUE;
  for (guint i = 0; i < APOOL_N_STREAMS; i++)
    row.streams[i] = &self->flows[i].collected;
  return apool_result_table_write_row (hub->config->table, &row, error);
}

/* What comes before all rows, where rows are printed. */
static gboolean
apool_output_job_print_header (ApoolOutputJob *self, GError **error)
{
  ApoolFlow *out = &self->flows[APOOL_STREAM_STDOUT];
  ApoolResultTable *table = out->hub->config->table;
  g_autoptr (GBytes) header = table ? apool_result_table_take_header (table) : NULL;

  return !header || apool_flow_print_first (out, g_bytes_get_data (header, NULL),
                                            g_bytes_get_size (header), error);
}

/* Begins all files that the job needs. */
static gboolean
apool_output_job_begin_files (ApoolOutputJob *self, GError **error)
{
  const char *place = apool_task_get_traits (self->task)->results;

  return (!place || apool_output_job_begin_results (self, place, error)) &&
         apool_job_file_begin (&self->flows[APOOL_STREAM_STDOUT], error);
}

/* Where the job's bytes go, and where they come from, if that is no running job. */
static void
apool_output_job_begin_flows (ApoolOutputJob *self, const ApoolFlowHub *hub)
{
  const ApoolOutputConfig *config = hub->config;
  const ApoolOutcome *recorded = apool_output_job_find_recorded (self->task);
  gboolean is_shown = recorded ? apool_output_job_is_shown (config, recorded)
                               : config->show != APOOL_OUTPUT_SHOW_NONE;

  for (guint i = 0; i < APOOL_N_STREAMS; i++)
    {
      self->flows[i].kept_task = recorded ? NULL : self->task;
      self->flows[i].is_silent = !apool_output_job_is_printed_beside (config) || !is_shown;
      if (hub->mixers[i])
        apool_flow_set_mixer (&self->flows[i], hub->mixers[i]);
    }
}

static void
apool_output_job_begin_feeds (ApoolOutputJob *self)
{
  GObject *recorded = apool_task_get_traits (self->task)->recorded;

  for (guint i = 0; recorded && i < APOOL_N_STREAMS; i++)
    apool_flow_set_feed (&self->flows[i], APOOL_RECORDED (recorded));
}

/**
 * apool_output_job_new:
 * @hub: (transfer none): outlives it; told where results, or a title, cannot be kept
 * @task: the job
 *
 * Returns: (transfer full): a running job that has written nothing; or one that was run before, and
 *   of whose record nothing has been taken
 */
ApoolOutputJob *
apool_output_job_new (const ApoolFlowHub *hub, ApoolTask *task)
{
  const ApoolOutputConfig *config = hub->config;
  g_autoptr (ApoolLabel) label = apool_output_job_make_label (config, task);
  ApoolOutputJob *self = apool_output_job_alloc (hub, apool_task_get_seq (task), label);
  GError *error = NULL;

  self->task = apool_task_ref (task);
  self->row.label = apool_task_get_traits (task)->label;
  apool_output_job_begin_flows (self, hub);
  if (config->table && !apool_result_table_begin (config->table, task, &error))
    hub->failed (g_steal_pointer (&error), hub->data);
  if ((label && !apool_flow_print_title (&self->flows[APOOL_STREAM_STDOUT], label, &error)) ||
      !apool_output_job_begin_files (self, &error))
    hub->failed (error, hub->data);
  apool_output_job_begin_feeds (self);
  return self;
}

/* The job has no row any more. */
static void
apool_output_job_hide (ApoolOutputJob *self)
{
  ApoolDisplay *display = self->flows[APOOL_STREAM_STDOUT].hub->display;

  if (display)
    apool_display_remove (display, &self->row);
}

/**
 * apool_output_job_free:
 * @self: (transfer full): a job; what it wrote and was not printed is dropped
 */
void
apool_output_job_free (ApoolOutputJob *self)
{
  apool_output_job_hide (self);
  for (guint i = 0; i < APOOL_N_STREAMS; i++)
    apool_flow_clear (&self->flows[i]);
  g_clear_pointer (&self->task, apool_task_unref);
  g_free (self);
}

/* Gives what the job wrote its label, which depends on what became of the job. */
static gboolean
apool_output_job_relabel (ApoolOutputJob *self, const ApoolOutcome *outcome, GError **error)
{
  ApoolLabel *label = apool_task_get_traits (self->task)->label;
  g_autoptr (ApoolLabel) coloured = NULL;

  if (!apool_outcome_is_success (outcome))
    label = coloured = apool_label_new_coloured (label, APOOL_COLOUR_FAILED);
  for (guint i = 0; label && i < APOOL_N_STREAMS; i++)
    if (!apool_flow_relabel (&self->flows[i], label, i == APOOL_STREAM_STDOUT, error))
      return FALSE;
  return TRUE;
}

/* Prints the latest line, or those of two streams that go to different files. */
static gboolean
apool_output_job_print_latest (ApoolOutputJob *self, GError **error)
{
  for (guint i = 0; i < APOOL_N_STREAMS; i++)
    {
      if (!apool_flow_has_latest (&self->flows[i]))
        continue;
      if (!apool_flow_print_latest (&self->flows[i], error))
        return FALSE;
      apool_flow_tell_cut (&self->flows[i], self->seq);
    }
  return TRUE;
}

/* All that the job prints has been printed, or waits. */
static gboolean
apool_output_job_end_flows (ApoolOutputJob *self, const ApoolOutcome *outcome, GError **error)
{
  const ApoolOutputConfig *config = self->flows[APOOL_STREAM_STDOUT].hub->config;

  for (guint i = 0; i < APOOL_N_STREAMS; i++)
    if (!apool_flow_finish (&self->flows[i], error))
      return FALSE;
  return (!config->colours_failed || !apool_output_job_is_printed_beside (config) ||
          apool_output_job_relabel (self, outcome, error)) &&
         apool_output_job_print_latest (self, error);
}

/* Tells how much the job wrote, all of which has come. */
static void
apool_output_job_tell_kept (const ApoolOutputJob *self)
{
  guint64 lengths[APOOL_N_STREAMS];

  for (guint i = 0; i < APOOL_N_STREAMS; i++)
    lengths[i] = self->flows[i].n_written;
  apool_keepers_tell_kept (self->flows[APOOL_STREAM_STDOUT].hub->config->keepers, self->task,
                           lengths);
}

/* Tells of a job that did not succeed what it wrote last. */
static void
apool_output_job_tell_failed (const ApoolOutputJob *self)
{
  const ApoolFlowHub *hub = self->flows[APOOL_STREAM_STDOUT].hub;
  ApoolKeptEnd ends[APOOL_N_STREAMS];

  for (guint i = 0; i < APOOL_N_STREAMS; i++)
    apool_trail_get_end (&self->flows[i].trail, &ends[i]);
  apool_keepers_tell_failed (hub->config->keepers, self->task, ends);
}

/**
 * apool_output_job_void:
 * @self: a running job, to be freed
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * An attempt is over that does not count. Those who keep what jobs write still get what its pipes
 * hold, and are told of the end.
 *
 * Returns: whether that went well
 */
gboolean
apool_output_job_void (ApoolOutputJob *self, GError **error)
{
  for (guint i = 0; i < APOOL_N_STREAMS; i++)
    if (!apool_flow_void (&self->flows[i], error))
      return FALSE;
  apool_output_job_tell_kept (self);
  return TRUE;
}

/**
 * apool_output_job_close:
 * @self: a job
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * The job's processes have ended. Its pipes are emptied and closed, its files complete, and those
 * who keep what jobs write are told how much that was.
 *
 * Returns: whether all it wrote is at hand
 */
gboolean
apool_output_job_close (ApoolOutputJob *self, GError **error)
{
  if (self->is_closed)
    return TRUE;
  self->is_closed = TRUE;
  for (guint i = 0; i < APOOL_N_STREAMS; i++)
    if (!apool_flow_close (&self->flows[i], error))
      return FALSE;
  apool_output_job_tell_kept (self);
  apool_output_job_hide (self);
  return TRUE;
}

/**
 * apool_output_job_finish:
 * @self: a job
 * @outcome: what became of it
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * The job is over: apool_output_job_close(). Its row is written where there is a table, and where
 * what it wrote is not to be printed that is dropped.
 *
 * Returns: whether all it wrote is at hand
 */
gboolean
apool_output_job_finish (ApoolOutputJob *self, const ApoolOutcome *outcome, GError **error)
{
  gboolean is_shown = apool_output_job_is_shown (self->flows[0].hub->config, outcome);

  self->finished = TRUE;
  self->ended_by_pool = apool_outcome_is_ended_by_pool (outcome);
  if (!apool_output_job_close (self, error))
    return FALSE;
  if (self->flows[0].hub->keeps_ends && !apool_outcome_is_success (outcome))
    apool_output_job_tell_failed (self);
  if (!apool_output_job_end_results (self, outcome, error) ||
      !apool_job_file_announce (&self->flows[APOOL_STREAM_STDOUT], is_shown, error) ||
      !apool_output_job_write_row (self, outcome, error))
    return FALSE;
  if (is_shown)
    return apool_output_job_end_flows (self, outcome, error);
  for (guint i = 0; i < APOOL_N_STREAMS; i++)
    apool_flow_drop (&self->flows[i]);
  return TRUE;
}

/* Ends a stream, if all that is recorded of it has been taken. */
static gboolean
apool_output_job_end_feed (ApoolOutputJob *self, ApoolFlow *flow, GError **error)
{
  gboolean is_shown =
      apool_output_job_is_shown (flow->hub->config, apool_output_job_find_recorded (self->task));

  if (flow->is_ended || apool_feed_get_left (&flow->feed) > 0)
    return TRUE;
  flow->is_ended = TRUE;
  return apool_flow_close (flow, error) &&
         (flow->stream != APOOL_STREAM_STDOUT || apool_job_file_announce (flow, is_shown, error)) &&
         apool_flow_finish (flow, error);
}

/* Ends a job that was run before, if all that it wrote has been taken. */
static gboolean
apool_output_job_end_recalled (ApoolOutputJob *self, GError **error)
{
  const ApoolOutcome *outcome = apool_output_job_find_recorded (self->task);

  for (guint i = 0; i < APOOL_N_STREAMS; i++)
    if (apool_feed_get_left (&self->flows[i].feed) > 0)
      return TRUE;
  for (guint i = 0; i < APOOL_N_STREAMS; i++)
    if (!apool_output_job_end_feed (self, &self->flows[i], error))
      return FALSE;
  self->finished = TRUE;
  apool_output_job_hide (self);
  return apool_output_job_end_results (self, outcome, error) &&
         apool_output_job_write_row (self, outcome, error) &&
         apool_output_job_print_latest (self, error);
}

/* Whether standard error may have to wait for the end of standard output: where they share an
 * outlet, or a line of the one is in the way that has no end. Else that end waits for the job's. */
static gboolean
apool_output_job_must_end_first (const ApoolFlow *out)
{
  return !out->mixer || apool_mixer_favours (out->mixer, &out->input);
}

/* Takes from the record what can go on. */
static gboolean
apool_output_job_feed (ApoolOutputJob *self, gsize *budget, GError **error)
{
  ApoolFlow *out = &self->flows[APOOL_STREAM_STDOUT];
  ApoolFlow *err = &self->flows[APOOL_STREAM_STDERR];

  if (!apool_flow_feed (out, budget, error) ||
      (apool_output_job_must_end_first (out) && !apool_output_job_end_feed (self, out, error)))
    return FALSE;
  if (out->outlet && !err->outlet && out->is_ended && apool_flow_is_empty (out))
    apool_flow_set_outlet (err, out->outlet);
  return apool_flow_feed (err, budget, error) && apool_output_job_end_recalled (self, error);
}

/**
 * apool_output_job_recall:
 * @self: a job that was run before, and wrote little
 * @error: (out) (optional): a #GIOErrorEnum: of the record, or as of apool_output_job_finish()
 *
 * Takes what it wrote from its record, and ends it.
 *
 * Returns: whether all of it is at hand
 */
gboolean
apool_output_job_recall (ApoolOutputJob *self, GError **error)
{
  for (guint i = 0; i < APOOL_N_STREAMS; i++)
    if (!apool_flow_feed_all (&self->flows[i], error))
      return FALSE;
  return apool_output_job_end_recalled (self, error);
}

/**
 * apool_output_job_is_recalled:
 * @self: a job
 *
 * Returns: whether it was run before, and not all it wrote was taken from its record
 */
gboolean
apool_output_job_is_recalled (const ApoolOutputJob *self)
{
  return !self->finished && apool_output_job_find_recorded (self->task);
}

/**
 * apool_output_job_is_running:
 * @self: a job
 *
 * Returns: whether it is neither over nor was it run before
 */
gboolean
apool_output_job_is_running (const ApoolOutputJob *self)
{
  return !self->finished && !apool_output_job_find_recorded (self->task);
}

/**
 * apool_output_job_can_feed:
 * @self: a job
 *
 * Returns: whether there is something in its record that apool_output_job_pump() would take
 */
gboolean
apool_output_job_can_feed (const ApoolOutputJob *self)
{
  return apool_flow_can_feed (&self->flows[APOOL_STREAM_STDOUT]) ||
         apool_flow_can_feed (&self->flows[APOOL_STREAM_STDERR]);
}

/**
 * apool_output_job_drop:
 * @self: a job
 *
 * What it wrote so far is neither printed nor part of its row. Its files stay as they are.
 *
 * Returns: whether there was something
 */
gboolean
apool_output_job_drop (ApoolOutputJob *self)
{
  gboolean is_cut = FALSE;

  for (guint i = 0; i < APOOL_N_STREAMS; i++)
    {
      ApoolFlow *flow = &self->flows[i];

      is_cut = is_cut || flow->held.length > 0 || flow->collected.bytes.length > 0;
      apool_flow_drop (flow);
      apool_extents_clear (&flow->collected.bytes, flow->hub->spool);
    }
  return is_cut;
}

/**
 * apool_output_job_pack:
 * @self: a job that is over; has nothing to print afterwards
 * @record: (out): what it wrote, for apool_output_job_new_unpacked()
 * @error: (out) (optional): of apool_held_pack()
 *
 * Returns: whether all of it is there; if not, nobody needs the rest
 */
gboolean
apool_output_job_pack (ApoolOutputJob *self, ApoolBacklogRecord *record, GError **error)
{
  *record = (ApoolBacklogRecord){ 0 };
  record->state = self->ended_by_pool ? APOOL_BACKLOG_ENDED : APOOL_BACKLOG_FINISHED;
  for (guint i = 0; i < APOOL_N_STREAMS; i++)
    if (!apool_held_pack (&self->flows[i].held, &self->flows[i].hub->place, &record->streams[i],
                          error))
      return FALSE;
  return TRUE;
}

/**
 * apool_output_job_park:
 * @self: a job that is over; has nothing to print afterwards
 * @backlog: where what it wrote is put, for apool_output_job_new_unpacked()
 * @turn: when it is to be printed
 * @error: (out) (optional): of apool_output_job_pack() and apool_backlog_put()
 *
 * Returns: whether it is put away
 */
gboolean
apool_output_job_park (ApoolOutputJob *self, ApoolBacklog *backlog, guint64 turn, GError **error)
{
  ApoolBacklogRecord record;

  return apool_output_job_pack (self, &record, error) &&
         apool_backlog_put (backlog, turn, &record, error);
}

/**
 * apool_output_job_new_unpacked:
 * @hub: (transfer none): outlives it
 * @record: of apool_output_job_park(); not to be used again
 * @error: (out) (optional): a #GIOErrorEnum of the spool
 *
 * Returns: (transfer full) (nullable): a job that is over, and what it wrote
 */
ApoolOutputJob *
apool_output_job_new_unpacked (const ApoolFlowHub *hub,
                               const ApoolBacklogRecord *record,
                               GError **error)
{
  ApoolOutputJob *self = apool_output_job_alloc (hub, 0, NULL); /* it has its label */

  self->finished = TRUE;
  self->ended_by_pool = record->state == APOOL_BACKLOG_ENDED;
  for (guint i = 0; i < APOOL_N_STREAMS; i++)
    if (!apool_held_unpack (&self->flows[i].held, &hub->place, &record->streams[i], error))
      {
        apool_output_job_free (self);
        return NULL;
      }
  return self;
}

/**
 * apool_output_job_open:
 * @self: a job
 * @outlets: (array fixed-size=2): where its streams go; %NULL for standard error where it goes
 *   where standard output goes
 *
 * It is the job's turn to print.
 */
void
apool_output_job_open (ApoolOutputJob *self, ApoolOutlet *const *outlets)
{
  for (guint i = 0; i < APOOL_N_STREAMS; i++)
    apool_flow_set_outlet (&self->flows[i], outlets[i]);
}

/**
 * apool_output_job_withdraw:
 * @self: a job that has not printed anything
 *
 * It is not the job's turn any more.
 */
void
apool_output_job_withdraw (ApoolOutputJob *self)
{
  for (guint i = 0; i < APOOL_N_STREAMS; i++)
    apool_flow_set_outlet (&self->flows[i], NULL);
}

/**
 * apool_output_job_pump:
 * @self: a job whose turn it is
 * @budget: (inout): how many bytes there is time to take from its record
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * Prints what the outlets take.
 *
 * Returns: whether that went well
 */
gboolean
apool_output_job_pump (ApoolOutputJob *self, gsize *budget, GError **error)
{
  ApoolFlow *out = &self->flows[APOOL_STREAM_STDOUT];
  ApoolFlow *err = &self->flows[APOOL_STREAM_STDERR];

  if (out->outlet &&
      (!apool_output_job_print_header (self, error) || !apool_flow_pump (out, error)))
    return FALSE;
  if (apool_output_job_is_recalled (self) && !apool_output_job_feed (self, budget, error))
    return FALSE;
  if (!err->outlet && self->finished && apool_flow_is_empty (out))
    apool_flow_set_outlet (err, out->outlet);
  return !err->outlet || apool_flow_pump (err, error);
}

/**
 * apool_output_job_resume:
 * @self: a running job
 * @allowance: how many bytes of each stream it may keep although the spool is full
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * The spool is full no longer, or this job is to go on all the same.
 *
 * Returns: whether its pipes, where it has some, will be read
 */
gboolean
apool_output_job_resume (ApoolOutputJob *self, gsize allowance, GError **error)
{
  self->has_allowance = allowance > 0;
  for (guint i = 0; i < APOOL_N_STREAMS; i++)
    if (!apool_flow_resume (&self->flows[i], allowance, error))
      return FALSE;
  return TRUE;
}

/**
 * apool_output_job_has_printed:
 * @self: a job
 *
 * Returns: whether anything of it has gone to an outlet
 */
gboolean
apool_output_job_has_printed (const ApoolOutputJob *self)
{
  return self->flows[APOOL_STREAM_STDOUT].has_printed ||
         self->flows[APOOL_STREAM_STDERR].has_printed;
}

/**
 * apool_output_job_has_printed_on:
 * @self: a job whose turn it is
 * @outlet: where
 *
 * Returns: whether anything of it has gone to @outlet
 */
gboolean
apool_output_job_has_printed_on (const ApoolOutputJob *self, const ApoolOutlet *outlet)
{
  for (guint i = 0; i < APOOL_N_STREAMS; i++)
    if (self->flows[i].outlet == outlet && self->flows[i].has_printed)
      return TRUE;
  return FALSE;
}

/**
 * apool_output_job_is_printed:
 * @self: a job
 *
 * Returns: whether it is over and has nothing left to print
 */
gboolean
apool_output_job_is_printed (const ApoolOutputJob *self)
{
  return self->finished && apool_flow_is_empty (&self->flows[APOOL_STREAM_STDOUT]) &&
         apool_flow_is_empty (&self->flows[APOOL_STREAM_STDERR]);
}

/**
 * apool_output_job_get_blocked:
 * @self: a job whose turn it is
 *
 * Returns: how many bytes wait although it is their turn, since an outlet is full
 */
guint64
apool_output_job_get_blocked (const ApoolOutputJob *self)
{
  guint64 n_bytes = 0;

  for (guint i = 0; i < APOOL_N_STREAMS; i++)
    n_bytes += apool_flow_get_blocked (&self->flows[i]);
  return n_bytes;
}

/**
 * apool_output_job_get_largest_flow:
 * @self: a running job
 *
 * Returns: (transfer none): the one that holds more that is not to be printed yet
 */
ApoolFlow *
apool_output_job_get_largest_flow (ApoolOutputJob *self)
{
  ApoolFlow *out = &self->flows[APOOL_STREAM_STDOUT];
  ApoolFlow *err = &self->flows[APOOL_STREAM_STDERR];

  return apool_flow_get_kept (out) >= apool_flow_get_kept (err) ? out : err;
}

/**
 * apool_output_job_is_mixed_early:
 * @self: a running job
 *
 * Returns: whether lines are mixed, and one of its lines is printed before it ends
 */
gboolean
apool_output_job_is_mixed_early (const ApoolOutputJob *self)
{
  for (guint i = 0; i < APOOL_N_STREAMS; i++)
    if (self->flows[i].mixer && apool_mixer_favours (self->flows[i].mixer, &self->flows[i].input))
      return TRUE;
  return FALSE;
}

/**
 * apool_output_job_is_stalled:
 * @self: a running job
 *
 * Returns: whether it is waiting for room in a full spool, as far as can be told
 */
gboolean
apool_output_job_is_stalled (const ApoolOutputJob *self)
{
  return apool_flow_is_stalled (&self->flows[APOOL_STREAM_STDOUT]) ||
         apool_flow_is_stalled (&self->flows[APOOL_STREAM_STDERR]);
}

/**
 * apool_output_job_find_last_line:
 * @self: a job
 * @length: (out): bytes of the line; 0 where there is none
 *
 * Returns: (transfer none) (nullable): the last line, or the end of it, that it wrote to its
 * standard output, or else to its standard error, as far as that was looked at
 */
const char *
apool_output_job_find_last_line (const ApoolOutputJob *self, gsize *length)
{
  const char *line = apool_tail_find_line (&self->flows[APOOL_STREAM_STDOUT].tail, length);

  return line ? line : apool_tail_find_line (&self->flows[APOOL_STREAM_STDERR].tail, length);
}
