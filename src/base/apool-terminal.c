/* SPDX-License-Identifier: MIT */
/* What a terminal can do, and how large it is. */

#include "base/apool-terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

/* Where nobody knows. */
#define DEFAULT_ROWS 24
#define DEFAULT_COLUMNS 80

/**
 * apool_terminal_measure:
 * @self: a terminal
 *
 * Finds out how large it is now.
 */
void
apool_terminal_measure (ApoolTerminal *self)
{
  struct winsize size = { 0 };

  if (self->fd < 0)
    return;
  if (ioctl (self->fd, TIOCGWINSZ, &size) < 0)
    size = (struct winsize){ 0 }; /* a size that is not known is no fault */
  self->n_rows = size.ws_row > 0 ? size.ws_row : DEFAULT_ROWS;
  self->n_columns = size.ws_col > 0 ? size.ws_col : DEFAULT_COLUMNS;
}

/**
 * apool_terminal_new:
 * @fd: (transfer none): any descriptor; open as long as the terminal is used
 *
 * Returns: (transfer full) (nullable): the terminal, or %NULL where @fd leads to none, or to one
 *   on which nothing can be written again, by what the variable TERM says
 */
ApoolTerminal *
apool_terminal_new (int fd)
{
  g_autoptr (ApoolTerminal) self = g_new0 (ApoolTerminal, 1);

  self->fd = fd;
  if (!isatty (fd) || !apool_terminal_describe (self))
    return NULL;
  apool_terminal_measure (self);
  return g_steal_pointer (&self);
}

/**
 * apool_terminal_free:
 * @self: (transfer full): a terminal
 */
void
apool_terminal_free (ApoolTerminal *self)
{
  g_free (self->up);
  g_free (self->clear_line);
  g_free (self->clear_below);
  g_free (self);
}
