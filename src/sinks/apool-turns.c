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
 * An attempt at a job that is to be tried again is set aside. The job keeps its turn, the next
 * attempt is a new record, and with that the one before counts for nothing. What has been printed
 * of it cannot be taken back, so whoever tries jobs again has the output hold them: then no job
 * prints before it has finished. */

#include "sinks/apool-turns.h"

#include "sinks/apool-aside.h"

/* How long a job has its turn before it is asked to stream. */
#define STREAM_DELAY_USEC (20 * G_TIME_SPAN_MILLISECOND)

#define NO_DEADLINE (-1)

/* As so much output counts a job that has ended and is still here. */
#define ENDING_BYTES ((guint64) 512)

/**
 * ApoolTurnsPhase:
 * @APOOL_TURNS_RUNNING: jobs may come
 * @APOOL_TURNS_PRINTING_FINISHED: none come; those that ended by themselves are printed
 * @APOOL_TURNS_PRINTING_ENDED: then those that the pool ended
 * @APOOL_TURNS_PRINTED: the outlets have been given everything
 */
typedef enum
{
  APOOL_TURNS_RUNNING,
  APOOL_TURNS_PRINTING_FINISHED,
  APOOL_TURNS_PRINTING_ENDED,
  APOOL_TURNS_PRINTED,
} ApoolTurnsPhase;

struct _ApoolTurns
{
  const ApoolFlowHub *hub; /* not owned */
  ApoolOutlet
      *outlets[APOOL_N_STREAMS]; /* not owned; stderr's is NULL where stdout's serves both */
  ApoolBacklog *backlog;
  ApoolAside *aside;       /* attempts at jobs that are to be tried again */
  GHashTable *running;     /* seq → ApoolOutputJob, owned; the current one too while it runs */
  ApoolOutputJob *current; /* (nullable): the one that prints; owned once it is finished */
  GQueue ending;           /* ApoolOutputJob, owned: finished, with lines that wait for a mixer */
  gboolean is_ending;      /* no job gets the turn before it is over */
  ApoolTurnsPhase phase;
  guint64 turn;        /* the current job's, or the one waited for */
  guint64 n_finished;  /* jobs so far */
  guint64 n_turns;     /* numbers of completion that have been given out */
  guint64 n_printed;   /* jobs whose output is with the outlets */
  gint64 ask_deadline; /* when the current job is to be asked to stream; monotonic time */

  guint64 printable_end;   /* turns before it are finished without a gap */
  guint64 printable_bytes; /* what those of them that are in the backlog wrote */
};

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

static void
apool_turns_set_current (ApoolTurns *self, ApoolOutputJob *job)
{
  self->current = job;
  apool_output_job_open (job, self->outlets);
  self->ask_deadline = job->finished ? NO_DEADLINE : g_get_monotonic_time () + STREAM_DELAY_USEC;
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
 * @task: a job that is over: it ran, or was to be tried again, or was never started
 * @outcome: what became of it
 * @error: (out) (optional): of apool_output_job_finish(), apool_output_job_park(),
 *   apool_aside_take() and apool_backlog_put()
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
  if (self->current && self->current->finished)
    apool_output_job_free (self->current);
  apool_turns_forget_current (self);
  g_hash_table_remove_all (self->running);
  g_queue_clear_full (&self->ending, (GDestroyNotify) apool_output_job_free);
}

/* ---- the turn ---- */

