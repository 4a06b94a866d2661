/* SPDX-License-Identifier: MIT */
#pragma once

#include "input/apool-columns.h"

G_BEGIN_DECLS

/**
 * ApoolColumnsCsv:
 *
 * Takes comma-separated values apart (`--csv`).
 */
typedef struct _ApoolColumnsCsv ApoolColumnsCsv;

ApoolColumnsCsv *apool_columns_csv_new (const char *separator, GError **error);
void apool_columns_csv_free (ApoolColumnsCsv *self);

gboolean apool_columns_csv_split (ApoolColumnsCsv *self,
                                  const ApoolValue *value,
                                  ApoolColumns *columns,
                                  GString *fault);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolColumnsCsv, apool_columns_csv_free)

G_END_DECLS
