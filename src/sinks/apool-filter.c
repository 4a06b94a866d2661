/* SPDX-License-Identifier: MIT */
/* A program of the user's that is given some bytes and gives back others, while we wait.
 *
 * It runs in a context of its own, in which nothing else happens: its input is written, its output
 * read, its end waited for. It stands in a process group of its own, so that the terminal's signals
 * do not reach it, and ends with us. Where it does nothing for a long time it is killed: what waits
 * for it waits for ever else. Signals that are to end us are heard here, too, since the context
 * that acts on them waits as well: it gets them when we are done. */

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
#include "base/apool-locale.h"
#include "base/apool-process.h"
#include "base/apool-subprocess.h"

/* How long it may neither read nor write nor end. */
#define PATIENCE_SECONDS 60

/* How long it may go on in all after a signal that is to end us. */
#define SIGNALLED_SECONDS 2

#define N_SIGNALS 3

typedef struct
{
  const ApoolFilter *filter;
  GMainContext *context;
  ApoolSubprocess *process;
  gboolean has_ended;
  GSource *sources[3];         /* of its input, its output and its time */
  GSource *signals[N_SIGNALS]; /* (nullable): each */
  guint n_signals;             /* that came */

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
apool_filter_set_error (ApoolFilterRun *run, GQuark domain, int code, const char *why)
{
  if (!run->error) /* else the first one is what the user needs */
    run->error =
        g_error_new (domain, code, "%s: '%s': %s", run->filter->option, run->filter->command, why);
}

static void
apool_filter_fail (ApoolFilterRun *run, const char *format, ...)
{
  g_autofree char *why = NULL;
  va_list args;

  va_start (args, format);
  why = g_strdup_vprintf (format, args);
  va_end (args);
  apool_filter_set_error (run, APOOL_ERROR, APOOL_ERROR_OUTPUT, why);
}

static void
apool_filter_set_patience (ApoolFilterRun *run, int seconds)
{
  g_source_set_ready_time (run->sources[2], g_get_monotonic_time () + seconds * G_TIME_SPAN_SECOND);
}

/* It has done something. After a signal that is not enough: it must end. */
static void
apool_filter_renew_patience (ApoolFilterRun *run)
{
  if (run->n_signals == 0)
    apool_filter_set_patience (run, PATIENCE_SECONDS);
}

/* ---- what happens to it ---- */

static gboolean
apool_filter_late_cb (gpointer data)
{
  ApoolFilterRun *run = data;

  if (run->n_signals > 0)
    apool_filter_set_error (
        run, APOOL_IO_ERROR, G_IO_ERROR_CANCELLED,
        "killed: not done " G_STRINGIFY (SIGNALLED_SECONDS) " seconds after a signal");
  else
    apool_filter_fail (run, "does nothing for %d seconds", PATIENCE_SECONDS);
  return G_SOURCE_REMOVE;
}

/* What it works on is somebody's output, so it may end; but who sends another one does not care. */
static gboolean
apool_filter_signal_cb (gpointer data)
{
  ApoolFilterRun *run = data;

  run->n_signals++;
  if (run->n_signals == 1)
    apool_filter_set_patience (run, SIGNALLED_SECONDS);
  else
    apool_filter_set_error (run, APOOL_IO_ERROR, G_IO_ERROR_CANCELLED,
                            "killed: a second signal came");
  return G_SOURCE_CONTINUE;
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
    apool_filter_fail (run, "write: %s", apool_locale_describe_errno (errno));
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
    apool_filter_fail (run, "read: %s", apool_locale_describe_errno (errno));
  apool_fd_clear (&run->out);
  return G_SOURCE_REMOVE;
}

static void
apool_filter_ended_cb (gpointer data)
{
  ApoolFilterRun *run = data;
  int signum = apool_subprocess_get_signal (run->process);

  run->has_ended = TRUE;
  if (signum)
    apool_filter_fail (run, "killed by signal %d", signum);
  else if (apool_subprocess_get_status (run->process) != 0)
    apool_filter_fail (run, "ended with status %d", apool_subprocess_get_status (run->process));
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
  const char *const argv[] = { run->filter->shell, "-c", run->filter->command, NULL };
  const ApoolSubprocessConfig config = {
    .argv = argv,
    .stdin_fd = in,
    .stdout_fd = out,
    .inherits_fds = TRUE,
    .child_setup = apool_filter_child_setup,
  };
  g_autoptr (GError) why = NULL;

  run->process = apool_subprocess_start (&config, &why);
  if (!run->process)
    apool_filter_fail (run, "cannot be started: %s", why->message);
  return run->process != NULL;
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
         apool_fd_check_spawn (in, run->filter->option, error) && apool_filter_spawn (run, in, out);
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
  apool_subprocess_watch (run->process, run->context, apool_filter_ended_cb, run);
}

/* Only those that somebody handles: those that are ignored stay so, and those that end us do so at
 * once, which they no longer did if we watched them. */
static void
apool_filter_watch_signals (ApoolFilterRun *run)
{
  static const int signums[N_SIGNALS] = { SIGHUP, SIGINT, SIGTERM };

  for (int i = 0; i < N_SIGNALS; i++)
    {
      struct sigaction action;

      if (sigaction (signums[i], NULL, &action) < 0 || action.sa_handler == SIG_IGN ||
          action.sa_handler == SIG_DFL)
        continue;
      run->signals[i] = g_unix_signal_source_new (signums[i]);
      g_source_set_callback (run->signals[i], apool_filter_signal_cb, run, NULL);
      g_source_attach (run->signals[i], run->context);
    }
}

static void
apool_filter_forget_signals (ApoolFilterRun *run)
{
  for (int i = 0; i < N_SIGNALS; i++)
    if (run->signals[i])
      {
        g_source_destroy (run->signals[i]);
        g_source_unref (run->signals[i]);
      }
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
      apool_process_kill_group (apool_subprocess_get_pid (run->process));
      apool_subprocess_kill (run->process);
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
 * Where SIGHUP, SIGINT or SIGTERM comes and is watched by a #GSource of another context, the
 * program has two seconds to end, and none after a second one. Then the error is
 * %G_IO_ERROR_CANCELLED; the other context still gets the signal.
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
  apool_filter_watch_signals (&run); /* before it: no moment is left in which they are not heard */
  is_started = apool_filter_start (&run, error);
  if (is_started)
    {
      apool_filter_attach (&run);
      apool_filter_wait (&run);
      apool_filter_detach (&run);
    }
  apool_filter_forget_signals (&run);
  g_main_context_pop_thread_default (run.context);
  g_main_context_unref (run.context);
  g_clear_pointer (&run.process, apool_subprocess_free);
  apool_fd_clear (&run.in);
  apool_fd_clear (&run.out);
  *n_output = run.n_output;
  if (run.error)
    g_propagate_error (error, run.error);
  return is_started && !run.error;
}
