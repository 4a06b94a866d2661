/* SPDX-License-Identifier: MIT */
#pragma once

#include "pool/apool-scheduler.h"

G_BEGIN_DECLS

/* Workers get tasks in turn. */
ApoolScheduler *apool_round_robin_new (ApoolRoster *roster);

G_END_DECLS
