/* SPDX-License-Identifier: MIT */
/* Workers in virtual time.
 *
 * What runs stands in a heap by its end; the clock goes to the next end when nobody has anything
 * else to do. A worker reports only from sim_factory_step(), never from within a call of the
 * pool's: until then it stands in a list of those that have something to do. */

#include "sim-factory.h"

#include "base/apool-fd.h"
#include "pool/apool-heap.h"

#define SIM_TYPE_WORKER (sim_worker_get_type ())
G_DECLARE_FINAL_TYPE (SimWorker, sim_worker, SIM, WORKER, ApoolWorkerProxy)

/* A slot of a worker. */
typedef struct
{
  guint number;
  SimWorker *worker;
  guint64 seq;        /* what runs in it */
  ApoolHeapNode node; /* among the ends, while it runs */
} SimSlot;

struct _SimWorker
{
  ApoolWorkerProxy parent_instance;

  SimFactory *factory;   /* not owned */
  GPtrArray *slots;      /* SimSlot, owned */
  GPtrArray *free_slots; /* those that nothing runs in */
  GArray *waiting;       /* guint64: the numbers of tasks */
  guint n_left;          /* how many at its beginning are not there any more */
  guint n_wanted_back;
  gboolean is_asked; /* a recall has to be answered */
  gboolean is_ready;
  gboolean is_ending;
  GList link; /* among the busy ones, while its data is set; a reference is held then */
};

struct _SimFactory
{
  GObject parent_instance;

  SimLoad load;
  guint64 now;
  guint64 n_finished;
  ApoolHeap ends; /* SimSlot */
  GQueue busy;    /* SimWorker with something to do */
  ApoolOutcome *success;
};

static void sim_factory_iface_init (ApoolWorkerFactoryInterface *iface);

G_DEFINE_FINAL_TYPE (SimWorker, sim_worker, APOOL_TYPE_WORKER_PROXY)
G_DEFINE_FINAL_TYPE_WITH_CODE (SimFactory,
                               sim_factory,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_WORKER_FACTORY,
                                                      sim_factory_iface_init))

/* ---- what the pool asks of a worker ---- */

static void
sim_worker_get_busy (SimWorker *self)
{
  if (self->link.data)
    return;
  self->link.data = g_object_ref (self);
  g_queue_push_tail_link (&self->factory->busy, &self->link);
}

static void
sim_worker_send_task (ApoolWorkerProxy *worker, ApoolTask *task, int stdin_fd)
{
  SimWorker *self = SIM_WORKER (worker);
  guint64 seq = apool_task_get_seq (task);

  apool_fd_clear (&stdin_fd);
  g_array_append_val (self->waiting, seq);
  sim_worker_get_busy (self);
}

static void
sim_worker_send_stream (ApoolWorkerProxy *worker, guint64 seq)
{
}

static void
sim_worker_send_recall (ApoolWorkerProxy *worker, guint n)
{
  SimWorker *self = SIM_WORKER (worker);

  self->n_wanted_back = n;
  self->is_asked = TRUE;
  sim_worker_get_busy (self);
}

static void
sim_worker_send_terminate (ApoolWorkerProxy *worker)
{
  g_assert_not_reached (); /* nothing fails in a simulation */
}

static void
sim_worker_add_slots (SimWorker *self, const GArray *slots)
{
  for (guint i = 0; i < slots->len; i++)
    {
      SimSlot *slot = g_new0 (SimSlot, 1);

      slot->number = g_array_index (slots, guint, i);
      slot->worker = self;
      slot->node.item = slot;
      g_ptr_array_add (self->slots, slot);
      g_ptr_array_add (self->free_slots, slot);
    }
  sim_worker_get_busy (self);
}

static void
sim_worker_send_slots (ApoolWorkerProxy *worker, const GArray *slots)
{
  sim_worker_add_slots (SIM_WORKER (worker), slots);
}

static void
sim_worker_set_congested (ApoolWorkerProxy *worker, gboolean congested, guint64 except)
{
}

static void
sim_worker_end (ApoolWorkerProxy *worker)
{
  SimWorker *self = SIM_WORKER (worker);

  self->is_ending = TRUE;
  sim_worker_get_busy (self);
}

static void
sim_worker_finalize (GObject *object)
{
  SimWorker *self = SIM_WORKER (object);

  g_ptr_array_unref (self->free_slots);
  g_ptr_array_unref (self->slots);
  g_array_unref (self->waiting);
  G_OBJECT_CLASS (sim_worker_parent_class)->finalize (object);
}

static void
sim_worker_class_init (SimWorkerClass *klass)
{
  ApoolWorkerProxyClass *worker_class = APOOL_WORKER_PROXY_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = sim_worker_finalize;
  worker_class->send_task = sim_worker_send_task;
  worker_class->send_stream = sim_worker_send_stream;
  worker_class->send_recall = sim_worker_send_recall;
  worker_class->send_terminate = sim_worker_send_terminate;
  worker_class->send_slots = sim_worker_send_slots;
  worker_class->set_congested = sim_worker_set_congested;
  worker_class->close = sim_worker_end;
  worker_class->kill = sim_worker_end;
}

static void
sim_worker_init (SimWorker *self)
{
  self->slots = g_ptr_array_new_with_free_func (g_free);
  self->free_slots = g_ptr_array_new ();
  self->waiting = g_array_new (FALSE, FALSE, sizeof (guint64));
}

