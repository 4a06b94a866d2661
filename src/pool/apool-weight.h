/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-task.h"

G_BEGIN_DECLS

ApoolTask *apool_weight_limit (ApoolTask *task, guint max);

G_END_DECLS
