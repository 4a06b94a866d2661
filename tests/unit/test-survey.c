/* SPDX-License-Identifier: MIT */
/* A pool that stands still, and what its workers say of what they run. */

#include <glib.h>
#include <string.h>

#include "fake-run.h"

typedef struct
{
  FakeRun run;
  guint n_told;
  GString *text; /* of the last survey */
} TestSurvey;

static void
test_survey_told_cb (const ApoolSurveyJob *jobs, gsize n_jobs, gpointer data)
{
  TestSurvey *self = data;

  self->n_told++;
  g_string_truncate (self->text, 0);
  for (gsize i = 0; i < n_jobs; i++)
    {
      g_string_append_printf (self->text, "%" G_GUINT64_FORMAT " at %u/%u",
                              apool_task_get_seq (jobs[i].task), jobs[i].worker, jobs[i].slot);
      if (jobs[i].state)
        g_string_append_printf (self->text, " %u %.*s", jobs[i].state->pid,
                                (int) jobs[i].state->length, jobs[i].state->line);
      g_string_append (self->text, "; ");
    }
}

/* Two workers, with a job each. */
static void
test_survey_open (TestSurvey *self)
{
  *self = (TestSurvey){ .text = g_string_new (NULL) };
  fake_run_open_logged (&self->run, 2, 2, 0, 2);
  apool_pool_start (self->run.pool);
  fake_run_start_all (&self->run);
  apool_pool_ask (self->run.pool, test_survey_told_cb, self);
}

