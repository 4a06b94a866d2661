/* SPDX-License-Identifier: MIT */
/* The user's own command decides. It is run for each job that is to be started, and again after a
 * second where it does not let it; while jobs run it is run every second, since it may want one of
 * them to end. There is one at a time, and it takes as long as it likes.
 *
 * States: idle (it is run when somebody asks, or when the time has come), running, permitting (it
 * has let one job start, which has not entered yet), holding (it has not). */

#include "gates/apool-command-gate.h"

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/apool-process.h"
#include "base/apool-subprocess.h"
#include "gates/apool-inside.h"

#define AGAIN_USEC G_USEC_PER_SEC

/* What the command says with its exit status. */
#define STATUS_START 0
#define STATUS_END_YOUNGEST 2
/* From here on it is the shell's: there is no such command. */
#define STATUS_SHELL 126

typedef enum
{
  APOOL_COMMAND_IDLE,
  APOOL_COMMAND_RUNNING,
  APOOL_COMMAND_PERMITTING,
  APOOL_COMMAND_HOLDING,
} ApoolCommandState;

struct _ApoolCommandGate
{
  GObject parent_instance;

  GMainContext *context;
  char *name;
  char *shell;
  char *command;
  ApoolInside *jobs;
  ApoolAlarm *alarm;
  ApoolCommandState state;
  ApoolSubprocess *process; /* (nullable): while it runs; leads a group */
  int status;               /* what it said last, where it holds */
  guint64 evicted;          /* the job that was ended, and has not left; 0 for none */
  gboolean is_waiting;      /* somebody has asked */
  gboolean has_failed;      /* which was said */
};

static void apool_command_gate_iface_init (ApoolGateInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ApoolCommandGate,
                               apool_command_gate,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_GATE,
                                                      apool_command_gate_iface_init))

static const char *
apool_command_gate_get_name (ApoolGate *gate)
{
  return APOOL_COMMAND_GATE (gate)->name;
}

/* ---- what it said ---- */

/* The command is no use: it is said once, and jobs are started as if it were not there, or the run
 * would never end. */
static void apool_command_gate_fail (ApoolCommandGate *self, const char *format, ...)
    G_GNUC_PRINTF (2, 3);

static void
apool_command_gate_fail (ApoolCommandGate *self, const char *format, ...)
{
  va_list arguments;
  g_autofree char *why = NULL;
  g_autofree char *message = NULL;

  if (self->has_failed)
    return;
  self->has_failed = TRUE;
  va_start (arguments, format);
  why = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  message = g_strdup_printf ("%s: %s: jobs are started without it", self->command, why);
  apool_gate_tell_failed (APOOL_GATE (self), message);
}

/* Returns its status, or that of one which lets jobs start where it has none to be used. */
static int
apool_command_gate_get_status (ApoolCommandGate *self)
{
  int status = STATUS_START;

  if (apool_subprocess_get_signal (self->process))
    apool_command_gate_fail (self, "killed by signal %d",
                             apool_subprocess_get_signal (self->process));
  else if (apool_subprocess_get_status (self->process) >= STATUS_SHELL)
    apool_command_gate_fail (self, "exit status %d", apool_subprocess_get_status (self->process));
  else
    status = apool_subprocess_get_status (self->process);
  return status;
}

/* It is run again after a while where anybody wants to know. */
static void
apool_command_gate_update_alarm (ApoolCommandGate *self)
{
  gboolean is_wanted = self->is_waiting || apool_inside_get_n (self->jobs) > 0;
  gint64 now = apool_alarm_get_time (self->alarm);

  if (!is_wanted && self->state == APOOL_COMMAND_HOLDING)
    self->state = APOOL_COMMAND_IDLE;
  apool_alarm_set (self->alarm, is_wanted ? now + AGAIN_USEC : APOOL_ALARM_NEVER);
}

static void
apool_command_gate_end_youngest (ApoolCommandGate *self)
{
  if (self->evicted || apool_inside_get_n (self->jobs) == 0)
    return;
  self->evicted = apool_inside_get_youngest (self->jobs);
  if (!apool_gate_evict_task (APOOL_GATE (self), self->evicted))
    self->evicted = 0; /* it has not begun, or has gone */
}

static void
apool_command_gate_take_status (ApoolCommandGate *self, int status)
{
  gboolean was_waiting = self->is_waiting;

  self->status = status;
  if (status != STATUS_START)
    self->state = APOOL_COMMAND_HOLDING;
  else
    self->state = was_waiting ? APOOL_COMMAND_PERMITTING : APOOL_COMMAND_IDLE;
  apool_command_gate_update_alarm (self);
  if (status == STATUS_END_YOUNGEST)
    apool_command_gate_end_youngest (self);
  if (was_waiting)
    apool_gate_tell_changed (APOOL_GATE (self));
}

/* ---- running it ---- */

static void
apool_command_gate_ended_cb (gpointer data)
{
  g_autoptr (ApoolCommandGate) self = g_object_ref (data);
  int status = apool_command_gate_get_status (self);

  g_clear_pointer (&self->process, apool_subprocess_free);
  apool_command_gate_take_status (self, status);
}

/* Between fork and exec. */
static void
apool_command_gate_child_setup (gpointer data)
{
  /* None of them fails. In a session of its own it has no terminal that it could wait for. */
  (void) setsid ();
  (void) prctl (PR_SET_PDEATHSIG, SIGKILL);
  (void) signal (SIGPIPE, SIG_DFL);
  (void) signal (SIGXFSZ, SIG_DFL);
}

