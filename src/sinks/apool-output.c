/* SPDX-License-Identifier: MIT */
/* What jobs write, printed whole, unmixed and in order.
 *
 * Each job has a turn: its number in the input, or the number of its completion. At most one job,
 * the current one, prints. Where it is still running it prints live. All others are either running
 * (a small record here, what they wrote in the spool) or finished (in the backlog, which keeps
 * millions of them in flat memory).
 *
 * A job that the pool ended gives way to those that ended by themselves: unless it has begun to
 * print, it stays in the backlog until apool_output_finish(), and is printed after all others.
 *
 * An attempt at a job that does not count is forgotten as if it had never been: the job keeps its
 * turn, and the next attempt is a new record. What has been printed of it cannot be taken back, so
 * whoever tries jobs again has the output hold them: then no job prints before it has finished.
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
 * The owner's functions are called by a source of our own, never out of a call to the output, so
 * that the owner may do in them what it likes. The source has a time to wait for only while a job
 * prints live that has not been asked to stream. It also sees that a line can be printed after
 * bytes went from a pipe to an outlet, of which nobody tells us. */

#include "sinks/apool-output.h"

#include <string.h>

#include "base/apool-fd.h"
#include "sinks/apool-backlog.h"
#include "sinks/apool-flow.h"
#include "sinks/apool-outlet.h"
#include "sinks/apool-output-job.h"
#include "sinks/apool-output-lines.h"

/* How long a job has its turn before it is asked to stream. */
#define STREAM_DELAY_USEC (20 * G_TIME_SPAN_MILLISECOND)

/* Printable bytes in the spool above which we are congested, and below which no longer. */
#define CONGESTED_BYTES ((guint64) 1024 * 1024)
#define RELIEVED_BYTES ((guint64) 256 * 1024)

#define NO_DEADLINE (-1)

/**
 * ApoolOutputPhase:
 * @APOOL_OUTPUT_RUNNING: jobs may come
 * @APOOL_OUTPUT_PRINTING_FINISHED: none come; those that ended by themselves are printed
 * @APOOL_OUTPUT_PRINTING_ENDED: then those that the pool ended
 * @APOOL_OUTPUT_PRINTED: the outlets have been given everything
 */
typedef enum
{
  APOOL_OUTPUT_RUNNING,
  APOOL_OUTPUT_PRINTING_FINISHED,
  APOOL_OUTPUT_PRINTING_ENDED,
  APOOL_OUTPUT_PRINTED,
} ApoolOutputPhase;

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
  ApoolBacklog *backlog;
  ApoolFlowHub hub;
  ApoolOutputLines lines;

  GHashTable *running;     /* seq → ApoolOutputJob, owned; the current one too while it runs */
  ApoolOutputJob *current; /* (nullable): the one that prints; owned once it is finished */
  ApoolOutputPhase phase;
  guint64 turn;        /* the current job's, or the one waited for */
  guint64 n_finished;  /* jobs so far */
  guint64 n_printed;   /* jobs whose output is with the outlets */
  gint64 ask_deadline; /* when the current job is to be asked to stream; monotonic time */

  guint64 printable_end;   /* turns before it are finished without a gap */
  guint64 printable_bytes; /* what those of them that are in the backlog wrote */
  gboolean congested;
  gboolean told_congested;

  GError *error; /* (nullable): why nothing is printed any more */
  gboolean told_failed;
  gboolean told_done;
};

static void apool_output_observer_init (ApoolObserverInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ApoolOutput,
                               apool_output,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_OBSERVER,
                                                      apool_output_observer_init))

/* Jobs */

static void
apool_output_fail (ApoolOutput *self, GError *error)
{
  if (self->error)
    g_error_free (error); /* the first one is what the user needs */
  else
    self->error = error;
}

static ApoolOutputJob *
apool_output_lookup (ApoolOutput *self, guint64 seq)
{
  return g_hash_table_lookup (self->running, &seq);
}

