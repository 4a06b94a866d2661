/* SPDX-License-Identifier: MIT */
/* Whose turn it is.
 *
 * Each job has a turn: its number in the input, or the number of its completion. At most one job,
 * the current one, prints. Where it is still running it prints live. All others are either running
 * (a small record here, what they wrote in the spool) or finished (in the backlog, which keeps
 * millions of them in flat memory).
 *
 * A job that the pool ended gives way to those that ended by themselves: unless it has begun to
 * print, it stays in the backlog until no more jobs come, and is printed after all others.
 *
 * Where lines of jobs are mixed nobody has a turn. A job that has ended stays until its last line
 * is out.
 *
 * A job that was run before and wrote much has its turn as all others, and what it wrote is taken
 * from its record only then. Where lines are mixed it has one, too: its lines go to the mixers, one
 * such job after the other.
 *
 * An attempt at a job that is to be tried again is set aside. The job keeps its turn, the next
 * attempt is a new record, and with that the one before counts for nothing. What has been printed
 * of it cannot be taken back, so whoever tries jobs again has the output hold them: then no job
 * prints before it has finished. */

#include "sinks/apool-turns.h"

#include "job/apool-recorded.h"
#include "sinks/apool-turns-private.h"

/* How long a job has its turn before it is asked to stream. */
#define STREAM_DELAY_USEC (20 * G_TIME_SPAN_MILLISECOND)

#define NO_DEADLINE (-1)

/* Jobs that were run before and wrote no more than this are as others that have just ended: what
 * they wrote waits in the spool. That of larger ones stays where it is. */
#define SMALL_BYTES ((guint64) 1024 * 1024)

/* As so much output counts a job that has ended and is still here. */
#define ENDING_BYTES ((guint64) 512)

/**
 * apool_turns_new:
 * @hub: (transfer none): of all flows; outlives the turns
 *
 * Returns: (transfer full): no jobs; the first turn is the first one's
 */
ApoolTurns *
apool_turns_new (const ApoolFlowHub *hub)
{
  ApoolTurns *self = g_new0 (ApoolTurns, 1);

  self->hub = hub;
  self->backlog = apool_backlog_new (hub->spool);
  self->recalls = apool_recalls_new ();
  self->aside = apool_aside_new (hub);
  self->running = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL,
                                         (GDestroyNotify) apool_output_job_free);
  self->turn = 1;
  self->ask_deadline = NO_DEADLINE;
  return self;
}

/**
 * apool_turns_free:
 * @self: (transfer full): turns; what was not printed is dropped
 */
void
apool_turns_free (ApoolTurns *self)
{
  apool_turns_drop (self);
  g_hash_table_unref (self->running);
  apool_recalls_free (self->recalls);
  apool_backlog_free (self->backlog);
  apool_aside_free (self->aside);
  g_free (self);
}

/**
 * apool_turns_set_outlets:
 * @self: turns without jobs
 * @outlets: (array fixed-size=2): where the streams go; %NULL for standard error where it goes
 *   where standard output goes. They outlive the turns
 */
void
apool_turns_set_outlets (ApoolTurns *self, ApoolOutlet *const *outlets)
{
  for (guint i = 0; i < APOOL_N_STREAMS; i++)
    self->outlets[i] = outlets[i];
}

/* ---- jobs ---- */

/**
 * apool_turns_lookup_job:
 * @self: turns
 * @seq: the number of a job
 *
 * Returns: (transfer none) (nullable): the job, where it is running
 */
ApoolOutputJob *
apool_turns_lookup_job (const ApoolTurns *self, guint64 seq)
{
  return g_hash_table_lookup (self->running, &seq);
}

/**
 * apool_turns_ensure_job:
 * @self: turns
 * @task: a job that is running
 *
 * What was set aside of an attempt before counts for nothing now.
 *
 * Returns: (transfer none): it, new where nothing was known of it
 */
ApoolOutputJob *
apool_turns_ensure_job (ApoolTurns *self, ApoolTask *task)
{
  ApoolOutputJob *job = apool_turns_lookup_job (self, apool_task_get_seq (task));

  GError *error = NULL;

  if (job)
    return job;
  if (!apool_aside_forget (self->aside, apool_task_get_seq (task), &error))
    self->hub->failed (error, self->hub->data);
  job = apool_output_job_new (self->hub, task);
  g_hash_table_insert (self->running, &job->seq, job);
  return job;
}

