/* SPDX-License-Identifier: MIT */
/* How a task is started: what it finds as its output, its directory, its environment and its
 * terminal, and which program it is. Where it cannot be, there is no execution but an outcome that
 * says why. */

#include <errno.h>
#include <gio/gio.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"
#include "base/apool-locale.h"
#include "worker/apool-child.h"
#include "worker/apool-echo.h"
#include "worker/apool-execution-private.h"

/* Errors that are not the program's: a shell would meet them as well. */
static gboolean
apool_execution_is_hopeless (int errnum)
{
  return errnum == E2BIG || errnum == ENOMEM || errnum == EAGAIN;
}

/* Returns: (nullable): what it finds around it, where that is anything of its own */
static const ApoolSurroundings *
apool_execution_get_surroundings (const ApoolExecution *self)
{
  gboolean is_job = !self->setting->is_for_hooks && !apool_task_is_hook (self->task);

  return is_job ? self->setting->surroundings : NULL;
}

/* For the execution only. Returns: (nullable): the terminal, where it is to have that */
ApoolForeground *
apool_execution_get_foreground (const ApoolExecution *self)
{
  return apool_execution_get_surroundings (self) ? self->setting->foreground : NULL;
}

/* Whether it shows its command line itself, which a program does not. */
static gboolean
apool_execution_tells (const ApoolExecution *self)
{
  const ApoolSurroundings *surroundings = apool_execution_get_surroundings (self);

  return surroundings && (surroundings->tells_stdout || surroundings->tells_stderr);
}

static void
apool_execution_have_told (const ApoolExecution *self, char **words, ApoolProgram *program)
{
  const ApoolSurroundings *surroundings = apool_execution_get_surroundings (self);
  g_autoptr (GString) line = NULL;

  if (!program->path || !apool_execution_tells (self))
    return;
  line = apool_program_make_line (self->setting->finder, self->task, words);
  apool_echo_wrap (program, line->str, surroundings->tells_stdout, surroundings->tells_stderr);
}

static gboolean
apool_execution_spawn_program (ApoolExecution *self,
                               ApoolChildSpec *spec,
                               const ApoolProgram *program,
                               int *errnum)
{
  *errnum = ENOENT;
  if (!program->path)
    return FALSE;
  spec->path = program->path;
  spec->argv = program->argv;
  self->pid = apool_child_start (spec, errnum);
  return self->pid > 0;
}

/* Has the warm shell start it, where there is one that can. */
static gboolean
apool_execution_spawn_warm (ApoolExecution *self, ApoolChildSpec *spec, char **words)
{
  const ApoolExecutionSetting *setting = self->setting;
  g_autoptr (GString) line = NULL;
  ApoolWarmJob job = { .directory = self->directory.path };

  if (!setting->warm_shell || setting->is_for_hooks || apool_task_is_hook (self->task) ||
      apool_execution_tells (self))
    return FALSE;
  line = apool_program_make_line (setting->finder, self->task, words);
  job.line = line->str;
  job.variables = apool_environment_get_own (setting->environment, &job.n_variables);
  job.common = apool_environment_get_common (setting->environment);
  self->pid = apool_warm_shell_start_job (setting->warm_shell, spec, &job);
  return self->pid > 0;
}

static gboolean
apool_execution_spawn (ApoolExecution *self, ApoolChildSpec *spec, int *errnum)
{
  g_auto (ApoolProgram) program = { 0 };
  ApoolProgramFinder *finder = self->setting->finder;
  g_auto (GStrv) words =
      apool_task_dup_words (self->task, self->slot, apool_program_finder_get_quote_style (finder));

  if ((!apool_execution_tells (self) || apool_task_get_kind (self->task) == APOOL_TASK_PROGRAM) &&
      apool_program_find_direct (finder, self->task, words, spec->directory_fd, &program))
    {
      apool_execution_have_told (self, words, &program);
      if (apool_execution_spawn_program (self, spec, &program, errnum))
        return TRUE;
      if (apool_execution_is_hopeless (*errnum) ||
          apool_task_get_kind (self->task) == APOOL_TASK_PROGRAM)
        return FALSE;
      apool_program_clear (&program);
    }
  if (apool_execution_spawn_warm (self, spec, words))
    return TRUE;
  apool_program_make_shell (finder, self->task, words, &program);
  apool_execution_have_told (self, words, &program);
  return apool_execution_spawn_program (self, spec, &program, errnum);
}

/* Whether it writes to what the manager has handed out, and not to pipes of ours. */
static gboolean
apool_execution_is_direct (const ApoolExecution *self)
{
  return self->setting->output_fds && !apool_task_is_hook (self->task);
}

/* Which of its streams' ways a stream goes. */
static ApoolStream
apool_execution_get_way (const ApoolExecution *self, ApoolStream stream)
{
  return self->setting->merges && !apool_task_is_hook (self->task) ? APOOL_STREAM_STDOUT : stream;
}

/* Where it writes a stream to. */
static int
apool_execution_get_fd (const ApoolExecution *self,
                        const int write_fds[APOOL_N_STREAMS],
                        ApoolStream stream)
{
  ApoolStream way = apool_execution_get_way (self, stream);

  return apool_execution_is_direct (self) ? self->setting->output_fds[way] : write_fds[way];
}

static void
apool_execution_ready_cb (ApoolCapture *capture, gpointer data)
{
  apool_execution_pump (data);
}

