/* SPDX-License-Identifier: MIT */
/* One run of the init or the exit hook.
 *
 * It is an execution whose output is taken as it comes, both streams in the order in which it is
 * read. One that never stops to write is let wait for the loop's other work now and then.
 *
 * When the time is over its process group gets SIGTERM and, a little later, SIGKILL. What a hook
 * leaves in the background is no part of it: it lives as long as the worker, and what it writes is
 * read and dropped, so that it does not die of it. */

#include "worker/apool-hook-run.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/apool-fd.h"
#include "base/apool-rest.h"

/* How long it has between SIGTERM and SIGKILL: milliseconds. */
#define GRACE_MSEC 2000
/* Bytes that are taken in one turn of the loop. */
#define TURN_BYTES (256u * 1024)
#define DROP_BYTES (16u * 1024)

/* A pipe that somebody may still write to. */
typedef struct
{
  ApoolPoller *poller; /* not owned */
  ApoolWatch watch;
  int fd; /* -1 for none */
} ApoolHookLeft;

struct _ApoolHookRun
{
  ApoolExecutionSetting setting;
  ApoolHook hook;
  ApoolTask *task;
  guint timeout_msec; /* 0 without limit */
  ApoolHookRunFunc func;
  gpointer data;
  ApoolExecution *execution; /* (nullable): while it runs */
  GSource *timer;            /* (nullable): of its time, then of its grace, while it runs */
  gint64 left_usec;          /* of that time, while it stands still */
  gboolean is_terminated;    /* its grace has begun */
  GByteArray *output;
  guint64 n_dropped; /* bytes beyond @output */
  gsize n_taken;     /* bytes in this turn of the loop */
  GSource *turn;     /* (nullable): the next turn is waited for */
  char *reason;      /* (nullable): why it is ended before its time */
  ApoolOutcome *outcome;
  ApoolHookLeft left[APOOL_N_STREAMS];
};

