/* SPDX-License-Identifier: MIT */
/* One task that is being run.
 *
 * Where its output goes: held (in memory, the start), passed (the manager reads the pipes) or
 * streamed (in pieces, as far as the manager has given credit). It never goes back.
 *
 * Its end comes in two steps. Its process is reaped: the slot is free. Its output is settled: both
 * pipes are at their end, or empty with nobody left in the process group, or empty when the drain
 * time is over. Only then is it finished, so that all it wrote goes out before its outcome does. */

#include "worker/apool-execution.h"

#include <signal.h>
#include <sys/wait.h>

#include "base/apool-fd.h"
#include "base/apool-rest.h"
#include "worker/apool-child.h"
#include "worker/apool-execution-private.h"

/* A streamed output goes out in pieces of at most so many bytes. */
#define PIECE_BYTES (64u * 1024)

/**
 * apool_execution_free:
 * @self: (transfer full): an execution; its process is left as it is
 */
void
apool_execution_free (ApoolExecution *self)
{
  for (int stream = 0; stream < APOOL_N_STREAMS; stream++)
    g_clear_pointer (&self->captures[stream], apool_capture_free);
  if (self->drain_source)
    {
      g_source_destroy (self->drain_source);
      g_source_unref (self->drain_source);
    }
  apool_directory_clear (&self->directory);
  apool_task_unref (self->task);
  g_free (self);
}

/* ---- output ---- */

/* Sends what there is and may be sent. */
static ApoolCaptureState
apool_execution_send (ApoolExecution *self, ApoolStream stream)
{
  ApoolCapture *capture = self->captures[stream];
  gsize *credit = &self->credit[stream];
  ApoolCaptureState state;

  do
    {
      GByteArray *held;

      state = apool_capture_read (capture, self->stuck ? 0 : MIN (*credit, PIECE_BYTES));
      held = apool_capture_get_held (capture);
      if (!held || held->len == 0)
        break;
      *credit -= MIN (*credit, held->len);
      self->stuck = !self->setting->funcs.output (self, stream, held, self->setting->data);
      g_byte_array_set_size (held, 0);
    }
  while (state == APOOL_CAPTURE_BLOCKED && *credit > 0 && !self->stuck);
  apool_capture_set_paused (capture, state == APOOL_CAPTURE_BLOCKED);
  return state;
}

/* Whether held output has to go out now: there is too much of it, or somebody waits for any. One
 * that has ended goes out whole with its end. */
static gboolean
apool_execution_overflows (ApoolExecution *self, ApoolStream stream, ApoolCaptureState state)
{
  const GByteArray *held = apool_capture_get_held (self->captures[stream]);

  return state == APOOL_CAPTURE_BLOCKED || (self->is_wanted && !self->exited && held && held->len);
}

static ApoolCaptureState
apool_execution_pump_stream (ApoolExecution *self, ApoolStream stream)
{
  ApoolCaptureState state;

  if (self->mode == APOOL_EXECUTION_STREAMED)
    return apool_execution_send (self, stream);
  state = apool_capture_read (self->captures[stream], APOOL_CAPTURE_HELD_BYTES);
  if (self->mode == APOOL_EXECUTION_PASSED || !apool_execution_overflows (self, stream, state))
    return state;
  self->setting->funcs.overflow (self, self->setting->data);
  return apool_execution_pump_stream (self, stream);
}

static gboolean
apool_execution_drain_cb (gpointer data)
{
  ApoolExecution *self = data;

  self->drain_is_over = TRUE;
  apool_execution_pump (self);
  return G_SOURCE_REMOVE;
}

static void
apool_execution_arm_drain (ApoolExecution *self)
{
  if (self->drain_source)
    return;
  for (int stream = 0; stream < APOOL_N_STREAMS; stream++)
    apool_capture_attend (self->captures[stream]);
  self->drain_source = g_timeout_source_new (self->setting->drain_msec);
  g_source_set_callback (self->drain_source, apool_execution_drain_cb, self, NULL);
  g_source_attach (self->drain_source, self->setting->context);
  if (self->pauses != 0) /* it was stopped as it exited, and others of its group are */
    self->drain_left_usec = apool_rest_begin (self->drain_source);
}

/* Reads what there is of both streams, and lets out what may go out.
 * Returns: whether nothing stands in the way: all that was read has gone out, or may be held */
