/* SPDX-License-Identifier: MIT */
/* Rows in a spool: each is a header of numbers and then the bytes of its values,
 *
 *     size of the row, line, number of values, { length, whether it has bytes } ..., bytes ...
 *
 * Behind them, where rows are kept whole, are the numbers, the fields and the results of
 * expressions that the row has beside its values.
 *
 * A number takes seven bits a byte, the low ones first, and the top bit of each byte but its last
 * one is set: the usual short row costs five bytes more than its values.
 *
 * Reading looks through a window on the spool, which goes on by large pieces. Rows that all fit it
 * are never copied twice, so that going through a short log again and again costs next to nothing.
 */

#include "input/apool-row-log.h"

#include <string.h>

#include "base/apool-spool.h"

/* The window goes on by so much; after a jump by less at first, since the next jump may follow. */
#define WINDOW_BYTES ((gsize) 64 * 1024)
#define JUMP_BYTES ((gsize) 512)
/* What a number takes at most. */
#define MAX_NUMBER_BYTES 10

struct _ApoolRowLog
{
  ApoolSpool *spool;
  gboolean is_whole;   /* rows are kept as they are */
  GByteArray *encoded; /* the row that is being appended */
  guint64 end;         /* behind the last row */
  guint64 n_rows;

  guint64 position; /* of the row that is read next */
  char *window;
  gsize capacity;
  guint64 window_start;
  gsize window_length;
  gsize ahead; /* how much is read at a time */
  /* Of the row that was read last: */
  GArray *values;         /* of ApoolValue */
  GArray *fields;         /* of ApoolValue */
  GArray *results;        /* of ApoolComputedResult */
  GArray *choices;        /* of ApoolValue: those of all results */
  ApoolComputed computed; /* of these */
};

/* What a row has, beside its numbers. */
typedef enum
{
  IS_SKIPPED = 1,
  HAS_FAULT = 2,
  HAS_COMPUTED = 4,
} ApoolRowLogFlags;

/**
 * apool_row_log_new:
 * @directory: where rows are kept that are too many for memory
 *
 * Returns: (transfer full): a log without rows
 */
ApoolRowLog *
apool_row_log_new (const char *directory)
{
  ApoolRowLog *self = g_new0 (ApoolRowLog, 1);

  self->spool = apool_spool_new (directory);
  self->encoded = g_byte_array_new ();
  self->ahead = WINDOW_BYTES;
  self->values = g_array_new (FALSE, FALSE, sizeof (ApoolValue));
  self->fields = g_array_new (FALSE, FALSE, sizeof (ApoolValue));
  self->results = g_array_new (FALSE, FALSE, sizeof (ApoolComputedResult));
  self->choices = g_array_new (FALSE, FALSE, sizeof (ApoolValue));
  return self;
}

/**
 * apool_row_log_new_whole:
 * @directory: where rows are kept that are too many for memory
 *
 * Returns: (transfer full): a log without rows, of all that rows have. Of one that is skipped, or
 *   has a fault, the values and fields do not count, and are not kept
 */
ApoolRowLog *
apool_row_log_new_whole (const char *directory)
{
  ApoolRowLog *self = apool_row_log_new (directory);

  self->is_whole = TRUE;
  return self;
}

/**
 * apool_row_log_free:
 * @self: (transfer full): a log
 */
void
apool_row_log_free (ApoolRowLog *self)
{
  apool_spool_free (self->spool);
  g_byte_array_unref (self->encoded);
  g_array_unref (self->values);
  g_array_unref (self->fields);
  g_array_unref (self->results);
  g_array_unref (self->choices);
  g_free (self->window);
  g_free (self);
}

static void
apool_row_log_encode (ApoolRowLog *self, guint64 number)
{
  guint8 bytes[MAX_NUMBER_BYTES];
  guint n = 0;

  for (; number > 0x7f; number >>= 7)
    bytes[n++] = (guint8) (number | 0x80);
  bytes[n++] = (guint8) number;
  g_byte_array_append (self->encoded, bytes, n);
}

