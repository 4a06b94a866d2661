/* SPDX-License-Identifier: MIT */
/* A pool with fakes all around it: the source, the factory and its workers, one observer. */

#include "fake-run.h"

static void
fake_run_done_cb (const GError *error, gpointer data)
{
  FakeRun *self = data;

  g_assert_cmpuint (self->n_done, ==, 0);
  g_assert_true (fake_witness_is_done (self->witness));
  g_assert_cmpuint (fake_factory_get_n_living (self->factory), ==, 0);
  self->n_done++;
  self->error = error ? g_error_copy (error) : NULL;
}

/**
 * fake_run_open_scheduled:
 * @self: (out caller-allocates): what to fill
 * @limits: of the pool
 * @scheduler: (nullable): of the pool
 * @n_rows: how many inputs there are
 *
 */
void
fake_run_open_scheduled (FakeRun *self,
                         const ApoolPoolLimits *limits,
                         const ApoolSchedulerKind *scheduler,
                         guint64 n_rows)
{
  const char *const words[] = { "true", NULL };
  const ApoolTemplateConfig config = { .shell = APOOL_TEMPLATE_SHELL_AUTO };
  g_autoptr (ApoolSyntax) syntax = apool_syntax_new ();
  g_autoptr (GError) error = NULL;

  *self = (FakeRun){ .context = g_main_context_new () };
  self->factory = fake_factory_new (MAX (limits->jobs, limits->max_jobs));
  fake_watch_set_jobs (fake_factory_get_watch (self->factory), limits->jobs);
  self->source = fake_source_new (n_rows);
  self->witness = fake_witness_new (n_rows);
  fake_witness_set_limits (self->witness, limits->retries, limits->crash_limit);
  fake_watch_limit_tasks (fake_factory_get_watch (self->factory), limits->max_tasks);
  if (scheduler && scheduler->needs_key)
    fake_watch_bind_keys (fake_factory_get_watch (self->factory));
  if (limits->workers_prepare)
    fake_factory_prepare (self->factory);
  self->command = apool_template_new (words, syntax, &config, &error);
  g_assert_no_error (error);
  self->tasks = apool_tasks_new (APOOL_SOURCE (self->source), self->command);
  self->pool = apool_pool_new (self->context, APOOL_WORKER_FACTORY (self->factory), self->tasks,
                               limits, scheduler, fake_run_done_cb, self);
  apool_pool_add_observer (self->pool, APOOL_OBSERVER (self->witness));
}

/**
 * fake_run_open:
 * @self: (out caller-allocates): what to fill
 * @limits: of the pool
 * @n_rows: how many inputs there are
 *
 * The same with the usual scheduler.
 */
void
fake_run_open (FakeRun *self, const ApoolPoolLimits *limits, guint64 n_rows)
{
  fake_run_open_scheduled (self, limits, NULL, n_rows);
}

/**
 * fake_run_vary:
 * @self: a run that was not started
 * @values: (array zero-terminated=1): of its first tasks, and again of those after them
 *
 * Has each task weigh what its value says, and have the value itself for a key; spaces behind the
 * number make another key of it.
 */
void
fake_run_vary (FakeRun *self, const char *const *values)
{
  g_autoptr (ApoolSyntax) syntax = apool_syntax_new ();
  g_autoptr (GError) error = NULL;

  fake_source_repeat (self->source, values);
  self->value = apool_template_new_text ("{}", syntax, &error);
  g_assert_no_error (error);
  apool_tasks_set_key (self->tasks, self->value);
  apool_tasks_set_weight (self->tasks, self->value);
}

/**
 * fake_run_keep_log:
 * @self: a run that was not started
 *
 * Has everything be remembered.
 */
void
fake_run_keep_log (FakeRun *self)
{
  fake_factory_remember (self->factory);
  fake_witness_keep_log (self->witness);
}

/**
 * fake_run_open_logged_within:
 * @self: (out caller-allocates): what to fill
 * @limits: of the pool
 * @n_rows: how many inputs there are
 *
 * As fake_run_open(), and everything is remembered.
 */
