/* SPDX-License-Identifier: MIT */
/* What options ask for, as it is seen from outside: how large the pool is, what it tells of itself,
 * and what becomes of templates. */

#include <signal.h>
#include <string.h>

#include "e2e.h"

/* Runs @n_jobs jobs that wait, all that may run at once, and counts the workers that have them. */
static void
check_workers (E2eStage *stage, E2eRun *run, guint n_jobs, guint n_workers)
{
  g_autoptr (GArray) workers = NULL;

  for (guint i = 0; i < n_jobs; i++)
    (void) e2e_fifo_read_report (stage->reports, NULL);
  workers = e2e_find_workers (run);
  g_assert_cmpuint (workers->len, ==, n_workers);
  e2e_kill (run, SIGTERM);
  e2e_finish (run);
  /* None came beside those. */
  g_assert_cmpuint (stage->reports->pending->len, ==, 0);
}

static void
test_workers (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eRun) run =
      e2e_start ("-j4", "--workers", "2", e2e_testprog (), "wait", stage->reports->path, "{}",
                 ":::", "1", "2", "3", "4", "5", NULL);

  check_workers (stage, run, 4, 2);
}

static void
test_jobs_per_worker (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eRun) run =
      e2e_start ("--jobs-per-worker=1", "--workers=3", e2e_testprog (), "wait",
                 stage->reports->path, "{}", ":::", "1", "2", "3", "4", "5", NULL);

  check_workers (stage, run, 3, 3);
}

static void
test_contradiction (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eRun) run =
      e2e_run ("", "-j9", "--workers", "2", "--jobs-per-worker", "4", "true", ":::", "1", NULL);

  e2e_assert_ended (run, 255);
  g_assert_cmpstr (run->err, ==,
                   "apool: --jobs 9, --workers 2, --jobs-per-worker 4: so many workers run 8 jobs "
                   "at most: leave one of the three out\n");
}

static void
test_no_contradiction (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eRun) run = e2e_run ("", "--debug", "-j0", "--workers", "2", "--jobs-per-worker",
                                    "1", "true", ":::", "1", NULL);

  e2e_assert_ended (run, 0);
  g_assert_true (g_str_has_prefix (
      run->err, "apool: debug: -j2: --jobs 0: --workers 2: --jobs-per-worker 1\n"
                "apool: debug: -j2: 2 workers of 1 slots, prefetch 1, least-loaded\n"));
}

static void
test_debug (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eRun) run = e2e_run ("", "-D", "-j6", "--workers", "2", "--prefetch", "0",
                                    "--scheduler", "affinity={1}", "echo", ":::", "a", "b", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "a\nb\n");
  g_assert_true (g_str_has_prefix (
      run->err, "apool: debug: -j6: --jobs 6\n"
                "apool: debug: -j6: 2 workers of 3 slots, prefetch 0, affinity={1}\n"));
}

static void
test_retried (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eRun) run = e2e_run ("", "--retries", "3", "echo {}; exit 4", ":::", "a", NULL);

  e2e_assert_ended (run, 1);
  g_assert_cmpstr (run->out, ==, "a\n");
  g_assert_cmpstr (run->err, ==,
                   "apool: job 1: echo a; exit 4: exit status 4: trying again (attempt 2)\n"
                   "apool: job 1: echo a; exit 4: exit status 4: trying again (attempt 3)\n");
}

static void
test_on_error (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eRun) run = e2e_run ("", "--on-error", "echo on $APOOL_SEQ; exit 3", "-j1", "exit",
                                    ":::", "0", "7", NULL);

  e2e_assert_ended (run, 1);
  g_assert_cmpstr (run->out, ==, "");
  g_assert_cmpstr (run->err, ==, "apool: job 2: --on-error: exit status 3\non 2\n");
}

static void
test_lost_worker (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eRun) run = e2e_run ("", "-j1", "kill -9 $PPID; sleep 1000;", ":::", "1", NULL);

  e2e_assert_ended (run, 1);
  e2e_assert_contains (run->err, "apool: worker 1 (pid ");
  e2e_assert_contains (run->err, "): lost: ");
  e2e_assert_contains (run->err, "apool: job 1: kill -9 $PPID; sleep 1000; 1: lost: ");
}

static void
test_bad_weight (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eRun) run = e2e_run ("", "--weight", "<>", "echo", ":::", "1", "x", "2", NULL);

  e2e_assert_ended (run, 1);
  g_assert_cmpstr (run->out, ==, "1\n2\n");
  g_assert_cmpstr (run->err, ==,
                   "apool: job 2: cannot be started: input 2: --weight: 'x': not a whole "
                   "number from 1 to 1000000\n");
}

static void
test_bad_template (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eRun) run = e2e_run ("", "--scheduler", "affinity={%}", "echo", ":::", "1", NULL);

  e2e_assert_ended (run, 255);
  g_assert_cmpstr (run->out, ==, "");
  g_assert_cmpstr (run->err, ==,
                   "apool: --scheduler: {%}: the slot is not known before the job is started\n");
}

/* An empty value is seen, and refused before anything is started. */
static void
test_empty_value (E2eStage *stage, gconstpointer data)
{
  static const char *const OPTIONS[] = {
    "-j",          "-L",         "-N",           "--crash-limit", "--deadline", "--delay",
    "--halt",      "--leaks",    "--load",       "--max-chars",   "--memfree",  "--memsuspend",
    "--nice",      "--prefetch", "--pressure",   "--rate",        "--retries",  "--retry-delay",
    "--retry-on",  "--rlimit",   "--slow-after", "--seed",        "--termseq",  "--timeout",
    "--tmp-limit", "--workers",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (OPTIONS); i++)
    {
      g_autofree char *expected = g_strdup_printf ("apool: %s '': ", OPTIONS[i]);
      g_autoptr (E2eRun) run = e2e_run ("", OPTIONS[i], "", "echo", ":::", "a", NULL);

      e2e_assert_ended (run, 255);
      g_assert_cmpstr (run->out, ==, "");
      if (!g_str_has_prefix (run->err, expected))
        g_error ("\"%s\" is not what begins \"%s\"", expected, run->err);
    }
}

