/* SPDX-License-Identifier: MIT */
/* When a run has had enough, and what it is ended with: `--halt` from the command line to the exit
 * status. */

#include <glib.h>

#include "base/apool-error.h"
#include "cli/apool-exit.h"
#include "cli/apool-options.h"
#include "cli/apool-view.h"
#include "fake-run.h"

/* ---- the command line ---- */

static ApoolOptions *
test_halt_parse (const char *value, GError **error)
{
  const char *argv[] = { "apool", "--halt", value, "echo", NULL };

  return apool_options_parse (G_N_ELEMENTS (argv) - 1, (char **) argv, error);
}

static void
test_halt_check_rule (
    const char *value, ApoolHaltWhen when, ApoolHaltOn on, guint64 n, gboolean is_percentage)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ApoolOptions) options = test_halt_parse (value, &error);

  g_assert_no_error (error);
  g_assert_cmpint (options->halt.when, ==, when);
  g_assert_cmpint (options->halt.on, ==, on);
  g_assert_cmpuint (options->halt.n, ==, n);
  g_assert_cmpint (options->halt.is_percentage, ==, is_percentage);
}

static void
test_halt_values (void)
{
  test_halt_check_rule ("never", APOOL_HALT_NEVER, APOOL_HALT_ON_FAIL, 0, FALSE);
  test_halt_check_rule ("0", APOOL_HALT_NEVER, APOOL_HALT_ON_FAIL, 0, FALSE);
  test_halt_check_rule ("1", APOOL_HALT_SOON, APOOL_HALT_ON_FAIL, 1, FALSE);
  test_halt_check_rule ("2", APOOL_HALT_NOW, APOOL_HALT_ON_FAIL, 1, FALSE);
  test_halt_check_rule ("-1", APOOL_HALT_SOON, APOOL_HALT_ON_SUCCESS, 1, FALSE);
  test_halt_check_rule ("-2", APOOL_HALT_NOW, APOOL_HALT_ON_SUCCESS, 1, FALSE);
  test_halt_check_rule ("7%", APOOL_HALT_SOON, APOOL_HALT_ON_FAIL, 7, TRUE);
  test_halt_check_rule ("now,fail", APOOL_HALT_NOW, APOOL_HALT_ON_FAIL, 1, FALSE);
  test_halt_check_rule ("now,fail=1", APOOL_HALT_NOW, APOOL_HALT_ON_FAIL, 1, FALSE);
  test_halt_check_rule ("soon,success=20", APOOL_HALT_SOON, APOOL_HALT_ON_SUCCESS, 20, FALSE);
  test_halt_check_rule ("now,done=100%", APOOL_HALT_NOW, APOOL_HALT_ON_DONE, 100, TRUE);
}

static void
test_halt_check_refused (const char *value, const char *why)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *message = g_strdup_printf ("--halt %s: column %s", *value ? value : "''", why);

  g_assert_null (test_halt_parse (value, &error));
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_USAGE);
  g_assert_cmpstr (error->message, ==, message);
}

static void
test_halt_bad_values (void)
{
#define NO_NUMBER "not a number of jobs: use a whole number, 1 or more, or 1% to 100%"
  test_halt_check_refused ("", "1: not a time: use never, soon or now");
  test_halt_check_refused ("3", "1: not a time: use never, soon or now");
  test_halt_check_refused ("nwo,fail=1", "1: not a time: did you mean now? use never, soon or now");
  test_halt_check_refused ("later,fail=1", "1: not a time: use never, soon or now");
  test_halt_check_refused ("never,x", "6: never takes no reason");
  test_halt_check_refused ("now", "4: no reason: use ,fail=N ,success=N or ,done=N");
  test_halt_check_refused ("now=fail", "4: no reason: use ,fail=N ,success=N or ,done=N");
  test_halt_check_refused ("now,", "5: not a reason: use fail, success or done");
  test_halt_check_refused ("soon,fails=1",
                           "6: not a reason: did you mean fail? use fail, success or done");
  test_halt_check_refused ("now,fail,1", "9: use = and how many");
  test_halt_check_refused ("now,fail=", "10: " NO_NUMBER);
  test_halt_check_refused ("now,fail=0", "10: " NO_NUMBER);
  test_halt_check_refused ("now,fail=-1", "10: " NO_NUMBER);
  test_halt_check_refused ("now,fail=1.5", "10: " NO_NUMBER);
  test_halt_check_refused ("now,fail=101%", "10: " NO_NUMBER);
  test_halt_check_refused ("now,fail=99999999999999999999", "10: " NO_NUMBER);
  test_halt_check_refused ("0%", "1: " NO_NUMBER);
#undef NO_NUMBER
}

