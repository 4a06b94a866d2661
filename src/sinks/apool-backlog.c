/* SPDX-License-Identifier: MIT */
/* Finished jobs, waiting for their turn.
 *
 * Turn t has its record in page t / PAGE_RECORDS. The directory has one number for each page from
 * first_page on: it does not exist, it is in a frame of memory, or it is in the spool at an
 * address. When all frames are taken, the page used least recently goes to the spool. A page keeps
 * its place there for as long as it exists, so that the spool does not grow when pages come and
 * go. Jobs finish nearly in order, so nearly all calls find their page in memory.
 *
 * Turns are used up in rising order. The directory forgets pages without records that lie before
 * the one whose record was removed last: nothing will be put there any more. */

#include "sinks/apool-backlog.h"

#include <string.h>

#define PAGE_RECORDS 128
#define N_FRAMES 64

/* Directory entries: these, or an address in the spool. */
#define ENTRY_NONE G_MAXUINT64
#define ENTRY_IN_FRAME ((guint64) 1 << 63) /* and the number of the frame */

#define NOWHERE G_MAXUINT64

/* Empty pages are forgotten once there are this many, and as many as others. */
#define MIN_FORGOTTEN_PAGES 512

typedef struct
{
  guint64 number;
  guint64 home;     /* its place in the spool, or NOWHERE as long as it has none */
  guint64 last_use; /* reading of ApoolBacklog.n_uses */
  guint n_records;
  gboolean changed; /* since it was last in the spool */
  ApoolBacklogRecord records[PAGE_RECORDS];
} ApoolBacklogPage;

struct _ApoolBacklog
{
  ApoolSpool *spool; /* not owned */
  GArray *directory; /* guint64 */
  guint64 first_page;
  guint n_leading; /* pages at the front of the directory that are known to be forgettable */
  guint64 n_uses;
  ApoolBacklogPage *frames[N_FRAMES]; /* (nullable) each */
};

/**
 * apool_backlog_new:
 * @spool: (transfer none): outlives the backlog
 *
 * Returns: (transfer full): an empty backlog
 */
ApoolBacklog *
apool_backlog_new (ApoolSpool *spool)
{
  ApoolBacklog *self = g_new0 (ApoolBacklog, 1);

  self->spool = spool;
  self->directory = g_array_new (FALSE, FALSE, sizeof (guint64));
  return self;
}

/**
 * apool_backlog_free:
 * @self: (transfer full): a backlog; what it has in the spool stays there until that is freed
 */
void
apool_backlog_free (ApoolBacklog *self)
{
  for (guint i = 0; i < N_FRAMES; i++)
    g_free (self->frames[i]);
  g_array_unref (self->directory);
  g_free (self);
}

/* The directory entry of page @number, or %NULL where the directory does not reach it. */
static guint64 *
apool_backlog_get_entry (ApoolBacklog *self, guint64 number)
{
  if (number < self->first_page || number - self->first_page >= self->directory->len)
    return NULL;
  return &g_array_index (self->directory, guint64, number - self->first_page);
}

static guint64 *
apool_backlog_ensure_entry (ApoolBacklog *self, guint64 number)
{
  const guint64 none = ENTRY_NONE;

  while (number >= self->first_page + self->directory->len)
    g_array_append_val (self->directory, none);
  return apool_backlog_get_entry (self, number);
}

/* Gives a page that is in memory a new place in the spool, which is in memory too while that is
 * full. */
static gboolean
apool_backlog_move (ApoolBacklog *self, ApoolBacklogPage *page, GError **error)
{
  guint64 home;

  if (!apool_spool_append (self->spool, page->records, sizeof page->records, &home, error))
    return FALSE;
  if (page->home != NOWHERE)
    apool_spool_release (self->spool, page->home, sizeof page->records);
  page->home = home;
  return TRUE;
}

static gboolean
apool_backlog_store (ApoolBacklog *self, ApoolBacklogPage *page, GError **error)
{
  gboolean is_written;

  if (page->home == NOWHERE)
    return apool_backlog_move (self, page, error);
  if (!page->changed)
    return TRUE;
  if (!apool_spool_write (self->spool, page->home, page->records, sizeof page->records, &is_written,
                          error))
    return FALSE;
  return is_written || apool_backlog_move (self, page, error);
}

static guint
apool_backlog_find_oldest_frame (ApoolBacklog *self)
{
  guint oldest = 0;

  for (guint i = 0; i < N_FRAMES; i++)
    {
      if (!self->frames[i])
        return i;
      if (self->frames[i]->last_use < self->frames[oldest]->last_use)
        oldest = i;
    }
  return oldest;
}

