/* SPDX-License-Identifier: MIT */
/* Keeps back what would be printed on our terminal, while that shows something else.
 *
 * An output tells which outlets it has. Those that lead to the terminal that controls us are
 * diverted into the spool, in which what jobs write waits anyway; the others print as ever. */

#include "sinks/apool-diversion.h"

#include <termios.h>
#include <unistd.h>

/* Standard output and standard error. */
#define MAX_OUTLETS 2u

struct _ApoolDiversion
{
  ApoolOutlet *outlets[MAX_OUTLETS]; /* not owned: those of the terminal */
  guint n_outlets;
  ApoolSpool *spool; /* (nullable): not owned */
  gboolean is_on;
  ApoolDiversionFullFunc func; /* (nullable): while it is on */
  gpointer data;
};

/**
 * apool_diversion_new:
 *
 * Returns: (transfer full): one that keeps nothing back
 */
ApoolDiversion *
apool_diversion_new (void)
{
  return g_new0 (ApoolDiversion, 1);
}

/**
 * apool_diversion_free:
 * @self: (transfer full): one that nobody uses any more
 */
void
apool_diversion_free (ApoolDiversion *self)
{
  g_free (self);
}

/* Whether @fd leads to the terminal that controls us: only of that one the session is told. */
static gboolean
apool_diversion_is_ours (int fd)
{
  return tcgetsid (fd) >= 0;
}

/**
 * apool_diversion_take:
 * @self: (nullable): one that is off
 * @spool: (transfer none): where bytes are kept
 * @outlets: (array length=n_outlets) (nullable each): of an output; they and @spool live until
 *   apool_diversion_forget()
 * @fds: (array length=n_outlets): where they lead to
 * @n_outlets: how many
 */
void
apool_diversion_take (ApoolDiversion *self,
                      ApoolSpool *spool,
                      ApoolOutlet *const *outlets,
                      const int *fds,
                      guint n_outlets)
{
  if (!self)
    return;
  g_return_if_fail (n_outlets <= MAX_OUTLETS && !self->is_on);
  self->spool = spool;
  self->n_outlets = 0;
  for (guint i = 0; i < n_outlets; i++)
    if (outlets[i] && apool_diversion_is_ours (fds[i]))
      self->outlets[self->n_outlets++] = outlets[i];
}

/**
 * apool_diversion_forget:
 * @self: (nullable): one whose outlets are about to be freed
 */
void
apool_diversion_forget (ApoolDiversion *self)
{
  if (!self)
    return;
  self->n_outlets = 0;
  self->spool = NULL;
  self->is_on = FALSE;
}

/**
 * apool_diversion_begin:
 * @self: one that is off, and has a spool
 * @func: called when the spool is full, from the context; then apool_diversion_end() is due
 * @data: (closure): for @func
 *
 * From now on nothing is printed on the terminal.
 */
void
apool_diversion_begin (ApoolDiversion *self, ApoolDiversionFullFunc func, gpointer data)
{
  g_return_if_fail (self->spool && !self->is_on);

  self->is_on = TRUE;
  self->func = func;
  self->data = data;
  for (guint i = 0; i < self->n_outlets; i++)
    apool_outlet_divert (self->outlets[i], self->spool);
}

/**
 * apool_diversion_end:
 * @self: one of any kind
 *
 * Prints what was kept back, and goes on as ever.
 */
void
apool_diversion_end (ApoolDiversion *self)
{
  if (!self->is_on)
    return;
  self->is_on = FALSE;
  for (guint i = 0; i < self->n_outlets; i++)
    apool_outlet_rejoin (self->outlets[i]);
}

/**
 * apool_diversion_check:
 * @self: (nullable): one of any kind
 *
 * Tells where the spool is full, and something is kept back. To be called from the context.
 */
void
apool_diversion_check (ApoolDiversion *self)
{
  if (self && self->is_on && self->n_outlets > 0 && apool_spool_is_full (self->spool))
    self->func (self->data);
}
