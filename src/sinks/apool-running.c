/* SPDX-License-Identifier: MIT */
/* The jobs that run, by how long they do: a list in the order in which they began, and a table that
 * finds them in it. Each job costs two look-ups. */

#include "sinks/apool-running.h"

typedef struct
{
  guint64 seq;
  ApoolTask *task;
  gint64 since;
} ApoolRunningJob;

struct _ApoolRunning
{
  GQueue jobs;       /* ApoolRunningJob, owned, the oldest one first */
  GHashTable *links; /* seq of the job → its link */
};

/**
 * apool_running_new:
 *
 * Returns: (transfer full): no jobs
 */
ApoolRunning *
apool_running_new (void)
{
  ApoolRunning *self = g_new0 (ApoolRunning, 1);

  self->links = g_hash_table_new (g_int64_hash, g_int64_equal);
  return self;
}

static void
apool_running_free_job (gpointer data)
{
  ApoolRunningJob *job = data;

  apool_task_unref (job->task);
  g_free (job);
}

/**
 * apool_running_free:
 * @self: (transfer full): jobs that run
 */
void
apool_running_free (ApoolRunning *self)
{
  g_hash_table_unref (self->links);
  g_queue_clear_full (&self->jobs, apool_running_free_job);
  g_free (self);
}

/**
 * apool_running_add:
 * @self: jobs that run
 * @task: (transfer none): one of them, in place of any of the same number
 * @since: when it was started, by any clock
 */
void
apool_running_add (ApoolRunning *self, ApoolTask *task, gint64 since)
{
  ApoolRunningJob *job = g_new (ApoolRunningJob, 1);
  GList *before = self->jobs.tail;

  *job = (ApoolRunningJob){ apool_task_get_seq (task), apool_task_ref (task), since };
  apool_running_remove (self, job->seq);
  /* Nearly always it is the youngest. */
  for (before = self->jobs.tail; before; before = before->prev)
    if (((ApoolRunningJob *) before->data)->since <= since)
      break;
  g_queue_insert_after (&self->jobs, before, job);
  g_hash_table_insert (self->links, &job->seq, before ? before->next : self->jobs.head);
}

/**
 * apool_running_remove:
 * @self: jobs that run
 * @seq: the number of one that does no longer, or never did
 */
void
apool_running_remove (ApoolRunning *self, guint64 seq)
{
  GList *link = g_hash_table_lookup (self->links, &seq);

  if (!link)
    return;
  g_hash_table_remove (self->links, &seq);
  apool_running_free_job (link->data);
  g_queue_delete_link (&self->jobs, link);
}

/**
 * apool_running_has:
 * @self: jobs that run
 * @seq: the number of a job
 *
 * Returns: whether it does
 */
gboolean
apool_running_has (const ApoolRunning *self, guint64 seq)
{
  return g_hash_table_contains (self->links, &seq);
}

/**
 * apool_running_get_n:
 * @self: jobs that run
 *
 * Returns: how many
 */
guint
apool_running_get_n (const ApoolRunning *self)
{
  return self->jobs.length;
}

/**
 * apool_running_get_oldest:
 * @self: jobs that run
 * @since: (out): when it was started; only where there is one
 *
 * Returns: (transfer none) (nullable): what runs for longest
 */
ApoolTask *
apool_running_get_oldest (const ApoolRunning *self, gint64 *since)
{
  const ApoolRunningJob *job = self->jobs.head ? self->jobs.head->data : NULL;

  if (!job)
    return NULL;
  *since = job->since;
  return job->task;
}
