/* SPDX-License-Identifier: MIT */
/* A worker without a process.
 *
 * It takes what the pool asks of it and does nothing by itself. The test has it act, by the
 * functions named after what a worker does; those report to the pool, and are never called from
 * within a call of the pool's. fake_worker_work() has it do what is next for an honest one. It
 * insists that a worker which was told to end is left alone. */

#include "fake-worker.h"

#include "base/apool-error.h"
#include "base/apool-fd.h"

struct _FakeWorker
{
  ApoolWorkerProxy parent_instance;

  FakeWatch *watch; /* (nullable): not owned */
  FakeWorkerState state;
  gboolean prepares;
  gboolean remembers;
};

G_DEFINE_FINAL_TYPE (FakeWorker, fake_worker, APOOL_TYPE_WORKER_PROXY)

/* ---- what the pool asks of a worker ---- */

/* Takes @seq out of @array; returns whether it was there. */
static gboolean
fake_worker_take_out (GArray *array, guint64 seq)
{
  for (guint i = 0; i < array->len; i++)
    if (g_array_index (array, guint64, i) == seq)
      {
        g_array_remove_index (array, i);
        return TRUE;
      }
  return FALSE;
}

static void
fake_worker_let_go (FakeWorker *self, guint64 seq)
{
  if (self->watch)
    fake_watch_let_go (self->watch, self, seq);
}

/* Returns the state of a worker that may still be spoken to. */
static FakeWorkerState *
fake_worker_hear (ApoolWorkerProxy *worker)
{
  FakeWorkerState *state = &FAKE_WORKER (worker)->state;

  g_assert_false (state->is_gone);
  return state;
}

static void
fake_worker_send_task (ApoolWorkerProxy *worker, ApoolTask *task, int stdin_fd)
{
  FakeWorker *self = FAKE_WORKER (worker);
  FakeWorkerState *state = fake_worker_hear (worker);
  guint64 seq = apool_task_get_seq (task);

  g_assert_cmpuint (state->n_closes + state->n_kills + state->n_terminates, ==, 0);
  state->n_handed += apool_task_is_hook (task) ? 0 : 1;
  if (self->watch)
    fake_watch_hand (self->watch, self, task, state->n_handed);
  g_array_append_val (state->waiting, seq);
  if (self->remembers)
    g_array_append_val (state->received, seq);
  if (stdin_fd >= 0)
    state->stdin_seq = seq;
  apool_fd_clear (&stdin_fd);
}

static void
fake_worker_send_stream (ApoolWorkerProxy *worker, guint64 seq)
{
  FakeWorkerState *state = fake_worker_hear (worker);

  g_array_append_val (state->streamed, seq);
}

static void
fake_worker_send_end (ApoolWorkerProxy *worker, guint64 seq, ApoolEndReason reason)
{
  FakeWorkerState *state = fake_worker_hear (worker);

  g_assert_cmpuint (state->n_closes + state->n_kills, ==, 0);
  g_array_append_val (state->ended, seq);
}

static void
fake_worker_send_recall (ApoolWorkerProxy *worker, guint n)
{
  FakeWorkerState *state = fake_worker_hear (worker);

  g_assert_cmpuint (n, >, 0);
  if (FAKE_WORKER (worker)->watch)
    g_assert_cmpuint (state->recalls->len, ==, 0);
  g_assert_cmpuint (state->n_closes + state->n_kills + state->n_terminates, ==, 0);
  g_array_append_val (state->recalls, n);
}

static void
fake_worker_send_terminate (ApoolWorkerProxy *worker)
{
  FakeWorkerState *state = fake_worker_hear (worker);
  guint all = G_MAXUINT;

  g_assert_cmpuint (state->n_kills + state->n_terminates, ==, 0);
  state->n_terminates++;
  if (state->n_closes == 0)
    g_array_append_val (state->recalls, all);
}

static void
fake_worker_send_slots (ApoolWorkerProxy *worker, const GArray *slots)
{
  FakeWorkerState *state = fake_worker_hear (worker);

  g_assert_cmpuint (state->n_closes + state->n_kills, ==, 0);
  /* One that it has already is none that nobody has. */
  for (guint i = 0; i < slots->len; i++)
    for (guint j = 0; j < state->slots->len; j++)
      g_assert_cmpuint (g_array_index (slots, guint, i), !=,
                        g_array_index (state->slots, guint, j));
  g_array_append_vals (state->slots, slots->data, slots->len);
}