/* Starts the command. What it writes to its standard output nobody asked for. */
static void
apool_command_gate_run (ApoolCommandGate *self)
{
  const char *const argv[] = { self->shell, "-c", self->command, NULL };
  const ApoolSubprocessConfig config = {
    .argv = argv,
    .stdin_fd = -1,
    .stdout_fd = -1,
    .is_silent = TRUE,
    .child_setup = apool_command_gate_child_setup,
  };
  g_autoptr (GError) error = NULL;

  self->process = apool_subprocess_start (&config, &error);
  if (!self->process)
    {
      apool_command_gate_fail (self, "cannot be run: %s", error->message);
      self->state = self->is_waiting ? APOOL_COMMAND_PERMITTING : APOOL_COMMAND_IDLE;
      apool_command_gate_update_alarm (self);
      return;
    }
  self->state = APOOL_COMMAND_RUNNING;
  apool_subprocess_watch (self->process, self->context, apool_command_gate_ended_cb, self);
}

static void
apool_command_gate_alarm_cb (gpointer data)
{
  g_autoptr (ApoolCommandGate) self = g_object_ref (data);

  if (self->state == APOOL_COMMAND_HOLDING || self->state == APOOL_COMMAND_IDLE)
    apool_command_gate_run (self);
  if (self->state == APOOL_COMMAND_PERMITTING) /* it could not be run */
    apool_gate_tell_changed (APOOL_GATE (self));
}

/* ---- as a gate ---- */

static gboolean
apool_command_gate_is_open (ApoolGate *gate, GString *why)
{
  ApoolCommandGate *self = APOOL_COMMAND_GATE (gate);

  self->is_waiting = TRUE;
  if (self->state == APOOL_COMMAND_IDLE)
    apool_command_gate_run (self);
  if (self->state == APOOL_COMMAND_HOLDING && why)
    g_string_append_printf (why, "%s: exit status %d", self->command, self->status);
  self->is_waiting = self->state != APOOL_COMMAND_PERMITTING;
  return !self->is_waiting;
}

static void
apool_command_gate_enter (ApoolGate *gate, ApoolTask *task)
{
  ApoolCommandGate *self = APOOL_COMMAND_GATE (gate);

  apool_inside_add (self->jobs, apool_task_get_seq (task));
  self->state = APOOL_COMMAND_IDLE;
  apool_command_gate_update_alarm (self);
}

static void
apool_command_gate_leave (ApoolGate *gate, ApoolTask *task, ApoolOutcome *outcome)
{
  ApoolCommandGate *self = APOOL_COMMAND_GATE (gate);
  guint64 seq = apool_task_get_seq (task);

  apool_inside_remove (self->jobs, seq);
  if (seq == self->evicted)
    self->evicted = 0;
  if (apool_inside_get_n (self->jobs) == 0 && !self->is_waiting)
    apool_command_gate_update_alarm (self);
}

static void
apool_command_gate_rest (ApoolGate *gate)
{
  ApoolCommandGate *self = APOOL_COMMAND_GATE (gate);

  self->is_waiting = FALSE;
  if (self->state == APOOL_COMMAND_PERMITTING)
    self->state = APOOL_COMMAND_IDLE; /* it was for now */
  if (apool_inside_get_n (self->jobs) == 0)
    apool_command_gate_update_alarm (self);
}

static void
apool_command_gate_iface_init (ApoolGateInterface *iface)
{
  iface->get_name = apool_command_gate_get_name;
  iface->is_open = apool_command_gate_is_open;
  iface->enter = apool_command_gate_enter;
  iface->leave = apool_command_gate_leave;
  iface->rest = apool_command_gate_rest;
}

static void
apool_command_gate_finalize (GObject *object)
{
  ApoolCommandGate *self = APOOL_COMMAND_GATE (object);

  if (self->process)
    apool_process_kill_group (apool_subprocess_get_pid (self->process));
  g_clear_pointer (&self->process, apool_subprocess_free);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_clear_pointer (&self->alarm, apool_alarm_free);
  g_clear_pointer (&self->jobs, apool_inside_free);
  g_free (self->command);
  g_free (self->shell);
  g_free (self->name);
  G_OBJECT_CLASS (apool_command_gate_parent_class)->finalize (object);
}

static void
apool_command_gate_class_init (ApoolCommandGateClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = apool_command_gate_finalize;
}

static void
apool_command_gate_init (ApoolCommandGate *self)
{
  self->jobs = apool_inside_new ();
}

/**
 * apool_command_gate_new:
 * @context: where everything happens; the thread's default one
 * @clock: (nullable): what time is measured with; the monotonic clock where %NULL
 * @name: what people know it by
 * @shell: what runs @command
 * @command: a command line
 *
 * The command is killed with all of its process group when the gate is freed.
 *
 * Returns: (transfer full): the gate
 */
ApoolGate *
apool_command_gate_new (GMainContext *context,
                        const ApoolClock *clock,
                        const char *name,
                        const char *shell,
                        const char *command)
{
  ApoolCommandGate *self = g_object_new (APOOL_TYPE_COMMAND_GATE, NULL);

  self->context = g_main_context_ref (context);
  self->name = g_strdup (name);
  self->shell = g_strdup (shell);
  self->command = g_strdup (command);
  self->alarm = apool_alarm_new (context, clock, apool_command_gate_alarm_cb, self);
  return APOOL_GATE (self);
}
