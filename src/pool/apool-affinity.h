/* SPDX-License-Identifier: MIT */
#pragma once

#include "pool/apool-scheduler.h"

G_BEGIN_DECLS

/* Tasks of one key go to one worker, one at a time. */
ApoolScheduler *apool_affinity_new (ApoolRoster *roster);

G_END_DECLS
