/* SPDX-License-Identifier: MIT */
/* Memory: how much is free, how many may run with it, and what is done where there is too little.
 */

#include "base/apool-error.h"
#include "fake-gatekeeper.h"
#include "fake-root.h"
#include "gates/apool-inside.h"
#include "gates/apool-memory-gate.h"
#include "gates/apool-memory.h"

/* When the gate looks again. */
#define AGAIN (G_USEC_PER_SEC / 4)

#define KIB G_GUINT64_CONSTANT (1024)

/* So many KiB are free in all. */
static void
test_memory_write (const char *root, guint64 free)
{
  g_autofree char *text = g_strdup_printf ("MemTotal: 9999999 kB\n"
                                           "MemFree:        %" G_GUINT64_FORMAT " kB\n"
                                           "MemAvailable:   777 kB\n"
                                           "Buffers:        4 kB\n"
                                           "Cached:         3 kB\n"
                                           "SwapCached:     2 kB\n"
                                           "SwapFree: 55555 kB\n",
                                           free - 9);

  fake_root_write (root, "proc/meminfo", text);
}

static void
test_memory_free (void)
{
  g_auto (FakeRoot) root = fake_root_new ();
  char *failure = NULL;
  guint64 bytes;

  g_assert_false (apool_memory_read_free (root, &bytes, &failure));
  g_assert_true (g_str_has_suffix (failure, "/proc/meminfo: No such file or directory"));
  g_clear_pointer (&failure, g_free);
  fake_root_write (root, "proc/meminfo", "MemTotal: 7 kB\nMemFree:\n");
  g_assert_false (apool_memory_read_free (root, &bytes, &failure));
  g_assert_true (g_str_has_suffix (failure, "/proc/meminfo: does not say what is free"));
  g_clear_pointer (&failure, g_free);
  test_memory_write (root, 100);
  g_assert_true (apool_memory_read_free (root, &bytes, &failure));
  g_assert_cmpuint (bytes, ==, 100 * KIB);
}

static void
test_memory_count (void)
{
  static const struct
  {
    guint64 free;
    guint n_jobs;
    guint n_paused;
    guint n_to_run;
  } cases[] = {
    { 0, 8, 0, 1 },    { 50, 8, 0, 1 },  { 99, 8, 0, 1 },  { 100, 8, 0, 2 },  { 149, 8, 0, 2 },
    { 150, 8, 0, 3 },  { 175, 8, 0, 5 }, { 187, 8, 0, 8 }, { 199, 8, 0, 8 },  { 199, 8, 7, 8 },
    { 200, 8, 0, 8 },  { 200, 8, 7, 2 }, { 200, 8, 1, 8 }, { 5000, 8, 5, 4 }, { 0, 0, 0, 0 },
    { 5000, 0, 0, 0 }, { 150, 1, 1, 1 }, { 100, 1, 0, 1 }, { 0, 1, 1, 1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%d free, %u jobs, %u paused", (int) cases[i].free, cases[i].n_jobs,
                      cases[i].n_paused);
      g_assert_cmpuint (
          apool_memory_count_to_run (cases[i].free, 100, cases[i].n_jobs, cases[i].n_paused), ==,
          cases[i].n_to_run);
    }
}

static void
test_memory_inside (void)
{
  static const guint64 seqs[] = { 5, 2, 9, 7, 1 };
  g_autoptr (ApoolInside) jobs = apool_inside_new ();

  g_assert_cmpuint (apool_inside_get_youngest (jobs), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (seqs); i++)
    apool_inside_add (jobs, seqs[i]);
  g_assert_cmpuint (apool_inside_get_youngest (jobs), ==, 9);
  g_assert_cmpuint (apool_inside_get (jobs, 0)->seq, ==, 1);
  apool_inside_get (jobs, 3)->is_paused = TRUE;
  g_assert_cmpuint (apool_inside_count_paused (jobs), ==, 1);
  apool_inside_remove (jobs, 7);
  g_assert_cmpuint (apool_inside_count_paused (jobs), ==, 0);
  apool_inside_remove (jobs, 9);
  g_assert_cmpuint (apool_inside_get_youngest (jobs), ==, 5);
  g_assert_cmpuint (apool_inside_get_n (jobs), ==, 3);
}

