/* SPDX-License-Identifier: MIT */
#pragma once

#include "factory/apool-patience.h"

G_BEGIN_DECLS

/**
 * ApoolUrgency:
 *
 * Whether a worker that was told to end jobs is there to do so. It has a timer only while that is
 * of interest.
 */
typedef struct _ApoolUrgency ApoolUrgency;

ApoolUrgency *
apool_urgency_new (GMainContext *context, const ApoolPatienceFuncs *funcs, gpointer data);
void apool_urgency_free (ApoolUrgency *self);
void apool_urgency_start (ApoolUrgency *self, guint msec);
void apool_urgency_stop (ApoolUrgency *self);
void apool_urgency_hear (ApoolUrgency *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolUrgency, apool_urgency_free)

G_END_DECLS
