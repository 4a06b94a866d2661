/* SPDX-License-Identifier: MIT */
/* What a worker does with its tasks.
 *
 * A task waits until a slot is free, is announced (STARTED), and is started only when the kernel
 * has that announcement: if this process is killed, the manager knows of every job that may have
 * run. Before apool_jobs_open() and after apool_jobs_stop() nothing is started. */

#include "worker/apool-jobs.h"

#include <errno.h>
#include <signal.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"
#include "worker/apool-jobs-private.h"

/* Streamed outputs pause while so much waits to be written to the manager. */
#define QUEUE_BYTES (1024u * 1024)
/* As many as the most jobs there can be, and as many again in advance. The answer to a recall of
 * all of them is one message, which holds no more. */
#define MAX_WAITING 2097152u
G_STATIC_ASSERT (MAX_WAITING * sizeof (guint64) <= APOOL_FRAME_MAX_BODY);

static void
apool_waiting_free (ApoolWaiting *waiting)
{
  apool_fd_clear (&waiting->stdin_fd);
  apool_task_unref (waiting->task);
  g_free (waiting);
}

/* For the jobs only. Takes @waiting, which is in no queue any more. */
void
apool_jobs_forget_waiting (ApoolJobs *self, ApoolWaiting *waiting)
{
  g_hash_table_remove (self->not_started, &waiting->seq);
  apool_waiting_free (waiting);
}

/**
 * apool_jobs_new:
 * @channel: to the manager; outlives them
 * @slots: where they run; outlives them
 * @idle: called when none runs any more
 * @data: (closure): for @idle
 *
 * Returns: (transfer full): no tasks
 */
ApoolJobs *
apool_jobs_new (ApoolChannel *channel, ApoolSlots *slots, ApoolJobsFunc idle, gpointer data)
{
  ApoolJobs *self = g_new0 (ApoolJobs, 1);

  self->channel = channel;
  self->slots = slots;
  self->idle = idle;
  self->data = data;
  g_queue_init (&self->waiting);
  g_queue_init (&self->announced);
  self->not_started = g_hash_table_new (g_int64_hash, g_int64_equal);
  self->by_seq = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL,
                                        (GDestroyNotify) apool_execution_free);
  self->by_pid = g_hash_table_new (NULL, NULL);
  return self;
}

/**
 * apool_jobs_free:
 * @self: (transfer full): tasks; the processes of those that run are left as they are
 */
void
apool_jobs_free (ApoolJobs *self)
{
  ApoolWaiting *waiting;

  while ((waiting = g_queue_pop_head (&self->waiting)) ||
         (waiting = g_queue_pop_head (&self->announced)))
    apool_waiting_free (waiting);
  g_clear_pointer (&self->endings, apool_endings_free);
  g_hash_table_unref (self->not_started);
  g_hash_table_unref (self->by_pid);
  g_hash_table_unref (self->by_seq);
  g_free (self);
}

/* ---- reports ---- */

/* For the jobs only. */
void
apool_jobs_report (ApoolJobs *self, ApoolTask *task, ApoolOutcome *outcome)
{
  ApoolFinished finished = { .seq = apool_task_get_seq (task), .outcome = outcome };
  ApoolExecution *execution = g_hash_table_lookup (self->by_seq, &finished.seq);
  ApoolDraft draft;

  for (int stream = 0; execution && stream < APOOL_N_STREAMS; stream++)
    {
      GByteArray *held = apool_execution_get_held (execution, (ApoolStream) stream);

      finished.data[stream] = held ? (const char *) held->data : NULL;
      finished.length[stream] = held ? held->len : 0;
    }
  apool_message_draft_finished (&draft, &finished);
  apool_channel_post (self->channel, &draft);
}

static gboolean
apool_jobs_output_cb (ApoolExecution *execution,
                      ApoolStream stream,
                      const GByteArray *bytes,
                      gpointer data)
{
  ApoolJobs *self = data;
  guint64 seq = apool_task_get_seq (apool_execution_get_task (execution));
  ApoolDraft draft;

  apool_message_draft_output (&draft, seq, stream, (const char *) bytes->data, bytes->len);
  apool_channel_post (self->channel, &draft);
  if (apool_channel_get_queued (self->channel) < QUEUE_BYTES)
    return TRUE;
  return apool_channel_flush (self->channel);
}

