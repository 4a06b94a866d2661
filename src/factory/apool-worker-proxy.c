/* SPDX-License-Identifier: MIT */
/* The books of one worker.
 *
 * A task that was handed over waits (the worker may still give it back, and if the worker is lost
 * it can run elsewhere), then is started (it may have run, so it is lost with the worker), then
 * finished: settled, and unknown from then on. A report that does not fit is a fault of the
 * worker: the subclass ends the dialogue. */

#include "factory/apool-worker-proxy.h"

#include "factory/apool-worker-proxy-private.h"

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (ApoolWorkerProxy, apool_worker_proxy, G_TYPE_OBJECT)

/* For the proxy only. */
ApoolWorkerProxyPrivate *
apool_worker_proxy_get_private (ApoolWorkerProxy *self)
{
  return apool_worker_proxy_get_instance_private (self);
}

static void
apool_worker_entry_free (gpointer data)
{
  ApoolWorkerEntry *entry = data;

  apool_task_unref (entry->task);
  g_free (entry->too_long);
  g_free (entry);
}

static void
apool_worker_proxy_init (ApoolWorkerProxy *self)
{
  ApoolWorkerProxyPrivate *priv = apool_worker_proxy_get_private (self);

  priv->slots = apool_slot_book_new ();
  priv->by_seq = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, apool_worker_entry_free);
  g_queue_init (&priv->waiting);
}

static void
apool_worker_proxy_finalize (GObject *object)
{
  ApoolWorkerProxyPrivate *priv = apool_worker_proxy_get_private (APOOL_WORKER_PROXY (object));

  g_hash_table_unref (priv->by_seq);
  apool_slot_book_free (priv->slots);
  g_free (priv->host);
  G_OBJECT_CLASS (apool_worker_proxy_parent_class)->finalize (object);
}

static void
apool_worker_proxy_class_init (ApoolWorkerProxyClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = apool_worker_proxy_finalize;
}

/* For the proxy only. */
ApoolWorkerEntry *
apool_worker_proxy_find (ApoolWorkerProxy *self, guint64 seq)
{
  return g_hash_table_lookup (apool_worker_proxy_get_private (self)->by_seq, &seq);
}

/* ---- for the pool ---- */

/**
 * apool_worker_proxy_set_events:
 * @self: a worker
 * @events: what to call, copied
 * @data: (closure): for @events
 */
void
apool_worker_proxy_set_events (ApoolWorkerProxy *self,
                               const ApoolWorkerEvents *events,
                               gpointer data)
{
  ApoolWorkerProxyPrivate *priv = apool_worker_proxy_get_private (self);

  priv->events = *events;
  priv->data = data;
}

/**
 * apool_worker_proxy_queue_task:
 * @self: a worker
 * @task: a task that it does not have
 * @stdin_fd: (transfer full): the job's standard input, or -1 for none
 *
 * Hands a task over. It may be done before the worker is ready.
 */
void
apool_worker_proxy_queue_task (ApoolWorkerProxy *self, ApoolTask *task, int stdin_fd)
{
  ApoolWorkerProxyPrivate *priv = apool_worker_proxy_get_private (self);
  ApoolWorkerEntry *entry = g_new0 (ApoolWorkerEntry, 1);

  entry->seq = apool_task_get_seq (task);
  entry->task = apool_task_ref (task);
  entry->link.data = entry;
  priv->last_job = MAX (priv->last_job, apool_task_get_job (task));
  g_queue_push_tail_link (&priv->waiting, &entry->link);
  g_hash_table_insert (priv->by_seq, &entry->seq, entry);
  APOOL_WORKER_PROXY_GET_CLASS (self)->send_task (self, task, stdin_fd);
}

/**
 * apool_worker_proxy_stream_task:
 * @self: a worker
 * @seq: a task's number
 *
 * Returns: whether @self has that task, and has been told to send its output as it is written
 */
