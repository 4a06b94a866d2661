/* SPDX-License-Identifier: MIT */
/* What must hold in every history of a pool, whatever happens, beside what the fakes see to: it
 * reads no further ahead than it may, keeps no slot empty without need, has no task wait that could
 * run elsewhere, begins nothing after it was closed, and ends with everything settled. */

#include "pool-history.h"

/* What the pool's workers have, by its books. */
typedef struct
{
  guint n_workers;       /* in all */
  guint n_members;       /* that were not told to end */
  guint n_active;        /* that do not retire */
  guint n_slots;         /* of all workers */
  guint n_tasks;         /* what they have, hooks included */
  guint n_free;          /* slots without a task, of workers that can be handed some */
  guint n_draining;      /* tasks that need no slot and are not settled */
  guint n_ready_free;    /* of them, those of workers that are ready */
  gboolean is_ending;    /* the pool has told them to end what runs */
  gboolean is_avoidable; /* a task waits behind others, and is not called back */
  gboolean is_stuck;     /* a task waits for a worker to be ready, and is not called back */
} HistoryBooks;

static void
history_check_add_up (HistoryBooks *books, const ApoolWorkerState *seen, FakeWorker *worker)
{
  const FakeWorkerState *state = fake_worker_get_state (worker);
  ApoolWorkerProxy *proxy = APOOL_WORKER_PROXY (worker);
  guint n_slots = apool_worker_proxy_get_slots (proxy)->len;
  guint n_tasks = seen->n_running + seen->n_waiting;
  guint n_busy = n_tasks - state->draining->len;
  guint n_free = n_slots > n_busy && !seen->is_retiring ? n_slots - n_busy : 0;
  gboolean is_asked = apool_worker_proxy_is_recalling (proxy);

  g_assert_cmpuint (n_tasks, ==, apool_worker_proxy_get_n_tasks (proxy));
  books->n_workers++;
  books->n_active += !seen->is_retiring;
  books->n_members += state->n_closes == 0;
  books->n_slots += n_slots;
  books->n_tasks += n_tasks;
  books->n_free += n_free;
  books->n_draining += state->draining->len;
  books->n_ready_free += seen->is_ready ? n_free : 0;
  books->is_ending |= state->n_terminates + state->n_kills > 0;
  books->is_avoidable |= n_busy > n_slots && state->waiting->len > 0 && !is_asked;
  books->is_stuck |= !seen->is_ready && n_tasks > 0 && !is_asked;
}

static void
history_check_open_books (HistoryBooks *books, FakeRun *run)
{
  g_autoptr (GArray) workers = apool_pool_list_workers (run->pool);
  guint n_workers = 0;

  *books = (HistoryBooks){ 0 };
  for (guint i = 0; i < workers->len; i++)
    {
      const ApoolWorkerState *seen = &g_array_index (workers, ApoolWorkerState, i);

      if (seen->is_absent)
        continue;
      n_workers++;
      /* Fakes have their place among all that were made for a process. */
      history_check_add_up (books, seen, fake_run_get_worker (run, seen->pid - 1));
    }
  g_assert_cmpuint (n_workers, ==, fake_factory_get_n_living (run->factory));
}

/* Nothing is begun after the end: nobody is asked to, and nobody keeps what he could begin. Only
 * what has begun goes on: further attempts at a job, and what is run about a failure. */
static void
history_check_closed (const HistoryPlan *plan,
                      const HistoryState *state,
                      const HistoryBooks *books,
                      FakeRun *run)
{
  if (!plan->has_on_error && plan->limits.retries == 0)
    g_assert_cmpuint (fake_factory_get_n_made (run->factory), ==, state->n_made_at_close);
  g_assert_false (books->is_avoidable);
}

/* Returns how many tasks there are, hooks included, that are neither settled nor still input. */
static guint64
history_check_count_owed (const HistoryPlan *plan, FakeRun *run)
{
  guint64 n_hooks = plan->has_on_error ? fake_witness_get_n_hooks_wanted (run->witness) : 0;

  return fake_source_get_n_taken (run->source) - fake_witness_get_n_settled (run->witness) +
         n_hooks;
}

static void
history_check_all_handed_out (const HistoryPlan *plan,
                              const HistoryState *state,
                              const HistoryBooks *books,
                              FakeRun *run)
{
  g_assert_cmpuint (history_check_count_owed (plan, run), ==, books->n_tasks);
  if (!state->is_congested)
    g_assert_cmpuint (fake_source_get_n_ready (run->source), ==, 0);
}

/* What was read just now the workers may hold that there were in the meantime, or it is one task
 * that is too heavy for now. */