static void
apool_row_log_encode_bytes (ApoolRowLog *self, const char *data, gsize length)
{
  g_byte_array_append (self->encoded, (const guint8 *) data, (guint) length);
}

static void
apool_row_log_encode_values (ApoolRowLog *self, const ApoolValue *values, gsize n_values)
{
  for (gsize i = 0; i < n_values; i++)
    {
      apool_row_log_encode (self, values[i].length);
      apool_row_log_encode (self, values[i].data != NULL);
    }
  for (gsize i = 0; i < n_values; i++)
    if (values[i].data)
      apool_row_log_encode_bytes (self, values[i].data, values[i].length);
}

static void
apool_row_log_encode_computed (ApoolRowLog *self, const ApoolComputed *computed)
{
  gsize n_results = computed->n_expressions * computed->n_values;

  apool_row_log_encode (self, computed->n_expressions);
  apool_row_log_encode (self, computed->n_values);
  for (gsize i = 0; i < n_results; i++)
    {
      const ApoolComputedResult *result = &computed->results[i];

      apool_row_log_encode (self, result->is_unquoted);
      apool_row_log_encode (self, result->n_choices);
      apool_row_log_encode_values (self, result->choices, result->n_choices);
    }
}

static void
apool_row_log_encode_batch (ApoolRowLog *self, const ApoolIdentityBatch *batch)
{
  apool_row_log_encode (self, batch->n_records);
  if (batch->n_records == 0)
    return;
  apool_row_log_encode (self, batch->first);
  apool_row_log_encode (self, batch->all);
  apool_row_log_encode (self, batch->place);
  apool_row_log_encode (self, batch->before);
}

static gsize
apool_row_log_count_fields (const ApoolRow *row)
{
  return row->n_fields * MAX (row->n_records, 1);
}

/* Encodes what @row has beside its values. */
static void
apool_row_log_encode_rest (ApoolRowLog *self, const ApoolRow *row)
{
  gboolean is_plain = row->is_skipped || row->fault;
  guint flags = (row->is_skipped ? IS_SKIPPED : 0u) | (row->fault ? HAS_FAULT : 0u) |
                (row->computed && !is_plain ? HAS_COMPUTED : 0u);

  apool_row_log_encode (self, flags);
  apool_row_log_encode (self, row->number);
  apool_row_log_encode (self, row->occurrence);
  apool_row_log_encode (self, (guint64) row->expected_usec);
  apool_row_log_encode (self, row->total);
  apool_row_log_encode (self, row->n_records);
  apool_row_log_encode (self, is_plain ? 0 : row->n_fields);
  apool_row_log_encode_batch (self, &row->batch);
  if (!is_plain)
    apool_row_log_encode_values (self, row->fields, apool_row_log_count_fields (row));
  if (flags & HAS_COMPUTED)
    apool_row_log_encode_computed (self, row->computed);
  if (row->fault)
    apool_row_log_encode_bytes (self, row->fault, strlen (row->fault) + 1);
}

/* Encodes all of @row but its size. */
static void
apool_row_log_encode_row (ApoolRowLog *self, const ApoolRow *row)
{
  gsize n_values = self->is_whole && (row->is_skipped || row->fault) ? 0 : row->n_values;

  g_byte_array_set_size (self->encoded, 0);
  apool_row_log_encode (self, row->line);
  apool_row_log_encode (self, n_values);
  apool_row_log_encode_values (self, row->values, n_values);
  if (self->is_whole)
    apool_row_log_encode_rest (self, row);
}

/**
 * apool_row_log_append:
 * @self: a log
 * @row: a row
 * @offset: (out) (optional): where it begins, for apool_row_log_seek()
 * @error: (out) (optional): that of the spool: a full disk
 *
 * Keeps @row behind all others. The row that was read last is not valid any more.
 *
 * Returns: whether it could be kept
 */