static ApoolOutputJob *
apool_output_ensure_job (ApoolOutput *self, ApoolTask *task)
{
  guint64 seq = apool_task_get_seq (task);
  ApoolOutputJob *job = apool_output_lookup (self, seq);

  if (job)
    return job;
  job = apool_output_job_new (&self->hub, task);
  g_hash_table_insert (self->running, &job->seq, job);
  return job;
}

/* The turn */

static void
apool_output_set_current (ApoolOutput *self, ApoolOutputJob *job)
{
  self->current = job;
  apool_output_job_open (job, self->outlets);
  self->ask_deadline = job->finished ? NO_DEADLINE : g_get_monotonic_time () + STREAM_DELAY_USEC;
}

static void
apool_output_forget_current (ApoolOutput *self)
{
  self->current = NULL;
  self->ask_deadline = NO_DEADLINE;
}

/* Takes the turn from the current job, which has not printed anything. */
static void
apool_output_withdraw_current (ApoolOutput *self)
{
  apool_output_job_withdraw (self->current);
  apool_output_forget_current (self);
}

/* Makes the job of @record, found at the turn, the current one. */
static gboolean
apool_output_unpark (ApoolOutput *self, const ApoolBacklogRecord *record, GError **error)
{
  ApoolOutputJob *job = apool_output_job_new_unpacked (&self->hub, record, error);

  if (!job)
    return FALSE;
  if (!apool_backlog_remove (self->backlog, self->turn, error))
    {
      apool_output_job_free (job);
      return FALSE;
    }
  if (self->turn < self->printable_end)
    self->printable_bytes -= apool_backlog_record_get_bytes (record);
  apool_output_set_current (self, job);
  return TRUE;
}

/* Finds the record that is next in this phase, moving the turn over gaps where no more jobs come.
 * Returns: whether it could be looked up */
