/* SPDX-License-Identifier: MIT */
/* How faults of libraries are told. */

#include "base/apool-fault.h"

#define SUBPROCESS_TIMEOUT_USEC (30 * (guint64) G_USEC_PER_SEC)

/* As it is in the program: GTest has handlers of its own, and what it takes for fatal. */
static void catch (void)
{
  apool_fault_catch ();
  g_log_set_default_handler (g_log_default_handler, NULL);
  g_log_set_always_fatal (G_LOG_FATAL_MASK);
}

static gboolean
check_positive (int number)
{
  g_return_val_if_fail (number > 0, FALSE);

  return TRUE;
}

static void
test_told (void)
{
  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, SUBPROCESS_TIMEOUT_USEC, 0);
      g_test_trap_assert_passed ();
      g_test_trap_assert_stderr (
          "apool: internal fault: apool: check_positive: assertion 'number > 0' failed\n"
          "apool: internal fault: GLib: g_strjoinv: assertion 'str_array != NULL' failed\n"
          "apool: internal fault: lib: 5 times\n");
      return;
    }
  catch ();
  g_assert_false (check_positive (0));
  g_assert_null (g_strjoinv (",", NULL));
  g_log ("lib", G_LOG_LEVEL_WARNING, "%d times", 5);
  g_debug ("nobody asked for it");
}

static void
test_fatal (void)
{
  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, SUBPROCESS_TIMEOUT_USEC, 0);
      g_test_trap_assert_failed ();
      g_test_trap_assert_stderr ("apool: internal fault: apool: no memory\n");
      return;
    }
  catch ();
  g_error ("no memory");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fault/told", test_told);
  g_test_add_func ("/fault/fatal", test_fatal);
  return g_test_run ();
}
