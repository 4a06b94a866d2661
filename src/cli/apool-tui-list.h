/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolTuiList:
 * @n: how many items there are
 * @chosen: which one is chosen, below @n where there are any
 * @top: which one is in the first row
 *
 * A list of which some rows are seen, and one item is chosen. All zero is an empty one.
 */
typedef struct
{
  gsize n;
  gsize chosen;
  gsize top;
} ApoolTuiList;

void apool_tui_list_set_n (ApoolTuiList *self, gsize n);
void apool_tui_list_move (ApoolTuiList *self, gssize by);
void apool_tui_list_fit (ApoolTuiList *self, gsize n_rows);

G_END_DECLS