static void
apool_jobs_send_held (ApoolJobs *self, ApoolExecution *execution)
{
  for (int stream = 0; stream < APOOL_N_STREAMS; stream++)
    {
      GByteArray *held = apool_execution_get_held (execution, (ApoolStream) stream);

      if (!held || held->len == 0)
        continue;
      (void) apool_jobs_output_cb (execution, (ApoolStream) stream, held, self);
      g_byte_array_set_size (held, 0);
    }
}

/* Whether the manager is to read the pipes of this one itself. Those of a hook it would not show as
 * they are. */
static gboolean
apool_jobs_may_pass (ApoolJobs *self, ApoolTask *task)
{
  return apool_channel_passes_fds (self->channel) && self->n_passed < self->max_passed &&
         !apool_task_is_hook (task);
}

/* Lets an output out: as descriptors where they can travel, else in pieces. */
static void
apool_jobs_overflow_cb (ApoolExecution *execution, gpointer data)
{
  ApoolJobs *self = data;
  ApoolTask *task = apool_execution_get_task (execution);
  guint64 seq = apool_task_get_seq (task);
  g_autoptr (GError) error = NULL;
  int fds[APOOL_N_STREAMS];
  ApoolDraft draft;

  if (apool_jobs_may_pass (self, task) && apool_execution_pass (execution, fds, &error))
    {
      self->n_passed++;
      apool_jobs_send_held (self, execution);
      apool_message_draft_seq (&draft, APOOL_MESSAGE_PIPES, seq);
      apool_channel_post_fds (self->channel, &draft, fds, APOOL_N_STREAMS);
      return;
    }
  /* Descriptors are short, here or there: in pieces it goes as well. */
  apool_execution_stream (execution, APOOL_MESSAGE_WINDOW);
}

/* ---- jobs ---- */

static void
apool_jobs_exited_cb (ApoolExecution *execution, gpointer data)
{
  ApoolJobs *self = data;

  apool_slots_give_back (self->slots, apool_execution_get_slot (execution));
  apool_endings_exited (self->endings, apool_execution_get_task (execution));
}

/* The manager lets go whoever has nothing more to do. */
static void
apool_jobs_warn (ApoolJobs *self, guint64 seq)
{
  ApoolLeak leak = { .seq = seq, .policy = APOOL_LEAKS_REPORT, .command = "", .processes = "" };

  if (self->has_warned || !self->leaks || g_hash_table_size (self->by_seq) > 1 ||
      !apool_leaks_is_looking (self->leaks))
    return;
  self->has_warned = TRUE;
  apool_channel_send (self->channel, APOOL_MESSAGE_LEFT, apool_message_new_left (&leak));
}

/* @processes: (nullable): for what it has left it has failed */
static void
apool_jobs_conclude (ApoolJobs *self, ApoolExecution *execution, const char *processes)
{
  ApoolTask *task = apool_execution_get_task (execution);
  g_autoptr (ApoolOutcome) outcome = apool_execution_make_outcome (execution);
  guint64 seq = apool_task_get_seq (task);

  if (processes)
    {
      g_autoptr (ApoolOutcome) plain = g_steal_pointer (&outcome);
      g_autofree char *why = g_strdup_printf ("left behind: %s", processes);

      outcome = apool_outcome_new_faulty (plain, why);
    }
  apool_jobs_warn (self, seq);
  apool_jobs_report (self, task, outcome);
  if (apool_execution_is_passed (execution))
    self->n_passed--;
  g_hash_table_remove (self->by_seq, &seq);
  /* One that could not be started before may find now what it lacked. */
  if (!g_queue_is_empty (&self->announced))
    apool_jobs_start_waiting (self);
  if (g_hash_table_size (self->by_seq) == 0)
    self->idle (self->data);
}

static void
apool_jobs_finished_cb (ApoolExecution *execution, gpointer data)
{
  ApoolJobs *self = data;

  if (!self->leaks || !apool_leaks_await (self->leaks, apool_execution_get_task (execution)))
    apool_jobs_conclude (self, execution, NULL);
}

/**
 * apool_jobs_settle:
 * @self: tasks
 * @seq: one that waited for what apool_leaks_await() looks for
 * @processes: (nullable): what it has left behind
 */
