/* SPDX-License-Identifier: MIT */
/* The far half: takes tasks from the manager, runs several at once, and reports.
 *
 * It knows nothing of inputs, order or sinks. The end of the stream from the manager, whatever the
 * cause, ends the worker and all that runs; so does anything that is no proper dialogue.
 *
 * Here is the dialogue; what becomes of the tasks is in apool-jobs.c, and the process that all this
 * happens in is prepared by apool-worker-main.c. */

#include "worker/apool-worker.h"

#include <signal.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-poller.h"
#include "base/apool-process.h"
#include "base/apool-shell.h"
#include "wire/apool-channel.h"
#include "worker/apool-child.h"
#include "worker/apool-environment.h"
#include "worker/apool-execution.h"
#include "worker/apool-jobs.h"
#include "worker/apool-program.h"
#include "worker/apool-reaper.h"

/* How long a job has between SIGTERM and SIGKILL: milliseconds. */
#define GRACE_MSEC 5000

struct _ApoolWorker
{
  GMainContext *context;
  ApoolPoller *poller;
  ApoolReaper *reaper;
  ApoolChannel *channel;
  ApoolExecutionSetting setting; /* complete after SETUP, but for what is called */
  ApoolSlots *slots;
  ApoolJobs *jobs;
  GSource *grace_source; /* (nullable): between SIGTERM and SIGKILL */
  guint number;          /* its place in the pool; 0 before SETUP */
  gboolean is_set_up;
  gboolean is_terminating;
  gboolean is_closed;
  int status;
};

/* ---- termination ---- */

static gboolean
apool_worker_grace_is_over_cb (gpointer data)
{
  ApoolWorker *self = data;

  apool_jobs_signal (self->jobs, SIGKILL);
  return G_SOURCE_CONTINUE;
}

static void
apool_worker_terminate (ApoolWorker *self)
{
  if (self->is_terminating)
    return;
  self->is_terminating = TRUE;
  apool_jobs_stop (self->jobs);
  apool_jobs_signal (self->jobs, SIGTERM);
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

  if (self->is_set_up)
    return apool_worker_fail (error, "a second set-up");
  apool_message_get_setup (body, &setup);
  if (!apool_slots_add (self->slots, setup.slots, setup.n_slots, error))
    return FALSE;
  self->is_set_up = TRUE;
  self->number = setup.number;
  shell = setup.shell[0] ? g_strdup (setup.shell) : apool_shell_find ();
  self->setting.environment =
      apool_environment_new (setup.run, setup.manager_pid, setup.number, shell);
  self->setting.finder = apool_program_finder_new (shell);
  self->setting.drain_usec = setup.drain_usec;
  /* Told, not inherited: who starts a worker may reset them, as g_spawn does. */
  apool_process_set_ignored_signals (setup.ignored_signals);
  if (!self->is_terminating)
    apool_jobs_open (self->jobs, &self->setting, setup.max_passed);
  return TRUE;
}

static gboolean
apool_worker_take_grant (ApoolWorker *self, GVariant *body, GError **error)
{
  g_autoptr (GArray) slots = apool_message_dup_slots (body);

  if (!self->is_set_up)
    return apool_worker_fail (error, "slots before the set-up");
  return apool_slots_add (self->slots, (const guint32 *) (const void *) slots->data, slots->len,
                          error);
}

static gboolean
apool_worker_take_task (ApoolWorker *self, ApoolMessage *message, GError **error)
{
  if (!self->is_set_up)
    return apool_worker_fail (error, "a task that has no place");
  return apool_jobs_queue (self->jobs, message, error);
}

static void
apool_worker_take_stream (ApoolWorker *self, GVariant *body)
{
  guint64 seq;

  g_variant_get (body, "(t)", &seq);
  apool_jobs_want (self->jobs, seq);
}

static void
apool_worker_take_credit (ApoolWorker *self, GVariant *body)
{
  guint64 seq;
  guint32 stream;
  guint32 bytes;

  g_variant_get (body, "(tuu)", &seq, &stream, &bytes);
  apool_jobs_add_credit (self->jobs, seq, stream, bytes);
}

static void
apool_worker_take_recall (ApoolWorker *self, GVariant *body)
{
  guint32 n;

  g_variant_get (body, "(u)", &n);
  apool_jobs_recall (self->jobs, n);
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
    case APOOL_MESSAGE_GRANT:
      return apool_worker_take_grant (self, message->body, error);
    case APOOL_MESSAGE_PONG:
      return TRUE;
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
  ApoolWorker *self = data;

  apool_jobs_start_waiting (self->jobs);
}

