/* SPDX-License-Identifier: MIT */
/* What a worker reports, against its books: a report that fits them changes them, and is told to
 * the pool; one that does not is refused. */

#include <signal.h>

#include "base/apool-fd.h"
#include "factory/apool-worker-proxy-private.h"

/* Takes a task out of the books. */
static ApoolTask *
apool_worker_proxy_settle (ApoolWorkerProxy *self, ApoolWorkerEntry *entry)
{
  ApoolWorkerProxyPrivate *priv = apool_worker_proxy_get_private (self);
  ApoolTask *task = apool_task_ref (entry->task);

  if (!entry->started)
    g_queue_unlink (&priv->waiting, &entry->link);
  priv->n_exited -= entry->exited ? 1 : 0;
  g_hash_table_remove (priv->by_seq, &entry->seq);
  return task;
}

/**
 * apool_worker_proxy_report_ready:
 * @self: a worker that is there and prepared
 */
void
apool_worker_proxy_report_ready (ApoolWorkerProxy *self)
{
  ApoolWorkerProxyPrivate *priv = apool_worker_proxy_get_private (self);

  priv->is_ready = TRUE;
  priv->events.ready (self, priv->data);
}

/**
 * apool_worker_proxy_report_hook:
 * @self: a worker
 * @report: how its init or exit hook ended
 */
void
apool_worker_proxy_report_hook (ApoolWorkerProxy *self, const ApoolHookReport *report)
{
  ApoolWorkerProxyPrivate *priv = apool_worker_proxy_get_private (self);

  priv->events.hook (self, report, priv->data);
}

/**
 * apool_worker_proxy_report_started:
 * @self: a worker
 * @seq: a task's number
 * @slot: in which of its slots; 0 where it does not say
 *
 * Returns: whether @self has that task and that slot, and has not said so before
 */
gboolean
apool_worker_proxy_report_started (ApoolWorkerProxy *self, guint64 seq, guint slot)
{
  ApoolWorkerProxyPrivate *priv = apool_worker_proxy_get_private (self);
  ApoolWorkerEntry *entry = apool_worker_proxy_find (self, seq);

  if (!entry || entry->started || (slot != 0 && !apool_slot_book_contains (priv->slots, slot)))
    return FALSE;
  entry->started = TRUE;
  entry->slot = slot;
  priv->has_worked = TRUE;
  g_queue_unlink (&priv->waiting, &entry->link);
  priv->events.started (self, entry->task, priv->data);
  return TRUE;
}

/**
 * apool_worker_proxy_report_exited:
 * @self: a worker
 * @seq: a task's number
 *
 * Returns: whether that task was running there
 */
gboolean
apool_worker_proxy_report_exited (ApoolWorkerProxy *self, guint64 seq)
{
  ApoolWorkerProxyPrivate *priv = apool_worker_proxy_get_private (self);
  ApoolWorkerEntry *entry = apool_worker_proxy_find (self, seq);

  if (!entry || !entry->started || entry->exited)
    return FALSE;
  entry->exited = TRUE;
  priv->n_exited++;
  if (priv->events.exited)
    priv->events.exited (self, entry->task, priv->data);
  return TRUE;
}

/**
 * apool_worker_proxy_report_stopped:
 * @self: a worker
 * @seq: a task's number
 * @signum: what has stopped it
 *
 * Returns: whether that task was running there, and that is a signal
 */
gboolean
apool_worker_proxy_report_stopped (ApoolWorkerProxy *self, guint64 seq, int signum)
{
  ApoolWorkerProxyPrivate *priv = apool_worker_proxy_get_private (self);
  ApoolWorkerEntry *entry = apool_worker_proxy_find (self, seq);

  if (!entry || !entry->started || entry->exited || signum <= 0 || signum >= NSIG)
    return FALSE;
  if (priv->events.stopped)
    priv->events.stopped (self, entry->task, signum, priv->data);
  return TRUE;
}

static ApoolTask *
apool_worker_proxy_get_started (ApoolWorkerProxy *self, guint64 seq)
{
  ApoolWorkerEntry *entry = apool_worker_proxy_find (self, seq);

  return entry && entry->started ? entry->task : NULL;
}

/**
 * apool_worker_proxy_report_output:
 * @self: a worker
 * @seq: a task's number
 * @stream: one of its streams
 * @bytes: what it wrote
 * @length: how many bytes
 *
 * Returns: whether that task is running there
 */
gboolean
apool_worker_proxy_report_output (
    ApoolWorkerProxy *self, guint64 seq, ApoolStream stream, const char *bytes, gsize length)
{
  ApoolWorkerProxyPrivate *priv = apool_worker_proxy_get_private (self);
  ApoolTask *task = apool_worker_proxy_get_started (self, seq);

  if (!task)
    return FALSE;
  if (length > 0)
    priv->events.output (self, task, stream, bytes, length, priv->data);
  return TRUE;
}

/**
 * apool_worker_proxy_report_pipe:
 * @self: a worker
 * @seq: a task's number
 * @stream: one of its streams
 * @fd: (transfer full): where it is to be read
 *
 * Returns: whether that task is running there
 */
gboolean
apool_worker_proxy_report_pipe (ApoolWorkerProxy *self, guint64 seq, ApoolStream stream, int fd)
{
  ApoolWorkerProxyPrivate *priv = apool_worker_proxy_get_private (self);
  ApoolTask *task = apool_worker_proxy_get_started (self, seq);

  if (!task)
    {
      apool_fd_clear (&fd);
      return FALSE;
    }
  priv->events.pipe (self, task, stream, fd, priv->data);
  return TRUE;
}