static gboolean
apool_execution_pump_streams (ApoolExecution *self, gboolean *is_open)
{
  gboolean is_blocked = FALSE;

  *is_open = FALSE;
  for (int stream = 0; stream < APOOL_N_STREAMS; stream++)
    {
      ApoolCaptureState state = apool_execution_pump_stream (self, (ApoolStream) stream);

      is_blocked = is_blocked || state == APOOL_CAPTURE_BLOCKED;
      *is_open = *is_open || state != APOOL_CAPTURE_ENDED;
    }
  return !is_blocked;
}

/* Whether nobody is waited for any more who could still write. */
static gboolean
apool_execution_is_drained (ApoolExecution *self)
{
  if (self->drain_is_over || self->setting->drain_msec == 0 ||
      apool_child_group_is_empty (self->pid))
    return TRUE;
  apool_execution_arm_drain (self);
  return FALSE;
}

/**
 * apool_execution_pump:
 * @self: an execution
 *
 * Reads what there is and lets out what may go out; where the process has exited and nothing more
 * comes, it is finished.
 */
void
apool_execution_pump (ApoolExecution *self)
{
  gboolean is_open;

  if (self->finished || !apool_execution_pump_streams (self, &is_open) || !self->exited)
    return;
  /* Whoever is gone by now may have written something after it was looked for. */
  if (is_open &&
      (!apool_execution_is_drained (self) || !apool_execution_pump_streams (self, &is_open)))
    return;
  self->cut = is_open;
  self->finished = TRUE;
  apool_directory_clear (&self->directory);
  self->setting->funcs.finished (self, self->setting->data);
}

static gboolean
apool_execution_holds_any (const ApoolExecution *self)
{
  for (int stream = 0; stream < APOOL_N_STREAMS; stream++)
    {
      const GByteArray *held = apool_capture_get_held (self->captures[stream]);

      if (held && held->len > 0)
        return TRUE;
    }
  return FALSE;
}

/**
 * apool_execution_want:
 * @self: an execution
 *
 * Has its output go out as it is written. As long as it writes nothing, nothing happens.
 */
void
apool_execution_want (ApoolExecution *self)
{
  self->is_wanted = TRUE;
  /* What was not read yet is told of by its pipe. */
  if (apool_execution_holds_any (self))
    apool_execution_pump (self);
}

/**
 * apool_execution_pass:
 * @self: an execution that holds its output
 * @fds: (out) (transfer full): the read ends of its pipes; what was read before is in
 *   apool_execution_get_held()
 * @error: (out) (optional): a #GIOErrorEnum; then nothing has changed
 *
 * Returns: whether somebody else reads its output now
 */
gboolean
apool_execution_pass (ApoolExecution *self, int fds[APOOL_N_STREAMS], GError **error)
{
  fds[0] = apool_capture_dup (self->captures[0], error);
  if (fds[0] < 0)
    return FALSE;
  fds[1] = apool_capture_dup (self->captures[1], error);
  if (fds[1] < 0)
    {
      apool_fd_clear (&fds[0]);
      return FALSE;
    }
  for (int stream = 0; stream < APOOL_N_STREAMS; stream++)
    apool_capture_pass (self->captures[stream]);
  self->mode = APOOL_EXECUTION_PASSED;
  return TRUE;
}

/**
 * apool_execution_stream:
 * @self: an execution that holds its output
 * @window: how many bytes of each stream may be sent before credit comes
 *
 * From now on its output goes to @output as it is written; first what is held.
 */
void
apool_execution_stream (ApoolExecution *self, gsize window)
{
  self->mode = APOOL_EXECUTION_STREAMED;
  for (int stream = 0; stream < APOOL_N_STREAMS; stream++)
    self->credit[stream] = window;
}

/**
 * apool_execution_add_credit:
 * @self: an execution
 * @stream: one of its streams
 * @bytes: how much more of it may be sent; from a peer, so it may be any number
 */
void
apool_execution_add_credit (ApoolExecution *self, ApoolStream stream, gsize bytes)
{
  if (self->mode != APOOL_EXECUTION_STREAMED)
    return;
  self->credit[stream] = MIN (self->credit[stream] + bytes, (gsize) G_MAXINT32);
  apool_execution_pump (self);
}

/**
 * apool_execution_resume:
 * @self: an execution
 *
 * @output can take more again.
 */
void
apool_execution_resume (ApoolExecution *self)
{
  if (!self->stuck)
    return;
  self->stuck = FALSE;
  apool_execution_pump (self);
}

/* ---- pauses ---- */

/* Whether somebody may be in its process group. After its exit the group's number is its own only
 * while somebody is: while it is drained. Whoever may be left otherwise ends with the worker. */
static gboolean
apool_execution_has_group (const ApoolExecution *self)
{
  return !self->exited || self->drain_source;
}

