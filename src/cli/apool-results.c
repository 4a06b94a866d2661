/* SPDX-License-Identifier: MIT */
/* What --results asks for: a place for each job, or a table of all of them. How the name ends says
 * which, as in GNU parallel. */

#include "cli/apool-results.h"

#include <string.h>

#include "base/apool-error.h"
#include "sinks/apool-table-csv.h"
#include "sinks/apool-table-db.h"
#include "sinks/apool-table-json.h"

/* Which table a name ends like one of. @stem: (out): how many bytes come before that */
static ApoolOutputTable
apool_results_find_table (const char *value, gsize *stem)
{
  static const struct
  {
    const char *suffix;
    ApoolOutputTable table;
  } tables[] = {
    { ".csv", APOOL_OUTPUT_CSV },
    { ".tsv", APOOL_OUTPUT_TSV },
    { ".json", APOOL_OUTPUT_JSON },
    { ".db", APOOL_OUTPUT_DB },
  };
  gsize length = strlen (value);

  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      gsize n = strlen (tables[i].suffix);

      *stem = length - MIN (n, length);
      if (length >= n && g_ascii_strcasecmp (value + *stem, tables[i].suffix) == 0)
        return tables[i].table;
    }
  return APOOL_OUTPUT_NO_TABLE;
}

/**
 * apool_results_read:
 * @options: gets what is asked for, in the place of what was before
 * @value: what follows `--results`; an empty one asks for nothing, as in GNU parallel
 * @error: (out) (optional): %APOOL_ERROR_USAGE
 *
 * Returns: whether there is such a thing
 */
gboolean
apool_results_read (ApoolOutputOptions *options, const char *value, GError **error)
{
  gsize stem;

  options->table = apool_results_find_table (value, &stem);
  options->table_path = NULL;
  options->results = NULL;
  if (options->table == APOOL_OUTPUT_NO_TABLE)
    options->results = *value ? value : NULL;
  else if (stem != 1 || *value != '-')
    options->table_path = value;
  if (options->table != APOOL_OUTPUT_DB || options->table_path)
    return TRUE;
  g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_USAGE,
                       "a database is a file: it cannot be printed");
  return FALSE;
}

/**
 * apool_results_open:
 * @options: what was asked for
 * @config: (transfer none): what the run is like
 * @table: (out) (transfer full) (nullable): the table; %NULL where there is to be none
 * @error: (out) (optional): a #GIOErrorEnum or %APOOL_ERROR_OUTPUT, naming the option and the file
 *
 * Opens the table of results.
 *
 * Returns: whether all that was asked for is there
 */
gboolean
apool_results_open (const ApoolOutputOptions *options,
                    const ApoolResultsConfig *config,
                    ApoolResultTable **table,
                    GError **error)
{
  const char *path = options->table_path;
  ApoolTableDbConfig db = { .path = path, .context = config->context };
  ApoolTableCsvConfig csv = {
    .path = path,
    .separator = options->table == APOOL_OUTPUT_TSV ? '\t' : ',',
    .fields = config->fields,
    .appends = config->appends,
    .n_values = config->n_values,
    .takes_names = config->takes_names,
  };

  *table = NULL;
  switch (options->table)
    {
    case APOOL_OUTPUT_NO_TABLE:
      return TRUE;
    case APOOL_OUTPUT_CSV:
    case APOOL_OUTPUT_TSV:
      *table = (ApoolResultTable *) apool_table_csv_new (&csv, error);
      break;
    case APOOL_OUTPUT_JSON:
      *table = (ApoolResultTable *) apool_table_json_new (path, config->appends, error);
      break;
    case APOOL_OUTPUT_DB:
      *table = apool_table_db_new (&db, error);
      break;
    }
  return *table != NULL;
}
