/* SPDX-License-Identifier: MIT */
/*
 * When jobs are started: each option holds a run back, and lets it go on.
 *
 * Times are looked at from one side only: what has to wait takes at least so long.
 */

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "e2e.h"

#define PATIENCE_MSEC 10000

/* More than any machine has. */
#define TOO_MUCH "1000000T"

#define MSEC ((gint64) 1000)

static void
check_took (gint64 begin, gint64 usec)
{
  g_assert_cmpint (g_get_monotonic_time () - begin, >=, usec);
}

/* ---- time ---- */

static void
test_delay (void)
{
  gint64 begin = g_get_monotonic_time ();
  g_autoptr (E2eRun) run =
      e2e_run ("", "-j4", "--debug", "--delay", "150ms", "echo", ":::", "1", "2", "3", NULL);

  e2e_assert_ended (run, 0);
  check_took (begin, 300 * MSEC);
  g_assert_cmpstr (run->out, ==, "1\n2\n3\n");
  e2e_assert_count (run->err, "apool: debug: gate --delay: waits: ", 2);
  e2e_assert_count (run->err, "apool: debug: gate --delay: goes on\n", 2);
  e2e_assert_contains (run->err, ", prefetch 0, ");
}

/* Whoever else has to do with the pool is gone before the gates are. */
static void
test_all_limits (void)
{
  static const char *const GATES[] = { "--delay=0.01", "--rate=1000/s", "--load=100000%",
                                       "--memfree=1", "--limit=true" };

  for (gsize i = 0; i < G_N_ELEMENTS (GATES); i++)
    {
      g_autoptr (E2eRun) run =
          e2e_run ("", GATES[i], "--timeout", "300", "--slow-after", "300", "--deadline", "300",
                   "--halt", "now,fail=1", "--retries", "2", "echo", ":::", "1", NULL);

      e2e_assert_ended (run, 0);
      g_assert_cmpstr (run->out, ==, "1\n");
    }
}

/* Each failure makes it longer: 0.1, 0.13 and 0.169 seconds. */
static void
test_delay_auto (void)
{
  gint64 begin = g_get_monotonic_time ();
  g_autoptr (E2eRun) run =
      e2e_run ("", "-j1", "--delay", "0.1auto", "false", ":::", "1", "2", "3", NULL);

  e2e_assert_ended (run, 3);
  check_took (begin, 299 * MSEC);
}

/* Attempts pass the gate as well. */
static void
test_delay_retries (void)
{
  gint64 begin = g_get_monotonic_time ();
  g_autoptr (E2eRun) run =
      e2e_run ("", "--delay", "0.1", "--retries", "4", "false", ":::", "1", NULL);

  e2e_assert_ended (run, 1);
  check_took (begin, 300 * MSEC);
}

static void
test_rate (void)
{
  gint64 begin = g_get_monotonic_time ();
  g_autoptr (E2eRun) run = e2e_run ("", "-j8", "--debug", "--rate", "10/s,burst=3", "echo",
                                    ":::", "1", "2", "3", "4", "5", NULL);

  e2e_assert_ended (run, 0);
  check_took (begin, 200 * MSEC);
  e2e_assert_count (run->err, "gate --rate: waits: ", 2);
}

/* ---- the machine ---- */

/* A process that runs all the time. */
static GSubprocess *
start_load (void)
{
  g_autoptr (GError) error = NULL;
  GSubprocess *process = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, "sh", "-c",
                                           "while kill -0 $PPID; do :; done", NULL);

  g_assert_no_error (error);
  return process;
}

/* Returns what was said before a line with this in it. */
static char *
read_before (E2eStage *stage, const char *part)
{
  g_autoptr (GString) said = g_string_new (NULL);

  for (;;)
    {
      g_autofree char *line = e2e_fifo_read_line (stage->errors);

      if (strstr (line, part))
        return g_strdup (said->str);
      g_string_append (said, line);
    }
}

