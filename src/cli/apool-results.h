/* SPDX-License-Identifier: MIT */
#pragma once

#include "cli/apool-output-options.h"
#include "job/apool-fields.h"
#include "sinks/apool-result-table.h"

G_BEGIN_DECLS

/**
 * ApoolResultsConfig:
 * @fields: (transfer none): what values are called
 * @n_values: how many values each job has; 0 where they do not all have the same number, or that is
 *   not known
 * @appends: whether the run goes on with an earlier one, whose rows stay
 * @takes_names: whether what values are called is not known, but where they are called it already
 * @context: where a database is written
 *
 * What a table of results has to know of the run.
 */
typedef struct
{
  ApoolFields *fields;
  gsize n_values;
  gboolean appends;
  gboolean takes_names;
  GMainContext *context;
} ApoolResultsConfig;

gboolean apool_results_read (ApoolOutputOptions *options, const char *value, GError **error);
gboolean apool_results_open (const ApoolOutputOptions *options,
                             const ApoolResultsConfig *config,
                             ApoolResultTable **table,
                             GError **error);

G_END_DECLS
