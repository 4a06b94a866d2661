/* SPDX-License-Identifier: MIT */
/* The pool in thousands of random histories: limits, inputs, the order of all that can happen, what
 * goes wrong and when, who asks for the end. A seed makes a history; at each step one of the things
 * that could happen next is drawn and happens. Whatever that is, the fakes hold the pool to its
 * promises, no slot stays empty while a task could have it, and the run comes to an end.
 *
 * APOOL_TEST_SEEDS=N tries the seeds 1 … N; APOOL_TEST_SEED=N tries that one and says what
 * happens. */

#include <glib.h>

#include "fake-run.h"

#define DEFAULT_SEEDS 2000u
/* Far more than any history takes that comes to an end. */
#define MAX_STEPS 100000u
/* How likely something is that happens all the time; other weights compare to it. */
#define USUAL 16u

typedef struct
{
  FakeRun run;
  GRand *random;
  ApoolPoolLimits limits;
  guint64 n_rows;
  guint stubborn; /* one task in so many takes long; 0 where none does */
  gboolean loses;
  gboolean lies; /* about what it could give back */
  gboolean drains;
  gboolean raves;
  gboolean congests;
  gboolean meddles;  /* an observer asks for things from within events */
  gboolean may_fail; /* the pool may end with an error */
  guint closes_at;   /* steps; 0 for never, here and below */
  guint terminates_at;
  guint kills_at;
  guint fails_at;     /* the factory does */
  GArray *moves;      /* HistoryMove: what can happen next */
  guint total_weight; /* of all moves */
  guint n_steps;
  gboolean is_congested;
  gboolean is_closed;
  guint n_made_at_close; /* workers */
  gboolean is_terminated;
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
history_start (History *self, FakeWorker *worker, guint64 seq)
{
  (void) fake_worker_start (worker);
}

static void
history_exit (History *self, FakeWorker *worker, guint64 seq)
{
  fake_worker_exit (worker, seq);
}

static void
history_finish (History *self, FakeWorker *worker, guint64 seq)
{
  fake_worker_finish (worker, seq);
}

/* A worker that is to end everything gives everything back, or would never be rid of it. */
static void
history_answer (History *self, FakeWorker *worker, guint64 seq)
{
  const FakeWorkerState *state = fake_worker_get_state (worker);
  gboolean lies = self->lies && state->n_terminates == 0;

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

  g_assert_false (apool_worker_proxy_report_started (proxy, self->n_rows + 1, 0));
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

static void
history_congest (History *self, FakeWorker *worker, guint64 seq)
{
  self->is_congested = !self->is_congested;
  apool_pool_set_congested (self->run.pool, self->is_congested);
}

static void
history_stream (History *self, FakeWorker *worker, guint64 seq)
{
  apool_pool_stream_task (self->run.pool, 1 + history_draw (self, (guint) self->n_rows + 1));
}

static void
history_close (History *self)
{
  if (!self->is_closed)
    self->n_made_at_close = fake_factory_get_n_made (self->run.factory);
  self->is_closed = TRUE;
  apool_pool_close (self->run.pool);
}

static void
history_terminate (History *self, gboolean now)
{
  self->is_terminated = TRUE;
  apool_pool_terminate (self->run.pool, now);
}

/* From within an event. */
static void
history_meddle_cb (guint64 seq, gpointer data)
{
  History *self = data;

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
      gboolean is_long = self->stubborn > 0 && seq % self->stubborn == 0;

      history_add (self, "finish", history_finish, worker, seq, is_long ? 1 : USUAL);
      if (self->drains)
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
                    : self->n_rows + 1;

  if (self->loses)
    history_add (self, "lose", history_lose, worker, 0, 1);
  if (self->raves)
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
  if (self->congests || self->is_congested)
    history_add (self, "congest", history_congest, NULL, 0, self->is_congested ? 4 : 1);
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

/* ---- what must hold ---- */

/* What the living workers have, by the pool's books. */
typedef struct
{
  guint n_slots;
  guint n_tasks;
  guint n_free;          /* slots without a task */
  gboolean is_ending;    /* the pool has told them to end what runs */
  gboolean is_avoidable; /* a task waits behind others, and is not called back */
} HistoryBooks;

static void
history_add_up (FakeWorker *worker, HistoryBooks *books)
{
  const FakeWorkerState *state = fake_worker_get_state (worker);
  ApoolWorkerProxy *proxy = APOOL_WORKER_PROXY (worker);
  guint n_slots = fake_worker_get_n_slots (worker);
  guint n_tasks = apool_worker_proxy_get_n_tasks (proxy);

  if (state->is_gone)
    return;
  books->n_slots += n_slots;
  books->n_tasks += n_tasks;
  books->n_free += n_slots > n_tasks ? n_slots - n_tasks : 0;
  books->is_ending |= state->n_terminates + state->n_kills > 0;
  books->is_avoidable |=
      n_tasks > n_slots && state->waiting->len > 0 && !apool_worker_proxy_is_recalling (proxy);
}

/* Nothing is begun after the end: nobody is asked to, and nobody keeps what he could begin. */
static void
history_check_closed (History *self, const HistoryBooks *books)
{
  g_assert_cmpuint (fake_factory_get_n_made (self->run.factory), ==, self->n_made_at_close);
  g_assert_false (books->is_avoidable);
}

/* The pool reads no further ahead than it may, and keeps no slot empty without need. */
static void
history_check (History *self)
{
  FakeFactory *factory = self->run.factory;
  guint64 n_owed =
      fake_source_get_n_taken (self->run.source) - fake_witness_get_n_settled (self->run.witness);
  guint n_workers = MIN (self->limits.workers, self->limits.jobs);
  HistoryBooks books = { 0 };

  for (guint i = 0; i < fake_factory_get_n_made (factory); i++)
    history_add_up (fake_factory_get_worker (factory, i), &books);
  if (self->run.n_done > 0 || self->is_terminated || books.is_ending)
    return;
  g_assert_cmpuint (n_owed, <=, self->limits.jobs + self->limits.prefetch * n_workers);
  if (self->is_closed)
    {
      history_check_closed (self, &books);
      return;
    }
  if (self->fails_at == 0 || self->n_steps < self->fails_at)
    books.n_free += self->limits.jobs - books.n_slots;
  if (books.n_free == 0)
    return;
  g_assert_cmpuint (n_owed, ==, books.n_tasks);
  g_assert_false (books.is_avoidable);
  if (!self->is_congested)
    g_assert_cmpuint (fake_source_get_n_ready (self->run.source), ==, 0);
}

static void
history_check_end (History *self)
{
  FakeRun *run = &self->run;
  guint64 n_taken = fake_source_get_n_taken (run->source);

  g_assert_cmpuint (fake_witness_get_n_open (run->witness), ==, 0);
  g_assert_cmpuint (fake_factory_get_n_running (run->factory), ==, 0);
  g_assert_cmpuint (fake_witness_get_n_settled (run->witness), <=, n_taken);
  if (!self->may_fail)
    g_assert_no_error (run->error);
  if (self->is_closed || self->is_terminated || run->error)
    return;
  g_assert_cmpuint (fake_witness_get_n_settled (run->witness), ==, n_taken);
  g_assert_cmpuint (n_taken, ==, self->n_rows);
}

/* ---- a history ---- */

static void
history_intervene (History *self)
{
  if (self->n_steps == self->closes_at)
    history_close (self);
  if (self->n_steps == self->terminates_at)
    history_terminate (self, FALSE);
  if (self->n_steps == self->kills_at)
    history_terminate (self, TRUE);
  if (self->n_steps == self->fails_at)
    fake_factory_fail (self->run.factory, "no more processes");
}

static gboolean
history_step_cb (gpointer data)
{
  History *self = data;
  const HistoryMove *move;

  g_assert_cmpuint (++self->n_steps, <, MAX_STEPS);
  history_intervene (self);
  history_check (self);
  if (self->run.n_done > 0)
    return G_SOURCE_CONTINUE;
  history_collect (self);
  g_assert_cmpuint (self->moves->len, >, 0); /* else it waits for ever */
  move = history_choose (self);
  if (self->is_traced)
    g_test_message ("%u: %s %p %" G_GUINT64_FORMAT, self->n_steps, move->name,
                    (void *) move->worker, move->seq);
  move->func (self, move->worker, move->seq);
  history_check (self);
  return G_SOURCE_CONTINUE;
}

/* Returns a step at which something happens, in one history of so many, else 0. */
static guint
history_draw_step (History *self, guint one_in)
{
  return history_toss (self, one_in) ? 1 + history_draw (self, 300) : 0;
}

static void
history_draw_traits (History *self)
{
  self->limits.jobs = 1 + history_draw (self, 8);
  self->limits.workers = 1 + history_draw (self, self->limits.jobs + 1);
  self->limits.prefetch = history_draw (self, 5);
  self->n_rows = history_draw (self, 80);
  self->stubborn = history_draw (self, 6);
  self->loses = history_toss (self, 3);
  self->lies = history_toss (self, 3);
  self->drains = history_toss (self, 3);
  self->raves = history_toss (self, 3);
  self->congests = history_toss (self, 3);
  self->meddles = history_toss (self, 4);
  self->closes_at = history_draw_step (self, 6);
  self->terminates_at = history_draw_step (self, 6);
  self->kills_at = history_draw_step (self, 8);
  self->fails_at = history_draw_step (self, 8);
  self->may_fail = self->loses || self->raves || self->fails_at > 0;
}

static void
history_draw_input (History *self)
{
  if (history_toss (self, 2))
    fake_source_hold (self->run.source);
  if (history_toss (self, 8))
    {
      fake_source_fail_after (self->run.source, history_draw (self, 80), "unreadable");
      self->may_fail = TRUE;
    }
  if (history_toss (self, 3))
    for (guint64 line = 1; line <= self->n_rows; line++)
      if (history_toss (self, 5))
        fake_source_spoil (self->run.source, line, "\0", 1);
}

static void
history_play (guint32 seed, gboolean is_traced)
{
  History self = { .random = g_rand_new_with_seed (seed), .is_traced = is_traced };
  g_autoptr (GSource) step = g_idle_source_new ();

  g_test_message ("seed %u", seed);
  history_draw_traits (&self);
  self.moves = g_array_new (FALSE, FALSE, sizeof (HistoryMove));
  fake_run_open (&self.run, &self.limits, self.n_rows);
  history_draw_input (&self);
  if (self.meddles)
    fake_witness_set_hook (self.run.witness, history_meddle_cb, &self);
  g_source_set_callback (step, history_step_cb, &self, NULL);
  g_source_attach (step, self.run.context);
  apool_pool_start (self.run.pool);
  while (self.run.n_done == 0)
    g_main_context_iteration (self.run.context, TRUE);
  history_check_end (&self);
  g_source_destroy (step);
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
