/* SPDX-License-Identifier: MIT */
/* The far half: takes tasks from the manager, runs several at once, and reports.
 *
 * It knows nothing of inputs, order or sinks. The end of the stream from the manager, whatever the
 * cause, ends the worker and all that runs; so does anything that is no proper dialogue.
 *
 * Its stages: it waits for its set-up; its init hook prepares it; it is ready; or its init hook has
 * failed, and it waits to be ended. After CLOSE what runs is ended, its exit hook runs if it was
 * ever ready, and when the kernel has all that it said, it is closed. TERMINATE ends the jobs, or
 * the init hook; the exit hook only where it comes after CLOSE.
 *
 * Here is the dialogue; what is made of the set-up is in apool-worker-setup.c, what becomes of the
 * tasks in apool-jobs.c, and the process that all this happens in is prepared by
 * apool-worker-main.c. */

#include "worker/apool-worker.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"
#include "worker/apool-answer.h"
#include "worker/apool-child.h"
#include "worker/apool-environment.h"
#include "worker/apool-program.h"
#include "worker/apool-state.h"
#include "worker/apool-worker-private.h"

/* Why a hook was ended, or not run. */
#define TERMINATED "it was terminated"

static void apool_worker_close_further (ApoolWorker *self);

/* For the worker only. Tasks have come, or slots are free, or something has ended. */
void
apool_worker_go_on (ApoolWorker *self)
{
  if (self->stage == APOOL_STAGE_CLOSING)
    apool_worker_close_further (self);
  else
    apool_jobs_start_waiting (self->jobs);
}

/* ---- preparation ---- */

/* Of this process's environment as it is now. */
static void
apool_worker_make_environment (ApoolWorker *self)
{
  g_clear_pointer (&self->setting.environment, apool_environment_free);
  g_clear_pointer (&self->setting.finder, apool_program_finder_free);
  self->setting.environment =
      apool_environment_new (self->setup.run, self->setup.manager_pid, self->setup.number,
                             self->shell, self->setup.slot_variable);
  self->setting.finder = apool_program_finder_new (self->shell);
}

/* For the worker only. */
void
apool_worker_get_ready (ApoolWorker *self)
{
  apool_worker_make_environment (self);
  self->is_prepared = TRUE;
  if (self->stage == APOOL_STAGE_CLOSING)
    return;
  self->stage = APOOL_STAGE_READY;
  if (!self->is_terminating)
    apool_jobs_open (self->jobs, &self->setting, self->setup.max_passed);
}

static ApoolOutcome *
apool_worker_make_failure (const char *message)
{
  ApoolUsage usage = { .start_usec = g_get_real_time () };

  return apool_outcome_new (APOOL_OUTCOME_NOT_STARTED, 0, &usage, FALSE, FALSE, message);
}

/* Tells how init ended, and is ready or not. A worker whose jobs would not find what init has left
 * is none that was prepared. */
static void
apool_worker_conclude_init (ApoolWorker *self, ApoolHookReport *report)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ApoolOutcome) failure = NULL;

  if (apool_outcome_is_success (report->outcome) && !apool_state_apply (self->state_fd, &error))
    report->outcome = failure = apool_worker_make_failure (error->message);
  apool_fd_clear (&self->state_fd);
  apool_channel_send (self->channel, APOOL_MESSAGE_HOOK, apool_message_new_hook (report));
  if (apool_outcome_is_success (report->outcome))
    apool_worker_get_ready (self);
  else if (self->stage == APOOL_STAGE_PREPARING)
    self->stage = APOOL_STAGE_UNFIT;
  apool_worker_go_on (self);
}

static void
apool_worker_init_ended_cb (ApoolHookRun *run, gpointer data)
{
  ApoolHookReport report;

  apool_hook_run_get_report (run, &report);
  apool_worker_conclude_init (data, &report);
}

static void
apool_worker_start_hook (ApoolWorker *self, ApoolHook hook, const char *line, ApoolHookRunFunc func)
{
  self->runs[hook] =
      apool_hook_run_new (&self->setting, hook, line, self->setup.hook_timeout_msec, func, self);
  apool_hook_run_start (self->runs[hook]);
}

/* For the worker only. */
void
apool_worker_start_init (ApoolWorker *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *script = NULL;

  self->stage = APOOL_STAGE_PREPARING;
  apool_worker_make_environment (self);
  self->state_fd = apool_state_open (&error);
  if (self->state_fd < 0)
    {
      g_autoptr (ApoolOutcome) failure = apool_worker_make_failure (error->message);
      ApoolHookReport report = { .hook = APOOL_HOOK_INIT, .outcome = failure };

      apool_worker_conclude_init (self, &report);
      return;
    }
  script = apool_state_make_script (self->state_fd, self->setup.init);
  apool_worker_start_hook (self, APOOL_HOOK_INIT, script, apool_worker_init_ended_cb);
}

