/* SPDX-License-Identifier: MIT */
#pragma once

#include "gates/apool-rule.h"

G_BEGIN_DECLS

/**
 * ApoolActivity:
 *
 * A rule: a job is started only where in the last second the machine did not swap, or no disk was
 * busier than a limit.
 */
typedef struct _ApoolActivity ApoolActivity;

ApoolActivity *apool_activity_new_swap (const char *root, GError **error);
ApoolActivity *apool_activity_new_disk (const char *root, double percent, GError **error);
const ApoolRuleKind *apool_activity_get_kind (void);

G_END_DECLS
