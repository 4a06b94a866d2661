/* SPDX-License-Identifier: MIT */
/* What must hold over all workers of a pool: no more tasks run than may, nor heavier ones; no two
 * in one slot; a task is in the hands of one worker only; where keys bind, of a key there is one
 * task out; and no worker is handed more tasks than it may have in its life. */

#include "fake-watch.h"

/* A task that a worker has. */
typedef struct
{
  guint64 seq;
  guint64 key;
  gconstpointer worker;
  guint weight;
} FakeWatchEntry;

struct _FakeWatch
{
  guint jobs;
  guint max_jobs;
  guint max_tasks;      /* of one worker; 0 without limit */
  GHashTable *entries;  /* seq of the entry → FakeWatchEntry, owned */
  GHashTable *keys_out; /* (nullable): key of the entry → FakeWatchEntry */
  gboolean *slots_used; /* (array length=max_jobs+1): a task runs in it */
  guint n_running;
  guint weight; /* of those that run */
  guint peak;   /* most that ever ran at once */
};

/**
 * fake_watch_new:
 * @jobs: how many tasks may ever run at once, and what they may weigh together
 *
 * Returns: (transfer full): a watch over workers that have nothing
 */
FakeWatch *
fake_watch_new (guint jobs)
{
  FakeWatch *self = g_new0 (FakeWatch, 1);

  self->jobs = self->max_jobs = jobs;
  self->entries = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  self->slots_used = g_new0 (gboolean, jobs + 1);
  return self;
}

/**
 * fake_watch_free:
 * @self: (transfer full): a watch
 */
void
fake_watch_free (FakeWatch *self)
{
  g_clear_pointer (&self->keys_out, g_hash_table_unref);
  g_hash_table_unref (self->entries);
  g_free (self->slots_used);
  g_free (self);
}

/**
 * fake_watch_bind_keys:
 * @self: a watch
 *
 * From now on no two tasks of one key may be out.
 */
void
fake_watch_bind_keys (FakeWatch *self)
{
  self->keys_out = g_hash_table_new (g_int64_hash, g_int64_equal);
}

/**
 * fake_watch_set_jobs:
 * @self: a watch
 * @jobs: how many tasks may run at once where one is started from now on
 */
void
fake_watch_set_jobs (FakeWatch *self, guint jobs)
{
  g_assert_cmpuint (jobs, <=, self->max_jobs);
  self->jobs = jobs;
}

/**
 * fake_watch_limit_tasks:
 * @self: a watch
 * @max_tasks: how many tasks a worker may be handed and not give back; 0 without limit
 */
void
fake_watch_limit_tasks (FakeWatch *self, guint max_tasks)
{
  self->max_tasks = max_tasks;
}

/**
 * fake_watch_hand:
 * @self: a watch
 * @worker: who is handed a task
 * @task: the task
 * @n_handed: how many it has been handed with this one, but for those that it gave back
 */
void
fake_watch_hand (FakeWatch *self, gconstpointer worker, ApoolTask *task, guint n_handed)
{
  const ApoolTaskTraits *traits = apool_task_get_traits (task);
  FakeWatchEntry *entry = g_new (FakeWatchEntry, 1);

  *entry = (FakeWatchEntry){ apool_task_get_seq (task), traits->key, worker, traits->weight };
  g_assert_true (g_hash_table_insert (self->entries, &entry->seq, entry));
  if (self->keys_out && entry->key != 0)
    g_assert_true (g_hash_table_insert (self->keys_out, &entry->key, entry));
  if (self->max_tasks > 0)
    g_assert_cmpuint (n_handed, <=, self->max_tasks);
}

static FakeWatchEntry *
fake_watch_find (FakeWatch *self, guint64 seq)
{
  FakeWatchEntry *entry = g_hash_table_lookup (self->entries, &seq);

  g_assert_nonnull (entry);
  return entry;
}

/**
 * fake_watch_let_go:
 * @self: a watch
 * @worker: who has no longer a task
 * @seq: of which number
 */
void
fake_watch_let_go (FakeWatch *self, gconstpointer worker, guint64 seq)
{
  FakeWatchEntry *entry = fake_watch_find (self, seq);

  g_assert_true (entry->worker == worker);
  if (self->keys_out && entry->key != 0)
    g_hash_table_remove (self->keys_out, &entry->key);
  g_hash_table_remove (self->entries, &seq);
}

/**
 * fake_watch_start:
 * @self: a watch
 * @seq: a task that a worker starts
 * @slot: where
 */
void
fake_watch_start (FakeWatch *self, guint64 seq, guint slot)
{
  g_assert_cmpuint (slot, >=, 1);
  g_assert_cmpuint (slot, <=, self->jobs);
  g_assert_false (self->slots_used[slot]);
  self->slots_used[slot] = TRUE;
  self->n_running++;
  self->weight += fake_watch_find (self, seq)->weight;
  g_assert_cmpuint (self->n_running, <=, self->jobs);
  g_assert_cmpuint (self->weight, <=, self->jobs);
  self->peak = MAX (self->peak, self->n_running);
}

/**
 * fake_watch_exit:
 * @self: a watch
 * @seq: a task that runs no more
 * @slot: where it ran
 */
void
fake_watch_exit (FakeWatch *self, guint64 seq, guint slot)
{
  g_assert_true (self->slots_used[slot]);
  self->slots_used[slot] = FALSE;
  self->n_running--;
  self->weight -= fake_watch_find (self, seq)->weight;
}

/**
 * fake_watch_get_n_running:
 * @self: a watch
 *
 * Returns: how many tasks run
 */
guint
fake_watch_get_n_running (const FakeWatch *self)
{
  return self->n_running;
}

/**
 * fake_watch_get_peak:
 * @self: a watch
 *
 * Returns: how many tasks ever ran at once
 */
guint
fake_watch_get_peak (const FakeWatch *self)
{
  return self->peak;
}
