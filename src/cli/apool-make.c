/* SPDX-License-Identifier: MIT */
/* What a run has to do with make.
 *
 * Where make has started us and its jobserver can be reached, jobs run in make's slots; those of
 * them that are makes find the same jobserver, since they inherit what we did. Else, where it was
 * asked for, we make one for them, and run jobs in its slots ourselves. */

#include "cli/apool-make.h"

#include "base/apool-jobserver.h"
#include "base/apool-makeflags.h"
#include "gates/apool-jobserver-gate.h"

struct _ApoolMake
{
  const ApoolOptions *options;
  char *auth;             /* (nullable): where make says that its jobserver is */
  ApoolJobserver *server; /* (nullable): make's or ours */
  GError *error;          /* (nullable): why make's cannot be used */
  guint jobs;             /* how many there may be since make has slots; 0 where that was said */
  guint make_jobs;        /* how many make says that it may run; 0 where it does not */
};

/**
 * apool_make_new:
 * @options: what was asked for; outlives it
 *
 * Looks for make's jobserver. To be called first of all: what is open now is what was handed down,
 * and there are no threads.
 *
 * Returns: (transfer full): what it found
 */
ApoolMake *
apool_make_new (const ApoolOptions *options)
{
  ApoolMake *self = g_new0 (ApoolMake, 1);

  self->options = options;
  if (options->make.stays_apart || options->text.is_dry_run)
    return self;
  self->auth = apool_makeflags_dup_auth (g_getenv (APOOL_MAKEFLAGS));
  if (self->auth)
    self->server = apool_jobserver_open (self->auth, &self->error);
  return self;
}

/**
 * apool_make_free:
 * @self: (transfer full): all slots of make's that are taken are given back
 */
void
apool_make_free (ApoolMake *self)
{
  g_clear_pointer (&self->server, apool_jobserver_free);
  g_clear_error (&self->error);
  g_free (self->auth);
  g_free (self);
}

/**
 * apool_make_limit:
 * @self: what was found
 * @wanted: (inout): what was said of the size of the pool
 *
 * Where make has slots for us, and nobody said how many jobs there may be, there are as many as
 * make may run: it is not cores that count. Where make does not say, as many as possible.
 */
void
apool_make_limit (ApoolMake *self, ApoolSizes *wanted)
{
  if (!self->server || wanted->jobs > 0 || (wanted->workers > 0 && wanted->jobs_per_worker > 0))
    return;
  self->make_jobs = apool_makeflags_get_jobs (g_getenv (APOOL_MAKEFLAGS));
  if (self->make_jobs == 0 || self->make_jobs > APOOL_OPTIONS_JOBS_UNLIMITED)
    self->jobs = APOOL_OPTIONS_JOBS_UNLIMITED;
  else
    self->jobs = self->make_jobs;
  wanted->jobs = self->jobs;
}

/**
 * apool_make_serve:
 * @self: what was found
 * @sizes: how large the pool is
 * @error: (out) (optional): a #GIOErrorEnum, or %APOOL_ERROR_USAGE
 *
 * Makes a jobserver for the jobs, if that was asked for and there is none of make's. To be called
 * before threads run, and before any worker: it changes the environment.
 *
 * Returns: whether all went well
 */
gboolean
apool_make_serve (ApoolMake *self, const ApoolSizes *sizes, GError **error)
{
  const ApoolOptions *options = self->options;
  const char *tmpdir = options->output.tmpdir ? options->output.tmpdir : g_get_tmp_dir ();
  g_autofree char *flags = NULL;

  if (self->server || !options->make.serves || options->text.is_dry_run)
    return TRUE;
  self->server = apool_jobserver_new (options->make.style, sizes->jobs, tmpdir, error);
  if (!self->server)
    {
      g_prefix_error (error, "--jobserver: ");
      return FALSE;
    }
  flags = apool_makeflags_merge (g_getenv (APOOL_MAKEFLAGS), sizes->jobs,
                                 apool_jobserver_get_auth (self->server));
  g_setenv (APOOL_MAKEFLAGS, flags, TRUE);
  return TRUE;
}

/**
 * apool_make_set_jobs:
 * @self: what was found
 * @n_jobs: how many jobs there may be from now on, at least 1
 *
 * Where the jobserver is ours, it gets so many slots.
 */
void
apool_make_set_jobs (ApoolMake *self, guint n_jobs)
{
  if (self->server && apool_jobserver_is_own (self->server))
    apool_jobserver_set_n_slots (self->server, n_jobs);
}

/**
 * apool_make_add_gate:
 * @self: what was found
 * @context: where the gate waits
 * @gates: those of the run, whom @self outlives; the last one is to be ours, as it takes from
 *   others what it then has
 *
 * Has jobs run in the slots of the jobserver, if there is one.
 */
void
apool_make_add_gate (ApoolMake *self, GMainContext *context, ApoolGates *gates)
{
  g_autoptr (ApoolGate) gate = NULL;

  if (!self->server)
    return;
  gate = apool_jobserver_gate_new (context, self->server);
  apool_gates_add (gates, gate);
}

/**
 * apool_make_dup_jobs:
 * @self: what was found
 *
 * Returns: (transfer full) (nullable): the first line of `--debug`: why there may be so many jobs;
 *   %NULL where it is not make that decides
 */
char *
apool_make_dup_jobs (const ApoolMake *self)
{
  if (self->jobs == 0)
    return NULL;
  if (self->make_jobs == 0)
    return g_strdup_printf ("apool: debug: -j%u: make's jobserver\n", self->jobs);
  return g_strdup_printf ("apool: debug: -j%u: make -j%u\n", self->jobs, self->make_jobs);
}

static void
apool_make_note_error (const ApoolMake *self, const ApoolSizes *sizes, GString *notes)
{
  g_string_append_printf (notes, "apool: jobserver of make: %s: ", self->auth);
  g_string_append (notes, self->error->message);
  g_string_append_printf (notes, ": up to %u jobs run beside make's", sizes->jobs);
  if (!g_str_has_prefix (self->auth, "fifo:"))
    g_string_append (notes, ": does '+' stand before the line of the recipe?");
  g_string_append_c (notes, '\n');
}

/**
 * apool_make_dup_notes:
 * @self: what was found
 * @sizes: how large the pool is
 *
 * Returns: (transfer full): lines for the user: that make's jobserver cannot be used, which matters
 *   where more than one job may run, and with `--debug` which one is; empty where there is nothing
 */
char *
apool_make_dup_notes (const ApoolMake *self, const ApoolSizes *sizes)
{
  GString *notes = g_string_new (NULL);

  if (self->error && sizes->jobs > 1)
    apool_make_note_error (self, sizes, notes);
  if (self->server && self->options->debug)
    g_string_append_printf (notes, "apool: debug: jobserver: %s, %s\n",
                            apool_jobserver_is_own (self->server) ? "own" : "make's",
                            apool_jobserver_get_auth (self->server));
  return g_string_free (notes, FALSE);
}
