/* SPDX-License-Identifier: MIT */
/* Rows that are read ahead of the jobs that are made of them.
 *
 * They are copied only as long as there are borders to be found, each into a piece of memory of its
 * own: as many as have to be seen. Otherwise only their sums are kept, and a row can be read once.
 *
 * What the source says in place of a row is kept, too, and comes where that row would have. */

#include "input/apool-row-window.h"

#include <string.h>

#include "base/apool-hash.h"

/* So many rows are read for the borders before the main loop gets its turn. */
#define ROWS_PER_TURN 65536u

/* Rows that are in jobs are dropped so many at a time, at least. */
#define MIN_DROPPED 1024u

/* What the hash of a row that no job can be made of begins with, in place of its values. */
#define NO_RECORD "no record"

/* A copy. Behind it are the bytes of its values, fields and fault. */
typedef struct
{
  ApoolRow row;
  guint64 number;       /* of all rows of the source, counted from 1 */
  ApoolValue strings[]; /* its values, then its fields */
} ApoolKeptRow;

struct _ApoolRowWindow
{
  ApoolSource *source;
  ApoolBorders *borders;

  GPtrArray *rows; /* (nullable elements) of ApoolKeptRow, owned: %NULL for one that is not kept */
  GArray *sums;    /* of guint64: before each of them, and behind the last one */
  gsize front;     /* of @rows: the first one that is in no job */
  gsize next;      /* of @rows: which comes next */
  guint64 place;   /* how many rows were in the window before the front */
  guint64 n_read;  /* rows of the source */
  gboolean gave_way;

  ApoolSourceStatus end; /* what the source has said at last; APOOL_SOURCE_ROW where not yet */
  GError *failure;       /* (nullable): that of APOOL_SOURCE_ERROR */
};

/**
 * apool_row_window_new:
 * @source: (transfer none): where the rows come from
 * @borders: (transfer none): those of jobs
 *
 * Rows that are skipped are yielded once, and are nothing to the borders.
 *
 * Returns: (transfer full): a window on the first rows
 */
ApoolRowWindow *
apool_row_window_new (ApoolSource *source, ApoolBorders *borders)
{
  ApoolRowWindow *self = g_new0 (ApoolRowWindow, 1);
  guint64 sum = APOOL_BORDERS_NO_SUM;

  self->source = g_object_ref (source);
  self->borders = g_object_ref (borders);
  self->rows = g_ptr_array_new_with_free_func (g_free);
  self->sums = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_array_append_val (self->sums, sum);
  self->end = APOOL_SOURCE_ROW;
  return self;
}

/**
 * apool_row_window_free:
 * @self: (transfer full): a window
 */
void
apool_row_window_free (ApoolRowWindow *self)
{
  g_object_unref (self->source);
  g_object_unref (self->borders);
  g_ptr_array_unref (self->rows);
  g_array_unref (self->sums);
  g_clear_error (&self->failure);
  g_free (self);
}

/* ---- rows ---- */

static guint64
apool_row_window_hash_number (guint64 hash, guint64 number)
{
  guint64 bytes = GUINT64_TO_LE (number);

  return apool_hash_append (hash, &bytes, sizeof bytes);
}

/* The same in every version: it is on disks. Each value goes in with its length. */
static guint64
apool_row_window_hash (const ApoolRow *row)
{
  guint64 hash = APOOL_HASH_EMPTY;

  if (row->fault)
    return apool_hash_append (hash, NO_RECORD, strlen (NO_RECORD));
  for (gsize i = 0; i < row->n_values; i++)
    {
      const ApoolValue *value = &row->values[i];

      hash = apool_row_window_hash_number (hash, value->length);
      if (value->data)
        hash = apool_hash_append (hash, value->data, value->length);
    }
  return hash;
}

static gsize
apool_row_window_measure (const ApoolValue *strings, gsize n_strings)
{
  gsize n_bytes = 0;

  for (gsize i = 0; i < n_strings; i++)
    n_bytes += strings[i].data ? strings[i].length : 0;
  return n_bytes;
}