static void
apool_hook_run_clear_source (GSource **source)
{
  if (*source)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
apool_hook_run_attach (ApoolHookRun *self, GSource **place, GSource *source, GSourceFunc func)
{
  apool_hook_run_clear_source (place);
  *place = source;
  g_source_set_callback (source, func, self, NULL);
  g_source_attach (source, self->setting.context);
}

/* ---- what is left in the background ---- */

static void
apool_hook_left_clear (ApoolHookLeft *left)
{
  if (left->fd >= 0)
    apool_poller_remove (left->poller, &left->watch);
  apool_fd_clear (&left->fd);
}

static void
apool_hook_left_drop_cb (guint32 events, gpointer data)
{
  ApoolHookLeft *left = data;
  char buffer[DROP_BYTES];
  gssize got = read (left->fd, buffer, sizeof buffer);

  if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
    apool_hook_left_clear (left);
}

/* Without descriptors for it, a background process may die of what it writes: nothing else is
 * harmed. */
static void
apool_hook_run_keep_left (ApoolHookRun *self)
{
  int fds[APOOL_N_STREAMS];

  if (!apool_execution_pass (self->execution, fds, NULL))
    return;
  for (int stream = 0; stream < APOOL_N_STREAMS; stream++)
    {
      ApoolHookLeft *left = &self->left[stream];

      left->poller = self->setting.poller;
      if (apool_poller_add (left->poller, &left->watch, fds[stream], EPOLLIN,
                            apool_hook_left_drop_cb, left, NULL))
        left->fd = apool_fd_steal (&fds[stream]);
      apool_fd_clear (&fds[stream]);
    }
}

/* ---- its output ---- */

static gboolean
apool_hook_run_next_turn_cb (gpointer data)
{
  ApoolHookRun *self = data;

  self->n_taken = 0;
  apool_hook_run_clear_source (&self->turn);
  apool_execution_resume (self->execution);
  return G_SOURCE_REMOVE;
}

static gboolean
apool_hook_run_output_cb (ApoolExecution *execution,
                          ApoolStream stream,
                          const GByteArray *bytes,
                          gpointer data)
{
  ApoolHookRun *self = data;
  guint room = APOOL_HOOK_OUTPUT_BYTES - self->output->len;
  guint kept = MIN (bytes->len, room);

  g_byte_array_append (self->output, bytes->data, kept);
  self->n_dropped += bytes->len - kept;
  self->n_taken += bytes->len;
  if (self->n_taken < TURN_BYTES)
    return TRUE;
  apool_hook_run_attach (self, &self->turn, g_idle_source_new (), apool_hook_run_next_turn_cb);
  return FALSE;
}

/* ---- its end ---- */

/* An outcome with the reason for it. One that was asked to end and ended well is no success. */
static ApoolOutcome *
apool_hook_run_make_outcome (ApoolHookRun *self)
{
  g_autoptr (ApoolOutcome) outcome = apool_execution_make_outcome (self->execution);
  ApoolOutcomeKind kind = apool_outcome_get_kind (outcome);
  int code = apool_outcome_get_code (outcome);

  if (!self->reason)
    return g_steal_pointer (&outcome);
  if (apool_outcome_is_success (outcome))
    {
      kind = APOOL_OUTCOME_SIGNALLED;
      code = SIGTERM;
    }
  return apool_outcome_new (kind, code, apool_outcome_get_usage (outcome), TRUE,
                            apool_outcome_is_output_cut (outcome), self->reason);
}

static void
apool_hook_run_exited_cb (ApoolExecution *execution, gpointer data)
{
  ApoolHookRun *self = data;

  apool_hook_run_clear_source (&self->timer);
}

static void
apool_hook_run_finished_cb (ApoolExecution *execution, gpointer data)
{
  ApoolHookRun *self = data;

  self->outcome = apool_hook_run_make_outcome (self);
  if (apool_outcome_is_output_cut (self->outcome))
    apool_hook_run_keep_left (self);
  apool_hook_run_clear_source (&self->turn);
  apool_hook_run_clear_source (&self->timer);
  g_clear_pointer (&self->execution, apool_execution_free);
  self->func (self, self->data);
}

static gboolean
apool_hook_run_grace_is_over_cb (gpointer data)
{
  ApoolHookRun *self = data;

  apool_hook_run_clear_source (&self->timer);
  apool_execution_end (self->execution, SIGKILL);
  return G_SOURCE_REMOVE;
}

static gboolean
apool_hook_run_time_is_over_cb (gpointer data)
{
  ApoolHookRun *self = data;
  char seconds[G_ASCII_DTOSTR_BUF_SIZE];
  g_autofree char *reason = NULL;

  (void) g_ascii_formatd (seconds, sizeof seconds, "%.15g", self->timeout_msec / 1000.0);
  reason = g_strdup_printf ("it took longer than %s s", seconds);
  apool_hook_run_terminate (self, reason);
  return G_SOURCE_REMOVE;
}

/* ---- life ---- */

/**
 * apool_hook_run_new:
 * @setting: how jobs are run, copied; its functions are not looked at. Its environment and finder
 *   outlive the run
 * @hook: which one it is
 * @line: for the shell
 * @timeout_msec: how long it may run, milliseconds; 0 without limit
 * @func: called when it has ended
 * @data: (closure): for @func
 *
 * Returns: (transfer full): a run that is not started
 */
ApoolHookRun *
apool_hook_run_new (const ApoolExecutionSetting *setting,
                    ApoolHook hook,
                    const char *line,
                    guint timeout_msec,
                    ApoolHookRunFunc func,
                    gpointer data)
{
  ApoolHookRun *self = g_new0 (ApoolHookRun, 1);
  g_autoptr (GBytes) text = g_bytes_new (line, strlen (line) + 1);

  self->setting = *setting;
  self->setting.is_for_hooks = TRUE;
  self->setting.data = self;
  self->setting.funcs = (ApoolExecutionFuncs){
    .output = apool_hook_run_output_cb,
    .exited = apool_hook_run_exited_cb,
    .finished = apool_hook_run_finished_cb,
  };
  self->hook = hook;
  self->task = apool_task_new (APOOL_TASK_HOOK_BIT, 0, APOOL_TASK_SHELL, text, NULL, NULL);
  self->timeout_msec = timeout_msec;
  self->func = func;
  self->data = data;
  self->output = g_byte_array_new ();
  for (int stream = 0; stream < APOOL_N_STREAMS; stream++)
    self->left[stream] = (ApoolHookLeft){ .watch = APOOL_WATCH_INIT, .fd = -1 };
  return self;
}

/**
 * apool_hook_run_free:
 * @self: (transfer full): a run; its processes are left as they are
 */
void
apool_hook_run_free (ApoolHookRun *self)
{
  apool_hook_run_clear_source (&self->timer);
  apool_hook_run_clear_source (&self->turn);
  g_clear_pointer (&self->execution, apool_execution_free);
  for (int stream = 0; stream < APOOL_N_STREAMS; stream++)
    apool_hook_left_clear (&self->left[stream]);
  g_clear_pointer (&self->outcome, apool_outcome_unref);
  g_byte_array_unref (self->output);
  apool_task_unref (self->task);
  g_free (self->reason);
  g_free (self);
}

/**
 * apool_hook_run_start:
 * @self: a run that is not started
 *
 * Starts it. Where that fails, the callback is called from within.
 */
void
apool_hook_run_start (ApoolHookRun *self)
{
  self->execution = apool_execution_start (&self->setting, self->task, 0, -1, &self->outcome);
  if (!self->execution)
    {
      self->func (self, self->data);
      return;
    }
  apool_execution_stream (self->execution, G_MAXSIZE);
  if (self->timeout_msec > 0)
    apool_hook_run_attach (self, &self->timer, g_timeout_source_new (self->timeout_msec),
                           apool_hook_run_time_is_over_cb);
}

/**
 * apool_hook_run_end:
 * @self: a run
 * @signum: what to send to its process group
 * @reason: for a person, why
 *
 * Ends it before its time, where it is running.
 */
void
apool_hook_run_end (ApoolHookRun *self, int signum, const char *reason)
{
  if (!self->execution)
    return;
  if (!self->reason && !apool_execution_has_exited (self->execution))
    self->reason = g_strdup (reason);
  apool_execution_end (self->execution, signum);
}

/**
 * apool_hook_run_terminate:
 * @self: a run
 * @reason: for a person, why
 *
 * Has it end before its time, where it is running: by SIGTERM and, where it does not hear that, by
 * SIGKILL a little later.
 */
void
apool_hook_run_terminate (ApoolHookRun *self, const char *reason)
{
  if (!self->execution || self->is_terminated)
    return;
  self->is_terminated = TRUE;
  apool_hook_run_end (self, SIGTERM, reason);
  apool_hook_run_attach (self, &self->timer, g_timeout_source_new (GRACE_MSEC),
                         apool_hook_run_grace_is_over_cb);
}

/**
 * apool_hook_run_is:
 * @self: a run
 * @pid: a process
 *
 * Returns: whether it is that of the run
 */
gboolean
apool_hook_run_is (ApoolHookRun *self, pid_t pid)
{
  return self->execution && !apool_execution_has_exited (self->execution) &&
         apool_execution_get_pid (self->execution) == pid;
}

/**
 * apool_hook_run_reaped:
 * @self: a run
 * @pid: a process that has ended
 * @status: as wait4() told it
 * @usage: the same
 *
 * Returns: whether it was that of the run
 */
gboolean
apool_hook_run_reaped (ApoolHookRun *self, pid_t pid, int status, const struct rusage *usage)
{
  if (!apool_hook_run_is (self, pid))
    return FALSE;
  apool_execution_reaped (self->execution, status, usage);
  return TRUE;
}

/**
 * apool_hook_run_find:
 * @self: a run
 * @pid: a process
 *
 * Returns: (transfer none) (nullable): what is run, where @pid is its first process
 */
const ApoolTask *
apool_hook_run_find (const ApoolHookRun *self, pid_t pid)
{
  return self->execution && !apool_execution_has_exited (self->execution) &&
                 apool_execution_get_pid (self->execution) == pid
             ? self->task
             : NULL;
}

/**
 * apool_hook_run_set_paused:
 * @self: a run
 * @is_paused: whether it is to stop; else it goes on
 *
 * Stops it, where it is running, and its time.
 */
void
apool_hook_run_set_paused (ApoolHookRun *self, gboolean is_paused)
{
  if (!self->execution || apool_execution_is_paused (self->execution) == is_paused)
    return;
  apool_execution_set_paused (self->execution, APOOL_EXECUTION_PAUSED_WITH_ALL, is_paused);
  if (is_paused)
    self->left_usec = apool_rest_begin (self->timer);
  else
    apool_rest_end (self->timer, self->left_usec);
}

/**
 * apool_hook_run_is_running:
 * @self: a run
 *
 * Returns: whether it was started and has not ended
 */
gboolean
apool_hook_run_is_running (const ApoolHookRun *self)
{
  return self->execution != NULL;
}

/**
 * apool_hook_run_get_report:
 * @self: a run that has ended
 * @report: (out): how; all of it is valid as long as @self
 */
void
apool_hook_run_get_report (const ApoolHookRun *self, ApoolHookReport *report)
{
  *report = (ApoolHookReport){
    .hook = self->hook,
    .outcome = self->outcome,
    .output = (const char *) self->output->data,
    .length = self->output->len,
    .n_dropped = self->n_dropped,
  };
}
