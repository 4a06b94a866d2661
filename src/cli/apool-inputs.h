/* SPDX-License-Identifier: MIT */
#pragma once

#include <sys/types.h>

#include "base/apool-quote.h"
#include "cli/apool-options.h"
#include "input/apool-borders.h"
#include "input/apool-tasks.h"
#include "record/apool-retry.h"

G_BEGIN_DECLS

/**
 * ApoolInputs:
 *
 * The input side of a run: its sources, the stages that make jobs of their records, and the
 * templates that these are rendered through.
 */
typedef struct _ApoolInputs ApoolInputs;

ApoolInputs *apool_inputs_new (const ApoolOptions *options,
                               guint n_jobs,
                               const char *tmpdir,
                               ApoolQuoteStyle quote,
                               ApoolRetry *retry,
                               GError **error);
void apool_inputs_free (ApoolInputs *self);

ApoolTasks *apool_inputs_get_tasks (ApoolInputs *self);
void apool_inputs_set_borders (ApoolInputs *self, ApoolBorders *borders, guint n_slots);
void apool_inputs_set_longest_first (ApoolInputs *self);
guint apool_inputs_get_n_jobs (const ApoolInputs *self);
ApoolFields *apool_inputs_get_fields (ApoolInputs *self);
ApoolRetry *apool_inputs_get_retry (ApoolInputs *self);
const ApoolTemplate *apool_inputs_get_command (const ApoolInputs *self);
const char *apool_inputs_get_input_name (const ApoolInputs *self);
gboolean apool_inputs_read_stdin (const ApoolInputs *self);
guint64 apool_inputs_get_n_bad (const ApoolInputs *self);
pid_t apool_inputs_get_helper_pid (const ApoolInputs *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolInputs, apool_inputs_free)

G_END_DECLS
