/* SPDX-License-Identifier: MIT */
/* A program of the user's that is given some bytes and gives back others, while we wait.
 *
 * It runs in a context of its own, in which nothing else happens: its input is written, its output
 * read, its end waited for. It stands in a process group of its own, so that the terminal's signals
 * do not reach it, and ends with us. Where it does nothing for a long time it is killed: what waits
 * for it waits for ever else. */

#include "sinks/apool-filter.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"
#include "base/apool-process.h"

/* How long it may neither read nor write nor end. */
#define PATIENCE_SECONDS 60

typedef struct
{
  const ApoolFilter *filter;
  GMainContext *context;
  GSubprocess *process;
  pid_t pid; /* 0 where it had ended before anybody could ask */
  gboolean has_ended;
  GSource *sources[3]; /* of its input, its output and its time */

  ApoolFd in;
  const guint8 *input;
  gsize length;       /* bytes of @input that are left */
  gboolean is_unread; /* nobody reads them any more */
  ApoolFd out;
  guint8 *output;
  gsize room;
  gsize n_output;

  GError *error; /* (nullable): why it is of no use */
} ApoolFilterRun;

static void apool_filter_fail (ApoolFilterRun *run, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
apool_filter_fail (ApoolFilterRun *run, const char *format, ...)
{
  g_autofree char *why = NULL;
  va_list args;

  if (run->error)
    return; /* the first one is what the user needs */
  va_start (args, format);
  why = g_strdup_vprintf (format, args);
  va_end (args);
  run->error = g_error_new (APOOL_ERROR, APOOL_ERROR_OUTPUT, "%s: '%s': %s", run->filter->option,
                            run->filter->command, why);
}

static void
apool_filter_renew_patience (ApoolFilterRun *run)
{
  g_source_set_ready_time (run->sources[2],
                           g_get_monotonic_time () + PATIENCE_SECONDS * G_TIME_SPAN_SECOND);
}

/* ---- what happens to it ---- */

static gboolean
apool_filter_late_cb (gpointer data)
{
  ApoolFilterRun *run = data;

  apool_filter_fail (run, "does nothing for %d seconds", PATIENCE_SECONDS);
  return G_SOURCE_REMOVE;
}

static gboolean
apool_filter_writable_cb (int fd, GIOCondition condition, gpointer data)
{
  ApoolFilterRun *run = data;
  gssize n = write (fd, run->input, run->length);

  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return G_SOURCE_CONTINUE;
  if (n < 0 && errno == EPIPE)
    run->is_unread = TRUE;
  else if (n < 0)
    apool_filter_fail (run, "write: %s", g_strerror (errno));
  if (n > 0)
    {
      run->input += n;
      run->length -= (gsize) n;
      apool_filter_renew_patience (run);
    }
  if (n >= 0 && run->length > 0)
    return G_SOURCE_CONTINUE;
  apool_fd_clear (&run->in);
  return G_SOURCE_REMOVE;
}

static gboolean
apool_filter_readable_cb (int fd, GIOCondition condition, gpointer data)
{
  ApoolFilterRun *run = data;
  guint8 excess;
  gboolean is_full = run->n_output == run->room;
  gssize n = read (fd, is_full ? &excess : run->output + run->n_output,
                   is_full ? 1 : run->room - run->n_output);

  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return G_SOURCE_CONTINUE;
  if (n > 0 && !is_full)
    {
      run->n_output += (gsize) n;
      apool_filter_renew_patience (run);
      return G_SOURCE_CONTINUE;
    }
  if (n > 0)
    apool_filter_fail (run, "gives more than %zu bytes", run->room);
  else if (n < 0)
    apool_filter_fail (run, "read: %s", g_strerror (errno));
  apool_fd_clear (&run->out);
  return G_SOURCE_REMOVE;
}

static void
apool_filter_ended_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  ApoolFilterRun *run = data;
  GSubprocess *process = G_SUBPROCESS (source);

  (void) g_subprocess_wait_finish (process, result, NULL); /* fails only where it is cancelled */
  run->has_ended = TRUE;
  if (g_subprocess_get_if_signaled (process))
    apool_filter_fail (run, "killed by signal %d", g_subprocess_get_term_sig (process));
  else if (g_subprocess_get_exit_status (process) != 0)
    apool_filter_fail (run, "ended with status %d", g_subprocess_get_exit_status (process));
  else if (run->is_unread)
    apool_filter_fail (run, "did not read all that it was given");
}

/* ---- its beginning and its end ---- */

/* Between fork and exec. */
static void
apool_filter_child_setup (gpointer data)
{
  /* None of them fails. Where our process ended before the second line, the pipes say so. */
  (void) setpgid (0, 0);
  (void) prctl (PR_SET_PDEATHSIG, SIGKILL);
  (void) signal (SIGPIPE, SIG_DFL);
  (void) signal (SIGXFSZ, SIG_DFL);
}

