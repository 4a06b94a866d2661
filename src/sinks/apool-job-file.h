/* SPDX-License-Identifier: MIT */
#pragma once

#include "sinks/apool-flow.h"

G_BEGIN_DECLS

gboolean apool_job_file_begin (ApoolFlow *flow, GError **error);
gboolean apool_job_file_announce (ApoolFlow *flow, gboolean is_shown, GError **error);

G_END_DECLS
