/* SPDX-License-Identifier: MIT */
/* Jobs on their way out.
 *
 * As long as a job's own process is there, each step of the sequence goes to its process group.
 * When that process has ended, what is left of the job is looked for, wherever it has gone, and
 * gets what was sent last; for it the sequence goes on. Its last step is SIGKILL.
 *
 * To look for what is left is to look at all processes. So it is done for all jobs together that
 * have ended meanwhile, and not where everything of this worker is about to end anyway. */

#include "worker/apool-endings.h"

#include "base/apool-alarm.h"
#include "worker/apool-remains.h"

/* As apool_environment_new() cuts it. */
#define RUN_BYTES 24u

typedef struct
{
  ApoolTask *task;
  gboolean is_thorough; /* what is left of it is looked for */
  gboolean has_exited;  /* its own process */
  gboolean is_due;      /* what is left of it is to be looked for now */
  guint n_steps;        /* that were taken */
  gint64 at_usec;       /* when the next one is */
} ApoolEnding;

struct _ApoolEndings
{
  ApoolTermseq termseq;
  char *run;
  ApoolAlarm *alarm;
  GHashTable *endings; /* ApoolEnding, owned, a set: by task and attempt */
  ApoolEndingsSignalFunc signal;
  gpointer data;
};

static void
apool_ending_free (gpointer data)
{
  ApoolEnding *ending = data;

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

/* Sets it for the next step of all. */
static void
apool_endings_set_alarm (ApoolEndings *self)
{
  gint64 next = APOOL_ALARM_NEVER;
  GHashTableIter iter;
  gpointer ending;

  g_hash_table_iter_init (&iter, self->endings);
  while (g_hash_table_iter_next (&iter, &ending, NULL))
    next = MIN (next, ((ApoolEnding *) ending)->at_usec);
  apool_alarm_set (self->alarm, next);
}

/* Returns the signal that was sent last. */
static int
apool_endings_get_signal (const ApoolEndings *self, const ApoolEnding *ending)
{
  return self->termseq.steps[MAX (ending->n_steps, 1) - 1].signum;
}

static gboolean
apool_endings_has_steps (const ApoolEndings *self, const ApoolEnding *ending)
{
  return ending->n_steps < self->termseq.n_steps;
}

static void
apool_endings_count_step (ApoolEndings *self, ApoolEnding *ending, gint64 now)
{
  guint wait_msec = self->termseq.steps[ending->n_steps++].wait_msec;

  ending->at_usec =
      apool_endings_has_steps (self, ending) ? now + (gint64) wait_msec * 1000 : APOOL_ALARM_NEVER;
}

/* Sends the next signal to the process group. Returns whether there is more to be done. */
static gboolean
apool_endings_do_step (ApoolEndings *self, ApoolEnding *ending, gint64 now)
{
  apool_endings_count_step (self, ending, now);
  if (!self->signal (ending->task, apool_endings_get_signal (self, ending), self->data))
    return FALSE;
  return ending->is_thorough || apool_endings_has_steps (self, ending);
}

/* Returns: (transfer full): what the processes of the job have in their environment */
static char *
apool_endings_dup_mark (const ApoolEndings *self, const ApoolTask *task)
{
  return g_strdup_printf ("%s.%" G_GUINT64_FORMAT ".%u%s", self->run, apool_task_get_job (task),
                          apool_task_get_traits (task)->attempt,
                          apool_task_is_hook (task) ? ".error" : "");
}

/* Has what is left of @ending's job looked for. */
static void
apool_endings_ask (ApoolEndings *self, ApoolEnding *ending, gint64 now, GHashTable *remains)
{
  ApoolRemains *of_job = g_new0 (ApoolRemains, 1);

  /* Just when its process has ended, the rest gets what that got; from then on what is next. */
  if (!ending->is_due || ending->n_steps == 0)
    apool_endings_count_step (self, ending, now);
  ending->is_due = FALSE;
  of_job->signum = apool_endings_get_signal (self, ending);
  g_hash_table_insert (remains, apool_endings_dup_mark (self, ending->task), of_job);
}

/* Whether nothing more is to be done about it, after its remains were looked for. */
static gboolean
apool_endings_is_over (ApoolEndings *self, const ApoolEnding *ending, GHashTable *remains)
{
  g_autofree char *mark = NULL;
  const ApoolRemains *of_job;

  if (!ending->has_exited)
    return FALSE;
  mark = apool_endings_dup_mark (self, ending->task);
  of_job = g_hash_table_lookup (remains, mark);
  return of_job && (of_job->n_found == 0 || !apool_endings_has_steps (self, ending));
}

static void
apool_endings_look (ApoolEndings *self, GHashTable *remains)
{
  GHashTableIter iter;
  gpointer ending;

  if (g_hash_table_size (remains) == 0)
    return;
  apool_remains_signal (remains);
  g_hash_table_iter_init (&iter, self->endings);
  while (g_hash_table_iter_next (&iter, &ending, NULL))
    if (apool_endings_is_over (self, ending, remains))
      g_hash_table_iter_remove (&iter);
}

static void
apool_endings_ring_cb (gpointer data)
{
  ApoolEndings *self = data;
  g_autoptr (GHashTable) remains = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  gint64 now = apool_alarm_get_time (self->alarm);
  GHashTableIter iter;
  gpointer ending;

  g_hash_table_iter_init (&iter, self->endings);
  while (g_hash_table_iter_next (&iter, &ending, NULL))
    {
      if (!((ApoolEnding *) ending)->is_due && ((ApoolEnding *) ending)->at_usec > now)
        continue;
      if (((ApoolEnding *) ending)->has_exited)
        apool_endings_ask (self, ending, now, remains);
      else if (!apool_endings_do_step (self, ending, now))
        g_hash_table_iter_remove (&iter);
    }
  apool_endings_look (self, remains);
  apool_endings_set_alarm (self);
}

/**
 * apool_endings_new:
 * @context: where the signals are sent
 * @termseq: by which steps, copied
 * @run: the name of the run, the first part of the mark that jobs have
 * @signal: what sends them
 * @data: (closure): for @signal
 *
 * Returns: (transfer full): nothing to be ended
 */
ApoolEndings *
apool_endings_new (GMainContext *context,
                   const ApoolTermseq *termseq,
                   const char *run,
                   ApoolEndingsSignalFunc signal,
                   gpointer data)
{
  ApoolEndings *self = g_new0 (ApoolEndings, 1);

  self->termseq = *termseq;
  self->run = g_strndup (run, RUN_BYTES);
  self->alarm = apool_alarm_new (context, NULL, apool_endings_ring_cb, self);
  self->endings =
      g_hash_table_new_full (apool_ending_hash, apool_ending_equal, apool_ending_free, NULL);
  self->signal = signal;
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
  g_free (self->run);
  g_free (self);
}

static ApoolEnding *
apool_endings_find (ApoolEndings *self, const ApoolTask *task)
{
  ApoolEnding key = { .task = (ApoolTask *) task };

  return g_hash_table_lookup (self->endings, &key);
}

/**
 * apool_endings_add:
 * @self: endings
 * @task: what runs, and is to end; one that is on its way out already goes on as it does
 * @is_thorough: whether what is left of it when its own process has ended is to end as well; else
 *   somebody else sees to that
 *
 * The first signal is sent from the context.
 */
void
apool_endings_add (ApoolEndings *self, ApoolTask *task, gboolean is_thorough)
{
  ApoolEnding *ending;

  if (apool_endings_find (self, task))
    return;
  ending = g_new0 (ApoolEnding, 1);
  ending->task = apool_task_ref (task);
  ending->is_thorough = is_thorough;
  g_hash_table_add (self->endings, ending);
  apool_alarm_set (self->alarm, 0);
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

  if (!ending || !ending->is_thorough)
    return;
  ending->has_exited = TRUE;
  ending->is_due = TRUE;
  apool_alarm_set (self->alarm, 0);
}