/* Finds a frame for a page, putting another one away where it must. Its contents are undefined. */
static gboolean
apool_backlog_take_frame (ApoolBacklog *self, guint *frame, GError **error)
{
  ApoolBacklogPage *page;

  *frame = apool_backlog_find_oldest_frame (self);
  page = self->frames[*frame];
  if (!page)
    {
      self->frames[*frame] = g_new (ApoolBacklogPage, 1);
      return TRUE;
    }
  if (!apool_backlog_store (self, page, error))
    return FALSE;
  *apool_backlog_get_entry (self, page->number) = page->home;
  return TRUE;
}

static void
apool_backlog_free_frame (ApoolBacklog *self, guint frame)
{
  g_free (self->frames[frame]);
  self->frames[frame] = NULL;
}

/* Reads the records of @page from @home, where it was stored. */
static gboolean
apool_backlog_load (ApoolBacklog *self, ApoolBacklogPage *page, guint64 home, GError **error)
{
  if (!apool_spool_read (self->spool, home, page->records, sizeof page->records, error))
    return FALSE;
  page->home = home;
  page->n_records = 0;
  for (guint i = 0; i < PAGE_RECORDS; i++)
    if (page->records[i].state != APOOL_BACKLOG_MISSING)
      page->n_records++;
  return TRUE;
}

/* Brings an existing or new page into memory. */
static ApoolBacklogPage *
apool_backlog_bring (ApoolBacklog *self, guint64 number, guint64 *entry, GError **error)
{
  ApoolBacklogPage *page;
  guint frame;

  if (!apool_backlog_take_frame (self, &frame, error))
    return NULL;
  page = self->frames[frame];
  page->number = number;
  page->changed = FALSE;
  if (*entry == ENTRY_NONE)
    {
      memset (page->records, 0, sizeof page->records);
      page->n_records = 0;
      page->home = NOWHERE;
    }
  else if (!apool_backlog_load (self, page, *entry, error))
    {
      apool_backlog_free_frame (self, frame);
      return NULL;
    }
  *entry = ENTRY_IN_FRAME | frame;
  return page;
}

/* The page with this directory entry, in memory; %NULL on an error. */
static ApoolBacklogPage *
apool_backlog_get_page (ApoolBacklog *self, guint64 number, guint64 *entry, GError **error)
{
  ApoolBacklogPage *page;

  if (*entry != ENTRY_NONE && (*entry & ENTRY_IN_FRAME))
    page = self->frames[*entry & ~ENTRY_IN_FRAME];
  else
    page = apool_backlog_bring (self, number, entry, error);
  if (page)
    page->last_use = self->n_uses++;
  return page;
}

/**
 * apool_backlog_put:
 * @self: a backlog
 * @turn: of a job that has no record yet; not before one that was removed
 * @record: about the job; its state is not missing
 * @error: (out) (optional): a #GIOErrorEnum of the spool
 *
 * Returns: whether the record is kept
 */
gboolean
apool_backlog_put (ApoolBacklog *self,
                   guint64 turn,
                   const ApoolBacklogRecord *record,
                   GError **error)
{
  guint64 number = turn / PAGE_RECORDS;
  guint64 *entry;
  ApoolBacklogPage *page;
  ApoolBacklogRecord *place;

  g_return_val_if_fail (record->state != APOOL_BACKLOG_MISSING, FALSE);
  entry = apool_backlog_ensure_entry (self, number);
  g_return_val_if_fail (entry != NULL, FALSE);

  page = apool_backlog_get_page (self, number, entry, error);
  if (!page)
    return FALSE;
  place = &page->records[turn % PAGE_RECORDS];
  g_return_val_if_fail (place->state == APOOL_BACKLOG_MISSING, FALSE);

  *place = *record;
  page->n_records++;
  page->changed = TRUE;
  return TRUE;
}

/**
 * apool_backlog_peek:
 * @self: a backlog
 * @turn: whose job
 * @record: (out): about it; missing where there is none
 * @error: (out) (optional): a #GIOErrorEnum of the spool
 *
 * Returns: whether it could be looked up
 */
gboolean
apool_backlog_peek (ApoolBacklog *self, guint64 turn, ApoolBacklogRecord *record, GError **error)
{
  guint64 number = turn / PAGE_RECORDS;
  guint64 *entry = apool_backlog_get_entry (self, number);
  const ApoolBacklogPage *page;

  *record = (ApoolBacklogRecord){ 0 };
  if (!entry || *entry == ENTRY_NONE)
    return TRUE;
  page = apool_backlog_get_page (self, number, entry, error);
  if (!page)
    return FALSE;
  *record = page->records[turn % PAGE_RECORDS];
  return TRUE;
}