/**
 * apool_execution_set_paused:
 * @self: an execution
 * @why: what has it stop
 * @is_paused: whether it is to; else that is no reason any more
 *
 * Has its process group stop as long as there is any reason to. Then it goes on, also where it had
 * stopped by itself. Its drain time stands still meanwhile.
 */
void
apool_execution_set_paused (ApoolExecution *self, ApoolExecutionPause why, gboolean is_paused)
{
  guint pauses = is_paused ? self->pauses | why : self->pauses & ~(guint) why;
  gboolean was_paused = self->pauses != 0;

  self->pauses = pauses;
  if (was_paused == (pauses != 0) || self->finished || !apool_execution_has_group (self))
    return;
  apool_child_set_stopped (self->pid, pauses != 0);
  if (self->drain_source && pauses != 0)
    self->drain_left_usec = apool_rest_begin (self->drain_source);
  else if (self->drain_source)
    apool_rest_end (self->drain_source, self->drain_left_usec);
}

/**
 * apool_execution_is_paused:
 * @self: an execution
 *
 * Returns: whether its process group was stopped by us
 */
gboolean
apool_execution_is_paused (const ApoolExecution *self)
{
  return self->pauses != 0;
}

/**
 * apool_execution_get_run_usec:
 * @self: an execution
 *
 * Returns: how long ago it was started, microseconds
 */
gint64
apool_execution_get_run_usec (const ApoolExecution *self)
{
  return g_get_monotonic_time () - self->start_monotonic_usec;
}

/* ---- end ---- */

/**
 * apool_execution_time_out:
 * @self: an execution
 *
 * It has run too long: from now on, however it ends, it counts as one that did.
 *
 * Returns: whether it does; not where its process has ended already, or it is being ended for
 *   another reason
 */
gboolean
apool_execution_time_out (ApoolExecution *self)
{
  self->timed_out = self->timed_out || (!self->exited && !self->ended_by_pool);
  return self->timed_out;
}

/**
 * apool_execution_end:
 * @self: an execution
 * @signum: what to send to its process group
 *
 * Ends it before its time.
 */
void
apool_execution_end (ApoolExecution *self, int signum)
{
  if (!self->exited && !self->timed_out && self->refused_signum == 0)
    self->ended_by_pool = TRUE;
  if (apool_execution_has_group (self))
    apool_child_signal (self->pid, signum);
}

/**
 * apool_execution_hold:
 * @self: an execution
 *
 * Has its process group stop until apool_execution_end().
 *
 * Returns: that group, or 0 where its process has ended
 */
pid_t
apool_execution_hold (ApoolExecution *self)
{
  if (self->exited)
    return 0;
  apool_child_set_stopped (self->pid, TRUE);
  return self->pid;
}

/* It has to do without the terminal, and cannot: it is to be ended. Where it wants the terminal
 * again, what was sent to it meanwhile has been in vain. */
static void
apool_execution_refuse (ApoolExecution *self, int signum)
{
  gboolean is_first = self->refused_signum == 0;

  self->refused_signum = signum;
  if (!is_first)
    apool_child_signal (self->pid, SIGKILL);
}

/**
 * apool_execution_stopped:
 * @self: an execution
 * @signum: (inout): what has stopped its process; SIGTSTP where all is to stop until
 *   apool_foreground_resume()
 *
 * Where it wants the terminal and is not to have it, apool_execution_is_refused(): it could not go
 * on.
 *
 * Returns: whether that is to be told: not where it waits for its turn, or was stopped by us, and
 *   of its wish once
 */
gboolean
apool_execution_stopped (ApoolExecution *self, int *signum)
{
  ApoolForeground *foreground = apool_execution_get_foreground (self);
  gboolean wants_terminal = *signum == SIGTTIN || *signum == SIGTTOU;
  gboolean was_refused;

  if (self->exited || (self->pauses != 0 && *signum == SIGSTOP))
    return FALSE;
  if (foreground)
    switch (apool_foreground_stopped (foreground, self->pid, *signum))
      {
      case APOOL_FOREGROUND_WENT_ON:
        return FALSE;
      case APOOL_FOREGROUND_WAITS:
        return !wants_terminal;
      case APOOL_FOREGROUND_LEFT:
        *signum = SIGTSTP;
        return TRUE;
      }
  was_refused = self->refused_signum != 0;
  if (wants_terminal)
    apool_execution_refuse (self, *signum);
  return !was_refused || !wants_terminal;
}

/**
 * apool_execution_refuse_terminal:
 * @self: an execution that stopped since it wanted the terminal, and cannot have that: it is to be
 *   ended
 */