gboolean
apool_row_log_append (ApoolRowLog *self, const ApoolRow *row, guint64 *offset, GError **error)
{
  guint64 start;
  guint64 size_start;
  guint size;
  guint8 *bytes;

  /* The size stands before the row, and is known behind it. */
  apool_row_log_encode_row (self, row);
  size = self->encoded->len;
  apool_row_log_encode (self, size);
  bytes = self->encoded->data;
  if (!apool_spool_append (self->spool, bytes + size, self->encoded->len - size, &size_start,
                           error) ||
      !apool_spool_append (self->spool, bytes, size, &start, error))
    return FALSE;
  self->end = start + size;
  self->n_rows++;
  if (offset)
    *offset = size_start;
  return TRUE;
}

/**
 * apool_row_log_get_n_rows:
 * @self: a log
 *
 * Returns: how many rows were appended
 */
guint64
apool_row_log_get_n_rows (const ApoolRowLog *self)
{
  return self->n_rows;
}

/**
 * apool_row_log_seek:
 * @self: a log
 * @offset: where a row begins, or 0 for the first one
 *
 * Has apool_row_log_read() go on from there.
 */
void
apool_row_log_seek (ApoolRowLog *self, guint64 offset)
{
  if (offset != self->position)
    self->ahead = JUMP_BYTES;
  self->position = offset;
}

/**
 * apool_row_log_is_at_end:
 * @self: a log
 *
 * Returns: whether there is no row to be read any more
 */
gboolean
apool_row_log_is_at_end (const ApoolRowLog *self)
{
  return self->position >= self->end;
}

/* Moves the window, so that it shows @length bytes from the position on, or all there are. */
static gboolean
apool_row_log_move_window (ApoolRowLog *self, gsize length, GError **error)
{
  guint64 start = self->end <= WINDOW_BYTES ? 0 : self->position;
  gsize wanted =
      (gsize) MIN (MAX (length, start == 0 ? WINDOW_BYTES : self->ahead), self->end - start);

  self->ahead = MIN (self->ahead * 2, WINDOW_BYTES);
  if (self->capacity < wanted)
    {
      self->capacity = MAX (wanted, WINDOW_BYTES);
      self->window = g_realloc (self->window, self->capacity);
    }
  self->window_length = 0;
  if (!apool_spool_read (self->spool, start, self->window, wanted, error))
    return FALSE;
  self->window_start = start;
  self->window_length = wanted;
  return TRUE;
}

static gsize
apool_row_log_get_visible (const ApoolRowLog *self)
{
  guint64 window_end = self->window_start + self->window_length;

  if (self->position < self->window_start || self->position >= window_end)
    return 0;
  return (gsize) (window_end - self->position);
}

/* Returns: (nullable): the position's byte in the window, with @length bytes from there on, or all
 * there are; %NULL where they cannot be read */
static const char *
apool_row_log_look (ApoolRowLog *self, gsize length, GError **error)
{
  /* What the window does not show may not be there at all. */
  if (apool_row_log_get_visible (self) < MIN (length, self->end - self->position) &&
      !apool_row_log_move_window (self, length, error))
    return NULL;
  return self->window + (self->position - self->window_start);
}

/* What is decoded is what was encoded here: the file has no name, and nobody else writes to it. */
static guint64
apool_row_log_decode (const char **at)
{
  guint64 number = 0;

  for (guint shift = 0; shift < 64; shift += 7)
    {
      guint8 byte = (guint8) * (*at)++;

      number |= (guint64) (byte & 0x7f) << shift;
      if (byte <= 0x7f)
        break;
    }
  return number;
}

static void
apool_row_log_decode_values (const char **at, ApoolValue *values, gsize n_values)
{
  for (gsize i = 0; i < n_values; i++)
    {
      values[i].length = (gsize) apool_row_log_decode (at);
      values[i].data = apool_row_log_decode (at) ? "" : NULL;
    }
  for (gsize i = 0; i < n_values; i++)
    {
      if (!values[i].data)
        continue;
      values[i].data = *at;
      *at += values[i].length;
    }
}

/* Returns: (transfer none): the values at @at, in @array */
static const ApoolValue *
apool_row_log_decode_array (const char **at, GArray *array, gsize n_values)
{
  ApoolValue *values;

  g_array_set_size (array, (guint) n_values);
  values = (ApoolValue *) (gpointer) array->data;
  apool_row_log_decode_values (at, values, n_values);
  return values;
}

