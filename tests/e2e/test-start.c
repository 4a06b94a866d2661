/* SPDX-License-Identifier: MIT */
/*
 * What it takes to start: each short run pays for it, and each worker.
 */

#include <string.h>

#include "e2e.h"

/* What the worker and the manager of a plain run have in memory. */
static void
test_start_libraries (void)
{
  static const char *const optional[] = { "libgio-2.0", "libsqlite3", "libcsv", "libtinfo",
                                          "libncurses" };
  g_autoptr (E2eRun) run =
      e2e_run ("1\n", "--shell",
               "manager=$(sed -n 's/^PPid:[^0-9]*//p' /proc/$PPID/status); : {}; "
               "cat /proc/$PPID/maps /proc/$manager/maps",
               NULL);

  e2e_assert_ended (run, 0);
  e2e_assert_contains (run->out, "libglib-2.0");
  for (gsize i = 0; i < G_N_ELEMENTS (optional); i++)
    g_assert_null (strstr (run->out, optional[i]));
}

static void
test_start_add (void)
{
  g_test_add_func ("/start/libraries", test_start_libraries);
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, test_start_add);
}
