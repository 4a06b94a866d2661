/* SPDX-License-Identifier: MIT */
/* In place of comma-separated values where apool is built without libcsv. */

#include "base/apool-error.h"
#include "input/apool-columns-csv.h"

ApoolColumnsCsv *
apool_columns_csv_new (const char *separator, GError **error)
{
  g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_USAGE, "--csv: built without libcsv");
  return NULL;
}

void
apool_columns_csv_free (ApoolColumnsCsv *self)
{
}

gboolean
apool_columns_csv_split (ApoolColumnsCsv *self,
                         const ApoolValue *value,
                         ApoolColumns *columns,
                         GString *fault)
{
  g_return_val_if_reached (FALSE);
}
