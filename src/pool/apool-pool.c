/* SPDX-License-Identifier: MIT */
/* The pool manager: owns the workers' lives, hands out tasks, collects outcomes. It starts no job
 * itself and knows no concrete factory, source or sink.
 *
 * States: open (tasks are handed out), closed (no more are, and those that wait at the workers are
 * called back and dropped; what is started runs to its end), done (every task is settled and every
 * worker gone).
 *
 * A task goes to the worker with most room. Workers are made when a task finds no free slot and
 * the limit allows one more. When all slots are taken, a few tasks wait at the workers already, so
 * that a slot that becomes free is filled without asking; those that wait behind a long job while
 * others have room are called back.
 *
 * When a worker is lost, what it had not started goes back to the head of the queue, what it had
 * started is settled as lost, and a new worker is made if there is work. A pool that loses worker
 * after worker before any of them starts anything gives up.
 *
 * When no worker can be made, those that live do the work, and the next one is tried when one of
 * them has gone: until then the machine has given nothing back. Without any, the pool gives up. */

#include "pool/apool-pool.h"

#include <fcntl.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"
#include "pool/apool-task-line.h"

/* Workers lost one after the other that never started a task, and none was started between: then
 * it is not chance. */
#define MAX_FRUITLESS_WORKERS 3u
/* A task that waits at a worker while so many rounds of all slots went past it is called back. */
#define MAX_ROUNDS_BEHIND 4u

struct _ApoolPool
{
  GObject parent_instance;

  ApoolWorkerFactory *factory;
  ApoolTaskLine *line;
  ApoolPoolLimits limits;
  GPtrArray *observers; /* ApoolObserver, owned */
  ApoolPoolDoneFunc done;
  gpointer data;

  GPtrArray *workers;   /* ApoolWorkerProxy that are not gone, owned */
  GPtrArray *free_sets; /* GArray of guint: slots of workers that do not exist */
  guint64 last_seq;     /* the newest task that was handed out */
  guint n_fruitless;    /* workers that never worked, lost since a task was started */
  int first_stdin_fd;   /* owned; -1 once the first task is started */
  gboolean is_short;    /* a worker could not be made, and none has gone since */
  gboolean is_congested;
  gboolean is_terminated;
  gboolean is_closing; /* the workers have been told to end */
  gboolean is_done;
  gboolean is_held; /* handing out or telling of an end: what is asked meanwhile is done after it */
  GError *error;    /* (nullable): why the pool gives up */
};

G_DEFINE_FINAL_TYPE (ApoolPool, apool_pool, G_TYPE_OBJECT)

static void apool_pool_dispatch (ApoolPool *self);

static void
apool_pool_finalize (GObject *object)
{
  ApoolPool *self = APOOL_POOL (object);

  g_ptr_array_unref (self->observers);
  g_ptr_array_unref (self->workers);
  g_ptr_array_unref (self->free_sets);
  g_clear_pointer (&self->line, apool_task_line_free);
  g_object_unref (self->factory);
  apool_fd_clear (&self->first_stdin_fd);
  g_clear_error (&self->error);
  G_OBJECT_CLASS (apool_pool_parent_class)->finalize (object);
}

static void
apool_pool_class_init (ApoolPoolClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = apool_pool_finalize;
}

static void
apool_pool_init (ApoolPool *self)
{
  self->observers = g_ptr_array_new_with_free_func (g_object_unref);
  self->workers = g_ptr_array_new_with_free_func (g_object_unref);
  self->free_sets = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  self->first_stdin_fd = -1;
}

/* Gives each worker-to-be its share of the slots 1 … jobs, the first ones one more where it does
 * not come out even. The one to be made first stands last. */
