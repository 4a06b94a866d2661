/* SPDX-License-Identifier: MIT */
#pragma once

#include "gates/apool-rule.h"

G_BEGIN_DECLS

/**
 * ApoolDelay:
 *
 * A rule: there is a time between two starts. That may grow with failures, and shrink with
 * successes.
 */
typedef struct _ApoolDelay ApoolDelay;

ApoolDelay *apool_delay_new (gint64 usec, gboolean is_auto);
const ApoolRuleKind *apool_delay_get_kind (void);

G_END_DECLS
