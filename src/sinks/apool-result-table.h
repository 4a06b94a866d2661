/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-observer.h"
#include "sinks/apool-extents.h"
#include "sinks/apool-feed.h"

G_BEGIN_DECLS

/**
 * ApoolCollected:
 * @bytes: all that the job wrote to the stream, as it wrote it
 * @feed: where that is instead, if a record has it; else nothing
 * @state: what the table knows of these bytes; of apool_result_table_scan()
 *
 * What waits to be part of a job's row. All zero is nothing.
 */
typedef struct
{
  ApoolExtents bytes;
  ApoolFeed feed;
  guint32 state;
} ApoolCollected;

guint64 apool_collected_get_length (const ApoolCollected *self);
gboolean apool_collected_read (
    ApoolCollected *self, ApoolSpool *spool, gpointer buffer, gsize length, GError **error);

/**
 * ApoolResultPrintFunc:
 * @data: (array length=length): a part of a row
 * @length: how many bytes
 * @user_data: (closure): of #ApoolResultRow
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * Returns: whether it is or will be printed
 */
typedef gboolean (*ApoolResultPrintFunc) (gconstpointer data,
                                          gsize length,
                                          gpointer user_data,
                                          GError **error);

/**
 * ApoolResultRow:
 * @task: the job
 * @outcome: what became of it
 * @place: where it was run
 * @streams: (array fixed-size=2): what it wrote; taken out as it is read
 * @spool: where that is, unless a record has it
 * @scratch: (array length=scratch_bytes): for the pieces of it
 * @scratch_bytes: how large they may be
 * @print: where the row goes if the table is printed; must not use @scratch
 * @print_data: (closure): for @print
 *
 * All that a table may tell of a job. Valid during a call.
 */
typedef struct
{
  const ApoolTask *task;
  const ApoolOutcome *outcome;
  const ApoolPlace *place;
  ApoolCollected *streams[APOOL_N_STREAMS];
  ApoolSpool *spool;
  guint8 *scratch;
  gsize scratch_bytes;
  ApoolResultPrintFunc print;
  gpointer print_data;
} ApoolResultRow;

gboolean apool_result_row_read (const ApoolResultRow *row,
                                ApoolStream stream,
                                gsize *length,
                                GError **error);
const char *apool_result_row_get_host (const ApoolResultRow *row);

#define APOOL_TYPE_RESULT_TABLE (apool_result_table_get_type ())

/**
 * ApoolResultTable:
 *
 * One place for the results of all jobs (`--results FILE.csv` and the like), with a row for each.
 */
G_DECLARE_INTERFACE (ApoolResultTable, apool_result_table, APOOL, RESULT_TABLE, GObject)

/**
 * ApoolResultTableInterface:
 * @is_printed: whether rows are what jobs print, instead of what they write. Optional: they are not
 * @begin: @task is one that there will be a row of. Optional
 * @take_header: (transfer full) (nullable): what is to be printed before the first row, once it is
 *   known and as long as it was not taken. Optional: nothing
 * @scan: as apool_utf8_scan() does it: looks at what a job writes as it comes, and returns what is
 *   to be known of it; before the first piece that is 0. Optional
 * @write_row: writes the row of a job
 * @finish: there are no more rows. The table is complete then, or @error says why not
 */
struct _ApoolResultTableInterface
{
  GTypeInterface parent;

  gboolean (*is_printed) (ApoolResultTable *self);
  gboolean (*begin) (ApoolResultTable *self, const ApoolTask *task, GError **error);
  GBytes *(*take_header) (ApoolResultTable *self);
  guint32 (*scan) (ApoolResultTable *self, guint32 state, const guint8 *data, gsize length);
  gboolean (*write_row) (ApoolResultTable *self, const ApoolResultRow *row, GError **error);
  gboolean (*finish) (ApoolResultTable *self, GError **error);
};

gboolean apool_result_table_is_printed (ApoolResultTable *self);
gboolean apool_result_table_begin (ApoolResultTable *self, const ApoolTask *task, GError **error);
GBytes *apool_result_table_take_header (ApoolResultTable *self);
gboolean apool_result_table_collect (ApoolResultTable *self,
                                     ApoolCollected *collected,
                                     ApoolSpool *spool,
                                     gconstpointer data,
                                     gsize length,
                                     GError **error);
gboolean
apool_result_table_write_row (ApoolResultTable *self, const ApoolResultRow *row, GError **error);
gboolean apool_result_table_finish (ApoolResultTable *self, GError **error);

G_END_DECLS