void
apool_execution_refuse_terminal (ApoolExecution *self)
{
  if (!self->exited)
    apool_execution_refuse (self, SIGTTIN);
}

static gint64
apool_execution_usec (const struct timeval *time)
{
  return (gint64) time->tv_sec * G_USEC_PER_SEC + time->tv_usec;
}

/**
 * apool_execution_reaped:
 * @self: an execution
 * @status: as wait4() told it
 * @usage: the same
 *
 * Its process has ended. It is finished at once, or when its output is settled.
 */
void
apool_execution_reaped (ApoolExecution *self, int status, const struct rusage *usage)
{
  self->exited = TRUE;
  self->status = status;
  if (apool_execution_get_foreground (self))
    apool_foreground_remove (self->setting->foreground, self->pid);
  self->usage.run_usec = g_get_monotonic_time () - self->start_monotonic_usec;
  self->usage.user_usec = apool_execution_usec (&usage->ru_utime);
  self->usage.system_usec = apool_execution_usec (&usage->ru_stime);
  self->usage.peak_bytes = (gint64) usage->ru_maxrss * 1024; /* getrusage(2): in KiB */
  self->setting->funcs.exited (self, self->setting->data);
  apool_execution_pump (self);
}

/**
 * apool_execution_make_outcome:
 * @self: a finished execution
 *
 * Returns: (transfer full): what became of it
 */
ApoolOutcome *
apool_execution_make_outcome (ApoolExecution *self)
{
  gboolean signalled = WIFSIGNALED (self->status);
  int code = signalled ? WTERMSIG (self->status) : WEXITSTATUS (self->status);
  ApoolOutcomeKind kind = signalled ? APOOL_OUTCOME_SIGNALLED : APOOL_OUTCOME_EXITED;

  /* However it took that, it has not done what it was there for. */
  if (self->refused_signum != 0 && !self->ended_by_pool)
    return apool_outcome_new (APOOL_OUTCOME_SIGNALLED, signalled ? code : self->refused_signum,
                              &self->usage, FALSE, self->cut, "wanted the terminal");
  if (self->timed_out)
    {
      kind = APOOL_OUTCOME_TIMED_OUT;
      code = signalled ? code : 0;
    }
  return apool_outcome_new (kind, code, &self->usage, self->ended_by_pool, self->cut, NULL);
}

/**
 * apool_execution_get_key:
 * @self: an execution
 *
 * Returns: (transfer none): where its task's number stands, to be the key of a table
 */
guint64 *
apool_execution_get_key (ApoolExecution *self)
{
  return &self->seq;
}

/**
 * apool_execution_get_task:
 * @self: an execution
 *
 * Returns: (transfer none): what it runs
 */
ApoolTask *
apool_execution_get_task (ApoolExecution *self)
{
  return self->task;
}

/**
 * apool_execution_get_slot:
 * @self: an execution
 *
 * Returns: its slot
 */
guint
apool_execution_get_slot (const ApoolExecution *self)
{
  return self->slot;
}

/**
 * apool_execution_get_pid:
 * @self: an execution
 *
 * Returns: its process, which leads its process group
 */
pid_t
apool_execution_get_pid (const ApoolExecution *self)
{
  return self->pid;
}

/**
 * apool_execution_has_exited:
 * @self: an execution
 *
 * Returns: whether its process is gone
 */
gboolean
apool_execution_has_exited (const ApoolExecution *self)
{
  return self->exited;
}

/**
 * apool_execution_is_cut_short:
 * @self: an execution
 *
 * Returns: whether apool_execution_end() was called while its process was there, for whatever
 *   reason
 */
gboolean
apool_execution_is_cut_short (const ApoolExecution *self)
{
  return self->ended_by_pool || self->timed_out;
}

/**
 * apool_execution_is_refused:
 * @self: an execution
 *
 * Returns: whether it is to be ended since it wanted the terminal
 */
gboolean
apool_execution_is_refused (const ApoolExecution *self)
{
  return self->refused_signum != 0;
}

/**
 * apool_execution_is_passed:
 * @self: an execution
 *
 * Returns: whether somebody else reads its pipes
 */
gboolean
apool_execution_is_passed (const ApoolExecution *self)
{
  return self->mode == APOOL_EXECUTION_PASSED;
}

/**
 * apool_execution_get_held:
 * @self: an execution
 * @stream: one of its streams
 *
 * Returns: (transfer none) (nullable): what was read of it and has not gone out
 */
GByteArray *
apool_execution_get_held (ApoolExecution *self, ApoolStream stream)
{
  return apool_capture_get_held (self->captures[stream]);
}