void
apool_jobs_settle (ApoolJobs *self, guint64 seq, const char *processes)
{
  ApoolExecution *execution = g_hash_table_lookup (self->by_seq, &seq);

  if (execution)
    apool_jobs_conclude (self, execution, processes);
}

/**
 * apool_jobs_set_leaks:
 * @self: tasks
 * @leaks: who looks for what they leave behind; outlives them
 * @leftovers: who tells whose that is; the same
 */
void
apool_jobs_set_leaks (ApoolJobs *self, ApoolLeaks *leaks, ApoolLeftovers *leftovers)
{
  self->leaks = leaks;
  self->leftovers = leftovers;
}

/**
 * apool_jobs_find:
 * @self: tasks
 * @pid: a process
 *
 * Returns: (transfer none) (nullable): the task that it is the first process of
 */
const ApoolTask *
apool_jobs_find (const ApoolJobs *self, pid_t pid)
{
  ApoolExecution *execution = g_hash_table_lookup (self->by_pid, GINT_TO_POINTER (pid));

  return execution ? apool_execution_get_task (execution) : NULL;
}

/**
 * apool_jobs_reaped:
 * @self: tasks
 * @pid: a process that has ended
 * @status: as wait4() told it
 * @usage: the same
 *
 * Returns: whether it was one of theirs
 */
gboolean
apool_jobs_reaped (ApoolJobs *self, pid_t pid, int status, const struct rusage *usage)
{
  ApoolExecution *execution = g_hash_table_lookup (self->by_pid, GINT_TO_POINTER (pid));
  guint64 seq;
  ApoolDraft draft;

  if (!execution)
    return FALSE;
  g_hash_table_remove (self->by_pid, GINT_TO_POINTER (pid));
  seq = apool_task_get_seq (apool_execution_get_task (execution));
  if (self->leaks)
    apool_leaks_exited (self->leaks, apool_execution_get_task (execution), pid,
                        apool_execution_is_cut_short (execution) ||
                            apool_execution_is_refused (execution));
  apool_execution_reaped (execution, status, usage);
  /* Where it is here still, its output is waited for. Its slot is nobody else's before this is
   * said: the next one is announced only after all that has ended was reaped. */
  if (!g_hash_table_contains (self->by_seq, &seq))
    return TRUE;
  apool_message_draft_seq (&draft, APOOL_MESSAGE_EXITED, seq);
  apool_channel_post (self->channel, &draft);
  return TRUE;
}

/* Reports a task that is not to be run as one that has printed its command line. */
static void
apool_jobs_print (ApoolJobs *self, ApoolWaiting *waiting)
{
  const ApoolProgramFinder *finder = self->setting.finder;
  g_auto (GStrv) words = apool_task_dup_words (waiting->task, waiting->slot,
                                               apool_program_finder_get_quote_style (finder));
  g_autoptr (GString) line = apool_program_make_line (finder, waiting->task, words);
  ApoolUsage usage = { .start_usec = g_get_real_time () };
  gboolean fits = line->len < APOOL_MESSAGE_WINDOW; /* more may not go out without credit */
  g_autoptr (ApoolOutcome) outcome =
      fits ? apool_outcome_new (APOOL_OUTCOME_EXITED, 0, &usage, FALSE, FALSE, NULL)
           : apool_outcome_new (APOOL_OUTCOME_NOT_STARTED, E2BIG, &usage, FALSE, FALSE, NULL);
  ApoolFinished finished = { .seq = waiting->seq, .outcome = outcome };
  ApoolDraft draft;

  g_string_append_c (line, '\n');
  finished.data[APOOL_STREAM_STDOUT] = line->str;
  finished.length[APOOL_STREAM_STDOUT] = fits ? line->len : 0;
  apool_slots_give_back (self->slots, waiting->slot);
  apool_message_draft_finished (&draft, &finished);
  apool_channel_post (self->channel, &draft);
}

/* Starts a task, or reports that it cannot be. Returns %FALSE where it can be later: the machine is
 * short of something that a running job will give back. */