static void
fake_worker_send_limit (ApoolWorkerProxy *worker, guint limit)
{
  FakeWorkerState *state = fake_worker_hear (worker);

  g_assert_cmpuint (state->n_closes + state->n_kills, ==, 0);
  g_assert_cmpuint (limit, !=, state->slot_limit);
  state->slot_limit = limit;
}

static void
fake_worker_set_congested (ApoolWorkerProxy *worker, gboolean congested, guint64 except)
{
  FakeWorkerState *state = fake_worker_hear (worker);

  state->is_congested = congested;
  state->except = except;
}

static void
fake_worker_send_pause (ApoolWorkerProxy *worker, guint64 seq, gboolean is_paused)
{
  FakeWorkerState *state = fake_worker_hear (worker);

  if (seq == 0)
    state->is_paused = is_paused;
  else
    state->paused_seq = is_paused ? seq : 0;
}

static void
fake_worker_send_ask (ApoolWorkerProxy *worker, guint64 token)
{
  fake_worker_hear (worker)->token = token;
}

static void
fake_worker_close (ApoolWorkerProxy *worker)
{
  FakeWorkerState *state = fake_worker_hear (worker);

  g_assert_cmpuint (state->n_closes, ==, 0);
  state->n_closes++;
}

static void
fake_worker_kill (ApoolWorkerProxy *worker)
{
  fake_worker_hear (worker)->n_kills++;
}

static void
fake_worker_finalize (GObject *object)
{
  FakeWorkerState *state = &FAKE_WORKER (object)->state;

  g_array_unref (state->received);
  g_array_unref (state->waiting);
  g_array_unref (state->running);
  g_array_unref (state->running_slots);
  g_array_unref (state->slots);
  g_array_unref (state->draining);
  g_array_unref (state->recalls);
  g_array_unref (state->streamed);
  g_array_unref (state->ended);
  G_OBJECT_CLASS (fake_worker_parent_class)->finalize (object);
}

static void
fake_worker_class_init (FakeWorkerClass *klass)
{
  ApoolWorkerProxyClass *worker_class = APOOL_WORKER_PROXY_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = fake_worker_finalize;
  worker_class->send_task = fake_worker_send_task;
  worker_class->send_stream = fake_worker_send_stream;
  worker_class->send_end = fake_worker_send_end;
  worker_class->send_recall = fake_worker_send_recall;
  worker_class->send_terminate = fake_worker_send_terminate;
  worker_class->send_slots = fake_worker_send_slots;
  worker_class->send_limit = fake_worker_send_limit;
  worker_class->set_congested = fake_worker_set_congested;
  worker_class->send_pause = fake_worker_send_pause;
  worker_class->send_ask = fake_worker_send_ask;
  worker_class->close = fake_worker_close;
  worker_class->kill = fake_worker_kill;
}

static void
fake_worker_init (FakeWorker *self)
{
  self->state.received = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->state.waiting = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->state.running = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->state.running_slots = g_array_new (FALSE, FALSE, sizeof (guint));
  self->state.slots = g_array_new (FALSE, FALSE, sizeof (guint));
  self->state.draining = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->state.recalls = g_array_new (FALSE, FALSE, sizeof (guint));
  self->state.streamed = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->state.ended = g_array_new (FALSE, FALSE, sizeof (guint64));
}

/* ---- what a worker does ---- */

/**
 * fake_worker_new:
 * @slots: (element-type guint): what it fills
 * @watch: (nullable): what has an eye on it; outlives its tasks
 *
 * Returns: (transfer full): a worker that remembers all tasks that it is handed
 */
FakeWorker *
fake_worker_new (const GArray *slots, FakeWatch *watch)
{
  FakeWorker *self = g_object_new (FAKE_TYPE_WORKER, NULL);

  self->watch = watch;
  self->remembers = TRUE;
  apool_worker_proxy_set_slots (APOOL_WORKER_PROXY (self), slots);
  g_array_append_vals (self->state.slots, slots->data, slots->len);
  return self;
}

/**
 * fake_worker_set_forgetful:
 * @self: a worker
 *
 * Has it remember no tasks but those that it has.
 */
