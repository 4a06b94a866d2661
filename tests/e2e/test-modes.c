/* SPDX-License-Identifier: MIT */
/*
 * How output is printed: by jobs or by lines, of all jobs or of those that failed.
 */

#include <string.h>

#include "e2e.h"

/* A line is printed when it ends, while its job and one before it go on; half a line is not. */
static void
test_lines (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autoptr (E2eFifo) gate = e2e_fifo_new (dir, "gate");
  g_autofree char *script = g_strdup_printf (
      "if [ {} = 2 ]; then echo first; printf half; fi; read line <%s; echo; echo end", gate->path);
  g_autoptr (E2eRun) run = e2e_start ("-j2", "--lb", "--tag", script, ":::", "1", "2", NULL);
  g_autofree char *line = e2e_read_line (run);

  g_assert_cmpstr (line, ==, "2\tfirst");
  g_assert_false (e2e_is_readable (run));
  e2e_fifo_write (gate, "go\n");
  e2e_fifo_write (gate, "go\n");
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  e2e_assert_contains (run->out, "2\thalf\n");
  e2e_assert_contains (run->out, "2\tend\n");
  e2e_assert_contains (run->out, "1\t\n");
  e2e_assert_contains (run->out, "1\tend\n");
}

static void
test_lines_in_order (void)
{
  g_autoptr (E2eRun) run =
      e2e_run ("", "-j2", "--lb", "-k", "echo {}; printf {}", ":::", "1", "2", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "1\n1\n2\n2");
}

/* The one that was said last counts. */
static void
test_group (void)
{
  g_autoptr (E2eRun) run =
      e2e_run ("", "-j1", "--lb", "--group", "printf", "{}", ":::", "1", "2", NULL);
  g_autoptr (E2eRun) lines = e2e_run ("", "-j1", "--lb", "printf", "{}", ":::", "1", "2", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "12");
  e2e_assert_ended (lines, 0);
  g_assert_cmpstr (lines->out, ==, "1\n2");
}

static void
test_show (void)
{
  static const char command[] = "echo {}; echo err >&2; exit {}";
  g_autoptr (E2eRun) failed =
      e2e_run ("", "-j2", "--show", "failed", command, ":::", "0", "3", "0", "4", NULL);
  g_autoptr (E2eRun) none = e2e_run ("", "-j2", "--show", "none", command, ":::", "0", "3", NULL);
  g_autoptr (E2eRun) all =
      e2e_run ("", "-j2", "--show", "none", "--show=all", command, ":::", "0", "3", NULL);

  e2e_assert_ended (failed, 2);
  g_assert_cmpstr (failed->out, ==, "3\n4\n");
  g_assert_cmpstr (failed->err, ==, "err\nerr\n");
  e2e_assert_ended (none, 1);
  g_assert_cmpstr (none->out, ==, "");
  g_assert_cmpstr (none->err, ==, "");
  e2e_assert_ended (all, 1);
  g_assert_cmpstr (all->out, ==, "0\n3\n");
}

/* What is not printed is not kept either, however much it is. */
static void
test_show_none (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *script = g_strdup_printf (
      "\"$1\" --show none --tmp-limit 1M --results %s/r 'head -c 8000000 /dev/zero; true' ::: a; "
      "stat -c %%s %s/r/1/a/stdout",
      dir, dir);
  g_autoptr (E2eRun) run = e2e_shell ("", script);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->err, ==, "");
  g_assert_cmpstr (run->out, ==, "8000000\n");
}

/* A line begins where the last one of another job has no newline, whenever lines are asked for. */
static void
test_lines_begin (void)
{
  g_autoptr (E2eRun) tagged =
      e2e_run ("", "-j1", "--lb", "-k", "--tag", "printf", "x{}", ":::", "1", "2", NULL);
  g_autoptr (E2eRun) retried = e2e_run ("", "-j1", "--lb", "--retries", "2",
                                        "printf {}; printf e >&2", ":::", "1", "2", NULL);
  g_autoptr (E2eRun) grouped = e2e_run ("", "-j1", "printf", "{}", ":::", "1", "2", NULL);

  g_assert_cmpstr (tagged->out, ==, "1\tx1\n2\tx2");
  g_assert_cmpstr (retried->out, ==, "1\n2");
  g_assert_cmpstr (retried->err, ==, "e\ne");
  g_assert_cmpstr (grouped->out, ==, "12");
}

/* A job that a signal ended has failed; one that is tried again shows its last attempt. */
static void
test_show_failed (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *mark = g_build_filename (dir, "mark", NULL);
  g_autofree char *script =
      g_strdup_printf ("echo {}; if [ {} = 1 ]; then kill -KILL $$; fi; mkdir %s", mark);
  g_autoptr (E2eRun) run =
      e2e_run ("", "-j1", "--show", "failed", "--retries", "2", script, ":::", "1", "2", "3", NULL);

  e2e_assert_ended (run, 2);
  g_assert_cmpstr (run->out, ==, "1\n3\n");
}

static void
test_wrong (void)
{
  g_autoptr (E2eRun) run = e2e_run ("", "--show", "some", "echo", ":::", "1", NULL);

  e2e_assert_ended (run, 255);
  g_assert_cmpstr (run->err, ==, "apool: --show some: not a choice: use all, failed or none\n");
}

static void
add_tests (void)
{
  g_test_add_func ("/modes/lines", test_lines);
  g_test_add_func ("/modes/lines/in-order", test_lines_in_order);
  g_test_add_func ("/modes/lines/begin", test_lines_begin);
  g_test_add_func ("/modes/group", test_group);
  g_test_add_func ("/modes/show", test_show);
  g_test_add_func ("/modes/show/failed", test_show_failed);
  g_test_add_func ("/modes/show/none", test_show_none);
  g_test_add_func ("/modes/show/wrong", test_wrong);
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, add_tests);
}