/* Copies @strings to @to, and their bytes to where @bytes is. */
static void
apool_row_window_copy (const ApoolValue *strings, gsize n_strings, ApoolValue *to, char **bytes)
{
  for (gsize i = 0; i < n_strings; i++)
    {
      to[i] = strings[i];
      if (!strings[i].data)
        continue;
      if (strings[i].length > 0)
        memcpy (*bytes, strings[i].data, strings[i].length);
      to[i].data = *bytes;
      *bytes += strings[i].length;
    }
}

/* Returns: (transfer full): a copy */
static ApoolKeptRow *
apool_row_window_keep (const ApoolRow *row, guint64 number)
{
  gsize n_strings = row->n_values + row->n_fields;
  gsize n_bytes = apool_row_window_measure (row->values, row->n_values) +
                  apool_row_window_measure (row->fields, row->n_fields) +
                  (row->fault ? strlen (row->fault) + 1 : 0);
  ApoolKeptRow *kept = g_malloc (sizeof *kept + n_strings * sizeof (ApoolValue) + n_bytes);
  char *bytes = (char *) (kept->strings + n_strings);

  kept->row = *row;
  kept->number = number;
  kept->row.values = kept->strings;
  kept->row.fields = kept->strings + row->n_values;
  apool_row_window_copy (row->values, row->n_values, kept->strings, &bytes);
  apool_row_window_copy (row->fields, row->n_fields, kept->strings + row->n_values, &bytes);
  if (row->fault)
    kept->row.fault = memcpy (bytes, row->fault, strlen (row->fault) + 1);
  return kept;
}

/* Drops rows that are in jobs: now and then, since all behind them move. */
static void
apool_row_window_drop (ApoolRowWindow *self)
{
  if (self->front < MIN_DROPPED || self->front < self->rows->len / 2)
    return;
  g_ptr_array_remove_range (self->rows, 0, (guint) self->front);
  g_array_remove_range (self->sums, 0, (guint) self->front);
  self->next -= self->front;
  self->front = 0;
}

/* Reads one more row. One that is skipped does not come into the window. */
static ApoolSourceStatus
apool_row_window_read (ApoolRowWindow *self, ApoolRow *row)
{
  ApoolSourceStatus status;
  ApoolKeptRow *kept = NULL;
  guint64 sum;

  if (self->end != APOOL_SOURCE_ROW)
    return self->end;
  apool_row_window_drop (self);
  status = apool_source_next (self->source, row, &self->failure);
  if (status == APOOL_SOURCE_PENDING)
    return status;
  self->end = status;
  if (status != APOOL_SOURCE_ROW)
    return status;
  self->n_read++;
  if (row->is_skipped)
    return status;
  sum = apool_borders_append (g_array_index (self->sums, guint64, self->rows->len),
                              apool_row_window_hash (row));
  if (!apool_borders_is_idle (self->borders))
    kept = apool_row_window_keep (row, self->n_read);
  g_ptr_array_add (self->rows, kept);
  g_array_append_val (self->sums, sum);
  return status;
}

/**
 * apool_row_window_next:
 * @self: a window
 * @row: (out): with %APOOL_SOURCE_ROW, the next row. Valid until the next call, and
 *   where it is kept as long as it is not taken
 * @number: (out): and its number among all rows of the source, counted from 1
 * @error: (out) (optional): with %APOOL_SOURCE_ERROR: that of the source
 *
 * Returns: as apool_source_next()
 */
ApoolSourceStatus
apool_row_window_next (ApoolRowWindow *self, ApoolRow *row, guint64 *number, GError **error)
{
  const ApoolKeptRow *kept;

  if (self->next == self->rows->len)
    {
      ApoolSourceStatus status = apool_row_window_read (self, row);

      *number = self->n_read;
      if (status == APOOL_SOURCE_ERROR && error)
        *error = g_error_copy (self->failure);
      if (status != APOOL_SOURCE_ROW || self->next == self->rows->len)
        return status;
    }
  /* What the source has yielded is gone when more is seen: then there is a copy. */
  kept = g_ptr_array_index (self->rows, self->next++);
  if (kept)
    {
      *row = kept->row;
      *number = kept->number;
    }
  return APOOL_SOURCE_ROW;
}

