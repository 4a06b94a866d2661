/* SPDX-License-Identifier: MIT */
#pragma once

#include "cli/apool-inputs.h"
#include "record/apool-resume.h"
#include "record/apool-retry.h"

G_BEGIN_DECLS

gboolean apool_resume_plan_read_failed (const ApoolOptions *options,
                                        ApoolRetry **retry,
                                        GString *notes,
                                        GError **error);
gboolean apool_resume_plan_is_needed (const ApoolOptions *options);
gboolean apool_resume_plan_open (const ApoolOptions *options,
                                 ApoolInputs *inputs,
                                 const char *context,
                                 ApoolResume **resume,
                                 GString *notes,
                                 GError **error);

G_END_DECLS
