/* SPDX-License-Identifier: MIT */
/* What is said of jobs, workers and hooks, and of workers where everything is told. */

#include <errno.h>
#include <signal.h>

#include "output-fixture.h"
#include "sinks/apool-debug.h"
#include "sinks/apool-notices.h"

/* Returns: (transfer full): an attempt at job 5, @n_evictions of those before it ended to make room
 */
static ApoolTask *
make_attempt_among (guint attempt, guint n_evictions)
{
  g_autoptr (GBytes) text = g_bytes_new_static ("false\0x y", 10);
  g_autoptr (GError) error = NULL;
  g_autoptr (ApoolTask) plain = apool_task_new (5, 6, APOOL_TASK_WORDS, text, NULL, &error);
  ApoolTaskTraits traits = { .attempt = attempt, .n_evictions = n_evictions, .weight = 1 };

  g_assert_no_error (error);
  return apool_task_new_variant (plain, &traits);
}

static ApoolTask *
make_attempt (guint attempt)
{
  return make_attempt_among (attempt, 0);
}

static ApoolObserver *
open_notices (Fixture *fixture)
{
  open_files (fixture, APOOL_OUTPUT_INPUT_ORDER);
  return APOOL_OBSERVER (apool_notices_new (fixture->output, "list: line", FALSE));
}

static void
assert_said (Fixture *fixture, const char *said, gsize length)
{
  iterate (fixture);
  assert_file (fixture->fds[1], said, length);
}

#define ASSERT_SAID(fixture, said) assert_said ((fixture), "" said, sizeof said - 1)

static void
retry (ApoolObserver *notices, guint attempt, ApoolOutcomeKind kind, int code, const char *message)
{
  g_autoptr (ApoolTask) task = make_attempt (attempt);
  g_autoptr (ApoolOutcome) outcome = apool_outcome_new (kind, code, NULL, FALSE, FALSE, message);

  apool_observer_task_retried (notices, task, outcome);
}

static void
test_retried (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ApoolObserver) notices = open_notices (fixture);

  retry (notices, 1, APOOL_OUTCOME_EXITED, 3, NULL);
  retry (notices, 2, APOOL_OUTCOME_SIGNALLED, 9, NULL);
  retry (notices, 3, APOOL_OUTCOME_LOST, 0, "killed by signal 9");
  retry (notices, 4, APOOL_OUTCOME_LOST, 0, NULL);
  retry (notices, 5, APOOL_OUTCOME_NOT_STARTED, ENOENT, NULL);
  retry (notices, 6, APOOL_OUTCOME_NOT_STARTED, 0, "too late");
  ASSERT_SAID (
      fixture,
      "apool: job 5: false 'x y': exit status 3: trying again (attempt 2)\n"
      "apool: job 5: false 'x y': killed by signal 9: trying again (attempt 3)\n"
      "apool: job 5: false 'x y': lost: killed by signal 9: trying again (attempt 4)\n"
      "apool: job 5: false 'x y': lost: its worker ended: trying again (attempt 5)\n"
      "apool: job 5: false 'x y': cannot be started: No such file or directory: trying "
      "again (attempt 6)\n"
      "apool: job 5: false 'x y': cannot be started: too late: trying again (attempt 7)\n");
}

/* What was ended to make room is no attempt that the limit is about. */
static void
test_evicted (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ApoolObserver) notices = open_notices (fixture);
  g_autoptr (ApoolTask) first = make_attempt_among (1, 0);
  g_autoptr (ApoolTask) second = make_attempt_among (2, 1);
  g_autoptr (ApoolOutcome) ended =
      apool_outcome_new (APOOL_OUTCOME_SIGNALLED, SIGTERM, NULL, TRUE, FALSE, NULL);
  g_autoptr (ApoolOutcome) failed =
      apool_outcome_new (APOOL_OUTCOME_EXITED, 3, NULL, FALSE, FALSE, NULL);

  apool_observer_task_retried (notices, first, ended);
  apool_observer_task_retried (notices, second, failed);
  ASSERT_SAID (fixture, "apool: job 5: false 'x y': ended to make room: it is started again later\n"
                        "apool: job 5: false 'x y': exit status 3: trying again (attempt 2)\n");
}

static void
finish_attempt (
    ApoolObserver *notices, guint attempt, ApoolOutcomeKind kind, int code, const char *message)
{
  g_autoptr (ApoolTask) task = make_attempt (attempt);
  g_autoptr (ApoolOutcome) outcome = apool_outcome_new (kind, code, NULL, FALSE, FALSE, message);

  apool_observer_task_finished (notices, task, outcome);
}