/**
 * apool_row_window_rewind:
 * @self: a window with borders that are not idle, or were not before the last answer
 *
 * Has the first row come next that was not taken.
 */
void
apool_row_window_rewind (ApoolRowWindow *self)
{
  self->next = self->front;
}

/**
 * apool_row_window_take:
 * @self: a window
 * @n_rows: how many that were read are in a job now, or are none of any
 *
 * Goes on behind them. What was read of them stays valid until the next one is read.
 */
void
apool_row_window_take (ApoolRowWindow *self, gsize n_rows)
{
  self->front += n_rows;
  self->place += n_rows;
  self->next = MAX (self->next, self->front);
  g_return_if_fail (self->next <= self->rows->len);
}

/* ---- borders ---- */

/* Reads until so many records are seen, or there are no more.
 *
 * Returns: whether that is so; else something is to be waited for */
static gboolean
apool_row_window_see (ApoolRowWindow *self, gsize n_records)
{
  ApoolRow row;

  for (guint i = 0; i < ROWS_PER_TURN; i++)
    {
      ApoolSourceStatus status;

      if (self->rows->len - self->front >= n_records)
        return TRUE;
      status = apool_row_window_read (self, &row);
      if (status == APOOL_SOURCE_PENDING)
        return FALSE;
      if (status != APOOL_SOURCE_ROW)
        return TRUE;
    }
  self->gave_way = TRUE;
  return FALSE;
}

/**
 * apool_row_window_choose:
 * @self: a window
 * @n_natural: how many records would go into the next job by the rules; 0 where that is not known
 * @n_records: (out): how many go there; 0 where that cannot be told without @n_natural
 *
 * Said once for each job. What was seen for this comes again with apool_row_window_next().
 *
 * Returns: whether it can be told; else more rows are to be waited for
 */
gboolean
apool_row_window_choose (ApoolRowWindow *self, gsize n_natural, gsize *n_records)
{
  gsize n_needed = 1;
  ApoolBordersAnswer answer;

  self->gave_way = FALSE;
  *n_records = n_natural;
  if (apool_borders_is_idle (self->borders))
    return TRUE;
  do
    {
      ApoolBordersView view = { .place = self->place, .n_natural = n_natural };

      if (!apool_row_window_see (self, n_needed))
        return FALSE;
      view.sums = &g_array_index (self->sums, guint64, self->front);
      view.n_records = self->rows->len - self->front;
      view.is_end = self->end != APOOL_SOURCE_ROW;
      if (view.n_records == 0)
        return TRUE;
      answer = apool_borders_choose (self->borders, &view, &n_needed);
    }
  while (answer == APOOL_BORDERS_MORE);
  if (answer == APOOL_BORDERS_BATCH)
    *n_records = n_needed;
  return TRUE;
}

/**
 * apool_row_window_gave_way:
 * @self: a window that could not tell how many records go into a job
 *
 * Returns: whether only the main loop is to have its turn; else the source is waited for
 */
gboolean
apool_row_window_gave_way (const ApoolRowWindow *self)
{
  return self->gave_way;
}

/**
 * apool_row_window_describe:
 * @self: a window
 * @n_records: how many that were not taken are in a job
 * @batch: (out caller-allocates): gets what they can be found by
 */
void
apool_row_window_describe (const ApoolRowWindow *self, gsize n_records, ApoolIdentityBatch *batch)
{
  const guint64 *sums = &g_array_index (self->sums, guint64, self->front);

  *batch = (ApoolIdentityBatch){
    .n_records = n_records,
    .first = apool_borders_subtract (sums[1], sums[0], 1),
    .all = apool_borders_subtract (sums[n_records], sums[0], n_records),
    .place = self->place,
    .before = sums[0],
  };
}
