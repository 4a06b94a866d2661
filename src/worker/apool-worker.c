/* SPDX-License-Identifier: MIT */
/* The far half: a process that takes tasks from the manager, runs several at once, and reports.
 *
 * It knows nothing of inputs, order or sinks. Everything happens in one thread, on a GMainContext
 * of its own: the kernel ties the life of jobs to the thread that started them.
 *
 * A task waits until a slot is free, is announced (STARTED), and is started only when the kernel
 * has that announcement: if this process is killed, the manager knows of every job that may have
 * run. The end of the stream from the manager, whatever the cause, ends the worker and all that
 * runs; so does anything that is no proper dialogue.
 *
 * It leads a process group of its own, so that a terminal's signals reach the manager alone. */

#include "worker/apool-worker.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <signal.h>
#include <sys/prctl.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"
#include "base/apool-poller.h"
#include "base/apool-process.h"
#include "base/apool-shell.h"
#include "wire/apool-channel.h"
#include "worker/apool-child.h"
#include "worker/apool-environment.h"
#include "worker/apool-execution.h"
#include "worker/apool-program.h"
#include "worker/apool-reaper.h"

/* How long a job has between SIGTERM and SIGKILL: milliseconds. */
#define GRACE_MSEC 5000
/* Streamed outputs pause while so much waits to be written to the manager. */
#define QUEUE_BYTES (1024u * 1024)
/* More waiting tasks than any manager prefetches. */
#define MAX_WAITING 65536u

/* A task that has not been started. */
typedef struct
{
  ApoolTask *task;
  guint slot;         /* once it is announced */
  int stdin_fd;       /* owned; -1 for none */
  gboolean is_wanted; /* its output is to be sent as it is written */
} ApoolWaiting;

typedef struct
{
  GMainContext *context;
  ApoolPoller *poller;
  ApoolReaper *reaper;
  ApoolChannel *channel;
  ApoolExecutionSetting setting; /* complete after SETUP */
  GArray *free_slots;            /* guint; (nullable) before SETUP */
  GQueue waiting;                /* ApoolWaiting, oldest first */
  GQueue announced;              /* ApoolWaiting with a slot, its STARTED under way */
  GHashTable *by_seq;            /* guint64 in the task → ApoolExecution, owned, until finished */
  GHashTable *by_pid;            /* pid → ApoolExecution, not owned, until reaped */
  guint n_passed;                /* executions whose pipes the manager has */
  guint max_passed;              /* how many there may be */
  GSource *grace_source;         /* (nullable): between SIGTERM and SIGKILL */
  gboolean is_terminating;
  gboolean is_closed;
  int status;
} ApoolWorker;

static void apool_worker_start_waiting (ApoolWorker *self);

static void
apool_waiting_free (ApoolWaiting *waiting)
{
  apool_fd_clear (&waiting->stdin_fd);
  apool_task_unref (waiting->task);
  g_free (waiting);
}

/* ---- reports ---- */

static void
apool_worker_report (ApoolWorker *self, ApoolTask *task, ApoolOutcome *outcome)
{
  ApoolFinished finished = { .seq = apool_task_get_seq (task), .outcome = outcome };
  ApoolExecution *execution = g_hash_table_lookup (self->by_seq, &finished.seq);

  for (int stream = 0; execution && stream < APOOL_N_STREAMS; stream++)
    {
      GByteArray *held = apool_execution_get_held (execution, (ApoolStream) stream);

      finished.data[stream] = held ? (const char *) held->data : NULL;
      finished.length[stream] = held ? held->len : 0;
    }
  apool_channel_send (self->channel, APOOL_MESSAGE_FINISHED,
                      apool_message_new_finished (&finished));
}

