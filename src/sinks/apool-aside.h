/* SPDX-License-Identifier: MIT */
#pragma once

#include "sinks/apool-output-job.h"

G_BEGIN_DECLS

/**
 * ApoolAside:
 *
 * What the last attempts wrote at jobs that are to be tried again.
 */
typedef struct _ApoolAside ApoolAside;

ApoolAside *apool_aside_new (const ApoolFlowHub *hub);
void apool_aside_free (ApoolAside *self);

gboolean apool_aside_put (ApoolAside *self,
                          ApoolOutputJob *job,
                          const ApoolOutcome *outcome,
                          GError **error);
gboolean apool_aside_take (ApoolAside *self, guint64 seq, ApoolOutputJob **job, GError **error);
gboolean apool_aside_forget (ApoolAside *self, guint64 seq, GError **error);
gboolean apool_aside_empty (ApoolAside *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolAside, apool_aside_free)

G_END_DECLS
