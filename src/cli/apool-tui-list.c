/* SPDX-License-Identifier: MIT */
/* Which rows of a list are seen. */

#include "cli/apool-tui-list.h"

/**
 * apool_tui_list_set_n:
 * @self: a list
 * @n: how many items there are now
 */
void
apool_tui_list_set_n (ApoolTuiList *self, gsize n)
{
  self->n = n;
  self->chosen = MIN (self->chosen, n > 0 ? n - 1 : 0);
}

/**
 * apool_tui_list_move:
 * @self: a list
 * @by: how many items further down, or up where that is negative, the next chosen one is: as far
 *   as the list goes
 */
void
apool_tui_list_move (ApoolTuiList *self, gssize by)
{
  gsize last = self->n > 0 ? self->n - 1 : 0;

  if (by < 0)
    self->chosen -= MIN (self->chosen, (gsize) - (by + 1) + 1);
  else
    self->chosen += MIN (last - self->chosen, (gsize) by);
}

/**
 * apool_tui_list_fit:
 * @self: a list
 * @n_rows: how many rows there are
 *
 * Has the chosen item be seen, and no row be empty while there are items for it.
 */
void
apool_tui_list_fit (ApoolTuiList *self, gsize n_rows)
{
  gsize last_top = self->n > n_rows ? self->n - n_rows : 0;

  if (n_rows == 0)
    return;
  if (self->chosen < self->top)
    self->top = self->chosen;
  else if (self->chosen - self->top >= n_rows)
    self->top = self->chosen - n_rows + 1;
  self->top = MIN (self->top, last_top);
}
