/* SPDX-License-Identifier: MIT */
#pragma once

#include "worker/apool-jobs.h"

G_BEGIN_DECLS

GVariant *apool_answer_make (ApoolJobs *jobs, guint64 token);

G_END_DECLS
