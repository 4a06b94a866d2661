/* SPDX-License-Identifier: MIT */
/* What people see of workers: the lines of --debug, the view of SIGUSR1, the titles in ps. */

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "e2e.h"

#define PATIENCE_MSEC 10000

/* ---- debug ---- */

/* Replaces "(pid N, host H)" in @text by "(pid, host)" where the host is this one. */
static char *
strip_processes (const char *text)
{
  g_autofree char *host = g_regex_escape_string (g_get_host_name (), -1);
  g_autofree char *pattern = g_strdup_printf ("\\(pid [1-9][0-9]*, host %s\\)", host);
  g_autoptr (GError) error = NULL;
  g_autoptr (GRegex) regex = g_regex_new (pattern, 0, 0, &error);
  char *stripped;

  g_assert_no_error (error);
  stripped = g_regex_replace_literal (regex, text, -1, 0, "(pid, host)", 0, &error);
  g_assert_no_error (error);
  return stripped;
}

static void
test_debug (void)
{
  g_autoptr (E2eRun) run = e2e_run ("", "-D", "-j3", "--workers", "2", "--prefetch", "1",
                                    "--scheduler", "affinity={}", "echo", ":::", "a", NULL);
  g_autofree char *text = NULL;

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "a\n");
  text = strip_processes (run->err);
  g_assert_cmpstr (
      text, ==,
      "apool: debug: -j3: --jobs 3\n"
      "apool: debug: -j3: 2 workers of 2 slots, prefetch 1, affinity={}\n"
      "apool: debug: worker 1 (pid, host): made: 0 running, 0 waiting, 0 done, 0 lost\n"
      "apool: debug: worker 1 (pid, host): ready: 0 running, 1 waiting, 0 done, 0 lost\n"
      "apool: debug: worker 1 (pid, host): closed: 0 running, 0 waiting, 1 done, 0 lost\n"
      "apool: debug: worker 1 (pid, host): ended: 0 running, 0 waiting, 1 done, 0 lost\n");
}

/* It is not said unasked. */
static void
test_quiet (void)
{
  g_autoptr (E2eRun) run =
      e2e_run ("", "-j2", "--max-tasks-per-worker", "1", "echo", ":::", "a", "b", "c", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->err, ==, "");
}

/* A worker that is replaced: how it retires, and the next one gets its slot. */
static void
test_debug_recycled (void)
{
  g_autoptr (E2eRun) run = e2e_run ("", "--debug", "-j1", "--max-tasks-per-worker", "2", "echo",
                                    ":::", "a", "b", "c", "d", "e", "f", NULL);
  g_autofree char *text = NULL;
  guint n_made;

  e2e_assert_ended (run, 0);
  text = strip_processes (run->err);
  n_made = e2e_count (text, "apool: debug: worker 1 (pid, host): made: ");
  e2e_assert_count (text, "apool: debug: worker 1 (pid, host): retiring: ", 3);
  g_assert_cmpuint (n_made, ==, 3);
  g_assert_cmpuint (e2e_count (text, "worker 1 (pid, host): granted 1: 0 running, "), ==,
                    n_made - 1);
  e2e_assert_count (text, ": closed: 0 running, 0 waiting, ", n_made);
  e2e_assert_count (text, ": ended: 0 running, 0 waiting, ", n_made);
}

/* A lost one: what it ran, what it had done before, why it was lost. */
static void
test_debug_lost (E2eStage *stage, gconstpointer data)
{
  g_autofree char *hold = e2e_stage_make_hold (stage, "[ {} = 3 ]", "$$");
  g_autoptr (E2eRun) run = e2e_start_said (stage->errors, "-D", "-j1", "--prefetch", "0", hold,
                                           ":::", "1", "2", "3", "4", NULL);
  GPid job = e2e_fifo_read_report (stage->reports, NULL);
  g_auto (GStrv) view = e2e_read_view (run, stage->errors, "1 running, 0 waiting, 2 done, 0 lost");
  GPid worker = e2e_get_worker_of (run, job);
  g_autofree char *start = g_strdup_printf ("apool: debug: worker 1 (pid %d, host %s): lost: "
                                            "1 running, 0 waiting, 2 done, 0 lost: ",
                                            (int) worker, g_get_host_name ());
  g_autofree char *line = NULL;
  g_autofree char *next = NULL;

  g_assert_cmpuint (g_strv_length (view), ==, 2);
  g_assert_no_errno (kill (worker, SIGKILL));
  line = e2e_fifo_read_until (stage->errors, ": debug: worker 1 ");
  g_assert_true (g_str_has_prefix (line, start));
  g_assert_true (g_str_has_suffix (line, "killed by signal 9"));
  next = e2e_fifo_read_until (stage->errors, ": ended: ");
  g_assert_true (g_str_has_suffix (next, ": ended: 0 running, 0 waiting, 3 done, 1 lost"));
  e2e_finish (run);
  e2e_assert_ended (run, 1);
}

