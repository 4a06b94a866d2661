/* SPDX-License-Identifier: MIT */
#pragma once

#include "cli/apool-tui.h"
#include "input/apool-tasks.h"
#include "pool/apool-pool.h"
#include "sinks/apool-estimate.h"
#include "sinks/apool-output.h"

G_BEGIN_DECLS

/**
 * ApoolStatus:
 *
 * What is shown of a run while it goes on, to who asks or has asked for it before.
 */
typedef struct _ApoolStatus ApoolStatus;

ApoolStatus *apool_status_new (GMainContext *context,
                               const ApoolOptions *options,
                               ApoolPool *pool,
                               ApoolTasks *tasks,
                               ApoolOutput *output);
void apool_status_free (ApoolStatus *self);

void apool_status_show_jobs (ApoolStatus *self);
void apool_status_toggle_progress (ApoolStatus *self);
gboolean apool_status_wants_estimate (const ApoolStatus *self);
void apool_status_set_estimate (ApoolStatus *self, ApoolEstimate *estimate);
void apool_status_begin (ApoolStatus *self, ApoolTui *tui, ApoolMany *many);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolStatus, apool_status_free)

G_END_DECLS