static gboolean
apool_worker_output_cb (ApoolExecution *execution,
                        ApoolStream stream,
                        const GByteArray *bytes,
                        gpointer data)
{
  ApoolWorker *self = data;
  guint64 seq = apool_task_get_seq (apool_execution_get_task (execution));

  apool_channel_send (
      self->channel, APOOL_MESSAGE_OUTPUT,
      apool_message_new_output (seq, stream, (const char *) bytes->data, bytes->len));
  if (apool_channel_get_queued (self->channel) < QUEUE_BYTES)
    return TRUE;
  return apool_channel_flush (self->channel);
}

static void
apool_worker_send_held (ApoolWorker *self, ApoolExecution *execution)
{
  for (int stream = 0; stream < APOOL_N_STREAMS; stream++)
    {
      GByteArray *held = apool_execution_get_held (execution, (ApoolStream) stream);

      if (!held || held->len == 0)
        continue;
      (void) apool_worker_output_cb (execution, (ApoolStream) stream, held, self);
      g_byte_array_set_size (held, 0);
    }
}

/* Lets an output out: as descriptors where they can travel, else in pieces. */
static void
apool_worker_overflow_cb (ApoolExecution *execution, gpointer data)
{
  ApoolWorker *self = data;
  guint64 seq = apool_task_get_seq (apool_execution_get_task (execution));
  g_autoptr (GError) error = NULL;
  int fds[APOOL_N_STREAMS];

  if (apool_channel_passes_fds (self->channel) && self->n_passed < self->max_passed &&
      apool_execution_pass (execution, fds, &error))
    {
      self->n_passed++;
      apool_worker_send_held (self, execution);
      apool_channel_send_fds (self->channel, APOOL_MESSAGE_PIPES, g_variant_new ("(t)", seq), fds,
                              APOOL_N_STREAMS);
      return;
    }
  /* Descriptors are short, here or there: in pieces it goes as well. */
  apool_execution_stream (execution, APOOL_MESSAGE_WINDOW);
}

/* ---- jobs ---- */

static void
apool_worker_exited_cb (ApoolExecution *execution, gpointer data)
{
  ApoolWorker *self = data;
  guint slot = apool_execution_get_slot (execution);

  g_array_append_val (self->free_slots, slot);
}

static void
apool_worker_finished_cb (ApoolExecution *execution, gpointer data)
{
  ApoolWorker *self = data;
  ApoolTask *task = apool_execution_get_task (execution);
  g_autoptr (ApoolOutcome) outcome = apool_execution_make_outcome (execution);
  guint64 seq = apool_task_get_seq (task);

  apool_worker_report (self, task, outcome);
  if (apool_execution_is_passed (execution))
    self->n_passed--;
  g_hash_table_remove (self->by_seq, &seq);
  /* One that could not be started before may find now what it lacked. */
  if (!g_queue_is_empty (&self->announced))
    apool_worker_start_waiting (self);
}

static void
apool_worker_reaped_cb (pid_t pid, int status, const struct rusage *usage, gpointer data)
{
  ApoolWorker *self = data;
  ApoolExecution *execution = g_hash_table_lookup (self->by_pid, GINT_TO_POINTER (pid));

  if (!execution)
    return; /* an orphan of a job, adopted */
  g_hash_table_remove (self->by_pid, GINT_TO_POINTER (pid));
  apool_execution_reaped (execution, status, usage);
}

/* Starts a task, or reports that it cannot be. Returns %FALSE where it can be later: the machine is
 * short of something that a running job will give back. */
static gboolean
apool_worker_start (ApoolWorker *self, ApoolWaiting *waiting)
{
  g_autoptr (ApoolOutcome) outcome = NULL;
  ApoolExecution *execution = apool_execution_start (&self->setting, waiting->task, waiting->slot,
                                                     waiting->stdin_fd, &outcome);

  if (!execution && apool_execution_is_shortage (outcome) && g_hash_table_size (self->by_seq) > 0)
    return FALSE;
  if (!execution)
    {
      g_array_append_val (self->free_slots, waiting->slot);
      apool_worker_report (self, waiting->task, outcome);
      return TRUE;
    }
  g_hash_table_insert (self->by_seq, apool_execution_get_key (execution), execution);
  g_hash_table_insert (self->by_pid, GINT_TO_POINTER (apool_execution_get_pid (execution)),
                       execution);
  if (waiting->is_wanted)
    apool_execution_want (execution);
  return TRUE;
}