/* The first job waits already; the limit is read again when its file changes. */
static void
test_load (E2eStage *stage, gconstpointer data)
{
  g_autoptr (GSubprocess) process = start_load ();
  g_autofree char *path = g_build_filename (stage->dir, "load", NULL);
  g_autofree char *said = NULL;
  g_autoptr (E2eRun) run = NULL;

  e2e_dir_write (stage->dir, "load", "0%\n");
  run = e2e_start_said (stage->errors, "--debug", "--load", path, "echo", ":::", "1", "2", NULL);
  said = read_before (stage, "gate --load: waits: load ");
  g_assert_null (strstr (said, ": made: ")); /* no worker was needed */
  e2e_dir_write (stage->dir, "load", "+100000\n");
  g_free (g_steal_pointer (&said));
  said = e2e_fifo_read_until (stage->errors, "gate --load: goes on");
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "1\n2\n");
  g_subprocess_force_exit (process);
}

/* The file goes away: it is said once, and the run goes on with what it had. */
static void
test_load_file_gone (E2eStage *stage, gconstpointer data)
{
  g_autofree char *path = g_build_filename (stage->dir, "load", NULL);
  g_autofree char *command = g_strdup_printf ("rm -f %s; echo {}", path);
  g_autoptr (E2eRun) run = NULL;

  e2e_dir_write (stage->dir, "load", "100000");
  run = e2e_run ("", "-j1", "--load", path, command, ":::", "1", "2", "3", NULL);
  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "1\n2\n3\n");
  e2e_assert_contains (run->err, "load: No such file or directory; it stays at 100000\n");
  e2e_assert_count (run->err, "\n", 1);
}

static void
test_noswap (void)
{
  gint64 begin = g_get_monotonic_time ();
  g_autoptr (E2eRun) run = e2e_run ("", "--debug", "--noswap", "echo", ":::", "1", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "1\n");
  check_took (begin, 1000 * MSEC);
  e2e_assert_contains (run->err, "gate --noswap: waits: looking for 1 s\n");
}

/* What needs more memory than there is waits for ever, and is not started after all when the run is
 * ended. */
static void
check_memory (E2eStage *stage, const char *option)
{
  g_autofree char *part = g_strdup_printf ("gate %s: waits: ", option);
  g_autofree char *said = NULL;
  g_autoptr (E2eRun) run =
      e2e_start_said (stage->errors, "--debug", option, TOO_MUCH, "echo", ":::", "1", "2", NULL);

  said = e2e_fifo_read_until (stage->errors, part);
  e2e_kill (run, SIGTERM);
  e2e_finish (run);
  g_assert_cmpint (run->signal, ==, SIGTERM);
  g_assert_cmpstr (run->out, ==, "");
  e2e_wait_gone (run, PATIENCE_MSEC);
}

static void
test_memfree (E2eStage *stage, gconstpointer data)
{
  check_memory (stage, "--memfree");
}

static void
test_memsuspend (E2eStage *stage, gconstpointer data)
{
  check_memory (stage, "--memsuspend");
}

/* There is enough for this: nobody waits, and nobody is stopped or ended. */
static void
test_memory_enough (void)
{
  g_autoptr (E2eRun) run =
      e2e_run ("", "--memfree", "1k", "--memsuspend", "1.5K", "echo", ":::", "1", "2", "3", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "1\n2\n3\n");
  g_assert_cmpstr (run->err, ==, "");
}

static void
test_pressure (void)
{
  g_autofree char *text = NULL;
  gboolean is_told = g_file_get_contents ("/proc/pressure/cpu", &text, NULL, NULL);
  g_autoptr (E2eRun) run = e2e_run ("", "--pressure", "cpu=100", "echo", ":::", "1", NULL);

  e2e_assert_ended (run, is_told ? 0 : 255);
  g_assert_cmpstr (run->out, ==, is_told ? "1\n" : "");
  if (!is_told)
    e2e_assert_contains (run->err, "apool: --pressure cpu=100: cpu: the kernel does not tell of");
}

/* ---- the user's command ---- */