void
apool_turns_set_current (ApoolTurns *self, ApoolOutputJob *job)
{
  self->current = job;
  if (!apool_output_config_is_mixed (self->hub->config))
    apool_output_job_open (job, self->outlets);
  self->ask_deadline = !apool_output_job_is_running (job)
                           ? NO_DEADLINE
                           : g_get_monotonic_time () + STREAM_DELAY_USEC;
}

static void
apool_turns_forget_current (ApoolTurns *self)
{
  self->current = NULL;
  self->ask_deadline = NO_DEADLINE;
}

/* The turn of a job that is over: its number, unless jobs come as they end. */
static guint64
apool_turns_find_turn (ApoolTurns *self, ApoolOutputJob *job)
{
  if (self->hub->config->order == APOOL_OUTPUT_INPUT_ORDER)
    return job->seq;
  return job->turn > 0 ? job->turn : ++self->n_turns;
}

/* A job is over: makes it the current one, or lets it be that, or puts it away. */
static gboolean
apool_turns_place (ApoolTurns *self, ApoolOutputJob *job, GError **error)
{
  guint64 turn;
  gboolean parked;

  if (apool_output_config_is_mixed (self->hub->config))
    {
      g_queue_push_tail (&self->ending, job);
      apool_turns_sweep (self);
      return TRUE;
    }
  turn = apool_turns_find_turn (self, job);
  if (job == self->current)
    {
      self->ask_deadline = NO_DEADLINE;
      return TRUE;
    }
  if (!self->current && turn == self->turn && !job->ended_by_pool)
    {
      apool_turns_set_current (self, job);
      return TRUE;
    }
  parked = apool_output_job_park (job, self->backlog, turn, error);
  apool_output_job_free (job);
  return parked;
}

/* A job, @job, (transfer full), is over: what it wrote waits for its turn, or is printed. Returns
 * whether all of it is at hand; if not, the job still goes its way. */
static gboolean
apool_turns_settle_job (ApoolTurns *self,
                        ApoolOutputJob *job,
                        const ApoolOutcome *outcome,
                        GError **error)
{
  gboolean is_whole;

  g_hash_table_steal (self->running, &job->seq);
  self->n_finished++;
  if (job == self->current && apool_outcome_is_ended_by_pool (outcome) &&
      !apool_output_job_has_printed (job))
    {
      apool_output_job_withdraw (job);
      apool_turns_forget_current (self);
    }
  /* One that was set aside may be finished by now. */
  is_whole = job->finished || apool_output_job_finish (job, outcome, error);
  /* Nothing is printed any more after one error; a second one does not matter. */
  return apool_turns_place (self, job, is_whole ? error : NULL) && is_whole;
}

/* Has a job wait for its turn that wrote much when it was run. */
static gboolean
apool_turns_put_off (ApoolTurns *self, ApoolTask *task, const guint64 *lengths, GError **error)
{
  guint64 turn = self->hub->config->order == APOOL_OUTPUT_INPUT_ORDER ? apool_task_get_seq (task)
                                                                      : ++self->n_turns;
  ApoolBacklogRecord record = { .state = APOOL_BACKLOG_RECORDED };

  for (guint i = 0; i < APOOL_N_STREAMS; i++)
    record.streams[i].length = MIN (lengths[i], G_MAXUINT32);
  if (!apool_backlog_put (self->backlog, turn, &record, error))
    return FALSE;
  apool_recalls_put (self->recalls, turn, task);
  return TRUE;
}

/* What a job wrote when it was run before waits for its turn, or is printed. */
static gboolean
apool_turns_recall (ApoolTurns *self, ApoolTask *task, GError **error)
{
  ApoolRecorded *recorded = APOOL_RECORDED (apool_task_get_traits (task)->recorded);
  guint64 lengths[APOOL_N_STREAMS];
  guint64 n_most = apool_spool_is_full (self->hub->spool) ? 0 : SMALL_BYTES;
  ApoolOutputJob *job;

  for (guint i = 0; i < APOOL_N_STREAMS; i++)
    lengths[i] = apool_recorded_get_length (recorded, (ApoolStream) i);
  self->n_finished++;
  if (lengths[APOOL_STREAM_STDOUT] > n_most ||
      lengths[APOOL_STREAM_STDERR] > n_most - lengths[APOOL_STREAM_STDOUT])
    return apool_turns_put_off (self, task, lengths, error);
  job = apool_output_job_new (self->hub, task);
  if (apool_output_job_recall (job, error))
    return apool_turns_place (self, job, error);
  apool_output_job_free (job);
  return FALSE;
}