static void
apool_pool_share_slots (ApoolPool *self)
{
  guint next = self->limits.jobs;

  for (guint i = self->limits.workers; i > 0; i--)
    {
      guint n = self->limits.jobs / self->limits.workers +
                (i <= self->limits.jobs % self->limits.workers ? 1 : 0);
      GArray *slots = g_array_new (FALSE, FALSE, sizeof (guint));

      for (guint slot = next - n + 1; slot <= next; slot++)
        g_array_append_val (slots, slot);
      next -= n;
      g_ptr_array_add (self->free_sets, slots);
    }
}

/* ---- settling ---- */

/* Nothing is handed out, and the pool does not end, before all observers know: whoever calls this
 * dispatches afterwards. */
static void
apool_pool_settle (ApoolPool *self, ApoolTask *task, ApoolOutcome *outcome)
{
  gboolean was_held = self->is_held;

  self->is_held = TRUE;
  for (guint i = 0; i < self->observers->len; i++)
    apool_observer_task_finished (g_ptr_array_index (self->observers, i), task, outcome);
  self->is_held = was_held;
}

/* Settles a task that no worker will report on. */
static void
apool_pool_settle_as (ApoolPool *self, ApoolTask *task, ApoolOutcomeKind kind, const char *message)
{
  ApoolUsage usage = { .start_usec = g_get_real_time () };
  g_autoptr (ApoolOutcome) outcome =
      apool_outcome_new (kind, 0, &usage, self->is_terminated, FALSE, message);

  apool_pool_settle (self, task, outcome);
}

static void
apool_pool_finish (ApoolPool *self)
{
  if (self->is_done)
    return;
  self->is_done = TRUE;
  for (guint i = 0; i < self->observers->len; i++)
    apool_observer_pool_done (g_ptr_array_index (self->observers, i));
  self->done (self->error, self->data);
}

static gboolean
apool_pool_is_idle (ApoolPool *self)
{
  for (guint i = 0; i < self->workers->len; i++)
    if (apool_worker_proxy_get_n_tasks (g_ptr_array_index (self->workers, i)) > 0)
      return FALSE;
  return TRUE;
}

/* Where nothing is left to be done: ends the workers, then the pool. */
static void
apool_pool_wind_up (ApoolPool *self)
{
  if (!apool_task_line_is_over (self->line) || !apool_pool_is_idle (self))
    return;
  if (!self->is_closing)
    {
      self->is_closing = TRUE;
      for (guint i = 0; i < self->workers->len; i++)
        apool_worker_proxy_close (g_ptr_array_index (self->workers, i));
    }
  if (self->workers->len == 0)
    apool_pool_finish (self);
}

/* The pool cannot do its work: what runs is ended. */
static void
apool_pool_give_up (ApoolPool *self, GError *error)
{
  if (self->error)
    g_error_free (error);
  else
    self->error = error;
  apool_pool_terminate (self, FALSE);
}

/* ---- workers ---- */

static guint
apool_pool_get_n_slots (ApoolWorkerProxy *worker)
{
  return apool_worker_proxy_get_slots (worker)->len;
}

static void
apool_pool_ready_cb (ApoolWorkerProxy *worker, gpointer data)
{
  /* It had its tasks when it was made; nothing waits for this. */
}

static void
apool_pool_started_cb (ApoolWorkerProxy *worker, ApoolTask *task, gpointer data)
{
  ApoolPool *self = data;

  self->n_fruitless = 0;
  if (apool_task_get_seq (task) == 1)
    apool_fd_clear (&self->first_stdin_fd);
  for (guint i = 0; i < self->observers->len; i++)
    apool_observer_task_started (g_ptr_array_index (self->observers, i), task);
}

static void
apool_pool_output_cb (ApoolWorkerProxy *worker,
                      ApoolTask *task,
                      ApoolStream stream,
                      const char *bytes,
                      gsize length,
                      gpointer data)
{
  ApoolPool *self = data;

  for (guint i = 0; i < self->observers->len; i++)
    apool_observer_task_output (g_ptr_array_index (self->observers, i), task, stream, bytes,
                                length);
}

