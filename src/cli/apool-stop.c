/* SPDX-License-Identifier: MIT */
/* What SIGTSTP (Ctrl-Z) and SIGCONT (fg) do to a run.
 *
 * The terminal reaches us alone: our workers and the jobs have process groups of their own. So the
 * workers are told to stop the jobs, and when they have said that they did, this process stops as
 * the signal would have had it do, and our caller sees that. Where it goes on, the jobs do. A
 * worker that does not answer is not waited for longer than a second.
 *
 * Both signals come through a descriptor, since they have to be blocked: SIGTSTP so that it does
 * not stop us before the jobs, SIGCONT to know whether it came meanwhile. What we start inherits
 * that; workers undo it for the jobs. */

#include "cli/apool-stop.h"

#include <glib-unix.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/apool-fd.h"

struct _ApoolStop
{
  ApoolPool *pool;
  int fd;               /* -1 where nothing is watched */
  GSource *source;      /* (nullable): the same */
  gboolean is_stopping; /* the workers have been told */
  gboolean is_for_all;  /* only a job got the signal, and who was started with us did not */
};

static void
apool_stop_get_signals (sigset_t *signals)
{
  sigemptyset (signals);
  sigaddset (signals, SIGTSTP);
  sigaddset (signals, SIGCONT);
}

/* Those who were started together with us, by one line of the shell, stop with us. This process
 * would get it too, and stop before its turn, were it not blocked. */
static void
apool_stop_others (void)
{
  sigset_t stop;
  const struct timespec now = { 0 };

  sigemptyset (&stop);
  sigaddset (&stop, SIGTSTP);
  (void) kill (0, SIGTSTP);                /* we are in that group ourselves */
  (void) sigtimedwait (&stop, NULL, &now); /* fails where it was read before */
}

/* Stops this process, as if the signal had come unblocked.
 * Returns: when it goes on: whether somebody had it go on; else the kernel did not stop it, since
 *   nobody is there who would */
static gboolean
apool_stop_myself (void)
{
  const struct timespec now = { 0 };
  sigset_t continued;
  sigset_t stop;

  sigemptyset (&continued);
  sigaddset (&continued, SIGCONT);
  (void) sigtimedwait (&continued, NULL, &now); /* an older one says nothing */
  sigemptyset (&stop);
  sigaddset (&stop, SIGTSTP);
  raise (SIGTSTP);
  (void) sigprocmask (SIG_UNBLOCK, &stop, NULL); /* neither can fail: both are valid */
  (void) sigprocmask (SIG_BLOCK, &stop, NULL);
  return sigtimedwait (&continued, NULL, &now) == SIGCONT;
}

static void
apool_stop_go_on (ApoolStop *self, gboolean is_back)
{
  self->is_stopping = FALSE;
  self->is_for_all = FALSE;
  apool_pool_give_terminal (self->pool, is_back);
  apool_pool_set_paused (self->pool, FALSE);
}

/* The jobs stand still, unless SIGCONT has come before they did. */
static void
apool_stop_answered_cb (const ApoolSurveyJob *jobs, gsize n_jobs, gpointer data)
{
  ApoolStop *self = data;

  if (!self->is_stopping)
    return;
  if (self->is_for_all)
    apool_stop_others ();
  apool_stop_go_on (self, apool_stop_myself ());
}

static void
apool_stop_begin (ApoolStop *self)
{
  if (self->is_stopping)
    return;
  self->is_stopping = TRUE;
  apool_pool_set_paused (self->pool, TRUE);
  apool_pool_ask (self->pool, apool_stop_answered_cb, self);
}

static gboolean
apool_stop_signal_cb (int fd, GIOCondition condition, gpointer data)
{
  ApoolStop *self = data;
  struct signalfd_siginfo info;

  while (read (fd, &info, sizeof info) == (gssize) sizeof info)
    {
      if (info.ssi_signo == SIGTSTP)
        apool_stop_begin (self);
      else if (self->is_stopping)
        apool_stop_go_on (self, TRUE);
    }
  return G_SOURCE_CONTINUE;
}

/**
 * apool_stop_new:
 * @context: of the pool
 * @pool: (transfer none): what runs; outlives this, and is not asked anything after its end
 *
 * From now on the signals stop the run, unless our caller has us ignore SIGTSTP. Where descriptors
 * are short they do what they do to any process: stop this one alone.
 *
 * Returns: (transfer full): what watches them
 */
ApoolStop *
apool_stop_new (GMainContext *context, ApoolPool *pool)
{
  ApoolStop *self = g_new0 (ApoolStop, 1);
  struct sigaction action;
  sigset_t signals;

  self->pool = g_object_ref (pool);
  self->fd = -1;
  if (sigaction (SIGTSTP, NULL, &action) < 0 || action.sa_handler == SIG_IGN)
    return self;
  apool_stop_get_signals (&signals);
  self->fd = signalfd (-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
  if (self->fd < 0)
    return self;
  (void) sigprocmask (SIG_BLOCK, &signals, NULL); /* cannot fail: SIG_BLOCK is valid */
  self->source = g_unix_fd_source_new (self->fd, G_IO_IN);
  g_source_set_callback (self->source, G_SOURCE_FUNC (apool_stop_signal_cb), self, NULL);
  g_source_attach (self->source, context);
  return self;
}

/**
 * apool_stop_all:
 * @self: what watches them
 *
 * Does what SIGTSTP does: the user has typed Ctrl-Z, and only the job that has the terminal got
 * that. Then apool_pool_give_terminal() is called, with whether the user is back; at once where
 * SIGTSTP is not watched.
 */
void
apool_stop_all (ApoolStop *self)
{
  if (self->fd < 0)
    {
      apool_pool_give_terminal (self->pool, FALSE);
      return;
    }
  self->is_for_all = TRUE;
  apool_stop_begin (self);
}

/**
 * apool_stop_free:
 * @self: (transfer full): what watches them; from now on they do what they did before
 */
void
apool_stop_free (ApoolStop *self)
{
  sigset_t signals;

  if (self->source)
    {
      g_source_destroy (self->source);
      g_source_unref (self->source);
      apool_stop_get_signals (&signals);
      (void) sigprocmask (SIG_UNBLOCK, &signals, NULL); /* cannot fail: SIG_UNBLOCK is valid */
    }
  apool_fd_clear (&self->fd);
  g_object_unref (self->pool);
  g_free (self);
}