/* ---- a run ---- */

typedef struct
{
  FakeRun run;
  ApoolHalt *halt;
  ApoolExit *exit;
  char *said; /* (nullable) */
} TestHalt;

static void
test_halt_decided_cb (const ApoolHaltVerdict *verdict, gpointer data)
{
  TestHalt *self = data;

  g_assert_null (self->said);
  self->said = apool_view_dup_halt (apool_halt_get_rule (self->halt), verdict);
}

/* Two workers with a slot each, and @n_rows inputs. */
static void
test_halt_open (TestHalt *self, const char *value, guint retries, guint64 n_rows)
{
  const ApoolPoolLimits limits = { .jobs = 2, .workers = 2, .retries = retries };
  g_autoptr (ApoolOptions) options = test_halt_parse (value, NULL);
  FakeRun *run = &self->run;

  *self = (TestHalt){ .halt = NULL };
  fake_run_open_logged_within (run, &limits, n_rows);
  self->halt = apool_halt_new (run->pool, run->tasks, &options->halt, test_halt_decided_cb, self);
  self->exit = apool_exit_new ();
  apool_exit_set_halt (self->exit, self->halt);
  apool_pool_add_observer (run->pool, APOOL_OBSERVER (self->exit));
  apool_pool_add_observer (run->pool, APOOL_OBSERVER (self->halt));
  apool_pool_start (run->pool);
  fake_run_start_all (run);
}