static void
apool_pool_pipe_cb (
    ApoolWorkerProxy *worker, ApoolTask *task, ApoolStream stream, int fd, gpointer data)
{
  ApoolPool *self = data;

  for (guint i = 0; i < self->observers->len; i++)
    if (apool_observer_task_pipe (g_ptr_array_index (self->observers, i), task, stream, fd))
      return;
  apool_fd_clear (&fd);
}

static void
apool_pool_finished_cb (ApoolWorkerProxy *worker,
                        ApoolTask *task,
                        ApoolOutcome *outcome,
                        gpointer data)
{
  ApoolPool *self = data;

  apool_pool_settle (self, task, outcome);
  apool_pool_dispatch (self);
}

/* Puts tasks back into the line: (element-type ApoolTask). */
static void
apool_pool_take_back (ApoolPool *self, GPtrArray *tasks)
{
  for (guint i = 0; i < tasks->len; i++)
    apool_task_line_put_back (self->line, g_ptr_array_index (tasks, i));
}

static void
apool_pool_recalled_cb (ApoolWorkerProxy *worker, GPtrArray *tasks, gpointer data)
{
  ApoolPool *self = data;

  apool_pool_take_back (self, tasks);
  apool_pool_dispatch (self);
}

static void
apool_pool_lose_tasks (ApoolPool *self, ApoolWorkerProxy *worker, const char *why)
{
  g_autoptr (GPtrArray) started =
      g_ptr_array_new_with_free_func ((GDestroyNotify) apool_task_unref);
  g_autoptr (GPtrArray) waiting =
      g_ptr_array_new_with_free_func ((GDestroyNotify) apool_task_unref);

  apool_worker_proxy_take_tasks (worker, started, waiting);
  for (guint i = 0; i < started->len; i++)
    apool_pool_settle_as (self, g_ptr_array_index (started, i), APOOL_OUTCOME_LOST, why);
  apool_pool_take_back (self, waiting);
}

/* From here on nobody speaks to the worker, and its slots are free. */
static void
apool_pool_forget_worker (ApoolPool *self, ApoolWorkerProxy *worker)
{
  GArray *slots = g_array_new (FALSE, FALSE, sizeof (guint));
  const GArray *its_slots = apool_worker_proxy_get_slots (worker);

  g_array_append_vals (slots, its_slots->data, its_slots->len);
  g_ptr_array_add (self->free_sets, slots);
  g_ptr_array_remove (self->workers, worker);
  self->is_short = FALSE;
}

/* A worker that never started a task costs nothing but time, so there may be no end of them. */
static void
apool_pool_count_loss (ApoolPool *self, ApoolWorkerProxy *worker, const GError *error)
{
  if (self->is_terminated || apool_worker_proxy_has_worked (worker))
    return;
  self->n_fruitless++;
  if (self->n_fruitless >= MAX_FRUITLESS_WORKERS)
    apool_pool_give_up (self, g_error_new (APOOL_ERROR, APOOL_ERROR_WORKER_LOST,
                                           "no worker stays alive: %s", error->message));
}

static void
apool_pool_gone_cb (ApoolWorkerProxy *worker, const GError *error, gpointer data)
{
  ApoolPool *self = data;
  g_autoptr (ApoolWorkerProxy) gone = g_object_ref (worker);

  apool_pool_forget_worker (self, gone);
  apool_pool_lose_tasks (self, gone, error ? error->message : "its worker was ended");
  if (error)
    apool_pool_count_loss (self, gone, error);
  apool_pool_dispatch (self);
}

static const ApoolWorkerEvents apool_pool_events = {
  .ready = apool_pool_ready_cb,
  .started = apool_pool_started_cb,
  .output = apool_pool_output_cb,
  .pipe = apool_pool_pipe_cb,
  .finished = apool_pool_finished_cb,
  .recalled = apool_pool_recalled_cb,
  .gone = apool_pool_gone_cb,
};

