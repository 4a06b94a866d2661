/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-observer.h"

G_BEGIN_DECLS

/* All observers of a pool as one: what it is told, it tells each of them, in the order in which
 * they were added. */
#define APOOL_TYPE_AUDIENCE (apool_audience_get_type ())
G_DECLARE_FINAL_TYPE (ApoolAudience, apool_audience, APOOL, AUDIENCE, GObject)

ApoolAudience *apool_audience_new (void);
void apool_audience_add (ApoolAudience *self, ApoolObserver *observer);

G_END_DECLS