static gboolean
apool_output_seek (ApoolOutput *self, ApoolBacklogRecord *record, GError **error)
{
  if (self->phase == APOOL_OUTPUT_RUNNING)
    return apool_backlog_peek (self->backlog, self->turn, record, error);
  for (; self->phase < APOOL_OUTPUT_PRINTED; self->phase++)
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
apool_output_start_live (ApoolOutput *self)
{
  ApoolOutputJob *job;

  if (self->config.holds || self->config.show != APOOL_OUTPUT_SHOW_ALL ||
      self->config.order == APOOL_OUTPUT_COMPLETION_ORDER)
    return FALSE;
  job = apool_output_lookup (self, self->turn);
  if (job)
    apool_output_set_current (self, job);
  return job != NULL;
}

/* Returns: whether there is a current job; %FALSE also on an error */
static gboolean
apool_output_ensure_current (ApoolOutput *self, GError **error)
{
  while (!self->current && !apool_output_start_live (self))
    {
      ApoolBacklogRecord record;

      if (!apool_output_seek (self, &record, error) || record.state == APOOL_BACKLOG_MISSING)
        return FALSE;
      if (record.state == APOOL_BACKLOG_ENDED && self->phase < APOOL_OUTPUT_PRINTING_ENDED)
        self->turn++; /* it gives way */
      else if (record.state == APOOL_BACKLOG_SKIPPED)
        {
          if (!apool_backlog_remove (self->backlog, self->turn, error))
            return FALSE;
          self->turn += record.n_skipped;
        }
      else if (!apool_output_unpark (self, &record, error))
        return FALSE;
    }
  return TRUE;
}

static void
apool_output_end_turn (ApoolOutput *self)
{
  g_clear_pointer (&self->current, apool_output_job_free);
  self->turn++;
  self->n_printed++;
}

/* Our own lines */

/* Whether the job that prints is in the middle of a line, where our own lines go. */
static gboolean
apool_output_is_in_line (const ApoolOutput *self)
{
  const ApoolOutlet *outlet = self->lines.outlet;

  return self->current && apool_outlet_is_in_line (outlet) &&
         apool_output_job_has_printed_on (self->current, outlet);
}

static gboolean
apool_output_can_print_lines (const ApoolOutput *self)
{
  return !self->error && apool_output_lines_has_room (&self->lines) &&
         !apool_output_is_in_line (self);
}

static gboolean
apool_output_print_lines (ApoolOutput *self, GError **error)
{
  return !apool_output_can_print_lines (self) || apool_output_lines_print (&self->lines, error);
}

/* Congestion */

/* Adds up what could be printed if only the outlets took it. Stops counting when it is much. */
static guint64
apool_output_count_printable (ApoolOutput *self, GError **error)
{
  guint64 n_blocked = apool_output_job_get_blocked (self->current);

  if (n_blocked == 0 || !self->current->finished)
    return n_blocked;
  if (self->printable_end <= self->turn)
    {
      self->printable_end = self->turn + 1;
      self->printable_bytes = 0;
    }
  if (n_blocked <= CONGESTED_BYTES)
    (void) apool_backlog_add_up (self->backlog, &self->printable_end, &self->printable_bytes,
                                 CONGESTED_BYTES - n_blocked, error);
  return n_blocked + self->printable_bytes;
}

static void
apool_output_update_congested (ApoolOutput *self, GError **error)
{
  guint64 n_bytes = 0;

  if (self->phase != APOOL_OUTPUT_RUNNING)
    return;
  if (self->current)
    n_bytes = apool_output_count_printable (self, error);
  if (!apool_output_is_in_line (self))
    n_bytes += apool_output_lines_get_waiting (&self->lines);
  if (n_bytes > CONGESTED_BYTES)
    self->congested = TRUE;
  else if (n_bytes < RELIEVED_BYTES)
    self->congested = FALSE;
}

/* Prints what can be printed now. */
static void
apool_output_advance (ApoolOutput *self)
{
  GError *error = NULL;

  if (self->error)
    return;
  while (apool_output_print_lines (self, &error) && apool_output_ensure_current (self, &error) &&
         apool_output_job_pump (self->current, &error) &&
         apool_output_job_is_printed (self->current))
    apool_output_end_turn (self);
  if (!error)
    apool_output_update_congested (self, &error);
  if (error)
    apool_output_fail (self, error);
}

/* The observer */

static void
apool_output_task_started (ApoolObserver *observer, ApoolTask *task)
{
  ApoolOutput *self = APOOL_OUTPUT (observer);

  if (self->error)
    return;
  apool_output_ensure_job (self, task);
  if (!self->current)
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
  job = apool_output_ensure_job (self, task);
  if (apool_flow_push (&job->flows[stream], data, length, &error) && job == self->current)
    apool_output_update_congested (self, &error);
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
  job = apool_output_ensure_job (self, task);
  if (!apool_flow_set_pipe (&job->flows[stream], apool_fd_steal (&pipe), &error))
    apool_output_fail (self, error);
}

/* A job is over: makes it the current one, or lets it be that, or puts it away. */
static gboolean
apool_output_settle (ApoolOutput *self, ApoolOutputJob *job, GError **error)
{
  gboolean by_input = self->config.order == APOOL_OUTPUT_INPUT_ORDER;
  guint64 turn = by_input ? job->seq : self->n_finished;
  gboolean parked;

  if (job == self->current)
    {
      self->ask_deadline = NO_DEADLINE;
      return TRUE;
    }
  if (!self->current && turn == self->turn && !job->ended_by_pool)
    {
      apool_output_set_current (self, job);
      return TRUE;
    }
  parked = apool_output_job_park (job, self->backlog, turn, error);
  apool_output_job_free (job);
  return parked;
}

static void
apool_output_finish_job (ApoolOutput *self, ApoolOutputJob *job, const ApoolOutcome *outcome)
{
  gboolean ended_by_pool = apool_outcome_is_ended_by_pool (outcome);
  GError *error = NULL;

  g_hash_table_steal (self->running, &job->seq);
  self->n_finished++;
  if (job == self->current && ended_by_pool && !apool_output_job_has_printed (job))
    apool_output_withdraw_current (self);
  /* Where it fails the job still goes its way; nothing is printed any more. */
  if (!apool_output_job_finish (job, outcome, &error))
    apool_output_fail (self, g_steal_pointer (&error));
  if (!apool_output_settle (self, job, &error))
    apool_output_fail (self, g_steal_pointer (&error));
}

/* Has nobody wait for turns in which nothing is run. */
static void
apool_output_skip (ApoolOutput *self, const ApoolTask *task)
{
  guint n = MAX (apool_task_get_traits (task)->n_skipped, 1);
  ApoolBacklogRecord record = { .state = APOOL_BACKLOG_SKIPPED, .n_skipped = n };
  GError *error = NULL;

  if (self->config.order == APOOL_OUTPUT_INPUT_ORDER &&
      !apool_backlog_put (self->backlog, apool_task_get_seq (task), &record, &error))
    apool_output_fail (self, error);
}

static void
apool_output_task_finished (ApoolObserver *observer, ApoolTask *task, ApoolOutcome *outcome)
{
  ApoolOutput *self = APOOL_OUTPUT (observer);

  if (self->error)
    return;
  if (apool_outcome_get_kind (outcome) == APOOL_OUTCOME_SKIPPED)
    apool_output_skip (self, task);
  else
    apool_output_finish_job (self, apool_output_ensure_job (self, task), outcome);
  apool_output_advance (self);
}

static void
apool_output_task_retried (ApoolObserver *observer, ApoolTask *task, ApoolOutcome *outcome)
{
  ApoolOutput *self = APOOL_OUTPUT (observer);
  guint64 seq = apool_task_get_seq (task);
  ApoolOutputJob *job = apool_output_lookup (self, seq);

  if (!job)
    return; /* this attempt was not started, or nothing is printed any more */
  if (job == self->current)
    apool_output_forget_current (self);
  g_hash_table_remove (self->running, &seq);
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
  if (self->told_done || self->phase == APOOL_OUTPUT_RUNNING)
    return FALSE;
  if (self->error)
    return self->told_failed;
  return self->phase == APOOL_OUTPUT_PRINTED && apool_output_lines_is_empty (&self->lines) &&
         apool_outlet_is_flushed (self->outlets[APOOL_STREAM_STDOUT]) &&
         (!self->outlets[APOOL_STREAM_STDERR] ||
          apool_outlet_is_flushed (self->outlets[APOOL_STREAM_STDERR]));
}

static gboolean
apool_output_has_news (const ApoolOutput *self)
{
  return (self->error && !self->told_failed) || self->congested != self->told_congested ||
         apool_output_can_print_lines (self) || apool_output_is_done (self);
}

static gboolean
apool_output_is_due (const ApoolOutput *self)
{
  return self->ask_deadline != NO_DEADLINE &&
         g_source_get_time (self->source) >= self->ask_deadline;
}

static gboolean
apool_output_prepare (GSource *source, int *timeout)
{
  const ApoolOutput *self = ((ApoolOutputSource *) source)->output;
  gint64 left;

  *timeout = -1;
  if (apool_output_has_news (self) || apool_output_is_due (self))
    return TRUE;
  if (self->ask_deadline != NO_DEADLINE)
    {
      left = self->ask_deadline - g_source_get_time (source);
      *timeout = (int) (left / G_TIME_SPAN_MILLISECOND + 1);
    }
  return FALSE;
}

static gboolean
apool_output_check (GSource *source)
{
  const ApoolOutput *self = ((ApoolOutputSource *) source)->output;

  return apool_output_has_news (self) || apool_output_is_due (self);
}

/* After a failure: closes the pipes, so that jobs that still write learn that nobody reads. */
static void
apool_output_drop (ApoolOutput *self)
{
  apool_output_lines_clear (&self->lines);
  if (self->current && self->current->finished)
    apool_output_job_free (self->current);
  apool_output_forget_current (self);
  g_hash_table_remove_all (self->running);
}

static gboolean
apool_output_dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  g_autoptr (ApoolOutput) self = g_object_ref (((ApoolOutputSource *) source)->output);

  if (apool_output_can_print_lines (self))
    apool_output_advance (self);
  if (self->error && !self->told_failed)
    {
      self->told_failed = TRUE;
      apool_output_drop (self);
      self->funcs.failed (self->error, self->data);
    }
  if (self->congested != self->told_congested)
    {
      self->told_congested = self->congested;
      self->funcs.congested (self->congested, self->data);
    }
  if (apool_output_is_due (self))
    {
      self->ask_deadline = NO_DEADLINE;
      self->funcs.stream_task (self->current->seq, self->data);
    }
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

static void
apool_output_outlet_cb (const GError *error, gpointer data)
{
  ApoolOutput *self = data;

  if (error)
    apool_output_fail (self, g_error_copy (error));
  else
    apool_output_advance (self);
}

static void
apool_output_flow_failed_cb (GError *error, gpointer data)
{
  apool_output_fail (data, error);
}

static void
apool_output_finalize (GObject *object)
{
  ApoolOutput *self = APOOL_OUTPUT (object);

  if (self->source)
    g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
  apool_output_drop (self);
  g_hash_table_unref (self->running);
  g_clear_pointer (&self->backlog, apool_backlog_free);
  g_clear_pointer (&self->spool, apool_spool_free);
  for (guint i = 0; i < APOOL_N_STREAMS; i++)
    g_clear_pointer (&self->outlets[i], apool_outlet_free);
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
  self->turn = 1;
  self->ask_deadline = NO_DEADLINE;
  self->running = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL,
                                         (GDestroyNotify) apool_output_job_free);
}

