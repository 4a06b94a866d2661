/* SPDX-License-Identifier: MIT */
/* Several records in one job: a row of all their values.
 *
 * The row that was read last is looked at before it is taken: where it does not go into the batch,
 * the batch is yielded first, and the row stays what it is, since nothing is read before it has
 * been taken. Rows that are taken are copied, because they are views; the buffers of the copies are
 * used again for each batch.
 *
 * Where the last records are to be spread over the slots, a batch is not yielded before it is known
 * whether it is the last one. The last one is then cut into equal jobs.
 *
 * Where there are borders, a batch is first made by the rules. Then they choose how many of its
 * records go into the next job. Where that is not what the rules say, the batch is dropped, and the
 * window on the source goes back to its first record: as many as were chosen are the next batch,
 * and the rules begin anew behind them. */

#include "input/apool-source-batch.h"

#include <string.h>

#include "base/apool-error.h"
#include "input/apool-row-window.h"
#include "input/apool-source-turn.h"

/* Rows without a job before the main loop gets its turn. */
#define ROWS_PER_TURN 65536

/* Room for so many values to begin with. */
#define MIN_VALUES 16

/* Copies of values, one after the other. Only the newest values of a batch move the bytes of the
 * others, so they are found when the batch is complete. */
typedef struct
{
  GArray *values; /* of ApoolValue */
  GString *bytes;
} ApoolBatchStore;

/* One of a batch. */
typedef struct
{
  guint64 line;
  guint64 number; /* of all that were read, those that are skipped included */
  gsize first_value;
} ApoolBatchRecord;

struct _ApoolSourceBatch
{
  GObject parent;

  ApoolSource *source;
  ApoolSourceNextFunc next; /* of the source */
  ApoolBatchRules rules;
  ApoolTemplate *command; /* not owned */

  ApoolRow ahead;                 /* the row that was read last, with APOOL_SOURCE_ROW */
  ApoolSourceStatus ahead_status; /* APOOL_SOURCE_PENDING where something is to be read */
  GError *failure;                /* (nullable): that of APOOL_SOURCE_ERROR */

  GArray *records; /* of ApoolBatchRecord: the batch */
  ApoolBatchStore values;
  ApoolBatchStore fields;
  gsize n_fields;   /* of each record */
  guint64 measured; /* of all of them */
  guint64 total;    /* of the newest one: records there are in the run */
  gboolean is_done; /* nothing more comes into the batch */
  gsize n_yielded;  /* records of the batch that are in a job */
  gsize n_per_job;  /* how many go into each */

  guint64 n_taken;   /* rows of the source, that one included which is no part of a batch yet */
  guint64 n_numbers; /* that were given to rows that were yielded */

  char *fault; /* (nullable): of the row yielded last */

  ApoolRowWindow *window; /* (nullable): on the source, where there are borders */
  gboolean was_asked;     /* them, before the batch was begun */
  gsize n_forced; /* records that the batch is to have, whatever the rules say; 0 where not */
  gsize n_chosen; /* records of the next job; 0 where that is still to be asked */

  ApoolSourceTurn turn; /* of the context, while no job is full */
};

static void apool_source_batch_source_init (ApoolSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ApoolSourceBatch,
                               apool_source_batch,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_SOURCE,
                                                      apool_source_batch_source_init))

/* ---- copies ---- */

static void
apool_source_batch_open_store (ApoolBatchStore *store)
{
  store->values = g_array_sized_new (FALSE, FALSE, sizeof (ApoolValue), MIN_VALUES);
  store->bytes = g_string_new (NULL);
}

static void
apool_source_batch_close_store (ApoolBatchStore *store)
{
  g_array_unref (store->values);
  g_string_free (store->bytes, TRUE);
}

static void
apool_source_batch_clear_store (ApoolBatchStore *store)
{
  g_array_set_size (store->values, 0);
  g_string_truncate (store->bytes, 0);
}

/* Appends bytes, mostly without a call: this is done for each record. */
static inline void
apool_source_batch_put (GString *bytes, const char *data, gsize length)
{
  if (length >= bytes->allocated_len - bytes->len)
    {
      g_string_append_len (bytes, data, (gssize) length);
      return;
    }
  if (length > 0)
    memcpy (bytes->str + bytes->len, data, length);
  bytes->len += length;
  bytes->str[bytes->len] = '\0';
}

static void
apool_source_batch_store (ApoolBatchStore *store, const ApoolValue *values, gsize n_values)
{
  if (n_values == 0)
    return;
  g_array_append_vals (store->values, values, (guint) n_values);
  for (gsize i = 0; i < n_values; i++)
    if (values[i].data)
      apool_source_batch_put (store->bytes, values[i].data, values[i].length);
}

