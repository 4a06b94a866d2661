/* SPDX-License-Identifier: MIT */
/* Tasks that pass gates on their way out of the pool. What the log of a run says is explained in
 * fake-witness.c, that of a gate in fake-gate.c. */

#include <string.h>

#include "fake-gate.h"
#include "fake-run.h"

typedef struct
{
  FakeRun run;
  ApoolGates *gates;
  FakeGate *gate;
} GateRun;

static void
test_pool_gates_open (GateRun *self, const ApoolPoolLimits *limits, guint64 n_rows, guint n_permits)
{
  fake_run_open_logged_within (&self->run, limits, n_rows);
  self->gates = apool_gates_new ();
  self->gate = fake_gate_new ("--fake", n_permits);
  apool_gates_add (self->gates, APOOL_GATE (self->gate));
  apool_pool_set_gates (self->run.pool, self->gates);
}

/* The gate has seen everybody out. */
static void
test_pool_gates_close (GateRun *self)
{
  g_assert_cmpuint (fake_gate_get_n_inside (self->gate), ==, 0);
  g_assert_false (fake_gate_is_waited_for (self->gate));
  fake_run_clear (&self->run);
  apool_gates_free (self->gates);
  g_object_unref (self->gate);
}

static void
test_pool_gates_waits (void)
{
  GateRun self;

  g_test_summary (
      "No task is handed out before the gate is open, the first included, and no worker "
      "made; and each asks for itself.");
  test_pool_gates_open (&self, &(ApoolPoolLimits){ .jobs = 2, .workers = 1 }, 3, 0);
  apool_pool_start (self.run.pool);
  g_assert_cmpuint (fake_factory_get_n_made (self.run.factory), ==, 0);
  g_assert_true (fake_gate_is_waited_for (self.gate));
  fake_gate_permit (self.gate, 1);
  fake_run_start_all (&self.run);
  fake_run_check_log (&self.run, "+1");
  fake_gate_permit (self.gate, 2);
  fake_run_start_all (&self.run);
  fake_run_check_log (&self.run, "+1 +2");
  fake_run_work_until_done (&self.run);
  test_pool_gates_close (&self);
}

static void
test_pool_gates_rests (void)
{
  GateRun self;
  guint n_asked;

  g_test_summary ("Nobody asks while there is no slot, or nothing to start.");
  test_pool_gates_open (&self, &(ApoolPoolLimits){ .jobs = 1, .workers = 1 }, 2, 1);
  apool_pool_start (self.run.pool);
  fake_run_start_all (&self.run);
  g_assert_false (fake_gate_is_waited_for (self.gate));
  n_asked = fake_gate_get_n_asked (self.gate);
  fake_gate_tell (self.gate);
  g_assert_cmpuint (fake_gate_get_n_asked (self.gate), ==, n_asked);
  fake_run_finish (&self.run, 0, 1);
  g_assert_true (fake_gate_is_waited_for (self.gate));
  fake_gate_permit (self.gate, 2);
  g_assert_false (fake_gate_is_waited_for (self.gate));
  fake_run_work_until_done (&self.run);
  test_pool_gates_close (&self);
}

static void
test_pool_gates_hears_of_pauses (void)
{
  GateRun self;
  g_autofree char *log = NULL;

  g_test_summary ("Gates hear when everything stands still, and when it goes on.");
  test_pool_gates_open (&self, &(ApoolPoolLimits){ .jobs = 1, .workers = 1 }, 1, 0);
  apool_pool_start (self.run.pool);
  g_free (fake_gate_take_log (self.gate));
  apool_pool_set_paused (self.run.pool, TRUE);
  apool_pool_set_paused (self.run.pool, FALSE);
  log = fake_gate_take_log (self.gate);
  g_assert_cmpstr (log, ==, "[]");
  fake_gate_permit (self.gate, 1);
  fake_run_work_until_done (&self.run);
  test_pool_gates_close (&self);
}