static void
apool_worker_drained_cb (gpointer data)
{
  ApoolWorker *self = data;

  apool_jobs_resume (self->jobs);
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

static void
apool_worker_reaped_cb (pid_t pid, int status, const struct rusage *usage, gpointer data)
{
  ApoolWorker *self = data;

  /* If it was none of theirs, it was an orphan of a job, adopted. */
  (void) apool_jobs_reaped (self->jobs, pid, status, usage);
}

static void
apool_worker_idle_cb (gpointer data)
{
}

/* Takes the descriptors. */
static gboolean
apool_worker_open (ApoolWorker *self, int in_fd, int out_fd, GError **error)
{
  self->channel =
      apool_channel_new (self->context, in_fd, out_fd, &apool_worker_channel_funcs, self, error);
  if (!self->channel)
    return FALSE;
  self->slots = apool_slots_new ();
  self->jobs = apool_jobs_new (self->channel, self->slots, apool_worker_idle_cb, self);
  self->poller = apool_poller_new (self->context, error);
  if (!self->poller)
    return FALSE;
  self->reaper =
      apool_reaper_new (self->poller, apool_worker_reaped_cb, apool_worker_go_on_cb, self, error);
  if (!self->reaper)
    return FALSE;
  self->setting.context = self->context;
  self->setting.poller = self->poller;
  self->setting.pid = getpid ();
  apool_child_get_ignored_signals (&self->setting.default_signals);
  return TRUE;
}

/**
 * apool_worker_new:
 * @context: where everything happens: that of the thread whose end is the end of the jobs
 * @in_fd: (transfer full): what the manager writes to
 * @out_fd: (transfer full): what the manager reads from; may be @in_fd itself
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * From now on the children of this process are reaped here, all of them, and SIGCHLD is blocked in
 * this thread.
 *
 * Returns: (transfer full) (nullable): a worker that has greeted its manager
 */
ApoolWorker *
apool_worker_new (GMainContext *context, int in_fd, int out_fd, GError **error)
{
  g_autoptr (ApoolWorker) self = g_new0 (ApoolWorker, 1);

  self->context = g_main_context_ref (context);
  return apool_worker_open (self, in_fd, out_fd, error) ? g_steal_pointer (&self) : NULL;
}

/**
 * apool_worker_end_jobs:
 * @self: a worker that goes no further
 *
 * Kills the process groups of what runs. Whoever left them is a child of this process, or will be,
 * if it adopts orphans.
 */
void
apool_worker_end_jobs (ApoolWorker *self)
{
  apool_jobs_signal (self->jobs, SIGKILL);
}

/**
 * apool_worker_free:
 * @self: (transfer full): a worker; the processes of what runs are left as they are
 *
 * Ends the dialogue.
 */
void
apool_worker_free (ApoolWorker *self)
{
  g_clear_pointer (&self->jobs, apool_jobs_free);
  g_clear_pointer (&self->slots, apool_slots_free);
  if (self->grace_source)
    {
      g_source_destroy (self->grace_source);
      g_source_unref (self->grace_source);
    }
  g_clear_pointer (&self->setting.environment, apool_environment_free);
  g_clear_pointer (&self->setting.finder, apool_program_finder_free);
  g_clear_pointer (&self->channel, apool_channel_free);
  g_clear_pointer (&self->reaper, apool_reaper_free);
  g_clear_pointer (&self->poller, apool_poller_free);
  g_main_context_unref (self->context);
  g_free (self);
}

/**
 * apool_worker_is_closed:
 * @self: a worker
 *
 * Returns: whether its dialogue is over; then it waits for nothing more
 */
gboolean
apool_worker_is_closed (const ApoolWorker *self)
{
  return self->is_closed;
}

/**
 * apool_worker_get_number:
 * @self: a worker
 *
 * Returns: its place in the pool, counted from 1; 0 before it was told
 */
guint
apool_worker_get_number (const ApoolWorker *self)
{
  return self->number;
}

/**
 * apool_worker_get_n_jobs:
 * @self: a worker
 *
 * Returns: how many jobs it runs
 */
guint
apool_worker_get_n_jobs (const ApoolWorker *self)
{
  return apool_jobs_get_n_running (self->jobs);
}

/**
 * apool_worker_get_status:
 * @self: a closed worker
 *
 * Returns: 0 where the dialogue ended in order, else 1
 */
int
apool_worker_get_status (const ApoolWorker *self)
{
  return self->status;
}