static void
test_halt_clear (TestHalt *self)
{
  fake_run_clear (&self->run);
  g_clear_object (&self->halt);
  g_clear_object (&self->exit);
  g_clear_pointer (&self->said, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TestHalt, test_halt_clear)

static void
test_halt_end (TestHalt *self, guint index, guint64 seq, ApoolOutcomeKind kind, int code)
{
  FakeRun *run = &self->run;

  fake_worker_fail (fake_run_get_worker (run, index), seq, kind, code);
  fake_run_start_all (run);
}

static void
test_halt_check (TestHalt *self, const char *said, const char *log, int status)
{
  g_assert_cmpstr (self->said, ==, said);
  fake_run_work_until_done (&self->run);
  g_assert_cmpstr (self->said, ==, said);
  fake_run_check_log (&self->run, log);
  g_assert_cmpint (apool_exit_get_status (self->exit), ==, status);
}

static void
test_halt_soon (void)
{
  g_auto (TestHalt) self = { { 0 } };

  test_halt_open (&self, "soon,fail=1", 0, 9);
  test_halt_end (&self, 0, 1, APOOL_OUTCOME_EXITED, 7);
  test_halt_check (&self, "apool: halt: job 1: exit 7: starting no more jobs\n", "+1 +2 x1 -2 .",
                   7);
}

static void
test_halt_now (void)
{
  g_auto (TestHalt) self = { { 0 } };

  test_halt_open (&self, "now,fail=1", 0, 9);
  test_halt_end (&self, 1, 2, APOOL_OUTCOME_SIGNALLED, 9);
  g_assert_cmpuint (fake_worker_get_state (fake_run_get_worker (&self.run, 0))->n_terminates, ==,
                    1);
  g_assert_cmpstr (self.said, ==, "apool: halt: job 2: signal 9: ending 1 job\n");
  g_assert_cmpint (apool_exit_get_status (self.exit), ==, 137);
}

static void
test_halt_count (void)
{
  g_auto (TestHalt) self = { { 0 } };

  g_test_summary ("What fails after the verdict does not change it.");
  test_halt_open (&self, "soon,fail=2", 0, 9);
  test_halt_end (&self, 0, 1, APOOL_OUTCOME_EXITED, 7);
  g_assert_null (self.said);
  test_halt_end (&self, 1, 2, APOOL_OUTCOME_EXITED, 8);
  test_halt_end (&self, 0, 3, APOOL_OUTCOME_EXITED, 9);
  test_halt_check (&self, "apool: halt: job 2: exit 8: 2 failed: starting no more jobs\n",
                   "+1 +2 x1 +3 x2 x3 .", 2);
}

static void
test_halt_lost (void)
{
  g_auto (TestHalt) self = { { 0 } };

  test_halt_open (&self, "soon,fail=1", 0, 9);
  fake_worker_die (fake_run_get_worker (&self.run, 0), "killed");
  test_halt_check (&self, "apool: halt: job 1: lost: starting no more jobs\n", "+1 +2 ?1 -2 .",
                   126);
}

static void
test_halt_success (void)
{
  g_auto (TestHalt) self = { { 0 } };

  test_halt_open (&self, "soon,success=1", 0, 9);
  test_halt_end (&self, 0, 1, APOOL_OUTCOME_EXITED, 7);
  g_assert_null (self.said);
  test_halt_end (&self, 1, 2, APOOL_OUTCOME_EXITED, 0);
  test_halt_end (&self, 0, 3, APOOL_OUTCOME_EXITED, 1);
  test_halt_check (&self, "apool: halt: job 2: exit 0: starting no more jobs\n",
                   "+1 +2 x1 +3 -2 x3 .", 0);
}

static void
test_halt_done (void)
{
  g_auto (TestHalt) self = { { 0 } };

  test_halt_open (&self, "soon,done=2", 0, 9);
  test_halt_end (&self, 0, 1, APOOL_OUTCOME_EXITED, 7);
  test_halt_end (&self, 1, 2, APOOL_OUTCOME_EXITED, 0);
  test_halt_check (&self, "apool: halt: job 2: exit 0: 2 done: starting no more jobs\n",
                   "+1 +2 x1 +3 -2 -3 .", 1);
}

static void
test_halt_not_reached (void)
{
  g_auto (TestHalt) self = { { 0 } };

  test_halt_open (&self, "now,fail=3", 0, 2);
  test_halt_end (&self, 0, 1, APOOL_OUTCOME_EXITED, 7);
  test_halt_end (&self, 1, 2, APOOL_OUTCOME_EXITED, 7);
  test_halt_check (&self, NULL, "+1 +2 x1 x2 .", 2);
}

static void
test_halt_percentage_not_reached (void)
{
  g_auto (TestHalt) self = { { 0 } };

  g_test_summary ("Then too the status is how many percent have failed.");
  test_halt_open (&self, "now,fail=90%", 0, 3);
  test_halt_end (&self, 0, 1, APOOL_OUTCOME_EXITED, 7);
  test_halt_check (&self, NULL, "+1 +2 x1 +3 -3 -2 .", 34);
}

static void
test_halt_retried (void)
{
  g_auto (TestHalt) self = { { 0 } };

  g_test_summary ("An attempt that is followed by another one decides nothing.");
  test_halt_open (&self, "soon,fail=1", 1, 2);
  test_halt_end (&self, 0, 1, APOOL_OUTCOME_EXITED, 7);
  g_assert_null (self.said);
  test_halt_end (&self, 0, 1, APOOL_OUTCOME_EXITED, 8);
  test_halt_check (&self, "apool: halt: job 1: exit 8: starting no more jobs\n",
                   "+1 +2 ~1 +1 x1 -2 .", 8);
}

static void
test_halt_skipped (void)
{
  g_auto (TestHalt) self = { { 0 } };
  const ApoolHaltRule rule = { APOOL_HALT_SOON, APOOL_HALT_ON_DONE, 1, FALSE };

  g_test_summary ("What is skipped is not done.");
  fake_run_open_logged (&self.run, 1, 1, 0, 2);
  fake_source_skip (self.run.source, 1, 1);
  self.halt = apool_halt_new (self.run.pool, self.run.tasks, &rule, test_halt_decided_cb, &self);
  apool_pool_add_observer (self.run.pool, APOOL_OBSERVER (self.halt));
  apool_pool_start (self.run.pool);
  g_assert_null (self.said);
  fake_run_work_until_done (&self.run);
  g_assert_cmpstr (self.said, ==, "apool: halt: job 2: exit 0: starting no more jobs\n");
}

static void
test_halt_terminated (void)
{
  g_auto (TestHalt) self = { { 0 } };

  g_test_summary ("What is ended because the run is decides nothing.");
  test_halt_open (&self, "now,fail=1", 0, 9);
  apool_pool_terminate (self.run.pool, FALSE);
  fake_run_work_until_done (&self.run);
  g_assert_null (self.said);
  g_assert_null (apool_halt_get_verdict (self.halt));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/halt/values", test_halt_values);
  g_test_add_func ("/halt/bad-values", test_halt_bad_values);
  g_test_add_func ("/halt/soon", test_halt_soon);
  g_test_add_func ("/halt/now", test_halt_now);
  g_test_add_func ("/halt/count", test_halt_count);
  g_test_add_func ("/halt/lost", test_halt_lost);
  g_test_add_func ("/halt/success", test_halt_success);
  g_test_add_func ("/halt/done", test_halt_done);
  g_test_add_func ("/halt/not-reached", test_halt_not_reached);
  g_test_add_func ("/halt/percentage-not-reached", test_halt_percentage_not_reached);
  g_test_add_func ("/halt/retried", test_halt_retried);
  g_test_add_func ("/halt/skipped", test_halt_skipped);
  g_test_add_func ("/halt/terminated", test_halt_terminated);
  return g_test_run ();
}