void
fake_worker_set_forgetful (FakeWorker *self)
{
  self->remembers = FALSE;
}

/**
 * fake_worker_set_prepares:
 * @self: a worker
 *
 * Has it run an init hook before it is ready.
 */
void
fake_worker_set_prepares (FakeWorker *self)
{
  self->prepares = TRUE;
}

/**
 * fake_worker_get_state:
 * @self: a worker
 *
 * Returns: (transfer none): what it has and was asked for; changes with it
 */
const FakeWorkerState *
fake_worker_get_state (FakeWorker *self)
{
  return &self->state;
}

/**
 * fake_worker_get_n_slots:
 * @self: a worker
 *
 * Returns: how many tasks it may run at once
 */
guint
fake_worker_get_n_slots (FakeWorker *self)
{
  return self->state.slots->len;
}

/**
 * fake_worker_is_talking:
 * @self: a worker
 *
 * Returns: whether it lives, and has not been told to end
 */
gboolean
fake_worker_is_talking (FakeWorker *self)
{
  return !self->state.is_gone && self->state.n_closes + self->state.n_kills == 0;
}

static gboolean
fake_worker_is_used (FakeWorker *self, guint slot)
{
  for (guint i = 0; i < self->state.running_slots->len; i++)
    if (g_array_index (self->state.running_slots, guint, i) == slot)
      return TRUE;
  return FALSE;
}

static gboolean
fake_worker_is_above (FakeWorker *self, guint slot)
{
  return self->state.slot_limit > 0 && slot > self->state.slot_limit;
}

/* Returns one of its slots that nothing runs in and something may; 0 where there is none. */
static guint
fake_worker_find_slot (FakeWorker *self)
{
  for (guint i = 0; i < self->state.slots->len; i++)
    {
      guint slot = g_array_index (self->state.slots, guint, i);

      if (!fake_worker_is_used (self, slot) && !fake_worker_is_above (self, slot))
        return slot;
    }
  return 0;
}

/**
 * fake_worker_can_start:
 * @self: a worker
 *
 * Returns: whether it has a task, and a slot for it
 */
gboolean
fake_worker_can_start (FakeWorker *self)
{
  return fake_worker_is_talking (self) && self->state.is_ready && self->state.n_terminates == 0 &&
         self->state.waiting->len > 0 && fake_worker_find_slot (self) > 0;
}

/* Tells how its init hook has ended. */
static void
fake_worker_report_init (FakeWorker *self, int status)
{
  ApoolUsage usage = { 0 };
  g_autoptr (ApoolOutcome) outcome =
      apool_outcome_new (APOOL_OUTCOME_EXITED, status, &usage, FALSE, FALSE, NULL);
  const ApoolHookReport report = { .hook = APOOL_HOOK_INIT, .outcome = outcome, .output = "" };

  apool_worker_proxy_report_hook (APOOL_WORKER_PROXY (self), &report);
}

/**
 * fake_worker_get_ready:
 * @self: a worker that is on its way
 *
 * Has it say that it is there; before that, where it prepares itself, that this went well.
 */
void
fake_worker_get_ready (FakeWorker *self)
{
  g_assert_true (fake_worker_is_talking (self) && !self->state.is_ready);
  if (self->prepares)
    fake_worker_report_init (self, 0);
  if (!fake_worker_is_talking (self))
    return; /* whom it told has had it killed */
  self->state.is_ready = TRUE;
  apool_worker_proxy_report_ready (APOOL_WORKER_PROXY (self));
}

/**
 * fake_worker_fail_init:
 * @self: a worker that prepares itself, and is on its way
 *
 * Has its init hook fail, of which it dies.
 */
void
fake_worker_fail_init (FakeWorker *self)
{
  g_assert_true (self->prepares && fake_worker_is_talking (self) && !self->state.is_ready);
  fake_worker_report_init (self, 3);
  fake_worker_die (self, fake_worker_is_talking (self) ? "init failed with status 3" : NULL);
}

/**
 * fake_worker_start:
 * @self: a worker that can start something
 *
 * Has it start the task that waits longest.
 *
 * Returns: the task's number
 */
