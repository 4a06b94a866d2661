/* SPDX-License-Identifier: MIT */
/* What follows from how an output is to print. */

#include "sinks/apool-output-config.h"

/**
 * apool_output_config_is_live:
 * @self: how an output prints
 *
 * Returns: whether what a job writes may be printed before it has ended
 */
gboolean
apool_output_config_is_live (const ApoolOutputConfig *self)
{
  return !self->holds && self->show == APOOL_OUTPUT_SHOW_ALL && self->unit != APOOL_OUTPUT_LATEST;
}

/**
 * apool_output_config_is_mixed:
 * @self: how an output prints
 *
 * Returns: whether lines of several jobs come among each other, as they are written
 */
gboolean
apool_output_config_is_mixed (const ApoolOutputConfig *self)
{
  return self->unit == APOOL_OUTPUT_LINES && self->order == APOOL_OUTPUT_COMPLETION_ORDER &&
         apool_output_config_is_live (self);
}
