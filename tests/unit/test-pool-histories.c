/* SPDX-License-Identifier: MIT */
/* The pool in thousands of random histories: limits, inputs, the order of all that can happen, what
 * goes wrong and when, who asks for the end. A seed makes a history; at each step one of the things
 * that could happen next is drawn and happens. Whatever that is, the fakes and the checks hold the
 * pool to its promises, and the run comes to an end.
 *
 * APOOL_TEST_SEEDS=N tries the seeds 1 … N; APOOL_TEST_SEED=N tries that one and says what
 * happens. */

#include <glib.h>

#include "pool-history.h"

#define DEFAULT_SEEDS 2000u
/* Far more than any history takes that comes to an end. */
#define MAX_STEPS 100000u
/* So many failures there are at most in a history: tasks with attempts without limit must end. */
#define MAX_FAILURES 100u
/* How likely something is that happens all the time; other weights compare to it. */
#define USUAL 16u

typedef struct
{
  HistoryPlan plan;
  HistoryState state;
  FakeRun run;
  GRand *random;
  GArray *moves;      /* HistoryMove: what can happen next */
  guint total_weight; /* of all moves */
  gboolean is_traced;
} History;

typedef void (*HistoryMoveFunc) (History *self, FakeWorker *worker, guint64 seq);

/* Something that can happen. */
typedef struct
{
  const char *name;
  HistoryMoveFunc func;
  FakeWorker *worker; /* (nullable) */
  guint64 seq;
  guint weight;
} HistoryMove;

/* Returns a number from 0 to @n - 1. */
static guint
history_draw (History *self, guint n)
{
  return (guint) g_rand_int_range (self->random, 0, (gint32) n);
}

static gboolean
history_toss (History *self, guint one_in)
{
  return history_draw (self, one_in) == 0;
}

/* ---- what workers do ---- */

static void
history_get_ready (History *self, FakeWorker *worker, guint64 seq)
{
  fake_worker_get_ready (worker);
}

static void
history_fail_init (History *self, FakeWorker *worker, guint64 seq)
{
  fake_worker_fail_init (worker);
}

static void
history_start (History *self, FakeWorker *worker, guint64 seq)
{
  (void) fake_worker_start (worker);
}

static void
history_exit (History *self, FakeWorker *worker, guint64 seq)
{
  fake_worker_exit (worker, seq);
}

/* Failures come in both kinds; also what is run about a failure may fail. */
static void
history_finish (History *self, FakeWorker *worker, guint64 seq)
{
  HistoryState *state = &self->state;
  gboolean fails = self->plan.fails > 0 && state->n_failures < MAX_FAILURES &&
                   history_toss (self, self->plan.fails);

  state->n_failures += fails;
  if (fails)
    fake_worker_fail (worker, seq,
                      history_toss (self, 2) ? APOOL_OUTCOME_EXITED : APOOL_OUTCOME_SIGNALLED, 1);
  else
    fake_worker_finish (worker, seq);
}

/* A worker that is to end everything gives everything back, or would never be rid of it. */
static void
history_answer (History *self, FakeWorker *worker, guint64 seq)
{
  const FakeWorkerState *state = fake_worker_get_state (worker);
  gboolean lies = self->plan.lies && state->n_terminates == 0;

  fake_worker_answer_recall (worker, lies ? history_draw (self, 3) : G_MAXUINT);
}

static void
history_end (History *self, FakeWorker *worker, guint64 seq)
{
  fake_worker_die (worker, NULL);
}

static void
history_lose (History *self, FakeWorker *worker, guint64 seq)
{
  fake_worker_die (worker, "killed");
}

/* Says that @seq has ended, which does not fit. */
static void
history_rave_finished (ApoolWorkerProxy *proxy, guint64 seq)
{
  ApoolUsage usage = { 0 };
  g_autoptr (ApoolOutcome) outcome =
      apool_outcome_new (APOOL_OUTCOME_EXITED, 1, &usage, FALSE, FALSE, NULL);

  g_assert_false (apool_worker_proxy_report_finished (proxy, seq, outcome));
}

/* Says something that is wrong of a task that waits there, @seq, or that it does not have. */
static void
history_rave (History *self, FakeWorker *worker, guint64 seq)
{
  ApoolWorkerProxy *proxy = APOOL_WORKER_PROXY (worker);
  const FakeWorkerState *state = fake_worker_get_state (worker);
  guint n_tasks = apool_worker_proxy_get_n_tasks (proxy);

  g_assert_false (apool_worker_proxy_report_started (proxy, self->plan.n_rows + 1, 0));
  if (state->running->len > 0)
    g_assert_false (apool_worker_proxy_report_started (
        proxy, g_array_index (state->running, guint64, state->running->len - 1), 0));
  history_rave_finished (proxy, seq);
  g_assert_false (apool_worker_proxy_report_output (proxy, seq, APOOL_STREAM_STDERR, "x", 1));
  g_assert_cmpuint (apool_worker_proxy_get_n_tasks (proxy), ==, n_tasks);
  if (state->recalls->len == 0)
    g_assert_false (apool_worker_proxy_report_recalled (proxy, &seq, 1));
  if (fake_worker_is_talking (worker) && history_toss (self, 2))
    fake_worker_die (worker, "raved");
}