static void
test_survey_clear (TestSurvey *self)
{
  fake_run_clear (&self->run);
  g_string_free (self->text, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TestSurvey, test_survey_clear)

static gboolean
test_survey_answer (TestSurvey *self, guint index, guint64 seq, guint64 token)
{
  const ApoolJobState state = { seq, 77, 1, FALSE, "line", 4 };
  FakeWorker *worker = fake_run_get_worker (&self->run, index);

  return apool_worker_proxy_report_answer (APOOL_WORKER_PROXY (worker), token, &state, 1);
}

static guint64
test_survey_get_token (TestSurvey *self, guint index)
{
  return fake_worker_get_state (fake_run_get_worker (&self->run, index))->token;
}

static void
test_survey_all (void)
{
  g_auto (TestSurvey) self = { { 0 } };

  test_survey_open (&self);
  g_assert_true (test_survey_answer (&self, 1, 2, test_survey_get_token (&self, 1)));
  g_assert_false (g_main_context_iteration (self.run.context, FALSE));
  g_assert_true (test_survey_answer (&self, 0, 1, test_survey_get_token (&self, 0)));
  g_assert_cmpuint (self.n_told, ==, 0);
  while (self.n_told == 0)
    g_main_context_iteration (self.run.context, TRUE);
  g_assert_cmpstr (self.text->str, ==, "1 at 1/1 77 line; 2 at 2/2 77 line; ");
}

static void
test_survey_silent (void)
{
  g_auto (TestSurvey) self = { { 0 } };

  g_test_summary ("A worker that does not answer is waited for a second, and its jobs are told.");
  test_survey_open (&self);
  g_assert_true (test_survey_answer (&self, 1, 2, test_survey_get_token (&self, 1)));
  while (self.n_told == 0)
    g_main_context_iteration (self.run.context, TRUE);
  g_assert_cmpstr (self.text->str, ==, "1 at 1/1; 2 at 2/2 77 line; ");
  /* What it says later is of no use, and no fault. */
  g_assert_true (test_survey_answer (&self, 0, 1, test_survey_get_token (&self, 0)));
  g_assert_cmpuint (self.n_told, ==, 1);
}

static void
test_survey_lost (void)
{
  g_auto (TestSurvey) self = { { 0 } };

  g_test_summary ("One that is lost is not waited for.");
  test_survey_open (&self);
  g_assert_true (test_survey_answer (&self, 1, 2, test_survey_get_token (&self, 1)));
  fake_worker_die (fake_run_get_worker (&self.run, 0), "killed");
  while (self.n_told == 0)
    g_main_context_iteration (self.run.context, TRUE);
  g_assert_cmpstr (self.text->str, ==, "2 at 2/2 77 line; ");
}

static void
test_survey_misfit (void)
{
  g_auto (TestSurvey) self = { { 0 } };

  g_test_summary ("What does not fit the books is refused.");
  test_survey_open (&self);
  g_assert_false (test_survey_answer (&self, 0, 2, test_survey_get_token (&self, 0)));
  g_assert_false (test_survey_answer (&self, 0, 9, test_survey_get_token (&self, 0)));
  g_assert_true (test_survey_answer (&self, 0, 1, test_survey_get_token (&self, 0)));
  g_assert_false (test_survey_answer (&self, 0, 1, test_survey_get_token (&self, 0)));
}

static void
test_survey_nobody (void)
{
  g_auto (TestSurvey) self = { .text = g_string_new (NULL) };

  g_test_summary ("Where there is no worker the answer comes at once, but not from within.");
  fake_run_open_logged (&self.run, 2, 2, 0, 2);
  apool_pool_ask (self.run.pool, test_survey_told_cb, &self);
  g_assert_cmpuint (self.n_told, ==, 0);
  while (self.n_told == 0)
    g_main_context_iteration (self.run.context, TRUE);
  g_assert_cmpstr (self.text->str, ==, "");
}

static void
test_survey_unfinished (void)
{
  g_auto (TestSurvey) self = { { 0 } };

  g_test_summary ("Nobody is told after the end of the pool.");
  test_survey_open (&self);
}

/* ---- pauses ---- */

static void
test_survey_paused (void)
{
  g_auto (TestSurvey) self = { { 0 } };
  FakeRun *run = &self.run;

  g_test_summary ("All workers are told, and one that is made later too.");
  test_survey_open (&self);
  apool_pool_set_paused (run->pool, TRUE);
  g_assert_true (fake_worker_get_state (fake_run_get_worker (run, 0))->is_paused);
  g_assert_true (fake_worker_get_state (fake_run_get_worker (run, 1))->is_paused);
  fake_worker_die (fake_run_get_worker (run, 0), "killed");
  apool_pool_set_paused (run->pool, FALSE);
  g_assert_false (fake_worker_get_state (fake_run_get_worker (run, 1))->is_paused);
}

static void
test_survey_paused_later (void)
{
  g_auto (TestSurvey) self = { .text = g_string_new (NULL) };
  FakeRun *run = &self.run;

  fake_run_open_logged (run, 1, 1, 0, 1);
  apool_pool_set_paused (run->pool, TRUE);
  apool_pool_start (run->pool);
  g_assert_true (fake_worker_get_state (fake_run_get_worker (run, 0))->is_paused);
}

static void
test_survey_paused_task (void)
{
  g_auto (TestSurvey) self = { { 0 } };
  FakeRun *run = &self.run;

  g_test_summary ("Only the worker that has a task is told to stop it.");
  test_survey_open (&self);
  g_assert_true (apool_pool_set_task_paused (run->pool, 2, TRUE));
  g_assert_cmpuint (fake_worker_get_state (fake_run_get_worker (run, 0))->paused_seq, ==, 0);
  g_assert_cmpuint (fake_worker_get_state (fake_run_get_worker (run, 1))->paused_seq, ==, 2);
  g_assert_false (apool_pool_set_task_paused (run->pool, 9, TRUE));
  g_assert_cmpuint (fake_worker_get_state (fake_run_get_worker (run, 1))->paused_seq, ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/survey/all", test_survey_all);
  g_test_add_func ("/survey/silent", test_survey_silent);
  g_test_add_func ("/survey/lost", test_survey_lost);
  g_test_add_func ("/survey/misfit", test_survey_misfit);
  g_test_add_func ("/survey/nobody", test_survey_nobody);
  g_test_add_func ("/survey/unfinished", test_survey_unfinished);
  g_test_add_func ("/survey/paused", test_survey_paused);
  g_test_add_func ("/survey/paused-later", test_survey_paused_later);
  g_test_add_func ("/survey/paused-task", test_survey_paused_task);
  return g_test_run ();
}