/* ---- the view ---- */

static void
check_worker (const char *line, guint number, GPid pid, const char *rest)
{
  g_autofree char *expected = g_strdup_printf ("apool: worker %u: pid %d, host %s, %s", number,
                                               (int) pid, g_get_host_name (), rest);

  g_assert_cmpstr (line, ==, expected);
}

/* Two workers of two slots with four jobs that hold, and others that wait: what each is doing, and
 * what it has lost when it was killed. The run goes on. */
static void
test_view (E2eStage *stage, gconstpointer data)
{
  g_autofree char *hold = e2e_stage_make_hold (stage, "[ {} -le 4 ]", "$PPID {}");
  g_autofree char *command = g_strdup_printf ("%s; echo {}", hold);
  g_autoptr (E2eRun) run =
      e2e_start_said (stage->errors, "-j4", "--workers", "2", "--prefetch", "1", command,
                      ":::", "1", "2", "3", "4", "5", "6", "7", NULL);
  g_auto (GStrv) busy = NULL;
  g_auto (GStrv) after = NULL;
  GPid pids[2] = { 0 };

  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *line = e2e_fifo_read_line (stage->reports);
      int pid = 0;
      int number = 0;

      g_assert_cmpint (sscanf (line, "%d %d", &pid, &number), ==, 2);
      g_assert_true (number >= 1 && number <= 4);
      pids[(number - 1) / 2] = pid;
    }
  busy = e2e_read_view (run, stage->errors, "4 running, 2 waiting, 0 done, 0 lost");
  g_assert_cmpstr (busy[0], ==, "apool: workers: 2, 4 running, 2 waiting, 0 done, 0 lost");
  check_worker (busy[1], 1, pids[0], "2 running, 1 waiting, 0 done, 0 lost");
  check_worker (busy[2], 2, pids[1], "2 running, 1 waiting, 0 done, 0 lost");
  g_assert_null (busy[3]);
  g_assert_no_errno (kill (pids[1], SIGKILL));
  /* What waited there runs in the next one, with what is left of the input. */
  after = e2e_read_view (run, stage->errors, "2 running, 0 waiting, 3 done, 2 lost");
  check_worker (after[1], 1, pids[0], "2 running, 0 waiting, 0 done, 0 lost");
  g_assert_true (g_str_has_suffix (after[2], ", 0 running, 0 waiting, 3 done, 2 lost"));
  e2e_fifo_close (stage->gate);
  e2e_finish (run);
  e2e_assert_ended (run, 2);
  g_assert_cmpstr (run->out, ==, "1\n2\n5\n6\n7\n");
}

/* A worker that has had its jobs, and the next one in its place. */
static void
test_view_retiring (E2eStage *stage, gconstpointer data)
{
  g_autofree char *hold = e2e_stage_make_hold (stage, "true {}", "$PPID");
  g_autoptr (E2eRun) run = e2e_start_said (stage->errors, "-j2", "--workers", "1",
                                           "--max-tasks-per-worker", "2", hold, NULL);
  g_auto (GStrv) lines = NULL;
  GPid old;
  GPid next;

  e2e_write (run, "1\n2\n3\n");
  old = e2e_fifo_read_report (stage->reports, NULL);
  g_assert_cmpint (e2e_fifo_read_report (stage->reports, NULL), ==, old);
  e2e_fifo_write (stage->gate, "\n");
  next = e2e_fifo_read_report (stage->reports, NULL);
  lines = e2e_read_view (run, stage->errors, "2 running, 0 waiting, 1 done, 0 lost");
  g_assert_cmpstr (lines[0], ==, "apool: workers: 2, 2 running, 0 waiting, 1 done, 0 lost");
  check_worker (lines[1], 1, old, "1 running, 0 waiting, 1 done, 0 lost, retiring");
  check_worker (lines[2], 1, next, "1 running, 0 waiting, 1 done, 0 lost");
  e2e_kill (run, SIGTERM);
  e2e_finish (run);
  e2e_wait_gone (run, PATIENCE_MSEC);
}