static void
test_memory_open (FakeGatekeeper *keeper, const char *root, guint64 free_kib, guint64 suspend_kib)
{
  const ApoolMemoryLimits limits = { .free_bytes = free_kib * KIB,
                                     .suspend_bytes = suspend_kib * KIB };
  g_autoptr (GError) error = NULL;

  fake_gatekeeper_open (keeper, g_main_context_default ());
  test_memory_write (root, 1000);
  fake_gatekeeper_watch (keeper, apool_memory_gate_new (keeper->context, &keeper->clock, root,
                                                        "--memfree", &limits, &error));
  g_assert_no_error (error);
}

static void
test_memory_waits (void)
{
  g_auto (FakeRoot) root = fake_root_new ();
  g_auto (FakeGatekeeper) keeper;

  test_memory_open (&keeper, root, 600, 300);
  test_memory_write (root, 900);
  fake_gatekeeper_check_open (&keeper);
  test_memory_write (root, 899);
  fake_gatekeeper_check_closed (&keeper, "920576 bytes free, not 921600");
  fake_gatekeeper_pass (&keeper, AGAIN);
  fake_gatekeeper_check_log (&keeper, "*");
  fake_gatekeeper_check_closed (&keeper, "920576 bytes free, not 921600");
  apool_gate_rest (keeper.gate);
  fake_gatekeeper_pass (&keeper, 9 * AGAIN);
  fake_gatekeeper_check_log (&keeper, "");
}

static void
test_memory_evicts (void)
{
  g_auto (FakeRoot) root = fake_root_new ();
  g_auto (FakeGatekeeper) keeper;

  g_test_summary (
      "Below half the youngest is ended, the next one when it is gone, and the last one "
      "never.");
  test_memory_open (&keeper, root, 600, 0);
  for (guint64 seq = 1; seq <= 3; seq++)
    fake_gatekeeper_enter (&keeper, seq);
  test_memory_write (root, 300);
  fake_gatekeeper_pass (&keeper, AGAIN);
  fake_gatekeeper_check_log (&keeper, "");
  test_memory_write (root, 299);
  fake_gatekeeper_pass (&keeper, AGAIN);
  fake_gatekeeper_check_log (&keeper, "e3");
  fake_gatekeeper_pass (&keeper, AGAIN);
  fake_gatekeeper_check_log (&keeper, "");
  fake_gatekeeper_leave (&keeper, 3);
  fake_gatekeeper_pass (&keeper, AGAIN);
  fake_gatekeeper_check_log (&keeper, "e2");
  fake_gatekeeper_leave (&keeper, 2);
  fake_gatekeeper_pass (&keeper, 2 * AGAIN);
  fake_gatekeeper_check_log (&keeper, "");
  fake_gatekeeper_leave (&keeper, 1);
}

static void
test_memory_not_begun (void)
{
  g_auto (FakeRoot) root = fake_root_new ();
  g_auto (FakeGatekeeper) keeper;

  g_test_summary ("Who does not run yet is asked for again.");
  test_memory_open (&keeper, root, 600, 100);
  fake_gatekeeper_enter (&keeper, 1);
  fake_gatekeeper_enter (&keeper, 2);
  test_memory_write (root, 50);
  keeper.refuses = TRUE;
  fake_gatekeeper_pass (&keeper, AGAIN);
  fake_gatekeeper_check_log (&keeper, "e2p2");
  keeper.refuses = FALSE;
  fake_gatekeeper_pass (&keeper, AGAIN);
  fake_gatekeeper_check_log (&keeper, "e2");
  fake_gatekeeper_leave (&keeper, 2);
  fake_gatekeeper_leave (&keeper, 1);
}

