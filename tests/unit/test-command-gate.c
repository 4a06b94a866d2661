/* SPDX-License-Identifier: MIT */
/* A gate that goes by a command: its runs and what comes of them. What it says is in a file. */

#include <signal.h>
#include <string.h>

#include "fake-gatekeeper.h"
#include "fake-root.h"
#include "gates/apool-command-gate.h"

#define SEC G_USEC_PER_SEC

/* Each run is a letter more in the file `runs`. */
static void
test_command_open (FakeGatekeeper *keeper, const char *root, const char *script)
{
  g_autofree char *command = g_strdup_printf ("cd %s; printf x >> runs; %s", root, script);

  fake_gatekeeper_open (keeper, g_main_context_default ());
  fake_gatekeeper_watch (keeper, apool_command_gate_new (keeper->context, &keeper->clock, "--limit",
                                                         "/bin/sh", command));
}

static gsize
test_command_count_runs (const char *root)
{
  g_autofree char *path = g_build_filename (root, "runs", NULL);
  g_autofree char *runs = NULL;

  return g_file_get_contents (path, &runs, NULL, NULL) ? strlen (runs) : 0;
}

/* Waits until the gate says something. */
static void
test_command_wait (FakeGatekeeper *keeper, const char *log)
{
  while (keeper->log->len == 0)
    g_main_context_iteration (keeper->context, TRUE);
  fake_gatekeeper_check_log (keeper, log);
}

static void
test_command_permits (void)
{
  g_auto (FakeRoot) root = fake_root_new ();
  g_auto (FakeGatekeeper) keeper;

  g_test_summary ("It is run for each start, and there is one at a time.");
  test_command_open (&keeper, root, "exit 0");
  for (guint64 seq = 1; seq <= 2; seq++)
    {
      fake_gatekeeper_check_closed (&keeper, "");
      test_command_wait (&keeper, "*");
      fake_gatekeeper_check_open (&keeper);
      fake_gatekeeper_enter (&keeper, seq);
      g_assert_cmpuint (test_command_count_runs (root), ==, seq);
    }
  fake_gatekeeper_leave (&keeper, 1);
  fake_gatekeeper_leave (&keeper, 2);
}

static void
test_command_holds (void)
{
  g_auto (FakeRoot) root = fake_root_new ();
  g_auto (FakeGatekeeper) keeper;
  g_autofree char *why = g_strdup_printf (
      "cd %s; printf x >> runs; exit `cat status`: exit status 1", (const char *) root);

  g_test_summary ("What holds is run again a second later.");
  fake_root_write (root, "status", "1");
  test_command_open (&keeper, root, "exit `cat status`");
  fake_gatekeeper_check_closed (&keeper, "");
  test_command_wait (&keeper, "*");
  fake_gatekeeper_check_closed (&keeper, why);
  fake_gatekeeper_pass (&keeper, SEC - 1);
  g_assert_cmpuint (test_command_count_runs (root), ==, 1);
  fake_root_write (root, "status", "0");
  fake_gatekeeper_pass (&keeper, 1);
  test_command_wait (&keeper, "*");
  g_assert_cmpuint (test_command_count_runs (root), ==, 2);
  fake_gatekeeper_check_open (&keeper);
}

static void
test_command_rests (void)
{
  g_auto (FakeRoot) root = fake_root_new ();
  g_auto (FakeGatekeeper) keeper;

  g_test_summary ("A permission that nobody wants any more is worth nothing.");
  test_command_open (&keeper, root, "exit 0");
  fake_gatekeeper_check_closed (&keeper, "");
  test_command_wait (&keeper, "*");
  apool_gate_rest (keeper.gate);
  fake_gatekeeper_check_closed (&keeper, "");
  test_command_wait (&keeper, "*");
  g_assert_cmpuint (test_command_count_runs (root), ==, 2);
  apool_gate_rest (keeper.gate);
  fake_gatekeeper_pass (&keeper, 9 * SEC);
  g_assert_cmpuint (test_command_count_runs (root), ==, 2);
}

static void
test_command_evicts (void)
{
  g_auto (FakeRoot) root = fake_root_new ();
  g_auto (FakeGatekeeper) keeper;

  g_test_summary (
      "While jobs run it is asked every second, and may want one ended; not another one "
      "before that is gone.");
  fake_root_write (root, "status", "2");
  test_command_open (&keeper, root, "exit `cat status`");
  fake_gatekeeper_enter (&keeper, 1);
  fake_gatekeeper_enter (&keeper, 2);
  fake_gatekeeper_pass (&keeper, SEC);
  test_command_wait (&keeper, "e2");
  fake_root_write (root, "status", "0");
  fake_gatekeeper_leave (&keeper, 2);
  fake_gatekeeper_pass (&keeper, SEC);
  while (test_command_count_runs (root) < 2)
    g_main_context_iteration (keeper.context, FALSE);
  fake_gatekeeper_leave (&keeper, 1);
  fake_gatekeeper_check_log (&keeper, "");
}