/* ---- end ---- */

static gboolean
apool_worker_is_running (const ApoolWorker *self, ApoolHook hook)
{
  return self->runs[hook] && apool_hook_run_is_running (self->runs[hook]);
}

/* When all that was said is with the manager, the worker ends; until then it is written as there is
 * room. */
static void
apool_worker_leave (ApoolWorker *self)
{
  self->stage = APOOL_STAGE_LEAVING;
  apool_jobs_stop (self->jobs);
  /* Where the dialogue is over already, nothing is flushed any more, and it stays over. */
  if (apool_channel_flush (self->channel))
    self->is_closed = TRUE;
}

static void
apool_worker_exit_ended_cb (ApoolHookRun *run, gpointer data)
{
  ApoolWorker *self = data;
  ApoolHookReport report;

  apool_hook_run_get_report (run, &report);
  apool_channel_send (self->channel, APOOL_MESSAGE_HOOK, apool_message_new_hook (&report));
  apool_worker_leave (self);
}

/* Its exit hook was to run, and may not any more. */
static void
apool_worker_skip_exit (ApoolWorker *self)
{
  ApoolUsage usage = { .start_usec = g_get_real_time () };
  g_autoptr (ApoolOutcome) outcome =
      apool_outcome_new (APOOL_OUTCOME_NOT_STARTED, 0, &usage, TRUE, FALSE, TERMINATED);
  ApoolHookReport report = { .hook = APOOL_HOOK_EXIT, .outcome = outcome };

  apool_channel_send (self->channel, APOOL_MESSAGE_HOOK, apool_message_new_hook (&report));
  apool_worker_leave (self);
}

/* Where nothing runs any more, nobody is looked for, and nobody has time left to end, closing goes
 * on. */
static void
apool_worker_close_further (ApoolWorker *self)
{
  gboolean has_exit = self->setup.exit && self->setup.exit[0];

  if ((self->leaks && apool_leaks_is_looking (self->leaks)) || apool_jobs_is_ending (self->jobs))
    return;
  /* Where nothing is to follow, what runs ends with the worker. */
  if (has_exit && (apool_jobs_get_n_running (self->jobs) > 0 ||
                   apool_worker_is_running (self, APOOL_HOOK_INIT) || self->runs[APOOL_HOOK_EXIT]))
    return;
  if (!has_exit || !self->is_prepared)
    {
      apool_worker_leave (self);
      return;
    }
  if (self->is_hurried)
    {
      apool_worker_skip_exit (self);
      return;
    }
  apool_worker_start_hook (self, APOOL_HOOK_EXIT, self->setup.exit, apool_worker_exit_ended_cb);
}

static void
apool_worker_close (ApoolWorker *self)
{
  if (self->stage >= APOOL_STAGE_CLOSING)
    return;
  self->stage = APOOL_STAGE_CLOSING;
  apool_jobs_stop (self->jobs);
  apool_jobs_signal (self->jobs, SIGKILL);
  apool_worker_close_further (self);
}

/* Sends a signal to all that runs. */
static void
apool_worker_signal (ApoolWorker *self, int signum)
{
  apool_jobs_signal (self->jobs, signum);
  for (gsize i = 0; i < G_N_ELEMENTS (self->runs); i++)
    if (self->runs[i])
      apool_hook_run_end (self->runs[i], signum, TERMINATED);
}

/* Hooks have their own time between SIGTERM and SIGKILL. */
static void
apool_worker_terminate_hooks (ApoolWorker *self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (self->runs); i++)
    if (self->runs[i])
      apool_hook_run_terminate (self->runs[i], TERMINATED);
}

/* The jobs are killed already: what is left is a hook, which runs or is to run. */
static void
apool_worker_hurry (ApoolWorker *self)
{
  self->is_hurried = TRUE;
  apool_jobs_recall (self->jobs, G_MAXUINT32);
  apool_worker_terminate_hooks (self);
}

static void
apool_worker_terminate (ApoolWorker *self)
{
  if (self->stage >= APOOL_STAGE_CLOSING)
    {
      apool_worker_hurry (self);
      return;
    }
  if (self->is_terminating)
    return;
  self->is_terminating = TRUE;
  /* In this order: while it is open, a task with a free slot is kept, to be started in a moment. */
  apool_jobs_stop (self->jobs);
  apool_jobs_recall (self->jobs, G_MAXUINT32);
  apool_jobs_end_all (self->jobs);
  apool_worker_terminate_hooks (self);
}

/* ---- dialogue ---- */

/* For the worker only. Returns %FALSE. */
gboolean
apool_worker_fail (GError **error, const char *what)
{
  g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL, what);
  return FALSE;
}