static void
test_pool_gates_input (void)
{
  GateRun self;

  g_test_summary ("An input that is not there yet asks nobody; one that is skipped, neither.");
  test_pool_gates_open (&self, &(ApoolPoolLimits){ .jobs = 2, .workers = 1 }, 3, 0);
  fake_source_hold (self.run.source);
  fake_source_skip (self.run.source, 1, 2);
  apool_pool_start (self.run.pool);
  fake_source_provide (self.run.source, 2);
  while (g_main_context_iteration (self.run.context, FALSE))
    continue;
  g_assert_cmpuint (fake_gate_get_n_asked (self.gate), ==, 0);
  fake_source_provide (self.run.source, 1);
  while (!fake_gate_is_waited_for (self.gate))
    g_main_context_iteration (self.run.context, TRUE);
  fake_gate_permit (self.gate, 1);
  fake_run_work_until_done (&self.run);
  test_pool_gates_close (&self);
}

static void
test_pool_gates_retry (void)
{
  GateRun self;
  g_autofree char *log = NULL;

  g_test_summary ("Another attempt passes the gate anew.");
  test_pool_gates_open (&self, &(ApoolPoolLimits){ .jobs = 1, .workers = 1, .retries = 1 }, 1, 1);
  fake_witness_set_limits (self.run.witness, 1, 0);
  apool_pool_start (self.run.pool);
  fake_run_start_all (&self.run);
  fake_worker_fail (fake_run_get_worker (&self.run, 0), 1, APOOL_OUTCOME_EXITED, 3);
  fake_run_start_all (&self.run);
  g_assert_true (fake_gate_is_waited_for (self.gate));
  fake_gate_permit (self.gate, 1);
  fake_run_work_until_done (&self.run);
  log = fake_gate_take_log (self.gate);
  g_assert_cmpstr (log, ==, "?+1z-1!?+1z-1");
  test_pool_gates_close (&self);
}

static void
test_pool_gates_lost (void)
{
  GateRun self;
  g_autofree char *log = NULL;

  g_test_summary ("What was with a worker that is lost has left; what had not begun enters again.");
  test_pool_gates_open (&self, &(ApoolPoolLimits){ .jobs = 2, .workers = 1 }, 2, 2);
  apool_pool_start (self.run.pool);
  fake_worker_get_ready (fake_run_get_worker (&self.run, 0));
  (void) fake_worker_start (fake_run_get_worker (&self.run, 0));
  fake_worker_die (fake_run_get_worker (&self.run, 0), "killed");
  fake_gate_permit (self.gate, 1);
  fake_run_work_until_done (&self.run);
  log = fake_gate_take_log (self.gate);
  g_assert_nonnull (strstr (log, "~2"));
  g_assert_nonnull (strstr (log, "-1"));
  test_pool_gates_close (&self);
}

static void
test_pool_gates_ends (gconstpointer data)
{
  gboolean by_force = GPOINTER_TO_INT (data) == 2;
  GateRun self;

  g_test_summary ("Who waits for the gate when the pool ends is not started, and waits no more.");
  test_pool_gates_open (&self, &(ApoolPoolLimits){ .jobs = 2, .workers = 1 }, 3, 1);
  apool_pool_start (self.run.pool);
  fake_run_start_all (&self.run);
  if (GPOINTER_TO_INT (data) == 0)
    apool_pool_close (self.run.pool);
  else
    apool_pool_terminate (self.run.pool, by_force);
  g_assert_false (fake_gate_is_waited_for (self.gate));
  fake_gate_permit (self.gate, 9);
  fake_gate_tell (self.gate);
  fake_run_work_until_done (&self.run);
  g_assert_cmpuint (fake_witness_get_n_started (self.run.witness), ==, 1);
  test_pool_gates_close (&self);
}

static void
test_pool_gates_hook (void)
{
  GateRun self;
  g_autofree char *log = NULL;

  g_test_summary ("What is run about a job passes no gate, and those who wait there.");
  test_pool_gates_open (&self, &(ApoolPoolLimits){ .jobs = 1, .workers = 1 }, 2, 1);
  apool_pool_set_on_error (self.run.pool, "echo failed");
  apool_pool_start (self.run.pool);
  fake_run_start_all (&self.run);
  fake_worker_fail (fake_run_get_worker (&self.run, 0), 1, APOOL_OUTCOME_EXITED, 3);
  fake_run_start_all (&self.run);
  g_assert_cmpuint (fake_factory_get_n_running (self.run.factory), ==, 1);
  fake_gate_permit (self.gate, 1);
  fake_run_work_until_done (&self.run);
  log = fake_gate_take_log (self.gate);
  g_assert_null (strchr (log, '~'));
  test_pool_gates_close (&self);
}