static void
apool_worker_announce (ApoolWorker *self)
{
  while (self->free_slots->len > 0 && !g_queue_is_empty (&self->waiting))
    {
      ApoolWaiting *waiting = g_queue_pop_head (&self->waiting);
      guint last = self->free_slots->len - 1;

      waiting->slot = g_array_index (self->free_slots, guint, last);
      g_array_set_size (self->free_slots, last);
      apool_channel_send (
          self->channel, APOOL_MESSAGE_STARTED,
          g_variant_new ("(tu)", apool_task_get_seq (waiting->task), waiting->slot));
      g_queue_push_tail (&self->announced, waiting);
    }
}

static void
apool_worker_start_waiting (ApoolWorker *self)
{
  if (!self->free_slots || self->is_terminating)
    return;
  for (;;)
    {
      ApoolWaiting *waiting;

      apool_worker_announce (self);
      if (g_queue_is_empty (&self->announced) || !apool_channel_flush (self->channel))
        return;
      while ((waiting = g_queue_peek_head (&self->announced)))
        {
          if (!apool_worker_start (self, waiting))
            return;
          apool_waiting_free (g_queue_pop_head (&self->announced));
        }
    }
}

/* ---- termination ---- */

static void
apool_worker_signal_all (ApoolWorker *self, int signum)
{
  GHashTableIter iter;
  gpointer execution;

  g_hash_table_iter_init (&iter, self->by_seq);
  while (g_hash_table_iter_next (&iter, NULL, &execution))
    apool_execution_end (execution, signum);
}

static gboolean
apool_worker_grace_is_over_cb (gpointer data)
{
  apool_worker_signal_all (data, SIGKILL);
  return G_SOURCE_CONTINUE;
}

/* Those that are announced may not vanish: the manager waits to hear of them. */
static void
apool_worker_drop_announced (ApoolWorker *self)
{
  ApoolWaiting *waiting;

  while ((waiting = g_queue_pop_head (&self->announced)))
    {
      ApoolUsage usage = { 0 };
      g_autoptr (ApoolOutcome) outcome =
          apool_outcome_new (APOOL_OUTCOME_NOT_STARTED, 0, &usage, TRUE, FALSE, "terminated");

      apool_worker_report (self, waiting->task, outcome);
      apool_waiting_free (waiting);
    }
}

/* Answers a recall with the @n oldest of the tasks that are not announced, but for the first
 * @n_kept. */
static void
apool_worker_give_back (ApoolWorker *self, guint32 n, guint n_kept)
{
  g_autoptr (GArray) seqs = g_array_new (FALSE, FALSE, sizeof (guint64));

  while (seqs->len < n && g_queue_get_length (&self->waiting) > n_kept)
    {
      ApoolWaiting *waiting = g_queue_pop_nth (&self->waiting, n_kept);
      guint64 seq = apool_task_get_seq (waiting->task);

      g_array_append_val (seqs, seq);
      apool_waiting_free (waiting);
    }
  apool_channel_send (
      self->channel, APOOL_MESSAGE_RECALLED,
      g_variant_new ("(@at)", g_variant_new_fixed_array (G_VARIANT_TYPE_UINT64, seqs->data,
                                                         seqs->len, sizeof (guint64))));
}

static void
apool_worker_terminate (ApoolWorker *self)
{
  if (self->is_terminating)
    return;
  self->is_terminating = TRUE;
  apool_worker_give_back (self, G_MAXUINT32, 0);
  apool_worker_drop_announced (self);
  apool_worker_signal_all (self, SIGTERM);
  self->grace_source = g_timeout_source_new (GRACE_MSEC);
  g_source_set_callback (self->grace_source, apool_worker_grace_is_over_cb, self, NULL);
  g_source_attach (self->grace_source, self->context);
}

