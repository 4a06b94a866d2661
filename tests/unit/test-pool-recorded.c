/* SPDX-License-Identifier: MIT */
/* Tasks that were run before: the pool settles them as they ended then, and runs nothing. What the
 * log of a run says is explained in fake-witness.c. */

#include <glib.h>

#include "fake-recorded.h"
#include "fake-run.h"
#include "pool/apool-halt.h"

#define FAKE_TYPE_JUDGE (fake_judge_get_type ())
G_DECLARE_FINAL_TYPE (FakeJudge, fake_judge, FAKE, JUDGE, GObject)

/* Recalls the first jobs, of which the first ones have succeeded. */
struct _FakeJudge
{
  GObject parent_instance;

  guint64 n_recalled;
  guint64 n_good;
};

static void fake_judge_iface_init (ApoolJudgeInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeJudge,
                               fake_judge,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_JUDGE, fake_judge_iface_init))

static ApoolVerdict
fake_judge_judge (ApoolJudge *judge, ApoolIdentity *identity, guint64 seq, ApoolRecorded **recorded)
{
  FakeJudge *self = FAKE_JUDGE (judge);

  if (seq > self->n_recalled)
    return APOOL_VERDICT_RUN;
  *recorded = APOOL_RECORDED (fake_recorded_new (seq > self->n_good, "out", "err"));
  return APOOL_VERDICT_RECALL;
}

static void
fake_judge_iface_init (ApoolJudgeInterface *iface)
{
  iface->judge = fake_judge_judge;
}

static void
fake_judge_class_init (FakeJudgeClass *klass)
{
}

static void
fake_judge_init (FakeJudge *self)
{
}

/* A run whose first @n_recalled tasks were run before; the first @n_good of them succeeded. */
static FakeJudge *
recall (FakeRun *run, guint64 n_recalled, guint64 n_good)
{
  FakeJudge *judge = g_object_new (FAKE_TYPE_JUDGE, NULL);

  judge->n_recalled = n_recalled;
  judge->n_good = n_good;
  apool_tasks_set_judge (run->tasks, APOOL_JUDGE (judge), "");
  return judge;
}

static void
wait_done (FakeRun *run)
{
  while (run->n_done == 0)
    g_main_context_iteration (run->context, TRUE);
  g_assert_no_error (run->error);
}

/* No worker is made for them, nothing is run about those that failed, and none is tried again. */
static void
test_all (void)
{
  const ApoolPoolLimits limits = { .jobs = 2, .workers = 2, .retries = 3, .crash_limit = 3 };
  g_auto (FakeRun) run = { 0 };
  g_autoptr (FakeJudge) judge = NULL;

  fake_run_open_logged_within (&run, &limits, 4);
  judge = recall (&run, 4, 3);
  apool_pool_set_on_error (run.pool, "cleanup");
  apool_pool_start (run.pool);
  wait_done (&run);
  fake_run_check_log (&run, "-1 -2 -3 x4 .");
  g_assert_cmpuint (fake_factory_get_n_made (run.factory), ==, 0);
}

/* In the middle of a run, they wait for nobody, and need no slot. */
static void
test_some (void)
{
  g_auto (FakeRun) run = { 0 };
  g_autoptr (FakeJudge) judge = NULL;

  fake_run_open_logged (&run, 1, 1, 0, 5);
  judge = recall (&run, 3, 2);
  apool_pool_start (run.pool);
  fake_run_check_log (&run, "-1 -2 x3");
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "-1 -2 x3 +4 -4 +5 -5 .");
}

/* There may be a million of them: the context has its turn all the same. */
static void
test_many (void)
{
  g_auto (FakeRun) run = { 0 };
  g_autoptr (FakeJudge) judge = NULL;

  fake_run_open_logged (&run, 1, 1, 0, 1000);
  judge = recall (&run, 1000, 1000);
  apool_pool_start (run.pool);
  g_assert_cmpuint (run.n_done, ==, 0);
  g_assert_cmpuint (fake_source_get_n_taken (run.source), <=, 100);
  apool_pool_set_congested (run.pool, TRUE, 0);
  while (g_main_context_iteration (run.context, FALSE))
    continue;
  g_assert_cmpuint (fake_source_get_n_taken (run.source), <=, 100);
  apool_pool_set_congested (run.pool, FALSE, 0);
  wait_done (&run);
  g_assert_cmpuint (fake_source_get_n_taken (run.source), ==, 1000);
}

static void
decided_cb (const ApoolHaltVerdict *verdict, gpointer data)
{
  *(guint64 *) data = verdict->seq;
}

static void
check_halt (ApoolHaltWhen when, ApoolHaltOn on, guint64 n, guint64 seq, const char *log)
{
  const ApoolHaltRule rule = { .when = when, .on = on, .n = n };
  g_auto (FakeRun) run = { 0 };
  g_autoptr (FakeJudge) judge = NULL;
  g_autoptr (ApoolHalt) halt = NULL;
  guint64 decided = 0;

  fake_run_open_logged (&run, 2, 2, 0, 9);
  judge = recall (&run, 6, 2);
  halt = apool_halt_new (run.pool, run.tasks, &rule, decided_cb, &decided);
  apool_pool_add_observer (run.pool, APOOL_OBSERVER (halt));
  apool_pool_start (run.pool);
  wait_done (&run);
  g_assert_cmpuint (decided, ==, seq);
  fake_run_check_log (&run, log);
  g_assert_cmpuint (fake_factory_get_n_made (run.factory), ==, 0);
}

/* They count as if they were run now, and end a run as those would. */
static void
test_halt (void)
{
  check_halt (APOOL_HALT_NOW, APOOL_HALT_ON_FAIL, 2, 4, "-1 -2 x3 x4 .");
  check_halt (APOOL_HALT_SOON, APOOL_HALT_ON_FAIL, 1, 3, "-1 -2 x3 .");
  check_halt (APOOL_HALT_SOON, APOOL_HALT_ON_DONE, 6, 6, "-1 -2 x3 x4 x5 x6 .");
  check_halt (APOOL_HALT_NOW, APOOL_HALT_ON_SUCCESS, 2, 2, "-1 -2 .");
}

static void
ask_cb (ApoolTask *task, gpointer data)
{
  *(guint64 *) data = apool_task_get_seq (task);
}

/* Nobody is asked whether to run what is not run. */
static void
test_asked (void)
{
  g_auto (FakeRun) run = { 0 };
  g_autoptr (FakeJudge) judge = NULL;
  guint64 asked = 0;

  fake_run_open_logged (&run, 1, 1, 0, 3);
  judge = recall (&run, 2, 2);
  apool_pool_set_ask (run.pool, ask_cb, &asked);
  apool_pool_start (run.pool);
  fake_run_check_log (&run, "-1 -2");
  g_assert_cmpuint (asked, ==, 3);
  apool_pool_answer (run.pool, TRUE);
  fake_run_work_until_done (&run);
  fake_run_check_log (&run, "-1 -2 +3 -3 .");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pool-recorded/all", test_all);
  g_test_add_func ("/pool-recorded/some", test_some);
  g_test_add_func ("/pool-recorded/many", test_many);
  g_test_add_func ("/pool-recorded/halt", test_halt);
  g_test_add_func ("/pool-recorded/asked", test_asked);
  return g_test_run ();
}