static gboolean
apool_jobs_start (ApoolJobs *self, ApoolWaiting *waiting)
{
  g_autoptr (ApoolOutcome) outcome = NULL;
  ApoolExecution *execution;

  if (apool_task_get_traits (waiting->task)->is_printed)
    {
      apool_jobs_print (self, waiting);
      return TRUE;
    }
  execution = apool_execution_start (&self->setting, waiting->task, waiting->slot,
                                     waiting->stdin_fd, &outcome);
  if (!execution && apool_execution_is_shortage (outcome) && g_hash_table_size (self->by_seq) > 0)
    return FALSE;
  if (!execution)
    {
      apool_slots_give_back (self->slots, waiting->slot);
      apool_jobs_report (self, waiting->task, outcome);
      return TRUE;
    }
  g_hash_table_insert (self->by_seq, apool_execution_get_key (execution), execution);
  g_hash_table_insert (self->by_pid, GINT_TO_POINTER (apool_execution_get_pid (execution)),
                       execution);
  if (waiting->is_paused)
    apool_execution_set_paused (execution, APOOL_EXECUTION_PAUSED_ALONE, TRUE);
  if (waiting->is_wanted)
    apool_execution_want (execution);
  return TRUE;
}

static void
apool_jobs_announce (ApoolJobs *self)
{
  while (apool_slots_get_n_free (self->slots) > 0 && !g_queue_is_empty (&self->waiting))
    {
      ApoolWaiting *waiting = g_queue_pop_head (&self->waiting);
      ApoolDraft draft;

      waiting->slot = apool_slots_take (self->slots);
      apool_message_draft_started (&draft, waiting->seq, waiting->slot);
      apool_channel_post (self->channel, &draft);
      g_queue_push_tail (&self->announced, waiting);
    }
}

/* What ran in them has been told to have ended: the manager may give them to others. */
static void
apool_jobs_tell_given_up (ApoolJobs *self)
{
  g_autoptr (GArray) slots = apool_slots_take_given_up (self->slots);

  if (slots)
    apool_channel_send (self->channel, APOOL_MESSAGE_REVOKED, apool_message_new_slots (slots));
}

static void
apool_jobs_start_all (ApoolJobs *self)
{
  if (!self->is_open || self->is_paused)
    return;
  for (;;)
    {
      ApoolWaiting *waiting;

      apool_jobs_announce (self);
      if (g_queue_is_empty (&self->announced) || !apool_channel_flush (self->channel))
        return;
      while ((waiting = g_queue_peek_head (&self->announced)))
        {
          if (!apool_jobs_start (self, waiting))
            return;
          apool_jobs_forget_waiting (self, g_queue_pop_head (&self->announced));
        }
    }
}

/**
 * apool_jobs_start_waiting:
 * @self: tasks
 *
 * Starts what can be started now, and says which slots are given up. To be called after tasks have
 * come, or slots, or when processes have ended.
 */
void
apool_jobs_start_waiting (ApoolJobs *self)
{
  apool_jobs_start_all (self);
  apool_jobs_tell_given_up (self);
}

/* ---- the terminal ---- */

static void
apool_jobs_tell_stopped (ApoolJobs *self, ApoolExecution *execution, int signum)
{
  guint64 seq = apool_task_get_seq (apool_execution_get_task (execution));

  apool_channel_send (self->channel, APOOL_MESSAGE_STOPPED, g_variant_new ("(ti)", seq, signum));
}

/**
 * apool_jobs_stopped:
 * @self: tasks
 * @pid: a process that has been stopped
 * @signum: by this signal
 *
 * Returns: whether it was one of theirs
 */
gboolean
apool_jobs_stopped (ApoolJobs *self, pid_t pid, int signum)
{
  ApoolExecution *execution = g_hash_table_lookup (self->by_pid, GINT_TO_POINTER (pid));

  if (!execution)
    return FALSE;
  if (apool_execution_stopped (execution, &signum))
    apool_jobs_tell_stopped (self, execution, signum);
  if (apool_execution_is_refused (execution))
    apool_endings_add (self->endings, apool_execution_get_task (execution));
  return TRUE;
}

/**
 * apool_jobs_resume_terminal:
 * @self: tasks
 * @is_back: whether the user is; else nobody could have called
 *
 * Lets jobs go on that stopped together with all of apool.
 */
void
apool_jobs_resume_terminal (ApoolJobs *self, gboolean is_back)
{
  ApoolExecution *execution;
  pid_t pid;

  if (!self->setting.foreground)
    return;
  pid = apool_foreground_resume (self->setting.foreground, is_back);
  execution = g_hash_table_lookup (self->by_pid, GINT_TO_POINTER (pid));
  if (!execution)
    return;
  apool_execution_refuse_terminal (execution);
  apool_endings_add (self->endings, apool_execution_get_task (execution));
  apool_jobs_tell_stopped (self, execution, SIGTTIN);
}

