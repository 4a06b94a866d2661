/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolTerminal:
 * @fd: the terminal, not owned; -1 where its size does not change
 * @n_rows: how many it has
 * @n_columns: how many
 * @up: what moves the cursor one row up, in the same column
 * @clear_line: what clears the rest of the row
 * @clear_below: what clears the rest of the row and all rows below
 *
 * A terminal on which rows can be written again.
 */
typedef struct
{
  int fd;
  guint n_rows;
  guint n_columns;
  char *up;
  char *clear_line;
  char *clear_below;
} ApoolTerminal;

ApoolTerminal *apool_terminal_new (int fd);
void apool_terminal_free (ApoolTerminal *self);
void apool_terminal_measure (ApoolTerminal *self);
gboolean apool_terminal_describe (ApoolTerminal *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolTerminal, apool_terminal_free)

G_END_DECLS
