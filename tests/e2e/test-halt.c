/* SPDX-License-Identifier: MIT */
/* A run that has had enough: what is started, what is ended, and what is printed, however it is
 * printed. */

#include <string.h>

#include "e2e.h"

/* Job 1 and job 3 print and wait for ever, job 2 prints and is over, and job 4, which has its slot,
 * prints and decides; job 5 is not started. */
static E2eRun *
run_halted (E2eStage *stage, const char *options)
{
  g_autofree char *script = g_strdup_printf ("job='echo out {}; echo err {} >&2; case {} in 2) ;; "
                                             "4) exec 3<%1$s; read x <&3; read x <&3; exit 9;; "
                                             "*) echo x >%1$s; sleep 1000; echo never {};; esac'; "
                                             "exec \"$1\" -j3 %2$s \"$job\" ::: 1 2 3 4 5",
                                             stage->gate->path, options);

  return e2e_shell ("", script);
}

static void
check_halted (E2eStage *stage, const char *options, const char *out)
{
  g_autoptr (E2eRun) run = run_halted (stage, options);

  e2e_assert_ended (run, 9);
  g_assert_cmpstr (run->out, ==, out);
  e2e_assert_count (run->err, "apool: halt: job 4: exit 9: ending 2 jobs\n", 1);
  for (int i = 1; i <= 4; i++)
    {
      g_autofree char *line = g_strdup_printf ("err %d", i);

      e2e_assert_count (run->err, line, 1);
    }
  e2e_assert_count (run->err, "err 5", 0);
  e2e_wait_gone (run, E2E_DEADLINE_MSEC);
}

/* The live job is printed as it comes; then what has finished, then what was ended. */
static void
test_in_order (E2eStage *stage, gconstpointer data)
{
  check_halted (stage, "--halt now,fail=1", "out 1\nout 2\nout 4\nout 3\n");
}

static void
test_tag (E2eStage *stage, gconstpointer data)
{
  check_halted (stage, "--halt now,fail=1 --tag -k", "1\tout 1\n2\tout 2\n4\tout 4\n3\tout 3\n");
}

static void
check_lines (const char *text, const char *const *lines, gsize length)
{
  gsize expected = 0;

  for (gsize i = 0; lines[i]; i++)
    {
      e2e_assert_count (text, lines[i], 1);
      expected += strlen (lines[i]);
    }
  g_assert_cmpuint (length, ==, expected);
}

/* In whatever order: each once, and nothing else. */
static void
check_unordered (E2eStage *stage, const char *options)
{
  const char *const lines[] = { "out 1\n", "out 2\n", "out 3\n", "out 4\n", NULL };
  g_autoptr (E2eRun) run = run_halted (stage, options);

  e2e_assert_ended (run, 9);
  check_lines (run->out, lines, run->out_length);
}

static void
test_unordered (E2eStage *stage, gconstpointer data)
{
  check_unordered (stage, "--halt now,fail=1 --unordered");
}

static void
test_line_buffer (E2eStage *stage, gconstpointer data)
{
  check_unordered (stage, "--halt now,fail=1 --lb");
}

static void
test_ungroup (E2eStage *stage, gconstpointer data)
{
  check_unordered (stage, "--halt now,fail=1 -u");
}

/* Names of files are printed in the same way, and the files hold what there is. */
static void
test_files (E2eStage *stage, gconstpointer data)
{
  g_autofree char *options = g_strdup_printf ("--halt now,fail=1 --files --tmpdir %s", stage->dir);
  g_autoptr (E2eRun) run = run_halted (stage, options);
  g_auto (GStrv) names = g_strsplit (run->out, "\n", -1);
  static const char *const texts[] = { "out 1\n", "out 2\n", "out 4\n", "out 3\n" };

  e2e_assert_ended (run, 9);
  g_assert_cmpuint (g_strv_length (names), ==, 5);
  for (int i = 0; i < 4; i++)
    {
      g_autofree char *text = NULL;
      g_autoptr (GError) error = NULL;

      (void) g_file_get_contents (names[i], &text, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (text, ==, texts[i]);
    }
}

static void
test_results (E2eStage *stage, gconstpointer data)
{
  g_autofree char *options = g_strdup_printf ("--halt now,fail=1 --results %s/r", stage->dir);
  g_autoptr (E2eRun) run = run_halted (stage, options);

  e2e_assert_ended (run, 9);
  g_assert_cmpstr (run->out, ==, "out 1\nout 2\nout 4\nout 3\n");
  for (int i = 1; i <= 5; i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/r/1/%d/stdout", stage->dir, i);
      g_autofree char *text = NULL;
      g_autofree char *expected = g_strdup_printf ("out %d\n", i);

      if (g_file_get_contents (path, &text, NULL, NULL))
        g_assert_cmpstr (text, ==, expected);
      g_assert_cmpint (text != NULL, ==, i != 5);
    }
}

/* A table has a row for each job that is over, the ended ones too: with its command, and what it
 * wrote. */
static void
test_table (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eRun) run = run_halted (stage, "--halt now,fail=1 --results -.tsv");

  e2e_assert_ended (run, 9);
  for (int i = 1; i <= 4; i++)
    {
      g_autofree char *part = g_strdup_printf ("out %d", i);

      e2e_assert_count (run->out, part, 2);
    }
  e2e_assert_count (run->out, "out 5", 0);
}

