/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/apool-json.h"
#include "input/apool-columns.h"

G_BEGIN_DECLS

gboolean apool_columns_json_split (const ApoolValue *value,
                                   ApoolColumns *columns,
                                   ApoolJsonText *root,
                                   GString *fault);
gboolean apool_columns_json_find (const ApoolJsonText *roots,
                                  gsize n_roots,
                                  const char *path,
                                  ApoolColumns *fields,
                                  GString *fault);

G_END_DECLS
