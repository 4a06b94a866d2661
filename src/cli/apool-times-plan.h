/* SPDX-License-Identifier: MIT */
#pragma once

#include "cli/apool-inputs.h"
#include "cli/apool-options.h"
#include "record/apool-history.h"
#include "sinks/apool-estimate.h"

G_BEGIN_DECLS

/**
 * ApoolTimesPlan:
 *
 * What follows for a run from how long its jobs took in earlier ones: the order in which they are
 * started, and how long they are expected to take.
 */
typedef struct _ApoolTimesPlan ApoolTimesPlan;

ApoolTimesPlan *apool_times_plan_new (const ApoolOptions *options, GError **error);
void apool_times_plan_free (ApoolTimesPlan *self);

void
apool_times_plan_apply (ApoolTimesPlan *self, ApoolInputs *inputs, ApoolHistory *journal_history);
ApoolEstimate *apool_times_plan_create_estimate (const ApoolTimesPlan *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolTimesPlan, apool_times_plan_free)

G_END_DECLS