/* Whether there may be one more worker. */
static gboolean
apool_pool_may_make_worker (ApoolPool *self)
{
  return self->free_sets->len > 0 && !self->is_short;
}

/* No worker could be made; takes @error. */
static void
apool_pool_run_short (ApoolPool *self, GError *error)
{
  self->is_short = TRUE;
  if (self->workers->len > 0)
    g_error_free (error);
  else
    apool_pool_give_up (self, error);
}

/* Makes one more worker, where there may be one and it can be made. */
static ApoolWorkerProxy *
apool_pool_make_worker (ApoolPool *self)
{
  GArray *slots;
  ApoolWorkerProxy *worker;
  GError *error = NULL;

  if (!apool_pool_may_make_worker (self))
    return NULL;
  slots = g_ptr_array_index (self->free_sets, self->free_sets->len - 1);
  worker = apool_worker_factory_create_worker (
      self->factory, slots ? g_array_index (slots, guint, 0) : 0, slots, &error);
  if (!worker)
    {
      apool_pool_run_short (self, error);
      return NULL;
    }
  g_ptr_array_set_size (self->free_sets, (int) self->free_sets->len - 1);
  g_ptr_array_add (self->workers, worker);
  apool_worker_proxy_set_events (worker, &apool_pool_events, self);
  apool_worker_proxy_set_congested (worker, self->is_congested);
  return worker;
}

/* ---- handing out ---- */

static gint64
apool_pool_get_room (ApoolWorkerProxy *worker)
{
  return (gint64) apool_pool_get_n_slots (worker) -
         (gint64) apool_worker_proxy_get_n_tasks (worker);
}

/* Whether the next task could be handed out. One that came back from a worker has waited long
 * enough: it goes where a slot is free, not into another wait. */
static gboolean
apool_pool_has_room (ApoolPool *self)
{
  gint64 least = apool_task_line_has_returned (self->line) ? 0 : -(gint64) self->limits.prefetch;

  if (apool_pool_may_make_worker (self))
    return TRUE;
  for (guint i = 0; i < self->workers->len; i++)
    if (apool_pool_get_room (g_ptr_array_index (self->workers, i)) > least)
      return TRUE;
  return FALSE;
}

/* Returns the worker with most free slots; where none is free, a new one; where there may be no
 * more, the one with the fewest tasks waiting that may take one more ahead. */
static ApoolWorkerProxy *
apool_pool_choose_worker (ApoolPool *self)
{
  ApoolWorkerProxy *best = NULL;
  gint64 best_room = -(gint64) self->limits.prefetch;

  for (guint i = 0; i < self->workers->len; i++)
    {
      ApoolWorkerProxy *worker = g_ptr_array_index (self->workers, i);
      gint64 room = apool_pool_get_room (worker);

      if (room > best_room)
        {
          best = worker;
          best_room = room;
        }
    }
  if (best && best_room > 0)
    return best;
  if (apool_pool_may_make_worker (self))
    return apool_pool_make_worker (self);
  return best;
}

static void
apool_pool_line_ready_cb (gpointer data)
{
  apool_pool_dispatch (data);
}

/* Returns the next task that can be run, or NULL where there is none, now or ever. */
static ApoolTask *
apool_pool_next_task (ApoolPool *self)
{
  for (;;)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *fault = NULL;
      g_autoptr (ApoolTask) task =
          apool_task_line_next (self->line, !self->is_congested, &fault, &error);

      if (error)
        apool_pool_give_up (self, g_steal_pointer (&error));
      if (!fault)
        return g_steal_pointer (&task);
      apool_pool_settle_as (self, task, APOOL_OUTCOME_NOT_STARTED, fault);
    }
}

/* Returns: (transfer full): the first task's standard input, -1 where there is none. Ours is kept
 * until that task is started: it may come back from this worker and go to another one. */
