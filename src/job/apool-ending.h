/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-outcome.h"
#include "job/apool-task.h"

G_BEGIN_DECLS

/* How logs and tables tell of a job that is over: in GNU parallel's terms, for those who read
 * them. */

char *apool_ending_dup_command (const ApoolTask *task, const ApoolOutcome *outcome, guint slot);
int apool_ending_get_status (const ApoolOutcome *outcome);
int apool_ending_get_signal (const ApoolOutcome *outcome);

G_END_DECLS
