/* SPDX-License-Identifier: MIT */
/* The line of tasks that wait to be handed out.
 *
 * The input stands behind it, and is read only when a task is asked for, or whether there is one.
 * What a worker gave back, or could not be handed out after all, goes before the input, by number.
 * Who has to wait for a time stands aside, and joins those when that is over.
 *
 * Inputs that cannot become a command, are skipped or were run before, take no worker's slot, so
 * nothing else would hold back whoever asks for the next one, were there no end of them. Now and
 * then the line says that there is no task for the time being, and lets the context serve its other
 * sources. */

#include "pool/apool-task-line.h"

#include "base/apool-alarm.h"
#include "pool/apool-heap.h"

/* So many tasks that are not run are yielded before the context has its turn. */
#define MAX_IDLE 64u

/* A task that stands aside. */
typedef struct
{
  ApoolTask *task; /* owned */
  ApoolHeapNode node;
} ApoolDelayedTask;

struct _ApoolTaskLine
{
  GMainContext *context;
  ApoolTasks *tasks; /* not owned */
  ApoolSourceReadyFunc ready;
  gpointer data;

  GPtrArray *returned; /* ApoolTask, owned, the newest first */
  ApoolHeap delayed;   /* ApoolDelayedTask, owned, by the end of their delays: microseconds */
  ApoolAlarm *alarm;   /* (nullable): for the next one of these */
  ApoolTask *ahead;    /* (nullable), owned: the one that was read to see whether there is one */
  char *ahead_fault;   /* (nullable), owned: why it cannot be run */
  GError *ahead_error; /* (nullable), owned: why there was none */
  ApoolTaskLineAskFunc ask; /* (nullable) */
  gpointer ask_data;
  ApoolTask *asked;     /* (nullable), owned: the one that somebody is asked for */
  guint n_idle;         /* tasks that are not run, since the context had its turn */
  GSource *pause;       /* (nullable), owned: the context has its turn now */
  gboolean is_paused;   /* delays do not go on */
  gboolean is_waiting;  /* for the input */
  gboolean input_ended; /* it is not read any more */
  gboolean is_closed;   /* of what comes back only that is kept which has begun */
};

/**
 * apool_task_line_new:
 * @context: where @ready runs
 * @tasks: the input; outlives the line
 * @ready: called when it is worth asking again, where there was no task for the time being; never
 *   from within a call to the line
 * @data: (closure): for @ready
 *
 * Returns: (transfer full): a line in which nobody stands
 */
ApoolTaskLine *
apool_task_line_new (GMainContext *context,
                     ApoolTasks *tasks,
                     ApoolSourceReadyFunc ready,
                     gpointer data)
{
  ApoolTaskLine *self = g_new0 (ApoolTaskLine, 1);

  self->context = g_main_context_ref (context);
  self->tasks = tasks;
  self->ready = ready;
  self->data = data;
  self->returned = g_ptr_array_new_with_free_func ((GDestroyNotify) apool_task_unref);
  return self;
}

static void
apool_task_line_end_pause (ApoolTaskLine *self)
{
  if (!self->pause)
    return;
  g_source_destroy (self->pause);
  g_clear_pointer (&self->pause, g_source_unref);
}

static void
apool_task_line_drop_ahead (ApoolTaskLine *self)
{
  g_clear_pointer (&self->ahead, apool_task_unref);
  g_clear_pointer (&self->ahead_fault, g_free);
  g_clear_error (&self->ahead_error);
  g_clear_pointer (&self->asked, apool_task_unref);
}

/* Takes out the one whose delay ends first. Returns: (transfer full): its task */
static ApoolTask *
apool_task_line_take_delayed (ApoolTaskLine *self)
{
  ApoolDelayedTask *delayed = apool_heap_peek (&self->delayed);
  ApoolTask *task = delayed->task;

  apool_heap_remove (&self->delayed, &delayed->node);
  g_free (delayed);
  return task;
}

/**
 * apool_task_line_free:
 * @self: (transfer full): a line
 */
void
apool_task_line_free (ApoolTaskLine *self)
{
  apool_task_line_end_pause (self);
  apool_task_line_drop_ahead (self);
  while (apool_heap_peek (&self->delayed))
    apool_task_unref (apool_task_line_take_delayed (self));
  apool_heap_clear (&self->delayed);
  g_clear_pointer (&self->alarm, apool_alarm_free);
  g_ptr_array_unref (self->returned);
  g_main_context_unref (self->context);
  g_free (self);
}

