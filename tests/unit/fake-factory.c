/* SPDX-License-Identifier: MIT */
/* Workers without processes.
 *
 * A fake worker takes what the pool asks of it and does nothing by itself. The test has it act, by
 * the functions named after what a worker does; those report to the pool, and are never called
 * from within a call of the pool's. fake_factory_work() has all workers do what is next for an
 * honest one.
 *
 * The fakes watch the pool: that no more tasks run than may, that a task is in the hands of one
 * worker only, that slots are shared out properly, and that a worker which was told to end is left
 * alone. */

#include "fake-factory.h"

#include "base/apool-error.h"
#include "base/apool-fd.h"

struct _FakeFactory
{
  GObject parent_instance;

  guint jobs;
  GPtrArray *workers;   /* FakeWorker, owned: all that were ever made */
  GHashTable *owners;   /* guint64 seq, owned → FakeWorker */
  gboolean *slots_used; /* (array length=jobs+1): a task runs in it */
  char *failure;        /* (nullable): why no worker can be made */
  guint n_running;
  guint peak; /* most that ever ran at once */
  gboolean remembers;
};

struct _FakeWorker
{
  ApoolWorkerProxy parent_instance;

  FakeFactory *factory; /* (nullable): not owned */
  FakeWorkerState state;
};

static void fake_factory_iface_init (ApoolWorkerFactoryInterface *iface);

G_DEFINE_FINAL_TYPE (FakeWorker, fake_worker, APOOL_TYPE_WORKER_PROXY)
G_DEFINE_FINAL_TYPE_WITH_CODE (FakeFactory,
                               fake_factory,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_WORKER_FACTORY,
                                                      fake_factory_iface_init))

/* ---- what the factory watches ---- */

static void
fake_factory_own (FakeFactory *self, FakeWorker *worker, guint64 seq)
{
  gboolean is_new;

  if (!self)
    return;
  is_new = g_hash_table_insert (self->owners, g_memdup2 (&seq, sizeof seq), worker);
  g_assert_true (is_new);
}

static void
fake_factory_disown (FakeFactory *self, FakeWorker *worker, guint64 seq)
{
  if (!self)
    return;
  g_assert_true (g_hash_table_lookup (self->owners, &seq) == worker);
  g_hash_table_remove (self->owners, &seq);
}

static void
fake_factory_count_start (FakeFactory *self, guint slot)
{
  if (!self)
    return;
  g_assert_cmpuint (slot, >=, 1);
  g_assert_cmpuint (slot, <=, self->jobs);
  g_assert_false (self->slots_used[slot]);
  self->slots_used[slot] = TRUE;
  self->n_running++;
  g_assert_cmpuint (self->n_running, <=, self->jobs);
  self->peak = MAX (self->peak, self->n_running);
}

static void
fake_factory_count_exit (FakeFactory *self, guint slot)
{
  if (!self)
    return;
  g_assert_true (self->slots_used[slot]);
  self->slots_used[slot] = FALSE;
  self->n_running--;
}

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
  fake_factory_own (self->factory, self, seq);
  g_array_append_val (state->waiting, seq);
  if (!self->factory || self->factory->remembers)
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
fake_worker_send_recall (ApoolWorkerProxy *worker, guint n)
{
  FakeWorkerState *state = fake_worker_hear (worker);

  g_assert_cmpuint (n, >, 0);
  if (FAKE_WORKER (worker)->factory)
    g_assert_cmpuint (state->recalls->len, ==, 0);
  g_assert_cmpuint (state->n_closes + state->n_kills + state->n_terminates, ==, 0);
  g_array_append_val (state->recalls, n);
}

static void
fake_worker_send_terminate (ApoolWorkerProxy *worker)
{
  FakeWorkerState *state = fake_worker_hear (worker);
  guint all = G_MAXUINT;

  g_assert_cmpuint (state->n_closes + state->n_kills + state->n_terminates, ==, 0);
  state->n_terminates++;
  g_array_append_val (state->recalls, all);
}

static void
fake_worker_send_slots (ApoolWorkerProxy *worker, const GArray *slots)
{
  FakeWorkerState *state = fake_worker_hear (worker);

  g_assert_cmpuint (state->n_closes + state->n_kills, ==, 0);
  g_array_append_vals (state->slots, slots->data, slots->len);
}

static void
fake_worker_set_congested (ApoolWorkerProxy *worker, gboolean congested)
{
  fake_worker_hear (worker)->is_congested = congested;
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
  G_OBJECT_CLASS (fake_worker_parent_class)->finalize (object);
}

