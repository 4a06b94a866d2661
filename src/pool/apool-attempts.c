/* SPDX-License-Identifier: MIT */
/* The last attempts at jobs that are to be tried again.
 *
 * They count for nothing once the next attempt is started. Where that never is, since the run ends
 * before, what became of the last one is what became of the job. */

#include "pool/apool-attempts.h"

typedef struct
{
  guint64 seq;
  ApoolTask *task;
  ApoolOutcome *outcome;
} ApoolAttempt;

struct _ApoolAttempts
{
  GHashTable *by_seq; /* guint64 in it → ApoolAttempt, owned */
};

static void
apool_attempt_free (gpointer data)
{
  ApoolAttempt *attempt = data;

  g_clear_pointer (&attempt->task, apool_task_unref);
  g_clear_pointer (&attempt->outcome, apool_outcome_unref);
  g_free (attempt);
}

/**
 * apool_attempts_new:
 *
 * Returns: (transfer full): no attempts
 */
ApoolAttempts *
apool_attempts_new (void)
{
  ApoolAttempts *self = g_new0 (ApoolAttempts, 1);

  self->by_seq = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, apool_attempt_free);
  return self;
}

/**
 * apool_attempts_free:
 * @self: (transfer full): attempts
 */
void
apool_attempts_free (ApoolAttempts *self)
{
  g_hash_table_unref (self->by_seq);
  g_free (self);
}

/**
 * apool_attempts_note:
 * @self: attempts
 * @task: one that has ended, and is to be followed by another one
 * @outcome: what became of it
 */
void
apool_attempts_note (ApoolAttempts *self, ApoolTask *task, ApoolOutcome *outcome)
{
  ApoolAttempt *attempt = g_new0 (ApoolAttempt, 1);

  attempt->seq = apool_task_get_seq (task);
  attempt->task = apool_task_ref (task);
  attempt->outcome = apool_outcome_ref (outcome);
  g_hash_table_replace (self->by_seq, &attempt->seq, attempt);
}

/**
 * apool_attempts_get_n:
 * @self: attempts
 *
 * Returns: how many there are
 */
guint
apool_attempts_get_n (const ApoolAttempts *self)
{
  return g_hash_table_size (self->by_seq);
}

/**
 * apool_attempts_forget:
 * @self: attempts
 * @seq: the number of a job that was started, for the first time or again
 */
void
apool_attempts_forget (ApoolAttempts *self, guint64 seq)
{
  g_hash_table_remove (self->by_seq, &seq);
}

/**
 * apool_attempts_take:
 * @self: attempts
 * @seq: the number of a job that is not started again
 * @task: (out) (transfer full): the last attempt at it
 * @outcome: (out) (transfer full): what became of that
 *
 * Returns: whether there was one; it is forgotten
 */
gboolean
apool_attempts_take (ApoolAttempts *self, guint64 seq, ApoolTask **task, ApoolOutcome **outcome)
{
  ApoolAttempt *attempt = g_hash_table_lookup (self->by_seq, &seq);

  if (!attempt)
    return FALSE;
  *task = g_steal_pointer (&attempt->task);
  *outcome = g_steal_pointer (&attempt->outcome);
  g_hash_table_remove (self->by_seq, &seq);
  return TRUE;
}