/* Has nobody wait for turns in which nothing is run. */
static gboolean
apool_turns_skip (ApoolTurns *self, const ApoolTask *task, GError **error)
{
  guint n = MAX (apool_task_get_traits (task)->n_skipped, 1);
  ApoolBacklogRecord record = { .state = APOOL_BACKLOG_SKIPPED, .n_skipped = n };

  return self->hub->config->order != APOOL_OUTPUT_INPUT_ORDER ||
         apool_backlog_put (self->backlog, apool_task_get_seq (task), &record, error);
}

/**
 * apool_turns_settle_task:
 * @self: turns
 * @task: a job that is over: it ran, or was to be tried again, or was never started, or it was run
 *   before and is recorded
 * @outcome: what became of it
 * @error: (out) (optional): of apool_output_job_finish(), apool_output_job_park(),
 *   apool_aside_take(), apool_backlog_put() and of the record
 *
 * What it wrote waits for its turn, or is printed.
 *
 * Returns: whether all of it is at hand
 */
gboolean
apool_turns_settle_task (ApoolTurns *self,
                         ApoolTask *task,
                         const ApoolOutcome *outcome,
                         GError **error)
{
  guint64 seq = apool_task_get_seq (task);
  ApoolOutputJob *job = apool_turns_lookup_job (self, seq);

  if (apool_outcome_get_kind (outcome) == APOOL_OUTCOME_SKIPPED)
    return apool_turns_skip (self, task, error);
  if (apool_task_get_traits (task)->recorded)
    return apool_turns_recall (self, task, error);
  if (!job && !apool_aside_take (self->aside, seq, &job, error))
    return FALSE;
  return apool_turns_settle_job (self, job ? job : apool_turns_ensure_job (self, task), outcome,
                                 error);
}

/**
 * apool_turns_end_attempt:
 * @self: turns
 * @task: a job that is to be tried again; it keeps its turn
 * @outcome: what became of the attempt
 * @error: (out) (optional): of apool_aside_put() or apool_output_job_void()
 *
 * What the attempt wrote is set aside: it counts where there is no other one after all. Where some
 * of it may be printed by now it is forgotten.
 *
 * Returns: whether all of it is at hand
 */
gboolean
apool_turns_end_attempt (ApoolTurns *self,
                         const ApoolTask *task,
                         const ApoolOutcome *outcome,
                         GError **error)
{
  ApoolOutputJob *job = apool_turns_lookup_job (self, apool_task_get_seq (task));
  gboolean is_told;

  if (!job)
    return TRUE; /* this attempt was not started, or nothing is printed any more */
  if (job == self->current)
    apool_turns_forget_current (self);
  if (job->turn > 0)
    self->turn++; /* the next attempt gets another one */
  g_hash_table_steal (self->running, &job->seq);
  if (self->hub->config->holds)
    return apool_aside_put (self->aside, job, outcome, error);
  is_told = apool_output_job_void (job, error);
  apool_output_job_free (job);
  return is_told;
}

/**
 * apool_turns_end_live:
 * @self: turns
 *
 * What runs is about to be ended: nobody begins to print before it is known whether it was.
 */
void
apool_turns_end_live (ApoolTurns *self)
{
  self->is_ending = TRUE;
}

/**
 * apool_turns_close:
 * @self: turns
 * @error: (out) (optional): of apool_turns_settle_task()
 *
 * No more jobs come: from now on turns of jobs that never ran are passed over, and at last jobs are
 * printed that the pool ended.
 *
 * Returns: whether what waits is at hand
 */
gboolean
apool_turns_close (ApoolTurns *self, GError **error)
{
  g_autoptr (ApoolOutcome) lost =
      apool_outcome_new (APOOL_OUTCOME_LOST, 0, &(ApoolUsage){ 0 }, TRUE, FALSE, NULL);
  g_autofree gpointer *jobs = NULL;
  guint n_jobs = 0;
  gboolean is_whole = TRUE;

  /* The pool reports all its tasks; should one be missing, what it wrote is not lost. */
  jobs = g_hash_table_get_keys_as_array (self->running, &n_jobs);
  for (guint i = 0; i < n_jobs; i++)
    is_whole =
        apool_turns_settle_job (self, apool_turns_lookup_job (self, *(const guint64 *) jobs[i]),
                                lost, is_whole ? error : NULL) &&
        is_whole;
  self->phase = APOOL_TURNS_PRINTING_FINISHED;
  return is_whole;
}