/* ---- what the manager asks ---- */

/**
 * apool_jobs_open:
 * @self: tasks
 * @setting: how to run them, copied; its functions are not looked at. Its environment and finder
 *   outlive @self
 * @max_passed: of how many at once the manager takes the pipes
 *
 * From now on they are started. apool_jobs_set_leaks() was called before.
 */
void
apool_jobs_open (ApoolJobs *self, const ApoolExecutionSetting *setting, guint max_passed)
{
  static const ApoolEndingsFuncs endings_funcs = {
    .hold = apool_jobs_hold_task_cb,
    .signal = apool_jobs_signal_task_cb,
    .done = apool_jobs_endings_done_cb,
  };

  self->setting = *setting;
  self->setting.data = self;
  self->setting.funcs = (ApoolExecutionFuncs){
    .overflow = apool_jobs_overflow_cb,
    .output = apool_jobs_output_cb,
    .exited = apool_jobs_exited_cb,
    .finished = apool_jobs_finished_cb,
  };
  self->max_passed = max_passed;
  g_clear_pointer (&self->endings, apool_endings_free);
  self->endings = apool_endings_new (setting->context, &setting->termseq, self->leftovers,
                                     &endings_funcs, self);
  self->is_open = TRUE;
}

static gboolean
apool_jobs_has_task (ApoolJobs *self, guint64 seq)
{
  return g_hash_table_contains (self->by_seq, &seq) ||
         g_hash_table_contains (self->not_started, &seq);
}

/**
 * apool_jobs_set_open_files:
 * @self: tasks
 * @open_files: as #ApoolExecutionSetting.open_files: from now on ours differ; outlives them
 */
void
apool_jobs_set_open_files (ApoolJobs *self, const struct rlimit *open_files)
{
  self->setting.open_files = open_files;
}

/**
 * apool_jobs_queue:
 * @self: tasks
 * @message: a TASK; a descriptor that came with it is taken
 * @error: (out) (optional): %APOOL_ERROR_PROTOCOL
 *
 * Returns: whether the task was added
 */
gboolean
apool_jobs_queue (ApoolJobs *self, ApoolMessage *message, GError **error)
{
  g_autoptr (ApoolTask) task = apool_message_get_task (message->frame, error);
  ApoolWaiting *waiting;

  if (!task)
    return FALSE;
  if (g_queue_get_length (&self->waiting) >= MAX_WAITING ||
      apool_jobs_has_task (self, apool_task_get_seq (task)))
    {
      g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL,
                           g_queue_get_length (&self->waiting) >= MAX_WAITING
                               ? "a task that has no place"
                               : "a task that is here already");
      return FALSE;
    }
  waiting = g_new0 (ApoolWaiting, 1);
  waiting->seq = apool_task_get_seq (task);
  waiting->task = g_steal_pointer (&task);
  waiting->stdin_fd = message->n_fds > 0 ? apool_fd_steal (&message->fds[0]) : -1;
  g_queue_push_tail (&self->waiting, waiting);
  g_hash_table_insert (self->not_started, &waiting->seq, waiting);
  return TRUE;
}

/**
 * apool_jobs_want:
 * @self: tasks
 * @seq: one of them, or any number: it may have ended in the meantime
 *
 * Has its output sent as it is written.
 */
void
apool_jobs_want (ApoolJobs *self, guint64 seq)
{
  ApoolExecution *execution = g_hash_table_lookup (self->by_seq, &seq);
  ApoolWaiting *waiting;

  if (execution)
    {
      apool_execution_want (execution);
      return;
    }
  waiting = g_hash_table_lookup (self->not_started, &seq);
  if (waiting)
    waiting->is_wanted = TRUE;
}

/**
 * apool_jobs_add_credit:
 * @self: tasks
 * @seq: one of them, or any number
 * @stream: one of its streams, or any number
 * @bytes: how much more of it may be sent
 */
void
apool_jobs_add_credit (ApoolJobs *self, guint64 seq, guint stream, gsize bytes)
{
  ApoolExecution *execution = g_hash_table_lookup (self->by_seq, &seq);

  if (execution && stream < APOOL_N_STREAMS)
    apool_execution_add_credit (execution, (ApoolStream) stream, bytes);
}

