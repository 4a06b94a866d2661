/* SPDX-License-Identifier: MIT */
/* Jobs that were run before, as long as nothing of what they wrote was taken from their records.
 * They are in memory: whoever brings them is held back when there are too many. */

#include "sinks/apool-recalls.h"

typedef struct
{
  guint64 turn;
  ApoolTask *task; /* owned */
} ApoolRecall;

struct _ApoolRecalls
{
  GHashTable *by_turn; /* ApoolRecall, owned, each its own key */
};

static void
apool_recall_free (gpointer data)
{
  ApoolRecall *recall = data;

  g_clear_pointer (&recall->task, apool_task_unref);
  g_free (recall);
}

/**
 * apool_recalls_new:
 *
 * Returns: (transfer full): no jobs
 */
ApoolRecalls *
apool_recalls_new (void)
{
  ApoolRecalls *self = g_new (ApoolRecalls, 1);

  self->by_turn = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, apool_recall_free);
  return self;
}

/**
 * apool_recalls_free:
 * @self: (transfer full): jobs that are forgotten
 */
void
apool_recalls_free (ApoolRecalls *self)
{
  g_hash_table_unref (self->by_turn);
  g_free (self);
}

/**
 * apool_recalls_put:
 * @self: jobs
 * @turn: a turn that none of them waits for
 * @task: (transfer none): one more
 */
void
apool_recalls_put (ApoolRecalls *self, guint64 turn, ApoolTask *task)
{
  ApoolRecall *recall = g_new (ApoolRecall, 1);

  recall->turn = turn;
  recall->task = apool_task_ref (task);
  g_hash_table_insert (self->by_turn, &recall->turn, recall);
}

/**
 * apool_recalls_take:
 * @self: jobs
 * @turn: a turn
 *
 * Returns: (transfer full) (nullable): the one that waits for it, no longer
 */
ApoolTask *
apool_recalls_take (ApoolRecalls *self, guint64 turn)
{
  ApoolRecall *recall = g_hash_table_lookup (self->by_turn, &turn);
  ApoolTask *task = recall ? g_steal_pointer (&recall->task) : NULL;

  if (recall)
    g_hash_table_remove (self->by_turn, &turn);
  return task;
}

/**
 * apool_recalls_get_n:
 * @self: jobs
 *
 * Returns: how many
 */
guint
apool_recalls_get_n (const ApoolRecalls *self)
{
  return g_hash_table_size (self->by_turn);
}