gboolean
apool_worker_proxy_stream_task (ApoolWorkerProxy *self, guint64 seq)
{
  if (!apool_worker_proxy_find (self, seq))
    return FALSE;
  APOOL_WORKER_PROXY_GET_CLASS (self)->send_stream (self, seq);
  return TRUE;
}

/**
 * apool_worker_proxy_end_task:
 * @self: a worker
 * @seq: a task's number
 * @reason: why
 * @message: (nullable): where it has run too long: what is said of that
 *
 * Has the task ended before its time, if it does not end by itself first.
 *
 * Returns: whether @self has said that it started that task, and was told to end it
 */
gboolean
apool_worker_proxy_end_task (ApoolWorkerProxy *self,
                             guint64 seq,
                             ApoolEndReason reason,
                             const char *message)
{
  ApoolWorkerEntry *entry = apool_worker_proxy_find (self, seq);

  if (!entry || !entry->started)
    return FALSE;
  if (reason == APOOL_END_TIMED_OUT && !entry->too_long)
    entry->too_long = g_strdup (message ? message : "timed out");
  APOOL_WORKER_PROXY_GET_CLASS (self)->send_end (self, seq, reason);
  return TRUE;
}

/**
 * apool_worker_proxy_recall:
 * @self: a worker that is not recalling
 * @n: how many tasks are wanted back
 *
 * Asks for its oldest waiting tasks. It gives those that it has not started in the meantime.
 */
void
apool_worker_proxy_recall (ApoolWorkerProxy *self, guint n)
{
  apool_worker_proxy_get_private (self)->n_recalls++;
  APOOL_WORKER_PROXY_GET_CLASS (self)->send_recall (self, n);
}

/**
 * apool_worker_proxy_terminate:
 * @self: a worker
 *
 * Has all that it runs ended, by and by, and all that it has not started given back.
 */
void
apool_worker_proxy_terminate (ApoolWorkerProxy *self)
{
  apool_worker_proxy_get_private (self)->n_recalls++;
  APOOL_WORKER_PROXY_GET_CLASS (self)->send_terminate (self);
}

/**
 * apool_worker_proxy_grant_slots:
 * @self: a worker
 * @slots: (element-type guint): slots that nobody has
 *
 * Gives it more slots.
 */
void
apool_worker_proxy_grant_slots (ApoolWorkerProxy *self, const GArray *slots)
{
  if (slots->len == 0)
    return;
  apool_worker_proxy_set_slots (self, slots);
  APOOL_WORKER_PROXY_GET_CLASS (self)->send_slots (self, slots);
}

/* For the proxy only. Returns the slots that its started tasks are in. */
GHashTable *
apool_worker_proxy_list_used_slots (ApoolWorkerProxy *self)
{
  GHashTable *used = g_hash_table_new (NULL, NULL);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, apool_worker_proxy_get_private (self)->by_seq);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (!((ApoolWorkerEntry *) value)->exited)
      g_hash_table_add (used, GUINT_TO_POINTER (((ApoolWorkerEntry *) value)->slot));
  return used;
}

/**
 * apool_worker_proxy_take_spare_slots:
 * @self: a worker that will be handed no more tasks
 *
 * Takes the slots from it that it cannot need any more. The worker is not told: it has nothing to
 * fill them with.
 *
 * Returns: (transfer full) (element-type guint): those; none while it has tasks that are not
 *   started, since nobody knows which slots these will take
 */
GArray *
apool_worker_proxy_take_spare_slots (ApoolWorkerProxy *self)
{
  ApoolWorkerProxyPrivate *priv = apool_worker_proxy_get_private (self);
  g_autoptr (GHashTable) used = apool_worker_proxy_list_used_slots (self);
  GArray *spare = g_array_new (FALSE, FALSE, sizeof (guint));

  /* Of a task that waits nobody knows the slot, and of one that was started in slot 0. */
  apool_slot_book_take_spare (priv->slots, used, spare);
  return spare;
}

