/* SPDX-License-Identifier: MIT */
/* Jobs on their way out.
 *
 * Each step of the sequence goes to all processes of the job: to its process group as long as the
 * job's own process is there, and to whoever has left that. When that process has ended, whoever
 * is left and has not got the last signal gets it, and the sequence goes on for them. Its last step
 * is SIGKILL.
 *
 * While it is looked for those who have left it, the group stands still: then nobody leaves it
 * meanwhile, and who is known by a parent alone is seen before that ends.
 *
 * To look for them is to look at all processes. So it is done for all jobs together that are due,
 * and not where there can be nobody. */

#include "worker/apool-endings.h"

#include "base/apool-alarm.h"
#include "base/apool-process.h"

typedef struct
{
  ApoolTask *task;
  gboolean has_exited; /* its own process */
  gboolean is_due;     /* what is left of it is to be looked for now, for no step */
  guint n_steps;       /* that were taken */
  gint64 at_usec;      /* when the next one is */
  guint pauses;        /* why it stands still: a set of bits */
  gint64 rest_usec;    /* until the next step, while it stands still */
  GHashTable *seen;    /* pid, a set: who has got the last signal */
} ApoolEnding;

/* One that is due. */
typedef struct
{
  ApoolLeftTarget target;
  ApoolEnding *ending; /* not owned */
} ApoolEndingLook;

struct _ApoolEndings
{
  ApoolTermseq termseq;
  ApoolLeftovers *leftovers; /* not owned */
  ApoolAlarm *alarm;
  GHashTable *endings; /* ApoolEnding, owned, a set: by task and attempt */
  ApoolEndingsFuncs funcs;
  gpointer data;
};

static void
apool_ending_free (gpointer data)
{
  ApoolEnding *ending = data;

  g_hash_table_unref (ending->seen);
  apool_task_unref (ending->task);
  g_free (ending);
}

static guint
apool_ending_hash (gconstpointer key)
{
  const ApoolEnding *ending = key;
  guint64 seq = apool_task_get_seq (ending->task);

  return g_int64_hash (&seq) + apool_task_get_traits (ending->task)->attempt;
}

static gboolean
apool_ending_equal (gconstpointer a, gconstpointer b)
{
  const ApoolTask *first = ((const ApoolEnding *) a)->task;
  const ApoolTask *second = ((const ApoolEnding *) b)->task;

  return apool_task_get_seq (first) == apool_task_get_seq (second) &&
         apool_task_get_traits (first)->attempt == apool_task_get_traits (second)->attempt;
}

/* When it has to be looked at next. */
static gint64
apool_ending_get_time (const ApoolEnding *ending)
{
  if (ending->pauses != 0)
    return APOOL_ALARM_NEVER;
  return ending->is_due ? 0 : ending->at_usec;
}

/* Sets it for the next step of all. */
static void
apool_endings_set_alarm (ApoolEndings *self)
{
  gint64 next = APOOL_ALARM_NEVER;
  GHashTableIter iter;
  gpointer ending;

  g_hash_table_iter_init (&iter, self->endings);
  while (g_hash_table_iter_next (&iter, &ending, NULL))
    next = MIN (next, apool_ending_get_time (ending));
  apool_alarm_set (self->alarm, next);
}

/* ---- steps ---- */

static gboolean
apool_endings_has_steps (const ApoolEndings *self, const ApoolEnding *ending)
{
  return ending->n_steps < self->termseq.n_steps;
}

/* From now on another signal is the last one, which nobody has got yet. */
static void
apool_endings_count_step (ApoolEndings *self, ApoolEnding *ending, gint64 now)
{
  guint wait_msec = self->termseq.steps[ending->n_steps++].wait_msec;

  ending->at_usec =
      apool_endings_has_steps (self, ending) ? now + (gint64) wait_msec * 1000 : APOOL_ALARM_NEVER;
  g_hash_table_remove_all (ending->seen);
}

/* Returns: (transfer full): what its processes are to get now */
static ApoolEndingLook *
apool_endings_begin (ApoolEndings *self, ApoolEnding *ending, gint64 now)
{
  ApoolEndingLook *look = g_new0 (ApoolEndingLook, 1);

  /* Just when its process has ended, the rest gets what that got; from then on what is next. */
  if (!ending->is_due || ending->n_steps == 0)
    apool_endings_count_step (self, ending, now);
  ending->is_due = FALSE;
  look->ending = ending;
  look->target.owner = apool_left_owner_of (ending->task);
  look->target.signum = self->termseq.steps[ending->n_steps - 1].signum;
  look->target.seen = ending->seen;
  look->target.group = ending->has_exited ? 0 : self->funcs.hold (ending->task, self->data);
  return look;
}

