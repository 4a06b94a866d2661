/* SPDX-License-Identifier: MIT */
/* simulate [--quick | --large | --row SCHEDULER WORKLOAD WORKERS TASKS]: how well each scheduler
 * does, and what it costs.
 *
 * The pool is the real one; its workers are not, and neither is the time. A row says how long the
 * run took in virtual time, in units of what nobody could do better; how much processor time each
 * task took, of the simulation as of the pool; and the most memory. Each row is a process of its
 * own, so that its memory is its own. Rows do not depend on the machine but for the last two
 * columns, so the quick ones are a test: with few workers and tasks, and limits. The large ones
 * take minutes each. --row is one row in this process, for who looks at that. */

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/apool-units.h"
#include "pool/apool-pool.h"
#include "sim-factory.h"

/* What waits at a worker, as it does unasked where a worker has one slot. */
#define PREFETCH 1u

typedef struct
{
  guint n_workers;
  guint64 n_tasks;
  guint workloads; /* bits of SimWorkload */
} Size;

/* As many as --row takes. */
#define MAX_WORKERS 1000000

/* So much longer than the best a run may take, in the quick rows: list scheduling is known to be
 * within twice the best. */
#define MAX_RATIO 2.0

typedef struct
{
  const ApoolSchedulerKind *kind;
  SimLoad load;
  guint n_workers;
  gboolean is_done;
} Row;

static void
simulate_done_cb (const GError *error, gpointer data)
{
  g_assert_no_error (error);
  ((Row *) data)->is_done = TRUE;
}