/* The job has said that it runs, so the worker is known to be ready and to have one job. */
static void
test_show_workers (E2eStage *stage, gconstpointer data)
{
  g_autofree char *script = g_strdup_printf (
      "exec \"$1\" -j1 'echo up >&2; read x <%s; :' ::: 1 2> "
      ">(read -r up; kill -USR1 $$; read -r all; read -r one; echo \"$all\"; echo \"$one\"; "
      "echo go >%s; exec cat >/dev/null)",
      stage->reports->path, stage->reports->path);
  g_autoptr (E2eRun) run = e2e_shell ("", script);
  g_autofree char *host = g_strdup_printf (", host %s, ", g_get_host_name ());

  e2e_assert_ended (run, 0);
  g_assert_true (g_str_has_prefix (run->out,
                                   "apool: workers: 1, 1 running, 0 waiting, 0 done, 0 lost\n"
                                   "apool: worker 1: pid "));
  e2e_assert_contains (run->out, host);
  g_assert_true (g_str_has_suffix (run->out, ", 1 running, 0 waiting, 0 done, 0 lost\n"));
}

static void
test_show_ignored (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eRun) run =
      e2e_shell ("", "trap '' USR1; exec \"$1\" -j1 'kill -USR1 $APOOL_PID; echo {}' ::: 1 2 3");

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "1\n2\n3\n");
  g_assert_cmpstr (run->err, ==, "");
}

static void
test_about (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eRun) old = e2e_run ("", "--minversion", "20130722", "echo", ":::", "a", NULL);
  g_autoptr (E2eRun) new = e2e_run ("", "--minversion", "99999999", NULL);
  g_autoptr (E2eRun) limits = e2e_run ("", "--show-limits", "echo", ":::", "a", NULL);
  g_autoptr (E2eRun) length = e2e_run ("", "--max-line-length-allowed", NULL);
  g_autoptr (E2eRun) threads = e2e_run ("", "--number-of-threads", NULL);
  g_autofree char *n_threads = g_strdup_printf ("%u\n", g_get_num_processors ());

  e2e_assert_ended (old, 0);
  g_assert_cmpstr (old->out, ==, "20221122\n");
  e2e_assert_ended (new, 255);
  g_assert_cmpstr (new->out, ==, "20221122\n");
  g_assert_cmpstr (new->err, ==, "");
  e2e_assert_ended (limits, 0);
  g_assert_true (g_str_has_prefix (limits->out, "Longest command line: "));
  g_assert_true (g_str_has_suffix (limits->out, " bytes\na\n"));
  e2e_assert_ended (length, 0);
  g_assert_cmpuint (g_ascii_strtoull (length->out, NULL, 10), >, 100000);
  e2e_assert_ended (threads, 0);
  g_assert_cmpstr (threads->out, ==, n_threads);
}

static void
test_variable (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eRun) run = e2e_shell ("", "APOOL=\"-j1 echo 'a  b'\" exec \"$1\" echo ::: c 'd e'");
  g_autoptr (E2eRun) bad = e2e_shell ("", "APOOL='-j1 --jbos' exec \"$1\" echo ::: c");

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "a b echo c\na b echo d e\n");
  e2e_assert_ended (bad, 255);
  g_assert_cmpstr (bad->err, ==,
                   "apool: APOOL: line 1: --jbos: unknown option: did you mean --jobs?\n");
}

/* Through a link of that name: its variable and profiles, and `<>` is for the shell. */
static void
test_parallel (E2eStage *stage, gconstpointer data)
{
  g_autofree char *script = g_strdup_printf (
      "cd %s && ln -s \"$1\" parallel && mkdir .parallel && echo -j1 > .parallel/config && "
      "export HOME=$PWD && APOOL=--jbos PARALLEL='echo 1' ./parallel 'cat {} 1<>x; echo' ::: a b "
      "&& "
      "cat x && rm -r x parallel .parallel",
      stage->dir);
  g_autoptr (E2eRun) run = e2e_shell ("", script);

  g_assert_cmpstr (run->err, ==, "");
  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "\n\n1 cat b\n");
}

static void
add_tests (void)
{
  e2e_stage_add_test ("/options/workers", test_workers);
  e2e_stage_add_test ("/options/jobs-per-worker", test_jobs_per_worker);
  e2e_stage_add_test ("/options/contradiction", test_contradiction);
  e2e_stage_add_test ("/options/no-contradiction", test_no_contradiction);
  e2e_stage_add_test ("/options/debug", test_debug);
  e2e_stage_add_test ("/options/retried", test_retried);
  e2e_stage_add_test ("/options/on-error", test_on_error);
  e2e_stage_add_test ("/options/lost-worker", test_lost_worker);
  e2e_stage_add_test ("/options/bad-weight", test_bad_weight);
  e2e_stage_add_test ("/options/bad-template", test_bad_template);
  e2e_stage_add_test ("/options/empty-value", test_empty_value);
  e2e_stage_add_test ("/options/show-workers", test_show_workers);
  e2e_stage_add_test ("/options/show-ignored", test_show_ignored);
  e2e_stage_add_test ("/options/about", test_about);
  e2e_stage_add_test ("/options/variable", test_variable);
  e2e_stage_add_test ("/options/parallel", test_parallel);
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, add_tests);
}