static void
fake_worker_class_init (FakeWorkerClass *klass)
{
  ApoolWorkerProxyClass *worker_class = APOOL_WORKER_PROXY_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = fake_worker_finalize;
  worker_class->send_task = fake_worker_send_task;
  worker_class->send_stream = fake_worker_send_stream;
  worker_class->send_recall = fake_worker_send_recall;
  worker_class->send_terminate = fake_worker_send_terminate;
  worker_class->send_slots = fake_worker_send_slots;
  worker_class->set_congested = fake_worker_set_congested;
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
}

/* ---- what a worker does ---- */

/**
 * fake_worker_new:
 * @slots: (element-type guint): what it fills
 *
 * Returns: (transfer full): a worker of no factory
 */
FakeWorker *
fake_worker_new (const GArray *slots)
{
  FakeWorker *self = g_object_new (FAKE_TYPE_WORKER, NULL);

  apool_worker_proxy_set_slots (APOOL_WORKER_PROXY (self), slots);
  g_array_append_vals (self->state.slots, slots->data, slots->len);
  return self;
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
         self->state.waiting->len > 0 && self->state.running->len < fake_worker_get_n_slots (self);
}

/**
 * fake_worker_get_ready:
 * @self: a worker that is on its way
 *
 * Has it say that it is there.
 */
void
fake_worker_get_ready (FakeWorker *self)
{
  g_assert_true (fake_worker_is_talking (self) && !self->state.is_ready);
  self->state.is_ready = TRUE;
  apool_worker_proxy_report_ready (APOOL_WORKER_PROXY (self));
}

/* Returns one of its slots that nothing runs in. */
static guint
fake_worker_find_slot (FakeWorker *self)
{
  for (guint i = 0; i < self->state.slots->len; i++)
    {
      guint slot = g_array_index (self->state.slots, guint, i);
      gboolean is_used = FALSE;

      for (guint j = 0; j < self->state.running_slots->len; j++)
        is_used |= g_array_index (self->state.running_slots, guint, j) == slot;
      if (!is_used)
        return slot;
    }
  g_assert_not_reached ();
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
  fake_factory_count_start (self->factory, slot);
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
  guint i = 0;

  while (i < self->state.running->len && g_array_index (self->state.running, guint64, i) != seq)
    i++;
  g_assert_cmpuint (i, <, self->state.running->len);
  fake_factory_count_exit (self->factory, g_array_index (self->state.running_slots, guint, i));
  g_array_remove_index (self->state.running, i);
  g_array_remove_index (self->state.running_slots, i);
  g_array_append_val (self->state.draining, seq);
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
  ApoolUsage usage = { 0 };
  g_autoptr (ApoolOutcome) outcome = apool_outcome_new (APOOL_OUTCOME_EXITED, 0, &usage,
                                                        self->state.n_terminates > 0, FALSE, NULL);

  g_assert_true (fake_worker_is_talking (self));
  if (!fake_worker_take_out (self->state.draining, seq))
    fake_worker_exit (self, seq);
  (void) fake_worker_take_out (self->state.draining, seq);
  fake_factory_disown (self->factory, self, seq);
  g_assert_true (apool_worker_proxy_report_finished (APOOL_WORKER_PROXY (self), seq, outcome));
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
    fake_factory_disown (self->factory, self, g_array_index (seqs, guint64, i));
  g_assert_true (apool_worker_proxy_report_recalled (
      APOOL_WORKER_PROXY (self), (const guint64 *) (const void *) seqs->data, seqs->len));
}

static void
fake_worker_drop (FakeWorker *self, GArray *seqs)
{
  for (guint i = 0; i < seqs->len; i++)
    fake_factory_disown (self->factory, self, g_array_index (seqs, guint64, i));
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
  for (guint i = 0; i < self->state.running_slots->len; i++)
    fake_factory_count_exit (self->factory, g_array_index (self->state.running_slots, guint, i));
  g_array_set_size (self->state.running_slots, 0);
  fake_worker_drop (self, self->state.waiting);
  fake_worker_drop (self, self->state.running);
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
  for (; fake_worker_is_talking (self) && self->state.recalls->len > 0; did = TRUE)
    fake_worker_answer_recall (self, G_MAXUINT);
  for (; fake_worker_is_talking (self) && self->state.running->len > 0; did = TRUE)
    fake_worker_finish (self, g_array_index (self->state.running, guint64, 0));
  for (; fake_worker_is_talking (self) && self->state.draining->len > 0; did = TRUE)
    fake_worker_finish (self, g_array_index (self->state.draining, guint64, 0));
  return did;
}

