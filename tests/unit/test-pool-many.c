/* SPDX-License-Identifier: MIT */
/* What a task costs the pool, source and template and all, and that it keeps nothing of it. */

#include <glib.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "fake-run.h"

/* The address sanitizer keeps what was freed: nothing can be said about memory then. */
#if defined(__SANITIZE_ADDRESS__)
#define WITH_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_ASAN 1
#endif
#endif
#ifndef WITH_ASAN
#define WITH_ASAN 0
#endif

#define N_TASKS 1000000u
/* Where memory is looked at: by then everything is as large as it gets. */
#define N_WARM 50000u
/* What may come on top of that until the end; a pointer kept for each task would be twice this. */
#define MAX_GROWTH_BYTES (4 * 1024 * 1024)

/* Returns the memory of this process that is in use: bytes. */
static gint64
test_many_get_resident (void)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  gint64 total;
  gint64 resident;

  g_assert_true (g_file_get_contents ("/proc/self/statm", &text, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (sscanf (text, "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT, &total, &resident), ==,
                   2);
  return resident * sysconf (_SC_PAGESIZE);
}

static gboolean
test_many_work_cb (gpointer data)
{
  FakeRun *run = data;

  g_assert_true (fake_factory_work (run->factory));
  return G_SOURCE_CONTINUE;
}

static void
test_many_tasks (void)
{
  const ApoolPoolLimits limits = { .jobs = 8, .workers = 4, .prefetch = 2 };
  g_auto (FakeRun) run = { 0 };
  g_autoptr (GSource) work = g_idle_source_new ();
  clock_t start = clock ();
  gint64 base = 0;
  gint64 peak = 0;
  guint64 n_seen = 0;

  fake_run_open (&run, &limits, N_TASKS);
  g_source_set_callback (work, test_many_work_cb, &run, NULL);
  g_source_attach (work, run.context);
  apool_pool_start (run.pool);
  while (run.n_done == 0)
    {
      g_main_context_iteration (run.context, TRUE);
      if (fake_witness_get_n_settled (run.witness) < n_seen + N_WARM)
        continue;
      n_seen += N_WARM;
      peak = MAX (peak, test_many_get_resident ());
      base = base ? base : peak;
    }
  g_source_destroy (work);
  g_test_message ("%.0f ns of CPU time for each of %u tasks; memory grew by %" G_GINT64_FORMAT
                  " KiB after the first %u",
                  (double) (clock () - start) * 1e9 / CLOCKS_PER_SEC / N_TASKS, N_TASKS,
                  (peak - base) / 1024, N_WARM);
  g_assert_cmpuint (fake_witness_get_n_settled (run.witness), ==, N_TASKS);
  g_assert_cmpuint (fake_factory_get_peak (run.factory), ==, limits.jobs);
  g_assert_cmpuint (fake_factory_get_n_made (run.factory), ==, limits.workers);
  if (!WITH_ASAN)
    g_assert_cmpint (peak - base, <, MAX_GROWTH_BYTES);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pool-many/tasks", test_many_tasks);
  return g_test_run ();
}