/* Has the values stand for their copies. */
static void
apool_source_batch_settle_store (ApoolBatchStore *store)
{
  const char *at = store->bytes->str;

  for (guint i = 0; i < store->values->len; i++)
    {
      ApoolValue *value = &g_array_index (store->values, ApoolValue, i);

      if (!value->data)
        continue;
      value->data = at;
      at += value->length;
    }
}

static const ApoolValue *
apool_source_batch_peek_store (const ApoolBatchStore *store, gsize first)
{
  return (const ApoolValue *) (gpointer) store->values->data + first;
}

/* ---- the batch ---- */

static void
apool_source_batch_clear (ApoolSourceBatch *self)
{
  g_array_set_size (self->records, 0);
  apool_source_batch_clear_store (&self->values);
  apool_source_batch_clear_store (&self->fields);
  self->measured = 0;
  self->is_done = FALSE;
  self->n_yielded = 0;
}

/* Goes on behind rows that are in a job now. */
static void
apool_source_batch_go_on (ApoolSourceBatch *self, gsize n_rows)
{
  if (self->window)
    apool_row_window_take (self->window, n_rows);
  self->was_asked = FALSE;
  self->n_chosen = 0;
}

/* Drops the batch, and begins it again with so many records. */
static void
apool_source_batch_force (ApoolSourceBatch *self, gsize n_records)
{
  apool_source_batch_clear (self);
  apool_row_window_rewind (self->window);
  self->ahead_status = APOOL_SOURCE_PENDING;
  g_clear_error (&self->failure);
  self->n_forced = n_records;
}

/* Whether that is known now. */
static gboolean
apool_source_batch_ask (ApoolSourceBatch *self, gsize n_natural, gsize *n_records)
{
  if (apool_row_window_choose (self->window, n_natural, n_records))
    return TRUE;
  apool_source_turn_want (&self->turn, apool_row_window_gave_way (self->window));
  return FALSE;
}

/* Asks how many records a batch is to have that has none yet: what is sure already needs no batch
 * by the rules.
 *
 * Returns: whether it can be begun */
static gboolean
apool_source_batch_ask_first (ApoolSourceBatch *self)
{
  gsize n_records;

  if (!self->window || self->was_asked || self->records->len > 0 || self->n_forced > 0)
    return TRUE;
  if (!apool_source_batch_ask (self, 0, &n_records))
    return FALSE;
  self->was_asked = TRUE;
  self->n_forced = n_records;
  return TRUE;
}

static void
apool_source_batch_add (ApoolSourceBatch *self, guint64 measured)
{
  const ApoolRow *ahead = &self->ahead;
  ApoolBatchRecord record = { ahead->line, self->n_taken, self->values.values->len };

  g_array_append_val (self->records, record);
  apool_source_batch_store (&self->values, ahead->values, ahead->n_values);
  apool_source_batch_store (&self->fields, ahead->fields, ahead->n_fields);
  self->n_fields = ahead->n_fields;
  self->measured += measured;
  self->total = ahead->total;
  self->ahead_status = APOOL_SOURCE_PENDING;
}

static gboolean
apool_source_batch_is_full (const ApoolSourceBatch *self)
{
  guint64 max_records = self->n_forced > 0 ? self->n_forced : self->rules.max_records;

  return max_records > 0 && self->records->len >= max_records;
}

/* Of how many jobs the run is, if that can be told from how many records there are. */
static guint64
apool_source_batch_get_total (const ApoolSourceBatch *self, guint64 n_records)
{
  guint64 max = self->rules.max_records;

  if (self->rules.total > 0)
    return self->rules.total;
  if (max == 0 || self->rules.n_slots > 0)
    return 0;
  return n_records / max + (n_records % max > 0);
}

/* Yields a row that is skipped where the next one would not have the number of its first record.
 *
 * Returns: whether it did */
static gboolean
apool_source_batch_fill_up (ApoolSourceBatch *self, guint64 number, guint64 line, ApoolRow *row)
{
  self->n_numbers++;
  if (!self->rules.keeps_numbers || self->n_numbers >= number)
    return FALSE;
  *row = (ApoolRow){ .line = line, .n_records = 1, .is_skipped = TRUE };
  return TRUE;
}

/* How many records go into the next job of the batch. */
static gsize
apool_source_batch_get_natural (const ApoolSourceBatch *self)
{
  return MIN (self->n_per_job, self->records->len - self->n_yielded);
}