static int
apool_pool_get_first_stdin (ApoolPool *self)
{
  int fd = self->first_stdin_fd >= 0 ? fcntl (self->first_stdin_fd, F_DUPFD_CLOEXEC, 3) : -1;

  /* Out of descriptors, it goes away with the task. */
  return fd >= 0 ? fd : apool_fd_steal (&self->first_stdin_fd);
}

static void
apool_pool_hand_out (ApoolPool *self, ApoolWorkerProxy *worker, ApoolTask *task)
{
  guint64 seq = apool_task_get_seq (task);

  self->last_seq = MAX (self->last_seq, seq);
  apool_worker_proxy_queue_task (worker, task, seq == 1 ? apool_pool_get_first_stdin (self) : -1);
}

/* Calls tasks back that wait at a full worker: at most @n from each, and none where the oldest is
 * newer than @limit. */
static void
apool_pool_call_back (ApoolPool *self, guint n, guint64 limit)
{
  for (guint i = 0; i < self->workers->len; i++)
    {
      ApoolWorkerProxy *worker = g_ptr_array_index (self->workers, i);
      gint64 room = apool_pool_get_room (worker);

      if (room < 0 && apool_worker_proxy_get_oldest_waiting (worker) <= limit &&
          !apool_worker_proxy_is_recalling (worker))
        apool_worker_proxy_recall (worker, MIN (n, (guint) -room));
    }
}

/* Returns how many slots are free, those of workers that could be made included. */
static guint
apool_pool_count_free (ApoolPool *self)
{
  guint n = 0;

  for (guint i = 0; !self->is_short && i < self->free_sets->len; i++)
    n += ((const GArray *) g_ptr_array_index (self->free_sets, i))->len;
  for (guint i = 0; i < self->workers->len; i++)
    {
      gint64 room = apool_pool_get_room (g_ptr_array_index (self->workers, i));

      n += (guint) MAX (room, 0);
    }
  return n;
}

/* Sees to it that no task waits behind a long job for long: one is called back when there is a
 * free slot and nothing else to fill it, or when far too many went past it. Once the pool is closed
 * none is to wait. */
static void
apool_pool_balance (ApoolPool *self)
{
  guint n_free = apool_pool_count_free (self);
  guint64 lag = (guint64) MAX_ROUNDS_BEHIND * self->limits.jobs;

  if (apool_task_line_is_closed (self->line))
    apool_pool_call_back (self, G_MAXUINT, self->last_seq);
  else if (n_free > 0)
    apool_pool_call_back (self, n_free, self->last_seq);
  else if (self->last_seq > lag)
    apool_pool_call_back (self, 1, self->last_seq - lag);
}

/* Hands one task out. First the task, then the worker: none is made before there is work for it.
 * Returns whether there may be more to do. */
static gboolean
apool_pool_dispatch_one (ApoolPool *self)
{
  g_autoptr (ApoolTask) task = NULL;
  ApoolWorkerProxy *worker;

  if (self->is_terminated || !apool_pool_has_room (self))
    return FALSE;
  task = apool_pool_next_task (self);
  if (!task)
    return FALSE;
  worker = apool_pool_choose_worker (self);
  if (!worker)
    {
      /* None can be made: the task waits for a slot, unless the pool has given up. */
      apool_task_line_put_back (self->line, task);
      return FALSE;
    }
  apool_pool_hand_out (self, worker, task);
  return TRUE;
}

static void
apool_pool_dispatch (ApoolPool *self)
{
  if (self->is_held || self->is_done)
    return;
  self->is_held = TRUE;
  while (apool_pool_dispatch_one (self))
    continue;
  if (!self->is_terminated)
    apool_pool_balance (self);
  self->is_held = FALSE;
  apool_pool_wind_up (self);
}

/* ---- what others ask ---- */

