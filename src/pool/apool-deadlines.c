/* SPDX-License-Identifier: MIT */
/* How long jobs run, and how long they may.
 *
 * All jobs have the same limit at a time, so they reach it in the order in which they have started:
 * a queue by start has the next one at its head, and there is one timer, for that. It does not
 * matter that the limit moves with the median. A second queue has those of which it was not said
 * that they are slow.
 *
 * All times are of a clock that stands still while the run is paused. */

#include "pool/apool-deadlines.h"

#include "pool/apool-median.h"

/* A job that runs. */
typedef struct
{
  guint64 seq;
  ApoolTask *task;
  gint64 start_usec;
  GList link;      /* in running, until its time is over */
  GList slow_link; /* in unnoted, until it is said that it is slow */
} ApoolDeadline;

struct _ApoolDeadlines
{
  GObject parent_instance;

  ApoolDeadlinesLimits limits;
  ApoolDeadlinesFuncs funcs;
  gpointer data;
  ApoolAlarm *alarm;
  ApoolMedian *median; /* of the run times of jobs that have succeeded, microseconds */
  GHashTable *by_seq;  /* guint64 in it → ApoolDeadline, owned */
  GQueue running;      /* links, the one that started first at the head */
  GQueue unnoted;      /* slow_links, the same */
  GHashTable *noted;   /* guint64, owned: jobs that were slow and are tried again */
  gint64 end_usec;     /* of the run; APOOL_ALARM_NEVER where there is none */
};

static void apool_deadlines_iface_init (ApoolObserverInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ApoolDeadlines,
                               apool_deadlines,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_OBSERVER,
                                                      apool_deadlines_iface_init))

static void
apool_deadline_free (gpointer data)
{
  ApoolDeadline *deadline = data;

  apool_task_unref (deadline->task);
  g_free (deadline);
}

/* Returns how long a job may run now, APOOL_ALARM_NEVER for any time. */
static gint64
apool_deadlines_get_limit (const ApoolDeadlines *self)
{
  gint64 median;

  if (self->limits.timeout_usec > 0)
    return self->limits.timeout_usec;
  if (self->limits.timeout_percent > 0 && apool_median_get (self->median, &median))
    return (gint64) (self->limits.timeout_percent / 100 * (double) median);
  return APOOL_ALARM_NEVER;
}

/* Returns when the first one of @queue has run for @limit. */
static gint64
apool_deadlines_find_next (const GQueue *queue, gint64 limit)
{
  const ApoolDeadline *deadline = queue->head ? queue->head->data : NULL;

  return deadline && limit < APOOL_ALARM_NEVER - deadline->start_usec ? deadline->start_usec + limit
                                                                      : APOOL_ALARM_NEVER;
}

static void
apool_deadlines_set_alarm (ApoolDeadlines *self)
{
  gint64 next = MIN (self->end_usec,
                     apool_deadlines_find_next (&self->running, apool_deadlines_get_limit (self)));

  next = MIN (next, apool_deadlines_find_next (&self->unnoted, self->limits.slow_usec));
  apool_alarm_set (self->alarm, next);
}

/* Takes out of a queue what is in it. */
static void
apool_deadlines_unlink (GQueue *queue, GList *link)
{
  if (!link->data)
    return;
  g_queue_unlink (queue, link);
  link->data = NULL;
}

static void
apool_deadlines_note_slow (ApoolDeadlines *self, gint64 now)
{
  while (apool_deadlines_find_next (&self->unnoted, self->limits.slow_usec) <= now)
    {
      ApoolDeadline *deadline = self->unnoted.head->data;

      apool_deadlines_unlink (&self->unnoted, &deadline->slow_link);
      self->funcs.slow (deadline->task, self->data);
    }
}

static void
apool_deadlines_time_out (ApoolDeadlines *self, gint64 now)
{
  gint64 limit = apool_deadlines_get_limit (self);

  while (apool_deadlines_find_next (&self->running, limit) <= now)
    {
      ApoolDeadline *deadline = self->running.head->data;
      g_autoptr (ApoolTask) task = apool_task_ref (deadline->task);

      apool_deadlines_unlink (&self->running, &deadline->link);
      self->funcs.timed_out (task, limit, self->data);
    }
}

static void
apool_deadlines_ring_cb (gpointer data)
{
  g_autoptr (ApoolDeadlines) self = g_object_ref (data);
  gint64 now = apool_alarm_get_time (self->alarm);

  apool_deadlines_note_slow (self, now);
  apool_deadlines_time_out (self, now);
  if (self->end_usec <= now)
    {
      self->end_usec = APOOL_ALARM_NEVER;
      self->funcs.over (self->data);
    }
  apool_deadlines_set_alarm (self);
}

/* ---- what the pool tells ---- */

