/* SPDX-License-Identifier: MIT */
#pragma once

#include "sinks/apool-output-config.h"

G_BEGIN_DECLS

/**
 * ApoolOutputTable:
 * @APOOL_OUTPUT_NO_TABLE: none
 * @APOOL_OUTPUT_CSV: commas between values
 * @APOOL_OUTPUT_TSV: tabs between values
 * @APOOL_OUTPUT_JSON: an object a line
 * @APOOL_OUTPUT_DB: an SQLite database
 *
 * What kind of table the results of all jobs are kept in.
 */
typedef enum
{
  APOOL_OUTPUT_NO_TABLE,
  APOOL_OUTPUT_CSV,
  APOOL_OUTPUT_TSV,
  APOOL_OUTPUT_JSON,
  APOOL_OUTPUT_DB,
} ApoolOutputTable;

/**
 * ApoolOutputOptions:
 * @is_unordered: whether outputs come in the order in which jobs finish, not in that of the inputs
 * @keeps_order: whether it was said that they come in that of the inputs
 * @unit: what of a job stays together
 * @show: whose output is printed
 * @is_ungrouped: whether jobs are to write to our standard output and standard error themselves
 * @is_grouped: whether it was said that they are not
 * @is_merged: whether a job's standard error is part of its standard output
 * @drain_msec: how long an output that a job leaves open is waited for, milliseconds
 * @is_tagged: whether each line is to begin with the input of its job
 * @tag: (nullable): what it is to begin with instead, as it was typed
 * @coloured_tag: (nullable): the same, where @tag is not there
 * @is_coloured: whether each job has its lines in a colour
 * @colours_failed: whether a job that failed has them in red
 * @title: (nullable): what is printed before what a job writes, as it was typed
 * @results: (nullable): the template of where what each job writes is kept
 * @table: the kind of table that has what all jobs write
 * @table_path: (nullable): the file that it is; %NULL where it is printed, or there is none
 * @prints_names: whether standard output goes to a file for each job, whose name is printed
 * @name_end: what ends such a name
 * @is_compressed: whether outputs that wait and those that are kept in files are compressed
 * @compress: (nullable): the program that does it
 * @decompress: (nullable): the one that does the reverse
 * @tmpdir: (nullable): where outputs that wait are kept; %NULL where it was not said
 * @tmp_limit: how many bytes they may take there; 0 where it was not said
 *
 * What becomes of what jobs write.
 */
typedef struct
{
  gboolean is_unordered;
  gboolean keeps_order;
  ApoolOutputUnit unit;
  ApoolOutputShow show;
  gboolean is_ungrouped;
  gboolean is_grouped;
  gboolean is_merged;
  guint drain_msec;
  gboolean is_tagged;
  const char *tag;
  const char *coloured_tag;
  gboolean is_coloured;
  gboolean colours_failed;
  const char *title;
  const char *results;
  ApoolOutputTable table;
  const char *table_path;
  gboolean prints_names;
  char name_end;
  gboolean is_compressed;
  const char *compress;
  const char *decompress;
  const char *tmpdir;
  guint64 tmp_limit;
} ApoolOutputOptions;

G_END_DECLS
