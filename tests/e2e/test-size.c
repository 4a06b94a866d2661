/* SPDX-License-Identifier: MIT */
/* Many jobs and much output: all of it arrives, in order, in flat memory. */

#include <string.h>

#include "e2e.h"

#define MIB (1024 * 1024)

/* Far above what manager and workers need, far below what they pass on. */
#define MEMORY_LIMIT (64 * MIB)

static void
assert_flat_memory (E2eRun *run)
{
  if (!e2e_is_sanitized ())
    g_assert_cmpint (e2e_get_memory (run), <, MEMORY_LIMIT);
}

static void
test_many_jobs (void)
{
  const guint n_jobs = e2e_is_sanitized () ? 3000 : 100 * 1000;
  g_autoptr (GString) input = g_string_new (NULL);
  g_autoptr (E2eRun) run = NULL;

  for (guint i = 1; i <= n_jobs; i++)
    g_string_append_printf (input, "%u\n", i);
  run = e2e_run (input->str, "echo", NULL);
  e2e_assert_ended (run, 0);
  g_assert_cmpuint (run->out_length, ==, input->len);
  g_assert_true (memcmp (run->out, input->str, input->len) == 0);
  g_assert_cmpstr (run->err, ==, "");
}

/* What testprog's flood writes repeats every 64 bytes: @offset is how many came before. */
static void
assert_pattern (const char *data, gsize length, guint64 offset)
{
  static const char pattern[] = "0123456789 abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXY\n";
  const gsize period = sizeof pattern - 1;
  const gsize first = MIN (length, period);

  for (gsize i = 0; i < first; i++)
    g_assert_cmpint (data[i], ==, pattern[(offset + i) % period]);
  if (length > period)
    g_assert_true (memcmp (data, data + period, length - period) == 0);
}

/* Reads @bytes of a flood; looks at the memory whenever so much more has come. */
static void
read_flood (E2eRun *run, guint64 bytes)
{
  const gsize size = MIB;
  const guint64 step = 64 * MIB;
  g_autofree char *buffer = g_malloc (size);
  guint64 done = 0;
  guint64 next_look = step;

  while (done < bytes)
    {
      gsize n = e2e_read (run, buffer, (gsize) MIN (size, bytes - done));

      g_assert_cmpuint (n, >, 0);
      assert_pattern (buffer, n, done);
      done += n;
      if (done >= next_look && done < bytes)
        {
          assert_flat_memory (run);
          next_look += step;
        }
    }
}

static void
test_large_output (void)
{
  const guint64 bytes = e2e_is_sanitized () ? 128 * MIB : 1024 * MIB;
  g_autofree char *amount = g_strdup_printf ("%" G_GUINT64_FORMAT, bytes);
  g_autoptr (E2eRun) run = e2e_start (e2e_testprog (), "flood", ":::", amount, NULL);

  read_flood (run, bytes);
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  g_assert_cmpuint (run->out_length, ==, 0);
}

/* Job 1 keeps its turn while job 2 floods: what waits is kept on disk, not in memory. The
 * gate opens once job 2 has written all. */
static void
test_large_waiting_output (void)
{
  const guint64 bytes = 192 * MIB;
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autoptr (E2eFifo) gate = e2e_fifo_new (dir, "gate");
  g_autoptr (E2eFifo) reports = e2e_fifo_new (dir, "reports");
  g_autofree char *command = g_strdup_printf (
      "if [ {} = 1 ]; then %s hold %s %s first; else %s flood %" G_GUINT64_FORMAT "; "
      "echo 2 flooded >%s; fi",
      e2e_testprog (), gate->path, reports->path, e2e_testprog (), bytes, reports->path);
  g_autoptr (E2eRun) run = e2e_start ("-j2", command, ":::", "1", "2", NULL);
  g_autofree char *first = NULL;

  (void) e2e_fifo_read_report (reports, "first");
  (void) e2e_fifo_read_report (reports, "flooded");
  assert_flat_memory (run);
  e2e_fifo_close (gate);
  first = e2e_read_line (run);
  g_assert_cmpstr (first, ==, "first");
  read_flood (run, bytes);
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  g_assert_cmpuint (run->out_length, ==, 0);
}

static void
add_tests (void)
{
  g_test_add_func ("/size/many-jobs", test_many_jobs);
  g_test_add_func ("/size/large-output", test_large_output);
  g_test_add_func ("/size/large-waiting-output", test_large_waiting_output);
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, add_tests);
}