static void
test_pool_gates_weight (void)
{
  GateRun self;
  guint n_asked;

  g_test_summary ("A task that is too heavy for now does not ask.");
  test_pool_gates_open (&self, &(ApoolPoolLimits){ .jobs = 2, .workers = 1, .is_weighted = TRUE },
                        2, 9);
  fake_run_vary (&self.run, (const char *const[]){ "1", "2", NULL });
  apool_pool_start (self.run.pool);
  fake_run_start_all (&self.run);
  n_asked = fake_gate_get_n_asked (self.gate);
  g_assert_cmpuint (n_asked, ==, 1);
  fake_gate_tell (self.gate);
  g_assert_cmpuint (fake_gate_get_n_asked (self.gate), ==, n_asked);
  fake_run_work_until_done (&self.run);
  test_pool_gates_close (&self);
}

static void
test_pool_gates_kept (void)
{
  const ApoolPoolLimits limits = { .jobs = 2, .workers = 2 };
  GateRun self;

  g_test_summary ("A task that its scheduler keeps for later has not entered, and enters then.");
  fake_run_open_scheduled (&self.run, &limits, apool_scheduler_table_find ("affinity"), 4);
  fake_run_keep_log (&self.run);
  fake_run_vary (&self.run, (const char *const[]){ "1", NULL });
  self.gates = apool_gates_new ();
  self.gate = fake_gate_new ("--fake", 4);
  apool_gates_add (self.gates, APOOL_GATE (self.gate));
  apool_pool_set_gates (self.run.pool, self.gates);
  apool_pool_start (self.run.pool);
  fake_run_start_all (&self.run);
  g_assert_cmpuint (fake_gate_get_n_inside (self.gate), ==, 1);
  fake_run_work_until_done (&self.run);
  test_pool_gates_close (&self);
}

/* ---- making room ---- */

/* Task 1 runs, and is to be ended. */
static void
test_pool_gates_open_evicted (GateRun *self)
{
  test_pool_gates_open (self, &(ApoolPoolLimits){ .jobs = 1, .workers = 1 }, 1, 1);
  fake_witness_allow_evictions (self->run.witness);
  apool_pool_start (self->run.pool);
  g_assert_false (fake_gate_evict (self->gate, 1)); /* it has not begun */
  fake_run_start_all (&self->run);
  g_assert_true (fake_gate_evict (self->gate, 1));
}

static void
test_pool_gates_evicted (void)
{
  GateRun self;
  g_autofree char *log = NULL;

  g_test_summary (
      "What was ended to make room is started again when the gate is open, though there "
      "is but one attempt, and as often as need be.");
  test_pool_gates_open_evicted (&self);
  fake_worker_fail (fake_run_get_worker (&self.run, 0), 1, APOOL_OUTCOME_SIGNALLED, 15);
  g_assert_true (fake_gate_is_waited_for (self.gate));
  fake_gate_permit (self.gate, 1);
  fake_run_start_all (&self.run);
  g_assert_true (fake_gate_evict (self.gate, 1));
  fake_worker_fail (fake_run_get_worker (&self.run, 0), 1, APOOL_OUTCOME_EXITED, 0);
  fake_gate_permit (self.gate, 1);
  fake_run_work_until_done (&self.run);
  fake_run_check_log (&self.run, "+1 ~1 +1 ~1 +1 -1 .");
  log = fake_gate_take_log (self.gate);
  g_assert_cmpstr (log, ==, "?+1z-1!?+1z-1!?+1z-1");
  test_pool_gates_close (&self);
}

static void
test_pool_gates_evicted_and_failed (void)
{
  ApoolPoolLimits limits = { .jobs = 1, .workers = 1, .retries = 1 };
  GateRun self;
  FakeWorker *worker;

  g_test_summary (
      "What was ended to make room does not have the attempt after a failure wait longer: "
      "three more of these times are longer than any test runs.");
  limits.retry.delay = (ApoolRetryDelay){ .base_usec = 1000, .factor = 1000 };
  test_pool_gates_open (&self, &limits, 1, 5);
  fake_witness_allow_evictions (self.run.witness);
  apool_pool_start (self.run.pool);
  worker = fake_run_get_worker (&self.run, 0);
  for (guint i = 0; i < 3; i++)
    {
      fake_run_start_all (&self.run);
      g_assert_true (fake_gate_evict (self.gate, 1));
      fake_worker_fail (worker, 1, APOOL_OUTCOME_SIGNALLED, 15);
    }
  fake_run_start_all (&self.run);
  fake_worker_fail (worker, 1, APOOL_OUTCOME_EXITED, 7);
  while (fake_worker_get_state (worker)->waiting->len == 0)
    g_main_context_iteration (self.run.context, TRUE);
  fake_run_work_until_done (&self.run);
  fake_run_check_log (&self.run, "+1 ~1 +1 ~1 +1 ~1 +1 ~1 +1 -1 .");
  test_pool_gates_close (&self);
}