/**
 * apool_turns_drop:
 * @self: turns
 *
 * Closes all pipes, so that jobs that still write learn that nobody reads, and forgets what they
 * wrote.
 */
void
apool_turns_drop (ApoolTurns *self)
{
  if (self->current && !apool_output_job_is_running (self->current))
    apool_output_job_free (self->current);
  apool_turns_forget_current (self);
  g_hash_table_remove_all (self->running);
  g_queue_clear_full (&self->ending, (GDestroyNotify) apool_output_job_free);
}

/* ---- the turn ---- */

static ApoolOutputJob *
apool_turns_recall_put_off (ApoolTurns *self)
{
  g_autoptr (ApoolTask) task = apool_recalls_take (self->recalls, self->turn);

  return apool_output_job_new (self->hub, task);
}

/* Makes the job of @record, found at the turn, the current one. */
static gboolean
apool_turns_unpark (ApoolTurns *self, const ApoolBacklogRecord *record, GError **error)
{
  ApoolOutputJob *job = record->state == APOOL_BACKLOG_RECORDED
                            ? apool_turns_recall_put_off (self)
                            : apool_output_job_new_unpacked (self->hub, record, error);

  if (!job)
    return FALSE;
  if (!apool_backlog_remove (self->backlog, self->turn, error))
    {
      apool_output_job_free (job);
      return FALSE;
    }
  if (self->turn < self->printable_end)
    self->printable_bytes -= apool_backlog_record_get_bytes (record);
  apool_turns_set_current (self, job);
  return TRUE;
}

/* Finds the record that is next in this phase, moving the turn over gaps where no more jobs come.
 * Returns: whether it could be looked up */
static gboolean
apool_turns_seek (ApoolTurns *self, ApoolBacklogRecord *record, GError **error)
{
  if (self->phase == APOOL_TURNS_RUNNING)
    return apool_backlog_peek (self->backlog, self->turn, record, error);
  for (; self->phase < APOOL_TURNS_PRINTED; self->phase++)
    {
      if (!apool_backlog_find (self->backlog, &self->turn, record, error))
        return FALSE;
      if (record->state != APOOL_BACKLOG_MISSING)
        return TRUE;
      self->turn = 0; /* the next phase looks at all of them again */
    }
  *record = (ApoolBacklogRecord){ 0 };
  return TRUE;
}

static gboolean
apool_turns_start_live (ApoolTurns *self)
{
  ApoolOutputJob *job;

  if (self->is_ending || !apool_output_config_is_live (self->hub->config) ||
      self->hub->config->order == APOOL_OUTPUT_COMPLETION_ORDER)
    return FALSE;
  job = apool_turns_lookup_job (self, self->turn);
  if (job)
    apool_turns_set_current (self, job);
  return job != NULL;
}

/**
 * apool_turns_ensure_current:
 * @self: turns
 * @error: (out) (optional): a #GIOErrorEnum of the spool
 *
 * Gives the turn to whom it belongs, if nobody has it.
 *
 * Returns: whether there is a current job; %FALSE also on an error
 */
