/* SPDX-License-Identifier: MIT */
#pragma once

#include "sinks/apool-result-table.h"
#include "sinks/apool-table-past.h"

G_BEGIN_DECLS

/**
 * ApoolTableWriter:
 * @text: what was not written yet; rows are appended to it
 * @path: (nullable): of the file, owned; %NULL where rows are printed
 * @fd: the file's, owned; or -1
 * @start: where rows begin in it; what is behind that stays until the first one is written; -1
 *   where that has been done, or the file has no such place
 *
 * Where the text of a table goes. Embedded by its owner.
 */
typedef struct
{
  GString *text;
  char *path;
  int fd;
  off_t start;
} ApoolTableWriter;

gboolean apool_table_writer_open (ApoolTableWriter *self, const char *path, GError **error);
gboolean apool_table_writer_open_past (ApoolTableWriter *self,
                                       const char *path,
                                       gboolean has_quotes,
                                       ApoolTablePast *past,
                                       GError **error);
gboolean apool_table_writer_is_printed (const ApoolTableWriter *self);
gboolean
apool_table_writer_spill (ApoolTableWriter *self, const ApoolResultRow *row, GError **error);
gboolean
apool_table_writer_flush (ApoolTableWriter *self, const ApoolResultRow *row, GError **error);
gboolean apool_table_writer_close (ApoolTableWriter *self, GError **error);
void apool_table_writer_clear (ApoolTableWriter *self);

void apool_table_writer_append_time (ApoolTableWriter *self, gint64 usec);

G_END_DECLS