static void
apool_task_line_ready_cb (gpointer data)
{
  ApoolTaskLine *self = data;

  self->is_waiting = FALSE;
  self->ready (self->data);
}

static gboolean
apool_task_line_go_on_cb (gpointer data)
{
  ApoolTaskLine *self = data;

  apool_task_line_end_pause (self);
  self->ready (self->data);
  return G_SOURCE_REMOVE;
}

static void
apool_task_line_begin_pause (ApoolTaskLine *self)
{
  self->n_idle = 0;
  self->pause = g_idle_source_new ();
  g_source_set_static_name (self->pause, "apool-task-line");
  /* Its turn with all others, not after them: a worker that always has something to say would keep
   * us from the input for ever. */
  g_source_set_priority (self->pause, G_PRIORITY_DEFAULT);
  g_source_set_callback (self->pause, apool_task_line_go_on_cb, self, NULL);
  g_source_attach (self->pause, self->context);
}

static ApoolTask *
apool_task_line_read (ApoolTaskLine *self, char **fault, GError **error)
{
  ApoolTask *task = NULL;

  if (self->n_idle >= MAX_IDLE)
    {
      apool_task_line_begin_pause (self);
      return NULL;
    }
  switch (apool_tasks_next (self->tasks, &task, fault, error))
    {
    case APOOL_SOURCE_ROW:
      if (*fault || apool_task_line_is_idle (task))
        self->n_idle++;
      return task;
    case APOOL_SOURCE_PENDING:
      self->is_waiting = TRUE;
      apool_tasks_wait (self->tasks, self->context, apool_task_line_ready_cb, self);
      return NULL;
    case APOOL_SOURCE_END:
    case APOOL_SOURCE_ERROR:
    default:
      self->input_ended = TRUE;
      return NULL;
    }
}

static gboolean
apool_task_line_may_read (const ApoolTaskLine *self)
{
  return !self->input_ended && !self->is_waiting && !self->pause;
}

/* Returns: (transfer full) (nullable): @task, unless somebody has to be asked for it first */
static ApoolTask *
apool_task_line_examine (ApoolTaskLine *self, ApoolTask *task, const char *fault)
{
  if (!task || !self->ask || fault || apool_task_line_is_idle (task))
    return task;
  self->asked = task;
  self->ask (task, self->ask_data);
  return NULL;
}

static gboolean
apool_task_line_has_ahead (const ApoolTaskLine *self)
{
  return self->ahead || self->ahead_error;
}

/**
 * apool_task_line_next:
 * @self: a line
 * @may_read: whether a task may be taken from the input
 * @fault: (out) (transfer full) (nullable): why the task cannot be run; %NULL where it can, is
 *   skipped or was run before
 * @error: (out) (optional): set where the input cannot be read any further: that of the source
 *
 * Returns: (transfer full) (nullable): the task that is next; %NULL where there is none now, or
 *   none ever
 */
ApoolTask *
apool_task_line_next (ApoolTaskLine *self, gboolean may_read, char **fault, GError **error)
{
  ApoolTask *task;

  *fault = NULL;
  if (self->returned->len > 0)
    return g_ptr_array_steal_index (self->returned, self->returned->len - 1); /* the oldest */
  if (self->asked)
    return NULL;
  if (apool_task_line_has_ahead (self))
    {
      *fault = g_steal_pointer (&self->ahead_fault);
      if (self->ahead_error)
        g_propagate_error (error, g_steal_pointer (&self->ahead_error));
      return apool_task_line_examine (self, g_steal_pointer (&self->ahead), *fault);
    }
  if (!may_read || !apool_task_line_may_read (self))
    return NULL;
  task = apool_task_line_read (self, fault, error);
  return apool_task_line_examine (self, task, *fault);
}

/**
 * apool_task_line_set_ask:
 * @self: a line from which nothing has been taken
 * @ask: called for each task of the input, when it is next
 * @data: (closure): for @ask
 *
 * Has none of them go on before somebody was asked. Those that come back have been.
 */
void
apool_task_line_set_ask (ApoolTaskLine *self, ApoolTaskLineAskFunc ask, gpointer data)
{
  self->ask = ask;
  self->ask_data = data;
}

/**
 * apool_task_line_take_asked:
 * @self: a line
 *
 * Returns: (transfer full) (nullable): the task for which somebody was asked, and has answered;
 *   %NULL where it was sent home meanwhile
 */
ApoolTask *
apool_task_line_take_asked (ApoolTaskLine *self)
{
  return g_steal_pointer (&self->asked);
}

