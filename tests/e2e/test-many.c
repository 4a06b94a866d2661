/* SPDX-License-Identifier: MIT */
/* How many jobs run at once: a number that changes while they run, and one that takes more open
 * files than the caller had. */

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

#include "e2e.h"

#define PATIENCE_MSEC 5000

static void
write_file (const char *path, const char *contents)
{
  g_autoptr (GError) error = NULL;

  /* As a shell does it: g_file_set_contents() would put another file in its place. */
  g_assert_true (
      g_file_set_contents_full (path, contents, -1, G_FILE_SET_CONTENTS_NONE, 0600, &error));
  g_assert_no_error (error);
}

/* ---- a file ---- */

/* A job that reports its slot, and how many run, and holds. */
static char *
make_counting_job (E2eStage *stage)
{
  return g_strdup_printf (
      "mkdir %s/run/{}; exec 3<%s; echo \"$APOOL_JOBSLOT $(ls %s/run | wc -l)\" "
      ">%s; read x <&3 || :; rmdir %s/run/{}",
      stage->dir, stage->gate->path, stage->dir, stage->reports->path, stage->dir);
}

/* The next job reports that it has a slot up to @n, and that no more than that run. */
static void
check_report (E2eStage *stage, guint n)
{
  g_autofree char *report = e2e_fifo_read_line (stage->reports);
  guint slot;
  guint n_running;

  g_assert_cmpint (sscanf (report, "%u %u", &slot, &n_running), ==, 2);
  g_test_message ("slot %u, %u running", slot, n_running);
  g_assert_cmpuint (slot, >=, 1);
  g_assert_cmpuint (slot, <=, n);
  g_assert_cmpuint (n_running, >=, 1);
  g_assert_cmpuint (n_running, <=, n);
}

static void
wait_said (E2eStage *stage, const char *path, const char *what)
{
  g_autofree char *line = g_strdup_printf ("--jobs %s: %s", path, what);

  g_free (e2e_fifo_read_until (stage->errors, line));
}

static void
let_go (E2eStage *stage, guint n)
{
  for (guint i = 0; i < n; i++)
    e2e_fifo_write (stage->gate, "\n");
}

static void
check_live (E2eStage *stage, const char *option, const char *scheduler)
{
  g_autofree char *path = g_build_filename (stage->dir, "jobs", NULL);
  g_autofree char *folder = g_build_filename (stage->dir, "run", NULL);
  g_autofree char *job = make_counting_job (stage);
  g_autofree char *view G_GNUC_UNUSED = NULL;
  g_autoptr (E2eRun) run = NULL;

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  write_file (path, "1\n");
  run = e2e_start_said (stage->errors, "-D", option, scheduler, "-j", path, job, ":::", "1", "2",
                        "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", NULL);
  check_report (stage, 1);
  write_file (path, "4\n");
  for (guint i = 0; i < 3; i++)
    check_report (stage, 4);
  write_file (path, "2\n");
  wait_said (stage, path, "now 2");
  /* What waited at the workers has come back: they know. The signal that asks changes nothing. */
  g_strfreev (e2e_read_view (run, stage->errors, "4 running, 0 waiting, 0 done, 0 lost"));
  /* Only when three of the four have ended is there room for another one. */
  let_go (stage, 3);
  check_report (stage, 2);
  let_go (stage, 2);
  check_report (stage, 2);
  check_report (stage, 2);
  write_file (path, "5\n");
  for (guint i = 0; i < 3; i++)
    check_report (stage, 5);
  let_go (stage, 7);
  check_report (stage, 5);
  check_report (stage, 5);
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  g_remove (path);
  g_rmdir (folder);
}

static void
test_live (E2eStage *stage, gconstpointer data)
{
  check_live (stage, "--workers=2", "--scheduler=least-loaded");
}

/* Jobs that belong to workers. */
static void
test_live_affinity (E2eStage *stage, gconstpointer data)
{
  check_live (stage, "--workers=3", "--scheduler=affinity={}");
}

/* With one slot for each worker there are as many workers as jobs. */
static void
test_live_per_worker (E2eStage *stage, gconstpointer data)
{
  check_live (stage, "--jobs-per-worker=1", "--scheduler=round-robin");
}

static void
test_vanished (E2eStage *stage, gconstpointer data)
{
  g_autofree char *path = g_build_filename (stage->dir, "jobs", NULL);
  g_autofree char *hold = e2e_stage_make_hold (stage, "true", "{}");
  g_autofree char *gone =
      g_strdup_printf ("apool: --jobs: %s: No such file or directory: going on with 2", path);
  g_autofree char *malformed =
      g_strdup_printf ("apool: --jobs: %s: 'many': not a number of jobs", path);
  g_autoptr (E2eRun) run = NULL;
  g_autofree char *text = NULL;

  write_file (path, "2\n");
  run = e2e_start_said (stage->errors, "-j", path, hold, ":::", "1", "2", "3", NULL);
  g_free (e2e_fifo_read_line (stage->reports));
  g_free (e2e_fifo_read_line (stage->reports));
  g_assert_cmpint (g_remove (path), ==, 0);
  text = e2e_fifo_read_line (stage->errors);
  g_assert_cmpstr (text, ==, gone);
  g_clear_pointer (&text, g_free);
  write_file (path, "many\n");
  text = e2e_fifo_read_line (stage->errors);
  g_assert_true (g_str_has_prefix (text, malformed));
  let_go (stage, 3);
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  g_assert_cmpuint (stage->errors->pending->len, ==, 0);
  g_remove (path);
}