static void
start_attempt (ApoolObserver *notices, guint attempt)
{
  g_autoptr (ApoolTask) task = make_attempt (attempt);

  apool_observer_task_started (notices, task, &(ApoolPlace){ 1, 1 });
}

static void
test_timed_out (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ApoolObserver) notices = open_notices (fixture);

  retry (notices, 1, APOOL_OUTCOME_TIMED_OUT, 15, "timed out after 2 s");
  start_attempt (notices, 2);
  finish_attempt (notices, 2, APOOL_OUTCOME_TIMED_OUT, 0, "timed out after 3 s");
  ASSERT_SAID (fixture, "apool: job 5: false 'x y': timed out after 2 s: trying again (attempt 2)\n"
                        "apool: job 5: false 'x y': timed out after 3 s\n");
}

/* Whoever was told that it would be tried again is told that it is not; how it ended is known. */
static void
test_given_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ApoolObserver) notices = open_notices (fixture);

  retry (notices, 1, APOOL_OUTCOME_TIMED_OUT, 15, "timed out after 2 s");
  finish_attempt (notices, 1, APOOL_OUTCOME_TIMED_OUT, 15, "timed out after 2 s");
  ASSERT_SAID (fixture, "apool: job 5: false 'x y': timed out after 2 s: trying again (attempt 2)\n"
                        "apool: job 5: false 'x y': not tried again: the run ends\n");
}

static void
test_flaky (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ApoolObserver) observer = open_notices (fixture);
  const ApoolNotices *notices = APOOL_NOTICES (observer);

  finish_attempt (observer, 1, APOOL_OUTCOME_EXITED, 0, NULL);
  finish_attempt (observer, 2, APOOL_OUTCOME_EXITED, 1, NULL);
  g_assert_cmpuint (apool_notices_get_n_flaky (notices), ==, 0);
  finish_attempt (observer, 2, APOOL_OUTCOME_EXITED, 0, NULL);
  finish_attempt (observer, 7, APOOL_OUTCOME_EXITED, 0, NULL);
  g_assert_cmpuint (apool_notices_get_n_flaky (notices), ==, 2);
  assert_said (fixture, "", 0);
}

static void
end_hook (ApoolObserver *notices,
          ApoolHook hook,
          ApoolOutcome *outcome, /* (transfer full) */
          const char *output,
          guint64 n_dropped)
{
  const ApoolHookReport report = { hook, outcome, output, strlen (output), n_dropped };

  apool_observer_hook_ended (notices, 3, hook == APOOL_HOOK_ERROR ? 7 : 0, &report);
  apool_outcome_unref (outcome);
}

/* Returns: (transfer full): an exit by itself */
static ApoolOutcome *
make_exit (int status)
{
  return apool_outcome_new (APOOL_OUTCOME_EXITED, status, NULL, FALSE, FALSE, NULL);
}

static void
test_hook_succeeded (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ApoolObserver) notices = open_notices (fixture);

  end_hook (notices, APOOL_HOOK_INIT, make_exit (0), "", 0);
  end_hook (notices, APOOL_HOOK_INIT, make_exit (0), "a\nb\n", 0);
  end_hook (notices, APOOL_HOOK_EXIT, make_exit (0), "c", 0);
  end_hook (notices, APOOL_HOOK_ERROR, make_exit (0), "d\n", 0);
  ASSERT_SAID (fixture, "a\nb\nc\nd\n");
}

static void
test_hook_failed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ApoolObserver) notices = open_notices (fixture);

  end_hook (notices, APOOL_HOOK_INIT, make_exit (2), "why\n", 0);
  end_hook (notices, APOOL_HOOK_ERROR, make_exit (1), "", 0);
  end_hook (notices, APOOL_HOOK_EXIT,
            apool_outcome_new (APOOL_OUTCOME_SIGNALLED, SIGTERM, NULL, TRUE, FALSE,
                               "ran longer than 60 s"),
            "half", 0);
  end_hook (notices, APOOL_HOOK_ERROR,
            apool_outcome_new (APOOL_OUTCOME_SIGNALLED, SIGKILL, NULL, FALSE, FALSE, NULL), "", 0);
  end_hook (notices, APOOL_HOOK_EXIT,
            apool_outcome_new (APOOL_OUTCOME_SIGNALLED, SIGTERM, NULL, TRUE, FALSE, NULL), "x", 0);
  ASSERT_SAID (fixture, "apool: worker 3: --worker-init: exit status 2\nwhy\n"
                        "apool: job 7: --on-error: exit status 1\n"
                        "apool: worker 3: --worker-exit: ran longer than 60 s\nhalf\n"
                        "apool: job 7: --on-error: killed by signal 9\n"
                        "x\n");
}

