/* SPDX-License-Identifier: MIT */
/* The interface of what keeps the results of all jobs in one place, and what its rows are made of.
 *
 * A row is written when its job is over: by then what the job wrote has been collected in the
 * spool, whatever its size, and is read from there once, piece by piece. Some of what has to be
 * known before the first of these pieces is written (whether all of them are UTF-8) is found out
 * as they come. */

#include "sinks/apool-result-table.h"

#include <string.h>

#include "base/apool-quote.h"

/* Of jobs that did not end by themselves nor by a signal; GNU parallel's. */
#define NO_STATUS (-1)

G_DEFINE_INTERFACE (ApoolResultTable, apool_result_table, G_TYPE_OBJECT)

static void
apool_result_table_default_init (ApoolResultTableInterface *iface)
{
}

/* ---- rows ---- */

/**
 * apool_result_row_read:
 * @row: a row
 * @stream: of which stream
 * @length: (out): how many bytes were read; 0 at the end
 * @error: (out) (optional): a #GIOErrorEnum of the spool
 *
 * Takes the next piece of what the job wrote to the row's scratch.
 *
 * Returns: whether that went well
 */
gboolean
apool_result_row_read (const ApoolResultRow *row, ApoolStream stream, gsize *length, GError **error)
{
  ApoolExtents *bytes = &row->streams[stream]->bytes;

  *length = (gsize) MIN (bytes->length, row->scratch_bytes);
  return *length == 0 || apool_extents_pop (bytes, row->spool, row->scratch, *length, error);
}

/* Returns: (transfer full): the words of a command, of which the slot is known */
static char *
apool_result_row_dup_filled (const ApoolResultRow *row)
{
  ApoolTaskKind kind = apool_task_get_kind (row->task);
  g_auto (GStrv) words = apool_task_dup_words (row->task, row->place->slot, APOOL_QUOTE_POSIX);
  GString *command = g_string_new (NULL);

  for (gsize i = 0; words[i]; i++)
    {
      if (i > 0)
        g_string_append_c (command, ' ');
      if (kind == APOOL_TASK_SHELL)
        g_string_append (command, words[i]);
      else
        apool_quote_append (command, APOOL_QUOTE_POSIX, words[i], strlen (words[i]));
    }
  return g_string_free (command, FALSE);
}

/* Whether there was nothing to run: of what no job could be made, the command is an empty word. */
static gboolean
apool_result_row_is_without_command (const ApoolResultRow *row)
{
  return apool_outcome_get_kind (row->outcome) == APOOL_OUTCOME_NOT_STARTED &&
         g_bytes_get_size (apool_task_get_text (row->task)) == 1;
}

/**
 * apool_result_row_dup_command:
 * @row: a row
 *
 * Returns: (transfer full): the command as it would be typed; empty where there was none
 */
char *
apool_result_row_dup_command (const ApoolResultRow *row)
{
  if (apool_result_row_is_without_command (row))
    return g_strdup ("");
  if (row->place->slot > 0 && apool_holes_get_n (apool_task_get_holes (row->task)) > 0)
    return apool_result_row_dup_filled (row);
  return apool_task_dup_command (row->task, G_MAXINT32);
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

/**
 * apool_result_row_get_status:
 * @row: a row
 *
 * Returns: the job's exit status; 0 where a signal ended it, -1 where it has not ended: it was not
 *   started, or its worker was lost; the same where it ran too long
 */
int
apool_result_row_get_status (const ApoolResultRow *row)
{
  switch (apool_outcome_get_kind (row->outcome))
    {
    case APOOL_OUTCOME_EXITED:
      return apool_outcome_get_code (row->outcome);
    case APOOL_OUTCOME_SIGNALLED:
      return 0;
    case APOOL_OUTCOME_NOT_STARTED:
    case APOOL_OUTCOME_LOST:
    case APOOL_OUTCOME_SKIPPED:
    case APOOL_OUTCOME_TIMED_OUT:
      break;
    }
  return NO_STATUS;
}

/**
 * apool_result_row_get_signal:
 * @row: a row
 *
 * Returns: the signal that ended the job; 0 where none did
 */
int
apool_result_row_get_signal (const ApoolResultRow *row)
{
  ApoolOutcomeKind kind = apool_outcome_get_kind (row->outcome);

  return kind == APOOL_OUTCOME_SIGNALLED || kind == APOOL_OUTCOME_TIMED_OUT
             ? apool_outcome_get_code (row->outcome)
             : 0;
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
 * Keeps what will be part of the job's row.
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
  return apool_extents_push (&collected->bytes, spool, data, length, error);
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