static void
test_limit (E2eStage *stage, gconstpointer data)
{
  g_autofree char *command =
      g_strdup_printf ("echo noise; test -e '%s/go'", (const char *) stage->dir);
  g_autofree char *part = g_strdup_printf ("gate --limit: waits: %s: exit status 1", command);
  g_autofree char *said = NULL;
  g_autoptr (E2eRun) run = e2e_start_said (stage->errors, "--debug", "--limit", command, "echo",
                                           ":::", "1", "2", "3", NULL);

  said = e2e_fifo_read_until (stage->errors, part);
  e2e_dir_write (stage->dir, "go", "");
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "1\n2\n3\n");
}

static void
test_limit_fails (void)
{
  g_autoptr (E2eRun) run = e2e_run ("", "--limit", "exit 126", "echo", ":::", "1", "2", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "1\n2\n");
  g_assert_cmpstr (run->err, ==,
                   "apool: --limit: exit 126: exit status 126: jobs are started without it\n");
}

/* It is ended with the run, and what it has started. */
static void
test_limit_ends (E2eStage *stage, gconstpointer data)
{
  g_autofree char *command =
      g_strdup_printf ("sleep 1000 & echo $$ > '%s'; wait", stage->reports->path);
  g_autoptr (E2eRun) run = e2e_start ("--limit", command, "echo", ":::", "1", NULL);

  (void) e2e_fifo_read_report (stage->reports, NULL);
  e2e_kill (run, SIGTERM);
  e2e_finish (run);
  g_assert_cmpint (run->signal, ==, SIGTERM);
  e2e_wait_gone (run, PATIENCE_MSEC);
}

/* The command wants the youngest job ended: that is started again, and what it wrote is not
 * printed. The first attempt at job 2 says that it is there, and waits. */
static void
test_limit_evicts (E2eStage *stage, gconstpointer data)
{
  g_autofree char *hold = e2e_stage_make_hold (stage, "[ $APOOL_ATTEMPT$APOOL_SEQ = 12 ]", "$$");
  g_autofree char *job = g_strdup_printf ("echo {} $APOOL_ATTEMPT; %s", hold);
  g_autofree char *limit =
      g_strdup_printf ("rm '%s/evict' 2> /dev/null || exit 0; exit 2", (const char *) stage->dir);
  g_autoptr (E2eRun) run = e2e_start ("-j2", "--limit", limit, job, ":::", "1", "2", NULL);
  GPid pid = e2e_fifo_read_report (stage->reports, NULL);

  e2e_dir_write (stage->dir, "evict", "");
  e2e_wait_process (pid);
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "1 1\n2 2\n");
  g_assert_cmpuint (e2e_count (run->err, ": ended to make room: it is started again later\n"), ==,
                    1);
  g_assert_cmpuint (e2e_count (run->err, "\n"), ==,
                    1); /* it has not failed, so nor succeeded after that */
}

/* Those that need no command. */
static void
test_limit_names (void)
{
  static const char *const limits[] = { "load 1000000", "mem 1k", "io 100" };

  for (gsize i = 0; i < G_N_ELEMENTS (limits); i++)
    {
      g_autoptr (E2eRun) run = e2e_run ("", "--limit", limits[i], "echo", ":::", "1", "2", NULL);

      e2e_assert_ended (run, 0);
      g_assert_cmpstr (run->out, ==, "1\n2\n");
      g_assert_cmpstr (run->err, ==, "");
    }
}

/* ---- the run around it ---- */

/* A job waits at the gate: the command about one that failed does not. */
static void
test_hook (E2eStage *stage, gconstpointer data)
{
  g_autofree char *hook = g_strdup_printf ("echo hook > '%s'", stage->reports->path);
  g_autofree char *line = NULL;
  g_autoptr (E2eRun) run =
      e2e_start ("-j1", "--delay", "1h", "--on-error", hook, "false", ":::", "1", "2", NULL);

  line = e2e_fifo_read_line (stage->reports);
  g_assert_cmpstr (line, ==, "hook");
  e2e_kill (run, SIGTERM);
  e2e_finish (run);
  g_assert_cmpint (run->signal, ==, SIGTERM);
}