static void
history_check_read_ahead (const HistoryPlan *plan,
                          HistoryState *state,
                          const HistoryBooks *books,
                          FakeRun *run)
{
  guint64 n_taken = fake_source_get_n_taken (run->source);
  guint n_made = fake_factory_get_n_made (run->factory);
  guint n_members = state->n_members + (n_made - state->n_made);
  guint n_waiting = plan->limits.is_weighted ? 1 : plan->limits.prefetch * n_members;
  guint n_looked_at = plan->limits.max_tasks > 0 ? 1 : 0; /* before another worker is made */
  gboolean has_read = n_taken > state->n_taken;

  state->n_taken = n_taken;
  state->n_members = books->n_members;
  state->n_made = n_made;
  if (has_read && !plan->scheduler->needs_key)
    g_assert_cmpuint (n_taken - fake_witness_get_n_settled (run->witness), <=,
                      plan->limits.jobs + n_waiting + n_looked_at + books->n_draining);
}

/* Whether a worker can be made wherever one is missing. */
static gboolean
history_check_is_steady (const HistoryPlan *plan, const HistoryState *state)
{
  return !plan->breaks && plan->limits.delay_msec == 0 &&
         (plan->fails_at == 0 || state->n_steps < plan->fails_at);
}

/* Whether somebody can be given a task that fits: who retires, and cannot be replaced before he has
 * gone, is none. */
static gboolean
history_check_is_staffed (const HistoryPlan *plan,
                          const HistoryState *state,
                          const HistoryBooks *books)
{
  return plan->limits.delay_msec == 0 &&
         (history_check_is_steady (plan, state) || books->n_active > 0 || books->n_workers == 0);
}

/* Where tasks are bound to workers by what they are, or by what they weigh, little can be said of
 * single slots. */
static void
history_check_slots (const HistoryPlan *plan,
                     const HistoryState *state,
                     const HistoryBooks *books,
                     FakeRun *run)
{
  guint n_missing = history_check_is_steady (plan, state) ? plan->limits.jobs - books->n_slots : 0;
  guint n_free = books->n_free + n_missing;

  if (plan->limits.is_weighted || plan->scheduler->needs_key || n_free == 0)
    return;
  history_check_all_handed_out (plan, state, books, run);
  g_assert_false (books->is_avoidable);
  if (plan->limits.workers_prepare && books->n_ready_free > 0)
    g_assert_false (books->is_stuck);
}

/**
 * history_check:
 * @plan: of a history
 * @state: how far it has come
 * @run: its pool
 *
 * Checks what must hold whenever nobody is in the middle of something.
 */
void
history_check (const HistoryPlan *plan, HistoryState *state, FakeRun *run)
{
  HistoryBooks books;

  if (run->n_done > 0)
    return;
  history_check_open_books (&books, run);
  if (state->is_terminated || books.is_ending || fake_source_has_failed (run->source))
    return;
  history_check_read_ahead (plan, state, &books, run);
  if (state->is_closed)
    {
      history_check_closed (plan, state, &books, run);
      return;
    }
  history_check_slots (plan, state, &books, run);
  if (books.n_tasks == 0 && history_check_is_staffed (plan, state, &books))
    history_check_all_handed_out (plan, state, &books, run);
}

/**
 * history_check_quiet:
 * @plan: of a history
 * @run: its pool; nobody else can do anything
 *
 * Checks that the pool waits for a delay to pass: else it would wait for ever.
 */
void
history_check_quiet (const HistoryPlan *plan, FakeRun *run)
{
  g_assert_cmpuint (plan->limits.delay_msec, >, 0);
  g_assert_true (fake_witness_is_delayed (run->witness));
}

/**
 * history_check_end:
 * @plan: of a history
 * @state: how it ended
 * @run: its pool, which is done
 */
void
history_check_end (const HistoryPlan *plan, const HistoryState *state, FakeRun *run)
{
  guint64 n_taken = fake_source_get_n_taken (run->source);

  g_assert_cmpuint (fake_witness_get_n_open (run->witness), ==, 0);
  g_assert_cmpuint (fake_factory_get_n_running (run->factory), ==, 0);
  g_assert_cmpuint (fake_witness_get_n_settled (run->witness), <=, n_taken);
  if (!plan->may_fail)
    g_assert_no_error (run->error);
  if (!state->is_terminated && !run->error && plan->has_on_error)
    g_assert_cmpuint (fake_witness_get_n_hooks_wanted (run->witness), ==, 0);
  g_assert_cmpuint (fake_witness_get_n_retried (run->witness), ==, 0);
  if (state->is_closed || state->is_terminated || run->error)
    return;
  g_assert_cmpuint (fake_witness_get_n_settled (run->witness), ==, n_taken);
  g_assert_cmpuint (n_taken, ==, plan->n_rows);
}