static gboolean
apool_filter_spawn (ApoolFilterRun *run, int in, int out)
{
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_INHERIT_FDS);
  const char *const argv[] = { run->filter->shell, "-c", run->filter->command, NULL };
  g_autoptr (GError) why = NULL;
  const char *identifier;

  g_subprocess_launcher_take_stdin_fd (launcher, in);
  g_subprocess_launcher_take_stdout_fd (launcher, out);
  g_subprocess_launcher_set_child_setup (launcher, apool_filter_child_setup, NULL, NULL);
  run->process = g_subprocess_launcher_spawnv (launcher, argv, &why);
  if (!run->process)
    {
      apool_filter_fail (run, "cannot be started: %s", why->message);
      return FALSE;
    }
  identifier = g_subprocess_get_identifier (run->process);
  if (identifier)
    run->pid = (pid_t) g_ascii_strtoll (identifier, NULL, 10);
  return TRUE;
}

static gboolean
apool_filter_start (ApoolFilterRun *run, GError **error)
{
  int to[2];
  int from[2];
  g_auto (ApoolFd) in = -1;
  g_auto (ApoolFd) out = -1;

  if (!apool_fd_make_pipe (to, error))
    return FALSE;
  in = to[0];
  run->in = to[1];
  if (!apool_fd_make_pipe (from, error))
    return FALSE;
  run->out = from[0];
  out = from[1];
  /* The descriptions of a pipe's two ends are two, so each side has it as it needs it. */
  return g_unix_set_fd_nonblocking (in, FALSE, error) &&
         apool_fd_set_nonblocking (run->in, error) &&
         apool_fd_check_spawn (in, run->filter->option, error) &&
         apool_filter_spawn (run, apool_fd_steal (&in), apool_fd_steal (&out));
}

static void
apool_filter_attach (ApoolFilterRun *run)
{
  GSource *late = g_timeout_source_new_seconds (PATIENCE_SECONDS);

  run->sources[0] = g_unix_fd_source_new (run->in, G_IO_OUT);
  g_source_set_callback (run->sources[0], G_SOURCE_FUNC (apool_filter_writable_cb), run, NULL);
  run->sources[1] = g_unix_fd_source_new (run->out, G_IO_IN);
  g_source_set_callback (run->sources[1], G_SOURCE_FUNC (apool_filter_readable_cb), run, NULL);
  run->sources[2] = late;
  g_source_set_callback (late, apool_filter_late_cb, run, NULL);
  /* Where we are late ourselves, what has happened meanwhile counts. */
  g_source_set_priority (late, G_PRIORITY_LOW);
  for (gsize i = 0; i < G_N_ELEMENTS (run->sources); i++)
    g_source_attach (run->sources[i], run->context);
  g_subprocess_wait_async (run->process, NULL, apool_filter_ended_cb, run);
}

static void
apool_filter_detach (ApoolFilterRun *run)
{
  for (gsize i = 0; i < G_N_ELEMENTS (run->sources); i++)
    {
      g_source_destroy (run->sources[i]);
      g_source_unref (run->sources[i]);
    }
}

/* Waits until the program has done its work, or has to be killed. It has ended then. */
static void
apool_filter_wait (ApoolFilterRun *run)
{
  while (!run->error && (run->in >= 0 || run->out >= 0 || !run->has_ended))
    (void) g_main_context_iteration (run->context, TRUE);
  if (!run->has_ended)
    {
      apool_process_kill_group (run->pid);
      g_subprocess_force_exit (run->process);
    }
  while (!run->has_ended)
    (void) g_main_context_iteration (run->context, TRUE);
}

/**
 * apool_filter_run:
 * @self: a filter that has a command
 * @input: (array length=length): what it is given
 * @length: how many bytes
 * @output: (out caller-allocates) (array length=room): where what it gives goes
 * @room: how many bytes fit
 * @n_output: (out): how many came
 * @error: (out) (optional): %APOOL_ERROR_OUTPUT, naming option and command, or a #GIOErrorEnum
 *
 * Runs the program once, and waits for it; nothing else happens meanwhile. SIGPIPE is ignored.
 *
 * Returns: whether it ended with success, has read all and has not given too much
 */
gboolean
apool_filter_run (const ApoolFilter *self,
                  const guint8 *input,
                  gsize length,
                  guint8 *output,
                  gsize room,
                  gsize *n_output,
                  GError **error)
{
  ApoolFilterRun run = {
    .filter = self,
    .in = -1,
    .input = input,
    .length = length,
    .out = -1,
    .output = output,
    .room = room,
  };
  gboolean is_started;

  run.context = g_main_context_new ();
  g_main_context_push_thread_default (run.context);
  is_started = apool_filter_start (&run, error);
  if (is_started)
    {
      apool_filter_attach (&run);
      apool_filter_wait (&run);
      apool_filter_detach (&run);
    }
  g_main_context_pop_thread_default (run.context);
  g_main_context_unref (run.context);
  g_clear_object (&run.process);
  apool_fd_clear (&run.in);
  apool_fd_clear (&run.out);
  *n_output = run.n_output;
  if (run.error)
    g_propagate_error (error, run.error);
  return is_started && !run.error;
}