/* There is none before there is something to do, and the input is still waited for. */
static void
test_view_empty (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eRun) run = e2e_start_said (stage->errors, "-D", "echo", NULL);
  g_autofree char *begun = e2e_fifo_read_until (stage->errors, "apool: debug: -j");
  g_auto (GStrv) lines = NULL;

  g_assert_nonnull (begun);
  lines = e2e_read_view (run, stage->errors, "0 running, 0 waiting, 0 done, 0 lost");
  g_assert_cmpstr (lines[0], ==, "apool: workers: 0, 0 running, 0 waiting, 0 done, 0 lost");
  e2e_write (run, "a\n");
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "a\n");
}

/* Who asks all that is called apool does no harm: the workers do not answer, and live on. */
static void
test_view_all_asked (E2eStage *stage, gconstpointer data)
{
  g_autofree char *hold = e2e_stage_make_hold (stage, "[ {} -le 2 ]", "$$");
  g_autofree char *command = g_strdup_printf ("%s; echo {}", hold);
  g_autoptr (E2eRun) run =
      e2e_start_said (stage->errors, "-j2", "--workers", "2", "--prefetch", "0", command, NULL);
  g_autoptr (GArray) workers = NULL;

  e2e_write (run, "1\n2\n");
  (void) e2e_fifo_read_report (stage->reports, NULL);
  (void) e2e_fifo_read_report (stage->reports, NULL);
  workers = e2e_find_workers (run);
  g_assert_cmpuint (workers->len, ==, 2);
  for (guint i = 0; i < workers->len; i++)
    g_assert_no_errno (kill (g_array_index (workers, GPid, i), SIGUSR1));
  e2e_fifo_close (stage->gate);
  g_strfreev (e2e_read_view (run, stage->errors, "0 running, 0 waiting, 2 done, 0 lost"));
  e2e_write (run, "3\n4\n");
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "1\n2\n3\n4\n");
}

/* ---- titles ---- */

/* Waits until the process shows @title. Nothing tells when it does: each look is followed by a
 * question to the manager, which takes its time. */
static void
wait_title (E2eRun *run, E2eStage *stage, GPid pid, const char *title, const char *view)
{
  gint64 deadline_usec = g_get_monotonic_time () + E2E_DEADLINE_MSEC * G_GINT64_CONSTANT (1000);
  g_autofree char *path = g_strdup_printf ("/proc/%d/cmdline", (int) pid);
  g_autofree char *text = NULL;

  do
    {
      g_auto (GStrv) lines = e2e_read_view (run, stage->errors, view);
      g_autoptr (GError) error = NULL;

      g_assert_nonnull (lines[0]);
      g_clear_pointer (&text, g_free);
      (void) g_file_get_contents (path, &text, NULL, &error);
      g_assert_no_error (error);
      if (strcmp (text, title) == 0)
        return;
    }
  while (g_get_monotonic_time () < deadline_usec);
  g_error ("title: not \"%s\" but \"%s\"", title, text);
}

static void
test_title (E2eStage *stage, gconstpointer data)
{
  g_autofree char *command = e2e_stage_make_hold (stage, "true {}", "$PPID {}");
  g_autoptr (E2eRun) run = e2e_start_said (stage->errors, "-j3", "--workers", "2", command, NULL);
  GPid pids[2];

  e2e_write (run, "1\n2\n3\n");
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *line = e2e_fifo_read_line (stage->reports);
      int pid = 0;
      int number = 0;

      g_assert_cmpint (sscanf (line, "%d %d", &pid, &number), ==, 2);
      pids[number == 3 ? 1 : 0] = pid;
    }
  wait_title (run, stage, pids[0], "apool: worker 1: 2 jobs",
              "3 running, 0 waiting, 0 done, 0 lost");
  wait_title (run, stage, pids[1], "apool: worker 2: 1 job",
              "3 running, 0 waiting, 0 done, 0 lost");
  e2e_fifo_write (stage->gate, "\n\n\n");
  wait_title (run, stage, pids[0], "apool: worker 1: 0 jobs",
              "0 running, 0 waiting, 3 done, 0 lost");
  e2e_finish (run);
  e2e_assert_ended (run, 0);
}

static void
add_tests (void)
{
  g_test_add_func ("/seen/debug", test_debug);
  g_test_add_func ("/seen/quiet", test_quiet);
  g_test_add_func ("/seen/debug-recycled", test_debug_recycled);
  e2e_stage_add_test ("/seen/debug-lost", test_debug_lost);
  e2e_stage_add_test ("/seen/view", test_view);
  e2e_stage_add_test ("/seen/view-retiring", test_view_retiring);
  e2e_stage_add_test ("/seen/view-empty", test_view_empty);
  e2e_stage_add_test ("/seen/view-all-asked", test_view_all_asked);
  e2e_stage_add_test ("/seen/title", test_title);
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, add_tests);
}