/* Yields the next job of the batch. */
static ApoolSourceStatus
apool_source_batch_yield (ApoolSourceBatch *self, ApoolRow *row)
{
  const ApoolBatchRecord *records = (const ApoolBatchRecord *) (gpointer) self->records->data;
  gsize first = self->n_yielded;
  gsize n = apool_source_batch_get_natural (self);
  gsize first_value = records[first].first_value;
  gsize end_value =
      first + n < self->records->len ? records[first + n].first_value : self->values.values->len;

  if (apool_source_batch_fill_up (self, records[first].number, records[first].line, row))
    return APOOL_SOURCE_ROW;
  self->n_yielded += n;
  *row = (ApoolRow){
    .values = apool_source_batch_peek_store (&self->values, first_value),
    .n_values = end_value - first_value,
    .line = records[first].line,
    .n_records = n,
    .fields = apool_source_batch_peek_store (&self->fields, first * self->n_fields),
    .n_fields = self->n_fields,
    .total = apool_source_batch_get_total (self, self->total),
  };
  if (self->window)
    apool_row_window_describe (self->window, n, &row->batch);
  apool_source_batch_go_on (self, n);
  return APOOL_SOURCE_ROW;
}

/* Yields the next job of the batch, unless it is to have other records than by the rules: then the
 * batch is none any more.
 *
 * Returns: %APOOL_SOURCE_PENDING then, or where that cannot be told yet */
static ApoolSourceStatus
apool_source_batch_offer (ApoolSourceBatch *self, ApoolRow *row)
{
  gsize n_natural = apool_source_batch_get_natural (self);
  gsize n_records;

  if (!self->window || self->n_chosen > 0)
    return apool_source_batch_yield (self, row);
  if (!apool_source_batch_ask (self, n_natural, &n_records))
    return APOOL_SOURCE_PENDING;
  self->n_chosen = n_records;
  if (n_records == n_natural)
    return apool_source_batch_yield (self, row);
  apool_source_batch_force (self, n_records);
  return APOOL_SOURCE_PENDING;
}

/* Nothing more comes into the batch, which is yielded @n_per_job records a job. */
static ApoolSourceStatus
apool_source_batch_begin (ApoolSourceBatch *self, gsize n_per_job, ApoolRow *row)
{
  apool_source_batch_settle_store (&self->values);
  apool_source_batch_settle_store (&self->fields);
  self->n_per_job = n_per_job;
  self->is_done = TRUE;
  self->n_chosen = self->n_forced > 0 ? n_per_job : 0;
  self->n_forced = 0;
  return apool_source_batch_offer (self, row);
}

/* ---- rows that are no part of a batch ---- */

/* Takes the row and yields it as it is, but for its total. */
static ApoolSourceStatus
apool_source_batch_pass (ApoolSourceBatch *self, ApoolRow *row)
{
  *row = self->ahead;
  row->total = apool_source_batch_get_total (self, row->total);
  self->ahead_status = APOOL_SOURCE_PENDING;
  apool_source_batch_go_on (self, 1);
  return APOOL_SOURCE_ROW;
}

/* Takes the row, which alone is too long: @why is (transfer full). */
static ApoolSourceStatus
apool_source_batch_refuse (ApoolSourceBatch *self, char *why, ApoolRow *row, GError **error)
{
  g_free (self->fault);
  self->fault = why;
  if (!self->rules.ends_at_too_long)
    {
      apool_source_batch_pass (self, row);
      row->fault = self->fault;
      return APOOL_SOURCE_ROW;
    }
  self->ahead_status = APOOL_SOURCE_END;
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_INPUT, "%s %" G_GUINT64_FORMAT ": %s",
               self->rules.input_name ? self->rules.input_name : "input line", self->ahead.line,
               why);
  return APOOL_SOURCE_ERROR;
}

/* ---- the source ---- */

static ApoolSourceStatus
apool_source_batch_look (ApoolSourceBatch *self)
{
  if (self->ahead_status != APOOL_SOURCE_PENDING)
    return self->ahead_status;
  if (self->window)
    {
      self->ahead_status =
          apool_row_window_next (self->window, &self->ahead, &self->n_taken, &self->failure);
      return self->ahead_status;
    }
  self->ahead_status = self->next (self->source, &self->ahead, &self->failure);
  if (self->ahead_status == APOOL_SOURCE_ROW)
    self->n_taken++;
  return self->ahead_status;
}

/* Whether the row can be one of the batch: @measured is what it adds then. If not, and the batch is
 * empty, @why says why it can be in none. */