/* ---- the factory ---- */

static ApoolWorkerProxy *
fake_factory_create_worker (ApoolWorkerFactory *factory,
                            guint number,
                            const GArray *slots,
                            GError **error)
{
  FakeFactory *self = FAKE_FACTORY (factory);
  FakeWorker *worker;

  if (self->failure)
    {
      g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_SPAWN, self->failure);
      return NULL;
    }
  worker = fake_worker_new (slots);
  worker->factory = self;
  g_ptr_array_add (self->workers, g_object_ref (worker));
  return APOOL_WORKER_PROXY (worker);
}

static void
fake_factory_iface_init (ApoolWorkerFactoryInterface *iface)
{
  iface->create_worker = fake_factory_create_worker;
}

static void
fake_factory_finalize (GObject *object)
{
  FakeFactory *self = FAKE_FACTORY (object);

  g_ptr_array_unref (self->workers);
  g_hash_table_unref (self->owners);
  g_free (self->slots_used);
  g_free (self->failure);
  G_OBJECT_CLASS (fake_factory_parent_class)->finalize (object);
}

static void
fake_factory_class_init (FakeFactoryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fake_factory_finalize;
}

static void
fake_factory_init (FakeFactory *self)
{
  self->workers = g_ptr_array_new_with_free_func (g_object_unref);
  self->owners = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

/**
 * fake_factory_new:
 * @jobs: how many tasks may run at once, on all workers together
 *
 * Returns: (transfer full): a factory that has made nothing
 */
FakeFactory *
fake_factory_new (guint jobs)
{
  FakeFactory *self = g_object_new (FAKE_TYPE_FACTORY, NULL);

  self->jobs = jobs;
  self->slots_used = g_new0 (gboolean, jobs + 1);
  return self;
}

/**
 * fake_factory_remember:
 * @self: a factory
 *
 * Has its workers remember all tasks that they are ever handed.
 */
void
fake_factory_remember (FakeFactory *self)
{
  self->remembers = TRUE;
}

/**
 * fake_factory_fail:
 * @self: a factory
 * @why: (nullable): why no more workers can be made; %NULL where they can
 */
void
fake_factory_fail (FakeFactory *self, const char *why)
{
  g_free (self->failure);
  self->failure = g_strdup (why);
}

/**
 * fake_factory_get_n_made:
 * @self: a factory
 *
 * Returns: how many workers it was ever asked for
 */
guint
fake_factory_get_n_made (FakeFactory *self)
{
  return self->workers->len;
}

/**
 * fake_factory_get_n_living:
 * @self: a factory
 *
 * Returns: how many of its workers have not ended
 */
guint
fake_factory_get_n_living (FakeFactory *self)
{
  guint n = 0;

  for (guint i = 0; i < self->workers->len; i++)
    n += !fake_factory_get_worker (self, i)->state.is_gone;
  return n;
}

/**
 * fake_factory_get_n_running:
 * @self: a factory
 *
 * Returns: how many tasks run, on all workers together
 */
guint
fake_factory_get_n_running (FakeFactory *self)
{
  return self->n_running;
}

/**
 * fake_factory_get_peak:
 * @self: a factory
 *
 * Returns: how many tasks ever ran at once
 */
guint
fake_factory_get_peak (FakeFactory *self)
{
  return self->peak;
}

/**
 * fake_factory_get_worker:
 * @self: a factory
 * @index: which one, counted from 0 in the order in which they were made
 *
 * Returns: (transfer none): a worker, which may have ended
 */
FakeWorker *
fake_factory_get_worker (FakeFactory *self, guint index)
{
  g_assert_cmpuint (index, <, self->workers->len);
  return g_ptr_array_index (self->workers, index);
}

/**
 * fake_factory_work:
 * @self: a factory
 *
 * Has all workers start what fits, then each do what is next, as fake_worker_work().
 *
 * Returns: whether there was anything to do
 */
gboolean
fake_factory_work (FakeFactory *self)
{
  gboolean did = FALSE;

  for (guint i = 0; i < self->workers->len; i++)
    fake_worker_start_all (fake_factory_get_worker (self, i));
  for (guint i = 0; i < self->workers->len; i++)
    did |= fake_worker_work (fake_factory_get_worker (self, i));
  return did;
}
