/* SPDX-License-Identifier: MIT */
/* What signals do to a run.
 *
 * SIGINT and SIGTERM end it: once, jobs may end in their own way, and what they wrote is printed;
 * twice, there is no more of that. SIGHUP has no new jobs started. SIGTSTP and SIGCONT are
 * apool-stop's. The run dies of the signal that ended it, so it is remembered. What our caller has
 * us ignore stays ignored, by us and by the jobs.
 */

#include "cli/apool-signals.h"

#include <glib-unix.h>
#include <signal.h>

#include "cli/apool-stop.h"

/* SIGHUP, SIGINT, SIGTERM, SIGUSR1, SIGUSR2 */
#define N_SIGNALS 5

typedef struct
{
  ApoolSignals *signals;
  int signum;
  guint source_id; /* 0 where the signal is ignored */
} ApoolWatchedSignal;

struct _ApoolSignals
{
  ApoolPool *pool;
  ApoolOutput *output;
  ApoolSignalsFuncs funcs;
  gpointer data;
  ApoolWatchedSignal watched[N_SIGNALS];
  ApoolStop *stop;
  int signum;            /* the signal that ends the run, 0 where none came */
  gboolean is_ended;     /* by a signal: what runs has been told to end */
  gboolean is_abandoned; /* by a second one: what is not printed yet is dropped */
};

static void
apool_signals_end (ApoolSignals *self)
{
  self->is_abandoned = self->is_ended;
  self->is_ended = TRUE;
  apool_output_end_live (self->output);
  if (!self->is_abandoned || !self->funcs.abandon (self->data))
    apool_pool_terminate (self->pool, self->is_abandoned);
}

static void
apool_signals_take (ApoolSignals *self, int signum)
{
  if (!self->signum || self->signum == SIGHUP)
    self->signum = signum;
  if (signum == SIGHUP)
    apool_pool_close (self->pool);
  else
    apool_signals_end (self);
}

static gboolean
apool_signals_cb (gpointer data)
{
  const ApoolWatchedSignal *watched = data;
  ApoolSignals *self = watched->signals;

  if (watched->signum == SIGUSR1 || watched->signum == SIGUSR2)
    {
      (watched->signum == SIGUSR1 ? self->funcs.show : self->funcs.toggle) (self->data);
      return G_SOURCE_CONTINUE;
    }
  apool_signals_take (self, watched->signum);
  return G_SOURCE_CONTINUE;
}

/* What a caller has blocked would neither reach us nor be told apart from one that was not sent. */
static void
apool_signals_unblock (void)
{
  sigset_t none;

  sigemptyset (&none);
  (void) sigprocmask (SIG_SETMASK, &none, NULL); /* cannot fail: SIG_SETMASK is valid */
}

static gboolean
apool_signals_is_ignored (int signum)
{
  struct sigaction action;

  return sigaction (signum, NULL, &action) < 0 || action.sa_handler == SIG_IGN;
}

/**
 * apool_signals_prepare:
 *
 * Sets what this process does with signals that nobody watches. To be called before there is any
 * other thread or process of ours.
 */
void
apool_signals_prepare (void)
{
  signal (SIGPIPE, SIG_IGN);
  signal (SIGXFSZ, SIG_IGN); /* a file too large for us is told as any failed write is */
  signal (SIGCHLD, SIG_DFL);
  apool_signals_unblock ();
}

/**
 * apool_signals_new:
 * @pool: (transfer none): what runs
 * @output: (transfer none): what prints
 * @funcs: what to call, copied
 * @data: (closure): for @funcs
 *
 * From now on signals reach the run.
 *
 * Returns: (transfer full): the signals
 */
ApoolSignals *
apool_signals_new (ApoolPool *pool,
                   ApoolOutput *output,
                   const ApoolSignalsFuncs *funcs,
                   gpointer data)
{
  static const int signums[N_SIGNALS] = { SIGHUP, SIGINT, SIGTERM, SIGUSR1, SIGUSR2 };
  ApoolSignals *self = g_new0 (ApoolSignals, 1);

  self->pool = g_object_ref (pool);
  self->output = g_object_ref (output);
  self->funcs = *funcs;
  self->data = data;
  for (int i = 0; i < N_SIGNALS; i++)
    {
      ApoolWatchedSignal *watched = &self->watched[i];

      watched->signals = self;
      watched->signum = signums[i];
      if (!apool_signals_is_ignored (signums[i]))
        watched->source_id = g_unix_signal_add (signums[i], apool_signals_cb, watched);
    }
  self->stop = apool_stop_new (g_main_context_default (), pool);
  return self;
}

/**
 * apool_signals_free:
 * @self: (transfer full): signals; from now on they do what they did before
 */
void
apool_signals_free (ApoolSignals *self)
{
  for (int i = 0; i < N_SIGNALS; i++)
    g_clear_handle_id (&self->watched[i].source_id, g_source_remove);
  apool_stop_free (self->stop);
  g_object_unref (self->pool);
  g_object_unref (self->output);
  g_free (self);
}

/**
 * apool_signals_interrupt:
 * @self: signals
 *
 * Does at once what SIGINT does: the user has typed Ctrl-C, and only a job got that.
 */
void
apool_signals_interrupt (ApoolSignals *self)
{
  apool_signals_take (self, SIGINT);
}

/**
 * apool_signals_stop:
 * @self: signals
 *
 * Does what SIGTSTP does: the user has typed Ctrl-Z, and only a job got that.
 */
void
apool_signals_stop (ApoolSignals *self)
{
  apool_stop_all (self->stop);
}

/**
 * apool_signals_note:
 * @self: signals
 * @signum: one that was not sent to us, but of which the run is to die where no other one ends it
 */
void
apool_signals_note (ApoolSignals *self, int signum)
{
  self->signum = self->signum ? self->signum : signum;
}

/**
 * apool_signals_wait:
 * @self: signals
 * @context: where they are watched
 *
 * Waits for one that is known to be on its way, unless one has come.
 */
void
apool_signals_wait (ApoolSignals *self, GMainContext *context)
{
  while (!self->signum)
    (void) g_main_context_iteration (context, TRUE);
}

/**
 * apool_signals_get_signum:
 * @self: signals
 *
 * Returns: the one that ends the run; 0 where none does
 */
int
apool_signals_get_signum (const ApoolSignals *self)
{
  return self->signum;
}

/**
 * apool_signals_is_abandoned:
 * @self: signals
 *
 * Returns: whether a second one has come: nothing more is printed
 */
gboolean
apool_signals_is_abandoned (const ApoolSignals *self)
{
  return self->is_abandoned;
}