static gboolean
apool_source_batch_fits (ApoolSourceBatch *self, guint64 *measured, char **why)
{
  const ApoolBatchRules *rules = &self->rules;
  const ApoolRow *ahead = &self->ahead;
  gboolean is_first = self->records->len == 0;
  guint64 length;

  *measured = 0;
  if (!is_first && (apool_source_batch_is_full (self) || ahead->n_fields != self->n_fields))
    return FALSE;
  *why = apool_value_dup_unread_fault (ahead->values, ahead->n_values);
  if (*why)
    return FALSE;
  if (!rules->measure || self->n_forced > 0)
    return TRUE;
  *measured = rules->measure (self->command, ahead);
  length = rules->get_length (self->command, self->values.values->len + ahead->n_values,
                              self->measured + *measured);
  if (length < rules->max_length)
    return TRUE;
  if (is_first)
    *why = g_strdup_printf ("command line of %" G_GUINT64_FORMAT
                            " bytes: must be below %" G_GUINT64_FORMAT,
                            length, rules->max_length);
  return FALSE;
}

/* Puts the row into the batch; else the batch is what is yielded, and the row if that is empty.
 *
 * Returns: %APOOL_SOURCE_PENDING where the batch has got it, and may get more */
static ApoolSourceStatus
apool_source_batch_take (ApoolSourceBatch *self, ApoolRow *row, GError **error)
{
  gboolean is_alone = self->ahead.is_skipped || self->ahead.fault;
  g_autofree char *why = NULL;
  guint64 measured;

  if (!is_alone && apool_source_batch_fits (self, &measured, &why))
    {
      apool_source_batch_add (self, measured);
      if (apool_source_batch_is_full (self) && (self->rules.n_slots == 0 || self->n_forced > 0))
        return apool_source_batch_begin (self, self->records->len, row);
      return APOOL_SOURCE_PENDING;
    }
  if (self->records->len > 0)
    return apool_source_batch_begin (self, self->records->len, row);
  self->n_forced = 0;
  if (apool_source_batch_fill_up (self, self->n_taken, self->ahead.line, row))
    return APOOL_SOURCE_ROW;
  if (why)
    return apool_source_batch_refuse (self, g_steal_pointer (&why), row, error);
  return apool_source_batch_pass (self, row);
}

/* There are no more rows: what is in the batch is yielded, then the end, or the error. */
static ApoolSourceStatus
apool_source_batch_finish (ApoolSourceBatch *self, ApoolRow *row, GError **error)
{
  ApoolSourceStatus status = self->ahead_status;
  gsize n_slots = self->n_forced > 0 ? 1 : MAX (self->rules.n_slots, 1);
  gsize n_records = self->records->len;

  if (n_records > 0)
    return apool_source_batch_begin (self, n_records / n_slots + (n_records % n_slots > 0), row);
  self->ahead_status = APOOL_SOURCE_END;
  if (self->failure)
    g_propagate_error (error, g_steal_pointer (&self->failure));
  return status;
}

/* One row a job, without its values. */
static ApoolSourceStatus
apool_source_batch_next_number (ApoolSourceBatch *self, ApoolRow *row, GError **error)
{
  ApoolSourceStatus status = self->next (self->source, row, error);

  if (status != APOOL_SOURCE_ROW || row->is_skipped || row->fault)
    return status;
  *row = (ApoolRow){ .line = row->line, .n_records = 1, .total = row->total };
  return status;
}

static ApoolSourceStatus
apool_source_batch_next (ApoolSource *source, ApoolRow *row, GError **error)
{
  ApoolSourceBatch *self = (gpointer) source; /* unchecked: this may be done for each record */
  ApoolSourceStatus status = APOOL_SOURCE_PENDING;

  if (!self->rules.has_values)
    return apool_source_batch_next_number (self, row, error);
  apool_source_turn_want (&self->turn, FALSE);
  if (self->is_done && self->n_yielded < self->records->len)
    {
      status = apool_source_batch_offer (self, row);
      if (status != APOOL_SOURCE_PENDING || self->is_done)
        return status;
    }
  if (self->is_done)
    apool_source_batch_clear (self);
  for (guint i = 0; i < ROWS_PER_TURN && status == APOOL_SOURCE_PENDING; i++)
    {
      ApoolSourceStatus ahead;

      if (!apool_source_batch_ask_first (self))
        return APOOL_SOURCE_PENDING;
      ahead = apool_source_batch_look (self);
      if (ahead == APOOL_SOURCE_PENDING)
        return ahead;
      if (ahead != APOOL_SOURCE_ROW)
        status = apool_source_batch_finish (self, row, error);
      else if (self->ahead.is_skipped && self->rules.max_records != 1)
        self->ahead_status = APOOL_SOURCE_PENDING;
      else
        status = apool_source_batch_take (self, row, error);
      if (self->is_done)
        return status;
    }
  apool_source_turn_want (&self->turn, status == APOOL_SOURCE_PENDING);
  return status;
}