static gboolean
apool_worker_take_grant (ApoolWorker *self, GVariant *body, GError **error)
{
  g_autoptr (GArray) slots = apool_message_dup_slots (body);

  if (self->stage == APOOL_STAGE_NEW)
    return apool_worker_fail (error, "slots before the set-up");
  if (!apool_slots_add (self->slots, (const guint32 *) (const void *) slots->data, slots->len,
                        error))
    return FALSE;
  apool_worker_raise_open_files (self);
  return TRUE;
}

/* Which of them are given up now is told when all has been read that came with it. */
static gboolean
apool_worker_take_revoke (ApoolWorker *self, GVariant *body, GError **error)
{
  guint32 limit;

  if (self->stage == APOOL_STAGE_NEW)
    return apool_worker_fail (error, "slots revoked before the set-up");
  g_variant_get (body, "(u)", &limit);
  apool_slots_set_limit (self->slots, limit);
  return TRUE;
}

static gboolean
apool_worker_take_task (ApoolWorker *self, ApoolMessage *message, GError **error)
{
  if (self->stage == APOOL_STAGE_NEW || self->stage >= APOOL_STAGE_CLOSING)
    return apool_worker_fail (error, "a task that has no place");
  return apool_jobs_queue (self->jobs, message, error);
}

static void
apool_worker_take_credit (ApoolWorker *self, const ApoolFrame *frame)
{
  guint64 seq;
  guint32 stream;
  guint32 bytes;

  apool_message_get_credit (frame, &seq, &stream, &bytes);
  apool_jobs_add_credit (self->jobs, seq, stream, bytes);
}

static void
apool_worker_take_terminal (ApoolWorker *self, GVariant *body)
{
  gboolean is_back;

  g_variant_get (body, "(b)", &is_back);
  apool_jobs_resume_terminal (self->jobs, is_back);
}

static void
apool_worker_take_recall (ApoolWorker *self, GVariant *body)
{
  guint32 n;

  g_variant_get (body, "(u)", &n);
  apool_jobs_recall (self->jobs, n);
}

static void
apool_worker_pause (ApoolWorker *self, gboolean is_paused)
{
  if (self->is_paused == is_paused)
    return;
  self->is_paused = is_paused;
  for (gsize i = 0; i < G_N_ELEMENTS (self->runs); i++)
    if (self->runs[i])
      apool_hook_run_set_paused (self->runs[i], is_paused);
  apool_jobs_set_paused (self->jobs, 0, is_paused);
}

static void
apool_worker_take_pause (ApoolWorker *self, GVariant *body)
{
  guint64 seq;
  gboolean is_paused;

  apool_message_get_pause (body, &seq, &is_paused);
  if (seq == 0)
    apool_worker_pause (self, is_paused);
  else
    apool_jobs_set_paused (self->jobs, seq, is_paused);
}

static void
apool_worker_take_ask (ApoolWorker *self, GVariant *body)
{
  guint64 token;

  g_variant_get (body, "(t)", &token);
  apool_channel_send (self->channel, APOOL_MESSAGE_ANSWER, apool_answer_make (self->jobs, token));
}

static gboolean
apool_worker_take_end (ApoolWorker *self, GVariant *body, GError **error)
{
  guint64 seq;
  ApoolEndReason reason;

  if (!apool_message_get_end (body, &seq, &reason, error))
    return FALSE;
  apool_jobs_end (self->jobs, seq, reason);
  return TRUE;
}

static gboolean
apool_worker_message_cb (ApoolMessage *message, gpointer data, GError **error)
{
  ApoolWorker *self = data;

  switch (message->type)
    {
    case APOOL_MESSAGE_SETUP:
      return apool_worker_take_setup (self, message, error);
    case APOOL_MESSAGE_TASK:
      return apool_worker_take_task (self, message, error);
    case APOOL_MESSAGE_STREAM:
      apool_jobs_want (self->jobs, apool_message_get_seq (message->frame));
      return TRUE;
    case APOOL_MESSAGE_CREDIT:
      apool_worker_take_credit (self, message->frame);
      return TRUE;
    case APOOL_MESSAGE_RECALL:
      apool_worker_take_recall (self, message->body);
      return TRUE;
    case APOOL_MESSAGE_TERMINATE:
      apool_worker_terminate (self);
      return TRUE;
    case APOOL_MESSAGE_GRANT:
      return apool_worker_take_grant (self, message->body, error);
    case APOOL_MESSAGE_REVOKE:
      return apool_worker_take_revoke (self, message->body, error);
    case APOOL_MESSAGE_CLOSE:
      apool_worker_close (self);
      return TRUE;
    case APOOL_MESSAGE_END:
      return apool_worker_take_end (self, message->body, error);
    case APOOL_MESSAGE_TERMINAL:
      apool_worker_take_terminal (self, message->body);
      return TRUE;
    case APOOL_MESSAGE_PAUSE:
      apool_worker_take_pause (self, message->body);
      return TRUE;
    case APOOL_MESSAGE_ASK:
      apool_worker_take_ask (self, message->body);
      return TRUE;
    case APOOL_MESSAGE_PONG:
      return TRUE;
    case APOOL_MESSAGE_HELLO:
    case APOOL_MESSAGE_ABORT:
    case APOOL_MESSAGE_PING:
    case APOOL_MESSAGE_STARTED:
    case APOOL_MESSAGE_EXITED:
    case APOOL_MESSAGE_LEFT:
    case APOOL_MESSAGE_OUTPUT:
    case APOOL_MESSAGE_PIPES:
    case APOOL_MESSAGE_FINISHED:
    case APOOL_MESSAGE_RECALLED:
    case APOOL_MESSAGE_REVOKED:
    case APOOL_MESSAGE_HOOK:
    case APOOL_MESSAGE_STOPPED:
    case APOOL_MESSAGE_ANSWER:
    case APOOL_N_MESSAGES:
    default:
      return apool_worker_fail (error, "a message that is not for a worker");
    }
}