static void
test_command_evicts_once (void)
{
  g_auto (FakeRoot) root = fake_root_new ();
  g_auto (FakeGatekeeper) keeper;

  test_command_open (&keeper, root, "exit 2");
  fake_gatekeeper_enter (&keeper, 1);
  fake_gatekeeper_enter (&keeper, 2);
  fake_gatekeeper_pass (&keeper, SEC);
  test_command_wait (&keeper, "e2");
  /* Somebody asks, so that its end is told, and it is run. */
  (void) apool_gate_is_open (keeper.gate, NULL);
  fake_gatekeeper_pass (&keeper, SEC);
  test_command_wait (&keeper, "*");
  g_assert_cmpuint (test_command_count_runs (root), ==, 2);
  fake_gatekeeper_leave (&keeper, 2);
  fake_gatekeeper_pass (&keeper, SEC);
  test_command_wait (&keeper, "e1*");
  fake_gatekeeper_leave (&keeper, 1);
}

static void
test_command_fails (gconstpointer data)
{
  const char *const *script = data;
  g_auto (FakeRoot) root = fake_root_new ();
  g_auto (FakeGatekeeper) keeper;

  g_test_summary ("One that does not work is said once, and holds nobody up.");
  test_command_open (&keeper, root, script[0]);
  for (guint64 seq = 1; seq <= 2; seq++)
    {
      fake_gatekeeper_check_closed (&keeper, "");
      test_command_wait (&keeper, "*");
      fake_gatekeeper_check_open (&keeper);
      fake_gatekeeper_enter (&keeper, seq);
    }
  g_assert_cmpuint (keeper.n_failures, ==, 1);
  g_assert_true (g_str_has_suffix (keeper.failure, script[1]));
  fake_gatekeeper_leave (&keeper, 1);
  fake_gatekeeper_leave (&keeper, 2);
}

static void
test_command_no_shell (void)
{
  g_auto (FakeGatekeeper) keeper;

  fake_gatekeeper_open (&keeper, g_main_context_default ());
  fake_gatekeeper_watch (&keeper, apool_command_gate_new (keeper.context, &keeper.clock, "--limit",
                                                          "/dev/null/sh", "true"));
  fake_gatekeeper_check_open (&keeper);
  g_assert_cmpuint (keeper.n_failures, ==, 1);
}

static void
test_command_killed (void)
{
  g_auto (FakeRoot) root = fake_root_new ();
  g_autofree char *path = g_build_filename (root, "pid", NULL);
  g_auto (FakeGatekeeper) keeper;
  g_autofree char *pid = NULL;

  g_test_summary ("At the end it is killed, and what it has started.");
  test_command_open (&keeper, root, "sleep 1000 & echo $! > pid.new; mv pid.new pid; wait");
  fake_gatekeeper_check_closed (&keeper, "");
  while (!g_file_get_contents (path, &pid, NULL, NULL))
    g_main_context_iteration (keeper.context, FALSE);
  g_clear_object (&keeper.gate);
  while (kill ((pid_t) g_ascii_strtoll (pid, NULL, 10), 0) == 0)
    g_main_context_iteration (keeper.context, FALSE);
}

int
main (int argc, char **argv)
{
  static const char *const missing[] = { "exit 127",
                                         ": exit status 127: jobs are started without it" };
  static const char *const killed[] = { "kill -9 $$",
                                        ": killed by signal 9: jobs are started without it" };

  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/command-gate/permits", test_command_permits);
  g_test_add_func ("/command-gate/holds", test_command_holds);
  g_test_add_func ("/command-gate/rests", test_command_rests);
  g_test_add_func ("/command-gate/evicts", test_command_evicts);
  g_test_add_func ("/command-gate/evicts-once", test_command_evicts_once);
  g_test_add_data_func ("/command-gate/missing", missing, test_command_fails);
  g_test_add_data_func ("/command-gate/dies", killed, test_command_fails);
  g_test_add_func ("/command-gate/no-shell", test_command_no_shell);
  g_test_add_func ("/command-gate/killed", test_command_killed);
  return g_test_run ();
}