gboolean
apool_turns_ensure_current (ApoolTurns *self, GError **error)
{
  while (!self->current && !apool_turns_start_live (self))
    {
      ApoolBacklogRecord record;

      if (!apool_turns_seek (self, &record, error) || record.state == APOOL_BACKLOG_MISSING)
        return FALSE;
      if (record.state == APOOL_BACKLOG_ENDED && self->phase < APOOL_TURNS_PRINTING_ENDED)
        self->turn++; /* it gives way */
      else if (record.state == APOOL_BACKLOG_SKIPPED)
        {
          if (!apool_backlog_remove (self->backlog, self->turn, error))
            return FALSE;
          self->turn += record.n_skipped;
        }
      else if (!apool_turns_unpark (self, &record, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * apool_turns_get_current:
 * @self: turns
 *
 * Returns: (transfer none) (nullable): the job that prints
 */
ApoolOutputJob *
apool_turns_get_current (const ApoolTurns *self)
{
  return self->current;
}

/**
 * apool_turns_end_current:
 * @self: turns with a current job, which is printed
 *
 * The turn goes to the next job.
 */
void
apool_turns_end_current (ApoolTurns *self)
{
  g_clear_pointer (&self->current, apool_output_job_free);
  self->turn++;
  self->n_printed++;
}

/* ---- what the output wants to know ---- */

/**
 * apool_turns_get_deadline:
 * @self: turns
 *
 * Returns: when the current job is to be asked to stream, monotonic time in microseconds; negative
 *   where nobody is
 */
gint64
apool_turns_get_deadline (const ApoolTurns *self)
{
  return self->ask_deadline;
}

/**
 * apool_turns_take_deadline:
 * @self: turns with a deadline, of which nobody is reminded again
 *
 * Returns: the number of the job that is to be asked
 */
guint64
apool_turns_take_deadline (ApoolTurns *self)
{
  self->ask_deadline = NO_DEADLINE;
  return self->current->seq;
}

/**
 * apool_turns_count_printable:
 * @self: turns
 * @limit: bytes with which there is no need to count on
 * @error: (out) (optional): a #GIOErrorEnum of the spool
 *
 * Returns: how many bytes could be printed if only the outlets took them
 */
guint64
apool_turns_count_printable (ApoolTurns *self, guint64 limit, GError **error)
{
  guint64 n_blocked = self->current ? apool_output_job_get_blocked (self->current) : 0;

  for (guint i = 0; i < APOOL_N_STREAMS; i++)
    if (self->hub->mixers[i])
      n_blocked += apool_mixer_get_waiting (self->hub->mixers[i]);
  n_blocked += ENDING_BYTES * self->ending.length;
  if (n_blocked == 0 || !self->current || apool_output_job_is_running (self->current))
    return n_blocked;
  if (self->printable_end <= self->turn)
    {
      self->printable_end = self->turn + 1;
      self->printable_bytes = 0;
    }
  if (n_blocked <= limit)
    (void) apool_backlog_add_up (self->backlog, &self->printable_end, &self->printable_bytes,
                                 limit - n_blocked, error);
  return n_blocked + self->printable_bytes;
}

/**
 * apool_turns_are_closed:
 * @self: turns
 *
 * Returns: whether no more jobs come
 */
gboolean
apool_turns_are_closed (const ApoolTurns *self)
{
  return self->phase != APOOL_TURNS_RUNNING;
}

/**
 * apool_turns_are_over:
 * @self: turns
 *
 * Returns: whether no more jobs come and the outlets have been given what they wrote
 */
gboolean
apool_turns_are_over (const ApoolTurns *self)
{
  return self->phase == APOOL_TURNS_PRINTED && self->ending.length == 0;
}

/**
 * apool_turns_sweep:
 * @self: turns
 *
 * Forgets jobs that have ended and whose last line is out.
 */
void
apool_turns_sweep (ApoolTurns *self)
{
  for (GList *link = self->ending.head, *next; link; link = next)
    {
      ApoolOutputJob *job = link->data;

      next = link->next;
      if (!apool_output_job_is_printed (job))
        continue;
      apool_output_job_free (job);
      g_queue_delete_link (&self->ending, link);
      self->n_printed++;
    }
}

/**
 * apool_turns_get_n_waiting:
 * @self: turns
 *
 * Returns: how many finished jobs' output has not all been handed to its outlet
 */
guint64
apool_turns_get_n_waiting (const ApoolTurns *self)
{
  return self->n_finished - self->n_printed;
}

/**
 * apool_turns_can_feed:
 * @self: turns
 *
 * Returns: whether what prints comes from a record, of which more can be taken
 */
gboolean
apool_turns_can_feed (const ApoolTurns *self)
{
  return self->current && apool_output_job_can_feed (self->current);
}

/**
 * apool_turns_get_n_put_off:
 * @self: turns
 *
 * Returns: how many jobs wait for their turn to be taken from their records
 */
guint
apool_turns_get_n_put_off (const ApoolTurns *self)
{
  return apool_recalls_get_n (self->recalls);
}

/**
 * apool_turns_get_n_printed:
 * @self: turns
 *
 * Returns: how many jobs' output has all been handed to its outlet
 */
guint64
apool_turns_get_n_printed (const ApoolTurns *self)
{
  return self->n_printed;
}