static void
apool_row_log_decode_result (ApoolRowLog *self, const char **at, ApoolComputedResult *result)
{
  guint n_before = self->choices->len;

  result->is_unquoted = apool_row_log_decode (at) != 0;
  result->n_choices = (gsize) apool_row_log_decode (at);
  g_array_set_size (self->choices, n_before + (guint) result->n_choices);
  apool_row_log_decode_values (at, &g_array_index (self->choices, ApoolValue, n_before),
                               result->n_choices);
}

static const ApoolComputed *
apool_row_log_decode_computed (ApoolRowLog *self, const char **at)
{
  ApoolComputedResult *results;
  gsize n_results;
  guint n_choices = 0;

  self->computed.n_expressions = (gsize) apool_row_log_decode (at);
  self->computed.n_values = (gsize) apool_row_log_decode (at);
  n_results = self->computed.n_expressions * self->computed.n_values;
  g_array_set_size (self->choices, 0);
  g_array_set_size (self->results, (guint) n_results);
  results = (ApoolComputedResult *) (gpointer) self->results->data;
  for (gsize i = 0; i < n_results; i++)
    apool_row_log_decode_result (self, at, &results[i]);
  /* Now all choices are there, and stay where they are. */
  for (gsize i = 0; i < n_results; i++)
    {
      results[i].choices = &g_array_index (self->choices, ApoolValue, n_choices);
      n_choices += (guint) results[i].n_choices;
    }
  self->computed.results = results;
  return &self->computed;
}

static void
apool_row_log_decode_batch (const char **at, ApoolIdentityBatch *batch)
{
  batch->n_records = apool_row_log_decode (at);
  if (batch->n_records == 0)
    return;
  batch->first = apool_row_log_decode (at);
  batch->all = apool_row_log_decode (at);
  batch->place = apool_row_log_decode (at);
  batch->before = apool_row_log_decode (at);
}

static void
apool_row_log_decode_rest (ApoolRowLog *self, const char *at, ApoolRow *row)
{
  guint flags = (guint) apool_row_log_decode (&at);

  row->is_skipped = (flags & IS_SKIPPED) != 0;
  row->number = apool_row_log_decode (&at);
  row->occurrence = apool_row_log_decode (&at);
  row->expected_usec = (gint64) apool_row_log_decode (&at);
  row->total = apool_row_log_decode (&at);
  row->n_records = (gsize) apool_row_log_decode (&at);
  row->n_fields = (gsize) apool_row_log_decode (&at);
  apool_row_log_decode_batch (&at, &row->batch);
  row->fields = apool_row_log_decode_array (&at, self->fields, apool_row_log_count_fields (row));
  if (flags & HAS_COMPUTED)
    row->computed = apool_row_log_decode_computed (self, &at);
  if (flags & HAS_FAULT)
    row->fault = at;
}

static void
apool_row_log_decode_row (ApoolRowLog *self, const char *at, ApoolRow *row)
{
  *row = (ApoolRow){ .line = apool_row_log_decode (&at) };
  row->n_values = (gsize) apool_row_log_decode (&at);
  row->values = apool_row_log_decode_array (&at, self->values, row->n_values);
  if (self->is_whole)
    apool_row_log_decode_rest (self, at, row);
}

/**
 * apool_row_log_read:
 * @self: a log that is not at its end
 * @row: (out): the next row; valid until the next call or the next append
 * @error: (out) (optional): that of the spool
 *
 * Returns: whether it could be read
 */
gboolean
apool_row_log_read (ApoolRowLog *self, ApoolRow *row, GError **error)
{
  const char *start = apool_row_log_look (self, MAX_NUMBER_BYTES, error);
  const char *at = start;
  gsize size;

  if (!start)
    return FALSE;
  size = (gsize) apool_row_log_decode (&at);
  size += (gsize) (at - start);
  at = apool_row_log_look (self, size, error);
  if (!at)
    return FALSE;
  (void) apool_row_log_decode (&at);
  apool_row_log_decode_row (self, at, row);
  self->position += size;
  return TRUE;
}