/* Returns: (transfer full) (element-type ApoolEndingLook): those that are due */
static GPtrArray *
apool_endings_begin_all (ApoolEndings *self)
{
  GPtrArray *looks = g_ptr_array_new_with_free_func (g_free);
  gint64 now = apool_alarm_get_time (self->alarm);
  GHashTableIter iter;
  gpointer ending;

  g_hash_table_iter_init (&iter, self->endings);
  while (g_hash_table_iter_next (&iter, &ending, NULL))
    if (apool_ending_get_time (ending) <= now)
      g_ptr_array_add (looks, apool_endings_begin (self, ending, now));
  return looks;
}

/* Whether there can be anybody who has left the groups. Of a job that runs nobody knows. */
static gboolean
apool_endings_must_look (ApoolEndings *self, const GPtrArray *looks)
{
  for (guint i = 0; i < looks->len; i++)
    if (!((const ApoolEndingLook *) g_ptr_array_index (looks, i))->ending->has_exited)
      return TRUE;
  return looks->len > 0 && apool_leftovers_may_exist (self->leftovers, FALSE);
}

/* Does what is left to be done of a step. Returns whether there is more to be done about the job.
 */
static gboolean
apool_endings_conclude (ApoolEndings *self, const ApoolEndingLook *look)
{
  ApoolEnding *ending = look->ending;

  if (!ending->has_exited)
    return self->funcs.signal (ending->task, look->target.signum, self->data);
  return look->target.n_left > 0 && apool_endings_has_steps (self, ending);
}

static void
apool_endings_ring_cb (gpointer data)
{
  ApoolEndings *self = data;
  g_autoptr (GPtrArray) looks = apool_endings_begin_all (self);

  if (apool_endings_must_look (self, looks))
    apool_leftovers_signal (self->leftovers, looks);
  for (guint i = 0; i < looks->len; i++)
    {
      const ApoolEndingLook *look = g_ptr_array_index (looks, i);

      if (!apool_endings_conclude (self, look))
        g_hash_table_remove (self->endings, look->ending);
    }
  apool_endings_set_alarm (self);
  if (looks->len > 0 && g_hash_table_size (self->endings) == 0)
    self->funcs.done (self->data);
}

/**
 * apool_endings_new:
 * @context: where the signals are sent
 * @termseq: by which steps, copied
 * @leftovers: who tells whose a process is; outlives it
 * @funcs: whom to ask, copied
 * @data: (closure): for @funcs
 *
 * Returns: (transfer full): nothing to be ended
 */
ApoolEndings *
apool_endings_new (GMainContext *context,
                   const ApoolTermseq *termseq,
                   ApoolLeftovers *leftovers,
                   const ApoolEndingsFuncs *funcs,
                   gpointer data)
{
  ApoolEndings *self = g_new0 (ApoolEndings, 1);

  self->termseq = *termseq;
  self->leftovers = leftovers;
  self->alarm = apool_alarm_new (context, NULL, apool_endings_ring_cb, self);
  self->endings =
      g_hash_table_new_full (apool_ending_hash, apool_ending_equal, apool_ending_free, NULL);
  self->funcs = *funcs;
  self->data = data;
  return self;
}

/**
 * apool_endings_free:
 * @self: (transfer full): endings; what is not over is left as it is
 */
void
apool_endings_free (ApoolEndings *self)
{
  g_hash_table_unref (self->endings);
  apool_alarm_free (self->alarm);
  g_free (self);
}

/* ---- what is asked ---- */

static ApoolEnding *
apool_endings_find (ApoolEndings *self, const ApoolTask *task)
{
  ApoolEnding key = { .task = (ApoolTask *) task };

  return g_hash_table_lookup (self->endings, &key);
}

static void
apool_ending_set_paused (ApoolEnding *ending, guint why, gboolean is_paused, gint64 now)
{
  guint pauses = is_paused ? ending->pauses | why : ending->pauses & ~why;
  gboolean was_paused = ending->pauses != 0;

  ending->pauses = pauses;
  if (was_paused == (pauses != 0) || ending->at_usec == APOOL_ALARM_NEVER)
    return;
  if (pauses != 0)
    ending->rest_usec = MAX (0, ending->at_usec - now);
  else
    ending->at_usec = now + ending->rest_usec;
}