/**
 * apool_task_line_is_asking:
 * @self: a line
 *
 * Returns: whether there is a task for which somebody was asked who has not answered
 */
gboolean
apool_task_line_is_asking (const ApoolTaskLine *self)
{
  return self->asked != NULL;
}

/**
 * apool_task_line_put_back:
 * @self: a line
 * @task: a task that was taken from it and has not been started
 *
 * Has the task go before all that have higher numbers. A line that is closed forgets it, unless it
 * has begun.
 */
void
apool_task_line_put_back (ApoolTaskLine *self, ApoolTask *task)
{
  guint64 seq = apool_task_get_seq (task);
  guint place = 0;

  if (self->is_closed && !apool_task_line_is_begun (task))
    return;
  while (place < self->returned->len &&
         apool_task_get_seq (g_ptr_array_index (self->returned, place)) > seq)
    place++;
  g_ptr_array_insert (self->returned, (int) place, apool_task_ref (task));
}

static void
apool_task_line_set_alarm (ApoolTaskLine *self)
{
  apool_alarm_set (self->alarm, apool_heap_peek (&self->delayed)
                                    ? (gint64) apool_heap_get_rank (&self->delayed)
                                    : APOOL_ALARM_NEVER);
}

/* Those whose delays end by @usec are delayed no more. */
static void
apool_task_line_end_delays (ApoolTaskLine *self, gint64 usec)
{
  while (apool_heap_peek (&self->delayed) && (gint64) apool_heap_get_rank (&self->delayed) <= usec)
    {
      g_autoptr (ApoolTask) task = apool_task_line_take_delayed (self);

      apool_task_line_put_back (self, task);
    }
  if (self->alarm)
    apool_task_line_set_alarm (self);
}

static void
apool_task_line_ring_cb (gpointer data)
{
  ApoolTaskLine *self = data;

  apool_task_line_end_delays (self, apool_alarm_get_time (self->alarm));
  self->ready (self->data);
}

/**
 * apool_task_line_put_off:
 * @self: a line
 * @task: another attempt at a job
 * @delay_usec: for how long nobody is to have it, microseconds
 *
 * The same as apool_task_line_put_back(), after a while. A line that is closed does not wait.
 */
void
apool_task_line_put_off (ApoolTaskLine *self, ApoolTask *task, gint64 delay_usec)
{
  ApoolDelayedTask *delayed;

  if (self->is_closed || delay_usec <= 0)
    {
      apool_task_line_put_back (self, task);
      return;
    }
  if (!self->alarm)
    {
      self->alarm = apool_alarm_new (self->context, NULL, apool_task_line_ring_cb, self);
      apool_alarm_set_paused (self->alarm, self->is_paused);
    }
  delayed = g_new0 (ApoolDelayedTask, 1);
  delayed->task = apool_task_ref (task);
  delayed->node.item = delayed;
  apool_heap_set (&self->delayed, &delayed->node,
                  (guint64) (apool_alarm_get_time (self->alarm) + delay_usec),
                  apool_task_get_seq (task));
  apool_task_line_set_alarm (self);
}

/**
 * apool_task_line_set_paused:
 * @self: a line
 * @is_paused: whether the time that tasks stand aside stands still; else it goes on
 */
void
apool_task_line_set_paused (ApoolTaskLine *self, gboolean is_paused)
{
  self->is_paused = is_paused;
  if (self->alarm)
    apool_alarm_set_paused (self->alarm, is_paused);
}

/**
 * apool_task_line_is_idle:
 * @task: a task
 *
 * Returns: whether there is nothing to run for it: it is skipped, or was run before
 */
gboolean
apool_task_line_is_idle (const ApoolTask *task)
{
  const ApoolTaskTraits *traits = apool_task_get_traits (task);

  return traits->is_skipped || traits->recorded;
}

/**
 * apool_task_line_is_begun:
 * @task: a task
 *
 * Returns: whether it belongs to something that was started before: another attempt at a job, or
 *   what is run about one
 */
gboolean
apool_task_line_is_begun (const ApoolTask *task)
{
  return apool_task_is_hook (task) || apool_task_get_traits (task)->attempt > 1;
}

/**
 * apool_task_line_clear:
 * @self: a line
 * @cleared: (element-type ApoolTask): gets all that was put back or off, with its references
 *
 * Empties the line.
 */
void
apool_task_line_clear (ApoolTaskLine *self, GPtrArray *cleared)
{
  apool_task_line_end_delays (self, APOOL_ALARM_NEVER);
  while (self->returned->len > 0)
    g_ptr_array_add (cleared, g_ptr_array_steal_index (self->returned, self->returned->len - 1));
}