/* ---- what others do ---- */

static void
history_provide (History *self, FakeWorker *worker, guint64 seq)
{
  fake_source_provide (self->run.source, 1 + history_draw (self, 10));
}

/* For the next ones only, of which the pool may give up or not. */
static void
history_break_factory (History *self, FakeWorker *worker, guint64 seq)
{
  fake_factory_fail_times (self->run.factory, "no more processes", 1 + history_draw (self, 4));
}

static void
history_congest (History *self, FakeWorker *worker, guint64 seq)
{
  self->state.is_congested = !self->state.is_congested;
  apool_pool_set_congested (self->run.pool, self->state.is_congested, 0);
}

static void
history_stream (History *self, FakeWorker *worker, guint64 seq)
{
  apool_pool_stream_task (self->run.pool, 1 + history_draw (self, self->plan.n_rows + 1));
}

static void
history_close (History *self)
{
  if (!self->state.is_closed)
    self->state.n_made_at_close = fake_factory_get_n_made (self->run.factory);
  self->state.is_closed = TRUE;
  fake_witness_forbid_retries (self->run.witness);
  apool_pool_close (self->run.pool);
}

static void
history_terminate (History *self, gboolean now)
{
  self->state.is_terminated = TRUE;
  fake_witness_forbid_retries (self->run.witness);
  apool_pool_terminate (self->run.pool, now);
}

/* From within an event. */
static void
history_meddle_cb (guint64 seq, gpointer data)
{
  History *self = data;

  /* There are many more events of workers than of tasks. */
  if (seq == 0 && !history_toss (self, 4))
    return;
  switch (history_draw (self, 60))
    {
    case 0:
      history_close (self);
      break;
    case 1:
      history_terminate (self, history_toss (self, 2));
      break;
    case 2:
    case 3:
    case 4:
      history_congest (self, NULL, 0);
      history_congest (self, NULL, 0);
      break;
    case 5:
    case 6:
    case 7:
      history_stream (self, NULL, 0);
      break;
    default:
      break;
    }
}

/* ---- what can happen ---- */

static void
history_add (History *self,
             const char *name,
             HistoryMoveFunc func,
             FakeWorker *worker,
             guint64 seq,
             guint weight)
{
  HistoryMove move = { name, func, worker, seq, weight };

  g_array_append_val (self->moves, move);
  self->total_weight += weight;
}

static void
history_add_tasks (History *self, FakeWorker *worker)
{
  const FakeWorkerState *state = fake_worker_get_state (worker);

  for (guint i = 0; i < state->running->len; i++)
    {
      guint64 seq = g_array_index (state->running, guint64, i);
      gboolean is_long = self->plan.stubborn > 0 && seq % self->plan.stubborn == 0;

      history_add (self, "finish", history_finish, worker, seq, is_long ? 1 : USUAL);
      if (self->plan.drains)
        history_add (self, "exit", history_exit, worker, seq, is_long ? 1 : USUAL);
    }
  for (guint i = 0; i < state->draining->len; i++)
    history_add (self, "finish", history_finish, worker,
                 g_array_index (state->draining, guint64, i), USUAL / 4);
}

static void
history_add_faults (History *self, FakeWorker *worker)
{
  const FakeWorkerState *state = fake_worker_get_state (worker);
  guint64 seq = state->waiting->len > 0
                    ? g_array_index (state->waiting, guint64, state->waiting->len - 1)
                    : self->plan.n_rows + 1;

  if (self->plan.inits_fail && !state->is_ready)
    history_add (self, "fail init", history_fail_init, worker, 0, 2);
  if (self->plan.loses)
    history_add (self, "lose", history_lose, worker, 0, 1);
  if (self->plan.raves)
    history_add (self, "rave", history_rave, worker, seq, 1);
}

static void
history_add_worker (History *self, FakeWorker *worker)
{
  const FakeWorkerState *state = fake_worker_get_state (worker);

  if (state->is_gone)
    return;
  if (!fake_worker_is_talking (worker))
    {
      history_add (self, "end", history_end, worker, 0, USUAL);
      return;
    }
  if (!state->is_ready)
    history_add (self, "get ready", history_get_ready, worker, 0, USUAL / 2);
  if (fake_worker_can_start (worker))
    history_add (self, "start", history_start, worker, 0, USUAL);
  if (state->recalls->len > 0)
    history_add (self, "answer", history_answer, worker, 0, USUAL);
  history_add_tasks (self, worker);
  history_add_faults (self, worker);
}

