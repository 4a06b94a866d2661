/* SPDX-License-Identifier: MIT */
#pragma once

#include "gates/apool-rule.h"

G_BEGIN_DECLS

/* The largest number of starts that can be asked for, per unit of time and at once. */
#define APOOL_RATE_MAX 1000000000.0

/**
 * ApoolRate:
 *
 * A rule: so many starts in a time, on average; a few of them at once.
 */
typedef struct _ApoolRate ApoolRate;

ApoolRate *apool_rate_new (double starts, gint64 usec, double burst);
ApoolRate *apool_rate_parse (const char *text, GError **error);
const ApoolRuleKind *apool_rate_get_kind (void);

G_END_DECLS