static void
apool_deadlines_task_started (ApoolObserver *observer, ApoolTask *task, const ApoolPlace *place)
{
  ApoolDeadlines *self = APOOL_DEADLINES (observer);
  ApoolDeadline *deadline = g_new0 (ApoolDeadline, 1);

  deadline->seq = apool_task_get_seq (task);
  deadline->task = apool_task_ref (task);
  deadline->start_usec = apool_alarm_get_time (self->alarm);
  deadline->link.data = deadline;
  g_queue_push_tail_link (&self->running, &deadline->link);
  if (self->limits.slow_usec > 0 && !g_hash_table_contains (self->noted, &deadline->seq))
    {
      deadline->slow_link.data = deadline;
      g_queue_push_tail_link (&self->unnoted, &deadline->slow_link);
    }
  g_hash_table_insert (self->by_seq, &deadline->seq, deadline);
  apool_deadlines_set_alarm (self);
}

/* An attempt has ended. Returns whether it was said of it that it is slow. */
static gboolean
apool_deadlines_forget (ApoolDeadlines *self, guint64 seq)
{
  ApoolDeadline *deadline = g_hash_table_lookup (self->by_seq, &seq);
  gboolean was_noted;

  if (!deadline)
    return FALSE; /* it was never started */
  was_noted = self->limits.slow_usec > 0 && !deadline->slow_link.data;
  apool_deadlines_unlink (&self->running, &deadline->link);
  apool_deadlines_unlink (&self->unnoted, &deadline->slow_link);
  g_hash_table_remove (self->by_seq, &seq);
  apool_deadlines_set_alarm (self);
  return was_noted;
}

static void
apool_deadlines_task_retried (ApoolObserver *observer, ApoolTask *task, ApoolOutcome *outcome)
{
  ApoolDeadlines *self = APOOL_DEADLINES (observer);
  guint64 seq = apool_task_get_seq (task);

  if (apool_deadlines_forget (self, seq))
    g_hash_table_add (self->noted, g_memdup2 (&seq, sizeof seq));
}

static void
apool_deadlines_task_finished (ApoolObserver *observer, ApoolTask *task, ApoolOutcome *outcome)
{
  ApoolDeadlines *self = APOOL_DEADLINES (observer);
  guint64 seq = apool_task_get_seq (task);

  if (self->limits.timeout_percent > 0 && apool_outcome_is_success (outcome))
    apool_median_add (self->median, apool_outcome_get_usage (outcome)->run_usec);
  apool_deadlines_forget (self, seq);
  g_hash_table_remove (self->noted, &seq);
}

static void
apool_deadlines_pool_done (ApoolObserver *observer)
{
  ApoolDeadlines *self = APOOL_DEADLINES (observer);

  self->end_usec = APOOL_ALARM_NEVER;
  apool_deadlines_set_alarm (self);
}

/* The jobs stand still, and so does their time. */
static void
apool_deadlines_pool_paused (ApoolObserver *observer, gboolean is_paused)
{
  apool_alarm_set_paused (APOOL_DEADLINES (observer)->alarm, is_paused);
}

static void
apool_deadlines_iface_init (ApoolObserverInterface *iface)
{
  iface->task_started = apool_deadlines_task_started;
  iface->task_retried = apool_deadlines_task_retried;
  iface->task_finished = apool_deadlines_task_finished;
  iface->pool_paused = apool_deadlines_pool_paused;
  iface->pool_done = apool_deadlines_pool_done;
}

/* ---- life ---- */

static void
apool_deadlines_finalize (GObject *object)
{
  ApoolDeadlines *self = APOOL_DEADLINES (object);

  g_clear_pointer (&self->alarm, apool_alarm_free);
  g_clear_pointer (&self->median, apool_median_free);
  g_hash_table_unref (self->by_seq);
  g_hash_table_unref (self->noted);
  G_OBJECT_CLASS (apool_deadlines_parent_class)->finalize (object);
}

static void
apool_deadlines_class_init (ApoolDeadlinesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = apool_deadlines_finalize;
}

static void
apool_deadlines_init (ApoolDeadlines *self)
{
  self->by_seq = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, apool_deadline_free);
  self->noted = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->median = apool_median_new ();
  self->end_usec = APOOL_ALARM_NEVER;
}

/**
 * apool_deadlines_new:
 * @context: where the functions are called
 * @clock: (nullable): what time is measured with, copied; the monotonic clock where %NULL
 * @limits: how long everything may take, copied
 * @funcs: what to call, copied
 * @data: (closure): for @funcs
 *
 * The time of the whole run begins now.
 *
 * Returns: (transfer full): the observer
 */
ApoolDeadlines *
apool_deadlines_new (GMainContext *context,
                     const ApoolClock *clock,
                     const ApoolDeadlinesLimits *limits,
                     const ApoolDeadlinesFuncs *funcs,
                     gpointer data)
{
  ApoolDeadlines *self = g_object_new (APOOL_TYPE_DEADLINES, NULL);

  self->limits = *limits;
  self->funcs = *funcs;
  self->data = data;
  self->alarm = apool_alarm_new (context, clock, apool_deadlines_ring_cb, self);
  if (limits->run_usec > 0)
    self->end_usec = apool_alarm_get_time (self->alarm) + limits->run_usec;
  apool_deadlines_set_alarm (self);
  return self;
}

/**
 * apool_deadlines_stop:
 * @self: deadlines
 *
 * Nobody is told anything any more.
 */
void
apool_deadlines_stop (ApoolDeadlines *self)
{
  apool_alarm_set_paused (self->alarm, TRUE);
}