/**
 * apool_task_line_close:
 * @self: a line
 *
 * Sends all home that have not begun, those that come back later as well. The others do not wait
 * any more, whatever their delay.
 */
void
apool_task_line_close (ApoolTaskLine *self)
{
  self->is_closed = TRUE;
  self->input_ended = TRUE;
  apool_task_line_end_pause (self);
  apool_task_line_drop_ahead (self);
  apool_task_line_end_delays (self, APOOL_ALARM_NEVER);
  for (guint i = self->returned->len; i > 0; i--)
    if (!apool_task_line_is_begun (g_ptr_array_index (self->returned, i - 1)))
      g_ptr_array_remove_index (self->returned, i - 1);
}

/**
 * apool_task_line_take_hook:
 * @self: a line
 *
 * Returns: (transfer full) (nullable): what is to be run about a job, out of turn
 */
ApoolTask *
apool_task_line_take_hook (ApoolTaskLine *self)
{
  /* Their numbers are above those of all jobs. */
  if (self->returned->len == 0 || !apool_task_is_hook (g_ptr_array_index (self->returned, 0)))
    return NULL;
  return g_ptr_array_steal_index (self->returned, 0);
}

/**
 * apool_task_line_peek_returned:
 * @self: a line
 *
 * Returns: (transfer none) (nullable): the task that is next, where it is one that was put back
 */
const ApoolTask *
apool_task_line_peek_returned (const ApoolTaskLine *self)
{
  guint n = self->returned->len;

  return n > 0 ? g_ptr_array_index (self->returned, n - 1) : NULL;
}

/**
 * apool_task_line_has_next:
 * @self: a line
 * @may_read: whether a task may be taken from the input to find out; it stays in line
 *
 * Returns: whether there is a next task, or something to be said of one, as far as is known now
 */
gboolean
apool_task_line_has_next (ApoolTaskLine *self, gboolean may_read)
{
  if (self->returned->len > 0 || self->asked || apool_task_line_has_ahead (self))
    return TRUE;
  if (may_read && apool_task_line_may_read (self))
    self->ahead = apool_task_line_read (self, &self->ahead_fault, &self->ahead_error);
  return apool_task_line_has_ahead (self);
}

/**
 * apool_task_line_is_closed:
 * @self: a line
 *
 * Returns: whether it was closed, which the end of its input does not do
 */
gboolean
apool_task_line_is_closed (const ApoolTaskLine *self)
{
  return self->is_closed;
}

/**
 * apool_task_line_is_over:
 * @self: a line
 *
 * Returns: whether there is no next task, and none will come unless one is put back
 */
gboolean
apool_task_line_is_over (const ApoolTaskLine *self)
{
  return self->input_ended && self->returned->len == 0 && !self->asked &&
         !apool_heap_peek (&self->delayed) && !apool_task_line_has_ahead (self);
}

static int
apool_task_line_compare_waiting (gconstpointer a, gconstpointer b)
{
  guint64 one = apool_task_get_seq (((const ApoolWaitingTask *) a)->task);
  guint64 other = apool_task_get_seq (((const ApoolWaitingTask *) b)->task);

  return (one > other) - (one < other);
}

/**
 * apool_task_line_list_begun:
 * @self: a line
 *
 * Returns: (transfer full) (element-type ApoolWaitingTask): the further attempts at jobs that are
 * in it, by number: views, valid until the line changes
 */
GArray *
apool_task_line_list_begun (const ApoolTaskLine *self)
{
  GArray *list = g_array_new (FALSE, FALSE, sizeof (ApoolWaitingTask));
  gint64 now = self->alarm ? apool_alarm_get_time (self->alarm) : 0;

  for (guint i = 0; i < self->returned->len; i++)
    {
      ApoolWaitingTask waiting = { .task = g_ptr_array_index (self->returned, i) };

      if (apool_task_line_is_begun (waiting.task) && !apool_task_is_hook (waiting.task))
        g_array_append_val (list, waiting);
    }
  for (guint i = 0; i < self->delayed.n_entries; i++)
    {
      guint64 rank;
      const ApoolDelayedTask *delayed = apool_heap_get_item (&self->delayed, i, &rank);
      ApoolWaitingTask waiting = { delayed->task, MAX ((gint64) rank - now, 0) };

      g_array_append_val (list, waiting);
    }
  g_array_sort (list, apool_task_line_compare_waiting);
  return list;
}
