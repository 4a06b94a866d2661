/* SPDX-License-Identifier: MIT */
#pragma once

#include "input/apool-columns.h"

G_BEGIN_DECLS

/**
 * ApoolColumnsMatch:
 *
 * Finds the groups of patterns in values, each pattern in its own (`--match`).
 */
typedef struct _ApoolColumnsMatch ApoolColumnsMatch;

ApoolColumnsMatch *apool_columns_match_new (const char *const *patterns, GError **error);
void apool_columns_match_free (ApoolColumnsMatch *self);

const gsize *apool_columns_match_get_n_groups (const ApoolColumnsMatch *self, gsize *n_patterns);
gboolean
apool_columns_match_apply (ApoolColumnsMatch *self, const ApoolValue *values, GString *fault);
void apool_columns_match_add_group (const ApoolColumnsMatch *self,
                                    gsize source,
                                    gsize group,
                                    ApoolColumns *fields);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolColumnsMatch, apool_columns_match_free)

G_END_DECLS
