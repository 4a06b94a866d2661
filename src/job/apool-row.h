/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "job/apool-computed.h"
#include "job/apool-identity.h"
#include "job/apool-value.h"

G_BEGIN_DECLS

/**
 * ApoolRow:
 * @values: (array length=n_values): what replacement strings number from 1: one value per input
 *   source or column; of a job of several records those of all, one record after the other
 * @n_values: how many; none where a job is to have no arguments (`-N0`)
 * @line: where it came from, counted from 1: the number of the (first) record in its input
 * @n_records: how many records it is of; 0 counts as 1
 * @fields: (array): what named replacement strings stand for, by the numbers that #ApoolFields gave
 *   out, all of the first record, then all of the second one
 * @n_fields: how many fields each record has
 * @computed: (nullable): what the Perl expressions of the run have become
 * @total: of how many jobs the run is, 0 where nobody has counted
 * @is_skipped: whether it only has a number: there is nothing to run for it
 * @batch: of which records it is, where somebody wants to find them again; else of none
 * @number: that of its job, where rows do not come in the order of the input; else 0
 * @occurrence: as which one of those that are the same it came in the input, where that was
 *   counted; else 0
 * @expected_usec: how long its job took in an earlier run, where somebody has looked that up,
 *   microseconds; 0 where that is not known
 * @fault: (nullable): why it is a bad input, without where it came from; what it holds then does
 *   not count
 *
 * One input as a source yields it: a view into the source's memory, valid until the source is
 * asked for the next one.
 */
typedef struct
{
  const ApoolValue *values;
  gsize n_values;
  guint64 line;
  gsize n_records;
  const ApoolValue *fields;
  gsize n_fields;
  const ApoolComputed *computed;
  guint64 total;
  gboolean is_skipped;
  ApoolIdentityBatch batch;
  guint64 number;
  guint64 occurrence;
  gint64 expected_usec;
  const char *fault;
} ApoolRow;

G_END_DECLS