guint64
fake_worker_start (FakeWorker *self)
{
  guint64 seq;
  guint slot;

  g_assert_true (fake_worker_can_start (self));
  slot = fake_worker_find_slot (self);
  seq = g_array_index (self->state.waiting, guint64, 0);
  g_array_remove_index (self->state.waiting, 0);
  g_array_append_val (self->state.running, seq);
  g_array_append_val (self->state.running_slots, slot);
  if (self->watch)
    fake_watch_start (self->watch, seq, slot);
  g_assert_true (apool_worker_proxy_report_started (APOOL_WORKER_PROXY (self), seq, slot));
  return seq;
}

/**
 * fake_worker_start_all:
 * @self: a worker
 *
 * Has it start whatever its slots allow, once it is ready.
 */
void
fake_worker_start_all (FakeWorker *self)
{
  if (fake_worker_is_talking (self) && !self->state.is_ready)
    fake_worker_get_ready (self);
  while (fake_worker_can_start (self))
    fake_worker_start (self);
}

/* Takes the task at @i of those that run out of its slot. */
static void
fake_worker_free_slot (FakeWorker *self, guint i)
{
  if (self->watch)
    fake_watch_exit (self->watch, g_array_index (self->state.running, guint64, i),
                     g_array_index (self->state.running_slots, guint, i));
  g_array_remove_index (self->state.running, i);
  g_array_remove_index (self->state.running_slots, i);
}

static void
fake_worker_stop_running (FakeWorker *self, guint64 seq)
{
  guint i = 0;

  while (i < self->state.running->len && g_array_index (self->state.running, guint64, i) != seq)
    i++;
  g_assert_cmpuint (i, <, self->state.running->len);
  fake_worker_free_slot (self, i);
}

/**
 * fake_worker_exit:
 * @self: a worker
 * @seq: a task that it runs
 *
 * The task's process is gone, so its slot is free; its output is waited for, so it is not over.
 */
void
fake_worker_exit (FakeWorker *self, guint64 seq)
{
  fake_worker_stop_running (self, seq);
  g_array_append_val (self->state.draining, seq);
  g_assert_true (apool_worker_proxy_report_exited (APOOL_WORKER_PROXY (self), seq));
}

/**
 * fake_worker_write:
 * @self: a worker
 * @seq: a task that it has started
 * @stream: one of its streams
 * @bytes: what it writes there
 * @length: how many bytes
 */
void
fake_worker_write (
    FakeWorker *self, guint64 seq, ApoolStream stream, const char *bytes, gsize length)
{
  g_assert_true (
      apool_worker_proxy_report_output (APOOL_WORKER_PROXY (self), seq, stream, bytes, length));
}

/**
 * fake_worker_fail:
 * @self: a worker
 * @seq: a task that it has started
 * @kind: how it ends
 * @code: with what, as the kind has it
 *
 * Has it report the end of that task.
 */
void
fake_worker_fail (FakeWorker *self, guint64 seq, ApoolOutcomeKind kind, int code)
{
  ApoolUsage usage = { 0 };
  /* Of the next attempt at the task that was not said. */
  gboolean was_ended = fake_worker_take_out (self->state.ended, seq);
  g_autoptr (ApoolOutcome) outcome = apool_outcome_new (
      kind, code, &usage, self->state.n_terminates > 0 || was_ended, FALSE, NULL);

  g_assert_true (fake_worker_is_talking (self));
  if (!fake_worker_take_out (self->state.draining, seq))
    fake_worker_stop_running (self, seq);
  fake_worker_let_go (self, seq);
  g_assert_true (apool_worker_proxy_report_finished (APOOL_WORKER_PROXY (self), seq, outcome));
}

/**
 * fake_worker_finish:
 * @self: a worker
 * @seq: a task that it has started
 *
 * Has it report the end of that task, with success.
 */
void
fake_worker_finish (FakeWorker *self, guint64 seq)
{
  fake_worker_fail (self, seq, APOOL_OUTCOME_EXITED, 0);
}

/**
 * fake_worker_give_up:
 * @self: a worker
 *
 * Has it give up the slots that it was asked for and nothing runs in.
 *
 * Returns: how many there were
 */
