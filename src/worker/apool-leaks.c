/* SPDX-License-Identifier: MIT */
/* What jobs leave behind.
 *
 * Who goes away by himself in a moment (the drain time, where that is short) is nobody who was
 * left: so nothing is looked for when a job ends, but that time later, for all jobs together that
 * have ended by then. Where there is no child then but those of jobs that run, that was all.
 *
 * Only a policy that makes a job fail lets the job wait for the look, and only where there is
 * somebody to look for. Where the look comes before the job is finished, as its output is held
 * open by whom it has left, what was found waits for the job. */

#include "worker/apool-leaks.h"

#include "base/apool-family.h"

/* For how long one may go away by himself, however long outputs are waited for: milliseconds. The
 * end of the run waits for it. */
#define MAX_WAIT_MSEC 100u
/* How many of a job are named. */
#define MAX_NAMED 8u

/* A task whose first process has ended, and that was not looked after yet. */
typedef struct
{
  ApoolTask *task;
  gint64 due_usec;
  gboolean was_asked; /* the job is finished, but for what is found here */
  gboolean is_awaited;
  guint n_left;
  GString *processes; /* (nullable): while it is looked after, those that are named */
} ApoolLeakExit;

struct _ApoolLeaks
{
  GMainContext *context;
  ApoolLeftovers *leftovers; /* not owned */
  ApoolLeakPolicy policy;
  guint wait_msec;
  ApoolLeaksFuncs funcs;
  gpointer data;
  GQueue exits;         /* ApoolLeakExit, oldest first */
  GQueue failed;        /* ApoolLeakExit: left somebody, and is not finished yet */
  GSource *look_source; /* (nullable): until the next look */
};

static void apool_leaks_arm_look (ApoolLeaks *self, gint64 due_usec);

static void
apool_leak_exit_free (ApoolLeakExit *exit)
{
  apool_task_unref (exit->task);
  if (exit->processes)
    g_string_free (exit->processes, TRUE);
  g_free (exit);
}

