/* SPDX-License-Identifier: MIT */
/* The command line that others see is the memory in which the kernel put the arguments. They are
 * written over in place, and nothing beyond them: behind them is the environment, which is in use.
 *
 * Linux shows these bytes as arguments, all of them, as long as the last one is the NUL that it put
 * there. Where it is not, the process is taken to have set a title, and what is shown ends at the
 * first NUL. */

#include "worker/apool-title.h"

#include <string.h>

#include "base/apool-decimal.h"

/* A title is never longer, whatever its numbers. */
#define TITLE_BYTES 64

struct _ApoolTitle
{
  char *area; /* not owned */
  gsize size; /* bytes in @area */
  guint number;
  guint n_jobs; /* as shown */
  gboolean is_shown;
};

/**
 * apool_title_new:
 * @argc: as main() got it
 * @argv: the same; what it points to must not be needed any more once a title is shown
 *
 * Returns: (transfer full): a title, not shown yet; as long as the arguments were, it can be
 */
ApoolTitle *
apool_title_new (int argc, char **argv)
{
  ApoolTitle *self = g_new0 (ApoolTitle, 1);

  self->area = argv[0];
  /* Whoever moved an argument ended the area before it. */
  for (int i = 0; i < argc && argv[i] == self->area + self->size; i++)
    self->size += strlen (argv[i]) + 1;
  return self;
}

/**
 * apool_title_free:
 * @self: (transfer full): a title; it is still shown
 */
void
apool_title_free (ApoolTitle *self)
{
  g_free (self);
}

static gsize
apool_title_write (char title[TITLE_BYTES], guint number, guint n_jobs)
{
  char *to = stpcpy (title, "apool: worker ");

  to = apool_decimal_write (to, number);
  to = stpcpy (to, ": ");
  to = apool_decimal_write (to, n_jobs);
  to = stpcpy (to, n_jobs == 1 ? " job" : " jobs");
  return (gsize) (to - title);
}

/**
 * apool_title_show:
 * @self: a title
 * @number: the worker's place in the pool
 * @n_jobs: how many jobs it runs
 *
 * Shows the title, cut to the place that there is. Costs nothing where it is shown already.
 */
void
apool_title_show (ApoolTitle *self, guint number, guint n_jobs)
{
  char title[TITLE_BYTES];
  gsize length;

  if (self->size < 2 || (self->is_shown && number == self->number && n_jobs == self->n_jobs))
    return;
  length = MIN (apool_title_write (title, number, n_jobs), self->size - 2);
  memcpy (self->area, title, length);
  memset (self->area + length, '\0', self->is_shown ? 1 : self->size - length);
  self->area[self->size - 1] = ' ';
  self->number = number;
  self->n_jobs = n_jobs;
  self->is_shown = TRUE;
}
