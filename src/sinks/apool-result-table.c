/* SPDX-License-Identifier: MIT */
/* The interface of what keeps the results of all jobs in one place, and what its rows are made of.
 *
 * A row is written when its job is over: by then what the job wrote has been collected in the
 * spool, whatever its size, and is read from there once, piece by piece. Some of what has to be
 * known before the first of these pieces is written (whether all of them are UTF-8) is found out
 * as they come. */

#include "sinks/apool-result-table.h"

G_DEFINE_INTERFACE (ApoolResultTable, apool_result_table, G_TYPE_OBJECT)

static void
apool_result_table_default_init (ApoolResultTableInterface *iface)
{
}

/* ---- what jobs wrote ---- */

/**
 * apool_collected_get_length:
 * @self: what a job wrote
 *
 * Returns: how many bytes of it were not read yet
 */
guint64
apool_collected_get_length (const ApoolCollected *self)
{
  return self->feed.recorded ? apool_feed_get_left (&self->feed) : self->bytes.length;
}

/**
 * apool_collected_read:
 * @self: what a job wrote
 * @spool: where that is, unless a record has it
 * @buffer: (array length=length): where to
 * @length: how many bytes; so many were not read yet
 * @error: (out) (optional): a #GIOErrorEnum of the spool, or of a record
 *
 * Takes the next bytes.
 *
 * Returns: whether that went well
 */
gboolean
apool_collected_read (
    ApoolCollected *self, ApoolSpool *spool, gpointer buffer, gsize length, GError **error)
{
  if (length == 0)
    return TRUE;
  return self->feed.recorded ? apool_feed_read (&self->feed, buffer, length, error)
                             : apool_extents_pop (&self->bytes, spool, buffer, length, error);
}

/* ---- rows ---- */

/**
 * apool_result_row_read:
 * @row: a row
 * @stream: of which stream
 * @length: (out): how many bytes were read; 0 at the end
 * @error: (out) (optional): a #GIOErrorEnum of the spool, or of a record
 *
 * Takes the next piece of what the job wrote to the row's scratch.
 *
 * Returns: whether that went well
 */
gboolean
apool_result_row_read (const ApoolResultRow *row, ApoolStream stream, gsize *length, GError **error)
{
  ApoolCollected *collected = row->streams[stream];

  *length = (gsize) MIN (apool_collected_get_length (collected), row->scratch_bytes);
  return apool_collected_read (collected, row->spool, row->scratch, *length, error);
}

/**
 * apool_result_row_get_host:
 * @row: a row
 *
 * Returns: (transfer none): the host that it ran on, as GNU parallel calls it
 */
const char *
apool_result_row_get_host (const ApoolResultRow *row)
{
  return ":";
}

/* ---- tables ---- */

/**
 * apool_result_table_is_printed:
 * @self: a table
 *
 * Returns: whether its rows are printed in the place of what jobs write
 */
gboolean
apool_result_table_is_printed (ApoolResultTable *self)
{
  ApoolResultTableInterface *iface = APOOL_RESULT_TABLE_GET_IFACE (self);

  return iface->is_printed && iface->is_printed (self);
}

/**
 * apool_result_table_begin:
 * @self: a table
 * @task: a job that there will be a row of. The columns are those of the first one
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * Returns: whether its row can be written, as far as one knows now
 */
gboolean
apool_result_table_begin (ApoolResultTable *self, const ApoolTask *task, GError **error)
{
  ApoolResultTableInterface *iface = APOOL_RESULT_TABLE_GET_IFACE (self);

  return !iface->begin || iface->begin (self, task, error);
}

/**
 * apool_result_table_take_header:
 * @self: a table
 *
 * Returns: (transfer full) (nullable): what is to be printed now, before any row; said once
 */
GBytes *
apool_result_table_take_header (ApoolResultTable *self)
{
  ApoolResultTableInterface *iface = APOOL_RESULT_TABLE_GET_IFACE (self);

  return iface->take_header ? iface->take_header (self) : NULL;
}

/**
 * apool_result_table_collect:
 * @self: a table
 * @collected: what a job wrote to a stream so far
 * @spool: where that is
 * @data: (array length=length): what it wrote now
 * @length: how many bytes
 * @error: (out) (optional): a #GIOErrorEnum of the spool
 *
 * Keeps what will be part of the job's row, unless a record does.
 *
 * Returns: whether it is kept
 */
gboolean
apool_result_table_collect (ApoolResultTable *self,
                            ApoolCollected *collected,
                            ApoolSpool *spool,
                            gconstpointer data,
                            gsize length,
                            GError **error)
{
  ApoolResultTableInterface *iface = APOOL_RESULT_TABLE_GET_IFACE (self);

  if (iface->scan)
    collected->state = iface->scan (self, collected->state, data, length);
  return collected->feed.recorded ||
         apool_extents_push (&collected->bytes, spool, data, length, error);
}

/**
 * apool_result_table_write_row:
 * @self: a table
 * @row: the row of a job that is over; called once for each
 * @error: (out) (optional): #APOOL_ERROR_OUTPUT or a #GIOErrorEnum, naming the table
 *
 * Returns: whether it is written
 */
gboolean
apool_result_table_write_row (ApoolResultTable *self, const ApoolResultRow *row, GError **error)
{
  return APOOL_RESULT_TABLE_GET_IFACE (self)->write_row (self, row, error);
}

/**
 * apool_result_table_finish:
 * @self: a table; not to be used any more
 * @error: (out) (optional): #APOOL_ERROR_OUTPUT or a #GIOErrorEnum, naming the table; what
 *   apool_result_table_write_row() has said is not said again
 *
 * Returns: whether all rows are written
 */
gboolean
apool_result_table_finish (ApoolResultTable *self, GError **error)
{
  return APOOL_RESULT_TABLE_GET_IFACE (self)->finish (self, error);
}
