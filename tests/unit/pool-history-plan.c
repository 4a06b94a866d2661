/* SPDX-License-Identifier: MIT */
/* What a random history of a pool is about: limits, inputs, what may go wrong. */

#include "pool-history.h"

/* Keys and weights repeat themselves after so many inputs. */
#define N_VALUES 7u

static guint
history_plan_pick (GRand *random, guint n)
{
  return (guint) g_rand_int_range (random, 0, (gint32) n);
}

static gboolean
history_plan_toss (GRand *random, guint one_in)
{
  return history_plan_pick (random, one_in) == 0;
}

/* Returns a step at which something happens, in one history of so many, else 0. */
static guint
history_plan_pick_step (GRand *random, guint one_in)
{
  return history_plan_toss (random, one_in) ? 1 + history_plan_pick (random, 300) : 0;
}

static void
history_plan_draw_limits (ApoolPoolLimits *limits, GRand *random)
{
  static const guint MAX_TASKS[] = { 0, 0, 1, 2, 5 };
  static const guint RETRIES[] = { 0, 0, 1, 3, G_MAXUINT };

  limits->jobs = 1 + history_plan_pick (random, 8);
  limits->workers = 1 + history_plan_pick (random, limits->jobs + 1);
  limits->prefetch = history_plan_pick (random, 5);
  limits->max_tasks = MAX_TASKS[history_plan_pick (random, G_N_ELEMENTS (MAX_TASKS))];
  limits->retries = RETRIES[history_plan_pick (random, G_N_ELEMENTS (RETRIES))];
  limits->crash_limit = history_plan_pick (random, 4);
  limits->is_weighted = history_plan_toss (random, 4);
  limits->workers_prepare = history_plan_toss (random, 4);
  /* Delays pass in real time. */
  limits->delay_msec = history_plan_toss (random, 50) ? 1 : 0;
}

/* What goes wrong. */
static void
history_plan_draw_faults (HistoryPlan *self, GRand *random)
{
  self->fails = history_plan_toss (random, 2) ? 1 + history_plan_pick (random, 6) : 0;
  self->inits_fail = self->limits.workers_prepare && history_plan_toss (random, 3);
  self->loses = history_plan_toss (random, 3);
  self->breaks = history_plan_toss (random, 6);
  self->lies = history_plan_toss (random, 3);
  self->raves = history_plan_toss (random, 4);
  self->fails_at = history_plan_pick_step (random, 10);
  self->may_fail =
      self->loses || self->raves || self->breaks || self->inits_fail || self->fails_at > 0;
}

/**
 * history_plan_draw:
 * @self: (out caller-allocates): a plan
 * @random: where it comes from
 */
void
history_plan_draw (HistoryPlan *self, GRand *random)
{
  gsize n_kinds;
  const ApoolSchedulerKind *kinds = apool_scheduler_table_get (&n_kinds);

  *self = (HistoryPlan){ 0 };
  history_plan_draw_limits (&self->limits, random);
  history_plan_draw_faults (self, random);
  self->scheduler = &kinds[history_plan_pick (random, (guint) n_kinds)];
  self->n_rows = history_plan_pick (random, 80);
  self->stubborn = history_plan_pick (random, 6);
  self->has_on_error = history_plan_toss (random, 3);
  self->drains = history_plan_toss (random, 3);
  /* Whoever waits for a delay would do nothing else, and how often cannot be said. */
  self->congests = self->limits.delay_msec == 0 && history_plan_toss (random, 3);
  self->meddles = history_plan_toss (random, 4);
  self->closes_at = history_plan_pick_step (random, 6);
  self->terminates_at = history_plan_pick_step (random, 8);
  self->kills_at = history_plan_pick_step (random, 10);
}

/* Few keys, so that they meet; now and then a task that is heavier than everything. */
static void
history_plan_draw_values (const HistoryPlan *self, GRand *random, FakeRun *run)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) values = NULL;
  guint n_keys = 1 + history_plan_pick (random, 10);
  guint max_weight = self->limits.is_weighted ? self->limits.jobs + 2 : 1;

  for (guint i = 0; i < N_VALUES; i++)
    {
      guint weight = 1 + history_plan_pick (random, max_weight);
      g_autofree char *value =
          g_strdup_printf ("%u%*s", weight, (int) history_plan_pick (random, n_keys), "");

      g_strv_builder_add (builder, value);
    }
  values = g_strv_builder_end (builder);
  fake_run_vary (run, (const char *const *) values);
}

/**
 * history_plan_open_run:
 * @self: a plan
 * @random: what else there is to be drawn comes from here
 * @run: (out caller-allocates): what is planned
 */
void
history_plan_open_run (const HistoryPlan *self, GRand *random, FakeRun *run)
{
  fake_run_open_scheduled (run, &self->limits, self->scheduler, self->n_rows);
  if (self->limits.is_weighted || self->scheduler->needs_key || history_plan_toss (random, 4))
    history_plan_draw_values (self, random, run);
  if (self->has_on_error)
    apool_pool_set_on_error (run->pool, "cleanup");
  if (history_plan_toss (random, 2))
    fake_source_hold (run->source);
  if (history_plan_toss (random, 3))
    for (guint64 line = 1; line <= self->n_rows; line++)
      if (history_plan_toss (random, 5))
        fake_source_spoil (run->source, line, "\0", 1);
}