guint
fake_worker_give_up (FakeWorker *self)
{
  g_autoptr (GArray) slots = g_array_new (FALSE, FALSE, sizeof (guint));

  if (!fake_worker_is_talking (self))
    return 0;
  for (guint i = self->state.slots->len; i > 0; i--)
    {
      guint slot = g_array_index (self->state.slots, guint, i - 1);

      if (!fake_worker_is_above (self, slot) || fake_worker_is_used (self, slot))
        continue;
      g_array_append_val (slots, slot);
      g_array_remove_index (self->state.slots, i - 1);
    }
  if (slots->len > 0)
    g_assert_true (apool_worker_proxy_report_revoked (APOOL_WORKER_PROXY (self), slots));
  return slots->len;
}

/**
 * fake_worker_answer_recall:
 * @self: a worker that was asked
 * @at_most: how many tasks it is willing to give back
 *
 * Has it answer the oldest recall, with those that wait longest.
 */
void
fake_worker_answer_recall (FakeWorker *self, guint at_most)
{
  g_autoptr (GArray) seqs = g_array_new (FALSE, FALSE, sizeof (guint64));
  guint n;

  g_assert_true (fake_worker_is_talking (self) && self->state.recalls->len > 0);
  n = MIN (g_array_index (self->state.recalls, guint, 0), MIN (at_most, self->state.waiting->len));
  g_array_remove_index (self->state.recalls, 0);
  if (n > 0)
    {
      g_array_append_vals (seqs, self->state.waiting->data, n);
      g_array_remove_range (self->state.waiting, 0, n);
    }
  for (guint i = 0; i < n; i++)
    {
      guint64 seq = g_array_index (seqs, guint64, i);

      fake_worker_let_go (self, seq);
      self->state.n_handed -= (seq & APOOL_TASK_HOOK_BIT) ? 0 : 1;
    }
  g_assert_true (apool_worker_proxy_report_recalled (
      APOOL_WORKER_PROXY (self), (const guint64 *) (const void *) seqs->data, seqs->len));
}

static void
fake_worker_drop (FakeWorker *self, GArray *seqs)
{
  for (guint i = 0; i < seqs->len; i++)
    fake_worker_let_go (self, g_array_index (seqs, guint64, i));
  g_array_set_size (seqs, 0);
}

/**
 * fake_worker_die:
 * @self: a worker
 * @why: (nullable): of what, where nobody asked for it
 *
 * Ends it, with what it has as it is.
 */
void
fake_worker_die (FakeWorker *self, const char *why)
{
  g_autoptr (GError) error =
      why ? g_error_new_literal (APOOL_ERROR, APOOL_ERROR_WORKER_LOST, why) : NULL;

  g_assert_false (self->state.is_gone);
  g_assert_cmpint (fake_worker_is_talking (self), ==, why != NULL);
  self->state.is_gone = TRUE;
  while (self->state.running->len > 0)
    {
      guint64 seq = g_array_index (self->state.running, guint64, 0);

      fake_worker_stop_running (self, seq);
      fake_worker_let_go (self, seq);
    }
  fake_worker_drop (self, self->state.waiting);
  fake_worker_drop (self, self->state.draining);
  apool_worker_proxy_report_gone (APOOL_WORKER_PROXY (self), error);
}

/**
 * fake_worker_work:
 * @self: a worker
 *
 * Has it do what is next: get ready, answer, start all that fits, finish all that runs, or end
 * where it was told to.
 *
 * Returns: whether there was anything to do
 */
gboolean
fake_worker_work (FakeWorker *self)
{
  gboolean did = FALSE;

  if (self->state.is_gone)
    return FALSE;
  if (!fake_worker_is_talking (self))
    {
      fake_worker_die (self, NULL);
      return TRUE;
    }
  if (!self->state.is_ready || fake_worker_can_start (self))
    {
      fake_worker_start_all (self);
      did = TRUE;
    }
  if (fake_worker_give_up (self) > 0)
    did = TRUE;
  for (; fake_worker_is_talking (self) && self->state.recalls->len > 0; did = TRUE)
    fake_worker_answer_recall (self, G_MAXUINT);
  for (; fake_worker_is_talking (self) && self->state.running->len > 0; did = TRUE)
    fake_worker_finish (self, g_array_index (self->state.running, guint64, 0));
  for (; fake_worker_is_talking (self) && self->state.draining->len > 0; did = TRUE)
    fake_worker_finish (self, g_array_index (self->state.draining, guint64, 0));
  return did;
}
