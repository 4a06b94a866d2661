/* SPDX-License-Identifier: MIT */
#pragma once

#include "input/apool-source.h"
#include "job/apool-template.h"

G_BEGIN_DECLS

/**
 * ApoolBatchRules:
 * @max_records: at most so many records a job; 0 without limit
 * @has_values: whether the job gets their values at all (not with `-N0`)
 * @max_length: the command line is shorter than this, bytes
 * @n_slots: over how many slots the last records are spread (`-X`, `-m`); 0 where they are not
 * @ends_at_too_long: whether a record that alone is too long ends the input with an error (`-x`)
 *   instead of being a job that fails
 *
 * How many records go into one job.
 */
typedef struct
{
  guint64 max_records;
  gboolean has_values;
  guint64 max_length;
  guint n_slots;
  gboolean ends_at_too_long;
} ApoolBatchRules;

#define APOOL_TYPE_SOURCE_BATCH (apool_source_batch_get_type ())
G_DECLARE_FINAL_TYPE (ApoolSourceBatch, apool_source_batch, APOOL, SOURCE_BATCH, GObject)

/* @command outlives the source. Rows that are skipped or have a fault are jobs of their own; where
 * @rules puts several records in a job, skipped ones are left out. */
ApoolSource *
apool_source_batch_new (ApoolSource *source, const ApoolBatchRules *rules, ApoolTemplate *command);

/* The longest command line there may be, bytes: what the kernel takes as one argument. */
guint64 apool_source_batch_get_max_length (void);

G_END_DECLS