static void
apool_source_batch_wait (ApoolSource *source,
                         GMainContext *context,
                         ApoolSourceReadyFunc ready,
                         gpointer data)
{
  ApoolSourceBatch *self = APOOL_SOURCE_BATCH (source);

  if (!apool_source_turn_wait (&self->turn, context, ready, data))
    apool_source_wait (self->source, context, ready, data);
}

static void
apool_source_batch_dispose (GObject *object)
{
  ApoolSourceBatch *self = APOOL_SOURCE_BATCH (object);

  apool_source_turn_clear (&self->turn);
  g_clear_pointer (&self->window, apool_row_window_free);
  g_clear_object (&self->source);
  G_OBJECT_CLASS (apool_source_batch_parent_class)->dispose (object);
}

static void
apool_source_batch_finalize (GObject *object)
{
  ApoolSourceBatch *self = APOOL_SOURCE_BATCH (object);

  g_clear_error (&self->failure);
  g_array_unref (self->records);
  apool_source_batch_close_store (&self->values);
  apool_source_batch_close_store (&self->fields);
  g_free (self->fault);
  G_OBJECT_CLASS (apool_source_batch_parent_class)->finalize (object);
}

static void
apool_source_batch_class_init (ApoolSourceBatchClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = apool_source_batch_dispose;
  G_OBJECT_CLASS (klass)->finalize = apool_source_batch_finalize;
}

static void
apool_source_batch_source_init (ApoolSourceInterface *iface)
{
  iface->next = apool_source_batch_next;
  iface->wait = apool_source_batch_wait;
}

static void
apool_source_batch_init (ApoolSourceBatch *self)
{
  self->ahead_status = APOOL_SOURCE_PENDING;
  self->records = g_array_new (FALSE, FALSE, sizeof (ApoolBatchRecord));
  apool_source_batch_open_store (&self->values);
  apool_source_batch_open_store (&self->fields);
}

/**
 * apool_source_batch_new:
 * @source: (transfer none): where the records come from
 * @rules: (transfer none): how many go into one job; copied
 * @command: (transfer none) (nullable): what is measured; outlives the source. %NULL where nothing
 *   is
 *
 * Each row has the values and fields of its records, one record after the other, the line of the
 * first one, and their number. Rows that are skipped are left out where a job may have several
 * records, and passed on otherwise. Rows with a fault end a batch and are jobs of their own. So are
 * records that alone are too long: they have a fault then, or end the input with
 * %APOOL_ERROR_INPUT. What was read before an error is yielded before it.
 *
 * The total of a row is that of its source divided by @rules->max_records, rounded up: what it is
 * if no row is left out, has a fault or makes a job end sooner by its length, and no border does.
 * Where there is no such limit, or the last records are spread, nobody knows it.
 *
 * Returns: (transfer full): the source
 */
ApoolSource *
apool_source_batch_new (ApoolSource *source, const ApoolBatchRules *rules, ApoolTemplate *command)
{
  ApoolSourceBatch *self = g_object_new (APOOL_TYPE_SOURCE_BATCH, NULL);

  g_warn_if_fail (!rules->measure || rules->get_length);
  self->source = g_object_ref (source);
  self->next = apool_source_get_next (source);
  self->rules = *rules;
  self->command = command;
  return APOOL_SOURCE (self);
}

/**
 * apool_source_batch_set_borders:
 * @self: a source of which nothing was read
 * @borders: (transfer none): those of jobs that were made of the same records before: they are kept
 *   where the records come again, whatever the rules say
 *
 * Has each row of records say what it can be found by in another run. Records are read ahead as far
 * as the borders need it. Where each job is of one record there are no borders.
 */
void
apool_source_batch_set_borders (ApoolSourceBatch *self, ApoolBorders *borders)
{
  g_return_if_fail (self->n_taken == 0);
  if (self->rules.max_records == 1)
    return;
  g_clear_pointer (&self->window, apool_row_window_free);
  self->window = apool_row_window_new (self->source, borders);
}

/**
 * apool_source_batch_set_slots:
 * @self: a source of which nothing was read
 * @n_slots: over how many slots the last records are spread, if they are
 *
 * Counts instead of what the rules say: the jobs of a run that is taken up again are those of
 * before, on however many slots it runs now.
 */
void
apool_source_batch_set_slots (ApoolSourceBatch *self, guint n_slots)
{
  if (self->rules.n_slots > 0)
    self->rules.n_slots = n_slots;
}