/* ---- dialogue ---- */

static gboolean
apool_worker_fail (GError **error, const char *what)
{
  g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL, what);
  return FALSE;
}

static gboolean
apool_worker_take_setup (ApoolWorker *self, GVariant *body, GError **error)
{
  ApoolSetup setup;
  g_autofree char *shell = NULL;

  if (self->free_slots)
    return apool_worker_fail (error, "a second set-up");
  apool_message_get_setup (body, &setup);
  shell = setup.shell[0] ? g_strdup (setup.shell) : apool_shell_find ();
  self->setting.environment = apool_environment_new (setup.run, setup.manager_pid, shell);
  self->setting.finder = apool_program_finder_new (shell);
  self->setting.drain_usec = setup.drain_usec;
  self->max_passed = setup.max_passed;
  /* Told, not inherited: who starts a worker may reset them, as g_spawn does. */
  apool_process_set_ignored_signals (setup.ignored_signals);
  self->free_slots = g_array_new (FALSE, FALSE, sizeof (guint));
  for (gsize i = setup.n_slots; i > 0; i--)
    g_array_append_val (self->free_slots, setup.slots[i - 1]);
  return TRUE;
}

static ApoolWaiting *
apool_worker_find_waiting (ApoolWorker *self, guint64 seq)
{
  GQueue *queues[] = { &self->waiting, &self->announced };

  for (gsize i = 0; i < G_N_ELEMENTS (queues); i++)
    for (GList *link = queues[i]->head; link; link = link->next)
      if (apool_task_get_seq (((ApoolWaiting *) link->data)->task) == seq)
        return link->data;
  return NULL;
}

static gboolean
apool_worker_has_task (ApoolWorker *self, guint64 seq)
{
  return g_hash_table_contains (self->by_seq, &seq) || apool_worker_find_waiting (self, seq);
}

static gboolean
apool_worker_take_task (ApoolWorker *self, ApoolMessage *message, GError **error)
{
  g_autoptr (ApoolTask) task = apool_message_get_task (message->body, error);
  ApoolWaiting *waiting;

  if (!task)
    return FALSE;
  if (!self->free_slots || g_queue_get_length (&self->waiting) >= MAX_WAITING)
    return apool_worker_fail (error, "a task that has no place");
  if (apool_worker_has_task (self, apool_task_get_seq (task)))
    return apool_worker_fail (error, "a task that is here already");
  waiting = g_new0 (ApoolWaiting, 1);
  waiting->task = g_steal_pointer (&task);
  waiting->stdin_fd = message->n_fds > 0 ? apool_fd_steal (&message->fds[0]) : -1;
  g_queue_push_tail (&self->waiting, waiting);
  return TRUE;
}

static void
apool_worker_take_stream (ApoolWorker *self, GVariant *body)
{
  guint64 seq;
  ApoolExecution *execution;
  ApoolWaiting *waiting;

  g_variant_get (body, "(t)", &seq);
  execution = g_hash_table_lookup (self->by_seq, &seq);
  if (execution)
    {
      apool_execution_want (execution);
      return;
    }
  waiting = apool_worker_find_waiting (self, seq);
  if (waiting)
    waiting->is_wanted = TRUE;
}

static void
apool_worker_take_credit (ApoolWorker *self, GVariant *body)
{
  guint64 seq;
  guint32 stream;
  guint32 bytes;
  ApoolExecution *execution;

  g_variant_get (body, "(tuu)", &seq, &stream, &bytes);
  execution = g_hash_table_lookup (self->by_seq, &seq);
  if (execution && stream < APOOL_N_STREAMS)
    apool_execution_add_credit (execution, (ApoolStream) stream, bytes);
}

static void
apool_worker_take_recall (ApoolWorker *self, GVariant *body)
{
  guint32 n;
  gboolean starts = self->free_slots && !self->is_terminating;

  g_variant_get (body, "(u)", &n);
  /* Those that came in this very turn and have a slot are as good as started. To give them back
   * would let the newer ones behind them go first, again and again. */
  apool_worker_give_back (self, n, starts ? self->free_slots->len : 0);
}