/**
 * apool_pool_new:
 * @context: where everything happens
 * @factory: where workers come from
 * @tasks: what is to be done; outlives the pool
 * @limits: how much at once
 * @done: called at the end, never from within apool_pool_new()
 * @data: (closure): for @done
 *
 * Returns: (transfer full): a pool that has not been started
 */
ApoolPool *
apool_pool_new (GMainContext *context,
                ApoolWorkerFactory *factory,
                ApoolTasks *tasks,
                const ApoolPoolLimits *limits,
                ApoolPoolDoneFunc done,
                gpointer data)
{
  ApoolPool *self = g_object_new (APOOL_TYPE_POOL, NULL);

  g_return_val_if_fail (limits->jobs > 0 && limits->workers > 0, NULL);
  self->factory = g_object_ref (factory);
  self->line = apool_task_line_new (context, tasks, apool_pool_line_ready_cb, self);
  self->limits = *limits;
  self->limits.workers = MIN (limits->workers, limits->jobs);
  self->done = done;
  self->data = data;
  apool_pool_share_slots (self);
  return self;
}

/**
 * apool_pool_add_observer:
 * @self: a pool that has not been started
 * @observer: whom to tell, behind those added before
 */
void
apool_pool_add_observer (ApoolPool *self, ApoolObserver *observer)
{
  g_ptr_array_add (self->observers, g_object_ref (observer));
}

/**
 * apool_pool_set_first_stdin:
 * @self: a pool that has not been started
 * @fd: (transfer full): what the first task reads as its standard input; all others read nothing
 */
void
apool_pool_set_first_stdin (ApoolPool *self, int fd)
{
  apool_fd_clear (&self->first_stdin_fd);
  self->first_stdin_fd = fd;
}

/**
 * apool_pool_start:
 * @self: a pool
 *
 * Begins. The end may come before this returns.
 */
void
apool_pool_start (ApoolPool *self)
{
  apool_pool_dispatch (self);
}

/**
 * apool_pool_close:
 * @self: a pool
 *
 * Starts no more tasks; those that run, or that a worker has a free slot for, come to their end.
 */
void
apool_pool_close (ApoolPool *self)
{
  apool_task_line_close (self->line);
  apool_pool_dispatch (self);
}

/**
 * apool_pool_terminate:
 * @self: a pool
 * @now: whether the workers are killed, with all that they run; else the running tasks are asked
 *   to end, and killed after a while
 *
 * Starts no more tasks, and ends those that run.
 */
void
apool_pool_terminate (ApoolPool *self, gboolean now)
{
  gboolean again = self->is_terminated;

  self->is_terminated = TRUE;
  apool_task_line_close (self->line);
  for (guint i = 0; i < self->workers->len; i++)
    {
      ApoolWorkerProxy *worker = g_ptr_array_index (self->workers, i);

      if (now)
        apool_worker_proxy_kill (worker);
      else if (!again && !self->is_closing)
        apool_worker_proxy_terminate (worker);
    }
  apool_pool_dispatch (self);
}

/**
 * apool_pool_stream_task:
 * @self: a pool
 * @seq: a task's number
 *
 * Has that task's output sent as it is written, if it is in the hands of a worker.
 */
void
apool_pool_stream_task (ApoolPool *self, guint64 seq)
{
  for (guint i = 0; i < self->workers->len; i++)
    if (apool_worker_proxy_stream_task (g_ptr_array_index (self->workers, i), seq))
      return;
}

/**
 * apool_pool_set_congested:
 * @self: a pool
 * @congested: whether output leaves slower than it comes: then no more tasks are taken from the
 *   input
 */
void
apool_pool_set_congested (ApoolPool *self, gboolean congested)
{
  if (self->is_congested == congested)
    return;
  self->is_congested = congested;
  for (guint i = 0; i < self->workers->len; i++)
    apool_worker_proxy_set_congested (g_ptr_array_index (self->workers, i), congested);
  if (!congested)
    apool_pool_dispatch (self);
}
