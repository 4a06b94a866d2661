/* SPDX-License-Identifier: MIT */
#pragma once

#include "gates/apool-rule.h"

G_BEGIN_DECLS

/**
 * ApoolPressure:
 *
 * A rule: a job is started only where no more than a share of the last ten seconds was lost
 * because tasks had to wait for a resource.
 */
typedef struct _ApoolPressure ApoolPressure;

ApoolPressure *apool_pressure_new (const char *root, const char *text, GError **error);
const ApoolRuleKind *apool_pressure_get_kind (void);

G_END_DECLS
