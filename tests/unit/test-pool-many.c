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

#define N_TASKS (WITH_ASAN ? 200000u : 1000000u)
/* What each kind of pool does. */
#define N_TASKS_OF_KIND 200000u
/* Where memory is looked at: by then everything is as large as it gets. */
#define N_WARM 50000u
/* What may come on top of that until the end; a pointer kept for each task would be twice this. */
#define MAX_GROWTH_BYTES (4 * 1024 * 1024)
#define FEW_WORKERS 2u
#define MANY_WORKERS 1000u
/* So many times as much may a task cost with many workers: memory is slower then, and all of them
 * have to be made. Were something done for each worker, it would be far more. */
#define MAX_RATIO 8

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

/* What one run of many tasks took. */
typedef struct
{
  double nsec; /* of CPU time, for each task */
  gint64 growth_bytes;
} ManyCost;

static ManyCost
test_many_measure (const ApoolPoolLimits *limits, guint n_tasks)
{
  g_auto (FakeRun) run = { 0 };
  g_autoptr (GSource) work = g_idle_source_new ();
  clock_t start = clock ();
  gint64 base = 0;
  gint64 peak = 0;
  guint64 n_seen = 0;

  fake_run_open (&run, limits, n_tasks);
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
  g_assert_cmpuint (fake_witness_get_n_settled (run.witness), ==, n_tasks);
  g_assert_cmpuint (fake_factory_get_peak (run.factory), ==, limits->jobs);
  return (ManyCost){ (double) (clock () - start) * 1e9 / CLOCKS_PER_SEC / n_tasks, peak - base };
}

static void
test_many_tasks (void)
{
  const ApoolPoolLimits limits = { .jobs = 8, .workers = 4, .prefetch = 2 };
  ManyCost cost = test_many_measure (&limits, N_TASKS);

  g_test_message ("%.0f ns of CPU time for each of %u tasks; memory grew by %" G_GINT64_FORMAT
                  " KiB after the first %u",
                  cost.nsec, N_TASKS, cost.growth_bytes / 1024, N_WARM);
  if (!WITH_ASAN)
    g_assert_cmpint (cost.growth_bytes, <, MAX_GROWTH_BYTES);
}

/* As many tasks end as it takes to see that they are short; each of them takes no time here. */
static void
test_many_short_tasks (void)
{
  const ApoolPoolLimits limits = { .jobs = 2, .workers = 1, .prefetch = 1, .short_prefetch = 8 };
  g_auto (FakeRun) run = { 0 };
  ApoolWorkerProxy *worker;
  guint64 n_taken;

  g_test_summary ("While tasks are short more of them wait, and go out several at a time.");
  fake_run_open_logged_within (&run, &limits, 1000);
  apool_pool_start (run.pool);
  worker = APOOL_WORKER_PROXY (fake_run_get_worker (&run, 0));
  for (guint64 seq = 1; seq <= 16; seq++)
    {
      g_assert_cmpuint (apool_worker_proxy_get_n_tasks (worker), ==, 3);
      fake_run_start_all (&run);
      fake_run_finish (&run, 0, seq);
    }
  g_assert_cmpuint (apool_worker_proxy_get_n_tasks (worker), ==, 2 + 8);
  n_taken = fake_source_get_n_taken (run.source);
  for (guint64 seq = 17; seq <= 19; seq++)
    {
      fake_run_start_all (&run);
      fake_run_finish (&run, 0, seq);
      g_assert_cmpuint (fake_source_get_n_taken (run.source), ==, n_taken);
    }
  fake_run_start_all (&run);
  fake_run_finish (&run, 0, 20);
  g_assert_cmpuint (fake_source_get_n_taken (run.source), ==, n_taken + 4);
  fake_run_work_until_done (&run);
  g_assert_cmpuint (fake_factory_get_peak (run.factory), ==, 2);
}

/* Each kind of pool with few workers and with many. */
static void
test_many_workers (void)
{
  static const ApoolPoolLimits KINDS[] = {
    { .prefetch = 0 },       { .prefetch = 2 },
    { .is_weighted = TRUE }, { .retries = 3, .workers_prepare = TRUE },
    { .max_tasks = 100 },
  };

  g_test_summary ("What a task costs does not depend on how many workers there are.");
  for (gsize i = 0; i < G_N_ELEMENTS (KINDS); i++)
    {
      double nsec[2];

      for (gsize j = 0; j < G_N_ELEMENTS (nsec); j++)
        {
          ApoolPoolLimits limits = KINDS[i];

          limits.jobs = limits.workers = j == 0 ? FEW_WORKERS : MANY_WORKERS;
          nsec[j] = test_many_measure (&limits, N_TASKS_OF_KIND).nsec;
        }
      g_test_message ("kind %" G_GSIZE_FORMAT ": %.0f ns of CPU time for each task at %u workers, "
                      "%.0f ns at %u",
                      i, nsec[0], FEW_WORKERS, nsec[1], MANY_WORKERS);
      g_assert_cmpfloat (nsec[1], <, nsec[0] * MAX_RATIO);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pool-many/tasks", test_many_tasks);
  g_test_add_func ("/pool-many/workers", test_many_workers);
  g_test_add_func ("/pool-many/short-tasks", test_many_short_tasks);
  return g_test_run ();
}