static void
test_hook_dropped (Fixture *fixture, gconstpointer data)
{
  static const char OUTPUT[] = "a\0b";
  const ApoolHookReport report = { APOOL_HOOK_INIT, make_exit (0), OUTPUT, 3, 12345 };
  g_autoptr (ApoolObserver) notices = open_notices (fixture);

  apool_observer_hook_ended (notices, 3, 0, &report);
  apool_outcome_unref (report.outcome);
  end_hook (notices, APOOL_HOOK_ERROR, make_exit (0), "c\n", 1);
  ASSERT_SAID (fixture, "a\0b\n"
                        "apool: worker 3: --worker-init: 12345 more bytes of output dropped\n"
                        "c\n"
                        "apool: job 7: --on-error: 1 more bytes of output dropped\n");
}

/* Tells of everything that can happen to a worker. */
static void
tell_all (ApoolObserver *observer)
{
  ApoolWorkerEvent event = { .state = { .number = 3, .n_done = 57, .n_lost = 1 } };

  event.kind = APOOL_WORKER_NOT_MADE;
  event.why = "Cannot allocate memory";
  event.delay_msec = 1;
  apool_observer_worker_event (observer, &event);
  event.kind = APOOL_WORKER_MADE;
  event.why = NULL;
  event.delay_msec = 0;
  apool_observer_worker_event (observer, &event);
  event.state.pid = 123;
  event.state.host = "foo";
  event.state.n_waiting = 4;
  for (event.kind = APOOL_WORKER_READY; event.kind <= APOOL_WORKER_ENDED; event.kind++)
    {
      event.count =
          event.kind >= APOOL_WORKER_GRANTED && event.kind <= APOOL_WORKER_RECALLED ? 2 : 0;
      apool_observer_worker_event (observer, &event);
    }
  event.kind = APOOL_WORKER_LOST;
  event.state.n_running = 2;
  event.why = "killed by signal 9";
  apool_observer_worker_event (observer, &event);
  event.delay_msec = 1600;
  event.state.host = NULL;
  apool_observer_worker_event (observer, &event);
}

static void
test_worker_events (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ApoolObserver) notices = open_notices (fixture);

  tell_all (notices);
  ASSERT_SAID (fixture,
               "apool: worker 3: cannot be made: Cannot allocate memory: next one in 0.1 s\n"
               "apool: worker 3 (pid 123): lost: killed by signal 9\n"
               "apool: worker 3 (pid 123): lost: killed by signal 9: next one in 1.6 s\n");
}

#define WORKER "apool: debug: worker 3 (pid 123, host foo): "

static void
test_debug (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ApoolObserver) debug = NULL;

  open_files (fixture, APOOL_OUTPUT_INPUT_ORDER);
  debug = APOOL_OBSERVER (apool_debug_new (fixture->output));
  tell_all (debug);
  ASSERT_SAID (
      fixture,
      "apool: debug: worker 3: not made: 0 running, 0 waiting, 57 done, 1 lost: next in 1 ms: "
      "Cannot allocate memory\n"
      "apool: debug: worker 3: made: 0 running, 0 waiting, 57 done, 1 lost\n" WORKER
      "ready: 0 running, 4 waiting, 57 done, 1 lost\n" WORKER
      "granted 2: 0 running, 4 waiting, 57 done, 1 lost\n" WORKER
      "revoked 2: 0 running, 4 waiting, 57 done, 1 lost\n" WORKER
      "recalled 2: 0 running, 4 waiting, 57 done, 1 lost\n" WORKER
      "retiring: 0 running, 4 waiting, 57 done, 1 lost\n" WORKER
      "closed: 0 running, 4 waiting, 57 done, 1 lost\n" WORKER
      "ended: 0 running, 4 waiting, 57 done, 1 lost\n" WORKER
      "lost: 2 running, 4 waiting, 57 done, 1 lost: killed by signal 9\n"
      "apool: debug: worker 3 (pid 123): lost: 2 running, 4 waiting, 57 done, 1 lost: next in "
      "1600 ms: killed by signal 9\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/notices/retried", test_retried);
  ADD ("/notices/evicted", test_evicted);
  ADD ("/notices/timed-out", test_timed_out);
  ADD ("/notices/given-up", test_given_up);
  ADD ("/notices/flaky", test_flaky);
  ADD ("/notices/hook-succeeded", test_hook_succeeded);
  ADD ("/notices/hook-failed", test_hook_failed);
  ADD ("/notices/hook-dropped", test_hook_dropped);
  ADD ("/notices/worker-events", test_worker_events);
  ADD ("/notices/debug", test_debug);
#undef ADD
  return g_test_run ();
}
