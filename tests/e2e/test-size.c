/* SPDX-License-Identifier: MIT */
/* Many jobs and much output: all of it arrives, in order, in flat memory. */

#include <string.h>

#include "e2e.h"

#define MIB (1024 * 1024)

/* Far above what manager and workers need, far below what they pass on. */
#define MEMORY_LIMIT (64 * MIB)

/* Many jobs write little: were 400 bytes kept of each, it would be more than this. */
#define N_JOBS 40000
#define MEMORY_LIMIT_OF_JOBS (16 * MIB)

static void
assert_memory (E2eRun *run, gint64 limit)
{
  if (!e2e_is_sanitized ())
    g_assert_cmpint (e2e_get_memory (run), <, limit);
}

static void
assert_flat_memory (E2eRun *run)
{
  assert_memory (run, MEMORY_LIMIT);
}

/* Each line is a command. The first one waits for the gate; so many others say that they have
 * run. */
static GString *
make_commands (const char *hold, const E2eFifo *reports, guint n_jobs, guint step)
{
  GString *commands = g_string_new (NULL);

  g_string_append_printf (commands, "%s\n", hold);
  for (guint i = 1; i <= n_jobs; i++)
    if (i % step == 0)
      g_string_append_printf (commands, "echo %u; echo $$ >%s\n", i, reports->path);
    else
      g_string_append_printf (commands, "echo %u\n", i);
  return commands;
}

/* All but a few are finished and wait for the first one. */
static void
test_many_jobs (E2eStage *stage, gconstpointer data)
{
  const guint n_jobs = e2e_is_sanitized () ? 3000 : N_JOBS;
  const guint step = 500;
  g_autofree char *hold = g_strdup_printf ("%s hold %s %s first", e2e_testprog (),
                                           stage->gate->path, stage->reports->path);
  g_autoptr (GString) commands = make_commands (hold, stage->reports, n_jobs, step);
  g_autofree char *path = g_build_filename (stage->dir, "commands", NULL);
  g_autoptr (GString) expected = g_string_new ("first\n");
  g_autoptr (E2eRun) run = NULL;

  g_assert_true (g_file_set_contents (path, commands->str, (gssize) commands->len, NULL));
  for (guint i = 1; i <= n_jobs; i++)
    g_string_append_printf (expected, "%u\n", i);
  run = e2e_start ("-j4", "-a", path, NULL);
  for (guint i = 0; i <= n_jobs / step; i++)
    {
      (void) e2e_fifo_read_report (stage->reports, NULL);
      if (i % 8 == 0)
        assert_memory (run, MEMORY_LIMIT_OF_JOBS);
    }
  assert_memory (run, MEMORY_LIMIT_OF_JOBS);
  e2e_fifo_close (stage->gate);
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  g_assert_cmpuint (run->out_length, ==, expected->len);
  g_assert_true (memcmp (run->out, expected->str, expected->len) == 0);
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

/* All of them write at once; all but the first one wait for their turn. */
static void
test_large_outputs (void)
{
  const guint64 bytes = e2e_is_sanitized () ? 8 * MIB : 256 * MIB;
  g_autofree char *amount = g_strdup_printf ("%" G_GUINT64_FORMAT, bytes);
  g_autoptr (E2eRun) run =
      e2e_start ("-j16", e2e_testprog (), "flood", amount, "#", ":::", "1", "2", "3", "4", "5", "6",
                 "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", NULL);

  read_flood (run, 16 * bytes);
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  g_assert_cmpuint (run->out_length, ==, 0);
}

/* A line that does not end is nobody else's before the job has ended, and need not be in memory
 * until then. */
static void
test_large_line (void)
{
  const guint64 bytes = (e2e_is_sanitized () ? 64 : 1024) * MIB;
  g_autofree char *command =
      g_strdup_printf ("%s fill 1 {} %" G_GUINT64_FORMAT, e2e_testprog (), bytes);
  g_autoptr (E2eRun) run = e2e_start ("--line-buffer", "-j2", command, ":::", "a", "b", NULL);
  g_autofree char *buffer = g_malloc (MIB);
  guint64 done = 0;
  guint n_mixed = 0;

  for (gsize n; (n = e2e_read (run, buffer, MIB)) > 0; done += n)
    {
      /* What is on its way to us is less than a MiB: before that the run cannot be over. */
      if (done / (64 * MIB) != (done + n) / (64 * MIB) && done + n < 2 * bytes - MIB)
        assert_flat_memory (run);
      if (memcmp (buffer, buffer + 1, n - 1) != 0)
        n_mixed++;
    }
  g_assert_cmpuint (n_mixed, <=, 2);          /* around that newline */
  g_assert_cmpuint (done, ==, 2 * bytes + 1); /* the newline that follows the first of them */
  e2e_finish (run);
  e2e_assert_ended (run, 0);
}

static void
add_tests (void)
{
  e2e_stage_add_test ("/size/many-jobs", test_many_jobs);
  g_test_add_func ("/size/large-output", test_large_output);
  g_test_add_func ("/size/large-outputs", test_large_outputs);
  g_test_add_func ("/size/large-waiting-output", test_large_waiting_output);
  g_test_add_func ("/size/large-line", test_large_line);
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, add_tests);
}
