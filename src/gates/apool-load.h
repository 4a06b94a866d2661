/* SPDX-License-Identifier: MIT */
#pragma once

#include "gates/apool-rule.h"

G_BEGIN_DECLS

/**
 * ApoolLoad:
 *
 * A rule: a job is started only where fewer threads than a limit run, or wait for a disk.
 */
typedef struct _ApoolLoad ApoolLoad;

ApoolLoad *apool_load_new (const char *root, const char *text, guint n_cpus, GError **error);
double apool_load_get_limit (const ApoolLoad *self);
const ApoolRuleKind *apool_load_get_kind (void);

G_END_DECLS
