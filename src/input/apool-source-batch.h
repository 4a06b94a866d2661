/* SPDX-License-Identifier: MIT */
#pragma once

#include "input/apool-borders.h"
#include "input/apool-source.h"
#include "job/apool-template.h"

G_BEGIN_DECLS

/**
 * ApoolBatchMeasureFunc:
 * @command: what jobs are rendered through
 * @row: a record
 *
 * Returns: how many bytes the record adds to a command line
 */
typedef guint64 (*ApoolBatchMeasureFunc) (ApoolTemplate *command, const ApoolRow *row);

/**
 * ApoolBatchLengthFunc:
 * @command: what jobs are rendered through
 * @n_values: how many values the records of a job have in all
 * @measured: what they add in all
 *
 * Returns: the length of the job's command line, bytes
 */
typedef guint64 (*ApoolBatchLengthFunc) (const ApoolTemplate *command,
                                         gsize n_values,
                                         guint64 measured);

/**
 * ApoolBatchRules:
 * @max_records: at most so many records a job; 0 without limit
 * @has_values: whether the job gets their values at all (not with `-N0`, where @max_records is 1)
 * @max_length: the command line is shorter than this, bytes
 * @measure: (nullable): apool_template_measure(); %NULL where no length is looked at
 * @get_length: apool_template_get_length(); needed with @measure
 * @n_slots: over how many slots the last records are spread (`-X`, `-m`); 0 where they are not
 * @total: how many jobs there are, where that was said (`--total-jobs`); else 0
 * @keeps_numbers: whether a job has the number of its first record: rows that are skipped are
 *   yielded for all other numbers, so that no job of another part of the run has the same one
 * @ends_at_too_long: whether a record that alone is too long ends the input with an error (`-x`)
 *   instead of being a job that fails
 * @input_name: (nullable): what stands before its number then, instead of "input line";
 *   outlives the source
 *
 * How many records go into one job.
 */
typedef struct
{
  guint64 max_records;
  gboolean has_values;
  guint64 max_length;
  ApoolBatchMeasureFunc measure;
  ApoolBatchLengthFunc get_length;
  guint n_slots;
  guint64 total;
  gboolean keeps_numbers;
  gboolean ends_at_too_long;
  const char *input_name;
} ApoolBatchRules;

#define APOOL_TYPE_SOURCE_BATCH (apool_source_batch_get_type ())
G_DECLARE_FINAL_TYPE (ApoolSourceBatch, apool_source_batch, APOOL, SOURCE_BATCH, GObject)

ApoolSource *
apool_source_batch_new (ApoolSource *source, const ApoolBatchRules *rules, ApoolTemplate *command);
void apool_source_batch_set_borders (ApoolSourceBatch *self, ApoolBorders *borders);
void apool_source_batch_set_slots (ApoolSourceBatch *self, guint n_slots);

G_END_DECLS