/**
 * apool_worker_proxy_limit_slots:
 * @self: a worker
 * @limit: the highest number of a slot that it may use from now on, instead of what was said before
 *
 * Has it give up those above as they become free: @revoked follows for each, unless it is granted
 * more in the meantime.
 */
void
apool_worker_proxy_limit_slots (ApoolWorkerProxy *self, guint limit)
{
  APOOL_WORKER_PROXY_GET_CLASS (self)->send_limit (self, limit);
}

/**
 * apool_worker_proxy_give_terminal:
 * @self: a worker
 * @is_back: whether the user is; else nobody could have called
 *
 * Has what waits for the terminal go on.
 */
void
apool_worker_proxy_give_terminal (ApoolWorkerProxy *self, gboolean is_back)
{
  ApoolWorkerProxyClass *klass = APOOL_WORKER_PROXY_GET_CLASS (self);

  if (klass->send_terminal)
    klass->send_terminal (self, is_back);
}

/**
 * apool_worker_proxy_set_congested:
 * @self: a worker
 * @congested: whether streamed output is to wait
 * @except: the number of a task whose output is not; 0: of none
 */
void
apool_worker_proxy_set_congested (ApoolWorkerProxy *self, gboolean congested, guint64 except)
{
  APOOL_WORKER_PROXY_GET_CLASS (self)->set_congested (self, congested, except);
}

/**
 * apool_worker_proxy_set_paused:
 * @self: a worker
 * @seq: one of its tasks; 0: all of them, and those that it gets
 * @is_paused: whether they are to stop, and none is to be started; else they go on
 */
void
apool_worker_proxy_set_paused (ApoolWorkerProxy *self, guint64 seq, gboolean is_paused)
{
  APOOL_WORKER_PROXY_GET_CLASS (self)->send_pause (self, seq, is_paused);
}

/**
 * apool_worker_proxy_ask:
 * @self: a worker that is ready
 * @token: any number
 *
 * Asks what it knows of the tasks that it runs. @answered follows, with the same token.
 */
void
apool_worker_proxy_ask (ApoolWorkerProxy *self, guint64 token)
{
  apool_worker_proxy_get_private (self)->n_questions++;
  APOOL_WORKER_PROXY_GET_CLASS (self)->send_ask (self, token);
}

/**
 * apool_worker_proxy_list_running:
 * @self: a worker
 * @tasks: (element-type ApoolTask): gets references to those that it has started and whose
 *   processes are not known to be gone, in no particular order
 */
void
apool_worker_proxy_list_running (ApoolWorkerProxy *self, GPtrArray *tasks)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, apool_worker_proxy_get_private (self)->by_seq);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const ApoolWorkerEntry *entry = value;

      if (entry->started && !entry->exited)
        g_ptr_array_add (tasks, apool_task_ref (entry->task));
    }
}

/**
 * apool_worker_proxy_close:
 * @self: a worker
 *
 * No more tasks will come. It runs its exit hook, if it has one, and ends; what it still runs of
 * its tasks is killed. @gone follows.
 */
void
apool_worker_proxy_close (ApoolWorkerProxy *self)
{
  APOOL_WORKER_PROXY_GET_CLASS (self)->close (self);
}

/**
 * apool_worker_proxy_kill:
 * @self: a worker
 *
 * Ends it by force, with all that it runs; @gone follows.
 */
void
apool_worker_proxy_kill (ApoolWorkerProxy *self)
{
  APOOL_WORKER_PROXY_GET_CLASS (self)->kill (self);
}

static int
apool_worker_proxy_compare (gconstpointer a, gconstpointer b)
{
  guint64 seq_a = apool_task_get_seq (*(ApoolTask *const *) a);
  guint64 seq_b = apool_task_get_seq (*(ApoolTask *const *) b);

  return (seq_a > seq_b) - (seq_a < seq_b);
}

