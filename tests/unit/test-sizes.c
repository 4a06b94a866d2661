/* SPDX-License-Identifier: MIT */
/* How large the pool is, for everything that can be asked for. */

#include <glib.h>

#include "base/apool-error.h"
#include "cli/apool-sizes.h"

typedef struct
{
  guint n_cores;
  ApoolSizes wanted;
  ApoolSizes sizes;
} TestSizesCase;

/* Jobs, workers, jobs in each worker. */
static const TestSizesCase TEST_SIZES_CASES[] = {
  /* nothing */
  { 4, { 0, 0, 0 }, { 4, 4, 1 } },
  { 1, { 0, 0, 0 }, { 1, 1, 1 } },
  /* jobs */
  { 4, { 2, 0, 0 }, { 2, 2, 1 } },
  { 4, { 8, 0, 0 }, { 8, 4, 2 } },
  { 4, { 9, 0, 0 }, { 9, 4, 3 } },
  { 4, { 10000, 0, 0 }, { 10000, 4, 2500 } },
  /* jobs and workers */
  { 4, { 8, 2, 0 }, { 8, 2, 4 } },
  { 4, { 7, 2, 0 }, { 7, 2, 4 } },
  { 4, { 8, 16, 0 }, { 8, 8, 1 } },
  /* jobs, and jobs in each worker */
  { 4, { 8, 0, 1 }, { 8, 8, 1 } },
  { 4, { 8, 0, 2 }, { 8, 4, 2 } },
  { 4, { 8, 0, 8 }, { 8, 4, 2 } },
  { 4, { 9, 0, 2 }, { 9, 5, 2 } },
  { 4, { 3, 0, 5 }, { 3, 3, 1 } },
  /* workers, and jobs in each */
  { 4, { 0, 3, 2 }, { 6, 3, 2 } },
  { 4, { 0, 1, 1 }, { 1, 1, 1 } },
  { 4, { 0, 1000000, 1000000 }, { 1000000, 1000000, 1 } },
  { 4, { 0, 3, 1000000 }, { 1000000, 3, 333334 } },
  /* workers */
  { 4, { 0, 1, 0 }, { 4, 1, 4 } },
  { 4, { 0, 3, 0 }, { 6, 3, 2 } },
  { 4, { 0, 4, 0 }, { 4, 4, 1 } },
  { 4, { 0, 9, 0 }, { 9, 9, 1 } },
  /* jobs in each worker */
  { 4, { 0, 0, 1 }, { 4, 4, 1 } },
  { 4, { 0, 0, 3 }, { 12, 4, 3 } },
  { 4, { 0, 0, 1000000 }, { 1000000, 4, 250000 } },
  /* all of them */
  { 4, { 6, 3, 2 }, { 6, 3, 2 } },
  { 4, { 5, 3, 2 }, { 5, 3, 2 } },
  { 4, { 2, 3, 2 }, { 2, 2, 1 } },
  { 4, { 1000000, 1000000, 1000000 }, { 1000000, 1000000, 1 } },
};

static void
test_sizes_cases (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (TEST_SIZES_CASES); i++)
    {
      const TestSizesCase *wanted = &TEST_SIZES_CASES[i];
      g_autoptr (GError) error = NULL;
      ApoolSizes sizes;

      g_test_message ("case %" G_GSIZE_FORMAT, i);
      g_assert_true (apool_sizes_find (&wanted->wanted, wanted->n_cores, &sizes, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (sizes.jobs, ==, wanted->sizes.jobs);
      g_assert_cmpuint (sizes.workers, ==, wanted->sizes.workers);
      g_assert_cmpuint (sizes.jobs_per_worker, ==, wanted->sizes.jobs_per_worker);
    }
}

static void
test_sizes_contradiction (void)
{
  const ApoolSizes wanted = { 7, 3, 2 };
  g_autoptr (GError) error = NULL;
  ApoolSizes sizes;

  g_assert_false (apool_sizes_find (&wanted, 4, &sizes, &error));
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_USAGE);
  g_assert_cmpstr (error->message, ==,
                   "--jobs 7, --workers 3, --jobs-per-worker 2: so many workers run 6 jobs at "
                   "most: leave one of the three out");
}

/* All workers can be used, and all jobs can be run. */
static void
test_sizes_properties (void)
{
  for (guint i = 0; i < 10000; i++)
    {
      const ApoolSizes wanted = { (guint) g_test_rand_int_range (0, 40),
                                  (guint) g_test_rand_int_range (0, 12),
                                  (guint) g_test_rand_int_range (0, 12) };
      ApoolSizes sizes;

      if (!apool_sizes_find (&wanted, (guint) g_test_rand_int_range (1, 20), &sizes, NULL))
        continue;
      g_assert_cmpuint (sizes.workers, >=, 1);
      g_assert_cmpuint (sizes.workers, <=, sizes.jobs);
      g_assert_cmpuint (sizes.workers * sizes.jobs_per_worker, >=, sizes.jobs);
      if (wanted.jobs > 0)
        g_assert_cmpuint (sizes.jobs, ==, wanted.jobs);
      if (wanted.workers > 0)
        g_assert_cmpuint (sizes.workers, <=, wanted.workers);
      if (wanted.jobs_per_worker > 0)
        g_assert_cmpuint (sizes.jobs_per_worker, <=, wanted.jobs_per_worker);
    }
}

/* How far a pool can grow. */
static void
test_sizes_room (void)
{
  static const struct
  {
    ApoolSizes wanted;
    ApoolSizes room;
  } CASES[] = {
    { { 2, 0, 0 }, { APOOL_SIZES_MAX_JOBS, 4, 0 } },
    { { 2, 9, 0 }, { APOOL_SIZES_MAX_JOBS, 9, 0 } },
    { { 2, 3, 5 }, { 15, 3, 5 } },
    { { 2, 1000000, 1000000 }, { APOOL_SIZES_MAX_JOBS, 1000000, 1000000 } },
    { { 2, 0, 5 }, { APOOL_SIZES_MANY_JOBS, 4, 5 } },
    { { 20000, 0, 5 }, { 20000, 4, 5 } },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      ApoolSizes room;

      apool_sizes_find_room (&CASES[i].wanted, 4, &room);
      g_assert_cmpuint (room.jobs, ==, CASES[i].room.jobs);
      g_assert_cmpuint (room.workers, ==, CASES[i].room.workers);
      g_assert_cmpuint (room.jobs_per_worker, ==, CASES[i].room.jobs_per_worker);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sizes/cases", test_sizes_cases);
  g_test_add_func ("/sizes/room", test_sizes_room);
  g_test_add_func ("/sizes/contradiction", test_sizes_contradiction);
  g_test_add_func ("/sizes/properties", test_sizes_properties);
  return g_test_run ();
}