static void
test_pool_gates_evicted_at_end (gconstpointer data)
{
  gboolean is_terminated = GPOINTER_TO_INT (data) != 0;
  GateRun self;

  g_test_summary ("No more jobs: what was ended to make room is still done. An end of all: it is "
                  "not.");
  test_pool_gates_open_evicted (&self);
  if (is_terminated)
    apool_pool_terminate (self.run.pool, FALSE);
  else
    apool_pool_close (self.run.pool);
  fake_worker_fail (fake_run_get_worker (&self.run, 0), 1, APOOL_OUTCOME_SIGNALLED, 15);
  fake_gate_permit (self.gate, 1);
  fake_run_work_until_done (&self.run);
  fake_run_check_log (&self.run, is_terminated ? "+1 x1 ." : "+1 ~1 +1 -1 .");
  test_pool_gates_close (&self);
}

static void
test_pool_gates_evicted_too_late (void)
{
  GateRun self;

  g_test_summary ("Its worker is lost first: that is what became of it.");
  test_pool_gates_open_evicted (&self);
  fake_worker_die (fake_run_get_worker (&self.run, 0), "killed");
  fake_run_work_until_done (&self.run);
  fake_run_check_log (&self.run, "+1 ?1 .");
  test_pool_gates_close (&self);
}

static void
test_pool_gates_paused (void)
{
  GateRun self;

  g_test_summary ("What a gate has stopped its worker stops.");
  test_pool_gates_open (&self, &(ApoolPoolLimits){ .jobs = 1, .workers = 1 }, 1, 1);
  apool_pool_start (self.run.pool);
  fake_run_start_all (&self.run);
  g_assert_false (fake_gate_pause (self.gate, 2));
  g_assert_true (fake_gate_pause (self.gate, 1));
  g_assert_cmpuint (fake_worker_get_state (fake_run_get_worker (&self.run, 0))->paused_seq, ==, 1);
  fake_run_work_until_done (&self.run);
  test_pool_gates_close (&self);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/pool-gates/waits", test_pool_gates_waits);
  g_test_add_func ("/pool-gates/rests", test_pool_gates_rests);
  g_test_add_func ("/pool-gates/hears-of-pauses", test_pool_gates_hears_of_pauses);
  g_test_add_func ("/pool-gates/input", test_pool_gates_input);
  g_test_add_func ("/pool-gates/retry", test_pool_gates_retry);
  g_test_add_func ("/pool-gates/lost", test_pool_gates_lost);
  g_test_add_data_func ("/pool-gates/close", GINT_TO_POINTER (0), test_pool_gates_ends);
  g_test_add_data_func ("/pool-gates/terminate", GINT_TO_POINTER (1), test_pool_gates_ends);
  g_test_add_data_func ("/pool-gates/kill", GINT_TO_POINTER (2), test_pool_gates_ends);
  g_test_add_func ("/pool-gates/hook", test_pool_gates_hook);
  g_test_add_func ("/pool-gates/weight", test_pool_gates_weight);
  g_test_add_func ("/pool-gates/kept", test_pool_gates_kept);
  g_test_add_func ("/pool-gates/evicted", test_pool_gates_evicted);
  g_test_add_func ("/pool-gates/evicted-and-failed", test_pool_gates_evicted_and_failed);
  g_test_add_data_func ("/pool-gates/evicted/close", GINT_TO_POINTER (0),
                        test_pool_gates_evicted_at_end);
  g_test_add_data_func ("/pool-gates/evicted/terminate", GINT_TO_POINTER (1),
                        test_pool_gates_evicted_at_end);
  g_test_add_func ("/pool-gates/evicted/too-late", test_pool_gates_evicted_too_late);
  g_test_add_func ("/pool-gates/paused", test_pool_gates_paused);
  return g_test_run ();
}