/**
 * apool_worker_proxy_take_tasks:
 * @self: a worker that is gone
 * @started: (element-type ApoolTask): gets the tasks that it had started and not finished
 * @waiting: (element-type ApoolTask): gets those that it had not started
 *
 * Takes all tasks out of its books, each kind by number. The arrays get references.
 */
void
apool_worker_proxy_take_tasks (ApoolWorkerProxy *self, GPtrArray *started, GPtrArray *waiting)
{
  ApoolWorkerProxyPrivate *priv = apool_worker_proxy_get_private (self);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, priv->by_seq);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      ApoolWorkerEntry *entry = value;

      g_ptr_array_add (entry->started ? started : waiting, apool_task_ref (entry->task));
    }
  g_ptr_array_sort (started, apool_worker_proxy_compare);
  g_ptr_array_sort (waiting, apool_worker_proxy_compare);
  g_queue_init (&priv->waiting); /* its links are part of the entries */
  priv->n_exited = 0;
  g_hash_table_remove_all (priv->by_seq);
}

/**
 * apool_worker_proxy_get_slots:
 * @self: a worker
 *
 * Returns: (transfer none) (element-type guint): the slots that it fills
 */
const GArray *
apool_worker_proxy_get_slots (ApoolWorkerProxy *self)
{
  return apool_slot_book_list (apool_worker_proxy_get_private (self)->slots);
}

/**
 * apool_worker_proxy_has_slot:
 * @self: a worker
 * @slot: a number
 *
 * Returns: whether it is the number of one of its slots
 */
gboolean
apool_worker_proxy_has_slot (ApoolWorkerProxy *self, guint slot)
{
  return apool_slot_book_contains (apool_worker_proxy_get_private (self)->slots, slot);
}

/**
 * apool_worker_proxy_count_slots_above:
 * @self: a worker
 * @limit: a number
 *
 * Returns: how many of its slots have higher ones
 */
guint
apool_worker_proxy_count_slots_above (ApoolWorkerProxy *self, guint limit)
{
  return apool_slot_book_count_above (apool_worker_proxy_get_private (self)->slots, limit);
}

/**
 * apool_worker_proxy_count_running_above:
 * @self: a worker
 * @limit: a number
 *
 * Returns: how many tasks run in slots that have higher ones
 */
guint
apool_worker_proxy_count_running_above (ApoolWorkerProxy *self, guint limit)
{
  GHashTableIter iter;
  gpointer value;
  guint n = 0;

  g_hash_table_iter_init (&iter, apool_worker_proxy_get_private (self)->by_seq);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const ApoolWorkerEntry *entry = value;

      n += entry->slot > limit && !entry->exited ? 1 : 0;
    }
  return n;
}

/**
 * apool_worker_proxy_get_slot:
 * @self: a worker
 * @seq: the number of a task that it has
 *
 * Returns: the slot that the task is in; 0 where it is in none
 */
guint
apool_worker_proxy_get_slot (ApoolWorkerProxy *self, guint64 seq)
{
  const ApoolWorkerEntry *entry = apool_worker_proxy_find (self, seq);

  return entry ? entry->slot : 0;
}

/**
 * apool_worker_proxy_has_task:
 * @self: a worker
 * @seq: a task's number
 *
 * Returns: whether it has that task, waiting or started
 */
gboolean
apool_worker_proxy_has_task (ApoolWorkerProxy *self, guint64 seq)
{
  return apool_worker_proxy_find (self, seq) != NULL;
}

/**
 * apool_worker_proxy_get_n_tasks:
 * @self: a worker
 *
 * Returns: how many tasks it has, waiting and started
 */
guint
apool_worker_proxy_get_n_tasks (ApoolWorkerProxy *self)
{
  return g_hash_table_size (apool_worker_proxy_get_private (self)->by_seq);
}