static gboolean
apool_worker_message_cb (ApoolMessage *message, gpointer data, GError **error)
{
  ApoolWorker *self = data;

  switch (message->type)
    {
    case APOOL_MESSAGE_SETUP:
      return apool_worker_take_setup (self, message->body, error);
    case APOOL_MESSAGE_TASK:
      return apool_worker_take_task (self, message, error);
    case APOOL_MESSAGE_STREAM:
      apool_worker_take_stream (self, message->body);
      return TRUE;
    case APOOL_MESSAGE_CREDIT:
      apool_worker_take_credit (self, message->body);
      return TRUE;
    case APOOL_MESSAGE_RECALL:
      apool_worker_take_recall (self, message->body);
      return TRUE;
    case APOOL_MESSAGE_TERMINATE:
      apool_worker_terminate (self);
      return TRUE;
    case APOOL_MESSAGE_PONG:
      return TRUE;
    case APOOL_MESSAGE_GRANT:
    case APOOL_MESSAGE_CLOSE:
    case APOOL_MESSAGE_HELLO:
    case APOOL_MESSAGE_ABORT:
    case APOOL_MESSAGE_PING:
    case APOOL_MESSAGE_STARTED:
    case APOOL_MESSAGE_OUTPUT:
    case APOOL_MESSAGE_PIPES:
    case APOOL_MESSAGE_FINISHED:
    case APOOL_MESSAGE_RECALLED:
    case APOOL_MESSAGE_HOOK:
    case APOOL_N_MESSAGES:
    default:
      return apool_worker_fail (error, "a message that is not for a worker");
    }
}

/* Tasks have come, or slots are free. */
static void
apool_worker_go_on_cb (gpointer data)
{
  apool_worker_start_waiting (data);
}

static void
apool_worker_drained_cb (gpointer data)
{
  ApoolWorker *self = data;
  g_autoptr (GList) executions = g_hash_table_get_values (self->by_seq);

  /* From a list: one that is finished leaves the table. */
  for (GList *link = executions; link; link = link->next)
    apool_execution_resume (link->data);
  apool_worker_start_waiting (self);
}

static void
apool_worker_closed_cb (const GError *error, gpointer data)
{
  ApoolWorker *self = data;

  self->is_closed = TRUE;
  self->status = error ? 1 : 0;
}

static const ApoolChannelFuncs apool_worker_channel_funcs = {
  .message = apool_worker_message_cb,
  .batch = apool_worker_go_on_cb,
  .drained = apool_worker_drained_cb,
  .closed = apool_worker_closed_cb,
};

/* ---- life ---- */

/* Takes the wire away from descriptors 0 and 1, which the jobs will inherit. */
static gboolean
apool_worker_take_wire (int *in_fd, int *out_fd, GError **error)
{
  gboolean is_one = apool_fd_same_file (0, 1);
  g_auto (ApoolFd) null_fd = open ("/dev/null", O_RDWR | O_CLOEXEC);

  *in_fd = fcntl (0, F_DUPFD_CLOEXEC, 3);
  *out_fd = is_one ? *in_fd : fcntl (1, F_DUPFD_CLOEXEC, 3);
  if (null_fd < 0 || *in_fd < 0 || *out_fd < 0 || dup2 (null_fd, 0) < 0 || dup2 (null_fd, 1) < 0)
    {
      apool_error_set_errno (error, errno, "worker: cannot take over its standard streams");
      return FALSE;
    }
  return TRUE;
}