static void
history_collect (History *self)
{
  FakeFactory *factory = self->run.factory;

  g_array_set_size (self->moves, 0);
  self->total_weight = 0;
  for (guint i = 0; i < fake_factory_get_n_made (factory); i++)
    history_add_worker (self, fake_factory_get_worker (factory, i));
  if (fake_source_is_waited_for (self->run.source))
    history_add (self, "provide", history_provide, NULL, 0, USUAL / 2);
  if (self->plan.congests || self->state.is_congested)
    history_add (self, "congest", history_congest, NULL, 0, self->state.is_congested ? 4 : 1);
  if (self->plan.breaks && self->moves->len > 0)
    history_add (self, "break factory", history_break_factory, NULL, 0, 1);
}

static const HistoryMove *
history_choose (History *self)
{
  guint ticket = history_draw (self, self->total_weight);

  for (guint i = 0; i < self->moves->len; i++)
    {
      const HistoryMove *move = &g_array_index (self->moves, HistoryMove, i);

      if (ticket < move->weight)
        return move;
      ticket -= move->weight;
    }
  g_assert_not_reached ();
}

/* ---- a history ---- */

static void
history_intervene (History *self)
{
  guint n_steps = self->state.n_steps;

  if (n_steps == self->plan.closes_at)
    history_close (self);
  if (n_steps == self->plan.terminates_at)
    history_terminate (self, FALSE);
  if (n_steps == self->plan.kills_at)
    history_terminate (self, TRUE);
  if (n_steps == self->plan.fails_at)
    fake_factory_fail (self->run.factory, "no more processes");
}

static void
history_move (History *self)
{
  const HistoryMove *move = history_choose (self);

  if (self->is_traced)
    g_test_message ("%u: %s %u %" G_GUINT64_FORMAT, self->state.n_steps, move->name,
                    move->worker ? apool_worker_proxy_get_pid (APOOL_WORKER_PROXY (move->worker))
                                 : 0,
                    move->seq);
  move->func (self, move->worker, move->seq);
  history_check (&self->plan, &self->state, &self->run);
}

/* Returns whether anything could happen. */
static gboolean
history_step (History *self)
{
  g_assert_cmpuint (++self->state.n_steps, <, MAX_STEPS);
  history_intervene (self);
  history_check (&self->plan, &self->state, &self->run);
  if (self->run.n_done > 0)
    return TRUE;
  history_collect (self);
  if (self->moves->len == 0)
    return FALSE;
  history_move (self);
  return TRUE;
}

static void
history_live (History *self)
{
  GMainContext *context = self->run.context;

  apool_pool_start (self->run.pool);
  while (self->run.n_done == 0)
    {
      if (g_main_context_iteration (context, FALSE) || history_step (self))
        continue;
      history_check_quiet (&self->plan, &self->run);
      g_main_context_iteration (context, TRUE);
    }
}

static void
history_play (guint32 seed, gboolean is_traced)
{
  History self = { .random = g_rand_new_with_seed (seed), .is_traced = is_traced };

  g_test_message ("seed %u", seed);
  self.moves = g_array_new (FALSE, FALSE, sizeof (HistoryMove));
  history_plan_draw (&self.plan, self.random);
  history_plan_open_run (&self.plan, self.random, &self.run);
  if (history_toss (&self, 8))
    {
      fake_source_fail_after (self.run.source, history_draw (&self, 80), "unreadable");
      self.plan.may_fail = TRUE;
    }
  if (self.plan.meddles)
    fake_witness_set_hook (self.run.witness, history_meddle_cb, &self);
  history_live (&self);
  history_check_end (&self.plan, &self.state, &self.run);
  fake_run_clear (&self.run);
  g_array_unref (self.moves);
  g_rand_free (self.random);
}

/* Returns the number in a variable of the environment, or @otherwise. */
static guint
history_get_variable (const char *name, guint otherwise)
{
  const char *text = g_getenv (name);
  g_autoptr (GError) error = NULL;
  guint64 number = otherwise;

  if (text)
    g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT32, &number, &error);
  g_assert_no_error (error);
  return (guint) number;
}

static void
test_histories_random (void)
{
  guint n_seeds = history_get_variable ("APOOL_TEST_SEEDS", DEFAULT_SEEDS);
  guint only = history_get_variable ("APOOL_TEST_SEED", 0);

  for (guint seed = 1; only == 0 && seed <= n_seeds; seed++)
    history_play (seed, FALSE);
  if (only > 0)
    history_play (only, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pool-histories/random", test_histories_random);
  return g_test_run ();
}
