/* SPDX-License-Identifier: MIT */
#include "cli/apool-tui-list.h"

static void
check (ApoolTuiList *list, gsize n_rows, gsize chosen, gsize top)
{
  apool_tui_list_fit (list, n_rows);
  g_assert_cmpuint (list->chosen, ==, chosen);
  g_assert_cmpuint (list->top, ==, top);
}

static void
test_empty (void)
{
  ApoolTuiList list = { 0 };

  apool_tui_list_move (&list, 1);
  apool_tui_list_move (&list, -1);
  apool_tui_list_move (&list, G_MAXSSIZE);
  apool_tui_list_move (&list, G_MINSSIZE);
  check (&list, 5, 0, 0);
  check (&list, 0, 0, 0);
}

/* What is chosen is seen, and one goes no further than the list does. */
static void
test_move (void)
{
  ApoolTuiList list = { 0 };

  apool_tui_list_set_n (&list, 10);
  apool_tui_list_move (&list, 3);
  check (&list, 4, 3, 0);
  apool_tui_list_move (&list, 1);
  check (&list, 4, 4, 1);
  apool_tui_list_move (&list, G_MAXSSIZE);
  check (&list, 4, 9, 6);
  apool_tui_list_move (&list, -2);
  check (&list, 4, 7, 6);
  apool_tui_list_move (&list, -3);
  check (&list, 4, 4, 4);
  apool_tui_list_move (&list, G_MINSSIZE);
  check (&list, 4, 0, 0);
}

/* A shorter list leaves no row empty that could have an item; nor does a larger screen. */
static void
test_change (void)
{
  ApoolTuiList list = { 0 };

  apool_tui_list_set_n (&list, 10);
  apool_tui_list_move (&list, 9);
  check (&list, 3, 9, 7);
  check (&list, 8, 9, 2);
  apool_tui_list_set_n (&list, 4);
  check (&list, 3, 3, 1);
  apool_tui_list_set_n (&list, 0);
  check (&list, 3, 0, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tui-list/empty", test_empty);
  g_test_add_func ("/tui-list/move", test_move);
  g_test_add_func ("/tui-list/change", test_change);
  return g_test_run ();
}