static void
test_memory_suspends (void)
{
  g_auto (FakeRoot) root = fake_root_new ();
  g_auto (FakeGatekeeper) keeper;

  g_test_summary ("The youngest are stopped, the oldest run on; with enough memory they go on one "
                  "by one, the oldest first, and nobody is started before.");
  test_memory_open (&keeper, root, 0, 100);
  for (guint64 seq = 1; seq <= 4; seq++)
    fake_gatekeeper_enter (&keeper, seq);
  test_memory_write (root, 200);
  fake_gatekeeper_pass (&keeper, AGAIN);
  fake_gatekeeper_check_log (&keeper, "");
  test_memory_write (root, 120);
  fake_gatekeeper_pass (&keeper, AGAIN);
  fake_gatekeeper_check_log (&keeper, "p3p4");
  fake_gatekeeper_check_closed (&keeper, "2 jobs are stopped");
  test_memory_write (root, 90);
  fake_gatekeeper_pass (&keeper, AGAIN);
  fake_gatekeeper_check_log (&keeper, "p2*");
  test_memory_write (root, 500);
  fake_gatekeeper_pass (&keeper, AGAIN);
  fake_gatekeeper_check_log (&keeper, "c2");
  fake_gatekeeper_pass (&keeper, AGAIN);
  fake_gatekeeper_check_log (&keeper, "c3");
  fake_gatekeeper_check_closed (&keeper, "1 jobs are stopped");
  fake_gatekeeper_pass (&keeper, AGAIN);
  fake_gatekeeper_check_log (&keeper, "c4*");
  fake_gatekeeper_check_open (&keeper);
  for (guint64 seq = 1; seq <= 4; seq++)
    fake_gatekeeper_leave (&keeper, seq);
  fake_gatekeeper_pass (&keeper, 9 * AGAIN);
  fake_gatekeeper_check_log (&keeper, "");
}

static void
test_memory_oldest_leaves (void)
{
  g_auto (FakeRoot) root = fake_root_new ();
  g_auto (FakeGatekeeper) keeper;

  g_test_summary ("When the one that ran is over the next one goes on at once.");
  test_memory_open (&keeper, root, 0, 100);
  fake_gatekeeper_enter (&keeper, 1);
  fake_gatekeeper_enter (&keeper, 2);
  test_memory_write (root, 50);
  fake_gatekeeper_pass (&keeper, AGAIN);
  fake_gatekeeper_check_log (&keeper, "p2");
  fake_gatekeeper_leave (&keeper, 1);
  fake_gatekeeper_pass (&keeper, 0);
  fake_gatekeeper_check_log (&keeper, "c2");
  fake_gatekeeper_leave (&keeper, 2);
}

static void
test_memory_stopped_and_evicted (void)
{
  g_auto (FakeRoot) root = fake_root_new ();
  g_auto (FakeGatekeeper) keeper;

  g_test_summary ("Who is ended while he is stopped is continued for it.");
  test_memory_open (&keeper, root, 100, 100);
  fake_gatekeeper_enter (&keeper, 1);
  fake_gatekeeper_enter (&keeper, 2);
  test_memory_write (root, 60);
  fake_gatekeeper_pass (&keeper, AGAIN);
  fake_gatekeeper_check_log (&keeper, "p2");
  test_memory_write (root, 40);
  fake_gatekeeper_pass (&keeper, AGAIN);
  fake_gatekeeper_check_log (&keeper, "c2e2");
  fake_gatekeeper_leave (&keeper, 2);
  fake_gatekeeper_leave (&keeper, 1);
}

static void
test_memory_unknown (void)
{
  g_auto (FakeRoot) root = fake_root_new ();
  g_auto (FakeGatekeeper) keeper;
  const ApoolMemoryLimits limits = { .free_bytes = 1 };
  g_autoptr (GError) error = NULL;

  g_assert_null (
      apool_memory_gate_new (g_main_context_default (), NULL, root, "--memfree", &limits, &error));
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_USAGE);
  test_memory_open (&keeper, root, 600, 0);
  fake_gatekeeper_enter (&keeper, 1);
  fake_root_remove (root, "proc/meminfo");
  fake_gatekeeper_check_open (&keeper);
  fake_gatekeeper_pass (&keeper, AGAIN);
  g_assert_cmpuint (keeper.n_failures, ==, 1);
  fake_gatekeeper_leave (&keeper, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/memory-gate/free", test_memory_free);
  g_test_add_func ("/memory-gate/count", test_memory_count);
  g_test_add_func ("/memory-gate/inside", test_memory_inside);
  g_test_add_func ("/memory-gate/waits", test_memory_waits);
  g_test_add_func ("/memory-gate/evicts", test_memory_evicts);
  g_test_add_func ("/memory-gate/not-begun", test_memory_not_begun);
  g_test_add_func ("/memory-gate/suspends", test_memory_suspends);
  g_test_add_func ("/memory-gate/oldest-leaves", test_memory_oldest_leaves);
  g_test_add_func ("/memory-gate/stopped-and-evicted", test_memory_stopped_and_evicted);
  g_test_add_func ("/memory-gate/unknown", test_memory_unknown);
  return g_test_run ();
}