void
fake_run_open_logged_within (FakeRun *self, const ApoolPoolLimits *limits, guint64 n_rows)
{
  fake_run_open (self, limits, n_rows);
  fake_run_keep_log (self);
}

/**
 * fake_run_open_logged:
 * @self: (out caller-allocates): what to fill
 * @jobs: of the pool's limits
 * @workers: of the pool's limits
 * @prefetch: of the pool's limits
 * @n_rows: how many inputs there are
 *
 * The same with limits of which the others are not set.
 */
void
fake_run_open_logged (FakeRun *self, guint jobs, guint workers, guint prefetch, guint64 n_rows)
{
  const ApoolPoolLimits limits = { .jobs = jobs, .workers = workers, .prefetch = prefetch };

  fake_run_open_logged_within (self, &limits, n_rows);
}

/**
 * fake_run_clear:
 * @self: a run, at whatever point
 */
void
fake_run_clear (FakeRun *self)
{
  g_clear_object (&self->pool);
  g_clear_pointer (&self->tasks, apool_tasks_free);
  g_clear_pointer (&self->command, apool_template_free);
  g_clear_pointer (&self->value, apool_template_free);
  g_clear_object (&self->witness);
  g_clear_object (&self->source);
  g_clear_object (&self->factory);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_clear_error (&self->error);
}

/**
 * fake_run_get_worker:
 * @self: a run
 * @index: which one, in the order in which they were made
 *
 * Returns: (transfer none): the worker
 */
FakeWorker *
fake_run_get_worker (FakeRun *self, guint index)
{
  return fake_factory_get_worker (self->factory, index);
}

/**
 * fake_run_start_all:
 * @self: a run
 *
 * Has all workers start what their slots allow.
 */
void
fake_run_start_all (FakeRun *self)
{
  for (guint i = 0; i < fake_factory_get_n_made (self->factory); i++)
    fake_worker_start_all (fake_run_get_worker (self, i));
}

/**
 * fake_run_finish:
 * @self: a run
 * @index: which worker
 * @seq: a task that it has started
 *
 * Has it finish that task.
 */
void
fake_run_finish (FakeRun *self, guint index, guint64 seq)
{
  fake_worker_finish (fake_run_get_worker (self, index), seq);
}

static gboolean
fake_run_work_cb (gpointer data)
{
  FakeRun *self = data;

  /* With nothing left to do for anybody, a pool that is not done would never be. */
  g_assert_true (fake_factory_work (self->factory));
  return G_SOURCE_CONTINUE;
}

/**
 * fake_run_work_until_done:
 * @self: a run that was started
 *
 * Has all workers do their work, as honest ones, until the pool says that it is done.
 */
void
fake_run_work_until_done (FakeRun *self)
{
  g_autoptr (GSource) work = g_idle_source_new ();

  g_source_set_callback (work, fake_run_work_cb, self, NULL);
  g_source_attach (work, self->context);
  while (self->n_done == 0)
    g_main_context_iteration (self->context, TRUE);
  g_source_destroy (work);
}

/**
 * fake_run_check_log:
 * @self: a run with a log
 * @log: what it must be by now
 */
void
fake_run_check_log (FakeRun *self, const char *log)
{
  g_assert_cmpstr (fake_witness_get_log (self->witness), ==, log);
}

/**
 * fake_run_check_events:
 * @self: a run with a log
 * @events: what happened to its workers since this was last asked
 */
void
fake_run_check_events (FakeRun *self, const char *events)
{
  g_autofree char *seen = fake_witness_take_events (self->witness);

  g_assert_cmpstr (seen, ==, events);
}

/**
 * fake_run_check_received:
 * @self: a run that is remembered
 * @index: which worker
 * @seqs: (array zero-terminated=1): all tasks that it must have been handed by now, in that order
 */
void
fake_run_check_received (FakeRun *self, guint index, const guint64 *seqs)
{
  GArray *received = fake_worker_get_state (fake_run_get_worker (self, index))->received;

  for (guint i = 0; i < received->len; i++)
    g_assert_cmpuint (g_array_index (received, guint64, i), ==, seqs[i]);
  g_assert_cmpuint (seqs[received->len], ==, 0);
}