/**
 * apool_backlog_find:
 * @self: a backlog
 * @turn: (inout): where to begin; the turn of the first job from there on, or anything behind the
 *   last one
 * @record: (out): about that job; missing where there is none
 * @error: (out) (optional): a #GIOErrorEnum of the spool
 *
 * Returns: whether it could be looked up
 */
gboolean
apool_backlog_find (ApoolBacklog *self, guint64 *turn, ApoolBacklogRecord *record, GError **error)
{
  guint64 end = (self->first_page + self->directory->len) * PAGE_RECORDS;

  *turn = MAX (*turn, self->first_page * PAGE_RECORDS);
  *record = (ApoolBacklogRecord){ 0 };
  while (*turn < end)
    {
      guint64 number = *turn / PAGE_RECORDS;

      if (*apool_backlog_get_entry (self, number) == ENTRY_NONE)
        {
          *turn = (number + 1) * PAGE_RECORDS;
          continue;
        }
      if (!apool_backlog_peek (self, *turn, record, error))
        return FALSE;
      if (record->state != APOOL_BACKLOG_MISSING)
        return TRUE;
      ++*turn;
    }
  return TRUE;
}

/**
 * apool_backlog_record_get_bytes:
 * @record: about a job, or none
 *
 * Returns: how much the job wrote, if it ended by itself; else 0
 */
guint64
apool_backlog_record_get_bytes (const ApoolBacklogRecord *record)
{
  if (record->state != APOOL_BACKLOG_FINISHED && record->state != APOOL_BACKLOG_RECORDED)
    return 0;
  return (guint64) record->streams[APOOL_STREAM_STDOUT].length +
         record->streams[APOOL_STREAM_STDERR].length;
}

/**
 * apool_backlog_add_up:
 * @self: a backlog
 * @turn: (inout): where to begin; where it stopped: at a turn without a record, or behind the one
 *   that made it too much
 * @n_bytes: (inout): gets what the jobs on the way wrote added
 * @limit: how much is too much
 * @error: (out) (optional): a #GIOErrorEnum of the spool
 *
 * Returns: whether all could be looked up
 */
gboolean
apool_backlog_add_up (
    ApoolBacklog *self, guint64 *turn, guint64 *n_bytes, guint64 limit, GError **error)
{
  while (*n_bytes <= limit)
    {
      ApoolBacklogRecord record;

      if (!apool_backlog_peek (self, *turn, &record, error))
        return FALSE;
      if (record.state == APOOL_BACKLOG_MISSING)
        break;
      *n_bytes += apool_backlog_record_get_bytes (&record);
      *turn += MAX (record.n_skipped, 1);
    }
  return TRUE;
}

static void
apool_backlog_forget_pages (ApoolBacklog *self, guint64 before)
{
  guint n_before = (guint) (before - self->first_page);

  while (self->n_leading < n_before &&
         g_array_index (self->directory, guint64, self->n_leading) == ENTRY_NONE)
    self->n_leading++;
  if (self->n_leading < MIN_FORGOTTEN_PAGES || self->n_leading < self->directory->len / 2)
    return;
  g_array_remove_range (self->directory, 0, self->n_leading);
  self->first_page += self->n_leading;
  self->n_leading = 0;
}

/* A page has lost its last record. */
static void
apool_backlog_drop_page (ApoolBacklog *self, ApoolBacklogPage *page, guint64 *entry)
{
  guint frame = (guint) (*entry & ~ENTRY_IN_FRAME);
  guint64 number = page->number;

  if (page->home != NOWHERE)
    apool_spool_release (self->spool, page->home, sizeof page->records);
  apool_backlog_free_frame (self, frame);
  *entry = ENTRY_NONE;
  apool_backlog_forget_pages (self, number);
}

/**
 * apool_backlog_remove:
 * @self: a backlog
 * @turn: of a job that has a record
 * @error: (out) (optional): a #GIOErrorEnum of the spool
 *
 * Forgets the record. What it says is in the spool is the caller's again.
 *
 * Returns: whether it is removed
 */
gboolean
apool_backlog_remove (ApoolBacklog *self, guint64 turn, GError **error)
{
  guint64 number = turn / PAGE_RECORDS;
  guint64 *entry = apool_backlog_get_entry (self, number);
  ApoolBacklogPage *page;
  ApoolBacklogRecord *place;

  g_return_val_if_fail (entry != NULL && *entry != ENTRY_NONE, FALSE);
  page = apool_backlog_get_page (self, number, entry, error);
  if (!page)
    return FALSE;
  place = &page->records[turn % PAGE_RECORDS];
  g_return_val_if_fail (place->state != APOOL_BACKLOG_MISSING, FALSE);

  *place = (ApoolBacklogRecord){ 0 };
  page->changed = TRUE;
  if (--page->n_records == 0)
    apool_backlog_drop_page (self, page, entry);
  return TRUE;
}