static void
apool_worker_go_on_cb (gpointer data)
{
  apool_worker_go_on (data);
}

static void
apool_worker_drained_cb (gpointer data)
{
  ApoolWorker *self = data;

  apool_jobs_resume (self->jobs);
  if (self->stage == APOOL_STAGE_LEAVING)
    apool_worker_leave (self);
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

/* What was stopped by other signals goes on when whoever did that wants it to. */
static void
apool_worker_stopped (ApoolWorker *self, pid_t pid, int signum)
{
  gboolean wants_terminal = signum == SIGTTIN || signum == SIGTTOU;

  for (gsize i = 0; i < G_N_ELEMENTS (self->runs); i++)
    if (self->runs[i] && wants_terminal && apool_hook_run_is (self->runs[i], pid))
      apool_hook_run_end (self->runs[i], SIGKILL, "it wants the terminal");
  if (self->warm_shell)
    apool_warm_shell_stopped (self->warm_shell, pid);
  (void) apool_jobs_stopped (self->jobs, pid, signum); /* else an orphan's stop */
}

static void
apool_worker_reaped_cb (pid_t pid, int status, const struct rusage *usage, gpointer data)
{
  ApoolWorker *self = data;

  if (WIFSTOPPED (status))
    {
      apool_worker_stopped (self, pid, WSTOPSIG (status));
      return;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (self->runs); i++)
    if (self->runs[i] && apool_hook_run_reaped (self->runs[i], pid, status, usage))
      return;
  if (self->warm_shell && apool_warm_shell_reaped (self->warm_shell, pid))
    return;
  /* If it was none of theirs either, it was an orphan, adopted. */
  if (!apool_jobs_reaped (self->jobs, pid, status, usage) && self->leftovers)
    apool_leftovers_reaped (self->leftovers, pid);
}

static void
apool_worker_reaped_all_cb (gpointer data)
{
  ApoolWorker *self = data;

  apool_jobs_orphans_reaped (self->jobs);
  apool_worker_go_on (self);
}

static void
apool_worker_idle_cb (gpointer data)
{
  ApoolWorker *self = data;

  if (self->stage == APOOL_STAGE_CLOSING)
    apool_worker_close_further (self);
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
  self->reaper = apool_reaper_new (self->poller, apool_worker_reaped_cb, apool_worker_reaped_all_cb,
                                   self, error);
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
  self->state_fd = -1;
  for (int stream = 0; stream < APOOL_N_STREAMS; stream++)
    self->output_fds[stream] = -1;
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
  apool_worker_signal (self, SIGKILL);
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
  g_clear_pointer (&self->leaks, apool_leaks_free);
  g_clear_pointer (&self->leftovers, apool_leftovers_free);
  g_clear_pointer (&self->slots, apool_slots_free);
  for (gsize i = 0; i < G_N_ELEMENTS (self->runs); i++)
    g_clear_pointer (&self->runs[i], apool_hook_run_free);
  apool_fd_clear (&self->state_fd);
  for (int stream = 0; stream < APOOL_N_STREAMS; stream++)
    apool_fd_clear (&self->output_fds[stream]);
  g_clear_pointer (&self->warm_shell, apool_warm_shell_free);
  g_clear_pointer (&self->setup_body, g_variant_unref);
  g_free (self->shell);
  g_clear_pointer (&self->setting.environment, apool_environment_free);
  g_clear_pointer (&self->setting.finder, apool_program_finder_free);
  g_clear_pointer (&self->setting.foreground, apool_foreground_free);
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
  return self->setup.number;
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