/* More than --workers times --jobs-per-worker cannot be; where the number is unfit at first nothing
 * is run. */
static void
test_contradicted (E2eStage *stage, gconstpointer data)
{
  g_autofree char *path = g_build_filename (stage->dir, "jobs", NULL);
  g_autofree char *hold = e2e_stage_make_hold (stage, "true", "{}");
  g_autoptr (E2eRun) run = NULL;
  g_autoptr (E2eRun) refused = NULL;
  g_autofree char *text = NULL;

  write_file (path, "4\n");
  run = e2e_start_said (stage->errors, "-j", path, "--workers=2", "--jobs-per-worker=2", hold,
                        ":::", "1", NULL);
  g_free (e2e_fifo_read_line (stage->reports));
  write_file (path, "5\n");
  text = e2e_fifo_read_line (stage->errors);
  g_assert_true (g_str_has_suffix (text, ": more than 4: use --workers: going on with 4"));
  refused =
      e2e_run ("", "-j", path, "--workers=2", "--jobs-per-worker=2", "echo", ":::", "1", NULL);
  e2e_assert_ended (refused, 255);
  g_assert_cmpstr (refused->out, ==, "");
  let_go (stage, 1);
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  g_remove (path);
}

static void
test_unfit_at_first (void)
{
  static const char *const BAD[] = { "banana", "0%", "-100000", "1.5", "/", "/dev/null" };

  for (gsize i = 0; i < G_N_ELEMENTS (BAD); i++)
    {
      g_autoptr (E2eRun) run = e2e_run ("", "-j", BAD[i], "echo", ":::", "1", NULL);

      e2e_assert_ended (run, 255);
      g_assert_cmpstr (run->out, ==, "");
      g_assert_true (g_str_has_prefix (run->err, "apool: -"));
      e2e_assert_count (run->err, "\n", 1);
    }
}

/* ---- open files ---- */

#define N_JOBS 120u

/* Twice as many pipes as files may be open; jobs have the limit of old. */
static void
test_raised_limit (E2eStage *stage, gconstpointer data)
{
  g_autofree char *hold = e2e_stage_make_hold (stage, "true", "$(ulimit -Sn)");
  g_autofree char *script =
      g_strdup_printf ("ulimit -Sn 100; seq %u | exec %s -j200 --workers 1 '%s; true {}'", N_JOBS,
                       e2e_apool (), hold);
  g_autoptr (E2eRun) run = e2e_start_shell (script);

  for (guint i = 0; i < N_JOBS; i++)
    {
      g_autofree char *report = e2e_fifo_read_line (stage->reports);

      g_assert_cmpstr (report, ==, "100");
    }
  let_go (stage, N_JOBS);
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->err, ==, "");
}

/* Where it cannot be raised, fewer jobs run, and all of them in the end. */
static void
test_hard_limit (void)
{
  g_autofree char *script = g_strdup_printf (
      "ulimit -n 100; seq 100 | %s -j5000 --workers 1 'ulimit -Hn; true {}' | uniq -c",
      e2e_apool ());
  g_autoptr (E2eRun) run = e2e_shell ("", script);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (g_strstrip (run->out), ==, "100 100");
  g_assert_cmpstr (
      run->err, ==,
      "apool: --jobs: 5000: only 42, since no more than 100 files may be open: raise the "
      "hard limit\n");
}

/* Who asks for as many as possible has them. */
static void
test_hard_limit_of_any (void)
{
  g_autofree char *script = g_strdup_printf ("ulimit -n 100; seq 100 | %s -j0 true", e2e_apool ());
  g_autoptr (E2eRun) run = e2e_shell ("", script);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->err, ==, "");
}

/* ---- why ---- */

static void
test_why (void)
{
  g_autoptr (E2eRun) run = e2e_run ("", "-D", "true", ":::", "1", NULL);
  g_autoptr (E2eRun) fixed = e2e_run ("", "-D", "-j3", "true", ":::", "1", NULL);

  g_assert_true (g_regex_match_simple (
      "^apool: debug: -j[0-9]+: [0-9]+ cores, affinity [0-9]+, (no cgroup quota|cgroup quota "
      "[0-9]+)\n",
      run->err, 0, 0));
  g_assert_true (g_str_has_prefix (fixed->err, "apool: debug: -j3: --jobs 3\n"));
}

static void
add_tests (void)
{
  e2e_stage_add_test ("/many/live", test_live);
  e2e_stage_add_test ("/many/live-affinity", test_live_affinity);
  e2e_stage_add_test ("/many/live-per-worker", test_live_per_worker);
  e2e_stage_add_test ("/many/vanished", test_vanished);
  e2e_stage_add_test ("/many/contradicted", test_contradicted);
  g_test_add_func ("/many/unfit-at-first", test_unfit_at_first);
  e2e_stage_add_test ("/many/raised-limit", test_raised_limit);
  g_test_add_func ("/many/hard-limit", test_hard_limit);
  g_test_add_func ("/many/hard-limit-of-any", test_hard_limit_of_any);
  g_test_add_func ("/many/why", test_why);
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, add_tests);
}
