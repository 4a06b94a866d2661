/* SPDX-License-Identifier: MIT */
/* Counts jobs by what became of them. Of several ends of one job that of the newest run counts,
 * but one that is not final does not replace one that is.
 *
 * In one run no job ends twice: then nothing has to be kept. Else it is some 30 bytes for each. */

#include "record/apool-journal-latest.h"

#include <string.h>

#include "record/apool-index.h"

typedef enum
{
  APOOL_JOURNAL_STATE_UNFINISHED,
  APOOL_JOURNAL_STATE_DONE,
  APOOL_JOURNAL_STATE_FAILED,
} ApoolJournalState;

/* A job whose end is known. */
typedef struct
{
  guint64 hash;
  guint64 ordinal : 61; /* which one of all ends, from 0 */
  guint64 state : 2;
  guint64 is_recorded : 1;
} ApoolJournalItem;

struct _ApoolJournalLatest
{
  ApoolIndex *index; /* (nullable): of @items */
  GArray *items;     /* ApoolJournalItem */
  ApoolJournalCounts counts;
  guint64 n_told; /* ends, since the beginning or the last rewind */
};

/**
 * apool_journal_latest_new:
 * @may_have_several: whether a job may have several ends: whether there was more than one run
 *
 * Returns: (transfer full): counts of nothing
 */
ApoolJournalLatest *
apool_journal_latest_new (gboolean may_have_several)
{
  ApoolJournalLatest *self = g_new0 (ApoolJournalLatest, 1);

  self->index = may_have_several ? apool_index_new () : NULL;
  self->items = g_array_new (FALSE, FALSE, sizeof (ApoolJournalItem));
  return self;
}

/**
 * apool_journal_latest_free:
 * @self: (transfer full): counts
 */
void
apool_journal_latest_free (ApoolJournalLatest *self)
{
  g_clear_pointer (&self->index, apool_index_free);
  g_array_unref (self->items);
  g_free (self);
}

/* The key is a hash already. */
static guint64
apool_journal_latest_hash (const ApoolJournalEvent *event)
{
  guint64 hash;

  memcpy (&hash, event->key, sizeof hash);
  return hash ^ event->occurrence * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
}

static gboolean
apool_journal_latest_is_item (guint32 item, gconstpointer wanted, gpointer data)
{
  const GArray *items = data;

  return g_array_index (items, ApoolJournalItem, item).hash == *(const guint64 *) wanted;
}

static guint32
apool_journal_latest_find (const ApoolJournalLatest *self, guint64 hash)
{
  return apool_index_find (self->index, hash, apool_journal_latest_is_item, &hash, self->items);
}

static void
apool_journal_latest_count (ApoolJournalLatest *self, const ApoolJournalItem *item, gint64 n)
{
  ApoolJournalCounts *counts = &self->counts;

  if (item->state == APOOL_JOURNAL_STATE_UNFINISHED)
    {
      counts->n_unfinished += (guint64) n;
      return;
    }
  if (!item->is_recorded)
    {
      counts->n_unrecorded += (guint64) n;
      return;
    }
  counts->n_done += (guint64) n;
  if (item->state == APOOL_JOURNAL_STATE_FAILED)
    counts->n_failed += (guint64) n;
}

static ApoolJournalState
apool_journal_latest_get_state (const ApoolJournalEvent *event)
{
  if (!event->is_final)
    return APOOL_JOURNAL_STATE_UNFINISHED;
  return apool_journal_event_is_failure (event) ? APOOL_JOURNAL_STATE_FAILED
                                                : APOOL_JOURNAL_STATE_DONE;
}

/* One that was skipped is no job. */
static gboolean
apool_journal_latest_is_end (const ApoolJournalEvent *event)
{
  return event->type == APOOL_JOURNAL_EVENT_END && event->kind != APOOL_OUTCOME_SKIPPED;
}

static void
apool_journal_latest_keep (ApoolJournalLatest *self, const ApoolJournalItem *item)
{
  guint32 at = apool_journal_latest_find (self, item->hash);
  ApoolJournalItem *old;

  if (at == APOOL_INDEX_NONE)
    {
      apool_index_add (self->index, item->hash, self->items->len);
      g_array_append_vals (self->items, item, 1);
      apool_journal_latest_count (self, item, 1);
      return;
    }
  old = &g_array_index (self->items, ApoolJournalItem, at);
  if (item->state == APOOL_JOURNAL_STATE_UNFINISHED && old->state != APOOL_JOURNAL_STATE_UNFINISHED)
    return;
  apool_journal_latest_count (self, old, -1);
  *old = *item;
  apool_journal_latest_count (self, item, 1);
}

/**
 * apool_journal_latest_tell:
 * @self: counts
 * @event: what has happened next
 */
void
apool_journal_latest_tell (ApoolJournalLatest *self, const ApoolJournalEvent *event)
{
  ApoolJournalItem item;

  if (!apool_journal_latest_is_end (event))
    return;
  item = (ApoolJournalItem){
    .hash = apool_journal_latest_hash (event),
    .ordinal = self->n_told++,
    .state = apool_journal_latest_get_state (event),
    .is_recorded = event->is_recorded,
  };
  if (self->index)
    apool_journal_latest_keep (self, &item);
  else
    apool_journal_latest_count (self, &item, 1);
}

/**
 * apool_journal_latest_get_counts:
 * @self: counts that were told of all events
 *
 * Returns: (transfer none): how many jobs there are
 */
const ApoolJournalCounts *
apool_journal_latest_get_counts (const ApoolJournalLatest *self)
{
  return &self->counts;
}

/**
 * apool_journal_latest_rewind:
 * @self: counts that were told of all events
 *
 * From now on apool_journal_latest_counts_end() is called for all of them again.
 */
void
apool_journal_latest_rewind (ApoolJournalLatest *self)
{
  self->n_told = 0;
}

/**
 * apool_journal_latest_counts_end:
 * @self: counts
 * @event: the next event, once more
 *
 * Returns: whether it is an end of a job that no later one has replaced
 */
gboolean
apool_journal_latest_counts_end (ApoolJournalLatest *self, const ApoolJournalEvent *event)
{
  guint64 ordinal;
  guint32 at;

  if (!apool_journal_latest_is_end (event))
    return FALSE;
  ordinal = self->n_told++;
  if (!self->index)
    return TRUE;
  at = apool_journal_latest_find (self, apool_journal_latest_hash (event));
  return at != APOOL_INDEX_NONE &&
         g_array_index (self->items, ApoolJournalItem, at).ordinal == ordinal;
}