/**
 * apool_worker_proxy_get_n_waiting:
 * @self: a worker
 *
 * Returns: how many of them it has not said to have started
 */
guint
apool_worker_proxy_get_n_waiting (ApoolWorkerProxy *self)
{
  return apool_worker_proxy_get_private (self)->waiting.length;
}

/**
 * apool_worker_proxy_get_n_exited:
 * @self: a worker
 *
 * Returns: how many of them need no slot any more, and are not finished
 */
guint
apool_worker_proxy_get_n_exited (ApoolWorkerProxy *self)
{
  return apool_worker_proxy_get_private (self)->n_exited;
}

/**
 * apool_worker_proxy_get_oldest_waiting:
 * @self: a worker
 *
 * A task that was handed over for a free slot does not wait, though the worker has not said yet
 * that it started it.
 *
 * Returns: the number of the task that has waited longest, %G_MAXUINT64 where none waits
 */
guint64
apool_worker_proxy_get_oldest_waiting (ApoolWorkerProxy *self)
{
  ApoolWorkerProxyPrivate *priv = apool_worker_proxy_get_private (self);
  guint n_running = g_hash_table_size (priv->by_seq) - priv->waiting.length - priv->n_exited;
  guint n_slots = apool_slot_book_list (priv->slots)->len;
  guint n_free = n_slots > n_running ? n_slots - n_running : 0;
  ApoolWorkerEntry *entry = g_queue_peek_nth (&priv->waiting, n_free);

  return entry ? entry->seq : G_MAXUINT64;
}

/**
 * apool_worker_proxy_is_recalling:
 * @self: a worker
 *
 * Returns: whether it has been asked for tasks and has not answered
 */
gboolean
apool_worker_proxy_is_recalling (ApoolWorkerProxy *self)
{
  return apool_worker_proxy_get_private (self)->n_recalls > 0;
}

/**
 * apool_worker_proxy_has_worked:
 * @self: a worker
 *
 * Returns: whether it has ever started a task
 */
gboolean
apool_worker_proxy_has_worked (ApoolWorkerProxy *self)
{
  return apool_worker_proxy_get_private (self)->has_worked;
}

/**
 * apool_worker_proxy_is_ready:
 * @self: a worker
 *
 * Returns: whether it has said that it is there
 */
gboolean
apool_worker_proxy_is_ready (ApoolWorkerProxy *self)
{
  return apool_worker_proxy_get_private (self)->is_ready;
}

/**
 * apool_worker_proxy_get_pid:
 * @self: a worker
 *
 * Returns: its process on its host; 0 where that is not known
 */
guint
apool_worker_proxy_get_pid (ApoolWorkerProxy *self)
{
  return apool_worker_proxy_get_private (self)->pid;
}

/**
 * apool_worker_proxy_get_host:
 * @self: a worker
 *
 * Returns: (transfer none) (nullable): where it runs, as it says
 */
const char *
apool_worker_proxy_get_host (ApoolWorkerProxy *self)
{
  return apool_worker_proxy_get_private (self)->host;
}

/* ---- for subclasses ---- */

/**
 * apool_worker_proxy_set_slots:
 * @self: a new worker
 * @slots: (element-type guint): what it fills beside what it has; copied
 */
void
apool_worker_proxy_set_slots (ApoolWorkerProxy *self, const GArray *slots)
{
  apool_slot_book_add (apool_worker_proxy_get_private (self)->slots, slots);
}

/**
 * apool_worker_proxy_set_process:
 * @self: a worker
 * @pid: its process, 0 where that is not known
 * @host: (nullable): where that runs
 */
void
apool_worker_proxy_set_process (ApoolWorkerProxy *self, guint pid, const char *host)
{
  ApoolWorkerProxyPrivate *priv = apool_worker_proxy_get_private (self);

  priv->pid = pid;
  g_free (priv->host);
  priv->host = g_strdup (host);
}