static ApoolCapture *
apool_execution_make_capture (ApoolExecution *self,
                              ApoolStream stream,
                              int *write_fd,
                              GError **error)
{
  ApoolPoller *poller = self->setting->poller;

  if (apool_execution_is_direct (self) || apool_execution_get_way (self, stream) != stream)
    return apool_capture_new_ended (poller);
  return apool_capture_new (poller, self->is_wanted, apool_execution_ready_cb, self, write_fd,
                            error);
}

static gboolean
apool_execution_open (ApoolExecution *self, int write_fds[APOOL_N_STREAMS], GError **error)
{
  for (int stream = 0; stream < APOOL_N_STREAMS; stream++)
    {
      self->captures[stream] =
          apool_execution_make_capture (self, (ApoolStream) stream, &write_fds[stream], error);
      if (!self->captures[stream])
        return FALSE;
    }
  return apool_directory_open (&self->directory, self->task, error);
}

/* Returns: (transfer none): the environment, valid until the next one is asked for */
static char *const *
apool_execution_get_environment (const ApoolExecution *self)
{
  ApoolEnvironment *environment = self->setting->environment;

  return self->setting->is_for_hooks
             ? apool_environment_get_common (environment)
             : apool_environment_get (environment, self->task, self->slot, self->directory.path);
}

static ApoolOutcome *
apool_execution_not_started (int errnum, const char *message)
{
  ApoolUsage usage = { .start_usec = g_get_real_time () };

  return apool_outcome_new (APOOL_OUTCOME_NOT_STARTED, errnum, &usage, FALSE, FALSE, message);
}

/* Has it find the terminal, where it is to have that. */
static void
apool_execution_take_terminal (ApoolExecution *self, ApoolChildSpec *spec)
{
  ApoolForeground *foreground = apool_execution_get_foreground (self);

  if (!foreground)
    return;
  spec->stdin_fd = apool_foreground_get_fd (foreground);
  if (apool_foreground_is_due (foreground))
    spec->terminal_fd = spec->stdin_fd;
}

/* Starts it. Returns: %NULL, or (transfer full): why it was not */
static ApoolOutcome *
apool_execution_launch (ApoolExecution *self, ApoolChildSpec *spec)
{
  g_autofree char *message = NULL;
  guint failed_limit = APOOL_N_LIMITS;
  int errnum = 0;

  spec->failed_limit = &failed_limit;
  spec->surroundings = apool_execution_get_surroundings (self);
  apool_execution_take_terminal (self, spec);
  self->usage.start_usec = g_get_real_time ();
  self->start_monotonic_usec = g_get_monotonic_time ();
  if (apool_execution_spawn (self, spec, &errnum))
    {
      if (apool_execution_get_foreground (self))
        apool_foreground_add (self->setting->foreground, self->pid);
      return NULL;
    }
  if (failed_limit == APOOL_N_LIMITS)
    return apool_execution_not_started (errnum, NULL);
  message = g_strdup_printf ("--rlimit %s: %s", apool_limit_get_name (failed_limit),
                             apool_locale_describe_errno (errnum));
  return apool_execution_not_started (0, message);
}

/**
 * apool_execution_start:
 * @setting: what all executions share
 * @task: what to run
 * @slot: where
 * @stdin_fd: its standard input, or -1 for nothing; stays the caller's
 * @outcome: (out) (transfer full): where it could not be started, what is to be reported
 *
 * Returns: (transfer full) (nullable): the running task
 */
ApoolExecution *
apool_execution_start (const ApoolExecutionSetting *setting,
                       ApoolTask *task,
                       guint slot,
                       int stdin_fd,
                       ApoolOutcome **outcome)
{
  g_autoptr (ApoolExecution) self = g_new0 (ApoolExecution, 1);
  g_autoptr (GError) error = NULL;
  int write_fds[APOOL_N_STREAMS] = { -1, -1 };

  self->setting = setting;
  self->task = apool_task_ref (task);
  self->seq = apool_task_get_seq (task);
  self->slot = slot;
  self->directory = APOOL_DIRECTORY_INIT;
  self->is_wanted = setting->streams && !apool_task_is_hook (task);
  if (apool_execution_open (self, write_fds, &error))
    {
      ApoolChildSpec spec = {
        .envp = apool_execution_get_environment (self),
        .parent = setting->pid,
        .stdin_fd = stdin_fd,
        .stdout_fd = apool_execution_get_fd (self, write_fds, APOOL_STREAM_STDOUT),
        .stderr_fd = apool_execution_get_fd (self, write_fds, APOOL_STREAM_STDERR),
        .directory_fd = self->directory.fd,
        .open_files = setting->open_files,
        .default_signals = &setting->default_signals,
        .terminal_fd = -1,
      };

      *outcome = apool_execution_launch (self, &spec);
    }
  else
    *outcome = apool_execution_not_started (
        g_error_matches (error, APOOL_IO_ERROR, G_IO_ERROR_TOO_MANY_OPEN_FILES) ? EMFILE : 0,
        error->message);
  for (int stream = 0; stream < APOOL_N_STREAMS; stream++)
    apool_fd_clear (&write_fds[stream]);
  apool_directory_close (&self->directory);
  return *outcome ? NULL : g_steal_pointer (&self);
}

/**
 * apool_execution_is_shortage:
 * @outcome: of an execution that could not be started
 *
 * Returns: whether the machine lacked something that it has again when another job has ended
 */
gboolean
apool_execution_is_shortage (const ApoolOutcome *outcome)
{
  switch (apool_outcome_get_code (outcome))
    {
    case EMFILE:
    case ENFILE:
    case EAGAIN:
    case ENOMEM:
      return TRUE;
    default:
      return FALSE;
    }
}