static void
apool_output_init_store (ApoolOutput *self)
{
  self->spool = apool_spool_new (self->config.spool_directory);
  self->backlog = apool_backlog_new (self->spool);
  self->hub = (ApoolFlowHub){
    .config = &self->config,
    .spool = self->spool,
    .poller = self->poller,
    .scratch = g_malloc (APOOL_FLOW_SCRATCH_BYTES),
    .tagged = g_malloc (APOOL_FLOW_SCRATCH_BYTES),
    .failed = apool_output_flow_failed_cb,
    .data = self,
  };
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
  apool_output_init_store (self);
  apool_output_init_lines (self);
  self->source = g_source_new (&apool_output_source_funcs, sizeof (ApoolOutputSource));
  ((ApoolOutputSource *) self->source)->output = self;
  g_source_set_static_name (self->source, "apool-output");
  g_source_attach (self->source, context);
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
  if (apool_output_lines_push_bytes (&self->lines, bytes, length, &error) &&
      apool_output_print_lines (self, &error))
    apool_output_update_congested (self, &error);
  if (error)
    apool_output_fail (self, error);
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
  g_autoptr (ApoolOutcome) lost = NULL;
  g_autofree gpointer *jobs = NULL;
  guint n_jobs = 0;

  if (self->phase != APOOL_OUTPUT_RUNNING)
    return;
  /* The pool reports all its tasks; should one be missing, what it wrote is not lost. */
  jobs = g_hash_table_get_keys_as_array (self->running, &n_jobs);
  lost = apool_outcome_new (APOOL_OUTCOME_LOST, 0, &(ApoolUsage){ 0 }, TRUE, FALSE, NULL);
  for (guint i = 0; i < n_jobs; i++)
    apool_output_finish_job (self, apool_output_lookup (self, *(const guint64 *) jobs[i]), lost);
  self->phase = APOOL_OUTPUT_PRINTING_FINISHED;
  apool_output_advance (self);
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
  return self->n_finished - self->n_printed;
}