/* ---- what a worker does ---- */

/* Forgets the @n tasks that have waited longest. */
static void
sim_worker_leave (SimWorker *self, guint n)
{
  self->n_left += n;
  /* Not each time: what is moved was paid for by as many that left. */
  if (2 * self->n_left < self->waiting->len)
    return;
  g_array_remove_range (self->waiting, 0, self->n_left);
  self->n_left = 0;
}

static void
sim_worker_start (SimWorker *self)
{
  SimFactory *factory = self->factory;
  SimSlot *slot = g_ptr_array_steal_index_fast (self->free_slots, self->free_slots->len - 1);

  slot->seq = g_array_index (self->waiting, guint64, self->n_left);
  sim_worker_leave (self, 1);
  apool_heap_set (&factory->ends, &slot->node,
                  factory->now + sim_load_get_duration (&factory->load, slot->seq), slot->seq);
  g_assert_true (
      apool_worker_proxy_report_started (APOOL_WORKER_PROXY (self), slot->seq, slot->number));
}

static void
sim_worker_answer (SimWorker *self)
{
  guint n = MIN (self->n_wanted_back, self->waiting->len - self->n_left);
  g_autofree guint64 *seqs =
      n > 0
          ? g_memdup2 (&g_array_index (self->waiting, guint64, self->n_left), n * sizeof (guint64))
          : NULL;

  self->is_asked = FALSE;
  sim_worker_leave (self, n);
  g_assert_true (apool_worker_proxy_report_recalled (APOOL_WORKER_PROXY (self), seqs, n));
}

static void
sim_worker_work (SimWorker *self)
{
  if (self->is_ending)
    {
      apool_worker_proxy_report_gone (APOOL_WORKER_PROXY (self), NULL);
      return;
    }
  if (!self->is_ready)
    {
      self->is_ready = TRUE;
      apool_worker_proxy_report_ready (APOOL_WORKER_PROXY (self));
    }
  while (self->free_slots->len > 0 && self->n_left < self->waiting->len)
    sim_worker_start (self);
  if (self->is_asked)
    sim_worker_answer (self);
}

static void
sim_slot_finish (SimSlot *slot)
{
  SimWorker *worker = slot->worker;

  g_ptr_array_add (worker->free_slots, slot);
  sim_worker_get_busy (worker);
  worker->factory->n_finished++;
  g_assert_true (apool_worker_proxy_report_finished (APOOL_WORKER_PROXY (worker), slot->seq,
                                                     worker->factory->success));
}

/* ---- the factory ---- */

static ApoolWorkerProxy *
sim_factory_create_worker (ApoolWorkerFactory *factory,
                           guint number,
                           const GArray *slots,
                           GError **error)
{
  SimWorker *worker = g_object_new (SIM_TYPE_WORKER, NULL);

  worker->factory = SIM_FACTORY (factory);
  apool_worker_proxy_set_slots (APOOL_WORKER_PROXY (worker), slots);
  sim_worker_add_slots (worker, slots);
  return APOOL_WORKER_PROXY (worker);
}

static void
sim_factory_iface_init (ApoolWorkerFactoryInterface *iface)
{
  iface->create_worker = sim_factory_create_worker;
}

static void
sim_factory_finalize (GObject *object)
{
  SimFactory *self = SIM_FACTORY (object);

  apool_outcome_unref (self->success);
  apool_heap_clear (&self->ends);
  G_OBJECT_CLASS (sim_factory_parent_class)->finalize (object);
}

static void
sim_factory_class_init (SimFactoryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sim_factory_finalize;
}

static void
sim_factory_init (SimFactory *self)
{
  ApoolUsage usage = { 0 };

  g_queue_init (&self->busy);
  self->success = apool_outcome_new (APOOL_OUTCOME_EXITED, 0, &usage, FALSE, FALSE, NULL);
}

/**
 * sim_factory_new:
 * @load: what the tasks are like
 *
 * Returns: (transfer full): a factory whose clock is at 0
 */
SimFactory *
sim_factory_new (const SimLoad *load)
{
  SimFactory *self = g_object_new (SIM_TYPE_FACTORY, NULL);

  self->load = *load;
  return self;
}

/**
 * sim_factory_step:
 * @self: a factory
 *
 * Has the next worker do what it has to, or the next task end.
 *
 * Returns: whether there was anything
 */
gboolean
sim_factory_step (SimFactory *self)
{
  GList *link = g_queue_pop_head_link (&self->busy);
  SimSlot *slot = apool_heap_peek (&self->ends);

  if (link)
    {
      g_autoptr (SimWorker) worker = g_steal_pointer (&link->data);

      sim_worker_work (worker);
      return TRUE;
    }
  if (!slot)
    return FALSE;
  self->now = apool_heap_get_rank (&self->ends);
  apool_heap_remove (&self->ends, &slot->node);
  sim_slot_finish (slot);
  return TRUE;
}

/**
 * sim_factory_get_time:
 * @self: a factory
 *
 * Returns: when the newest task ended
 */
guint64
sim_factory_get_time (SimFactory *self)
{
  return self->now;
}

/**
 * sim_factory_get_n_finished:
 * @self: a factory
 *
 * Returns: how many tasks ended
 */
guint64
sim_factory_get_n_finished (SimFactory *self)
{
  return self->n_finished;
}