/* Returns: (transfer full) (nullable): @outcome with the words for a task that ran too long; %NULL
 * where nobody said so */
static ApoolOutcome *
apool_worker_entry_judge (const ApoolWorkerEntry *entry, ApoolOutcome *outcome)
{
  if (apool_outcome_get_kind (outcome) != APOOL_OUTCOME_TIMED_OUT)
    return apool_outcome_ref (outcome);
  if (!entry->too_long)
    return NULL;
  return apool_outcome_new (APOOL_OUTCOME_TIMED_OUT, apool_outcome_get_code (outcome),
                            apool_outcome_get_usage (outcome), FALSE,
                            apool_outcome_is_output_cut (outcome), entry->too_long);
}

/**
 * apool_worker_proxy_report_finished:
 * @self: a worker
 * @seq: a task's number
 * @outcome: what became of it
 *
 * Returns: whether that task was running there, and may have ended so
 */
gboolean
apool_worker_proxy_report_finished (ApoolWorkerProxy *self, guint64 seq, ApoolOutcome *outcome)
{
  ApoolWorkerProxyPrivate *priv = apool_worker_proxy_get_private (self);
  ApoolWorkerEntry *entry = apool_worker_proxy_find (self, seq);
  g_autoptr (ApoolTask) task = NULL;
  g_autoptr (ApoolOutcome) judged = NULL;

  if (!entry || !entry->started)
    return FALSE;
  judged = apool_worker_entry_judge (entry, outcome);
  if (!judged)
    return FALSE;
  task = apool_worker_proxy_settle (self, entry);
  priv->events.finished (self, task, judged, priv->data);
  return TRUE;
}

/**
 * apool_worker_proxy_report_left:
 * @self: a worker
 * @leak: what a task has left behind; nothing where only a look is announced
 *
 * The books are silent of tasks that are finished: what is certain is that there was none of a
 * higher number than any that it was given.
 *
 * Returns: whether it may have had such a task
 */
gboolean
apool_worker_proxy_report_left (ApoolWorkerProxy *self, const ApoolLeak *leak)
{
  ApoolWorkerProxyPrivate *priv = apool_worker_proxy_get_private (self);

  if ((leak->seq & ~APOOL_TASK_HOOK_BIT) > priv->last_job)
    return FALSE;
  if (leak->processes[0] && priv->events.left)
    priv->events.left (self, leak, priv->data);
  return TRUE;
}

/**
 * apool_worker_proxy_report_recalled:
 * @self: a worker
 * @seqs: (array length=n_seqs): the tasks that it gives back
 * @n_seqs: how many
 *
 * Returns: whether it was asked, and all of them waited there
 */
gboolean
apool_worker_proxy_report_recalled (ApoolWorkerProxy *self, const guint64 *seqs, gsize n_seqs)
{
  ApoolWorkerProxyPrivate *priv = apool_worker_proxy_get_private (self);
  g_autoptr (GPtrArray) tasks = g_ptr_array_new_with_free_func ((GDestroyNotify) apool_task_unref);
  gboolean fits = priv->n_recalls > 0;

  if (fits)
    priv->n_recalls--;
  for (gsize i = 0; fits && i < n_seqs; i++)
    {
      ApoolWorkerEntry *entry = apool_worker_proxy_find (self, seqs[i]);

      fits = entry && !entry->started;
      if (fits)
        g_ptr_array_add (tasks, apool_worker_proxy_settle (self, entry));
    }
  /* Those before a wrong one are no longer in the books: they go back in any case. */
  priv->events.recalled (self, tasks, priv->data);
  return fits;
}

/**
 * apool_worker_proxy_report_revoked:
 * @self: a worker
 * @slots: (element-type guint): those that it gives up
 *
 * Returns: whether they were its own, and nothing runs in them
 */
gboolean
apool_worker_proxy_report_revoked (ApoolWorkerProxy *self, const GArray *slots)
{
  ApoolWorkerProxyPrivate *priv = apool_worker_proxy_get_private (self);
  g_autoptr (GHashTable) used = apool_worker_proxy_list_used_slots (self);
  g_autoptr (GArray) revoked = g_array_new (FALSE, FALSE, sizeof (guint));
  gboolean fits = apool_slot_book_give_up (priv->slots, slots, used, revoked);

  /* Those before a wrong one are out of the books: they are free in any case. */
  if (revoked->len > 0 && priv->events.revoked)
    priv->events.revoked (self, revoked, priv->data);
  return fits;
}

/**
 * apool_worker_proxy_report_answer:
 * @self: a worker
 * @token: of the question
 * @states: (array length=n_states): what it says of its tasks
 * @n_states: how many
 *
 * Returns: whether it was asked, and all of them run there
 */
gboolean
apool_worker_proxy_report_answer (ApoolWorkerProxy *self,
                                  guint64 token,
                                  const ApoolJobState *states,
                                  gsize n_states)
{
  ApoolWorkerProxyPrivate *priv = apool_worker_proxy_get_private (self);

  if (priv->n_questions == 0)
    return FALSE;
  for (gsize i = 0; i < n_states; i++)
    if (!apool_worker_proxy_get_started (self, states[i].seq))
      return FALSE;
  priv->n_questions--;
  priv->events.answered (self, token, states, n_states, priv->data);
  return TRUE;
}

/**
 * apool_worker_proxy_report_gone:
 * @self: a worker whose processes have all ended
 * @error: (nullable): why, where nobody asked for it
 */
void
apool_worker_proxy_report_gone (ApoolWorkerProxy *self, const GError *error)
{
  ApoolWorkerProxyPrivate *priv = apool_worker_proxy_get_private (self);

  priv->events.gone (self, error, priv->data);
}
