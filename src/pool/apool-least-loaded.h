/* SPDX-License-Identifier: MIT */
#pragma once

#include "pool/apool-scheduler.h"

G_BEGIN_DECLS

/* The worker with most room gets the next task. */
ApoolScheduler *apool_least_loaded_new (ApoolRoster *roster);

G_END_DECLS