/**
 * apool_jobs_resume:
 * @self: tasks
 *
 * The channel has written all that was sent.
 */
void
apool_jobs_resume (ApoolJobs *self)
{
  g_autoptr (GList) executions = g_hash_table_get_values (self->by_seq);

  /* From a list: one that is finished leaves the table. */
  for (GList *link = executions; link; link = link->next)
    apool_execution_resume (link->data);
  apool_jobs_start_waiting (self);
}

/* Answers a recall with the @n oldest of the tasks that are not announced, but for the first
 * @n_kept. */
static void
apool_jobs_give_back (ApoolJobs *self, guint n, guint n_kept)
{
  g_autoptr (GArray) seqs = g_array_new (FALSE, FALSE, sizeof (guint64));
  GList *link = g_queue_peek_nth_link (&self->waiting, n_kept);

  while (seqs->len < n && link)
    {
      ApoolWaiting *waiting = link->data;
      GList *next = link->next;

      g_array_append_val (seqs, waiting->seq);
      g_queue_delete_link (&self->waiting, link);
      apool_jobs_forget_waiting (self, waiting);
      link = next;
    }
  apool_channel_send (
      self->channel, APOOL_MESSAGE_RECALLED,
      g_variant_new ("(@at)", g_variant_new_fixed_array (G_VARIANT_TYPE_UINT64, seqs->data,
                                                         seqs->len, sizeof (guint64))));
}

/**
 * apool_jobs_recall:
 * @self: tasks
 * @n: how many are asked back
 *
 * Gives back so many that have not been started, or as many as there are, the oldest ones.
 */
void
apool_jobs_recall (ApoolJobs *self, guint n)
{
  /* Those that came in this very turn and have a slot are as good as started. To give them back
   * would let the newer ones behind them go first, again and again. */
  apool_jobs_give_back (self, n, self->is_open ? apool_slots_get_n_free (self->slots) : 0);
}

/**
 * apool_jobs_foreach:
 * @self: tasks
 * @func: called for each #ApoolExecution of those that are started and not finished; not to end it
 * @data: (closure): for @func
 */
void
apool_jobs_foreach (ApoolJobs *self, GFunc func, gpointer data)
{
  GHashTableIter iter;
  gpointer execution;

  g_hash_table_iter_init (&iter, self->by_seq);
  while (g_hash_table_iter_next (&iter, NULL, &execution))
    func (execution, data);
}

static void
apool_jobs_pause_all (ApoolJobs *self, gboolean is_paused)
{
  GHashTableIter iter;
  gpointer execution;

  self->is_paused = is_paused;
  g_hash_table_iter_init (&iter, self->by_seq);
  while (g_hash_table_iter_next (&iter, NULL, &execution))
    apool_execution_set_paused (execution, APOOL_EXECUTION_PAUSED_WITH_ALL, is_paused);
  if (!is_paused)
    apool_jobs_start_waiting (self);
}

/**
 * apool_jobs_set_paused:
 * @self: tasks
 * @seq: one of them, or any number: it may have ended in the meantime. 0: all, and those that come
 * @is_paused: whether to stop them; else they go on, unless there is the other reason to stop
 */
void
apool_jobs_set_paused (ApoolJobs *self, guint64 seq, gboolean is_paused)
{
  ApoolExecution *execution = g_hash_table_lookup (self->by_seq, &seq);
  ApoolWaiting *waiting = g_hash_table_lookup (self->not_started, &seq);

  if (self->endings)
    apool_endings_set_paused (
        self->endings, seq,
        seq == 0 ? APOOL_EXECUTION_PAUSED_WITH_ALL : APOOL_EXECUTION_PAUSED_ALONE, is_paused);
  if (seq == 0)
    apool_jobs_pause_all (self, is_paused);
  else if (execution)
    apool_execution_set_paused (execution, APOOL_EXECUTION_PAUSED_ALONE, is_paused);
  else if (waiting)
    waiting->is_paused = is_paused;
}

/**
 * apool_jobs_get_n_running:
 * @self: tasks
 *
 * Returns: how many are started and not finished
 */
guint
apool_jobs_get_n_running (const ApoolJobs *self)
{
  return g_hash_table_size (self->by_seq);
}