static void
apool_leaks_clear_source (GSource **source)
{
  if (*source)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static GSource *
apool_leaks_start_timer (ApoolLeaks *self, gint64 due_usec, GSourceFunc func)
{
  gint64 left_usec = MAX (0, due_usec - g_get_monotonic_time ());
  GSource *source = g_timeout_source_new ((guint) ((left_usec + 999) / 1000));

  g_source_set_callback (source, func, self, NULL);
  g_source_attach (source, self->context);
  return source;
}

/**
 * apool_leaks_new:
 * @context: where everything happens
 * @leftovers: who tells whose a process is; outlives it
 * @policy: what to do about what is found
 * @drain_msec: for how long outputs are waited for, and what is left may go away by itself,
 *   milliseconds
 * @funcs: whom to tell, copied
 * @data: (closure): for @funcs
 *
 * Returns: (transfer full): nothing was left yet
 */
ApoolLeaks *
apool_leaks_new (GMainContext *context,
                 ApoolLeftovers *leftovers,
                 ApoolLeakPolicy policy,
                 guint drain_msec,
                 const ApoolLeaksFuncs *funcs,
                 gpointer data)
{
  ApoolLeaks *self = g_new0 (ApoolLeaks, 1);

  self->context = g_main_context_ref (context);
  self->leftovers = leftovers;
  self->policy = policy;
  self->wait_msec = MIN (drain_msec, MAX_WAIT_MSEC);
  self->funcs = *funcs;
  self->data = data;
  g_queue_init (&self->exits);
  return self;
}

/**
 * apool_leaks_free:
 * @self: (transfer full): leaks; the processes are left as they are
 */
void
apool_leaks_free (ApoolLeaks *self)
{
  apool_leaks_clear_source (&self->look_source);
  g_queue_clear_full (&self->exits, (GDestroyNotify) apool_leak_exit_free);
  g_queue_clear_full (&self->failed, (GDestroyNotify) apool_leak_exit_free);
  g_main_context_unref (self->context);
  g_free (self);
}

/* ---- the look ---- */

static void
apool_leaks_name (GString **processes, guint *n_left, pid_t pid)
{
  char name[APOOL_FAMILY_NAME_BYTES];

  if (!*processes)
    *processes = g_string_new (NULL);
  if (++*n_left > MAX_NAMED)
    return;
  apool_family_read_name (pid, name);
  g_string_append_printf (*processes, "%s%s (%d)", *n_left > 1 ? ", " : "", name, (int) pid);
}

static void
apool_leaks_name_rest (GString *processes, guint n_left)
{
  if (n_left > MAX_NAMED)
    g_string_append_printf (processes, " and %u more", n_left - MAX_NAMED);
}

/* Returns: (transfer none) (nullable): the exit of the task that @owner is */
static ApoolLeakExit *
apool_leaks_find_exit (ApoolLeaks *self, const ApoolLeftOwner *owner)
{
  for (GList *link = self->exits.head; link; link = link->next)
    {
      ApoolLeakExit *exit = link->data;

      if (apool_left_owner_is (owner, exit->task))
        return exit;
    }
  return NULL;
}

/* Notes who belongs to the exits that are due at @now, and who to nobody. Who was noted is known
 * from then on, and so is who is not looked for: those of hooks and of jobs that run. Returns
 * whether a job runs: somebody of whom nobody knows may be that one's, and not left at all. */
static gboolean
apool_leaks_sort (ApoolLeaks *self, gint64 now_usec, GArray *strangers)
{
  g_autoptr (GArray) list = apool_leftovers_list (self->leftovers);
  gboolean runs = FALSE;

  for (guint i = 0; i < list->len; i++)
    {
      const ApoolLeftProcess *process = &g_array_index (list, ApoolLeftProcess, i);
      ApoolLeakExit *exit = apool_leaks_find_exit (self, &process->owner);

      runs = runs || apool_leftovers_is_first (self->leftovers, process->pid);
      if (apool_leftovers_is_known (self->leftovers, process->pid))
        continue;
      if (process->owner.seq == APOOL_LEFT_UNKNOWN)
        g_array_append_val (strangers, *process);
      else if (!exit || exit->due_usec <= now_usec)
        {
          if (exit)
            apool_leaks_name (&exit->processes, &exit->n_left, process->pid);
          apool_leftovers_know (self->leftovers, process);
        }
    }
  return runs;
}

/* Whether the job fails if it has left somebody. */
static gboolean
apool_leaks_can_fail (const ApoolLeaks *self, const ApoolLeakExit *exit)
{
  return self->policy == APOOL_LEAKS_FAIL && !apool_task_is_hook (exit->task) &&
         (exit->is_awaited || !exit->was_asked);
}

/* Takes @exit. What is awaited is told of before it is settled. */
static void
apool_leaks_conclude (ApoolLeaks *self, ApoolLeakExit *exit)
{
  guint64 seq = apool_task_get_seq (exit->task);
  const char *processes = exit->processes ? exit->processes->str : NULL;
  gboolean fails = apool_leaks_can_fail (self, exit);

  if (processes)
    {
      g_autofree char *command = apool_task_dup_name (exit->task);
      ApoolLeak leak = {
        .seq = seq,
        .policy = fails || self->policy != APOOL_LEAKS_FAIL ? self->policy : APOOL_LEAKS_KILL,
        .command = command,
      };

      apool_leaks_name_rest (exit->processes, exit->n_left);
      processes = leak.processes = exit->processes->str;
      self->funcs.found (&leak, self->data);
      if (self->policy != APOOL_LEAKS_REPORT)
        self->funcs.end (exit->task, self->data);
    }
  if (processes && fails && !exit->is_awaited)
    {
      g_queue_push_tail (&self->failed, exit);
      return;
    }
  if (exit->is_awaited)
    self->funcs.settled (seq, processes, self->data);
  apool_leak_exit_free (exit);
}

/* Tells of them all together. They cannot be ended before the worker: another job may need them. */
static void
apool_leaks_tell_strangers (ApoolLeaks *self, const GArray *strangers)
{
  ApoolLeak leak = { .policy = APOOL_LEAKS_REPORT, .command = "" };
  GString *processes = NULL;
  guint n_left = 0;

  for (guint i = 0; i < strangers->len; i++)
    {
      const ApoolLeftProcess *process = &g_array_index (strangers, ApoolLeftProcess, i);

      apool_leaks_name (&processes, &n_left, process->pid);
      apool_leftovers_know (self->leftovers, process);
    }
  if (!processes)
    return;
  apool_leaks_name_rest (processes, n_left);
  leak.processes = processes->str;
  self->funcs.found (&leak, self->data);
  g_string_free (processes, TRUE);
}

/* Where there is nobody, those too whose time has not come have left nobody: a process does not
 * come to be a job's when the job has ended. */
static void
apool_leaks_conclude_exits (ApoolLeaks *self, gint64 now_usec)
{
  ApoolLeakExit *exit;

  while ((exit = g_queue_peek_head (&self->exits)) && exit->due_usec <= now_usec)
    apool_leaks_conclude (self, g_queue_pop_head (&self->exits));
}

static gboolean
apool_leaks_look_cb (gpointer data)
{
  ApoolLeaks *self = data;
  g_autoptr (GArray) strangers = g_array_new (FALSE, FALSE, sizeof (ApoolLeftProcess));
  gint64 now_usec = g_get_monotonic_time ();
  gboolean runs = FALSE;

  apool_leaks_clear_source (&self->look_source);
  if (apool_leftovers_may_exist (self->leftovers, TRUE))
    runs = apool_leaks_sort (self, now_usec, strangers);
  else
    now_usec = G_MAXINT64;
  apool_leaks_conclude_exits (self, now_usec);
  if (!g_queue_is_empty (&self->exits))
    {
      ApoolLeakExit *next = g_queue_peek_head (&self->exits);

      apool_leaks_arm_look (self, next->due_usec);
      return G_SOURCE_REMOVE;
    }
  if (!runs)
    apool_leaks_tell_strangers (self, strangers);
  self->funcs.done (self->data);
  return G_SOURCE_REMOVE;
}

static void
apool_leaks_arm_look (ApoolLeaks *self, gint64 due_usec)
{
  if (!self->look_source)
    self->look_source = apool_leaks_start_timer (self, due_usec, apool_leaks_look_cb);
}

/* ---- what is asked ---- */

/**
 * apool_leaks_exited:
 * @self: leaks
 * @task: one whose first process has just been reaped
 * @group: that process
 * @ended_by_pool: whether we have ended it: then it is no fault of its own that something is left
 *
 * To be called for each.
 */
void
apool_leaks_exited (ApoolLeaks *self, ApoolTask *task, pid_t group, gboolean ended_by_pool)
{
  ApoolLeakExit *exit;

  (void) apool_leftovers_keep_group (self->leftovers, task, group);
  if (self->policy == APOOL_LEAKS_IGNORE || ended_by_pool)
    return;
  exit = g_new0 (ApoolLeakExit, 1);
  exit->task = apool_task_ref (task);
  exit->due_usec = g_get_monotonic_time () + (gint64) self->wait_msec * 1000;
  g_queue_push_tail (&self->exits, exit);
  apool_leaks_arm_look (self, exit->due_usec);
}

/* Settles a task that somebody was found of before it was finished. */
static gboolean
apool_leaks_settle_failed (ApoolLeaks *self, const ApoolTask *task)
{
  for (GList *link = self->failed.head; link; link = link->next)
    {
      ApoolLeakExit *exit = link->data;

      if (exit->task != task)
        continue;
      g_queue_delete_link (&self->failed, link);
      self->funcs.settled (apool_task_get_seq (task), exit->processes->str, self->data);
      apool_leak_exit_free (exit);
      return TRUE;
    }
  return FALSE;
}

/**
 * apool_leaks_await:
 * @self: leaks
 * @task: one that is about to be finished
 *
 * Returns: whether it has to wait, until @settled is called: it may have failed by what it has
 *   left; where that is known already @settled was called before this returns
 */
gboolean
apool_leaks_await (ApoolLeaks *self, const ApoolTask *task)
{
  if (self->policy != APOOL_LEAKS_FAIL || apool_task_is_hook (task))
    return FALSE;
  for (GList *link = self->exits.tail; link; link = link->prev)
    {
      ApoolLeakExit *exit = link->data;

      if (exit->task != task)
        continue;
      exit->was_asked = TRUE;
      exit->is_awaited = apool_leftovers_may_exist (self->leftovers, TRUE);
      return exit->is_awaited;
    }
  return apool_leaks_settle_failed (self, task);
}

/**
 * apool_leaks_is_looking:
 * @self: leaks
 *
 * Returns: whether somebody may be found yet
 */
gboolean
apool_leaks_is_looking (ApoolLeaks *self)
{
  return self->look_source && apool_leftovers_may_exist (self->leftovers, TRUE);
}
