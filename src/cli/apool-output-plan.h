/* SPDX-License-Identifier: MIT */
#pragma once

#include "cli/apool-options.h"

G_BEGIN_DECLS

/**
 * ApoolOutputPlan:
 * @config: how outputs are printed, but for descriptors and directory
 * @is_direct: whether jobs write themselves where we would print, and nothing comes here
 * @streams: whether outputs come here as they are written, from the first byte on
 *
 * What follows from all the options about what jobs write.
 */
typedef struct
{
  ApoolOutputConfig config;
  gboolean is_direct;
  gboolean streams;
} ApoolOutputPlan;

gboolean
apool_output_plan_find (ApoolOutputPlan *self, const ApoolOptions *options, GError **error);

G_END_DECLS
