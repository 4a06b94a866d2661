/* SPDX-License-Identifier: MIT */
/*
 * What it takes to start: each short run pays for it, and each worker.
 */

#include <string.h>

#include "e2e.h"

/* What the worker of a plain run has in memory, and what its manager has; that starts processes by
 * GIO, which the worker does not need. */
static void
test_start_libraries (gconstpointer data)
{
  static const char *const optional[] = { "libsqlite3", "libcsv", "libtinfo", "libncurses",
                                          "libgio-2.0" };
  gboolean is_worker = GPOINTER_TO_INT (data);
  g_autoptr (E2eRun) run =
      e2e_run ("1\n", "--shell",
               is_worker ? "cat /proc/$PPID/maps; : {}"
                         : "cat /proc/$(sed -n 's/^PPid:[^0-9]*//p' /proc/$PPID/status)/maps; : {}",
               NULL);

  e2e_assert_ended (run, 0);
  e2e_assert_contains (run->out, "libglib-2.0");
  for (gsize i = 0; i < G_N_ELEMENTS (optional) - (is_worker ? 0 : 1); i++)
    g_assert_null (strstr (run->out, optional[i]));
}

static void
test_start_add (void)
{
  g_test_add_data_func ("/start/libraries/manager", GINT_TO_POINTER (FALSE), test_start_libraries);
  g_test_add_data_func ("/start/libraries/worker", GINT_TO_POINTER (TRUE), test_start_libraries);
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, test_start_add);
}