static gboolean
apool_worker_open (ApoolWorker *self, GError **error)
{
  int in_fd;
  int out_fd;

  self->poller = apool_poller_new (self->context, error);
  if (!self->poller)
    return FALSE;
  apool_child_get_ignored_signals (&self->setting.default_signals);
  self->reaper =
      apool_reaper_new (self->poller, apool_worker_reaped_cb, apool_worker_go_on_cb, self, error);
  if (!self->reaper || !apool_worker_take_wire (&in_fd, &out_fd, error))
    return FALSE;
  self->setting.context = self->context;
  self->setting.poller = self->poller;
  self->setting.pid = getpid ();
  self->setting.data = self;
  self->setting.funcs = (ApoolExecutionFuncs){
    .overflow = apool_worker_overflow_cb,
    .output = apool_worker_output_cb,
    .exited = apool_worker_exited_cb,
    .finished = apool_worker_finished_cb,
  };
  self->channel =
      apool_channel_new (self->context, in_fd, out_fd, &apool_worker_channel_funcs, self, error);
  return self->channel != NULL;
}

/* Nothing of a job outlives its worker. */
static void
apool_worker_end_jobs (ApoolWorker *self)
{
  apool_worker_signal_all (self, SIGKILL);
  apool_process_kill_children (NULL);
}

static void
apool_worker_clear (ApoolWorker *self)
{
  ApoolWaiting *waiting;

  while ((waiting = g_queue_pop_head (&self->waiting)) ||
         (waiting = g_queue_pop_head (&self->announced)))
    apool_waiting_free (waiting);
  g_hash_table_unref (self->by_pid);
  g_hash_table_unref (self->by_seq);
  if (self->grace_source)
    {
      g_source_destroy (self->grace_source);
      g_source_unref (self->grace_source);
    }
  g_clear_pointer (&self->setting.environment, apool_environment_free);
  g_clear_pointer (&self->setting.finder, apool_program_finder_free);
  g_clear_pointer (&self->free_slots, g_array_unref);
  g_clear_pointer (&self->channel, apool_channel_free);
  g_clear_pointer (&self->reaper, apool_reaper_free);
  g_clear_pointer (&self->poller, apool_poller_free);
  g_main_context_pop_thread_default (self->context);
  g_main_context_unref (self->context);
}

static void
apool_worker_prepare_process (void)
{
  sigset_t hang_up;

  /* Fails only for a session leader, which the launcher of a remote worker may have made us: then
   * the group is ours already. */
  (void) setpgid (0, 0);
  apool_process_adopt_orphans ();
  signal (SIGPIPE, SIG_IGN);
  signal (SIGCHLD, SIG_DFL);
  /* A worker that is stopped when its manager dies has to go on, and see the end of its input. */
  (void) prctl (PR_SET_PDEATHSIG, SIGCONT); /* cannot fail: the signal is valid */
  /* The kernel may send it this as well, as to any process group that is stopped and orphaned. Its
   * jobs do not inherit the mask. */
  sigemptyset (&hang_up);
  sigaddset (&hang_up, SIGHUP);
  (void) sigprocmask (SIG_BLOCK, &hang_up, NULL); /* cannot fail: SIG_BLOCK is valid */
  (void) prctl (PR_SET_NAME, "apool-worker");     /* for ps; cannot fail */
}

/**
 * apool_worker_main:
 *
 * Is a worker: speaks the wire on descriptors 0 and 1 until its manager ends the dialogue.
 *
 * Returns: an exit status
 */
int
apool_worker_main (void)
{
  ApoolWorker self = { .waiting = G_QUEUE_INIT, .announced = G_QUEUE_INIT };
  g_autoptr (GError) error = NULL;

  apool_worker_prepare_process ();
  self.context = g_main_context_new ();
  g_main_context_push_thread_default (self.context);
  self.by_seq = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL,
                                       (GDestroyNotify) apool_execution_free);
  self.by_pid = g_hash_table_new (NULL, NULL);
  if (!apool_worker_open (&self, &error))
    {
      g_printerr ("apool: %s\n", error->message);
      self.is_closed = TRUE;
      self.status = 1;
    }
  while (!self.is_closed)
    g_main_context_iteration (self.context, TRUE);
  apool_worker_end_jobs (&self);
  apool_worker_clear (&self);
  return self.status;
}
