/* SPDX-License-Identifier: MIT */
#pragma once

#include "input/apool-columns.h"

G_BEGIN_DECLS

/**
 * ApoolColumnsRegex:
 *
 * Takes values apart where a regular expression matches (`--colsep`).
 */
typedef struct _ApoolColumnsRegex ApoolColumnsRegex;

ApoolColumnsRegex *apool_columns_regex_new (const char *separator, GError **error);
void apool_columns_regex_free (ApoolColumnsRegex *self);

gboolean apool_columns_regex_split (ApoolColumnsRegex *self,
                                    const ApoolValue *value,
                                    ApoolColumns *columns,
                                    GString *fault);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolColumnsRegex, apool_columns_regex_free)

G_END_DECLS