/* No more jobs: those that wait are not started, and nobody waits for their time to come. */
static void
test_hangup (E2eStage *stage, gconstpointer data)
{
  g_autofree char *said = NULL;
  g_autoptr (E2eRun) run =
      e2e_start_said (stage->errors, "--debug", "--delay", "1h", "echo", ":::", "1", "2", NULL);

  said = e2e_fifo_read_until (stage->errors, "gate --delay: waits: ");
  e2e_kill (run, SIGHUP);
  e2e_finish (run);
  g_assert_cmpint (run->signal, ==, SIGHUP);
  g_assert_cmpstr (run->out, ==, "1\n");
}

/* What only prints waits for nothing. */
static void
test_dry_run (void)
{
  g_autoptr (E2eRun) run = e2e_run ("", "--dry-run", "--delay", "1h", "--memfree", TOO_MUCH,
                                    "--limit", "false", "echo", ":::", "1", "2", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "echo 1\necho 2\n");
}

static void
test_bad_values (void)
{
  static const char *const cases[][3] = {
    { "--delay", "banana", "--delay banana: column 1: not a number: " },
    { "--delay", "-3", "--delay -3: column 1: not a number: " },
    { "--delay", "1xauto", "--delay 1xauto: column 2: not a unit of time: " },
    { "--rate", "10", "--rate 10: column 3: no unit of time: " },
    { "--rate", "0/s", "--rate 0/s: column 1: not a number of starts: " },
    { "--load", "0%x", "--load 0%x: not a load, and not a file: " },
    { "--load", "", "--load '': the value is empty\n" },
    { "--memfree", "lots", "--memfree lots: not a size: " },
    { "--memsuspend", "-1", "--memsuspend -1: not a size: " },
    { "--pressure", "disk=3", "--pressure disk=3: column 1: no resource of this name " },
    { "--limit", "", "--limit '': the value is empty\n" },
    { "--limit", "io", "--limit io: not a percentage: " },
    { "--limit", "io 101", "--limit io 101: not a percentage: " },
    { "--limit", "mem x", "--limit mem x: not a size: " },
    { "--limit", "load x", "--limit load x: not a load, and not a file: " },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (E2eRun) run = e2e_run ("", cases[i][0], cases[i][1], "echo", ":::", "1", NULL);

      e2e_assert_ended (run, 255);
      g_assert_cmpstr (run->out, ==, "");
      e2e_assert_contains (run->err, cases[i][2]);
      e2e_assert_count (run->err, "\n", 1);
    }
}

static void
add_tests (void)
{
  g_test_add_func ("/gates/delay", test_delay);
  g_test_add_func ("/gates/all-limits", test_all_limits);
  g_test_add_func ("/gates/delay/auto", test_delay_auto);
  g_test_add_func ("/gates/delay/retries", test_delay_retries);
  g_test_add_func ("/gates/rate", test_rate);
  e2e_stage_add_test ("/gates/load", test_load);
  e2e_stage_add_test ("/gates/load/file-gone", test_load_file_gone);
  g_test_add_func ("/gates/noswap", test_noswap);
  e2e_stage_add_test ("/gates/memfree", test_memfree);
  e2e_stage_add_test ("/gates/memsuspend", test_memsuspend);
  g_test_add_func ("/gates/memory-enough", test_memory_enough);
  g_test_add_func ("/gates/pressure", test_pressure);
  e2e_stage_add_test ("/gates/limit", test_limit);
  g_test_add_func ("/gates/limit/fails", test_limit_fails);
  e2e_stage_add_test ("/gates/limit/ends", test_limit_ends);
  e2e_stage_add_test ("/gates/limit/evicts", test_limit_evicts);
  g_test_add_func ("/gates/limit/names", test_limit_names);
  e2e_stage_add_test ("/gates/hook", test_hook);
  e2e_stage_add_test ("/gates/hangup", test_hangup);
  g_test_add_func ("/gates/dry-run", test_dry_run);
  g_test_add_func ("/gates/bad-values", test_bad_values);
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, add_tests);
}
