/* SPDX-License-Identifier: MIT */
#pragma once

#include "input/apool-times.h"
#include "record/apool-history.h"

G_BEGIN_DECLS

/* How long jobs took, as a history has it. */
#define APOOL_TYPE_PAST_TIMES (apool_past_times_get_type ())
G_DECLARE_FINAL_TYPE (ApoolPastTimes, apool_past_times, APOOL, PAST_TIMES, GObject)

ApoolPastTimes *apool_past_times_new (ApoolHistory *history);
ApoolPastTimes *apool_past_times_new_owned (ApoolHistory *history);

G_END_DECLS