/* Makes the job of @record, found at the turn, the current one. */
static gboolean
apool_turns_unpark (ApoolTurns *self, const ApoolBacklogRecord *record, GError **error)
{
  ApoolOutputJob *job = apool_output_job_new_unpacked (self->hub, record, error);

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

/* ---- a full spool ---- */

/* The running job that keeps most in one of its streams. */
static ApoolOutputJob *
apool_turns_find_largest (const ApoolTurns *self)
{
  ApoolOutputJob *largest = NULL;
  guint64 n_most = 0;
  GHashTableIter iter;
  gpointer job;

  g_hash_table_iter_init (&iter, self->running);
  while (g_hash_table_iter_next (&iter, NULL, &job))
    {
      guint64 n_kept = apool_flow_get_kept (apool_output_job_get_largest_flow (job));

      if (n_kept <= n_most)
        continue;
      n_most = n_kept;
      largest = job;
    }
  return largest;
}

/* Gives a job the turn before its end. */
static gboolean
apool_turns_promote (ApoolTurns *self, ApoolOutputJob *job)
{
  if (self->current)
    return FALSE;
  /* All that were given out before are printed, or have given way. */
  job->turn = ++self->n_turns;
  self->turn = job->turn;
  apool_turns_set_current (self, job);
  return TRUE;
}

/* Has a line of a job printed before its end. While one is, another one has to be worth it. */
static gboolean
apool_turns_mix_early (ApoolTurns *self, ApoolOutputJob *job, GError **error)
{
  ApoolFlow *flow = apool_output_job_get_largest_flow (job);

  if (apool_flow_get_kept (flow) < APOOL_FLOW_SCRATCH_BYTES && apool_turns_get_favoured (self))
    return TRUE;
  return apool_mixer_favour (flow->mixer, &flow->input, error);
}

/**
 * apool_turns_relieve:
 * @self: turns, of which apool_turns_ensure_current() has been asked
 * @has_turn: (out): whether there is a new current job
 * @error: (out) (optional): a #GIOErrorEnum of the spool
 *
 * The spool is full. Where jobs are printed as they end, and none has just ended, the one that
 * keeps most gets the turn before its end, so that this, and all that it still writes, goes out.
 * Where their lines are mixed the longest line that is not at its end is printed. What was set
 * aside goes in any case.
 *
 * Returns: whether that went well
 */
gboolean
apool_turns_relieve (ApoolTurns *self, gboolean *has_turn, GError **error)
{
  const ApoolOutputConfig *config = self->hub->config;
  ApoolOutputJob *job = NULL;

  if (config->order == APOOL_OUTPUT_COMPLETION_ORDER && apool_output_config_is_live (config))
    job = apool_turns_find_largest (self);
  *has_turn = FALSE;
  if (!apool_aside_empty (self->aside, error))
    return FALSE;
  if (job && apool_output_config_is_mixed (config))
    return apool_turns_mix_early (self, job, error);
  *has_turn = job && apool_turns_promote (self, job);
  return TRUE;
}

/**
 * apool_turns_resume:
 * @self: turns
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * The spool is full no longer.
 *
 * Returns: whether all pipes are read again
 */
gboolean
apool_turns_resume (ApoolTurns *self, GError **error)
{
  GHashTableIter iter;
  gpointer job;

  g_hash_table_iter_init (&iter, self->running);
  while (g_hash_table_iter_next (&iter, NULL, &job))
    if (!apool_output_job_resume (job, 0, error))
      return FALSE;
  return TRUE;
}

static ApoolOutputJob *
apool_turns_find_mixed_early (const ApoolTurns *self)
{
  GHashTableIter iter;
  gpointer job;

  g_hash_table_iter_init (&iter, self->running);
  while (g_hash_table_iter_next (&iter, NULL, &job))
    if (apool_output_job_is_mixed_early (job))
      return job;
  return NULL;
}

/* Where nobody prints before the end, or the job whose turn it is waits to be tried again: one that
 * may end. Until then it stays the one. */
static ApoolOutputJob *
apool_turns_find_endable (const ApoolTurns *self)
{
  ApoolOutputJob *first = NULL;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->running);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      ApoolOutputJob *job = value;

      if (job->has_allowance)
        return job;
      if (!first || job->seq < first->seq)
        first = job;
    }
  return first;
}

/**
 * apool_turns_get_favoured:
 * @self: turns
 *
 * Returns: (transfer none) (nullable): the running job that others wait for: where it goes on it
 *   makes room, by what it prints or when it ends
 */
ApoolOutputJob *
apool_turns_get_favoured (const ApoolTurns *self)
{
  ApoolOutputJob *job;

  if (self->current)
    return self->current->finished ? NULL : self->current;
  if (apool_output_config_is_mixed (self->hub->config))
    return apool_turns_find_mixed_early (self);
  if (self->hub->config->order == APOOL_OUTPUT_INPUT_ORDER)
    {
      job = apool_turns_lookup_job (self, self->turn);
      if (job)
        return job;
    }
  return apool_turns_find_endable (self);
}

/**
 * apool_turns_are_stuck:
 * @self: turns, with a full spool
 *
 * Returns: whether nobody goes on who could make room, as far as can be told
 */
gboolean
apool_turns_are_stuck (const ApoolTurns *self)
{
  const ApoolOutputConfig *config = self->hub->config;
  ApoolOutputJob *favoured = apool_turns_get_favoured (self);
  gboolean makes_rows = config->table && !apool_result_table_is_printed (config->table);
  GHashTableIter iter;
  gpointer job;

  if (favoured && !makes_rows) /* the end of any job gives back what its row is made of */
    return apool_output_job_is_stalled (favoured);
  if (g_hash_table_size (self->running) == 0 ||
      (!makes_rows && (self->current || apool_output_config_is_mixed (config))))
    return FALSE;
  g_hash_table_iter_init (&iter, self->running);
  while (g_hash_table_iter_next (&iter, NULL, &job))
    if (!apool_output_job_is_stalled (job))
      return FALSE;
  return TRUE;
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
  if (n_blocked == 0 || !self->current || !self->current->finished)
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