/* What does not fit into a worker is passed on: the deciding job's all comes. */
static void
test_large (E2eStage *stage, gconstpointer data)
{
  g_autofree char *job =
      g_strdup_printf ("case {} in 1) echo x >%1$s; sleep 1000;; "
                       "*) exec 3<%1$s; read x <&3; head -c 1000000 /dev/zero; exit 3;; esac",
                       stage->gate->path);
  g_autofree char *script =
      g_strdup_printf ("\"$1\" -j2 --halt now,fail=1 '%s' ::: 1 2 3 | wc -c", job);
  g_autoptr (E2eRun) run = e2e_shell ("", script);

  g_assert_cmpstr (run->out, ==, "1000000\n");
}

/* What runs goes on where nothing more is started. */
static void
test_soon (E2eStage *stage, gconstpointer data)
{
  g_autofree char *job = g_strdup_printf (
      "case {} in 1) exec 3<>%1$s; read x <&3; echo whole;; *) exit 3;; esac", stage->gate->path);
  g_autofree char *line = NULL;
  g_autoptr (E2eRun) run = e2e_start_said (stage->errors, "-j2", "--halt", "soon,fail=1", job,
                                           ":::", "1", "2", "3", NULL);

  line = e2e_fifo_read_line (stage->errors);
  g_assert_cmpstr (line, ==, "apool: halt: job 2: exit 3: starting no more jobs");
  e2e_fifo_write (stage->gate, "x\n");
  e2e_finish (run);
  e2e_assert_ended (run, 3);
  g_assert_cmpstr (run->out, ==, "whole\n");
}

/* The percentage is of all there are, which are read first, or of as many as was said. */
static void
test_percentage (void)
{
  g_autoptr (E2eRun) run =
      e2e_run ("1\n2\n3\n4\n5\n6\n7\n8\n", "-j1", "--halt", "soon,fail=50%", "false {}", NULL);
  g_autoptr (E2eRun) told = e2e_run ("1\n2\n3\n4\n5\n6\n7\n8\n", "-j1", "--total-jobs", "4",
                                     "--halt", "soon,fail=50%", "false {}", NULL);

  e2e_assert_ended (run, 50);
  g_assert_cmpstr (run->err, ==, "apool: halt: job 4: exit 1: 4 failed: starting no more jobs\n");
  e2e_assert_ended (told, 50);
  g_assert_cmpstr (told->err, ==, "apool: halt: job 2: exit 1: 2 failed: starting no more jobs\n");
}

/* Where jobs take as many inputs as fit, nobody knows how many there will be. */
static void
test_percentage_unknown (void)
{
  g_autoptr (E2eRun) run = e2e_run ("1\n2\n", "-X", "--halt", "soon,fail=50%", "echo", NULL);

  e2e_assert_ended (run, 255);
  g_assert_cmpstr (run->out, ==, "");
  e2e_assert_contains (run->err, "apool: --halt: how many jobs there are is not known");
}

/* No job is started before it is known how the one before it has ended. */
static void
test_one_by_one (void)
{
  for (int i = 0; i < 20; i++)
    {
      g_autoptr (E2eRun) run =
          e2e_run ("1\n2\n3\n", "-j1", "--halt", "soon,fail=1", "echo {}; exit {}", NULL);

      e2e_assert_ended (run, 1);
      g_assert_cmpstr (run->out, ==, "1\n");
    }
}

static void
test_bad_value (void)
{
  g_autoptr (E2eRun) run = e2e_run ("", "--halt", "never,x", "echo", ":::", "1", NULL);

  e2e_assert_ended (run, 255);
  g_assert_cmpstr (run->out, ==, "");
  g_assert_cmpstr (run->err, ==, "apool: --halt never,x: column 6: never takes no reason\n");
}

static void
add_tests (void)
{
  e2e_stage_add_test ("/halt/in-order", test_in_order);
  e2e_stage_add_test ("/halt/tag", test_tag);
  e2e_stage_add_test ("/halt/unordered", test_unordered);
  e2e_stage_add_test ("/halt/line-buffer", test_line_buffer);
  e2e_stage_add_test ("/halt/ungroup", test_ungroup);
  e2e_stage_add_test ("/halt/files", test_files);
  e2e_stage_add_test ("/halt/results", test_results);
  e2e_stage_add_test ("/halt/table", test_table);
  e2e_stage_add_test ("/halt/large", test_large);
  e2e_stage_add_test ("/halt/soon", test_soon);
  g_test_add_func ("/halt/percentage", test_percentage);
  g_test_add_func ("/halt/percentage-unknown", test_percentage_unknown);
  g_test_add_func ("/halt/one-by-one", test_one_by_one);
  g_test_add_func ("/halt/bad-value", test_bad_value);
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, add_tests);
}