static double
simulate_get_cpu_usec (void)
{
  struct rusage usage;

  g_assert_cmpint (getrusage (RUSAGE_SELF, &usage), ==, 0);
  return (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
         (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

/* Returns the most memory that this process ever had: MiB. Unlike getrusage() this forgets what the
 * process had that executed us. */
static double
simulate_get_peak (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *status = NULL;
  const char *line;

  (void) g_file_get_contents ("/proc/self/status", &status, NULL, &error);
  g_assert_no_error (error);
  line = strstr (status, "\nVmHWM:");
  g_assert_nonnull (line);
  return (double) g_ascii_strtoull (line + strlen ("\nVmHWM:"), NULL, 10) / 1024.0;
}

static ApoolTasks *
simulate_make_tasks (const Row *row, ApoolTemplate *command, ApoolTemplate *key)
{
  g_autoptr (SimSource) source = sim_source_new (&row->load);
  ApoolTasks *tasks = apool_tasks_new (APOOL_SOURCE (source), command);

  if (row->kind->needs_key)
    apool_tasks_set_key (tasks, key);
  return tasks;
}

/* Returns how long the run takes, in virtual time. */
static guint64
simulate_run (Row *row)
{
  const ApoolPoolLimits limits = {
    .jobs = row->n_workers,
    .workers = row->n_workers,
    .prefetch = PREFETCH,
  };
  const char *const words[] = { "true", NULL };
  const ApoolTemplateConfig config = { .shell = APOOL_TEMPLATE_SHELL_AUTO };
  g_autoptr (ApoolSyntax) syntax = apool_syntax_new ();
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (SimFactory) factory = sim_factory_new (&row->load);
  g_autoptr (ApoolTemplate) command = apool_template_new (words, syntax, &config, NULL);
  g_autoptr (ApoolTemplate) key = apool_template_new_text ("{1}", syntax, NULL);
  g_autoptr (ApoolTasks) tasks = simulate_make_tasks (row, command, key);
  g_autoptr (ApoolPool) pool = apool_pool_new (context, APOOL_WORKER_FACTORY (factory), tasks,
                                               &limits, row->kind, simulate_done_cb, row);

  apool_pool_start (pool);
  while (!row->is_done)
    g_assert_true (sim_factory_step (factory));
  g_assert_cmpuint (sim_factory_get_n_finished (factory), ==, row->load.n_tasks);
  return sim_factory_get_time (factory);
}

static void
simulate_print_row (Row *row, gboolean is_quick)
{
  double ideal = sim_load_get_ideal (&row->load, row->n_workers, row->kind->needs_key);
  double start = simulate_get_cpu_usec ();
  double ratio = (double) simulate_run (row) / ideal;

  printf ("%-12s  %-10s  %7u  %9" G_GUINT64_FORMAT "  %6.3f  %6.2f  %6.1f\n", row->kind->name,
          sim_load_get_name (&row->load), row->n_workers, row->load.n_tasks, ratio,
          (simulate_get_cpu_usec () - start) / (double) row->load.n_tasks, simulate_get_peak ());
  g_assert_cmpint (fflush (stdout), ==, 0);
  if (is_quick)
    g_assert_cmpfloat (ratio, <=, MAX_RATIO);
}

/* Returns whether the row came out. */
static gboolean
simulate_fork_row (Row *row, gboolean is_quick)
{
  pid_t pid = fork ();
  int status;

  g_assert_cmpint (pid, >=, 0);
  if (pid == 0)
    {
      simulate_print_row (row, is_quick);
      _exit (0);
    }
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  return WIFEXITED (status) && WEXITSTATUS (status) == 0;
}

static gboolean
simulate_size (const Size *size, gboolean is_quick)
{
  gsize n_kinds;
  const ApoolSchedulerKind *kinds = apool_scheduler_table_get (&n_kinds);
  gboolean ok = TRUE;

  for (SimWorkload workload = 0; workload < SIM_N_WORKLOADS; workload++)
    for (gsize i = 0; i < n_kinds && (size->workloads & 1u << workload) != 0; i++)
      {
        Row row = {
          .kind = &kinds[i],
          .load = { .workload = workload, .n_tasks = size->n_tasks },
          .n_workers = size->n_workers,
        };

        ok &= simulate_fork_row (&row, is_quick);
      }
  return ok;
}

/* Returns whether there is such a scheduler. */
static gboolean
simulate_find_kind (const char *name, const ApoolSchedulerKind **kind)
{
  gsize n_kinds;
  const ApoolSchedulerKind *kinds = apool_scheduler_table_get (&n_kinds);

  for (gsize i = 0; i < n_kinds; i++)
    if (strcmp (kinds[i].name, name) == 0)
      *kind = &kinds[i];
  return *kind != NULL;
}

static gboolean
simulate_find_workload (const char *name, SimWorkload *workload)
{
  for (SimLoad load = { 0 }; load.workload < SIM_N_WORKLOADS; load.workload++)
    if (strcmp (sim_load_get_name (&load), name) == 0)
      {
        *workload = load.workload;
        return TRUE;
      }
  return FALSE;
}

/* Returns whether the words of a row are fine. */
static gboolean
simulate_read_row (char **words, Row *row)
{
  guint64 n_workers;

  if (!simulate_find_kind (words[0], &row->kind) ||
      !simulate_find_workload (words[1], &row->load.workload) ||
      !apool_units_parse_count (words[2], &n_workers) || n_workers == 0 ||
      n_workers > MAX_WORKERS || !apool_units_parse_count (words[3], &row->load.n_tasks) ||
      row->load.n_tasks == 0)
    return FALSE;
  row->n_workers = (guint) n_workers;
  return TRUE;
}

static gboolean
simulate_sizes (const Size *sizes, gboolean is_quick)
{
  gboolean ok = TRUE;

  printf ("%-12s  %-10s  %7s  %9s  %6s  %6s  %6s\n", "scheduler", "workload", "workers", "tasks",
          "ideal", "us/job", "MiB");
  g_assert_cmpint (fflush (stdout), ==, 0);
  for (const Size *size = sizes; size->n_workers > 0; size++)
    ok &= simulate_size (size, is_quick);
  return ok;
}

int
main (int argc, char **argv)
{
  const guint all = (1u << SIM_N_WORKLOADS) - 1;
  const Size quick[] = { { 8, 1000, all }, { 100, 10000, all }, { 2000, 20000, all }, { 0 } };
  const Size full[] = { { 8, 10000, all }, { 100, 100000, all }, { 10000, 1000000, all }, { 0 } };
  const Size large[] = { { 10000, 10000000, 1u << SIM_EQUAL | 1u << SIM_ZIPF }, { 0 } };
  Row row = { 0 };

  if (argc == 1)
    return simulate_sizes (full, FALSE) ? 0 : 1;
  if (argc == 2 && strcmp (argv[1], "--quick") == 0)
    return simulate_sizes (quick, TRUE) ? 0 : 1;
  if (argc == 2 && strcmp (argv[1], "--large") == 0)
    return simulate_sizes (large, FALSE) ? 0 : 1;
  if (argc == 6 && strcmp (argv[1], "--row") == 0 && simulate_read_row (argv + 2, &row))
    {
      simulate_print_row (&row, FALSE);
      return 0;
    }
  fprintf (stderr,
           "usage: simulate [--quick | --large | --row SCHEDULER WORKLOAD WORKERS TASKS]\n");
  return 1;
}