/* One that stands still goes on: who ends it means that. */
static ApoolEnding *
apool_endings_ensure (ApoolEndings *self, ApoolTask *task)
{
  ApoolEnding *ending = apool_endings_find (self, task);

  if (!ending)
    {
      ending = g_new0 (ApoolEnding, 1);
      ending->task = apool_task_ref (task);
      ending->seen = g_hash_table_new (NULL, NULL);
      g_hash_table_add (self->endings, ending);
    }
  else
    apool_ending_set_paused (ending, ending->pauses, FALSE, apool_alarm_get_time (self->alarm));
  return ending;
}

/**
 * apool_endings_add:
 * @self: endings
 * @task: what runs, and is to end; one that is on its way out already goes on as it does
 *
 * The first signal is sent from the context.
 */
void
apool_endings_add (ApoolEndings *self, ApoolTask *task)
{
  (void) apool_endings_ensure (self, task);
  apool_endings_set_alarm (self);
}

/**
 * apool_endings_add_left:
 * @self: endings
 * @task: what has ended by itself, and has left processes that are to end
 *
 * As apool_endings_add().
 */
void
apool_endings_add_left (ApoolEndings *self, ApoolTask *task)
{
  apool_endings_ensure (self, task)->has_exited = TRUE;
  apool_endings_set_alarm (self);
}

/**
 * apool_endings_exited:
 * @self: endings
 * @task: a task, to be ended or not, whose own process has ended
 */
void
apool_endings_exited (ApoolEndings *self, const ApoolTask *task)
{
  ApoolEnding *ending = apool_endings_find (self, task);

  if (!ending)
    return;
  ending->has_exited = TRUE;
  ending->is_due = TRUE;
  apool_endings_set_alarm (self);
}

/* Whether somebody lives who was seen. */
static gboolean
apool_ending_is_alive (const ApoolEnding *ending)
{
  GHashTableIter iter;
  gpointer pid;

  g_hash_table_iter_init (&iter, ending->seen);
  while (g_hash_table_iter_next (&iter, &pid, NULL))
    {
      pid_t parent;
      pid_t group;
      gboolean has_ended;

      if (apool_process_get_relation (GPOINTER_TO_INT (pid), &parent, &group, &has_ended) &&
          !has_ended)
        return TRUE;
    }
  return FALSE;
}

/**
 * apool_endings_reaped:
 * @self: endings
 *
 * To be called when orphans have been reaped: may be that nothing is left of some task.
 */
void
apool_endings_reaped (ApoolEndings *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->endings);
  while (g_hash_table_iter_next (&iter, &value, NULL))
    {
      ApoolEnding *ending = value;

      if (ending->has_exited && ending->n_steps > 0 && !apool_ending_is_alive (ending))
        ending->is_due = TRUE;
    }
  apool_endings_set_alarm (self);
}

/**
 * apool_endings_set_paused:
 * @self: endings
 * @seq: a task, or any number; 0 for all
 * @why: the reason, one bit
 * @is_paused: whether they are to stand still; else that is no reason any more
 *
 * As long as there is a reason, no step is taken; then they go on with what was left of their time.
 * That is for those on their way out by now: what is to end later does so.
 */
void
apool_endings_set_paused (ApoolEndings *self, guint64 seq, guint why, gboolean is_paused)
{
  gint64 now = apool_alarm_get_time (self->alarm);
  GHashTableIter iter;
  gpointer ending;

  g_hash_table_iter_init (&iter, self->endings);
  while (g_hash_table_iter_next (&iter, &ending, NULL))
    if (seq == 0 || apool_task_get_seq (((ApoolEnding *) ending)->task) == seq)
      apool_ending_set_paused (ending, why, is_paused, now);
  apool_endings_set_alarm (self);
}

/**
 * apool_endings_is_busy:
 * @self: endings
 *
 * Returns: whether something is left of a task whose own process has ended, and is to end in some
 *   time; not where that stands still
 */
gboolean
apool_endings_is_busy (const ApoolEndings *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->endings);
  while (g_hash_table_iter_next (&iter, &value, NULL))
    if (((ApoolEnding *) value)->has_exited && ((ApoolEnding *) value)->pauses == 0)
      return TRUE;
  return FALSE;
}
